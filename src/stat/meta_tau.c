/* Weighted fits and the estimators of τ².
 *
 * With w = 1/(v+τ²) and P = W − WX(X'WX)⁻¹X'W: REML solves y'PPy = tr P, ML y'PPy = Σw, Paule–Mandel y'Py = k − p. Fisher scoring
 * with step halving brings REML and ML near; it stalls on flat or large-scale data, so the root of the score is then bracketed and
 * found as such. A score that is negative at 0 puts the estimate on the boundary, unless scoring found a maximum inside. */
#include "stat/meta_priv.h"

static double x_at(const th_design *d, size_t i, size_t c) {
  return d->x ? d->x[i * d->p + c] : 1;
}

/* Inverse of a symmetric positive matrix by Cholesky; false when a pivot vanishes. */
static bool invert(double *m, size_t p) {
  double scale[TH_META_MODS_MAX];
  for (size_t i = 0; i < p; i++) scale[i] = m[i * p + i];
  for (size_t j = 0; j < p; j++) {
    for (size_t k = 0; k < j; k++) m[j * p + j] -= m[j * p + k] * m[j * p + k];
    if (!(m[j * p + j] > 1e-13 * scale[j])) return false;
    m[j * p + j] = sqrt(m[j * p + j]);
    for (size_t i = j + 1; i < p; i++) {
      for (size_t k = 0; k < j; k++) m[i * p + j] -= m[i * p + k] * m[j * p + k];
      m[i * p + j] /= m[j * p + j];
    }
  }
  double inv[TH_META_MODS_MAX * TH_META_MODS_MAX];
  for (size_t c = 0; c < p; c++) { /* L z = e_c, then L' x = z */
    double z[TH_META_MODS_MAX];
    for (size_t i = 0; i < p; i++) {
      z[i] = i == c;
      for (size_t k = 0; k < i; k++) z[i] -= m[i * p + k] * z[k];
      z[i] /= m[i * p + i];
    }
    for (size_t i = p; i-- > 0;) {
      for (size_t k = i + 1; k < p; k++) z[i] -= m[k * p + i] * z[k];
      z[i] /= m[i * p + i];
      inv[i * p + c] = z[i];
    }
  }
  memcpy(m, inv, p * p * sizeof *m);
  return true;
}

static bool wls_one(const th_design *d, double tau2, th_wls *out) {
  double sw = 0, swy = 0, rss = 0;
  for (size_t i = 0; i < d->k; i++) {
    const double w = 1 / (d->v[i] + tau2);
    sw += w;
    swy += w * d->y[i];
  }
  const double mu = swy / sw;
  for (size_t i = 0; i < d->k; i++) rss += (d->y[i] - mu) * (d->y[i] - mu) / (d->v[i] + tau2);
  out->beta[0] = mu;
  out->vb[0] = 1 / sw;
  out->rss = rss;
  return sw > 0;
}

bool th_meta__wls(const th_design *d, double tau2, th_wls *out) {
  if (!d->x) return wls_one(d, tau2, out);
  const size_t p = d->p;
  double xwy[TH_META_MODS_MAX] = { 0 };
  memset(out->vb, 0, p * p * sizeof *out->vb);
  for (size_t i = 0; i < d->k; i++) {
    const double w = 1 / (d->v[i] + tau2), *x = d->x + i * p;
    for (size_t a = 0; a < p; a++) {
      xwy[a] += w * x[a] * d->y[i];
      for (size_t b = 0; b <= a; b++) out->vb[a * p + b] += w * x[a] * x[b];
    }
  }
  for (size_t a = 0; a < p; a++)
    for (size_t b = a + 1; b < p; b++) out->vb[a * p + b] = out->vb[b * p + a];
  if (!invert(out->vb, p)) return false;
  for (size_t a = 0; a < p; a++) {
    out->beta[a] = 0;
    for (size_t b = 0; b < p; b++) out->beta[a] += out->vb[a * p + b] * xwy[b];
  }
  out->rss = 0;
  for (size_t i = 0; i < d->k; i++) {
    double e = d->y[i];
    for (size_t a = 0; a < p; a++) e -= d->x[i * p + a] * out->beta[a];
    out->rss += e * e / (d->v[i] + tau2);
  }
  return true;
}

