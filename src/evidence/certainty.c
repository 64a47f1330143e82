/* GRADE pre-fill (evidence.md §10) by house heuristics, named as such: automatic, every step with its number, to be confirmed by a
 * person. It speaks of the outcome that carries the level: the primary comparison of the unit that carries it, and of all units of
 * that level together where their counts can be pooled. What cannot be judged is said and changes nothing. */
#include "evidence_priv.h"

#include <math.h>

#define EVENTS_MIN      300 /* optimal information size, two outcomes */
#define PEOPLE_MIN      400 /* the same, a measured outcome */
#define PEOPLE_FEW      100
#define ATTRITION_MAX   0.20
#define I2_MAX          50.0
#define EGGER_P         0.10
#define EGGER_UNITS_MIN 10

typedef struct ground {
  th_arena *a;
  const th_evidence_items *items;
  const th_evidence_item *it; /* carries the level */
  th_grade *g;
  int score;
  bool randomised;
  int64_t events, people; /* over all units of the level; −1 not known */
  th_effect_seen effect;  /* pooled, or of the unit */
  size_t k;               /* units pooled; 0: not pooled */
  th_meta_result pooled;
  th_err *err;
} ground;

static th_code step(ground *w, const char *domain, int change, th_str why) {
  if (!why.p) return th_fail_nomem(w->err);
  w->score += change;
  return TH_VEC_PUSH(w->a, &w->g->certainty_steps, (th_certainty_step){ domain, change, why }) ? TH_OK : th_fail_nomem(w->err);
}

static bool any_of(th_str text, const char *const *words, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (th_str_has(text, th_str_of(words[i]))) return true;
  return false;
}
#define ANY(text, list) any_of(text, list, sizeof list / sizeof *list)

/* An outcome that somebody judges or reports, not one that is counted or measured. */
static bool is_subjective(th_arena *a, th_str outcome) {
  static const char *const judged[] = {
    "pain",          "quality of life", "symptom", "score",        "scale",     "global assessment", "itch",   "prurit",
    "fatigue",       "depressi",        "anxiety", "satisfaction", "wellbeing", "well-being",        "rating", "index",
    "questionnaire", "disabilit",       "疼痛",    "症狀",         "生活品質"
  };
  return ANY(th_evidence__plain(a, outcome), judged);
}

/* A measure that stands for what patients feel. */
static bool is_surrogate(th_arena *a, th_str outcome) {
  static const char *const stands_for[] = {
    "proteinuria", "urine protein", "protein:creatinine", "hba1c",          "glucose", "bone mineral", "viral load",
    "cd4",         "ldl",           "cholesterol",        "blood pressure", "b cell",  "b-cell",       "antibod",
    "titer",       "biomarker",     "concentration",      "c-reactive",     "serum ",  "plasma ",      "imaging",
    "lesion",      "蛋白尿"
  };
  return ANY(th_evidence__plain(a, outcome), stands_for);
}

static bool adjusted(const ground *w) {
  for (size_t i = 0; i < w->items->n; i++) {
    if (w->items->v[i].unit != w->it->unit) continue;
    const th_study_seen *s = w->items->v[i].study;
    for (size_t k = 0; k < s->effects.n; k++)
      if (s->effects.v[k].adjusted) return true;
  }
  return false;
}

/* Masking as the registry or a text of the unit tells: TRUE open, FALSE masked. */
static th_tri open_label(const ground *w) {
  th_tri open = TH_UNKNOWN;
  for (size_t i = 0; i < w->items->n; i++) {
    if (w->items->v[i].unit != w->it->unit) continue;
    const th_study_seen *s = w->items->v[i].study;
    const th_str masking = th_evidence__plain(w->a, s->masking.text);
    if (masking.n) return th_tri_of(th_str_has(masking, TH_S("none")) || th_str_has(masking, TH_S("open")));
    for (size_t k = 0; k <= s->texts.n; k++) {
      const th_str t = th_evidence__plain(w->a, k ? s->texts.v[k - 1].text : s->title);
      if (th_str_has(t, TH_S("blind")) || th_str_has(t, TH_S("masked")) || th_str_has(t, TH_S("雙盲"))) return TH_FALSE;
      if (th_str_has(t, TH_S("open-label")) || th_str_has(t, TH_S("open label")) || th_str_has(t, TH_S("unblinded")))
        open = TH_TRUE;
    }
  }
  return open;
}

