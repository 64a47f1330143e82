/* Vocabularies, targets and items: any bytes, three readers; a row says where it stood. */
#include <stdlib.h>

#include "theriac/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  th_arena *a = th_arena_new(0);
  if (!a) return 0;
  const th_str in = th_str_n((const char *)data, n);
  th_vocabulary v;
  th_target_table t;
  th_nhi_table m;
  if (th_source_vocabulary_read(a, in, &v, NULL) == TH_OK)
    for (size_t i = 0; i < v.rows.n; i++)
      if (v.rows.v[i].line < 2 || v.rows.v[i].id.n == 0) abort();
  if (th_source_targets_read(a, in, &t, NULL) == TH_OK)
    for (size_t i = 0; i < t.rows.n; i++)
      if (t.rows.v[i].drug.n == 0 || t.rows.v[i].target.n == 0) abort();
  if (th_source_nhi_items_read(a, in, &m, NULL) == TH_OK)
    for (size_t i = 0; i < m.rows.n; i++)
      if (m.rows.v[i].code.n == 0) abort();
  th_arena_del(a);
  return 0;
}
