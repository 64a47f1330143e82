/* Values of facts: each setter judges what it is given, in the order type, unit, date, plausible range, and leaves the value
 * known, or unusable with the first fault. An unusable value is unknown, never absent and never guessed. */
#include <math.h>

#include "rule/rule_priv.h"

th_rule_value *th_rule_values_new(th_arena *a, const th_rule_dict *d) {
  return TH_NEWN(a, th_rule_value, d->n ? d->n : 1);
}

static void unusable(th_rule_value *v, th_rule_fault why) {
  v->state = TH_RULE_UNUSABLE;
  v->fault = (uint8_t)why;
}

static th_rule_value *begin(const th_rule_dict *d, th_rule_value *values, int32_t fact, th_rule_type type, th_date dated) {
  th_rule_value *v = &values[fact];
  *v = (th_rule_value){ .state = TH_RULE_KNOWN, .dated = dated, .lo = -INFINITY, .hi = INFINITY };
  if (d->fact[fact].type != type) unusable(v, TH_RULE_BAD_TYPE);
  return v;
}

static void judge_date(th_rule_value *v, th_date as_of) {
  if (v->state == TH_RULE_KNOWN && v->dated.prec != TH_DATE_NONE && th_date_first(v->dated) > th_date_first(as_of))
    unusable(v, TH_RULE_FUTURE);
}

void th_rule_set_fault(const th_rule_dict *d, th_rule_value *values, int32_t fact, th_rule_fault fault) {
  (void)d;
  values[fact] = (th_rule_value){ .lo = -INFINITY, .hi = INFINITY };
  unusable(&values[fact], fault);
}

void th_rule_set_number(const th_rule_dict *d, th_rule_value *values, int32_t fact, double lo, double hi, th_str unit,
                        th_date dated, th_date as_of) {
  th_rule_value *v = begin(d, values, fact, TH_RULE_NUMBER, dated);
  const th_rule_fact *f = &d->fact[fact];
  v->raw_lo = lo;
  v->raw_hi = hi;
  v->raw_unit = unit;
  if (isnan(lo) || isnan(hi) || lo > hi) unusable(v, TH_RULE_BAD_TYPE);
  if (v->state != TH_RULE_KNOWN) return;
  double factor = unit.p ? 0 : 1;
  for (uint32_t i = 0; unit.p && i < f->n_units; i++)
    if (th_str_eq(f->units[i].code, unit)) factor = f->units[i].factor;
  if (factor == 0) {
    unusable(v, TH_RULE_BAD_UNIT);
    return;
  }
  judge_date(v, as_of);
  if (v->state != TH_RULE_KNOWN) return;
  lo *= factor;
  hi *= factor;
  const bool low = (isfinite(lo) && th_rule__less(lo, f->lo)) || (isfinite(hi) && th_rule__less(hi, f->lo));
  const bool high = (isfinite(lo) && th_rule__less(f->hi, lo)) || (isfinite(hi) && th_rule__less(f->hi, hi));
  if (f->has_range && (low || high)) {
    unusable(v, TH_RULE_IMPLAUSIBLE);
    return;
  }
  v->lo = lo;
  v->hi = hi;
}

void th_rule_set_bool(const th_rule_dict *d, th_rule_value *values, int32_t fact, bool b, th_date dated, th_date as_of) {
  th_rule_value *v = begin(d, values, fact, TH_RULE_BOOL, dated);
  v->boolean = b;
  judge_date(v, as_of);
}

/* Nobody is assessed before being born: an age below nought would decide what the rule leaves to children. */
static bool unborn(const th_rule_dict *d, int32_t fact, th_date date, th_date as_of) {
  return th_str_is(d->fact[fact].name, "birth_date") && th_date_first(date) > th_date_first(as_of);
}

void th_rule_set_date(const th_rule_dict *d, th_rule_value *values, int32_t fact, th_date date, th_date dated, th_date as_of) {
  th_rule_value *v = begin(d, values, fact, TH_RULE_DATE, dated);
  v->date = date;
  if (v->state == TH_RULE_KNOWN && date.prec == TH_DATE_NONE) unusable(v, TH_RULE_BAD_TYPE);
  if (v->state == TH_RULE_KNOWN && unborn(d, fact, date, as_of)) unusable(v, TH_RULE_FUTURE);
  judge_date(v, as_of);
}

/* A code outside the fact's list cannot be used: read as "none of them" it would let a condition pass that nobody checked. */
void th_rule_set_code(const th_rule_dict *d, th_rule_value *values, int32_t fact, th_str code, th_date dated, th_date as_of) {
  th_rule_value *v = begin(d, values, fact, TH_RULE_CODE, dated);
  const th_rule_fact *f = &d->fact[fact];
  v->text = code;
  bool listed = f->n_values == 0;
  for (uint32_t i = 0; i < f->n_values && !listed; i++) listed = th_str_eq(f->values[i], code);
  if (v->state == TH_RULE_KNOWN && !listed) unusable(v, TH_RULE_BAD_TYPE);
  judge_date(v, as_of);
}

void th_rule_set_classes(th_arena *a, const th_rule_dict *d, th_rule_value *values, int32_t fact, const th_str *text, size_t n,
                         th_date dated, th_date as_of) {
  th_rule_value *v = begin(d, values, fact, TH_RULE_CODES, dated);
  v->class_bad = n == 0;
  for (size_t i = 0; i < n; i++) {
    bool bad;
    v->classes |= th_rule_class_read(text[i], &bad);
    v->class_bad |= bad;
  }
  if (n == 1) {
    v->text = text[0];
  } else {
    th_buf b;
    th_buf_init(&b, a, 32);
    for (size_t i = 0; i < n; i++) {
      if (i) th_buf_addz(&b, " / ");
      th_buf_add(&b, text[i]);
    }
    v->text = b.failed ? TH_STR_NONE : th_buf_str(&b);
  }
  judge_date(v, as_of);
}

void th_rule_set_list(const th_rule_dict *d, th_rule_value *values, int32_t fact, const th_rule_entry *entry, uint32_t n,
                      th_date dated, th_date as_of) {
  th_rule_value *v = begin(d, values, fact, TH_RULE_LIST, dated);
  v->entry = entry;
  v->n_entries = n;
  judge_date(v, as_of);
}
