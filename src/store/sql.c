/* The few calls through which every statement goes: results as th_code, statements prepared once, text bound without copies. */
#include <errno.h>
#include <string.h>

#include "store/store_priv.h"

static const char *plain_reason(int rc) {
  switch (rc & 0xff) {
  case SQLITE_FULL: return "the disk is full, or a limit on file size was hit; free some space and try again";
  case SQLITE_IOERR: return "the disk is full or failing; free some space and try again";
  case SQLITE_READONLY: return "the store cannot be written; check the permissions of the home directory";
  case SQLITE_CANTOPEN: return "the file cannot be opened; check that the home directory exists and may be used";
  case SQLITE_PERM:
  case SQLITE_AUTH: return "permission refused";
  case SQLITE_NOTADB: return "the file is not a database; if it was one, restore a backup";
  case SQLITE_CORRUPT: return "the database is damaged; restore a backup, or run \"theriac doctor\" for what is wrong";
  default: return NULL;
  }
}

static th_code code_of(int rc) {
  switch (rc & 0xff) {
  case SQLITE_OK:
  case SQLITE_ROW:
  case SQLITE_DONE: return TH_OK;
  case SQLITE_NOMEM: return TH_ENOMEM;
  case SQLITE_BUSY:
  case SQLITE_LOCKED: return TH_ECONFLICT;
  case SQLITE_IOERR: return rc == SQLITE_IOERR_NOMEM ? TH_ENOMEM : TH_EIO;
  case SQLITE_FULL: return TH_EIO;
  case SQLITE_READONLY:
  case SQLITE_PERM:
  case SQLITE_AUTH: return TH_EAUTH;
  case SQLITE_CANTOPEN: return TH_EIO;
  case SQLITE_NOTADB:
  case SQLITE_CORRUPT: return TH_EPARSE;
  case SQLITE_CONSTRAINT: return TH_ECONFLICT;
  case SQLITE_TOOBIG: return TH_ELIMIT;
  case SQLITE_INTERRUPT: return TH_ECANCEL;
  default: return TH_EBUG;
  }
}

th_code th_store__sql_fail(sqlite3 *db, int rc, const char *doing, th_err *err) {
  const th_code code = code_of(rc);
  if (code == TH_OK) return TH_OK;
  if (code == TH_ENOMEM) return th_fail_nomem(err);
  const char *why = plain_reason(rc);
  if (code == TH_ECONFLICT && (rc & 0xff) != SQLITE_CONSTRAINT)
    return th_fail(err, code, "%s: another import is writing to this store; try again when it has ended", doing);
  if (why) return th_fail(err, code, "%s: %s", doing, why);
  return th_fail(err, code, "%s: %s", doing, db ? sqlite3_errmsg(db) : sqlite3_errstr(rc));
}

