/* The key of the sealed cases: a file of one line outside the home, for its owner's eyes alone. What seals and what binds the log are
 * derived from it, so that neither says anything of the other. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/cases_priv.h"

#define KEY_WORD  "theriac-cases-key-1 "
#define KEY_BYTES crypto_kdf_KEYBYTES
#define KEY_TEXT  (sizeof KEY_WORD - 1 + 2 * KEY_BYTES) /* without the line end */

static const char kdf_context[crypto_kdf_CONTEXTBYTES] = { 't', 'h', 'c', 'a', 's', 'e', 's', '1' };
enum { KDF_SEAL = 1, KDF_CHAIN, KDF_ID };

th_code th_cases_key_path(char out[TH_LIMIT_PATH_BYTES], th_err *err) {
  const char *file = getenv("THERIAC_KEY_FILE"), *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
  int n;
  if (file && *file)
    n = snprintf(out, TH_LIMIT_PATH_BYTES, "%s", file);
  else if (config && *config == '/')
    n = snprintf(out, TH_LIMIT_PATH_BYTES, "%s/theriac/cases.key", config);
  else if (home && *home)
    n = snprintf(out, TH_LIMIT_PATH_BYTES, "%s/.config/theriac/cases.key", home);
  else
    return th_fail(err, TH_EINVAL, "where the key of the cases lies is not known: set THERIAC_KEY_FILE (or HOME)");
  if (n >= TH_LIMIT_PATH_BYTES - 32)
    return th_fail(err, TH_EINVAL, "the path of the key is longer than TH_LIMIT_PATH_BYTES (%d)", TH_LIMIT_PATH_BYTES);
  return TH_OK;
}

static th_code key_fail(const char *path, const char *doing, th_err *err) {
  const th_code code = errno == EACCES || errno == EPERM || errno == EROFS ? TH_EAUTH : TH_EIO;
  th_fail(err, code, "%s the key of the cases: %s", doing, strerror(errno));
  th_err_source(err, path);
  return code;
}

/* A key beside what it opens protects nobody who loses the folder. */
static th_code must_be_outside(const char *path, const char *home, th_err *err) {
  char inside[PATH_MAX], dir[PATH_MAX], parent[TH_LIMIT_PATH_BYTES];
  if (!realpath(home, inside)) return TH_OK; /* no home yet: nothing lies in it */
  snprintf(parent, sizeof parent, "%s", path);
  bool known = false;
  for (char *cut; !known && (cut = strrchr(parent, '/'));) {
    *cut = '\0';
    known = realpath(*parent ? parent : "/", dir) != NULL;
  }
  if (!known && !realpath(".", dir)) return key_fail(path, "looking for", err);
  const size_t n = strlen(inside);
  if (strncmp(dir, inside, n) != 0 || (dir[n] != '/' && dir[n] != '\0' && n > 1)) return TH_OK;
  th_fail(err, TH_EINVAL,
          "the key of the cases lies in the home directory, beside what it opens: move it out and set THERIAC_KEY_FILE");
  th_err_source(err, path);
  return TH_EINVAL;
}

/* ── Making it ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code sync_dir_of(const char *path, th_err *err) {
  char dir[TH_LIMIT_PATH_BYTES];
  snprintf(dir, sizeof dir, "%s", path);
  char *cut = strrchr(dir, '/');
  if (cut) cut[cut == dir] = '\0';
  const int fd = open(cut ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return key_fail(path, "keeping", err);
  const int rc = fsync(fd);
  close(fd);
  return rc == 0 ? TH_OK : key_fail(path, "keeping", err);
}

static th_code make_folder(const char *path, th_err *err) {
  char dir[TH_LIMIT_PATH_BYTES];
  snprintf(dir, sizeof dir, "%s", path);
  char *cut = strrchr(dir, '/');
  if (!cut || cut == dir) return TH_OK;
  *cut = '\0';
  return th_dir_make(dir, err);
}

/* Written whole beside its place and linked there: another program that makes one at the same moment comes first or second, and no
 * reader sees a part. Being second is fine. */
