#include "cli/cli_coverage.h"

static void words(th_buf *b, const th_rule_policy *p, const th_rule_report *r, bool zh) {
  for (uint32_t i = 0; i < r->n; i++) {
    const th_rule_finding *f = &r->finding[i];
    const th_str text = zh ? f->zh : f->en;
    th_buf_addf(b, "%-18s %-13.*s ", th_rule_finding_name(f->kind), TH_STR_ARG(f->path->name));
    if (f->amb >= 0) th_buf_addf(b, "%.*s ", TH_STR_ARG(p->amb[f->amb].id));
    th_buf_addf(b, "%.*s", TH_STR_ARG(p->node[f->node].id));
    if (f->with != f->node && p->node[f->with].id.n && f->with) th_buf_addf(b, " / %.*s", TH_STR_ARG(p->node[f->with].id));
    th_buf_addf(b, ": %.*s\n", TH_STR_ARG(text));
  }
  th_buf_addf(b, "%u findings; %u of %u leaves shown to act alone; %u questions neither shown nor proved\n", r->n, r->shown,
              r->leaves, r->unproved);
}

static int run_verify(th_cli *c) {
  th_err err = { 0 };
  th_coverage cov;
  th_rule_report r;
  th_buf b;
  const char *file = c->args[0];
  if (th_cli__coverage_open(c, &cov, &err) != TH_OK) return th_cli_error(c, &err);
  const th_rule_policy *p = th_coverage_policy(&cov, th_str_of(file));
  if (!p) { /* no id: a file */
    if (th_coverage_open(c->arena, &file, 1, &cov, &err) != TH_OK) return th_cli_error(c, &err);
    p = &cov.policy[cov.n - 1];
    for (uint32_t i = 0; i < cov.n; i++)
      if (th_str_eq(cov.policy[i].id, cov.given)) p = &cov.policy[i];
  }
  const th_date as_of = c->as_of.prec == TH_DATE_DAY ? c->as_of : th_cli_today();
  if (th_rule_verify(c->arena, p, as_of, 1, &r, &err) != TH_OK) return th_cli_error(c, &err);
  th_buf_init(&b, c->arena, 65536);
  if (c->json) {
    th_jwrite w;
    th_jwrite_open(&w, &b, 0);
    th_coverage_report_json(&w, p, &r, as_of);
    th_buf_addc(&b, '\n');
  } else {
    words(&b, p, &r, th_str_is(th_str_of(c->lang), "zh-TW"));
  }
  return th_cli__put_buf(c, &b);
}

static const char *const examples[] = {
  "theriac coverage verify nhi-8.2.13",
  "theriac coverage verify my-policy.yaml --json --as-of 2025-06-15",
  NULL,
};

const th_cmd th_cmd_coverage_verify = {
  .name = "coverage verify",
  .group = "Reimbursement",
  .synopsis = "POLICY.yaml|ID",
  .summary = "examines a rule itself: readings, contradictions, gaps, dead clauses, each with an example patient",
  .details =
      "Every finding carries a witness: a case that shows the effect when it is checked. Paths with few facts are gone through "
      "cell by "
      "cell. In larger ones a clause counts as alive when cases show that it decides with either value, and as dead or "
      "constant "
      "when that is proved over all cells of the facts it hangs on; a question that neither settles is counted, and nothing is "
      "claimed of it.",
  .args_min = 1,
  .args_max = 1,
  .examples = examples,
  .run = run_verify,
};
