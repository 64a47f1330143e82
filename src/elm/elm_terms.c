/* Terminology: value sets and code systems as FHIR JSON gives them, and membership (CQL 1.5, Appendix B, "Clinical Operators").
 * A value set that is not loaded gives null and a warning, never false; neither is false what a set may hold by a filter or another set,
 * which are not evaluated (FHIR R4, ValueSet). A code system without content is compared by its address. */
#include "elm/elm_priv.h"

typedef TH_VEC(th_str) str_vec;

typedef struct term_set {
  th_str url, version;
  th_map codes;  /* system|code: 1, or 0 when it is taken out; |code: how many systems have it */
  str_vec whole; /* systems all of whose codes are in */
  bool partial;  /* it may hold other codes */
  bool doubtful; /* something is taken out that is not listed */
} term_set;

struct th_elm_terms {
  th_arena *arena;
  th_map by_url; /* url, and url|version → term_set */
};

th_elm_terms *th_elm_terms_new(th_arena *a) {
  th_elm_terms *t = TH_NEW(a, th_elm_terms);
  if (!t) return NULL;
  t->arena = a;
  th_map_init(&t->by_url, a);
  return t;
}

static th_code put_code(th_elm_terms *t, term_set *s, th_str system, th_str code, bool in) {
  if (!code.n) return TH_OK;
  const th_str full = th_str_fmt(t->arena, "%.*s|%.*s", TH_STR_ARG(system), TH_STR_ARG(code)),
               bare = th_str_fmt(t->arena, "|%.*s", TH_STR_ARG(code));
  bool is_new;
  uint64_t *at = full.p ? th_map_at(&s->codes, full, &is_new) : NULL;
  if (!at || !bare.p) return TH_ENOMEM;
  const bool was = !is_new && *at;
  *at = in;
  if (was == in || !system.n) return TH_OK;
  if (!(at = th_map_at(&s->codes, bare, &is_new))) return TH_ENOMEM;
  if (in)
    ++*at;
  else
    --*at;
  return TH_OK;
}

/* expansion.contains and CodeSystem.concept nest; an abstract entry only heads others. Counts the entries. */
static th_code add_tree(th_elm_terms *t, term_set *s, const th_json *list, th_str system, const char *kids, unsigned depth,
                        uint64_t *count) {
  for (uint32_t i = 0; list && list->kind == TH_JSON_ARRAY && i < list->n && depth < TH_LIMIT_JSON_DEPTH; i++) {
    const th_json *one = &list->u.item[i];
    const th_str own = th_json_text(th_json_get(one, "system"));
    ++*count;
    if (!th_json_true(th_json_get(one, "abstract")))
      TH_TRY(put_code(t, s, own.n ? own : system, th_json_text(th_json_get(one, "code")), true));
    TH_TRY(add_tree(t, s, th_json_get(one, kids), own.n ? own : system, kids, depth + 1, count));
  }
  return TH_OK;
}

static bool has_items(const th_json *obj, const char *key) {
  const th_json *list = th_json_get(obj, key);
  return list && list->kind == TH_JSON_ARRAY && list->n;
}

static th_code add_include(th_elm_terms *t, term_set *s, const th_json *inc, bool in) {
  const th_str system = th_json_text(th_json_get(inc, "system"));
  const th_json *list = th_json_get(inc, "concept");
  if (has_items(inc, "filter") || has_items(inc, "valueSet") || !system.n || (!in && !has_items(inc, "concept"))) {
    if (in)
      s->partial = true;
    else
      s->doubtful = true;
    return TH_OK;
  }
  if (!has_items(inc, "concept")) return TH_VEC_PUSH(t->arena, &s->whole, system) ? TH_OK : TH_ENOMEM;
  for (uint32_t i = 0; i < list->n; i++)
    TH_TRY(put_code(t, s, system, th_json_text(th_json_get(&list->u.item[i], "code")), in));
  return TH_OK;
}

static th_code compose(th_elm_terms *t, term_set *s, const th_json *r) {
  static const char *const part[] = { "compose.exclude", "compose.include" };
  s->partial = !th_json_get(r, "compose");
  for (int in = 1; in >= 0; in--) {
    const th_json *list = th_json_at(r, part[in]);
    for (uint32_t i = 0; list && list->kind == TH_JSON_ARRAY && i < list->n; i++)
      TH_TRY(add_include(t, s, &list->u.item[i], in));
  }
  return TH_OK;
}

