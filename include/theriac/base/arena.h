/* Memory by unit of work: everything a record, a request or an epoch needs comes from one arena and goes with it. */
#ifndef THERIAC_BASE_ARENA_H
#define THERIAC_BASE_ARENA_H

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>

#include "theriac/base/err.h"

typedef struct th_arena th_arena;

/* A new arena whose first block holds about `first_block` bytes (0: default). NULL when memory is short. */
TH_API th_arena *th_arena_new(size_t first_block);
TH_API void th_arena_del(th_arena *a); /* NULL is fine */
/* Forgets everything, keeps the largest block for reuse. */
TH_API void th_arena_reset(th_arena *a);
/* No more than `bytes` in all from now on (0: TH_LIMIT_ARENA_BYTES); past it allocation returns NULL. */
TH_API void th_arena_limit(th_arena *a, size_t bytes);
TH_API size_t th_arena_used(const th_arena *a);
/* Whether an allocation was refused since this was last asked: for work whose small pieces give an empty text on want of memory, and which
 * is to be taken as a whole or not at all. */
TH_API bool th_arena_was_short(th_arena *a);

/* n bytes, zeroed, aligned (a power of two ≤ 4096). NULL when memory is short or the limit is hit; n = 0 gives a valid pointer. */
TH_API void *th_arena_alloc(th_arena *a, size_t n, size_t align);
/* Grows the block at p (the latest allocation grows in place). Old content is kept. */
TH_API void *th_arena_grow(th_arena *a, void *p, size_t old_n, size_t new_n, size_t align);

/* Mark and rewind, for scratch inside a longer life. */
typedef struct th_arena_mark {
  void *block;
  size_t used;
} th_arena_mark;
TH_API th_arena_mark th_arena_save(th_arena *a);
TH_API void th_arena_rewind(th_arena *a, th_arena_mark m);

#define TH_NEW(a, T)     ((T *)th_arena_alloc((a), sizeof(T), alignof(T)))
#define TH_NEWN(a, T, n) ((T *)th_arena_alloc_n((a), (n), sizeof(T), alignof(T)))
/* Zeroed array; NULL also when n·size overflows. */
TH_API void *th_arena_alloc_n(th_arena *a, size_t n, size_t size, size_t align);

/* The one door to malloc (long-lived objects that own an arena, buffers handed to libraries). */
TH_API void *th_malloc(size_t n);
TH_API void *th_realloc(void *p, size_t n);
TH_API void th_free(void *p);
/* Tests: make the k-th allocation from now fail, and all after it when `sticky` (k = 0: off). Returns the allocations counted
 * since the last call. Not thread-safe. */
TH_API unsigned long th_alloc_fail_after(unsigned long k, int sticky);

#endif
