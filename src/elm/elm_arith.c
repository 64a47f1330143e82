/* Arithmetic (CQL 1.5, Appendix B, "Arithmetic Operators"). Integer is 32 bit, Long 64, Decimal exact; what cannot be represented
 * is null. Uncertainties add, subtract and multiply as ranges. */
#include <math.h>

#include "elm/elm_priv.h"

static bool is_uncertain(val v) {
  return v.kind == TH_ELM_INTERVAL && v.flag;
}

static bool is_whole(val v) {
  return v.kind == TH_ELM_INT || v.kind == TH_ELM_LONG;
}
static bool is_number(val v) {
  return is_whole(v) || v.kind == TH_ELM_DECIMAL;
}
static th_i128 coeff(val v) {
  return v.kind == TH_ELM_DECIMAL ? dec_of(v) : (th_i128)v.u.i * DEC_ONE;
}
static unsigned scale_of(val v) {
  return v.kind == TH_ELM_DECIMAL ? v.scale : 0;
}

static val whole(th_i128 r, bool is_long) {
  if (is_long) return r < INT64_MIN || r > INT64_MAX ? v_null() : v_long((int64_t)r);
  return r < INT32_MIN || r > INT32_MAX ? v_null() : v_int((int64_t)r);
}

static val decimal(th_i128 r, unsigned scale) {
  if (!dec_fits(r)) return v_null();
  return v_dec(r, scale > 8 ? 8 : scale ? scale : 1);
}

/* An uncertainty that is no range to reckon with is an error too (the official suite: DateTimeDurationBetweenUncertainDiv). */
static th_code mismatch(eval *e, const node *n, val a, val b) {
  return th_elm__fail(e, n, TH_EINVAL, "%s does not take %s and %s", n ? n->op->name : "the operator", th_elm_kind_name(a),
                      th_elm_kind_name(b));
}

/* ── Add, subtract ─────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code add_time(eval *e, const node *n, val t, val q, bool subtract, val *out) {
  const elm_qty *p = th_elm__qty(q);
  const unsigned unit = th_elm__calendar(p->unit);
  th_elm_time r;
  /* 'a' and 'mo' are definite durations, not calendar ones ("time-valued quantity"). */
  if (!unit)
    return th_elm__fail(e, n, TH_EINVAL, "'%.*s' is not a unit of time that can be added to a date", TH_STR_ARG(p->unit));
  if (t.kind == TH_ELM_TIME && (unit <= TH_ELM_DAY || unit == TH_ELM_WEEK)) {
    return th_elm__fail(e, n, TH_EINVAL, "'%.*s' cannot be added to a Time", TH_STR_ARG(p->unit));
  }
  if (!th_elm__time_add((th_elm_kind)t.kind, t.u.t, subtract ? -p->v : p->v, unit, &r))
    return th_elm__fail(e, n, TH_EINVAL, "the result lies outside the years 1 to 9999");
  *out = v_time((th_elm_kind)t.kind, r);
  return TH_OK;
}

static th_code add_range(eval *e, const node *n, val a, val b, bool subtract, val *out) {
  const val al = is_uncertain(a) ? as_interval(a)->low : a, ah = is_uncertain(a) ? as_interval(a)->high : a;
  const val bl = is_uncertain(b) ? as_interval(b)->low : b, bh = is_uncertain(b) ? as_interval(b)->high : b;
  val lo, hi;
  TH_TRY(th_elm__add(e, n, al, subtract ? bh : bl, subtract, &lo));
  TH_TRY(th_elm__add(e, n, ah, subtract ? bl : bh, subtract, &hi));
  *out = th_elm__uncertain(e, lo, hi);
  return TH_OK;
}

