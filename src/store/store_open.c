/* Opening, closing and transactions. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "store/store_priv.h"
#include "theriac/io.h"

int th_store_schema_newest(void) {
  return th_store__records.newest;
}

const char *th_store_home(const th_store *s) {
  return s->home;
}

int th_store_schema(const th_store *s) {
  return s->schema;
}

th_code th_store_version(th_store *s, uint64_t *out, th_err *err) {
  sqlite3_stmt *st;
  bool row;
  TH_TRY(th_store__stmt(s, "PRAGMA data_version", &st, err));
  TH_TRY(th_store__step(s, st, &row, err));
  *out = row ? (uint64_t)sqlite3_column_int64(st, 0) : 0;
  sqlite3_reset(st);
  return TH_OK;
}

void th_store_close(th_store *s) {
  if (!s) return;
  th_store__forget(s);
  if (s->db) {
    th_store_rollback(s);
    const int rc = sqlite3_close(s->db);
    TH_ASSERT(rc == SQLITE_OK);
  }
  th_store__trial_close(s);
  th_packer_del(s->packer);
  th_free(s->pending);
  th_free(s->home);
  th_free(s);
}

/* The file must be ours, or empty and new. */
static th_code read_identity(sqlite3 *db, int64_t *application, int64_t *schema, int64_t *tables, th_err *err) {
  TH_TRY(th_store__number(db, "PRAGMA application_id", application, err));
  TH_TRY(th_store__number(db, "PRAGMA user_version", schema, err));
  return th_store__number(db, "SELECT count(*) FROM sqlite_schema", tables, err);
}

/* Read as it is at one moment: another program may be making it just now. */
static th_code check_identity(sqlite3 *db, const th_store__file *file, int64_t *schema, th_err *err) {
  int64_t application = 0, tables = 0;
  TH_TRY(th_store__exec(db, "BEGIN", "opening the store", err));
  const th_code code = read_identity(db, &application, schema, &tables, err);
  TH_TRY(th_store__exec(db, "ROLLBACK", "opening the store", code == TH_OK ? err : NULL));
  if (code != TH_OK) return code;
  const bool fresh = application == 0 && *schema == 0 && tables == 0;
  if (!fresh && application != file->application)
    return th_fail(err, TH_EPARSE, "%s is a database of another program; give another home directory with --home", file->name);
  if (*schema > file->newest)
    return th_fail(err, TH_EUNSUP,
                   "the store has schema %d and this program knows up to %d: use the newer program, or restore an older backup",
                   (int)*schema, file->newest);
  return TH_OK;
}

/* The switch to WAL takes a lock for which SQLite does not call the busy handler. */
static th_code use_wal(sqlite3 *db, int wait_ms, th_err *err) {
  for (int waited = 0;; waited += 20) {
    const int rc = sqlite3_exec(db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
    if (rc == SQLITE_OK) return TH_OK;
    if ((rc & 0xff) != SQLITE_BUSY || waited >= wait_ms) return th_store__sql_fail(db, rc, "opening the store", err);
    nanosleep(&(struct timespec){ .tv_nsec = 20 * 1000 * 1000 }, NULL);
  }
}

static th_code settle(th_store *s, th_err *err) {
  int64_t schema = 0;
  TH_TRY(th_store__tokenizer_add(s->db, &s->cut, err));
  TH_TRY(th_store__exec(s->db, "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON",
                        "opening the store", err));
  TH_TRY(check_identity(s->db, s->file, &schema, err));
  if (s->mode == TH_STORE_WRITE) {
    TH_TRY(use_wal(s->db, s->wait_ms, err));
    /* FULL: a commit is on the disk before it is reported. */
    TH_TRY(th_store__exec(s->db, "PRAGMA synchronous = FULL; PRAGMA cache_size = -65536", "opening the store", err));
    if (schema < s->file->newest) TH_TRY(th_store__migrate(s->db, s->file, s->file->newest, err));
    schema = s->file->newest;
  } else {
    TH_TRY(th_store__exec(s->db, "PRAGMA query_only = ON; PRAGMA cache_size = -32768; PRAGMA mmap_size = 268435456",
                          "opening the store", err));
  }
  s->schema = (int)schema;
  return TH_OK;
}

/* "file:" with every byte escaped that a URI does not carry as it is. */
static void uri_of(const char *path, char *out, size_t size) {
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-";
  size_t n = (size_t)snprintf(out, size, "file:");
  for (const char *c = path; *c && n + 32 < size; c++)
    n += (size_t)snprintf(out + n, size - n, strchr(plain, *c) ? "%c" : "%%%02x", (unsigned char)*c);
  snprintf(out + n, size - n, "?immutable=1");
}

/* A folder that cannot be written (a read-only medium, another user's) is read as it lies when no writer can be at work there. */
static th_code open_database(th_store *s, const char *path, th_err *err) {
  if (s->mode == TH_STORE_WRITE)
    return th_store__db_open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, s->wait_ms, &s->db, err);
  char wal[TH_LIMIT_PATH_BYTES + 16];
  snprintf(wal, sizeof wal, "%s-wal", path);
  if (access(s->home, W_OK) == 0 || access(wal, F_OK) == 0)
    return th_store__db_open(path, SQLITE_OPEN_READWRITE, s->wait_ms, &s->db, err);
  char uri[3 * TH_LIMIT_PATH_BYTES + 32];
  uri_of(path, uri, sizeof uri);
  return th_store__db_open(uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, s->wait_ms, &s->db, err);
}

/* SQLite gives its log the mode of the database. */
static th_code make_secret(const char *path, th_err *err) {
  const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return th_fail(err, errno == EACCES ? TH_EAUTH : TH_EIO, "making %s: %s", path, strerror(errno));
  close(fd);
  return TH_OK;
}

