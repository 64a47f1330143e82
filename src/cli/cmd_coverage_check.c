#include "cli/cli_coverage.h"

static int run_check(th_cli *c) {
  th_err err = { 0 };
  th_coverage cov;
  th_coverage_case kase;
  th_coverage_result r;
  th_buf b;
  if (th_cli__coverage_open(c, &cov, &err) != TH_OK) return th_cli_error(c, &err);
  if (th_cli__coverage_input(c, &cov, &kase, &err) != TH_OK) return th_cli_error(c, &err);
  if (th_cli__coverage_derive(c, &kase, &err) != TH_OK) return th_cli_error(c, &err);
  if (th_coverage_check(c->arena, &kase, &r, &err) != TH_OK) return th_cli_error(c, &err);
  th_buf_init(&b, c->arena, 16384);
  if (c->json) {
    th_jwrite w;
    th_jwrite_open(&w, &b, 0);
    th_coverage_json(&w, &r, false);
    th_buf_addc(&b, '\n');
  } else {
    th_coverage_explain(&b, &r, TH_COVER_TEXT, th_str_is(th_str_of(c->lang), "zh-TW"), false);
  }
  const int status = th_cli__put_buf(c, &b);
  return status ? status : r.rule.outcome != TH_OUT_MET;
}

static const th_opt opts[] = {
  TH_CLI_COVERAGE_INPUT,
  TH_CLI_COVERAGE_DERIVE,
  { 0 },
};

static const char *const examples[] = {
  "theriac coverage check --case patient.json",
  "theriac coverage check --case patient.json --json",
  NULL,
};

const th_cmd th_cmd_coverage_check = {
  .name = "coverage check",
  .group = "Reimbursement",
  .synopsis = "--case FILE | --fhir BUNDLE --program ID --path NAME --as-of DATE [--policy FILE]",
  .summary = "whether recorded facts satisfy a rule's conditions, and if not, what is missing",
  .details = "Answers criteria_met, not_met, unknown, depends_on_reading, human_judgement or version_unavailable, with the "
             "value of each "
             "clause, the readings on which the answer hangs, and the smallest sets of facts that would settle it. Status 0 is "
             "criteria_met, 1 any other answer. It never says that anybody approved anything: the insurer decides.",
  .opts = opts,
  .examples = examples,
  .run = run_check,
};
