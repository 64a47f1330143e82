/* What a reader should know before believing the numbers. Each flag is one sentence in both languages and the bytes it is about. */
#include <math.h>

#include "study/study_priv.h"

void th_study__flag(th_flagger *w, const char *code, th_study_severity severity, th_study_span span, th_str en, th_str zh) {
  for (size_t i = 0; i < w->r->flags.n; i++) /* the other language's abstract says the same */
    if (strcmp(w->r->flags.v[i].code, code) == 0 && th_str_eq(w->r->flags.v[i].en, en)) return;
  if (!en.p || !zh.p || !TH_VEC_PUSH(w->a, &w->r->flags, (th_study_flag){ code, severity, en, zh, span })) w->failed = true;
}

#define TEXT(w, ...) th_str_fmt((w)->a, __VA_ARGS__)
#define flag         th_study__flag

static bool says(const th_folded *f, const char *const *words, size_t *at) {
  *at = th_study__find_any(f->s, 0, f->s.n, words);
  return *at != SIZE_MAX;
}

static const th_study_finding *first_of(const th_study_result *r, th_study_kind kind, const char *what) {
  for (size_t i = 0; i < r->findings.n; i++)
    if (r->findings.v[i].kind == kind && (!what || strcmp(r->findings.v[i].what, what) == 0)) return &r->findings.v[i];
  return NULL;
}

/* ── Numbers ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool bad(th_verdict v) {
  return v == TH_V_ERROR || v == TH_V_DECISION_ERROR;
}

static void interval_flags(th_flagger *w, const th_study_finding *f) {
  if (f->centre == TH_V_OUTSIDE)
    flag(w, "estimate_outside_ci", TH_STUDY_ERROR, f->span,
         TEXT(w, "the estimate %g lies outside its interval %g to %g", f->value.v, f->lo.v, f->hi.v),
         TEXT(w, "估計值 %g 落在其信賴區間 %g 至 %g 之外", f->value.v, f->lo.v, f->hi.v));
  if (!bad(f->p_check) || f->explained_by) return;
  const bool decision = f->p_check == TH_V_DECISION_ERROR;
  flag(w, decision ? "p_ci_contradict" : "p_ci_differ", TH_STUDY_ERROR, f->span,
       TEXT(w, "P %s %g does not fit the interval, which gives P %.3g (%.3g to %.3g with rounding)%s", th_p_cmp_name(f->p_cmp),
            f->p.v, f->rec_p, f->rec_lo, f->rec_hi, decision ? ": the two fall on different sides of 0.05" : ""),
       TEXT(w, "P %s %g 與信賴區間不符；由區間推得 P 為 %.3g（計入捨入為 %.3g 至 %.3g）%s", th_p_cmp_name(f->p_cmp), f->p.v,
            f->rec_p, f->rec_lo, f->rec_hi, decision ? "，兩者分屬 0.05 兩側" : ""));
}

static void share_flags(th_flagger *w, const th_study_finding *f) {
  const long long x = (long long)f->x, n = (long long)f->n;
  const int d = f->value.decimals;
  if (f->share == TH_V_TRUNCATED)
    flag(w, "percent_truncated", TH_STUDY_INFO, f->span,
         TEXT(w, "%lld/%lld = %.*f %%, printed %.*f: cut, not rounded", x, n, d + 2, f->rec_share, d, f->value.v),
         TEXT(w, "%lld/%lld = %.*f %%，印為 %.*f：是截去而非四捨五入", x, n, d + 2, f->rec_share, d, f->value.v));
  if (f->share != TH_V_ERROR) return;
  /* 10.4499 → 10.45 → 10.5 */
  const double tenth = pow(10, d + 1), once = floor(f->rec_share * tenth + 0.5) / tenth, unit = pow(10, d);
  const bool twice = fabs(floor(once * unit + 0.5 + 1e-9) / unit - f->value.v) < 1e-9;
  flag(w, "percent_error", TH_STUDY_ERROR, f->span,
       TEXT(w, "%lld/%lld is %.*f %%, printed %.*f%s", x, n, d + (twice ? 3 : 2), f->rec_share, d, f->value.v,
            twice ? ": rounded twice" : ""),
       TEXT(w, "%lld/%lld 應為 %.*f %%，印為 %.*f%s", x, n, d + (twice ? 3 : 2), f->rec_share, d, f->value.v,
            twice ? "：似捨入了兩次" : ""));
}

