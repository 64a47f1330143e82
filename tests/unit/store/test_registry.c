/* Studies and papers in the store: whole, packed, findable by every number they carry, versions kept. */
#include <math.h>

#include "store/codec_priv.h"
#include "unit/store/home.h"

static th_arena *a;
static th_store *s;
static char home[4096];

static void begin(void) {
  th_err err = { 0 };
  snprintf(home, sizeof home, "%s", home_fresh());
  a = th_arena_new(0);
  CHECK_OK_ERR(th_store_open(home, TH_STORE_WRITE, -1, &s, &err), &err);
  CHECK_OK_ERR(th_store_begin(s, &err), &err);
}

static void end(void) {
  th_err err = { 0 };
  th_store_fault_vec faults;
  CHECK_OK_ERR(th_store_commit(s, &err), &err);
  CHECK_OK_ERR(th_store_check(a, s, false, &faults, NULL, &err), &err);
  CHECK_INT(faults.n, 0);
  th_store_close(s);
  th_arena_del(a);
  home_remove(home);
}

static th_store_record put_study(const char *json, th_store_added want) {
  th_err err = { 0 };
  th_ctgov_doc doc;
  th_store_record r = { 0 };
  th_store_added added = TH_STORE_SAME;
  th_store_document d = { .name = TH_S("x"), .kind = TH_S("ctgov"), .retrieved = home_day };
  CHECK_OK_ERR(th_source_ctgov_read(a, th_str_of(json), &doc, &err), &err);
  CHECK_OK_ERR(th_store_document_add(a, s, th_str_of(json), &d, &err), &err);
  for (size_t i = 0; i < doc.studies.n; i++)
    CHECK_OK_ERR(th_store_ctgov_put(a, s, &d, &doc.studies.v[i], &r, &added, &err), &err);
  CHECK_INT(added, want);
  return r;
}

static size_t with_id(const char *scheme, const char *value) {
  th_err err = { 0 };
  th_store_record_vec v;
  CHECK_OK_ERR(th_store_records_with_id(a, s, th_str_of(scheme), th_str_of(value), &v, &err), &err);
  return v.n;
}

static size_t about(th_store_what what, const char *name) {
  th_err err = { 0 };
  th_store_entity_vec e;
  th_store_record_vec v = { 0 };
  CHECK_OK_ERR(th_store_entity_find(a, s, what, th_str_of(name), &e, &err), &err);
  if (e.n) CHECK_OK_ERR(th_store_records_about(a, s, what, e.v[0].id, TH_S(""), &v, &err), &err);
  return v.n;
}

#define STUDY(status, dates, conditions)                                                                                        \
  "{\"protocolSection\": {\"identificationModule\": {\"nctId\": \"NCT09999999\", \"nctIdAliases\": [\"NCT09999990\"], "         \
  "\"orgStudyIdInfo\": {\"id\": \"X-1\"}, \"secondaryIdInfos\": [{\"id\": \"2019-000001-11\"}, {\"id\": \"R01AI000001\", "      \
  "\"type\": \"NIH\"}, {\"id\": \"ISRCTN12345678\"}], \"briefTitle\": \"Testimab in invented disease\"}, \"statusModule\": {"   \
  "\"overallStatus\": \"" status "\"" dates "}, \"conditionsModule\": {\"conditions\": [" conditions                            \
  "]}, \"designModule\": {\"studyType\": \"INTERVENTIONAL\", \"enrollmentInfo\": {\"count\": 0}}, "                             \
  "\"armsInterventionsModule\": "                                                                                               \
  "{\"interventions\": [{\"type\": \"BIOLOGICAL\", \"name\": \"Testimab\", \"otherNames\": [\"TST-1\"]}, {\"type\": "           \
  "\"PROCEDURE\", \"name\": \"Biopsy\"}]}, \"contactsLocationsModule\": {\"locations\": [{\"city\": \"臺北\", \"geoPoint\": " \
  "{\"lat\": 25.04, \"lon\": 121.5}}, {\"city\": \"D\"}]}, \"referencesModule\": {\"references\": [{\"pmid\": \"71\", "         \
  "\"type\": \"RESULT\"}, {\"pmid\": \"72\", \"type\": \"BACKGROUND\"}]}}, \"hasResults\": false}"

#define UPDATED(day) ", \"lastUpdatePostDateStruct\": {\"date\": \"" day "\", \"type\": \"ACTUAL\"}"

