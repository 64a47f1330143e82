/* Text as a view: pointer and length, never owning, never assumed to end in NUL. UTF-8 unless said otherwise. */
#ifndef THERIAC_BASE_STR_H
#define THERIAC_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "theriac/base/err.h"

struct th_arena;

typedef struct th_str {
  const char *p;
  size_t n;
} th_str;

#define TH_S(lit)   ((th_str){ "" lit, sizeof(lit) - 1 })
#define TH_STR_NONE ((th_str){ NULL, 0 })
/* printf("%.*s", TH_STR_ARG(s)) */
#define TH_STR_ARG(s) (int)((s).n > INT32_MAX ? INT32_MAX : (s).n), (s).p ? (s).p : ""

static inline th_str th_str_of(const char *z) {
  return (th_str){ z, z ? strlen(z) : 0 };
}
static inline th_str th_str_n(const char *p, size_t n) {
  return (th_str){ p, n };
}
static inline bool th_str_empty(th_str s) {
  return s.n == 0;
}
static inline bool th_str_eq(th_str a, th_str b) {
  return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}
static inline bool th_str_is(th_str a, const char *z) {
  return th_str_eq(a, th_str_of(z));
}
/* Bytes from..to, clipped to the text. */
static inline th_str th_str_sub(th_str s, size_t from, size_t to) {
  if (to > s.n) to = s.n;
  if (from > to) from = to;
  return (th_str){ s.p ? s.p + from : NULL, to - from };
}

TH_API int th_str_cmp(th_str a, th_str b);        /* by bytes, shorter first */
TH_API bool th_str_eq_nocase(th_str a, th_str b); /* ASCII only */
TH_API bool th_str_starts(th_str s, th_str prefix);
TH_API bool th_str_ends(th_str s, th_str suffix);
/* Offset of the first (last) occurrence at or after `from` (anywhere), or SIZE_MAX. O(n·m) worst, memchr-led. */
TH_API size_t th_str_find(th_str s, th_str needle, size_t from);
TH_API size_t th_str_rfind(th_str s, th_str needle);
TH_API bool th_str_has(th_str s, th_str needle);
TH_API th_str th_str_trim(th_str s); /* ASCII blanks, NBSP and U+3000 at both ends */
/* Cuts up to the next separator off *rest. False when *rest is used up. "a,,b" gives a, "", b. */
TH_API bool th_str_split(th_str *rest, char sep, th_str *piece);
/* Next line without its end (\n, \r\n or \r). */
TH_API bool th_str_line(th_str *rest, th_str *line);

/* Whole text is one number; false otherwise, and on overflow. */
TH_API bool th_str_to_i64(th_str s, int64_t *out);
TH_API bool th_str_to_f64(th_str s, double *out); /* independent of locale; inf, nan, hex and over 1023 bytes refused */

/* "NCT" and eight digits, the number ClinicalTrials.gov gives a study, with capitals or without. */
TH_API bool th_str_is_nct(th_str s);

/* Copies live in the arena and end in NUL behind n. On want of memory p is NULL. */
TH_API th_str th_str_dup(struct th_arena *a, th_str s);
TH_API th_str th_str_fmt(struct th_arena *a, const char *fmt, ...) TH_PRINTF(2, 3);
TH_API char *th_str_z(struct th_arena *a, th_str s); /* NUL-terminated copy, or NULL */

/* A growing text in an arena. Errors stick: check `failed` once at the end. */
typedef struct th_buf {
  struct th_arena *arena;
  char *p;
  size_t n, cap;
  bool failed;
} th_buf;

TH_API void th_buf_init(th_buf *b, struct th_arena *a, size_t cap);
TH_API void th_buf_add(th_buf *b, th_str s);
TH_API void th_buf_addz(th_buf *b, const char *z);
TH_API void th_buf_addc(th_buf *b, char c);
TH_API void th_buf_addf(th_buf *b, const char *fmt, ...) TH_PRINTF(2, 3);
TH_API void th_buf_add_rune(th_buf *b, uint32_t rune); /* as UTF-8 */
static inline th_str th_buf_str(const th_buf *b) {
  return (th_str){ b->p, b->n };
}

#endif
