/* From a pooled result to the rows of a figure: what is printed, in which words. Nothing is computed here but exp. */
#include <math.h>

#include "theriac/study.h"

typedef struct th_pic {
  th_arena *a;
  const th_meta_result *r;
  th_study_words words;
  bool zh, ratio;
  bool failed;
} th_pic;

static th_str txt(th_pic *p, const char *en, const char *zh) {
  return th_str_of(p->zh ? zh : en);
}

#define FMT(p, ...) keep((p), th_str_fmt((p)->a, __VA_ARGS__))

static th_str keep(th_pic *p, th_str s) {
  if (!s.p) p->failed = true;
  return s;
}

static double shown(const th_pic *p, double v) {
  return p->ratio ? exp(v) : v;
}

/* As a reader expects it: a true minus, two decimals, fewer for large numbers. */
static th_str num(th_pic *p, double v) {
  const double x = fabs(v);
  const int decimals = x >= 100 ? 0 : x >= 10 ? 1 : 2;
  return FMT(p, "%s%.*f", v < 0 && x * pow(10, decimals) >= 0.5 ? "−" : "", decimals, x);
}

static th_str ci(th_pic *p, double lo, double hi) {
  const th_str a = num(p, lo), b = num(p, hi);
  return FMT(p, "[%.*s, %.*s]", TH_STR_ARG(a), TH_STR_ARG(b));
}

static th_str three(th_pic *p, double v) { /* a variance: three digits, never 2.89e+03 */
  return v >= 1000 ? FMT(p, "%.0f", v) : FMT(p, "%.3g", v);
}

static const char *p_text(char out[32], double v) {
  if (v < 0.001)
    snprintf(out, 32, "< 0.001");
  else
    snprintf(out, 32, "= %.3f", v);
  return out;
}

/* ── Columns ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool of_tables(th_meta_measure m) {
  return m == TH_META_OR || m == TH_META_RR || m == TH_META_RD || m == TH_META_PETO;
}

static bool of_means(th_meta_measure m) {
  return m == TH_META_MD || m == TH_META_SMD || m == TH_META_ROM;
}

static size_t columns(th_pic *p, th_str head[TH_FOREST_COLUMNS]) {
  const th_meta_measure m = p->r->measure;
  if (of_tables(m) || of_means(m) || m == TH_META_IRR) {
    const th_str cell = of_means(m)        ? txt(p, "mean (SD), n", "平均(SD)，n")
                        : m == TH_META_IRR ? txt(p, "n/time", "n/時間")
                                           : txt(p, "n/N", "n/N");
    const th_str one = p->words.group1.n ? p->words.group1 : txt(p, "Group 1", "第 1 組"),
                 two = p->words.group2.n ? p->words.group2 : txt(p, "Group 2", "第 2 組");
    head[0] = FMT(p, "%.*s %.*s", TH_STR_ARG(one), TH_STR_ARG(cell));
    head[1] = FMT(p, "%.*s %.*s", TH_STR_ARG(two), TH_STR_ARG(cell));
    return 2;
  }
  if (m == TH_META_PR || m == TH_META_PLO || m == TH_META_PFT) {
    head[0] = txt(p, "Events n/N", "事件 n/N");
    return 1;
  }
  return 0;
}

static void cells(th_pic *p, const th_meta_study *s, th_str column[TH_FOREST_COLUMNS]) {
  const double *x = p->r->data->row[s->row].raw;
  const th_meta_measure m = p->r->measure;
  for (int g = 0; g < 2; g++) {
    if (of_tables(m)) column[g] = FMT(p, "%.0f/%.0f", x[2 * g], x[2 * g] + x[2 * g + 1]);
    if (of_means(m)) column[g] = FMT(p, "%.4g (%.3g), %.0f", x[3 * g], x[3 * g + 1], x[3 * g + 2]);
    if (m == TH_META_IRR) column[g] = FMT(p, "%.0f/%.6g", x[2 * g], x[2 * g + 1]);
  }
  if (m == TH_META_PR || m == TH_META_PLO || m == TH_META_PFT) column[0] = FMT(p, "%.0f/%.0f", x[0], x[1]);
}

/* ── Rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_forest_row study_row(th_pic *p, size_t i) {
  const th_meta_study *s = &p->r->study[i];
  const double z = th_stat_norm_quantile_upper((1 - p->r->level) / 2), se = sqrt(s->vi);
  th_forest_row row = { TH_FOREST_STUDY,          s->label, { { 0 } }, shown(p, s->yi), shown(p, s->yi - z * se),
                        shown(p, s->yi + z * se), s->weight };
  if (isnan(s->yi)) row.estimate = row.lo = row.hi = NAN;
  cells(p, s, row.column);
  return row;
}

static th_forest_row pooled_row(th_pic *p, th_forest_kind kind, th_str label, const th_pooled *f, double weight) {
  return (th_forest_row){ kind, label, { { 0 } }, shown(p, f->estimate), shown(p, f->ci.lo), shown(p, f->ci.hi), weight };
}

typedef TH_VEC(th_forest_row) th_row_list;

static void push(th_pic *p, th_row_list *rows, th_forest_row row) {
  if (!TH_VEC_PUSH(p->a, rows, row)) p->failed = true;
}

static int subgroup_column(const th_meta_result *r) { /* the column whose levels are the subgroups */
  for (size_t m = 0; m < r->data->n_mods; m++) {
    size_t hits = 0;
    for (size_t g = 0; g < r->n_subgroups; g++) {
      size_t k = 0;
      for (size_t i = 0; i < r->k; i++) k += th_str_eq(r->data->row[r->study[i].row].mod[m], r->subgroup[g].level);
      hits += k == r->subgroup[g].k;
    }
    if (hits == r->n_subgroups) return (int)m;
  }
  return -1;
}

