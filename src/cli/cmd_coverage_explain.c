#include "cli/cli_coverage.h"

/* One page without script or outside request; the state of a clause is said in words and shown by a mark, not by colour alone. */
static const char page_head[] =
    "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
    "content=\"width=device-width\"><title>%s</title><style>"
    "body{font:16px/1.55 'Noto Sans TC','Noto Sans CJK TC',system-ui,sans-serif;color:#1b1f24;background:#fff;margin:0}"
    "main{max-width:60rem;margin:0 auto;padding:1rem}h2{font-size:1.35rem;margin:.2rem 0}h3{font-size:1.1rem;margin:1.4rem 0 "
    ".4rem;"
    "border-bottom:1px solid #c8ced6}ul,ol{padding-left:1.3rem;margin:.2rem "
    "0}ul.clauses,ul.clauses>li>ul{list-style:none;padding-left:0}"
    "ul.clauses>li{border-left:4px solid #8a929c;padding:.15rem 0 .3rem .7rem;margin:.5rem 0}"
    "ul.clauses>li>ul{color:#444c56;font-size:.93rem}li.met{border-color:#1a7f37!important}li.not{border-color:#b42318!"
    "important}"
    "li.unknown,li.human{border-color:#9a6700!important}li.depends{border-color:#6639ba!important}"
    "li>span{border:1px solid currentColor;border-radius:.6rem;padding:0 .5rem;font-size:.85rem;white-space:nowrap}"
    "li.met>span{color:#176c30}li.not>span{color:#a11f15}li.unknown>span,li.human>span{color:#7d5200}li.depends>span{color:#"
    "5b30a8}"
    "cite{font-style:normal;font-size:.85rem;color:#57606a}p.stop{font-weight:bold;color:#a11f15}p.note{color:#57606a}"
    "li{overflow-wrap:anywhere}</style></head><body><main>\n";

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
  if (html) th_buf_addf(&b, page_head, zh ? "zh-Hant-TW" : "en", zh ? "給付條件逐條說明" : "Coverage, clause by clause");
  th_coverage_explain(&b, &r, html ? TH_COVER_HTML : TH_COVER_TEXT, zh, true);
  if (html) th_buf_addz(&b, "</main></body></html>\n");
  const int status = th_cli__put_buf(c, &b);
  return status ? status : r.rule.outcome != TH_OUT_MET;
}

static const th_opt opts[] = {
  TH_CLI_COVERAGE_INPUT,
  { .name = "html", .help = "an HTML page instead of plain text" },
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
