/* Documents: their bytes under sources/, their rows, and what the readers noted about them. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "store/store_priv.h"
#include "theriac/io.h"

th_str th_store__source_path(th_arena *a, const char *home, th_str sha256) {
  return th_str_fmt(a, "%s/sources/%.*s", home, TH_STR_ARG(sha256));
}

static bool document_row(th_arena *a, sqlite3_stmt *st, int col, th_store_document *d) {
  *d = (th_store_document){ .id = sqlite3_column_int64(st, col),
                            .sha256 = th_store__text(a, st, col + 1),
                            .bytes = (uint64_t)sqlite3_column_int64(st, col + 2),
                            .name = th_store__text(a, st, col + 3),
                            .kind = th_store__text(a, st, col + 4),
                            .retrieved = th_store__date(st, col + 5),
                            .licence = th_store__text(a, st, col + 6) };
  return d->sha256.p && d->name.p && d->kind.p && d->licence.p;
}

static th_code record_body(th_arena *a, th_store *s, sqlite3_stmt *st, int col, th_str *body, th_err *err) {
  if (sqlite3_column_type(st, col) != SQLITE_BLOB) {
    *body = th_store__text(a, st, col);
    return body->p ? TH_OK : th_fail_nomem(err);
  }
  if (!s->packer && !(s->packer = th_packer_new())) return th_fail_nomem(err);
  const char *p = sqlite3_column_blob(st, col);
  const th_str packed = th_str_n(p, (size_t)sqlite3_column_bytes(st, col));
  const th_code code = th_unpack(s->packer, a, packed, TH_LIMIT_FILE_BYTES, body, err);
  if (code == TH_EPARSE) th_err_ctx(err, "a stored record; run \"theriac doctor\"");
  return code;
}

th_code th_store__record_row(th_arena *a, th_store *s, sqlite3_stmt *st, bool with_body, th_store_record *r, th_err *err) {
  *r = (th_store_record){ .id = sqlite3_column_int64(st, 0),
                          .kind = th_store__text(a, st, 1),
                          .key = th_store__text(a, st, 2),
                          .version = (uint32_t)sqlite3_column_int64(st, 3),
                          .current = sqlite3_column_int(st, 4) != 0,
                          .title = th_store__text(a, st, 5),
                          .body = TH_S(""),
                          .from = (uint64_t)sqlite3_column_int64(st, 7),
                          .to = (uint64_t)sqlite3_column_int64(st, 8) };
  r->dated = th_store__date(st, 16);
  if (!r->kind.p || !r->key.p || !r->title.p || !document_row(a, st, 9, &r->doc)) return th_fail_nomem(err);
  return with_body ? record_body(a, s, st, 6, &r->body, err) : TH_OK;
}

th_code th_store_document_find(th_arena *a, th_store *s, th_str sha256, bool *found, th_store_document *out, th_err *err) {
  sqlite3_stmt *st;
  TH_TRY(
      th_store__stmt(s, "SELECT id, sha256, bytes, name, kind, retrieved, licence FROM document WHERE sha256 = ?1", &st, err));
  th_store__bind(st, 1, sha256);
  TH_TRY(th_store__step(s, st, found, err));
  if (!*found) return TH_OK;
  const bool ok = document_row(a, st, 0, out);
  sqlite3_reset(st);
  return ok ? TH_OK : th_fail_nomem(err);
}

th_code th_store_is_empty(th_store *s, bool *empty, th_err *err) {
  sqlite3_stmt *st;
  bool row;
  TH_TRY(th_store__stmt(s, "SELECT 1 FROM document LIMIT 1", &st, err));
  TH_TRY(th_store__step(s, st, &row, err));
  sqlite3_reset(st);
  *empty = !row;
  return TH_OK;
}

th_code th_store_documents(th_arena *a, th_store *s, th_store_document_vec *out, th_err *err) {
  sqlite3_stmt *st;
  bool row = true;
  *out = (th_store_document_vec){ 0 };
  TH_TRY(th_store__stmt(s, "SELECT id, sha256, bytes, name, kind, retrieved, licence FROM document ORDER BY id", &st, err));
  for (;;) {
    TH_TRY(th_store__step(s, st, &row, err));
    if (!row) return TH_OK;
    th_store_document *d = TH_VEC_ADD(a, out);
    if (!d || !document_row(a, st, 0, d)) {
      sqlite3_reset(st);
      return th_fail_nomem(err);
    }
  }
}

/* ── Bytes under sources/ ──────────────────────────────────────────────────────────────────────────────────────────── */

