/* What to collect: the smallest sets of facts whose knowledge could make the verdict true, found structurally on one combination of
 * readings. mk(node, value) gives the sets that could give a node a value:
 *
 *   known leaf of that value → {∅}, of the other → none; unknown leaf → its facts that are not exact yet, as one set;
 *   all → T and any → F: unions over the cross product; any → T and all → F: the alternatives; at_least: over subsets of children;
 *   score: subsets of its unknown items that suffice. Leaves are taken as independent.
 *
 * Of them the first are told by size and the first by what they cost to learn.
 *
 * Only inclusion-minimal sets are kept. Sets grow by union alone, so one above the size limit can be dropped where it appears. */
#include <stdlib.h>

#include "rule/rule_priv.h"

#define WORDS    (TH_LIMIT_RULE_PATHFACTS / 64)
#define SHOWN    16          /* sets reported at most */
#define SMALL    8           /* facts of a set that must be found */
#define LARGE    64          /* second look, when nothing that small suffices */
#define KEPT     4096        /* sets of one node */
#define FEW      (2 * SHOWN) /* the same in the second look: of many ways that are all long, the first are enough */
#define PRODUCT  65536       /* sets of one product before it is reduced */
#define SUBSETS  4096        /* item subsets of one score */
#define ATTEMPTS 200000

typedef struct bits {
  uint64_t w[WORDS];
} bits;

typedef struct sets {
  bits *v;
  size_t n, cap;
  bool done;
} sets;

typedef struct collector {
  th_rule_run *run;
  th_arena *arena;
  uint32_t combo, limit, kept;
  sets *memo;           /* 2 a node of the path */
  const int16_t *local; /* fact → bit */
  bool nomem;
} collector;

static uint32_t size_of(const bits *b) { /* a turn a fact: sets are small */
  uint32_t n = 0;
  for (int i = 0; i < WORDS; i++)
    for (uint64_t w = b->w[i]; w; w &= w - 1) n++;
  return n;
}

static bool within(const bits *small, const bits *big) {
  uint64_t out = 0;
  for (int i = 0; i < WORDS; i++) out |= small->w[i] & ~big->w[i];
  return out == 0;
}

static bits join(const bits *a, const bits *b) {
  bits r;
  for (int i = 0; i < WORDS; i++) r.w[i] = a->w[i] | b->w[i];
  return r;
}

/* Fewest facts first, then by name: bits are in order of name, and of two lists the one with the lower first difference leads. */
static int by_size(const void *pa, const void *pb) {
  const bits *a = pa, *b = pb;
  const uint32_t m = size_of(a), n = size_of(b);
  if (m != n) return m < n ? -1 : 1;
  for (int i = 0; i < WORDS; i++) {
    const uint64_t d = a->w[i] ^ b->w[i];
    if (d) return a->w[i] & (d & (~d + 1)) ? -1 : 1;
  }
  return 0;
}

static void push(collector *c, sets *s, bits b) {
  if (size_of(&b) > c->limit) return;
  typedef TH_VEC(bits) bits_vec;
  bits_vec v = { s->v, s->n, s->cap };
  if (!TH_VEC_PUSH(c->arena, &v, b)) c->nomem = true;
  s->v = v.v;
  s->n = v.n;
  s->cap = v.cap;
}

static bits support(const sets *s) {
  bits r = { { 0 } };
  for (size_t i = 0; i < s->n; i++) r = join(&r, &s->v[i]);
  return r;
}

static void reduce(const collector *c, sets *s) {
  if (s->n < 2) return;
  qsort(s->v, s->n, sizeof *s->v, by_size);
  size_t kept = 0;
  for (size_t i = 0; i < s->n && kept < c->kept; i++) {
    bool minimal = true;
    for (size_t k = 0; k < kept && minimal; k++) minimal = !within(&s->v[k], &s->v[i]);
    if (minimal) s->v[kept++] = s->v[i];
  }
  s->n = kept;
}

