#include "cli/cli_coverage.h"

static int run_explain(th_cli *c) {
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
  const bool html = th_cli_has(c, "html"), zh = th_str_is(th_str_of(c->lang), "zh-TW");
  th_coverage_explain(&b, &r, html ? TH_COVER_HTML : TH_COVER_TEXT, zh, true);
  const int status = th_cli__put_buf(c, &b);
  return status ? status : r.rule.outcome != TH_OUT_MET;
}

static const th_opt opts[] = {
  TH_CLI_COVERAGE_INPUT,
  { .name = "html", .help = "an HTML fragment instead of plain text" },
  TH_CLI_COVERAGE_DERIVE,
  { 0 },
};

static const char *const examples[] = {
  "theriac coverage explain --case patient.json --lang zh-TW",
  "theriac coverage explain --case patient.json --html > answer.html",
  NULL,
};

const th_cmd th_cmd_coverage_explain = {
  .name = "coverage explain",
  .group = "Reimbursement",
  .synopsis = "--case FILE | --fhir BUNDLE --program ID --path NAME --as-of DATE [--html] [--policy FILE]",
  .summary = "every clause of a case in words, with the values used, dates and documents",
  .details = "English, or Chinese with --lang zh-TW. The status is that of coverage check.",
  .opts = opts,
  .examples = examples,
  .run = run_explain,
};
