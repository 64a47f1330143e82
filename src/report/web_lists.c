/* Lists of pairs of drug and disease, their facets, and drugs beside each other. */
#include "theriac/report/web_dossier.h"

#include <stdio.h>

static th_str code_word(th_html *h, const char *prefix, const char *code) {
  char key[96];
  snprintf(key, sizeof key, "%s.%s", prefix, code);
  return th_words_get(h->lang, key);
}

void th_web_level(th_html *h, th_level v) {
  static const char *const cls[] = { "lu", "l1", "l2", "l3", "l4", "l5" };
  th_html_badge(h, cls[v], code_word(h, "level", th_level_code(v)));
}

void th_web_decision(th_html *h, th_decision v) {
  const char *cls = v == TH_DECISION_STOP || v == TH_DECISION_NO_GO      ? "stop"
                    : v == TH_DECISION_LICENSED                          ? "ok"
                    : v == TH_DECISION_GO || v == TH_DECISION_GUARDRAILS ? "go"
                                                                         : "hold";
  th_html_badge(h, cls, code_word(h, "decision", th_decision_code(v)));
}

/* The name in the page's script, the other one beside it. */
static void names(th_html *h, th_str href, th_str en, th_str zh) {
  const bool first_zh = h->lang == TH_WORDS_ZH_TW && zh.n;
  th_html_link(h, href, first_zh ? zh : en);
  if (!zh.n) return;
  th_html_text(h, TH_S(" "));
  th_html_el(h, "span", "other-script", first_zh ? en : zh);
}

static void head_cell(th_html *h, const th_web_pairs *p, const char *key, const char *by) {
  th_html_open(h, "th");
  th_html_attrz(h, "scope", "col");
  const bool sorted = p->sorted_by && strcmp(p->sorted_by, by) == 0;
  if (sorted) th_html_attrz(h, "aria-sort", "ascending");
  if (p->sort)
    th_html_link_say(h, p->sort(p->ctx, by), key);
  else
    th_html_say(h, key);
  if (sorted) th_html_text(h, TH_S(" ▲"));
  th_html_close(h);
}

static void pair_row(th_html *h, const th_web_pairs *p, const th_overview_pair *x) {
  const th_overview_drug *d = &p->overview->drugs.v[x->drug];
  const th_str page = th_web_path(h->a, "/drug/", d->en, "");
  th_html_row_begin(h, x->leading && !p->with_drug ? "leading" : NULL);
  if (p->with_drug) {
    th_html_open(h, "th");
    th_html_attrz(h, "scope", "row");
    names(h, page, d->en, d->zh);
    th_html_close(h);
  }
  if (p->with_disease) {
    th_html_open(h, "td");
    const th_str at = th_web_encode(h->a, x->disease_en);
    names(h, th_str_fmt(h->a, "%.*s?disease=%.*s#%.*s", TH_STR_ARG(page), TH_STR_ARG(at), TH_STR_ARG(x->id)), x->disease_en,
          x->disease_zh);
    th_html_close(h);
  }
  th_html_cell(h, code_word(h, "novelty", th_novelty_code(x->novelty)));
  th_html_open(h, "td");
  th_web_level(h, x->level);
  th_html_close(h);
  th_html_cell(h, code_word(h, "direction", th_direction_code(x->direction)));
  th_html_open(h, "td");
  th_web_decision(h, x->decision);
  if (x->pregnancy) th_html_text(h, TH_S(" ")), th_html_badge(h, "stop", th_words_get(h->lang, "web.list.pregnancy"));
  th_html_close(h);
  th_html_el(h, "td", "num", th_str_fmt(h->a, "%u / %u", x->counted, x->listed));
  th_html_row_end(h);
}

void th_web_pairs_put(th_html *h, const th_web_pairs *p) {
  th_html_table_open(h, "list", p->caption_key);
  if (p->with_drug) head_cell(h, p, "web.list.drug", "drug");
  if (p->with_disease) head_cell(h, p, "col.disease", "disease");
  head_cell(h, p, "col.novelty", "novelty");
  head_cell(h, p, "col.level", "level");
  head_cell(h, p, "col.direction", "direction");
  head_cell(h, p, "col.decision", "decision");
  head_cell(h, p, "col.counted", "counted");
  th_html_close(h);
  th_html_close(h);
  th_html_open(h, "tbody");
  for (size_t i = 0; i < p->n; i++) pair_row(h, p, p->row[i]);
  for (int i = 0; i < 3; i++) th_html_close(h);
}

void th_web_facet(th_html *h, const char *title_key, const th_web_facet_value *v, size_t n) {
  th_html_open_cls(h, "div", "facet");
  th_html_el_say(h, "h2", NULL, title_key);
  th_html_open_cls(h, "ul", "chips");
  for (size_t i = 0; i < n; i++) {
    th_html_open(h, "li");
    th_html_open(h, "a");
    th_html_attr(h, "href", v[i].href);
    if (v[i].chosen) th_html_attrz(h, "aria-current", "true");
    th_html_text(h, v[i].text);
    th_html_textf(h, " (%zu)", v[i].n);
    th_html_close(h);
    th_html_close(h);
  }
  th_html_close(h);
  th_html_close(h);
}

static void matrix_cell(th_html *h, const th_web_matrix *m, const th_overview_pair *x) {
  th_html_open(h, "td");
  if (!x)
    th_html_say(h, "web.compare.no-pair");
  else {
    const th_overview_drug *d = &m->overview->drugs.v[x->drug];
    const th_str at = th_web_encode(h->a, x->disease_en);
    th_html_open(h, "a");
    th_html_attr(h, "href",
                 th_str_fmt(h->a, "%.*s?disease=%.*s#%.*s", TH_STR_ARG(th_web_path(h->a, "/drug/", d->en, "")), TH_STR_ARG(at),
                            TH_STR_ARG(x->id)));
    th_web_level(h, x->level);
    th_html_close(h);
    th_html_text(h, TH_S(" "));
    th_html_text(h, code_word(h, "direction", th_direction_code(x->direction)));
    th_html_open(h, "br");
    th_web_decision(h, x->decision);
  }
  th_html_close(h);
}

void th_web_matrix_put(th_html *h, const th_web_matrix *m) {
  th_html_table_open(h, "matrix", "web.compare.matrix");
  th_html_el_say(h, "td", NULL, "col.disease");
  for (size_t d = 0; d < m->n_drugs; d++) {
    th_html_open(h, "th");
    th_html_attrz(h, "scope", "col");
    names(h, th_web_path(h->a, "/drug/", m->drug[d]->en, ""), m->drug[d]->en, m->drug[d]->zh);
    th_html_close(h);
  }
  th_html_close(h);
  th_html_close(h);
  th_html_open(h, "tbody");
  for (size_t k = 0; k < m->n_diseases; k++) {
    th_html_row_begin(h, NULL);
    th_html_open(h, "th");
    th_html_attrz(h, "scope", "row");
    names(h, th_web_path(h->a, "/disease/", m->disease[k]->disease_en, ""), m->disease[k]->disease_en,
          m->disease[k]->disease_zh);
    th_html_close(h);
    for (size_t d = 0; d < m->n_drugs; d++) matrix_cell(h, m, m->pair[d * m->n_diseases + k]);
    th_html_row_end(h);
  }
  for (int i = 0; i < 3; i++) th_html_close(h);
}
