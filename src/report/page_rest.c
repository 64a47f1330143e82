/* What would change the verdict, the list of contradictions, claims of pages, provenance. */
#include "page.h"

void th_page__change(th_page *p) {
  const th_dossier *d = p->d;
  th_page_section(p, "change", "h.change");
  th_page_begin(p, BLOCK_TABLE, NULL);
  static const char *const head[] = { "col.disease", "col.need", "col.moves" };
  th_page_head(p, head, 3);
  for (size_t i = 0; i < d->pairs.n; i++)
    for (size_t k = 0; k < d->pairs.v[i].needs.n; k++) {
      const th_dossier_need *n = &d->pairs.v[i].needs.v[k];
      char day[TH_DATE_TEXT], effect[32];
      snprintf(effect, sizeof effect, "%.*s", TH_STR_ARG(n->effect));
      th_page_begin(p, BLOCK_ROW, NULL);
      th_page_begin(p, BLOCK_CELL, NULL);
      th_page_run(p, RUN_LINK, NULL, th_page_name(p, &d->pairs.v[i]), th_str_fmt(p->a, "#%.*s", TH_STR_ARG(d->pairs.v[i].id)));
      th_page_end(p);
      th_page_begin(p, BLOCK_CELL, NULL);
      char subject[64];
      snprintf(subject, sizeof subject, "%.*s", TH_STR_ARG(n->subject));
      char key[96];
      snprintf(key, sizeof key, "source.%s", subject);
      th_page_text(p, th_words_fill(p->a, th_page_code(p, "need", n->code),
                                    (th_str[]){ th_words_has(key) ? th_page_word(p, key) : n->subject }, 1));
      if (n->due.prec) th_page_text(p, th_str_fmt(p->a, " (%s)", th_date_iso(n->due, day)));
      th_page_ref(p, n->at);
      th_page_end(p);
      th_page_cell(p, th_page_code(p, "moves", effect));
      th_page_end(p);
    }
  th_page_end(p);
  th_page_end(p);
}

static void finding(th_page *p, const th_dossier_finding *f) {
  th_page_begin(p, BLOCK_ROW, NULL);
  th_page_begin(p, BLOCK_CELL, NULL);
  th_page_run(p, RUN_CODE, NULL, th_str_of(f->code), TH_STR_NONE);
  th_page_ref(p, f->at);
  th_page_end(p);
  th_page_begin(p, BLOCK_CELL, NULL);
  char key[96];
  snprintf(key, sizeof key, "finding.%s", f->code);
  if (th_words_has(key))
    th_page_sayf(p, key, f->values.n, f->values.v);
  else
    th_page_text(p, p->lang == TH_WORDS_ZH_TW && f->message_zh.n ? f->message_zh : f->message);
  th_page_end(p);
  th_page_begin(p, BLOCK_CELL, NULL);
  for (size_t i = 0; i < f->values.n; i++) {
    if (!f->values.v[i].n) continue;
    if (i) th_page_text(p, TH_S(" · "));
    th_page_quote(p, f->values.v[i]);
  }
  th_page_end(p);
  th_page_end(p);
}

void th_page__findings(th_page *p) {
  const th_dossier *d = p->d;
  th_page_section(p, "findings", "h.findings");
  if (!d->findings.n) {
    th_page_para(p, "findings.none");
    th_page_end(p);
    return;
  }
  th_page_begin(p, BLOCK_PARA, NULL);
  FILL(p, "findings.note", th_str_fmt(p->a, "%zu", d->findings.n));
  th_page_end(p);
  th_page_begin(p, BLOCK_TABLE, NULL);
  static const char *const head[] = { "col.code", "col.finding", "col.values" };
  th_page_head(p, head, 3);
  for (size_t i = 0; i < d->findings.n; i++) finding(p, &d->findings.v[i]);
  th_page_end(p);
  th_page_end(p);
}

static void passages(th_page *p, const char *id, const char *key, const th_dossier_passages *v) {
  if (!v->n) return;
  th_page_section(p, id, key);
  for (size_t i = 0; i < v->n; i++) {
    if (v->v[i].head.n) {
      th_page_begin(p, BLOCK_PARA, NULL);
      th_page_run(p, RUN_STRONG, NULL, v->v[i].head, TH_STR_NONE);
      th_page_end(p);
    }
    th_page_begin(p, BLOCK_PARA, NULL);
    th_page_quote(p, v->v[i].text);
    th_page_ref(p, v->v[i].at);
    th_page_end(p);
  }
  th_page_end(p);
}

