/* Proofs over the whole space of cases of a path that is too large to go through case by case. Leaves that share a fact stand in one
 * group, and groups know nothing of each other: of a group only its signatures count, the combinations of leaf values that some cell
 * of its facts gives. A question is whether two evaluations of the tree that differ in one place (a node that is given a value, or one
 * reading) can come out true and false. Every node then has a set of pairs of values, computed upward from what each undecided group,
 * decision and reading could still be; a set may be too large, never too small, so that where no such pair reaches the root there is
 * no such case. Where one does, the groups nearest to the place are decided one after the other, each signature in turn, until none
 * does, or all is decided, or the work grows too large to go on. */
#include "rule/rule_priv.h"

#define GROUP_CELLS 100000 /* cells of one group */
#define GROUP_SIGNS 2048   /* signatures of one group */
#define GROUP_LEAFS 32     /* two bits each */
#define EVALUATIONS 40000  /* of the tree, for one question */

enum { LEAF_F, LEAF_U, LEAF_T, LEAF_ABSENT }; /* U: known to be undecided; absent: a fact of it is not there */

/* Bit 3·a + b of a set of pairs: a in the one evaluation, b in the other; 0 false, 1 unknown, 2 true. */
#define PAIR(a, b)   (1u << (3 * (a) + (b)))
#define ALIKE        (PAIR(0, 0) | PAIR(1, 1) | PAIR(2, 2))
#define CONTRARY     (PAIR(0, 2) | PAIR(2, 0))
#define SIDE_A(s, x) (((s) >> (3 * (x)) & 7) != 0)
#define SIDE_B(s, x) (((s) >> (x)&0111) != 0)

typedef struct group {
  uint64_t *sign; /* two bits a leaf */
  uint32_t n_signs;
  int32_t leaf[GROUP_LEAFS];
  uint32_t n_leaves;
} group;

typedef struct prover {
  th_rule_verify_state *v;
  const th_rule_path *path;
  group *groups;
  uint32_t n_groups;
  int32_t *of_leaf;                    /* a leaf of the policy: its group */
  uint8_t *symbols;                    /* a leaf of the policy: bits of what it can still be */
  uint8_t human[TH_LIMIT_RULE_HUMANS]; /* the same, F U T */
  int8_t reading[TH_LIMIT_RULE_AMBS];  /* -1: either */
  uint32_t *variable;                  /* groups, then decisions, then readings; those nearest to the place first */
  uint32_t n_variables;
  uint16_t *pair; /* a node of the path */
  int32_t node;   /* the place: a node that the second evaluation gives `value`, or -1 */
  int value;      /* 0 or 2 */
  int32_t amb;    /* the place: a reading, by its index in the path; or -1 */
  int32_t wanted; /* asked: can this node have `value`; or -1 */
  uint32_t spent;
} prover;

