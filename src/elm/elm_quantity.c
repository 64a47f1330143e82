/* Quantities: comparison and arithmetic across units (CQL 1.5, Appendix B, "Equal", "Add"; Author's Guide, "Unit Conversion").
 *
 * Two families of time units live side by side: calendar words (year, month) and UCUM's definite times ('a', 'mo'). Up to weeks
 * they are the same; a calendar year or month equals neither a definite one nor a number of days, though they are equivalent. */
#include <math.h>

#include "elm/elm_priv.h"

static th_str word_unit(th_str unit, bool *calendar) {
  static const char *const ucum[] = { "", "a", "mo", "d", "h", "min", "s", "ms", "wk" };
  const unsigned p = th_elm__prec_of(unit);
  *calendar = p == TH_ELM_YEAR || p == TH_ELM_MONTH;
  return p ? th_str_of(ucum[p]) : unit.n ? unit : TH_S("1");
}

unsigned th_elm__calendar(th_str unit) {
  static const struct {
    const char *code;
    unsigned prec;
  } definite[] = { { "wk", TH_ELM_WEEK },    { "d", TH_ELM_DAY },    { "h", TH_ELM_HOUR },
                   { "min", TH_ELM_MINUTE }, { "s", TH_ELM_SECOND }, { "ms", TH_ELM_MILLI } };
  for (size_t i = 0; i < sizeof definite / sizeof *definite; i++) {
    if (th_str_is(unit, definite[i].code)) return definite[i].prec;
  }
  return th_elm__prec_of(unit);
}

bool th_elm__unit_ok(th_str unit) {
  bool calendar;
  th_unit u;
  return th_unit_parse(word_unit(unit, &calendar), &u, NULL) == TH_OK;
}

const elm_qty *th_elm__qty(val v) {
  return v.u.p;
}

val th_elm__qty_new(eval *e, th_i128 v, unsigned scale, th_str unit) {
  elm_qty *q = TH_NEW(e->arena, elm_qty);
  if (!q) return v_null();
  *q = (elm_qty){ v, (uint8_t)scale, unit };
  return (val){ .kind = TH_ELM_QUANTITY, .u.p = q };
}

static bool same_unit(th_str a, th_str b) {
  if (th_str_eq(a, b)) return true;
  const unsigned p = th_elm__calendar(a);
  if (p && p == th_elm__calendar(b)) return true;
  return (a.n == 0 || th_str_is(a, "1")) && (b.n == 0 || th_str_is(b, "1"));
}

/* Calendar conversions go in the shortest number of steps: days to years directly. Gives the length in the finest unit that both
 * reach: months for years and months, days (30 a month, 365 a year) once a definite unit takes part. */
static long double calendar_days(unsigned p) {
  return p == TH_ELM_YEAR ? 365.0L : p == TH_ELM_MONTH ? 30.0L : 0;
}

typedef struct pair {
  th_unit a, b;
  bool calendar_a, calendar_b;
} pair;

static bool parse_pair(th_str ua, th_str ub, pair *p) {
  return th_unit_parse(word_unit(ua, &p->calendar_a), &p->a, NULL) == TH_OK &&
         th_unit_parse(word_unit(ub, &p->calendar_b), &p->b, NULL) == TH_OK;
}

static bool near_i128(long double x, th_i128 *out) {
  const long double r = roundl(x);
  if (!isfinite(r) || fabsl(r) >= 1e36L) return false;
  *out = (th_i128)r;
  return true;
}

/* x in units of 10^-8 of `from`, as the same of `to`. */
static bool convert_coeff(th_i128 x, th_unit from, th_unit to, th_i128 *out) {
  th_dec d;
  long double y;
  if (th_unit_convert_dec(th_dec_of(x, 8), from, to, 8, &d) && d.scale <= 8) {
    for (*out = d.coeff; d.scale < 8 && dec_fits(*out); d.scale++) *out *= 10;
    return dec_fits(*out);
  }
  if (!th_unit_convert((long double)x / 1e8L, from, to, &y)) return false;
  return near_i128(y * 1e8L, out);
}

static bool both_calendar(th_str ua, th_str ub, th_i128 *x, th_i128 *y, th_str *unit) {
  const unsigned p = th_elm__prec_of(ua), q = th_elm__prec_of(ub);
  if (!(p == TH_ELM_YEAR && q == TH_ELM_MONTH) && !(p == TH_ELM_MONTH && q == TH_ELM_YEAR)) return false;
  if (p == TH_ELM_YEAR) *x *= 12;
  if (q == TH_ELM_YEAR) *y *= 12;
  *unit = p == TH_ELM_MONTH ? ua : ub;
  return true;
}

