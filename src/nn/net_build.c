/* A network laid out over a graph: relations in both directions, node vectors, parameters. */
#include <math.h>

#include "nn/net_priv.h"

static const char *const kind_name[NET_KINDS] = { "indication", "contraindication", "off-label use" };

th_net_options th_net_default(uint64_t seed) {
  return (th_net_options){ .width = 100,
                           .prototypes = 3,
                           .gate = 0.7,
                           .mask = 0.15,
                           .pretrain_epochs = 1,
                           .epochs = 500,
                           .batch = 65536,
                           .pretrain_rate = 4e-3,
                           .rate = 5e-4,
                           .decay = 0.01,
                           .negatives = TH_NET_RANKED,
                           .negatives_each = 8,
                           .seed_vectors = seed,
                           .seed_weights = seed,
                           .seed_draws = seed };
}

static th_code check_options(const th_net_options *o, th_err *err) {
  if (o->width < 4 || o->width > 512 || o->width % 4) return th_fail(err, TH_EINVAL, "the width is a multiple of 4, 4 to 512");
  if (o->prototypes > NET_LIKE / 2) return th_fail(err, TH_EINVAL, "at most %d prototypes", NET_LIKE / 2);
  if (!(o->mask >= 0 && o->mask <= 0.5)) return th_fail(err, TH_EINVAL, "the share of hidden diseases is 0 to 0.5");
  if (!(o->rate > 0 && o->rate <= 1) || !(o->pretrain_rate > 0 && o->pretrain_rate <= 1) || !(o->decay >= 0 && o->decay < 1))
    return th_fail(err, TH_EINVAL, "learning rates are above 0 and at most 1, the decay 0 or more and below 1");
  if (o->batch < 64) return th_fail(err, TH_EINVAL, "a batch holds 64 edges or more");
  if (o->negatives == TH_NET_RANKED && (o->negatives_each < 1 || o->negatives_each > 256))
    return th_fail(err, TH_EINVAL, "1 to 256 negatives for each positive");
  return TH_OK;
}

static bool skipped(const char *list, th_str name) {
  for (const char *p = list; p && *p;) {
    const char *end = strchr(p, ',');
    const size_t n = end ? (size_t)(end - p) : strlen(p);
    if (th_str_eq(th_str_n(p, n), name)) return true;
    p = end ? end + 1 : NULL;
  }
  return false;
}

static bool unseen(const th_net *t, uint32_t disease) {
  const uint32_t k = th_nn_labelled_of(t->w, disease);
  return k != TH_GRAPH_NONE && !t->visible[k];
}

/* The rows of a relation of drug and disease without the diseases that are to stay unseen. */
static bool seen_rows(th_net *t, const th_graph_csr *c, bool rows_are_diseases, th_net__relation *r) {
  uint32_t *row = TH_NEWN(t->a, uint32_t, (size_t)c->n + 1), *col = TH_NEWN(t->a, uint32_t, (size_t)c->row[c->n] + 1), n = 0;
  r->own_row = TH_NEWN(t->a, uint32_t, (size_t)c->n + 1);
  r->own_col = TH_NEWN(t->a, uint32_t, (size_t)c->row[c->n] + 1);
  if (!row || !col || !r->own_row || !r->own_col) return false;
  for (uint32_t v = 0; v < c->n; v++) {
    for (uint32_t k = c->row[v]; k < c->row[v + 1]; k++)
      if (!unseen(t, rows_are_diseases ? v : c->col[k])) col[n++] = c->col[k];
    row[v + 1] = n;
  }
  r->all = r->in = (th_net__rows){ c->n, row, col };
  return true;
}

