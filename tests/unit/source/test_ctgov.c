/* Studies of ClinicalTrials.gov v2: an invented record in every frame it comes in, partial records, what is refused. */
#include "test.h"
#include "theriac/io.h"
#include "theriac/source.h"

static th_arena *arena;
static th_ctgov_doc doc;
static th_err err;

static th_code read_doc(const char *text) {
  th_arena_del(arena);
  arena = th_arena_new(0);
  err = (th_err){ 0 };
  return th_source_ctgov_read(arena, th_str_of(text), &doc, &err);
}

static const char study[] =
    "{\"protocolSection\": {\n"
    "\"identificationModule\": {\"nctId\": \"NCT09999999\", \"nctIdAliases\": [\"NCT09999990\"], \"orgStudyIdInfo\": {\"id\": "
    "\"X-1\"}, "
    "\"secondaryIdInfos\": [{\"id\": \"2019-000001-11\", \"type\": \"EUDRACT_NUMBER\"}], \"briefTitle\": \"A \\u2265 B\"},\n"
    "\"statusModule\": {\"overallStatus\": \"TERMINATED\", \"whyStopped\": \"Futility\", \"startDateStruct\": {\"date\": "
    "\"2020-01\", \"type\": \"ACTUAL\"}, "
    "\"completionDateStruct\": {\"date\": \"2021-05-06\", \"type\": \"ESTIMATED\"}},\n"
    "\"sponsorCollaboratorsModule\": {\"leadSponsor\": {\"name\": \"Nowhere\", \"class\": \"OTHER\"}, \"collaborators\": "
    "[{\"name\": \"Somewhere\"}]},\n"
    "\"conditionsModule\": {\"conditions\": [\"Imaginary Disease\"], \"keywords\": [\"k\"]},\n"
    "\"designModule\": {\"studyType\": \"INTERVENTIONAL\", \"phases\": [\"PHASE1\", \"PHASE2\"], \"designInfo\": "
    "{\"allocation\": \"RANDOMIZED\", "
    "\"interventionModel\": \"SPIRAL\", \"maskingInfo\": {\"masking\": \"DOUBLE\", \"whoMasked\": [\"PARTICIPANT\"]}}, "
    "\"enrollmentInfo\": {\"count\": 40, \"type\": \"ACTUAL\"}},\n"
    "\"armsInterventionsModule\": {\"armGroups\": [{\"label\": \"A\", \"type\": \"EXPERIMENTAL\", \"interventionNames\": "
    "[\"Drug: Testimab\"]}], "
    "\"interventions\": [{\"type\": \"DRUG\", \"name\": \"Testimab\", \"otherNames\": [\"T\"], \"armGroupLabels\": "
    "[\"A\"]}]},\n"
    "\"outcomesModule\": {\"primaryOutcomes\": [{\"measure\": \"Response\", \"timeFrame\": \"24 weeks\"}], "
    "\"secondaryOutcomes\": [{\"measure\": \"Pain\"}]},\n"
    "\"eligibilityModule\": {\"eligibilityCriteria\": \"Inclusion:\\n* age \\\\>= 18\", \"healthyVolunteers\": false, \"sex\": "
    "\"ALL\"},\n"
    "\"contactsLocationsModule\": {\"locations\": [{\"facility\": \"F\", \"city\": \"C\", \"geoPoint\": {\"lat\": 25.0, "
    "\"lon\": 121.5}}, {\"city\": \"D\"}]},\n"
    "\"referencesModule\": {\"references\": [{\"pmid\": \"1\", \"type\": \"RESULT\", \"retractions\": [{\"pmid\": "
    "\"2\"}]}]}},\n"
    "\"resultsSection\": {\"outcomeMeasuresModule\": {\"outcomeMeasures\": [{\"type\": \"PRIMARY\", \"title\": \"Response\", "
    "\"groups\": [{\"id\": \"OG000\"}], "
    "\"denoms\": [{\"units\": \"Participants\", \"counts\": [{\"groupId\": \"OG000\", \"value\": \"20\"}]}], \"classes\": "
    "[{\"title\": \"c\", \"categories\": [{\"measurements\": "
    "[{\"groupId\": \"OG000\", \"value\": \"83.70\", \"lowerLimit\": \"1\"}]}]}], \"analyses\": [{\"groupIds\": [\"OG000\", "
    "\"OG001\"], \"pValue\": \"<0.0001\", \"ciPctValue\": \"90\"}]}]}, "
    "\"adverseEventsModule\": {\"eventGroups\": [{\"id\": \"EG000\", \"seriousNumAffected\": 3, \"seriousNumAtRisk\": 20}]}},\n"
    "\"derivedSection\": {\"conditionBrowseModule\": {\"meshes\": [{\"id\": \"D000001943\", \"term\": \"X\"}], "
    "\"browseLeaves\": [{\"id\": \"M1\", \"name\": \"N\", \"relevance\": \"LOW\"}]}},\n"
    "\"hasResults\": true, \"_provenance\": \"invented\"}";

