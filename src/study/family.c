/* Tables rebuilt from two shares of one sentence, and the question which method made the printed P and interval: every P and every
 * interval of the panel is held against them. Two families that differ are a finding; so is none. */
#include <math.h>

#include "study/study_priv.h"

#define TABLES_MAX 40

static bool printed_as(th_printed x, double value) { /* rounded or cut */
  if (isnan(value) || isinf(value)) return false;
  const double scale = pow(10, x.decimals), k = round(x.v * scale);
  return fabs(value * scale - k) <= 0.5 + 1e-9 || trunc(value * scale + copysign(1e-9, value)) == k;
}

/* Two shares of one sentence that are set against each other. */
static bool compared(const th_folded *f, const th_study_finding *x, const th_study_finding *y, size_t x_to, size_t y_to) {
  static const char *const words[] = { "vs",      "versus",   "compared", "than", "group", "groups", "arm", "placebo",
                                       "control", "controls", "組",       "组",   "對照",  "对照",   NULL };
  return x->sentence == y->sentence && x->zh == y->zh &&
         th_study__find_any(f->s, x_to, y_to + 40 < f->s.n ? y_to + 40 : f->s.n, words) != SIZE_MAX;
}

/* Where a finding stands in the folded text. */
size_t th_study__folded_at(const th_folded *f, uint32_t section, uint32_t offset) {
  const uint32_t at = f->section_at[section] + offset;
  size_t lo = 0, hi = f->s.n;
  while (lo < hi) {
    const size_t mid = lo + (hi - lo) / 2;
    if (f->map[mid] < at)
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo;
}

static int32_t ratio_of(const th_study_result *r, uint32_t sentence, uint32_t after) {
  for (size_t i = 0; i < r->findings.n; i++) {
    const th_study_finding *f = &r->findings.v[i];
    if (f->kind != TH_STUDY_RATIO && f->kind != TH_STUDY_DIFFERENCE) continue;
    if (f->sentence != sentence || f->span.from < after || !f->what) continue;
    return strcmp(f->what, "OR") == 0 || strcmp(f->what, "RR") == 0 || strcmp(f->what, "RD") == 0 ? (int32_t)i : -1;
  }
  return -1;
}

/* A P read as that of a mean's t or of a ratio says nothing of the shares; that of a χ² or z may well be theirs. */
static bool of_another(const th_folded *f, const th_study_result *r, size_t at) {
  for (size_t i = 0; i < r->findings.n; i++) {
    const th_study_finding *x = &r->findings.v[i];
    const bool own = x->kind == TH_STUDY_TEST && strcmp(x->what, "chi2") != 0 && strcmp(x->what, "z") != 0;
    if (!own || at < th_study__folded_at(f, x->span.section, x->span.from)) continue;
    if (at < th_study__folded_at(f, x->span.section, x->span.to)) return true;
  }
  return false;
}

static void p_beside(const th_folded *f, const th_study_result *r, th_study_table *t, size_t from, uint32_t sentence) {
  size_t start, end;
  th_study__sentence_range(f, sentence, &start, &end);
  for (size_t i = from; i < end && i < from + 120; i++) {
    th_p_read p;
    size_t k = i;
    if (!th_study__p(f->s, &k, &p) || p.damaged || p.one_sided) continue;
    if (of_another(f, r, i)) return;
    t->p_cmp = p.cmp;
    t->p = p.p;
    return;
  }
}

static double crude(const th_stat_panel *p, const char *what) {
  return strcmp(what, "OR") == 0 ? p->odds_ratio.estimate : strcmp(what, "RR") == 0 ? p->rr.estimate : p->rd.estimate;
}

/* A difference may be printed in percentage points. */
static double unit_of(const th_study_finding *ratio) {
  return strcmp(ratio->what, "RD") == 0 && fmax(fabs(ratio->lo.v), fabs(ratio->hi.v)) > 1 ? 100 : 1;
}

static void find_families(th_study_table *t, const th_stat_panel *p, const th_study_finding *ratio) {
  th_stat_named_p ps[TH_STAT_NAMED];
  th_stat_named_ci cis[TH_STAT_NAMED];
  const size_t np = th_stat_panel_p_values(p, ps), nc = th_stat_panel_intervals(p, cis);
  if (t->p_cmp == TH_P_EQ)
    for (size_t i = 0; i < np; i++)
      if (printed_as(t->p, ps[i].p)) t->p_family[t->n_p++] = ps[i].method;
  if (!ratio) return;
  const double unit = unit_of(ratio);
  for (size_t i = 0; i < nc; i++)
    if (strcmp(cis[i].measure, ratio->what) == 0 && printed_as(ratio->lo, unit * cis[i].ci.lo) &&
        printed_as(ratio->hi, unit * cis[i].ci.hi))
      t->ci_family[t->n_ci++] = cis[i].method;
}

/* The P that goes with an interval of this family, by name. */
static const char *p_of_interval(const char *ci) {
  static const char *const pair[][2] = { { "woolf", "woolf" },       { "exact", "fisher" },     { "midp", "midp" },
                                         { "cornfield", "pearson" }, { "or_mn", "n1" },         { "haldane", "haldane" },
                                         { "peto", "peto" },         { "katz", "katz" },        { "rr_mn", "n1" },
                                         { "wald", "rd_wald" },      { "newcombe", "pearson" }, { "rd_mn", "n1" } };
  for (size_t i = 0; i < sizeof pair / sizeof *pair; i++)
    if (strcmp(pair[i][0], ci) == 0) return pair[i][1];
  return "";
}

bool th_study__mixed(const th_study_table *t) {
  if (t->n_p == 0 || t->n_ci == 0) return false;
  for (size_t i = 0; i < t->n_ci; i++)
    for (size_t k = 0; k < t->n_p; k++)
      if (strcmp(p_of_interval(t->ci_family[i]), t->p_family[k]) == 0) return false;
  return true;
}

static const char *classify(const th_study_table *t, const th_study_finding *f, double estimate) {
  const double e = unit_of(f) * estimate, scale = pow(10, f->value.decimals);
  const bool fits = printed_as(f->value, e), rounds = fabs(e * scale - round(f->value.v * scale)) <= 0.5 + 1e-9;
  if (f->adjusted) return fits && t->n_ci ? "match" : "adjusted_not_comparable";
  if (!fits) {
    const double null_value = strcmp(f->what, "RD") == 0 ? 0 : 1;
    const bool printed_sig = f->lo.v > null_value || f->hi.v < null_value, our_sig = t->panel.fisher_p < 0.05;
    return printed_sig != our_sig ? "decision_changing" : "inconsistent";
  }
  if (th_study__mixed(t)) return "mixed_methods";
  if (!rounds) return "rounding";
  return t->n_ci ? "match" : "other_method";
}

/* A ratio may be printed the other way round (control against treatment). */
th_code th_study__judge(th_arena *a, th_study_table *t, th_study_finding *ratio, th_err *err) {
  const th_stat_panel_opts o = { .level = ratio ? ratio->level : 0.95 };
  TH_TRY(th_stat_panel_make(a, t->t, o, &t->panel, err));
  if (!ratio) {
    find_families(t, &t->panel, NULL);
    return TH_OK;
  }
  const th_stat_panel *use = &t->panel;
  const double unit = unit_of(ratio);
  th_stat_panel turned;
  if (!printed_as(ratio->value, unit * crude(use, ratio->what))) {
    const th_table2 swapped = { t->t.c, t->t.d, t->t.a, t->t.b };
    TH_TRY(th_stat_panel_make(a, swapped, o, &turned, err));
    if (printed_as(ratio->value, unit * crude(&turned, ratio->what))) use = &turned;
  }
  if (!ratio->adjusted) find_families(t, use, ratio);
  ratio->klass = classify(t, ratio, crude(use, ratio->what));
  const bool bad = ratio->p_check == TH_V_ERROR || ratio->p_check == TH_V_DECISION_ERROR;
  if (bad && t->n_p > 0 && printed_as(ratio->value, unit * crude(use, ratio->what))) ratio->explained_by = t->p_family[0];
  return TH_OK;
}

static bool known(const th_study_result *r, const th_study_table *t) {
  for (size_t i = 0; i < r->tables.n; i++)
    if (memcmp(&r->tables.v[i].t, &t->t, sizeof t->t) == 0) return true;
  return false;
}

th_code th_study__tables(th_arena *a, const th_folded *f, th_study_result *r, th_err *err) {
  size_t last = SIZE_MAX, judged = 0;
  for (size_t i = 0; i < r->findings.n && judged < TABLES_MAX; i++) {
    th_study_finding *y = &r->findings.v[i];
    if (y->kind != TH_STUDY_PROPORTION) continue;
    const size_t prev = last;
    last = i;
    if (prev == SIZE_MAX) continue;
    const th_study_finding *x = &r->findings.v[prev];
    const size_t x_to = th_study__folded_at(f, x->span.section, x->span.to),
                 y_to = th_study__folded_at(f, y->span.section, y->span.to);
    if (!compared(f, x, y, x_to, y_to)) continue;
    th_study_table t = { .t = { x->x, x->n - x->x, y->x, y->n - y->x }, .from = { (uint32_t)prev, (uint32_t)i } };
    t.ratio = ratio_of(r, y->sentence, y->span.to);
    th_study_finding *ratio = t.ratio >= 0 ? &r->findings.v[t.ratio] : NULL;
    if (ratio && ratio->p_cmp != TH_P_NONE && !ratio->one_sided) {
      t.p_cmp = ratio->p_cmp;
      t.p = ratio->p;
    } else if (!ratio) {
      p_beside(f, r, &t, y_to, y->sentence);
    }
    TH_TRY(th_study__judge(a, &t, ratio, err));
    judged++;
    last = SIZE_MAX; /* a share belongs to one table */
    if (!known(r, &t) && !TH_VEC_PUSH(a, &r->tables, t)) return th_fail_nomem(err);
  }
  return TH_OK;
}
