/* Values that bring a leaf to true or false, taken from the cells between its cut points: below, at and above each, and a few
 * that lie far off. With ratios the cut point moves with the other fact, which keeps the value it has. */
#include <math.h>

#include "rule/rule_priv.h"

static uint64_t below(th_rule_aiming *m, uint64_t n) {
  return th_rng_below(&m->rng, n);
}

static void set_number(th_rule_aiming *m, int32_t fact, double v) {
  const th_rule_fact *f = &m->policy->dict->fact[fact];
  if (f->has_range) v = fmin(fmax(v, f->lo), f->hi);
  th_rule_set_number(m->policy->dict, m->values, fact, v, v, TH_STR_NONE, (th_date){ 0 }, m->as_of);
}

static void set_day(th_rule_aiming *m, int32_t fact, int32_t day) {
  th_rule_set_date(m->policy->dict, m->values, fact, th_civil_from_days(day), (th_date){ 0 }, m->as_of);
}

/* ── Numbers ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static double number(const th_rule_aiming *m, int32_t fact) {
  return m->values[fact].state == TH_RULE_KNOWN ? m->values[fact].lo : 1;
}

static double cut_of(const th_rule_aiming *m, const th_rule_leaf *l) {
  double cut = INFINITY;
  switch ((th_rule_leaf_kind)l->kind) {
  case TH_LEAF_RATIO:
  case TH_LEAF_MIN:
    for (uint32_t i = 0; i < l->n_terms; i++)
      cut = fmin(cut, l->term[i].of < 0 ? l->term[i].times : l->term[i].times * number(m, l->term[i].of));
    return cut;
  case TH_LEAF_BSA: return l->value * th_rule__surface(l->du_bois, number(m, l->fact[1]), number(m, l->fact[2]));
  case TH_LEAF_SUM:
    cut = l->value;
    for (uint32_t i = 1; i < l->n_facts; i++) cut -= number(m, l->fact[i]);
    return cut;
  case TH_LEAF_VALUE:
  case TH_LEAF_IS:
  case TH_LEAF_AGE:
  case TH_LEAF_IN:
  case TH_LEAF_FROM:
  case TH_LEAF_TO:
  case TH_LEAF_BEFORE:
  case TH_LEAF_COUNT:
  case TH_LEAF_SUSTAINED: break;
  }
  return l->value;
}

static double step_of(double cut) {
  const double a = fabs(cut);
  return a < 1 ? 0.05 : a < 10 ? 0.1 : a < 300 ? 1 : 10;
}

static void number_cell(th_rule_aiming *m, const th_rule_leaf *l) {
  if (l->n_facts > 1 && below(m, 4) == 0) { /* move the other side instead */
    const int32_t other = l->fact[1 + below(m, l->n_facts - 1)];
    const th_rule_fact *f = &m->policy->dict->fact[other];
    const double lo = f->has_range ? f->lo : 0, hi = f->has_range ? f->hi : 100;
    set_number(m, other, floor(lo + (hi - lo) * th_rng_unit(&m->rng) * 0.6));
  }
  const double cut = cut_of(m, l), step = step_of(cut);
  switch (below(m, 7)) {
  case 0: set_number(m, l->fact[0], cut - step); break;
  case 1: set_number(m, l->fact[0], cut + step); break;
  case 2: set_number(m, l->fact[0], cut * 2); break;
  case 3: set_number(m, l->fact[0], 0); break;
  case 4: set_number(m, l->fact[0], floor(cut * 100 + 50) / 100 + 0.5); break;
  case 5:
    if (l->kind == TH_LEAF_BSA) { /* between the two formulas */
      const double h = number(m, l->fact[1]), w = number(m, l->fact[2]);
      set_number(m, l->fact[0], l->value * 0.5 * (th_rule__surface(false, h, w) + th_rule__surface(true, h, w)));
      break;
    }
    set_number(m, l->fact[0], cut);
    break;
  default: set_number(m, l->fact[0], cut);
  }
}

/* ── Dates and lists ───────────────────────────────────────────────────────────────────────────────────────────────── */

static int32_t edge_day(const th_rule_aiming *m, const th_rule_leaf *l) {
  return l->in_days ? th_date_first(m->as_of) - l->window : th_date_first(th_date_add_months(m->as_of, -l->window));
}

static void date_cell(th_rule_aiming *m, const th_rule_leaf *l) {
  const int32_t today = th_date_first(m->as_of);
  const int32_t edge = l->kind == TH_LEAF_TO    ? today
                       : l->kind == TH_LEAF_AGE ? th_date_first(th_date_add_months(m->as_of, -12 * (int)l->value))
                                                : edge_day(m, l);
  const int32_t shift[] = { 0, -1, 1, 30, -400, 400, -4000 };
  int32_t day = edge + shift[below(m, 7)];
  if (l->kind == TH_LEAF_FROM && below(m, 2)) day = today - (int32_t)below(m, 60);
  set_day(m, l->fact[0], day);
}

