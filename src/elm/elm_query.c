/* Queries (CQL 1.5, Author's Guide, "Queries"): sources multiplied out, names bound to slots, relationships as semi-joins, then
 * return or aggregate, distinct, sort. A query over values that are no list gives one value. */
#include "elm/elm_priv.h"

typedef TH_VEC(val) val_vec;

typedef struct run {
  eval *e;
  const node *n;
  const elm_query *q;
  val *source; /* LISTs */
  val_vec rows;
  val_vec tuples; /* of an aggregate: the bound sources, row after row */
} run;

static th_code relations_hold(run *r, bool *hold) {
  eval *e = r->e;
  *hold = true;
  for (uint32_t i = 0; i < r->q->n_rel && *hold; i++) {
    const elm_rel *rel = &r->q->rel[i];
    val list, that;
    bool any = false;
    TH_TRY(th_elm__eval(e, rel->expr, &list));
    const uint32_t m = list.kind == TH_ELM_LIST ? list.n : !is_null(list);
    for (uint32_t k = 0; k < m && !any; k++) {
      e->frame.slot[rel->slot] = list.kind == TH_ELM_LIST ? list.u.list[k] : list;
      TH_TRY(th_elm__eval(e, rel->that, &that));
      any = is_true(that);
    }
    *hold = any != rel->without;
  }
  return TH_OK;
}

static th_code row_value(run *r, val *out) {
  eval *e = r->e;
  const elm_query *q = r->q;
  if (q->ret) return th_elm__eval(e, q->ret, out);
  if (q->n_source == 1) {
    *out = e->frame.slot[q->source[0].slot];
    return TH_OK;
  }
  elm_tuple *t = TH_NEW(e->arena, elm_tuple);
  val *v = TH_NEWN(e->arena, val, q->n_source);
  if (!t || !v) return th_elm__nomem(e);
  for (uint32_t i = 0; i < q->n_source; i++) v[i] = e->frame.slot[q->source[i].slot];
  *t = (elm_tuple){ .n = q->n_source, .name = q->alias, .v = v };
  *out = (val){ .kind = TH_ELM_TUPLE, .u.p = t };
  return TH_OK;
}

static th_code one_row(run *r) {
  eval *e = r->e;
  const elm_query *q = r->q;
  val v;
  bool hold;
  for (uint32_t i = 0; i < q->n_let; i++) {
    TH_TRY(th_elm__eval(e, q->let[i].expr, &v));
    e->frame.slot[q->let[i].slot] = v;
  }
  TH_TRY(relations_hold(r, &hold));
  if (!hold) return TH_OK;
  if (q->where) {
    TH_TRY(th_elm__eval(e, q->where, &v));
    if (!is_true(v)) return TH_OK;
  }
  if (r->rows.n >= TH_LIMIT_ELM_LIST) return th_elm__fail(e, r->n, TH_ELIMIT, "a query gives more rows than TH_LIMIT_ELM_LIST");
  if (q->agg) {
    for (uint32_t i = 0; i < q->n_source; i++) {
      if (!TH_VEC_PUSH(e->arena, &r->tuples, e->frame.slot[q->source[i].slot])) return th_elm__nomem(e);
    }
    return TH_OK;
  }
  TH_TRY(row_value(r, &v));
  return TH_VEC_PUSH(e->arena, &r->rows, v) ? TH_OK : th_elm__nomem(e);
}

/* Source i bound to each of its elements in turn. */
static th_code multiply_out(run *r, uint32_t i) {
  if (i == r->q->n_source) return one_row(r);
  const val list = r->source[i];
  for (uint32_t k = 0; k < list.n; k++) {
    r->e->frame.slot[r->q->source[i].slot] = list.u.list[k];
    TH_TRY(multiply_out(r, i + 1));
  }
  return TH_OK;
}