bool th_elm__qty_align(eval *e, val a, val b, th_i128 *x, th_i128 *y, th_str *unit) {
  (void)e;
  const elm_qty *p = th_elm__qty(a), *q = th_elm__qty(b);
  *x = p->v;
  *y = q->v;
  *unit = p->unit;
  if (same_unit(p->unit, q->unit)) return true;
  pair u;
  if (both_calendar(p->unit, q->unit, x, y, unit)) return true;
  if (!parse_pair(p->unit, q->unit, &u) || u.calendar_a || u.calendar_b || !th_unit_commensurable(u.a, u.b)) return false;
  /* The result is in the finer unit, so that nothing is lost. */
  if (u.a.factor <= u.b.factor) return convert_coeff(q->v, u.b, u.a, y);
  *unit = q->unit;
  return convert_coeff(p->v, u.a, u.b, x);
}

static bool equiv_align(val a, val b, th_i128 *x, th_i128 *y) {
  const elm_qty *p = th_elm__qty(a), *q = th_elm__qty(b);
  pair u;
  if (!parse_pair(p->unit, q->unit, &u) || !th_unit_commensurable(u.a, u.b)) return false;
  if (u.calendar_a != u.calendar_b) {
    /* 1 year ~ 1 'a' and 1 year ~ 365 days: read the definite year or month as the calendar one, else count days. */
    const bool named = u.a.factor == u.b.factor;
    if (named) return true;
    th_unit day;
    if (th_unit_parse(TH_S("d"), &day, NULL) != TH_OK) return false;
    const long double da = u.calendar_a ? calendar_days(th_elm__prec_of(p->unit)) : 0;
    const long double db = u.calendar_b ? calendar_days(th_elm__prec_of(q->unit)) : 0;
    bool ok = da > 0 ? near_i128((long double)p->v * da, x) : convert_coeff(p->v, u.a, day, x);
    ok = ok && (db > 0 ? near_i128((long double)q->v * db, y) : convert_coeff(q->v, u.b, day, y));
    return ok;
  }
  return convert_coeff(q->v, u.b, u.a, y);
}

/* CMP_UNKNOWN: one of the units is unknown or they are not commensurable, so nothing can be said. */
elm_cmp th_elm__qty_cmp(eval *e, val a, val b, bool equiv) {
  th_i128 x, y;
  th_str unit;
  if (!th_elm__qty_align(e, a, b, &x, &y, &unit)) {
    if (!equiv) return CMP_UNKNOWN;
    x = th_elm__qty(a)->v;
    y = th_elm__qty(b)->v;
    if (!equiv_align(a, b, &x, &y)) return CMP_UNKNOWN;
  }
  if (equiv) {
    const unsigned pa = th_elm__dec_places(x), pb = th_elm__dec_places(y), least = pa < pb ? pa : pb;
    x = th_elm__dec_round(x, (int)least);
    y = th_elm__dec_round(y, (int)least);
  }
  return x < y ? CMP_LT : x > y ? CMP_GT : CMP_EQ;
}

bool th_elm__qty_convert(eval *e, val q, th_str unit, val *out) {
  const elm_qty *p = th_elm__qty(q);
  pair u;
  th_i128 x;
  if (same_unit(p->unit, unit)) {
    *out = th_elm__qty_new(e, p->v, p->scale, unit);
    return !is_null(*out);
  }
  if (!parse_pair(p->unit, unit, &u) || u.calendar_a != u.calendar_b || !convert_coeff(p->v, u.a, u.b, &x)) return false;
  *out = th_elm__qty_new(e, x, th_elm__dec_places(x), unit);
  return !is_null(*out);
}

/* As UCUM writes it: "week" is "wk". */
static th_str ucum(th_str unit) {
  bool calendar;
  return word_unit(unit, &calendar);
}

/* A unit as factors with exponents, so that what cancels does: m2/m is m. */
enum { FACTORS = 12 };
typedef struct factors {
  struct {
    th_str symbol;
    int power;
  } f[FACTORS];
  uint32_t n;
} factors;

static size_t symbol_end(th_str s, size_t at) {
  for (; at < s.n; at++) {
    const char c = s.p[at], close = c == '[' ? ']' : c == '{' ? '}' : 0;
    if (close) {
      while (at < s.n && s.p[at] != close) at++;
      continue;
    }
    if (!((c | 32) >= 'a' && (c | 32) <= 'z') && c != '_' && c != '%' && c != '\'' && c != '*' && c != '^') break;
  }
  return at > s.n ? s.n : at;
}

