/* Fits the default model: boosted trees over what like diseases, genes and like drugs say, fitted with whole clusters of twin
 * diseases hidden; then calibrated on diseases that neither fitting nor testing saw, and measured over reference diseases so that a
 * drug that heads every list is told from one that heads this list. */
#include <math.h>
#include <stdlib.h>

#include "predict/predict_priv.h"

enum { MEMBERS = 8, NEGATIVES = 40, TREES = 120 };

/* Each disease counts by the root of its positives and of its cluster, so that a hundred twins do not drown a lone disease; the
 * bootstrap draws clusters. */
static float *weights(th_arena *a, const th_predict_split *s, const th_nn_labels *l, const th_predict__rows *r, uint64_t seed) {
  uint32_t *size = TH_NEWN(a, uint32_t, l->n), *drawn = TH_NEWN(a, uint32_t, l->n), *task = TH_NEWN(a, uint32_t, l->n);
  float *w = TH_NEWN(a, float, r->n);
  if (!size || !drawn || !task || !w) return NULL;
  uint32_t n = 0;
  for (uint32_t i = 0; i < l->n; i++) {
    if (l->row[i] == l->row[i + 1]) continue;
    task[n++] = i;
    size[s->cluster[i]]++;
  }
  for (uint32_t i = 0; i < l->n; i++) drawn[i] = seed == 0;
  th_rng g = { seed, 77, 0 };
  for (uint32_t i = 0; i < l->n && seed; i++) { /* Poisson(1) for each cluster: the usual bootstrap in the limit */
    double p = th_rng_unit(&g), term = exp(-1);
    for (uint32_t k = 0; p > term && k < 8; drawn[i] = ++k) {
      p -= term;
      term /= k + 1;
    }
  }
  double sum = 0;
  for (size_t i = 0; i < r->n; i++) {
    const uint32_t d = task[r->group[i]], c = s->cluster[d];
    w[i] = (float)(drawn[c] / sqrt((double)size[c] * (l->row[d + 1] - l->row[d])));
    sum += w[i];
  }
  for (size_t i = 0; i < r->n && sum > 0; i++) w[i] *= (float)((double)r->n / sum);
  return w;
}

typedef struct training {
  th_arena *scratch; /* until all members are fitted */
  const th_predict__bench *b;
  const th_predict_split *s;
  const th_nn_labels *l;
  th_predict_train t;
  th_predict__rows rows;
} training;

static th_code fit_member(th_arena *a, const training *f, uint32_t k, th_nn_boost *out, th_err *err) {
  const th_arena_mark mark = th_arena_save(f->scratch);
  th_nn_boost fitted;
  th_nn_boost_options o = th_nn_boost_default();
  o.trees = f->t.trees ? f->t.trees : TREES;
  o.depth = f->t.depth ? f->t.depth : 4;
  o.rate = 0.06, o.ridge = 5, o.feature_share = 0.5;
  o.seed = f->t.seed * 1000 + k;
  float *w = weights(f->scratch, f->s, f->l, &f->rows, f->t.members > 1 ? o.seed + 1 : 0);
  if (!w) return th_fail_nomem(err);
  TH_TRY(th_nn_boost_fit(f->scratch, f->rows.x, f->rows.y, w, NULL, f->rows.n, TH_NN_FEATURES, o, f->b->pool, &fitted, err));
  uint32_t *root = TH_NEWN(a, uint32_t, fitted.n_trees);
  th_nn_boost_node *node = TH_NEWN(a, th_nn_boost_node, fitted.n_nodes);
  if (!root || !node) return th_fail_nomem(err);
  memcpy(root, fitted.root, fitted.n_trees * sizeof *root);
  memcpy(node, fitted.node, fitted.n_nodes * sizeof *node);
  *out = fitted;
  out->root = root;
  out->node = node;
  th_arena_rewind(f->scratch, mark);
  return th_nn_boost_prepare(a, out, err);
}

static th_code fit_members(th_arena *a, training *f, th_predict_model *out, th_err *err) {
  th_progress bar;
  th_progress_begin(&bar, "members", f->t.members);
  TH_TRY(th_predict__rows_make(f->scratch, f->b, f->s, f->l, HIDE_CLUSTER, NEGATIVES, f->t.seed, &f->rows, err));
  for (uint32_t k = 0; k < f->t.members; k++) {
    TH_TRY(fit_member(a, f, k, &out->member[k], err));
    th_progress_step(&bar, 1);
  }
  th_progress_end(&bar);
  return TH_OK;
}

