/* Uses that an imported label grants, in its own words. */
#include "theriac/licence.h"
#include "theriac/text.h"

/* What a label says it is not for. */
static bool denies(th_str t) {
  static const char *const words[] = { "not indicated",        "not recommended",    "has not been", "have not been",
                                       "not been established", "should not be used", "do not use",   "not for use" };
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (th_str_has(t, th_str_of(words[i]))) return true;
  return false;
}

/* "… without cirrhosis": a name behind such a word is no use. */
static bool left_out(th_str sentence, uint32_t at) {
  static const char *const words[] = { "without ", "except ", "other than ", "no evidence of ", "history of " };
  const th_str before = th_str_sub(sentence, at > 16 ? at - 16 : 0, at);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (th_str_ends(before, th_str_of(words[i]))) return true;
  return false;
}

th_code th_licence_uses_of_label(th_arena *a, const th_names *names, const th_label *label, th_licence_label_uses *out,
                                 th_err *err) {
  const th_field f = th_label_text(label, TH_LABEL_INDICATIONS);
  th_str rest = f.text, one;
  bool limits = false;
  while (th_label_sentence(&rest, &one)) {
    th_name_hits hits = { 0 };
    const th_str t = th_text_fold(a, one, TH_FOLD_NFKC | TH_FOLD_CASE | TH_FOLD_SPACE, NULL);
    if (!t.p) return th_fail_nomem(err);
    if (th_str_has(t, TH_S("limitations of use")) || th_str_has(t, TH_S("limitation of use")))
      limits = true;
    else if (th_str_has(t, TH_S("indicated")))
      limits = false;
    if (limits || denies(t)) continue;
    TH_TRY(th_names_find(names, a, TH_NAME_DISEASE, one, false, &hits, err));
    for (size_t i = 0; i < hits.n; i++) {
      bool known = !hits.v[i].row || left_out(one, hits.v[i].from);
      for (size_t k = 0; k < out->n && !known; k++) known = out->v[k].disease == hits.v[i].row;
      if (!known && !TH_VEC_PUSH(a, out, (th_licence_label_use){ hits.v[i].row, one, f.line })) return th_fail_nomem(err);
    }
  }
  return TH_OK;
}
