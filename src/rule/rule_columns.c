/* Many cases at once, a column a fact. Five hundred and twelve cases make a block of eight words: a node is two planes (is true, is
 * false) of a bit a case, its value a few operations on words, and a score is added up in bit-sliced counters (plane b of a counter
 * holds bit b of every sum). Leaves are computed once a block, nodes once a combination of readings, and of these only the ones below
 * a reading that has changed since the combination before.
 *
 * A comparison with a constant becomes one with the least double that counts as reached, the tolerance of th_rule__less included; that
 * double is found by bisection with th_rule__less itself, so that the answer is the same to the last bit. A sweep over a column then
 * is two comparisons a value. The pass is compiled for the vector units of the machine as well, and chosen when it runs. */
#include <math.h>

#include "rule/rule_priv.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define BW       8  /* words of a block */
#define SUM_BITS 12 /* scores up to 4095 */
#if defined(__has_feature)
#define SANITIZED (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer))
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif
#if SANITIZED /* every access checked, all of it inlined three times: minutes to compile */
#define INLINE static
#else
#define INLINE static inline __attribute__((always_inline)) /* into a pass for one vector unit */
#endif

typedef struct plane {
  uint64_t t[BW], f[BW];
} plane;

typedef struct counter { /* bit-sliced: a number a case */
  uint64_t b[SUM_BITS][BW];
} counter;

typedef enum leaf_way {
  LEAF_IS,   /* a bit column */
  LEAF_UP,   /* true from the edge on, false below */
  LEAF_DOWN, /* true below the edge, false from it on */
  LEAF_WIDE  /* two sides, interval against interval */
} leaf_way;

typedef struct leaf_plan {
  leaf_way way;
  double edge;
} leaf_plan;

/* Bits of words · 64 values that are at least the edge, and of those that are below it. What is no number is neither. */
typedef void sweep_fn(const double *x, size_t words, double edge, uint64_t *reached, uint64_t *below);

typedef struct column_run {
  const th_rule_policy *p;
  const th_rule_path *path;
  const th_rule_column *column; /* a fact of the dictionary */
  th_date as_of;
  int32_t today;
  const int32_t *slot;
  plane *node;                        /* a node of the path, in order */
  leaf_plan *leaf;                    /* the same; of leaves alone */
  uint8_t *bits;                      /* the same; of scores: width of a sum */
  uint32_t *hangs;                    /* the same: combination bits that some reading below it looks at */
  uint32_t *varying;                  /* places of the nodes with such a bit */
  uint32_t n_varying, n_words, words; /* words of all, and of the block at hand */
  size_t word;                        /* the block's first */
  sweep_fn *sweep;
} column_run;

/* ── Edges ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Doubles in order, as whole numbers in order. */
static int64_t rank_of(double x) {
  int64_t i;
  memcpy(&i, &x, sizeof i);
  return i < 0 ? INT64_MIN - i : i;
}

static double of_rank(int64_t rank) {
  const int64_t i = rank < 0 ? INT64_MIN - rank : rank;
  double x;
  memcpy(&x, &i, sizeof x);
  return x;
}

/* The least double that is not less than v (past: that v is less than); v finite. It lies within the tolerance, and a bit more. */
static double edge_of(double v, bool past) {
  const double far = 2e-9 * fmax(1.0, fabs(v));
  int64_t no = rank_of(past ? v : v - far), yes = rank_of(past ? v + far : v);
  while (yes - no > 1) {
    const int64_t mid = no + (yes - no) / 2;
    const bool holds = past ? th_rule__less(v, of_rank(mid)) : !th_rule__less(of_rank(mid), v);
    *(holds ? &yes : &no) = mid;
  }
  return of_rank(yes);
}

static leaf_plan compared(uint8_t op, double v) {
  switch ((th_rule_op)op) {
  case TH_RULE_GE: return (leaf_plan){ LEAF_UP, edge_of(v, false) };
  case TH_RULE_LT: return (leaf_plan){ LEAF_DOWN, edge_of(v, false) };
  case TH_RULE_GT: return (leaf_plan){ LEAF_UP, edge_of(v, true) };
  case TH_RULE_LE: return (leaf_plan){ LEAF_DOWN, edge_of(v, true) };
  case TH_RULE_EQ: break;
  }
  return (leaf_plan){ LEAF_WIDE, 0 };
}

