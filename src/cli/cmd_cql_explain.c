#include "cli/cli_cql.h"
#include "theriac/io.h"

typedef struct explain {
  th_cli *c;
  th_cql q;
  th_buf out;
} explain;

static th_code one_patient(void *ctx, th_arena *a, th_fhir_patient *p, th_err *err) {
  explain *x = ctx;
  th_elm_eval *e = NULL;
  th_jwrite w;
  TH_TRY(th_elm_begin(x->q.prog, &x->q.opt, a, p, &e, err));
  th_jwrite_open(&w, &x->out, x->c->json ? 0 : 2);
  const th_code code = th_elm_explain(e, th_str_of(th_cli_opt(x->c, "define")), &w, err);
  th_elm_finish(e);
  th_buf_addc(&x->out, '\n');
  return code;
}

static int run_explain(th_cli *c) {
  explain x = { .c = c };
  th_err err = { 0 };
  if (!th_cli_opt(c, "define")) return th_cli_usage(c, "--define NAME is missing");
  th_buf_init(&x.out, c->arena, 16384);
  th_code code = th_cli__cql_open(c, &x.q, &err);
  if (code == TH_OK) code = th_cli__cql_patients(c, one_patient, &x, &err);
  th_cli__cql_close(&x.q);
  return code == TH_OK ? th_cli__put_buf(c, &x.out) : th_cli_error(c, &err);
}

static const th_opt opts[] = {
  TH_CQL_OPTS,
  { .name = "define", .letter = 'D', .arg = "NAME", .help = "the define to explain" },
  { 0 },
};

static const char *const examples[] = {
  "theriac cql explain --library Rule.json --data bundle.json --define 符合條件",
  NULL,
};

const th_cmd th_cmd_cql_explain = {
  .name = "cql explain",
  .group = "Clinical logic",
  .synopsis = "--library FILE --define NAME [--data BUNDLE] …",
  .summary = "why a define has its value: every sub-expression with value, place and source text",
  .details =
      "The tree of all evaluated expressions under the define, tied to positions of the CQL source, lists cut after 20. Notes "
      "tell where a rule does what its text says but perhaps not what a reader expects: boundaries of the calendar counted "
      "as age, a pattern that any plus sign satisfies, code systems compared by address.",
  .opts = opts,
  .examples = examples,
  .run = run_explain,
};