/* A source that is null is empty, unless all of them are. */
static th_code bind_sources(run *r, bool *any_list, bool *any) {
  eval *e = r->e;
  *any_list = *any = false;
  r->source = TH_NEWN(e->arena, val, r->q->n_source);
  if (!r->source) return th_elm__nomem(e);
  for (uint32_t i = 0; i < r->q->n_source; i++) {
    val v;
    TH_TRY(th_elm__eval(e, r->q->source[i].expr, &v));
    *any_list = *any_list || v.kind == TH_ELM_LIST;
    *any = *any || !is_null(v);
    if (is_null(v)) {
      v = v_list(NULL, 0);
    } else if (v.kind != TH_ELM_LIST) {
      val *one = TH_NEW(e->arena, val);
      if (!one) return th_elm__nomem(e);
      *one = v;
      v = v_list(one, 1);
    }
    r->source[i] = v;
  }
  return TH_OK;
}

/* Rows of the aggregate, each once when distinct, folded from the left. */
static th_code aggregate(run *r, val *out) {
  eval *e = r->e;
  const elm_query *q = r->q;
  const uint32_t width = q->n_source;
  val acc = v_null();
  if (q->agg_start) TH_TRY(th_elm__eval(e, q->agg_start, &acc));
  const size_t n = width ? r->tuples.n / width : 0;
  for (size_t i = 0; i < n; i++) {
    const val *row = r->tuples.v + i * width;
    bool seen = false;
    for (size_t k = 0; q->agg_distinct && k < i && !seen; k++) {
      seen = true;
      for (uint32_t c = 0; c < width && seen; c++) {
        const val x = r->tuples.v[k * width + c];
        th_tri t = th_tri_of(is_null(x) && is_null(row[c]));
        if (!is_null(x) && !is_null(row[c])) TH_TRY(th_elm__equal(e, r->n, x, row[c], &t));
        seen = t == TH_TRUE;
      }
    }
    if (seen) continue;
    for (uint32_t c = 0; c < width; c++) e->frame.slot[q->source[c].slot] = row[c];
    for (uint32_t c = 0; c < q->n_let; c++) {
      val v;
      TH_TRY(th_elm__eval(e, q->let[c].expr, &v));
      e->frame.slot[q->let[c].slot] = v;
    }
    e->frame.slot[q->agg_slot] = acc;
    TH_TRY(th_elm__eval(e, q->agg, &acc));
  }
  *out = acc;
  return TH_OK;
}

/* ── Sort ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct sorter {
  eval *e;
  const elm_query *q;
  val *key; /* n_sort a row */
} sorter;

/* Null first when ascending, last when descending. */
static int compare_keys(sorter *s, uint32_t a, uint32_t b) {
  for (uint32_t i = 0; i < s->q->n_sort; i++) {
    const val x = s->key[(size_t)a * s->q->n_sort + i], y = s->key[(size_t)b * s->q->n_sort + i];
    int c = 0;
    if (is_null(x) || is_null(y))
      c = (int)is_null(y) - (int)is_null(x);
    else if (!th_elm__order(s->e, x, y, &c))
      c = 0;
    if (c) return s->q->sort[i].desc ? -c : c;
  }
  return 0;
}

static void merge_sort(sorter *s, uint32_t *v, uint32_t *tmp, size_t n) {
  if (n < 2) return;
  const size_t half = n / 2;
  merge_sort(s, v, tmp, half);
  merge_sort(s, v + half, tmp, n - half);
  size_t i = 0, j = half, k = 0;
  while (i < half && j < n) tmp[k++] = compare_keys(s, v[j], v[i]) < 0 ? v[j++] : v[i++];
  while (i < half) tmp[k++] = v[i++];
  while (j < n) tmp[k++] = v[j++];
  memcpy(v, tmp, n * sizeof *v);
}

static th_code sort_key(eval *e, const node *n, const elm_sort *by, const val *item, val *out) {
  *out = *item;
  if (by->path.n) return th_elm__property(e, n, *item, by->path, out);
  if (!by->by) return TH_OK;
  const val *keep = e->item;
  e->item = item;
  const th_code code = th_elm__eval(e, by->by, out);
  e->item = keep;
  return code;
}

