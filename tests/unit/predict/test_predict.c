/* The generator of splits, and the whole way from tables to a scored pair on an invented graph. */
#include "theriac/io.h"

#include "families.h"
#include "predict/predict_priv.h"

/* First outputs as the generator's authors give them. */
TEST(splitmix_is_the_published_one) {
  uint64_t s = 0, t = 1;
  CHECK(th_predict__splitmix(&s) == 0xE220A8397B1DCDAFu);
  CHECK(th_predict__splitmix(&t) == 0x910A2DEC89025CC1u);
  for (uint64_t n = 1; n < 50; n++) CHECK(th_predict__bounded(&s, n) < n);
  uint32_t v[100];
  for (uint32_t i = 0; i < 100; i++) v[i] = i;
  th_predict__shuffle(&s, v, 100);
  uint32_t sum = 0;
  for (uint32_t i = 0; i < 100; i++) sum += v[i];
  CHECK_INT(sum, 4950);
}

TEST(the_same_seed_gives_the_same_bytes_at_any_thread_count) {
  toy t = invent();
  char path[2][64];
  for (unsigned k = 0; k < 2; k++) {
    th_pool *pool = th_pool_new(1 + 2 * k);
    th_predict_model m;
    th_err err = { 0 };
    snprintf(path[k], sizeof path[k], "/tmp/th-model-%d-%u.thm", (int)getpid(), k);
    CHECK_OK_ERR(th_predict_model_train(t.a, t.w, quick, pool, &m, &err), &err);
    CHECK_OK_ERR(th_predict_model_save(&m, path[k], &err), &err);
    th_pool_del(pool);
  }
  th_file x, y;
  CHECK_OK(th_file_open(path[0], 0, &x, NULL));
  CHECK_OK(th_file_open(path[1], 0, &y, NULL));
  CHECK(th_str_eq(x.bytes, y.bytes));
  /* every cut and many changed bytes are refused or harmless */
  for (size_t i = 0; i < x.bytes.n; i += x.bytes.n / 60 + 1) {
    char *copy = th_arena_alloc(t.a, x.bytes.n, 1);
    th_predict_model m;
    memcpy(copy, x.bytes.p, x.bytes.n);
    copy[i] ^= 0x10;
    CHECK_OK(th_file_write(path[1], th_str_n(copy, x.bytes.n), NULL));
    th_predict_model_load(t.a, path[1], t.w, &m, NULL);
    CHECK_OK(th_file_write(path[1], th_str_n(x.bytes.p, i), NULL));
    CHECK(th_predict_model_load(t.a, path[1], t.w, &m, NULL) != TH_OK);
  }
  th_file_close(&x);
  th_file_close(&y);
  unlink(path[0]);
  unlink(path[1]);
  th_arena_del(t.a);
}

TEST(scores_are_whole_and_add_up) {
  toy t = invent();
  th_pool *pool = th_pool_new(1);
  th_predict_model m;
  th_predict_scorer *s;
  th_err err = { 0 };
  CHECK_OK_ERR(th_predict_model_train(t.a, t.w, quick, pool, &m, &err), &err);
  CHECK_OK_ERR(th_predict_scorer_new(t.a, &m, t.w, &s, &err), &err);
  const uint32_t n = th_nn_n_drugs(t.w);
  th_predict_score *p = TH_NEWN(t.a, th_predict_score, n);
  double share[TH_NN_FEATURES], ranks = 0;
  th_predict_disease(s,
                     th_graph_node_by_id(t.g, th_graph_type_find(t.g, "disease"), TH_S("disease7")) -
                         t.g->type[th_graph_type_find(t.g, "disease")].first,
                     p);
  for (uint32_t u = 0; u < n; u++) {
    double sum = th_predict_explain(s, u, share);
    for (int f = 0; f < TH_NN_FEATURES; f++) sum += share[f];
    CHECK_REL(sum, p[u].raw, 1e-5);
    CHECK(p[u].p_cal > 0 && p[u].p_cal < 1 && p[u].raw_lo <= p[u].raw && p[u].raw <= p[u].raw_hi);
    CHECK(p[u].pct_in_disease >= 0 && p[u].pct_in_disease <= 1 && p[u].pct_in_drug >= 0 && p[u].pct_in_drug <= 1);
    CHECK(p[u].rank_lo <= p[u].rank && p[u].rank <= p[u].rank_hi);
    ranks += p[u].rank;
  }
  CHECK_REL(ranks, n * (n + 1) / 2.0, 1e-9);
  th_pool_del(pool);
  th_arena_del(t.a);
}

/* Ties share their mean place; a pair whose members all agree has that place and no other. */
TEST(a_rank_lies_in_its_own_interval) {
  toy t = invent();
  th_pool *pool = th_pool_new(1);
  const uint32_t type = th_graph_type_find(t.g, "disease"), n = th_nn_n_drugs(t.w);
  th_predict_score *p = TH_NEWN(t.a, th_predict_score, n);
  for (uint32_t members = 1; members <= 2; members++) {
    th_predict_train o = quick;
    th_predict_model m;
    th_predict_scorer *s;
    th_err err = { 0 };
    o.members = members;
    CHECK_OK_ERR(th_predict_model_train(t.a, t.w, o, pool, &m, &err), &err);
    CHECK_OK_ERR(th_predict_scorer_new(t.a, &m, t.w, &s, &err), &err);
    for (uint32_t v = 0; v < t.g->type[type].n; v++) {
      uint32_t outside = 0, moved = 0;
      th_predict_disease(s, v, p);
      for (uint32_t u = 0; u < n; u++) {
        outside += p[u].rank < p[u].rank_lo || p[u].rank > p[u].rank_hi;
        moved += members == 1 && (p[u].rank_lo != p[u].rank || p[u].rank_hi != p[u].rank);
      }
      CHECK_INT(outside, 0);
      CHECK_INT(moved, 0);
    }
  }
  th_pool_del(pool);
  th_arena_del(t.a);
}

TEST(a_model_of_another_graph_is_refused) {
  toy t = invent();
  th_pool *pool = th_pool_new(1);
  th_predict_model m, back;
  th_err err = { 0 };
  char path[64];
  snprintf(path, sizeof path, "/tmp/th-model-%d.thm", (int)getpid());
  CHECK_OK_ERR(th_predict_model_train(t.a, t.w, quick, pool, &m, &err), &err);
  m.graph_sha256[0] = m.graph_sha256[0] == 'a' ? 'b' : 'a';
  CHECK_OK(th_predict_model_save(&m, path, &err));
  CHECK_CODE(th_predict_model_load(t.a, path, t.w, &back, &err), TH_ECONFLICT);
  unlink(path);
  th_pool_del(pool);
  th_arena_del(t.a);
}

TEST_MAIN(RUN(splitmix_is_the_published_one), RUN(the_same_seed_gives_the_same_bytes_at_any_thread_count),
          RUN(scores_are_whole_and_add_up), RUN(a_rank_lies_in_its_own_interval), RUN(a_model_of_another_graph_is_refused))
