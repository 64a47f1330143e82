/* theriac graph import NODES EDGES…: PrimeKG's tables into the home's graph. */
#include <stdio.h>

#include "cli/cli_graph.h"
#include "theriac/io.h"
#include "theriac/predict.h"

static const th_opt opts[] = {
  { "strict", 0, NULL, "refuse the tables when anything is off, and leave the old graph as it is", false },
  { "columns", 0, "LIST", "what the columns are called: x_id=drug,y_id=disease,relation=:indication (a colon: a constant)",
    false },
  { "synonyms", 0, "FILE", "further names: a table node_type, node_id, name", false },
  { "diff", 0, NULL, "import nothing: the two graph files OLD and NEW compared, by type and relation", false },
  { "list", 0, NULL, "with --diff: every node and edge too", false },
  { "out", 'o', "FILE", "write here instead of graph.thg in the home", false },
  { 0 },
};

static const char *const examples[] = { "theriac graph import node.csv.gz kg.csv.gz",
                                        "theriac graph import --strict node.csv kg.csv",
                                        "theriac graph import --diff old.thg new.thg", NULL };

static void issues_json(th_jwrite *w, const th_graph_report *r) {
  th_jw_key(w, "issues");
  th_jw_arr(w);
  for (int k = 0; k < TH_GRAPH_ISSUE_COUNT; k++) {
    const th_graph_issue *i = &r->issue[k];
    if (!i->n) continue;
    th_jw_obj(w);
    th_jw_key(w, "issue"), th_jw_z(w, th_graph_issue_name((th_graph_issue_kind)k));
    th_jw_key(w, "n"), th_jw_i64(w, (int64_t)i->n);
    th_jw_key(w, "source"), th_jw_z(w, i->source);
    th_jw_key(w, "line"), th_jw_i64(w, i->line);
    th_jw_key(w, "first"), th_jw_z(w, i->what);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
}

static int report_done(th_cli *c, const char *path, const th_graph_report *r) {
  th_buf b;
  th_buf_init(&b, c->arena, 0);
  if (c->json) {
    th_jwrite w;
    th_jwrite_open(&w, &b, 2);
    th_jw_obj(&w);
    th_jw_key(&w, "graph"), th_jw_z(&w, path);
    th_jw_key(&w, "sha256"), th_jw_z(&w, r->sha256);
    th_jw_key(&w, "node_rows"), th_jw_i64(&w, (int64_t)r->n_node_rows);
    th_jw_key(&w, "edge_rows"), th_jw_i64(&w, (int64_t)r->n_edge_rows);
    th_jw_key(&w, "nodes"), th_jw_i64(&w, r->n_nodes);
    th_jw_key(&w, "relations"), th_jw_i64(&w, r->n_relations);
    th_jw_key(&w, "pairs"), th_jw_i64(&w, (int64_t)r->n_pairs);
    issues_json(&w, r);
    th_jw_obj_end(&w);
    th_buf_addc(&b, '\n');
  } else {
    th_buf_addf(&b, "%s\n%llu node rows, %llu edge rows: %u nodes, %u relations, %llu pairs\n", path,
                (unsigned long long)r->n_node_rows, (unsigned long long)r->n_edge_rows, r->n_nodes, r->n_relations,
                (unsigned long long)r->n_pairs);
    for (int k = 0; k < TH_GRAPH_ISSUE_COUNT; k++) {
      const th_graph_issue *i = &r->issue[k];
      if (i->n)
        th_buf_addf(&b, "%llu %s; first %s:%u: %s\n", (unsigned long long)i->n, th_graph_issue_name((th_graph_issue_kind)k),
                    i->source, i->line, i->what);
    }
    th_buf_addf(&b, "sha256 %s\n", r->sha256);
  }
  return b.failed ? th_cli__nomem(c) : th_cli_put(c, th_buf_str(&b));
}

static int run(th_cli *c) {
  th_err err = { 0 };
  th_graph_report report = { 0 };
  const char *out = th_cli_opt(c, "out");
  if (th_cli_has(c, "list") && !th_cli_has(c, "diff")) return th_cli_usage(c, "--list goes with --diff");
  if (th_cli_has(c, "diff")) {
    if (c->n_args != 2) return th_cli_usage(c, "--diff takes two graph files, the old one and the new one");
    return th_cli__graph_diff(c, c->args[0], c->args[1], th_cli_has(c, "list"));
  }
  if (!out) {
    if (th_dir_make(c->home, &err) != TH_OK) return th_cli_error(c, &err);
    out = th_str_fmt(c->arena, "%s/graph.thg", c->home).p;
    if (!out) return th_cli__nomem(c);
  }
  const th_predict_import in = { c->args, (size_t)c->n_args, th_cli_opt(c, "columns"), th_cli_opt(c, "synonyms"),
                                 th_cli_has(c, "strict") };
  if (th_predict_graph_import(in, out, &report, &err) != TH_OK) return th_cli_error(c, &err);
  return report_done(c, out, &report);
}

const th_cmd th_cmd_graph_import = {
  .name = "graph import",
  .group = "Prediction",
  .synopsis = "TABLE... [--strict] [--columns LIST] [--synonyms FILE] | --diff OLD NEW",
  .summary = "build the knowledge graph from node and edge tables",
  .details =
      "Reads PrimeKG's and TxGNN's node.csv, kg.csv and edges.csv, plain or gzip, comma or tab, in any order, and writes "
      "graph.thg into the home: see theriac-graph(5).\n\n"
      "What is off (edges to unknown nodes, rows given twice, edges in one orientation only, unknown types) is counted and "
      "told with the line of the first one. A row that cannot be read ends the import and leaves the old graph.\n\n"
      "--diff exits 1 when the graphs differ. Nodes are the same by type and id, edges by relation and ends.",
  .opts = opts,
  .args_min = 1,
  .args_max = -1,
  .examples = examples,
  .run = run,
};
