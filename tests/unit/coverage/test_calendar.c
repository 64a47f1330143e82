/* The days of a case, and their iCalendar file. Days are counted by hand on a calendar; the rules of the file are those of RFC 5545. */
#include "test.h"
#include "theriac/report.h"

static th_arena *fixed, *arena;
static th_coverage cov;

typedef struct judged {
  th_coverage_case kase;
  th_coverage_result result;
  th_coverage_calendar cal;
} judged;

static th_date day(const char *iso) {
  th_date d = { 0 };
  CHECK(!*iso || th_date_parse_iso(th_str_of(iso), &d));
  return d;
}

static bool judge(judged *j, const char *id, const char *path, const char *as_of, const char *start, const char *facts) {
  th_err err = { 0 };
  if (!fixed) {
    fixed = th_arena_new(0);
    CHECK_OK_ERR(th_coverage_open(fixed, NULL, 0, &cov, &err), &err);
  }
  arena = arena ? arena : th_arena_new(0);
  const th_str json =
      th_str_fmt(arena, "{\"case\":\"%s\",\"program\":\"nhi-8.2.13\",\"path\":\"%s\",\"as_of\":\"%s\",\"facts\":{%s}}", id,
                 path, as_of, facts);
  CHECK_OK_ERR(th_coverage_case_parse(arena, &cov, json, &j->kase, &err), &err);
  CHECK_OK_ERR(th_coverage_check(arena, &j->kase, &j->result, &err), &err);
  CHECK_OK_ERR(th_coverage_calendar_of(arena, &j->result, day(start), TH_STR_NONE, &j->cal, &err), &err);
  return test_failed_checks == 0;
}

static const th_calendar_day *entry(const judged *j, const char *key) {
  for (uint32_t i = 0; i < j->cal.n; i++)
    if (th_str_is(j->cal.day[i].key, key)) return &j->cal.day[i];
  printf("# no %s\n", key);
  CHECK(!"the calendar has it");
  return NULL;
}

static bool is_on(const judged *j, const char *key, const char *from, const char *to) {
  char iso[TH_DATE_TEXT];
  const th_calendar_day *d = entry(j, key);
  if (!d) return false;
  CHECK_STR(th_str_of(th_date_iso(d->day, iso)), from);
  CHECK_STR(th_str_of(th_date_iso(d->to, iso)), to);
  return true;
}

static uint32_t doses(const judged *j) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < j->cal.n; i++) n += j->cal.day[i].kind == TH_DAY_DOSE;
  return n;
}

/* Six months from 15 June 2025 are 15 December; the dose of 28 December is after it. Ninety days before are 16 September. */
TEST(a_first_treatment) {
  static const char *const on[] = { "2025-06-15", "2025-06-29", "2025-07-13", "2025-08-10",
                                    "2025-09-07", "2025-10-05", "2025-11-02", "2025-11-30" };
  char key[16];
  judged j;
  if (!judge(&j, "x", "sle-initial", "2025-06-15", "", "")) return;
  CHECK_INT(doses(&j), 8);
  for (uint32_t i = 0; i < 8; i++) {
    snprintf(key, sizeof key, "dose-%u", i + 1);
    if (is_on(&j, key, on[i], "")) CHECK_INT(entry(&j, key)->number, i + 1);
  }
  is_on(&j, "review-6", "2025-12-15", "");
  is_on(&j, "window-6", "2025-09-16", "2025-12-15");
  is_on(&j, "taper-24", "2027-06-15", "");
  const th_calendar_day *review = entry(&j, "review-6"), *third = entry(&j, "dose-3");
  if (!review || !third) return;
  CHECK_STR(review->clause, "8.2.13-2");
  CHECK_STR(review->zh, "滿 6 個月，首次續用評估");
  CHECK_STR(third->zh, "belimumab 靜脈輸注，第 3 次（第 28 天）");
  CHECK_STR(third->en, "belimumab, intravenous infusion, dose 3 (day 28)");
  for (uint32_t i = 1; i < j.cal.n; i++) CHECK(th_date_cmp(j.cal.day[i - 1].day, j.cal.day[i].day) <= 0);
}

/* From the first dose, not from the day assessed; a month without the day ends on its last one. */
TEST(counted_from_the_first_dose) {
  judged j;
  if (!judge(&j, "x", "sle-initial", "2025-06-15", "2025-08-31", "\"birth_date\":\"2008-02-29\"")) return;
  is_on(&j, "dose-1", "2025-08-31", "");
  is_on(&j, "review-6", "2026-02-28", "");
  is_on(&j, "age-AD-00", "2026-03-01", "");
  CHECK_INT(th_date_cmp(j.cal.start, day("2025-08-31")), 0);
}

