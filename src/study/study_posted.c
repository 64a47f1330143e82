/* Results as a registry posts them: values, not text. What kind of estimate it is stands in words of the registry's own lists
 * ("Hazard Ratio (HR)", "Percentage Difference"); the counts behind a percentage are the only whole number that prints so. */
#include <math.h>

#include "study/study_priv.h"

static bool says(th_str s, const char *word) {
  const char *const list[] = { word, NULL };
  return th_study__find_any(s, 0, s.n, list) != SIZE_MAX;
}

static const char *measure_of(const th_study_posted *p, bool counted, bool *additive) {
  *additive = says(p->param, "difference");
  if (*additive) return counted ? "RD" : "MD";
  if (says(p->param, "hazard")) return "HR";
  if (says(p->param, "odds")) return "OR";
  if (says(p->param, "risk ratio") || says(p->param, "relative risk")) return "RR";
  return says(p->param, "rate ratio") ? "IRR" : NULL;
}

static bool counts_of(th_study_posted_group *g) {
  if (g->n < 1) return false;
  if (g->x >= 0) return g->x <= g->n;
  if (!g->has_percent || g->percent.v < 0 || g->percent.v > 100) return false;
  const int64_t about = llround(g->percent.v * (double)g->n / 100);
  int64_t found = -1;
  for (int64_t x = about - 1; x <= about + 1; x++) {
    if (x < 0 || x > g->n || th_study_check_share(x, g->n, g->percent) != TH_V_OK) continue;
    if (found >= 0) return false; /* more than one would print so */
    found = x;
  }
  g->x = found;
  return found >= 0;
}

/* Not to be held against the crude table. */
static bool modelled(const th_study_posted *p, const char *what) {
  static const char *const words[] = { "regression", "ANCOVA",   "Cox",   "logistic", "mixed", "GEE",
                                       "log rank",   "adjusted", "ANOVA", "linear",   "model", NULL };
  return strcmp(what, "HR") == 0 || th_study__find_any(p->method, 0, p->method.n, words) != SIZE_MAX ||
         says(p->param, "adjusted");
}

static th_code one(th_arena *a, const th_study_posted *p, th_study_result *r, th_err *err) {
  th_study_posted_group g[2] = { p->group[0], p->group[1] };
  const bool counted = counts_of(&g[0]) && counts_of(&g[1]);
  bool additive;
  const char *what = measure_of(p, counted, &additive);
  if (!what || isnan(p->estimate.v) || isnan(p->lo.v) || isnan(p->hi.v) || p->hi.v < p->lo.v) return TH_OK;
  if (r->findings.n >= TH_STUDY_FINDINGS_MAX)
    return th_fail(err, TH_ELIMIT, "more findings than TH_STUDY_FINDINGS_MAX (%d)", TH_STUDY_FINDINGS_MAX);
  th_study_finding f = { .kind = additive ? TH_STUDY_DIFFERENCE : TH_STUDY_RATIO,
                         .span = p->span,
                         .sentence = (uint32_t)r->findings.n,
                         .rule = "posted",
                         .what = what,
                         .text = p->title,
                         .value = p->estimate,
                         .lo = p->lo,
                         .hi = p->hi,
                         .level = p->level > 0 ? p->level : 0.95,
                         .level_printed = p->level > 0,
                         .adjusted = modelled(p, what),
                         .p_cmp = p->p_cmp,
                         .p = p->p,
                         .df1 = NAN,
                         .df2 = NAN,
                         .rec_share = NAN };
  f.rec_p = f.rec_lo = f.rec_hi = NAN;
  th_study__recheck(&f);
  if (!TH_VEC_PUSH(a, &r->findings, f)) return th_fail_nomem(err);
  if (!counted || (strcmp(what, "OR") != 0 && strcmp(what, "RR") != 0 && strcmp(what, "RD") != 0)) return TH_OK;
  const uint32_t at = (uint32_t)(r->findings.n - 1);
  th_study_table t = { .t = { g[0].x, g[0].n - g[0].x, g[1].x, g[1].n - g[1].x }, .from = { at, at }, .ratio = (int32_t)at };
  /* A P of a stratified test is of other tables than this one. */
  if (!says(p->method, "Mantel") && !f.adjusted) t.p_cmp = p->p_cmp, t.p = p->p;
  TH_TRY(th_study__judge(a, &t, &r->findings.v[at], err));
  return TH_VEC_PUSH(a, &r->tables, t) ? TH_OK : th_fail_nomem(err);
}

th_code th_study_check_posted(th_arena *a, const th_study_posted *v, size_t n, const th_study_flow *flow, size_t n_flow,
                              th_study_result *out, th_err *err) {
  *out = (th_study_result){ 0 };
  for (size_t i = 0; i < n; i++) TH_TRY(one(a, &v[i], out, err));
  if (!th_study__flags(a, NULL, out)) return th_fail_nomem(err);
  th_flagger w = { a, NULL, out, false };
  for (size_t i = 0; i < n_flow; i++) {
    const th_study_flow *f = &flow[i];
    if (f->started < 0 || f->completed < 0 || f->left < 0 || f->started - f->left == f->completed) continue;
    th_study__flag(&w, "flow_does_not_add_up", TH_STUDY_INFO, f->span,
                   th_str_fmt(a, "%.*s: %lld started, %lld left, %lld completed", TH_STR_ARG(f->group), (long long)f->started,
                              (long long)f->left, (long long)f->completed),
                   th_str_fmt(a, "%.*s：%lld 人開始，%lld 人離開，%lld 人完成", TH_STR_ARG(f->group), (long long)f->started,
                              (long long)f->left, (long long)f->completed));
  }
  return w.failed ? th_fail_nomem(err) : TH_OK;
}
