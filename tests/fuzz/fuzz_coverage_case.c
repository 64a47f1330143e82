/* Case files: any bytes give an answer or an error, and an answer can be written and explained. */
#include "theriac/coverage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static th_arena *fixed;
  static th_coverage cov;
  if (!fixed) {
    fixed = th_arena_new(0);
    if (th_coverage_open(fixed, NULL, 0, &cov, NULL) != TH_OK) return 0;
  }
  th_arena *a = th_arena_new(0);
  th_coverage_case kase;
  th_coverage_result r;
  if (th_coverage_case_parse(a, &cov, th_str_n((const char *)data, size), &kase, NULL) == TH_OK &&
      th_coverage_check(a, &kase, &r, NULL) == TH_OK) {
    th_buf b;
    th_jwrite w;
    th_buf_init(&b, a, 4096);
    th_jwrite_open(&w, &b, 0);
    th_coverage_json(&w, &r, false);
    th_coverage_explain(&b, &r, TH_COVER_HTML, true, true);
    th_coverage_explain(&b, &r, TH_COVER_TEXT, false, false);
  }
  th_arena_del(a);
  return 0;
}
