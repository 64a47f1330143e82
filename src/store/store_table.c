/* Rows of the tables for the drugs asked for. */
#include "store/put_priv.h"
#include "theriac/io.h"

/* The names, folded, as a JSON list: one bound value for any number of them. */
static th_code name_list(th_arena *a, const th_str *names, size_t n, th_str *out, th_err *err) {
  th_buf b;
  th_jwrite w;
  th_buf_init(&b, a, 64);
  th_jwrite_open(&w, &b, 0);
  th_jw_arr(&w);
  for (size_t i = 0; i < n; i++) {
    th_str folded;
    TH_TRY(th_store__fold(a, names[i], &folded, err));
    if (folded.n > 0) th_jw_str(&w, folded);
  }
  th_jw_arr_end(&w);
  if (b.failed) return th_fail_nomem(err);
  *out = th_buf_str(&b);
  return TH_OK;
}

static th_severity severity_named(th_str name) {
  for (int i = TH_SEVERITY_CONTRAINDICATED; i > TH_SEVERITY_UNKNOWN; i--)
    if (th_str_is(name, th_severity_name((th_severity)i))) return (th_severity)i;
  return TH_SEVERITY_UNKNOWN;
}

static bool interaction_row(th_arena *a, sqlite3_stmt *st, th_ddinter_row *x) {
  const th_str severity = th_store__text(a, st, 6);
  *x = (th_ddinter_row){ .tag = sqlite3_column_int64(st, 0), .line = (uint32_t)sqlite3_column_int64(st, 1) };
  x->id_a = th_store__text(a, st, 2);
  x->name_a = th_store__text(a, st, 3);
  x->id_b = th_store__text(a, st, 4);
  x->name_b = th_store__text(a, st, 5);
  x->label = th_store__text(a, st, 7);
  x->severity = severity_named(severity);
  return severity.p && x->id_a.p && x->name_a.p && x->id_b.p && x->name_b.p && x->label.p;
}

th_code th_store_interactions(th_arena *a, th_store *s, const th_str *names, size_t n, th_ddinter_rows *out, th_err *err) {
  sqlite3_stmt *st;
  th_str list;
  *out = (th_ddinter_rows){ 0 };
  TH_TRY(name_list(a, names, n, &list, err));
  TH_TRY(th_store__stmt(
      s,
      "SELECT i.record_id, i.line, i.code_a, i.name_a, i.code_b, i.name_b, i.severity, i.label FROM interaction i "
      "JOIN record r ON r.id = i.record_id "
      "WHERE i.id IN (SELECT id FROM interaction WHERE folded_a IN (SELECT value FROM json_each(?1)) "
      "UNION SELECT id FROM interaction WHERE folded_b IN (SELECT value FROM json_each(?1))) "
      "AND r.current = 1 ORDER BY r.key, i.line, i.id",
      &st, err));
  th_store__bind(st, 1, list);
  for (bool row = true;;) {
    TH_TRY(th_store__step(s, st, &row, err));
    if (!row) return TH_OK;
    th_ddinter_row *x = TH_VEC_ADD(a, out);
    if (!x || !interaction_row(a, st, x)) {
      sqlite3_reset(st);
      return th_fail_nomem(err);
    }
  }
}

/* A row kept as JSON in column 1, its record in column 0. */
static th_code body_row(th_arena *a, sqlite3_stmt *st, const th_codec *c, int64_t *record_id, void *row, th_err *err) {
  *record_id = sqlite3_column_int64(st, 0);
  const th_str body = th_store__text(a, st, 1);
  th_code code = body.p ? th_store__decode(a, c, body, row, err) : th_fail_nomem(err);
  if (code != TH_OK) sqlite3_reset(st);
  return code;
}

th_code th_store_cautions(th_arena *a, th_store *s, const th_str *names, size_t n, th_store_caution_vec *out, th_err *err) {
  sqlite3_stmt *st;
  th_str list;
  *out = (th_store_caution_vec){ 0 };
  TH_TRY(name_list(a, names, n, &list, err));
  TH_TRY(th_store__stmt(s,
                        "SELECT c.record_id, c.body FROM caution c JOIN record r ON r.id = c.record_id "
                        "WHERE c.folded IN (SELECT value FROM json_each(?1)) AND r.current = 1 ORDER BY r.key, c.n",
                        &st, err));
  th_store__bind(st, 1, list);
  for (bool row = true;;) {
    TH_TRY(th_store__step(s, st, &row, err));
    if (!row) return TH_OK;
    th_store_caution *x = TH_VEC_ADD(a, out);
    if (!x) {
      sqlite3_reset(st);
      return th_fail_nomem(err);
    }
    TH_TRY(body_row(a, st, &th_store__codec_caution, &x->record_id, &x->row, err));
  }
}

