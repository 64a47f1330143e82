/* Backup and restore. A backup is a home directory of its own: open it with --home, or put it back with restore. Sealed cases go with
 * it as they are; their key does not, so that a backup that is lost tells nothing.
 *
 * The database is copied by SQLite as it is at one moment (VACUUM INTO), then the documents it names. Everything is written
 * beside its place and moved there when it is whole and was checked, so a backup that exists is a good one. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store_priv.h"
#include "theriac/io.h"
#include "theriac/store/cases.h"

static th_code io_fail(th_err *err, const char *doing, const char *path) {
  return th_fail(err, errno == EACCES || errno == EPERM ? TH_EAUTH : TH_EIO, "%s %s: %s", doing, path, strerror(errno));
}

static th_code sync_path(const char *path, th_err *err) {
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return io_fail(err, "opening", path);
  const int rc = fsync(fd);
  close(fd);
  return rc == 0 ? TH_OK : io_fail(err, "writing", path);
}

/* SQLite copies into an empty file, and leaves its mode. */
static th_code make_empty(const char *path, th_err *err) {
  const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return io_fail(err, "making", path);
  close(fd);
  return TH_OK;
}

static th_code copy_database(th_store *s, const char *to, th_err *err) {
  unlink(to);
  if (s->file->secret) TH_TRY(make_empty(to, err));
  sqlite3_stmt *st = NULL;
  /* query_only forbids VACUUM INTO too, though it writes elsewhere. */
  TH_TRY(th_store__exec(s->db, "PRAGMA query_only = OFF", "copying the store", err));
  int rc = sqlite3_prepare_v2(s->db, "VACUUM INTO ?1", -1, &st, NULL);
  if (rc == SQLITE_OK) rc = sqlite3_bind_text(st, 1, to, -1, SQLITE_STATIC);
  if (rc == SQLITE_OK) rc = sqlite3_step(st);
  sqlite3_finalize(st);
  if (s->mode == TH_STORE_READ) TH_TRY(th_store__exec(s->db, "PRAGMA query_only = ON", "copying the store", err));
  if (rc != SQLITE_DONE) return th_store__sql_fail(s->db, rc == SQLITE_OK ? SQLITE_ERROR : rc, "copying the store", err);
  return sync_path(to, err);
}

/* Sealed cases, as far as they can be judged without the key. */
static th_code cases_sound(const char *home, const char *what, th_err *err) {
  th_store *s;
  if (!th_cases_exist(home)) return TH_OK;
  TH_TRY(th_store__open_file(home, &th_store__cases, TH_STORE_READ, -1, &s, err));
  sqlite3_stmt *st;
  bool row = false;
  th_code code = th_store__stmt(s, "PRAGMA integrity_check(1)", &st, err);
  if (code == TH_OK) code = th_store__step(s, st, &row, err);
  const char *said = code == TH_OK && row ? (const char *)sqlite3_column_text(st, 0) : NULL;
  if (code == TH_OK && (!said || strcmp(said, "ok") != 0))
    code = th_fail(err, TH_EPARSE, "cases.db of %s is damaged: %s", what, said ? said : "it cannot be read");
  th_store_close(s);
  return code;
}

static th_code copy_cases(const char *from, const char *to, th_err *err) {
  th_store *s;
  if (!th_cases_exist(from)) return TH_OK;
  TH_TRY(th_store__open_file(from, &th_store__cases, TH_STORE_READ, -1, &s, err));
  const th_code code = copy_database(s, to, err);
  th_store_close(s);
  return code;
}

/* Documents of the copy, read from the original's sources, checked, written under `to`/sources. */
static th_code copy_sources(th_store *from, th_store *copy, const char *to, th_err *err) {
  th_arena *a = th_arena_new(0), *one = th_arena_new(0);
  th_store_document_vec docs = { 0 };
  th_code code = a && one ? th_store_documents(a, copy, &docs, err) : th_fail_nomem(err);
  for (size_t i = 0; code == TH_OK && i < docs.n; i++) {
    th_str bytes, path = th_store__source_path(one, to, docs.v[i].sha256);
    code = path.p ? th_store_document_bytes(one, from, docs.v[i].sha256, &bytes, err) : th_fail_nomem(err);
    if (code == TH_OK && access(path.p, F_OK) != 0) code = th_file_write(path.p, bytes, err);
    th_arena_reset(one);
  }
  th_arena_del(one);
  th_arena_del(a);
  return code;
}

