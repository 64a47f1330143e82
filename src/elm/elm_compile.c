/* From the JSON tree of an expression to a compiled node: names become slots and addresses, literals become values. What cannot be
 * resolved becomes a node that fails with a message when it is evaluated, so that one odd define does not take the library along. */
#include "elm/elm_priv.h"

#include <stdio.h>

th_code th_elm__op_broken(eval *e, const node *n, val *out) {
  (void)out;
  return th_elm__fail(e, n, TH_EUNSUP, "%.*s", TH_STR_ARG(n->name));
}

static const elm_op broken_op = { "Broken", th_elm__op_broken, "" };

static th_str text_of(const th_json *j, const char *key) {
  return th_json_text(th_json_get(j, key));
}

static const char *z_of(comp *c, th_str s) {
  return s.n ? th_str_z(c->p->arena, s) : NULL;
}

node *th_elm__broken(comp *c, const th_json *j, const char *fmt, th_str what) {
  node *n = TH_NEW(c->p->arena, node);
  th_elm_issue *issue = TH_VEC_ADD(c->p->arena, &c->p->issue);
  if (!n || !issue) {
    c->nomem = true;
    return NULL;
  }
  const th_str text = th_str_of(fmt);
  const size_t gap = th_str_find(text, TH_S("%s"), 0);
  const th_str tail = gap == SIZE_MAX ? TH_STR_NONE : th_str_sub(text, gap + 2, text.n);
  n->op = &broken_op;
  n->name = th_str_fmt(c->p->arena, "%.*s%.*s%.*s", TH_STR_ARG(th_str_sub(text, 0, gap)),
                       TH_STR_ARG(gap == SIZE_MAX ? TH_STR_NONE : th_str_sub(what, 0, 200)), TH_STR_ARG(tail));
  n->loc = z_of(c, text_of(j, "locator"));
  n->lib = c->lib->id_z;
  *issue = (th_elm_issue){ c->lib->id_z, c->where ? c->where : "", n->loc ? n->loc : "", n->name.p ? n->name.p : "" };
  return n;
}

/* ── Scopes ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool push(comp *c, th_str name, uint32_t *slot) {
  if (c->n_scope >= sizeof c->scope / sizeof *c->scope) return false;
  *slot = c->used++;
  if (c->used > c->n_slots) c->n_slots = c->used;
  c->scope[c->n_scope++] = (comp_name){ name, *slot };
  return true;
}

static bool find_slot(const comp *c, th_str name, uint32_t *slot) {
  for (uint32_t i = c->n_scope; i-- > 0;) {
    if (th_str_eq(c->scope[i].name, name)) {
      *slot = c->scope[i].slot;
      return true;
    }
  }
  return false;
}

/* ── Names of libraries ────────────────────────────────────────────────────────────────────────────────────────────── */

static elm_library *library_of(comp *c, const th_json *ref) {
  const th_str alias = text_of(ref, "libraryName");
  uint64_t v;
  if (alias.n == 0) return c->lib;
  return th_map_get(&c->lib->includes, alias, &v) ? (elm_library *)(uintptr_t)v : NULL;
}

static const elm_term *term_of(comp *c, const th_json *ref) {
  elm_library *lib = library_of(c, ref);
  uint64_t v;
  return lib && th_map_get(&lib->terms, text_of(ref, "name"), &v) ? (const elm_term *)(uintptr_t)v : NULL;
}

static const type *specifier(comp *c, const th_json *j, const char *full, const char *named) {
  const th_json *spec = th_json_get(j, full);
  if (spec) return th_elm__type_read(c->p->arena, spec, 0);
  const th_str name = text_of(j, named);
  return name.n ? th_elm__type_named(c->p->arena, name) : NULL;
}

