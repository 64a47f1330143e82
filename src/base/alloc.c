/* The one door to malloc, and the switch by which tests make it fail.
 *
 * Counting costs an atomic addition on each allocation of every thread, so it happens only while a test has armed it. */
#include "theriac/base/arena.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/base_priv.h"

static atomic_bool armed;
static atomic_ulong counted;
static unsigned long fail_at;
static bool fail_after;

bool th_base__alloc_may(void) {
  if (!atomic_load_explicit(&armed, memory_order_relaxed)) return true;
  const unsigned long k = atomic_fetch_add_explicit(&counted, 1, memory_order_relaxed) + 1;
  return fail_after ? k < fail_at : k != fail_at;
}

void *th_malloc(size_t n) {
  return th_base__alloc_may() ? malloc(n ? n : 1) : NULL;
}

void *th_base__calloc(size_t n) {
  return th_base__alloc_may() ? calloc(1, n ? n : 1) : NULL;
}

void *th_realloc(void *p, size_t n) {
  return th_base__alloc_may() ? realloc(p, n ? n : 1) : NULL;
}

void th_free(void *p) {
  free(p);
}

unsigned long th_alloc_fail_after(unsigned long k, int sticky) {
  const unsigned long seen = atomic_exchange(&counted, 0);
  fail_at = k;
  fail_after = sticky != 0;
  atomic_store(&armed, k != 0);
  return seen;
}
