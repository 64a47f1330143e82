/* Predictions as claims beside our finding, and the studies of each pair with the reason for every one. */
#include "page.h"

#include <math.h>

static void claim_row(th_page *p, const th_dossier_pair *pair, const th_dossier_claim *c) {
  th_page_begin(p, BLOCK_ROW, NULL);
  th_page_begin(p, BLOCK_CELL, NULL);
  th_page_text(p, c->rank.n ? c->rank : TH_S("–"));
  th_page_end(p);
  th_page_begin(p, BLOCK_CELL, NULL);
  th_page_run(p, RUN_LINK, NULL, th_page_name(p, pair), th_str_fmt(p->a, "#%.*s", TH_STR_ARG(pair->id)));
  if (!th_str_eq_nocase(c->name, th_page_name(p, pair))) {
    th_page_text(p, TH_S(" "));
    th_page_quote(p, c->name);
  }
  th_page_ref(p, c->at);
  th_page_end(p);
  th_page_begin(p, BLOCK_CELL, "num");
  th_page_text(p, c->score.n ? c->score : th_page_word(p, "state.not-stated"));
  th_page_end(p);
  th_page_begin(p, BLOCK_CELL, NULL);
  th_page_text(p, c->level.n ? c->level : th_page_word(p, "state.not-stated"));
  th_page_end(p);
  th_page_begin(p, BLOCK_CELL, NULL);
  th_page_text(p, c->decision.n ? c->decision : TH_S("–"));
  th_page_end(p);
  th_page_begin(p, BLOCK_CELL, NULL);
  th_page_text(p, th_page_code(p, "level", th_level_code(pair->grade.level)));
  if (c->cluster)
    th_page_text(
        p, th_words_fill(p->a, th_page_word(p, "claim.cluster"), (th_str[]){ th_str_fmt(p->a, "%c", '@' + c->cluster) }, 1));
  if (c->doubts_itself) th_page_say(p, "claim.doubts");
  th_page_end(p);
  th_page_end(p);
}

void th_page__predictions(th_page *p) {
  const th_dossier *d = p->d;
  th_page_section(p, "predictions", "h.predictions");
  size_t claims = 0;
  for (size_t i = 0; i < d->pairs.n; i++) claims += d->pairs.v[i].claims.n;
  if (!claims)
    th_page_para(p, "claim.none");
  else {
    th_page_para(p, "claim.note");
    th_page_begin(p, BLOCK_TABLE, NULL);
    static const char *const head[] = { "col.rank",          "col.disease",          "col.score",
                                        "col.claimed-level", "col.claimed-decision", "col.ours" };
    th_page_head(p, head, 6);
    for (size_t i = 0; i < d->pairs.n; i++)
      for (size_t k = 0; k < d->pairs.v[i].claims.n; k++) claim_row(p, &d->pairs.v[i], &d->pairs.v[i].claims.v[k]);
    th_page_end(p);
    th_page__score_figure(p);
  }
  th_page_end(p);
}

static void searches(th_page *p, const th_dossier_pair *pair) {
  th_page_begin(p, BLOCK_TABLE, NULL);
  static const char *const head[] = { "col.source", "col.state", "col.query", "col.day" };
  th_page_head(p, head, 4);
  for (size_t i = 0; i < pair->searches.n; i++) {
    const th_search_seen *s = &pair->searches.v[i];
    char day[TH_DATE_TEXT];
    th_page_begin(p, BLOCK_ROW, NULL);
    th_page_cell(p, th_page_code(p, "source", th_capture_source_name(s->source)));
    th_page_begin(p, BLOCK_CELL, NULL);
    if (s->state == TH_SEARCH_FOUND && s->records >= 0)
      FILL(p, "search.found.n", th_str_fmt(p->a, "%lld", (long long)s->records));
    else
      th_page_text(p, th_page_code(p, "search", th_search_state_name(s->state)));
    if (s->incomplete) th_page_say(p, "search.incomplete");
    if (s->error.n) th_page_quote(p, s->error);
    th_page_ref(p, (th_place){ s->document, 0, 0, 0 });
    th_page_end(p);
    th_page_begin(p, BLOCK_CELL, NULL);
    if (s->query.n) th_page_quote(p, s->query);
    th_page_end(p);
    th_page_cell(p, s->on.prec ? th_str_dup(p->a, th_str_of(th_date_iso(s->on, day))) : TH_S(""));
    th_page_end(p);
  }
  th_page_end(p);
}

static void codes(th_page *p, const th_codes *v, const char *prefix) {
  for (size_t i = 0; i < v->n; i++) {
    if (i) th_page_text(p, TH_S("; "));
    th_page_run(p, RUN_CODE, NULL, th_str_of(v->v[i]), TH_STR_NONE);
    th_page_text(p, TH_S(" "));
    th_page_text(p, th_page_code(p, prefix, v->v[i]));
  }
}

