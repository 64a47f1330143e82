/* All studies of a pair together: units, level, direction, certainty, flags. One function, one stored value. */
#include "evidence_priv.h"

/* Nothing counts: L5 only when registry and literature were both searched. */
static th_level level_of_nothing(const th_searches_seen *searches) {
  bool registry = false, literature = false;
  for (size_t i = 0; i < searches->n; i++) {
    const th_search_seen *s = &searches->v[i];
    const bool done = s->state == TH_SEARCH_NOTHING || s->state == TH_SEARCH_FOUND;
    registry |= done && s->source == TH_CAPTURE_REGISTRY;
    literature |= done && s->source == TH_CAPTURE_LITERATURE;
  }
  return registry && literature ? TH_LEVEL_L5 : TH_LEVEL_UNKNOWN;
}

th_evidence_settings th_evidence_settings_default(void) {
  return (th_evidence_settings){ .people_min = 200, .trials_min = 2 };
}

th_code th_evidence_grade(th_arena *a, th_evidence_items *items, const th_searches_seen *searches,
                          const th_evidence_settings *settings, th_grade *out, th_err *err) {
  const th_evidence_settings set = settings ? *settings : th_evidence_settings_default();
  *out = (th_grade){ .level_unit = UINT32_MAX, .listed = (uint32_t)items->n, .settings = set };
  (void)th_arena_was_short(a);
  TH_TRY(th_evidence__settle(a, items, err));
  th_evidence__take_level(items, &set, out);
  th_evidence__take_direction(items, &set, out);
  if (out->level == TH_LEVEL_UNKNOWN) {
    out->level = level_of_nothing(searches);
    out->level_rule = out->level == TH_LEVEL_L5 ? "LEVEL-L5-SEARCHED" : "LEVEL-UNKNOWN-NOT-SEARCHED";
  }
  for (size_t i = 0; i < items->n; i++) {
    const th_evidence_item *it = &items->v[i];
    for (size_t k = 0; (it->counted || it->study->status == TH_STATUS_ONGOING) && k < it->flags.n; k++)
      if (!th_codes_has(&out->flags, it->flags.v[k]) && !TH_VEC_PUSH(a, &out->flags, it->flags.v[k])) return th_fail_nomem(err);
  }
  for (size_t i = 0; i < searches->n; i++)
    if (searches->v[i].incomplete && !th_codes_has(&out->flags, "SEARCH_INCOMPLETE") &&
        !TH_VEC_PUSH(a, &out->flags, "SEARCH_INCOMPLETE"))
      return th_fail_nomem(err);
  return th_evidence__whole(a, th_evidence__certainty(a, items, out, err), err);
}
