/* What a careful reader would ask the authors. Information only: each can have an innocent cause, and says what does not fit. */
#include <math.h>

#include "study/study_priv.h"

#define TEXT(w, ...) th_str_fmt((w)->a, __VA_ARGS__)

static bool same_number(th_printed x, th_printed y) {
  return x.v == y.v && x.decimals == y.decimals;
}

static int digits(th_printed x) { /* significant ones: 0.75 has two, 12.30 four */
  double v = fabs(x.v) * pow(10, x.decimals);
  int n = 0;
  for (v = floor(v + 0.5); v >= 1; v = floor(v / 10)) n++;
  return n;
}

/* ── Whole numbers with this mean and standard deviation ───────────────────────────────────────────────────────────── */

static void grimmer(th_flagger *w, const th_study_finding *f) {
  if (f->grimmer != TH_V_ERROR || f->grim == TH_V_ERROR) return; /* the mean alone is told by GRIM */
  th_study__flag(w, "grimmer_impossible", TH_STUDY_INFO, f->span,
                 TEXT(w, "no %lld whole numbers with the mean %.*f have the standard deviation %.*f", (long long)(f->n * f->x),
                      f->value.decimals, f->value.v, f->spread.decimals, f->spread.v),
                 TEXT(w, "%lld 個整數若平均為 %.*f，標準差不可能是 %.*f", (long long)(f->n * f->x), f->value.decimals,
                      f->value.v, f->spread.decimals, f->spread.v));
}

/* ── Standard deviation or standard error ──────────────────────────────────────────────────────────────────────────── */

static bool two_arms(const th_study_result *r, bool zh, int64_t n[2]) { /* the sizes of the arms, when there are just two */
  size_t arms = 0;
  for (size_t i = 0; i < r->findings.n; i++) {
    const th_study_finding *f = &r->findings.v[i];
    if (f->kind != TH_STUDY_ARM_N || f->zh != zh) continue;
    if (arms == 2) return false;
    n[arms++] = f->n;
  }
  return arms == 2;
}

static bool p_behind(const th_folded *f, size_t from, size_t to, th_p_read *p) {
  for (size_t i = from; i < to && i < from + 60; i++) {
    size_t k = i;
    if (th_study__p(f->s, &k, p)) return !p->damaged && !p->one_sided && p->cmp != TH_P_NS;
  }
  return false;
}

/* Does the printed P lie within `slack` times what the means give? */
static bool near(const th_p_read *p, const th_ratio_check *c, double slack) {
  if (isnan(c->lo) || isnan(c->hi)) return false;
  if (p->cmp == TH_P_LT) return c->lo < p->p.v * slack;
  if (p->cmp == TH_P_GT) return c->hi > p->p.v / slack;
  return p->p.v <= c->hi * slack && p->p.v >= c->lo / slack;
}

/* Either order of the arms will do: which group comes first is the text's affair. */
static bool fits(const th_study_finding *x, const th_study_finding *y, const int64_t n[2], const th_p_read *p, bool errors,
                 double slack, double *value) {
  bool any = false;
  for (int turn = 0; turn < 2; turn++) {
    const th_ratio_check c = th_study_check_means((th_mean_group){ x->value, x->spread, n[turn] },
                                                  (th_mean_group){ y->value, y->spread, n[1 - turn] }, errors);
    if (turn == 0) *value = c.p;
    any |= near(p, &c, slack);
  }
  return any;
}

