/* Search over the current studies of the registry. Every word, name, place and value of a field has the set of studies that carry
 * it, kept with the records and changed with them in one transaction; a search is the meeting of such sets, a facet their count. */
#ifndef THERIAC_STORE_TRIAL_SEARCH_H
#define THERIAC_STORE_TRIAL_SEARCH_H

#include "theriac/base.h"

struct th_store;

typedef enum th_trial_facet {
  TH_FACET_STATUS,     /* "RECRUITING", … as the registry writes them; an empty value: the record does not say */
  TH_FACET_PHASE,      /* "PHASE2", …, "NA"; a study of two phases has both */
  TH_FACET_TYPE,       /* "INTERVENTIONAL" */
  TH_FACET_ALLOCATION, /* "RANDOMIZED" */
  TH_FACET_MODEL,      /* intervention or observational model */
  TH_FACET_PURPOSE,
  TH_FACET_MASKING,
  TH_FACET_RESULTS, /* "yes", "no" */
  TH_FACET_SPONSOR, /* class of the lead sponsor: "INDUSTRY" */
  TH_FACET_SEX,
  TH_FACET_AGE, /* "CHILD", "ADULT", "OLDER_ADULT" */
  TH_FACET_COUNTRY,
  TH_FACET_YEAR, /* of the start */
  TH_FACETS
} th_trial_facet;
TH_API const char *th_trial_facet_name(th_trial_facet f); /* "status" */
TH_API bool th_trial_facet_find(th_str name, th_trial_facet *out);

/* Where a study met the query; several may hold. */
enum {
  TH_TRIAL_BY_CONDITION = 1,    /* a condition of its own */
  TH_TRIAL_BY_INTERVENTION = 2, /* an intervention of its own */
  TH_TRIAL_BY_SPONSOR = 4,
  TH_TRIAL_BY_TITLE = 8,
  TH_TRIAL_BY_TEXT = 16, /* anywhere else in the record */
};

/* One word group of a text query: each name of it is a word or several in any order, one of them must be met. */
typedef struct th_trial_words {
  const th_str *name;
  size_t n;
  bool without; /* none of them may be met */
} th_trial_words;

typedef struct th_trial_filter {
  th_trial_facet facet;
  th_str value; /* letters' case does not matter; values of one facet are alternatives, facets add up */
} th_trial_filter;

typedef enum th_trial_sort {
  TH_TRIAL_SORT_RELEVANCE, /* condition and intervention before title before text, then the latest start */
  TH_TRIAL_SORT_START,     /* latest first; unknown last, in the next two too */
  TH_TRIAL_SORT_UPDATE,
  TH_TRIAL_SORT_ENROLMENT, /* largest first */
  TH_TRIAL_SORT_ID
} th_trial_sort;

typedef struct th_trial_query {
  /* Names of which a condition (an intervention) must bear one: whole, or as a run of words in a longer name. Who knows synonyms
   * and descendants hands them all in. */
  const th_str *condition, *intervention;
  size_t n_conditions, n_interventions;
  th_str sponsor; /* words of the lead sponsor's or a collaborator's name */
  const th_trial_words *text;
  size_t n_text;
  const th_trial_filter *filter;
  size_t n_filters;
  th_str city;
  double latitude, longitude, radius_km; /* radius_km > 0: some place within it */
  th_days start, completion, updated; /* all zero: any; a date of month or year counts by its first day; completion: primary */
  th_trial_sort sort;
  uint32_t limit, offset; /* limit 0: 20 */
  bool facets;            /* count them */
} th_trial_query;

typedef struct th_trial_hit {
  int64_t record_id;
  unsigned how; /* TH_TRIAL_BY_…; 0: the query asks for none of these */
  th_str id, title, status, phase, type, sponsor;
  th_str conditions, interventions, countries; /* '|' between them */
  int64_t enrolment;                           /* -1: not stated */
  th_str start, completion, updated;           /* ISO, at the precision stated */
} th_trial_hit;
typedef TH_VEC(th_trial_hit) th_trial_hits;

typedef struct th_trial_count {
  th_trial_facet facet;
  th_str value;
  uint32_t n;
} th_trial_count;

typedef struct th_trial_found {
  uint64_t total, held; /* studies met; studies held */
  uint64_t n_by[5];     /* of the total, by th_trial_by_… bit 0–4 */
  th_trial_hits hits;
  TH_VEC(th_trial_count) counts; /* by facet, then the largest first; values with 0 are left out */
} th_trial_found;

#define TH_LIMIT_TRIAL_NAMES 20000 /* names of one query */

/* Cost: some tens of microseconds a name plus a pass over one bit a study held; facets a pass for each value. TH_EINVAL for a filter
 * of no known value: the message lists those there are. */
TH_API th_code th_store_trial_search(th_arena *a, struct th_store *s, const th_trial_query *q, th_trial_found *out,
                                     th_err *err);
/* Middle of the places of this name that the studies held give. *found false: none. */
TH_API th_code th_store_trial_city(th_arena *a, struct th_store *s, th_str city, bool *found, double *latitude,
                                   double *longitude, th_err *err);

#endif
