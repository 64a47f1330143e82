/* A form as one HTML page: a table of twelve columns whose fields can be filled with the keyboard and printed on A4. */
#include "page.h"

static const char style[] =
    "body{font:10pt/1.4 'Noto Sans TC','Noto Sans CJK TC','PMingLiU',sans-serif;max-width:190mm;margin:10mm auto;padding:0 4px;"
    "color:#000;background:#fff}"
    "h1{font-size:14pt;text-align:center}main{overflow-x:auto}table{width:100%;min-width:640px;border-collapse:collapse;table-"
    "layout:fixed}"
    "th,td{border:1px solid #333;padding:2px 4px;text-align:left;vertical-align:top;font-weight:normal;overflow-wrap:anywhere}"
    "th{background:#eee}th.heading{background:#ddd;font-weight:bold}td.note{border:0;font-size:9pt}td.text{font-size:9pt}"
    "td{min-height:1.4em}label{display:block}input,textarea{font:inherit;color:inherit;box-sizing:border-box}"
    "input[type=checkbox]{width:1.1em;height:1.1em;margin:0 .3em 0 0;vertical-align:-.15em}"
    "input[type=text],textarea{width:100%;border:0;background:#eef4fb;padding:1px 2px;resize:vertical}"
    "input:focus-visible,textarea:focus-visible{outline:2px solid #1a4f8b}"
    "@media "
    "print{@page{size:A4;margin:10mm}body{margin:0}input[type=text],textarea{background:none;resize:none}tr{break-inside:"
    "avoid}}";

static void attribute(th_buf *b, const char *name, th_str value) {
  th_buf_addf(b, " %s=\"", name);
  th_report__escape(b, value);
  th_buf_addc(b, '"');
}

static void lines_html(th_buf *b, th_str text) {
  for (th_str rest = text, line; th_str_line(&rest, &line);) {
    th_report__escape(b, line);
    if (rest.n) th_buf_addz(b, "<br>");
  }
}

static void tick_html(th_buf *b, const th_form_cell *c) {
  th_buf_addz(b, "<label><input type=\"checkbox\"");
  attribute(b, "name", c->name);
  if (c->text.n == 0) attribute(b, "aria-label", c->hint);
  if (c->tick == TH_TRUE) th_buf_addz(b, " checked");
  th_buf_addc(b, '>');
  lines_html(b, c->text);
  th_buf_addz(b, "</label>");
}

/* As much room as the text and the form ask for; a column of the page on paper holds nine narrow characters. */
static uint32_t rows_for(const th_form_cell *c) {
  uint32_t width = 0, rows = c->lines ? c->lines : 1, need = 1;
  for (size_t i = 0; i < c->text.n; i++) {
    const unsigned char u = (unsigned char)c->text.p[i];
    if ((u & 0xc0) == 0x80) continue;
    width += u == '\n' ? 0 : u < 0x80 ? 1 : 2;
    if (u == '\n' || width > c->span * 9) {
      need++;
      width = 0;
    }
  }
  return need > rows ? need : rows;
}

static void value_html(th_buf *b, const th_form_cell *c) {
  const uint32_t rows = rows_for(c);
  th_buf_addz(b, rows > 1 ? "<textarea" : "<input type=\"text\"");
  attribute(b, "name", c->name);
  attribute(b, "aria-label", c->hint);
  if (rows > 1) {
    th_buf_addf(b, " rows=\"%u\">", rows);
    th_report__escape(b, c->text);
    th_buf_addz(b, "</textarea>");
  } else {
    attribute(b, "value", c->text);
    th_buf_addc(b, '>');
  }
}

static void cell_html(th_buf *b, const th_form_cell *c) {
  static const char *const open[] = { [TH_FORM_LABEL] = "th scope=\"row\"",
                                      [TH_FORM_VALUE] = "td",
                                      [TH_FORM_TICK] = "td",
                                      [TH_FORM_HEADING] = "th scope=\"colgroup\" class=\"heading\"",
                                      [TH_FORM_NOTE] = "td class=\"note\"",
                                      [TH_FORM_TEXT] = "td class=\"text\"" };
  th_buf_addf(b, "<%s colspan=\"%u\">", open[c->kind], c->span);
  if (c->kind == TH_FORM_TICK)
    tick_html(b, c);
  else if (c->kind == TH_FORM_VALUE)
    value_html(b, c);
  else
    lines_html(b, c->text);
  for (uint32_t i = 1; c->kind == TH_FORM_TEXT && c->text.n == 0 && i < c->lines; i++) th_buf_addz(b, "<br>");
  th_buf_addf(b, "</%.2s>", open[c->kind]);
}

void th_report_form_html(th_buf *b, const th_form *f) {
  th_buf_addz(b, "<!DOCTYPE html>\n<html lang=\"zh-Hant-TW\"><head><meta charset=\"utf-8\">"
                 "<meta name=\"viewport\" content=\"width=device-width\"><title>");
  th_report__escape(b, f->title);
  th_buf_addf(b, "</title><style>%s</style></head><body><main><h1>", style);
  th_report__escape(b, f->title);
  th_buf_addz(b, "</h1>\n<form autocomplete=\"off\"><table><colgroup>");
  for (int i = 0; i < 12; i++) th_buf_addz(b, "<col>");
  th_buf_addz(b, "</colgroup>\n");
  for (size_t i = 0; i < f->row.n; i++) {
    th_buf_addz(b, "<tr>");
    for (uint32_t k = 0; k < f->row.v[i].n; k++) cell_html(b, &f->row.v[i].cell[k]);
    th_buf_addz(b, "</tr>\n");
  }
  th_buf_addz(b, "</table></form></main></body></html>\n");
}
