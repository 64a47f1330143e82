/* Boosted trees over many rows at once. Features are put into bins by the cuts of the trees, exactly: a value is above a cut where
 * its bin is above the cut's place. Then a whole tree is walked by comparing bytes, level by level, for as many rows as a register
 * holds (after the vectorised traversals of Lucchese 2016 and Ye 2018). Sums are those of the plain walk, bit for bit. */
#include <math.h>
#include <stdlib.h>

#include "nn/forest.h"

/* ── Laying out ────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* A file may claim a tree of any depth: no more of it is looked at than could be taken. */
static bool deeper(const th_nn_boost *b, uint32_t node, uint32_t than) {
  const th_nn_boost_node *v = &b->node[node];
  if (v->feature == UINT32_MAX) return false;
  return than == 0 || deeper(b, v->left, than - 1) || deeper(b, v->left + 1, than - 1);
}

static int by_value(const void *p, const void *q) {
  const float x = *(const float *)p, y = *(const float *)q;
  return (x > y) - (x < y);
}

typedef struct laying {
  th_nn__forest *f;
  const th_nn_boost *b;
  uint32_t *place; /* of each feature among those in use */
  uint32_t *first;
  float *cut;
} laying;

/* The cuts of each feature, sorted, each once. False: more than a byte can tell apart. */
static bool sort_cuts(laying *l, uint32_t *used) {
  const th_nn_boost *b = l->b;
  uint32_t n = 0, n_used = 0;
  for (uint32_t feature = 0; feature < b->n_features; feature++) {
    const uint32_t first = n;
    for (uint32_t i = 0; i < b->n_nodes; i++)
      if (b->node[i].feature == feature) l->cut[n++] = b->node[i].cut;
    if (n == first) continue;
    qsort(l->cut + first, n - first, sizeof *l->cut, by_value);
    uint32_t kept = first;
    for (uint32_t i = first; i < n; i++)
      if (i == first || l->cut[i] != l->cut[kept - 1]) l->cut[kept++] = l->cut[i];
    n = kept;
    if (n - first > FOREST_CUTS_MAX || n_used == FOREST_USED_MAX) return false;
    l->place[feature] = n_used;
    l->first[n_used] = first;
    used[n_used++] = feature;
    l->first[n_used] = n;
  }
  l->f->n_used = n_used;
  return true;
}

static uint8_t least_of(const laying *l, const th_nn_boost_node *v) {
  const uint32_t place = l->place[v->feature];
  uint32_t k = l->first[place];
  while (l->cut[k] != v->cut) k++;
  return (uint8_t)(k - l->first[place] + 1);
}

static void fill_up(const laying *l, uint32_t node, uint32_t level, uint32_t at, th_nn__full_tree *t) {
  const th_nn_boost_node *v = &l->b->node[node];
  const bool leaf = v->feature == UINT32_MAX;
  if (level == l->f->depth) {
    t->leaf[at] = v->value;
    return;
  }
  t->place[(1u << level) - 1 + at] = leaf ? 0 : (uint8_t)l->place[v->feature];
  t->least[level][at] = leaf ? UINT8_MAX : least_of(l, v);
  fill_up(l, leaf ? node : v->left, level + 1, 2 * at, t);
  fill_up(l, leaf ? node : v->left + 1, level + 1, 2 * at + 1, t);
}

