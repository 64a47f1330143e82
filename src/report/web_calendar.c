/* Days and doses as parts of a page. */
#include "theriac/report/web_calendar.h"

#include "theriac/plot.h"

static th_str day_text(th_html *h, th_date d) {
  char iso[TH_DATE_TEXT], roc[TH_DATE_TEXT];
  if (d.prec == TH_DATE_NONE) return TH_STR_NONE;
  if (h->lang != TH_WORDS_ZH_TW) return th_str_fmt(h->a, "%s", th_date_iso(d, iso));
  return th_str_fmt(h->a, "%s（民國 %s）", th_date_iso(d, iso), th_date_roc(d, roc));
}

static th_str decimal(th_html *h, th_dec d) {
  char text[TH_DEC_TEXT];
  return th_str_dup(h->a, th_str_of(th_dec_fmt(d, text)));
}

static th_str money(th_html *h, th_price_state state, th_dec d) {
  const bool zh = h->lang == TH_WORDS_ZH_TW;
  th_buf b;
  if (state != TH_PRICE_HELD) return th_str_of(th_price_state_text(state, zh));
  th_buf_init(&b, h->a, 32);
  th_money_text(&b, d, zh);
  h->out->failed |= b.failed;
  return th_buf_str(&b);
}

/* ── Calendar ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static const th_days_shape shapes[] = { TH_DAYS_TICK,   TH_DAYS_BAR,    TH_DAYS_DIAMOND, TH_DAYS_HOLLOW,
                                        TH_DAYS_SQUARE, TH_DAYS_CIRCLE, TH_DAYS_CIRCLE,  TH_DAYS_CIRCLE };
enum { KINDS = sizeof shapes / sizeof *shapes };

static th_code figure(th_html *h, const th_coverage_calendar *c, const char *id, th_err *err) {
  const bool zh = h->lang == TH_WORDS_ZH_TW;
  th_days_lane lane[KINDS] = { 0 };
  th_days_mark *mark = TH_NEWN(h->a, th_days_mark, c->n);
  size_t lanes = 0, used = 0;
  if (!mark) return th_fail_nomem(err);
  for (int k = 0; k < KINDS; k++) {
    th_days_lane *l = &lane[lanes];
    *l = (th_days_lane){ .label = th_str_of(th_day_kind_text((th_day_kind)k, zh)), .shape = shapes[k], .mark = mark + used };
    for (uint32_t i = 0; i < c->n; i++)
      if (c->day[i].kind == (th_day_kind)k) mark[used++] = (th_days_mark){ c->day[i].day, c->day[i].to }, l->n++;
    if (l->n) lanes++;
  }
  const th_days_plot in = { th_words_get(h->lang, "calendar.title"), lane, lanes, c->as_of };
  th_plot_figure f;
  th_buf svg;
  TH_TRY(th_plot_days(h->a, &in, (th_plot_opts){ .lang = zh ? "zh-TW" : "en", .id = id }, &f, err));
  th_buf_init(&svg, h->a, 1 << 14);
  if (!th_plot_svg(&f, &svg)) return th_fail_nomem(err);
  th_html_open_cls(h, "figure", "calendar");
  th_html_svg(h, th_buf_str(&svg));
  th_html_close(h);
  return TH_OK;
}

static void day_row(th_html *h, const th_calendar_day *d) {
  const bool zh = h->lang == TH_WORDS_ZH_TW;
  th_html_row_begin(h, NULL);
  th_html_cell(h, d->to.prec == TH_DATE_NONE ? day_text(h, d->day)
                                             : TH_HTML_WORDS(h, "calendar.until", day_text(h, d->day), day_text(h, d->to)));
  th_html_cell(h, th_str_of(th_day_kind_text(d->kind, zh)));
  th_html_cell(h, zh ? d->zh : d->en);
  th_html_cell(h, d->clause);
  th_html_row_end(h);
}

th_code th_web_calendar_put(th_html *h, const th_coverage_calendar *c, const char *id, th_err *err) {
  static const char *const heads[] = { "col.day", "col.kind", "col.what", "col.clause" };
  const bool zh = h->lang == TH_WORDS_ZH_TW;
  if (c->why_zh) {
    th_html_open(h, "p");
    TH_HTML_FILL(h, "calendar.no-doses", th_str_of(zh ? c->why_zh : c->why_en));
    th_html_close(h);
  }
  if (c->n == 0) {
    th_html_el_say(h, "p", NULL, "calendar.none");
    return TH_OK;
  }
  TH_TRY(figure(h, c, id, err));
  th_html_table_begin(h, "list", "calendar.caption", heads, 4);
  for (uint32_t i = 0; i < c->n; i++) day_row(h, &c->day[i]);
  th_html_table_end(h);
  th_html_open(h, "p");
  TH_HTML_FILL(h, "calendar.foot", day_text(h, c->start));
  th_html_close(h);
  return TH_OK;
}

void th_web_due_put(th_html *h, const th_due_day *due, size_t n, th_str (*href)(void *ctx, const th_coverage_case *c),
                    void *ctx) {
  static const char *const heads[] = { "col.day", "col.case", "col.kind", "col.what" };
  const bool zh = h->lang == TH_WORDS_ZH_TW;
  th_html_table_begin(h, "list", "calendar.caption", heads, 4);
  for (size_t i = 0; i < n; i++) {
    const th_coverage_case *kase = due[i].calendar->result->kase;
    const th_calendar_day *d = due[i].day;
    th_html_row_begin(h, NULL);
    th_html_cell(h, d->to.prec == TH_DATE_NONE ? day_text(h, d->day)
                                               : TH_HTML_WORDS(h, "calendar.until", day_text(h, d->day), day_text(h, d->to)));
    th_html_open(h, "td");
    if (href)
      th_html_link(h, href(ctx, kase), kase->id);
    else
      th_html_text(h, kase->id);
    th_html_close(h);
    th_html_cell(h, th_str_of(th_day_kind_text(d->kind, zh)));
    th_html_cell(h, zh ? d->zh : d->en);
    th_html_row_end(h);
  }
  th_html_table_end(h);
}

/* ── Dose ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void packs(th_html *h, const th_dose_amount *m) {
  static const char *const heads[] = { "col.strength", "col.count", "col.drug-code", "col.product", "col.price" };
  const bool zh = h->lang == TH_WORDS_ZH_TW;
  th_html_table_begin(h, "list", "dose.caption", heads, 5);
  for (uint32_t i = 0; i < m->n_packs; i++) {
    const th_dose_pack *p = &m->pack[i];
    if (p->count == 0) continue;
    th_html_row_begin(h, NULL);
    th_html_cell(h, th_str_fmt(h->a, "%.*s mg", TH_STR_ARG(decimal(h, p->product->mg))));
    th_html_cell(h, th_str_fmt(h->a, zh ? "%u %.*s" : "%u (%.*s)", p->count, TH_STR_ARG(zh ? p->product->zh : p->product->en)));
    th_html_cell(h, p->item ? p->item->code : th_words_get(h->lang, "state.not-held"));
    th_html_cell(h, !p->item ? TH_STR_NONE : zh && p->item->name_zh.n ? p->item->name_zh : p->item->name_en);
    th_html_cell(h, money(h, p->state, p->price));
    th_html_row_end(h);
  }
  th_html_table_end(h);
}

static void amount(th_html *h, const th_dose *d, uint32_t k) {
  const th_dose_amount *m = &d->amount[k];
  if (!m->n_packs) return;
  th_html_open(h, "p");
  TH_HTML_FILL(h, k ? "dose.line.first" : "dose.line", decimal(h, m->mg), decimal(h, m->opened), decimal(h, m->waste),
               decimal(h, m->waste_percent));
  th_html_close(h);
  packs(h, m);
  th_html_open(h, "p");
  TH_HTML_FILL(h, "dose.cost", money(h, m->price, m->cost));
  th_html_close(h);
}

static void courses(th_html *h, const th_dose *d) {
  static const char *const heads[] = { "col.clause", "col.doses", "col.last-dose", "col.review", "col.cost" };
  const bool zh = h->lang == TH_WORDS_ZH_TW;
  th_html_table_begin(h, "list", "dose.courses", heads, 5);
  for (uint32_t i = 0; i < d->n_courses; i++) {
    const th_dose_course *c = &d->course[i];
    const th_rule_node *root = &d->policy->node[c->path->root];
    th_html_row_begin(h, NULL);
    th_html_cell(h, zh ? root->zh : root->en);
    th_html_cell(h, th_str_fmt(h->a, "%u", c->doses));
    th_html_cell(h, day_text(h, c->last));
    th_html_cell(h, day_text(h, c->review_day));
    const th_str cost = money(h, c->price, c->cost);
    th_html_cell(h, c->price_ends.prec == TH_DATE_NONE ? cost
                                                       : TH_HTML_WORDS(h, "dose.price-ends", cost, day_text(h, c->price_ends)));
    th_html_row_end(h);
  }
  th_html_table_end(h);
}

void th_web_dose_put(th_html *h, const th_dose *d) {
  const bool zh = h->lang == TH_WORDS_ZH_TW;
  th_html_open(h, "p");
  th_html_el_say(h, "strong", NULL, "dose.dosage");
  th_html_text(h, zh ? d->dosage_zh : d->dosage_en);
  th_html_close(h);
  if (d->state != TH_DOSE_KNOWN) {
    th_web_note_begin(h, "warn");
    TH_HTML_FILL(h, "dose.state", th_str_of(th_dose_state_text(d->state, zh)));
    th_html_close(h);
  }
  for (uint32_t k = d->n_amounts; k-- > 0;) amount(h, d, k);
  if (d->n_courses) courses(h, d);
  if (d->regimen->note_zh.n) th_html_el(h, "p", NULL, zh ? d->regimen->note_zh : d->regimen->note_en);
  th_html_open(h, "p");
  TH_HTML_FILL(h, "dose.foot", day_text(h, d->start), d->regimen->source);
  th_html_close(h);
}