/* ── Literals ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool int_literal(th_str s, int64_t lo, int64_t hi, bool negate, int64_t *out) {
  th_i128 v = 0;
  size_t i = 0;
  bool neg = negate;
  if (i < s.n && (s.p[i] == '-' || s.p[i] == '+')) neg = (s.p[i++] == '-') != negate;
  if (i == s.n) return false;
  for (; i < s.n; i++) {
    if (s.p[i] < '0' || s.p[i] > '9' || v > (th_i128)1 << 70) return false;
    v = v * 10 + (s.p[i] - '0');
  }
  if (neg) v = -v;
  *out = (int64_t)v;
  return v >= lo && v <= hi;
}

static node *literal(comp *c, const th_json *j, node *n, bool negate) {
  const th_str v = text_of(j, "value");
  const type *t = specifier(c, j, "valueTypeSpecifier", "valueType");
  const uint8_t sys = t && t->kind == T_SYSTEM ? t->sys : TH_ELM_STRING;
  int64_t i;
  n->quick = QUICK_LITERAL;
  switch ((int)sys) {
  case TH_ELM_BOOL: n->lit = v_bool(th_str_is(v, "true")); return n;
  case TH_ELM_INT:
    if (!int_literal(v, INT32_MIN, INT32_MAX, negate, &i))
      return th_elm__broken(c, j, "the Integer literal %s is out of range", v);
    n->lit = v_int(i);
    return n;
  case TH_ELM_LONG: {
    const th_str digits = v.n && (v.p[v.n - 1] == 'L') ? th_str_sub(v, 0, v.n - 1) : v;
    if (!int_literal(digits, INT64_MIN, INT64_MAX, negate, &i))
      return th_elm__broken(c, j, "the Long literal %s is out of range", v);
    n->lit = v_long(i);
    return n;
  }
  case TH_ELM_DECIMAL:
    if (!th_elm__dec_parse(v, true, &n->lit)) return th_elm__broken(c, j, "the Decimal literal %s is out of range", v);
    return n;
  case TH_ELM_DATE:
  case TH_ELM_DATETIME:
  case TH_ELM_TIME: {
    th_elm_time tm;
    if (!th_elm__time_parse((th_elm_kind)sys, v, 0, &tm)) return th_elm__broken(c, j, "the literal %s is no valid time", v);
    th_elm_time other;
    n->flag = th_elm__time_parse((th_elm_kind)sys, v, 1, &other) && other.offset != tm.offset; /* it says no offset */
    n->lit = v_time((th_elm_kind)sys, tm);
    n->quick = QUICK_NONE; /* a DateTime takes the offset of the evaluation */
    return n;
  }
  default: n->lit = v_str(v.p ? v : TH_S(""));
  }
  return n;
}

static bool quantity_value(comp *c, const th_json *j, val *out) {
  val d;
  elm_qty *q = TH_NEW(c->p->arena, elm_qty);
  const th_json *value = th_json_get(j, "value");
  if (!q) c->nomem = true;
  if (!q || !value) return false;
  if (!th_elm__dec_parse(th_json_text(value), false, &d)) {
    /* JSON may write 1E-8. */
    double f;
    if (!th_json_f64(value, &f)) return false;
    d = th_elm__dec_from_f80((long double)f);
    if (is_null(d)) return false;
  }
  const th_str unit = text_of(j, "unit");
  *q = (elm_qty){ dec_of(d), d.scale, unit.n ? unit : TH_S("1") };
  *out = (val){ .kind = TH_ELM_QUANTITY, .u.p = q };
  return true;
}

static node *ratio(comp *c, const th_json *j, node *n) {
  elm_ratio *r = TH_NEW(c->p->arena, elm_ratio);
  if (!r || !quantity_value(c, th_json_get(j, "numerator"), &r->num) ||
      !quantity_value(c, th_json_get(j, "denominator"), &r->den))
    return th_elm__broken(c, j, "a Ratio needs a numerator and a denominator%s", TH_STR_NONE);
  n->lit = (val){ .kind = TH_ELM_RATIO, .u.p = r };
  return n;
}

/* ── References ────────────────────────────────────────────────────────────────────────────────────────────────────── */

static node *function_ref(comp *c, const th_json *j, node *n) {
  elm_library *lib = library_of(c, j);
  uint64_t v;
  if (!lib || !th_map_get(&lib->functions, n->name, &v)) return th_elm__broken(c, j, "there is no function \"%s\"", n->name);
  const elm_function *head = (const elm_function *)(uintptr_t)v, *only = NULL;
  const th_json *sig = th_json_get(j, "signature");
  const uint32_t n_sig = sig && sig->kind == TH_JSON_ARRAY ? sig->n : 0;
  const bool has_sig = n_sig == n->n && n_sig > 0;
  const type **want = TH_NEWN(c->p->arena, const type *, has_sig ? n_sig : 0);
  uint32_t fits = 0;
  if (!want) {
    c->nomem = true;
    return NULL;
  }
  for (uint32_t i = 0; has_sig && i < n_sig; i++) want[i] = th_elm__type_read(c->p->arena, &sig->u.item[i], 0);
  for (const elm_function *f = head; f; f = f->next) {
    if (f->n_params != n->n) continue;
    bool exact = has_sig;
    for (uint32_t i = 0; i < n->n && exact; i++) exact = th_elm__type_same(f->param[i], want[i]);
    if (exact) {
      n->ref = f;
      return n;
    }
    fits++;
    only = f;
  }
  if (!only) return th_elm__broken(c, j, "no overload of \"%s\" takes that many operands", n->name);
  n->ref = fits == 1 ? only : head;
  n->flag = fits > 1; /* chosen by the values' types when called */
  return n;
}