static void product(collector *c, sets *into, const sets *with) {
  sets out = { 0 };
  const bits a = support(into), b = support(with);
  uint64_t shared = 0;
  for (int i = 0; i < WORDS; i++) shared |= a.w[i] & b.w[i];
  for (size_t i = 0; i < into->n && out.n < PRODUCT; i++)
    for (size_t k = 0; k < with->n && out.n < PRODUCT; k++) push(c, &out, join(&into->v[i], &with->v[k]));
  if (shared || out.n > c->kept) reduce(c, &out); /* products of minimal sets over separate facts are minimal already */
  *into = out;
}

static const sets *mk(collector *c, uint32_t node, bool want);

static sets only_empty(collector *c) {
  sets s = { 0 };
  push(c, &s, (bits){ { 0 } });
  return s;
}

static sets all_of(collector *c, const uint32_t *kid, uint32_t n, bool want) {
  sets s = only_empty(c);
  for (uint32_t i = 0; i < n && s.n; i++) {
    const sets *k = mk(c, kid[i], want);
    if (k->n == 0) return (sets){ 0 };
    if (k->n == 1 && size_of(&k->v[0]) == 0) continue;
    product(c, &s, k);
  }
  return s;
}

static void add_all(collector *c, sets *into, const sets *from) {
  for (size_t i = 0; i < from->n; i++) push(c, into, from->v[i]);
}

static sets any_of(collector *c, const uint32_t *kid, uint32_t n, bool want) {
  sets s = { 0 };
  for (uint32_t i = 0; i < n; i++) add_all(c, &s, mk(c, kid[i], want));
  reduce(c, &s);
  return s;
}

/* Every choice of k children, all of them brought to `want`. */
static sets choose(collector *c, const uint32_t *kid, uint32_t n, uint32_t k, bool want) {
  sets s = { 0 };
  for (uint32_t m = 0; m < (1u << n); m++) {
    if ((uint32_t)__builtin_popcount(m) != k) continue;
    uint32_t pick[32], p = 0;
    for (uint32_t i = 0; i < n; i++)
      if (m >> i & 1) pick[p++] = kid[i];
    const sets one = all_of(c, pick, p, want);
    add_all(c, &s, &one);
    if (s.n > PRODUCT) reduce(c, &s);
  }
  reduce(c, &s);
  return s;
}

/* ── Leaves ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool exact(const collector *c, int32_t fact) {
  const th_rule_value *v = &c->run->values[fact];
  if (v->state != TH_RULE_KNOWN) return false;
  switch ((th_rule_type)c->run->policy->dict->fact[fact].type) {
  case TH_RULE_NUMBER: return v->lo == v->hi;
  case TH_RULE_DATE: return v->date.prec == TH_DATE_DAY;
  case TH_RULE_BOOL:
  case TH_RULE_CODE: return true;
  case TH_RULE_CODES:
  case TH_RULE_LIST: break;
  }
  return false;
}

static void set_bit(const collector *c, bits *b, int32_t fact) {
  b->w[c->local[fact] / 64] |= (uint64_t)1 << (c->local[fact] % 64);
}

static sets facts_of(collector *c, const int32_t *fact, uint32_t n) {
  bits b = { { 0 } };
  sets s = { 0 };
  for (uint32_t i = 0; i < n; i++)
    if (!exact(c, fact[i])) set_bit(c, &b, fact[i]);
  push(c, &s, b);
  return s;
}

/* ── Scores ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct open_item {
  uint32_t node;
  int32_t weight;
  uint32_t cost; /* facts of its cheapest way */
  uint8_t side;  /* 0 the table, 1 the subtrahend */
  bool capped, want;
} open_item;

typedef struct sums { /* of a side: what is sure and what is possible, outside and inside the capped group */
  int32_t sure[2], possible[2], cap;
} sums;

typedef struct score_search {
  collector *c;
  const th_rule_node *node;
  bool want, up, capped;
  sums side[2];
  open_item item[128];
  uint32_t n;
  uint32_t chosen[128], n_chosen;
  uint32_t attempts, found;
  sets out;
} score_search;

static int32_t capped_sum(const int32_t part[2], int32_t cap) {
  return part[0] + (cap >= 0 && part[1] > cap ? cap : part[1]);
}

