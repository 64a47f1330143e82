/* zip archives: whatever they say of themselves, what is read has the size and checksum they say. */
#include "theriac/io.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  th_arena *a = th_arena_new(0);
  const th_str bytes = th_str_n((const char *)data, size);
  th_zip_entries v;
  if (!a) return 0;
  th_arena_limit(a, (size_t)64 << 20);
  (void)th_zip_is(bytes);
  if (th_zip_list(a, bytes, &v, NULL) == TH_OK)
    for (size_t i = 0; i < v.n; i++) {
      th_str s;
      if (th_zip_read(a, bytes, &v.v[i], &s, NULL) == TH_OK) TH_ASSERT(s.n == v.v[i].size);
    }
  th_arena_del(a);
  return 0;
}
