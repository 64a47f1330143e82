/* Many cases at once, a column a fact. Sixty-four cases make a word: a leaf is two planes (is true, is false) made by one sweep over
 * its columns, a node is a few operations on planes, and a score is added up in bit-sliced counters (plane b of a counter holds bit b of
 * sixty-four sums). Leaves are computed once a word, nodes once a combination of readings, and only where a reading lies below. */
#include <math.h>

#include "rule/rule_priv.h"

#define SUM_BITS 12 /* scores up to 4095 */

typedef struct plane {
  uint64_t t, f;
} plane;

typedef struct counter { /* bit-sliced: sixty-four numbers */
  uint64_t b[SUM_BITS];
} counter;

typedef struct column_run {
  const th_rule_policy *p;
  const th_rule_path *path;
  const th_rule_column *column; /* a fact of the dictionary */
  th_date as_of;
  int32_t today;
  const int32_t *slot;
  plane *node;     /* a node of the path */
  plane *leaf;     /* a leaf of the policy */
  uint8_t *varies; /* a node: a reading lies below it */
} column_run;

/* ── Leaves ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct lanes {
  double lo[64], hi[64];
} lanes;

static uint64_t pack(const uint8_t *flag) {
  uint64_t w = 0;
  for (int i = 0; i < 8; i++) {
    uint64_t bytes;
    memcpy(&bytes, flag + 8 * i, 8);
    w |= (((bytes & 0x0101010101010101u) * 0x0102040810204080u) >> 56) << (8 * i);
  }
  return w;
}

static void load(const column_run *r, int32_t fact, size_t word, double missing_lo, lanes *out) {
  const th_rule_column *c = &r->column[fact];
  const uint64_t have = c->present ? c->present[word] : 0;
  for (size_t i = 0; i < 64; i++) {
    const bool there = have >> i & 1;
    out->lo[i] = there ? c->lo[word * 64 + i] : missing_lo;
    out->hi[i] = there ? (c->hi ? c->hi : c->lo)[word * 64 + i] : INFINITY;
  }
}

static inline uint8_t less(double a, double b) {
  const double m = fmax(1.0, fmax(fabs(a), fabs(b)));
  return a < b && !(b - a <= 1e-9 * m && m < INFINITY);
}

/* a >= b on intervals, sixty-four at a time; the other comparators follow from it. */
static plane at_least(const lanes *a, const lanes *b) {
  uint8_t t[64], f[64];
  for (int i = 0; i < 64; i++) {
    t[i] = !less(a->lo[i], b->hi[i]);
    f[i] = less(a->hi[i], b->lo[i]);
  }
  return (plane){ pack(t), pack(f) };
}

static plane compare(const lanes *a, uint8_t op, const lanes *b) {
  plane p;
  switch ((th_rule_op)op) {
  case TH_RULE_GE: return at_least(a, b);
  case TH_RULE_LE: return at_least(b, a);
  case TH_RULE_GT: p = at_least(b, a); return (plane){ p.f, p.t };
  case TH_RULE_LT: p = at_least(a, b); return (plane){ p.f, p.t };
  case TH_RULE_EQ: break;
  }
  uint8_t t[64], f[64];
  for (int i = 0; i < 64; i++) {
    f[i] = less(a->hi[i], b->lo[i]) || less(b->hi[i], a->lo[i]);
    t[i] = !f[i] && a->lo[i] == a->hi[i] && b->lo[i] == b->hi[i];
  }
  return (plane){ pack(t), pack(f) };
}

static void fill(lanes *l, double v) {
  for (int i = 0; i < 64; i++) l->lo[i] = l->hi[i] = v;
}

static void right_side(const column_run *r, const th_rule_leaf *l, size_t word, lanes *out) {
  lanes x, y;
  switch ((th_rule_leaf_kind)l->kind) {
  case TH_LEAF_RATIO:
  case TH_LEAF_MIN:
    fill(out, INFINITY);
    for (uint32_t k = 0; k < l->n_terms; k++) {
      if (l->term[k].of < 0)
        fill(&x, 1);
      else
        load(r, l->term[k].of, word, -INFINITY, &x);
      for (int i = 0; i < 64; i++) {
        out->lo[i] = fmin(out->lo[i], x.lo[i] * l->term[k].times);
        out->hi[i] = fmin(out->hi[i], x.hi[i] * l->term[k].times);
      }
    }
    return;
  case TH_LEAF_BSA:
    load(r, l->fact[1], word, 0, &x);
    load(r, l->fact[2], word, 0, &y);
    for (int i = 0; i < 64; i++) {
      const bool low = x.lo[i] > 0 && y.lo[i] > 0, high = x.hi[i] < INFINITY && y.hi[i] < INFINITY;
      out->lo[i] = low ? l->value * th_rule__surface(l->du_bois, x.lo[i], y.lo[i]) : -INFINITY;
      out->hi[i] = high ? l->value * th_rule__surface(l->du_bois, x.hi[i], y.hi[i]) : INFINITY;
    }
    return;
  case TH_LEAF_VALUE:
  case TH_LEAF_SUM:
  case TH_LEAF_IS:
  case TH_LEAF_AGE:
  case TH_LEAF_IN:
  case TH_LEAF_FROM:
  case TH_LEAF_TO:
  case TH_LEAF_BEFORE:
  case TH_LEAF_COUNT:
  case TH_LEAF_SUSTAINED: break;
  }
  fill(out, l->value);
}

