/* The next application: what is carried over, what to confirm or change, what is asked anew. */
#include "theriac/report/web_case.h"

static bool zh(const th_html *h) {
  return h->lang == TH_WORDS_ZH_TW;
}

static th_str fact_name(const th_html *h, const th_renewal *r, int32_t fact) {
  const th_rule_fact *f = &r->coverage->dict.fact[fact];
  return zh(h) ? f->zh : f->en;
}

/* ── Choosing ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

void th_web_case_renew_ask(th_html *h, const th_case_view *v, const th_web_renew *w) {
  th_str path[8];
  th_web_option o[8];
  const uint32_t n = th_coverage_renewal_paths(v->e->policy, v->e->path->name, path, 8);
  if (!n) {
    th_web_empty(h, "apply.renew.none", "apply.renew.none.what");
    return;
  }
  for (uint32_t i = 0; i < n; i++) {
    const th_rule_path *p = th_rule_path_find(v->e->policy, path[i]);
    const th_rule_node *root = p ? &v->e->policy->node[p->root] : NULL;
    o[i] = (th_web_option){ .value = th_str_z(h->a, path[i]), .text = !root ? path[i] : zh(h) ? root->zh : root->en };
  }
  th_html_el_say(h, "p", "lede", "apply.renew.lede");
  th_web_form_begin(h, "get", th_str_fmt(h->a, "%.*s/renew", TH_STR_ARG(v->href)), false);
  th_web_choice(h, "path", th_words_get(h->lang, "apply.renew.path"), o, n, w->path.n ? w->path : path[0]);
  th_web_field_put(h, &(th_web_field){ .name = "as_of",
                                       .label_key = "apply.basics.as-of",
                                       .hint_key = "apply.basics.as-of.hint",
                                       .value = w->as_of,
                                       .error = w->bad_day ? th_words_get(h->lang, "apply.renew.bad-day") : TH_STR_NONE,
                                       .required = true });
  th_web_field_put(h, &(th_web_field){ .name = "start",
                                       .label_key = "apply.start",
                                       .hint_key = "apply.renew.start.hint",
                                       .value = w->start,
                                       .error = w->bad_start ? th_words_get(h->lang, "apply.bad.full-date") : TH_STR_NONE });
  th_html_open_cls(h, "p", "actions");
  th_web_button(h, "primary", "apply.renew.look");
  th_html_close(h);
  th_html_close(h);
}

/* ── What becomes of the facts ─────────────────────────────────────────────────────────────────────────────────────── */

static void carried(th_html *h, const th_case_view *v, const th_renewal *r) {
  if (!r->count[TH_RENEW_CARRIED]) return;
  th_html_open(h, "details");
  th_html_el_sayf(h, "summary", NULL, "apply.renew.carried", 1,
                  (th_str[]){ th_str_fmt(h->a, "%u", r->count[TH_RENEW_CARRIED]) });
  th_html_open(h, "ul");
  for (uint32_t i = 0; i < r->n_asked; i++) {
    const th_renew_fact *f = &r->fact[i];
    th_buf b;
    if (f->state != TH_RENEW_CARRIED) continue;
    th_buf_init(&b, h->a, 64);
    th_coverage_value_text(&b, v->r->policy->dict, v->r->kase->values, f->fact, zh(h));
    th_html_open(h, "li");
    th_html_text(h, fact_name(h, r, f->fact));
    th_html_text(h, zh(h) ? TH_S("：") : TH_S(": "));
    th_html_el(h, "strong", NULL, th_buf_str(&b));
    th_html_text(h, TH_S(" "));
    th_html_el(h, "span", "small", th_str_of(th_renew_why_text(f->why, zh(h))));
    th_html_close(h);
  }
  th_html_close(h);
  th_html_close(h);
}

static uint32_t proposed_of(const th_renewal *r, int32_t sheet) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < r->n_asked; i++)
    n += r->fact[i].state == TH_RENEW_PROPOSED && r->coverage->dict.fact[r->fact[i].fact].sheet == sheet;
  return n;
}

static void proposals(th_html *h, const th_case_view *v, const th_renewal *r, int32_t sheet) {
  for (uint32_t i = 0; i < r->n_asked; i++) {
    const th_renew_fact *f = &r->fact[i];
    if (f->state != TH_RENEW_PROPOSED || r->coverage->dict.fact[f->fact].sheet != sheet) continue;
    th_html_open_cls(h, "div", "proposed");
    th_web_case_fact(h, v, f->fact, false);
    th_html_el(h, "p", "hint", th_str_of(th_renew_why_text(f->why, zh(h))));
    th_html_close(h);
  }
}

