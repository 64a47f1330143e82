/* Identity of drugs and diseases: expected values from MONDO, the INN list and specification/evidence §3, §5. */
#include "test.h"

#include "theriac/names.h"

static th_arena *arena;
static th_names *names;

static void open_names(void) {
  if (names) return;
  th_name_rows rows = { 0 };
  th_err err = { 0 };
  arena = th_arena_new(0);
  CHECK_OK_ERR(th_names_builtin(arena, &rows, &err), &err);
  CHECK_OK_ERR(th_names_build(arena, &rows, &names, &err), &err);
}

static th_str drug(const char *name) {
  const th_name_hit h = th_names_resolve(names, arena, TH_NAME_DRUG, th_str_of(name));
  return h.row ? h.row->id : TH_S("-");
}

static th_str disease(const char *name) {
  const th_name_hit h = th_names_resolve(names, arena, TH_NAME_DISEASE, th_str_of(name));
  return h.row ? h.row->id : TH_S("-");
}

TEST(drugs_resolve_in_every_form) {
  open_names();
  static const char *const forms[] = { "Belimumab",          "BELIMUMAB",        "Benlysta",     "BENLYSTA®",
                                       "貝利尤單抗",         "贝利尤单抗",       "倍力騰",       "奔麗生",
                                       "ｂｅｌｉｍｕｍａｂ", "belimumab 120 mg", "Drug name: no" };
  for (size_t i = 0; i + 1 < sizeof forms / sizeof *forms; i++) CHECK_STR(drug(forms[i]), "belimumab");
  CHECK_STR(drug("belimumab-abcd"), "belimumab");
  CHECK_STR(drug("limumab"), "-");
  CHECK_STR(drug("belimumab and placebo"), "-");
}

TEST(diseases_resolve_by_identity) {
  open_names();
  CHECK_STR(disease("SLE"), "MONDO:0007915");
  CHECK_STR(disease("systemic lupus erythematosus (disease)"), "MONDO:0007915");
  CHECK_STR(disease("Lupus Erythematosus, Systemic"), "MONDO:0007915");
  CHECK_STR(disease("全身性紅斑性狼瘡 (SLE)"), "MONDO:0007915");
  CHECK_STR(disease("NMO Spectrum Disorder"), "MONDO:0019100");
  CHECK_STR(disease("Recurrent spontaneous abortion"), "MONDO:0006774");
  CHECK_STR(disease("復發性自然流產"), "MONDO:0006774");
  CHECK_STR(disease("Foetal and neonatal alloimmune thrombocytopaenia"), "MONDO:0019415");
  CHECK_STR(disease("lupus"), "-"); /* a word of several names is no name */
}

TEST(names_inside_text_are_whole_words) {
  open_names();
  th_name_hits hits = { 0 };
  CHECK_OK(th_names_find(names, arena, TH_NAME_DISEASE,
                         TH_S("A trial in idiopathic membranous nephropathy and lupus nephritis; itp was excluded."), false,
                         &hits, NULL));
  CHECK_INT(hits.n, 2);
  if (hits.n == 2) {
    CHECK_STR(hits.v[0].row->id, "MONDO:0013860");
    CHECK_STR(hits.v[1].row->id, "MONDO:0005556");
  }
  th_name_hits zh = { 0 };
  CHECK_OK(th_names_find(names, arena, TH_NAME_DISEASE, TH_S("全身性紅斑性狼瘡 (SLE)、活動性狼瘡腎炎"), false, &zh, NULL));
  CHECK(zh.n >= 2);
  if (zh.n >= 2) {
    CHECK_STR(zh.v[0].row->id, "MONDO:0007915");
    CHECK_STR(zh.v[zh.n - 1].row->id, "MONDO:0005556");
  }
}

TEST(a_cut_title_names_what_only_one_entity_begins_with) {
  open_names();
  th_name_hits hits = { 0 };
  CHECK_OK(th_names_find(names, arena, TH_NAME_DISEASE, TH_S("Study of Belimumab in Idiopathic Membranous Glom..."), true,
                         &hits, NULL));
  CHECK_INT(hits.n, 1);
  if (hits.n == 1) {
    CHECK_STR(hits.v[0].row->id, "MONDO:0013860");
    CHECK_INT(hits.v[0].how, TH_NAME_CUT);
  }
  th_name_hits none = { 0 };
  CHECK_OK(th_names_find(names, arena, TH_NAME_DISEASE, TH_S("Study of Belimumab in Idiopathic Membranous Glom..."), false,
                         &none, NULL));
  CHECK_INT(none.n, 0);
}

static th_kinship kin(const char *target, const char *x) {
  return th_names_kinship(names, arena, disease(target), disease(x)).kinship;
}

TEST(kinship_follows_the_ontology) {
  open_names();
  CHECK_INT(kin("membranous nephropathy", "idiopathic membranous nephropathy"), TH_KIN_DESCENDANT);
  CHECK_INT(kin("idiopathic membranous nephropathy", "membranous nephropathy"), TH_KIN_PARENT);
  CHECK_INT(kin("lupus nephritis", "membranous nephropathy"), TH_KIN_SIBLING);
  CHECK_INT(kin("primary release disorder of platelets", "membranous nephropathy"), TH_KIN_FAR);
  CHECK_INT(kin("NMOSD", "neuromyelitis optica"), TH_KIN_SAME);
  CHECK_INT(kin("NMOSD", "no such disease"), TH_KIN_UNMAPPED);
}

TEST(a_broken_table_is_refused_with_its_line) {
  th_arena *a = th_arena_new(0);
  th_name_rows rows = { 0 };
  th_err err = { 0 };
  CHECK_CODE(th_names_read(a, TH_S("kind\tid\ten\tzh\tsynonyms\tparents\tsource\ndrug\tx\tx\n"), &rows, &err), TH_EPARSE);
  CHECK_INT(err.line, 2);
  th_arena_del(a);
}

static th_code build_once(void) {
  th_arena *a = th_arena_new(0);
  if (!a) return TH_ENOMEM;
  th_name_rows rows = { 0 };
  th_names *n;
  th_code code = th_names_read(a,
                               TH_S("h\ndrug\tx\tx\t艾克斯\tbrand|code-1\t\tinvented\ndisease\tM:1\tone "
                                    "disease\t\t\t\tinvented\ndisease\tM:2\ttwo disease\t\t\tM:1\tinvented\n"),
                               &rows, NULL);
  if (code == TH_OK) code = th_names_build(a, &rows, &n, NULL);
  th_arena_del(a);
  return code;
}

TEST(want_of_memory_is_told) {
  CHECK(test_each_alloc_fails(build_once) > 3);
}

TEST_MAIN(RUN(drugs_resolve_in_every_form), RUN(diseases_resolve_by_identity), RUN(names_inside_text_are_whole_words),
          RUN(a_cut_title_names_what_only_one_entity_begins_with), RUN(kinship_follows_the_ontology),
          RUN(a_broken_table_is_refused_with_its_line), RUN(want_of_memory_is_told))
