/* theriac graph stat: what the graph holds, relation by relation and type by type. */
#include <stdio.h>

#include "cli/cli_graph.h"
#include "theriac/io.h"

typedef struct rel_count {
  uint32_t src, dst; /* nodes with an edge */
  uint64_t display[TH_GRAPH_DISPLAYS_MAX];
} rel_count;

static uint32_t active(const th_graph_csr *c) {
  uint32_t n = 0;
  for (uint32_t v = 0; v < c->n; v++) n += th_graph_degree(c, v) > 0;
  return n;
}

static rel_count count(const th_graph_relation *r) {
  rel_count n = { active(&r->fwd), active(&r->rev), { 0 } };
  for (uint32_t k = 0; k < r->fwd.row[r->fwd.n]; k++)
    for (uint32_t d = 0; d < r->n_displays; d++) n.display[d] += r->fwd.mark[k] >> d & 1;
  for (uint32_t d = 0; r->src == r->dst && d < r->n_displays; d++) n.display[d] /= 2;
  return n;
}

static uint32_t *connected_by_type(th_cli *c, const th_graph *g) {
  uint32_t *n = TH_NEWN(c->arena, uint32_t, g->n_types);
  bool *seen = TH_NEWN(c->arena, bool, g->n_nodes);
  if (!n || !seen) return NULL;
  for (uint32_t k = 0; k < g->n_relations; k++) {
    const th_graph_relation *r = &g->relation[k];
    for (uint32_t v = 0; v < r->fwd.n; v++) seen[g->type[r->src].first + v] |= th_graph_degree(&r->fwd, v) > 0;
    for (uint32_t v = 0; v < r->rev.n; v++) seen[g->type[r->dst].first + v] |= th_graph_degree(&r->rev, v) > 0;
  }
  for (uint32_t t = 0; t < g->n_types; t++)
    for (uint32_t v = 0; v < g->type[t].n; v++) n[t] += seen[g->type[t].first + v];
  return n;
}

static void as_json(th_buf *b, const th_graph *g, const uint32_t *connected) {
  th_jwrite w;
  th_jwrite_open(&w, b, 2);
  th_jw_obj(&w);
  th_jw_key(&w, "sha256"), th_jw_str(&w, g->sha256);
  th_jw_key(&w, "nodes"), th_jw_i64(&w, g->n_nodes);
  th_jw_key(&w, "sources");
  th_jw_arr(&w);
  for (uint32_t i = 0; i < g->n_sources; i++) {
    th_jw_obj(&w);
    th_jw_key(&w, "name"), th_jw_str(&w, g->source[i].name);
    th_jw_key(&w, "sha256"), th_jw_str(&w, g->source[i].sha256);
    th_jw_key(&w, "rows"), th_jw_i64(&w, (int64_t)g->source[i].rows);
    th_jw_obj_end(&w);
  }
  th_jw_arr_end(&w);
  th_jw_key(&w, "types");
  th_jw_arr(&w);
  for (uint32_t t = 0; t < g->n_types; t++) {
    th_jw_obj(&w);
    th_jw_key(&w, "type"), th_jw_str(&w, g->type[t].name);
    th_jw_key(&w, "nodes"), th_jw_i64(&w, g->type[t].n);
    th_jw_key(&w, "with_edge"), th_jw_i64(&w, connected[t]);
    th_jw_obj_end(&w);
  }
  th_jw_arr_end(&w);
  th_jw_key(&w, "relations");
  th_jw_arr(&w);
  for (uint32_t k = 0; k < g->n_relations; k++) {
    const th_graph_relation *r = &g->relation[k];
    const rel_count n = count(r);
    th_jw_obj(&w);
    th_jw_key(&w, "relation"), th_jw_str(&w, r->name);
    th_jw_key(&w, "src"), th_jw_str(&w, g->type[r->src].name);
    th_jw_key(&w, "dst"), th_jw_str(&w, g->type[r->dst].name);
    th_jw_key(&w, "pairs"), th_jw_i64(&w, r->n_pairs);
    th_jw_key(&w, "records"), th_jw_i64(&w, (int64_t)r->n_records);
    th_jw_key(&w, "src_nodes"), th_jw_i64(&w, n.src);
    th_jw_key(&w, "dst_nodes"), th_jw_i64(&w, n.dst);
    th_jw_key(&w, "display");
    th_jw_obj(&w);
    for (uint32_t d = 0; d < r->n_displays; d++) th_jw_key_str(&w, r->display[d]), th_jw_i64(&w, (int64_t)n.display[d]);
    th_jw_obj_end(&w);
    th_jw_obj_end(&w);
  }
  th_jw_arr_end(&w);
  th_jw_obj_end(&w);
  th_buf_addc(b, '\n');
}

static void as_text(th_buf *b, const th_graph *g, const uint32_t *connected) {
  th_buf_addf(b, "%u nodes of %u types, %u relations; sha256 %.*s\n\n%-28s %9s %9s\n", g->n_nodes, g->n_types, g->n_relations,
              TH_STR_ARG(g->sha256), "type", "nodes", "with edge");
  for (uint32_t t = 0; t < g->n_types; t++)
    th_buf_addf(b, "%-28.*s %9u %9u\n", TH_STR_ARG(g->type[t].name), g->type[t].n, connected[t]);
  th_buf_addf(b, "\n%-28s %9s %9s %9s %9s  %s\n", "relation", "pairs", "records", "from", "to", "kinds");
  for (uint32_t k = 0; k < g->n_relations; k++) {
    const th_graph_relation *r = &g->relation[k];
    const rel_count n = count(r);
    th_buf_addf(b, "%-28.*s %9u %9llu %9u %9u ", TH_STR_ARG(r->name), r->n_pairs, (unsigned long long)r->n_records, n.src,
                n.dst);
    for (uint32_t d = 0; d < r->n_displays; d++)
      th_buf_addf(b, "%s %.*s %llu", d ? "," : "", TH_STR_ARG(r->display[d]), (unsigned long long)n.display[d]);
    th_buf_addc(b, '\n');
  }
}

static int run(th_cli *c) {
  th_predict_graph g;
  const int status = th_cli__graph_open(c, &g);
  if (status) return status;
  th_buf b;
  th_buf_init(&b, c->arena, 0);
  const uint32_t *connected = connected_by_type(c, &g.g);
  if (connected && c->json) as_json(&b, &g.g, connected);
  if (connected && !c->json) as_text(&b, &g.g, connected);
  const int done = !connected || b.failed ? th_cli__nomem(c) : th_cli_put(c, th_buf_str(&b));
  th_predict_graph_close(&g);
  return done;
}

const th_cmd th_cmd_graph_stat = {
  .name = "graph stat",
  .group = "Prediction",
  .synopsis = "",
  .summary = "counts of the knowledge graph, by type and relation",
  .opts = th_cli__graph_opts,
  .run = run,
};