/* ── Signatures ────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct cell_run {
  prover *p;
  group *g;
  int32_t fact[TH_LIMIT_RULE_PATHFACTS];
  uint32_t n;
  uint32_t cells;
  bool failed;
} cell_run;

static uint64_t sign_now(const cell_run *c) {
  const th_rule_verify_state *v = c->p->v;
  uint64_t s = 0;
  for (uint32_t i = 0; i < c->g->n_leaves; i++) {
    const th_rule_leaf *l = &v->policy->leaf[c->g->leaf[i]];
    bool absent = false;
    for (uint32_t k = 0; k < l->n_facts; k++) absent |= v->values[l->fact[k]].state == TH_RULE_ABSENT;
    const th_tri t = th_rule_leaf_value(v->policy, l, v->values, v->as_of);
    const uint64_t symbol = t == TH_TRUE ? LEAF_T : t == TH_FALSE ? LEAF_F : absent ? LEAF_ABSENT : LEAF_U;
    s |= symbol << (2 * i);
  }
  return s;
}

static void note_sign(cell_run *c) {
  const uint64_t s = sign_now(c);
  for (uint32_t i = 0; i < c->g->n_signs; i++)
    if (c->g->sign[i] == s) return;
  if (c->g->n_signs == GROUP_SIGNS)
    c->failed = true;
  else
    c->g->sign[c->g->n_signs++] = s;
}

static void walk(cell_run *c, uint32_t depth);

static void put_day(cell_run *c, uint32_t depth, int32_t day) {
  th_rule_verify_state *v = c->p->v;
  th_rule_set_date(v->policy->dict, v->values, c->fact[depth], th_civil_from_days(day), (th_date){ 0 }, v->as_of);
  walk(c, depth + 1);
}

/* Days on and beside every edge of the leaves that read the date. */
static void walk_dates(cell_run *c, uint32_t depth) {
  const th_rule_verify_state *v = c->p->v;
  const int32_t today = th_date_first(v->as_of);
  for (uint32_t i = 0; i < c->g->n_leaves; i++) {
    const th_rule_leaf *l = &v->policy->leaf[c->g->leaf[i]];
    if (l->kind == TH_LEAF_AGE)
      for (int year = 0; year < 2; year++)
        for (int32_t d = -2; d <= 2; d++)
          put_day(c, depth, th_date_first(th_date_add_months(v->as_of, -12 * ((int)l->value + year))) + d);
    else
      for (int32_t d = -1; d <= 1; d++) {
        put_day(c, depth, today + d);
        put_day(c, depth, (l->in_days ? today - l->window : th_date_first(th_date_add_months(v->as_of, -l->window))) + d);
      }
  }
}

static void walk_numbers(cell_run *c, uint32_t depth) {
  th_rule_verify_state *v = c->p->v;
  double cell[TH_VERIFY_FACT_CELLS + 2];
  const uint32_t n = th_rule__verify_number_cells(v, c->fact[depth], cell);
  if (n == 0) c->failed = true;
  for (uint32_t i = 0; i < n; i++) {
    th_rule_set_number(v->policy->dict, v->values, c->fact[depth], cell[i], cell[i], TH_STR_NONE, (th_date){ 0 }, v->as_of);
    walk(c, depth + 1);
  }
}

static void walk(cell_run *c, uint32_t depth) {
  th_rule_verify_state *v = c->p->v;
  if (c->failed) return;
  if (depth == c->n) {
    if (++c->cells > GROUP_CELLS) c->failed = true;
    note_sign(c);
    return;
  }
  const int32_t fact = c->fact[depth];
  const th_rule_dict *d = v->policy->dict;
  v->values[fact] = (th_rule_value){ 0 };
  walk(c, depth + 1);
  switch ((th_rule_type)d->fact[fact].type) {
  case TH_RULE_BOOL:
    for (int b = 0; b < 2; b++) {
      th_rule_set_bool(d, v->values, fact, b, (th_date){ 0 }, v->as_of);
      walk(c, depth + 1);
    }
    break;
  case TH_RULE_NUMBER: walk_numbers(c, depth); break;
  case TH_RULE_CODE:
    for (uint32_t i = 0; i < d->fact[fact].n_values; i++) {
      th_rule_set_code(d, v->values, fact, d->fact[fact].values[i], (th_date){ 0 }, v->as_of);
      walk(c, depth + 1);
    }
    break;
  case TH_RULE_DATE: walk_dates(c, depth); break;
  case TH_RULE_CODES:
  case TH_RULE_LIST: c->failed = true; break;
  }
  v->values[fact] = (th_rule_value){ 0 };
}

static void add_fact(cell_run *c, int32_t fact) {
  for (uint32_t i = 0; i < c->n; i++)
    if (c->fact[i] == fact) return;
  c->fact[c->n++] = fact;
}

/* Multiplied facts first: the cut points of the others hang on them. */

