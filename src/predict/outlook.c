/* What the model says of one drug. All diseases are looked at for this drug alone (features of a disease, trees for one row); a full
 * ranking of all drugs is made only for the diseases that are printed. */
#include <math.h>
#include <stdlib.h>

#include "predict/outlook_priv.h"

enum { BEST = 12, PATHS = 12, SIBLINGS = 3, LIKE = 12, KIN_MAX = 200 };

const char *th_outlook_state_code(th_outlook_state s) {
  static const char *const codes[TH_OUTLOOK_STATES] = { "no-graph", "no-model", "other-graph", "no-drug", "failed", "done" };
  return codes[s];
}

typedef struct look {
  th_arena *a; /* of the answer */
  const th_outlook_ask *q;
  const th_graph *g;
  const th_nn_world *w;
  const th_predict_model *m;
  th_predict_scorer *scorer;
  th_predict_score *score;
  uint32_t drug, n_drugs, n_diseases, first_drug, first_disease;
  double *raw, *rank;     /* of the drug in every disease */
  uint32_t *degree, *hub; /* of nodes, edges in all relations; of types, edges from which a node is a hub */
  th_outlook *out;
} look;

/* ── All diseases of the drug ──────────────────────────────────────────────────────────────────────────────────────── */

typedef struct sweep {
  const look *k;
  const th_predict__bench *b;
  const th_nn_labels *l;
} sweep;

static th_code one_disease(void *ctx, size_t task, unsigned worker) {
  const sweep *s = ctx;
  float *x = s->b->x[worker];
  const uint32_t v = (uint32_t)task;
  th_nn_features(s->k->w, s->l, NULL, v, s->b->scratch[worker], x, NULL);
  s->k->raw[v] = th_predict__raw_of(s->k->m, x, v, s->k->n_drugs, s->k->drug);
  return TH_OK;
}

static int falling(const void *p, const void *q, void *ctx) {
  const double *raw = ctx;
  const uint32_t i = *(const uint32_t *)p, j = *(const uint32_t *)q;
  if (raw[i] != raw[j]) return raw[i] > raw[j] ? -1 : 1;
  return (i > j) - (i < j);
}

static th_code rank_diseases(th_arena *scratch, look *k, uint32_t *order, th_err *err) {
  th_predict__bench b;
  th_nn_labels l;
  th_pool *pool = th_pool_new(0);
  th_code code = pool ? th_predict__visible(scratch, k->m, k->w, &l, err) : th_fail_nomem(err);
  if (code == TH_OK) code = th_predict__bench_new(scratch, k->w, pool, &b, err);
  sweep s = { k, &b, &l };
  if (code == TH_OK) code = th_pool_run(pool, k->n_diseases, one_disease, &s);
  th_pool_del(pool);
  TH_TRY(code);
  for (uint32_t v = 0; v < k->n_diseases; v++) order[v] = v;
  qsort_r(order, k->n_diseases, sizeof *order, falling, k->raw);
  for (uint32_t i = 0, j; i < k->n_diseases; i = j) {
    for (j = i; j < k->n_diseases && k->raw[order[j]] == k->raw[order[i]]; j++) continue;
    for (uint32_t t = i; t < j; t++) k->rank[order[t]] = (i + 1 + j) / 2.0;
  }
  return TH_OK;
}

