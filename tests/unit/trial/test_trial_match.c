/* Patients against lines; expected answers worked by hand. */
#include "test.h"
#include "theriac/trial.h"

static th_arena *arena;
static th_names *names;
static const th_date day = { 2026, 3, 1, TH_DATE_DAY, TH_ERA_CE };

static th_trial_match match(const char *criteria, const char *patient) {
  th_trial_lines lines = { 0 };
  th_trial_patient *p = NULL;
  th_trial_match m = { 0 };
  th_err err = { 0 };
  CHECK_OK_ERR(th_trial_criteria(arena, names, th_str_of(criteria), &lines, &err), &err);
  CHECK_OK_ERR(th_trial_patient_read(arena, th_str_of(patient), day, &p, &err), &err);
  if (p) CHECK_OK_ERR(th_trial_match_lines(arena, names, &lines, p, &m, &err), &err);
  return m;
}

static void answer(const char *side, const char *line, const char *patient, th_tri want) {
  const th_str text = th_str_fmt(arena, "%s criteria:\n\n* %s\n", side, line);
  const th_trial_match m = match(text.p, patient);
  CHECK_INT(m.lines.n, 1);
  if (m.lines.n == 1 && m.lines.v[0].eligible != want) printf("# %s: %s with %s\n", side, line, patient);
  if (m.lines.n == 1) CHECK_INT(m.lines.v[0].eligible, want);
}

TEST(numbers) {
  answer("Inclusion", "EDSS \\<= 6.0", "{\"edss\": 6.0}", TH_TRUE);
  answer("Inclusion", "EDSS \\<= 6.0", "{\"edss\": 6.5}", TH_FALSE);
  answer("Inclusion", "EDSS \\<= 6.0", "{}", TH_UNKNOWN);
  answer("Exclusion", "EDSS > 6.0", "{\"edss\": 6.5}", TH_FALSE);
  answer("Exclusion", "EDSS > 6.0", "{\"facts\": {\"edss\": 2}}", TH_TRUE);
  answer("Inclusion", "ECOG performance status 0-1", "{\"ECOG\": 2}", TH_FALSE);
}

TEST(units_are_brought_together_or_nothing_is_said) {
  answer("Inclusion", "Hemoglobin ≥ 10 g/dL", "{\"hemoglobin\": {\"value\": 9.9, \"unit\": \"g/dL\"}}", TH_FALSE);
  answer("Inclusion", "Hemoglobin ≥ 10 g/dL", "{\"hemoglobin\": {\"value\": 101, \"unit\": \"g/L\"}}", TH_TRUE);
  answer("Inclusion", "Hemoglobin ≥ 10 g/dL", "{\"hemoglobin\": 12}", TH_UNKNOWN);
  answer("Inclusion", "Hemoglobin ≥ 10 g/dL", "{\"hemoglobin\": {\"value\": 7, \"unit\": \"mmol/L\"}}", TH_UNKNOWN);
  answer("Inclusion", "Platelets ≥ 100,000/mm3", "{\"platelets\": {\"value\": 120, \"unit\": \"10*9/L\"}}", TH_TRUE);
  answer("Exclusion", "ALT > 2 x ULN", "{\"alt\": {\"value\": 90, \"unit\": \"U/L\", \"uln\": 40}}", TH_FALSE);
  answer("Exclusion", "ALT > 2 x ULN", "{\"alt\": {\"value\": 90, \"unit\": \"U/L\"}}", TH_UNKNOWN);
}

TEST(ages) {
  answer("Inclusion", "Age ≥ 18 years", "{\"birth_date\": \"2008-03-01\"}", TH_TRUE);  /* 18 on the day */
  answer("Inclusion", "Age ≥ 18 years", "{\"birth_date\": \"2008-03-02\"}", TH_FALSE); /* a day short */
  answer("Inclusion", "Age ≥ 18 years", "{\"birth_date\": \"2008\"}", TH_UNKNOWN);
  answer("Inclusion", "Age ≥ 18 years", "{\"birth_date\": \"2007\"}", TH_TRUE);
  answer("Inclusion", "Age: older than 18 years", "{\"age\": 18}", TH_UNKNOWN); /* 18 and a month: either reading */
  answer("Inclusion", "Age 18 to 65 years", "{\"age\": 66}", TH_FALSE);
}

TEST(events_are_counted_in_their_window) {
  const char *line = "At least two relapses in the 12 months or at least three relapses in the 24 months before screening";
  answer("Inclusion", line, "{\"relapses\": [\"2025-12-01\", \"2025-06-01\"]}", TH_TRUE);
  answer("Inclusion", line, "{\"relapses\": [\"2025-12-01\", \"2024-06-01\"]}", TH_FALSE);
  answer("Inclusion", line, "{\"relapses\": [\"2025-12-01\", \"2024-06-01\", \"2024-05-01\"]}", TH_TRUE);
  answer("Inclusion", line, "{\"relapses\": [\"2025-12-01\", \"2025\"]}", TH_UNKNOWN); /* which part of 2025? */
  answer("Inclusion", line, "{}", TH_UNKNOWN);
}

