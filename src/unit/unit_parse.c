/* UCUM codes, clause by clause of the grammar:
 *   main := ["/"] term      term := component { ("." | "/") component }      (left to right, "a/b.c" is (a/b).c)
 *   component := atom [exponent] [annotation] | annotation | whole number [annotation] | "(" term ")"
 *   atom := symbol | prefix metric-symbol; a symbol stands for itself before it is tried as prefix and symbol. */
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "unit/unit_priv.h"

enum { DEPTH_MAX = 32, FACTOR_DIGITS = 18 };

static const th_unit unit_one = { .num = 1, .den = 1, .factor = 1 };

static uint64_t gcd(uint64_t a, uint64_t b) {
  while (b) {
    const uint64_t t = a % b;
    a = b;
    b = t;
  }
  return a;
}

static long double ratio_value(const th_unit *u) {
  const long double r = (long double)u->num / (long double)u->den;
  return u->exp10 < 0 ? r / powl(10, -u->exp10) : r * powl(10, u->exp10);
}

/* Tens go into the exponent, so that the whole numbers stay small. */
static void take_tens(th_unit *u) {
  for (; u->num % 10 == 0; u->num /= 10) u->exp10++;
  for (; u->den % 10 == 0; u->den /= 10) u->exp10--;
}

/* u *= num/den · 10^exp10; exact while 64 bits hold it. num 0: the factor alone is known. */
static void scale_by(th_unit *u, uint64_t num, uint64_t den, int exp10, long double factor) {
  u->factor *= factor;
  if (!u->num || !num) {
    u->num = 0;
    return;
  }
  const uint64_t g = gcd(u->num, den), h = gcd(num, u->den);
  const bool fits = !__builtin_mul_overflow(u->num / g, num / h, &u->num) &&
                    !__builtin_mul_overflow(u->den / h, den / g, &u->den) && abs(u->exp10 + exp10) < 10000;
  if (!fits) {
    u->num = 0;
    return;
  }
  u->exp10 = (int16_t)(u->exp10 + exp10);
  take_tens(u);
  u->factor = ratio_value(u);
}

static bool add_i8(int8_t *to, int more) {
  const int sum = *to + more;
  *to = (int8_t)sum;
  return sum >= INT8_MIN && sum <= INT8_MAX;
}

/* False when a third kind of arbitrary unit comes in, or an exponent grows too large. */
static bool add_arbitrary(th_unit *u, uint8_t id, int power) {
  if (!id || !power) return true;
  int at = 0;
  while (at < 2 && u->arbitrary[at].id && u->arbitrary[at].id < id) at++;
  if (at < 2 && u->arbitrary[at].id == id) {
    if (!add_i8(&u->arbitrary[at].power, power)) return false;
    if (u->arbitrary[at].power) return true;
    if (at == 0) u->arbitrary[0] = u->arbitrary[1];
    u->arbitrary[1].id = 0;
    u->arbitrary[1].power = 0;
    return true;
  }
  if (u->arbitrary[1].id) return false;
  if (at == 0) u->arbitrary[1] = u->arbitrary[0];
  u->arbitrary[at].id = id;
  u->arbitrary[at].power = 0;
  return add_i8(&u->arbitrary[at].power, power);
}

/* a *= b^power for proportional units. */
static bool multiply_into(th_unit *a, const th_unit *b, int power) {
  for (int i = 0; i < TH_UNIT_DIMS; i++)
    if (!add_i8(&a->dim[i], b->dim[i] * power)) return false;
  for (int i = 0; i < 2; i++)
    if (!add_arbitrary(a, b->arbitrary[i].id, b->arbitrary[i].power * power)) return false;
  for (int i = 0; i < abs(power); i++) {
    if (power > 0)
      scale_by(a, b->num, b->den, b->exp10, b->factor);
    else
      scale_by(a, b->num ? b->den : 0, b->num, -b->exp10, 1 / b->factor);
  }
  return isfinite(a->factor) && a->factor != 0;
}

typedef struct parser {
  th_str code;
  size_t at;
  int depth;
  th_err *err;
} parser;

static th_code parse_main(parser *p, th_unit *out);

