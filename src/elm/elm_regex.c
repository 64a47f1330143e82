/* Regular expressions by PCRE2, UTF on, with limits: a hostile pattern costs bounded time and gives an error, not a hang. Patterns are
 * compiled once an evaluation. Matches covers the whole text, alternatives grouped. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "elm/elm_priv.h"

#define MATCH_LIMIT 2000000
#define DEPTH_LIMIT 20000
#define HEAP_LIMIT  20000 /* KiB */

typedef struct entry {
  pcre2_code *code;
  pcre2_match_data *data;
} entry;

struct elm_regex_cache {
  th_map map; /* pattern, prefixed by w or p → entry */
  TH_VEC(entry *) all;
  pcre2_match_context *limits;
};

static struct elm_regex_cache *cache_of(eval *e) {
  if (e->regex) return e->regex;
  struct elm_regex_cache *c = TH_NEW(e->arena, struct elm_regex_cache);
  if (!c) return NULL;
  th_map_init(&c->map, e->arena);
  c->limits = pcre2_match_context_create(NULL);
  if (!c->limits) return NULL;
  pcre2_set_match_limit(c->limits, MATCH_LIMIT);
  pcre2_set_depth_limit(c->limits, DEPTH_LIMIT);
  pcre2_set_heap_limit(c->limits, HEAP_LIMIT);
  return e->regex = c;
}

void th_elm__regex_del(eval *e) {
  struct elm_regex_cache *c = e->regex;
  if (!c) return;
  for (size_t i = 0; i < c->all.n; i++) {
    pcre2_match_data_free(c->all.v[i]->data);
    pcre2_code_free(c->all.v[i]->code);
  }
  pcre2_match_context_free(c->limits);
  e->regex = NULL;
}

/* Inline flags at the head ("(?i)…") must stay at the head, which is where PCRE2 lets them govern the whole. */
static th_str whole_text(th_arena *a, th_str p) {
  size_t head = 0;
  while (head + 2 < p.n && p.p[head] == '(' && p.p[head + 1] == '?') {
    size_t k = head + 2;
    while (k < p.n && ((p.p[k] >= 'a' && p.p[k] <= 'z') || p.p[k] == '-')) k++;
    if (k >= p.n || p.p[k] != ')') break;
    head = k + 1;
  }
  return th_str_fmt(a, "%.*s\\A(?:%.*s)\\z", TH_STR_ARG(th_str_sub(p, 0, head)), TH_STR_ARG(th_str_sub(p, head, p.n)));
}

static th_code find_entry(eval *e, const node *n, th_str pattern, bool whole, const entry **out) {
  struct elm_regex_cache *c = cache_of(e);
  if (!c) return th_elm__nomem(e);
  const th_str key = th_str_fmt(e->arena, "%c%.*s", whole ? 'w' : 'p', TH_STR_ARG(pattern));
  uint64_t v;
  if (!key.p) return th_elm__nomem(e);
  if (th_map_get(&c->map, key, &v)) {
    *out = (const entry *)(uintptr_t)v;
    return TH_OK;
  }
  const th_str text = whole ? whole_text(e->arena, pattern) : pattern;
  entry *x = TH_NEW(e->arena, entry);
  if (!text.p || !x || !TH_VEC_RESERVE(e->arena, &c->all, 1)) return th_elm__nomem(e);
  int number;
  PCRE2_SIZE at;
  x->code = pcre2_compile((PCRE2_SPTR)text.p, text.n, PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C, &number, &at, NULL);
  if (!x->code) {
    PCRE2_UCHAR msg[120] = "";
    pcre2_get_error_message(number, msg, sizeof msg);
    return th_elm__fail(e, n, TH_EINVAL, "the regular expression \"%.*s\": %s", TH_STR_ARG(th_str_sub(pattern, 0, 80)),
                        (const char *)msg);
  }
  x->data = pcre2_match_data_create_from_pattern(x->code, NULL);
  if (!x->data) {
    pcre2_code_free(x->code);
    return th_elm__nomem(e);
  }
  c->all.v[c->all.n++] = x;
  if (th_map_put(&c->map, key, (uint64_t)(uintptr_t)x) != TH_OK) return th_elm__nomem(e);
  *out = x;
  return TH_OK;
}

