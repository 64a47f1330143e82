/* Rows of vocabularies joined with chosen ones: who has the right to a name, forms of a name, kept index, hierarchy. The rows are
 * invented or facts of MONDO; what is expected follows specification/evidence §3 and §5. */
#include "test.h"

#include "theriac/names.h"

static th_arena *a;
static th_names *n;

static th_name_row disease_row(const char *id, const char *en, const char *parents, bool imported) {
  return (th_name_row){ .kind = TH_NAME_DISEASE,
                        .id = th_str_of(id),
                        .en = th_str_of(en),
                        .parents = th_str_of(parents),
                        .source = TH_S("t"),
                        .imported = imported };
}

static th_name_row drug_row(const char *id, const char *en, const char *synonyms, bool imported) {
  return (th_name_row){ .kind = TH_NAME_DRUG,
                        .id = th_str_of(id),
                        .en = th_str_of(en),
                        .synonyms = th_str_of(synonyms),
                        .source = TH_S("t"),
                        .imported = imported };
}

static th_name_rows rows_of(void) {
  th_name_rows rows = { 0 };
  th_name_row all[] = {
    disease_row("MONDO:0000001", "disease or disorder", "", false),
    disease_row("MONDO:0700096", "human disease", "MONDO:0000001", false),
    disease_row("MONDO:0007915", "systemic lupus erythematosus", "MONDO:0700096", false),
    drug_row("testimab", "testimab", "Testex|TST", false),
    /* imported */
    disease_row("MONDO:0007915", "systemic lupus erythematosus (disease)", "MONDO:0004670", true),
    disease_row("MONDO:0004670", "lupus erythematosus", "MONDO:0007179", true),
    disease_row("MONDO:0007179", "autoimmune disease", "MONDO:0700096", true),
    disease_row("MONDO:0005556", "lupus nephritis", "MONDO:0007915", true),
    disease_row("MONDO:0005148", "type 2 diabetes mellitus", "MONDO:0700096", true),
    disease_row("MONDO:0005376", "membranous glomerulonephritis", "MONDO:0700096", true),
    disease_row("MONDO:0005011", "Crohn disease", "MONDO:0700096", true),
    disease_row("MONDO:0012369", "systemic lupus erythematosus, susceptibility to, 6", "MONDO:0700096", true),
    disease_row("MONDO:0005583", "non-human animal disease", "MONDO:0000001", true),
    disease_row("MONDO:1010000", "lupus, dog", "MONDO:0005583", true),
    drug_row("testimab human", "Testimab", "DB99999|PID", true),
    drug_row("alphazole", "Alphazole", "AZ|BOTH|vitamine", true),
    drug_row("betazole", "Betazole", "BOTH", true),
    drug_row("lithium carbonate", "Lithium carbonate", "", true),
    drug_row("carnitine", "Carnitine", "", true),
    drug_row("lactose", "Lactose", "", true),
  };
  all[4].xrefs = TH_S("MESH:D008180|SCTID:55464009");
  all[7].groups = TH_S("lupus group");
  all[4].groups = TH_S("lupus group");
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) CHECK(TH_VEC_PUSH(a, &rows, all[i]));
  return rows;
}

TEST(opened) {
  th_err err = { 0 };
  a = th_arena_new(0);
  const th_name_rows rows = rows_of();
  th_str bytes, again;
  CHECK_OK_ERR(th_names_pack(a, &rows, TH_S("made from this"), &bytes, &err), &err);
  CHECK_OK_ERR(th_names_pack(a, &rows, TH_S("made from this"), &again, &err), &err);
  CHECK(th_str_eq(bytes, again));
  CHECK_OK_ERR(th_names_open(a, bytes, &n, &err), &err);
  CHECK_STR(th_names_key(n), "made from this");
  CHECK_INT(th_names_count(n, TH_NAME_DRUG), 6);
}

static th_str who(th_name_kind kind, const char *name) {
  const th_name_hit h = th_names_resolve(n, a, kind, th_str_of(name));
  return h.row ? h.row->id : h.how == TH_NAME_AMBIGUOUS ? TH_S("several") : TH_S("-");
}