static th_code fail_at(const parser *p, size_t at, const char *what) {
  const th_str rest = th_str_sub(p->code, at, p->code.n < at + 24 ? p->code.n : at + 24);
  th_fail_at(p->err, TH_EPARSE, 0, (uint32_t)(at < UINT32_MAX ? at + 1 : 0), "\"%.*s\" is no UCUM unit: %s at \"%.*s\"",
             p->code.n > 80 ? 80 : (int)p->code.n, p->code.p ? p->code.p : "", what, TH_STR_ARG(rest));
  return TH_EPARSE;
}

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static char peek(const parser *p) {
  return p->at < p->code.n ? p->code.p[p->at] : '\0';
}

/* An atom's own definition, which may lead to further atoms; the table is finite and has no circles. */
static th_code unit_of(const parser *p, const th_unit__atom *a, th_unit *out) {
  *out = unit_one;
  if (!a->as) {
    out->dim[a->num] = 1;
    return TH_OK;
  }
  parser inner = { .code = th_str_of(a->as), .depth = p->depth + 1, .err = p->err };
  TH_TRY(parse_main(&inner, out));
  if (a->num)
    scale_by(out, (uint64_t)a->num, 1, a->exp10, (long double)a->num * powl(10, a->exp10));
  else /* the one number here that is no ratio */
    scale_by(out, 0, 1, 0, 3.141592653589793238462643383279502884L);
  out->special = a->special;
  return add_arbitrary(out, a->arbitrary, 1) ? TH_OK : TH_EBUG;
}

static th_code prefixed(const parser *p, th_str symbol, size_t at, th_unit *out) {
  for (size_t n = 1; n <= 2 && n < symbol.n; n++) {
    const int exp = th_unit__prefix(th_str_sub(symbol, 0, n));
    const th_unit__atom *a = exp == INT_MIN ? NULL : th_unit__find(th_str_sub(symbol, n, symbol.n));
    if (!a || !a->metric) continue;
    TH_TRY(unit_of(p, a, out));
    if (exp > 128)
      scale_by(out, (uint64_t)1 << 10 * (exp - 128), 1, 0, (long double)((uint64_t)1 << 10 * (exp - 128)));
    else if (out->special)
      out->special_exp10 = (int8_t)exp;
    else
      scale_by(out, 1, 1, exp, powl(10, exp));
    return TH_OK;
  }
  return fail_at(p, at, "no such unit");
}

/* "10*" and "10^"; else a run of letters and signs, brackets whole. */
static size_t symbol_end(const parser *p) {
  const th_str s = p->code;
  size_t at = p->at;
  if (s.n - at >= 3 && memcmp(s.p + at, "10", 2) == 0 && (s.p[at + 2] == '*' || s.p[at + 2] == '^')) return at + 3;
  while (at < s.n) {
    const char c = s.p[at];
    if (c == '[') {
      const char *close = memchr(s.p + at, ']', s.n - at);
      if (!close) return at;
      at = (size_t)(close - s.p) + 1;
      continue;
    }
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '%' || c == '\'')) break;
    at++;
  }
  return at;
}

static th_code exponent(parser *p, int *out) {
  const size_t from = p->at;
  const bool minus = peek(p) == '-';
  *out = 1;
  if (minus || peek(p) == '+') p->at++;
  if (!is_digit(peek(p))) return p->at == from ? TH_OK : fail_at(p, from, "digits are expected behind a sign");
  int e = 0;
  for (; is_digit(peek(p)); p->at++) {
    e = e * 10 + (peek(p) - '0');
    if (e > INT8_MAX) return fail_at(p, from, "an exponent over 127");
  }
  *out = minus ? -e : e;
  return TH_OK;
}

static th_code annotation(parser *p) {
  if (peek(p) != '{') return TH_OK;
  const size_t from = p->at;
  for (p->at++; p->at < p->code.n; p->at++) {
    const char c = p->code.p[p->at];
    if (c == '}') {
      p->at++;
      return TH_OK;
    }
    if (c < '!' || c > '~' || c == '{') return fail_at(p, p->at, "a character that an annotation may not hold");
  }
  return fail_at(p, from, "an annotation that does not end");
}

