/* One meta-analysis: effects, pooled estimate with its intervals, heterogeneity, and the refits. */
#include <stdlib.h>

#include "stat/meta_priv.h"

th_pooled th_meta__pooled(double estimate, double se, double df, double level) {
  th_pooled p = { estimate, se, estimate / se, NAN, { NAN, NAN }, df };
  if (isnan(estimate) || isnan(se)) return p;
  const double tail = (1 - level) / 2, c = isnan(df) ? th_stat_norm_quantile_upper(tail) : th_stat_t_quantile(1 - tail, df);
  p.p = isnan(df) ? th_stat_p_of_z(p.statistic) : th_stat_t_p(p.statistic, df);
  p.ci = (th_interval){ estimate - c * se, estimate + c * se };
  return p;
}

void th_meta__note(th_meta_result *r, const char *note) {
  for (size_t i = 0; i < r->n_notes; i++)
    if (r->note[i] == note) return;
  if (r->n_notes < TH_META_NOTES) r->note[r->n_notes++] = note;
}

static const th_interval no_interval = { NAN, NAN };
static const th_meta_test no_test = { NAN, NAN, NAN };

static void empty(th_meta_result *r, const th_meta_data *data, th_meta_opts o) {
  *r = (th_meta_result){
    .measure = data->measure, .method = o.method, .level = o.level == 0 ? 0.95 : o.level, .data = data, .converged = true
  };
  r->pooled = r->hksj = r->hksj_guard = th_meta__pooled(NAN, NAN, NAN, 0.95);
  r->predict_z = r->predict_t_k1 = r->predict_t_k2 = r->tau2_ci = r->i2_ci = r->h2_ci = no_interval;
  r->cmh = r->breslow_day = r->tarone = r->egger = r->peters = r->harbord = r->q_between = no_test;
  r->q = r->q_p = r->i2 = r->h2 = r->tau2 = r->begg_tau = r->begg_p = NAN;
}

/* ── Pooling by inverse variance ───────────────────────────────────────────────────────────────────────────────────── */

static void hartung_knapp(th_meta_result *r, const th_design *d, const th_wls *f) {
  const double df = (double)(d->k - 1), q = f->rss / df, se = sqrt(f->vb[0]);
  r->hksj = th_meta__pooled(f->beta[0], sqrt(q) * se, df, r->level);
  r->hksj_guard = th_meta__pooled(f->beta[0], sqrt(fmax(1, q)) * se, df, r->level);
  if (q == 0) {
    r->hksj = th_meta__pooled(NAN, NAN, df, r->level);
    th_meta__note(r, "All effects are equal: the Hartung-Knapp standard error is 0 and is not given; the guarded one is.");
  }
}

static th_interval predict(double mu, double se, double c) {
  return (th_interval){ mu - c * se, mu + c * se };
}

static void prediction(th_meta_result *r) {
  if (r->k < 3) {
    th_meta__note(r, "Fewer than 3 studies: no prediction interval.");
    return;
  }
  const double p = 1 - (1 - r->level) / 2, mu = r->pooled.estimate, se = sqrt(r->tau2 + r->pooled.se * r->pooled.se),
               k = (double)r->k;
  r->predict_z = predict(mu, se, th_stat_norm_quantile_upper((1 - r->level) / 2));
  r->predict_t_k1 = predict(mu, se, th_stat_t_quantile(p, k - 1));
  r->predict_t_k2 = predict(mu, se, th_stat_t_quantile(p, k - 2));
}

/* Q-profile (Viechtbauer 2007): τ² at which Q equals the χ² quantiles. */
static void q_profile(th_meta_result *r, const th_design *d, double typical) {
  const double df = r->df, tail = (1 - r->level) / 2;
  r->tau2_ci = (th_interval){ th_meta__q_root(d, th_stat_chi2_quantile(1 - tail, df)),
                              th_meta__q_root(d, th_stat_chi2_quantile(tail, df)) };
  if (r->q < th_stat_chi2_quantile(tail, df))
    th_meta__note(r, "Even tau2 = 0 leaves Q below the lower chi-square quantile: both limits of tau2 are 0.");
  r->i2_ci = (th_interval){ 100 * r->tau2_ci.lo / (r->tau2_ci.lo + typical), 100 * r->tau2_ci.hi / (r->tau2_ci.hi + typical) };
  r->h2_ci = (th_interval){ 1 + r->tau2_ci.lo / typical, 1 + r->tau2_ci.hi / typical };
}