th_code th_elm__add(eval *e, const node *n, val a, val b, bool subtract, val *out) {
  *out = v_null();
  if (is_null(a) || is_null(b)) return TH_OK;
  if (is_uncertain(a) || is_uncertain(b)) return add_range(e, n, a, b, subtract, out);
  if (is_whole(a) && is_whole(b)) {
    const th_i128 x = a.u.i, y = b.u.i;
    *out = whole(subtract ? x - y : x + y, a.kind == TH_ELM_LONG || b.kind == TH_ELM_LONG);
    return TH_OK;
  }
  if (is_number(a) && is_number(b)) {
    const th_i128 x = coeff(a), y = coeff(b);
    *out = decimal(subtract ? x - y : x + y, scale_of(a) > scale_of(b) ? scale_of(a) : scale_of(b));
    return TH_OK;
  }
  if (is_temporal(a) && b.kind == TH_ELM_QUANTITY) return add_time(e, n, a, b, subtract, out);
  if (a.kind == TH_ELM_QUANTITY && b.kind == TH_ELM_QUANTITY) {
    th_i128 x, y;
    th_str unit;
    if (!th_elm__qty_align(e, a, b, &x, &y, &unit)) return TH_OK;
    const th_i128 r = subtract ? x - y : x + y;
    const unsigned s = th_elm__qty(a)->scale, t = th_elm__qty(b)->scale;
    if (dec_fits(r)) *out = th_elm__qty_new(e, r, s > t ? s : t, unit);
    return TH_OK;
  }
  if (a.kind == TH_ELM_STRING && b.kind == TH_ELM_STRING && !subtract) {
    const th_str s = th_str_fmt(e->arena, "%.*s%.*s", TH_STR_ARG(a.u.str), TH_STR_ARG(b.u.str));
    if (!s.p) return th_elm__nomem(e);
    *out = v_str(s);
    return TH_OK;
  }
  return mismatch(e, n, a, b);
}

th_code th_elm__op_Add(eval *e, const node *n, val *out) {
  KID(0, a);
  KID(1, b);
  return th_elm__add(e, n, a, b, false, out);
}
th_code th_elm__op_Subtract(eval *e, const node *n, val *out) {
  KID(0, a);
  KID(1, b);
  return th_elm__add(e, n, a, b, true, out);
}

/* ── Multiply, divide ──────────────────────────────────────────────────────────────────────────────────────────────── */

static val as_quantity(eval *e, val v) {
  return v.kind == TH_ELM_QUANTITY ? v : th_elm__qty_new(e, coeff(v), scale_of(v), TH_S("1"));
}

th_code th_elm__multiply(eval *e, const node *n, val a, val b, val *out) {
  *out = v_null();
  if (is_null(a) || is_null(b)) return TH_OK;
  if (is_uncertain(a) || is_uncertain(b)) {
    const val end[2][2] = { { is_uncertain(a) ? as_interval(a)->low : a, is_uncertain(a) ? as_interval(a)->high : a },
                            { is_uncertain(b) ? as_interval(b)->low : b, is_uncertain(b) ? as_interval(b)->high : b } };
    val lo = v_null(), hi = v_null();
    for (int i = 0; i < 4; i++) {
      val p;
      TH_TRY(th_elm__multiply(e, n, end[0][i & 1], end[1][i >> 1], &p));
      if (i == 0 || th_elm__less(e, p, lo, 0) == TH_TRUE) lo = p;
      if (i == 0 || th_elm__less(e, hi, p, 0) == TH_TRUE) hi = p;
    }
    *out = th_elm__uncertain(e, lo, hi);
    return TH_OK;
  }
  if (is_whole(a) && is_whole(b)) {
    *out = whole((th_i128)a.u.i * b.u.i, a.kind == TH_ELM_LONG || b.kind == TH_ELM_LONG);
    return TH_OK;
  }
  if (is_number(a) && is_number(b)) {
    th_i128 r;
    if (th_elm__dec_mul(coeff(a), coeff(b), &r)) *out = decimal(r, scale_of(a) + scale_of(b));
    return TH_OK;
  }
  if ((a.kind == TH_ELM_QUANTITY || is_number(a)) && (b.kind == TH_ELM_QUANTITY || is_number(b))) {
    if (!th_elm__qty_product(e, as_quantity(e, a), as_quantity(e, b), false, out)) *out = v_null();
    return TH_OK;
  }
  return mismatch(e, n, a, b);
}