static node *expression_ref(comp *c, const th_json *j, node *n) {
  elm_library *lib = library_of(c, j);
  uint64_t v;
  if (!lib || !th_map_get(&lib->defines, n->name, &v)) return th_elm__broken(c, j, "there is no define \"%s\"", n->name);
  n->ref = (const void *)(uintptr_t)v;
  n->slot = ((const elm_define *)n->ref)->index;
  n->quick = QUICK_DEFINE;
  return n;
}

static node *param_ref(comp *c, const th_json *j, node *n) {
  elm_library *lib = library_of(c, j);
  uint64_t v;
  if (!lib || !th_map_get(&lib->params, n->name, &v)) return th_elm__broken(c, j, "there is no parameter \"%s\"", n->name);
  n->ref = (const void *)(uintptr_t)v;
  n->slot = ((const elm_param *)n->ref)->index;
  n->quick = QUICK_PARAM;
  return n;
}

static node *term_ref(comp *c, const th_json *j, const th_json *ref, node *n) {
  const elm_term *t = term_of(c, ref);
  if (!t) return th_elm__broken(c, j, "there is no code, value set or code system \"%s\"", text_of(ref, "name"));
  n->ref = t;
  n->lit = t->value;
  return n;
}

static node *code_value(comp *c, const th_json *j, node *n) {
  elm_code *k = TH_NEW(c->p->arena, elm_code);
  if (!k) {
    c->nomem = true;
    return NULL;
  }
  const elm_term *sys = term_of(c, th_json_get(j, "system"));
  k->code = text_of(j, "code");
  k->display = text_of(j, "display");
  if (sys) {
    k->system = as_vocab(sys->value)->id;
    k->version = as_vocab(sys->value)->version;
  }
  n->lit = (val){ .kind = TH_ELM_CODE, .u.p = k };
  return n;
}

static node *concept_value(comp *c, const th_json *j, node *n) {
  const th_json *list = th_json_get(j, "code");
  const uint32_t m = list && list->kind == TH_JSON_ARRAY ? list->n : 0;
  elm_concept *k = TH_NEW(c->p->arena, elm_concept);
  val *codes = TH_NEWN(c->p->arena, val, m);
  if (!k || !codes) {
    c->nomem = true;
    return NULL;
  }
  for (uint32_t i = 0; i < m; i++) {
    node tmp = { 0 };
    if (!code_value(c, &list->u.item[i], &tmp)) return NULL;
    codes[i] = tmp.lit;
  }
  *k = (elm_concept){ v_list(codes, m), text_of(j, "display") };
  n->lit = (val){ .kind = TH_ELM_CONCEPT, .u.p = k };
  return n;
}

static node *slot_ref(comp *c, const th_json *j, node *n) {
  n->quick = QUICK_SLOT;
  return find_slot(c, n->name, &n->slot) ? n : th_elm__broken(c, j, "the name \"%s\" is not in scope", n->name);
}

/* ── Kids ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Room for so many kids behind those that are there; once for all of them where there may be many. */
static bool kids_reserve(comp *c, node *n, size_t more) {
  const node **k = TH_NEWN(c->p->arena, const node *, n->n + more);
  if (!k) {
    c->nomem = true;
    return false;
  }
  if (n->n) memcpy(k, n->kid, n->n * sizeof *k);
  n->kid = k;
  return true;
}

static bool put_kid(comp *c, node *n, const th_json *j) {
  n->kid[n->n] = j && j->kind == TH_JSON_OBJECT ? th_elm__compile(c, j) : NULL;
  n->n++;
  return !c->nomem;
}

