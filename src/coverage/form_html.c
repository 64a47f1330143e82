/* A form as one HTML page: a table of twelve columns, printable on A4. */
#include "coverage/coverage_priv.h"

static const char style[] =
    "body{font:11pt/1.4 'Noto Sans TC','Noto Sans CJK TC','PMingLiU',sans-serif;max-width:190mm;margin:10mm auto}"
    "h1{font-size:14pt;text-align:center}table{width:100%;border-collapse:collapse;table-layout:fixed}"
    "th,td{border:1px solid #333;padding:2px 4px;text-align:left;vertical-align:top;font-weight:normal}"
    "th{background:#eee}th.heading{background:#ddd;font-weight:bold}td.note{border:0;font-size:9pt}"
    "td{min-height:1.4em}@media print{@page{size:A4;margin:10mm}}";

static void cell_html(th_buf *b, const th_form_cell *c) {
  static const char *const box[] = { "☐", "☐", "☑" };
  const bool head = c->kind == TH_FORM_LABEL || c->kind == TH_FORM_HEADING;
  th_buf_addf(b, "<%s colspan=\"%u\"%s>", head ? "th" : "td", c->span,
              c->kind == TH_FORM_HEADING ? " class=\"heading\" scope=\"colgroup\""
              : c->kind == TH_FORM_NOTE  ? " class=\"note\""
                                         : "");
  if (c->kind == TH_FORM_TICK) th_buf_addf(b, "%s ", box[c->tick]);
  if (c->kind == TH_FORM_VALUE && c->text.n == 0) th_buf_addz(b, "&nbsp;");
  th_coverage__escape(b, c->text);
  th_buf_addf(b, "</%s>", head ? "th" : "td");
}

void th_coverage_form_html(th_buf *b, const th_form *f) {
  th_buf_addz(b, "<!DOCTYPE html>\n<html lang=\"zh-Hant-TW\"><head><meta charset=\"utf-8\"><title>");
  th_coverage__escape(b, f->title);
  th_buf_addf(b, "</title><style>%s</style></head><body><h1>", style);
  th_coverage__escape(b, f->title);
  th_buf_addz(b, "</h1>\n<table><colgroup>");
  for (int i = 0; i < 12; i++) th_buf_addz(b, "<col>");
  th_buf_addz(b, "</colgroup>\n");
  for (size_t i = 0; i < f->row.n; i++) {
    th_buf_addz(b, "<tr>");
    for (uint32_t k = 0; k < f->row.v[i].n; k++) cell_html(b, &f->row.v[i].cell[k]);
    th_buf_addz(b, "</tr>\n");
  }
  th_buf_addz(b, "</table></body></html>\n");
}
