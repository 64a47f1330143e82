/* Cases: the list, a new one, its steps, its answer, its versions, its end. */
#include "serve/case_desk.h"
#include "theriac/report/web_calendar.h"

#include <stdio.h>

/* ── The list ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool heads(th_ctx *x, th_case_heads *all) {
  th_cases *cases;
  th_err err = { 0 };
  if (!th_serve__cases_open(x, TH_CASES_READ, &cases)) return false;
  if (!cases) return true;
  const th_code code = th_cases_list(x->a, cases, all, &err);
  th_cases_close(cases);
  if (code == TH_OK) return true;
  th_serve_fail(x, &err);
  return false;
}

/* Nothing is written where nothing falls due. */
static th_code due_this_month(th_ctx *x, const th_case_heads *all, th_err *err) {
  const th_date today = x->today, first = { today.year, today.month, 1, TH_DATE_DAY, 0 },
                last = { today.year, today.month, (uint8_t)th_days_in_month(today.year, today.month), TH_DATE_DAY, 0 };
  th_due_list *list = TH_NEWN(x->a, th_due_list, all->n ? all->n : 1);
  const th_due_day *due;
  size_t n;
  if (!list) return th_fail_nomem(err);
  for (size_t i = 0; i < all->n; i++) TH_TRY(th_coverage_summary_days(x->a, &all->v[i], &list[i], err));
  TH_TRY(th_coverage_due_between(x->a, list, all->n, first, last, false, &due, &n, err));
  if (!n) return TH_OK;
  th_html_el_say(&x->html, "h2", NULL, "apply.due.month");
  th_web_due_put(&x->html, due, n, today);
  return TH_OK;
}

static th_done list(th_ctx *x) {
  th_html *h = &x->html;
  th_case_heads all = { 0 };
  th_err err = { 0 };
  const th_coverage *cov = th_serve__coverage(x);
  if (!cov || !heads(x, &all)) return TH_DONE;
  th_serve_page_begin(x, &(th_web_frame){ .title = th_words_get(x->lang, "apply.cases"), .here = "apply", .noindex = true });
  th_html_el_say(h, "p", "lede", "apply.cases.lede");
  if (th_serve_options_of(x->app)->read_only)
    th_web_note(h, "info", "apply.read-only");
  else {
    th_html_open_cls(h, "p", "actions");
    th_html_open_cls(h, "a", "button primary");
    th_html_attrz(h, "href", "/case/new");
    th_html_say(h, "apply.new");
    th_html_close(h);
    th_html_close(h);
  }
  if (due_this_month(x, &all, &err) != TH_OK) return th_serve_fail(x, &err);
  if (all.n) {
    th_html_el_say(h, "h2", NULL, "apply.cases.all");
    th_web_case_table(h, cov, &all, 500, th_serve_options_of(x->app)->utc_offset);
  } else
    th_web_empty(h, "apply.cases.none", "apply.cases.none.what");
  return th_serve_page_end(x, 200);
}

void th_serve__cases_on_home(th_ctx *x) {
  const th_serve_options *o = th_serve_options_of(x->app);
  th_cases *cases;
  th_case_heads all = { 0 };
  th_err err = { 0 };
  if (!x->app->local || !th_cases_exist(o->home)) return;
  const th_coverage *cov = th_serve__policies(x->app, &err);
  th_code code = cov ? th_cases_open(o->home, TH_CASES_READ, NULL, -1, &cases, &err) : err.code;
  if (code == TH_OK) {
    code = th_cases_list(x->a, cases, &all, &err);
    th_cases_close(cases);
  }
  x->patient = true;
  if (code == TH_OK) code = due_this_month(x, &all, &err);
  if (code != TH_OK) { /* the page of cases says why, and what to do */
    th_html_open(&x->html, "p");
    th_html_link_say(&x->html, TH_S("/cases"), "apply.closed");
    th_html_close(&x->html);
    return;
  }
  if (!all.n) return;
  th_html_el_say(&x->html, "h2", NULL, "apply.cases.recent");
  th_web_case_table(&x->html, cov, &all, 5, o->utc_offset);
}

/* ── Name, day and clause ──────────────────────────────────────────────────────────────────────────────────────────── */

