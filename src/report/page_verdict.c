/* The first screen: what must be known before anything favourable, one row a pair, the answer in a sentence, and a card for each reader. */
#include "page.h"

static const char *level_class(th_level v) {
  static const char *const cls[] = { "lu", "l1", "l2", "l3", "l4", "l5" };
  return cls[v];
}

static const char *decision_class(th_decision v) {
  return v == TH_DECISION_STOP || v == TH_DECISION_NO_GO      ? "stop"
         : v == TH_DECISION_LICENSED                          ? "ok"
         : v == TH_DECISION_GO || v == TH_DECISION_GUARDRAILS ? "go"
                                                              : "hold";
}

static void disease_run(th_page *p, const th_dossier_pair *pair) {
  const th_str first = p->lang == TH_WORDS_ZH_TW && pair->name_zh.n ? pair->name_zh : pair->name_en;
  const th_str second = p->lang == TH_WORDS_ZH_TW && pair->name_zh.n ? pair->name_en : pair->name_zh;
  th_page_run(p, RUN_LINK, NULL, first, th_str_fmt(p->a, "#%.*s", TH_STR_ARG(pair->id)));
  if (!second.n) return;
  th_page_text(p, TH_S(" "));
  th_page_run(p, RUN_TEXT, "other-script", second, TH_STR_NONE);
}

static void pair_row(th_page *p, const th_dossier_pair *pair) {
  th_page_begin(p, BLOCK_ROW, pair->leading ? "leading" : NULL);
  th_page_begin(p, BLOCK_CELL, NULL);
  disease_run(p, pair);
  if (pair->leading) {
    th_page_text(p, TH_S(" "));
    th_page_badge(p, "lead", th_page_word(p, "verdict.leading"));
  }
  th_page_end(p);
  th_page_begin(p, BLOCK_CELL, NULL);
  th_page_text(p, th_page_code(p, "novelty", th_novelty_code(pair->novelty.novelty)));
  th_page_ref(p, pair->novelty_at);
  th_page_end(p);
  th_page_begin(p, BLOCK_CELL, NULL);
  th_page_badge(p, level_class(pair->grade.level), th_page_code(p, "level", th_level_code(pair->grade.level)));
  th_page_end(p);
  th_page_begin(p, BLOCK_CELL, NULL);
  th_page_text(p, th_page_code(p, "direction", th_direction_code(pair->grade.direction)));
  th_page_end(p);
  th_page_begin(p, BLOCK_CELL, NULL);
  th_page_badge(p, decision_class(pair->decided.decision),
                th_page_code(p, "decision", th_decision_code(pair->decided.decision)));
  th_page_text(p, th_str_fmt(p->a, " #%d", pair->decided.row));
  th_page_end(p);
  th_page_begin(p, BLOCK_CELL, "num");
  th_page_text(p, th_str_fmt(p->a, "%u / %u", pair->grade.counted_units, pair->grade.listed));
  th_page_end(p);
  th_page_end(p);
}

/* Pregnancy stands before anything that supports. */
static void pregnancy_notice(th_page *p) {
  const th_dossier *d = p->d;
  bool touched = false;
  for (size_t i = 0; i < d->pairs.n; i++) touched |= d->pairs.v[i].pregnancy;
  if (!touched) return;
  th_page_begin(p, BLOCK_NOTE, "warn")->id = TH_S("pregnancy");
  th_page_begin(p, BLOCK_PARA, NULL);
  th_page_run(p, RUN_STRONG, NULL, th_page_word(p, "pregnancy.title"), TH_STR_NONE);
  th_page_text(p, TH_S(" "));
  for (size_t i = 0, n = 0; i < d->pairs.n; i++) {
    if (!d->pairs.v[i].pregnancy) continue;
    if (n++) th_page_say(p, "list.and");
    th_page_text(p, th_page_name(p, &d->pairs.v[i]));
    th_page_ref(p, d->pairs.v[i].pregnancy_at);
  }
  th_page_say(p, "pregnancy.concerns");
  th_page_end(p);
  bool held = false;
  for (size_t i = 0; i < d->warnings.n; i++) {
    if (!th_str_is(d->warnings.v[i].population, "pregnancy")) continue;
    held = true;
    th_page_begin(p, BLOCK_PARA, NULL);
    th_page_text(p, p->lang == TH_WORDS_ZH_TW ? d->warnings.v[i].zh : d->warnings.v[i].en);
    th_page_run(p, RUN_TEXT, "small", th_str_fmt(p->a, " (%.*s)", TH_STR_ARG(d->warnings.v[i].source)), TH_STR_NONE);
    th_page_end(p);
  }
  if (!held) th_page_para(p, "pregnancy.not-held");
  th_page_end(p);
}