static th_code key_make(const char *path, th_err *err) {
  unsigned char key[KEY_BYTES];
  char text[KEY_TEXT + 2], fresh[TH_LIMIT_PATH_BYTES + 40];
  TH_TRY(make_folder(path, err));
  randombytes_buf(key, sizeof key);
  memcpy(text, KEY_WORD, sizeof KEY_WORD);
  sodium_bin2hex(text + sizeof KEY_WORD - 1, 2 * KEY_BYTES + 1, key, sizeof key);
  text[KEY_TEXT] = '\n';
  sodium_memzero(key, sizeof key);
  snprintf(fresh, sizeof fresh, "%s.%08x", path, (unsigned)randombytes_random());
  const int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  th_code code = fd < 0 ? key_fail(path, "making", err) : TH_OK;
  if (fd >= 0) {
    const bool written = write(fd, text, KEY_TEXT + 1) == (ssize_t)KEY_TEXT + 1 && fsync(fd) == 0;
    if (!written) code = key_fail(path, "writing", err);
    close(fd);
    if (written && link(fresh, path) != 0 && errno != EEXIST) code = key_fail(path, "making", err);
    unlink(fresh);
  }
  sodium_memzero(text, sizeof text);
  return code == TH_OK ? sync_dir_of(path, err) : code;
}

/* ── Reading it ────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code refuse(const char *path, th_code code, const char *why, th_err *err) {
  th_fail(err, code, "%s", why);
  th_err_source(err, path);
  return code;
}

static th_code must_be_private(const char *path, int fd, th_err *err) {
  struct stat st;
  if (fstat(fd, &st) != 0) return key_fail(path, "looking at", err);
  if (!S_ISREG(st.st_mode)) return refuse(path, TH_EPARSE, "the key of the cases is not a regular file", err);
  if (st.st_uid != geteuid())
    return refuse(path, TH_EAUTH, "the key of the cases belongs to another user: each user has a key of his own", err);
  if (st.st_mode & (S_IRWXG | S_IRWXO))
    return refuse(path, TH_EAUTH, "the key of the cases may be read or changed by others: run chmod 600 on it", err);
  return TH_OK;
}

static void derive(const unsigned char key[KEY_BYTES], th_cases__keys *out) {
  unsigned char id[crypto_kdf_BYTES_MIN];
  crypto_kdf_derive_from_key(out->seal, sizeof out->seal, KDF_SEAL, kdf_context, key);
  crypto_kdf_derive_from_key(out->chain, sizeof out->chain, KDF_CHAIN, kdf_context, key);
  crypto_kdf_derive_from_key(id, sizeof id, KDF_ID, kdf_context, key);
  sodium_bin2hex(out->id, sizeof out->id, id, (sizeof out->id - 1) / 2);
}

static th_code read_text(const char *path, int fd, th_cases__keys *out, th_err *err) {
  char text[KEY_TEXT + 3];
  unsigned char key[KEY_BYTES];
  size_t n = 0, got = 0;
  TH_TRY(must_be_private(path, fd, err));
  for (ssize_t one = 1; one > 0 && n<sizeof text; n += one> 0 ? (size_t)one : 0) {
    one = read(fd, text + n, sizeof text - n);
    if (one < 0) return key_fail(path, "reading", err);
  }
  if (n == KEY_TEXT + 1 && text[KEY_TEXT] == '\n') n--;
  const bool form = n == KEY_TEXT && memcmp(text, KEY_WORD, sizeof KEY_WORD - 1) == 0 &&
                    sodium_hex2bin(key, sizeof key, text + sizeof KEY_WORD - 1, 2 * KEY_BYTES, NULL, &got, NULL) == 0 &&
                    got == sizeof key;
  if (form) derive(key, out);
  sodium_memzero(key, sizeof key);
  sodium_memzero(text, sizeof text);
  if (form) return TH_OK;
  return refuse(path, TH_EPARSE, "this is no key of cases: expected one line, " KEY_WORD "and 64 hex digits", err);
}

th_code th_cases__key_read(const char *path, const char *home, bool make, bool *found, th_cases__keys *out, th_err *err) {
  *found = false;
  TH_TRY(must_be_outside(path, home, err));
  for (int tried = 0;; tried++) {
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0) {
      const th_code code = read_text(path, fd, out, err);
      close(fd);
      *found = code == TH_OK;
      return code;
    }
    if (errno != ENOENT && errno != ENOTDIR) return key_fail(path, "reading", err);
    if (!make || tried) return TH_OK;
    TH_TRY(key_make(path, err));
  }
}
