/* Measures of rankings. Ties are not broken: each measure is its expectation under a random order of the tied. */
#include <math.h>
#include <stdlib.h>

#include "nn/nn_priv.h"

static int by_score(const void *p, const void *q, void *ctx) {
  const float *score = ctx;
  const float x = score[*(const uint32_t *)p], y = score[*(const uint32_t *)q];
  return (x < y) - (x > y);
}

static double clip(double v) {
  return v < 0 ? 0 : v > 1 ? 1 : v;
}

/* P(none of m marked among s drawn from t) = C(t − m, s)/C(t, s). */
static double none_drawn(uint32_t t, uint32_t m, uint32_t s) {
  double p = 1;
  for (uint32_t i = 0; i < s; i++) p *= i + m < t ? (double)(t - m - i) / (t - i) : 0;
  return p;
}

th_nn_measure th_nn_measure_ranking(const float *score, const uint8_t *is, uint32_t n, uint32_t *scratch) {
  th_nn_measure m = { 0 };
  uint32_t cand = 0;
  for (uint32_t u = 0; u < n; u++) {
    if (is[u] < 2) scratch[cand++] = u;
    m.n_positive += is[u] == 1;
  }
  if (!m.n_positive || cand < 2) return m;
  qsort_r(scratch, cand, sizeof *scratch, by_score, (void *)(uintptr_t)score);
  const double one = floor(0.01 * cand), five = floor(0.05 * cand);
  double seen = 0;
  for (uint32_t i = 0, k; i < cand; i = k) {
    uint32_t pos = 0;
    for (k = i; k < cand && score[scratch[k]] == score[scratch[i]]; k++) pos += is[scratch[k]] == 1;
    if (!pos) continue;
    const double g = i, e = k - i;
    if (seen == 0) {
      m.mrr = 1 / (g + (e + 1) / (pos + 1.0));
      if (i < 10) m.hit10 = 1 - none_drawn(k - i, pos, 10 - i < k - i ? 10 - i : k - i);
    }
    seen += pos;
    m.percentile += pos * (cand - g - e + (e - 1) / 2) / (cand - 1);
    m.recall10 += pos * clip((10 - g) / e);
    m.recall30 += pos * clip((30 - g) / e);
    m.recall100 += pos * clip((100 - g) / e);
    m.recall1pc += pos * clip((one - g) / e);
    m.recall5pc += pos * clip((five - g) / e);
    m.ap += pos * seen / k;
  }
  double *const sums[] = { &m.percentile, &m.recall10, &m.recall30, &m.recall100, &m.recall1pc, &m.recall5pc, &m.ap };
  for (size_t k = 0; k < sizeof sums / sizeof *sums; k++) *sums[k] /= m.n_positive;
  return m;
}

void th_nn_pooled(const float *score, const uint8_t *positive, size_t n, uint32_t *scratch, double *ap, double *auroc) {
  double pos = 0, seen_pos = 0, area = 0, sum = 0;
  for (size_t i = 0; i < n; i++) {
    scratch[i] = (uint32_t)i;
    pos += positive[i] != 0;
  }
  const double neg = (double)n - pos;
  *ap = *auroc = NAN;
  if (pos == 0 || neg == 0) return;
  qsort_r(scratch, n, sizeof *scratch, by_score, (void *)(uintptr_t)score);
  for (size_t i = 0, k; i < n; i = k) {
    double p = 0;
    for (k = i; k < n && score[scratch[k]] == score[scratch[i]]; k++) p += positive[scratch[k]] != 0;
    const double f = (double)(k - i) - p;
    area += f * (seen_pos + p / 2);
    seen_pos += p;
    sum += p * seen_pos / (double)k;
  }
  *ap = sum / pos;
  *auroc = area / (pos * neg);
}

double th_nn_add_top(const float *score, uint32_t n, uint32_t k, uint32_t *scratch, double *count) {
  float least = score[0];
  for (uint32_t u = 1; u < n; u++) least = score[u] < least ? score[u] : least;
  uint32_t cand = 0;
  for (uint32_t u = 0; u < n; u++)
    if (score[u] > least) scratch[cand++] = u;
  qsort_r(scratch, cand, sizeof *scratch, by_score, (void *)(uintptr_t)score);
  uint32_t i = 0;
  while (i < cand && i < k) {
    uint32_t e = i;
    while (e < cand && score[scratch[e]] == score[scratch[i]]) e++;
    const double share = e <= k ? 1 : (double)(k - i) / (e - i);
    for (uint32_t j = i; j < e; j++) count[scratch[j]] += share;
    i = e;
  }
  return i < k ? i : k;
}

double th_nn_effective(const double *count, uint32_t n) {
  double sum = 0, h = 0;
  for (uint32_t u = 0; u < n; u++) sum += count[u];
  for (uint32_t u = 0; u < n; u++)
    if (count[u] > 0) h -= count[u] / sum * log(count[u] / sum);
  return sum > 0 ? exp(h) : 0;
}