static void study_rows(th_pic *p, th_row_list *rows) {
  const th_meta_result *r = p->r;
  const int mod = r->n_subgroups > 1 ? subgroup_column(r) : -1;
  if (mod < 0) {
    for (size_t i = 0; i < r->k; i++) push(p, rows, study_row(p, i));
    return;
  }
  for (size_t g = 0; g < r->n_subgroups; g++) {
    const th_meta_subgroup *sub = &r->subgroup[g];
    push(p, rows,
         (th_forest_row){
             TH_FOREST_HEAD, sub->level.n ? sub->level : txt(p, "(not given)", "（未填）"), { { 0 } }, NAN, NAN, NAN, NAN });
    double weight = 0;
    for (size_t i = 0; i < r->k; i++) {
      if (!th_str_eq(r->data->row[r->study[i].row].mod[mod], sub->level)) continue;
      push(p, rows, study_row(p, i));
      weight += r->study[i].weight;
    }
    push(p, rows,
         pooled_row(p, TH_FOREST_SUBTOTAL, FMT(p, p->zh ? "小計（k = %zu）" : "Subtotal (k = %zu)", sub->k), &sub->pooled,
                    weight));
  }
}

static bool random_effects(const th_meta_result *r) {
  return !isnan(r->hksj.df) && r->method != TH_META_EE;
}

static void pooled_rows(th_pic *p, th_row_list *rows) {
  const th_meta_result *r = p->r;
  const char *method = th_meta_method_name(r->method);
  if (random_effects(r)) {
    const bool plain = !isnan(r->hksj.estimate);
    const th_pooled *main = plain ? &r->hksj : &r->hksj_guard;
    push(p, rows,
         pooled_row(p, TH_FOREST_POOLED, FMT(p, p->zh ? "合併（%s，Hartung-Knapp）" : "Pooled (%s, Hartung-Knapp)", method),
                    main, 100));
  } else {
    push(p, rows, pooled_row(p, TH_FOREST_POOLED, FMT(p, p->zh ? "合併（%s）" : "Pooled (%s)", method), &r->pooled, 100));
  }
  if (!isnan(r->predict_t_k2.lo))
    push(p, rows,
         (th_forest_row){ TH_FOREST_PREDICT,
                          txt(p, "Prediction interval", "預測區間"),
                          { { 0 } },
                          NAN,
                          shown(p, r->predict_t_k2.lo),
                          shown(p, r->predict_t_k2.hi),
                          NAN });
}