TEST(diagnoses_follow_the_hierarchy_and_never_from_silence) {
  answer("Inclusion", "Diagnosis of glomerulonephritis", "{\"diagnoses\": [\"lupus nephritis\"]}", TH_TRUE);
  answer("Inclusion", "Diagnosis of lupus nephritis", "{\"diagnoses\": [\"glomerulonephritis\"]}", TH_UNKNOWN);
  answer("Inclusion", "Diagnosis of lupus nephritis", "{\"diagnoses\": {\"glomerulonephritis\": false}}", TH_FALSE);
  answer("Inclusion", "Diagnosis of lupus nephritis", "{\"diagnoses\": []}", TH_UNKNOWN);
}

TEST(drugs) {
  answer("Exclusion", "Prior treatment with belimumab", "{\"drugs\": [\"belimumab\"]}", TH_FALSE);
  answer("Exclusion", "Prior treatment with belimumab", "{\"drugs\": {\"Benlysta\": false}}", TH_TRUE);
  answer("Exclusion", "Prior treatment with belimumab", "{\"drugs\": [\"rituximab\"]}", TH_UNKNOWN);
  answer("Exclusion", "Treatment with belimumab within 3 months before screening",
         "{\"drugs\": {\"belimumab\": \"2025-10-01\"}}", TH_TRUE);
  answer("Exclusion", "Treatment with belimumab within 3 months before screening",
         "{\"drugs\": {\"belimumab\": \"2026-01-15\"}}", TH_FALSE);
  answer("Exclusion", "Treatment with belimumab within 3 months before screening",
         "{\"drugs\": {\"belimumab\": {\"from\": \"2025-01-01\"}}}", TH_FALSE);
  answer("Exclusion", "Participation in another interventional trial within the last 3 months", "{\"other_trial\": false}",
         TH_TRUE);
}

TEST(pregnancy_one_of_three_is_enough) {
  const char *line = "Pregnant, breastfeeding, or child-bearing potential during the course of the study";
  answer("Exclusion", line, "{\"pregnant\": true}", TH_FALSE);
  answer("Exclusion", line, "{\"pregnant\": false}", TH_UNKNOWN);
  answer("Exclusion", line, "{\"pregnant\": false, \"breastfeeding\": false, \"childbearing_potential\": false}", TH_TRUE);
}

TEST(what_was_read_in_part_never_says_yes) {
  answer("Inclusion", "EDSS <= 6.0 as judged by an independent rater", "{\"edss\": 3}", TH_UNKNOWN);
  answer("Inclusion", "EDSS <= 6.0 as judged by an independent rater", "{\"edss\": 7}", TH_FALSE);
  answer("Inclusion", "EDSS <= 6.0 or waiver by the sponsor", "{\"edss\": 7}", TH_UNKNOWN);
  answer("Exclusion", "EDSS > 6.0 with bulbar signs", "{\"edss\": 7}", TH_UNKNOWN);
}

TEST(lines_under_a_line) {
  const char *any = "Inclusion criteria:\n\n* One of the following:\n  * EDSS <= 3\n  * age 18 to 30 years\n";
  CHECK_INT(match(any, "{\"edss\": 5, \"age\": 20}").eligible, TH_TRUE);
  CHECK_INT(match(any, "{\"edss\": 5, \"age\": 40}").eligible, TH_FALSE);
  CHECK_INT(match(any, "{\"edss\": 5}").eligible, TH_UNKNOWN);
  const char *all = "Exclusion criteria:\n\n* All of the following:\n  * EDSS > 3\n  * age 18 to 30 years\n";
  CHECK_INT(match(all, "{\"edss\": 5, \"age\": 40}").eligible, TH_TRUE);
  CHECK_INT(match(all, "{\"edss\": 5, \"age\": 20}").eligible, TH_FALSE);
}

TEST(a_fact_of_the_wrong_form_is_named) {
  th_trial_patient *p;
  th_err err = { 0 };
  CHECK_CODE(th_trial_patient_read(arena, TH_S("{\"pregnant\": \"maybe\"}"), day, &p, &err), TH_EPARSE);
  CHECK(strstr(err.msg, "pregnant") != NULL);
  CHECK_CODE(th_trial_patient_read(arena, TH_S("[1]"), day, &p, NULL), TH_EPARSE);
  CHECK_CODE(th_trial_patient_read(arena, TH_S("{\"birth_date\": 1990}"), day, &p, NULL), TH_EPARSE);
}

int main(void) {
  th_err err = { 0 };
  arena = th_arena_new(0);
  if (!arena || th_names_builtin_index(arena, &names, &err) != TH_OK) return 1;
  static const th_test tests[] = {
    RUN(numbers),
    RUN(units_are_brought_together_or_nothing_is_said),
    RUN(ages),
    RUN(events_are_counted_in_their_window),
    RUN(diagnoses_follow_the_hierarchy_and_never_from_silence),
    RUN(drugs),
    RUN(pregnancy_one_of_three_is_enough),
    RUN(what_was_read_in_part_never_says_yes),
    RUN(lines_under_a_line),
    RUN(a_fact_of_the_wrong_form_is_named),
  };
  const int status = test_main_(tests, sizeof tests / sizeof *tests);
  th_arena_del(arena);
  return status;
}
