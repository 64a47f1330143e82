/* Values as JSON in the shapes that others rely on, and the sameness by which the official suite judges a result. */
#include <stdio.h>

#include "elm/elm_priv.h"

static void write_text(th_jwrite *w, const char *key, th_str s) {
  if (!s.p) return;
  th_jw_key(w, key);
  th_jw_str(w, s);
}

static void write_decimal(th_jwrite *w, const eval *e, th_i128 d, unsigned scale) {
  const th_str t = th_elm__dec_text(e->arena, d, scale ? scale : 1);
  const th_i128 safe = ((th_i128)1 << 53) * DEC_ONE;
  if (d > safe || d < -safe)
    th_jw_str(w, t);
  else
    th_jw_num(w, t);
}

static void write_code(th_jwrite *w, const elm_code *c) {
  th_jw_obj(w);
  write_text(w, "code", c->code);
  write_text(w, "system", c->system);
  write_text(w, "version", c->version);
  write_text(w, "display", c->display);
  th_jw_obj_end(w);
}

static void write_vocab(th_jwrite *w, const elm_vocab *c) {
  th_jw_obj(w);
  write_text(w, "id", c->id);
  write_text(w, "version", c->version);
  write_text(w, "name", c->name);
  th_jw_obj_end(w);
}

static void write_interval(th_jwrite *w, const eval *e, const elm_interval *iv) {
  th_jw_obj(w);
  th_jw_key(w, "low");
  th_elm_write(w, e, iv->low);
  th_jw_key(w, "lowClosed");
  th_jw_bool(w, iv->low_closed);
  th_jw_key(w, "high");
  th_elm_write(w, e, iv->high);
  th_jw_key(w, "highClosed");
  th_jw_bool(w, iv->high_closed);
  th_jw_obj_end(w);
}

static void write_quantity(th_jwrite *w, const eval *e, val v) {
  const elm_qty *q = th_elm__qty(v);
  th_jw_obj(w);
  th_jw_key(w, "value");
  write_decimal(w, e, q->v, q->scale);
  write_text(w, "unit", q->unit);
  th_jw_obj_end(w);
}

static void write_fhir(th_jwrite *w, const eval *e, val v) {
  const th_json *j = v.u.fhir.value;
  const th_str kind = th_json_text(th_json_get(j, "resourceType"));
  if (kind.n) {
    th_jw_obj(w);
    write_text(w, "resourceType", kind);
    const th_str id = th_json_text(th_json_get(j, "id"));
    if (id.n) write_text(w, "id", id);
    th_jw_obj_end(w);
    return;
  }
  (void)e;
  if (j)
    th_jw_json(w, j);
  else
    th_jw_null(w);
}

static void write_tuple(th_jwrite *w, const eval *e, const elm_tuple *t) {
  th_jw_obj(w);
  for (uint32_t i = 0; i < t->n; i++) {
    th_jw_key_str(w, t->name[i]);
    th_elm_write(w, e, t->v[i]);
  }
  th_jw_obj_end(w);
}

void th_elm_write(th_jwrite *w, const th_elm_eval *e, th_elm_val v) {
  switch ((int)v.kind) {
  case TH_ELM_BOOL: th_jw_bool(w, v.u.i != 0); break;
  case TH_ELM_INT: th_jw_i64(w, v.u.i); break;
  case TH_ELM_LONG: {
    char b[32];
    snprintf(b, sizeof b, "%lld", (long long)v.u.i);
    th_jw_z(w, b);
    break;
  }
  case TH_ELM_DECIMAL: write_decimal(w, e, dec_of(v), v.scale); break;
  case TH_ELM_STRING: th_jw_str(w, v.u.str.p ? v.u.str : TH_S("")); break;
  case TH_ELM_DATE:
  case TH_ELM_DATETIME: th_jw_str(w, th_elm__time_text(e->arena, (th_elm_kind)v.kind, v.u.t, true)); break;
  case TH_ELM_TIME:
    th_jw_str(w, th_str_fmt(e->arena, "T%.*s", TH_STR_ARG(th_elm__time_text(e->arena, TH_ELM_TIME, v.u.t, false))));
    break;
  case TH_ELM_QUANTITY: write_quantity(w, e, v); break;
  case TH_ELM_RATIO:
    th_jw_obj(w);
    th_jw_key(w, "numerator");
    th_elm_write(w, e, as_ratio(v)->num);
    th_jw_key(w, "denominator");
    th_elm_write(w, e, as_ratio(v)->den);
    th_jw_obj_end(w);
    break;
  case TH_ELM_CODE: write_code(w, as_code(v)); break;
  case TH_ELM_CONCEPT:
    th_jw_obj(w);
    th_jw_key(w, "codes");
    th_elm_write(w, e, as_concept(v)->codes);
    write_text(w, "display", as_concept(v)->display);
    th_jw_obj_end(w);
    break;
  case TH_ELM_VALUESET:
  case TH_ELM_CODESYSTEM: write_vocab(w, as_vocab(v)); break;
  case TH_ELM_TUPLE: write_tuple(w, e, as_tuple(v)); break;
  case TH_ELM_LIST:
    th_jw_arr(w);
    for (uint32_t i = 0; i < v.n; i++) th_elm_write(w, e, v.u.list[i]);
    th_jw_arr_end(w);
    break;
  case TH_ELM_INTERVAL: write_interval(w, e, as_interval(v)); break;
  case TH_ELM_FHIR: write_fhir(w, e, v); break;
  default: th_jw_null(w);
  }
}

