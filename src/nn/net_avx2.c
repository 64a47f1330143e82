/* Kernels over 8 floats at a time. */
#include "nn/net_priv.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define V       __m256
#define V_N     8
#define V_ROWS  6
#define V_COLS  2
#define V_FN    __attribute__((target("avx2,fma")))
#define V_ZERO  _mm256_setzero_ps
#define V_LOAD  _mm256_loadu_ps
#define V_STORE _mm256_storeu_ps
#define V_ALL   _mm256_set1_ps
#define V_FMA   _mm256_fmadd_ps
#define V_ADD   _mm256_add_ps
#define V_MUL   _mm256_mul_ps
#include "nn/net_tile.h"

const th_net__kernels *th_net__kernels_avx2(void) {
  static const th_net__kernels k = { "avx2", multiply, outer, product, gather };
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &k : NULL;
}
#else
const th_net__kernels *th_net__kernels_avx2(void) {
  return NULL;
}
#endif
