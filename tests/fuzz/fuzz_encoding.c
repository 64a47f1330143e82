/* A guess is made for what is refused, and for nothing else. */
#include <stdlib.h>

#include "theriac/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  th_str s = th_str_n((const char *)data, n);
  const char *guess = th_text_encoding_guess(s);
  th_err err = { 0 };
  const th_code code = th_text_require_utf8(&s, &err);
  if (code == TH_OK ? guess != NULL : (!guess || err.offset >= s.n || !err.line)) abort();
  if (code == TH_OK && (th_utf8_check(s) != SIZE_MAX || th_utf8_length(s) > s.n)) abort();
  return 0;
}
