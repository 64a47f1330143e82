/* Mantel–Haenszel and Peto pooling of raw tables; the Cochran–Mantel–Haenszel, Breslow–Day and Tarone tests.
 * Variances: Robins, Breslow & Greenland 1986 (OR), Greenland & Robins 1985 (RR), Sato, Greenland & Robins 1989 (RD), Rothman (IRR). */
#include "stat/meta_priv.h"

typedef struct th_cells {
  double a, b, c, d, n1, n2, m1, m0, n;
} th_cells;

static th_cells cells_of(const th_meta_row *r) {
  const double a = r->raw[0], b = r->raw[1], c = r->raw[2], d = r->raw[3];
  return (th_cells){ a, b, c, d, a + b, c + d, a + c, b + d, a + b + c + d };
}

static bool silent(const th_cells *t) { /* no events, or only events, in both groups */
  return t->m1 == 0 || t->m0 == 0;
}

/* ── Pooled estimates ──────────────────────────────────────────────────────────────────────────────────────────────── */

static void pool_or(const th_meta_data *d, double *weight, double *estimate, double *var) {
  double R = 0, S = 0, pr = 0, cross = 0, qs = 0;
  for (size_t i = 0; i < d->n; i++) {
    if (d->row[i].left_out) continue;
    const th_cells t = cells_of(&d->row[i]);
    const double P = (t.a + t.d) / t.n, Q = (t.b + t.c) / t.n, r = t.a * t.d / t.n, s = t.b * t.c / t.n;
    R += r, S += s, pr += P * r, cross += P * s + Q * r, qs += Q * s;
    weight[i] = s;
  }
  *estimate = log(R / S);
  *var = pr / (2 * R * R) + cross / (2 * R * S) + qs / (2 * S * S);
}

static void pool_rr(const th_meta_data *d, double *weight, double *estimate, double *var) {
  double R = 0, S = 0, D = 0;
  for (size_t i = 0; i < d->n; i++) {
    if (d->row[i].left_out) continue;
    const th_cells t = cells_of(&d->row[i]);
    R += t.a * (t.n2 / t.n);
    S += t.c * (t.n1 / t.n);
    D += t.n1 / t.n * (t.n2 / t.n) * t.m1 - t.a / t.n * t.c;
    weight[i] = t.c * (t.n1 / t.n);
  }
  *estimate = log(R / S);
  *var = D / (R * S);
}

static void pool_rd(const th_meta_data *d, double *weight, double *estimate, double *var) {
  double top = 0, W = 0, P = 0, Q = 0;
  for (size_t i = 0; i < d->n; i++) {
    if (d->row[i].left_out) continue;
    const th_cells t = cells_of(&d->row[i]);
    const double f1 = t.n1 / t.n, f2 = t.n2 / t.n, w = t.n1 * f2;
    top += t.a * f2 - t.c * f1;
    W += w;
    P += t.c * f1 * f1 - t.a * f2 * f2 + f1 * f2 * (t.n2 - t.n1) / 2;
    Q += (t.a * (t.n2 - t.c) / t.n + t.c * (t.n1 - t.a) / t.n) / 2;
    weight[i] = w;
  }
  *estimate = top / W;
  *var = (*estimate * P + Q) / (W * W);
}

static void pool_irr(const th_meta_data *d, double *weight, double *estimate, double *var) {
  double R = 0, S = 0, D = 0;
  for (size_t i = 0; i < d->n; i++) {
    if (d->row[i].left_out) continue;
    const double *x = d->row[i].raw, f1 = x[1] / (x[1] + x[3]), f2 = x[3] / (x[1] + x[3]);
    R += x[0] * f2;
    S += x[2] * f1;
    D += (x[0] + x[2]) * f1 * f2;
    weight[i] = x[2] * f1;
  }
  *estimate = log(R / S);
  *var = D / (R * S);
}

/* ── Tests on the tables ───────────────────────────────────────────────────────────────────────────────────────────── */

static th_meta_test test_of(double statistic, double df) {
  return (th_meta_test){ statistic, df, isnan(statistic) || df < 1 ? NAN : th_stat_chi2_sf(statistic, df) };
}

/* Expected a under a common odds ratio: the root of the quadratic that lies within the margins, in its stable form. */
static double fitted_a(const th_cells *t, double psi) {
  if (psi == 1) return t->n1 * t->m1 / t->n;
  const double A = 1 - psi, B = t->n2 - t->m1 + psi * (t->n1 + t->m1), C = -psi * t->n1 * t->m1,
               disc = sqrt(fmax(0, B * B - 4 * A * C));
  return -2 * C / (B + disc);
}

