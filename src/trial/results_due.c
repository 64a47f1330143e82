/* Are the results of a study late? Twelve months after completion, the rule of the registry (42 CFR 11.44). */
#include "trial_priv.h"

static bool reported_by_paper(const th_ctgov_study *s) {
  for (size_t i = 0; i < s->references.n; i++) {
    const th_str type = s->references.v[i].type.text;
    if (th_str_eq_nocase(type, TH_S("RESULT")) || th_str_eq_nocase(type, TH_S("DERIVED"))) return true;
  }
  return false;
}

/* A date marked as estimated is a plan; without a mark it is one only when it lies ahead. */
static bool actual(const th_ctgov_day *d, th_date as_of) {
  if (d->date.prec == TH_DATE_NONE || th_str_eq_nocase(d->kind.text, TH_S("ESTIMATED"))) return false;
  return th_field_has(d->kind) || th_date_before(d->date, as_of) == TH_TRUE;
}

th_date th_trial_results_due_on(th_date completed) {
  if (completed.prec == TH_DATE_NONE) return (th_date){ 0 };
  return th_date_add_months(th_civil_from_days(th_date_last(completed)), 12);
}

th_trial_due th_trial_due_state(th_date completed, th_tri has_results, bool reported, bool withdrawn, th_date as_of) {
  const th_date due = th_trial_results_due_on(completed);
  if (has_results == TH_TRUE || reported) return TH_TRIAL_POSTED;
  if (withdrawn || due.prec != TH_DATE_DAY || as_of.prec != TH_DATE_DAY) return TH_TRIAL_NOT_JUDGED;
  if (th_date_first(as_of) <= th_date_first(due)) return TH_TRIAL_NOT_DUE;
  return has_results == TH_UNKNOWN ? TH_TRIAL_RESULT_UNKNOWN : TH_TRIAL_OVERDUE;
}

th_trial_results th_trial_results_of(const th_ctgov_study *s, uint32_t n_papers, th_date as_of) {
  th_trial_results r = { .state = TH_TRIAL_NOT_JUDGED };
  const bool withdrawn = th_str_eq_nocase(s->status.text, TH_S("WITHDRAWN"));
  if (actual(&s->primary_completion, as_of))
    r.from = "primaryCompletionDate", r.completed = s->primary_completion.date;
  else if (actual(&s->completion, as_of))
    r.from = "completionDate", r.completed = s->completion.date;
  r.due = th_trial_results_due_on(r.completed);
  r.state = th_trial_due_state(r.completed, s->has_results, n_papers > 0 || reported_by_paper(s), withdrawn, as_of);
  return r;
}

const char *th_trial_due_code(th_trial_due v) {
  static const char *const codes[] = { "not_judged", "posted", "not_due", "RESULT_UNKNOWN", "RESULTS_OVERDUE" };
  return (size_t)v < sizeof codes / sizeof *codes ? codes[v] : "not_judged";
}
