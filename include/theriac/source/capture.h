/* What a search returned, with the state of the search: the five states are never collapsed (a failed source is not "nothing"). */
#ifndef THERIAC_SOURCE_CAPTURE_H
#define THERIAC_SOURCE_CAPTURE_H

#include "theriac/source/field.h"

typedef enum th_search_state {
  TH_SEARCH_NOT_SEARCHED = 0,
  TH_SEARCH_NOTHING, /* the query ran, zero records */
  TH_SEARCH_FOUND,
  TH_SEARCH_FAILED,
  TH_SEARCH_NOT_APPLICABLE,
} th_search_state;
TH_API const char *th_search_state_name(th_search_state s); /* "not_searched", "searched_nothing", … */
TH_API bool th_search_state_find(th_str name, th_search_state *out);

typedef enum th_capture_source {
  TH_CAPTURE_REGISTRY, /* ClinicalTrials.gov and the like */
  TH_CAPTURE_LITERATURE,
  TH_CAPTURE_ICTRP,
  TH_CAPTURE_INTERACTIONS,
  TH_CAPTURE_LICENCE,
  TH_CAPTURE_OTHER,
} th_capture_source;
TH_API const char *th_capture_source_name(th_capture_source s); /* "registry", "literature", … */

typedef struct th_capture_trial {
  th_field id, title, phase, status, start_date, completion_date, country, enrolment, summary, eligibility, sponsor;
  th_date start_on, completion_on;
  int64_t enrolment_n; /* -1: not stated */
  th_field_vec endpoints;
  bool summary_cut, eligibility_cut; /* as long as the stated cut of the field */
  uint32_t from, to, line;           /* the record's JSON */
} th_capture_trial;
typedef TH_VEC(th_capture_trial) th_capture_trials;

typedef struct th_capture_paper {
  th_field pmid, title, abstract, journal, year;
  th_field_vec authors, pub_types, mesh_terms;
  bool abstract_cut;
  uint32_t from, to, line;
} th_capture_paper;
typedef TH_VEC(th_capture_paper) th_capture_papers;

typedef struct th_capture {
  th_capture_source source;
  th_field source_text; /* as printed: "ClinicalTrials.gov" */
  th_field drug, disease, query, query_form, queried_at;
  th_date queried_on;
  th_search_state state;
  th_field state_text; /* as printed, absent when the document has no state */
  th_str state_why;    /* how the state was reached, when it is not the printed one */
  th_field error;
  int64_t records_in_source, records_kept; /* -1: not stated */
  bool incomplete;                         /* SEARCH_INCOMPLETE: fewer kept than the source had, or cut by a page limit */
  th_field provenance;                     /* a remark of the document on itself (reconstructed, synthetic) */
  th_capture_trials trials;
  th_capture_papers papers;
  th_field_pairs other; /* members not named above: key and raw value */
  uint32_t from, to, line;
} th_capture;
typedef TH_VEC(th_capture) th_captures;

typedef struct th_capture_prediction {
  th_field disease, score, rank;
} th_capture_prediction;

typedef struct th_capture_doc {
  bool bundle; /* a drug bundle: many searches in one document */
  th_field drug, drugbank_id;
  th_captures captures;
  TH_VEC(th_capture_prediction) prediction; /* of a bundle */
  th_gap_vec gaps;
} th_capture_doc;

/* A capture object, an array of them, or a published drug bundle (whose stubbed ICTRP entries and network failures logged as
 * "success, 0" become not_searched). A state that contradicts the document's own members is not believed: success false or an
 * error text is source_failed; records while "nothing" is found. Half a document is TH_EPARSE. Linear. */
TH_API th_code th_source_capture_read(th_arena *a, th_str bytes, th_capture_doc *out, th_err *err);

#endif
