/* Interval arithmetic: union, intersect, except, collapse and expand (CQL 1.5, Appendix B, "Interval Operators"). */
#include "elm/elm_priv.h"

typedef struct span {
  val s, e;
} span;

static th_code span_of(eval *e, const node *n, val v, span *out) {
  th_code code = TH_OK;
  out->s = th_elm__start(e, n, v, &code);
  out->e = th_elm__end(e, n, v, &code);
  return code;
}

static bool unknown_end(val v) {
  return is_null(v) || (v.kind == TH_ELM_INTERVAL && v.flag);
}

static val neighbour(eval *e, const node *n, val v, int by) {
  th_err *keep = e->err, scrap = { 0 };
  val next;
  e->err = &scrap;
  if (th_elm__successor(e, n, v, by, &next) != TH_OK) next = v_null();
  e->err = keep;
  return next;
}

/* Null where the two neither overlap nor meet, or where that is not known. */
th_code th_elm__interval_union(eval *e, const node *n, val a, val b, val *out) {
  span x, y;
  *out = v_null();
  if (a.kind != TH_ELM_INTERVAL || b.kind != TH_ELM_INTERVAL) return TH_OK;
  TH_TRY(span_of(e, n, a, &x));
  TH_TRY(span_of(e, n, b, &y));
  if (unknown_end(x.s) || unknown_end(x.e) || unknown_end(y.s) || unknown_end(y.e)) return TH_OK;
  const val first = th_elm__less_eq(e, x.s, y.s, 0) == TH_TRUE ? x.s : y.s;
  const val last = th_elm__less_eq(e, y.e, x.e, 0) == TH_TRUE ? x.e : y.e;
  const val xe = neighbour(e, n, x.e, 1), ye = neighbour(e, n, y.e, 1);
  const bool touch =
      (is_null(xe) || th_elm__less_eq(e, y.s, xe, 0) == TH_TRUE) && (is_null(ye) || th_elm__less_eq(e, x.s, ye, 0) == TH_TRUE);
  if (touch) *out = th_elm__interval(e, first, true, last, true, as_interval(a)->point);
  return TH_OK;
}

/* The later start and the earlier end. An end that is unknown stays as it is written (Interval[1, 10] ∩ Interval[5, null) is
 * Interval[5, null)), since the earlier of 10 and an unknown is not known. */
th_code th_elm__interval_intersect(eval *e, const node *n, val a, val b, val *out) {
  span x, y;
  *out = v_null();
  if (a.kind != TH_ELM_INTERVAL || b.kind != TH_ELM_INTERVAL) return TH_OK;
  TH_TRY(span_of(e, n, a, &x));
  TH_TRY(span_of(e, n, b, &y));
  const elm_interval *p = as_interval(a), *q = as_interval(b);
  const th_tri meet = th_tri_and(th_elm__less_eq(e, x.s, y.e, 0), th_elm__less_eq(e, y.s, x.e, 0));
  if (meet == TH_FALSE) return TH_OK;
  val low = v_null(), high = v_null();
  bool lc = false, hc = false;
  const th_tri low_x = th_elm__less_eq(e, y.s, x.s, 0), high_x = th_elm__less_eq(e, x.e, y.e, 0);
  if (low_x != TH_UNKNOWN) {
    low = low_x == TH_TRUE ? x.s : y.s;
    lc = true;
  }
  if (high_x != TH_UNKNOWN) {
    high = high_x == TH_TRUE ? x.e : y.e;
    hc = true;
  }
  const bool wide_low = unknown_end(low), wide_high = unknown_end(high);
  if ((is_null(x.s) && is_null(x.e)) || (is_null(y.s) && is_null(y.e))) return TH_OK;
  *out = th_elm__interval(e, wide_low ? v_null() : low, lc && !wide_low, wide_high ? v_null() : high, hc && !wide_high,
                          p->point ? p->point : q->point);
  return TH_OK;
}

