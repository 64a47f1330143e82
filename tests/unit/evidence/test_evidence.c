/* Grading: expected values from the specification's worked cases (evidence §5, §7–10, §14). */
#include "test.h"

#include "theriac/evidence.h"

static th_arena *a;
static th_names *names;

static th_evidence_question ask(const char *disease) {
  if (!a) {
    th_name_rows rows = { 0 };
    a = th_arena_new(0);
    CHECK_OK(th_names_builtin(a, &rows, NULL));
    CHECK_OK(th_names_build(a, &rows, &names, NULL));
  }
  return (th_evidence_question){ names,
                                 th_names_resolve(names, a, TH_NAME_DRUG, TH_S("belimumab")).row,
                                 th_names_resolve(names, a, TH_NAME_DISEASE, th_str_of(disease)).row,
                                 { 2026, 11, 21, TH_DATE_DAY, TH_ERA_CE } };
}

static th_field field(const char *text) {
  return (th_field){ th_str_of(text), 0, (uint32_t)strlen(text), 1 };
}

static void add(th_field_vec *v, const char *text) {
  CHECK(TH_VEC_PUSH(a, v, field(text)));
}

static bool has(const th_codes *v, const char *code) {
  for (size_t i = 0; i < v->n; i++)
    if (strcmp(v->v[i], code) == 0) return true;
  return false;
}

static th_study_seen blank(th_study_origin origin, const char *id, const char *title) {
  return (th_study_seen){ .origin = origin,
                          .id = th_str_of(id),
                          .title = th_str_of(title),
                          .n = -1,
                          .events = -1,
                          .healthy_volunteers = TH_UNKNOWN,
                          .has_results = TH_UNKNOWN };
}

/* A single-group trial, completed, without a result, that accepts healthy volunteers. */
static th_study_seen nmosd_trial(void) {
  th_study_seen s =
      blank(TH_ORIGIN_REGISTRY, "NCT05154734", "Efficacy and Safety of Belimumab in Neuromyelitis Optica Spectrum Disorders");
  add(&s.conditions, "NMO Spectrum Disorder");
  add(&s.treatments, "Drug: Belimumab");
  th_trial_arm arm = { .label = field("Belimumab"), .type = field("Experimental group") };
  add(&arm.treatments, "Drug: Belimumab");
  CHECK(TH_VEC_PUSH(a, &s.arms, arm));
  s.status = TH_STATUS_COMPLETED;
  s.n = 14;
  s.phases = 2u | 4u;
  s.study_type = field("Interventional");
  s.model = field("Single Group Assignment");
  s.allocation = field("N/A");
  s.purpose = field("Basic Science");
  s.healthy_volunteers = TH_TRUE;
  add(&s.texts, "Diagnosis of NMO or NMO spectrum disorder according to the 2015 criteria");
  return s;
}

TEST(a_finished_trial_without_result_is_l4_unclear) {
  const th_evidence_question q = ask("neuromyelitis optica spectrum disorder");
  const th_study_seen s = nmosd_trial();
  th_evidence_items items = { 0 };
  th_evidence_item it;
  CHECK_OK(th_evidence_judge(a, &q, &s, &it, NULL));
  CHECK_INT(it.role, TH_ROLE_TESTED);
  CHECK_INT(it.relevance, TH_RELEVANCE_A);
  CHECK_INT(it.design, TH_DESIGN_UNCONTROLLED);
  CHECK(has(&it.gates, "V-NO-RESULT") && it.gates.n == 1);
  CHECK(has(&it.flags, "HEALTHY_VOLUNTEER_CONFLICT"));
  CHECK(has(&it.flags, "PURPOSE_CONFLICT"));
  CHECK(TH_VEC_PUSH(a, &items, it));
  th_grade g;
  CHECK_OK(th_evidence_grade(a, &items, &(th_searches_seen){ 0 }, NULL, &g, NULL));
  CHECK_INT(g.level, TH_LEVEL_L4);
  CHECK_INT(g.direction, TH_DIRECTION_UNCLEAR);
  CHECK_INT(g.counted_units, 1);
  const th_decided d = th_evidence_decide(&g, &(th_decision_facts){ .novelty = TH_NOVELTY_NEW });
  CHECK_STR(th_str_of(th_decision_code(d.decision)), "RESEARCH_QUESTION");
  CHECK_INT(d.row, 9);
}

