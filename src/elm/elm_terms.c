/* Terminology: value sets and code systems as FHIR JSON gives them, and membership (CQL 1.5, Appendix B, "Clinical Operators").
 * A value set that is not loaded gives null and a warning, never false. A code system without content is compared by its address. */
#include "elm/elm_priv.h"

typedef struct term_set {
  th_str url, version;
  th_map codes; /* system|code and |code */
  bool is_system;
} term_set;

struct th_elm_terms {
  th_arena *arena;
  th_map by_url; /* → term_set */
};

th_elm_terms *th_elm_terms_new(th_arena *a) {
  th_elm_terms *t = TH_NEW(a, th_elm_terms);
  if (!t) return NULL;
  t->arena = a;
  th_map_init(&t->by_url, a);
  return t;
}

static th_code add_code(th_elm_terms *t, term_set *s, th_str system, th_str code) {
  if (!code.n) return TH_OK;
  const th_str full = th_str_fmt(t->arena, "%.*s|%.*s", TH_STR_ARG(system), TH_STR_ARG(code)),
               bare = th_str_fmt(t->arena, "|%.*s", TH_STR_ARG(code));
  if (!full.p || !bare.p || th_map_put(&s->codes, full, 1) != TH_OK || th_map_put(&s->codes, bare, 1) != TH_OK)
    return TH_ENOMEM;
  return TH_OK;
}

/* expansion.contains and CodeSystem.concept nest. */
static th_code add_tree(th_elm_terms *t, term_set *s, const th_json *list, th_str system, const char *kids, unsigned depth) {
  for (uint32_t i = 0; list && list->kind == TH_JSON_ARRAY && i < list->n && depth < TH_LIMIT_JSON_DEPTH; i++) {
    const th_json *one = &list->u.item[i];
    const th_str own = th_json_text(th_json_get(one, "system"));
    TH_TRY(add_code(t, s, own.n ? own : system, th_json_text(th_json_get(one, "code"))));
    TH_TRY(add_tree(t, s, th_json_get(one, kids), own.n ? own : system, kids, depth + 1));
  }
  return TH_OK;
}

static th_code add_resource(th_elm_terms *t, const th_json *r, unsigned depth, th_err *err) {
  const th_str kind = th_json_text(th_json_get(r, "resourceType")), url = th_json_text(th_json_get(r, "url"));
  if (th_str_is(kind, "Bundle")) {
    const th_json *entry = th_json_get(r, "entry");
    for (uint32_t i = 0; entry && entry->kind == TH_JSON_ARRAY && i < entry->n && depth < 4; i++)
      TH_TRY(add_resource(t, th_json_get(&entry->u.item[i], "resource"), depth + 1, err));
    return TH_OK;
  }
  const bool is_set = th_str_is(kind, "ValueSet"), is_system = th_str_is(kind, "CodeSystem");
  if (!is_set && !is_system) return TH_OK;
  if (!url.n) return th_fail(err, TH_EPARSE, "a %.*s without url", TH_STR_ARG(kind));
  term_set *s = TH_NEW(t->arena, term_set);
  if (!s) return th_fail_nomem(err);
  s->url = url;
  s->version = th_json_text(th_json_get(r, "version"));
  s->is_system = is_system;
  th_map_init(&s->codes, t->arena);
  th_code code = TH_OK;
  if (is_system) code = add_tree(t, s, th_json_get(r, "concept"), url, "concept", 0);
  if (is_set) code = add_tree(t, s, th_json_at(r, "expansion.contains"), TH_STR_NONE, "contains", 0);
  const th_json *inc = is_set ? th_json_at(r, "compose.include") : NULL;
  for (uint32_t i = 0; code == TH_OK && inc && inc->kind == TH_JSON_ARRAY && i < inc->n; i++)
    code = add_tree(t, s, th_json_get(&inc->u.item[i], "concept"), th_json_text(th_json_get(&inc->u.item[i], "system")),
                    "concept", 0);
  if (code != TH_OK || th_map_put(&t->by_url, url, (uint64_t)(uintptr_t)s) != TH_OK) return th_fail_nomem(err);
  return TH_OK;
}

