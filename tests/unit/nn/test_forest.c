/* Trees over many rows at once against the plain walk of one row, bit for bit. */
#include "nn/forest.h"
#include "test.h"

typedef struct wood {
  th_arena *a;
  TH_VEC(th_nn_boost_node) node;
  uint32_t n_features, n_values;
  uint64_t seed, draws;
} wood;

static uint64_t draw(wood *w, uint64_t n) {
  return th_rng_at(w->seed, 1, w->draws++) % n;
}

static float value_of(wood *w) {
  static const float odd[] = { 0.0f, -0.0f, 1e-30f, -3.5f, 7.25f };
  const uint64_t k = draw(w, w->n_values);
  return k < 5 ? odd[k] : (float)k / 8 - 10;
}

/* A tree in the form of a file: children side by side behind their parent. */
static void grow(wood *w, uint32_t at, int depth) {
  th_nn_boost_node v = { UINT32_MAX, 0, 0, (float)draw(w, 2000) / 1000 - 1 };
  if (depth > 0 && draw(w, 6)) {
    v.feature = (uint32_t)draw(w, w->n_features);
    v.cut = value_of(w);
    v.left = (uint32_t)w->node.n;
    for (int k = 0; k < 2; k++) CHECK(TH_VEC_ADD(w->a, &w->node) != NULL);
  }
  w->node.v[at] = v;
  if (v.feature == UINT32_MAX) return;
  grow(w, v.left, depth - 1);
  grow(w, v.left + 1, depth - 1);
}

static th_nn_boost forest(wood *w, uint32_t trees, int depth) {
  uint32_t *root = TH_NEWN(w->a, uint32_t, trees + 1);
  for (uint32_t k = 0; k < trees; k++) {
    root[k] = (uint32_t)w->node.n;
    CHECK(TH_VEC_ADD(w->a, &w->node) != NULL);
    grow(w, root[k], depth);
  }
  return (th_nn_boost){
    .n_features = w->n_features, .n_trees = trees, .n_nodes = (uint32_t)w->node.n, .base = -0.3, .root = root, .node = w->node.v
  };
}

static float *rows(wood *w, size_t n) {
  float *x = TH_NEWN(w->a, float, n * w->n_features + 1);
  for (uint32_t f = 0; f < w->n_features; f++)
    for (size_t u = 0; u < n; u++) {
      const uint64_t k = draw(w, 40);
      x[f * n + u] = f % 3 == 0 && u >= 64 ? 0 : k == 0 ? NAN : k == 1 ? INFINITY : k == 2 ? -INFINITY : value_of(w);
    }
  return x;
}

static void compare(uint64_t seed, int depth, size_t n) {
  wood w = { .a = th_arena_new(1 << 16), .n_features = 1 + (uint32_t)(seed % 23), .n_values = 200, .seed = seed };
  th_nn_boost b = forest(&w, 1 + (uint32_t)(seed % 37), depth);
  const float *x = rows(&w, n);
  double *out = TH_NEWN(w.a, double, n + 1);
  const th_nn__forest_kernels *all[] = { th_nn__forest_plain(), th_nn__forest_avx2(), th_nn__forest_avx512() };
  CHECK_OK(th_nn_boost_prepare(w.a, &b, NULL));
  CHECK(b.forest != NULL);
  for (int k = 0; k < 3; k++) {
    if (!all[k]) continue;
    th_nn__forest_all(all[k], b.forest, b.base, x, n, out);
    for (size_t u = 0; u < n; u++) {
      const double want = th_nn_boost_at(&b, x + u, n);
      if (memcmp(&want, &out[u], sizeof want) != 0) CHECK_STR(th_str_of(all[k]->name), "the plain walk's sum");
    }
  }
  th_nn_boost_all(&b, x, n, out);
  for (size_t u = 0; u < n; u++) CHECK(out[u] == th_nn_boost_at(&b, x + u, n));
  th_arena_del(w.a);
}

TEST(fast_walks_give_the_plain_sums) {
  for (uint64_t seed = 1; seed < 120; seed++) compare(seed, (int)(seed % 6), 1 + seed * 7 % 200);
}

/* Too deep, or more cuts than a byte holds: walked one by one, with the same result. */
TEST(forests_that_do_not_fit_are_walked_plainly) {
  for (int deep = 0; deep < 2; deep++) {
    wood w = { .a = th_arena_new(1 << 16), .n_features = deep ? 9 : 1, .n_values = deep ? 50 : 1 << 20, .seed = 5 };
    th_nn_boost b = forest(&w, deep ? 20 : 300, deep ? 8 : 3);
    const float *x = rows(&w, 100);
    double out[100];
    CHECK_OK(th_nn_boost_prepare(w.a, &b, NULL));
    CHECK(b.forest == NULL);
    th_nn_boost_all(&b, x, 100, out);
    for (size_t u = 0; u < 100; u++) CHECK(out[u] == th_nn_boost_at(&b, x + u, 100));
    th_arena_del(w.a);
  }
}

/* A file may claim a chain of any length whose nodes share children: laying it out must end soon. */
TEST(hostile_trees_end_soon) {
  enum { N = 100001 };
  th_arena *a = th_arena_new(1 << 16);
  th_nn_boost_node *v = TH_NEWN(a, th_nn_boost_node, N + 1);
  for (uint32_t i = 0; i < N; i++) v[i] = (th_nn_boost_node){ i + 2 < N ? 0 : UINT32_MAX, 1, i + 1, 0 };
  const uint32_t root = 0;
  th_nn_boost b = { .n_features = 1, .n_trees = 1, .n_nodes = N, .root = &root, .node = v };
  CHECK_OK(th_nn_boost_prepare(a, &b, NULL));
  CHECK(b.forest == NULL);
  th_arena_del(a);
}

static th_code prepare_one(void) {
  static wood w;
  w = (wood){ .a = th_arena_new(64), .n_features = 3, .n_values = 30, .seed = 9 };
  if (!w.a) return TH_ENOMEM;
  static th_nn_boost_node node[3] = { { 1, 0.5f, 1, 0 }, { UINT32_MAX, 0, 0, 1 }, { UINT32_MAX, 0, 0, 2 } };
  static const uint32_t root = 0;
  th_nn_boost b = { .n_features = 3, .n_trees = 1, .n_nodes = 3, .root = &root, .node = node };
  const th_code code = th_nn_boost_prepare(w.a, &b, NULL);
  th_arena_del(w.a);
  return code;
}

TEST(every_allocation_can_fail) {
  CHECK(test_each_alloc_fails(prepare_one) > 1);
}

TEST_MAIN(RUN(fast_walks_give_the_plain_sums), RUN(forests_that_do_not_fit_are_walked_plainly), RUN(hostile_trees_end_soon),
          RUN(every_allocation_can_fail))
