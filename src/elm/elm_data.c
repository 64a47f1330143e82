/* Data: properties of FHIR elements and of structured values, retrieves, terminology (CQL 1.5, Author's Guide, "Retrieve"). */
#include "elm/elm_priv.h"

static val fhir_val(th_fhir_elem e) {
  return (val){ .kind = TH_ELM_FHIR, .n = e.type, .u.fhir = { e.value, e.sibling } };
}
static th_fhir_elem elem_of(val v) {
  return (th_fhir_elem){ v.u.fhir.value, v.u.fhir.sibling, (th_fhir_type)v.n };
}

/* The data hold something else than their type says. The expression that asked fails (th_elm__malformed), the rest goes on. */
static val malformed(eval *e, val v) {
  if (!e->malformed) {
    e->malformed = v.u.fhir.value;
    e->malformed_type = (th_fhir_type)v.n;
  }
  return v_null();
}

static val number_of(eval *e, val v, th_fhir_kind kind) {
  const th_json *j = v.u.fhir.value;
  val out;
  int64_t i;
  double f;
  if (kind != TH_FHIR_DECIMAL && kind != TH_FHIR_INTEGER && kind != TH_FHIR_NO_KIND) return malformed(e, v);
  if (kind != TH_FHIR_DECIMAL && th_str_to_i64(j->u.text, &i) && i >= INT32_MIN && i <= INT32_MAX) return v_int(i);
  if (kind == TH_FHIR_INTEGER) return malformed(e, v);
  if (th_elm__dec_parse(j->u.text, false, &out)) return out;
  out = th_json_f64(j, &f) ? th_elm__dec_from_f80((long double)f) : v_null(); /* 1e-3 */
  return is_null(out) ? malformed(e, v) : out;
}

static val text_of(eval *e, val v, th_fhir_kind kind) {
  const th_str s = v.u.fhir.value->u.text;
  th_elm_time t;
  switch (kind) {
  case TH_FHIR_DATE: return th_elm__time_parse(TH_ELM_DATE, s, 0, &t) ? v_time(TH_ELM_DATE, t) : malformed(e, v);
  case TH_FHIR_DATETIME:
    return th_elm__time_parse(TH_ELM_DATETIME, s, e->now.offset, &t) ? v_time(TH_ELM_DATETIME, t) : malformed(e, v);
  case TH_FHIR_TIME: return th_elm__time_parse(TH_ELM_TIME, s, 0, &t) ? v_time(TH_ELM_TIME, t) : malformed(e, v);
  case TH_FHIR_TEXT:
  case TH_FHIR_NO_KIND: return v_str(s);
  case TH_FHIR_BOOLEAN:
  case TH_FHIR_INTEGER:
  case TH_FHIR_DECIMAL:
  case TH_FHIR_COMPLEX:
  case TH_FHIR_RESOURCE: break;
  }
  return malformed(e, v);
}

/* The System value of a FHIR primitive; a primitive that has none (only extensions) is null. Others come back as they are. */
val th_elm__fhir_primitive(eval *e, val v) {
  if (v.kind != TH_ELM_FHIR) return v;
  const th_json *j = v.u.fhir.value;
  if (!j) return v_null();
  const th_fhir_kind kind = th_fhir_type_kind((th_fhir_type)v.n);
  if (j->kind == TH_JSON_BOOL) return kind == TH_FHIR_BOOLEAN || kind == TH_FHIR_NO_KIND ? v_bool(j->boolean) : malformed(e, v);
  if (j->kind == TH_JSON_NUMBER) return number_of(e, v, kind);
  return j->kind == TH_JSON_STRING ? text_of(e, v, kind) : v;
}

