/* Libraries: read, checked, joined. Reading keeps the JSON tree; linking finds includes, names every member, and compiles. */
#include "elm/elm_priv.h"

static th_str text_of(const th_json *j, const char *key) {
  return th_json_text(th_json_get(j, key));
}

static const th_json *defs(const th_json *library, const char *section, uint32_t *n) {
  const th_json *list = th_json_get(th_json_get(library, section), "def");
  *n = list && list->kind == TH_JSON_ARRAY ? list->n : 0;
  return *n ? list->u.item : NULL;
}

th_elm_program *th_elm_new(void) {
  th_arena *a = th_arena_new(1 << 20);
  if (!a) return NULL;
  th_elm_program *p = TH_NEW(a, th_elm_program);
  if (!p) {
    th_arena_del(a);
    return NULL;
  }
  p->arena = a;
  th_map_init(&p->by_id, a);
  return p;
}

void th_elm_del(th_elm_program *p) {
  if (p) th_arena_del(p->arena);
}

static th_code check_header(const th_json *lib, const char *source, th_err *err) {
  const th_json *schema = th_json_get(lib, "schemaIdentifier");
  const th_str version = text_of(schema, "version");
  th_code code = TH_OK;
  if (!lib || lib->kind != TH_JSON_OBJECT)
    code = th_fail(err, TH_EPARSE, "not ELM JSON: the member \"library\" is missing; compile the CQL to ELM first");
  else if (text_of(th_json_get(lib, "identifier"), "id").n == 0)
    code = th_fail(err, TH_EPARSE, "the ELM library has no identifier.id");
  else if (!th_str_is(text_of(schema, "id"), "urn:hl7-org:elm") || !th_str_is(version, "r1"))
    code = th_fail(err, TH_EPARSE, "the ELM schema is \"%.*s\" %.*s; urn:hl7-org:elm r1 is read",
                   TH_STR_ARG(text_of(schema, "id")), TH_STR_ARG(version));
  if (code != TH_OK) th_err_source(err, source);
  return code;
}

th_code th_elm_add(th_elm_program *p, th_str json, const char *source, th_err *err) {
  const th_str kept = th_str_dup(p->arena, json);
  th_json *root = TH_NEW(p->arena, th_json);
  elm_library *lib = TH_NEW(p->arena, elm_library);
  if (!kept.p || !root || !lib) return th_fail_nomem(err);
  const th_code code = th_json_parse(p->arena, kept, root, err);
  if (code != TH_OK) {
    th_err_source(err, source);
    return code;
  }
  lib->json = th_json_get(root, "library");
  TH_TRY(check_header(lib->json, source, err));
  const th_json *id = th_json_get(lib->json, "identifier");
  lib->pub.id = text_of(id, "id");
  lib->pub.version = text_of(id, "version");
  lib->id_z = th_str_z(p->arena, lib->pub.id);
  lib->index = (uint32_t)p->lib.n;
  bool is_new;
  uint64_t *at = th_map_at(&p->by_id, lib->pub.id, &is_new);
  if (!at || !lib->id_z) return th_fail_nomem(err);
  if (!is_new) {
    const elm_library *old = (const elm_library *)(uintptr_t)*at;
    th_fail(err, TH_ECONFLICT, "the library %.*s is already loaded (version \"%.*s\")", TH_STR_ARG(old->pub.id),
            TH_STR_ARG(old->pub.version));
    th_err_source(err, source);
    return TH_ECONFLICT;
  }
  *at = (uint64_t)(uintptr_t)lib;
  th_map_init(&lib->includes, p->arena);
  th_map_init(&lib->defines, p->arena);
  th_map_init(&lib->functions, p->arena);
  th_map_init(&lib->params, p->arena);
  th_map_init(&lib->terms, p->arena);
  if (!TH_VEC_PUSH(p->arena, &p->lib, lib)) return th_fail_nomem(err);
  if (!p->main) p->main = lib;
  return TH_OK;
}

