/* Boosted trees as the fast kernels want them. */
#ifndef THERIAC_NN_FOREST_H
#define THERIAC_NN_FOREST_H

#include "theriac/nn.h"

enum {
  FOREST_DEPTH_MIN = 4,
  FOREST_DEPTH_MAX = 5,
  FOREST_LEAVES = 32,
  FOREST_ROWS = 64,
  FOREST_CUTS_MAX = 254,
  FOREST_USED_MAX = 128
};

/* A tree filled up to the depth of the forest, nodes level by level from the root. A row goes right where its bin is at least `least`; below a leaf
 * that is 255, which no bin reaches. */
typedef struct th_nn__full_tree {
  float leaf[FOREST_LEAVES];
  uint8_t least[FOREST_DEPTH_MAX][16];
  uint8_t place[FOREST_LEAVES]; /* of the node's feature among those in use */
} th_nn__full_tree;

typedef struct th_nn__forest {
  uint32_t n_trees, n_used, depth; /* depth: FOREST_DEPTH_MIN or FOREST_DEPTH_MAX */
  const uint32_t *used;            /* features that are cut anywhere */
  const uint32_t *first_cut;       /* of each, and behind the last */
  const float *cut;                /* rising, each once; a bin is how many are below the value */
  const th_nn__full_tree *tree;    /* aligned to 64 */
} th_nn__forest;

typedef struct th_nn__forest_kernels {
  const char *name;
  /* How many of the cuts (n > 0, rising) are below each of FOREST_ROWS values; none where a value is no number. */
  void (*bins)(const float *cut, uint32_t n, const float *v, uint8_t *out);
  /* out[row] += the leaf of every tree in turn, for FOREST_ROWS rows whose bins are bins[place · FOREST_ROWS + row]. */
  void (*walk)(const th_nn__forest *f, const uint8_t *bins, double *out);
} th_nn__forest_kernels;
const th_nn__forest_kernels *th_nn__forest_plain(void);
const th_nn__forest_kernels *th_nn__forest_avx2(void);   /* NULL where the processor lacks it */
const th_nn__forest_kernels *th_nn__forest_avx512(void); /* likewise */

/* NULL in *out: a tree too deep, or a feature with too many cuts; the trees are then walked one by one. */
th_code th_nn__forest_of(th_arena *a, const th_nn_boost *b, const th_nn__forest **out, th_err *err);
/* th_nn_boost_at of n rows whose feature f is x[f · n + row], by these kernels. */
void th_nn__forest_all(const th_nn__forest_kernels *k, const th_nn__forest *f, double base, const float *x, size_t n,
                       double *out);

#endif
