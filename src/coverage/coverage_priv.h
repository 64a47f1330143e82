/* Shared by the files of the coverage room. */
#ifndef THERIAC_COVERAGE_PRIV_H
#define THERIAC_COVERAGE_PRIV_H

#include "theriac/base/embed.h"
#include "theriac/coverage.h"
#include "theriac/fhir.h"
#include "theriac/text.h"

extern const th_embed th_coverage__policies[];

typedef enum th_coverage_tone { TH_TONE_MET, TH_TONE_NOT, TH_TONE_UNKNOWN, TH_TONE_HUMAN, TH_TONE_DEPENDS } th_coverage_tone;

const char *th_coverage__tone_word(th_coverage_tone t, bool zh);
const char *th_coverage__outcome_word(th_rule_outcome o, bool zh);
const char *th_coverage__verdict_word(th_rule_verdict v, bool zh);
/* A leaf in words: "uPCR >= 0.5 × uPCR before standard therapy". */
void th_coverage__leaf_text(th_buf *b, const th_rule_policy *p, const th_rule_leaf *l, bool zh);
/* A warning of the engine in words. */
void th_coverage__warning_text(th_buf *b, const th_rule_policy *p, th_str warning, bool zh);
const char *th_coverage__op_sign(uint8_t op); /* "≥" */
/* Value, unit, day and record of a fact. */
void th_coverage__value_text(th_buf *b, const th_rule_fact *f, const th_rule_value *v, bool zh);
void th_coverage__number(th_buf *b, double v); /* shortest text that reads back the same to 12 digits */
/* A known value as a case file writes it. */
void th_coverage__value_json(th_jwrite *w, const th_rule_fact *f, const th_rule_value *v);
void th_coverage__escape(th_buf *b, th_str s); /* for HTML text and attributes */

/* "YYYY", "YYYY-MM" or "YYYY-MM-DD", a day of the calendar. */
bool th_coverage__date(th_str s, th_date *out);

/* ── Many cases (coverage_scan.c, coverage_batch.c) ────────────────────────────────────────────────────────────────── */

#define TH_LANE_PLACES 128

typedef struct th_coverage_lane { /* what one thread works with */
  th_arena *arena;                /* a case at a time */
  th_arena *block;                /* for the block of lines at hand */
  th_arena *keep;                 /* for as long as the batch */
  th_rule_value *values;          /* absent between cases, save those touched */
  int32_t *touched;
  uint32_t n_touched;
  uint32_t *stamp, serial;        /* facts of the case at hand carry its serial */
  int32_t before[TH_LANE_PLACES]; /* the fact of the case before, by its place */
  th_buf out;                     /* answers of one block, task after task */
} th_coverage_lane;

typedef struct th_coverage_frame { /* what all answers of a path have in common, ready quoted */
  const th_rule_path *path;
  th_str head, nodes, tail; /* behind the id; the nodes; behind "stop" */
  uint32_t *letter;         /* places in nodes */
} th_coverage_frame;

/* Frames of all paths; false: out of memory. */
bool th_coverage__frames(th_arena *a, const th_coverage *c, const th_coverage_frame **out, uint32_t *n);
/* The bytes of th_coverage_json(…, brief). */
void th_coverage__brief(th_buf *b, const th_coverage_batch *batch, const th_coverage_result *r);

bool th_coverage__lane_open(th_coverage_lane *l, const th_coverage *c); /* false: out of memory; close it all the same */
void th_coverage__lane_close(th_coverage_lane *l);
/* Reads a line of the usual form into the lane's values; false: read it with th_coverage_case_parse instead. */
bool th_coverage__scan(const th_coverage *c, th_coverage_lane *lane, th_str line, th_coverage_case *out);
void th_coverage__lane_clear(th_coverage_lane *lane);

/* What a record brought that was not used, or used with a doubt: "KIND:SUBJECT: DETAIL" as case_fhir tells it, in words. */
void th_coverage__told_text(th_buf *b, const th_rule_dict *d, th_str told, bool zh);

/* ── Facts from FHIR (fhir_facts.c, fhir_labs.c, drug_rows.c, drug_days.c, drug_facts.c) ───────────────────────────── */

typedef enum th_drug {
  TH_DRUG_STEROID,
  TH_DRUG_HCQ,
  TH_DRUG_MMF,
  TH_DRUG_MPA,
  TH_DRUG_AZA,
  TH_DRUG_CSA,
  TH_DRUG_MTX,
  TH_DRUG_CYC,
  TH_DRUG_BELIMUMAB,
  TH_DRUG_OTHER,    /* an immunosuppressant that the rule does not name */
  TH_DRUG_BIOLOGIC, /* another biological */
  TH_DRUGS
} th_drug;