static bool add_relation(th_net *t, const th_graph_relation *g, bool into_src, uint32_t back) {
  th_net__relation *r = &t->r[t->n_relations++];
  const th_graph_csr *c = into_src ? &g->fwd : &g->rev;
  const bool of_drugs = (g->src == t->drug && g->dst == t->disease) || (g->src == t->disease && g->dst == t->drug);
  *r = (th_net__relation){ .name = g->name.p, .src = into_src ? g->dst : g->src, .dst = into_src ? g->src : g->dst };
  r->back = back;
  r->kind = -1;
  for (int k = 0; of_drugs && k < NET_KINDS; k++)
    if (th_str_is(g->name, kind_name[k])) r->kind = k;
  r->all = r->in = (th_net__rows){ c->n, c->row, c->col };
  return of_drugs ? seen_rows(t, c, r->dst == t->disease, r) : true;
}

static bool add_self(th_net *t, uint32_t type) {
  th_net__relation *r = &t->r[t->n_relations];
  const uint32_t n = t->size[type];
  uint32_t *row = TH_NEWN(t->a, uint32_t, (size_t)n + 1), *col = TH_NEWN(t->a, uint32_t, (size_t)n + 1);
  if (!row || !col) return false;
  for (uint32_t v = 0; v < n; v++) row[v + 1] = v + 1, col[v] = v;
  *r = (th_net__relation){ .name = "itself", .src = type, .dst = type, .back = t->n_relations++, .kind = NET_SELF };
  r->all = r->in = (th_net__rows){ n, row, col };
  return true;
}

static th_code lay_relations(th_net *t, const th_graph *g, th_err *err) {
  t->r = TH_NEWN(t->a, th_net__relation, (size_t)g->n_relations * 2 + t->n_types);
  if (!t->r) return th_fail_nomem(err);
  for (uint32_t i = 0; i < g->n_relations; i++) {
    const th_graph_relation *q = &g->relation[i];
    if (skipped(t->o.skip, q->name)) continue;
    const uint32_t at = t->n_relations;
    if (q->src == q->dst) {
      if (!add_relation(t, q, true, at)) return th_fail_nomem(err);
    } else if (!add_relation(t, q, false, at + 1) || !add_relation(t, q, true, at)) {
      return th_fail_nomem(err);
    }
  }
  for (uint32_t k = 0; k < t->n_types && t->o.self_loops; k++)
    if (!add_self(t, k)) return th_fail_nomem(err);
  return TH_OK;
}

static float uniform(uint64_t seed, uint64_t stream, uint64_t i, double bound) {
  return (float)((double)(th_rng_at(seed, stream, i) >> 11) * 0x1p-53 * 2 * bound - bound);
}

enum { STREAM_X = 1000, STREAM_W = 2000, STREAM_DECODER = 3000 };

static float *rows_new(th_net *t, size_t n) {
  return th_arena_alloc(t->a, n * t->ld * sizeof(float), 64);
}

static th_code lay_vectors(th_net *t, th_err *err) {
  t->x = TH_NEWN(t->a, float *, (size_t)t->n_types * 5);
  if (!t->x) return th_fail_nomem(err);
  t->h1 = t->x + t->n_types, t->h2 = t->h1 + t->n_types, t->g1 = t->h2 + t->n_types, t->g2 = t->g1 + t->n_types;
  for (uint32_t k = 0; k < t->n_types; k++) {
    const uint32_t n = t->size[k];
    float **all[] = { t->x, t->h1, t->h2, t->g1, t->g2 };
    for (int i = 0; i < 5; i++)
      if (!(all[i][k] = rows_new(t, n))) return th_fail_nomem(err);
    const double bound = sqrt(6.0 / (n + t->d));
    for (uint32_t v = 0; v < n; v++)
      for (uint32_t j = 0; j < t->d; j++)
        t->x[k][(size_t)v * t->ld + j] = uniform(t->o.seed_vectors, STREAM_X + k, (uint64_t)v * t->d + j, bound);
  }
  for (int k = 0; k < NET_KINDS; k++) {
    const uint32_t n = t->size[t->disease];
    t->hat[k] = rows_new(t, n), t->g_hat[k] = rows_new(t, n);
    t->gate[k] = TH_NEWN(t->a, float, n), t->degree[k] = TH_NEWN(t->a, uint32_t, n);
    if (!t->hat[k] || !t->g_hat[k] || !t->gate[k] || !t->degree[k]) return th_fail_nomem(err);
  }
  return TH_OK;
}