/* Completed years reach v when the day of birth is not after the day v years ago. */
static leaf_plan aged(const column_run *r, const th_rule_leaf *l) {
  const bool strict = l->op == TH_RULE_GT || l->op == TH_RULE_LE, turned = l->op == TH_RULE_LT || l->op == TH_RULE_LE;
  const int years = (int)l->value + strict;
  const double day = th_date_first(th_date_add_months(r->as_of, -12 * years));
  return (leaf_plan){ turned ? LEAF_UP : LEAF_DOWN, edge_of(day, true) };
}

static leaf_plan plan_of(const column_run *r, const th_rule_leaf *l) {
  const double start = l->in_days ? r->today - l->window : th_date_first(th_date_add_months(r->as_of, -l->window));
  switch ((th_rule_leaf_kind)l->kind) {
  case TH_LEAF_IS: return (leaf_plan){ LEAF_IS, 0 };
  case TH_LEAF_VALUE: return compared(l->op, l->value);
  case TH_LEAF_AGE: return aged(r, l);
  case TH_LEAF_FROM: return compared(TH_RULE_GE, start);
  case TH_LEAF_TO: return compared(TH_RULE_LE, r->today);
  case TH_LEAF_BEFORE: return compared(TH_RULE_LE, start);
  case TH_LEAF_RATIO:
  case TH_LEAF_BSA:
  case TH_LEAF_MIN:
  case TH_LEAF_SUM:
  case TH_LEAF_IN:
  case TH_LEAF_COUNT:
  case TH_LEAF_SUSTAINED: break;
  }
  return (leaf_plan){ LEAF_WIDE, 0 };
}

static bool supported(const th_rule_leaf *l) {
  return l->kind != TH_LEAF_IN && l->kind != TH_LEAF_COUNT && l->kind != TH_LEAF_SUSTAINED &&
         !(l->kind == TH_LEAF_AGE && l->op == TH_RULE_EQ) && !(l->kind == TH_LEAF_AGE && l->value != floor(l->value));
}

/* ── Sweeps ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

INLINE uint64_t pack(const uint8_t *flag) {
  uint64_t w = 0;
  for (int i = 0; i < 8; i++) {
    uint64_t bytes;
    memcpy(&bytes, flag + 8 * i, 8);
    w |= (((bytes & 0x0101010101010101u) * 0x0102040810204080u) >> 56) << (8 * i);
  }
  return w;
}

static void sweep_plain(const double *x, size_t words, double edge, uint64_t *reached, uint64_t *below) {
  for (size_t w = 0; w < words; w++) {
    uint8_t up[64], down[64];
    for (int i = 0; i < 64; i++) {
      up[i] = x[64 * w + (size_t)i] >= edge;
      down[i] = x[64 * w + (size_t)i] < edge;
    }
    reached[w] = pack(up);
    below[w] = pack(down);
  }
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void sweep_avx2(const double *x, size_t words, double edge, uint64_t *reached,
                                                       uint64_t *below) {
  const __m256d e = _mm256_set1_pd(edge);
  for (size_t w = 0; w < words; w++) {
    reached[w] = below[w] = 0;
    for (unsigned i = 0; i < 64; i += 4) {
      const __m256d v = _mm256_loadu_pd(x + 64 * w + i);
      reached[w] |= (uint64_t)_mm256_movemask_pd(_mm256_cmp_pd(v, e, _CMP_GE_OQ)) << i;
      below[w] |= (uint64_t)_mm256_movemask_pd(_mm256_cmp_pd(v, e, _CMP_LT_OQ)) << i;
    }
  }
}

__attribute__((target("avx512f"))) static void sweep_avx512(const double *x, size_t words, double edge, uint64_t *reached,
                                                            uint64_t *below) {
  const __m512d e = _mm512_set1_pd(edge);
  for (size_t w = 0; w < words; w++) {
    reached[w] = below[w] = 0;
    for (unsigned i = 0; i < 64; i += 8) {
      const __m512d v = _mm512_loadu_pd(x + 64 * w + i);
      reached[w] |= (uint64_t)_mm512_cmp_pd_mask(v, e, _CMP_GE_OQ) << i;
      below[w] |= (uint64_t)_mm512_cmp_pd_mask(v, e, _CMP_LT_OQ) << i;
    }
  }
}
#endif

/* ── Leaves ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

INLINE void bit_column(const column_run *r, int32_t fact, bool want, plane *out) {
  const th_rule_column *c = &r->column[fact];
  for (size_t w = 0; w < r->words; w++) {
    const uint64_t have = c->present ? c->present[r->word + w] : 0, truth = c->truth ? c->truth[r->word + w] : 0;
    out->t[w] = have & (want ? truth : ~truth);
    out->f[w] = have & (want ? ~truth : truth);
  }
}

INLINE void threshold(const column_run *r, int32_t fact, const leaf_plan *plan, plane *out) {
  const th_rule_column *c = &r->column[fact];
  uint64_t reached[BW], below[BW], other[BW];
  memset(out, 0, sizeof *out);
  if (!c->present) return;
  const bool up = plan->way == LEAF_UP;
  r->sweep(c->lo + r->word * 64, r->words, plan->edge, reached, c->hi ? other : below);
  if (c->hi) r->sweep(c->hi + r->word * 64, r->words, plan->edge, other, below);
  for (size_t w = 0; w < r->words; w++) { /* reached: by the lower end; below: the upper end is */
    const uint64_t have = c->present[r->word + w];
    out->t[w] = have & (up ? reached[w] : below[w]);
    out->f[w] = have & (up ? below[w] : reached[w]);
  }
}

