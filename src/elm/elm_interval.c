/* Intervals and timing phrases (CQL 1.5, Appendix B, "Interval Operators"). Every relation is stated on start and end, whose open or
 * missing bounds give a neighbour, an extreme or an uncertainty, so that the three-valued answer follows by itself. A point stands
 * for the interval of itself. */
#include "elm/elm_priv.h"

val th_elm__interval(eval *e, val low, bool lc, val high, bool hc, const type *point) {
  elm_interval *iv = TH_NEW(e->arena, elm_interval);
  if (!iv) return v_null();
  *iv = (elm_interval){ low, high, lc, hc, point };
  return (val){ .kind = TH_ELM_INTERVAL, .u.p = iv };
}

val th_elm__uncertain(eval *e, val low, val high) {
  if (is_null(low) || is_null(high)) return v_null();
  if (th_elm__same(e, low, high, 0) == TH_TRUE) return low;
  val v = th_elm__interval(e, low, true, high, true, th_elm__type_of(low));
  v.flag = 1;
  return v;
}

static const type *point_type(const elm_interval *iv) {
  if (!is_null(iv->low)) return th_elm__type_of(iv->low);
  if (!is_null(iv->high)) return th_elm__type_of(iv->high);
  return iv->point;
}

/* The extreme of a Quantity's type takes the unit of the other end. */
static val extreme(eval *e, const elm_interval *iv, bool high) {
  const val v = high ? th_elm__max_value(e, point_type(iv)) : th_elm__min_value(e, point_type(iv));
  const val other = high ? iv->low : iv->high;
  if (v.kind != TH_ELM_QUANTITY || other.kind != TH_ELM_QUANTITY) return v;
  return th_elm__qty_new(e, th_elm__qty(v)->v, 8, th_elm__qty(other)->unit);
}

static val closed_end(eval *e, const node *n, const elm_interval *iv, bool high, th_code *code) {
  const val v = high ? iv->high : iv->low;
  if (is_null(v)) return extreme(e, iv, high);
  if (high ? iv->high_closed : iv->low_closed) return v;
  val next = v_null();
  if (*code == TH_OK) *code = th_elm__successor(e, n, v, high ? -1 : 1, &next);
  return next;
}

val th_elm__start(eval *e, const node *n, val v, th_code *code) {
  if (v.kind != TH_ELM_INTERVAL || v.flag) return v;
  const elm_interval *iv = as_interval(v);
  if (!is_null(iv->low) || iv->low_closed) return closed_end(e, n, iv, false, code);
  const val high = !is_null(iv->high) || iv->high_closed ? closed_end(e, n, iv, true, code) : extreme(e, iv, true);
  return th_elm__uncertain(e, extreme(e, iv, false), high);
}

val th_elm__end(eval *e, const node *n, val v, th_code *code) {
  if (v.kind != TH_ELM_INTERVAL || v.flag) return v;
  const elm_interval *iv = as_interval(v);
  if (!is_null(iv->high) || iv->high_closed) return closed_end(e, n, iv, true, code);
  const val low = !is_null(iv->low) || iv->low_closed ? closed_end(e, n, iv, false, code) : extreme(e, iv, false);
  return th_elm__uncertain(e, low, extreme(e, iv, true));
}

/* ── The constructor ───────────────────────────────────────────────────────────────────────────────────────────────── */

static const type *declared_point(const node *n) {
  if (n->rtype && n->rtype->kind == T_INTERVAL && n->rtype->elem && n->rtype->elem->kind != T_ANY) return n->rtype->elem;
  for (uint32_t i = 0; i < 2 && i < n->n; i++) {
    const node *k = n->kid[i];
    if (!k) continue;
    if (k->rtype && k->rtype->kind == T_SYSTEM) return k->rtype;
    if (k->type && k->type->kind == T_SYSTEM) return k->type;
  }
  return NULL;
}

static th_str value_text(eval *e, val v) {
  th_buf b;
  th_jwrite w;
  th_buf_init(&b, e->arena, 40);
  th_jwrite_open(&w, &b, 0);
  th_elm_write(&w, e, v);
  return th_buf_str(&b);
}

