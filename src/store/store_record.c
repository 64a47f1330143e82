/* Records and their versions. One version of a key is current: the last imported, unless it says itself that it is older. */
#include "store/store_priv.h"

#define RECORDS "SELECT " TH_STORE__RECORD_COLUMNS " FROM record r JOIN document d ON d.id = r.document_id "

/* The version that says exactly this, or 0; the newest version of the key, or 0; the date of the current one. */
static th_code known_version(th_store *s, const th_store_record *r, const char *hex, th_store_record *same, uint32_t *newest,
                             th_date *dated, th_err *err) {
  sqlite3_stmt *st;
  bool row;
  TH_TRY(th_store__stmt(
      s, "SELECT max(version), max(CASE current WHEN 1 THEN dated ELSE '' END) FROM record WHERE kind = ?1 AND key = ?2", &st,
      err));
  th_store__bind(st, 1, r->kind);
  th_store__bind(st, 2, r->key);
  TH_TRY(th_store__step(s, st, &row, err));
  *newest = row ? (uint32_t)sqlite3_column_int64(st, 0) : 0;
  *dated = row ? th_store__date(st, 1) : (th_date){ 0 };
  sqlite3_reset(st);
  TH_TRY(th_store__stmt(s, "SELECT id, version, current FROM record WHERE kind = ?1 AND key = ?2 AND content = ?3", &st, err));
  th_store__bind(st, 1, r->kind);
  th_store__bind(st, 2, r->key);
  th_store__bind(st, 3, th_str_of(hex));
  TH_TRY(th_store__step(s, st, &row, err));
  *same = (th_store_record){ 0 };
  if (row) {
    same->id = sqlite3_column_int64(st, 0);
    same->version = (uint32_t)sqlite3_column_int64(st, 1);
    same->current = sqlite3_column_int(st, 2) != 0;
  }
  sqlite3_reset(st);
  return TH_OK;
}

static th_code note_again(th_store *s, int64_t id, const th_store_record *r, th_err *err) {
  sqlite3_stmt *st;
  TH_TRY(th_store__stmt(
      s, "INSERT OR IGNORE INTO record_again(record_id, document_id, span_from, span_to) VALUES (?1, ?2, ?3, ?4)", &st, err));
  sqlite3_bind_int64(st, 1, id);
  sqlite3_bind_int64(st, 2, r->doc.id);
  sqlite3_bind_int64(st, 3, (sqlite3_int64)r->from);
  sqlite3_bind_int64(st, 4, (sqlite3_int64)r->to);
  return th_store__run(s, st, err);
}

/* Does the new version take the place of the current one? Not when it says itself that it is older. */
static bool supersedes(const th_store_record *r, th_date current, unsigned flags) {
  if (flags & (TH_STORE__BESIDE | TH_STORE__CURRENT)) return (flags & TH_STORE__CURRENT) != 0;
  const bool dates = r->dated.prec != TH_DATE_NONE && current.prec != TH_DATE_NONE;
  return !dates || th_date_before(r->dated, current) != TH_TRUE;
}

static th_code add_packed(th_arena *a, th_store *s, const th_store_record *r, const th_store_ready *ready, th_err *err) {
  sqlite3_stmt *st;
  th_str packed = ready ? ready->packed : TH_STR_NONE;
  if (!s->packer && !(s->packer = th_packer_new())) return th_fail_nomem(err);
  if (!ready) TH_TRY(th_pack(s->packer, a, r->body, &packed, err));
  TH_TRY(th_store__stmt(s, "INSERT INTO record_packed(record_id, body) VALUES (?1, ?2)", &st, err));
  sqlite3_bind_int64(st, 1, r->id);
  sqlite3_bind_blob64(st, 2, packed.p, packed.n, SQLITE_STATIC);
  return th_store__run(s, st, err);
}

th_code th_store_record_add(th_store *s, th_store_record *r, th_str content, th_store_added *added, th_err *err) {
  return th_store__record_add(NULL, s, r, content, 0, NULL, added, err);
}

