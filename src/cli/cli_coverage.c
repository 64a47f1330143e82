/* What the coverage commands share: opening policies and reading a case. */
#include "cli/cli_coverage.h"

#include <stdio.h>

#include "cli/cli_cql.h"
#include "theriac/store.h"

th_code th_cli__coverage_open(th_cli *c, th_coverage *out, th_err *err) {
  const char *file[TH_LIMIT_COVERAGE_POLICIES];
  size_t n = 0;
  for (size_t i = 0; i < c->n_opts; i++)
    if (strcmp(c->opt[i].name, "policy") == 0 && n < TH_LIMIT_COVERAGE_POLICIES) file[n++] = c->opt[i].value;
  return th_coverage_open(c->arena, file, n, out, err);
}

th_code th_cli__coverage_input(th_cli *c, const th_coverage *cov, th_coverage_case *out, th_err *err) {
  const char *file = th_cli_opt(c, "case"), *bundle = th_cli_opt(c, "fhir"), *program = th_cli_opt(c, "program"),
             *path = th_cli_opt(c, "path");
  if (file && bundle) return th_fail(err, TH_EINVAL, "--case or --fhir, not both");
  if (file) return th_cli__coverage_case(c, cov, file, out, err);
  if (!bundle) return th_fail(err, TH_EINVAL, "--case FILE, or --fhir BUNDLE with --program, --path and --as-of, is missing");
  if (!program || !path || c->as_of.prec != TH_DATE_DAY)
    return th_fail(err, TH_EINVAL, "--fhir needs --program, --path and --as-of DATE");
  th_file f;
  TH_TRY(th_file_open(bundle, TH_LIMIT_DOCUMENT_BYTES, &f, err));
  const th_str text = th_str_dup(c->arena, f.bytes);
  th_file_close(&f);
  if (!text.p) return th_fail_nomem(err);
  return th_coverage_case_fhir(c->arena, cov, text, bundle, th_str_of(program), th_str_of(path), c->as_of, out, err);
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

typedef struct derive {
  th_cli *c;
  const th_coverage_case *kase;
  const th_elm_program *prog;
  th_elm_options opt;
  size_t n;
} derive;

/* The case is one patient's: of a Bundle the one it holds, of several none can be chosen. */
static th_code one_patient(void *ctx, th_arena *a, th_fhir_patient *p, th_err *err) {
  derive *d = ctx;
  th_str_vec notes = { 0 };
  (void)a;
  if (d->n++ > 0) return th_fail(err, TH_EINVAL, "--data holds several patients, and the case is one patient's");
  TH_TRY(th_coverage_derive(d->c->arena, d->kase, d->prog, &d->opt, p, &notes, err));
  for (size_t i = 0; i < notes.n && !d->c->quiet; i++) fprintf(stderr, "note: %.*s\n", TH_STR_ARG(notes.v[i]));
  return TH_OK;
}

th_code th_cli__coverage_derive(th_cli *c, const th_coverage_case *kase, th_err *err) {
  const th_date day = kase->as_of;
  for (size_t i = 0; i < c->n_opts; i++) {
    if (strcmp(c->opt[i].name, "derive") != 0) continue;
    th_elm_program *prog = NULL;
    derive d = { .c = c, .kase = kase };
    d.opt.now = (th_elm_time){ .year = day.year, .month = day.month, .day = day.day, .prec = TH_ELM_MILLI, .offset = 480 };
    th_code code = th_cli__cql_load(c, c->opt[i].value, &prog, err);
    d.prog = prog;
    if (code == TH_OK) code = th_cli__cql_patients(c, one_patient, &d, err);
    th_elm_del(prog);
    TH_TRY(code);
  }
  return TH_OK;
}

th_code th_cli__coverage_official(th_cli *c, const th_rule_policy *p, th_coverage_text *out, bool *found, th_err *err) {
  th_store *store;
  th_store_record record;
  th_err none = { 0 };
  *found = false;
  const th_code code = th_store_open(c->home, TH_STORE_READ, -1, &store, &none);
  if (code == TH_ENOENT) return TH_OK;
  if (code != TH_OK) {
    *err = none;
    return code;
  }
  const th_str key = th_str_starts(p->id, TH_S("nhi-")) ? th_str_sub(p->id, 4, p->id.n) : p->id;
  th_code got = th_store_record_find(c->arena, store, TH_S("coverage-text"), key, found, &record, err);
  if (got == TH_OK && *found) got = th_store_coverage_of(c->arena, &record, out, err);
  th_store_close(store);
  return got;
}