static void item_row(th_page *p, const th_evidence_item *it) {
  const th_study_seen *s = it->study;
  th_page_begin(p, BLOCK_ROW, it->counted ? "counted" : "uncounted");
  th_page_begin(p, BLOCK_CELL, NULL);
  th_page_run(p, RUN_STRONG, NULL, s->id, TH_STR_NONE);
  th_page_text(p, TH_S(" "));
  th_page_quote(p, s->title);
  th_page_ref(p, (th_place){ s->source, s->line, 0, 0 });
  th_page_end(p);
  th_page_begin(p, BLOCK_CELL, NULL);
  th_page_text(p, th_page_code(p, "design", th_design_code(it->design)));
  if (it->design_labelled != it->design)
    FILL(p, "design.relabelled", th_page_code(p, "design", th_design_code(it->design_labelled)));
  th_page_end(p);
  th_page_begin(p, BLOCK_CELL, "num");
  th_page_text(p, s->n >= 0 ? th_str_fmt(p->a, "%lld", (long long)s->n) : th_page_word(p, "state.not-stated"));
  th_page_end(p);
  th_page_begin(p, BLOCK_CELL, NULL);
  th_page_text(p, th_page_code(p, "relevance", th_relevance_code(it->relevance)));
  if (it->about)
    th_page_text(p, th_str_fmt(p->a, " (%.*s)",
                               TH_STR_ARG(p->lang == TH_WORDS_ZH_TW && it->about->zh.n ? it->about->zh : it->about->en)));
  th_page_end(p);
  th_page_begin(p, BLOCK_CELL, NULL);
  th_page_text(p, th_page_code(p, "direction", th_direction_code(it->direction)));
  th_page_end(p);
  th_page_begin(p, BLOCK_CELL, NULL);
  if (it->counted)
    th_page_badge(p, "ok", th_page_word(p, "item.counted"));
  else
    th_page_badge(p, "hold", th_page_word(p, "item.not-counted"));
  th_page_text(p, TH_S(" "));
  codes(p, &it->gates, "gate");
  if (it->gates.n && it->flags.n) th_page_text(p, TH_S("; "));
  codes(p, &it->flags, "flag");
  th_page_end(p);
  th_page_end(p);
}

static void steps(th_page *p, const th_dossier_pair *pair) {
  th_page_begin(p, BLOCK_FOLD, NULL);
  th_page_say(p, "evidence.steps");
  th_page_begin(p, BLOCK_LIST, NULL);
  for (size_t i = 0; i < pair->items.n; i++)
    for (size_t k = 0; k < pair->items.v[i].steps.n; k++) {
      const th_evidence_step *s = &pair->items.v[i].steps.v[k];
      th_page_begin(p, BLOCK_ITEM, NULL);
      th_page_text(p, pair->items.v[i].study->id);
      th_page_text(p, TH_S(" "));
      th_page_run(p, RUN_CODE, NULL, th_str_of(s->rule), TH_STR_NONE);
      th_page_text(p, th_str_fmt(p->a, " → %.*s [%.*s] ", TH_STR_ARG(s->gave), TH_STR_ARG(s->path)));
      if (s->words.n) th_page_quote(p, s->words);
      th_page_end(p);
    }
  th_page_end(p);
  th_page_end(p);
}

static void grade_line(th_page *p, const th_dossier_pair *pair) {
  const th_grade *g = &pair->grade;
  th_page_begin(p, BLOCK_PARA, NULL);
  FILL(p, "grade.line", th_page_code(p, "level", th_level_code(g->level)), th_str_of(g->level_rule),
       th_page_code(p, "direction", th_direction_code(g->direction)),
       g->ocebm ? th_str_fmt(p->a, "%d", g->ocebm) : th_page_word(p, "state.none"),
       th_page_code(p, "certainty", th_certainty_code(g->certainty)));
  if (g->certainty_automatic) th_page_say(p, "certainty.automatic");
  th_page_end(p);
  if (!g->certainty_steps.n) return;
  th_page_begin(p, BLOCK_LIST, NULL);
  for (size_t i = 0; i < g->certainty_steps.n; i++) {
    const th_certainty_step *s = &g->certainty_steps.v[i];
    th_page_begin(p, BLOCK_ITEM, NULL);
    th_page_text(p, th_page_code(p, "domain", s->domain));
    th_page_text(p, th_str_fmt(p->a, " %+d: %.*s", s->change, TH_STR_ARG(s->why)));
    th_page_end(p);
  }
  th_page_end(p);
}