TEST(a_study_comes_back_whole) {
  begin();
  th_err err = { 0 };
  const th_store_record r = put_study(STUDY("COMPLETED", UPDATED("2024-03-02"), "\"Invented Disease\""), TH_STORE_NEW);
  CHECK_STR(r.kind, "ctgov");
  CHECK_STR(r.key, "NCT09999999");
  bool found;
  th_store_record got;
  th_ctgov_study t;
  CHECK_OK_ERR(th_store_record_find(a, s, TH_S("ctgov"), TH_S("NCT09999999"), &found, &got, &err), &err);
  CHECK(found);
  CHECK_INT(got.dated.year, 2024);
  CHECK_OK_ERR(th_store_ctgov_of(a, &got, &t, &err), &err);
  CHECK_STR(t.status.text, "COMPLETED");
  CHECK(!th_field_has(t.why_stopped)); /* absent stays absent */
  CHECK_INT(t.enrolment, 0);
  CHECK_INT(t.has_results, TH_FALSE);
  CHECK_INT(t.healthy_volunteers, TH_UNKNOWN);
  CHECK_INT(t.last_update.date.day, 2);
  CHECK_STR(t.secondary_ids.v[1].type.text, "NIH");
  CHECK(t.places.n == 2 && t.places.v[0].latitude == 25.04 && isnan(t.places.v[1].longitude));
  CHECK_STR(t.places.v[0].city.text, "臺北");
  CHECK_INT(t.to, r.to);
  th_str again;
  CHECK_OK_ERR(th_store__encode(a, &th_store__codec_ctgov, &t, true, &again, &err), &err);
  CHECK(th_str_eq(again, got.body));
  end();
}

TEST(found_by_what_it_carries) {
  begin();
  put_study(STUDY("COMPLETED", "", "\"Invented Disease\", \"Other\""), TH_STORE_NEW);
  CHECK_INT(with_id("trial", "nct09999999"), 1);
  CHECK_INT(with_id("trial", "NCT09999990"), 1);
  CHECK_INT(with_id("trial", "2019-000001-11"), 1); /* EudraCT by its form */
  CHECK_INT(with_id("trial", "ISRCTN12345678"), 1);
  CHECK_INT(with_id("trial", "R01AI000001"), 0); /* a grant is no trial */
  CHECK_INT(with_id("study-id", "R01AI000001"), 1);
  CHECK_INT(with_id("study-id", "X-1"), 1);
  CHECK_INT(with_id("pmid", "71"), 1);
  CHECK_INT(with_id("pmid", "72"), 0); /* background joins nothing */
  CHECK_INT(with_id("pmid-background", "72"), 1);
  CHECK_INT(about(TH_STORE_DRUG, "TESTIMAB"), 1);
  CHECK_INT(about(TH_STORE_DRUG, "tst-1"), 1);
  CHECK_INT(about(TH_STORE_DRUG, "Biopsy"), 0);
  CHECK_INT(about(TH_STORE_DISEASE, "invented disease"), 1);
  th_err err = { 0 };
  th_store_record_vec v;
  const th_str name = TH_S("testimab");
  CHECK_OK_ERR(th_store_records_naming(a, s, &name, 1, TH_S("ctgov"), &v, &err), &err);
  CHECK_INT(v.n, 1);
  end();
}

TEST(versions) {
  begin();
  put_study(STUDY("RECRUITING", UPDATED("2023-01-01"), "\"D\""), TH_STORE_NEW);
  CHECK(put_study(STUDY("COMPLETED", UPDATED("2024-01-01"), "\"D\""), TH_STORE_NEW_VERSION).current);
  CHECK(!put_study(STUDY("NOT_YET_RECRUITING", UPDATED("2022-01-01"), "\"D\""), TH_STORE_NEW_VERSION).current); /* older */
  /* a partial answer without a date stands beside the whole record; a later one takes its place */
  const char *partial = "{\"protocolSection\": {\"identificationModule\": {\"nctId\": \"NCT09999999\"}, \"statusModule\": "
                        "{\"overallStatus\": \"COMPLETED\"}}}";
  CHECK(!put_study(partial, TH_STORE_NEW_VERSION).current);
  put_study(STUDY("COMPLETED", UPDATED("2024-01-01"), "\"D\"") " ", TH_STORE_SAME);
  th_err err = { 0 };
  th_store_record_vec v;
  CHECK_OK_ERR(th_store_record_versions(a, s, TH_S("ctgov"), TH_S("NCT09999999"), &v, &err), &err);
  CHECK_INT(v.n, 4);
  size_t current = 0;
  for (size_t i = 0; i < v.n; i++) current += v.v[i].current;
  CHECK_INT(current, 1);
  CHECK(v.v[1].current);
  end();
}

/* What came first without a date gives way to a fuller record, and not to one that says that it is older than the day it was
 * fetched. */
