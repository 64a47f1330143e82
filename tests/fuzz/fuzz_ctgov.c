/* Studies of ClinicalTrials.gov: every study has its number, and its place lies within the document. */
#include <stdlib.h>

#include "theriac/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  th_arena *a = th_arena_new(0);
  if (!a) return 0;
  th_ctgov_doc d;
  if (th_source_ctgov_read(a, th_str_n((const char *)data, n), &d, NULL) == TH_OK)
    for (size_t i = 0; i < d.studies.n; i++) {
      const th_ctgov_study *s = &d.studies.v[i];
      if (s->nct_id.text.n != 11 || s->from > s->to || s->to > n || s->nct_id.from < s->from || s->nct_id.to > s->to) abort();
    }
  th_arena_del(a);
  return 0;
}
