/* Tables are told from running text, whatever words their cells hold. */
#include "test.h"
#include "theriac/source.h"

static void check_kind(const char *text, th_source_kind kind, th_code code, const char *says) {
  th_source_guess g;
  th_err err = { 0 };
  const th_code got = th_source_detect(th_str_of(text), &g, &err);
  CHECK_CODE(got, code);
  if (code == TH_OK)
    CHECK_INT(g.kind, kind);
  else
    CHECK(strstr(err.msg, says) != NULL);
}

TEST(tables_of_drugs) {
  check_kind("DDInterID_A,Drug_A,DDInterID_B,Drug_B,Level\nDDInter1,A,DDInter2,B,Major\n", TH_SOURCE_DDINTER, TH_OK, "");
  check_kind("許可證字號,註銷狀態\n1,\n", TH_SOURCE_TFDA, TH_OK, "");
  check_kind("[{\"許可證字號\": \"1\"}]", TH_SOURCE_TFDA, TH_OK, "");
  check_kind("\"# a remark on the file\"\n\"Ligand\",\"Ligand ID\",\"Type\",\"CAS\",\"Target\",\"Target ID\",\"Target Entrez "
             "Gene ID\",\"Target Species\"\n",
             TH_SOURCE_TARGETS, TH_OK, "");
  check_kind("mondo_id,name,group_name\n1,a,b\n", TH_SOURCE_VOCABULARY, TH_OK, "");
  check_kind("異動,藥品代號,支付價\n,1,2\n", TH_SOURCE_NHI_ITEMS, TH_OK, "");
  check_kind("CodeSystem: X\nId: x\n", TH_SOURCE_UNKNOWN, TH_EUNSUP, "FHIR Shorthand");
  check_kind("openapi: 3.0.3\ninfo:\n", TH_SOURCE_UNKNOWN, TH_EUNSUP, "API");
  check_kind("{\"resourceType\": \"Bundle\"}", TH_SOURCE_UNKNOWN, TH_EUNSUP, "FHIR");
}

TEST(cautions) {
  check_kind("{\"interactions\": {\"X\": [{\"disease\": \"D\", \"severity\": \"Minor\"}]}}", TH_SOURCE_CAUTIONS, TH_OK, "");
  check_kind("{\"interactions\": [{\"drug\": \"X\", \"herb\": \"h\", \"severity\": \"Major\"}]}", TH_SOURCE_CAUTIONS, TH_OK,
             "");
  check_kind("{\"data\": [{\"drugName\": \"X\", \"foodName\": \"tea\", \"level\": \"2\"}]}", TH_SOURCE_CAUTIONS, TH_OK, "");
}

TEST(cells_that_speak_of_patients_are_no_abstract) {
  check_kind("a,b,c,d,e,f,g,h\n1,2,3,4,5,patients randomised,P < 0.05,doi: 10.1/x\n1,2,3,4,5,conclusion,n = 3,odds "
             "ratio\n1,2,3,4,5,6,7,8\n",
             TH_SOURCE_UNKNOWN, TH_EPARSE, "a table of no known kind");
  check_kind("a\tb\tc\td\te\tf\tg\th\n\"x\ty\"\t2\t3\t4\t5\tpatients\t7\t8\n1\t2\t3\t4\t5\t6\t7\t8\n1\t2\t3\t4\t5\t6\t7\t8\n",
             TH_SOURCE_UNKNOWN, TH_EPARSE, "a table of no known kind");
  /* Sentences with many commas are still sentences. */
  check_kind("Liu L, Ma X, Liu J, Fu J, Li N, Yuan G, Zhao L, Wang Y, Chen Z.\nBMC Pregnancy. 2025, 25, 463, doi: "
             "10.1186/s12884-025-07600-5.\n"
             "Patients, aged 20, 30, 40, 50, 60, 70, 80 and 90 years, were randomised, in centres, to two groups (n = 51).\n"
             "Results: odds ratio 3.13, 95% CI 1.10-8.87, P = 0.048.\n",
             TH_SOURCE_ABSTRACT, TH_OK, "");
}

TEST_MAIN(RUN(tables_of_drugs), RUN(cautions), RUN(cells_that_speak_of_patients_are_no_abstract))
