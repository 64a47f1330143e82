/* Trial pages as text: a reprinting site's layout and a registry's own. */
#include "test.h"
#include "theriac/source.h"

static th_arena *arena;
static th_trial_page page;
static th_err err;

static th_code read_page(const char *text) {
  th_arena_del(arena);
  arena = th_arena_new(0);
  err = (th_err){ 0 };
  return th_source_trial_read(arena, th_str_of(text), &page, &err);
}

static bool gap(const char *what) {
  for (size_t i = 0; i < page.gaps.n; i++)
    if (strcmp(page.gaps.v[i].what, what) == 0) return true;
  return false;
}

static const char reprint[] = "ClinicalTrials.Site\n\nMenu\n\nSafety of Testimab in Imaginary Disease\n\nN\n\nNowhere "
                              "University\n\nStatus and phase\n\nCompleted\nPhase 2\nPhase 1\n\n"
                              "Conditions\n\nImaginary Disease\n\nTreatments\n\nDrug: Testimab\nDrug: Placebo\n\nStudy "
                              "type\n\nInterventional\n\nFunder types\n\nOther\n\nIdentifiers\n\n"
                              "NCT09999999\nNU-001\n\nDetails and patient eligibility\n\nAbout\n\nFirst paragraph.\n\nSecond "
                              "paragraph.\n\nEnrollment\n\n24 patients\n\nSex\n\nAll\n\nAges\n\n"
                              "18+ years old\n\nVolunteers\n\nAccepts Healthy Volunteers\n\nInclusion criteria\n\n  1. Age ≥ "
                              "18\n  2. Diagnosis of imaginary disease,\n     confirmed\n\n"
                              "Exclusion criteria\n\n  1. Pregnancy\n\nTrial design\n\nPrimary purpose\n\nBasic "
                              "Science\n\nAllocation\n\nRandomized\n\nInterventional model\n\nParallel Assignment\n\n"
                              "Masking\n\nNone (Open label)\n\n24 participants in 2 patient groups\n\nTestimab\nExperimental "
                              "group\nDescription:\n10 mg/kg every 4 weeks.\nTreatment:\nDrug: Testimab\n"
                              "Control\nPlacebo Comparator group\nTreatment:\nDrug: Placebo\n\nTrial contacts and "
                              "locations\n\n1\n\nLoading...\n\nCentral trial contact\n\nJane Doe, M.D.\n\n"
                              "Data sourced from clinicaltrials.gov\n\nClinical trials\n\nFind clinical trials\n";

TEST(a_reprinted_page) {
  CHECK_OK_ERR(read_page(reprint), &err);
  CHECK_STR(page.title.text, "Safety of Testimab in Imaginary Disease");
  CHECK_INT(page.title.line, 5);
  CHECK_STR(page.sponsor.text, "Nowhere University");
  CHECK_STR(page.status.text, "Completed");
  CHECK_INT(page.phases.n, 2);
  CHECK_STR(page.phases.v[1].text, "Phase 1");
  CHECK_INT(page.treatments.n, 2);
  CHECK_STR(page.registry_id.text, "NCT09999999");
  CHECK_INT(page.identifiers.n, 2);
  CHECK_STR(page.about.text, "First paragraph.\n\nSecond paragraph.");
  CHECK_INT(page.enrolment_n, 24);
  CHECK_INT(page.enrolment_kind, TH_COUNT_UNKNOWN);
  CHECK_INT(page.healthy_volunteers, TH_TRUE);
  CHECK_INT(page.inclusion.n, 2);
  CHECK_STR(page.inclusion.v[1].text, "Diagnosis of imaginary disease, confirmed");
  CHECK_INT(page.exclusion.n, 1);
  CHECK_STR(page.purpose.text, "Basic Science");
  CHECK_STR(page.masking.text, "None (Open label)");
  CHECK_INT(page.arm_count, 2);
  CHECK_INT(page.arms.n, 2);
  CHECK_STR(page.arms.v[0].label.text, "Testimab");
  CHECK_STR(page.arms.v[0].type.text, "Experimental group");
  CHECK_STR(page.arms.v[0].description.text, "10 mg/kg every 4 weeks.");
  CHECK_INT(page.arms.v[0].treatments.n, 1);
  CHECK_STR(page.arms.v[1].label.text, "Control");
  CHECK_STR(page.contacts.text, "Jane Doe, M.D.");
  CHECK_INT(page.location_count, 1);
  CHECK_STR(page.source_line.text, "Data sourced from clinicaltrials.gov");
  CHECK(gap("outcomes") && gap("dates") && gap("results") && gap("enrolment kind"));
  CHECK_INT(page.has_results, TH_UNKNOWN);
}

