/* Rule texts: clauses follow their parents, subtrees are contiguous, every place lies within the document. */
#include <stdlib.h>

#include "theriac/source.h"

/* A field that is there lies within the document, and its text is no longer than what decoding can make of its bytes. */
static void inside(th_field f, th_str doc) {
  if (!th_field_has(f)) return;
  if (f.from > f.to || f.to > doc.n) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  th_arena *a = th_arena_new(0);
  if (!a) return 0;
  const th_str doc = th_str_n((const char *)data, n);
  th_coverage_texts t;
  if (th_source_coverage_read(a, doc, &t, NULL) == TH_OK)
    for (size_t k = 0; k < t.n; k++) {
      const th_coverage_clauses *c = &t.v[k].clauses;
      for (size_t i = 0; i < c->n; i++) {
        inside(c->v[i].text, doc);
        if (i && c->v[i].parent >= i) abort();
        if (i + c->v[i].n_below >= c->n) abort();
        if (i && c->v[i].depth != c->v[c->v[i].parent].depth + 1) abort();
      }
    }
  th_arena_del(a);
  return 0;
}