static bool signatures(prover *p, group *g) {
  cell_run c = { .p = p, .g = g };
  g->sign = TH_NEWN(p->v->arena, uint64_t, GROUP_SIGNS);
  if (!g->sign) return false;
  for (int later = 0; later < 2; later++)
    for (uint32_t i = 0; i < g->n_leaves; i++) {
      const th_rule_leaf *l = &p->v->policy->leaf[g->leaf[i]];
      for (uint32_t k = 0; k < l->n_facts; k++)
        if (th_rule__verify_multiplied(p->v, l->fact[k]) == !later) add_fact(&c, l->fact[k]);
    }
  walk(&c, 0);
  for (uint32_t i = 0; i < c.n; i++) p->v->values[c.fact[i]] = (th_rule_value){ 0 };
  if (c.failed) g->n_signs = 0;
  return true;
}

/* ── Groups ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool shares_fact(const th_rule_leaf *a, const th_rule_leaf *b) {
  for (uint32_t i = 0; i < a->n_facts; i++)
    for (uint32_t k = 0; k < b->n_facts; k++)
      if (a->fact[i] == b->fact[k]) return true;
  return false;
}

/* Leaves whose groups touch are put together; a group that grows too large leaves its leaf alone, free to be anything. */
static void join_groups(prover *p, int32_t into, int32_t from) {
  group *a = &p->groups[into], *b = &p->groups[from];
  if (into == from || a->n_leaves + b->n_leaves > GROUP_LEAFS) return;
  for (uint32_t i = 0; i < b->n_leaves; i++) {
    a->leaf[a->n_leaves++] = b->leaf[i];
    p->of_leaf[b->leaf[i]] = into;
  }
  b->n_leaves = 0;
}

static void make_groups(prover *p) {
  const th_rule_policy *policy = p->v->policy;
  for (uint32_t i = 0; i < p->path->n_order; i++) {
    const th_rule_node *n = &policy->node[p->path->order[i]];
    if (n->kind != TH_RULE_LEAF || p->of_leaf[n->leaf] >= 0) continue;
    group *g = &p->groups[p->n_groups];
    g->leaf[g->n_leaves++] = n->leaf;
    p->of_leaf[n->leaf] = (int32_t)p->n_groups++;
    for (uint32_t k = 0; k + 1 < p->n_groups; k++)
      for (uint32_t q = 0; q < p->groups[k].n_leaves; q++)
        if (shares_fact(&policy->leaf[p->groups[k].leaf[q]], &policy->leaf[n->leaf]))
          join_groups(p, p->of_leaf[n->leaf], (int32_t)k);
  }
}

/* What the leaves of a group can be by the signatures that are left to it: all of them, or one. */
static void open_leaves(prover *p, const group *g, int32_t sign) {
  for (uint32_t i = 0; i < g->n_leaves; i++) {
    uint8_t m = g->n_signs ? 0 : 15;
    for (uint32_t s = 0; s < g->n_signs; s++)
      if (sign < 0 || (uint32_t)sign == s) m |= (uint8_t)(1u << (g->sign[s] >> (2 * i) & 3));
    p->symbols[g->leaf[i]] = m;
  }
}

/* ── Pairs of values ───────────────────────────────────────────────────────────────────────────────────────────────── */

static int lesser(int a, int b) {
  return a < b ? a : b;
}

static unsigned swapped(unsigned s) { /* not: true and false change places on both sides */
  unsigned out = 0;
  for (int i = 0; i < 9; i++)
    if (s >> i & 1) out |= PAIR(2 - i / 3, 2 - i % 3);
  return out;
}

static unsigned both(unsigned x, unsigned y) {
  unsigned out = 0;
  for (int i = 0; i < 9; i++)
    for (int k = 0; x >> i & 1 && k < 9; k++)
      if (y >> k & 1) out |= PAIR(lesser(i / 3, k / 3), lesser(i % 3, k % 3));
  return out;
}

static unsigned either(unsigned x, unsigned y) {
  return swapped(both(swapped(x), swapped(y)));
}

