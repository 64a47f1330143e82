/* What to collect, against a search of another kind: every subset of the facts that are not known yet is tried, each leaf that it covers is
 * given the value that helps, and the tree is evaluated. The subsets that suffice and hold no smaller one are the answer, fewest facts
 * first, then by name; and once more by what they cost to learn, then so. Cases stand near the conditions of every path and have up to eleven facts taken away. */
#include <math.h>
#include <stdlib.h>

#include "test.h"
#include "theriac/coverage.h"

#define OPEN_MOST 12
#define SHOWN     16
#define SMALL     8
#define CASES     160

static th_arena *fixed;
static th_coverage cov;
static const th_date as_of = { 2025, 6, 15, TH_DATE_DAY, TH_ERA_CE };

typedef struct trial {
  const th_rule_policy *p;
  const th_rule_path *path;
  const th_rule_value *values;
  const th_rule_result *r;
  int32_t open[OPEN_MOST]; /* facts not known, by name */
  uint32_t n_open, set;    /* set: bits of open that are known by assumption */
} trial;

typedef enum { NO, MAYBE, YES } truth;

static bool exact(const trial *t, int32_t fact) {
  const th_rule_value *v = &t->values[fact];
  const uint8_t type = t->p->dict->fact[fact].type;
  if (v->state != TH_RULE_KNOWN || type == TH_RULE_CODES || type == TH_RULE_LIST) return false;
  return type == TH_RULE_NUMBER ? v->lo == v->hi : type == TH_RULE_DATE ? v->date.prec == TH_DATE_DAY : true;
}

static bool assumed(const trial *t, const int32_t *fact, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    bool here = exact(t, fact[i]);
    for (uint32_t k = 0; k < t->n_open; k++) here |= t->open[k] == fact[i] && t->set >> k & 1;
    if (!here) return false;
  }
  return true;
}

static truth eval(const trial *t, uint32_t at, bool want);

static truth flip(truth v) {
  return (truth)(2 - v);
}

static truth quantified(const trial *t, const uint32_t *kid, uint32_t n, bool all, bool want) {
  truth out = all ? YES : NO;
  for (uint32_t i = 0; i < n; i++) {
    const truth v = eval(t, kid[i], want);
    out = all ? (v < out ? v : out) : (v > out ? v : out);
  }
  return out;
}

static void add_side(const trial *t, int32_t tally, bool want, double *lo, double *hi) {
  double sure[2] = { 0, 0 }, possible[2] = { 0, 0 };
  *lo = *hi = 0;
  if (tally < 0) return;
  const th_rule_tally *a = &t->p->tally[tally];
  for (uint32_t i = 0; i < a->n; i++) {
    const truth v = eval(t, a->item[i].node, want);
    if (v == YES) sure[a->item[i].capped] += a->item[i].weight;
    if (v != NO) possible[a->item[i].capped] += a->item[i].weight;
  }
  *lo = sure[0] + (a->cap >= 0 ? fmin(a->cap, sure[1]) : sure[1]);
  *hi = possible[0] + (a->cap >= 0 ? fmin(a->cap, possible[1]) : possible[1]);
}

static truth score(const trial *t, const th_rule_node *n, bool want) {
  double lo, hi, less_lo, less_hi;
  const bool rising = n->op == TH_RULE_GE || n->op == TH_RULE_GT;
  add_side(t, n->tally, want == rising, &lo, &hi);
  add_side(t, n->minus, want != rising, &less_lo, &less_hi);
  lo -= less_hi;
  hi -= less_lo;
  switch ((th_rule_op)n->op) {
  case TH_RULE_GE: return lo >= n->value ? YES : hi < n->value ? NO : MAYBE;
  case TH_RULE_GT: return lo > n->value ? YES : hi <= n->value ? NO : MAYBE;
  case TH_RULE_LE: return hi <= n->value ? YES : lo > n->value ? NO : MAYBE;
  case TH_RULE_LT: return hi < n->value ? YES : lo >= n->value ? NO : MAYBE;
  case TH_RULE_EQ: break;
  }
  return MAYBE;
}

static truth measured(const trial *t, const th_rule_node *n, bool want) {
  uint32_t kid[64], left = 0;
  for (uint32_t i = 0; i < n->n_kids; i++) {
    const th_rule_leaf *l = &t->p->leaf[t->p->node[n->kid[i]].leaf];
    bool absent = false;
    for (uint32_t k = 0; k < l->n_facts; k++) absent |= t->values[l->fact[k]].state == TH_RULE_ABSENT;
    if (!absent) kid[left++] = n->kid[i];
  }
  return left ? quantified(t, kid, left, n->measured_all, want) : quantified(t, n->kid, n->n_kids, n->measured_all, want);
}

static truth at_least(const trial *t, const th_rule_node *n, bool want) {
  uint32_t sure = 0, possible = 0;
  for (uint32_t i = 0; i < n->n_kids; i++) {
    const truth v = eval(t, n->kid[i], want);
    sure += v == YES;
    possible += v != NO;
  }
  return sure >= n->k ? YES : possible < n->k ? NO : MAYBE;
}

