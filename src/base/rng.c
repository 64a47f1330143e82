/* Philox 4x32-10: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11. */
#include "theriac/base/rng.h"

#include <math.h>

void th_philox4x32(const uint32_t ctr[4], const uint32_t key[2], uint32_t out[4]) {
  uint32_t c0 = ctr[0], c1 = ctr[1], c2 = ctr[2], c3 = ctr[3], k0 = key[0], k1 = key[1];
  for (int round = 0; round < 10; round++) {
    const uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;
    c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
    c1 = (uint32_t)p1;
    c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
    c3 = (uint32_t)p0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

uint64_t th_rng_at(uint64_t seed, uint64_t stream, uint64_t index) {
  const uint32_t ctr[4] = { (uint32_t)index, (uint32_t)(index >> 32), (uint32_t)stream, (uint32_t)(stream >> 32) };
  const uint32_t key[2] = { (uint32_t)seed, (uint32_t)(seed >> 32) };
  uint32_t out[4];
  th_philox4x32(ctr, key, out);
  return (uint64_t)out[1] << 32 | out[0];
}

uint64_t th_rng_u64(th_rng *r) {
  return th_rng_at(r->seed, r->stream, r->index++);
}

double th_rng_unit(th_rng *r) {
  return (double)(th_rng_u64(r) >> 11) * 0x1p-53;
}

/* D. Lemire, "Fast random integer generation in an interval", 2019: the high half of a product, with the few values that
 * would be drawn once too often refused. */
uint64_t th_rng_below(th_rng *r, uint64_t bound) {
  TH_ASSERT(bound > 0);
  __extension__ typedef unsigned __int128 u128;
  const uint64_t refuse = -bound % bound; /* 2^64 mod bound */
  for (;;) {
    const u128 m = (u128)th_rng_u64(r) * bound;
    if ((uint64_t)m >= refuse) return (uint64_t)(m >> 64);
  }
}

double th_rng_normal(th_rng *r) {
  const double u = 1 - th_rng_unit(r); /* (0, 1]: its logarithm is finite */
  const double v = th_rng_unit(r);
  return sqrt(-2 * log(u)) * cos(2 * 3.14159265358979323846 * v);
}