TEST(a_whole_study) {
  CHECK_OK_ERR(read_doc(study), &err);
  CHECK_INT(doc.studies.n, 1);
  const th_ctgov_study *s = &doc.studies.v[0];
  CHECK_STR(s->nct_id.text, "NCT09999999");
  CHECK_INT(s->nct_id.line, 2);
  CHECK_STR(th_str_n(study + s->nct_id.from, s->nct_id.to - s->nct_id.from), "NCT09999999");
  CHECK_STR(s->brief_title.text, "A ≥ B");
  CHECK_INT(s->secondary_ids.n, 1);
  CHECK_STR(s->secondary_ids.v[0].type.text, "EUDRACT_NUMBER");
  CHECK_INT(s->aliases.n, 1);
  CHECK_STR(s->status.text, "TERMINATED");
  CHECK_STR(s->why_stopped.text, "Futility");
  CHECK_INT(s->start.date.prec, TH_DATE_MONTH);
  CHECK_INT(s->completion.date.day, 6);
  CHECK_STR(s->completion.kind.text, "ESTIMATED");
  CHECK_INT(s->primary_completion.date.prec, TH_DATE_NONE);
  CHECK_INT(s->phase_bits, 6); /* phases 1 and 2 */
  CHECK_INT(s->enrolment, 40);
  CHECK_STR(s->arms.v[0].interventions.v[0].text, "Drug: Testimab");
  CHECK_STR(s->interventions.v[0].arm_labels.v[0].text, "A");
  CHECK_INT(s->outcomes.n, 2);
  CHECK_INT(s->outcomes.v[1].kind, TH_OUTCOME_SECONDARY);
  CHECK_INT(s->healthy_volunteers, TH_FALSE);
  CHECK_INT(s->has_results, TH_TRUE);
  CHECK_INT(s->places.n, 2);
  CHECK(s->places.v[0].longitude == 121.5 && isnan(s->places.v[1].longitude));
  CHECK_INT(s->references.v[0].n_retractions, 1);
  CHECK_INT(s->results.n, 1);
  CHECK_STR(s->results.v[0].measurements.v[0].value.text, "83.70"); /* digits as written */
  CHECK_STR(s->results.v[0].analyses.v[0].p_value.text, "<0.0001");
  CHECK_INT(s->results.v[0].analyses.v[0].groups.n, 2);
  CHECK_STR(s->results.v[0].denominators.v[0].value.text, "20");
  CHECK_STR(s->events.v[0].serious.text, "3");
  CHECK_STR(s->condition_leaves.v[0].relevance.text, "LOW");
  CHECK_STR(s->provenance.text, "invented");
  CHECK_INT(s->gaps.n, 1); /* the model nobody knows, kept as text */
  CHECK_STR(th_str_of(s->gaps.v[0].what), "enumeration");
  CHECK_STR(s->model.text, "SPIRAL");
}

TEST(frames) {
  th_arena *a = th_arena_new(0);
  CHECK_OK_ERR(
      read_doc(th_str_fmt(a, "{\"studies\": [%s, %s], \"totalCount\": 7, \"nextPageToken\": \"abc\"}", study, study).p), &err);
  CHECK_INT(doc.studies.n, 2);
  CHECK_INT(doc.total, 7);
  CHECK_STR(doc.next_page.text, "abc");
  CHECK_OK_ERR(read_doc(th_str_fmt(a, "[%s]", study).p), &err);
  CHECK_INT(doc.studies.n, 1);
  const char *lines = "{\"protocolSection\": {\"identificationModule\": {\"nctId\": "
                      "\"NCT00000001\"}}}\n\n{\"protocolSection\": {\"identificationModule\": {\"nctId\": \"NCT00000002\"}}}\n";
  CHECK_OK_ERR(read_doc(lines), &err);
  CHECK_INT(doc.studies.n, 2);
  CHECK_INT(doc.studies.v[1].nct_id.line, 3);
  CHECK_STR(th_str_n(lines + doc.studies.v[1].nct_id.from, doc.studies.v[1].nct_id.to - doc.studies.v[1].nct_id.from),
            "NCT00000002");
  th_arena_del(a);
}

