/* Regular expressions by PCRE2 in its own dialect (which CQL recommends: \d, \w and \b are of ASCII), UTF on, with limits: a
 * hostile pattern costs bounded time and gives an error, not a hang. Patterns are compiled once an evaluation. Matches covers the whole
 * text. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "elm/elm_priv.h"

/* A match of a whole text begins at one place, so that PCRE2's own limit bounds it: a first try within what honest patterns need, a
 * second that counts dearly. A search begins at every place, and its limit holds for each: there every item is counted by a callout. */
#define MATCH_LIMIT  2000000
#define CHEAP_LIMIT  10000
#define DEAR_STEPS   100000 /* what the second try counts among the steps of the define */
#define SEARCH_LIMIT 20000000
#define SHORT_TEXT   4096 /* a longer text is searched item by item, too: one item may pass over all of it */
#define DEPTH_LIMIT  20000
#define HEAP_LIMIT   20000 /* KiB */
#define PATTERNS     256   /* kept compiled; their memory is not the arena's */

typedef struct entry {
  pcre2_code *code;
  uint32_t groups; /* with the whole */
  bool counted;
} entry;

struct elm_regex_cache {
  th_map map; /* pattern, prefixed by the way it is compiled → entry */
  TH_VEC(entry *) all;
  pcre2_match_context *limits;
  pcre2_match_data *data;
  uint64_t left; /* of a search */
  PCRE2_SIZE at; /* where the search stood */
};

static int count_item(pcre2_callout_block *b, void *cache) {
  struct elm_regex_cache *c = cache;
  const PCRE2_SIZE from = c->at, to = b->current_position;
  const uint64_t cost = 1 + (from < to ? to - from : from - to) / 16;
  c->at = to;
  if (c->left < cost) return PCRE2_ERROR_CALLOUT;
  c->left -= cost;
  return 0;
}

static struct elm_regex_cache *cache_of(eval *e) {
  if (e->regex) return e->regex;
  struct elm_regex_cache *c = TH_NEW(e->arena, struct elm_regex_cache);
  if (!c) return NULL;
  th_map_init(&c->map, e->arena);
  c->limits = pcre2_match_context_create(NULL);
  if (!c->limits) return NULL;
  pcre2_set_depth_limit(c->limits, DEPTH_LIMIT);
  pcre2_set_heap_limit(c->limits, HEAP_LIMIT);
  pcre2_set_callout(c->limits, count_item, c);
  return e->regex = c;
}

static void forget_patterns(struct elm_regex_cache *c) {
  for (size_t i = 0; i < c->all.n; i++) pcre2_code_free(c->all.v[i]->code);
  c->all.n = 0;
}

void th_elm__regex_del(eval *e) {
  struct elm_regex_cache *c = e->regex;
  if (!c) return;
  forget_patterns(c);
  pcre2_match_data_free(c->data);
  pcre2_match_context_free(c->limits);
  e->regex = NULL;
}

static bool room_for(struct elm_regex_cache *c, uint32_t groups) {
  if (c->data && pcre2_get_ovector_count(c->data) >= groups) return true;
  pcre2_match_data_free(c->data);
  c->data = pcre2_match_data_create(groups, NULL);
  return c->data != NULL;
}

static th_code compile(eval *e, const node *n, th_str pattern, bool whole, entry *x) {
  const uint32_t ends = whole ? PCRE2_ANCHORED | PCRE2_ENDANCHORED : 0, counts = x->counted ? PCRE2_AUTO_CALLOUT : 0;
  int number;
  PCRE2_SIZE at;
  x->code = pcre2_compile((PCRE2_SPTR)(pattern.p ? pattern.p : ""), pattern.n,
                          PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | ends | counts, &number, &at, NULL);
  if (x->code) {
    pcre2_pattern_info(x->code, PCRE2_INFO_CAPTURECOUNT, &x->groups);
    x->groups++;
    return TH_OK;
  }
  if (number == PCRE2_ERROR_NOMEMORY) return th_elm__nomem(e);
  PCRE2_UCHAR msg[120] = "";
  pcre2_get_error_message(number, msg, sizeof msg);
  return th_elm__fail(e, n, TH_EINVAL, "the regular expression \"%.*s\": %s", TH_STR_ARG(th_str_sub(pattern, 0, 80)),
                      (const char *)msg);
}

static th_code find_entry(eval *e, const node *n, th_str pattern, bool whole, bool counted, const entry **out) {
  struct elm_regex_cache *c = cache_of(e);
  if (!c) return th_elm__nomem(e);
  const th_arena_mark m = th_arena_save(e->arena);
  const th_str key = th_str_fmt(e->arena, "%c%.*s", whole ? counted ? 'W' : 'w' : 's', TH_STR_ARG(pattern));
  uint64_t v;
  if (!key.p) return th_elm__nomem(e);
  if (th_map_get(&c->map, key, &v)) {
    th_arena_rewind(e->arena, m);
    *out = (const entry *)(uintptr_t)v;
    return TH_OK;
  }
  if (c->all.n == PATTERNS) {
    forget_patterns(c);
    th_map_init(&c->map, e->arena);
  }
  entry *x = TH_NEW(e->arena, entry);
  if (!x || !TH_VEC_RESERVE(e->arena, &c->all, 1)) return th_elm__nomem(e);
  x->counted = counted;
  TH_TRY(compile(e, n, pattern, whole, x));
  c->all.v[c->all.n++] = x;
  if (th_map_put(&c->map, key, (uint64_t)(uintptr_t)x) != TH_OK) return th_elm__nomem(e);
  *out = x;
  return TH_OK;
}