/* Whether a bound is read from a FHIR element rather than written by the author. */
static bool from_data(const node *n) {
  static const char *const reads[] = { "Property", "OperandRef", "AliasRef", "QueryLetRef", "FunctionRef", "ExpressionRef" };
  for (uint32_t i = 0; i < 2 && i < n->n; i++) {
    for (size_t k = 0; n->kid[i] && k < sizeof reads / sizeof *reads; k++) {
      if (strcmp(n->kid[i]->op->name, reads[k]) == 0) return true;
    }
  }
  return false;
}

th_code th_elm__op_Interval(eval *e, const node *n, val *out) {
  KID(0, low);
  KID(1, high);
  bool lc = n->low_closed, hc = n->high_closed;
  if (n->n > 2 && n->kid[2]) {
    KID(2, c);
    lc = is_true(c);
  }
  if (n->n > 3 && n->kid[3]) {
    KID(3, c);
    hc = is_true(c);
  }
  low = th_elm__fhir_primitive(e, low);
  high = th_elm__fhir_primitive(e, high);
  *out = th_elm__interval(e, low, lc, high, hc, declared_point(n));
  return is_null(*out) ? th_elm__nomem(e) : th_elm__interval_order(e, n, from_data(n), out);
}

th_code th_elm__interval_order(eval *e, const node *n, bool of_data, val *out) {
  if (is_null(as_interval(*out)->low) || is_null(as_interval(*out)->high)) return TH_OK;
  th_code code = TH_OK;
  th_err *keep = e->err, scrap = { 0 };
  e->err = &scrap; /* a bound without neighbour is no fault of the constructor */
  const val s = th_elm__start(e, n, *out, &code), t = th_elm__end(e, n, *out, &code);
  e->err = keep;
  if (code == TH_ENOMEM) return th_elm__nomem(e);
  if (code != TH_OK || th_elm__less(e, t, s, 0) != TH_TRUE) return TH_OK;
  const th_str from = value_text(e, s), to = value_text(e, t);
  if (!of_data)
    return th_elm__fail(e, n, TH_EINVAL, "the interval ends before it starts: from %.*s to %.*s", TH_STR_ARG(from),
                        TH_STR_ARG(to));
  /* Bounds that the data give: the author could not help it, the other defines go on, and what hangs on it is not known. */
  th_elm__warn(e, "a period in the data ends before it starts and is read as unknown: from %.*s to %.*s", TH_STR_ARG(from),
               TH_STR_ARG(to));
  *out = v_null();
  return TH_OK;
}

static th_code needs_interval(eval *e, const node *n, val v) {
  if (v.kind == TH_ELM_INTERVAL) return TH_OK;
  return th_elm__fail(e, n, TH_EINVAL, "%s does not take a %s", n->op->name, th_elm_kind_name(v));
}

/* An open end that is null is no value ("Start": "if the low value of the interval is null, the result is null"), though relations
 * reckon with all it may be. */
static bool end_unknown(val v, bool high) {
  const elm_interval *iv = as_interval(v);
  return !v.flag && is_null(high ? iv->high : iv->low) && !(high ? iv->high_closed : iv->low_closed);
}

th_code th_elm__op_Start(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  TH_TRY(needs_interval(e, n, a));
  th_code code = TH_OK;
  *out = end_unknown(a, false) ? v_null() : th_elm__start(e, n, a, &code);
  return code;
}
th_code th_elm__op_End(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  TH_TRY(needs_interval(e, n, a));
  th_code code = TH_OK;
  *out = end_unknown(a, true) ? v_null() : th_elm__end(e, n, a, &code);
  return code;
}