static void test_flags(th_flagger *w, const th_study_finding *f) {
  if (!bad(f->p_check)) return;
  const bool decision = f->p_check == TH_V_DECISION_ERROR;
  flag(w, decision ? "test_decision_error" : "test_error", TH_STUDY_ERROR, f->span,
       TEXT(w, "%s = %g gives P %.3g (%.3g to %.3g with rounding), not what is printed%s", f->what, f->value.v, f->rec_p,
            f->rec_lo, f->rec_hi, f->one_tailed_fits ? "; a one-tailed P would fit" : ""),
       TEXT(w, "%s = %g 推得 P 為 %.3g（計入捨入為 %.3g 至 %.3g），與所印不符%s", f->what, f->value.v, f->rec_p, f->rec_lo,
            f->rec_hi, f->one_tailed_fits ? "；若為單尾則相符" : ""));
}

static void number_flags(th_flagger *w) {
  for (size_t i = 0; i < w->r->findings.n; i++) {
    const th_study_finding *f = &w->r->findings.v[i];
    if (f->kind == TH_STUDY_RATIO || f->kind == TH_STUDY_DIFFERENCE) interval_flags(w, f);
    if (f->kind == TH_STUDY_PROPORTION) share_flags(w, f);
    if (f->kind == TH_STUDY_TEST) test_flags(w, f);
    if (f->kind == TH_STUDY_MEAN && f->grim == TH_V_ERROR)
      flag(w, "grim_impossible", TH_STUDY_ERROR, f->span,
           TEXT(w, "no %lld whole numbers have the mean %.*f", (long long)(f->n * f->x), f->value.decimals, f->value.v),
           TEXT(w, "%lld 個整數的平均不可能是 %.*f", (long long)(f->n * f->x), f->value.decimals, f->value.v));
    if (f->kind == TH_STUDY_P)
      flag(w, "p_without_numbers", TH_STUDY_INFO, f->span,
           TEXT(w, "P %s %g stands without the numbers it compares", th_p_cmp_name(f->p_cmp), f->p.v),
           TEXT(w, "只印 P %s %g，未列出所比較的數值", th_p_cmp_name(f->p_cmp), f->p.v));
  }
}

static const char *const adjusting[] = { "adjusted",   "adjusting", "adjustment", "multivariable", "multivariate",
                                         "propensity", "Cox",       "regression", "covariates",    "校正",
                                         "調整",       "调整",      "迴歸",       "回归",          "傾向",
                                         "倾向",       "多變項",    "多变量",     "多因素",        NULL };

