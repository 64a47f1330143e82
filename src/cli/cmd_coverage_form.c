#include "cli/cli_coverage.h"
#include "theriac/report.h"

static int write_form(th_cli *c, const th_form *form, const th_coverage_case *kase, th_err *err) {
  const char *out = th_cli_opt(c, "out");
  th_str pdf = TH_STR_NONE;
  th_buf html;
  if (th_cli_has(c, "html") || !out || !th_str_ends(th_str_of(out), TH_S(".pdf"))) {
    th_buf_init(&html, c->arena, 32768);
    th_report_form_html(&html, form);
    if (!out) return th_cli__put_buf(c, &html);
    if (html.failed) return th_cli__nomem(c);
    return th_file_write(out, th_buf_str(&html), err) == TH_OK ? 0 : th_cli_error(c, err);
  }
  if (th_report_form_pdf(c->arena, form, kase->as_of, &pdf, err) != TH_OK) return th_cli_error(c, err);
  return th_file_write(out, pdf, err) == TH_OK ? 0 : th_cli_error(c, err);
}

static int run_form(th_cli *c) {
  th_err err = { 0 };
  th_coverage cov;
  th_coverage_case kase;
  th_coverage_result r;
  th_form form;
  th_coverage_text official;
  bool found;
  const char *id = th_cli_opt(c, "form");
  if (!id) return th_cli_usage(c, "--form ID is missing");
  if (th_cli__coverage_open(c, &cov, &err) != TH_OK) return th_cli_error(c, &err);
  if (th_cli__coverage_input(c, &cov, &kase, &err) != TH_OK) return th_cli_error(c, &err);
  if (th_coverage_check(c->arena, &kase, &r, &err) != TH_OK) return th_cli_error(c, &err);
  if (th_cli__coverage_official(c, kase.policy, &official, &found, &err) != TH_OK) return th_cli_error(c, &err);
  if (th_coverage_form_fill(c->arena, &r, th_str_of(id), found ? &official : NULL, &form, &err) != TH_OK)
    return th_cli_error(c, &err);
  return write_form(c, &form, &kase, &err);
}

static const th_opt opts[] = {
  TH_CLI_COVERAGE_INPUT,
  { .name = "form", .letter = 'f', .arg = "ID", .help = "36, 36-1, 36-2 or s2" },
  { .name = "out", .letter = 'o', .arg = "FILE", .help = "writes there: PDF when the name ends in .pdf, else HTML" },
  { .name = "html", .help = "HTML whatever the name" },
  { .name = "policy",
    .letter = 'p',
    .arg = "FILE",
    .help = "a further policy; one of the same id replaces the built-in one",
    .repeats = true },
  { 0 },
};

static const char *const examples[] = {
  "theriac coverage form --case patient.json --form 36 --out form.pdf",
  "theriac coverage form --case patient.json --form s2 > form.html",
  NULL,
};

const th_cmd th_cmd_coverage_form = {
  .name = "coverage form",
  .group = "Reimbursement",
  .synopsis = "--case FILE | --fhir BUNDLE --program ID --path NAME --as-of DATE --form 36|36-1|36-2|s2 [--out FILE]",
  .summary = "an application form filled from a case; what is not known stays blank",
  .details =
      "PDF and HTML have a field to fill for every value and every box; what is known stands in it. Labels are ours; titles, "
      "criteria and definitions are the official ones when the rule's document has been imported. \"form\" of the case may "
      "give hospital_code, hospital_name, application_date, name, id_no, chart_no, period_from, period_to, drug_code, "
      "dosage, certificate_no, hcq_side_effect, is_side_effect, intolerance, t1_date, t2_date, base_date, now_date; "
      "\"drugs\" is a list of {drug, name, dose, from, to} with drug one of steroid, hcq, mmf, mpa, cyc, aza, csa, mtx, "
      "other.",
  .opts = opts,
  .examples = examples,
  .run = run_form,
};
