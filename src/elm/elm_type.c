/* Types: as the text names them, and as values have them (CQL 1.5, Appendix B, "Type Operators"). */
#include "elm/elm_priv.h"

static const struct {
  const char *name;
  uint8_t sys;
} system_name[] = {
  { "Boolean", TH_ELM_BOOL },      { "Integer", TH_ELM_INT },
  { "Long", TH_ELM_LONG },         { "Decimal", TH_ELM_DECIMAL },
  { "String", TH_ELM_STRING },     { "Date", TH_ELM_DATE },
  { "DateTime", TH_ELM_DATETIME }, { "Time", TH_ELM_TIME },
  { "Quantity", TH_ELM_QUANTITY }, { "Ratio", TH_ELM_RATIO },
  { "Code", TH_ELM_CODE },         { "Concept", TH_ELM_CONCEPT },
  { "ValueSet", TH_ELM_VALUESET }, { "CodeSystem", TH_ELM_CODESYSTEM },
};

static const type any_type = { .kind = T_ANY };

const type *th_elm__type_system(th_elm_kind k) {
  static const type t[TH_ELM_KIND_COUNT] = {
    [TH_ELM_BOOL] = { .kind = T_SYSTEM, .sys = TH_ELM_BOOL },
    [TH_ELM_INT] = { .kind = T_SYSTEM, .sys = TH_ELM_INT },
    [TH_ELM_LONG] = { .kind = T_SYSTEM, .sys = TH_ELM_LONG },
    [TH_ELM_DECIMAL] = { .kind = T_SYSTEM, .sys = TH_ELM_DECIMAL },
    [TH_ELM_STRING] = { .kind = T_SYSTEM, .sys = TH_ELM_STRING },
    [TH_ELM_DATE] = { .kind = T_SYSTEM, .sys = TH_ELM_DATE },
    [TH_ELM_DATETIME] = { .kind = T_SYSTEM, .sys = TH_ELM_DATETIME },
    [TH_ELM_TIME] = { .kind = T_SYSTEM, .sys = TH_ELM_TIME },
    [TH_ELM_QUANTITY] = { .kind = T_SYSTEM, .sys = TH_ELM_QUANTITY },
    [TH_ELM_RATIO] = { .kind = T_SYSTEM, .sys = TH_ELM_RATIO },
    [TH_ELM_CODE] = { .kind = T_SYSTEM, .sys = TH_ELM_CODE },
    [TH_ELM_CONCEPT] = { .kind = T_SYSTEM, .sys = TH_ELM_CONCEPT },
  };
  return t[k].kind ? &t[k] : &any_type;
}

const type *th_elm__type_of(val v) {
  return th_elm__type_system((th_elm_kind)v.kind);
}

const type *th_elm__type_named(th_arena *a, th_str name) {
  static const th_str sys = { "{urn:hl7-org:elm-types:r1}", 26 }, fhir = { "{http://hl7.org/fhir}", 21 };
  type *t = TH_NEW(a, type);
  if (!t) return NULL;
  t->name = name;
  t->kind = T_NAMED;
  if (th_str_starts(name, sys)) {
    const th_str base = th_str_sub(name, sys.n, name.n);
    t->name = base;
    t->kind = th_str_is(base, "Vocabulary") ? T_VOCABULARY : T_ANY;
    for (size_t i = 0; i < sizeof system_name / sizeof *system_name; i++) {
      if (th_str_is(base, system_name[i].name)) {
        t->kind = T_SYSTEM;
        t->sys = system_name[i].sys;
      }
    }
  } else if (th_str_starts(name, fhir)) {
    t->kind = T_FHIR;
    t->name = th_str_sub(name, fhir.n, name.n);
    t->fhir = th_fhir_type_find(t->name);
  }
  return t;
}

