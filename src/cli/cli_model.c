#include "cli/cli_model.h"

const char *th_cli__model_path(th_cli *c) {
  const char *path = th_cli_opt(c, "model");
  return path ? path : th_str_fmt(c->arena, "%s/models/default.thm", c->home).p;
}

int th_cli__threads(th_cli *c, th_pool **pool) {
  const char *given = th_cli_opt(c, "threads");
  int64_t n = 0;
  if (given && (!th_str_to_i64(th_str_of(given), &n) || n < 1 || n > TH_LIMIT_POOL_THREADS))
    return th_cli_usage(c, "--threads takes 1 to %d, not \"%s\"", TH_LIMIT_POOL_THREADS, given);
  *pool = th_pool_new((unsigned)n);
  return *pool ? 0 : th_cli__nomem(c);
}

int th_cli__model_open(th_cli *c, th_cli__model *m) {
  th_err err = { 0 };
  *m = (th_cli__model){ 0 };
  const char *path = th_cli__model_path(c);
  if (!path) return th_cli__nomem(c);
  const int status = th_cli__graph_open(c, &m->graph);
  if (status) return status;
  th_code code = th_nn_world_open(c->arena, &m->graph.g, &m->world, &err);
  if (code == TH_OK) code = th_predict_model_load(c->arena, path, m->world, &m->model, &err);
  if (code == TH_OK) code = th_predict_scorer_new(c->arena, &m->model, m->world, &m->scorer, &err);
  if (code == TH_OK) {
    const th_graph *g = &m->graph.g;
    m->n_drugs = th_nn_n_drugs(m->world);
    m->n_diseases = th_nn_n_diseases(m->world);
    m->first_drug = g->type[th_graph_type_find(g, "drug")].first;
    m->first_disease = g->type[th_graph_type_find(g, "disease")].first;
    m->score = TH_NEWN(c->arena, th_predict_score, m->n_drugs);
    if (!m->score) code = th_fail_nomem(&err);
  }
  if (code == TH_OK) return 0;
  th_predict_graph_close(&m->graph);
  return th_cli_error(c, &err);
}

void th_cli__model_close(th_cli__model *m) {
  th_predict_graph_close(&m->graph);
}
