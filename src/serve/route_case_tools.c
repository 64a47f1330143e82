/* What is made of a case besides its answer: calendar, dose, forms. And a rule by itself. */
#include "serve/case_desk.h"

/* ── Days ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* ?start=, of either era; false: given, and no full date. */
static bool start_of(th_ctx *x, th_date *out) {
  const th_str s = th_str_trim(th_serve_param(x, "start"));
  *out = (th_date){ 0 };
  return !s.n || th_serve__day(s, out);
}

static th_done calendar(th_ctx *x) {
  th_case_at c;
  th_date start;
  th_coverage_calendar cal;
  th_err err = { 0 };
  if (!th_serve__case_open(x, TH_CASES_READ, &c)) return TH_DONE;
  const bool good = start_of(x, &start);
  const th_str route = th_serve_param(x, "route");
  if (th_coverage_calendar_of(x->a, &c.result, start, route, &cal, &err) != TH_OK) return th_serve__case_fail(&c, &err);
  th_serve__case_begin(&c, "apply.calendar", NULL, "calendar");
  if (th_web_case_calendar(&x->html, &c.view, &cal, route, !good, &err) != TH_OK) return th_serve__case_fail(&c, &err);
  return th_serve__case_end(&c, good ? 200 : 400);
}

static th_done calendar_ics(th_ctx *x) {
  th_case_at c;
  th_date start;
  th_coverage_calendar cal;
  th_buf b;
  th_err err = { 0 };
  if (!th_serve__case_open(x, TH_CASES_READ, &c)) return TH_DONE;
  th_buf_init(&b, x->a, 8192);
  if (!start_of(x, &start)) th_fail(&err, TH_EINVAL, "\"start\" is no full date");
  if (err.code == TH_OK && th_coverage_calendar_of(x->a, &c.result, start, th_serve_param(x, "route"), &cal, &err) == TH_OK)
    (void)th_report_calendar_ics(x->a, &cal, x->lang, &b, &err);
  if (err.code != TH_OK) return th_serve__case_fail(&c, &err);
  th_serve__case_close(&c);
  return th_serve_download(x, "text/calendar; charset=utf-8", TH_S("belimumab.ics"), th_buf_str(&b));
}

/* ── Dose ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code work_out(th_case_at *c, th_dose *d, th_web_dose *w, th_err *err) {
  th_ctx *x = c->x;
  char text[TH_DEC_TEXT];
  th_dose_ask ask = { .age = -1 };
  TH_TRY(th_coverage_dose_of_case(x->a, &c->kase, &ask, err));
  const th_str weight = th_str_trim(th_serve_param(x, "weight")), route = th_serve_param(x, "route");
  th_date start;
  w->bad_start = !start_of(x, &start);
  if (start.prec) ask.start = start;
  if (route.n) ask.route = route;
  if (weight.n) {
    w->bad_weight = !th_dec_parse(weight, &ask.weight);
    ask.has_weight = !w->bad_weight;
  }
  w->weight = weight.n ? weight : ask.has_weight ? th_str_dup(x->a, th_str_of(th_dec_fmt(ask.weight, text))) : TH_STR_NONE;
  TH_TRY(th_coverage_dose_items(x->a, x->lane->empty ? NULL : x->lane->store, &ask, err));
  return th_coverage_dose(x->a, &ask, d, err);
}

static th_done dose(th_ctx *x) {
  th_case_at c;
  th_dose d;
  th_web_dose w = { 0 };
  th_err err = { 0 };
  if (!th_serve__case_open(x, TH_CASES_READ, &c)) return TH_DONE;
  const th_code code = work_out(&c, &d, &w, &err);
  if (code != TH_OK && code != TH_ENOENT) return th_serve__case_fail(&c, &err);
  th_serve__case_begin(&c, "apply.dose", NULL, "dose");
  if (code == TH_OK)
    th_web_case_dose(&x->html, &c.view, &d, &w);
  else
    th_web_empty(&x->html, "apply.dose.none", "apply.dose.none.what");
  return th_serve__case_end(&c, w.bad_weight || w.bad_start ? 400 : 200);
}

/* Item codes of the vials used, in the order they are listed. */
static th_str codes_of(th_arena *a, const th_dose *d) {
  th_buf b;
  th_buf_init(&b, a, 64);
  for (uint32_t i = 0; d->n_amounts && i < d->amount[0].n_packs; i++) {
    const th_dose_pack *p = &d->amount[0].pack[i];
    if (!p->count || !p->item) continue;
    if (b.n) th_buf_addz(&b, "、");
    th_buf_add(&b, p->item->code);
  }
  return b.failed ? TH_STR_NONE : th_buf_str(&b);
}

