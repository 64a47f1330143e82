/* Elements: children by name, choices by their bare name, primitives with the sibling that carries extensions. */
#include "fhir/fhir_priv.h"

static const th_json *member(const th_json *obj, th_str name) {
  for (uint32_t i = 0; obj && obj->kind == TH_JSON_OBJECT && i < obj->n; i++) {
    if (th_str_eq(obj->u.member[i].key, name)) return &obj->u.member[i].value;
  }
  return NULL;
}

/* "DateTime" names dateTime, "CodeableConcept" itself. */
static th_fhir_type suffix_type(th_str s) {
  th_fhir_type t = th_fhir_type_find(s);
  char low[40];
  if (t != TH_FHIR_UNKNOWN || s.n == 0 || s.n >= sizeof low) return t;
  memcpy(low, s.p, s.n);
  low[0] = (char)(low[0] | 32);
  return th_fhir_type_find(th_str_n(low, s.n));
}

/* One pass over the members: the element itself, its sibling "_name", or the member that a choice is written as
 * ("effectivePeriod" for "effective") with its own sibling. */
static bool locate(th_fhir_elem of, th_fhir_name known, const th_json **value, const th_json **sibling, th_fhir_type *type) {
  const th_str name = known.text;
  const th_json *v = NULL, *s = NULL, *cv = NULL, *cs = NULL;
  th_fhir_type chosen = TH_FHIR_UNKNOWN;
  const uint32_t n = of.value && of.value->kind == TH_JSON_OBJECT ? of.value->n : 0;
  for (uint32_t i = 0; i < n; i++) {
    const th_json_member *m = &of.value->u.member[i];
    const bool low = m->key.n && m->key.p[0] == '_';
    const th_str k = low ? (th_str){ m->key.p + 1, m->key.n - 1 } : m->key;
    if (k.n < name.n || name.n == 0 || k.p[0] != name.p[0] || memcmp(k.p, name.p, name.n) != 0) continue;
    if (k.n == name.n) {
      if (low)
        s = &m->value;
      else
        v = &m->value;
    } else if (k.p[name.n] >= 'A' && k.p[name.n] <= 'Z' && !v) {
      const th_fhir_type t = suffix_type(th_str_sub(k, name.n, k.n));
      if (t == TH_FHIR_UNKNOWN || (chosen != TH_FHIR_UNKNOWN && t != chosen)) continue;
      chosen = t;
      if (low)
        cs = &m->value;
      else
        cv = &m->value;
    }
  }
  if (!v && of.sibling && (th_str_eq(name, TH_S("extension")) || th_str_eq(name, TH_S("id")))) v = member(of.sibling, name);
  const bool own = v || s;
  *value = own ? v : cv;
  *sibling = own ? s : cs;
  *type = own ? th_fhir__member_type(of.type, known, v) : chosen;
  return *value || *sibling;
}

bool th_fhir_member_named(th_fhir_elem of, th_fhir_name name, th_fhir_elem *out) {
  return locate(of, name, &out->value, &out->sibling, &out->type);
}

bool th_fhir_member(th_fhir_elem of, th_str name, th_fhir_elem *out) {
  return th_fhir_member_named(of, th_fhir_name_of(name), out);
}

static const th_json *item(const th_json *v, uint32_t i) {
  if (!v) return NULL;
  if (v->kind == TH_JSON_ARRAY)
    v = i < v->n ? &v->u.item[i] : NULL;
  else if (i > 0)
    return NULL;
  return v && v->kind != TH_JSON_NULL ? v : NULL;
}

th_fhir_type th_fhir_item_type(th_fhir_type of_list, const th_json *one) {
  if (th_fhir_type_kind(of_list) != TH_FHIR_RESOURCE) return of_list;
  return th_fhir_type_find(th_json_text(th_json_get(one, "resourceType")));
}

th_code th_fhir_children(th_arena *a, th_fhir_elem of, th_str name, th_fhir_elem_vec *out, bool *repeats) {
  const th_json *value, *sibling;
  th_fhir_type type;
  *repeats = false;
  if (!locate(of, th_fhir_name_of(name), &value, &sibling, &type)) return TH_OK;
  *repeats = (value && value->kind == TH_JSON_ARRAY) || (sibling && sibling->kind == TH_JSON_ARRAY);
  const uint32_t n = value && value->kind == TH_JSON_ARRAY ? value->n : 1,
                 m = sibling && sibling->kind == TH_JSON_ARRAY ? sibling->n : 1;
  for (uint32_t i = 0; i < (n > m ? n : m); i++) {
    th_fhir_elem e = { item(value, i), item(sibling, i), type };
    if (*repeats) e.type = th_fhir_item_type(type, e.value);
    if (!e.value && !e.sibling) continue;
    if (!TH_VEC_PUSH(a, out, e)) return TH_ENOMEM;
  }
  return TH_OK;
}

static bool child_at(th_fhir_elem of, th_str name, uint32_t i, th_fhir_elem *out) {
  const th_json *value, *sibling;
  th_fhir_type type;
  if (!locate(of, th_fhir_name_of(name), &value, &sibling, &type)) return false;
  *out = (th_fhir_elem){ item(value, i), item(sibling, i), type };
  if (value && value->kind == TH_JSON_ARRAY) out->type = th_fhir_item_type(type, out->value);
  return out->value || out->sibling;
}

