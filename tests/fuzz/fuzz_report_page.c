/* Report pages: every place lies within the document, sections hold their parents, the audit ends. */
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
  th_report_page p;
  th_findings found;
  if (th_source_report_read(a, doc, &p, NULL) == TH_OK) {
    inside(p.drug, doc);
    inside(p.summary, doc);
    for (size_t i = 0; i < p.sections.n; i++) {
      inside(p.sections.v[i].heading, doc);
      inside(p.sections.v[i].body, doc);
      if (p.sections.v[i].parent != UINT32_MAX && p.sections.v[i].parent >= i) abort();
    }
    for (size_t i = 0; i < p.trials.n; i++) inside(p.trials.v[i].id, doc);
    for (size_t i = 0; i < p.predictions.n; i++) inside(p.predictions.v[i].name, doc);
    for (size_t i = 0; i < p.cautions.n; i++) inside(p.cautions.v[i].text, doc);
    if (th_source_audit_page(a, &p, &found, NULL) == TH_EBUG) abort();
  }
  th_arena_del(a);
  return 0;
}
