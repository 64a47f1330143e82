/* Paths of stated relations between two nodes, and how much more they weigh than degrees alone would make them.
 *
 * A relation is rewired by swapping the ends of two edges drawn by lot, a–b and c–d into a–d and c–b, when neither is there yet:
 * every node keeps its degree in every relation. Ten tries for each edge forget the graph, three more lead from one null to the
 * next. Which edges are there is kept as a bit for each possible pair. */
#include <math.h>

#include "graph/graph_priv.h"

enum { SWAPS_FIRST = 10, SWAPS_NEXT = 3 };
#define BITS_MAX ((uint64_t)1 << 32)

/* ── Metapaths ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* The relation of this name that goes on from a type. */
static bool next_relation(const th_graph *g, uint32_t from, th_str name, th_graph_metapath *m, uint32_t *to) {
  for (uint32_t k = 0; k < g->n_relations; k++) {
    const th_graph_relation *r = &g->relation[k];
    if (!th_str_eq(r->name, name) || (r->src != from && r->dst != from)) continue;
    m->relation[m->n] = k;
    m->back[m->n++] = r->src != from;
    *to = r->src == from ? r->dst : r->src;
    return true;
  }
  return false;
}

th_code th_graph_metapath_of(const th_graph *g, uint32_t from_type, uint32_t to_type, th_str relations, th_graph_metapath *out,
                             th_err *err) {
  th_str rest = relations, name;
  uint32_t at = from_type;
  *out = (th_graph_metapath){ 0 };
  while (rest.p && th_str_split(&rest, ',', &name)) {
    name = th_str_trim(name);
    const th_str type = g->type[at].name;
    if (out->n == 4) return th_fail(err, TH_EINVAL, "a metapath has one to four relations");
    if (!next_relation(g, at, name, out, &at))
      return th_fail(err, TH_ENOENT, "the graph has no relation \"%.*s\" of %.*s", (int)(name.n < 60 ? name.n : 60), name.p,
                     (int)(type.n < 60 ? type.n : 60), type.p);
  }
  if (!out->n) return th_fail(err, TH_EINVAL, "a metapath has one to four relations");
  if (at != to_type)
    return th_fail(err, TH_ENOENT, "the metapath \"%.*s\" ends at %.*s, not at %.*s",
                   (int)(relations.n < 100 ? relations.n : 100), relations.p, TH_STR_ARG(g->type[at].name),
                   TH_STR_ARG(g->type[to_type].name));
  return TH_OK;
}

size_t th_graph_metapaths(const th_graph *g, uint32_t from_type, uint32_t to_type, th_graph_metapath out[TH_GRAPH_METAPATHS]) {
  static const char *const usual[] = {
    "drug_protein,disease_protein",
    "drug_protein,protein_protein,disease_protein",
    "drug_protein,pathway_protein,pathway_protein,disease_protein",
    "drug_protein,drug_protein,indication",
    "indication,disease_disease",
    "indication,disease_protein,disease_protein",
    "drug_effect,disease_phenotype_positive",
  };
  size_t n = 0;
  for (size_t k = 0; k < sizeof usual / sizeof *usual; k++)
    n += th_graph_metapath_of(g, from_type, to_type, th_str_of(usual[k]), &out[n], NULL) == TH_OK;
  return n;
}

/* ── Rewiring ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct wires {
  uint32_t n, n_dst;
  bool one_type;
  uint32_t *a, *b; /* ends of each edge; of one type: each edge once */
  uint64_t *bit;   /* n_src × n_dst, of one type both ways */
  th_rng rng;
  const th_graph_relation *of;
  uint32_t *at, *fwd_col, *rev_col; /* at: room for a place of each row */
} wires;

static void wires_free(wires *w) {
  th_free(w->a);
  th_free(w->bit);
  *w = (wires){ 0 };
}

static inline uint64_t pair_of(const wires *w, uint32_t a, uint32_t b) {
  return (uint64_t)a * w->n_dst + b;
}

static inline bool has(const wires *w, uint32_t a, uint32_t b) {
  const uint64_t i = pair_of(w, a, b);
  return w->bit[i / 64] >> i % 64 & 1;
}

static inline void flip(wires *w, uint32_t a, uint32_t b) {
  uint64_t i = pair_of(w, a, b);
  w->bit[i / 64] ^= (uint64_t)1 << i % 64;
  if (!w->one_type) return;
  i = pair_of(w, b, a);
  w->bit[i / 64] ^= (uint64_t)1 << i % 64;
}

