/* Date and time operators (CQL 1.5, Appendix B): constructors, components, duration, difference, age. */
#include "elm/elm_priv.h"

th_code th_elm__op_Now(eval *e, const node *n, val *out) {
  (void)n;
  *out = v_time(TH_ELM_DATETIME, e->now);
  return TH_OK;
}

static val date_of(th_elm_time t) {
  th_elm_time d = th_elm__time_cut(TH_ELM_DATE, t, TH_ELM_DAY);
  d.hour = d.minute = d.second = 0;
  d.milli = d.offset = 0;
  return v_time(TH_ELM_DATE, d);
}

static val time_of(th_elm_time t) {
  if (t.prec < TH_ELM_HOUR) return v_null();
  t.year = 0;
  t.month = t.day = 0;
  t.offset = 0;
  return v_time(TH_ELM_TIME, t);
}

th_code th_elm__op_Today(eval *e, const node *n, val *out) {
  (void)n;
  *out = date_of(e->now);
  return TH_OK;
}
th_code th_elm__op_TimeOfDay(eval *e, const node *n, val *out) {
  (void)n;
  *out = time_of(e->now);
  return TH_OK;
}

/* Components in turn until the first that is missing. A value behind a missing one is an error of the author. */
static th_code components(eval *e, const node *n, unsigned first, unsigned last, th_elm_time *t, bool *any) {
  bool open = false;
  *any = false;
  t->prec = 0;
  for (unsigned p = first; p <= last; p++) {
    KID(p - first, v);
    if (is_null(v)) {
      open = true;
      continue;
    }
    if (v.kind != TH_ELM_INT) return th_elm__fail(e, n, TH_EINVAL, "a component of a date or time is an Integer");
    if (open) return th_elm__fail(e, n, TH_EINVAL, "a component follows one that is missing");
    if (v.u.i < 0 || v.u.i > 9999) return th_elm__fail(e, n, TH_EINVAL, "the component %lld is out of range", (long long)v.u.i);
    switch (p) {
    case TH_ELM_YEAR: t->year = (int16_t)v.u.i; break;
    case TH_ELM_MONTH: t->month = (uint8_t)(v.u.i > 99 ? 99 : v.u.i); break;
    case TH_ELM_DAY: t->day = (uint8_t)(v.u.i > 99 ? 99 : v.u.i); break;
    case TH_ELM_HOUR: t->hour = (uint8_t)(v.u.i > 99 ? 99 : v.u.i); break;
    case TH_ELM_MINUTE: t->minute = (uint8_t)(v.u.i > 99 ? 99 : v.u.i); break;
    case TH_ELM_SECOND: t->second = (uint8_t)(v.u.i > 99 ? 99 : v.u.i); break;
    default: t->milli = (int16_t)v.u.i;
    }
    t->prec = (uint8_t)p;
    *any = true;
  }
  return TH_OK;
}

static th_code construct(eval *e, const node *n, th_elm_kind kind, unsigned first, unsigned last, th_elm_time *t, val *out) {
  bool any;
  *out = v_null();
  TH_TRY(components(e, n, first, last, t, &any));
  if (!any) return TH_OK;
  if (!th_elm__time_valid(kind, *t)) return th_elm__fail(e, n, TH_EINVAL, "the components make no valid %s", n->op->name);
  *out = v_time(kind, *t);
  return TH_OK;
}

th_code th_elm__op_Date(eval *e, const node *n, val *out) {
  th_elm_time t = { .month = 1, .day = 1 };
  return construct(e, n, TH_ELM_DATE, TH_ELM_YEAR, TH_ELM_DAY, &t, out);
}

th_code th_elm__op_Time(eval *e, const node *n, val *out) {
  th_elm_time t = { 0 };
  return construct(e, n, TH_ELM_TIME, TH_ELM_HOUR, TH_ELM_MILLI, &t, out);
}

th_code th_elm__op_DateTime(eval *e, const node *n, val *out) {
  th_elm_time t = { .month = 1, .day = 1, .offset = e->now.offset };
  KID(7, tz);
  double hours;
  if (!is_null(tz) && th_elm_as_f64(tz, &hours)) {
    if (hours < -14 || hours > 14) return th_elm__fail(e, n, TH_EINVAL, "an offset lies between -14 and 14 hours");
    t.offset = (int16_t)(hours * 60 + (hours < 0 ? -0.5 : 0.5));
  }
  return construct(e, n, TH_ELM_DATETIME, TH_ELM_YEAR, TH_ELM_MILLI, &t, out);
}

static th_code temporal_kid(eval *e, const node *n, uint32_t i, val *out) {
  KID(i, v);
  *out = th_elm__fhir_primitive(e, v);
  if (is_null(*out) || is_temporal(*out)) return TH_OK;
  return th_elm__fail(e, n, TH_EINVAL, "%s takes a date or time, not a %s", n->op->name, th_elm_kind_name(*out));
}

