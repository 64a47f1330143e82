/* Leaves of a policy: which facts they read, and whether the comparator fits the fact's type and unit. */
#include <math.h>

#include "rule/rule_priv.h"

bool th_rule__is_leaf(const th_yaml *y) {
  return th_yaml_get(y, "fact") || th_yaml_get(y, "sum") || th_yaml_get(y, "age") || th_yaml_get(y, "count") ||
         th_yaml_get(y, "sustained");
}

static th_code fact_named(th_rule_load *l, const th_yaml *v, th_rule_type type, int32_t *out) {
  if (!v || v->kind != TH_YAML_SCALAR) return TH_RULE__FAIL(l->err, v, "expected the name of a fact");
  *out = -1;
  if (l->prefix.n) {
    const th_str full = th_str_fmt(l->arena, "%.*s_%.*s", TH_STR_ARG(l->prefix), TH_STR_ARG(v->u.text));
    if (!full.p) return th_fail_nomem(l->err);
    *out = th_rule_fact_find(l->dict, full);
  }
  if (*out < 0) *out = th_rule_fact_find(l->dict, v->u.text);
  if (*out < 0) return TH_RULE__FAIL(l->err, v, "no fact is called \"%.*s\"", TH_STR_ARG(v->u.text));
  static const char *const what[] = { "a number", "true or false", "a date", "a code", "biopsy classes", "a list" };
  const uint8_t is = l->dict->fact[*out].type;
  if (is != type && !(type == TH_RULE_CODE && is == TH_RULE_CODES))
    return TH_RULE__FAIL(l->err, v, "fact \"%.*s\" is %s, and %s is needed here", TH_STR_ARG(v->u.text), what[is], what[type]);
  return TH_OK;
}

static th_code reads(th_rule_load *l, th_rule_leaf *leaf, const th_yaml *v, int32_t fact) {
  for (uint32_t i = 0; i < leaf->n_facts; i++)
    if (leaf->fact[i] == fact) return TH_OK;
  if (leaf->n_facts == TH_RULE_LEAF_FACTS) return TH_RULE__FAIL(l->err, v, "a leaf reads at most %d facts", TH_RULE_LEAF_FACTS);
  leaf->fact[leaf->n_facts++] = fact;
  return TH_OK;
}

th_code th_rule__load_op(th_rule_load *l, const th_yaml *y, uint8_t *op) {
  static const char *const ops[] = { ">=", ">", "<=", "<", "=" };
  th_str t;
  TH_TRY(th_rule__text(y, "op", true, &t, l->err));
  for (uint8_t i = 0; i < 5; i++)
    if (th_str_is(t, ops[i])) {
      *op = i;
      return TH_OK;
    }
  return TH_RULE__FAIL(l->err, th_yaml_get(y, "op"), "unknown comparator \"%.*s\": >=, >, <=, < or =", TH_STR_ARG(t));
}

static th_code finite_number(th_rule_load *l, const th_yaml *y, const char *key, double *out) {
  TH_TRY(th_rule__number(y, key, out, l->err));
  return isfinite(*out) ? TH_OK : TH_RULE__FAIL(l->err, y, "\"%s\" must be finite", key);
}

static th_code positive(th_rule_load *l, const th_yaml *y, const char *key, double *out) {
  TH_TRY(finite_number(l, y, key, out));
  return *out > 0 ? TH_OK : TH_RULE__FAIL(l->err, y, "\"%s\" must be above 0", key);
}

/* {months: n} or {days: n} */
static th_code window(th_rule_load *l, const th_yaml *y, const char *key, bool days_too, th_rule_leaf *leaf) {
  static const char *const both[] = { "months", "days", NULL };
  const th_yaml *w = th_yaml_get(y, key);
  if (!w) return TH_RULE__FAIL(l->err, y, "\"%s\" is missing here", key);
  TH_TRY(th_rule__keys(w, both, key, l->err));
  if (w->n != 1) return TH_RULE__FAIL(l->err, w, "expected months or days, one of them");
  int64_t n;
  leaf->in_days = th_yaml_get(w, "days") != NULL;
  if (leaf->in_days && !days_too) return TH_RULE__FAIL(l->err, w, "expected months");
  TH_TRY(th_rule__whole(w, leaf->in_days ? "days" : "months", 1, 40000, &n, l->err));
  leaf->window = (int32_t)n;
  return TH_OK;
}

