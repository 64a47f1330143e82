/* One patient's resources: by type in input order, and on demand by code and by day. */
#include <stdlib.h>

#include "fhir/fhir_priv.h"

typedef struct dated {
  th_days days;
  th_fhir_resource *r;
} dated;

typedef TH_VEC(th_fhir_resource *) res_vec;

enum { FEW_TYPES = 64 };

struct th_fhir_index {
  th_map code; /* type|system|code and, of any system, type\ncode → res_vec */
  struct day_group {
    th_str type;
    dated *v;
    uint32_t n;
  } * day;
  uint32_t n_days;
  bool has_codes, has_days; /* each is made when it is first asked for */
};

static th_code read_one(const th_json *j, uint32_t order, th_fhir_resource *r, th_err *err) {
  const th_str type = th_json_text(th_json_get(j, "resourceType"));
  if (j->kind != TH_JSON_OBJECT || !type.n) return th_fail(err, TH_EPARSE, "resource %u has no \"resourceType\"", order + 1);
  r->type = th_fhir_type_find(type);
  r->type_name = type;
  r->id = th_json_text(th_json_get(j, "id"));
  r->order = order;
  r->elem = (th_fhir_elem){ j, NULL, r->type };
  return TH_OK;
}

/* Few types are the rule; a record that names thousands is looked up by hash. UINT32_MAX: memory is short. */
static uint32_t group_of(th_fhir_patient *p, th_map *many, th_str type, th_fhir_type t) {
  uint64_t *at = NULL;
  bool is_new = true;
  for (uint32_t g = 0; g < p->n_groups && g < FEW_TYPES; g++) {
    if (th_str_eq(p->group[g].name, type)) return g;
  }
  if (p->n_groups >= FEW_TYPES && !(at = th_map_at(many, type, &is_new))) return UINT32_MAX;
  if (!is_new) return (uint32_t)*at;
  if (at) *at = p->n_groups;
  p->group[p->n_groups].name = type;
  p->group[p->n_groups].type = t;
  return p->n_groups++;
}

th_code th_fhir_patient_of(th_arena *a, const th_json *resources, size_t n, th_fhir_patient **out, th_err *err) {
  th_fhir_patient *p = TH_NEW(a, th_fhir_patient);
  th_fhir_resource *r = TH_NEWN(a, th_fhir_resource, n);
  uint32_t *of = TH_NEWN(a, uint32_t, n);
  if (!p || !r || !of || n > UINT32_MAX) return th_fail_nomem(err);
  p->arena = a;
  p->n = (uint32_t)n;
  p->res = TH_NEWN(a, th_fhir_resource *, n);
  p->group = TH_NEWN(a, struct th_fhir_group, n);
  th_map many;
  th_map_init(&many, a);
  if (!p->res || !p->group) return th_fail_nomem(err);
  for (uint32_t i = 0; i < p->n; i++) {
    TH_TRY(read_one(&resources[i], i, &r[i], err));
    of[i] = group_of(p, &many, r[i].type_name, r[i].type);
    if (of[i] == UINT32_MAX) return th_fail_nomem(err);
    p->group[of[i]].n++;
    if (!p->patient && th_str_is(r[i].type_name, "Patient")) {
      p->patient = &r[i];
      p->id = r[i].id;
    }
  }
  uint32_t at = 0;
  for (uint32_t g = 0; g < p->n_groups; g++) {
    p->group[g].from = at;
    at += p->group[g].n;
    p->group[g].n = 0;
  }
  for (uint32_t i = 0; i < p->n; i++) p->res[p->group[of[i]].from + p->group[of[i]].n++] = &r[i];
  *out = p;
  return TH_OK;
}

th_fhir_resource **th_fhir_of_type(const th_fhir_patient *p, th_str type, uint32_t *n) {
  for (uint32_t g = 0; g < p->n_groups; g++) {
    if (!th_str_eq(p->group[g].name, type)) continue;
    *n = p->group[g].n;
    return p->res + p->group[g].from;
  }
  *n = 0;
  return NULL;
}