static double attrition_of(const ground *w) {
  const th_study_seen *s = w->it->study;
  if (!isnan(s->people_started)) return 1 - s->people_done / s->people_started;
  if (!isnan(s->analysed) && s->n > 0 && s->n_kind == TH_COUNT_ACTUAL && s->analysed <= (double)s->n)
    return 1 - s->analysed / (double)s->n;
  return NAN;
}

static th_code risk_of_bias(ground *w) {
  const th_tri open = open_label(w);
  const double lost = attrition_of(w);
  const bool judged = is_subjective(w->a, w->it->outcome), unadjusted = !w->randomised && !adjusted(w);
  const bool drop = lost > ATTRITION_MAX, open_judged = open == TH_TRUE && judged;
  const int change = !(unadjusted || drop || open_judged) ? 0 : unadjusted && open == TH_TRUE ? -2 : -1;
  th_buf b;
  th_buf_init(&b, w->a, 160);
  th_buf_addz(&b, w->randomised ? "randomised"
                  : unadjusted  ? "groups not randomised, no adjusted estimate printed"
                                : "not randomised, adjusted");
  th_buf_addz(&b, open == TH_TRUE ? "; open label" : open == TH_FALSE ? "; masked" : "; masking not told");
  if (open == TH_TRUE) th_buf_addz(&b, judged ? ", outcome is judged or reported" : ", outcome is counted or measured");
  if (isnan(lost))
    th_buf_addz(&b, "; attrition not told");
  else
    th_buf_addf(&b, "; attrition %.0f %% (limit 20 %%)", 100 * lost);
  return step(w, "risk_of_bias", change, b.failed ? TH_STR_NONE : th_buf_str(&b));
}

/* Fragility: how many people with another outcome take the significance away. −1: not to be told. */
static int64_t fragility_of(ground *w) {
  th_stat_panel panel;
  if (!w->it->has_table) return -1;
  if (th_stat_panel_make(w->a, w->it->table, (th_stat_panel_opts){ .no_unconditional = true }, &panel, NULL) != TH_OK)
    return -1;
  return panel.fragility.given && panel.fragility.significant ? panel.fragility.index : -1;
}

static th_code imprecision(ground *w) {
  const double null_value = w->effect.ratio ? 1 : 0;
  const bool interval = !isnan(w->effect.ci_lo) && !isnan(w->effect.ci_hi);
  const bool crosses = interval && w->effect.ci_lo <= null_value && w->effect.ci_hi >= null_value;
  if (w->events < 0 && w->people < 0 && !interval)
    return step(w, "imprecision", -1, TH_S("no events and no interval to judge by"));
  const bool few = w->events >= 0 ? w->events < EVENTS_MIN : w->people >= 0 && w->people < PEOPLE_MIN;
  const int64_t fragile = fragility_of(w);
  const double lost = isnan(w->it->study->people_started) ? NAN : w->it->study->people_started - w->it->study->people_done;
  const bool down = few || crosses, twice = down && ((w->people >= 0 && w->people < PEOPLE_FEW) ||
                                                     (fragile >= 0 && !isnan(lost) && (double)fragile <= lost));
  th_buf b;
  th_buf_init(&b, w->a, 160);
  if (w->events >= 0)
    th_buf_addf(&b, "%lld events (limit %d)", (long long)w->events, EVENTS_MIN);
  else if (w->people >= 0)
    th_buf_addf(&b, "%lld people (limit %d)", (long long)w->people, PEOPLE_MIN);
  else
    th_buf_addz(&b, "events and people not told");
  if (interval)
    th_buf_addf(&b, "; interval %g to %g %s the null value", w->effect.ci_lo, w->effect.ci_hi, crosses ? "holds" : "excludes");
  if (w->people >= 0 && w->people < PEOPLE_FEW && w->events >= 0)
    th_buf_addf(&b, "; %lld people, fewer than %d", (long long)w->people, PEOPLE_FEW);
  if (fragile >= 0) th_buf_addf(&b, "; fragility index %lld", (long long)fragile);
  if (fragile >= 0 && !isnan(lost)) th_buf_addf(&b, ", %.0f lost", lost);
  return step(w, "imprecision", twice ? -2 : down ? -1 : 0, b.failed ? TH_STR_NONE : th_buf_str(&b));
}