/* Cut apart and read one by one: the same studies at the same places; what is broken says so with its own line. */
TEST(cut_apart) {
  th_arena *a = th_arena_new(0);
  const th_str docs[] = { th_str_fmt(a, "{\"nextPageToken\": \"abc\", \"studies\": [%s,\n %s], \"totalCount\": 7}", study,
                                     study),
                          th_str_fmt(a, "\n[%s]", study), th_str_of(study),
                          TH_S("{\"protocolSection\": {\"identificationModule\": {\"nctId\": \"NCT00000001\"}}}\n\n"
                               "{\"protocolSection\": {\"identificationModule\": {\"nctId\": \"NCT00000002\"}}}\n") };
  for (size_t i = 0; i < sizeof docs / sizeof *docs; i++) {
    th_source_cuts cuts;
    th_ctgov_doc whole, frame;
    CHECK_OK_ERR(th_source_ctgov_read(a, docs[i], &whole, &err), &err);
    CHECK_OK_ERR(th_source_ctgov_cut(a, docs[i], &cuts, &frame, &err), &err);
    CHECK_INT(cuts.n, whole.studies.n);
    CHECK_INT(frame.total, whole.total);
    CHECK_STR(frame.next_page.text, whole.next_page.text.p ? "abc" : "");
    for (size_t k = 0; k < cuts.n && k < whole.studies.n; k++) {
      th_ctgov_study s;
      CHECK_OK_ERR(th_source_ctgov_one(a, docs[i], &cuts.v[k], &s, &err), &err);
      CHECK(th_str_eq(s.nct_id.text, whole.studies.v[k].nct_id.text));
      CHECK_INT(s.nct_id.from, whole.studies.v[k].nct_id.from);
      CHECK_INT(s.nct_id.line, whole.studies.v[k].nct_id.line);
      CHECK_INT(s.from, whole.studies.v[k].from);
      CHECK_INT(s.to, whole.studies.v[k].to);
      CHECK_INT(s.gaps.n, whole.studies.v[k].gaps.n);
    }
  }
  th_source_cuts cuts;
  th_ctgov_doc frame;
  static const char *const bad[] = { "[{} {}]",
                                     "[{}",
                                     "{\"studies\": [{}], \"studies\": []}",
                                     "{\"studies\": [{\"a\": \"}]}",
                                     "[{}]x",
                                     "{\"FullStudiesResponse\": 1, \"studies\": []}" };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    CHECK(th_source_ctgov_cut(a, th_str_of(bad[i]), &cuts, &frame, NULL) != TH_OK);
  static const char one_line[] = "{\"protocolSection\": {\"identificationModule\": {\"nctId\": \"NCT00000001\"}}}";
  const th_str lines = TH_S("{\"a\": 1}\n{\"b\":\n");
  CHECK_OK_ERR(th_source_ctgov_cut(a, lines, &cuts, &frame, &err), &err);
  th_ctgov_study s;
  CHECK_CODE(th_source_ctgov_one(a, lines, &cuts.v[1], &s, &err), TH_EPARSE);
  CHECK_INT(err.line, 2);
  /* a line is one study: an answer page there is refused, read whole or cut apart */
  const th_str page = th_str_fmt(a, "%s\n{\"studies\": [%s], \"totalCount\": 1}\n", one_line, one_line);
  th_ctgov_doc whole;
  CHECK_CODE(th_source_ctgov_read(a, page, &whole, &err), TH_EPARSE);
  CHECK_OK_ERR(th_source_ctgov_cut(a, page, &cuts, &frame, &err), &err);
  CHECK_CODE(th_source_ctgov_one(a, page, &cuts.v[1], &s, &err), TH_EPARSE);
  CHECK_INT(err.line, 2);
  th_arena_del(a);
}

/* What is absent is unknown: not NA, not false, not zero. */
TEST(absent_is_unknown) {
  CHECK_OK_ERR(read_doc("{\"protocolSection\": {\"identificationModule\": {\"nctId\": \"NCT00000001\"}}}"), &err);
  const th_ctgov_study *s = &doc.studies.v[0];
  CHECK(!th_field_has(s->allocation));
  CHECK_INT(s->enrolment, -1);
  CHECK_INT(s->has_results, TH_UNKNOWN);
  CHECK_INT(s->healthy_volunteers, TH_UNKNOWN);
  CHECK_INT(s->phase_bits, 0);
  CHECK_INT(s->gaps.n, 10);
}