/* A file is written beside its place and renamed, so that its name never stands over half of it; it is synced just before the
 * commit that refers to it, together with the others of that commit: each by itself would cost a journal write a file, thirty
 * times as long for a few hundred. */

static th_code io_fail(const char *doing, const char *path, th_err *err) {
  const int e = errno;
  const bool full = e == ENOSPC || e == EDQUOT || e == EFBIG;
  return th_fail(err, e == EACCES || e == EPERM || e == EROFS ? TH_EAUTH : TH_EIO, "%s %s: %s%s", doing, path, strerror(e),
                 full ? "; free some space and try again" : "");
}

static th_code write_all(int fd, th_str bytes, const char *path, th_err *err) {
  while (bytes.n > 0) {
    const ssize_t n = write(fd, bytes.p, bytes.n);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return io_fail("writing", path, err);
    bytes = th_str_sub(bytes, (size_t)n, bytes.n);
  }
  return TH_OK;
}

static th_code write_beside(const char *path, th_str bytes, th_err *err) {
  char beside[TH_LIMIT_PATH_BYTES + 96];
  snprintf(beside, sizeof beside, "%s.%ld.part", path, (long)getpid());
  const int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (fd < 0) return io_fail("writing", path, err);
  th_code code = write_all(fd, bytes, path, err);
#ifdef SYNC_FILE_RANGE_WRITE
  /* The disk may begin while the document is read: less to wait for at the commit, which syncs it in any case. */
  if (code == TH_OK && bytes.n >= (size_t)1 << 20) (void)sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
#endif
  if (close(fd) != 0 && code == TH_OK) code = io_fail("writing", path, err);
  if (code == TH_OK && rename(beside, path) != 0) code = io_fail("writing", path, err);
  if (code != TH_OK) unlink(beside);
  return code;
}

static bool holds(const char *path, th_str bytes) {
  th_file f;
  if (access(path, F_OK) != 0 || th_file_open(path, bytes.n + 1, &f, NULL) != TH_OK) return false;
  const bool same = !f.was_gzip && th_str_eq(f.bytes, bytes);
  th_file_close(&f);
  return same;
}

/* The folder is opened before the first file is written: an error of writing that the system meets in the background is told to
 * those who had the file system open by then. */
static th_code begin_pending(th_store *s, th_err *err) {
  char path[TH_LIMIT_PATH_BYTES + 16];
  if (s->n_pending == s->cap_pending) {
    const size_t cap = s->cap_pending ? 2 * s->cap_pending : 64;
    void *p = th_realloc(s->pending, cap * sizeof *s->pending);
    if (!p) return th_fail_nomem(err);
    s->pending = p;
    s->cap_pending = cap;
  }
  if (s->sources_fd >= 0) return TH_OK;
  snprintf(path, sizeof path, "%s/sources", s->home);
  s->sources_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return s->sources_fd >= 0 ? TH_OK : io_fail("opening", path, err);
}

/* A file of this name may be there when an earlier import was cut off: it is compared, not trusted, and synced in any case. */
static th_code keep_bytes(th_store *s, const char *path, th_str sha256, th_str bytes, th_err *err) {
  TH_TRY(begin_pending(s, err));
  const bool fresh = access(path, F_OK) != 0;
  if (!holds(path, bytes)) TH_TRY(write_beside(path, bytes, err));
  th_store__pending *p = &s->pending[s->n_pending++];
  TH_ASSERT(sha256.n == sizeof p->sha256 - 1);
  memcpy(p->sha256, sha256.p, sha256.n);
  p->sha256[sha256.n] = '\0';
  p->fresh = fresh;
  return TH_OK;
}

static th_code sync_one(const char *path, th_err *err) {
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return io_fail("writing", path, err);
  const th_code code = fsync(fd) == 0 ? TH_OK : io_fail("writing", path, err);
  close(fd);
  return code;
}

void th_store__undo_pending(th_store *s, size_t from) {
  char path[TH_LIMIT_PATH_BYTES + 96];
  for (size_t i = from; i < s->n_pending; i++) {
    if (!s->pending[i].fresh) continue;
    snprintf(path, sizeof path, "%s/sources/%s", s->home, s->pending[i].sha256);
    unlink(path);
  }
  if (from < s->n_pending) s->n_pending = from;
}

void th_store__drop_pending(th_store *s, bool undo) {
  if (undo) th_store__undo_pending(s, 0);
  if (s->sources_fd >= 0) close(s->sources_fd);
  s->sources_fd = -1;
  s->n_pending = 0;
}