/* The members that lead to `what`, written behind b; false when it is not below j. Only after a fault. */
static bool find_path(th_buf *b, const th_json *j, const th_json *what, unsigned depth) {
  if (j == what) return true;
  if (depth > TH_LIMIT_JSON_DEPTH || (j->kind != TH_JSON_OBJECT && j->kind != TH_JSON_ARRAY)) return false;
  for (uint32_t i = 0; i < j->n; i++) {
    const size_t mark = b->n;
    const bool object = j->kind == TH_JSON_OBJECT;
    if (object)
      th_buf_addf(b, ".%.*s", TH_STR_ARG(j->u.member[i].key));
    else
      th_buf_addf(b, "[%u]", i);
    if (find_path(b, object ? &j->u.member[i].value : &j->u.item[i], what, depth + 1)) return true;
    b->n = mark;
  }
  return false;
}

th_code th_elm__malformed(eval *e, const node *n) {
  const th_json *what = e->malformed;
  th_buf b;
  e->malformed = NULL;
  th_buf_init(&b, e->arena, 80);
  for (uint32_t i = 0; e->patient && i < e->patient->n; i++) {
    const th_fhir_resource *r = e->patient->res[i];
    b.n = 0;
    th_buf_addf(&b, "%.*s/%.*s", TH_STR_ARG(r->type_name), TH_STR_ARG(r->id));
    if (find_path(&b, r->elem.value, what, 0)) break;
    b.n = 0;
  }
  return th_elm__fail(e, n, TH_EPARSE, "%.*s: \"%.*s\" is no valid %s", TH_STR_ARG(th_buf_str(&b)),
                      TH_STR_ARG(th_str_sub(th_json_text(what), 0, 40)), th_fhir_type_name(e->malformed_type));
}

th_code th_elm__fhir_list(eval *e, const th_fhir_elem *el, size_t n, val *out) {
  val *v = TH_NEWN(e->arena, val, n);
  if (!v) return th_elm__nomem(e);
  for (size_t i = 0; i < n; i++) v[i] = fhir_val(el[i]);
  *out = v_list(v, n);
  return TH_OK;
}

static bool is_primitive(val v) {
  const th_json *j = v.u.fhir.value;
  if (j && (j->kind == TH_JSON_OBJECT || j->kind == TH_JSON_ARRAY)) return false;
  const th_fhir_kind k = th_fhir_type_kind((th_fhir_type)v.n);
  return k != TH_FHIR_COMPLEX && k != TH_FHIR_RESOURCE;
}

static const th_json *at_index(const th_json *list, uint32_t i) {
  if (!list || list->kind != TH_JSON_ARRAY || i >= list->n || list->u.item[i].kind == TH_JSON_NULL) return NULL;
  return &list->u.item[i];
}

static th_code elements(eval *e, th_fhir_elem m, uint32_t n_values, uint32_t n_siblings, val *out) {
  const uint32_t n = n_values > n_siblings ? n_values : n_siblings;
  val *v = TH_NEWN(e->arena, val, n);
  uint32_t k = 0;
  if (!v) return th_elm__nomem(e);
  for (uint32_t i = 0; i < n; i++) {
    th_fhir_elem one = { at_index(m.value, i), at_index(m.sibling, i), m.type };
    one.type = th_fhir_item_type(m.type, one.value);
    if (one.value || one.sibling) v[k++] = fhir_val(one);
  }
  *out = v_list(v, k);
  return TH_OK;
}

/* Elements that repeat by the standard give a list even when only one is there; JSON tells by its array. */
static th_code fhir_property(eval *e, val v, th_fhir_name name, val *out) {
  const th_str path = name.text;
  *out = v_null();
  if (is_primitive(v)) {
    if (th_str_eq(path, TH_S("value"))) {
      *out = th_elm__fhir_primitive(e, v);
      return TH_OK;
    }
    if (!v.u.fhir.sibling) return TH_OK;
    v.u.fhir.value = NULL;
  }
  if (v.u.fhir.value && v.u.fhir.value->kind != TH_JSON_OBJECT && v.u.fhir.value->kind != TH_JSON_ARRAY) {
    malformed(e, v); /* a primitive where the type has members */
    return TH_OK;
  }
  th_fhir_elem m;
  if (!th_fhir_member_named(elem_of(v), name, &m)) return TH_OK;
  const bool many = m.value && m.value->kind == TH_JSON_ARRAY, more = m.sibling && m.sibling->kind == TH_JSON_ARRAY;
  if (many || more) return elements(e, m, many ? m.value->n : 0, more ? m.sibling->n : 0, out);
  if ((!m.value || m.value->kind == TH_JSON_NULL) && !m.sibling) return TH_OK;
  *out = fhir_val(m);
  /* id of an element is a System value in the model. */
  if (th_str_eq(path, TH_S("id")) && m.value && m.value->kind == TH_JSON_STRING &&
      th_fhir_type_kind((th_fhir_type)v.n) != TH_FHIR_RESOURCE)
    *out = v_str(m.value->u.text);
  return TH_OK;
}

