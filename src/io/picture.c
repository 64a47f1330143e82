/* PNG (ISO/IEC 15948) and JPEG (ITU-T T.81, EXIF 2.3): looked through, not decoded, so that what is shown later is whole. */
#include <zlib.h>

#include "io/io_priv.h"
#include "theriac/io/paper.h"

static uint32_t be32(const uint8_t *p) {
  return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static th_code sides(uint32_t w, uint32_t h, size_t most, const char *limit, th_err *err) {
  if (w == 0 || h == 0) return th_fail(err, TH_EPARSE, "the picture has no width or no height");
  if (w > TH_LIMIT_PICTURE_SIDE || h > TH_LIMIT_PICTURE_SIDE)
    return th_fail(err, TH_ELIMIT, "the picture has %u × %u pixels: TH_LIMIT_PICTURE_SIDE (%d); save it smaller", w, h,
                   TH_LIMIT_PICTURE_SIDE);
  if ((size_t)w * h > most)
    return th_fail(err, TH_ELIMIT, "the picture has %u × %u pixels: %s (%zu); save it smaller", w, h, limit, most);
  return TH_OK;
}

/* ── PNG ───────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct png {
  th_paper *out;
  uint32_t bits; /* a pixel */
  bool interlaced;
  z_stream z;
  bool open, ended;
  uint64_t want, got; /* bytes of the lines, filter bytes included */
} png;

static uint64_t pass_bytes(uint64_t w, uint64_t h, uint32_t bits) {
  return w && h ? h * (1 + (w * bits + 7) / 8) : 0;
}

/* Bytes the lines inflate to; by Adam7 seven pictures one after another. */
static uint64_t line_bytes(const png *p) {
  static const uint8_t x0[] = { 0, 4, 0, 2, 0, 1, 0 }, y0[] = { 0, 0, 4, 0, 2, 0, 1 }, dx[] = { 8, 8, 4, 4, 2, 2, 1 },
                       dy[] = { 8, 8, 8, 4, 4, 2, 2 };
  const uint64_t w = p->out->width, h = p->out->height;
  uint64_t n = 0;
  if (!p->interlaced) return pass_bytes(w, h, p->bits);
  for (int i = 0; i < 7; i++) n += pass_bytes((w + dx[i] - 1u - x0[i]) / dx[i], (h + dy[i] - 1u - y0[i]) / dy[i], p->bits);
  return n;
}

static th_code png_head(png *p, const uint8_t *d, uint32_t n, th_err *err) {
  static const uint8_t channels[] = { 1, 0, 3, 1, 2, 0, 4 };
  if (n != 13) return th_fail(err, TH_EPARSE, "broken PNG: its head has %u bytes instead of 13", n);
  const uint8_t depth = d[8], colour = d[9];
  p->out->width = be32(d);
  p->out->height = be32(d + 4);
  TH_TRY(sides(p->out->width, p->out->height, TH_LIMIT_PNG_PIXELS, "TH_LIMIT_PNG_PIXELS", err));
  const bool known = colour < sizeof channels && channels[colour] && depth && depth <= 16 && (depth & (depth - 1)) == 0 &&
                     (depth >= 8 || colour == 0 || colour == 3) && !(colour == 3 && depth == 16);
  if (!known || d[10] || d[11] || d[12] > 1)
    return th_fail(err, TH_EPARSE, "broken PNG: colour type %u with %u bits is none", colour, depth);
  p->bits = (uint32_t)channels[colour] * depth;
  p->interlaced = d[12] == 1;
  p->want = line_bytes(p);
  return TH_OK;
}

static th_code png_data(png *p, const uint8_t *d, uint32_t n, th_err *err) {
  uint8_t scrap[32768];
  if (!p->open && inflateInit(&p->z) != Z_OK) return th_fail_nomem(err);
  p->open = true;
  p->z.next_in = (Bytef *)(uintptr_t)d;
  p->z.avail_in = n;
  while (p->z.avail_in > 0 && !p->ended) {
    p->z.next_out = scrap;
    p->z.avail_out = sizeof scrap;
    const int rc = inflate(&p->z, Z_NO_FLUSH);
    if (rc != Z_OK && rc != Z_STREAM_END) return th_fail(err, TH_EPARSE, "broken PNG: its pixels cannot be inflated");
    p->got += sizeof scrap - p->z.avail_out;
    if (p->got > p->want) return th_fail(err, TH_EPARSE, "broken PNG: it holds more pixels than its head says");
    p->ended = rc == Z_STREAM_END;
  }
  return TH_OK;
}

