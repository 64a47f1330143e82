/* What the desks of safety and licence take from a label: invented labels; what is expected is what their sentences say. */
#include "test.h"
#include "theriac/licence.h"
#include "theriac/safety.h"

static th_arena *a;
static th_names *names;

static th_label label_of(const char *sections) {
  th_source_cuts cuts;
  th_label_frame f;
  th_label l = { 0 };
  th_err err = { 0 };
  const th_str doc = th_str_fmt(a,
                                "{\"results\": [{\"set_id\": \"s\", \"effective_time\": \"20250301\", \"openfda\": "
                                "{\"brand_name\": [\"INVENTEX\"]}, %s}]}",
                                sections);
  CHECK_OK_ERR(th_source_label_cut(a, doc, &cuts, &f, &err), &err);
  CHECK_OK_ERR(th_source_label_one(a, doc, &cuts.v[0], &l, &err), &err);
  return l;
}

static bool licensed(const th_licence_label_uses *v, const char *id) {
  for (size_t i = 0; i < v->n; i++)
    if (th_str_is(v->v[i].disease->id, id)) return true;
  return false;
}

#define LUPUS_NEPHRITIS "MONDO:0005556"
#define LUPUS           "MONDO:0007915"

TEST(uses_are_what_is_indicated_not_what_is_denied) {
  th_licence_label_uses v = { 0 };
  const th_label l =
      label_of("\"indications_and_usage\": [\"1.1 INVENTEX is indicated for lupus nephritis. It is not indicated for multiple "
               "sclerosis. "
               "Limitations of Use: Use in neuromyelitis optica is unknown. Nor in systemic lupus erythematosus.\"]");
  CHECK_OK(th_licence_uses_of_label(a, names, &l, &v, NULL));
  CHECK_INT(v.n, 1);
  CHECK(licensed(&v, LUPUS_NEPHRITIS));
  CHECK_STR(v.v[0].sentence, "1.1 INVENTEX is indicated for lupus nephritis.");
  /* what is indicated again behind the limitations counts again */
  th_licence_label_uses w = { 0 };
  const th_label m =
      label_of("\"indications_and_usage\": [\"Limitations of Use: not in lupus nephritis. INVENTEX is also indicated "
               "for systemic lupus erythematosus without lupus nephritis.\"]");
  CHECK_OK(th_licence_uses_of_label(a, names, &m, &w, NULL));
  CHECK_INT(w.n, 1);
  CHECK(licensed(&w, LUPUS));
}

static const th_safety_caution *caution_on(const th_safety_cautions *v, const char *id) {
  for (size_t i = 0; i < v->n; i++)
    if (v->v[i].disease && th_str_is(v->v[i].disease->id, id)) return &v->v[i];
  return NULL;
}

TEST(contraindications_and_populations_of_a_box) {
  th_safety_warnings w = { 0 };
  th_safety_cautions c = { 0 };
  const th_label l = label_of(
      "\"boxed_warning\": [\"WARNING. Deaths were seen in patients with lupus nephritis. Systemic lupus erythematosus was a "
      "harm of "
      "it.\"], \"contraindications\": [\"Contraindicated in pregnancy. Contraindicated in patients with systemic lupus "
      "erythematosus. Not contraindicated in lupus nephritis.\"], \"pregnancy\": [\"May harm.\"], \"nursing_mothers\": [\"Not "
      "known.\"]");
  CHECK_OK(th_safety_of_label(a, names, &l, 3, true, &w, &c, NULL));
  CHECK_INT(c.n, 2);
  const th_safety_caution *boxed = caution_on(&c, LUPUS_NEPHRITIS), *barred = caution_on(&c, LUPUS);
  CHECK(boxed && boxed->severity == TH_SEVERITY_MAJOR && strcmp(boxed->section, "boxed_warning") == 0);
  CHECK(barred && barred->severity == TH_SEVERITY_CONTRAINDICATED && strcmp(barred->section, "contraindications") == 0);
  if (barred) CHECK_STR(barred->text, "Contraindicated in patients with systemic lupus erythematosus.");
  CHECK_INT(w.n, 4);
  for (size_t i = 0; i < w.n; i++) {
    CHECK(w.v[i].quoted && w.v[i].at == 3);
    if (th_str_is(w.v[i].population, "pregnancy")) CHECK(w.v[i].major); /* the contraindications name it */
    if (th_str_is(w.v[i].population, "breast-feeding")) CHECK(!w.v[i].major);
  }
}

TEST(what_ships_stands_back_where_a_label_speaks) {
  th_safety_warnings all = { 0 }, own = { 0 };
  th_safety_cautions c = { 0 };
  const th_label l = label_of("\"pregnancy\": [\"In its own words.\"]");
  CHECK_OK(th_safety_of_label(a, names, &l, 0, true, &all, &c, NULL));
  CHECK_OK(th_safety_warnings_of(a, TH_S("belimumab"), &own, NULL));
  CHECK_OK(th_safety_warnings_add(a, &all, &own, NULL));
  CHECK_INT(all.n, own.n); /* one for one */
  size_t n = 0;
  for (size_t i = 0; i < all.n; i++)
    if (th_str_is(all.v[i].population, "pregnancy")) n++, CHECK_STR(all.v[i].en, "In its own words.");
  CHECK_INT(n, 1);
}

TEST(a_long_section_is_quoted_to_the_end_of_a_sentence) {
  th_buf b;
  th_safety_warnings w = { 0 };
  th_safety_cautions c = { 0 };
  th_buf_init(&b, a, 0);
  th_buf_addz(&b, "\"pregnancy\": [\"");
  for (int i = 0; i < 100; i++) th_buf_addz(&b, "Twenty bytes of it. ");
  th_buf_addz(&b, "\"]");
  const th_label l = label_of(th_str_z(a, th_buf_str(&b)));
  CHECK_OK(th_safety_of_label(a, names, &l, 0, true, &w, &c, NULL));
  CHECK_INT(w.n, 1);
  CHECK_INT(w.v[0].en.n, 45 * 20 - 1 + strlen(" […]"));
  CHECK(th_str_ends(w.v[0].en, TH_S("of it. […]")));
}

int main(void) {
  a = th_arena_new(0);
  if (!a || th_names_builtin_index(a, &names, NULL) != TH_OK) return 1;
  static const th_test tests[] = { RUN(uses_are_what_is_indicated_not_what_is_denied),
                                   RUN(contraindications_and_populations_of_a_box),
                                   RUN(what_ships_stands_back_where_a_label_speaks),
                                   RUN(a_long_section_is_quoted_to_the_end_of_a_sentence) };
  const int status = test_main_(tests, sizeof tests / sizeof *tests);
  th_arena_del(a);
  return status;
}
