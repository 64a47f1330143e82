/* A FHIR record into a case, for a path of each section: judged and explained, whatever it holds. */
#include <stdlib.h>

#include "theriac/coverage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  static const char *const paths[] = { "ln-initial", "ln-renewal", "sle-initial", "psle-initial" };
  static const th_date as_of = { 2025, 6, 15, TH_DATE_DAY, TH_ERA_CE };
  static th_arena *fixed;
  static th_coverage cov;
  th_err err = { 0 };
  if (!fixed) {
    fixed = th_arena_new(0);
    if (!fixed || th_coverage_open(fixed, NULL, 0, &cov, &err) != TH_OK) abort();
  }
  th_arena *a = th_arena_new(0);
  if (!a) return 0;
  th_coverage_case kase;
  th_coverage_result r;
  const th_str text = th_str_n((const char *)data, n);
  const th_code code =
      th_coverage_case_fhir(a, &cov, text, "input", TH_S("nhi-8.2.13"), th_str_of(paths[n % 4]), as_of, &kase, &err);
  if (code == TH_OK) {
    th_buf b;
    th_buf_init(&b, a, 4096);
    if (th_coverage_check(a, &kase, &r, &err) == TH_OK) th_coverage_explain(&b, &r, TH_COVER_TEXT, n & 4, true);
  } else if (!err.msg[0]) {
    abort();
  }
  th_arena_del(a);
  return 0;
}