#define KEYS(...)                                                                                                              \
  (const char *const[]) {                                                                                                      \
    TH_RULE_NODE_KEYS, __VA_ARGS__, NULL                                                                                       \
  }

static th_code value_leaf(th_rule_load *l, const th_yaml *y, th_rule_leaf *leaf) {
  TH_TRY(th_rule__keys(y, KEYS("fact", "op", "value", "unit"), "a leaf that compares with a value", l->err));
  leaf->kind = TH_LEAF_VALUE;
  TH_TRY(th_rule__load_op(l, y, &leaf->op));
  TH_TRY(finite_number(l, y, "value", &leaf->value));
  th_str unit;
  TH_TRY(th_rule__text(y, "unit", false, &unit, l->err));
  const th_rule_fact *f = &l->dict->fact[leaf->fact[0]];
  for (uint32_t i = 0; unit.n && i <= f->n_units; i++) {
    if (i == f->n_units)
      return TH_RULE__FAIL(l->err, th_yaml_get(y, "unit"), "fact \"%.*s\" is in %.*s; unit \"%.*s\" is not one it accepts",
                           TH_STR_ARG(f->name), TH_STR_ARG(f->unit), TH_STR_ARG(unit));
    if (!th_str_eq(f->units[i].code, unit)) continue;
    leaf->value *= f->units[i].factor;
    break;
  }
  return TH_OK;
}

static th_code term_of(th_rule_load *l, const th_yaml *y, th_rule_leaf *leaf) {
  th_rule_term t = { .of = -1 };
  if (th_yaml_f64(y, &t.times)) {
    if (!isfinite(t.times)) return TH_RULE__FAIL(l->err, y, "expected a finite number");
  } else {
    TH_TRY(positive(l, y, "times", &t.times));
    const th_yaml *of = th_yaml_get(y, "of");
    if (!of) return TH_RULE__FAIL(l->err, y, "\"of\" is missing here");
    TH_TRY(fact_named(l, of, TH_RULE_NUMBER, &t.of));
    TH_TRY(reads(l, leaf, of, t.of));
  }
  if (leaf->n_terms == TH_RULE_LEAF_FACTS) return TH_RULE__FAIL(l->err, y, "at most %d terms", TH_RULE_LEAF_FACTS);
  leaf->term[leaf->n_terms++] = t;
  return TH_OK;
}

static th_code ratio_leaf(th_rule_load *l, const th_yaml *y, th_rule_leaf *leaf) {
  TH_TRY(th_rule__keys(y, KEYS("fact", "op", "times", "of"), "a leaf that compares with a multiple of a fact", l->err));
  leaf->kind = TH_LEAF_RATIO;
  TH_TRY(th_rule__load_op(l, y, &leaf->op));
  return term_of(l, y, leaf);
}

static th_code min_leaf(th_rule_load *l, const th_yaml *y, th_rule_leaf *leaf) {
  static const char *const keys[] = { "times", "of", NULL };
  const th_yaml *m;
  TH_TRY(th_rule__keys(y, KEYS("fact", "op", "min"), "a leaf that compares with a minimum", l->err));
  leaf->kind = TH_LEAF_MIN;
  TH_TRY(th_rule__load_op(l, y, &leaf->op));
  TH_TRY(th_rule__seq(y, "min", true, &m, l->err));
  if (m->n < 2) return TH_RULE__FAIL(l->err, m, "a minimum needs two terms or more");
  for (uint32_t i = 0; i < m->n; i++) {
    if (m->u.item[i].kind == TH_YAML_MAP) TH_TRY(th_rule__keys(&m->u.item[i], keys, "a term", l->err));
    if (m->u.item[i].kind == TH_YAML_SEQ) return TH_RULE__FAIL(l->err, &m->u.item[i], "expected a number or {times, of}");
    TH_TRY(term_of(l, &m->u.item[i], leaf));
  }
  return TH_OK;
}

