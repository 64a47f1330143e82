/* Searches and their states: never collapsed, never believed against the document's own members. */
#include "test.h"
#include "theriac/source.h"

static th_arena *arena;
static th_capture_doc doc;
static th_err err;

static th_code read_doc(const char *text) {
  th_arena_del(arena);
  arena = th_arena_new(0);
  err = (th_err){ 0 };
  return th_source_capture_read(arena, th_str_of(text), &doc, &err);
}

#define FRAME(rest)                                                                                                            \
  "{\"capture\": \"trial-search\", \"source\": \"ClinicalTrials.gov\", \"drug\": \"Testimab\", \"disease\": \"b\",\n" rest "}"

static th_search_state state_of(const char *text) {
  CHECK_OK_ERR(read_doc(text), &err);
  return doc.captures.n ? doc.captures.v[0].state : TH_SEARCH_NOT_SEARCHED;
}

TEST(states) {
  CHECK_INT(
      state_of(FRAME(
          "\"success\": true, \"error\": null, \"state\": \"searched_nothing\", \"records_in_source\": 0, \"records\": []")),
      TH_SEARCH_NOTHING);
  CHECK_INT(state_of(FRAME("\"success\": false, \"error\": \"timed out\", \"state\": \"source_failed\", \"records\": []")),
            TH_SEARCH_FAILED);
  /* what the members say outweighs the printed state */
  CHECK_INT(state_of(FRAME("\"success\": false, \"state\": \"searched_nothing\", \"records\": []")), TH_SEARCH_FAILED);
  CHECK_INT(state_of(FRAME("\"success\": true, \"error\": \"refused\", \"state\": \"searched_nothing\", \"records\": []")),
            TH_SEARCH_FAILED);
  CHECK_INT(state_of(FRAME("\"success\": true, \"state\": \"searched_nothing\", \"records\": [{\"id\": \"NCT01000001\"}]")),
            TH_SEARCH_FOUND);
  CHECK(doc.captures.v[0].state_why.n > 0);
  CHECK_INT(state_of(FRAME("\"success\": true, \"state\": \"found\", \"records_in_source\": 0, \"records\": []")),
            TH_SEARCH_NOTHING);
  CHECK_INT(state_of(FRAME("\"state\": \"not_applicable\"")), TH_SEARCH_NOT_APPLICABLE);
  CHECK_INT(state_of(FRAME("\"query\": \"q\"")), TH_SEARCH_NOT_SEARCHED);
}

TEST(records_and_cuts) {
  const char *text = FRAME("\"state\": \"found\", \"queried_at\": \"2026-03-09T07:43:58\", \"records_in_source\": 50, "
                           "\"records_kept\": 1, \"truncated_fields\": {\"brief_summary\": 5},\n"
                           "\"records\": [\n{\"id\": \"NCT01000001\", \"title\": \"A \\\"T\\\"\", \"phase\": \"PHASE1, "
                           "PHASE2\", \"enrollment\": 41, \"start_date\": \"2012-03\",\n"
                           "\"brief_summary\": \"一二三四五\", \"endpoints\": [\"x\", \"y\"]}], \"page\": {\"n\": 1}");
  CHECK_OK_ERR(read_doc(text), &err);
  const th_capture *c = &doc.captures.v[0];
  CHECK_INT(c->source, TH_CAPTURE_REGISTRY);
  CHECK(c->incomplete);
  CHECK_INT(c->queried_on.day, 9);
  CHECK_INT(c->trials.n, 1);
  CHECK_STR(c->trials.v[0].title.text, "A \"T\"");
  CHECK_STR(th_str_n(text + c->trials.v[0].title.from, c->trials.v[0].title.to - c->trials.v[0].title.from), "A \\\"T\\\"");
  CHECK_INT(c->trials.v[0].title.line, 4);
  CHECK_INT(c->trials.v[0].enrolment_n, 41);
  CHECK_STR(c->trials.v[0].enrolment.text, "41");
  CHECK_INT(c->trials.v[0].start_on.prec, TH_DATE_MONTH);
  CHECK(c->trials.v[0].summary_cut);
  CHECK_INT(c->trials.v[0].endpoints.n, 2);
  CHECK_INT(text[c->trials.v[0].to - 1], '}');
  CHECK_INT(c->other.n, 1);
  CHECK_STR(c->other.v[0].value.text, "{\"n\": 1}");
}

/* A search whose records stand in answers of their own (theriac fetch). */
TEST(records_in_answers) {
  CHECK_INT(state_of(FRAME(
                "\"state\": \"found\", \"records_in_source\": 7, \"records_kept\": 7, \"incomplete\": false, \"answers\": []")),
            TH_SEARCH_FOUND);
  CHECK(!doc.captures.v[0].incomplete);
  CHECK_INT(state_of(FRAME("\"state\": \"found\", \"records_in_source\": 7, \"records_kept\": 4, \"answers\": []")),
            TH_SEARCH_FOUND);
  CHECK(doc.captures.v[0].incomplete);
  /* kept without a total, and cut: only the document can say so */
  CHECK_INT(state_of(FRAME("\"state\": \"found\", \"records_kept\": 4, \"incomplete\": true, \"answers\": []")),
            TH_SEARCH_FOUND);
  CHECK(doc.captures.v[0].incomplete);
  CHECK_INT(
      state_of(FRAME("\"state\": \"searched_nothing\", \"records_in_source\": 0, \"records_kept\": 0, \"incomplete\": true, "
                     "\"answers\": []")),
      TH_SEARCH_NOTHING);
  CHECK(!doc.captures.v[0].incomplete);
  const char *any = "{\"capture\": \"licence-search\", \"source\": \"openFDA\", \"drug\": \"T\", \"disease\": null, \"state\": "
                    "\"found\", \"records_kept\": 2, \"answers\": []}";
  CHECK_INT(state_of(any), TH_SEARCH_FOUND);
  CHECK_INT(doc.captures.v[0].source, TH_CAPTURE_LICENCE);
  CHECK_STR(doc.captures.v[0].disease.text, "");
  CHECK_CODE(read_doc("{\"capture\": \"trial-search\", \"drug\": \"T\", \"state\": \"found\"}"), TH_EPARSE);
}