th_code th_elm__interval_except(eval *e, const node *n, val a, val b, val *out) {
  span x, y;
  *out = v_null();
  if (a.kind != TH_ELM_INTERVAL || b.kind != TH_ELM_INTERVAL) return TH_OK;
  TH_TRY(span_of(e, n, a, &x));
  TH_TRY(span_of(e, n, b, &y));
  const type *point = as_interval(a)->point;
  const th_tri apart = th_tri_or(th_elm__less(e, x.e, y.s, 0), th_elm__less(e, y.e, x.s, 0));
  if (apart == TH_TRUE) {
    *out = a;
    return TH_OK;
  }
  const th_tri left = th_elm__less(e, x.s, y.s, 0), right = th_elm__less(e, y.e, x.e, 0);
  if (apart == TH_UNKNOWN || left == TH_UNKNOWN || right == TH_UNKNOWN || left == right) return TH_OK;
  if (left == TH_TRUE)
    *out = th_elm__interval(e, x.s, true, neighbour(e, n, y.s, -1), true, point);
  else
    *out = th_elm__interval(e, neighbour(e, n, y.e, 1), true, x.e, true, point);
  return TH_OK;
}

/* ── Collapse ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static int by_start(eval *e, const span *a, const span *b) {
  int c;
  return th_elm__order(e, a->s, b->s, &c) ? c : 0;
}

/* Stable merge sort by start. */
static void sort_spans(eval *e, span *v, span *tmp, size_t n) {
  if (n < 2) return;
  const size_t half = n / 2;
  sort_spans(e, v, tmp, half);
  sort_spans(e, v + half, tmp, n - half);
  size_t i = 0, j = half, k = 0;
  while (i < half && j < n) tmp[k++] = by_start(e, &v[j], &v[i]) < 0 ? v[j++] : v[i++];
  while (i < half) tmp[k++] = v[i++];
  while (j < n) tmp[k++] = v[j++];
  memcpy(v, tmp, n * sizeof *v);
}

/* How far apart two intervals may lie and still count as one: a point's step, or `per`. */
static bool joins(eval *e, const node *n, val end, val start, val per) {
  if (th_elm__less_eq(e, start, end, 0) == TH_TRUE) return true;
  val reach = v_null();
  if (is_null(per)) {
    reach = neighbour(e, n, end, 1);
  } else {
    th_err *keep = e->err, scrap = { 0 };
    const bool plain = end.kind == TH_ELM_INT || end.kind == TH_ELM_LONG || end.kind == TH_ELM_DECIMAL;
    const val step = plain ? v_dec(th_elm__qty(per)->v, 8) : per;
    e->err = &scrap;
    if (th_elm__add(e, n, end, step, false, &reach) != TH_OK) reach = v_null();
    e->err = keep;
  }
  return is_null(reach) || th_elm__less_eq(e, start, reach, 0) == TH_TRUE;
}

static th_code collapse(eval *e, const node *n, val a, val per, val *out) {
  span *v = TH_NEWN(e->arena, span, a.n), *tmp = TH_NEWN(e->arena, span, a.n);
  val *r = TH_NEWN(e->arena, val, a.n);
  size_t m = 0, k = 0;
  if (!v || !tmp || !r) return th_elm__nomem(e);
  for (uint32_t i = 0; i < a.n; i++) {
    if (a.u.list[i].kind != TH_ELM_INTERVAL) continue;
    TH_TRY(span_of(e, n, a.u.list[i], &v[m]));
    if (!unknown_end(v[m].s) && !unknown_end(v[m].e)) m++;
  }
  sort_spans(e, v, tmp, m);
  for (size_t i = 0; i < m;) {
    span s = v[i++];
    while (i < m && joins(e, n, s.e, v[i].s, per)) {
      if (th_elm__less(e, s.e, v[i].e, 0) == TH_TRUE) s.e = v[i].e;
      i++;
    }
    r[k++] = th_elm__interval(e, s.s, true, s.e, true, NULL);
  }
  *out = v_list(r, k);
  return TH_OK;
}