static void left_side(const column_run *r, const th_rule_leaf *l, size_t word, lanes *out) {
  load(r, l->fact[0], word, -INFINITY, out);
  for (uint32_t k = 1; l->kind == TH_LEAF_SUM && k < l->n_facts; k++) {
    lanes x;
    load(r, l->fact[k], word, l->has_absent_min ? l->absent_min : -INFINITY, &x);
    for (int i = 0; i < 64; i++) {
      out->lo[i] += x.lo[i];
      out->hi[i] += x.hi[i];
    }
  }
}

/* Completed years reach v when the day of birth is not after the day v years ago. */
static plane age(const column_run *r, const th_rule_leaf *l, size_t word) {
  const bool strict = l->op == TH_RULE_GT || l->op == TH_RULE_LE, turned = l->op == TH_RULE_LT || l->op == TH_RULE_LE;
  const int years = (int)l->value + strict;
  lanes birth, day;
  load(r, l->fact[0], word, -INFINITY, &birth);
  fill(&day, th_date_first(th_date_add_months(r->as_of, -12 * years)));
  const plane p = at_least(&day, &birth);
  return turned ? (plane){ p.f, p.t } : p;
}

static plane leaf_plane(const column_run *r, const th_rule_leaf *l, size_t word) {
  lanes a, b;
  if (l->kind == TH_LEAF_IS) {
    const th_rule_column *c = &r->column[l->fact[0]];
    const uint64_t have = c->present ? c->present[word] : 0, truth = c->truth ? c->truth[word] : 0;
    return l->want ? (plane){ have & truth, have & ~truth } : (plane){ have & ~truth, have & truth };
  }
  if (l->kind == TH_LEAF_AGE) return age(r, l, word);
  if (l->kind == TH_LEAF_FROM || l->kind == TH_LEAF_TO || l->kind == TH_LEAF_BEFORE) {
    const int32_t day = l->kind == TH_LEAF_TO ? r->today
                        : l->in_days          ? r->today - l->window
                                              : th_date_first(th_date_add_months(r->as_of, -l->window));
    load(r, l->fact[0], word, -INFINITY, &a);
    fill(&b, day);
    return l->kind == TH_LEAF_FROM ? at_least(&a, &b) : at_least(&b, &a);
  }
  left_side(r, l, word, &a);
  right_side(r, l, word, &b);
  return compare(&a, l->op, &b);
}

static bool supported(const th_rule_leaf *l) {
  return l->kind != TH_LEAF_IN && l->kind != TH_LEAF_COUNT && l->kind != TH_LEAF_SUSTAINED &&
         !(l->kind == TH_LEAF_AGE && l->op == TH_RULE_EQ) && !(l->kind == TH_LEAF_AGE && l->value != floor(l->value));
}

/* ── Scores ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Adds `weight` to the numbers whose bit is set in mask. */
static void add(counter *c, uint64_t mask, uint32_t weight) {
  uint64_t carry = 0;
  for (int b = 0; b < SUM_BITS; b++) {
    const uint64_t x = weight >> b & 1 ? mask : 0, y = c->b[b];
    c->b[b] = x ^ y ^ carry;
    carry = (x & y) | (carry & (x ^ y));
    if (!(weight >> (b + 1)) && !carry) return;
  }
}

static uint64_t reaches(const counter *a, const counter *b) { /* a >= b */
  uint64_t more = 0, same = UINT64_MAX;
  for (int i = SUM_BITS - 1; i >= 0; i--) {
    more |= same & a->b[i] & ~b->b[i];
    same &= ~(a->b[i] ^ b->b[i]);
  }
  return more | same;
}

static counter constant(uint32_t v) {
  counter c;
  for (int i = 0; i < SUM_BITS; i++) c.b[i] = v >> i & 1 ? UINT64_MAX : 0;
  return c;
}

static void sum_into(counter *to, const counter *from) {
  uint64_t carry = 0;
  for (int b = 0; b < SUM_BITS; b++) {
    const uint64_t x = from->b[b], y = to->b[b];
    to->b[b] = x ^ y ^ carry;
    carry = (x & y) | (carry & (x ^ y));
  }
}

