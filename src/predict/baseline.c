/* The methods a model has to beat, all on one split with one measure. */
#include <math.h>

#include "predict/predict_priv.h"

static void plain(const th_predict__method *m, const th_nn_world *w, const float *x, uint32_t disease, float *out) {
  (void)disease;
  const uint32_t n = th_nn_n_drugs(w);
  const float *v = x + (size_t)m->feature * n, *degree = x + (size_t)TH_NN_DEGREE * n;
  float top = 1;
  for (uint32_t u = 0; u < n; u++) top = degree[u] > top ? degree[u] : top;
  for (uint32_t u = 0; u < n; u++) {
    out[u] = v[u];
    if (m->how) out[u] += 1e-6f * degree[u] / top;
    if (m->how == 2) out[u] /= sqrtf(degree[u] + 1);
  }
}

static void chance(const th_predict__method *m, const th_nn_world *w, const float *x, uint32_t disease, float *out) {
  (void)x;
  (void)m;
  for (uint32_t u = 0; u < th_nn_n_drugs(w); u++) out[u] = (float)(th_rng_at(1, disease, u) >> 40);
}

/* ── Logistic regression on 23 features ────────────────────────────────────────────────────────────────────────────── */

static const th_nn_feature path_features[] = {
  TH_NN_DEGREE,    TH_NN_KNN_A_K30,    TH_NN_KNN_B_K3,     TH_NN_KNN_B_K30, TH_NN_KNN_B_ALL,   TH_NN_KNN_G_K30,
  TH_NN_KNN_P_K30, TH_NN_KNN_C_K30,    TH_NN_KNN_C_ALL,    TH_NN_GENE,      TH_NN_GENE_TARGET, TH_NN_GENE_PPI,
  TH_NN_KIN_GENE,  TH_NN_GENE_DISEASE, TH_NN_GENE_PATHWAY, TH_NN_X_TARGET,  TH_NN_X_DRUG,      TH_NN_LOG_PROTEINS,
  TH_NN_LOG_DRUGS, TH_NN_PHENO_EFFECT, TH_NN_X_EFFECT,     TH_NN_CONTRA,    TH_NN_LOG_EFFECTS,
};
enum { ALL_PATHS = 23, NO_EFFECT = 19 }; /* the last four read side effects and contraindications */

typedef struct logistic {
  uint32_t n;
  double w[ALL_PATHS + 1];
  float scale[ALL_PATHS]; /* 0: as it is */
} logistic;

static float squash(const logistic *l, uint32_t k, float v) {
  return l->scale[k] > 0 ? asinhf(v / l->scale[k]) : v;
}

static void by_logistic(const th_predict__method *m, const th_nn_world *w, const float *x, uint32_t disease, float *out) {
  (void)disease;
  const logistic *l = m->fit;
  const uint32_t n = th_nn_n_drugs(w);
  for (uint32_t u = 0; u < n; u++) {
    double z = l->w[l->n];
    for (uint32_t k = 0; k < l->n; k++) z += l->w[k] * squash(l, k, x[(size_t)path_features[k] * n + u]);
    out[u] = (float)z;
  }
}

static th_code fit_logistic(th_arena *a, const th_predict__rows *r, uint32_t n_features, logistic *l, th_err *err) {
  float *x = TH_NEWN(a, float, r->n *n_features);
  if (!x) return th_fail_nomem(err);
  l->n = n_features;
  for (uint32_t k = 0; k < n_features; k++) {
    double sum = 0, n = 0;
    const th_nn_feature f = path_features[k];
    for (size_t i = 0; i < r->n; i++)
      if (r->y[i]) sum += r->x[i * TH_NN_FEATURES + (size_t)f], n++;
    const bool is_log = f == TH_NN_LOG_PROTEINS || f == TH_NN_LOG_DRUGS || f == TH_NN_LOG_EFFECTS;
    l->scale[k] = is_log || !(sum > 0) ? 0 : (float)(sum / n);
    for (size_t i = 0; i < r->n; i++) x[i * n_features + k] = squash(l, k, r->x[i * TH_NN_FEATURES + (size_t)f]);
  }
  int iterations;
  return th_nn_logistic_fit(a, x, r->y, NULL, r->n, n_features, 5, l->w, &iterations, err);
}

