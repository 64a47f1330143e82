/* Criteria cut into lines and read; every expected value is read off the line by hand. */
#include "test.h"
#include "theriac/io.h"
#include "theriac/trial.h"

static th_arena *arena;
static th_names *names;

static th_trial_lines read_lines(const char *text) {
  th_trial_lines v = { 0 };
  th_err err = { 0 };
  CHECK_OK_ERR(th_trial_criteria(arena, names, th_str_of(text), &v, &err), &err);
  return v;
}

/* One line under an inclusion heading. */
static th_trial_line one(const char *line) {
  const th_str text = th_str_fmt(arena, "Inclusion Criteria:\n\n* %s\n", line);
  th_trial_lines v = read_lines(text.p);
  CHECK_INT(v.n, 1);
  return v.n ? v.v[0] : (th_trial_line){ 0 };
}

static void term(const char *line, th_trial_fact fact, th_trial_op op, const char *what, double x, double y, const char *unit,
                 bool whole) {
  const th_trial_line l = one(line);
  printf("# %s\n", line);
  CHECK_INT(l.terms.n, 1);
  if (l.terms.n != 1) return;
  const th_trial_term *t = &l.terms.v[0];
  CHECK_STR(th_str_of(th_trial_fact_code(t->fact)), th_trial_fact_code(fact));
  CHECK_STR(th_str_of(th_trial_op_code(t->op)), th_trial_op_code(op));
  CHECK_STR(t->what, what);
  CHECK_REL(t->number, x, 0);
  CHECK_REL(t->number2, y, 0);
  CHECK_STR(t->unit, unit);
  CHECK_INT(l.whole, whole);
}

TEST(headings_and_bullets) {
  const th_trial_lines v =
      read_lines("Some words before.\n\nKey Inclusion Criteria:\n\n1. First (a)\n2. EDSS \\<= 6.0\n   * nested one\n"
                 "\n納入條件：\n\n一、年滿 18 歲\n\nExclusion Criteria: smokers\n\n* 1\\. Patients wi\n");
  CHECK_INT(v.n, 7);
  if (v.n != 7) return;
  static const th_trial_side side[] = { TH_TRIAL_UNSTATED, TH_TRIAL_INCLUDE, TH_TRIAL_INCLUDE, TH_TRIAL_INCLUDE,
                                        TH_TRIAL_INCLUDE,  TH_TRIAL_EXCLUDE, TH_TRIAL_EXCLUDE };
  static const char *const text[] = { "Some words before.", "First (a)", "EDSS <= 6.0", "nested one",
                                      "年滿 18 歲",         "smokers",   "Patients wi" };
  for (size_t i = 0; i < 7; i++) {
    CHECK_INT(v.v[i].side, side[i]);
    CHECK_STR(v.v[i].text, text[i]);
  }
  CHECK_STR(v.v[2].raw, "2. EDSS \\<= 6.0");
  CHECK_INT(v.v[2].line, 6);
  CHECK_INT(v.v[3].parent, 2);
  CHECK(v.v[2].heads);
  CHECK_STR(v.v[6].raw, "* 1\\. Patients wi");
}

TEST(a_heading_within_a_line_turns_the_side) {
  const th_trial_lines v = read_lines("Inclusion Criteria: Signed consent. Exclusion Criteria: pregnancy; smokers\n"
                                      "納入條件：年滿 18 歲。排除條件：懷孕\nNot eligible. See exclusion criteria: below\n");
  CHECK_INT(v.n, 5);
  if (v.n != 5) return;
  static const th_trial_side side[] = { TH_TRIAL_INCLUDE, TH_TRIAL_EXCLUDE, TH_TRIAL_INCLUDE, TH_TRIAL_EXCLUDE,
                                        TH_TRIAL_EXCLUDE };
  static const char *const text[] = { "Signed consent.", "pregnancy; smokers", "年滿 18 歲。", "懷孕",
                                      "Not eligible. See exclusion criteria: below" };
  static const uint32_t line[] = { 1, 1, 2, 2, 3 };
  for (size_t i = 0; i < 5; i++) {
    CHECK_INT(v.v[i].side, side[i]);
    CHECK_STR(v.v[i].text, text[i]);
    CHECK_INT(v.v[i].line, line[i]);
  }
}

TEST(numbers_that_begin_a_line_are_not_always_numbers_of_it) {
  CHECK_STR(one("1.5 mg daily").text, "1.5 mg daily");
  CHECK_STR(one("e.g. asthma").text, "e.g. asthma");
  CHECK_STR(one("a) asthma").text, "asthma");
  CHECK_STR(one("（1）氣喘").text, "氣喘");
}

