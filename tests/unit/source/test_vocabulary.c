/* Vocabularies, targets and items of the NHI: each form of table, what it says of one entity, what is refused. */
#include "test.h"
#include "theriac/io.h"
#include "theriac/source.h"

static th_arena *a;
static th_vocabulary v;
static th_err err;

static th_code read_table(const char *text) {
  th_arena_del(a);
  a = th_arena_new(0);
  err = (th_err){ 0 };
  return th_source_vocabulary_read(a, th_str_of(text), &v, &err);
}

TEST(mondo) {
  CHECK_OK_ERR(
      read_table("mondo_id,name,group_name\n7915,systemic lupus erythematosus (disease),lupus\n5556,lupus nephritis,lupus "
                 "nephritis\n"),
      &err);
  CHECK_INT(v.form, TH_VOCABULARY_NAMES);
  CHECK_INT(v.rows.n, 2);
  CHECK_STR(v.rows.v[0].id, "MONDO:0007915");
  CHECK_STR(v.rows.v[0].group, "lupus");
  CHECK_STR(v.rows.v[1].group, ""); /* the group of itself is none */
  CHECK_OK_ERR(read_table("child,parent\n5556,7915\n5556,MONDO:0005308\n1,2\n"), &err);
  CHECK_INT(v.rows.n, 2); /* lines of one entity are joined */
  CHECK_INT(v.n_lines, 3);
  CHECK_STR(v.rows.v[0].parents, "MONDO:0007915;MONDO:0005308");
  CHECK_OK_ERR(read_table("mondo_id,ontology,id\n7915,MESH,D008180\n7915,SCTID,55464009\n"), &err);
  CHECK_STR(v.rows.v[0].xrefs, "MESH:D008180|SCTID:55464009");
}

TEST(drugs) {
  CHECK_OK_ERR(read_table("DrugBank ID,Accession Numbers,Common name,CAS,UNII,Synonyms,Standard InChI Key\n"
                          "DB99999,BTD1 | BTD2,Testimab,1-2-3,ABC,\"Test | testimab, human\",\n"),
               &err);
  CHECK_STR(v.rows.v[0].id, "testimab");
  CHECK_STR(v.rows.v[0].en, "Testimab");
  CHECK_STR(v.rows.v[0].synonyms, "Test|testimab, human|DB99999");
  CHECK_STR(v.rows.v[0].xrefs, "DrugBank:DB99999|CAS:1-2-3|UNII:ABC|DrugBank:BTD1|DrugBank:BTD2");
  CHECK_OK_ERR(read_table("atc_code,atc_name,ddd,uom,adm_r,note\nL,ANTINEOPLASTIC,NA,NA,NA,NA\nL04AG04,belimumab,25,mg,P,NA\n"
                          "L04AG04,belimumab,0.1,g,O,NA\nM01AE51,\"ibuprofen, combinations\",NA,NA,NA,NA\n"),
               &err);
  CHECK_INT(v.rows.n, 3);
  CHECK_INT(v.rows.v[0].kind, TH_VOCABULARY_GROUP);
  CHECK_INT(v.rows.v[1].kind, TH_VOCABULARY_DRUG);
  CHECK_STR(v.rows.v[1].xrefs, "ATC:L04AG04"); /* once, whatever the doses */
  CHECK_INT(v.rows.v[2].kind, TH_VOCABULARY_GROUP);
}

TEST(own_table) {
  CHECK_OK_ERR(
      read_table("kind\tid\ten\tzh\tsynonyms\tparents\tsource\ndrug\ttestimab\ttestimab\t測試單抗\tTST-1|TST-2\t\tours\n"),
      &err);
  CHECK_INT(v.form, TH_VOCABULARY_TABLE);
  CHECK_STR(v.rows.v[0].zh, "測試單抗");
  CHECK_STR(v.rows.v[0].source, "ours");
}

TEST(refused) {
  CHECK_CODE(read_table(""), TH_EPARSE);
  CHECK_CODE(read_table("child,parent\n"), TH_EPARSE);
  CHECK_CODE(read_table("child,parent\nx,1\n"), TH_EPARSE);
  CHECK_INT(err.line, 2);
  CHECK_CODE(read_table("child,parent\n1,2\n3\n"), TH_EPARSE);
  CHECK_INT(err.line, 3);
  CHECK_CODE(read_table("mondo_id,name,group_name\n1,,x\n"), TH_EPARSE);
  CHECK_CODE(read_table("a,b\n1,2\n"), TH_EPARSE);
}

static th_code read_once(void) {
  th_arena *own = th_arena_new(0);
  th_vocabulary x;
  if (!own) return TH_ENOMEM;
  const th_code code = th_source_vocabulary_read(own, TH_S("child,parent\n5556,7915\n5556,5308\n"), &x, NULL);
  th_arena_del(own);
  return code;
}

TEST(allocation_failures) {
  CHECK(test_each_alloc_fails(read_once) > 1);
}

