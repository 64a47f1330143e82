/* Who is answered, in which language, and how what goes wrong is told. */
#include "serve_test.h"

static const char *const pack[] = { "demo/report-page.md", "demo/abstract.txt", "demo/rule-8.2.13.txt", "demo/trial-page.txt",
                                    NULL };

TEST(the_first_page_is_there_without_any_document) {
  server_open_with(false, NULL);
  const th_response r = asked((ask){ .target = "/" });
  CHECK_INT(r.status, 200);
  CHECK(shows(&r, "<html lang=\"en\">"));
  CHECK(shows(&r, "action=\"/find\""));
  CHECK(shows(&r, "No documents are held yet."));
  CHECK(th_str_has(header_of(&r, "Content-Security-Policy"), TH_S("default-src 'none'")));
  server_close();
}

/* RFC 9110 §12.5.4; the choice in a cookie goes before it, the address before both. */
TEST(language_by_address_then_cookie_then_browser) {
  server_open_with(false, NULL);
  th_response r = asked((ask){ .target = "/", .language = "zh-TW,zh;q=0.9,en;q=0.8" });
  CHECK(shows(&r, "<html lang=\"zh-Hant-TW\">"));
  r = asked((ask){ .target = "/", .language = "zh-TW", .cookie = "a=b; lang=en" });
  CHECK(shows(&r, "<html lang=\"en\">"));
  r = asked((ask){ .target = "/?lang=zh-TW", .cookie = "lang=en" });
  CHECK(shows(&r, "<html lang=\"zh-Hant-TW\">"));
  r = asked((ask){ .target = "/language?to=zh-TW&back=%2Fdrugs%3Flang%3Den%26q%3Da" });
  CHECK_INT(r.status, 303);
  CHECK_STR(header_of(&r, "Location"), "/drugs?q=a");
  r = asked((ask){ .target = "/language?to=zh-TW&back=https%3A%2F%2Fevil.example%2F" });
  CHECK_STR(header_of(&r, "Location"), "/");
  r = asked((ask){ .target = "/language?to=zh-TW&back=%2F%2Fevil.example%2F" });
  CHECK_STR(header_of(&r, "Location"), "/");
  server_close();
}

/* A page elsewhere that rebinds its name to this machine, or posts a form here, gets nowhere. */
TEST(foreign_hosts_and_origins_are_refused) {
  server_open_with(false, NULL);
  CHECK_INT(asked((ask){ .target = "/", .host = "evil.example:8420" }).status, 421);
  CHECK_INT(asked((ask){ .target = "/", .host = "127.0.0.1.evil.example" }).status, 421);
  CHECK_INT(asked((ask){ .target = "/", .host = "localhost:8420" }).status, 200);
  CHECK_INT(asked((ask){ .target = "/", .host = "[::1]:8420" }).status, 200);
  const ask post = {
    .method = "POST", .target = "/import", .origin = "http://evil.example", .type = "application/x-www-form-urlencoded"
  };
  CHECK_INT(asked(post).status, 403);
  ask null_origin = post;
  null_origin.origin = "null";
  CHECK_INT(asked(null_origin).status, 403);
  ask own = post;
  own.origin = "http://127.0.0.1:8420";
  CHECK_INT(asked(own).status, 400); /* let in, and told that no file was chosen */
  server_close();
}

TEST(what_is_not_there_is_a_page_with_its_status) {
  server_open_with(false, NULL);
  th_response r = asked((ask){ .target = "/nowhere/<script>" });
  CHECK_INT(r.status, 404);
  CHECK(!th_str_has(r.body, TH_S("<script>")));
  CHECK(shows(&r, "&lt;script&gt;"));
  r = asked((ask){ .target = "/nowhere", .accept = "application/json" });
  CHECK_INT(r.status, 404);
  CHECK_STR(r.type, "application/json");
  CHECK(shows(&r, "\"TH_ENOENT\""));
  CHECK_INT(asked((ask){ .method = "DELETE", .target = "/" }).status, 405);
  CHECK_INT(asked((ask){ .method = "POST", .target = "/" }).status, 405);
  CHECK_INT(asked((ask){ .target = "/%zz" }).status, 400);
  CHECK_INT(asked((ask){ .target = "/?q=%ff" }).status, 400);
  server_close();
}

TEST(a_read_only_server_changes_nothing) {
  server_open_with(false, pack);
  th_serve_close(server);
  th_err err = { 0 };
  const th_serve_options o = { .home = home, .read_only = true, .today = test_day };
  CHECK_OK_ERR(th_serve_open(&o, &server, &err), &err);
  const ask post = { .method = "POST", .target = "/import", .type = "application/x-www-form-urlencoded" };
  CHECK_INT(asked(post).status, 403);
  const th_response r = asked((ask){ .target = "/manage" });
  CHECK(!th_str_has(r.body, TH_S("action=\"/import\"")));
  server_close();
}