static bool suffices(const score_search *s) {
  const sums *a = &s->side[0], *b = &s->side[1];
  const double lo = capped_sum(a->sure, a->cap) - capped_sum(b->possible, b->cap);
  const double hi = capped_sum(a->possible, a->cap) - capped_sum(b->sure, b->cap);
  return th_rule__compare((th_iv){ lo, hi }, (th_rule_op)s->node->op, (th_iv){ s->node->value, s->node->value }) ==
         (s->want ? TH_TRUE : TH_FALSE);
}

/* An open item is brought to its wanted value (by = 1), or set free again (by = -1). */
static void settle(score_search *s, uint32_t i, int32_t by) {
  const open_item *o = &s->item[i];
  sums *m = &s->side[o->side];
  if (o->want)
    m->sure[o->capped] += by * o->weight;
  else
    m->possible[o->capped] -= by * o->weight;
}

static void found(score_search *s) {
  for (uint32_t i = 0; i < s->n_chosen; i++) { /* capped groups can make an earlier choice needless */
    settle(s, s->chosen[i], -1);
    const bool still = suffices(s);
    settle(s, s->chosen[i], 1);
    if (still) return;
  }
  sets one = only_empty(s->c);
  for (uint32_t i = 0; i < s->n_chosen && one.n; i++)
    product(s->c, &one, mk(s->c, s->item[s->chosen[i]].node, s->item[s->chosen[i]].want));
  add_all(s->c, &s->out, &one);
  s->found++;
}

/* Would the cheapest way of taking everything that the limit still allows be enough? Weights fall along the list. */
static bool hopeful(score_search *s, uint32_t from, uint32_t room) {
  const uint32_t to = s->capped || s->n - from < room ? s->n : from + room; /* a cap may eat the heavy ones */
  for (uint32_t i = from; i < to; i++) settle(s, i, 1);
  const bool enough = suffices(s);
  for (uint32_t i = from; i < to; i++) settle(s, i, -1);
  return enough;
}

static void search(score_search *s, uint32_t from, uint32_t cost) {
  if (++s->attempts > ATTEMPTS || s->found > SUBSETS || cost > s->c->limit) return;
  if (suffices(s)) {
    found(s);
    return;
  }
  if (cost == s->c->limit || !hopeful(s, from, s->c->limit - cost)) return;
  for (uint32_t i = from; i < s->n; i++) {
    settle(s, i, 1);
    s->chosen[s->n_chosen++] = i;
    search(s, i + 1, cost + s->item[i].cost);
    s->n_chosen--;
    settle(s, i, -1);
  }
}

static int heavier(const void *a, const void *b) {
  const open_item *x = a, *y = b;
  return x->weight != y->weight ? (x->weight > y->weight ? -1 : 1) : x->node < y->node ? -1 : x->node > y->node;
}

static void open_items(score_search *s, uint8_t side, int32_t tally) {
  s->side[side].cap = -1;
  if (tally < 0) return;
  const th_rule_tally *t = &s->c->run->policy->tally[tally];
  sums *m = &s->side[side];
  m->cap = t->cap;
  s->capped |= t->cap >= 0;
  for (uint32_t i = 0; i < t->n; i++) {
    const th_rule_item *item = &t->item[i];
    const th_rule_verdict v = th_rule__at(s->c->run, item->node, s->c->combo);
    if (v == TH_V_T) m->sure[item->capped] += item->weight;
    if (v != TH_V_F) m->possible[item->capped] += item->weight;
    if (v != TH_V_U) continue;
    open_item *o = &s->item[s->n];
    *o = (open_item){ item->node, item->weight, UINT32_MAX, side, item->capped, s->up == (side == 0) };
    const sets *ways = mk(s->c, o->node, o->want);
    for (size_t k = 0; k < ways->n; k++)
      if (size_of(&ways->v[k]) < o->cost) o->cost = size_of(&ways->v[k]);
    if (ways->n) s->n++;
  }
}