th_code th_store__sync_sources(th_store *s, th_err *err) {
  enum { MANY = 8 };
  char path[TH_LIMIT_PATH_BYTES + 96];
  th_code code = TH_OK;
  if (s->n_pending == 0) return TH_OK;
  for (size_t i = 0; s->n_pending < MANY && i < s->n_pending && code == TH_OK; i++) {
    snprintf(path, sizeof path, "%s/sources/%s", s->home, s->pending[i].sha256);
    code = sync_one(path, err);
  }
  const int rc = code != TH_OK ? 0 : s->n_pending < MANY ? fsync(s->sources_fd) : syncfs(s->sources_fd);
  return rc == 0 ? code : io_fail("writing", "sources", err);
}

th_code th_store_document_add(th_arena *a, th_store *s, th_str bytes, th_store_document *d, th_err *err) {
  TH_TRY(th_store__need_write(s, err));
  char hex[TH_SHA256_HEX], keep[TH_DATE_TEXT];
  if (!d->sha256.n) d->sha256 = th_str_dup(a, th_str_of(th_sha256_hex(bytes, hex)));
  d->bytes = bytes.n;
  if (!d->sha256.p) return th_fail_nomem(err);
  const th_str path = th_store__source_path(a, s->home, d->sha256);
  if (!path.p) return th_fail_nomem(err);
  sqlite3_stmt *st;
  TH_TRY(th_store__stmt(
      s, "INSERT INTO document(sha256, bytes, name, kind, retrieved, licence) VALUES (?1, ?2, ?3, ?4, ?5, ?6)", &st, err));
  th_store__bind(st, 1, d->sha256);
  sqlite3_bind_int64(st, 2, (sqlite3_int64)d->bytes);
  th_store__bind(st, 3, d->name);
  th_store__bind(st, 4, d->kind);
  th_store__bind_date(st, 5, d->retrieved, keep);
  th_store__bind(st, 6, d->licence);
  TH_TRY(th_store__run(s, st, err));
  d->id = sqlite3_last_insert_rowid(s->db);
  return keep_bytes(s, path.p, d->sha256, bytes, err);
}

th_code th_store_document_bytes(th_arena *a, th_store *s, th_str sha256, th_str *bytes, th_err *err) {
  const th_str path = th_store__source_path(a, s->home, sha256);
  if (!path.p) return th_fail_nomem(err);
  th_file f;
  char hex[TH_SHA256_HEX];
  TH_TRY(th_file_open(path.p, 0, &f, err));
  th_sha256_hex(f.bytes, hex);
  const bool same = th_str_is(sha256, hex);
  *bytes = same ? th_str_dup(a, f.bytes) : TH_STR_NONE;
  th_file_close(&f);
  if (!same) return th_fail(err, TH_EPARSE, "the stored document %.12s… is not what was read: restore a backup", sha256.p);
  return bytes->p ? TH_OK : th_fail_nomem(err);
}

th_code th_store_note_add(th_store *s, int64_t document_id, const th_store_note *n, th_err *err) {
  TH_TRY(th_store__need_write(s, err));
  sqlite3_stmt *st;
  TH_TRY(th_store__stmt(s, "INSERT INTO document_note(document_id, line, col, code, message) VALUES (?1, ?2, ?3, ?4, ?5)", &st,
                        err));
  sqlite3_bind_int64(st, 1, document_id);
  sqlite3_bind_int64(st, 2, n->line);
  sqlite3_bind_int64(st, 3, n->col);
  th_store__bind(st, 4, n->code);
  th_store__bind(st, 5, n->message);
  return th_store__run(s, st, err);
}

th_code th_store_notes(th_arena *a, th_store *s, int64_t document_id, th_store_note_vec *out, th_err *err) {
  sqlite3_stmt *st;
  bool row = true;
  *out = (th_store_note_vec){ 0 };
  TH_TRY(th_store__stmt(s, "SELECT line, col, code, message FROM document_note WHERE document_id = ?1 ORDER BY id", &st, err));
  sqlite3_bind_int64(st, 1, document_id);
  for (;;) {
    TH_TRY(th_store__step(s, st, &row, err));
    if (!row) return TH_OK;
    th_store_note *n = TH_VEC_ADD(a, out);
    if (n)
      *n = (th_store_note){ (uint32_t)sqlite3_column_int64(st, 0), (uint32_t)sqlite3_column_int64(st, 1),
                            th_store__text(a, st, 2), th_store__text(a, st, 3) };
    if (!n || !n->code.p || !n->message.p) {
      sqlite3_reset(st);
      return th_fail_nomem(err);
    }
  }
}
