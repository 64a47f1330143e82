/* theriac.stat.meta/1, and the notes in both languages. */
#include "stat/meta_priv.h"

static void num(th_jwrite *w, const char *key, double v) {
  th_jw_key(w, key);
  th_jw_f64(w, v);
}

static void interval(th_jwrite *w, const char *key, th_interval i) {
  th_jw_key(w, key);
  th_jw_arr(w);
  th_jw_f64(w, i.lo);
  th_jw_f64(w, i.hi);
  th_jw_arr_end(w);
}

static void pooled(th_jwrite *w, const char *key, const th_pooled *p) {
  th_jw_key(w, key);
  th_jw_obj(w);
  num(w, "estimate", p->estimate);
  num(w, "se", p->se);
  num(w, "statistic", p->statistic);
  num(w, "p", p->p);
  interval(w, "ci", p->ci);
  if (!isnan(p->df)) num(w, "df", p->df);
  th_jw_obj_end(w);
}

static void test(th_jwrite *w, const char *key, th_meta_test t) {
  if (isnan(t.statistic)) return;
  th_jw_key(w, key);
  th_jw_obj(w);
  num(w, "statistic", t.statistic);
  num(w, "df", t.df);
  num(w, "p", t.p);
  th_jw_obj_end(w);
}

static void heterogeneity(th_jwrite *w, const th_meta_result *r) {
  if (isnan(r->q)) return;
  th_jw_key(w, "heterogeneity");
  th_jw_obj(w);
  num(w, "q", r->q);
  num(w, "df", r->df);
  num(w, "p", r->q_p);
  num(w, "i2", r->i2);
  num(w, "h2", r->h2);
  if (!isnan(r->tau2)) num(w, "tau2", r->tau2);
  if (!isnan(r->tau2_ci.lo)) {
    interval(w, "tau2_ci", r->tau2_ci);
    interval(w, "i2_ci", r->i2_ci);
    interval(w, "h2_ci", r->h2_ci);
  }
  th_jw_obj_end(w);
}