static void inverse_variance(th_meta_result *r, const th_design *d) {
  th_wls fixed, f;
  th_meta__wls(d, 0, &fixed);
  r->q = fixed.rss;
  r->df = (double)d->k - 1;
  r->tau2 = th_meta__tau2(d, r->method, &r->converged);
  if (!r->converged)
    th_meta__note(r,
                  "Did not converge: the likelihood has no maximum that could be bracketed; tau2 is the last step of scoring.");
  th_meta__wls(d, r->tau2, &f);
  r->pooled = th_meta__pooled(f.beta[0], sqrt(f.vb[0]), NAN, r->level);
  double all = 0;
  for (size_t i = 0; i < d->k; i++) all += 1 / (d->v[i] + r->tau2);
  for (size_t i = 0; i < d->k; i++) r->study[i].weight = 100 / ((d->v[i] + r->tau2) * all);
  if (d->k < 2) {
    r->q = NAN;
    th_meta__note(r, "One study: its own estimate; nothing can be said on heterogeneity.");
    return;
  }
  r->q_p = th_stat_chi2_sf(r->q, r->df);
  if (r->method == TH_META_EE) {
    r->i2 = r->q > 0 ? fmax(0, 100 * (r->q - r->df) / r->q) : 0;
    r->h2 = r->q / r->df;
    return;
  }
  double sw2 = 0, sw = 1 / fixed.vb[0];
  for (size_t i = 0; i < d->k; i++) sw2 += 1 / (d->v[i] * d->v[i]);
  const double typical = r->df / (sw - sw2 / sw);
  r->i2 = 100 * r->tau2 / (r->tau2 + typical);
  r->h2 = 1 + r->tau2 / typical;
  q_profile(r, d, typical);
  hartung_knapp(r, d, &f);
  prediction(r);
}

/* ── Refits ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool leave_one_out(th_arena *a, th_meta_result *r, const th_design *d) {
  const size_t k = d->k;
  r->loo = TH_NEWN(a, th_meta_fit, k);
  r->influence = TH_NEWN(a, th_meta_influence, k);
  double *y = TH_NEWN(a, double, k), *v = TH_NEWN(a, double, k);
  if (!r->loo || !r->influence || !y || !v) return false;
  memcpy(y, d->y, k * sizeof *y);
  memcpy(v, d->v, k * sizeof *v);
  double all = 0;
  for (size_t i = 0; i < k; i++) all += 1 / (d->v[i] + r->tau2);
  for (size_t i = 0; i < k; i++) {
    /* The i-th moves to the end, the rest keep their order. */
    memmove(y + i, y + i + 1, (k - 1 - i) * sizeof *y);
    memmove(v + i, v + i + 1, (k - 1 - i) * sizeof *v);
    const th_simple_fit f = th_meta__fit(y, v, k - 1, r->method);
    memmove(y + i + 1, y + i, (k - 1 - i) * sizeof *y);
    memmove(v + i + 1, v + i, (k - 1 - i) * sizeof *v);
    y[i] = d->y[i], v[i] = d->v[i];
    r->loo[i] = (th_meta_fit){ f.estimate, f.se, f.tau2, f.i2 };
    const double total = d->v[i] + f.tau2, hat = 1 / ((d->v[i] + r->tau2) * all), shift = r->pooled.estimate - f.estimate,
                 se2 = r->pooled.se * r->pooled.se;
    r->influence[i] = (th_meta_influence){ .rstudent = (d->y[i] - f.estimate) / sqrt(total + f.se * f.se),
                                           .dffits = shift / sqrt(hat * total),
                                           .cook_d = shift * shift / se2,
                                           .cov_r = f.se * f.se / se2,
                                           .hat = hat };
  }
  return true;
}

typedef struct th_key {
  th_str text;
  double number;
  bool numeric;
  size_t at;
} th_key;

