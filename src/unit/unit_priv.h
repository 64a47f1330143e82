#ifndef THERIAC_UNIT_PRIV_H
#define THERIAC_UNIT_PRIV_H

#include "theriac/unit.h"

/* Functions of special units: value in the unit -> value in its proportional unit. */
enum { UNIT_LINEAR, UNIT_CEL, UNIT_DEGF, UNIT_DEGRE, UNIT_PH, UNIT_LN, UNIT_LG, UNIT_2LG, UNIT_LD, UNIT_TAN, UNIT_SQRT };

/* One atom: code = num · 10^exp10 · the unit that `as` spells. A base unit has as NULL and its dimension in num. */
typedef struct th_unit__atom {
  const char *code, *as;
  int64_t num;
  int16_t exp10;
  bool metric; /* takes prefixes */
  uint8_t special, arbitrary;
} th_unit__atom;

const th_unit__atom *th_unit__find(th_str code); /* NULL: no such atom */
/* Power of ten of a prefix (1 or 2 bytes); 128 or above for Ki Mi Gi Ti: 1024 to (value - 128). INT_MIN: no such prefix. */
int th_unit__prefix(th_str code);

#endif
