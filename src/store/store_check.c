/* theriac doctor: is everything there, and is it what was read? */
#include <unistd.h>

#include "store/store_priv.h"
#include "store/trial_index.h"
#include "theriac/io.h"

typedef struct checker {
  th_arena *a;
  th_store *s;
  bool mend;
  th_store_fault_vec *out;
  th_err *err;
} checker;

static th_code report(checker *c, th_store_fault_kind kind, bool mended, th_str what) {
  if (!what.p) return th_fail_nomem(c->err);
  const th_store_fault f = { kind, kind == TH_STORE_FAULT_ORPHAN, mended, what };
  return TH_VEC_PUSH(c->a, c->out, f) ? TH_OK : th_fail_nomem(c->err);
}

static th_code check_database(checker *c) {
  sqlite3_stmt *st;
  TH_TRY(th_store__stmt(c->s, "PRAGMA integrity_check(20)", &st, c->err));
  for (bool row = true;;) {
    TH_TRY(th_store__step(c->s, st, &row, c->err));
    if (!row) break;
    const th_str said = th_store__text(c->a, st, 0);
    if (!th_str_is(said, "ok")) TH_TRY(report(c, TH_STORE_FAULT_DATABASE, false, said));
  }
  TH_TRY(th_store__stmt(c->s, "SELECT \"table\", rowid, parent FROM pragma_foreign_key_check LIMIT 20", &st, c->err));
  for (bool row = true;;) {
    TH_TRY(th_store__step(c->s, st, &row, c->err));
    if (!row) return TH_OK;
    TH_TRY(report(c, TH_STORE_FAULT_REFERENCE, false,
                  th_str_fmt(c->a, "row %lld of table %s refers to a row of %s that is not there",
                             (long long)sqlite3_column_int64(st, 1), (const char *)sqlite3_column_text(st, 0),
                             (const char *)sqlite3_column_text(st, 2))));
  }
}

/* FTS5 checks itself by a statement that counts as writing, so a reader can only compare the numbers. */
static th_code check_index(checker *c) {
  int64_t differ = 0;
  TH_TRY(th_store__number(c->s->db, "SELECT (SELECT count(*) FROM passage) <> (SELECT count(*) FROM passage_text_docsize)",
                          &differ, c->err));
  if (!differ && c->s->mode == TH_STORE_WRITE) {
    const int rc =
        sqlite3_exec(c->s->db, "INSERT INTO passage_text(passage_text, rank) VALUES ('integrity-check', 1)", NULL, NULL, NULL);
    if (rc != SQLITE_OK && (rc & 0xff) != SQLITE_CORRUPT) return th_store__sql_fail(c->s->db, rc, "checking the index", c->err);
    differ = rc != SQLITE_OK;
  }
  if (!differ) return TH_OK;
  return report(c, TH_STORE_FAULT_INDEX, false, TH_S("the full-text index does not fit the texts it was made from"));
}

/* Lists of the index of studies: each is one, of a term that there is, of studies that there are. */
static th_code check_postings(checker *c, int64_t *bad) {
  sqlite3_stmt *st;
  int64_t top = -1;
  TH_TRY(th_store__number(c->s->db, "SELECT coalesce(max(ordinal), -1) FROM trial", &top, c->err));
  TH_TRY(th_store__number(c->s->db,
                          "SELECT count(*) FROM trial_post p WHERE NOT EXISTS (SELECT 1 FROM trial_term t WHERE t.id = p.id & "
                          "4294967295)",
                          bad, c->err));
  TH_TRY(th_store__stmt(c->s, "SELECT id, body FROM trial_post", &st, c->err));
  for (bool row = true;;) {
    TH_TRY(th_store__step(c->s, st, &row, c->err));
    if (!row) return TH_OK;
    const int64_t chunk = sqlite3_column_int64(st, 0) >> 32;
    const uint8_t *body = sqlite3_column_blob(st, 1);
    const int n = sqlite3_column_bytes(st, 1);
    int32_t last = -1;
    const bool whole = body && n > 0 && th_store__post_last(body, (size_t)n, &last) && last >= 0;
    *bad += !whole || chunk * (int64_t)CHUNK_ORDINALS + last > top;
  }
}

static th_code check_trials(checker *c) {
  int64_t lacking = 0, bad = 0;
  TH_TRY(
      th_store__number(c->s->db,
                       "SELECT count(*) FROM record r WHERE r.kind = 'ctgov' AND r.current = 1 AND NOT EXISTS (SELECT 1 FROM "
                       "trial t WHERE t.record_id = r.id)",
                       &lacking, c->err));
  if (lacking)
    TH_TRY(report(c, TH_STORE_FAULT_INDEX, false,
                  th_str_fmt(c->a, "%lld studies are not in the index of studies", (long long)lacking)));
  TH_TRY(check_postings(c, &bad));
  if (!bad) return TH_OK;
  return report(c, TH_STORE_FAULT_INDEX, false,
                th_str_fmt(c->a, "%lld lists of the index of studies are damaged", (long long)bad));
}

