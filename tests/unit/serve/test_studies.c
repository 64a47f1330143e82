/* Studies and report pages handed in: the answer first, in both languages; downloads the same each time. */
#include "serve_test.h"

/* Hand arithmetic: 12 of 51 are 23.5 %, 4 of 49 are 8.2 %; the second share of the other text, 4 of 49, is no 9.9 %. */
static const char *const good =
    "text=In a randomized trial 12 of 51 patients (23.5%25) given drug and 4 of 49 patients (8.2%25) given placebo responded.";
static const char *const bad =
    "text=In a randomized trial 12 of 51 patients (23.5%25) given drug and 4 of 49 patients (9.9%25) given placebo responded.";

static th_response post(const char *target, const char *form, const char *language) {
  return asked((ask){ .method = "POST",
                      .target = target,
                      .type = "application/x-www-form-urlencoded",
                      .body = th_str_of(form),
                      .language = language });
}

TEST(a_study_that_fits_and_one_that_does_not) {
  server_open_with(false, NULL);
  th_response r = asked((ask){ .target = "/study" });
  CHECK_INT(r.status, 200);
  CHECK(shows(&r, "enctype=\"multipart/form-data\""));
  r = post("/study", good, "en");
  CHECK_INT(r.status, 200);
  CHECK(shows(&r, "12 of 51 patients (23.5%"));
  CHECK(shows(&r, "<svg"));
  CHECK(!th_str_has(r.body, TH_S("A printed number cannot be right.")));
  r = post("/study", bad, "en");
  CHECK(shows(&r, "A printed number cannot be right."));
  r = post("/study", bad, "zh-TW");
  CHECK(shows(&r, "有印出的數字不可能正確。"));
  r = post("/study", "text=Nothing to see here.", "en");
  CHECK(shows(&r, "No number that can be checked was found."));
  server_close();
}

TEST(the_box_of_the_first_page_takes_a_text) {
  server_open_with(false, NULL);
  th_buf b;
  th_buf_init(&b, arena, 0);
  th_buf_addz(&b, "q");
  th_buf_addz(&b, good + 4);
  for (int i = 0; i < 40; i++) th_buf_addz(&b, " And some further words.");
  const th_response r = post("/find", th_buf_str(&b).p, "en");
  CHECK_INT(r.status, 200);
  CHECK(shows(&r, "12 of 51 patients"));
  server_close();
}

TEST(appendices_are_the_same_each_time) {
  static const char *const form[] = { "&form=txt", "&form=csv", "&form=json" };
  server_open_with(false, NULL);
  for (size_t i = 0; i < 3; i++) {
    const char *q = th_str_fmt(arena, "%s%s", good, form[i]).p;
    const th_response one = post("/study/appendix", q, "en"), two = post("/study/appendix", q, "en");
    CHECK_INT(one.status, 200);
    CHECK(one.body.n > 100 && th_str_eq(one.body, two.body));
  }
  const th_response txt = post("/study/appendix", th_str_fmt(arena, "%s&form=txt", good).p, "en");
  CHECK(shows(&txt, "2x2: 12/51, 4/49"));
  CHECK(shows(&txt, "SHA-256"));
  server_close();
}

TEST(a_page_is_audited_beside_its_lines) {
  static const char *const pack[] = { "demo/abstract.txt", NULL };
  server_open_with(false, pack);
  th_file f;
  th_err err = { 0 };
  CHECK_OK_ERR(th_file_open(THERIAC_SOURCE_ROOT "/demo/report-page.md", 0, &f, &err), &err);
  const th_str body =
      th_str_fmt(arena, "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"page.md\"\r\n\r\n%.*s\r\n--x--\r\n",
                 TH_STR_ARG(f.bytes));
  const th_response r =
      asked((ask){ .method = "POST", .target = "/audit", .type = "multipart/form-data; boundary=x", .body = body });
  CHECK_INT(r.status, 200);
  CHECK(shows(&r, "<li id=\"L1\">"));
  CHECK(shows(&r, "AUD-"));
  const th_response not_a_page = post("/audit", "text=hello", "en");
  CHECK_INT(not_a_page.status, 400);
  CHECK(shows(&not_a_page, "aria-invalid"));
  th_file_close(&f);
  server_close();
}

TEST(a_record_shows_where_it_came_from) {
  static const char *const pack[] = { "demo/abstract.txt", NULL };
  server_open_with(false, pack);
  const th_response r = asked((ask){ .target = "/record/1" });
  CHECK_INT(r.status, 200);
  CHECK(shows(&r, "abstract.txt"));
  CHECK_INT(asked((ask){ .target = "/record/99" }).status, 404);
  CHECK_INT(asked((ask){ .target = "/record/x" }).status, 404);
  CHECK_INT(asked((ask){ .target = "/paper/1" }).status, 404);
  server_close();
}

TEST_MAIN(RUN(a_study_that_fits_and_one_that_does_not), RUN(the_box_of_the_first_page_takes_a_text),
          RUN(appendices_are_the_same_each_time), RUN(a_page_is_audited_beside_its_lines),
          RUN(a_record_shows_where_it_came_from))