typedef struct lanes {
  double lo[64], hi[64];
} lanes;

/* What is absent, or no number, may be anything from missing_lo up. */
INLINE void load(const column_run *r, int32_t fact, size_t word, double missing_lo, lanes *out) {
  const th_rule_column *c = &r->column[fact];
  const uint64_t have = c->present ? c->present[word] : 0;
  if (!have) {
    for (size_t i = 0; i < 64; i++) {
      out->lo[i] = missing_lo;
      out->hi[i] = INFINITY;
    }
    return;
  }
  const double *lo = c->lo + word * 64, *hi = (c->hi ? c->hi : c->lo) + word * 64;
  for (size_t i = 0; i < 64; i++) {
    const bool there = (have >> i & 1) != 0 && lo[i] <= hi[i];
    out->lo[i] = there ? lo[i] : missing_lo;
    out->hi[i] = there ? hi[i] : INFINITY;
  }
}

/* th_rule__less without a branch or a call. */
INLINE uint8_t less(double a, double b) {
  const double x = fabs(a), y = fabs(b), m = x > y ? x : y, near = 1e-9 * (m > 1 ? m : 1);
  return (uint8_t)((a < b) & !((b - a <= near) & (near < INFINITY)));
}

INLINE double lesser(double a, double b) {
  return a < b ? a : b;
}

/* a >= b on intervals, sixty-four at a time; the other comparators follow from it. */
INLINE void at_least(const lanes *a, const lanes *b, uint64_t *is, uint64_t *is_not) {
  uint8_t t[64], f[64];
  for (int i = 0; i < 64; i++) {
    t[i] = !less(a->lo[i], b->hi[i]);
    f[i] = less(a->hi[i], b->lo[i]);
  }
  *is = pack(t);
  *is_not = pack(f);
}

INLINE void equal(const lanes *a, const lanes *b, uint64_t *is, uint64_t *is_not) {
  uint8_t t[64], f[64];
  for (int i = 0; i < 64; i++) {
    f[i] = less(a->hi[i], b->lo[i]) | less(b->hi[i], a->lo[i]);
    t[i] = !f[i] & (a->lo[i] == a->hi[i]) & (b->lo[i] == b->hi[i]);
  }
  *is = pack(t);
  *is_not = pack(f);
}

