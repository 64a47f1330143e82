/* What a person is told: the calendar, documents once each, what another reading changes, days before the text held. Days by hand. */
#include "test.h"
#include "theriac/coverage.h"

static th_arena *fixed, *arena;
static th_coverage cov;
static th_coverage_case kase;
static th_coverage_result result;

static bool judge(const char *path, const char *as_of, const char *facts) {
  th_err err = { 0 };
  if (!fixed) {
    fixed = th_arena_new(0);
    CHECK_OK_ERR(th_coverage_open(fixed, NULL, 0, &cov, &err), &err);
  }
  arena = th_arena_new(0);
  const th_str json = th_str_fmt(arena, "{\"case\":\"x\",\"program\":\"%s\",\"path\":\"%s\",\"as_of\":\"%s\",\"facts\":{%s}}",
                                 strcmp(path, "screening") == 0 ? "trial-NCT05154734" : "nhi-8.2.13", path, as_of, facts);
  CHECK_OK_ERR(th_coverage_case_parse(arena, &cov, json, &kase, &err), &err);
  CHECK_OK_ERR(th_coverage_check(arena, &kase, &result, &err), &err);
  return test_failed_checks == 0;
}

static bool due(const char *day, const char *words) {
  char iso[TH_DATE_TEXT];
  for (uint32_t i = 0; i < result.n_dates; i++)
    if (strcmp(th_date_iso(result.date[i].day, iso), day) == 0 && th_str_has(result.date[i].en, th_str_of(words))) return true;
  return false;
}

static th_str told(bool zh) {
  th_buf b;
  th_buf_init(&b, arena, 4096);
  th_coverage_explain(&b, &result, TH_COVER_TEXT, zh, true);
  CHECK(!b.failed);
  return th_buf_str(&b);
}

static size_t times(th_str s, const char *what) {
  size_t n = 0;
  for (size_t at = th_str_find(s, th_str_of(what), 0); at != SIZE_MAX; at = th_str_find(s, th_str_of(what), at + 1)) n++;
  return n;
}

/* A month that lacks the day ends earlier. */
TEST(reviews_after_the_day_assessed) {
  if (!judge("ln-initial", "2025-08-31", "")) return;
  CHECK(due("2026-08-31", "12 months") && due("2027-08-31", "2 years"));
  th_arena_del(arena);
  if (!judge("sle-initial", "2025-08-31", "\"pulse_date\":\"2025-07-31\"")) return;
  CHECK(due("2026-02-28", "6 months") && due("2027-08-31", "2 years"));
  CHECK(due("2025-10-31", "last day of the window"));
  th_arena_del(arena);
  if (!judge("psle-initial", "2025-06-15", "")) return;
  CHECK(due("2026-06-15", "12 months"));
  th_arena_del(arena);
  if (!judge("sle-restart", "2025-06-15", "")) return;
  CHECK(due("2025-12-15", "6 months"));
  th_arena_del(arena);
}

/* Six months on: the next review in three, two years in eighteen. */
TEST(months_that_are_over_count) {
  if (!judge("sle-renewal", "2025-06-15", "\"months_on_belimumab\":6,\"renewal_number\":2,\"months_since_last_review\":1"))
    return;
  CHECK(due("2025-09-15", "3 months") && due("2026-12-15", "2 years"));
  CHECK(due("2025-08-15", "earliest day")); /* three months after the last review, one is over */
  th_arena_del(arena);
  if (!judge("sle-renewal", "2025-06-15", "\"months_on_belimumab\":25,\"renewal_number\":2")) return;
  for (uint32_t i = 0; i < result.n_dates; i++) CHECK(!th_str_has(result.date[i].en, TH_S("2 years")));
  th_arena_del(arena);
}

/* Born on 29 February 2008: 18 on 1 March 2026. */
TEST(birthdays_that_change_the_section) {
  if (!judge("psle-renewal", "2025-06-15", "\"birth_date\":\"2008-02-29\"")) return;
  CHECK(due("2026-03-01", "turns 18"));
  th_arena_del(arena);
  if (!judge("psle-initial", "2025-06-15", "\"birth_date\":\"2020-07-01\"")) return;
  CHECK(due("2025-07-01", "turns 5") && due("2038-07-01", "turns 18"));
  th_arena_del(arena);
}