/* "path" may carry a namespace: {uri}Name or uri/Name. */
static th_str include_id(const th_json *inc) {
  th_str id = text_of(inc, "path");
  const size_t brace = th_str_rfind(id, TH_S("}")), slash = th_str_rfind(id, TH_S("/"));
  if (brace != SIZE_MAX)
    id = th_str_sub(id, brace + 1, id.n);
  else if (slash != SIZE_MAX)
    id = th_str_sub(id, slash + 1, id.n);
  return id;
}

th_code th_elm_missing(const th_elm_program *p, th_arena *a, const th_elm_library **out, size_t *n) {
  TH_VEC(th_elm_library) list = { 0 };
  for (size_t i = 0; i < p->lib.n; i++) {
    uint32_t m;
    const th_json *inc = defs(p->lib.v[i]->json, "includes", &m);
    for (uint32_t k = 0; k < m; k++) {
      const th_elm_library want = { .id = include_id(&inc[k]), .version = text_of(&inc[k], "version") };
      bool have = th_map_get(&p->by_id, want.id, NULL);
      for (size_t q = 0; q < list.n && !have; q++) have = th_str_eq(list.v[q].id, want.id);
      if (!have && !TH_VEC_PUSH(a, &list, want)) return TH_ENOMEM;
    }
  }
  *out = list.v;
  *n = list.n;
  return TH_OK;
}

/* state: 0 new, 1 on the path, 2 done. */
static th_code visit(th_elm_program *p, elm_library *lib, uint8_t *state, unsigned depth, th_err *err) {
  if (state[lib->index] == 2) return TH_OK;
  if (state[lib->index] == 1 || depth > 256)
    return th_fail(err, TH_ECONFLICT, "the library %.*s includes itself, directly or in a circle", TH_STR_ARG(lib->pub.id));
  state[lib->index] = 1;
  uint32_t n;
  const th_json *inc = defs(lib->json, "includes", &n);
  for (uint32_t i = 0; i < n; i++) {
    const th_str id = include_id(&inc[i]), version = text_of(&inc[i], "version");
    uint64_t v;
    if (!th_map_get(&p->by_id, id, &v))
      return th_fail(err, TH_ENOENT, "%.*s includes %.*s %.*s, which is not loaded; name its folder", TH_STR_ARG(lib->pub.id),
                     TH_STR_ARG(id), TH_STR_ARG(version));
    elm_library *other = (elm_library *)(uintptr_t)v;
    if (version.n && other->pub.version.n && !th_str_eq(version, other->pub.version))
      return th_fail(err, TH_ENOENT, "%.*s includes %.*s %.*s, but version %.*s is loaded", TH_STR_ARG(lib->pub.id),
                     TH_STR_ARG(id), TH_STR_ARG(version), TH_STR_ARG(other->pub.version));
    if (th_map_put(&lib->includes, text_of(&inc[i], "localIdentifier"), v) != TH_OK) return th_fail_nomem(err);
    TH_TRY(visit(p, other, state, depth + 1, err));
  }
  state[lib->index] = 2;
  return TH_OK;
}

