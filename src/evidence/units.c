/* One study is one unit, however many records tell of it (evidence.md §8).
 *
 * Joined: the same id or alias, a reference of kind RESULT or DERIVED, a registration named by the paper, a EudraCT number on both
 * sides. Never joined: BACKGROUND references, and a report that pools several trials, which is a unit of its own and is not added to
 * its parts. A full registry record speaks for its unit: it says what was planned, for whom and how; the papers say what came out. */
#include "evidence_priv.h"

#include <math.h>

/* ── Which records are one study ── */

/* "2012-000385-38" wherever it stands in the id ("EUCTR2012-000385-38-DE"). */
static th_str eudract(th_str id) {
  for (size_t i = 0; i + 14 <= id.n; i++) {
    bool fits = i == 0 || id.p[i - 1] < '0' || id.p[i - 1] > '9';
    for (size_t k = 0; k < 14 && fits; k++) {
      const char c = id.p[i + k];
      fits = k == 4 || k == 11 ? c == '-' : c >= '0' && c <= '9';
    }
    if (fits) return th_str_sub(id, i, i + 14);
  }
  return TH_STR_NONE;
}

static bool same_id(th_str x, th_str y) {
  if (th_str_eq_nocase(x, y)) return true;
  const th_str e = eudract(x);
  return e.n && th_str_eq(e, eudract(y));
}

static bool lists(const th_study_seen *x, th_str id) {
  for (size_t i = 0; i < x->related_ids.n; i++)
    if (same_id(x->related_ids.v[i], id)) return true;
  return false;
}

static bool refers(const th_study_seen *x, th_str id) {
  for (size_t i = 0; i < x->references.n; i++)
    if (x->references.v[i].kind != TH_REFERENCE_BACKGROUND && th_str_eq(x->references.v[i].id, id)) return true;
  return false;
}

static bool is_registration(th_str id) {
  return th_str_is_nct(id) || eudract(id).n || th_str_starts(id, TH_S("ISRCTN")) || th_str_starts(id, TH_S("ChiCTR")) ||
         th_str_starts(id, TH_S("JPRN")) || th_str_starts(id, TH_S("ACTRN"));
}

/* Different registrations named by one paper: it pools trials, or tells of several. */
static size_t registrations(const th_study_seen *s) {
  size_t n = 0;
  for (size_t i = 0; i < s->related_ids.n; i++) {
    bool again = !th_str_starts(s->related_ids.v[i], TH_S("NCT"));
    for (size_t k = 0; k < i && !again; k++) again = th_str_eq_nocase(s->related_ids.v[i], s->related_ids.v[k]);
    n += !again;
  }
  return n;
}

static bool is_review(const th_evidence_item *it) {
  return it->design == TH_DESIGN_SR_RCT || it->design == TH_DESIGN_SR_OBS || it->design == TH_DESIGN_GUIDELINE;
}

bool th_evidence__pools(th_arena *a, const th_evidence_item *it) {
  static const char *const words[] = { "pooled analysis",         "pooled data",  "pooled result", "integrated analysis",
                                       "individual patient data", "meta-analysis" };
  if (it->study->origin != TH_ORIGIN_PAPER) return false;
  if (is_review(it) || registrations(it->study) > 1) return true;
  const th_str title = th_evidence__plain(a, it->study->title);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (th_str_has(title, th_str_of(words[i]))) return true;
  return false;
}

static uint32_t root_of(const th_evidence_items *items, uint32_t i) {
  while (items->v[i].unit != i) i = items->v[i].unit;
  return i;
}

/* Ids compared: letters' case and what stands around a EudraCT number do not matter. */
static th_str key_of(th_arena *a, th_str id) {
  const th_str e = eudract(id);
  return e.n ? e : id.n ? th_evidence__plain(a, id) : TH_S("");
}

static void unite(th_evidence_items *items, uint32_t x, uint32_t y) {
  const uint32_t p = root_of(items, x), q = root_of(items, y);
  items->v[p > q ? p : q].unit = p < q ? p : q; /* the first listed gives the number */
}

/* First item under this key; the item itself when it is new. */
static th_code meet(th_arena *a, th_map *m, th_str id, uint32_t i, uint32_t *first, th_err *err) {
  const th_str key = key_of(a, id);
  bool is_new;
  uint64_t *at = key.p ? th_map_at(m, key, &is_new) : NULL;
  if (!at) return th_fail_nomem(err);
  if (is_new) *at = i;
  *first = (uint32_t)*at;
  return TH_OK;
}

