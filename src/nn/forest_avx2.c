/* Trees over 32 rows at a time; see forest_avx512.c. */
#include "nn/forest.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define FN static inline __attribute__((always_inline, target("avx2")))

enum { LANES = 32 };

__attribute__((target("avx2"))) static void bins(const float *cut, uint32_t n, const float *v, uint8_t *out) {
  for (int block = 0; block < FOREST_ROWS; block += LANES) {
    __m256 x[4];
    __m256i at[4];
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) x[i] = _mm256_loadu_ps(v + block + 8 * i), at[i] = _mm256_setzero_si256();
    for (uint32_t left = n; left > 0; left -= left > 1 ? left / 2 : 1) {
      const uint32_t half = left > 1 ? left / 2 : 1;
      const __m256i step = _mm256_set1_epi32((int)half);
#pragma GCC unroll 4
      for (int i = 0; i < 4; i++) {
        const __m256 below = _mm256_cmp_ps(_mm256_i32gather_ps(cut + half - 1, at[i], 4), x[i], _CMP_LT_OQ);
        at[i] = _mm256_add_epi32(at[i], _mm256_and_si256(_mm256_castps_si256(below), step));
      }
    }
    const __m256i words = _mm256_packus_epi32(at[0], at[1]), more = _mm256_packus_epi32(at[2], at[3]);
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7); /* packing goes by halves of a register */
    _mm256_storeu_si256((void *)(out + block), _mm256_permutevar8x32_epi32(_mm256_packus_epi16(words, more), order));
  }
}

FN __m256i choose(const uint8_t *of, const uint8_t *place, int level, const __m256i *way) {
  __m256i v[16];
#pragma GCC unroll 16
  for (int i = 0; i < 16; i++)
    if (i < 1 << level) v[i] = _mm256_loadu_si256((const void *)(of + (size_t)place[i] * FOREST_ROWS));
#pragma GCC unroll 4
  for (int d = 3; d >= 0; d--)
    if (d < level) {
#pragma GCC unroll 8
      for (int i = 0; i < 8; i++)
        if (i < 1 << d) v[i] = _mm256_blendv_epi8(v[2 * i], v[2 * i + 1], way[d]);
    }
  return v[0];
}

FN __m256i leaf_of(const th_nn__full_tree *t, const uint8_t *of, int depth) {
  __m256i at = _mm256_setzero_si256(), way[FOREST_DEPTH_MAX];
#pragma GCC unroll 5
  for (int level = 0; level < FOREST_DEPTH_MAX && level < depth; level++) {
    const __m256i table = _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)t->least[level]));
    const __m256i bin = choose(of, t->place + (1 << level) - 1, level, way);
    way[level] = _mm256_cmpeq_epi8(_mm256_max_epu8(bin, _mm256_shuffle_epi8(table, at)), bin); /* all ones: at least */
    at = _mm256_sub_epi8(_mm256_add_epi8(at, at), way[level]);
  }
  return at;
}

FN void walk_half(const th_nn__forest *f, const uint8_t *of, double *out, int depth) {
  __m256d sum[8];
#pragma GCC unroll 8
  for (int i = 0; i < 8; i++) sum[i] = _mm256_loadu_pd(out + 4 * i);
  for (uint32_t k = 0; k < f->n_trees; k++) {
    const th_nn__full_tree *t = &f->tree[k];
    uint8_t at[LANES] __attribute__((aligned(32)));
    _mm256_store_si256((void *)at, leaf_of(t, of, depth));
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
      const __m256i index = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const void *)(at + 8 * i)));
      const __m256 leaf = _mm256_i32gather_ps(t->leaf, index, 4);
      sum[2 * i] = _mm256_add_pd(sum[2 * i], _mm256_cvtps_pd(_mm256_castps256_ps128(leaf)));
      sum[2 * i + 1] = _mm256_add_pd(sum[2 * i + 1], _mm256_cvtps_pd(_mm256_extractf128_ps(leaf, 1)));
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < 8; i++) _mm256_storeu_pd(out + 4 * i, sum[i]);
}

/* The depth is known to the compiler in each. */
__attribute__((target("avx2"))) static void walk(const th_nn__forest *f, const uint8_t *of, double *out) {
  for (int half = 0; half < FOREST_ROWS / LANES; half++)
    if (f->depth == FOREST_DEPTH_MIN)
      walk_half(f, of + half * LANES, out + half * LANES, FOREST_DEPTH_MIN);
    else
      walk_half(f, of + half * LANES, out + half * LANES, FOREST_DEPTH_MAX);
}

const th_nn__forest_kernels *th_nn__forest_avx2(void) {
  static const th_nn__forest_kernels k = { "avx2", bins, walk };
  return __builtin_cpu_supports("avx2") ? &k : NULL;
}
#else
const th_nn__forest_kernels *th_nn__forest_avx2(void) {
  return NULL;
}
#endif
