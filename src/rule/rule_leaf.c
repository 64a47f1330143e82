/* Values of leaves. Every number is an interval, absent and unusable ones are everything; a partial date is the interval of its
 * days. Comparison is three-valued on intervals, with reals equal when they differ by at most 1e-9 of max(1, |a|, |b|). */
#include <math.h>
#include <stdlib.h>

#include "rule/rule_priv.h"

static bool equal(double a, double b) {
  if (a == b) return true;
  if (!isfinite(a) || !isfinite(b)) return false;
  const double m = fmax(1.0, fmax(fabs(a), fabs(b)));
  return fabs(a - b) <= 1e-9 * m;
}

bool th_rule__less(double a, double b) {
  return a < b && !equal(a, b);
}

static th_tri at_least(th_iv a, th_iv b) {
  if (!th_rule__less(a.lo, b.hi)) return TH_TRUE;
  return th_rule__less(a.hi, b.lo) ? TH_FALSE : TH_UNKNOWN;
}

th_tri th_rule__compare(th_iv a, th_rule_op op, th_iv b) {
  switch (op) {
  case TH_RULE_GE: return at_least(a, b);
  case TH_RULE_LE: return at_least(b, a);
  case TH_RULE_GT: return th_tri_not(at_least(b, a));
  case TH_RULE_LT: return th_tri_not(at_least(a, b));
  case TH_RULE_EQ: break;
  }
  if (th_rule__less(a.hi, b.lo) || th_rule__less(b.hi, a.lo)) return TH_FALSE;
  return a.lo == a.hi && b.lo == b.hi ? TH_TRUE : TH_UNKNOWN;
}

static const th_iv everything = { -INFINITY, INFINITY };

static th_iv number_of(const th_rule_value *v) {
  return v->state == TH_RULE_KNOWN ? (th_iv){ v->lo, v->hi } : everything;
}

static th_iv scaled(th_iv a, double k) {
  return (th_iv){ a.lo * k, a.hi * k };
}

static th_iv days_of(const th_rule_value *v, th_date d) {
  if (v->state != TH_RULE_KNOWN || d.prec == TH_DATE_NONE) return everything;
  return (th_iv){ th_date_first(d), th_date_last(d) };
}

/* Body surface in m², height in cm, weight in kg. Mosteller 1987; Du Bois & Du Bois 1916. Both rise with either argument. */
double th_rule__surface(bool du_bois, double h, double w) {
  return du_bois ? 0.007184 * pow(h, 0.725) * pow(w, 0.425) : sqrt(h * w / 3600.0);
}

static th_iv surface_of(bool du_bois, th_iv h, th_iv w) {
  th_iv s = everything;
  if (h.lo > 0 && w.lo > 0) s.lo = th_rule__surface(du_bois, h.lo, w.lo);
  if (h.hi > 0 && w.hi > 0 && isfinite(h.hi) && isfinite(w.hi)) s.hi = th_rule__surface(du_bois, h.hi, w.hi);
  return s;
}

static th_date window_start(const th_rule_leaf *l, th_date as_of) {
  return l->in_days ? th_civil_from_days(th_date_first(as_of) - l->window) : th_date_add_months(as_of, -l->window);
}

/* Entries inside [as_of − window, as_of] whose field has the wanted value: sure ones in lo, possible ones in hi. */
static th_iv count_of(const th_rule_leaf *l, const th_rule_value *v, th_date as_of) {
  if (v->state != TH_RULE_KNOWN) return (th_iv){ 0, INFINITY };
  const int32_t from = th_date_first(window_start(l, as_of)), to = th_date_first(as_of);
  th_iv n = { 0, 0 };
  for (uint32_t i = 0; i < v->n_entries; i++) {
    const th_rule_entry *e = &v->entry[i];
    const bool known = e->has >> l->field & 1;
    if (known && (e->field[l->field] != 0) != l->want) continue;
    const bool dated = e->date.prec != TH_DATE_NONE;
    const int32_t first = dated ? th_date_first(e->date) : 0, last = dated ? th_date_last(e->date) : 0;
    if (dated && (last < from || first > to)) continue;
    n.hi++;
    if (known && dated && first >= from && last <= to) n.lo++;
  }
  return n;
}

