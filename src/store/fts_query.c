/* From what people type to what FTS5 runs. Every term is handed over between double quotes with quotes inside doubled, so no sign
 * typed is ever an operator of FTS5; the few operators there are, are ours:
 *   word word (and)   "a phrase"   word*   a OR b   -word
 * OR binds its two neighbours, as people expect it: a b OR c = a and (b or c). */
#include "store/entity_priv.h"
#include "theriac/text.h"

typedef struct term {
  th_str text;
  bool prefix, exclude, or_next;
} term;

/* Tokens the term has, and whether it is one CJK character alone, which only a prefix query can find. */
static th_code weigh(th_arena *a, th_str text, size_t *n, bool *lone, th_err *err) {
  th_token_vec tokens = { 0 };
  const th_str folded = th_text_fold(a, text, TH_FOLD_NFKC | TH_FOLD_CASE | TH_FOLD_DASH | TH_FOLD_HAN | TH_FOLD_GREEK, NULL);
  if (!folded.p) return th_fail_nomem(err);
  TH_TRY(th_text_tokens(a, folded, &tokens, err));
  *n = tokens.n;
  *lone = tokens.n == 1 && tokens.v[0].cjk && th_utf8_length(th_str_sub(folded, tokens.v[0].from, tokens.v[0].to)) == 1;
  return TH_OK;
}

static bool blank_at(th_str s, size_t at, size_t *next) {
  size_t n = at;
  const bool blank = th_rune_is_space(th_utf8_next(s, &n));
  *next = n;
  return blank;
}

/* Cuts one term off *at: a quoted phrase (an open quote runs to the end) or a run without blanks. */
static bool cut_term(th_str q, size_t *at, term *t, bool *quoted) {
  size_t next = *at;
  while (*at < q.n && blank_at(q, *at, &next)) *at = next;
  *t = (term){ 0 };
  *quoted = false;
  if (*at >= q.n) return false;
  if (q.p[*at] == '-' && *at + 1 < q.n && !blank_at(q, *at + 1, &next)) {
    t->exclude = true;
    ++*at;
  }
  if (q.p[*at] == '"') {
    const size_t end = th_str_find(q, TH_S("\""), *at + 1);
    t->text = th_str_sub(q, *at + 1, end);
    *at = end == SIZE_MAX ? q.n : end + 1;
    *quoted = true;
    return true;
  }
  size_t to = *at;
  while (to < q.n && q.p[to] != '"' && !blank_at(q, to, &next)) to = next;
  t->text = th_str_sub(q, *at, to);
  *at = to;
  if (t->text.n > 1 && t->text.p[t->text.n - 1] == '*') {
    t->prefix = true;
    t->text.n--;
  }
  return true;
}

static void put_term(th_buf *b, const term *t) {
  th_buf_addc(b, '"');
  for (size_t i = 0; i < t->text.n; i++) {
    const char c = t->text.p[i];
    if (c == '"') th_buf_addc(b, '"');
    th_buf_addc(b, c ? c : ' ');
  }
  th_buf_addz(b, t->prefix ? "\"*" : "\"");
}

static void put_side(th_buf *b, const term *t, size_t n, bool exclude) {
  bool first = true;
  for (size_t i = 0; i < n; i++) {
    if (t[i].exclude != exclude) continue;
    const bool joined = i > 0 && t[i - 1].or_next; /* never set beside an excluded term */
    if (!first) th_buf_addz(b, exclude || joined ? " OR " : " AND ");
    if (t[i].or_next && !joined) th_buf_addc(b, '(');
    put_term(b, &t[i]);
    if (joined && !t[i].or_next) th_buf_addc(b, ')');
    first = false;
  }
}

th_code th_store__query(th_arena *a, th_str query, th_str *fts, th_err *err) {
  if (query.n > TH_LIMIT_QUERY_BYTES)
    return th_fail(err, TH_ELIMIT, "the query is longer than TH_LIMIT_QUERY_BYTES (%d)", TH_LIMIT_QUERY_BYTES);
  term terms[TH_LIMIT_QUERY_TERMS], t;
  size_t n = 0, wanted = 0, at = 0;
  bool quoted, pending_or = false;
  while (cut_term(query, &at, &t, &quoted)) {
    if (!quoted && th_str_is(t.text, "OR") && !t.exclude && !t.prefix) {
      pending_or = n > 0;
      continue;
    }
    size_t n_tokens = 0;
    bool lone = false;
    TH_TRY(weigh(a, t.text, &n_tokens, &lone, err));
    if (n_tokens == 0) continue;
    if (n == TH_LIMIT_QUERY_TERMS)
      return th_fail(err, TH_ELIMIT, "the query has more than TH_LIMIT_QUERY_TERMS (%d) words", TH_LIMIT_QUERY_TERMS);
    if (lone) t.prefix = true;
    if (pending_or && !t.exclude && !terms[n - 1].exclude) terms[n - 1].or_next = true;
    pending_or = false;
    wanted += !t.exclude;
    terms[n++] = t;
  }
  if (wanted == 0)
    return th_fail(err, TH_EINVAL, "there is nothing to search for: give at least one word that is not excluded");
  th_buf b;
  th_buf_init(&b, a, 2 * query.n + 64);
  th_buf_addc(&b, '(');
  put_side(&b, terms, n, false);
  th_buf_addc(&b, ')');
  if (wanted < n) {
    th_buf_addz(&b, " NOT (");
    put_side(&b, terms, n, true);
    th_buf_addc(&b, ')');
  }
  if (b.failed) return th_fail_nomem(err);
  *fts = th_buf_str(&b);
  return TH_OK;
}

th_code th_store__query_any(th_arena *a, const th_str *names, size_t n, th_str *fts, th_err *err) {
  th_buf b;
  th_buf_init(&b, a, 256);
  for (size_t i = 0; i < n; i++) {
    size_t n_tokens = 0;
    bool lone = false;
    if (names[i].n > TH_LIMIT_QUERY_BYTES) continue;
    TH_TRY(weigh(a, names[i], &n_tokens, &lone, err));
    if (n_tokens == 0) continue;
    if (b.n > 0) th_buf_addz(&b, " OR ");
    put_term(&b, &(term){ .text = names[i], .prefix = lone });
  }
  if (b.failed) return th_fail_nomem(err);
  *fts = th_buf_str(&b);
  return TH_OK;
}