/* ── Over diseases ─────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct sweep {
  const th_predict_model *m;
  const th_predict__bench *b;
  const th_nn_labels *l;
  const uint32_t *labelled; /* which to score */
  uint32_t n, n_drugs;
  float *raw; /* n × drugs */
  double *max_sim;
  double **each; /* of each thread: members × drugs */
} sweep;

static th_code sweep_one(void *ctx, size_t task, unsigned worker) {
  sweep *s = ctx;
  float *x = s->b->x[worker], *out = s->raw + task * s->n_drugs;
  th_nn_support support;
  th_nn_features(s->b->w, s->l, NULL, th_nn_labelled(s->b->w, s->labelled[task]), s->b->scratch[worker], x, &support);
  th_predict__raw(s->m, x, th_nn_labelled(s->b->w, s->labelled[task]), s->n_drugs, s->each[worker]);
  for (uint32_t u = 0; u < s->n_drugs; u++) {
    double sum = 0;
    for (uint32_t k = 0; k < s->m->n_members; k++) sum += s->each[worker][(size_t)k * s->n_drugs + u];
    out[u] = (float)(sum / s->m->n_members);
  }
  s->max_sim[task] = support.max_sim;
  return TH_OK;
}

void th_predict__raw(const th_predict_model *m, const float *x, uint32_t disease, uint32_t n, double *each) {
  if (m->net.drug) {
    const float *v = m->net.disease + (size_t)disease * m->net.width;
    for (uint32_t u = 0; u < n; u++) {
      const float *h = m->net.drug + (size_t)u * m->net.width;
      float sum = 0;
      for (uint32_t j = 0; j < m->net.width; j++) sum += h[j] * v[j];
      each[u] = sum;
    }
    return;
  }
  for (uint32_t k = 0; k < m->n_members; k++) th_nn_boost_all(&m->member[k], x, n, each + (size_t)k * n);
}

double th_predict__raw_of(const th_predict_model *m, const float *x, uint32_t disease, uint32_t n, uint32_t drug) {
  if (m->net.drug) {
    float sum = 0;
    const float *v = m->net.disease + (size_t)disease * m->net.width, *h = m->net.drug + (size_t)drug * m->net.width;
    for (uint32_t j = 0; j < m->net.width; j++) sum += h[j] * v[j];
    return sum;
  }
  double raw = 0;
  for (uint32_t k = 0; k < m->n_members; k++) raw += th_nn_boost_at(&m->member[k], x + drug, n) / m->n_members;
  return raw;
}

static th_code run_sweep(th_arena *a, sweep *s, th_err *err) {
  s->raw = TH_NEWN(a, float, (size_t)s->n * s->n_drugs);
  s->max_sim = TH_NEWN(a, double, s->n + 1);
  s->each = TH_NEWN(a, double *, s->b->n);
  if (!s->raw || !s->max_sim || !s->each) return th_fail_nomem(err);
  for (unsigned k = 0; k < s->b->n; k++)
    if (!(s->each[k] = TH_NEWN(a, double, (size_t)s->m->n_members * s->n_drugs))) return th_fail_nomem(err);
  return th_pool_run(s->b->pool, s->n, sweep_one, s);
}

static uint32_t *degrees(th_arena *a, const th_nn_labels *l, uint32_t n_drugs) {
  uint32_t *d = TH_NEWN(a, uint32_t, n_drugs);
  for (uint32_t k = 0; d && k < l->row[l->n]; k++) d[l->drug[k]]++;
  return d;
}

static int by_size(const void *p, const void *q) {
  const double x = *(const double *)p, y = *(const double *)q;
  return (x > y) - (x < y);
}

/* Calibration: every pair of the held-out diseases at its own frequency; log odds linear in the raw score and the drug's number of
 * indications. sim_min: the tenth part of supported diseases. */
