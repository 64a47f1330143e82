/* What is least, most, next and before among the values of a type (CQL 1.5, Appendix B, "Minimum" … "Successor", "Precision",
 * "LowBoundary", "HighBoundary"). */
#include "elm/elm_priv.h"

/* Minimum and maximum DateTime have the offset of the evaluation, as a literal without one has. */
static val time_extreme(const eval *e, th_elm_kind k, bool high) {
  th_elm_time t = high ? th_elm__time_max(k) : th_elm__time_min(k);
  if (k == TH_ELM_DATETIME) t.offset = e->now.offset;
  return v_time(k, t);
}

val th_elm__min_value(eval *e, const type *t) {
  if (!t || t->kind != T_SYSTEM) return v_null();
  switch ((int)t->sys) {
  case TH_ELM_INT: return v_int(INT32_MIN);
  case TH_ELM_LONG: return v_long(INT64_MIN);
  case TH_ELM_DECIMAL: return v_dec(-DEC_MAX_VALUE, 8);
  case TH_ELM_QUANTITY: return th_elm__qty_new(e, -DEC_MAX_VALUE, 8, TH_S("1"));
  case TH_ELM_DATE:
  case TH_ELM_DATETIME:
  case TH_ELM_TIME: return time_extreme(e, (th_elm_kind)t->sys, false);
  default: return v_null();
  }
}

val th_elm__max_value(eval *e, const type *t) {
  if (!t || t->kind != T_SYSTEM) return v_null();
  switch ((int)t->sys) {
  case TH_ELM_INT: return v_int(INT32_MAX);
  case TH_ELM_LONG: return v_long(INT64_MAX);
  case TH_ELM_DECIMAL: return v_dec(DEC_MAX_VALUE, 8);
  case TH_ELM_QUANTITY: return th_elm__qty_new(e, DEC_MAX_VALUE, 8, TH_S("1"));
  case TH_ELM_DATE:
  case TH_ELM_DATETIME:
  case TH_ELM_TIME: return time_extreme(e, (th_elm_kind)t->sys, true);
  default: return v_null();
  }
}

th_code th_elm__op_MinValue(eval *e, const node *n, val *out) {
  *out = th_elm__min_value(e, n->type);
  return is_null(*out) ? th_elm__fail(e, n, TH_EINVAL, "this type has no minimum") : TH_OK;
}
th_code th_elm__op_MaxValue(eval *e, const node *n, val *out) {
  *out = th_elm__max_value(e, n->type);
  return is_null(*out) ? th_elm__fail(e, n, TH_EINVAL, "this type has no maximum") : TH_OK;
}

th_code th_elm__successor(eval *e, const node *n, val v, int by, val *out) {
  const char *const past = by > 0 ? "the value has no successor" : "the value has no predecessor";
  if (v.kind == TH_ELM_INT) {
    if (v.u.i + by < INT32_MIN || v.u.i + by > INT32_MAX) return th_elm__fail(e, n, TH_EINVAL, "%s", past);
    *out = v_int(v.u.i + by);
  } else if (v.kind == TH_ELM_LONG) {
    if (v.u.i == (by > 0 ? INT64_MAX : INT64_MIN)) return th_elm__fail(e, n, TH_EINVAL, "%s", past);
    *out = v_long(v.u.i + by);
  } else if (v.kind == TH_ELM_DECIMAL) {
    const th_i128 d = dec_of(v);
    if (d == (by > 0 ? DEC_MAX_VALUE : -DEC_MAX_VALUE)) return th_elm__fail(e, n, TH_EINVAL, "%s", past);
    *out = v_dec(d + by, 8);
  } else if (v.kind == TH_ELM_QUANTITY) {
    const elm_qty *q = th_elm__qty(v);
    if (q->v == (by > 0 ? DEC_MAX_VALUE : -DEC_MAX_VALUE)) return th_elm__fail(e, n, TH_EINVAL, "%s", past);
    *out = th_elm__qty_new(e, q->v + by, 8, q->unit);
  } else if (is_temporal(v)) {
    th_elm_time t;
    if (!th_elm__time_step((th_elm_kind)v.kind, v.u.t, by, &t)) return th_elm__fail(e, n, TH_EINVAL, "%s", past);
    *out = v_time((th_elm_kind)v.kind, t);
  } else {
    return th_elm__fail(e, n, TH_EINVAL, "a %s has no successor or predecessor", th_elm_kind_name(v));
  }
  return TH_OK;
}