static val text_val(th_str s) {
  return s.p ? v_str(s) : v_null();
}

static val structured_property(const val v, th_str path) {
  switch ((int)v.kind) {
  case TH_ELM_TUPLE:
    for (uint32_t i = 0; i < as_tuple(v)->n; i++) {
      if (th_str_eq(as_tuple(v)->name[i], path)) return as_tuple(v)->v[i];
    }
    return v_null();
  case TH_ELM_INTERVAL: {
    const elm_interval *iv = as_interval(v);
    if (th_str_eq(path, TH_S("low"))) return iv->low;
    if (th_str_eq(path, TH_S("high"))) return iv->high;
    if (th_str_eq(path, TH_S("lowClosed"))) return v_bool(iv->low_closed);
    if (th_str_eq(path, TH_S("highClosed"))) return v_bool(iv->high_closed);
    return v_null();
  }
  case TH_ELM_QUANTITY:
    if (th_str_eq(path, TH_S("value"))) return v_dec(th_elm__qty(v)->v, th_elm__qty(v)->scale);
    return th_str_eq(path, TH_S("unit")) ? text_val(th_elm__qty(v)->unit) : v_null();
  case TH_ELM_RATIO:
    return th_str_eq(path, TH_S("numerator"))     ? as_ratio(v)->num
           : th_str_eq(path, TH_S("denominator")) ? as_ratio(v)->den
                                                  : v_null();
  case TH_ELM_CODE: {
    const elm_code *c = as_code(v);
    return th_str_eq(path, TH_S("code"))      ? text_val(c->code)
           : th_str_eq(path, TH_S("system"))  ? text_val(c->system)
           : th_str_eq(path, TH_S("version")) ? text_val(c->version)
           : th_str_eq(path, TH_S("display")) ? text_val(c->display)
                                              : v_null();
  }
  case TH_ELM_CONCEPT:
    return th_str_eq(path, TH_S("codes"))     ? as_concept(v)->codes
           : th_str_eq(path, TH_S("display")) ? text_val(as_concept(v)->display)
                                              : v_null();
  case TH_ELM_VALUESET:
  case TH_ELM_CODESYSTEM: {
    const elm_vocab *c = as_vocab(v);
    return th_str_eq(path, TH_S("id"))        ? text_val(c->id)
           : th_str_eq(path, TH_S("version")) ? text_val(c->version)
           : th_str_eq(path, TH_S("name"))    ? text_val(c->name)
                                              : v_null();
  }
  default: return v_null();
  }
}

static th_code one_step(eval *e, const node *n, val v, th_fhir_name name, val *out) {
  const th_str path = name.text;
  *out = v_null();
  if (is_null(v)) return TH_OK;
  if (v.kind == TH_ELM_FHIR) return fhir_property(e, v, name, out);
  if (v.kind != TH_ELM_LIST) {
    *out = structured_property(v, path);
    /* A FHIR primitive that was already converted answers to "value". */
    if (is_null(*out) && v.kind <= TH_ELM_TIME && th_str_eq(path, TH_S("value"))) *out = v;
    return TH_OK;
  }
  /* a path on a list maps and flattens */
  TH_VEC(val) all = { 0 };
  for (uint32_t i = 0; i < v.n; i++) {
    val x;
    TH_TRY(one_step(e, n, v.u.list[i], name, &x));
    const uint32_t m = x.kind == TH_ELM_LIST ? x.n : !is_null(x);
    for (uint32_t k = 0; k < m; k++) {
      if (!TH_VEC_PUSH(e->arena, &all, x.kind == TH_ELM_LIST ? x.u.list[k] : x)) return th_elm__nomem(e);
    }
  }
  *out = v_list(all.v, all.n);
  return TH_OK;
}

