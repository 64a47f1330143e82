#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "theriac/io.h"

static th_code fail_dir(th_err *err, const char *path, const char *doing) {
  const int e = errno;
  const th_code code = e == ENOENT                               ? TH_ENOENT
                       : e == EACCES || e == EPERM || e == EROFS ? TH_EAUTH
                       : e == ENOMEM                             ? TH_ENOMEM
                                                                 : TH_EIO;
  th_fail(err, code, "%s: cannot %s: %s", path, doing, strerror(e));
  th_err_source(err, path);
  return code;
}

th_code th_dir_make(const char *path, th_err *err) {
  char part[TH_LIMIT_PATH_BYTES];
  const size_t n = path ? strlen(path) : 0;
  if (!n) return th_fail(err, TH_EINVAL, "a directory name is expected, and an empty one was given");
  if (n >= sizeof part) return th_fail(err, TH_ELIMIT, "path longer than TH_LIMIT_PATH_BYTES (%d)", TH_LIMIT_PATH_BYTES);
  memcpy(part, path, n + 1);
  for (size_t i = 1; i <= n; i++) {
    if (part[i] != '/' && part[i] != '\0') continue;
    const char saved = part[i];
    part[i] = '\0';
    if (mkdir(part, 0777) != 0 && errno != EEXIST && errno != EISDIR) {
      const int e = errno;
      struct stat here; /* a parent that exists may answer EROFS or EACCES before EEXIST */
      if (stat(part, &here) != 0 || !S_ISDIR(here.st_mode)) {
        errno = e;
        return fail_dir(err, part, "make the directory");
      }
    }
    part[i] = saved;
  }
  struct stat st;
  if (stat(path, &st) != 0) return fail_dir(err, path, "make the directory");
  if (!S_ISDIR(st.st_mode)) {
    errno = ENOTDIR;
    return fail_dir(err, path, "make the directory");
  }
  return TH_OK;
}

static int by_path(const void *x, const void *y) {
  return th_str_cmp(((const th_dir_entry *)x)->path, ((const th_dir_entry *)y)->path);
}

static th_code read_entries(th_arena *a, DIR *d, const char *path, th_dir_list *out, th_err *err) {
  const size_t n = strlen(path);
  const char *slash = n && path[n - 1] == '/' ? "" : "/";
  for (;;) {
    errno = 0;
    const struct dirent *e = readdir(d);
    if (!e) return errno ? fail_dir(err, path, "read the directory") : TH_OK;
    if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) continue;
    th_dir_entry entry = { .path = th_str_fmt(a, "%s%s%s", path, slash, e->d_name) };
    if (!entry.path.p) return th_fail_nomem(err);
    struct stat st;
    if (fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0) entry.is_link = S_ISLNK(st.st_mode);
    if (fstatat(dirfd(d), e->d_name, &st, 0) == 0) { /* a dangling link stays neither */
      entry.is_dir = S_ISDIR(st.st_mode);
      entry.is_regular = S_ISREG(st.st_mode);
    }
    if (!TH_VEC_PUSH(a, out, entry)) return th_fail_nomem(err);
  }
}

th_code th_dir_read(th_arena *a, const char *path, th_dir_list *out, th_err *err) {
  *out = (th_dir_list){ 0 };
  DIR *d = opendir(path);
  if (!d) return fail_dir(err, path, "read the directory");
  const th_code code = read_entries(a, d, path, out, err);
  closedir(d);
  if (code == TH_OK && out->n) qsort(out->v, out->n, sizeof *out->v, by_path);
  return code;
}
