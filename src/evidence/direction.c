/* Which way a study points (evidence.md §9): posted comparisons of a registry; of a paper its first or named primary effect with a
 * polarity, a change from baseline in a study without groups, else the cue of its conclusion; else unclear. */
#include "evidence_priv.h"

#include <math.h>

static th_direction of_effect(th_arena *a, const th_effect_seen *e) {
  const double null_value = e->ratio ? 1 : 0;
  const bool by_ci = !isnan(e->ci_lo) && !isnan(e->ci_hi), by_p = !isnan(e->p);
  if (!by_ci && !by_p) return TH_DIRECTION_UNCLEAR;
  const bool significant = by_ci ? e->ci_lo > null_value || e->ci_hi < null_value : e->p < 0.05;
  if (!significant) return TH_DIRECTION_NULL;
  const th_str plain = th_evidence__plain(a, e->sentence);
  int good = th_evidence_polarity(a, e->sentence);
  if (!good || isnan(e->estimate)) return TH_DIRECTION_UNCLEAR;
  if (e->hazard && (th_str_has(plain, TH_S("survival")) || th_str_has(plain, TH_S("-free")))) good = -1;
  return (e->estimate > null_value) == (good > 0) ? TH_DIRECTION_SUPPORTS : TH_DIRECTION_AGAINST;
}

/* The effect of the named primary outcome, else the first. */
static const th_effect_seen *main_effect(th_arena *a, const th_study_seen *s, size_t *at) {
  *at = 0;
  for (size_t i = 0; i < s->effects.n; i++)
    if (th_str_has(th_evidence__plain(a, s->effects.v[i].sentence), TH_S("primary"))) {
      *at = i;
      break;
    }
  return s->effects.n ? &s->effects.v[*at] : NULL;
}

/* ── Before and after, without a comparison ── */

static bool number_at(th_str t, size_t *at, double *out) {
  size_t to = *at;
  while (to < t.n && ((t.p[to] >= '0' && t.p[to] <= '9') || t.p[to] == '.')) to++;
  while (to > *at && t.p[to - 1] == '.') to--;
  if (to == *at || !th_str_to_f64(th_str_sub(t, *at, to), out)) return false;
  *at = to;
  return true;
}

/* The next "95% ci 54-312" of a folded sentence. */
static bool next_interval(th_str t, size_t *at, double *lo, double *hi) {
  while ((*at = th_str_find(t, TH_S("ci"), *at)) != SIZE_MAX) {
    *at += 2;
    size_t p = *at;
    while (p < t.n && strchr(" :,=([", t.p[p])) p++;
    if (!number_at(t, &p, lo)) continue;
    while (p < t.n && (t.p[p] == ' ' || t.p[p] == '-')) p++;
    if (th_str_starts(th_str_sub(t, p, t.n), TH_S("to "))) p += 3;
    if (!number_at(t, &p, hi) || *hi < *lo) continue;
    *at = p;
    return true;
  }
  *at = t.n;
  return false;
}

/* Intervals at baseline and later that do not meet; +1 the later one is higher. 0: not so. */
static int separated(th_str plain) {
  const size_t baseline = th_str_find(plain, TH_S("baseline"), 0);
  double lo, hi, base_lo = 0, base_hi = 0;
  size_t at = 0;
  if (baseline == SIZE_MAX || !next_interval(plain, &at, &base_lo, &base_hi) || baseline > at + 24) return 0;
  int way = 0;
  while (next_interval(plain, &at, &lo, &hi)) way = lo > base_hi ? 1 : hi < base_lo ? -1 : 0; /* the last one stands */
  return way;
}

/* "Proteinuria fell (P < 0.01)": a significant change said in words. */
static int changed(th_str plain) {
  static const char *const down[] = { " fell ", " fell", "decreased", "declined", "reduced", "dropped", "lower than baseline",
                                      "下降",   "降低" };
  static const char *const up[] = { "increased", " rose", "improved", "higher than baseline", "升高", "增加", "改善" };
  size_t p = th_str_find(plain, TH_S("p <"), 0), step = 3;
  if (p == SIZE_MAX) p = th_str_find(plain, TH_S("p<"), 0), step = 2;
  if (p == SIZE_MAX) p = th_str_find(plain, TH_S("p = "), 0), step = 4;
  if (p == SIZE_MAX) p = th_str_find(plain, TH_S("p="), 0), step = 2;
  if (p == SIZE_MAX) return 0;
  p += step;
  while (p < plain.n && plain.p[p] == ' ') p++;
  double v;
  const bool zero_left_out = p < plain.n && plain.p[p] == '.';
  if (zero_left_out ? (p++, !number_at(plain, &p, &v)) : !number_at(plain, &p, &v)) return 0;
  if (!zero_left_out && v > 0.05) return 0;
  for (size_t i = 0; i < sizeof down / sizeof *down; i++)
    if (th_str_has(plain, th_str_of(down[i]))) return -1;
  for (size_t i = 0; i < sizeof up / sizeof *up; i++)
    if (th_str_has(plain, th_str_of(up[i]))) return 1;
  return 0;
}

