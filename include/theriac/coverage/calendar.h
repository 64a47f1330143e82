/* The days of a case: doses, reviews with the weeks in which reports for them are still current, taper, stop, what time alone reaches. One
 * value that a page, a figure and an iCalendar file are written from; and what falls due in a window over many cases. */
#ifndef THERIAC_COVERAGE_CALENDAR_H
#define THERIAC_COVERAGE_CALENDAR_H

#include "theriac/io.h"
#include "theriac/rule.h"

struct th_coverage_result; /* coverage.h */

typedef enum th_day_kind {
  TH_DAY_DOSE,
  TH_DAY_WINDOW, /* from day to `to`: current values taken now still count on the day of the review */
  TH_DAY_REVIEW,
  TH_DAY_TAPER,
  TH_DAY_STOP,
  TH_DAY_REACHED, /* a clause is met from here on if treatment goes on */
  TH_DAY_LAST,    /* last day on which a dated fact still counts */
  TH_DAY_AGE
} th_day_kind;
TH_API const char *th_day_kind_name(th_day_kind k);          /* "dose", "window", "review", … */
TH_API bool th_day_kind_of(th_str name, th_day_kind *out);   /* false: no such kind */
TH_API const char *th_day_kind_text(th_day_kind k, bool zh); /* "輸注或注射", "dose" */

typedef struct th_calendar_day {
  th_date day, to; /* to: last day of a window, else NONE */
  th_day_kind kind;
  th_str zh, en;
  th_str clause;   /* that asks for it, as cited; empty: none */
  th_str key;      /* unique in the calendar, the same whenever the case is the same: "dose-3" */
  uint32_t number; /* DOSE: 1, 2, … */
} th_calendar_day;

typedef struct th_coverage_calendar {
  const struct th_coverage_result *result;
  th_date as_of, start;           /* day assessed; day of the first dose from which all is counted */
  const th_rule_regimen *regimen; /* NULL: no doses are listed, for the reason told */
  const th_calendar_day *day;     /* by day, then by kind */
  uint32_t n;
  const char *why_zh, *why_en; /* why no doses are listed; NULL when they are */
} th_coverage_calendar;

/* The calendar of a judged case. start: day of the first dose (of this period), NONE: the day assessed. route: "iv", "sc", empty: the first
 * that the policy states for the path. Doses run to the day before the next review. It lives in the arena and views the result. TH_EINVAL:
 * start is no full date. TH_ELIMIT: over TH_LIMIT_DOSE_DAYS. Pure. */
TH_API th_code th_coverage_calendar_of(th_arena *a, const struct th_coverage_result *r, th_date start, th_str route,
                                       th_coverage_calendar *out, th_err *err);

/* {"case", "program", "path", "as_of", "start", "outcome", "days": [{"day", "to", "kind", "key", "zh", "en", "clause"}]}. */
TH_API void th_coverage_calendar_json(th_jwrite *w, const th_coverage_calendar *c);
/* A line a day; ROC years beside the days in Chinese. A want of memory shows in out->failed. */
TH_API void th_coverage_calendar_text(th_buf *out, const th_coverage_calendar *c, bool zh);

/* ── Many cases ────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_due_list { /* the days of one case: of its calendar, or as the list of kept cases has them */
  th_str id, title;
  const th_calendar_day *day;
  uint32_t n;
} th_due_list;

typedef struct th_due_day {
  const th_due_list *of; /* of which case */
  const th_calendar_day *day;
} th_due_day;

/* What falls due from `from` to `to`, both included, over n cases: windows count when they touch it. By day, kind, case, key; doses only
 * when asked for. TH_EINVAL: no full dates. O(total · log). */
TH_API th_code th_coverage_due_between(th_arena *a, const th_due_list *list, size_t n, th_date from, th_date to, bool doses,
                                       const th_due_day **out, size_t *n_out, th_err *err);

#endif
