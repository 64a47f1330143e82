/* theriac dossier DRUG: the main job. */
#include "cli/cli_priv.h"
#include "theriac/dossier.h"
#include "theriac/io.h"
#include "theriac/report.h"

#include <stdlib.h>
#include <unistd.h>

static const th_opt opts[] = {
  { "disease", 0, "X", "open the dossier at this disease; it is judged even when no document names the pair", false },
  { "format", 'f', "F", "text (on a terminal), html, md or json", false },
  { "out", 'o', "PATH", "write to a file instead of standard output", false },
  { "case", 0, "FILE", "a patient's case (as for coverage check): the coverage section is decided for it", false },
  { "strict", 0, NULL, "exit 1 when a contradiction is found", false },
  { "schema", 0, NULL, "print the JSON schema of --format json and leave", false },
  { 0 },
};

static const char *const examples[] = { "theriac import papers/ pages/", "theriac dossier belimumab",
                                        "theriac dossier 貝利尤單抗 --lang zh-TW --format html --out belimumab.html",
                                        "theriac dossier belimumab --disease \"lupus nephritis\" --json", NULL };

typedef enum form { FORM_TEXT, FORM_HTML, FORM_MD, FORM_JSON } form;

static bool form_of(const th_cli *c, form *out) {
  const char *f = th_cli_opt(c, "format"), *path = th_cli_opt(c, "out");
  static const char *const names[] = { "text", "html", "md", "json" };
  if (c->json) return *out = FORM_JSON, !f || strcmp(f, "json") == 0;
  if (!f && path) { /* the file's name says it */
    const th_str p = th_str_of(path);
    *out = th_str_ends(p, TH_S(".html"))   ? FORM_HTML
           : th_str_ends(p, TH_S(".json")) ? FORM_JSON
           : th_str_ends(p, TH_S(".md"))   ? FORM_MD
                                           : FORM_TEXT;
    return true;
  }
  *out = FORM_TEXT;
  for (int i = 0; f && i < 4; i++)
    if (strcmp(f, names[i]) == 0) return *out = (form)i, true;
  return !f;
}

static unsigned terminal_columns(void) {
  const char *columns = getenv("COLUMNS");
  int64_t n;
  return columns && th_str_to_i64(th_str_of(columns), &n) && n >= 40 && n <= 400 ? (unsigned)n : 100;
}

static th_code render(th_cli *c, const th_dossier *d, form f, th_buf *b, th_err *err) {
  th_words lang;
  if (!th_words_find(c->lang, &lang)) return th_fail(err, TH_EINVAL, "no words for language \"%s\"", c->lang);
  switch (f) {
  case FORM_HTML: return th_report_html(c->arena, d, lang, b, err);
  case FORM_MD: return th_report_markdown(c->arena, d, lang, b, err);
  case FORM_JSON: return th_report_json(c->arena, d, b, err);
  case FORM_TEXT: break;
  }
  const bool colour = !th_cli_opt(c, "out") && isatty(1) && !getenv("NO_COLOR");
  return th_report_text(c->arena, d, lang, terminal_columns(), colour, b, err);
}

static th_code build(th_cli *c, th_dossier **d, th_store **store, th_err *err) {
  th_names *names;
  TH_TRY(th_store_open(c->home, TH_STORE_READ, -1, store, err));
  TH_TRY(th_store_names(c->arena, *store, &names, err));
  const char *disease = th_cli_opt(c, "disease");
  const char *kase = th_cli_opt(c, "case");
  th_file file = { 0 };
  th_str case_json = TH_STR_NONE;
  if (kase) {
    TH_TRY(th_file_open(kase, TH_LIMIT_DOCUMENT_BYTES, &file, err));
    case_json = th_str_dup(c->arena, file.bytes);
    th_file_close(&file);
    if (!case_json.p) return th_fail_nomem(err);
  }
  th_kindred *kindred;
  TH_TRY(th_kindred_of(c->arena, *store, names, &kindred, err));
  const th_dossier_options o = { .drug = th_str_of(c->args[0]),
                                 .disease = th_str_of(disease),
                                 .as_of = c->as_of.prec ? c->as_of : th_cli_today(),
                                 .case_json = case_json,
                                 .kindred = kindred,
                                 .home = c->home };
  return th_dossier_build(c->arena, *store, names, &o, d, err);
}

static int run(th_cli *c) {
  th_err err = { 0 };
  form f;
  if (th_cli_has(c, "schema")) return th_cli_put(c, th_report_json_schema());
  if (c->n_args != 1) return th_cli_usage(c, "a drug is needed");
  if (!form_of(c, &f))
    return th_cli_usage(c, "unknown format \"%s\"; text, html, md and json are known", th_cli_opt(c, "format"));
  th_store *store = NULL;
  th_dossier *d = NULL;
  th_buf b;
  th_buf_init(&b, c->arena, 1 << 16);
  th_code code = build(c, &d, &store, &err);
  if (code == TH_OK) code = render(c, d, f, &b, &err);
  th_store_close(store);
  if (code != TH_OK) return th_cli_error(c, &err);
  const char *path = th_cli_opt(c, "out");
  if (path && strcmp(path, "-") != 0) {
    if (th_file_write(path, th_buf_str(&b), &err) != TH_OK) return th_cli_error(c, &err);
  } else {
    const int status = th_cli__put_buf(c, &b);
    if (status) return status;
  }
  return th_cli_has(c, "strict") && d->findings.n ? 1 : 0;
}

const th_cmd th_cmd_dossier = {
  .name = "dossier",
  .group = "Dossier",
  .synopsis = "DRUG [--disease X] [--format F] [--out PATH]",
  .summary = "everything that is known on a drug, each statement with its source",
  .details =
      "Builds the dossier of a drug from the imported documents: one verdict a pair of drug and disease, predictions as "
      "claims beside what we "
      "find, studies with the reason why each counts, printed numbers recomputed, safety, licence, the payer's rule, "
      "and every contradiction "
      "found. The drug may be given by INN, brand, code, English or Chinese. Where the home has a knowledge graph and a "
      "trained model, their predictions stand in it with reasons, and enter no verdict; the first dossier of a drug then "
      "takes seconds, later ones read a kept answer (cache/outlook in the home).\n\n"
      "Level is how much and how good the evidence is, direction which way it points, and decision a row of the printed "
      "table. The output is "
      "the same bytes for the same documents and day (--as-of, or SOURCE_DATE_EPOCH).",
  .opts = opts,
  .args_min = 0,
  .args_max = 1,
  .examples = examples,
  .run = run,
};