TEST(a_group_names_whom_its_lines_concern) {
  const th_trial_lines v =
      read_lines("Eligibility criteria:\n\nFor adolescent participants:\n\n* grade 9\n\nExclusion criteria:\n\n* x\n");
  CHECK_INT(v.n, 2);
  if (v.n != 2) return;
  CHECK_STR(v.v[0].under, "For adolescent participants:");
  CHECK_INT(v.v[0].side, TH_TRIAL_UNSTATED);
  CHECK_STR(v.v[1].under, "");
}

TEST(ages) {
  term("Male or female patients ≥ 18 years old", TH_TRIAL_AGE, TH_TRIAL_GE, "", 18, NAN, "years", true);
  term("Age ≥18 years.", TH_TRIAL_AGE, TH_TRIAL_GE, "", 18, NAN, "years", true);
  term("Male or female adults ages 18 to 64 years", TH_TRIAL_AGE, TH_TRIAL_BETWEEN, "", 18, 64, "years", true);
  term("Between the ages of 21-45 inclusive", TH_TRIAL_AGE, TH_TRIAL_BETWEEN, "", 21, 45, "years", true);
  term("18 Years to 65 Years，male or female.", TH_TRIAL_AGE, TH_TRIAL_BETWEEN, "", 18, 65, "years", true);
  term("more than 18 years old", TH_TRIAL_AGE, TH_TRIAL_GT, "", 18, NAN, "years", true);
  term("subjects 18 years old or more", TH_TRIAL_AGE, TH_TRIAL_GE, "", 18, NAN, "years", true);
  term("年齡 20 歲以上", TH_TRIAL_AGE, TH_TRIAL_GE, "", 20, NAN, "years", true);
  term("年滿20歲", TH_TRIAL_AGE, TH_TRIAL_GE, "", 20, NAN, "years", true);
  const th_trial_line l = one("Age greater than or equal to eighteen years and less than or equal to 80.");
  CHECK_INT(l.terms.n, 2);
  CHECK(l.whole);
  if (l.terms.n == 2) CHECK_REL(l.terms.v[0].number, 18, 0), CHECK_REL(l.terms.v[1].number, 80, 0);
  CHECK_INT(l.join, TH_TRIAL_ALL);
}

TEST(a_span_of_time_is_no_age) {
  CHECK_INT(one("Chronic AD that has been present for at least 3 years before the screening visit").terms.n, 0);
  CHECK_INT(one("Type 2 diabetes for at least 5 years").terms.n <= 1, 1);
}

TEST(scores_and_values) {
  term("EDSS \\<= 6.0", TH_TRIAL_SCORE, TH_TRIAL_LE, "EDSS", 6, NAN, "", true);
  term("Eczema Area and Severity Index (EASI) score ≥16 at the screening visit and the baseline visit", TH_TRIAL_SCORE,
       TH_TRIAL_GE, "EASI", 16, NAN, "", true);
  term("ECOG performance status 0-1.", TH_TRIAL_SCORE, TH_TRIAL_BETWEEN, "ECOG", 0, 1, "", true);
  term("Mayo score greater than or equal to (\\>=) 2 by central reading", TH_TRIAL_SCORE, TH_TRIAL_GE, "Mayo", 2, NAN, "",
       false);
  term("Absolute neutrophil count ≥ 1,500/µL", TH_TRIAL_LAB, TH_TRIAL_GE, "neutrophils", 1500, NAN, "/μl", true);
  term("Platelets ≥ 100,000/ mm3", TH_TRIAL_LAB, TH_TRIAL_GE, "platelets", 100000, NAN, "/ mm3", true);
  term("Hemoglobin ≥ 10g/dL", TH_TRIAL_LAB, TH_TRIAL_GE, "hemoglobin", 10, NAN, "g/dl", true);
  term("Patients were seropositive for AQP4-IgG", TH_TRIAL_LAB, TH_TRIAL_POSITIVE, "AQP4-IgG", NAN, NAN, "", true);
  const th_trial_line l = one("Aspartate aminotransferase (AST) ≤ 1.5 × ULN");
  CHECK_INT(l.terms.n, 1);
  if (l.terms.n) CHECK_STR(l.terms.v[0].unit, "× uln");
}

