#include "test.h"

static th_date iso(const char *z) {
  th_date d = { 0 };
  if (!th_date_parse_iso(th_str_of(z), &d)) CHECK_STR(TH_S("refused"), z);
  return d;
}

static void reads(bool (*parse)(th_str, th_date *), const char *text, const char *want_iso) {
  th_date d = { 0 };
  char got[TH_DATE_TEXT] = "refused";
  if (parse(th_str_of(text), &d)) th_date_iso(d, got);
  if (!th_str_is(th_str_of(got), want_iso)) {
    printf("# reading \"%s\"\n", text);
    CHECK_STR(th_str_of(got), want_iso);
  }
}

TEST(day_numbers_of_known_days) {
  CHECK_INT(th_days_from_civil(1970, 1, 1), 0);
  CHECK_INT(th_days_from_civil(2000, 3, 1), 11017);
  CHECK_INT(th_days_from_civil(2025, 2, 1), 20120); /* date -u -d 2025-02-01 +%s / 86400 */
  CHECK_INT(th_days_from_civil(1, 1, 1), -719162);
  CHECK_INT(th_days_from_civil(9999, 12, 31), 2932896);
  CHECK_INT(th_civil_from_days(-719163).prec, TH_DATE_NONE);
  CHECK_INT(th_civil_from_days(2932897).prec, TH_DATE_NONE);
  CHECK_INT(th_civil_from_days(INT32_MIN).prec, TH_DATE_NONE);
  CHECK_INT(th_civil_from_days(INT32_MAX).prec, TH_DATE_NONE);
}

TEST(leap_days) {
  CHECK_INT(th_days_in_month(2000, 2), 29);
  CHECK_INT(th_days_in_month(1900, 2), 28);
  CHECK_INT(th_days_in_month(2024, 2), 29);
  CHECK_INT(th_days_in_month(2025, 2), 28);
  CHECK_INT(th_days_in_month(2025, 13), 0);
  CHECK_INT(th_days_in_month(2025, 0), 0);
  reads(th_date_parse_iso, "2024-02-29", "2024-02-29");
  reads(th_date_parse_iso, "2023-02-29", "refused");
  reads(th_date_parse_roc, "113/2/29", "2024-02-29");
  reads(th_date_parse_roc, "114/2/29", "refused");
}

TEST(iso_forms) {
  static const char *const good[][2] = {
    { "2025", "2025" },           { "2025-02", "2025-02" },       { "2025-02-01", "2025-02-01" }, { "2025/2/1", "2025-02-01" },
    { "20250201", "2025-02-01" }, { "0001-01-01", "0001-01-01" }, { "9999-12-31", "9999-12-31" }
  };
  for (size_t k = 0; k < sizeof good / sizeof *good; k++) reads(th_date_parse_iso, good[k][0], good[k][1]);
  static const char *const bad[] = { "",           "202",         "25-02-01",         "2025-13",    "2025-00-01",
                                     "2025-02-30", "2025-2/1",    "2025-02-01 ",      " 2025",      "202502",
                                     "2025-02-",   "0000-01-01",  "2025-02-01T00:00", "2025.02.01", "20250230",
                                     "12025",      "2025-002-01", "２０２５" };
  for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) reads(th_date_parse_iso, bad[k], "refused");
}

TEST(roc_forms) {
  static const char *const good[][2] = { { "114/2/1", "2025-02-01" },
                                         { "111/10/1", "2022-10-01" },
                                         { "114-02-01", "2025-02-01" },
                                         { "1140201", "2025-02-01" },
                                         { "114年2月1日", "2025-02-01" },
                                         { "民國114年2月", "2025-02" },
                                         { "民國 114 年 2 月 1 日", "2025-02-01" },
                                         { "中華民國114年", "2025" },
                                         { "1/1/1", "1912-01-01" },
                                         { "999/12/31", "2910-12-31" },
                                         { "0990101", "2010-01-01" },
                                         { "114.02.01", "2025-02-01" },
                                         { "88", "1999" } };
  for (size_t k = 0; k < sizeof good / sizeof *good; k++) reads(th_date_parse_roc, good[k][0], good[k][1]);
  static const char *const bad[] = { "",     "0/1/1", "1140230",  "114/2/",  "2025/2/1", "114年2月1",     "114年2",
                                     "民國", "000",   "11402011", "114/2-1", "-114/2/1", "民國114年13月", "0000101" };
  for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) reads(th_date_parse_roc, bad[k], "refused");
  th_date d;
  CHECK(th_date_parse_roc(TH_S("114/2/1"), &d) && d.era == TH_ERA_ROC);
}