static th_code inconsistency(ground *w) {
  if (w->k < 2) return step(w, "inconsistency", 0, TH_S("one unit with counts: nothing to differ from"));
  const th_interval p = w->pooled.predict_t_k2;
  const bool known = !isnan(p.lo) && !isnan(p.hi), crosses = known && p.lo <= 1 && p.hi >= 1;
  const bool down = w->pooled.i2 > I2_MAX && crosses;
  return step(w, "inconsistency", down ? -1 : 0,
              known ? th_str_fmt(w->a, "I² %.0f %% (limit 50 %%), prediction interval %.2g to %.2g, %zu units", w->pooled.i2,
                                 p.lo, p.hi, w->k)
                    : th_str_fmt(w->a, "I² %.0f %% over %zu units: too few for a prediction interval", w->pooled.i2, w->k));
}

static th_code indirectness(ground *w) {
  const bool near = w->it->relevance == TH_RELEVANCE_B, surrogate = w->it->outcome.n && is_surrogate(w->a, w->it->outcome);
  return step(w, "indirectness", near || surrogate ? -1 : 0,
              near        ? TH_S("a related disease, not this one")
              : surrogate ? th_str_fmt(w->a, "a measure that stands for what patients feel: %.*s", TH_STR_ARG(w->it->outcome))
                          : TH_S("this disease; no surrogate by its words"));
}

/* A finished trial without a result, as large as the largest that reported. */
static const th_evidence_item *silent_trial(const ground *w, int64_t *largest) {
  const th_evidence_item *found = NULL;
  *largest = -1;
  for (size_t i = 0; i < w->items->n; i++)
    if (w->items->v[i].counted && w->items->v[i].reported && w->items->v[i].study->n > *largest)
      *largest = w->items->v[i].study->n;
  for (size_t i = 0; i < w->items->n; i++) {
    const th_evidence_item *it = &w->items->v[i];
    if (it->role != TH_ROLE_TESTED || it->relevance != TH_RELEVANCE_A || it->duplicate || *largest < 0) continue;
    if (th_codes_has(&it->gates, "V-NO-RESULT") && it->study->n >= *largest && (!found || it->study->n > found->study->n))
      found = it;
  }
  return found;
}

static th_code publication_bias(ground *w) {
  int64_t largest;
  const th_evidence_item *silent = silent_trial(w, &largest);
  if (silent)
    return step(w, "publication_bias", -1,
                th_str_fmt(w->a, "%.*s is finished and unreported with %lld people, the largest reported has %lld",
                           TH_STR_ARG(silent->study->id), (long long)silent->study->n, (long long)largest));
  if (w->k < EGGER_UNITS_MIN || isnan(w->pooled.egger.p))
    return step(w, "publication_bias", 0,
                th_str_fmt(w->a, "no unreported trial as large; %zu units, Egger from %d", w->k, EGGER_UNITS_MIN));
  return step(w, "publication_bias", w->pooled.egger.p < EGGER_P ? -1 : 0,
              th_str_fmt(w->a, "Egger P %.3g (limit 0.10) over %zu units", w->pooled.egger.p, w->k));
}

/* Observational only, and nothing taken off. */
static th_code large_effect(ground *w, int start) {
  const th_effect_seen *e = &w->effect;
  if (w->randomised || w->score != start || !e->ratio || isnan(e->estimate) || isnan(e->ci_lo) || isnan(e->ci_hi)) return TH_OK;
  if (e->ci_lo <= 1 && e->ci_hi >= 1) return TH_OK;
  const int up = e->estimate > 5 || e->estimate < 0.2 ? 2 : e->estimate > 2 || e->estimate < 0.5 ? 1 : 0;
  return step(w, "large_effect", up,
              th_str_fmt(w->a, "ratio %g, interval %g to %g excludes 1", e->estimate, e->ci_lo, e->ci_hi));
}

