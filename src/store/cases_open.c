/* cases.db: its schema, opening and closing. */
#include <unistd.h>

#include "store/cases_priv.h"

/* 1: what the database was sealed with, versions of cases, attachments in chunks, the log. A summary stands before the body, so that a
 * list reads no body. */
static const char step_1[] =
    "CREATE TABLE vault (id INTEGER PRIMARY KEY CHECK (id = 1), key_id TEXT NOT NULL, proof BLOB NOT NULL) STRICT;"
    "CREATE TABLE case_version ("
    "  n INTEGER PRIMARY KEY," /* in the order they were kept */
    "  case_id TEXT NOT NULL CHECK (length(case_id) = 32),"
    "  version INTEGER NOT NULL CHECK (version >= 1),"
    "  at INTEGER NOT NULL,"
    "  summary BLOB NOT NULL, body BLOB NOT NULL,"
    "  UNIQUE (case_id, version)"
    ") STRICT;"
    "CREATE TABLE attachment ("
    "  n INTEGER PRIMARY KEY,"
    "  id TEXT NOT NULL UNIQUE CHECK (length(id) = 32),"
    "  case_id TEXT NOT NULL CHECK (length(case_id) = 32),"
    "  version INTEGER NOT NULL CHECK (version >= 1),"
    "  at INTEGER NOT NULL,"
    "  head BLOB NOT NULL"
    ") STRICT;"
    "CREATE INDEX attachment_case ON attachment(case_id);"
    "CREATE TABLE chunk ("
    "  attachment_id TEXT NOT NULL REFERENCES attachment(id),"
    "  n INTEGER NOT NULL CHECK (n >= 0),"
    "  body BLOB NOT NULL,"
    "  PRIMARY KEY (attachment_id, n)"
    ") STRICT;"
    "CREATE TABLE entry ("
    "  n INTEGER PRIMARY KEY CHECK (n >= 1),"
    "  at INTEGER NOT NULL, did TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,"
    "  who BLOB NOT NULL, hash TEXT NOT NULL CHECK (length(hash) = 64)"
    ") STRICT;"
    "CREATE INDEX entry_id ON entry(id);"
    "CREATE TRIGGER entry_stays BEFORE UPDATE ON entry BEGIN SELECT raise(ABORT, 'the log is only added to'); END;"
    "CREATE TRIGGER entry_kept BEFORE DELETE ON entry BEGIN SELECT raise(ABORT, 'the log is only added to'); END;";

static const char *const steps[] = { step_1 };

const th_store__file th_store__cases = {
  .name = "cases.db",
  .application = 0x54684373, /* "ThCs" */
  .absent = "no case is kept",
  .remedy = "",
  .secret = true,
  .step = steps,
  .newest = sizeof steps / sizeof *steps,
};

bool th_cases_exist(const char *home) {
  char path[TH_LIMIT_PATH_BYTES + 16];
  snprintf(path, sizeof path, "%s/%s", home, th_store__cases.name);
  return access(path, F_OK) == 0;
}

static const th_cases__place proof_place = { .table = "vault", .id = { "1", 1 } };

/* What was sealed when the first key was made; *there false: nothing was yet. */
static th_code proof_read(th_arena *a, th_cases *c, bool *there, th_str *key_id, th_str *proof, th_err *err) {
  sqlite3_stmt *st;
  TH_TRY(th_store__stmt(c->db, "SELECT key_id, proof FROM vault", &st, err));
  TH_TRY(th_store__step(c->db, st, there, err));
  if (!*there) return TH_OK;
  *key_id = th_store__text(a, st, 0);
  *proof = th_cases__blob(a, st, 1);
  sqlite3_reset(st);
  return key_id->p && proof->p ? TH_OK : th_fail_nomem(err);
}

static th_code proof_check(th_arena *a, th_cases *c, th_str key_id, th_str proof, th_err *err) {
  th_str said;
  if (!th_str_is(key_id, c->key.id)) {
    th_fail(err, TH_EAUTH,
            "this is not the key these cases were sealed with (they need %.*s, this is %s): set THERIAC_KEY_FILE",
            TH_STR_ARG(key_id), c->key.id);
    th_err_source(err, c->key_path);
    return TH_EAUTH;
  }
  return th_cases__unseal(a, c, proof_place, proof, &said, err);
}

