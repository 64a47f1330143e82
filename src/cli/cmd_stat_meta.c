/* theriac stat meta FILE.csv: effect sizes, pooling, heterogeneity, bias tests, figures. */
#include <math.h>
#include <stdio.h>

#include "cli/cli_priv.h"
#include "theriac/io.h"
#include "theriac/study.h"

static const th_opt opts[] = {
  { "measure", 'm', "M", "OR RR RD PETO MD SMD ROM IRR PR PLO PFT COR ZCOR GEN", false },
  { "method", 0, "T", "REML (default) DL HE HS SJ PM EB ML EE MH PETO", false },
  { "mods", 0, "A,B", "moderator columns of a meta-regression", false },
  { "subgroup", 0, "COL", "pool each level of this column", false },
  { "order", 0, "COL", "order of the cumulative analysis", false },
  { "add", 0, "X", "what zero cells are corrected by (0.5)", false },
  { "to", 0, "R", "which studies: only0 (default), all, if0all, none", false },
  { "drop00", 0, NULL, "leave out studies without events in both groups", false },
  { "level", 0, "L", "confidence level, 0.95 unless given", false },
  { "forest", 0, "OUT", "write a forest plot: OUT.svg or OUT.pdf", false },
  { "funnel", 0, "OUT", "write a funnel plot", false },
  { "labbe", 0, "OUT", "write a L'Abbé plot", false },
  { "cumulative", 0, "OUT", "write a cumulative forest plot", false },
  { "leave-one-out", 0, "OUT", "write a leave-one-out forest plot", false },
  { "title", 0, "TEXT", "title of the figures", false },
  { "groups", 0, "A,B", "names of the two groups in the figures", false },
  { "favours", 0, "L,R", "what a forest plot's sides speak for: left,right", false },
  { "width", 0, "PX", "width of the figures: 720, or 320 to 390 for a telephone", false },
  { 0 },
};

static const char *const examples[] = { "theriac stat meta trials.csv --measure OR --forest forest.svg",
                                        "theriac stat meta trials.csv --measure OR",
                                        "theriac stat meta trials.csv --measure RR --method MH --json", NULL };

static bool read_options(th_cli *c, th_meta_measure *measure, th_meta_opts *o, int *status) {
  const char *m = th_cli_opt(c, "measure"), *t = th_cli_opt(c, "method"), *to = th_cli_opt(c, "to"),
             *add = th_cli_opt(c, "add"), *level = th_cli_opt(c, "level");
  static const char *const where[] = { "only0", "all", "if0all", "none" };
  if (!m || !th_meta_measure_of(m, measure)) {
    *status = th_cli_usage(c, "%s%s: give --measure, one of OR RR RD PETO MD SMD ROM IRR PR PLO PFT COR ZCOR GEN",
                           m ? "--measure " : "no measure", m ? m : "");
    return false;
  }
  o->method = *measure == TH_META_PETO ? TH_META_PETO_METHOD : TH_META_REML;
  if (t && !th_meta_method_of(t, &o->method)) {
    *status = th_cli_usage(c, "--method %s: one of REML DL HE HS SJ PM EB ML EE MH PETO", t);
    return false;
  }
  if (level && (!th_str_to_f64(th_str_of(level), &o->level) || !(o->level > 0 && o->level < 1))) {
    *status = th_cli_usage(c, "--level %s: give a number between 0 and 1, such as 0.95", level);
    return false;
  }
  if (add && (!th_str_to_f64(th_str_of(add), &o->add) || o->add < 0 || o->add > 10)) {
    *status = th_cli_usage(c, "--add %s: give a number from 0 to 10", add);
    return false;
  }
  o->add_given = add != NULL;
  if (to) {
    int k = 0;
    while (k < 4 && strcmp(where[k], to) != 0) k++;
    if (k == 4) {
      *status = th_cli_usage(c, "--to %s: one of only0, all, if0all, none", to);
      return false;
    }
    o->to = (th_meta_to)k;
  }
  o->drop00 = th_cli_has(c, "drop00");
  o->mods = th_cli_opt(c, "mods");
  o->subgroup = th_cli_opt(c, "subgroup");
  o->order = th_cli_opt(c, "order");
  return true;
}