static sets score_sets(collector *c, const th_rule_node *n, bool want) {
  const bool rising = n->op == TH_RULE_GE || n->op == TH_RULE_GT;
  score_search *s = TH_NEW(c->arena, score_search);
  if (!s) {
    c->nomem = true;
    return (sets){ 0 };
  }
  s->c = c;
  s->node = n;
  s->want = want;
  s->up = want == rising;
  open_items(s, 0, n->tally);
  open_items(s, 1, n->minus);
  qsort(s->item, s->n, sizeof *s->item, heavier);
  search(s, 0, 0);
  reduce(c, &s->out);
  return s->out;
}

/* ── Nodes ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static sets measured_sets(collector *c, const th_rule_node *n, bool want) {
  uint32_t kid[64], left = 0;
  for (uint32_t i = 0; i < n->n_kids && left < 64; i++) {
    const th_rule_leaf *l = &c->run->policy->leaf[c->run->policy->node[n->kid[i]].leaf];
    bool absent = false;
    for (uint32_t k = 0; k < l->n_facts; k++) absent |= c->run->values[l->fact[k]].state == TH_RULE_ABSENT;
    if (!absent) kid[left++] = n->kid[i];
  }
  const uint32_t *over = left ? kid : n->kid;
  const uint32_t m = left ? left : n->n_kids;
  return n->measured_all == want ? all_of(c, over, m, want) : any_of(c, over, m, want);
}

static sets exception_sets(collector *c, const th_rule_node *n, bool want) {
  sets limb = want ? all_of(c, n->kid + 1, 2, true) : any_of(c, n->kid + 1, 2, false);
  const sets *base = mk(c, n->kid[0], want);
  if (want) {
    add_all(c, &limb, base);
    reduce(c, &limb);
  } else {
    product(c, &limb, base);
  }
  return limb;
}

static sets stop_sets(collector *c, const th_rule_node *n, bool want) {
  sets s = want ? all_of(c, n->kid + 1, n->n_kids - 1, true) : any_of(c, n->kid + 1, n->n_kids - 1, false);
  const sets *stop = mk(c, n->kid[0], !want);
  if (want) {
    product(c, &s, stop);
  } else {
    add_all(c, &s, stop);
    reduce(c, &s);
  }
  return s;
}

static uint32_t reading_kid(const collector *c, const th_rule_node *n) {
  const th_rule_path *p = c->run->path;
  for (uint32_t i = 0; i < p->n_amb; i++)
    if (p->amb[i] == n->amb) return n->kid[c->combo >> (p->n_amb - 1 - i) & 1];
  return n->kid[0];
}

static sets build(collector *c, const th_rule_node *n, bool want) {
  switch ((th_rule_kind)n->kind) {
  case TH_RULE_ALL: return want ? all_of(c, n->kid, n->n_kids, true) : any_of(c, n->kid, n->n_kids, false);
  case TH_RULE_ANY: return want ? any_of(c, n->kid, n->n_kids, true) : all_of(c, n->kid, n->n_kids, false);
  case TH_RULE_NOT: return *mk(c, n->kid[0], !want);
  case TH_RULE_AT_LEAST: return choose(c, n->kid, n->n_kids, want ? n->k : n->n_kids - n->k + 1, want);
  case TH_RULE_MEASURED: return measured_sets(c, n, want);
  case TH_RULE_EXCEPTION: return exception_sets(c, n, want);
  case TH_RULE_HUMAN: return facts_of(c, &n->fact, 1);
  case TH_RULE_STOP_OVERRIDE: return stop_sets(c, n, want);
  case TH_RULE_SCORE: return score_sets(c, n, want);
  case TH_RULE_LEAF: return facts_of(c, c->run->policy->leaf[n->leaf].fact, c->run->policy->leaf[n->leaf].n_facts);
  case TH_RULE_READING: return *mk(c, reading_kid(c, n), want);
  case TH_RULE_GATE: return *mk(c, n->kid[c->run->today >= n->from && c->run->today <= n->to ? 0 : 1], want);
  case TH_RULE_CONST: break;
  }
  return (sets){ 0 };
}

static const sets *mk(collector *c, uint32_t node, bool want) {
  sets *m = &c->memo[(size_t)c->run->slot[node] * 2 + want];
  if (m->done) return m;
  const th_rule_verdict v = th_rule__at(c->run, node, c->combo);
  sets s = { 0 };
  if (v == (want ? TH_V_T : TH_V_F))
    s = only_empty(c);
  else if (v == TH_V_U)
    s = build(c, &c->run->policy->node[node], want);
  m = &c->memo[(size_t)c->run->slot[node] * 2 + want];
  *m = s;
  m->done = true;
  return m;
}

static uint32_t cost_of(const collector *c, const bits *b) {
  const th_rule_dict *d = c->run->policy->dict;
  uint32_t sum = 0;
  for (int i = 0; i < WORDS; i++)
    for (uint64_t w = b->w[i]; w; w &= w - 1) {
      const th_rule_cost *class = th_rule_fact_cost(d, c->run->path->fact[i * 64 + __builtin_ctzll(w)]);
      sum += class ? class->cost : 0;
    }
  return sum;
}

static th_code write_set(const collector *c, const bits *s, th_rule_set *out, th_err *err) {
  int32_t *fact = TH_NEWN(c->run->arena, int32_t, size_of(s) + 1);
  if (!fact) return th_fail_nomem(err);
  for (uint32_t b = 0; b < c->run->path->n_facts; b++)
    if (s->w[b / 64] >> (b % 64) & 1) fact[out->n++] = c->run->path->fact[b];
  out->fact = fact;
  out->cost = cost_of(c, s);
  return TH_OK;
}

/* The sets stand fewest first. The cheapest of all of them are put in by cost; one that costs no less than what stands there goes behind,
 * so that equal costs keep their order. */