static bool without_groups(th_design d) {
  return d == TH_DESIGN_UNCONTROLLED || d == TH_DESIGN_CASE_SERIES || d == TH_DESIGN_PRECLINICAL ||
         d == TH_DESIGN_EXPANDED_ACCESS;
}

static th_code before_and_after(th_arena *a, const th_study_seen *s, th_evidence_item *out, bool *found, th_err *err) {
  *found = false;
  for (size_t i = 0; i < s->texts.n; i++) {
    const th_str text = s->texts.v[i].text;
    for (size_t from = 0; from < text.n;) {
      size_t to = from;
      while (to < text.n && !(text.p[to] == '.' && (to + 1 == text.n || text.p[to + 1] == ' '))) to++;
      const th_str sentence = th_str_trim(th_str_sub(text, from, to + 1)), plain = th_evidence__plain(a, sentence);
      from = to + 1;
      int way = separated(plain);
      if (!way) way = changed(plain);
      const int good = way ? th_evidence_polarity(a, sentence) : 0;
      if (!good) continue;
      *found = true;
      out->outcome = sentence;
      /* "improved" is a judgement already: more of a better thing */
      out->direction =
          way == good || (way > 0 && th_str_has(plain, TH_S("improved"))) ? TH_DIRECTION_SUPPORTS : TH_DIRECTION_AGAINST;
      return th_evidence__step(a, out, "DIR-BEFORE-AFTER", th_str_of(th_direction_code(out->direction)), sentence,
                               th_str_fmt(a, "texts[%zu]", i), err);
    }
  }
  return TH_OK;
}

/* ── The conclusion's words ── */

