/* Floor 5: reimbursement and eligibility for a patient. Cases come in as JSON (or are built from FHIR), are judged by the rule engine,
 * and go out as one value that every renderer reads: outcome, clause values, what to collect, what to attach, next dates. Decision
 * support: it says whether recorded facts satisfy written conditions; the insurer decides. */
#ifndef THERIAC_COVERAGE_H
#define THERIAC_COVERAGE_H

#include "theriac/coverage/calendar.h"
#include "theriac/coverage/dose.h"
#include "theriac/elm.h"
#include "theriac/rule.h"
#include "theriac/source/coverage_text.h"
#include "theriac/store/cases.h"

#define TH_LIMIT_COVERAGE_POLICIES 32
#define TH_LIMIT_COVERAGE_SPANS    2048 /* periods of drugs in a FHIR record */

/* The dictionary and the policies at hand: those built in, and any file given. Lives in its arena; read-only once open, so threads
 * may share it. */
typedef struct th_coverage {
  th_rule_dict dict;
  th_rule_policy policy[TH_LIMIT_COVERAGE_POLICIES];
  uint32_t n;
  th_str given; /* id of the last policy that came from a file */
} th_coverage;

/* Loads the built-in policies, then the files (their id replaces a built-in one of the same id). Errors carry file, line, column. */
TH_API th_code th_coverage_open(th_arena *a, const char *const *files, size_t n_files, th_coverage *out, th_err *err);
TH_API const th_rule_policy *th_coverage_policy(const th_coverage *c, th_str program); /* NULL: no such program */

/* One case: a patient's facts at a date, for one path of one program. */
typedef struct th_coverage_case {
  th_str id, program, path_name;
  const th_rule_policy *policy;
  const th_rule_path *path;
  th_date as_of;
  th_rule_value *values; /* a slot a fact */
  const th_str *unread;  /* names under "facts" that the dictionary does not know: shown, never used */
  uint32_t n_unread;
  const th_str *attached; /* ids of evidence at hand */
  uint32_t n_attached;
  const th_str *told; /* what was found in the source and not used, or used once: "future:…", "contradictory:…" */
  uint32_t n_told;
  const th_json *form;  /* what forms print beside the facts; NULL when none */
  const th_json *drugs; /* rows {drug, dose, from, to} for the forms' tables; NULL when none */
} th_coverage_case;

/* Reads a case object. TH_EPARSE names what is missing or of the wrong kind; TH_ENOENT: no such program, or no clause of that name. */
TH_API th_code th_coverage_case_read(th_arena *a, const th_coverage *c, const th_json *json, th_coverage_case *out,
                                     th_err *err);
/* Parses the text of one case and reads it. */
TH_API th_code th_coverage_case_parse(th_arena *a, const th_coverage *c, th_str text, th_coverage_case *out, th_err *err);
/* Puts one JSON value into a fact's slot, judged as the specification says; null leaves it absent. */
TH_API th_code th_coverage_fact_read(th_arena *a, const th_rule_dict *d, const th_json *json, int32_t fact, th_date as_of,
                                     th_rule_value *values, th_err *err);

/* A FHIR R4 bundle (or NDJSON) of one patient into a case: laboratory values with their dates, units and baselines, biopsy classes, the
 * prescriber's certificates, drug records into continuous months, doses kept up, prednisolone equivalents, monthly means, overlaps and what
 * followed cyclophosphamide, each fact with the rows it came from. What a record leaves open (a month without a day, no end) makes a number
 * a range. An Observation coded in the system urn:theriac:fact gives the fact of that name. What is dated after as_of, contradicts itself,
 * repeats or is not confirmed is listed in told. Nothing recorded is never "no". TH_EPARSE: no bundle, or not one patient. TH_ELIMIT: over
 * TH_LIMIT_COVERAGE_SPANS. */
TH_API th_code th_coverage_case_fhir(th_arena *a, const th_coverage *c, th_str bundle, const char *source, th_str program,
                                     th_str path, th_date as_of, th_coverage_case *out, th_err *err);

typedef enum th_coverage_have { TH_COVER_MISSING, TH_COVER_HAVE, TH_COVER_NOT_NEEDED } th_coverage_have;

typedef struct th_coverage_evidence {
  th_str id, zh, en;
  uint32_t node; /* clause it is for */
  th_str item;   /* item of a score, or empty */
  th_coverage_have state;
} th_coverage_evidence;

typedef struct th_coverage_due { /* a day on which something falls due or changes by the passing of time alone */
  th_date day;
  th_day_kind kind;
  int32_t months; /* of an entry of the schedule, else 0 */
  th_str zh, en;
  uint32_t node; /* clause that asks for it, UINT32_MAX: the schedule of the rule */
} th_coverage_due;

