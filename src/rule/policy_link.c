/* Links: which path goes on where, which paths adjoin, which fact implies another. Verification reads them, and synthetic patients follow
 * them from path to path. */
#include "rule/rule_priv.h"

static th_code path_named(th_rule_load *l, const th_yaml *y, const char *key, th_str *out) {
  TH_TRY(th_rule__text(y, key, true, out, l->err));
  if (!th_rule_path_find(l->out, *out))
    return TH_RULE__FAIL(l->err, th_yaml_get(y, key), "no path is called \"%.*s\"", TH_STR_ARG(*out));
  return TH_OK;
}

static th_code fact_at(th_rule_load *l, const th_yaml *y, th_str name, int32_t *out) {
  *out = th_rule_fact_find(l->dict, name);
  return *out >= 0 ? TH_OK : TH_RULE__FAIL(l->err, y, "no fact is called \"%.*s\"", TH_STR_ARG(name));
}

typedef TH_VEC(int32_t) pair_vec;

static th_code push(th_rule_load *l, pair_vec *v, int32_t to, int32_t from) {
  return TH_VEC_PUSH(l->arena, v, to) && TH_VEC_PUSH(l->arena, v, from) ? TH_OK : th_fail_nomem(l->err);
}

/* carry: {fact of to: fact of from}; sheet: {prefix of to: prefix of from}, for all names of the sheet. */
static th_code carry_of(th_rule_load *l, const th_yaml *y, th_rule_link *k) {
  pair_vec v = { 0 };
  const th_yaml *carry = th_yaml_get(y, "carry"), *sheet = th_yaml_get(y, "sheet");
  if ((carry && carry->kind != TH_YAML_MAP) || (sheet && sheet->kind != TH_YAML_MAP))
    return TH_RULE__FAIL(l->err, y, "\"carry\" and \"sheet\" are mappings");
  for (uint32_t i = 0; carry && i < carry->n; i++) {
    int32_t to, from;
    TH_TRY(fact_at(l, &carry->u.pair[i].value, carry->u.pair[i].key, &to));
    TH_TRY(fact_at(l, &carry->u.pair[i].value, th_yaml_text(&carry->u.pair[i].value), &from));
    if (l->dict->fact[to].type != l->dict->fact[from].type)
      return TH_RULE__FAIL(l->err, &carry->u.pair[i].value, "facts of different types");
    TH_TRY(push(l, &v, to, from));
  }
  for (uint32_t i = 0; sheet && i < sheet->n; i++)
    for (uint32_t f = 0; f < l->dict->n; f++) {
      const th_rule_fact *fact = &l->dict->fact[f];
      if (fact->sheet < 0 || !th_str_eq(l->dict->prefix[fact->sheet].name, sheet->u.pair[i].key)) continue;
      const th_str name =
          th_str_fmt(l->arena, "%.*s_%.*s", TH_STR_ARG(th_yaml_text(&sheet->u.pair[i].value)), TH_STR_ARG(fact->scoped));
      int32_t from;
      if (!name.p) return th_fail_nomem(l->err);
      TH_TRY(fact_at(l, &sheet->u.pair[i].value, name, &from));
      TH_TRY(push(l, &v, (int32_t)f, from));
    }
  k->carry = v.v;
  k->n_carry = (uint32_t)v.n / 2;
  return TH_OK;
}

