/* A renewal: opened from the last case, its proposals confirmed or changed on one page, then kept as a case of its own. */
#include "serve/case_desk.h"

typedef struct renew {
  th_case_at c;           /* the last case; then the new one */
  th_str last, title, id; /* text, name and id of the last one */
  th_date as_of, start;
  th_web_renew w;
  th_renewal r;
} renew;

static bool day_of(th_ctx *x, const char *name, th_str *text, th_date *out) {
  *text = th_str_trim(th_serve_param(x, name));
  return th_serve__day(*text, out);
}

static bool open_last(th_ctx *x, th_cases_mode mode, renew *n) {
  th_buf b;
  *n = (renew){ 0 };
  if (!th_serve__case_open(x, mode, &n->c)) return false;
  th_buf_init(&b, x->a, 8192);
  th_coverage_entry_write(&b, &n->c.entry);
  n->last = th_buf_str(&b);
  n->title = n->c.head.summary.title;
  n->id = n->c.head.id;
  n->w =
      (th_web_renew){ .action = th_str_fmt(x->a, "%.*s/renew", TH_STR_ARG(n->c.view.href)), .path = th_serve_param(x, "path") };
  return true;
}

/* What the question says; false: a day is missing or bad, told in the value. */
static bool question(th_ctx *x, renew *n) {
  const bool asked = th_serve_has(x, "as_of");
  char iso[TH_DATE_TEXT];
  n->w.bad_day = !day_of(x, "as_of", &n->w.as_of, &n->as_of) || th_date_cmp(n->as_of, n->c.entry.as_of) <= 0;
  n->w.bad_start = !day_of(x, "start", &n->w.start, &n->start) && n->w.start.n;
  if (!asked) {
    const bool later = th_date_cmp(x->today, n->c.entry.as_of) > 0;
    n->w.bad_day = false;
    n->w.as_of = later ? th_str_dup(x->a, th_str_of(th_date_iso(x->today, iso))) : TH_STR_NONE;
  }
  return asked && !n->w.bad_day && !n->w.bad_start;
}

/* The new case as an entry: what is carried over; proposals too where they are to be shown in their fields. */
static th_code open_new(renew *n, bool with_proposals, th_err *err) {
  th_ctx *x = n->c.x;
  th_buf b;
  th_jwrite w;
  const th_coverage *cov = n->c.entry.coverage;
  TH_TRY(th_coverage_renew(x->a, cov, n->last, n->w.path, n->as_of, n->start, &n->r, err));
  th_buf_init(&b, x->a, 8192);
  th_jwrite_open(&w, &b, 0);
  th_coverage_renewal_case(&w, &n->r, TH_S("case"), with_proposals);
  if (b.failed) return th_fail_nomem(err);
  TH_TRY(th_coverage_entry_read(x->a, cov, th_buf_str(&b), &n->c.entry, err));
  n->c.entry.drugs_whole = false; /* what was added since is not in it yet */
  n->w.table = th_coverage_drug_table_text(x->a, &n->c.entry.drug, x->lang == TH_WORDS_ZH_TW);
  for (uint32_t i = 0; i < n->r.n; i++) /* told of another moment than the table is reckoned for */
    if (n->r.fact[i].why == TH_WHY_BASELINE) TH_TRY(th_coverage_entry_own(&n->c.entry, n->r.fact[i].fact, err));
  th_json *based = TH_NEW(x->a, th_json);
  if (!based) return th_fail_nomem(err);
  *based = (th_json){ .kind = TH_JSON_STRING, .u.text = n->id };
  TH_TRY(th_coverage_entry_keep(&n->c.entry, "based_on", based, err));
  return th_coverage_entry_compute(&n->c.entry, err);
}

static th_done ask_page(renew *n, int status) {
  th_serve__case_begin(&n->c, "apply.renew", NULL, "renew");
  th_web_case_renew_ask(&n->c.x->html, &n->c.view, &n->w);
  return th_serve__case_end(&n->c, status);
}

static th_done confirm_page(renew *n, int status) {
  th_err err = { 0 };
  const th_str href = n->c.view.href;
  const th_case_view sent = n->c.view;
  n->w.token = th_serve__token(n->c.x);
  if (open_new(n, true, &err) != TH_OK || th_serve__case_judge(&n->c, &err) != TH_OK) return th_serve__case_fail(&n->c, &err);
  n->c.view.href = href;
  if (th_serve_has(n->c.x, "table")) n->w.table = th_serve_param(n->c.x, "table");
  n->c.view.sent = sent.sent, n->c.view.n_sent = sent.n_sent;
  n->c.view.problem = sent.problem, n->c.view.n_problems = sent.n_problems;
  th_serve__case_begin(&n->c, "apply.renew", NULL, "renew");
  th_web_case_renew(&n->c.x->html, &n->c.view, &n->r, &n->w);
  return th_serve__case_end(&n->c, status);
}

static th_done renew_page(th_ctx *x) {
  renew n;
  if (!open_last(x, TH_CASES_READ, &n)) return TH_DONE;
  if (!question(x, &n)) return ask_page(&n, n.w.bad_day || n.w.bad_start ? 400 : 200);
  return confirm_page(&n, 200);
}

/* The table as it was brought up to date. */
static th_code drugs(renew *n, th_entry_problems *bad, th_err *err) {
  th_ctx *x = n->c.x;
  th_drug_lines lines = { 0 };
  if (!th_serve_has(x, "table")) return th_coverage_entry_compute(&n->c.entry, err);
  TH_TRY(th_coverage_drug_table(x->a, th_serve_param(x, "table"), &lines, bad, err));
  return th_coverage_entry_drugs(&n->c.entry, lines.v, lines.n, th_str_is(th_serve_param(x, "whole"), "1"), err);
}

static th_done renew_post(th_ctx *x) {
  renew n;
  th_err err = { 0 };
  const th_entry_field *f = NULL;
  th_entry_problems bad = { 0 };
  if (!open_last(x, TH_CASES_WRITE, &n)) return TH_DONE;
  if (!question(x, &n)) return ask_page(&n, 400);
  th_code code = open_new(&n, false, &err);
  if (code == TH_OK) code = th_serve__fields(x, &f, &err);
  if (code == TH_OK) code = th_coverage_entry_apply(&n.c.entry, f, x->n_params, &bad, &err);
  if (code == TH_OK) code = drugs(&n, &bad, &err);
  if (code == TH_OK && bad.n) {
    n.c.view.sent = f, n.c.view.n_sent = x->n_params;
    n.c.view.problem = bad.v, n.c.view.n_problems = bad.n;
    return confirm_page(&n, 400);
  }
  n.c.head = (th_case_head){ .summary.title = n.title };
  n.c.view = (th_case_view){ 0 };
  if (code == TH_OK) code = th_serve__case_keep(&n.c, 0, th_serve_param(x, "token"), &err);
  if (code != TH_OK) return th_serve__case_fail(&n.c, &err);
  th_serve__case_close(&n.c);
  return th_serve_redirect(x, th_serve__case_next(&n.c, NULL));
}

const th_route th_serve__case_renew_routes[] = {
  { "GET", "/case/*/renew", renew_page, TH_ROUTE_PATIENT },
  { "POST", "/case/*/renew", renew_post, TH_ROUTE_PATIENT | TH_ROUTE_CHANGES },
  { 0 },
};