static th_code wires_new(const th_graph_relation *r, uint64_t seed, uint64_t stream, wires *w, th_err *err) {
  const uint64_t bits = (uint64_t)r->fwd.n * r->rev.n;
  const uint32_t rows = r->fwd.n > r->rev.n ? r->fwd.n : r->rev.n, n_fwd = r->fwd.row[r->fwd.n], n_rev = r->rev.row[r->rev.n];
  *w = (wires){ .n_dst = r->rev.n, .one_type = r->src == r->dst, .rng = { seed, stream, 0 }, .of = r };
  if (bits > BITS_MAX)
    return th_fail(err, TH_ELIMIT, "relation %.*s joins too many nodes to be rewired", (int)(r->name.n < 60 ? r->name.n : 60),
                   r->name.p);
  w->a = th_malloc(((size_t)n_fwd * 3 + n_rev + rows) * sizeof *w->a);
  w->bit = th_malloc((size_t)(bits / 64 + 1) * sizeof *w->bit);
  if (!w->a || !w->bit) {
    wires_free(w);
    return th_fail_nomem(err);
  }
  w->b = w->a + n_fwd, w->fwd_col = w->b + n_fwd, w->rev_col = w->fwd_col + n_fwd, w->at = w->rev_col + n_rev;
  memset(w->bit, 0, (size_t)(bits / 64 + 1) * sizeof *w->bit);
  for (uint32_t v = 0; v < r->fwd.n; v++)
    for (uint32_t k = r->fwd.row[v]; k < r->fwd.row[v + 1]; k++) {
      if (w->one_type && r->fwd.col[k] <= v) continue;
      w->a[w->n] = v, w->b[w->n++] = r->fwd.col[k];
      flip(w, v, r->fwd.col[k]);
    }
  return TH_OK;
}

static void swap_some(wires *w, uint64_t tries) {
  for (uint64_t t = 0; t < tries && w->n > 1; t++) {
    const uint64_t lot = th_rng_u64(&w->rng);
    const uint32_t i = (uint32_t)((lot >> 33) * w->n >> 31), j = (uint32_t)((lot & 0x7FFFFFFF) * w->n >> 31);
    const bool turn = w->one_type && (lot >> 31 & 1);
    const uint32_t a = w->a[i], b = w->b[i], c = turn ? w->b[j] : w->a[j], d = turn ? w->a[j] : w->b[j];
    if (a == c || b == d || (w->one_type && (a == d || b == c)) || has(w, a, d) || has(w, c, b)) continue;
    flip(w, a, b), flip(w, c, d), flip(w, a, d), flip(w, c, b);
    w->b[i] = d;
    w->a[j] = c, w->b[j] = b;
  }
}

/* Rows keep their places, since degrees stay. */
static void lay_rows(wires *w, th_graph_relation *out) {
  const th_graph_relation *r = w->of;
  memcpy(w->at, r->fwd.row, r->fwd.n * sizeof *w->at);
  for (uint32_t i = 0; i < w->n; i++) {
    w->fwd_col[w->at[w->a[i]]++] = w->b[i];
    if (w->one_type) w->fwd_col[w->at[w->b[i]]++] = w->a[i];
  }
  out->fwd.col = w->fwd_col;
  out->rev.col = w->one_type ? w->fwd_col : w->rev_col;
  if (w->one_type) return;
  memcpy(w->at, r->rev.row, r->rev.n * sizeof *w->at);
  for (uint32_t i = 0; i < w->n; i++) w->rev_col[w->at[w->b[i]]++] = w->a[i];
}

/* ── Nulls ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct nulls {
  const th_graph *g;
  uint32_t from, to, n_wires, round;
  const th_graph_metapath *m;
  th_graph rewired;
  th_graph_relation *relation; /* of the rewired graph */
  wires *w;
  uint32_t *which;       /* relation of each wires */
  th_arena **scratch;    /* of each metapath */
  th_graph_typed *found; /* of each metapath in the rewired graph */
  th_err *errs;
} nulls;

static th_code rewire_one(void *ctx, size_t task, unsigned worker) {
  (void)worker;
  nulls *q = ctx;
  wires *w = &q->w[task];
  swap_some(w, (uint64_t)w->n * (q->round ? SWAPS_NEXT : SWAPS_FIRST));
  lay_rows(w, &q->relation[q->which[task]]);
  return TH_OK;
}

static th_code sum_one(void *ctx, size_t task, unsigned worker) {
  (void)worker;
  nulls *q = ctx;
  th_arena_reset(q->scratch[task]);
  return th_graph__metapath_sum(q->scratch[task], &q->rewired, q->from, q->to, &q->m[task], &q->found[task], &q->errs[task]);
}

