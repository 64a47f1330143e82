/* FHIR types by name and number; the type of an element from its name, its owner and its shape. */
#include <pthread.h>

#include "fhir/fhir_priv.h"

/* Names are hashed once a process; the tables never change afterwards. */
#define TYPE_SLOTS 1024
#define NAME_SLOTS 4096

typedef struct slot {
  const char *p;
  uint16_t n;
  th_fhir_type type;
  uint16_t owned; /* 1 + index in `own` of the first owner that has its own type for this name; 0: none */
} slot;

static slot type_slot[TYPE_SLOTS], name_slot[NAME_SLOTS];
static th_fhir_type base_of[512], quantity_type;
static struct {
  th_fhir_type owner, type;
  uint16_t next; /* as slot.owned */
} own[64];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static uint32_t hash_of(th_str s) {
  uint32_t h = 2166136261u;
  for (size_t i = 0; i < s.n; i++) h = (h ^ (unsigned char)s.p[i]) * 16777619u;
  return h ^ h >> 15;
}

static slot *find_slot(slot *table, uint32_t size, th_str s) {
  uint32_t i = hash_of(s) & (size - 1);
  while (table[i].p && (table[i].n != s.n || memcmp(table[i].p, s.p, s.n) != 0)) i = (i + 1) & (size - 1);
  return &table[i];
}

static slot *put_slot(slot *table, uint32_t size, const char *z) {
  slot *s = find_slot(table, size, th_str_of(z));
  s->p = z;
  s->n = (uint16_t)strlen(z);
  return s;
}

static void fill(void) {
  TH_ASSERT(th_fhir__n_types < 512);
  for (size_t i = 1; i < th_fhir__n_types; i++) put_slot(type_slot, TYPE_SLOTS, th_fhir__types[i].name)->type = (th_fhir_type)i;
  for (size_t i = 1; i < th_fhir__n_types; i++) {
    const char *base = th_fhir__types[i].base;
    base_of[i] = base ? find_slot(type_slot, TYPE_SLOTS, th_str_of(base))->type : TH_FHIR_UNKNOWN;
  }
  for (size_t i = 0; i < th_fhir__n_names; i++)
    put_slot(name_slot, NAME_SLOTS, th_fhir__names[i].name)->type =
        find_slot(type_slot, TYPE_SLOTS, th_str_of(th_fhir__names[i].type))->type;
  TH_ASSERT(th_fhir__n_owned <= sizeof own / sizeof *own);
  for (size_t i = 0; i < th_fhir__n_owned; i++) {
    const th_fhir__owned *o = &th_fhir__owned_names[i];
    slot *s = put_slot(name_slot, NAME_SLOTS, o->name);
    own[i].next = s->owned;
    s->owned = (uint16_t)(i + 1);
    own[i].owner = find_slot(type_slot, TYPE_SLOTS, th_str_of(o->owner))->type;
    own[i].type = find_slot(type_slot, TYPE_SLOTS, th_str_of(o->type))->type;
  }
  quantity_type = find_slot(type_slot, TYPE_SLOTS, TH_S("Quantity"))->type;
}

th_fhir_type th_fhir_type_find(th_str name) {
  pthread_once(&once, fill);
  return find_slot(type_slot, TYPE_SLOTS, name)->type;
}

const char *th_fhir_type_name(th_fhir_type t) {
  return t < th_fhir__n_types ? th_fhir__types[t].name : "";
}

th_fhir_kind th_fhir_type_kind(th_fhir_type t) {
  return t < th_fhir__n_types ? th_fhir__types[t].kind : TH_FHIR_NO_KIND;
}

bool th_fhir_type_is(th_fhir_type t, th_fhir_type of) {
  pthread_once(&once, fill);
  for (int hop = 0; hop < 4 && t != TH_FHIR_UNKNOWN && t < th_fhir__n_types; hop++) {
    if (t == of) return true;
    t = base_of[t];
  }
  return false;
}

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

th_fhir_name th_fhir_name_of(th_str text) {
  pthread_once(&once, fill);
  return (th_fhir_name){ text, find_slot(name_slot, NAME_SLOTS, text) };
}

th_fhir_type th_fhir__member_type(th_fhir_type owner, th_fhir_name name, const th_json *v) {
  if (v && v->kind == TH_JSON_ARRAY) v = v->n ? &v->u.item[0] : NULL;
  const slot *known = name.known;
  if (known->owned && owner) {
    if (owner != quantity_type && base_of[owner] == quantity_type) owner = quantity_type;
    for (uint16_t i = known->owned; i; i = own[i - 1].next) {
      if (own[i - 1].owner == owner) return own[i - 1].type;
    }
  }
  if (known->type != TH_FHIR_UNKNOWN && fits(known->type, v)) return known->type;
  return shape_of(v);
}