static bool add_kid(comp *c, node *n, const th_json *j) {
  if (!j || j->kind != TH_JSON_ARRAY) return kids_reserve(c, n, 1) && put_kid(c, n, j);
  if (!kids_reserve(c, n, j->n)) return false;
  for (uint32_t i = 0; i < j->n; i++) {
    if (!put_kid(c, n, &j->u.item[i])) return false;
  }
  return true;
}

/* A lone "operand" or "element" that is absent leaves no kid, a named optional one leaves a NULL. */
static bool all_kids(comp *c, node *n, const th_json *j, const char *names) {
  th_str rest = th_str_of(names), name;
  const bool single = !th_str_has(rest, TH_S(" "));
  while (th_str_split(&rest, ' ', &name)) {
    if (!name.n) continue;
    char key[32];
    snprintf(key, sizeof key, "%.*s", TH_STR_ARG(name));
    const th_json *kid = th_json_get(j, key);
    if (single && (!kid || (kid->kind == TH_JSON_ARRAY && kid->n == 0))) continue;
    if (!single && kid && kid->kind == TH_JSON_ARRAY) kid = kid->n ? &kid->u.item[0] : NULL;
    if (!add_kid(c, n, kid)) return false;
  }
  return true;
}

/* Members have names, each another; so have the sources of a query, whose tuple they become. */
static bool each_named(comp *c, const th_str *name, uint32_t n) {
  th_map seen;
  th_map_init(&seen, c->p->arena);
  for (uint32_t i = 0; i < n; i++) {
    bool is_new = true;
    if (name[i].n == 0) return false;
    if (n > 1 && !th_map_at(&seen, name[i], &is_new)) c->nomem = true;
    if (!is_new) return false;
  }
  return true;
}

static node *members(comp *c, node *n, const th_json *j) {
  const th_json *list = th_json_get(j, "element");
  const uint32_t m = list && list->kind == TH_JSON_ARRAY ? list->n : 0;
  th_str *names = TH_NEWN(c->p->arena, th_str, m);
  if (!names || !kids_reserve(c, n, m)) {
    c->nomem = true;
    return NULL;
  }
  for (uint32_t i = 0; i < m; i++) {
    names[i] = text_of(&list->u.item[i], "name");
    if (!put_kid(c, n, th_json_get(&list->u.item[i], "value"))) return NULL;
  }
  n->names = names;
  return each_named(c, names, m) ? n : th_elm__broken(c, j, "two members of one name, or one without a name%s", TH_STR_NONE);
}

static bool case_kids(comp *c, node *n, const th_json *j) {
  const th_json *items = th_json_get(j, "caseItem");
  const uint32_t m = items && items->kind == TH_JSON_ARRAY ? items->n : 0;
  if (!kids_reserve(c, n, 2 + 2 * (size_t)m) || !put_kid(c, n, th_json_get(j, "comparand")) ||
      !put_kid(c, n, th_json_get(j, "else")))
    return false;
  for (uint32_t i = 0; i < m; i++) {
    if (!put_kid(c, n, th_json_get(&items->u.item[i], "when")) || !put_kid(c, n, th_json_get(&items->u.item[i], "then")))
      return false;
  }
  return true;
}

