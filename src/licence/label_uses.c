/* Uses that a licence or an imported label grants, in its own words, English or Chinese. */
#include "theriac/licence.h"
#include "theriac/text.h"

static bool has_one(th_str t, const char *const *words, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (th_str_has(t, th_str_of(words[i]))) return true;
  return false;
}

/* What it says the drug is not for. */
static bool denies(th_str t) {
  static const char *const words[] = { "not indicated",
                                       "not recommended",
                                       "has not been",
                                       "have not been",
                                       "not been established",
                                       "should not be used",
                                       "do not use",
                                       "not for use",
                                       "不適用",
                                       "不建議",
                                       "不可用於",
                                       "不得用於",
                                       "不應使用",
                                       "不宜使用",
                                       "禁用",
                                       "未曾評估",
                                       "尚未評估",
                                       "未經評估",
                                       "未曾研究",
                                       "尚未確立",
                                       "未建立" };
  return has_one(t, words, sizeof words / sizeof *words);
}

/* "… without cirrhosis": a name behind such a word is no use. */
static bool left_out(th_str sentence, uint32_t at) {
  static const char *const words[] = { "without ", "except ", "other than ", "no evidence of ", "history of ",
                                       "無",       "不含",    "排除",        "未合併",          "不伴有" };
  const th_str before = th_str_sub(sentence, at > 16 ? at - 16 : 0, at);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (th_str_ends(before, th_str_of(words[i]))) return true;
  return false;
}

/* "disease", "cancer": a word of the sentence, no use. Taken as one it would make every cancer a licensed one. */
static bool is_use(const th_names *names, th_arena *a, const th_name_row *row) {
  return row && th_names_kinship(names, a, row->id, row->id).descendants <= TH_LICENCE_USE_DESCENDANTS_MAX;
}

th_code th_licence_uses_in(th_arena *a, const th_names *names, th_str text, uint32_t line, th_licence_label_uses *out,
                           th_err *err) {
  static const char *const limit[] = { "limitations of use", "limitation of use", "使用限制" };
  static const char *const grant[] = { "indicated", "適用於", "用於治療" };
  th_str rest = text, one;
  bool limits = false;
  while (th_label_sentence(&rest, &one)) {
    th_name_hits hits = { 0 };
    const th_str t = th_text_fold(a, one, TH_FOLD_NFKC | TH_FOLD_CASE | TH_FOLD_SPACE, NULL);
    if (!t.p) return th_fail_nomem(err);
    if (has_one(t, limit, sizeof limit / sizeof *limit))
      limits = true;
    else if (has_one(t, grant, sizeof grant / sizeof *grant))
      limits = false;
    if (limits || denies(t)) continue;
    TH_TRY(th_names_find(names, a, TH_NAME_DISEASE, one, false, &hits, err));
    for (size_t i = 0; i < hits.n; i++) {
      bool known = !is_use(names, a, hits.v[i].row) || left_out(one, hits.v[i].from);
      for (size_t k = 0; k < out->n && !known; k++) known = out->v[k].disease == hits.v[i].row;
      if (!known && !TH_VEC_PUSH(a, out, (th_licence_label_use){ hits.v[i].row, one, line })) return th_fail_nomem(err);
    }
  }
  return TH_OK;
}

th_code th_licence_uses_of_label(th_arena *a, const th_names *names, const th_label *label, th_licence_label_uses *out,
                                 th_err *err) {
  const th_field f = th_label_text(label, TH_LABEL_INDICATIONS);
  return th_licence_uses_in(a, names, f.text, f.line, out, err);
}

th_code th_licence_uses_of_products(th_arena *a, const th_names *names, const th_licence_products *products,
                                    th_licence_product_uses *out, th_err *err) {
  th_licence_label_uses uses = { 0 };
  for (size_t i = 0; i < products->n; i++) {
    const th_licence_product *p = &products->v[i];
    const size_t before = uses.n;
    if (p->state != TH_LICENCE_VALID) continue;
    TH_TRY(th_licence_uses_in(a, names, p->indication, p->line, &uses, err));
    for (size_t k = before; k < uses.n; k++)
      if (!TH_VEC_PUSH(a, out, (th_licence_product_use){ uses.v[k].disease, (uint32_t)i })) return th_fail_nomem(err);
  }
  return TH_OK;
}
