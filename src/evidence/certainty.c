/* GRADE pre-fill by house heuristics: automatic, every step with its number, to be confirmed by a person (evidence.md §10). */
#include "evidence_priv.h"

#include <math.h>

static th_code step(th_arena *a, th_grade *g, const char *domain, int change, th_str why, int *score, th_err *err) {
  if (!why.p) return th_fail_nomem(err);
  *score += change;
  return TH_VEC_PUSH(a, &g->certainty_steps, (th_certainty_step){ domain, change, why }) ? TH_OK : th_fail_nomem(err);
}

static const th_effect_seen *main_effect(const th_study_seen *s) {
  for (size_t i = 0; i < s->effects.n; i++)
    if (!isnan(s->effects.v[i].ci_lo)) return &s->effects.v[i];
  return NULL;
}

static bool adjusted(const th_study_seen *s) {
  for (size_t i = 0; i < s->effects.n; i++)
    if (s->effects.v[i].adjusted) return true;
  return false;
}

static th_code imprecision(th_arena *a, const th_study_seen *s, th_grade *g, int *score, th_err *err) {
  const th_effect_seen *e = main_effect(s);
  const double null_value = e && !e->ratio ? 0 : 1;
  const bool crosses = e && e->ci_lo <= null_value && e->ci_hi >= null_value;
  if (s->events < 0 && !e) return step(a, g, "imprecision", -1, TH_S("no events and no interval to judge by"), score, err);
  if (!(s->events >= 0 && s->events < 300) && !crosses) return TH_OK;
  const bool small = s->n >= 0 && s->n < 100;
  return step(a, g, "imprecision", small ? -2 : -1,
              th_str_fmt(a, "%lld events (below 300)%s%s", (long long)s->events,
                         crosses ? "; the interval holds the null value" : "", small ? "; fewer than 100 people" : ""),
              score, err);
}

th_code th_evidence__certainty(th_arena *a, const th_evidence_items *items, th_grade *g, th_err *err) {
  const th_evidence_item *it = NULL;
  for (size_t i = 0; i < items->n && !it; i++)
    if (items->v[i].counted && items->v[i].unit == g->level_unit) it = &items->v[i];
  if (!it || !it->reported) return TH_OK; /* no result to be certain of */
  const bool randomised = it->design == TH_DESIGN_RCT || it->design == TH_DESIGN_SR_RCT;
  int score = randomised ? TH_GRADE_HIGH : TH_GRADE_LOW;
  const int start = score;
  TH_TRY(
      step(a, g, "start", 0, randomised ? TH_S("randomised: starts high") : TH_S("not randomised: starts low"), &score, err));
  const th_str masking = th_evidence__plain(a, it->study->masking.text);
  if (!randomised && !adjusted(it->study))
    TH_TRY(step(a, g, "risk_of_bias", -1, TH_S("groups not randomised, no adjusted estimate printed"), &score, err));
  else if (randomised && th_str_has(masking, TH_S("none")))
    TH_TRY(step(a, g, "risk_of_bias", -1, TH_S("open label"), &score, err));
  TH_TRY(imprecision(a, it->study, g, &score, err));
  if (it->relevance == TH_RELEVANCE_B)
    TH_TRY(step(a, g, "indirectness", -1, TH_S("a related disease, not this one"), &score, err));
  const th_effect_seen *e = main_effect(it->study);
  const bool upgradable = !randomised && score == start && e && e->ratio && !(e->ci_lo <= 1 && e->ci_hi >= 1);
  if (upgradable && (e->estimate > 5 || e->estimate < 0.2))
    TH_TRY(step(a, g, "large_effect", 2, TH_S("ratio beyond 5 or below 0.2"), &score, err));
  else if (upgradable && (e->estimate > 2 || e->estimate < 0.5))
    TH_TRY(step(a, g, "large_effect", 1, TH_S("ratio beyond 2 or below 0.5"), &score, err));
  g->certainty = (th_certainty)(score < TH_GRADE_VERY_LOW ? TH_GRADE_VERY_LOW : score > TH_GRADE_HIGH ? TH_GRADE_HIGH : score);
  g->certainty_automatic = true;
  return TH_OK;
}