TEST(undated_versions) {
  begin();
  const char *partial = "{\"protocolSection\": {\"identificationModule\": {\"nctId\": \"NCT09999999\"}, \"statusModule\": "
                        "{\"overallStatus\": \"COMPLETED\"}}}";
  put_study(partial, TH_STORE_NEW);
  CHECK(put_study(STUDY("COMPLETED", UPDATED("2020-01-01"), "\"D\""), TH_STORE_NEW_VERSION).current);
  CHECK(put_study(STUDY("COMPLETED", "", "\"D\""), TH_STORE_NEW_VERSION).current);
  CHECK(!put_study(STUDY("RECRUITING", ", \"statusVerifiedDate\": \"2019-05\"", "\"D\""), TH_STORE_NEW_VERSION).current);
  end();
}

static const char papers[] =
    "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version=\"1\">99000001</PMID><DateRevised><Year>2021</Year>"
    "<Month>10</Month><Day>20</Day></DateRevised><Article><ArticleTitle>Testimab at 10<sup>3</sup> IU</ArticleTitle><Abstract>"
    "<AbstractText Label=\"METHODS\">We gave it to mice with fluctuitis.</AbstractText></Abstract><DataBankList><DataBank>"
    "<DataBankName>ClinicalTrials.gov</DataBankName><AccessionNumberList><AccessionNumber>NCT09999999</AccessionNumber>"
    "</AccessionNumberList></DataBank><DataBank><DataBankName>GENBANK</DataBankName><AccessionNumberList><AccessionNumber>"
    "AF000001</AccessionNumber></AccessionNumberList></DataBank></DataBankList></Article><ChemicalList><Chemical>"
    "<NameOfSubstance UI=\"C000001\">testimab</NameOfSubstance></Chemical></ChemicalList><OtherAbstract Language=\"chi\">"
    "<AbstractText>治療復發性流產。</AbstractText></OtherAbstract></MedlineCitation><PubmedData><ArticleIdList><ArticleId "
    "IdType=\"doi\">10.1000/X</ArticleId><ArticleId "
    "IdType=\"pmc\">PMC9</ArticleId></ArticleIdList></PubmedData></PubmedArticle>"
    "<PubmedArticle><MedlineCitation><PMID>99000002</PMID><Article><ArticleTitle>Retraction</ArticleTitle></Article>"
    "<CommentsCorrectionsList><CommentsCorrections RefType=\"RetractionOf\"><PMID>99000001</PMID></CommentsCorrections>"
    "</CommentsCorrectionsList></MedlineCitation></PubmedArticle></PubmedArticleSet>";

TEST(papers_come_back_whole) {
  begin();
  th_err err = { 0 };
  th_pubmed_articles all;
  th_store_record r;
  th_store_added added;
  th_store_document d = { .name = TH_S("x"), .kind = TH_S("pubmed"), .retrieved = home_day };
  CHECK_OK_ERR(th_source_pubmed_read(a, th_str_of(papers), &all, &err), &err);
  CHECK_OK_ERR(th_store_document_add(a, s, th_str_of(papers), &d, &err), &err);
  for (size_t i = 0; i < all.n; i++) CHECK_OK_ERR(th_store_pubmed_put(a, s, &d, &all.v[i], &r, &added, &err), &err);
  bool found;
  th_store_record got;
  th_pubmed_article x;
  CHECK_OK_ERR(th_store_record_find(a, s, TH_S("pubmed"), TH_S("99000001"), &found, &got, &err), &err);
  CHECK_OK_ERR(th_store_pubmed_of(a, &got, &x, &err), &err);
  CHECK_STR(x.title.text, "Testimab at 10³ IU");
  CHECK_STR(x.accessions.v[1].bank.text, "GENBANK");
  CHECK_INT(x.revised.day, 20);
  CHECK_STR(x.parts.v[1].language.text, "chi");
  th_str again;
  CHECK_OK_ERR(th_store__encode(a, &th_store__codec_pubmed, &x, true, &again, &err), &err);
  CHECK(th_str_eq(again, got.body));
  CHECK_INT(with_id("pmid", "99000001"), 1);
  CHECK_INT(with_id("doi", "10.1000/x"), 1);
  CHECK_INT(with_id("pmcid", "pmc9"), 1);
  CHECK_INT(with_id("trial", "NCT09999999"), 1);
  CHECK_INT(with_id("trial", "AF000001"), 0);
  CHECK_INT(with_id("retracts", "99000001"), 1);
  CHECK_INT(about(TH_STORE_DRUG, "Testimab"), 1);
  th_store_record_vec v;
  const th_str names[] = { TH_S("fluctuitis"), TH_S("流產") };
  for (size_t i = 0; i < 2; i++) {
    CHECK_OK_ERR(th_store_records_naming(a, s, &names[i], 1, TH_S("pubmed"), &v, &err), &err);
    CHECK_INT(v.n, 1);
  }
  end();
}

TEST_MAIN(RUN(a_study_comes_back_whole), RUN(found_by_what_it_carries), RUN(versions), RUN(undated_versions),
          RUN(papers_come_back_whole))
