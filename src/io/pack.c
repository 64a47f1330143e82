/* zstd (RFC 8878) for what we keep ourselves: a frame with its size in front, so that unpacking knows its room beforehand. Level 3 is
 * where text of records is a quarter of its size and packing is still faster than reading it. */
#include <zstd.h>

#include "io/io_priv.h"

#define LEVEL 3

struct th_packer {
  ZSTD_CCtx *pack;
  ZSTD_DCtx *unpack;
};

th_packer *th_packer_new(void) {
  th_packer *p = th_malloc(sizeof *p);
  if (!p) return NULL;
  *p = (th_packer){ ZSTD_createCCtx(), ZSTD_createDCtx() };
  if (p->pack && p->unpack) return p;
  th_packer_del(p);
  return NULL;
}

void th_packer_del(th_packer *p) {
  if (!p) return;
  ZSTD_freeCCtx(p->pack);
  ZSTD_freeDCtx(p->unpack);
  th_free(p);
}

th_code th_pack(th_packer *p, th_arena *a, th_str bytes, th_str *out, th_err *err) {
  const size_t room = ZSTD_compressBound(bytes.n);
  char *to = ZSTD_isError(room) ? NULL : th_arena_alloc_n(a, room, 1, 1);
  if (!to) return th_fail_nomem(err);
  const size_t n = ZSTD_compressCCtx(p->pack, to, room, bytes.p ? bytes.p : "", bytes.n, LEVEL);
  if (ZSTD_isError(n)) return th_fail_nomem(err); /* room is enough: only memory of zstd's own can lack */
  *out = th_str_n(to, n);
  return TH_OK;
}

th_code th_unpack(th_packer *p, th_arena *a, th_str packed, size_t limit_bytes, th_str *out, th_err *err) {
  const unsigned long long size = ZSTD_getFrameContentSize(packed.p ? packed.p : "", packed.n);
  if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR)
    return th_fail(err, TH_EPARSE, "packed data is damaged: it does not begin as it should");
  if (size > limit_bytes) return th_io__too_large(limit_bytes, "the unpacked content", err);
  char *to = th_arena_alloc_n(a, (size_t)size + 1, 1, 1);
  if (!to) return th_fail_nomem(err);
  const size_t n = ZSTD_decompressDCtx(p->unpack, to, (size_t)size, packed.p, packed.n);
  if (ZSTD_isError(n) || n != size)
    return th_fail(err, TH_EPARSE, "packed data is damaged: %s", ZSTD_isError(n) ? ZSTD_getErrorName(n) : "it ends too early");
  *out = th_str_n(to, n);
  return TH_OK;
}
