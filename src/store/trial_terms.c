/* Words and names as the index of studies knows them. */
#include "store/trial_index.h"
#include "theriac/text.h"

th_code th_store__trial_words(th_arena *a, th_str text, th_store__word_vec *out, th_err *err) {
  const th_str folded = th_text_fold(a, text, TH_FOLD_NAME, NULL);
  th_token_vec tokens = { 0 };
  if (!folded.p) return th_fail_nomem(err);
  TH_TRY(th_text_tokens(a, folded, &tokens, err));
  if (!TH_VEC_RESERVE(a, out, tokens.n)) return th_fail_nomem(err);
  for (size_t i = 0; i < tokens.n; i++) {
    const th_str w = th_str_sub(folded, tokens.v[i].from, tokens.v[i].to);
    if (w.n && w.n < TERM_BYTES_MAX / 2) out->v[out->n++] = w;
  }
  return TH_OK;
}

/* Without the abbreviation in brackets at its end: "Systemic Lupus Erythematosus (SLE)". */
static th_str without_brackets(th_str s) {
  s = th_str_trim(s);
  if (!th_str_ends(s, TH_S(")"))) return s;
  const size_t open = th_str_rfind(s, TH_S("("));
  return open != SIZE_MAX && open > 2 ? th_str_trim(th_str_sub(s, 0, open)) : s;
}

static th_str blanks_for_signs(th_arena *a, th_str s) {
  char *p = th_arena_alloc(a, s.n + 1, 1);
  size_t n = 0;
  if (!p) return TH_STR_NONE;
  for (size_t i = 0; i < s.n; i++) {
    const bool sign = strchr(" -,;:/'\"()[]®™", s.p[i]) && !(s.p[i] & 0x80);
    if (!sign)
      p[n++] = s.p[i];
    else if (n && p[n - 1] != ' ')
      p[n++] = ' ';
  }
  while (n && p[n - 1] == ' ') n--;
  return th_str_n(p, n < TERM_BYTES_MAX - 1 ? n : TERM_BYTES_MAX - 1);
}

th_code th_store__trial_name(th_arena *a, th_str name, th_str *key, th_str *turned, th_err *err) {
  const th_str folded = th_text_fold(a, name, TH_FOLD_NAME, NULL);
  if (!folded.p) return th_fail_nomem(err);
  const th_str whole = without_brackets(folded);
  *key = blanks_for_signs(a, whole);
  *turned = TH_S("");
  const size_t comma = th_str_find(whole, TH_S(","), 0);
  if (comma != SIZE_MAX && th_str_find(whole, TH_S(","), comma + 1) == SIZE_MAX) {
    const th_str head = th_str_trim(th_str_sub(whole, 0, comma)), tail = th_str_trim(th_str_sub(whole, comma + 1, whole.n));
    const th_str round = th_str_fmt(a, "%.*s %.*s", TH_STR_ARG(tail), TH_STR_ARG(head));
    if (!round.p) return th_fail_nomem(err);
    *turned = blanks_for_signs(a, round);
  }
  return key->p && turned->p ? TH_OK : th_fail_nomem(err);
}
