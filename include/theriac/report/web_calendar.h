/* The days of a case and a dose as parts of a page: figure, tables, words. Values come in whole; nothing here is computed. */
#ifndef THERIAC_REPORT_WEB_CALENDAR_H
#define THERIAC_REPORT_WEB_CALENDAR_H

#include "theriac/report/web.h"

/* The figure, then a table of day (with the ROC year), kind, what, clause; or why there is nothing. id: prefix of the ids in the figure. */
TH_API th_code th_web_calendar_put(th_html *h, const th_coverage_calendar *c, const char *id, th_err *err);
/* 用法用量, and why the dose is not known when it is not. */
TH_API void th_web_dosage_put(th_html *h, const th_dose *d);
/* What is behind it: vials, waste, codes, prices of a dose, courses with their cost; what is not known or not held says so. */
TH_API void th_web_dose_put(th_html *h, const th_dose *d);
/* What falls due over many cases: day (marked where it is past on `today`), case with its address, what. At most 40. */
TH_API void th_web_due_put(th_html *h, const th_due_day *due, size_t n, th_date today);

#endif