TEST(targets) {
  th_target_table t;
  a = a ? a : th_arena_new(0);
  const char *text =
      "\"# GtoPdb Version: 2025.4 - published: 2025-12-10\"\n"
      "\"Ligand\",\"Ligand ID\",\"Type\",\"Ligand Synonyms\",\"CAS Number\",\"Target\",\"Target ID\",\"Target Entrez Gene "
      "ID\",\"Target Ensembl Gene ID\",\"Target Gene Name\",\"Target Species\"\n"
      "\"testipine\",\"22\",\"Synthetic\",\"Tst&reg; | T-1\",\"6\",\"5-HT<sub>1A</sub> "
      "receptor\",\"1\",\"3350\",\"E\",\"HTR1A\",\"Human\"\n\"noone\",\"1\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"\n";
  CHECK_OK_ERR(th_source_targets_read(a, th_str_of(text), &t, &err), &err);
  CHECK_STR(t.version, "GtoPdb Version: 2025.4 - published: 2025-12-10");
  CHECK_INT(t.rows.n, 1);
  CHECK_STR(t.rows.v[0].synonyms, "Tst®|T-1");
  CHECK_STR(t.rows.v[0].target, "5-HT1A receptor");
  CHECK_STR(t.rows.v[0].gene, "HTR1A");
  CHECK_INT(t.gaps.n, 1);
  CHECK_CODE(th_source_targets_read(a, TH_S("Ligand,Target\nx,y\n"), &t, NULL), TH_EPARSE);
}

TEST(nhi_items) {
  th_nhi_table t;
  a = a ? a : th_arena_new(0);
  const char *text =
      "異動,藥品代號,藥品英文名稱,藥品中文名稱,成分,規格量,規格單位,單複方,支付價,有效起日,有效迄日,藥商,製造廠名稱,"
      "劑型,藥品分類,分類分組名稱,ATC代碼,給付規定章節,藥品代碼超連結,給付規定章節連結\n"
      ",KC00912248,TESTA INJECTION 120MG,測試凍晶注射劑,TESTIMAB,120,MG,單方,4321.00,1120101,9991231,某公司,某廠,"
      "注射劑,生物藥品,,L04AG04,8.2.13.,,\n"
      ",X2,B,乙,B,1,MG,複方,1,112/2/30,113/01/01,,,,,,A,,,\n";
  CHECK_OK_ERR(th_source_nhi_items_read(a, th_str_of(text), &t, &err), &err);
  CHECK_INT(t.rows.n, 2);
  CHECK_STR(t.rows.v[0].price, "4321.00"); /* digits as printed */
  CHECK_INT(t.rows.v[0].from.year, 2023);  /* ROC 112 */
  CHECK_INT(t.rows.v[0].from.era, TH_ERA_ROC);
  CHECK_INT(t.rows.v[0].to.prec, TH_DATE_NONE); /* 999: no end */
  CHECK_STR(t.rows.v[0].clause, "8.2.13.");
  CHECK_INT(t.rows.v[1].from.prec, TH_DATE_NONE); /* there is no 30th of February */
  CHECK_INT(t.rows.v[1].to.year, 2024);
  CHECK_INT(t.gaps.n, 1);
  CHECK_CODE(th_source_nhi_items_read(a, TH_S("藥品代號,支付價\n1,2\n"), &t, NULL), TH_EPARSE);
}

/* Counts of the shared tables, taken with zcat and wc. */
TEST(shared_tables) {
  if (!test_shared()) SKIP("no shared data");
  static const struct {
    const char *file;
    th_vocabulary_form form;
    uint64_t lines;
  } want[] = { { "mondo_names", TH_VOCABULARY_NAMES, 22205 },
               { "mondo_subclass", TH_VOCABULARY_PARENTS, 38242 },
               { "mondo_xrefs", TH_VOCABULARY_XREFS, 117272 },
               { "drugbank_vocabulary", TH_VOCABULARY_DRUGBANK, 15235 },
               { "atc", TH_VOCABULARY_ATC, 7536 } };
  for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
    th_arena *own = th_arena_new(0);
    th_vocabulary x;
    th_file f;
    CHECK_OK_ERR(th_file_open(th_str_fmt(own, "%s/data/names/%s.csv.gz", test_shared(), want[i].file).p, 0, &f, &err), &err);
    CHECK_OK_ERR(th_source_vocabulary_read(own, f.bytes, &x, &err), &err);
    CHECK_INT(x.form, want[i].form);
    CHECK_INT(x.n_lines, want[i].lines);
    th_file_close(&f);
    th_arena_del(own);
  }
}

TEST(done) {
  th_arena_del(a);
  a = NULL;
}

TEST_MAIN(RUN(mondo), RUN(drugs), RUN(own_table), RUN(refused), RUN(allocation_failures), RUN(targets), RUN(nhi_items),
          RUN(shared_tables), RUN(done))
