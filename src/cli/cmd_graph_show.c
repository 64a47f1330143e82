/* theriac graph show NODE: one node, its relations and neighbours, its place in the hierarchy. */
#include <stdio.h>

#include "cli/cli_graph.h"
#include "theriac/io.h"

static const th_opt opts[] = {
  { "graph", 'g', "FILE", "this graph instead of graph.thg in the home", false },
  { "type", 't', "TYPE", "the node's type, where the text fits several", false },
  { "limit", 'n', "N", "neighbours shown for each relation (default: 10 as text, all as JSON)", false },
  { 0 },
};

static const char *const examples[] = { "theriac graph show belimumab", "theriac graph show MONDO:0007915",
                                        "theriac graph show gene/protein:TNFSF13B --json", NULL };

static const char *way_of(const th_graph_relation *r, uint32_t mark) {
  return r->src != r->dst ? "" : mark & TH_GRAPH_FORWARD ? "child" : "parent";
}

static void neighbour_json(th_jwrite *w, const th_graph *g, const th_graph_relation *r, uint32_t node, uint32_t mark) {
  th_jw_obj(w);
  th_jw_key(w, "id"), th_jw_str(w, th_graph_node_id(g, node));
  th_jw_key(w, "name"), th_jw_str(w, th_graph_node_name(g, node));
  th_jw_key(w, "display");
  th_jw_arr(w);
  for (uint32_t d = 0; d < r->n_displays; d++)
    if (mark >> d & 1) th_jw_str(w, r->display[d]);
  th_jw_arr_end(w);
  if (r->src == r->dst && th_str_is(r->display[0], "parent-child")) th_jw_key(w, "is"), th_jw_z(w, way_of(r, mark));
  th_jw_obj_end(w);
}

static void neighbour_text(th_buf *b, const th_graph *g, const th_graph_relation *r, uint32_t node, uint32_t mark) {
  th_buf_addf(b, "    %-24.*s %.*s", TH_STR_ARG(th_graph_node_id(g, node)), TH_STR_ARG(th_graph_node_name(g, node)));
  const bool tree = r->src == r->dst && th_str_is(r->display[0], "parent-child");
  if (tree) th_buf_addf(b, "  [%s]", way_of(r, mark));
  for (uint32_t d = 0; d < r->n_displays && !tree; d++)
    if (mark >> d & 1) th_buf_addf(b, "  [%.*s]", TH_STR_ARG(r->display[d]));
  th_buf_addc(b, '\n');
}

typedef struct show {
  const th_graph *g;
  uint32_t node, limit;
  th_buf *b;
  th_jwrite *w; /* NULL: text */
} show;

static void relation(const show *s, const th_graph_relation *r, bool fwd) {
  const th_graph_csr *c = fwd ? &r->fwd : &r->rev;
  const uint32_t v = s->node - s->g->type[fwd ? r->src : r->dst].first, first = s->g->type[fwd ? r->dst : r->src].first;
  const uint32_t degree = th_graph_degree(c, v);
  if (!degree) return;
  if (s->w) {
    th_jw_obj(s->w);
    th_jw_key(s->w, "relation"), th_jw_str(s->w, r->name);
    th_jw_key(s->w, "type"), th_jw_str(s->w, s->g->type[fwd ? r->dst : r->src].name);
    th_jw_key(s->w, "n"), th_jw_i64(s->w, degree);
    th_jw_key(s->w, "neighbours");
    th_jw_arr(s->w);
  } else {
    th_buf_addf(s->b, "  %.*s: %u\n", TH_STR_ARG(r->name), degree);
  }
  for (uint32_t k = 0; k < degree && k < s->limit; k++) {
    const uint32_t at = c->row[v] + k;
    uint32_t mark = fwd ? r->fwd.mark[at] : 0;
    if (!fwd) mark = r->fwd.mark[th_graph_csr_find(&r->fwd, c->col[at], v)] ^ TH_GRAPH_FORWARD;
    if (s->w)
      neighbour_json(s->w, s->g, r, first + c->col[at], mark);
    else
      neighbour_text(s->b, s->g, r, first + c->col[at], mark);
  }
  if (!s->w && degree > s->limit) th_buf_addf(s->b, "    and %u more (--limit)\n", degree - s->limit);
  if (s->w) {
    th_jw_arr_end(s->w);
    th_jw_obj_end(s->w);
  }
}

static void relations(const show *s) {
  const uint32_t type = th_graph_type_of(s->g, s->node);
  for (uint32_t k = 0; k < s->g->n_relations; k++) {
    const th_graph_relation *r = &s->g->relation[k];
    if (r->src == type) relation(s, r, true);
    if (r->dst == type && r->src != r->dst) relation(s, r, false);
  }
}