static const struct {
  const char *words;
  th_direction direction;
} conclusions[] = {
  /* first the words of non-inferiority, as joined() leaves them: of "noninferior but not superior" the first decides (§9) */
  { "not noninferior", TH_DIRECTION_NULL },
  { "not shown to be noninferior", TH_DIRECTION_NULL },
  { "not found to be noninferior", TH_DIRECTION_NULL },
  { "not meet noninferiority", TH_DIRECTION_NULL },
  { "not meet the noninferiority", TH_DIRECTION_NULL },
  { "not meet criteria for noninferiority", TH_DIRECTION_NULL },
  { "not meet the criteria for noninferiority", TH_DIRECTION_NULL },
  { "not show noninferiority", TH_DIRECTION_NULL },
  { "not demonstrate noninferiority", TH_DIRECTION_NULL },
  { "not establish noninferiority", TH_DIRECTION_NULL },
  { "failed to show noninferiority", TH_DIRECTION_NULL },
  { "failed to demonstrate noninferiority", TH_DIRECTION_NULL },
  { "failed to establish noninferiority", TH_DIRECTION_NULL },
  { "failed to meet noninferiority", TH_DIRECTION_NULL },
  { "failed to meet the noninferiority", TH_DIRECTION_NULL },
  { "noninferiority was not", TH_DIRECTION_NULL },
  { "noninferiority could not", TH_DIRECTION_NULL },
  { "noninferiority cannot", TH_DIRECTION_NULL },
  { "noninferiority criterion was not", TH_DIRECTION_NULL },
  { "未達非劣", TH_DIRECTION_NULL },
  { "未达非劣", TH_DIRECTION_NULL },
  { "was noninferior", TH_DIRECTION_SUPPORTS },
  { "were noninferior", TH_DIRECTION_SUPPORTS },
  { "is noninferior", TH_DIRECTION_SUPPORTS },
  { "are noninferior", TH_DIRECTION_SUPPORTS },
  { "shown to be noninferior", TH_DIRECTION_SUPPORTS },
  { "found to be noninferior", TH_DIRECTION_SUPPORTS },
  { "proved to be noninferior", TH_DIRECTION_SUPPORTS },
  { "was not inferior", TH_DIRECTION_SUPPORTS },
  { "were not inferior", TH_DIRECTION_SUPPORTS },
  { "is not inferior", TH_DIRECTION_SUPPORTS },
  { "met noninferiority", TH_DIRECTION_SUPPORTS },
  { "met the noninferiority", TH_DIRECTION_SUPPORTS },
  { "met the criteria for noninferiority", TH_DIRECTION_SUPPORTS },
  { "showed noninferiority", TH_DIRECTION_SUPPORTS },
  { "demonstrated noninferiority", TH_DIRECTION_SUPPORTS },
  { "noninferiority was shown", TH_DIRECTION_SUPPORTS },
  { "noninferiority was demonstrated", TH_DIRECTION_SUPPORTS },
  { "noninferiority was established", TH_DIRECTION_SUPPORTS },
  { "noninferiority was confirmed", TH_DIRECTION_SUPPORTS },
  { "noninferiority was met", TH_DIRECTION_SUPPORTS },
  { "達到非劣效", TH_DIRECTION_SUPPORTS },
  { "达到非劣效", TH_DIRECTION_SUPPORTS },
  { "不劣於", TH_DIRECTION_SUPPORTS },
  { "不劣于", TH_DIRECTION_SUPPORTS },
  { "did not improve", TH_DIRECTION_NULL },
  { "did not reduce", TH_DIRECTION_NULL },
  { "did not differ", TH_DIRECTION_NULL },
  { "did not significantly", TH_DIRECTION_NULL },
  { "does not improve", TH_DIRECTION_NULL },
  { "does not reduce", TH_DIRECTION_NULL },
  { "no significant", TH_DIRECTION_NULL },
  { "no benefit", TH_DIRECTION_NULL },
  { "no difference", TH_DIRECTION_NULL },
  { "not significantly", TH_DIRECTION_NULL },
  { "not superior", TH_DIRECTION_NULL },
  { "not effective", TH_DIRECTION_NULL },
  { "not more effective", TH_DIRECTION_NULL },
  { "ineffective", TH_DIRECTION_NULL },
  { "failed to", TH_DIRECTION_NULL },
  { "無顯著差異", TH_DIRECTION_NULL },
  { "无显著差异", TH_DIRECTION_NULL },
  { "harmful", TH_DIRECTION_AGAINST },
  { "increased mortality", TH_DIRECTION_AGAINST },
  { "higher mortality", TH_DIRECTION_AGAINST },
  { "worse than", TH_DIRECTION_AGAINST },
  { "worsened", TH_DIRECTION_AGAINST },
  { "effective for", TH_DIRECTION_SUPPORTS },
  { "effective in", TH_DIRECTION_SUPPORTS },
  { "is effective", TH_DIRECTION_SUPPORTS },
  { "was effective", TH_DIRECTION_SUPPORTS },
  { "effective treatment", TH_DIRECTION_SUPPORTS },
  { "safe and effective", TH_DIRECTION_SUPPORTS },
  { "superior to", TH_DIRECTION_SUPPORTS },
  { "significantly improved", TH_DIRECTION_SUPPORTS },
  { "significantly reduced", TH_DIRECTION_SUPPORTS },
  { "responded to", TH_DIRECTION_SUPPORTS },
  { "有效", TH_DIRECTION_SUPPORTS },
};

/* "No significant difference in adverse events" says nothing of the effect. */
static bool is_of_harm(th_str plain, size_t at) {
  static const char *const harm[] = { "adverse", "safety", "side effect", "toxic", "tolerab", "不良" };
  size_t to = at;
  while (to < plain.n && plain.p[to] != ',' && plain.p[to] != ';' && plain.p[to] != '.') to++;
  const th_str clause = th_str_sub(plain, at, to);
  for (size_t i = 0; i < sizeof harm / sizeof *harm; i++)
    if (th_str_has(clause, th_str_of(harm[i]))) return true;
  return false;
}

/* Do the words speak of non-inferiority? */
static bool of_inferiority(th_str words) {
  return th_str_has(words, TH_S("inferior")) || th_str_has(words, TH_S("劣"));
}

/* "Whether it was noninferior", "we could not conclude that it was": asked or denied before the words, in their own clause. */
static bool is_denied(th_str plain, size_t at) {
  static const char *const stops[] = { ". ", ", ", "; ", " but ", " and ", "，", "。" };
  static const char *const denials[] = { "whether ",    " if ", "not ", "cannot ", "failed ",
                                         "no evidence", "是否", "未能", "無法",    "无法" };
  th_str before = th_str_sub(plain, 0, at);
  for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
    const size_t stop = th_str_rfind(before, th_str_of(stops[i]));
    if (stop != SIZE_MAX) before = th_str_sub(before, stop, before.n);
  }
  for (size_t i = 0; i < sizeof denials / sizeof *denials; i++)
    if (th_str_has(before, th_str_of(denials[i]))) return true;
  return false;
}