TEST(english_forms) {
  static const char *const good[][2] = {
    { "April 21, 2025", "2025-04-21" }, { "2025 Apr 21", "2025-04-21" }, { "21 Apr 2025", "2025-04-21" },
    { "Apr 2025", "2025-04" },          { "2025 Apr", "2025-04" },       { "Sept. 5, 2019", "2019-09-05" },
    { "may 1, 2024", "2024-05-01" },    { "21-Apr-2025", "2025-04-21" }, { "February 29, 2024", "2024-02-29" }
  };
  for (size_t k = 0; k < sizeof good / sizeof *good; k++) reads(th_date_parse_english, good[k][0], good[k][1]);
  static const char *const bad[] = { "",           "April",        "April 31, 2025",  "2025",
                                     "21 22 2025", "Apr Apr 2025", "Apr 2025 ",       "April 21 2025,",
                                     "Ap 2025",    "April 21, 25", "Apr 21 Apr 2025", "21 2025 Apr" };
  for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) reads(th_date_parse_english, bad[k], "refused");
}

TEST(partial_dates_are_half_open_spans) {
  th_days s = th_date_span(iso("2024"));
  CHECK_INT(s.from, th_days_from_civil(2024, 1, 1));
  CHECK_INT(s.to, th_days_from_civil(2025, 1, 1));
  s = th_date_span(iso("2024-02"));
  CHECK_INT(s.to - s.from, 29);
  s = th_date_span(iso("9999-12-31"));
  CHECK_INT(s.to - s.from, 1);
  CHECK_INT(th_date_last(iso("2024-02")), th_days_from_civil(2024, 2, 29));
  const th_date none = { 0 };
  CHECK_INT(th_date_first(none), INT32_MIN);
  CHECK_INT(th_date_last(none), INT32_MAX);
  CHECK(th_days_has(th_date_span(none), INT32_MAX));
  CHECK(th_days_has(s, s.from) && !th_days_has(s, s.to));
  CHECK(th_days_meet((th_days){ 1, 3 }, (th_days){ 2, 4 }));
  CHECK(!th_days_meet((th_days){ 1, 2 }, (th_days){ 2, 3 }));
  CHECK(th_days_meet((th_days){ 5, INT32_MAX }, (th_days){ INT32_MIN, 6 }));
}

TEST(before_is_unknown_when_spans_overlap) {
  const th_date none = { 0 };
  CHECK_INT(th_date_before(iso("2024"), iso("2025")), TH_TRUE);
  CHECK_INT(th_date_before(iso("2025"), iso("2024")), TH_FALSE);
  CHECK_INT(th_date_before(iso("2025-02-01"), iso("2025-02-01")), TH_FALSE);
  CHECK_INT(th_date_before(iso("2025-02"), iso("2025-02-15")), TH_UNKNOWN);
  CHECK_INT(th_date_before(iso("2025-02-28"), iso("2025-02")), TH_FALSE); /* no day of the month is later */
  CHECK_INT(th_date_before(iso("2025-02-01"), iso("2025")), TH_UNKNOWN);
  CHECK_INT(th_date_before(none, iso("2025")), TH_UNKNOWN);
  CHECK_INT(th_date_before(iso("2025"), none), TH_UNKNOWN);
  CHECK_INT(th_date_before(none, none), TH_UNKNOWN);
}

