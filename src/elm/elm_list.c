/* Lists (CQL 1.5, Appendix B, "List Operators"): membership by Equal with nulls the same; set operators drop duplicates. */
#include "elm/elm_priv.h"

static th_code needs_list(eval *e, const node *n, val v) {
  if (v.kind == TH_ELM_LIST) return TH_OK;
  return th_elm__fail(e, n, TH_EINVAL, "%s does not take a %s", n->op->name, th_elm_kind_name(v));
}

/* TRUE when some element equals the item, UNKNOWN when some may. */
static th_code find(eval *e, const node *n, val list, val item, th_tri *out, uint32_t *at) {
  *out = TH_FALSE;
  for (uint32_t i = 0; i < list.n; i++) {
    th_tri t = TH_FALSE;
    if (is_null(item) || is_null(list.u.list[i]))
      t = th_tri_of(is_null(item) && is_null(list.u.list[i]));
    else
      TH_TRY(th_elm__equal(e, n, list.u.list[i], item, &t));
    *out = th_tri_or(*out, t);
    if (t == TH_TRUE) {
      if (at) *at = i;
      break;
    }
  }
  return TH_OK;
}

/* Proper: the item is in the list and the list holds something else. Whether another element differs may be unknown. */
th_code th_elm__list_has(eval *e, const node *n, val list, val item, bool proper, val *out) {
  *out = v_bool(false);
  if (is_null(list)) return TH_OK;
  th_tri in, other = TH_FALSE;
  TH_TRY(find(e, n, list, item, &in, NULL));
  if (proper && in != TH_FALSE) {
    for (uint32_t i = 0; i < list.n && other != TH_TRUE; i++) {
      th_tri same = TH_UNKNOWN;
      if (is_null(item))
        same = th_tri_of(is_null(list.u.list[i]));
      else if (!is_null(list.u.list[i]))
        TH_TRY(th_elm__equal(e, n, list.u.list[i], item, &same));
      other = th_tri_or(other, th_tri_not(same));
    }
    in = th_tri_and(in, other);
  }
  *out = v_tri(in);
  return TH_OK;
}

th_code th_elm__list_includes(eval *e, const node *n, val list, val part, bool proper, val *out) {
  th_tri all = TH_TRUE, back = TH_TRUE, one;
  for (uint32_t i = 0; i < part.n && all != TH_FALSE; i++) {
    TH_TRY(find(e, n, list, part.u.list[i], &one, NULL));
    all = th_tri_and(all, one);
  }
  if (proper && all != TH_FALSE) {
    for (uint32_t i = 0; i < list.n && back != TH_FALSE; i++) {
      TH_TRY(find(e, n, part, list.u.list[i], &one, NULL));
      back = th_tri_and(back, one);
    }
    all = th_tri_and(all, th_tri_not(back));
  }
  *out = v_tri(all);
  return TH_OK;
}

/* ── Reading ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

th_code th_elm__op_Exists(eval *e, const node *n, val *out) {
  KID(0, a);
  bool any = false;
  if (a.kind == TH_ELM_LIST) {
    for (uint32_t i = 0; i < a.n && !any; i++) any = !is_null(a.u.list[i]);
  } else {
    any = !is_null(a);
  }
  *out = v_bool(any);
  return TH_OK;
}

th_code th_elm__op_First(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  TH_TRY(needs_list(e, n, a));
  *out = a.n ? a.u.list[0] : v_null();
  return TH_OK;
}
th_code th_elm__op_Last(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  TH_TRY(needs_list(e, n, a));
  *out = a.n ? a.u.list[a.n - 1] : v_null();
  return TH_OK;
}

th_code th_elm__op_SingletonFrom(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  if (a.kind != TH_ELM_LIST) {
    *out = a;
    return TH_OK;
  }
  if (a.n > 1) return th_elm__fail(e, n, TH_EINVAL, "singleton from a list of %u elements", a.n);
  *out = a.n ? a.u.list[0] : v_null();
  return TH_OK;
}

th_code th_elm__op_IndexOf(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  KID_OR_NULL(1, b);
  TH_TRY(needs_list(e, n, a));
  th_tri t;
  uint32_t at = 0;
  TH_TRY(find(e, n, a, b, &t, &at));
  *out = v_int(t == TH_TRUE ? (int64_t)at : -1);
  return TH_OK;
}

/* Skip, Take and Tail compile to this node; Take with a null count arrives as an end of 0. A negative index gives an empty list
 * (ELM 1.5, "Slice"; that it counts from the end is of CQL 2.0). */
