#include <stdio.h>

#include "base/base_priv.h"
#include "theriac/base/arena.h"
#include "theriac/base/str.h"
#include "theriac/base/utf8.h"

void th_buf_init(th_buf *b, struct th_arena *a, size_t cap) {
  *b = (th_buf){ .arena = a };
  if (!cap) return;
  b->p = th_arena_alloc(a, cap, 1);
  b->failed = !b->p;
  b->cap = b->p ? cap : 0;
}

static bool grow(th_buf *b, size_t more) {
  if (b->failed) return false;
  b->failed = true;
  if (more > SIZE_MAX / 4 - b->n) return false;
  size_t cap = b->cap ? b->cap * 2 : 64;
  if (cap < b->n + more + 1) cap = b->n + more + 1;
  char *p = th_arena_grow(b->arena, b->p, b->cap, cap, 1);
  if (!p) return false;
  b->p = p;
  b->cap = cap;
  b->failed = false;
  return true;
}

/* Room for `more` bytes and a NUL behind them. */
static inline bool reserve(th_buf *b, size_t more) {
  return (!b->failed && more < b->cap - b->n) || grow(b, more);
}

void th_buf_add(th_buf *b, th_str s) {
  if (!reserve(b, s.n)) return;
  if (s.n) memcpy(b->p + b->n, s.p, s.n);
  b->n += s.n;
  b->p[b->n] = 0;
}

void th_buf_addz(th_buf *b, const char *z) {
  th_buf_add(b, th_str_of(z));
}

void th_buf_addc(th_buf *b, char c) {
  if (!reserve(b, 1)) return;
  b->p[b->n++] = c;
  b->p[b->n] = 0;
}

static void add_formatted(th_buf *b, const char *fmt, va_list ap) TH_PRINTF(2, 0);
static void add_formatted(th_buf *b, const char *fmt, va_list ap) {
  va_list again;
  va_copy(again, ap);
  const size_t room = b->failed ? 0 : b->cap - b->n;
  const int n = th_base__vsnprintf(room ? b->p + b->n : NULL, room, fmt, ap);
  if (n < 0) b->failed = true;
  if (n >= 0 && (size_t)n >= room && reserve(b, (size_t)n)) th_base__vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
  if (!b->failed) b->n += (size_t)n;
  va_end(again);
}

void th_buf_addf(th_buf *b, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  add_formatted(b, fmt, ap);
  va_end(ap);
}

/* Most texts are short: written once beside the arena, then copied to their length. */
th_str th_str_fmt(struct th_arena *a, const char *fmt, ...) {
  char text[256];
  va_list ap;
  va_start(ap, fmt);
  const int n = th_base__vsnprintf(text, sizeof text, fmt, ap);
  va_end(ap);
  if (n < 0) return TH_STR_NONE;
  char *p = th_arena_alloc(a, (size_t)n + 1, 1);
  if (!p) return TH_STR_NONE;
  if ((size_t)n < sizeof text) {
    memcpy(p, text, (size_t)n);
  } else {
    va_start(ap, fmt);
    th_base__vsnprintf(p, (size_t)n + 1, fmt, ap);
    va_end(ap);
  }
  return th_str_n(p, (size_t)n);
}

void th_buf_add_rune(th_buf *b, uint32_t rune) {
  char u[4];
  th_buf_add(b, th_str_n(u, th_utf8_put(u, rune)));
}