/* Do the words conclude so, of something else than harm? */
static bool concludes(th_str plain, const char *words, th_direction d) {
  const th_str w = th_str_of(words);
  for (size_t at = 0; (at = th_str_find(plain, w, at)) != SIZE_MAX; at += w.n) {
    if (d == TH_DIRECTION_SUPPORTS && of_inferiority(w) && is_denied(plain, at)) continue;
    if ((d != TH_DIRECTION_NULL && !of_inferiority(w)) || !is_of_harm(plain, at)) return true;
  }
  return false;
}

/* The last two sentences: where a text without headings concludes. */
static th_str end_of(th_str text) {
  size_t at = text.n;
  for (int sentences = 0; at > 2 && sentences < 3; at--)
    if (text.p[at - 1] == ' ' && text.p[at - 2] == '.') sentences++;
  return th_str_sub(text, at > 2 ? at : 0, text.n);
}

/* Folded text in which "non-inferior", "non inferior" and "noninferior" are one word and a raised decimal point is a point. */
static th_str joined(th_arena *a, th_str text) {
  const th_str plain = th_evidence__plain(a, text);
  char *p = th_arena_alloc(a, plain.n + 1, 1);
  if (!p) return TH_STR_NONE;
  size_t n = 0;
  for (size_t i = 0; i < plain.n; i++) {
    const th_str rest = th_str_sub(plain, i, plain.n);
    if (th_str_starts(rest, TH_S("non-inferior")) || th_str_starts(rest, TH_S("non inferior"))) {
      memcpy(p + n, "non", 3), n += 3, i += 3;
    } else if (th_str_starts(rest, TH_S("·"))) {
      p[n++] = '.', i++;
    } else {
      p[n++] = plain.p[i];
    }
  }
  p[n] = 0;
  return th_str_n(p, n);
}

/* "< 0.001" at the place: below 0.05 the test was met. */
static th_direction by_p(th_str t, size_t at, size_t *to) {
  double v;
  while (at < t.n && t.p[at] == ' ') at++;
  const bool above = at < t.n && t.p[at] == '>';
  if (at == t.n || !strchr("<=>", t.p[at])) return TH_DIRECTION_UNCLEAR;
  for (at++; at < t.n && t.p[at] == ' '; at++) {
  }
  if (!number_at(t, &at, &v)) return TH_DIRECTION_UNCLEAR;
  *to = at;
  return !above && v < 0.05 ? TH_DIRECTION_SUPPORTS : TH_DIRECTION_NULL;
}

/* "P<0.001 for non-inferiority", "P for non-inferiority = 0.03": its own P, of something else than harm; unclear: not printed. */
static th_direction non_inferiority_p(th_str t) {
  const th_str word = TH_S("for noninferiority");
  for (size_t at = 0, to = 0; (at = th_str_find(t, word, at)) != SIZE_MAX; at += word.n) {
    if (is_of_harm(t, at)) continue;
    const th_direction behind = by_p(t, at + word.n, &to);
    const size_t from = at > 20 ? at - 20 : 0, p = th_str_rfind(th_str_sub(t, from, at), TH_S("p"));
    if (p == SIZE_MAX) continue;
    if (behind != TH_DIRECTION_UNCLEAR) return behind;
    const th_direction before = by_p(t, from + p + 1, &to);
    if (before != TH_DIRECTION_UNCLEAR && !th_str_trim(th_str_sub(t, to, at)).n) return before;
  }
  return TH_DIRECTION_UNCLEAR;
}

static th_str conclusion_of(const th_study_seen *s) {
  if (s->conclusion.n || !s->texts.n || s->cut) return s->conclusion;
  return s->texts.n == 1 ? end_of(s->texts.v[0].text) : s->texts.v[s->texts.n - 1].text;
}