bool th_fhir_child(th_fhir_elem of, const char *name, th_fhir_elem *out) {
  return child_at(of, th_str_of(name), 0, out);
}

bool th_fhir_at(th_fhir_elem of, const char *path, th_fhir_elem *out) {
  th_str rest = th_str_of(path), name;
  while (th_str_split(&rest, '.', &name)) {
    int64_t i = 0;
    th_str peek = rest, next;
    if (th_str_split(&peek, '.', &next) && th_str_to_i64(next, &i) && i >= 0 && i < UINT32_MAX)
      rest = peek;
    else
      i = 0;
    if (!child_at(of, name, (uint32_t)i, &of)) return false;
  }
  *out = of;
  return true;
}

th_str th_fhir_text(th_fhir_elem e) {
  if (e.value && e.value->kind == TH_JSON_BOOL) return e.value->boolean ? TH_S("true") : TH_S("false");
  return th_json_text(e.value);
}

bool th_fhir_extension(th_fhir_elem of, const char *url, th_fhir_elem *out) {
  for (int turn = 0; turn < 2; turn++) {
    const th_json *list = member(turn ? of.sibling : of.value, TH_S("extension"));
    for (uint32_t i = 0; list && list->kind == TH_JSON_ARRAY && i < list->n; i++) {
      if (!th_str_is(th_json_text(th_json_get(&list->u.item[i], "url")), url)) continue;
      *out = (th_fhir_elem){ &list->u.item[i], NULL, th_fhir_type_find(TH_S("Extension")) };
      return true;
    }
  }
  return false;
}

static th_str text_or_none(const th_json *obj, const char *key) {
  const th_json *v = th_json_get(obj, key);
  return v && v->kind == TH_JSON_STRING ? v->u.text : TH_STR_NONE;
}

th_code th_fhir_codings(th_arena *a, th_fhir_elem e, th_fhir_coding_vec *out) {
  const th_json *v = e.value;
  if (!v) return TH_OK;
  if (v->kind == TH_JSON_ARRAY) {
    for (uint32_t i = 0; i < v->n; i++) TH_TRY(th_fhir_codings(a, (th_fhir_elem){ &v->u.item[i], NULL, e.type }, out));
    return TH_OK;
  }
  if (v->kind == TH_JSON_STRING) {
    const th_fhir_coding c = { .code = v->u.text };
    return TH_VEC_PUSH(a, out, c) ? TH_OK : TH_ENOMEM;
  }
  const th_json *list = th_json_get(v, "coding");
  if (list) return th_fhir_codings(a, (th_fhir_elem){ list, NULL, TH_FHIR_UNKNOWN }, out);
  const th_fhir_coding c = { text_or_none(v, "system"), text_or_none(v, "code"), text_or_none(v, "version"),
                             text_or_none(v, "display") };
  if (!c.code.p) return TH_OK;
  return TH_VEC_PUSH(a, out, c) ? TH_OK : TH_ENOMEM;
}

bool th_fhir_has_coding(th_fhir_elem e, th_str system, th_str code) {
  const th_json *v = e.value, *list = v && v->kind == TH_JSON_OBJECT ? member(v, TH_S("coding")) : v;
  if (list && list->kind == TH_JSON_ARRAY) {
    for (uint32_t i = 0; i < list->n; i++) {
      if (th_fhir_has_coding((th_fhir_elem){ &list->u.item[i], NULL, TH_FHIR_UNKNOWN }, system, code)) return true;
    }
    return false;
  }
  return th_str_eq(text_or_none(v, "code"), code) && th_str_eq(text_or_none(v, "system"), system);
}

static bool text_days(th_str s, th_days *out) {
  th_date d;
  const size_t t = th_str_find(s, TH_S("T"), 0);
  if (!th_date_parse_iso(th_str_sub(s, 0, t), &d)) return false;
  *out = th_date_span(d);
  return true;
}

bool th_fhir_days(th_fhir_elem e, th_days *out) {
  const th_json *v = e.value;
  if (!v) return false;
  if (v->kind == TH_JSON_STRING) return text_days(v->u.text, out);
  if (v->kind != TH_JSON_OBJECT) return false;
  const th_json *event = th_json_get(v, "event");
  if (event && event->kind == TH_JSON_ARRAY && event->n) return th_fhir_days((th_fhir_elem){ &event->u.item[0], NULL, 0 }, out);
  const th_json *bounds = th_json_get(th_json_get(v, "repeat"), "boundsPeriod");
  if (bounds) return th_fhir_days((th_fhir_elem){ bounds, NULL, 0 }, out);
  const th_str start = th_json_text(th_json_get(v, "start")), end = th_json_text(th_json_get(v, "end"));
  th_days s = { INT32_MIN, INT32_MAX }, t = { INT32_MIN, INT32_MAX };
  if ((!start.n && !end.n) || (start.n && !text_days(start, &s)) || (end.n && !text_days(end, &t))) return false;
  *out = (th_days){ s.from, t.to };
  return true;
}
