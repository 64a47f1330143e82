/* The columnar path gives, for every case and combination, and on every vector unit of the machine, what the single path gives. Cases
 * are drawn near the conditions, some facts absent, some bounded. */
#include <math.h>

#include "rule/rule_priv.h"
#include "test.h"
#include "theriac/coverage.h"

#define CASES 704 /* a whole block, and a part of one */

static const th_date as_of = { 2025, 6, 15, TH_DATE_DAY, TH_ERA_CE };

typedef struct table {
  th_rule_column *column;
  double **lo, **hi;
  uint64_t **present, **truth;
} table;

static void make_table(th_arena *a, const th_rule_dict *d, table *t) {
  t->column = TH_NEWN(a, th_rule_column, d->n);
  t->lo = TH_NEWN(a, double *, d->n);
  t->hi = TH_NEWN(a, double *, d->n);
  t->present = TH_NEWN(a, uint64_t *, d->n);
  t->truth = TH_NEWN(a, uint64_t *, d->n);
  for (uint32_t i = 0; i < d->n; i++) {
    t->column[i].lo = t->lo[i] = TH_NEWN(a, double, CASES);
    t->column[i].hi = t->hi[i] = TH_NEWN(a, double, CASES);
    t->column[i].present = t->present[i] = TH_NEWN(a, uint64_t, CASES / 64);
    t->column[i].truth = t->truth[i] = TH_NEWN(a, uint64_t, CASES / 64);
  }
}

static void put(const table *t, const th_rule_dict *d, const th_rule_value *v, size_t at) {
  for (uint32_t i = 0; i < d->n; i++) {
    if (v[i].state != TH_RULE_KNOWN) continue;
    const uint64_t bit = (uint64_t)1 << (at % 64);
    t->present[i][at / 64] |= bit;
    if (v[i].boolean) t->truth[i][at / 64] |= bit;
    const bool date = d->fact[i].type == TH_RULE_DATE;
    t->lo[i][at] = date ? th_date_first(v[i].date) : v[i].lo;
    t->hi[i][at] = date ? th_date_last(v[i].date) : v[i].hi;
  }
}

static void draw(th_arena *a, const th_rule_policy *p, const th_rule_path *path, uint64_t seed, th_rule_value *v) {
  th_rng rng = { seed, 3, 0 };
  th_err err = { 0 };
  CHECK_OK_ERR(th_rule_aim(a, p, path, path->named[th_rng_below(&rng, path->n_named)], as_of, seed, v, &err), &err);
  for (int i = 0; i < 3; i++) {
    th_rule_value *x = &v[path->fact[th_rng_below(&rng, path->n_facts)]];
    if (th_rng_below(&rng, 2))
      *x = (th_rule_value){ 0 };
    else if (x->state == TH_RULE_KNOWN)
      x->hi += 1;
  }
}

static void same_on(th_arena *a, const th_rule_columns_in *in, th_rule_unit_kind unit, const uint8_t *want, uint32_t combos) {
  const size_t words = in->n / 64;
  uint64_t *t = TH_NEWN(a, uint64_t, in->n_combos * words), *f = TH_NEWN(a, uint64_t, in->n_combos * words);
  th_err err = { 0 };
  CHECK_OK_ERR(th_rule__columns(a, in, unit, t, f, &err), &err);
  for (size_t i = 0; i < in->n; i++)
    for (uint32_t c = 0; c < in->n_combos; c++) {
      const size_t w = c * words + i / 64;
      const th_rule_verdict got = t[w] >> (i % 64) & 1 ? TH_V_T : f[w] >> (i % 64) & 1 ? TH_V_F : TH_V_U;
      if (got == want[i * combos + in->combo + c] && !(t[w] & f[w])) continue;
      printf("# path %.*s, unit %d, case %zu, combination %u\n", TH_STR_ARG(in->path->name), (int)unit, i, in->combo + c);
      CHECK(false);
      return;
    }
}

static void one_path(const char *name) {
  th_arena *a = th_arena_new(0);
  th_coverage cov;
  th_err err = { 0 };
  table t;
  CHECK_OK_ERR(th_coverage_open(a, NULL, 0, &cov, &err), &err);
  const th_rule_policy *p = th_coverage_policy(&cov, TH_S("nhi-8.2.13"));
  const th_rule_path *path = th_rule_path_find(p, th_str_of(name));
  const uint32_t combos = 1u << path->n_amb;
  th_rule_value *v[CASES];
  make_table(a, &cov.dict, &t);
  for (size_t i = 0; i < CASES; i++) {
    v[i] = th_rule_values_new(a, &cov.dict);
    draw(a, p, path, 1000 + i, v[i]);
    put(&t, &cov.dict, v[i], i);
  }
  uint8_t *want = TH_NEWN(a, uint8_t, (size_t)CASES * combos);
  for (size_t i = 0; i < CASES; i++) {
    th_rule_run run = { .arena = a, .policy = p, .path = path, .values = v[i], .as_of = as_of };
    CHECK_OK_ERR(th_rule__run_open(&run, &err), &err);
    th_rule__run_pass(&run);
    for (uint32_t c = 0; c < combos; c++) want[i * combos + c] = (uint8_t)th_rule__at(&run, path->root, c);
  }
  const th_rule_columns_in in = { p, path, t.column, CASES, as_of, 0, combos };
  for (int unit = TH_UNIT_PLAIN; unit <= TH_UNIT_AVX512; unit++) same_on(a, &in, (th_rule_unit_kind)unit, want, combos);
  if (combos > 3) { /* some of the combinations, from one in the middle */
    const th_rule_columns_in few = { p, path, t.column, CASES, as_of, combos / 2 - 1, 3 };
    same_on(a, &few, TH_UNIT_AVX512, want, combos);
  }
  th_arena_del(a);
}

