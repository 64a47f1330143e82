/* Reimbursement: the rule as imported beside the policy that decides it, forms, scores, and a patient's case. */
#include "page.h"

/* What the policy makes of a clause, in our words. */
static void wordings(th_page *p, const th_dossier_rule *rule, size_t at) {
  for (size_t i = 0; i < rule->wordings.n; i++) {
    const th_dossier_wording *w = &rule->wordings.v[i];
    if (w->clause != at) continue;
    th_page_run(p, RUN_BREAK, NULL, TH_STR_NONE, TH_STR_NONE);
    th_page_run(p, RUN_TEXT, "small",
                th_str_fmt(p->a, "%.*s: %.*s", TH_STR_ARG(w->id), TH_STR_ARG(p->lang == TH_WORDS_ZH_TW ? w->zh : w->en)),
                TH_STR_NONE);
  }
}

static size_t clause(th_page *p, const th_dossier_rule *rule, size_t at) {
  const th_coverage_clause *c = &rule->text->clauses.v[at];
  const size_t end = at + 1 + c->n_below;
  th_block *b = th_page_begin(p, c->n_below ? BLOCK_FOLD : BLOCK_ITEM, "clause");
  b->id = th_str_fmt(p->a, "c-%.*s", TH_STR_ARG(c->id));
  b->open = c->depth < 2;
  th_page_run(p, RUN_CODE, NULL, c->id, TH_STR_NONE);
  th_page_text(p, TH_S(" "));
  th_page_quote(p, c->clean.n ? c->clean : c->text.text);
  for (size_t i = 0; i < c->dates.n; i++) {
    char iso[TH_DATE_TEXT];
    th_page_run(p, RUN_TEXT, "small",
                th_str_fmt(p->a, " [%.*s = %s]", TH_STR_ARG(c->dates.v[i].at.text), th_date_iso(c->dates.v[i].date, iso)),
                TH_STR_NONE);
  }
  th_page_ref(p, (th_place){ rule->at.source, c->line, c->from, c->to });
  wordings(p, rule, at);
  if (c->n_below) {
    th_page_begin(p, BLOCK_LIST, NULL);
    for (size_t k = at + 1; k < end;) k = clause(p, rule, k);
    th_page_end(p);
  }
  th_page_end(p);
  return end;
}

static void forms(th_page *p, const th_dossier_rule *rule) {
  const th_coverage_text *t = rule->text;
  if (!t->forms.n) return;
  th_page_section(p, "forms", "h.forms");
  th_page_begin(p, BLOCK_TABLE, NULL);
  static const char *const head[] = { "col.form-no", "col.title", "col.attached" };
  th_page_head(p, head, 3);
  for (size_t i = 0; i < t->forms.n; i++) {
    const th_coverage_form *f = &t->forms.v[i];
    th_page_begin(p, BLOCK_ROW, NULL);
    th_page_begin(p, BLOCK_CELL, NULL);
    th_page_text(p, f->number.text);
    th_page_ref(p, (th_place){ rule->at.source, f->line, 0, 0 });
    th_page_end(p);
    th_page_cell(p, f->title.text);
    if (f->is_score)
      th_page_cell(p,
                   th_words_fill(p->a, th_page_word(p, "form.score"),
                                 (th_str[]){ th_str_fmt(p->a, "%zu", t->items.n), th_str_fmt(p->a, "%d", t->items_sum) }, 2));
    else
      th_page_cell_say(p, f->attached ? "form.attached" : "form.named-only");
    th_page_end(p);
  }
  th_page_end(p);
  th_page_end(p);
}

static void score_table(th_page *p, const th_dossier_rule *rule) {
  const th_coverage_text *t = rule->text;
  if (!t->items.n) return;
  th_page_begin(p, BLOCK_FOLD, NULL)->id = TH_S("score-table");
  FILL(p, "score.title", th_str_fmt(p->a, "%zu", t->items.n), th_str_fmt(p->a, "%d", t->items_sum));
  th_page_begin(p, BLOCK_TABLE, NULL);
  static const char *const head[] = { "col.weight", "col.item", "col.definition" };
  th_page_head(p, head, 3);
  for (size_t i = 0; i < t->items.n; i++) {
    const th_coverage_score_item *it = &t->items.v[i];
    th_page_begin(p, BLOCK_ROW, NULL);
    th_page_begin(p, BLOCK_CELL, "num");
    th_page_text(p, th_str_fmt(p->a, "%d", it->weight));
    th_page_end(p);
    th_page_begin(p, BLOCK_CELL, NULL);
    th_page_text(p, th_str_fmt(p->a, "%.*s %.*s", TH_STR_ARG(it->name_en.text), TH_STR_ARG(it->name_zh.text)));
    th_page_ref(p, (th_place){ rule->at.source, it->line, 0, 0 });
    th_page_end(p);
    th_page_begin(p, BLOCK_CELL, NULL);
    th_page_quote(p, p->lang == TH_WORDS_ZH_TW && it->definition_zh.text.n ? it->definition_zh.text : it->definition_en.text);
    th_page_end(p);
    th_page_end(p);
  }
  th_page_end(p);
  th_page_end(p);
}