static th_code licence_list(th_arena *a, th_store *s, sqlite3_stmt *st, th_store_licence_vec *out, th_err *err) {
  *out = (th_store_licence_vec){ 0 };
  for (bool row = true;;) {
    TH_TRY(th_store__step(s, st, &row, err));
    if (!row) return TH_OK;
    th_store_licence *x = TH_VEC_ADD(a, out);
    if (!x) {
      sqlite3_reset(st);
      return th_fail_nomem(err);
    }
    TH_TRY(body_row(a, st, &th_store__codec_licence, &x->record_id, &x->row, err));
  }
}

th_code th_store_licences(th_arena *a, th_store *s, const th_str *names, size_t n, th_store_licence_vec *out, th_err *err) {
  sqlite3_stmt *st;
  th_str list;
  TH_TRY(name_list(a, names, n, &list, err));
  TH_TRY(th_store__stmt(
      s,
      "SELECT c.record_id, c.body FROM licence c JOIN record r ON r.id = c.record_id "
      "WHERE c.id IN (SELECT licence_id FROM licence_ingredient WHERE folded IN (SELECT value FROM json_each(?1))) "
      "AND r.current = 1 ORDER BY c.number, r.key, c.n",
      &st, err));
  th_store__bind(st, 1, list);
  return licence_list(a, s, st, out, err);
}

th_code th_store_licences_in(th_arena *a, th_store *s, int64_t record_id, const th_str *names, size_t n,
                             th_store_licence_vec *out, th_err *err) {
  sqlite3_stmt *st;
  th_str list;
  TH_TRY(name_list(a, names, n, &list, err));
  TH_TRY(th_store__stmt(
      s,
      "SELECT c.record_id, c.body FROM licence c "
      "WHERE c.id IN (SELECT licence_id FROM licence_ingredient WHERE folded IN (SELECT value FROM json_each(?1))) "
      "AND c.record_id = ?2 ORDER BY c.number, c.n",
      &st, err));
  th_store__bind(st, 1, list);
  sqlite3_bind_int64(st, 2, record_id);
  return licence_list(a, s, st, out, err);
}

th_code th_store_ingredients_beginning(th_arena *a, th_store *s, const th_str *names, size_t n, th_str_vec *out, th_err *err) {
  sqlite3_stmt *st;
  th_str list;
  *out = (th_str_vec){ 0 };
  TH_TRY(name_list(a, names, n, &list, err));
  TH_TRY(th_store__stmt(s,
                        "SELECT DISTINCT i.folded FROM json_each(?1) j JOIN licence_ingredient i "
                        "ON i.folded > j.value || ' ' AND i.folded < j.value || '!' ORDER BY 1",
                        &st, err));
  th_store__bind(st, 1, list);
  for (bool row = true;;) {
    TH_TRY(th_store__step(s, st, &row, err));
    if (!row) return TH_OK;
    const th_str name = th_store__text(a, st, 0);
    if (!name.p || !TH_VEC_PUSH(a, out, name)) {
      sqlite3_reset(st);
      return th_fail_nomem(err);
    }
  }
}

th_code th_store_licence_find(th_arena *a, th_store *s, th_str number, th_store_licence_vec *out, th_err *err) {
  sqlite3_stmt *st;
  TH_TRY(th_store__stmt(s,
                        "SELECT c.record_id, c.body FROM licence c JOIN record r ON r.id = c.record_id "
                        "WHERE c.number = ?1 AND r.current = 1 ORDER BY r.key, c.n",
                        &st, err));
  th_store__bind(st, 1, number);
  return licence_list(a, s, st, out, err);
}

th_code th_store_register(th_arena *a, th_store *s, int64_t record_id, th_store_licence_vec *out, th_err *err) {
  sqlite3_stmt *st;
  TH_TRY(th_store__stmt(s, "SELECT record_id, body FROM licence WHERE record_id = ?1 ORDER BY n", &st, err));
  sqlite3_bind_int64(st, 1, record_id);
  return licence_list(a, s, st, out, err);
}