/* Values of one side as bits 0, 1, 2; back to pairs, alike where all that they were made of is. */
static unsigned pairs_of(unsigned a, unsigned b, bool alike) {
  unsigned out = 0;
  for (int i = 0; i < 3; i++)
    for (int k = 0; a >> i & 1 && k < 3; k++)
      if (b >> k & 1 && (!alike || i == k)) out |= PAIR(i, k);
  return out;
}

static unsigned pair_at(const prover *p, uint32_t node) {
  return p->pair[p->path->slot[node]];
}

static bool may(unsigned pairs, int side, int value) {
  return side == 0 ? SIDE_A(pairs, value) : SIDE_B(pairs, value);
}

static unsigned at_least(const prover *p, const th_rule_node *n) {
  unsigned value[2] = { 0, 0 };
  bool alike = true;
  for (int side = 0; side < 2; side++) {
    uint32_t sure[2] = { 0, 0 }, possible[2] = { 0, 0 }; /* least, most */
    for (uint32_t i = 0; i < n->n_kids; i++) {
      const unsigned k = pair_at(p, n->kid[i]);
      const bool f = may(k, side, 0), u = may(k, side, 1), t = may(k, side, 2);
      alike &= !(k & ~ALIKE);
      sure[0] += t && !f && !u;
      sure[1] += t;
      possible[0] += !f;
      possible[1] += t || u;
    }
    value[side] = (sure[1] >= n->k ? 4u : 0) | (possible[0] < n->k ? 1u : 0) | (sure[0] < n->k && possible[1] >= n->k ? 2u : 0);
  }
  return pairs_of(value[0], value[1], alike);
}

typedef struct bounds { /* of a score: its sure part and its possible part, each at least and at most */
  int32_t lo[2], hi[2];
  bool open, alike; /* some item may be unknown; no item differs between the evaluations */
} bounds;

static bounds tally(const prover *p, int32_t t, int side) {
  bounds b = { .alike = true };
  if (t < 0) return b;
  const th_rule_tally *table = &p->v->policy->tally[t];
  uint8_t counted[4][64] = { { 0 } };
  for (uint32_t i = 0; i < table->n; i++) {
    const unsigned k = pair_at(p, table->item[i].node);
    const bool f = may(k, side, 0), u = may(k, side, 1), y = may(k, side, 2);
    counted[0][i] = y && !f && !u;
    counted[1][i] = y;
    counted[2][i] = !f;
    counted[3][i] = y || u;
    b.open |= u;
    b.alike &= !(k & ~ALIKE);
  }
  for (int e = 0; e < 2; e++) {
    b.lo[e] = th_rule__tally_sum(table, counted[e]);
    b.hi[e] = th_rule__tally_sum(table, counted[2 + e]);
  }
  return b;
}

static unsigned score(const prover *p, const th_rule_node *n) {
  unsigned value[2] = { 0, 0 };
  bool alike = true;
  for (int side = 0; side < 2; side++) {
    const bounds a = tally(p, n->tally, side), b = tally(p, n->minus, side);
    const th_iv k = { n->value, n->value };
    const th_iv corner[] = { { a.lo[0] - b.hi[1], a.hi[0] - b.lo[1] },   /* as low as can be */
                             { a.lo[1] - b.hi[0], a.hi[1] - b.lo[0] },   /* as high */
                             { a.lo[0] - b.hi[1], a.hi[1] - b.lo[0] } }; /* as wide */
    for (int i = 0; i < (a.open || b.open ? 3 : 2); i++) value[side] |= 1u << th_rule__compare(corner[i], (th_rule_op)n->op, k);
    alike &= a.alike && b.alike;
  }
  return pairs_of(value[0], value[1], alike);
}

