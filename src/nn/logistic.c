/* Logistic regression with a ridge, by Newton's method with step halving. */
#include <math.h>

#include "nn/nn_priv.h"

enum { ITERATIONS_MAX = 60 };

static double log1pexp(double z) {
  return z > 0 ? z + log1p(exp(-z)) : log1p(exp(z));
}

static double predict(const float *x, const double *w, uint32_t n) {
  double z = w[n];
  for (uint32_t k = 0; k < n; k++) z += w[k] * x[k];
  return z;
}

typedef struct fit {
  const float *x;
  const uint8_t *y;
  const float *weight;
  size_t n;
  uint32_t k;
  double penalty;
} fit;

static double loss_of(const fit *f, const double *w) {
  double sum = 0;
  for (size_t i = 0; i < f->n; i++) {
    const double z = predict(f->x + i * f->k, w, f->k);
    sum += (f->weight ? f->weight[i] : 1) * (log1pexp(z) - (f->y[i] ? z : 0));
  }
  for (uint32_t k = 0; k < f->k; k++) sum += f->penalty * w[k] * w[k];
  return sum;
}

static void derivatives(const fit *f, const double *w, double *grad, double *hess) {
  const uint32_t k = f->k, m = k + 1;
  memset(grad, 0, m * sizeof *grad);
  memset(hess, 0, (size_t)m * m * sizeof *hess);
  for (size_t i = 0; i < f->n; i++) {
    const float *x = f->x + i * k;
    const double p = 1 / (1 + exp(-predict(x, w, k))), c = f->weight ? f->weight[i] : 1;
    const double d = c * (p - f->y[i]), h = c * p * (1 - p);
    for (uint32_t a = 0; a < k; a++) {
      grad[a] += d * x[a];
      const double hx = h * x[a];
      if (hx == 0) continue;
      for (uint32_t b = 0; b <= a; b++) hess[a * m + b] += hx * x[b];
      hess[(size_t)k * m + a] += hx;
    }
    grad[k] += d;
    hess[(size_t)k * m + k] += h;
  }
  for (uint32_t a = 0; a < k; a++) {
    grad[a] += 2 * f->penalty * w[a];
    hess[a * m + a] += 2 * f->penalty;
  }
  hess[(size_t)k * m + k] += 1e-9;
}

/* Solves hess·step = grad in place by Cholesky (lower triangle); step replaces grad. */
static void solve(double *h, double *g, uint32_t m) {
  for (uint32_t i = 0; i < m; i++)
    for (uint32_t j = 0; j <= i; j++) {
      double s = h[i * m + j];
      for (uint32_t t = 0; t < j; t++) s -= h[i * m + t] * h[j * m + t];
      h[i * m + j] = i == j ? sqrt(s > 1e-12 ? s : 1e-12) : s / h[j * m + j];
    }
  for (uint32_t i = 0; i < m; i++) {
    for (uint32_t t = 0; t < i; t++) g[i] -= h[i * m + t] * g[t];
    g[i] /= h[i * m + i];
  }
  for (uint32_t i = m; i-- > 0;) {
    for (uint32_t t = i + 1; t < m; t++) g[i] -= h[t * m + i] * g[t];
    g[i] /= h[i * m + i];
  }
}

th_code th_nn_logistic_fit(th_arena *a, const float *x, const uint8_t *y, const float *weight, size_t n, uint32_t n_features,
                           double penalty, double *w, int *iterations, th_err *err) {
  const fit f = { x, y, weight, n, n_features, penalty };
  const uint32_t m = n_features + 1;
  double *grad = TH_NEWN(a, double, m), *hess = TH_NEWN(a, double, (size_t)m *m), *next = TH_NEWN(a, double, m);
  if (!grad || !hess || !next) return th_fail_nomem(err);
  memset(w, 0, m * sizeof *w);
  double loss = loss_of(&f, w);
  for (*iterations = 0; *iterations < ITERATIONS_MAX; ++*iterations) {
    derivatives(&f, w, grad, hess);
    solve(hess, grad, m);
    double t = 1, best = INFINITY;
    for (int half = 0; half < 30; half++, t /= 2) {
      for (uint32_t k = 0; k < m; k++) next[k] = w[k] - t * grad[k];
      best = loss_of(&f, next);
      if (best <= loss) break;
    }
    if (!(best <= loss)) break;
    memcpy(w, next, m * sizeof *w);
    const double gain = loss - best;
    loss = best;
    if (gain <= 1e-9 * (1 + fabs(loss))) break;
  }
  return TH_OK;
}
