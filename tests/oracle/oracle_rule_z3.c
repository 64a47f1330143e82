/* Z3 beside our own search. Of ln-renewal it is asked, over all real values, which conditions can fail while the order to stop holds,
 * and which readings can part the verdict; of larger paths, scores and doses among them, whether each named clause can be true, can be
 * false, and can turn the verdict when it is given a value. What it finds satisfiable must be what verification reports, and nothing
 * else. All facts are known here. */
#include <z3.h>

#include "test.h"
#include "theriac/coverage.h"

typedef struct prover {
  Z3_context z;
  const th_rule_policy *p;
  const th_rule_path *path;
  uint32_t combo;
  th_date as_of;
  int32_t given; /* a node that is `value`, or -1 */
  bool value;
} prover;

static Z3_sort sort_of(const prover *v, int32_t fact) {
  switch ((th_rule_type)v->p->dict->fact[fact].type) {
  case TH_RULE_BOOL: return Z3_mk_bool_sort(v->z);
  case TH_RULE_DATE: return Z3_mk_int_sort(v->z);
  case TH_RULE_NUMBER:
  case TH_RULE_CODE:
  case TH_RULE_CODES:
  case TH_RULE_LIST: break;
  }
  TH_ASSERT(v->p->dict->fact[fact].type == TH_RULE_NUMBER);
  return Z3_mk_real_sort(v->z);
}

static Z3_ast fact_of(const prover *v, int32_t fact) {
  char name[16];
  snprintf(name, sizeof name, "f%d", fact);
  return Z3_mk_const(v->z, Z3_mk_string_symbol(v->z, name), sort_of(v, fact));
}

static Z3_ast real_of(const prover *v, double x) {
  char text[64];
  snprintf(text, sizeof text, "%.12g", x);
  return Z3_mk_numeral(v->z, text, Z3_mk_real_sort(v->z));
}

static Z3_ast whole_of(const prover *v, int32_t x) {
  return Z3_mk_int(v->z, x, Z3_mk_int_sort(v->z));
}

static Z3_ast compared(const prover *v, Z3_ast a, uint8_t op, Z3_ast b) {
  switch ((th_rule_op)op) {
  case TH_RULE_GE: return Z3_mk_ge(v->z, a, b);
  case TH_RULE_GT: return Z3_mk_gt(v->z, a, b);
  case TH_RULE_LE: return Z3_mk_le(v->z, a, b);
  case TH_RULE_LT: return Z3_mk_lt(v->z, a, b);
  case TH_RULE_EQ: break;
  }
  return Z3_mk_eq(v->z, a, b);
}

static Z3_ast times(const prover *v, th_rule_term t) {
  Z3_ast pair[2] = { real_of(v, t.times), t.of < 0 ? NULL : fact_of(v, t.of) };
  return t.of < 0 ? pair[0] : Z3_mk_mul(v->z, 2, pair);
}

/* f against the least of several: >= one is enough for at least one of them, and so on. */
static Z3_ast least_of(const prover *v, const th_rule_leaf *l) {
  Z3_ast m = times(v, l->term[0]);
  for (uint32_t i = 1; i < l->n_terms; i++) {
    const Z3_ast x = times(v, l->term[i]);
    m = Z3_mk_ite(v->z, Z3_mk_lt(v->z, x, m), x, m);
  }
  return m;
}

static Z3_ast sum_of(const prover *v, const th_rule_leaf *l) {
  Z3_ast part[TH_RULE_LEAF_FACTS];
  for (uint32_t i = 0; i < l->n_facts; i++) part[i] = fact_of(v, l->fact[i]);
  return Z3_mk_add(v->z, l->n_facts, part);
}

/* Whole years are reached on the birthday: born on or before the day so many years ago. */
static Z3_ast age_of(const prover *v, const th_rule_leaf *l) {
  const bool strict = l->op == TH_RULE_GT || l->op == TH_RULE_LE, turned = l->op == TH_RULE_LT || l->op == TH_RULE_LE;
  const th_date day = th_date_add_months(v->as_of, -12 * ((int)l->value + strict));
  const Z3_ast reached = Z3_mk_le(v->z, fact_of(v, l->fact[0]), whole_of(v, th_date_first(day)));
  return turned ? Z3_mk_not(v->z, reached) : reached;
}

