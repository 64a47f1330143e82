/* The hand-judged cases of the shared data, each read with the readers and graded: every field that a case states must hold. */
#include "test.h"

#include "theriac/evidence.h"
#include "theriac/io.h"

static th_arena *a;

typedef struct world {
  th_names *names;
  th_evidence_question q;
  th_studies_seen studies;
  th_searches_seen searches;
} world;

static bool add(world *w, th_study_seen s) {
  for (size_t i = 0; i < w->studies.n; i++) /* a register entry and the capture that names it */
    if (w->studies.v[i].origin == s.origin && th_str_eq(w->studies.v[i].id, s.id)) return true;
  return TH_VEC_PUSH(a, &w->studies, s);
}

static void read_capture(world *w, th_str bytes) {
  th_capture_doc doc = { 0 };
  th_study_seen s;
  CHECK_OK(th_source_capture_read(a, bytes, &doc, NULL));
  for (size_t i = 0; i < doc.captures.n; i++) {
    const th_capture *c = &doc.captures.v[i];
    CHECK(
        TH_VEC_PUSH(a, &w->searches, (th_search_seen){ .source = c->source, .state = c->state, .incomplete = c->incomplete }));
    for (size_t k = 0; k < c->trials.n; k++) {
      CHECK_OK(th_study_of_capture_trial(a, &c->trials.v[k], 0, &s, NULL));
      CHECK(add(w, s));
    }
    for (size_t k = 0; k < c->papers.n; k++) {
      CHECK_OK(th_study_of_capture_paper(a, &c->papers.v[k], 0, &s, NULL));
      CHECK(add(w, s));
    }
  }
}

static void read_input(world *w, th_str bytes) {
  th_source_guess guess;
  th_err err = { 0 };
  th_study_seen s;
  CHECK_OK_ERR(th_source_detect(bytes, &guess, &err), &err);
  if (guess.kind == TH_SOURCE_CTGOV) {
    th_ctgov_doc doc = { 0 };
    CHECK_OK_ERR(th_source_ctgov_read(a, bytes, &doc, &err), &err);
    for (size_t i = 0; i < doc.studies.n; i++) {
      CHECK_OK(th_study_of_ctgov(a, &doc.studies.v[i], 0, &s, NULL));
      CHECK(add(w, s));
    }
  } else if (guess.kind == TH_SOURCE_PUBMED) {
    th_pubmed_articles all = { 0 };
    CHECK_OK_ERR(th_source_pubmed_read(a, bytes, &all, &err), &err);
    for (size_t i = 0; i < all.n; i++) {
      th_study_result check;
      th_str section[TH_STUDY_SECTIONS_MAX];
      size_t n = 0;
      CHECK_OK(th_study_of_pubmed(a, &all.v[i], 0, &s, NULL));
      for (size_t k = 0; k < s.texts.n && n < TH_STUDY_SECTIONS_MAX; k++) section[n++] = s.texts.v[k].text;
      CHECK_OK(th_study_check(a, section, n, &check, NULL));
      CHECK_OK(th_study_take_facts(a, &check, section, n, &s, NULL));
      CHECK(add(w, s));
    }
  } else
    read_capture(w, bytes);
}

static bool in_list(const th_json *list, th_str text) {
  for (size_t i = 0; list && i < list->n; i++)
    if (th_str_eq(th_json_text(th_json_item(list, i)), text)) return true;
  return false;
}

static void check_text(th_str id, const char *what, const th_json *want, const char *got) {
  if (!want) return;
  const bool good = want->kind == TH_JSON_ARRAY ? in_list(want, th_str_of(got)) : th_str_eq(th_json_text(want), th_str_of(got));
  if (good) return;
  printf("# %.*s: %s: got %s\n", TH_STR_ARG(id), what, got);
  CHECK(good);
}

static void check_item(th_str id, const world *w, const th_evidence_items *items, const th_json *want) {
  const th_str name = th_json_text(th_json_get(want, "id"));
  const th_evidence_item *it = NULL;
  for (size_t i = 0; i < items->n && !it; i++)
    if (th_str_eq(items->v[i].study->id, name)) it = &items->v[i];
  (void)w;
  if (!it) {
    printf("# %.*s: %.*s is not listed\n", TH_STR_ARG(id), TH_STR_ARG(name));
    CHECK(it != NULL);
    return;
  }
  const th_json *counted = th_json_get(want, "counted"), *reasons = th_json_get(want, "reasons"), *n = th_json_get(want, "n"),
                *with = th_json_get(want, "unit_with");
  const th_str label = th_str_fmt(a, "%.*s %.*s", TH_STR_ARG(id), TH_STR_ARG(name));
  if (counted) check_text(label, "counted", NULL, ""), CHECK_INT(it->counted, counted->boolean);
  check_text(label, "relevance", th_json_get(want, "relevance"), th_relevance_code(it->relevance));
  check_text(label, "design", th_json_get(want, "design"), th_design_code(it->design));
  for (size_t i = 0; reasons && i < reasons->n; i++) {
    const th_str code = th_json_text(th_json_item(reasons, i));
    const bool has = th_codes_has(&it->gates, th_str_z(a, code));
    if (!has) printf("# %.*s lacks %.*s\n", TH_STR_ARG(label), TH_STR_ARG(code));
    CHECK(has);
  }
  int64_t people;
  if (n && th_json_i64(n, &people)) CHECK_INT(it->study->n, people);
  for (size_t i = 0; with && i < with->n; i++) {
    bool joined = false;
    for (size_t k = 0; k < items->n; k++)
      joined |= items->v[k].unit == it->unit && th_str_eq(items->v[k].study->id, th_json_text(th_json_item(with, i)));
    CHECK(joined);
  }
}