th_code th_elm__op_Collapse(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  KID(1, per);
  if (!is_null(per) && per.kind != TH_ELM_QUANTITY) return th_elm__fail(e, n, TH_EINVAL, "per takes a quantity");
  if (a.kind != TH_ELM_LIST) return th_elm__fail(e, n, TH_EINVAL, "collapse takes a list of intervals");
  return collapse(e, n, a, per, out);
}

/* ── Expand ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

#define EXPAND_MAX 100000

/* The unit a temporal `per` counts in, or the coarsest precision of the bounds. */
static unsigned unit_of(val per, span s) {
  if (!is_null(per)) return th_elm__calendar(th_elm__qty(per)->unit);
  return s.s.u.t.prec < s.e.u.t.prec ? s.s.u.t.prec : s.e.u.t.prec;
}

typedef TH_VEC(val) val_vec;

static th_code push_piece(eval *e, const node *n, val_vec *r, val from, val to, bool points) {
  TH_TRY(th_elm__work(e, n, 1));
  const val v = points ? from : th_elm__interval(e, from, true, to, true, NULL);
  if (r->n >= EXPAND_MAX) return th_elm__fail(e, n, TH_ELIMIT, "expand gives more than %d intervals", EXPAND_MAX);
  return TH_VEC_PUSH(e->arena, r, v) ? TH_OK : th_elm__nomem(e);
}

static th_code expand_time(eval *e, const node *n, span s, val per, bool points, val_vec *r) {
  const unsigned unit = unit_of(per, s);
  const unsigned prec = unit == TH_ELM_WEEK ? TH_ELM_DAY : unit;
  const th_elm_kind k = (th_elm_kind)s.s.kind;
  const th_i128 step = is_null(per) ? DEC_ONE : th_elm__qty(per)->v;
  if (!unit || step < DEC_ONE || (k == TH_ELM_TIME && (prec < TH_ELM_HOUR)))
    return th_elm__fail(e, n, TH_EINVAL, "the unit of per does not suit the interval");
  if (s.s.u.t.prec < prec || s.e.u.t.prec < prec) return TH_OK; /* bounds less precise than per contribute nothing */
  th_elm_time at = th_elm__time_cut(k, s.s.u.t, prec), next, last;
  const val end = v_time(k, th_elm__time_cut(k, s.e.u.t, prec));
  for (;;) {
    const bool more = th_elm__time_add(k, at, step, unit, &next) && th_elm__time_order(k, at, next) == CMP_LT;
    if (!more) {
      /* the last piece of all time, or the end of a day */
      if (step == DEC_ONE && th_elm__less_eq(e, v_time(k, at), end, 0) == TH_TRUE)
        TH_TRY(push_piece(e, n, r, v_time(k, at), v_time(k, at), points));
      break;
    }
    if (!th_elm__time_step(k, next, -1, &last) || th_elm__less_eq(e, v_time(k, last), end, 0) != TH_TRUE) break;
    TH_TRY(push_piece(e, n, r, v_time(k, at), v_time(k, last), points));
    at = next;
  }
  return TH_OK;
}

static th_i128 number(val v) {
  if (v.kind == TH_ELM_QUANTITY) return th_elm__qty(v)->v;
  return v.kind == TH_ELM_DECIMAL ? dec_of(v) : (th_i128)v.u.i * DEC_ONE;
}

static val like(eval *e, val model, th_i128 d, bool integral, unsigned places) {
  if (model.kind == TH_ELM_QUANTITY) return th_elm__qty_new(e, d, places, th_elm__qty(model)->unit);
  if (model.kind == TH_ELM_LONG && integral) return v_long((int64_t)(d / DEC_ONE));
  if (integral && model.kind != TH_ELM_DECIMAL) return v_int((int64_t)(d / DEC_ONE));
  return v_dec(d, places ? places : 1);
}

