/* Forms: what the case says stands in its place, what it does not say stays blank; the file is a PDF with the same bytes each time. */
#include "test.h"
#include "theriac/report.h"

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
  th_report_form_html(&b, f);
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
  CHECK_OK_ERR(th_coverage_form_fill(arena, &result, TH_S("36"), NULL, &f, &err), &err);
  const th_str html = html_of(&f);
  CHECK(th_str_has(html, TH_S("&lt;王&gt;")));        /* escaped */
  CHECK(th_str_has(html, TH_S("114 年 6 月 15 日"))); /* 2025 - 1911 */
  CHECK(th_str_has(html, TH_S("79 年 3 月 1 日")));   /* 1990 - 1911 */
  CHECK(th_str_has(
      html, TH_S("name=\"mmf_from\" aria-label=\"Mycophenolate mofetil (MMF)：使用時間起日\" value=\"113 年 11 月 1 日\"")));
  CHECK(th_str_has(html, TH_S("value=\"114 年 6 月 1 日\"")));
  CHECK(th_str_has(html, TH_S("name=\"ana_positive\" checked>抗核抗體（ANA）陽性")));
  CHECK(th_str_has(html, TH_S("name=\"anti_dsdna_positive\">anti-dsDNA"))); /* not known: an empty box */
  CHECK(th_str_has(html, TH_S("checked>1. 蛋白尿較基期下降不到一半")));     /* 2.1 > 1.5 and >= 1.0 */
  CHECK(th_str_has(html, TH_S("未使用")));
  CHECK(!th_str_has(html, TH_S("核准")));
  th_arena_del(arena);
}