static void count_cell(th_rule_aiming *m, const th_rule_leaf *l) {
  const uint32_t n = (uint32_t)below(m, 4);
  th_rule_entry *e = TH_NEWN(m->arena, th_rule_entry, n + 1);
  if (!e) return;
  const int32_t today = th_date_first(m->as_of);
  for (uint32_t i = 0; i < n; i++) {
    const int32_t months = th_date_first(th_date_add_months(m->as_of, -(l->in_days ? l->window / 365 * 12 : l->window)));
    const int32_t days = today - (l->in_days ? l->window : l->window / 12 * 365);
    const int32_t pick[] = { months,      months - 1, months + 1, days, days - 1, days + 1, today - 20 - 30 * (int32_t)i,
                             today - 3000 };
    e[i].date = th_civil_from_days(pick[below(m, 8)]);
    e[i].has = 1u << l->field;
    e[i].field[l->field] = l->want;
  }
  th_rule_set_list(m->policy->dict, m->values, l->fact[0], e, n, (th_date){ 0 }, m->as_of);
}

static void sustained_cell(th_rule_aiming *m, const th_rule_leaf *l) {
  static const int starts[] = { 6, 11, 12, 13, 18 };
  const int start = starts[below(m, 5)], step = 2 + (int)below(m, 5);
  const int32_t bad = (int32_t)below(m, 3) == 0 ? (int32_t)below(m, 8) : -1;
  th_rule_entry *e = TH_NEWN(m->arena, th_rule_entry, 16);
  if (!e) return;
  uint32_t n = 0;
  for (int back = start; back >= 0 && n < 16; back -= step, n++) {
    e[n].date = th_date_add_months(m->as_of, -back);
    e[n].has = 1u << l->field;
    e[n].field[l->field] = (int32_t)n == bad ? l->value + 4 : l->value;
  }
  th_rule_set_list(m->policy->dict, m->values, l->fact[0], e, n, (th_date){ 0 }, m->as_of);
}

static void code_cell(th_rule_aiming *m, const th_rule_leaf *l) {
  static const char *const classes[] = { "I", "II", "III", "IV", "V", "VI" };
  const th_rule_fact *f = &m->policy->dict->fact[l->fact[0]];
  if (f->type == TH_RULE_CODES) {
    th_str *t = TH_NEW(m->arena, th_str);
    if (!t) return;
    *t = th_str_of(classes[below(m, 6)]);
    th_rule_set_classes(m->arena, m->policy->dict, m->values, l->fact[0], t, 1, (th_date){ 0 }, m->as_of);
  } else if (f->n_values) {
    th_rule_set_code(m->policy->dict, m->values, l->fact[0], f->values[below(m, f->n_values)], (th_date){ 0 }, m->as_of);
  }
}

static void draw_cell(th_rule_aiming *m, const th_rule_leaf *l) {
  switch ((th_rule_leaf_kind)l->kind) {
  case TH_LEAF_IS: th_rule_set_bool(m->policy->dict, m->values, l->fact[0], below(m, 2), (th_date){ 0 }, m->as_of); break;
  case TH_LEAF_VALUE:
  case TH_LEAF_RATIO:
  case TH_LEAF_BSA:
  case TH_LEAF_MIN:
  case TH_LEAF_SUM: number_cell(m, l); break;
  case TH_LEAF_IN: code_cell(m, l); break;
  case TH_LEAF_AGE:
  case TH_LEAF_FROM:
  case TH_LEAF_TO:
  case TH_LEAF_BEFORE: date_cell(m, l); break;
  case TH_LEAF_COUNT: count_cell(m, l); break;
  case TH_LEAF_SUSTAINED: sustained_cell(m, l); break;
  }
}

void th_rule__aim_leaf(th_rule_aiming *m, const th_rule_leaf *l, bool value) {
  const th_tri want = th_tri_of(value);
  if (th_rule_leaf_value(m->policy, l, m->values, m->as_of) == want && below(m, 3)) return;
  for (int tries = 0; tries < 40; tries++) {
    draw_cell(m, l);
    if (th_rule_leaf_value(m->policy, l, m->values, m->as_of) == want) return;
  }
}

/* ── A plain start ─────────────────────────────────────────────────────────────────────────────────────────────────── */

static void plain_number(th_rule_aiming *m, int32_t fact) {
  static const struct {
    const char *unit;
    double value;
  } usual[] = { { "kg", 60 }, { "cm", 160 }, { "mL/min/{1.73_m2}", 80 }, { "mg/dL", 1 }, { "g/g", 1 }, { "g/d", 1 } };
  const th_rule_fact *f = &m->policy->dict->fact[fact];
  double v = 0;
  for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
    if (th_str_is(f->unit, usual[i].unit)) v = usual[i].value;
  set_number(m, fact, v);
}

void th_rule__aim_plain(th_rule_aiming *m) {
  const th_rule_dict *d = m->policy->dict;
  memset(m->values, 0, d->n * sizeof *m->values);
  for (uint32_t i = 0; i < m->path->n_facts; i++) {
    const int32_t fact = m->path->fact[i];
    const th_rule_fact *f = &d->fact[fact];
    switch ((th_rule_type)f->type) {
    case TH_RULE_NUMBER: plain_number(m, fact); break;
    case TH_RULE_BOOL: th_rule_set_bool(d, m->values, fact, false, (th_date){ 0 }, m->as_of); break;
    case TH_RULE_DATE: set_day(m, fact, th_date_first(m->as_of) - 12000); break;
    case TH_RULE_CODE:
      if (f->n_values) th_rule_set_code(d, m->values, fact, f->values[0], (th_date){ 0 }, m->as_of);
      break;
    case TH_RULE_CODES:
    case TH_RULE_LIST: break;
    }
  }
}
