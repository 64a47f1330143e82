/* Measures by hand arithmetic on rankings with ties; logistic regression against values with a closed form. */
#include "test.h"
#include "theriac/nn.h"

TEST(ties_give_expectations) {
  const float score[] = { 3, 2, 2, 1, 0 };
  const uint8_t is[] = { 0, 1, 0, 1, 0 };
  uint32_t scratch[5];
  const th_nn_measure m = th_nn_measure_ranking(score, is, 5, scratch);
  CHECK_INT(m.n_positive, 2);
  CHECK_REL(m.percentile, (0.625 + 0.25) / 2, 1e-12); /* (5−1−2+½)/4 and (5−3−1)/4 */
  CHECK_REL(m.mrr, 0.4, 1e-12);                       /* 1/(1 + 3/2) */
  CHECK_REL(m.hit10, 1, 1e-12);
  CHECK_REL(m.ap, (1.0 / 3 + 2.0 / 4) / 2, 1e-12);
  CHECK_REL(m.recall30, 1, 1e-12);
}

TEST(left_out_candidates_do_not_count) {
  const float score[] = { 9, 3, 2, 1 };
  const uint8_t is[] = { 2, 0, 1, 0 };
  uint32_t scratch[4];
  const th_nn_measure m = th_nn_measure_ranking(score, is, 4, scratch);
  CHECK_REL(m.percentile, 0.5, 1e-12);
  CHECK_REL(m.mrr, 0.5, 1e-12);
}

/* 100 tied candidates, 5 of them positive: percentile ½; Recall@30 .3; MRR 6/101; P(hit in 10) = 1 − C(95,10)/C(100,10). */
TEST(all_tied) {
  float score[100] = { 0 };
  uint8_t is[100] = { 1, 1, 1, 1, 1 };
  uint32_t scratch[100];
  const th_nn_measure m = th_nn_measure_ranking(score, is, 100, scratch);
  CHECK_REL(m.percentile, 0.5, 1e-12);
  CHECK_REL(m.recall30, 0.3, 1e-12);
  CHECK_REL(m.mrr, 6.0 / 101, 1e-12);
  double none = 1;
  for (int i = 0; i < 10; i++) none *= (95.0 - i) / (100.0 - i);
  CHECK_REL(m.hit10, 1 - none, 1e-12);
  CHECK_REL(m.ap, 0.05, 1e-12);
}

TEST(pooled_curves) {
  const float score[] = { .9f, .8f, .8f, .1f };
  const uint8_t y[] = { 1, 1, 0, 0 };
  uint32_t scratch[4];
  double ap, roc;
  th_nn_pooled(score, y, 4, scratch, &ap, &roc);
  CHECK_REL(ap, (1 + 2.0 / 3) / 2, 1e-12);
  CHECK_REL(roc, 3.5 / 4, 1e-12);
  th_nn_pooled(score, y, 2, scratch, &ap, &roc); /* no negative */
  CHECK(isnan(ap) && isnan(roc));
}

TEST(effective_number_of_drugs) {
  double count[40] = { 0 };
  uint32_t scratch[40];
  float score[40] = { 0 };
  for (int u = 0; u < 10; u++) score[u] = (float)(20 - u);
  CHECK_REL(th_nn_add_top(score, 40, 4, scratch, count), 4, 1e-12);
  CHECK_REL(th_nn_effective(count, 40), 4, 1e-9);
  for (int u = 0; u < 40; u++) count[u] = 0;
  for (int u = 0; u < 10; u++) score[u] = 5; /* a border tie is shared */
  CHECK_REL(th_nn_add_top(score, 40, 4, scratch, count), 4, 1e-12);
  CHECK_REL(count[3], 0.4, 1e-12);
  CHECK_REL(th_nn_effective(count, 40), 10, 1e-9);
}

/* One binary feature: the fitted log odds are those of the two groups (2×2 table 30/10, 12/28), penalty 0. */
TEST(logistic_finds_the_log_odds) {
  float x[80];
  uint8_t y[80];
  for (int i = 0; i < 80; i++) {
    x[i] = i < 40;
    y[i] = i < 30 || (i >= 40 && i < 52);
  }
  double w[2];
  int iterations;
  th_arena *a = th_arena_new(0);
  CHECK_OK(th_nn_logistic_fit(a, x, y, NULL, 80, 1, 0, w, &iterations, NULL));
  CHECK_REL(w[1], log(12.0 / 28), 1e-6);
  CHECK_REL(w[0], log(30.0 / 10) - log(12.0 / 28), 1e-6);
  CHECK_OK(th_nn_logistic_fit(a, x, y, NULL, 80, 1, 1e6, w, &iterations, NULL)); /* a heavy ridge leaves the intercept */
  CHECK(fabs(w[0]) < 1e-4);
  CHECK_REL(w[1], log(42.0 / 38), 1e-3);
  th_arena_del(a);
}

/* Exclusive or of two features, a third that says nothing: trees of depth 2 must find it, and the three ways to score must agree. */
TEST(boosted_trees_find_an_interaction) {
  enum { N = 4000 };
  th_arena *a = th_arena_new(1 << 16);
  float *x = TH_NEWN(a, float, N * 3), *column = TH_NEWN(a, float, N * 3);
  uint8_t *y = TH_NEWN(a, uint8_t, N);
  double *all = TH_NEWN(a, double, N);
  th_rng r = { 5, 0, 0 };
  for (int i = 0; i < N; i++) {
    for (int f = 0; f < 3; f++) column[f * N + i] = x[i * 3 + f] = (float)th_rng_unit(&r);
    y[i] = (x[i * 3] > 0.5f) != (x[i * 3 + 1] > 0.3f);
  }
  th_nn_boost_options o = th_nn_boost_default();
  o.trees = 60, o.depth = 3, o.rate = 0.3, o.feature_share = 1;
  th_nn_boost b[2];
  for (int k = 0; k < 2; k++) {
    th_pool *pool = th_pool_new(1 + 3 * (unsigned)k);
    CHECK_OK(th_nn_boost_fit(a, x, y, NULL, NULL, N, 3, o, pool, &b[k], NULL));
    th_pool_del(pool);
  }
  CHECK_INT(b[0].n_nodes, b[1].n_nodes);
  CHECK(memcmp(b[0].node, b[1].node, b[0].n_nodes * sizeof *b[0].node) == 0);
  int right = 0;
  th_nn_boost_all(&b[0], column, N, all);
  for (int i = 0; i < N; i++) {
    double share[3] = { 0 };
    const double z = th_nn_boost_at(&b[0], x + i * 3, 1);
    const double rest = th_nn_boost_explain(&b[0], x + i * 3, 1, share);
    right += (z > 0) == y[i];
    CHECK(fabs(all[i] - z) < 1e-9);
    CHECK(fabs(rest + share[0] + share[1] + share[2] - z) < 1e-6);
  }
  CHECK(right > N * 97 / 100);
  CHECK_CODE(th_nn_boost_fit(a, x, y, NULL, NULL, 0, 3, o, NULL, &b[0], NULL), TH_EINVAL);
  th_arena_del(a);
}

TEST_MAIN(RUN(boosted_trees_find_an_interaction), RUN(ties_give_expectations), RUN(left_out_candidates_do_not_count),
          RUN(all_tied), RUN(pooled_curves), RUN(effective_number_of_drugs), RUN(logistic_finds_the_log_odds))