th_code th_store__db_open(const char *path, int flags, int wait_ms, sqlite3 **db, th_err *err) {
  *db = NULL;
  TH_TRY(th_store__sqlite_ready(err));
  sqlite3 *h = NULL;
  int rc = sqlite3_open_v2(path, &h, flags | SQLITE_OPEN_NOMUTEX, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_extended_result_codes(h, 1);
  if (rc == SQLITE_OK) rc = sqlite3_busy_timeout(h, wait_ms);
  if (rc == SQLITE_OK) rc = sqlite3_db_config(h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_db_config(h, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  if (rc != SQLITE_OK) {
    const bool refused =
        (rc & 0xff) == SQLITE_CANTOPEN && h && (sqlite3_system_errno(h) == EACCES || sqlite3_system_errno(h) == EPERM);
    const th_code code = refused ? th_fail(err, TH_EAUTH, "opening %s: permission refused", path)
                                 : th_store__sql_fail(h, rc, "opening the store", err);
    th_err_source(err, path);
    sqlite3_close(h);
    return code;
  }
  *db = h;
  return TH_OK;
}

th_code th_store__exec(sqlite3 *db, const char *sql, const char *doing, th_err *err) {
  const int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
  return rc == SQLITE_OK ? TH_OK : th_store__sql_fail(db, rc, doing, err);
}

th_code th_store__number(sqlite3 *db, const char *sql, int64_t *out, th_err *err) {
  sqlite3_stmt *st = NULL;
  int rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);
  if (rc == SQLITE_OK) {
    rc = sqlite3_step(st);
    if (rc == SQLITE_ROW) *out = sqlite3_column_int64(st, 0);
  }
  const th_code code =
      rc == SQLITE_ROW ? TH_OK : th_store__sql_fail(db, rc == SQLITE_DONE ? SQLITE_ERROR : rc, "reading the store", err);
  sqlite3_finalize(st);
  return code;
}

th_code th_store__stmt(th_store *s, const char *sql, sqlite3_stmt **out, th_err *err) {
  *out = NULL;
  size_t at = ((uintptr_t)sql >> 3) * 0x9e3779b1u % TH_STORE__STATEMENTS;
  for (size_t tried = 0; s->cached[at].sql && s->cached[at].sql != sql; at = (at + 1) % TH_STORE__STATEMENTS)
    if (++tried == TH_STORE__STATEMENTS)
      return th_fail(err, TH_EBUG, "TH_STORE__STATEMENTS (%d) is too small", TH_STORE__STATEMENTS);
  th_store__cached *c = &s->cached[at];
  if (!c->sql) {
    const int rc = sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &c->st, NULL);
    if (rc != SQLITE_OK) return th_store__sql_fail(s->db, rc, "preparing a statement", err);
    c->sql = sql;
  }
  sqlite3_reset(c->st);
  sqlite3_clear_bindings(c->st);
  *out = c->st;
  return TH_OK;
}

void th_store__forget(th_store *s) {
  for (size_t i = 0; i < TH_STORE__STATEMENTS; i++) {
    sqlite3_finalize(s->cached[i].st);
    s->cached[i] = (th_store__cached){ 0 };
  }
}

void th_store__bind(sqlite3_stmt *st, int i, th_str text) {
  sqlite3_bind_text64(st, i, text.p ? text.p : "", text.n, SQLITE_STATIC, SQLITE_UTF8);
}

void th_store__bind_date(sqlite3_stmt *st, int i, th_date d, char keep[TH_DATE_TEXT]) {
  th_store__bind(st, i, th_str_of(th_date_iso(d, keep)));
}

th_code th_store__step(th_store *s, sqlite3_stmt *st, bool *row, th_err *err) {
  const int rc = sqlite3_step(st);
  *row = rc == SQLITE_ROW;
  if (*row) return TH_OK;
  const th_code code = rc == SQLITE_DONE ? TH_OK : th_store__sql_fail(s->db, rc, "using the store", err);
  sqlite3_reset(st);
  sqlite3_clear_bindings(st);
  return code;
}

th_code th_store__run(th_store *s, sqlite3_stmt *st, th_err *err) {
  bool row = true;
  th_code code = TH_OK;
  while (row && code == TH_OK) code = th_store__step(s, st, &row, err);
  return code;
}

th_str th_store__text(th_arena *a, sqlite3_stmt *st, int col) {
  const char *p = (const char *)sqlite3_column_text(st, col);
  const int n = sqlite3_column_bytes(st, col);
  return th_str_dup(a, th_str_n(p ? p : "", p ? (size_t)n : 0));
}

th_date th_store__date(sqlite3_stmt *st, int col) {
  th_date d = { 0 };
  const char *p = (const char *)sqlite3_column_text(st, col);
  if (!p || !th_date_parse_iso(th_str_of(p), &d)) return (th_date){ 0 };
  return d;
}

th_code th_store__need_write(th_store *s, th_err *err) {
  if (s->mode != TH_STORE_WRITE || !s->in_transaction)
    return th_fail(err, TH_EBUG, "a record was to be stored outside a transaction");
  /* SQLite gives a transaction up by itself when the disk runs full; what came after would be committed piece by piece. */
  if (sqlite3_get_autocommit(s->db)) return th_fail(err, TH_EIO, "the store gave the import up: the disk is full or failing");
  return TH_OK;
}
