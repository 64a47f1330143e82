/* Floor 3: CQL's compiled form (ELM JSON) loaded, checked, compiled once, and evaluated over FHIR R4 data.
 *
 * A program holds one or many libraries and is read-only after th_elm_link: any number of threads may evaluate it, each with its
 * own evaluation. Source: HL7 Clinical Quality Language 1.5 (semantics, Appendix B) and its ELM schema r1. */
#ifndef THERIAC_ELM_H
#define THERIAC_ELM_H

#include "theriac/fhir.h"

/* ── Values ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef enum th_elm_kind {
  TH_ELM_NULL,
  TH_ELM_BOOL,
  TH_ELM_INT,
  TH_ELM_LONG,
  TH_ELM_DECIMAL,
  TH_ELM_STRING,
  TH_ELM_DATE,
  TH_ELM_DATETIME,
  TH_ELM_TIME,
  TH_ELM_QUANTITY,
  TH_ELM_RATIO,
  TH_ELM_CODE,
  TH_ELM_CONCEPT,
  TH_ELM_VALUESET,
  TH_ELM_CODESYSTEM,
  TH_ELM_TUPLE,
  TH_ELM_LIST,
  TH_ELM_INTERVAL,
  TH_ELM_FHIR,
  TH_ELM_KIND_COUNT
} th_elm_kind;

/* How far a date or time is known. */
typedef enum th_elm_prec {
  TH_ELM_NO_PREC,
  TH_ELM_YEAR,
  TH_ELM_MONTH,
  TH_ELM_DAY,
  TH_ELM_HOUR,
  TH_ELM_MINUTE,
  TH_ELM_SECOND,
  TH_ELM_MILLI,
  TH_ELM_WEEK /* of durations only */
} th_elm_prec;

typedef struct th_elm_time {
  int16_t year;
  uint8_t month, day, hour, minute, second, prec;
  int16_t milli, offset; /* minutes east of UTC */
} th_elm_time;

/* A small tagged value; what it points to lives in the arena of the patient or of the program. */
typedef struct th_elm_val {
  uint8_t kind;  /* th_elm_kind */
  uint8_t scale; /* DECIMAL: digits after the point as written or computed */
  uint8_t flag;  /* INTERVAL: 1 when it is an uncertainty, not a value of its own */
  uint8_t spare;
  uint32_t n; /* LIST: elements; FHIR: th_fhir_type */
  union {
    int64_t i; /* BOOL, INT, LONG */
    struct {
      uint64_t lo;
      int64_t hi;
    } dec; /* two's complement, units of 10^-8 */
    th_str str;
    th_elm_time t;
    const struct th_elm_val *list;
    const void *p;
    struct {
      const th_json *value, *sibling;
    } fhir;
  } u;
} th_elm_val;

/* ── Programs ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_elm_program th_elm_program;

typedef struct th_elm_library {
  th_str id, version;
  uint32_t n_defines, n_functions;
} th_elm_library;

/* Something in the text that the engine cannot evaluate: only what depends on it fails. */
typedef struct th_elm_issue {
  const char *library, *define, *locator; /* "" when not known */
  const char *message;
} th_elm_issue;

/* An empty program in its own arena; th_elm_del frees it. NULL when memory is short. */
TH_API th_elm_program *th_elm_new(void);
TH_API void th_elm_del(th_elm_program *p);
/* Adds one library (ELM JSON, plain). `source` names it in messages. The bytes may go away afterwards.
 * TH_EPARSE: not ELM JSON, or of another schema version than r1; TH_ECONFLICT: another text of the same id and version is in.
 * TH_ELIMIT: nested deeper than TH_LIMIT_ELM_DEPTH. Linear in the text. */
TH_API th_code th_elm_add(th_elm_program *p, th_str json, const char *source, th_err *err);
/* Libraries that are included and not in the program yet, as id and version, for the caller to find. */
TH_API th_code th_elm_missing(const th_elm_program *p, th_arena *a, const th_elm_library **out, size_t *n);
/* Resolves every name; the first library added is the main one. TH_ENOENT names an include that is missing, TH_ECONFLICT a cycle. */
TH_API th_code th_elm_link(th_elm_program *p, th_err *err);
TH_API const th_elm_library *th_elm_main(const th_elm_program *p);
TH_API size_t th_elm_libraries(const th_elm_program *p);
TH_API const th_elm_library *th_elm_library_at(const th_elm_program *p, size_t i);
TH_API const th_elm_issue *th_elm_issues(const th_elm_program *p, size_t *n);
/* Public defines of the main library (not functions), in order of the text. */
TH_API size_t th_elm_defines(const th_elm_program *p);
TH_API th_str th_elm_define_name(const th_elm_program *p, size_t i);
TH_API const char *th_elm_define_locator(const th_elm_program *p, size_t i);

