/* Record structs to canonical JSON and back, driven by tables (codec_tables.c): one walk serves every kind.
 *
 * A value read from a document is {"t": text, "at": [from, to, line]}; in content mode it is the text alone and places are left
 * out, so that two documents that say the same at other offsets have the same content. Absent values, false and empty lists are
 * left out; members come in the order of the table, so equal values give equal bytes. */
#include <math.h>
#include <stdio.h>

#include "store/codec_priv.h"
#include "theriac/io.h"

/* All vectors have this shape, whatever they hold. */
typedef struct any_vec {
  void *v;
  size_t n, cap;
} any_vec;

/* ── Writing ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void put_struct(th_jwrite *w, const th_codec *c, const void *v, bool content);

static void put_field(th_jwrite *w, const th_field *f, bool content) {
  if (content) {
    th_jw_str(w, f->text);
    return;
  }
  th_jw_obj(w);
  th_jw_key(w, "t");
  th_jw_str(w, f->text);
  th_jw_key(w, "at");
  th_jw_arr(w);
  th_jw_i64(w, f->from);
  th_jw_i64(w, f->to);
  th_jw_i64(w, f->line);
  th_jw_arr_end(w);
  th_jw_obj_end(w);
}

static void put_date(th_jwrite *w, th_date d) {
  char iso[TH_DATE_TEXT], out[TH_DATE_TEXT + 8];
  snprintf(out, sizeof out, "%s%s", th_date_iso(d, iso), d.era == TH_ERA_ROC ? " ROC" : "");
  th_jw_z(w, out);
}

static void put_vec(th_jwrite *w, const th_codec_item *it, const any_vec *v, bool content) {
  th_jw_arr(w);
  for (size_t i = 0; i < v->n; i++) {
    if (it->type == TH_C_FIELDS)
      put_field(w, (const th_field *)v->v + i, content);
    else
      put_struct(w, it->sub, (const char *)v->v + i * it->sub->size, content);
  }
  th_jw_arr_end(w);
}

static int enum_value(const th_codec_item *it, const void *p) {
  if (it->size == 1) return *(const uint8_t *)p;
  int v;
  memcpy(&v, p, sizeof v);
  return v;
}

static bool is_absent(const th_codec_item *it, const void *p) {
  switch (it->type) {
  case TH_C_FIELD: return !((const th_field *)p)->text.p;
  case TH_C_STR: return !((const th_str *)p)->p;
  case TH_C_CSTR: return !*(const char *const *)p;
  case TH_C_DATE: return ((const th_date *)p)->prec == TH_DATE_NONE;
  case TH_C_BOOL: return !*(const bool *)p;
  case TH_C_INDEX: return *(const uint32_t *)p == UINT32_MAX;
  case TH_C_F64: return isnan(*(const double *)p);
  case TH_C_FIELDS:
  case TH_C_VEC: return ((const any_vec *)p)->n == 0;
  case TH_C_ENUM:
  case TH_C_U8:
  case TH_C_U32:
  case TH_C_I32:
  case TH_C_I64:
  case TH_C_PLACE:
  case TH_C_SUB: break;
  }
  return false;
}

static void put_item(th_jwrite *w, const th_codec_item *it, const void *p, bool content) {
  switch (it->type) {
  case TH_C_FIELD: put_field(w, p, content); break;
  case TH_C_STR: th_jw_str(w, *(const th_str *)p); break;
  case TH_C_CSTR: th_jw_z(w, *(const char *const *)p); break;
  case TH_C_DATE: put_date(w, *(const th_date *)p); break;
  case TH_C_BOOL: th_jw_bool(w, true); break;
  case TH_C_ENUM: th_jw_z(w, it->name(enum_value(it, p))); break;
  case TH_C_U8: th_jw_i64(w, *(const uint8_t *)p); break;
  case TH_C_U32:
  case TH_C_INDEX:
  case TH_C_PLACE: th_jw_i64(w, *(const uint32_t *)p); break;
  case TH_C_I32: th_jw_i64(w, *(const int32_t *)p); break;
  case TH_C_I64: th_jw_i64(w, *(const int64_t *)p); break;
  case TH_C_F64: th_jw_f64(w, *(const double *)p); break;
  case TH_C_SUB: put_struct(w, it->sub, p, content); break;
  case TH_C_FIELDS:
  case TH_C_VEC: put_vec(w, it, p, content); break;
  }
}

static void put_struct(th_jwrite *w, const th_codec *c, const void *v, bool content) {
  th_jw_obj(w);
  for (const th_codec_item *it = c->item; it->key; it++) {
    const void *p = (const char *)v + it->offset;
    if (is_absent(it, p) || (content && it->type == TH_C_PLACE)) continue;
    th_jw_key(w, it->key);
    put_item(w, it, p, content);
  }
  th_jw_obj_end(w);
}

th_code th_store__encode(th_arena *a, const th_codec *c, const void *v, bool content, th_str *out, th_err *err) {
  th_buf b;
  th_jwrite w;
  th_buf_init(&b, a, 4096);
  th_jwrite_open(&w, &b, 0);
  put_struct(&w, c, v, content);
  if (b.failed) return th_fail_nomem(err);
  *out = th_buf_str(&b);
  return TH_OK;
}

/* ── Reading ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code get_struct(th_arena *a, const th_codec *c, const th_json *j, void *v, th_err *err);

static th_code bad(const th_codec_item *it, const th_json *j, th_err *err) {
  return th_fail(err, TH_EPARSE,
                 "a stored record has a member \"%s\" (byte %llu) of another form than it should be; run \"theriac doctor\"",
                 it->key, (unsigned long long)j->offset);
}

static uint32_t u32_at(const th_json *arr, size_t i) {
  int64_t n = 0;
  th_json_i64(th_json_item(arr, i), &n);
  return n < 0 || n > UINT32_MAX ? 0 : (uint32_t)n;
}

static bool get_field(const th_json *j, th_field *f) {
  if (j->kind == TH_JSON_STRING) { /* kept without its place */
    *f = (th_field){ .text = j->u.text.p ? j->u.text : TH_S("") };
    return true;
  }
  const th_json *t = th_json_get(j, "t"), *at = th_json_get(j, "at");
  if (!t || t->kind != TH_JSON_STRING || !at) return false;
  f->text = t->u.text.p ? t->u.text : TH_S("");
  f->from = u32_at(at, 0);
  f->to = u32_at(at, 1);
  f->line = u32_at(at, 2);
  return true;
}