/* The case with its "form" so, if all went well until here; then the page of its forms. An empty one is none. */
static th_done keep_form(th_case_at *c, th_json *form, th_code code, th_err *err) {
  if (code == TH_OK) code = th_coverage_entry_keep(&c->entry, "form", form && form->n ? form : NULL, err);
  if (code == TH_OK) code = th_serve__case_keep(c, th_serve__case_expect(c->x), TH_STR_NONE, err);
  if (code != TH_OK) return th_serve__case_fail(c, err);
  th_serve__case_close(c);
  return th_serve_redirect(c->x, th_str_fmt(c->x->a, "%.*s/form", TH_STR_ARG(c->view.href)));
}

/* The case's "form" with one text set; empty: taken away. */
static bool set_text(th_arena *a, th_json *form, const char *key, th_str value) {
  uint32_t at = 0;
  while (at < form->n && !th_str_is(form->u.member[at].key, key)) at++;
  if (!value.n) {
    for (uint32_t i = at; i + 1 < form->n; i++) form->u.member[i] = form->u.member[i + 1];
    form->n -= at < form->n;
    return true;
  }
  const th_str kept = th_str_dup(a, value);
  form->u.member[at] = (th_json_member){ th_str_of(key), { .kind = TH_JSON_STRING, .u.text = kept } };
  form->n += at == form->n;
  return kept.p != NULL;
}

/* A copy of it with room for `more` members. */
static th_json *form_of(const th_case_at *c, uint32_t more) {
  const th_json *now = th_coverage_entry_kept(&c->entry, "form");
  const uint32_t n = now ? now->n : 0;
  th_json *form = TH_NEW(c->x->a, th_json);
  th_json_member *m = TH_NEWN(c->x->a, th_json_member, n + more);
  if (!form || !m) return NULL;
  for (uint32_t i = 0; i < n; i++) m[i] = now->u.member[i];
  *form = (th_json){ .kind = TH_JSON_OBJECT, .n = n, .u.member = m };
  return form;
}

static th_done dose_take(th_ctx *x) {
  th_case_at c;
  th_dose d;
  th_web_dose w = { 0 };
  th_err err = { 0 };
  if (!th_serve__case_open(x, TH_CASES_WRITE, &c)) return TH_DONE;
  th_code code = work_out(&c, &d, &w, &err);
  th_json *form = form_of(&c, 2);
  if (code == TH_OK && (!form || !set_text(x->a, form, "dosage", d.dosage_zh) ||
                        (codes_of(x->a, &d).n && !set_text(x->a, form, "drug_code", codes_of(x->a, &d)))))
    code = th_fail_nomem(&err);
  return keep_form(&c, form, code, &err);
}

