#include <stdio.h>

#include "cli/cli_cql.h"
#include "theriac/io.h"

typedef struct run {
  th_cli *c;
  th_cql q;
  th_str *define;
  size_t n_defines;
  size_t n_errors;
  int status;
  th_elm_cover *cover;
} run;

static th_code print_plain(run *r, th_elm_eval *e, th_buf *b, const th_fhir_patient *p) {
  const size_t n = r->n_defines ? r->n_defines : th_elm_defines(r->q.prog);
  if (p) th_buf_addf(b, "# patient %.*s\n", TH_STR_ARG(p->id));
  for (size_t i = 0; i < n; i++) {
    const th_str name = r->n_defines ? r->define[i] : th_elm_define_name(r->q.prog, i);
    th_elm_val v;
    th_err err = { 0 };
    const th_code code = th_elm_value(e, name, &v, &err);
    if (code == TH_ENOMEM) return code;
    th_buf_addf(b, "%.*s: ", TH_STR_ARG(name));
    if (code != TH_OK) {
      r->n_errors++;
      th_buf_addf(b, "error: %s\n", err.msg);
      continue;
    }
    th_jwrite w;
    th_jwrite_open(&w, b, 0);
    th_elm_write(&w, e, v);
    th_buf_addc(b, '\n');
  }
  return TH_OK;
}

static th_code one_patient(void *ctx, th_arena *a, th_fhir_patient *p, th_err *err) {
  run *r = ctx;
  th_elm_eval *e = NULL;
  th_buf b;
  th_jwrite w;
  size_t bad = 0;
  TH_TRY(th_elm_begin(r->q.prog, &r->q.opt, a, p, &e, err));
  if (r->cover) th_elm_cover_use(e, r->cover);
  th_buf_init(&b, a, 8192);
  th_code code;
  if (r->c->json) {
    th_jwrite_open(&w, &b, 0);
    code = th_elm_report(e, r->define, r->n_defines, &w, &bad, err);
    th_buf_addc(&b, '\n');
    r->n_errors += bad;
  } else {
    code = print_plain(r, e, &b, p);
  }
  th_elm_finish(e);
  if (code == TH_OK && b.failed) code = th_fail_nomem(err);
  if (code == TH_OK) r->status = th_cli_put(r->c, th_buf_str(&b));
  return code == TH_OK && r->status ? TH_ECANCEL : code;
}

static th_code wanted_defines(run *r, th_err *err) {
  r->define = TH_NEWN(r->c->arena, th_str, r->c->n_opts + 1);
  if (!r->define) return th_fail_nomem(err);
  for (size_t i = 0; i < r->c->n_opts; i++) {
    if (strcmp(r->c->opt[i].name, "define") == 0) r->define[r->n_defines++] = th_str_of(r->c->opt[i].value);
  }
  return TH_OK;
}

static void warn_issues(const run *r) {
  size_t n;
  const th_elm_issue *list = th_elm_issues(r->q.prog, &n);
  for (size_t i = 0; i < n && i < 20; i++)
    fprintf(stderr, "warning: %s %s %s: %s\n", list[i].library, list[i].define, list[i].locator, list[i].message);
  if (n > 20) fprintf(stderr, "warning: %zu further places\n", n - 20);
}

static int run_run(th_cli *c) {
  run r = { .c = c };
  th_err err = { 0 };
  th_code code = wanted_defines(&r, &err);
  if (code == TH_OK) code = th_cli__cql_open(c, &r.q, &err);
  if (code == TH_OK && !c->quiet && !c->json) warn_issues(&r);
  if (code == TH_OK && th_cli_has(c, "coverage")) {
    r.cover = th_elm_cover_new(r.q.prog, c->arena);
    if (!r.cover) code = th_fail_nomem(&err);
  }
  if (code == TH_OK) code = th_cli__cql_patients(c, one_patient, &r, &err);
  if (code == TH_OK && r.cover) {
    th_buf b;
    th_jwrite w;
    th_buf_init(&b, c->arena, 8192);
    th_jwrite_open(&w, &b, 0);
    th_jw_obj(&w);
    th_jw_key(&w, "coverage");
    th_elm_cover_write(r.q.prog, r.cover, &w);
    th_jw_obj_end(&w);
    th_buf_addc(&b, '\n');
    r.status = th_cli__put_buf(c, &b);
  }
  th_cli__cql_close(&r.q);
  if (code != TH_OK && !r.status) return th_cli_error(c, &err);
  return r.status ? r.status : r.n_errors != 0;
}

static const th_opt opts[] = {
  TH_CQL_OPTS,
  { .name = "define", .letter = 'D', .arg = "NAME", .help = "only this define; all public ones otherwise", .repeats = true },
  { .name = "coverage", .help = "at the end, which conditions were seen true, false and null over all patients" },
  { 0 },
};

static const char *const examples[] = {
  "theriac cql run --library Rule.json --include elm --data bundle.json --now 2026-06-01T00:00:00+08:00 --json",
  "theriac cql run --library Rule.json --ndjson export.ndjson --define 符合條件 --json",
  NULL,
};

const th_cmd th_cmd_cql_run = {
  .name = "cql run",
  .group = "Clinical logic",
  .synopsis =
      "--library FILE [--include DIR] [--data BUNDLE] [--ndjson FILE] [--define NAME] [--now INSTANT] [--param NAME=JSON]",
  .summary = "evaluate a CQL library, compiled to ELM, over FHIR R4 data",
  .details =
      "Every public define, one JSON object a patient (--json): patient, library, results, warnings, errors. A define that "
      "cannot be evaluated stands under errors with its message and place, the others still run; the status is then 1. "
      "Null is a result: what is absent in the data is not known. A value set that is not loaded leaves "
      "membership, and what it retrieves, unknown. One evaluation uses one instant, --now, for Now(), Today() and the default "
      "offset.",
  .opts = opts,
  .examples = examples,
  .run = run_run,
};
