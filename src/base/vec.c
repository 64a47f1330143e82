#include "theriac/base/vec.h"

bool th_vec_reserve_(th_arena *a, void *v, size_t n, size_t *cap, size_t more, size_t size) {
  if (more <= *cap - n) return true;
  if (more > SIZE_MAX / 4 / size || n > SIZE_MAX / 4 / size) return false;
  size_t want = *cap ? *cap * 2 : 8;
  if (want < n + more) want = n + more;
  void *p;
  memcpy(&p, v, sizeof p);
  p = th_arena_grow(a, p, *cap * size, want * size, alignof(max_align_t));
  if (!p) return false;
  memcpy(v, &p, sizeof p);
  *cap = want;
  return true;
}
