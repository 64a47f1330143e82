/* A growing array in an arena, typed by macro.
 *
 *   TH_VEC(int) v = {0};
 *   if (!TH_VEC_PUSH(a, &v, 7)) return th_fail_nomem(err);
 *   for (size_t i = 0; i < v.n; i++) use(v.v[i]);
 *
 * Named vector types: typedef TH_VEC(th_str) th_str_vec; Growth doubles: amortised O(1). */
#ifndef THERIAC_BASE_VEC_H
#define THERIAC_BASE_VEC_H

#include "theriac/base/arena.h"
#include "theriac/base/str.h"

#define TH_VEC(T)                                                                                                              \
  struct {                                                                                                                     \
    T *v;                                                                                                                      \
    size_t n, cap;                                                                                                             \
  }

/* Room for `more` further elements; false when memory is short (the vector is unchanged). */
#define TH_VEC_RESERVE(a, vec, more) th_vec_reserve_((a), (void *)&(vec)->v, (vec)->n, &(vec)->cap, (more), sizeof *(vec)->v)
/* Appends; true on success. */
#define TH_VEC_PUSH(a, vec, ...) (TH_VEC_RESERVE(a, vec, 1) ? ((vec)->v[(vec)->n++] = (__VA_ARGS__), true) : false)
/* Appends a zeroed element and gives its address, or NULL. */
#define TH_VEC_ADD(a, vec)                                                                                                     \
  (TH_VEC_RESERVE(a, vec, 1) ? memset(&(vec)->v[(vec)->n], 0, sizeof *(vec)->v), &(vec)->v[(vec)->n++] : NULL)

/* v: address of the array pointer, read and written by memcpy so that no aliasing rule is broken. */
TH_API bool th_vec_reserve_(th_arena *a, void *v, size_t n, size_t *cap, size_t more, size_t size);

typedef TH_VEC(th_str) th_str_vec;

#endif