TEST(forms_of_a_diseases_name) {
  CHECK_STR(who(TH_NAME_DISEASE, "Lupus Erythematosus, Systemic"), "MONDO:0007915");
  CHECK_STR(who(TH_NAME_DISEASE, "Systemic Lupus Erythematosus (SLE)"), "MONDO:0007915");
  CHECK_STR(who(TH_NAME_DISEASE, "Glomerulonephritis, Membranous"), "MONDO:0005376");
  CHECK_STR(who(TH_NAME_DISEASE, "Diabetes Mellitus, Type 2"), "MONDO:0005148");
  CHECK_STR(who(TH_NAME_DISEASE, "diabetes mellitus type II"), "MONDO:0005148");
  CHECK_STR(who(TH_NAME_DISEASE, "Type II Diabetes Mellitus"), "MONDO:0005148");
  CHECK_STR(who(TH_NAME_DISEASE, "diabetes mellitus type 1"), "-");
  CHECK_STR(who(TH_NAME_DISEASE, "Crohn's disease"), "MONDO:0005011");
  CHECK_STR(who(TH_NAME_DISEASE, "Crohn disorder"), "MONDO:0005011");
  CHECK_STR(who(TH_NAME_DISEASE, "Crohn"), "-");
  CHECK_STR(who(TH_NAME_DISEASE, "lupus"), "-");
  CHECK_STR(who(TH_NAME_DISEASE, "disease or disorder"), "MONDO:0000001");
  CHECK_STR(who(TH_NAME_DISEASE, "lupus group"), "several"); /* a group is none of its members */
}

TEST(forms_of_a_drugs_name) {
  CHECK_STR(who(TH_NAME_DRUG, "TESTEX®"), "testimab");
  CHECK_STR(who(TH_NAME_DRUG, "Testimab 120 mg injection"), "testimab");
  CHECK_STR(who(TH_NAME_DRUG, "DB99999"), "testimab"); /* the imported row of the same name is the same drug */
  CHECK_STR(who(TH_NAME_DRUG, "lithium carbonate"), "lithium carbonate");
  CHECK_STR(who(TH_NAME_DRUG, "lithium"), "-");
  CHECK_STR(who(TH_NAME_DRUG, "L-carnitine"), "carnitine");
  CHECK_STR(who(TH_NAME_DRUG, "alphazole hydrochloride"), "alphazole");
  CHECK_STR(who(TH_NAME_DRUG, "both"), "several");
  CHECK_STR(who(TH_NAME_DRUG, "vitamine"), "-"); /* no synonym, whatever the list says */
  CHECK_STR(who(TH_NAME_DRUG, "phazole"), "-");
}

TEST(all_that_a_name_may_mean) {
  th_name_hits hits = { 0 };
  CHECK_OK(th_names_resolve_all(n, a, TH_NAME_DRUG, TH_S("BOTH"), &hits, NULL));
  CHECK(hits.n == 2 && hits.v[0].how == TH_NAME_AMBIGUOUS && hits.v[0].row && hits.v[1].row);
  hits.n = 0;
  CHECK_OK(th_names_resolve_all(n, a, TH_NAME_DRUG, TH_S("Alphazole / nothingol + testex"), &hits, NULL));
  CHECK_INT(hits.n, 3);
  CHECK(hits.n == 3 && hits.v[0].row && !hits.v[1].row && hits.v[2].row);
  if (hits.n == 3) {
    CHECK_STR(hits.v[0].row->id, "alphazole");
    CHECK_INT(hits.v[1].from, 12);
    CHECK_INT(hits.v[1].to, 21);
    CHECK_STR(hits.v[2].row->id, "testimab");
  }
}

TEST(codes_and_imported_abbreviations_never_match_text) {
  th_name_hits hits = { 0 };
  CHECK_OK(th_names_find(n, a, TH_NAME_DRUG, TH_S("AZ and PID, then TST and BOTH"), false, &hits, NULL));
  CHECK_INT(hits.n, 1); /* the chosen row's own abbreviation alone */
  if (hits.n == 1) CHECK_STR(hits.v[0].row->id, "testimab");
  CHECK_STR(who(TH_NAME_DRUG, "PID"), "testimab"); /* as a whole name it is one */
}

TEST(cross_references) {
  th_name_hits hits = { 0 };
  CHECK_OK(th_names_by_xref(n, a, TH_S("MESH:D000008180"), &hits, NULL)); /* padded */
  CHECK_INT(hits.n, 1);
  if (hits.n) CHECK_STR(hits.v[0].row->id, "MONDO:0007915");
  hits.n = 0;
  CHECK_OK(th_names_by_xref(n, a, TH_S("mesh:D008181"), &hits, NULL));
  CHECK_INT(hits.n, 0);
}

