/* Kernels over 16 floats at a time. */
#include "nn/net_priv.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define V       __m512
#define V_N     16
#define V_ROWS  6
#define V_COLS  4
#define V_FN    __attribute__((target("avx512f")))
#define V_ZERO  _mm512_setzero_ps
#define V_LOAD  _mm512_loadu_ps
#define V_STORE _mm512_storeu_ps
#define V_ALL   _mm512_set1_ps
#define V_FMA   _mm512_fmadd_ps
#define V_ADD   _mm512_add_ps
#define V_MUL   _mm512_mul_ps
#include "nn/net_tile.h"

const th_net__kernels *th_net__kernels_avx512(void) {
  static const th_net__kernels k = { "avx512", multiply, outer, product, gather };
  return __builtin_cpu_supports("avx512f") ? &k : NULL;
}
#else
const th_net__kernels *th_net__kernels_avx512(void) {
  return NULL;
}
#endif