static unsigned leaf_pairs(const prover *p, int32_t leaf, bool measured) {
  const uint8_t s = p->symbols[leaf];
  const bool unknown = (s >> LEAF_U & 1) || (!measured && s >> LEAF_ABSENT & 1);
  return (s >> LEAF_F & 1 ? PAIR(0, 0) : 0) | (s >> LEAF_T & 1 ? PAIR(2, 2) : 0) | (unknown ? PAIR(1, 1) : 0);
}

static unsigned given(const prover *p, uint32_t node, unsigned pairs) {
  if ((int32_t)node != p->node) return pairs;
  unsigned out = 0;
  for (int i = 0; i < 9; i++)
    if (pairs >> i & 1) out |= PAIR(i / 3, p->value);
  return out;
}

static unsigned measured(const prover *p, const th_rule_node *n) {
  unsigned all = 0; /* of those measured so far; nobody: none so far */
  bool nobody = true;
  for (uint32_t i = 0; i < n->n_kids; i++) {
    const int32_t leaf = p->v->policy->node[n->kid[i]].leaf;
    const unsigned here = given(p, n->kid[i], leaf_pairs(p, leaf, true));
    const bool absent = p->symbols[leaf] >> LEAF_ABSENT & 1;
    const unsigned with = (all ? n->measured_all ? both(all, here) : either(all, here) : 0) | (nobody ? here : 0);
    all = with | (absent ? all : 0);
    nobody &= absent;
  }
  return all | (nobody ? PAIR(1, 1) : 0);
}

static int32_t amb_of(const prover *p, int32_t amb) {
  for (uint32_t i = 0; i < p->path->n_amb; i++)
    if (p->path->amb[i] == amb) return (int32_t)i;
  return -1;
}

static unsigned reading(const prover *p, const th_rule_node *n) {
  const int32_t i = amb_of(p, n->amb);
  const unsigned r0 = pair_at(p, n->kid[0]), r1 = pair_at(p, n->kid[1]);
  if (i < 0) return r0;
  if (i == p->amb) {
    unsigned a = 0, b = 0;
    for (int x = 0; x < 3; x++) {
      a |= SIDE_A(r0, x) ? 1u << x : 0;
      b |= SIDE_B(r1, x) ? 1u << x : 0;
    }
    return pairs_of(a, b, false);
  }
  return p->reading[i] == 0 ? r0 : p->reading[i] == 1 ? r1 : r0 | r1;
}

static unsigned fold(const prover *p, const uint32_t *kid, uint32_t n, bool all) {
  unsigned s = all ? PAIR(2, 2) : PAIR(0, 0);
  for (uint32_t i = 0; i < n; i++) s = all ? both(s, pair_at(p, kid[i])) : either(s, pair_at(p, kid[i]));
  return s;
}

static unsigned human(const prover *p, const th_rule_node *n) {
  unsigned s = 0;
  for (uint32_t i = 0; i < p->path->n_humans; i++)
    for (int x = 0; x < 3 && p->path->human[i] == n->fact; x++)
      if (p->human[i] >> x & 1) s |= PAIR(x, x);
  return s;
}

static unsigned pairs_at(const prover *p, const th_rule_node *n) {
  switch ((th_rule_kind)n->kind) {
  case TH_RULE_ALL: return fold(p, n->kid, n->n_kids, true);
  case TH_RULE_ANY: return fold(p, n->kid, n->n_kids, false);
  case TH_RULE_NOT: return swapped(pair_at(p, n->kid[0]));
  case TH_RULE_AT_LEAST: return at_least(p, n);
  case TH_RULE_MEASURED: return measured(p, n);
  case TH_RULE_EXCEPTION: return either(pair_at(p, n->kid[0]), both(pair_at(p, n->kid[1]), pair_at(p, n->kid[2])));
  case TH_RULE_HUMAN: return human(p, n);
  case TH_RULE_STOP_OVERRIDE: return both(swapped(pair_at(p, n->kid[0])), fold(p, n->kid + 1, n->n_kids - 1, true));
  case TH_RULE_SCORE: return score(p, n);
  case TH_RULE_LEAF: return leaf_pairs(p, n->leaf, false);
  case TH_RULE_READING: return reading(p, n);
  case TH_RULE_GATE: {
    const int32_t today = th_date_first(p->v->as_of);
    return pair_at(p, n->kid[today >= n->from && today <= n->to ? 0 : 1]);
  }
  case TH_RULE_CONST: break;
  }
  return n->constant ? PAIR(2, 2) : PAIR(0, 0);
}