/* Ancestors from the specific to the general. */
static th_code hierarchy(th_cli *c, const show *s, th_err *err) {
  const uint32_t type = th_graph_type_of(s->g, s->node), v = s->node - s->g->type[type].first;
  for (uint32_t k = 0; k < s->g->n_relations; k++) {
    const th_graph_relation *r = &s->g->relation[k];
    if (r->src != type || r->dst != type || !r->n_displays || !th_str_is(r->display[0], "parent-child")) continue;
    th_graph_onto o;
    const char *name = th_str_z(c->arena, r->name);
    if (!name) return th_fail_nomem(err);
    TH_TRY(th_graph_onto_open(c->arena, s->g, name, &o, err));
    const uint32_t n_up = th_graph_degree(&o.ancestors, v), n_down = th_graph_degree(&o.descendants, v);
    if (s->w) {
      th_jw_key(s->w, "ancestors"), th_jw_i64(s->w, n_up);
      th_jw_key(s->w, "descendants"), th_jw_i64(s->w, n_down);
      th_jw_key(s->w, "information_content"), th_jw_f64(s->w, o.ic[v]);
    } else {
      th_buf_addf(s->b, "  ancestors %u, descendants %u, information content %.3f\n", n_up, n_down, o.ic[v]);
    }
    return TH_OK;
  }
  return TH_OK;
}

static th_code describe(th_cli *c, const th_graph *g, uint32_t node, uint32_t limit, th_buf *b, th_err *err) {
  th_jwrite w;
  const show s = { g, node, limit, b, c->json ? &w : NULL };
  const th_str type = g->type[th_graph_type_of(g, node)].name;
  if (!c->json) {
    th_buf_addf(b, "%.*s\n  %.*s %.*s, source %.*s\n", TH_STR_ARG(th_graph_node_name(g, node)), TH_STR_ARG(type),
                TH_STR_ARG(th_graph_node_id(g, node)), TH_STR_ARG(th_graph_node_source(g, node)));
    TH_TRY(hierarchy(c, &s, err));
    relations(&s);
    return TH_OK;
  }
  th_jwrite_open(&w, b, 2);
  th_jw_obj(&w);
  th_jw_key(&w, "type"), th_jw_str(&w, type);
  th_jw_key(&w, "id"), th_jw_str(&w, th_graph_node_id(g, node));
  th_jw_key(&w, "name"), th_jw_str(&w, th_graph_node_name(g, node));
  th_jw_key(&w, "source"), th_jw_str(&w, th_graph_node_source(g, node));
  TH_TRY(hierarchy(c, &s, err));
  th_jw_key(&w, "relations");
  th_jw_arr(&w);
  relations(&s);
  th_jw_arr_end(&w);
  th_jw_obj_end(&w);
  th_buf_addc(b, '\n');
  return TH_OK;
}

static int run(th_cli *c) {
  int64_t limit = c->json ? UINT32_MAX : 10;
  const char *given = th_cli_opt(c, "limit");
  if (given && (!th_str_to_i64(th_str_of(given), &limit) || limit < 0 || limit > UINT32_MAX))
    return th_cli_usage(c, "--limit takes a whole number, not \"%s\"", given);
  th_predict_graph g;
  uint32_t node;
  int status = th_cli__graph_open(c, &g);
  if (status) return status;
  status = th_cli__graph_node(c, &g.g, th_cli_opt(c, "type"), c->args[0], &node);
  if (!status) {
    th_err err = { 0 };
    th_buf b;
    th_buf_init(&b, c->arena, 0);
    if (describe(c, &g.g, node, (uint32_t)limit, &b, &err) != TH_OK)
      status = th_cli_error(c, &err);
    else
      status = b.failed ? th_cli__nomem(c) : th_cli_put(c, th_buf_str(&b));
  }
  th_predict_graph_close(&g);
  return status;
}

const th_cmd th_cmd_graph_show = {
  .name = "graph show",
  .group = "Prediction",
  .synopsis = "NODE [--type TYPE] [--limit N]",
  .summary = "one node of the knowledge graph: its relations, neighbours, place in the hierarchy",
  .details = "NODE is an id (DB08879, MONDO:0007915, a member of a grouped disease), a name in any case, or TYPE:NAME.\n\n"
             "What fits several nodes, or none, lists candidates and exits non-zero.",
  .opts = opts,
  .args_min = 1,
  .args_max = 1,
  .examples = examples,
  .run = run,
};