typedef struct th_coverage_result {
  const th_coverage_case *kase;
  const th_rule_policy *policy;
  const th_rule_path *path;
  th_rule_result rule;
  const th_coverage_evidence *evidence;
  uint32_t n_evidence;
  const th_coverage_due *date;
  uint32_t n_dates;
} th_coverage_result;

/* Judges a case. The result views the case and the policy, and lives in the arena. Pure, thread-safe. */
TH_API th_code th_coverage_check(th_arena *a, const th_coverage_case *kase, th_coverage_result *out, th_err *err);
/* What a list of kept cases shows of it: the answer, and the days to come. Texts view the result and the title. */
TH_API th_code th_coverage_summary(th_arena *a, const th_coverage_result *r, th_str title, th_case_summary *out, th_err *err);
/* The days that a list of kept cases has of one, for th_coverage_due_between; none of a damaged one. Views the head. TH_ENOMEM. */
TH_API th_code th_coverage_summary_days(th_arena *a, const th_case_head *head, th_due_list *out, th_err *err);
/* Whether every set that would settle the case asks for this fact: it is then told once, before the sets. */
TH_API bool th_coverage_in_every_set(const th_coverage_result *r, int32_t fact);
/* Document i of the evidence, told once for all clauses that ask for it: missing as soon as one misses it. False: told before. */
TH_API bool th_coverage_document(const th_coverage_result *r, uint32_t i, th_coverage_have *state);
/* Writes the result as the specification's JSON object. brief: without clauses, evidence and dates (batch). */
TH_API void th_coverage_json(th_jwrite *w, const th_coverage_result *r, bool brief);

typedef enum th_coverage_format { TH_COVER_TEXT, TH_COVER_HTML } th_coverage_format;

/* The answer in words: outcome, clauses with the values used (dates, units), what hangs on a reading, what to collect, documents, next
 * dates. HTML is a fragment (<section class="coverage">) with every text escaped. zh: as written in Taiwan, else English. full: clauses
 * that are met as well. A want of memory shows in out->failed. */
TH_API void th_coverage_explain(th_buf *out, const th_coverage_result *r, th_coverage_format format, bool zh, bool full);
/* "1200 mg/g (= 1.2 g/g), 2025-06-01"; "not recorded"; "given, but not usable: unit". */
TH_API void th_coverage_value_text(th_buf *out, const th_rule_dict *d, const th_rule_value *values, int32_t fact, bool zh);

/* The same of a value by itself. */
TH_API void th_coverage_one_value_text(th_buf *out, const th_rule_dict *d, const th_rule_value *v, int32_t fact, bool zh);
/* What is to be noted beside the answer, as sentences: warnings of the engine, names that are no facts, what records brought and was not
 * used, notices of the policy. */
TH_API th_code th_coverage_remarks(th_arena *a, const th_coverage_result *r, bool zh, th_str_vec *out, th_err *err);

/* "紀錄之事實符合所載條件"; of a clause's value "符合", "資料不足". */
TH_API void th_coverage_outcome_text(th_buf *out, const th_coverage_result *r, bool zh);
TH_API const char *th_coverage_verdict_text(th_rule_verdict v, bool zh);

/* A clause as the policy words it, for the dossier and the imported official text. */
typedef struct th_coverage_wording {
  th_str id, cite, zh, en;
  uint32_t node;
} th_coverage_wording;
/* Named clauses of a path under the default readings, in the order of the text (the result's own when r is given). */
TH_API th_code th_coverage_wordings(th_arena *a, const th_rule_policy *p, const th_rule_path *path,
                                    const th_coverage_wording **out, uint32_t *n, th_err *err);

/* Whether a policy speaks about a disease, by name (any case) or ICD-10 code; NULL: no clause covers it. */
TH_API const th_rule_cover *th_coverage_covers(const th_rule_policy *p, th_str name, th_str icd10);

/* A leaf's condition in words, whatever its value: "uPCR ≥ 0.5 × uPCR before standard therapy". leaf: index in the policy. */
TH_API void th_coverage_leaf_text(th_buf *out, const th_rule_policy *p, uint32_t leaf, bool zh);

/* ── Forms ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef enum th_form_kind {
  TH_FORM_LABEL,
  TH_FORM_VALUE, /* a field to write in */
  TH_FORM_TICK,  /* a box to tick, with its words */
  TH_FORM_HEADING,
  TH_FORM_NOTE,
  TH_FORM_TEXT /* printed in a frame: a definition, or empty room for a signature */
} th_form_kind;

typedef struct th_form_cell {
  th_form_kind kind;
  th_tri tick;    /* TICK: unknown prints an empty box to be filled by hand */
  th_str text;    /* VALUE: what the case says, empty stays blank; else what is printed */
  th_str name;    /* VALUE, TICK: of the field, unique in the form: "hospital_code", "LR-01", "mmf_from"; no full stop */
  th_str hint;    /* VALUE, TICK: what the field is for, for a reader who does not see the page */
  uint32_t span;  /* of twelve columns */
  uint32_t lines; /* room for so many lines at least */
} th_form_cell;

