/* The text as the patterns see it. Folding is by character, one rule a code point, so that a span found in the folded text leads
 * back to whole characters of the original. */
#include "study/study_priv.h"

typedef struct th_fold_out {
  char *p;
  uint32_t *map;
  size_t n;
} th_fold_out;

static void put(th_fold_out *o, const char *bytes, size_t n, size_t origin) {
  for (size_t i = 0; i < n; i++) {
    o->p[o->n] = bytes[i];
    o->map[o->n++] = (uint32_t)origin;
  }
}

static bool is_dash(uint32_t r) {
  return (r >= 0x2010 && r <= 0x2015) || r == 0x2212 || r == 0xFE58 || r == 0xFE63 || r == 0xFF0D || r == 0x2043 || r == 0x2796;
}

static bool is_blank(uint32_t r) {
  return r == 0xA0 || r == 0x1680 || (r >= 0x2000 && r <= 0x200A) || r == 0x202F || r == 0x205F || r == 0x3000;
}

static bool is_nothing(uint32_t r) { /* soft hyphen, zero-width characters, BOM */
  return r == 0xAD || (r >= 0x200B && r <= 0x200F) || r == 0x2060 || r == 0xFEFF;
}

static bool is_middle_dot(uint32_t r) {
  return r == 0xB7 || r == 0x2219 || r == 0x22C5 || r == 0x2027 || r == 0x30FB || r == 0x2024;
}

static char one_byte(uint32_t r) { /* characters that stand for one of ASCII */
  static const struct {
    uint32_t rune;
    char as;
  } table[] = { { 0x2264, '<' }, { 0x2A7D, '<' }, { 0x2266, '<' }, { 0x2265, '>' }, { 0x2A7E, '>' },  { 0x2267, '>' },
                { 0x301C, '~' }, { 0x223C, '~' }, { 0x3001, ',' }, { 0xFE50, ',' }, { 0xFE55, ':' },  { 0xFE54, ';' },
                { 0x3010, '[' }, { 0x3011, ']' }, { 0x3014, '[' }, { 0x3015, ']' }, { 0xFE59, '(' },  { 0xFE5A, ')' },
                { 0xB2, '2' },   { 0xB9, '1' },   { 0xB3, '3' },   { 0xD7, 'x' },   { 0x2018, '\'' }, { 0x2019, '\'' },
                { 0x201C, '"' }, { 0x201D, '"' }, { 0x2215, '/' }, { 0x2044, '/' }, { 0xFE6A, '%' },  { 0x2236, ':' } };
  if (r >= 0xFF01 && r <= 0xFF5E) return (char)(r - 0xFF01 + '!');
  for (size_t i = 0; i < sizeof table / sizeof *table; i++)
    if (table[i].rune == r) return table[i].as;
  if (is_dash(r)) return '-';
  return is_blank(r) ? ' ' : '\0';
}

static const char *entity(th_str s, size_t at, size_t *n) { /* markup that leaks into abstracts */
  static const struct {
    const char *name, *as;
  } table[] = { { "&lt;", "<" }, { "&gt;", ">" }, { "&amp;", "&" }, { "&nbsp;", " " }, { "&le;", "<" }, { "&ge;", ">" } };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    const size_t len = strlen(table[i].name);
    if (at + len <= s.n && memcmp(s.p + at, table[i].name, len) == 0) {
      *n = len;
      return table[i].as;
    }
  }
  return NULL;
}

static bool digit_at(th_str s, size_t i) {
  return i < s.n && th_is_digit(s.p[i]);
}

static void fold_section(th_fold_out *o, th_str s, size_t base) {
  for (size_t i = 0; i < s.n;) {
    const size_t start = i;
    size_t len = 0;
    if (s.p[i] == '&') {
      const char *as = entity(s, i, &len);
      if (as) {
        put(o, as, 1, base + start);
        i += len;
        continue;
      }
    }
    const uint32_t r = th_utf8_next(s, &i);
    if (is_nothing(r)) continue;
    if (is_middle_dot(r)) { /* 0·056 */
      const bool decimal =
          digit_at(s, i) && (start == 0 || o->n == 0 || th_is_digit(o->p[o->n - 1]) || th_is_space(o->p[o->n - 1]));
      put(o, decimal ? "." : " ", 1, base + start);
      continue;
    }
    const char as = r < 0x80 ? (char)(r == '\r' ? '\n' : r) : one_byte(r);
    if (as)
      put(o, &as, 1, base + start);
    else
      put(o, s.p + start, i - start, base + start);
  }
}

static bool cjk_lead(const char *p) { /* a three-byte character of U+3400–U+9FFF */
  const unsigned char c = (unsigned char)p[0];
  return c >= 0xE3 && c <= 0xE9;
}

/* A sentence ends at 。！？ or a blank line, and at ". " before a capital, a digit or a bracket, where the word before is no
 * usual abbreviation. */
