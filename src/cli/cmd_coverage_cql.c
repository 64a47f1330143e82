#include "cli/cli_coverage.h"

static int run_cql(th_cli *c) {
  th_err err = { 0 };
  th_coverage cov;
  th_buf b;
  const char *program = th_cli_opt(c, "program"), *path = th_cli_opt(c, "path");
  if (!program || !path) return th_cli_usage(c, "--program and --path are needed");
  if (th_cli__coverage_open(c, &cov, &err) != TH_OK) return th_cli_error(c, &err);
  const th_rule_policy *p = th_coverage_policy(&cov, th_str_of(program));
  if (!p) return th_cli_usage(c, "there is no program \"%s\"; coverage list names them", program);
  const th_rule_path *found = th_rule_path_find(p, th_str_of(path));
  if (!found) return th_cli_usage(c, "the program has no path \"%s\"; coverage list names them", path);
  th_buf_init(&b, c->arena, 65536);
  th_coverage_cql(&b, p, found);
  return th_cli__put_buf(c, &b);
}

static const th_opt opts[] = {
  { .name = "program", .arg = "ID", .help = "the policy" },
  { .name = "path", .arg = "NAME", .help = "the path of it" },
  { .name = "policy",
    .letter = 'p',
    .arg = "FILE",
    .help = "a further policy; one of the same id replaces the built-in one",
    .repeats = true },
  { 0 },
};

static const char *const examples[] = { "theriac coverage cql --program nhi-8.2.13 --path sle_initial > rule.cql", NULL };

const th_cmd th_cmd_coverage_cql = {
  .name = "coverage cql",
  .group = "Reimbursement",
  .synopsis = "--program ID --path NAME",
  .summary = "a path of a policy as CQL source",
  .details =
      "One CQL library: facts are parameters (null: not recorded), clauses are defines with their citation, readings that the "
      "wording admits are parameters. It compiles with the standard translator; on cases without unknowns \"criteria met\" "
      "has the outcome of coverage check.",
  .opts = opts,
  .examples = examples,
  .run = run_cql,
};
