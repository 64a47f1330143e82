#include <math.h>

#include "unit/unit_priv.h"

bool th_unit_commensurable(th_unit a, th_unit b) {
  if (memcmp(a.dim, b.dim, sizeof a.dim) != 0) return false;
  for (int i = 0; i < 2; i++)
    if (a.arbitrary[i].id != b.arbitrary[i].id || a.arbitrary[i].power != b.arbitrary[i].power) return false;
  return true;
}

/* UCUM defines a special unit by f: value = f(amount / u). These are the inverse functions, then the functions. */
static long double amount_of(uint8_t special, long double v) {
  switch (special) {
  case UNIT_CEL: return v + 273.15L;
  case UNIT_DEGF: return v + 459.67L;
  case UNIT_DEGRE: return v + 218.52L;
  case UNIT_PH: return powl(10, -v);
  case UNIT_LN: return expl(v);
  case UNIT_LG: return powl(10, v);
  case UNIT_2LG: return powl(10, v / 2);
  case UNIT_LD: return exp2l(v);
  case UNIT_TAN: return atanl(v / 100);
  case UNIT_SQRT: return v * v;
  default: return v;
  }
}

static long double value_of(uint8_t special, long double amount) {
  switch (special) {
  case UNIT_CEL: return amount - 273.15L;
  case UNIT_DEGF: return amount - 459.67L;
  case UNIT_DEGRE: return amount - 218.52L;
  case UNIT_PH: return -log10l(amount);
  case UNIT_LN: return logl(amount);
  case UNIT_LG: return log10l(amount);
  case UNIT_2LG: return 2 * log10l(amount);
  case UNIT_LD: return log2l(amount);
  case UNIT_TAN: return 100 * tanl(amount);
  case UNIT_SQRT: return sqrtl(amount);
  default: return amount;
  }
}

static th_i128 gcd(th_i128 a, th_i128 b) {
  while (b) {
    const th_i128 t = a % b;
    a = b;
    b = t;
  }
  return a;
}

/* from / to as num/den · 10^exp10 in lowest terms. */
static bool exact_ratio(const th_unit *from, const th_unit *to, th_i128 *num, th_i128 *den, int *exp10) {
  if (!from->num || !to->num || from->special || to->special) return false;
  const th_i128 g = gcd(from->num, to->num), h = gcd(to->den, from->den);
  const th_i128 n1 = from->num / g, n2 = to->den / h, d1 = to->num / g, d2 = from->den / h;
  if (__builtin_mul_overflow(n1, n2, num) || __builtin_mul_overflow(d1, d2, den)) return false;
  const th_i128 k = gcd(*num, *den);
  *num /= k;
  *den /= k;
  *exp10 = from->exp10 - to->exp10;
  return true;
}

bool th_unit_convert(long double value, th_unit from, th_unit to, long double *out) {
  if (!th_unit_commensurable(from, to)) return false;
  th_i128 num, den;
  int exp10;
  if (from.special == to.special && from.special_exp10 == to.special_exp10 && from.factor == to.factor) {
    *out = value;
  } else if (exact_ratio(&from, &to, &num, &den, &exp10)) {
    /* powers of ten up to 10^27 are exact in a long double: one rounding above the line, one at the division */
    const long double up = value * (long double)num * (exp10 > 0 ? powl(10, exp10) : 1);
    *out = up / ((long double)den * (exp10 < 0 ? powl(10, -exp10) : 1));
  } else {
    const long double amount = amount_of(from.special, value * powl(10, from.special_exp10)) * from.factor;
    *out = value_of(to.special, amount / to.factor) / powl(10, to.special_exp10);
  }
  return isfinite(*out);
}

bool th_unit_convert_dec(th_dec value, th_unit from, th_unit to, int32_t scale, th_dec *out) {
  th_i128 num, den;
  int exp10;
  if (!th_unit_commensurable(from, to) || !exact_ratio(&from, &to, &num, &den, &exp10)) return false;
  if (exp10 < -36 || exp10 > 36 || !th_dec_mul(value, th_dec_of(num, 0), out)) return false;
  th_i128 ten = 1;
  for (int i = 0; i < exp10; i++) ten *= 10; /* 10^36 is below 2^127 */
  if (!th_dec_mul(*out, th_dec_of(ten, 0), out)) return false;
  out->scale += exp10 < 0 ? -exp10 : 0;
  return th_dec_div(*out, th_dec_of(den, 0), scale, TH_ROUND_HALF_UP, out);
}
