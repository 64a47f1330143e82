/* A patient's list of drugs: first what could not be looked up, then the pairs, then each drug by itself. */
#include "theriac/report/web_dossier.h"

#include <stdio.h>

static const char *severity_class(th_severity s) {
  return s >= TH_SEVERITY_MAJOR      ? "major"
         : s == TH_SEVERITY_MODERATE ? "moderate"
         : s == TH_SEVERITY_MINOR    ? "minor"
                                     : "unknown";
}

static void severity(th_html *h, th_severity s) {
  char key[48];
  snprintf(key, sizeof key, "severity.%s", th_severity_name(s));
  th_html_badge(h, severity_class(s), th_words_get(h->lang, key));
}

static th_str name_of(const th_html *h, const th_name_row *r) {
  return h->lang == TH_WORDS_ZH_TW && r->zh.n ? r->zh : r->en;
}

static void at(th_html *h, const th_drug_list *l, uint32_t source, uint32_t line) {
  if (source >= l->sources.n) return;
  const th_drug_list_source *s = &l->sources.v[source];
  const size_t slash = th_str_rfind(s->name, TH_S("/")); /* where a document lay on a machine is no reader's business */
  th_html_open_cls(h, "a", "ref");
  th_html_attr(h, "href", th_str_fmt(h->a, "/record/%lld", (long long)s->record_id));
  th_html_attr_say(h, "title", "ref.title");
  th_html_text(h, slash == SIZE_MAX ? s->name : th_str_sub(s->name, slash + 1, s->name.n));
  if (line) th_html_textf(h, ":%u", line);
  th_html_close(h);
}

static void not_looked_up(th_html *h, const th_drug_list *l) {
  if (!l->tables) th_web_note(h, "stop", "safety.no_table");
  if (!l->caution_tables) th_web_note(h, "warn", "safety.no_cautions");
  for (size_t i = 0; i < l->drugs.n; i++) {
    const th_drug_list_item *x = &l->drugs.v[i];
    if (x->known && (x->in_tables || !l->tables)) continue;
    th_web_note_begin(h, "warn");
    th_html_open(h, "p");
    TH_HTML_FILL(h, x->known ? "safety.not_in_tables" : "safety.unknown_name", x->asked);
    th_html_close(h);
    th_html_close(h);
  }
}

static void pairs(th_html *h, const th_drug_list *l) {
  static const char *const heads[] = { "web.safety.severity", "web.safety.pair", "web.safety.effect", "web.safety.source" };
  if (l->drugs.n < 2) return;
  th_html_el_say(h, "h2", NULL, "web.safety.pairs");
  if (!l->tables) return;
  if (!l->pairs.n) {
    th_html_open(h, "p");
    TH_HTML_FILL(h, "safety.no_pairs", th_str_fmt(h->a, "%zu", l->drugs.n), TH_S("0"));
    th_html_close(h);
    return;
  }
  th_html_table_begin(h, "list", "web.safety.pairs", heads, 4);
  for (size_t i = 0; i < l->pairs.n; i++) {
    const th_safety_pair *p = &l->pairs.v[i];
    th_html_row_begin(h, NULL);
    th_html_open(h, "td");
    severity(h, p->severity);
    th_html_close(h);
    th_html_open(h, "th");
    th_html_attrz(h, "scope", "row");
    th_html_text(h, name_of(h, l->drugs.v[p->a].row));
    th_html_text(h, TH_S(" + "));
    th_html_text(h, name_of(h, l->drugs.v[p->b].row));
    th_html_close(h);
    th_html_open(h, "td");
    if (p->effect.n)
      th_html_quote(h, p->effect);
    else
      th_html_say(h, "web.safety.no-text");
    if (p->conflict) th_html_el_say(h, "span", "hint", "safety.differ");
    if (p->page_only) th_html_el_say(h, "span", "hint", "safety.page_only");
    th_html_close(h);
    th_html_open(h, "td");
    at(h, l, p->source, p->line);
    th_html_close(h);
    th_html_row_end(h);
  }
  th_html_table_end(h);
}

