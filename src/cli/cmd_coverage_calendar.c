/* theriac coverage calendar: the days of a case. */
#include "cli/cli_coverage.h"
#include "theriac/report.h"

static th_code write_days(th_cli *c, const char *format, const th_coverage_calendar *cal, th_buf *b, th_err *err) {
  const bool zh = th_str_is(th_str_of(c->lang), "zh-TW");
  if (strcmp(format, "ics") == 0) return th_report_calendar_ics(c->arena, cal, zh ? TH_WORDS_ZH_TW : TH_WORDS_EN, b, err);
  if (strcmp(format, "json") == 0) {
    th_jwrite w;
    th_jwrite_open(&w, b, 0);
    th_coverage_calendar_json(&w, cal);
    th_buf_addc(b, '\n');
  } else {
    th_coverage_calendar_text(b, cal, zh);
  }
  return TH_OK;
}

static int run_calendar(th_cli *c) {
  th_err err = { 0 };
  th_coverage cov;
  th_coverage_case kase;
  th_coverage_result r;
  th_coverage_calendar cal;
  th_buf b;
  th_date start = { 0 };
  const char *day = th_cli_opt(c, "start"), *route = th_cli_opt(c, "route"), *format = th_cli_opt(c, "format");
  format = format ? format : c->json ? "json" : "text";
  if (strcmp(format, "ics") != 0 && strcmp(format, "json") != 0 && strcmp(format, "text") != 0)
    return th_cli_usage(c, "--format is ics, text or json");
  if (day && (!th_date_parse_iso(th_str_of(day), &start) || start.prec != TH_DATE_DAY))
    return th_cli_usage(c, "--start DATE: \"%s\" is not YYYY-MM-DD", day);
  if (th_cli__coverage_open(c, &cov, &err) != TH_OK) return th_cli_error(c, &err);
  if (th_cli__coverage_input(c, &cov, &kase, &err) != TH_OK) return th_cli_error(c, &err);
  if (th_cli__coverage_derive(c, &kase, &err) != TH_OK) return th_cli_error(c, &err);
  if (th_coverage_check(c->arena, &kase, &r, &err) != TH_OK) return th_cli_error(c, &err);
  if (th_coverage_calendar_of(c->arena, &r, start, route ? th_str_of(route) : TH_STR_NONE, &cal, &err) != TH_OK)
    return th_cli_error(c, &err);
  th_buf_init(&b, c->arena, 8192);
  if (write_days(c, format, &cal, &b, &err) != TH_OK) return th_cli_error(c, &err);
  const int status = th_cli__put_buf(c, &b);
  return status ? status : cal.n == 0;
}

static const th_opt opts[] = {
  TH_CLI_COVERAGE_INPUT,
  { .name = "start",
    .letter = 's',
    .arg = "DATE",
    .help = "day of the first dose of this period; the day assessed by default" },
  { .name = "route", .letter = 'r', .arg = "ROUTE", .help = "iv or sc; the first that is stated by default" },
  { .name = "format", .letter = 'f', .arg = "FORM", .help = "ics, text or json" },
  TH_CLI_COVERAGE_DERIVE,
  { 0 },
};

static const char *const examples[] = {
  "theriac coverage calendar --case patient.json --start 2025-07-01",
  "theriac coverage calendar --case patient.json --format ics > days.ics",
  NULL,
};

const th_cmd th_cmd_coverage_calendar = {
  .name = "coverage calendar",
  .group = "Reimbursement",
  .synopsis = "--case FILE | --fhir BUNDLE --program ID --path NAME --as-of DATE [--start DATE] [--format ics|text|json]",
  .summary = "days of doses, review, taper and stop of a case, also as iCalendar",
  .details =
      "Doses run to the day before the next review; a review comes with the days on which reports taken now are still current "
      "then. All days hold if the treatment is given from the first day on. The iCalendar file (RFC 5545) names no patient "
      "and gives every event the same UID each time it is written. Status 1: no day is known.",
  .opts = opts,
  .examples = examples,
  .run = run_calendar,
};
