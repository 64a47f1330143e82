/* The form in which the ways to write one disease fall together. Never used instead of the name as written, only when that is
 * nobody's: "Glomerulonephritis, Membranous", "diabetes type II", "Crohn's disease", "neuromyelitis optica spectrum disorders". */
#include <stdio.h>

#include "names/names_priv.h"

#define WORDS_MAX 64

/* "a, b, c" as "c b a"; with brackets or none of it, as it is. */
static th_str inverted(th_arena *a, th_str name) {
  if (th_str_find(name, TH_S(","), 0) == SIZE_MAX) return name;
  th_str part[8], rest = name;
  size_t n = 0;
  while (rest.n && n < 8 && th_str_split(&rest, ',', &part[n])) {
    part[n] = th_str_trim(part[n]);
    n += part[n].n > 0;
  }
  if (rest.n) return name; /* a list, not an inversion */
  th_buf b;
  th_buf_init(&b, a, name.n + 8);
  while (n--) {
    if (b.n) th_buf_addc(&b, ' ');
    th_buf_add(&b, part[n]);
  }
  return b.failed ? TH_STR_NONE : th_buf_str(&b);
}

/* 1..20 of a Roman numeral in small letters, or 0. */
static unsigned roman(th_str w) {
  static const char *const numbers[] = { "i",  "ii",  "iii",  "iv",  "v",  "vi",  "vii",  "viii",  "ix",  "x",
                                         "xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii", "xviii", "xix", "xx" };
  for (unsigned i = 0; i < 20; i++)
    if (th_str_is(w, numbers[i])) return i + 1;
  return 0;
}

static bool is_one_of(th_str w, const char *const *words) {
  for (; *words; words++)
    if (th_str_is(w, *words)) return true;
  return false;
}

static bool is_number(th_str w) {
  for (size_t i = 0; i < w.n; i++)
    if (w.p[i] < '0' || w.p[i] > '9') return false;
  return w.n > 0;
}

/* Numerals behind "type" and the like, and at the end when they cannot be a letter by itself. */
static bool arabic(th_arena *a, th_str *word, size_t n) {
  static const char *const before[] = { "type", "types", "grade", "stage", "class", "subtype", "factor", "group", NULL };
  for (size_t i = 1; i < n; i++) {
    const unsigned value = roman(word[i]);
    const bool typed = is_one_of(word[i - 1], before);
    if (!value || !(typed || (i + 1 == n && word[i].n > 1) || (i + 1 == n && value == 1))) continue;
    word[i] = th_str_fmt(a, "%u", value);
    if (!word[i].p) return false;
  }
  return true;
}

/* "type 2 x" and "x type 2": the type goes behind. */
static void type_last(th_str *word, size_t n) {
  for (size_t i = 0; i + 2 < n; i++) {
    if (!th_str_is(word[i], "type") || !is_number(word[i + 1])) continue;
    const th_str type = word[i], number = word[i + 1];
    memmove(&word[i], &word[i + 2], (n - i - 2) * sizeof *word);
    word[n - 2] = type, word[n - 1] = number;
    return;
  }
}

static th_str singular(th_str w) {
  if (w.n < 5 || !th_str_ends(w, TH_S("s")) || th_str_ends(w, TH_S("ss")) || th_str_ends(w, TH_S("us")) ||
      th_str_ends(w, TH_S("is")) || th_str_ends(w, TH_S("os")) || th_str_ends(w, TH_S("as")))
    return w;
  return th_str_sub(w, 0, w.n - 1);
}

static th_str class_word(th_str w) {
  static const char *const same[] = { "disease", "disorder", "syndrome", NULL };
  return is_one_of(w, same) ? TH_S("disease") : w;
}

static size_t cut_words(th_str key, th_str *word) {
  size_t n = 0;
  th_str one;
  while (key.n && n < WORDS_MAX && th_str_split(&key, ' ', &one))
    if (one.n && !th_str_is(one, "s")) word[n++] = one; /* "crohn s" was "Crohn's" */
  return key.n ? 0 : n;
}

th_str th_names__variant(th_arena *a, th_str name, th_str key) {
  const th_str turned = inverted(a, name);
  if (!turned.p && name.p) return TH_STR_NONE;
  const th_str from = turned.p == name.p ? key : th_names__key_of(a, turned);
  th_str word[WORDS_MAX];
  const size_t n = cut_words(from, word);
  if (n == 0) return TH_S("");
  if (!arabic(a, word, n)) return TH_STR_NONE;
  type_last(word, n);
  for (size_t i = 0; i < n; i++)
    if (i + 1 == n || is_number(word[n - 1])) word[i] = class_word(singular(word[i]));
  th_buf b;
  th_buf_init(&b, a, from.n + 8);
  for (size_t i = 0; i < n; i++) {
    if (i) th_buf_addc(&b, ' ');
    th_buf_add(&b, word[i]);
  }
  if (b.failed) return TH_STR_NONE;
  const th_str out = th_buf_str(&b);
  return th_str_eq(out, key) ? TH_S("") : out;
}