static th_code calibrate(th_arena *a, const sweep *s, const th_nn_labels *l, th_predict_model *m, th_err *err) {
  const size_t n = (size_t)s->n * s->n_drugs;
  float *x = TH_NEWN(a, float, n * 2);
  uint8_t *y = TH_NEWN(a, uint8_t, n), *is = TH_NEWN(a, uint8_t, s->n_drugs);
  uint32_t *degree = degrees(a, l, s->n_drugs), *scratch = TH_NEWN(a, uint32_t, s->n_drugs), evaluated = 0;
  double positives = 0, w[3] = { 0 };
  if (!x || !y || !is || !degree || !scratch) return th_fail_nomem(err);
  for (uint32_t k = 0; k < s->n; k++) {
    uint32_t n_known;
    const uint32_t *known = th_nn_known(s->b->w, false, s->labelled[k], &n_known);
    memset(is, 0, s->n_drugs);
    for (uint32_t j = 0; j < n_known; j++) is[known[j]] = 1;
    positives += n_known;
    for (uint32_t u = 0; u < s->n_drugs; u++) {
      const size_t i = (size_t)k * s->n_drugs + u;
      x[2 * i] = s->raw[i];
      x[2 * i + 1] = (float)log1p(degree[u]);
      y[i] = is[u];
    }
    const th_nn_measure one = th_nn_measure_ranking(s->raw + (size_t)k * s->n_drugs, is, s->n_drugs, scratch);
    if (!one.n_positive) continue;
    evaluated++;
    m->valid.percentile += one.percentile, m->valid.mrr += one.mrr, m->valid.recall30 += one.recall30;
    m->valid.n_positive += one.n_positive;
  }
  if (!positives) return th_fail(err, TH_EINVAL, "the split holds no indication out to calibrate on");
  m->valid.percentile /= evaluated, m->valid.mrr /= evaluated, m->valid.recall30 /= evaluated;
  int iterations;
  TH_TRY(th_nn_logistic_fit(a, x, y, NULL, n, 2, 1e-3, w, &iterations, err));
  m->cal[0] = w[2], m->cal[1] = w[0], m->cal[2] = w[1];
  m->base_rate = positives / (double)n;
  return TH_OK;
}

/* Standardised scores of each drug over the reference diseases, their spread shrunk towards the median spread (n₀ = 10). */
static th_code reference(th_arena *a, const sweep *s, const th_nn_labels *l, th_predict_model *m, th_err *err) {
  const uint32_t nd = s->n_drugs, n = s->n;
  double *mean = TH_NEWN(a, double, nd), *var = TH_NEWN(a, double, nd), *sorted = TH_NEWN(a, double, nd + n + 1);
  float *out = TH_NEWN(a, float, (size_t)nd * 3), *quantile = TH_NEWN(a, float, (size_t)nd *TH_PREDICT_QUANTILES);
  uint32_t *degree = degrees(a, l, nd);
  if (!mean || !var || !sorted || !out || !quantile || !degree) return th_fail_nomem(err);
  double sx = 0, sxx = 0, sy = 0, sxy = 0, total = 0;
  for (uint32_t k = 0; k < n; k++) {
    const float *raw = s->raw + (size_t)k * nd;
    double mu = 0, v = 0;
    for (uint32_t u = 0; u < nd; u++) mu += raw[u], sorted[u] = raw[u];
    mu /= nd;
    for (uint32_t u = 0; u < nd; u++) v += (raw[u] - mu) * (raw[u] - mu);
    const double sd = sqrt(v / nd) + 1e-12;
    qsort(sorted, nd, sizeof *sorted, by_size);
    const double top = sorted[nd - 1 - nd / 100];
    for (uint32_t u = 0; u < nd; u++) {
      const double z = (raw[u] - mu) / sd, x = log1p(degree[u]);
      mean[u] += z, var[u] += z * z;
      out[2 * (size_t)nd + u] += raw[u] > top ? 1.0f / (float)n : 0;
      sx += x, sxx += x * x, sy += raw[u], sxy += x * raw[u], total++;
    }
  }
  m->lift[1] = (total * sxy - sx * sy) / (total * sxx - sx * sx);
  m->lift[0] = (sy - m->lift[1] * sx) / total;
  for (uint32_t u = 0; u < nd; u++) {
    mean[u] /= n;
    sorted[u] = var[u] = fmax(0, var[u] / n - mean[u] * mean[u]);
  }
  qsort(sorted, nd, sizeof *sorted, by_size);
  const double median = sorted[nd / 2];
  for (uint32_t u = 0; u < nd; u++) {
    out[u] = (float)mean[u];
    out[nd + u] = (float)sqrt((n * var[u] + 10 * median) / (n + 10.0));
    for (uint32_t k = 0; k < n; k++) sorted[k] = s->raw[(size_t)k * nd + u];
    qsort(sorted, n, sizeof *sorted, by_size);
    for (int q = 0; q < TH_PREDICT_QUANTILES; q++)
      quantile[(size_t)u * TH_PREDICT_QUANTILES + (size_t)q] = (float)sorted[(size_t)q * (n - 1) / (TH_PREDICT_QUANTILES - 1)];
  }
  m->drug_mean = out, m->drug_sd = out + nd, m->top_share = out + 2 * (size_t)nd;
  m->quantile = quantile;
  m->n_reference = n;
  return TH_OK;
}

