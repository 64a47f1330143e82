/* Folding goes character by character in three steps: compatibility decomposition and case folding (utf8proc), canonical
 * composition of what belongs together, then our own rules for blanks, dashes, Han variants and Greek letters. A character here
 * is a code point with all that can compose with it, so nothing outside has a say in its result and every output byte has one
 * place in the original. */
#include <utf8proc.h>

#include "text/text_priv.h"

enum { RUN = 32, ROOM = RUN * 18 + 18 }; /* a code point decomposes into 18 at most (U+FDFA) */

typedef struct folder {
  th_arena *arena;
  char *out;
  uint32_t *map; /* NULL when not wanted */
  size_t n, cap;
  bool ok;
  unsigned flags;
  uint32_t from, to; /* the character being folded */
  uint32_t end;      /* of the last character that left something */
  bool blank;        /* a blank waits for what follows */
  uint32_t blank_from;
  size_t dot_at; /* a middle dot right behind a digit stands here in out, and nothing since; SIZE_MAX: none */
  bool after_digit;
} folder;

/* Room for `more` bytes, so that emit need not ask. */
static bool room(folder *f, size_t more) {
  if (f->cap - f->n >= more) return true;
  const size_t cap = f->n + more > 2 * f->cap ? f->n + more : 2 * f->cap;
  char *out = th_arena_grow(f->arena, f->out, f->cap, cap, 1);
  uint32_t *map =
      out && f->map ? th_arena_grow(f->arena, f->map, f->cap * sizeof *map, cap * sizeof *map, alignof(uint32_t)) : NULL;
  f->ok = out && (map || !f->map);
  if (!f->ok) return false;
  f->out = out;
  f->map = map;
  f->cap = cap;
  return true;
}

static void emit(folder *f, uint32_t rune, uint32_t from) {
  const unsigned len = th_utf8_put(f->out + f->n, rune);
  for (unsigned i = 0; f->map && i < len; i++) f->map[f->n + i] = from;
  f->n += len;
}

/* Han ideographs stand for themselves: nothing to decompose, no blank, no dash. Most of a Chinese text. */
static bool is_han(uint32_t rune) {
  return rune >= 0x3400 && rune <= 0x9FFF;
}

static bool is_dash(uint32_t r) {
  return (r >= 0x2010 && r <= 0x2015) || r == 0x2212 || r == 0x2043 || r == 0xFE58 || r == 0xFE63 || r == 0xFF0D ||
         r == 0x058A || r == 0x2E3A || r == 0x2E3B;
}

static bool is_middle_dot(uint32_t r) {
  return r == 0xB7 || r == 0x2027 || r == 0x2219 || r == 0x22C5 || r == 0x30FB || r == 0xFF65;
}

static bool is_unseen(uint32_t r) {
  return r == 0xAD || r == 0x034F || (r >= 0x200B && r <= 0x200F) || (r >= 0x202A && r <= 0x202E) ||
         (r >= 0x2060 && r <= 0x2064) || (r >= 0xFE00 && r <= 0xFE0F) || r == 0xFEFF || (r >= 0xE0100 && r <= 0xE01EF);
}

/* "0·5" as some journals print it: the dot is known for a decimal point once a digit follows. */
static void settle_dot(folder *f, bool digit) {
  if (digit && f->dot_at != SIZE_MAX) {
    f->out[f->dot_at] = '.';
    f->n = f->dot_at + 1;
  }
  f->dot_at = SIZE_MAX;
}

/* True when the rune is held back or dropped; else the blank before it is written. */
static bool blank(folder *f, uint32_t rune) {
  if (!(f->flags & TH_FOLD_SPACE)) return false;
  if (!is_han(rune)) {
    if (rune >= 0x80 && is_unseen(rune)) return true;
    if (th_rune_is_space(rune)) {
      if (!f->blank) f->blank_from = f->from;
      f->blank = true;
      return true;
    }
  }
  if (f->blank && f->n) {
    emit(f, ' ', f->blank_from);
    f->dot_at = SIZE_MAX;
    f->after_digit = false;
  }
  f->blank = false;
  return false;
}

static void put(folder *f, uint32_t rune) {
  if (blank(f, rune)) return;
  f->end = f->to;
  const bool digit = th_rune_is_digit(rune);
  settle_dot(f, digit);
  if (f->flags & TH_FOLD_DASH && rune >= 0x80) {
    if (is_dash(rune)) rune = '-';
    if (f->after_digit && is_middle_dot(rune)) f->dot_at = f->n;
  }
  f->after_digit = digit;
  const char *greek = f->flags & TH_FOLD_GREEK ? th_text__greek_name(rune) : NULL;
  if (greek) {
    for (; *greek; greek++) emit(f, (unsigned char)*greek, f->from);
    return;
  }
  emit(f, f->flags & TH_FOLD_HAN && is_han(rune) ? th_text__han_fold(rune) : rune, f->from);
}

static int decompose(uint32_t rune, unsigned flags, utf8proc_int32_t *out, int most) {
  utf8proc_option_t o = 0;
  if (flags & TH_FOLD_NFKC) o |= UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT;
  if (flags & TH_FOLD_CASE) o |= UTF8PROC_CASEFOLD;
  int last_class = 0;
  const utf8proc_ssize_t n =
      o && !is_han(rune) ? utf8proc_decompose_char((utf8proc_int32_t)rune, out, most, o, &last_class) : 0;
  if (n > 0 && n <= most) return (int)n;
  out[0] = (utf8proc_int32_t)rune;
  return 1;
}

