/* Safety and licence. */
#include "page.h"

static const char *severity_class(th_severity s) {
  static const char *const cls[] = { "unknown", "minor", "moderate", "major", "stop" };
  return cls[s];
}

static void warnings(th_page *p) {
  const th_dossier *d = p->d;
  th_page_section(p, "populations", "h.populations");
  if (!d->warnings.n) th_page_para(p, "warnings.not-held");
  th_page_begin(p, BLOCK_LIST, NULL);
  for (size_t i = 0; i < d->warnings.n; i++) {
    const th_safety_warning *w = &d->warnings.v[i];
    th_page_begin(p, BLOCK_ITEM, NULL);
    char code[64];
    snprintf(code, sizeof code, "%.*s", TH_STR_ARG(w->population));
    th_page_run(p, RUN_STRONG, NULL, th_page_code(p, "population", code), TH_STR_NONE);
    th_page_text(p, TH_S(" "));
    th_page_text(p, p->lang == TH_WORDS_ZH_TW ? w->zh : w->en);
    th_page_run(p, RUN_TEXT, "small", th_str_fmt(p->a, " (%.*s)", TH_STR_ARG(w->source)), TH_STR_NONE);
    th_page_end(p);
  }
  th_page_end(p);
  th_page_end(p);
}

static void interaction(th_page *p, const th_safety_interaction *x, bool tables) {
  th_page_begin(p, BLOCK_ITEM, NULL);
  th_page_badge(p, severity_class(x->severity), th_page_code(p, "severity", th_severity_name(x->severity)));
  th_page_text(p, TH_S(" "));
  th_page_text(p, x->name);
  if (x->drug && x->drug->zh.n && p->lang == TH_WORDS_ZH_TW)
    th_page_run(p, RUN_TEXT, "other-script", th_str_fmt(p->a, " %.*s", TH_STR_ARG(x->drug->zh)), TH_STR_NONE);
  if (x->listed) th_page_say(p, "interaction.listed");
  if (x->group.n && x->atc.n) th_page_run(p, RUN_TEXT, "small", th_str_fmt(p->a, " · %.*s", TH_STR_ARG(x->group)), TH_STR_NONE);
  if (x->vague) th_page_say(p, "interaction.vague");
  if (x->page_only && tables) th_page_say(p, "interaction.page-only");
  if (x->conflict) th_page_say(p, "interaction.conflict");
  if (x->effect.n) {
    th_page_text(p, TH_S(" "));
    th_page_quote(p, x->effect);
  }
  th_page_ref(p, (th_place){ x->source, x->line, 0, 0 });
  th_page_end(p);
}

static void class_head(th_page *p, const th_safety_class *c) {
  char code[8];
  snprintf(code, sizeof code, "%.*s", TH_STR_ARG(c->atc));
  if (c->atc.n) th_page_run(p, RUN_CODE, NULL, c->atc, TH_STR_NONE);
  if (c->atc.n) th_page_text(p, TH_S(" "));
  th_page_text(p, c->atc.n ? th_page_code(p, "atc", code) : c->name.n ? c->name : th_page_word(p, "interaction.no-class"));
  for (int s = TH_SEVERITY_CONTRAINDICATED; s >= TH_SEVERITY_UNKNOWN; s--) {
    if (!c->n_severity[s]) continue;
    th_page_text(p, TH_S(" "));
    th_page_badge(p, severity_class((th_severity)s),
                  th_str_fmt(p->a, "%.*s %u", TH_STR_ARG(th_page_code(p, "severity", th_severity_name((th_severity)s))),
                             c->n_severity[s]));
  }
}

enum { OPEN_MAX = 24 }; /* a longer class shows its counts, and opens when asked */

static void interaction_class(th_page *p, const th_safety_class *c, bool tables) {
  th_page_begin(p, BLOCK_FOLD, NULL)->open = c->n_listed || (c->worst >= TH_SEVERITY_MAJOR && c->n <= OPEN_MAX);
  class_head(p, c);
  th_page_begin(p, BLOCK_LIST, "columns");
  for (uint32_t i = 0; i < c->n; i++) interaction(p, &p->d->interactions.v[c->of[i]], tables);
  th_page_end(p);
  th_page_end(p);
}

