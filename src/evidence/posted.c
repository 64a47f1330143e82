/* Which way a registry's posted comparisons point (evidence.md §9).
 *
 * Only comparisons of the tested drug with something else count. The sign is read from the groups' own values where one value a
 * group is posted: registries print differences in either order. A hazard ratio speaks of events, so below 1 is good when the
 * outcome is called survival. Significance: the printed P, else the interval at its own level. */
#include "evidence_priv.h"

#include <math.h>

typedef struct sides {
  double drug, other; /* mean of the posted values; NaN: not posted by one value a group */
  bool compared, drug_first;
} sides;

static th_code group_has_drug(th_arena *a, const th_evidence_question *q, const th_study_seen *s, const th_group_seen *g,
                              bool *out, th_err *err) {
  const th_str title = th_evidence__plain(a, g->title);
  for (size_t i = 0; i < s->arms.n; i++) {
    if (!th_str_eq(th_evidence__plain(a, s->arms.v[i].label.text), title)) continue;
    *out = false;
    for (size_t t = 0; t < s->arms.v[i].treatments.n && !*out; t++)
      TH_TRY(th_evidence__gives(a, q, s->arms.v[i].treatments.v[t].text, out, err));
    return TH_OK;
  }
  TH_TRY(th_evidence__gives(a, q, g->title, out, err));
  if (*out || !g->description.n || th_str_has(title, TH_S("placebo"))) return TH_OK;
  return th_evidence__gives(a, q, th_evidence_sentence(g->description, 0), out, err);
}

static th_code sides_of(th_arena *a, const th_evidence_question *q, const th_study_seen *s, const th_analysis_seen *x,
                        sides *out, th_err *err) {
  double sum[2] = { 0, 0 };
  size_t n[2] = { 0, 0 };
  for (size_t i = 0; i < x->groups.n; i++) {
    bool drug;
    TH_TRY(group_has_drug(a, q, s, &x->groups.v[i], &drug, err));
    if (!i) out->drug_first = drug;
    sum[drug] += x->groups.v[i].value;
    n[drug]++;
  }
  out->compared = n[0] && n[1];
  out->drug = n[1] ? sum[1] / (double)n[1] : NAN;
  out->other = n[0] ? sum[0] / (double)n[0] : NAN;
  return TH_OK;
}

static bool is_ratio(th_str param) {
  return th_str_has(param, TH_S("ratio")) || th_str_has(param, TH_S("relative risk")) || th_str_has(param, TH_S("(or)")) ||
         th_str_has(param, TH_S("(rr)")) || th_str_has(param, TH_S("(hr)"));
}

typedef enum significance { SIG_UNKNOWN, SIG_NO, SIG_YES } significance;

static significance significance_of(const th_analysis_seen *x, bool ratio) {
  if (x->p_sign) {
    if (x->p_sign == '>') return x->p >= 0.05 ? SIG_NO : SIG_UNKNOWN;
    return x->p < 0.05 || (x->p_sign == '<' && x->p <= 0.05) ? SIG_YES : x->p_sign == '<' ? SIG_UNKNOWN : SIG_NO;
  }
  const double null_value = ratio ? 1 : 0;
  if (!isnan(x->lo) && x->lo > null_value) return SIG_YES;
  if (!isnan(x->hi) && x->hi < null_value) return SIG_YES;
  return isnan(x->lo) || isnan(x->hi) ? SIG_UNKNOWN : SIG_NO;
}

/* +1 the drug does better, −1 worse, 0 cannot be told. */
static int favour(th_arena *a, const th_analysis_seen *x, const sides *g, bool ratio) {
  const th_str title = th_evidence__plain(a, x->title), param = th_evidence__plain(a, x->param);
  int good = th_evidence_polarity(a, x->title);
  if (!good) good = th_evidence_polarity(a, x->words);
  if (!good) return 0;
  if (th_str_has(param, TH_S("hazard")) && !isnan(x->estimate) && x->estimate != 1) {
    const bool bad_event = good < 0 || th_str_has(title, TH_S("survival")) || th_str_has(title, TH_S("-free"));
    return (x->estimate < 1) == bad_event ? 1 : -1;
  }
  const bool time = th_str_starts(title, TH_S("time to ")) || th_str_has(title, TH_S(" time to "));
  const int more = time ? -good : good;
  if (!isnan(g->drug) && !isnan(g->other) && g->drug != g->other) return g->drug > g->other ? more : -more;
  const double null_value = ratio ? 1 : 0;
  if (isnan(x->estimate) || x->estimate == null_value || !g->drug_first) return 0; /* which way round is not said */
  return x->estimate > null_value ? more : -more;
}