/* rc > 0: found */
static th_code match_at(eval *e, const node *n, const entry *x, th_str text, size_t from, uint32_t options, int *rc) {
  *rc = pcre2_match(x->code, (PCRE2_SPTR)(text.p ? text.p : ""), text.n, from, options, x->data, e->regex->limits);
  if (*rc >= 0 || *rc == PCRE2_ERROR_NOMATCH) return TH_OK;
  if (*rc == PCRE2_ERROR_MATCHLIMIT || *rc == PCRE2_ERROR_DEPTHLIMIT || *rc == PCRE2_ERROR_HEAPLIMIT)
    return th_elm__fail(e, n, TH_ELIMIT, "the regular expression needs more steps than are allowed (%d)", MATCH_LIMIT);
  return th_elm__fail(e, n, TH_EINVAL, "the regular expression could not be applied (%d)", *rc);
}

th_code th_elm__regex_match(eval *e, const node *n, th_str text, th_str pattern, bool whole, bool *out) {
  const entry *x;
  int rc;
  TH_TRY(find_entry(e, n, pattern, whole, &x));
  TH_TRY(match_at(e, n, x, text, 0, 0, &rc));
  *out = rc >= 0;
  return TH_OK;
}

/* $1 … $9 name groups, \$ a dollar, \\ a backslash (as in the Java reference). */
static void add_replacement(th_buf *b, th_str with, th_str text, const PCRE2_SIZE *ov, uint32_t groups) {
  for (size_t i = 0; i < with.n; i++) {
    const char c = with.p[i];
    if (c == '\\' && i + 1 < with.n) {
      th_buf_addc(b, with.p[++i]);
    } else if (c == '$' && i + 1 < with.n && with.p[i + 1] >= '0' && with.p[i + 1] <= '9') {
      const uint32_t g = (uint32_t)(with.p[++i] - '0');
      if (g < groups && ov[2 * g] != PCRE2_UNSET) th_buf_add(b, th_str_sub(text, ov[2 * g], ov[2 * g + 1]));
    } else {
      th_buf_addc(b, c);
    }
  }
}

static size_t rune_end(th_str s, size_t at) {
  for (at++; at < s.n && ((unsigned char)s.p[at] & 0xC0) == 0x80; at++) {
  }
  return at;
}

th_code th_elm__regex_replace(eval *e, const node *n, th_str text, th_str pattern, th_str with, th_str *out) {
  const entry *x;
  th_buf b;
  size_t at = 0, done = 0;
  TH_TRY(find_entry(e, n, pattern, false, &x));
  th_buf_init(&b, e->arena, text.n + 16);
  while (at <= text.n) {
    int rc;
    TH_TRY(match_at(e, n, x, text, at, 0, &rc));
    if (rc < 0) break;
    const PCRE2_SIZE *ov = pcre2_get_ovector_pointer(x->data);
    th_buf_add(&b, th_str_sub(text, done, ov[0]));
    add_replacement(&b, with, text, ov, pcre2_get_ovector_count(x->data));
    done = ov[1];
    at = ov[1] > ov[0] ? ov[1] : ov[1] < text.n ? rune_end(text, ov[1]) : text.n + 1;
    if (ov[1] < ov[0]) break;
    if (b.n > TH_LIMIT_DOCUMENT_BYTES) return th_elm__fail(e, n, TH_ELIMIT, "the text grows past TH_LIMIT_DOCUMENT_BYTES");
  }
  th_buf_add(&b, th_str_sub(text, done, text.n));
  if (b.failed) return th_elm__nomem(e);
  *out = th_buf_str(&b);
  return TH_OK;
}

th_code th_elm__regex_split(eval *e, const node *n, th_str text, th_str pattern, val *out) {
  const entry *x;
  TH_VEC(val) list = { 0 };
  size_t at = 0, done = 0;
  TH_TRY(find_entry(e, n, pattern, false, &x));
  while (at < text.n) {
    int rc;
    TH_TRY(match_at(e, n, x, text, at, 0, &rc));
    if (rc < 0) break;
    const PCRE2_SIZE *ov = pcre2_get_ovector_pointer(x->data);
    if (ov[1] <= ov[0]) {
      at = rune_end(text, ov[1]);
      continue;
    }
    if (!TH_VEC_PUSH(e->arena, &list, v_str(th_str_sub(text, done, ov[0])))) return th_elm__nomem(e);
    at = done = ov[1];
  }
  if (!TH_VEC_PUSH(e->arena, &list, v_str(th_str_sub(text, done, text.n)))) return th_elm__nomem(e);
  *out = v_list(list.v, list.n);
  return TH_OK;
}
