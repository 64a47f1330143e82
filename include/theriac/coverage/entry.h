/* A case while it is being entered: fields of forms in, the case as JSON out, and what is still worth asking. Pure.
 *
 * Nothing is "no" by being left out: a fact is a value, or told as not done, or not told. What was computed from the table of drugs
 * carries the lines it came from and is computed anew with the table; what was entered by hand stands beside it. */
#ifndef THERIAC_COVERAGE_ENTRY_H
#define THERIAC_COVERAGE_ENTRY_H

#include "theriac/coverage.h"

#define TH_LIMIT_DRUG_TABLE_LINES 1000
#define TH_LIMIT_ENTRY_LIST       64 /* entries of one list ("activity_history") */

typedef struct th_entry_fact {
  const th_json *json; /* value as the case holds it; NULL: not told */
  bool not_done;       /* told as not done; then json is NULL */
} th_entry_fact;

typedef struct th_drug_line { /* one line of a table of drugs */
  th_str drug;                /* what the rule counts it as: "hcq", "steroid"; empty: nothing it counts */
  th_str name, dose;          /* as given: "Plaquenil", "200 mg BID" */
  th_str from, to;            /* ISO, partial too; to empty: goes on */
  th_str route;               /* "IV"; empty: not told */
  uint32_t line;              /* in the table, 1-based: computed facts name it "#3" */
} th_drug_line;
typedef TH_VEC(th_drug_line) th_drug_lines;

typedef struct th_entry {
  th_arena *arena;
  const th_coverage *coverage;
  const th_rule_policy *policy;
  const th_rule_path *path;
  th_str id;
  th_date as_of;
  th_entry_fact *fact; /* a slot a name of the dictionary */
  const int32_t
      *asked; /* facts that may be entered: those of the path, all items of its score sheets, and what only forms print */
  uint32_t n_asked;
  th_drug_lines drug;
  bool drugs_whole;             /* told: the table holds every drug of the kinds the rule names */
  TH_VEC(th_json_member) stray; /* under "facts", and no name of the dictionary */
  TH_VEC(th_json_member) other; /* "form", "evidence", "based_on" …, kept as they are */
} th_entry;

typedef struct th_entry_field { /* as a form sends it */
  th_str name, value;
} th_entry_field;

typedef enum th_entry_fault {
  TH_ENTRY_NO_NUMBER,
  TH_ENTRY_NO_DATE,
  TH_ENTRY_NO_CHOICE, /* none of the values that may be chosen */
  TH_ENTRY_TOO_LONG,
  TH_ENTRY_NO_DRUG, /* a line names no drug */
  TH_ENTRY_NO_FROM, /* a line has no first day */
  TH_ENTRY_NO_DOSE, /* a dose that cannot be read */
  TH_ENTRY_ENDS_BEFORE,
  TH_ENTRY_COLUMNS, /* a head without drug and first day */
  TH_ENTRY_TOO_MANY
} th_entry_fault;

typedef struct th_entry_problem {
  th_entry_fault fault;
  int32_t fact;  /* -1: a line of the table */
  uint32_t line; /* of the table */
  th_str text;   /* what was given */
} th_entry_problem;
typedef TH_VEC(th_entry_problem) th_entry_problems;

/* An empty case for a path. TH_ENOENT: no such program or path; TH_EINVAL: no full date. */
TH_API th_code th_coverage_entry_new(th_arena *a, const th_coverage *c, th_str program, th_str path, th_date as_of,
                                     th_entry *out, th_err *err);
/* A case file (see th_coverage_case_read) to go on with. */
TH_API th_code th_coverage_entry_read(th_arena *a, const th_coverage *c, th_str text, th_entry *out, th_err *err);
/* The case file. th_coverage_case_parse reads it; the same entry gives the same bytes. A want of memory shows in out->failed. */
TH_API void th_coverage_entry_write(th_buf *out, const th_entry *e);
/* A member beside the facts ("form", "title", "based_on"); NULL takes it away. The value is not copied. */
TH_API th_code th_coverage_entry_keep(th_entry *e, const char *key, const th_json *value, th_err *err);
TH_API const th_json *th_coverage_entry_kept(const th_entry *e, const char *key); /* NULL: none */

/* ── Fields ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Puts fields of a form into the facts asked. Names: NAME is the value ("yes", "no", "not-done", "" for a truth value; a number,
 * "<0.3", "5-7"; a date, ISO or of the ROC era; one text a line for biopsies), NAME.unit, NAME.date (of the value), NAME.not-done ("1").
 * Lists: NAME.count, NAME.K.date, NAME.K.FIELD, NAME.none ("1": told as none). A fact whose field is not there, or has the text it had
 * before, stays as it is. What cannot be read is listed and changes nothing. Other fields are passed over. */
