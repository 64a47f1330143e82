/* Equality, equivalence and order (CQL 1.5, Appendix B, "Comparison Operators"). Equal has three values, equivalent two. Numbers of
 * different kinds meet as decimals; an uncertainty compares firmly where all its values agree. */
#include "elm/elm_priv.h"
#include "theriac/text.h"

static bool is_number(val v) {
  return v.kind == TH_ELM_INT || v.kind == TH_ELM_LONG || v.kind == TH_ELM_DECIMAL;
}

static th_i128 number(val v) {
  return v.kind == TH_ELM_DECIMAL ? dec_of(v) : (th_i128)v.u.i * DEC_ONE;
}

static bool is_uncertain(val v) {
  return v.kind == TH_ELM_INTERVAL && v.flag;
}

/* Date meets DateTime as a DateTime whose time is not known (ToDateTime). */
static th_elm_kind meet_temporal(const eval *e, val *a, val *b) {
  if (a->kind == b->kind) return a->kind;
  if (a->kind == TH_ELM_DATE && b->kind == TH_ELM_DATETIME) a->u.t.offset = e->now.offset;
  if (b->kind == TH_ELM_DATE && a->kind == TH_ELM_DATETIME) b->u.t.offset = e->now.offset;
  return TH_ELM_DATETIME;
}

static elm_cmp sign128(th_i128 a, th_i128 b) {
  return a < b ? CMP_LT : a > b ? CMP_GT : CMP_EQ;
}

/* Two points. CMP_NO: of types that do not compare. */
static elm_cmp point_cmp(eval *e, val a, val b, unsigned prec) {
  if (a.kind == TH_ELM_FHIR) a = th_elm__fhir_primitive(e, a);
  if (b.kind == TH_ELM_FHIR) b = th_elm__fhir_primitive(e, b);
  if (is_null(a) || is_null(b)) return CMP_UNKNOWN;
  if (a.kind == TH_ELM_INT && b.kind == TH_ELM_INT) return a.u.i < b.u.i ? CMP_LT : a.u.i > b.u.i ? CMP_GT : CMP_EQ;
  if (is_number(a) && is_number(b)) return sign128(number(a), number(b));
  if (is_temporal(a) && is_temporal(b)) {
    if ((a.kind == TH_ELM_TIME) != (b.kind == TH_ELM_TIME)) return CMP_NO;
    const th_elm_kind k = meet_temporal(e, &a, &b);
    return th_elm__time_cmp(e, k, a.u.t, b.u.t, prec);
  }
  if (a.kind == TH_ELM_STRING && b.kind == TH_ELM_STRING) {
    e->steps += (a.u.str.n < b.u.str.n ? a.u.str.n : b.u.str.n) / 256; /* a long text is much to read */
    const int c = th_str_cmp(a.u.str, b.u.str);
    return c < 0 ? CMP_LT : c > 0 ? CMP_GT : CMP_EQ;
  }
  if (a.kind == TH_ELM_QUANTITY && b.kind == TH_ELM_QUANTITY) return th_elm__qty_cmp(e, a, b, false);
  if (a.kind == TH_ELM_QUANTITY && is_number(b))
    return th_elm__qty_cmp(e, a, th_elm__qty_new(e, number(b), 0, TH_S("1")), false);
  if (b.kind == TH_ELM_QUANTITY && is_number(a))
    return th_elm__qty_cmp(e, th_elm__qty_new(e, number(a), 0, TH_S("1")), b, false);
  return CMP_NO;
}

static val low_of(val v) {
  return is_uncertain(v) ? as_interval(v)->low : v;
}
static val high_of(val v) {
  return is_uncertain(v) ? as_interval(v)->high : v;
}

th_tri th_elm__less(eval *e, val a, val b, unsigned prec) {
  if (!is_uncertain(a) && !is_uncertain(b)) {
    const elm_cmp c = point_cmp(e, a, b, prec);
    return c == CMP_LT ? TH_TRUE : c == CMP_GT || c == CMP_EQ ? TH_FALSE : TH_UNKNOWN;
  }
  const elm_cmp hi = point_cmp(e, high_of(a), low_of(b), prec);
  if (hi == CMP_LT) return TH_TRUE;
  const elm_cmp lo = point_cmp(e, low_of(a), high_of(b), prec);
  return lo == CMP_GT || lo == CMP_EQ ? TH_FALSE : TH_UNKNOWN;
}

