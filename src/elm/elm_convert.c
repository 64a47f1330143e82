/* Conversions (CQL 1.5, Appendix B, "Type Operators"): text that does not say a value of the type gives null. */
#include "elm/elm_priv.h"

static bool whole_text(th_str s, int64_t lo, int64_t hi, int64_t *out) {
  th_i128 v = 0;
  size_t i = 0;
  bool neg = false;
  if (i < s.n && (s.p[i] == '+' || s.p[i] == '-')) neg = s.p[i++] == '-';
  if (i == s.n || s.n - i > 25) return false;
  for (; i < s.n; i++) {
    if (s.p[i] < '0' || s.p[i] > '9') return false;
    v = v * 10 + (s.p[i] - '0');
  }
  if (neg) v = -v;
  *out = (int64_t)v;
  return v >= lo && v <= hi;
}

static val to_boolean(val v) {
  static const char *const yes[] = { "true", "t", "yes", "y", "1" }, *const no[] = { "false", "f", "no", "n", "0" };
  if (v.kind == TH_ELM_BOOL) return v;
  if (v.kind == TH_ELM_INT || v.kind == TH_ELM_LONG) return v.u.i == 0 || v.u.i == 1 ? v_bool(v.u.i == 1) : v_null();
  if (v.kind == TH_ELM_DECIMAL) return dec_of(v) == 0 || dec_of(v) == DEC_ONE ? v_bool(dec_of(v) != 0) : v_null();
  for (size_t i = 0; v.kind == TH_ELM_STRING && i < 5; i++) {
    if (th_str_eq_nocase(v.u.str, th_str_of(yes[i]))) return v_bool(true);
    if (th_str_eq_nocase(v.u.str, th_str_of(no[i]))) return v_bool(false);
  }
  return v_null();
}

static val to_whole(val v, bool is_long) {
  const int64_t lo = is_long ? INT64_MIN : INT32_MIN, hi = is_long ? INT64_MAX : INT32_MAX;
  int64_t i;
  if (v.kind == TH_ELM_BOOL || v.kind == TH_ELM_INT || v.kind == TH_ELM_LONG)
    i = v.u.i;
  else if (v.kind != TH_ELM_STRING || !whole_text(v.u.str, lo, hi, &i))
    return v_null();
  if (i < lo || i > hi) return v_null();
  return is_long ? v_long(i) : v_int(i);
}

static val to_decimal(val v) {
  val d;
  if (v.kind == TH_ELM_DECIMAL) return v;
  if (v.kind == TH_ELM_BOOL || v.kind == TH_ELM_INT || v.kind == TH_ELM_LONG) return v_dec((th_i128)v.u.i * DEC_ONE, 1);
  return v.kind == TH_ELM_STRING && th_elm__dec_parse(v.u.str, false, &d) ? d : v_null();
}

/* "5.5 'cm'", "5.5'cm'", "4 days", "4": number, blanks, unit. */
static val quantity_text(eval *e, th_str s) {
  size_t i = 0;
  val d;
  while (i < s.n && (s.p[i] == '+' || s.p[i] == '-' || s.p[i] == '.' || (s.p[i] >= '0' && s.p[i] <= '9'))) i++;
  if (!th_elm__dec_parse(th_str_sub(s, 0, i), false, &d)) return v_null();
  th_str unit = th_str_trim(th_str_sub(s, i, s.n));
  if (unit.n == 0) return th_elm__qty_new(e, dec_of(d), d.scale, TH_S("1"));
  if (unit.p[0] == '\'') {
    if (unit.n < 2 || unit.p[unit.n - 1] != '\'') return v_null();
    unit = th_str_sub(unit, 1, unit.n - 1);
    if (!th_elm__unit_ok(unit)) return v_null();
  } else if (!th_elm__prec_of(unit)) {
    return v_null();
  }
  return th_elm__qty_new(e, dec_of(d), d.scale, unit);
}

