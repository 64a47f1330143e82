/* Kinds are told by content; what is none is refused with what was expected. */
#include "test.h"
#include "theriac/source.h"

static th_source_guess guess;
static th_err err;

static th_source_kind kind_of(const char *text) {
  err = (th_err){ 0 };
  return th_source_detect(th_str_of(text), &guess, &err) == TH_OK ? guess.kind : TH_SOURCE_UNKNOWN;
}

TEST(known_kinds) {
  CHECK_INT(kind_of("---\ntitle: X\nevidence_level: L5\n---\n# X\n"), TH_SOURCE_REPORT_PAGE);
  CHECK_INT(kind_of("# X\n\nEvidence level: **L4** | Predicted indications: **1**\n"), TH_SOURCE_REPORT_PAGE);
  CHECK_INT(kind_of("<html><h1>X</h1><details class=\"indication-section\"></details>"), TH_SOURCE_REPORT_PAGE);
  CHECK_INT(kind_of("BACKGROUND: a.\nMETHODS: 20 patients.\nRESULTS: P = 0.04.\nCONCLUSIONS: b.\n"), TH_SOURCE_ABSTRACT);
  CHECK_INT(kind_of("目的：探討。\n方法：納入100名病人，隨機分為兩組。\n結果：P = 0.04。\n結論：有效。\n"), TH_SOURCE_ABSTRACT);
  CHECK_INT(kind_of("A Study\n\nConditions\n\nX\n\nStudy type\n\nInterventional\n\nSex\n\nAll\n\nMasking\n\nNone\n"),
            TH_SOURCE_TRIAL_PAGE);
  CHECK_INT(kind_of("\xEF\xBB\xBF"
                    "8.9.1. Testimab(如 Testa)：(105/1/1)\n1. 限用於甲病。\n"),
            TH_SOURCE_COVERAGE_TEXT);
  CHECK_INT(kind_of("{\"capture\": \"trial-search\"}"), TH_SOURCE_CAPTURE);
  CHECK_INT(kind_of("{\"studies\": [{\"protocolSection\": {\"identificationModule\": {}}}]}"), TH_SOURCE_CTGOV);
  CHECK_INT(kind_of("<?xml version=\"1.0\"?>\n<PubmedArticleSet></PubmedArticleSet>"), TH_SOURCE_PUBMED);
  CHECK_INT(kind_of("<Trials_downloaded_from_ICTRP>"), TH_SOURCE_ICTRP);
  CHECK_INT(kind_of("[{\"許可證字號\": \"\"}]"), TH_SOURCE_TFDA);
  CHECK_INT(kind_of("DDInterID_A,Drug_A,DDInterID_B,Drug_B,Level\n"), TH_SOURCE_DDINTER);
}

TEST(names_go_both_ways) {
  for (int k = 1; k < TH_SOURCE_KIND_COUNT; k++) {
    th_source_kind back;
    CHECK(th_source_kind_find(th_str_of(th_source_kind_name((th_source_kind)k)), &back) && (int)back == k);
    CHECK(strlen(th_source_kind_about((th_source_kind)k)) > 10);
  }
  th_source_kind none;
  CHECK(!th_source_kind_find(TH_S("unknown"), &none));
}

TEST(others_are_refused) {
  static const char *const texts[] = { "",
                                       " \n\n",
                                       "hello world\n",
                                       "# A readme\n\nSome words about software.\n",
                                       "{\"a\": 1}",
                                       "<svg></svg>",
                                       "a,b,c\n1,2,3\n",
                                       "\x89PNG\r\n\x1A\n",
                                       "\xA4\xA4\xA4\xE5" };
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    CHECK_INT(kind_of(texts[i]), TH_SOURCE_UNKNOWN);
    CHECK(err.msg[0] != 0);
    CHECK_INT(err.code, TH_EPARSE);
  }
  CHECK_INT(kind_of("{\"FullStudiesResponse\": {}}"), TH_SOURCE_UNKNOWN);
  CHECK_INT(err.code, TH_EUNSUP);
  CHECK_INT(kind_of("<clinical_study rank=\"1\">"), TH_SOURCE_UNKNOWN);
  CHECK_INT(err.code, TH_EUNSUP);
}

/* Only the beginning is looked at, and never half a character of it. */
TEST(long_documents) {
  th_arena *a = th_arena_new(0);
  for (size_t shift = 0; shift < 3; shift++) {
    th_buf b;
    th_buf_init(&b, a, 1 << 20);
    th_buf_addz(&b, "---\ntitle: X\nevidence_level: L5\n---\n");
    for (size_t i = 0; i < shift; i++) th_buf_addc(&b, 'x');
    while (b.n < ((size_t)300 << 10)) th_buf_addz(&b, "證");
    CHECK_OK_ERR(th_source_detect(th_buf_str(&b), &guess, &err), &err);
  }
  th_arena_del(a);
}

TEST_MAIN(RUN(known_kinds), RUN(names_go_both_ways), RUN(others_are_refused), RUN(long_documents))
