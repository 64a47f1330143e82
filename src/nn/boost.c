/* Boosted regression trees. Features are cut into at most 255 bins once; a tree grows level by level, and for each level every
 * feature's histogram of gradients is filled in one pass over the rows, features in parallel, rows in order: the sums, and so the
 * trees, do not hang on the number of threads. Of two children only the smaller is counted; the other is what is left of the parent
 * (Ke and others 2017). */
#include <math.h>
#include <stdlib.h>

#include "nn/forest.h"
#include "nn/nn_priv.h"

enum { BINS = 255, DEPTH_MAX = 8 };

th_nn_boost_options th_nn_boost_default(void) {
  return (th_nn_boost_options){
    .trees = 200, .depth = 5, .rate = 0.05, .ridge = 1, .min_child = 5, .row_share = 0.5, .feature_share = 0.7, .seed = 1
  };
}

typedef struct sums {
  double g, h;
} sums;

typedef struct split {
  double gain;
  uint32_t feature, bin;
} split;

typedef struct fit {
  const float *x;
  const uint8_t *y;
  const float *weight;
  const uint32_t *group;
  size_t n;
  uint32_t nf;
  th_nn_boost_options o;
  uint8_t *bin; /* features × n */
  float *edge;  /* features × BINS: upper bound of each bin */
  uint32_t *n_bins;
  double *score;
  float *g, *h;
  uint32_t *picked, n_picked; /* rows of this tree */
  uint8_t *node_of;           /* place within the level, of each picked row; 255: in a leaf already */
  uint8_t *used;              /* features of this tree */
  sums *hist[2];              /* of the level at hand and the one above: features × nodes × (BINS + 1) */
  uint32_t n_nodes;           /* room for so many nodes in each */
  uint32_t *row, n_row;       /* picked rows in nodes that are counted, and the node of each */
  uint8_t *row_node;
  float *row_g, *row_h;
  split *best; /* features × nodes */
  uint32_t n_level, depth;
  sums total[1 << DEPTH_MAX];    /* of each node of the level */
  uint32_t rows[1 << DEPTH_MAX]; /* how many in each */
  uint8_t parent[1 << DEPTH_MAX];
} fit;

/* ── Bins ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static int by_value(const void *p, const void *q) {
  const float x = *(const float *)p, y = *(const float *)q;
  return (x > y) - (x < y);
}

static th_code cut_feature(void *ctx, size_t f, unsigned worker) {
  fit *t = ctx;
  (void)worker;
  enum { SAMPLE = 20000 };
  const size_t step = t->n > SAMPLE ? t->n / SAMPLE : 1, n = (t->n + step - 1) / step;
  float *v = th_malloc(n * sizeof *v), *edge = t->edge + f * BINS;
  if (!v) return TH_ENOMEM;
  for (size_t i = 0; i < n; i++) v[i] = t->x[i * step * t->nf + f];
  qsort(v, n, sizeof *v, by_value);
  size_t distinct = 1;
  for (size_t i = 1; i < n; i++) distinct += v[i] != v[i - 1];
  uint32_t k = 0;
  if (distinct <= BINS) {
    for (size_t i = 1; i < n && k + 1 < BINS; i++)
      if (v[i] != v[i - 1]) edge[k++] = (v[i] + v[i - 1]) / 2;
  } else { /* equal shares of the values that are not the commonest low one: most features are zero nearly everywhere */
    size_t from = 1;
    while (from < n && v[from] == v[0]) from++;
    if (from == 1) from = 0;
    if (from) edge[k++] = (v[from] + v[0]) / 2;
    for (uint32_t b = 1; b < BINS - 1; b++) {
      const float e = v[from + (n - from) * b / (BINS - 1)];
      if (k == 0 || e > edge[k - 1]) edge[k++] = e;
    }
  }
  t->n_bins[f] = k + 1;
  uint8_t *bin = t->bin + f * t->n;
  for (size_t i = 0; i < t->n; i++) {
    const float x = t->x[i * t->nf + f];
    uint32_t lo = 0, hi = k;
    while (lo < hi) {
      const uint32_t mid = (lo + hi) / 2;
      if (x <= edge[mid])
        hi = mid;
      else
        lo = mid + 1;
    }
    bin[i] = (uint8_t)lo;
  }
  th_free(v);
  return TH_OK;
}

/* ── One level ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

static double leaf_gain(sums s, double ridge) {
  return s.g * s.g / (s.h + ridge);
}

static sums *hist_of(const fit *t, uint32_t depth, size_t feature, uint32_t node) {
  return t->hist[depth & 1] + (feature * t->n_nodes + node) * (BINS + 1);
}

/* The smaller of each two children, the left one of equals; at the root there is nothing to take it from. */
static bool is_counted(const fit *t, uint32_t node) {
  const uint32_t other = node ^ 1;
  return t->depth == 0 || t->rows[node] < t->rows[other] || (t->rows[node] == t->rows[other] && node < other);
}

