/* The payer's rule beside the policy that decides it, and a patient's case decided by that policy. */
#include "dossier_priv.h"

static uint32_t clause_of(const th_coverage_text *t, th_str cite) {
  for (size_t i = 0; i < t->clauses.n; i++)
    if (th_str_eq(t->clauses.v[i].id, cite)) return (uint32_t)i;
  return UINT32_MAX;
}

static bool listed(const th_dossier_wordings *v, th_str id) {
  for (size_t i = 0; i < v->n; i++)
    if (th_str_eq(v->v[i].id, id)) return true;
  return false;
}

static th_code wordings_of(th_dossier_work *w, const th_rule_policy *policy, th_dossier_rule *rule) {
  for (uint32_t i = 0; i < policy->n_paths; i++) {
    const th_coverage_wording *word;
    uint32_t n;
    TH_TRY(th_coverage_wordings(w->a, policy, &policy->path[i], &word, &n, w->err));
    for (uint32_t k = 0; k < n; k++) {
      if (!word[k].cite.n || listed(&rule->wordings, word[k].id)) continue;
      const th_dossier_wording x = { clause_of(rule->text, word[k].cite), word[k].id, word[k].cite, word[k].zh, word[k].en };
      if (!TH_VEC_PUSH(w->a, &rule->wordings, x)) return th_fail_nomem(w->err);
    }
  }
  return TH_OK;
}

static th_code decide(th_dossier_work *w, const th_coverage *coverage) {
  th_coverage_case *kase = TH_NEW(w->a, th_coverage_case);
  th_coverage_result *result = TH_NEW(w->a, th_coverage_result);
  if (!kase || !result) return th_fail_nomem(w->err);
  TH_TRY(th_coverage_case_parse(w->a, coverage, w->opts->case_json, kase, w->err));
  TH_TRY(th_coverage_check(w->a, kase, result, w->err));
  w->d->kase = result;
  return TH_OK;
}

th_code th_dossier__cover(th_dossier_work *w) {
  if (!w->d->rules.n && !w->opts->case_json.n) return TH_OK;
  th_coverage *coverage = TH_NEW(w->a, th_coverage);
  if (!coverage) return th_fail_nomem(w->err);
  TH_TRY(th_coverage_open(w->a, NULL, 0, coverage, w->err));
  for (size_t i = 0; i < w->d->rules.n; i++) {
    const th_str program = th_str_fmt(w->a, "nhi-%.*s", TH_STR_ARG(w->d->rules.v[i].text->number.text));
    if (!program.p) return th_fail_nomem(w->err);
    const th_rule_policy *policy = th_coverage_policy(coverage, program);
    if (policy) TH_TRY(wordings_of(w, policy, &w->d->rules.v[i]));
  }
  return w->opts->case_json.n ? decide(w, coverage) : TH_OK;
}