/* ── Traces ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_score {
  double ypy, yppy, tr_p, tr_pp, sw, sw2;
} th_score;

static double trace_of_product(const double *a, const double *b, size_t p) {
  double t = 0;
  for (size_t i = 0; i < p; i++)
    for (size_t j = 0; j < p; j++) t += a[i * p + j] * b[j * p + i];
  return t;
}

static th_score score_one(const th_design *d, double tau2) {
  double sw = 0, sw2 = 0, sw3 = 0, swy = 0;
  for (size_t i = 0; i < d->k; i++) {
    const double w = 1 / (d->v[i] + tau2);
    sw += w, sw2 += w * w, sw3 += w * w * w, swy += w * d->y[i];
  }
  const double mu = swy / sw;
  th_score s = { .sw = sw, .sw2 = sw2, .tr_p = sw - sw2 / sw, .tr_pp = sw2 - 2 * sw3 / sw + sw2 / sw * (sw2 / sw) };
  for (size_t i = 0; i < d->k; i++) {
    const double w = 1 / (d->v[i] + tau2), e = d->y[i] - mu;
    s.ypy += w * e * e;
    s.yppy += w * e * (w * e);
  }
  return s;
}

static bool score_at(const th_design *d, double tau2, th_score *s) {
  if (!d->x) {
    *s = score_one(d, tau2);
    return true;
  }
  const size_t p = d->p;
  th_wls f;
  if (!th_meta__wls(d, tau2, &f)) return false;
  double m2[TH_META_MODS_MAX * TH_META_MODS_MAX] = { 0 }, m3[TH_META_MODS_MAX * TH_META_MODS_MAX] = { 0 };
  *s = (th_score){ .ypy = f.rss };
  for (size_t i = 0; i < d->k; i++) {
    const double w = 1 / (d->v[i] + tau2), *x = d->x + i * p;
    double e = d->y[i];
    for (size_t a = 0; a < p; a++) {
      e -= x[a] * f.beta[a];
      for (size_t b = 0; b < p; b++) m2[a * p + b] += w * w * x[a] * x[b], m3[a * p + b] += w * w * w * x[a] * x[b];
    }
    s->yppy += w * e * (w * e);
    s->sw += w;
    s->sw2 += w * w;
  }
  double am2[TH_META_MODS_MAX * TH_META_MODS_MAX];
  for (size_t a = 0; a < p; a++)
    for (size_t b = 0; b < p; b++) {
      am2[a * p + b] = 0;
      for (size_t c = 0; c < p; c++) am2[a * p + b] += f.vb[a * p + c] * m2[c * p + b];
    }
  s->tr_p = s->sw - trace_of_product(f.vb, m2, p);
  s->tr_pp = s->sw2 - 2 * trace_of_product(f.vb, m3, p) + trace_of_product(am2, am2, p);
  return true;
}

/* ── Closed forms ──────────────────────────────────────────────────────────────────────────────────────────────────── */

static double mean_of(const double *x, size_t n) {
  return th_stat__sum(x, n) / (double)n;
}

static double spread(const th_design *d) { /* Σ(y − ȳ)² */
  const double m = mean_of(d->y, d->k);
  double s = 0;
  for (size_t i = 0; i < d->k; i++) s += (d->y[i] - m) * (d->y[i] - m);
  return s;
}

static double tau2_dl(const th_design *d) {
  th_score s;
  if (!score_at(d, 0, &s)) return NAN;
  return fmax(0, (s.ypy - (double)(d->k - d->p)) / s.tr_p);
}