static uint32_t *labelled_in(th_arena *a, const th_predict_split *s, const th_nn_world *w, int part, uint32_t *n) {
  uint32_t *v = TH_NEWN(a, uint32_t, s->n);
  *n = 0;
  for (uint32_t i = 0; v && i < s->n; i++) {
    uint32_t n_known;
    th_nn_known(w, false, i, &n_known);
    if (n_known && (part < 0 || s->part[i] == part)) v[(*n)++] = i;
  }
  return v;
}

/* The tenth percentile of the nearest likeness among the held-out diseases that have any. */
static double least_support(th_arena *a, const sweep *s) {
  double *v = TH_NEWN(a, double, s->n);
  uint32_t n = 0;
  for (uint32_t k = 0; v && k < s->n; k++)
    if (s->max_sim[k] > 0) v[n++] = s->max_sim[k];
  if (!v || !n) return 0;
  qsort(v, n, sizeof *v, by_size);
  return v[n / 10];
}

th_code th_predict__measure_up(th_arena *a, const th_predict__bench *b, const th_predict_split *s, const th_nn_labels *l,
                               th_predict_model *out, th_err *err) {
  sweep valid = { .m = out, .b = b, .l = l, .n_drugs = out->n_drugs }, all = valid;
  valid.labelled = labelled_in(a, s, b->w, TH_PART_VALID, &valid.n);
  all.labelled = labelled_in(a, s, b->w, TH_PART_TRAIN, &all.n);
  if (!valid.labelled || !all.labelled) return th_fail_nomem(err);
  TH_TRY(run_sweep(a, &valid, err));
  TH_TRY(calibrate(a, &valid, l, out, err));
  out->sim_min = least_support(a, &valid);
  TH_TRY(run_sweep(a, &all, err));
  return reference(a, &all, l, out, err);
}

th_code th_predict_model_train(th_arena *a, const th_nn_world *w, th_predict_train t, th_pool *pool, th_predict_model *out,
                               th_err *err) {
  th_predict_split s;
  th_nn_labels l;
  th_predict__bench b;
  if (t.kind == TH_SPLIT_RANDOM)
    return th_fail(err, TH_EINVAL, "a model is trained on whole diseases held out, not on random_edge");
  if (!t.members) t.members = MEMBERS;
  if (t.members > TH_PREDICT_MEMBERS_MAX) return th_fail(err, TH_EINVAL, "at most %d members", TH_PREDICT_MEMBERS_MAX);
  TH_TRY(th_predict_split_make(a, w, t.kind, t.seed, &s, err));
  TH_TRY(th_predict__labels(a, w, &s, &l, err));
  TH_TRY(th_predict__bench_new(a, w, pool, &b, err));
  *out = (th_predict_model){
    .kind = t.kind, .seed = t.seed, .n_members = t.members, .n_drugs = th_nn_n_drugs(w), .specificity = 0.5
  };
  memcpy(out->split_sha256, s.sha256, sizeof out->split_sha256);
  memcpy(out->graph_sha256, th_nn_graph(w)->sha256.p, 64);
  training f = { .scratch = th_arena_new(1 << 20), .b = &b, .s = &s, .l = &l, .t = t };
  const th_code fitted = f.scratch ? fit_members(a, &f, out, err) : th_fail_nomem(err);
  th_arena_del(f.scratch);
  TH_TRY(fitted);
  return th_predict__measure_up(a, &b, &s, &l, out, err);
}