th_code th_elm__op_Multiply(eval *e, const node *n, val *out) {
  KID(0, a);
  KID(1, b);
  return th_elm__multiply(e, n, a, b, out);
}

static th_code divided(eval *e, const node *n, val a, val b, val *out) {
  *out = v_null();
  if (is_null(a) || is_null(b)) return TH_OK;
  if (is_number(a) && is_number(b)) {
    th_i128 r;
    if (th_elm__dec_div(coeff(a), coeff(b), &r)) *out = decimal(r, th_elm__dec_places(r));
    return TH_OK;
  }
  if ((a.kind == TH_ELM_QUANTITY || is_number(a)) && (b.kind == TH_ELM_QUANTITY || is_number(b))) {
    if (!th_elm__qty_product(e, as_quantity(e, a), as_quantity(e, b), true, out)) *out = v_null();
    return TH_OK;
  }
  return mismatch(e, n, a, b);
}

static bool is_negative(val a) {
  if (is_whole(a)) return a.u.i < 0;
  return a.kind == TH_ELM_DECIMAL ? dec_of(a) < 0 : a.kind == TH_ELM_QUANTITY && th_elm__qty(a)->v < 0;
}
static bool is_zero(val a) {
  if (is_whole(a)) return a.u.i == 0;
  return a.kind == TH_ELM_DECIMAL ? dec_of(a) == 0 : a.kind == TH_ELM_QUANTITY && th_elm__qty(a)->v == 0;
}

/* Between the least and the greatest quotient of the ends; not known where the divisor may be nought. */
static th_code divided_range(eval *e, const node *n, val a, val b, val *out) {
  const val end[2][2] = { { is_uncertain(a) ? as_interval(a)->low : a, is_uncertain(a) ? as_interval(a)->high : a },
                          { is_uncertain(b) ? as_interval(b)->low : b, is_uncertain(b) ? as_interval(b)->high : b } };
  val lo = v_null(), hi = v_null();
  *out = v_null();
  if (is_negative(end[1][0]) != is_negative(end[1][1]) || is_zero(end[1][0]) || is_zero(end[1][1])) return TH_OK;
  for (int i = 0; i < 4; i++) {
    val q;
    TH_TRY(divided(e, n, end[0][i & 1], end[1][i >> 1], &q));
    if (i == 0 || th_elm__less(e, q, lo, 0) == TH_TRUE) lo = q;
    if (i == 0 || th_elm__less(e, hi, q, 0) == TH_TRUE) hi = q;
  }
  *out = th_elm__uncertain(e, lo, hi);
  return TH_OK;
}

th_code th_elm__op_Divide(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  KID_OR_NULL(1, b);
  return is_uncertain(a) || is_uncertain(b) ? divided_range(e, n, a, b, out) : divided(e, n, a, b, out);
}

