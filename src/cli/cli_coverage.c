/* What the coverage commands share: opening policies and reading a case. */
#include "cli/cli_coverage.h"

th_code th_cli__coverage_open(th_cli *c, th_coverage *out, th_err *err) {
  const char *file[TH_LIMIT_COVERAGE_POLICIES];
  size_t n = 0;
  for (size_t i = 0; i < c->n_opts; i++)
    if (strcmp(c->opt[i].name, "policy") == 0 && n < TH_LIMIT_COVERAGE_POLICIES) file[n++] = c->opt[i].value;
  return th_coverage_open(c->arena, file, n, out, err);
}

th_code th_cli__coverage_case(th_cli *c, const th_coverage *cov, const char *file, th_coverage_case *out, th_err *err) {
  th_file f;
  TH_TRY(th_file_open(file, TH_LIMIT_DOCUMENT_BYTES, &f, err));
  const th_str text = th_str_dup(c->arena, f.bytes);
  th_file_close(&f);
  if (!text.p) return th_fail_nomem(err);
  const th_code code = th_coverage_case_parse(c->arena, cov, text, out, err);
  if (code != TH_OK) th_err_source(err, file);
  return code;
}