static void spread_pair(th_flagger *w, const th_study_finding *x, const th_study_finding *y) {
  static const char *const against[] = { "vs", "versus", "compared", "than", "and", "對", "对", "比", "與", "与", "和", NULL };
  int64_t n[2];
  size_t from, to;
  th_study__sentence_range(w->f, y->sentence, &from, &to);
  const size_t x_to = th_study__folded_at(w->f, x->span.section, x->span.to),
               y_from = th_study__folded_at(w->f, y->span.section, y->span.from),
               y_to = th_study__folded_at(w->f, y->span.section, y->span.to);
  th_p_read p;
  if (y_from > x_to + 80 || th_study__find_any(w->f->s, x_to, y_from, against) == SIZE_MAX || !p_behind(w->f, y_to, to, &p) ||
      !two_arms(w->r, x->zh, n))
    return;
  const bool named_se = x->spread_name && strcmp(x->spread_name, "se") == 0;
  if (named_se != (y->spread_name && strcmp(y->spread_name, "se") == 0)) return;
  double as_named, as_other;
  /* Other tests, medians or adjustment move a P by a few times; √n in the standard error moves it by orders of magnitude. */
  if (fits(x, y, n, &p, named_se, 10, &as_named) || !fits(x, y, n, &p, !named_se, 1.5, &as_other)) return;
  const char *is = x->spread_name ? (named_se ? "standard error" : "standard deviation") : "standard deviation (± unnamed)",
             *zh = x->spread_name ? (named_se ? "標準誤" : "標準差") : "標準差（± 未註明）";
  th_study__flag(w, "sd_se_mixup", TH_STUDY_INFO, y->span,
                 TEXT(w, "read as %s the means give P %.2g, not %s %g; read as %s, P %.2g", is, as_named, th_p_cmp_name(p.cmp),
                      p.p.v, named_se ? "standard deviation" : "standard error", as_other),
                 TEXT(w, "若 %s，兩組平均得 P %.2g，而非印出的 %s %g；若為%s則得 P %.2g", zh, as_named, th_p_cmp_name(p.cmp),
                      p.p.v, named_se ? "標準差" : "標準誤", as_other));
}

/* ── Numbers printed twice ─────────────────────────────────────────────────────────────────────────────────────────── */

static void repeated(th_flagger *w, const th_study_finding *x, const th_study_finding *y, const char *what, const char *zh) {
  const th_str words = th_str_sub(w->f->section[y->span.section], y->span.from, y->span.to);
  (void)x;
  th_study__flag(w, "repeated_numbers", TH_STUDY_INFO, y->span,
                 TEXT(w, "%s printed twice with the same numbers: \"%.*s\"", what, TH_STR_ARG(words)),
                 TEXT(w, "%s重複印出相同數字：「%.*s」", zh, TH_STR_ARG(words)));
}

/* The same result for two different things. An abstract may state one result twice, in two sentences; in one sentence the two are
 * meant to differ. */
static void repeats(th_flagger *w, const th_study_finding *x, const th_study_finding *y) {
  if (x->sentence != y->sentence || x->kind != y->kind || x->zh != y->zh) return;
  switch ((int)x->kind) {
  case TH_STUDY_RATIO:
  case TH_STUDY_DIFFERENCE:
    if (same_number(x->value, y->value) && same_number(x->lo, y->lo) && same_number(x->hi, y->hi) && digits(x->value) >= 2)
      repeated(w, x, y, "two estimates with their intervals", "兩個估計值及其信賴區間");
    break;
  case TH_STUDY_TEST:
    if (strcmp(x->what, y->what) == 0 && same_number(x->value, y->value) && digits(x->value) >= 3 &&
        (x->df1 == y->df1 || (isnan(x->df1) && isnan(y->df1))) && (x->df2 == y->df2 || (isnan(x->df2) && isnan(y->df2))))
      repeated(w, x, y, "two test results", "兩項檢定結果");
    break;
  case TH_STUDY_MEAN_SD:
    if (same_number(x->value, y->value) && same_number(x->spread, y->spread) && digits(x->value) >= 3 && digits(x->spread) >= 2)
      repeated(w, x, y, "two means with their spreads", "兩組平均及其離散量");
    break;
  default: break;
  }
}

/* Equal shares of equal groups cannot differ: P = 1 by any test. */
static void equal_arms_differ(th_flagger *w) {
  for (size_t i = 0; i < w->r->tables.n; i++) {
    const th_study_table *t = &w->r->tables.v[i];
    const bool claims = (t->p_cmp == TH_P_EQ || t->p_cmp == TH_P_LT) && t->p.v <= 0.05;
    if (!claims || t->t.a != t->t.c || t->t.b != t->t.d) continue;
    th_study__flag(w, "repeated_numbers", TH_STUDY_INFO, w->r->findings.v[t->from[1]].span,
                   TEXT(w, "both groups print %lld/%lld, and P %s %g", (long long)t->t.a, (long long)(t->t.a + t->t.b),
                        th_p_cmp_name(t->p_cmp), t->p.v),
                   TEXT(w, "兩組同為 %lld/%lld，卻印 P %s %g", (long long)t->t.a, (long long)(t->t.a + t->t.b),
                        th_p_cmp_name(t->p_cmp), t->p.v));
  }
}

