/* Days and doses as parts of a page. */
#include "theriac/report/web_calendar.h"

#include "theriac/plot.h"

static th_str day_text(th_html *h, th_date d) {
  char iso[TH_DATE_TEXT], roc[TH_DATE_TEXT];
  if (d.prec == TH_DATE_NONE) return TH_STR_NONE;
  if (h->lang != TH_WORDS_ZH_TW) return th_str_fmt(h->a, "%s", th_date_iso(d, iso));
  return th_str_fmt(h->a, "%s（民國 %s）", th_date_iso(d, iso), th_date_roc(d, roc));
}

static th_str days_text(th_html *h, const th_calendar_day *d) {
  if (d->to.prec == TH_DATE_NONE) return day_text(h, d->day);
  return TH_HTML_WORDS(h, "calendar.until", day_text(h, d->day), day_text(h, d->to));
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
  th_html_row_begin(h, th_day_kind_name(d->kind));
  th_html_open_cls(h, "td", "num");
  th_html_text(h, days_text(h, d));
  th_html_close(h);
  th_html_open(h, "td");
  th_html_badge(h,
                d->kind == TH_DAY_DOSE   ? "go"
                : d->kind == TH_DAY_STOP ? "stop"
                                         : "lead",
                th_str_of(th_day_kind_text(d->kind, zh)));
  th_html_close(h);
  th_html_cell(h, zh ? d->zh : d->en);
  th_html_cell(h, d->clause);
  th_html_row_end(h);
}

th_code th_web_calendar_put(th_html *h, const th_coverage_calendar *c, const char *id, th_err *err) {
  static const char *const heads[] = { "col.day", "col.kind", "col.what", "col.clause" };
  if (c->why_zh) {
    th_web_note_begin(h, "info");
    th_html_open(h, "p");
    TH_HTML_FILL(h, "calendar.no-doses", th_str_of(h->lang == TH_WORDS_ZH_TW ? c->why_zh : c->why_en));
    th_html_close(h);
    th_html_close(h);
  }
  if (c->n == 0) {
    th_web_empty(h, "calendar.none", "calendar.none.what");
    return TH_OK;
  }
  TH_TRY(figure(h, c, id, err));
  th_html_table_begin(h, "stack calendar", "calendar.caption", heads, 4);
  for (uint32_t i = 0; i < c->n; i++) day_row(h, &c->day[i]);
  th_html_table_end(h);
  th_html_open_cls(h, "p", "small");
  TH_HTML_FILL(h, "calendar.foot", day_text(h, c->start));
  th_html_close(h);
  return TH_OK;
}

void th_web_due_put(th_html *h, const th_due_day *due, size_t n, th_date today) {
  const bool zh = h->lang == TH_WORDS_ZH_TW;
  th_html_open_cls(h, "ul", "results due");
  for (size_t i = 0; i < n && i < 40; i++) {
    const th_calendar_day *d = due[i].day;
    const th_date last = d->to.prec == TH_DATE_NONE ? d->day : d->to;
    th_html_open(h, "li");
    th_html_el(h, "strong", "num", days_text(h, d));
    if (th_date_cmp(last, today) < 0) th_html_badge(h, "stop", th_words_get(h->lang, "apply.due.past"));
    th_html_text(h, TH_S(" "));
    th_html_link(h, th_web_path(h->a, "/case/", due[i].of->id, ""),
                 due[i].of->title.n ? due[i].of->title : th_words_get(h->lang, "apply.untitled"));
    th_html_text(h, TH_S(" "));
    th_html_text(h, zh ? d->zh : d->en);
    th_html_close(h);
  }
  th_html_close(h);
}

