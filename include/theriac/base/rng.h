/* Counter-based random numbers (Philox 4x32-10, Salmon 2011): the value at (seed, stream, index) needs no state, so any thread
 * can draw any number, and the result is the same at any thread count. */
#ifndef THERIAC_BASE_RNG_H
#define THERIAC_BASE_RNG_H

#include <stdint.h>

#include "theriac/base/err.h"

typedef struct th_rng {
  uint64_t seed, stream, index; /* the next draw is at index, which then rises by one */
} th_rng;

TH_API void th_philox4x32(const uint32_t ctr[4], const uint32_t key[2], uint32_t out[4]);
TH_API uint64_t th_rng_at(uint64_t seed, uint64_t stream, uint64_t index); /* 64 uniform bits */
TH_API uint64_t th_rng_u64(th_rng *r);
TH_API double th_rng_unit(th_rng *r);                    /* [0, 1), 53 bits */
TH_API uint64_t th_rng_below(th_rng *r, uint64_t bound); /* unbiased; bound > 0 */
TH_API double th_rng_normal(th_rng *r);                  /* standard normal, Box–Muller, two draws a value */

#endif
