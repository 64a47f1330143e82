/* Any bytes as a posting of the index of studies: a set, or a refusal; what two readings count is the same. */
#include <stdlib.h>

#include "store/trial_index.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  static uint64_t bits[CHUNK_WORDS], all[CHUNK_WORDS];
  uint32_t count, seen = 0;
  int32_t last;
  memset(bits, 0, sizeof bits);
  memset(all, 0xff, sizeof all);
  const bool read = th_store__post_or(data, n, bits);
  for (size_t i = 0; i < CHUNK_WORDS; i++) seen += (uint32_t)__builtin_popcountll(bits[i]);
  if (read != th_store__post_count(data, n, all, &count)) abort();
  if (read && count != seen) abort();
  if (read && (!th_store__post_last(data, n, &last) || (last < 0) != (seen == 0))) abort();
  return 0;
}
