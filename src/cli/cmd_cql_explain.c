/* Why a define has its value. The engine gives the tree as JSON; for people it is laid out one expression a line. */
#include "cli/cli_cql.h"
#include "theriac/io.h"

typedef struct explain {
  th_cli *c;
  th_cql q;
  th_buf out;
} explain;

/* ── For people ────────────────────────────────────────────────────────────────────────────────────────────────────── */

enum { SOURCE_WIDTH = 72, VALUE_WIDTH = 60 };

/* At most n bytes of one line, blanks in place of line ends and runs. */
static void put_short(th_buf *b, th_str s, size_t n) {
  bool blank = false;
  const size_t start = b->n;
  for (size_t i = 0; i < s.n; i++) {
    const bool space = s.p[i] == ' ' || s.p[i] == '\n' || s.p[i] == '\t' || s.p[i] == '\r';
    if (b->n - start >= n && ((unsigned char)s.p[i] & 0xC0) != 0x80) { /* never within a character */
      th_buf_addz(b, "…");
      return;
    }
    if (!space || !blank) th_buf_addc(b, space ? ' ' : s.p[i]);
    blank = space;
  }
}

static void put_value(th_buf *b, th_arena *a, const th_json *v) {
  th_buf text;
  th_jwrite w;
  if (!v) { /* left out */
    th_buf_addz(b, "…");
    return;
  }
  th_buf_init(&text, a, 128);
  th_jwrite_open(&w, &text, 0);
  th_jw_json(&w, v);
  put_short(b, th_buf_str(&text), VALUE_WIDTH);
}

static void put_node(th_buf *b, th_arena *a, const th_json *n, unsigned depth) {
  const th_str source = th_json_text(th_json_get(n, "source")), loc = th_json_text(th_json_get(n, "locator"));
  const th_json *value = th_json_get(n, "value"), *kids = th_json_get(n, "operands");
  if (th_str_is(th_json_text(th_json_get(n, "expression")), "Literal")) return; /* says itself */
  th_buf_addf(b, "%*s", (int)(2 * depth), "");
  if (source.n) {
    put_short(b, source, SOURCE_WIDTH);
  } else {
    const th_str name = th_json_text(th_json_get(n, "name"));
    th_buf_addf(b, "%.*s%s%.*s", TH_STR_ARG(th_json_text(th_json_get(n, "expression"))), name.n ? " " : "", TH_STR_ARG(name));
  }
  th_buf_addz(b, " = ");
  put_value(b, a, value);
  if (loc.n) th_buf_addf(b, "  [%.*s]", TH_STR_ARG(loc));
  th_buf_addc(b, '\n');
  for (uint32_t i = 0; kids && i < kids->n; i++) put_node(b, a, &kids->u.item[i], depth + 1);
}

static void put_text(th_buf *b, th_arena *a, const th_json *x, const th_fhir_patient *p) {
  const th_json *notes = th_json_get(x, "notes"), *tree = th_json_get(x, "tree"), *error = th_json_get(x, "error");
  const th_str loc = th_json_text(th_json_get(x, "locator")), at = th_json_text(th_json_get(x, "error_locator"));
  if (p) th_buf_addf(b, "# patient %.*s\n", TH_STR_ARG(p->id));
  th_buf_addf(b, "%.*s = ", TH_STR_ARG(th_json_text(th_json_get(x, "define"))));
  if (error)
    th_buf_addf(b, "error: %.*s%s%.*s%s", TH_STR_ARG(th_json_text(error)), at.n ? " [" : "", TH_STR_ARG(at), at.n ? "]" : "");
  else
    put_value(b, a, th_json_get(x, "value"));
  if (loc.n) th_buf_addf(b, "  [%.*s]", TH_STR_ARG(loc));
  th_buf_addf(b, "\n%.*s expressions evaluated, %.*s resources seen\n", TH_STR_ARG(th_json_text(th_json_get(x, "evaluations"))),
              TH_STR_ARG(th_json_text(th_json_get(x, "resources"))));
  for (uint32_t i = 0; notes && i < notes->n; i++) th_buf_addf(b, "note: %.*s\n", TH_STR_ARG(th_json_text(&notes->u.item[i])));
  if (tree && tree->kind == TH_JSON_OBJECT) put_node(b, a, tree, 1);
}

static th_code one_patient(void *ctx, th_arena *a, th_fhir_patient *p, th_err *err) {
  explain *x = ctx;
  th_elm_eval *e = NULL;
  th_jwrite w;
  th_buf json;
  th_json tree;
  th_buf_init(&json, a, 16384);
  TH_TRY(th_elm_begin(x->q.prog, &x->q.opt, a, p, &e, err));
  th_jwrite_open(&w, &json, 0);
  th_code code = th_elm_explain(e, th_str_of(th_cli_opt(x->c, "define")), &w, err);
  th_elm_finish(e);
  if (code == TH_OK && x->c->json) th_buf_addf(&x->out, "%.*s\n", TH_STR_ARG(th_buf_str(&json)));
  if (code == TH_OK && !x->c->json) code = th_json_parse(a, th_buf_str(&json), &tree, err);
  if (code == TH_OK && !x->c->json) put_text(&x->out, a, &tree, p);
  return code == TH_OK && (json.failed || x->out.failed) ? th_fail_nomem(err) : code;
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