/* Born on the day assessed: no adult. Born after it: a slip of the pen, which decides nothing. */
TEST(nobody_is_assessed_before_being_born) {
  if (!judge("sle-initial", "2025-06-15", "\"birth_date\":\"2025-06-15\"")) return;
  CHECK_INT(result.rule.outcome, TH_OUT_NOT_MET);
  th_arena_del(arena);
  if (!judge("sle-initial", "2025-06-15", "\"birth_date\":\"2025-06-16\"")) return;
  CHECK_INT(result.rule.outcome, TH_OUT_UNKNOWN);
  CHECK(th_str_has(told(false), TH_S("is dated after the day assessed")));
  th_arena_del(arena);
}

TEST(tapers_and_stops) {
  if (!judge("sle-taper", "2025-06-15", "\"months_on_belimumab\":20")) return;
  CHECK(due("2026-06-15", "12 months") && due("2025-10-15", "earliest day"));
  th_arena_del(arena);
  if (!judge("sle-stop", "2025-06-15", "\"taper_start_date\":\"2024-12-01\",\"months_on_belimumab\":30")) return;
  CHECK(due("2025-12-01", "is reached"));
  th_arena_del(arena);
  /* uPCR under 0.5, GFR kept, at or over 90 for a year, 25 months: to be stopped, so nothing falls due. */
  if (!judge("ln-renewal", "2025-06-15",
             "\"months_on_belimumab\":25,\"upcr\":0.4,\"gfr\":95,\"gfr_pre_belimumab\":96,\"gfr_pre_standard\":96,\"gfr_min_"
             "12m\":92"))
    return;
  CHECK_INT(result.rule.stop, TH_V_T);
  CHECK_INT(result.n_dates, 0);
  CHECK(th_str_has(told(true), TH_S("依規定應停止使用")));
  th_arena_del(arena);
}

TEST(documents_stand_once) {
  if (!judge("ln-initial", "2025-06-15", "\"standard_therapy_months\":2")) return;
  CHECK_INT(times(told(false), "table of drugs with doses"), 1);
  CHECK_INT(times(told(true), "用藥種類、劑量"), 1);
  CHECK(th_str_has(told(false), TH_S("[missing] table of drugs")));
  th_arena_del(arena);
}

/* 80 of 100: "over 20 %" is not reached, "20 % or more" is. */
TEST(another_reading_is_told) {
  if (!judge("ln-renewal", "2025-06-15",
             "\"months_on_belimumab\":13,\"upcr\":0.4,\"upcr_pre_belimumab\":2,\"upcr_pre_standard\":2,\"gfr\":80,\"gfr_pre_"
             "belimumab\":100,"
             "\"gfr_pre_standard\":100,\"gfr_min_12m\":70,\"creatinine\":1,\"creatinine_pre_belimumab\":1,\"creatinine_pre_"
             "standard\":1,"
             "\"dialysis_or_transplant\":false"))
    return;
  CHECK_INT(result.rule.outcome, TH_OUT_DEPENDS);
  CHECK(th_str_has(told(false), TH_S("A11")) && th_str_has(told(true), TH_S("另解")));
  CHECK(!th_str_has(told(false), TH_S("A17"))); /* end-stage disease: the same either way */
  th_arena_del(arena);
}

TEST(days_before_the_text) {
  if (!judge("ln-initial", "2024-05-01", "\"upcr\":2")) return;
  CHECK_INT(result.rule.outcome, TH_OUT_VERSION_UNAVAILABLE);
  CHECK_STR(th_str_of(result.rule.reason), "text_not_held");
  CHECK_INT(result.n_dates + result.n_evidence, 0);
  CHECK(th_str_has(told(true), TH_S("條文內容未收錄")));
  th_arena_del(arena);
  if (!judge("ln-initial", "2022-09-30", "")) return;
  CHECK_STR(th_str_of(result.rule.reason), "not_in_force");
  th_arena_del(arena);
  if (!judge("psle-initial", "2025-01-31", "")) return;
  CHECK_STR(th_str_of(result.rule.reason), "not_in_force");
  th_arena_del(arena);
}

TEST(the_trial_says_that_it_is_over) {
  if (!judge("screening", "2025-06-15", "\"edss\":6.5")) return;
  CHECK_INT(result.rule.outcome, TH_OUT_NOT_MET);
  CHECK(th_str_has(told(false), TH_S("registered as completed")) && th_str_has(told(true), TH_S("不再收案")));
  th_arena_del(arena);
}

TEST_MAIN(RUN(reviews_after_the_day_assessed), RUN(months_that_are_over_count), RUN(birthdays_that_change_the_section),
          RUN(nobody_is_assessed_before_being_born), RUN(tapers_and_stops), RUN(documents_stand_once),
          RUN(another_reading_is_told), RUN(days_before_the_text), RUN(the_trial_says_that_it_is_over))
