/* Pages of registered studies. Values come in whole. */
#ifndef THERIAC_REPORT_WEB_TRIAL_H
#define THERIAC_REPORT_WEB_TRIAL_H

#include "theriac/report/trial_list.h"
#include "theriac/report/web.h"
#include "theriac/trial.h"

/* A value of the registry ("ACTIVE_NOT_RECRUITING", "PHASE2|PHASE3") in words; as it is when the catalogue has none. */
th_str th_web_trial_value(th_html *h, th_str value);

/* Studies found, one a card; a box before each to choose it for comparison (inside a form of the caller's). */
void th_web_trial_hits(th_html *h, const th_trial_found *f);

/* Where studies are, by country: tiles at their place on the globe's grid, the number in each, and the table. counts: of the country facet. */
void th_web_trial_map(th_html *h, const th_trial_found *f);

typedef struct th_web_trial {
  const th_ctgov_study *study;
  const th_store_record *record;
  const th_trial_rows *rows; /* th_trial_compare of the study with itself: every field */
  const th_trial_lines *lines;
  const th_trial_match *match; /* a patient against the lines; NULL: none asked */
  th_trial_results results;
  const th_store_record_vec *papers;
} th_web_trial;
void th_web_trial_put(th_html *h, const th_web_trial *t);

void th_web_trial_diff(th_html *h, const th_trial_diff *d);
void th_web_trial_compare(th_html *h, const th_ctgov_study *const *study, size_t n, const th_trial_rows *rows);

#endif