bool th_elm__path_read(th_arena *a, th_str path, const elm_step **out, uint32_t *n) {
  uint32_t most = 1;
  for (size_t i = 0; i < path.n; i++) most += path.p[i] == '.';
  elm_step *step = TH_NEWN(a, elm_step, most);
  th_str rest = path, one;
  *n = 0;
  *out = step;
  while (step && *n < most && th_str_split(&rest, '.', &one)) {
    const size_t open = th_str_find(one, TH_S("["), 0);
    int64_t i = -1;
    if (open != SIZE_MAX && (one.p[one.n - 1] != ']' || !th_str_to_i64(th_str_sub(one, open + 1, one.n - 1), &i) || i < 0))
      return false;
    step[(*n)++] = (elm_step){ th_fhir_name_of(th_str_sub(one, 0, open)), i };
  }
  return true;
}

static th_code walk(eval *e, const node *n, val v, const elm_step *step, uint32_t n_steps, val *out) {
  *out = v;
  for (uint32_t s = 0; s < n_steps; s++) {
    TH_TRY(one_step(e, n, *out, step[s].name, out));
    const int64_t i = step[s].index;
    if (i < 0) continue;
    if (out->kind == TH_ELM_LIST)
      *out = i < out->n ? out->u.list[i] : v_null();
    else if (i > 0)
      *out = v_null();
  }
  return TH_OK;
}

th_code th_elm__property(eval *e, const node *n, val v, th_str path, val *out) {
  const elm_step *step;
  uint32_t k;
  if (!path.n || (!memchr(path.p, '.', path.n) && !memchr(path.p, '[', path.n)))
    return one_step(e, n, v, th_fhir_name_of(path), out);
  if (!th_elm__path_read(e->arena, path, &step, &k))
    return th_elm__fail(e, n, TH_EINVAL, "the path \"%.*s\" cannot be read", TH_STR_ARG(path));
  return step ? walk(e, n, v, step, k, out) : th_elm__nomem(e);
}

th_code th_elm__op_Property(eval *e, const node *n, val *out) {
  KID(0, v);
  TH_TRY(walk(e, n, v, n->step, n->n_steps, out));
  /* What the text says of the type settles what the tables leave open, and makes a list of a lone element that repeats. */
  const type *t = n->rtype;
  if (!t || is_null(*out)) return TH_OK;
  if (t->kind == T_FHIR && out->kind == TH_ELM_FHIR && out->n == TH_FHIR_UNKNOWN) out->n = t->fhir;
  if (t->kind == T_LIST && out->kind == TH_ELM_FHIR)
    return th_elm__fhir_list(e, &(th_fhir_elem){ out->u.fhir.value, out->u.fhir.sibling, (th_fhir_type)out->n }, 1, out);
  if (t->kind == T_SYSTEM && out->kind == TH_ELM_FHIR && is_primitive(*out)) *out = th_elm__fhir_primitive(e, *out);
  return TH_OK;
}

/* ── Retrieve ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code date_meets(eval *e, const node *n, val item, val range, bool *keep) {
  const val v = th_elm__fhir_primitive(e, item);
  *keep = false;
  if (is_null(v)) return TH_OK;
  val span = v;
  if (v.kind == TH_ELM_FHIR) { /* a Period */
    val low, high;
    TH_TRY(th_elm__property(e, n, v, TH_S("start"), &low));
    TH_TRY(th_elm__property(e, n, v, TH_S("end"), &high));
    low = th_elm__fhir_primitive(e, low);
    high = th_elm__fhir_primitive(e, high);
    if (is_null(low) && is_null(high)) return TH_OK;
    span = th_elm__interval(e, low, true, high, true, th_elm__type_system(TH_ELM_DATETIME));
  }
  th_code code = TH_OK;
  const val s = th_elm__start(e, n, span, &code), t = th_elm__end(e, n, span, &code);
  const val a = th_elm__start(e, n, range, &code), b = th_elm__end(e, n, range, &code);
  *keep = th_elm__less_eq(e, a, s, 0) == TH_TRUE && th_elm__less_eq(e, t, b, 0) == TH_TRUE;
  return code;
}