static void leading_sentence(th_page *p) {
  const th_dossier *d = p->d;
  if (d->leading == UINT32_MAX) return;
  const th_dossier_pair *pair = &d->pairs.v[d->leading];
  const th_str values[] = { d->drug_en, th_page_name(p, pair), th_page_code(p, "level", th_level_code(pair->grade.level)),
                            th_page_code(p, "direction.phrase", th_direction_code(pair->grade.direction)),
                            th_page_code(p, "decision.phrase", th_decision_code(pair->decided.decision)) };
  th_page_begin(p, BLOCK_PARA, "lede");
  th_page_sayf(p, "verdict.sentence", 5, values);
  th_page_end(p);
  const bool licensed = pair->novelty.novelty == TH_NOVELTY_LICENSED, barred = pair->decided.decision == TH_DECISION_STOP;
  th_page_begin(p, BLOCK_PARA, "patient");
  th_page_run(p, RUN_STRONG, NULL, th_page_word(p, "verdict.patient"), TH_STR_NONE);
  FILL(p, licensed ? "patient.licensed" : barred ? "patient.barred" : "patient.unproven", d->drug_en, th_page_name(p, pair));
  th_page_end(p);
}

void th_page__verdict(th_page *p) {
  const th_dossier *d = p->d;
  th_page_section(p, "verdict", "h.verdict");
  pregnancy_notice(p);
  leading_sentence(p);
  th_page_begin(p, BLOCK_TABLE, "pairs");
  static const char *const head[] = {
    "col.disease", "col.novelty", "col.level", "col.direction", "col.decision", "col.counted"
  };
  th_page_head(p, head, 6);
  for (size_t i = 0; i < d->pairs.n; i++) pair_row(p, &d->pairs.v[i]);
  th_page_end(p);
  th_page_para(p, "verdict.note");
  th_page_end(p);
}

/* ── Role cards ── */

static void item_begin(th_page *p, const char *key) {
  th_page_begin(p, BLOCK_ITEM, NULL);
  th_page_run(p, RUN_STRONG, NULL, th_page_word(p, key), TH_STR_NONE);
  th_page_text(p, TH_S(" "));
}

static void card_begin(th_page *p, const char *id, const char *key) {
  th_page_section(p, id, key);
  th_page_begin(p, BLOCK_LIST, NULL);
}

static void card_end(th_page *p) {
  th_page_end(p);
  th_page_end(p);
}

static void more(th_page *p, const char *href, const char *key) {
  th_page_begin(p, BLOCK_ITEM, NULL);
  th_page_run(p, RUN_LINK, NULL, th_page_word(p, key), th_str_of(href));
  th_page_end(p);
}

static void licence_item(th_page *p) {
  const th_dossier *d = p->d;
  item_begin(p, "card.licence");
  if (!d->products.n) th_page_say(p, "state.not-held");
  for (size_t i = 0; i < d->products.n && i < 3; i++) {
    const th_licence_product *l = &d->products.v[i];
    char day[TH_DATE_TEXT];
    th_page_text(p, th_str_fmt(p->a, "%s%.*s %.*s, ", i ? "; " : "", TH_STR_ARG(l->number), TH_STR_ARG(l->form)));
    th_page_text(p, th_page_code(p, "licence", th_licence_state_code(l->state)));
    if (l->expires.prec) th_page_text(p, th_str_fmt(p->a, " (%s)", th_date_iso(l->expires, day)));
    th_page_ref(p, (th_place){ l->source, l->line, 0, 0 });
  }
  th_page_end(p);
}