th_tri th_elm__less_eq(eval *e, val a, val b, unsigned prec) {
  if (!is_uncertain(a) && !is_uncertain(b)) {
    const elm_cmp c = point_cmp(e, a, b, prec);
    return c == CMP_LT || c == CMP_EQ ? TH_TRUE : c == CMP_GT ? TH_FALSE : TH_UNKNOWN;
  }
  const elm_cmp hi = point_cmp(e, high_of(a), low_of(b), prec);
  if (hi == CMP_LT || hi == CMP_EQ) return TH_TRUE;
  return point_cmp(e, low_of(a), high_of(b), prec) == CMP_GT ? TH_FALSE : TH_UNKNOWN;
}

th_tri th_elm__same(eval *e, val a, val b, unsigned prec) {
  if (!is_uncertain(a) && !is_uncertain(b)) {
    const elm_cmp c = point_cmp(e, a, b, prec);
    return c == CMP_EQ ? TH_TRUE : c == CMP_LT || c == CMP_GT ? TH_FALSE : TH_UNKNOWN;
  }
  if (th_elm__less(e, a, b, prec) == TH_TRUE || th_elm__less(e, b, a, prec) == TH_TRUE) return TH_FALSE;
  const bool one =
      th_elm__same(e, low_of(a), high_of(a), prec) == TH_TRUE && th_elm__same(e, low_of(b), high_of(b), prec) == TH_TRUE;
  return one ? th_elm__same(e, low_of(a), low_of(b), prec) : TH_UNKNOWN;
}

bool th_elm__order(eval *e, val a, val b, int *out) {
  if (is_temporal(a) && a.kind == b.kind) {
    *out = (int)th_elm__time_order(a.kind, a.u.t, b.u.t);
    return true;
  }
  const elm_cmp c = point_cmp(e, a, b, 0);
  if (c == CMP_UNKNOWN || c == CMP_NO) return false;
  *out = (int)c;
  return true;
}

/* ── Equal ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_tri text_equal(th_str a, th_str b) {
  if (!a.p && !b.p) return TH_TRUE;
  if (!a.p || !b.p) return TH_UNKNOWN;
  return th_tri_of(th_str_eq(a, b));
}

static th_code list_equal(eval *e, const node *n, val a, val b, th_tri *out) {
  *out = TH_TRUE;
  if (a.n != b.n) {
    *out = TH_FALSE;
    return TH_OK;
  }
  th_tri all = TH_TRUE;
  for (uint32_t i = 0; i < a.n; i++) {
    th_tri one = TH_TRUE;
    if (!is_null(a.u.list[i]) || !is_null(b.u.list[i])) TH_TRY(th_elm__equal(e, n, a.u.list[i], b.u.list[i], &one));
    all = th_tri_and(all, one);
    if (all == TH_FALSE) break;
  }
  *out = all;
  return TH_OK;
}

static const val *member(const elm_tuple *t, th_str name) {
  for (uint32_t i = 0; i < t->n; i++) {
    if (th_str_eq(t->name[i], name)) return &t->v[i];
  }
  return NULL;
}

/* Members in turn; the first that is not equal decides (the official suite: {null, 'John'} = {1, 'James'} is null, and
 * {1, 'John'} = {2, null} is false). Both null counts as equal. */
static th_code tuple_equal(eval *e, const node *n, const elm_tuple *a, const elm_tuple *b, th_tri *out) {
  *out = TH_TRUE;
  for (uint32_t i = 0; i < a->n && *out == TH_TRUE; i++) {
    const val *other = member(b, a->name[i]);
    const val y = other ? *other : v_null();
    if (is_null(a->v[i]) && is_null(y)) continue;
    TH_TRY(th_elm__equal(e, n, a->v[i], y, out));
  }
  for (uint32_t i = 0; i < b->n && *out == TH_TRUE; i++) {
    if (!member(a, b->name[i]) && !is_null(b->v[i])) *out = TH_UNKNOWN;
  }
  return TH_OK;
}

