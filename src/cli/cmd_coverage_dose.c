/* theriac coverage dose: weight to dose, vials, waste, item codes and cost. */
#include "cli/cli_coverage.h"
#include "theriac/store.h"

static th_code add_case(th_cli *c, const th_coverage *cov, th_dose_ask *ask, th_err *err) {
  const char *file = th_cli_opt(c, "case");
  th_coverage_case *kase = TH_NEW(c->arena, th_coverage_case);
  if (!kase) return th_fail_nomem(err);
  if (!file) return TH_OK;
  TH_TRY(th_cli__coverage_case(c, cov, file, kase, err));
  return th_coverage_dose_of_case(c->arena, kase, ask, err);
}

/* The policy of --program, else the first that states a dose of the drug. */
static th_code find_policy(th_cli *c, const th_coverage *cov, th_dose_ask *ask, th_err *err) {
  const char *program = th_cli_opt(c, "program");
  if (ask->policy) return TH_OK;
  if (program) {
    ask->policy = th_coverage_policy(cov, th_str_of(program));
    return ask->policy ? TH_OK : th_fail(err, TH_ENOENT, "no policy is called \"%s\"", program);
  }
  for (uint32_t i = 0; i < cov->n && !ask->policy; i++)
    for (uint32_t k = 0; k < cov->policy[i].n_regimens && !ask->policy; k++)
      if (!ask->drug.n || th_str_eq_nocase(cov->policy[i].regimen[k].drug, ask->drug)) ask->policy = &cov->policy[i];
  return ask->policy ? TH_OK : th_fail(err, TH_ENOENT, "no policy states a dose of \"%.*s\"", TH_STR_ARG(ask->drug));
}

static th_code options(th_cli *c, th_dose_ask *ask, th_err *err) {
  const char *weight = th_cli_opt(c, "weight"), *start = th_cli_opt(c, "start"), *route = th_cli_opt(c, "route"),
             *path = th_cli_opt(c, "path"), *drug = th_cli_opt(c, "drug"), *age = th_cli_opt(c, "age");
  int64_t years;
  if (route) ask->route = th_str_of(route);
  if (path) ask->path = th_str_of(path);
  if (drug) ask->drug = th_str_of(drug);
  if (weight) {
    if (!th_dec_parse(th_str_of(weight), &ask->weight))
      return th_fail(err, TH_EINVAL, "--weight KG: \"%s\" is no number", weight);
    ask->has_weight = true;
  }
  if (age) {
    if (!th_str_to_i64(th_str_of(age), &years) || years < 0 || years > 150)
      return th_fail(err, TH_EINVAL, "--age YEARS: \"%s\" is not a whole number from 0 to 150", age);
    ask->age = (int32_t)years;
  }
  if (start && (!th_date_parse_iso(th_str_of(start), &ask->start) || ask->start.prec != TH_DATE_DAY))
    return th_fail(err, TH_EINVAL, "--start DATE: \"%s\" is not YYYY-MM-DD", start);
  return TH_OK;
}

static th_code work_out(th_cli *c, th_coverage *cov, th_dose *out, th_err *err) {
  th_store *store = NULL;
  th_err none = { 0 };
  th_dose_ask ask = { .age = -1 };
  TH_TRY(th_cli__coverage_open(c, cov, err));
  TH_TRY(add_case(c, cov, &ask, err));
  TH_TRY(options(c, &ask, err)); /* what is given outright goes before the case */
  TH_TRY(find_policy(c, cov, &ask, err));
  if (ask.start.prec == TH_DATE_NONE) ask.start = c->as_of.prec == TH_DATE_DAY ? c->as_of : th_cli_today();
  th_code code = th_store_open(c->home, TH_STORE_READ, -1, &store, &none);
  if (code != TH_OK && code != TH_ENOENT) {
    *err = none;
    return code;
  }
  code = th_coverage_dose_items(c->arena, store, &ask, err);
  th_store_close(store);
  if (code == TH_OK) code = th_coverage_dose(c->arena, &ask, out, err);
  return code;
}

static int run_dose(th_cli *c) {
  th_err err = { 0 };
  th_coverage cov;
  th_dose dose;
  th_buf b;
  if (!th_cli_opt(c, "drug") && !th_cli_opt(c, "case")) return th_cli_usage(c, "--drug NAME, or --case FILE, is missing");
  if (work_out(c, &cov, &dose, &err) != TH_OK) return th_cli_error(c, &err);
  th_buf_init(&b, c->arena, 4096);
  if (c->json) {
    th_jwrite w;
    th_jwrite_open(&w, &b, 0);
    th_coverage_dose_json(&w, &dose);
    th_buf_addc(&b, '\n');
  } else {
    th_coverage_dose_text(&b, &dose, th_str_is(th_str_of(c->lang), "zh-TW"));
  }
  const int status = th_cli__put_buf(c, &b);
  return status ? status : dose.n_amounts == 0;
}

static const th_opt opts[] = {
  { .name = "drug", .letter = 'd', .arg = "NAME", .help = "belimumab" },
  { .name = "weight", .letter = 'w', .arg = "KG", .help = "body weight" },
  { .name = "route", .letter = 'r', .arg = "ROUTE", .help = "iv or sc; the first that is stated by default" },
  { .name = "age", .arg = "YEARS", .help = "completed years, where the dose is for some ages only" },
  { .name = "path", .arg = "NAME", .help = "the clause the course is for; by default those of a first treatment" },
  { .name = "program", .arg = "ID", .help = "the policy that states the dose" },
  { .name = "start",
    .letter = 's',
    .arg = "DATE",
    .help = "day of the first dose, and of the prices; the day of --as-of by default" },
  { .name = "case", .letter = 'c', .arg = "FILE", .help = "takes weight, age, path and day from a case" },
  { .name = "policy",
    .letter = 'p',
    .arg = "FILE",
    .help = "a further policy; one of the same id replaces the built-in one",
    .repeats = true },
  { 0 },
};

static const char *const examples[] = {
  "theriac coverage dose --drug belimumab --weight 58 --start 2025-06-15",
  "theriac coverage dose --drug belimumab --route sc --json",
  NULL,
};

const th_cmd th_cmd_coverage_dose = {
  .name = "coverage dose",
  .group = "Reimbursement",
  .synopsis = "--drug NAME [--weight KG] [--route iv|sc] [--path NAME] [--start DATE] | --case FILE",
  .summary = "dose by weight, vials with the least left over, item codes, cost of a dose and of a course",
  .details =
      "Doses and schedules are the policy's data, with their source. Vials are those that leave least over, of these the "
      "fewest. "
      "Codes and prices are those of the imported items of the payer (theriac import) in force on the first day; without them "
      "the cost is not held. A course runs from the first dose to the day before the clause asks for a review. Status 1: the "
      "dose is not known, because weight or age are missing or out of range.",
  .opts = opts,
  .examples = examples,
  .run = run_dose,
};