static void choose_rows(fit *t) {
  t->n_row = 0;
  for (uint32_t p = 0; p < t->n_picked; p++) {
    const uint8_t k = t->node_of[p];
    if (k == 255 || !is_counted(t, k)) continue;
    const uint32_t i = t->picked[p];
    t->row[t->n_row] = i, t->row_node[t->n_row] = k;
    t->row_g[t->n_row] = t->g[i], t->row_h[t->n_row++] = t->h[i];
  }
}

static void fill_histograms(const fit *t, size_t f) {
  const uint8_t *bin = t->bin + f * t->n;
  for (uint32_t k = 0; k < t->n_level; k++)
    if (is_counted(t, k)) memset(hist_of(t, t->depth, f, k), 0, (BINS + 1) * sizeof(sums));
  sums *hist = hist_of(t, t->depth, f, 0);
  for (uint32_t p = 0; p < t->n_row; p++) {
    sums *s = &hist[(size_t)t->row_node[p] * (BINS + 1) + bin[t->row[p]]];
    s->g += t->row_g[p];
    s->h += t->row_h[p];
  }
  for (uint32_t k = 0; k < t->n_level; k++) {
    if (is_counted(t, k)) continue;
    const sums *all = hist_of(t, t->depth + 1, f, t->parent[k]), *other = hist_of(t, t->depth, f, k ^ 1);
    sums *own = hist_of(t, t->depth, f, k);
    for (uint32_t b = 0; b < t->n_bins[f]; b++) own[b] = (sums){ all[b].g - other[b].g, all[b].h - other[b].h };
  }
}

static th_code best_of_feature(void *ctx, size_t f, unsigned worker) {
  fit *t = ctx;
  (void)worker;
  split *best = t->best + f * ((size_t)1 << DEPTH_MAX);
  for (uint32_t k = 0; k < t->n_level; k++) best[k] = (split){ 0 };
  if (!t->used[f]) return TH_OK;
  fill_histograms(t, f);
  for (uint32_t k = 0; k < t->n_level; k++) {
    const sums all = t->total[k], *hist = hist_of(t, t->depth, f, k);
    const double before = leaf_gain(all, t->o.ridge);
    sums left = { 0, 0 };
    for (uint32_t b = 0; b + 1 < t->n_bins[f]; b++) {
      left.g += hist[b].g;
      left.h += hist[b].h;
      const sums right = { all.g - left.g, all.h - left.h };
      if (left.h < t->o.min_child || right.h < t->o.min_child) continue;
      const double gain = leaf_gain(left, t->o.ridge) + leaf_gain(right, t->o.ridge) - before;
      if (gain > best[k].gain) best[k] = (split){ gain, (uint32_t)f, b };
    }
  }
  return TH_OK;
}

typedef struct tree {
  th_nn_boost_node node[2 << DEPTH_MAX];
  uint8_t cut_bin[2 << DEPTH_MAX];
  uint32_t n;
} tree;

static float leaf_value(const fit *t, sums s) {
  return (float)(-t->o.rate * s.g / (s.h + t->o.ridge));
}

static void make_leaf(const fit *t, tree *tr, uint32_t node, sums s) {
  tr->node[node] = (th_nn_boost_node){ .feature = UINT32_MAX, .value = leaf_value(t, s) };
}

static void level_totals(fit *t) {
  memset(t->total, 0, t->n_level * sizeof *t->total);
  memset(t->rows, 0, t->n_level * sizeof *t->rows);
  for (uint32_t p = 0; p < t->n_picked; p++) {
    const uint8_t k = t->node_of[p];
    if (k == 255) continue;
    t->rows[k]++;
    t->total[k].g += t->g[t->picked[p]];
    t->total[k].h += t->h[t->picked[p]];
  }
}