static th_code run_over(th_pool *pool, size_t n, th_pool_fn fn, void *ctx) {
  if (pool && n > 1) return th_pool_run(pool, n, fn, ctx);
  for (size_t i = 0; i < n; i++) TH_TRY(fn(ctx, i, 0));
  return TH_OK;
}

static th_code first_error(const nulls *q, size_t n, th_code code, th_err *err) {
  for (size_t i = 0; i < n && code != TH_OK; i++)
    if (q->errs[i].code == code) {
      if (err) *err = q->errs[i];
      break;
    }
  return code;
}

static th_code all_rounds(nulls *q, size_t n, uint32_t rounds, th_pool *pool, th_graph_typed *out, th_err *err) {
  for (q->round = 0; q->round < rounds; q->round++) {
    TH_TRY(run_over(pool, q->n_wires, rewire_one, q));
    TH_TRY(first_error(q, n, run_over(pool, n, sum_one, q), err));
    for (size_t i = 0; i < n; i++) {
      const double v = q->found[i].weight;
      out[i].null_mean += v, out[i].null_sd += v * v;
      out[i].p += v >= out[i].weight * (1 - 1e-12); /* the same paths summed in another order are the same */
    }
  }
  for (size_t i = 0; i < n; i++) {
    const double mean = out[i].null_mean / rounds;
    out[i].null_sd = sqrt(fmax(0, out[i].null_sd / rounds - mean * mean));
    out[i].null_mean = mean;
    out[i].p = (1 + out[i].p) / (1 + rounds);
  }
  return TH_OK;
}

/* Every relation that any metapath goes over, once. */
static th_code wire_all(nulls *q, size_t n, uint64_t seed, th_err *err) {
  for (size_t i = 0; i < n; i++)
    for (uint32_t k = 0; k < q->m[i].n; k++) {
      const uint32_t r = q->m[i].relation[k];
      bool there = false;
      for (uint32_t x = 0; x < q->n_wires; x++) there = there || q->which[x] == r;
      if (there) continue;
      TH_TRY(wires_new(&q->g->relation[r], seed, r, &q->w[q->n_wires], err));
      q->which[q->n_wires++] = r;
    }
  return TH_OK;
}

static th_code test_all(th_arena *a, nulls *q, size_t n, uint32_t rounds, uint64_t seed, th_pool *pool, th_graph_typed *out,
                        th_err *err) {
  q->relation = TH_NEWN(a, th_graph_relation, q->g->n_relations + 1);
  q->w = TH_NEWN(a, wires, 4 * n + 1);
  q->which = TH_NEWN(a, uint32_t, 4 * n + 1);
  q->found = TH_NEWN(a, th_graph_typed, n + 1);
  q->errs = TH_NEWN(a, th_err, n + 1);
  if (!q->relation || !q->w || !q->which || !q->found || !q->errs) return th_fail_nomem(err);
  memcpy(q->relation, q->g->relation, q->g->n_relations * sizeof *q->relation);
  q->rewired = *q->g;
  q->rewired.relation = q->relation;
  th_code code = wire_all(q, n, seed, err);
  if (code == TH_OK) code = all_rounds(q, n, rounds, pool, out, err);
  for (uint32_t k = 0; k < q->n_wires; k++) wires_free(&q->w[k]);
  return code;
}

th_code th_graph_typed_paths(th_arena *a, const th_graph *g, uint32_t from, uint32_t to, const th_graph_metapath *m, size_t n,
                             uint32_t nulls_wanted, uint64_t seed, th_pool *pool, th_graph_typed *out, th_err *err) {
  nulls q = { .g = g, .from = from, .to = to, .m = m };
  if (from >= g->n_nodes || to >= g->n_nodes || from == to) return th_fail(err, TH_EINVAL, "paths need two different nodes");
  q.scratch = TH_NEWN(a, th_arena *, n + 1);
  if (!q.scratch) return th_fail_nomem(err);
  th_code code = TH_OK;
  for (size_t i = 0; i < n && code == TH_OK; i++) {
    q.scratch[i] = th_arena_new(0);
    code = q.scratch[i] ? th_graph__metapath_sum(q.scratch[i], g, from, to, &m[i], &out[i], err) : th_fail_nomem(err);
    out[i].null_mean = out[i].null_sd = out[i].p = nulls_wanted ? 0 : NAN;
  }
  if (code == TH_OK && nulls_wanted) code = test_all(a, &q, n, nulls_wanted, seed, pool, out, err);
  for (size_t i = 0; i < n; i++) th_arena_del(q.scratch[i]);
  return code;
}
