/* Trials: search, one study, versions, comparison, a patient. The studies are made here, in the registry's own form. */
#include "serve_test.h"

static const char *const study =
    "{\"protocolSection\":{\"identificationModule\":{\"nctId\":\"NCT0000000%d\",\"briefTitle\":\"Testdrug in Lupus Nephritis "
    "%d\"},"
    "\"statusModule\":{\"overallStatus\":\"%s\",\"startDateStruct\":{\"date\":\"2019-01-15\",\"type\":\"ACTUAL\"},"
    "\"primaryCompletionDateStruct\":{\"date\":\"2021-03-31\",\"type\":\"ACTUAL\"},\"completionDateStruct\":{\"date\":\"2021-"
    "03-31\",\"type\":\"ACTUAL\"},"
    "\"lastUpdatePostDateStruct\":{\"date\":\"%s\",\"type\":\"ACTUAL\"}},\"sponsorCollaboratorsModule\":{\"leadSponsor\":{"
    "\"name\":\"S\",\"class\":\"OTHER\"}},"
    "\"conditionsModule\":{\"conditions\":[\"Lupus "
    "Nephritis\"]},\"designModule\":{\"studyType\":\"INTERVENTIONAL\",\"phases\":[\"PHASE2\"],"
    "\"designInfo\":{\"allocation\":\"RANDOMIZED\"},\"enrollmentInfo\":{\"count\":%d,\"type\":\"ACTUAL\"}},"
    "\"armsInterventionsModule\":{\"interventions\":[{\"type\":\"DRUG\",\"name\":\"Belimumab\"}]},"
    "\"eligibilityModule\":{\"eligibilityCriteria\":\"Inclusion Criteria:\\n\\n* Age 18 years or older\\n\\nExclusion "
    "Criteria:\\n\\n* Pregnant\","
    "\"sex\":\"ALL\",\"minimumAge\":\"18 Years\",\"stdAges\":[\"ADULT\"]},"
    "\"contactsLocationsModule\":{\"locations\":[{\"facility\":\"H\",\"city\":\"Taipei\",\"country\":\"Taiwan\"}]}},"
    "\"hasResults\":false}";

static void import_study(int number, const char *status, const char *updated, int n) {
  th_store *s;
  th_err err = { 0 };
  th_import_summary sum = { 0 };
  const th_import_options o = { .retrieved = test_day() };
  char text[4096];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  snprintf(text, sizeof text, study, number, number, status, updated, n);
#pragma GCC diagnostic pop
  CHECK_OK_ERR(th_store_open(home, TH_STORE_WRITE, -1, &s, &err), &err);
  CHECK_OK_ERR(th_import_bytes(arena, s, TH_S("study.json"), th_str_of(text), &o, &sum, &err), &err);
  CHECK_INT(sum.n_refused, 0);
  th_store_close(s);
}

static void begin(void) {
  server_open_with(false, NULL);
  import_study(1, "COMPLETED", "2021-05-01", 40);
  import_study(2, "WITHDRAWN", "2021-05-01", 0);
}

TEST(search_by_names_and_facets) {
  begin();
  th_response r = asked(
      (ask){ .target = "/trials?condition=%E7%8B%BC%E7%98%A1%E6%80%A7%E8%85%8E%E7%82%8E&drug=Benlysta", .language = "zh-TW" });
  CHECK_INT(r.status, 200);
  CHECK(shows(&r, "href=\"/trial/NCT00000001\""));
  CHECK(shows(&r, "href=\"/trial/NCT00000002\""));
  CHECK(shows(&r, "status=WITHDRAWN"));
  CHECK(shows(&r, "class=\"tiles\""));
  r = asked((ask){ .target = "/trials?status=WITHDRAWN" });
  CHECK(shows(&r, "NCT00000002"));
  CHECK(!th_str_has(r.body, TH_S("href=\"/trial/NCT00000001\"")));
  r = asked((ask){ .target = "/trials?start=yesterday" });
  CHECK_INT(r.status, 400);
  CHECK(shows(&r, "expected FROM..TO"));
  server_close();
}

TEST(exports) {
  begin();
  const th_response csv = asked((ask){ .target = "/trials/found.csv?condition=lupus%20nephritis" });
  CHECK_INT(csv.status, 200);
  CHECK(shows(&csv, "NCT00000001,Testdrug in Lupus Nephritis 1,COMPLETED"));
  const th_response ris = asked((ask){ .target = "/trials/found.ris" });
  CHECK(shows(&ris, "ER  - "));
  CHECK_INT(asked((ask){ .target = "/trials/found.exe" }).status, 404);
  server_close();
}

/* 42 U.S.C. 282(j)(3)(E): a year after completion; 2021-03-31 and a year is 2022-03-31. */
TEST(a_study_tells_that_its_results_are_overdue) {
  begin();
  const th_response r = asked((ask){ .target = "/trial/NCT00000001" });
  CHECK_INT(r.status, 200);
  CHECK(shows(&r, "2022-03-31"));
  CHECK(shows(&r, "Results"));
  CHECK(shows(&r, "Age 18 years or older"));
  CHECK_INT(asked((ask){ .target = "/trial/NCT00000009" }).status, 404);
  server_close();
}

TEST(versions_and_studies_side_by_side) {
  begin();
  CHECK_INT(asked((ask){ .target = "/trial/NCT00000001/changes" }).status, 404);
  import_study(1, "TERMINATED", "2022-05-01", 41);
  th_response r = asked((ask){ .target = "/trial/NCT00000001/changes" });
  CHECK_INT(r.status, 200);
  CHECK(shows(&r, "<del>") && shows(&r, "<ins>"));
  r = asked((ask){ .target = "/trials/compare?id=NCT00000001&id=NCT00000002" });
  CHECK_INT(r.status, 200);
  CHECK(shows(&r, "NCT00000002</a></th>"));
  CHECK_INT(asked((ask){ .target = "/trials/compare?id=NCT00000001" }).status, 400);
  server_close();
}

TEST(a_patient_against_the_lines) {
  begin();
  const char *form = "text=%7B%22as_of%22%3A%222025-06-01%22%2C%22facts%22%3A%7B%22age%22%3A12%7D%7D";
  const ask post = {
    .method = "POST", .target = "/trial/NCT00000001/match", .type = "application/x-www-form-urlencoded", .body = th_str_of(form)
  };
  const th_response r = asked(post);
  CHECK_INT(r.status, 200);
  CHECK(shows(&r, "At least one line leaves the patient out."));
  ask broken = post;
  broken.body = TH_S("text=%7B");
  CHECK_INT(asked(broken).status, 400);
  server_close();
}

TEST_MAIN(RUN(search_by_names_and_facets), RUN(exports), RUN(a_study_tells_that_its_results_are_overdue),
          RUN(versions_and_studies_side_by_side), RUN(a_patient_against_the_lines))
