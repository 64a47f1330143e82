/* A calendar as lines and as JSON. */
#include "coverage/coverage_priv.h"

static void day_text(th_buf *b, th_date day, bool zh) {
  char text[TH_DATE_TEXT];
  th_buf_addz(b, th_date_iso(day, text));
  if (zh) th_buf_addf(b, "（民國 %s）", th_date_roc(day, text));
}

void th_coverage_calendar_text(th_buf *out, const th_coverage_calendar *c, bool zh) {
  const th_coverage_case *k = c->result->kase;
  const th_rule_node *root = &k->policy->node[k->path->root];
  th_buf_addf(out, "%.*s · %.*s · ", TH_STR_ARG(k->id), TH_STR_ARG(zh ? root->zh : root->en));
  th_buf_addz(out, zh ? "若自 " : "if given from ");
  day_text(out, c->start, zh);
  th_buf_addz(out, zh ? " 起用藥\n" : "\n");
  if (c->why_zh) th_buf_addf(out, zh ? "未列給藥日：%s\n" : "No doses are listed: %s\n", zh ? c->why_zh : c->why_en);
  for (uint32_t i = 0; i < c->n; i++) {
    const th_calendar_day *d = &c->day[i];
    day_text(out, d->day, zh);
    if (d->to.prec != TH_DATE_NONE) {
      th_buf_addz(out, zh ? "至 " : " to ");
      day_text(out, d->to, zh);
    }
    th_buf_addf(out, zh ? " %s：%.*s" : "  %s: %.*s", th_day_kind_text(d->kind, zh), TH_STR_ARG(zh ? d->zh : d->en));
    if (d->clause.n) th_buf_addf(out, zh ? "〔%.*s〕" : " [%.*s]", TH_STR_ARG(d->clause));
    th_buf_addc(out, '\n');
  }
  th_buf_addz(out, zh ? "以上為依條文與仿單推算之日期；是否給付由保險人核定。\n"
                      : "Days reckoned from the rule and the label; the insurer decides.\n");
}

void th_coverage_calendar_json(th_jwrite *w, const th_coverage_calendar *c) {
  const th_coverage_case *k = c->result->kase;
  char iso[TH_DATE_TEXT];
  th_jw_obj(w);
  th_jw_key(w, "case"), th_jw_str(w, k->id);
  th_jw_key(w, "program"), th_jw_str(w, k->program);
  th_jw_key(w, "path"), th_jw_str(w, k->path_name);
  th_jw_key(w, "as_of"), th_jw_z(w, th_date_iso(c->as_of, iso));
  th_jw_key(w, "start"), th_jw_z(w, th_date_iso(c->start, iso));
  th_jw_key(w, "outcome"), th_jw_z(w, th_rule_outcome_name(c->result->rule.outcome));
  if (c->regimen) th_jw_key(w, "drug"), th_jw_str(w, c->regimen->drug);
  if (c->regimen) th_jw_key(w, "route"), th_jw_str(w, c->regimen->route);
  if (c->why_zh) th_jw_key(w, "no_doses_zh"), th_jw_z(w, c->why_zh);
  if (c->why_en) th_jw_key(w, "no_doses_en"), th_jw_z(w, c->why_en);
  th_jw_key(w, "days");
  th_jw_arr(w);
  for (uint32_t i = 0; i < c->n; i++) {
    const th_calendar_day *d = &c->day[i];
    th_jw_obj(w);
    th_jw_key(w, "day"), th_jw_z(w, th_date_iso(d->day, iso));
    if (d->to.prec != TH_DATE_NONE) th_jw_key(w, "to"), th_jw_z(w, th_date_iso(d->to, iso));
    th_jw_key(w, "kind"), th_jw_z(w, th_day_kind_name(d->kind));
    th_jw_key(w, "key"), th_jw_str(w, d->key);
    if (d->number) th_jw_key(w, "number"), th_jw_i64(w, d->number);
    th_jw_key(w, "zh"), th_jw_str(w, d->zh);
    th_jw_key(w, "en"), th_jw_str(w, d->en);
    if (d->clause.n) th_jw_key(w, "clause"), th_jw_str(w, d->clause);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
  th_jw_obj_end(w);
}
