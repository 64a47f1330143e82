/* The dictionary of facts: names, types, canonical units and what else is accepted, plausible ranges. Names of a score sheet are
 * written once and spread over the prefixes ("t1_esr", "now_esr"). */
#include <stdlib.h>

#include "rule/rule_priv.h"

typedef struct dict_build {
  th_arena *arena;
  th_err *err;
  th_rule_dict *dict;
  th_rule_fact *fact;
  th_str *equation; /* name given, resolved once all names are known */
} dict_build;

static const struct {
  const char *name;
  th_rule_type type;
} types[] = { { "number", TH_RULE_NUMBER }, { "bool", TH_RULE_BOOL },   { "date", TH_RULE_DATE },
              { "code", TH_RULE_CODE },     { "codes", TH_RULE_CODES }, { "list", TH_RULE_LIST } };

static th_code type_of(dict_build *b, const th_yaml *y, uint8_t *out) {
  th_str t;
  TH_TRY(th_rule__text(y, "type", true, &t, b->err));
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if (th_str_is(t, types[i].name)) {
      *out = (uint8_t)types[i].type;
      return TH_OK;
    }
  return TH_RULE__FAIL(b->err, th_yaml_get(y, "type"), "unknown type \"%.*s\": number, bool, date, code, codes or list",
                       TH_STR_ARG(t));
}

static th_code gate_of(dict_build *b, const th_yaml *y, int32_t *out) {
  th_str name;
  TH_TRY(th_rule__text(y, "gate", false, &name, b->err));
  *out = -1;
  for (uint32_t i = 0; i < b->dict->n_gates && *out < 0; i++)
    if (th_str_eq(b->dict->gate[i].name, name)) *out = (int32_t)i;
  if (name.n && *out < 0) return TH_RULE__FAIL(b->err, th_yaml_get(y, "gate"), "no gate is called \"%.*s\"", TH_STR_ARG(name));
  return TH_OK;
}

/* Where the dictionary has classes of costs, every fact is of one (a sheet's class stands before that of its facts). */
static th_code cost_of(dict_build *b, const th_yaml *y, bool needed, int32_t *out) {
  th_str name;
  TH_TRY(th_rule__text(y, "cost", needed && b->dict->n_costs > 0, &name, b->err));
  *out = -1;
  for (uint32_t i = 0; i < b->dict->n_costs && *out < 0; i++)
    if (th_str_eq(b->dict->cost[i].name, name)) *out = (int32_t)i;
  if (name.n && *out < 0)
    return TH_RULE__FAIL(b->err, th_yaml_get(y, "cost"), "no class of costs is called \"%.*s\"", TH_STR_ARG(name));
  return TH_OK;
}

static th_code later_of(dict_build *b, const th_yaml *y, th_rule_fact *f) {
  static const struct {
    const char *name;
    th_rule_later later;
    bool number;
  } names[] = { { "confirm", TH_LATER_CONFIRM, false }, { "keep", TH_LATER_KEEP, false },     { "ever", TH_LATER_EVER, false },
                { "again", TH_LATER_AGAIN, false },     { "extend", TH_LATER_EXTEND, false }, { "grows", TH_LATER_GROWS, true },
                { "next", TH_LATER_NEXT, true },        { "since", TH_LATER_SINCE, true } };
  th_str t;
  TH_TRY(th_rule__text(y, "later", false, &t, b->err));
  if (!t.n) return TH_OK;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (!th_str_is(t, names[i].name)) continue;
    if ((names[i].number && f->type != TH_RULE_NUMBER) || (names[i].later == TH_LATER_EVER && f->type != TH_RULE_BOOL) ||
        (names[i].later == TH_LATER_EXTEND && f->type != TH_RULE_LIST))
      return TH_RULE__FAIL(b->err, th_yaml_get(y, "later"), "\"%s\" does not fit the type of the fact", names[i].name);
    f->later = (uint8_t)names[i].later;
    return TH_OK;
  }
  return TH_RULE__FAIL(b->err, th_yaml_get(y, "later"),
                       "\"later\" is confirm, keep, ever, again, extend, grows, next or since");
}

