/* The default model beside the baselines on held-out diseases: one measure, paired differences, and whether its probabilities hold. */
#include <math.h>
#include <stdlib.h>

#include "predict/predict_priv.h"

/* Scores of the model; memory short leaves zeros, which measure as chance and are noticed. */
static void by_model(const th_predict__method *m, const th_nn_world *w, const float *x, uint32_t disease, float *out) {
  const th_predict_model *model = m->fit;
  const uint32_t n = th_nn_n_drugs(w);
  double *each = th_malloc((size_t)n * model->n_members * sizeof *each);
  memset(out, 0, n * sizeof *out);
  if (!each) return;
  th_predict__raw(model, x, disease, n, each);
  for (uint32_t u = 0; u < n; u++) {
    double sum = 0;
    for (uint32_t k = 0; k < model->n_members; k++) sum += each[(size_t)k * n + u];
    out[u] = (float)(sum / model->n_members);
  }
  th_free(each);
}

typedef struct both {
  const th_predict_model *trees, *network;
} both;

static void standardised(float *v, uint32_t n) {
  double mean = 0, var = 0;
  for (uint32_t u = 0; u < n; u++) mean += v[u] / n;
  for (uint32_t u = 0; u < n; u++) var += (v[u] - mean) * (v[u] - mean) / n;
  for (uint32_t u = 0; u < n; u++) v[u] = (float)((v[u] - mean) / (sqrt(var) + 1e-12));
}

/* The two scores of a disease, each standardised over the drugs; the network weighs a quarter. */
static void by_both(const th_predict__method *m, const th_nn_world *w, const float *x, uint32_t disease, float *out) {
  const both *p = m->fit;
  const th_predict__method trees = { .fit = p->trees }, network = { .fit = p->network };
  const uint32_t n = th_nn_n_drugs(w);
  float *second = th_malloc(n * sizeof *second);
  by_model(&trees, w, x, disease, out);
  if (!second) return;
  by_model(&network, w, x, disease, second);
  standardised(out, n), standardised(second, n);
  for (uint32_t u = 0; u < n; u++) out[u] += 0.25f * second[u];
  th_free(second);
}

static int by_probability(const void *p, const void *q, void *ctx) {
  const double *v = ctx;
  const double x = v[*(const uint32_t *)p], y = v[*(const uint32_t *)q];
  return (x < y) - (x > y);
}

/* Slope of the observed log odds over the stated ones, observed over expected among the top 1 % of all pairs, error over 15 bins of
 * equal count, Brier score. */
static th_code check_calibration(th_arena *a, const double *p, const uint8_t *y, uint32_t n, th_predict_calibration *out,
                                 th_err *err) {
  enum { N_BINS = 15 };
  float *x = TH_NEWN(a, float, n);
  uint32_t *order = TH_NEWN(a, uint32_t, n);
  if (!x || !order) return th_fail_nomem(err);
  *out = (th_predict_calibration){ .n = n };
  for (uint32_t i = 0; i < n; i++) {
    x[i] = (float)log(p[i] / (1 - p[i]));
    order[i] = i;
    out->observed += y[i];
    out->expected += p[i];
    out->brier += (p[i] - y[i]) * (p[i] - y[i]) / n;
  }
  double w[2];
  int iterations;
  TH_TRY(th_nn_logistic_fit(a, x, y, NULL, n, 1, 1e-6, w, &iterations, err));
  out->slope = w[0];
  qsort_r(order, n, sizeof *order, by_probability, (void *)(uintptr_t)p);
  for (uint32_t i = 0; i < n / 100; i++) out->top_observed += y[order[i]], out->top_expected += p[order[i]];
  for (int b = 0; b < N_BINS; b++) {
    const uint32_t from = (uint32_t)((uint64_t)n * (unsigned)b / N_BINS),
                   to = (uint32_t)((uint64_t)n * ((unsigned)b + 1) / N_BINS);
    double obs = 0, expected = 0;
    for (uint32_t i = from; i < to; i++) obs += y[order[i]], expected += p[order[i]];
    out->ece += fabs(obs - expected) / n;
  }
  return TH_OK;
}

typedef struct gather {
  const th_predict_model *m;
  const th_predict__bench *b;
  const th_nn_labels *l;
  const uint32_t *item;
  uint32_t n_drugs;
  const uint32_t *degree;
  double *p;
  uint8_t *y;
  float *spare; /* threads × drugs */
} gather;