/* length, type, data, CRC-32 of type and data. */
static th_code png_chunks(png *p, th_str bytes, th_err *err) {
  const uint8_t *d = (const uint8_t *)bytes.p;
  for (size_t at = 8; at + 12 <= bytes.n;) {
    const uint32_t n = be32(d + at);
    const uint8_t *type = d + at + 4, *data = type + 4;
    if (n > bytes.n - at - 12) break;
    if (crc32(0, type, n + 4) != be32(data + n))
      return th_fail(err, TH_EPARSE, "broken PNG: the checksum at byte %zu does not fit", at);
    const bool head = memcmp(type, "IHDR", 4) == 0;
    if (head != (at == 8)) return th_fail(err, TH_EPARSE, "broken PNG: its head is not where it should be");
    if (head) TH_TRY(png_head(p, data, n, err));
    if (memcmp(type, "IDAT", 4) == 0) TH_TRY(png_data(p, data, n, err));
    if (memcmp(type, "IEND", 4) == 0)
      return p->got == p->want ? TH_OK : th_fail(err, TH_EPARSE, "broken PNG: it holds fewer pixels than its head says");
    at += (size_t)n + 12;
  }
  return th_fail(err, TH_EPARSE, "the PNG is cut off");
}

th_code th_io__png(th_str bytes, th_paper *out, th_err *err) {
  png p = { .out = out };
  *out = (th_paper){ .kind = TH_PAPER_PNG, .media_type = "image/png", .pages = 1, .turn = 1 };
  p.z.zalloc = th_io__z_alloc;
  p.z.zfree = th_io__z_free;
  const th_code code = png_chunks(&p, bytes, err);
  if (p.open) inflateEnd(&p.z);
  return code;
}

/* ── JPEG ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Orientation (tag 0x0112) of the first directory of a TIFF head, as EXIF embeds it. Anything else reads as upright. */
static uint8_t exif_turn(const uint8_t *d, size_t n) {
  if (n < 14 || memcmp(d, "Exif\0\0", 6) != 0) return 1;
  const uint8_t *t = d + 6;
  const size_t m = n - 6;
  const bool little = t[0] == 'I';
  if (memcmp(t, little ? "II\x2a\0" : "MM\0\x2a", 4) != 0) return 1;
#define U16(at) (little ? (uint32_t)t[(at) + 1] << 8 | t[at] : (uint32_t)t[at] << 8 | t[(at) + 1])
  const uint64_t dir = little ? (uint64_t)t[7] << 24 | t[6] << 16 | t[5] << 8 | t[4] : be32(t + 4);
  if (dir + 2 > m) return 1;
  const uint32_t entries = U16(dir);
  for (uint64_t i = 0, at = dir + 2; i < entries && at + 12 <= m; i++, at += 12) {
    if (U16(at) != 0x0112) continue;
    const uint32_t turn = U16(at + 8);
    return turn >= 1 && turn <= 8 ? (uint8_t)turn : 1;
  }
#undef U16
  return 1;
}

static th_code frame(const uint8_t *d, size_t n, uint8_t marker, th_paper *out, th_err *err) {
  if (out->width) return th_fail(err, TH_EPARSE, "broken JPEG: it has two frames");
  if (n < 6) return th_fail(err, TH_EPARSE, "broken JPEG: its frame is cut off");
  if (marker > 0xc2)
    return th_fail(err, TH_EUNSUP, "a JPEG of this kind (SOF%u) is not shown by common programs: save it anew", marker - 0xc0);
  if (d[0] != 8)
    return th_fail(err, TH_EUNSUP, "a JPEG of %u bits a colour is not shown by common programs: save it with 8", d[0]);
  if (d[5] != 1 && d[5] != 3) return th_fail(err, TH_EUNSUP, "a JPEG in CMYK would show wrong colours: save it in RGB");
  if (n != 6u + 3u * d[5]) return th_fail(err, TH_EPARSE, "broken JPEG: its frame has %zu bytes", n);
  out->height = (uint32_t)d[1] << 8 | d[2];
  out->width = (uint32_t)d[3] << 8 | d[4];
  return sides(out->width, out->height, TH_LIMIT_JPEG_PIXELS, "TH_LIMIT_JPEG_PIXELS", err);
}