TEST(the_box_leads_by_identity) {
  static const struct {
    const char *q, *to;
  } rows[] = {
    { "belimumab", "/drug/belimumab" },
    { "Benlysta", "/drug/belimumab" },
    { "%E8%B2%9D%E5%88%A9%E5%B0%A4%E5%96%AE%E6%8A%97", "/drug/belimumab" },
    { "NCT05154734", "/trial/NCT05154734" },
    { "PMID:%2012345678", "/paper/12345678" },
    { "8.2.13", "/policy/8.2.13" },
    { "10.1000/182", "/paper/10.1000%2F182" },
  };
  server_open_with(false, NULL);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const th_response r = asked((ask){ .target = th_str_fmt(arena, "/find?q=%s", rows[i].q).p });
    CHECK_INT(r.status, 303);
    CHECK_STR(header_of(&r, "Location"), rows[i].to);
  }
  const th_response r = asked((ask){ .target = "/find?q=belimumabb" });
  CHECK_INT(r.status, 200);
  CHECK(shows(&r, "href=\"/drug/belimumab\""));
  server_close();
}

static void import_text(const char *name, const char *text) {
  th_err err = { 0 };
  th_store *s;
  th_import_summary sum = { 0 };
  const th_import_options o = { .retrieved = test_day() };
  CHECK_OK_ERR(th_store_open(home, TH_STORE_WRITE, -1, &s, &err), &err);
  CHECK_OK_ERR(th_import_bytes(arena, s, th_str_of(name), th_str_of(text), &o, &sum, &err), &err);
  CHECK_INT(sum.n_refused, 0);
  th_store_close(s);
}

/* Codes of the form that the payer gives out: two letters, one letter, a letter in the ninth place. The items are invented. */
TEST(an_item_code_of_the_payer_leads_to_its_drug) {
  server_open_with(false, pack);
  th_response r = asked((ask){ .target = "/find?q=KC00935257" });
  CHECK_INT(r.status, 200);
  CHECK(shows(&r, "No item list is imported"));
  import_text("items.csv", "藥品代號,藥品英文名稱,藥品中文名稱,成分,支付價,有效起日,有效迄日,ATC代碼\n"
                           "KC00935257,TEST 120 MG,測試凍晶注射劑,BELIMUMAB,4321.55,1140201,9991231,L04AG04\n"
                           "AC058531G0,TEST TABLET,測試錠,AZATHIOPRINE,2.5,1140201,9991231,L04AX01\n"
                           "K000935298,TEST 80 MG,測試注射劑,BELIMUMAB,1,1140201,9991231,\n"
                           "A000099100,TEST SYRUP,測試糖漿,NOSUCHDRUG,1,1140201,9991231,\n");
  static const char *const leads[][2] = { { "KC00935257", "/drug/belimumab" },
                                          { "kc00935257", "/drug/belimumab" },
                                          { "K000935298", "/drug/belimumab" },
                                          { "AC058531G0", "/drug/azathioprine" } };
  for (size_t i = 0; i < sizeof leads / sizeof *leads; i++) {
    r = asked((ask){ .target = th_str_fmt(arena, "/find?q=%s", leads[i][0]).p });
    CHECK_INT(r.status, 303);
    CHECK_STR(header_of(&r, "Location"), leads[i][1]);
  }
  r = asked((ask){ .target = "/find?q=AC12345100" });
  CHECK_INT(r.status, 200);
  CHECK(shows(&r, "is not in the imported item list"));
  r = asked((ask){ .target = "/find?q=A000099100", .language = "zh-TW" });
  CHECK(shows(&r, "測試糖漿") && shows(&r, "NOSUCHDRUG"));
  CHECK_INT(asked((ask){ .target = "/find?q=AC1234510" }).status, 200); /* nine signs: a name that is not found */
  server_close();
}

/* Kept pages are equal to fresh ones, and go when something is imported. */
TEST(a_kept_page_lasts_until_the_store_changes) {
  server_open_with(false, pack);
  const th_response first = asked((ask){ .target = "/drug/belimumab" }), again = asked((ask){ .target = "/drug/belimumab" });
  CHECK_INT(first.status, 200);
  CHECK(th_str_eq(first.body, again.body));
  const th_str tag = header_of(&first, "ETag");
  CHECK_INT(asked((ask){ .target = "/drug/belimumab", .etag = th_str_z(arena, tag) }).status, 304);
  th_err err = { 0 };
  th_store *s;
  th_import_summary sum = { 0 };
  const th_import_options o = { .retrieved = test_day() };
  const th_str ddi = TH_S("DDInterID_A,Drug_A,DDInterID_B,Drug_B,Level\nDDInter1,Belimumab,DDInter2,Abatacept,Major\n");
  CHECK_OK_ERR(th_store_open(home, TH_STORE_WRITE, -1, &s, &err), &err);
  CHECK_OK_ERR(th_import_bytes(arena, s, TH_S("ddinter_downloads_code_L.csv"), ddi, &o, &sum, &err), &err);
  th_store_close(s);
  const th_response then = asked((ask){ .target = "/drug/belimumab" });
  CHECK(!th_str_eq(first.body, then.body));
  CHECK(shows(&then, "Abatacept"));
  server_close();
}

TEST_MAIN(RUN(the_first_page_is_there_without_any_document), RUN(language_by_address_then_cookie_then_browser),
          RUN(foreign_hosts_and_origins_are_refused), RUN(what_is_not_there_is_a_page_with_its_status),
          RUN(a_read_only_server_changes_nothing), RUN(the_box_leads_by_identity),
          RUN(an_item_code_of_the_payer_leads_to_its_drug), RUN(a_kept_page_lasts_until_the_store_changes))