/* An expansion is the set as it stood; without one, what composes it. A page of a larger expansion leaves the rest open. */
static th_code value_set(th_elm_terms *t, term_set *s, const th_json *r) {
  const th_json *x = th_json_get(r, "expansion");
  uint64_t count = 0;
  double total = 0;
  const bool counted = th_json_f64(th_json_get(x, "total"), &total);
  if (!has_items(x, "contains") && !(counted && total == 0)) return compose(t, s, r);
  TH_TRY(add_tree(t, s, th_json_get(x, "contains"), TH_STR_NONE, "contains", 0, &count));
  s->partial = counted && total > (double)count;
  return TH_OK;
}

/* Content that is no more than an example or a fragment leaves the address to compare by. */
static th_code code_system(th_elm_terms *t, term_set *s, const th_json *r) {
  const th_str content = th_json_text(th_json_get(r, "content"));
  uint64_t count = 0;
  TH_TRY(add_tree(t, s, th_json_get(r, "concept"), s->url, "concept", 0, &count));
  if (count && (!content.n || th_str_is(content, "complete"))) return TH_OK;
  return TH_VEC_PUSH(t->arena, &s->whole, s->url) ? TH_OK : TH_ENOMEM;
}

static th_code register_set(th_elm_terms *t, term_set *s) {
  const uint64_t at = (uint64_t)(uintptr_t)s;
  const th_str full = th_str_fmt(t->arena, "%.*s|%.*s", TH_STR_ARG(s->url), TH_STR_ARG(s->version));
  if (!full.p || th_map_put(&t->by_url, s->url, at) != TH_OK) return TH_ENOMEM;
  return th_map_put(&t->by_url, full, at);
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
  th_map_init(&s->codes, t->arena);
  const th_code code = is_set ? value_set(t, s, r) : code_system(t, s, r);
  return code == TH_OK && register_set(t, s) == TH_OK ? TH_OK : th_fail_nomem(err);
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

/* The set of that version; where the text or the set names none, the last that was loaded. */
static const term_set *find_set(const eval *e, const elm_vocab *v) {
  const th_elm_terms *t = e->opt->terms;
  uint64_t at;
  if (!t) return NULL;
  const size_t bar = th_str_find(v->id, TH_S("|"), 0);
  const th_str url = th_str_sub(v->id, 0, bar), version = bar == SIZE_MAX ? v->version : th_str_sub(v->id, bar + 1, v->id.n);
  if (!th_map_get(&t->by_url, url, &at)) return NULL;
  const term_set *s = (const term_set *)(uintptr_t)at;
  if (!version.n || !s->version.n || th_str_eq(version, s->version)) return s;
  const th_arena_mark m = th_arena_save(e->arena);
  const th_str full = th_str_fmt(e->arena, "%.*s|%.*s", TH_STR_ARG(url), TH_STR_ARG(version));
  const bool found = full.p && th_map_get(&t->by_url, full, &at);
  th_arena_rewind(e->arena, m);
  return found ? (const term_set *)(uintptr_t)at : NULL;
}

bool th_elm__terms_known(const eval *e, val vocab) {
  return find_set(e, as_vocab(vocab)) != NULL;
}

/* ── Codes of a value ──────────────────────────────────────────────────────────────────────────────────────────────── */

typedef TH_VEC(val) val_vec;

static bool push_codings(eval *e, val_vec *all, val v) {
  const bool bare = v.u.fhir.value && v.u.fhir.value->kind == TH_JSON_STRING; /* a code, which has no system to say */
  th_fhir_coding_vec list = { 0 };
  if (th_fhir_codings(e->arena, (th_fhir_elem){ v.u.fhir.value, v.u.fhir.sibling, (th_fhir_type)v.n }, &list) != TH_OK)
    return false;
  for (size_t i = 0; i < list.n; i++) {
    const th_fhir_coding c = list.v[i];
    if (!TH_VEC_PUSH(e->arena, all, bare ? v_str(c.code) : th_elm__code_new(e, c.code, c.system, c.version, c.display)))
      return false;
  }
  return true;
}

static bool push_codes(eval *e, val_vec *all, val v, unsigned depth) {
  if (v.kind == TH_ELM_CODE || v.kind == TH_ELM_STRING) return TH_VEC_PUSH(e->arena, all, v);
  if (v.kind == TH_ELM_FHIR) return push_codings(e, all, v);
  if (v.kind == TH_ELM_CONCEPT) v = as_concept(v)->codes;
  if (v.kind != TH_ELM_LIST) return true;
  e->overrun = e->overrun || depth > TH_LIMIT_JSON_DEPTH;
  for (uint32_t i = 0; i < v.n && !e->overrun; i++) {
    if (!push_codes(e, all, v.u.list[i], depth + 1)) return false;
  }
  return true;
}

bool th_elm__codes_of(eval *e, val v, const val **codes, size_t *n) {
  val_vec all = { 0 };
  if (v.kind == TH_ELM_CONCEPT) { /* as they lie there */
    *codes = as_concept(v)->codes.u.list;
    *n = as_concept(v)->codes.n;
    return true;
  }
  if (!push_codes(e, &all, v, 0)) return false;
  *codes = all.v;
  *n = all.n;
  return true;
}

static bool get_code(const eval *e, const term_set *s, th_str system, th_str code, uint64_t *v) {
  const th_arena_mark m = th_arena_save(e->arena);
  const th_str key = th_str_fmt(e->arena, "%.*s|%.*s", TH_STR_ARG(system), TH_STR_ARG(code));
  const bool found = key.p && th_map_get(&s->codes, key, v);
  th_arena_rewind(e->arena, m);
  return found;
}

/* A code whose system is not said is in by its text alone (a String), or may be in (a Coding that leaves the system out may mean any). */
static th_tri set_has(const eval *e, const term_set *s, val c) {
  const bool coded = c.kind == TH_ELM_CODE;
  const th_str system = coded ? as_code(c)->system : TH_STR_NONE, code = coded ? as_code(c)->code : c.u.str;
  const th_tri listed = s->doubtful ? TH_UNKNOWN : TH_TRUE, other = s->partial ? TH_UNKNOWN : TH_FALSE;
  uint64_t v = 0;
  const bool found = get_code(e, s, system, code, &v);
  if (!system.n) return v ? coded ? TH_UNKNOWN : listed : s->whole.n ? TH_UNKNOWN : other;
  if (found) return v ? listed : TH_FALSE;
  for (size_t i = 0; i < s->whole.n; i++) {
    if (th_str_eq(s->whole.v[i], system)) return listed;
  }
  return other;
}

static th_tri has_code(const eval *e, const term_set *s, const elm_vocab *v, val c) {
  if (c.kind != TH_ELM_CODE && c.kind != TH_ELM_STRING) return TH_FALSE;
  if (s) return set_has(e, s, c);
  if (c.kind != TH_ELM_CODE || !as_code(c)->system.n) return TH_UNKNOWN;
  return th_tri_of(th_str_eq(as_code(c)->system, v->id));
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
  const term_set *s = find_set(e, v);
  if (!s && vocab.kind == TH_ELM_VALUESET) {
    th_elm__warn(e, "the value set %.*s is not loaded: membership is unknown", TH_STR_ARG(v->id));
    return TH_OK;
  }
  if (!th_elm__codes_of(e, code, &c, &m)) return th_elm__nomem(e);
  *out = TH_FALSE;
  for (size_t i = 0; i < m && *out != TH_TRUE; i++) *out = th_tri_or(*out, has_code(e, s, v, c[i]));
  if (*out == TH_UNKNOWN && s && (s->partial || s->doubtful))
    th_elm__warn(
        e, "the value set %.*s is known in part (filters and sets within it are not evaluated): membership may be unknown",
        TH_STR_ARG(v->id));
  return TH_OK;
}

static th_code in_terms(eval *e, const node *n, val *out) {
  KID(0, code);
  val vocab = n->lit;
  if (!n->ref) TH_TRY(th_elm__kid(e, n, 1, &vocab));
  *out = v_bool(false);
  if (is_null(code)) return TH_OK; /* "In (Valueset)": if the code argument is null, the result is false */
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
  const term_set *s = find_set(e, as_vocab(vocab));
  if (!s || s->partial || s->doubtful || s->whole.n) {
    th_elm__warn(e, "the codes of the value set %.*s are not all loaded", TH_STR_ARG(as_vocab(vocab)->id));
    return TH_OK;
  }
  val *v = TH_NEWN(e->arena, val, s->codes.n);
  size_t k = 0;
  if (!v) return th_elm__nomem(e);
  for (size_t i = 0; i < s->codes.n; i++) {
    const th_str key = s->codes.entry[i].key;
    const size_t bar = th_str_rfind(key, TH_S("|"));
    if (bar == 0 || bar == SIZE_MAX || !s->codes.entry[i].value) continue;
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
