/* Shared by the files that enter a case (entry*.c, drug_table.c). */
#ifndef THERIAC_COVERAGE_ENTRY_PRIV_H
#define THERIAC_COVERAGE_ENTRY_PRIV_H

#include "theriac/coverage/entry.h"

#include "coverage/coverage_priv.h"

/* JSON values in the arena; NULL when memory is short. */
th_json *th_coverage__json_text(th_arena *a, th_str s);
th_json *th_coverage__json_bool(th_arena *a, bool b);
th_json *th_coverage__json_number(th_arena *a, double v);
th_json *th_coverage__json_object(th_arena *a, uint32_t cap); /* with room for so many members */
bool th_coverage__json_put(th_json *object, const char *key, const th_json *value);

/* The fact that a sheet's item is ticked by; -1: none. */
int32_t th_coverage__item_fact(const th_entry *e, th_str prefix, const th_rule_item *item);

/* A day as people write it: ISO or of the ROC era, partial too. */
bool th_coverage__day_read(th_str s, th_date *out);

/* A drug by any of its usual names, brand or abbreviation; TH_DRUGS: none that the rule counts. name: the one that records are read by. */
th_drug th_coverage__drug_named(th_arena *a, th_str text, th_str *name);

/* A dose read from words. */
typedef struct th_dose_words {
  double mg[2];   /* an administration, at least and at most; NAN: not told */
  double per_day; /* administrations a day; 0: not told */
  bool vein;
} th_dose_words;
bool th_coverage__dose_read(th_arena *a, th_str text, th_dose_words *out);

#endif
