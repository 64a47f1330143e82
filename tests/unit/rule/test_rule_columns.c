/* The columnar path gives, for every case and combination, what the single path gives. Cases are drawn near the conditions, some facts
 * absent, some bounded. */
#include "rule/rule_priv.h"
#include "test.h"
#include "theriac/coverage.h"

#define CASES 320

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
  uint64_t *tp = TH_NEWN(a, uint64_t, combos * (CASES / 64)), *fp = TH_NEWN(a, uint64_t, combos * (CASES / 64));
  CHECK_OK_ERR(th_rule_columns(a, p, path, t.column, CASES, as_of, 0, combos, tp, fp, &err), &err);
  for (size_t i = 0; i < CASES; i++) {
    th_rule_run run = { .arena = a, .policy = p, .path = path, .values = v[i], .as_of = as_of };
    CHECK_OK_ERR(th_rule__run_open(&run, &err), &err);
    th_rule__run_pass(&run);
    for (uint32_t c = 0; c < combos; c++) {
      const size_t w = c * (CASES / 64) + i / 64;
      const th_rule_verdict got = tp[w] >> (i % 64) & 1 ? TH_V_T : fp[w] >> (i % 64) & 1 ? TH_V_F : TH_V_U;
      if (got == th_rule__at(&run, path->root, c)) continue;
      printf("# path %s, case %zu, combination %u\n", name, i, c);
      CHECK(false);
      th_arena_del(a);
      return;
    }
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

TEST_MAIN(RUN(same_as_one_by_one), RUN(paths_with_lists_are_refused))
