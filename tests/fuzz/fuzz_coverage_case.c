/* Case files: any bytes give an answer or an error, and an answer can be written and explained. A line that the batch's short way takes
 * is one that the long way takes, with the same answer. */
#include <stdlib.h>

#include "coverage/coverage_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void answer(th_arena *a, const th_coverage_case *kase, th_buf *b) {
  th_coverage_result r = { .kase = kase, .policy = kase->policy, .path = kase->path };
  th_jwrite w;
  th_buf_init(b, a, 4096);
  th_jwrite_open(&w, b, 0);
  if (th_rule_check(a, kase->policy, kase->path, kase->values, kase->as_of, &r.rule, NULL) == TH_OK)
    th_coverage_json(&w, &r, true);
}

static void same_either_way(const th_coverage *cov, th_coverage_lane *lane, th_str line) {
  th_coverage_case kase, want;
  th_buf x, y;
  if (!th_coverage__scan(cov, lane, line, &kase)) return;
  TH_ASSERT(th_coverage_case_parse(lane->arena, cov, line, &want, NULL) == TH_OK);
  answer(lane->arena, &kase, &x);
  answer(lane->arena, &want, &y);
  TH_ASSERT(th_str_eq(th_buf_str(&x), th_buf_str(&y)));
  th_arena_reset(lane->arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static th_coverage_lane lane;
  static th_arena *fixed;
  static th_coverage cov;
  if (!fixed) {
    fixed = th_arena_new(0);
    if (th_coverage_open(fixed, NULL, 0, &cov, NULL) != TH_OK || !th_coverage__lane_open(&lane, &cov)) abort();
  }
  same_either_way(&cov, &lane, th_str_n((const char *)data, size));
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