/* What a record leaves open is kept as two stories: [TH_LEAST] the days and doses that are sure, [TH_MOST] those that are possible. A fact
 * is then the range between what the two give. */
enum { TH_LEAST, TH_MOST };

typedef struct th_drug_span { /* a drug taken on the days [from, to) */
  th_drug drug;
  uint32_t substance; /* place in the table of drugs */
  int32_t from[2], to[2];
  double daily[2]; /* mg a day, steroids in prednisolone equivalents; NAN: not known */
  double given[2]; /* mg a day of the substance itself */
  bool open;       /* no end is stated */
  bool request;    /* ordered, not told as taken */
  bool pulse;      /* methylprednisolone into a vein: kept out of daily doses and means */
  const th_fhir_resource *row;
} th_drug_span;

typedef struct th_drug_dose { /* cyclophosphamide into a vein on one day */
  int32_t day;
  double mg[2];
  const th_fhir_resource *row;
} th_drug_dose;

typedef struct th_weight_on { /* body weight measured on a day */
  int32_t day;
  double kg;
} th_weight_on;

typedef struct th_fhir_facts {
  th_arena *arena;
  const th_rule_dict *dict;
  const th_rule_path *path;
  th_fhir_patient *patient;
  th_rule_value *values;
  th_date as_of;
  int32_t today, first_belimumab, first_standard; /* INT32_MIN: none known */
  TH_VEC(th_drug_span) span;
  TH_VEC(th_drug_dose) dose;
  TH_VEC(th_weight_on) weight;
  TH_VEC(int32_t) cut; /* days on which a span begins or ends, in order: between two of them nothing changes */
  th_str_vec told;
  bool whole; /* the record holds every drug of the kinds that are read: none recorded is none taken */
  th_err *err;
} th_fhir_facts;

#define TH_WHOLE_TABLE "whole" /* source of what is known because the record is whole */

typedef struct th_coverage_record {
  th_str bundle;
  const char *source; /* its name, for errors */
  bool whole;
} th_coverage_record;

/* th_coverage_case_fhir, for a record that may be whole. */
th_code th_coverage__record(th_arena *a, const th_coverage *c, const th_coverage_record *rec, th_str program, th_str path,
                            th_date as_of, th_coverage_case *out, th_err *err);

th_code th_coverage__tell(th_fhir_facts *f, const char *fmt, ...) TH_PRINTF(2, 3);
th_str th_coverage__row(th_fhir_facts *f, const th_fhir_resource *r); /* "Observation/o1" */
int32_t th_coverage__fact(const th_fhir_facts *f, const char *name);
void th_coverage__say_yes(th_fhir_facts *f, const char *fact, const th_fhir_resource *row);
th_str th_coverage__text_at(th_fhir_elem of, const char *path);
bool th_coverage__number_at(th_fhir_elem of, const char *path, double *out);
th_str th_coverage__lower(th_fhir_facts *f, th_str s);
/* Whether the text or a coding's display of a CodeableConcept holds one of the words, or a coding has one of the codes (any case; words
 * that deny, like "family history of", never fit). */
bool th_coverage__concept(th_fhir_facts *f, th_fhir_elem concept, const char *const *words, const char *const *codes);

th_code th_coverage__labs(th_fhir_facts *f);            /* observations: latest, baselines, limits */
th_code th_coverage__drug_rows(th_fhir_facts *f);       /* reads them; first days of belimumab and of standard therapy */
th_code th_coverage__drug_facts(th_fhir_facts *f);      /* months, doses, means, overlaps; weight must be there */
th_code th_coverage__induction_facts(th_fhir_facts *f); /* cyclophosphamide amounts and what followed it */
th_str th_coverage__drug_key(th_drug d);                /* as a form's table calls it: "mmf" */
/* The spans as rows {drug, name, dose, from, to} for the forms' tables. */
th_code th_coverage__drug_table(th_fhir_facts *f, const th_json **out);

bool th_coverage__taken(const th_fhir_facts *f, int story, th_drug drug, int32_t day);
double th_coverage__dose_on(const th_fhir_facts *f, int story, th_drug drug, int32_t day);
double th_coverage__dose_least(const th_fhir_facts *f, int story, th_drug drug, int32_t from,
                               int32_t to); /* of the days [from, to) */