/* Unweighted residuals less what the variances explain: (y'(I−H)y − tr((I−H)V)) / (k−p). */
static double tau2_he(const th_design *d) {
  const double df = (double)(d->k - d->p);
  if (!d->x) return fmax(0, spread(d) / df - mean_of(d->v, d->k));
  const size_t p = d->p;
  double a[TH_META_MODS_MAX * TH_META_MODS_MAX] = { 0 }, xy[TH_META_MODS_MAX] = { 0 }, b[TH_META_MODS_MAX], rss = 0, rest = 0;
  for (size_t i = 0; i < d->k; i++)
    for (size_t r = 0; r < p; r++) {
      xy[r] += x_at(d, i, r) * d->y[i];
      for (size_t c = 0; c < p; c++) a[r * p + c] += x_at(d, i, r) * x_at(d, i, c);
    }
  if (!invert(a, p)) return NAN;
  for (size_t r = 0; r < p; r++) {
    b[r] = 0;
    for (size_t c = 0; c < p; c++) b[r] += a[r * p + c] * xy[c];
  }
  for (size_t i = 0; i < d->k; i++) {
    double e = d->y[i], hat = 0;
    for (size_t r = 0; r < p; r++) {
      e -= x_at(d, i, r) * b[r];
      for (size_t c = 0; c < p; c++) hat += x_at(d, i, r) * a[r * p + c] * x_at(d, i, c);
    }
    rss += e * e;
    rest += (1 - hat) * d->v[i];
  }
  return fmax(0, (rss - rest) / df);
}

static double tau2_hs(const th_design *d) {
  th_score s;
  if (!score_at(d, 0, &s)) return NAN;
  return fmax(0, (s.ypy - (double)d->k) / s.sw);
}

static double tau2_sj(const th_design *d) {
  const double first = spread(d) / (double)d->k;
  th_wls f;
  if (first == 0) return 0; /* identical effects: the ratio is 0/0, its limit 0 */
  if (!th_meta__wls(d, first, &f)) return NAN;
  return first * f.rss / (double)(d->k - d->p);
}

/* ── Roots ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

struct q_of {
  const th_design *d;
  double target;
};

static double q_gap(double tau2, void *ctx) {
  const struct q_of *s = ctx;
  th_wls f;
  return th_meta__wls(s->d, tau2, &f) ? f.rss - s->target : NAN;
}

double th_meta__q_root(const th_design *d, double target) {
  struct q_of s = { d, target };
  if (!(q_gap(0, &s) > 0)) return 0;
  double hi = mean_of(d->v, d->k) + spread(d) / (double)d->k;
  for (int i = 0; i < 2000 && q_gap(hi, &s) > 0; i++) hi *= 2;
  return th_stat__root(q_gap, &s, 0, hi);
}

struct score_of {
  const th_design *d;
  bool reml;
};

static double score_gap(double tau2, void *ctx) {
  const struct score_of *c = ctx;
  th_score s;
  if (!score_at(c->d, tau2, &s)) return NAN;
  return c->reml ? s.yppy - s.tr_p : s.yppy - s.sw;
}

/* Stops at a step of `relative`·t + `absolute`. */
static double scoring(const th_design *d, bool reml, double start, double relative, double absolute) {
  double t = start;
  for (int i = 0; i < 100; i++) {
    th_score s;
    if (!score_at(d, t, &s)) return NAN;
    double step = reml ? (s.yppy - s.tr_p) / s.tr_pp : (s.yppy - s.sw) / s.sw2;
    if (!isfinite(step)) return t; /* weights so far apart that their differences are rounding */
    if (t == 0 && step <= 0) return 0;
    for (int h = 0; h < 60 && t + step < 0; h++) step /= 2;
    if (t + step < 0) return 0;
    t += step;
    if (fabs(step) <= relative * t + absolute) break;
  }
  return t;
}