/* An item's own ids first; what others say of it is looked up in them. Linear in all ids. */
static th_code join(th_arena *a, th_evidence_items *items, th_err *err) {
  th_map own, shared, pooled;
  th_map_init(&own, a);
  th_map_init(&shared, a);
  th_map_init(&pooled, a);
  bool *pools = TH_NEWN(a, bool, items->n + 1);
  if (!pools) return th_fail_nomem(err);
  uint32_t first = 0;
  for (uint32_t i = 0; i < items->n; i++) {
    items->v[i].unit = i;
    pools[i] = th_evidence__pools(a, &items->v[i]);
    if (!items->v[i].study->id.n) continue; /* two rows without a number are not known to be one study */
    TH_TRY(meet(a, pools[i] ? &pooled : &own, items->v[i].study->id, i, &first, err));
    unite(items, i, first);
  }
  for (uint32_t i = 0; i < items->n; i++) {
    const th_study_seen *s = items->v[i].study;
    uint64_t at;
    for (size_t k = 0; k < s->related_ids.n && !pools[i]; k++) {
      if (th_map_get(&own, key_of(a, s->related_ids.v[k]), &at)) unite(items, i, (uint32_t)at);
      if (!is_registration(s->related_ids.v[k])) continue;
      TH_TRY(meet(a, &shared, s->related_ids.v[k], i, &first, err));
      unite(items, i, first);
    }
    for (size_t k = 0; k < s->references.n && !pools[i]; k++)
      if (s->references.v[k].kind != TH_REFERENCE_BACKGROUND && s->references.v[k].id.n &&
          th_map_get(&own, key_of(a, s->references.v[k].id), &at))
        unite(items, i, (uint32_t)at);
  }
  for (uint32_t i = 0; i < items->n; i++) items->v[i].unit = root_of(items, i);
  return TH_OK;
}

/* The members of each unit as a chain: first[u], then next[i]; UINT32_MAX ends it. */
typedef struct chains {
  uint32_t *first, *next;
} chains;

static th_code chain_up(th_arena *a, const th_evidence_items *items, chains *out, th_err *err) {
  uint32_t *last = TH_NEWN(a, uint32_t, items->n + 1);
  out->first = TH_NEWN(a, uint32_t, items->n + 1);
  out->next = TH_NEWN(a, uint32_t, items->n + 1);
  if (!last || !out->first || !out->next) return th_fail_nomem(err);
  for (uint32_t i = 0; i < items->n; i++) {
    const uint32_t u = items->v[i].unit;
    out->next[i] = UINT32_MAX;
    if (u == i)
      out->first[u] = i;
    else
      out->next[last[u]] = i;
    last[u] = i;
  }
  return TH_OK;
}

/* ── Who speaks for a unit ── */

static bool is_secondary_report(th_arena *a, const th_evidence_item *it) {
  const th_str t = th_evidence__plain(a, it->study->title);
  return th_str_has(t, TH_S("secondary analysis")) || th_str_has(t, TH_S("post hoc")) || th_str_has(t, TH_S("post-hoc")) ||
         th_str_has(t, TH_S("subgroup")) || th_str_has(t, TH_S("extension")) || th_codes_has(&it->gates, "V-PROTOCOL") ||
         th_codes_has(&it->gates, "V-NO-DATA") || th_codes_has(&it->gates, "V-NARRATIVE") ||
         th_codes_has(&it->gates, "V-ERRATUM");
}

/* Claims least; then captures, secondary reports, main reports; a registry record with its design and conditions most. */
static int weight(th_arena *a, const th_evidence_item *it) {
  const th_study_seen *s = it->study;
  if (s->origin == TH_ORIGIN_CLAIM) return 0;
  if (s->origin == TH_ORIGIN_REGISTRY) return s->partial ? 1 : 4;
  return is_secondary_report(a, it) ? 2 : 3;
}

static bool earlier(const th_study_seen *x, const th_study_seen *y) {
  return x->published.prec && y->published.prec && th_date_cmp(x->published, y->published) < 0;
}

static uint32_t speaker_of(th_arena *a, const th_evidence_items *items, const chains *of, uint32_t unit) {
  uint32_t best = unit;
  for (uint32_t i = of->next[of->first[unit]]; i != UINT32_MAX; i = of->next[i]) {
    const int w = weight(a, &items->v[i]), b = weight(a, &items->v[best]);
    if (w > b || (w == b && earlier(items->v[i].study, items->v[best].study))) best = i;
  }
  return best;
}

