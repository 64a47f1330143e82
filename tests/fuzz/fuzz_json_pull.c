/* The stream ends, its depth comes back to nothing, and each token's offset lies in the input. */
#include <stdlib.h>

#include "theriac/io.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  th_arena *a = th_arena_new(0);
  if (!a) return 0;
  th_jread r;
  th_err err = { 0 };
  th_jread_open(&r, a, th_str_n((const char *)data, n));
  size_t tokens = 0;
  th_code code;
  do {
    code = th_jread_next(&r, &err);
    if (++tokens > n + 2 || th_jread_offset(&r) > n || r.depth > TH_LIMIT_JSON_DEPTH) abort();
  } while (code == TH_OK && r.tok != TH_J_END);
  if (code == TH_OK ? r.depth != 0 : err.line == 0) abort();
  if (r.text.p && th_utf8_check(r.text) != SIZE_MAX) abort();
  th_jread_open(&r, a, th_str_n((const char *)data, n));
  if (th_jread_next(&r, NULL) == TH_OK && th_jread_skip(&r, NULL) == TH_OK && r.depth != 0) abort();
  th_arena_del(a);
  return 0;
}