static th_code units_of(dict_build *b, const th_yaml *y, th_rule_fact *f) {
  const th_yaml *acc = th_yaml_get(y, "accepts");
  if (f->type != TH_RULE_NUMBER) {
    if (acc || f->unit.n) return TH_RULE__FAIL(b->err, y, "only numbers have units");
    return TH_OK;
  }
  if (!f->unit.n) return TH_RULE__FAIL(b->err, y, "a number needs a unit (\"1\" for a pure number)");
  if (acc && acc->kind != TH_YAML_MAP) return TH_RULE__FAIL(b->err, acc, "expected a mapping for \"accepts\"");
  const uint32_t more = acc ? acc->n : 0;
  th_rule_unit *u = TH_NEWN(b->arena, th_rule_unit, more + 1);
  if (!u) return th_fail_nomem(b->err);
  u[0] = (th_rule_unit){ f->unit, 1.0 };
  for (uint32_t i = 0; i < more; i++) {
    double factor;
    if (!th_yaml_f64(&acc->u.pair[i].value, &factor) || !(factor > 0))
      return TH_RULE__FAIL(b->err, &acc->u.pair[i].value, "expected a factor above 0");
    u[i + 1] = (th_rule_unit){ acc->u.pair[i].key, factor };
  }
  f->units = u;
  f->n_units = more + 1;
  return TH_OK;
}

static th_code range_of(dict_build *b, const th_yaml *y, th_rule_fact *f) {
  const th_yaml *r;
  TH_TRY(th_rule__seq(y, "plausible", false, &r, b->err));
  if (!r) return TH_OK;
  if (f->type != TH_RULE_NUMBER || r->n != 2 || !th_yaml_f64(&r->u.item[0], &f->lo) || !th_yaml_f64(&r->u.item[1], &f->hi) ||
      f->lo > f->hi)
    return TH_RULE__FAIL(b->err, r, "expected [low, high] of a number");
  f->has_range = true;
  return TH_OK;
}

static th_code fields_of(dict_build *b, const th_yaml *y, th_rule_fact *f) {
  const th_yaml *m = th_yaml_get(y, "fields");
  if (!m) return f->type == TH_RULE_LIST ? TH_RULE__FAIL(b->err, y, "a list needs its fields") : TH_OK;
  if (f->type != TH_RULE_LIST || m->kind != TH_YAML_MAP || m->n == 0 || m->n > TH_RULE_FIELDS)
    return TH_RULE__FAIL(b->err, m, "expected 1 to %d fields of a list", TH_RULE_FIELDS);
  for (uint32_t i = 0; i < m->n; i++) {
    const th_str t = th_yaml_text(&m->u.pair[i].value);
    if (!th_str_is(t, "number") && !th_str_is(t, "bool"))
      return TH_RULE__FAIL(b->err, &m->u.pair[i].value, "a field is a number or a bool");
    f->field[i] = (th_rule_field){ m->u.pair[i].key, th_str_is(t, "bool") };
  }
  f->n_fields = m->n;
  return TH_OK;
}

static th_code fact_of(dict_build *b, const th_yaml *y, th_rule_fact *f, th_str *equation) {
  static const char *const keys[] = { "name",    "type",   "gate",   "unit",     "accepts", "plausible",
                                      "current", "values", "fields", "equation", "time",    "codes",
                                      "zh",      "en",     "later",  "cost",     NULL };
  TH_TRY(th_rule__keys(y, keys, "a fact", b->err));
  *f = (th_rule_fact){ .gate = -1, .sheet = -1, .equation = -1 };
  TH_TRY(th_rule__text(y, "name", true, &f->name, b->err));
  TH_TRY(type_of(b, y, &f->type));
  TH_TRY(gate_of(b, y, &f->gate));
  TH_TRY(cost_of(b, y, true, &f->cost));
  TH_TRY(later_of(b, y, f));
  TH_TRY(th_rule__text(y, "unit", false, &f->unit, b->err));
  TH_TRY(th_rule__text(y, "zh", true, &f->zh, b->err));
  TH_TRY(th_rule__text(y, "en", true, &f->en, b->err));
  TH_TRY(th_rule__text(y, "time", false, &f->time, b->err));
  TH_TRY(th_rule__text(y, "codes", false, &f->codes, b->err));
  TH_TRY(th_rule__text(y, "equation", false, equation, b->err));
  TH_TRY(th_rule__bool(y, "current", &f->current, b->err));
  TH_TRY(units_of(b, y, f));
  TH_TRY(range_of(b, y, f));
  TH_TRY(fields_of(b, y, f));
  TH_TRY(th_rule__texts(b->arena, y, "values", &f->values, &f->n_values, b->err));
  if (f->n_values && (f->type != TH_RULE_CODE || f->n_values > 64))
    return TH_RULE__FAIL(b->err, y, "\"values\" is for codes, 64 at most");
  f->scoped = f->name;
  return TH_OK;
}