static th_code grow(fit *t, tree *tr, th_pool *pool) {
  uint32_t here[1 << DEPTH_MAX] = { 0 }, next[1 << DEPTH_MAX];
  sums *const total = t->total;
  tr->n = 1;
  t->n_level = 1;
  memset(t->node_of, 0, t->n_picked);
  for (t->depth = 0; t->n_level; t->depth++) {
    level_totals(t);
    if (t->depth == t->o.depth) {
      for (uint32_t k = 0; k < t->n_level; k++) make_leaf(t, tr, here[k], total[k]);
      break;
    }
    choose_rows(t);
    TH_TRY(th_pool_run(pool, t->nf, best_of_feature, t));
    uint8_t to[1 << DEPTH_MAX], parent[1 << DEPTH_MAX];
    split chosen[1 << DEPTH_MAX];
    uint32_t n_next = 0;
    for (uint32_t k = 0; k < t->n_level; k++) {
      split s = { 0 };
      for (uint32_t f = 0; f < t->nf; f++)
        if (t->best[f * ((size_t)1 << DEPTH_MAX) + k].gain > s.gain) s = t->best[f * ((size_t)1 << DEPTH_MAX) + k];
      chosen[k] = s;
      to[k] = 255;
      if (!(s.gain > 1e-9)) {
        make_leaf(t, tr, here[k], total[k]);
        continue;
      }
      tr->node[here[k]] =
          (th_nn_boost_node){ .feature = s.feature, .cut = t->edge[(size_t)s.feature * BINS + s.bin], .left = tr->n };
      tr->cut_bin[here[k]] = (uint8_t)s.bin;
      to[k] = (uint8_t)n_next;
      parent[n_next] = parent[n_next + 1] = (uint8_t)k;
      next[n_next++] = tr->n++;
      next[n_next++] = tr->n++;
    }
    for (uint32_t p = 0; p < t->n_picked; p++) {
      const uint8_t k = t->node_of[p];
      if (k == 255) continue;
      t->node_of[p] =
          to[k] == 255 ? 255 : (uint8_t)(to[k] + (t->bin[(size_t)chosen[k].feature * t->n + t->picked[p]] > chosen[k].bin));
    }
    memcpy(here, next, n_next * sizeof *here);
    memcpy(t->parent, parent, n_next);
    t->n_level = n_next;
  }
  return TH_OK;
}

/* ── Gradients ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void logistic_gradients(fit *t) {
  for (size_t i = 0; i < t->n; i++) {
    const double p = 1 / (1 + exp(-t->score[i])), w = t->weight ? t->weight[i] : 1;
    t->g[i] = (float)(w * (p - t->y[i]));
    t->h[i] = (float)(w * p * (1 - p));
  }
}

/* Positives against the others of their group: loss ln(1 + Σ σ(s_other − s_positive)), the sum over the others. */
static void rank_gradients(fit *t) {
  memset(t->g, 0, t->n * sizeof *t->g);
  memset(t->h, 0, t->n * sizeof *t->h);
  for (size_t from = 0, to; from < t->n; from = to) {
    for (to = from + 1; to < t->n && t->group[to] == t->group[from];) to++;
    for (size_t i = from; i < to; i++) {
      if (!t->y[i]) continue;
      double above = 0;
      for (size_t j = from; j < to; j++)
        if (!t->y[j]) above += 1 / (1 + exp(t->score[i] - t->score[j]));
      /* ∂ ln(1 + above): a positive high up is moved by what still stands above it, one far down by little more */
      const double w = (t->weight ? t->weight[i] : 1) / (1 + above);
      for (size_t j = from; j < to; j++) {
        if (t->y[j]) continue;
        const double p = 1 / (1 + exp(t->score[i] - t->score[j]));
        t->g[i] -= (float)(w * p);
        t->g[j] += (float)(w * p);
        t->h[i] += (float)(w * p * (1 - p));
        t->h[j] += (float)(w * p * (1 - p));
      }
    }
  }
}

static void draw(fit *t, uint32_t round) {
  th_rng rows = { t->o.seed, 2 * (uint64_t)round, 0 }, features = { t->o.seed, 2 * (uint64_t)round + 1, 0 };
  t->n_picked = 0;
  for (size_t i = 0; i < t->n; i++)
    if (th_rng_unit(&rows) < t->o.row_share) t->picked[t->n_picked++] = (uint32_t)i;
  for (uint32_t f = 0; f < t->nf; f++) t->used[f] = th_rng_unit(&features) < t->o.feature_share;
}

static void add_tree(fit *t, const tree *tr) {
  for (size_t i = 0; i < t->n; i++) {
    uint32_t k = 0;
    while (tr->node[k].feature != UINT32_MAX)
      k = tr->node[k].left + (t->bin[(size_t)tr->node[k].feature * t->n + i] > tr->cut_bin[k]);
    t->score[i] += tr->node[k].value;
  }
}

static th_code fit_new(th_arena *a, fit *t, th_err *err) {
  const size_t n = t->n, nf = t->nf;
  t->bin = TH_NEWN(a, uint8_t, n * nf);
  t->edge = TH_NEWN(a, float, nf *BINS);
  t->n_bins = TH_NEWN(a, uint32_t, nf);
  t->score = TH_NEWN(a, double, n);
  t->g = TH_NEWN(a, float, n);
  t->h = TH_NEWN(a, float, n);
  t->picked = TH_NEWN(a, uint32_t, n);
  t->node_of = TH_NEWN(a, uint8_t, n);
  t->used = TH_NEWN(a, uint8_t, nf);
  t->n_nodes = 1u << (t->o.depth - 1);
  t->hist[0] = TH_NEWN(a, sums, nf * t->n_nodes * (BINS + 1));
  t->hist[1] = TH_NEWN(a, sums, nf * t->n_nodes * (BINS + 1));
  t->row = TH_NEWN(a, uint32_t, n);
  t->row_node = TH_NEWN(a, uint8_t, n);
  t->row_g = TH_NEWN(a, float, n);
  t->row_h = TH_NEWN(a, float, n);
  if (!t->row || !t->row_node || !t->row_g || !t->row_h) return th_fail_nomem(err);
  t->best = TH_NEWN(a, split, nf << DEPTH_MAX);
  if (!t->bin || !t->edge || !t->n_bins || !t->score || !t->g || !t->h || !t->picked || !t->node_of || !t->used ||
      !t->hist[0] || !t->hist[1] || !t->best)
    return th_fail_nomem(err);
  return TH_OK;
}