/* Quotient towards zero, or the remainder that belongs to it. */
static th_code divide_whole(eval *e, const node *n, bool rest, val *out) {
  KID_OR_NULL(0, a);
  KID_OR_NULL(1, b);
  *out = v_null();
  if (is_whole(a) && is_whole(b)) {
    if (b.u.i == 0) return TH_OK;
    const th_i128 x = a.u.i, y = b.u.i;
    *out = whole(rest ? x % y : x / y, a.kind == TH_ELM_LONG || b.kind == TH_ELM_LONG);
    return TH_OK;
  }
  if (is_number(a) && is_number(b)) {
    const th_i128 x = coeff(a), y = coeff(b);
    if (y == 0) return TH_OK;
    const unsigned s = scale_of(a) > scale_of(b) ? scale_of(a) : scale_of(b);
    const th_i128 q = x / y;
    if (!rest && (q >= DEC_TOP / DEC_ONE || q <= -(DEC_TOP / DEC_ONE))) return TH_OK;
    *out = rest ? decimal(x % y, s) : decimal(q * DEC_ONE, 1);
    return TH_OK;
  }
  if (a.kind == TH_ELM_QUANTITY || b.kind == TH_ELM_QUANTITY) {
    th_i128 x, y;
    th_str unit;
    const val p = as_quantity(e, a), q = as_quantity(e, b);
    const bool plain = th_str_is(th_elm__qty(q)->unit, "1");
    x = th_elm__qty(p)->v;
    y = th_elm__qty(q)->v;
    unit = th_elm__qty(p)->unit;
    if (!plain && !th_elm__qty_align(e, p, q, &x, &y, &unit)) return TH_OK;
    if (y == 0) return TH_OK;
    const th_i128 r = rest ? x % y : x / y;
    if (rest)
      *out = th_elm__qty_new(e, r, th_elm__dec_places(r), unit);
    else if (r < DEC_TOP / DEC_ONE && r > -(DEC_TOP / DEC_ONE))
      *out = th_elm__qty_new(e, r * DEC_ONE, 1, unit);
    return TH_OK;
  }
  return mismatch(e, n, a, b);
}

th_code th_elm__op_TruncatedDivide(eval *e, const node *n, val *out) {
  return divide_whole(e, n, false, out);
}
th_code th_elm__op_Modulo(eval *e, const node *n, val *out) {
  return divide_whole(e, n, true, out);
}

/* ── One operand ───────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef th_code (*unary)(eval *e, const node *n, val a, int how, val *out);

/* Of a range, between what its ends give: all of these rise, or fall, all the way. */
static th_code one_operand(eval *e, const node *n, val a, unary f, int how, val *out) {
  if (!is_uncertain(a)) return f(e, n, a, how, out);
  val lo, hi;
  TH_TRY(f(e, n, as_interval(a)->low, how, &lo));
  TH_TRY(f(e, n, as_interval(a)->high, how, &hi));
  *out = th_elm__less(e, hi, lo, 0) == TH_TRUE ? th_elm__uncertain(e, hi, lo) : th_elm__uncertain(e, lo, hi);
  return TH_OK;
}

static th_code negated(eval *e, const node *n, val a, int how, val *out) {
  (void)how;
  if (is_whole(a))
    *out = whole(-(th_i128)a.u.i, a.kind == TH_ELM_LONG);
  else if (a.kind == TH_ELM_DECIMAL)
    *out = v_dec(-dec_of(a), a.scale);
  else if (a.kind == TH_ELM_QUANTITY)
    *out = th_elm__qty_new(e, -th_elm__qty(a)->v, th_elm__qty(a)->scale, th_elm__qty(a)->unit);
  else
    return mismatch(e, n, a, a);
  return TH_OK;
}

th_code th_elm__op_Negate(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  return one_operand(e, n, a, negated, 0, out);
}

static th_code absolute(eval *e, const node *n, val a, int how, val *out) {
  if (is_negative(a)) return negated(e, n, a, how, out);
  if (!is_number(a) && a.kind != TH_ELM_QUANTITY) return mismatch(e, n, a, a);
  *out = a;
  return TH_OK;
}

th_code th_elm__op_Abs(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  if (is_uncertain(a) && is_negative(as_interval(a)->low) != is_negative(as_interval(a)->high)) {
    val below; /* from nought to the farther end */
    TH_TRY(negated(e, n, as_interval(a)->low, 0, &below));
    const val above = as_interval(a)->high;
    val nought;
    TH_TRY(th_elm__add(e, n, above, above, true, &nought));
    *out = th_elm__uncertain(e, nought, th_elm__less(e, above, below, 0) == TH_TRUE ? below : above);
    return TH_OK;
  }
  return one_operand(e, n, a, absolute, 0, out);
}

