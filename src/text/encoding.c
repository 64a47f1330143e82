#include "theriac/text.h"

typedef struct shape {
  size_t controls, nul_even, nul_odd, ill, multi; /* multi: well-formed sequences of two bytes or more */
  bool cut;                                       /* ends within a sequence */
} shape;

/* The first 64 KiB decide; what follows only costs time. */
#define LOOK ((size_t)1 << 16)

static bool is_prefix(const unsigned char *u, size_t n) {
  if (n == 0 || n > 3 || u[0] < 0xC2 || u[0] > 0xF4) return false;
  for (size_t i = 1; i < n; i++)
    if ((u[i] & 0xC0) != 0x80) return false;
  return n < (u[0] < 0xE0 ? 2u : u[0] < 0xF0 ? 3u : 4u);
}

static shape look(th_str s) {
  shape k = { 0 };
  for (size_t i = 0; i < s.n;) {
    const unsigned char c = (unsigned char)s.p[i];
    if (c == 0)
      *(i & 1 ? &k.nul_odd : &k.nul_even) += 1;
    else if (c < 0x20 && !(c >= '\t' && c <= '\r') && c != 0x1B)
      k.controls++;
    const unsigned len = th_utf8_seq(s.p + i, s.n - i);
    k.multi += len > 1;
    if (!len && is_prefix((const unsigned char *)s.p + i, s.n - i)) {
      k.cut = true;
      break;
    }
    k.ill += !len;
    i += len ? len : 1;
  }
  return k;
}

/* Counts of double bytes read as Big5 and as GB18030; a byte that fits neither reading ends it as such. */
typedef struct pairs {
  size_t n, low_trail; /* trail 40–7E: near 40 % of Big5 characters, next to none of the common ones in GB18030 */
  bool ok;
} pairs;

static pairs read_big5(const unsigned char *u, size_t n) {
  pairs k = { .ok = true };
  for (size_t i = 0; i < n; i++) {
    if (u[i] < 0x80) continue;
    if (i + 1 == n) break;
    const unsigned char t = u[i + 1];
    const bool low = t >= 0x40 && t <= 0x7E;
    if (u[i] < 0xA1 || u[i] > 0xFE || !(low || (t >= 0xA1 && t <= 0xFE))) {
      k.ok = false;
      break;
    }
    k.n++;
    k.low_trail += low;
    i++;
  }
  return k;
}

static bool is_gb18030(const unsigned char *u, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (u[i] < 0x80) continue;
    if (i + 1 == n) break;
    if (u[i] == 0x80 || u[i] == 0xFF) return false;
    const unsigned char t = u[i + 1];
    if (t >= 0x30 && t <= 0x39) {
      if (i + 3 >= n) break;
      if (u[i + 2] < 0x81 || u[i + 2] > 0xFE || u[i + 3] < 0x30 || u[i + 3] > 0x39) return false;
      i += 3;
    } else if ((t >= 0x40 && t <= 0x7E) || (t >= 0x80 && t <= 0xFE)) {
      i++;
    } else {
      return false;
    }
  }
  return true;
}

const char *th_text_encoding_guess(th_str s) {
  const th_str head = th_str_sub(s, 0, LOOK);
  if (head.n >= 2 && (memcmp(head.p, "\xFF\xFE", 2) == 0 || memcmp(head.p, "\xFE\xFF", 2) == 0)) return "UTF-16";
  const shape k = look(head);
  const size_t nuls = k.nul_even + k.nul_odd;
  if (nuls) {
    const size_t more = k.nul_even > k.nul_odd ? k.nul_even : k.nul_odd;
    return nuls - more <= more / 8 && more >= 3 && more * 5 >= head.n ? "UTF-16" : "binary data";
  }
  if (th_utf8_check(s) == SIZE_MAX) return memchr(s.p ? s.p : "", 0, s.n) ? "binary data" : NULL;
  if (k.controls * 50 > head.n) return "binary data";
  if (k.ill == 0 || k.multi >= 9 * k.ill) return "damaged UTF-8";
  const unsigned char *u = (const unsigned char *)head.p;
  const pairs big5 = read_big5(u, head.n);
  const bool gb = is_gb18030(u, head.n);
  if (big5.ok && (!gb || big5.low_trail * 10 >= big5.n)) return "Big5";
  if (gb) return "GB18030";
  return k.controls ? "binary data" : "Latin-1";
}

static const char *iconv_name(const char *guess) {
  return strcmp(guess, "Latin-1") == 0 ? "WINDOWS-1252" : guess;
}

th_code th_text_require_utf8(th_str *s, th_err *err) {
  if (s->n >= 3 && memcmp(s->p, "\xEF\xBB\xBF", 3) == 0) *s = th_str_sub(*s, 3, s->n);
  const char *nul = s->n ? memchr(s->p, 0, s->n) : NULL;
  size_t at = th_utf8_check(nul ? th_str_sub(*s, 0, (size_t)(nul - s->p)) : *s);
  if (at == SIZE_MAX && !nul) return TH_OK;
  if (at == SIZE_MAX) at = (size_t)(nul - s->p);
  uint32_t line, col;
  th_text_place(*s, at, &line, &col);
  const char *guess = th_text_encoding_guess(*s);
  const unsigned byte = (unsigned char)s->p[at];
  if (!guess || strcmp(guess, "binary data") == 0)
    th_fail_at(err, TH_EPARSE, line, col, "this is binary data (byte 0x%02X): a text in UTF-8 is expected", byte);
  else if (strcmp(guess, "damaged UTF-8") == 0)
    th_fail_at(err, TH_EPARSE, line, col, "the UTF-8 text is damaged or cut short here (byte 0x%02X): fetch the file again",
               byte);
  else
    th_fail_at(err, TH_EPARSE, line, col,
               "byte 0x%02X is not UTF-8; the text seems to be %s: convert it first (iconv -f %s -t UTF-8)", byte, guess,
               iconv_name(guess));
  if (err && !err->offset) err->offset = at;
  return TH_EPARSE;
}