/* ── Indices ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static const th_fhir__main *main_of(th_str type) {
  static const th_fhir__main other = { "", "code", "date period" };
  for (size_t i = 0; i < th_fhir__n_mains; i++) {
    if (th_str_is(type, th_fhir__mains[i].type)) return &th_fhir__mains[i];
  }
  return &other;
}

/* type|system|code, or type\ncode for an empty system. */
static th_str key_of(th_arena *a, th_str type, th_str system, th_str code) {
  const size_t n = type.n + 1 + (system.n ? system.n + 1 : 0) + code.n;
  char *p = TH_NEWN(a, char, n), *to = p;
  if (!p) return TH_STR_NONE;
  memcpy(to, type.p, type.n);
  to += type.n;
  *to++ = system.n ? '|' : '\n';
  if (system.n) {
    memcpy(to, system.p, system.n);
    to += system.n;
    *to++ = '|';
  }
  if (code.n) memcpy(to, code.p, code.n);
  return th_str_n(p, n);
}

const char *th_fhir_main_code(th_str type) {
  return main_of(type)->code;
}

static th_code put_code(th_fhir_patient *p, th_str key, th_fhir_resource *r) {
  struct th_fhir_index *x = p->index;
  bool is_new;
  if (!key.p) return TH_ENOMEM;
  uint64_t *at = th_map_at(&x->code, key, &is_new);
  if (!at) return TH_ENOMEM;
  res_vec *list = (res_vec *)(uintptr_t)*at;
  if (is_new) {
    list = TH_NEW(p->arena, res_vec);
    if (!list) return TH_ENOMEM;
    *at = (uint64_t)(uintptr_t)list;
  }
  if (list->n && list->v[list->n - 1] == r) return TH_OK;
  return TH_VEC_PUSH(p->arena, list, r) ? TH_OK : TH_ENOMEM;
}

static th_code index_codes(th_fhir_patient *p, th_fhir_resource *r) {
  th_fhir_coding_vec list = { 0 };
  th_fhir_elem_vec all = { 0 };
  bool repeats;
  TH_TRY(th_fhir_children(p->arena, r->elem, th_str_of(main_of(r->type_name)->code), &all, &repeats));
  for (size_t i = 0; i < all.n; i++) TH_TRY(th_fhir_codings(p->arena, all.v[i], &list));
  for (size_t i = 0; i < list.n; i++) {
    const th_fhir_coding c = list.v[i];
    if (c.system.n) TH_TRY(put_code(p, key_of(p->arena, r->type_name, c.system, c.code), r));
    TH_TRY(put_code(p, key_of(p->arena, r->type_name, TH_STR_NONE, c.code), r));
  }
  return TH_OK;
}

static bool main_days(const th_fhir_resource *r, th_days *out) {
  th_str rest = th_str_of(main_of(r->type_name)->dates), name;
  char key[40];
  while (th_str_split(&rest, ' ', &name)) {
    th_fhir_elem e;
    if (name.n >= sizeof key) continue;
    memcpy(key, name.p, name.n);
    key[name.n] = 0;
    if (th_fhir_child(r->elem, key, &e) && th_fhir_days(e, out)) return true;
  }
  return false;
}

static int by_day(const void *x, const void *y) {
  const dated *a = x, *b = y;
  if (a->days.from != b->days.from) return a->days.from < b->days.from ? -1 : 1;
  return a->r->order < b->r->order ? -1 : a->r->order > b->r->order;
}

static th_code index_days(th_fhir_patient *p, uint32_t g) {
  struct day_group *d = &p->index->day[g];
  const uint32_t n = p->group[g].n;
  d->type = p->group[g].name;
  d->v = TH_NEWN(p->arena, dated, n);
  if (!d->v) return TH_ENOMEM;
  for (uint32_t i = 0; i < n; i++) {
    th_fhir_resource *r = p->res[p->group[g].from + i];
    th_days days;
    if (main_days(r, &days)) d->v[d->n++] = (dated){ days, r };
  }
  qsort(d->v, d->n, sizeof *d->v, by_day);
  return TH_OK;
}

static bool index_of(th_fhir_patient *p) {
  if (!p->index) {
    p->index = TH_NEW(p->arena, struct th_fhir_index);
    if (p->index) th_map_init(&p->index->code, p->arena);
  }
  return p->index != NULL;
}