/* ── Members ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static elm_term *term_new(th_elm_program *p, elm_library *lib, const th_json *j, elm_term_kind kind, val v) {
  elm_term *t = TH_NEW(p->arena, elm_term);
  if (!t) return NULL;
  *t = (elm_term){ (uint8_t)kind, text_of(j, "name"), v };
  return th_map_put(&lib->terms, t->name, (uint64_t)(uintptr_t)t) == TH_OK ? t : NULL;
}

static th_code vocab_members(th_elm_program *p, elm_library *lib, const char *section, elm_term_kind kind, th_elm_kind value) {
  uint32_t n;
  const th_json *d = defs(lib->json, section, &n);
  for (uint32_t i = 0; i < n; i++) {
    elm_vocab *v = TH_NEW(p->arena, elm_vocab);
    if (!v) return TH_ENOMEM;
    *v = (elm_vocab){ text_of(&d[i], "id"), text_of(&d[i], "version"), text_of(&d[i], "name") };
    if (!term_new(p, lib, &d[i], kind, (val){ .kind = (uint8_t)value, .u.p = v })) return TH_ENOMEM;
  }
  return TH_OK;
}

static const elm_term *term_find(elm_library *lib, const th_json *ref) {
  const th_str alias = text_of(ref, "libraryName");
  uint64_t v;
  if (alias.n) {
    if (!th_map_get(&lib->includes, alias, &v)) return NULL;
    lib = (elm_library *)(uintptr_t)v;
  }
  return th_map_get(&lib->terms, text_of(ref, "name"), &v) ? (const elm_term *)(uintptr_t)v : NULL;
}

static th_code code_members(th_elm_program *p, elm_library *lib) {
  uint32_t n;
  const th_json *d = defs(lib->json, "codes", &n);
  for (uint32_t i = 0; i < n; i++) {
    elm_code *k = TH_NEW(p->arena, elm_code);
    if (!k) return TH_ENOMEM;
    const elm_term *sys = term_find(lib, th_json_get(&d[i], "codeSystem"));
    k->code = text_of(&d[i], "id");
    k->display = text_of(&d[i], "display");
    if (sys) {
      k->system = as_vocab(sys->value)->id;
      k->version = as_vocab(sys->value)->version;
    }
    if (!term_new(p, lib, &d[i], TERM_CODE, (val){ .kind = TH_ELM_CODE, .u.p = k })) return TH_ENOMEM;
  }
  d = defs(lib->json, "concepts", &n);
  for (uint32_t i = 0; i < n; i++) {
    const th_json *list = th_json_get(&d[i], "code");
    const uint32_t m = list && list->kind == TH_JSON_ARRAY ? list->n : 0;
    elm_concept *k = TH_NEW(p->arena, elm_concept);
    val *codes = TH_NEWN(p->arena, val, m);
    if (!k || !codes) return TH_ENOMEM;
    for (uint32_t q = 0; q < m; q++) {
      const elm_term *code = term_find(lib, &list->u.item[q]);
      codes[q] = code ? code->value : v_null();
    }
    *k = (elm_concept){ v_list(codes, m), text_of(&d[i], "display") };
    if (!term_new(p, lib, &d[i], TERM_CONCEPT, (val){ .kind = TH_ELM_CONCEPT, .u.p = k })) return TH_ENOMEM;
  }
  return TH_OK;
}

static th_code param_members(th_elm_program *p, elm_library *lib) {
  uint32_t n;
  const th_json *d = defs(lib->json, "parameters", &n);
  for (uint32_t i = 0; i < n; i++) {
    elm_param *k = TH_NEW(p->arena, elm_param);
    if (!k || !TH_VEC_PUSH(p->arena, &p->param, k)) return TH_ENOMEM;
    k->name = text_of(&d[i], "name");
    k->index = (uint32_t)p->param.n - 1;
    k->lib = lib;
    k->json = &d[i];
    const th_json *spec = th_json_get(&d[i], "parameterTypeSpecifier");
    const th_str name = text_of(&d[i], "parameterType");
    k->type = spec ? th_elm__type_read(p->arena, spec, 0) : name.n ? th_elm__type_named(p->arena, name) : NULL;
    if (th_map_put(&lib->params, k->name, (uint64_t)(uintptr_t)k) != TH_OK) return TH_ENOMEM;
  }
  return TH_OK;
}

static th_code function_member(th_elm_program *p, elm_library *lib, const th_json *j) {
  elm_function *f = TH_NEW(p->arena, elm_function);
  if (!f || !TH_VEC_PUSH(p->arena, &lib->function, f)) return TH_ENOMEM;
  const th_json *ops = th_json_get(j, "operand");
  f->name = text_of(j, "name");
  f->lib = lib;
  f->json = j;
  f->loc = th_str_z(p->arena, text_of(j, "locator"));
  f->n_params = ops && ops->kind == TH_JSON_ARRAY ? ops->n : 0;
  f->param = TH_NEWN(p->arena, const type *, f->n_params);
  if (!f->param) return TH_ENOMEM;
  for (uint32_t i = 0; i < f->n_params; i++) {
    const th_json *spec = th_json_get(&ops->u.item[i], "operandTypeSpecifier");
    const th_str name = text_of(&ops->u.item[i], "operandType");
    f->param[i] = spec ? th_elm__type_read(p->arena, spec, 0) : name.n ? th_elm__type_named(p->arena, name) : NULL;
  }
  bool is_new;
  uint64_t *at = th_map_at(&lib->functions, f->name, &is_new);
  if (!at) return TH_ENOMEM;
  if (is_new) {
    *at = (uint64_t)(uintptr_t)f;
  } else { /* behind the others, so that the text's order stays */
    elm_function *head = (elm_function *)(uintptr_t)*at;
    (head->last ? head->last : head)->next = f;
    head->last = f;
  }
  lib->pub.n_functions++;
  return TH_OK;
}

