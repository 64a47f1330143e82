/* Verification: every active reading of every path of the built-in policies has a witness that shows it, the register's findings are
 * found again, and faults planted in a small policy are found and nothing else. */
#include "coverage/coverage_priv.h"
#include "test.h"

static th_arena *arena;
static th_coverage cov;
static const th_date as_of = { 2025, 6, 15, TH_DATE_DAY, TH_ERA_CE };

static const th_rule_policy *open_policy(const char *id) {
  th_err err = { 0 };
  arena = th_arena_new(0);
  CHECK_OK_ERR(th_coverage_open(arena, NULL, 0, &cov, &err), &err);
  return th_coverage_policy(&cov, th_str_of(id));
}

static bool shows(const th_rule_policy *p, const th_rule_finding *f) {
  th_rule_result r;
  th_err err = { 0 };
  if (th_rule_check(arena, p, f->path, f->witness, as_of, &r, &err) != TH_OK || r.outcome != TH_OUT_DEPENDS) return false;
  for (uint32_t i = 0; i < f->path->n_amb; i++)
    if (f->path->amb[i] == f->amb) return r.readings >> i & 1;
  return false;
}

static void all_readings(const th_rule_policy *p, th_rule_report r, uint32_t want) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < r.n; i++) {
    if (r.finding[i].kind != TH_FIND_READING) continue;
    n++;
    CHECK(shows(p, &r.finding[i]));
  }
  CHECK_INT(n, want);
  CHECK_INT(r.shown, r.leaves);
  CHECK_INT(r.unproved, 0);
}

static bool has(const th_rule_policy *p, const th_rule_report *r, th_rule_finding_kind kind, const char *path, const char *node,
                const char *with) {
  for (uint32_t i = 0; i < r->n; i++) {
    const th_rule_finding *f = &r->finding[i];
    if (f->kind == kind && th_str_is(f->path->name, path) && th_str_is(p->node[f->node].id, node) &&
        (!with || th_str_is(p->node[f->with].id, with)))
      return true;
  }
  return false;
}

static void known_consequences(const th_rule_policy *p, th_rule_report r) {
  CHECK(has(p, &r, TH_FIND_CONTRADICTION, "ln-renewal", "LR-05", "LR-02"));
  CHECK(has(p, &r, TH_FIND_CONTRADICTION, "ln-renewal", "LR", NULL));
  CHECK(has(p, &r, TH_FIND_CONTRADICTION, "psle-renewal", "PR", NULL));
  CHECK(has(p, &r, TH_FIND_GAP, "psle-renewal", "PR-00", NULL));
  CHECK(has(p, &r, TH_FIND_DEAD_CLAUSE, "sle-initial", "AD-07", NULL));
  CHECK(has(p, &r, TH_FIND_BOUNDARY, "ln-initial", "LN-11", NULL));
}

/* Counted in the specification's list by path: 7 + 6 + 6 + 4 + 1 + 1 + 4 + 5 + 1, and 3 of the trial. */
TEST(every_reading_has_a_witness_and_the_register_is_found) {
  const th_rule_policy *p = open_policy("nhi-8.2.13");
  th_rule_report r;
  th_err err = { 0 };
  CHECK_OK_ERR(th_rule_verify(arena, p, as_of, 1, &r, &err), &err);
  all_readings(p, r, 35);
  known_consequences(p, r);
  p = th_coverage_policy(&cov, TH_S("trial-NCT05154734"));
  CHECK_OK_ERR(th_rule_verify(arena, p, as_of, 1, &r, &err), &err);
  all_readings(p, r, 3);
  th_arena_del(arena);
}

static const char planted[] = "policy: planted\n"
                              "title: {zh: \"z\", en: \"e\"}\n"
                              "versions: [{from: 2020-01-01, to: open, applies: [p], state: held}]\n"
                              "paths:\n"
                              "  p:\n"
                              "    id: P\n"
                              "    zh: \"z\"\n"
                              "    en: \"e\"\n"
                              "    all:\n"
                              "      - {id: A, zh: \"z\", en: \"e\", fact: steroid_months, op: \">=\", value: 6}\n"
                              "      - id: D\n"
                              "        zh: \"z\"\n"
                              "        en: \"e\"\n"
                              "        any: [{id: D1, zh: \"z\", en: \"e\", fact: steroid_months, op: \">=\", value: 3},\n"
                              "              {id: D2, zh: \"z\", en: \"e\", fact: relapse, is: true}]\n"
                              "      - id: C\n"
                              "        zh: \"z\"\n"
                              "        en: \"e\"\n"
                              "        any: [{fact: gfr, op: \"<\", times: 0.8, of: gfr_pre_standard},\n"
                              "              {fact: gfr, op: \">=\", times: 0.8, of: gfr_pre_standard}]\n"
                              "      - {id: L, zh: \"z\", en: \"e\", fact: gfr, op: \">\", value: 15}\n";

