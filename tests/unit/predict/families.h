/* An invented graph for the tests of this room, and options that train in a moment. */
#ifndef THERIAC_TESTS_PREDICT_FAMILIES_H
#define THERIAC_TESTS_PREDICT_FAMILIES_H

#include "test.h"
#include "theriac/predict.h"

/* An invented graph in PrimeKG's shape: 40 diseases in eight families under one root, each family treated by its own four drugs and
 * sharing genes that those drugs hit. What is held out can be told from its family. */
typedef struct toy {
  th_arena *a;
  th_graph *g; /* the world points to it */
  th_nn_world *w;
} toy;

static inline void edge(th_buf *b, const char *relation, const char *xt, int x, const char *yt, int y) {
  th_buf_addf(b, "%s,%s,%s%d,%s,%s%d,%s\n", relation, relation, xt, x, xt, yt, y, yt);
  th_buf_addf(b, "%s,%s,%s%d,%s,%s%d,%s\n", relation, relation, yt, y, yt, xt, x, xt);
}

static inline toy invent(void) {
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

#endif