th_code th_nn__forest_of(th_arena *a, const th_nn_boost *b, const th_nn__forest **out, th_err *err) {
  *out = NULL;
  uint32_t depth = FOREST_DEPTH_MIN;
  for (uint32_t k = 0; k < b->n_trees; k++) {
    if (deeper(b, b->root[k], FOREST_DEPTH_MAX)) return TH_OK;
    if (deeper(b, b->root[k], FOREST_DEPTH_MIN)) depth = FOREST_DEPTH_MAX;
  }
  for (uint32_t i = 0; i < b->n_nodes; i++)
    if (b->node[i].feature != UINT32_MAX && !isfinite(b->node[i].cut)) return TH_OK;
  th_nn__forest *f = TH_NEW(a, th_nn__forest);
  th_nn__full_tree *tree = th_arena_alloc_n(a, (size_t)b->n_trees + 1, sizeof *tree, 64);
  uint32_t *used = TH_NEWN(a, uint32_t, b->n_features + 1);
  laying l = { f, b, TH_NEWN(a, uint32_t, b->n_features + 1), TH_NEWN(a, uint32_t, b->n_features + 2),
               TH_NEWN(a, float, b->n_nodes + 1) };
  if (!f || !tree || !used || !l.place || !l.first || !l.cut) return th_fail_nomem(err);
  if (!sort_cuts(&l, used)) return TH_OK;
  f->depth = depth;
  for (uint32_t k = 0; k < b->n_trees; k++) fill_up(&l, b->root[k], 0, 0, &tree[k]);
  f->n_trees = b->n_trees;
  f->used = used, f->first_cut = l.first, f->cut = l.cut, f->tree = tree;
  *out = f;
  return TH_OK;
}

/* ── Bins ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Halves without a branch. */
static uint8_t bin_of(const float *cut, uint32_t n, float v) {
  const float *from = cut;
  while (n > 1) {
    const uint32_t half = n / 2;
    from += from[half - 1] < v ? half : 0;
    n -= half;
  }
  return (uint8_t)((from - cut) + (*from < v));
}

static void bins(const float *cut, uint32_t n, const float *v, uint8_t *out) {
  for (uint32_t i = 0; i < FOREST_ROWS; i++) out[i] = bin_of(cut, n, v[i]);
}

/* Most features of a disease are 0 for most drugs: then one search does for all. */
static bool all_equal(const float *v) {
  uint32_t first, other = 0;
  memcpy(&first, v, sizeof first);
  for (uint32_t i = 0; i < FOREST_ROWS; i++) {
    uint32_t x;
    memcpy(&x, v + i, sizeof x);
    other |= x ^ first;
  }
  return other == 0;
}

static void bins_of_rows(const th_nn__forest_kernels *k, const th_nn__forest *f, const float *x, size_t n, size_t row,
                         uint8_t *out) {
  float last[FOREST_ROWS] = { 0 };
  for (uint32_t i = 0; i < f->n_used; i++, out += FOREST_ROWS) {
    const float *v = x + f->used[i] * n + row, *cut = f->cut + f->first_cut[i];
    const uint32_t n_cuts = f->first_cut[i + 1] - f->first_cut[i];
    if (n - row < FOREST_ROWS) {
      memcpy(last, v, (n - row) * sizeof *v);
      v = last;
    }
    if (all_equal(v))
      memset(out, bin_of(cut, n_cuts, v[0]), FOREST_ROWS);
    else
      k->bins(cut, n_cuts, v, out);
  }
}

/* ── Walking ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void walk(const th_nn__forest *f, const uint8_t *bins_of, double *out) {
  for (uint32_t k = 0; k < f->n_trees; k++) {
    const th_nn__full_tree *t = &f->tree[k];
    for (uint32_t u = 0; u < FOREST_ROWS; u++) {
      uint32_t at = 0;
      for (uint32_t level = 0; level < f->depth; level++) {
        const uint8_t bin = bins_of[(size_t)t->place[(1u << level) - 1 + at] * FOREST_ROWS + u];
        at = 2 * at + (bin >= t->least[level][at]);
      }
      out[u] += t->leaf[at];
    }
  }
}

const th_nn__forest_kernels *th_nn__forest_plain(void) {
  static const th_nn__forest_kernels k = { "plain", bins, walk };
  return &k;
}

void th_nn__forest_all(const th_nn__forest_kernels *k, const th_nn__forest *f, double base, const float *x, size_t n,
                       double *out) {
  uint8_t of[FOREST_USED_MAX * FOREST_ROWS] __attribute__((aligned(64)));
  double sum[FOREST_ROWS];
  for (size_t row = 0; row < n; row += FOREST_ROWS) {
    bins_of_rows(k, f, x, n, row, of);
    for (uint32_t i = 0; i < FOREST_ROWS; i++) sum[i] = base;
    k->walk(f, of, sum);
    memcpy(out + row, sum, (n - row < FOREST_ROWS ? n - row : FOREST_ROWS) * sizeof *out);
  }
}