/* ── The report of one patient ─────────────────────────────────────────────────────────────────────────────────────── */

typedef struct fault {
  th_str define;
  th_err err;
} fault;

static void write_faults(th_jwrite *w, const fault *f, size_t n) {
  th_jw_key(w, "errors");
  th_jw_obj(w);
  for (size_t i = 0; i < n; i++) {
    th_jw_key_str(w, f[i].define);
    th_jw_obj(w);
    th_jw_key(w, "message");
    th_jw_z(w, f[i].err.msg);
    th_jw_key(w, "locator");
    const char *bar = strchr(f[i].err.source, '|');
    th_jw_z(w, bar ? bar + 1 : "");
    if (bar && bar > f[i].err.source) {
      th_jw_key(w, "library");
      th_jw_str(w, th_str_n(f[i].err.source, (size_t)(bar - f[i].err.source)));
    }
    th_jw_obj_end(w);
  }
  th_jw_obj_end(w);
}

th_code th_elm_report(th_elm_eval *e, const th_str *define, size_t n, th_jwrite *w, size_t *n_errors, th_err *err) {
  TH_VEC(fault) bad = { 0 };
  const th_elm_library *lib = th_elm_main(e->prog);
  const size_t all = n ? n : th_elm_defines(e->prog);
  th_jw_obj(w);
  th_jw_key(w, "patient");
  th_jw_str(w, e->patient ? e->patient->id : TH_STR_NONE);
  th_jw_key(w, "library");
  th_jw_str(w, th_str_fmt(e->arena, "%.*s|%.*s", TH_STR_ARG(lib->id), TH_STR_ARG(lib->version)));
  th_jw_key(w, "results");
  th_jw_obj(w);
  for (size_t i = 0; i < all; i++) {
    const th_str name = n ? define[i] : th_elm_define_name(e->prog, i);
    val v;
    fault f = { .define = name };
    const th_code code = n ? th_elm_value(e, name, &v, &f.err) : th_elm_value_at(e, i, &v, &f.err);
    if (code == TH_ENOMEM) return th_fail_nomem(err);
    if (code == TH_ENOENT) {
      if (err) *err = f.err;
      return code;
    }
    if (code != TH_OK) {
      if (!TH_VEC_PUSH(e->arena, &bad, f)) return th_fail_nomem(err);
      continue;
    }
    th_jw_key_str(w, name);
    th_elm_write(w, e, v);
  }
  th_jw_obj_end(w);
  th_jw_key(w, "warnings");
  th_jw_arr(w);
  for (size_t i = 0; i < e->warning.n; i++) th_jw_str(w, e->warning.v[i]);
  th_jw_arr_end(w);
  write_faults(w, bad.v, bad.n);
  th_jw_obj_end(w);
  if (n_errors) *n_errors = bad.n;
  return TH_OK;
}

