/* Rows to fit on: every training indication and drawn non-indications of the same disease, seen as an unseen disease would be. */
#include "predict/predict_priv.h"

th_code th_predict__bench_new(th_arena *a, const th_nn_world *w, th_pool *pool, th_predict__bench *out, th_err *err) {
  *out = (th_predict__bench){ .w = w, .pool = pool, .n = th_pool_threads(pool) };
  out->scratch = TH_NEWN(a, th_nn_scratch *, out->n);
  out->x = TH_NEWN(a, float *, out->n);
  if (!out->scratch || !out->x) return th_fail_nomem(err);
  for (unsigned k = 0; k < out->n; k++) {
    TH_TRY(th_nn_scratch_new(a, w, &out->scratch[k], err));
    out->x[k] = TH_NEWN(a, float, (size_t)TH_NN_FEATURES *th_nn_n_drugs(w));
    if (!out->x[k]) return th_fail_nomem(err);
  }
  return TH_OK;
}

typedef struct job {
  const th_predict__bench *b;
  const th_predict_split *s;
  const th_nn_labels *l;
  th_predict__hide hide;
  uint32_t negatives, n_tasks;
  uint64_t seed;
  const uint32_t *task; /* labelled diseases to train on */
  const size_t *first;  /* first row of each task */
  uint8_t *hidden;      /* threads × labelled */
  th_predict__rows *out;
} job;

static bool is_positive(const th_nn_labels *l, uint32_t i, uint32_t drug) {
  for (uint32_t k = l->row[i]; k < l->row[i + 1]; k++)
    if (l->drug[k] == drug) return true;
  return false;
}

static void put_row(const job *j, size_t at, const float *x, uint32_t drug, uint8_t y, uint32_t group) {
  const uint32_t n = th_nn_n_drugs(j->b->w);
  for (int f = 0; f < TH_NN_FEATURES; f++) j->out->x[at * TH_NN_FEATURES + (size_t)f] = x[(size_t)f * n + drug];
  j->out->y[at] = y;
  j->out->group[at] = group;
}

static th_code one_disease(void *ctx, size_t task, unsigned worker) {
  const job *j = ctx;
  const th_nn_labels *l = j->l;
  const uint32_t i = j->task[task], n_drugs = th_nn_n_drugs(j->b->w);
  uint8_t *hidden = j->hidden + (size_t)worker * l->n;
  for (uint32_t k = 0; k < l->n; k++) hidden[k] = j->hide == HIDE_CLUSTER && j->s->cluster[k] == j->s->cluster[i];
  float *x = j->b->x[worker];
  th_nn_features(j->b->w, l, hidden, th_nn_labelled(j->b->w, i), j->b->scratch[worker], x, NULL);
  size_t at = j->first[task];
  uint64_t state = j->seed * 0x9E3779B97F4A7C15u + i;
  for (uint32_t k = l->row[i]; k < l->row[i + 1]; k++) {
    put_row(j, at++, x, l->drug[k], 1, (uint32_t)task);
    for (uint32_t m = 0; m < j->negatives; m++) {
      uint32_t u;
      do u = (uint32_t)th_predict__bounded(&state, n_drugs);
      while (is_positive(l, i, u));
      put_row(j, at++, x, u, 0, (uint32_t)task);
    }
  }
  return TH_OK;
}

th_code th_predict__rows_make(th_arena *a, const th_predict__bench *b, const th_predict_split *s, const th_nn_labels *l,
                              th_predict__hide hide, uint32_t negatives, uint64_t seed, th_predict__rows *out, th_err *err) {
  uint32_t *task = TH_NEWN(a, uint32_t, l->n), n_tasks = 0;
  size_t *first = TH_NEWN(a, size_t, (size_t)l->n + 1), n = 0;
  uint8_t *hidden = TH_NEWN(a, uint8_t, (size_t)b->n * l->n);
  if (!task || !first || !hidden) return th_fail_nomem(err);
  for (uint32_t i = 0; i < l->n; i++) {
    const uint32_t k = l->row[i + 1] - l->row[i];
    if (!k || k >= th_nn_n_drugs(b->w)) continue;
    first[n_tasks] = n;
    task[n_tasks++] = i;
    n += (size_t)k * (1 + negatives);
  }
  *out = (th_predict__rows){ n, TH_NEWN(a, float, n *TH_NN_FEATURES), TH_NEWN(a, uint8_t, n), TH_NEWN(a, uint32_t, n) };
  if (!out->x || !out->y || !out->group) return th_fail_nomem(err);
  job j = { b, s, l, hide, negatives, n_tasks, seed, task, first, hidden, out };
  return th_pool_run(b->pool, n_tasks, one_disease, &j);
}