static void check_case(const th_json *c) {
  const th_str id = th_json_text(th_json_get(c, "id"));
  const th_json *want = th_json_get(c, "expect"), *inputs = th_json_get(c, "inputs");
  world w = { 0 };
  CHECK_OK(th_names_builtin_index(a, &w.names, NULL));
  w.q = (th_evidence_question){ w.names,
                                th_names_resolve(w.names, a, TH_NAME_DRUG, th_json_text(th_json_get(c, "drug"))).row,
                                th_names_resolve(w.names, a, TH_NAME_DISEASE, th_json_text(th_json_get(c, "disease"))).row,
                                { 2026, 11, 21, TH_DATE_DAY, TH_ERA_CE } };
  CHECK(w.q.drug && w.q.disease);
  if (!w.q.drug || !w.q.disease) return;
  th_file files[16];
  size_t n_files = 0;
  for (size_t i = 0; i < inputs->n && n_files < 16; i++) {
    const th_str input = th_json_text(th_json_item(inputs, i));
    const th_str path = th_str_fmt(a, "%s/data/%.*s", test_shared(), (int)(input.n - 7), input.p + 7);
    th_err err = { 0 };
    CHECK_OK_ERR(th_file_open(path.p, 0, &files[n_files], &err), &err);
    read_input(&w, files[n_files++].bytes);
  }
  th_evidence_items items = { 0 };
  for (size_t i = 0; i < w.studies.n; i++) {
    th_evidence_item it;
    CHECK_OK(th_evidence_judge(a, &w.q, &w.studies.v[i], &it, NULL));
    CHECK(TH_VEC_PUSH(a, &items, it));
  }
  th_grade g;
  CHECK_OK(th_evidence_grade(a, &items, &w.searches, NULL, &g, NULL));
  const th_json *accept = th_json_get(want, "level_accept"), *units = th_json_get(want, "counted_units"),
                *flags = th_json_get(want, "flags"), *ocebm = th_json_get(want, "ocebm"), *list = th_json_get(want, "items");
  check_text(id, "level", accept ? accept : th_json_get(want, "level"), th_level_code(g.level));
  check_text(id, "direction", th_json_get(want, "direction"), th_direction_code(g.direction));
  check_text(id, "grade", th_json_get(want, "grade"), th_certainty_code(g.certainty));
  int64_t n;
  if (units && th_json_i64(units, &n)) CHECK_INT(g.counted_units, n);
  if (ocebm && th_json_i64(ocebm, &n)) CHECK_INT(g.ocebm, n);
  for (size_t i = 0; flags && i < flags->n; i++) {
    const bool has = th_codes_has(&g.flags, th_str_z(a, th_json_text(th_json_item(flags, i))));
    if (!has) printf("# %.*s lacks flag %.*s\n", TH_STR_ARG(id), TH_STR_ARG(th_json_text(th_json_item(flags, i))));
    CHECK(has);
  }
  for (size_t i = 0; list && i < list->n; i++) check_item(id, &w, &items, th_json_item(list, i));
  if (getenv("SHOW"))
    for (size_t i = 0; i < items.n; i++) {
      const th_evidence_item *it = &items.v[i];
      printf("# %.*s %.*s counted %d rel %s role %s design %s dir %s n %d:", TH_STR_ARG(id), TH_STR_ARG(it->study->id),
             it->counted, th_relevance_code(it->relevance), th_role_code(it->role), th_design_code(it->design),
             th_direction_code(it->direction), (int)it->study->n);
      for (size_t k = 0; k < it->gates.n; k++) printf(" %s", it->gates.v[k]);
      for (size_t k = 0; k < it->flags.n; k++) printf(" %s", it->flags.v[k]);
      printf("\n");
    }
  for (size_t i = 0; i < n_files; i++) th_file_close(&files[i]);
}

TEST(the_hand_judged_cases_hold) {
  if (!test_shared()) SKIP("no shared data");
  a = th_arena_new(0);
  th_file f;
  th_json root;
  th_err err = { 0 };
  const th_str path = th_str_fmt(a, "%s/data/trials/expected_sample.json", test_shared());
  CHECK_OK_ERR(th_file_open(path.p, 0, &f, &err), &err);
  CHECK_OK_ERR(th_json_parse(a, f.bytes, &root, &err), &err);
  const th_json *cases = th_json_get(&root, "cases");
  CHECK(cases && cases->n > 0);
  for (size_t i = 0; cases && i < cases->n; i++) check_case(th_json_item(cases, i));
  th_file_close(&f);
  th_arena_del(a);
}

TEST_MAIN(RUN(the_hand_judged_cases_hold))