static th_code add(dict_build *b, const th_yaml *y, const th_rule_fact *f, th_str equation) {
  th_rule_dict *d = b->dict;
  bool is_new;
  uint64_t *at = th_map_at(&d->by_name, f->name, &is_new);
  if (!at) return th_fail_nomem(b->err);
  if (!is_new) return TH_RULE__FAIL(b->err, y, "fact \"%.*s\" is there already", TH_STR_ARG(f->name));
  *at = d->n;
  b->fact[d->n] = *f;
  b->equation[d->n++] = equation;
  return TH_OK;
}

static th_code prefixes_of(dict_build *b, const th_yaml *top) {
  static const char *const keys[] = { "name", "zh", "en", "current", "cost", NULL };
  const th_yaml *list;
  TH_TRY(th_rule__seq(top, "prefixes", false, &list, b->err));
  if (!list) return TH_OK;
  th_rule_prefix *p = TH_NEWN(b->arena, th_rule_prefix, list->n ? list->n : 1);
  if (!p) return th_fail_nomem(b->err);
  for (uint32_t i = 0; i < list->n; i++) {
    const th_yaml *y = &list->u.item[i];
    TH_TRY(th_rule__keys(y, keys, "a prefix", b->err));
    TH_TRY(th_rule__text(y, "name", true, &p[i].name, b->err));
    TH_TRY(th_rule__text(y, "zh", true, &p[i].zh, b->err));
    TH_TRY(th_rule__text(y, "en", true, &p[i].en, b->err));
    TH_TRY(th_rule__bool(y, "current", &p[i].current, b->err));
    TH_TRY(cost_of(b, y, false, &p[i].cost));
  }
  b->dict->prefix = p;
  b->dict->n_prefixes = list->n;
  return TH_OK;
}

static th_code gates_of(dict_build *b, const th_yaml *top) {
  static const char *const keys[] = { "name", "zh", "en", NULL };
  const th_yaml *list;
  TH_TRY(th_rule__seq(top, "gates", false, &list, b->err));
  if (!list) return TH_OK;
  th_rule_gate *g = TH_NEWN(b->arena, th_rule_gate, list->n ? list->n : 1);
  if (!g) return th_fail_nomem(b->err);
  for (uint32_t i = 0; i < list->n; i++) {
    const th_yaml *y = &list->u.item[i];
    TH_TRY(th_rule__keys(y, keys, "a gate", b->err));
    TH_TRY(th_rule__text(y, "name", true, &g[i].name, b->err));
    TH_TRY(th_rule__text(y, "zh", true, &g[i].zh, b->err));
    TH_TRY(th_rule__text(y, "en", true, &g[i].en, b->err));
  }
  b->dict->gate = g;
  b->dict->n_gates = list->n;
  return TH_OK;
}

static th_code cost_class(dict_build *b, const th_yaml *y, const th_rule_cost *before, uint32_t n, th_rule_cost *out) {
  static const char *const keys[] = { "name", "cost", "zh", "en", "why", NULL };
  const th_yaml *cost = th_yaml_get(y, "cost");
  double v;
  TH_TRY(th_rule__keys(y, keys, "a class of costs", b->err));
  TH_TRY(th_rule__text(y, "name", true, &out->name, b->err));
  TH_TRY(th_rule__text(y, "zh", true, &out->zh, b->err));
  TH_TRY(th_rule__text(y, "en", true, &out->en, b->err));
  TH_TRY(th_rule__text(y, "why", true, &out->why, b->err));
  if (!cost || !th_yaml_f64(cost, &v) || !(v >= 1 && v <= TH_RULE_COST_MAX) || v != (double)(uint32_t)v)
    return TH_RULE__FAIL(b->err, cost ? cost : y, "\"cost\" of a class is a whole number, 1 to %d", TH_RULE_COST_MAX);
  out->cost = (uint32_t)v;
  for (uint32_t i = 0; i < n; i++)
    if (th_str_eq(before[i].name, out->name))
      return TH_RULE__FAIL(b->err, y, "class of costs \"%.*s\" is there already", TH_STR_ARG(out->name));
  return TH_OK;
}

static th_code costs_of(dict_build *b, const th_yaml *top) {
  const th_yaml *list;
  TH_TRY(th_rule__seq(top, "costs", false, &list, b->err));
  if (!list) return TH_OK;
  th_rule_cost *c = TH_NEWN(b->arena, th_rule_cost, list->n ? list->n : 1);
  if (!c) return th_fail_nomem(b->err);
  for (uint32_t i = 0; i < list->n; i++) TH_TRY(cost_class(b, &list->u.item[i], c, i, &c[i]));
  b->dict->cost = c;
  b->dict->n_costs = list->n;
  return TH_OK;
}