/* ── The table on the terminal ─────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_view {
  th_buf *b;
  const th_meta_result *r;
  bool zh, ratio;
} th_view;

static double shown(const th_view *v, double x) {
  return v->ratio ? exp(x) : x;
}

static void line(th_view *v, const char *name, const th_pooled *p) {
  if (isnan(p->estimate)) return;
  th_buf_addf(v->b, "  %-20s %10.4g  [%.4g, %.4g]  P %.4g\n", name, shown(v, p->estimate), shown(v, p->ci.lo),
              shown(v, p->ci.hi), p->p);
}

static void range(th_view *v, const char *name, th_interval i) {
  if (!isnan(i.lo)) th_buf_addf(v->b, "  %-20s             [%.4g, %.4g]\n", name, shown(v, i.lo), shown(v, i.hi));
}

static void test(th_view *v, const char *name, th_meta_test t) {
  if (!isnan(t.statistic)) th_buf_addf(v->b, "  %-20s %10.4g  df %g  P %.4g\n", name, t.statistic, t.df, t.p);
}

static void studies(th_view *v) {
  const size_t most = v->r->k < 200 ? v->r->k : 200;
  for (size_t i = 0; i < most; i++) {
    const th_meta_study *s = &v->r->study[i];
    const double z = th_stat_norm_quantile_upper((1 - v->r->level) / 2), se = sqrt(s->vi);
    if (isnan(s->yi)) {
      th_buf_addf(v->b, v->zh ? "  無法估計  %.*s\n" : "  not estimable  %.*s\n", TH_STR_ARG(s->label));
      continue;
    }
    th_buf_addf(v->b, "  %10.4g  [%.4g, %.4g]", shown(v, s->yi), shown(v, s->yi - z * se), shown(v, s->yi + z * se));
    if (!isnan(s->weight)) th_buf_addf(v->b, "  %5.1f%%", s->weight);
    th_buf_addf(v->b, "  %.*s\n", TH_STR_ARG(s->label));
  }
  if (most < v->r->k) th_buf_addf(v->b, v->zh ? "  …另有 %zu 項\n" : "  … and %zu more\n", v->r->k - most);
}

static void heterogeneity(th_view *v) {
  const th_meta_result *r = v->r;
  if (isnan(r->q)) return;
  th_buf_addf(v->b, "\n%s\n  Q %.4g  df %g  P %.4g\n", v->zh ? "異質性" : "Heterogeneity", r->q, r->df, r->q_p);
  if (!isnan(r->i2)) th_buf_addf(v->b, "  I² %.1f%%  H² %.3g", r->i2, r->h2);
  if (!isnan(r->tau2)) th_buf_addf(v->b, "  τ² %.4g", r->tau2);
  if (!isnan(r->tau2_ci.lo)) th_buf_addf(v->b, "  [%.4g, %.4g]", r->tau2_ci.lo, r->tau2_ci.hi);
  th_buf_addc(v->b, '\n');
}

static void extras(th_view *v) {
  const th_meta_result *r = v->r;
  test(v, "CMH", r->cmh);
  test(v, "Breslow-Day", r->breslow_day);
  test(v, "Tarone", r->tarone);
  if (!isnan(r->egger.statistic)) th_buf_addf(v->b, "\n%s\n", v->zh ? "小型研究效應" : "Small-study effects");
  test(v, "Egger", r->egger);
  test(v, "Peters", r->peters);
  test(v, "Harbord", r->harbord);
  if (!isnan(r->begg_tau)) th_buf_addf(v->b, "  %-20s %10.4g  P %.4g\n", "Begg", r->begg_tau, r->begg_p);
  if (r->trimfill.given) {
    th_buf_addf(v->b, "  %-20s k0 %zu, %s\n", "trim and fill", r->trimfill.k0, r->trimfill.left ? "left" : "right");
    line(v, "  filled", &r->trimfill.pooled);
  }
  if (r->regression.p)
    th_buf_addf(v->b, "\n%s  R² %.1f%%  QM %.4g (P %.4g)  QE %.4g (P %.4g)\n", v->zh ? "統合迴歸" : "Meta-regression",
                r->regression.r2, r->regression.qm, r->regression.qm_p, r->regression.qe, r->regression.qe_p);
  for (size_t i = 0; i < r->regression.p; i++)
    th_buf_addf(v->b, "  %10.4g  SE %.4g  P %.4g  %.*s\n", r->regression.estimate[i], r->regression.se[i],
                r->regression.p_value[i], TH_STR_ARG(r->regression.name[i]));
  if (r->n_subgroups) th_buf_addf(v->b, "\n%s\n", v->zh ? "次群組" : "Subgroups");
  for (size_t i = 0; i < r->n_subgroups; i++) {
    const th_meta_subgroup *g = &r->subgroup[i];
    th_buf_addf(v->b, "  %10.4g  [%.4g, %.4g]  k %zu  τ² %.4g  %.*s\n", shown(v, g->pooled.estimate), shown(v, g->pooled.ci.lo),
                shown(v, g->pooled.ci.hi), g->k, g->tau2, TH_STR_ARG(g->level));
  }
  test(v, v->zh ? "組間差異" : "between subgroups", r->q_between);
}

static void print(th_view *v, const char *lang) {
  const th_meta_result *r = v->r;
  th_buf_addf(v->b, "%s, %s, k = %zu\n", th_meta_measure_name(r->measure), th_meta_method_name(r->method), r->k);
  studies(v);
  th_buf_addf(v->b, "\n%s (%g %%)\n", v->zh ? "合併" : "Pooled", 100 * r->level);
  if (isnan(r->pooled.estimate)) th_buf_addz(v->b, v->zh ? "  無法估計\n" : "  not estimable\n");
  line(v, "z", &r->pooled);
  line(v, "Hartung-Knapp", &r->hksj);
  line(v, "  q >= 1", &r->hksj_guard);
  range(v, v->zh ? "預測 t(k-2)" : "prediction t(k-2)", r->predict_t_k2);
  heterogeneity(v);
  extras(v);
  size_t gone = 0;
  for (size_t i = 0; i < r->data->n; i++) {
    if (!r->data->row[i].left_out) continue;
    if (gone++ == 0) th_buf_addf(v->b, "\n%s\n", v->zh ? "未納入" : "Left out");
    th_buf_addf(v->b, "  %.*s: %s\n", TH_STR_ARG(r->data->row[i].label), th_meta_note_text(r->data->row[i].left_out, lang));
  }
  if (r->n_notes) th_buf_addc(v->b, '\n');
  for (size_t i = 0; i < r->n_notes; i++) th_buf_addf(v->b, "%s\n", th_meta_note_text(r->note[i], lang));
}

/* ── Figures ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code two_names(th_cli *c, const char *option, th_str *one, th_str *two, th_err *err) {
  const char *given = th_cli_opt(c, option);
  if (!given) return TH_OK;
  th_str rest = th_str_of(given);
  if (!th_str_split(&rest, ',', one) || !rest.n || th_str_find(rest, TH_S(","), 0) != SIZE_MAX)
    return th_fail(err, TH_EINVAL, "--%s %s: give two names with one comma between them", option, given);
  *one = th_str_trim(*one);
  *two = th_str_trim(rest);
  return TH_OK;
}

static th_code draw(th_cli *c, const th_meta_result *r, const char *path, th_study_picture what, double width, th_err *err) {
  const char *title = th_cli_opt(c, "title");
  th_study_words words = { .title = th_str_of(title ? title : "") };
  TH_TRY(two_names(c, "groups", &words.group1, &words.group2, err));
  TH_TRY(two_names(c, "favours", &words.favours_left, &words.favours_right, err));
  th_plot_figure f;
  th_buf b;
  TH_TRY(th_study_picture_make(c->arena, r, what, words, (th_plot_opts){ .lang = c->lang, .width = width }, &f, err));
  th_buf_init(&b, c->arena, 65536);
  if (th_str_ends(th_str_of(path), TH_S(".pdf"))) {
    char day[TH_DATE_TEXT];
    const th_str created = th_str_fmt(c->arena, "%sT00:00:00Z", th_date_iso(th_cli_today(), day));
    if (!created.p) return th_fail_nomem(err);
    TH_TRY(th_plot_pdf(&f, created.p, &b, err));
  } else if (!th_plot_svg(&f, &b)) {
    return th_fail_nomem(err);
  }
  return th_file_write(path, th_buf_str(&b), err);
}

/* Writes what was asked for; *any tells that a figure took the place of the table. */
static th_code figures(th_cli *c, const th_meta_result *r, bool *any, th_err *err) {
  static const struct {
    const char *option;
    th_study_picture what;
  } kinds[] = { { "forest", TH_PICTURE_FOREST },
                { "funnel", TH_PICTURE_FUNNEL },
                { "labbe", TH_PICTURE_LABBE },
                { "cumulative", TH_PICTURE_CUMULATIVE },
                { "leave-one-out", TH_PICTURE_LEAVE_ONE_OUT } };
  double width = 0;
  const char *w = th_cli_opt(c, "width");
  if (w && !th_str_to_f64(th_str_of(w), &width))
    return th_fail(err, TH_EINVAL, "--width %s: give a number of pixels, 280 to 4000", w);
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    const char *path = th_cli_opt(c, kinds[i].option);
    if (!path) continue;
    *any = true;
    TH_TRY(draw(c, r, path, kinds[i].what, width, err));
  }
  return TH_OK;
}

