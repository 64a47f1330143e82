/* Invented graphs for the tests of this room. */
#ifndef THERIAC_TESTS_NN_TOY_H
#define THERIAC_TESTS_NN_TOY_H

#include "test.h"
#include "theriac/nn.h"

typedef struct toy {
  th_arena *a;
  th_graph *g; /* the world points to it */
  th_nn_world *w;
} toy;

static inline void toy_edge(th_buf *b, const char *relation, const char *xt, int x, const char *yt, int y) {
  th_buf_addf(b, "%s,%s,%s%d,%s,%s%d,%s\n", relation, relation, xt, x, xt, yt, y, yt);
  th_buf_addf(b, "%s,%s,%s%d,%s,%s%d,%s\n", relation, relation, yt, y, yt, xt, x, xt);
}

/* Takes the tables fed into `build` as the toy's graph. */
static inline void toy_take(toy *t, th_graph_build *build) {
  th_str file = TH_STR_NONE;
  th_err err = { 0 };
  CHECK_OK_ERR(th_graph_build_finish(build, &file, NULL, &err), &err);
  char *copy = th_arena_alloc(t->a, file.n, 64);
  memcpy(copy, file.p, file.n);
  CHECK_OK_ERR(th_graph_open(t->a, th_str_n(copy, file.n), t->g, &err), &err);
  CHECK_OK_ERR(th_nn_world_open(t->a, t->g, &t->w, &err), &err);
  th_graph_build_del(build);
}

/* 40 diseases in eight families under one root, each family treated by its own four drugs and sharing genes that those drugs hit.
 * One drug is contraindicated here and there, one off label; disease 38 and 39 have neither genes nor parents. */
static inline toy toy_families(void) {
  toy t = { .a = th_arena_new(1 << 16) };
  t.g = TH_NEW(t.a, th_graph);
  th_buf b;
  th_buf_init(&b, t.a, 0);
  th_buf_addz(&b, "relation,display_relation,x_id,x_type,y_id,y_type\n");
  for (int v = 0; v < 40; v++) {
    const int family = v / 5;
    if (v < 38) toy_edge(&b, "disease_disease", "disease", 100 + family, "disease", v);
    if (v < 38) toy_edge(&b, "disease_protein", "gene/protein", family * 3 + v % 3, "disease", v);
    for (int k = 0; k < 3; k++) toy_edge(&b, "indication", "drug", family * 4 + (v + k) % 4, "disease", v);
    if (v % 4 == 1) toy_edge(&b, "contraindication", "drug", (family * 4 + 9) % 32, "disease", v);
    if (v % 7 == 2) toy_edge(&b, "off-label use", "drug", (family * 4 + 17) % 32, "disease", v);
  }
  for (int f = 0; f < 8; f++) toy_edge(&b, "disease_disease", "disease", 999, "disease", 100 + f);
  for (int u = 0; u < 60; u++)
    if (u < 32)
      toy_edge(&b, "drug_protein", "drug", u, "gene/protein", u / 4 * 3 + u % 3);
    else
      toy_edge(&b, "drug_drug", "drug", u, "drug", u - 1);
  th_graph_build *build = th_graph_build_new(false);
  th_err err = { 0 };
  CHECK_OK_ERR(th_graph_build_begin(build, "toy.csv", NULL, &err), &err);
  CHECK_OK_ERR(th_graph_build_feed(build, th_buf_str(&b), &err), &err);
  CHECK_OK_ERR(th_graph_build_end(build, NULL, &err), &err);
  toy_take(&t, build);
  return t;
}

#endif