static Z3_ast leaf_of(const prover *v, const th_rule_leaf *l) {
  const Z3_ast a = fact_of(v, l->fact[0]);
  const int32_t today = th_date_first(v->as_of);
  const int32_t start = l->in_days ? today - l->window : th_date_first(th_date_add_months(v->as_of, -l->window));
  switch ((th_rule_leaf_kind)l->kind) {
  case TH_LEAF_IS: return l->want ? a : Z3_mk_not(v->z, a);
  case TH_LEAF_VALUE: return compared(v, a, l->op, real_of(v, l->value));
  case TH_LEAF_RATIO:
  case TH_LEAF_MIN: return compared(v, a, l->op, least_of(v, l));
  case TH_LEAF_SUM: return compared(v, sum_of(v, l), l->op, real_of(v, l->value));
  case TH_LEAF_AGE: return age_of(v, l);
  case TH_LEAF_FROM: return Z3_mk_ge(v->z, a, whole_of(v, start));
  case TH_LEAF_TO: return Z3_mk_le(v->z, a, whole_of(v, today));
  case TH_LEAF_BEFORE: return Z3_mk_le(v->z, a, whole_of(v, start));
  case TH_LEAF_BSA:
  case TH_LEAF_IN:
  case TH_LEAF_COUNT:
  case TH_LEAF_SUSTAINED: break;
  }
  TH_ASSERT(!"a leaf that was put to Z3");
  return NULL;
}

static Z3_ast formula(const prover *v, uint32_t at);

static Z3_ast tally_of(const prover *v, int32_t tally) {
  const th_rule_tally *t = &v->p->tally[tally];
  Z3_ast free_part[65] = { whole_of(v, 0) }, capped[65] = { whole_of(v, 0) };
  unsigned n[2] = { 1, 1 };
  for (uint32_t i = 0; i < t->n; i++) {
    const Z3_ast x = Z3_mk_ite(v->z, formula(v, t->item[i].node), whole_of(v, t->item[i].weight), whole_of(v, 0));
    if (t->item[i].capped)
      capped[n[1]++] = x;
    else
      free_part[n[0]++] = x;
  }
  const Z3_ast group = Z3_mk_add(v->z, n[1], capped), cap = whole_of(v, t->cap);
  Z3_ast sum[2] = { Z3_mk_add(v->z, n[0], free_part),
                    t->cap < 0 ? group : Z3_mk_ite(v->z, Z3_mk_gt(v->z, group, cap), cap, group) };
  return Z3_mk_add(v->z, 2, sum);
}

static Z3_ast score_of(const prover *v, const th_rule_node *n) {
  Z3_ast side[2] = { tally_of(v, n->tally), n->minus < 0 ? whole_of(v, 0) : tally_of(v, n->minus) };
  return compared(v, Z3_mk_sub(v->z, 2, side), n->op, whole_of(v, (int32_t)n->value));
}

static Z3_ast at_least_of(const prover *v, const th_rule_node *n) {
  Z3_ast one[64];
  for (uint32_t i = 0; i < n->n_kids; i++) one[i] = Z3_mk_ite(v->z, formula(v, n->kid[i]), whole_of(v, 1), whole_of(v, 0));
  return Z3_mk_ge(v->z, Z3_mk_add(v->z, n->n_kids, one), whole_of(v, (int32_t)n->k));
}