static void tally(const column_run *r, const th_rule_tally *t, counter *lo, counter *hi) {
  counter clo = { { 0 } }, chi = { { 0 } };
  *lo = *hi = clo;
  for (uint32_t i = 0; i < t->n; i++) {
    const plane p = r->node[r->slot[t->item[i].node]];
    add(t->item[i].capped ? &clo : lo, p.t, (uint32_t)t->item[i].weight);
    add(t->item[i].capped ? &chi : hi, ~p.f, (uint32_t)t->item[i].weight);
  }
  if (t->cap < 0) return;
  const counter cap = constant((uint32_t)t->cap);
  const uint64_t over_lo = reaches(&clo, &cap), over_hi = reaches(&chi, &cap);
  for (int b = 0; b < SUM_BITS; b++) {
    clo.b[b] = (clo.b[b] & ~over_lo) | (cap.b[b] & over_lo);
    chi.b[b] = (chi.b[b] & ~over_hi) | (cap.b[b] & over_hi);
  }
  sum_into(lo, &clo);
  sum_into(hi, &chi);
}

/* a − b against k is a against b + k: with a constant on either side no number goes below zero. */
static plane score(const column_run *r, const th_rule_node *n) {
  counter alo, ahi, blo = { { 0 } }, bhi = blo;
  tally(r, &r->p->tally[n->tally], &alo, &ahi);
  if (n->minus >= 0) tally(r, &r->p->tally[n->minus], &blo, &bhi);
  const bool up = n->op == TH_RULE_GE || n->op == TH_RULE_LT; /* asked: a >= k, or its reverse */
  const int32_t k = (int32_t)(up ? ceil(n->value) : floor(n->value) + 1);
  const counter shift = constant((uint32_t)(k < 0 ? -k : k));
  if (k < 0) {
    sum_into(&alo, &shift);
    sum_into(&ahi, &shift);
  } else {
    sum_into(&blo, &shift);
    sum_into(&bhi, &shift);
  }
  const plane ge = { reaches(&alo, &bhi), ~reaches(&ahi, &blo) };
  return n->op == TH_RULE_GE || n->op == TH_RULE_GT ? ge : (plane){ ge.f, ge.t };
}

/* ── Nodes ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static plane kid(const column_run *r, uint32_t node) {
  return r->node[r->slot[node]];
}

static plane fold(const column_run *r, const uint32_t *kids, uint32_t n, bool all) {
  plane p = all ? (plane){ UINT64_MAX, 0 } : (plane){ 0, UINT64_MAX };
  for (uint32_t i = 0; i < n; i++) {
    const plane k = kid(r, kids[i]);
    p = all ? (plane){ p.t & k.t, p.f | k.f } : (plane){ p.t | k.t, p.f & k.f };
  }
  return p;
}

static plane at_least_of(const column_run *r, const th_rule_node *n) {
  counter sure = { { 0 } }, possible = sure;
  for (uint32_t i = 0; i < n->n_kids; i++) {
    add(&sure, kid(r, n->kid[i]).t, 1);
    add(&possible, ~kid(r, n->kid[i]).f, 1);
  }
  const counter k = constant(n->k);
  return (plane){ reaches(&sure, &k), ~reaches(&possible, &k) };
}

/* A child with an absent fact is left out, case by case; where none is left the value is unknown. */
static plane measured(const column_run *r, const th_rule_node *n, size_t word) {
  plane p = n->measured_all ? (plane){ UINT64_MAX, 0 } : (plane){ 0, UINT64_MAX };
  uint64_t someone = 0;
  for (uint32_t i = 0; i < n->n_kids; i++) {
    const th_rule_leaf *l = &r->p->leaf[r->p->node[n->kid[i]].leaf];
    uint64_t here = UINT64_MAX;
    for (uint32_t k = 0; k < l->n_facts; k++) here &= r->column[l->fact[k]].present ? r->column[l->fact[k]].present[word] : 0;
    const plane k = kid(r, n->kid[i]);
    someone |= here;
    p = n->measured_all ? (plane){ p.t & (k.t | ~here), p.f | (k.f & here) }
                        : (plane){ p.t | (k.t & here), p.f & (k.f | ~here) };
  }
  return (plane){ p.t & someone, p.f & someone };
}