static val to_quantity(eval *e, val v) {
  if (v.kind == TH_ELM_QUANTITY) return v;
  if (v.kind == TH_ELM_STRING) return quantity_text(e, v.u.str);
  if (v.kind == TH_ELM_RATIO) {
    val q;
    if (is_null(as_ratio(v)->num) || is_null(as_ratio(v)->den)) return v_null();
    return th_elm__qty_product(e, as_ratio(v)->num, as_ratio(v)->den, true, &q) ? q : v_null();
  }
  const val d = v.kind == TH_ELM_BOOL ? v_null() : to_decimal(v);
  return is_null(d) ? d : th_elm__qty_new(e, dec_of(d), v.kind == TH_ELM_DECIMAL ? d.scale : 0, TH_S("1"));
}

static val to_ratio(eval *e, val v) {
  if (v.kind == TH_ELM_RATIO) return v;
  if (v.kind != TH_ELM_STRING) return v_null();
  /* the colon between two quantities, not one inside a unit */
  bool quoted = false;
  for (size_t i = 0; i < v.u.str.n; i++) {
    if (v.u.str.p[i] == '\'') quoted = !quoted;
    if (v.u.str.p[i] != ':' || quoted) continue;
    elm_ratio *r = TH_NEW(e->arena, elm_ratio);
    if (!r) return v_null();
    r->num = quantity_text(e, th_str_trim(th_str_sub(v.u.str, 0, i)));
    r->den = quantity_text(e, th_str_trim(th_str_sub(v.u.str, i + 1, v.u.str.n)));
    return is_null(r->num) || is_null(r->den) ? v_null() : (val){ .kind = TH_ELM_RATIO, .u.p = r };
  }
  return v_null();
}

static val to_temporal(eval *e, val v, th_elm_kind kind) {
  th_elm_time t;
  if (v.kind == kind) return v;
  if (v.kind == TH_ELM_DATETIME && kind == TH_ELM_DATE) {
    t = th_elm__time_cut(TH_ELM_DATE, v.u.t, TH_ELM_DAY);
    t.hour = t.minute = t.second = 0;
    t.milli = t.offset = 0;
    return v_time(TH_ELM_DATE, t);
  }
  if (v.kind == TH_ELM_DATE && kind == TH_ELM_DATETIME) {
    t = v.u.t;
    t.offset = e->now.offset;
    return v_time(TH_ELM_DATETIME, t);
  }
  if (v.kind == TH_ELM_DATETIME && kind == TH_ELM_TIME && v.u.t.prec >= TH_ELM_HOUR) {
    t = v.u.t;
    t.year = t.offset = 0;
    t.month = t.day = 0;
    return v_time(TH_ELM_TIME, t);
  }
  if (v.kind != TH_ELM_STRING) return v_null();
  if (th_elm__time_parse(kind, v.u.str, e->now.offset, &t)) return v_time(kind, t);
  /* a date may carry a time, which is ignored */
  if (kind == TH_ELM_DATE && th_elm__time_parse(TH_ELM_DATETIME, v.u.str, 0, &t))
    return to_temporal(e, v_time(TH_ELM_DATETIME, t), kind);
  return v_null();
}

static th_str quantity_to_text(eval *e, val v) {
  const elm_qty *q = th_elm__qty(v);
  const th_str d = th_elm__dec_text(e->arena, q->v, q->scale);
  const char *const quote = th_elm__prec_of(q->unit) ? "" : "'";
  return th_str_fmt(e->arena, "%.*s %s%.*s%s", TH_STR_ARG(d), quote, TH_STR_ARG(q->unit), quote);
}

