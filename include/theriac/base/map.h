/* Hash map from text to a 64-bit value (an index, or a pointer cast through uintptr_t). Iteration follows insertion, so that
 * results never hang on hash order. Keys are views: the caller keeps the bytes alive (dup them into the same arena). */
#ifndef THERIAC_BASE_MAP_H
#define THERIAC_BASE_MAP_H

#include "theriac/base/arena.h"
#include "theriac/base/str.h"

typedef struct th_map_entry {
  th_str key;
  uint64_t value;
  uint64_t hash;
} th_map_entry;

typedef struct th_map {
  th_arena *arena;
  th_map_entry *entry; /* 0..n-1 in order of insertion */
  size_t n, cap;
  uint32_t *slot; /* index + 1, 0 = free; power of two */
  size_t n_slots;
} th_map;

TH_API void th_map_init(th_map *m, th_arena *a);
/* Inserts or replaces. TH_ENOMEM or TH_ELIMIT (over 2^32 - 2 keys). */
TH_API th_code th_map_put(th_map *m, th_str key, uint64_t value);
TH_API bool th_map_get(const th_map *m, th_str key, uint64_t *value); /* value may be NULL */
/* Address of the value, inserting 0 if new; NULL when memory is short. Valid until the next insertion. */
TH_API uint64_t *th_map_at(th_map *m, th_str key, bool *is_new);

TH_API uint64_t th_hash(th_str s); /* XXH3, same value on every machine */

#endif
