/* Checking what others printed: a study's numbers, a report page's statements. What is pasted or uploaded is not kept. */
#include "serve/serve_priv.h"

#include "theriac/report/web_check.h"

/* The upload when there is one, else the text. */
static th_str input_of(const th_ctx *x, th_str *name) {
  const th_param *f = th_serve_upload(x, "file", 0);
  if (f) return *name = f->file, f->value;
  *name = TH_S("text");
  const th_str text = th_serve_param(x, "text");
  return text.n ? text : th_serve_param(x, "q");
}

static void again_form(th_ctx *x, const char *action, const char *label, const char *hint, const char *go, th_str text,
                       th_str error) {
  th_html *h = &x->html;
  th_web_form_begin(h, "post", th_str_of(action), true);
  th_html_attrz(h, "class", "asking");
  th_web_field_put(
      h, &(th_web_field){ .name = "text", .label_key = label, .hint_key = hint, .rows = 10, .value = text, .error = error });
  th_web_field_put(h, &(th_web_field){ .name = "file", .type = "file", .label_key = "web.study.file" });
  th_html_open_cls(h, "p", "actions");
  th_web_button(h, "primary", go);
  th_html_close(h);
  th_html_close(h);
}

/* ── A study ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void downloads(th_ctx *x, const char *action, th_str text, const char *const *form, size_t n) {
  th_html *h = &x->html;
  th_web_form_begin(h, "post", th_str_of(action), true);
  th_html_attrz(h, "class", "actions");
  th_web_hidden(h, "text", text);
  th_html_el_say(h, "span", "small", "web.study.appendix");
  for (size_t i = 0; i < n; i++) {
    th_html_open_cls(h, "button", "quiet");
    th_html_attrz(h, "type", "submit");
    th_html_attrz(h, "name", "form");
    th_html_attrz(h, "value", form[i]);
    th_html_text(h, th_str_of(form[i]));
    th_html_close(h);
  }
  th_html_close(h);
}

static th_done study_form(th_ctx *x) {
  th_serve_page_begin(x, &(th_web_frame){ .title = th_words_get(x->lang, "web.study.title"), .here = "check" });
  th_html_el_say(&x->html, "p", "lede", "web.study.lede");
  again_form(x, "/study", "web.study.label", "web.study.hint", "web.study.go", TH_STR_NONE, TH_STR_NONE);
  th_html_open(&x->html, "p");
  th_html_link_say(&x->html, TH_S("/audit"), "web.audit.title");
  th_html_close(&x->html);
  return th_serve_page_end(x, 200);
}

th_done th_serve_study(th_ctx *x) {
  static const char *const forms[] = { "json", "csv", "txt" };
  th_str name;
  const th_str bytes = input_of(x, &name);
  th_study_record r;
  th_err err = { 0 };
  if (!th_str_trim(bytes).n) return study_form(x);
  const bool done = th_study_record_check(x->a, bytes, &r, &err) == TH_OK;
  if (!done && x->json) return th_serve_fail(x, &err);
  th_serve_page_begin(x, &(th_web_frame){ .title = done && r.title.n ? r.title : th_words_get(x->lang, "web.study.title"),
                                          .here = "check",
                                          .noindex = true });
  if (done) {
    th_web_study(&x->html, &r);
    downloads(x, "/study/appendix", bytes, forms, 3);
    th_html_el_say(&x->html, "h2", NULL, "web.study.again");
  }
  again_form(x, "/study", "web.study.label", "web.study.hint", "web.study.go",
             done && strcmp(r.kind, "text") != 0 ? TH_STR_NONE : bytes, done ? TH_STR_NONE : th_str_of(err.msg));
  return th_serve_page_end(x, done ? 200 : th_code_describe(err.code).http_status);
}

static th_done appendix(th_ctx *x) {
  th_str name;
  const th_str bytes = input_of(x, &name), form = th_serve_param(x, "form");
  th_study_record r;
  th_err err = { 0 };
  th_buf b;
  char hash[65];
  if (th_study_record_check(x->a, bytes, &r, &err) != TH_OK) return th_serve_fail(x, &err);
  th_buf_init(&b, x->a, 8192);
  if (th_str_is(form, "csv")) {
    th_report_study_csv(&b, &r);
    return th_serve_download(x, "text/csv; charset=utf-8", TH_S("study-check.csv"), th_buf_str(&b));
  }
  if (th_str_is(form, "json")) {
    th_jwrite w;
    th_jwrite_open(&w, &b, 2);
    th_study_json(&r.check, x->lang == TH_WORDS_ZH_TW ? "zh-TW" : "en", &w);
    th_buf_addc(&b, '\n');
    return th_serve_download(x, "application/json", TH_S("study-check.json"), th_buf_str(&b));
  }
  th_sha256_hex(bytes, hash);
  th_report_study_appendix(&b, x->a, x->lang, &r, th_str_of(hash));
  return th_serve_download(x, "text/plain; charset=utf-8", TH_S("study-check.txt"), th_buf_str(&b));
}

/* ── A report page ─────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code audit_of(th_ctx *x, th_str bytes, th_str name, th_page_audit *out, th_err *err) {
  th_arena *work = th_arena_new((size_t)1 << 20);
  if (!work) return th_fail_nomem(err);
  const th_code code =
      th_page_audit_run(x->a, work, x->lane->empty ? NULL : x->lane->store, x->lane->names, x->today, name, bytes, out, err);
  th_arena_del(work);
  return code;
}

static th_done audit(th_ctx *x) {
  static const char *const forms[] = { "json" };
  th_str name;
  const th_str bytes = input_of(x, &name);
  th_page_audit got;
  th_err err = { 0 };
  const bool asked = th_str_trim(bytes).n > 0, done = asked && audit_of(x, bytes, name, &got, &err) == TH_OK;
  th_serve_page_begin(x,
                      &(th_web_frame){ .title = th_words_get(x->lang, "web.audit.title"), .here = "check", .noindex = asked });
  if (done) {
    th_web_audit(&x->html, &got, bytes);
    downloads(x, "/audit/findings", bytes, forms, 1);
    th_html_el_say(&x->html, "h2", NULL, "web.audit.again");
  } else
    th_html_el_say(&x->html, "p", "lede", "web.audit.lede");
  again_form(x, "/audit", "web.audit.label", "web.audit.hint", "web.audit.go", done ? TH_STR_NONE : bytes,
             asked && !done ? th_str_of(err.msg) : TH_STR_NONE);
  return th_serve_page_end(x, asked && !done ? th_code_describe(err.code).http_status : 200);
}

static th_done audit_json(th_ctx *x) {
  th_str name;
  const th_str bytes = input_of(x, &name);
  th_page_audit got;
  th_err err = { 0 };
  th_buf b;
  if (audit_of(x, bytes, name, &got, &err) != TH_OK) return th_serve_fail(x, &err);
  th_buf_init(&b, x->a, 8192);
  th_report_audit_json(&b, x->a, x->lang, name, &got);
  return th_serve_download(x, "application/json", TH_S("audit.json"), th_buf_str(&b));
}

const th_route th_serve__study_routes[] = {
  { "GET", "/study", th_serve_study, 0 },
  { "POST", "/study", th_serve_study, 0 },
  { "POST", "/study/appendix", appendix, 0 },
  { "GET", "/audit", audit, 0 },
  { "POST", "/audit", audit, 0 },
  { "POST", "/audit/findings", audit_json, 0 },
  { 0 },
};