float *th_net__decoder(const th_net *t, uint32_t relation) {
  return t->theta + t->decoder + (size_t)relation * t->ld;
}

static void draw_decoder(th_net *t, double gain, uint64_t stage) {
  const double bound = gain * sqrt(6.0 / (t->n_relations + t->d)); /* Xavier uniform */
  for (uint32_t i = 0; i < t->n_relations; i++)
    for (uint32_t j = 0; j < t->d; j++)
      th_net__decoder(t, i)[j] = uniform(t->o.seed_weights, STREAM_DECODER + stage, (uint64_t)i * t->d + j, bound);
}

static th_code lay_parameters(th_net *t, th_err *err) {
  const size_t each = 2 * ((size_t)t->d + 1) * t->ld;
  const double bound = 1 / sqrt(t->d);
  t->decoder = t->n_relations * each;
  t->n_theta = t->decoder + (size_t)t->n_relations * t->ld;
  float *all = th_arena_alloc(t->a, t->n_theta * 4 * sizeof(float), 64);
  if (!all) return th_fail_nomem(err);
  t->theta = all, t->gradient = all + t->n_theta, t->adam.m = all + 2 * t->n_theta, t->adam.v = all + 3 * t->n_theta;
  for (uint32_t i = 0; i < t->n_relations; i++) {
    t->r[i].at = i * each;
    for (uint32_t row = 0; row < 2 * (t->d + 1); row++)
      for (uint32_t j = 0; j < t->d; j++)
        t->theta[t->r[i].at + (size_t)row * t->ld + j] =
            uniform(t->o.seed_weights, STREAM_W + i, (uint64_t)row * t->d + j, bound);
  }
  draw_decoder(t, sqrt(2), 0);
  return TH_OK;
}

static bool flow_new(th_net *t, const th_net__relation *r, th_net__flow *f) {
  const uint32_t n = t->size[r->dst];
  uint32_t most = 0;
  for (uint32_t v = 0; v < n; v++) most += r->all.row[v + 1] > r->all.row[v];
  f->active = TH_NEWN(t->a, uint32_t, (size_t)most + 1), f->at = TH_NEWN(t->a, uint32_t, n);
  f->inverse = TH_NEWN(t->a, float, (size_t)most + 1), f->mean = rows_new(t, most);
  return f->active && f->at && f->inverse && f->mean;
}

static th_code lay_wanted(th_net *t, th_err *err) {
  const uint32_t n = th_nn_n_labelled(t->w);
  uint8_t *labelled = TH_NEWN(t->a, uint8_t, t->size[t->disease]);
  t->hidden = TH_NEWN(t->a, uint8_t, (size_t)n + 1), t->lot = TH_NEWN(t->a, uint32_t, (size_t)n + 1);
  t->want = TH_NEWN(t->a, const uint8_t *, t->n_types);
  if (!labelled || !t->hidden || !t->lot || !t->want) return th_fail_nomem(err);
  for (uint32_t k = 0; k < n; k++) labelled[th_nn_labelled(t->w, k)] = 1;
  t->want[t->disease] = labelled;
  return TH_OK;
}