static th_done basics_page(th_ctx *x, const th_coverage *cov, const th_web_basics *b, int status) {
  th_serve_page_begin(x, &(th_web_frame){ .title = th_words_get(x->lang, b->version ? "apply.basics" : "apply.new"),
                                          .here = "apply",
                                          .noindex = true });
  if (!b->version) th_html_el_say(&x->html, "p", "lede", "apply.new.lede");
  th_web_case_basics(&x->html, cov, b);
  return th_serve_page_end(x, status);
}

/* What the form gave; false: something is missing, told in the value. */
static bool basics_of(th_ctx *x, th_web_basics *b, th_date *day) {
  const th_str both = th_serve_param(x, "path");
  const size_t slash = th_str_find(both, TH_S("/"), 0);
  b->title = th_str_trim(th_serve_param(x, "title"));
  b->as_of = th_str_trim(th_serve_param(x, "as_of"));
  b->bad_day = !th_serve__day(b->as_of, day);
  b->no_path = slash == SIZE_MAX;
  b->program = b->no_path ? TH_STR_NONE : th_str_sub(both, 0, slash);
  b->path = b->no_path ? TH_STR_NONE : th_str_sub(both, slash + 1, both.n);
  return !b->bad_day && !b->no_path;
}

static th_done new_page(th_ctx *x) {
  char iso[TH_DATE_TEXT];
  const th_coverage *cov = th_serve__coverage(x);
  if (!cov) return TH_DONE;
  const th_web_basics b = { .action = TH_S("/case/new"),
                            .as_of = th_str_of(th_date_iso(x->today, iso)),
                            .token = th_serve__token(x) };
  return basics_page(x, cov, &b, 200);
}

static th_done new_post(th_ctx *x) {
  th_web_basics b = { .action = TH_S("/case/new"), .token = th_serve_param(x, "token") };
  th_case_at c = { .x = x };
  th_date day = { 0 };
  th_err err = { 0 };
  const th_coverage *cov = th_serve__coverage(x);
  if (!cov) return TH_DONE;
  if (!basics_of(x, &b, &day)) return basics_page(x, cov, &b, 400);
  if (th_coverage_entry_new(x->a, cov, b.program, b.path, day, &c.entry, &err) != TH_OK) return th_serve_fail(x, &err);
  if (!th_serve__cases_open(x, TH_CASES_WRITE, &c.cases)) return TH_DONE;
  c.head.summary.title = b.title;
  if (th_serve__case_keep(&c, 0, b.token, &err) != TH_OK) return th_serve__case_fail(&c, &err);
  th_serve__case_close(&c);
  return th_serve_redirect(x, th_serve__case_next(&c, NULL));
}

static th_done basics(th_ctx *x) {
  th_case_at c;
  char iso[TH_DATE_TEXT];
  if (!th_serve__case_open(x, TH_CASES_READ, &c)) return TH_DONE;
  th_serve__case_close(&c);
  const th_web_basics b = { .action = th_str_fmt(x->a, "%.*s/basics", TH_STR_ARG(c.view.href)),
                            .title = c.head.summary.title,
                            .as_of = th_str_of(th_date_iso(c.entry.as_of, iso)),
                            .program = c.entry.policy->id,
                            .path = c.entry.path->name,
                            .version = c.head.version,
                            .same_policy = true };
  return basics_page(x, c.entry.coverage, &b, 200);
}

/* Day or clause changed: what was computed from the table is computed anew for them. */
static th_code rebase(th_case_at *c, const th_web_basics *b, th_date day, th_err *err) {
  const th_rule_path *path = th_rule_path_find(c->entry.policy, b->path);
  th_buf text;
  if (!path || !th_str_eq(b->program, c->entry.policy->id))
    return th_fail(err, TH_EINVAL, "the case belongs to %.*s", TH_STR_ARG(c->entry.policy->id));
  c->head.summary.title = b->title;
  c->entry.path = path;
  c->entry.as_of = day;
  th_buf_init(&text, c->x->a, 4096);
  th_coverage_entry_write(&text, &c->entry); /* read again: which facts are asked hangs on the path */
  if (text.failed) return th_fail_nomem(err);
  TH_TRY(th_coverage_entry_read(c->x->a, c->entry.coverage, th_buf_str(&text), &c->entry, err));
  return th_coverage_entry_compute(&c->entry, err);
}