TEST(events_in_a_window) {
  const th_trial_line l =
      one("At least two relapses in the 12 months or at least three relapses in the 24 months before screening");
  CHECK_INT(l.terms.n, 2);
  if (l.terms.n != 2) return;
  CHECK(l.whole);
  CHECK_INT(l.join, TH_TRIAL_ANY);
  CHECK_REL(l.terms.v[0].number, 2, 0);
  CHECK_STR(l.terms.v[0].what, "relapse");
  CHECK_INT(l.terms.v[0].window_days, 365);
  CHECK_REL(l.terms.v[1].number, 3, 0);
  CHECK_INT(l.terms.v[1].window_days, 731); /* 24 × 30.4375 = 730.5 */
  const th_trial_line now =
      one("Clinical evidence of either at least one attack requiring rescue therapy in the year before screening "
          "or at least two attacks requiring rescue therapy in the 2 years before screening.");
  CHECK_INT(now.terms.n, 2);
  CHECK(!now.whole); /* rescue therapy is left to a person */
  if (now.terms.n == 2) CHECK_INT(now.terms.v[0].window_days, 365), CHECK_INT(now.terms.v[1].window_days, 731);
}

TEST(conditions_and_negations_leave_a_question) {
  CHECK_INT(one("For adolescents under 18 years of age, able to provide informed assent").terms.n, 0);
  CHECK_INT(one("Creatinine clearance ≥ 60 mL/min for patients with serum creatinine above the ULN").terms.n, 0);
  CHECK_INT(one("Subjects that are not ASA I").terms.n, 0);
  CHECK(!one("Healthy children").whole || one("Healthy children").terms.v[0].fact == TH_TRIAL_HEALTHY);
  const th_trial_line women = one("Women must use effective contraception");
  CHECK_INT(women.terms.n, 0);
}

TEST(names_are_found_by_identity) {
  const th_trial_line l = one("Prior treatment with belimumab within 3 months before screening");
  CHECK_INT(l.terms.n, 1);
  if (l.terms.n == 1) {
    CHECK_INT(l.terms.v[0].fact, TH_TRIAL_DRUG);
    CHECK(l.terms.v[0].row != NULL);
    CHECK_INT(l.terms.v[0].window_days, 91);
  }
  const th_trial_line d = one("Diagnosis of systemic lupus erythematosus");
  CHECK_INT(d.terms.n, 1);
  CHECK(d.whole);
  CHECK_INT(one("NMO with or without systemic lupus erythematosus").terms.n <= 1, 1);
  CHECK_INT(one("Allergy to belimumab").terms.n, 0);
}

TEST(criteria_without_end_are_refused) {
  th_buf b;
  th_buf_init(&b, arena, 1 << 16);
  for (int i = 0; i < TH_LIMIT_CRITERIA_LINES + 1; i++) th_buf_addz(&b, "* x\n");
  th_trial_lines v = { 0 };
  th_err err = { 0 };
  CHECK_CODE(th_trial_criteria(arena, NULL, th_buf_str(&b), &v, &err), TH_ELIMIT);
}

static th_code every_allocation(void) {
  th_arena *a = th_arena_new(0);
  if (!a) return TH_ENOMEM;
  th_trial_lines v = { 0 };
  const th_code code =
      th_trial_criteria(a, NULL, TH_S("Inclusion Criteria:\n\n* Age ≥ 18 years\n  * EDSS \\<= 6.0\n"), &v, NULL);
  th_arena_del(a);
  return code;
}

TEST(memory_may_run_short) {
  CHECK(test_each_alloc_fails(every_allocation) > 0);
}

int main(void) {
  th_err err = { 0 };
  arena = th_arena_new(0);
  if (!arena || th_names_builtin_index(arena, &names, &err) != TH_OK) return 1;
  static const th_test tests[] = {
    RUN(headings_and_bullets),
    RUN(a_heading_within_a_line_turns_the_side),
    RUN(numbers_that_begin_a_line_are_not_always_numbers_of_it),
    RUN(a_group_names_whom_its_lines_concern),
    RUN(ages),
    RUN(a_span_of_time_is_no_age),
    RUN(scores_and_values),
    RUN(events_in_a_window),
    RUN(conditions_and_negations_leave_a_question),
    RUN(names_are_found_by_identity),
    RUN(criteria_without_end_are_refused),
    RUN(memory_may_run_short),
  };
  const int status = test_main_(tests, sizeof tests / sizeof *tests);
  th_arena_del(arena);
  return status;
}