static int by_key(const void *a, const void *b) {
  const th_key *p = a, *q = b;
  if (p->numeric && q->numeric && p->number != q->number) return p->number < q->number ? -1 : 1;
  if (p->numeric != q->numeric) return p->numeric ? -1 : 1; /* numbers first, text behind */
  const int c = p->numeric ? 0 : th_str_cmp(p->text, q->text);
  return c ? c : (p->at > q->at) - (p->at < q->at);
}

static th_code cumulate(th_arena *a, th_meta_result *r, const th_design *d, const char *order, th_err *err) {
  const size_t k = d->k;
  th_key *key = TH_NEWN(a, th_key, k);
  double *y = TH_NEWN(a, double, k), *v = TH_NEWN(a, double, k);
  r->cumulative = TH_NEWN(a, th_meta_fit, k);
  r->cumulative_study = TH_NEWN(a, size_t, k);
  if (!key || !y || !v || !r->cumulative || !r->cumulative_study) return th_fail_nomem(err);
  const int mod = order ? th_meta__mod(r->data, th_str_of(order)) : -1;
  if (order && mod < 0) return th_fail(err, TH_EPARSE, "no column \"%s\" to order by", order);
  for (size_t i = 0; i < k; i++) {
    key[i].at = i;
    if (mod < 0) continue;
    key[i].text = r->data->row[r->study[i].row].mod[mod];
    key[i].numeric = th_str_to_f64(key[i].text, &key[i].number);
  }
  if (mod >= 0) qsort(key, k, sizeof *key, by_key);
  for (size_t i = 0; i < k; i++) {
    y[i] = d->y[key[i].at], v[i] = d->v[key[i].at];
    const th_simple_fit f = th_meta__fit(y, v, i + 1, r->method);
    r->cumulative[i] = (th_meta_fit){ f.estimate, f.se, f.tau2, f.i2 };
    r->cumulative_study[i] = key[i].at;
  }
  return TH_OK;
}

/* ── Subgroups ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

static int by_level(const void *a, const void *b) {
  const th_key *p = a, *q = b;
  const int c = th_str_cmp(p->text, q->text);
  return c ? c : (p->at > q->at) - (p->at < q->at);
}

static th_code subgroups(th_arena *a, th_meta_result *r, const th_design *d, const char *column, th_err *err) {
  const int mod = th_meta__mod(r->data, th_str_of(column));
  if (mod < 0) return th_fail(err, TH_EPARSE, "no column \"%s\" for subgroups", column);
  const size_t k = d->k;
  th_key *key = TH_NEWN(a, th_key, k);
  double *y = TH_NEWN(a, double, k), *v = TH_NEWN(a, double, k);
  r->subgroup = TH_NEWN(a, th_meta_subgroup, k);
  if (!key || !y || !v || !r->subgroup) return th_fail_nomem(err);
  for (size_t i = 0; i < k; i++) key[i] = (th_key){ .text = r->data->row[r->study[i].row].mod[mod], .at = i };
  qsort(key, k, sizeof *key, by_level);
  double sw = 0, swm = 0, q = 0;
  for (size_t i = 0; i < k;) {
    size_t n = 0;
    const th_str level = key[i].text;
    for (; i < k && th_str_eq(key[i].text, level); i++, n++) y[n] = d->y[key[i].at], v[n] = d->v[key[i].at];
    const th_simple_fit f = th_meta__fit(y, v, n, r->method);
    r->subgroup[r->n_subgroups++] = (th_meta_subgroup){ level, n, th_meta__pooled(f.estimate, f.se, NAN, r->level), f.tau2 };
    sw += 1 / (f.se * f.se);
    swm += f.estimate / (f.se * f.se);
  }
  for (size_t g = 0; g < r->n_subgroups; g++) {
    const th_pooled *p = &r->subgroup[g].pooled;
    q += (p->estimate - swm / sw) * (p->estimate - swm / sw) / (p->se * p->se);
  }
  const double df = (double)r->n_subgroups - 1;
  r->q_between = (th_meta_test){ df > 0 ? q : NAN, df, df > 0 ? th_stat_chi2_sf(q, df) : NAN };
  return TH_OK;
}

/* ── The whole ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void advise(th_meta_result *r) { /* sparse events: which method suits them */
  if (!th_meta__has_table(r->measure)) return;
  double events = 0, n = 0, worst = 0;
  bool zero = false;
  for (size_t i = 0; i < r->k; i++) {
    const double *c = r->data->row[r->study[i].row].raw;
    events += c[0] + c[2];
    n += c[0] + c[1] + c[2] + c[3];
    zero |= c[0] == 0 || c[2] == 0;
    worst = fmax(worst, fabs(log((c[0] + c[1]) / (c[2] + c[3]))));
  }
  const bool rare = n > 0 && events < 0.01 * n, balanced = worst < log(2);
  const bool mh = r->method == TH_META_MH, peto = r->method == TH_META_PETO_METHOD;
  if (zero && !mh && !peto)
    th_meta__note(r, "Sparse data (groups without events): Mantel-Haenszel on the raw cells needs no correction.");
  if ((peto || r->measure == TH_META_PETO) && !(rare && balanced))
    th_meta__note(r, "Peto's method is meant for events below 1 % and groups of like size; these data are not so.");
}