static bool ends_here(th_str s, size_t i) {
  if (s.p[i] == '\n') return i + 1 < s.n && s.p[i + 1] == '\n';
  if (i >= 2 && memcmp(s.p + i - 2, "。", 3) == 0) return true;
  if (s.p[i] == '!' || s.p[i] == '?') return true;
  if (s.p[i] != '.' || !th_is_space(th_at(s, i + 1))) return false;
  size_t next = i + 1;
  while (next < s.n && th_is_space(s.p[next])) next++;
  const char c = th_at(s, next);
  if (!((c >= 'A' && c <= 'Z') || th_is_digit(c) || c == '(' || (unsigned char)c >= 0x80)) return false;
  static const char *const abbreviations[] = {
    "vs", "i.e", "e.g", "al", "Fig", "approx", "Dr", "No", "cf", "C.I", "resp", NULL
  };
  for (int k = 0; abbreviations[k]; k++) {
    const size_t len = strlen(abbreviations[k]);
    if (i >= len && memcmp(s.p + i - len, abbreviations[k], len) == 0 && th_word_starts(s, i - len)) return false;
  }
  return true;
}

static bool cut_sentences(th_folded *f) {
  TH_VEC(uint32_t) v = { 0 };
  if (!TH_VEC_PUSH(f->arena, &v, 0)) return false;
  for (size_t i = 0; i < f->s.n; i++) {
    /* Line ends inside a section are kept as blanks unless the line is closed: abstracts come broken anywhere. */
    const bool end = ends_here(f->s, i) || (f->s.p[i] == '\n' && i > 0 && (f->s.p[i - 1] == '.' || f->s.p[i - 1] == ':'));
    if (end && i + 1 < f->s.n && !TH_VEC_PUSH(f->arena, &v, (uint32_t)(i + 1))) return false;
  }
  f->sentence = v.v;
  f->n_sentences = (uint32_t)v.n;
  return true;
}

th_code th_study__fold(th_arena *a, const th_str *section, size_t n, th_folded *out, th_err *err) {
  size_t total = 0;
  for (size_t i = 0; i < n; i++) {
    const size_t bad = th_utf8_check(section[i]);
    if (bad != SIZE_MAX)
      return th_fail(err, TH_EPARSE, "byte %zu of the text is not UTF-8: save the text as UTF-8 and try again", bad);
    total += section[i].n + 2;
    if (total > TH_LIMIT_DOCUMENT_BYTES)
      return th_fail(err, TH_ELIMIT, "the text is longer than TH_LIMIT_DOCUMENT_BYTES (%zu)", TH_LIMIT_DOCUMENT_BYTES);
  }
  *out = (th_folded){ .arena = a, .section = section, .n_sections = (uint32_t)n };
  th_fold_out o = { TH_NEWN(a, char, total + 1), TH_NEWN(a, uint32_t, total + 2), 0 };
  out->section_at = TH_NEWN(a, uint32_t, n + 1);
  if (!o.p || !o.map || !out->section_at) return th_fail_nomem(err);
  size_t base = 0;
  for (size_t i = 0; i < n; i++) {
    out->section_at[i] = (uint32_t)base;
    fold_section(&o, section[i], base);
    base += section[i].n;
    put(&o, "\n\n", 2, base); /* sections never share a sentence */
  }
  out->section_at[n] = (uint32_t)base;
  o.map[o.n] = (uint32_t)base;
  out->s = (th_str){ o.p, o.n };
  out->map = o.map;
  return cut_sentences(out) ? TH_OK : th_fail_nomem(err);
}

uint32_t th_study__sentence_of(const th_folded *f, size_t at) {
  uint32_t lo = 0, hi = f->n_sentences;
  while (hi - lo > 1) {
    const uint32_t mid = lo + (hi - lo) / 2;
    if (f->sentence[mid] <= at)
      lo = mid;
    else
      hi = mid;
  }
  return lo;
}

void th_study__sentence_range(const th_folded *f, uint32_t sentence, size_t *from, size_t *to) {
  *from = f->sentence[sentence];
  *to = sentence + 1 < f->n_sentences ? f->sentence[sentence + 1] : f->s.n;
}

bool th_study__is_zh(const th_folded *f, uint32_t sentence) {
  size_t from, to, han = 0, latin = 0;
  th_study__sentence_range(f, sentence, &from, &to);
  for (size_t i = from; i < to; i++) {
    if (th_is_alpha(f->s.p[i]))
      latin++;
    else if (i + 2 < to && cjk_lead(f->s.p + i))
      han++;
  }
  return han * 4 > latin; /* a Chinese sentence is full of Latin abbreviations, an English one has no Han at all */
}

th_study_span th_study__span(const th_folded *f, size_t from, size_t to) {
  uint32_t section = 0;
  const uint32_t at = f->map[from];
  while (section + 1 < f->n_sections && f->section_at[section + 1] <= at) section++;
  const uint32_t base = f->section_at[section];
  uint32_t end = f->map[to];
  if (end > base + f->section[section].n) end = base + (uint32_t)f->section[section].n;
  return (th_study_span){ section, at - base, end - base };
}
