/* Z3 beside our own search: of ln-renewal it is asked, over all real values, which conditions can fail while the order to stop holds,
 * and which readings can part the verdict. What it finds satisfiable must be what verification reports, and nothing else. */
#include <z3.h>

#include "test.h"
#include "theriac/coverage.h"

typedef struct prover {
  Z3_context z;
  const th_rule_policy *p;
  const th_rule_path *path;
  uint32_t combo;
} prover;

static Z3_ast fact_of(const prover *v, int32_t fact) {
  char name[16];
  snprintf(name, sizeof name, "f%d", fact);
  const Z3_sort sort = v->p->dict->fact[fact].type == TH_RULE_BOOL ? Z3_mk_bool_sort(v->z) : Z3_mk_real_sort(v->z);
  return Z3_mk_const(v->z, Z3_mk_string_symbol(v->z, name), sort);
}

static Z3_ast real_of(const prover *v, double x) {
  char text[64];
  snprintf(text, sizeof text, "%.12g", x);
  return Z3_mk_numeral(v->z, text, Z3_mk_real_sort(v->z));
}

static Z3_ast leaf_of(const prover *v, const th_rule_leaf *l) {
  if (l->kind == TH_LEAF_IS) return l->want ? fact_of(v, l->fact[0]) : Z3_mk_not(v->z, fact_of(v, l->fact[0]));
  TH_ASSERT(l->kind == TH_LEAF_VALUE || l->kind == TH_LEAF_RATIO);
  const Z3_ast a = fact_of(v, l->fact[0]);
  Z3_ast pair[2] = { real_of(v, l->kind == TH_LEAF_VALUE ? l->value : l->term[0].times), NULL };
  if (l->kind == TH_LEAF_RATIO) pair[1] = fact_of(v, l->term[0].of);
  const Z3_ast b = pair[1] ? Z3_mk_mul(v->z, 2, pair) : pair[0];
  switch ((th_rule_op)l->op) {
  case TH_RULE_GE: return Z3_mk_ge(v->z, a, b);
  case TH_RULE_GT: return Z3_mk_gt(v->z, a, b);
  case TH_RULE_LE: return Z3_mk_le(v->z, a, b);
  case TH_RULE_LT: return Z3_mk_lt(v->z, a, b);
  case TH_RULE_EQ: break;
  }
  return Z3_mk_eq(v->z, a, b);
}

/* All facts are known here: every child of `measured` is measured. */
static Z3_ast formula(const prover *v, uint32_t at) {
  const th_rule_node *n = &v->p->node[at];
  Z3_ast kid[64];
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

TEST(solver_and_search_agree) {
  th_arena *a = th_arena_new(0);
  th_coverage cov;
  th_rule_report r;
  th_err err = { 0 };
  CHECK_OK_ERR(th_coverage_open(a, NULL, 0, &cov, &err), &err);
  prover v = { .p = th_coverage_policy(&cov, TH_S("nhi-8.2.13")) };
  v.path = th_rule_path_find(v.p, TH_S("ln-renewal"));
  const Z3_config config = Z3_mk_config();
  v.z = Z3_mk_context(config);
  Z3_del_config(config);
  CHECK_OK_ERR(th_rule_verify(a, v.p, (th_date){ 2025, 6, 15, TH_DATE_DAY, TH_ERA_CE }, 1, &r, &err), &err);
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

TEST_MAIN(RUN(solver_and_search_agree))