/* ── Sustained low activity ────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct visit {
  int32_t day;
  uint8_t good; /* th_tri */
} visit;

static int by_day(const void *a, const void *b) {
  const visit *x = a, *y = b;
  return x->day < y->day ? -1 : x->day > y->day;
}

static bool longer(int32_t from, int32_t to, int32_t months) {
  return to > th_date_first(th_date_add_months(th_civil_from_days(from), months));
}

/* Visits in order of date, unknown ones taken as `assume`. The unbroken run of good visits that ends with the last must have begun
 * on or before `limit`; with a gap limit, a longer step makes the run start anew, and a longer wait since the last visit ends it. */
static bool run_holds(const th_rule_leaf *l, const visit *v, size_t n, th_tri assume, int32_t limit, int32_t today) {
  bool good_now = false;
  int32_t began = 0;
  for (size_t i = 0; i < n; i++) {
    const bool good = (v[i].good == TH_UNKNOWN ? assume : (th_tri)v[i].good) == TH_TRUE;
    const bool broken = i > 0 && l->has_gap && longer(v[i - 1].day, v[i].day, l->gap);
    if (good && (!good_now || broken)) began = v[i].day;
    good_now = good;
  }
  if (!good_now || (l->has_gap && longer(v[n - 1].day, today, l->gap))) return false;
  return began <= limit;
}

static uint8_t visit_good(const th_rule_leaf *l, const th_rule_entry *e) {
  const bool flag_known = e->has >> l->field2 & 1, score_known = e->has >> l->field & 1;
  if (flag_known && e->field[l->field2] != 0) return TH_TRUE;
  if (!score_known) return TH_UNKNOWN;
  const th_iv s = { e->field[l->field], e->field[l->field] }, v = { l->value, l->value };
  return (uint8_t)th_rule__compare(s, (th_rule_op)l->op, v);
}

#define VISITS_ON_STACK 64

static th_tri sustained(const th_rule_leaf *l, const th_rule_value *v, th_date as_of) {
  if (v->state != TH_RULE_KNOWN || v->n_entries == 0) return TH_UNKNOWN;
  const int32_t today = th_date_first(as_of), limit = th_date_first(th_date_add_months(as_of, -l->window));
  visit few[VISITS_ON_STACK], *list = v->n_entries > VISITS_ON_STACK ? th_malloc(v->n_entries * sizeof *list) : few;
  if (!list) return TH_UNKNOWN;
  size_t n = 0, kept = 0;
  bool undated = false;
  for (uint32_t i = 0; i < v->n_entries; i++) {
    undated |= v->entry[i].date.prec == TH_DATE_NONE;
    const int32_t day = undated ? 0 : th_date_first(v->entry[i].date);
    if (!undated && day <= today) list[n++] = (visit){ day, visit_good(l, &v->entry[i]) };
  }
  th_tri value = TH_UNKNOWN;
  if (!undated && n == 0) value = TH_FALSE;
  if (!undated && n > 0) {
    qsort(list, n, sizeof *list, by_day);
    /* Entries of one day that contradict each other count as one unknown entry: their order must not decide. */
    for (size_t i = 1; i < n; i++)
      if (list[i].day != list[kept].day)
        list[++kept] = list[i];
      else if (list[i].good != list[kept].good)
        list[kept].good = TH_UNKNOWN;
    const bool best = run_holds(l, list, kept + 1, TH_TRUE, limit, today),
               worst = run_holds(l, list, kept + 1, TH_FALSE, limit, today);
    value = best == worst ? th_tri_of(best) : TH_UNKNOWN;
  }
  if (list != few) th_free(list);
  return value;
}

