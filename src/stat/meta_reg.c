/* Meta-regression: moderators into a design matrix (text becomes dummies, the first level in byte order is the reference), the same
 * τ² estimators with k − p degrees of freedom, z tests, Q_M and Q_E. */
#include <stdlib.h>

#include "stat/meta_priv.h"

typedef struct th_columns {
  double *x; /* k × p, row major, p known at the end */
  th_str name[TH_META_MODS_MAX];
  double *column[TH_META_MODS_MAX];
  size_t p;
} th_columns;

static int by_bytes(const void *a, const void *b) {
  return th_str_cmp(*(const th_str *)a, *(const th_str *)b);
}

static bool missing(th_str s) {
  return s.n == 0 || th_str_is(s, "NA");
}

static th_code add_column(th_columns *c, th_str name, double *values, th_err *err) {
  if (c->p >= TH_META_MODS_MAX)
    return th_fail(err, TH_ELIMIT, "more than TH_META_MODS_MAX (%d) coefficients", TH_META_MODS_MAX);
  c->name[c->p] = name;
  c->column[c->p++] = values;
  return TH_OK;
}

static th_code dummies(th_arena *a, th_columns *c, const th_meta_result *r, const size_t *row, size_t k, th_str name, int mod,
                       th_err *err) {
  th_str *level = TH_NEWN(a, th_str, k + 1);
  if (!level) return th_fail_nomem(err);
  for (size_t i = 0; i < k; i++) level[i] = r->data->row[row[i]].mod[mod];
  qsort(level, k, sizeof *level, by_bytes);
  for (size_t i = 1; i < k; i++) {
    if (th_str_eq(level[i], level[i - 1])) continue;
    double *x = TH_NEWN(a, double, k);
    const th_str full = th_str_fmt(a, "%.*s%.*s", TH_STR_ARG(name), TH_STR_ARG(level[i]));
    if (!x || !full.p) return th_fail_nomem(err);
    for (size_t s = 0; s < k; s++) x[s] = th_str_eq(r->data->row[row[s]].mod[mod], level[i]);
    TH_TRY(add_column(c, full, x, err));
  }
  return TH_OK;
}

static th_code moderator(th_arena *a, th_columns *c, const th_meta_result *r, const size_t *row, size_t k, th_str name, int mod,
                         th_err *err) {
  double *x = TH_NEWN(a, double, k + 1);
  if (!x) return th_fail_nomem(err);
  bool numeric = true;
  for (size_t i = 0; i < k && numeric; i++) numeric = th_str_to_f64(r->data->row[row[i]].mod[mod], &x[i]);
  return numeric ? add_column(c, name, x, err) : dummies(a, c, r, row, k, name, mod, err);
}

/* Studies with every moderator known. */
static th_code rows_of(th_arena *a, const th_meta_result *r, th_str mods, size_t **row, size_t *k, th_err *err) {
  *row = TH_NEWN(a, size_t, r->k + 1);
  if (!*row) return th_fail_nomem(err);
  *k = 0;
  for (size_t i = 0; i < r->k; i++) {
    th_str rest = mods, name;
    bool whole = true;
    while (th_str_split(&rest, ',', &name)) {
      const int mod = th_meta__mod(r->data, th_str_trim(name));
      if (mod < 0) return th_fail(err, TH_EPARSE, "no column \"%.*s\" beside the data", TH_STR_ARG(name));
      whole &= !missing(r->data->row[r->study[i].row].mod[mod]);
    }
    if (whole) (*row)[(*k)++] = i;
  }
  return TH_OK;
}