TEST(papers) {
  CHECK_OK_ERR(read_doc("[{\"capture\": \"paper-search\", \"source\": \"PubMed\", \"drug\": \"T\", \"disease\": \"b\", "
                        "\"state\": \"found\", \"records\": [{\"pmid\": \"1\", \"title\": "
                        "\"t\", \"authors\": [\"A\", \"B\"], \"pub_types\": [\"Review\"]}]}]"),
               &err);
  CHECK_INT(doc.captures.v[0].source, TH_CAPTURE_LITERATURE);
  CHECK_INT(doc.captures.v[0].papers.n, 1);
  CHECK_INT(doc.captures.v[0].papers.v[0].authors.n, 2);
}

TEST(a_bundle_s_log_cannot_say_nothing) {
  CHECK_OK_ERR(read_doc("{\"drug\": {\"inn\": \"Testimab\", \"drugbank_id\": \"DB99999\", \"predicted_indications\": "
                        "[{\"disease_name\": \"b\", \"txgnn_score\": 0.99963, \"txgnn_rank\": 9,\n"
                        "\"clinical_trials\": [{\"id\": \"NCT01000001\"}], \"pubmed_articles\": [], \"ictrp_trials\": []}]}, "
                        "\"collection_log\": [\n"
                        "{\"source\": \"ictrp\", \"query_params\": {\"drug\": \"Testimab\", \"disease\": \"b\"}, \"status\": "
                        "\"success\", \"result_count\": 0, \"error_message\": null},\n"
                        "{\"source\": \"clinicaltrials\", \"query_params\": {\"drug\": \"Testimab\", \"disease\": \"b\"}, "
                        "\"status\": \"success\", \"result_count\": 1, \"error_message\": null},\n"
                        "{\"source\": \"pubmed\", \"query_params\": {\"drug\": \"Testimab\", \"disease\": \"b\"}, \"status\": "
                        "\"success\", \"result_count\": 0, \"error_message\": null},\n"
                        "{\"source\": \"pubmed\", \"query_params\": {\"drug\": \"Testimab\", \"disease\": \"c\"}, \"status\": "
                        "\"error\", \"result_count\": 0, \"error_message\": \"x\"}]}"),
               &err);
  CHECK(doc.bundle);
  CHECK_STR(doc.drug.text, "Testimab");
  CHECK_INT(doc.prediction.n, 1);
  CHECK_STR(doc.prediction.v[0].score.text, "0.99963"); /* digits as written */
  CHECK_INT(doc.captures.n, 4);
  CHECK_INT(doc.captures.v[0].source, TH_CAPTURE_ICTRP);
  CHECK_INT(doc.captures.v[0].state, TH_SEARCH_NOT_SEARCHED);
  CHECK_INT(doc.captures.v[1].state, TH_SEARCH_FOUND);
  CHECK_INT(doc.captures.v[1].trials.n, 1);
  CHECK_INT(doc.captures.v[2].state, TH_SEARCH_NOT_SEARCHED);
  CHECK_INT(doc.captures.v[3].state, TH_SEARCH_FAILED);
}

TEST(refused) {
  CHECK_CODE(read_doc("{\"capture\": \"other\", \"drug\": \"a\", \"disease\": \"b\"}"), TH_EPARSE);
  CHECK_CODE(read_doc(FRAME("\"state\": \"maybe\"")), TH_EPARSE);
  CHECK_INT(err.line, 2);
  CHECK_CODE(read_doc(FRAME("\"records\": [1]")), TH_EPARSE);
  CHECK_CODE(read_doc(FRAME("\"records\": {}")), TH_EPARSE);
  CHECK_CODE(read_doc(FRAME("\"records\": [{\"title\": \"no id\"}]")), TH_EPARSE);
  CHECK_CODE(read_doc("{\"capture\": \"trial-search\", \"drug\": \"a\"}"), TH_EPARSE);
  CHECK_CODE(read_doc("[]"), TH_EPARSE);
  CHECK_CODE(read_doc("{}"), TH_EPARSE);
}

static const char sample[] =
    FRAME("\"state\": \"found\", \"records\": [{\"id\": \"NCT01000001\", \"endpoints\": [\"x\"]}], \"more\": [1, 2]");

TEST(every_beginning_is_refused) {
  for (size_t n = 0; n < sizeof sample - 1; n++) {
    th_arena *a = th_arena_new(0);
    th_capture_doc d;
    CHECK_CODE(th_source_capture_read(a, th_str_n(sample, n), &d, NULL), TH_EPARSE);
    th_arena_del(a);
  }
}

static th_code read_once(void) {
  th_arena *a = th_arena_new(0);
  if (!a) return TH_ENOMEM;
  th_capture_doc d;
  const th_code code = th_source_capture_read(a, th_str_of(sample), &d, NULL);
  th_arena_del(a);
  return code;
}

TEST(allocation_failures) {
  CHECK(test_each_alloc_fails(read_once) > 1);
}

TEST_MAIN(RUN(states), RUN(records_and_cuts), RUN(records_in_answers), RUN(papers), RUN(a_bundle_s_log_cannot_say_nothing),
          RUN(refused), RUN(every_beginning_is_refused), RUN(allocation_failures))