/* All facts are known here: every child of `measured` is measured. */
static Z3_ast formula(const prover *v, uint32_t at) {
  const th_rule_node *n = &v->p->node[at];
  Z3_ast kid[64];
  if ((int32_t)at == v->given) return v->value ? Z3_mk_true(v->z) : Z3_mk_false(v->z);
  if (n->kind == TH_RULE_SCORE) return score_of(v, n);
  if (n->kind == TH_RULE_AT_LEAST) return at_least_of(v, n);
  if (n->kind == TH_RULE_HUMAN) return fact_of(v, n->fact);
  if (n->kind == TH_RULE_LEAF) return leaf_of(v, &v->p->leaf[n->leaf]);
  if (n->kind == TH_RULE_CONST) return n->constant ? Z3_mk_true(v->z) : Z3_mk_false(v->z);
  if (n->kind == TH_RULE_READING) {
    uint32_t limb = 0;
    for (uint32_t i = 0; i < v->path->n_amb; i++)
      if (v->path->amb[i] == n->amb) limb = v->combo >> (v->path->n_amb - 1 - i) & 1;
    return formula(v, n->kid[limb]);
  }
  for (uint32_t i = 0; i < n->n_kids; i++) kid[i] = formula(v, n->kid[i]);
  if (n->kind == TH_RULE_NOT) return Z3_mk_not(v->z, kid[0]);
  if (n->kind == TH_RULE_STOP_OVERRIDE) kid[0] = Z3_mk_not(v->z, kid[0]);
  if (n->kind == TH_RULE_EXCEPTION) {
    Z3_ast limb[2] = { kid[0], Z3_mk_and(v->z, 2, kid + 1) };
    return Z3_mk_or(v->z, 2, limb);
  }
  const bool any = n->kind == TH_RULE_ANY || (n->kind == TH_RULE_MEASURED && !n->measured_all);
  return any ? Z3_mk_or(v->z, n->n_kids, kid) : Z3_mk_and(v->z, n->n_kids, kid);
}

static bool possible(const prover *v, Z3_ast what) {
  const Z3_solver s = Z3_mk_solver(v->z);
  Z3_solver_inc_ref(v->z, s);
  for (uint32_t i = 0; i < v->path->n_facts; i++) { /* only plausible values are values */
    const th_rule_fact *f = &v->p->dict->fact[v->path->fact[i]];
    if (!f->has_range) continue;
    Z3_solver_assert(v->z, s, Z3_mk_ge(v->z, fact_of(v, v->path->fact[i]), real_of(v, f->lo)));
    Z3_solver_assert(v->z, s, Z3_mk_le(v->z, fact_of(v, v->path->fact[i]), real_of(v, f->hi)));
  }
  Z3_solver_assert(v->z, s, what);
  const Z3_lbool r = Z3_solver_check(v->z, s);
  Z3_solver_dec_ref(v->z, s);
  CHECK(r != Z3_L_UNDEF);
  return r == Z3_L_TRUE;
}

static bool reported(const th_rule_report *r, const prover *v, th_rule_finding_kind kind, uint32_t with, int32_t amb) {
  for (uint32_t i = 0; i < r->n; i++) {
    const th_rule_finding *f = &r->finding[i];
    if (f->kind == kind && th_str_eq(f->path->name, v->path->name) &&
        (kind == TH_FIND_READING ? f->amb == amb : f->amb < 0 && f->with == with))
      return true;
  }
  return false;
}

static const th_date day = { 2025, 6, 15, TH_DATE_DAY, TH_ERA_CE };

