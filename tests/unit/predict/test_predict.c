/* The generator of splits, and the whole way from tables to a scored pair on an invented graph. */
#include "test.h"
#include "theriac/io.h"
#include "theriac/predict.h"

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

/* An invented graph in PrimeKG's shape: 40 diseases in eight families under one root, each family treated by its own four drugs and
 * sharing genes that those drugs hit. What is held out can be told from its family. */
typedef struct toy {
  th_arena *a;
  th_graph *g; /* the world points to it */
  th_nn_world *w;
} toy;

static void edge(th_buf *b, const char *relation, const char *xt, int x, const char *yt, int y) {
  th_buf_addf(b, "%s,%s,%s%d,%s,%s%d,%s\n", relation, relation, xt, x, xt, yt, y, yt);
  th_buf_addf(b, "%s,%s,%s%d,%s,%s%d,%s\n", relation, relation, yt, y, yt, xt, x, xt);
}

static toy invent(void) {
  toy t = { .a = th_arena_new(1 << 16) };
  t.g = TH_NEW(t.a, th_graph);
  th_buf b;
  th_buf_init(&b, t.a, 0);
  th_buf_addz(&b, "relation,display_relation,x_id,x_type,y_id,y_type\n");
  for (int v = 0; v < 40; v++) {
    const int family = v / 5;
    edge(&b, "disease_disease", "disease", 100 + family, "disease", v);
    edge(&b, "disease_protein", "gene/protein", family * 3 + v % 3, "disease", v);
    for (int k = 0; k < 3; k++) edge(&b, "indication", "drug", family * 4 + (v + k) % 4, "disease", v);
  }
  for (int f = 0; f < 8; f++) edge(&b, "disease_disease", "disease", 999, "disease", 100 + f);
  for (int u = 0; u < 60; u++)
    if (u < 32)
      edge(&b, "drug_protein", "drug", u, "gene/protein", u / 4 * 3 + u % 3);
    else
      edge(&b, "drug_drug", "drug", u, "drug", u - 1);
  th_graph_build *build = th_graph_build_new(false);
  th_str file = TH_STR_NONE;
  th_err err = { 0 };
  CHECK_OK_ERR(th_graph_build_begin(build, "toy.csv", NULL, &err), &err);
  CHECK_OK_ERR(th_graph_build_feed(build, th_buf_str(&b), &err), &err);
  CHECK_OK_ERR(th_graph_build_end(build, NULL, &err), &err);
  CHECK_OK_ERR(th_graph_build_finish(build, &file, NULL, &err), &err);
  char *copy = th_arena_alloc(t.a, file.n, 64);
  memcpy(copy, file.p, file.n);
  CHECK_OK_ERR(th_graph_open(t.a, th_str_n(copy, file.n), t.g, &err), &err);
  CHECK_OK_ERR(th_nn_world_open(t.a, t.g, &t.w, &err), &err);
  th_graph_build_del(build);
  return t;
}

static const th_predict_train quick = { .kind = TH_SPLIT_DISEASE, .seed = 1, .members = 2, .trees = 20, .depth = 3 };

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
    CHECK(p[u].rank_lo <= p[u].rank + 0.5 && p[u].rank <= p[u].rank_hi + n);
    ranks += p[u].rank;
  }
  CHECK_REL(ranks, n * (n + 1) / 2.0, 1e-9);
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
          RUN(scores_are_whole_and_add_up), RUN(a_model_of_another_graph_is_refused))
