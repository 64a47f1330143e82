/* Every study any document tells of, in one form. */
#include "dossier_priv.h"

/* A trial's dates from whichever record has them; a trial page's own come first. */
static th_code span_of(th_dossier_work *w, const th_study_seen *s) {
  if (s->origin != TH_ORIGIN_REGISTRY || !s->id.n) return TH_OK;
  th_dossier_spans *v = &w->d->spans;
  th_dossier_span *span = NULL;
  for (size_t i = 0; i < v->n && !span; i++)
    if (th_str_eq(v->v[i].id, s->id)) span = &v->v[i];
  if (!span) {
    const th_dossier_span x = { { s->source, s->line, 0, 0 }, s->id, s->started, s->completed, s->status, s->has_results };
    return TH_VEC_PUSH(w->a, v, x) ? TH_OK : th_fail_nomem(w->err);
  }
  if (!span->start.prec) span->start = s->started;
  if (!span->end.prec) span->end = s->completed;
  return TH_OK;
}

static th_code keep(th_dossier_work *w, th_study_seen *s, th_str listed_under) {
  s->listed_under = listed_under;
  TH_TRY(span_of(w, s));
  return TH_VEC_PUSH(w->a, &w->studies, *s) ? TH_OK : th_fail_nomem(w->err);
}

static th_code of_abstracts(th_dossier_work *w) {
  for (size_t i = 0; i < w->docs.abstracts.n; i++) {
    th_study_seen s;
    TH_TRY(th_study_of_abstract(w->a, &w->docs.abstracts.v[i].doc, w->docs.abstracts.v[i].source, &s, w->err));
    th_dossier_appraisal *ap = &w->d->appraisals.v[i]; /* abstracts were rechecked first, in this order */
    TH_TRY(th_study_take_facts(w->a, &ap->check, ap->sections.v, ap->sections.n, &s, w->err));
    ap->id = s.id;
    TH_TRY(keep(w, &s, TH_STR_NONE));
  }
  return TH_OK;
}

static th_code of_pages(th_dossier_work *w) {
  for (size_t i = 0; i < w->docs.pages.n; i++) {
    const th_report_page *page = &w->docs.pages.v[i].page;
    for (size_t t = 0; t < page->trials.n; t++) {
      if (page->trials.v[t].placeholder) continue;
      th_study_seen s;
      TH_TRY(th_study_of_claim(w->a, &page->trials.v[t], w->docs.pages.v[i].source, &s, w->err));
      const uint32_t under = page->trials.v[t].prediction != UINT32_MAX ? page->trials.v[t].prediction : 0;
      th_str name = TH_STR_NONE;
      if (under < page->predictions.n)
        name = page->predictions.v[under].name_en.text.n ? page->predictions.v[under].name_en.text
                                                         : page->predictions.v[under].name.text;
      TH_TRY(keep(w, &s, name));
    }
  }
  return TH_OK;
}

static th_code of_captures(th_dossier_work *w) {
  for (size_t i = 0; i < w->docs.captures.n; i++) {
    const th_capture *c = &w->docs.captures.v[i].capture;
    th_study_seen s;
    for (size_t t = 0; t < c->trials.n; t++) {
      TH_TRY(th_study_of_capture_trial(w->a, &c->trials.v[t], w->docs.captures.v[i].source, &s, w->err));
      TH_TRY(keep(w, &s, c->disease.text));
    }
    for (size_t t = 0; t < c->papers.n; t++) {
      TH_TRY(th_study_of_capture_paper(w->a, &c->papers.v[t], w->docs.captures.v[i].source, &s, w->err));
      TH_TRY(keep(w, &s, c->disease.text));
    }
  }
  return TH_OK;
}

static th_code of_papers(th_dossier_work *w) {
  for (size_t i = 0; i < w->docs.papers.n; i++) {
    th_study_seen s;
    const uint32_t k = w->docs.papers.v[i].appraisal;
    TH_TRY(th_study_of_pubmed(w->a, w->docs.papers.v[i].article, w->docs.papers.v[i].source, &s, w->err));
    if (k != UINT32_MAX) {
      const th_dossier_appraisal *ap = &w->d->appraisals.v[k];
      TH_TRY(th_study_take_facts(w->a, &ap->check, ap->sections.v, ap->sections.n, &s, w->err));
    }
    TH_TRY(keep(w, &s, TH_STR_NONE));
  }
  return TH_OK;
}

/* Whole records first: what a capture or a page repeats of them adds nothing. */
th_code th_dossier__studies(th_dossier_work *w) {
  for (size_t i = 0; i < w->docs.registry.n; i++) {
    th_study_seen s;
    TH_TRY(th_study_of_ctgov(w->a, w->docs.registry.v[i].study, w->docs.registry.v[i].source, &s, w->err));
    s.outcome_changed = w->docs.registry.v[i].changed;
    if (th_str_is(w->d->sources.v[s.source].kind,
                  "ictrp")) { /* the portal's export has other paths and loses signs of the criteria */
      s.form = TH_FORM_OTHER;
      s.inclusion = (th_field){ { NULL, 0 }, 0, 0, 0 };
    }
    TH_TRY(keep(w, &s, TH_STR_NONE));
  }
  for (size_t i = 0; i < w->docs.trials.n; i++) {
    th_study_seen s;
    TH_TRY(th_study_of_trial_page(w->a, &w->docs.trials.v[i].page, w->docs.trials.v[i].source, &s, w->err));
    TH_TRY(keep(w, &s, TH_STR_NONE));
    if (!TH_VEC_PUSH(w->a, &w->d->trials,
                     (th_dossier_trial){ { w->docs.trials.v[i].source, 1, 0, 0 }, &w->docs.trials.v[i].page }))
      return th_fail_nomem(w->err);
  }
  TH_TRY(of_papers(w));
  TH_TRY(of_abstracts(w));
  TH_TRY(of_pages(w));
  return of_captures(w);
}
