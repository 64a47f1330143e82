/* theriac graph path FROM TO: the heaviest paths between two nodes. */
#include <math.h>
#include <stdio.h>

#include "cli/cli_model.h"
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
  { "typed", 0, NULL, "metapath by metapath, over those usual between a drug and a disease", false },
  { "metapath", 0, "LIST", "over these relations in a row, commas between; may stand more than once", true },
  { "nulls", 0, "N", "typed: a P value from N rewired graphs in which every node keeps its degrees, 200 at least", false },
  { "seed", 0, "N", "of the rewiring, 1 unless given", false },
  { "threads", 0, "N", "threads for the rewiring; the result is the same for any number", false },
  { 0 },
};

static const char *const examples[] = {
  "theriac graph path belimumab MONDO:0007915",
  "theriac graph path belimumab \"rheumatoid arthritis\" --through TNFSF13B --skip indication",
  "theriac graph path belimumab MONDO:0007915 --typed --nulls 200",
  "theriac graph path belimumab MONDO:0007915 --metapath drug_protein,protein_protein,disease_protein", NULL
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
  th_jw_key(w, "source"), th_jw_str(w, th_graph_node_source(g, node));
}

/* Where the edges come from: the tables that the graph was imported from. */
static void tables_json(th_jwrite *w, const th_graph *g) {
  th_jw_key(w, "tables");
  th_jw_arr(w);
  for (uint32_t i = 0; i < g->n_sources; i++) {
    th_jw_obj(w);
    th_jw_key(w, "name"), th_jw_str(w, g->source[i].name);
    th_jw_key(w, "sha256"), th_jw_str(w, g->source[i].sha256);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
}

static void paths_json(th_jwrite *w, const th_graph *g, const th_graph_path *p, size_t n) {
  th_jw_key(w, "paths");
  th_jw_arr(w);
  for (size_t i = 0; i < n; i++) {
    th_jw_obj(w);
    th_jw_key(w, "weight"), th_jw_f64(w, p[i].weight);
    th_jw_key(w, "steps");
    th_jw_arr(w);
    for (uint32_t k = 0; k < p[i].n; k++) {
      const th_graph_relation *r = &g->relation[p[i].step[k].relation];
      th_jw_obj(w);
      th_jw_key(w, "relation"), th_jw_str(w, r->name);
      th_jw_key(w, "display");
      th_jw_arr(w);
      for (uint32_t d = 0; d < r->n_displays; d++)
        if (p[i].step[k].display_mark >> d & 1) th_jw_str(w, r->display[d]);
      th_jw_arr_end(w);
      node_json(w, g, p[i].step[k].node);
      th_jw_obj_end(w);
    }
    th_jw_arr_end(w);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
}

static void paths_text(th_cli *c, th_buf *b, const th_graph *g, uint32_t from, const th_graph_path *p, size_t n,
                       const char *indent) {
  for (size_t i = 0; i < n; i++) {
    th_buf_addf(b, "%s%.3g  %s", indent, p[i].weight, th_cli__graph_name(c, g, from));
    for (uint32_t k = 0; k < p[i].n; k++) step_text(c, b, g, &p[i].step[k]);
    th_buf_addc(b, '\n');
  }
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

typedef struct question {
  uint32_t from, to;
  th_graph_path_options o;
} question;

static int read_question(th_cli *c, const th_graph *g, question *q) {
  *q = (question){ .o = { .through = TH_GRAPH_NONE,
                          .relation = th_cli_opt(c, "relation"),
                          .display = th_cli_opt(c, "display"),
                          .disjoint = th_cli_has(c, "disjoint") } };
  int status = whole(c, "length", 1, 4, &q->o.length_max);
  if (!status) status = whole(c, "limit", 1, 100000, &q->o.k);
  if (!status) status = th_cli__graph_node(c, g, NULL, c->args[0], &q->from);
  if (!status) status = th_cli__graph_node(c, g, NULL, c->args[1], &q->to);
  if (!status && th_cli_has(c, "through")) status = th_cli__graph_node(c, g, NULL, th_cli_opt(c, "through"), &q->o.through);
  if (status) return status;
  const char **skip = TH_NEWN(c->arena, const char *, c->n_opts + 1);
  if (!skip) return th_cli__nomem(c);
  for (size_t i = 0, n = 0; i < c->n_opts; i++)
    if (!strcmp(c->opt[i].name, "skip")) skip[n++] = c->opt[i].value;
  q->o.skip = skip;
  return 0;
}

static int search(th_cli *c, const th_graph *g, const question *q) {
  th_err err = { 0 };
  th_graph_path *p;
  size_t n;
  if (th_graph_paths(c->arena, g, q->from, q->to, q->o, &p, &n, &err) != TH_OK) return th_cli_error(c, &err);
  th_buf b;
  th_buf_init(&b, c->arena, 0);
  if (c->json) {
    th_jwrite w;
    th_jwrite_open(&w, &b, 2);
    th_jw_obj(&w);
    th_jw_key(&w, "from");
    th_jw_obj(&w);
    node_json(&w, g, q->from);
    th_jw_obj_end(&w);
    tables_json(&w, g);
    paths_json(&w, g, p, n);
    th_jw_obj_end(&w);
    th_buf_addc(&b, '\n');
  } else {
    if (n == 0) th_buf_addf(&b, "no path of at most %u steps\n", q->o.length_max ? q->o.length_max : 3);
    paths_text(c, &b, g, q->from, p, n, "");
  }
  if (b.failed) return th_cli__nomem(c);
  const int status = th_cli_put(c, th_buf_str(&b));
  return status ? status : n == 0;
}

/* ── Metapath by metapath ──────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct typed {
  th_graph_metapath *m;
  th_graph_typed *found;
  th_graph_path **path;
  size_t n, *n_paths;
  uint32_t nulls;
} typed;

static int read_metapaths(th_cli *c, const th_graph *g, const question *q, typed *t) {
  const uint32_t from = th_graph_type_of(g, q->from), to = th_graph_type_of(g, q->to);
  th_err err = { 0 };
  t->m = TH_NEWN(c->arena, th_graph_metapath, c->n_opts + TH_GRAPH_METAPATHS);
  if (!t->m) return th_cli__nomem(c);
  for (size_t i = 0; i < c->n_opts; i++)
    if (!strcmp(c->opt[i].name, "metapath") &&
        th_graph_metapath_of(g, from, to, th_str_of(c->opt[i].value), &t->m[t->n++], &err) != TH_OK)
      return th_cli_error(c, &err);
  if (!t->n) t->n = th_graph_metapaths(g, from, to, t->m);
  if (!t->n) return th_cli_usage(c, "--typed knows metapaths from a drug to a disease; between other nodes give --metapath");
  t->found = TH_NEWN(c->arena, th_graph_typed, t->n);
  t->path = TH_NEWN(c->arena, th_graph_path *, t->n);
  t->n_paths = TH_NEWN(c->arena, size_t, t->n);
  return t->found && t->path && t->n_paths ? 0 : th_cli__nomem(c);
}

static const char *relations_of(th_cli *c, const th_graph *g, const th_graph_metapath *m) {
  th_buf b;
  th_buf_init(&b, c->arena, 0);
  for (uint32_t i = 0; i < m->n; i++) th_buf_addf(&b, "%s%.*s", i ? "," : "", TH_STR_ARG(g->relation[m->relation[i]].name));
  th_buf_addc(&b, 0);
  return b.failed ? "" : b.p;
}

static void typed_json(th_cli *c, th_buf *b, const th_graph *g, const question *q, const typed *t) {
  th_jwrite w;
  th_jwrite_open(&w, b, 2);
  th_jw_obj(&w);
  th_jw_key(&w, "from");
  th_jw_obj(&w);
  node_json(&w, g, q->from);
  th_jw_obj_end(&w);
  th_jw_key(&w, "to");
  th_jw_obj(&w);
  node_json(&w, g, q->to);
  th_jw_obj_end(&w);
  tables_json(&w, g);
  th_jw_key(&w, "nulls"), th_jw_i64(&w, t->nulls);
  th_jw_key(&w, "metapaths");
  th_jw_arr(&w);
  for (size_t i = 0; i < t->n; i++) {
    const th_graph_typed *f = &t->found[i];
    th_jw_obj(&w);
    th_jw_key(&w, "relations"), th_jw_z(&w, relations_of(c, g, &t->m[i]));
    th_jw_key(&w, "n"), th_jw_i64(&w, (int64_t)f->n);
    th_jw_key(&w, "weight"), th_jw_f64(&w, f->weight);
    th_jw_key(&w, "null_mean"), th_jw_f64(&w, f->null_mean);
    th_jw_key(&w, "null_sd"), th_jw_f64(&w, f->null_sd);
    th_jw_key(&w, "p"), th_jw_f64(&w, f->p);
    paths_json(&w, g, t->path[i], t->n_paths[i]);
    th_jw_obj_end(&w);
  }
  th_jw_arr_end(&w);
  th_jw_obj_end(&w);
  th_buf_addc(b, '\n');
}

static void typed_text(th_cli *c, th_buf *b, const th_graph *g, const question *q, const typed *t) {
  th_buf_addf(b, "%8s %10s%s  metapath\n", "paths", "weight", t->nulls ? "  by chance        P" : "");
  for (size_t i = 0; i < t->n; i++) {
    const th_graph_typed *f = &t->found[i];
    th_buf_addf(b, "%8llu %10.3g", (unsigned long long)f->n, f->weight);
    if (t->nulls) th_buf_addf(b, " %10.3g %8.2g", f->null_mean, f->p);
    th_buf_addf(b, "  %s\n", relations_of(c, g, &t->m[i]));
    paths_text(c, b, g, q->from, t->path[i], t->n_paths[i], "           ");
  }
  if (t->nulls)
    th_buf_addf(
        b, "by chance, P: mean weight, and share of %u graphs with at least this weight, of the same degrees but rewired\n",
        t->nulls);
}

static int search_typed(th_cli *c, const th_graph *g, question *q) {
  typed t = { 0 };
  th_err err = { 0 };
  uint32_t seed = 1;
  th_pool *pool = NULL;
  int status = whole(c, "nulls", 200, 1000000, &t.nulls);
  if (!status) status = whole(c, "seed", 0, UINT32_MAX, &seed);
  if (!status) status = read_metapaths(c, g, q, &t);
  if (!status && t.nulls) status = th_cli__threads(c, &pool);
  if (status) return status;
  th_code code = th_graph_typed_paths(c->arena, g, q->from, q->to, t.m, t.n, t.nulls, seed, pool, t.found, &err);
  th_pool_del(pool);
  if (!q->o.k) q->o.k = 3;
  for (size_t i = 0; i < t.n && code == TH_OK; i++) {
    q->o.metapath = &t.m[i];
    code = th_graph_paths(c->arena, g, q->from, q->to, q->o, &t.path[i], &t.n_paths[i], &err);
  }
  if (code != TH_OK) return th_cli_error(c, &err);
  th_buf b;
  th_buf_init(&b, c->arena, 0);
  (c->json ? typed_json : typed_text)(c, &b, g, q, &t);
  if (b.failed) return th_cli__nomem(c);
  status = th_cli_put(c, th_buf_str(&b));
  uint64_t any = 0;
  for (size_t i = 0; i < t.n; i++) any += t.found[i].n;
  return status ? status : any == 0;
}

static int run(th_cli *c) {
  th_predict_graph g;
  int status = th_cli__graph_open(c, &g);
  if (status) return status;
  question q;
  status = read_question(c, &g.g, &q);
  const bool by_type = th_cli_has(c, "typed") || th_cli_has(c, "metapath");
  if (!status && th_cli_has(c, "nulls") && !by_type) status = th_cli_usage(c, "--nulls goes with --typed or --metapath");
  if (!status) status = by_type ? search_typed(c, &g.g, &q) : search(c, &g.g, &q);
  th_predict_graph_close(&g);
  return status;
}

const th_cmd th_cmd_graph_path = {
  .name = "graph path",
  .group = "Prediction",
  .synopsis = "FROM TO [--length N] [--through NODE] [--relation R] [--skip R] [--typed] [--metapath LIST] [--nulls N]",
  .summary = "the heaviest paths between two nodes",
  .details =
      "Paths are weighted by the product, over their steps, of both ends' degree in the relation to the power -0.4, so that "
      "paths over hubs count little. Exits 1 when there is no path.\n\n"
      "--typed and --metapath tell for each row of relations how many paths it holds and what they weigh together; --nulls, "
      "how "
      "often a graph with the same degrees but rewired edges holds as much: a small P says that it is not the degrees alone. "
      "The "
      "weight and P are of all paths of the metapath; filters choose which are shown.",
  .opts = opts,
  .args_min = 2,
  .args_max = 2,
  .examples = examples,
  .run = run,
};
