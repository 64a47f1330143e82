/* What the coverage commands share. */
#ifndef THERIAC_CLI_COVERAGE_H
#define THERIAC_CLI_COVERAGE_H

#include "cli/cli_priv.h"
#include "theriac/coverage.h"

/* Built-in policies and those of --policy. */
th_code th_cli__coverage_open(th_cli *c, th_coverage *out, th_err *err);
/* Reads a case file; its bytes are copied into the command's arena. */
th_code th_cli__coverage_case(th_cli *c, const th_coverage *cov, const char *file, th_coverage_case *out, th_err *err);
/* Facts that the policy derives from libraries given with --derive, for the patient of --data; notes go to standard error. Nothing to do
 * without --derive. */
th_code th_cli__coverage_derive(th_cli *c, const th_coverage_case *kase, th_err *err);

/* The case of --case, or the facts of --fhir with --program, --path and --as-of. */
th_code th_cli__coverage_input(th_cli *c, const th_coverage *cov, th_coverage_case *out, th_err *err);

/* The rule's own document, when it has been imported: its words are printed where ours stand else. */
th_code th_cli__coverage_official(th_cli *c, const th_rule_policy *p, th_coverage_text *out, bool *found, th_err *err);

#define TH_CLI_COVERAGE_INPUT                                                                                                  \
  { .name = "case", .letter = 'c', .arg = "FILE", .help = "the case: JSON with program, path, as_of and facts" },              \
      { .name = "fhir", .arg = "BUNDLE", .help = "a FHIR R4 bundle of one patient instead of a case" },                        \
      { .name = "program", .arg = "ID", .help = "with --fhir: the policy" }, {                                                 \
    .name = "path", .arg = "NAME", .help = "with --fhir: the path"                                                             \
  }

/* Options for facts derived by a library, and for further policies. */
#define TH_CLI_COVERAGE_DERIVE                                                                                                 \
  { .name = "derive",                                                                                                          \
    .arg = "FILE",                                                                                                             \
    .help = "a library (ELM) from which the policy derives facts that the case leaves out",                                    \
    .repeats = true },                                                                                                         \
      { .name = "data", .arg = "FILE", .help = "with --derive: the patient's record, a FHIR R4 Bundle", .repeats = true },     \
      { .name = "include", .arg = "DIR", .help = "with --derive: where included libraries lie, as ID.json", .repeats = true }, \
  {                                                                                                                            \
    .name = "policy", .letter = 'p', .arg = "FILE", .help = "a further policy; one of the same id replaces the built-in one",  \
    .repeats = true                                                                                                            \
  }

#endif