static th_code width(eval *e, const node *n, bool with_point, val *out) {
  KID_OR_NULL(0, a);
  TH_TRY(needs_interval(e, n, a));
  th_code code = TH_OK;
  *out = v_null();
  if (end_unknown(a, false) || end_unknown(a, true)) return TH_OK;
  const val s = th_elm__start(e, n, a, &code), t = th_elm__end(e, n, a, &code);
  TH_TRY(code);
  if (is_temporal(s) || is_temporal(t))
    return th_elm__fail(e, n, TH_EINVAL, "%s is not defined for dates and times; use duration", n->op->name);
  TH_TRY(th_elm__add(e, n, t, s, true, out));
  return with_point && !is_null(*out) ? th_elm__successor(e, n, *out, 1, out) : TH_OK;
}
th_code th_elm__op_Width(eval *e, const node *n, val *out) {
  return width(e, n, false, out);
}
th_code th_elm__op_Size(eval *e, const node *n, val *out) {
  return width(e, n, true, out);
}

th_code th_elm__op_PointFrom(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  TH_TRY(needs_interval(e, n, a));
  th_code code = TH_OK;
  const val s = th_elm__start(e, n, a, &code), t = th_elm__end(e, n, a, &code);
  TH_TRY(code);
  *out = v_null();
  if (is_null(s) || is_null(t)) return TH_OK;
  if (th_elm__same(e, s, t, 0) != TH_TRUE) return th_elm__fail(e, n, TH_EINVAL, "the interval holds more than one point");
  *out = s;
  return TH_OK;
}

/* ── Relations ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct span {
  val s, e;
} span;

static th_code span_of(eval *e, const node *n, val v, span *out) {
  th_code code = TH_OK;
  out->s = th_elm__start(e, n, v, &code);
  out->e = th_elm__end(e, n, v, &code);
  return code;
}

typedef th_tri (*relation)(eval *e, const node *n, span a, span b, unsigned p);

static th_code relate(eval *e, const node *n, val a, val b, relation r, val *out) {
  span x, y;
  *out = v_null();
  if (is_null(a) || is_null(b)) return TH_OK;
  TH_TRY(span_of(e, n, a, &x));
  TH_TRY(span_of(e, n, b, &y));
  *out = v_tri(r(e, n, x, y, n->prec));
  return TH_OK;
}

static th_code relate_kids(eval *e, const node *n, relation r, val *out) {
  KID(0, a);
  KID(1, b);
  return relate(e, n, th_elm__fhir_primitive(e, a), th_elm__fhir_primitive(e, b), r, out);
}

static th_tri r_before(eval *e, const node *n, span a, span b, unsigned p) {
  (void)n;
  return th_elm__less(e, a.e, b.s, p);
}
static th_tri r_after(eval *e, const node *n, span a, span b, unsigned p) {
  return r_before(e, n, b, a, p);
}
static th_tri r_on_or_before(eval *e, const node *n, span a, span b, unsigned p) {
  (void)n;
  return th_elm__less_eq(e, a.e, b.s, p);
}
static th_tri r_on_or_after(eval *e, const node *n, span a, span b, unsigned p) {
  return r_on_or_before(e, n, b, a, p);
}
static th_tri r_same(eval *e, const node *n, span a, span b, unsigned p) {
  (void)n;
  return th_tri_and(th_elm__same(e, a.s, b.s, p), th_elm__same(e, a.e, b.e, p));
}
static th_tri r_includes(eval *e, const node *n, span a, span b, unsigned p) {
  (void)n;
  return th_tri_and(th_elm__less_eq(e, a.s, b.s, p), th_elm__less_eq(e, b.e, a.e, p));
}
static th_tri r_proper(eval *e, const node *n, span a, span b, unsigned p) {
  return th_tri_and(r_includes(e, n, a, b, p), th_tri_not(r_same(e, n, a, b, p)));
}
/* The official suite wants the point strictly inside: Interval[@T12:00:00.000, …] does not properly include its own start. */
static th_tri r_inside(eval *e, const node *n, span a, span b, unsigned p) {
  (void)n;
  return th_tri_and(th_elm__less(e, a.s, b.s, p), th_elm__less(e, b.e, a.e, p));
}
static th_tri r_overlaps(eval *e, const node *n, span a, span b, unsigned p) {
  (void)n;
  return th_tri_and(th_elm__less_eq(e, a.s, b.e, p), th_elm__less_eq(e, b.s, a.e, p));
}
static th_tri r_overlaps_before(eval *e, const node *n, span a, span b, unsigned p) {
  return th_tri_and(r_overlaps(e, n, a, b, p), th_elm__less(e, a.s, b.s, p));
}
static th_tri r_overlaps_after(eval *e, const node *n, span a, span b, unsigned p) {
  return th_tri_and(r_overlaps(e, n, a, b, p), th_elm__less(e, b.e, a.e, p));
}
static th_tri r_starts(eval *e, const node *n, span a, span b, unsigned p) {
  (void)n;
  return th_tri_and(th_elm__same(e, a.s, b.s, p), th_elm__less_eq(e, a.e, b.e, p));
}
static th_tri r_ends(eval *e, const node *n, span a, span b, unsigned p) {
  (void)n;
  return th_tri_and(th_elm__less_eq(e, b.s, a.s, p), th_elm__same(e, a.e, b.e, p));
}