/* ── Nodes ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static int by_number(const void *p, const void *q) {
  const uint32_t x = *(const uint32_t *)p, y = *(const uint32_t *)q;
  return (x > y) - (x < y);
}

static th_code count_edges(th_arena *scratch, look *k, th_err *err) {
  const th_graph *g = k->g;
  k->degree = TH_NEWN(scratch, uint32_t, g->n_nodes);
  k->hub = TH_NEWN(scratch, uint32_t, g->n_types);
  uint32_t *sorted = TH_NEWN(scratch, uint32_t, g->n_nodes);
  if (!k->degree || !k->hub || !sorted) return th_fail_nomem(err);
  for (uint32_t r = 0; r < g->n_relations; r++) {
    const th_graph_relation *rel = &g->relation[r];
    for (uint32_t v = 0; v < g->type[rel->src].n; v++) k->degree[g->type[rel->src].first + v] += th_graph_degree(&rel->fwd, v);
    for (uint32_t v = 0; rel->src != rel->dst && v < g->type[rel->dst].n; v++)
      k->degree[g->type[rel->dst].first + v] += th_graph_degree(&rel->rev, v);
  }
  for (uint32_t t = 0; t < g->n_types; t++) {
    const uint32_t n = g->type[t].n;
    if (n) memcpy(sorted, k->degree + g->type[t].first, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_number);
    k->hub[t] = n ? sorted[(size_t)n * 99 / 100] : 0;
  }
  return TH_OK;
}

/* Texts are copied: the graph is closed before the answer is read. */
static th_str kept(look *k, th_str s) {
  return s.n ? th_str_dup(k->a, s) : TH_S("");
}

static th_outlook_node node_of(look *k, uint32_t node) {
  const uint32_t t = th_graph_type_of(k->g, node);
  return (th_outlook_node){ .type = kept(k, k->g->type[t].name),
                            .id = kept(k, th_graph_node_id(k->g, node)),
                            .name = kept(k, th_graph_node_name(k->g, node)),
                            .degree = k->degree[node],
                            .hub = k->degree[node] > k->hub[t] };
}

/* ── Reasons ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static double groups_of(look *k, double *share, double group[TH_NN_GROUPS]) {
  const double rest = th_predict_explain(k->scorer, k->drug, share);
  memset(group, 0, TH_NN_GROUPS * sizeof *group);
  for (int f = 0; f < TH_NN_FEATURES; f++) group[th_nn_group_of((th_nn_feature)f)] += share[f];
  return rest;
}

/* With the features of the disease at hand in the scorer. */
static th_code reasons(th_arena *scratch, look *k, th_outlook_pair *p, th_err *err) {
  double share[TH_NN_FEATURES];
  th_nn_trace t;
  p->rest = groups_of(k, share, p->group);
  TH_TRY(th_predict_trace(scratch, k->scorer, k->drug, share, &t, err));
  for (int i = 0; i < TH_NN_GROUPS; i++) p->own_sum += t.own[i];
  for (size_t i = 0; i < t.n; i++) p->paths_sum += t.path[i].share;
  p->n_paths_all = t.n;
  p->path = TH_NEWN(k->a, th_outlook_path, PATHS);
  if (!p->path) return th_fail_nomem(err);
  for (; p->n_paths < PATHS && p->n_paths < t.n; p->n_paths++) {
    const th_nn_trace_path *from = &t.path[p->n_paths];
    th_outlook_path *to = &p->path[p->n_paths];
    *to = (th_outlook_path){ .via = from->via, .n = from->n, .share = from->share };
    for (uint32_t i = 0; i < from->n; i++) to->node[i] = node_of(k, from->node[i]);
  }
  return TH_OK;
}

/* Those of the diseases with a common direct parent in which the drug stands highest. */
static uint32_t nearest_siblings(const look *k, uint32_t disease, uint32_t out[SIBLINGS]) {
  const th_graph_onto *o = th_nn_ontology(k->w);
  uint32_t n = 0;
  for (uint32_t i = o ? o->parents.row[disease] : 0; o && i < o->parents.row[disease + 1]; i++) {
    const uint32_t parent = o->parents.col[i];
    for (uint32_t j = o->children.row[parent]; j < o->children.row[parent + 1]; j++) {
      const uint32_t v = o->children.col[j];
      bool seen = v == disease;
      for (uint32_t t = 0; t < n && !seen; t++) seen = out[t] == v;
      if (seen || (n == SIBLINGS && falling(&out[n - 1], &v, k->raw) < 0)) continue;
      uint32_t at = n < SIBLINGS ? n++ : n - 1;
      for (; at > 0 && falling(&v, &out[at - 1], k->raw) < 0; at--) out[at] = out[at - 1];
      out[at] = v;
    }
  }
  return n;
}