static void interactions(th_page *p) {
  const th_dossier *d = p->d;
  bool tables = false; /* some table is held: what only a page says is told apart */
  th_page_section(p, "interactions", "h.interactions");
  if (d->interactions_claimed.n) {
    th_page_begin(p, BLOCK_PARA, NULL);
    FILL(p, "interaction.claimed", d->interactions_claimed, th_str_fmt(p->a, "%zu", d->interactions.n));
    th_page_ref(p, d->interactions_claimed_at);
    th_page_end(p);
  }
  if (!d->interactions.n) {
    th_page_para(p, "interaction.none");
  } else {
    th_page_begin(p, BLOCK_PARA, NULL);
    for (int s = TH_SEVERITY_CONTRAINDICATED; s >= TH_SEVERITY_UNKNOWN; s--) {
      if (!d->n_interactions[s]) continue;
      th_page_badge(p, severity_class((th_severity)s), th_page_code(p, "severity", th_severity_name((th_severity)s)));
      th_page_text(p, th_str_fmt(p->a, " %u  ", d->n_interactions[s]));
    }
    th_page_end(p);
    th_page_para(p, "interaction.order");
  }
  for (size_t i = 0; i < d->interactions.n; i++) tables |= !d->interactions.v[i].page_only;
  for (size_t i = 0; i < d->interaction_classes.n; i++) interaction_class(p, &d->interaction_classes.v[i], tables);
  th_page_end(p);
}

static void cautions(th_page *p) {
  const th_dossier *d = p->d;
  th_page_section(p, "cautions", "h.cautions");
  if (!d->cautions.n) {
    th_page_para(p, "state.not-held");
    th_page_end(p);
    return;
  }
  th_page_begin(p, BLOCK_TABLE, NULL);
  static const char *const head[] = { "col.subject", "col.label", "col.severity", "col.text" };
  th_page_head(p, head, 4);
  for (size_t i = 0; i < d->cautions.n; i++) {
    const th_safety_caution *c = &d->cautions.v[i];
    th_page_begin(p, BLOCK_ROW, NULL);
    th_page_begin(p, BLOCK_CELL, NULL);
    th_page_text(p, c->disease && p->lang == TH_WORDS_ZH_TW && c->disease->zh.n ? c->disease->zh : c->subject);
    th_page_ref(p, (th_place){ c->source, c->line, 0, 0 });
    th_page_end(p);
    th_page_cell(p, c->label);
    th_page_begin(p, BLOCK_CELL, NULL);
    th_page_badge(p, severity_class(c->severity), th_page_code(p, "severity", th_severity_name(c->severity)));
    if (c->rule) {
      th_page_text(p, TH_S(" "));
      FILL(p, "caution.conflict", th_str_of(c->rule), c->label);
    }
    if (c->class_statement) th_page_say(p, "caution.class");
    th_page_end(p);
    th_page_begin(p, BLOCK_CELL, NULL);
    th_page_quote(p, c->text);
    th_page_end(p);
    th_page_end(p);
  }
  th_page_end(p);
  th_page_end(p);
}

void th_page__safety(th_page *p) {
  th_page_section(p, "safety", "h.safety");
  warnings(p);
  interactions(p);
  cautions(p);
  th_page_end(p);
}

void th_page__licence(th_page *p) {
  const th_dossier *d = p->d;
  th_page_section(p, "licence", "h.licence");
  if (!d->products.n)
    th_page_para(p, "licence.not-held");
  else {
    th_page_begin(p, BLOCK_TABLE, NULL);
    static const char *const head[] = { "col.licence", "col.product", "col.form", "col.holder", "col.expires", "col.state" };
    th_page_head(p, head, 6);
    for (size_t i = 0; i < d->products.n; i++) {
      const th_licence_product *l = &d->products.v[i];
      char iso[TH_DATE_TEXT], roc[TH_DATE_TEXT];
      th_page_begin(p, BLOCK_ROW, NULL);
      th_page_begin(p, BLOCK_CELL, NULL);
      th_page_text(p, l->number);
      th_page_ref(p, (th_place){ l->source, l->line, 0, 0 });
      th_page_end(p);
      th_page_cell(p, l->name);
      th_page_cell(p, l->form);
      th_page_cell(p, l->holder);
      th_page_cell(p, l->expires.prec ? th_str_fmt(p->a, "%s (%s)", th_date_iso(l->expires, iso), th_date_roc(l->expires, roc))
                                      : th_page_word(p, "state.not-stated"));
      th_page_begin(p, BLOCK_CELL, NULL);
      th_page_badge(p, l->state == TH_LICENCE_VALID ? "ok" : "hold",
                    th_page_code(p, "licence", th_licence_state_code(l->state)));
      if (!l->from_register) th_page_say(p, "licence.claimed");
      th_page_end(p);
      th_page_end(p);
    }
    th_page_end(p);
  }
  for (size_t i = 0; i < d->indications.n; i++) {
    th_page_begin(p, BLOCK_PARA, NULL);
    th_page_run(p, RUN_STRONG, NULL, th_page_word(p, "licence.use"), TH_STR_NONE);
    th_page_text(p, TH_S(" "));
    th_page_quote(p, d->indications.v[i].text);
    th_page_ref(p, d->indications.v[i].at);
    th_page_end(p);
  }
  th_page_end(p);
}
