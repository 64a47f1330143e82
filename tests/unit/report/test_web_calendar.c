/* Days and doses on a page: every day has its row, in both calendars where Chinese is read; what is not held says so; all is escaped. */
#include "test.h"
#include "theriac/report/web_calendar.h"

static th_arena *arena;
static th_coverage cov;

typedef struct judged {
  th_coverage_case kase;
  th_coverage_result result;
  th_coverage_calendar cal;
} judged;

static bool judge(judged *j, const char *id, const char *path, const char *as_of) {
  th_err err = { 0 };
  if (!arena) {
    arena = th_arena_new(0);
    CHECK_OK_ERR(th_coverage_open(arena, NULL, 0, &cov, &err), &err);
  }
  const th_str json = th_str_fmt(
      arena, "{\"case\":\"%s\",\"program\":\"nhi-8.2.13\",\"path\":\"%s\",\"as_of\":\"%s\",\"facts\":{}}", id, path, as_of);
  CHECK_OK_ERR(th_coverage_case_parse(arena, &cov, json, &j->kase, &err), &err);
  CHECK_OK_ERR(th_coverage_check(arena, &j->kase, &j->result, &err), &err);
  CHECK_OK_ERR(th_coverage_calendar_of(arena, &j->result, (th_date){ 0 }, TH_STR_NONE, &j->cal, &err), &err);
  return test_failed_checks == 0;
}

static size_t times(th_str s, const char *what) {
  size_t n = 0;
  for (size_t at = th_str_find(s, th_str_of(what), 0); at != SIZE_MAX; at = th_str_find(s, th_str_of(what), at + 1)) n++;
  return n;
}

static th_str calendar_page(const th_coverage_calendar *c, th_words lang) {
  th_buf b;
  th_html h;
  th_err err = { 0 };
  th_buf_init(&b, arena, 4096);
  th_html_init(&h, arena, &b, lang);
  CHECK_OK_ERR(th_web_calendar_put(&h, c, "cal", &err), &err);
  CHECK(!b.failed && h.depth == 0);
  return th_buf_str(&b);
}

/* 15 June 2025 is 114/6/15 of the ROC; eight doses, the window, the review and the taper are eleven days. */
TEST(a_calendar) {
  judged j;
  if (!judge(&j, "x", "sle-initial", "2025-06-15")) return;
  const th_str zh = calendar_page(&j.cal, TH_WORDS_ZH_TW), en = calendar_page(&j.cal, TH_WORDS_EN);
  CHECK_INT(times(zh, "<tr"), 12);
  CHECK_INT(times(en, "<tr"), 12);
  CHECK(th_str_has(zh, TH_S("2025-06-15（民國 114/6/15）")) && !th_str_has(en, TH_S("民國")));
  CHECK(th_str_has(zh, TH_S("<svg")) && th_str_has(zh, TH_S("滿 6 個月，首次續用評估")) && th_str_has(zh, TH_S("8.2.13-2")));
  CHECK(th_str_has(en, TH_S("2025-09-16 to 2025-12-15")));
}

TEST(no_days_for_a_reason) {
  judged j;
  if (!judge(&j, "x", "ln-initial", "2024-05-01")) return;
  const th_str en = calendar_page(&j.cal, TH_WORDS_EN);
  CHECK(th_str_has(en, TH_S("the text in force on that day is not held")) && !th_str_has(en, TH_S("<svg")));
}

TEST(what_falls_due) {
  judged j;
  const th_due_day *due;
  size_t n;
  th_buf b;
  th_html h;
  if (!judge(&j, "<b>&", "sle-initial", "2025-06-15")) return;
  const th_due_list one = { .id = j.kase.id, .title = j.kase.id, .day = j.cal.day, .n = j.cal.n };
  const th_date from = { 2025, 12, 1, TH_DATE_DAY, 0 }, to = { 2025, 12, 31, TH_DATE_DAY, 0 };
  CHECK_OK(th_coverage_due_between(arena, &one, 1, from, to, true, &due, &n, NULL));
  CHECK_INT(n, 2);
  th_buf_init(&b, arena, 1024);
  th_html_init(&h, arena, &b, TH_WORDS_EN);
  th_web_due_put(&h, due, n, to);
  CHECK(!b.failed && h.depth == 0);
  CHECK(th_str_has(th_buf_str(&b), TH_S("href=\"/case/%3Cb%3E%26\"")) && th_str_has(th_buf_str(&b), TH_S("&lt;b&gt;&amp;")));
}

static th_str dose_page(th_dose_ask q, th_words lang) {
  th_buf b;
  th_html h;
  th_dose d;
  th_err err = { 0 };
  CHECK_OK_ERR(th_coverage_dose(arena, &q, &d, &err), &err);
  th_buf_init(&b, arena, 1024);
  th_html_init(&h, arena, &b, lang);
  th_web_dosage_put(&h, &d);
  th_web_dose_put(&h, &d);
  CHECK(!b.failed && h.depth == 0);
  return th_buf_str(&b);
}

/* 58 kg: 5 × 120 mg; 5 × 4321.55 = 21607.75, fifteen times that 324116.25. */
TEST(a_dose) {
  judged j;
  if (!judge(&j, "x", "ln-initial", "2025-06-15")) return;
  const th_nhi_item item = { .code = TH_S("KC00935257"),
                             .name_en = TH_S("A & B"),
                             .name_zh = TH_S("測試"),
                             .amount = TH_S("120"),
                             .unit = TH_S("MG"),
                             .price = TH_S("4321.55"),
                             .from = { 2025, 2, 1, TH_DATE_DAY, 0 } };
  th_dose_ask q = { .policy = j.kase.policy, .path = TH_S("ln-initial"), .age = -1, .start = j.kase.as_of };
  CHECK(th_str_has(dose_page(q, TH_WORDS_ZH_TW), TH_S("資料不足：未填體重")));
  q.has_weight = th_dec_parse(TH_S("58"), &q.weight);
  th_str page = dose_page(q, TH_WORDS_ZH_TW);
  CHECK(th_str_has(page, TH_S("未持有：尚未匯入健保用藥品項檔")) && th_str_has(page, TH_S("每次 580 mg")));
  q.list_held = true, q.item = &item, q.n_items = 1;
  page = dose_page(q, TH_WORDS_EN);
  CHECK(th_str_has(page, TH_S("KC00935257")) && th_str_has(page, TH_S("A &amp; B")) && th_str_has(page, TH_S("NT$ 21,607.75")));
  CHECK(th_str_has(page, TH_S("NT$ 324,116.25")));
}

TEST_MAIN(RUN(a_calendar), RUN(no_days_for_a_reason), RUN(what_falls_due), RUN(a_dose))