static th_code siblings(look *k, uint32_t disease, th_outlook_pair *p, th_err *err) {
  uint32_t list[SIBLINGS];
  double share[TH_NN_FEATURES];
  p->n_siblings = nearest_siblings(k, disease, list);
  p->sibling = TH_NEWN(k->a, th_outlook_sibling, SIBLINGS);
  if (!p->sibling) return th_fail_nomem(err);
  for (size_t i = 0; i < p->n_siblings; i++) {
    th_outlook_sibling *s = &p->sibling[i];
    const uint32_t node = k->first_disease + list[i];
    *s = (th_outlook_sibling){ .id = kept(k, th_graph_node_id(k->g, node)),
                               .name = kept(k, th_graph_node_name(k->g, node)),
                               .rank_in_drug = k->rank[list[i]],
                               .difference = p->raw - k->raw[list[i]] };
    th_predict__look(k->scorer, list[i], NULL);
    s->rest = p->rest - groups_of(k, share, s->group);
    for (int g = 0; g < TH_NN_GROUPS; g++) s->group[g] = p->group[g] - s->group[g];
  }
  return TH_OK;
}

/* ── One disease ───────────────────────────────────────────────────────────────────────────────────────────────────── */

static double top_of_others(const look *k) {
  double n = 0;
  for (uint32_t u = 0; u < k->n_drugs; u++) n += k->score[u].pct_in_drug >= 0.99;
  return n / k->n_drugs;
}

static th_code tell(look *k, uint32_t disease, bool asked, th_outlook_pair *p, th_err *err) {
  const uint32_t node = k->first_disease + disease;
  th_predict_disease(k->scorer, disease, k->score);
  const th_predict_score *s = &k->score[k->drug];
  *p = (th_outlook_pair){ .id = kept(k, th_graph_node_id(k->g, node)),
                          .name = kept(k, th_graph_node_name(k->g, node)),
                          .asked = asked,
                          .rank = s->rank,
                          .rank_lo = s->rank_lo,
                          .rank_hi = s->rank_hi,
                          .pct_in_disease = s->pct_in_disease,
                          .pct_labelled = s->pct_labelled,
                          .rank_in_drug = k->rank[disease],
                          .pct_in_drug = s->pct_in_drug,
                          .p_cal = s->p_cal,
                          .p_lo = th_predict__calibrated(k->m, s->raw_lo, k->out->n_indications),
                          .p_hi = th_predict__calibrated(k->m, s->raw_hi, k->out->n_indications),
                          .lift = s->lift,
                          .rank_specific = s->rank_specific,
                          .pct_contra = s->pct_contra,
                          .disease_flyer = top_of_others(k),
                          .both_extreme = s->pct_in_disease >= 0.99 && s->pct_contra >= 0.99,
                          .support = s->support,
                          .novelty = s->novelty,
                          .abstain = s->abstain,
                          .raw = s->raw,
                          .sd = s->sd };
  th_arena *scratch = th_arena_new(1 << 18);
  if (!scratch) return th_fail_nomem(err);
  th_code code = reasons(scratch, k, p, err);
  if (code == TH_OK) code = siblings(k, disease, p, err);
  th_arena_del(scratch);
  return code;
}

static bool lists_use(const look *k, uint32_t disease) {
  const th_graph_relation *r = th_graph_relation_find(k->g, "indication");
  return r && th_graph_csr_find(&r->rev, disease, k->drug) != TH_GRAPH_NONE;
}