INLINE void fill(lanes *l, double v) {
  for (int i = 0; i < 64; i++) l->lo[i] = l->hi[i] = v;
}

/* The least of the terms; a ratio has one. */
INLINE void least_term(const column_run *r, const th_rule_leaf *l, size_t word, lanes *out) {
  lanes x;
  fill(out, INFINITY);
  for (uint32_t k = 0; k < l->n_terms; k++) {
    if (l->term[k].of < 0)
      fill(&x, 1);
    else
      load(r, l->term[k].of, word, -INFINITY, &x);
    for (int i = 0; i < 64; i++) {
      out->lo[i] = lesser(out->lo[i], x.lo[i] * l->term[k].times);
      out->hi[i] = lesser(out->hi[i], x.hi[i] * l->term[k].times);
    }
  }
}

static void surface(const column_run *r, const th_rule_leaf *l, size_t word, lanes *out) {
  lanes x, y;
  load(r, l->fact[1], word, 0, &x);
  load(r, l->fact[2], word, 0, &y);
  for (int i = 0; i < 64; i++) {
    const bool low = x.lo[i] > 0 && y.lo[i] > 0, high = x.hi[i] < INFINITY && y.hi[i] < INFINITY;
    out->lo[i] = low ? l->value * th_rule__surface(l->du_bois, x.lo[i], y.lo[i]) : -INFINITY;
    out->hi[i] = high ? l->value * th_rule__surface(l->du_bois, x.hi[i], y.hi[i]) : INFINITY;
  }
}

