/* Drugs and diseases by name. The two have tables of the same shape; the statements are pairs, chosen by th_store_what. */
#include "store/entity_priv.h"
#include "theriac/text.h"

th_code th_store__fold(th_arena *a, th_str name, th_str *out, th_err *err) {
  *out = th_text_fold(a, name, TH_FOLD_NAME, NULL);
  return out->p ? TH_OK : th_fail_nomem(err);
}

static bool entity_row(th_arena *a, sqlite3_stmt *st, int col, th_store_entity *e) {
  *e = (th_store_entity){ sqlite3_column_int64(st, col), th_store__text(a, st, col + 1), th_store__text(a, st, col + 2) };
  return e->key.p && e->name.p;
}

bool th_store__entity_row(th_arena *a, sqlite3_stmt *st, int col, th_store_entity *e) {
  return entity_row(a, st, col, e);
}

static th_code entity_list(th_arena *a, th_store *s, sqlite3_stmt *st, th_store_entity_vec *out, th_err *err) {
  *out = (th_store_entity_vec){ 0 };
  for (bool row = true;;) {
    TH_TRY(th_store__step(s, st, &row, err));
    if (!row) return TH_OK;
    th_store_entity *e = TH_VEC_ADD(a, out);
    if (!e || !entity_row(a, st, 0, e)) {
      sqlite3_reset(st);
      return th_fail_nomem(err);
    }
  }
}

th_code th_store_entity_find(th_arena *a, th_store *s, th_store_what what, th_str name, th_store_entity_vec *out, th_err *err) {
  sqlite3_stmt *st;
  th_str folded;
  *out = (th_store_entity_vec){ 0 };
  TH_TRY(th_store__fold(a, name, &folded, err));
  TH_TRY(th_store__stmt(
      s,
      what == TH_STORE_DRUG
          ? "SELECT id, key, name FROM drug WHERE id IN (SELECT drug_id FROM drug_name WHERE folded = ?1) ORDER BY key"
          : "SELECT id, key, name FROM disease WHERE id IN (SELECT disease_id FROM disease_name WHERE folded = ?1) "
            "ORDER BY key",
      &st, err));
  th_store__bind(st, 1, folded);
  return entity_list(a, s, st, out, err);
}

th_code th_store_entities(th_arena *a, th_store *s, th_store_what what, th_store_entity_vec *out, th_err *err) {
  sqlite3_stmt *st;
  TH_TRY(th_store__stmt(s,
                        what == TH_STORE_DRUG ? "SELECT id, key, name FROM drug ORDER BY key"
                                              : "SELECT id, key, name FROM disease ORDER BY key",
                        &st, err));
  return entity_list(a, s, st, out, err);
}

th_code th_store_subjects(th_arena *a, th_store *s, th_store_entity_vec *out, th_err *err) {
  sqlite3_stmt *st;
  TH_TRY(
      th_store__stmt(s,
                     "SELECT d.id, d.key, d.name FROM drug d WHERE EXISTS (SELECT 1 FROM record_drug x JOIN record r ON r.id = "
                     "x.record_id WHERE x.drug_id = d.id AND x.role IN ('subject', 'searched', 'rule') AND r.current = 1) "
                     "ORDER BY d.key",
                     &st, err));
  return entity_list(a, s, st, out, err);
}

th_code th_store_entity_names(th_arena *a, th_store *s, th_store_what what, int64_t id, th_store_name_vec *out, th_err *err) {
  sqlite3_stmt *st;
  *out = (th_store_name_vec){ 0 };
  TH_TRY(th_store__stmt(
      s,
      what == TH_STORE_DRUG
          ? "SELECT name, how, record_id, path FROM drug_name WHERE drug_id = ?1 ORDER BY folded, how, record_id"
          : "SELECT name, how, record_id, path FROM disease_name WHERE disease_id = ?1 ORDER BY folded, how, record_id",
      &st, err));
  sqlite3_bind_int64(st, 1, id);
  for (bool row = true;;) {
    TH_TRY(th_store__step(s, st, &row, err));
    if (!row) return TH_OK;
    th_store_name *n = TH_VEC_ADD(a, out);
    if (n)
      *n = (th_store_name){ th_store__text(a, st, 0), th_store__text(a, st, 1), sqlite3_column_int64(st, 2),
                            th_store__text(a, st, 3) };
    if (!n || !n->name.p || !n->how.p || !n->path.p) {
      sqlite3_reset(st);
      return th_fail_nomem(err);
    }
  }
}

/* ── Writing ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Id of the entity first met by this folded name, made when new. */
static th_code entity_at(th_store *s, th_store_what what, th_str folded, th_str name, int64_t *id, th_err *err) {
  sqlite3_stmt *st;
  bool row;
  TH_TRY(th_store__stmt(
      s, what == TH_STORE_DRUG ? "SELECT id FROM drug WHERE key = ?1" : "SELECT id FROM disease WHERE key = ?1", &st, err));
  th_store__bind(st, 1, folded);
  TH_TRY(th_store__step(s, st, &row, err));
  if (row) {
    *id = sqlite3_column_int64(st, 0);
    sqlite3_reset(st);
    return TH_OK;
  }
  TH_TRY(th_store__stmt(s,
                        what == TH_STORE_DRUG ? "INSERT INTO drug(key, name) VALUES (?1, ?2)"
                                              : "INSERT INTO disease(key, name) VALUES (?1, ?2)",
                        &st, err));
  th_store__bind(st, 1, folded);
  th_store__bind(st, 2, name);
  TH_TRY(th_store__run(s, st, err));
  *id = sqlite3_last_insert_rowid(s->db);
  return TH_OK;
}

