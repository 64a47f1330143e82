/* Studies of ClinicalTrials.gov: every study has its number, and its place lies within the document; cut apart and read one by one
 * they are the same studies at the same places. */
#include <stdlib.h>

#include "theriac/source.h"

static void check_cuts(th_arena *a, th_str in, const th_ctgov_doc *whole) {
  th_source_cuts cuts;
  th_ctgov_doc frame;
  if (th_source_ctgov_cut(a, in, &cuts, &frame, NULL) != TH_OK) abort();
  if (cuts.n != whole->studies.n || frame.total != whole->total) abort();
  for (size_t i = 0; i < cuts.n; i++) {
    th_ctgov_study s;
    const th_ctgov_study *w = &whole->studies.v[i];
    if (th_source_ctgov_one(a, in, &cuts.v[i], &s, NULL) != TH_OK) abort();
    if (!th_str_eq(s.nct_id.text, w->nct_id.text) || s.nct_id.from != w->nct_id.from || s.nct_id.line != w->nct_id.line ||
        s.from != w->from || s.to != w->to || s.line != w->line)
      abort();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  th_arena *a = th_arena_new(0);
  if (!a) return 0;
  th_ctgov_doc d;
  if (th_source_ctgov_read(a, th_str_n((const char *)data, n), &d, NULL) == TH_OK) {
    for (size_t i = 0; i < d.studies.n; i++) {
      const th_ctgov_study *s = &d.studies.v[i];
      if (s->nct_id.text.n != 11 || s->from > s->to || s->to > n || s->nct_id.from < s->from || s->nct_id.to > s->to) abort();
    }
    check_cuts(a, th_str_n((const char *)data, n), &d);
  }
  th_arena_del(a);
  return 0;
}
