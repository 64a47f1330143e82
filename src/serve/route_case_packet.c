/* The documents of a case: added, taken away, held against the clauses, and put with the forms into one PDF. */
#include "serve/case_desk.h"

#include "theriac/report/packet_pdf.h"
#include "theriac/report/web_packet.h"

typedef struct held {
  th_case_attachments all;
  th_coverage_paper *paper; /* one an attachment that opens */
  th_coverage_packet packet;
} held;

static th_code load(th_case_at *c, held *out, th_err *err) {
  th_arena *a = c->x->a;
  th_case_attachments all = { 0 };
  *out = (held){ 0 };
  TH_TRY(th_cases_attachments(a, c->cases, c->head.id, &all, err));
  out->paper = TH_NEWN(a, th_coverage_paper, all.n + 1);
  if (!out->paper) return th_fail_nomem(err);
  for (size_t i = 0; i < all.n; i++) {
    th_case_attachment at;
    th_str bytes;
    if (all.v[i].damaged) continue;
    TH_TRY(th_cases_attachment_get(a, c->cases, all.v[i].id, &at, &bytes, err));
    TH_TRY(th_coverage_paper_of(a, &at, bytes, &out->paper[out->all.n], err));
    if (!TH_VEC_PUSH(a, &out->all, at)) return th_fail_nomem(err);
  }
  return th_coverage_packet_of(a, &c->result, out->paper, out->all.n, &out->packet, err);
}

static th_done show(th_case_at *c, th_str error, int status) {
  held k;
  th_err err = { 0 };
  if (load(c, &k, &err) != TH_OK) return th_serve__case_fail(c, &err);
  th_serve__case_begin(c, "web.packet.title", NULL, "packet");
  th_web_packet_put(
      &c->x->html,
      &(th_web_packet){ .view = &c->view, .packet = &k.packet, .paper = k.paper, .attachment = k.all.v, .error = error });
  return th_serve__case_end(c, status);
}

static th_done packet_page(th_ctx *x) {
  th_case_at c;
  if (!th_serve__case_open(x, TH_CASES_READ, &c)) return TH_DONE;
  return show(&c, TH_STR_NONE, 200);
}

/* One file: looked through before anything is kept. */
static th_code attach_one(th_case_at *c, const th_param *f, th_case_attachment in, th_err *err) {
  static const char *const types[] = {
    [TH_PAPER_JPEG] = "image/jpeg", [TH_PAPER_PNG] = "image/png", [TH_PAPER_PDF] = "application/pdf"
  };
  th_arena *a = c->x->a;
  th_paper probe;
  th_case_attachment out;
  bool same;
  const th_code code = th_paper_probe(a, f->value, &probe, err);
  if (code != TH_OK) {
    th_err_ctx(err, "%.*s", TH_STR_ARG(th_str_sub(f->file, 0, 80)));
    return code;
  }
  in.name = f->file;
  in.media_type = th_str_of(types[probe.kind]);
  return th_cases_attach(a, c->cases, th_serve__act(c->x), c->head.id, &in, f->value, &out, &same, err);
}

/* The case's policy asks for such a document; else it would be kept where no clause looks for it. */
static th_code known_evidence(const th_case_at *c, th_str id, th_err *err) {
  const th_rule_policy *p = c->entry.policy;
  for (uint32_t i = 0; i < p->n_needs; i++)
    if (th_str_eq(p->need[i].id, id)) return TH_OK;
  return th_fail(err, TH_EINVAL, "no evidence of this rule is called \"%.*s\": choose one of the list",
                 TH_STR_ARG(th_str_sub(id, 0, 60)));
}