static const char registry[] = "ClinicalTrials.gov\r\nCompleted\r\nA Study of Testimab in Imaginary "
                               "Disease\r\nClinicalTrials.gov ID NCT09999998\r\nSponsor Nowhere University\r\n"
                               "Study Overview\r\nBrief Summary\r\nThis is a study.\r\nOfficial Title\r\nA Randomized Study of "
                               "Testimab in Adults With Imaginary Disease\r\n"
                               "Conditions\r\nImaginary Disease\r\nOther Disease\r\nIntervention / Treatment\r\nDrug: "
                               "Testimab\r\nStudy Start (Actual)\r\n2020-01-15\r\n"
                               "Primary Completion (Actual)\r\n2021-06\r\nStudy Completion (Estimated)\r\nMarch 1, "
                               "2022\r\nEnrollment (Actual)\r\n120\r\nStudy Type\r\nInterventional\r\n"
                               "Phase\r\nPhase 2|Phase 3\r\nParticipation Criteria\r\nEligibility "
                               "Criteria\r\nDescription\r\nInclusion Criteria:\r\n\r\n* Age 18 or older\r\n* Diagnosis\r\n\r\n"
                               "Exclusion Criteria:\r\n\r\n* Pregnancy\r\n\r\nAges Eligible for Study\r\n18 Years and older "
                               "(Adult, Older Adult )\r\nSexes Eligible for Study\r\nAll\r\n"
                               "Accepts Healthy Volunteers\r\nNo\r\nStudy Plan\r\nPrimary Purpose : Treatment\r\nAllocation : "
                               "Randomized\r\nMasking : Double (Participant, Investigator)\r\n"
                               "Arms and Interventions\r\nParticipant Group / Arm\tIntervention / Treatment\r\nExperimental: "
                               "Testimab\r\n10 mg/kg every 4 weeks\r\nDrug: Testimab\r\n"
                               "Placebo Comparator: Placebo\r\nDrug: Placebo\r\nWhat is the study measuring?\r\nPrimary "
                               "Outcome Measures\r\nOutcome Measure\tMeasure Description\tTime Frame\r\n"
                               "Response\tShare with response\tWeek 24\r\nSecondary Outcome Measures\r\nPain [Time Frame: 12 "
                               "weeks]\r\nCollaborators and Investigators\r\nSponsor\r\nNowhere University\r\n"
                               "Collaborators\r\nSomewhere Institute\r\nStudy Results\r\nNo Results Posted\r\n";

TEST(the_registry_s_own_page) {
  CHECK_OK_ERR(read_page(registry), &err);
  CHECK_STR(page.title.text, "A Study of Testimab in Imaginary Disease");
  CHECK_STR(page.official_title.text, "A Randomized Study of Testimab in Adults With Imaginary Disease");
  CHECK_STR(page.sponsor.text, "Nowhere University");
  CHECK_STR(page.registry_id.text, "NCT09999998");
  CHECK_INT(page.phases.n, 2);
  CHECK_INT(page.enrolment_n, 120);
  CHECK_INT(page.enrolment_kind, TH_COUNT_ACTUAL);
  CHECK_INT(page.start_on.day, 15);
  CHECK_INT(page.primary_completion_on.month, 6);
  CHECK_INT(page.primary_completion_on.prec, TH_DATE_MONTH);
  CHECK_INT(page.completion_on.year, 2022);
  CHECK_INT(page.healthy_volunteers, TH_FALSE);
  CHECK_INT(page.inclusion.n, 2);
  CHECK_STR(page.allocation.text, "Randomized");
  CHECK_INT(page.arms.n, 2);
  CHECK_STR(page.arms.v[1].type.text, "Placebo Comparator");
  CHECK_INT(page.outcomes.n, 2);
  CHECK(page.outcomes.v[0].primary && !page.outcomes.v[1].primary);
  CHECK_STR(page.outcomes.v[0].time_frame.text, "Week 24");
  CHECK_INT(page.collaborators.n, 1);
  CHECK_INT(page.has_results, TH_FALSE);
  CHECK(!gap("outcomes") && !gap("dates") && !gap("results"));
}

TEST(refused) {
  CHECK_CODE(read_page(""), TH_EPARSE);
  CHECK_CODE(read_page("Conditions\nX\nSex\nAll\nAges\n18\n"), TH_EPARSE);
  CHECK_CODE(read_page("A Study of Testimab in Imaginary Disease\nConditions\nImaginary\nIdentifiers\nNCT09999999\nStudy "
                       "type\nInterventional\nDetails and patient eligibility\nAbout\nText.\n"),
             TH_EPARSE);
  CHECK_INT(err.line, 8); /* announced and not there: cut off */
}

TEST(every_beginning_ends_well) {
  const char *all[] = { reprint, registry };
  for (size_t k = 0; k < 2; k++)
    for (size_t n = 0; n <= strlen(all[k]); n++) {
      th_arena *a = th_arena_new(0);
      th_trial_page p;
      const th_code code = th_source_trial_read(a, th_str_n(all[k], n), &p, NULL);
      if (code != TH_OK && code != TH_EPARSE) CHECK_INT(code, TH_EPARSE);
      th_arena_del(a);
    }
}

static th_code read_once(void) {
  th_arena *a = th_arena_new(0);
  if (!a) return TH_ENOMEM;
  th_trial_page p;
  const th_code code = th_source_trial_read(a, th_str_of(registry), &p, NULL);
  th_arena_del(a);
  return code;
}

TEST(allocation_failures) {
  CHECK(test_each_alloc_fails(read_once) > 1);
}

TEST_MAIN(RUN(a_reprinted_page), RUN(the_registry_s_own_page), RUN(refused), RUN(every_beginning_ends_well),
          RUN(allocation_failures))