static th_code code_meets(eval *e, const node *n, val item, val codes, bool *keep) {
  *keep = false;
  if (codes.kind == TH_ELM_VALUESET || codes.kind == TH_ELM_CODESYSTEM) {
    th_tri t;
    TH_TRY(th_elm__code_in(e, n, item, codes, &t));
    *keep = t == TH_TRUE;
    return TH_OK;
  }
  const uint32_t m = codes.kind == TH_ELM_LIST ? codes.n : 1;
  for (uint32_t i = 0; i < m && !*keep; i++) {
    const val c = codes.kind == TH_ELM_LIST ? codes.u.list[i] : codes;
    if (item.kind == TH_ELM_FHIR && c.kind == TH_ELM_CODE && as_code(c)->system.n && as_code(c)->code.n) {
      *keep = th_fhir_has_coding(elem_of(item), as_code(c)->system, as_code(c)->code);
      continue;
    }
    const val *own;
    size_t k;
    if (!th_elm__codes_of(e, item, &own, &k)) return th_elm__nomem(e);
    for (size_t q = 0; q < k && !*keep; q++) *keep = th_elm__equivalent(e, own[q], c);
  }
  return TH_OK;
}

/* Unfiltered, the list is made once a patient. */
static th_code all_of_type(eval *e, th_str type_name, th_fhir_resource **res, uint32_t m, val *out) {
  for (size_t i = 0; i < e->retrieved.n; i++) {
    if (e->retrieved.v[i].res != res || !th_str_eq(e->retrieved.v[i].type, type_name)) continue;
    *out = e->retrieved.v[i].list;
    return TH_OK;
  }
  val *v = TH_NEWN(e->arena, val, m);
  if (!v) return th_elm__nomem(e);
  for (uint32_t i = 0; i < m; i++) v[i] = fhir_val(res[i]->elem);
  const elm_retrieved r = { type_name, res, v_list(v, m) };
  if (!TH_VEC_PUSH(e->arena, &e->retrieved, r)) return th_elm__nomem(e);
  *out = r.list;
  return TH_OK;
}

/* The one code that is asked for, with its system: the index of the patient answers for that. */
static const val *lone_code(const val *codes) {
  const val *c = codes->kind == TH_ELM_LIST && codes->n == 1 ? &codes->u.list[0] : codes;
  return c->kind == TH_ELM_CODE && as_code(*c)->system.n && as_code(*c)->code.n ? c : NULL;
}

th_code th_elm__op_Retrieve(eval *e, const node *n, val *out) {
  const elm_retrieve *r = n->ref;
  uint32_t m = 0;
  th_fhir_resource **res = e->patient ? th_fhir_of_type(e->patient, r->type_name, &m) : NULL;
  val codes = v_null(), dates = v_null();
  if (r->codes) TH_TRY(th_elm__eval(e, r->codes, &codes));
  if (r->dates) TH_TRY(th_elm__eval(e, r->dates, &dates));
  if (!r->codes && !r->dates) return all_of_type(e, r->type_name, res, m, out);
  if (codes.kind == TH_ELM_VALUESET && !th_elm__terms_known(e, codes)) {
    th_elm__warn(e, "the value set %.*s is not loaded: what it retrieves is unknown", TH_STR_ARG(as_vocab(codes)->id));
    *out = v_null();
    return TH_OK;
  }
  const val *one = lone_code(&codes);
  /* The index only narrows: its key does not tell every system from every code, the check below does. */
  if (res && r->main_code && one &&
      th_fhir_of_code(e->patient, r->type_name, as_code(*one)->system, as_code(*one)->code, &res, &m) != TH_OK)
    return th_elm__nomem(e);
  val *v = TH_NEWN(e->arena, val, m);
  size_t k = 0;
  if (!v) return th_elm__nomem(e);
  for (uint32_t i = 0; i < m; i++) {
    const val item = fhir_val(res[i]->elem);
    bool keep = true;
    val part;
    if (r->codes) {
      TH_TRY(th_elm__property(e, n, item, r->code_path, &part));
      TH_TRY(code_meets(e, n, part, codes, &keep));
    }
    if (keep && r->dates && is_null(dates)) keep = false; /* within a range that is not known: not known */
    if (keep && r->dates) {
      TH_TRY(th_elm__property(e, n, item, r->date_path, &part));
      TH_TRY(date_meets(e, n, part, dates, &keep));
    }
    if (keep) v[k++] = item;
  }
  *out = v_list(v, k);
  return TH_OK;
}

