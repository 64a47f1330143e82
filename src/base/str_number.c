/* Numbers in text, the same under every locale the host program may have set. */
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/base_priv.h"
#include "theriac/base/str.h"

/* The C locale is a constant of the C library: asking for it allocates nothing, and it is never freed. */
static locale_t c_locale(void) {
  static _Thread_local locale_t c;
  if (!c) c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  return c;
}

int th_base__vsnprintf(char *out, size_t n, const char *fmt, va_list ap) {
  int len;
  if (th_base__format(out, n, fmt, ap, &len)) return len;
  const locale_t c = c_locale(), was = c ? uselocale(c) : (locale_t)0;
  len = vsnprintf(out, n, fmt, ap);
  if (was) uselocale(was);
  return len;
}

double th_base__strtod(const char *z) {
  const locale_t c = c_locale();
  return c ? strtod_l(z, NULL, c) : strtod(z, NULL);
}

bool th_str_to_i64(th_str s, int64_t *out) {
  size_t i = 0;
  const bool neg = s.n && s.p[0] == '-';
  if (s.n && (s.p[0] == '-' || s.p[0] == '+')) i = 1;
  if (i == s.n) return false;
  const uint64_t max = neg ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
  uint64_t u = 0;
  for (; i < s.n; i++) {
    const unsigned digit = (unsigned)(s.p[i] - '0');
    if (digit > 9 || u > (max - digit) / 10) return false;
    u = u * 10 + digit;
  }
  *out = !neg ? (int64_t)u : u == max ? INT64_MIN : -(int64_t)u;
  return true;
}

static size_t digits_from(th_str s, size_t i) {
  const size_t from = i;
  while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9') i++;
  return i - from;
}

/* Most numbers in records: an optional sign, up to fifteen digits, a point among them or none. The digits as a whole number and the
 * power of ten are both exact in a double, and so one division rounds as the true value would (Clinger 1990). False: look properly. */
static bool short_decimal(th_str s, double *out) {
  static const double tens[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };
  if (s.n == 0 || s.n > 16) return false;
  const bool neg = s.p[0] == '-';
  size_t digits = 0, point = s.n;
  uint64_t whole = 0;
  for (size_t i = neg; i < s.n; i++) {
    const unsigned d = (unsigned)(s.p[i] - '0');
    if (d <= 9) {
      whole = whole * 10 + d;
      digits++;
    } else if (s.p[i] == '.' && point == s.n) {
      point = i;
    } else {
      return false;
    }
  }
  if (digits == 0 || digits > 15) return false;
  const double v = (double)whole / tens[point == s.n ? 0 : s.n - 1 - point];
  *out = neg ? -v : v;
  return true;
}

/* [+-]digits[.[digits]] or [+-].digits, then [(e|E)[+-]digits]; nothing else ("0x1p3", "inf", "1_000" are none). */
static bool is_decimal(th_str s) {
  size_t i = s.n && (s.p[0] == '-' || s.p[0] == '+');
  const size_t whole = digits_from(s, i);
  i += whole;
  size_t frac = 0;
  if (i < s.n && s.p[i] == '.') {
    frac = digits_from(s, i + 1);
    i += 1 + frac;
  }
  if (whole + frac == 0) return false;
  if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
    i++;
    if (i < s.n && (s.p[i] == '-' || s.p[i] == '+')) i++;
    const size_t exp = digits_from(s, i);
    if (exp == 0) return false;
    i += exp;
  }
  return i == s.n;
}

bool th_str_is_nct(th_str s) {
  return s.n == 11 && th_str_eq_nocase(th_str_sub(s, 0, 3), TH_S("NCT")) && digits_from(s, 3) == 8;
}

bool th_str_to_f64(th_str s, double *out) {
  char z[1024];
  if (short_decimal(s, out)) return true;
  if (s.n >= sizeof z || !is_decimal(s)) return false;
  memcpy(z, s.p, s.n);
  z[s.n] = 0;
  const double v = th_base__strtod(z);
  if (!isfinite(v)) return false;
  *out = v;
  return true;
}