/* ── Tables ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static const char *join(th_flagger *w, const char *const *names, size_t n) {
  th_buf b;
  th_buf_init(&b, w->a, 64);
  for (size_t i = 0; i < n; i++) th_buf_addf(&b, "%s%s", i ? ", " : "", names[i]);
  th_buf_addc(&b, '\0');
  if (b.failed) w->failed = true;
  return b.failed ? "" : b.p;
}

static void family_flags(th_flagger *w, const th_study_table *t, const th_study_finding *ratio) {
  if (th_study__mixed(t))
    flag(w, "p_ci_mixed", TH_STUDY_WARN, ratio->span,
         TEXT(w, "P %g is of %s, the interval %g to %g of %s, whose own P is %.2g", t->p.v, join(w, t->p_family, t->n_p),
              ratio->lo.v, ratio->hi.v, join(w, t->ci_family, t->n_ci), ratio->rec_p),
         TEXT(w, "P %g 出自 %s，信賴區間 %g 至 %g 出自 %s（其 P 應為 %.2g）：兩種方法混用", t->p.v,
              join(w, t->p_family, t->n_p), ratio->lo.v, ratio->hi.v, join(w, t->ci_family, t->n_ci), ratio->rec_p));
  if (t->p_cmp == TH_P_EQ && t->n_p == 0 && !(ratio && ratio->adjusted))
    flag(w, "no_family_fits", TH_STUDY_INFO, ratio ? ratio->span : w->r->findings.v[t->from[1]].span,
         TEXT(w, "no usual test of %lld/%lld against %lld/%lld gives P %g", (long long)t->t.a, (long long)(t->t.a + t->t.b),
              (long long)t->t.c, (long long)(t->t.c + t->t.d), t->p.v),
         TEXT(w, "%lld/%lld 對 %lld/%lld 以常用檢定皆得不到 P %g", (long long)t->t.a, (long long)(t->t.a + t->t.b),
              (long long)t->t.c, (long long)(t->t.c + t->t.d), t->p.v));
}

static void decision_flag(th_flagger *w, const th_study_table *t, th_study_span span) {
  const th_stat_panel *p = &t->panel;
  const double usual[] = { p->fisher_p, p->midp_p, p->pearson.p, p->yates.p, p->n1.p };
  bool below = false, above = false;
  for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
    below |= usual[i] < 0.05;
    above |= usual[i] >= 0.05;
  }
  if (below && above)
    flag(w, "decision_depends_on_test", TH_STUDY_WARN, span,
         TEXT(w, "whether P < 0.05 depends on the test: Yates %.4f, Fisher %.4f, Pearson %.4f, mid-P %.4f", p->yates.p,
              p->fisher_p, p->pearson.p, p->midp_p),
         TEXT(w, "P 是否小於 0.05 取決於檢定：Yates %.4f、Fisher %.4f、Pearson %.4f、mid-P %.4f", p->yates.p, p->fisher_p,
              p->pearson.p, p->midp_p));
  const th_fragility *g = &p->fragility;
  if (g->given && g->significant && g->index > 0 && (g->index <= 3 || g->quotient <= 0.01))
    flag(w, "fragile", TH_STUDY_WARN, span,
         TEXT(w, "fragility index %lld: %lld other outcome%s would end significance (Fisher P %.3f)", (long long)g->index,
              (long long)g->index, g->index == 1 ? "" : "s", g->p_after),
         TEXT(w, "脆弱指數 %lld：只要 %lld 人的結果不同就不再顯著（Fisher P %.3f）", (long long)g->index, (long long)g->index,
              g->p_after));
}

static void ratio_flags(th_flagger *w, const th_study_table *t, const th_study_finding *f) {
  const th_stat_panel *p = &t->panel;
  const double or = p->odds_ratio.estimate, rr = p->rr.estimate, most = fmax(p->p1.estimate, p->p2.estimate);
  if (strcmp(f->what, "OR") == 0 && !f->adjusted && or
      > 0 && isfinite(or) && rr > 0 && most > 0.1 && fabs(log(or)) > 1.5 * fabs(log(rr)))
    flag(w, "or_overstates_rr", TH_STUDY_WARN, f->span,
         TEXT(w, "the outcome is common (%.0f %% and %.0f %%): odds ratio %.4g, relative risk %.4g", 100 * p->p1.estimate,
              100 * p->p2.estimate, or, rr),
         TEXT(w, "結果並不罕見（%.0f %% 與 %.0f %%）：勝算比 %.4g，相對風險僅 %.4g", 100 * p->p1.estimate, 100 * p->p2.estimate,
              or, rr));
  const double scaled = or *pow(10, f->value.decimals);
  if (strcmp(f->what, "OR") == 0 && fabs(scaled - floor(scaled) - 0.5) < 1e-9)
    flag(w, "half_rounding", TH_STUDY_INFO, f->span,
         TEXT(w, "%.*f lies halfway: half up gives %.*f, half to even %.*f; printed %.*f", f->value.decimals + 1, or,
              f->value.decimals, (floor(scaled) + 1) / pow(10, f->value.decimals), f->value.decimals,
              2 * round(scaled / 2) / pow(10, f->value.decimals), f->value.decimals, f->value.v),
         TEXT(w, "%.*f 恰在中間：五入得 %.*f，取偶得 %.*f；印為 %.*f", f->value.decimals + 1, or, f->value.decimals,
              (floor(scaled) + 1) / pow(10, f->value.decimals), f->value.decimals,
              2 * round(scaled / 2) / pow(10, f->value.decimals), f->value.decimals, f->value.v));
  if (f->klass && strcmp(f->klass, "adjusted_not_comparable") == 0)
    flag(w, "adjusted_not_comparable", TH_STUDY_INFO, f->span,
         TEXT(w, "adjusted %s %g is not compared with the crude counts", f->what, f->value.v),
         TEXT(w, "校正後 %s %g 不與原始人數比較", f->what, f->value.v));
  size_t at; /* a study that adjusts somewhere may have adjusted here without saying so */
  const bool may_be_adjusted = w->f && says(w->f, adjusting, &at);
  const bool changes = f->klass && strcmp(f->klass, "decision_changing") == 0;
  if (changes || (f->klass && strcmp(f->klass, "inconsistent") == 0))
    flag(w, changes ? "decision_changing" : "inconsistent", may_be_adjusted ? TH_STUDY_WARN : TH_STUDY_ERROR, f->span,
         TEXT(w, "the counts beside it give OR %.3g, RR %.3g, not %s %g%s", or, rr, f->what, f->value.v,
              changes ? ", and another conclusion" : ""),
         TEXT(w, "旁邊的人數得 OR %.3g、RR %.3g，與 %s %g 不符%s", or, rr, f->what, f->value.v, changes ? "，且結論不同" : ""));
}