static bool out_of_steps(int rc) {
  return rc == PCRE2_ERROR_MATCHLIMIT || rc == PCRE2_ERROR_DEPTHLIMIT || rc == PCRE2_ERROR_HEAPLIMIT ||
         rc == PCRE2_ERROR_CALLOUT;
}

/* *rc > 0: found. `checked`: the text is known to be UTF-8. */
static th_code match_at(eval *e, const node *n, const entry *x, th_str text, size_t from, bool checked, int *rc) {
  struct elm_regex_cache *c = e->regex;
  const PCRE2_SPTR p = (PCRE2_SPTR)(text.p ? text.p : "");
  if (!room_for(c, x->groups)) return th_elm__nomem(e);
  c->at = from;
  pcre2_set_match_limit(c->limits, x->counted ? MATCH_LIMIT : CHEAP_LIMIT);
  *rc = pcre2_match(x->code, p, text.n, from, checked ? PCRE2_NO_UTF_CHECK : 0, c->data, c->limits);
  if (*rc == PCRE2_ERROR_MATCHLIMIT && !x->counted) {
    TH_TRY(th_elm__work(e, n, DEAR_STEPS));
    pcre2_set_match_limit(c->limits, MATCH_LIMIT);
    *rc = pcre2_match(x->code, p, text.n, from, PCRE2_NO_UTF_CHECK, c->data, c->limits);
  }
  if (*rc >= 0 || *rc == PCRE2_ERROR_NOMATCH) return TH_OK;
  if (out_of_steps(*rc))
    return th_elm__fail(e, n, TH_ELIMIT, "the regular expression needs more steps than are allowed (%d)",
                        x->counted ? SEARCH_LIMIT : MATCH_LIMIT);
  if (*rc == PCRE2_ERROR_NOMEMORY) return th_elm__nomem(e);
  return th_elm__fail(e, n, TH_EINVAL, "the regular expression could not be applied (%d)", *rc);
}

/* A search of one text from its start on; what it costs counts among the steps of the define once it is over. */
static th_code search_begin(eval *e, const node *n, th_str pattern, bool whole, const entry **x) {
  TH_TRY(find_entry(e, n, pattern, whole, true, x));
  e->regex->left = SEARCH_LIMIT;
  return TH_OK;
}
static th_code search_end(eval *e, const node *n, th_str text) {
  return th_elm__work(e, n, 1 + text.n / 256 + (SEARCH_LIMIT - e->regex->left) / 8);
}

th_code th_elm__regex_match(eval *e, const node *n, th_str text, th_str pattern, bool *out) {
  const entry *x;
  int rc;
  if (text.n <= SHORT_TEXT) {
    TH_TRY(find_entry(e, n, pattern, true, false, &x));
    TH_TRY(match_at(e, n, x, text, 0, false, &rc));
    *out = rc >= 0;
    return TH_OK;
  }
  TH_TRY(search_begin(e, n, pattern, true, &x));
  TH_TRY(match_at(e, n, x, text, 0, false, &rc));
  *out = rc >= 0;
  return search_end(e, n, text);
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
  TH_TRY(search_begin(e, n, pattern, false, &x));
  th_buf_init(&b, e->arena, text.n + 16);
  while (at <= text.n) {
    int rc;
    TH_TRY(match_at(e, n, x, text, at, at > 0, &rc));
    if (rc < 0) break;
    const PCRE2_SIZE *ov = pcre2_get_ovector_pointer(e->regex->data);
    th_buf_add(&b, th_str_sub(text, done, ov[0]));
    add_replacement(&b, with, text, ov, x->groups);
    done = ov[1];
    at = ov[1] > ov[0] ? ov[1] : ov[1] < text.n ? rune_end(text, ov[1]) : text.n + 1;
    if (ov[1] < ov[0]) break;
    if (b.n > TH_LIMIT_DOCUMENT_BYTES) return th_elm__fail(e, n, TH_ELIMIT, "the text grows past TH_LIMIT_DOCUMENT_BYTES");
  }
  th_buf_add(&b, th_str_sub(text, done, text.n));
  if (b.failed) return th_elm__nomem(e);
  *out = th_buf_str(&b);
  return search_end(e, n, text);
}

th_code th_elm__regex_split(eval *e, const node *n, th_str text, th_str pattern, val *out) {
  const entry *x;
  TH_VEC(val) list = { 0 };
  size_t at = 0, done = 0;
  TH_TRY(search_begin(e, n, pattern, false, &x));
  while (at < text.n) {
    int rc;
    TH_TRY(match_at(e, n, x, text, at, at > 0, &rc));
    if (rc < 0) break;
    const PCRE2_SIZE *ov = pcre2_get_ovector_pointer(e->regex->data);
    if (ov[1] <= ov[0]) {
      at = rune_end(text, ov[1]);
      continue;
    }
    if (!TH_VEC_PUSH(e->arena, &list, v_str(th_str_sub(text, done, ov[0])))) return th_elm__nomem(e);
    at = done = ov[1];
  }
  if (!TH_VEC_PUSH(e->arena, &list, v_str(th_str_sub(text, done, text.n)))) return th_elm__nomem(e);
  *out = v_list(list.v, list.n);
  return search_end(e, n, text);
}