th_code th_elm__op_Successor(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  return th_elm__successor(e, n, a, 1, out);
}
th_code th_elm__op_Predecessor(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  return th_elm__successor(e, n, a, -1, out);
}

/* Digits written: 2014 has 4, T10:30 has 4, 1.587 has 3 after the point. */
static const uint8_t digits_of[2][TH_ELM_MILLI + 1] = { { 0, 4, 6, 8, 10, 12, 14, 17 }, { 0, 0, 0, 0, 2, 4, 6, 9 } };

th_code th_elm__op_Precision(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  if (a.kind == TH_ELM_DECIMAL)
    *out = v_int(a.scale);
  else if (is_temporal(a))
    *out = v_int(digits_of[a.kind == TH_ELM_TIME][a.u.t.prec]);
  else
    return th_elm__fail(e, n, TH_EINVAL, "a %s has no precision", th_elm_kind_name(a));
  return TH_OK;
}

static th_i128 ten_to(unsigned n) {
  th_i128 r = 1;
  while (n-- > 0) r *= 10;
  return r;
}

/* 1.587 stands for all that begins with 1.587: up to 1.58799999 at eight places (the official suite's reading). */
static val decimal_boundary(val v, int64_t places, bool high) {
  if (places < 0 || places > 8) return v_null();
  const th_i128 step = ten_to(8 - (unsigned)places), width = ten_to(8u - v.scale);
  th_i128 lo = dec_of(v), hi = lo;
  if (lo < 0)
    lo -= width - 1;
  else
    hi += width - 1;
  th_i128 r = high ? hi : lo;
  const th_i128 rest = ((r % step) + step) % step;
  r -= rest;
  if (high && places < v.scale && rest) r += step;
  return v_dec(r, places ? (unsigned)places : 1);
}

static th_code boundary(eval *e, const node *n, bool high, val *out) {
  KID_OR_NULL(0, a);
  KID(1, p);
  *out = v_null();
  if (!is_null(p) && p.kind != TH_ELM_INT) return th_elm__fail(e, n, TH_EINVAL, "a precision is an Integer");
  if (a.kind == TH_ELM_DECIMAL || a.kind == TH_ELM_INT) {
    const val d = a.kind == TH_ELM_INT ? v_dec((th_i128)a.u.i * DEC_ONE, 0) : a;
    *out = decimal_boundary(d, is_null(p) ? 8 : p.u.i, high);
    return TH_OK;
  }
  if (!is_temporal(a)) return th_elm__fail(e, n, TH_EINVAL, "a %s has no boundary", th_elm_kind_name(a));
  const th_elm_kind k = (th_elm_kind)a.kind;
  unsigned prec = k == TH_ELM_DATE ? TH_ELM_DAY : TH_ELM_MILLI;
  if (!is_null(p)) {
    const unsigned last = prec;
    prec = 0;
    for (unsigned i = 1; i <= last; i++) {
      if (digits_of[k == TH_ELM_TIME][i] && digits_of[k == TH_ELM_TIME][i] == p.u.i) prec = i;
    }
    if (!prec) return TH_OK;
  }
  *out = v_time(k, high ? th_elm__time_high(k, a.u.t, prec) : th_elm__time_low(k, a.u.t, prec));
  return TH_OK;
}

th_code th_elm__op_LowBoundary(eval *e, const node *n, val *out) {
  return boundary(e, n, false, out);
}
th_code th_elm__op_HighBoundary(eval *e, const node *n, val *out) {
  return boundary(e, n, true, out);
}