TEST(a_kidney_trial_says_nothing_on_platelets) {
  const th_evidence_question q = ask("primary release disorder of platelets");
  th_study_seen s =
      blank(TH_ORIGIN_CLAIM, "NCT01610492", "A 2 Year Mechanistic Study of Belimumab in Idiopathic Membranous Glom...");
  s.title_cut = true;
  s.status = TH_STATUS_COMPLETED;
  th_evidence_item it;
  CHECK_OK(th_evidence_judge(a, &q, &s, &it, NULL));
  CHECK_INT(it.relevance, TH_RELEVANCE_C);
  CHECK(has(&it.gates, "V-OFF-TOPIC"));
  th_evidence_items items = { 0 };
  CHECK(TH_VEC_PUSH(a, &items, it));
  th_grade g;
  CHECK_OK(th_evidence_grade(a, &items, &(th_searches_seen){ 0 }, NULL, &g, NULL));
  CHECK_INT(g.level, TH_LEVEL_UNKNOWN); /* nothing was searched: absence proves nothing */
  CHECK_INT(g.direction, TH_DIRECTION_NONE);
  th_searches_seen searches = { 0 };
  CHECK(TH_VEC_PUSH(a, &searches, (th_search_seen){ .source = TH_CAPTURE_REGISTRY, .state = TH_SEARCH_FOUND }));
  CHECK_OK(th_evidence_grade(a, &items, &searches, NULL, &g, NULL));
  CHECK_INT(g.level, TH_LEVEL_UNKNOWN); /* literature still not searched */
  CHECK(TH_VEC_PUSH(a, &searches, (th_search_seen){ .source = TH_CAPTURE_LITERATURE, .state = TH_SEARCH_FAILED }));
  CHECK_OK(th_evidence_grade(a, &items, &searches, NULL, &g, NULL));
  CHECK_INT(g.level, TH_LEVEL_UNKNOWN); /* a failed source is not an empty one */
  searches.v[1].state = TH_SEARCH_NOTHING;
  CHECK_OK(th_evidence_grade(a, &items, &searches, NULL, &g, NULL));
  CHECK_INT(g.level, TH_LEVEL_L5);
}

TEST(a_cohort_called_case_control_is_repaired) {
  const th_evidence_question q = ask("recurrent spontaneous abortion");
  th_study_seen s = blank(TH_ORIGIN_PAPER, "doi:10.1186/s12884-025-07600-5", "");
  add(&s.texts, "To examine the impact of belimumab on recurrent spontaneous abortion (RSA) in women with raised B cells.");
  add(&s.texts, "A retrospective case-control analysis. The belimumab group received basic treatment with belimumab 10 mg/kg; "
                "the control group received "
                "basic treatment. Pregnancy outcomes were compared between the two groups.");
  add(&s.texts, "Healthy newborns were delivered by 45 of 51 and 36 of 51.");
  s.status = TH_STATUS_COMPLETED;
  s.has_results = TH_TRUE;
  s.n = 102;
  s.events = 81;
  CHECK(TH_VEC_PUSH(
      a, &s.effects,
      (th_effect_seen){ 3.13, 1.10, 8.87, 0.048, true, false, TH_S("Healthy newborns were delivered by more women"), false }));
  th_evidence_item it;
  CHECK_OK(th_evidence_judge(a, &q, &s, &it, NULL));
  CHECK_INT(it.role, TH_ROLE_TESTED);
  CHECK_INT(it.relevance, TH_RELEVANCE_A);
  CHECK_INT(it.design_labelled, TH_DESIGN_CASE_CONTROL);
  CHECK_INT(it.design, TH_DESIGN_COHORT);
  CHECK(has(&it.flags, "DESIGN_LABEL_MISMATCH"));
  CHECK_INT(it.direction, TH_DIRECTION_SUPPORTS);
  th_evidence_items items = { 0 };
  CHECK(TH_VEC_PUSH(a, &items, it));
  th_grade g;
  CHECK_OK(th_evidence_grade(a, &items, &(th_searches_seen){ 0 }, NULL, &g, NULL));
  CHECK_INT(g.level, TH_LEVEL_L3);
  CHECK_INT(g.direction, TH_DIRECTION_SUPPORTS);
  CHECK_INT(g.ocebm, 3);
  CHECK_INT(g.certainty, TH_GRADE_VERY_LOW);
  CHECK(g.certainty_automatic);
}