/* towards: -1 floor, 1 ceiling, 0 zero */
static th_code to_whole(eval *e, const node *n, val a, int towards, val *out) {
  if (!is_number(a)) return mismatch(e, n, a, a);
  if (is_whole(a)) {
    *out = a;
    return TH_OK;
  }
  const th_i128 d = dec_of(a), rest = d % DEC_ONE;
  th_i128 q = d / DEC_ONE;
  if (towards < 0 && rest < 0) q--;
  if (towards > 0 && rest > 0) q++;
  *out = whole(q, false);
  return TH_OK;
}
th_code th_elm__op_Ceiling(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  return one_operand(e, n, a, to_whole, 1, out);
}
th_code th_elm__op_Floor(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  return one_operand(e, n, a, to_whole, -1, out);
}
th_code th_elm__op_Truncate(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  return one_operand(e, n, a, to_whole, 0, out);
}

static th_code rounded(eval *e, const node *n, val a, int places, val *out) {
  const unsigned scale = places > 0 ? (unsigned)places : 1;
  if (a.kind == TH_ELM_QUANTITY) {
    *out = th_elm__qty_new(e, th_elm__dec_round(th_elm__qty(a)->v, places), scale, th_elm__qty(a)->unit);
    return TH_OK;
  }
  if (!is_number(a)) return mismatch(e, n, a, a);
  *out = decimal(th_elm__dec_round(coeff(a), places), scale);
  return TH_OK;
}

th_code th_elm__op_Round(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  KID(1, p);
  return one_operand(e, n, a, rounded, p.kind == TH_ELM_INT ? (int)(p.u.i < -28 ? -28 : p.u.i > 8 ? 8 : p.u.i) : 0, out);
}

/* ── Transcendental: long double, then eight places ────────────────────────────────────────────────────────────────── */

th_code th_elm__op_Ln(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  if (!is_number(a)) return mismatch(e, n, a, a);
  const th_i128 x = coeff(a);
  if (x == 0) return th_elm__fail(e, n, TH_EINVAL, "Ln(0) is not a number");
  *out = x < 0 ? v_null() : th_elm__dec_from_f80(logl(th_elm__dec_to_f80(x)));
  return TH_OK;
}

th_code th_elm__op_Log(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  KID_OR_NULL(1, base);
  if (!is_number(a) || !is_number(base)) return mismatch(e, n, a, base);
  const th_i128 x = coeff(a), b = coeff(base);
  *out = v_null();
  if (x == 0) return th_elm__fail(e, n, TH_EINVAL, "Log(0) is not a number");
  if (x < 0 || b <= 0 || b == DEC_ONE) return TH_OK;
  *out = th_elm__dec_from_f80(logl(th_elm__dec_to_f80(x)) / logl(th_elm__dec_to_f80(b)));
  return TH_OK;
}

th_code th_elm__op_Exp(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  if (!is_number(a)) return mismatch(e, n, a, a);
  *out = th_elm__dec_from_f80(expl(th_elm__dec_to_f80(coeff(a))));
  if (is_null(*out)) return th_elm__fail(e, n, TH_EINVAL, "the result of Exp does not fit a Decimal");
  return TH_OK;
}

static val whole_power(int64_t base, int64_t exponent, bool is_long) {
  th_i128 r = 1;
  if (base == 0 || base == 1) return whole(exponent == 0 ? 1 : base, is_long);
  if (base == -1) return whole(exponent % 2 ? -1 : 1, is_long);
  for (int64_t i = 0; i < exponent; i++) {
    r *= base;
    if (r > INT64_MAX || r < INT64_MIN) return v_null();
  }
  return whole(r, is_long);
}

th_code th_elm__op_Power(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  KID_OR_NULL(1, b);
  if (!is_number(a) || !is_number(b)) return mismatch(e, n, a, b);
  if (is_whole(a) && is_whole(b) && b.u.i >= 0) {
    *out = whole_power(a.u.i, b.u.i, a.kind == TH_ELM_LONG || b.kind == TH_ELM_LONG);
    return TH_OK;
  }
  const long double x = th_elm__dec_to_f80(coeff(a)), y = th_elm__dec_to_f80(coeff(b));
  *out = th_elm__dec_from_f80(powl(x, y));
  return TH_OK;
}
