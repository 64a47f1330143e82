/* Day numbers by the 400-year cycle of the Gregorian calendar, with years that begin on 1 March so that the leap day is the
 * last day of a year. 719468 = days from 0000-03-01 to 1970-01-01; 146097 = days in 400 years. */
#include "theriac/base/date.h"

#include <stdio.h>

enum { YEAR_MIN = 1, YEAR_MAX = 9999, ROC_OFFSET = 1911 };

static bool is_leap(int y) {
  return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

int th_days_in_month(int year, int month) {
  static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  if (month < 1 || month > 12) return 0;
  return days[month - 1] + (month == 2 && is_leap(year));
}

int32_t th_days_from_civil(int year, int month, int day) {
  const int y = month <= 2 ? year - 1 : year;
  const int cycle = (y >= 0 ? y : y - 399) / 400;
  const int year_of_cycle = y - cycle * 400;
  const int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return cycle * 146097 + year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year - 719468;
}

th_date th_civil_from_days(int32_t days) {
  if (days < th_days_from_civil(YEAR_MIN, 1, 1) || days > th_days_from_civil(YEAR_MAX, 12, 31)) return (th_date){ 0 };
  const int z = days + 719468; /* ≥ 306: the first day allowed is 0001-01-01 */
  const int cycle = z / 146097, doc = z - cycle * 146097;
  const int yoc = (doc - doc / 1460 + doc / 36524 - doc / 146096) / 365;
  const int doy = doc - (365 * yoc + yoc / 4 - yoc / 100);
  const int mp = (5 * doy + 2) / 153;
  const int month = mp < 10 ? mp + 3 : mp - 9;
  const int year = yoc + cycle * 400 + (month <= 2);
  return (th_date){
    .year = (int16_t)year, .month = (uint8_t)month, .day = (uint8_t)(doy - (153 * mp + 2) / 5 + 1), .prec = TH_DATE_DAY
  };
}

bool th_date_valid(th_date d) {
  if (d.prec > TH_DATE_DAY || d.era > TH_ERA_ROC) return false;
  if (d.prec == TH_DATE_NONE) return true;
  if (d.year < YEAR_MIN || d.year > YEAR_MAX) return false;
  if (d.prec == TH_DATE_YEAR) return true;
  if (d.month < 1 || d.month > 12) return false;
  return d.prec == TH_DATE_MONTH || (d.day >= 1 && d.day <= th_days_in_month(d.year, d.month));
}

th_days th_date_span(th_date d) {
  if (d.prec == TH_DATE_NONE || !th_date_valid(d)) return (th_days){ INT32_MIN, INT32_MAX };
  if (d.prec == TH_DATE_YEAR) return (th_days){ th_days_from_civil(d.year, 1, 1), th_days_from_civil(d.year + 1, 1, 1) };
  if (d.prec == TH_DATE_MONTH) {
    const int32_t from = th_days_from_civil(d.year, d.month, 1);
    return (th_days){ from, from + th_days_in_month(d.year, d.month) };
  }
  const int32_t day = th_days_from_civil(d.year, d.month, d.day);
  return (th_days){ day, day + 1 };
}

int32_t th_date_first(th_date d) {
  return th_date_span(d).from;
}

int32_t th_date_last(th_date d) {
  const th_days span = th_date_span(d);
  return span.to == INT32_MAX ? INT32_MAX : span.to - 1;
}

th_tri th_date_before(th_date a, th_date b) {
  if (th_date_last(a) < th_date_first(b)) return TH_TRUE;
  return th_date_first(a) >= th_date_last(b) ? TH_FALSE : TH_UNKNOWN;
}

int th_date_cmp(th_date a, th_date b) {
  const int32_t x = th_date_first(a), y = th_date_first(b);
  if (x != y) return x < y ? -1 : 1;
  return (a.prec > b.prec) - (a.prec < b.prec);
}

th_date th_date_add_months(th_date d, int months) {
  if (d.prec != TH_DATE_DAY || !th_date_valid(d)) return (th_date){ 0 };
  const long at = (long)d.year * 12 + (d.month - 1) + (long)months;
  if (at < YEAR_MIN * 12L || at > YEAR_MAX * 12L + 11) return (th_date){ 0 };
  d.year = (int16_t)(at / 12);
  d.month = (uint8_t)(at % 12 + 1);
  const int last = th_days_in_month(d.year, d.month);
  if (d.day > last) d.day = (uint8_t)last;
  return d;
}

int th_date_age_years(th_date birth, th_date on) {
  const bool reached = on.month > birth.month || (on.month == birth.month && on.day >= birth.day);
  return on.year - birth.year - !reached;
}

bool th_days_has(th_days span, int32_t day) {
  return day >= span.from && (day < span.to || span.to == INT32_MAX);
}

bool th_days_meet(th_days a, th_days b) {
  return (a.from < b.to || b.to == INT32_MAX) && (b.from < a.to || a.to == INT32_MAX);
}

static char *two_digits(char *p, unsigned v) {
  *p++ = (char)('0' + v / 10);
  *p++ = (char)('0' + v % 10);
  return p;
}

char *th_date_iso(th_date d, char out[TH_DATE_TEXT]) {
  out[0] = 0;
  if (d.prec == TH_DATE_NONE || !th_date_valid(d)) return out;
  const unsigned y = (unsigned)d.year % 10000, m = d.month % 100u, day = d.day % 100u;
  char *p = two_digits(two_digits(out, y / 100), y % 100);
  if (d.prec != TH_DATE_YEAR) *p++ = '-', p = two_digits(p, m);
  if (d.prec != TH_DATE_YEAR && d.prec != TH_DATE_MONTH) *p++ = '-', p = two_digits(p, day);
  *p = 0;
  return out;
}

char *th_date_roc(th_date d, char out[TH_DATE_TEXT]) {
  if (d.prec == TH_DATE_NONE || !th_date_valid(d) || d.year <= ROC_OFFSET) return th_date_iso(d, out);
  const unsigned y = (unsigned)(d.year - ROC_OFFSET) % 10000, m = d.month % 100u, day = d.day % 100u;
  if (d.prec == TH_DATE_YEAR)
    snprintf(out, TH_DATE_TEXT, "%u", y);
  else if (d.prec == TH_DATE_MONTH)
    snprintf(out, TH_DATE_TEXT, "%u/%u", y, m);
  else
    snprintf(out, TH_DATE_TEXT, "%u/%u/%u", y, m, day);
  return out;
}