static bool is_frame(uint8_t marker) {
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

/* Behind a scan's head: entropy-coded data up to the next marker; FF00 and restarts belong to it. */
static size_t scan_end(const uint8_t *d, size_t n, size_t at) {
  while (at + 1 < n && !(d[at] == 0xff && d[at + 1] != 0 && d[at + 1] != 0xff && (d[at + 1] & 0xf8) != 0xd0)) at++;
  return at + 1 < n ? at : n;
}

th_code th_io__jpeg(th_str bytes, th_paper *out, th_err *err) {
  const uint8_t *d = (const uint8_t *)bytes.p;
  size_t at = 2;
  bool scanned = false;
  *out = (th_paper){ .kind = TH_PAPER_JPEG, .media_type = "image/jpeg", .pages = 1, .turn = 1 };
  while (at + 2 <= bytes.n) {
    if (d[at] != 0xff) return th_fail(err, TH_EPARSE, "broken JPEG: no marker at byte %zu", at);
    const uint8_t marker = d[at + 1];
    if (marker == 0xff) {
      at++;
      continue;
    }
    if (marker == 0xd9) return scanned ? TH_OK : th_fail(err, TH_EPARSE, "broken JPEG: it holds no picture");
    at += 2;
    if (marker == 0x01 || (marker & 0xf8) == 0xd0) continue;
    const size_t n = at + 2 <= bytes.n ? (size_t)d[at] << 8 | d[at + 1] : 0;
    if (n < 2 || at + n > bytes.n) break;
    if (is_frame(marker)) TH_TRY(frame(d + at + 2, n - 2, marker, out, err));
    if (marker == 0xe1 && out->turn == 1) out->turn = exif_turn(d + at + 2, n - 2);
    at += n;
    if (marker != 0xda) continue;
    if (!out->width) return th_fail(err, TH_EPARSE, "broken JPEG: pixels stand before its frame");
    at = scan_end(d, bytes.n, at);
    scanned = true;
  }
  return th_fail(err, TH_EPARSE, "the JPEG is cut off");
}

/* ── By content ────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool has_at(th_str bytes, size_t at, const char *what, size_t n) {
  return bytes.n >= at + n && memcmp(bytes.p + at, what, n) == 0;
}

static const char *other_type(th_str bytes) {
  static const struct {
    size_t at, n;
    const char *mark, *name;
  } known[] = {
    { 4, 8, "ftypheic", "HEIC, as iPhones save photos" },
    { 4, 8, "ftypheix", "HEIC, as iPhones save photos" },
    { 4, 8, "ftypmif1", "HEIF" },
    { 4, 8, "ftypavif", "AVIF" },
    { 4, 4, "ftyp", "a video" },
    { 0, 4, "II*\0", "TIFF" },
    { 0, 4, "MM\0*", "TIFF" },
    { 0, 4, "GIF8", "GIF" },
    { 8, 4, "WEBP", "WebP" },
    { 0, 2, "BM", "BMP" },
    { 128, 4, "DICM", "DICOM" },
    { 0, 4, "PK\3\4", "a zip archive or an Office document" },
    { 0, 4, "\xd0\xcf\x11\xe0", "an Office document" },
    { 0, 5, "{\\rtf", "RTF" },
  };
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (has_at(bytes, known[i].at, known[i].mark, known[i].n)) return known[i].name;
  return NULL;
}

th_code th_paper_probe(th_arena *a, th_str bytes, th_paper *out, th_err *err) {
  if (bytes.n == 0) return th_fail(err, TH_EPARSE, "the file is empty");
  if (has_at(bytes, 0, "\x89PNG\r\n\x1a\n", 8)) return th_io__png(bytes, out, err);
  if (has_at(bytes, 0, "\xff\xd8\xff", 3)) return th_io__jpeg(bytes, out, err);
  const char *other = other_type(bytes);
  /* Readers take the mark of a PDF anywhere in the first 1024 bytes (ISO 32000-1, annex H, note 13). */
  if (!other && th_str_has(th_str_sub(bytes, 0, 1024), TH_S("%PDF-"))) return th_io__pdf(a, bytes, out, err);
  if (other) return th_fail(err, TH_EUNSUP, "the file is %s: save it as JPEG, PNG or PDF", other);
  return th_fail(err, TH_EUNSUP, "the file is neither JPEG, PNG nor PDF");
}