TEST(a_renewal_goes_on) {
  judged j;
  if (!judge(&j, "x", "ln-renewal", "2025-06-15", "", "")) return;
  CHECK_INT(doses(&j), 14);
  is_on(&j, "dose-2", "2025-07-13", "");
  is_on(&j, "dose-14", "2026-06-14", "");
  is_on(&j, "review-12", "2026-06-15", "");
  if (!judge(&j, "x", "sle-renewal", "2025-06-15", "", "\"months_on_belimumab\":6")) return;
  CHECK_INT(doses(&j), 4);
  is_on(&j, "taper-24", "2026-12-15", ""); /* 24 months less the 6 that are over */
}

TEST(no_doses_for_a_reason) {
  judged j;
  if (!judge(&j, "x", "sle-taper", "2025-06-15", "", "")) return;
  CHECK_INT(doses(&j), 0);
  CHECK(j.cal.why_zh && !j.cal.regimen);
  is_on(&j, "stop-12", "2026-06-15", "");
  if (!judge(&j, "x", "ln-renewal", "2025-06-15", "",
             "\"months_on_belimumab\":25,\"upcr\":0.4,\"gfr\":95,\"gfr_pre_belimumab\":96,\"gfr_pre_standard\":96,\"gfr_min_"
             "12m\":92"))
    return;
  CHECK_INT(j.cal.n, 0);
  CHECK_STR(th_str_of(j.cal.why_en), "the rule asks for the treatment to end");
  if (!judge(&j, "x", "ln-initial", "2024-05-01", "", "")) return;
  CHECK_INT(j.cal.n, 0);
  CHECK(j.cal.why_zh != NULL);
  th_buf b;
  th_buf_init(&b, arena, 64);
  CHECK_CODE(th_report_calendar_ics(arena, &j.cal, TH_WORDS_EN, &b, NULL), TH_ENOENT);
  CHECK_CODE(th_coverage_calendar_of(arena, &j.result, (th_date){ 2025, 6, 0, TH_DATE_MONTH, 0 }, TH_STR_NONE, &j.cal, NULL),
             TH_EINVAL);
}

/* ── Many cases ────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_due_list list_of(const judged *j) {
  return (th_due_list){ .id = j->kase.id, .day = j->cal.day, .n = j->cal.n };
}

TEST(due_this_month) {
  judged one, two;
  const th_due_day *due;
  size_t n;
  if (!judge(&one, "one", "sle-initial", "2025-06-15", "", "") ||
      !judge(&two, "two", "psle-initial", "2025-02-01", "2025-02-03", ""))
    return;
  /* psle-initial from 3 February 2025: review 3 February 2026, window from 5 November 2025. */
  const th_due_list both[] = { list_of(&two), list_of(&one) };
  CHECK_OK(th_coverage_due_between(arena, both, 2, day("2025-12-01"), day("2025-12-31"), false, &due, &n, NULL));
  CHECK_INT(n, 3);
  if (n != 3) return;
  CHECK_STR(due[0].day->key, "window-6"); /* began on 16 September, goes on */
  CHECK_STR(due[1].day->key, "window-12");
  CHECK_STR(due[2].day->key, "review-6");
  CHECK_STR(due[2].of->id, "one");
  /* Doses in December: of the first none before the review, of the second 3 March + 10 · 28 days: 8 December. */
  CHECK_OK(th_coverage_due_between(arena, both, 2, day("2025-12-01"), day("2025-12-31"), true, &due, &n, NULL));
  CHECK_INT(n, 4);
  CHECK_OK(th_coverage_due_between(arena, both, 2, day("2025-12-16"), day("2025-12-16"), false, &due, &n, NULL));
  CHECK_INT(n, 1); /* the window of the second alone */
  CHECK_OK(th_coverage_due_between(arena, both, 2, day("2020-01-01"), day("2020-12-31"), true, &due, &n, NULL));
  CHECK_INT(n, 0);
  CHECK_CODE(th_coverage_due_between(arena, both, 2, (th_date){ 0 }, day("2020-12-31"), true, &due, &n, NULL), TH_EINVAL);
}