/* Gates fall away when the unit has what they miss. A copy: observations of other pairs share the array. */
static th_code lift(th_arena *a, th_codes *v, const char *const *codes, size_t n, th_err *err) {
  th_codes kept = { 0 };
  for (size_t i = 0; i < v->n; i++) {
    bool drop = false;
    for (size_t k = 0; k < n; k++) drop |= strcmp(v->v[i], codes[k]) == 0;
    if (!drop && !TH_VEC_PUSH(a, &kept, v->v[i])) return th_fail_nomem(err);
  }
  *v = kept;
  return TH_OK;
}

static bool reports(const th_evidence_item *it) {
  return it->study->origin == TH_ORIGIN_PAPER && it->study->has_results == TH_TRUE && !th_codes_has(&it->gates, "V-PROTOCOL") &&
         !th_codes_has(&it->gates, "V-NO-DATA") && !th_codes_has(&it->gates, "V-NARRATIVE") &&
         !th_codes_has(&it->gates, "V-RETRACTED") && !th_codes_has(&it->gates, "V-ERRATUM");
}

static bool names_result(const th_study_seen *s) {
  for (size_t i = 0; i < s->references.n; i++)
    if (s->references.v[i].kind != TH_REFERENCE_BACKGROUND && !s->references.v[i].no_result) return true;
  return false;
}

static const char *const waiting[] = { "V-NO-RESULT", "V-ONGOING",       "V-UNKNOWN-STATUS",
                                       "V-WITHHELD",  "RESULTS_OVERDUE", "RESULT_UNKNOWN" };
#define N_WAITING (sizeof waiting / sizeof *waiting)

static bool push_once(th_arena *a, th_codes *v, const char *code) {
  return th_codes_has(v, code) || TH_VEC_PUSH(a, v, code);
}

/* What the papers of a unit add to its speaker: results, direction, people. */
static th_code merge(th_arena *a, th_evidence_items *items, const chains *of, uint32_t speaker, th_err *err) {
  th_evidence_item *it = &items->v[speaker];
  const th_study_seen *s = it->study;
  it->reported = s->has_results == TH_TRUE || (s->origin == TH_ORIGIN_REGISTRY && names_result(s));
  bool read = s->has_results == TH_TRUE;
  for (int secondary = 0; secondary < 2; secondary++) /* main reports before secondary ones */
    for (uint32_t i = of->first[it->unit]; i != UINT32_MAX; i = of->next[i]) {
      const th_evidence_item *other = &items->v[i];
      if (i == speaker || !reports(other) || is_secondary_report(a, other) != (secondary == 1)) continue;
      if (!read || !it->reported) TH_TRY(lift(a, &it->gates, waiting, N_WAITING, err));
      if (!read) TH_TRY(lift(a, &it->flags, waiting, N_WAITING, err));
      it->reported = read = true;
      if (it->relevance == TH_RELEVANCE_U) it->relevance = other->relevance, it->about = other->about;
      if (it->design == TH_DESIGN_UNKNOWN) it->design = other->design;
      if (isnan(it->effect.estimate) && !it->has_table) { /* what a paper prints of the outcome */
        it->effect = other->effect;
        it->outcome = other->outcome;
        it->has_table = other->has_table;
        it->table_turned = other->table_turned;
        it->table = other->table;
      }
      if (it->direction != TH_DIRECTION_UNCLEAR || other->direction == TH_DIRECTION_UNCLEAR) continue;
      it->direction = other->direction;
      TH_TRY(th_evidence__step(a, it, "DIR-PAPER", th_str_of(th_direction_code(it->direction)), other->study->title,
                               other->study->id, err));
    }
  if (it->reported && !read && !push_once(a, &it->flags, "RESULT_UNREAD")) return th_fail_nomem(err);
  return TH_OK;
}

/* A retraction or a concern reaches the whole unit, and every pooled result that names it. */
static th_code spread(th_arena *a, th_evidence_items *items, const char *code, th_err *err) {
  for (uint32_t i = 0; i < items->n; i++) {
    const th_evidence_item *from = &items->v[i];
    if (!th_codes_has(&from->gates, code)) continue;
    for (uint32_t k = 0; k < items->n; k++) {
      th_evidence_item *it = &items->v[k];
      bool uses = it->unit == from->unit || lists(it->study, from->study->id);
      for (size_t r = 0; r < from->study->related_ids.n && !uses && th_evidence__pools(a, it); r++)
        uses = is_registration(from->study->related_ids.v[r]) && lists(it->study, from->study->related_ids.v[r]);
      if (!uses || th_codes_has(&it->gates, code)) continue;
      if (!TH_VEC_PUSH(a, &it->gates, code)) return th_fail_nomem(err);
      TH_TRY(th_evidence__step(a, it, "GATE", th_str_of(code), from->study->title, from->study->id, err));
    }
  }
  return TH_OK;
}

