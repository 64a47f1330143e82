/* Which way a study points (evidence.md §9): its first effect with a polarity, else the cue of its conclusion, else unclear. */
#include "evidence_priv.h"

#include <math.h>

static const char *const higher_better[] = { "response",  "remission", "survival", "live birth", "improvement",
                                             "responder", "achiev",    "newborn",  "delivered",  "分娩",
                                             "活產",      "存活",      "緩解",     "缓解" };
static const char *const lower_better[] = { "death",       "relapse", "attack",    "recurrence",  "pain",
                                            "proteinuria", "itch",    "mortality", "miscarriage", "abortion rate",
                                            "復發",        "死亡",    "蛋白尿",    "流產率",      "流产率" };

static int polarity(th_str plain) {
  for (size_t i = 0; i < sizeof higher_better / sizeof *higher_better; i++)
    if (th_str_has(plain, th_str_of(higher_better[i]))) return 1;
  for (size_t i = 0; i < sizeof lower_better / sizeof *lower_better; i++)
    if (th_str_has(plain, th_str_of(lower_better[i]))) return -1;
  return 0;
}

static th_direction of_effect(th_arena *a, const th_effect_seen *e) {
  const double null_value = e->ratio ? 1 : 0;
  const bool by_ci = !isnan(e->ci_lo) && !isnan(e->ci_hi), by_p = !isnan(e->p);
  if (!by_ci && !by_p) return TH_DIRECTION_UNCLEAR;
  const bool significant = by_ci ? e->ci_lo > null_value || e->ci_hi < null_value : e->p < 0.05;
  if (!significant) return TH_DIRECTION_NULL;
  const int good = polarity(th_evidence__plain(a, e->sentence));
  if (!good || isnan(e->estimate)) return TH_DIRECTION_UNCLEAR;
  return (e->estimate > null_value) == (good > 0) ? TH_DIRECTION_SUPPORTS : TH_DIRECTION_AGAINST;
}

static const struct {
  const char *words;
  th_direction direction;
} conclusions[] = {
  { "did not improve", TH_DIRECTION_NULL },
  { "no significant difference", TH_DIRECTION_NULL },
  { "not superior", TH_DIRECTION_NULL },
  { "not effective", TH_DIRECTION_NULL },
  { "ineffective", TH_DIRECTION_NULL },
  { "無顯著差異", TH_DIRECTION_NULL },
  { "harmful", TH_DIRECTION_AGAINST },
  { "increased mortality", TH_DIRECTION_AGAINST },
  { "effective for", TH_DIRECTION_SUPPORTS },
  { "is effective", TH_DIRECTION_SUPPORTS },
  { "safe and effective", TH_DIRECTION_SUPPORTS },
  { "significantly improved", TH_DIRECTION_SUPPORTS },
  { "有效", TH_DIRECTION_SUPPORTS },
};

th_code th_evidence_direction(th_arena *a, const th_study_seen *s, th_evidence_item *out, th_err *err) {
  out->direction = TH_DIRECTION_UNCLEAR;
  if (s->has_results != TH_TRUE && s->origin != TH_ORIGIN_PAPER)
    return th_evidence__step(a, out, "DIR-NO-RESULT", TH_S("unclear"), TH_STR_NONE, TH_S("results"), err);
  for (size_t i = 0; i < s->effects.n; i++) {
    const th_direction d = of_effect(a, &s->effects.v[i]);
    if (d == TH_DIRECTION_UNCLEAR) continue;
    out->direction = d;
    return th_evidence__step(a, out, "DIR-EFFECT", th_str_of(th_direction_code(d)), s->effects.v[i].sentence,
                             th_str_fmt(a, "effects[%zu]", i), err);
  }
  if (!s->texts.n) return TH_OK;
  const th_str last = s->texts.v[s->texts.n - 1].text, plain = th_evidence__plain(a, last);
  for (size_t i = 0; i < sizeof conclusions / sizeof *conclusions; i++)
    if (th_str_has(plain, th_str_of(conclusions[i].words))) {
      out->direction = conclusions[i].direction;
      return th_evidence__step(a, out, "DIR-CONCLUSION", th_str_of(th_direction_code(out->direction)), last, TH_S("texts"),
                               err);
    }
  return th_evidence__step(a, out, "DIR-NONE", TH_S("unclear"), TH_STR_NONE, TH_S("texts"), err);
}
