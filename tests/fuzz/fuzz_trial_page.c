/* Trial pages: every value lies within the document. */
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
  th_trial_page p;
  if (th_source_trial_read(a, doc, &p, NULL) == TH_OK) {
    inside(p.title, doc);
    inside(p.about, doc);
    for (size_t i = 0; i < p.inclusion.n; i++) inside(p.inclusion.v[i], doc);
    for (size_t i = 0; i < p.arms.n; i++) inside(p.arms.v[i].description, doc);
    if (p.enrolment_n < -1) abort();
  }
  th_arena_del(a);
  return 0;
}