/* The value of a node when every unknown leaf that the set covers is given the value that helps it to `want`. */
static truth eval(const trial *t, uint32_t at, bool want) {
  const th_rule_node *n = &t->p->node[at];
  const uint8_t known = t->r->node[at];
  const int32_t today = th_date_first(as_of);
  switch ((th_rule_kind)n->kind) {
  case TH_RULE_ALL: return quantified(t, n->kid, n->n_kids, true, want);
  case TH_RULE_ANY: return quantified(t, n->kid, n->n_kids, false, want);
  case TH_RULE_NOT: return flip(eval(t, n->kid[0], !want));
  case TH_RULE_AT_LEAST: return at_least(t, n, want);
  case TH_RULE_MEASURED: return measured(t, n, want);
  case TH_RULE_EXCEPTION: {
    const truth base = eval(t, n->kid[0], want), limb = quantified(t, n->kid + 1, 2, true, want);
    return base > limb ? base : limb;
  }
  case TH_RULE_STOP_OVERRIDE: {
    const truth go = flip(eval(t, n->kid[0], !want)), rest = quantified(t, n->kid + 1, n->n_kids - 1, true, want);
    return go < rest ? go : rest;
  }
  case TH_RULE_SCORE: return score(t, n, want);
  case TH_RULE_READING: return eval(t, n->kid[0], want);
  case TH_RULE_GATE: return eval(t, n->kid[today >= n->from && today <= n->to ? 0 : 1], want);
  case TH_RULE_CONST: return known == TH_V_T ? YES : known == TH_V_F ? NO : MAYBE;
  case TH_RULE_HUMAN:
  case TH_RULE_LEAF: break;
  }
  if (known == TH_V_T || known == TH_V_F) return known == TH_V_T ? YES : NO;
  const bool covered =
      n->kind == TH_RULE_HUMAN ? assumed(t, &n->fact, 1) : assumed(t, t->p->leaf[n->leaf].fact, t->p->leaf[n->leaf].n_facts);
  return covered ? (want ? YES : NO) : MAYBE;
}

/* Facts that some unknown leaf waits for. False: more than can be tried. */
static bool open_facts(trial *t) {
  t->n_open = 0;
  for (uint32_t i = 0; i < t->path->n_facts; i++) { /* by name */
    const int32_t f = t->path->fact[i];
    bool wanted = false;
    for (uint32_t o = 0; o < t->path->n_order && !wanted; o++) {
      const th_rule_node *n = &t->p->node[t->path->order[o]];
      const uint8_t v = t->r->node[t->path->order[o]];
      if (v == TH_V_T || v == TH_V_F) continue;
      if (n->kind == TH_RULE_HUMAN) wanted = n->fact == f;
      for (uint32_t k = 0; n->kind == TH_RULE_LEAF && k < t->p->leaf[n->leaf].n_facts; k++)
        wanted |= t->p->leaf[n->leaf].fact[k] == f;
    }
    if (!wanted || exact(t, f)) continue;
    if (t->n_open == OPEN_MOST) return false;
    t->open[t->n_open++] = f;
  }
  return true;
}

static int fewest_first(const void *pa, const void *pb) { /* bits in order of name: the lowest differing bit leads */
  const uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;
  const int m = __builtin_popcount(a), n = __builtin_popcount(b);
  if (m != n || a == b) return m - n;
  const uint32_t low = (a ^ b) & (~(a ^ b) + 1);
  return a & low ? -1 : 1;
}

static uint32_t search(trial *t, uint32_t out[1u << OPEN_MOST]) {
  uint32_t n = 0, small = 0;
  for (t->set = 0; t->set < 1u << t->n_open; t->set++)
    if (eval(t, t->path->root, true) == YES) out[n++] = t->set;
  uint32_t kept = 0;
  for (uint32_t i = 0; i < n; i++) {
    bool minimal = true;
    for (uint32_t k = 0; k < n && minimal; k++) minimal = k == i || (out[k] & out[i]) != out[k];
    if (minimal) out[kept++] = out[i]; /* what is overwritten holds a smaller one that stays */
  }
  n = kept;
  qsort(out, n, sizeof *out, fewest_first);
  while (small < n && __builtin_popcount(out[small]) <= SMALL) small++;
  return small ? small : n;
}

static const trial *costs; /* of the order below */

static uint32_t cost_of(const trial *t, uint32_t set) {
  uint32_t sum = 0;
  for (uint32_t o = 0; o < t->n_open; o++)
    if (set >> o & 1) sum += t->p->dict->cost[t->p->dict->fact[t->open[o]].cost].cost;
  return sum;
}

static int cheapest_first(const void *pa, const void *pb) {
  const uint32_t a = cost_of(costs, *(const uint32_t *)pa), b = cost_of(costs, *(const uint32_t *)pb);
  return a != b ? (a < b ? -1 : 1) : fewest_first(pa, pb);
}