/* Whether a character whose decomposition starts with this rune can join the one before: marks, and Hangul vowels and finals. */
static bool joins(utf8proc_int32_t first) {
  if (first < 0x300 || is_han((uint32_t)first)) return false;
  if (first >= 0x1160 && first <= 0x11FF) return true;
  const utf8proc_category_t c = utf8proc_category(first);
  return c >= UTF8PROC_CATEGORY_MN && c <= UTF8PROC_CATEGORY_ME;
}

/* Canonical order: marks by their class, those of one class as they stand. Short runs, so by insertion. */
static void order(utf8proc_int32_t *r, int n) {
  for (int i = 1; i < n; i++) {
    const utf8proc_int32_t x = r[i];
    const int class = utf8proc_get_property(x)->combining_class;
    int k = i;
    for (; class && k > 0 && utf8proc_get_property(r[k - 1])->combining_class > class; k--) r[k] = r[k - 1];
    r[k] = x;
  }
}

static void put_run(folder *f, utf8proc_int32_t *run, int n) {
  if (n > 1 && f->flags & TH_FOLD_NFKC) {
    order(run, n);
    const utf8proc_ssize_t m = utf8proc_normalize_utf32(run, n, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
    if (m > 0 && m <= n) n = (int)m;
  }
  if (!room(f, 8 * (size_t)n + 1)) return; /* "epsilon" is the longest, and a blank before it */
  for (int i = 0; i < n; i++) put(f, (uint32_t)run[i]);
}

static void fold_ascii(folder *f, unsigned char c) {
  if (!room(f, 2)) return;
  put(f, f->flags & TH_FOLD_CASE && c >= 'A' && c <= 'Z' ? c + 32u : c);
}

/* Plain words, single blanks between them: most of an English text, without a question asked of the tables. Stops where anything
 * else comes, or may join what stands before it. */
static size_t plain_words(folder *f, th_str s, size_t at) {
  if (f->blank || f->dot_at != SIZE_MAX) return at;
  const bool lower = f->flags & TH_FOLD_CASE, fold_blanks = f->flags & TH_FOLD_SPACE;
  const size_t from = at;
  while (at + 1 < s.n && f->n < f->cap) {
    const unsigned char c = (unsigned char)s.p[at], next = (unsigned char)s.p[at + 1];
    const bool word = c > ' ' && c < 0x7F;
    if (next >= 0x80 || (!word && (c != ' ' || (fold_blanks && (!f->n || next <= ' ' || next == 0x7F))))) break;
    if (f->map) f->map[f->n] = (uint32_t)at;
    f->out[f->n++] = (char)(lower && c >= 'A' && c <= 'Z' ? c + 32 : c);
    at++;
  }
  if (at > from) {
    f->end = (uint32_t)at;
    f->after_digit = th_rune_is_digit((unsigned char)s.p[at - 1]);
  }
  return at;
}

static void fold_all(folder *f, th_str s) {
  utf8proc_int32_t run[ROOM];
  int n = 0, chars = 0;
  for (size_t at = 0; at < s.n && f->ok;) {
    const size_t from = at;
    const unsigned char c = (unsigned char)s.p[at];
    const bool plain_next = at + 1 == s.n || (unsigned char)s.p[at + 1] < 0x80;
    if (c < 0x80 && plain_next) {
      put_run(f, run, n);
      n = chars = 0;
      at = plain_words(f, s, at);
      if (at > from) continue;
      f->from = (uint32_t)at++;
      f->to = (uint32_t)at;
      fold_ascii(f, c);
      continue;
    }
    utf8proc_int32_t one[18];
    const int m = decompose(th_utf8_next(s, &at), f->flags, one, 18);
    if (!n || chars == RUN || !(f->flags & TH_FOLD_NFKC) || !joins(one[0])) {
      put_run(f, run, n);
      n = chars = 0;
      f->from = (uint32_t)from;
    }
    memcpy(run + n, one, (size_t)m * sizeof *one);
    f->to = (uint32_t)at;
    n += m;
    chars++;
  }
  put_run(f, run, n);
}

th_str th_text_fold(th_arena *a, th_str s, unsigned flags, uint32_t **map) {
  if (map) *map = NULL;
  if (s.n >= UINT32_MAX) return TH_STR_NONE;
  folder f = { .arena = a, .ok = true, .flags = flags, .dot_at = SIZE_MAX, .cap = s.n + 16 };
  f.out = th_arena_alloc(a, f.cap, 1);
  f.map = map ? TH_NEWN(a, uint32_t, f.cap) : NULL;
  if (!f.out || (map && !f.map)) return TH_STR_NONE;
  fold_all(&f, s);
  if (!f.ok || !room(&f, 1)) return TH_STR_NONE;
  f.out[f.n] = '\0';
  if (map) {
    f.map[f.n] = f.end;
    *map = f.map;
  }
  return th_str_n(f.out, f.n);
}

void th_text_fold_span(const uint32_t *map, size_t folded_n, size_t from, size_t to, size_t *orig_from, size_t *orig_to) {
  *orig_from = map[from];
  if (to <= from) {
    *orig_to = map[from];
    return;
  }
  size_t end = to; /* past the other bytes of the last character */
  while (end < folded_n && map[end] == map[to - 1]) end++;
  *orig_to = map[end];
}
