/* A folder kept equal to a set of files. Every part of a path is opened from the folder before it without following links, so that
 * nothing is written outside. A file is written under a name of our own at the top of the folder and renamed to its place.
 *
 * Before a file is made or replaced, its line goes into a journal; so a run that was cut off leaves nothing that the next one takes for
 * somebody else's. The journal is locked while a run is at work and goes when its list is written. */
#include "theriac/io/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/io_priv.h"

#define JOURNAL ".theriac-journal"
#define TEMP    ".theriac-new-%u"

struct th_tree {
  char *dir; /* as given, for messages */
  const char *maker;
  int fd, journal;
  atomic_bool journalled; /* something stands in it */
  th_arena *arena;
  th_map old; /* path → its hash in hex (const char *), of the earlier set and of runs cut off */
  pthread_mutex_t lock;
  th_map put;                   /* path → index in files */
  TH_VEC(th_tree_file *) files; /* under the lock, as the arena is */
  th_tree_counts counts;        /* under the lock */
  atomic_uint temp;
};

/* ── Paths ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool part_ok(th_str part) {
  if (!part.n || part.n > 200 || part.p[0] == '.') return false;
  for (size_t i = 0; i < part.n; i++) {
    const char c = part.p[i];
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_'))
      return false;
  }
  return true;
}

static bool path_ok(th_str path) {
  th_str rest = path, part;
  if (!path.n || path.n > 1000 || path.p[path.n - 1] == '/' || th_str_is(path, TH_TREE_LIST)) return false;
  while (rest.n && th_str_split(&rest, '/', &part))
    if (!part_ok(part)) return false;
  return true;
}

static th_code fail_at(const th_tree *t, th_str path, const char *doing, th_err *err) {
  char whole[TH_LIMIT_PATH_BYTES];
  const int e = errno;
  snprintf(whole, sizeof whole, "%s/%.*s", t->dir, TH_STR_ARG(path));
  errno = e;
  return th_io__fail_errno(err, whole, doing);
}

/* The folder a file stands in, to be closed; *base: its name there. make: folders that are missing are made. */
static th_code parent_open(const th_tree *t, th_str path, bool make, int *fd, th_str *base, th_err *err) {
  char name[256];
  th_str rest = path, part;
  *fd = dup(t->fd);
  while (*fd >= 0 && th_str_split(&rest, '/', &part) && rest.n) {
    snprintf(name, sizeof name, "%.*s", TH_STR_ARG(part));
    int next = openat(*fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (next < 0 && errno == ENOENT && make && (mkdirat(*fd, name, 0777) == 0 || errno == EEXIST))
      next = openat(*fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    const int e = errno;
    close(*fd);
    errno = e;
    *fd = next;
  }
  *base = part;
  if (*fd >= 0) return TH_OK;
  if (errno == ELOOP || errno == ENOTDIR)
    return th_fail(err, TH_ECONFLICT,
                   "%s/%.*s: something that is no folder of ours stands in its way; move it away, or choose another folder",
                   t->dir, TH_STR_ARG(path));
  return fail_at(t, path, "writing", err);
}

/* ── The list ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code read_lines(th_tree *t, th_str text, const char *name, bool whole, th_err *err) {
  th_str line;
  for (uint32_t n = 1; th_str_line(&text, &line); n++) {
    const th_str path = th_str_sub(line, 66, line.n);
    if (n == 1 || !line.n) continue;
    if (line.n < 67 || line.p[64] != ' ' || line.p[65] != ' ' || !path_ok(path)) {
      if (!whole) continue; /* a line of the journal that was cut off */
      return th_fail_at(err, TH_EPARSE, n, 1,
                        "%s/%s is damaged here: a hash, two blanks and a path are expected; choose an empty folder", t->dir,
                        name);
    }
    char *hash = th_str_z(t->arena, th_str_sub(line, 0, 64));
    const th_str key = th_str_dup(t->arena, path);
    if (!hash || !key.p || th_map_put(&t->old, key, (uint64_t)(uintptr_t)hash) != TH_OK) return th_fail_nomem(err);
  }
  return TH_OK;
}

static th_str head_of(const th_tree *t, char *text, size_t n) {
  snprintf(text, n, "# %s: the files of this folder that it made; no other is touched", t->maker);
  return th_str_of(text);
}