static th_code interval_equal(eval *e, const node *n, val a, val b, th_tri *out) {
  th_code code = TH_OK;
  const val sa = th_elm__start(e, n, a, &code), sb = th_elm__start(e, n, b, &code);
  const val ea = th_elm__end(e, n, a, &code), eb = th_elm__end(e, n, b, &code);
  TH_TRY(code);
  *out = th_tri_and(th_elm__same(e, sa, sb, 0), th_elm__same(e, ea, eb, 0));
  return TH_OK;
}

static th_code concept_equal(eval *e, const node *n, val a, val b, th_tri *out) {
  TH_TRY(list_equal(e, n, as_concept(a)->codes, as_concept(b)->codes, out));
  *out = th_tri_and(*out, text_equal(as_concept(a)->display, as_concept(b)->display));
  return TH_OK;
}

/* A comparison that cannot fail says "no" past the limits and leaves the fault to the expression that asked. */
static bool within(eval *e) {
  if (++e->steps <= e->steps_max && e->depth <= ELM_DEPTH_MAX) return true;
  e->overrun = true;
  return false;
}

static bool json_equal(eval *e, const th_json *a, const th_json *b, unsigned depth) {
  if (!a || !b) return a == b;
  if (a == b) return true;
  if (a->kind != b->kind || a->n != b->n || depth > TH_LIMIT_JSON_DEPTH) return false;
  if (a->kind == TH_JSON_BOOL) return a->boolean == b->boolean;
  if (a->kind == TH_JSON_NUMBER || a->kind == TH_JSON_STRING) return th_str_eq(a->u.text, b->u.text);
  for (uint32_t i = 0; i < a->n && a->kind == TH_JSON_ARRAY; i++) {
    if (!json_equal(e, &a->u.item[i], &b->u.item[i], depth + 1)) return false;
  }
  for (uint32_t i = 0; i < a->n && a->kind == TH_JSON_OBJECT; i++) {
    const th_json_member *m = &a->u.member[i];
    const th_json *y = NULL;
    /* mostly at the same place */
    for (uint32_t j = 0; j < b->n && !y && within(e); j++) {
      const th_json_member *o = &b->u.member[i + j < b->n ? i + j : i + j - b->n];
      if (th_str_eq(o->key, m->key)) y = &o->value;
    }
    if (!y || !json_equal(e, &m->value, y, depth + 1)) return false;
  }
  return true;
}

th_code th_elm__equal(eval *e, const node *n, val a, val b, th_tri *out) {
  *out = TH_UNKNOWN;
  /* Lists are compared pair by pair: that work counts as steps too. */
  if (++e->steps > e->steps_max) return th_elm__fail(e, n, TH_ELIMIT, "more comparisons than TH_LIMIT_ELM_STEPS were made");
  if (a.kind == TH_ELM_FHIR && b.kind == TH_ELM_FHIR) {
    *out = th_tri_of(json_equal(e, a.u.fhir.value, b.u.fhir.value, 0) && json_equal(e, a.u.fhir.sibling, b.u.fhir.sibling, 0));
    return TH_OK;
  }
  if (a.kind == TH_ELM_FHIR) a = th_elm__fhir_primitive(e, a);
  if (b.kind == TH_ELM_FHIR) b = th_elm__fhir_primitive(e, b);
  if (is_null(a) || is_null(b)) return TH_OK;
  if (a.kind == TH_ELM_BOOL && b.kind == TH_ELM_BOOL) {
    *out = th_tri_of(a.u.i == b.u.i);
    return TH_OK;
  }
  if (e->depth > ELM_DEPTH_MAX) return th_elm__fail(e, n, TH_ELIMIT, "values nested deeper than %d", ELM_DEPTH_MAX);
  if (a.kind != b.kind || is_uncertain(a) || is_uncertain(b)) {
    const elm_cmp c = is_uncertain(a) || is_uncertain(b) ? CMP_UNKNOWN : point_cmp(e, a, b, 0);
    if (c == CMP_NO)
      *out = TH_FALSE;
    else
      *out = th_elm__same(e, a, b, 0);
    return TH_OK;
  }
  th_code code = TH_OK;
  e->depth++;
  switch ((int)a.kind) {
  case TH_ELM_BOOL: *out = th_tri_of(a.u.i == b.u.i); break;
  case TH_ELM_LIST: code = list_equal(e, n, a, b, out); break;
  case TH_ELM_TUPLE: code = tuple_equal(e, n, as_tuple(a), as_tuple(b), out); break;
  case TH_ELM_INTERVAL: code = interval_equal(e, n, a, b, out); break;
  case TH_ELM_CONCEPT: code = concept_equal(e, n, a, b, out); break;
  case TH_ELM_CODE:
    *out = th_tri_and(
        th_tri_and(text_equal(as_code(a)->code, as_code(b)->code), text_equal(as_code(a)->system, as_code(b)->system)),
        th_tri_and(text_equal(as_code(a)->version, as_code(b)->version), text_equal(as_code(a)->display, as_code(b)->display)));
    break;
  case TH_ELM_RATIO: {
    th_tri x, y = TH_UNKNOWN;
    code = th_elm__equal(e, n, as_ratio(a)->num, as_ratio(b)->num, &x);
    if (code == TH_OK) code = th_elm__equal(e, n, as_ratio(a)->den, as_ratio(b)->den, &y);
    *out = th_tri_and(x, y);
    break;
  }
  case TH_ELM_VALUESET:
  case TH_ELM_CODESYSTEM:
    *out = th_tri_and(text_equal(as_vocab(a)->id, as_vocab(b)->id), text_equal(as_vocab(a)->version, as_vocab(b)->version));
    break;
  default: *out = th_elm__same(e, a, b, 0);
  }
  e->depth--;
  return code;
}

