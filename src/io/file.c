/* Whole files in and out. Reading asks stat before open and opens without blocking, so that a FIFO or a device is refused instead
 * of waited for. Writing goes to a file beside the target that is synced and renamed over it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/io_priv.h"

th_code th_io__fail_errno(th_err *err, const char *path, const char *doing) {
  const int e = errno;
  th_code code;
  switch (e) {
  case ENOENT: code = th_fail(err, TH_ENOENT, "%s: no such file or directory", path); break;
  case EACCES:
  case EPERM:
  case EROFS: code = th_fail(err, TH_EAUTH, "%s: %s is not permitted (%s)", path, doing, strerror(e)); break;
  case ENOSPC:
  case EDQUOT:
  case EFBIG:
    code = th_fail(err, TH_EIO, "%s: no room left while %s (%s): free some space and try again", path, doing, strerror(e));
    break;
  case ENOMEM: code = th_fail_nomem(err); break;
  default: code = th_fail(err, TH_EIO, "%s: %s failed: %s", path, doing, strerror(e));
  }
  th_err_source(err, path);
  return code;
}

static const char *kind_of(mode_t mode) {
  return S_ISDIR(mode)    ? "a directory"
         : S_ISFIFO(mode) ? "a named pipe (FIFO)"
         : S_ISSOCK(mode) ? "a socket"
         : S_ISCHR(mode)  ? "a character device"
         : S_ISBLK(mode)  ? "a block device"
                          : "not a file";
}

static th_code refuse_kind(th_err *err, const char *path, mode_t mode) {
  th_fail(err, TH_EUNSUP, "%s is %s: a regular file is expected", path, kind_of(mode));
  th_err_source(err, path);
  return TH_EUNSUP;
}

static bool heap_grow(void *ctx, char **p, size_t n, size_t cap) {
  (void)ctx, (void)n;
  char *q = th_realloc(*p, cap);
  if (q) *p = q;
  return q != NULL;
}

/* Reads to the end. size_hint is what stat said; files of /proc say 0, and a file may grow while it is read. */
static th_code read_all(int fd, const char *path, size_t size_hint, size_t limit, char **out, size_t *out_n, th_err *err) {
  size_t cap = 0, n = 0;
  *out = NULL;
  for (;;) {
    if (n == cap) {
      cap = cap ? cap * 2 : size_hint + 1;
      if (cap < 4096) cap = 4096;
      if (cap > limit + 1) cap = limit + 1;
      if (!heap_grow(NULL, out, n, cap)) return th_fail_nomem(err);
    }
    const ssize_t got = read(fd, *out + n, cap - n);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return th_io__fail_errno(err, path, "reading");
    if (got == 0) break;
    n += (size_t)got;
    if (n > limit) return th_io__too_large(limit, path, err);
  }
  *out_n = n;
  return TH_OK;
}

th_code th_io__open_regular(const char *path, size_t limit, int *fd, size_t *size, th_err *err) {
  struct stat st;
  if (stat(path, &st) != 0) return th_io__fail_errno(err, path, "reading");
  if (!S_ISREG(st.st_mode)) return refuse_kind(err, path, st.st_mode);
  *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (*fd < 0) return th_io__fail_errno(err, path, "reading");
  th_code code = TH_OK;
  if (fstat(*fd, &st) != 0)
    code = th_io__fail_errno(err, path, "reading");
  else if (!S_ISREG(st.st_mode)) /* changed under our hands */
    code = refuse_kind(err, path, st.st_mode);
  else if (st.st_size < 0 || (uint64_t)st.st_size > limit)
    code = th_io__too_large(limit, path, err);
  if (code != TH_OK) close(*fd);
  *size = (size_t)st.st_size;
  return code;
}

static th_code unpack(th_file *f, size_t limit, th_err *err) {
  if (!th_gzip_is(f->bytes)) return TH_OK;
  char *p = NULL;
  size_t n = 0;
  const th_code code = th_io__inflate(f->bytes, limit, heap_grow, NULL, &p, &n, err);
  th_free(f->owned);
  *f = (th_file){ .bytes = { p, n }, .was_gzip = true, .owned = p };
  return code;
}

th_code th_file_open(const char *path, size_t limit_bytes, th_file *out, th_err *err) {
  *out = (th_file){ 0 };
  if (!path || !*path) return th_fail(err, TH_EINVAL, "a file name is expected, and an empty one was given");
  const size_t limit = limit_bytes ? limit_bytes : TH_LIMIT_FILE_BYTES;
  const bool is_stdin = strcmp(path, "-") == 0;
  const char *shown = is_stdin ? "standard input" : path;
  int fd = STDIN_FILENO;
  size_t size = 0, n = 0;
  char *p = NULL;
  th_code code = TH_OK;
  if (!is_stdin) code = th_io__open_regular(path, limit, &fd, &size, err);
  if (code == TH_OK) {
    code = read_all(fd, shown, size, limit, &p, &n, err);
    if (!is_stdin) close(fd);
    *out = (th_file){ .bytes = { p, n }, .owned = p };
    if (code == TH_OK) code = unpack(out, limit, err);
  }
  if (code != TH_OK) {
    th_err_source(err, shown);
    th_file_close(out);
  }
  return code;
}