/* A copy counts as good when the check finds nothing that matters. */
static th_code must_be_sound(th_store *s, const char *what, th_err *err) {
  th_arena *a = th_arena_new(0);
  if (!a) return th_fail_nomem(err);
  th_store_fault_vec faults;
  th_code code = th_store_check(a, s, false, &faults, NULL, err);
  for (size_t i = 0; code == TH_OK && i < faults.n; i++)
    if (!faults.v[i].harmless) code = th_fail(err, TH_EPARSE, "%s is damaged: %.*s", what, TH_STR_ARG(faults.v[i].what));
  th_arena_del(a);
  return code;
}

static th_code must_be_free(const char *to, th_err *err) {
  struct stat st;
  if (lstat(to, &st) != 0) return errno == ENOENT ? TH_OK : io_fail(err, "looking at", to);
  if (!S_ISDIR(st.st_mode)) return th_fail(err, TH_ECONFLICT, "%s is there already and is no folder", to);
  if (rmdir(to) == 0) return TH_OK;
  return errno == ENOTEMPTY || errno == EEXIST
             ? th_fail(err, TH_ECONFLICT, "the folder %s is not empty: give one that is new", to)
             : io_fail(err, "using", to);
}

static void remove_partial(const char *dir) {
  static const char *const name[] = { "theriac.db", "theriac.db-wal", "theriac.db-shm", "theriac.db-journal",
                                      "cases.db",   "cases.db-wal",   "cases.db-shm",   "cases.db-journal" };
  char path[TH_LIMIT_PATH_BYTES + 24];
  th_arena *a = th_arena_new(0);
  th_dir_list list = { 0 };
  snprintf(path, sizeof path, "%s/sources", dir);
  if (a && th_dir_read(a, path, &list, NULL) == TH_OK)
    for (size_t i = 0; i < list.n; i++) unlink(list.v[i].path.p);
  rmdir(path);
  for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
    snprintf(path, sizeof path, "%s/%s", dir, name[i]);
    unlink(path);
  }
  rmdir(dir);
  th_arena_del(a);
}

static th_code copy_home(th_store *s, const char *dir, th_err *err) {
  char path[TH_LIMIT_PATH_BYTES + 16];
  snprintf(path, sizeof path, "%s/sources", dir);
  TH_TRY(th_dir_make(path, err));
  snprintf(path, sizeof path, "%s/theriac.db", dir);
  TH_TRY(copy_database(s, path, err));
  th_store *copy;
  TH_TRY(th_store_open(dir, TH_STORE_READ, -1, &copy, err));
  th_code code = copy_sources(s, copy, dir, err);
  if (code == TH_OK) code = must_be_sound(copy, "the copy", err);
  th_store_close(copy);
  snprintf(path, sizeof path, "%s/cases.db", dir);
  if (code == TH_OK) code = copy_cases(s->home, path, err);
  return code == TH_OK ? cases_sound(dir, "the copy", err) : code;
}

th_code th_store_backup(th_store *s, const char *to, th_err *err) {
  char partial[TH_LIMIT_PATH_BYTES];
  if (!*to || (size_t)snprintf(partial, sizeof partial, "%s.partial", to) >= sizeof partial - 128)
    return th_fail(err, TH_EINVAL, "the folder for the backup is empty or longer than TH_LIMIT_PATH_BYTES");
  TH_TRY(must_be_free(to, err));
  remove_partial(partial);
  th_code code = copy_home(s, partial, err);
  if (code == TH_OK && rename(partial, to) != 0) code = io_fail(err, "making", to);
  if (code != TH_OK) remove_partial(partial);
  return code;
}

