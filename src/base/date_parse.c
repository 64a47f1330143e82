/* Written dates. Each reader wants the whole text to be one date, and refuses what could be read in two ways. */
#include "theriac/base/date.h"

enum { ROC_OFFSET = 1911 };

static unsigned digit_at(th_str s, size_t i) {
  return i < s.n ? (unsigned)((unsigned char)s.p[i] - '0') : 99;
}

/* Up to max digits off the front; returns how many, and gives their value. */
static size_t take_digits(th_str *s, size_t max, int *value) {
  size_t n = 0;
  int v = 0;
  for (; n < max && digit_at(*s, n) <= 9; n++) v = v * 10 + (int)digit_at(*s, n);
  *value = v;
  *s = th_str_sub(*s, n, s->n);
  return n;
}

static bool take(th_str *s, th_str word) {
  if (!th_str_starts(*s, word)) return false;
  *s = th_str_sub(*s, word.n, s->n);
  return true;
}

static void take_blanks(th_str *s) {
  while (s->n && s->p[0] == ' ') *s = th_str_sub(*s, 1, s->n);
}

static bool finish(int year, int month, int day, th_date_prec prec, th_era era, th_date *out) {
  if (year < 1 || year > 9999) return false;
  const th_date d = { (int16_t)year, (uint8_t)month, (uint8_t)day, (uint8_t)prec, (uint8_t)era };
  if (!th_date_valid(d)) return false;
  *out = d;
  return true;
}

/* What follows the year: nothing, or sep month, or sep month sep day, with the same separator twice. */
static bool parts_after_year(th_str s, int year, const char *seps, th_era era, th_date *out) {
  if (s.n == 0) return finish(year, 0, 0, TH_DATE_YEAR, era, out);
  const char sep = s.p[0];
  int month, day;
  if (!sep || !strchr(seps, sep)) return false;
  s = th_str_sub(s, 1, s.n);
  if (!take_digits(&s, 2, &month)) return false;
  if (s.n == 0) return finish(year, month, 0, TH_DATE_MONTH, era, out);
  if (s.p[0] != sep) return false;
  s = th_str_sub(s, 1, s.n);
  if (!take_digits(&s, 2, &day) || s.n) return false;
  return finish(year, month, day, TH_DATE_DAY, era, out);
}

static bool all_digits(th_str s, size_t n) {
  size_t i = 0;
  while (digit_at(s, i) <= 9) i++;
  return i == n && s.n == n;
}

static bool compact(th_str s, size_t year_digits, int year_offset, th_era era, th_date *out) {
  int year, month, day;
  take_digits(&s, year_digits, &year);
  take_digits(&s, 2, &month);
  take_digits(&s, 2, &day);
  return year >= 1 && finish(year + year_offset, month, day, TH_DATE_DAY, era, out);
}

bool th_date_parse_iso(th_str s, th_date *out) {
  if (all_digits(s, 8)) return compact(s, 4, 0, TH_ERA_CE, out);
  int year;
  if (take_digits(&s, 4, &year) != 4) return false;
  return parts_after_year(s, year, "-/", TH_ERA_CE, out);
}

/* "114年", "114年2月", "114年2月1日", blanks allowed around each part; s stands behind the year's digits. */
static bool roc_characters(th_str s, int year, th_date *out) {
  int month, day;
  take_blanks(&s);
  if (!take(&s, TH_S("年"))) return false;
  take_blanks(&s);
  if (s.n == 0) return finish(year, 0, 0, TH_DATE_YEAR, TH_ERA_ROC, out);
  if (!take_digits(&s, 2, &month)) return false;
  take_blanks(&s);
  if (!take(&s, TH_S("月"))) return false;
  take_blanks(&s);
  if (s.n == 0) return finish(year, month, 0, TH_DATE_MONTH, TH_ERA_ROC, out);
  if (!take_digits(&s, 2, &day)) return false;
  take_blanks(&s);
  return take(&s, TH_S("日")) && s.n == 0 && finish(year, month, day, TH_DATE_DAY, TH_ERA_ROC, out);
}

bool th_date_parse_roc(th_str s, th_date *out) {
  if (take(&s, TH_S("中華民國")) || take(&s, TH_S("民國"))) take_blanks(&s);
  if (all_digits(s, 7)) return compact(s, 3, ROC_OFFSET, TH_ERA_ROC, out);
  int year;
  if (!take_digits(&s, 3, &year) || year < 1) return false;
  year += ROC_OFFSET;
  return parts_after_year(s, year, "-/.", TH_ERA_ROC, out) || roc_characters(s, year, out);
}

/* 1–12, or 0: the full English name, its first three letters, or "Sept"; a full stop may follow a short form. */
static int month_of(th_str word) {
  static const char *const names[] = { "January", "February", "March",     "April",   "May",      "June",
                                       "July",    "August",   "September", "October", "November", "December" };
  for (int m = 0; m < 12; m++)
    if (th_str_eq_nocase(word, th_str_of(names[m]))) return m + 1;
  if (word.n && word.p[word.n - 1] == '.') word.n--;
  for (int m = 0; m < 12; m++)
    if (th_str_eq_nocase(word, th_str_n(names[m], 3))) return m + 1;
  return th_str_eq_nocase(word, TH_S("Sept")) ? 9 : 0;
}

/* Cuts text at blanks, hyphens and a comma that a blank follows; at most four words are of interest. */
static size_t words_of(th_str s, th_str word[4]) {
  size_t n = 0;
  for (size_t i = 0; i < s.n && n < 4;) {
    size_t end = i;
    while (end < s.n && s.p[end] != ' ' && s.p[end] != '-' && s.p[end] != ',') end++;
    if (end == i) return 0;
    word[n++] = th_str_sub(s, i, end);
    if (end < s.n && s.p[end] == ',') end++;
    if (end == s.n) return s.p[end - 1] == ',' ? 0 : n;
    if (s.p[end] != ' ' && s.p[end] != '-') return 0;
    i = end + 1;
    if (i == s.n) return 0;
  }
  return n;
}

static bool number_of(th_str word, size_t min, size_t max, int *value) {
  const size_t n = take_digits(&word, max, value);
  return n >= min && word.n == 0;
}

bool th_date_parse_english(th_str s, th_date *out) {
  th_str w[4];
  const size_t n = words_of(s, w);
  if (n != 2 && n != 3) return false;
  size_t month_at = 0;
  while (month_at < n && !month_of(w[month_at])) month_at++;
  if (month_at == n) return false;
  const int month = month_of(w[month_at]);
  int year, day;
  if (n == 2) return number_of(w[!month_at], 4, 4, &year) && finish(year, month, 0, TH_DATE_MONTH, TH_ERA_CE, out);
  if (month_at == 2) return false;
  /* Apr 21 2025, 21 Apr 2025, 2025 Apr 21: the year has four digits, the day one or two. */
  const th_str first = w[month_at == 0 ? 1 : 0], last = w[2];
  if (number_of(first, 1, 2, &day) && number_of(last, 4, 4, &year))
    return finish(year, month, day, TH_DATE_DAY, TH_ERA_CE, out);
  if (month_at == 0) return false;
  return number_of(first, 4, 4, &year) && number_of(last, 1, 2, &day) && finish(year, month, day, TH_DATE_DAY, TH_ERA_CE, out);
}