th_code th_store__record_add(th_arena *a, th_store *s, th_store_record *r, th_str content, unsigned flags,
                             const th_store_ready *ready, th_store_added *added, th_err *err) {
  TH_TRY(th_store__need_write(s, err));
  char hex[TH_SHA256_HEX];
  if (ready)
    memcpy(hex, ready->content, sizeof hex);
  else
    th_sha256_hex(content, hex);
  th_store_record same;
  uint32_t newest = 0;
  th_date dated;
  TH_TRY(known_version(s, r, hex, &same, &newest, &dated, err));
  if (same.id) {
    r->id = same.id, r->version = same.version, r->current = same.current;
    *added = TH_STORE_SAME;
    return note_again(s, same.id, r, err);
  }
  sqlite3_stmt *st;
  char day[TH_DATE_TEXT];
  const bool pack = (flags & TH_STORE__PACK) != 0;
  r->current = !newest || supersedes(r, dated, flags);
  if (newest && r->current) {
    TH_TRY(th_store__stmt(s, "UPDATE record SET current = 0 WHERE kind = ?1 AND key = ?2 AND current = 1", &st, err));
    th_store__bind(st, 1, r->kind);
    th_store__bind(st, 2, r->key);
    TH_TRY(th_store__run(s, st, err));
  }
  TH_TRY(
      th_store__stmt(s,
                     "INSERT INTO record(kind, key, version, current, content, title, body, document_id, span_from, span_to, "
                     "dated) VALUES (?1, ?2, ?3, ?10, ?4, ?5, ?6, ?7, ?8, ?9, ?11)",
                     &st, err));
  th_store__bind(st, 1, r->kind);
  th_store__bind(st, 2, r->key);
  sqlite3_bind_int64(st, 3, newest + 1);
  th_store__bind(st, 4, th_str_of(hex));
  th_store__bind(st, 5, r->title);
  th_store__bind(st, 6, pack ? TH_S("") : r->body);
  sqlite3_bind_int64(st, 7, r->doc.id);
  sqlite3_bind_int64(st, 8, (sqlite3_int64)r->from);
  sqlite3_bind_int64(st, 9, (sqlite3_int64)r->to);
  sqlite3_bind_int(st, 10, r->current);
  th_store__bind_date(st, 11, r->dated, day);
  TH_TRY(th_store__run(s, st, err));
  r->id = sqlite3_last_insert_rowid(s->db);
  r->version = newest + 1;
  *added = newest ? TH_STORE_NEW_VERSION : TH_STORE_NEW;
  return pack ? add_packed(a, s, r, ready, err) : TH_OK;
}

static th_code one_record(th_arena *a, th_store *s, sqlite3_stmt *st, bool *found, th_store_record *out, th_err *err) {
  TH_TRY(th_store__step(s, st, found, err));
  if (!*found) return TH_OK;
  const th_code code = th_store__record_row(a, s, st, true, out, err);
  sqlite3_reset(st);
  return code;
}

th_code th_store__record_list(th_arena *a, th_store *s, sqlite3_stmt *st, th_store_record_vec *out, th_err *err) {
  bool row = true;
  *out = (th_store_record_vec){ 0 };
  for (;;) {
    TH_TRY(th_store__step(s, st, &row, err));
    if (!row) return TH_OK;
    th_store_record *r = TH_VEC_ADD(a, out);
    const th_code code = r ? th_store__record_row(a, s, st, true, r, err) : th_fail_nomem(err);
    if (code != TH_OK) {
      sqlite3_reset(st);
      return code;
    }
  }
}

th_code th_store_record_get(th_arena *a, th_store *s, int64_t id, bool *found, th_store_record *out, th_err *err) {
  sqlite3_stmt *st;
  TH_TRY(th_store__stmt(s, RECORDS "WHERE r.id = ?1", &st, err));
  sqlite3_bind_int64(st, 1, id);
  return one_record(a, s, st, found, out, err);
}

th_code th_store_record_find(th_arena *a, th_store *s, th_str kind, th_str key, bool *found, th_store_record *out,
                             th_err *err) {
  sqlite3_stmt *st;
  TH_TRY(th_store__stmt(s, RECORDS "WHERE r.kind = ?1 AND r.key = ?2 AND r.current = 1", &st, err));
  th_store__bind(st, 1, kind);
  th_store__bind(st, 2, key);
  return one_record(a, s, st, found, out, err);
}

th_code th_store_record_versions(th_arena *a, th_store *s, th_str kind, th_str key, th_store_record_vec *out, th_err *err) {
  sqlite3_stmt *st;
  TH_TRY(th_store__stmt(s, RECORDS "WHERE r.kind = ?1 AND r.key = ?2 ORDER BY r.version", &st, err));
  th_store__bind(st, 1, kind);
  th_store__bind(st, 2, key);
  return th_store__record_list(a, s, st, out, err);
}

th_code th_store_records(th_arena *a, th_store *s, th_str kind, th_store_record_vec *out, th_err *err) {
  sqlite3_stmt *st;
  TH_TRY(th_store__stmt(s, RECORDS "WHERE (?1 = '' OR r.kind = ?1) AND r.current = 1 ORDER BY r.kind, r.key", &st, err));
  th_store__bind(st, 1, kind);
  return th_store__record_list(a, s, st, out, err);
}
