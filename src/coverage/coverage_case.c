/* The case file: {"case", "program", "path", "as_of", "facts": {name: value}}. A value is a bare number, truth value, text, date or
 * list, or {"value", "unit", "date"}, or {"lo", "hi", "unit"}. What cannot be used becomes unknown with a warning, never a guess. */
#include <math.h>

#include "coverage/coverage_priv.h"

bool th_coverage__date(th_str s, th_date *out) {
  *out = (th_date){ 0 };
  if ((s.n != 4 && s.n != 7 && s.n != 10) || (s.n > 4 && s.p[4] != '-') || (s.n > 7 && s.p[7] != '-')) return false;
  for (size_t i = 0; i < s.n; i++)
    if (i != 4 && i != 7 && (s.p[i] < '0' || s.p[i] > '9')) return false;
  return th_date_parse_iso(s, out) && th_date_valid(*out);
}

/* ── Parts of a value ──────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct fact_in {
  th_arena *arena;
  const th_rule_dict *dict;
  th_rule_value *values;
  int32_t fact;
  th_date as_of, dated;
  th_str unit; /* p NULL: none given */
  th_err *err;
} fact_in;

static th_code wrong(const fact_in *f) {
  th_rule_set_fault(f->dict, f->values, f->fact, TH_RULE_BAD_TYPE);
  return TH_OK;
}

static bool is_null(const th_json *v) {
  return !v || v->kind == TH_JSON_NULL;
}

static void entry_of(const th_rule_fact *fact, const th_json *j, th_rule_entry *e) {
  *e = (th_rule_entry){ 0 };
  const th_json *d = th_json_get(j, "date");
  if (d && d->kind == TH_JSON_STRING && !th_coverage__date(d->u.text, &e->date)) e->date = (th_date){ 0 };
  for (uint32_t i = 0; i < fact->n_fields; i++) {
    char name[64];
    snprintf(name, sizeof name, "%.*s", TH_STR_ARG(fact->field[i].name));
    const th_json *v = th_json_get(j, name);
    if (!v) continue;
    const bool known = fact->field[i].is_bool ? v->kind == TH_JSON_BOOL : th_json_f64(v, &e->field[i]) && isfinite(e->field[i]);
    if (fact->field[i].is_bool) e->field[i] = known && v->boolean;
    if (known) e->has |= 1u << i;
  }
}

static th_code list_value(const fact_in *f, const th_json *v) {
  if (v->kind != TH_JSON_ARRAY) return wrong(f);
  th_rule_entry *e = TH_NEWN(f->arena, th_rule_entry, v->n ? v->n : 1);
  if (!e) return th_fail_nomem(f->err);
  for (uint32_t i = 0; i < v->n; i++) {
    if (v->u.item[i].kind != TH_JSON_OBJECT && v->u.item[i].kind != TH_JSON_NULL) return wrong(f);
    entry_of(&f->dict->fact[f->fact], &v->u.item[i], &e[i]);
  }
  th_rule_set_list(f->dict, f->values, f->fact, e, v->n, f->dated, f->as_of);
  return TH_OK;
}

static th_code classes_value(const fact_in *f, const th_json *v) {
  if (v->kind == TH_JSON_STRING) {
    th_rule_set_classes(f->arena, f->dict, f->values, f->fact, &v->u.text, 1, f->dated, f->as_of);
    return TH_OK;
  }
  if (v->kind != TH_JSON_ARRAY) return wrong(f);
  th_str *t = TH_NEWN(f->arena, th_str, v->n ? v->n : 1);
  if (!t) return th_fail_nomem(f->err);
  for (uint32_t i = 0; i < v->n; i++) {
    if (v->u.item[i].kind != TH_JSON_STRING) return wrong(f);
    t[i] = v->u.item[i].u.text;
  }
  th_rule_set_classes(f->arena, f->dict, f->values, f->fact, t, v->n, f->dated, f->as_of);
  return TH_OK;
}