/* The next point after v at a precision; of an uncertainty, of both its ends. Null past the last point. */
static val next_point(eval *e, const node *n, val v, unsigned p) {
  if (v.kind == TH_ELM_INTERVAL && v.flag) {
    const val lo = next_point(e, n, as_interval(v)->low, p), hi = next_point(e, n, as_interval(v)->high, p);
    return is_null(hi) ? lo : th_elm__uncertain(e, lo, hi);
  }
  if (is_null(v)) return v;
  if (is_temporal(v) && p && v.u.t.prec > p) v.u.t = th_elm__time_cut((th_elm_kind)v.kind, v.u.t, p);
  th_err *keep = e->err, scrap = { 0 };
  val next;
  e->err = &scrap;
  if (th_elm__successor(e, n, v, 1, &next) != TH_OK) next = v_null();
  e->err = keep;
  return next;
}

static th_tri r_meets_before(eval *e, const node *n, span a, span b, unsigned p) {
  if (is_null(a.e) || is_null(b.s)) return TH_UNKNOWN;
  const val next = next_point(e, n, a.e, p);
  return is_null(next) ? TH_FALSE : th_elm__same(e, next, b.s, p);
}
static th_tri r_meets_after(eval *e, const node *n, span a, span b, unsigned p) {
  return r_meets_before(e, n, b, a, p);
}
static th_tri r_meets(eval *e, const node *n, span a, span b, unsigned p) {
  return th_tri_or(r_meets_before(e, n, a, b, p), r_meets_after(e, n, a, b, p));
}

#define RELATION(name, r)                                                                                                      \
  th_code th_elm__op_##name(eval *e, const node *n, val *out) {                                                                \
    return relate_kids(e, n, r, out);                                                                                          \
  }
RELATION(Before, r_before)
RELATION(After, r_after)
RELATION(SameAs, r_same)
RELATION(SameOrBefore, r_on_or_before)
RELATION(SameOrAfter, r_on_or_after)
RELATION(Overlaps, r_overlaps)
RELATION(OverlapsBefore, r_overlaps_before)
RELATION(OverlapsAfter, r_overlaps_after)
RELATION(Starts, r_starts)
RELATION(Ends, r_ends)
RELATION(Meets, r_meets)
RELATION(MeetsBefore, r_meets_before)
RELATION(MeetsAfter, r_meets_after)

/* ── Membership: lists and intervals share the names ───────────────────────────────────────────────────────────────── */

/* Missing operands are told apart by the type that the text gives them. */
static bool says_list(const node *n, uint32_t i) {
  const node *k = i < n->n ? n->kid[i] : NULL;
  const type *t = k ? k->rtype ? k->rtype : k->type : NULL;
  return t && t->kind == T_LIST;
}

static th_code interval_has(eval *e, const node *n, val iv, val point, bool proper, val *out) {
  if (is_null(point)) {
    *out = v_null();
    return TH_OK;
  }
  if (is_null(iv)) { /* "contains" says false of a null interval, "properly includes" says nothing */
    *out = proper ? v_null() : v_bool(false);
    return TH_OK;
  }
  return relate(e, n, iv, th_elm__fhir_primitive(e, point), proper ? r_inside : r_includes, out);
}

