/* What would change the verdict, pair by pair. */
#include "dossier_priv.h"

static th_code need(th_dossier_work *w, th_dossier_pair *p, const char *code, th_str subject, const char *effect, th_date due,
                    th_place at) {
  for (size_t i = 0; i < p->needs.n; i++)
    if (strcmp(p->needs.v[i].code, code) == 0 && th_str_eq(p->needs.v[i].subject, subject)) return TH_OK;
  const th_dossier_need n = { code, subject, th_str_of(effect), due, at };
  return TH_VEC_PUSH(w->a, &p->needs, n) ? TH_OK : th_fail_nomem(w->err);
}

static th_code of_items(th_dossier_work *w, th_dossier_pair *p) {
  const th_date none = { 0 };
  for (size_t i = 0; i < p->items.n; i++) {
    const th_evidence_item *it = &p->items.v[i];
    if (it->duplicate || it->study->origin == TH_ORIGIN_CLAIM || it->role != TH_ROLE_TESTED) continue;
    const th_place at = { it->study->source, it->study->line, 0, 0 };
    const bool about_it = it->relevance == TH_RELEVANCE_A || it->relevance == TH_RELEVANCE_B;
    if (about_it && th_codes_has(&it->gates, "V-NO-RESULT"))
      TH_TRY(need(w, p, "RESULT_MISSING", it->study->id, "level", none, at));
    if (about_it && th_codes_has(&it->flags, "RESULT_UNREAD"))
      TH_TRY(need(w, p, "RESULT_UNREAD", it->study->id, "direction", none, at));
    if (about_it && th_codes_has(&it->gates, "V-ONGOING"))
      TH_TRY(need(w, p, "TRIAL_ONGOING", it->study->id, "level", it->study->completed, at));
    if (it->relevance == TH_RELEVANCE_U) TH_TRY(need(w, p, "CONDITION_UNMAPPED", it->study->id, "level", none, at));
  }
  return TH_OK;
}

static th_code of_searches(th_dossier_work *w, th_dossier_pair *p) {
  const th_date none = { 0 };
  for (size_t i = 0; i < p->searches.n; i++) {
    const th_search_seen *s = &p->searches.v[i];
    const th_place at = { s->document, 0, 0, 0 };
    const th_str source = th_str_of(th_capture_source_name(s->source));
    const bool needed = s->source == TH_CAPTURE_REGISTRY || s->source == TH_CAPTURE_LITERATURE;
    if (s->state == TH_SEARCH_FAILED)
      TH_TRY(need(w, p, "SOURCE_FAILED", source, "level", none, at));
    else if (s->state == TH_SEARCH_NOT_SEARCHED && needed)
      TH_TRY(need(w, p, "NOT_SEARCHED", source, "level", none, at));
    else if (s->incomplete)
      TH_TRY(need(w, p, "SEARCH_INCOMPLETE", source, "level", none, at));
  }
  return TH_OK;
}

static th_code of_grade(th_dossier_work *w, th_dossier_pair *p) {
  const th_date none = { 0 };
  const th_place here = { .source = TH_NO_SOURCE };
  const th_grade *g = &p->grade;
  if (p->novelty.novelty == TH_NOVELTY_LICENSED) return TH_OK;
  if (p->novelty.novelty == TH_NOVELTY_UNKNOWN) TH_TRY(need(w, p, "LICENCE_UNKNOWN", w->d->drug->en, "decision", none, here));
  if (g->level == TH_LEVEL_L3 || g->level == TH_LEVEL_L4)
    TH_TRY(need(w, p, "RANDOMISED_TRIAL", TH_STR_NONE, "level", none, here));
  if (g->certainty_automatic) TH_TRY(need(w, p, "CERTAINTY_CONFIRM", TH_STR_NONE, "decision", none, here));
  return TH_OK;
}

th_code th_dossier__needs(th_dossier_work *w) {
  for (size_t i = 0; i < w->d->pairs.n; i++) {
    th_dossier_pair *p = &w->d->pairs.v[i];
    TH_TRY(of_items(w, p));
    TH_TRY(of_searches(w, p));
    TH_TRY(of_grade(w, p));
  }
  return TH_OK;
}
