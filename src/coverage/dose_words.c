/* A dose in words: an amount with its unit, and how often. "200 mg BID", "每日 400 mg", "1 g/d", "0.5-1 g/d", "500 mg q4w", "15 mg/週". */
#include <math.h>

#include "coverage/entry_priv.h"

static th_str lower(th_arena *a, th_str s) {
  char *p = th_str_z(a, s);
  for (size_t i = 0; p && i < s.n; i++)
    if (p[i] >= 'A' && p[i] <= 'Z') p[i] = (char)(p[i] - 'A' + 'a');
  return th_str_n(p, p ? s.n : 0);
}

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || is_digit(c);
}

/* The number at *at, moved behind it; false: none there. */
static bool number_at(th_str s, size_t *at, double *out) {
  size_t end = *at;
  while (end < s.n && (is_digit(s.p[end]) || (s.p[end] == '.' && end > *at))) end++;
  if (end == *at || !th_str_to_f64(th_str_sub(s, *at, end), out) || *out < 0) return false;
  *at = end;
  return true;
}

static void blanks(th_str s, size_t *at) {
  while (*at < s.n && s.p[*at] == ' ') ++*at;
}

static double unit_at(th_str s, size_t *at) {
  static const struct {
    const char *word;
    double mg;
  } units[] = { { "毫克", 1 },    { "公克", 1000 }, { "克", 1000 }, { "mg", 1 },
                { "mcg", 0.001 }, { "ug", 0.001 },  { "gm", 1000 }, { "g", 1000 } };
  for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
    const size_t n = strlen(units[i].word);
    if (*at + n > s.n || memcmp(s.p + *at, units[i].word, n) != 0) continue;
    if ((unsigned char)units[i].word[0] < 0x80 && *at + n < s.n && s.p[*at + n] >= 'a' && s.p[*at + n] <= 'z') continue;
    *at += n;
    return units[i].mg;
  }
  return NAN;
}

/* An amount with its unit, or from–to; where the rest begins. */
static bool amount(th_str s, th_dose_words *out, th_str *before, th_str *behind) {
  for (size_t i = 0; i < s.n; i++) {
    size_t at = i;
    double lo, hi;
    if (!is_digit(s.p[i]) || (i > 0 && (is_word(s.p[i - 1]) || s.p[i - 1] == '.'))) continue;
    if (!number_at(s, &at, &lo)) continue;
    blanks(s, &at);
    hi = lo;
    if (at < s.n && (s.p[at] == '-' || s.p[at] == '~')) {
      size_t second = at + 1;
      blanks(s, &second);
      if (number_at(s, &second, &hi)) at = second;
      blanks(s, &at);
    }
    const double mg = unit_at(s, &at);
    if (isnan(mg) || hi < lo) continue;
    out->mg[0] = lo * mg, out->mg[1] = hi * mg;
    *before = th_str_sub(s, 0, i), *behind = th_str_sub(s, at, s.n);
    return true;
  }
  return false;
}

static const struct {
  const char *word;
  double per_day;
} often[] = {
  { "每日一次", 1 },
  { "一日一次", 1 },
  { "每日1次", 1 },
  { "每日兩次", 2 },
  { "每日二次", 2 },
  { "每日2次", 2 },
  { "一日兩次", 2 },
  { "一日二次", 2 },
  { "每日三次", 3 },
  { "每日3次", 3 },
  { "一日三次", 3 },
  { "每日四次", 4 },
  { "每日4次", 4 },
  { "隔日", 0.5 },
  { "每週一次", 1.0 / 7 },
  { "每周一次", 1.0 / 7 },
  { "每2週", 1.0 / 14 },
  { "每兩週", 1.0 / 14 },
  { "每4週", 1.0 / 28 },
  { "每四週", 1.0 / 28 },
  { "每週", 1.0 / 7 },
  { "每周", 1.0 / 7 },
  { "每月", 12 / 365.25 },
  { "每日", 1 },
  { "每天", 1 },
  { "一天", 1 },
  { "/日", 1 },
  { "/天", 1 },
  { "/週", 1.0 / 7 },
  { "/周", 1.0 / 7 },
  { "/月", 12 / 365.25 },
  { "/day", 1 },
  { "/week", 1.0 / 7 },
  { "/month", 12 / 365.25 },
  { "/wk", 1.0 / 7 },
  { "/mo", 12 / 365.25 },
  { "/d", 1 },
  { "/w", 1.0 / 7 },
  { "twice daily", 2 },
  { "twice a day", 2 },
  { "once daily", 1 },
  { "three times a day", 3 },
  { "weekly", 1.0 / 7 },
  { "monthly", 12 / 365.25 },
  { "daily", 1 },
  { "qod", 0.5 },
  { "bid", 2 },
  { "b.i.d.", 2 },
  { "tid", 3 },
  { "t.i.d.", 3 },
  { "qid", 4 },
  { "qd", 1 },
  { "q.d.", 1 },
  { "qam", 1 },
  { "qpm", 1 },
  { "hs", 1 },
  { "q12h", 2 },
  { "q8h", 3 },
  { "q6h", 4 },
  { "qw", 1.0 / 7 },
  { "q1w", 1.0 / 7 },
  { "q2w", 1.0 / 14 },
  { "q4w", 1.0 / 28 },
  { "qm", 12 / 365.25 },
};

static double how_often(th_str s) {
  for (size_t i = 0; i < sizeof often / sizeof *often; i++) {
    const th_str w = th_str_of(often[i].word);
    const size_t at = th_str_find(s, w, 0);
    if (at == SIZE_MAX) continue;
    const bool before = at > 0 && is_word(s.p[at - 1]) && is_word(w.p[0]);
    const bool behind = at + w.n < s.n && is_word(s.p[at + w.n]) && is_word(w.p[w.n - 1]);
    if (!before && !behind) return often[i].per_day;
  }
  return 0;
}

bool th_coverage__dose_read(th_arena *a, th_str text, th_dose_words *out) {
  static const char *const by_size[] = { "/kg", "/m2", "/m²", "/公斤", "每公斤" };
  th_str before, behind;
  const th_str s = lower(a, text);
  *out = (th_dose_words){ .mg = { NAN, NAN } };
  for (size_t i = 0; i < sizeof by_size / sizeof *by_size; i++)
    if (th_str_has(s, th_str_of(by_size[i]))) return false; /* an amount by weight is no amount */
  if (!amount(s, out, &before, &behind)) return false;
  out->per_day = how_often(behind);
  if (out->per_day <= 0) out->per_day = how_often(before);
  out->vein = th_str_has(s, TH_S("iv")) || th_str_has(s, TH_S("靜脈"));
  return true;
}
