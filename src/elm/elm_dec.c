/* Decimal arithmetic, exact: a 128-bit coefficient in units of 10^-8 (CQL 1.5 Appendix B, Decimal). Results are rounded to eight
 * places, half away from zero. What does not fit is reported, never wrapped. */
#include <math.h>

#include "elm/elm_priv.h"

static u128 mag(th_i128 d) {
  return d < 0 ? (u128)0 - (u128)d : (u128)d;
}

/* strict: a literal, where more than eight places is an error; otherwise further places are rounded. */
bool th_elm__dec_parse(th_str s, bool strict, val *out) {
  size_t i = 0;
  bool neg = false;
  if (i < s.n && (s.p[i] == '+' || s.p[i] == '-')) neg = s.p[i++] == '-';
  th_i128 d = 0;
  size_t digits = 0;
  for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++, digits++) {
    d = d * 10 + (s.p[i] - '0');
    if (d > DEC_LITERAL_TOP / DEC_ONE) return false;
  }
  if (digits == 0) return false;
  d *= DEC_ONE;
  unsigned places = 0;
  if (i < s.n) {
    if (s.p[i] != '.' || i + 1 >= s.n) return false;
    th_i128 unit = DEC_ONE / 10;
    for (i++; i < s.n; i++) {
      if (s.p[i] < '0' || s.p[i] > '9') return false;
      places++;
      if (places <= 8) {
        d += unit * (s.p[i] - '0');
        unit /= 10;
      } else if (strict) {
        return false;
      } else if (places == 9 && s.p[i] >= '5') {
        d += 1;
      }
    }
  }
  if (d >= DEC_LITERAL_TOP) return false;
  *out = v_dec(neg ? -d : d, places > 8 ? 8 : places);
  return true;
}

val th_elm__dec_from_f80(long double x) {
  if (!isfinite(x)) return v_null();
  const long double scaled = roundl(x * 1e8L);
  if (fabsl(scaled) >= 1e36L) return v_null();
  const th_i128 d = (th_i128)scaled;
  const unsigned places = th_elm__dec_places(d);
  return v_dec(d, places ? places : 1);
}

long double th_elm__dec_to_f80(th_i128 d) {
  return (long double)(d / DEC_ONE) + (long double)(d % DEC_ONE) / 1e8L;
}

/* 128 × 128 → 256 bits in four 64-bit limbs, low first. */
static void mul_wide(u128 a, u128 b, uint64_t r[4]) {
  const uint64_t x[2] = { (uint64_t)a, (uint64_t)(a >> 64) }, y[2] = { (uint64_t)b, (uint64_t)(b >> 64) };
  memset(r, 0, 4 * sizeof *r);
  for (int i = 0; i < 2; i++) {
    u128 carry = 0;
    for (int j = 0; j < 2; j++) {
      const u128 t = (u128)x[i] * y[j] + r[i + j] + carry;
      r[i + j] = (uint64_t)t;
      carry = t >> 64;
    }
    r[i + 2] += (uint64_t)carry;
  }
}

/* r / d by one bit a step: at most 256 steps, and only where the product left 128 bits. */
static bool div_wide(const uint64_t r[4], u128 d, u128 *q, u128 *rem) {
  u128 rest = 0, quot = 0;
  bool over = false;
  for (int bit = 255; bit >= 0; bit--) {
    const bool top = (rest >> 127) != 0;
    rest = rest << 1 | (r[bit / 64] >> (bit % 64) & 1);
    over = over || (quot >> 127) != 0;
    quot <<= 1;
    if (top || rest >= d) {
      rest -= d;
      quot |= 1;
    }
  }
  *q = quot;
  *rem = rest;
  return !over;
}

static bool scale_div(u128 a, u128 b, u128 d, bool neg, th_i128 *out) {
  u128 q, rem;
  uint64_t wide[4];
  mul_wide(a, b, wide);
  if (wide[2] == 0 && wide[3] == 0) {
    const u128 p = (u128)wide[1] << 64 | wide[0];
    q = p / d;
    rem = p % d;
  } else if (!div_wide(wide, d, &q, &rem)) {
    return false;
  }
  if (rem >= d - rem) q++;
  if (q >= (u128)DEC_TOP) return false;
  *out = neg ? -(th_i128)q : (th_i128)q;
  return true;
}

bool th_elm__dec_mul(th_i128 a, th_i128 b, th_i128 *out) {
  return scale_div(mag(a), mag(b), (u128)DEC_ONE, (a < 0) != (b < 0), out);
}

bool th_elm__dec_div(th_i128 a, th_i128 b, th_i128 *out) {
  return b != 0 && scale_div(mag(a), (u128)DEC_ONE, mag(b), (a < 0) != (b < 0), out);
}

th_i128 th_elm__dec_round(th_i128 d, int places) {
  if (places >= 8) return d;
  th_i128 unit = 1;
  for (int i = places; i < 8; i++) {
    if (unit > DEC_TOP / 10) return 0;
    unit *= 10;
  }
  const th_i128 rest = d % unit, base = d - rest;
  if (rest >= 0) return rest * 2 >= unit ? base + unit : base;
  return -rest * 2 >= unit ? base - unit : base;
}

unsigned th_elm__dec_places(th_i128 d) {
  u128 rest = mag(d) % (u128)DEC_ONE;
  unsigned places = rest ? 8 : 0;
  while (rest && rest % 10 == 0) {
    rest /= 10;
    places--;
  }
  return places;
}

/* At least `scale` places and never fewer than the value needs. */
th_str th_elm__dec_text(th_arena *a, th_i128 d, unsigned scale) {
  char digits[48];
  int n = 0;
  const unsigned need = th_elm__dec_places(d), places = scale > 8 ? 8 : scale > need ? scale : need;
  u128 m = mag(d);
  for (unsigned i = places; i < 8; i++) m /= 10;
  for (unsigned i = 0; m || i <= places; i++, m /= 10) {
    if (i == places && places) digits[n++] = '.';
    digits[n++] = (char)('0' + (int)(m % 10));
  }
  if (d < 0) digits[n++] = '-';
  char *p = TH_NEWN(a, char, (size_t)n + 1);
  if (!p) return TH_STR_NONE;
  for (int i = 0; i < n; i++) p[i] = digits[n - 1 - i];
  return th_str_n(p, (size_t)n);
}
