/* theriac graph import --diff OLD NEW: what one graph has and the other has not. */
#include "cli/cli_graph.h"
#include "theriac/io.h"

static const char *const kinds[] = {
  "node added", "node removed", "node renamed", "edge added", "edge removed", "edge changed"
};

typedef struct lines {
  th_cli *c;
  th_buf *text; /* either of the two */
  th_jwrite *json;
} lines;

static void node_json(th_jwrite *w, const char *key, const th_graph *g, uint32_t node) {
  th_jw_key(w, key);
  th_jw_obj(w);
  th_cli__graph_node_json(w, g, node);
  th_jw_obj_end(w);
}

static void each_change(void *ctx, const th_graph_change *x) {
  lines *l = ctx;
  if (l->json) {
    th_jw_obj(l->json);
    th_jw_key(l->json, "change"), th_jw_z(l->json, kinds[x->kind]);
    if (x->relation) th_jw_key(l->json, "relation"), th_jw_str(l->json, x->relation->name);
    node_json(l->json, x->relation ? "src" : "node", x->graph, x->x);
    if (x->relation) node_json(l->json, "dst", x->graph, x->y);
    th_jw_obj_end(l->json);
    return;
  }
  const th_graph *g = x->graph;
  th_buf_addf(l->text, "%s\t%.*s\t%.*s:%.*s", kinds[x->kind], TH_STR_ARG(x->relation ? x->relation->name : TH_STR_NONE),
              TH_STR_ARG(g->type[th_graph_type_of(g, x->x)].name), TH_STR_ARG(th_graph_node_id(g, x->x)));
  if (x->relation)
    th_buf_addf(l->text, "\t%.*s:%.*s", TH_STR_ARG(g->type[th_graph_type_of(g, x->y)].name),
                TH_STR_ARG(th_graph_node_id(g, x->y)));
  th_buf_addc(l->text, '\n');
}

static void counts_text(th_buf *b, const th_graph_diff *d) {
  th_buf_addf(b, "%-28s %9s %9s %9s %9s %9s\n", "type", "old", "new", "added", "removed", "renamed");
  for (uint32_t t = 0; t < d->n_types; t++) {
    const th_graph_diff_type *x = &d->type[t];
    th_buf_addf(b, "%-28.*s %9u %9u %9u %9u %9u\n", TH_STR_ARG(x->name), x->n_old, x->n_new, x->added, x->removed, x->renamed);
  }
  th_buf_addf(b, "\n%-28s %9s %9s %9s %9s %9s\n", "relation", "old", "new", "added", "removed", "changed");
  for (uint32_t k = 0; k < d->n_relations; k++) {
    const th_graph_diff_relation *x = &d->relation[k];
    th_buf_addf(b, "%-28.*s %9u %9u %9u %9u %9u\n", TH_STR_ARG(x->name), x->n_old, x->n_new, x->added, x->removed, x->changed);
  }
}

static void count_json(th_jwrite *w, uint32_t old, uint32_t new_, uint32_t added, uint32_t removed) {
  th_jw_key(w, "old"), th_jw_i64(w, old);
  th_jw_key(w, "new"), th_jw_i64(w, new_);
  th_jw_key(w, "added"), th_jw_i64(w, added);
  th_jw_key(w, "removed"), th_jw_i64(w, removed);
}

static void counts_json(th_jwrite *w, const th_graph_diff *d) {
  th_jw_key(w, "types");
  th_jw_arr(w);
  for (uint32_t t = 0; t < d->n_types; t++) {
    const th_graph_diff_type *x = &d->type[t];
    th_jw_obj(w);
    th_jw_key(w, "type"), th_jw_str(w, x->name);
    count_json(w, x->n_old, x->n_new, x->added, x->removed);
    th_jw_key(w, "renamed"), th_jw_i64(w, x->renamed);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
  th_jw_key(w, "relations");
  th_jw_arr(w);
  for (uint32_t k = 0; k < d->n_relations; k++) {
    const th_graph_diff_relation *x = &d->relation[k];
    th_jw_obj(w);
    th_jw_key(w, "relation"), th_jw_str(w, x->name);
    th_jw_key(w, "src"), th_jw_str(w, x->src);
    th_jw_key(w, "dst"), th_jw_str(w, x->dst);
    count_json(w, x->n_old, x->n_new, x->added, x->removed);
    th_jw_key(w, "changed"), th_jw_i64(w, x->changed);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
}

static th_code put_json(th_cli *c, const th_graph *old, const th_graph *new_, bool list, th_buf *b, th_graph_diff *d,
                        th_err *err) {
  th_jwrite w;
  lines l = { c, NULL, &w };
  th_jwrite_open(&w, b, 2);
  th_jw_obj(&w);
  th_jw_key(&w, "old_sha256"), th_jw_str(&w, old->sha256);
  th_jw_key(&w, "new_sha256"), th_jw_str(&w, new_->sha256);
  if (list) {
    th_jw_key(&w, "changes");
    th_jw_arr(&w);
  }
  TH_TRY(th_graph_diff_of(c->arena, old, new_, list ? each_change : NULL, &l, d, err));
  if (list) th_jw_arr_end(&w);
  counts_json(&w, d);
  th_jw_obj_end(&w);
  th_buf_addc(b, '\n');
  return TH_OK;
}

int th_cli__graph_diff(th_cli *c, const char *path_old, const char *path_new, bool list) {
  th_predict_graph old, new_;
  th_graph_diff d = { 0 };
  th_err err = { 0 };
  th_buf b;
  if (th_predict_graph_open(path_old, &old, &err) != TH_OK) return th_cli_error(c, &err);
  if (th_predict_graph_open(path_new, &new_, &err) != TH_OK) {
    th_predict_graph_close(&old);
    return th_cli_error(c, &err);
  }
  th_buf_init(&b, c->arena, 0);
  th_code code;
  if (c->json) {
    code = put_json(c, &old.g, &new_.g, list, &b, &d, &err);
  } else {
    lines l = { c, &b, NULL };
    code = th_graph_diff_of(c->arena, &old.g, &new_.g, list ? each_change : NULL, &l, &d, &err);
    if (list) th_buf_addc(&b, '\n');
    counts_text(&b, &d);
  }
  int status = code != TH_OK ? th_cli_error(c, &err) : b.failed ? th_cli__nomem(c) : th_cli_put(c, th_buf_str(&b));
  th_predict_graph_close(&old);
  th_predict_graph_close(&new_);
  return status ? status : d.n_changes != 0;
}
