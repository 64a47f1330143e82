/* Normal and chi-square distributions, the root finder, the sum. */
#include "stat/stat_priv.h"

double th_stat_norm_sf(double x) {
  return 0.5 * erfc(x * 0.70710678118654752440);
}

double th_stat_norm_cdf(double x) {
  return th_stat_norm_sf(-x);
}

double th_stat_p_of_z(double z) {
  return erfc(fabs(z) * 0.70710678118654752440);
}

/* Start: rational approximation 26.2.23 of Abramowitz & Stegun (error 4.5e-4), then Halley steps on the upper tail, each of
 * which triples the digits. */
double th_stat_norm_quantile_upper(double q) {
  if (isnan(q) || q < 0 || q > 1) return NAN;
  if (q == 0) return INFINITY;
  if (q == 1) return -INFINITY;
  if (q == 0.5) return 0;
  if (q > 0.5) return -th_stat_norm_quantile_upper(1 - q);
  const double t = sqrt(-2 * log(q));
  double x = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (int i = 0; i < 3; i++) {
    const double density = exp(-0.5 * x * x - TH_STAT_LN_SQRT_2PI);
    if (density == 0) break;
    const double e = (th_stat_norm_sf(x) - q) / density;
    x += 2 * e / (2 - e * x);
    if (fabs(e) < 1e-9) break;
  }
  return x;
}

double th_stat_norm_quantile(double p) {
  if (isnan(p) || p < 0 || p > 1) return NAN;
  return p <= 0.5 ? -th_stat_norm_quantile_upper(p) : th_stat_norm_quantile_upper(1 - p);
}

double th_stat_chi2_sf(double x, double df) {
  if (isnan(x) || !(df > 0)) return NAN;
  if (x <= 0) return 1;
  return df == 1 ? erfc(sqrt(x / 2)) : th_stat_gamma_q(df / 2, x / 2);
}

double th_stat_chi2_cdf(double x, double df) {
  if (isnan(x) || !(df > 0)) return NAN;
  return x <= 0 ? 0 : th_stat_gamma_p(df / 2, x / 2);
}

struct chi2_of {
  double p, df;
};

static double chi2_gap(double u, void *ctx) {
  const struct chi2_of *s = ctx;
  const double x = exp(u);
  return s->p <= 0.5 ? th_stat_chi2_cdf(x, s->df) - s->p : (1 - s->p) - th_stat_chi2_sf(x, s->df);
}

double th_stat_chi2_quantile(double p, double df) {
  if (!(p >= 0 && p <= 1) || !(df > 0)) return NAN;
  if (p == 0) return 0;
  if (p == 1) return INFINITY;
  struct chi2_of s = { p, df };
  /* Wilson & Hilferty 1931, then outward until the root is between. */
  const double w = 1 - 2 / (9 * df) + th_stat_norm_quantile(p) * sqrt(2 / (9 * df));
  const double mid = w > 0.05 ? log(df * w * w * w) : log(df) - 4;
  double step = 0.05, lo = mid - step, hi = mid + step;
  while (chi2_gap(lo, &s) > 0 && lo > -740) step *= 2, lo -= step;
  step = 0.05;
  while (chi2_gap(hi, &s) < 0 && hi < 700) step *= 2, hi += step;
  return exp(th_stat__root(chi2_gap, &s, lo, hi));
}

double th_stat__root(th_stat__fn *f, void *ctx, double lo, double hi) {
  double a = lo, b = hi, fa = f(a, ctx), fb = f(b, ctx);
  if (fa == 0) return a;
  if (fb == 0) return b;
  if (!((fa < 0) != (fb < 0)) || isnan(fa) || isnan(fb)) return NAN;
  double c = a, fc = fa, t = 0.5;
  for (int i = 0; i < 200; i++) {
    const double x = a + t * (b - a), fx = f(x, ctx);
    if (fx == 0) return x;
    if ((fx < 0) == (fa < 0)) {
      c = a, fc = fa;
    } else {
      c = b, fc = fb;
      b = a, fb = fa;
    }
    a = x, fa = fx;
    const double best = fabs(fa) < fabs(fb) ? a : b;
    const double tol = 2.3e-16 * fabs(best) + 1e-320;
    const double limit = tol / fabs(b - a);
    if (limit >= 0.5) return best;
    const double xi = (a - b) / (c - b), phi = (fa - fb) / (fc - fb);
    t = 0.5;
    if (phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi) {
      t = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb);
    }
    if (!(t > limit)) t = limit;
    if (t > 1 - limit) t = 1 - limit;
  }
  return fabs(fa) < fabs(fb) ? a : b;
}

double th_stat__sum(const double *x, size_t n) {
  if (n <= 16) {
    double s = 0;
    for (size_t i = 0; i < n; i++) s += x[i];
    return s;
  }
  const size_t half = n / 2;
  return th_stat__sum(x, half) + th_stat__sum(x + half, n - half);
}
