/* The days of a case, and its dose: what is given, from which vials, what is left over, what it costs. */
#include "theriac/report/web_case.h"

static bool zh(const th_html *h) {
  return h->lang == TH_WORDS_ZH_TW;
}

static th_str either(const th_html *h, th_str z, th_str e) {
  return zh(h) ? z : e;
}

static void day(th_html *h, th_date d) {
  char text[TH_DATE_TEXT];
  th_html_text(h, th_str_of(th_date_iso(d, text)));
  if (zh(h)) th_html_textf(h, "（%s）", th_date_roc(d, text));
}

static void route_choice(th_html *h, const th_rule_policy *p, th_str chosen) {
  th_web_option o[8];
  uint32_t n = 0;
  for (uint32_t i = 0; i < p->n_regimens && n < 8; i++) {
    bool again = false;
    for (uint32_t k = 0; k < n; k++) again |= th_str_is(p->regimen[i].route, o[k].value);
    const char *value = th_str_z(h->a, p->regimen[i].route);
    if (!again && value) o[n++] = (th_web_option){ .value = value, .text = either(h, p->regimen[i].zh, p->regimen[i].en) };
  }
  if (n > 1) th_web_select(h, "route", "apply.route", o, n, chosen);
}

static void start_field(th_html *h, th_date start, bool bad) {
  char iso[TH_DATE_TEXT];
  th_web_field_put(h, &(th_web_field){ .name = "start",
                                       .label_key = "apply.start",
                                       .hint_key = "apply.start.hint",
                                       .value = th_str_dup(h->a, th_str_of(th_date_iso(start, iso))),
                                       .error = bad ? th_words_get(h->lang, "apply.bad.full-date") : TH_STR_NONE });
}

/* ── Calendar ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void one_day(th_html *h, const th_calendar_day *d) {
  th_html_row_begin(h, th_day_kind_name(d->kind));
  th_html_open_cls(h, "td", "num");
  day(h, d->day);
  if (d->to.prec != TH_DATE_NONE) {
    th_html_text(h, zh(h) ? TH_S(" 至 ") : TH_S(" to "));
    day(h, d->to);
  }
  th_html_close(h);
  th_html_open(h, "td");
  th_html_badge(h,
                d->kind == TH_DAY_DOSE   ? "go"
                : d->kind == TH_DAY_STOP ? "stop"
                                         : "lead",
                th_str_of(th_day_kind_text(d->kind, zh(h))));
  th_html_close(h);
  th_html_open(h, "td");
  th_html_text(h, either(h, d->zh, d->en));
  if (d->clause.n) {
    th_html_text(h, TH_S(" "));
    th_html_el(h, "cite", NULL, d->clause);
  }
  th_html_close(h);
  th_html_row_end(h);
}

void th_web_case_calendar(th_html *h, const th_case_view *v, const th_coverage_calendar *c, th_str route, bool bad_start) {
  static const char *const heads[] = { "apply.day", "apply.day.kind", "apply.due" };
  char iso[TH_DATE_TEXT];
  const th_str start = th_str_dup(h->a, th_str_of(th_date_iso(c->start, iso)));
  th_html_el_say(h, "p", "lede", "apply.calendar.lede");
  th_web_form_begin(h, "get", th_str_fmt(h->a, "%.*s/calendar", TH_STR_ARG(v->href)), false);
  th_html_attrz(h, "class", "inline");
  start_field(h, c->start, bad_start);
  route_choice(h, v->e->policy, route);
  th_html_open_cls(h, "p", "actions");
  th_web_button(h, "quiet", "apply.recount");
  th_html_close(h);
  th_html_close(h);
  if (c->why_zh) {
    th_web_note_begin(h, "info");
    th_html_el(h, "p", NULL, th_str_of(zh(h) ? c->why_zh : c->why_en));
    th_html_close(h);
  }
  if (!c->n) {
    th_web_empty(h, "apply.calendar.none", "apply.calendar.none.what");
    return;
  }
  th_html_open_cls(h, "p", "actions");
  th_html_open_cls(h, "a", "button");
  th_html_attr(
      h, "href",
      th_str_fmt(h->a, "%.*s/calendar.ics?start=%.*s&route=%.*s", TH_STR_ARG(v->href), TH_STR_ARG(start), TH_STR_ARG(route)));
  th_html_say(h, "apply.calendar.ics");
  th_html_close(h);
  th_html_close(h);
  th_html_table_begin(h, "stack calendar", "apply.calendar", heads, 3);
  for (uint32_t i = 0; i < c->n; i++) one_day(h, &c->day[i]);
  th_html_table_end(h);
  th_html_el_say(h, "p", "small", "apply.insurer");
}

/* ── Dose ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_str dec(th_html *h, th_dec d) {
  char text[TH_DEC_TEXT];
  return th_str_dup(h->a, th_str_of(th_dec_fmt(d, text)));
}

/* 1234567.5 as "1,234,567.5" */
static th_str money(th_html *h, th_dec d) {
  const th_str s = dec(h, d);
  size_t point = th_str_find(s, TH_S("."), 0);
  th_buf b;
  th_buf_init(&b, h->a, s.n + 16);
  if (point == SIZE_MAX) point = s.n;
  for (size_t i = 0; i < s.n; i++) {
    if (i > 0 && i < point && (point - i) % 3 == 0) th_buf_addc(&b, ',');
    th_buf_addc(&b, s.p[i]);
  }
  return b.failed ? s : th_html_words(h, "apply.dose.money", 1, (th_str[]){ th_buf_str(&b) });
}