static const char *verdict_key(uint8_t v) {
  static const char *const keys[] = { "case.F", "case.U", "case.T", "case.H" };
  return v < 4 ? keys[v] : "case.U";
}

static void case_clauses(th_page *p, const th_coverage_result *r) {
  th_page_begin(p, BLOCK_TABLE, NULL);
  static const char *const head[] = { "col.clause", "col.state", "col.wording" };
  th_page_head(p, head, 3);
  for (uint32_t i = 0; i < r->rule.n_named; i++) {
    const uint32_t at = r->rule.named[i];
    const th_rule_node *n = &r->policy->node[at];
    if (!n->zh.n) continue;
    th_page_begin(p, BLOCK_ROW, NULL);
    th_page_begin(p, BLOCK_CELL, NULL);
    th_page_run(p, RUN_CODE, NULL, n->id, TH_STR_NONE);
    if (n->cite.n) th_page_run(p, RUN_TEXT, "small", th_str_fmt(p->a, " %.*s", TH_STR_ARG(n->cite)), TH_STR_NONE);
    th_page_end(p);
    th_page_cell_say(p, r->rule.node_depends && r->rule.node_depends[at] ? "case.depends" : verdict_key(r->rule.node[at]));
    th_page_cell(p, p->lang == TH_WORDS_ZH_TW ? n->zh : n->en);
    th_page_end(p);
  }
  th_page_end(p);
}

static void set_facts(th_page *p, const th_coverage_result *r, const th_rule_set *set, bool common) {
  uint32_t n = 0;
  for (uint32_t k = 0; k < set->n; k++) {
    const th_rule_fact *f = &r->policy->dict->fact[set->fact[k]];
    if (th_coverage_in_every_set(r, set->fact[k]) != common) continue;
    if (n++) th_page_text(p, p->lang == TH_WORDS_ZH_TW ? TH_S("；") : TH_S("; "));
    th_page_text(p, p->lang == TH_WORDS_ZH_TW ? f->zh : f->en);
    th_page_text(p, TH_S(" "));
    th_page_run(p, RUN_CODE, NULL, f->name, TH_STR_NONE);
    const th_rule_cost *class = th_rule_fact_cost(r->policy->dict, set->fact[k]);
    if (!class) continue;
    const bool zh = p->lang == TH_WORDS_ZH_TW;
    th_page_text(p, th_str_fmt(p->a, zh ? "（%.*s）" : " (%.*s)", TH_STR_ARG(zh ? class->zh : class->en)));
  }
}

/* What all sets ask for stands once, before them. */
static void case_collect(th_page *p, const th_coverage_result *r) {
  bool common = false;
  if (!r->rule.n_cheapest) return;
  const bool several = r->rule.n_cheapest > 1;
  for (uint32_t k = 0; k < r->rule.cheapest[0].n; k++) common |= th_coverage_in_every_set(r, r->rule.cheapest[0].fact[k]);
  th_page_para(p, "case.collect");
  if (several && common) {
    th_page_begin(p, BLOCK_PARA, NULL);
    th_page_say(p, "case.always");
    th_page_text(p, TH_S(" "));
    set_facts(p, r, &r->rule.cheapest[0], true);
    th_page_end(p);
    th_page_para(p, "case.one-of");
  }
  th_page_begin(p, BLOCK_LIST, NULL);
  for (uint32_t i = 0; i < r->rule.n_cheapest; i++) {
    th_page_begin(p, BLOCK_ITEM, NULL);
    set_facts(p, r, &r->rule.cheapest[i], !several);
    th_page_end(p);
  }
  th_page_end(p);
}

/* The values used, with units, days and the records they came from. */
static void case_values(th_page *p, const th_coverage_result *r) {
  bool any = false;
  for (uint32_t i = 0; i < r->path->n_facts; i++) {
    const th_rule_fact *f = &r->policy->dict->fact[r->path->fact[i]];
    if (r->kase->values[r->path->fact[i]].state == TH_RULE_ABSENT) continue;
    th_buf b;
    th_buf_init(&b, p->a, 64);
    th_coverage_value_text(&b, r->policy->dict, r->kase->values, r->path->fact[i], p->lang == TH_WORDS_ZH_TW);
    if (!any) {
      th_page_begin(p, BLOCK_FOLD, NULL)->open = false;
      th_page_say(p, "case.values");
      th_page_begin(p, BLOCK_LIST, NULL);
    }
    any = true;
    th_page_begin(p, BLOCK_ITEM, NULL);
    th_page_text(p, p->lang == TH_WORDS_ZH_TW ? f->zh : f->en);
    th_page_text(p, p->lang == TH_WORDS_ZH_TW ? TH_S("：") : TH_S(": "));
    th_page_text(p, th_buf_str(&b));
    th_page_end(p);
  }
  if (!any) return;
  th_page_end(p);
  th_page_end(p);
}

