/* ICTRP exports, XML and table: padding, markup, three forms of dates, sizes by arm, a root that is not closed. */
#include "test.h"
#include "theriac/source.h"

static th_arena *a;
static th_ctgov_doc doc;
static bool cut;
static th_err err;

static th_code read_doc(const char *text) {
  th_arena_del(a);
  a = th_arena_new(0);
  err = (th_err){ 0 };
  return th_source_ictrp_read(a, th_str_of(text), &doc, &cut, &err);
}

#define ROOT "<?xml version='1.0' encoding='UTF-8' ?>\n<Trials_downloaded_from_ICTRP>\n"
#define TRIAL                                                                                                                  \
  "<Trial><TrialID>ChiCTR2000000001\n   </TrialID><Last_Refreshed_on>21 October "                                              \
  "2024\n</Last_Refreshed_on><Public_title>Testimab "                                                                          \
  "trial\n</Public_title><Primary_sponsor>Nobody</Primary_sponsor><Recruitment_Status>Not Recruiting</Recruitment_Status>"     \
  "<Date_enrollement>20211207</Date_enrollement><Target_size>A:49;B:49;</Target_size><Study_type>Interventional study"         \
  "</Study_type><Study_design>Allocation: Randomized. Intervention model: Parallel Assignment. Masking: "                      \
  "Double.</Study_design>"                                                                                                     \
  "<Phase>Phase II/III</Phase><Countries>China;Japan</Countries><Inclusion_Criteria>&lt;br&gt; Inclusion:&lt;br&gt;1. "        \
  "age = 18&#x0D;</Inclusion_Criteria><Exclusion_Criteria>none</Exclusion_Criteria><Condition>Lupus; Nephritis</Condition>"    \
  "<Intervention>Drug: Testimab;Procedure: Biopsy</Intervention><Primary_outcome>Response;</Primary_outcome><Secondary_ID>"    \
  "2019-000001-11;NCT09999999</Secondary_ID><other_records>Yes</other_records><results_yes_no>No</results_yes_no></Trial>\n"

TEST(a_record) {
  CHECK_OK_ERR(read_doc(ROOT TRIAL "</Trials_downloaded_from_ICTRP>\n"), &err);
  CHECK(!cut);
  CHECK_INT(doc.studies.n, 1);
  const th_ctgov_study *s = &doc.studies.v[0];
  CHECK_STR(s->nct_id.text, "ChiCTR2000000001");
  CHECK_STR(s->brief_title.text, "Testimab trial");
  CHECK_INT(s->last_update.date.year, 2024);
  CHECK_INT(s->last_update.date.day, 21);
  CHECK_STR(s->status.text, "Not Recruiting"); /* may be over or not begun: as printed */
  CHECK_INT(s->start.date.month, 12);
  CHECK_INT(s->enrolment, 98);
  CHECK_STR(s->study_type.text, "INTERVENTIONAL");
  CHECK_STR(s->allocation.text, "RANDOMIZED");
  CHECK_STR(s->model.text, "PARALLEL");
  CHECK_STR(s->masking.text, "DOUBLE");
  CHECK_INT(s->phase_bits, 12); /* 2 and 3 */
  CHECK_INT(s->places.n, 2);
  CHECK_STR(s->places.v[1].country.text, "Japan");
  CHECK_STR(s->eligibility.text, "Inclusion:\n1. age = 18\n\nExclusion Criteria:\nnone");
  CHECK_INT(s->conditions.n, 2);
  CHECK_STR(s->interventions.v[0].type.text, "DRUG");
  CHECK_STR(s->interventions.v[0].name.text, "Testimab");
  CHECK_STR(s->interventions.v[1].type.text, "PROCEDURE");
  CHECK_INT(s->outcomes.n, 1);
  CHECK_INT(s->secondary_ids.n, 2); /* "Yes" is no number */
  CHECK_INT(s->has_results, TH_FALSE);
  CHECK_INT(s->arms.n, 0);
  bool warned = false;
  for (size_t i = 0; i < s->gaps.n; i++) warned |= strcmp(s->gaps.v[i].what, "criteria") == 0;
  CHECK(warned); /* the export loses "≥" */
}

TEST(a_root_that_is_not_closed) {
  CHECK_OK_ERR(read_doc(ROOT TRIAL), &err);
  CHECK(cut);
  CHECK_INT(doc.studies.n, 1);
  CHECK_OK_ERR(read_doc(ROOT TRIAL "<Trial><TrialID>half"), &err);
  CHECK(cut);
  CHECK_INT(doc.studies.n, 1); /* the half one is no record */
  CHECK_CODE(read_doc(ROOT "<Trial><TrialID>half"), TH_EPARSE);
  CHECK_CODE(read_doc(ROOT "</Trials_downloaded_from_ICTRP>"), TH_EPARSE);
  CHECK_CODE(read_doc(ROOT "<Trial><Phase>2</Phase></Trial></Trials_downloaded_from_ICTRP>"), TH_EPARSE);
  CHECK_CODE(read_doc(ROOT "<Trial><TrialID>1</Phase></Trial></Trials_downloaded_from_ICTRP>"), TH_EPARSE);
}

TEST(a_table) {
  CHECK_OK_ERR(read_doc("TrialID,Public_title,Date_enrollement,Target_size,Phase,Recruitment_Status\nJPRN-UMIN000000001,\"A, "
                        "B\",07/12/2021,14,1,Recruiting\nISRCTN12345678,C,\"December 12, 2021\",,N/A,Completed\n"),
               &err);
  CHECK_INT(doc.studies.n, 2);
  CHECK_INT(doc.studies.v[0].start.date.day, 7); /* day first */
  CHECK_INT(doc.studies.v[0].start.date.month, 12);
  CHECK_INT(doc.studies.v[0].enrolment, 14);
  CHECK_STR(doc.studies.v[0].status.text, "RECRUITING");
  CHECK_INT(doc.studies.v[1].start.date.day, 12);
  CHECK_INT(doc.studies.v[1].enrolment, -1);
  CHECK_STR(doc.studies.v[1].phases.v[0].text, "NA");
  CHECK_INT(doc.studies.v[1].phase_bits, 0);
  CHECK_CODE(read_doc("TrialID,x\n1\n"), TH_EPARSE);
  CHECK_CODE(read_doc("TrialID,x\n,1\n"), TH_EPARSE);
}

static th_code read_once(void) {
  th_arena *own = th_arena_new(0);
  th_ctgov_doc d;
  bool c;
  if (!own) return TH_ENOMEM;
  const th_code code = th_source_ictrp_read(own, TH_S(ROOT TRIAL "</Trials_downloaded_from_ICTRP>"), &d, &c, NULL);
  th_arena_del(own);
  return code;
}

TEST(allocation_failures) {
  CHECK(test_each_alloc_fails(read_once) > 1);
  th_arena_del(a);
}

TEST_MAIN(RUN(a_record), RUN(a_root_that_is_not_closed), RUN(a_table), RUN(allocation_failures))