TEST(order_for_sorting) {
  const th_date none = { 0 };
  CHECK(th_date_cmp(none, iso("0001")) < 0);
  CHECK(th_date_cmp(iso("2025"), iso("2025-01")) < 0);
  CHECK(th_date_cmp(iso("2025-01"), iso("2025-01-01")) < 0);
  CHECK(th_date_cmp(iso("2025-01-02"), iso("2025")) > 0);
  CHECK(th_date_cmp(iso("2025-01"), iso("2025-01")) == 0);
}

static void months(const char *from, int n, const char *want) {
  char got[TH_DATE_TEXT];
  CHECK_STR(th_str_of(th_date_iso(th_date_add_months(iso(from), n), got)), want);
}

TEST(adding_months_clips_to_the_last_day) {
  months("2025-01-31", 1, "2025-02-28");
  months("2024-01-31", 1, "2024-02-29");
  months("2025-03-31", -1, "2025-02-28");
  months("2025-08-31", 6, "2026-02-28");
  months("2025-02-28", 1, "2025-03-28");
  months("2024-02-29", 12, "2025-02-28");
  months("2025-01-15", -13, "2023-12-15");
  months("2025-06-15", 0, "2025-06-15");
  months("9999-12-01", 1, "");
  months("0001-01-01", -1, "");
  months("2025-06", 1, "");
  months("2025-06-15", INT32_MAX, "");
  months("2025-06-15", INT32_MIN, "");
}

TEST(age_in_completed_years) {
  CHECK_INT(th_date_age_years(iso("2007-02-01"), iso("2025-01-31")), 17);
  CHECK_INT(th_date_age_years(iso("2007-02-01"), iso("2025-02-01")), 18);
  CHECK_INT(th_date_age_years(iso("2004-02-29"), iso("2025-02-28")), 20);
  CHECK_INT(th_date_age_years(iso("2004-02-29"), iso("2025-03-01")), 21);
  CHECK_INT(th_date_age_years(iso("2004-02-29"), iso("2024-02-29")), 20);
  CHECK_INT(th_date_age_years(iso("2025-02-02"), iso("2025-02-01")), -1);
}

TEST(prints_both_eras) {
  char t[TH_DATE_TEXT];
  CHECK_STR(th_str_of(th_date_roc(iso("2025-02-01"), t)), "114/2/1");
  CHECK_STR(th_str_of(th_date_roc(iso("2025-02"), t)), "114/2");
  CHECK_STR(th_str_of(th_date_roc(iso("2025"), t)), "114");
  CHECK_STR(th_str_of(th_date_roc(iso("1912-01-01"), t)), "1/1/1");
  CHECK_STR(th_str_of(th_date_roc(iso("1911-12-31"), t)), "1911-12-31");
  CHECK_STR(th_str_of(th_date_iso((th_date){ 0 }, t)), "");
  CHECK_STR(th_str_of(th_date_iso((th_date){ .year = 2025, .month = 77, .day = 99, .prec = TH_DATE_DAY }, t)), "");
  CHECK(!th_date_valid((th_date){ .year = 2025, .prec = 9 }));
}

TEST(kleene_tables) {
  static const th_tri v[] = { TH_FALSE, TH_UNKNOWN, TH_TRUE };
  static const th_tri and[3][3] = { { TH_FALSE, TH_FALSE, TH_FALSE },
                                    { TH_FALSE, TH_UNKNOWN, TH_UNKNOWN },
                                    { TH_FALSE, TH_UNKNOWN, TH_TRUE } };
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) {
      CHECK_INT(th_tri_and(v[i], v[j]), and[i][j]);
      CHECK_INT(th_tri_or(v[i], v[j]), th_tri_not(th_tri_and(th_tri_not(v[i]), th_tri_not(v[j]))));
    }
}

TEST_MAIN(RUN(day_numbers_of_known_days), RUN(leap_days), RUN(iso_forms), RUN(roc_forms), RUN(english_forms),
          RUN(partial_dates_are_half_open_spans), RUN(before_is_unknown_when_spans_overlap), RUN(order_for_sorting),
          RUN(adding_months_clips_to_the_last_day), RUN(age_in_completed_years), RUN(prints_both_eras), RUN(kleene_tables))