TEST(solver_and_search_agree) {
  th_arena *a = th_arena_new(0);
  th_coverage cov;
  th_rule_report r;
  th_err err = { 0 };
  CHECK_OK_ERR(th_coverage_open(a, NULL, 0, &cov, &err), &err);
  prover v = { .p = th_coverage_policy(&cov, TH_S("nhi-8.2.13")), .as_of = day, .given = -1 };
  v.path = th_rule_path_find(v.p, TH_S("ln-renewal"));
  const Z3_config config = Z3_mk_config();
  v.z = Z3_mk_context(config);
  Z3_del_config(config);
  CHECK_OK_ERR(th_rule_verify(a, v.p, day, 1, &r, &err), &err);
  const th_rule_node *root = &v.p->node[v.path->root];
  for (uint32_t k = 1; k < root->n_kids; k++) {
    Z3_ast both[2] = { formula(&v, root->kid[0]), Z3_mk_not(v.z, formula(&v, root->kid[k])) };
    CHECK_INT(possible(&v, Z3_mk_and(v.z, 2, both)), reported(&r, &v, TH_FIND_CONTRADICTION, root->kid[k], -1));
  }
  for (uint32_t i = 0; i < v.path->n_amb; i++) {
    const uint32_t bit = 1u << (v.path->n_amb - 1 - i);
    bool parts = false;
    for (uint32_t c = 0; c < 1u << v.path->n_amb && !parts; c++) {
      if (c & bit) continue;
      v.combo = c;
      const Z3_ast x = formula(&v, v.path->root);
      v.combo = c | bit;
      parts = possible(&v, Z3_mk_xor(v.z, x, formula(&v, v.path->root)));
    }
    CHECK_INT(parts, reported(&r, &v, TH_FIND_READING, 0, v.path->amb[i]));
  }
  Z3_del_context(v.z);
  th_arena_del(a);
}

static bool told(const th_rule_report *r, const prover *v, uint32_t node, bool constant) {
  for (uint32_t i = 0; i < r->n; i++) {
    const th_rule_finding *f = &r->finding[i];
    if (f->kind == (constant ? TH_FIND_CONSTANT : TH_FIND_DEAD_CLAUSE) && f->node == node && f->path == v->path) return true;
  }
  return false;
}

/* Under any combination of readings, as verification looks at all of them. */
static bool ever(prover *v, Z3_ast (*asked)(prover *v, uint32_t node), uint32_t node) {
  bool yes = false;
  for (v->combo = 0; v->combo < 1u << v->path->n_amb && !yes; v->combo++) yes = possible(v, asked(v, node));
  v->combo = 0;
  return yes;
}

static Z3_ast is_true(prover *v, uint32_t node) {
  return formula(v, node);
}
static Z3_ast is_false(prover *v, uint32_t node) {
  return Z3_mk_not(v->z, formula(v, node));
}
static Z3_ast turns(prover *v, uint32_t node) {
  const Z3_ast natural = formula(v, v->path->root);
  v->given = (int32_t)node;
  const Z3_ast other = formula(v, v->path->root);
  v->given = -1;
  return Z3_mk_xor(v->z, natural, other);
}

static void clauses_of(prover *v, const th_rule_report *r, const char *path) {
  v->path = th_rule_path_find(v->p, th_str_of(path));
  for (uint32_t i = 0; i < v->path->n_named; i++) {
    const uint32_t node = v->path->named[i];
    const bool constant = !ever(v, is_true, node) || !ever(v, is_false, node);
    bool alive = true;
    for (int value = 0; value < 2 && alive && node != v->path->root; value++) {
      v->value = value;
      alive = ever(v, turns, node);
    }
    if (constant == told(r, v, node, true) && (constant || alive == !told(r, v, node, false))) continue;
    printf("# %s: %.*s\n", path, TH_STR_ARG(v->p->node[node].id));
    CHECK(false);
  }
}