static th_code check(const th_meta_data *data, th_meta_opts o, th_err *err) {
  if (!(o.level >= 0 && o.level < 1))
    return th_fail(err, TH_EINVAL, "level %g lies outside 0 to 1 (95 %% is written 0.95)", o.level);
  if (o.add_given && !(o.add >= 0 && o.add <= 10)) return th_fail(err, TH_EINVAL, "%g added to cells: give 0 to 10", o.add);
  if ((unsigned)o.method >= TH_META_METHODS) return th_fail(err, TH_EINVAL, "no such method");
  if (o.method == TH_META_PETO_METHOD && data->measure != TH_META_PETO && data->measure != TH_META_OR)
    return th_fail(err, TH_EINVAL, "method PETO pools odds ratios, not %s", th_meta_measure_name(data->measure));
  if (o.method == TH_META_MH && (o.mods || o.subgroup))
    return th_fail(err, TH_EINVAL, "method MH takes no moderators and no subgroups");
  return TH_OK;
}

static th_code none_left(const th_meta_data *data, th_err *err) {
  const char *why = data->n ? data->row[0].left_out : "no rows";
  return th_fail(err, TH_EPARSE, "none of %zu studies can be pooled (the first: %s)", data->n, why ? why : "");
}

th_code th_meta_run(th_arena *a, th_meta_data *data, th_meta_opts o, th_meta_result *r, th_err *err) {
  TH_TRY(check(data, o, err));
  if (o.method == TH_META_PETO_METHOD) data->measure = TH_META_PETO;
  th_meta__effects(data, o);
  empty(r, data, o);
  r->study = TH_NEWN(a, th_meta_study, data->n + 1);
  double *y = TH_NEWN(a, double, data->n + 1), *v = TH_NEWN(a, double, data->n + 1);
  if (!r->study || !y || !v) return th_fail_nomem(err);
  for (size_t i = 0; i < data->n; i++) {
    const th_meta_row *row = &data->row[i];
    if (row->left_out) continue;
    y[r->k] = row->yi, v[r->k] = row->vi;
    r->study[r->k++] = (th_meta_study){ row->label, i, row->yi, row->vi, NAN };
  }
  if (r->k == 0) return none_left(data, err);
  advise(r);
  if (o.method == TH_META_MH) return th_meta__mantel_haenszel(r, v, err); /* v has served: scratch for the weights */
  if (o.method == TH_META_PETO_METHOD) {
    th_meta__peto(r);
    return TH_OK;
  }
  const th_design d = { y, v, NULL, r->k, 1 };
  inverse_variance(r, &d);
  if (o.mods) TH_TRY(th_meta__regression(a, r, y, v, o.mods, err));
  if (o.subgroup) TH_TRY(subgroups(a, r, &d, o.subgroup, err));
  if (o.pooled_only) return TH_OK;
  if (r->k >= 2 && !th_meta__bias(a, r, y, v)) return th_fail_nomem(err);
  if (r->k > TH_META_REFIT_MAX) {
    th_meta__note(r, "More than 2000 studies: leave-one-out, cumulative and influence are left out.");
    return TH_OK;
  }
  if (r->k >= 2 && !leave_one_out(a, r, &d)) return th_fail_nomem(err);
  return cumulate(a, r, &d, o.order, err);
}