/* All units of the level with counts, pooled: odds ratios, REML. */
static th_code pool(ground *w) {
  th_str *label = TH_NEWN(w->a, th_str, w->items->n + 1);
  th_table2 *table = TH_NEWN(w->a, th_table2, w->items->n + 1);
  if (!label || !table) return th_fail_nomem(w->err);
  size_t n = 0, units = 0;
  int64_t people = 0;
  for (size_t i = 0; i < w->items->n; i++) {
    const th_evidence_item *it = &w->items->v[i];
    if (!th_evidence__at_level(w->items, i, &w->g->settings, w->g) || !it->reported) continue;
    units++;
    people = people < 0 || it->study->n < 0 ? -1 : people + it->study->n;
    if (!it->has_table || !it->table_turned) continue;
    label[n] = it->study->id;
    table[n++] = it->table;
  }
  if (units > 1) w->people = people;
  if (n < 2 || n != units) return TH_OK;
  th_meta_data *data = TH_NEW(w->a, th_meta_data);
  if (!data) return th_fail_nomem(w->err);
  TH_TRY(th_meta_of_tables(w->a, TH_META_OR, label, table, n, data, w->err));
  const th_meta_opts o = { .method = TH_META_REML, .pooled_only = n < EGGER_UNITS_MIN };
  if (th_meta_run(w->a, data, o, &w->pooled, w->err) != TH_OK) { /* tables that cannot be pooled are no error of the pair */
    if (w->err) *w->err = (th_err){ 0 };
    return TH_OK;
  }
  w->k = w->pooled.k;
  w->events = 0;
  for (size_t i = 0; i < n; i++) w->events += table[i].a + table[i].c;
  if (!w->pooled.converged || isnan(w->pooled.pooled.estimate)) return TH_OK;
  w->effect = (th_effect_seen){ .estimate = exp(w->pooled.pooled.estimate),
                                .ci_lo = exp(w->pooled.pooled.ci.lo),
                                .ci_hi = exp(w->pooled.pooled.ci.hi),
                                .p = w->pooled.pooled.p,
                                .ratio = true };
  return TH_OK;
}

static int64_t people_of(const ground *w) {
  if (w->it->study->n >= 0) return w->it->study->n;
  for (size_t i = 0; i < w->items->n; i++)
    if (w->items->v[i].unit == w->it->unit && w->items->v[i].study->n >= 0) return w->items->v[i].study->n;
  return -1;
}

th_code th_evidence__certainty(th_arena *a, const th_evidence_items *items, th_grade *g, th_err *err) {
  ground w = { .a = a, .items = items, .g = g, .events = -1, .err = err };
  for (size_t i = 0; i < items->n && !w.it; i++)
    if (items->v[i].counted && items->v[i].unit == g->level_unit) w.it = &items->v[i];
  if (!w.it || !w.it->reported) return TH_OK; /* no result to be certain of */
  w.randomised = w.it->design == TH_DESIGN_RCT || w.it->design == TH_DESIGN_SR_RCT;
  w.score = w.randomised ? TH_GRADE_HIGH : TH_GRADE_LOW;
  const int start = w.score;
  w.effect = w.it->effect;
  w.people = people_of(&w);
  if (w.it->has_table) w.events = w.it->table.a + w.it->table.c;
  if (w.events < 0) w.events = w.it->study->events;
  TH_TRY(pool(&w));
  TH_TRY(step(&w, "start", 0, w.randomised ? TH_S("randomised: starts high") : TH_S("not randomised: starts low")));
  TH_TRY(risk_of_bias(&w));
  TH_TRY(imprecision(&w));
  TH_TRY(inconsistency(&w));
  TH_TRY(indirectness(&w));
  TH_TRY(publication_bias(&w));
  TH_TRY(large_effect(&w, start));
  g->certainty = (th_certainty)(w.score < TH_GRADE_VERY_LOW ? TH_GRADE_VERY_LOW
                                : w.score > TH_GRADE_HIGH   ? TH_GRADE_HIGH
                                                            : w.score);
  g->certainty_automatic = true;
  return TH_OK;
}
