/* Any bytes: licences with a number and a state for every day, or a refusal with its line. */
#include <stdlib.h>

#include "theriac/source/tfda36.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  th_arena *a = th_arena_new(0);
  if (!a) return 0;
  th_tfda_register t;
  th_err err = { 0 };
  if (th_source_tfda_read(a, th_str_n((const char *)data, n), &t, &err) != TH_OK) {
    if (!err.line) abort();
  } else {
    for (size_t i = 0; i < t.rows.n; i++) {
      const th_tfda_licence *l = &t.rows.v[i];
      const th_tfda_state s = th_tfda_state_on(l, (th_date){ 2026, 1, 1, TH_DATE_DAY, TH_ERA_CE });
      if (l->text[TH_TFDA_NUMBER].n == 0 || l->from > l->to || l->to > n) abort();
      if ((s == TH_TFDA_IS_CANCELLED) != (l->text[TH_TFDA_CANCELLED].n > 0)) abort();
    }
  }
  th_arena_del(a);
  return 0;
}
