/* Floor 4: what a registered trial asks for, what changed in it, and whether its results are late.
 *
 * Pure: it takes records of a registry (theriac/source), names and an as-of day, and touches no store and no clock. Eligibility
 * criteria become lines; a line keeps its original text always, and what could be read in it is added, never put in its place.
 * A line that was not read, or read in part, is a question to a person: it never answers yes. Specification: evidence.md §11. */
#ifndef THERIAC_TRIAL_H
#define THERIAC_TRIAL_H

#include "theriac/names.h"
#include "theriac/source.h"

/* ── Criteria ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef enum th_trial_side {
  TH_TRIAL_UNSTATED, /* before any heading says which */
  TH_TRIAL_INCLUDE,
  TH_TRIAL_EXCLUDE
} th_trial_side;

typedef enum th_trial_fact {
  TH_TRIAL_AGE,
  TH_TRIAL_SEX,         /* what: "female", "male" */
  TH_TRIAL_HEALTHY,     /* a healthy volunteer */
  TH_TRIAL_DIAGNOSIS,   /* what: the disease as the line prints it */
  TH_TRIAL_SCORE,       /* what: "EDSS" */
  TH_TRIAL_LAB,         /* what: "hemoglobin"; op POSITIVE, NEGATIVE for a finding */
  TH_TRIAL_COUNT,       /* events in a window; what: "attack" */
  TH_TRIAL_DRUG,        /* treatment with a drug, ever, or within the window */
  TH_TRIAL_OTHER_TRIAL, /* taking part in another trial within the window */
  TH_TRIAL_PREGNANCY,
  TH_TRIAL_BREASTFEEDING,
  TH_TRIAL_CHILDBEARING,
  TH_TRIAL_CONSENT,
  TH_TRIAL_FACTS
} th_trial_fact;

typedef enum th_trial_op {
  TH_TRIAL_IS, /* it is so; no number */
  TH_TRIAL_IS_NOT,
  TH_TRIAL_LT,
  TH_TRIAL_LE,
  TH_TRIAL_EQ,
  TH_TRIAL_GE,
  TH_TRIAL_GT,
  TH_TRIAL_BETWEEN, /* number to number2, both included */
  TH_TRIAL_POSITIVE,
  TH_TRIAL_NEGATIVE,
  TH_TRIAL_OPS
} th_trial_op;

/* One statement of a line. */
typedef struct th_trial_term {
  th_trial_fact fact;
  th_trial_op op;
  th_str what;            /* which score, finding, event, disease, drug; empty where fact says all */
  const th_name_row *row; /* of the disease or drug, or NULL */
  double number, number2; /* NaN: none */
  th_str unit;            /* as printed: "years", "g/dl", "x uln"; empty: none */
  int32_t window_days;    /* 0: none stated. A month counts 30.4375 days, rounded */
  th_str window;          /* as printed: "3 months" */
} th_trial_term;

typedef enum th_trial_join { TH_TRIAL_ALL, TH_TRIAL_ANY, TH_TRIAL_UNCLEAR } th_trial_join;

typedef struct th_trial_line {
  th_trial_side side;
  th_str raw;             /* the line of the record, whole, as it stands there */
  th_str text;            /* without bullet, number and Markdown escapes */
  uint32_t line;          /* 1-based within the criteria; 0: from a field of the record */
  const char *field;      /* "minimumAge", "sex" … when it comes from a field of the record, else NULL */
  uint32_t depth;         /* of the bullet */
  int32_t parent;         /* index of the line this one stands under, -1: none */
  th_str under;           /* heading of its group ("For parent participants"), or empty */
  bool heads;             /* other lines stand under it */
  th_trial_join children; /* of a line that heads others */
  TH_VEC(th_trial_term) terms;
  th_trial_join join;
  bool whole; /* every word of the line was understood; else the rest is a question */
} th_trial_line;
typedef TH_VEC(th_trial_line) th_trial_lines;

#define TH_LIMIT_CRITERIA_LINES 5000

/* Lines of eligibility criteria: headings (English and Chinese) say which side, bullets and indentation say what stands under what.
 * names: diseases and drugs are found by it; NULL: none are. Lines are
 * appended to *out. Linear. TH_ELIMIT: TH_LIMIT_CRITERIA_LINES. */
TH_API th_code th_trial_criteria(th_arena *a, const th_names *names, th_str eligibility, th_trial_lines *out, th_err *err);
/* The same of a study, with lines for its minimumAge, maximumAge and sex before them; lines are appended to *out. */
TH_API th_code th_trial_criteria_of(th_arena *a, const th_names *names, const th_ctgov_study *s, th_trial_lines *out,
                                    th_err *err);

/* Codes as exported: "include", "age", ">=", "all". Static strings. */
TH_API const char *th_trial_side_code(th_trial_side v);
TH_API const char *th_trial_fact_code(th_trial_fact v);
TH_API const char *th_trial_op_code(th_trial_op v);
TH_API const char *th_trial_join_code(th_trial_join v);

