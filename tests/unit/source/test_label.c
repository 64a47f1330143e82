/* Labels as openFDA sends them: sections by their names of 2006 and before, names, dates, pieces of the section on populations. The
 * labels are invented; what is expected is what they say. */
#include "test.h"
#include "theriac/io.h"
#include "theriac/source/drug_label.h"

static const char page[] =
    "{\"meta\": {\"last_updated\": \"2026-08-01\", \"results\": {\"skip\": 2, \"limit\": 2, \"total\": 9}},\n"
    " \"results\": [\n"
    "  {\"set_id\": \"set-1\", \"id\": \"v2\", \"version\": \"2\", \"effective_time\": \"20250301\",\n"
    "   \"openfda\": {\"brand_name\": [\"INVENTEX\"], \"substance_name\": [\"TESTIMAB\"], \"product_type\": [\"HUMAN "
    "PRESCRIPTION "
    "DRUG\"]},\n"
    "   \"contraindications\": [\"4 CONTRAINDICATIONS None.\"],\n"
    "   \"boxed_warning\": [\"WARNING: \\\"quoted\\\" harm\"],\n"
    "   \"use_in_specific_populations\": [\"8 USE 8.1 Pregnancy Harm [see Data (8.1)]. 8.2 Lactation No data. 8.3 Females and "
    "Males "
    "of Reproductive Potential Contraception. 8.4 Pediatric Use None. 8.6 Renal Impairment No change.\"]},\n"
    "  {\"set_id\": \"set-2\", \"effective_time\": \"soon\", \"openfda\": {\"substance_name\": [\"A\", \"B\"]},\n"
    "   \"nursing_mothers\": [\"Not known.\"], \"warnings\": \"One text\", \"do_not_use\": [\" \", \"if allergic\"]}]}";

static th_label one(th_arena *a, const th_source_cuts *cuts, size_t i) {
  th_label l;
  th_err err = { 0 };
  CHECK_OK_ERR(th_source_label_one(a, th_str_of(page), &cuts->v[i], &l, &err), &err);
  return l;
}

TEST(sections_names_and_places) {
  th_arena *a = th_arena_new(0);
  th_source_cuts cuts;
  th_label_frame f;
  th_err err = { 0 };
  CHECK_OK_ERR(th_source_label_cut(a, th_str_of(page), &cuts, &f, &err), &err);
  CHECK_INT(cuts.n, 2);
  CHECK_INT(f.total, 9);
  CHECK_INT(f.skip, 2);
  CHECK_STR(f.updated, "2026-08-01");
  const th_label l = one(a, &cuts, 0);
  CHECK_STR(l.set_id.text, "set-1");
  CHECK_STR(l.brands.v[0].text, "INVENTEX");
  CHECK_INT(th_label_is_single(&l), TH_TRUE);
  CHECK(l.effective.year == 2025 && l.effective.month == 3 && l.effective.day == 1);
  CHECK_INT(l.sections.n, 3);
  CHECK_INT(l.sections.v[0].part, TH_LABEL_BOXED); /* by part, not as they stand */
  CHECK_STR(l.sections.v[0].text.text, "WARNING: \"quoted\" harm");
  CHECK_STR(th_str_sub(th_str_of(page), l.sections.v[0].text.from, l.sections.v[0].text.to), "WARNING: \\\"quoted\\\" harm");
  CHECK_INT(l.sections.v[0].text.line, 6);
  CHECK_STR(th_label_text(&l, TH_LABEL_PREGNANCY).text, "8.1 Pregnancy Harm [see Data (8.1)].");
  CHECK_STR(th_label_text(&l, TH_LABEL_LACTATION).text, "8.2 Lactation No data.");
  CHECK_STR(th_label_text(&l, TH_LABEL_REPRODUCTION).text, "8.3 Females and Males of Reproductive Potential Contraception.");
  CHECK_STR(th_label_text(&l, TH_LABEL_CHILDREN).text, "8.4 Pediatric Use None.");
  CHECK(!th_field_has(th_label_text(&l, TH_LABEL_AGED)));
  CHECK(!th_field_has(th_label_text(&l, TH_LABEL_INDICATIONS)));
  CHECK_INT(l.gaps.n, 0);
  const th_label old = one(a, &cuts, 1);
  CHECK_INT(th_label_is_single(&old), TH_FALSE);
  CHECK_STR(th_label_text(&old, TH_LABEL_LACTATION).text, "Not known.");
  CHECK_STR(th_label_text(&old, TH_LABEL_WARNINGS).text, "One text");
  CHECK_STR(th_label_text(&old, TH_LABEL_CONTRAINDICATIONS).text, "if allergic"); /* the blank one is none */
  CHECK_INT(old.gaps.n, 1);
  CHECK(strcmp(old.gaps.v[0].what, "date") == 0);
  th_arena_del(a);
}