static th_code build_codes(th_fhir_patient *p) {
  if (!index_of(p)) return TH_ENOMEM;
  if (p->index->has_codes) return TH_OK;
  th_map_init(&p->index->code, p->arena); /* anew after a want of memory half-way */
  for (uint32_t i = 0; i < p->n; i++) TH_TRY(index_codes(p, p->res[i]));
  p->index->has_codes = true;
  return TH_OK;
}

static th_code build_days(th_fhir_patient *p) {
  if (!index_of(p)) return TH_ENOMEM;
  struct th_fhir_index *x = p->index;
  if (x->has_days) return TH_OK;
  x->day = TH_NEWN(p->arena, struct day_group, p->n_groups);
  if (!x->day) return TH_ENOMEM;
  x->n_days = p->n_groups;
  for (uint32_t g = 0; g < p->n_groups; g++) TH_TRY(index_days(p, g));
  x->has_days = true;
  return TH_OK;
}

th_code th_fhir_of_code(th_fhir_patient *p, th_str type, th_str system, th_str code, th_fhir_resource ***out, uint32_t *n) {
  *out = NULL;
  *n = 0;
  TH_TRY(build_codes(p));
  const th_arena_mark m = th_arena_save(p->arena);
  const th_str key = key_of(p->arena, type, system, code);
  uint64_t v;
  if (!key.p) return TH_ENOMEM;
  if (th_map_get(&p->index->code, key, &v)) {
    const res_vec *list = (const res_vec *)(uintptr_t)v;
    *out = list->v;
    *n = (uint32_t)list->n;
  }
  th_arena_rewind(p->arena, m);
  return TH_OK;
}

th_code th_fhir_of_date(th_fhir_patient *p, th_str type, th_days span, th_fhir_resource ***out, uint32_t *n) {
  *out = NULL;
  *n = 0;
  TH_TRY(build_days(p));
  for (uint32_t g = 0; g < p->index->n_days; g++) {
    const struct day_group *d = &p->index->day[g];
    if (!th_str_eq(d->type, type)) continue;
    *out = TH_NEWN(p->arena, th_fhir_resource *, d->n);
    if (!*out) return TH_ENOMEM;
    for (uint32_t i = 0; i < d->n && d->v[i].days.from < span.to; i++) {
      if (th_days_meet(d->v[i].days, span)) (*out)[(*n)++] = d->v[i].r;
    }
  }
  return TH_OK;
}

/* ── References ────────────────────────────────────────────────────────────────────────────────────────────────────── */

static const th_fhir_resource *contained(const th_fhir_patient *p, const th_fhir_resource *from, th_str id) {
  const th_json *list = th_json_get(from->elem.value, "contained");
  for (uint32_t i = 0; list && list->kind == TH_JSON_ARRAY && i < list->n; i++) {
    if (!th_str_eq(th_json_text(th_json_get(&list->u.item[i], "id")), id)) continue;
    th_fhir_resource *r = TH_NEW(p->arena, th_fhir_resource);
    if (!r || read_one(&list->u.item[i], from->order, r, NULL) != TH_OK) return NULL;
    return r;
  }
  return NULL;
}

const th_fhir_resource *th_fhir_resolve(const th_fhir_patient *p, const th_fhir_resource *from, th_str ref) {
  if (ref.n && ref.p[0] == '#') return from ? contained(p, from, th_str_sub(ref, 1, ref.n)) : NULL;
  const size_t history = th_str_find(ref, TH_S("/_history/"), 0);
  ref = th_str_sub(ref, 0, history);
  const size_t slash = th_str_rfind(ref, TH_S("/"));
  th_str id = slash == SIZE_MAX ? ref : th_str_sub(ref, slash + 1, ref.n);
  th_str type = TH_STR_NONE;
  if (slash != SIZE_MAX) {
    const th_str head = th_str_sub(ref, 0, slash);
    const size_t before = th_str_rfind(head, TH_S("/"));
    type = before == SIZE_MAX ? head : th_str_sub(head, before + 1, head.n);
  } else if (th_str_starts(ref, TH_S("urn:uuid:"))) {
    id = th_str_sub(ref, 9, ref.n);
  }
  for (uint32_t i = 0; i < p->n; i++) {
    const th_fhir_resource *r = p->res[i];
    if (r->id.n && th_str_eq(r->id, id) && (!type.n || th_str_eq(r->type_name, type))) return r;
  }
  return NULL;
}
