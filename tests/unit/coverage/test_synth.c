/* Metamorphic pairs are answered alike: other units, members in another order, facts that nobody reads. */
#include "test.h"
#include "theriac/coverage.h"

static th_arena *fixed;
static th_coverage cov;
static const th_date as_of = { 2025, 6, 15, TH_DATE_DAY, TH_ERA_CE };

static void pairs(const th_rule_policy *p, const th_rule_path *path) {
  th_arena *a = th_arena_new(0), *text = th_arena_new(0);
  th_err err = { 0 };
  th_buf out;
  th_buf_init(&out, text, 1 << 16);
  CHECK_OK_ERR(th_coverage_synth(a, p, path, TH_SYNTH_METAMORPHIC, 5, 60, as_of, &out, &err), &err);
  th_str rest = th_buf_str(&out), line[2];
  while (th_str_line(&rest, &line[0]) && th_str_line(&rest, &line[1])) {
    th_coverage_case k[2];
    th_rule_result r[2];
    for (int i = 0; i < 2; i++) {
      CHECK(th_str_has(line[i], TH_S("\"synthetic\":true")));
      CHECK_OK_ERR(th_coverage_case_parse(a, &cov, line[i], &k[i], &err), &err);
      CHECK_OK_ERR(th_rule_check(a, p, path, k[i].values, as_of, &r[i], &err), &err);
    }
    if (r[0].outcome == r[1].outcome && r[0].readings == r[1].readings && r[0].n_collect == r[1].n_collect) continue;
    printf("# %.*s\n# %.*s\n", TH_STR_ARG(line[0]), TH_STR_ARG(line[1]));
    CHECK(false);
    break;
  }
  th_arena_del(text);
  th_arena_del(a);
}

TEST(twins_are_answered_alike) {
  th_err err = { 0 };
  fixed = th_arena_new(0);
  CHECK_OK_ERR(th_coverage_open(fixed, NULL, 0, &cov, &err), &err);
  for (uint32_t i = 0; i < cov.n; i++)
    for (uint32_t k = 0; k < cov.policy[i].n_paths; k++) pairs(&cov.policy[i], &cov.policy[i].path[k]);
  th_arena_del(fixed);
}

TEST(same_seed_same_patients) {
  th_err err = { 0 };
  th_buf x, y;
  fixed = th_arena_new(0);
  CHECK_OK_ERR(th_coverage_open(fixed, NULL, 0, &cov, &err), &err);
  const th_rule_policy *p = th_coverage_policy(&cov, TH_S("nhi-8.2.13"));
  const th_rule_path *path = th_rule_path_find(p, TH_S("ln-initial"));
  th_buf_init(&x, fixed, 1024);
  th_buf_init(&y, fixed, 1024);
  CHECK_OK_ERR(th_coverage_synth(fixed, p, path, TH_SYNTH_LONGITUDINAL, 3, 8, as_of, &x, &err), &err);
  CHECK_OK_ERR(th_coverage_synth(fixed, p, path, TH_SYNTH_LONGITUDINAL, 3, 8, as_of, &y, &err), &err);
  CHECK(x.n > 0 && th_str_eq(th_buf_str(&x), th_buf_str(&y)));
  CHECK(th_str_has(th_buf_str(&x), TH_S("\"path\":\"ln-renewal\",\"as_of\":\"2026-06-15\"")));
  th_arena_del(fixed);
}

/* An adult over the years: application, renewal at 6 months, taper at 2 years, stop a year later, treatment again half a year after. The
 * same person throughout. */
TEST(one_patient_over_the_years) {
  static const char *const visits[][2] = { { "sle-initial", "2025-06-15" },
                                           { "sle-renewal", "2025-12-15" },
                                           { "sle-taper", "2027-06-15" },
                                           { "sle-stop", "2028-06-15" },
                                           { "sle-restart", "2028-12-15" } };
  th_err err = { 0 };
  th_buf out;
  fixed = th_arena_new(0);
  CHECK_OK_ERR(th_coverage_open(fixed, NULL, 0, &cov, &err), &err);
  const th_rule_policy *p = th_coverage_policy(&cov, TH_S("nhi-8.2.13"));
  const int32_t birth = th_rule_fact_find(&cov.dict, TH_S("birth_date")),
                months = th_rule_fact_find(&cov.dict, TH_S("months_on_belimumab"));
  th_buf_init(&out, fixed, 1 << 16);
  CHECK_OK_ERR(
      th_coverage_synth(fixed, p, th_rule_path_find(p, TH_S("sle-initial")), TH_SYNTH_LONGITUDINAL, 9, 6, as_of, &out, &err),
      &err);
  th_str rest = th_buf_str(&out), line;
  size_t n = 0;
  th_date born = { 0 };
  for (; th_str_line(&rest, &line); n++) {
    th_coverage_case k;
    char iso[TH_DATE_TEXT];
    CHECK_OK_ERR(th_coverage_case_parse(fixed, &cov, line, &k, &err), &err);
    CHECK(th_str_has(line, TH_S("\"synthetic\":true")));
    CHECK_STR(k.path_name, visits[n % 5][0]);
    CHECK_STR(th_str_of(th_date_iso(k.as_of, iso)), visits[n % 5][1]);
    if (n % 5 == 0) born = k.values[birth].date;
    if (n % 5 == 1 && born.prec) CHECK_INT(th_date_cmp(k.values[birth].date, born), 0);
    if (n % 5 == 2) CHECK_REL(k.values[months].lo, 24, 1e-12);
    if (n % 5 == 3) CHECK_REL(k.values[months].lo, 36, 1e-12);
  }
  CHECK_INT(n, 30);
  th_arena_del(fixed);
}

TEST_MAIN(RUN(one_patient_over_the_years), RUN(twins_are_answered_alike), RUN(same_seed_same_patients))
