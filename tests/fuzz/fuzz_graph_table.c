/* A table of nodes, a line "---", a table of edges. What builds, opens; the same bytes in other pieces, and read row by row or in
 * blocks, build the same file and the same report, or fail alike. No graph differs from itself, and paths counted are paths found. */
#include <math.h>
#include <stdlib.h>

#include "graph/graph_priv.h"

static th_code feed(th_graph_build *b, th_str text, size_t step) {
  TH_TRY(th_graph_build_begin(b, "table", NULL, NULL));
  for (size_t at = 0; at < text.n; at += step) TH_TRY(th_graph_build_feed(b, th_str_sub(text, at, at + step), NULL));
  return th_graph_build_end(b, "sum", NULL);
}

static th_code build(th_graph_build *b, th_str nodes, th_str edges, size_t step, size_t block, th_str *out,
                     th_graph_report *report) {
  b->block_bytes = block;
  if (nodes.n) TH_TRY(feed(b, nodes, step));
  TH_TRY(feed(b, edges, step));
  return th_graph_build_finish(b, out, report, NULL);
}

/* What is counted along each usual metapath against the paths themselves, and a P value is one. */
static void count_paths(th_arena *a, const th_graph *g, uint32_t from, uint32_t to) {
  enum { K = 1000, NULLS = 3 };
  th_graph_metapath m[TH_GRAPH_METAPATHS];
  th_graph_typed typed[TH_GRAPH_METAPATHS];
  const size_t n = th_graph_metapaths(g, th_graph_type_of(g, from), th_graph_type_of(g, to), m);
  if (!n || th_graph_typed_paths(a, g, from, to, m, n, NULLS, 1, NULL, typed, NULL) != TH_OK) return;
  for (size_t i = 0; i < n; i++) {
    const th_graph_path_options opt = { .k = K, .through = TH_GRAPH_NONE, .metapath = &m[i] };
    th_graph_path *path;
    size_t found;
    if (th_graph_paths(a, g, from, to, opt, &path, &found, NULL) != TH_OK) continue;
    double weight = 0;
    for (size_t k = 0; k < found; k++) weight += path[k].weight;
    if (found != (typed[i].n < K ? typed[i].n : K)) abort();
    if (typed[i].n <= K && fabs(weight - typed[i].weight) > 1e-9 * (1 + weight)) abort();
    if (!(typed[i].p > 0 && typed[i].p <= 1)) abort();
  }
}

static void use_paths(th_arena *a, const th_graph *g) {
  enum { ENDS = 3 };
  const uint32_t drug = th_graph_type_find(g, "drug"), disease = th_graph_type_find(g, "disease");
  if (drug == TH_GRAPH_NONE || disease == TH_GRAPH_NONE) return;
  const th_graph_type *x = &g->type[drug], *y = &g->type[disease];
  for (uint32_t u = 0; u < x->n && u < ENDS; u++)
    for (uint32_t v = 0; v < y->n && v < ENDS; v++) count_paths(a, g, x->first + u, y->first + v);
}

static void use(th_arena *a, th_str file) {
  th_graph g;
  char *aligned = th_arena_alloc(a, file.n, 64);
  if (!aligned) return;
  memcpy(aligned, file.p, file.n);
  th_err err = { 0 };
  if (th_graph_open(a, th_str_n(aligned, file.n), &g, &err) != TH_OK) abort();
  for (uint32_t v = 0; v < g.n_nodes && v < 50; v++) {
    th_graph_match m;
    th_graph_lookup(&g, th_graph_type_of(&g, v), th_graph_node_id(&g, v), &m);
    if (m.found == TH_GRAPH_UNKNOWN) abort();
  }
  th_graph_diff diff;
  if (th_graph_diff_of(a, &g, &g, NULL, NULL, &diff, &err) != TH_OK || diff.n_changes) abort();
  use_paths(a, &g);
  th_graph_path *path;
  size_t n;
  const th_graph_path_options opt = { .through = TH_GRAPH_NONE };
  if (g.n_nodes > 1) (void)th_graph_paths(a, &g, 0, g.n_nodes - 1, opt, &path, &n, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  const th_str in = th_str_n((const char *)data, n);
  const size_t cut = th_str_find(in, TH_S("---\n"), 0);
  const th_str nodes = cut == SIZE_MAX ? TH_STR_NONE : th_str_sub(in, 0, cut);
  const th_str edges = cut == SIZE_MAX ? in : th_str_sub(in, cut + 4, n);
  th_arena *a = th_arena_new(0);
  static const size_t step[] = { SIZE_MAX / 2, 7, SIZE_MAX / 2 }, block[] = { 0, 1 << 18, 48 };
  th_graph_build *b[3];
  th_str file[3];
  th_graph_report report[3];
  th_code code[3];
  memset(report, 0, sizeof report);
  for (int k = 0; k < 3; k++) {
    b[k] = th_graph_build_new(false);
    if (!b[k]) abort();
    code[k] = build(b[k], nodes, edges, step[k], block[k], &file[k], &report[k]);
    if (code[k] != code[0] || (code[k] == TH_OK && !th_str_eq(file[k], file[0])) ||
        memcmp(&report[k], &report[0], sizeof report[0]) != 0)
      abort();
  }
  if (a && code[0] == TH_OK) use(a, file[0]);
  for (int k = 0; k < 3; k++) th_graph_build_del(b[k]);
  th_arena_del(a);
  return 0;
}
