/* What is held, new documents, and long work as it goes. */
#include "serve/serve_priv.h"

#include "theriac/import.h"

#include <stdio.h>

/* ── Documents ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void held(th_ctx *x) {
  th_html *h = &x->html;
  th_store_document_vec docs = { 0 };
  th_err err = { 0 };
  static const char *const heads[] = { "web.manage.name", "web.manage.kind", "web.manage.day", "web.manage.licence" };
  th_html_el_say(h, "h2", NULL, "web.manage.held");
  if (x->lane->store && th_store_documents(x->a, x->lane->store, &docs, &err) != TH_OK) docs.n = 0;
  if (!docs.n) {
    th_web_empty(h, "web.nothing.lede", "web.nothing.what");
    return;
  }
  th_html_table_begin(h, NULL, "web.manage.held", heads, 4);
  for (size_t k = 0; k < docs.n && k < 200; k++) {
    const th_store_document *d = &docs.v[docs.n - 1 - k];
    char day[TH_DATE_TEXT];
    th_html_row_begin(h, NULL);
    th_html_cell(h, d->name);
    th_html_cell(h, d->kind);
    th_html_cell(h, th_str_dup(x->a, th_str_of(th_date_iso(d->retrieved, day))));
    th_html_cell(h, d->licence.n ? d->licence : th_words_get(x->lang, "state.not-stated"));
    th_html_row_end(h);
  }
  th_html_table_end(h);
}

static void work_list(th_ctx *x) {
  struct th_job_info jobs[20];
  th_html *h = &x->html;
  const size_t n = th_serve__job_list(x->app->jobs, jobs, 20);
  if (!n) return;
  th_html_el_say(h, "h2", NULL, "web.manage.work");
  th_html_open_cls(h, "ul", "results");
  static const char *const states[] = { "web.job.waiting", "web.job.running", "web.job.done", "web.job.failed",
                                        "web.job.cancelled" };
  for (size_t i = 0; i < n; i++) {
    th_html_open(h, "li");
    th_html_link_say(h, th_str_fmt(x->a, "/job/%s", jobs[i].id), jobs[i].kind);
    th_html_text(h, TH_S(" · "));
    th_html_say(h, states[jobs[i].state]);
    th_html_close(h);
  }
  th_html_close(h);
}

static th_done manage(th_ctx *x) {
  th_html *h = &x->html;
  th_serve_page_begin(x, &(th_web_frame){ .title = th_words_get(x->lang, "web.way.manage"), .here = "manage" });
  if (x->app->o.read_only)
    th_web_note(h, "info", "web.read-only");
  else {
    th_web_form_begin(h, "post", TH_S("/import"), true);
    th_web_field_put(h, &(th_web_field){ .name = "file",
                                         .type = "file",
                                         .label_key = "web.import.label",
                                         .hint_key = "web.import.hint",
                                         .multiple = true,
                                         .required = true });
    th_web_button(h, "primary", "web.import.go");
    th_html_close(h);
  }
  work_list(x);
  held(x);
  return th_serve_page_end(x, 200);
}

typedef struct upload {
  th_param *file;
  size_t n;
  th_date day;
} upload;

static th_code import_one(th_job *j, th_store *store, const upload *u, const th_param *f, size_t refused[1], th_err *err) {
  th_import_summary sum = { 0 };
  const th_import_options o = { .retrieved = u->day };
  th_err one = { 0 };
  const th_code code = th_import_bytes(th_job_arena(j), store, f->file, f->value, &o, &sum, &one);
  *refused += sum.n_refused || code == TH_EPARSE || code == TH_EUNSUP;
  if (code == TH_OK || code == TH_EPARSE || code == TH_EUNSUP) {
    if (sum.n_refused && err->code == TH_OK) *err = sum.documents.v[0].error;
    if (code != TH_OK && err->code == TH_OK) *err = one;
    return TH_OK;
  }
  *err = one;
  return code;
}

/* A document that is refused does not keep the others out; the first refusal is what the page tells. */
static th_code import_all(th_job *j, void *arg, th_err *err) {
  const upload *u = arg;
  th_store *store;
  size_t refused = 0;
  TH_TRY(th_store_open(th_serve_options_of(th_job_app(j))->home, TH_STORE_WRITE, -1, &store, err));
  th_code code = TH_OK;
  th_err first = { 0 };
  for (size_t i = 0; i < u->n && code == TH_OK; i++) {
    if (!th_job_step(j, i, u->n, u->file[i].file)) code = TH_ECANCEL;
    if (code == TH_OK) code = import_one(j, store, u, &u->file[i], &refused, &first);
  }
  th_store_close(store);
  if (code != TH_OK || refused) *err = first;
  if (code != TH_OK) return code;
  th_job_step(j, u->n, u->n, TH_STR_NONE);
  th_job_result(j, TH_S("/manage"));
  return refused ? first.code : TH_OK;
}