th_code th_elm__op_Slice(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  KID(1, from);
  KID(2, to);
  TH_TRY(needs_list(e, n, a));
  const int64_t s = from.kind == TH_ELM_INT ? from.u.i : 0;
  int64_t t = to.kind == TH_ELM_INT ? to.u.i : (int64_t)a.n;
  if (t > (int64_t)a.n) t = a.n;
  *out = s < 0 || s >= t ? v_list(NULL, 0) : v_list(a.u.list + s, (size_t)(t - s));
  return TH_OK;
}

th_code th_elm__op_Flatten(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  TH_TRY(needs_list(e, n, a));
  size_t total = 0;
  for (uint32_t i = 0; i < a.n; i++) total += a.u.list[i].kind == TH_ELM_LIST ? a.u.list[i].n : !is_null(a.u.list[i]);
  if (total > TH_LIMIT_ELM_LIST) return th_elm__fail(e, n, TH_ELIMIT, "a list grows past TH_LIMIT_ELM_LIST");
  val *v = TH_NEWN(e->arena, val, total);
  if (!v) return th_elm__nomem(e);
  size_t k = 0;
  for (uint32_t i = 0; i < a.n; i++) {
    const val x = a.u.list[i];
    if (x.kind == TH_ELM_LIST) {
      if (x.n) memcpy(v + k, x.u.list, x.n * sizeof *v);
      k += x.n;
    } else if (!is_null(x)) {
      v[k++] = x;
    }
  }
  *out = v_list(v, k);
  return TH_OK;
}

/* ── Sets ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Elements that are alike in kind and plain text or numbers go through a hash, so that long lists stay linear. */
static bool hash_key(val v, th_str *key, val *keep) {
  *keep = v;
  if (v.kind == TH_ELM_STRING) {
    *key = v.u.str;
    return true;
  }
  if (v.kind == TH_ELM_INT || v.kind == TH_ELM_LONG || v.kind == TH_ELM_BOOL) {
    *key = th_str_n((const char *)&keep->u.i, sizeof keep->u.i);
    return true;
  }
  if (v.kind == TH_ELM_FHIR && v.n && th_fhir_type_kind((th_fhir_type)v.n) == TH_FHIR_RESOURCE) {
    *key = th_str_n((const char *)&keep->u.fhir.value, sizeof keep->u.fhir.value);
    return true;
  }
  return false;
}

static bool all_hash(val a, uint8_t *kind) {
  th_str key;
  val keep;
  for (uint32_t i = 0; i < a.n; i++) {
    const val v = a.u.list[i];
    if (!hash_key(v, &key, &keep)) return false;
    if (*kind == 0) *kind = v.kind;
    if (v.kind != *kind) return false;
  }
  return true;
}

typedef struct set {
  val *v;
  size_t n;
  bool hashed;
  val *keep;
  th_map map;
} set;

static th_code set_begin(eval *e, set *s, size_t cap, bool hashed) {
  if (cap > TH_LIMIT_ELM_LIST) return th_fail(e->err, TH_ELIMIT, "a list grows past TH_LIMIT_ELM_LIST");
  *s = (set){ .hashed = hashed && cap > 8 };
  s->v = TH_NEWN(e->arena, val, cap);
  if (s->hashed) {
    s->keep = TH_NEWN(e->arena, val, cap);
    th_map_init(&s->map, e->arena);
  }
  return s->v && (!s->hashed || s->keep) ? TH_OK : th_elm__nomem(e);
}

static th_code set_add(eval *e, const node *n, set *s, val v) {
  if (s->hashed) {
    th_str key;
    bool is_new;
    if (!hash_key(v, &key, &s->keep[s->n])) return TH_OK;
    if (!th_map_at(&s->map, key, &is_new)) return th_elm__nomem(e);
    if (is_new) s->v[s->n++] = v;
    return TH_OK;
  }
  th_code code = TH_OK;
  if (!th_elm__seen(e, n, s->v, s->n, v, &code) && code == TH_OK) s->v[s->n++] = v;
  return code;
}

static val as_list(eval *e, val v) {
  if (v.kind == TH_ELM_LIST) return v;
  if (is_null(v)) return v_list(NULL, 0);
  val *one = TH_NEW(e->arena, val);
  if (one) *one = v;
  return v_list(one, one ? 1 : 0);
}

th_code th_elm__distinct(eval *e, const node *n, val a, val *out) {
  set s;
  uint8_t kind = 0;
  TH_TRY(set_begin(e, &s, a.n, all_hash(a, &kind)));
  for (uint32_t i = 0; i < a.n; i++) TH_TRY(set_add(e, n, &s, a.u.list[i]));
  *out = v_list(s.v, s.n);
  return TH_OK;
}

th_code th_elm__op_Distinct(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  TH_TRY(needs_list(e, n, a));
  return th_elm__distinct(e, n, a, out);
}

