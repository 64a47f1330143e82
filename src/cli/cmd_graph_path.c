/* theriac graph path FROM TO: the heaviest paths between two nodes. */
#include <stdio.h>

#include "cli/cli_graph.h"
#include "theriac/io.h"

static const th_opt opts[] = {
  { "graph", 'g', "FILE", "this graph instead of graph.thg in the home", false },
  { "length", 'l', "N", "steps at most, 1 to 4 (default: 3)", false },
  { "limit", 'n', "N", "paths wanted (default: 10)", false },
  { "through", 0, "NODE", "only paths through this node", false },
  { "relation", 0, "NAME", "only paths that use this relation", false },
  { "display", 0, "NAME", "only paths with an edge of this display_relation (target, enzyme, …)", false },
  { "skip", 0, "NAME", "leave this relation out; may stand more than once", true },
  { "disjoint", 0, NULL, "no two paths share an inner node", false },
  { 0 },
};

static const char *const examples[] = {
  "theriac graph path belimumab MONDO:0007915",
  "theriac graph path belimumab \"rheumatoid arthritis\" --through TNFSF13B --skip indication", NULL
};

static void step_text(th_cli *c, th_buf *b, const th_graph *g, const th_graph_step *s) {
  const th_graph_relation *r = &g->relation[s->relation];
  th_buf_addf(b, " —%.*s", TH_STR_ARG(r->name));
  bool first = true;
  for (uint32_t d = 0; d < r->n_displays; d++)
    if ((s->display_mark >> d & 1) && !th_str_eq(r->display[d], r->name)) {
      th_buf_addf(b, "%s%.*s", first ? " [" : ", ", TH_STR_ARG(r->display[d]));
      first = false;
    }
  th_buf_addf(b, "%s→ %s", first ? "" : "]", th_cli__graph_name(c, g, s->node));
}

static void node_json(th_jwrite *w, const th_graph *g, uint32_t node) {
  th_jw_key(w, "type"), th_jw_str(w, g->type[th_graph_type_of(g, node)].name);
  th_jw_key(w, "id"), th_jw_str(w, th_graph_node_id(g, node));
  th_jw_key(w, "name"), th_jw_str(w, th_graph_node_name(g, node));
}

static void as_json(th_buf *b, const th_graph *g, uint32_t from, const th_graph_path *p, size_t n) {
  th_jwrite w;
  th_jwrite_open(&w, b, 2);
  th_jw_obj(&w);
  th_jw_key(&w, "from");
  th_jw_obj(&w);
  node_json(&w, g, from);
  th_jw_obj_end(&w);
  th_jw_key(&w, "paths");
  th_jw_arr(&w);
  for (size_t i = 0; i < n; i++) {
    th_jw_obj(&w);
    th_jw_key(&w, "weight"), th_jw_f64(&w, p[i].weight);
    th_jw_key(&w, "steps");
    th_jw_arr(&w);
    for (uint32_t k = 0; k < p[i].n; k++) {
      const th_graph_relation *r = &g->relation[p[i].step[k].relation];
      th_jw_obj(&w);
      th_jw_key(&w, "relation"), th_jw_str(&w, r->name);
      th_jw_key(&w, "display");
      th_jw_arr(&w);
      for (uint32_t d = 0; d < r->n_displays; d++)
        if (p[i].step[k].display_mark >> d & 1) th_jw_str(&w, r->display[d]);
      th_jw_arr_end(&w);
      node_json(&w, g, p[i].step[k].node);
      th_jw_obj_end(&w);
    }
    th_jw_arr_end(&w);
    th_jw_obj_end(&w);
  }
  th_jw_arr_end(&w);
  th_jw_obj_end(&w);
  th_buf_addc(b, '\n');
}

static int whole(th_cli *c, const char *name, int64_t lo, int64_t hi, uint32_t *out) {
  const char *given = th_cli_opt(c, name);
  int64_t v;
  if (!given) return 0;
  if (!th_str_to_i64(th_str_of(given), &v) || v < lo || v > hi)
    return th_cli_usage(c, "--%s takes a number from %d to %d, not \"%s\"", name, (int)lo, (int)hi, given);
  *out = (uint32_t)v;
  return 0;
}

static int search(th_cli *c, const th_graph *g) {
  uint32_t from, to;
  th_graph_path_options o = { .through = TH_GRAPH_NONE,
                              .relation = th_cli_opt(c, "relation"),
                              .display = th_cli_opt(c, "display"),
                              .disjoint = th_cli_has(c, "disjoint") };
  int status = whole(c, "length", 1, 4, &o.length_max);
  if (!status) status = whole(c, "limit", 1, 100000, &o.k);
  if (!status) status = th_cli__graph_node(c, g, NULL, c->args[0], &from);
  if (!status) status = th_cli__graph_node(c, g, NULL, c->args[1], &to);
  if (!status && th_cli_has(c, "through")) status = th_cli__graph_node(c, g, NULL, th_cli_opt(c, "through"), &o.through);
  if (status) return status;
  const char **skip = TH_NEWN(c->arena, const char *, c->n_opts + 1);
  if (!skip) return th_cli__nomem(c);
  for (size_t i = 0, n = 0; i < c->n_opts; i++)
    if (!strcmp(c->opt[i].name, "skip")) skip[n++] = c->opt[i].value;
  o.skip = skip;
  th_err err = { 0 };
  th_graph_path *p;
  size_t n;
  if (th_graph_paths(c->arena, g, from, to, o, &p, &n, &err) != TH_OK) return th_cli_error(c, &err);
  th_buf b;
  th_buf_init(&b, c->arena, 0);
  if (c->json) {
    as_json(&b, g, from, p, n);
  } else {
    if (n == 0) th_buf_addf(&b, "no path of at most %u steps\n", o.length_max ? o.length_max : 3);
    for (size_t i = 0; i < n; i++) {
      th_buf_addf(&b, "%.3g  %s", p[i].weight, th_cli__graph_name(c, g, from));
      for (uint32_t k = 0; k < p[i].n; k++) step_text(c, &b, g, &p[i].step[k]);
      th_buf_addc(&b, '\n');
    }
  }
  if (b.failed) return th_cli__nomem(c);
  status = th_cli_put(c, th_buf_str(&b));
  return status ? status : n == 0;
}

static int run(th_cli *c) {
  th_predict_graph g;
  int status = th_cli__graph_open(c, &g);
  if (status) return status;
  status = search(c, &g.g);
  th_predict_graph_close(&g);
  return status;
}

const th_cmd th_cmd_graph_path = {
  .name = "graph path",
  .group = "Prediction",
  .synopsis = "FROM TO [--length N] [--through NODE] [--relation R] [--skip R]",
  .summary = "the heaviest paths between two nodes",
  .details =
      "Paths are weighted by the product, over their steps, of both ends' degree in the relation to the power -0.4, so that "
      "paths over hubs count little. Exits 1 when there is no path.",
  .opts = opts,
  .args_min = 2,
  .args_max = 2,
  .examples = examples,
  .run = run,
};
