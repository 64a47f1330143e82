/* All studies of a pair together: units, level, direction (evidence.md §8–10). One function, one stored value. */
#include "evidence_priv.h"

/* A gate that keeps a study from counting at all; V-NO-RESULT alone only lowers what it can count for. */
static bool is_void(const th_evidence_item *it) {
  for (size_t i = 0; i < it->gates.n; i++)
    if (strcmp(it->gates.v[i], "V-NO-RESULT") != 0 && !(it->reported && strncmp(it->gates.v[i], "V-TERMINATED", 12) == 0))
      return true;
  return false;
}

static bool same_study(const th_study_seen *x, const th_study_seen *y) {
  if (th_str_eq(x->id, y->id)) return true;
  for (size_t i = 0; i < y->related_ids.n; i++)
    if (th_str_eq(x->id, y->related_ids.v[i])) return true;
  for (size_t i = 0; i < x->related_ids.n; i++)
    if (th_str_eq(y->id, x->related_ids.v[i])) return true;
  return false;
}

/* A register entry says more than somebody's table row; a paper that reports says more than either about results. */
static int weight(const th_evidence_item *it) {
  return it->study->origin == TH_ORIGIN_CLAIM ? 0 : it->study->origin == TH_ORIGIN_REGISTRY ? 1 + (it->study->arms.n > 0) : 3;
}

static bool early(const th_study_seen *s) {
  return (s->phases & 1u) || (s->phases & 2u);
} /* two phases: the lower one counts */
static bool large(const th_study_seen *s) {
  return (s->phases & (8u | 16u)) || s->n >= 200;
}

/* The level a single counted item reaches, and by which rule. */
static th_level level_of(const th_evidence_item *it, const char **rule) {
  const bool a = it->relevance == TH_RELEVANCE_A;
  if (!it->reported || early(it->study)) { /* of a related disease it says nothing yet */
    *rule = !a ? "LEVEL-NONE-B" : it->reported ? "LEVEL-L4-EARLY" : "LEVEL-L4-UNREPORTED";
    return a ? TH_LEVEL_L4 : TH_LEVEL_UNKNOWN;
  }
  switch (it->design) {
  case TH_DESIGN_SR_RCT: *rule = a ? "LEVEL-L1-SR" : "LEVEL-L3-B"; return a ? TH_LEVEL_L1 : TH_LEVEL_L3;
  case TH_DESIGN_RCT: *rule = a ? "LEVEL-L2-RCT" : "LEVEL-L3-B"; return a ? TH_LEVEL_L2 : TH_LEVEL_L3;
  case TH_DESIGN_NRCT:
  case TH_DESIGN_COHORT:
  case TH_DESIGN_SR_OBS: *rule = a ? "LEVEL-L3-CONTROLLED" : "LEVEL-L4-B"; return a ? TH_LEVEL_L3 : TH_LEVEL_L4;
  case TH_DESIGN_UNCONTROLLED:
  case TH_DESIGN_CASE_SERIES:
  case TH_DESIGN_CASE_REPORT:
  case TH_DESIGN_CASE_CONTROL:
  case TH_DESIGN_CROSS_SECTIONAL:
  case TH_DESIGN_EXPANDED_ACCESS:
  case TH_DESIGN_PRECLINICAL: *rule = "LEVEL-L4-DESIGN"; return a ? TH_LEVEL_L4 : TH_LEVEL_UNKNOWN;
  case TH_DESIGN_UNKNOWN:
  case TH_DESIGN_GUIDELINE:
  case TH_DESIGN_COUNT: break;
  }
  *rule = "LEVEL-NONE-DESIGN";
  return TH_LEVEL_UNKNOWN;
}