static th_code plain_value(const fact_in *f, const th_json *v) {
  double x;
  th_date d;
  if (is_null(v)) return wrong(f); /* {"value": null}: something was recorded, and nothing can be read from it */
  switch ((th_rule_type)f->dict->fact[f->fact].type) {
  case TH_RULE_NUMBER:
    if (!th_json_f64(v, &x) || !isfinite(x)) return wrong(f);
    th_rule_set_number(f->dict, f->values, f->fact, x, x, f->unit, f->dated, f->as_of);
    return TH_OK;
  case TH_RULE_BOOL:
    if (v->kind != TH_JSON_BOOL) return wrong(f);
    th_rule_set_bool(f->dict, f->values, f->fact, v->boolean, f->dated, f->as_of);
    break;
  case TH_RULE_DATE:
    if (v->kind != TH_JSON_STRING || !th_coverage__date(v->u.text, &d)) return wrong(f);
    th_rule_set_date(f->dict, f->values, f->fact, d, f->dated, f->as_of);
    break;
  case TH_RULE_CODE:
    if (v->kind != TH_JSON_STRING) return wrong(f);
    th_rule_set_code(f->dict, f->values, f->fact, v->u.text, f->dated, f->as_of);
    break;
  case TH_RULE_CODES: TH_TRY(classes_value(f, v)); break;
  case TH_RULE_LIST: TH_TRY(list_value(f, v)); break;
  }
  th_rule_value *slot = &f->values[f->fact];
  if (f->unit.p && slot->state != TH_RULE_ABSENT && slot->fault != TH_RULE_BAD_TYPE)
    th_rule_set_fault(f->dict, f->values, f->fact, TH_RULE_BAD_UNIT);
  return TH_OK;
}

static th_code bounded_value(const fact_in *f, const th_json *lo, const th_json *hi) {
  double a = -INFINITY, b = INFINITY;
  if (f->dict->fact[f->fact].type != TH_RULE_NUMBER) return wrong(f);
  if (!is_null(lo) && (!th_json_f64(lo, &a) || !isfinite(a))) return wrong(f);
  if (!is_null(hi) && (!th_json_f64(hi, &b) || !isfinite(b))) return wrong(f);
  th_rule_set_number(f->dict, f->values, f->fact, a, b, f->unit, f->dated, f->as_of);
  return TH_OK;
}

th_code th_coverage_fact_read(th_arena *a, const th_rule_dict *d, const th_json *json, int32_t fact, th_date as_of,
                              th_rule_value *values, th_err *err) {
  fact_in f = { .arena = a, .dict = d, .values = values, .fact = fact, .as_of = as_of, .err = err };
  if (is_null(json)) return TH_OK;
  if (json->kind != TH_JSON_OBJECT) return plain_value(&f, json);
  const th_json *value = th_json_get(json, "value"), *lo = th_json_get(json, "lo"), *hi = th_json_get(json, "hi");
  const th_json *unit = th_json_get(json, "unit"), *date = th_json_get(json, "date");
  if ((!value && !lo && !hi) || (value && (lo || hi))) return wrong(&f);
  if (!is_null(date) && (date->kind != TH_JSON_STRING || !th_coverage__date(date->u.text, &f.dated))) return wrong(&f);
  if (!is_null(unit) && unit->kind != TH_JSON_STRING) return wrong(&f);
  if (!is_null(unit)) f.unit = unit->u.text.p ? unit->u.text : TH_S("");
  TH_TRY(value ? plain_value(&f, value) : bounded_value(&f, lo, hi));
  values[fact].source = th_json_text(th_json_get(json, "source"));
  return TH_OK;
}

/* ── The case ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code text_of(const th_json *json, const char *key, th_str *out, th_err *err) {
  const th_json *v = th_json_get(json, key);
  if (!v || v->kind != TH_JSON_STRING || v->u.text.n == 0) return th_fail(err, TH_EPARSE, "the case has no text \"%s\"", key);
  *out = v->u.text;
  return TH_OK;
}

static th_code facts_of(th_arena *a, const th_coverage *c, const th_json *facts, th_coverage_case *out, th_err *err) {
  th_str_vec unread = { 0 };
  out->values = th_rule_values_new(a, &c->dict);
  if (!out->values) return th_fail_nomem(err);
  for (uint32_t i = 0; i < facts->n; i++) {
    const th_json_member *m = &facts->u.member[i];
    const int32_t fact = th_rule_fact_find(&c->dict, m->key);
    if (fact >= 0)
      TH_TRY(th_coverage_fact_read(a, &c->dict, &m->value, fact, out->as_of, out->values, err));
    else if (!TH_VEC_PUSH(a, &unread, m->key))
      return th_fail_nomem(err);
  }
  out->unread = unread.v;
  out->n_unread = (uint32_t)unread.n;
  return TH_OK;
}

/* "evidence": ["E-biopsy"] or {"E-biopsy": true} */
static th_code attached_of(th_arena *a, const th_json *v, th_coverage_case *out, th_err *err) {
  th_str_vec list = { 0 };
  if (is_null(v)) return TH_OK;
  if (v->kind != TH_JSON_ARRAY && v->kind != TH_JSON_OBJECT)
    return th_fail(err, TH_EPARSE, "\"evidence\" of the case is a list of ids, or an object of id: true");
  for (uint32_t i = 0; i < v->n; i++) {
    const bool object = v->kind == TH_JSON_OBJECT;
    const th_json *item = object ? &v->u.member[i].value : &v->u.item[i];
    if (object ? item->kind != TH_JSON_BOOL : item->kind != TH_JSON_STRING)
      return th_fail(err, TH_EPARSE, "\"evidence\" of the case is a list of ids, or an object of id: true");
    if (object && !item->boolean) continue;
    if (!TH_VEC_PUSH(a, &list, object ? v->u.member[i].key : item->u.text)) return th_fail_nomem(err);
  }
  out->attached = list.v;
  out->n_attached = (uint32_t)list.n;
  return TH_OK;
}

