#include "theriac/base/str.h"

#include "theriac/base/arena.h"

int th_str_cmp(th_str a, th_str b) {
  const size_t n = a.n < b.n ? a.n : b.n;
  const int c = n ? memcmp(a.p, b.p, n) : 0;
  if (c) return c < 0 ? -1 : 1;
  return (a.n > b.n) - (a.n < b.n);
}

static unsigned char lower(char c) {
  return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

bool th_str_eq_nocase(th_str a, th_str b) {
  if (a.n != b.n) return false;
  for (size_t i = 0; i < a.n; i++)
    if (lower(a.p[i]) != lower(b.p[i])) return false;
  return true;
}

bool th_str_starts(th_str s, th_str prefix) {
  return s.n >= prefix.n && th_str_eq(th_str_sub(s, 0, prefix.n), prefix);
}

bool th_str_ends(th_str s, th_str suffix) {
  return s.n >= suffix.n && th_str_eq(th_str_sub(s, s.n - suffix.n, s.n), suffix);
}

size_t th_str_find(th_str s, th_str needle, size_t from) {
  if (from > s.n || needle.n > s.n - from) return SIZE_MAX;
  if (needle.n == 0) return from;
  const char *end = s.p + (s.n - needle.n) + 1; /* one past the last possible start */
  for (const char *p = s.p + from; p < end; p++) {
    p = memchr(p, needle.p[0], (size_t)(end - p));
    if (!p) return SIZE_MAX;
    if (memcmp(p, needle.p, needle.n) == 0) return (size_t)(p - s.p);
  }
  return SIZE_MAX;
}

size_t th_str_rfind(th_str s, th_str needle) {
  if (needle.n > s.n) return SIZE_MAX;
  for (size_t i = s.n - needle.n + 1; i-- > 0;)
    if (needle.n == 0 || memcmp(s.p + i, needle.p, needle.n) == 0) return i;
  return SIZE_MAX;
}

bool th_str_has(th_str s, th_str needle) {
  return th_str_find(s, needle, 0) != SIZE_MAX;
}

static const th_str wide_blanks[] = { { "\xC2\xA0", 2 }, { "\xE3\x80\x80", 3 } }; /* NBSP, U+3000 */

static bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

static size_t blank_at_start(th_str s) {
  if (s.n && is_blank(s.p[0])) return 1;
  for (size_t k = 0; k < 2; k++)
    if (th_str_starts(s, wide_blanks[k])) return wide_blanks[k].n;
  return 0;
}

static size_t blank_at_end(th_str s) {
  if (s.n && is_blank(s.p[s.n - 1])) return 1;
  for (size_t k = 0; k < 2; k++)
    if (th_str_ends(s, wide_blanks[k])) return wide_blanks[k].n;
  return 0;
}

th_str th_str_trim(th_str s) {
  for (size_t k; (k = blank_at_start(s)) != 0;) s = th_str_sub(s, k, s.n);
  for (size_t k; (k = blank_at_end(s)) != 0;) s.n -= k;
  return s;
}

/* *rest with p = NULL is used up; an empty last piece ("a,") leaves n = 0 with p set, so it is still given. */
bool th_str_split(th_str *rest, char sep, th_str *piece) {
  if (!rest->p) return false;
  const char *at = rest->n ? memchr(rest->p, sep, rest->n) : NULL;
  if (!at) {
    *piece = *rest;
    *rest = TH_STR_NONE;
    return true;
  }
  const size_t n = (size_t)(at - rest->p);
  *piece = th_str_n(rest->p, n);
  *rest = th_str_n(at + 1, rest->n - n - 1);
  return true;
}

/* Searched in pieces: in a file of old Mac line ends no piece is looked through for \n but once a line. */
static size_t line_length(th_str s) {
  enum { PIECE = 4096 };
  for (size_t from = 0; from < s.n; from += PIECE) {
    const char *p = s.p + from;
    const size_t n = s.n - from < PIECE ? s.n - from : PIECE;
    const char *feed = memchr(p, '\n', n);
    const char *back = memchr(p, '\r', feed ? (size_t)(feed - p) : n);
    if (back || feed) return (size_t)((back ? back : feed) - s.p);
  }
  return s.n;
}

bool th_str_line(th_str *rest, th_str *line) {
  if (rest->n == 0) return false;
  size_t n = line_length(*rest);
  *line = th_str_n(rest->p, n);
  if (n < rest->n) n += rest->p[n] == '\r' && n + 1 < rest->n && rest->p[n + 1] == '\n' ? 2 : 1;
  *rest = th_str_n(rest->p + n, rest->n - n);
  return true;
}

char *th_str_z(struct th_arena *a, th_str s) {
  char *p = s.n < SIZE_MAX ? th_arena_alloc(a, s.n + 1, 1) : NULL;
  if (p && s.n) memcpy(p, s.p, s.n);
  return p;
}

th_str th_str_dup(struct th_arena *a, th_str s) {
  char *p = th_str_z(a, s);
  return p ? th_str_n(p, s.n) : TH_STR_NONE;
}