static th_done basics_post(th_ctx *x) {
  th_case_at c;
  th_date day = { 0 };
  th_err err = { 0 };
  th_web_basics b = { .same_policy = true, .version = th_serve__case_expect(x) };
  if (!th_serve__case_open(x, TH_CASES_WRITE, &c)) return TH_DONE;
  b.action = th_str_fmt(x->a, "%.*s/basics", TH_STR_ARG(c.view.href));
  if (!basics_of(x, &b, &day)) {
    th_serve__case_close(&c);
    b.program = c.entry.policy->id;
    return basics_page(x, c.entry.coverage, &b, 400);
  }
  if (rebase(&c, &b, day, &err) != TH_OK || th_serve__case_keep(&c, b.version, TH_STR_NONE, &err) != TH_OK)
    return th_serve__case_fail(&c, &err);
  th_serve__case_close(&c);
  return th_serve_redirect(x, c.view.href);
}

/* ── The answer ────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void doing(th_ctx *x, th_str href, const char *cls, const char *what, const char *key) {
  th_html_open_cls(&x->html, "a", cls);
  th_html_attr(&x->html, "href", th_str_fmt(x->a, "%.*s/%s", TH_STR_ARG(href), what));
  th_html_say(&x->html, key);
  th_html_close(&x->html);
  th_html_text(&x->html, TH_S(" "));
}

static th_done answer(th_ctx *x) {
  th_case_at c;
  th_err err = { 0 };
  if (!th_serve__case_open(x, TH_CASES_READ, &c)) return TH_DONE;
  if (x->json) {
    th_buf b;
    th_jwrite w;
    th_buf_init(&b, x->a, 16384);
    th_jwrite_open(&w, &b, 0);
    th_coverage_json(&w, &c.result, false);
    th_serve__case_close(&c);
    if (b.failed) return th_fail_nomem(&err), th_serve_fail(x, &err);
    return th_serve_bytes(x, 200, "application/json", th_buf_str(&b));
  }
  th_serve__case_begin(&c, "apply.answer", NULL, "");
  const th_str before = th_json_text(th_coverage_entry_kept(&c.entry, "based_on"));
  if (before.n == TH_CASES_ID - 1) { /* a case kept here; else an id of somebody else's */
    th_html_open(&x->html, "p");
    th_html_link_say(&x->html, th_web_path(x->a, "/case/", before, ""), "apply.based-on");
    th_html_close(&x->html);
  }
  th_web_case_answer(&x->html, &c.view);
  th_html_open_cls(&x->html, "p", "actions");
  if (!c.view.read_only) doing(x, c.view.href, "button", "basics", "apply.basics");
  if (!c.view.read_only) doing(x, c.view.href, "button danger", "delete", "apply.delete");
  th_html_close(&x->html);
  return th_serve__case_end(&c, 200);
}

/* ── Steps ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_done step_page(th_case_at *c, const th_entry_gate *g, th_str table, int status) {
  th_html *h = &c->x->html;
  const bool therapy = th_str_is(g->gate->name, "therapy");
  th_serve__case_begin(c, NULL, g, "");
  th_html_open_cls(h, "div", "beside");
  th_web_case_aside(h, &c->view);
  th_html_open_cls(h, "div", "main-part");
  if (therapy) th_web_case_drugs(h, &c->view, table);
  if (th_str_is(g->gate->name, "person") || therapy) th_web_case_record(h, &c->view);
  th_web_case_gate(h, &c->view, g);
  th_html_close(h);
  th_html_close(h);
  return th_serve__case_end(c, status);
}

static th_str table_of(const th_case_at *c) {
  return th_coverage_drug_table_text(c->x->a, &c->entry.drug, c->x->lang == TH_WORDS_ZH_TW);
}

static bool step_open(th_ctx *x, th_cases_mode mode, th_case_at *c, const th_entry_gate **g) {
  if (!th_serve__case_open(x, mode, c)) return false;
  *g = th_serve__case_gate(c, x->seg[1]);
  if (*g) return true;
  th_serve__case_close(c);
  th_serve_fail_code(x, TH_ENOENT, "the case has no step %.*s", TH_STR_ARG(th_str_sub(x->seg[1], 0, 60)));
  return false;
}

static th_done step(th_ctx *x) {
  th_case_at c;
  const th_entry_gate *g;
  if (!step_open(x, TH_CASES_READ, &c, &g)) return TH_DONE;
  return step_page(&c, g, table_of(&c), 200);
}

/* One day for all of a sheet. False: given, and no full date. */
static bool sheet_day(th_ctx *x, th_case_at *c, const th_entry_gate *g, th_code *code, th_err *err) {
  const th_str text = th_str_trim(th_serve_param(x, "sheet-day"));
  th_date day = { 0 };
  if (g->sheet < 0 || !th_serve_has(x, "sheet-day")) return true;
  if (text.n && !th_serve__day(text, &day)) return false;
  const th_str absent = th_serve_param(x, "absent");
  if (absent.n) th_coverage_entry_absent(&c->entry, absent);
  *code = th_coverage_entry_sheet_day(&c->entry, g->sheet, day, err);
  return true;
}

