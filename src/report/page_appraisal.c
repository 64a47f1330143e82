/* The recheck of papers: what was printed, what the counts give, by which method, and what follows. */
#include "page.h"

#include <math.h>

static void range_cell(th_page *p, double estimate, th_interval ci, int digits) {
  th_page_begin(p, BLOCK_CELL, "num");
  if (!isnan(estimate)) th_page_text(p, th_page_num(p, estimate, digits));
  if (!isnan(ci.lo) || !isnan(ci.hi))
    th_page_text(p, th_str_fmt(p->a, " (%.*s–%.*s)", TH_STR_ARG(th_page_num(p, ci.lo, digits)),
                               TH_STR_ARG(th_page_num(p, ci.hi, digits))));
  th_page_end(p);
}

static void measure_row(th_page *p, const char *key, double estimate, th_interval ci, double pv, int digits) {
  th_page_begin(p, BLOCK_ROW, NULL);
  th_page_cell_say(p, key);
  range_cell(p, estimate, ci, digits);
  th_page_begin(p, BLOCK_CELL, "num");
  th_page_text(p, th_page_num(p, pv, 4));
  th_page_end(p);
  th_page_end(p);
}

static void panel(th_page *p, const th_stat_panel *s) {
  const th_interval none = { NAN, NAN };
  th_page_begin(p, BLOCK_TABLE, NULL);
  static const char *const head[] = { "col.measure", "col.estimate-ci", "col.p" };
  th_page_head(p, head, 3);
  measure_row(p, "m.or-woolf", s->odds_ratio.estimate, s->odds_ratio.ci, s->odds_ratio.p, 3);
  measure_row(p, "m.or-exact", s->or_exact.estimate, s->or_exact.ci, s->fisher_p, 3);
  measure_row(p, "m.or-midp", s->or_midp.estimate, s->or_midp.ci, s->midp_p, 3);
  measure_row(p, "m.rr-katz", s->rr.estimate, s->rr.ci, s->rr.p, 3);
  measure_row(p, "m.rd-newcombe", s->rd.estimate, s->rd_newcombe, s->rd.p, 3);
  measure_row(p, "m.pearson", NAN, none, s->pearson.p, 3);
  measure_row(p, "m.yates", NAN, none, s->yates.p, 3);
  if (s->barnard.given) measure_row(p, "m.barnard", NAN, none, s->barnard.p, 3);
  if (s->boschloo.given) measure_row(p, "m.boschloo", NAN, none, s->boschloo.p, 3);
  measure_row(p, s->nnt_through_infinity ? "m.nnt-inf" : "m.nnt", s->nnt.estimate, s->nnt.ci, NAN, 1);
  measure_row(p, "m.evalue", s->evalue_rr, (th_interval){ s->evalue_rr_limit, NAN }, NAN, 2);
  th_page_end(p);
  if (!s->fragility.given) return;
  th_page_begin(p, BLOCK_PARA, NULL);
  FILL(p, "m.fragility", th_str_fmt(p->a, "%lld", (long long)s->fragility.index), th_page_num(p, s->fragility.p_after, 3));
  th_page_end(p);
}

static void table2(th_page *p, const th_study_table *t, const th_study_result *r) {
  th_page_begin(p, BLOCK_TABLE, NULL);
  static const char *const head[] = {
    "col.group", "col.events", "col.no-events", "col.total", "col.share", "col.printed-share"
  };
  th_page_head(p, head, 6);
  for (int g = 0; g < 2; g++) {
    const th_study_finding *f = &r->findings.v[t->from[g]];
    const int64_t yes = g ? t->t.c : t->t.a, no = g ? t->t.d : t->t.b;
    th_page_begin(p, BLOCK_ROW, NULL);
    th_page_begin(p, BLOCK_CELL, NULL);
    if (f->text.n)
      th_page_quote(p, f->text);
    else
      FILL(p, "group.n", th_str_fmt(p->a, "%d", g + 1));
    th_page_end(p);
    const th_str cells[] = { th_str_fmt(p->a, "%lld", (long long)yes), th_str_fmt(p->a, "%lld", (long long)no),
                             th_str_fmt(p->a, "%lld", (long long)(yes + no)), th_str_fmt(p->a, "%.2f %%", f->rec_share) };
    for (size_t i = 0; i < 4; i++) {
      th_page_begin(p, BLOCK_CELL, "num");
      th_page_text(p, cells[i]);
      th_page_end(p);
    }
    th_page_begin(p, BLOCK_CELL, "num");
    th_page_text(p, isnan(f->value.v) ? th_page_word(p, "state.not-stated")
                                      : th_str_fmt(p->a, "%.*f %%", f->value.decimals, f->value.v));
    if (f->share == TH_V_TRUNCATED) th_page_say(p, "share.truncated");
    if (f->share == TH_V_ERROR) th_page_say(p, "share.error");
    th_page_end(p);
    th_page_end(p);
  }
  th_page_end(p);
}

