/* Interactions by class of the other drug. Codes are those of the WHO's index; counts and order by hand. */
#include "test.h"
#include "theriac/safety.h"

static th_arena *a;
static th_names *names;

static th_safety_interactions all;
static th_safety_classes classes;

static uint32_t no_source(void *ctx, int64_t tag) {
  (void)ctx, (void)tag;
  return 0;
}

static void drug(th_name_rows *rows, const char *name, const char *xrefs, const char *synonyms) {
  const th_name_row r = { .kind = TH_NAME_DRUG,
                          .id = th_str_of(name),
                          .en = th_str_of(name),
                          .xrefs = th_str_of(xrefs),
                          .synonyms = th_str_of(synonyms) };
  CHECK(TH_VEC_PUSH(a, rows, r));
}

static void name_them(void) {
  th_name_rows rows = { 0 };
  drug(&rows, "subject", "", "");
  drug(&rows, "warfarin", "ATC:B01AA03", "");
  drug(&rows, "aspirin", "ATC:A01AD05|ATC:B01AC06|ATC:N02BA01", "");
  drug(&rows, "infliximab", "", "L04AB02|Remicade");
  drug(&rows, "leflunomide", "ATC:L04AK01", "");
  drug(&rows, "simvastatin", "ATC:C10AA01", "");
  CHECK_OK(th_names_build(a, &rows, &names, NULL));
}

static void pair(th_ddinter_rows *rows, const char *other, th_severity severity) {
  const th_ddinter_row r = { .id_a = TH_S("D0"),
                             .name_a = TH_S("subject"),
                             .id_b = th_str_fmt(a, "D%zu", rows->n + 1),
                             .name_b = th_str_of(other),
                             .severity = severity,
                             .line = (uint32_t)rows->n + 2 };
  CHECK(TH_VEC_PUSH(a, rows, r));
}

static void classed(const char *listed) {
  th_ddinter_rows rows = { 0 };
  th_ddinter_pairs pairs = { 0 };
  uint32_t n[TH_SEVERITY_CONTRAINDICATED + 1];
  const th_name_row *row = listed ? th_names_by_id(names, th_str_of(listed)) : NULL;
  all = (th_safety_interactions){ 0 };
  pair(&rows, "simvastatin", TH_SEVERITY_MINOR);
  pair(&rows, "warfarin", TH_SEVERITY_MODERATE);
  pair(&rows, "aspirin", TH_SEVERITY_MAJOR);
  pair(&rows, "infliximab", TH_SEVERITY_MAJOR);
  pair(&rows, "leflunomide", TH_SEVERITY_MODERATE);
  pair(&rows, "Smallpox (Vaccinia) Vaccine, Live", TH_SEVERITY_MAJOR);
  pair(&rows, "echinacea", TH_SEVERITY_MINOR);
  pair(&rows, "st. john's wort", TH_SEVERITY_MODERATE);
  pair(&rows, "garlic", TH_SEVERITY_MINOR);
  CHECK_OK(th_source_ddinter_pairs(a, rows.v, rows.n, &pairs, NULL));
  CHECK_OK(
      th_safety_interactions_of_pairs(a, names, th_names_by_id(names, TH_S("subject")), &pairs, no_source, NULL, &all, NULL));
  th_safety_sort(&all, n);
  th_safety_mark_listed(&all, &row, 1);
  CHECK_OK(th_safety_classes_of(a, &all, &classes, NULL));
}

static th_str member(size_t c, size_t i) {
  return c < classes.n && i < classes.v[c].n ? all.v[classes.v[c].of[i]].name : TH_STR_NONE;
}

/* Three classes with a major one: two of two (B01, L04; by code), one of one (J07). Then the unknown (moderate), then the minor one. */
TEST(gravest_class_first_then_the_larger) {
  classed(NULL);
  CHECK_INT(classes.n, 5);
  static const char *const atc[] = { "B01", "L04", "J07", "", "C10" };
  static const uint32_t n[] = { 2, 2, 1, 3, 1 };
  for (size_t i = 0; i < 5; i++) {
    CHECK_STR(classes.v[i].atc, atc[i]);
    CHECK_INT(classes.v[i].n, n[i]);
  }
  CHECK_STR(member(0, 0), "aspirin");
  CHECK_STR(member(0, 1), "warfarin");
  CHECK_STR(member(3, 0), "st. john's wort");
  CHECK_INT(classes.v[3].n_severity[TH_SEVERITY_MINOR], 2);
  CHECK_INT(classes.v[3].worst, TH_SEVERITY_MODERATE);
}