/* Non-inferiority concluded or denied in words, else by its own P: it stands before an effect whose interval holds the null value. */
static th_code by_non_inferiority(th_arena *a, const th_study_seen *s, const th_effect_seen *e, th_direction effect,
                                  th_evidence_item *out, bool *found, th_err *err) {
  const bool by_ci = e && !isnan(e->ci_lo) && !isnan(e->ci_hi);
  th_direction d = TH_DIRECTION_UNCLEAR;
  th_str words = conclusion_of(s), plain = joined(a, words);
  for (size_t i = 0; d == TH_DIRECTION_UNCLEAR && i < sizeof conclusions / sizeof *conclusions; i++)
    if (of_inferiority(th_str_of(conclusions[i].words)) && concludes(plain, conclusions[i].words, conclusions[i].direction))
      d = conclusions[i].direction;
  for (size_t i = 0; d == TH_DIRECTION_UNCLEAR && i < s->texts.n; i++) {
    words = s->texts.v[i].text;
    d = non_inferiority_p(joined(a, words));
  }
  if (d == TH_DIRECTION_UNCLEAR || (by_ci && (d != TH_DIRECTION_SUPPORTS || effect == TH_DIRECTION_SUPPORTS))) return TH_OK;
  *found = true;
  out->direction = d;
  return th_evidence__step(a, out, "DIR-NON-INFERIORITY", th_str_of(th_direction_code(d)), words, TH_S("texts"), err);
}

static th_code by_conclusion(th_arena *a, const th_study_seen *s, th_evidence_item *out, th_err *err) {
  if (!s->texts.n) return th_evidence__step(a, out, "DIR-NONE", TH_S("unclear"), TH_STR_NONE, TH_S("texts"), err);
  if (s->cut && !s->conclusion.n) return th_evidence__step(a, out, "DIR-CUT", TH_S("unclear"), TH_STR_NONE, TH_S("texts"), err);
  const th_str last = conclusion_of(s), plain = joined(a, last);
  for (size_t i = 0; i < sizeof conclusions / sizeof *conclusions; i++)
    if (concludes(plain, conclusions[i].words, conclusions[i].direction)) {
      out->direction = conclusions[i].direction;
      return th_evidence__step(a, out, "DIR-CONCLUSION", th_str_of(th_direction_code(out->direction)), last, TH_S("texts"),
                               err);
    }
  return th_evidence__step(a, out, "DIR-NONE", TH_S("unclear"), TH_STR_NONE, TH_S("texts"), err);
}

/* The paper's table with the drug's group first, as far as the words beside its rows tell. */
static th_code turn_table(th_arena *a, const th_evidence_question *q, const th_study_seen *s, th_evidence_item *out,
                          th_err *err) {
  bool drug[2];
  out->has_table = s->has_table;
  out->table = s->table;
  if (!s->has_table) return TH_OK;
  for (int k = 0; k < 2; k++) TH_TRY(th_evidence__gives(a, q, s->table_arm[k], &drug[k], err));
  out->table_turned = drug[0] != drug[1];
  if (drug[1] && !drug[0]) out->table = (th_table2){ s->table.c, s->table.d, s->table.a, s->table.b };
  return TH_OK;
}

th_code th_evidence_direction(th_arena *a, const th_evidence_question *q, const th_study_seen *s, th_evidence_item *out,
                              th_err *err) {
  bool found = false;
  out->direction = TH_DIRECTION_UNCLEAR;
  out->effect.estimate = out->effect.ci_lo = out->effect.ci_hi = out->effect.p = NAN;
  if (s->analyses.n) TH_TRY(th_evidence__posted(a, q, s, out, &found, err));
  if (found) return TH_OK;
  if (s->origin != TH_ORIGIN_PAPER) {
    const bool posted = s->has_results == TH_TRUE;
    return th_evidence__step(a, out, posted ? "DIR-NO-COMPARISON" : "DIR-NO-RESULT", TH_S("unclear"), TH_STR_NONE,
                             TH_S("results"), err);
  }
  size_t at;
  const th_effect_seen *e = main_effect(a, s, &at);
  if (e) out->effect = *e, out->outcome = e->sentence;
  TH_TRY(turn_table(a, q, s, out, err));
  const th_direction d = e ? of_effect(a, e) : TH_DIRECTION_UNCLEAR;
  TH_TRY(by_non_inferiority(a, s, e, d, out, &found, err));
  if (found) return TH_OK;
  if (d != TH_DIRECTION_UNCLEAR) {
    out->direction = d;
    return th_evidence__step(a, out, "DIR-EFFECT", th_str_of(th_direction_code(d)), e->sentence,
                             th_str_fmt(a, "effects[%zu]", at), err);
  }
  if (without_groups(out->design)) TH_TRY(before_and_after(a, s, out, &found, err));
  return found ? TH_OK : by_conclusion(a, s, out, err);
}
