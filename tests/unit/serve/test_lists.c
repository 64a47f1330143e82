/* Lists, a disease, drugs beside each other and a patient's list, over the demonstration pack. What they say of a pair is what its dossier
 * says. */
#include "serve_test.h"

static const char *const pack[] = { "demo/report-page.md", "demo/abstract.txt", "demo/rule-8.2.13.txt", "demo/trial-page.txt",
                                    NULL };

TEST(lists_without_documents_say_so) {
  static const char *const page[] = { "/drugs",   "/diseases", "/disease/lupus%20nephritis",
                                      "/compare", "/safety",   "/drug/belimumab" };
  server_open_with(false, NULL);
  for (size_t i = 0; i < sizeof page / sizeof *page; i++) {
    const th_response r = asked((ask){ .target = page[i] });
    CHECK_INT(r.status, 200);
    CHECK(shows(&r, "No documents are held yet."));
  }
  server_close();
}

static size_t rows_of(const th_response *r) {
  size_t n = 0;
  for (size_t at = 0; (at = th_str_find(r->body, TH_S("<td class=\"num\">"), at)) != SIZE_MAX; at++) n++;
  return n;
}

/* The number of pairs on the list is the number of pairs of the dossier's JSON. */
TEST(every_pair_is_listed_with_its_own_verdict) {
  server_open_with(false, pack);
  const th_response list = asked((ask){ .target = "/drugs" }), json = asked((ask){ .target = "/drug/belimumab/dossier.json" });
  th_err err = { 0 };
  th_json root;
  CHECK_OK_ERR(th_json_parse(arena, json.body, &root, &err), &err);
  const th_json *pairs = th_json_get(&root, "pairs");
  CHECK(pairs && pairs->n > 3);
  CHECK_INT(rows_of(&list), pairs ? pairs->n : 0);
  CHECK(shows(&list, "href=\"/drug/belimumab\""));
  const th_response l4 = asked((ask){ .target = "/drugs?level=L4" });
  CHECK(rows_of(&l4) > 0 && rows_of(&l4) < rows_of(&list));
  CHECK(shows(&l4, "aria-current=\"true\""));
  const th_response none = asked((ask){ .target = "/drugs?q=no-such-drug" });
  CHECK(shows(&none, "No pair fits these choices."));
  server_close();
}

TEST(a_disease_lists_its_drugs) {
  server_open_with(false, pack);
  const th_response r = asked((ask){ .target = "/disease/lupus%20nephritis", .language = "zh-TW" });
  CHECK_INT(r.status, 200);
  CHECK(shows(&r, "狼瘡性腎炎"));
  CHECK(shows(&r, "href=\"/drug/belimumab\""));
  server_close();
}

TEST(a_list_of_eight_drugs_says_first_what_was_not_looked_up) {
  server_open_with(false, pack);
  const char *list = "/safety?drugs=belimumab%0Acyclophosphamide%0Aprednisolone%0Awarfarin%0Aomeprazole%0Aatorvastatin%"
                     "0Ametformin%0Anosuchdrug";
  const th_response r = asked((ask){ .target = list });
  CHECK_INT(r.status, 200);
  CHECK(shows(&r, "No table of interactions is held"));
  CHECK(shows(&r, "nosuchdrug"));
  CHECK(shows(&r, "8 drugs"));
  server_close();
}

TEST(names_of_several_drugs_are_asked_back) {
  server_open_with(false, pack);
  const th_response r = asked((ask){ .target = "/compare?drug=belimumab&drug=belimumab&drug=nosuchdrug" });
  CHECK(shows(&r, "No dossier is held on “nosuchdrug”."));
  server_close();
}

/* A reader's choice moves that card; nothing goes. */
TEST(a_role_hides_nothing) {
  server_open_with(false, pack);
  const th_response all = asked((ask){ .target = "/drug/belimumab" }),
                    one = asked((ask){ .target = "/drug/belimumab?role=physician" });
  CHECK(shows(&one, "first-physician"));
  static const char *const part[] = { "id=\"verdict\"",   "id=\"role-patient\"", "id=\"safety\"",
                                      "id=\"relatives\"", "id=\"coverage\"",     "id=\"provenance\"" };
  for (size_t i = 0; i < sizeof part / sizeof *part; i++) CHECK(shows(&all, part[i]) && shows(&one, part[i]));
  server_close();
}

TEST_MAIN(RUN(lists_without_documents_say_so), RUN(every_pair_is_listed_with_its_own_verdict), RUN(a_disease_lists_its_drugs),
          RUN(a_list_of_eight_drugs_says_first_what_was_not_looked_up), RUN(names_of_several_drugs_are_asked_back),
          RUN(a_role_hides_nothing))
