/* Incomplete beta integral and its inverse.
 *
 * Continued fraction (DLMF 8.17.22) by Lentz's method on the side where it converges fast, x ≤ (a+1)/(a+b+2); the prefactor in
 * deviance form, as for the gamma function. x and 1 − x are carried separately: a t value near 0 or far out would lose its tail
 * otherwise. */
#include "stat/stat_priv.h"

static double front(double x, double y, double a, double b) { /* x^a y^b / (a B(a,b)) */
  const double n = a + b;
  if (a < 1 || b < 1)
    return exp(a * log(x) + b * (x < 0.5 ? log1p(-x) : log(y)) + th_stat_lgamma(n) - th_stat_lgamma(a) - th_stat_lgamma(b)) / a;
  const double e = th_stat__stirling_rest(n) - th_stat__stirling_rest(a) - th_stat__stirling_rest(b) -
                   th_stat__deviance(a, n * x) - th_stat__deviance(b, n * y);
  return exp(e) * sqrt(b / (2 * TH_STAT_PI * a * n));
}

/* For a or b below 1 and the other large, ln Γ(a+b) − ln Γ(b) is a small difference of large numbers. */
static double front_half(double x, double y, double a, double b) {
  const double big = a > b ? a : b, small = a > b ? b : a;
  if (small >= 1 || big < 12) return front(x, y, a, b);
  const double n = big + small;
  const double ratio = (big - 0.5) * log1p(small / big) + small * log(n) - small + th_stat__stirling_rest(n) -
                       th_stat__stirling_rest(big); /* lnΓ(n) − lnΓ(big) */
  const double lx = y < 0.5 ? log1p(-y) : log(x), ly = x < 0.5 ? log1p(-x) : log(y);
  return exp(a * lx + b * ly + ratio - th_stat_lgamma(small)) / a;
}

/* The even part of the fraction, each step times a + 2n. Written so, x and y never meet in 1 − (a+b)x/(a+1), which loses six
 * digits for a = 1e6 near x = 1. */
static double fraction(double x, double y, double a, double b) {
  const double lead = 1 + a * y - b * x;
  double f = a * lead / (a + 1);
  if (f == 0) f = 1e-300;
  double c = f, d = 0;
  for (double n = 1; n < 1e7; n++) {
    const double s = a + 2 * n - 1;
    const double num = (a + n - 1) * (a + b + n - 1) * n * (b - n) * x * x / (s * s);
    const double den = n + n * (b - n) * x / s + (a + n) / (s + 2) * (lead + n * (1 + y));
    d = den + num * d;
    c = den + num / c;
    if (d == 0) d = 1e-300;
    if (c == 0) c = 1e-300;
    d = 1 / d;
    const double step = c * d;
    f *= step;
    if (fabs(step - 1) < 2.3e-16) break;
  }
  return a / f;
}

/* Both tails at x = 1 − y. */
static void beta_both(double x, double y, double a, double b, double *p, double *q) {
  if (isnan(x) || isnan(y) || !(a > 0) || !(b > 0)) {
    *p = *q = NAN;
  } else if (x <= 0) {
    *p = 0, *q = 1;
  } else if (y <= 0) {
    *p = 1, *q = 0;
  } else if (x <= (a + 1) / (a + b + 2)) {
    *p = front_half(x, y, a, b) * fraction(x, y, a, b);
    *q = 1 - *p;
  } else {
    *q = front_half(y, x, b, a) * fraction(y, x, b, a);
    *p = 1 - *q;
  }
}

double th_stat_beta_p(double x, double a, double b) {
  double p, q;
  beta_both(x, 1 - x, a, b, &p, &q);
  return p;
}

double th_stat_beta_q(double x, double a, double b) {
  double p, q;
  beta_both(x, 1 - x, a, b, &p, &q);
  return q;
}

struct quantile_of {
  double p, a, b;
};

static double beta_gap(double x, void *ctx) {
  const struct quantile_of *s = ctx;
  return th_stat_beta_p(x, s->a, s->b) - s->p;
}

double th_stat_beta_quantile(double p, double a, double b) {
  if (!(p >= 0 && p <= 1) || !(a > 0) || !(b > 0)) return NAN;
  if (p == 0 || p == 1) return p;
  struct quantile_of s = { p, a, b };
  return th_stat__root(beta_gap, &s, 0, 1);
}

/* ── t and F, on the integrals above ───────────────────────────────────────────────────────────────────────────────── */

double th_stat_t_p(double t, double df) {
  if (isnan(t) || !(df > 0)) return NAN;
  if (isinf(t)) return 0;
  if (df > 1e12) return th_stat_p_of_z(t);
  const double t2 = t * t;
  double p, q;
  beta_both(df / (df + t2), t2 / (df + t2), df / 2, 0.5, &p, &q);
  return p;
}

double th_stat_t_cdf(double t, double df) {
  const double tail = th_stat_t_p(t, df) / 2;
  return t < 0 ? tail : 1 - tail;
}

struct t_of {
  double tail, df;
};

static double t_gap(double u, void *ctx) { /* u = ln t: tails of few degrees of freedom are long */
  const struct t_of *s = ctx;
  return log(th_stat_t_p(exp(u), s->df) / 2) - log(s->tail);
}

double th_stat_t_quantile(double p, double df) {
  if (!(p > 0 && p < 1) || !(df > 0)) return p == 0 ? -INFINITY : p == 1 ? INFINITY : NAN;
  if (p == 0.5) return 0;
  struct t_of s = { p < 0.5 ? p : 1 - p, df };
  /* The normal quantile bounds t from below; doubling finds the other side. */
  double lo = log(fabs(th_stat_norm_quantile(p))) - 1e-3, hi = lo + 1;
  while (t_gap(hi, &s) > 0 && hi < 700) hi += hi - lo;
  const double t = exp(th_stat__root(t_gap, &s, lo, hi));
  return p < 0.5 ? -t : t;
}

double th_stat_f_sf(double f, double df1, double df2) {
  if (isnan(f) || !(df1 > 0) || !(df2 > 0)) return NAN;
  if (f <= 0) return 1;
  if (isinf(f)) return 0;
  double p, q;
  beta_both(df2 / (df2 + df1 * f), df1 * f / (df2 + df1 * f), df2 / 2, df1 / 2, &p, &q);
  return p;
}