static bool add_factor(factors *all, th_str symbol, int power) {
  for (uint32_t i = 0; i < all->n; i++) {
    if (!th_str_eq(all->f[i].symbol, symbol)) continue;
    all->f[i].power += power;
    return true;
  }
  if (all->n == FACTORS) return false;
  all->f[all->n].symbol = symbol;
  all->f[all->n++].power = power;
  return true;
}

/* False for what has parentheses or numbers of its own; such units are joined as text. */
static bool add_unit(factors *all, th_str s, int sign) {
  size_t at = 0;
  int side = sign;
  if (th_str_is(s, "1")) return true;
  if (s.n && s.p[0] == '/') {
    side = -sign;
    at = 1;
  }
  for (;;) {
    const size_t from = at, end = symbol_end(s, at);
    if (end == from) return false;
    at = end;
    int power = 0;
    const bool minus = at < s.n && s.p[at] == '-';
    if (at < s.n && (minus || s.p[at] == '+')) at++;
    const size_t digits = at;
    for (; at < s.n && s.p[at] >= '0' && s.p[at] <= '9'; at++) power = power > 99 ? 100 : power * 10 + (s.p[at] - '0');
    if (power > 99 || (at == digits && digits > end)) return false;
    if (at == digits) power = 1;
    if (!add_factor(all, th_str_sub(s, from, end), side * (minus ? -power : power))) return false;
    if (at == s.n) return true;
    if (s.p[at] != '.' && s.p[at] != '/') return false;
    side = s.p[at++] == '/' ? -sign : sign;
  }
}

static th_str factors_text(eval *e, const factors *all) {
  th_buf b;
  th_buf_init(&b, e->arena, 32);
  for (int side = 1; side >= -1; side -= 2) {
    for (uint32_t i = 0; i < all->n; i++) {
      const int power = all->f[i].power * side;
      if (power <= 0) continue;
      if (side < 0 || b.n) th_buf_addc(&b, side < 0 ? '/' : '.');
      th_buf_add(&b, all->f[i].symbol);
      if (power > 1) th_buf_addf(&b, "%d", power);
    }
  }
  if (!b.n) th_buf_addc(&b, '1');
  return b.failed ? TH_STR_NONE : th_buf_str(&b);
}

/* Left to right, "a/b.c" is (a/b).c: only what comes behind a stroke needs parentheses. */
th_str th_elm__unit_product(eval *e, th_str a, th_str b, bool divide) {
  factors all = { 0 };
  if (th_str_is(ucum(b), "1")) return a;
  if (!divide && th_str_is(ucum(a), "1")) return b;
  a = ucum(a);
  b = ucum(b);
  if (add_unit(&all, a, 1) && add_unit(&all, b, divide ? -1 : 1)) return factors_text(e, &all);
  const bool nest = divide && (th_str_has(b, TH_S("/")) || th_str_has(b, TH_S("."))), bare = b.p[0] == '/';
  if (bare && !divide) return th_str_fmt(e->arena, "%.*s%.*s", TH_STR_ARG(a), TH_STR_ARG(b));
  return th_str_fmt(e->arena, nest ? "%.*s%s(%s%.*s)" : "%.*s%s%s%.*s", TH_STR_ARG(a), divide ? "/" : ".", bare ? "1" : "",
                    TH_STR_ARG(b));
}

bool th_elm__qty_product(eval *e, val a, val b, bool divide, val *out) {
  const elm_qty *p = th_elm__qty(a), *q = th_elm__qty(b);
  th_i128 x = p->v, y = q->v, r;
  th_str ub = q->unit, common;
  pair u;
  if (!parse_pair(p->unit, q->unit, &u)) return false;
  /* Commensurable units meet in one before they divide, so that 1 'm' / 10 'cm' is 10. */
  if (th_unit_commensurable(u.a, u.b) && !th_str_eq(p->unit, q->unit) && th_elm__qty_align(e, a, b, &x, &y, &common)) {
    ub = common;
    if (!divide) {
      *out = th_elm__dec_mul(x, y, &r)
                 ? th_elm__qty_new(e, r, th_elm__dec_places(r), th_elm__unit_product(e, common, common, false))
                 : v_null();
      return true;
    }
    *out = th_elm__dec_div(x, y, &r) ? th_elm__qty_new(e, r, th_elm__dec_places(r), TH_S("1")) : v_null();
    return true;
  }
  const bool ok = divide ? th_elm__dec_div(x, y, &r) : th_elm__dec_mul(x, y, &r);
  *out = ok ? th_elm__qty_new(e, r, th_elm__dec_places(r), th_elm__unit_product(e, p->unit, ub, divide)) : v_null();
  return true;
}
