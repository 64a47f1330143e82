#include "cli/cli_graph.h"

#include <stdio.h>

const th_opt th_cli__graph_opts[] = {
  { "graph", 'g', "FILE", "this graph instead of graph.thg in the home", false },
  { 0 },
};

int th_cli__graph_open(th_cli *c, th_predict_graph *g) {
  th_err err = { 0 };
  const char *path = th_cli_opt(c, "graph");
  if (!path) path = th_str_fmt(c->arena, "%s/graph.thg", c->home).p;
  if (!path) return th_cli__nomem(c);
  return th_predict_graph_open(path, g, &err) == TH_OK ? 0 : th_cli_error(c, &err);
}

/* In full, one a line, so that an id can be copied: the message has room for the beginnings alone. */
static void list_candidates(const th_graph *g, uint32_t type, th_str query) {
  th_graph_match m;
  th_graph_lookup(g, type, query, &m);
  for (uint32_t k = 0; k < m.n_candidates; k++) {
    const uint32_t v = m.candidate[k];
    fprintf(stderr, "  %.*s:%.*s  %.*s\n", TH_STR_ARG(g->type[th_graph_type_of(g, v)].name), TH_STR_ARG(th_graph_node_id(g, v)),
            TH_STR_ARG(th_graph_node_name(g, v)));
  }
}

int th_cli__graph_node(th_cli *c, const th_graph *g, const char *type, const char *text, uint32_t *node) {
  th_err err = { 0 };
  th_str query = th_str_of(text);
  uint32_t t = TH_GRAPH_NONE;
  if (type && *type) {
    t = th_graph_type_find(g, type);
    if (t == TH_GRAPH_NONE) return th_cli_usage(c, "the graph has no type \"%s\"", type);
  }
  for (uint32_t k = 0; k < g->n_types && t == TH_GRAPH_NONE; k++) {
    const size_t n = g->type[k].name.n;
    if (query.n > n && query.p[n] == ':' && th_str_starts(query, g->type[k].name)) {
      t = k;
      query = th_str_sub(query, n + 1, query.n);
    }
  }
  if (th_graph_lookup_one(g, t, query, node, &err) == TH_OK) return 0;
  const int status = th_cli_error(c, &err);
  if (!c->json) list_candidates(g, t, query);
  return status;
}

const char *th_cli__graph_name(th_cli *c, const th_graph *g, uint32_t node) {
  const th_str name = th_graph_node_name(g, node), id = th_graph_node_id(g, node);
  const char *p = th_str_fmt(c->arena, "%.*s (%.*s %.*s)", TH_STR_ARG(name),
                             TH_STR_ARG(g->type[th_graph_type_of(g, node)].name), TH_STR_ARG(id))
                      .p;
  return p ? p : "";
}

void th_cli__graph_node_json(th_jwrite *w, const th_graph *g, uint32_t node) {
  th_jw_key(w, "type"), th_jw_str(w, g->type[th_graph_type_of(g, node)].name);
  th_jw_key(w, "id"), th_jw_str(w, th_graph_node_id(g, node));
  th_jw_key(w, "name"), th_jw_str(w, th_graph_node_name(g, node));
}