th_code th_elm__op_DateFrom(eval *e, const node *n, val *out) {
  val v;
  TH_TRY(temporal_kid(e, n, 0, &v));
  *out = is_null(v) ? v : date_of(v.u.t);
  return TH_OK;
}
th_code th_elm__op_TimeFrom(eval *e, const node *n, val *out) {
  val v;
  TH_TRY(temporal_kid(e, n, 0, &v));
  *out = is_null(v) ? v : time_of(v.u.t);
  return TH_OK;
}
th_code th_elm__op_TimezoneOffsetFrom(eval *e, const node *n, val *out) {
  val v;
  TH_TRY(temporal_kid(e, n, 0, &v));
  *out = v_null();
  if (v.kind != TH_ELM_DATETIME) return TH_OK;
  th_i128 d;
  if (th_elm__dec_div((th_i128)v.u.t.offset * DEC_ONE, 60 * DEC_ONE, &d))
    *out = v_dec(d, th_elm__dec_places(d) ? th_elm__dec_places(d) : 1);
  return TH_OK;
}
th_code th_elm__op_TimezoneFrom(eval *e, const node *n, val *out) {
  return th_elm__op_TimezoneOffsetFrom(e, n, out);
}

th_code th_elm__op_DateTimeComponentFrom(eval *e, const node *n, val *out) {
  val v;
  TH_TRY(temporal_kid(e, n, 0, &v));
  *out = v_null();
  if (is_null(v) || n->prec > v.u.t.prec) return TH_OK;
  const th_elm_time t = v.u.t;
  const int part[] = { 0, t.year, t.month, t.day, t.hour, t.minute, t.second, t.milli };
  if (v.kind == TH_ELM_TIME && n->prec < TH_ELM_HOUR) return TH_OK;
  if (n->prec && n->prec <= TH_ELM_MILLI) *out = v_int(part[n->prec]);
  return TH_OK;
}

/* ── Duration, difference ──────────────────────────────────────────────────────────────────────────────────────────── */

static th_code between_values(eval *e, const node *n, val a, val b, unsigned prec, bool diff, val *out) {
  *out = v_null();
  if (is_null(a) || is_null(b)) return TH_OK;
  if ((a.kind == TH_ELM_TIME) != (b.kind == TH_ELM_TIME)) return th_elm__fail(e, n, TH_EINVAL, "a Time does not meet a Date");
  if (!prec) return th_elm__fail(e, n, TH_EINVAL, "no precision is given");
  th_elm_kind kind = (th_elm_kind)a.kind;
  if (a.kind != b.kind) {
    kind = TH_ELM_DATETIME;
    if (a.kind == TH_ELM_DATE) a.u.t.offset = e->now.offset;
    if (b.kind == TH_ELM_DATE) b.u.t.offset = e->now.offset;
  }
  if (kind == TH_ELM_TIME && (prec < TH_ELM_HOUR || prec == TH_ELM_WEEK))
    return th_elm__fail(e, n, TH_EINVAL, "a Time has no days");
  /* Hours of a Date: as of DateTimes whose time is not known. */
  if (kind == TH_ELM_DATE && prec >= TH_ELM_HOUR && prec != TH_ELM_WEEK) {
    kind = TH_ELM_DATETIME;
    a.u.t.offset = b.u.t.offset = e->now.offset;
  }
  int64_t lo, hi;
  th_elm__time_between(e, kind, a.u.t, b.u.t, prec, diff, &lo, &hi);
  if (lo > INT32_MAX || hi > INT32_MAX || lo < INT32_MIN || hi < INT32_MIN) {
    *out = lo == hi ? v_long(lo) : th_elm__uncertain(e, v_long(lo), v_long(hi));
    return TH_OK;
  }
  *out = lo == hi ? v_int(lo) : th_elm__uncertain(e, v_int(lo), v_int(hi));
  return TH_OK;
}

static th_code between(eval *e, const node *n, bool diff, val *out) {
  val a, b;
  TH_TRY(temporal_kid(e, n, 0, &a));
  TH_TRY(temporal_kid(e, n, 1, &b));
  return between_values(e, n, a, b, n->prec, diff, out);
}
th_code th_elm__op_DurationBetween(eval *e, const node *n, val *out) {
  return between(e, n, false, out);
}
th_code th_elm__op_DifferenceBetween(eval *e, const node *n, val *out) {
  return between(e, n, true, out);
}

/* Age at the evaluation's own day, or at a given one: whole periods. */
th_code th_elm__op_CalculateAge(eval *e, const node *n, val *out) {
  val a;
  TH_TRY(temporal_kid(e, n, 0, &a));
  const bool day = a.kind == TH_ELM_DATE;
  return between_values(e, n, a, day ? date_of(e->now) : v_time(TH_ELM_DATETIME, e->now), n->prec, false, out);
}
th_code th_elm__op_CalculateAgeAt(eval *e, const node *n, val *out) {
  return between(e, n, false, out);
}
