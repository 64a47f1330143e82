/* All cells of a small path. A fact's cells are its cut points, the open intervals between them, and absent; a fact compared with a
 * multiple of another gets its cut points once that other has its value, so the order is: multiplied facts first. One representative
 * a cell is enough, since no leaf tells two members of a cell apart. A clause is dead when it could always have one of its values
 * without any verdict changing. What no cell shows does not exist. */
#include <math.h>
#include <stdlib.h>

#include "rule/rule_priv.h"

#define CELLS_MAX 200000 /* cases of one path that are gone through */

typedef struct cell_walk {
  th_rule_verify_state *v;
  int32_t fact[TH_LIMIT_RULE_PATHFACTS];
  uint32_t n;
  uint64_t cases;
  bool too_many;
  uint8_t *seen;    /* a node: 1 false, 2 true */
  uint8_t *stuck;   /* a node: bit v set once giving it the value v everywhere has changed a verdict */
  uint8_t *natural; /* verdicts of the case as it is */
} cell_walk;

bool th_rule__verify_multiplied(const th_rule_verify_state *v, int32_t fact) {
  for (uint32_t i = 0; i < v->path->n_order; i++) {
    const th_rule_node *n = &v->policy->node[v->path->order[i]];
    if (n->kind != TH_RULE_LEAF) continue;
    const th_rule_leaf *l = &v->policy->leaf[n->leaf];
    for (uint32_t k = 1; k < l->n_facts; k++)
      if (l->fact[k] == fact) return true;
  }
  return false;
}