typedef struct th_form_row {
  th_form_cell cell[8];
  uint32_t n;
} th_form_row;

typedef struct th_form {
  th_str id, title;
  TH_VEC(th_form_row) row;
} th_form;

/* A form filled from a judged case: "36", "36-1", "36-2" (appendices of the rule) or "s2" (ours, for its section 2). What the case does
 * not say stays blank. Labels are ours, in Chinese, unless official is given: the rule's document as imported, whose title, criteria and
 * definitions are then printed. report draws it. TH_EINVAL: no such form, or one for another path. */
TH_API th_code th_coverage_form_fill(th_arena *a, const th_coverage_result *r, th_str id, const th_coverage_text *official,
                                     th_form *out, th_err *err);

/* Sum of the weights of items ticked on a sheet, no filter, no cap: what is sure and what is possible. */
TH_API void th_coverage_raw_total(const th_rule_policy *p, const th_rule_value *values, th_str prefix, int32_t *lo,
                                  int32_t *hi);

/* Writes a synthetic case (labelled so) with the known values of a path's facts. */
TH_API void th_coverage_case_json(th_jwrite *w, th_str id, const th_rule_policy *p, const th_rule_path *path, th_date as_of,
                                  const th_rule_value *values);
typedef enum th_synth_kind { TH_SYNTH_BOUNDARY, TH_SYNTH_METAMORPHIC, TH_SYNTH_LONGITUDINAL } th_synth_kind;
/* n synthetic cases of a path (pairs for METAMORPHIC, an application and its renewal for LONGITUDINAL), a line each; the same seed gives
 * the same lines. Scratch is taken from a, which is rewound after each unless out lives in it. */
TH_API th_code th_coverage_synth(th_arena *a, const th_rule_policy *p, const th_rule_path *path, th_synth_kind kind,
                                 uint64_t seed, uint64_t n, th_date as_of, th_buf *out, th_err *err);

/* Writes a verification as {"findings": [{kind, path, ambiguity, node, witness}]} with counts. */
TH_API void th_coverage_report_json(th_jwrite *w, const th_rule_policy *p, const th_rule_report *r, th_date as_of);

/* A path as a CQL library: facts and readings are parameters, nodes are defines, "criteria met" is the root. On cases without unknowns
 * it has the tree's outcome. A want of memory shows in out->failed. */
TH_API void th_coverage_cql(th_buf *out, const th_rule_policy *p, const th_rule_path *path);

/* ── Facts by clinical logic ───────────────────────────────────────────────────────────────────────────────────────── */

/* Computes the facts that the policy derives from this library (policy key `derive`), evaluated for the patient, into the case's
 * values: only facts that the case leaves out, and only where the define has a value. notes: what could not be computed and why,
 * with the engine's warnings; in the arena. opt->now should be the case's day. */
TH_API th_code th_coverage_derive(th_arena *a, const th_coverage_case *kase, const th_elm_program *prog,
                                  const th_elm_options *opt, th_fhir_patient *patient, th_str_vec *notes, th_err *err);

/* ── Many cases ────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_coverage_bad { /* a line that was skipped */
  uint64_t line;
  th_err err;
} th_coverage_bad;

typedef struct th_coverage_batch {
  const th_coverage *coverage;
  th_pool *pool;
  struct th_coverage_lane *lane;         /* one a thread of the pool */
  th_arena *keep, *block;                /* for as long as the batch; for the block at hand */
  const struct th_coverage_frame *frame; /* one a path */
  uint32_t n_frames;
  bool csv;
  th_csv_row header; /* CSV: names of the columns */
  uint64_t line;     /* lines read so far, blank ones too */
  uint64_t n_good, n_bad;
} th_coverage_batch;

/* Opens a batch over a pool; its memory goes with it. TH_ENOMEM. */
TH_API th_code th_coverage_batch_open(const th_coverage *c, th_pool *pool, bool csv, th_coverage_batch *out, th_err *err);
TH_API void th_coverage_batch_close(th_coverage_batch *b);
/* Judges a block of whole lines (JSON) or rows (CSV; the first row of the first block names the columns: case, program, path, as_of,
 * fact, fact.unit, fact.date, fact.lo, fact.hi). Result lines are appended to out in the order of the input, brief, whatever the
 * number of threads. A line that cannot be read is skipped, counted and listed in *bad (valid until the next call). */
TH_API th_code th_coverage_batch_run(th_coverage_batch *b, th_str block, th_buf *out, const th_coverage_bad **bad,
                                     size_t *n_bad, th_err *err);

#endif