static void table_tests(th_meta_result *r, double log_or) {
  double gap = 0, var = 0, bd = 0, miss = 0, miss_var = 0;
  size_t rows = 0;
  const double psi = exp(log_or);
  for (size_t i = 0; i < r->data->n; i++) {
    if (r->data->row[i].left_out) continue;
    const th_cells t = cells_of(&r->data->row[i]);
    if (silent(&t)) continue;
    rows++;
    gap += t.a - t.n1 * t.m1 / t.n;
    var += t.n1 / t.n * (t.n2 / t.n) * t.m1 * t.m0 / (t.n - 1);
    const double A = fitted_a(&t, psi), v = 1 / (1 / A + 1 / (t.n1 - A) + 1 / (t.m1 - A) + 1 / (t.n2 - t.m1 + A));
    bd += (t.a - A) * (t.a - A) / v;
    miss += t.a - A;
    miss_var += v;
  }
  const double corrected = fmax(0, fabs(gap) - 0.5);
  r->cmh = test_of(var > 0 ? corrected * corrected / var : NAN, 1);
  r->breslow_day = test_of(isfinite(bd) && rows > 1 ? bd : NAN, (double)rows - 1);
  r->tarone = test_of(isfinite(bd) && rows > 1 ? bd - miss * miss / miss_var : NAN, (double)rows - 1);
}

/* Q of the single-study effects around the pooled one; rows that say nothing leave it and its degrees of freedom. */
static void heterogeneity(th_meta_result *r) {
  double q = 0;
  size_t rows = 0;
  for (size_t i = 0; i < r->k; i++) {
    const th_meta_study *s = &r->study[i];
    if (isnan(s->yi) || !(s->vi > 0)) continue;
    if (r->measure != TH_META_IRR) {
      const th_cells t = cells_of(&r->data->row[s->row]);
      if (silent(&t)) continue;
    } else if (r->data->row[s->row].raw[0] == 0 && r->data->row[s->row].raw[2] == 0) {
      continue;
    }
    rows++;
    q += (s->yi - r->pooled.estimate) * (s->yi - r->pooled.estimate) / s->vi;
  }
  r->q = rows ? q : NAN;
  r->df = rows ? (double)rows - 1 : 0;
  r->q_p = r->df > 0 ? th_stat_chi2_sf(q, r->df) : NAN;
  r->i2 = r->df > 0 && q > 0 ? fmax(0, 100 * (q - r->df) / q) : NAN;
  r->h2 = r->df > 0 ? q / r->df : NAN;
}

static void shares_of(th_meta_result *r, const double *weight) {
  double all = 0;
  for (size_t i = 0; i < r->k; i++) all += weight[r->study[i].row];
  for (size_t i = 0; i < r->k; i++) r->study[i].weight = all > 0 ? 100 * weight[r->study[i].row] / all : NAN;
}

th_code th_meta__mantel_haenszel(th_meta_result *r, double *weight, th_err *err) {
  void (*pool)(const th_meta_data *, double *, double *, double *) = NULL;
  if (r->measure == TH_META_OR) pool = pool_or;
  if (r->measure == TH_META_RR) pool = pool_rr;
  if (r->measure == TH_META_RD) pool = pool_rd;
  if (r->measure == TH_META_IRR) pool = pool_irr;
  if (!pool) return th_fail(err, TH_EINVAL, "method MH pools OR, RR, RD and IRR, not %s", th_meta_measure_name(r->measure));
  double estimate, var;
  pool(r->data, weight, &estimate, &var);
  shares_of(r, weight);
  if (!isfinite(estimate) || !(var > 0)) {
    r->pooled = th_meta__pooled(NAN, NAN, NAN, r->level);
    th_meta__note(r, "The raw cells hold no information on the pooled effect (no event in one group of any study).");
    return TH_OK;
  }
  r->pooled = th_meta__pooled(estimate, sqrt(var), NAN, r->level);
  heterogeneity(r);
  if (r->measure == TH_META_OR) table_tests(r, estimate);
  return TH_OK;
}

void th_meta__peto(th_meta_result *r) {
  double top = 0, V = 0, q = 0;
  size_t rows = 0;
  for (size_t i = 0; i < r->k; i++) {
    const th_cells t = cells_of(&r->data->row[r->study[i].row]);
    if (silent(&t)) continue;
    const double gap = t.a - t.n1 * t.m1 / t.n, v = t.n1 / t.n * (t.n2 / t.n) * t.m1 * t.m0 / (t.n - 1);
    top += gap;
    V += v;
    q += gap * gap / v;
    rows++;
  }
  for (size_t i = 0; i < r->k; i++) r->study[i].weight = V > 0 ? (isnan(r->study[i].vi) ? 0 : 100 / (r->study[i].vi * V)) : NAN;
  r->pooled = V > 0 ? th_meta__pooled(top / V, 1 / sqrt(V), NAN, r->level) : th_meta__pooled(NAN, NAN, NAN, r->level);
  if (!(V > 0))
    th_meta__note(r, "The raw cells hold no information on the pooled effect (no event in one group of any study).");
  r->q = V > 0 ? fmax(0, q - top * top / V) : NAN;
  r->df = rows ? (double)rows - 1 : 0;
  r->q_p = r->df > 0 ? th_stat_chi2_sf(r->q, r->df) : NAN;
  r->i2 = r->df > 0 && r->q > 0 ? fmax(0, 100 * (r->q - r->df) / r->q) : NAN;
  r->h2 = r->df > 0 ? r->q / r->df : NAN;
}