/* Could it be, with what is decided so far? */
static bool could_be(prover *p) {
  p->spent++;
  for (uint32_t i = 0; i < p->path->n_order; i++) {
    const uint32_t at = p->path->order[i];
    p->pair[i] = (uint16_t)given(p, at, pairs_at(p, &p->v->policy->node[at]));
  }
  if (p->wanted >= 0) return may(pair_at(p, (uint32_t)p->wanted), 0, p->value);
  return (pair_at(p, p->path->root) & CONTRARY) != 0;
}

/* ── The search ────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* True when no way of deciding the variables from `from` on makes it possible. */
static bool impossible(prover *p, uint32_t from) {
  if (p->spent > EVALUATIONS) return false;
  if (!could_be(p)) return true;
  if (from == p->n_variables) return false;
  uint32_t x = p->variable[from];
  bool none = true;
  if (x < p->n_groups) {
    const group *g = &p->groups[x];
    for (uint32_t s = 0; s < g->n_signs && none; s++) {
      open_leaves(p, g, (int32_t)s);
      none = impossible(p, from + 1);
    }
    open_leaves(p, g, -1);
    return g->n_signs ? none : impossible(p, from + 1);
  }
  x -= p->n_groups;
  if (x < p->path->n_humans) {
    for (int value = 0; value < 3 && none; value++) {
      p->human[x] = (uint8_t)(1u << value);
      none = impossible(p, from + 1);
    }
    p->human[x] = 7;
    return none;
  }
  x -= p->path->n_humans;
  for (int8_t r = 0; r < 2 && none; r++) {
    p->reading[x] = r;
    none = impossible(p, from + 1);
  }
  p->reading[x] = -1;
  return none;
}

typedef struct order_walk {
  prover *p;
  uint8_t *seen, *listed; /* a node of the path; a variable */
} order_walk;

static void list_variable(order_walk *w, uint32_t x) {
  if (w->listed[x]) return;
  w->listed[x] = 1;
  w->p->variable[w->p->n_variables++] = x;
}

static void list_below(order_walk *w, uint32_t node) {
  prover *p = w->p;
  const th_rule_node *n = &p->v->policy->node[node];
  if (w->seen[p->path->slot[node]]) return;
  w->seen[p->path->slot[node]] = 1;
  if (n->kind == TH_RULE_LEAF) list_variable(w, (uint32_t)p->of_leaf[n->leaf]);
  for (uint32_t i = 0; n->kind == TH_RULE_HUMAN && i < p->path->n_humans; i++)
    if (p->path->human[i] == n->fact) list_variable(w, p->n_groups + i);
  const int32_t amb = n->kind == TH_RULE_READING ? amb_of(p, n->amb) : -1;
  if (amb >= 0 && amb != p->amb) list_variable(w, p->n_groups + p->path->n_humans + (uint32_t)amb);
  for (uint32_t i = 0; i < n->n_kids; i++) list_below(w, n->kid[i]);
  for (int side = 0; n->kind == TH_RULE_SCORE && side < 2; side++) {
    const int32_t t = side ? n->minus : n->tally;
    for (uint32_t i = 0; t >= 0 && i < p->v->policy->tally[t].n; i++) list_below(w, p->v->policy->tally[t].item[i].node);
  }
}