static th_done step_post(th_ctx *x) {
  th_case_at c;
  th_err err = { 0 };
  th_entry_problems bad = { 0 };
  const th_entry_field *f = NULL;
  const th_entry_gate *g;
  if (!step_open(x, TH_CASES_WRITE, &c, &g)) return TH_DONE;
  const th_str here = x->seg[1], absent = th_serve_param(x, "absent");
  th_code code = th_serve__fields(x, &f, &err);
  if (code == TH_OK) code = th_coverage_entry_apply(&c.entry, f, x->n_params, &bad, &err);
  c.view.bad_sheet_day = code == TH_OK && !sheet_day(x, &c, g, &code, &err);
  if (code == TH_OK && (bad.n || c.view.bad_sheet_day)) { /* nothing is kept; what was typed stands there again */
    c.view.sent = f, c.view.n_sent = x->n_params;
    c.view.problem = bad.v, c.view.n_problems = bad.n;
    return step_page(&c, g, table_of(&c), 400);
  }
  if (code == TH_OK && absent.n) th_coverage_entry_absent(&c.entry, absent);
  if (code == TH_OK) code = th_coverage_entry_compute(&c.entry, &err);
  if (code == TH_OK) code = th_serve__case_keep(&c, th_serve__case_expect(x), TH_STR_NONE, &err);
  if (code != TH_OK) return th_serve__case_fail(&c, &err);
  th_serve__case_close(&c);
  const bool on = !absent.n && th_str_is(th_serve_param(x, "then"), "next");
  return th_serve_redirect(x, on ? th_serve__case_next(&c, th_serve__case_gate(&c, here))
                                 : th_str_fmt(x->a, "%.*s/enter/%.*s", TH_STR_ARG(c.view.href), TH_STR_ARG(here)));
}

/* ── Tables and records ────────────────────────────────────────────────────────────────────────────────────────────── */

static th_str therapy_step(const th_case_at *c) {
  return th_str_fmt(c->x->a, "%.*s/enter/therapy", TH_STR_ARG(c->view.href));
}

static th_done kept(th_case_at *c, th_code code, th_err *err, th_str to) {
  if (code == TH_OK) code = th_serve__case_keep(c, th_serve__case_expect(c->x), TH_STR_NONE, err);
  if (code != TH_OK) return th_serve__case_fail(c, err);
  th_serve__case_close(c);
  return th_serve_redirect(c->x, to);
}

static bool is_json(th_str s) {
  s = th_str_trim(s);
  return s.n && s.p[0] == '{';
}

static th_done take_record(th_case_at *c, th_str bytes, const char *name, th_str to) {
  th_err err = { 0 };
  th_str_vec told = { 0 };
  const th_code code = th_coverage_entry_fhir(&c->entry, bytes, name, &told, &err);
  return kept(c, code, &err, to);
}

static th_done drugs_post(th_ctx *x) {
  th_case_at c;
  th_err err = { 0 };
  th_drug_lines lines = { 0 };
  th_entry_problems bad = { 0 };
  if (!th_serve__case_open(x, TH_CASES_WRITE, &c)) return TH_DONE;
  const th_param *file = th_serve_upload(x, "file", 0);
  const th_str text = file ? file->value : th_serve_param(x, "table");
  const th_str to = therapy_step(&c);
  if (is_json(text)) return take_record(&c, text, "record", to);
  th_code code = th_coverage_drug_table(x->a, text, &lines, &bad, &err);
  const th_entry_gate *g = th_serve__case_gate(&c, TH_S("therapy"));
  if (code == TH_OK && bad.n && g) {
    c.view.problem = bad.v, c.view.n_problems = bad.n;
    return step_page(&c, g, text, 400);
  }
  if (code == TH_OK)
    code = th_coverage_entry_drugs(&c.entry, lines.v, lines.n, th_str_is(th_serve_param(x, "whole"), "1"), &err);
  return kept(&c, code, &err, to);
}