static th_code link_of(th_rule_load *l, const th_yaml *y, th_rule_link *k) {
  static const char *const keys[] = { "kind", "from", "to", "carry", "sheet", "fact", "then", "months", "zh", "en", NULL };
  th_str kind, name;
  TH_TRY(th_rule__keys(y, keys, "a link", l->err));
  TH_TRY(th_rule__text(y, "kind", true, &kind, l->err));
  TH_TRY(th_rule__text(y, "zh", true, &k->zh, l->err));
  TH_TRY(th_rule__text(y, "en", true, &k->en, l->err));
  TH_TRY(path_named(l, y, "from", &k->from));
  k->fact = k->then = -1;
  const bool follows = th_str_is(kind, "follows");
  if (follows || th_str_is(kind, "continues")) {
    int64_t months = 12;
    k->kind = follows ? TH_LINK_FOLLOWS : TH_LINK_CONTINUES;
    if (th_yaml_get(y, "months")) TH_TRY(th_rule__whole(y, "months", 1, 600, &months, l->err));
    k->months = (int32_t)months;
    TH_TRY(path_named(l, y, "to", &k->to));
    return carry_of(l, y, k);
  }
  TH_TRY(th_rule__text(y, "fact", true, &name, l->err));
  TH_TRY(fact_at(l, y, name, &k->fact));
  if (th_str_is(kind, "adjoins")) {
    k->kind = TH_LINK_ADJOINS;
    return path_named(l, y, "to", &k->to);
  }
  if (!th_str_is(kind, "implies")) return TH_RULE__FAIL(l->err, y, "\"kind\" is continues, follows, adjoins or implies");
  k->kind = TH_LINK_IMPLIES;
  TH_TRY(th_rule__text(y, "then", true, &name, l->err));
  TH_TRY(fact_at(l, y, name, &k->then));
  if (l->dict->fact[k->fact].type != TH_RULE_BOOL || l->dict->fact[k->then].type != TH_RULE_BOOL)
    return TH_RULE__FAIL(l->err, y, "\"fact\" and \"then\" are yes-or-no facts");
  return TH_OK;
}

/* ── Renewals ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code sheets_of(th_rule_load *l, const th_yaml *y, th_rule_renewal *r) {
  const th_yaml *sheet = th_yaml_get(y, "sheet");
  if (!sheet || sheet->n == 0) return TH_OK;
  th_str *pair = TH_NEWN(l->arena, th_str, 2 * (size_t)sheet->n);
  if (!pair) return th_fail_nomem(l->err);
  for (uint32_t i = 0; i < sheet->n; i++) {
    pair[2 * i] = sheet->u.pair[i].key;
    pair[2 * i + 1] = th_yaml_text(&sheet->u.pair[i].value);
  }
  r->sheet = pair;
  r->n_sheets = sheet->n;
  return TH_OK;
}

static th_code renewal_of(th_rule_load *l, const th_yaml *y, th_rule_renewal *r) {
  static const char *const keys[] = { "from", "to", "carry", "sheet", NULL };
  th_rule_link carried = { 0 };
  TH_TRY(th_rule__keys(y, keys, "a renewal", l->err));
  TH_TRY(path_named(l, y, "to", &r->to));
  TH_TRY(th_rule__texts(l->arena, y, "from", &r->from, &r->n_from, l->err));
  if (r->n_from == 0) return TH_RULE__FAIL(l->err, y, "\"from\" lists the paths that this renewal follows on");
  for (uint32_t i = 0; i < r->n_from; i++)
    if (!th_rule_path_find(l->out, r->from[i]))
      return TH_RULE__FAIL(l->err, th_yaml_get(y, "from"), "no path is called \"%.*s\"", TH_STR_ARG(r->from[i]));
  TH_TRY(carry_of(l, y, &carried));
  r->carry = carried.carry;
  r->n_carry = carried.n_carry;
  return sheets_of(l, y, r);
}

th_code th_rule__load_renewals(th_rule_load *l, const th_yaml *top) {
  const th_yaml *list;
  TH_TRY(th_rule__seq(top, "renewals", false, &list, l->err));
  if (!list || list->n == 0) return TH_OK;
  th_rule_renewal *v = TH_NEWN(l->arena, th_rule_renewal, list->n);
  if (!v) return th_fail_nomem(l->err);
  for (uint32_t i = 0; i < list->n; i++) TH_TRY(renewal_of(l, &list->u.item[i], &v[i]));
  l->out->renewal = v;
  l->out->n_renewals = list->n;
  return TH_OK;
}

th_code th_rule__load_links(th_rule_load *l, const th_yaml *top) {
  const th_yaml *list;
  TH_TRY(th_rule__seq(top, "links", false, &list, l->err));
  if (!list || list->n == 0) return TH_OK;
  th_rule_link *v = TH_NEWN(l->arena, th_rule_link, list->n);
  if (!v) return th_fail_nomem(l->err);
  for (uint32_t i = 0; i < list->n; i++) TH_TRY(link_of(l, &list->u.item[i], &v[i]));
  l->out->link = v;
  l->out->n_links = list->n;
  return TH_OK;
}
