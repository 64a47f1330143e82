/* The next application opened from the last one: what stays true is carried over, what may have changed is proposed, what belongs to the
 * new day is asked again, each with the reason. Pure.
 *
 * A proposed value is in the new case only once somebody has confirmed it: until then the fact is unknown. */
#ifndef THERIAC_COVERAGE_RENEW_H
#define THERIAC_COVERAGE_RENEW_H

#include "theriac/coverage.h"

typedef enum th_renew_state {
  TH_RENEW_CARRIED,  /* in the new case, as the last one told it */
  TH_RENEW_PROPOSED, /* a value to be confirmed or changed */
  TH_RENEW_AGAIN     /* to be told anew */
} th_renew_state;

typedef enum th_renew_why {
  TH_WHY_STAYS,    /* CARRIED: it stays true */
  TH_WHY_CURRENT,  /* CARRIED: measured within the days of the rule before the new day */
  TH_WHY_MAY_HAVE, /* PROPOSED: it may have changed */
  TH_WHY_BASELINE, /* PROPOSED: what the last application told, taken as the last value before treatment */
  TH_WHY_COUNTED,  /* PROPOSED: reckoned from the time between */
  TH_WHY_EXTEND,   /* PROPOSED: the record so far, to be gone on with */
  TH_WHY_OUTDATED, /* AGAIN: dated before the days of the rule */
  TH_WHY_UNDATED,  /* AGAIN: without a date, so it was of the last application */
  TH_WHY_OF_DAY,   /* AGAIN: belongs to the day or the period assessed */
  TH_WHY_NOT_TOLD, /* AGAIN: the last application did not tell it */
  TH_WHY_UNUSABLE  /* AGAIN: what it told cannot be used */
} th_renew_why;

typedef struct th_renew_fact {
  int32_t fact;
  th_renew_state state;
  th_renew_why why;
  const th_json *value;  /* CARRIED, PROPOSED: as a case file writes it; else NULL */
  const th_json *before; /* what the last application told of this fact; NULL: nothing */
  int32_t from;          /* BASELINE: the fact it was told as, else -1 */
} th_renew_fact;

typedef struct th_renewal {
  const th_coverage *coverage;
  th_coverage_case last;
  const th_json *json; /* of the last case */
  const th_rule_renewal *rule;
  const th_rule_path *path; /* of the new case */
  th_date as_of;
  int32_t months;            /* completed between the two days assessed */
  const th_renew_fact *fact; /* facts of the new path in the order of the dictionary, then what else goes along */
  uint32_t n, n_asked;       /* all; those of the path */
  uint32_t count[3];         /* of the path, by state */
  const th_str *evidence;    /* ids of documents that serve again */
  uint32_t n_evidence;
  const th_str *evidence_again; /* ids that were attached, and are outdated */
  uint32_t n_evidence_again;
} th_renewal;

/* Opens the next application from the text of the last case. path: empty: the usual next one. start: day of the first dose where it is
 * known, else NONE: months on treatment are then counted from the last case. The values view the text's tree; all lives in the arena.
 * TH_ENOENT: no application follows on that path, or not that one. TH_EINVAL: as_of is no full date, or not after the last one. */
TH_API th_code th_coverage_renew(th_arena *a, const th_coverage *c, th_str last_case, th_str path, th_date as_of, th_date start,
                                 th_renewal *out, th_err *err);
/* Paths that may follow on a path, the usual one first; at most cap. */
TH_API uint32_t th_coverage_renewal_paths(const th_rule_policy *p, th_str from, th_str *out, uint32_t cap);
/* Why, in words. */
TH_API const char *th_renew_why_text(th_renew_why why, bool zh);
TH_API const char *th_renew_state_name(th_renew_state s); /* "carried", "proposed", "again" */
/* The new case as a case file; confirmed: with the values proposed, as somebody has confirmed them all. It names the last one under
 * "based_on". */
TH_API void th_coverage_renewal_case(th_jwrite *w, const th_renewal *r, th_str id, bool confirmed);
/* {"case": …, "based_on": …, "facts": [{name, state, why, zh, en, value, before, from}], "evidence": …}. */
TH_API void th_coverage_renewal_json(th_jwrite *w, const th_renewal *r, th_str id);
/* What is carried over, what to confirm, what to tell anew. A want of memory shows in out->failed. */
TH_API void th_coverage_renewal_text(th_buf *out, const th_renewal *r, bool zh);

#endif
