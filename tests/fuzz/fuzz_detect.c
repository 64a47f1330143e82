/* Any bytes are told or refused with a reason. */
#include <stdlib.h>

#include "theriac/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  th_arena *a = th_arena_new(0);
  if (!a) return 0;
  const th_str doc = th_str_n((const char *)data, n);
  th_source_guess g;
  th_err err = { 0 };
  if ((th_source_detect(doc, &g, &err) == TH_OK) == (g.kind == TH_SOURCE_UNKNOWN)) abort();
  if (g.kind == TH_SOURCE_UNKNOWN && !err.msg[0]) abort();
  th_arena_del(a);
  return 0;
}