/* "a margin of -10%", "margin: 1.25": NaN when none is printed. */
static double margin_of(th_arena *a, th_str comment) {
  const th_str t = th_evidence__plain(a, comment);
  size_t at = th_str_find(t, TH_S("margin"), 0);
  if (at == SIZE_MAX) return NAN;
  at += 6;
  while (at < t.n && at < th_str_find(t, TH_S("margin"), 0) + 24 && !(t.p[at] >= '0' && t.p[at] <= '9') && t.p[at] != '-') at++;
  size_t to = at;
  while (to < t.n && ((t.p[to] >= '0' && t.p[to] <= '9') || t.p[to] == '.' || (t.p[to] == '-' && to == at))) to++;
  while (to > at && t.p[to - 1] == '.') to--;
  double v;
  return to > at && th_str_to_f64(th_str_sub(t, at, to), &v) ? v : NAN;
}

/* Non-inferiority: met by its own P, or by an interval that stays on the right side of a printed margin. */
static th_direction of_non_inferiority(th_arena *a, const th_analysis_seen *x, const sides *g, bool ratio) {
  if (x->p_sign && x->p_sign != '>') return x->p < 0.05 ? TH_DIRECTION_SUPPORTS : TH_DIRECTION_NULL;
  const int better = favour(a, x, g, ratio);
  if (significance_of(x, ratio) == SIG_YES && better) return better > 0 ? TH_DIRECTION_SUPPORTS : TH_DIRECTION_AGAINST;
  const double margin = margin_of(a, x->comment), null_value = ratio ? 1 : 0;
  if (isnan(margin) || isnan(x->lo) || isnan(x->hi) || margin == null_value) return TH_DIRECTION_UNCLEAR;
  const bool met = margin > null_value ? x->hi < margin : x->lo > margin;
  return met ? TH_DIRECTION_SUPPORTS : TH_DIRECTION_NULL;
}

static th_direction of_analysis(th_arena *a, const th_analysis_seen *x, const sides *g) {
  const bool ratio = is_ratio(th_evidence__plain(a, x->param));
  if (x->non_inferiority) return of_non_inferiority(a, x, g, ratio);
  switch (significance_of(x, ratio)) {
  case SIG_NO: return TH_DIRECTION_NULL;
  case SIG_UNKNOWN: return TH_DIRECTION_UNCLEAR;
  case SIG_YES: break;
  }
  const int better = favour(a, x, g, ratio);
  return better > 0 ? TH_DIRECTION_SUPPORTS : better < 0 ? TH_DIRECTION_AGAINST : TH_DIRECTION_UNCLEAR;
}

/* Outcomes that say nothing of efficacy. */
static bool is_efficacy(th_arena *a, const th_analysis_seen *x) {
  static const char *const other[] = {
    "adverse", "safety", "tolerab", "pharmacokin", "concentration of ", "serum concentration", "plasma",     "antibod",
    "titer",   "titre",  "vaccine", "toxoid",      "immunogen",         "laborator",           "vital sign", "electrocardio",
    "cmax",    "auc"
  };
  const th_str t = th_evidence__plain(a, x->title);
  for (size_t i = 0; i < sizeof other / sizeof *other; i++)
    if (th_str_has(t, th_str_of(other[i]))) return false;
  return true;
}

/* The same groups of the same outcome analysed again: the first analysis stands. */
static th_code is_repeated(th_arena *a, th_map *seen, const th_analysis_seen *x, bool *out, th_err *err) {
  th_buf b;
  th_buf_init(&b, a, 64);
  th_buf_addf(&b, "%u", x->outcome);
  for (size_t g = 0; g < x->groups.n; g++) {
    th_buf_addc(&b, '\n');
    th_buf_add(&b, x->groups.v[g].title);
  }
  bool is_new;
  if (b.failed || !th_map_at(seen, th_buf_str(&b), &is_new)) return th_fail_nomem(err);
  *out = !is_new;
  return TH_OK;
}

/* Counts of the outcome, the drug's group first: posted as they are, or rebuilt from a percentage of a group's size. */
static bool table_of(th_arena *a, const th_analysis_seen *x, const bool *drug, th_table2 *out, bool *rebuilt) {
  const th_str unit = th_evidence__plain(a, x->words);
  const bool percent = th_str_has(unit, TH_S("percent")) || th_str_has(unit, TH_S("%"));
  const bool people = !percent && (th_str_is(unit, "participants") || th_str_is(unit, "patients") ||
                                   th_str_is(unit, "subjects") || th_str_is(unit, "number of participants"));
  int64_t cell[2][2] = { { 0, 0 }, { 0, 0 } };
  if ((!percent && !people) || x->groups.n < 2) return false;
  for (size_t i = 0; i < x->groups.n; i++) {
    const th_group_seen *g = &x->groups.v[i];
    const double events = percent ? g->value * g->people / 100 : g->value;
    if (isnan(events) || isnan(g->people) || events < 0 || events > g->people || g->people > 1e9) return false;
    cell[!drug[i]][0] += llround(events);
    cell[!drug[i]][1] += llround(g->people) - llround(events);
  }
  *out = (th_table2){ cell[0][0], cell[0][1], cell[1][0], cell[1][1] };
  *rebuilt = percent;
  return true;
}

