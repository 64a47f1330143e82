/* Kernels in plain C: what the fast ones are compared with. */
#include "nn/net_priv.h"

static const float *row_of(const float *p, const uint32_t *index, size_t i, uint32_t ld) {
  return p + (size_t)(index ? index[i] : i) * ld;
}

static void multiply(size_t n, const float *a, const uint32_t *ai, const float *w, float *c, const uint32_t *ci, uint32_t d,
                     uint32_t ld) {
  for (size_t i = 0; i < n; i++) {
    const float *x = row_of(a, ai, i, ld);
    float *y = c + (size_t)(ci ? ci[i] : i) * ld;
    for (uint32_t k = 0; k < d; k++)
      for (uint32_t j = 0; j < ld; j++) y[j] += x[k] * w[(size_t)k * ld + j];
  }
}

static void outer(size_t n, const float *a, const uint32_t *ai, const float *b, const uint32_t *bi, float *c, uint32_t d,
                  uint32_t ld) {
  for (size_t i = 0; i < n; i++) {
    const float *x = row_of(a, ai, i, ld), *y = row_of(b, bi, i, ld);
    for (uint32_t k = 0; k < d; k++)
      for (uint32_t j = 0; j < ld; j++) c[(size_t)k * ld + j] += x[k] * y[j];
  }
}

static void product(size_t n, const float *a, uint32_t lda, const float *w, uint32_t d, float *c, uint32_t width) {
  memset(c, 0, n * width * sizeof *c);
  for (size_t i = 0; i < n; i++)
    for (uint32_t k = 0; k < d; k++)
      for (uint32_t j = 0; j < width; j++) c[i * width + j] += a[i * lda + k] * w[(size_t)k * width + j];
}

static void gather(const float *src, const uint32_t *col, size_t n, float scale, float *out, uint32_t ld) {
  for (uint32_t j = 0; j < ld; j++) out[j] = 0;
  for (size_t k = 0; k < n; k++)
    for (uint32_t j = 0; j < ld; j++) out[j] += src[(size_t)col[k] * ld + j];
  for (uint32_t j = 0; j < ld; j++) out[j] *= scale;
}

const th_net__kernels *th_net__kernels_plain(void) {
  static const th_net__kernels k = { "plain", multiply, outer, product, gather };
  return &k;
}

const th_net__kernels *th_net__kernels_best(void) {
  const th_net__kernels *k = th_net__kernels_avx512();
  if (!k) k = th_net__kernels_avx2();
  return k ? k : th_net__kernels_plain();
}