TEST(refused) {
  CHECK_CODE(read_doc(""), TH_EPARSE);
  CHECK_CODE(read_doc("{\"protocolSection\": {}}"), TH_EPARSE);
  CHECK_CODE(read_doc("{\"studies\": {}}"), TH_EPARSE);
  CHECK_CODE(read_doc("{\"FullStudiesResponse\": {}}"), TH_EUNSUP);
  CHECK_CODE(
      read_doc("{\"protocolSection\": {\"identificationModule\": {\"nctId\": \"NCT00000001\"}}}\n{\"protocolSection\": {\n"),
      TH_EPARSE);
  CHECK_INT(err.line, 2);
}

/* ClinicalTrials.gov's data dictionary: nctId is "NCT" and eight digits. */
TEST(id_of_another_form_is_refused) {
  static const char *const ids[] = { "NCT0000000X", "NCT000000001", "NCT0000001", "NCT", "nct00000001", "ISRCTN00001" };
  for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
    char text[128];
    snprintf(text, sizeof text, "{\"protocolSection\": {\"identificationModule\": {\"nctId\": \"%s\"}}}", ids[i]);
    CHECK_CODE(read_doc(text), TH_EPARSE);
    CHECK(strstr(err.msg, ids[i]) != NULL);
  }
}

/* A line is a study: one that holds none, or several, is refused with its number, whether read whole or cut apart. */
TEST(lines_of_one_study_each) {
  static const char *const one = "{\"protocolSection\":{\"identificationModule\":{\"nctId\":\"NCT00000001\"}}}";
  static const char *const behind[] = { "[]", "{\"studies\":[]}" };
  for (size_t i = 0; i < 2; i++) {
    char text[256];
    snprintf(text, sizeof text, "%s\n%s\n%s\n", one, one, behind[i]);
    CHECK_CODE(read_doc(text), TH_EPARSE);
    CHECK_INT(err.line, 3);
  }
}

TEST(mesh_ids_are_padded) {
  CHECK(th_mesh_same(TH_S("D000001943"), TH_S("D001943")));
  CHECK(!th_mesh_same(TH_S("D000089202"), TH_S("D089203")));
  CHECK(!th_mesh_same(TH_S("D001943"), TH_S("M001943")));
  CHECK(!th_mesh_same(TH_S(""), TH_S("")));
}

TEST(every_beginning_is_refused) {
  for (size_t n = 0; n < sizeof study - 1; n += 3) {
    th_arena *a = th_arena_new(0);
    th_ctgov_doc d;
    CHECK_CODE(th_source_ctgov_read(a, th_str_n(study, n), &d, NULL), TH_EPARSE);
    th_arena_del(a);
  }
}

static th_code read_once(void) {
  th_arena *a = th_arena_new(0);
  if (!a) return TH_ENOMEM;
  th_ctgov_doc d;
  const th_code code = th_source_ctgov_read(a, th_str_of(study), &d, NULL);
  th_arena_del(a);
  return code;
}

TEST(allocation_failures) {
  CHECK(test_each_alloc_fails(read_once) > 1);
}

/* The records of the shared data: counts read off them with jq. */
TEST(shared_records) {
  if (!test_shared()) SKIP("no shared data");
  th_arena *a = th_arena_new(0);
  static const struct {
    const char *file;
    size_t studies, results, places;
  } want[] = { { "v2/NCT02210780.json", 1, 11, 42 },
               { "v2/NCT02513394.json.gz", 1, 5, 437 },
               { "v2_partial/search_phelan_limit5_20260811.json", 5, 0, 0 } };
  for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
    th_file f;
    if (th_file_open(th_str_fmt(a, "%s/data/trials/%s", test_shared(), want[i].file).p, 0, &f, &err) != TH_OK) continue;
    th_ctgov_doc d;
    CHECK_OK_ERR(th_source_ctgov_read(a, f.bytes, &d, &err), &err);
    CHECK_INT(d.studies.n, want[i].studies);
    if (d.studies.n) CHECK_INT(d.studies.v[0].results.n, want[i].results);
    if (d.studies.n) CHECK_INT(d.studies.v[0].places.n, want[i].places);
    th_file_close(&f);
  }
  th_arena_del(a);
}

TEST_MAIN(RUN(a_whole_study), RUN(frames), RUN(cut_apart), RUN(absent_is_unknown), RUN(refused),
          RUN(id_of_another_form_is_refused), RUN(lines_of_one_study_each), RUN(mesh_ids_are_padded),
          RUN(every_beginning_is_refused), RUN(allocation_failures), RUN(shared_records))
