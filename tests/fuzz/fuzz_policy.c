/* Policies: whatever is accepted can be evaluated on an empty case. The input is a policy, read against the built-in facts. */
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
  th_rule_policy p;
  if (th_rule_policy_load(a, &cov.dict, th_str_n((const char *)data, size), "fuzz", &p, NULL) == TH_OK) {
    const th_rule_value *values = th_rule_values_new(a, &cov.dict);
    for (uint32_t i = 0; values && i < p.n_paths && i < 4; i++) {
      th_rule_result r;
      if (th_rule_check(a, &p, &p.path[i], values, (th_date){ 2025, 6, 15, TH_DATE_DAY, TH_ERA_CE }, &r, NULL) == TH_OK)
        TH_ASSERT(r.outcome <= TH_OUT_HUMAN);
    }
  }
  th_arena_del(a);
  return 0;
}