static bool equal_sets(const trial *t, const th_rule_set *got, uint32_t n_got, const uint32_t *want, uint32_t n) {
  const uint32_t shown = n < SHOWN ? n : SHOWN;
  if (n_got != shown) return false;
  for (uint32_t i = 0; i < shown; i++) {
    uint32_t set = 0;
    for (uint32_t k = 0; k < got[i].n; k++)
      for (uint32_t o = 0; o < t->n_open; o++)
        if (t->open[o] == got[i].fact[k]) set |= 1u << o;
    if (set != want[i] || (uint32_t)__builtin_popcount(set) != got[i].n || got[i].cost != cost_of(t, set)) return false;
  }
  return true;
}

/* Both orders; what is expected is left by cost. */
static bool equal(const trial *t, uint32_t *want, uint32_t n) {
  if (!equal_sets(t, t->r->collect, t->r->n_collect, want, n)) return false;
  costs = t;
  qsort(want, n, sizeof *want, cheapest_first);
  return equal_sets(t, t->r->cheapest, t->r->n_cheapest, want, n);
}

static void show(const trial *t, th_str line, const uint32_t *want, uint32_t n) {
  printf("# %.*s\n# got", TH_STR_ARG(line));
  for (uint32_t i = 0; i < t->r->n_collect; i++)
    for (uint32_t k = 0; k < t->r->collect[i].n; k++)
      printf("%s%.*s", k ? "+" : " ", TH_STR_ARG(t->p->dict->fact[t->r->collect[i].fact[k]].name));
  printf("\n# expected");
  for (uint32_t i = 0; i < n && i < SHOWN; i++) {
    printf(" ");
    for (uint32_t o = 0; o < t->n_open; o++)
      if (want[i] >> o & 1) printf("+%.*s", TH_STR_ARG(t->p->dict->fact[t->open[o]].name));
  }
  printf("\n");
}

/* Takes facts away: some wholly, of a number sometimes the exactness alone. */
static void take_away(th_rng *rng, const th_rule_path *path, const th_rule_dict *d, th_rule_value *values) {
  for (uint64_t gone = th_rng_below(rng, 10); gone > 0; gone--) {
    th_rule_value *v = &values[path->fact[th_rng_below(rng, path->n_facts)]];
    const int32_t at = (int32_t)(v - values);
    if (v->state == TH_RULE_KNOWN && d->fact[at].type == TH_RULE_NUMBER && th_rng_below(rng, 4) == 0)
      v->lo -= 0.3 * fabs(v->lo) + 0.3;
    else
      *v = (th_rule_value){ 0 };
  }
}

static void path_holds(const th_rule_policy *p, const th_rule_path *path, uint32_t *compared) {
  static uint32_t want[1u << OPEN_MOST];
  th_arena *a = th_arena_new(0), *text = th_arena_new(0);
  th_err err = { 0 };
  th_buf out;
  th_rng rng = { 77, 3, 0 };
  th_buf_init(&out, text, 1 << 18);
  CHECK_OK_ERR(th_coverage_synth(a, p, path, TH_SYNTH_BOUNDARY, 21, CASES, as_of, &out, &err), &err);
  th_str rest = th_buf_str(&out), line;
  while (th_str_line(&rest, &line)) {
    th_arena_reset(a);
    th_coverage_case k;
    th_rule_result r;
    CHECK_OK_ERR(th_coverage_case_parse(a, &cov, line, &k, &err), &err);
    take_away(&rng, path, p->dict, k.values);
    CHECK_OK_ERR(th_rule_check(a, p, path, k.values, as_of, &r, &err), &err);
    trial t = { .p = p, .path = path, .values = k.values, .r = &r };
    if (r.outcome != TH_OUT_UNKNOWN || r.by_default != TH_V_U || !open_facts(&t)) continue;
    const uint32_t n = search(&t, want);
    ++*compared;
    if (equal(&t, want, n)) continue;
    show(&t, line, want, n);
    CHECK(false);
    break;
  }
  th_arena_del(text);
  th_arena_del(a);
}

TEST(smallest_sets_are_those_of_a_full_search) {
  th_err err = { 0 };
  fixed = th_arena_new(0);
  CHECK_OK_ERR(th_coverage_open(fixed, NULL, 0, &cov, &err), &err);
  for (uint32_t i = 0; i < cov.n; i++)
    for (uint32_t k = 0; k < cov.policy[i].n_paths; k++) {
      uint32_t compared = 0;
      path_holds(&cov.policy[i], &cov.policy[i].path[k], &compared);
      printf("# %.*s: %u cases compared\n", TH_STR_ARG(cov.policy[i].path[k].name), compared);
      CHECK(compared > 5);
    }
  th_arena_del(fixed);
}

TEST_MAIN(RUN(smallest_sets_are_those_of_a_full_search))
