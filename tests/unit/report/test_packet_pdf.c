/* The packet as a file: as many pages as its parts have, the fields of every form in it, the same bytes each time; and a sheet for the
 * bedside that is one page whatever the case. */
#include "test.h"
#include "theriac/report/packet_pdf.h"

static th_arena *arena;
static th_coverage cov;
static th_coverage_case kase;
static th_coverage_result result;
static th_coverage_packet packet;

static th_str sample(const char *name) {
  char path[4200];
  th_str bytes = TH_STR_NONE;
  snprintf(path, sizeof path, "%s/tests/fuzz/corpus/paper/%s", THERIAC_SOURCE_ROOT, name);
  CHECK_OK(th_file_load(arena, path, 0, &bytes, NULL));
  return bytes;
}

static th_coverage_paper paper(const char *evidence, const char *file) {
  th_err err = { 0 };
  const th_case_attachment kept = { .name = th_str_fmt(arena, "相片 \xf0\x9f\x93\xb7 %s", file),
                                    .evidence = th_str_of(evidence),
                                    .date = { 2025, 6, 1, TH_DATE_DAY, 0 },
                                    .site = TH_S("左頰 \xf0\x9f\x98\x80 \x01"),
                                    .note = TH_S("備註") };
  th_coverage_paper p = { 0 };
  CHECK_OK_ERR(th_coverage_paper_of(arena, &kept, sample(file), &p, &err), &err);
  return p;
}

static bool judge(const char *json, const th_coverage_paper *p, size_t n) {
  th_err err = { 0 };
  CHECK_OK_ERR(th_coverage_open(arena, NULL, 0, &cov, &err), &err);
  CHECK_OK_ERR(th_coverage_case_parse(arena, &cov, th_str_of(json), &kase, &err), &err);
  CHECK_OK_ERR(th_coverage_check(arena, &kase, &result, &err), &err);
  CHECK_OK_ERR(th_coverage_packet_of(arena, &result, p, n, &packet, &err), &err);
  return test_failed_checks == 0;
}

static th_str drawn(th_words lang) {
  th_form form[2];
  th_str pdf = TH_STR_NONE;
  th_err err = { 0 };
  for (uint32_t i = 0; i < packet.n_forms; i++)
    CHECK_OK_ERR(th_coverage_form_fill(arena, &result, th_str_of(packet.form[i]), NULL, &form[i], &err), &err);
  CHECK_OK_ERR(th_report_packet_pdf(arena, &packet, form, packet.n_forms, lang, &pdf, &err), &err);
  return pdf;
}

static uint32_t pages_of(th_str pdf) {
  th_paper p = { 0 };
  th_err err = { 0 };
  CHECK_OK_ERR(th_paper_probe(arena, pdf, &p, &err), &err);
  return p.pages;
}

static const char child[] = "{\"case\":\"小明\",\"program\":\"nhi-8.2.13\",\"path\":\"psle-initial\",\"as_of\":\"2025-06-15\","
                            "\"form\":{\"name\":\"王小明\"},\"facts\":{\"now_rash\":true}}";

TEST(parts_make_the_whole) {
  arena = th_arena_new(0);
  const th_coverage_paper p[] = { paper("E-photo", "turned.jpg"), paper("E-photo", "adam7.png"),
                                  paper("E-serology", "plain.pdf"), paper("E-photo", "alpha.png"),
                                  paper("E-lab-now", "annotated.pdf") };
  if (!judge(child, p, 5)) return;
  th_form form[2];
  th_str one;
  th_err err = { 0 };
  uint32_t forms = 0;
  for (uint32_t i = 0; i < 2; i++) {
    CHECK_OK_ERR(th_coverage_form_fill(arena, &result, th_str_of(packet.form[i]), NULL, &form[i], &err), &err);
    CHECK_OK_ERR(th_report_form_pdf(arena, &form[i], kase.as_of, &one, &err), &err);
    forms += pages_of(one);
  }
  const th_str pdf = drawn(TH_WORDS_ZH_TW);
  /* three pictures, two pages of plain.pdf, one of annotated.pdf */
  const uint32_t all = pages_of(pdf), cover = all - forms - 6;
  CHECK(all > forms + 6 && cover <= 3);
  CHECK(th_str_eq(pdf, drawn(TH_WORDS_ZH_TW)));
  CHECK(!th_str_eq(pdf, drawn(TH_WORDS_EN)));
  CHECK(th_str_has(pdf, sample("turned.jpg"))); /* byte by byte as it is */
  const char *keep = getenv("THERIAC_KEEP");
  if (keep) CHECK_OK(th_file_write(keep, pdf, NULL));
  th_arena_del(arena);
}

static const char *const paths[] = { "ln-initial", "ln-renewal",  "sle-initial",  "sle-renewal", "sle-taper",
                                     "sle-stop",   "sle-restart", "psle-initial", "psle-renewal" };

TEST(every_path_without_a_document) {
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    arena = th_arena_new(0);
    const th_str json =
        th_str_fmt(arena, "{\"case\":\"%s\",\"program\":\"nhi-8.2.13\",\"path\":\"%s\",\"as_of\":\"2025-06-15\",\"facts\":{}}",
                   paths[i], paths[i]);
    if (!judge(json.p, NULL, 0)) return;
    th_str sheet = TH_STR_NONE;
    th_err err = { 0 };
    CHECK(pages_of(drawn(TH_WORDS_ZH_TW)) >= 2);
    for (int lang = TH_WORDS_EN; lang <= TH_WORDS_ZH_TW; lang++) {
      CHECK_OK_ERR(th_report_bedside_pdf(arena, &packet, (th_words)lang, &sheet, &err), &err);
      CHECK_INT(pages_of(sheet), 1);
    }
    th_arena_del(arena);
  }
}

/* A day on which no text is held: nothing to judge, and no form to lose. A trial has no form of the payer. */
TEST(no_answer_and_no_form) {
  th_str sheet;
  th_err err = { 0 };
  arena = th_arena_new(0);
  if (!judge("{\"case\":\"x\",\"program\":\"nhi-8.2.13\",\"path\":\"sle-initial\",\"as_of\":\"2020-01-01\",\"facts\":{}}", NULL,
             0))
    return;
  CHECK(pages_of(drawn(TH_WORDS_ZH_TW)) >= 2);
  CHECK_OK_ERR(th_report_bedside_pdf(arena, &packet, TH_WORDS_ZH_TW, &sheet, &err), &err);
  if (!judge("{\"case\":\"x\",\"program\":\"trial-NCT05154734\",\"path\":\"screening\",\"as_of\":\"2025-06-15\",\"facts\":{}}",
             NULL, 0))
    return;
  CHECK_INT(packet.n_forms, 0);
  CHECK_INT(pages_of(drawn(TH_WORDS_EN)), 1);
  th_arena_del(arena);
}

TEST_MAIN(RUN(parts_make_the_whole), RUN(every_path_without_a_document), RUN(no_answer_and_no_form))
