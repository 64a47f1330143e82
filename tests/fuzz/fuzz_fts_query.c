/* Any bytes as a query over a small index: an answer, or "nothing to search for"; never an error of the database. The bytes serve as
 * a text to be cut as well. */
#include <stdlib.h>

#include "store/store_priv.h"

static sqlite3 *open_index(void) {
  sqlite3 *db = NULL;
  if (th_store__db_open(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, 0, &db, NULL) != TH_OK ||
      th_store__tokenizer_add(db, NULL, NULL) != TH_OK ||
      th_store__exec(db,
                     "CREATE VIRTUAL TABLE t USING fts5(title, text, tokenize='theriac');"
                     "INSERT INTO t VALUES ('抗癌藥物', 'Belimumab（ＢＥＮＬＹＳＴＡ）10㎎ for α-interferon 癌症, ﬁnal')",
                     "index", NULL) != TH_OK)
    abort();
  return db;
}

static void run(sqlite3 *db, const char *sql, th_str text) {
  sqlite3_stmt *st = NULL;
  if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK) abort();
  th_store__bind(st, 1, text);
  int rc;
  do rc = sqlite3_step(st);
  while (rc == SQLITE_ROW);
  if (rc != SQLITE_DONE && rc != SQLITE_NOMEM) abort();
  sqlite3_finalize(st);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  static sqlite3 *db;
  if (!db) db = open_index();
  th_arena *a = th_arena_new(0);
  if (!a) return 0;
  const th_str text = th_str_n((const char *)data, n);
  th_str fts;
  if (th_store__query(a, text, &fts, NULL) == TH_OK)
    run(db, "SELECT highlight(t, 0, '[', ']'), snippet(t, 1, '[', ']', '', 8) FROM t WHERE t MATCH ?1", fts);
  run(db, "SAVEPOINT x", TH_STR_NONE);
  run(db, "INSERT INTO t VALUES ('', ?1)", text);
  if (th_store__query(a, TH_S("癌 OR a* OR 1*"), &fts, NULL) == TH_OK)
    run(db, "SELECT snippet(t, 1, '[', ']', '', 8), highlight(t, 1, '[', ']') FROM t WHERE t MATCH ?1", fts);
  run(db, "ROLLBACK TO x", TH_STR_NONE);
  run(db, "RELEASE x", TH_STR_NONE);
  th_arena_del(a);
  return 0;
}