static plane node_plane(const column_run *r, const th_rule_node *n, uint32_t combo, size_t word) {
  switch ((th_rule_kind)n->kind) {
  case TH_RULE_ALL: return fold(r, n->kid, n->n_kids, true);
  case TH_RULE_ANY: return fold(r, n->kid, n->n_kids, false);
  case TH_RULE_NOT: return (plane){ kid(r, n->kid[0]).f, kid(r, n->kid[0]).t };
  case TH_RULE_AT_LEAST: return at_least_of(r, n);
  case TH_RULE_MEASURED: return measured(r, n, word);
  case TH_RULE_EXCEPTION: {
    const plane b = kid(r, n->kid[0]), w = kid(r, n->kid[1]), h = kid(r, n->kid[2]);
    return (plane){ b.t | (w.t & h.t), b.f & (w.f | h.f) };
  }
  case TH_RULE_HUMAN: {
    const th_rule_column *c = &r->column[n->fact];
    const uint64_t have = c->present ? c->present[word] : 0, truth = c->truth ? c->truth[word] : 0;
    return (plane){ have & truth, have & ~truth };
  }
  case TH_RULE_STOP_OVERRIDE: {
    const plane rest = fold(r, n->kid + 1, n->n_kids - 1, true), stop = kid(r, n->kid[0]);
    return (plane){ rest.t & stop.f, rest.f | stop.t };
  }
  case TH_RULE_SCORE: return score(r, n);
  case TH_RULE_LEAF: return r->leaf[n->leaf];
  case TH_RULE_READING: {
    uint32_t limb = 0;
    for (uint32_t i = 0; i < r->path->n_amb; i++)
      if (r->path->amb[i] == n->amb) limb = combo >> (r->path->n_amb - 1 - i) & 1;
    return kid(r, n->kid[limb]);
  }
  case TH_RULE_GATE: return kid(r, n->kid[r->today >= n->from && r->today <= n->to ? 0 : 1]);
  case TH_RULE_CONST: break;
  }
  return n->constant ? (plane){ UINT64_MAX, 0 } : (plane){ 0, UINT64_MAX };
}

static bool varies(const column_run *r, const th_rule_node *n) {
  if (n->kind == TH_RULE_READING) return true;
  for (uint32_t i = 0; i < n->n_kids; i++)
    if (r->varies[r->slot[n->kid[i]]]) return true;
  for (int side = 0; n->kind == TH_RULE_SCORE && side < 2; side++) {
    const int32_t t = side ? n->minus : n->tally;
    for (uint32_t i = 0; t >= 0 && i < r->p->tally[t].n; i++)
      if (r->varies[r->slot[r->p->tally[t].item[i].node]]) return true;
  }
  return false;
}

static void one_word(column_run *r, size_t word, uint32_t from, uint32_t n_combos, uint64_t *t, uint64_t *f, size_t n_words) {
  for (uint32_t i = 0; i < r->path->n_order; i++) {
    const th_rule_node *n = &r->p->node[r->path->order[i]];
    if (n->kind == TH_RULE_LEAF) r->leaf[n->leaf] = leaf_plane(r, &r->p->leaf[n->leaf], word);
    r->node[i] = node_plane(r, n, from, word);
  }
  for (uint32_t c = 0; c < n_combos; c++) {
    for (uint32_t i = 0; c > 0 && i < r->path->n_order; i++)
      if (r->varies[i]) r->node[i] = node_plane(r, &r->p->node[r->path->order[i]], from + c, word);
    const plane root = kid(r, r->path->root);
    t[c * n_words + word] = root.t;
    f[c * n_words + word] = root.f;
  }
}

th_code th_rule_columns(th_arena *a, const th_rule_policy *p, const th_rule_path *path, const th_rule_column *column, size_t n,
                        th_date as_of, uint32_t combo, uint32_t n_combos, uint64_t *t, uint64_t *f, th_err *err) {
  const size_t n_words = (n + 63) / 64;
  if (as_of.prec != TH_DATE_DAY) return th_fail(err, TH_EINVAL, "as_of must be a full date, YYYY-MM-DD");
  if (combo + n_combos > 1u << path->n_amb || n_combos == 0) return th_fail(err, TH_EINVAL, "no such combination of readings");
  column_run r = { .p = p, .path = path, .column = column, .as_of = as_of, .today = th_date_first(as_of) };
  r.node = TH_NEWN(a, plane, path->n_order);
  r.leaf = TH_NEWN(a, plane, p->n_leaves ? p->n_leaves : 1);
  r.varies = TH_NEWN(a, uint8_t, path->n_order);
  if (!r.node || !r.leaf || !r.varies) return th_fail_nomem(err);
  r.slot = path->slot;
  for (uint32_t i = 0; i < path->n_order; i++) {
    const th_rule_node *node = &p->node[path->order[i]];
    r.varies[i] = varies(&r, node);
    if (node->kind == TH_RULE_LEAF && !supported(&p->leaf[node->leaf]))
      return th_fail(err, TH_EUNSUP, "path %.*s reads codes or lists, which have no columns", TH_STR_ARG(path->name));
  }
  for (size_t w = 0; w < n_words; w++) one_word(&r, w, combo, n_combos, t, f, n_words);
  return TH_OK;
}
