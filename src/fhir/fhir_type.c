/* FHIR types by name and number; the type of an element from its name, its owner and its shape. */
#include "fhir/fhir_priv.h"

th_fhir_type th_fhir_type_find(th_str name) {
  for (size_t i = 1; i < th_fhir__n_types; i++) {
    if (th_str_is(name, th_fhir__types[i].name)) return (th_fhir_type)i;
  }
  return TH_FHIR_UNKNOWN;
}

const char *th_fhir_type_name(th_fhir_type t) {
  return t < th_fhir__n_types ? th_fhir__types[t].name : "";
}

th_fhir_kind th_fhir_type_kind(th_fhir_type t) {
  return t < th_fhir__n_types ? th_fhir__types[t].kind : TH_FHIR_NO_KIND;
}

bool th_fhir_type_is(th_fhir_type t, th_fhir_type of) {
  for (int hop = 0; hop < 4 && t != TH_FHIR_UNKNOWN && t < th_fhir__n_types; hop++) {
    if (t == of) return true;
    const char *base = th_fhir__types[t].base;
    if (!base) break;
    t = th_fhir_type_find(th_str_of(base));
  }
  return false;
}

/* Fixed numbers of the types that shapes lead to: found once, then compared. */
static th_fhir_type shape_of(const th_json *v) {
  static const struct {
    const char *member, *type;
  } sign[] = {
    { "coding", "CodeableConcept" }, { "reference", "Reference" }, { "start", "Period" },     { "end", "Period" },
    { "numerator", "Ratio" },        { "low", "Range" },           { "high", "Range" },       { "currency", "Money" },
    { "unit", "Quantity" },          { "repeat", "Timing" },       { "family", "HumanName" }, { "contentType", "Attachment" }
  };
  if (!v) return TH_FHIR_UNKNOWN;
  if (v->kind == TH_JSON_STRING) return th_fhir_type_find(TH_S("string"));
  if (v->kind == TH_JSON_BOOL) return th_fhir_type_find(TH_S("boolean"));
  if (v->kind == TH_JSON_NUMBER) return th_fhir_type_find(th_str_has(v->u.text, TH_S(".")) ? TH_S("decimal") : TH_S("integer"));
  if (v->kind != TH_JSON_OBJECT) return TH_FHIR_UNKNOWN;
  const th_json *resource = th_json_get(v, "resourceType");
  if (resource) return th_fhir_type_find(th_json_text(resource));
  for (size_t i = 0; i < sizeof sign / sizeof *sign; i++) {
    if (th_json_get(v, sign[i].member)) return th_fhir_type_find(th_str_of(sign[i].type));
  }
  if (th_json_get(v, "system") && th_json_get(v, "code"))
    return th_fhir_type_find(th_json_get(v, "value") ? TH_S("Quantity") : TH_S("Coding"));
  if (th_json_get(v, "system") && th_json_get(v, "value")) return th_fhir_type_find(TH_S("Identifier"));
  return TH_FHIR_UNKNOWN;
}

static bool fits(th_fhir_type t, const th_json *v) {
  if (!v) return true;
  switch (th_fhir_type_kind(t)) {
  case TH_FHIR_COMPLEX:
  case TH_FHIR_RESOURCE: return v->kind == TH_JSON_OBJECT;
  case TH_FHIR_BOOLEAN: return v->kind == TH_JSON_BOOL;
  case TH_FHIR_INTEGER:
  case TH_FHIR_DECIMAL: return v->kind == TH_JSON_NUMBER;
  case TH_FHIR_TEXT:
  case TH_FHIR_DATE:
  case TH_FHIR_DATETIME:
  case TH_FHIR_TIME: return v->kind == TH_JSON_STRING;
  case TH_FHIR_NO_KIND: break;
  }
  return false;
}

static th_fhir_type by_name(th_str name) {
  size_t lo = 0, hi = th_fhir__n_names;
  while (lo < hi) {
    const size_t mid = lo + (hi - lo) / 2;
    const int c = th_str_cmp(th_str_of(th_fhir__names[mid].name), name);
    if (c == 0) return th_fhir_type_find(th_str_of(th_fhir__names[mid].type));
    if (c < 0)
      lo = mid + 1;
    else
      hi = mid;
  }
  return TH_FHIR_UNKNOWN;
}

th_fhir_type th_fhir__member_type(th_fhir_type owner, th_str name, const th_json *v) {
  if (v && v->kind == TH_JSON_ARRAY) v = v->n ? &v->u.item[0] : NULL;
  const th_fhir_type quantity = owner ? th_fhir_type_find(TH_S("Quantity")) : 0;
  for (size_t i = 0; owner && i < th_fhir__n_owned; i++) {
    const th_fhir__owned *o = &th_fhir__owned_names[i];
    if (!th_str_is(name, o->name)) continue;
    const bool of_quantity = strcmp(o->owner, "Quantity") == 0 && th_fhir_type_is(owner, quantity);
    if (of_quantity || strcmp(o->owner, th_fhir_type_name(owner)) == 0) return th_fhir_type_find(th_str_of(o->type));
  }
  const th_fhir_type t = by_name(name);
  if (t != TH_FHIR_UNKNOWN && fits(t, v)) return t;
  return shape_of(v);
}