static void case_dates(th_page *p, const th_coverage_result *r) {
  if (!r->n_dates) return;
  th_page_para(p, "case.dates");
  th_page_begin(p, BLOCK_LIST, NULL);
  for (uint32_t i = 0; i < r->n_dates; i++) {
    char iso[TH_DATE_TEXT], roc[TH_DATE_TEXT];
    th_page_begin(p, BLOCK_ITEM, NULL);
    th_page_text(p, th_str_fmt(p->a, "%s (%s) %.*s", th_date_iso(r->date[i].day, iso), th_date_roc(r->date[i].day, roc),
                               TH_STR_ARG(p->lang == TH_WORDS_ZH_TW ? r->date[i].zh : r->date[i].en)));
    th_page_end(p);
  }
  th_page_end(p);
}

static void case_documents(th_page *p, const th_coverage_result *r) {
  if (!r->n_evidence) return;
  th_page_para(p, "case.documents");
  th_page_begin(p, BLOCK_LIST, NULL);
  for (uint32_t i = 0; i < r->n_evidence; i++) {
    const th_coverage_evidence *e = &r->evidence[i];
    th_coverage_have state;
    if (!th_coverage_document(r, i, &state) || state == TH_COVER_NOT_NEEDED) continue;
    th_page_begin(p, BLOCK_ITEM, NULL);
    th_page_text(p, p->lang == TH_WORDS_ZH_TW ? e->zh : e->en);
    th_page_say(p, state == TH_COVER_HAVE ? "case.have" : "case.missing");
    th_page_end(p);
  }
  th_page_end(p);
}

/* Whether recorded facts satisfy the written conditions; never that somebody approved anything. */
static void patient_case(th_page *p) {
  const th_coverage_result *r = p->d->kase;
  if (!r) return;
  char iso[TH_DATE_TEXT];
  th_page_section(p, "case", "h.case");
  th_page_begin(p, BLOCK_PARA, "lede");
  FILL(p, "case.line", r->kase->id, r->path->name, th_str_dup(p->a, th_str_of(th_date_iso(r->kase->as_of, iso))));
  th_page_text(p, TH_S(" "));
  th_page_badge(p, r->rule.outcome == TH_OUT_MET ? "ok" : "hold",
                th_page_code(p, "outcome", th_rule_outcome_name(r->rule.outcome)));
  th_page_end(p);
  for (uint32_t i = 0; i < r->path->n_amb; i++) {
    const th_rule_amb *amb = &r->policy->amb[r->path->amb[i]];
    if (!(r->rule.readings & (1u << i))) continue;
    th_page_begin(p, BLOCK_PARA, NULL);
    FILL(p, "case.reading", amb->id, p->lang == TH_WORDS_ZH_TW ? amb->zh : amb->en);
    th_page_end(p);
  }
  if (r->rule.reason) th_page_para(p, strcmp(r->rule.reason, "not_in_force") == 0 ? "case.not-in-force" : "case.text-not-held");
  if (r->rule.stop == TH_V_T) th_page_para(p, "case.stop");
  case_collect(p, r);
  if (r->rule.n_named) case_clauses(p, r);
  case_values(p, r);
  case_documents(p, r);
  case_dates(p, r);
  th_page_para(p, "case.note");
  th_page_end(p);
}

void th_page__coverage(th_page *p) {
  const th_dossier *d = p->d;
  th_page_section(p, "coverage", "h.coverage");
  patient_case(p);
  if (!d->rules.n)
    th_page_para(p, "coverage.not-held");
  else
    th_page_para(p, "coverage.note");
  for (size_t i = 0; i < d->rules.n; i++) {
    const th_dossier_rule *r = &d->rules.v[i];
    char iso[TH_DATE_TEXT], roc[TH_DATE_TEXT];
    th_page_begin(p, BLOCK_PARA, NULL);
    FILL(p, "coverage.edition", r->text->number.text, th_str_dup(p->a, th_str_of(th_date_iso(r->text->effective, iso))),
         th_str_dup(p->a, th_str_of(th_date_roc(r->text->effective, roc))));
    if (!r->in_force) th_page_say(p, "coverage.not-in-force");
    th_page_ref(p, r->at);
    th_page_end(p);
    th_page_begin(p, BLOCK_LIST, "tree");
    for (size_t k = 0; k < r->text->clauses.n;) k = clause(p, r, k);
    th_page_end(p);
    forms(p, r);
    score_table(p, r);
  }
  th_page_end(p);
}
