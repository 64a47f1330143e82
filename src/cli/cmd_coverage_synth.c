#include "cli/cli_coverage.h"

static int run_synth(th_cli *c) {
  static const char *const kinds[] = { "boundary", "metamorphic", "longitudinal" };
  th_err err = { 0 };
  th_coverage cov;
  th_buf out;
  int64_t n = 100, seed = 1;
  int kind = -1;
  const char *k = th_cli_opt(c, "kind"), *count = th_cli_opt(c, "count"), *s = th_cli_opt(c, "seed");
  for (int i = 0; i < 3; i++)
    if (strcmp(k ? k : "boundary", kinds[i]) == 0) kind = i;
  if (kind < 0) return th_cli_usage(c, "--kind is boundary, metamorphic or longitudinal");
  if (count && (!th_str_to_i64(th_str_of(count), &n) || n < 1 || n > 10000000))
    return th_cli_usage(c, "--count takes a number from 1 to 10000000");
  if (s && !th_str_to_i64(th_str_of(s), &seed)) return th_cli_usage(c, "--seed takes a number");
  if (th_cli__coverage_open(c, &cov, &err) != TH_OK) return th_cli_error(c, &err);
  const th_rule_policy *p = th_coverage_policy(&cov, th_str_of(c->args[0]));
  if (!p) return th_cli_usage(c, "no policy is called \"%s\"", c->args[0]);
  const th_rule_path *path = th_rule_path_find(p, th_str_of(c->args[1]));
  if (!path) return th_cli_usage(c, "%s has no path \"%s\"", c->args[0], c->args[1]);
  const th_date as_of = c->as_of.prec == TH_DATE_DAY ? c->as_of : th_cli_today();
  int status = 0;
  for (int64_t at = 0; at < n && status == 0; at += 1024) { /* in pieces: the output may be large */
    th_arena *a = th_arena_new(0), *text = th_arena_new(0);
    if (!a || !text) return th_cli__nomem(c);
    th_buf_init(&out, text, 1 << 16);
    const uint64_t piece = (uint64_t)(n - at < 1024 ? n - at : 1024);
    const th_code code = th_coverage_synth(a, p, path, (th_synth_kind)kind, (uint64_t)seed + (uint64_t)at / 1024 * 7919, piece,
                                           as_of, &out, &err);
    status = code == TH_OK ? th_cli__put_buf(c, &out) : th_cli_error(c, &err);
    th_arena_del(text);
    th_arena_del(a);
  }
  return status;
}

static const th_opt opts[] = {
  { .name = "kind",
    .arg = "KIND",
    .help = "boundary (default), metamorphic (pairs that must be answered alike) or longitudinal" },
  { .name = "count", .letter = 'n', .arg = "N", .help = "how many; 100 by default" },
  { .name = "seed", .arg = "N", .help = "the same seed gives the same patients; 1 by default" },
  { 0 },
};

static const char *const examples[] = {
  "theriac coverage synth nhi-8.2.13 ln-renewal --kind metamorphic --count 1000 --as-of 2025-06-15",
  NULL,
};

const th_cmd th_cmd_coverage_synth = {
  .name = "coverage synth",
  .group = "Reimbursement",
  .synopsis = "PROGRAM PATH [--kind KIND] [--count N] [--seed N]",
  .summary = "synthetic patients next to a rule's conditions, one case a line, labelled as synthetic",
  .opts = opts,
  .args_min = 2,
  .args_max = 2,
  .examples = examples,
  .run = run_synth,
};
