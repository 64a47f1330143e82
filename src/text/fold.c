/* Folding goes character by character in three steps: compatibility decomposition and case folding (utf8proc), canonical
 * composition of what belongs together, then our own rules for blanks, dashes, Han variants and Greek letters. A character here
 * is a code point with all that can compose with it, so nothing outside has a say in its result and every output byte has one
 * place in the original. */
#include <utf8proc.h>

#include "text/text_priv.h"

enum { RUN = 32, ROOM = RUN * 18 + 18 }; /* a code point decomposes into 18 at most (U+FDFA) */

typedef struct folder {
  th_buf out;
  TH_VEC(uint32_t) map;
  bool with_map, ok;
  unsigned flags;
  uint32_t from, to; /* the character being folded */
  uint32_t end;      /* of the last character that left something */
  bool blank;        /* a blank waits for what follows */
  uint32_t blank_from;
  size_t dot_at; /* a middle dot right behind a digit stands here in out, and nothing since; SIZE_MAX: none */
  bool after_digit;
} folder;

static void emit(folder *f, uint32_t rune, uint32_t from) {
  const size_t before = f->out.n;
  th_buf_add_rune(&f->out, rune);
  if (!f->with_map) return;
  for (size_t i = before; i < f->out.n; i++) f->ok = f->ok && TH_VEC_PUSH(f->out.arena, &f->map, from);
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
    f->out.p[f->dot_at] = '.';
    f->out.n = f->dot_at + 1;
    if (f->with_map) f->map.n = f->out.n;
  }
  f->dot_at = SIZE_MAX;
}

static void put(folder *f, uint32_t rune) {
  if (f->flags & TH_FOLD_SPACE) {
    if (is_unseen(rune)) return;
    if (th_rune_is_space(rune)) {
      if (!f->blank) f->blank_from = f->from;
      f->blank = true;
      return;
    }
    if (f->blank && f->out.n) {
      emit(f, ' ', f->blank_from);
      f->dot_at = SIZE_MAX;
      f->after_digit = false;
    }
    f->blank = false;
  }
  f->end = f->to;
  const bool digit = th_rune_is_digit(rune);
  settle_dot(f, digit);
  if (f->flags & TH_FOLD_DASH) {
    if (is_dash(rune)) rune = '-';
    if (f->after_digit && is_middle_dot(rune)) f->dot_at = f->out.n;
  }
  f->after_digit = digit;
  const char *greek = f->flags & TH_FOLD_GREEK ? th_text__greek_name(rune) : NULL;
  if (f->flags & TH_FOLD_HAN) rune = th_text__han_fold(rune);
  if (!greek) {
    emit(f, rune, f->from);
    return;
  }
  for (; *greek; greek++) emit(f, (unsigned char)*greek, f->from);
}

static int decompose(uint32_t rune, unsigned flags, utf8proc_int32_t *out, int room) {
  utf8proc_option_t o = 0;
  if (flags & TH_FOLD_NFKC) o |= UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT;
  if (flags & TH_FOLD_CASE) o |= UTF8PROC_CASEFOLD;
  int last_class = 0;
  const utf8proc_ssize_t n = o ? utf8proc_decompose_char((utf8proc_int32_t)rune, out, room, o, &last_class) : 0;
  if (n > 0 && n <= room) return (int)n;
  out[0] = (utf8proc_int32_t)rune;
  return 1;
}

/* Whether a character whose decomposition starts with this rune can join the one before: marks, and Hangul vowels and finals. */
static bool joins(utf8proc_int32_t first) {
  if (first < 0x300) return false;
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
  for (int i = 0; i < n; i++) put(f, (uint32_t)run[i]);
}

static void fold_ascii(folder *f, unsigned char c) {
  put(f, f->flags & TH_FOLD_CASE && c >= 'A' && c <= 'Z' ? c + 32u : c);
}

static void fold_all(folder *f, th_str s) {
  utf8proc_int32_t run[ROOM];
  int n = 0, chars = 0;
  for (size_t at = 0; at < s.n && !f->out.failed && f->ok;) {
    const size_t from = at;
    const unsigned char c = (unsigned char)s.p[at];
    const bool plain_next = at + 1 == s.n || (unsigned char)s.p[at + 1] < 0x80;
    if (c < 0x80 && plain_next) {
      put_run(f, run, n);
      n = chars = 0;
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
  folder f = { .with_map = map != NULL, .ok = true, .flags = flags, .dot_at = SIZE_MAX };
  th_buf_init(&f.out, a, s.n + 16);
  if (map && !TH_VEC_RESERVE(a, &f.map, s.n + 16)) return TH_STR_NONE;
  fold_all(&f, s);
  th_buf_addc(&f.out, '\0'); /* so that p is never NULL and the text ends in NUL */
  if (map) f.ok = f.ok && TH_VEC_PUSH(a, &f.map, f.end);
  if (f.out.failed || !f.ok) return TH_STR_NONE;
  if (map) *map = f.map.v;
  return th_str_n(f.out.p, f.out.n - 1);
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