/* What the record behind the case brought that was not used; see th_coverage_case.told. */
static th_code told_of(th_arena *a, const th_json *v, th_coverage_case *out, th_err *err) {
  th_str_vec list = { 0 };
  for (uint32_t i = 0; v && v->kind == TH_JSON_ARRAY && i < v->n; i++)
    if (!TH_VEC_PUSH(a, &list, th_json_text(&v->u.item[i]))) return th_fail_nomem(err);
  out->told = list.v;
  out->n_told = (uint32_t)list.n;
  return TH_OK;
}

th_code th_coverage_case_read(th_arena *a, const th_coverage *c, const th_json *json, th_coverage_case *out, th_err *err) {
  *out = (th_coverage_case){ 0 };
  if (json->kind != TH_JSON_OBJECT)
    return th_fail(err, TH_EPARSE, "a case is an object: {\"case\", \"program\", \"path\", \"as_of\", \"facts\"}");
  th_str as_of;
  TH_TRY(text_of(json, "case", &out->id, err));
  TH_TRY(text_of(json, "program", &out->program, err));
  TH_TRY(text_of(json, "path", &out->path_name, err));
  TH_TRY(text_of(json, "as_of", &as_of, err));
  if (!th_coverage__date(as_of, &out->as_of) || out->as_of.prec != TH_DATE_DAY)
    return th_fail(err, TH_EPARSE, "as_of \"%.*s\" is not a full date, YYYY-MM-DD", TH_STR_ARG(as_of));
  out->policy = th_coverage_policy(c, out->program);
  if (!out->policy) return th_fail(err, TH_ENOENT, "no policy is called \"%.*s\"", TH_STR_ARG(out->program));
  out->path = th_rule_path_find(out->policy, out->path_name);
  if (!out->path)
    return th_fail(err, TH_ENOENT, "no clause: %.*s has no path \"%.*s\"", TH_STR_ARG(out->program),
                   TH_STR_ARG(out->path_name));
  const th_json *facts = th_json_get(json, "facts");
  if (!facts || facts->kind != TH_JSON_OBJECT) return th_fail(err, TH_EPARSE, "the case has no object \"facts\"");
  TH_TRY(facts_of(a, c, facts, out, err));
  TH_TRY(attached_of(a, th_json_get(json, "evidence"), out, err));
  TH_TRY(told_of(a, th_json_get(json, "told"), out, err));
  const th_json *form = th_json_get(json, "form"), *drugs = th_json_get(json, "drugs");
  if (!is_null(form) && form->kind != TH_JSON_OBJECT) return th_fail(err, TH_EPARSE, "\"form\" of the case is an object");
  if (!is_null(drugs) && drugs->kind != TH_JSON_ARRAY) return th_fail(err, TH_EPARSE, "\"drugs\" of the case is a list");
  out->form = is_null(form) ? NULL : form;
  out->drugs = is_null(drugs) ? NULL : drugs;
  return TH_OK;
}

th_code th_coverage_case_parse(th_arena *a, const th_coverage *c, th_str text, th_coverage_case *out, th_err *err) {
  th_json *json = TH_NEW(a, th_json); /* the case keeps views into the tree */
  if (!json) return th_fail_nomem(err);
  TH_TRY(th_json_parse(a, text, json, err));
  return th_coverage_case_read(a, c, json, out, err);
}
