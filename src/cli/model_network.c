/* The reasons of a network's score: typed paths whose shares add up to it. */
#include <math.h>

#include "cli/cli_model.h"
#include "theriac/io.h"

typedef struct net_reasons {
  const th_cli__model *m;
  th_net *net;
  th_net_reasons r;
  uint32_t drug, disease, through;
  size_t limit;
} net_reasons;

static bool shown(const net_reasons *n, const th_net_share *p) {
  return n->through == TH_GRAPH_NONE || p->middle == n->through || p->far == n->through;
}

static void node_json(th_jwrite *w, const char *key, const th_graph *g, uint32_t node) {
  if (node == TH_GRAPH_NONE) return;
  th_jw_key(w, key);
  th_jw_obj(w);
  th_cli__graph_node_json(w, g, node);
  th_jw_obj_end(w);
}

static void relation_json(th_jwrite *w, const char *key, const net_reasons *n, uint32_t relation) {
  bool reverse;
  if (relation == TH_GRAPH_NONE) return;
  th_jw_key(w, key);
  th_jw_obj(w);
  th_jw_key(w, "name"), th_jw_z(w, th_net_relation(n->net, relation, &reverse));
  th_jw_key(w, "reverse"), th_jw_bool(w, reverse);
  th_jw_obj_end(w);
}

static void path_json(th_jwrite *w, const net_reasons *n, const th_net_share *p) {
  const th_graph *g = &n->m->graph.g;
  th_jw_obj(w);
  th_jw_key(w, "side"), th_jw_z(w, p->drug_side ? "drug" : "disease");
  th_jw_key(w, "share"), th_jw_f64(w, p->share);
  th_jw_key(w, "what"), th_jw_z(w, p->middle == TH_GRAPH_NONE      ? "bias of round 2"
                                   : p->relation1 == TH_GRAPH_NONE ? "neighbour, whole"
                                   : p->far == TH_GRAPH_NONE       ? "bias of round 1"
                                                                   : "path");
  node_json(w, "of", g, p->via);
  relation_json(w, "relation_2", n, p->relation2);
  node_json(w, "neighbour", g, p->middle);
  relation_json(w, "relation_1", n, p->relation1);
  node_json(w, "far", g, p->far);
  th_jw_obj_end(w);
}

static void as_json(th_buf *b, const net_reasons *n) {
  const th_graph *g = &n->m->graph.g;
  th_jwrite w;
  th_jwrite_open(&w, b, 2);
  th_jw_obj(&w);
  th_jw_key(&w, "drug_id"), th_jw_str(&w, th_graph_node_id(g, n->drug));
  th_jw_key(&w, "disease_id"), th_jw_str(&w, th_graph_node_id(g, n->disease));
  th_jw_key(&w, "raw"), th_jw_f64(&w, n->r.score);
  th_jw_key(&w, "sum_of_disease_side"), th_jw_f64(&w, n->r.disease_total);
  th_jw_key(&w, "sum_of_drug_side"), th_jw_f64(&w, n->r.drug_total);
  th_jw_key(&w, "biases_of_disease_side"), th_jw_f64(&w, n->r.bias);
  th_jw_key(&w, "paths");
  th_jw_arr(&w);
  size_t left = n->limit;
  for (size_t k = 0; k < n->r.n && left; k++)
    if (shown(n, &n->r.path[k])) path_json(&w, n, &n->r.path[k]), left--;
  th_jw_arr_end(&w);
  th_jw_obj_end(&w);
  th_buf_addc(b, '\n');
}

static void path_text(th_cli *c, th_buf *b, const net_reasons *n, const th_net_share *p) {
  const th_graph *g = &n->m->graph.g;
  bool reverse;
  th_buf_addf(b, "  %+9.4f  %s", p->share, th_cli__graph_name(c, g, p->via));
  th_buf_addf(b, " ←%s", th_net_relation(n->net, p->relation2, &reverse));
  if (p->middle == TH_GRAPH_NONE) {
    th_buf_addz(b, "— (bias)\n");
    return;
  }
  th_buf_addf(b, "— %s", th_cli__graph_name(c, g, p->middle));
  if (p->relation1 != TH_GRAPH_NONE) {
    th_buf_addf(b, " ←%s", th_net_relation(n->net, p->relation1, &reverse));
    th_buf_addf(b, "— %s", p->far == TH_GRAPH_NONE ? "(bias)" : th_cli__graph_name(c, g, p->far));
  }
  th_buf_addc(b, '\n');
}

static void as_text(th_cli *c, th_buf *b, const net_reasons *n) {
  const th_graph *g = &n->m->graph.g;
  th_buf_addf(b, "%s → %s: score %.4f, shares of the disease side %.4f, of the drug side %.4f\n",
              th_cli__graph_name(c, g, n->drug), th_cli__graph_name(c, g, n->disease), n->r.score, n->r.disease_total,
              n->r.drug_total);
  for (int drug_side = 0; drug_side < 2; drug_side++) {
    size_t left = n->limit;
    th_buf_addf(b, "\n%s side: each line a share, all lines add up to the score\n", drug_side ? "drug" : "disease");
    for (size_t k = 0; k < n->r.n && left; k++)
      if (n->r.path[k].drug_side == drug_side && shown(n, &n->r.path[k])) path_text(c, b, n, &n->r.path[k]), left--;
  }
  th_buf_addz(b, "\nA network's score says little beside the default's (theriac model eval --network).\n");
}

int th_cli__explain_network(th_cli *c, th_cli__model *m, uint32_t drug, uint32_t disease, uint32_t through, size_t limit) {
  net_reasons *n = TH_NEW(c->arena, net_reasons);
  th_pool *pool;
  th_err err = { 0 };
  const int status = th_cli__threads(c, &pool);
  if (status) return status;
  if (!n) {
    th_pool_del(pool);
    return th_cli__nomem(c);
  }
  *n = (net_reasons){ .m = m, .drug = drug, .disease = disease, .through = through, .limit = limit };
  th_code code = th_predict_network_open(c->arena, &m->model, m->world, pool, &n->net, &err);
  if (code == TH_OK)
    code = th_net_explain(c->arena, n->net, drug - m->first_drug, disease - m->first_disease, SIZE_MAX, &n->r, &err);
  th_pool_del(pool);
  if (code != TH_OK) return th_cli_error(c, &err);
  th_buf b;
  th_buf_init(&b, c->arena, 0);
  if (c->json)
    as_json(&b, n);
  else
    as_text(c, &b, n);
  return b.failed ? th_cli__nomem(c) : th_cli_put(c, th_buf_str(&b));
}
