/* Doses: how a drug is given, and what it comes in. They are the label's, not the rule's, so each row names its source. */
#include "rule/rule_priv.h"

/* A number above nought, kept as it is written. */
static th_code amount(th_rule_load *l, const th_yaml *map, const char *key, th_dec *out) {
  const th_yaml *v = th_yaml_get(map, key);
  const th_dec zero = { 0 }, most = th_dec_of(100000, 0);
  if (!v || !th_dec_parse(th_yaml_text(v), out) || th_dec_cmp(*out, zero) <= 0 || th_dec_cmp(*out, most) > 0)
    return TH_RULE__FAIL(l->err, v ? v : map, "\"%s\": expected a number above 0, at most 100000", key);
  return TH_OK;
}

static th_code days(th_rule_load *l, const th_yaml *y, th_rule_regimen *r) {
  const th_yaml *list;
  int64_t day, last = -1, every;
  TH_TRY(th_rule__seq(y, "days", true, &list, l->err));
  if (list->n == 0 || list->n > TH_RULE_DOSE_DAYS)
    return TH_RULE__FAIL(l->err, list, "\"days\" lists 1 to TH_RULE_DOSE_DAYS (%d) days", TH_RULE_DOSE_DAYS);
  for (uint32_t i = 0; i < list->n; i++) {
    if (!th_yaml_i64(&list->u.item[i], &day) || day <= last || day > 3660 || (i == 0 && day != 0))
      return TH_RULE__FAIL(l->err, &list->u.item[i], "\"days\" begins with 0 and ascends, to 3660 at most");
    r->day[i] = (int32_t)day;
    last = day;
  }
  r->n_days = list->n;
  TH_TRY(th_rule__whole(y, "every", 1, 3660, &every, l->err));
  r->every = (int32_t)every;
  return TH_OK;
}

static th_code ages(th_rule_load *l, const th_yaml *y, th_rule_regimen *r) {
  int64_t from = 0, to = INT32_MAX;
  if (th_yaml_get(y, "age_from")) TH_TRY(th_rule__whole(y, "age_from", 0, 150, &from, l->err));
  if (th_yaml_get(y, "age_to")) TH_TRY(th_rule__whole(y, "age_to", from, 150, &to, l->err));
  r->age_from = (int32_t)from;
  r->age_to = (int32_t)to;
  return TH_OK;
}

static th_code note(th_rule_load *l, const th_yaml *y, th_rule_regimen *r) {
  static const char *const keys[] = { "zh", "en", NULL };
  const th_yaml *n = th_yaml_get(y, "note");
  if (!n) return TH_OK;
  TH_TRY(th_rule__keys(n, keys, "a note", l->err));
  TH_TRY(th_rule__text(n, "zh", true, &r->note_zh, l->err));
  return th_rule__text(n, "en", true, &r->note_en, l->err);
}

static th_code regimen(th_rule_load *l, const th_yaml *y, th_rule_regimen *r) {
  static const char *const keys[] = { "drug",     "route",  "paths", "mg", "mg_per_kg", "first", "days", "every",
                                      "age_from", "age_to", "zh",    "en", "source",    "note",  NULL };
  TH_TRY(th_rule__keys(y, keys, "a dose", l->err));
  TH_TRY(th_rule__text(y, "drug", true, &r->drug, l->err));
  TH_TRY(th_rule__text(y, "route", true, &r->route, l->err));
  TH_TRY(th_rule__text(y, "zh", true, &r->zh, l->err));
  TH_TRY(th_rule__text(y, "en", true, &r->en, l->err));
  TH_TRY(th_rule__text(y, "source", true, &r->source, l->err));
  TH_TRY(th_rule__texts(l->arena, y, "paths", &r->paths, &r->n_paths, l->err));
  for (uint32_t i = 0; i < r->n_paths; i++)
    if (!th_rule_path_find(l->out, r->paths[i]))
      return TH_RULE__FAIL(l->err, th_yaml_get(y, "paths"), "no path is called \"%.*s\"", TH_STR_ARG(r->paths[i]));
  r->per_kg = th_yaml_get(y, "mg_per_kg") != NULL;
  if (r->per_kg == (th_yaml_get(y, "mg") != NULL)) return TH_RULE__FAIL(l->err, y, "a dose has either \"mg\" or \"mg_per_kg\"");
  TH_TRY(amount(l, y, r->per_kg ? "mg_per_kg" : "mg", &r->mg));
  r->has_first = th_yaml_get(y, "first") != NULL;
  if (r->has_first) TH_TRY(amount(l, y, "first", &r->first));
  TH_TRY(ages(l, y, r));
  TH_TRY(note(l, y, r));
  return days(l, y, r);
}

static th_code product(th_rule_load *l, const th_yaml *y, th_rule_product *p) {
  static const char *const keys[] = { "drug", "route", "mg", "zh", "en", "source", NULL };
  TH_TRY(th_rule__keys(y, keys, "a product", l->err));
  TH_TRY(th_rule__text(y, "drug", true, &p->drug, l->err));
  TH_TRY(th_rule__text(y, "route", true, &p->route, l->err));
  TH_TRY(th_rule__text(y, "zh", true, &p->zh, l->err));
  TH_TRY(th_rule__text(y, "en", true, &p->en, l->err));
  TH_TRY(th_rule__text(y, "source", true, &p->source, l->err));
  return amount(l, y, "mg", &p->mg);
}

th_code th_rule__load_doses(th_rule_load *l, const th_yaml *top) {
  const th_yaml *doses, *products;
  TH_TRY(th_rule__seq(top, "doses", false, &doses, l->err));
  TH_TRY(th_rule__seq(top, "products", false, &products, l->err));
  const uint32_t n = doses ? doses->n : 0, m = products ? products->n : 0;
  th_rule_regimen *r = TH_NEWN(l->arena, th_rule_regimen, n + 1);
  th_rule_product *p = TH_NEWN(l->arena, th_rule_product, m + 1);
  if (!r || !p) return th_fail_nomem(l->err);
  for (uint32_t i = 0; i < n; i++) TH_TRY(regimen(l, &doses->u.item[i], &r[i]));
  for (uint32_t i = 0; i < m; i++) TH_TRY(product(l, &products->u.item[i], &p[i]));
  l->out->regimen = r;
  l->out->n_regimens = n;
  l->out->product = p;
  l->out->n_products = m;
  return TH_OK;
}