static th_i128 unit_step(unsigned places) {
  th_i128 u = DEC_ONE;
  while (places-- > 0) u /= 10;
  return u;
}

static th_i128 floor_to(th_i128 d, th_i128 unit) {
  const th_i128 rest = ((d % unit) + unit) % unit;
  return d - rest;
}

/* Numbers are cut to the precision of per; a piece ends one step of that precision before the next begins. A bound less precise
 * than per stands for its whole last digit: expand { Interval[10, 10] } per 0.1 ends at 10.9. */
static th_code expand_number(eval *e, const node *n, span s, val per, bool points, val_vec *r) {
  th_i128 step = DEC_ONE;
  unsigned places = 0;
  const bool whole_points = s.s.kind == TH_ELM_INT || s.s.kind == TH_ELM_LONG;
  if (!is_null(per)) {
    val p = per;
    if (s.s.kind == TH_ELM_QUANTITY && !th_str_is(th_elm__qty(per)->unit, "1") &&
        !th_elm__qty_convert(e, per, th_elm__qty(s.s)->unit, &p))
      return TH_OK;
    step = th_elm__qty(p)->v;
    places = th_elm__dec_places(step);
  } else if (!whole_points) {
    const unsigned a = th_elm__dec_places(number(s.s)), b = th_elm__dec_places(number(s.e));
    places = a < b ? a : b;
    step = unit_step(places);
  }
  if (step <= 0) return th_elm__fail(e, n, TH_EINVAL, "per must be positive");
  const th_i128 fine = unit_step(places);
  th_i128 at = floor_to(number(s.s), fine), end = floor_to(number(s.e), fine);
  if (whole_points && places > 0) end += DEC_ONE - fine;
  for (; at + step - fine <= end; at += step) {
    const val from = like(e, s.s, at, places == 0, places), to = like(e, s.s, at + step - fine, places == 0, places);
    TH_TRY(push_piece(e, n, r, from, to, points));
  }
  return TH_OK;
}

static th_code expand_one(eval *e, const node *n, val iv, val per, bool points, val_vec *r) {
  span s;
  if (iv.kind != TH_ELM_INTERVAL) return TH_OK;
  const elm_interval *p = as_interval(iv);
  if (is_null(p->low) || is_null(p->high)) return TH_OK; /* all time is not listed */
  TH_TRY(span_of(e, n, iv, &s));
  const bool number =
      s.s.kind == TH_ELM_INT || s.s.kind == TH_ELM_LONG || s.s.kind == TH_ELM_DECIMAL || s.s.kind == TH_ELM_QUANTITY;
  if (s.s.kind != s.e.kind || !(number || is_temporal(s.s)))
    return th_elm__fail(e, n, TH_EINVAL, "expand takes intervals of numbers, quantities, dates or times");
  return number ? expand_number(e, n, s, per, points, r) : expand_time(e, n, s, per, points, r);
}

th_code th_elm__op_Expand(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  KID(1, per);
  val_vec r = { 0 };
  if (!is_null(per) && per.kind != TH_ELM_QUANTITY) return th_elm__fail(e, n, TH_EINVAL, "per takes a quantity");
  if (a.kind == TH_ELM_INTERVAL) {
    const elm_interval *p = as_interval(a);
    *out = v_null();
    if (is_null(p->low) || is_null(p->high)) return TH_OK;
    TH_TRY(expand_one(e, n, a, per, true, &r));
  } else if (a.kind == TH_ELM_LIST) {
    /* the ranges present, so that what lies in two intervals comes once */
    val whole = a;
    if (a.n > 1) TH_TRY(collapse(e, n, a, v_null(), &whole));
    a = whole;
    for (uint32_t i = 0; i < a.n; i++) TH_TRY(expand_one(e, n, a.u.list[i], per, false, &r));
  } else {
    return th_elm__fail(e, n, TH_EINVAL, "expand takes an interval or a list of them");
  }
  *out = v_list(r.v, r.n);
  return TH_OK;
}
