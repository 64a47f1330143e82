/* A study of ClinicalTrials.gov, API version 2: as much of the record as evidence rests on, every value with its place. */
#ifndef THERIAC_SOURCE_CTGOV_H
#define THERIAC_SOURCE_CTGOV_H

#include "theriac/source/field.h"

typedef struct th_ctgov_day {
  th_field text, kind; /* "2020-01"; ACTUAL or ESTIMATED */
  th_date date;        /* at the precision printed; NONE when absent or unreadable */
} th_ctgov_day;

typedef struct th_ctgov_arm {
  th_field label, type, description;
  th_field_vec interventions; /* as printed: "Drug: Testimab" */
} th_ctgov_arm;

typedef struct th_ctgov_intervention {
  th_field type, name, description;
  th_field_vec other_names, arm_labels;
} th_ctgov_intervention;

/* An id beside the NCT number; type says of what register ("EUDRACT_NUMBER", "REGISTRY", "NIH" …), absent for the sponsor's own. */
typedef struct th_ctgov_id {
  th_field id, type;
} th_ctgov_id;

typedef enum th_ctgov_outcome_kind { TH_OUTCOME_PRIMARY, TH_OUTCOME_SECONDARY, TH_OUTCOME_OTHER } th_ctgov_outcome_kind;

typedef struct th_ctgov_outcome {
  th_ctgov_outcome_kind kind;
  th_field measure, description, time_frame;
} th_ctgov_outcome;

typedef struct th_ctgov_reference {
  th_field pmid, type, citation; /* BACKGROUND, RESULT, DERIVED */
  uint32_t n_retractions;
} th_ctgov_reference;

typedef struct th_ctgov_term {
  th_field id, term, as_found, relevance; /* the last two for leaves only */
} th_ctgov_term;
typedef TH_VEC(th_ctgov_term) th_ctgov_terms;

typedef struct th_ctgov_place {
  th_field facility, status, city, state, country;
  double latitude, longitude; /* NaN: not stated */
} th_ctgov_place;

/* ── Results ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_ctgov_group {
  th_field id, title, description;
} th_ctgov_group;
typedef TH_VEC(th_ctgov_group) th_ctgov_groups;

/* Counts a measure is taken of: one a group and unit. */
typedef struct th_ctgov_denominator {
  th_field units, group, value;
} th_ctgov_denominator;

typedef struct th_ctgov_measurement {
  th_field class_title, category_title, group, value, spread, lower, upper; /* numbers as written */
} th_ctgov_measurement;

typedef struct th_ctgov_analysis {
  th_field_vec groups;
  th_field method, p_value, param_type, param_value, ci_percent, ci_sides, ci_lower, ci_upper, non_inferiority, description;
} th_ctgov_analysis;

typedef struct th_ctgov_result {
  th_field type, title, description, population, status, time_frame, param_type, dispersion, unit;
  th_ctgov_groups groups;
  TH_VEC(th_ctgov_denominator) denominators;
  TH_VEC(th_ctgov_measurement) measurements;
  TH_VEC(th_ctgov_analysis) analyses;
  uint32_t line;
} th_ctgov_result;

typedef struct th_ctgov_events {
  th_field id, title, deaths, deaths_at_risk, serious, serious_at_risk, other, other_at_risk;
} th_ctgov_events;

/* How many of a group reached a milestone ("STARTED", "COMPLETED", …) of a period, or left it for a reason. */
typedef struct th_ctgov_flow {
  th_field period, what, group, count;
  bool left; /* `what` is a reason for leaving */
} th_ctgov_flow;

/* ── The study ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_ctgov_study {
  th_field nct_id, org_id, brief_title, official_title, acronym, organization;
  th_field_vec aliases;
  TH_VEC(th_ctgov_id) secondary_ids;
  th_field status, last_known_status, why_stopped;
  th_ctgov_day verified, start, primary_completion, completion, results_posted, last_update;
  th_field sponsor, sponsor_class;
  th_field_vec collaborators;
  th_field brief_summary, detailed_description;
  th_field_vec conditions, keywords;
  th_field study_type;
  th_field_vec phases;
  unsigned phase_bits; /* bit 0 early phase 1, bits 1–4 the phases; 0 when NA or absent */
  th_field allocation, model, observational_model, time_perspective, purpose, masking;
  th_field_vec who_masked;
  int64_t enrolment; /* -1: absent */
  th_field enrolment_kind;
  TH_VEC(th_ctgov_arm) arms;
  TH_VEC(th_ctgov_intervention) interventions;
  TH_VEC(th_ctgov_outcome) outcomes;
  th_field eligibility, sex, minimum_age, maximum_age;
  th_field_vec std_ages;
  th_tri healthy_volunteers, has_results; /* TH_UNKNOWN: the record does not say */
  TH_VEC(th_ctgov_place) places;
  TH_VEC(th_ctgov_reference) references;
  th_ctgov_terms condition_mesh, condition_ancestors, condition_leaves, intervention_mesh, intervention_ancestors,
      intervention_leaves;
  TH_VEC(th_ctgov_result) results;  /* outcome measures */
  TH_VEC(th_ctgov_result) baseline; /* baseline measures; their groups stand in baseline_groups */
  th_ctgov_groups baseline_groups;
  th_ctgov_groups flow_groups;
  TH_VEC(th_ctgov_flow) flow;
  TH_VEC(th_ctgov_events) events;
  th_field provenance; /* "_provenance": a remark of the record on itself (reconstructed) */
  th_gap_vec gaps;     /* absent modules; values of no known enumeration */
  uint32_t from, to, line;
} th_ctgov_study;
typedef TH_VEC(th_ctgov_study) th_ctgov_studies;

typedef struct th_ctgov_doc {
  th_ctgov_studies studies;
  int64_t total;      /* totalCount; -1 when not stated */
  th_field next_page; /* present: the search goes on behind this page (SEARCH_INCOMPLETE) */
} th_ctgov_doc;

/* One study, an array, a search page ({studies, totalCount, nextPageToken}), or NDJSON with one study a line. A field that is
 * absent stays absent: NA is a value, absence is none. Refused: a study without nctId, JSON that ends too early (TH_EPARSE, with
 * line); the retired version 1 (TH_EUNSUP). Views point into bytes. Linear. Source: the registry's API description 2.0. */
TH_API th_code th_source_ctgov_read(th_arena *a, th_str bytes, th_ctgov_doc *out, th_err *err);

/* The same in two steps, for documents that are too large to hold as values: where the studies stand (frame->studies stays empty), and
 * each by itself, in any thread. Together they refuse what the reader of the whole refuses. */
TH_API th_code th_source_ctgov_cut(th_arena *a, th_str bytes, th_source_cuts *out, th_ctgov_doc *frame, th_err *err);
TH_API th_code th_source_ctgov_one(th_arena *a, th_str bytes, const th_source_cut *cut, th_ctgov_study *out, th_err *err);

/* Are these the same MeSH id? D000001943 is D001943: zeros behind the letter are padding. */
TH_API bool th_mesh_same(th_str x, th_str y);

#endif