/* A kept case has its days with their kinds; one kept before kinds were counts as a review; a damaged one has none. */
TEST(due_of_kept_cases) {
  judged j;
  th_case_head head = { .id = TH_S("00aa") };
  th_due_list list[2];
  const th_due_day *due;
  size_t n;
  if (!judge(&j, "kept", "sle-initial", "2025-06-15", "", "")) return;
  CHECK_OK(th_coverage_summary(arena, &j.result, TH_S("A-17"), &head.summary, NULL));
  CHECK_OK(th_coverage_summary_days(arena, &head, &list[0], NULL));
  CHECK_OK(th_coverage_due_between(arena, list, 1, day("2025-12-01"), day("2025-12-31"), false, &due, &n, NULL));
  CHECK(n == 1 && due[0].day->kind == TH_DAY_REVIEW && th_str_is(due[0].of->title, "A-17"));
  static const th_case_due old = { { 2025, 12, 3, TH_DATE_DAY, 0 }, { "x", 1 }, { "y", 1 }, { 0 } };
  const th_case_head before = { .id = TH_S("00bb"), .summary = { .due = &old, .n_due = 1 } };
  th_case_head broken = before;
  broken.damaged = true;
  CHECK_OK(th_coverage_summary_days(arena, &before, &list[1], NULL));
  CHECK_OK(th_coverage_due_between(arena, list, 2, day("2025-12-01"), day("2025-12-31"), false, &due, &n, NULL));
  CHECK(n == 2 && th_str_is(due[0].of->id, "00bb") && due[0].day->kind == TH_DAY_REVIEW);
  CHECK_OK(th_coverage_summary_days(arena, &broken, &list[1], NULL));
  CHECK_INT(list[1].n, 0);
}

/* ── iCalendar ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_str ics_of(const th_coverage_calendar *c, th_words lang) {
  th_buf b;
  th_err err = { 0 };
  th_buf_init(&b, arena, 1024);
  CHECK_OK_ERR(th_report_calendar_ics(arena, c, lang, &b, &err), &err);
  return th_buf_str(&b);
}

/* Every line ends in CR LF, has at most 75 octets, is UTF-8; gives the text with its folds undone. */
static th_str unfolded(th_str ics) {
  th_buf b;
  th_buf_init(&b, arena, ics.n);
  for (size_t i = 0; i < ics.n;) {
    const size_t end = th_str_find(ics, TH_S("\r\n"), i);
    CHECK(end != SIZE_MAX);
    if (end == SIZE_MAX) break;
    const th_str line = th_str_sub(ics, i, end);
    CHECK(line.n <= 75 && line.n > 0);
    CHECK(th_utf8_check(line) == SIZE_MAX);
    CHECK(th_str_find(line, TH_S("\n"), 0) == SIZE_MAX && th_str_find(line, TH_S("\r"), 0) == SIZE_MAX);
    if (line.n && line.p[0] == ' ') {
      b.n -= 1; /* the line end before it */
      th_buf_add(&b, th_str_sub(line, 1, line.n));
    } else {
      th_buf_add(&b, line);
    }
    th_buf_addc(&b, '\n');
    i = end + 2;
  }
  CHECK(!b.failed);
  return th_buf_str(&b);
}

static size_t times(th_str s, const char *what) {
  size_t n = 0;
  for (size_t at = th_str_find(s, th_str_of(what), 0); at != SIZE_MAX; at = th_str_find(s, th_str_of(what), at + 1)) n++;
  return n;
}