/* The pooled result, or why there is none. */
static void pooled(th_page *p, const th_dossier_pair *pair) {
  static const char *const why[] = { "pool.no-unit", "pool.one-unit", "pool.no-counts", "pool.designs" };
  const th_meta_result *m = &pair->pool.meta;
  if (pair->pool.state == TH_POOL_NO_UNIT) return;
  th_page_begin(p, BLOCK_PARA, NULL);
  th_page_run(p, RUN_STRONG, NULL, th_page_word(p, "pool.title"), TH_STR_NONE);
  th_page_text(p, TH_S(" "));
  if (pair->pool.state != TH_POOL_DONE)
    th_page_say(p, why[pair->pool.state]);
  else {
    FILL(p, "pool.done", th_str_fmt(p->a, "%zu", m->k), th_page_num(p, exp(m->pooled.estimate), 2),
         th_page_num(p, exp(m->pooled.ci.lo), 2), th_page_num(p, exp(m->pooled.ci.hi), 2), th_page_num(p, m->i2, 0),
         th_page_num(p, m->tau2, 3));
    if (!m->converged) th_page_say(p, "pool.not-converged");
  }
  th_page_end(p);
}

static void pair_fold(th_page *p, const th_dossier_pair *pair) {
  th_block *b = th_page_begin(p, BLOCK_FOLD, "pair");
  b->id = pair->id;
  b->open = pair->leading || pair->grade.counted_units > 0;
  th_page_text(p, th_page_name(p, pair));
  th_page_text(p, TH_S(" — "));
  th_page_text(p, th_page_code(p, "level", th_level_code(pair->grade.level)));
  grade_line(p, pair);
  pooled(p, pair);
  if (!pair->items.n)
    th_page_para(p, "evidence.no-items");
  else {
    th_page_begin(p, BLOCK_TABLE, NULL);
    static const char *const head[] = { "col.study", "col.design", "col.n", "col.relevance", "col.direction", "col.counts" };
    th_page_head(p, head, 6);
    for (size_t i = 0; i < pair->items.n; i++) item_row(p, &pair->items.v[i]);
    th_page_end(p);
    steps(p, pair);
  }
  searches(p, pair);
  th_page_end(p);
}

static void trial_rows(th_page *p, const th_trial_page *t) {
  const struct {
    const char *key;
    th_field f;
  } rows[] = { { "trial.status", t->status },         { "trial.enrolment", t->enrolment }, { "trial.purpose", t->purpose },
               { "trial.allocation", t->allocation }, { "trial.model", t->model },         { "trial.masking", t->masking },
               { "trial.volunteers", t->volunteers }, { "trial.sponsor", t->sponsor } };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    th_page_begin(p, BLOCK_ROW, NULL);
    th_page_cell_say(p, rows[i].key);
    th_page_begin(p, BLOCK_CELL, NULL);
    if (th_field_has(rows[i].f))
      th_page_quote(p, rows[i].f.text);
    else
      th_page_say(p, "state.not-on-page");
    th_page_end(p);
    th_page_end(p);
  }
}

static void trial_fold(th_page *p, const th_dossier_trial *t) {
  th_page_begin(p, BLOCK_FOLD, NULL)->open = true;
  th_page_text(p, t->page->registry_id.text);
  th_page_text(p, TH_S(" "));
  th_page_quote(p, t->page->title.text);
  th_page_ref(p, t->at);
  th_page_begin(p, BLOCK_TABLE, "facts");
  trial_rows(p, t->page);
  th_page_end(p);
  for (int which = 0; which < 2; which++) {
    const th_field_vec *lines = which ? &t->page->exclusion : &t->page->inclusion;
    if (!lines->n) continue;
    th_page_begin(p, BLOCK_FOLD, NULL);
    th_page_say(p, which ? "trial.exclusion" : "trial.inclusion");
    th_page_begin(p, BLOCK_LIST, NULL);
    for (size_t i = 0; i < lines->n; i++) {
      th_page_begin(p, BLOCK_ITEM, NULL);
      th_page_quote(p, lines->v[i].text);
      th_page_end(p);
    }
    th_page_end(p);
    th_page_end(p);
  }
  if (t->page->gaps.n) {
    th_page_begin(p, BLOCK_PARA, NULL);
    th_page_say(p, "trial.gaps");
    for (size_t i = 0; i < t->page->gaps.n; i++)
      th_page_text(p, th_str_fmt(p->a, "%s%s", i ? ", " : " ", t->page->gaps.v[i].what));
    th_page_end(p);
  }
  th_page_end(p);
}

void th_page__evidence(th_page *p) {
  th_page_section(p, "evidence", "h.evidence");
  th_page_para(p, "evidence.note");
  th_page__stack_figure(p);
  for (size_t i = 0; i < p->d->pairs.n; i++) pair_fold(p, &p->d->pairs.v[i]);
  if (p->d->trials.n || p->d->spans.n) {
    th_page_section(p, "trials", "h.trials");
    th_page__timeline_figure(p);
    for (size_t i = 0; i < p->d->trials.n; i++) trial_fold(p, &p->d->trials.v[i]);
    th_page_end(p);
  }
  th_page_end(p);
}