static th_str cost(th_html *h, th_price_state state, th_dec amount) {
  return state == TH_PRICE_HELD ? money(h, amount) : th_str_of(th_price_state_text(state, zh(h)));
}

static void term(th_html *h, const char *key, th_str value) {
  th_html_el_say(h, "dt", NULL, key);
  th_html_el(h, "dd", NULL, value);
}

static void packs(th_html *h, const th_dose_amount *m) {
  static const char *const heads[] = { "apply.dose.strength", "apply.dose.vials", "apply.dose.code", "apply.dose.price" };
  if (!m->n_packs) return;
  th_html_table_begin(h, "stack", "apply.dose.packs", heads, 4);
  for (uint32_t i = 0; i < m->n_packs; i++) {
    const th_dose_pack *p = &m->pack[i];
    th_html_row_begin(h, p->count ? NULL : "uncounted");
    th_html_cell(h, th_str_fmt(h->a, "%.*s mg", TH_STR_ARG(dec(h, p->product->mg))));
    th_html_cell(
        h, th_str_fmt(h->a, zh(h) ? "%u %.*s" : "%u (%.*s)", p->count, TH_STR_ARG(either(h, p->product->zh, p->product->en))));
    th_html_open(h, "td");
    if (p->item) {
      th_html_el(h, "code", NULL, p->item->code);
      th_html_text(h, TH_S(" "));
      th_html_text(h, zh(h) && p->item->name_zh.n ? p->item->name_zh : p->item->name_en);
    } else
      th_html_text(h, th_str_of(th_price_state_text(p->state, zh(h))));
    if (p->others) {
      th_html_text(h, TH_S(" "));
      TH_HTML_FILL(h, "apply.dose.others", th_str_fmt(h->a, "%u", p->others));
    }
    th_html_close(h);
    th_html_cell(h, cost(h, p->state, p->price));
    th_html_row_end(h);
  }
  th_html_table_end(h);
}

static void amount(th_html *h, const th_dose *d, uint32_t k) {
  const th_dose_amount *m = &d->amount[k];
  th_html_el_say(h, "h2", NULL, k ? "apply.dose.first" : "apply.dose.each");
  th_html_open_cls(h, "dl", "numbers");
  term(h, "apply.dose.mg", th_str_fmt(h->a, "%.*s mg", TH_STR_ARG(dec(h, m->mg))));
  if (m->n_packs) {
    term(h, "apply.dose.opened", th_str_fmt(h->a, "%.*s mg", TH_STR_ARG(dec(h, m->opened))));
    term(h, "apply.dose.waste",
         th_str_fmt(h->a, zh(h) ? "%.*s mg（%.*s%%）" : "%.*s mg (%.*s %%)", TH_STR_ARG(dec(h, m->waste)),
                    TH_STR_ARG(dec(h, m->waste_percent))));
    term(h, "apply.dose.cost", cost(h, m->price, m->cost));
  }
  th_html_close(h);
  packs(h, m);
}

