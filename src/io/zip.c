/* zip archives in memory (APPNOTE 6.3.10), stored and deflated members: what registers send. Only the central directory is believed
 * for where members lie, and each is checked against its CRC-32. Bounded twice, like gzip: the sum of all members by size and by its
 * ratio to the archive, so that members that share their bytes cannot fill the machine. The large form (zip64) is read where its numbers
 * are within what is read at all. Not read, and said by name: encryption, other methods, archives in parts. */
#include <zlib.h>

#include "io/io_priv.h"

enum { LOCAL = 30, CENTRAL = 46, END = 22, COMMENT_MOST = 65535, END64 = 56, LOCATOR64 = 20 };

static uint32_t u16(const char *p) {
  const unsigned char *b = (const unsigned char *)p;
  return (uint32_t)b[0] | (uint32_t)b[1] << 8;
}

static uint32_t u32(const char *p) {
  return u16(p) | u16(p + 2) << 16;
}

static uint64_t u64(const char *p) {
  return u32(p) | (uint64_t)u32(p + 4) << 32;
}

static bool mark(th_str s, size_t at, const char *sign) {
  return s.n >= 4 && at <= s.n - 4 && memcmp(s.p + at, sign, 4) == 0;
}

bool th_zip_is(th_str bytes) {
  return mark(bytes, 0, "PK\3\4") || (bytes.n >= END && mark(bytes, 0, "PK\5\6"));
}

static th_code broken(th_err *err, size_t at, const char *what) {
  th_fail(err, TH_EPARSE, "broken zip archive at byte %zu: %s; fetch the file again", at, what);
  if (err && !err->offset) err->offset = at;
  return TH_EPARSE;
}

/* The end record: the last one whose comment reaches exactly to the end. */
static th_code find_end(th_str s, size_t *end, th_err *err) {
  for (size_t back = END; back <= s.n && back <= END + COMMENT_MOST; back++) {
    const size_t at = s.n - back;
    if (mark(s, at, "PK\5\6") && u16(s.p + at + 20) == back - END) return *end = at, TH_OK;
  }
  return broken(err, s.n, "its directory is not there (is it cut off?)");
}

/* APPNOTE 4.5.3: what does not fit into 32 bits stands in an extra field, in this order, each only where it is needed. */
static th_code read_large(th_str extra, size_t at, th_zip_entry *e, th_err *err) {
  uint64_t *const wanted[] = { e->size == UINT32_MAX ? &e->size : NULL, e->packed == UINT32_MAX ? &e->packed : NULL,
                               e->at == UINT32_MAX ? &e->at : NULL };
  while (extra.n >= 4) {
    const size_t id = u16(extra.p), n = u16(extra.p + 2);
    if (n > extra.n - 4) break;
    size_t k = 4;
    for (size_t i = 0; id == 1 && i < 3; i++) {
      if (!wanted[i]) continue;
      if (k + 8 > 4 + n) return broken(err, at, "a large number of its directory is cut off");
      *wanted[i] = u64(extra.p + k);
      k += 8;
    }
    if (id == 1) return TH_OK;
    extra = th_str_sub(extra, 4 + n, extra.n);
  }
  return broken(err, at, "a large number of its directory is not there");
}

static th_code read_entry(th_str s, size_t limit, size_t *at, th_zip_entry *e, th_err *err) {
  if (*at > limit || limit - *at < CENTRAL || !mark(s, *at, "PK\1\2"))
    return broken(err, *at, "an entry of its directory is off");
  const char *p = s.p + *at;
  const size_t name = u16(p + 28), behind = name + u16(p + 30) + u16(p + 32);
  if (limit - *at - CENTRAL < behind) return broken(err, *at, "an entry of its directory is cut off");
  *e = (th_zip_entry){ .name = th_str_n(p + CENTRAL, name),
                       .flags = (uint16_t)u16(p + 8),
                       .method = (uint16_t)u16(p + 10),
                       .crc = u32(p + 16),
                       .packed = u32(p + 20),
                       .size = u32(p + 24),
                       .at = u32(p + 42) };
  e->is_dir = name > 0 && e->name.p[name - 1] == '/';
  if (e->packed == UINT32_MAX || e->size == UINT32_MAX || e->at == UINT32_MAX)
    TH_TRY(read_large(th_str_n(p + CENTRAL + name, u16(p + 30)), *at, e, err));
  if (e->size >= TH_LIMIT_FILE_BYTES || e->packed > s.n || e->at > s.n)
    return e->size >= TH_LIMIT_FILE_BYTES ? th_io__too_large(TH_LIMIT_FILE_BYTES, "a member of the zip archive", err)
                                          : broken(err, *at, "a member does not stand where its directory says");
  *at += CENTRAL + behind;
  return TH_OK;
}