th_code th_store__name_add(th_arena *a, th_store *s, th_store_what what, int64_t id, th_str name, const char *how,
                           int64_t record_id, th_str path, th_err *err) {
  sqlite3_stmt *st;
  th_str folded;
  TH_TRY(th_store__fold(a, name, &folded, err));
  if (folded.n == 0) return TH_OK;
  TH_TRY(th_store__stmt(
      s,
      what == TH_STORE_DRUG
          ? "INSERT OR IGNORE INTO drug_name(drug_id, folded, name, how, record_id, path) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
          : "INSERT OR IGNORE INTO disease_name(disease_id, folded, name, how, record_id, path) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      &st, err));
  sqlite3_bind_int64(st, 1, id);
  th_store__bind(st, 2, folded);
  th_store__bind(st, 3, name);
  th_store__bind(st, 4, th_str_of(how));
  sqlite3_bind_int64(st, 5, record_id);
  th_store__bind(st, 6, path);
  return th_store__run(s, st, err);
}

th_code th_store__about(th_arena *a, th_store *s, th_store_what what, th_str name, const char *role, int64_t record_id,
                        th_str path, int64_t *id, th_err *err) {
  sqlite3_stmt *st;
  th_str folded;
  *id = 0;
  name = th_str_trim(name);
  TH_TRY(th_store__fold(a, name, &folded, err));
  if (folded.n == 0) return TH_OK;
  TH_TRY(entity_at(s, what, folded, name, id, err));
  TH_TRY(th_store__name_add(a, s, what, *id, name, role, record_id, path, err));
  TH_TRY(th_store__stmt(s,
                        what == TH_STORE_DRUG
                            ? "INSERT OR IGNORE INTO record_drug(drug_id, record_id, role, path) VALUES (?1, ?2, ?3, ?4)"
                            : "INSERT OR IGNORE INTO record_disease(disease_id, record_id, role, path) VALUES (?1, ?2, ?3, ?4)",
                        &st, err));
  sqlite3_bind_int64(st, 1, *id);
  sqlite3_bind_int64(st, 2, record_id);
  th_store__bind(st, 3, th_str_of(role));
  th_store__bind(st, 4, path);
  return th_store__run(s, st, err);
}

th_code th_store__identifier_add(th_arena *a, th_store *s, const char *scheme, th_str value, int64_t record_id, th_str path,
                                 th_err *err) {
  sqlite3_stmt *st;
  th_str folded;
  TH_TRY(th_store__fold(a, value, &folded, err));
  if (folded.n == 0) return TH_OK;
  TH_TRY(
      th_store__stmt(s, "INSERT OR IGNORE INTO identifier(scheme, value, record_id, path) VALUES (?1, ?2, ?3, ?4)", &st, err));
  th_store__bind(st, 1, th_str_of(scheme));
  th_store__bind(st, 2, folded);
  sqlite3_bind_int64(st, 3, record_id);
  th_store__bind(st, 4, path);
  return th_store__run(s, st, err);
}

/* ── Records by what they speak of ─────────────────────────────────────────────────────────────────────────────────── */

#define RECORDS "SELECT " TH_STORE__RECORD_COLUMNS " FROM record r JOIN document d ON d.id = r.document_id "

th_code th_store_records_about(th_arena *a, th_store *s, th_store_what what, int64_t id, th_str kind, th_store_record_vec *out,
                               th_err *err) {
  sqlite3_stmt *st;
  TH_TRY(th_store__stmt(s,
                        what == TH_STORE_DRUG ? RECORDS
                            "WHERE r.id IN (SELECT record_id FROM record_drug WHERE drug_id = ?1) AND r.current = 1 "
                            "AND (?2 = '' OR r.kind = ?2) ORDER BY r.kind, r.key"
                                              : RECORDS
                            "WHERE r.id IN (SELECT record_id FROM record_disease WHERE disease_id = ?1) AND r.current = 1 "
                            "AND (?2 = '' OR r.kind = ?2) ORDER BY r.kind, r.key",
                        &st, err));
  sqlite3_bind_int64(st, 1, id);
  th_store__bind(st, 2, kind);
  return th_store__record_list(a, s, st, out, err);
}

th_code th_store_records_naming(th_arena *a, th_store *s, const th_str *names, size_t n, th_str kind, th_store_record_vec *out,
                                th_err *err) {
  sqlite3_stmt *st;
  th_str fts;
  *out = (th_store_record_vec){ 0 };
  TH_TRY(th_store__query_any(a, names, n, &fts, err));
  if (fts.n == 0) return TH_OK;
  TH_TRY(th_store__stmt(s,
                        RECORDS
                        "WHERE r.id IN (SELECT p.record_id FROM passage_text t JOIN passage p ON p.id = t.rowid "
                        "WHERE passage_text MATCH ?1) AND r.current = 1 AND (?2 = '' OR r.kind = ?2) ORDER BY r.kind, r.key",
                        &st, err));
  th_store__bind(st, 1, fts);
  th_store__bind(st, 2, kind);
  return th_store__record_list(a, s, st, out, err);
}

th_code th_store_records_with_id(th_arena *a, th_store *s, th_str scheme, th_str value, th_store_record_vec *out, th_err *err) {
  sqlite3_stmt *st;
  th_str folded;
  *out = (th_store_record_vec){ 0 };
  TH_TRY(th_store__fold(a, value, &folded, err));
  TH_TRY(th_store__stmt(s,
                        RECORDS "WHERE r.id IN (SELECT record_id FROM identifier WHERE scheme = ?1 AND value = ?2) "
                                "AND r.current = 1 ORDER BY r.kind, r.key",
                        &st, err));
  th_store__bind(st, 1, scheme);
  th_store__bind(st, 2, folded);
  return th_store__record_list(a, s, st, out, err);
}