static void table_flags(th_flagger *w) {
  for (size_t i = 0; i < w->r->tables.n; i++) {
    const th_study_table *t = &w->r->tables.v[i];
    const th_study_finding *f = t->ratio >= 0 ? &w->r->findings.v[t->ratio] : NULL;
    family_flags(w, t, f);
    decision_flag(w, t, f ? f->span : w->r->findings.v[t->from[0]].span);
    if (f) ratio_flags(w, t, f);
  }
}

/* ── Words ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool observational(const th_study_result *r) {
  if (first_of(r, TH_STUDY_DESIGN, "randomised")) return false;
  static const char *const kinds[] = { "case-control", "cohort", "retrospective", "cross-sectional", NULL };
  for (int i = 0; kinds[i]; i++)
    if (first_of(r, TH_STUDY_DESIGN, kinds[i])) return true;
  return false;
}

static bool equal_arms(const th_study_result *r) {
  int64_t n = -1;
  size_t arms = 0;
  for (size_t i = 0; i < r->findings.n; i++) {
    if (r->findings.v[i].kind != TH_STUDY_ARM_N) continue;
    if (n >= 0 && r->findings.v[i].n != n) return false;
    n = r->findings.v[i].n;
    arms++;
  }
  return arms >= 2;
}

static void design_flags(th_flagger *w) {
  const th_study_result *r = w->r;
  const th_study_finding *label = first_of(r, TH_STUDY_DESIGN, "case-control"), *arm = first_of(r, TH_STUDY_ARM_N, NULL);
  static const char *const by_treatment[] = { "received", "receiving", "treated with", "were given",
                                              "接受",     "給予",      "给予",         NULL };
  if (label && arm) {
    size_t from, to;
    th_study__sentence_range(w->f, arm->sentence, &from, &to);
    if (th_study__find_any(w->f->s, from, to, by_treatment) != SIZE_MAX)
      flag(w, "design_label", TH_STUDY_WARN, label->span,
           TEXT(w, "called case-control, but the groups were formed by treatment and followed to the outcome: a cohort"),
           TEXT(w, "自稱病例對照研究，但分組依據是治療而非結果，並追蹤至結果發生：應為世代研究"));
  }
  size_t at;
  const bool compares = r->tables.n > 0 || first_of(r, TH_STUDY_RATIO, NULL);
  if (compares && observational(r) && !says(w->f, adjusting, &at)) {
    const th_study_finding *d = first_of(r, TH_STUDY_DESIGN, NULL);
    const bool matching = equal_arms(r) && !first_of(r, TH_STUDY_DESIGN, "matched");
    flag(w, "unadjusted", TH_STUDY_WARN, d->span,
         TEXT(w, "an observational comparison without adjustment%s",
              matching ? "; arms of equal size suggest matching, which is not stated" : ""),
         TEXT(w, "觀察性比較，未見任何校正%s", matching ? "；兩組人數相同，似經配對但未說明" : ""));
  }
}

static void claim_flags(th_flagger *w) {
  /* "safe and effective", not "safe storage": the words that go with a claim, never "safe" by itself */
  static const char *const claims[] = { "safe and effective",
                                        "safe and well",
                                        "safe and feasible",
                                        "safe and efficacious",
                                        "safe and tolerable",
                                        "is safe",
                                        "are safe",
                                        "was safe",
                                        "were safe",
                                        "be safe",
                                        "effective and safe",
                                        "feasible and safe",
                                        "efficacious and safe",
                                        "tolerated and safe",
                                        "well tolerated",
                                        "well-tolerated",
                                        "good safety",
                                        "安全又有效",
                                        "安全且",
                                        "安全有效",
                                        "有效且安全",
                                        "有效又安全",
                                        "安全性良好",
                                        "耐受性良好",
                                        "安全可靠",
                                        NULL };
  static const char *const none[] = {
    "no", "none", "neither", "without", "zero", "均無", "均无", "皆無", "無", "无", "未", NULL
  };
  static const char *const harm[] = { "adverse",  "side effect", "side effects", "toxicity", "toxicities",
                                      "bleeding", "infection",   "infections",   "不良反應", "不良反应",
                                      "不良事件", "副作用",      "毒性",         NULL };
  size_t at;
  if (!says(w->f, claims, &at)) return;
  for (uint32_t q = 0; q < w->f->n_sentences; q++) {
    size_t from, to;
    th_study__sentence_range(w->f, q, &from, &to);
    if (th_study__find_any(w->f->s, from, to, harm) == SIZE_MAX) continue;
    if (th_study__find_any(w->f->s, from, to, none) != SIZE_MAX) return; /* "no adverse event occurred" is a count */
    for (size_t i = from; i < to; i++)
      if (w->f->s.p[i] == '%' || (th_is_digit(w->f->s.p[i]) && th_at(w->f->s, i + 1) == '/')) return;
  }
  flag(w, "claim_without_data", TH_STUDY_WARN, th_study__span(w->f, at, at + 4),
       TEXT(w, "safety is claimed, and no count of adverse events is given"), TEXT(w, "宣稱安全，但未列任何不良事件的人數"));
}

