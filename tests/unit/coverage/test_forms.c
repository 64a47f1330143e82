/* Forms: what the case says stands in its place, what it does not say stays blank; the file is a PDF with the same bytes each time. */
#include "test.h"
#include "theriac/coverage.h"

static th_arena *arena;
static th_coverage cov;
static th_coverage_case kase;
static th_coverage_result result;

static bool judge(const char *json) {
  th_err err = { 0 };
  arena = th_arena_new(0);
  CHECK_OK_ERR(th_coverage_open(arena, NULL, 0, &cov, &err), &err);
  CHECK_OK_ERR(th_coverage_case_parse(arena, &cov, th_str_of(json), &kase, &err), &err);
  CHECK_OK_ERR(th_coverage_check(arena, &kase, &result, &err), &err);
  return test_failed_checks == 0;
}

static th_str html_of(const th_form *f) {
  th_buf b;
  th_buf_init(&b, arena, 1024);
  th_coverage_form_html(&b, f);
  CHECK(!b.failed);
  return th_buf_str(&b);
}

static const char lupus_nephritis[] =
    "{\"case\":\"f\",\"program\":\"nhi-8.2.13\",\"path\":\"ln-initial\",\"as_of\":\"2025-06-15\",\"form\":{\"name\":\"<王>\","
    "\"application_date\":\"2025-06-15\"},\"drugs\":[{\"drug\":\"mmf\",\"dose\":\"2 "
    "g\",\"from\":\"2024-11-01\",\"to\":\"2025-06-01\"}],"
    "\"facts\":{\"birth_date\":\"1990-03-01\",\"sex\":\"female\",\"ana_positive\":true,\"upcr\":2.1,\"upcr_pre_standard\":3.0,"
    "\"mpa_daily_dose\":0}}";

TEST(values_in_their_places) {
  th_form f;
  th_err err = { 0 };
  if (!judge(lupus_nephritis)) return;
  CHECK_OK_ERR(th_coverage_form_fill(arena, &result, TH_S("36"), &f, &err), &err);
  const th_str html = html_of(&f);
  CHECK(th_str_has(html, TH_S("&lt;王&gt;")));        /* escaped */
  CHECK(th_str_has(html, TH_S("114 年 6 月 15 日"))); /* 2025 - 1911 */
  CHECK(th_str_has(html, TH_S("79 年 3 月 1 日")));   /* 1990 - 1911 */
  CHECK(th_str_has(html, TH_S("113 年 11 月 1 日 至 114 年 6 月 1 日")));
  CHECK(th_str_has(html, TH_S("☑ ANA 陽性")));
  CHECK(th_str_has(html, TH_S("☐ anti-dsDNA 陽性")));             /* not known: an empty box */
  CHECK(th_str_has(html, TH_S("☑ 1. 蛋白尿較基期下降不到一半"))); /* 2.1 > 1.5 and >= 1.0 */
  CHECK(th_str_has(html, TH_S("未使用")));
  CHECK(!th_str_has(html, TH_S("核准")));
  th_arena_del(arena);
}

TEST(forms_belong_to_paths) {
  th_form f;
  th_err err = { 0 };
  if (!judge(lupus_nephritis)) return;
  CHECK_CODE(th_coverage_form_fill(arena, &result, TH_S("36-1"), &f, &err), TH_EINVAL);
  err = (th_err){ 0 };
  CHECK_CODE(th_coverage_form_fill(arena, &result, TH_S("37"), &f, &err), TH_EINVAL);
  th_arena_del(arena);
}

/* Rash 2 and arthritis 4 are sure; the table sums to 105, less 8 for the seizure that is not there. */
TEST(totals_with_bounds) {
  int32_t lo, hi;
  if (!judge("{\"case\":\"f\",\"program\":\"nhi-8.2.13\",\"path\":\"psle-initial\",\"as_of\":\"2025-06-15\",\"facts\":{"
             "\"now_rash\":true,\"now_arthritis\":true,\"now_seizure\":false}}"))
    return;
  th_coverage_raw_total(result.policy, kase.values, TH_S("now"), &lo, &hi);
  CHECK_INT(lo, 6);
  CHECK_INT(hi, 97);
  th_arena_del(arena);
}

TEST(pdf_is_whole_and_reproducible) {
  th_form f;
  th_err err = { 0 };
  th_str one, two;
  if (!judge(lupus_nephritis)) return;
  CHECK_OK_ERR(th_coverage_form_fill(arena, &result, TH_S("36"), &f, &err), &err);
  const th_code code = th_coverage_form_pdf(arena, &f, kase.as_of, &one, &err);
  if (code == TH_EUNSUP) {
    th_arena_del(arena);
    SKIP("no font with Chinese characters");
  }
  CHECK_OK_ERR(code, &err);
  CHECK_OK_ERR(th_coverage_form_pdf(arena, &f, kase.as_of, &two, &err), &err);
  CHECK(th_str_starts(one, TH_S("%PDF-")) && th_str_has(th_str_sub(one, one.n - 16, one.n), TH_S("%%EOF")));
  CHECK(th_str_eq(one, two));
  CHECK(one.n < 200000); /* a CJK face that is not cut down adds 900 kB */
  CHECK(th_str_has(one, TH_S("/FontFile3")));
  th_arena_del(arena);
}

TEST_MAIN(RUN(values_in_their_places), RUN(forms_belong_to_paths), RUN(totals_with_bounds), RUN(pdf_is_whole_and_reproducible))