static th_code sort_rows(eval *e, const node *n, const elm_query *q, val *rows, size_t m) {
  if (m == 0) return TH_OK;
  sorter s = { .e = e, .q = q, .key = TH_NEWN(e->arena, val, m * q->n_sort) };
  uint32_t *order = TH_NEWN(e->arena, uint32_t, m), *tmp = TH_NEWN(e->arena, uint32_t, m);
  val *copy = TH_NEWN(e->arena, val, m);
  if (!s.key || !order || !tmp || !copy) return th_elm__nomem(e);
  for (size_t i = 0; i < m; i++) {
    order[i] = (uint32_t)i;
    for (uint32_t k = 0; k < q->n_sort; k++) {
      val *key = &s.key[i * q->n_sort + k];
      TH_TRY(sort_key(e, n, &q->sort[k], &rows[i], key));
      *key = th_elm__fhir_primitive(e, *key);
    }
  }
  merge_sort(&s, order, tmp, m);
  memcpy(copy, rows, m * sizeof *rows);
  for (size_t i = 0; i < m; i++) rows[i] = copy[order[i]];
  return TH_OK;
}

th_code th_elm__op_Query(eval *e, const node *n, val *out) {
  run r = { .e = e, .n = n, .q = n->ref };
  bool any_list, any;
  *out = v_null();
  TH_TRY(bind_sources(&r, &any_list, &any));
  if (!any) return TH_OK; /* a query over null is null */
  TH_TRY(multiply_out(&r, 0));
  if (r.q->agg) return aggregate(&r, out);
  val list = v_list(r.rows.v, r.rows.n);
  if (r.q->distinct && any_list) {
    TH_TRY(th_elm__distinct(e, n, list, &list));
    r.rows.n = list.n;
    if (list.n) memcpy(r.rows.v, list.u.list, list.n * sizeof(val));
    list = v_list(r.rows.v, r.rows.n);
  }
  if (r.q->n_sort) TH_TRY(sort_rows(e, n, r.q, r.rows.v, r.rows.n));
  if (any_list)
    *out = list;
  else if (list.n)
    *out = list.u.list[0];
  return TH_OK;
}

th_code th_elm__op_Sort(eval *e, const node *n, val *out) {
  KID_OR_NULL(0, a);
  if (a.kind != TH_ELM_LIST) return th_elm__fail(e, n, TH_EINVAL, "sort takes a list");
  val *v = TH_NEWN(e->arena, val, a.n);
  if (!v) return th_elm__nomem(e);
  if (a.n) memcpy(v, a.u.list, a.n * sizeof *v);
  TH_TRY(sort_rows(e, n, n->ref, v, a.n));
  *out = v_list(v, a.n);
  return TH_OK;
}

/* ── Filter, ForEach: one name, one list ───────────────────────────────────────────────────────────────────────────── */

static th_code over(eval *e, const node *n, bool filter, val *out) {
  KID_OR_NULL(0, a);
  if (a.kind != TH_ELM_LIST) return th_elm__fail(e, n, TH_EINVAL, "%s takes a list", n->op->name);
  val *v = TH_NEWN(e->arena, val, a.n);
  size_t k = 0;
  if (!v) return th_elm__nomem(e);
  for (uint32_t i = 0; i < a.n; i++) {
    e->frame.slot[n->slot] = a.u.list[i];
    KID(1, x);
    if (!filter)
      v[k++] = x;
    else if (is_true(x))
      v[k++] = a.u.list[i];
  }
  *out = v_list(v, k);
  return TH_OK;
}
th_code th_elm__op_Filter(eval *e, const node *n, val *out) {
  return over(e, n, true, out);
}
th_code th_elm__op_ForEach(eval *e, const node *n, val *out) {
  return over(e, n, false, out);
}
