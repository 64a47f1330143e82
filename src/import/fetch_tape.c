/* Answers on disk: <key>.json tells of the request and what came with the answer, <key>.body is the answer as read. The folder of a
 * chain under way, one that records, and one that is replayed are all alike. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "import/fetch_priv.h"

void th_fetch__key(const char *source, th_str request, char key[33]) {
  char hex[TH_SHA256_HEX], head[64];
  /* one hash of the request under the hash of the source's name: no arena is needed here */
  snprintf(head, sizeof head, "%.48s", source);
  th_sha256_hex(request, hex);
  char both[64 + TH_SHA256_HEX];
  snprintf(both, sizeof both, "%s %s", head, hex);
  th_sha256_hex(th_str_of(both), hex);
  memcpy(key, hex, 32);
  key[32] = '\0';
}

static const char *path_of(th_arena *a, th_str folder, const char *key, const char *end) {
  return th_str_fmt(a, "%.*s/%s%s", TH_STR_ARG(folder), key, end).p;
}

static th_str text(th_arena *a, const th_json *v, const char *member) {
  const th_str s = th_json_text(th_json_get(v, member));
  return s.n ? th_str_dup(a, s) : TH_S("");
}

/* What a file of ours says, or found false when it is not there or says nothing of use: it is asked for again then. */
static th_code read_facts(th_arena *a, th_str bytes, const char *key, bool *found, th_fetch__entry *x) {
  th_json v;
  int64_t status;
  const th_code code = th_json_parse(a, bytes, &v, NULL);
  if (code == TH_ENOMEM) return code;
  if (code != TH_OK || !th_json_i64(th_json_get(&v, "status"), &status)) return TH_OK;
  *x = (th_fetch__entry){ .request = text(a, &v, "request"),
                          .url = text(a, &v, "url"),
                          .at = text(a, &v, "at"),
                          .status = (int)status,
                          .content_type = text(a, &v, "content_type"),
                          .etag = text(a, &v, "etag"),
                          .last_modified = text(a, &v, "last_modified"),
                          .sha256 = text(a, &v, "sha256"),
                          .error = text(a, &v, "error") };
  snprintf(x->key, sizeof x->key, "%s", key);
  const bool ok =
      x->request.p && x->url.p && x->at.p && x->content_type.p && x->etag.p && x->last_modified.p && x->sha256.p && x->error.p;
  *found = ok && x->request.n > 0;
  return ok ? TH_OK : TH_ENOMEM;
}

th_code th_fetch__tape_read(th_arena *a, th_str folder, const char *key, bool body, bool *found, th_fetch__entry *x,
                            th_err *err) {
  const char *facts = path_of(a, folder, key, ".json"), *bytes = path_of(a, folder, key, ".body");
  th_file f;
  char hex[TH_SHA256_HEX];
  *found = false;
  if (!facts || !bytes) return th_fail_nomem(err);
  if (access(facts, F_OK) != 0) return TH_OK;
  TH_TRY(th_file_open(facts, TH_LIMIT_DOCUMENT_BYTES, &f, err));
  th_code code = read_facts(a, f.bytes, key, found, x);
  th_file_close(&f);
  if (code != TH_OK) return th_fail_nomem(err);
  if (!*found || !body || x->error.n) return TH_OK;
  *found = false;
  if (access(bytes, F_OK) != 0) return TH_OK;
  TH_TRY(th_file_open(bytes, TH_LIMIT_HTTP_BYTES, &f, err));
  if (f.was_gzip) code = th_fail(err, TH_EPARSE, "%s is packed: recorded answers stand as they are", bytes);
  *found = code == TH_OK && th_str_is(x->sha256, th_sha256_hex(f.bytes, hex));
  if (*found) x->body = th_str_dup(a, f.bytes);
  th_file_close(&f);
  return *found && !x->body.p ? th_fail_nomem(err) : code;
}

static void member(th_jwrite *w, const char *key, th_str value) {
  if (value.n == 0) return;
  th_jw_key(w, key);
  th_jw_str(w, value);
}

th_code th_fetch__tape_write(th_arena *a, th_str folder, const char *source, const th_fetch__entry *x, bool body, th_err *err) {
  const char *facts = path_of(a, folder, x->key, ".json"), *bytes = path_of(a, folder, x->key, ".body");
  th_buf b;
  th_jwrite w;
  if (!facts || !bytes) return th_fail_nomem(err);
  th_buf_init(&b, a, 1024);
  th_jwrite_open(&w, &b, 2);
  th_jw_obj(&w);
  member(&w, "source", th_str_of(source));
  member(&w, "request", x->request);
  member(&w, "url", x->url);
  member(&w, "at", x->at);
  th_jw_key(&w, "status");
  th_jw_i64(&w, x->status);
  member(&w, "content_type", x->content_type);
  member(&w, "etag", x->etag);
  member(&w, "last_modified", x->last_modified);
  member(&w, "sha256", x->sha256);
  member(&w, "error", x->error);
  th_jw_obj_end(&w);
  th_buf_addc(&b, '\n');
  if (b.failed) return th_fail_nomem(err);
  if (body && x->error.n == 0) TH_TRY(th_file_write(bytes, x->body, err));
  return th_file_write(facts, th_buf_str(&b), err);
}

th_code th_fetch__tape_clear(th_arena *a, th_str folder, bool folder_too, th_err *err) {
  th_dir_list all;
  const char *z = th_str_z(a, folder);
  if (!z) return th_fail_nomem(err);
  if (access(z, F_OK) != 0) return TH_OK;
  TH_TRY(th_dir_read(a, z, &all, err));
  for (size_t i = 0; i < all.n; i++) {
    const th_str p = all.v[i].path;
    const bool ours = th_str_ends(p, TH_S(".json")) || th_str_ends(p, TH_S(".body")) || th_str_ends(p, TH_S(".tmp"));
    if (all.v[i].is_regular && ours && unlink(p.p) != 0 && errno != ENOENT)
      return th_fail(err, TH_EIO, "%s could not be removed: %s", p.p, strerror(errno));
  }
  if (folder_too) rmdir(z);
  return TH_OK;
}