/* One study is one unit, however many records tell of it. The weightiest record speaks for the unit; the others are duplicates. */
static th_code settle_units(th_arena *a, th_evidence_items *items, th_err *err) {
  for (size_t i = 0; i < items->n; i++) items->v[i].unit = (uint32_t)i;
  for (size_t i = 0; i < items->n; i++)
    for (size_t k = 0; k < i; k++)
      if (same_study(items->v[i].study, items->v[k].study)) {
        items->v[i].unit = items->v[k].unit;
        break;
      }
  for (size_t u = 0; u < items->n; u++) {
    th_evidence_item *speaker = NULL;
    for (size_t i = 0; i < items->n; i++)
      if (items->v[i].unit == u && (!speaker || weight(&items->v[i]) > weight(speaker))) speaker = &items->v[i];
    for (size_t i = 0; i < items->n; i++) {
      th_evidence_item *it = &items->v[i];
      if (it->unit != u || it == speaker) continue;
      it->duplicate = true;
      if (!TH_VEC_PUSH(a, &it->gates, "V-DUPLICATE")) return th_fail_nomem(err);
    }
  }
  for (size_t i = 0; i < items->n; i++) {
    th_evidence_item *it = &items->v[i];
    it->reported = it->study->has_results == TH_TRUE;
    const char *rule;
    it->counted =
        !it->duplicate && it->study->origin != TH_ORIGIN_CLAIM && !is_void(it) &&
        (it->relevance == TH_RELEVANCE_A || (it->relevance == TH_RELEVANCE_B && level_of(it, &rule) != TH_LEVEL_UNKNOWN));
  }
  return TH_OK;
}

static int ocebm_of(const th_evidence_item *it) {
  switch (it->design) {
  case TH_DESIGN_SR_RCT: return 1;
  case TH_DESIGN_RCT: return 2;
  case TH_DESIGN_NRCT:
  case TH_DESIGN_COHORT:
  case TH_DESIGN_SR_OBS: return 3;
  case TH_DESIGN_UNCONTROLLED:
  case TH_DESIGN_CASE_SERIES:
  case TH_DESIGN_CASE_REPORT:
  case TH_DESIGN_CASE_CONTROL:
  case TH_DESIGN_CROSS_SECTIONAL:
  case TH_DESIGN_EXPANDED_ACCESS: return 4;
  case TH_DESIGN_PRECLINICAL: return 5;
  case TH_DESIGN_UNKNOWN:
  case TH_DESIGN_GUIDELINE:
  case TH_DESIGN_COUNT: break;
  }
  return 0;
}

/* Nothing counts: L5 only when registry and literature were both searched to the end. */
static th_level level_of_nothing(const th_searches_seen *searches, bool *incomplete) {
  bool registry = false, literature = false;
  for (size_t i = 0; i < searches->n; i++) {
    const th_search_seen *s = &searches->v[i];
    const bool done = s->state == TH_SEARCH_NOTHING || s->state == TH_SEARCH_FOUND;
    *incomplete |= s->incomplete;
    registry |= done && s->source == TH_CAPTURE_REGISTRY;
    literature |= done && s->source == TH_CAPTURE_LITERATURE;
  }
  return registry && literature ? TH_LEVEL_L5 : TH_LEVEL_UNKNOWN;
}

static void take_level(const th_evidence_items *items, th_grade *g) {
  size_t large_trials = 0;
  for (size_t i = 0; i < items->n; i++) {
    const th_evidence_item *it = &items->v[i];
    if (!it->counted) continue;
    const char *rule;
    const th_level level = level_of(it, &rule);
    g->counted_units++;
    large_trials += level == TH_LEVEL_L2 && large(it->study);
    if (level == TH_LEVEL_UNKNOWN || (g->level != TH_LEVEL_UNKNOWN && level >= g->level)) continue;
    g->level = level;
    g->level_rule = rule;
    g->level_unit = it->unit;
    g->ocebm = ocebm_of(it);
  }
  if (large_trials >= 2 && g->level == TH_LEVEL_L2) g->level = TH_LEVEL_L1, g->level_rule = "LEVEL-L1-TWO-RCT";
}

