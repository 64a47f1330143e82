/* theriac model explain DRUG DISEASE: why the pair stands where it stands. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli_model.h"
#include "theriac/io.h"
#include "theriac/report.h"

static const th_opt opts[] = {
  { "graph", 'g', "FILE", "this graph instead of graph.thg in the home", false },
  { "model", 'm', "FILE", "this model instead of models/default.thm in the home", false },
  { "limit", 'n', "N", "like diseases and paths shown, 8 unless given", false },
  { "length", 'l', "N", "steps of a path at most, 1 to 4 (default: 3)", false },
  { "through", 0, "NODE", "only paths through this node", false },
  { "threads", 0, "N", "threads, for a network's model", false },
  { 0 },
};

static const char *const examples[] = { "theriac model explain belimumab MONDO:0007915",
                                        "theriac model explain belimumab \"rheumatoid arthritis\" --through TNFSF13B --json",
                                        NULL };

enum { VOTERS_MAX = 100 };

typedef struct reasons {
  const th_cli__model *m;
  const th_predict_score *p;
  double rest, share[TH_NN_FEATURES];
  th_nn_group group[TH_NN_GROUPS]; /* by falling size of their sum */
  double sum[TH_NN_GROUPS];
  th_nn_trace trace;
  th_predict_voter voter[VOTERS_MAX];
  uint32_t n_voters;
  th_graph_path *path;
  size_t n_paths, limit;
  uint32_t through;
} reasons;

static void sum_groups(reasons *r) {
  for (int g = 0; g < TH_NN_GROUPS; g++) r->group[g] = (th_nn_group)g;
  for (int f = 0; f < TH_NN_FEATURES; f++) r->sum[th_nn_group_of((th_nn_feature)f)] += r->share[f];
  for (int i = 1; i < TH_NN_GROUPS; i++)
    for (int k = i; k > 0 && fabs(r->sum[k]) > fabs(r->sum[k - 1]); k--) {
      const double s = r->sum[k];
      const th_nn_group g = r->group[k];
      r->sum[k] = r->sum[k - 1], r->group[k] = r->group[k - 1];
      r->sum[k - 1] = s, r->group[k - 1] = g;
    }
}

/* Of the traced paths those that may be shown: through the node, when one was asked for. */
static bool passes(const th_nn_trace_path *p, uint32_t through) {
  for (uint32_t k = 0; k < p->n; k++)
    if (p->node[k] == through) return true;
  return through == TH_GRAPH_NONE;
}