TEST(hierarchy) {
  /* the vocabulary's parents of lupus replace the short cut of the chosen row */
  const th_kin kin = th_names_kinship(n, a, TH_S("MONDO:0700096"), TH_S("MONDO:0007915"));
  CHECK_INT(kin.kinship, TH_KIN_DESCENDANT);
  CHECK_INT(th_names_kinship(n, a, TH_S("MONDO:0005556"), TH_S("MONDO:0007915")).kinship, TH_KIN_PARENT);
  CHECK_INT(th_names_kinship(n, a, TH_S("MONDO:0007915"), TH_S("MONDO:0005556")).kinship, TH_KIN_DESCENDANT);
  CHECK_INT(th_names_kinship(n, a, TH_S("MONDO:0007915"), TH_S("MONDO:0005376")).kinship, TH_KIN_FAR);
  CHECK_INT(th_names_kinship(n, a, TH_S("MONDO:0005556"), TH_S("MONDO:0004670")).kinship, TH_KIN_NEAR);
  CHECK_INT(th_names_kinship(n, a, TH_S("MONDO:0007915"), TH_S("MONDO:9999999")).kinship, TH_KIN_UNMAPPED);
}

TEST(no_targets) {
  CHECK_INT(th_names_by_id(n, TH_S("MONDO:0012369"))->reason, TH_NAME_SUSCEPTIBILITY);
  CHECK_INT(th_names_by_id(n, TH_S("MONDO:1010000"))->reason, TH_NAME_ANIMAL);
  CHECK_INT(th_names_by_id(n, TH_S("lactose"))->reason, TH_NAME_EXCIPIENT);
  CHECK_INT(th_names_by_id(n, TH_S("MONDO:0007915"))->reason, TH_NAME_REASON_NONE);
}

TEST(suggestions) {
  th_name_hits hits = { 0 };
  CHECK_OK(th_names_suggest(n, a, TH_NAME_DRUG, TH_S("testimba"), 3, &hits, NULL));
  CHECK(hits.n >= 1);
  if (hits.n) CHECK_STR(hits.v[0].row->id, "testimab");
}

TEST(one_row_more) {
  th_names *more;
  const th_name_row row = { .kind = TH_NAME_DRUG, .id = TH_S("newimab"), .en = TH_S("newimab") };
  CHECK_OK(th_names_with(a, n, &row, &more, NULL));
  CHECK(th_names_by_id(more, TH_S("newimab")) != NULL);
  CHECK(th_names_resolve(more, a, TH_NAME_DRUG, TH_S("Testex")).row == th_names_by_id(n, TH_S("testimab")));
  th_name_hits hits = { 0 };
  CHECK_OK(th_names_find(more, a, TH_NAME_DRUG, TH_S("newimab versus testimab"), false, &hits, NULL));
  CHECK_INT(hits.n, 2);
  CHECK_INT(th_names_kinship(more, a, TH_S("MONDO:0005556"), TH_S("MONDO:0007915")).kinship, TH_KIN_PARENT);
}

TEST(damaged_bytes_are_refused) {
  th_str bytes;
  th_names *x;
  const th_name_rows rows = rows_of();
  CHECK_OK(th_names_pack(a, &rows, TH_S("k"), &bytes, NULL));
  char *p = th_arena_alloc_n(a, bytes.n, 1, 16);
  for (size_t i = 0; i < bytes.n; i += 7) {
    memcpy(p, bytes.p, bytes.n);
    p[i] ^= 0x40;
    CHECK(th_names_open(a, th_str_n(p, bytes.n), &x, NULL) != TH_OK);
  }
  for (size_t cut = 0; cut < bytes.n; cut += 97) CHECK(th_names_open(a, th_str_sub(bytes, 0, cut), &x, NULL) != TH_OK);
}

static th_code build_once(void) {
  th_arena *own = th_arena_new(0);
  th_name_rows rows = { 0 };
  th_names *x;
  if (!own) return TH_ENOMEM;
  th_code code = TH_VEC_PUSH(own, &rows, disease_row("MONDO:1", "a disease, systemic", "MONDO:2", true)) &&
                         TH_VEC_PUSH(own, &rows, disease_row("MONDO:2", "b", "", true)) &&
                         TH_VEC_PUSH(own, &rows, drug_row("c", "c-imab", "d|e f", true))
                     ? TH_OK
                     : TH_ENOMEM;
  if (code == TH_OK) code = th_names_build(own, &rows, &x, NULL);
  th_arena_del(own);
  return code;
}

TEST(allocation_failures) {
  CHECK(test_each_alloc_fails(build_once) > 1);
  th_arena_del(a);
}

TEST_MAIN(RUN(opened), RUN(forms_of_a_diseases_name), RUN(forms_of_a_drugs_name), RUN(all_that_a_name_may_mean),
          RUN(codes_and_imported_abbreviations_never_match_text), RUN(cross_references), RUN(hierarchy), RUN(no_targets),
          RUN(suggestions), RUN(one_row_more), RUN(damaged_bytes_are_refused), RUN(allocation_failures))
