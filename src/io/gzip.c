/* gzip (RFC 1952) by zlib: all members, as `gzip -d` reads them. Zero bytes behind the last member are padding; anything else is
 * damage. Output is bounded twice: by size, and by its ratio to the input, so that a small file cannot fill the machine. */
#include <zlib.h>

#include "io/io_priv.h"

th_code th_io__too_large(size_t limit, const char *what, th_err *err) {
  if (limit == TH_LIMIT_FILE_BYTES)
    return th_fail(err, TH_ELIMIT, "%s is larger than TH_LIMIT_FILE_BYTES (%zu bytes): split it into smaller files", what,
                   limit);
  return th_fail(err, TH_ELIMIT, "%s is larger than the %zu bytes allowed here", what, limit);
}

bool th_gzip_is(th_str bytes) {
  return bytes.n >= 3 && memcmp(bytes.p, "\x1f\x8b\x08", 3) == 0;
}

void *th_io__z_alloc(void *ctx, unsigned n, unsigned size) {
  (void)ctx;
  return th_malloc((size_t)n * size);
}

void th_io__z_free(void *ctx, void *p) {
  (void)ctx;
  th_free(p);
}

typedef struct sink {
  th_io__grow_fn grow;
  void *ctx;
  char *p;
  size_t n, cap, limit;
} sink;

/* Room for at least one more byte. */
static th_code sink_room(sink *s, size_t packed_n, th_err *err) {
  if (s->n < s->cap) return TH_OK;
  if (s->n > s->limit) return th_io__too_large(s->limit, "the inflated content", err);
  size_t cap = s->cap ? s->cap * 2 : packed_n * 4 + 4096;
  if (cap > s->limit + 1) cap = s->limit + 1;
  if (!s->grow(s->ctx, &s->p, s->n, cap)) return th_fail_nomem(err);
  s->cap = cap;
  return TH_OK;
}

th_code th_io__gzip_broken(th_err *err, size_t at, const char *what) {
  th_fail(err, TH_EPARSE, "broken gzip data at byte %zu: %s; fetch the file again", at, what);
  if (err && !err->offset) err->offset = at;
  return TH_EPARSE;
}

static th_code inflate_member(z_stream *z, th_str packed, sink *s, th_err *err) {
  for (;;) {
    TH_TRY(sink_room(s, packed.n, err));
    const size_t at = (size_t)((const char *)z->next_in - packed.p);
    const size_t in = packed.n - at, room = s->cap - s->n;
    z->avail_in = in > UINT32_MAX ? UINT32_MAX : (uInt)in;
    z->avail_out = room > UINT32_MAX ? UINT32_MAX : (uInt)room;
    z->next_out = (Bytef *)s->p + s->n;
    const uInt before_out = z->avail_out, before_in = z->avail_in;
    const int rc = inflate(z, Z_NO_FLUSH);
    s->n += before_out - z->avail_out;
    const size_t used = at + (before_in - z->avail_in);
    if (s->n > (size_t)1 << 20 && s->n / TH_LIMIT_GZIP_RATIO > used)
      return th_fail(err, TH_ELIMIT, "gzip data grows more than TH_LIMIT_GZIP_RATIO (%d) times: not read", TH_LIMIT_GZIP_RATIO);
    if (s->n > s->limit) return th_io__too_large(s->limit, "the inflated content", err);
    if (rc == Z_STREAM_END) return TH_OK;
    if (rc == Z_MEM_ERROR) return th_fail_nomem(err);
    if (rc == Z_NEED_DICT) return th_io__gzip_broken(err, used, "it wants a preset dictionary");
    if (rc != Z_OK && rc != Z_BUF_ERROR) return th_io__gzip_broken(err, used, z->msg ? z->msg : "not a deflate stream");
    if (used == packed.n && z->avail_out) return th_io__gzip_broken(err, used, "it ends too early");
  }
}

th_code th_io__inflate(th_str packed, size_t limit, th_io__grow_fn grow, void *ctx, char **out, size_t *out_n, th_err *err) {
  sink s = { .grow = grow, .ctx = ctx, .p = *out, .limit = limit };
  z_stream z = { .zalloc = th_io__z_alloc, .zfree = th_io__z_free };
  if (inflateInit2(&z, 15 + 16) != Z_OK) return th_fail_nomem(err);
  z.next_in = (z_const Bytef *)(uintptr_t)packed.p;
  th_code code = TH_OK;
  for (;;) {
    code = inflate_member(&z, packed, &s, err);
    if (code != TH_OK) break;
    size_t at = (size_t)((const char *)z.next_in - packed.p);
    const size_t behind = at;
    while (at < packed.n && packed.p[at] == 0) at++;
    if (at == packed.n) break;
    if (at != behind || !th_gzip_is(th_str_sub(packed, at, packed.n))) {
      code = th_io__gzip_broken(err, at, "bytes that are not gzip follow its end");
      break;
    }
    inflateReset(&z);
  }
  inflateEnd(&z);
  *out = s.p;
  *out_n = s.n;
  return code;
}

static bool arena_grow(void *ctx, char **p, size_t n, size_t cap) {
  char *q = th_arena_grow(ctx, *p, n, cap, 1);
  if (q) *p = q;
  return q != NULL;
}

th_code th_gzip_inflate(th_arena *a, th_str packed, size_t limit_bytes, th_str *out, th_err *err) {
  *out = TH_STR_NONE;
  if (!th_gzip_is(packed)) return th_io__gzip_broken(err, 0, "it does not start as gzip does");
  char *p = NULL;
  size_t n = 0;
  TH_TRY(th_io__inflate(packed, limit_bytes ? limit_bytes : TH_LIMIT_FILE_BYTES, arena_grow, a, &p, &n, err));
  *out = th_str_n(p, n);
  return TH_OK;
}

th_code th_zlib_deflate(th_arena *a, th_str bytes, th_str *out, th_err *err) {
  uLongf n = compressBound(bytes.n);
  Bytef *packed = TH_NEWN(a, Bytef, n);
  if (!packed || compress2(packed, &n, (const Bytef *)bytes.p, bytes.n, Z_BEST_COMPRESSION) != Z_OK) return th_fail_nomem(err);
  *out = th_str_n((const char *)packed, n);
  return TH_OK;
}