void th_file_close(th_file *f) {
  th_free(f->owned);
  *f = (th_file){ 0 };
}

static th_code load(int fd, const char *path, char *p, size_t size, size_t *n, th_err *err) {
  for (*n = 0; *n < size;) {
    const ssize_t got = read(fd, p + *n, size - *n);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return th_io__fail_errno(err, path, "reading");
    if (got == 0) break; /* cut short while it is read: what is there is what it is */
    *n += (size_t)got;
  }
  return TH_OK;
}

th_code th_file_load(th_arena *a, const char *path, size_t limit_bytes, th_str *out, th_err *err) {
  int fd = -1;
  size_t size = 0, n = 0;
  TH_TRY(th_io__open_regular(path, limit_bytes ? limit_bytes : TH_LIMIT_FILE_BYTES, &fd, &size, err));
  char *p = th_arena_alloc_n(a, size + 1, 1, 16);
  const th_code code = p ? load(fd, path, p, size, &n, err) : th_fail_nomem(err);
  close(fd);
  if (code == TH_OK) *out = th_str_n(p, n);
  return code;
}

static th_code write_all(int fd, const char *path, th_str bytes, th_err *err) {
  while (bytes.n) {
    const ssize_t put = write(fd, bytes.p, bytes.n);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return th_io__fail_errno(err, path, "writing");
    bytes = th_str_sub(bytes, (size_t)put, bytes.n);
  }
  return fsync(fd) != 0 ? th_io__fail_errno(err, path, "writing") : TH_OK;
}

/* A new file beside the target; its name ends up in tmp. The mode is the old file's, or what the umask leaves. */
static th_code temp_open(const char *path, const struct stat *old, char *tmp, size_t tmp_n, int *fd, th_err *err) {
  for (unsigned i = 0; i < 1000; i++) {
    const int len = snprintf(tmp, tmp_n, "%s.%ld.%u.tmp", path, (long)getpid(), i);
    if (len < 0 || (size_t)len >= tmp_n)
      return th_fail(err, TH_ELIMIT, "path longer than TH_LIMIT_PATH_BYTES (%d)", TH_LIMIT_PATH_BYTES);
    *fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (*fd >= 0) {
      if (old && fchmod(*fd, old->st_mode & 07777) != 0) break;
      return TH_OK;
    }
    if (errno != EEXIST) return th_io__fail_errno(err, path, "writing");
  }
  if (*fd >= 0) {
    close(*fd);
    unlink(tmp);
  }
  return th_io__fail_errno(err, path, "writing");
}

/* The rename lasts only once the folder itself is on disk. Some file systems cannot sync a folder (EINVAL): then there is no more to do. */
static th_code sync_folder(const char *path, th_err *err) {
  char dir[TH_LIMIT_PATH_BYTES];
  const char *slash = strrchr(path, '/');
  snprintf(dir, sizeof dir, "%.*s", slash ? (int)(slash - path + 1) : 1, slash ? path : ".");
  const int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return errno == EACCES ? TH_OK : th_io__fail_errno(err, dir, "writing");
  const int rc = fsync(fd);
  const int e = errno;
  close(fd);
  errno = e;
  return rc != 0 && e != EINVAL ? th_io__fail_errno(err, dir, "writing") : TH_OK;
}

th_code th_file_write(const char *path, th_str bytes, th_err *err) {
  if (!path || !*path) return th_fail(err, TH_EINVAL, "a file name is expected, and an empty one was given");
  char target[TH_LIMIT_PATH_BYTES], tmp[TH_LIMIT_PATH_BYTES + 64];
  struct stat st;
  const bool exists = stat(path, &st) == 0;
  if (exists && !S_ISREG(st.st_mode)) return refuse_kind(err, path, st.st_mode);
  /* Through a symbolic link to the file itself: renaming over the link would cut it. */
  char *real = exists ? realpath(path, NULL) : NULL;
  const int len = snprintf(target, sizeof target, "%s", real ? real : path);
  free(real);
  if (len < 0 || (size_t)len >= sizeof target)
    return th_fail(err, TH_ELIMIT, "path longer than TH_LIMIT_PATH_BYTES (%d)", TH_LIMIT_PATH_BYTES);
  int fd = -1;
  TH_TRY(temp_open(target, exists ? &st : NULL, tmp, sizeof tmp, &fd, err));
  th_code code = write_all(fd, target, bytes, err);
  if (close(fd) != 0 && code == TH_OK) code = th_io__fail_errno(err, target, "writing");
  if (code == TH_OK && rename(tmp, target) != 0) code = th_io__fail_errno(err, target, "writing");
  if (code != TH_OK) {
    unlink(tmp);
    return code;
  }
  return sync_folder(target, err);
}