double th_coverage__dose_mean(const th_fhir_facts *f, int story, th_drug drug, int32_t from, int32_t to);
bool th_coverage__on_therapy(const th_fhir_facts *f, int story, int32_t day);
/* First day of the unbroken run that ends today; today + 1 when there is none. TH_DRUGS: of standard therapy. */
int32_t th_coverage__run_start(const th_fhir_facts *f, int story, th_drug drug);
/* Whole calendar months and the part of the next one, from a first day to the day assessed, both included. */
double th_coverage__months_since(const th_fhir_facts *f, int32_t first);
th_str th_coverage__rows_of(th_fhir_facts *f, th_drug from, th_drug to);
/* Leaves a fact absent when either end is NAN. */
void th_coverage__put_range(th_fhir_facts *f, const char *name, double a, double b, th_str unit, th_str rows);

/* ── Doses (dose.c, dose_vials.c, dose_text.c, calendar.c) ──────────────────────────────────────────────────────────── */

/* Days from the first dose to dose k (0: the first). */
int32_t th_coverage__dose_day(const th_rule_regimen *r, uint32_t k);
/* The vials of one dose: d->mg and the products of d->pack are given, the counts, what is opened and what is left over are set. */
th_code th_coverage__vials(th_arena *a, th_dose_amount *d, th_err *err);
th_dec th_coverage__plain(th_dec d); /* without noughts at the end */
/* The next review that the policy's schedule names for a path; NULL: none. */
const th_rule_schedule *th_coverage__review(const th_rule_policy *p, th_str path);
/* The days on which something falls due, the schedule counted from a day; plain: without "if given from this day". In the arena, by day. */
th_code th_coverage__dates(th_arena *a, const th_coverage_result *r, th_date from, bool plain, const th_coverage_due **out,
                           uint32_t *n, th_err *err);
/* The one line of the dosage in both languages. */
th_code th_coverage__dosage(th_arena *a, th_dose *d, th_err *err);

/* ── Forms (form_build.c; form_36.c, form_sheets.c fill them) ──────────────────────────────────────────────────────── */

typedef struct th_form_build {
  th_arena *arena;
  const th_coverage_result *r;
  const th_coverage_text *official; /* the rule's document; NULL: our labels */
  const th_coverage_form *printed;  /* its form of this name; NULL: none */
  th_form *form;
  th_form_row row;
  bool nomem;
} th_form_build;

void th_coverage__end_row(th_form_build *b);
void th_coverage__label(th_form_build *b, uint32_t span, const char *text);
void th_coverage__heading(th_form_build *b, const char *text);
void th_coverage__note(th_form_build *b, th_str text);
void th_coverage__frame(th_form_build *b, uint32_t span, th_str text, uint32_t lines); /* printed, or room for a signature */
void th_coverage__field(th_form_build *b, uint32_t span, const char *name, th_str hint, th_str value);
void th_coverage__tick(th_form_build *b, uint32_t span, const char *name, th_tri t, th_str text);
/* Label and field of a fact: its value with unit and day, blank when it is not known. */
void th_coverage__fact_cells(th_form_build *b, uint32_t label_span, const char *label, uint32_t span, const char *name);
void th_coverage__fact_tick(th_form_build *b, uint32_t span, const char *name, const char *text);
/* A tick for a clause, in the official words that begin with the label and hold the word, else in ours. */
void th_coverage__clause_tick(th_form_build *b, const char *node, const char *label, const char *word, const char *ours);
th_str th_coverage__words(th_form_build *b, const char *fmt, ...) TH_PRINTF(2, 3);
th_str th_coverage__form_text(th_form_build *b, const char *key); /* of the case's "form"; dates in the ROC era */
void th_coverage__form_head(th_form_build *b);
void th_coverage__form_tail(th_form_build *b);
void th_coverage__drug_head(th_form_build *b);

typedef struct th_form_drug {
  const char *label, *key;    /* key: of the case's "drugs" */
  const char *dose, *months;  /* facts; NULL: none */
  bool weight, height, named; /* asked beside the drug; named: the drug's name is to be written */
} th_form_drug;
/* A row for each record of the drug, at least one. */
void th_coverage__drug_rows_of(th_form_build *b, const th_form_drug *d);
/* Whether any item of the sheet is known. One that has none is filled by hand: bounds made of nothing would only be in the way. */
bool th_coverage__sheet_known(const th_form_build *b, th_str prefix);
/* What a score came to at a node, "8 分"; nothing when the path has no such node. */
void th_coverage__score_cells(th_form_build *b, const char *node, const char *label);

void th_coverage__form_36(th_form_build *b);
void th_coverage__form_36_1(th_form_build *b);
void th_coverage__form_36_2(th_form_build *b);
void th_coverage__form_s2(th_form_build *b);

#endif
