/* Versions of a study, studies side by side, results overdue. Records are invented but for the two versions in ../shared. */
#include "test.h"
#include "theriac/io.h"
#include "theriac/trial.h"

static th_arena *arena;

static th_ctgov_study study(const char *json) {
  th_ctgov_doc doc;
  th_err err = { 0 };
  CHECK_OK_ERR(th_source_ctgov_read(arena, th_str_of(json), &doc, &err), &err);
  return doc.studies.n ? doc.studies.v[0] : (th_ctgov_study){ .enrolment = -1 };
}

#define ID "\"identificationModule\":{\"nctId\":\"NCT00000001\",\"briefTitle\":\"T\"}"

static th_date on(int y, int m, int d) {
  return (th_date){ (int16_t)y, (uint8_t)m, (uint8_t)d, TH_DATE_DAY, TH_ERA_CE };
}

static th_trial_due due(const char *status_module, const char *rest, th_date as_of) {
  const th_str json = th_str_fmt(arena, "{\"protocolSection\":{" ID ",\"statusModule\":{%s}}%s}", status_module, rest);
  const th_ctgov_study s = study(json.p);
  return th_trial_results_of(&s, 0, as_of).state;
}

TEST(results_are_due_a_year_after_completion) {
  const char *done =
      "\"overallStatus\":\"COMPLETED\",\"primaryCompletionDateStruct\":{\"date\":\"2020-02-29\",\"type\":\"ACTUAL\"}";
  CHECK_INT(due(done, ",\"hasResults\":false", on(2021, 2, 28)), TH_TRIAL_NOT_DUE);
  CHECK_INT(due(done, ",\"hasResults\":false", on(2021, 3, 1)), TH_TRIAL_OVERDUE);
  CHECK_INT(due(done, ",\"hasResults\":true", on(2021, 3, 1)), TH_TRIAL_POSTED);
  CHECK_INT(due(done, "", on(2021, 3, 1)), TH_TRIAL_RESULT_UNKNOWN);
  /* of a month the last day counts: due on 31 May 2021 */
  const char *month = "\"overallStatus\":\"COMPLETED\",\"completionDateStruct\":{\"date\":\"2020-05\",\"type\":\"ACTUAL\"}";
  CHECK_INT(due(month, ",\"hasResults\":false", on(2021, 5, 31)), TH_TRIAL_NOT_DUE);
  CHECK_INT(due(month, ",\"hasResults\":false", on(2021, 6, 1)), TH_TRIAL_OVERDUE);
  const char *planned =
      "\"overallStatus\":\"COMPLETED\",\"completionDateStruct\":{\"date\":\"2020-05\",\"type\":\"ESTIMATED\"}";
  CHECK_INT(due(planned, ",\"hasResults\":false", on(2025, 1, 1)), TH_TRIAL_NOT_JUDGED);
  CHECK_INT(due("\"overallStatus\":\"COMPLETED\"", ",\"hasResults\":false", on(2025, 1, 1)), TH_TRIAL_NOT_JUDGED);
}

static const th_trial_change *change(const th_trial_diff *d, const char *field, const char *before, const char *after) {
  for (size_t i = 0; i < d->changes.n; i++) {
    const th_trial_change *c = &d->changes.v[i];
    const bool b = before ? c->before.p && th_str_has(c->before, th_str_of(before)) : !c->before.p;
    const bool f = after ? c->after.p && th_str_has(c->after, th_str_of(after)) : !c->after.p;
    if (strcmp(c->field, field) == 0 && b && f) return c;
  }
  return NULL;
}

