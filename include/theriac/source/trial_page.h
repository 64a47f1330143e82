/* One trial's page of a registry, or of a site that prints a registry again, copied as text. */
#ifndef THERIAC_SOURCE_TRIAL_PAGE_H
#define THERIAC_SOURCE_TRIAL_PAGE_H

#include "theriac/source/field.h"

typedef enum th_count_kind { TH_COUNT_UNKNOWN = 0, TH_COUNT_ACTUAL, TH_COUNT_ESTIMATED } th_count_kind;

typedef struct th_trial_arm {
  th_field label, type, description;
  th_field_vec treatments;
} th_trial_arm;
typedef TH_VEC(th_trial_arm) th_trial_arms;

typedef struct th_trial_outcome {
  bool primary;
  th_field measure, time_frame;
} th_trial_outcome;
typedef TH_VEC(th_trial_outcome) th_trial_outcomes;

typedef struct th_trial_page {
  th_field site; /* the page's own name, where it says so */
  th_field title, official_title, acronym, sponsor;
  th_field_vec collaborators;
  th_field status;     /* as printed: "Completed" */
  th_field_vec phases; /* "Phase 2", "Phase 1" */
  th_field_vec conditions, treatments, keywords;
  th_field study_type, funder;
  th_field_vec identifiers; /* all, registry number first as printed */
  th_field registry_id;     /* the NCT, ISRCTN, EudraCT … among them; absent when none */
  th_field about, full_description;

  th_field enrolment;           /* "14 patients" */
  int64_t enrolment_n;          /* -1: not stated */
  th_count_kind enrolment_kind; /* only when the page says actual or estimated */
  th_field sex, ages, volunteers;
  th_tri healthy_volunteers;         /* accepted; TH_UNKNOWN when not stated */
  th_field_vec inclusion, exclusion; /* one line each, numbering removed, the line otherwise as printed */
  th_field eligibility;              /* all of it, when the page does not split it */

  th_field purpose, allocation, model, masking, masked_roles, observation_model, time_perspective;
  th_trial_arms arms;
  int64_t arm_count; /* as stated ("14 participants in 1 patient group"); -1 */

  th_trial_outcomes outcomes;
  th_field start, primary_completion, completion, first_posted, last_update; /* as printed */
  th_date start_on, primary_completion_on, completion_on, last_update_on;
  th_tri has_results; /* TH_UNKNOWN when the page neither shows nor denies results */
  th_field results;

  th_field contacts;
  int64_t location_count; /* -1: not stated */
  th_field_vec locations;
  th_field source_line; /* "Data sourced from …" */
  th_field_pairs other; /* labels not named above, with their text */
  th_gap_vec gaps;      /* what the page does not hold: "outcomes", "dates", "results", … */
} th_trial_page;

/* Refused (TH_EPARSE): neither a registry number nor both a title and a study type or condition; a page that ends before its
 * eligibility though it announces it (cut). Everything else missing is a gap. Views point into bytes. Linear. */
TH_API th_code th_source_trial_read(th_arena *a, th_str bytes, th_trial_page *out, th_err *err);

#endif
