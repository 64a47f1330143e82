/* Captures: a failed search never reads as one that found nothing. */
#include <stdlib.h>

#include "theriac/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  th_arena *a = th_arena_new(0);
  if (!a) return 0;
  const th_str doc = th_str_n((const char *)data, n);
  th_capture_doc d;
  if (th_source_capture_read(a, doc, &d, NULL) == TH_OK)
    for (size_t i = 0; i < d.captures.n; i++) {
      const th_capture *c = &d.captures.v[i];
      if (c->from > c->to || c->to > n) abort();
      if (c->error.text.n && c->state != TH_SEARCH_FAILED && !d.bundle) abort();
      if (c->trials.n + c->papers.n && c->state == TH_SEARCH_NOTHING) abort();
    }
  th_arena_del(a);
  return 0;
}