TEST(a_patients_drug_brings_its_class_to_the_front) {
  classed("simvastatin");
  CHECK_STR(classes.v[0].atc, "C10");
  CHECK_INT(classes.v[0].n_listed, 1);
  CHECK_STR(classes.v[1].atc, "B01");
  classed("warfarin"); /* first within its class too, though aspirin is graver */
  CHECK_STR(member(0, 0), "warfarin");
  CHECK_STR(member(0, 1), "aspirin");
}

/* What tables differ in is told of the drug they differ in, also when a page named it before. */
TEST(a_conflict_stays_with_its_drug) {
  th_ddinter_rows rows = { 0 };
  th_ddinter_pairs pairs = { 0 };
  const th_name_row *subject = th_names_by_id(names, TH_S("subject"));
  all = (th_safety_interactions){ 0 };
  pair(&rows, "warfarin", TH_SEVERITY_MAJOR);
  CHECK_OK(th_source_ddinter_pairs(a, rows.v, 1, &pairs, NULL));
  CHECK_OK(th_safety_interactions_of_pairs(a, names, subject, &pairs, no_source, NULL, &all, NULL));
  pair(&rows, "aspirin", TH_SEVERITY_MINOR);
  pairs = (th_ddinter_pairs){ 0 };
  CHECK_OK(th_source_ddinter_pairs(a, &rows.v[1], 1, &pairs, NULL));
  CHECK_OK(th_safety_interactions_of_pairs(a, names, subject, &pairs, no_source, NULL, &all, NULL));
  pairs.v[0].differs = true;
  pairs.v[0].row.name_b = TH_S("warfarin");
  pairs.v[0].row.severity = TH_SEVERITY_MAJOR;
  CHECK_OK(th_safety_interactions_of_pairs(a, names, subject, &pairs, no_source, NULL, &all, NULL));
  CHECK_INT(all.n, 2);
  CHECK_STR(all.v[0].name, "warfarin");
  CHECK(all.v[0].conflict && !all.v[1].conflict);
}

TEST(the_code_that_stands_for_a_class) {
  th_str_vec codes = { 0 };
  const th_name_row *aspirin = th_names_by_id(names, TH_S("aspirin"));
  CHECK_OK(th_names_atc(a, aspirin, &codes, NULL));
  CHECK_INT(codes.n, 3);
  CHECK_STR(codes.v[0], "A01AD05");
  CHECK_STR(th_names_atc_main(aspirin), "B01AC06"); /* the first is for the mouth */
  CHECK_STR(th_names_atc_main(th_names_by_id(names, TH_S("infliximab"))), "L04AB02");
  CHECK_INT(th_names_atc_main(th_names_by_id(names, TH_S("subject"))).n, 0);
  th_name_hits hits = { 0 };
  CHECK_OK(th_names_under_xref(names, a, TH_S("ATC:B01A"), &hits, NULL));
  CHECK_INT(hits.n, 2);
  CHECK_STR(hits.v[0].row->en, "warfarin"); /* B01AA03 before B01AC06 */
  CHECK_STR(hits.v[1].row->en, "aspirin");
  hits = (th_name_hits){ 0 };
  CHECK_OK(th_names_under_xref(names, a, TH_S("ATC:B01AB"), &hits, NULL));
  CHECK_INT(hits.n, 0);
}

int main(void) {
  a = th_arena_new(0);
  name_them();
  static const th_test tests[] = { RUN(gravest_class_first_then_the_larger), RUN(a_patients_drug_brings_its_class_to_the_front),
                                   RUN(a_conflict_stays_with_its_drug), RUN(the_code_that_stands_for_a_class) };
  const int status = test_main_(tests, sizeof tests / sizeof *tests);
  th_arena_del(a);
  return status;
}