static void severity_item(th_page *p) {
  const th_dossier *d = p->d;
  item_begin(p, "card.interactions");
  FILL(p, "card.interactions.counts",
       th_str_fmt(p->a, "%u", d->n_interactions[TH_SEVERITY_CONTRAINDICATED] + d->n_interactions[TH_SEVERITY_MAJOR]),
       th_str_fmt(p->a, "%u", d->n_interactions[TH_SEVERITY_MODERATE]));
  th_page_end(p);
  for (size_t i = 0; i < d->cautions.n; i++) {
    const th_safety_caution *c = &d->cautions.v[i];
    if (c->severity != TH_SEVERITY_CONTRAINDICATED) continue;
    item_begin(p, "card.contraindicated");
    th_page_text(p, c->disease && p->lang == TH_WORDS_ZH_TW && c->disease->zh.n ? c->disease->zh : c->subject);
    th_page_ref(p, (th_place){ c->source, c->line, 0, 0 });
    th_page_end(p);
  }
}

static void clause_item(th_page *p) {
  const th_dossier *d = p->d;
  item_begin(p, "card.clause");
  if (!d->rules.n) th_page_say(p, "state.not-held");
  for (size_t i = 0; i < d->rules.n; i++) {
    const th_coverage_text *t = d->rules.v[i].text;
    char day[TH_DATE_TEXT];
    th_page_text(p, th_str_fmt(p->a, "%.*s (%s)", TH_STR_ARG(t->number.text), th_date_iso(t->effective, day)));
    th_page_ref(p, d->rules.v[i].at);
    for (size_t k = 0; k < t->forms.n; k++)
      th_page_text(p, th_str_fmt(p->a, "%s%.*s", k ? "、" : " ", TH_STR_ARG(t->forms.v[k].number.text)));
  }
  th_page_end(p);
}

static void effect_item(th_page *p) {
  const th_dossier *d = p->d;
  item_begin(p, "card.effect");
  if (!d->appraisals.n || !d->appraisals.v[0].main) th_page_say(p, "card.effect.none");
  for (size_t i = 0; i < d->appraisals.n; i++) {
    const th_dossier_appraisal *ap = &d->appraisals.v[i];
    if (!ap->main) continue;
    FILL(p, "card.effect.per100", th_page_num(p, 100 * ap->main->panel.p1.estimate, 0),
         th_page_num(p, 100 * ap->main->panel.p2.estimate, 0), th_page_num(p, ap->main->panel.nnt.estimate, 1), ap->id);
    th_page_ref(p, ap->at);
  }
  th_page_end(p);
}

static void certainty_item(th_page *p) {
  const th_dossier *d = p->d;
  if (d->leading == UINT32_MAX) return;
  const th_grade *g = &d->pairs.v[d->leading].grade;
  item_begin(p, "card.certainty");
  th_page_text(p, th_page_code(p, "certainty", th_certainty_code(g->certainty)));
  if (g->certainty_automatic) th_page_say(p, "certainty.automatic");
  th_page_end(p);
}

void th_page__cards(th_page *p) {
  const th_dossier *d = p->d;
  th_page_section(p, "roles", "h.roles");
  th_page_begin(p, BLOCK_CARDS, NULL);
  card_begin(p, "role-pharmacist", "role.pharmacist");
  licence_item(p);
  severity_item(p);
  clause_item(p);
  more(p, "#safety", "card.more.safety");
  card_end(p);
  card_begin(p, "role-physician", "role.physician");
  effect_item(p);
  certainty_item(p);
  more(p, "#coverage", "card.more.coverage");
  card_end(p);
  card_begin(p, "role-reviewer", "role.reviewer");
  item_begin(p, "card.findings");
  th_page_text(p, th_str_fmt(p->a, "%zu", d->findings.n));
  th_page_end(p);
  more(p, "#appraisal", "card.more.appraisal");
  more(p, "#findings", "card.more.findings");
  card_end(p);
  card_begin(p, "role-researcher", "role.researcher");
  item_begin(p, "card.predictions");
  size_t claims = 0;
  for (size_t i = 0; i < d->pairs.n; i++) claims += d->pairs.v[i].claims.n;
  th_page_text(p, th_str_fmt(p->a, "%zu", claims));
  th_page_end(p);
  more(p, "#predictions", "card.more.predictions");
  card_end(p);
  card_begin(p, "role-patient", "role.patient");
  item_begin(p, "card.patient");
  th_page_end(p);
  card_end(p);
  th_page_end(p);
  th_page_end(p);
}