/* Members with a name, each name once. */
static uint32_t tuple_members(th_arena *a, const th_json *list, type *t, unsigned depth) {
  th_map seen;
  uint32_t n = 0;
  th_map_init(&seen, a);
  for (uint32_t i = 0; i < t->n; i++) {
    const th_json *el = &list->u.item[i], *own = th_json_get(el, "elementType");
    const th_str name = th_json_text(th_json_get(el, "name"));
    bool is_new;
    if (!name.n || !th_map_at(&seen, name, &is_new) || !is_new) continue;
    t->member[n] = name;
    t->choice[n] = th_elm__type_read(a, own ? own : th_json_get(el, "type"), depth + 1);
    if (!t->choice[n]) t->choice[n] = &any_type;
    n++;
  }
  return n;
}

const type *th_elm__type_read(th_arena *a, const th_json *j, unsigned depth) {
  const th_str kind = th_json_text(th_json_get(j, "type"));
  if (!j || j->kind != TH_JSON_OBJECT || depth > TH_LIMIT_JSON_DEPTH) return NULL;
  if (th_str_is(kind, "NamedTypeSpecifier") || kind.n == 0) {
    const th_str name = th_json_text(th_json_get(j, "name"));
    return name.n ? th_elm__type_named(a, th_str_dup(a, name)) : NULL;
  }
  type *t = TH_NEW(a, type);
  if (!t) return NULL;
  t->kind = T_ANY;
  if (th_str_is(kind, "ListTypeSpecifier") || th_str_is(kind, "IntervalTypeSpecifier")) {
    t->kind = kind.p[0] == 'L' ? T_LIST : T_INTERVAL;
    t->elem = th_elm__type_read(a, th_json_get(j, kind.p[0] == 'L' ? "elementType" : "pointType"), depth + 1);
    if (!t->elem) t->elem = &any_type;
  } else if (th_str_is(kind, "TupleTypeSpecifier")) {
    const th_json *list = th_json_get(j, "element");
    t->kind = T_TUPLE;
    t->n = list && list->kind == TH_JSON_ARRAY ? list->n : 0;
    t->choice = TH_NEWN(a, const type *, t->n);
    t->member = TH_NEWN(a, th_str, t->n);
    if (!t->choice || !t->member) return NULL;
    t->n = tuple_members(a, list, t, depth);
  } else if (th_str_is(kind, "ChoiceTypeSpecifier")) {
    const th_json *list = th_json_get(j, "choice");
    t->kind = T_CHOICE;
    t->n = list && list->kind == TH_JSON_ARRAY ? list->n : 0;
    t->choice = TH_NEWN(a, const type *, t->n);
    if (!t->choice) return NULL;
    for (uint32_t i = 0; i < t->n; i++) {
      t->choice[i] = th_elm__type_read(a, &list->u.item[i], depth + 1);
      if (!t->choice[i]) t->choice[i] = &any_type;
    }
  }
  return t;
}

bool th_elm__type_same(const type *a, const type *b) {
  if (!a || !b) return !a && !b;
  if (a->kind != b->kind) return false;
  switch ((int)a->kind) {
  case T_SYSTEM: return a->sys == b->sys;
  case T_FHIR:
  case T_NAMED: return th_str_eq(a->name, b->name);
  case T_LIST:
  case T_INTERVAL: return th_elm__type_same(a->elem, b->elem);
  case T_CHOICE:
    for (uint32_t i = 0; i < a->n; i++) {
      bool found = false;
      for (uint32_t k = 0; k < b->n; k++) found = found || th_elm__type_same(a->choice[i], b->choice[k]);
      if (!found) return false;
    }
    return a->n == b->n;
  default: return true;
  }
}

