/* Notes and review states on a dossier's page, the glossary, and predictions where there is no model. */
#include "serve_test.h"

static const char *const pack[] = { "demo/report-page.md", "demo/abstract.txt", NULL };

static th_response add(const char *form) {
  return asked((ask){ .method = "POST",
                      .target = "/drug/Benlysta/remark",
                      .type = "application/x-www-form-urlencoded",
                      .body = th_str_of(form) });
}

TEST(a_review_says_who_when_and_of_what) {
  server_open_with(false, pack);
  th_response r = asked((ask){ .target = "/drug/belimumab" });
  CHECK(shows(&r, "Not reviewed. No note is kept."));
  r = add("who=Chen+Mei&state=reviewed&text=Looked+at+%3Cb%3Eall%3C%2Fb%3E+sources");
  CHECK_INT(r.status, 303);
  CHECK_STR(header_of(&r, "Location"), "/drug/belimumab#remarks");
  r = asked((ask){ .target = "/drug/belimumab" });
  CHECK(shows(&r, "Chen Mei"));
  CHECK(shows(&r, "Looked at &lt;b&gt;all&lt;/b&gt; sources"));
  CHECK(!th_str_has(r.body, TH_S("Not reviewed.")));
  CHECK_INT(add("who=&state=reviewed").status, 400);
  CHECK_INT(add("who=A&state=note&text=").status, 400);
  server_close();
}

TEST(the_glossary_has_both_languages) {
  server_open_with(false, NULL);
  th_response r = asked((ask){ .target = "/glossary", .language = "zh-TW" });
  CHECK_INT(r.status, 200);
  CHECK(shows(&r, "勝算比"));
  CHECK(shows(&r, "odds ratio"));
  server_close();
}

TEST(without_a_model_nothing_is_predicted_and_it_says_so) {
  server_open_with(false, pack);
  const th_response r = asked((ask){ .target = "/predict?drug=belimumab" });
  CHECK_INT(r.status, 200);
  CHECK(shows(&r, "No knowledge graph is imported here"));
  CHECK_INT(asked((ask){ .target = "/predict/list/1" }).status, 404);
  CHECK_INT(asked((ask){ .method = "POST",
                         .target = "/predict/keep",
                         .type = "application/x-www-form-urlencoded",
                         .body = TH_S("drug=belimumab&who=A&name=B&keep=0") })
                .status,
            400);
  server_close();
}

TEST_MAIN(RUN(a_review_says_who_when_and_of_what), RUN(the_glossary_has_both_languages),
          RUN(without_a_model_nothing_is_predicted_and_it_says_so))