static void studies(th_jwrite *w, const th_meta_result *r) {
  th_jw_key(w, "studies");
  th_jw_arr(w);
  for (size_t i = 0; i < r->k; i++) {
    th_jw_obj(w);
    th_jw_key(w, "label");
    th_jw_str(w, r->study[i].label);
    num(w, "yi", r->study[i].yi);
    num(w, "vi", r->study[i].vi);
    num(w, "weight", r->study[i].weight);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
}

static void bias(th_jwrite *w, const th_meta_result *r) {
  if (!r->failsafe_given) return;
  th_jw_key(w, "bias");
  th_jw_obj(w);
  test(w, "egger", r->egger);
  if (!isnan(r->begg_tau)) {
    th_jw_key(w, "begg");
    th_jw_obj(w);
    num(w, "tau", r->begg_tau);
    num(w, "p", r->begg_p);
    th_jw_obj_end(w);
  }
  test(w, "peters", r->peters);
  test(w, "harbord", r->harbord);
  if (r->trimfill.given) {
    th_jw_key(w, "trimfill");
    th_jw_obj(w);
    th_jw_key(w, "k0");
    th_jw_i64(w, (int64_t)r->trimfill.k0);
    th_jw_key(w, "side");
    th_jw_z(w, r->trimfill.left ? "left" : "right");
    num(w, "estimate", r->trimfill.pooled.estimate);
    num(w, "se", r->trimfill.pooled.se);
    interval(w, "ci", r->trimfill.pooled.ci);
    num(w, "tau2", r->trimfill.tau2);
    pooled(w, "converged", &r->trimfill.converged);
    th_jw_obj_end(w);
  }
  th_jw_key(w, "failsafe");
  th_jw_obj(w);
  num(w, "rosenthal", r->failsafe_rosenthal);
  num(w, "rosenberg", r->failsafe_rosenberg);
  num(w, "orwin", r->failsafe_orwin);
  th_jw_obj_end(w);
  th_jw_obj_end(w);
}

static void fits(th_jwrite *w, const char *key, const th_meta_fit *f, size_t k, const th_meta_result *r, const size_t *at) {
  if (!f) return;
  th_jw_key(w, key);
  th_jw_arr(w);
  for (size_t i = 0; i < k; i++) {
    th_jw_obj(w);
    th_jw_key(w, "label");
    th_jw_str(w, r->study[at ? at[i] : i].label);
    num(w, "estimate", f[i].estimate);
    num(w, "se", f[i].se);
    num(w, "tau2", f[i].tau2);
    num(w, "i2", f[i].i2);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
}

static void influence(th_jwrite *w, const th_meta_result *r) {
  if (!r->influence) return;
  th_jw_key(w, "influence");
  th_jw_arr(w);
  for (size_t i = 0; i < r->k; i++) {
    const th_meta_influence *f = &r->influence[i];
    th_jw_obj(w);
    num(w, "rstudent", f->rstudent);
    num(w, "dffits", f->dffits);
    num(w, "cook_d", f->cook_d);
    num(w, "cov_r", f->cov_r);
    num(w, "hat", f->hat);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
}

static void column(th_jwrite *w, const char *key, const double *v, size_t n) {
  th_jw_key(w, key);
  th_jw_arr(w);
  for (size_t i = 0; i < n; i++) th_jw_f64(w, v[i]);
  th_jw_arr_end(w);
}

static void regression(th_jwrite *w, const th_meta_result *r) {
  if (r->regression.p == 0) return;
  th_jw_key(w, "regression");
  th_jw_obj(w);
  th_jw_key(w, "names");
  th_jw_arr(w);
  for (size_t i = 0; i < r->regression.p; i++) th_jw_str(w, r->regression.name[i]);
  th_jw_arr_end(w);
  column(w, "estimate", r->regression.estimate, r->regression.p);
  column(w, "se", r->regression.se, r->regression.p);
  column(w, "p", r->regression.p_value, r->regression.p);
  num(w, "qm", r->regression.qm);
  num(w, "qm_df", r->regression.qm_df);
  num(w, "qm_p", r->regression.qm_p);
  num(w, "qe", r->regression.qe);
  num(w, "qe_p", r->regression.qe_p);
  num(w, "tau2", r->regression.tau2);
  num(w, "r2", r->regression.r2);
  th_jw_obj_end(w);
}

static void subgroups(th_jwrite *w, const th_meta_result *r) {
  if (!r->subgroup) return;
  th_jw_key(w, "subgroups");
  th_jw_arr(w);
  for (size_t i = 0; i < r->n_subgroups; i++) {
    const th_meta_subgroup *g = &r->subgroup[i];
    th_jw_obj(w);
    th_jw_key(w, "level");
    th_jw_str(w, g->level);
    th_jw_key(w, "k");
    th_jw_i64(w, (int64_t)g->k);
    num(w, "estimate", g->pooled.estimate);
    num(w, "se", g->pooled.se);
    num(w, "tau2", g->tau2);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
  test(w, "q_between", r->q_between);
}

static void left_out(th_jwrite *w, const th_meta_result *r) {
  th_jw_key(w, "left_out");
  th_jw_arr(w);
  for (size_t i = 0; i < r->data->n; i++) {
    const th_meta_row *row = &r->data->row[i];
    if (!row->left_out) continue;
    th_jw_obj(w);
    th_jw_key(w, "label");
    th_jw_str(w, row->label);
    th_jw_key(w, "line");
    th_jw_i64(w, row->line);
    th_jw_key(w, "reason");
    th_jw_z(w, row->left_out);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
}

static void exp_of(th_jwrite *w, const th_meta_result *r) {
  if (!th_meta_is_ratio(r->measure)) return;
  th_jw_key(w, "pooled_exp");
  th_jw_obj(w);
  num(w, "estimate", exp(r->pooled.estimate));
  interval(w, "ci", (th_interval){ exp(r->pooled.ci.lo), exp(r->pooled.ci.hi) });
  th_jw_obj_end(w);
}

void th_meta_json(const th_meta_result *r, th_jwrite *w) {
  th_jw_obj(w);
  th_jw_key(w, "schema");
  th_jw_z(w, "theriac.stat.meta/1");
  th_jw_key(w, "measure");
  th_jw_z(w, th_meta_measure_name(r->measure));
  th_jw_key(w, "method");
  th_jw_z(w, th_meta_method_name(r->method));
  th_jw_key(w, "k");
  th_jw_i64(w, (int64_t)r->k);
  num(w, "level", r->level);
  th_jw_key(w, "converged");
  th_jw_bool(w, r->converged);
  pooled(w, "pooled", &r->pooled);
  exp_of(w, r);
  if (!isnan(r->hksj.df)) {
    pooled(w, "hksj", &r->hksj);
    pooled(w, "hksj_guard", &r->hksj_guard);
  }
  if (!isnan(r->predict_z.lo)) {
    th_jw_key(w, "predict");
    th_jw_obj(w);
    interval(w, "ci_z", r->predict_z);
    interval(w, "ci_t_k1", r->predict_t_k1);
    interval(w, "ci_t_k2", r->predict_t_k2);
    th_jw_obj_end(w);
  }
  heterogeneity(w, r);
  test(w, "cmh", r->cmh);
  test(w, "breslow_day", r->breslow_day);
  test(w, "tarone", r->tarone);
  studies(w, r);
  bias(w, r);
  fits(w, "loo", r->loo, r->k, r, NULL);
  fits(w, "cumulative", r->cumulative, r->k, r, r->cumulative_study);
  influence(w, r);
  regression(w, r);
  subgroups(w, r);
  left_out(w, r);
  th_jw_key(w, "notes");
  th_jw_arr(w);
  for (size_t i = 0; i < r->n_notes; i++) th_jw_z(w, r->note[i]);
  th_jw_arr_end(w);
  th_jw_obj_end(w);
}

const char *th_meta_note_text(const char *note, const char *lang) {
  static const char *const zh[][2] = {
    { "The raw cells hold no information on the pooled effect (no event in one group of any study).",
      "原始人數不含合併效果的資訊（各研究皆有一組無事件）。" },
    { "Fewer than 10 studies: tests for small-study effects have little power.",
      "研究少於 10 項：小型研究效應檢定的檢定力很低。" },
    { "The moderators cannot be fitted: too few studies, or columns that depend on each other.",
      "無法配適調節變項：研究太少，或欄位彼此相依。" },
    { "Meta-regression: the likelihood has no maximum that could be bracketed; tau2 is the last step of scoring.",
      "統合迴歸未收斂：概似函數找不到可圍住的最大值，τ² 為最後一步的值。" },
    { "Meta-regression leaves out studies with a missing moderator.", "統合迴歸略去調節變項有缺值的研究。" },
    { "All effects are equal: the Hartung-Knapp standard error is 0 and is not given; the guarded one is.",
      "所有效果相同：Hartung-Knapp 標準誤為 0，不列出；僅列有下限者。" },
    { "Fewer than 3 studies: no prediction interval.", "研究少於 3 項：無預測區間。" },
    { "Even tau2 = 0 leaves Q below the lower chi-square quantile: both limits of tau2 are 0.",
      "即使 τ² = 0，Q 仍低於卡方下分位數：τ² 上下限皆為 0。" },
    { "Did not converge: the likelihood has no maximum that could be bracketed; tau2 is the last step of scoring.",
      "未收斂：概似函數找不到可圍住的最大值，τ² 為最後一步的值。" },
    { "One study: its own estimate; nothing can be said on heterogeneity.",
      "只有一項研究：即該研究的估計值，無從評估異質性。" },
    { "Sparse data (groups without events): Mantel-Haenszel on the raw cells needs no correction.",
      "資料稀疏（有無事件的組）：Mantel-Haenszel 用原始人數，不需校正零格。" },
    { "Peto's method is meant for events below 1 % and groups of like size; these data are not so.",
      "Peto 法適用於事件率低於 1 % 且兩組人數相近；本資料不符。" },
    { "More than 2000 studies: leave-one-out, cumulative and influence are left out.",
      "研究超過 2000 項：不計算逐一剔除、累積與影響分析。" },
    { "missing value", "有缺值" },
    { "a group has no subjects", "有一組無受試者" },
    { "no events, or only events, in both groups", "兩組皆無事件，或皆全有事件" },
    { "effect is not defined", "效果無定義" },
    { "variance is not defined", "變異數無定義" },
    { "variance is zero", "變異數為零" },
    { "effect or variance beyond 1e100 or below 1e-100", "效果或變異數超出 1e100 或小於 1e-100" },
  };
  if (!lang || strcmp(lang, "zh-TW") != 0) return note;
  for (size_t i = 0; i < sizeof zh / sizeof *zh; i++)
    if (strcmp(zh[i][0], note) == 0) return zh[i][1];
  return note;
}