static th_code has(eval *e, const node *n, uint32_t of, uint32_t what, bool proper, val *out) {
  KID(of, set);
  KID(what, item);
  if (set.kind == TH_ELM_LIST || (is_null(set) && says_list(n, of))) return th_elm__list_has(e, n, set, item, proper, out);
  if (set.kind == TH_ELM_INTERVAL || is_null(set)) return interval_has(e, n, set, item, proper, out);
  return needs_interval(e, n, set);
}

th_code th_elm__op_Contains(eval *e, const node *n, val *out) {
  return has(e, n, 0, 1, false, out);
}
th_code th_elm__op_In(eval *e, const node *n, val *out) {
  return has(e, n, 1, 0, false, out);
}
th_code th_elm__op_ProperContains(eval *e, const node *n, val *out) {
  return has(e, n, 0, 1, true, out);
}
th_code th_elm__op_ProperIn(eval *e, const node *n, val *out) {
  return has(e, n, 1, 0, true, out);
}

static th_code whole(eval *e, const node *n, uint32_t of, uint32_t what, bool proper, val *out) {
  KID(of, set);
  KID(what, part);
  *out = v_null();
  if (is_null(set) || is_null(part)) return TH_OK;
  if (set.kind == TH_ELM_LIST && part.kind == TH_ELM_LIST) return th_elm__list_includes(e, n, set, part, proper, out);
  if (set.kind == TH_ELM_LIST) return th_elm__list_has(e, n, set, part, proper, out);
  TH_TRY(needs_interval(e, n, set));
  if (part.kind != TH_ELM_INTERVAL) return interval_has(e, n, set, part, proper, out);
  return relate(e, n, set, part, proper ? r_proper : r_includes, out);
}
th_code th_elm__op_Includes(eval *e, const node *n, val *out) {
  return whole(e, n, 0, 1, false, out);
}
th_code th_elm__op_IncludedIn(eval *e, const node *n, val *out) {
  return whole(e, n, 1, 0, false, out);
}
th_code th_elm__op_ProperIncludes(eval *e, const node *n, val *out) {
  return whole(e, n, 0, 1, true, out);
}
th_code th_elm__op_ProperIncludedIn(eval *e, const node *n, val *out) {
  return whole(e, n, 1, 0, true, out);
}

/* ── Comparison operators ──────────────────────────────────────────────────────────────────────────────────────────── */

th_code th_elm__op_Equal(eval *e, const node *n, val *out) {
  KID(0, a);
  KID(1, b);
  th_tri t;
  TH_TRY(th_elm__equal(e, n, a, b, &t));
  *out = v_tri(t);
  return TH_OK;
}
th_code th_elm__op_NotEqual(eval *e, const node *n, val *out) {
  KID(0, a);
  KID(1, b);
  th_tri t;
  TH_TRY(th_elm__equal(e, n, a, b, &t));
  *out = v_tri(th_tri_not(t));
  return TH_OK;
}
th_code th_elm__op_Equivalent(eval *e, const node *n, val *out) {
  KID(0, a);
  KID(1, b);
  *out = v_bool(th_elm__equivalent(e, a, b));
  return TH_OK;
}

static th_code ordered(eval *e, const node *n, bool swap, bool or_equal, val *out) {
  KID(0, a);
  KID(1, b);
  *out = v_null();
  if (is_null(a) || is_null(b)) return TH_OK;
  const val x = swap ? b : a, y = swap ? a : b;
  *out = v_tri(or_equal ? th_elm__less_eq(e, x, y, 0) : th_elm__less(e, x, y, 0));
  return TH_OK;
}
th_code th_elm__op_Less(eval *e, const node *n, val *out) {
  return ordered(e, n, false, false, out);
}
th_code th_elm__op_LessOrEqual(eval *e, const node *n, val *out) {
  return ordered(e, n, false, true, out);
}
th_code th_elm__op_Greater(eval *e, const node *n, val *out) {
  return ordered(e, n, true, false, out);
}
th_code th_elm__op_GreaterOrEqual(eval *e, const node *n, val *out) {
  return ordered(e, n, true, true, out);
}