static bool wants_list(const node *n) {
  return n->rtype && n->rtype->kind == T_LIST;
}

th_code th_elm__op_Union(eval *e, const node *n, val *out) {
  KID(0, a);
  KID(1, b);
  *out = v_null();
  if (a.kind == TH_ELM_INTERVAL || b.kind == TH_ELM_INTERVAL) return th_elm__interval_union(e, n, a, b, out);
  if (is_null(a) && is_null(b) && !wants_list(n)) return TH_OK;
  a = as_list(e, a);
  b = as_list(e, b);
  set s;
  uint8_t kind = 0;
  const bool hash = all_hash(a, &kind) && all_hash(b, &kind);
  TH_TRY(set_begin(e, &s, (size_t)a.n + b.n, hash));
  for (uint32_t i = 0; i < a.n; i++) TH_TRY(set_add(e, n, &s, a.u.list[i]));
  for (uint32_t i = 0; i < b.n; i++) TH_TRY(set_add(e, n, &s, b.u.list[i]));
  *out = v_list(s.v, s.n);
  return TH_OK;
}

static th_code keep_where(eval *e, const node *n, val a, val b, bool in, val *out) {
  set s;
  uint8_t kind = 0;
  TH_TRY(set_begin(e, &s, a.n, all_hash(a, &kind)));
  for (uint32_t i = 0; i < a.n; i++) {
    th_code code = TH_OK;
    const bool found = th_elm__seen(e, n, b.u.list, b.n, a.u.list[i], &code);
    TH_TRY(code);
    if (found == in) TH_TRY(set_add(e, n, &s, a.u.list[i]));
  }
  *out = v_list(s.v, s.n);
  return TH_OK;
}

th_code th_elm__op_Intersect(eval *e, const node *n, val *out) {
  KID(0, a);
  KID(1, b);
  *out = v_null();
  if (is_null(a) || is_null(b)) return TH_OK;
  if (a.kind == TH_ELM_INTERVAL) return th_elm__interval_intersect(e, n, a, b, out);
  TH_TRY(needs_list(e, n, a));
  TH_TRY(needs_list(e, n, b));
  return keep_where(e, n, a, b, true, out);
}

th_code th_elm__op_Except(eval *e, const node *n, val *out) {
  KID(0, a);
  KID(1, b);
  *out = v_null();
  if (is_null(a)) return TH_OK;
  if (a.kind == TH_ELM_INTERVAL) return th_elm__interval_except(e, n, a, b, out);
  TH_TRY(needs_list(e, n, a));
  return keep_where(e, n, a, as_list(e, b), false, out);
}

/* Every pair of two lists of tuples, members joined (ELM "Times"). */
th_code th_elm__op_Times(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  KID_OR_NULL(1, b);
  TH_TRY(needs_list(e, n, a));
  TH_TRY(needs_list(e, n, b));
  const size_t total = (size_t)a.n * b.n;
  if (total > TH_LIMIT_ELM_LIST) return th_elm__fail(e, n, TH_ELIMIT, "a list grows past TH_LIMIT_ELM_LIST");
  val *v = TH_NEWN(e->arena, val, total);
  if (!v) return th_elm__nomem(e);
  for (size_t i = 0; i < total; i++) {
    const val x = a.u.list[i / b.n], y = b.u.list[i % b.n];
    if (x.kind != TH_ELM_TUPLE || y.kind != TH_ELM_TUPLE) return th_elm__fail(e, n, TH_EINVAL, "Times takes lists of tuples");
    const elm_tuple *p = as_tuple(x), *q = as_tuple(y);
    elm_tuple *t = TH_NEW(e->arena, elm_tuple);
    th_str *name = TH_NEWN(e->arena, th_str, p->n + q->n);
    val *part = TH_NEWN(e->arena, val, p->n + q->n);
    if (!t || !name || !part) return th_elm__nomem(e);
    for (uint32_t k = 0; k < p->n; k++) {
      for (uint32_t m = 0; m < q->n; m++) {
        if (th_str_eq(p->name[k], q->name[m]))
          return th_elm__fail(e, n, TH_EINVAL, "Times: both tuples have a member \"%.*s\"", TH_STR_ARG(p->name[k]));
      }
    }
    for (uint32_t k = 0; k < p->n + q->n; k++) {
      name[k] = k < p->n ? p->name[k] : q->name[k - p->n];
      part[k] = k < p->n ? p->v[k] : q->v[k - p->n];
    }
    *t = (elm_tuple){ .n = p->n + q->n, .name = name, .v = part };
    v[i] = (val){ .kind = TH_ELM_TUPLE, .u.p = t };
  }
  *out = v_list(v, total);
  return TH_OK;
}