bool th_elm__seen(eval *e, const node *n, const val *list, size_t n_list, val v, th_code *code) {
  for (size_t i = 0; i < n_list && *code == TH_OK; i++) {
    if (is_null(v) || is_null(list[i])) {
      if (is_null(v) && is_null(list[i])) return true;
      continue;
    }
    th_tri t;
    *code = th_elm__equal(e, n, v, list[i], &t);
    if (*code == TH_OK && t == TH_TRUE) return true;
  }
  return false;
}

/* ── Equivalent ────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Between two marks, so that a blank at either end stays one. */
static th_str folded(eval *e, th_str s) {
  const th_str framed = th_str_fmt(e->arena, "|%.*s|", TH_STR_ARG(s));
  return framed.p ? th_text_fold(e->arena, framed, TH_FOLD_CASE | TH_FOLD_SPACE, NULL) : framed;
}

/* Case does not count, and a run of blanks is one blank. */
static bool text_equivalent(eval *e, th_str a, th_str b) {
  if (!a.p || !b.p) return !a.p && !b.p;
  if (th_str_eq(a, b)) return true;
  const th_arena_mark m = th_arena_save(e->arena);
  const th_str x = folded(e, a), y = folded(e, b);
  const bool same = x.p && y.p && th_str_eq(x, y);
  th_arena_rewind(e->arena, m);
  return same;
}

static bool dec_equivalent(th_i128 x, th_i128 y) {
  const unsigned p = th_elm__dec_places(x), q = th_elm__dec_places(y), least = p < q ? p : q;
  return th_elm__dec_round(x, (int)least) == th_elm__dec_round(y, (int)least);
}

static bool code_equivalent(val a, val b) {
  const elm_code *x = as_code(a), *y = as_code(b);
  if (!x->code.p || !y->code.p) return !x->code.p && !y->code.p;
  return th_str_eq(x->code, y->code) && th_str_eq(x->system, y->system);
}

static bool codes_meet(eval *e, val a, val b) {
  const val *x, *y;
  size_t n, m;
  if (!th_elm__codes_of(e, a, &x, &n) || !th_elm__codes_of(e, b, &y, &m)) return false;
  for (size_t i = 0; i < n; i++) {
    for (size_t j = 0; j < m; j++) {
      if (!within(e)) return false;
      if (x[i].kind == TH_ELM_CODE && y[j].kind == TH_ELM_CODE && code_equivalent(x[i], y[j])) return true;
    }
  }
  return false;
}

static bool tuple_equivalent(eval *e, const elm_tuple *a, const elm_tuple *b) {
  for (int turn = 0; turn < 2; turn++) {
    for (uint32_t i = 0; i < a->n; i++) {
      const val *y = member(b, a->name[i]);
      if (!th_elm__equivalent(e, a->v[i], y ? *y : v_null())) return false;
    }
    const elm_tuple *swap = a;
    a = b;
    b = swap;
  }
  return true;
}

