/* Abstracts: every section lies within the document. */
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
  th_abstract_doc d;
  if (th_source_abstract_read(a, doc, &d, NULL) == TH_OK) {
    inside(d.title, doc);
    inside(d.citation, doc);
    for (size_t i = 0; i < d.sections.n; i++) {
      inside(d.sections.v[i].text, doc);
      if (d.sections.v[i].text.text.n == 0) abort();
    }
    for (size_t i = 0; i < d.authors.n; i++) inside(d.authors.v[i], doc);
  }
  th_arena_del(a);
  return 0;
}
