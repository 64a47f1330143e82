/* Exact decimals in 128 bits. Every coefficient has at most TH_LIMIT_DECIMAL_DIGITS digits, so it is below 10^36 and ten times
 * it, and twice ten times it, still fit: the loops below rest on that. Magnitudes are unsigned, signs are put back at the end. */
#include "theriac/base/dec.h"

#include <stdio.h>

#include "base/base_priv.h"
#include "theriac/base/limits.h"

__extension__ typedef unsigned __int128 u128;

enum { DIGITS = TH_LIMIT_DECIMAL_DIGITS, EXPONENT_MAX = 100000, PLAIN_SCALE_MAX = 40 };

/* 10^k for k ≤ 38. */
static u128 pow10_of(unsigned k) {
  u128 p = 1;
  while (k-- > 0) p *= 10;
  return p;
}

static u128 coeff_end(void) {
  return pow10_of(DIGITS);
}

static u128 magnitude(th_i128 c) {
  return c < 0 ? -(u128)c : (u128)c;
}

static th_dec signed_dec(bool neg, u128 m, int32_t scale) {
  return (th_dec){ .coeff = neg ? -(th_i128)m : (th_i128)m, .scale = scale };
}

/* m · 10^k in *out; false when it would have too many digits. */
static bool shift_up(u128 m, int64_t k, u128 *out) {
  *out = m;
  if (m == 0 || k == 0) return true;
  if (k > DIGITS || m >= pow10_of((unsigned)(DIGITS - k))) return false;
  *out = m * pow10_of((unsigned)k);
  return true;
}

/* Whether a quotient with this remainder goes up to the next number away from zero. */
static bool rounds_up(u128 quotient, u128 rest, u128 divisor, th_round how) {
  if (how == TH_ROUND_DOWN || rest == 0) return false;
  if (rest * 2 != divisor) return rest * 2 > divisor;
  return how == TH_ROUND_HALF_UP || (quotient & 1);
}

th_dec th_dec_of(th_i128 coeff, int32_t scale) {
  TH_ASSERT(scale >= 0);
  TH_ASSERT(magnitude(coeff) < coeff_end());
  return (th_dec){ .coeff = coeff, .scale = scale };
}

static bool digit(th_str s, size_t i, unsigned *d) {
  if (i >= s.n || s.p[i] < '0' || s.p[i] > '9') return false;
  *d = (unsigned)(s.p[i] - '0');
  return true;
}

static bool add_digits(th_str s, size_t *i, u128 *m, size_t *count) {
  unsigned d;
  const size_t from = *i;
  for (; digit(s, *i, &d); ++*i) {
    if (*m >= coeff_end() / 10) return false;
    *m = *m * 10 + d;
  }
  *count = *i - from;
  return true;
}

static bool read_exponent(th_str s, size_t *i, int64_t *exponent) {
  *exponent = 0;
  if (*i >= s.n || (s.p[*i] != 'e' && s.p[*i] != 'E')) return true;
  ++*i;
  const bool neg = *i < s.n && s.p[*i] == '-';
  if (*i < s.n && (s.p[*i] == '-' || s.p[*i] == '+')) ++*i;
  unsigned d;
  if (!digit(s, *i, &d)) return false;
  for (; digit(s, *i, &d); ++*i) {
    *exponent = *exponent * 10 + d;
    if (*exponent > EXPONENT_MAX) return false;
  }
  if (neg) *exponent = -*exponent;
  return true;
}

bool th_dec_parse(th_str s, th_dec *out) {
  size_t i = s.n && (s.p[0] == '-' || s.p[0] == '+');
  const bool neg = s.n && s.p[0] == '-';
  u128 m = 0;
  size_t whole, frac = 0;
  int64_t exponent;
  if (!add_digits(s, &i, &m, &whole) || whole == 0) return false;
  if (i < s.n && s.p[i] == '.') {
    i++;
    if (!add_digits(s, &i, &m, &frac) || frac == 0) return false;
  }
  if (!read_exponent(s, &i, &exponent) || i != s.n || frac > EXPONENT_MAX) return false;
  int64_t scale = (int64_t)frac - exponent;
  if (scale > EXPONENT_MAX) return false; /* it could not be printed and read again */
  if (scale < 0) {
    if (!shift_up(m, -scale, &m)) return false;
    scale = 0;
  }
  *out = signed_dec(neg, m, (int32_t)scale);
  out->text = s;
  return true;
}

static char *put_digits(char *end, u128 m, int at_least) {
  for (; m || at_least > 0; at_least--, m /= 10) *--end = (char)('0' + (int)(m % 10));
  return end;
}

/* Plain up to PLAIN_SCALE_MAX places, else digits and exponent ("12e-300"), which th_dec_parse reads back. */
char *th_dec_fmt(th_dec d, char out[TH_DEC_TEXT]) {
  char digits[64], *const end = digits + sizeof digits;
  const bool plain = d.scale <= PLAIN_SCALE_MAX;
  const char *p = put_digits(end, magnitude(d.coeff), plain ? d.scale + 1 : 1);
  size_t n = 0;
  if (d.coeff < 0) out[n++] = '-';
  while (p < end) {
    if (plain && d.scale && end - p == d.scale) out[n++] = '.';
    out[n++] = *p++;
  }
  out[n] = 0;
  if (!plain) snprintf(out + n, TH_DEC_TEXT - n, "e-%d", (int)d.scale);
  return out;
}