static void families(th_page *p, const char *key, const char *const *names, size_t n) {
  th_page_begin(p, BLOCK_PARA, NULL);
  th_page_say(p, key);
  for (size_t i = 0; i < n; i++) {
    th_page_text(p, th_str_of(i ? ", " : " "));
    th_page_run(p, RUN_CODE, NULL, th_str_of(names[i]), TH_STR_NONE);
  }
  if (!n) th_page_say(p, "family.none");
  th_page_end(p);
}

static void printed_line(th_page *p, const th_dossier_appraisal *ap) {
  for (size_t i = 0; i < ap->check.findings.n; i++) {
    const th_study_finding *f = &ap->check.findings.v[i];
    if (f->kind != TH_STUDY_RATIO || f->span.section >= ap->sections.n) continue;
    th_page_begin(p, BLOCK_PARA, NULL);
    th_page_say(p, "appraisal.printed");
    th_page_quote(p, th_str_sub(ap->sections.v[f->span.section], f->span.from, f->span.to));
    if (ap->doc) th_page_ref(p, (th_place){ ap->at.source, ap->doc->sections.v[f->span.section].text.line, 0, 0 });
    if (f->klass) {
      th_page_text(p, TH_S(" → "));
      th_page_text(p, th_page_code(p, "class", f->klass));
    }
    th_page_end(p);
  }
}

static void flags(th_page *p, const th_study_result *r) {
  if (!r->flags.n) return;
  th_page_begin(p, BLOCK_LIST, NULL);
  for (size_t i = 0; i < r->flags.n; i++) {
    const th_study_flag *f = &r->flags.v[i];
    th_page_begin(p, BLOCK_ITEM, NULL);
    th_page_run(p, RUN_CODE, NULL, th_str_of(f->code), TH_STR_NONE);
    th_page_text(p, TH_S(" "));
    th_page_text(p, p->lang == TH_WORDS_ZH_TW ? f->zh : f->en);
    th_page_end(p);
  }
  th_page_end(p);
}

/* Summary of findings: benefit and harm, per 100 people. */
static void summary(th_page *p, const th_dossier_appraisal *ap) {
  const th_stat_panel *s = &ap->main->panel;
  th_page_begin(p, BLOCK_TABLE, NULL);
  static const char *const head[] = { "col.outcome", "col.without", "col.with", "col.relative", "col.people" };
  th_page_head(p, head, 5);
  th_page_begin(p, BLOCK_ROW, NULL);
  th_page_cell_say(p, "sof.benefit");
  th_page_cell(p, th_words_fill(p->a, th_page_word(p, "sof.per100"), (th_str[]){ th_page_num(p, 100 * s->p2.estimate, 0) }, 1));
  th_page_cell(p, th_words_fill(p->a, th_page_word(p, "sof.per100"), (th_str[]){ th_page_num(p, 100 * s->p1.estimate, 0) }, 1));
  range_cell(p, s->rr.estimate, s->rr.ci, 2);
  th_page_cell(p, th_str_fmt(p->a, "%lld", (long long)(ap->main->t.a + ap->main->t.b + ap->main->t.c + ap->main->t.d)));
  th_page_end(p);
  th_page_begin(p, BLOCK_ROW, NULL);
  th_page_cell_say(p, "sof.harm");
  for (int i = 0; i < 4; i++) th_page_cell_say(p, i == 0 ? "sof.harm.none" : "state.not-stated");
  th_page_end(p);
  th_page_end(p);
}

void th_page__recheck(th_page *p, const th_dossier_appraisal *ap) {
  printed_line(p, ap);
  if (!ap->main)
    th_page_para(p, "appraisal.no-table");
  else {
    table2(p, ap->main, &ap->check);
    families(p, "family.p", ap->main->p_family, ap->main->n_p);
    families(p, "family.ci", ap->main->ci_family, ap->main->n_ci);
    summary(p, ap);
    th_page__forest(p, ap);
    th_page_begin(p, BLOCK_FOLD, NULL)->open = true;
    th_page_say(p, "appraisal.panel");
    panel(p, &ap->main->panel);
    th_page_end(p);
  }
}

static void appraisal(th_page *p, const th_dossier_appraisal *ap) {
  th_page_begin(p, BLOCK_SECTION, NULL);
  th_page_text(p, ap->id);
  th_page_begin(p, BLOCK_PARA, NULL);
  th_page_quote(p, ap->citation.n ? ap->citation : ap->title);
  th_page_ref(p, ap->at);
  th_page_end(p);
  th_page__recheck(p, ap);
  flags(p, &ap->check);
  th_page_end(p);
}

void th_page__appraisal(th_page *p) {
  th_page_section(p, "appraisal", "h.appraisal");
  th_page_para(p, p->d->appraisals.n ? "appraisal.note" : "appraisal.none");
  for (size_t i = 0; i < p->d->appraisals.n; i++) appraisal(p, &p->d->appraisals.v[i]);
  th_page_end(p);
}