static th_code spread(dict_build *b, const th_yaml *y, const th_rule_fact *f) {
  for (uint32_t p = 0; p < b->dict->n_prefixes; p++) {
    const th_rule_prefix *px = &b->dict->prefix[p];
    th_rule_fact g = *f;
    g.name = th_str_fmt(b->arena, "%.*s_%.*s", TH_STR_ARG(px->name), TH_STR_ARG(f->name));
    g.zh = th_str_fmt(b->arena, "%.*s：%.*s", TH_STR_ARG(px->zh), TH_STR_ARG(f->zh));
    g.en = th_str_fmt(b->arena, "%.*s, %.*s", TH_STR_ARG(f->en), TH_STR_ARG(px->en));
    if (!g.name.p || !g.zh.p || !g.en.p) return th_fail_nomem(b->err);
    g.sheet = (int32_t)p;
    g.sheet_current = px->current;
    if (px->cost >= 0) g.cost = px->cost;
    g.later = px->current ? TH_LATER_AGAIN : TH_LATER_KEEP;
    TH_TRY(add(b, y, &g, TH_STR_NONE));
  }
  return TH_OK;
}

static th_code facts_of(dict_build *b, const th_yaml *list, bool scoped) {
  for (uint32_t i = 0; list && i < list->n; i++) {
    const th_yaml *y = &list->u.item[i];
    th_rule_fact f;
    th_str equation;
    TH_TRY(fact_of(b, y, &f, &equation));
    TH_TRY(scoped ? spread(b, y, &f) : add(b, y, &f, equation));
  }
  return TH_OK;
}

static th_code load(dict_build *b, const th_yaml *top) {
  static const char *const keys[] = { "prefixes", "gates", "costs", "facts", "scoped", NULL };
  const th_yaml *plain, *scoped;
  TH_TRY(th_rule__keys(top, keys, "the dictionary of facts", b->err));
  TH_TRY(costs_of(b, top));
  TH_TRY(prefixes_of(b, top));
  TH_TRY(gates_of(b, top));
  TH_TRY(th_rule__seq(top, "facts", true, &plain, b->err));
  TH_TRY(th_rule__seq(top, "scoped", false, &scoped, b->err));
  const size_t n = (size_t)plain->n + (size_t)(scoped ? scoped->n : 0) * b->dict->n_prefixes;
  if (n > TH_LIMIT_RULE_FACTS)
    return th_fail(b->err, TH_ELIMIT, "more names than TH_LIMIT_RULE_FACTS (%d)", TH_LIMIT_RULE_FACTS);
  b->fact = TH_NEWN(b->arena, th_rule_fact, n ? n : 1);
  b->equation = TH_NEWN(b->arena, th_str, n ? n : 1);
  if (!b->fact || !b->equation) return th_fail_nomem(b->err);
  TH_TRY(facts_of(b, plain, false));
  TH_TRY(facts_of(b, scoped, true));
  b->dict->fact = b->fact;
  for (uint32_t i = 0; i < b->dict->n; i++) {
    if (!b->equation[i].n) continue;
    b->fact[i].equation = th_rule_fact_find(b->dict, b->equation[i]);
    if (b->fact[i].equation < 0)
      return th_fail(b->err, TH_EPARSE, "equation \"%.*s\" of fact \"%.*s\" is no fact", TH_STR_ARG(b->equation[i]),
                     TH_STR_ARG(b->fact[i].name));
  }
  return TH_OK;
}

th_code th_rule_dict_load(th_arena *a, th_str yaml, const char *source, th_rule_dict *out, th_err *err) {
  th_yaml top;
  *out = (th_rule_dict){ 0 };
  th_map_init(&out->by_name, a);
  dict_build b = { .arena = a, .err = err, .dict = out };
  th_code code = th_yaml_parse(a, yaml, &top, err);
  if (code == TH_OK) code = load(&b, &top);
  if (code != TH_OK && source) th_err_source(err, source);
  return code;
}

int32_t th_rule_fact_find(const th_rule_dict *d, th_str name) {
  uint64_t at;
  return th_map_get(&d->by_name, name, &at) ? (int32_t)at : -1;
}

const th_rule_cost *th_rule_fact_cost(const th_rule_dict *d, int32_t fact) {
  const int32_t class = d->fact[fact].cost;
  return class < 0 ? NULL : &d->cost[class];
}