/* ── One leaf ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_iv right_side(const th_rule_leaf *l, const th_rule_value *values) {
  th_iv r = { INFINITY, INFINITY };
  for (uint32_t i = 0; i < l->n_terms; i++) {
    const th_rule_term *t = &l->term[i];
    const th_iv x = t->of < 0 ? (th_iv){ t->times, t->times } : scaled(number_of(&values[t->of]), t->times);
    r.lo = fmin(r.lo, x.lo);
    r.hi = fmin(r.hi, x.hi);
  }
  return r;
}

static th_iv sum_of(const th_rule_leaf *l, const th_rule_value *values) {
  th_iv s = { 0, 0 };
  for (uint32_t i = 0; i < l->n_facts; i++) {
    const th_rule_value *v = &values[l->fact[i]];
    const th_iv x = v->state == TH_RULE_ABSENT && l->has_absent_min ? (th_iv){ l->absent_min, INFINITY } : number_of(v);
    s.lo += x.lo;
    s.hi += x.hi;
  }
  return s;
}

static th_iv age_of(const th_rule_value *v, th_date as_of) {
  if (v->state != TH_RULE_KNOWN) return everything;
  const th_date oldest = th_civil_from_days(th_date_first(v->date)), youngest = th_civil_from_days(th_date_last(v->date));
  return (th_iv){ th_date_age_years(youngest, as_of), th_date_age_years(oldest, as_of) };
}

static th_tri code_in(const th_rule_policy *p, const th_rule_leaf *l, const th_rule_value *v) {
  if (v->state != TH_RULE_KNOWN) return TH_UNKNOWN;
  const th_rule_fact *f = &p->dict->fact[l->fact[0]];
  if (f->type == TH_RULE_CODES) {
    if (v->classes & l->codes) return TH_TRUE;
    return v->class_bad ? TH_UNKNOWN : TH_FALSE;
  }
  for (uint32_t i = 0; i < f->n_values; i++)
    if (l->codes >> i & 1 && th_str_eq(f->values[i], v->text)) return TH_TRUE;
  return TH_FALSE;
}

th_tri th_rule_leaf_value(const th_rule_policy *p, const th_rule_leaf *l, const th_rule_value *values, th_date as_of) {
  const th_rule_value *v = &values[l->fact[0]];
  const th_rule_op op = (th_rule_op)l->op;
  const th_iv bound = { l->value, l->value };
  switch ((th_rule_leaf_kind)l->kind) {
  case TH_LEAF_IS: return v->state == TH_RULE_KNOWN ? th_tri_of(v->boolean == l->want) : TH_UNKNOWN;
  case TH_LEAF_VALUE: return th_rule__compare(number_of(v), op, bound);
  case TH_LEAF_RATIO:
  case TH_LEAF_MIN: return th_rule__compare(number_of(v), op, right_side(l, values));
  case TH_LEAF_BSA: {
    const th_iv s = surface_of(l->du_bois, number_of(&values[l->fact[1]]), number_of(&values[l->fact[2]]));
    return th_rule__compare(number_of(v), op, scaled(s, l->value));
  }
  case TH_LEAF_SUM: return th_rule__compare(sum_of(l, values), op, bound);
  case TH_LEAF_AGE: return th_rule__compare(age_of(v, as_of), op, bound);
  case TH_LEAF_IN: return code_in(p, l, v);
  case TH_LEAF_COUNT: return th_rule__compare(count_of(l, v, as_of), op, bound);
  case TH_LEAF_SUSTAINED: return sustained(l, v, as_of);
  case TH_LEAF_FROM:
  case TH_LEAF_TO:
  case TH_LEAF_BEFORE: break;
  }
  const double edge = l->kind == TH_LEAF_TO ? th_date_first(as_of) : th_date_first(window_start(l, as_of));
  return th_rule__compare(days_of(v, v->date), l->kind == TH_LEAF_FROM ? TH_RULE_GE : TH_RULE_LE, (th_iv){ edge, edge });
}