double th_dec_to_f64(th_dec d) {
  char text[TH_DEC_TEXT];
  return th_base__strtod(th_dec_fmt(d, text));
}

/* a · 10^k against b. */
static int cmp_shifted(u128 a, int64_t k, u128 b) {
  if (k > DIGITS) k = DIGITS + 1; /* then the divisor is above any coefficient */
  const u128 divisor = pow10_of((unsigned)k), q = b / divisor;
  if (a != q) return a < q ? -1 : 1;
  return b % divisor ? -1 : 0;
}

int th_dec_cmp(th_dec a, th_dec b) {
  const int sa = (a.coeff > 0) - (a.coeff < 0), sb = (b.coeff > 0) - (b.coeff < 0);
  if (sa != sb || sa == 0) return (sa > sb) - (sa < sb);
  const u128 x = magnitude(a.coeff), y = magnitude(b.coeff);
  const int c =
      a.scale <= b.scale ? cmp_shifted(x, (int64_t)b.scale - a.scale, y) : -cmp_shifted(y, (int64_t)a.scale - b.scale, x);
  return sa * c;
}

th_dec th_dec_round(th_dec d, int32_t scale, th_round how) {
  TH_ASSERT(scale >= 0);
  u128 m = magnitude(d.coeff);
  const bool neg = d.coeff < 0;
  if (scale >= d.scale) {
    const bool fits = shift_up(m, (int64_t)scale - d.scale, &m);
    return signed_dec(neg, m, fits ? scale : d.scale);
  }
  const int64_t drop = (int64_t)d.scale - scale;
  if (drop > DIGITS) return signed_dec(false, 0, scale);
  const u128 divisor = pow10_of((unsigned)drop), q = m / divisor;
  return signed_dec(neg, q + rounds_up(q, m % divisor, divisor, how), scale);
}

/* Drops zeros at the end while the scale is above `scale`. */
static void strip_zeros(th_dec *d, int32_t scale) {
  while (d->scale > scale && d->coeff % 10 == 0) {
    if (d->coeff == 0) {
      d->scale = scale;
      return;
    }
    d->coeff /= 10;
    d->scale--;
  }
}

bool th_dec_add(th_dec a, th_dec b, th_dec *out) {
  if (a.scale < b.scale) {
    const th_dec t = a;
    a = b;
    b = t;
  }
  u128 m;
  if (!shift_up(magnitude(b.coeff), (int64_t)a.scale - b.scale, &m)) {
    strip_zeros(&a, b.scale);
    if (!shift_up(magnitude(b.coeff), (int64_t)a.scale - b.scale, &m)) return false;
  }
  const th_i128 sum = a.coeff + (b.coeff < 0 ? -(th_i128)m : (th_i128)m);
  if (magnitude(sum) >= coeff_end()) return false;
  *out = (th_dec){ .coeff = sum, .scale = a.scale };
  return true;
}

bool th_dec_sub(th_dec a, th_dec b, th_dec *out) {
  b.coeff = -b.coeff;
  return th_dec_add(a, b, out);
}

static bool mul_fits(th_dec a, th_dec b) {
  const u128 x = magnitude(a.coeff), y = magnitude(b.coeff);
  return x == 0 || y <= (coeff_end() - 1) / x;
}

bool th_dec_mul(th_dec a, th_dec b, th_dec *out) {
  if (!mul_fits(a, b)) {
    strip_zeros(&a, 0);
    strip_zeros(&b, 0);
    if (!mul_fits(a, b)) return false;
  }
  if (a.scale > INT32_MAX - b.scale) return false;
  *out = (th_dec){ .coeff = a.coeff * b.coeff, .scale = a.scale + b.scale };
  return true;
}

/* Long division: the whole quotient first, then one digit at a time, so no product leaves 128 bits. */
bool th_dec_div(th_dec a, th_dec b, int32_t scale, th_round how, th_dec *out) {
  if (b.coeff == 0 || scale < 0) return false;
  const bool neg = (a.coeff < 0) != (b.coeff < 0);
  const u128 x = magnitude(a.coeff);
  u128 y = magnitude(b.coeff);
  int64_t more = (int64_t)scale + b.scale - a.scale;
  for (; more < 0; more++) {
    if (y / 10 > x) { /* the quotient is below a tenth */
      *out = signed_dec(false, 0, scale);
      return true;
    }
    y *= 10;
  }
  u128 q = x / y, r = x % y;
  for (; more > 0 && (q || r); more--) {
    r *= 10;
    q = q * 10 + r / y;
    r %= y;
    if (q >= coeff_end()) return false;
  }
  q += rounds_up(q, r, y, how);
  if (q >= coeff_end()) return false;
  *out = signed_dec(neg, q, scale);
  return true;
}