static void to_confirm(th_html *h, const th_case_view *v, const th_renewal *r) {
  if (!r->count[TH_RENEW_PROPOSED]) return;
  th_html_el_sayf(h, "h2", NULL, "apply.renew.confirm", 1, (th_str[]){ th_str_fmt(h->a, "%u", r->count[TH_RENEW_PROPOSED]) });
  th_html_el_say(h, "p", NULL, "apply.renew.confirm.what");
  proposals(h, v, r, -1);
  for (uint32_t s = 0; s < r->coverage->dict.n_prefixes; s++) {
    const uint32_t n = proposed_of(r, (int32_t)s);
    const th_rule_prefix *p = &r->coverage->dict.prefix[s];
    if (!n) continue;
    th_html_open(h, "details");
    th_html_el_sayf(h, "summary", NULL, "apply.renew.sheet", 2, (th_str[]){ zh(h) ? p->zh : p->en, th_str_fmt(h->a, "%u", n) });
    proposals(h, v, r, (int32_t)s);
    th_html_close(h);
  }
}

static void again(th_html *h, const th_renewal *r) {
  uint32_t sheets = 0;
  if (!r->count[TH_RENEW_AGAIN]) return;
  th_html_el_sayf(h, "h2", NULL, "apply.renew.again", 1, (th_str[]){ th_str_fmt(h->a, "%u", r->count[TH_RENEW_AGAIN]) });
  th_html_el_say(h, "p", NULL, "apply.renew.again.what");
  th_html_open_cls(h, "ul", "columns");
  for (uint32_t i = 0; i < r->n_asked; i++) {
    const th_renew_fact *f = &r->fact[i];
    const int32_t sheet = r->coverage->dict.fact[f->fact].sheet;
    if (f->state != TH_RENEW_AGAIN) continue;
    if (sheet >= 0) {
      sheets |= 1u << sheet;
      continue;
    }
    th_html_open(h, "li");
    th_html_text(h, fact_name(h, r, f->fact));
    th_html_text(h, TH_S(" "));
    th_html_el(h, "span", "small", th_str_of(th_renew_why_text(f->why, zh(h))));
    th_html_close(h);
  }
  for (uint32_t s = 0; s < r->coverage->dict.n_prefixes; s++)
    if (sheets >> s & 1)
      th_html_el_sayf(h, "li", NULL, "apply.renew.sheet.again", 1,
                      (th_str[]){ zh(h) ? r->coverage->dict.prefix[s].zh : r->coverage->dict.prefix[s].en });
  th_html_close(h);
}

/* Drugs without a last day may have ended since: the table is looked at before months are counted on. */
static void table(th_html *h, const th_case_view *v, const th_web_renew *w) {
  if (!w->table.n) return;
  th_html_el_say(h, "h2", NULL, "apply.renew.drugs");
  th_web_case_problems(h, v);
  th_web_field_put(h, &(th_web_field){ .name = "table",
                                       .label_key = "apply.renew.drugs.table",
                                       .hint_key = "apply.renew.drugs.hint",
                                       .value = w->table,
                                       .rows = v->e->drug.n > 6 ? 12 : 8 });
  th_web_check(h, "whole", "1", th_words_get(h->lang, "apply.drugs.whole"), false);
}

static void documents(th_html *h, const th_renewal *r, const char *key, const th_str *id, uint32_t n) {
  if (!n) return;
  th_html_el_say(h, "h3", NULL, key);
  th_html_open(h, "ul");
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t k = 0; k < r->last.policy->n_needs; k++)
      if (th_str_eq(r->last.policy->need[k].id, id[i]))
        th_html_el(h, "li", NULL, zh(h) ? r->last.policy->need[k].zh : r->last.policy->need[k].en);
  th_html_close(h);
}

void th_web_case_renew(th_html *h, const th_case_view *v, const th_renewal *r, const th_web_renew *w) {
  const th_rule_node *root = &r->last.policy->node[r->path->root];
  char iso[TH_DATE_TEXT];
  th_html_open_cls(h, "p", "lede");
  TH_HTML_FILL(h, "apply.renew.of", zh(h) ? root->zh : root->en, th_str_dup(h->a, th_str_of(th_date_iso(r->as_of, iso))),
               th_str_fmt(h->a, "%d", r->months));
  th_html_close(h);
  if (v->n_problems) th_web_note(h, "stop", "apply.bad");
  th_web_form_begin(h, "post", w->action, false);
  th_html_attrz(h, "class", "entry");
  th_web_hidden(h, "path", r->path->name);
  th_web_hidden(h, "as_of", w->as_of);
  th_web_hidden(h, "start", w->start);
  th_web_hidden(h, "token", w->token);
  table(h, v, w);
  to_confirm(h, v, r);
  carried(h, v, r);
  again(h, r);
  documents(h, r, "apply.renew.docs", r->evidence, r->n_evidence);
  documents(h, r, "apply.renew.docs.again", r->evidence_again, r->n_evidence_again);
  th_html_open_cls(h, "p", "actions");
  th_web_button(h, "primary", "apply.renew.go");
  th_html_close(h);
  th_html_close(h);
}
