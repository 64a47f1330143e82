#include <utf8proc.h>

#include "theriac/text.h"

size_t th_text_width(th_str s) {
  size_t width = 0;
  for (size_t at = 0; at < s.n;) {
    const uint32_t rune = th_utf8_next(s, &at);
    const int w = utf8proc_charwidth((utf8proc_int32_t)rune);
    width += w > 0 ? (size_t)w : 0;
  }
  return width;
}