static th_code bsa_leaf(th_rule_load *l, const th_yaml *y, th_rule_leaf *leaf) {
  TH_TRY(th_rule__keys(y, KEYS("fact", "op", "per", "value"), "a leaf per body surface", l->err));
  leaf->kind = TH_LEAF_BSA;
  TH_TRY(th_rule__load_op(l, y, &leaf->op));
  TH_TRY(positive(l, y, "value", &leaf->value));
  const th_yaml *per = th_yaml_get(y, "per");
  leaf->du_bois = th_str_is(th_yaml_text(per), "bsa_dubois");
  if (!leaf->du_bois && !th_str_is(th_yaml_text(per), "bsa_mosteller"))
    return TH_RULE__FAIL(l->err, per, "expected bsa_mosteller or bsa_dubois");
  const int32_t h = th_rule_fact_find(l->dict, TH_S("height")), w = th_rule_fact_find(l->dict, TH_S("weight"));
  if (h < 0 || w < 0 || l->dict->fact[h].type != TH_RULE_NUMBER || l->dict->fact[w].type != TH_RULE_NUMBER)
    return TH_RULE__FAIL(l->err, per, "body surface needs the facts height (cm) and weight (kg)");
  TH_TRY(reads(l, leaf, per, h));
  return reads(l, leaf, per, w);
}

static th_code in_leaf(th_rule_load *l, const th_yaml *y, th_rule_leaf *leaf) {
  const th_str classes[] = { TH_S("I"), TH_S("II"), TH_S("III"), TH_S("IV"), TH_S("V"), TH_S("VI") };
  const th_yaml *in;
  TH_TRY(th_rule__keys(y, KEYS("fact", "in"), "a leaf over codes", l->err));
  leaf->kind = TH_LEAF_IN;
  TH_TRY(th_rule__seq(y, "in", true, &in, l->err));
  const th_rule_fact *f = &l->dict->fact[leaf->fact[0]];
  const th_str *known = f->type == TH_RULE_CODES ? classes : f->values;
  const uint32_t n = f->type == TH_RULE_CODES ? 6 : f->n_values;
  if (in->n == 0 || n == 0) return TH_RULE__FAIL(l->err, in, "expected codes, and a fact that lists its codes");
  for (uint32_t i = 0; i < in->n; i++) {
    uint32_t at = 0;
    while (at < n && !th_str_eq(known[at], th_yaml_text(&in->u.item[i]))) at++;
    if (at == n) return TH_RULE__FAIL(l->err, &in->u.item[i], "fact \"%.*s\" has no such code", TH_STR_ARG(f->name));
    leaf->codes |= (uint64_t)1 << at;
  }
  return TH_OK;
}

static th_code fact_leaf(th_rule_load *l, const th_yaml *y, th_rule_leaf *leaf) {
  const th_yaml *fact = th_yaml_get(y, "fact"), *is = th_yaml_get(y, "is");
  const bool date = th_yaml_get(y, "within") || th_yaml_get(y, "before"), in = th_yaml_get(y, "in");
  TH_TRY(fact_named(l, fact, is ? TH_RULE_BOOL : date ? TH_RULE_DATE : in ? TH_RULE_CODE : TH_RULE_NUMBER, &leaf->fact[0]));
  leaf->n_facts = 1;
  if (is) {
    leaf->kind = TH_LEAF_IS;
    TH_TRY(th_rule__keys(y, KEYS("fact", "is"), "a leaf over a yes or no", l->err));
    return th_rule__bool(y, "is", &leaf->want, l->err);
  }
  if (in) return in_leaf(l, y, leaf);
  if (th_yaml_get(y, "before")) {
    leaf->kind = TH_LEAF_BEFORE;
    TH_TRY(th_rule__keys(y, KEYS("fact", "before"), "a leaf over a date", l->err));
    return window(l, y, "before", false, leaf);
  }
  if (th_yaml_get(y, "times")) return ratio_leaf(l, y, leaf);
  if (th_yaml_get(y, "min")) return min_leaf(l, y, leaf);
  if (th_yaml_get(y, "per")) return bsa_leaf(l, y, leaf);
  return value_leaf(l, y, leaf);
}