static th_code one_disease(void *ctx, size_t task, unsigned worker) {
  const gather *g = ctx;
  uint32_t n_known;
  const uint32_t i = g->item[task], *known = th_nn_known(g->b->w, false, i, &n_known);
  const th_predict__method m = { .fit = g->m };
  float *raw = g->spare + (size_t)worker * g->n_drugs, *x = g->b->x[worker];
  th_nn_features(g->b->w, g->l, NULL, th_nn_labelled(g->b->w, i), g->b->scratch[worker], x, NULL);
  by_model(&m, g->b->w, x, th_nn_labelled(g->b->w, i), raw);
  for (uint32_t u = 0; u < g->n_drugs; u++) {
    const double z = g->m->cal[0] + g->m->cal[1] * raw[u] + g->m->cal[2] * log1p(g->degree[u]);
    g->p[task * g->n_drugs + u] = 1 / (1 + exp(-z));
  }
  for (uint32_t k = 0; k < n_known; k++) g->y[task * g->n_drugs + known[k]] = 1;
  return TH_OK;
}

static th_code calibration_on_test(th_arena *a, const th_predict__bench *b, const th_predict_split *s, const th_nn_labels *l,
                                   const th_predict_model *m, th_predict_calibration *out, th_err *err) {
  const uint32_t n_drugs = th_nn_n_drugs(b->w);
  uint32_t *item = TH_NEWN(a, uint32_t, s->n), *degree = TH_NEWN(a, uint32_t, n_drugs), n = 0;
  if (!item || !degree) return th_fail_nomem(err);
  for (uint32_t i = 0; i < s->n; i++) {
    uint32_t n_known;
    th_nn_known(b->w, false, i, &n_known);
    if (n_known && s->part[i] == TH_PART_TEST) item[n++] = i;
  }
  for (uint32_t k = 0; k < l->row[l->n]; k++) degree[l->drug[k]]++;
  gather g = { m,
               b,
               l,
               item,
               n_drugs,
               degree,
               TH_NEWN(a, double, (size_t)n *n_drugs),
               TH_NEWN(a, uint8_t, (size_t)n * n_drugs),
               TH_NEWN(a, float, (size_t)b->n *n_drugs) };
  if (!g.p || !g.y || !g.spare) return th_fail_nomem(err);
  TH_TRY(th_pool_run(b->pool, n, one_disease, &g));
  return check_calibration(a, g.p, g.y, n * n_drugs, out, err);
}

th_code th_predict_compare(th_arena *a, const th_nn_world *w, th_predict_eval e, th_predict_train t,
                           const th_predict_network *network, th_pool *pool, th_predict_table *out, th_predict_calibration *cal,
                           th_err *err) {
  th_predict_split s;
  th_nn_labels l;
  th_predict__bench b;
  th_predict_model *m = TH_NEW(a, th_predict_model);
  if (!m) return th_fail_nomem(err);
  if (e.kind == TH_SPLIT_RANDOM || e.kind == TH_SPLIT_FULL)
    return th_fail(err, TH_EINVAL, "a comparison needs whole diseases held out: cluster_holdout or disease_holdout");
  t.kind = e.kind;
  t.seed = e.seed;
  TH_TRY(th_predict_split_make(a, w, e.kind, e.seed, &s, err));
  TH_TRY(th_predict__labels(a, w, &s, &l, err));
  TH_TRY(th_predict__bench_new(a, w, pool, &b, err));
  TH_TRY(th_predict_model_train(a, w, t, pool, m, err));
  const th_predict__method *base;
  size_t n;
  TH_TRY(th_predict__baseline_methods(a, &b, &s, &l, e, &base, &n, err));
  th_predict__method *all = TH_NEWN(a, th_predict__method, n + 3);
  if (!all) return th_fail_nomem(err);
  memcpy(all, base, n * sizeof *all);
  if (network) {
    both *pair = TH_NEW(a, both);
    th_predict_model *second = TH_NEW(a, th_predict_model);
    if (!pair || !second) return th_fail_nomem(err);
    TH_TRY(th_predict_network_train(a, w, t, *network, pool, second, err));
    *pair = (both){ m, second };
    all[n++] = (th_predict__method){ .name = "network", .score = by_model, .fit = second };
    all[n++] = (th_predict__method){ .name = "default+network", .score = by_both, .fit = pair };
  }
  all[n++] = (th_predict__method){ .name = "default", .score = by_model, .fit = m };
  TH_TRY(th_predict__evaluate(a, &b, &s, &l, e, all, n, out, err));
  return calibration_on_test(a, &b, &s, &l, m, cal, err);
}
