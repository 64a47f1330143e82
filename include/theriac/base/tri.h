/* Kleene's three values, in the order that makes "and" a minimum and "or" a maximum. */
#ifndef THERIAC_BASE_TRI_H
#define THERIAC_BASE_TRI_H

#include <stdbool.h>

typedef enum th_tri { TH_FALSE = 0, TH_UNKNOWN = 1, TH_TRUE = 2 } th_tri;

static inline th_tri th_tri_of(bool b) {
  return b ? TH_TRUE : TH_FALSE;
}
static inline th_tri th_tri_and(th_tri a, th_tri b) {
  return a < b ? a : b;
}
static inline th_tri th_tri_or(th_tri a, th_tri b) {
  return a > b ? a : b;
}
static inline th_tri th_tri_not(th_tri a) {
  return (th_tri)(TH_TRUE - a);
}

#endif