/* A DateTime prints its offset where one was given; the evaluation's own is left out (the official suite). */
static val to_text(eval *e, val v) {
  th_str s = TH_STR_NONE;
  switch ((int)v.kind) {
  case TH_ELM_STRING: return v;
  case TH_ELM_BOOL: return v_str(v.u.i ? TH_S("true") : TH_S("false"));
  case TH_ELM_INT:
  case TH_ELM_LONG: s = th_str_fmt(e->arena, "%lld", (long long)v.u.i); break;
  case TH_ELM_DECIMAL: s = th_elm__dec_text(e->arena, dec_of(v), v.scale ? v.scale : 1); break;
  case TH_ELM_DATE:
  case TH_ELM_TIME: s = th_elm__time_text(e->arena, (th_elm_kind)v.kind, v.u.t, false); break;
  case TH_ELM_DATETIME: s = th_elm__time_text(e->arena, TH_ELM_DATETIME, v.u.t, v.u.t.offset != e->now.offset); break;
  case TH_ELM_QUANTITY: s = quantity_to_text(e, v); break;
  case TH_ELM_RATIO:
    if (is_null(as_ratio(v)->num) || is_null(as_ratio(v)->den)) return v_null();
    s = th_str_fmt(e->arena, "%.*s:%.*s", TH_STR_ARG(quantity_to_text(e, as_ratio(v)->num)),
                   TH_STR_ARG(quantity_to_text(e, as_ratio(v)->den)));
    break;
  default: break;
  }
  return s.p ? v_str(s) : v_null();
}

static val to_concept(eval *e, val v) {
  if (v.kind == TH_ELM_CONCEPT) return v;
  elm_concept *c = TH_NEW(e->arena, elm_concept);
  val *one = TH_NEW(e->arena, val);
  if (!c || !one) return v_null();
  if (v.kind == TH_ELM_CODE) {
    *one = v;
    *c = (elm_concept){ v_list(one, 1), as_code(v)->display };
  } else if (v.kind == TH_ELM_LIST) {
    *c = (elm_concept){ v, TH_STR_NONE };
  } else {
    return v_null();
  }
  return (val){ .kind = TH_ELM_CONCEPT, .u.p = c };
}

/* An uncertain number stays one in another type of number, so that comparisons with it remain as firm as they were. */
static th_code convert_range(eval *e, const node *n, val v, th_elm_kind to, val *out) {
  val lo, hi;
  if (to != TH_ELM_INT && to != TH_ELM_LONG && to != TH_ELM_DECIMAL && to != TH_ELM_QUANTITY) return TH_OK;
  TH_TRY(th_elm__convert(e, n, as_interval(v)->low, to, &lo));
  TH_TRY(th_elm__convert(e, n, as_interval(v)->high, to, &hi));
  *out = th_elm__uncertain(e, lo, hi);
  return TH_OK;
}

th_code th_elm__convert(eval *e, const node *n, val v, th_elm_kind to, val *out) {
  v = th_elm__fhir_primitive(e, v);
  *out = v_null();
  if (is_null(v)) return TH_OK;
  if (v.kind == TH_ELM_INTERVAL && v.flag) return convert_range(e, n, v, to, out);
  switch ((int)to) {
  case TH_ELM_BOOL: *out = to_boolean(v); break;
  case TH_ELM_INT: *out = to_whole(v, false); break;
  case TH_ELM_LONG: *out = to_whole(v, true); break;
  case TH_ELM_DECIMAL: *out = to_decimal(v); break;
  case TH_ELM_STRING: *out = to_text(e, v); break;
  case TH_ELM_DATE:
  case TH_ELM_DATETIME:
  case TH_ELM_TIME: *out = to_temporal(e, v, to); break;
  case TH_ELM_QUANTITY: *out = to_quantity(e, v); break;
  case TH_ELM_RATIO: *out = to_ratio(e, v); break;
  case TH_ELM_CONCEPT: *out = to_concept(e, v); break;
  default: return th_elm__fail(e, n, TH_EINVAL, "there is no conversion to this type");
  }
  return TH_OK;
}

#define CONVERSION(op, kind)                                                                                                   \
  th_code th_elm__op_To##op(eval *e, const node *n, val *out) {                                                                \
    KID(0, a);                                                                                                                 \
    return th_elm__convert(e, n, a, kind, out);                                                                                \
  }                                                                                                                            \
  th_code th_elm__op_ConvertsTo##op(eval *e, const node *n, val *out) {                                                        \
    KID_OR_NULL(0, a);                                                                                                         \
    TH_TRY(th_elm__convert(e, n, a, kind, out));                                                                               \
    *out = v_bool(!is_null(*out));                                                                                             \
    return TH_OK;                                                                                                              \
  }