th_code th_nn_boost_fit(th_arena *a, const float *x, const uint8_t *y, const float *weight, const uint32_t *group, size_t n,
                        uint32_t n_features, th_nn_boost_options opt, th_pool *pool, th_nn_boost *out, th_err *err) {
  fit t = { .x = x, .y = y, .weight = weight, .group = group, .n = n, .nf = n_features, .o = opt };
  if (opt.depth < 1 || opt.depth >= DEPTH_MAX || n == 0 || n > UINT32_MAX || (opt.rank && !group))
    return th_fail(err, TH_EINVAL, "boosted trees want rows, a depth from 1 to %d and groups for ranking", DEPTH_MAX - 1);
  TH_TRY(fit_new(a, &t, err));
  TH_TRY(th_pool_run(pool, n_features, cut_feature, &t));
  TH_VEC(th_nn_boost_node) nodes = { 0 };
  uint32_t *root = TH_NEWN(a, uint32_t, opt.trees);
  tree *tr = TH_NEW(a, tree);
  if (!root || !tr) return th_fail_nomem(err);
  double pos = 0, all = 0;
  for (size_t i = 0; i < n; i++) pos += y[i] * (weight ? weight[i] : 1.0), all += weight ? weight[i] : 1.0;
  *out = (th_nn_boost){ .n_features = n_features, .base = opt.rank ? 0 : log((pos + 0.5) / (all - pos + 0.5)) };
  for (size_t i = 0; i < n; i++) t.score[i] = out->base;
  for (uint32_t k = 0; k < opt.trees; k++) {
    if (opt.rank)
      rank_gradients(&t);
    else
      logistic_gradients(&t);
    draw(&t, k);
    TH_TRY(grow(&t, tr, pool));
    add_tree(&t, tr);
    root[k] = (uint32_t)nodes.n;
    for (uint32_t i = 0; i < tr->n; i++) {
      th_nn_boost_node v = tr->node[i];
      if (v.feature != UINT32_MAX) v.left += root[k];
      if (!TH_VEC_PUSH(a, &nodes, v)) return th_fail_nomem(err);
    }
  }
  out->n_trees = opt.trees;
  out->n_nodes = (uint32_t)nodes.n;
  out->root = root;
  out->node = nodes.v;
  return TH_OK;
}

double th_nn_boost_explain(const th_nn_boost *b, const float *x, size_t stride, double *share) {
  double rest = b->base;
  for (uint32_t k = 0; k < b->n_trees; k++) {
    const th_nn_boost_node *v = &b->node[b->root[k]];
    rest += v->value;
    while (v->feature != UINT32_MAX) {
      const th_nn_boost_node *next = &b->node[v->left + (x[v->feature * stride] > v->cut)];
      share[v->feature] += (double)next->value - v->value;
      v = next;
    }
  }
  return rest;
}

double th_nn_boost_at(const th_nn_boost *b, const float *x, size_t stride) {
  double z = b->base;
  for (uint32_t k = 0; k < b->n_trees; k++) {
    const th_nn_boost_node *v = &b->node[b->root[k]];
    while (v->feature != UINT32_MAX) v = &b->node[v->left + (x[v->feature * stride] > v->cut)];
    z += v->value;
  }
  return z;
}

th_code th_nn_boost_prepare(th_arena *a, th_nn_boost *b, th_err *err) {
  const th_nn__forest *f;
  TH_TRY(th_nn__forest_of(a, b, &f, err));
  b->forest = f;
  return TH_OK;
}

static const th_nn__forest_kernels *best_kernels(void) {
  const th_nn__forest_kernels *k = th_nn__forest_avx512();
  if (!k) k = th_nn__forest_avx2();
  return k ? k : th_nn__forest_plain();
}

void th_nn_boost_all(const th_nn_boost *b, const float *x, size_t n, double *out) {
  if (b->forest)
    th_nn__forest_all(best_kernels(), b->forest, b->base, x, n, out);
  else
    for (size_t u = 0; u < n; u++) out[u] = th_nn_boost_at(b, x + u, n);
}
