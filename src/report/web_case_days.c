/* A case's pages of its days and of its dose: what they are reckoned from is asked here, web_calendar.c draws them. */
#include "theriac/report/web_calendar.h"
#include "theriac/report/web_case.h"

static bool zh(const th_html *h) {
  return h->lang == TH_WORDS_ZH_TW;
}

static th_str either(const th_html *h, th_str z, th_str e) {
  return zh(h) ? z : e;
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

th_code th_web_case_calendar(th_html *h, const th_case_view *v, const th_coverage_calendar *c, th_str route, bool bad_start,
                             th_err *err) {
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
  if (c->n) {
    th_html_open_cls(h, "p", "actions");
    th_html_open_cls(h, "a", "button");
    th_html_attr(
        h, "href",
        th_str_fmt(h->a, "%.*s/calendar.ics?start=%.*s&route=%.*s", TH_STR_ARG(v->href), TH_STR_ARG(start), TH_STR_ARG(route)));
    th_html_say(h, "apply.calendar.ics");
    th_html_close(h);
    th_html_close(h);
  }
  return th_web_calendar_put(h, c, "cal", err);
}

/* ── Dose ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

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
  th_web_dosage_put(h, d);
  if (!v->read_only && d->state == TH_DOSE_KNOWN) {
    char iso[TH_DATE_TEXT];
    th_web_form_begin(h, "post", th_str_fmt(h->a, "%.*s/dose", TH_STR_ARG(v->href)), false);
    th_web_hidden(h, "version", th_str_fmt(h->a, "%u", v->version));
    th_web_hidden(h, "weight", w->weight);
    th_web_hidden(h, "start", th_str_dup(h->a, th_str_of(th_date_iso(d->start, iso))));
    th_web_hidden(h, "route", d->regimen->route);
    th_html_open_cls(h, "p", "actions");
    th_web_button(h, "primary", "apply.dose.take");
    th_html_close(h);
    th_html_close(h);
  }
  th_web_dose_put(h, d);
}