th_code th_elm_terms_add(th_elm_terms *t, th_str json, const char *source, th_err *err) {
  th_json *root = TH_NEW(t->arena, th_json);
  const th_str kept = th_str_dup(t->arena, json);
  if (!root || !kept.p) return th_fail_nomem(err);
  th_code code = th_json_parse(t->arena, kept, root, err);
  if (code == TH_OK) code = add_resource(t, root, 0, err);
  if (code != TH_OK) th_err_source(err, source);
  return code;
}

static const term_set *find_set(const eval *e, th_str id) {
  uint64_t v;
  if (!e->opt->terms) return NULL;
  const size_t bar = th_str_find(id, TH_S("|"), 0);
  return th_map_get(&e->opt->terms->by_url, th_str_sub(id, 0, bar), &v) ? (const term_set *)(uintptr_t)v : NULL;
}

bool th_elm__terms_known(const eval *e, val vocab) {
  return find_set(e, as_vocab(vocab)->id) != NULL;
}

/* ── Codes of a value ──────────────────────────────────────────────────────────────────────────────────────────────── */

bool th_elm__codes_of(eval *e, val v, const val **codes, size_t *n) {
  static const val none = { .kind = TH_ELM_NULL };
  *codes = &none;
  *n = 0;
  if (v.kind == TH_ELM_CONCEPT) {
    *codes = as_concept(v)->codes.u.list;
    *n = as_concept(v)->codes.n;
    return true;
  }
  if (v.kind == TH_ELM_CODE || v.kind == TH_ELM_STRING) {
    val *one = TH_NEW(e->arena, val);
    if (!one) return false;
    *one = v;
    *codes = one;
    *n = 1;
    return true;
  }
  if (v.kind == TH_ELM_LIST) {
    TH_VEC(val) all = { 0 };
    for (uint32_t i = 0; i < v.n; i++) {
      const val *c;
      size_t m;
      if (!th_elm__codes_of(e, v.u.list[i], &c, &m)) return false;
      for (size_t k = 0; k < m; k++) {
        if (!TH_VEC_PUSH(e->arena, &all, c[k])) return false;
      }
    }
    *codes = all.v;
    *n = all.n;
    return true;
  }
  if (v.kind != TH_ELM_FHIR) return true;
  const bool bare = v.u.fhir.value && v.u.fhir.value->kind == TH_JSON_STRING; /* a code, which has no system to say */
  th_fhir_coding_vec list = { 0 };
  if (th_fhir_codings(e->arena, (th_fhir_elem){ v.u.fhir.value, v.u.fhir.sibling, (th_fhir_type)v.n }, &list) != TH_OK)
    return false;
  val *out = TH_NEWN(e->arena, val, list.n);
  if (!out) return false;
  for (size_t i = 0; i < list.n; i++) {
    const th_fhir_coding c = list.v[i];
    out[i] = bare ? v_str(c.code) : th_elm__code_new(e, c.code, c.system, c.version, c.display);
  }
  *codes = out;
  *n = list.n;
  return true;
}

static bool set_has(eval *e, const term_set *s, val c) {
  const th_str system = c.kind == TH_ELM_CODE ? as_code(c)->system : TH_STR_NONE,
               code = c.kind == TH_ELM_CODE ? as_code(c)->code : c.u.str;
  const th_arena_mark m = th_arena_save(e->arena);
  const th_str key = th_str_fmt(e->arena, "%.*s|%.*s", TH_STR_ARG(system), TH_STR_ARG(code));
  const bool found = key.p && th_map_get(&s->codes, key, NULL);
  th_arena_rewind(e->arena, m);
  return found;
}