/* A define without a name, or with one that is taken (CQL forbids both): told, and not evaluated. */
static th_code left_out(th_elm_program *p, const elm_library *lib, const th_json *d) {
  const char *name = th_str_z(p->arena, text_of(d, "name")), *loc = th_str_z(p->arena, text_of(d, "locator"));
  if (!name || !loc) return TH_ENOMEM;
  const th_elm_issue issue = { lib->id_z, name, loc,
                               *name ? "a second define of this name is left out" : "a define without a name is left out" };
  return TH_VEC_PUSH(p->arena, &p->issue, issue) ? TH_OK : TH_ENOMEM;
}

static th_code statement_members(th_elm_program *p, elm_library *lib) {
  uint32_t n;
  const th_json *d = defs(lib->json, "statements", &n);
  for (uint32_t i = 0; i < n; i++) {
    if (th_str_is(text_of(&d[i], "type"), "FunctionDef")) {
      TH_TRY(function_member(p, lib, &d[i]));
      continue;
    }
    const th_str name = text_of(&d[i], "name");
    if (!name.n || th_map_get(&lib->defines, name, NULL)) {
      TH_TRY(left_out(p, lib, &d[i]));
      continue;
    }
    elm_define *k = TH_NEW(p->arena, elm_define);
    if (!k || !TH_VEC_PUSH(p->arena, &lib->define, k)) return TH_ENOMEM;
    k->name = name;
    k->lib = lib;
    k->json = &d[i];
    k->index = p->n_defines++;
    k->loc = th_str_z(p->arena, text_of(&d[i], "locator"));
    k->is_public = !th_str_is(text_of(&d[i], "accessLevel"), "Private");
    k->patient = th_str_is(text_of(&d[i], "context"), "Patient");
    /* "context Patient" brings a define of that name along, which is no result of the author's. */
    k->implied = th_str_eq(k->name, text_of(&d[i], "context")) &&
                 th_str_is(text_of(th_json_get(&d[i], "expression"), "type"), "SingletonFrom");
    lib->pub.n_defines++;
    if (lib == p->main && k->is_public && !k->implied && !TH_VEC_PUSH(p->arena, &p->result, k)) return TH_ENOMEM;
    if (th_map_put(&lib->defines, k->name, (uint64_t)(uintptr_t)k) != TH_OK) return TH_ENOMEM;
  }
  return TH_OK;
}

