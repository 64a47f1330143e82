/* Open addressing with linear probing over indices; the entries themselves lie in order of insertion. */
#include "theriac/base/map.h"

#include <xxhash.h>

enum { FIRST_ENTRIES = 8 };
#define KEYS_MAX ((size_t)UINT32_MAX - 1)

uint64_t th_hash(th_str s) {
  return XXH3_64bits(s.n ? s.p : "", s.n);
}

void th_map_init(th_map *m, th_arena *a) {
  *m = (th_map){ .arena = a };
}

/* The slot that holds the key, or the free one where it would go. There is always a free one. */
static size_t slot_of(const th_map *m, th_str key, uint64_t hash) {
  size_t i = hash & (m->n_slots - 1);
  for (; m->slot[i]; i = (i + 1) & (m->n_slots - 1)) {
    const th_map_entry *e = &m->entry[m->slot[i] - 1];
    if (e->hash == hash && th_str_eq(e->key, key)) break;
  }
  return i;
}

/* Room for one more entry, with at least half the slots free. */
static th_code make_room(th_map *m) {
  if (m->n < m->cap) return TH_OK;
  if (m->n >= KEYS_MAX) return TH_ELIMIT;
  const size_t cap = m->cap ? m->cap * 2 : FIRST_ENTRIES, n_slots = cap * 2;
  uint32_t *slot = TH_NEWN(m->arena, uint32_t, n_slots);
  if (!slot) return TH_ENOMEM;
  th_map_entry *entry = th_arena_grow(m->arena, m->entry, m->cap * sizeof *entry, cap * sizeof *entry, alignof(th_map_entry));
  if (!entry) return TH_ENOMEM;
  m->entry = entry;
  m->cap = cap;
  m->slot = slot;
  m->n_slots = n_slots;
  for (size_t k = 0; k < m->n; k++) {
    size_t i = entry[k].hash & (n_slots - 1);
    while (slot[i]) i = (i + 1) & (n_slots - 1);
    slot[i] = (uint32_t)k + 1;
  }
  return TH_OK;
}

static th_code find_or_insert(th_map *m, th_str key, size_t *index, bool *is_new) {
  const uint64_t hash = th_hash(key);
  *is_new = false;
  if (m->n_slots) {
    const uint32_t s = m->slot[slot_of(m, key, hash)];
    *index = (size_t)s - 1;
    if (s) return TH_OK;
  }
  TH_TRY(make_room(m));
  *is_new = true;
  *index = m->n;
  m->entry[m->n] = (th_map_entry){ .key = key, .hash = hash };
  m->slot[slot_of(m, key, hash)] = (uint32_t)++m->n;
  return TH_OK;
}

th_code th_map_put(th_map *m, th_str key, uint64_t value) {
  size_t i;
  bool is_new;
  TH_TRY(find_or_insert(m, key, &i, &is_new));
  m->entry[i].value = value;
  return TH_OK;
}

bool th_map_get(const th_map *m, th_str key, uint64_t *value) {
  if (!m->n_slots) return false;
  const uint32_t s = m->slot[slot_of(m, key, th_hash(key))];
  if (s && value) *value = m->entry[s - 1].value;
  return s != 0;
}

uint64_t *th_map_at(th_map *m, th_str key, bool *is_new) {
  size_t i;
  bool fresh;
  if (find_or_insert(m, key, &i, &fresh) != TH_OK) return NULL;
  if (is_new) *is_new = fresh;
  return &m->entry[i].value;
}
