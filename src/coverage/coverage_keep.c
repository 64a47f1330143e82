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
    due[out->n_due++] =
        (th_case_due){ r->date[i].day, r->date[i].zh, r->date[i].en, th_str_of(th_day_kind_name(r->date[i].kind)) };
  }
  out->due = due;
  return TH_OK;
}

th_code th_coverage_summary_days(th_arena *a, const th_case_head *head, th_due_list *out, th_err *err) {
  const th_case_summary *s = &head->summary;
  *out = (th_due_list){ .id = head->id, .title = s->title, .n = head->damaged ? 0 : s->n_due };
  th_calendar_day *day = TH_NEWN(a, th_calendar_day, out->n ? out->n : 1);
  if (!day) return th_fail_nomem(err);
  for (uint32_t i = 0; i < out->n; i++) {
    day[i] = (th_calendar_day){ .day = s->due[i].day, .kind = TH_DAY_REVIEW, .zh = s->due[i].zh, .en = s->due[i].en };
    (void)th_day_kind_of(s->due[i].kind, &day[i].kind);
    day[i].key = th_str_fmt(a, "%s-%u", th_day_kind_name(day[i].kind), i + 1);
    if (!day[i].key.p) return th_fail_nomem(err);
  }
  out->day = day;
  return TH_OK;
}