/* By hand: at 6 months or more D1 holds, so D, D1 and D2 could be true always; C is true whenever it is known. */
TEST(planted_faults_and_no_others) {
  th_rule_policy p;
  th_rule_report r;
  th_err err = { 0 };
  open_policy("nhi-8.2.13");
  CHECK_OK_ERR(th_rule_policy_load(arena, &cov.dict, th_str_of(planted), "planted", &p, &err), &err);
  CHECK_OK_ERR(th_rule_verify(arena, &p, as_of, 1, &r, &err), &err);
  CHECK(has(&p, &r, TH_FIND_DEAD_CLAUSE, "p", "D", NULL));
  CHECK(has(&p, &r, TH_FIND_DEAD_CLAUSE, "p", "D1", NULL));
  CHECK(has(&p, &r, TH_FIND_DEAD_CLAUSE, "p", "D2", NULL));
  CHECK(has(&p, &r, TH_FIND_CONSTANT, "p", "C", NULL));
  CHECK(!has(&p, &r, TH_FIND_DEAD_CLAUSE, "p", "A", NULL));
  CHECK(!has(&p, &r, TH_FIND_DEAD_CLAUSE, "p", "L", NULL));
  CHECK(!has(&p, &r, TH_FIND_CONSTANT, "p", "P", NULL));
  CHECK_INT(r.unproved, 0);
  th_arena_del(arena);
}

/* The rule itself with clauses added to its largest path. Six months of hydroxychloroquine are asked for there, so that what asks for
 * three, or two, of them decides nothing, and a reading between the two parts nothing; a value lies below a bound or it does not. */
static const char added[] =
    "      - {id: XDEAD, zh: \"z\", en: \"e\", any: [{fact: hcq_months, op: \">=\", value: 3}, {fact: np_lupus, is: true}]}\n"
    "      - {id: XCONST, zh: \"z\", en: \"e\", any: [{fact: gfr, op: \"<\", value: 15}, {fact: gfr, op: \">=\", value: 15}]}\n"
    "      - {id: XRATIO, zh: \"z\", en: \"e\", any: [{fact: aza_daily_dose, op: \"<\", times: 2, of: weight},\n"
    "          {fact: aza_daily_dose, op: \">=\", times: 1.9, of: weight}]}\n"
    "      - {id: XREAD, zh: \"z\", en: \"e\", all: [{reading: A99, r0: {fact: hcq_months, op: \">=\", value: 3},\n"
    "          r1: {fact: hcq_months, op: \">=\", value: 2}}]}\n"
    "      - {id: XLIVE, zh: \"z\", en: \"e\", any: [{fact: hcq_months, op: \">=\", value: 7}, {fact: np_lupus, is: true}]}\n";
static const char doubt[] = "  - {id: A99, active: true, cite: \"none\", zh: \"z\", en: \"e\",\n"
                            "     readings: [{id: r0, zh: \"z\", en: \"e\"}, {id: r1, zh: \"z\", en: \"e\"}]}\n";

static th_str with_additions(th_str yaml) {
  const th_str head = TH_S("\nambiguities:\n"), clause = TH_S("      - {id: AD-01,");
  const size_t a = th_str_find(yaml, head, 0) + head.n, c = th_str_find(yaml, clause, 0);
  th_buf b;
  th_buf_init(&b, arena, yaml.n + 4096);
  CHECK(a > head.n && c > a && c < yaml.n);
  th_buf_add(&b, th_str_sub(yaml, 0, a));
  th_buf_addz(&b, doubt);
  th_buf_add(&b, th_str_sub(yaml, a, c));
  th_buf_addz(&b, added);
  th_buf_add(&b, th_str_sub(yaml, c, yaml.n));
  return th_buf_str(&b);
}

TEST(planted_faults_of_a_large_path_are_proved) {
  th_rule_policy p;
  th_rule_report r;
  th_err err = { 0 };
  open_policy("nhi-8.2.13");
  const th_str yaml = with_additions(th_embed_find(th_coverage__policies, "nhi-8.2.13.yaml"));
  CHECK_OK_ERR(th_rule_policy_load(arena, &cov.dict, yaml, "added", &p, &err), &err);
  CHECK_OK_ERR(th_rule_verify(arena, &p, as_of, 1, &r, &err), &err);
  CHECK(has(&p, &r, TH_FIND_DEAD_CLAUSE, "sle-initial", "XDEAD", NULL));
  CHECK(has(&p, &r, TH_FIND_DEAD_CLAUSE, "sle-initial", "XREAD", NULL));
  CHECK(has(&p, &r, TH_FIND_CONSTANT, "sle-initial", "XCONST", NULL));
  CHECK(has(&p, &r, TH_FIND_CONSTANT, "sle-initial", "XRATIO", NULL));
  uint32_t dead = 0;
  for (uint32_t i = 0; i < r.n; i++) {
    const th_rule_finding *f = &r.finding[i];
    CHECK(f->kind != TH_FIND_READING || !th_str_is(p.amb[f->amb].id, "A99"));
    dead += f->kind == TH_FIND_CONSTANT || f->kind == TH_FIND_DEAD_CLAUSE;
  }
  CHECK_INT(dead, 6); /* these four, and the two of the register */
  CHECK_INT(r.unproved, 0);
  th_arena_del(arena);
}

TEST_MAIN(RUN(every_reading_has_a_witness_and_the_register_is_found), RUN(planted_faults_and_no_others),
          RUN(planted_faults_of_a_large_path_are_proved))