/* ── Children, descendants ─────────────────────────────────────────────────────────────────────────────────────────── */

typedef TH_VEC(val) val_vec;

static th_code members(eval *e, val v, bool deep, val_vec *all, unsigned depth) {
  if (depth > TH_LIMIT_JSON_DEPTH || all->n > TH_LIMIT_ELM_LIST) return th_fail(e->err, TH_ELIMIT, "too many descendants");
  val_vec mine = { 0 };
  if (v.kind == TH_ELM_TUPLE) {
    for (uint32_t i = 0; i < as_tuple(v)->n; i++) {
      if (!TH_VEC_PUSH(e->arena, &mine, as_tuple(v)->v[i])) return th_elm__nomem(e);
    }
  } else if (v.kind == TH_ELM_FHIR && v.u.fhir.value && v.u.fhir.value->kind == TH_JSON_OBJECT) {
    for (uint32_t i = 0; i < v.u.fhir.value->n; i++) {
      val x;
      const th_str key = v.u.fhir.value->u.member[i].key;
      if (th_str_is(key, "resourceType") || (key.n && key.p[0] == '_')) continue;
      TH_TRY(th_elm__work(e, NULL, 1 + v.u.fhir.value->n / 64)); /* a member is looked for among all */
      TH_TRY(fhir_property(e, v, th_fhir_name_of(key), &x));
      if (!TH_VEC_PUSH(e->arena, &mine, x)) return th_elm__nomem(e);
    }
  } else if (v.kind == TH_ELM_LIST) {
    for (uint32_t i = 0; i < v.n; i++) TH_TRY(members(e, v.u.list[i], deep, all, depth + 1));
    return TH_OK;
  } else {
    static const char *const part[] = { "low",     "high",    "value", "unit",      "code",       "system",
                                        "version", "display", "codes", "numerator", "denominator" };
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
      const val x = structured_property(v, th_str_of(part[i]));
      if (!is_null(x) && !TH_VEC_PUSH(e->arena, &mine, x)) return th_elm__nomem(e);
    }
  }
  for (size_t i = 0; i < mine.n; i++) {
    const val x = mine.v[i];
    const uint32_t m = x.kind == TH_ELM_LIST ? x.n : !is_null(x);
    for (uint32_t k = 0; k < m; k++) {
      const val y = x.kind == TH_ELM_LIST ? x.u.list[k] : x;
      if (!TH_VEC_PUSH(e->arena, all, y)) return th_elm__nomem(e);
      if (deep) TH_TRY(members(e, y, true, all, depth + 1));
    }
  }
  return TH_OK;
}

static th_code members_of(eval *e, const node *n, bool deep, val *out) {
  KID_OR_NULL(0, v);
  val_vec all = { 0 };
  TH_TRY(members(e, v, deep, &all, 0));
  *out = v_list(all.v, all.n);
  return TH_OK;
}
th_code th_elm__op_Children(eval *e, const node *n, val *out) {
  return members_of(e, n, false, out);
}
th_code th_elm__op_Descendents(eval *e, const node *n, val *out) {
  return members_of(e, n, true, out);
}
th_code th_elm__op_Descendants(eval *e, const node *n, val *out) {
  return members_of(e, n, true, out);
}