/* ── What counts ── */

/* A gate that keeps a study from counting at all; V-NO-RESULT alone only lowers what it can count for. */
static bool is_void(const th_evidence_item *it) {
  for (size_t i = 0; i < it->gates.n; i++)
    if (strcmp(it->gates.v[i], "V-NO-RESULT") != 0 && !(it->reported && strncmp(it->gates.v[i], "V-TERMINATED", 12) == 0))
      return true;
  return false;
}

static bool counts(const th_evidence_item *it) {
  if (it->duplicate || it->study->origin == TH_ORIGIN_CLAIM || is_void(it)) return false;
  const char *rule;
  return it->relevance == TH_RELEVANCE_A ||
         (it->relevance == TH_RELEVANCE_B && th_evidence__level_of(it, &rule) != TH_LEVEL_UNKNOWN);
}

/* A pooled report that is no review adds nothing when one of its parts counts already. */
static th_code drop_pooled(th_arena *a, th_evidence_items *items, th_err *err) {
  for (uint32_t i = 0; i < items->n; i++) {
    th_evidence_item *it = &items->v[i];
    if (!it->counted || is_review(it) || !th_evidence__pools(a, it)) continue;
    for (uint32_t k = 0; k < items->n && it->counted; k++) {
      if (k == i || !items->v[k].counted) continue;
      bool part = lists(it->study, items->v[k].study->id) || refers(items->v[k].study, it->study->id);
      for (size_t r = 0; r < items->v[k].study->related_ids.n && !part; r++)
        part = is_registration(items->v[k].study->related_ids.v[r]) && lists(it->study, items->v[k].study->related_ids.v[r]);
      if (!part) continue;
      it->counted = false;
      if (!TH_VEC_PUSH(a, &it->gates, "V-DUPLICATE")) return th_fail_nomem(err);
      TH_TRY(
          th_evidence__step(a, it, "UNIT-POOLED", TH_S("V-DUPLICATE"), items->v[k].study->title, items->v[k].study->id, err));
    }
  }
  return TH_OK;
}

/* Same title and sponsor under two numbers that nothing joins. */
static th_code double_registrations(th_arena *a, th_evidence_items *items, th_err *err) {
  th_map seen;
  th_map_init(&seen, a);
  for (uint32_t i = 0; i < items->n; i++) {
    const th_study_seen *x = items->v[i].study;
    if (x->origin != TH_ORIGIN_REGISTRY || !x->sponsor.n || !x->title.n) continue;
    const th_str key = th_str_fmt(a, "%.*s\n%.*s", TH_STR_ARG(x->title), TH_STR_ARG(x->sponsor));
    uint32_t first = i;
    if (!key.p) return th_fail_nomem(err);
    TH_TRY(meet(a, &seen, key, i, &first, err));
    if (items->v[first].unit == items->v[i].unit) continue;
    if (!push_once(a, &items->v[i].flags, "POSSIBLE_DOUBLE_REGISTRATION") ||
        !push_once(a, &items->v[first].flags, "POSSIBLE_DOUBLE_REGISTRATION"))
      return th_fail_nomem(err);
  }
  return TH_OK;
}

th_code th_evidence__settle(th_arena *a, th_evidence_items *items, th_err *err) {
  TH_TRY(join(a, items, err));
  TH_TRY(spread(a, items, "V-RETRACTED", err));
  TH_TRY(spread(a, items, "V-CONCERN", err));
  chains of;
  TH_TRY(chain_up(a, items, &of, err));
  for (uint32_t i = 0; i < items->n; i++) items->v[i].duplicate = items->v[i].reported = items->v[i].counted = false;
  for (uint32_t u = 0; u < items->n; u++) {
    if (items->v[u].unit != u) continue;
    const uint32_t speaker = speaker_of(a, items, &of, u);
    TH_TRY(merge(a, items, &of, speaker, err));
    for (uint32_t i = of.first[u]; i != UINT32_MAX; i = of.next[i]) {
      th_evidence_item *it = &items->v[i];
      if (i == speaker) continue;
      it->duplicate = true;
      it->reported = it->study->has_results == TH_TRUE;
      if (!push_once(a, &it->gates, "V-DUPLICATE")) return th_fail_nomem(err);
      TH_TRY(th_evidence__step(a, it, "UNIT", TH_S("V-DUPLICATE"), items->v[speaker].study->title, items->v[speaker].study->id,
                               err));
    }
    items->v[speaker].counted = counts(&items->v[speaker]);
  }
  TH_TRY(drop_pooled(a, items, err));
  return double_registrations(a, items, err);
}
