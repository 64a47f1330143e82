/* Any bytes: cautions whose severity is never below what the rules demand, or a refusal with its line. */
#include <stdlib.h>

#include "theriac/source/caution_table.h"

static void check_row(const th_caution_row *x, size_t n) {
  if (x->drug.text.n == 0 || x->subject.text.n == 0) abort();
  if ((x->rules & TH_CAUTION_S1) && (x->severity != TH_SEVERITY_CONTRAINDICATED || x->class_statement)) abort();
  if ((x->rules & TH_CAUTION_S2) && x->severity < TH_SEVERITY_MODERATE) abort();
  if (x->severity < x->labelled) abort(); /* no rule lowers */
  if (x->text.from > x->text.to || x->text.to > n || x->sentence.to > n) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  th_arena *a = th_arena_new(0);
  if (!a) return 0;
  th_caution_table t;
  th_err err = { 0 };
  if (th_source_caution_read(a, th_str_n((const char *)data, n), &t, &err) != TH_OK) {
    if (!err.line) abort();
  } else {
    for (size_t i = 0; i < t.rows.n; i++) check_row(&t.rows.v[i], n);
  }
  th_arena_del(a);
  return 0;
}