/* The root of the score next to t, t > 0: the score falls through it at a maximum. */
static double polish(const th_design *d, bool reml, double t, bool *converged) {
  struct score_of c = { d, reml };
  double lo = t, hi = t, width = 1e-6;
  for (int i = 0; i < 80 && score_gap(lo, &c) < 0; i++, width *= 2) lo = t * fmax(0, 1 - width);
  if (lo <= 0 && score_gap(0, &c) <= 0) return 0; /* the score is negative all the way down */
  width = 1e-6;
  /* A maximum lies below the spread of the effects; variances forty orders of magnitude apart leave only rounding beyond it. */
  const double most = 1e6 * (t + spread(d) + mean_of(d->v, d->k));
  for (int i = 0; i < 200 && score_gap(hi, &c) > 0 && hi < most; i++, width *= 2) hi = t * (1 + width);
  const double root = lo == hi ? t : th_stat__root(score_gap, &c, lo, hi);
  if (isnan(root)) {
    *converged = false;
    return t;
  }
  return root;
}

static double likelihood(const th_design *d, bool reml, double tau2) { /* −2 log, less constants, p = 1 and general alike */
  th_wls f;
  if (!th_meta__wls(d, tau2, &f)) return INFINITY;
  double sum = f.rss;
  for (size_t i = 0; i < d->k; i++) sum += log(d->v[i] + tau2);
  if (reml && !d->x) sum -= log(f.vb[0]);
  return sum;
}

static double tau2_likelihood(const th_design *d, bool reml, bool *converged) {
  const double he = tau2_he(d);
  if (isnan(he)) return NAN;
  double t = scoring(d, reml, he, 1e-9, 0);
  struct score_of c = { d, reml };
  if (t == 0) {
    const double at_zero = score_gap(0, &c);
    if (at_zero <= 0) return 0;
    t = fmax(1e-12 * mean_of(d->v, d->k), 1e-300);
  }
  const double root = polish(d, reml, t, converged);
  if (root > 0 && !d->x && score_gap(0, &c) < 0 && likelihood(d, reml, 0) < likelihood(d, reml, root)) return 0;
  return root;
}

double th_meta__tau2(const th_design *d, th_meta_method method, bool *converged) {
  *converged = true;
  if (d->k <= d->p) return 0;
  switch (method) {
  case TH_META_DL: return tau2_dl(d);
  case TH_META_HE: return tau2_he(d);
  case TH_META_HS: return tau2_hs(d);
  case TH_META_SJ: return tau2_sj(d);
  case TH_META_PM:
  case TH_META_EB: return th_meta__q_root(d, (double)(d->k - d->p));
  case TH_META_ML: return tau2_likelihood(d, false, converged);
  case TH_META_REML: return tau2_likelihood(d, true, converged);
  case TH_META_EE:
  case TH_META_MH:
  case TH_META_PETO_METHOD:
  case TH_META_METHODS: break;
  }
  return 0;
}

double th_meta__tau2_plain_scoring(const th_design *d, bool reml) {
  return d->k < 2 ? 0 : scoring(d, reml, tau2_he(d), 0, 1e-5);
}

th_simple_fit th_meta__fit(const double *y, const double *v, size_t k, th_meta_method method) {
  const th_design d = { y, v, NULL, k, 1 };
  th_simple_fit f = { .converged = true };
  th_wls at, fixed;
  f.tau2 = th_meta__tau2(&d, method, &f.converged);
  th_meta__wls(&d, f.tau2, &at);
  f.estimate = at.beta[0];
  f.se = sqrt(at.vb[0]);
  if (k < 2) return f;
  if (method == TH_META_EE) {
    th_meta__wls(&d, 0, &fixed);
    f.i2 = fmax(0, 100 * (fixed.rss - (double)(k - 1)) / fixed.rss);
  } else {
    const th_score s = score_one(&d, 0);
    f.i2 = 100 * f.tau2 / (f.tau2 + (double)(k - 1) / s.tr_p);
  }
  return f;
}