TEST(forms_belong_to_paths) {
  th_form f;
  th_err err = { 0 };
  if (!judge(lupus_nephritis)) return;
  CHECK_CODE(th_coverage_form_fill(arena, &result, TH_S("36-1"), NULL, &f, &err), TH_EINVAL);
  err = (th_err){ 0 };
  CHECK_CODE(th_coverage_form_fill(arena, &result, TH_S("37"), NULL, &f, &err), TH_EINVAL);
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

static const char *const form_ids[][2] = { { "36", "ln-initial" },     { "36", "ln-renewal" },    { "36-1", "psle-initial" },
                                           { "36-2", "psle-initial" }, { "36-2", "sle-initial" }, { "s2", "sle-initial" },
                                           { "s2", "sle-renewal" },    { "s2", "sle-taper" },     { "s2", "sle-restart" } };

static bool blank_case(size_t k) {
  char json[256];
  snprintf(json, sizeof json,
           "{\"case\":\"e\",\"program\":\"nhi-8.2.13\",\"path\":\"%s\",\"as_of\":\"2025-06-15\",\"facts\":{}}", form_ids[k][1]);
  return judge(json);
}

/* A row is twelve columns wide at most; every field has a name of its own (PDF forbids the full stop in it) and says what it is for. */
TEST(fields_have_names_of_their_own) {
  for (size_t k = 0; k < sizeof form_ids / sizeof *form_ids; k++) {
    th_form f;
    th_err err = { 0 };
    if (!blank_case(k)) return;
    CHECK_OK_ERR(th_coverage_form_fill(arena, &result, th_str_of(form_ids[k][0]), NULL, &f, &err), &err);
    th_str seen[256];
    size_t n = 0;
    for (size_t i = 0; i < f.row.n; i++) {
      uint32_t span = 0;
      for (uint32_t c = 0; c < f.row.v[i].n; c++) {
        const th_form_cell *cell = &f.row.v[i].cell[c];
        span += cell->span;
        if (cell->kind != TH_FORM_VALUE && cell->kind != TH_FORM_TICK) continue;
        CHECK(cell->name.n > 0 && !th_str_has(cell->name, TH_S(".")) && cell->hint.n > 0);
        for (size_t s = 0; s < n; s++) CHECK(!th_str_eq(seen[s], cell->name));
        if (n < 256) seen[n++] = cell->name;
      }
      CHECK(span <= 12);
    }
    CHECK(n > 24 && n < 256);
    th_arena_del(arena);
  }
}

/* An empty case leaves every field blank: no value, no tick; only what the rule's arithmetic gives from nothing has bounds. */
TEST(what_is_unknown_stays_blank) {
  for (size_t k = 0; k < sizeof form_ids / sizeof *form_ids; k++) {
    th_form f;
    th_err err = { 0 };
    if (!blank_case(k)) return;
    CHECK_OK_ERR(th_coverage_form_fill(arena, &result, th_str_of(form_ids[k][0]), NULL, &f, &err), &err);
    for (size_t i = 0; i < f.row.n; i++)
      for (uint32_t c = 0; c < f.row.v[i].n; c++) {
        const th_form_cell *cell = &f.row.v[i].cell[c];
        if (cell->kind == TH_FORM_TICK) CHECK(cell->tick != TH_TRUE);
        if (cell->kind == TH_FORM_VALUE) CHECK_STR(cell->text, "");
      }
    th_arena_del(arena);
  }
}

static size_t count(th_str s, const char *what) {
  size_t n = 0;
  for (size_t at = th_str_find(s, th_str_of(what), 0); at != SIZE_MAX; at = th_str_find(s, th_str_of(what), at + 1)) n++;
  return n;
}

/* The update of ISO 32000-1, 7.5.6: a widget for each field, the last table points back, values in UTF-16. */
TEST(pdf_has_a_field_for_each_value) {
  th_form f;
  th_err err = { 0 };
  th_str pdf;
  if (!judge(lupus_nephritis)) return;
  CHECK_OK_ERR(th_coverage_form_fill(arena, &result, TH_S("36"), NULL, &f, &err), &err);
  const th_code code = th_report_form_pdf(arena, &f, kase.as_of, &pdf, &err);
  if (code == TH_EUNSUP) {
    th_arena_del(arena);
    SKIP("no font with Chinese characters");
  }
  CHECK_OK_ERR(code, &err);
  size_t fields = 0, boxes = 0;
  for (size_t i = 0; i < f.row.n; i++)
    for (uint32_t c = 0; c < f.row.v[i].n; c++) {
      fields += f.row.v[i].cell[c].kind == TH_FORM_VALUE || f.row.v[i].cell[c].kind == TH_FORM_TICK;
      boxes += f.row.v[i].cell[c].kind == TH_FORM_TICK;
    }
  CHECK_INT(count(pdf, "/Subtype /Widget"), fields);
  CHECK_INT(count(pdf, "/FT /Btn"), boxes);
  CHECK_INT(count(pdf, "/AS /Yes"), 2);                      /* ANA, and the first criterion: 2.1 > 1.5 and >= 1.0 */
  CHECK(th_str_has(pdf, TH_S("/T <FEFF006E0061006D0065>"))); /* name */
  CHECK(th_str_has(pdf, TH_S("/V <FEFF003C738B003E>")));     /* <王> */
  CHECK(th_str_has(pdf, TH_S("/V <FEFF>")));
  CHECK_INT(count(pdf, "\nstartxref\n"), 2);
  const size_t at = th_str_rfind(pdf, TH_S("startxref\n"));
  int64_t offset = 0;
  th_str rest = th_str_sub(pdf, at + 10, pdf.n), line;
  CHECK(th_str_line(&rest, &line) && th_str_to_i64(line, &offset));
  CHECK(th_str_starts(th_str_sub(pdf, (size_t)offset, pdf.n), TH_S("xref\n")));
  CHECK(th_str_has(th_str_sub(pdf, (size_t)offset, pdf.n), TH_S("/Prev ")));
  th_arena_del(arena);
}

TEST(pdf_is_whole_and_reproducible) {
  th_form f;
  th_err err = { 0 };
  th_str one, two;
  if (!judge(lupus_nephritis)) return;
  CHECK_OK_ERR(th_coverage_form_fill(arena, &result, TH_S("36"), NULL, &f, &err), &err);
  const th_code code = th_report_form_pdf(arena, &f, kase.as_of, &one, &err);
  if (code == TH_EUNSUP) {
    th_arena_del(arena);
    SKIP("no font with Chinese characters");
  }
  CHECK_OK_ERR(code, &err);
  CHECK_OK_ERR(th_report_form_pdf(arena, &f, kase.as_of, &two, &err), &err);
  CHECK(th_str_starts(one, TH_S("%PDF-")) && th_str_has(th_str_sub(one, one.n - 16, one.n), TH_S("%%EOF")));
  CHECK(th_str_eq(one, two));
  CHECK(one.n < 200000); /* a CJK face that is not cut down adds 900 kB */
  CHECK(th_str_has(one, TH_S("/FontFile3")));
  th_arena_del(arena);
}

TEST_MAIN(RUN(values_in_their_places), RUN(forms_belong_to_paths), RUN(totals_with_bounds), RUN(fields_have_names_of_their_own),
          RUN(what_is_unknown_stays_blank), RUN(pdf_has_a_field_for_each_value), RUN(pdf_is_whole_and_reproducible))
