/* Knowing less never turns an answer round: a fact taken away, or known less exactly, may only move verdicts towards unknown.
 * Facts that stand in `measured`, in sums with a least value for what is absent, and lists are left alone: there absence has a
 * meaning of its own. Random cases of all paths of the
 * built-in policies; THERIAC_PROP_CASES sets how many (the full run is 10^7). */
#include "rule/rule_priv.h"
#include "test.h"
#include "theriac/coverage.h"

static th_arena *fixed, *scratch;
static th_coverage cov;
static const th_date as_of = { 2025, 6, 15, TH_DATE_DAY, TH_ERA_CE };

typedef struct judge {
  th_rule_run run;
  uint8_t before[1024], after[1024];
} judge;

static void evaluate(judge *j, uint8_t *combo) {
  th_rule__run_again(&j->run);
  th_rule__run_pass(&j->run);
  for (uint32_t c = 0; c < j->run.n_combos; c++) combo[c] = (uint8_t)th_rule__at(&j->run, j->run.path->root, c);
}

static bool exempt(const th_rule_policy *p, const th_rule_path *path, int32_t fact) {
  if (p->dict->fact[fact].type == TH_RULE_LIST) return true;
  for (uint32_t i = 0; i < path->n_order; i++) {
    const th_rule_node *n = &p->node[path->order[i]];
    if (n->kind == TH_RULE_LEAF && p->leaf[n->leaf].has_absent_min)
      for (uint32_t f = 0; f < p->leaf[n->leaf].n_facts; f++)
        if (p->leaf[n->leaf].fact[f] == fact) return true;
    if (n->kind != TH_RULE_MEASURED) continue;
    for (uint32_t k = 0; k < n->n_kids; k++) {
      const th_rule_leaf *l = &p->leaf[p->node[n->kid[k]].leaf];
      for (uint32_t f = 0; f < l->n_facts; f++)
        if (l->fact[f] == fact) return true;
    }
  }
  return false;
}

/* Absent, present but unusable, or a wider interval round the value. */
static void know_less(th_rule_value *v, const th_rule_fact *f, th_rng *rng) {
  switch (th_rng_below(rng, 3)) {
  case 0: *v = (th_rule_value){ 0 }; return;
  case 1: *v = (th_rule_value){ .state = TH_RULE_UNUSABLE, .fault = TH_RULE_BAD_UNIT }; return;
  default: break;
  }
  if (f->type == TH_RULE_NUMBER && v->state == TH_RULE_KNOWN) {
    v->lo -= th_rng_unit(rng) * 3;
    v->hi += th_rng_unit(rng) * 3;
  } else if (f->type == TH_RULE_DATE && v->state == TH_RULE_KNOWN && v->date.prec == TH_DATE_DAY) {
    v->date.day = 0;
    v->date.prec = TH_DATE_MONTH;
  } else {
    *v = (th_rule_value){ 0 };
  }
}

static int turned(const judge *j) {
  for (uint32_t c = 0; c < j->run.n_combos; c++) {
    if (j->before[c] == TH_V_U && j->after[c] != TH_V_U) return (int)c;
    if (j->before[c] != TH_V_U && j->after[c] != TH_V_U && j->before[c] != j->after[c]) return (int)c;
  }
  return -1;
}

static void try_path(const th_rule_policy *p, const th_rule_path *path, uint64_t seed, unsigned long cases) {
  static judge j;
  th_err err = { 0 };
  th_rule_value *values = th_rule_values_new(fixed, p->dict);
  const uint8_t **holds = TH_NEWN(fixed, const uint8_t *, path->n_named);
  j.run = (th_rule_run){ .arena = fixed, .policy = p, .path = path, .values = values, .as_of = as_of };
  CHECK_OK_ERR(th_rule__run_open(&j.run, &err), &err);
  th_rule_aiming aim = { .arena = fixed, .policy = p, .path = path, .values = values, .as_of = as_of };
  for (uint32_t i = 0; i < path->n_named; i++) {
    CHECK_OK_ERR(th_rule__aim_at(&aim, path->named[i], &err), &err);
    holds[i] = aim.holds;
  }
  aim.arena = scratch;
  for (unsigned long k = 0; k < cases; k++) {
    th_arena_reset(scratch);
    aim.rng = (th_rng){ seed, 7, (uint64_t)k << 16 };
    const uint32_t target = (uint32_t)th_rng_below(&aim.rng, path->n_named);
    aim.target = path->named[target];
    aim.holds = holds[target];
    th_rule__aim_plain(&aim);
    th_rule__aim_want(&aim, path->root, true);
    th_rule__aim_through(&aim, path->root);
    th_rule__aim_want(&aim, aim.target, th_rng_below(&aim.rng, 2));
    for (int less = 0; less < 4; less++) {
      evaluate(&j, j.before);
      const int32_t fact = path->fact[th_rng_below(&aim.rng, path->n_facts)];
      if (exempt(p, path, fact)) continue;
      know_less(&values[fact], &p->dict->fact[fact], &aim.rng);
      evaluate(&j, j.after);
      const int c = turned(&j);
      if (c < 0) continue;
      printf("# path %.*s, seed %llu, case %lu, fact %.*s, combination %d\n", TH_STR_ARG(path->name), (unsigned long long)seed,
             k, TH_STR_ARG(p->dict->fact[fact].name), c);
      CHECK(false);
      return;
    }
  }
}

TEST(knowing_less_moves_towards_unknown) {
  const char *env = getenv("THERIAC_PROP_CASES");
  const unsigned long cases = env ? strtoul(env, NULL, 10) : 100000;
  th_err err = { 0 };
  fixed = th_arena_new(0);
  scratch = th_arena_new(0);
  CHECK_OK_ERR(th_coverage_open(fixed, NULL, 0, &cov, &err), &err);
  uint32_t paths = 0;
  for (uint32_t i = 0; i < cov.n; i++) paths += cov.policy[i].n_paths;
  for (uint32_t i = 0; i < cov.n; i++)
    for (uint32_t k = 0; k < cov.policy[i].n_paths; k++)
      try_path(&cov.policy[i], &cov.policy[i].path[k], 11 + k, cases / paths);
  th_arena_del(scratch);
  th_arena_del(fixed);
}

TEST_MAIN(RUN(knowing_less_moves_towards_unknown))