/* ── Terminology ───────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_elm_terms th_elm_terms;

/* Value sets and code systems from FHIR JSON (ValueSet: expansion.contains, compose.include.concept; CodeSystem: concept; Bundle
 * of them). Lives in `a`. */
TH_API th_elm_terms *th_elm_terms_new(th_arena *a);
TH_API th_code th_elm_terms_add(th_elm_terms *t, th_str json, const char *source, th_err *err);

/* ── Evaluation ────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_elm_param {
  th_str name; /* of the main library's parameter */
  th_json value;
} th_elm_param;

typedef struct th_elm_options {
  th_elm_time now; /* with offset and milliseconds: Now(), Today(), TimeOfDay(), the default offset */
  const th_elm_terms *terms;
  const th_elm_param *param;
  size_t n_params;
  uint64_t steps_max; /* expressions one define may evaluate; 0: TH_LIMIT_ELM_STEPS */
} th_elm_options;

/* "2026-01-01T00:00:00+08:00": a full instant with offset. */
TH_API bool th_elm_now_parse(th_str s, th_elm_time *out);

typedef struct th_elm_eval th_elm_eval;

/* An evaluation of one patient (NULL: none) in `a`, which must outlive it; th_elm_end frees what is not in the arena. Options are
 * kept by address. */
TH_API th_code th_elm_begin(const th_elm_program *p, const th_elm_options *opt, th_arena *a, th_fhir_patient *patient,
                            th_elm_eval **out, th_err *err);
TH_API void th_elm_finish(th_elm_eval *e);
/* Value of a define of the main library, computed once. An error of evaluation is TH_EINVAL with message and locator in
 * err->source; TH_ENOENT: no such define. */
TH_API th_code th_elm_value(th_elm_eval *e, th_str define, th_elm_val *out, th_err *err);
/* The same for the i-th public define (th_elm_define_name), without a look-up. */
TH_API th_code th_elm_value_at(th_elm_eval *e, size_t i, th_elm_val *out, th_err *err);
TH_API size_t th_elm_warnings(const th_elm_eval *e, const th_str **out);

/* A value as JSON, in the shapes of `theriac cql run`. */
TH_API void th_elm_write(th_jwrite *w, const th_elm_eval *e, th_elm_val v);
/* All defines named (n = 0: all public ones) as {"patient","library","results","warnings","errors"}. */
TH_API th_code th_elm_report(th_elm_eval *e, const th_str *define, size_t n, th_jwrite *w, size_t *n_errors, th_err *err);

TH_API const char *th_elm_kind_name(th_elm_val v); /* "Integer", "DateTime", …, "FHIR.Observation" */
/* For comparisons outside: parts of a value. */
TH_API bool th_elm_as_bool(th_elm_val v, bool *out);  /* false for anything else */
TH_API bool th_elm_as_f64(th_elm_val v, double *out); /* Integer, Long, Decimal, Quantity's value */
TH_API th_str th_elm_as_text(th_elm_val v);           /* String, code, FHIR primitive; empty otherwise */
/* A sameness stricter than Equal, used by the official suite: same class and equal; null equals null; dates to the same precision;
 * quantities in the same unit; intervals by their closed ends. */
TH_API bool th_elm_same_result(th_elm_eval *e, th_elm_val got, th_elm_val want);

/* ── Explaining ────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Evaluates the define anew and writes the tree of its sub-expressions: type, locator, source text where the library carries it,
 * value (lists cut after 20), times evaluated, and notes on what a reader may not expect. */
TH_API th_code th_elm_explain(th_elm_eval *e, th_str define, th_jwrite *w, th_err *err);

/* Which boolean expressions were seen true, false and null over a run. One for many evaluations of one thread. */
typedef struct th_elm_cover th_elm_cover;
TH_API th_elm_cover *th_elm_cover_new(const th_elm_program *p, th_arena *a);
TH_API void th_elm_cover_use(th_elm_eval *e, th_elm_cover *c);
TH_API void th_elm_cover_write(const th_elm_program *p, const th_elm_cover *c, th_jwrite *w);

#define TH_LIMIT_ELM_DEPTH 4096 /* of expressions, loading and evaluating */
#define TH_LIMIT_ELM_STEPS ((uint64_t)100000000)
#define TH_LIMIT_ELM_BYTES ((size_t)4 << 30) /* what one patient may take: record, results */
#define TH_LIMIT_ELM_LIST  ((size_t)1 << 22)
/* Of a define's value: levels (what is written stays within TH_LIMIT_JSON_DEPTH) and parts. */
#define TH_LIMIT_ELM_VALUE_DEPTH 400
#define TH_LIMIT_ELM_VALUE_PARTS ((size_t)1 << 24)

#endif