static void caution(th_html *h, const th_drug_list *l, const th_safety_caution *k) {
  th_html_open(h, "li");
  severity(h, k->severity);
  th_html_text(h, TH_S(" "));
  th_html_el(h, "strong", NULL, k->disease ? name_of(h, k->disease) : k->subject);
  th_html_text(h, TH_S(" "));
  th_html_quote(h, k->text);
  if (k->rule) {
    th_html_open_cls(h, "span", "hint");
    TH_HTML_FILL(h, strcmp(k->rule, "S-3") == 0 ? "safety.turned" : "safety.moved", k->label, th_str_of(k->rule));
    th_html_close(h);
  }
  if (k->class_statement) th_html_el_say(h, "span", "hint", "safety.class");
  at(h, l, k->source, k->line);
  th_html_close(h);
}

static void one_drug(th_html *h, const th_drug_list *l, const th_drug_list_item *x) {
  if (!x->cautions.n && !x->warnings.n) return;
  th_html_open(h, "details");
  th_html_flag(h, "open", x->warnings.n || (x->cautions.n && x->cautions.v[0].severity >= TH_SEVERITY_MAJOR));
  th_html_open(h, "summary");
  th_html_text(h, name_of(h, x->row));
  th_html_textf(h, " (%zu)", x->cautions.n + x->warnings.n);
  th_html_close(h);
  th_html_open(h, "ul");
  for (size_t i = 0; i < x->warnings.n; i++) {
    th_html_open(h, "li");
    if (x->warnings.v[i].major) severity(h, TH_SEVERITY_MAJOR), th_html_text(h, TH_S(" "));
    th_html_text(h, h->lang == TH_WORDS_ZH_TW ? x->warnings.v[i].zh : x->warnings.v[i].en);
    th_html_text(h, TH_S(" "));
    th_html_el(h, "span", "small", x->warnings.v[i].source);
    th_html_close(h);
  }
  for (size_t i = 0; i < x->cautions.n; i++) caution(h, l, &x->cautions.v[i]);
  th_html_close(h);
  th_html_close(h);
}

/* Everything a single drug interacts with, by severity. */
static void others(th_html *h, const th_drug_list_item *x) {
  for (int s = TH_SEVERITY_CONTRAINDICATED; s >= 0; s--) {
    size_t n = 0;
    for (size_t i = 0; i < x->others.n; i++) n += (int)x->others.v[i].severity == s;
    if (!n) continue;
    th_html_open(h, "h3");
    severity(h, (th_severity)s);
    th_html_textf(h, " %zu", n);
    th_html_close(h);
    th_html_open_cls(h, "ul", "columns");
    for (size_t i = 0; i < x->others.n; i++)
      if ((int)x->others.v[i].severity == s)
        th_html_el(h, "li", NULL, x->others.v[i].drug ? name_of(h, x->others.v[i].drug) : x->others.v[i].name);
    th_html_close(h);
  }
}

void th_web_drug_list(th_html *h, const th_drug_list *l) {
  not_looked_up(h, l);
  pairs(h, l);
  if (l->drugs.n == 1) {
    th_html_el_say(h, "h2", NULL, "web.safety.others");
    others(h, &l->drugs.v[0]);
  }
  th_html_el_say(h, "h2", NULL, "web.safety.cautions");
  size_t n = 0;
  for (size_t i = 0; i < l->drugs.n; i++) n += l->drugs.v[i].cautions.n + l->drugs.v[i].warnings.n;
  if (!n) th_html_el_say(h, "p", NULL, l->caution_tables ? "web.safety.no-cautions" : "safety.no_cautions");
  for (size_t i = 0; i < l->drugs.n; i++) one_drug(h, l, &l->drugs.v[i]);
  th_html_el_say(h, "p", "small", "safety.foot");
}
