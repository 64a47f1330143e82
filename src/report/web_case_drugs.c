/* The course of drugs: a table that is pasted or uploaded, the picture of it, and what was computed from which lines. */
#include "theriac/report/web_case.h"

#include <string.h>

static bool zh(const th_html *h) {
  return h->lang == TH_WORDS_ZH_TW;
}

/* ── The picture ───────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_date parsed(th_str iso) {
  th_date d = { 0 };
  return th_date_parse_iso(iso, &d) ? d : (th_date){ 0 };
}

static void figure(th_html *h, const th_case_view *v, double width, const char *cls) {
  const size_t n = v->e->drug.n;
  th_course_bar *bar = TH_NEWN(h->a, th_course_bar, n);
  th_plot_figure f;
  th_err err = { 0 };
  th_buf svg;
  if (!bar) {
    h->out->failed = true;
    return;
  }
  for (size_t i = 0; i < n; i++) {
    const th_drug_line *d = &v->e->drug.v[i];
    bar[i] = (th_course_bar){ .lane = d->name,
                              .text = d->dose,
                              .number = d->line,
                              .from = parsed(d->from),
                              .to = d->to.n ? parsed(d->to) : (th_date){ 0 },
                              .counted = d->drug.n > 0 };
  }
  const th_course c = { .title = th_words_get(h->lang, "apply.drugs.figure"), .bar = bar, .n = n, .as_of = v->e->as_of };
  if (th_plot_course(h->a, &c, (th_plot_opts){ zh(h) ? "zh-TW" : "en", cls, width }, &f, &err) != TH_OK) return;
  th_buf_init(&svg, h->a, 8192);
  if (!th_plot_svg(&f, &svg)) return;
  th_html_open_cls(h, "div", cls);
  th_html_svg(h, th_buf_str(&svg));
  th_html_close(h);
}

static void lines(th_html *h, const th_case_view *v) {
  static const char *const heads[] = { "apply.drugs.line", "apply.drugs.name", "apply.drugs.dose",
                                       "apply.drugs.from", "apply.drugs.to",   "apply.drugs.as" };
  th_html_table_begin(h, "stack", "apply.drugs.table", heads, 6);
  for (size_t i = 0; i < v->e->drug.n; i++) {
    const th_drug_line *d = &v->e->drug.v[i];
    th_html_row_begin(h, d->drug.n ? NULL : "uncounted");
    th_html_cell(h, th_str_fmt(h->a, "#%u", d->line));
    th_html_cell(h, d->route.n ? th_str_fmt(h->a, "%.*s %.*s", TH_STR_ARG(d->name), TH_STR_ARG(d->route)) : d->name);
    th_html_cell(h, d->dose.n ? d->dose : th_words_get(h->lang, "apply.unknown"));
    th_html_cell(h, d->from);
    th_html_cell(h, d->to.n ? d->to : th_words_get(h->lang, "apply.drugs.on"));
    th_html_cell(h, th_words_get(h->lang, d->drug.n ? th_str_fmt(h->a, "apply.drug.%.*s", TH_STR_ARG(d->drug)).p
                                                    : "apply.drugs.not-counted"));
    th_html_row_end(h);
  }
  th_html_table_end(h);
}

/* ── What came of it ───────────────────────────────────────────────────────────────────────────────────────────────── */

static bool from_table(const th_case_view *v, int32_t fact) {
  const th_str s = th_coverage_entry_source(v->e, fact);
  return s.n && s.p[0] == '#';
}

static void computed(th_html *h, const th_case_view *v) {
  static const char *const heads[] = { "apply.drugs.fact", "apply.value", "apply.drugs.lines" };
  bool any = false;
  for (uint32_t i = 0; i < v->e->n_asked; i++) {
    const int32_t fact = v->e->asked[i];
    const th_rule_fact *f = &v->e->coverage->dict.fact[fact];
    th_rule_value bare;
    th_buf b;
    if (!from_table(v, fact)) continue;
    if (!any)
      th_html_el_say(h, "h2", NULL, "apply.drugs.computed"), th_html_table_begin(h, NULL, "apply.drugs.computed", heads, 3);
    any = true;
    bare = v->r->kase->values[fact];
    bare.source = TH_STR_NONE, bare.dated = (th_date){ 0 };
    th_buf_init(&b, h->a, 32);
    th_coverage_one_value_text(&b, v->r->policy->dict, &bare, fact, zh(h));
    th_html_row_begin(h, NULL);
    th_html_cell(h, zh(h) ? f->zh : f->en);
    th_html_open_cls(h, "td", "num");
    th_html_text(h, th_buf_str(&b));
    th_html_close(h);
    const th_str source = th_coverage_entry_source(v->e, fact);
    th_html_cell(h, th_str_is(source, "#*") ? th_words_get(h->lang, "apply.drugs.whole.short") : source);
    th_html_row_end(h);
  }
  if (any) th_html_table_end(h);
}