static bool stands_below(const prover *p, const th_rule_node *n, const uint8_t *above) {
  for (uint32_t i = 0; i < n->n_kids; i++)
    if (above[p->path->slot[n->kid[i]]]) return true;
  for (int side = 0; n->kind == TH_RULE_SCORE && side < 2; side++) {
    const int32_t t = side ? n->minus : n->tally;
    for (uint32_t i = 0; t >= 0 && i < p->v->policy->tally[t].n; i++)
      if (above[p->path->slot[p->v->policy->tally[t].item[i].node]]) return true;
  }
  return false;
}

/* The place and what is below it, then its parent with all that hangs there, and so on up to the root. */
static bool order_variables(prover *p) {
  order_walk w = { .p = p };
  const uint32_t most = p->n_groups + p->path->n_humans + p->path->n_amb;
  uint8_t *above = TH_NEWN(p->v->arena, uint8_t, p->path->n_order);
  w.seen = TH_NEWN(p->v->arena, uint8_t, p->path->n_order);
  w.listed = TH_NEWN(p->v->arena, uint8_t, most + 1);
  p->variable = TH_NEWN(p->v->arena, uint32_t, most + 1);
  if (!above || !w.seen || !w.listed || !p->variable) return false;
  const int32_t place = p->wanted >= 0 ? p->wanted : p->node;
  for (uint32_t i = 0; i < p->path->n_order; i++) {
    const uint32_t at = p->path->order[i];
    const th_rule_node *n = &p->v->policy->node[at];
    const bool here = (int32_t)at == place || (p->amb >= 0 && n->kind == TH_RULE_READING && amb_of(p, n->amb) == p->amb);
    above[i] = here || stands_below(p, n, above);
    if (above[i]) list_below(&w, at);
  }
  return true;
}

static th_code ask(th_rule_verify_state *v, int32_t node, int value, int32_t amb, int32_t wanted, bool *proved) {
  prover p = { .v = v, .path = v->path, .node = node, .value = value, .amb = amb, .wanted = wanted };
  const uint32_t n_leaves = v->policy->n_leaves + 1;
  const th_arena_mark mark = th_arena_save(v->arena);
  *proved = false;
  p.groups = TH_NEWN(v->arena, group, v->path->n_order + 1);
  p.of_leaf = TH_NEWN(v->arena, int32_t, n_leaves);
  p.symbols = TH_NEWN(v->arena, uint8_t, n_leaves);
  p.pair = TH_NEWN(v->arena, uint16_t, v->path->n_order + 1);
  if (!p.groups || !p.of_leaf || !p.symbols || !p.pair) return th_fail_nomem(v->err);
  memset(p.of_leaf, 0xff, n_leaves * sizeof *p.of_leaf);
  memset(p.human, 7, sizeof p.human);
  memset(p.reading, 0xff, sizeof p.reading);
  memset(v->values, 0, v->policy->dict->n * sizeof *v->values);
  make_groups(&p);
  for (uint32_t i = 0; i < p.n_groups; i++) {
    if (p.groups[i].n_leaves && !signatures(&p, &p.groups[i])) return th_fail_nomem(v->err);
    open_leaves(&p, &p.groups[i], -1);
  }
  if (!order_variables(&p)) return th_fail_nomem(v->err);
  *proved = impossible(&p, 0) && p.spent <= EVALUATIONS;
  th_arena_rewind(v->arena, mark);
  return TH_OK;
}

th_code th_rule__prove_idle(th_rule_verify_state *v, uint32_t node, bool value, bool *proved) {
  return ask(v, (int32_t)node, value ? 2 : 0, -1, -1, proved);
}

th_code th_rule__prove_never(th_rule_verify_state *v, uint32_t node, bool value, bool *proved) {
  return ask(v, -1, value ? 2 : 0, -1, (int32_t)node, proved);
}

th_code th_rule__prove_reading(th_rule_verify_state *v, uint32_t amb, bool *proved) {
  return ask(v, -1, 0, (int32_t)amb, -1, proved);
}
