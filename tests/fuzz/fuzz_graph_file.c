/* A graph file whose checksums are made right first, so that what is behind them is reached: it opens or is refused, and what
 * opens can be asked anything. */
#include <stdlib.h>

#include "graph/graph_priv.h"
#include "theriac/io.h"

static void mend(char *p, size_t n) {
  th_graph__header *h = (void *)p;
  if (n < sizeof *h) return;
  h->size = n;
  const size_t table = (size_t)h->n_sections * sizeof(th_graph__section);
  if (h->n_sections > 1000 || table > n - sizeof *h) return;
  th_graph__section *s = (void *)(p + sizeof *h);
  for (uint32_t i = 0; i < h->n_sections; i++)
    if (s[i].offset <= n && s[i].size <= n - s[i].offset) s[i].crc = th_crc32c(0, th_str_n(p + s[i].offset, s[i].size));
  h->crc = 0;
  h->crc = th_crc32c(0, th_str_n(p, sizeof *h + table));
}

static void ask(th_arena *a, const th_graph *g) {
  for (uint32_t v = 0; v < g->n_nodes && v < 30; v++) {
    th_graph_match m;
    th_graph_lookup(g, TH_GRAPH_NONE, th_graph_node_name(g, v), &m);
    (void)th_graph_node_source(g, v);
    if (th_graph_type_of(g, v) >= g->n_types) abort();
  }
  for (uint32_t r = 0; r < g->n_relations; r++) {
    const th_graph_relation *x = &g->relation[r];
    for (uint32_t v = 0; v < x->fwd.n && v < 30; v++)
      for (uint32_t k = 0; k < th_graph_degree(&x->fwd, v); k++)
        if (x->fwd.col[x->fwd.row[v] + k] >= g->type[x->dst].n) abort();
  }
  th_graph_onto o;
  if (th_graph_onto_open(a, g, "disease_disease", &o, NULL) == TH_OK && o.n > 1) (void)th_graph_lin(&o, 0, o.n - 1);
  th_graph_path *path;
  size_t n;
  const th_graph_path_options opt = { .through = TH_GRAPH_NONE };
  if (g->n_nodes > 1) (void)th_graph_paths(a, g, 0, g->n_nodes - 1, opt, &path, &n, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  th_arena *a = th_arena_new(0);
  char *p = a ? th_arena_alloc(a, n, 64) : NULL;
  th_graph g;
  th_err err = { 0 };
  if (p) {
    if (n) memcpy(p, data, n);
    mend(p, n);
    if (th_graph_open(a, th_str_n(p, n), &g, &err) == TH_OK)
      ask(a, &g);
    else if (!err.msg[0])
      abort();
  }
  th_arena_del(a);
  return 0;
}