/* The end record of the large form, which a locator right before the common one leads to. */
static th_code find_end64(th_str s, size_t *end, uint64_t *n, size_t *at, th_err *err) {
  if (*end < LOCATOR64 || !mark(s, *end - LOCATOR64, "PK\6\7"))
    return broken(err, *end, "the end of its large form is not there");
  const uint64_t where = u64(s.p + *end - LOCATOR64 + 8);
  if (where > *end - LOCATOR64 || *end - LOCATOR64 - where < END64 || !mark(s, where, "PK\6\6"))
    return broken(err, *end, "the end of its large form is not where it says");
  if (u32(s.p + where + 16) != 0 || u64(s.p + where + 24) != u64(s.p + where + 32))
    return th_fail(err, TH_EUNSUP, "a zip archive in several parts: join them first");
  *n = u64(s.p + where + 32);
  const uint64_t directory = u64(s.p + where + 48);
  if (directory > where) return broken(err, where, "its directory is not where it says");
  *at = (size_t)directory;
  *end = (size_t)where;
  return TH_OK;
}

th_code th_zip_list(th_arena *a, th_str s, th_zip_entries *out, th_err *err) {
  size_t end, at;
  uint64_t sum = 0;
  *out = (th_zip_entries){ 0 };
  TH_TRY(find_end(s, &end, err));
  uint64_t n = u16(s.p + end + 10);
  const uint32_t here = u16(s.p + end + 8);
  at = u32(s.p + end + 16);
  if (n != here || (u16(s.p + end + 4) != 0 && u16(s.p + end + 4) != 0xFFFF))
    return th_fail(err, TH_EUNSUP, "a zip archive in several parts: join them first");
  if (n == 0xFFFF || at == UINT32_MAX || u32(s.p + end + 12) == UINT32_MAX) TH_TRY(find_end64(s, &end, &n, &at, err));
  if (n > TH_LIMIT_ZIP_ENTRIES)
    return th_fail(err, TH_ELIMIT, "more than TH_LIMIT_ZIP_ENTRIES (%d) members", TH_LIMIT_ZIP_ENTRIES);
  for (uint64_t i = 0; i < n; i++) {
    th_zip_entry *e = TH_VEC_ADD(a, out);
    if (!e) return th_fail_nomem(err);
    TH_TRY(read_entry(s, end, &at, e, err));
    sum += e->size;
  }
  if (at != end) return broken(err, at, "something stands between its directory and its end");
  if (sum > TH_LIMIT_FILE_BYTES) return th_io__too_large(TH_LIMIT_FILE_BYTES, "what is in the zip archive", err);
  if (sum > (uint64_t)1 << 20 && sum / TH_LIMIT_GZIP_RATIO > s.n)
    return th_fail(err, TH_ELIMIT, "zip data grows more than TH_LIMIT_GZIP_RATIO (%d) times: not read", TH_LIMIT_GZIP_RATIO);
  return TH_OK;
}

/* Sizes are below 4 GiB, so one call does it. */
static th_code inflate_raw(th_str packed, char *out, size_t size, size_t at, th_err *err) {
  z_stream z = { .zalloc = th_io__z_alloc, .zfree = th_io__z_free };
  if (inflateInit2(&z, -15) != Z_OK) return th_fail_nomem(err);
  z.next_in = (z_const Bytef *)(uintptr_t)packed.p;
  z.avail_in = (uInt)packed.n;
  z.next_out = (Bytef *)out;
  z.avail_out = (uInt)size;
  const int rc = inflate(&z, Z_FINISH);
  const bool whole = rc == Z_STREAM_END && z.avail_out == 0 && z.avail_in == 0;
  inflateEnd(&z);
  if (rc == Z_MEM_ERROR) return th_fail_nomem(err);
  return whole ? TH_OK : broken(err, at, "a member is not what its directory says");
}

th_code th_zip_read(th_arena *a, th_str s, const th_zip_entry *e, th_str *out, th_err *err) {
  *out = TH_STR_NONE;
  if (e->flags & 1) return th_fail(err, TH_EUNSUP, "a member of the zip archive is encrypted: unpack it first");
  if (e->method != 0 && e->method != 8)
    return th_fail(err, TH_EUNSUP, "a member of the zip archive is packed by method %u: unpack it first", e->method);
  if (!mark(s, e->at, "PK\3\4") || s.n - e->at < LOCAL)
    return broken(err, e->at, "a member does not stand where its directory says");
  const size_t from = e->at + LOCAL + u16(s.p + e->at + 26) + u16(s.p + e->at + 28);
  if (from > s.n || s.n - from < e->packed) return broken(err, e->at, "a member is cut off");
  const th_str packed = th_str_sub(s, from, from + e->packed);
  if (e->method == 0 && e->packed != e->size) return broken(err, from, "a member is not what its directory says");
  char *p = th_arena_alloc(a, e->size + 1, 1);
  if (!p) return th_fail_nomem(err);
  if (e->method == 0 && e->size)
    memcpy(p, packed.p, e->size);
  else if (e->method == 8)
    TH_TRY(inflate_raw(packed, p, e->size, from, err));
  if (crc32_z(0, (const Bytef *)p, e->size) != e->crc) return broken(err, from, "a member does not fit its checksum");
  *out = th_str_n(p, e->size);
  return TH_OK;
}