static void paths_json(th_jwrite *w, const th_graph *g, const reasons *r) {
  th_jw_key(w, "paths");
  th_jw_arr(w);
  for (size_t i = 0; i < r->n_paths; i++) {
    th_jw_obj(w);
    th_jw_key(w, "weight"), th_jw_f64(w, r->path[i].weight);
    th_jw_key(w, "steps");
    th_jw_arr(w);
    for (uint32_t k = 0; k < r->path[i].n; k++) {
      const th_graph_step *s = &r->path[i].step[k];
      const th_graph_relation *rel = &g->relation[s->relation];
      th_jw_obj(w);
      th_jw_key(w, "relation"), th_jw_str(w, rel->name);
      th_jw_key(w, "display");
      th_jw_arr(w);
      for (uint32_t d = 0; d < rel->n_displays; d++)
        if (s->display_mark >> d & 1) th_jw_str(w, rel->display[d]);
      th_jw_arr_end(w);
      th_cli__graph_node_json(w, g, s->node);
      th_jw_obj_end(w);
    }
    th_jw_arr_end(w);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
}

static void trace_json(th_jwrite *w, const th_graph *g, const reasons *r) {
  double sum = 0, own = 0;
  size_t shown = 0;
  th_jw_key(w, "carried_by");
  th_jw_arr(w);
  for (size_t i = 0; i < r->trace.n; i++) {
    const th_nn_trace_path *p = &r->trace.path[i];
    sum += p->share;
    if (!passes(p, r->through) || shown++ >= r->limit) continue;
    th_jw_obj(w);
    th_jw_key(w, "via"), th_jw_z(w, th_nn_via_name(p->via));
    th_jw_key(w, "share"), th_jw_f64(w, p->share);
    th_jw_key(w, "nodes");
    th_jw_arr(w);
    for (uint32_t k = 0; k < p->n; k++) {
      th_jw_obj(w);
      th_cli__graph_node_json(w, g, p->node[k]);
      th_jw_obj_end(w);
    }
    th_jw_arr_end(w);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
  for (int k = 0; k < TH_NN_GROUPS; k++) own += r->trace.own[k];
  th_jw_key(w, "paths_in_all"), th_jw_i64(w, (int64_t)r->trace.n);
  th_jw_key(w, "paths_sum"), th_jw_f64(w, sum);
  th_jw_key(w, "own_sum"), th_jw_f64(w, own);
}

static void as_json(th_buf *b, const reasons *r) {
  const th_graph *g = &r->m->graph.g;
  th_jwrite w;
  th_jwrite_open(&w, b, 2);
  th_jw_obj(&w);
  th_jw_key(&w, "drug_id"), th_jw_str(&w, th_graph_node_id(g, r->m->first_drug + r->p->drug));
  th_jw_key(&w, "disease_id"), th_jw_str(&w, th_graph_node_id(g, r->m->first_disease + r->p->disease));
  th_jw_key(&w, "raw"), th_jw_f64(&w, r->p->raw);
  th_jw_key(&w, "rank"), th_jw_f64(&w, r->p->rank);
  th_jw_key(&w, "novelty"), th_jw_z(&w, th_predict_novelty_name(r->p->novelty));
  th_jw_key(&w, "abstain"), th_jw_bool(&w, r->p->abstain);
  th_jw_key(&w, "rest"), th_jw_f64(&w, r->rest);
  th_jw_key(&w, "shares");
  th_jw_arr(&w);
  for (int f = 0; f < TH_NN_FEATURES; f++) {
    th_jw_obj(&w);
    th_jw_key(&w, "feature"), th_jw_z(&w, th_nn_feature_name((th_nn_feature)f));
    th_jw_key(&w, "speaks_of"), th_jw_z(&w, th_nn_group_name(th_nn_group_of((th_nn_feature)f)));
    th_jw_key(&w, "value"), th_jw_f64(&w, (double)th_predict_features(r->m->scorer)[(size_t)f * r->m->n_drugs + r->p->drug]);
    th_jw_key(&w, "share"), th_jw_f64(&w, r->share[f]);
    th_jw_obj_end(&w);
  }
  th_jw_arr_end(&w);
  th_jw_key(&w, "like_diseases");
  th_jw_arr(&w);
  for (uint32_t i = 0; i < r->n_voters; i++) {
    th_jw_obj(&w);
    th_cli__graph_node_json(&w, g, r->m->first_disease + r->voter[i].disease);
    th_jw_key(&w, "likeness"), th_jw_f64(&w, r->voter[i].sim);
    th_jw_obj_end(&w);
  }
  th_jw_arr_end(&w);
  trace_json(&w, g, r);
  paths_json(&w, g, r);
  th_jw_obj_end(&w);
  th_buf_addc(b, '\n');
}

static void as_text(th_cli *c, th_buf *b, const reasons *r) {
  const th_graph *g = &r->m->graph.g;
  th_buf_addf(
      b, "%s → %s: rank %.0f, better than %.1f %% of drugs, %s%s%s\n", th_cli__graph_name(c, g, r->m->first_drug + r->p->drug),
      th_cli__graph_name(c, g, r->m->first_disease + r->p->disease), r->p->rank, 100 * r->p->pct_in_disease,
      th_predict_novelty_name(r->p->novelty), r->p->abstain ? "; no support: " : "", th_predict_abstain_text(r->p->abstain));
  th_buf_addz(b, "\nwhat moved the score (log odds; the parts and the rest add up to it)\n");
  for (int k = 0; k < TH_NN_GROUPS; k++) {
    const char *key = th_str_fmt(c->arena, "group.%s", th_nn_group_name(r->group[k])).p;
    th_buf_addf(b, "  %+8.3f  %.*s\n", r->sum[k], TH_STR_ARG(th_words_get(TH_WORDS_EN, key ? key : "")));
  }
  th_buf_addf(b, "  %+8.3f  the rest: what holds for any pair\n  %+8.3f  in all\n", r->rest, r->p->raw);
  th_buf_addz(b, r->n_voters ? "\ndiseases like it that the drug is used for\n"
                             : "\nno disease like it is treated with the drug\n");
  for (uint32_t i = 0; i < r->n_voters; i++)
    th_buf_addf(b, "  %.3f  %s\n", r->voter[i].sim, th_cli__graph_name(c, g, r->m->first_disease + r->voter[i].disease));
  size_t shown = 0;
  th_buf_addf(b, "\npaths that carry the score, %zu in all\n", r->trace.n);
  for (size_t i = 0; i < r->trace.n && shown < r->limit; i++) {
    const th_nn_trace_path *p = &r->trace.path[i];
    if (!passes(p, r->through)) continue;
    shown++;
    th_buf_addf(b, "  %+8.3f  %s:", p->share, th_nn_via_name(p->via));
    for (uint32_t k = 0; k < p->n; k++) th_buf_addf(b, "%s %.*s", k ? " ›" : "", TH_STR_ARG(th_graph_node_name(g, p->node[k])));
    th_buf_addc(b, '\n');
  }
  th_buf_addz(b,
              r->n_paths ? "\nheaviest paths of the graph, whatever the model makes of them\n" : "\nno path of this length\n");
  for (size_t i = 0; i < r->n_paths; i++) {
    th_buf_addf(b, "  %.3g ", r->path[i].weight);
    for (uint32_t k = 0; k < r->path[i].n; k++)
      th_buf_addf(b, " —%.*s→ %.*s", TH_STR_ARG(g->relation[r->path[i].step[k].relation].name),
                  TH_STR_ARG(th_graph_node_name(g, r->path[i].step[k].node)));
    th_buf_addc(b, '\n');
  }
}

/* Paths never hold the pair's own label: neither the edge itself nor, in an evaluation model, a held-out one. */
static th_code find_paths(th_cli *c, reasons *r, uint32_t drug, uint32_t disease, uint32_t through, uint32_t limit,
                          uint32_t length, th_err *err) {
  static const char *const labels[] = { "indication", "contraindication", "off-label use", NULL };
  const th_graph_path_options o = { .length_max = length, .k = limit, .through = through, .skip = labels };
  return th_graph_paths(c->arena, &r->m->graph.g, drug, disease, o, &r->path, &r->n_paths, err);
}

static int explain(th_cli *c, th_cli__model *m) {
  const th_graph *g = &m->graph.g;
  uint32_t drug, disease, through = TH_GRAPH_NONE;
  int64_t limit = 8, length = 3;
  const char *n = th_cli_opt(c, "limit"), *l = th_cli_opt(c, "length");
  if (n && (!th_str_to_i64(th_str_of(n), &limit) || limit < 1 || limit > VOTERS_MAX))
    return th_cli_usage(c, "--limit takes 1 to %d, not \"%s\"", VOTERS_MAX, n);
  if (l && (!th_str_to_i64(th_str_of(l), &length) || length < 1 || length > 4))
    return th_cli_usage(c, "--length takes 1 to 4, not \"%s\"", l);
  int status = th_cli__graph_node(c, g, "drug", c->args[0], &drug);
  if (!status) status = th_cli__graph_node(c, g, "disease", c->args[1], &disease);
  if (!status && th_cli_has(c, "through")) status = th_cli__graph_node(c, g, NULL, th_cli_opt(c, "through"), &through);
  if (status) return status;
  if (m->model.net.drug) return th_cli__explain_network(c, m, drug, disease, through, (size_t)limit);
  reasons *r = TH_NEW(c->arena, reasons);
  if (!r) return th_cli__nomem(c);
  th_err err = { 0 };
  r->m = m;
  th_predict_disease(m->scorer, disease - m->first_disease, m->score);
  r->p = &m->score[drug - m->first_drug];
  r->rest = th_predict_explain(m->scorer, r->p->drug, r->share);
  r->n_voters = th_predict_voters(m->scorer, r->p->drug, r->voter, (uint32_t)limit);
  r->limit = (size_t)limit, r->through = through;
  sum_groups(r);
  if (th_predict_trace(c->arena, m->scorer, r->p->drug, r->share, &r->trace, &err) != TH_OK) return th_cli_error(c, &err);
  if (find_paths(c, r, drug, disease, through, (uint32_t)limit, (uint32_t)length, &err) != TH_OK) return th_cli_error(c, &err);
  th_buf b;
  th_buf_init(&b, c->arena, 0);
  if (c->json)
    as_json(&b, r);
  else
    as_text(c, &b, r);
  return b.failed ? th_cli__nomem(c) : th_cli_put(c, th_buf_str(&b));
}

static int run(th_cli *c) {
  th_cli__model m;
  int status = th_cli__model_open(c, &m);
  if (status) return status;
  status = explain(c, &m);
  th_cli__model_close(&m);
  return status;
}

const th_cmd th_cmd_model_explain = {
  .name = "model explain",
  .group = "Prediction",
  .synopsis = "DRUG DISEASE [--through NODE]",
  .summary = "why a pair stands where it stands: shares that add up, like diseases, paths",
  .details =
      "The shares of all features and the rest add up to the raw score; so do the shares of the paths that carry it, what no "
      "path carries, and the rest. Beside them stand the heaviest paths of the graph, without any drug-disease label, so "
      "that a held-out edge never stands in one. --through NODE keeps the paths through a gene, say. The siblings of a "
      "disease are in the dossier.",
  .opts = opts,
  .args_min = 2,
  .args_max = 2,
  .examples = examples,
  .run = run,
};
