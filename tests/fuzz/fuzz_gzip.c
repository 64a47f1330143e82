/* Never more out than the limit allows, and the same twice. */
#include <stdlib.h>

#include "theriac/io.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  enum { LIMIT = 1 << 18 };
  th_arena *a = th_arena_new(0);
  if (!a) return 0;
  const th_str in = th_str_n((const char *)data, n);
  th_str out, again;
  const th_code code = th_gzip_inflate(a, in, LIMIT, &out, NULL);
  if (code == TH_OK && out.n > LIMIT) abort();
  if (th_gzip_inflate(a, in, LIMIT, &again, NULL) != code || (code == TH_OK && !th_str_eq(out, again))) abort();
  th_arena_del(a);
  return 0;
}