void th_page__claims(th_page *p) {
  const th_dossier *d = p->d;
  th_page_section(p, "claims", "h.claims");
  th_page_para(p, d->mechanism.n || d->qa.n || d->related.n ? "claims.note" : "claims.none");
  passages(p, "qa", "h.qa", &d->qa);
  passages(p, "mechanism", "h.mechanism", &d->mechanism);
  if (d->related.n) {
    th_page_section(p, "related", "h.related");
    th_page_begin(p, BLOCK_TABLE, NULL);
    static const char *const head[] = { "col.drug", "col.claimed-level", "col.why" };
    th_page_head(p, head, 3);
    for (size_t i = 0; i < d->related.n; i++) {
      const th_dossier_related *r = &d->related.v[i];
      th_page_begin(p, BLOCK_ROW, NULL);
      th_page_begin(p, BLOCK_CELL, NULL);
      th_page_text(p, r->name);
      th_page_ref(p, r->at);
      th_page_end(p);
      th_page_cell(p, r->level);
      if (r->why.n)
        th_page_cell(p, r->why);
      else
        th_page_cell_say(p, r->by_level_only ? "related.by-level" : "related.no-reason");
      th_page_end(p);
    }
    th_page_end(p);
    th_page_end(p);
  }
  th_page_end(p);
}

static void source_row(th_page *p, const th_dossier_source *s) {
  char day[TH_DATE_TEXT];
  th_page_begin(p, BLOCK_ROW, NULL);
  th_block *c = th_page_begin(p, BLOCK_CELL, NULL);
  c->id = s->id;
  th_page_run(p, RUN_STRONG, NULL, s->id, TH_STR_NONE);
  th_page_end(p);
  char kind[40];
  snprintf(kind, sizeof kind, "%.*s", TH_STR_ARG(s->kind));
  th_page_begin(p, BLOCK_CELL, NULL);
  th_page_text(p, th_page_code(p, "kind", kind));
  th_page_text(p, TH_S(" "));
  th_page_quote(p, s->title.n ? s->title : s->key);
  if (s->restated) th_page_say(p, "source.restated");
  th_page_end(p);
  th_page_begin(p, BLOCK_CELL, NULL);
  th_page_text(p, s->retrieved.prec ? th_str_dup(p->a, th_str_of(th_date_iso(s->retrieved, day))) : TH_S(""));
  th_page_end(p);
  th_page_begin(p, BLOCK_CELL, NULL);
  th_page_text(p, s->licence.n ? s->licence : th_page_word(p, "state.not-stated"));
  th_page_end(p);
  th_page_begin(p, BLOCK_CELL, "hash");
  th_page_run(p, RUN_CODE, NULL, s->sha256, TH_STR_NONE);
  th_page_end(p);
  th_page_end(p);
}

static void code_block(th_page *p, const char *key, th_str text) {
  th_page_begin(p, BLOCK_PARA, NULL);
  th_page_run(p, RUN_STRONG, NULL, th_page_word(p, key), TH_STR_NONE);
  th_page_end(p);
  th_page_begin(p, BLOCK_CODE, NULL)->text = text;
  th_page_end(p);
}

static void rules_table(th_page *p) {
  th_page_begin(p, BLOCK_FOLD, NULL)->id = TH_S("decision-table");
  th_page_say(p, "rules.decision");
  th_page_begin(p, BLOCK_TABLE, NULL);
  static const char *const head[] = { "col.row", "col.if", "col.decision" };
  th_page_head(p, head, 3);
  for (int row = 1; row <= 10; row++) {
    char key[32];
    snprintf(key, sizeof key, "rule.row.%d", row);
    th_page_begin(p, BLOCK_ROW, NULL);
    th_page_cell(p, th_str_fmt(p->a, "%d", row));
    th_page_cell_say(p, key);
    th_page_cell(p, th_page_code(p, "decision", th_decision_code((th_decision)row)));
    th_page_end(p);
  }
  th_page_end(p);
  th_page_end(p);
}

void th_page__provenance(th_page *p) {
  const th_dossier *d = p->d;
  char day[TH_DATE_TEXT], old[TH_DATE_TEXT];
  th_page_section(p, "provenance", "h.provenance");
  th_page_begin(p, BLOCK_PARA, NULL);
  FILL(p, "provenance.line", th_str_of(d->build), th_str_dup(p->a, th_str_of(th_date_iso(d->as_of, day))),
       th_str_dup(p->a, th_str_of(th_date_iso(d->oldest_source, old))), th_str_fmt(p->a, "%zu", d->sources.n));
  th_page_end(p);
  th_page_begin(p, BLOCK_TABLE, "sources");
  static const char *const head[] = { "col.id", "col.source", "col.retrieved", "col.licence-terms", "col.sha256" };
  th_page_head(p, head, 5);
  for (size_t i = 0; i < d->sources.n; i++) source_row(p, &d->sources.v[i]);
  th_page_end(p);
  rules_table(p);
  th_page_section(p, "cite", "h.cite");
  code_block(p, "cite.apa", d->cite.apa);
  code_block(p, "cite.bibtex", d->cite.bibtex);
  th_page_end(p);
  th_page_section(p, "disclaimer", "h.disclaimer");
  th_page_para(p, "disclaimer");
  th_page_para(p, "review.none");
  th_page_end(p);
  th_page_end(p);
}