INLINE void left_side(const column_run *r, const th_rule_leaf *l, size_t word, lanes *out) {
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

INLINE void wide_word(const column_run *r, const th_rule_leaf *l, size_t word, uint64_t *t, uint64_t *f) {
  lanes a, b;
  left_side(r, l, word, &a);
  if (l->kind == TH_LEAF_BSA)
    surface(r, l, word, &b);
  else if (l->n_terms)
    least_term(r, l, word, &b);
  else
    fill(&b, l->value);
  switch ((th_rule_op)l->op) {
  case TH_RULE_GE: at_least(&a, &b, t, f); break;
  case TH_RULE_LE: at_least(&b, &a, t, f); break;
  case TH_RULE_GT: at_least(&b, &a, f, t); break;
  case TH_RULE_LT: at_least(&a, &b, f, t); break;
  case TH_RULE_EQ: equal(&a, &b, t, f); break;
  }
}

INLINE void leaf_plane(const column_run *r, uint32_t place, const th_rule_leaf *l, plane *out) {
  const leaf_plan *plan = &r->leaf[place];
  switch (plan->way) {
  case LEAF_IS: bit_column(r, l->fact[0], l->want, out); break;
  case LEAF_UP:
  case LEAF_DOWN: threshold(r, l->fact[0], plan, out); break;
  case LEAF_WIDE:
    for (size_t w = 0; w < r->words; w++) wide_word(r, l, r->word + w, &out->t[w], &out->f[w]);
    break;
  }
}

/* ── Scores ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Adds `weight` to the numbers whose bit is set in mask ^ flip; no sum outgrows `bits`. */
INLINE void add(counter *c, const uint64_t *mask, uint64_t flip, uint32_t weight, int bits) {
  uint64_t carry[BW] = { 0 };
  for (int b = __builtin_ctz(weight); b < bits; b++) {
    const uint64_t on = weight >> b & 1 ? UINT64_MAX : 0;
    for (int w = 0; w < BW; w++) {
      const uint64_t x = (mask[w] ^ flip) & on, y = c->b[b][w];
      c->b[b][w] = x ^ y ^ carry[w];
      carry[w] = (x & y) | (carry[w] & (x ^ y));
    }
  }
}

INLINE void reaches(const counter *a, const counter *b, int bits, uint64_t *out) { /* a >= b */
  uint64_t same[BW];
  for (int w = 0; w < BW; w++) {
    same[w] = UINT64_MAX;
    out[w] = 0;
  }
  for (int i = bits - 1; i >= 0; i--)
    for (int w = 0; w < BW; w++) {
      out[w] |= same[w] & a->b[i][w] & ~b->b[i][w];
      same[w] &= ~(a->b[i][w] ^ b->b[i][w]);
    }
  for (int w = 0; w < BW; w++) out[w] |= same[w];
}

INLINE void constant(counter *c, uint32_t v, int bits) {
  for (int i = 0; i < bits; i++)
    for (int w = 0; w < BW; w++) c->b[i][w] = v >> i & 1 ? UINT64_MAX : 0;
}

INLINE void sum_into(counter *to, const counter *from, int bits) {
  uint64_t carry[BW] = { 0 };
  for (int b = 0; b < bits; b++)
    for (int w = 0; w < BW; w++) {
      const uint64_t x = from->b[b][w], y = to->b[b][w];
      to->b[b][w] = x ^ y ^ carry[w];
      carry[w] = (x & y) | (carry[w] & (x ^ y));
    }
}

/* The lesser of a counter and a constant. */
INLINE void cut(counter *c, const counter *cap, int bits) {
  uint64_t over[BW];
  reaches(c, cap, bits, over);
  for (int b = 0; b < bits; b++)
    for (int w = 0; w < BW; w++) c->b[b][w] = (c->b[b][w] & ~over[w]) | (cap->b[b][w] & over[w]);
}

INLINE void tally(const column_run *r, const th_rule_tally *t, int bits, counter *lo, counter *hi) {
  counter clo, chi, cap;
  constant(lo, 0, bits);
  constant(hi, 0, bits);
  constant(&clo, 0, bits);
  constant(&chi, 0, bits);
  for (uint32_t i = 0; i < t->n; i++) {
    const plane *p = &r->node[r->slot[t->item[i].node]];
    const uint32_t weight = (uint32_t)t->item[i].weight;
    if (weight == 0) continue;
    add(t->item[i].capped ? &clo : lo, p->t, 0, weight, bits);
    add(t->item[i].capped ? &chi : hi, p->f, UINT64_MAX, weight, bits);
  }
  if (t->cap < 0) return;
  constant(&cap, (uint32_t)t->cap, bits);
  cut(&clo, &cap, bits);
  cut(&chi, &cap, bits);
  sum_into(lo, &clo, bits);
  sum_into(hi, &chi, bits);
}

static int32_t shift_of(const th_rule_node *n) {
  const bool up = n->op == TH_RULE_GE || n->op == TH_RULE_LT; /* asked: a >= k, or its reverse */
  return (int32_t)(up ? ceil(n->value) : floor(n->value) + 1);
}

/* a − b against k is a against b + k: with a constant on either side no number goes below zero. */
INLINE void score(const column_run *r, const th_rule_node *n, int bits, plane *out) {
  counter alo, ahi, blo, bhi, shift;
  tally(r, &r->p->tally[n->tally], bits, &alo, &ahi);
  constant(&blo, 0, bits);
  constant(&bhi, 0, bits);
  if (n->minus >= 0) tally(r, &r->p->tally[n->minus], bits, &blo, &bhi);
  const int32_t k = shift_of(n);
  constant(&shift, (uint32_t)(k < 0 ? -k : k), bits);
  sum_into(k < 0 ? &alo : &blo, &shift, bits);
  sum_into(k < 0 ? &ahi : &bhi, &shift, bits);
  const bool up = n->op == TH_RULE_GE || n->op == TH_RULE_GT;
  uint64_t *t = up ? out->t : out->f, *f = up ? out->f : out->t;
  reaches(&alo, &bhi, bits, t);
  reaches(&ahi, &blo, bits, f);
  for (int w = 0; w < BW; w++) f[w] = ~f[w];
}

/* ── Nodes ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

INLINE const plane *kid(const column_run *r, uint32_t node) {
  return &r->node[r->slot[node]];
}

INLINE void fold(const column_run *r, const uint32_t *kids, uint32_t n, bool all, plane *out) {
  for (int w = 0; w < BW; w++) {
    out->t[w] = all ? UINT64_MAX : 0;
    out->f[w] = all ? 0 : UINT64_MAX;
  }
  for (uint32_t i = 0; i < n; i++) {
    const plane *k = kid(r, kids[i]);
    if (all)
      for (int w = 0; w < BW; w++) {
        out->t[w] &= k->t[w];
        out->f[w] |= k->f[w];
      }
    else
      for (int w = 0; w < BW; w++) {
        out->t[w] |= k->t[w];
        out->f[w] &= k->f[w];
      }
  }
}

INLINE void at_least_of(const column_run *r, const th_rule_node *n, int bits, plane *out) {
  counter sure, possible, k;
  constant(&sure, 0, bits);
  constant(&possible, 0, bits);
  constant(&k, n->k, bits);
  for (uint32_t i = 0; i < n->n_kids; i++) {
    add(&sure, kid(r, n->kid[i])->t, 0, 1, bits);
    add(&possible, kid(r, n->kid[i])->f, UINT64_MAX, 1, bits);
  }
  reaches(&sure, &k, bits, out->t);
  reaches(&possible, &k, bits, out->f);
  for (int w = 0; w < BW; w++) out->f[w] = ~out->f[w];
}

/* A child with an absent fact is left out, case by case; where none is left the value is unknown. */
INLINE void measured(const column_run *r, const th_rule_node *n, plane *out) {
  uint64_t someone[BW] = { 0 }, here[BW];
  fold(r, NULL, 0, n->measured_all, out);
  for (uint32_t i = 0; i < n->n_kids; i++) {
    const th_rule_leaf *l = &r->p->leaf[r->p->node[n->kid[i]].leaf];
    const plane *k = kid(r, n->kid[i]);
    for (int w = 0; w < BW; w++) here[w] = UINT64_MAX;
    for (uint32_t q = 0; q < l->n_facts; q++) {
      const uint64_t *present = r->column[l->fact[q]].present;
      for (size_t w = 0; w < r->words; w++) here[w] &= present ? present[r->word + w] : 0;
    }
    for (int w = 0; w < BW; w++) {
      someone[w] |= here[w];
      out->t[w] = n->measured_all ? out->t[w] & (k->t[w] | ~here[w]) : out->t[w] | (k->t[w] & here[w]);
      out->f[w] = n->measured_all ? out->f[w] | (k->f[w] & here[w]) : out->f[w] & (k->f[w] | ~here[w]);
    }
  }
  for (int w = 0; w < BW; w++) {
    out->t[w] &= someone[w];
    out->f[w] &= someone[w];
  }
}

INLINE void exception(const column_run *r, const th_rule_node *n, plane *out) {
  const plane *b = kid(r, n->kid[0]), *x = kid(r, n->kid[1]), *h = kid(r, n->kid[2]);
  for (int w = 0; w < BW; w++) {
    out->t[w] = b->t[w] | (x->t[w] & h->t[w]);
    out->f[w] = b->f[w] & (x->f[w] | h->f[w]);
  }
}

INLINE void stop_override(const column_run *r, const th_rule_node *n, plane *out) {
  const plane *stop = kid(r, n->kid[0]);
  fold(r, n->kid + 1, n->n_kids - 1, true, out);
  for (int w = 0; w < BW; w++) {
    out->t[w] &= stop->f[w];
    out->f[w] |= stop->t[w];
  }
}

static uint32_t bit_of(const column_run *r, int32_t amb) { /* of a combination's number; 0: no active ambiguity of the path */
  for (uint32_t i = 0; i < r->path->n_amb; i++)
    if (r->path->amb[i] == amb) return 1u << (r->path->n_amb - 1 - i);
  return 0;
}

INLINE void node_plane(const column_run *r, uint32_t place, uint32_t combo, plane *out) {
  const th_rule_node *n = &r->p->node[r->path->order[place]];
  switch ((th_rule_kind)n->kind) {
  case TH_RULE_ALL: fold(r, n->kid, n->n_kids, true, out); break;
  case TH_RULE_ANY: fold(r, n->kid, n->n_kids, false, out); break;
  case TH_RULE_NOT:
    memcpy(out->t, kid(r, n->kid[0])->f, sizeof out->t);
    memcpy(out->f, kid(r, n->kid[0])->t, sizeof out->f);
    break;
  case TH_RULE_AT_LEAST: at_least_of(r, n, r->bits[place], out); break;
  case TH_RULE_MEASURED: measured(r, n, out); break;
  case TH_RULE_EXCEPTION: exception(r, n, out); break;
  case TH_RULE_HUMAN: bit_column(r, n->fact, true, out); break;
  case TH_RULE_STOP_OVERRIDE: stop_override(r, n, out); break;
  case TH_RULE_SCORE: score(r, n, r->bits[place], out); break;
  case TH_RULE_LEAF: leaf_plane(r, place, &r->p->leaf[n->leaf], out); break;
  case TH_RULE_READING: *out = *kid(r, n->kid[(combo & r->hangs[place] & bit_of(r, n->amb)) != 0]); break;
  case TH_RULE_GATE: *out = *kid(r, n->kid[r->today >= n->from && r->today <= n->to ? 0 : 1]); break;
  case TH_RULE_CONST: fold(r, NULL, 0, n->constant, out); break;
  }
}

/* ── A block ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

INLINE void block_body(column_run *r, uint32_t from, uint32_t n_combos, uint64_t *t, uint64_t *f) {
  const plane *root = kid(r, r->path->root);
  for (uint32_t i = 0; i < r->path->n_order; i++) node_plane(r, i, from, &r->node[i]);
  for (uint32_t c = 0; c < n_combos; c++) {
    const uint32_t changed = (from + c) ^ (from + c - 1);
    for (uint32_t i = 0; c > 0 && i < r->n_varying; i++)
      if (r->hangs[r->varying[i]] & changed) node_plane(r, r->varying[i], from + c, &r->node[r->varying[i]]);
    memcpy(&t[(size_t)c * r->n_words + r->word], root->t, r->words * sizeof *t);
    memcpy(&f[(size_t)c * r->n_words + r->word], root->f, r->words * sizeof *f);
  }
}

static void block_plain(column_run *r, uint32_t from, uint32_t n_combos, uint64_t *t, uint64_t *f) {
  block_body(r, from, n_combos, t, f);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void block_avx2(column_run *r, uint32_t from, uint32_t n_combos, uint64_t *t,
                                                       uint64_t *f) {
  block_body(r, from, n_combos, t, f);
}

__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl"))) static void
block_avx512(column_run *r, uint32_t from, uint32_t n_combos, uint64_t *t, uint64_t *f) {
  block_body(r, from, n_combos, t, f);
}
#endif

typedef void block_fn(column_run *r, uint32_t from, uint32_t n_combos, uint64_t *t, uint64_t *f);

/* The widest the machine has, up to `most`. */
static block_fn *unit(th_rule_unit_kind most, sweep_fn **sweep) {
#if defined(__x86_64__)
  if (most >= TH_UNIT_AVX512 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
    *sweep = sweep_avx512;
    return block_avx512;
  }
  if (most >= TH_UNIT_AVX2 && __builtin_cpu_supports("avx2")) {
    *sweep = sweep_avx2;
    return block_avx2;
  }
#endif
  (void)most;
  *sweep = sweep_plain;
  return block_plain;
}

/* ── Preparation ───────────────────────────────────────────────────────────────────────────────────────────────────── */

static uint32_t hangs_on(const column_run *r, const th_rule_node *n) {
  uint32_t m = n->kind == TH_RULE_READING ? bit_of(r, n->amb) : 0;
  for (uint32_t i = 0; i < n->n_kids; i++) m |= r->hangs[r->slot[n->kid[i]]];
  for (int side = 0; n->kind == TH_RULE_SCORE && side < 2; side++) {
    const int32_t t = side ? n->minus : n->tally;
    for (uint32_t i = 0; t >= 0 && i < r->p->tally[t].n; i++) m |= r->hangs[r->slot[r->p->tally[t].item[i].node]];
  }
  return m;
}

/* Bits that the sums of a score, or the count of an at_least, can take. */
static uint8_t width_of(const column_run *r, const th_rule_node *n) {
  uint64_t most = n->kind == TH_RULE_AT_LEAST ? (n->k > n->n_kids ? n->k : n->n_kids) : 0;
  for (int side = 0; n->kind == TH_RULE_SCORE && side < 2; side++) {
    const int32_t t = side ? n->minus : n->tally;
    for (uint32_t i = 0; t >= 0 && i < r->p->tally[t].n; i++) most += (uint64_t)r->p->tally[t].item[i].weight;
    if (t >= 0 && r->p->tally[t].cap > 0) most += (uint64_t)r->p->tally[t].cap;
  }
  if (n->kind == TH_RULE_SCORE) {
    const int32_t k = shift_of(n);
    most += (uint64_t)(k < 0 ? -(int64_t)k : k);
  }
  uint8_t bits = 1;
  while (most >> bits) bits++;
  return bits;
}

static th_code prepare(th_arena *a, column_run *r, th_err *err) {
  const uint32_t n = r->path->n_order;
  r->node = th_arena_alloc(a, n * sizeof(plane), 64);
  r->leaf = TH_NEWN(a, leaf_plan, n);
  r->bits = TH_NEWN(a, uint8_t, n);
  r->hangs = TH_NEWN(a, uint32_t, n);
  r->varying = TH_NEWN(a, uint32_t, n);
  if (!r->node || !r->leaf || !r->bits || !r->hangs || !r->varying) return th_fail_nomem(err);
  for (uint32_t i = 0; i < n; i++) {
    const th_rule_node *node = &r->p->node[r->path->order[i]];
    r->hangs[i] = hangs_on(r, node);
    if (r->hangs[i]) r->varying[r->n_varying++] = i;
    if (node->kind == TH_RULE_SCORE || node->kind == TH_RULE_AT_LEAST) r->bits[i] = width_of(r, node);
    if (r->bits[i] > SUM_BITS) return th_fail(err, TH_ELIMIT, "a score beyond %d has no columns", (1 << SUM_BITS) - 1);
    if (node->kind != TH_RULE_LEAF) continue;
    if (!supported(&r->p->leaf[node->leaf]))
      return th_fail(err, TH_EUNSUP, "path %.*s reads codes or lists, which have no columns", TH_STR_ARG(r->path->name));
    r->leaf[i] = plan_of(r, &r->p->leaf[node->leaf]);
  }
  return TH_OK;
}

th_code th_rule__columns(th_arena *a, const th_rule_columns_in *in, th_rule_unit_kind most, uint64_t *t, uint64_t *f,
                         th_err *err) {
  const th_rule_path *path = in->path;
  if (in->as_of.prec != TH_DATE_DAY) return th_fail(err, TH_EINVAL, "as_of must be a full date, YYYY-MM-DD");
  if (in->n_combos == 0 || in->combo >= 1u << path->n_amb || in->n_combos > (1u << path->n_amb) - in->combo)
    return th_fail(err, TH_EINVAL, "no such combination of readings");
  column_run r = { .p = in->policy, .path = path, .column = in->column, .as_of = in->as_of, .today = th_date_first(in->as_of) };
  r.slot = path->slot;
  r.n_words = (uint32_t)((in->n + 63) / 64);
  TH_TRY(prepare(a, &r, err));
  block_fn *const block = unit(most, &r.sweep);
  for (r.word = 0; r.word < r.n_words; r.word += BW) {
    r.words = r.n_words - r.word < BW ? (uint32_t)(r.n_words - r.word) : BW;
    block(&r, in->combo, in->n_combos, t, f);
  }
  return TH_OK;
}

th_code th_rule_columns(th_arena *a, const th_rule_policy *p, const th_rule_path *path, const th_rule_column *column, size_t n,
                        th_date as_of, uint32_t combo, uint32_t n_combos, uint64_t *t, uint64_t *f, th_err *err) {
  const th_rule_columns_in in = { p, path, column, n, as_of, combo, n_combos };
  if (n > (size_t)UINT32_MAX) return th_fail(err, TH_ELIMIT, "more than 2^32 - 1 cases in one call");
  return th_rule__columns(a, &in, TH_UNIT_AVX512, t, f, err);
}
