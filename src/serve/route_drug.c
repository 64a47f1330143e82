/* The dossier of a drug as a page, and its other forms. */
#include "serve/serve_priv.h"

#include "theriac/dossier.h"

static th_code build(th_ctx *x, th_dossier **d, th_err *err) {
  const th_dossier_options o = { .drug = x->seg[0], .disease = th_serve_param(x, "disease"), .as_of = x->today };
  return th_dossier_build(x->a, x->lane->store, x->lane->names, &o, d, err);
}

static th_done drug(th_ctx *x) {
  th_err err = { 0 };
  th_dossier *d;
  if (!th_serve_need_store(x) || th_serve_cached(x)) return TH_DONE;
  if (build(x, &d, &err) != TH_OK) return th_serve_fail(x, &err);
  const bool zh = x->lang == TH_WORDS_ZH_TW && d->drug_zh.n;
  th_serve_page_begin(x, &(th_web_frame){ .title = zh ? d->drug_zh : d->drug_en, .here = "drugs" });
  if (th_web_dossier(&x->html, d, 2, &err) != TH_OK) return th_serve_fail(x, &err);
  th_serve_page_end(x, 200);
  return th_serve_keep(x);
}

static th_done drug_json(th_ctx *x) {
  th_err err = { 0 };
  th_dossier *d;
  th_buf b;
  if (!th_serve_need_store(x) || th_serve_cached(x)) return TH_DONE;
  th_buf_init(&b, x->a, 1 << 16);
  if (build(x, &d, &err) != TH_OK || th_report_json(x->a, d, &b, &err) != TH_OK) return th_serve_fail(x, &err);
  th_serve_bytes(x, 200, "application/json", th_buf_str(&b));
  return th_serve_keep(x);
}

const th_route th_serve__list_routes[] = {
  { "GET", "/drug/*", drug, 0 },
  { "GET", "/drug/*/dossier.json", drug_json, 0 },
  { 0 },
};