th_code th_elm__code_in(eval *e, const node *n, val code, val vocab, th_tri *out) {
  const val *c;
  size_t m;
  *out = TH_UNKNOWN;
  if (vocab.kind != TH_ELM_VALUESET && vocab.kind != TH_ELM_CODESYSTEM) {
    if (is_null(vocab)) return TH_OK;
    return th_elm__fail(e, n, TH_EINVAL, "a value set or code system is expected, not a %s", th_elm_kind_name(vocab));
  }
  const elm_vocab *v = as_vocab(vocab);
  const term_set *s = find_set(e, v->id);
  if (!s && vocab.kind == TH_ELM_VALUESET) {
    th_elm__warn(e, "the value set %.*s is not loaded: membership is unknown", TH_STR_ARG(v->id));
    return TH_OK;
  }
  if (!th_elm__codes_of(e, code, &c, &m)) return th_elm__nomem(e);
  *out = TH_FALSE;
  for (size_t i = 0; i < m; i++) {
    bool hit = false;
    if (is_null(c[i])) continue;
    const bool no_system = c[i].kind == TH_ELM_CODE && !as_code(c[i])->system.n;
    if (no_system) /* a Coding that leaves its system out may mean any */
      *out = !s || set_has(e, s, c[i]) ? TH_UNKNOWN : *out;
    else if (s)
      hit = set_has(e, s, c[i]);
    else if (c[i].kind == TH_ELM_CODE)
      hit = th_str_eq(as_code(c[i])->system, v->id);
    else
      *out = TH_UNKNOWN;
    if (hit) {
      *out = TH_TRUE;
      break;
    }
  }
  return TH_OK;
}

static th_code in_terms(eval *e, const node *n, val *out) {
  KID(0, code);
  val vocab = n->lit;
  if (!n->ref) TH_TRY(th_elm__kid(e, n, 1, &vocab));
  *out = v_null();
  if (is_null(code)) return TH_OK;
  th_tri t;
  TH_TRY(th_elm__code_in(e, n, code, vocab, &t));
  *out = v_tri(t);
  return TH_OK;
}
th_code th_elm__op_InValueSet(eval *e, const node *n, val *out) {
  return in_terms(e, n, out);
}
th_code th_elm__op_AnyInValueSet(eval *e, const node *n, val *out) {
  return in_terms(e, n, out);
}
th_code th_elm__op_InCodeSystem(eval *e, const node *n, val *out) {
  return in_terms(e, n, out);
}
th_code th_elm__op_AnyInCodeSystem(eval *e, const node *n, val *out) {
  return in_terms(e, n, out);
}

th_code th_elm__op_ExpandValueSet(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, vocab);
  *out = v_null();
  if (vocab.kind != TH_ELM_VALUESET) return th_elm__fail(e, n, TH_EINVAL, "ExpandValueSet takes a value set");
  const term_set *s = find_set(e, as_vocab(vocab)->id);
  if (!s) {
    th_elm__warn(e, "the value set %.*s is not loaded", TH_STR_ARG(as_vocab(vocab)->id));
    return TH_OK;
  }
  val *v = TH_NEWN(e->arena, val, s->codes.n);
  size_t k = 0;
  if (!v) return th_elm__nomem(e);
  for (size_t i = 0; i < s->codes.n; i++) {
    const th_str key = s->codes.entry[i].key;
    const size_t bar = th_str_rfind(key, TH_S("|"));
    if (bar == 0 || bar == SIZE_MAX) continue;
    v[k++] = th_elm__code_new(e, th_str_sub(key, bar + 1, key.n), th_str_sub(key, 0, bar), TH_STR_NONE, TH_STR_NONE);
  }
  *out = v_list(v, k);
  return TH_OK;
}

/* Hierarchies are not loaded: equal codes subsume each other, for others nothing is known. */
static th_code subsumes(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  KID_OR_NULL(1, b);
  *out = th_elm__equivalent(e, a, b) ? v_bool(true) : v_null();
  if (is_null(*out)) th_elm__warn(e, "no hierarchy of the code system is loaded: subsumption is unknown");
  return TH_OK;
}
th_code th_elm__op_Subsumes(eval *e, const node *n, val *out) {
  return subsumes(e, n, out);
}
th_code th_elm__op_SubsumedBy(eval *e, const node *n, val *out) {
  return subsumes(e, n, out);
}
