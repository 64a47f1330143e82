#include "theriac/io.h"

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