TEST(an_icalendar_file) {
  judged j, k;
  if (!judge(&j, "王小明 A123456789", "sle-initial", "2025-06-15", "", "\"pulse_date\":\"2025-05-20\"")) return;
  for (int lang = 0; lang < 2; lang++) {
    const th_str ics = ics_of(&j.cal, (th_words)lang), flat = unfolded(ics);
    CHECK(th_str_starts(ics, TH_S("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Theriac//")));
    CHECK(th_str_ends(ics, TH_S("END:VCALENDAR\r\n")));
    CHECK_INT(times(flat, "BEGIN:VEVENT"), j.cal.n);
    CHECK_INT(times(flat, "\nDTSTAMP:20250615T000000Z\n"), j.cal.n);
    CHECK(th_str_has(flat, TH_S("\nDTSTART;VALUE=DATE:20251215\nDTEND;VALUE=DATE:20251216\n"))); /* the end is not included */
    CHECK(th_str_has(flat, TH_S("\nDTSTART;VALUE=DATE:20250916\nDTEND;VALUE=DATE:20251216\n")));
    CHECK(!th_str_has(flat, TH_S("王小明")) && !th_str_has(flat, TH_S("A123456789")));
    CHECK_STR(ics_of(&j.cal, (th_words)lang), th_str_z(arena, ics));
  }
  CHECK(
      th_str_has(unfolded(ics_of(&j.cal, TH_WORDS_ZH_TW)),
                 TH_S("\nSUMMARY;LANGUAGE=zh-TW:belimumab：滿 6 個月，首次續用評估\nDESCRIPTION;LANGUAGE=zh-TW:8.2.13-2\\n")));
  CHECK(th_str_has(unfolded(ics_of(&j.cal, TH_WORDS_EN)),
                   TH_S("\nSUMMARY;LANGUAGE=en:belimumab: 6 months\\, first renewal is assessed\n")));
  /* The same case has the same UIDs, another has others; within one none comes twice. */
  if (!judge(&k, "someone", "sle-initial", "2025-06-15", "", "")) return;
  const th_str a = unfolded(ics_of(&j.cal, TH_WORDS_EN)), b = unfolded(ics_of(&k.cal, TH_WORDS_ZH_TW));
  size_t seen = 0;
  for (size_t at = th_str_find(a, TH_S("\nUID:"), 0); at != SIZE_MAX; at = th_str_find(a, TH_S("\nUID:"), at + 1)) {
    const th_str uid = th_str_sub(a, at, th_str_find(a, TH_S("\n"), at + 1) + 1);
    seen++;
    CHECK_INT(times(a, th_str_z(arena, uid)), 1);
    CHECK_INT(times(b, th_str_z(arena, uid)), 0);
  }
  CHECK_INT(seen, j.cal.n);
}

TEST(hostile_words_stay_words) {
  judged j;
  if (!judge(&j, "x", "sle-initial", "2025-06-15", "", "")) return;
  static const char words[] =
      "a;b,c\\d\r\nEND:VEVENT\n\x01\xff 長長長長長長長長長長長長長長長長長長長長長長長長長長長長𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷";
  const th_calendar_day d = {
    .day = day("9999-12-31"), .kind = TH_DAY_REVIEW, .zh = th_str_of(words), .en = th_str_of(words), .key = TH_S("k")
  };
  th_coverage_calendar c = j.cal;
  c.day = &d;
  c.n = 1;
  c.regimen = NULL;
  const th_str flat = unfolded(ics_of(&c, TH_WORDS_ZH_TW));
  CHECK(th_str_has(flat, TH_S("SUMMARY;LANGUAGE=zh-TW:a\\;b\\,c\\\\d\\nEND:VEVENT\\n\xef\xbf\xbd 長長長")));
  CHECK_INT(times(flat, "\nEND:VEVENT\n"), 1);
  CHECK(!th_str_has(flat, TH_S("DTEND"))); /* no day follows the last one there is */
}

static judged memory;

static th_code once(void) {
  th_arena *a = th_arena_new(0);
  if (!a) return TH_ENOMEM;
  th_coverage_calendar cal;
  th_due_list one = { .id = TH_S("x") };
  const th_due_day *due;
  size_t n;
  th_buf b;
  th_code code = th_coverage_calendar_of(a, &memory.result, (th_date){ 0 }, TH_STR_NONE, &cal, NULL);
  if (code == TH_OK) one.day = cal.day, one.n = cal.n;
  if (code == TH_OK) code = th_coverage_due_between(a, &one, 1, cal.as_of, cal.as_of, true, &due, &n, NULL);
  th_buf_init(&b, a, 16);
  if (code == TH_OK) code = th_report_calendar_ics(a, &cal, TH_WORDS_EN, &b, NULL);
  if (code == TH_OK) {
    th_coverage_calendar_text(&b, &cal, true);
    if (b.failed) code = TH_ENOMEM;
  }
  th_arena_del(a);
  return code;
}

TEST(want_of_memory_is_told) {
  if (!judge(&memory, "x", "sle-renewal", "2025-06-15", "", "\"months_on_belimumab\":6")) return;
  ics_of(&memory.cal, TH_WORDS_EN); /* the catalogue is read once */
  CHECK(test_each_alloc_fails(once) > 0);
}

TEST_MAIN(RUN(a_first_treatment), RUN(counted_from_the_first_dose), RUN(a_renewal_goes_on), RUN(no_doses_for_a_reason),
          RUN(due_this_month), RUN(due_of_kept_cases), RUN(an_icalendar_file), RUN(hostile_words_stay_words),
          RUN(want_of_memory_is_told))