TEST(one_study_is_one_unit_however_often_it_is_told) {
  const th_evidence_question q = ask("neuromyelitis optica");
  const th_study_seen trial = nmosd_trial();
  th_study_seen claim = blank(TH_ORIGIN_CLAIM, "NCT05154734", "Belimumab in neuromyelitis optica");
  claim.status = TH_STATUS_COMPLETED;
  th_study_seen paper = blank(TH_ORIGIN_PAPER, "PMID1", "Belimumab for neuromyelitis optica");
  add(&paper.texts, "Patients received belimumab (NCT05154734). A single-arm trial. Attacks fell.");
  paper.has_results = TH_TRUE;
  CHECK(TH_VEC_PUSH(a, &paper.related_ids, TH_S("NCT05154734")));
  const th_study_seen *all[] = { &trial, &claim, &paper };
  th_evidence_items items = { 0 };
  for (int i = 0; i < 3; i++) {
    th_evidence_item it;
    CHECK_OK(th_evidence_judge(a, &q, all[i], &it, NULL));
    CHECK(TH_VEC_PUSH(a, &items, it));
  }
  th_grade g;
  CHECK_OK(th_evidence_grade(a, &items, &(th_searches_seen){ 0 }, NULL, &g, NULL));
  CHECK_INT(g.counted_units, 1);
  CHECK(items.v[0].counted && items.v[0].reported); /* the full record speaks for the unit, the paper gives the result */
  CHECK(!has(&items.v[0].gates, "V-NO-RESULT"));
  CHECK(has(&items.v[1].gates, "V-DUPLICATE") && has(&items.v[2].gates, "V-DUPLICATE"));
}

TEST(void_studies_never_count) {
  const th_evidence_question q = ask("membranous nephropathy");
  th_study_seen s = blank(TH_ORIGIN_REGISTRY, "NCT01762852", "Belimumab in membranous nephropathy");
  add(&s.conditions, "Glomerulonephritis, Membranous");
  add(&s.treatments, "Belimumab");
  s.status = TH_STATUS_WITHDRAWN;
  s.n = 0;
  s.n_kind = TH_COUNT_ACTUAL;
  th_evidence_item it;
  CHECK_OK(th_evidence_judge(a, &q, &s, &it, NULL));
  CHECK_INT(it.relevance, TH_RELEVANCE_A);
  CHECK(has(&it.gates, "V-WITHDRAWN") && has(&it.gates, "V-N0"));
  th_evidence_items items = { 0 };
  CHECK(TH_VEC_PUSH(a, &items, it));
  th_grade g;
  CHECK_OK(th_evidence_grade(a, &items, &(th_searches_seen){ 0 }, NULL, &g, NULL));
  CHECK_INT(g.counted_units, 0);
}

static int row_of(th_level level, th_direction direction, th_certainty certainty, th_novelty novelty, const char *who,
                  bool warning) {
  const th_grade g = { .level = level, .direction = direction, .certainty = certainty };
  return th_evidence_decide(
             &g, &(th_decision_facts){ .novelty = novelty, .major_warning = warning, .confirmed_by = th_str_of(who) })
      .row;
}

/* Each allocation refused once: a study is then judged as with memory, or not at all. */
TEST(want_of_memory_changes_no_judgement) {
  const th_evidence_question q = ask("neuromyelitis optica spectrum disorder");
  const th_study_seen s = nmosd_trial();
  th_evidence_item with, without;
  unsigned long refused = 0;
  CHECK_OK(th_evidence_judge(a, &q, &s, &with, NULL));
  for (unsigned long k = 1; k < 5000; k++) {
    (void)th_alloc_fail_after(k, 0);
    const th_code code = th_evidence_judge(a, &q, &s, &without, NULL);
    const bool asked_less = th_alloc_fail_after(0, 0) < k;
    if (code == TH_OK) {
      CHECK(without.role == with.role && without.relevance == with.relevance && without.design == with.design);
      CHECK(without.gates.n == with.gates.n && without.flags.n == with.flags.n && without.steps.n == with.steps.n);
    } else {
      CHECK_INT(code, TH_ENOMEM);
      refused++;
    }
    if (asked_less) break;
  }
  CHECK(refused > 10);
}