static bool get_date(const th_json *j, th_date *d) {
  th_str t = th_json_text(j);
  const bool roc = th_str_ends(t, TH_S(" ROC"));
  if (roc) t.n -= 4;
  if (!th_date_parse_iso(t, d)) return false;
  d->era = roc ? TH_ERA_ROC : TH_ERA_CE;
  return true;
}

static th_code get_vec(th_arena *a, const th_codec_item *it, const th_json *j, any_vec *v, th_err *err) {
  if (j->kind != TH_JSON_ARRAY) return bad(it, j, err);
  const bool fields = it->type == TH_C_FIELDS;
  const size_t size = fields ? sizeof(th_field) : it->sub->size;
  v->v = th_arena_alloc_n(a, j->n, size, alignof(max_align_t));
  if (!v->v) return th_fail_nomem(err);
  v->n = v->cap = j->n;
  for (size_t i = 0; i < j->n; i++) {
    void *to = (char *)v->v + i * size;
    if (!fields)
      TH_TRY(get_struct(a, it->sub, th_json_item(j, i), to, err));
    else if (!get_field(th_json_item(j, i), to))
      return bad(it, j, err);
  }
  return TH_OK;
}

static bool get_enum(const th_codec_item *it, const th_json *j, void *p) {
  const th_str t = th_json_text(j);
  for (int i = 0; i < it->n_names; i++) {
    if (!th_str_is(t, it->name(i))) continue;
    if (it->size == 1)
      *(uint8_t *)p = (uint8_t)i;
    else
      memcpy(p, &i, sizeof i);
    return true;
  }
  return false;
}

static bool get_number(const th_codec_item *it, const th_json *j, void *p) {
  int64_t n;
  if (!th_json_i64(j, &n)) return false;
  switch (it->type) {
  case TH_C_U8: *(uint8_t *)p = (uint8_t)n; return n >= 0 && n <= UINT8_MAX;
  case TH_C_U32:
  case TH_C_INDEX:
  case TH_C_PLACE: *(uint32_t *)p = (uint32_t)n; return n >= 0 && n <= UINT32_MAX;
  case TH_C_I32: *(int32_t *)p = (int32_t)n; return n >= INT32_MIN && n <= INT32_MAX;
  default: *(int64_t *)p = n; return true;
  }
}

static th_code get_item(th_arena *a, const th_codec_item *it, const th_json *j, void *p, th_err *err) {
  bool ok = false;
  switch (it->type) {
  case TH_C_FIELD: ok = get_field(j, p); break;
  case TH_C_STR:
    ok = j->kind == TH_JSON_STRING;
    *(th_str *)p = ok && j->u.text.p ? j->u.text : TH_S("");
    break;
  case TH_C_CSTR:
    ok = j->kind == TH_JSON_STRING;
    if (ok && !(*(const char **)p = th_str_z(a, j->u.text))) return th_fail_nomem(err);
    break;
  case TH_C_DATE: ok = get_date(j, p); break;
  case TH_C_BOOL:
    ok = j->kind == TH_JSON_BOOL;
    *(bool *)p = j->boolean;
    break;
  case TH_C_ENUM: ok = get_enum(it, j, p); break;
  case TH_C_U8:
  case TH_C_U32:
  case TH_C_I32:
  case TH_C_I64:
  case TH_C_INDEX:
  case TH_C_PLACE: ok = get_number(it, j, p); break;
  case TH_C_F64: ok = th_json_f64(j, p); break;
  case TH_C_SUB: return get_struct(a, it->sub, j, p, err);
  case TH_C_FIELDS:
  case TH_C_VEC: return get_vec(a, it, j, p, err);
  }
  return ok ? TH_OK : bad(it, j, err);
}

/* Members unknown to this program are passed over: a newer one wrote them. */
static th_code get_struct(th_arena *a, const th_codec *c, const th_json *j, void *v, th_err *err) {
  for (const th_codec_item *it = c->item; it->key; it++) {
    void *p = (char *)v + it->offset;
    const th_json *member = th_json_get(j, it->key);
    if (member)
      TH_TRY(get_item(a, it, member, p, err));
    else if (it->type == TH_C_INDEX)
      *(uint32_t *)p = UINT32_MAX;
    else if (it->type == TH_C_F64)
      *(double *)p = NAN;
  }
  return TH_OK;
}

th_code th_store__decode(th_arena *a, const th_codec *c, th_str body, void *out, th_err *err) {
  th_json j;
  memset(out, 0, c->size);
  TH_TRY(th_json_parse(a, body, &j, err));
  return get_struct(a, c, &j, out, err);
}
