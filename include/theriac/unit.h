/* Floor 1: units of measure by UCUM (Unified Code for Units of Measure, 2.1), case-sensitive codes. Prefixes, exponents, products,
 * quotients, parentheses and annotations; special units (Cel, [degF], [pH], B …) convert through their functions. */
#ifndef THERIAC_UNIT_H
#define THERIAC_UNIT_H

#include "theriac/base.h"

typedef enum th_unit_dim {
  TH_UNIT_LENGTH,
  TH_UNIT_TIME,
  TH_UNIT_MASS,
  TH_UNIT_ANGLE,
  TH_UNIT_TEMPERATURE,
  TH_UNIT_CHARGE,
  TH_UNIT_LUMINOSITY,
  TH_UNIT_DIMS
} th_unit_dim;

/* factor · base units (m, s, g, rad, K, C, cd). By UCUM mol, eq, % and annotations are plain numbers; arbitrary units ([iU],
 * [arb'U] …) are commensurable with themselves alone, at most two of them in one code. */
typedef struct th_unit {
  int8_t dim[TH_UNIT_DIMS];
  uint8_t special;      /* 0: proportional; else the function that leads to the base unit */
  int8_t special_exp10; /* the prefix of a special unit: dB is 10^-1 B */
  struct {
    uint8_t id; /* 0: none */
    int8_t power;
  } arbitrary[2];    /* in order of id */
  uint64_t num, den; /* factor = num/den · 10^exp10 exactly, when num is not 0 */
  int16_t exp10;
  long double factor;
} th_unit;

/* Empty text and "1" are the unit 1. TH_EPARSE says where the code stops being UCUM, TH_EUNSUP names what we do not read
 * (homeopathic potencies, special units within a product). No allocation. */
TH_API th_code th_unit_parse(th_str code, th_unit *out, th_err *err);
TH_API bool th_unit_commensurable(th_unit a, th_unit b);
/* value in `from` as a value in `to`; false when they are not commensurable. */
TH_API bool th_unit_convert(long double value, th_unit from, th_unit to, long double *out);
/* The same in decimals: exact, then rounded half up to `scale` digits. False also when the factor is not a ratio of whole numbers
 * (special units, those that hold pi) or the digits run out: then th_unit_convert is what there is. */
TH_API bool th_unit_convert_dec(th_dec value, th_unit from, th_unit to, int32_t scale, th_dec *out);
/* Product (power 1) or quotient (power -1) of two proportional units; false for special ones and exponents that leave int8_t. */
TH_API bool th_unit_multiply(th_unit a, th_unit b, int power, th_unit *out);

#endif