static th_done record_post(th_ctx *x) {
  th_case_at c;
  if (!th_serve__case_open(x, TH_CASES_WRITE, &c)) return TH_DONE;
  const th_param *file = th_serve_upload(x, "record", 0);
  const th_str bytes = file && file->value.n ? file->value : th_str_trim(th_serve_param(x, "pasted"));
  if (!bytes.n) {
    const th_err err = { .code = TH_EINVAL, .msg = "no file was chosen and nothing was pasted" };
    return th_serve__case_fail(&c, &err);
  }
  return take_record(&c, bytes, "record", th_serve__case_next(&c, NULL));
}

/* ── Versions, and the end ─────────────────────────────────────────────────────────────────────────────────────────── */

static th_done versions(th_ctx *x) {
  th_case_at c;
  th_case_heads all = { 0 };
  th_err err = { 0 };
  if (!th_serve__case_open(x, TH_CASES_READ, &c)) return TH_DONE;
  if (th_cases_versions(x->a, c.cases, x->seg[0], &all, &err) != TH_OK) return th_serve__case_fail(&c, &err);
  th_serve__case_begin(&c, "apply.versions", NULL, "versions");
  th_html_el_say(&x->html, "p", NULL, "apply.versions.what");
  th_web_case_versions(&x->html, c.entry.coverage, &all, th_serve_options_of(x->app)->utc_offset);
  return th_serve__case_end(&c, 200);
}

static th_done delete_page(th_ctx *x) {
  th_case_at c;
  th_html *h = &x->html;
  if (!th_serve__case_open(x, TH_CASES_READ, &c)) return TH_DONE;
  th_serve__case_begin(&c, "apply.delete", NULL, NULL);
  th_web_note_begin(h, "stop");
  th_html_el_say(h, "p", NULL, "apply.delete.what");
  th_html_close(h);
  th_web_form_begin(h, "post", th_str_fmt(x->a, "%.*s/delete", TH_STR_ARG(c.view.href)), false);
  th_web_check(h, "sure", "1", th_words_get(x->lang, "apply.delete.sure"), false);
  th_html_open_cls(h, "p", "actions");
  th_web_button(h, "danger", "apply.delete.go");
  th_html_link(h, c.view.href, th_words_get(x->lang, "apply.delete.not"));
  th_html_close(h);
  th_html_close(h);
  return th_serve__case_end(&c, 200);
}

static th_done delete_post(th_ctx *x) {
  th_cases *cases;
  th_err err = { 0 };
  if (!th_str_is(th_serve_param(x, "sure"), "1"))
    return th_serve_redirect(x, th_str_fmt(x->a, "/case/%.*s/delete", TH_STR_ARG(x->seg[0])));
  if (!th_serve__cases_open(x, TH_CASES_WRITE, &cases)) return TH_DONE;
  const th_code code = th_cases_delete(cases, th_serve__act(x), x->seg[0], &err);
  th_cases_close(cases);
  return code == TH_OK ? th_serve_redirect(x, TH_S("/cases")) : th_serve_fail(x, &err);
}

#define CHANGES (TH_ROUTE_PATIENT | TH_ROUTE_CHANGES)

const th_route th_serve__case_routes[] = {
  { "GET", "/cases", list, TH_ROUTE_PATIENT },
  { "GET", "/case/new", new_page, TH_ROUTE_PATIENT },
  { "POST", "/case/new", new_post, CHANGES },
  { "GET", "/case/*", answer, TH_ROUTE_PATIENT },
  { "GET", "/case/*/basics", basics, TH_ROUTE_PATIENT },
  { "POST", "/case/*/basics", basics_post, CHANGES },
  { "GET", "/case/*/enter/*", step, TH_ROUTE_PATIENT },
  { "POST", "/case/*/enter/*", step_post, CHANGES },
  { "POST", "/case/*/drugs", drugs_post, CHANGES },
  { "POST", "/case/*/record", record_post, CHANGES },
  { "GET", "/case/*/versions", versions, TH_ROUTE_PATIENT },
  { "GET", "/case/*/delete", delete_page, TH_ROUTE_PATIENT },
  { "POST", "/case/*/delete", delete_post, CHANGES },
  { 0 },
};