TEST(same_as_one_by_one) {
  one_path("ln-renewal");
  one_path("sle-initial");
  one_path("sle-renewal");
  one_path("psle-initial");
  one_path("psle-renewal");
}

static const char *const edges[] = { "15", "0.5", "0.7", "0", "-3.25", "1e-12", "1440", "123456789.5" };
#define EDGES (sizeof edges / sizeof *edges)

static th_str edge_policy(th_arena *a) {
  static const char *const ops[] = { ">=", ">", "<=", "<", "=" };
  th_buf b;
  th_buf_init(&b, a, 4096);
  th_buf_addz(&b, "policy: e\ntitle: {zh: \"z\", en: \"e\"}\nversions: [{from: 2020-01-01, to: open, applies: [p00], state: "
                  "held}]\npaths:\n");
  for (size_t e = 0; e < EDGES; e++)
    for (size_t o = 0; o < 5; o++) th_buf_addf(&b, "  p%zu%zu: {fact: gfr, op: \"%s\", value: %s}\n", e, o, ops[o], edges[e]);
  return th_buf_str(&b);
}

/* Values on both sides of a threshold and of both ends of its tolerance, a bit apart, exact and as intervals. */
TEST(edges_to_the_last_bit) {
  th_arena *a = th_arena_new(0);
  th_coverage cov;
  th_rule_policy p;
  th_err err = { 0 };
  CHECK_OK_ERR(th_coverage_open(a, NULL, 0, &cov, &err), &err);
  CHECK_OK_ERR(th_rule_policy_load(a, &cov.dict, edge_policy(a), "edges", &p, &err), &err);
  const int32_t gfr = th_rule_fact_find(&cov.dict, TH_S("gfr"));
  for (uint32_t k = 0; k < p.n_paths; k++) {
    double lo[192], hi[192];
    uint64_t present[3] = { UINT64_MAX, UINT64_MAX, UINT64_MAX };
    const double v = p.leaf[p.node[p.path[k].root].leaf].value, m = fmax(1, fabs(v)),
                 base[] = { v, v - 1e-9 * m, v + 1e-9 * m };
    uint8_t want[192];
    th_rule_value *values = th_rule_values_new(a, &cov.dict);
    th_rule_column *column = TH_NEWN(a, th_rule_column, cov.dict.n);
    for (int bounded = 0; bounded < 2; bounded++) {
      for (int i = 0; i < 192; i++) {
        double x = base[i / 64];
        for (int s = 0; s < abs(i % 64 - 32); s++) x = nextafter(x, i % 64 < 32 ? -INFINITY : INFINITY);
        lo[i] = x;
        hi[i] = bounded ? x + m * 1e-9 : x;
        values[gfr] = (th_rule_value){ .state = TH_RULE_KNOWN, .lo = lo[i], .hi = hi[i] };
        const th_tri t = th_rule_leaf_value(&p, &p.leaf[p.node[p.path[k].root].leaf], values, as_of);
        want[i] = t == TH_TRUE ? TH_V_T : t == TH_FALSE ? TH_V_F : TH_V_U;
      }
      column[gfr] = (th_rule_column){ present, lo, bounded ? hi : NULL, NULL };
      const th_rule_columns_in in = { &p, &p.path[k], column, 192, as_of, 0, 1 };
      for (int unit = TH_UNIT_PLAIN; unit <= TH_UNIT_AVX512; unit++) same_on(a, &in, (th_rule_unit_kind)unit, want, 1);
    }
    for (int i = 0; i < 192; i++) lo[i] = NAN, want[i] = TH_V_U;
    column[gfr] = (th_rule_column){ present, lo, NULL, NULL };
    const th_rule_columns_in none = { &p, &p.path[k], column, 192, as_of, 0, 1 };
    for (int unit = TH_UNIT_PLAIN; unit <= TH_UNIT_AVX512; unit++) same_on(a, &none, (th_rule_unit_kind)unit, want, 1);
  }
  th_arena_del(a);
}

TEST(paths_with_lists_are_refused) {
  th_arena *a = th_arena_new(0);
  th_coverage cov;
  th_err err = { 0 };
  table t;
  uint64_t tp[64], fp[64];
  CHECK_OK_ERR(th_coverage_open(a, NULL, 0, &cov, &err), &err);
  const th_rule_policy *p = th_coverage_policy(&cov, TH_S("nhi-8.2.13"));
  make_table(a, &cov.dict, &t);
  CHECK_CODE(th_rule_columns(a, p, th_rule_path_find(p, TH_S("sle-taper")), t.column, 64, as_of, 0, 1, tp, fp, &err),
             TH_EUNSUP);
  th_arena_del(a);
}

TEST_MAIN(RUN(same_as_one_by_one), RUN(edges_to_the_last_bit), RUN(paths_with_lists_are_refused))
