/* What a list of kept cases shows of a judged one. */
#include "coverage_priv.h"

th_code th_coverage_summary(th_arena *a, const th_coverage_result *r, th_str title, th_case_summary *out, th_err *err) {
  *out = (th_case_summary){ .title = title,
                            .program = r->kase->program,
                            .path = r->kase->path_name,
                            .as_of = r->kase->as_of,
                            .outcome = th_str_of(th_rule_outcome_name(r->rule.outcome)) };
  const uint32_t n = r->n_dates > TH_LIMIT_CASE_DUES ? TH_LIMIT_CASE_DUES : r->n_dates;
  th_case_due *due = TH_NEWN(a, th_case_due, n ? n : 1);
  if (!due) return th_fail_nomem(err);
  for (uint32_t i = 0; i < n; i++) {
    if (th_date_cmp(r->date[i].day, r->kase->as_of) < 0) continue;
    due[out->n_due++] = (th_case_due){ r->date[i].day, r->date[i].zh, r->date[i].en };
  }
  out->due = due;
  return TH_OK;
}