static th_code check_document(checker *c, const th_store_document *d) {
  th_err err = { 0 };
  th_file f;
  const th_arena_mark mark = th_arena_save(c->a);
  const th_str path = th_store__source_path(c->a, c->s->home, d->sha256);
  if (!path.p) return th_fail_nomem(c->err);
  const th_code code = th_file_open(path.p, 0, &f, &err);
  if (code == TH_ENOMEM) return th_fail_nomem(c->err);
  char hex[TH_SHA256_HEX] = "";
  if (code == TH_OK) {
    th_sha256_hex(f.bytes, hex);
    th_file_close(&f);
  }
  th_arena_rewind(c->a, mark);
  if (code == TH_ENOENT)
    return report(c, TH_STORE_FAULT_MISSING, false,
                  th_str_fmt(c->a, "sources/%.*s (%.*s) is not there", TH_STR_ARG(d->sha256), TH_STR_ARG(d->name)));
  if (code != TH_OK)
    return report(
        c, TH_STORE_FAULT_CHANGED, false,
        th_str_fmt(c->a, "sources/%.*s (%.*s) cannot be read: %s", TH_STR_ARG(d->sha256), TH_STR_ARG(d->name), err.msg));
  if (!th_str_is(d->sha256, hex))
    return report(c, TH_STORE_FAULT_CHANGED, false,
                  th_str_fmt(c->a, "sources/%.*s (%.*s) is not what was read", TH_STR_ARG(d->sha256), TH_STR_ARG(d->name)));
  return TH_OK;
}

static th_code check_orphans(checker *c, const th_store_document_vec *docs) {
  th_map held;
  th_map_init(&held, c->a);
  for (size_t i = 0; i < docs->n; i++) TH_TRY(th_map_put(&held, docs->v[i].sha256, 1));
  const th_str dir = th_str_fmt(c->a, "%s/sources", c->s->home);
  if (!dir.p) return th_fail_nomem(c->err);
  th_dir_list list = { 0 };
  const th_code code = th_dir_read(c->a, dir.p, &list, c->err);
  if (code == TH_ENOENT && docs->n == 0) {
    if (c->err) *c->err = (th_err){ 0 };
    return TH_OK;
  }
  TH_TRY(code);
  for (size_t i = 0; i < list.n; i++) {
    const th_str name = th_str_sub(list.v[i].path, dir.n + 1, list.v[i].path.n);
    if (th_map_get(&held, name, NULL)) continue;
    const bool mended = c->mend && list.v[i].is_regular && unlink(list.v[i].path.p) == 0;
    TH_TRY(report(c, TH_STORE_FAULT_ORPHAN, mended,
                  th_str_fmt(c->a, "sources/%.*s belongs to no document (an import that was cut off)%s", TH_STR_ARG(name),
                             mended ? ": removed" : "")));
  }
  return TH_OK;
}

static th_code count_rows(checker *c, th_store_counts *counts) {
  int64_t n[4] = { 0 };
  TH_TRY(th_store__number(c->s->db, "SELECT count(*) FROM record WHERE current = 1", &n[0], c->err));
  TH_TRY(th_store__number(c->s->db, "SELECT count(*) FROM record", &n[1], c->err));
  TH_TRY(th_store__number(c->s->db, "SELECT count(*) FROM passage", &n[2], c->err));
  TH_TRY(th_store__number(c->s->db, "SELECT coalesce(sum(bytes), 0) FROM document", &n[3], c->err));
  counts->records = (uint64_t)n[0];
  counts->versions = (uint64_t)n[1];
  counts->passages = (uint64_t)n[2];
  counts->bytes = (uint64_t)n[3];
  return TH_OK;
}

static th_code check_all(checker *c, th_store_counts *counts) {
  th_store_document_vec docs;
  TH_TRY(check_database(c));
  TH_TRY(check_index(c));
  TH_TRY(check_trials(c));
  TH_TRY(th_store_documents(c->a, c->s, &docs, c->err));
  for (size_t i = 0; i < docs.n; i++) TH_TRY(check_document(c, &docs.v[i]));
  TH_TRY(check_orphans(c, &docs));
  counts->documents = docs.n;
  return count_rows(c, counts);
}

/* All in one transaction: with a writer's lock no import can be between its file and its row. */
th_code th_store_check(th_arena *a, th_store *s, bool mend, th_store_fault_vec *out, th_store_counts *counts, th_err *err) {
  th_store_counts ignored;
  checker c = { a, s, mend, out, err };
  *out = (th_store_fault_vec){ 0 };
  if (mend && s->mode != TH_STORE_WRITE) return th_fail(err, TH_EBUG, "a reader cannot mend");
  TH_TRY(th_store_begin(s, err));
  const th_code code = check_all(&c, counts ? counts : &ignored);
  th_store_rollback(s);
  return code;
}