/* ── Same result ───────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool is_num(val v) {
  return v.kind == TH_ELM_INT || v.kind == TH_ELM_DECIMAL;
}
static th_i128 num(val v) {
  return v.kind == TH_ELM_DECIMAL ? dec_of(v) : (th_i128)v.u.i * DEC_ONE;
}
static bool near(th_i128 a, th_i128 b) {
  const th_i128 d = a - b;
  return d <= 1 && d >= -1;
}
static bool same_text(th_str a, th_str b) {
  return th_str_eq(a, b);
}

static bool same_time(const eval *e, val a, val b) {
  th_elm_time x = a.u.t, y = b.u.t;
  if (x.prec != y.prec) return false;
  return th_elm__time_cmp(e, (th_elm_kind)a.kind, x, y, 0) == CMP_EQ;
}

static bool same_interval(th_elm_eval *e, val a, val b) {
  th_code code = TH_OK;
  a.flag = b.flag = 0; /* an uncertainty is written as the interval of its values */
  th_err scrap = { 0 }, *keep = e->err;
  e->err = &scrap;
  const elm_interval *p = as_interval(a), *q = as_interval(b);
  bool same;
  if ((is_null(p->low) && is_null(q->low)) || (is_null(p->high) && is_null(q->high))) {
    same = th_elm_same_result(e, p->low, q->low) && th_elm_same_result(e, p->high, q->high);
    same =
        same && (!is_null(p->low) || p->low_closed == q->low_closed) && (!is_null(p->high) || p->high_closed == q->high_closed);
  } else {
    same = th_elm_same_result(e, th_elm__start(e, NULL, a, &code), th_elm__start(e, NULL, b, &code)) &&
           th_elm_same_result(e, th_elm__end(e, NULL, a, &code), th_elm__end(e, NULL, b, &code)) && code == TH_OK;
  }
  e->err = keep;
  return same;
}

static bool same_tuple(th_elm_eval *e, const elm_tuple *a, const elm_tuple *b) {
  for (int turn = 0; turn < 2; turn++) {
    for (uint32_t i = 0; i < a->n; i++) {
      val y = v_null();
      for (uint32_t k = 0; k < b->n; k++) {
        if (th_str_eq(a->name[i], b->name[k])) y = b->v[k];
      }
      if (!th_elm_same_result(e, a->v[i], y)) return false;
    }
    const elm_tuple *swap = a;
    a = b;
    b = swap;
  }
  return true;
}

bool th_elm_same_result(th_elm_eval *e, th_elm_val a, th_elm_val b) {
  if (is_null(a) || is_null(b)) return is_null(a) && is_null(b);
  if (is_num(a) && is_num(b)) return near(num(a), num(b));
  if (a.kind != b.kind) return false;
  switch ((int)a.kind) {
  case TH_ELM_BOOL:
  case TH_ELM_LONG: return a.u.i == b.u.i;
  case TH_ELM_STRING: return same_text(a.u.str, b.u.str);
  case TH_ELM_DATE:
  case TH_ELM_DATETIME:
  case TH_ELM_TIME: return same_time(e, a, b);
  case TH_ELM_QUANTITY:
    return near(th_elm__qty(a)->v, th_elm__qty(b)->v) && same_text(th_elm__qty(a)->unit, th_elm__qty(b)->unit);
  case TH_ELM_RATIO:
    return th_elm_same_result(e, as_ratio(a)->num, as_ratio(b)->num) &&
           th_elm_same_result(e, as_ratio(a)->den, as_ratio(b)->den);
  case TH_ELM_CODE:
    return same_text(as_code(a)->code, as_code(b)->code) && same_text(as_code(a)->system, as_code(b)->system) &&
           same_text(as_code(a)->version, as_code(b)->version) && same_text(as_code(a)->display, as_code(b)->display);
  case TH_ELM_CONCEPT:
    return th_elm_same_result(e, as_concept(a)->codes, as_concept(b)->codes) &&
           same_text(as_concept(a)->display, as_concept(b)->display);
  case TH_ELM_VALUESET:
  case TH_ELM_CODESYSTEM: return same_text(as_vocab(a)->id, as_vocab(b)->id);
  case TH_ELM_TUPLE: return same_tuple(e, as_tuple(a), as_tuple(b));
  case TH_ELM_INTERVAL: return same_interval(e, a, b);
  case TH_ELM_LIST:
    if (a.n != b.n) return false;
    for (uint32_t i = 0; i < a.n; i++) {
      if (!th_elm_same_result(e, a.u.list[i], b.u.list[i])) return false;
    }
    return true;
  default: return a.kind == TH_ELM_FHIR && a.u.fhir.value == b.u.fhir.value;
  }
}