/* ── Restore ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code may_replace(const char *home, const char *db, bool replace, th_err *err) {
  if (replace || access(db, F_OK) != 0) return TH_OK;
  return th_fail(err, TH_ECONFLICT, "there is a store in %s: --replace puts the backup in its place", home);
}

/* The log of the present database must not meet the restored one: the last to close removes it, so if it is still there, somebody
 * has the store open. */
static th_code retire_present(const char *home, const char *db, th_err *err) {
  char old[TH_LIMIT_PATH_BYTES + 40], wal[TH_LIMIT_PATH_BYTES + 40];
  snprintf(old, sizeof old, "%s.before-restore", db);
  snprintf(wal, sizeof wal, "%s-wal", db);
  if (access(db, F_OK) != 0) return TH_OK;
  sqlite3 *h = NULL;
  th_err ignored = { 0 };
  if (th_store__db_open(db, SQLITE_OPEN_READWRITE, TH_STORE_WAIT_MS, &h, &ignored) == TH_OK) {
    sqlite3_wal_checkpoint_v2(h, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_close(h);
  }
  if (access(wal, F_OK) == 0) return th_fail(err, TH_ECONFLICT, "another program has the store in %s open: end it first", home);
  unlink(old);
  return link(db, old) == 0 ? TH_OK : io_fail(err, "keeping", old);
}

typedef struct place { /* of one database in the home, and beside it the one that is to take its place */
  char db[TH_LIMIT_PATH_BYTES + 16], fresh[TH_LIMIT_PATH_BYTES + 32];
} place;

static place place_in(const char *home, const th_store__file *file) {
  place p;
  snprintf(p.db, sizeof p.db, "%s/%s", home, file->name);
  snprintf(p.fresh, sizeof p.fresh, "%s/%s.restoring", home, file->name);
  return p;
}

static th_code move_in(const char *home, const place *p, th_err *err) {
  TH_TRY(retire_present(home, p->db, err));
  return rename(p->fresh, p->db) == 0 ? TH_OK : io_fail(err, "making", p->db);
}

/* All is copied and checked before anything is replaced. A backup without cases leaves those that are there. */
static th_code put_in_place(th_store *from, const char *home, bool replace, th_err *err) {
  const place store = place_in(home, &th_store__records), cases = place_in(home, &th_store__cases);
  const bool sealed = th_cases_exist(from->home);
  char sources[TH_LIMIT_PATH_BYTES + 16];
  snprintf(sources, sizeof sources, "%s/sources", home);
  TH_TRY(may_replace(home, store.db, replace, err));
  if (sealed) TH_TRY(may_replace(home, cases.db, replace, err));
  TH_TRY(th_dir_make(sources, err));
  th_code code = copy_database(from, store.fresh, err);
  if (code == TH_OK) code = copy_cases(from->home, cases.fresh, err);
  if (code == TH_OK) code = copy_sources(from, from, home, err);
  if (code == TH_OK) code = move_in(home, &store, err);
  if (code == TH_OK && sealed) code = move_in(home, &cases, err);
  if (code == TH_OK) code = sync_path(home, err);
  if (code != TH_OK) {
    unlink(store.fresh);
    unlink(cases.fresh);
  }
  return code;
}

th_code th_store_restore(const char *from, const char *home, bool replace, th_err *err) {
  if (!*home || strlen(home) > TH_LIMIT_PATH_BYTES - 128)
    return th_fail(err, TH_EINVAL, "the home directory is empty or longer than TH_LIMIT_PATH_BYTES");
  th_store *backup;
  TH_TRY(th_store_open(from, TH_STORE_READ, -1, &backup, err));
  th_code code = must_be_sound(backup, "the backup", err);
  if (code == TH_OK) code = cases_sound(from, "the backup", err);
  if (code == TH_OK) code = put_in_place(backup, home, replace, err);
  th_store_close(backup);
  if (code != TH_OK) return code;
  th_store *s;
  TH_TRY(th_store_open(home, TH_STORE_READ, -1, &s, err));
  code = must_be_sound(s, "the restored store", err);
  th_store_close(s);
  return code == TH_OK ? cases_sound(home, "the restored store", err) : code;
}
