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

TEST_MAIN(RUN(ties_give_expectations), RUN(left_out_candidates_do_not_count), RUN(all_tied), RUN(pooled_curves),
          RUN(effective_number_of_drugs), RUN(logistic_finds_the_log_odds))
