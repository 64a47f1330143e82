/* UTF-8 as bytes: what is well-formed (Unicode 15, table 3-7) and how to walk it. Everything above builds on this one reading. */
#ifndef THERIAC_BASE_UTF8_H
#define THERIAC_BASE_UTF8_H

#include "theriac/base/str.h"

/* Bytes of the well-formed sequence at p (1–4), or 0. n > 0 bytes are there. Overlong forms and surrogates are ill-formed. */
static inline unsigned th_utf8_seq(const char *p, size_t n) {
  const unsigned char *u = (const unsigned char *)p;
  if (u[0] < 0x80) return 1;
  if (u[0] < 0xC2 || u[0] > 0xF4) return 0;
  if (n < 2 || (u[1] & 0xC0) != 0x80) return 0;
  if (u[0] < 0xE0) return 2;
  if (n < 3 || (u[2] & 0xC0) != 0x80) return 0;
  if (u[0] < 0xF0) return (u[0] == 0xE0 && u[1] < 0xA0) || (u[0] == 0xED && u[1] > 0x9F) ? 0 : 3;
  if (n < 4 || (u[3] & 0xC0) != 0x80) return 0;
  return (u[0] == 0xF0 && u[1] < 0x90) || (u[0] == 0xF4 && u[1] > 0x8F) ? 0 : 4;
}

/* Writes a code point at `out` (room for 4 bytes) and gives its bytes; what is no code point is written as U+FFFD. */
static inline unsigned th_utf8_put(char *out, uint32_t rune) {
  if (rune < 0x80) {
    out[0] = (char)rune;
    return 1;
  }
  if (rune > 0x10FFFF || (rune >= 0xD800 && rune <= 0xDFFF)) rune = 0xFFFD;
  const unsigned tails = rune < 0x800 ? 1 : rune < 0x10000 ? 2 : 3;
  out[0] = (char)((0xFF00u >> (tails + 1) & 0xFF) | rune >> 6 * tails);
  for (unsigned k = 1; k <= tails; k++) out[k] = (char)(0x80 | (rune >> 6 * (tails - k) & 0x3F));
  return tails + 1;
}

/* Offset of the first byte that is not well-formed UTF-8, or SIZE_MAX. */
TH_API size_t th_utf8_check(th_str s);
/* Decodes at *at and moves it on; U+FFFD and one byte on for ill-formed input. *at must be < s.n. */
TH_API uint32_t th_utf8_next(th_str s, size_t *at);
TH_API size_t th_utf8_length(th_str s); /* code points, an ill-formed byte counting as one */
/* Line and column (1-based, in characters of the line; a BOM is not counted) of a byte offset: O(offset). */
TH_API void th_text_place(th_str bytes, uint64_t offset, uint32_t *line, uint32_t *col);

#endif