/* ── A patient against them ────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_trial_patient th_trial_patient;

/* Reads a patient's file: JSON, an object of facts or {"as_of": …, "facts": {…}} (a case of coverage check fits). Known are
 * age or birth_date, sex, healthy, diagnoses and drugs, pregnant, breastfeeding, childbearing_potential, consent, events by name
 * with their dates, and scores and findings by name; theriac-trial(5) has the list. A fact that is not there is unknown; a
 * diagnosis or drug that is not listed is unknown too, not absent. as_of: the day when the file names none. The values live in
 * the arena. TH_EPARSE with the name of the fact whose value is of the wrong form. */
TH_API th_code th_trial_patient_read(th_arena *a, th_str json, th_date as_of, th_trial_patient **out, th_err *err);
TH_API th_date th_trial_patient_day(const th_trial_patient *p);

typedef struct th_trial_answer {
  th_tri holds;    /* is the line's statement true of the patient */
  th_tri eligible; /* does the line leave the patient in: holds for inclusion, its opposite for exclusion, else unknown */
  th_str why;      /* "EDSS 6.5", "birth_date is not stated": the fact it rests on or the one that lacks; may be empty */
} th_trial_answer;
typedef TH_VEC(th_trial_answer) th_trial_answers;

typedef struct th_trial_match {
  th_trial_answers lines; /* one a line */
  uint32_t n[3];          /* lines that count for themselves, by th_tri of eligible */
  th_tri eligible;        /* false: some line is; true only when every line is */
} th_trial_match;

TH_API th_code th_trial_match_lines(th_arena *a, const th_names *names, const th_trial_lines *lines, const th_trial_patient *p,
                                    th_trial_match *out, th_err *err);

/* ── Two versions, and several studies side by side ────────────────────────────────────────────────────────────────── */

typedef enum th_trial_change_kind { TH_TRIAL_SAME, TH_TRIAL_CHANGED, TH_TRIAL_ADDED, TH_TRIAL_REMOVED } th_trial_change_kind;

typedef struct th_trial_change {
  const char *field; /* "status", "enrolment", "start", "primary_outcome", "include", "exclude" … */
  th_trial_change_kind kind;
  th_str before, after; /* as printed; p NULL: not stated there */
} th_trial_change;

typedef struct th_trial_diff {
  TH_VEC(th_trial_change) changes; /* in the order of a registry page; without what is the same */
  th_tri
      outcome_changed; /* OUTCOME_CHANGED: a primary outcome or the criteria changed after the start; unknown: they changed, and
                             whether after the start the dates do not tell */
} th_trial_diff;

/* Criteria are compared line by line by what they say, not by bullets, case and blanks. A field that one version does not hold
 * at all is "not stated", never a change to nothing: partial records compare so. as_of: the day the newer version is of (the
 * record's own update or verification date counts before it). O(lines²) of the criteria, bounded by their limit. */
TH_API th_code th_trial_diff_of(th_arena *a, const th_ctgov_study *before, const th_ctgov_study *after, th_date as_of,
                                th_trial_diff *out, th_err *err);

typedef struct th_trial_row {
  const char *field;
  th_str *value; /* one a study; p NULL: not stated */
  bool differs;
} th_trial_row;
typedef TH_VEC(th_trial_row) th_trial_rows;

#define TH_TRIAL_COMPARE_MAX 4

/* The fields of 2 to TH_TRIAL_COMPARE_MAX studies, each a row, whether they differ or not. */
TH_API th_code th_trial_compare(th_arena *a, const th_ctgov_study *const *study, size_t n, th_trial_rows *out, th_err *err);

/* ── Results overdue ───────────────────────────────────────────────────────────────────────────────────────────────── */

typedef enum th_trial_due {
  TH_TRIAL_NOT_JUDGED,     /* no actual completion date */
  TH_TRIAL_POSTED,         /* results are posted or a paper reports them */
  TH_TRIAL_NOT_DUE,        /* the year is not over, or may not be */
  TH_TRIAL_RESULT_UNKNOWN, /* past the day, and the record does not say whether results are posted */
  TH_TRIAL_OVERDUE
} th_trial_due;

typedef struct th_trial_results {
  th_trial_due state;
  const char *from;       /* "primaryCompletionDate", "completionDate", or NULL */
  th_date completed, due; /* due: 12 months later, when completed is known; of a month the last day counts */
} th_trial_results;

/* The rule itself, for a study known by any record: completed is the actual completion (NONE: not known), reported whether a paper
 * gives its results. */
TH_API th_date th_trial_results_due_on(th_date completed);
TH_API th_trial_due th_trial_due_state(th_date completed, th_tri has_results, bool reported, bool withdrawn, th_date as_of);
/* n_papers: papers joined that report the study, besides its own RESULT and DERIVED references. */
TH_API th_trial_results th_trial_results_of(const th_ctgov_study *s, uint32_t n_papers, th_date as_of);
TH_API const char *
th_trial_due_code(th_trial_due v); /* "RESULTS_OVERDUE", "RESULT_UNKNOWN", "posted", "not_due", "not_judged" */

#endif