/* Near-duplicates: one above the other, or under one parent, where that upper disease is a narrow one. */
static bool duplicates(const th_graph_onto *o, uint32_t x, uint32_t y) {
  switch (th_graph_kinship(o, x, y)) {
  case TH_KIN_SAME: return true;
  case TH_KIN_DESCENDANT: return th_graph_degree(&o->descendants, x) <= KIN_MAX;
  case TH_KIN_PARENT:
  case TH_KIN_ANCESTOR: return th_graph_degree(&o->descendants, y) <= KIN_MAX;
  case TH_KIN_SIBLING: break;
  case TH_KIN_UNMAPPED:
  case TH_KIN_NEAR:
  case TH_KIN_FAR: return false;
  }
  for (uint32_t i = o->parents.row[x]; i < o->parents.row[x + 1]; i++) {
    const uint32_t p = o->parents.col[i];
    if (th_graph_csr_find(&o->parents, y, p) != TH_GRAPH_NONE && th_graph_degree(&o->descendants, p) <= KIN_MAX) return true;
  }
  return false;
}

/* One disease chosen to be told: asked for, or the first of its near-duplicates among the best. */
typedef struct chosen {
  uint32_t disease, head; /* head: place of the first of its near-duplicates, its own when it is that */
  bool asked, best;
  uint32_t n_like, like[LIKE]; /* of a best one: near-duplicates below it */
  uint32_t size;               /* of the cluster, at its head */
} chosen;
typedef TH_VEC(chosen) chosen_vec;

static uint32_t head_for(const look *k, const chosen_vec *v, uint32_t disease) {
  const th_graph_onto *o = th_nn_ontology(k->w);
  for (uint32_t i = 0; o && i < v->n; i++)
    if (v->v[i].head == i && duplicates(o, v->v[i].disease, disease)) return i;
  return (uint32_t)v->n;
}

/* By rising rank: a disease near to one chosen before is its near-duplicate; the first others are the best. */
static th_code choose(th_arena *scratch, const look *k, const uint32_t *order, const uint8_t *asked, chosen_vec *v,
                      th_err *err) {
  const uint32_t most = k->q->best ? k->q->best : BEST;
  uint32_t n_best = 0, left = 0;
  for (uint32_t i = 0; i < k->n_diseases; i++) left += asked[i];
  for (uint32_t i = 0; i < k->n_diseases && (n_best < most || left); i++) {
    const uint32_t d = order[i];
    if (n_best >= most && !asked[d]) continue;
    chosen c = { .disease = d, .head = head_for(k, v, d), .asked = asked[d] };
    left -= asked[d];
    if (c.head < v->n) {
      chosen *h = &v->v[c.head];
      h->size++;
      if (h->best && h->n_like < LIKE) h->like[h->n_like++] = d;
      if (!c.asked) continue;
    } else {
      c.best = n_best < most;
      n_best += c.best;
    }
    if (!TH_VEC_PUSH(scratch, v, c)) return th_fail_nomem(err);
  }
  return TH_OK;
}

static th_code number_clusters(look *k, const chosen_vec *v, th_err *err) {
  uint32_t next = 0;
  for (uint32_t i = 0; i < v->n; i++) {
    const chosen *c = &v->v[i];
    th_outlook_pair *p = &k->out->pair[i];
    if (c->head != i)
      p->cluster = k->out->pair[c->head].cluster;
    else if (c->size)
      p->cluster = ++next;
    p->best = c->best, p->n_like = c->n_like, p->n_like_all = c->best ? c->size : 0;
    p->like = TH_NEWN(k->a, th_outlook_like, p->n_like);
    if (!p->like) return th_fail_nomem(err);
    for (uint32_t j = 0; j < c->n_like; j++) {
      const uint32_t d = c->like[j], node = k->first_disease + d;
      p->like[j] = (th_outlook_like){ kept(k, th_graph_node_id(k->g, node)), kept(k, th_graph_node_name(k->g, node)),
                                      k->rank[d], lists_use(k, d) };
    }
  }
  return TH_OK;
}

