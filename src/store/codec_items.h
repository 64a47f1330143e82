/* How a line of a codec table is written; for the files that hold such tables (they see these short names, nobody else). */
#ifndef THERIAC_STORE_CODEC_ITEMS_H
#define THERIAC_STORE_CODEC_ITEMS_H

#include "store/codec_priv.h"

#define FIELD(T, m)                                                                                                            \
  { #m, offsetof(T, m), TH_C_FIELD, 0, 0, NULL, NULL }
#define STR(T, m)                                                                                                              \
  { #m, offsetof(T, m), TH_C_STR, 0, 0, NULL, NULL }
#define CSTR(T, m)                                                                                                             \
  { #m, offsetof(T, m), TH_C_CSTR, 0, 0, NULL, NULL }
#define DATE(T, m)                                                                                                             \
  { #m, offsetof(T, m), TH_C_DATE, 0, 0, NULL, NULL }
#define BOOL(T, m)                                                                                                             \
  { #m, offsetof(T, m), TH_C_BOOL, 0, 0, NULL, NULL }
#define U8(T, m)                                                                                                               \
  { #m, offsetof(T, m), TH_C_U8, 0, 0, NULL, NULL }
#define U32(T, m)                                                                                                              \
  { #m, offsetof(T, m), TH_C_U32, 0, 0, NULL, NULL }
#define I32(T, m)                                                                                                              \
  { #m, offsetof(T, m), TH_C_I32, 0, 0, NULL, NULL }
#define I64(T, m)                                                                                                              \
  { #m, offsetof(T, m), TH_C_I64, 0, 0, NULL, NULL }
#define INDEX(T, m)                                                                                                            \
  { #m, offsetof(T, m), TH_C_INDEX, 0, 0, NULL, NULL }
#define PLACE(T, m)                                                                                                            \
  { #m, offsetof(T, m), TH_C_PLACE, 0, 0, NULL, NULL }
#define F64(T, m)                                                                                                              \
  { #m, offsetof(T, m), TH_C_F64, 0, 0, NULL, NULL }
#define FIELDS(T, m)                                                                                                           \
  { #m, offsetof(T, m), TH_C_FIELDS, 0, 0, NULL, NULL }
#define SUB(T, m, c)                                                                                                           \
  { #m, offsetof(T, m), TH_C_SUB, 0, 0, NULL, &(c) }
#define VEC(T, m, c)                                                                                                           \
  { #m, offsetof(T, m), TH_C_VEC, 0, 0, NULL, &(c) }
#define ENUM(T, m, fn, n)                                                                                                      \
  { #m, offsetof(T, m), TH_C_ENUM, (uint8_t)sizeof(((T *)0)->m), (n), (fn), NULL }
#define END                                                                                                                    \
  { NULL, 0, 0, 0, 0, NULL, NULL }
#define SPAN(T)      PLACE(T, from), PLACE(T, to), PLACE(T, line)
#define CODEC(id, T) static const th_codec id = { sizeof(T), id##_items }

/* Names of the enums: those of the readers where they have them. */
static inline const char *name_of(const char *const *names, int n, int v) {
  return v >= 0 && v < n ? names[v] : "";
}
#define NAMES(fn, ...)                                                                                                         \
  enum { fn##_n = sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *) };                                             \
  static const char *fn(int v) {                                                                                               \
    static const char *const names[] = { __VA_ARGS__ };                                                                        \
    return name_of(names, fn##_n, v);                                                                                          \
  }

#endif