/* ── Giving it ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

void th_web_case_problems(th_html *h, const th_case_view *v) {
  static const char *const keys[] = { "apply.bad.number", "apply.bad.date", "apply.bad.choice", "apply.bad.long",
                                      "apply.bad.drug",   "apply.bad.from", "apply.bad.dose",   "apply.bad.ends",
                                      "apply.bad.head",   "apply.bad.many" };
  bool any = false;
  for (size_t i = 0; i < v->n_problems; i++) {
    if (v->problem[i].fact >= 0) continue;
    if (!any) {
      th_web_note_begin(h, "stop");
      th_html_el_say(h, "p", NULL, "apply.drugs.bad");
      th_html_open(h, "ul");
    }
    any = true;
    th_html_open(h, "li");
    TH_HTML_FILL(h, "apply.drugs.bad.line", th_str_fmt(h->a, "%u", v->problem[i].line));
    TH_HTML_FILL(h, keys[v->problem[i].fault], v->problem[i].text);
    th_html_close(h);
  }
  if (!any) return;
  th_html_close(h);
  th_html_close(h);
}

static void form(th_html *h, const th_case_view *v, th_str table) {
  th_web_form_begin(h, "post", th_str_fmt(h->a, "%.*s/drugs", TH_STR_ARG(v->href)), true);
  th_web_hidden(h, "version", th_str_fmt(h->a, "%u", v->version));
  th_web_field_put(h, &(th_web_field){ .name = "table",
                                       .label_key = "apply.drugs.paste",
                                       .hint_key = "apply.drugs.paste.hint",
                                       .value = table,
                                       .rows = v->e->drug.n > 8 ? 14 : 8 });
  th_web_field_put(
      h,
      &(th_web_field){ .name = "file", .type = "file", .label_key = "apply.drugs.file", .hint_key = "apply.drugs.file.hint" });
  th_web_check(h, "whole", "1", th_words_get(h->lang, "apply.drugs.whole"), v->e->drugs_whole);
  th_html_open_cls(h, "p", "actions");
  th_web_button(h, "primary", "apply.drugs.go");
  th_html_close(h);
  th_html_close(h);
}

void th_web_case_drugs(th_html *h, const th_case_view *v, th_str table) {
  th_web_case_problems(h, v);
  if (v->e->drug.n) {
    figure(h, v, 720, "wide-figure");
    figure(h, v, 340, "narrow-figure");
    lines(h, v);
    computed(h, v);
    if (v->e->policy->n_tallies) th_html_el_say(h, "p", "hint", "apply.drugs.weight");
  }
  if (v->read_only) return;
  th_html_open(h, "details");
  th_html_flag(h, "open", !v->e->drug.n || v->n_problems);
  th_html_el_say(h, "summary", NULL, v->e->drug.n ? "apply.drugs.change" : "apply.drugs.give");
  form(h, v, table);
  th_html_close(h);
}

void th_web_case_record(th_html *h, const th_case_view *v) {
  if (v->read_only) return;
  th_html_open(h, "details");
  th_html_el_say(h, "summary", NULL, "apply.record");
  th_web_form_begin(h, "post", th_str_fmt(h->a, "%.*s/record", TH_STR_ARG(v->href)), true);
  th_web_hidden(h, "version", th_str_fmt(h->a, "%u", v->version));
  th_web_field_put(
      h,
      &(th_web_field){ .name = "record", .type = "file", .label_key = "apply.record.file", .hint_key = "apply.record.hint" });
  th_web_field_put(h, &(th_web_field){ .name = "pasted", .label_key = "apply.record.paste", .rows = 3 });
  th_html_open_cls(h, "p", "actions");
  th_web_button(h, "quiet", "apply.record.go");
  th_html_close(h);
  th_html_close(h);
  th_html_close(h);
}