static int by_value(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

/* Cut points of a fact given the values of those before it. Returns false for a leaf whose cells are not known here. */
static bool cuts_of(const th_rule_verify_state *v, int32_t fact, double *cut, uint32_t *n) {
  *n = 0;
  for (uint32_t i = 0; i < v->path->n_order; i++) {
    const th_rule_node *node = &v->policy->node[v->path->order[i]];
    if (node->kind != TH_RULE_LEAF) continue;
    const th_rule_leaf *l = &v->policy->leaf[node->leaf];
    bool reads = false;
    for (uint32_t k = 0; k < l->n_facts; k++) reads |= l->fact[k] == fact;
    if (!reads) continue;
    if (l->kind != TH_LEAF_VALUE && l->kind != TH_LEAF_RATIO) return false;
    if (*n == TH_VERIFY_FACT_CELLS / 2) return false;
    if (l->kind == TH_LEAF_VALUE) {
      cut[(*n)++] = l->value;
    } else if (l->fact[0] == fact) {
      const th_rule_value *g = &v->values[l->term[0].of];
      if (g->state == TH_RULE_KNOWN) cut[(*n)++] = l->term[0].times * g->lo;
    } else {
      /* a multiplied fact: every order of its multiple and the constants of the other must come up */
      for (uint32_t k = 0; k < v->policy->n_leaves; k++) {
        const th_rule_leaf *o = &v->policy->leaf[k];
        if (o->kind == TH_LEAF_VALUE && o->fact[0] == l->fact[0] && *n < TH_VERIFY_FACT_CELLS / 2)
          cut[(*n)++] = o->value / l->term[0].times;
      }
      if (*n == 0) cut[(*n)++] = 1;
    }
  }
  qsort(cut, *n, sizeof *cut, by_value);
  return true;
}

/* A point between two bounds, either of which may be infinite. */
static double between(double lo, double hi) {
  if (isfinite(lo) && isfinite(hi)) return 0.5 * (lo + hi);
  if (isfinite(lo)) return lo + fmax(1, fabs(lo));
  return isfinite(hi) ? hi - fmax(1, fabs(hi)) : 1;
}

/* The cut points that are plausible values, and a point of each interval round them. */
uint32_t th_rule__verify_number_cells(const th_rule_verify_state *v, int32_t fact, double *cell) {
  double cut[TH_VERIFY_FACT_CELLS];
  uint32_t n, out = 0;
  const th_rule_fact *f = &v->policy->dict->fact[fact];
  if (!cuts_of(v, fact, cut, &n)) return 0;
  const double lo = f->has_range ? f->lo : -INFINITY, hi = f->has_range ? f->hi : INFINITY;
  double last = lo; /* the cut point before, or the end of the range */
  for (uint32_t i = 0; i < n; i++) {
    if (th_rule__less(cut[i], lo) || th_rule__less(hi, cut[i]) || (out && !th_rule__less(last, cut[i]))) continue;
    if (out + 3 > TH_VERIFY_FACT_CELLS) return 0;
    if (th_rule__less(last, cut[i])) cell[out++] = between(last, cut[i]);
    cell[out++] = last = cut[i];
  }
  if (out == 0 || th_rule__less(last, hi)) cell[out++] = between(last, hi);
  return out;
}

/* Would any verdict be another one if the node always had this value? */
static void try_stuck(cell_walk *w, uint32_t node, int value) {
  th_rule_verify_state *v = w->v;
  v->run.forced = (int32_t)node;
  v->run.forced_value = th_tri_of(value);
  th_rule__verify_eval(v);
  v->run.forced = -1;
  for (uint32_t c = 0; c < v->run.n_combos; c++)
    if ((v->combo[c] | w->natural[c]) == TH_V_T && v->combo[c] != w->natural[c]) w->stuck[node] |= (uint8_t)(1 << value);
}

static void at_leaf_case(cell_walk *w) {
  th_rule_verify_state *v = w->v;
  th_rule__verify_eval(v);
  for (uint32_t i = 0; i < v->path->n_order; i++) {
    const uint32_t at = v->path->order[i];
    const size_t p = (size_t)i * 2 * v->run.words;
    for (uint32_t c = 0; c < v->run.n_combos; c++) {
      w->seen[at] |= (uint8_t)((v->run.plane[p + c / 64] >> (c % 64) & 1) << 1);
      w->seen[at] |= (uint8_t)(v->run.plane[p + v->run.words + c / 64] >> (c % 64) & 1);
    }
  }
  memcpy(w->natural, v->combo, v->run.n_combos);
  for (uint32_t i = 0; i < v->path->n_named; i++)
    for (int value = 0; value < 2; value++)
      if (!(w->stuck[v->path->named[i]] >> value & 1)) try_stuck(w, v->path->named[i], value);
}

static void walk(cell_walk *w, uint32_t depth) {
  if (w->too_many) return;
  if (depth == w->n) {
    if (++w->cases > CELLS_MAX)
      w->too_many = true;
    else
      at_leaf_case(w);
    return;
  }
  const int32_t fact = w->fact[depth];
  const th_rule_dict *d = w->v->policy->dict;
  w->v->values[fact] = (th_rule_value){ 0 };
  walk(w, depth + 1);
  switch ((th_rule_type)d->fact[fact].type) {
  case TH_RULE_BOOL:
    for (int b = 0; b < 2; b++) {
      th_rule_set_bool(d, w->v->values, fact, b, (th_date){ 0 }, w->v->as_of);
      walk(w, depth + 1);
    }
    break;
  case TH_RULE_NUMBER: {
    double cell[TH_VERIFY_FACT_CELLS + 2];
    const uint32_t n = th_rule__verify_number_cells(w->v, fact, cell);
    if (n == 0) w->too_many = true;
    for (uint32_t i = 0; i < n; i++) {
      th_rule_set_number(d, w->v->values, fact, cell[i], cell[i], TH_STR_NONE, (th_date){ 0 }, w->v->as_of);
      walk(w, depth + 1);
    }
    break;
  }
  case TH_RULE_CODE:
    for (uint32_t i = 0; i < d->fact[fact].n_values; i++) {
      th_rule_set_code(d, w->v->values, fact, d->fact[fact].values[i], (th_date){ 0 }, w->v->as_of);
      walk(w, depth + 1);
    }
    break;
  case TH_RULE_DATE:
  case TH_RULE_CODES:
  case TH_RULE_LIST: w->too_many = true; break;
  }
  w->v->values[fact] = (th_rule_value){ 0 };
}

static double estimate(const cell_walk *w) {
  double product = 1;
  for (uint32_t i = 0; i < w->n && product <= CELLS_MAX; i++) {
    double cut[TH_VERIFY_FACT_CELLS];
    uint32_t n = 1;
    if (w->v->policy->dict->fact[w->fact[i]].type == TH_RULE_NUMBER && !cuts_of(w->v, w->fact[i], cut, &n)) return INFINITY;
    product *= w->v->policy->dict->fact[w->fact[i]].type == TH_RULE_NUMBER ? 2.0 * n + 2 : 3;
  }
  return product;
}

static th_code report(th_rule_verify_state *v, uint32_t node, bool constant) {
  const th_rule_finding f = { .kind = constant ? TH_FIND_CONSTANT : TH_FIND_DEAD_CLAUSE,
                              .amb = -1,
                              .node = node,
                              .with = node,
                              .zh = constant ? TH_S("此條款恆為同一結果") : TH_S("此條款之結果不影響整體判定"),
                              .en = constant ? TH_S("this clause has one value in every case")
                                             : TH_S("the value of this clause never changes the answer") };
  th_rule__verify_draw(v, 300, node);
  th_rule__aim_want(&v->aim, v->path->root, true);
  return th_rule__verify_report(v, f);
}

/* A clause of a path too large for its cells: not dead when it was seen to decide with either value; else what can be proved. */
static th_code large_node(th_rule_verify_state *v, uint32_t node) {
  const bool root = node == v->path->root;
  bool seen[2], never = false, idle = false;
  TH_TRY(th_rule__verify_effect(v, node, seen));
  for (int value = 0; value < 2 && !never; value++)
    if (!seen[value]) TH_TRY(th_rule__prove_never(v, node, value, &never));
  if (never) return report(v, node, true);
  for (int value = 0; value < 2 && !idle && !root; value++) /* given a value, it matters only where it would have the other */
    if (!seen[!value]) TH_TRY(th_rule__prove_idle(v, node, value, &idle));
  if (idle) return report(v, node, false);
  v->out->unproved += !seen[0] || !seen[1];
  return TH_OK;
}

static th_code large_path(th_rule_verify_state *v) {
  for (uint32_t i = 0; i < v->path->n_named; i++) TH_TRY(large_node(v, v->path->named[i]));
  return TH_OK;
}

th_code th_rule__verify_cells(th_rule_verify_state *v) {
  cell_walk *w = TH_NEW(v->arena, cell_walk);
  if (!w) return th_fail_nomem(v->err);
  w->v = v;
  w->seen = TH_NEWN(v->arena, uint8_t, v->policy->n_nodes);
  w->stuck = TH_NEWN(v->arena, uint8_t, v->policy->n_nodes);
  w->natural = TH_NEWN(v->arena, uint8_t, v->run.n_combos);
  if (!w->seen || !w->stuck || !w->natural) return th_fail_nomem(v->err);
  memset(v->values, 0, v->policy->dict->n * sizeof *v->values);
  for (int later = 0; later < 2; later++)
    for (uint32_t i = 0; i < v->path->n_facts; i++)
      if (th_rule__verify_multiplied(v, v->path->fact[i]) == !later) w->fact[w->n++] = v->path->fact[i];
  if (estimate(w) > CELLS_MAX) return large_path(v);
  walk(w, 0);
  if (w->too_many) return large_path(v);
  for (uint32_t i = 0; i < v->path->n_named; i++) {
    const uint32_t node = v->path->named[i];
    const bool constant = w->seen[node] != 3;
    if (constant || (node != v->path->root && w->stuck[node] != 3)) TH_TRY(report(v, node, constant));
  }
  return TH_OK;
}
