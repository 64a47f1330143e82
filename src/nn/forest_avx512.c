/* Trees over 64 rows at a time. At each level every row looks at its own node: the node's bin bound comes from a table of 16 bytes by
 * a shuffle, the node's feature by choosing among the rows of bins of all nodes of the level. */
#include "nn/forest.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define FN static inline __attribute__((always_inline, target("avx512f,avx512bw")))

__attribute__((target("avx512f,avx512bw"))) static void bins(const float *cut, uint32_t n, const float *v, uint8_t *out) {
  __m512 x[4];
  __m512i at[4];
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) x[i] = _mm512_loadu_ps(v + 16 * i), at[i] = _mm512_setzero_si512();
  for (; n > 1; n -= n / 2) {
    const __m512i half = _mm512_set1_epi32((int)(n / 2));
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
      const __m512 there = _mm512_i32gather_ps(at[i], cut + n / 2 - 1, 4);
      at[i] = _mm512_mask_add_epi32(at[i], _mm512_cmp_ps_mask(there, x[i], _CMP_LT_OQ), at[i], half);
    }
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    const __mmask16 below = _mm512_cmp_ps_mask(_mm512_i32gather_ps(at[i], cut, 4), x[i], _CMP_LT_OQ);
    at[i] = _mm512_mask_add_epi32(at[i], below, at[i], _mm512_set1_epi32(1));
    _mm_storeu_si128((void *)(out + 16 * i), _mm512_cvtepi32_epi8(at[i]));
  }
}

/* The bins each row's node of this level looks at; way[d]: rows that went right at level d. */
FN __m512i choose(const uint8_t *of, const uint8_t *place, int level, const __mmask64 *way) {
  __m512i v[16];
#pragma GCC unroll 16
  for (int i = 0; i < 16; i++)
    if (i < 1 << level) v[i] = _mm512_loadu_si512(of + (size_t)place[i] * FOREST_ROWS);
#pragma GCC unroll 4
  for (int d = 3; d >= 0; d--)
    if (d < level) {
#pragma GCC unroll 8
      for (int i = 0; i < 8; i++)
        if (i < 1 << d) v[i] = _mm512_mask_blend_epi8(way[d], v[2 * i], v[2 * i + 1]);
    }
  return v[0];
}

FN __m512i leaf_of(const th_nn__full_tree *t, const uint8_t *of, int depth) {
  __m512i at = _mm512_setzero_si512();
  __mmask64 way[FOREST_DEPTH_MAX];
#pragma GCC unroll 5
  for (int level = 0; level < FOREST_DEPTH_MAX && level < depth; level++) {
    const __m512i table = _mm512_broadcast_i32x4(_mm_loadu_si128((const void *)t->least[level]));
    const __m512i bin = choose(of, t->place + (1 << level) - 1, level, way);
    way[level] = _mm512_cmpge_epu8_mask(bin, _mm512_shuffle_epi8(table, at));
    at = _mm512_add_epi8(at, at);
    at = _mm512_mask_add_epi8(at, way[level], at, _mm512_set1_epi8(1));
  }
  return at;
}

FN void walk_to(const th_nn__forest *f, const uint8_t *of, double *out, int depth) {
  __m512d sum[8];
#pragma GCC unroll 8
  for (int i = 0; i < 8; i++) sum[i] = _mm512_loadu_pd(out + 8 * i);
  for (uint32_t k = 0; k < f->n_trees; k++) {
    const th_nn__full_tree *t = &f->tree[k];
    const __m512 low = _mm512_loadu_ps(t->leaf), high = _mm512_loadu_ps(t->leaf + 16);
    uint8_t at[FOREST_ROWS] __attribute__((aligned(64)));
    _mm512_store_si512(at, leaf_of(t, of, depth));
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
      const __m512i index = _mm512_cvtepu8_epi32(_mm_load_si128((const void *)(at + 16 * i)));
      const __m512 leaf = _mm512_permutex2var_ps(low, index, high);
      sum[2 * i] = _mm512_add_pd(sum[2 * i], _mm512_cvtps_pd(_mm512_castps512_ps256(leaf)));
      const __m256 upper = _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(leaf), 1));
      sum[2 * i + 1] = _mm512_add_pd(sum[2 * i + 1], _mm512_cvtps_pd(upper));
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < 8; i++) _mm512_storeu_pd(out + 8 * i, sum[i]);
}

/* The depth is known to the compiler in each. */
__attribute__((target("avx512f,avx512bw"))) static void walk(const th_nn__forest *f, const uint8_t *of, double *out) {
  if (f->depth == FOREST_DEPTH_MIN)
    walk_to(f, of, out, FOREST_DEPTH_MIN);
  else
    walk_to(f, of, out, FOREST_DEPTH_MAX);
}

const th_nn__forest_kernels *th_nn__forest_avx512(void) {
  static const th_nn__forest_kernels k = { "avx512", bins, walk };
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") ? &k : NULL;
}
#else
const th_nn__forest_kernels *th_nn__forest_avx512(void) {
  return NULL;
}
#endif