static th_code read_list(th_tree *t, const char *name, bool whole, th_err *err) {
  char path[TH_LIMIT_PATH_BYTES], head[160];
  th_file f;
  th_str rest, first = TH_STR_NONE;
  if (faccessat(t->fd, name, F_OK, AT_SYMLINK_NOFOLLOW) != 0) return TH_OK;
  snprintf(path, sizeof path, "%s/%s", t->dir, name);
  TH_TRY(th_file_open(path, 0, &f, err));
  rest = f.bytes;
  th_str_line(&rest, &first);
  th_code code = TH_OK;
  if (f.bytes.n && !th_str_eq(first, head_of(t, head, sizeof head)))
    code = th_fail(err, TH_ECONFLICT, "%s is not a list of \"%s\": choose another folder", path, t->maker);
  if (code == TH_OK) code = read_lines(t, f.bytes, name, whole, err);
  th_file_close(&f);
  return code;
}

/* Whoever holds the lock of the journal is the one run at work. */
static th_code journal_open(th_tree *t, th_err *err) {
  char head[160];
  t->journal = openat(t->fd, JOURNAL, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (t->journal < 0) return fail_at(t, TH_S(JOURNAL), "writing", err);
  if (flock(t->journal, LOCK_EX | LOCK_NB) != 0) {
    atomic_store(&t->journalled, true); /* by the other */
    return th_fail(err, TH_ECONFLICT, "%s: another run is writing this folder; try again when it has ended", t->dir);
  }
  struct stat st;
  if (fstat(t->journal, &st) != 0) return fail_at(t, TH_S(JOURNAL), "reading", err);
  atomic_store(&t->journalled, st.st_size > 0);
  if (st.st_size) return read_list(t, JOURNAL, false, err);
  const th_str line = head_of(t, head, sizeof head);
  if (write(t->journal, line.p, line.n) < 0 || write(t->journal, "\n", 1) < 0) return fail_at(t, TH_S(JOURNAL), "writing", err);
  return TH_OK;
}

static void tree_del(th_tree *t) {
  if (!t) return;
  if (t->journal >= 0 && !atomic_load(&t->journalled)) unlinkat(t->fd, JOURNAL, 0);
  if (t->journal >= 0) close(t->journal);
  if (t->fd >= 0) close(t->fd);
  pthread_mutex_destroy(&t->lock);
  th_arena_del(t->arena);
  th_free(t->dir);
  th_free(t);
}

th_code th_tree_open(const char *dir, const char *maker, th_tree **out, th_err *err) {
  th_tree *t = th_malloc(sizeof *t);
  if (!t) return th_fail_nomem(err);
  *t = (th_tree){ .maker = maker, .fd = -1, .journal = -1, .arena = th_arena_new(0), .dir = th_malloc(strlen(dir) + 1) };
  pthread_mutex_init(&t->lock, NULL);
  th_code code = t->arena && t->dir ? TH_OK : th_fail_nomem(err);
  if (code == TH_OK) {
    memcpy(t->dir, dir, strlen(dir) + 1);
    th_map_init(&t->old, t->arena);
    th_map_init(&t->put, t->arena);
    code = th_dir_make(dir, err);
  }
  if (code == TH_OK && (t->fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
    code = th_io__fail_errno(err, dir, "opening");
  if (code == TH_OK) code = read_list(t, TH_TREE_LIST, true, err);
  if (code == TH_OK) code = journal_open(t, err);
  if (code == TH_OK)
    *out = t;
  else
    tree_del(t);
  return code;
}

/* ── Putting ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code write_whole(const th_tree *t, int fd, th_str path, th_str bytes, th_err *err) {
  while (bytes.n) {
    const ssize_t put = write(fd, bytes.p, bytes.n);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return fail_at(t, path, "writing", err);
    bytes = th_str_sub(bytes, (size_t)put, bytes.n);
  }
  return TH_OK;
}

typedef enum th_stands { NOTHING, EQUAL, OTHER, NO_FILE } th_stands;

/* What stands at a place, held against the bytes that are to stand there. */
static th_stands compare(int dir, const char *base, th_str bytes) {
  char buf[1 << 14];
  struct stat st;
  if (fstatat(dir, base, &st, AT_SYMLINK_NOFOLLOW) != 0) return errno == ENOENT ? NOTHING : NO_FILE;
  if (!S_ISREG(st.st_mode)) return NO_FILE;
  if ((uint64_t)st.st_size != bytes.n) return OTHER;
  const int fd = openat(dir, base, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return OTHER;
  size_t at = 0;
  for (ssize_t got; at < bytes.n && (got = read(fd, buf, sizeof buf)) > 0; at += (size_t)got)
    if ((size_t)got > bytes.n - at || memcmp(buf, bytes.p + at, (size_t)got) != 0) break;
  close(fd);
  return at == bytes.n ? EQUAL : OTHER;
}

static th_code replace(th_tree *t, int dir, const char *base, th_str path, th_str bytes, th_err *err) {
  char temp[48];
  snprintf(temp, sizeof temp, TEMP, atomic_fetch_add(&t->temp, 1));
  unlinkat(t->fd, temp, 0); /* of a run that was cut off */
  const int fd = openat(t->fd, temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (fd < 0) return fail_at(t, path, "writing", err);
  th_code code = write_whole(t, fd, path, bytes, err);
  if (close(fd) != 0 && code == TH_OK) code = fail_at(t, path, "writing", err);
  if (code == TH_OK && renameat(t->fd, temp, dir, base) != 0) code = fail_at(t, path, "writing", err);
  if (code != TH_OK) unlinkat(t->fd, temp, 0);
  return code;
}

static th_code journal_line(th_tree *t, const th_tree_file *f, th_err *err) {
  char line[1200];
  const int n = snprintf(line, sizeof line, "%s  %.*s\n", f->sha256, TH_STR_ARG(f->path));
  atomic_store(&t->journalled, true);
  return write_whole(t, t->journal, TH_S(JOURNAL), th_str_n(line, (size_t)n), err);
}

/* Noted as put, before it is: twice is an error of ours. */
static th_code note(th_tree *t, th_str path, th_str bytes, th_tree_file **out, bool *ours, th_err *err) {
  char hash[TH_SHA256_HEX];
  bool is_new = false;
  th_sha256_hex(bytes, hash);
  pthread_mutex_lock(&t->lock);
  th_tree_file *f = TH_NEW(t->arena, th_tree_file);
  const th_str key = th_str_dup(t->arena, path);
  uint64_t *at = f && key.p ? th_map_at(&t->put, key, &is_new) : NULL;
  if (at && is_new) {
    *f = (th_tree_file){ .path = key, .bytes = bytes.n };
    memcpy(f->sha256, hash, sizeof hash);
    if (!TH_VEC_PUSH(t->arena, &t->files, f)) at = NULL;
  }
  *ours = th_map_get(&t->old, path, NULL);
  *out = f;
  pthread_mutex_unlock(&t->lock);
  if (!at) return th_fail_nomem(err);
  return is_new ? TH_OK : th_fail(err, TH_ECONFLICT, "two files of the set have the same path, %.*s", TH_STR_ARG(path));
}

th_code th_tree_put(th_tree *t, th_str path, th_str bytes, th_err *err) {
  th_tree_file *f;
  bool ours;
  int dir;
  th_str last;
  char base[256];
  if (!path_ok(path)) return th_fail(err, TH_EINVAL, "\"%.*s\" is no path of a file in the folder", TH_STR_ARG(path));
  TH_TRY(note(t, path, bytes, &f, &ours, err));
  TH_TRY(parent_open(t, path, true, &dir, &last, err));
  snprintf(base, sizeof base, "%.*s", TH_STR_ARG(last));
  const th_stands stands = compare(dir, base, bytes);
  th_code code = TH_OK;
  if (stands == NO_FILE || (stands != NOTHING && !ours))
    code = th_fail(err, TH_ECONFLICT, "%s/%.*s was not made by \"%s\": move it away, or choose another folder", t->dir,
                   TH_STR_ARG(path), t->maker);
  else if (stands != EQUAL)
    code = journal_line(t, f, err);
  if (code == TH_OK && stands != EQUAL) code = replace(t, dir, base, path, bytes, err);
  close(dir);
  if (code != TH_OK) return code;
  pthread_mutex_lock(&t->lock);
  t->counts.bytes += bytes.n;
  *(stands == EQUAL ? &t->counts.same : &t->counts.written) += 1;
  pthread_mutex_unlock(&t->lock);
  return TH_OK;
}

/* ── Ending ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static int by_path(const void *x, const void *y) {
  return th_str_cmp(((const th_tree_file *)x)->path, ((const th_tree_file *)y)->path);
}

th_code th_tree_files(th_tree *t, th_arena *a, const th_tree_file **out, size_t *n, th_err *err) {
  th_tree_file *v = TH_NEWN(a, th_tree_file, t->files.n);
  if (!v) return th_fail_nomem(err);
  for (size_t i = 0; i < t->files.n; i++) v[i] = *t->files.v[i];
  if (t->files.n) qsort(v, t->files.n, sizeof *v, by_path);
  *out = v;
  *n = t->files.n;
  return TH_OK;
}

/* Folders that are empty now, from the file's own upwards. */
static void remove_folders(const th_tree *t, th_str path) {
  char name[TH_LIMIT_PATH_BYTES];
  for (size_t slash; (slash = th_str_rfind(path, TH_S("/"))) != SIZE_MAX;) {
    path = th_str_sub(path, 0, slash);
    snprintf(name, sizeof name, "%.*s", TH_STR_ARG(path));
    if (unlinkat(t->fd, name, AT_REMOVEDIR) != 0) return;
  }
}

/* A file of the earlier set that this one has not: removed when it still is what we wrote. */
static th_code remove_old(th_tree *t, th_str path, const char *hash, th_err *err) {
  char whole[TH_LIMIT_PATH_BYTES], base[256], now[TH_SHA256_HEX];
  th_file f;
  int dir;
  th_str last;
  struct stat st;
  th_err none = { 0 };
  if (parent_open(t, path, false, &dir, &last, &none) != TH_OK) return TH_OK; /* gone with its folder */
  snprintf(base, sizeof base, "%.*s", TH_STR_ARG(last));
  snprintf(whole, sizeof whole, "%s/%.*s", t->dir, TH_STR_ARG(path));
  th_code code = TH_OK;
  if (fstatat(dir, base, &st, AT_SYMLINK_NOFOLLOW) == 0) {
    bool same = false;
    if (S_ISREG(st.st_mode) && th_file_load(t->arena, whole, 0, &f.bytes, &none) == TH_OK)
      same = strcmp(th_sha256_hex(f.bytes, now), hash) == 0;
    if (!same)
      t->counts.left++;
    else if (unlinkat(dir, base, 0) != 0)
      code = fail_at(t, path, "removing", err);
    else
      t->counts.removed++;
  }
  close(dir);
  if (code == TH_OK) remove_folders(t, path);
  return code;
}

static th_code finish(th_tree *t, th_err *err) {
  const th_tree_file *v;
  size_t n;
  th_buf b;
  char head[160], path[TH_LIMIT_PATH_BYTES];
  if (t->files.n > TH_LIMIT_TREE_FILES)
    return th_fail(err, TH_ELIMIT, "%zu files: more than TH_LIMIT_TREE_FILES (%d)", t->files.n, TH_LIMIT_TREE_FILES);
  for (size_t i = 0; i < t->old.n; i++) {
    const th_arena_mark mark = th_arena_save(t->arena);
    const th_map_entry *e = &t->old.entry[i];
    if (!th_map_get(&t->put, e->key, NULL)) TH_TRY(remove_old(t, e->key, (const char *)(uintptr_t)e->value, err));
    th_arena_rewind(t->arena, mark);
  }
  TH_TRY(th_tree_files(t, t->arena, &v, &n, err));
  th_buf_init(&b, t->arena, n * 128 + 256);
  th_buf_add(&b, head_of(t, head, sizeof head));
  th_buf_addc(&b, '\n');
  for (size_t i = 0; i < n; i++) th_buf_addf(&b, "%s  %.*s\n", v[i].sha256, TH_STR_ARG(v[i].path));
  if (b.failed) return th_fail_nomem(err);
  if (compare(t->fd, TH_TREE_LIST, th_buf_str(&b)) != EQUAL) {
    snprintf(path, sizeof path, "%s/" TH_TREE_LIST, t->dir);
    TH_TRY(th_file_write(path, th_buf_str(&b), err));
  }
  atomic_store(&t->journalled, false); /* goes with the handle */
  return TH_OK;
}

th_code th_tree_close(th_tree *t, th_tree_counts *out, th_err *err) {
  const th_code code = finish(t, err);
  *out = t->counts;
  tree_del(t);
  return code;
}

void th_tree_give_up(th_tree *t) {
  tree_del(t);
}
