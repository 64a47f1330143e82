/* Shared by the files of the coverage room. */
#ifndef THERIAC_COVERAGE_PRIV_H
#define THERIAC_COVERAGE_PRIV_H

#include "theriac/base/embed.h"
#include "theriac/coverage.h"
#include "theriac/fhir.h"

extern const th_embed th_coverage__policies[];

typedef enum th_coverage_tone { TH_TONE_MET, TH_TONE_NOT, TH_TONE_UNKNOWN, TH_TONE_HUMAN, TH_TONE_DEPENDS } th_coverage_tone;

const char *th_coverage__tone_word(th_coverage_tone t, bool zh);
const char *th_coverage__outcome_word(th_rule_outcome o, bool zh);
const char *th_coverage__verdict_word(th_rule_verdict v, bool zh);
/* A leaf in words: "uPCR >= 0.5 × uPCR before standard therapy". */
void th_coverage__leaf_text(th_buf *b, const th_rule_policy *p, const th_rule_leaf *l, bool zh);
/* A warning of the engine in words. */
void th_coverage__warning_text(th_buf *b, const th_rule_policy *p, th_str warning, bool zh);
void th_coverage__number(th_buf *b, double v); /* shortest text that reads back the same to 12 digits */
/* A known value as a case file writes it. */
void th_coverage__value_json(th_jwrite *w, const th_rule_fact *f, const th_rule_value *v);
void th_coverage__escape(th_buf *b, th_str s); /* for HTML text and attributes */

/* ── Facts from FHIR (fhir_facts.c, drug_facts.c) ──────────────────────────────────────────────────────────────────── */

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
  TH_DRUGS
} th_drug;

typedef struct th_drug_span { /* a drug taken on the days [from, to) */
  th_drug drug;
  int32_t from, to;
  double daily; /* mg a day, steroids in prednisolone equivalents; NAN: not known */
  double given; /* mg a day of the drug itself */
  bool pulse;   /* methylprednisolone into a vein: kept out of means */
  const th_fhir_resource *row;
} th_drug_span;

typedef struct th_fhir_facts {
  th_arena *arena;
  const th_rule_dict *dict;
  const th_rule_path *path;
  th_fhir_patient *patient;
  th_rule_value *values;
  th_date as_of;
  int32_t today, first_belimumab, first_standard; /* INT32_MIN: none known */
  TH_VEC(th_drug_span) span;
  th_str_vec told;
  th_err *err;
} th_fhir_facts;

th_code th_coverage__tell(th_fhir_facts *f, const char *fmt, ...) TH_PRINTF(2, 3);
th_str th_coverage__row(th_fhir_facts *f, const th_fhir_resource *r); /* "Observation/o1" */
int32_t th_coverage__fact(const th_fhir_facts *f, const char *name);
th_code th_coverage__drug_rows(th_fhir_facts *f);  /* reads them; first days of belimumab and of standard therapy */
th_code th_coverage__drug_facts(th_fhir_facts *f); /* months, doses, means, overlaps; weight must be there */

#endif