static th_code prepare_home(const char *home, const th_store__file *file, th_store_mode mode, const char *path, th_err *err) {
  if (mode == TH_STORE_WRITE) {
    char sources[TH_LIMIT_PATH_BYTES];
    snprintf(sources, sizeof sources, "%s%s", home, file->secret ? "" : "/sources");
    TH_TRY(th_dir_make(sources, err));
    return file->secret ? make_secret(path, err) : TH_OK;
  }
  if (access(path, F_OK) == 0) return TH_OK;
  if (errno == EACCES) return th_fail(err, TH_EAUTH, "the store %s may not be read", path);
  return th_fail(err, TH_ENOENT, "%s in %s yet%s", file->absent, home, file->remedy);
}

static th_code open_once(const char *home, const th_store__file *file, th_store_mode mode, int wait_ms, th_store **out,
                         th_err *err) {
  *out = NULL;
  char path[TH_LIMIT_PATH_BYTES];
  if (!*home || (size_t)snprintf(path, sizeof path, "%s/%s", home, file->name) >= sizeof path - 16)
    return th_fail(err, TH_EINVAL, "the home directory is empty or longer than TH_LIMIT_PATH_BYTES (%d)", TH_LIMIT_PATH_BYTES);
  TH_TRY(prepare_home(home, file, mode, path, err));
  th_store *s = th_malloc(sizeof *s);
  if (!s) return th_fail_nomem(err);
  *s = (th_store){ .file = file, .mode = mode, .wait_ms = wait_ms, .sources_fd = -1 };
  const size_t n = strlen(home) + 1;
  th_code code = (s->home = th_malloc(n)) ? TH_OK : th_fail_nomem(err);
  if (code == TH_OK) {
    memcpy(s->home, home, n);
    code = open_database(s, path, err);
  }
  if (code == TH_OK) code = settle(s, err);
  if (code != TH_OK) {
    th_err_source(err, path);
    th_store_close(s);
    return code;
  }
  *out = s;
  return TH_OK;
}

th_code th_store__open_file(const char *home, const th_store__file *file, th_store_mode mode, int wait_ms, th_store **out,
                            th_err *err) {
  if (wait_ms < 0) wait_ms = TH_STORE_WAIT_MS;
  TH_TRY(open_once(home, file, mode, wait_ms, out, err));
  if ((*out)->schema == file->newest) return TH_OK;
  /* A reader met an older store: a writer brings it up to date, then it is read. */
  th_store_close(*out);
  TH_TRY(open_once(home, file, TH_STORE_WRITE, wait_ms, out, err));
  th_store_close(*out);
  return open_once(home, file, mode, wait_ms, out, err);
}

th_code th_store_open(const char *home, th_store_mode mode, int wait_ms, th_store **out, th_err *err) {
  return th_store__open_file(home, &th_store__records, mode, wait_ms, out, err);
}

th_code th_store_begin(th_store *s, th_err *err) {
  if (s->in_transaction) return th_fail(err, TH_EBUG, "a transaction was begun twice");
  const char *begin = s->mode == TH_STORE_WRITE ? "BEGIN IMMEDIATE" : "BEGIN; SELECT count(*) FROM sqlite_schema";
  const th_code code = th_store__exec(s->db, begin, "waiting for the store", err);
  s->in_transaction = code == TH_OK;
  s->marks = 0;
  return code;
}

th_code th_store_commit(th_store *s, th_err *err) {
  if (s->mode == TH_STORE_WRITE) TH_TRY(th_store__need_write(s, err));
  th_code code = th_store__trial_flush(s, err);
  if (code == TH_OK) code = th_store__sync_sources(s, err);
  if (code == TH_OK) code = th_store__exec(s->db, "COMMIT", "storing", err);
  if (code != TH_OK) {
    th_store_rollback(s);
    return code;
  }
  s->in_transaction = false;
  th_store__drop_pending(s, false);
  return TH_OK;
}

void th_store_rollback(th_store *s) {
  if (!s->in_transaction) return;
  th_store__drop_pending(s, !sqlite3_get_autocommit(s->db));
  sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
  th_store__trial_drop(s, 0);
  s->in_transaction = false;
  s->marks = 0;
}

th_code th_store_mark(th_store *s, th_err *err) {
  TH_TRY(th_store__need_write(s, err));
  if (s->marks == TH_STORE__MARKS) return th_fail(err, TH_EBUG, "more than TH_STORE__MARKS (%d) marks", TH_STORE__MARKS);
  TH_TRY(th_store__exec(s->db, "SAVEPOINT mark", "storing", err));
  th_store__trial_mark(s, s->marks);
  s->mark_pending[s->marks] = s->n_pending;
  s->marks++;
  return TH_OK;
}

th_code th_store_keep(th_store *s, th_err *err) {
  if (s->marks == 0) return th_fail(err, TH_EBUG, "keep without a mark");
  TH_TRY(th_store__exec(s->db, "RELEASE mark", "storing", err));
  s->marks--;
  return TH_OK;
}

/* A disk that ran full may have rolled the whole transaction back already; then there is no savepoint left to undo, and
 * th_store__need_write stops what follows. */
void th_store_undo(th_store *s) {
  if (s->marks == 0) return;
  const bool held = !sqlite3_get_autocommit(s->db);
  sqlite3_exec(s->db, "ROLLBACK TO mark; RELEASE mark", NULL, NULL, NULL);
  th_store__trial_drop(s, s->marks);
  if (held) th_store__undo_pending(s, s->mark_pending[s->marks - 1]);
  s->marks--;
}