TH_API th_code th_coverage_entry_apply(th_entry *e, const th_entry_field *field, size_t n, th_entry_problems *bad, th_err *err);
/* The same texts back, for the form. In the entry's arena. */
TH_API th_str th_coverage_entry_value(const th_entry *e, int32_t fact);
TH_API th_str th_coverage_entry_unit(const th_entry *e, int32_t fact);
TH_API th_str th_coverage_entry_date(const th_entry *e, int32_t fact);
TH_API th_str th_coverage_entry_source(const th_entry *e, int32_t fact); /* "#3, #5", "Observation/o1"; empty: by hand */
/* All items of a score sheet, whether a clause counts them or not: the longest of the policy's tables. NULL: it has none. */
TH_API const th_rule_tally *th_coverage_entry_sheet(const th_rule_policy *p);
/* Items of a sheet that nothing is told of are told as absent, in one act. How many. */
TH_API uint32_t th_coverage_entry_absent(th_entry *e, th_str prefix);

/* The day a sheet was filled in, put on every fact told of it; day NONE takes it off. Its text as it now is: of the first fact that has
 * one. */
TH_API th_code th_coverage_entry_sheet_day(th_entry *e, int32_t sheet, th_date day, th_err *err);
TH_API th_str th_coverage_entry_sheet_day_text(const th_entry *e, int32_t sheet);
/* A computed value is from now on one entered by hand. */
TH_API th_code th_coverage_entry_own(th_entry *e, int32_t fact, th_err *err);

/* ── Drugs ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Reads a table of drugs: tab, comma, semicolon or bar between columns; with a head (藥品 劑量 起 迄 途徑, drug dose from to route, any
 * order) or without one in the order drug, dose, from, to, route. Days ISO or of the ROC era, a month or year alone too; an end that is
 * empty, "迄今" or "ongoing" goes on. Doses: "200 mg BID", "400 mg/d", "1 g/日", "15 mg QW", "0.5-1 g/d"; none: not known. Every line that
 * cannot be read is listed with its number; then out holds the others. TH_EPARSE: quotes do not close. TH_ELIMIT. */
TH_API th_code th_coverage_drug_table(th_arena *a, th_str text, th_drug_lines *out, th_entry_problems *bad, th_err *err);
/* The table as text, with a head: what the reader takes. */
TH_API th_str th_coverage_drug_table_text(th_arena *a, const th_drug_lines *lines, bool zh);
/* Replaces the table and computes months, doses, overlaps from it. whole: see th_entry. Facts entered by hand stay. */
TH_API th_code th_coverage_entry_drugs(th_entry *e, const th_drug_line *line, size_t n, bool whole, th_err *err);
/* Computes anew (the day assessed or the weight changed). */
TH_API th_code th_coverage_entry_compute(th_entry *e, th_err *err);
/* Takes over what a FHIR record says (th_coverage_case_fhir); facts entered by hand stay. told: what was found and not used. */
TH_API th_code th_coverage_entry_fhir(th_entry *e, th_str bundle, const char *source, th_str_vec *told, th_err *err);

/* ── What is worth asking ──────────────────────────────────────────────────────────────────────────────────────────── */

typedef enum th_entry_ask {
  TH_ASK_NOT,           /* whatever it is, the outcome stays */
  TH_ASK_OTHER_READING, /* may change the outcome under another reading alone */
  TH_ASK_DEFAULT        /* may change the outcome under the default reading */
} th_entry_ask;

/* Of every fact of the dictionary whether it can still change the outcome: it stands under clauses that are all undecided. Sound for
 * TH_ASK_NOT; facts that several clauses share may be asked for in vain. O(nodes). */
TH_API th_code th_coverage_entry_ask(th_arena *a, const th_coverage_result *r, const uint8_t **ask, th_err *err);

typedef struct th_entry_gate {
  const th_rule_gate *gate;
  int32_t sheet;       /* each score sheet is a step of its own: index of its prefix, else -1 */
  const int32_t *fact; /* of those asked, in the order of the dictionary */
  uint32_t n;
  uint32_t n_told;  /* a value, or told as not done */
  uint32_t n_ask;   /* not told, and TH_ASK_DEFAULT */
  uint32_t n_other; /* not told, and TH_ASK_OTHER_READING */
} th_entry_gate;

/* Gates of the path that have facts, in order. */
TH_API th_code th_coverage_entry_gates(th_arena *a, const th_entry *e, const uint8_t *ask, const th_entry_gate **out,
                                       uint32_t *n, th_err *err);
/* Named clauses that read a fact, nearest above it, as node indices, in the order of the text; at most `cap`. */
TH_API uint32_t th_coverage_entry_clauses(th_arena *a, const th_rule_policy *p, const th_rule_path *path, int32_t fact,
                                          uint32_t *out, uint32_t cap);

#endif