/* ── The table ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

static const th_predict__method plain_methods[] = {
  { "random", chance, TH_NN_DEGREE, 0, NULL },
  { "degree", plain, TH_NN_DEGREE, 0, NULL },
  { "gene_count", plain, TH_NN_GENE_COUNT, 0, NULL },
  { "gene_dwpc", plain, TH_NN_GENE, 0, NULL },
  { "gene_path_dwpc", plain, TH_NN_GENE_PATHWAY, 0, NULL },
  { "gene_ppi_dwpc", plain, TH_NN_GENE_PPI, 0, NULL },
  { "pheno_effect_dwpc", plain, TH_NN_PHENO_EFFECT, 0, NULL },
  { "knnA_k3", plain, TH_NN_KNN_A_K3, 0, NULL },
  { "knnA_k10", plain, TH_NN_KNN_A_K10, 0, NULL },
  { "knnA_k30", plain, TH_NN_KNN_A_K30, 0, NULL },
  { "knnA_k10+degree", plain, TH_NN_KNN_A_K10, 1, NULL },
  { "knnB_k3", plain, TH_NN_KNN_B_K3, 0, NULL },
  { "knnB_k10", plain, TH_NN_KNN_B_K10, 0, NULL },
  { "knnB_k30", plain, TH_NN_KNN_B_K30, 0, NULL },
  { "knnB_all", plain, TH_NN_KNN_B_ALL, 0, NULL },
  { "knnB_k10+degree", plain, TH_NN_KNN_B_K10, 1, NULL },
  { "knnB_k30+degree", plain, TH_NN_KNN_B_K30, 1, NULL },
  { "knnB_all+degree", plain, TH_NN_KNN_B_ALL, 1, NULL },
  { "knnB_all/deg^.5", plain, TH_NN_KNN_B_ALL, 2, NULL },
  { "knnG_k30", plain, TH_NN_KNN_G_K30, 0, NULL },
  { "knnG_all", plain, TH_NN_KNN_G_ALL, 0, NULL },
  { "knnG_all+degree", plain, TH_NN_KNN_G_ALL, 1, NULL },
  { "knnP_k30", plain, TH_NN_KNN_P_K30, 0, NULL },
  { "knnP_all", plain, TH_NN_KNN_P_ALL, 0, NULL },
  { "knnP_all+degree", plain, TH_NN_KNN_P_ALL, 1, NULL },
  { "knnC_k10", plain, TH_NN_KNN_C_K10, 0, NULL },
  { "knnC_k30", plain, TH_NN_KNN_C_K30, 0, NULL },
  { "knnC_all", plain, TH_NN_KNN_C_ALL, 0, NULL },
  { "knnC_k10+degree", plain, TH_NN_KNN_C_K10, 1, NULL },
  { "knnC_k30+degree", plain, TH_NN_KNN_C_K30, 1, NULL },
  { "knnC_all+degree", plain, TH_NN_KNN_C_ALL, 1, NULL },
  { "knnC_all/deg^.5", plain, TH_NN_KNN_C_ALL, 2, NULL },
  { "knnB30_x_target", plain, TH_NN_X_TARGET, 0, NULL },
  { "knnB30_x_effect", plain, TH_NN_X_EFFECT, 0, NULL },
  { "knnB30_x_partner", plain, TH_NN_X_PARTNER, 1, NULL },
  { "knnB30_x_use", plain, TH_NN_X_USE, 1, NULL },
};
enum { N_PLAIN = sizeof plain_methods / sizeof *plain_methods, N_FITTED = 3 };

th_code th_predict__baseline_methods(th_arena *a, const th_predict__bench *b, const th_predict_split *s, const th_nn_labels *l,
                                     th_predict_eval e, const th_predict__method **out, size_t *n_out, th_err *err) {
  th_predict__method *m = TH_NEWN(a, th_predict__method, N_PLAIN + N_FITTED);
  logistic *fits = TH_NEWN(a, logistic, N_FITTED);
  size_t n = N_PLAIN;
  if (!m || !fits) return th_fail_nomem(err);
  memcpy(m, plain_methods, sizeof plain_methods);
  if (!e.no_fits) {
    th_predict__rows own, cluster;
    TH_TRY(th_predict__rows_make(a, b, s, l, HIDE_OWN, 40, e.seed, &own, err));
    TH_TRY(fit_logistic(a, &own, ALL_PATHS, &fits[0], err));
    TH_TRY(fit_logistic(a, &own, NO_EFFECT, &fits[1], err));
    m[n++] = (th_predict__method){ "logistic_paths", by_logistic, TH_NN_DEGREE, 0, &fits[0] };
    m[n++] = (th_predict__method){ "logistic_noeffect", by_logistic, TH_NN_DEGREE, 0, &fits[1] };
    if (e.kind != TH_SPLIT_RANDOM) {
      TH_TRY(th_predict__rows_make(a, b, s, l, HIDE_CLUSTER, 40, e.seed, &cluster, err));
      TH_TRY(fit_logistic(a, &cluster, ALL_PATHS, &fits[2], err));
      m[n++] = (th_predict__method){ "logistic_cluster", by_logistic, TH_NN_DEGREE, 0, &fits[2] };
    }
  }
  *out = m;
  *n_out = n;
  return TH_OK;
}

th_code th_predict_baselines(th_arena *a, const th_nn_world *w, th_predict_eval e, th_pool *pool, th_predict_table *out,
                             th_err *err) {
  th_predict_split s;
  th_nn_labels l;
  th_predict__bench b;
  const th_predict__method *m;
  size_t n;
  TH_TRY(th_predict_split_make(a, w, e.kind, e.seed, &s, err));
  TH_TRY(th_predict__labels(a, w, &s, &l, err));
  TH_TRY(th_predict__bench_new(a, w, pool, &b, err));
  TH_TRY(th_predict__baseline_methods(a, &b, &s, &l, e, &m, &n, err));
  return th_predict__evaluate(a, &b, &s, &l, e, m, n, out, err);
}
