/* Every earlier schema comes up to date with its rows; a newer one is refused and left as it is. */
#include "store/store_priv.h"
#include "unit/store/home.h"

static char home[4096], path[4200];

static void fresh(void) {
  snprintf(home, sizeof home, "%s", home_fresh());
  snprintf(path, sizeof path, "%s/theriac.db", home);
}

static sqlite3 *open_raw(void) {
  sqlite3 *db = NULL;
  th_err err = { 0 };
  char sources[4200];
  snprintf(sources, sizeof sources, "%s/sources", home);
  CHECK_OK_ERR(th_dir_make(sources, &err), &err);
  CHECK_OK_ERR(th_store__db_open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, 1000, &db, &err), &err);
  CHECK_OK_ERR(th_store__tokenizer_add(db, NULL, &err), &err);
  return db;
}

/* All definitions of a schema as one text. */
static th_str definitions(th_arena *a, sqlite3 *db) {
  sqlite3_stmt *st = NULL;
  th_buf b;
  th_buf_init(&b, a, 4096);
  CHECK_INT(sqlite3_prepare_v2(db, "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name", -1, &st, NULL), SQLITE_OK);
  while (sqlite3_step(st) == SQLITE_ROW)
    th_buf_addf(&b, "%s %s %s\n", (const char *)sqlite3_column_text(st, 0), (const char *)sqlite3_column_text(st, 1),
                sqlite3_column_text(st, 2) ? (const char *)sqlite3_column_text(st, 2) : "");
  sqlite3_finalize(st);
  return th_buf_str(&b);
}

/* Rows of schema 1, written as that version would. */
static const char rows_1[] = "INSERT INTO document VALUES (1, "
                             "'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 3, 'abc.txt', 'abstract', "
                             "'2025-04-21', 'CC0');"
                             "INSERT INTO record(id, kind, key, version, current, content, title, body, document_id, "
                             "span_from, span_to) VALUES (1, 'abstract', 'k', 1, 1, "
                             "'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 'k', "
                             "'{}', 1, 0, 3);"
                             "INSERT INTO passage VALUES (1, 1, 'text', 0, 3, 'en', 'k', 'abc');"
                             "INSERT INTO passage_text(rowid, title, text) VALUES (1, 'k', 'abc');";

TEST(every_earlier_version_comes_up_to_date) {
  th_arena *a = th_arena_new(0);
  th_err err = { 0 };
  fresh();
  sqlite3 *db = open_raw();
  CHECK_OK_ERR(th_store__migrate(db, &th_store__records, th_store__records.newest, &err), &err);
  const th_str want = definitions(a, db);
  sqlite3_close(db);
  home_remove(home);
  CHECK(want.n > 1000);
  for (int v = 1; v < th_store__records.newest; v++) {
    fresh();
    db = open_raw();
    CHECK_OK_ERR(th_store__migrate(db, &th_store__records, v, &err), &err);
    CHECK_OK_ERR(th_store__exec(db, rows_1, "rows", &err), &err);
    sqlite3_close(db);
    char source[4400];
    snprintf(source, sizeof source, "%s/sources/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", home);
    CHECK_OK_ERR(th_file_write(source, TH_S("abc"), &err), &err);
    th_store *s = NULL; /* a reader is enough to bring it up to date */
    CHECK_OK_ERR(th_store_open(home, TH_STORE_READ, 1000, &s, &err), &err);
    if (!s) return;
    CHECK_INT(th_store_schema(s), th_store__records.newest);
    CHECK_STR(definitions(a, s->db), want.p ? th_str_z(a, want) : "");
    th_store_hit_vec hits;
    CHECK_OK_ERR(th_store_search(a, s, TH_S("abc"), TH_S(""), 0, 0, &hits, NULL, &err), &err);
    CHECK(hits.n == 1 && th_str_is(hits.v[0].record.doc.licence, "CC0"));
    th_store_fault_vec faults;
    CHECK_OK_ERR(th_store_check(a, s, false, &faults, NULL, &err), &err);
    CHECK_INT(faults.n, 0);
    th_store_close(s);
    home_remove(home);
  }
  th_arena_del(a);
}

TEST(newer_schema_is_refused_and_untouched) {
  th_err err = { 0 };
  th_store *s = NULL;
  fresh();
  CHECK_OK_ERR(th_store_open(home, TH_STORE_WRITE, 1000, &s, &err), &err);
  th_store_close(s);
  sqlite3 *db = open_raw();
  char stamp[64];
  snprintf(stamp, sizeof stamp, "PRAGMA user_version = %d", th_store__records.newest + 1);
  CHECK_OK_ERR(th_store__exec(db, stamp, "stamp", &err), &err);
  sqlite3_close(db);
  th_file before, after;
  CHECK_OK_ERR(th_file_open(path, 0, &before, &err), &err);
  char was[TH_SHA256_HEX], is[TH_SHA256_HEX];
  th_sha256_hex(before.bytes, was);
  th_file_close(&before);
  for (int mode = TH_STORE_READ; mode <= TH_STORE_WRITE; mode++) {
    err = (th_err){ 0 };
    CHECK_CODE(th_store_open(home, (th_store_mode)mode, 1000, &s, &err), TH_EUNSUP);
    CHECK(strstr(err.msg, "newer program") != NULL);
  }
  CHECK_OK_ERR(th_file_open(path, 0, &after, NULL), &err);
  CHECK_STR(th_str_of(th_sha256_hex(after.bytes, is)), was);
  th_file_close(&after);
  home_remove(home);
}

/* A step that fails leaves the version before it. */
TEST(migration_is_all_or_nothing) {
  th_err err = { 0 };
  int64_t version = -1;
  fresh();
  sqlite3 *db = open_raw();
  CHECK_OK_ERR(th_store__migrate(db, &th_store__records, 1, &err), &err);
  CHECK_OK_ERR(th_store__exec(db, "CREATE TABLE licence_ingredient (x)", "in the way of step 2", &err), &err);
  CHECK(th_store__migrate(db, &th_store__records, 2, &err) != TH_OK);
  err = (th_err){ 0 };
  CHECK_OK_ERR(th_store__number(db, "PRAGMA user_version", &version, &err), &err);
  CHECK_INT(version, 1);
  CHECK_OK_ERR(th_store__number(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'interaction'", &version, &err), &err);
  CHECK_INT(version, 0);
  sqlite3_close(db);
  home_remove(home);
}

TEST(database_of_another_program_is_refused) {
  th_err err = { 0 };
  th_store *s = NULL;
  fresh();
  sqlite3 *db = open_raw();
  CHECK_OK_ERR(th_store__exec(db, "CREATE TABLE theirs (x)", "theirs", &err), &err);
  sqlite3_close(db);
  CHECK_CODE(th_store_open(home, TH_STORE_WRITE, 1000, &s, &err), TH_EPARSE);
  CHECK(strstr(err.msg, "another program") != NULL);
  home_remove(home);
}

TEST_MAIN(RUN(every_earlier_version_comes_up_to_date), RUN(newer_schema_is_refused_and_untouched),
          RUN(migration_is_all_or_nothing), RUN(database_of_another_program_is_refused))
