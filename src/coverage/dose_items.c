/* What a question about a dose takes from elsewhere: the payer's items from the store, weight and age from a case. */
#include "coverage/coverage_priv.h"

/* "L04AG04": an ATC code down to the substance. */
static bool is_atc(th_str s) {
  if (s.n != 7) return false;
  for (size_t i = 0; i < 7; i++) {
    const bool letter = s.p[i] >= 'A' && s.p[i] <= 'Z', digit = s.p[i] >= '0' && s.p[i] <= '9';
    if (i == 0 || i == 3 || i == 4 ? !letter : !digit) return false;
  }
  return true;
}

static th_code add_items(th_arena *a, th_store *s, th_str atc, th_str name, th_store_nhi_item_vec *all, th_err *err) {
  th_store_nhi_item_vec v;
  TH_TRY(th_store_nhi_items(a, s, atc, &name, name.n ? 1 : 0, &v, err));
  for (size_t i = 0; i < v.n; i++)
    if (!TH_VEC_PUSH(a, all, v.v[i])) return th_fail_nomem(err);
  return TH_OK;
}

th_code th_coverage_dose_items(th_arena *a, th_store *s, th_dose_ask *ask, th_err *err) {
  const th_rule_policy *p = ask->policy;
  th_store_record_vec tables = { 0 };
  th_store_nhi_item_vec all = { 0 };
  ask->list_held = false;
  ask->item = NULL;
  ask->n_items = 0;
  if (!s) return TH_OK;
  TH_TRY(th_store_records(a, s, TH_S("nhi-items"), &tables, err));
  if (!tables.n) return TH_OK;
  ask->list_held = true;
  for (uint32_t i = 0; i < p->n_drugs; i++)
    if (is_atc(p->drug[i])) TH_TRY(add_items(a, s, p->drug[i], TH_STR_NONE, &all, err));
  for (uint32_t i = 0; i < p->n_regimens; i++) {
    bool before = false;
    for (uint32_t k = 0; k < i; k++) before |= th_str_eq(p->regimen[k].drug, p->regimen[i].drug);
    if (!before) TH_TRY(add_items(a, s, TH_STR_NONE, p->regimen[i].drug, &all, err));
  }
  th_nhi_item *rows = TH_NEWN(a, th_nhi_item, all.n ? all.n : 1);
  if (!rows) return th_fail_nomem(err);
  for (size_t i = 0; i < all.n; i++) rows[i] = all.v[i].row; /* the same row by code and by name does no harm */
  ask->item = rows;
  ask->n_items = all.n;
  return TH_OK;
}

static const th_rule_value *known(const th_coverage_case *c, const char *name) {
  const int32_t f = th_rule_fact_find(c->policy->dict, th_str_of(name));
  return f >= 0 && c->values[f].state == TH_RULE_KNOWN ? &c->values[f] : NULL;
}

th_code th_coverage_dose_of_case(th_arena *a, const th_coverage_case *c, th_dose_ask *ask, th_err *err) {
  const th_rule_value *weight = known(c, "weight"), *birth = known(c, "birth_date");
  ask->policy = c->policy;
  ask->path = c->path->name;
  if (ask->start.prec == TH_DATE_NONE) ask->start = c->as_of;
  ask->age = birth && birth->date.prec == TH_DATE_DAY ? th_date_age_years(birth->date, ask->start) : -1;
  ask->has_weight = false;
  if (!weight || weight->lo != weight->hi) return TH_OK;
  const th_str text = th_str_fmt(a, "%.12g", weight->lo); /* the case was read to double; twelve digits are what was written */
  if (!text.p) return th_fail_nomem(err);
  ask->has_weight = th_dec_parse(text, &ask->weight);
  return TH_OK;
}
