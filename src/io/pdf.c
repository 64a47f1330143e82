/* PDF by qpdf: opening, looking through. */
#include "io/pdf_priv.h"

th_code th_io__pdf_error(qpdf_data q, th_err *err) {
  if (!qpdf_has_error(q)) return TH_OK;
  qpdf_error e = qpdf_get_error(q);
  const enum qpdf_error_code_e code = e ? qpdf_get_error_code(q, e) : qpdf_e_internal;
  const char *what = e ? qpdf_get_error_message_detail(q, e) : "";
  if (code == qpdf_e_password)
    return th_fail(err, TH_EUNSUP, "the PDF is encrypted: save it without a password, or print it to PDF");
  if (strstr(what, "bad_alloc")) return th_fail(err, TH_ELIMIT, "the PDF needs more memory than TH_LIMIT_PAPER_MEMORY");
  return th_fail(err, TH_EPARSE, "broken PDF: %.200s", *what ? what : "it cannot be read");
}

th_code th_io__pdf_open(th_str bytes, qpdf_data *out, th_err *err) {
  *out = qpdf_init();
  if (!*out) return th_fail_nomem(err);
  qpdf_silence_errors(*out);
  qpdf_set_suppress_warnings(*out, QPDF_TRUE);
  qpdf_read_memory(*out, "PDF", bytes.p, bytes.n, NULL);
  TH_TRY(th_io__pdf_error(*out, err));
  if (!qpdf_is_encrypted(*out)) return TH_OK;
  return th_fail(err, TH_EUNSUP, "the PDF is encrypted: save it without a password, or print it to PDF");
}

/* ── Sizes ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool box_of(qpdf_data q, qpdf_oh page, const char *key, th_io__pdf_size *s) {
  qpdf_oh box = qpdf_oh_get_key(q, page, key);
  double v[4];
  if (!qpdf_oh_is_array(q, box) || qpdf_oh_get_array_n_items(q, box) != 4) return false;
  for (int i = 0; i < 4; i++)
    if (!qpdf_oh_get_value_as_number(q, qpdf_oh_get_array_item(q, box, i), &v[i]) || !(v[i] > -1e6 && v[i] < 1e6)) return false;
  s->x0 = v[0] < v[2] ? v[0] : v[2];
  s->x1 = v[0] < v[2] ? v[2] : v[0];
  s->y0 = v[1] < v[3] ? v[1] : v[3];
  s->y1 = v[1] < v[3] ? v[3] : v[1];
  return s->x1 - s->x0 >= 1 && s->y1 - s->y0 >= 1;
}

static double larger(double a, double b) {
  return a > b ? a : b;
}

static double smaller(double a, double b) {
  return a < b ? a : b;
}

th_code th_io__pdf_page_size(qpdf_data q, qpdf_oh page, uint32_t n, th_io__pdf_size *out, th_err *err) {
  th_io__pdf_size crop;
  *out = (th_io__pdf_size){ 0 };
  if (!box_of(q, page, "/MediaBox", out)) return th_fail(err, TH_EPARSE, "broken PDF: page %u has no size", n + 1);
  if (box_of(q, page, "/CropBox", &crop)) { /* what is shown is what both have in common (ISO 32000-1, 14.11.2) */
    const th_io__pdf_size both = { larger(out->x0, crop.x0), larger(out->y0, crop.y0), smaller(out->x1, crop.x1),
                                   smaller(out->y1, crop.y1), 0 };
    if (both.x1 - both.x0 >= 1 && both.y1 - both.y0 >= 1) *out = both;
  }
  long long turn = 0;
  qpdf_oh rotate = qpdf_oh_get_key(q, page, "/Rotate");
  if (qpdf_oh_is_integer(q, rotate)) turn = qpdf_oh_get_int_value(q, rotate);
  out->turn = (int)((turn % 360 + 360) % 360) / 90 * 90;
  return TH_OK;
}

/* ── Looking through ───────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code count(qpdf_data q, uint32_t *pages, th_err *err) {
  const int n = qpdf_get_num_pages(q);
  TH_TRY(th_io__pdf_error(q, err));
  if (n <= 0) return th_fail(err, TH_EPARSE, "the PDF has no pages");
  if (n > TH_LIMIT_PAPER_PAGES)
    return th_fail(err, TH_ELIMIT, "the PDF has %d pages: TH_LIMIT_PAPER_PAGES (%d); attach the pages that matter", n,
                   TH_LIMIT_PAPER_PAGES);
  *pages = (uint32_t)n;
  return TH_OK;
}

/* Each page is drawn into an empty document, as it will be in the packet: what does not work there is found here. */
static th_code try_pages(qpdf_data q, uint32_t pages, th_err *err) {
  qpdf_data scrap = qpdf_init();
  if (!scrap) return th_fail_nomem(err);
  qpdf_silence_errors(scrap);
  qpdf_set_suppress_warnings(scrap, QPDF_TRUE);
  qpdf_empty_pdf(scrap);
  th_code code = th_io__pdf_error(scrap, err);
  for (uint32_t i = 0; code == TH_OK && i < pages; i++) {
    qpdf_oh form;
    double w, h;
    code = th_io__pdf_form(scrap, q, i, &form, &w, &h, err);
  }
  qpdf_cleanup(&scrap);
  return code;
}

th_code th_io__pdf_here(th_arena *a, th_str bytes, th_paper *out, th_err *err) {
  qpdf_data q = NULL;
  (void)a;
  *out = (th_paper){ .kind = TH_PAPER_PDF, .media_type = "application/pdf", .turn = 1 };
  th_code code = th_io__pdf_open(bytes, &q, err);
  if (code == TH_OK) code = count(q, &out->pages, err);
  if (code == TH_OK) {
    qpdf_push_inherited_attributes_to_page(q);
    code = th_io__pdf_error(q, err);
  }
  if (code == TH_OK) code = try_pages(q, out->pages, err);
  if (q) qpdf_cleanup(&q);
  return code;
}

static th_code probe_work(th_arena *a, void *ctx, th_str *out, th_err *err) {
  const th_str *bytes = ctx;
  th_paper *p = TH_NEW(a, th_paper);
  if (!p) return th_fail_nomem(err);
  TH_TRY(th_io__pdf_here(a, *bytes, p, err));
  *out = th_str_n((const char *)p, sizeof *p);
  return TH_OK;
}

th_code th_io__pdf(th_arena *a, th_str bytes, th_paper *out, th_err *err) {
  th_str reply;
  TH_TRY(th_io__apart(a, probe_work, &bytes, "the PDF", &reply, err));
  if (reply.n != sizeof *out) return th_fail(err, TH_EBUG, "a reply of %zu bytes", reply.n);
  memcpy(out, reply.p, sizeof *out);
  out->media_type = "application/pdf";
  return TH_OK;
}