static th_code proof_write(th_arena *a, th_cases *c, th_err *err) {
  sqlite3_stmt *st;
  th_str proof;
  TH_TRY(th_cases__seal(a, c, proof_place, TH_S("theriac"), &proof, err));
  TH_TRY(th_store__stmt(c->db, "INSERT INTO vault VALUES (1, ?1, ?2)", &st, err));
  th_store__bind(st, 1, th_str_of(c->key.id));
  th_cases__bind_blob(st, 2, proof);
  return th_store__run(c->db, st, err);
}

static th_code key_missing(const th_cases *c, th_err *err) {
  th_fail(err, TH_ENOENT, "the key of the cases is missing: without it they stay sealed; put it back, or set THERIAC_KEY_FILE");
  th_err_source(err, c->key_path);
  return TH_ENOENT;
}

/* Under the writer's lock when writing, so that two programs that begin at the same moment agree on the key. */
static th_code unlock(th_arena *a, th_cases *c, const char *home, th_err *err) {
  const bool write = c->db->mode == TH_STORE_WRITE;
  bool sealed, found;
  th_str key_id, proof;
  TH_TRY(proof_read(a, c, &sealed, &key_id, &proof, err));
  if (!sealed && !write) return th_fail(err, TH_ENOENT, "%s in %s yet", th_store__cases.absent, home);
  TH_TRY(th_cases__key_read(c->key_path, home, write && !sealed, &found, &c->key, err));
  if (!found) return key_missing(c, err);
  return sealed ? proof_check(a, c, key_id, proof, err) : proof_write(a, c, err);
}

static th_code unlock_within(th_cases *c, const char *home, th_err *err) {
  th_arena *a = th_arena_new(0);
  if (!a) return th_fail_nomem(err);
  th_code code = th_store__exec(c->db->db, "PRAGMA secure_delete = ON", "opening the cases", err);
  if (code == TH_OK) code = th_store_begin(c->db, err);
  if (code == TH_OK) code = unlock(a, c, home, err);
  if (code == TH_OK)
    code = th_store_commit(c->db, err);
  else
    th_store_rollback(c->db);
  th_arena_del(a);
  return code;
}

th_code th_cases_open(const char *home, th_cases_mode mode, const char *key_file, int wait_ms, th_cases **out, th_err *err) {
  *out = NULL;
  if (sodium_init() < 0) return th_fail(err, TH_EBUG, "libsodium does not start");
  if (key_file && strlen(key_file) > TH_LIMIT_PATH_BYTES - 64)
    return th_fail(err, TH_EINVAL, "the path of the key is longer than TH_LIMIT_PATH_BYTES (%d)", TH_LIMIT_PATH_BYTES);
  th_cases *c = th_malloc(sizeof *c);
  if (!c) return th_fail_nomem(err);
  memset(c, 0, sizeof *c);
  sodium_mlock(&c->key, sizeof c->key); /* kept out of the swap where the system lets us */
  th_code code = TH_OK;
  if (key_file)
    snprintf(c->key_path, sizeof c->key_path, "%s", key_file);
  else
    code = th_cases_key_path(c->key_path, err);
  const th_store_mode as = mode == TH_CASES_WRITE ? TH_STORE_WRITE : TH_STORE_READ;
  if (code == TH_OK) code = th_store__open_file(home, &th_store__cases, as, wait_ms, &c->db, err);
  if (code == TH_OK) code = unlock_within(c, home, err);
  if (code == TH_OK)
    *out = c;
  else
    th_cases_close(c);
  return code;
}

void th_cases_close(th_cases *c) {
  if (!c) return;
  th_store_close(c->db);
  sodium_munlock(&c->key, sizeof c->key); /* wipes it */
  th_free(c);
}

void th_cases__settle(th_cases *c) {
  sqlite3_wal_checkpoint_v2(c->db->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}