static th_done import_post(th_ctx *x) {
  th_arena *own = th_arena_new(0);
  upload *u = own ? TH_NEW(own, upload) : NULL;
  size_t n = 0;
  while (th_serve_upload(x, "file", n)) n++;
  if (!n) {
    th_arena_del(own);
    return th_serve_fail_code(x, TH_EINVAL, "no file was chosen");
  }
  if (u) u->file = TH_NEWN(own, th_param, n);
  bool whole = u && u->file;
  for (size_t i = 0; whole && i < n; i++) {
    const th_param *f = th_serve_upload(x, "file", i);
    u->file[i] = (th_param){ .file = th_str_dup(own, f->file), .value = th_str_dup(own, f->value) };
    whole = u->file[i].file.p && u->file[i].value.p;
  }
  if (!whole) {
    th_arena_del(own);
    return th_serve_fail_code(x, TH_ENOMEM, "out of memory");
  }
  u->n = n;
  u->day = x->today;
  return th_serve_job(x, "web.job.import", import_all, own, u);
}

/* ── Long work ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_done job_json(th_ctx *x, const struct th_job_info *j) {
  static const char *const names[] = { "waiting", "running", "done", "failed", "cancelled" };
  th_buf b;
  th_jwrite w;
  th_buf_init(&b, x->a, 512);
  th_jwrite_open(&w, &b, 0);
  th_jw_obj(&w);
  th_jw_key(&w, "id"), th_jw_z(&w, j->id);
  th_jw_key(&w, "state"), th_jw_z(&w, names[j->state]);
  th_jw_key(&w, "done"), th_jw_i64(&w, (int64_t)j->done);
  th_jw_key(&w, "total"), th_jw_i64(&w, (int64_t)j->total);
  th_jw_key(&w, "note"), th_jw_z(&w, j->note);
  th_jw_key(&w, "result"), th_jw_z(&w, j->result);
  th_jw_obj_end(&w);
  return th_serve_bytes(x, 200, "application/json", b.failed ? TH_S("{}") : th_buf_str(&b));
}

static void job_progress(th_ctx *x, const struct th_job_info *j) {
  th_html *h = &x->html;
  th_html_open_cls(h, "p", "progress");
  th_html_attrz(h, "role", "status");
  th_html_open(h, "progress");
  th_html_attr(h, "max", th_str_fmt(x->a, "%llu", (unsigned long long)(j->total ? j->total : 1)));
  th_html_attr(h, "value", th_str_fmt(x->a, "%llu", (unsigned long long)j->done));
  th_html_attr_say(h, "aria-label", j->kind);
  th_html_close(h);
  th_html_text(h, TH_S(" "));
  const th_str values[] = { th_str_fmt(x->a, "%llu", (unsigned long long)j->done),
                            th_str_fmt(x->a, "%llu", (unsigned long long)j->total), th_str_of(j->note) };
  th_html_sayf(h, "web.job.progress", 3, values);
  th_html_close(h);
  th_web_form_begin(h, "post", th_str_fmt(x->a, "/job/%s/cancel", j->id), false);
  th_web_button(h, "quiet", "web.job.cancel");
  th_html_close(h);
}

static th_done job_page(th_ctx *x) {
  struct th_job_info j;
  th_str id = x->seg[0];
  if (th_str_ends(id, TH_S(".json"))) id = th_str_sub(id, 0, id.n - 5);
  if (!th_serve__job_info(x->app->jobs, id, &j))
    return th_serve_fail_code(x, TH_ENOENT, "there is no such work; it may have been before the server was started");
  if (x->json) return job_json(x, &j);
  const bool open = j.state == TH_JOB_WAITING || j.state == TH_JOB_RUNNING;
  th_html *h = &x->html;
  th_serve_page_begin(
      x, &(th_web_frame){ .title = th_words_get(x->lang, j.kind), .here = "manage", .refresh = open, .noindex = true });
  if (open) {
    th_html_open(h, "div");
    th_html_attr(h, "data-job", th_str_of(j.id));
    job_progress(x, &j);
    th_html_close(h);
  } else if (j.state == TH_JOB_DONE)
    th_web_note(h, "ok", "web.job.done.what");
  else if (j.state == TH_JOB_CANCELLED)
    th_web_note(h, "info", "web.job.cancelled.what");
  else {
    char text[600];
    th_err_text(&j.err, text, sizeof text);
    th_web_note_begin(h, "stop");
    th_html_el_say(h, "p", NULL, "web.job.failed.what");
    th_html_open(h, "p");
    th_html_quote(h, th_str_of(text));
    th_html_close(h);
    th_html_close(h);
  }
  th_html_open(h, "p");
  th_html_link_say(h, j.result[0] ? th_str_dup(x->a, th_str_of(j.result)) : TH_S("/manage"), "web.job.on");
  th_html_close(h);
  return th_serve_page_end(x, 200);
}

static th_done job_cancel(th_ctx *x) {
  if (!th_serve__job_cancel(x->app->jobs, x->seg[0])) return th_serve_fail_code(x, TH_ENOENT, "there is no such work");
  return th_serve_redirect(x, th_web_path(x->a, "/job/", x->seg[0], ""));
}

const th_route th_serve__manage_routes[] = {
  { "GET", "/manage", manage, 0 },
  { "POST", "/import", import_post, TH_ROUTE_CHANGES },
  { "GET", "/job/*", job_page, 0 },
  { "POST", "/job/*/cancel", job_cancel, 0 },
  { 0 },
};