/* ── The whole ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool find_drug(look *k) {
  const uint32_t type = th_graph_type_find(k->g, "drug");
  for (size_t i = 0; i < k->q->n_drug; i++) {
    th_graph_match hit;
    if (!k->q->drug[i].n) continue;
    th_graph_lookup(k->g, type, k->q->drug[i], &hit);
    if (hit.found != TH_GRAPH_ONE) continue;
    k->drug = hit.node - k->first_drug;
    return true;
  }
  return false;
}

static void mark_asked(const look *k, uint8_t *asked) {
  const uint32_t type = th_graph_type_find(k->g, "disease");
  for (size_t i = 0; i < k->q->n_disease; i++) {
    th_graph_match hit;
    if (!k->q->disease[i].n) continue;
    th_graph_lookup(k->g, type, k->q->disease[i], &hit);
    if (hit.found == TH_GRAPH_ONE) asked[hit.node - k->first_disease] = 1;
  }
}

static void of_graph(look *k) {
  th_outlook *o = k->out;
  const th_graph_relation *ind = th_graph_relation_find(k->g, "indication"),
                          *con = th_graph_relation_find(k->g, "contraindication");
  o->drug_id = kept(k, th_graph_node_id(k->g, k->first_drug + k->drug));
  o->drug_name = kept(k, th_graph_node_name(k->g, k->first_drug + k->drug));
  o->n_indications = ind ? th_graph_degree(&ind->fwd, k->drug) : 0;
  o->n_contraindications = con ? th_graph_degree(&con->fwd, k->drug) : 0;
  o->drug_flyer = k->m->top_share[k->drug];
  o->flyer = o->drug_flyer > 0.2;
}

static th_code tell_all(th_arena *scratch, look *k, th_err *err) {
  uint32_t *order = TH_NEWN(scratch, uint32_t, k->n_diseases);
  chosen_vec v = { 0 };
  uint8_t *asked = TH_NEWN(scratch, uint8_t, k->n_diseases);
  k->raw = TH_NEWN(scratch, double, k->n_diseases);
  k->rank = TH_NEWN(scratch, double, k->n_diseases);
  k->score = TH_NEWN(scratch, th_predict_score, k->n_drugs);
  if (!order || !asked || !k->raw || !k->rank || !k->score) return th_fail_nomem(err);
  of_graph(k);
  TH_TRY(count_edges(scratch, k, err));
  TH_TRY(rank_diseases(scratch, k, order, err));
  mark_asked(k, asked);
  TH_TRY(choose(scratch, k, order, asked, &v, err));
  k->out->n_pairs = v.n;
  k->out->pair = TH_NEWN(k->a, th_outlook_pair, v.n);
  if (!k->out->pair) return th_fail_nomem(err);
  for (size_t i = 0; i < v.n; i++) TH_TRY(tell(k, v.v[i].disease, v.v[i].asked, &k->out->pair[i], err));
  TH_TRY(number_clusters(k, &v, err));
  TH_TRY(th_predict__alike(k->a, scratch, k->g, k->drug, k->out, err));
  k->out->state = TH_OUTLOOK_DONE;
  return TH_OK;
}

th_code th_predict__outlook(th_arena *a, th_arena *scratch, const th_outlook_ask *q, th_outlook *out, th_err *err) {
  th_predict_graph graph;
  th_predict_model *m = TH_NEW(scratch, th_predict_model);
  th_nn_world *w;
  if (!m) return th_fail_nomem(err);
  TH_TRY(th_predict_graph_open(q->graph, &graph, err));
  look k = { .a = a, .q = q, .g = &graph.g, .m = m, .out = out };
  th_code code = th_nn_world_open(scratch, &graph.g, &w, err);
  if (code == TH_OK) code = th_predict_model_load(scratch, q->model, w, m, err);
  if (code == TH_OK) {
    k.w = w;
    k.n_drugs = out->n_drugs = th_nn_n_drugs(w), k.n_diseases = out->n_diseases = th_nn_n_diseases(w);
    k.first_drug = graph.g.type[th_graph_type_find(&graph.g, "drug")].first;
    k.first_disease = graph.g.type[th_graph_type_find(&graph.g, "disease")].first;
    if (!find_drug(&k))
      out->state = TH_OUTLOOK_NO_DRUG;
    else if ((code = th_predict_scorer_new(scratch, m, w, &k.scorer, err)) == TH_OK)
      code = tell_all(scratch, &k, err);
  }
  th_predict_graph_close(&graph);
  return code;
}