static bool interval_equivalent(eval *e, val a, val b) {
  th_code code = TH_OK;
  const val sa = th_elm__start(e, NULL, a, &code), sb = th_elm__start(e, NULL, b, &code);
  const val ea = th_elm__end(e, NULL, a, &code), eb = th_elm__end(e, NULL, b, &code);
  return code == TH_OK && th_elm__equivalent(e, low_of(sa), low_of(sb)) && th_elm__equivalent(e, high_of(sa), high_of(sb)) &&
         th_elm__equivalent(e, low_of(ea), low_of(eb)) && th_elm__equivalent(e, high_of(ea), high_of(eb));
}

static bool ratio_equivalent(eval *e, val a, val b) {
  const elm_ratio *p = as_ratio(a), *q = as_ratio(b);
  val x, y;
  if (is_null(p->num) || is_null(p->den) || is_null(q->num) || is_null(q->den))
    return th_elm__equivalent(e, p->num, q->num) && th_elm__equivalent(e, p->den, q->den);
  if (!th_elm__qty_product(e, p->num, q->den, false, &x) || !th_elm__qty_product(e, q->num, p->den, false, &y)) return false;
  return !is_null(x) && !is_null(y) && th_elm__qty_cmp(e, x, y, true) == CMP_EQ;
}

static bool time_equivalent(eval *e, val a, val b) {
  const th_elm_kind k = meet_temporal(e, &a, &b);
  return th_elm__time_cmp(e, k, a.u.t, b.u.t, 0) == CMP_EQ;
}

static bool equivalent_same_kind(eval *e, val a, val b) {
  switch ((int)a.kind) {
  case TH_ELM_BOOL:
  case TH_ELM_INT:
  case TH_ELM_LONG: return a.u.i == b.u.i;
  case TH_ELM_DECIMAL: return dec_equivalent(dec_of(a), dec_of(b));
  case TH_ELM_STRING: return text_equivalent(e, a.u.str, b.u.str);
  case TH_ELM_DATE:
  case TH_ELM_DATETIME:
  case TH_ELM_TIME: return time_equivalent(e, a, b);
  case TH_ELM_QUANTITY: return th_elm__qty_cmp(e, a, b, true) == CMP_EQ;
  case TH_ELM_RATIO: return ratio_equivalent(e, a, b);
  case TH_ELM_CODE: return code_equivalent(a, b);
  case TH_ELM_CONCEPT: return codes_meet(e, a, b);
  case TH_ELM_VALUESET:
  case TH_ELM_CODESYSTEM: return th_str_eq(as_vocab(a)->id, as_vocab(b)->id);
  case TH_ELM_TUPLE: return tuple_equivalent(e, as_tuple(a), as_tuple(b));
  case TH_ELM_INTERVAL: return interval_equivalent(e, a, b);
  case TH_ELM_FHIR: return json_equal(e, a.u.fhir.value, b.u.fhir.value, 0) || codes_meet(e, a, b);
  case TH_ELM_LIST:
    if (a.n != b.n) return false;
    for (uint32_t i = 0; i < a.n; i++) {
      if (!th_elm__equivalent(e, a.u.list[i], b.u.list[i])) return false;
    }
    return true;
  default: return false;
  }
}

bool th_elm__equivalent(eval *e, val a, val b) {
  if (a.kind != TH_ELM_FHIR || b.kind != TH_ELM_FHIR) {
    a = th_elm__fhir_primitive(e, a);
    b = th_elm__fhir_primitive(e, b);
  }
  if (is_null(a) || is_null(b)) return is_null(a) && is_null(b);
  if (!within(e)) return false;
  bool same;
  e->depth++;
  if (a.kind == b.kind)
    same = equivalent_same_kind(e, a, b);
  else if (is_number(a) && is_number(b))
    same = dec_equivalent(number(a), number(b));
  else if (is_temporal(a) && is_temporal(b) && a.kind != TH_ELM_TIME && b.kind != TH_ELM_TIME)
    same = time_equivalent(e, a, b);
  else if (a.kind == TH_ELM_CODE || b.kind == TH_ELM_CODE || a.kind == TH_ELM_CONCEPT || b.kind == TH_ELM_CONCEPT)
    same = codes_meet(e, a, b);
  else
    same = false;
  e->depth--;
  return same;
}
