#include "theriac/base/utf8.h"

size_t th_utf8_check(th_str s) {
  size_t i = 0;
  while (i < s.n) {
    uint64_t eight;
    if (s.n - i >= sizeof eight) {
      memcpy(&eight, s.p + i, sizeof eight);
      if (!(eight & 0x8080808080808080u)) {
        i += sizeof eight;
        continue;
      }
    }
    const unsigned len = th_utf8_seq(s.p + i, s.n - i);
    if (!len) return i;
    i += len;
  }
  return SIZE_MAX;
}

uint32_t th_utf8_next(th_str s, size_t *at) {
  const unsigned char *u = (const unsigned char *)s.p + *at;
  const unsigned len = th_utf8_seq(s.p + *at, s.n - *at);
  *at += len ? len : 1;
  switch (len) {
  case 1: return u[0];
  case 2: return (uint32_t)(u[0] & 0x1F) << 6 | (u[1] & 0x3Fu);
  case 3: return (uint32_t)(u[0] & 0x0F) << 12 | (uint32_t)(u[1] & 0x3F) << 6 | (u[2] & 0x3Fu);
  case 4: return (uint32_t)(u[0] & 0x07) << 18 | (uint32_t)(u[1] & 0x3F) << 12 | (uint32_t)(u[2] & 0x3F) << 6 | (u[3] & 0x3Fu);
  default: return 0xFFFD;
  }
}

size_t th_utf8_length(th_str s) {
  size_t n = 0;
  for (size_t at = 0; at < s.n; n++) {
    const unsigned len = th_utf8_seq(s.p + at, s.n - at);
    at += len ? len : 1;
  }
  return n;
}

void th_text_place(th_str bytes, uint64_t offset, uint32_t *line, uint32_t *col) {
  uint32_t l = 1, c = 1;
  const size_t end = offset < bytes.n ? (size_t)offset : bytes.n;
  size_t i = bytes.n >= 3 && memcmp(bytes.p, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
  for (; i < end; i++) {
    const unsigned char b = (unsigned char)bytes.p[i];
    if (b == '\n' || (b == '\r' && !(i + 1 < bytes.n && bytes.p[i + 1] == '\n'))) {
      l++;
      c = 1;
    } else if ((b & 0xC0) != 0x80) {
      c++;
    }
  }
  *line = l;
  *col = c;
}