static th_code simple_unit(parser *p, th_unit *out) {
  const size_t from = p->at, end = symbol_end(p);
  if (end == from) return fail_at(p, from, "a unit is expected");
  const th_str symbol = th_str_sub(p->code, from, end);
  const th_unit__atom *a = th_unit__find(symbol);
  th_unit u;
  if (a)
    TH_TRY(unit_of(p, a, &u));
  else
    TH_TRY(prefixed(p, symbol, from, &u));
  p->at = end;
  int e;
  TH_TRY(exponent(p, &e));
  if (e == 1) {
    *out = u;
    return TH_OK;
  }
  if (u.special) return th_fail(p->err, TH_EUNSUP, "%.*s has no powers: it is no proportional unit", TH_STR_ARG(symbol));
  *out = unit_one;
  return multiply_into(out, &u, e) ? TH_OK : fail_at(p, from, "an exponent that leads too far");
}

static th_code whole_number(parser *p, th_unit *out) {
  const size_t from = p->at;
  uint64_t n = 0;
  for (; is_digit(peek(p)); p->at++) {
    if (p->at - from == FACTOR_DIGITS) return fail_at(p, from, "a number of more than 18 digits");
    n = n * 10 + (uint64_t)(peek(p) - '0');
  }
  if (!n) return fail_at(p, from, "a number above 0 is expected");
  *out = unit_one;
  scale_by(out, n, 1, 0, (long double)n);
  return TH_OK;
}

static th_code term(parser *p, th_unit *out);

static th_code component(parser *p, th_unit *out) {
  const char c = peek(p);
  if (c == '(') {
    if (p->depth == DEPTH_MAX) return fail_at(p, p->at, "parentheses nested deeper than 32");
    const size_t from = p->at++;
    p->depth++;
    TH_TRY(term(p, out));
    p->depth--;
    if (peek(p) != ')') return fail_at(p, from, "a parenthesis that does not close");
    p->at++;
    return TH_OK;
  }
  if (c == '{') {
    *out = unit_one;
  } else if (is_digit(c) && symbol_end(p) == p->at) {
    TH_TRY(whole_number(p, out));
  } else {
    TH_TRY(simple_unit(p, out));
  }
  return annotation(p);
}

static bool is_one(const th_unit *u) {
  static const th_unit zero;
  return u->num == 1 && u->den == 1 && !u->exp10 && memcmp(u->dim, zero.dim, sizeof u->dim) == 0 && !u->arbitrary[0].id &&
         !u->special;
}

static th_code join(parser *p, th_unit *all, const th_unit *u, char sign, size_t at) {
  if (sign == '.' && is_one(all)) { /* the first, or behind nothing but ones: a special unit may stand alone */
    *all = *u;
    return TH_OK;
  }
  if (is_one(u)) return TH_OK;
  if (all->special || u->special)
    return th_fail(p->err, TH_EUNSUP, "\"%.*s\" multiplies a unit that is not proportional", TH_STR_ARG(p->code));
  return multiply_into(all, u, sign == '/' ? -1 : 1)
             ? TH_OK
             : fail_at(p, at, "an exponent, or a mixture of arbitrary units, that leads too far");
}

static th_code term(parser *p, th_unit *out) {
  th_unit u;
  TH_TRY(component(p, out));
  for (char sign = peek(p); sign == '.' || sign == '/'; sign = peek(p)) {
    const size_t at = p->at++;
    TH_TRY(component(p, &u));
    TH_TRY(join(p, out, &u, sign, at));
  }
  return TH_OK;
}

static th_code parse_main(parser *p, th_unit *out) {
  *out = unit_one;
  if (!p->code.n) return TH_OK;
  const size_t from = p->at;
  if (peek(p) != '/') {
    TH_TRY(term(p, out));
  } else {
    th_unit u;
    p->at++;
    TH_TRY(component(p, &u));
    TH_TRY(join(p, out, &u, '/', from));
    for (char sign = peek(p); sign == '.' || sign == '/'; sign = peek(p)) {
      const size_t at = p->at++;
      TH_TRY(component(p, &u));
      TH_TRY(join(p, out, &u, sign, at));
    }
  }
  return p->at == p->code.n ? TH_OK : fail_at(p, p->at, "something that does not belong there");
}

th_code th_unit_parse(th_str code, th_unit *out, th_err *err) {
  parser p = { .code = code, .err = err };
  const th_code rc = parse_main(&p, out);
  if (rc != TH_OK) *out = unit_one;
  return rc;
}

bool th_unit_multiply(th_unit a, th_unit b, int power, th_unit *out) {
  *out = a;
  if (is_one(&b)) return true;
  if (a.special || b.special || (power != 1 && power != -1)) return false;
  return multiply_into(out, &b, power);
}