/* ── Queries ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static uint32_t count_of(const th_json *j) {
  return j && j->kind == TH_JSON_ARRAY ? j->n : 0;
}

static bool is_descending(const th_json *by) {
  return th_str_starts(text_of(by, "direction"), TH_S("desc"));
}

static bool sort_items(comp *c, const th_json *by, elm_sort **out, uint32_t *n_out) {
  const uint32_t n = count_of(by);
  elm_sort *s = TH_NEWN(c->p->arena, elm_sort, n);
  if (!s) return false;
  for (uint32_t i = 0; i < n; i++) {
    const th_json *one = &by->u.item[i], *expr = th_json_get(one, "expression");
    s[i] = (elm_sort){ .desc = is_descending(one), .path = text_of(one, "path") };
    if (expr) s[i].by = th_elm__compile(c, expr);
  }
  *out = s;
  *n_out = n;
  return !c->nomem;
}

static bool query_sources(comp *c, const th_json *j, elm_query *q) {
  const th_json *src = th_json_get(j, "source"), *let = th_json_get(j, "let"), *rel = th_json_get(j, "relationship");
  q->n_source = count_of(src);
  q->n_let = count_of(let);
  q->n_rel = count_of(rel);
  q->source = TH_NEWN(c->p->arena, elm_source, q->n_source);
  q->let = TH_NEWN(c->p->arena, elm_source, q->n_let);
  q->rel = TH_NEWN(c->p->arena, elm_rel, q->n_rel);
  q->alias = TH_NEWN(c->p->arena, th_str, q->n_source);
  if (!q->source || !q->let || !q->rel || !q->alias) {
    c->nomem = true;
    return false;
  }
  for (uint32_t i = 0; i < q->n_source; i++) {
    const th_json *s = &src->u.item[i];
    q->alias[i] = text_of(s, "alias");
    q->source[i].expr = th_elm__compile(c, th_json_get(s, "expression"));
    if (!push(c, q->alias[i], &q->source[i].slot)) return false;
  }
  for (uint32_t i = 0; i < q->n_let; i++) {
    const th_json *s = &let->u.item[i];
    q->let[i].expr = th_elm__compile(c, th_json_get(s, "expression"));
    if (!push(c, text_of(s, "identifier"), &q->let[i].slot)) return false;
  }
  for (uint32_t i = 0; i < q->n_rel; i++) {
    const th_json *s = &rel->u.item[i];
    const uint32_t keep = c->n_scope;
    q->rel[i].without = th_str_starts(text_of(s, "type"), TH_S("Without"));
    q->rel[i].expr = th_elm__compile(c, th_json_get(s, "expression"));
    if (!push(c, text_of(s, "alias"), &q->rel[i].slot)) return false;
    q->rel[i].that = th_elm__compile(c, th_json_get(s, "suchThat"));
    c->n_scope = keep;
  }
  return !c->nomem;
}

static node *query(comp *c, const th_json *j, node *n) {
  elm_query *q = TH_NEW(c->p->arena, elm_query);
  const uint32_t keep = c->n_scope;
  if (!q || !query_sources(c, j, q)) {
    c->nomem = c->nomem || !q;
    return c->nomem ? NULL : th_elm__broken(c, j, "a query nests too many names%s", TH_STR_NONE);
  }
  if (!each_named(c, q->alias, q->n_source))
    return th_elm__broken(c, j, "two sources of one name, or one without a name%s", TH_STR_NONE);
  const th_json *where = th_json_get(j, "where"), *ret = th_json_get(j, "return"), *agg = th_json_get(j, "aggregate");
  const th_json *sort = th_json_get(j, "sort"), *flag;
  if (where) q->where = th_elm__compile(c, where);
  if (ret) {
    q->ret = th_elm__compile(c, th_json_get(ret, "expression"));
    flag = th_json_get(ret, "distinct");
    q->distinct = !flag || th_json_true(flag);
  }
  if (agg) {
    const th_json *start = th_json_get(agg, "starting");
    q->agg_start = start ? th_elm__compile(c, start) : NULL;
    q->agg_distinct = th_json_true(th_json_get(agg, "distinct"));
    if (!push(c, text_of(agg, "identifier"), &q->agg_slot)) return th_elm__broken(c, j, "too many names%s", TH_STR_NONE);
    q->agg = th_elm__compile(c, th_json_get(agg, "expression"));
  }
  if (sort && !sort_items(c, th_json_get(sort, "by"), &q->sort, &q->n_sort)) c->nomem = true;
  c->n_scope = keep;
  n->ref = q;
  return c->nomem ? NULL : n;
}

static node *retrieve(comp *c, const th_json *j, node *n) {
  elm_retrieve *r = TH_NEW(c->p->arena, elm_retrieve);
  if (!r) {
    c->nomem = true;
    return NULL;
  }
  const type *t = th_elm__type_named(c->p->arena, text_of(j, "dataType"));
  if (!t || t->kind != T_FHIR)
    return th_elm__broken(c, j, "retrieves of %s are not supported (FHIR 4.0.1 is)", text_of(j, "dataType"));
  r->fhir = t->fhir;
  r->type_name = t->name;
  const th_json *codes = th_json_get(j, "codes"), *dates = th_json_get(j, "dateRange");
  r->codes = codes ? th_elm__compile(c, codes) : NULL;
  r->dates = dates ? th_elm__compile(c, dates) : NULL;
  r->code_path = text_of(j, "codeProperty");
  r->main_code = th_str_is(r->code_path, th_fhir_main_code(r->type_name));
  r->date_path = text_of(j, "dateProperty");
  r->code_comparator = text_of(j, "codeComparator");
  n->ref = r;
  return c->nomem ? NULL : n;
}

/* The list operators with a scope: the element has a name (default "$this") while condition or element is evaluated. */
static node *scoped(comp *c, const th_json *j, node *n, const char *body) {
  const uint32_t keep = c->n_scope;
  const th_str name = text_of(j, "scope");
  if (!add_kid(c, n, th_json_get(j, "source"))) return NULL;
  if (!push(c, name.n ? name : TH_S("$this"), &n->slot)) return th_elm__broken(c, j, "too many names%s", TH_STR_NONE);
  if (!add_kid(c, n, th_json_get(j, body))) return NULL;
  c->n_scope = keep;
  return n;
}