TEST(decisions_follow_the_printed_table) {
  CHECK_INT(row_of(TH_LEVEL_L1, TH_DIRECTION_SUPPORTS, TH_GRADE_HIGH, TH_NOVELTY_CONTRAINDICATED, "x", false), 1);
  CHECK_INT(row_of(TH_LEVEL_L1, TH_DIRECTION_SUPPORTS, TH_GRADE_HIGH, TH_NOVELTY_LICENSED, "x", true), 1);
  CHECK_INT(row_of(TH_LEVEL_UNKNOWN, TH_DIRECTION_NONE, TH_GRADE_NONE, TH_NOVELTY_LICENSED, "", false), 2);
  CHECK_INT(row_of(TH_LEVEL_UNKNOWN, TH_DIRECTION_NONE, TH_GRADE_NONE, TH_NOVELTY_NEW, "", false), 3);
  CHECK_INT(row_of(TH_LEVEL_L3, TH_DIRECTION_AGAINST, TH_GRADE_LOW, TH_NOVELTY_NEW, "", false), 4);
  CHECK_INT(row_of(TH_LEVEL_L1, TH_DIRECTION_SUPPORTS, TH_GRADE_MODERATE, TH_NOVELTY_NEW, "Dr Who", false), 5);
  CHECK_INT(row_of(TH_LEVEL_L1, TH_DIRECTION_SUPPORTS, TH_GRADE_MODERATE, TH_NOVELTY_NEW, "", false), 6);
  CHECK_INT(row_of(TH_LEVEL_L2, TH_DIRECTION_MIXED, TH_GRADE_LOW, TH_NOVELTY_NEW, "", false), 7);
  CHECK_INT(row_of(TH_LEVEL_L3, TH_DIRECTION_SUPPORTS, TH_GRADE_VERY_LOW, TH_NOVELTY_NEW, "", false), 8);
  CHECK_INT(row_of(TH_LEVEL_L4, TH_DIRECTION_UNCLEAR, TH_GRADE_NONE, TH_NOVELTY_NEW, "", false), 9);
  CHECK_INT(row_of(TH_LEVEL_L5, TH_DIRECTION_NONE, TH_GRADE_NONE, TH_NOVELTY_NEW, "", false), 10);
}

TEST(pregnancy_caps_what_may_be_decided) {
  const th_grade g = { .level = TH_LEVEL_L1, .direction = TH_DIRECTION_SUPPORTS, .certainty = TH_GRADE_HIGH };
  const th_decided d =
      th_evidence_decide(&g, &(th_decision_facts){ .novelty = TH_NOVELTY_NEW, .pregnancy = true, .confirmed_by = TH_S("x") });
  CHECK_STR(th_str_of(th_decision_code(d.decision)), "RESEARCH_QUESTION");
  CHECK(d.capped);
}

TEST(novelty_hangs_on_licence_and_ontology) {
  const th_evidence_question sle = ask("SLE"), ln = ask("lupus nephritis"), mn = ask("membranous nephropathy"),
                             platelets = ask("Glanzmann thrombasthenia");
  th_name_row_vec licensed = { 0 }, none = { 0 }, barred = { 0 };
  CHECK(TH_VEC_PUSH(a, &licensed, sle.disease) && TH_VEC_PUSH(a, &licensed, ln.disease) &&
        TH_VEC_PUSH(a, &barred, platelets.disease));
  CHECK_INT(th_evidence_novelty(a, names, sle.disease, &licensed, &none, true).novelty, TH_NOVELTY_LICENSED);
  CHECK_INT(th_evidence_novelty(a, names, mn.disease, &licensed, &none, true).novelty,
            TH_NOVELTY_EXPANSION); /* sibling of lupus nephritis */
  CHECK_INT(th_evidence_novelty(a, names, platelets.disease, &licensed, &none, true).novelty, TH_NOVELTY_NEW);
  CHECK_INT(th_evidence_novelty(a, names, platelets.disease, &none, &none, false).novelty, TH_NOVELTY_UNKNOWN);
  CHECK_INT(th_evidence_novelty(a, names, platelets.disease, &licensed, &barred, true).novelty, TH_NOVELTY_CONTRAINDICATED);
}

TEST_MAIN(RUN(a_finished_trial_without_result_is_l4_unclear), RUN(a_kidney_trial_says_nothing_on_platelets),
          RUN(a_cohort_called_case_control_is_repaired), RUN(one_study_is_one_unit_however_often_it_is_told),
          RUN(void_studies_never_count), RUN(want_of_memory_changes_no_judgement), RUN(decisions_follow_the_printed_table),
          RUN(pregnancy_caps_what_may_be_decided), RUN(novelty_hangs_on_licence_and_ontology))