/* Clauses added to a path, as text; what is dead or constant among them is worked out by Z3 and by verification. */
static const char added[] =
    "policy: added\n"
    "title: {zh: \"z\", en: \"e\"}\n"
    "versions: [{from: 2020-01-01, to: open, applies: [p], state: held}]\n"
    "scores:\n"
    "  - id: s\n"
    "    prefix: true\n"
    "    cap: {group: g, max: 4}\n"
    "    items:\n"
    "      - {item: fever, weight: 1, group: f, zh: \"z\", en: \"e\", counts: {fact: fever, is: true}}\n"
    "      - {item: rash, weight: 2, group: g, zh: \"z\", en: \"e\", counts: {fact: rash, is: true}}\n"
    "      - {item: cva, weight: 8, group: g, zh: \"z\", en: \"e\", counts: {fact: cva, is: true}}\n"
    "paths:\n"
    "  p:\n"
    "    id: P\n"
    "    zh: \"z\"\n"
    "    en: \"e\"\n"
    "    all:\n"
    "      - {id: S5, zh: \"z\", en: \"e\", score: {of: s, at: now, op: \">=\", value: 5}}\n"
    "      - {id: S6, zh: \"z\", en: \"e\", any: [{score: {of: s, at: now, op: \">=\", value: 6}}, {fact: relapse, is: "
    "true}]}\n"
    "      - {id: S4, zh: \"z\", en: \"e\", any: [{score: {of: s, at: now, op: \">=\", value: 4}}, {fact: np_lupus, is: "
    "true}]}\n"
    "      - {id: N6, zh: \"z\", en: \"e\", not: {score: {of: s, at: now, op: \">\", value: 5}}}\n"
    "      - {id: AGE, zh: \"z\", en: \"e\", age: {op: \">=\", value: 18}}\n"
    "      - {id: OLD, zh: \"z\", en: \"e\", any: [{age: {op: \">=\", value: 5}}, {fact: sle_diagnosis, is: true}]}\n"
    "      - id: TWO\n"
    "        zh: \"z\"\n"
    "        en: \"e\"\n"
    "        at_least: {k: 2, of: [{id: T1, zh: \"z\", en: \"e\", fact: hcq_months, op: \">=\", value: 3},\n"
    "          {id: T2, zh: \"z\", en: \"e\", fact: hcq_months, op: \">=\", value: 2},\n"
    "          {id: T3, zh: \"z\", en: \"e\", fact: aza_months, op: \">=\", value: 3}]}\n"
    "      - {id: DOSE, zh: \"z\", en: \"e\", fact: aza_daily_dose, op: \">=\", times: 2, of: weight}\n"
    "      - {id: HALF, zh: \"z\", en: \"e\", fact: aza_daily_dose, op: \">=\", times: 1, of: weight}\n"
    "      - {id: DAY, zh: \"z\", en: \"e\", fact: pulse_date, within: {months: 3}}\n"
    "      - {id: EXC, zh: \"z\", en: \"e\", exception: {base: {fact: csa_daily_dose, op: \">\", value: 100}, when: {fact: "
    "hcq_intolerance, is: true},\n"
    "          decide: {id: EXH, zh: \"z\", en: \"e\", fact: decision_hcq_dose}}}\n";

TEST(clauses_alive_dead_and_constant) {
  th_arena *a = th_arena_new(0);
  th_coverage cov;
  th_rule_policy p;
  th_rule_report r;
  th_err err = { 0 };
  CHECK_OK_ERR(th_coverage_open(a, NULL, 0, &cov, &err), &err);
  const Z3_config config = Z3_mk_config();
  prover v = { .p = th_coverage_policy(&cov, TH_S("nhi-8.2.13")), .as_of = day, .given = -1, .z = Z3_mk_context(config) };
  Z3_del_config(config);
  CHECK_OK_ERR(th_rule_verify(a, v.p, day, 1, &r, &err), &err);
  clauses_of(&v, &r, "ln-renewal");
  clauses_of(&v, &r, "sle-renewal");
  clauses_of(&v, &r, "psle-renewal");
  CHECK_OK_ERR(th_rule_policy_load(a, &cov.dict, th_str_of(added), "added", &p, &err), &err);
  CHECK_OK_ERR(th_rule_verify(a, &p, day, 1, &r, &err), &err);
  v.p = &p;
  clauses_of(&v, &r, "p");
  uint32_t n = 0;
  for (uint32_t i = 0; i < r.n; i++) n += r.finding[i].kind == TH_FIND_DEAD_CLAUSE || r.finding[i].kind == TH_FIND_CONSTANT;
  CHECK(n >= 4); /* S4, N6, OLD and HALF at least, by hand */
  CHECK_INT(r.unproved, 0);
  Z3_del_context(v.z);
  th_arena_del(a);
}

TEST_MAIN(RUN(solver_and_search_agree), RUN(clauses_alive_dead_and_constant))
