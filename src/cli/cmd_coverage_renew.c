/* theriac coverage renew: the next application from the last case. */
#include "cli/cli_coverage.h"
#include "theriac/coverage/renew.h"

static th_code open_renewal(th_cli *c, const th_coverage *cov, th_renewal *out, th_err *err) {
  const char *file = th_cli_opt(c, "case"), *path = th_cli_opt(c, "path"), *start = th_cli_opt(c, "start");
  th_date first = { 0 };
  th_file f;
  if (start && (!th_date_parse_iso(th_str_of(start), &first) || first.prec != TH_DATE_DAY))
    return th_fail(err, TH_EINVAL, "--start DATE: \"%s\" is not YYYY-MM-DD", start);
  TH_TRY(th_file_open(file, TH_LIMIT_DOCUMENT_BYTES, &f, err));
  const th_str text = th_str_dup(c->arena, f.bytes);
  th_file_close(&f);
  if (!text.p) return th_fail_nomem(err);
  const th_date day = c->as_of.prec == TH_DATE_DAY ? c->as_of : th_cli_today();
  const th_code code = th_coverage_renew(c->arena, cov, text, path ? th_str_of(path) : TH_STR_NONE, day, first, out, err);
  if (code == TH_EPARSE) th_err_source(err, file);
  return code;
}

static int run_renew(th_cli *c) {
  th_err err = { 0 };
  th_coverage cov;
  th_renewal r;
  th_buf b, file;
  th_jwrite w;
  const char *out = th_cli_opt(c, "out"), *id = th_cli_opt(c, "id");
  if (!th_cli_opt(c, "case")) return th_cli_usage(c, "--case FILE is missing");
  if (th_cli__coverage_open(c, &cov, &err) != TH_OK) return th_cli_error(c, &err);
  if (open_renewal(c, &cov, &r, &err) != TH_OK) return th_cli_error(c, &err);
  const th_str name = id ? th_str_of(id) : th_str_fmt(c->arena, "%.*s-renewal", TH_STR_ARG(r.last.id));
  th_buf_init(&b, c->arena, 8192);
  th_buf_init(&file, c->arena, 4096);
  if (c->json) {
    th_jwrite_open(&w, &b, 0);
    th_coverage_renewal_json(&w, &r, name);
    th_buf_addc(&b, '\n');
  } else {
    th_coverage_renewal_text(&b, &r, th_str_is(th_str_of(c->lang), "zh-TW"));
  }
  if (out) {
    th_jwrite_open(&w, &file, 1);
    th_coverage_renewal_case(&w, &r, name, th_cli_has(c, "confirmed"));
    th_buf_addc(&file, '\n');
    if (file.failed || !name.p) return th_cli__nomem(c);
    if (th_file_write(out, th_buf_str(&file), &err) != TH_OK) return th_cli_error(c, &err);
  }
  return th_cli__put_buf(c, &b);
}

static const th_opt opts[] = {
  { .name = "case", .letter = 'c', .arg = "FILE", .help = "the last case" },
  { .name = "path", .arg = "NAME", .help = "the application to make; by default the usual next one" },
  { .name = "start",
    .letter = 's',
    .arg = "DATE",
    .help = "day of the first dose, so that months on treatment are counted from it" },
  { .name = "out", .letter = 'o', .arg = "FILE", .help = "writes the new case there" },
  { .name = "id", .arg = "ID", .help = "name of the new case" },
  { .name = "confirmed", .help = "with --out: the values proposed are in the case too, as somebody has confirmed them all" },
  { .name = "policy",
    .letter = 'p',
    .arg = "FILE",
    .help = "a further policy; one of the same id replaces the built-in one",
    .repeats = true },
  { 0 },
};

static const char *const examples[] = {
  "theriac coverage renew --case first.json --as-of 2026-06-20 --out second.json",
  NULL,
};

const th_cmd th_cmd_coverage_renew = {
  .name = "coverage renew",
  .group = "Reimbursement",
  .synopsis = "--case FILE [--as-of DATE] [--path NAME] [--start DATE] [--out FILE [--confirmed]] [--id ID]",
  .summary = "opens the next application from the last case: what is carried over, to confirm, to tell anew",
  .details = "What stays true goes into the new case. What may have changed, counts that went on, and values of the "
             "application taken as "
             "baseline are proposed, and are in the case only when they were confirmed. Measurements older than the rule's "
             "days on the "
             "new day, and whatever belongs to the day or period assessed, are asked again. Each fact says why.",
  .opts = opts,
  .examples = examples,
  .run = run_renew,
};