static th_code lay_flows(th_net *t, th_err *err) {
  uint32_t longest = 0;
  t->flow1 = TH_NEWN(t->a, th_net__flow, t->n_relations), t->flow2 = TH_NEWN(t->a, th_net__flow, t->n_relations);
  t->use1 = TH_NEWN(t->a, bool, t->n_relations), t->use2 = TH_NEWN(t->a, bool, t->n_relations);
  t->spare = TH_NEWN(t->a, uint32_t *, t->n_threads);
  t->partial = rows_new(t, (size_t)NET_BLOCKS * (t->d + 1));
  if (!t->flow1 || !t->flow2 || !t->use1 || !t->use2 || !t->spare || !t->partial) return th_fail_nomem(err);
  for (uint32_t i = 0; i < t->n_relations; i++) {
    const th_net__relation *r = &t->r[i];
    if (!flow_new(t, r, &t->flow1[i]) || !flow_new(t, r, &t->flow2[i])) return th_fail_nomem(err);
    for (uint32_t v = 0; v < r->all.n; v++)
      if (r->all.row[v + 1] - r->all.row[v] > longest) longest = r->all.row[v + 1] - r->all.row[v];
  }
  for (unsigned k = 0; k < t->n_threads; k++)
    if (!(t->spare[k] = TH_NEWN(t->a, uint32_t, (size_t)longest + 1))) return th_fail_nomem(err);
  return TH_OK;
}

th_code th_net_new(th_arena *a, const th_nn_world *w, const uint8_t *visible, const uint32_t *cluster, th_net_options o,
                   th_pool *pool, th_net **out, th_err *err) {
  const th_graph *g = th_nn_graph(w);
  TH_TRY(check_options(&o, err));
  th_net *t = TH_NEW(a, th_net);
  if (!t) return th_fail_nomem(err);
  *t = (th_net){ .a = a, .w = w, .pool = pool, .k = th_net__kernels_best(), .o = o, .visible = visible, .cluster = cluster };
  t->d = o.width, t->ld = (o.width + 15) & ~15u;
  t->n_types = g->n_types, t->n_threads = th_pool_threads(pool);
  t->drug = th_graph_type_find(g, "drug"), t->disease = th_graph_type_find(g, "disease");
  t->size = TH_NEWN(a, uint32_t, t->n_types);
  if (!t->size) return th_fail_nomem(err);
  if (t->n_types > 256) return th_fail(err, TH_ELIMIT, "the network takes at most 256 types of nodes");
  for (uint32_t k = 0; k < t->n_types; k++) t->size[k] = g->type[k].n;
  TH_TRY(lay_relations(t, g, err));
  TH_TRY(lay_vectors(t, err));
  TH_TRY(lay_parameters(t, err));
  TH_TRY(lay_wanted(t, err));
  TH_TRY(lay_flows(t, err));
  if (!th_net__edges_lay(t)) return th_fail_nomem(err);
  TH_TRY(th_net__like(t, err));
  *out = t;
  return TH_OK;
}

uint64_t th_net_n_parameters(const th_net *t) {
  return (uint64_t)t->n_relations * (2 * (uint64_t)(t->d + 1) * t->d + t->d);
}

void th_net_begin(th_net *t) {
  draw_decoder(t, 1, 1);
  memset(t->adam.m, 0, 2 * t->n_theta * sizeof(float)); /* m, and v behind it */
  t->adam.step = 0, t->adam.rate = t->o.rate, t->adam.best_loss = INFINITY, t->adam.bad = 0;
}

th_net_state th_net_save(th_net *t) {
  return (
      th_net_state){ t->theta, t->adam.m, t->adam.v, t->n_theta, t->adam.step, t->adam.rate, t->adam.best_loss, t->adam.bad };
}

th_code th_net_load(th_net *t, const th_net_state *s, th_err *err) {
  if (s->n != t->n_theta)
    return th_fail(err, TH_ECONFLICT, "the saved state is of another network (%llu numbers, not %llu)",
                   (unsigned long long)s->n, (unsigned long long)t->n_theta);
  memcpy(t->theta, s->parameter, t->n_theta * sizeof(float));
  memcpy(t->adam.m, s->m, t->n_theta * sizeof(float));
  memcpy(t->adam.v, s->v, t->n_theta * sizeof(float));
  t->adam.step = s->step, t->adam.rate = s->rate, t->adam.best_loss = s->best_loss, t->adam.bad = s->bad;
  return TH_OK;
}

const char *th_net_relation(const th_net *t, uint32_t relation, bool *reverse) {
  *reverse = t->r[relation].back < relation; /* the graph's own direction is laid first */
  return t->r[relation].name;
}