/* ── Percentages of two groups exchanged ───────────────────────────────────────────────────────────────────────────── */

static void swapped(th_flagger *w, const th_study_finding *x, const th_study_finding *y) {
  if (x->share != TH_V_ERROR || y->share != TH_V_ERROR || x->sentence != y->sentence) return;
  if (th_study_check_share(x->x, x->n, y->value) != TH_V_OK || th_study_check_share(y->x, y->n, x->value) != TH_V_OK) return;
  th_study__flag(
      w, "percent_swapped", TH_STUDY_INFO, y->span,
      TEXT(w, "%.*f %% and %.*f %% each fit the other group: exchanged", x->value.decimals, x->value.v, y->value.decimals,
           y->value.v),
      TEXT(w, "%.*f %% 與 %.*f %% 各與另一組相符：似乎對調", x->value.decimals, x->value.v, y->value.decimals, y->value.v));
}

/* ── Flow of subjects ──────────────────────────────────────────────────────────────────────────────────────────────── */

#define LOSSES_MAX 10

/* Some of the losses, any of them, account for what is missing. */
static bool accounted(const int64_t *lost, size_t n, int64_t missing) {
  for (uint32_t set = 0; set < 1u << n; set++) {
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++) sum += set >> i & 1 ? lost[i] : 0;
    if (sum == missing) return true;
  }
  return false;
}

/* Total, then losses, then those analysed, in this order and one language. Losses larger than half the study were screened out
 * before it. */
static void flow(th_flagger *w, bool zh) {
  const th_study_finding *total = NULL, *kept = NULL;
  int64_t lost[LOSSES_MAX], all = 0;
  size_t n = 0;
  for (size_t i = 0; i < w->r->findings.n; i++) {
    const th_study_finding *f = &w->r->findings.v[i];
    if (f->zh != zh) continue;
    if (f->kind == TH_STUDY_TOTAL_N) {
      if (total && total->n != f->n) return; /* more than one study, or a study and its centres */
      total = f;
    } else if (f->kind == TH_STUDY_LOST_N && total && !kept && 2 * f->n <= total->n) {
      if (n == LOSSES_MAX) return;
      lost[n++] = f->n;
      all += f->n;
    } else if (f->kind == TH_STUDY_ANALYSED_N && n > 0 && !kept) {
      kept = f;
    }
  }
  if (!total || !kept || n == 0 || kept->n >= total->n || accounted(lost, n, total->n - kept->n)) return;
  th_study__flag(w, "flow_does_not_add_up", TH_STUDY_INFO, kept->span,
                 TEXT(w, "%lld in the study less %lld lost or excluded leaves %lld, not the %lld analysed", (long long)total->n,
                      (long long)all, (long long)(total->n - all), (long long)kept->n),
                 TEXT(w, "全體 %lld 人減去失訪或排除的 %lld 人為 %lld 人，並非所分析的 %lld 人", (long long)total->n,
                      (long long)all, (long long)(total->n - all), (long long)kept->n));
}

/* ── All ───────────────────────────────────────────────────────────────────────────────────────────────────────────── */

#define NEAR 24 /* findings looked at behind each: a sentence seldom holds more */

void th_study__doubts(th_flagger *w) {
  const th_study_result *r = w->r;
  for (size_t i = 0; i < r->findings.n; i++) {
    const th_study_finding *x = &r->findings.v[i];
    if (x->kind == TH_STUDY_MEAN) grimmer(w, x);
    bool first_mean = x->kind == TH_STUDY_MEAN_SD, first_share = x->kind == TH_STUDY_PROPORTION;
    for (size_t k = i + 1; k < r->findings.n && k <= i + NEAR && r->findings.v[k].sentence == x->sentence; k++) {
      const th_study_finding *y = &r->findings.v[k];
      repeats(w, x, y);
      if (first_mean && y->kind == TH_STUDY_MEAN_SD) spread_pair(w, x, y), first_mean = false;
      if (first_share && y->kind == TH_STUDY_PROPORTION) swapped(w, x, y), first_share = false;
    }
  }
  equal_arms_differ(w);
  flow(w, false);
  flow(w, true);
}