/* ── Forms ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_done form_page(th_ctx *x) {
  th_case_at c;
  if (!th_serve__case_open(x, TH_CASES_READ, &c)) return TH_DONE;
  th_serve__case_begin(&c, "apply.form", NULL, "form");
  th_web_case_form(&x->html, &c.view);
  return th_serve__case_end(&c, 200);
}

static th_done form_post(th_ctx *x) {
  th_case_at c;
  th_err err = { 0 };
  const char *const *keys;
  if (!th_serve__case_open(x, TH_CASES_WRITE, &c)) return TH_DONE;
  const size_t n = th_web_form_fields(c.entry.path, &keys, x->a);
  th_json *form = form_of(&c, (uint32_t)n);
  th_code code = form && keys ? TH_OK : th_fail_nomem(&err);
  for (size_t i = 0; code == TH_OK && i < n; i++) {
    th_date day;
    char iso[TH_DATE_TEXT];
    th_str v = th_str_trim(th_serve_param(x, keys[i]));
    const bool is_day = th_str_ends(th_str_of(keys[i]), TH_S("_date")) || th_str_starts(th_str_of(keys[i]), TH_S("period_"));
    if (!th_serve_has(x, keys[i])) continue;
    if (is_day && th_date_parse_roc(v, &day) && day.prec == TH_DATE_DAY) v = th_str_dup(x->a, th_str_of(th_date_iso(day, iso)));
    if (v.n > TH_LIMIT_CASE_TEXT_BYTES)
      code = th_fail(&err, TH_ELIMIT, "a text of the form is over TH_LIMIT_CASE_TEXT_BYTES (%d)", TH_LIMIT_CASE_TEXT_BYTES);
    if (code == TH_OK && !set_text(x->a, form, keys[i], v)) code = th_fail_nomem(&err);
  }
  return keep_form(&c, form, code, &err);
}

static th_done form_file(th_ctx *x) {
  th_case_at c;
  th_form form;
  th_buf html;
  th_str id = x->seg[1], pdf = TH_STR_NONE;
  th_err err = { 0 };
  const bool as_pdf = th_str_ends(id, TH_S(".pdf"));
  if (as_pdf) id = th_str_sub(id, 0, id.n - 4);
  if (!th_serve__case_open(x, TH_CASES_READ, &c)) return TH_DONE;
  th_code code = th_coverage_form_fill(x->a, &c.result, id, c.view.official, &form, &err);
  if (code == TH_OK && as_pdf) code = th_report_form_pdf(x->a, &form, c.entry.as_of, &pdf, &err);
  if (code != TH_OK) return th_serve__case_fail(&c, &err);
  th_serve__case_close(&c);
  if (as_pdf) return th_serve_download(x, "application/pdf", th_str_fmt(x->a, "form-%.*s.pdf", TH_STR_ARG(id)), pdf);
  th_buf_init(&html, x->a, 32768);
  th_report_form_html(&html, &form);
  if (html.failed) return th_fail_nomem(&err), th_serve_fail(x, &err);
  x->own_style = true;
  return th_serve_bytes(x, 200, "text/html; charset=utf-8", th_buf_str(&html));
}

/* ── A rule ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static const th_coverage_text *text_of(th_ctx *x, th_str number, th_err *err) {
  th_store_record record;
  bool found = false;
  th_coverage_text *t = TH_NEW(x->a, th_coverage_text);
  if (!t || !x->lane->store) return NULL;
  if (th_store_record_find(x->a, x->lane->store, TH_S("coverage-text"), number, &found, &record, err) != TH_OK || !found ||
      th_store_coverage_of(x->a, &record, t, err) != TH_OK)
    return NULL;
  return t;
}

static th_done policy(th_ctx *x) {
  th_err err = { 0 };
  const th_coverage *cov = th_serve__coverage(x);
  if (!cov || th_serve_cached(x)) return TH_DONE;
  const th_str number = x->seg[0];
  const th_rule_policy *p = th_coverage_policy(cov, th_str_fmt(x->a, "nhi-%.*s", TH_STR_ARG(number)));
  if (!p) p = th_coverage_policy(cov, number);
  const th_coverage_text *t = text_of(x, number, &err);
  if (err.code != TH_OK) return th_serve_fail(x, &err);
  if (!p && !t)
    return th_serve_fail_code(x, TH_ENOENT, "no rule %.*s is held: import its text first",
                              TH_STR_ARG(th_str_sub(number, 0, 40)));
  th_serve_page_begin(
      x, &(th_web_frame){ .title = p ? (x->lang == TH_WORDS_ZH_TW ? p->zh : p->en) : t->heading.text, .here = "apply" });
  th_web_policy(&x->html, p, t);
  th_serve_page_end(x, 200);
  return th_serve_keep(x);
}

/* A case as JSON in, the answer as JSON out, as `theriac coverage check --json` gives it; nothing is kept. For other programs of this
 * machine. */
static th_done check(th_ctx *x) {
  th_coverage_case kase;
  th_coverage_result r;
  th_buf b;
  th_jwrite w;
  th_err err = { 0 };
  const th_coverage *cov = th_serve__coverage(x);
  if (!cov) return TH_DONE;
  x->json = true;
  if (th_coverage_case_parse(x->a, cov, x->q->body, &kase, &err) != TH_OK || th_coverage_check(x->a, &kase, &r, &err) != TH_OK)
    return th_serve_fail(x, &err);
  th_buf_init(&b, x->a, 16384);
  th_jwrite_open(&w, &b, 0);
  th_coverage_json(&w, &r, false);
  th_buf_addc(&b, '\n');
  return th_serve_bytes(x, 200, "application/json", th_buf_str(&b));
}

#define CHANGES (TH_ROUTE_PATIENT | TH_ROUTE_CHANGES)

const th_route th_serve__case_tool_routes[] = {
  { "POST", "/coverage/check", check, TH_ROUTE_PATIENT },
  { "GET", "/case/*/calendar", calendar, TH_ROUTE_PATIENT },
  { "GET", "/case/*/calendar.ics", calendar_ics, TH_ROUTE_PATIENT },
  { "GET", "/case/*/dose", dose, TH_ROUTE_PATIENT },
  { "POST", "/case/*/dose", dose_take, CHANGES },
  { "GET", "/case/*/form", form_page, TH_ROUTE_PATIENT },
  { "POST", "/case/*/form", form_post, CHANGES },
  { "GET", "/case/*/form/*", form_file, TH_ROUTE_PATIENT },
  { "GET", "/policy/*", policy, 0 },
  { 0 },
};
