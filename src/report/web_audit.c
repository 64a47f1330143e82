/* An audited report page: what contradicts what, and the page's own lines beside it. */
#include "theriac/report/web_check.h"

#include "page.h"

static void finding(th_html *h, const th_finding *f) {
  th_html_row_begin(h, NULL);
  th_html_open(h, "td");
  th_html_el(h, "code", NULL, th_str_of(f->code));
  th_html_close(h);
  th_html_open(h, "td");
  th_html_text(h, th_report_finding_words(h->a, h->lang, f));
  th_html_close(h);
  th_html_open(h, "td");
  for (size_t i = 0; i < f->values.n; i++) {
    if (i) th_html_text(h, TH_S(" · "));
    th_html_quote(h, f->values.v[i].text);
    if (!f->values.v[i].line) continue;
    th_html_open_cls(h, "a", "ref");
    th_html_attr(h, "href", th_str_fmt(h->a, "#L%u", f->values.v[i].line));
    th_html_textf(h, "%u", f->values.v[i].line);
    th_html_close(h);
  }
  th_html_close(h);
  th_html_row_end(h);
}

static bool spoken_of(const th_page_audit *audit, uint32_t line) {
  for (size_t i = 0; i < audit->findings.n; i++) {
    const th_finding *f = &audit->findings.v[i];
    if (f->line == line) return true;
    for (size_t k = 0; k < f->values.n; k++)
      if (f->values.v[k].line == line) return true;
  }
  return false;
}

static void lines(th_html *h, const th_page_audit *audit, th_str bytes) {
  th_str line;
  uint32_t n = 0;
  th_html_el_say(h, "h2", NULL, "web.audit.text");
  th_html_open_cls(h, "ol", "lines");
  while (th_str_line(&bytes, &line)) {
    const bool marked = spoken_of(audit, ++n);
    th_html_open(h, "li");
    th_html_attr(h, "id", th_str_fmt(h->a, "L%u", n));
    if (marked) {
      th_html_open(h, "mark");
      th_html_text(h, line);
      th_html_close(h);
    } else
      th_html_text(h, line);
    th_html_close(h);
  }
  th_html_close(h);
}

void th_web_audit(th_html *h, const th_page_audit *audit, th_str bytes) {
  static const char *const heads[] = { "col.code", "col.finding", "col.values" };
  th_html_open(h, "div");
  th_html_attrz(h, "class", audit->findings.n ? "answer stop" : "answer ok");
  th_html_attrz(h, "role", "status");
  const th_str n = th_str_fmt(h->a, "%zu", audit->findings.n);
  th_html_el_sayf(h, "p", "lede", audit->findings.n ? "web.audit.found" : "web.audit.none", 1, &n);
  th_html_el_say(h, "p", NULL, audit->held_against ? "web.audit.held" : "web.audit.alone");
  th_html_close(h);
  if (audit->findings.n) {
    th_html_table_begin(h, "list", "web.audit.findings", heads, 3);
    for (size_t i = 0; i < audit->findings.n; i++) finding(h, &audit->findings.v[i]);
    th_html_table_end(h);
  }
  lines(h, audit, bytes);
}

void th_report_audit_json(th_buf *out, th_arena *a, th_words lang, th_str name, const th_page_audit *audit) {
  th_jwrite w;
  th_jwrite_open(&w, out, 1);
  th_jw_obj(&w);
  th_jw_key(&w, "file"), th_jw_str(&w, name);
  th_jw_key(&w, "held_against_store"), th_jw_bool(&w, audit->held_against);
  th_jw_key(&w, "findings");
  th_jw_arr(&w);
  for (size_t i = 0; i < audit->findings.n; i++) {
    const th_finding *f = &audit->findings.v[i];
    th_jw_obj(&w);
    th_jw_key(&w, "code"), th_jw_z(&w, f->code);
    th_jw_key(&w, "line"), th_jw_i64(&w, f->line);
    th_jw_key(&w, "values");
    th_jw_arr(&w);
    for (size_t k = 0; k < f->values.n; k++) th_jw_str(&w, f->values.v[k].text);
    th_jw_arr_end(&w);
    th_jw_key(&w, "message"), th_jw_str(&w, th_report_finding_words(a, lang, f));
    th_jw_obj_end(&w);
  }
  th_jw_arr_end(&w);
  th_jw_obj_end(&w);
  th_buf_addc(out, '\n');
}