static th_done attach(th_ctx *x) {
  th_case_at c;
  th_err err = { 0 };
  const th_str day = th_str_trim(th_serve_param(x, "date"));
  th_case_attachment in = { .evidence = th_serve_param(x, "evidence"),
                            .site = th_str_trim(th_serve_param(x, "site")),
                            .note = th_str_trim(th_serve_param(x, "note")) };
  size_t n = 0;
  if (!th_serve__case_open(x, TH_CASES_WRITE, &c)) return TH_DONE;
  th_code code = known_evidence(&c, in.evidence, &err);
  if (code == TH_OK && day.n && !th_date_parse_iso(day, &in.date) && !th_date_parse_roc(day, &in.date))
    code = th_fail(&err, TH_EINVAL, "\"%.*s\" is no day: give 2025-02-01 or 114/2/1", TH_STR_ARG(th_str_sub(day, 0, 40)));
  for (const th_param *f; code == TH_OK && (f = th_serve_upload(x, "file", n)); n++) code = attach_one(&c, f, in, &err);
  if (code == TH_OK && !n) code = th_fail(&err, TH_EINVAL, "no file was chosen");
  if (code != TH_OK) return show(&c, th_str_of(err.msg), code == TH_EUNSUP ? 415 : th_code_describe(code).http_status);
  th_serve__case_close(&c);
  return th_serve_redirect(x, th_str_fmt(x->a, "%.*s/packet", TH_STR_ARG(c.view.href)));
}

/* An attachment of this case alone. */
static th_done detach(th_ctx *x) {
  th_case_at c;
  th_case_attachment at;
  th_err err = { 0 };
  if (!th_serve__case_open(x, TH_CASES_WRITE, &c)) return TH_DONE;
  th_code code = th_cases_attachment_get(x->a, c.cases, th_serve_param(x, "attachment"), &at, NULL, &err);
  if (code == TH_OK && !th_str_eq(at.case_id, c.head.id)) code = th_fail(&err, TH_ENOENT, "this document is of another case");
  if (code == TH_OK) code = th_cases_attachment_delete(c.cases, th_serve__act(x), at.id, &err);
  if (code != TH_OK) return th_serve__case_fail(&c, &err);
  th_serve__case_close(&c);
  return th_serve_redirect(x, th_str_fmt(x->a, "%.*s/packet", TH_STR_ARG(c.view.href)));
}

static th_code packet_of(th_case_at *c, th_str *pdf, th_err *err) {
  held k;
  th_form form[2];
  TH_TRY(load(c, &k, err));
  for (uint32_t i = 0; i < k.packet.n_forms; i++)
    TH_TRY(th_coverage_form_fill(c->x->a, &c->result, th_str_of(k.packet.form[i]), c->view.official, &form[i], err));
  /* The payer reads it, whatever the language of the page. */
  return th_report_packet_pdf(c->x->a, &k.packet, form, k.packet.n_forms, TH_WORDS_ZH_TW, pdf, err);
}

static th_done packet_pdf(th_ctx *x) {
  th_case_at c;
  th_str pdf;
  th_err err = { 0 };
  if (!th_serve__case_open(x, TH_CASES_READ, &c)) return TH_DONE;
  if (packet_of(&c, &pdf, &err) != TH_OK) return th_serve__case_fail(&c, &err);
  th_serve__case_close(&c);
  return th_serve_download(x, "application/pdf", TH_S("packet.pdf"), pdf);
}

static th_done bedside_pdf(th_ctx *x) {
  th_case_at c;
  held k;
  th_str pdf;
  th_err err = { 0 };
  if (!th_serve__case_open(x, TH_CASES_READ, &c)) return TH_DONE;
  if (load(&c, &k, &err) != TH_OK || th_report_bedside_pdf(x->a, &k.packet, x->lang, &pdf, &err) != TH_OK)
    return th_serve__case_fail(&c, &err);
  th_serve__case_close(&c);
  return th_serve_download(x, "application/pdf", TH_S("bedside.pdf"), pdf);
}

#define CHANGES (TH_ROUTE_PATIENT | TH_ROUTE_CHANGES)

const th_route th_serve__case_packet_routes[] = {
  { "GET", "/case/*/packet", packet_page, TH_ROUTE_PATIENT },
  { "POST", "/case/*/attach", attach, CHANGES },
  { "POST", "/case/*/detach", detach, CHANGES },
  { "GET", "/case/*/packet.pdf", packet_pdf, TH_ROUTE_PATIENT },
  { "GET", "/case/*/bedside.pdf", bedside_pdf, TH_ROUTE_PATIENT },
  { 0 },
};