/* ── Lines below ───────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef TH_VEC(th_str) th_line_list;

static void line(th_pic *p, th_line_list *lines, th_str s) {
  if (s.p && !TH_VEC_PUSH(p->a, lines, s)) p->failed = true;
}

static void lines_of(th_pic *p, th_line_list *lines) {
  const th_meta_result *r = p->r;
  char q[32], q2[32];
  if (!isnan(r->q) && r->df > 0) {
    th_buf b;
    th_buf_init(&b, p->a, 128);
    th_buf_addf(&b, p->zh ? "異質性：Q = %.2f，df = %g，P %s" : "Heterogeneity: Q = %.2f, df = %g, P %s", r->q, r->df,
                p_text(q, r->q_p));
    const th_str tau2 = three(p, r->tau2), tau2_lo = three(p, r->tau2_ci.lo), tau2_hi = three(p, r->tau2_ci.hi);
    if (!isnan(r->tau2) && random_effects(r)) th_buf_addf(&b, p->zh ? "；τ² = %.*s" : "; τ² = %.*s", TH_STR_ARG(tau2));
    if (!isnan(r->tau2_ci.lo)) th_buf_addf(&b, " [%.*s, %.*s]", TH_STR_ARG(tau2_lo), TH_STR_ARG(tau2_hi));
    if (!isnan(r->i2)) th_buf_addf(&b, p->zh ? "；I² = %.1f%%" : "; I² = %.1f%%", r->i2);
    if (!isnan(r->i2_ci.lo)) th_buf_addf(&b, " [%.0f%%, %.0f%%]", r->i2_ci.lo, r->i2_ci.hi);
    line(p, lines, b.failed ? TH_STR_NONE : th_buf_str(&b));
  }
  const th_pooled *z = &r->pooled, *t = &r->hksj, *g = &r->hksj_guard;
  if (!isnan(z->p)) {
    const th_str v = num(p, z->statistic), i = ci(p, shown(p, z->ci.lo), shown(p, z->ci.hi));
    line(p, lines,
         FMT(p, p->zh ? "合併效果：z = %.*s，P %s %.*s" : "Test for effect: z = %.*s, P %s %.*s", TH_STR_ARG(v),
             p_text(q, z->p), TH_STR_ARG(i)));
  }
  if (random_effects(r) && !isnan(t->p)) {
    const th_str v = num(p, t->statistic), i = ci(p, shown(p, g->ci.lo), shown(p, g->ci.hi));
    line(p, lines,
         FMT(p,
             p->zh ? "Hartung-Knapp：t = %.*s，df = %g，P %s；q 不小於 1 時 P %s %.*s"
                   : "Hartung-Knapp: t = %.*s, df = %g, P %s; with q of at least 1, P %s %.*s",
             TH_STR_ARG(v), t->df, p_text(q, t->p), p_text(q2, g->p), TH_STR_ARG(i)));
  }
  if (!isnan(r->predict_t_k2.lo))
    line(p, lines, txt(p, "Prediction interval: t with k − 2 degrees of freedom", "預測區間：t 分布，自由度 k − 2"));
  if (r->n_subgroups > 1 && !isnan(r->q_between.statistic))
    line(p, lines,
         FMT(p, p->zh ? "組間差異：Q = %.2f，df = %g，P %s" : "Between subgroups: Q = %.2f, df = %g, P %s",
             r->q_between.statistic, r->q_between.df, p_text(q, r->q_between.p)));
  if (r->n_subgroups > 1)
    line(p, lines, txt(p, "Subtotals with z intervals, each with its own τ²", "小計採 z 區間，各有其 τ²"));
  size_t gone = 0;
  for (size_t i = 0; i < r->data->n; i++) gone += r->data->row[i].left_out != NULL;
  if (gone) line(p, lines, FMT(p, p->zh ? "未納入 %zu 項研究" : "%zu studies left out", gone));
  if (!r->converged) line(p, lines, txt(p, "The estimate of τ² did not converge.", "τ² 的估計未收斂。"));
}

/* ── Figures ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_str title_of(th_pic *p, const char *en, const char *zh) {
  if (p->words.title.n) return p->words.title;
  return FMT(p, p->zh ? "%s：%s，%s，k = %zu" : "%s: %s, %s, k = %zu", p->zh ? zh : en, th_meta_measure_name(p->r->measure),
             th_meta_method_name(p->r->method), p->r->k);
}

static th_forest frame(th_pic *p, th_str title) {
  th_forest f = { .title = title,
                  .measure = th_str_of(th_meta_measure_name(p->r->measure)),
                  .log_scale = p->ratio,
                  .null_value = p->ratio ? 1 : 0,
                  .level = p->r->level };
  f.favours_left = p->words.favours_left, f.favours_right = p->words.favours_right;
  return f;
}

static th_code forest(th_pic *p, th_plot_opts o, th_plot_figure *out, th_err *err) {
  th_row_list rows = { 0 };
  th_line_list lines = { 0 };
  th_forest f = frame(p, title_of(p, "Forest plot", "森林圖"));
  f.n_columns = columns(p, f.head);
  study_rows(p, &rows);
  pooled_rows(p, &rows);
  lines_of(p, &lines);
  if (p->failed) return th_fail_nomem(err);
  f.row = rows.v, f.n_rows = rows.n, f.note = lines.v, f.n_notes = lines.n;
  return th_plot_forest(p->a, &f, o, out, err);
}

static th_code steps(th_pic *p, bool cumulative, th_plot_opts o, th_plot_figure *out, th_err *err) {
  const th_meta_result *r = p->r;
  const th_meta_fit *fit = cumulative ? r->cumulative : r->loo;
  if (!fit)
    return th_fail(err, TH_EINVAL, "%s needs an inverse-variance method and 2 to 2000 studies",
                   cumulative ? "a cumulative plot" : "leave-one-out");
  const double z = th_stat_norm_quantile_upper((1 - r->level) / 2);
  th_row_list rows = { 0 };
  for (size_t i = 0; i < r->k; i++) {
    const th_str name = r->study[cumulative ? r->cumulative_study[i] : i].label;
    const th_str label = FMT(p, cumulative ? "+ %.*s" : "− %.*s", TH_STR_ARG(name));
    push(p, &rows,
         (th_forest_row){ TH_FOREST_STEP,
                          label,
                          { { 0 } },
                          shown(p, fit[i].estimate),
                          shown(p, fit[i].estimate - z * fit[i].se),
                          shown(p, fit[i].estimate + z * fit[i].se),
                          NAN });
  }
  if (!cumulative) push(p, &rows, pooled_row(p, TH_FOREST_POOLED, txt(p, "All studies (z)", "全部研究（z）"), &r->pooled, NAN));
  if (p->failed) return th_fail_nomem(err);
  th_forest f =
      frame(p, cumulative ? title_of(p, "Cumulative meta-analysis", "累積統合分析") : title_of(p, "Leave one out", "逐一剔除"));
  const th_str how =
      cumulative
          ? txt(p, "Each row: all studies so far, pooled anew; z interval", "每列為到該項為止各研究重新合併；z 區間")
          : txt(p, "Each row: all studies but this one, pooled anew; z interval", "每列為剔除該項後其餘研究重新合併；z 區間");
  f.row = rows.v, f.n_rows = rows.n, f.note = &how, f.n_notes = 1;
  return th_plot_forest(p->a, &f, o, out, err);
}

static th_code funnel(th_pic *p, th_plot_opts o, th_plot_figure *out, th_err *err) {
  const th_meta_result *r = p->r;
  double *y = TH_NEWN(p->a, double, r->k + 1), *se = TH_NEWN(p->a, double, r->k + 1),
         *fse = TH_NEWN(p->a, double, r->trimfill.k0 + 1);
  th_str *label = TH_NEWN(p->a, th_str, r->k + 1);
  if (!y || !se || !label || !fse) return th_fail_nomem(err);
  size_t n = 0;
  for (size_t i = 0; i < r->k; i++) {
    if (isnan(r->study[i].yi) || !(r->study[i].vi > 0)) continue;
    y[n] = r->study[i].yi, se[n] = sqrt(r->study[i].vi), label[n++] = r->study[i].label;
  }
  for (size_t i = 0; i < r->trimfill.k0; i++) fse[i] = sqrt(r->trimfill.vi[i]);
  const th_funnel f = { .title = title_of(p, "Funnel plot", "漏斗圖"),
                        .measure = th_str_of(th_meta_measure_name(r->measure)),
                        .log_scale = p->ratio,
                        .estimate = y,
                        .se = se,
                        .label = label,
                        .n = n,
                        .filled = r->trimfill.yi,
                        .filled_se = fse,
                        .n_filled = r->trimfill.k0,
                        .pooled = r->pooled.estimate };
  return p->failed ? th_fail_nomem(err) : th_plot_funnel(p->a, &f, o, out, err);
}

static th_code labbe(th_pic *p, th_plot_opts o, th_plot_figure *out, th_err *err) {
  const th_meta_result *r = p->r;
  if (!of_tables(r->measure))
    return th_fail(err, TH_EINVAL, "a L'Abbé plot needs events of two groups, not %s", th_meta_measure_name(r->measure));
  double *r1 = TH_NEWN(p->a, double, r->k + 1), *r2 = TH_NEWN(p->a, double, r->k + 1), *w = TH_NEWN(p->a, double, r->k + 1);
  th_str *label = TH_NEWN(p->a, th_str, r->k + 1);
  if (!r1 || !r2 || !w || !label) return th_fail_nomem(err);
  size_t n = 0;
  for (size_t i = 0; i < r->k; i++) {
    const double *x = r->data->row[r->study[i].row].raw;
    if (!(r->study[i].vi > 0)) continue;
    r1[n] = x[0] / (x[0] + x[1]), r2[n] = x[2] / (x[2] + x[3]);
    w[n] = 1 / r->study[i].vi;
    label[n++] = r->study[i].label;
  }
  const char *curve = r->measure == TH_META_PETO ? "OR" : th_meta_measure_name(r->measure);
  const th_labbe f = { .title = title_of(p, "L'Abbé plot", "L'Abbé 圖"),
                       .measure = th_str_of(curve),
                       .risk1 = r1,
                       .risk2 = r2,
                       .precision = w,
                       .label = label,
                       .n = n,
                       .pooled = shown(p, r->pooled.estimate) };
  return p->failed ? th_fail_nomem(err) : th_plot_labbe(p->a, &f, o, out, err);
}

th_code th_study_picture_make(th_arena *a, const th_meta_result *r, th_study_picture what, th_study_words words, th_plot_opts o,
                              th_plot_figure *out, th_err *err) {
  th_pic p = {
    .a = a, .r = r, .words = words, .zh = o.lang && strcmp(o.lang, "zh-TW") == 0, .ratio = th_meta_is_ratio(r->measure)
  };
  switch (what) {
  case TH_PICTURE_FOREST: return forest(&p, o, out, err);
  case TH_PICTURE_CUMULATIVE: return steps(&p, true, o, out, err);
  case TH_PICTURE_LEAVE_ONE_OUT: return steps(&p, false, o, out, err);
  case TH_PICTURE_FUNNEL: return funnel(&p, o, out, err);
  case TH_PICTURE_LABBE: return labbe(&p, o, out, err);
  }
  return th_fail(err, TH_EINVAL, "no such picture");
}