/* ── One node ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static node *identifier(comp *c, node *n) {
  n->flag = !find_slot(c, n->name, &n->slot); /* not a name in scope: a member of the element that is sorted */
  return n;
}

static node *property(comp *c, const th_json *j, node *n) {
  const th_str scope = text_of(j, "scope");
  n->name = text_of(j, "path");
  if (!n->name.n || !th_elm__path_read(c->p->arena, n->name, &n->step, &n->n_steps))
    return th_elm__broken(c, j, "the path \"%s\" cannot be read", n->name);
  if (!n->step) c->nomem = true;
  if (!scope.n) return all_kids(c, n, j, "source") ? n : NULL;
  node *alias = TH_NEW(c->p->arena, node);
  if (!alias || !kids_reserve(c, n, 1)) {
    c->nomem = true;
    return NULL;
  }
  alias->op = th_elm__op_find(TH_S("AliasRef"));
  alias->name = scope;
  alias->lib = n->lib;
  n->kid[n->n++] = slot_ref(c, j, alias);
  return n;
}

static node *typed(comp *c, const th_json *j, node *n) {
  static const char *const pairs[][2] = { { "asTypeSpecifier", "asType" },
                                          { "isTypeSpecifier", "isType" },
                                          { "toTypeSpecifier", "toType" },
                                          { "valueTypeSpecifier", "valueType" } };
  for (size_t i = 0; i < 4 && !n->type; i++) n->type = specifier(c, j, pairs[i][0], pairs[i][1]);
  n->flag = th_json_true(th_json_get(j, "strict"));
  return n;
}

typedef node *(*special_fn)(comp *c, const th_json *j, node *n);

static node *sp_literal(comp *c, const th_json *j, node *n) {
  return literal(c, j, n, false);
}
static node *sp_quantity(comp *c, const th_json *j, node *n) {
  return quantity_value(c, j, &n->lit) ? n : th_elm__broken(c, j, "the Quantity's value is no Decimal%s", TH_STR_NONE);
}
static node *sp_ref(comp *c, const th_json *j, node *n) {
  return term_ref(c, j, j, n);
}
static node *sp_identifier(comp *c, const th_json *j, node *n) {
  (void)j;
  return identifier(c, n);
}
static node *sp_case(comp *c, const th_json *j, node *n) {
  return case_kids(c, n, j) ? n : NULL;
}
static node *sp_members(comp *c, const th_json *j, node *n) {
  const th_str class = text_of(j, "classType");
  if (class.n) n->type = th_elm__type_named(c->p->arena, class);
  return members(c, n, j);
}
static node *sp_filter(comp *c, const th_json *j, node *n) {
  return scoped(c, j, n, "condition");
}
static node *sp_for_each(comp *c, const th_json *j, node *n) {
  return scoped(c, j, n, "element");
}
static node *sp_current(comp *c, const th_json *j, node *n) {
  n->name = text_of(j, "scope");
  if (!n->name.n) n->name = TH_S("$this");
  return slot_ref(c, j, n);
}
static node *sp_sort(comp *c, const th_json *j, node *n) {
  elm_query *q = TH_NEW(c->p->arena, elm_query);
  if (!q || !sort_items(c, th_json_get(j, "by"), &q->sort, &q->n_sort)) {
    c->nomem = true;
    return NULL;
  }
  n->ref = q;
  return all_kids(c, n, j, "source") ? n : NULL;
}
static node *sp_negate(comp *c, const th_json *j, node *n) {
  const th_json *of = th_json_get(j, "operand");
  if (th_str_is(text_of(of, "type"), "Literal")) {
    /* 2^31 and 2^63 are legal right under the sign. */
    const type *t = specifier(c, of, "valueTypeSpecifier", "valueType");
    if (t && t->kind == T_SYSTEM && (t->sys == TH_ELM_INT || t->sys == TH_ELM_LONG)) {
      n->op = th_elm__op_find(TH_S("Literal"));
      return literal(c, of, n, true);
    }
  }
  return all_kids(c, n, j, "operand") ? n : NULL;
}
static node *sp_in_terms(comp *c, const th_json *j, node *n) {
  const th_json *ref = th_json_get(j, "valueset");
  if (!ref) ref = th_json_get(j, "codesystem");
  return all_kids(c, n, j, n->op->kids) && ref ? term_ref(c, j, ref, n) : c->nomem ? NULL : n;
}
static node *sp_function(comp *c, const th_json *j, node *n) {
  return all_kids(c, n, j, "operand") ? function_ref(c, j, n) : NULL;
}

