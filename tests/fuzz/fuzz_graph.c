/* Tables of a graph, and graph files. The first byte chooses: '#' a graph file, else how long the pieces of a table are. */
#include "theriac/graph.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk(th_arena *a, const th_graph *g) {
  th_graph_match m;
  for (uint32_t v = 0; v < g->n_nodes && v < 50; v++) {
    th_graph_lookup(g, TH_GRAPH_NONE, th_graph_node_name(g, v), &m);
    th_graph_lookup(g, th_graph_type_of(g, v), th_graph_node_id(g, v), &m);
  }
  for (uint32_t k = 0; k < g->n_relations && k < 20; k++) {
    th_graph_onto o;
    const char *name = th_str_z(a, g->relation[k].name);
    if (!name || th_graph_onto_open(a, g, name, &o, NULL) != TH_OK) continue;
    for (uint32_t v = 0; v + 1 < o.n && v < 20; v++) {
      th_graph_common_ancestor(&o, v, v + 1);
      TH_ASSERT(th_graph_csr_find(&o.ancestors, v, v) == TH_GRAPH_NONE);
    }
  }
  th_graph_path *p;
  size_t n;
  if (g->n_nodes > 1)
    th_graph_paths(a, g, 0, g->n_nodes - 1, (th_graph_path_options){ .through = TH_GRAPH_NONE, .disjoint = true }, &p, &n,
                   NULL);
}

static void read_tables(th_arena *a, size_t step, th_str text) {
  th_graph_build *b = th_graph_build_new(false);
  if (!b) return;
  th_err err = { 0 };
  th_str file;
  th_graph g;
  th_graph_report report = { 0 };
  th_code code = th_graph_build_begin(b, "fuzz.csv", NULL, &err);
  for (size_t at = 0; at < text.n && code == TH_OK; at += step)
    code = th_graph_build_feed(b, th_str_sub(text, at, at + step), &err);
  if (code == TH_OK) code = th_graph_build_end(b, NULL, &err);
  if (code == TH_OK) code = th_graph_build_finish(b, &file, &report, &err);
  TH_ASSERT(code == TH_OK || err.code == code);
  if (code == TH_OK) {
    TH_ASSERT(th_graph_open(a, file, &g, &err) == TH_OK); /* what was written can be read */
    walk(a, &g);
  }
  th_graph_build_del(b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!size) return 0;
  th_arena *a = th_arena_new(1 << 12);
  if (!a) return 0;
  const th_str rest = th_str_n((const char *)data + 1, size - 1);
  if (data[0] == '#') {
    char *copy = th_arena_alloc(a, rest.n, 64);
    th_graph g;
    if (copy && rest.n) memcpy(copy, rest.p, rest.n);
    if (copy && th_graph_open(a, th_str_n(copy, rest.n), &g, NULL) == TH_OK) walk(a, &g);
  } else {
    read_tables(a, data[0] < 2 ? 1 : data[0], rest);
  }
  th_arena_del(a);
  return 0;
}