static int answer(th_cli *c, const th_meta_result *r) {
  th_buf b;
  th_buf_init(&b, c->arena, 8192);
  if (c->json) {
    th_jwrite w;
    th_jwrite_open(&w, &b, 2);
    th_meta_json(r, &w);
    th_buf_addc(&b, '\n');
  } else {
    th_view v = { &b, r, strcmp(c->lang, "zh-TW") == 0, th_meta_is_ratio(r->measure) };
    print(&v, c->lang);
  }
  if (!b.failed) return th_cli_put(c, th_buf_str(&b));
  th_err err = { 0 };
  th_fail_nomem(&err);
  return th_cli_error(c, &err);
}

static int run(th_cli *c) {
  th_meta_measure measure;
  th_meta_opts o = { 0 };
  int status = 0;
  if (!read_options(c, &measure, &o, &status)) return status;
  th_err err = { 0 };
  th_file file;
  if (th_file_open(c->args[0], 0, &file, &err) != TH_OK) return th_cli_error(c, &err);
  th_meta_data data;
  th_meta_result r;
  th_code code = th_meta_read(c->arena, file.bytes, measure, &data, &err);
  if (code == TH_OK) code = th_meta_run(c->arena, &data, o, &r, &err);
  bool drawn = false;
  if (code == TH_OK) code = figures(c, &r, &drawn, &err);
  if (code == TH_OK) {
    status = drawn && !c->json ? 0 : answer(c, &r);
  } else {
    th_err_source(&err, c->args[0]);
    status = th_cli_error(c, &err);
  }
  th_file_close(&file);
  return status;
}

const th_cmd th_cmd_stat_meta = {
  .name = "stat meta",
  .group = "Statistics",
  .synopsis = "FILE.csv --measure M [--method T] [--mods A,B] [--subgroup COL] [--order COL]",
  .summary = "pool studies: fixed, Mantel-Haenszel, Peto and random effects",
  .details = "Reads one study a line (- for standard input) with the columns of its measure: study and ai,bi,ci,di or "
             "ai,n1i,ci,n2i (OR RR RD PETO), "
             "m1i,sd1i,n1i,m2i,sd2i,n2i (MD SMD ROM), x1i,t1i,x2i,t2i (IRR), xi,ni (PR PLO PFT), ri,ni (COR ZCOR), yi,vi or "
             "yi,sei (GEN). Further "
             "columns are moderators. NA or nothing is a missing value; such a study is left out and listed.",
  .opts = opts,
  .args_min = 1,
  .args_max = 1,
  .examples = examples,
  .run = run,
};