static th_code sum_leaf(th_rule_load *l, const th_yaml *y, th_rule_leaf *leaf) {
  const th_yaml *s;
  TH_TRY(th_rule__keys(y, KEYS("sum", "op", "value", "absent_min"), "a sum", l->err));
  leaf->kind = TH_LEAF_SUM;
  TH_TRY(th_rule__seq(y, "sum", true, &s, l->err));
  for (uint32_t i = 0; i < s->n; i++) {
    int32_t f;
    TH_TRY(fact_named(l, &s->u.item[i], TH_RULE_NUMBER, &f));
    TH_TRY(reads(l, leaf, &s->u.item[i], f));
  }
  if (leaf->n_facts < 2) return TH_RULE__FAIL(l->err, s, "a sum needs two facts or more");
  for (uint32_t i = 1; i < leaf->n_facts; i++)
    if (!th_str_eq(l->dict->fact[leaf->fact[i]].unit, l->dict->fact[leaf->fact[0]].unit))
      return TH_RULE__FAIL(l->err, s, "the facts of a sum are in different units");
  TH_TRY(th_rule__load_op(l, y, &leaf->op));
  leaf->has_absent_min = th_yaml_get(y, "absent_min") != NULL;
  if (leaf->has_absent_min) TH_TRY(finite_number(l, y, "absent_min", &leaf->absent_min));
  return finite_number(l, y, "value", &leaf->value);
}

static th_code age_leaf(th_rule_load *l, const th_yaml *y, th_rule_leaf *leaf) {
  static const char *const keys[] = { "op", "value", NULL };
  const th_yaml *age = th_yaml_get(y, "age");
  TH_TRY(th_rule__keys(y, KEYS("age"), "an age", l->err));
  TH_TRY(th_rule__keys(age, keys, "an age", l->err));
  leaf->kind = TH_LEAF_AGE;
  leaf->fact[0] = th_rule_fact_find(l->dict, TH_S("birth_date"));
  leaf->n_facts = 1;
  if (leaf->fact[0] < 0 || l->dict->fact[leaf->fact[0]].type != TH_RULE_DATE)
    return TH_RULE__FAIL(l->err, age, "an age needs the fact birth_date");
  TH_TRY(th_rule__load_op(l, age, &leaf->op));
  return finite_number(l, age, "value", &leaf->value);
}

static th_code field_of(th_rule_load *l, const th_yaml *at, int32_t fact, th_str name, bool is_bool, uint8_t *out) {
  const th_rule_fact *f = &l->dict->fact[fact];
  for (uint8_t i = 0; i < f->n_fields; i++)
    if (th_str_eq(f->field[i].name, name) && f->field[i].is_bool == is_bool) {
      *out = i;
      return TH_OK;
    }
  return TH_RULE__FAIL(l->err, at, "entries of \"%.*s\" have no %s \"%.*s\"", TH_STR_ARG(f->name),
                       is_bool ? "yes or no" : "number", TH_STR_ARG(name));
}

static th_code count_leaf(th_rule_load *l, const th_yaml *y, th_rule_leaf *leaf) {
  TH_TRY(th_rule__keys(y, KEYS("count", "where", "within", "op", "value"), "a count", l->err));
  leaf->kind = TH_LEAF_COUNT;
  TH_TRY(fact_named(l, th_yaml_get(y, "count"), TH_RULE_LIST, &leaf->fact[0]));
  leaf->n_facts = 1;
  const th_yaml *w = th_yaml_get(y, "where");
  if (!w || w->kind != TH_YAML_MAP || w->n != 1 || !th_yaml_bool(&w->u.pair[0].value, &leaf->want))
    return TH_RULE__FAIL(l->err, w ? w : y, "\"where\" names one yes-or-no field and its value");
  TH_TRY(field_of(l, w, leaf->fact[0], w->u.pair[0].key, true, &leaf->field));
  TH_TRY(window(l, y, "within", true, leaf));
  TH_TRY(th_rule__load_op(l, y, &leaf->op));
  return finite_number(l, y, "value", &leaf->value);
}