/* evidence.md §11: what changed in NCT05154734 between May 2022 and now. */
TEST(endpoint_and_eligibility_switched) {
  const char *shared = test_shared();
  if (!shared) SKIP("no shared data");
  th_ctgov_doc doc[2];
  th_file f[2];
  static const char *const names[] = { "NCT05154734.v2022-05.reconstructed.json", "NCT05154734.reconstructed.json" };
  for (int i = 0; i < 2; i++) {
    th_err err = { 0 };
    const th_str path = th_str_fmt(arena, "%s/data/trials/reconstructed/%s", shared, names[i]);
    CHECK_OK_ERR(th_file_open(path.p, 0, &f[i], &err), &err);
    CHECK_OK_ERR(th_source_ctgov_read(arena, f[i].bytes, &doc[i], &err), &err);
  }
  th_trial_diff d;
  CHECK_OK(th_trial_diff_of(arena, &doc[0].studies.v[0], &doc[1].studies.v[0], on(2026, 1, 1), &d, NULL));
  CHECK(change(&d, "enrolment", "12 (ESTIMATED)", "14 (ACTUAL)") != NULL);
  CHECK(change(&d, "status", NULL, "COMPLETED") != NULL);
  CHECK(change(&d, "include", "At least two relapses in the 12 months", NULL) != NULL);
  CHECK(change(&d, "include", NULL, "at least one attack requiring rescue therapy") != NULL);
  CHECK(change(&d, "include", NULL, "seropositive for AQP4-IgG") != NULL);
  CHECK(change(&d, "include", "with or without systemic lupus", NULL) != NULL);
  CHECK(change(&d, "include", "≥ 18 years old", NULL) == NULL); /* the line both versions hold */
  CHECK_INT(d.outcome_changed, TH_TRUE);                        /* May 2022 lies behind the start of December 2021 */
  for (int i = 0; i < 2; i++) th_file_close(&f[i]);
}

#define VERSION(verified, start, outcome, criteria)                                                                            \
  "{\"protocolSection\":{" ID ",\"statusModule\":{\"statusVerifiedDate\":\"" verified                                          \
  "\",\"startDateStruct\":{\"date\":\"" start "\"}},\"outcomesModule\":{\"primaryOutcomes\":[{\"measure\":\"" outcome          \
  "\"}]},\"eligibilityModule\":{\"eligibilityCriteria\":\"" criteria "\"}}}"

static th_tri changed(const char *before, const char *after) {
  const th_ctgov_study x = study(before), y = study(after);
  th_trial_diff d;
  CHECK_OK(th_trial_diff_of(arena, &x, &y, on(2026, 1, 1), &d, NULL));
  return d.outcome_changed;
}

TEST(a_change_counts_when_it_came_after_the_start) {
  const char *old = VERSION("2021-01", "2021-06", "Death", "Inclusion Criteria:\\n\\n* A");
  CHECK_INT(changed(old, VERSION("2021-03", "2021-06", "Relapse", "Inclusion Criteria:\\n\\n* A")), TH_FALSE);
  CHECK_INT(changed(old, VERSION("2022-03", "2021-06", "Relapse", "Inclusion Criteria:\\n\\n* A")), TH_UNKNOWN);
  const char *later = VERSION("2021-08", "2021-06", "Death", "Inclusion Criteria:\\n\\n* A");
  CHECK_INT(changed(later, VERSION("2022-03", "2021-06", "Relapse", "Inclusion Criteria:\\n\\n* A")), TH_TRUE);
  CHECK_INT(changed(later, VERSION("2022-03", "2021-06", "Death", "Inclusion Criteria:\\n\\n* A\\n* B")), TH_TRUE);
  /* bullets, case and blanks are no change */
  CHECK_INT(changed(later, VERSION("2022-03", "2021-06", "death ", "INCLUSION CRITERIA\\n\\n1. a.")), TH_FALSE);
}

TEST(side_by_side) {
  const th_ctgov_study x = study(VERSION("2021-01", "2021-06", "Death", "A")),
                       y = study(VERSION("2021-01", "2021-06", "Relapse", "A"));
  const th_ctgov_study *v[] = { &x, &y };
  th_trial_rows rows;
  CHECK_OK(th_trial_compare(arena, v, 2, &rows, NULL));
  size_t differs = 0;
  for (size_t i = 0; i < rows.n; i++) {
    differs += rows.v[i].differs;
    if (rows.v[i].differs) CHECK_STR(th_str_of(rows.v[i].field), "primary_outcomes"), CHECK_STR(rows.v[i].value[1], "Relapse");
  }
  CHECK_INT(differs, 1);
  CHECK_CODE(th_trial_compare(arena, v, 1, &rows, NULL), TH_EINVAL);
}

int main(void) {
  arena = th_arena_new(0);
  if (!arena) return 1;
  static const th_test tests[] = {
    RUN(results_are_due_a_year_after_completion),
    RUN(endpoint_and_eligibility_switched),
    RUN(a_change_counts_when_it_came_after_the_start),
    RUN(side_by_side),
  };
  const int status = test_main_(tests, sizeof tests / sizeof *tests);
  th_arena_del(arena);
  return status;
}