static void courses(th_html *h, const th_dose *d) {
  static const char *const heads[] = { "apply.list.path", "apply.dose.period", "apply.dose.doses", "apply.dose.total" };
  if (!d->n_courses) return;
  th_html_el_say(h, "h2", NULL, "apply.dose.course");
  th_html_table_begin(h, "stack", "apply.dose.course", heads, 4);
  for (uint32_t i = 0; i < d->n_courses; i++) {
    const th_dose_course *c = &d->course[i];
    const th_rule_node *root = &d->policy->node[c->path->root];
    th_html_row_begin(h, NULL);
    th_html_cell(h, either(h, root->zh, root->en));
    th_html_open_cls(h, "td", "num");
    day(h, c->from);
    th_html_text(h, zh(h) ? TH_S(" 至 ") : TH_S(" to "));
    day(h, c->last);
    th_html_close(h);
    th_html_cell(h, th_str_fmt(h->a, "%u", c->doses));
    th_html_open(h, "td");
    th_html_text(h, cost(h, c->price, c->cost));
    if (c->price_ends.prec) {
      char iso[TH_DATE_TEXT];
      th_html_text(h, TH_S(" "));
      TH_HTML_FILL(h, "apply.dose.price-ends", th_str_of(th_date_iso(c->price_ends, iso)));
    }
    th_html_close(h);
    th_html_row_end(h);
  }
  th_html_table_end(h);
}

static void ask(th_html *h, const th_case_view *v, const th_dose *d, const th_web_dose *w) {
  th_web_form_begin(h, "get", th_str_fmt(h->a, "%.*s/dose", TH_STR_ARG(v->href)), false);
  th_html_attrz(h, "class", "inline");
  th_web_field_put(h, &(th_web_field){ .name = "weight",
                                       .label_key = "apply.dose.weight",
                                       .value = w->weight,
                                       .inputmode = "decimal",
                                       .error = w->bad_weight ? th_words_get(h->lang, "apply.dose.weight.bad") : TH_STR_NONE });
  start_field(h, d->start, w->bad_start);
  route_choice(h, d->policy, d->regimen->route);
  th_html_open_cls(h, "p", "actions");
  th_web_button(h, "quiet", "apply.recount");
  th_html_close(h);
  th_html_close(h);
}

void th_web_case_dose(th_html *h, const th_case_view *v, const th_dose *d, const th_web_dose *w) {
  ask(h, v, d, w);
  th_html_open(h, "section");
  th_html_attr(h, "class", th_str_fmt(h->a, "answer %s", d->state == TH_DOSE_KNOWN ? "ok" : "hold"));
  th_html_attr_say(h, "aria-label", "apply.dose.usage");
  th_html_el_say(h, "p", "small", "apply.dose.usage");
  th_html_el(h, "p", "verdict", either(h, d->dosage_zh, d->dosage_en));
  if (d->state != TH_DOSE_KNOWN) th_html_el(h, "p", NULL, th_str_of(th_dose_state_text(d->state, zh(h))));
  if (either(h, d->regimen->note_zh, d->regimen->note_en).n)
    th_html_el(h, "p", "small", either(h, d->regimen->note_zh, d->regimen->note_en));
  th_html_open_cls(h, "p", "small");
  TH_HTML_FILL(h, "apply.dose.source", d->regimen->source);
  th_html_close(h);
  th_html_close(h);
  if (!v->read_only && d->state == TH_DOSE_KNOWN) {
    th_web_form_begin(h, "post", th_str_fmt(h->a, "%.*s/dose", TH_STR_ARG(v->href)), false);
    th_web_hidden(h, "version", th_str_fmt(h->a, "%u", v->version));
    th_web_hidden(h, "weight", w->weight);
    char iso[TH_DATE_TEXT];
    th_web_hidden(h, "start", th_str_dup(h->a, th_str_of(th_date_iso(d->start, iso))));
    th_web_hidden(h, "route", d->regimen->route);
    th_html_open_cls(h, "p", "actions");
    th_web_button(h, "primary", "apply.dose.take");
    th_html_close(h);
    th_html_close(h);
  }
  for (uint32_t k = d->n_amounts; k-- > 0;) amount(h, d, k);
  courses(h, d);
}