/* What the certainty rests on: the first comparison that spoke. */
static th_code take_main(th_arena *a, const th_evidence_question *q, const th_study_seen *s, const th_analysis_seen *x,
                         th_evidence_item *it, th_err *err) {
  bool *drug = TH_NEWN(a, bool, x->groups.n + 1);
  if (!drug) return th_fail_nomem(err);
  for (size_t i = 0; i < x->groups.n; i++) TH_TRY(group_has_drug(a, q, s, &x->groups.v[i], &drug[i], err));
  it->outcome = x->title;
  it->effect = (th_effect_seen){ .estimate = x->estimate,
                                 .ci_lo = x->lo,
                                 .ci_hi = x->hi,
                                 .p = x->p_sign ? x->p : NAN,
                                 .ratio = is_ratio(th_evidence__plain(a, x->param)),
                                 .sentence = x->title };
  it->has_table = it->table_turned = table_of(a, x, drug, &it->table, &it->table_rebuilt);
  return TH_OK;
}

typedef struct tally {
  size_t n, of[TH_DIRECTION_MIXED + 1];
  const th_analysis_seen *first;
  size_t first_at;
  bool non_inferiority;
} tally;

static th_code count(th_arena *a, const th_evidence_question *q, const th_study_seen *s, bool primary, tally *t, th_err *err) {
  th_map seen;
  th_map_init(&seen, a);
  for (size_t i = 0; i < s->analyses.n; i++) {
    const th_analysis_seen *x = &s->analyses.v[i];
    bool repeated = false;
    if ((x->rank == 0) != primary || x->rank > 1 || (!primary && !is_efficacy(a, x))) continue;
    TH_TRY(is_repeated(a, &seen, x, &repeated, err));
    if (repeated) continue;
    sides g = { NAN, NAN, false, false };
    TH_TRY(sides_of(a, q, s, x, &g, err));
    if (!g.compared) continue;
    const th_direction d = of_analysis(a, x, &g);
    if (!t->first) t->first = x, t->first_at = i;
    t->n++;
    t->of[d]++;
    t->non_inferiority |= x->non_inferiority && d == TH_DIRECTION_SUPPORTS;
  }
  return TH_OK;
}

/* Primaries must agree; of secondary outcomes the majority speaks. */
static th_direction agreed(const tally *t, bool primary) {
  const th_direction order[] = { TH_DIRECTION_SUPPORTS, TH_DIRECTION_NULL, TH_DIRECTION_AGAINST, TH_DIRECTION_UNCLEAR };
  const size_t known = t->n - t->of[TH_DIRECTION_UNCLEAR];
  for (size_t i = 0; i < 4; i++) {
    const size_t n = t->of[order[i]];
    if (primary ? n == t->n : known && order[i] != TH_DIRECTION_UNCLEAR && 2 * n > known) return order[i];
  }
  if (!known) return TH_DIRECTION_UNCLEAR;
  if (primary && t->of[TH_DIRECTION_UNCLEAR])
    for (size_t i = 0; i < 3; i++)
      if (t->of[order[i]] == known) return TH_DIRECTION_UNCLEAR; /* one agrees with nothing we could read */
  return TH_DIRECTION_MIXED;
}

static th_str words_of(th_arena *a, const th_analysis_seen *x) {
  th_buf b;
  th_buf_init(&b, a, 160);
  th_buf_add(&b, x->title);
  if (!isnan(x->estimate)) th_buf_addf(&b, "; %.*s %g", TH_STR_ARG(x->param), x->estimate);
  if (!isnan(x->lo) && !isnan(x->hi)) {
    th_buf_addf(&b, " (%g to %g", x->lo, x->hi);
    if (!isnan(x->level)) th_buf_addf(&b, ", %g%% interval", x->level * 100);
    th_buf_addc(&b, ')');
  }
  if (x->p_sign) th_buf_addf(&b, "; P %c %g", x->p_sign, x->p);
  return b.failed ? TH_STR_NONE : th_buf_str(&b);
}

th_code th_evidence__posted(th_arena *a, const th_evidence_question *q, const th_study_seen *s, th_evidence_item *it,
                            bool *found, th_err *err) {
  *found = false;
  for (int secondary = 0; secondary < 2; secondary++) {
    tally t = { 0 };
    TH_TRY(count(a, q, s, !secondary, &t, err));
    if (!t.n) continue;
    *found = true;
    it->direction = agreed(&t, !secondary);
    if (secondary && !TH_VEC_PUSH(a, &it->flags, "DIR_SECONDARY")) return th_fail_nomem(err);
    TH_TRY(take_main(a, q, s, t.first, it, err));
    const th_str words = words_of(a, t.first);
    const th_str path = th_str_fmt(a, "resultsSection.outcomeMeasuresModule.outcomeMeasures[%u].analyses", t.first->outcome);
    if (!words.p || !path.p) return th_fail_nomem(err);
    const char *rule = secondary                                                     ? "DIR-SECONDARY"
                       : t.non_inferiority && it->direction == TH_DIRECTION_SUPPORTS ? "DIR-NON-INFERIORITY"
                                                                                     : "DIR-PRIMARY";
    return th_evidence__step(a, it, rule, th_str_of(th_direction_code(it->direction)), words, path, err);
  }
  return TH_OK;
}