CONVERSION(Boolean, TH_ELM_BOOL)
CONVERSION(Date, TH_ELM_DATE)
CONVERSION(DateTime, TH_ELM_DATETIME)
CONVERSION(Decimal, TH_ELM_DECIMAL)
CONVERSION(Integer, TH_ELM_INT)
CONVERSION(Long, TH_ELM_LONG)
CONVERSION(Quantity, TH_ELM_QUANTITY)
CONVERSION(Ratio, TH_ELM_RATIO)
CONVERSION(String, TH_ELM_STRING)
CONVERSION(Time, TH_ELM_TIME)

th_code th_elm__op_ToConcept(eval *e, const node *n, val *out) {
  KID(0, a);
  return th_elm__convert(e, n, a, TH_ELM_CONCEPT, out);
}

th_code th_elm__op_ToList(eval *e, const node *n, val *out) {
  KID(0, a);
  val *one = TH_NEW(e->arena, val);
  if (!one) return th_elm__nomem(e);
  *one = a;
  *out = v_list(one, is_null(a) ? 0 : 1);
  return TH_OK;
}

th_code th_elm__op_ToInterval(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  *out = a.kind == TH_ELM_INTERVAL ? a : th_elm__interval(e, a, true, a, true, th_elm__type_of(a));
  return TH_OK;
}

/* ── Is, As, Convert ───────────────────────────────────────────────────────────────────────────────────────────────── */

th_code th_elm__op_Is(eval *e, const node *n, val *out) {
  KID(0, a);
  *out = v_bool(th_elm__is(a, n->type));
  return TH_OK;
}

/* An interval whose ends are both missing takes the point type that it is cast to. */
th_code th_elm__op_As(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  const type *t = n->type;
  if (a.kind == TH_ELM_INTERVAL && t && t->kind == T_INTERVAL && is_null(as_interval(a)->low) &&
      is_null(as_interval(a)->high)) {
    const elm_interval *iv = as_interval(a);
    *out = th_elm__interval(e, iv->low, iv->low_closed, iv->high, iv->high_closed, t->elem);
    return TH_OK;
  }
  if (th_elm__is(a, t)) {
    if (a.kind == TH_ELM_FHIR && a.n == TH_FHIR_UNKNOWN && t && t->kind == T_FHIR) a.n = t->fhir;
    *out = a;
    return TH_OK;
  }
  if (n->flag) return th_elm__fail(e, n, TH_EINVAL, "a %s cannot be cast to this type", th_elm_kind_name(a));
  *out = v_null();
  return TH_OK;
}

static th_code convert_to(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  if (n->type && n->type->kind == T_SYSTEM) return th_elm__convert(e, n, a, (th_elm_kind)n->type->sys, out);
  *out = th_elm__is(a, n->type) ? a : v_null();
  return TH_OK;
}
th_code th_elm__op_Convert(eval *e, const node *n, val *out) {
  return convert_to(e, n, out);
}
th_code th_elm__op_CanConvert(eval *e, const node *n, val *out) {
  TH_TRY(convert_to(e, n, out));
  *out = v_bool(!is_null(*out));
  return TH_OK;
}

static th_code convert_quantity(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  KID_OR_NULL(1, unit);
  *out = v_null();
  if (a.kind != TH_ELM_QUANTITY || unit.kind != TH_ELM_STRING)
    return th_elm__fail(e, n, TH_EINVAL, "%s takes a Quantity and a unit", n->op->name);
  if (!th_elm__qty_convert(e, a, unit.u.str, out)) *out = v_null();
  return TH_OK;
}
th_code th_elm__op_ConvertQuantity(eval *e, const node *n, val *out) {
  return convert_quantity(e, n, out);
}
th_code th_elm__op_CanConvertQuantity(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  KID_OR_NULL(1, unit);
  (void)a;
  TH_TRY(convert_quantity(e, n, out));
  *out = v_bool(!is_null(*out));
  return TH_OK;
}

val th_elm__code_new(eval *e, th_str code, th_str system, th_str version, th_str display) {
  elm_code *c = TH_NEW(e->arena, elm_code);
  if (!c) return v_null();
  *c = (elm_code){ code, system, version, display };
  return (val){ .kind = TH_ELM_CODE, .u.p = c };
}