static th_code sustained_leaf(th_rule_load *l, const th_yaml *y, th_rule_leaf *leaf) {
  TH_TRY(
      th_rule__keys(y, KEYS("sustained", "field", "op", "value", "or", "months", "max_gap"), "a sustained condition", l->err));
  leaf->kind = TH_LEAF_SUSTAINED;
  TH_TRY(fact_named(l, th_yaml_get(y, "sustained"), TH_RULE_LIST, &leaf->fact[0]));
  leaf->n_facts = 1;
  th_str field, other;
  int64_t n;
  TH_TRY(th_rule__text(y, "field", true, &field, l->err));
  TH_TRY(th_rule__text(y, "or", true, &other, l->err));
  TH_TRY(field_of(l, y, leaf->fact[0], field, false, &leaf->field));
  TH_TRY(field_of(l, y, leaf->fact[0], other, true, &leaf->field2));
  TH_TRY(th_rule__load_op(l, y, &leaf->op));
  TH_TRY(finite_number(l, y, "value", &leaf->value));
  TH_TRY(th_rule__whole(y, "months", 1, 1200, &n, l->err));
  leaf->window = (int32_t)n;
  leaf->has_gap = th_yaml_get(y, "max_gap") != NULL;
  if (!leaf->has_gap) return TH_OK;
  TH_TRY(th_rule__whole(y, "max_gap", 1, 1200, &n, l->err));
  leaf->gap = (int32_t)n;
  return TH_OK;
}

static th_code leaf_node(th_rule_load *l, const th_rule_leaf *leaf, uint32_t line, th_rule_node *node) {
  *node = (th_rule_node){ .kind = TH_RULE_LEAF, .line = line };
  return th_rule__add_leaf(l, leaf, &node->leaf);
}

/* within n months: two leaves, so that an explanation can say at which end a date fell out. */
static th_code window_node(th_rule_load *l, const th_yaml *y, th_rule_leaf *leaf, th_rule_node *node) {
  TH_TRY(th_rule__keys(y, KEYS("fact", "within"), "a leaf over a date", l->err));
  TH_TRY(fact_named(l, th_yaml_get(y, "fact"), TH_RULE_DATE, &leaf->fact[0]));
  leaf->n_facts = 1;
  TH_TRY(window(l, y, "within", true, leaf));
  uint32_t *kid = TH_NEWN(l->arena, uint32_t, 2);
  if (!kid) return th_fail_nomem(l->err);
  const th_str id = th_yaml_text(th_yaml_get(y, "id"));
  for (int i = 0; i < 2; i++) {
    th_rule_node end;
    leaf->kind = i == 0 ? TH_LEAF_FROM : TH_LEAF_TO;
    TH_TRY(leaf_node(l, leaf, y->line, &end));
    if (id.n) {
      end.id = th_str_fmt(l->arena, "%.*s.%s", TH_STR_ARG(id), i == 0 ? "from" : "to");
      end.zh = i == 0 ? TH_S("日期不早於期間起日") : TH_S("日期不晚於評估日");
      end.en = i == 0 ? TH_S("not before the window opens") : TH_S("not after the day assessed");
      if (!end.id.p) return th_fail_nomem(l->err);
    }
    TH_TRY(th_rule__add_node(l, &end, &kid[i]));
  }
  *node = (th_rule_node){ .kind = TH_RULE_ALL, .kid = kid, .n_kids = 2, .line = y->line };
  return TH_OK;
}

th_code th_rule__load_leaf(th_rule_load *l, const th_yaml *y, th_rule_node *node) {
  th_rule_leaf leaf = { .want = true };
  if (th_yaml_get(y, "within") && th_yaml_get(y, "fact")) return window_node(l, y, &leaf, node);
  if (th_yaml_get(y, "fact")) {
    TH_TRY(fact_leaf(l, y, &leaf));
  } else if (th_yaml_get(y, "sum")) {
    TH_TRY(sum_leaf(l, y, &leaf));
  } else if (th_yaml_get(y, "age")) {
    TH_TRY(age_leaf(l, y, &leaf));
  } else {
    TH_TRY(th_yaml_get(y, "count") ? count_leaf(l, y, &leaf) : sustained_leaf(l, y, &leaf));
  }
  return leaf_node(l, &leaf, y->line, node);
}
