/* Threads and random numbers: results that do not hang on the number of threads. */
#include "test.h"

#include <stdatomic.h>

enum { N = 5000 };
static uint64_t value[N];
static atomic_uint ran, worker_seen_max;

static th_code draw(void *ctx, size_t task, unsigned worker) {
  const uint64_t *seed = ctx;
  th_rng r = { *seed, task, 0 };
  uint64_t sum = 0;
  for (int i = 0; i < 20; i++) sum += th_rng_u64(&r);
  value[task] = sum;
  unsigned seen = worker_seen_max;
  while (worker > seen && !atomic_compare_exchange_weak(&worker_seen_max, &seen, worker)) continue;
  return TH_OK;
}

static uint64_t digest(unsigned threads) {
  uint64_t seed = 7;
  memset(value, 0, sizeof value);
  worker_seen_max = 0;
  th_pool *p = th_pool_new(threads);
  CHECK(p != NULL);
  CHECK_OK(th_pool_run(p, N, draw, &seed));
  CHECK(worker_seen_max < th_pool_threads(p));
  th_pool_del(p);
  return th_hash(th_str_n((const char *)value, sizeof value));
}

TEST(result_does_not_hang_on_the_thread_count) {
  const uint64_t one = digest(1);
  for (unsigned t = 2; t <= 9; t++) CHECK(digest(t) == one);
  CHECK(digest(0) == one);
}

static th_code fail_some(void *ctx, size_t task, unsigned worker) {
  (void)worker;
  const size_t *bad = ctx;
  ran++;
  for (int i = 0; i < 3; i++)
    if (task == bad[i]) return i == 0 ? TH_EPARSE : i == 1 ? TH_EIO : TH_EINVAL;
  return TH_OK;
}

TEST(the_lowest_failed_task_is_told) {
  for (unsigned t = 1; t <= 8; t++) {
    th_pool *p = th_pool_new(t);
    for (int round = 0; round < 50; round++) {
      ran = 0;
      CHECK_CODE(th_pool_run(p, 1000, fail_some, (size_t[]){ 12, 10, 300 }), TH_EIO);
      CHECK(ran >= 11 && ran < 900); /* all below the fault ran; the handing-out stopped */
      CHECK_CODE(th_pool_run(p, 1000, fail_some, (size_t[]){ 999, 2000, 2000 }), TH_EPARSE);
      CHECK_OK(th_pool_run(p, 9, fail_some, (size_t[]){ 12, 10, 300 }));
      CHECK_OK(th_pool_run(p, 0, fail_some, (size_t[]){ 0, 0, 0 }));
    }
    th_pool_del(p);
  }
}

TEST(pool_can_lack_memory) {
  th_alloc_fail_after(1, 1);
  CHECK(th_pool_new(4) == NULL);
  th_alloc_fail_after(0, 0);
  th_pool_del(NULL);
  th_pool *p = th_pool_new(100000);
  CHECK(p && th_pool_threads(p) <= TH_LIMIT_POOL_THREADS);
  th_pool_del(p);
}

static void philox(const uint32_t c[4], const uint32_t k[2], const uint32_t want[4]) {
  uint32_t got[4];
  th_philox4x32(c, k, got);
  for (int i = 0; i < 4; i++) CHECK_INT(got[i], want[i]);
}

/* The vectors of the authors' library Random123, kat_vectors, philox4x32 10. */
TEST(philox_gives_the_published_vectors) {
  philox((uint32_t[4]){ 0 }, (uint32_t[2]){ 0 }, (uint32_t[]){ 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 });
  philox((uint32_t[]){ 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff }, (uint32_t[]){ 0xffffffff, 0xffffffff },
         (uint32_t[]){ 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd });
  philox((uint32_t[]){ 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 }, (uint32_t[]){ 0xa4093822, 0x299f31d0 },
         (uint32_t[]){ 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 });
}

TEST(streams_address_the_counter) {
  CHECK(th_rng_at(0, 0, 0) == 0xe169c58d6627e8d5u);
  CHECK(th_rng_at(0xffffffffffffffffu, 0xffffffffffffffffu, 0xffffffffffffffffu) == 0x41c83b0e408f276du);
  CHECK(th_rng_at(0x299f31d0a4093822u, 0x0370734413198a2eu, 0x85a308d3243f6a88u) == 0x94fdccebd16cfe09u);
  th_rng r = { 1, 2, 3 };
  CHECK(th_rng_u64(&r) == th_rng_at(1, 2, 3) && th_rng_u64(&r) == th_rng_at(1, 2, 4) && r.index == 5);
}

/* Means and variances of many draws against the distributions' own, at about five standard errors. */
TEST(draws_have_their_distribution) {
  enum { M = 200000 };
  th_rng r = { 11, 0, 0 };
  double sum = 0, sum2 = 0, z = 0, z2 = 0, tail = 0;
  int count[7] = { 0 };
  for (int i = 0; i < M; i++) {
    const double u = th_rng_unit(&r), g = th_rng_normal(&r);
    CHECK(u >= 0 && u < 1);
    sum += u, sum2 += u * u, z += g, z2 += g * g, tail += fabs(g) > 1.959964;
    count[th_rng_below(&r, 7)]++;
  }
  CHECK(fabs(sum / M - 0.5) < 5 * sqrt(1.0 / 12 / M));
  CHECK(fabs(sum2 / M - 1.0 / 3) < 5 * sqrt(4.0 / 45 / M));
  CHECK(fabs(z / M) < 5 / sqrt(M));
  CHECK(fabs(z2 / M - 1) < 5 * sqrt(2.0 / M));
  CHECK(fabs(tail / M - 0.05) < 5 * sqrt(0.05 * 0.95 / M));
  double chi2 = 0;
  for (int k = 0; k < 7; k++) chi2 += pow(count[k] - M / 7.0, 2) / (M / 7.0);
  CHECK(chi2 < 30); /* 6 degrees of freedom: P(> 30) = 4e-5 */
  for (int i = 0; i < 100; i++) CHECK_INT(th_rng_below(&r, 1), 0);
  for (int i = 0; i < 100; i++) CHECK(th_rng_below(&r, 0xC000000000000000u) < 0xC000000000000000u);
}

TEST_MAIN(RUN(result_does_not_hang_on_the_thread_count), RUN(the_lowest_failed_task_is_told), RUN(pool_can_lack_memory),
          RUN(philox_gives_the_published_vectors), RUN(streams_address_the_counter), RUN(draws_have_their_distribution))
