/* ICTRP exports: any bytes; what is read has an id. */
#include <stdlib.h>

#include "theriac/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  th_arena *a = th_arena_new(0);
  if (!a) return 0;
  th_ctgov_doc d;
  bool cut;
  if (th_source_ictrp_read(a, th_str_n((const char *)data, n), &d, &cut, NULL) == TH_OK)
    for (size_t i = 0; i < d.studies.n; i++)
      if (d.studies.v[i].nct_id.text.n == 0 || d.studies.v[i].enrolment < -1) abort();
  th_arena_del(a);
  return 0;
}