TEST(sentences_and_items_of_lists) {
  static const char *const want[] = { "4.1 It is so.", "Two;", "• three", "• four" };
  th_str rest = TH_S("4.1 It is so. Two; • three • four"), s;
  for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
    CHECK(th_label_sentence(&rest, &s));
    CHECK_STR(s, want[i]);
  }
  CHECK(!th_label_sentence(&rest, &s));
}

TEST(refused_with_a_line) {
  static const struct {
    const char *text;
    const char *why;
  } bad[] = { { "{\"error\": {\"code\": \"NOT_FOUND\", \"message\": \"No matches found!\"}}", "No matches found" },
              { "{\"results\": []}", "labels" },
              { "{\"results\": [7]}", "object" },
              { "{\"results\": [{\"openfda\": {}}]}", "set_id" },
              { "{\"results\": [{\"set_id\": \"a\", \"pregnancy\": {\"x\": 1}}]}", "pregnancy" },
              { "{\"results\": [{\"set_id\": \"a\"}", "" } };
  th_arena *a = th_arena_new(0);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    th_source_cuts cuts;
    th_label_frame f;
    th_label l;
    th_err err = { 0 };
    th_code code = th_source_label_cut(a, th_str_of(bad[i].text), &cuts, &f, &err);
    if (code == TH_OK) code = th_source_label_one(a, th_str_of(bad[i].text), &cuts.v[0], &l, &err);
    CHECK_INT(code, TH_EPARSE);
    CHECK_INT(err.line, 1);
    CHECK(strstr(err.msg, bad[i].why) != NULL);
  }
  th_arena_del(a);
}

/* What openFDA really sent (shared data): two products, one of two substances, without their texts. */
TEST(an_answer_that_was_sent) {
  const char *root = test_shared();
  if (!root) SKIP("no shared data");
  th_arena *a = th_arena_new(0);
  th_file file;
  th_err err = { 0 };
  const th_str path = th_str_fmt(a, "%s/data/licences/openfda/label_keytruda_20260811.json", root);
  CHECK_OK_ERR(th_file_open(path.p, 0, &file, &err), &err);
  th_source_cuts cuts;
  th_label_frame f;
  CHECK_OK_ERR(th_source_label_cut(a, file.bytes, &cuts, &f, &err), &err);
  CHECK_INT(cuts.n, 2);
  for (size_t i = 0; i < cuts.n; i++) {
    th_label l;
    CHECK_OK_ERR(th_source_label_one(a, file.bytes, &cuts.v[i], &l, &err), &err);
    CHECK_STR(l.brands.v[0].text, i ? "KEYTRUDA" : "KEYTRUDA QLEX");
    CHECK_INT(l.sections.n, 0);
    CHECK(l.gaps.n == 1 && strcmp(l.gaps.v[0].what, "sections") == 0);
  }
  th_file_close(&file);
  th_arena_del(a);
}

TEST_MAIN(RUN(sections_names_and_places), RUN(sentences_and_items_of_lists), RUN(refused_with_a_line),
          RUN(an_answer_that_was_sent))