/* ── Bodies ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void comp_begin(comp *c, th_elm_program *p, elm_library *lib, th_str where) {
  memset(c, 0, sizeof *c);
  c->p = p;
  c->lib = lib;
  c->where = th_str_z(p->arena, where);
  c->nomem = !c->where;
}

static th_code compile_library(th_elm_program *p, elm_library *lib, comp *c) {
  for (size_t i = 0; i < lib->define.n; i++) {
    elm_define *d = lib->define.v[i];
    comp_begin(c, p, lib, d->name);
    d->expr = th_elm__compile(c, th_json_get(d->json, "expression"));
    d->n_slots = c->n_slots;
    if (c->nomem) return TH_ENOMEM;
  }
  for (size_t i = 0; i < lib->function.n; i++) {
    elm_function *f = lib->function.v[i];
    const th_json *ops = th_json_get(f->json, "operand"), *body = th_json_get(f->json, "expression");
    comp_begin(c, p, lib, f->name);
    for (uint32_t k = 0; k < f->n_params && k < 64; k++)
      c->scope[c->n_scope++] = (comp_name){ text_of(&ops->u.item[k], "name"), c->used++ };
    c->n_slots = c->used;
    f->body = body ? th_elm__compile(c, body) : NULL;
    f->n_slots = c->n_slots;
    if (c->nomem) return TH_ENOMEM;
  }
  return TH_OK;
}

th_code th_elm_link(th_elm_program *p, th_err *err) {
  if (!p->main) return th_fail(err, TH_ENOENT, "no library is loaded");
  uint8_t *state = TH_NEWN(p->arena, uint8_t, p->lib.n);
  comp *c = TH_NEW(p->arena, comp);
  if (!state || !c) return th_fail_nomem(err);
  for (size_t i = 0; i < p->lib.n; i++) TH_TRY(visit(p, p->lib.v[i], state, 0, err));
  /* Code systems before the codes that name them, everything before the bodies. */
  for (size_t i = 0; i < p->lib.n; i++) {
    elm_library *lib = p->lib.v[i];
    if (vocab_members(p, lib, "codeSystems", TERM_CODESYSTEM, TH_ELM_CODESYSTEM) != TH_OK ||
        vocab_members(p, lib, "valueSets", TERM_VALUESET, TH_ELM_VALUESET) != TH_OK || param_members(p, lib) != TH_OK ||
        statement_members(p, lib) != TH_OK)
      return th_fail_nomem(err);
  }
  for (size_t i = 0; i < p->lib.n; i++) {
    if (code_members(p, p->lib.v[i]) != TH_OK) return th_fail_nomem(err);
  }
  for (size_t i = 0; i < p->param.n; i++) {
    elm_param *k = p->param.v[i];
    const th_json *dflt = th_json_get(k->json, "default");
    comp_begin(c, p, k->lib, k->name);
    if (dflt) k->dflt = th_elm__compile(c, dflt);
    k->n_slots = c->n_slots;
    if (c->nomem) return th_fail_nomem(err);
  }
  for (size_t i = 0; i < p->lib.n; i++) {
    if (compile_library(p, p->lib.v[i], c) != TH_OK) return th_fail_nomem(err);
  }
  return TH_OK;
}

/* ── What the program holds ────────────────────────────────────────────────────────────────────────────────────────── */

const th_elm_library *th_elm_main(const th_elm_program *p) {
  return p->main ? &p->main->pub : NULL;
}
size_t th_elm_libraries(const th_elm_program *p) {
  return p->lib.n;
}
const th_elm_library *th_elm_library_at(const th_elm_program *p, size_t i) {
  return i < p->lib.n ? &p->lib.v[i]->pub : NULL;
}
const th_elm_issue *th_elm_issues(const th_elm_program *p, size_t *n) {
  *n = p->issue.n;
  return p->issue.v;
}

size_t th_elm_defines(const th_elm_program *p) {
  return p->result.n;
}
th_str th_elm_define_name(const th_elm_program *p, size_t i) {
  return i < p->result.n ? p->result.v[i]->name : TH_STR_NONE;
}
const char *th_elm_define_locator(const th_elm_program *p, size_t i) {
  return i < p->result.n && p->result.v[i]->loc ? p->result.v[i]->loc : "";
}