static void take_direction(const th_evidence_items *items, th_grade *g) {
  bool any = false;
  for (size_t i = 0; i < items->n; i++) {
    const th_evidence_item *it = &items->v[i];
    const char *rule;
    if (!it->counted) continue;
    const th_level level = level_of(it, &rule);
    if (level != g->level && !(g->level == TH_LEVEL_L1 && level == TH_LEVEL_L2)) continue;
    if (!any)
      g->direction = it->direction;
    else if (g->direction != it->direction)
      g->direction = TH_DIRECTION_MIXED;
    any = true;
  }
}

th_code th_evidence_grade(th_arena *a, th_evidence_items *items, const th_searches_seen *searches, th_grade *out, th_err *err) {
  *out = (th_grade){ .level_unit = UINT32_MAX, .listed = (uint32_t)items->n };
  TH_TRY(settle_units(a, items, err));
  take_level(items, out);
  take_direction(items, out);
  bool incomplete = false;
  if (out->level == TH_LEVEL_UNKNOWN) {
    out->level = level_of_nothing(searches, &incomplete);
    out->level_rule = out->level == TH_LEVEL_L5 ? "LEVEL-L5-SEARCHED" : "LEVEL-UNKNOWN-NOT-SEARCHED";
  }
  for (size_t i = 0; i < items->n; i++) {
    const th_evidence_item *it = &items->v[i];
    for (size_t k = 0; (it->counted || it->study->status == TH_STATUS_ONGOING) && k < it->flags.n; k++)
      if (!th_codes_has(&out->flags, it->flags.v[k]) && !TH_VEC_PUSH(a, &out->flags, it->flags.v[k])) return th_fail_nomem(err);
  }
  if (incomplete && !TH_VEC_PUSH(a, &out->flags, "SEARCH_INCOMPLETE")) return th_fail_nomem(err);
  return th_evidence__certainty(a, items, out, err);
}

th_decided th_evidence_decide(const th_grade *g, const th_decision_facts *f) {
  th_decision d;
  const bool high = g->level == TH_LEVEL_L1 || g->level == TH_LEVEL_L2, supports = g->direction == TH_DIRECTION_SUPPORTS;
  if (f->novelty == TH_NOVELTY_CONTRAINDICATED || f->major_warning)
    d = TH_DECISION_STOP;
  else if (f->novelty == TH_NOVELTY_LICENSED)
    d = TH_DECISION_LICENSED;
  else if (g->level == TH_LEVEL_UNKNOWN)
    d = TH_DECISION_SEARCH_FIRST;
  else if (g->direction == TH_DIRECTION_AGAINST && g->level <= TH_LEVEL_L3)
    d = TH_DECISION_NO_GO;
  else if (g->level == TH_LEVEL_L1 && supports && g->certainty >= TH_GRADE_MODERATE && f->confirmed_by.n)
    d = TH_DECISION_GO;
  else if (high && supports)
    d = TH_DECISION_GUARDRAILS;
  else if (high && (g->direction == TH_DIRECTION_NULL || g->direction == TH_DIRECTION_MIXED))
    d = TH_DECISION_HOLD_MIXED;
  else if (g->level == TH_LEVEL_L3 && supports)
    d = TH_DECISION_QUESTION_GUARDED;
  else if ((g->level == TH_LEVEL_L4 && (supports || g->direction == TH_DIRECTION_UNCLEAR)) ||
           (g->level == TH_LEVEL_L3 && (g->direction == TH_DIRECTION_UNCLEAR || g->direction == TH_DIRECTION_MIXED)))
    d = TH_DECISION_QUESTION;
  else
    d = TH_DECISION_HOLD;
  const bool capped = f->pregnancy && (d == TH_DECISION_GO || d == TH_DECISION_GUARDRAILS);
  return (th_decided){ capped ? TH_DECISION_QUESTION_GUARDED : d, (int)d, capped };
}