static uint32_t cheapest(const collector *c, const sets *s, uint32_t at[SHOWN]) {
  uint32_t n = 0, cost[SHOWN];
  for (size_t i = 0; i < s->n; i++) {
    const uint32_t here = cost_of(c, &s->v[i]);
    if (n == SHOWN && here >= cost[n - 1]) continue;
    uint32_t k = n < SHOWN ? n++ : n - 1;
    for (; k > 0 && cost[k - 1] > here; k--) {
      cost[k] = cost[k - 1];
      at[k] = at[k - 1];
    }
    cost[k] = here;
    at[k] = (uint32_t)i;
  }
  return n;
}

static th_code write_out(const collector *c, const sets *s, th_rule_result *out, th_err *err) {
  uint32_t at[SHOWN];
  const uint32_t n = cheapest(c, s, at);
  th_rule_set *few = TH_NEWN(c->run->arena, th_rule_set, 2 * (size_t)n + 1), *cheap = few + n;
  if (!few) return th_fail_nomem(err);
  for (uint32_t i = 0; i < n; i++) {
    TH_TRY(write_set(c, &s->v[i], &few[i], err));
    TH_TRY(write_set(c, &s->v[at[i]], &cheap[i], err));
  }
  out->collect = few;
  out->cheapest = cheap;
  out->n_collect = out->n_cheapest = n;
  return TH_OK;
}

th_code th_rule__collect(th_rule_run *r, uint32_t combo, th_rule_result *out, th_err *err) {
  collector c = { .run = r, .arena = r->arena, .combo = combo, .limit = SMALL, .kept = KEPT };
  int16_t *local = TH_NEWN(r->arena, int16_t, r->policy->dict->n ? r->policy->dict->n : 1);
  c.memo = TH_NEWN(r->arena, sets, (size_t)r->path->n_order * 2);
  if (!local || !c.memo) return th_fail_nomem(err);
  for (uint32_t i = 0; i < r->path->n_facts; i++) local[r->path->fact[i]] = (int16_t)i;
  c.local = local;
  sets s = *mk(&c, r->path->root, true);
  if (s.n == 0 && !c.nomem) {
    c.limit = LARGE;
    c.kept = FEW;
    memset(c.memo, 0, (size_t)r->path->n_order * 2 * sizeof *c.memo);
    s = *mk(&c, r->path->root, true);
  }
  if (c.nomem) return th_fail_nomem(err);
  reduce(&c, &s);
  return write_out(&c, &s, out, err);
}