/* ── Dose ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void term(th_html *h, const char *key, th_str value) {
  th_html_el_say(h, "dt", NULL, key);
  th_html_el(h, "dd", NULL, value);
}

static void pack(th_html *h, const th_dose_pack *p) {
  const bool zh = h->lang == TH_WORDS_ZH_TW;
  th_html_row_begin(h, p->count ? NULL : "uncounted");
  th_html_cell(h, th_str_fmt(h->a, "%.*s mg", TH_STR_ARG(decimal(h, p->product->mg))));
  th_html_cell(h, th_str_fmt(h->a, zh ? "%u %.*s" : "%u (%.*s)", p->count, TH_STR_ARG(zh ? p->product->zh : p->product->en)));
  th_html_open(h, "td");
  if (p->item) {
    th_html_el(h, "code", NULL, p->item->code);
    th_html_text(h, TH_S(" "));
    th_html_text(h, zh && p->item->name_zh.n ? p->item->name_zh : p->item->name_en);
  } else
    th_html_text(h, th_str_of(th_price_state_text(p->state, zh)));
  if (p->others) {
    th_html_text(h, TH_S(" "));
    TH_HTML_FILL(h, "dose.others", th_str_fmt(h->a, "%u", p->others));
  }
  th_html_close(h);
  th_html_cell(h, money(h, p->state, p->price));
  th_html_row_end(h);
}

static void amount(th_html *h, const th_dose *d, uint32_t k) {
  static const char *const heads[] = { "col.strength", "col.count", "col.drug-code", "col.price" };
  const th_dose_amount *m = &d->amount[k];
  th_html_el_say(h, "h2", NULL, k ? "dose.first" : "dose.each");
  th_html_open_cls(h, "dl", "numbers");
  term(h, "dose.mg", th_str_fmt(h->a, "%.*s mg", TH_STR_ARG(decimal(h, m->mg))));
  if (m->n_packs) {
    term(h, "dose.opened", th_str_fmt(h->a, "%.*s mg", TH_STR_ARG(decimal(h, m->opened))));
    term(h, "dose.waste", TH_HTML_WORDS(h, "dose.waste.of", decimal(h, m->waste), decimal(h, m->waste_percent)));
    term(h, "dose.cost", money(h, m->price, m->cost));
  }
  th_html_close(h);
  if (!m->n_packs) return;
  th_html_table_begin(h, "stack", "dose.caption", heads, 4);
  for (uint32_t i = 0; i < m->n_packs; i++) pack(h, &m->pack[i]);
  th_html_table_end(h);
}

static void courses(th_html *h, const th_dose *d) {
  static const char *const heads[] = { "col.clause", "dose.period", "col.doses", "col.review", "col.cost" };
  const bool zh = h->lang == TH_WORDS_ZH_TW;
  th_html_el_say(h, "h2", NULL, "dose.courses");
  th_html_table_begin(h, "stack", "dose.courses", heads, 5);
  for (uint32_t i = 0; i < d->n_courses; i++) {
    const th_dose_course *c = &d->course[i];
    const th_rule_node *root = &d->policy->node[c->path->root];
    const th_str cost = money(h, c->price, c->cost);
    th_html_row_begin(h, NULL);
    th_html_cell(h, zh ? root->zh : root->en);
    th_html_open_cls(h, "td", "num");
    th_html_text(h, TH_HTML_WORDS(h, "calendar.until", day_text(h, c->from), day_text(h, c->last)));
    th_html_close(h);
    th_html_cell(h, th_str_fmt(h->a, "%u", c->doses));
    th_html_cell(h, day_text(h, c->review_day));
    th_html_cell(h, c->price_ends.prec == TH_DATE_NONE ? cost
                                                       : TH_HTML_WORDS(h, "dose.price-ends", cost, day_text(h, c->price_ends)));
    th_html_row_end(h);
  }
  th_html_table_end(h);
}

void th_web_dosage_put(th_html *h, const th_dose *d) {
  const bool zh = h->lang == TH_WORDS_ZH_TW;
  const th_str note = zh ? d->regimen->note_zh : d->regimen->note_en;
  th_html_open(h, "section");
  th_html_attr(h, "class", th_str_fmt(h->a, "answer %s", d->state == TH_DOSE_KNOWN ? "ok" : "hold"));
  th_html_attr_say(h, "aria-label", "dose.dosage");
  th_html_el_say(h, "p", "small", "dose.dosage");
  th_html_el(h, "p", "verdict", zh ? d->dosage_zh : d->dosage_en);
  if (d->state != TH_DOSE_KNOWN) th_html_el(h, "p", NULL, th_str_of(th_dose_state_text(d->state, zh)));
  if (note.n) th_html_el(h, "p", "small", note);
  th_html_close(h);
}

void th_web_dose_put(th_html *h, const th_dose *d) {
  for (uint32_t k = d->n_amounts; k-- > 0;) amount(h, d, k);
  if (d->n_courses) courses(h, d);
  th_html_open_cls(h, "p", "small");
  TH_HTML_FILL(h, "dose.foot", day_text(h, d->start), d->regimen->source);
  th_html_close(h);
}