static void report(th_meta_result *r, const th_design *d, const th_wls *f, const th_wls *fixed) {
  const size_t p = d->p;
  for (size_t c = 0; c < p; c++) {
    r->regression.estimate[c] = f->beta[c];
    r->regression.se[c] = sqrt(f->vb[c * p + c]);
    r->regression.p_value[c] = th_stat_p_of_z(f->beta[c] / r->regression.se[c]);
  }
  r->regression.qe = fixed->rss;
  r->regression.qe_p = d->k > p ? th_stat_chi2_sf(fixed->rss, (double)(d->k - p)) : NAN;
  /* Q_M: the fit with intercept alone against the whole, in the metric of W: b'C⁻¹b of the slopes is Σw(ŷ − ȳ_w)². */
  double sw = 0, swf = 0, qm = 0;
  for (int turn = 0; turn < 2; turn++)
    for (size_t i = 0; i < d->k; i++) {
      double fit = 0;
      for (size_t c = 0; c < p; c++) fit += d->x[i * p + c] * f->beta[c];
      const double w = 1 / (d->v[i] + r->regression.tau2);
      if (turn == 0)
        sw += w, swf += w * fit;
      else
        qm += w * (fit - swf / sw) * (fit - swf / sw);
    }
  r->regression.qm = p > 1 ? qm : NAN;
  r->regression.qm_df = (double)p - 1;
  r->regression.qm_p = p > 1 ? th_stat_chi2_sf(qm, (double)p - 1) : NAN;
}

th_code th_meta__regression(th_arena *a, th_meta_result *r, const double *y, const double *v, const char *mods, th_err *err) {
  const th_str list = th_str_of(mods);
  size_t *index, k = 0;
  TH_TRY(rows_of(a, r, list, &index, &k, err));
  size_t *row = TH_NEWN(a, size_t, k + 1);
  double *ys = TH_NEWN(a, double, k + 1), *vs = TH_NEWN(a, double, k + 1), *one = TH_NEWN(a, double, k + 1);
  if (!row || !ys || !vs || !one) return th_fail_nomem(err);
  for (size_t i = 0; i < k; i++) row[i] = r->study[index[i]].row, ys[i] = y[index[i]], vs[i] = v[index[i]], one[i] = 1;
  th_columns c = { 0 };
  TH_TRY(add_column(&c, TH_S("intrcpt"), one, err));
  th_str rest = list, name;
  while (th_str_split(&rest, ',', &name))
    TH_TRY(moderator(a, &c, r, row, k, th_str_trim(name), th_meta__mod(r->data, th_str_trim(name)), err));
  const size_t p = c.p;
  double *x = TH_NEWN(a, double, k *p + 1);
  r->regression.name = TH_NEWN(a, th_str, p);
  r->regression.estimate = TH_NEWN(a, double, p);
  r->regression.se = TH_NEWN(a, double, p);
  r->regression.p_value = TH_NEWN(a, double, p);
  if (!x || !r->regression.name || !r->regression.estimate || !r->regression.se || !r->regression.p_value)
    return th_fail_nomem(err);
  for (size_t i = 0; i < k; i++)
    for (size_t m = 0; m < p; m++) x[i * p + m] = c.column[m][i];
  for (size_t m = 0; m < p; m++) r->regression.name[m] = c.name[m];
  const th_design d = { ys, vs, x, k, p }, plain = { ys, vs, NULL, k, 1 };
  th_wls f, fixed;
  bool converged = true, null_converged = true;
  if (k <= p || !th_meta__wls(&d, 0, &fixed)) {
    th_meta__note(r, "The moderators cannot be fitted: too few studies, or columns that depend on each other.");
    return TH_OK;
  }
  r->regression.tau2 = th_meta__tau2(&d, r->method, &converged);
  if (isnan(r->regression.tau2) || !th_meta__wls(&d, r->regression.tau2, &f)) {
    th_meta__note(r, "The moderators cannot be fitted: too few studies, or columns that depend on each other.");
    return TH_OK;
  }
  if (!converged)
    th_meta__note(r,
                  "Meta-regression: the likelihood has no maximum that could be bracketed; tau2 is the last step of scoring.");
  r->regression.p = p;
  report(r, &d, &f, &fixed);
  const double before = th_meta__tau2(&plain, r->method, &null_converged);
  r->regression.r2 = before > 0 ? fmax(0, 100 * (before - r->regression.tau2) / before) : NAN;
  if (k < r->k) th_meta__note(r, "Meta-regression leaves out studies with a missing moderator.");
  return TH_OK;
}
