/* Blocks in a list, the newest in front; an allocation moves the mark of the newest one.
 *
 * Memory handed out is always zero. Blocks come zeroed from the system, and each remembers how far it was ever handed out
 * (`dirty`), so only bytes that were used before are cleared again. Under AddressSanitizer what is not handed out is poisoned:
 * writing past an array in an arena is then caught like writing past a malloc. */
#include "theriac/base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/base_priv.h"
#include "theriac/base/limits.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define poison(p, n)   ASAN_POISON_MEMORY_REGION(p, n)
#define unpoison(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#else
#define poison(p, n)   ((void)(p), (void)(n))
#define unpoison(p, n) ((void)(p), (void)(n))
#endif

enum { DEFAULT_BLOCK = 4096, ALIGN_MAX = 4096 };
#define BLOCK_GROWTH_MAX ((size_t)64 << 20)

typedef struct block {
  struct block *prev;
  size_t size, used, dirty; /* of data; dirty ≤ size: bytes from there on are still zero */
  max_align_t data[];
} block;

struct th_arena {
  block *top, *spare; /* spare: the largest block a rewind gave back, or NULL */
  size_t used_below;  /* in all blocks under the top one */
  size_t limit;
  bool short_of; /* an allocation was refused since the last asking */
};

static char *data_of(block *b) {
  return (char *)b->data;
}

static block *block_new(size_t size) {
  if (size > SIZE_MAX - sizeof(block)) return NULL;
  block *b = th_base__calloc(sizeof(block) + size);
  if (!b) return NULL;
  b->size = size;
  poison(data_of(b), size);
  return b;
}

static void block_del(block *b) {
  if (!b) return;
  unpoison(data_of(b), b->size);
  th_free(b);
}

static void block_empty(block *b) {
  b->used = 0;
  poison(data_of(b), b->size);
}

th_arena *th_arena_new(size_t first_block) {
  th_arena *a = th_malloc(sizeof *a);
  if (!a) return NULL;
  *a = (th_arena){ .limit = TH_LIMIT_ARENA_BYTES };
  a->top = block_new(first_block ? first_block : DEFAULT_BLOCK);
  if (a->top) return a;
  th_free(a);
  return NULL;
}

void th_arena_del(th_arena *a) {
  if (!a) return;
  for (block *b = a->top; b;) {
    block *prev = b->prev;
    block_del(b);
    b = prev;
  }
  block_del(a->spare);
  th_free(a);
}

static void keep_as_spare(th_arena *a, block *b) {
  block *other = a->spare;
  if (!other || b->size > other->size) {
    a->spare = b;
    b = other;
  }
  block_del(b);
}

void th_arena_reset(th_arena *a) {
  block *keep = a->top;
  for (block *b = a->top->prev; b;) {
    block *prev = b->prev;
    block *drop = b->size > keep->size ? keep : b;
    if (drop == keep) keep = b;
    block_del(drop);
    b = prev;
  }
  keep->prev = NULL;
  block_empty(keep);
  a->top = keep;
  a->used_below = 0;
}

void th_arena_limit(th_arena *a, size_t bytes) {
  a->limit = bytes ? bytes : TH_LIMIT_ARENA_BYTES;
}

size_t th_arena_used(const th_arena *a) {
  return a->used_below + a->top->used;
}

static size_t padding(const block *b, size_t align) {
  const uintptr_t at = (uintptr_t)b->data + b->used;
  return (size_t)(-at & (uintptr_t)(align - 1));
}

static bool within_limit(const th_arena *a, size_t more) {
  const size_t used = th_arena_used(a);
  return used <= a->limit && more <= a->limit - used;
}

/* Hands out the next n bytes of the top block, which has room for them. */
static char *take(block *b, size_t n) {
  char *p = data_of(b) + b->used;
  unpoison(p, n);
  const size_t stale = b->dirty > b->used ? b->dirty - b->used : 0;
  memset(p, 0, n < stale ? n : stale);
  b->used += n;
  if (b->used > b->dirty) b->dirty = b->used;
  return p;
}

static bool push_block(th_arena *a, size_t need) {
  block *b = a->spare;
  if (b && b->size >= need) {
    a->spare = NULL;
  } else {
    size_t size = a->top->size < BLOCK_GROWTH_MAX / 2 ? a->top->size * 2 : BLOCK_GROWTH_MAX;
    if (size < DEFAULT_BLOCK) size = DEFAULT_BLOCK;
    b = block_new(size > need ? size : need);
    if (!b) return false;
  }
  a->used_below += a->top->used;
  b->prev = a->top;
  a->top = b;
  return true;
}

static void *refused(th_arena *a) {
  a->short_of = true;
  return NULL;
}

bool th_arena_was_short(th_arena *a) {
  const bool was = a->short_of;
  a->short_of = false;
  return was;
}

void *th_arena_alloc(th_arena *a, size_t n, size_t align) {
  TH_ASSERT(align && align <= ALIGN_MAX && !(align & (align - 1)));
  if (!th_base__alloc_may()) return refused(a);
  size_t pad = padding(a->top, align);
  if (n > SIZE_MAX / 2 || !within_limit(a, n + pad)) return refused(a);
  if (n + pad > a->top->size - a->top->used) {
    if (!push_block(a, n + align)) return refused(a);
    pad = padding(a->top, align);
  }
  a->top->used += pad;
  return take(a->top, n);
}

void *th_arena_alloc_n(th_arena *a, size_t n, size_t size, size_t align) {
  if (size && n > SIZE_MAX / size) return refused(a);
  return th_arena_alloc(a, n * size, align);
}

void *th_arena_grow(th_arena *a, void *p, size_t old_n, size_t new_n, size_t align) {
  if (p && new_n <= old_n) return p;
  block *b = a->top;
  if (p && (char *)p >= data_of(b) && (char *)p + old_n == data_of(b) + b->used && new_n - old_n <= b->size - b->used) {
    if (!th_base__alloc_may() || !within_limit(a, new_n - old_n)) return refused(a);
    take(b, new_n - old_n);
    return p;
  }
  void *q = th_arena_alloc(a, new_n, align);
  if (q && p && old_n) memcpy(q, p, old_n);
  return q;
}

th_arena_mark th_arena_save(th_arena *a) {
  return (th_arena_mark){ a->top, a->top->used };
}

void th_arena_rewind(th_arena *a, th_arena_mark m) {
  while (a->top != m.block) {
    block *b = a->top;
    TH_ASSERT(b->prev != NULL);
    a->top = b->prev;
    a->used_below -= a->top->used;
    block_empty(b);
    keep_as_spare(a, b);
  }
  TH_ASSERT(m.used <= a->top->used);
  poison(data_of(a->top) + m.used, a->top->used - m.used);
  a->top->used = m.used;
}
