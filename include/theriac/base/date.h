/* Civil dates as written: a year, a month or a day; ISO or Republic of China era (ROC year + 1911 = common era).
 * A partial date is the interval of its days. Proleptic Gregorian, years 1–9999. */
#ifndef THERIAC_BASE_DATE_H
#define THERIAC_BASE_DATE_H

#include "theriac/base/str.h"
#include "theriac/base/tri.h"

typedef enum th_date_prec { TH_DATE_NONE = 0, TH_DATE_YEAR, TH_DATE_MONTH, TH_DATE_DAY } th_date_prec;
typedef enum th_era { TH_ERA_CE = 0, TH_ERA_ROC } th_era;

typedef struct th_date {
  int16_t year; /* common era */
  uint8_t month, day;
  uint8_t prec; /* th_date_prec; NONE = no date */
  uint8_t era;  /* th_era: how it was written */
} th_date;

/* Half-open [from, to) in day numbers; INT32_MIN / INT32_MAX stand for open ends. */
typedef struct th_days {
  int32_t from, to;
} th_days;

/* Day number: 0 = 1970-01-01. The date must be a full one. */
TH_API int32_t th_days_from_civil(int year, int month, int day);
TH_API th_date th_civil_from_days(int32_t days); /* NONE outside years 1–9999 */
TH_API int th_days_in_month(int year, int month);

/* The whole text is one date. ISO: 2025, 2025-02, 2025-02-01, also 2025/2/1 and 20250201. */
TH_API bool th_date_parse_iso(th_str s, th_date *out);
/* ROC: 114/2/1, 114-02-01, 1140201, 114年2月1日, 民國114年2月. Years 1–999 of the era. */
TH_API bool th_date_parse_roc(th_str s, th_date *out);
/* English as registries print it: "April 21, 2025", "2025 Apr 21", "21 Apr 2025", "Apr 2025". */
TH_API bool th_date_parse_english(th_str s, th_date *out);

TH_API bool th_date_valid(th_date d);
TH_API th_days th_date_span(th_date d);  /* all days it may mean; NONE gives everything */
TH_API int32_t th_date_first(th_date d); /* first of them */
TH_API int32_t th_date_last(th_date d);  /* last of them (inclusive) */
TH_API th_tri th_date_before(th_date a, th_date b);
TH_API int th_date_cmp(th_date a, th_date b); /* total order for sorting: by first day, coarser first; NONE first */
/* Same day number n months later (earlier when negative), clipped to the month's last day. Full dates only; NONE when the
 * date is no full one or the years 1–9999 are left. */
TH_API th_date th_date_add_months(th_date d, int months);
/* Completed years from birth to `on`; a 29 February birthday falls on 1 March in common years. Both full dates; negative
 * before birth. */
TH_API int th_date_age_years(th_date birth, th_date on);
TH_API bool th_days_has(th_days span, int32_t day);
TH_API bool th_days_meet(th_days a, th_days b);

#define TH_DATE_TEXT 16
/* "2025-02-01" at the precision known; "" for NONE. Buffers hold TH_DATE_TEXT bytes. Both return out. */
TH_API char *th_date_iso(th_date d, char out[TH_DATE_TEXT]);
TH_API char *th_date_roc(th_date d, char out[TH_DATE_TEXT]); /* "114/2/1"; ISO before ROC year 1 */

#endif