static const struct {
  const char *name;
  special_fn fn;
} special[] = {
  { "Literal", sp_literal },
  { "Quantity", sp_quantity },
  { "Ratio", ratio },
  { "CodeRef", sp_ref },
  { "ConceptRef", sp_ref },
  { "CodeSystemRef", sp_ref },
  { "ValueSetRef", sp_ref },
  { "Code", code_value },
  { "Concept", concept_value },
  { "ExpressionRef", expression_ref },
  { "ParameterRef", param_ref },
  { "FunctionRef", sp_function },
  { "OperandRef", slot_ref },
  { "AliasRef", slot_ref },
  { "QueryLetRef", slot_ref },
  { "IdentifierRef", sp_identifier },
  { "Property", property },
  { "Query", query },
  { "Retrieve", retrieve },
  { "Case", sp_case },
  { "Tuple", sp_members },
  { "Instance", sp_members },
  { "Filter", sp_filter },
  { "ForEach", sp_for_each },
  { "Current", sp_current },
  { "Sort", sp_sort },
  { "Negate", sp_negate },
  { "InValueSet", sp_in_terms },
  { "AnyInValueSet", sp_in_terms },
  { "InCodeSystem", sp_in_terms },
  { "AnyInCodeSystem", sp_in_terms },
};

static node *body(comp *c, const th_json *j, node *n) {
  for (size_t i = 0; i < sizeof special / sizeof *special; i++) {
    if (strcmp(n->op->name, special[i].name) == 0) return special[i].fn(c, j, n);
  }
  const th_json *closed = th_json_get(j, "lowClosed");
  n->low_closed = !closed || th_json_true(closed);
  closed = th_json_get(j, "highClosed");
  n->high_closed = !closed || th_json_true(closed);
  typed(c, j, n);
  return all_kids(c, n, j, n->op->kids ? n->op->kids : "operand") ? n : NULL;
}

node *th_elm__compile(comp *c, const th_json *j) {
  if (!j || j->kind != TH_JSON_OBJECT) return th_elm__broken(c, j, "an expression is missing%s", TH_STR_NONE);
  const th_str kind = text_of(j, "type");
  const elm_op *op = th_elm__op_find(kind);
  if (!op) return th_elm__broken(c, j, "the node type \"%s\" is not known", kind);
  node *n = TH_NEW(c->p->arena, node);
  if (!n || !TH_VEC_PUSH(c->p->arena, &c->lib->node, n)) {
    c->nomem = true;
    return NULL;
  }
  n->id = c->p->n_nodes++;
  n->op = op;
  n->lib = c->lib->id_z;
  n->loc = z_of(c, text_of(j, "locator"));
  n->local_id = text_of(j, "localId");
  n->name = text_of(j, "name");
  n->rtype = specifier(c, j, "resultTypeSpecifier", "resultTypeName");
  const th_json *prec = th_json_get(j, "precision");
  if (prec && prec->kind == TH_JSON_STRING) n->prec = (uint8_t)th_elm__prec_of(prec->u.text);
  if (c->depth >= TH_LIMIT_ELM_DEPTH) return th_elm__broken(c, j, "nested deeper than TH_LIMIT_ELM_DEPTH%s", TH_STR_NONE);
  c->depth++;
  node *r = body(c, j, n);
  c->depth--;
  return r;
}