/* ── Values ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* A FHIR element whose own type the tables do not give is taken for what its shape allows. */
static bool fhir_is(val v, const type *t) {
  const th_fhir_type own = (th_fhir_type)v.n;
  if (own != TH_FHIR_UNKNOWN && t->fhir != TH_FHIR_UNKNOWN) {
    if (th_fhir_type_is(own, t->fhir)) return true;
    /* SimpleQuantity is a Quantity without comparator; JSON writes both as "…Quantity". */
    return th_str_is(t->name, "SimpleQuantity") && strcmp(th_fhir_type_name(own), "Quantity") == 0 &&
           !th_json_get(v.u.fhir.value, "comparator");
  }
  if (own != TH_FHIR_UNKNOWN) {
    /* A coded primitive goes by many type names (MedicationRequestStatus …). */
    const th_fhir_kind k = th_fhir_type_kind(own);
    return k == TH_FHIR_TEXT && !th_str_has(t->name, TH_S("."));
  }
  if (t->fhir == TH_FHIR_UNKNOWN) return true;
  const th_json *j = v.u.fhir.value;
  switch (th_fhir_type_kind(t->fhir)) {
  case TH_FHIR_BOOLEAN: return j && j->kind == TH_JSON_BOOL;
  case TH_FHIR_INTEGER:
  case TH_FHIR_DECIMAL: return j && j->kind == TH_JSON_NUMBER;
  case TH_FHIR_RESOURCE: return th_str_is(th_json_text(th_json_get(j, "resourceType")), th_fhir_type_name(t->fhir));
  case TH_FHIR_COMPLEX: return j && j->kind == TH_JSON_OBJECT;
  case TH_FHIR_TEXT:
  case TH_FHIR_DATE:
  case TH_FHIR_DATETIME:
  case TH_FHIR_TIME:
  case TH_FHIR_NO_KIND: break;
  }
  return !j || j->kind == TH_JSON_STRING;
}

bool th_elm__is(val v, const type *t) {
  if (is_null(v)) return false;
  if (!t || t->kind == T_ANY) return true;
  switch ((int)t->kind) {
  case T_SYSTEM:
    if (v.kind == TH_ELM_INTERVAL && v.flag) return t->sys == TH_ELM_INT;
    return v.kind == t->sys;
  case T_VOCABULARY: return v.kind == TH_ELM_VALUESET || v.kind == TH_ELM_CODESYSTEM;
  case T_FHIR:
    if (v.kind == TH_ELM_TUPLE) return th_str_eq(as_tuple(v)->type_name, t->name);
    return v.kind == TH_ELM_FHIR && fhir_is(v, t);
  case T_NAMED: return v.kind == TH_ELM_TUPLE && th_str_eq(as_tuple(v)->type_name, t->name);
  case T_TUPLE: return v.kind == TH_ELM_TUPLE && as_tuple(v)->type_name.n == 0;
  case T_LIST:
    if (v.kind != TH_ELM_LIST) return false;
    for (uint32_t i = 0; i < v.n; i++) {
      if (!is_null(v.u.list[i])) return th_elm__is(v.u.list[i], t->elem);
    }
    return true;
  case T_INTERVAL: {
    if (v.kind != TH_ELM_INTERVAL) return false;
    const elm_interval *iv = as_interval(v);
    if (!is_null(iv->low)) return th_elm__is(iv->low, t->elem);
    if (!is_null(iv->high)) return th_elm__is(iv->high, t->elem);
    return !iv->point || iv->point->kind == T_ANY || th_elm__type_same(iv->point, t->elem);
  }
  case T_CHOICE:
    for (uint32_t i = 0; i < t->n; i++) {
      if (th_elm__is(v, t->choice[i])) return true;
    }
    return t->n == 0;
  default: return false;
  }
}

const char *th_elm_kind_name(th_elm_val v) {
  static const char *const name[TH_ELM_KIND_COUNT] = { "Null",   "Boolean", "Integer",  "Long",     "Decimal",
                                                       "String", "Date",    "DateTime", "Time",     "Quantity",
                                                       "Ratio",  "Code",    "Concept",  "ValueSet", "CodeSystem",
                                                       "Tuple",  "List",    "Interval", "FHIR" };
  if (v.kind == TH_ELM_FHIR && v.n) return th_fhir_type_name((th_fhir_type)v.n);
  return v.kind < TH_ELM_KIND_COUNT ? name[v.kind] : "?";
}

th_str th_elm__kind_name(val v) {
  return th_str_of(th_elm_kind_name(v));
}
