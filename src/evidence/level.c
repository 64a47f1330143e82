/* The level of evidence (evidence.md §10): one function, one value. How much and how good, never which way. */
#include "evidence_priv.h"

static bool early(const th_study_seen *s) {
  return (s->phases & 1u) || (s->phases & 2u);
} /* two phases: the lower one counts */

/* Phase 3 or 4 and no lower one, or many people. */
static bool large(const th_study_seen *s, const th_evidence_settings *set) {
  return (s->phases >= 8u && !(s->phases & 7u)) || s->n >= set->people_min;
}

th_level th_evidence__level_of(const th_evidence_item *it, const char **rule) {
  const bool a = it->relevance == TH_RELEVANCE_A;
  if (it->design == TH_DESIGN_GUIDELINE) {
    *rule = "LEVEL-NONE-DESIGN";
    return TH_LEVEL_UNKNOWN;
  }
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
  case TH_DESIGN_UNKNOWN: /* reported at least: no less than a trial without a result */
    *rule = a ? "LEVEL-L4-DESIGN-UNKNOWN" : "LEVEL-NONE-DESIGN";
    return a ? TH_LEVEL_L4 : TH_LEVEL_UNKNOWN;
  case TH_DESIGN_UNCONTROLLED:
  case TH_DESIGN_CASE_SERIES:
  case TH_DESIGN_CASE_REPORT:
  case TH_DESIGN_CASE_CONTROL:
  case TH_DESIGN_CROSS_SECTIONAL:
  case TH_DESIGN_EXPANDED_ACCESS:
  case TH_DESIGN_PRECLINICAL: *rule = "LEVEL-L4-DESIGN"; return a ? TH_LEVEL_L4 : TH_LEVEL_UNKNOWN;
  case TH_DESIGN_GUIDELINE:
  case TH_DESIGN_COUNT: break;
  }
  *rule = "LEVEL-NONE-DESIGN";
  return TH_LEVEL_UNKNOWN;
}

void th_evidence_level_rows(th_level_row out[TH_DESIGN_COUNT]) {
  const th_study_seen study = { .n = -1 };
  for (int d = 0; d < TH_DESIGN_COUNT; d++) {
    th_evidence_item it = { .study = &study, .design = (th_design)d, .relevance = TH_RELEVANCE_A, .reported = true };
    th_level_row *r = &out[d];
    r->design = it.design;
    r->here.level = th_evidence__level_of(&it, &r->here.rule);
    it.relevance = TH_RELEVANCE_B;
    r->near.level = th_evidence__level_of(&it, &r->near.rule);
    it.relevance = TH_RELEVANCE_A;
    it.reported = false;
    r->open.level = th_evidence__level_of(&it, &r->open.rule);
  }
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

static bool makes_level_1(const th_evidence_item *it, const th_evidence_settings *set) {
  const char *rule;
  return it->design == TH_DESIGN_RCT && th_evidence__level_of(it, &rule) == TH_LEVEL_L2 && large(it->study, set);
}

void th_evidence__take_level(const th_evidence_items *items, const th_evidence_settings *set, th_grade *g) {
  size_t large_trials = 0;
  for (size_t i = 0; i < items->n; i++) {
    const th_evidence_item *it = &items->v[i];
    if (!it->counted) continue;
    const char *rule;
    const th_level level = th_evidence__level_of(it, &rule);
    g->counted_units++;
    large_trials += makes_level_1(it, set);
    if (level == TH_LEVEL_UNKNOWN || (g->level != TH_LEVEL_UNKNOWN && level >= g->level)) continue;
    g->level = level;
    g->level_rule = rule;
    g->level_unit = it->unit;
    g->ocebm = ocebm_of(it);
  }
  if (large_trials < set->trials_min || g->level != TH_LEVEL_L2) return;
  g->level = TH_LEVEL_L1;
  g->level_rule = "LEVEL-L1-TWO-RCT";
  for (size_t i = 0; i < items->n; i++)
    if (items->v[i].counted && makes_level_1(&items->v[i], set)) {
      g->level_unit = items->v[i].unit;
      break;
    }
}

bool th_evidence__at_level(const th_evidence_items *items, size_t i, const th_evidence_settings *set, const th_grade *g) {
  const th_evidence_item *it = &items->v[i];
  const char *rule;
  if (!it->counted) return false;
  if (th_evidence__level_of(it, &rule) == g->level) return true;
  return g->level == TH_LEVEL_L1 && strcmp(g->level_rule, "LEVEL-L1-TWO-RCT") == 0 && makes_level_1(it, set);
}

void th_evidence__take_direction(const th_evidence_items *items, const th_evidence_settings *set, th_grade *g) {
  bool any = false;
  for (size_t i = 0; i < items->n; i++) {
    if (!th_evidence__at_level(items, i, set, g)) continue;
    const th_direction d = items->v[i].direction;
    g->direction = !any || g->direction == d ? d : TH_DIRECTION_MIXED;
    any = true;
  }
}
