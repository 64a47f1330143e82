#include <utf8proc.h>

#include "theriac/text.h"

typedef struct range {
  uint32_t from, to;
} range;

/* Scripts written without blanks between words: Han with its marks, kana, bopomofo, hangul (Unicode 15 blocks). */
static const range cjk[] = {
  { 0x1100, 0x11FF }, { 0x2E80, 0x2FD5 }, { 0x3005, 0x3007 }, { 0x3021, 0x3029 },   { 0x3038, 0x303C },   { 0x3041, 0x3096 },
  { 0x309D, 0x309F }, { 0x30A1, 0x30FA }, { 0x30FC, 0x30FF }, { 0x3105, 0x312F },   { 0x3131, 0x318E },   { 0x31A0, 0x31BF },
  { 0x31F0, 0x31FF }, { 0x3400, 0x4DBF }, { 0x4E00, 0x9FFF }, { 0xA960, 0xA97C },   { 0xAC00, 0xD7A3 },   { 0xD7B0, 0xD7FB },
  { 0xF900, 0xFAFF }, { 0xFF66, 0xFF9D }, { 0xFFA0, 0xFFDC }, { 0x1B000, 0x1B16F }, { 0x20000, 0x2FA1F }, { 0x30000, 0x323AF },
};

bool th_rune_is_cjk(uint32_t rune) {
  if (rune < cjk[0].from) return false;
  size_t lo = 0, hi = sizeof cjk / sizeof *cjk;
  while (lo < hi) {
    const size_t mid = (lo + hi) / 2;
    if (rune > cjk[mid].to)
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo < sizeof cjk / sizeof *cjk && rune >= cjk[lo].from;
}

bool th_rune_is_letter(uint32_t rune) {
  if (rune < 0x80) return (rune | 0x20) - 'a' < 26;
  const utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)rune);
  return c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_ME;
}

bool th_rune_is_digit(uint32_t rune) {
  return rune - '0' < 10;
}

bool th_rune_is_space(uint32_t rune) {
  if (rune < 0x80) return rune == ' ' || (rune >= '\t' && rune <= '\r');
  if (rune == 0x85) return true;
  const utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)rune);
  return c >= UTF8PROC_CATEGORY_ZS && c <= UTF8PROC_CATEGORY_ZP;
}