static void total_flags(th_flagger *w) {
  const th_study_finding *total = first_of(w->r, TH_STUDY_TOTAL_N, NULL);
  if (!total) return;
  int64_t sum = 0;
  size_t arms = 0;
  for (size_t i = 0; i < w->r->findings.n; i++) {
    const th_study_finding *f = &w->r->findings.v[i];
    if (f->kind == TH_STUDY_ARM_N && f->zh == total->zh && f->n != total->n) sum += f->n, arms++;
  }
  if (arms == 2 && sum != total->n)
    flag(w, "arms_do_not_add_up", TH_STUDY_INFO, total->span,
         TEXT(w, "arms of %lld in all, study of %lld", (long long)sum, (long long)total->n),
         TEXT(w, "各組合計 %lld 人，全體 %lld 人", (long long)sum, (long long)total->n));
}

/* ── The other language ────────────────────────────────────────────────────────────────────────────────────────────── */

static bool same_fact(const th_study_finding *x, const th_study_finding *y) {
  if (x->kind != y->kind) return false;
  switch ((int)x->kind) {
  case TH_STUDY_RATIO:
    return x->value.v == y->value.v && x->lo.v == y->lo.v && x->hi.v == y->hi.v &&
           (!x->what || !y->what || !strcmp(x->what, y->what));
  case TH_STUDY_PROPORTION: return x->x == y->x && x->n == y->n && x->value.v == y->value.v;
  case TH_STUDY_ARM_N:
  case TH_STUDY_TOTAL_N: return x->n == y->n;
  default: return true;
  }
}

static void language_flags(th_flagger *w) {
  const th_study_result *r = w->r;
  size_t seen[2] = { 0, 0 };
  for (size_t i = 0; i < r->findings.n; i++)
    if (r->findings.v[i].kind == TH_STUDY_RATIO || r->findings.v[i].kind == TH_STUDY_PROPORTION ||
        r->findings.v[i].kind == TH_STUDY_ARM_N)
      seen[r->findings.v[i].zh]++;
  if (seen[0] == 0 || seen[1] == 0) return;
  for (size_t i = 0; i < r->findings.n; i++) {
    const th_study_finding *f = &r->findings.v[i];
    if (f->kind != TH_STUDY_RATIO && f->kind != TH_STUDY_PROPORTION && f->kind != TH_STUDY_ARM_N) continue;
    bool found = false;
    for (size_t k = 0; k < r->findings.n && !found; k++)
      found = r->findings.v[k].zh != f->zh && same_fact(f, &r->findings.v[k]);
    if (found) continue;
    const th_str words = th_str_sub(w->f->section[f->span.section], f->span.from, f->span.to);
    flag(w, "cross_language_difference", TH_STUDY_WARN, f->span,
         TEXT(w, "\"%.*s\" stands in the %s abstract only", TH_STR_ARG(words), f->zh ? "Chinese" : "English"),
         TEXT(w, "「%.*s」只見於%s摘要", TH_STR_ARG(words), f->zh ? "中文" : "英文"));
  }
}

bool th_study__flags(th_arena *a, const th_folded *f, th_study_result *r) {
  th_flagger w = { a, f, r, false };
  number_flags(&w);
  table_flags(&w);
  for (size_t i = 0; i < r->flags.n && !f; i++) r->error |= r->flags.v[i].severity == TH_STUDY_ERROR;
  if (!f) return !w.failed;
  design_flags(&w);
  claim_flags(&w);
  total_flags(&w);
  language_flags(&w);
  th_study__doubts(&w);
  for (size_t i = 0; i < r->flags.n; i++) r->error |= r->flags.v[i].severity == TH_STUDY_ERROR;
  return !w.failed;
}
