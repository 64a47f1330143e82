/* Score intervals of one table: odds ratio (Cornfield; Miettinen & Nurminen 1985), relative risk and risk difference (MN).
 *
 * Odds ratio: at the limit the expected table has the same margins and cells a+t, b−t, c−t, d+t with t²·Σ1/cell = z²; solved for
 * the smallest shrinking cell u, so that no cell is a difference of large numbers. Relative risk and difference: root of
 * (p̂1 − φp̂2)² = z²·Ṽ; only the lower limit is coded, the upper one is the lower one of the swapped table. The constrained
 * maximum of the difference comes from the closed cubic, polished by Newton: the arc cosine alone keeps half the digits when two
 * roots are close, which is where a popular package loses the root, (1,59)/(54,31). */
#include "stat/stat_priv.h"

struct or_of {
  double small, other; /* the two shrinking cells, small ≤ other */
  double g1, g2;       /* the two growing cells */
  double z2;
};

static double or_gap(double u, void *ctx) {
  const struct or_of *s = ctx;
  const double t = s->small - u;
  if (u <= 0) return t * t;
  const double w = 1 / u + 1 / (s->other - t) + 1 / (s->g1 + t) + 1 / (s->g2 + t);
  return t * t - s->z2 / w;
}

/* Odds ratio at the far end towards which cells x and y shrink; x·y is the denominator. NaN when it is open. */
static double or_end(double x, double y, double g1, double g2, double z2) {
  struct or_of s = { fmin(x, y), fmax(x, y), g1, g2, z2 };
  if (s.small == 0) return NAN;
  /* With a growing cell of 0 the gap is 0 at t = 0 too, which is not the limit: start a hair inside. */
  const double u = th_stat__root(or_gap, &s, 0, g1 == 0 || g2 == 0 ? s.small * (1 - 1e-12) : s.small), t = s.small - u;
  return (g1 + t) * (g2 + t) / (u * (s.other - t));
}

static th_interval or_score(th_table2 t, double z2) {
  const double a = (double)t.a, b = (double)t.b, c = (double)t.c, d = (double)t.d;
  if (a + c == 0 || b + d == 0) return (th_interval){ NAN, NAN };
  const double hi = or_end(b, c, a, d, z2), lo = or_end(a, d, b, c, z2);
  return (th_interval){ isnan(lo) ? 0 : 1 / lo, isnan(hi) ? INFINITY : hi };
}

struct two_rates {
  double a, n1, c, n2, z2;
};

static double rr_gap(double ratio, void *ctx) {
  const struct two_rates *s = ctx;
  const long double phi = ratio, n1 = s->n1, n2 = s->n2, A = (n1 + n2) * phi, B = -(n1 * phi + s->a + n2 + s->c * phi),
                    C = s->a + s->c;
  long double disc = B * B - 4 * A * C;
  if (disc < 0) disc = 0;
  long double p2 = 2 * C / (-B + sqrtl(disc));
  if (p2 > 1) p2 = 1;
  long double p1 = phi * p2;
  if (p1 > 1) p1 = 1;
  const long double v = (p1 * (1 - p1) / n1 + phi * phi * p2 * (1 - p2) / n2) * ((n1 + n2) / (n1 + n2 - 1));
  const long double e = s->a / n1 - phi * (s->c / n2);
  return (double)((e * e - s->z2 * v) / (1 + phi * phi));
}

/* Root between outer (gap > 0) and inner (gap < 0), first looked for near a limit of another method, which is seldom far off. */
static double near_guess(th_stat__fn *f, void *ctx, double outer, double inner, double guess, double width) {
  const double lo = guess - width, hi = guess + width;
  if (lo > outer && hi < inner && f(lo, ctx) > 0 && f(hi, ctx) < 0) return th_stat__root(f, ctx, lo, hi);
  return th_stat__root(f, ctx, outer, inner);
}

static double rr_lower(double a, double n1, double c, double n2, double z2, double guess) {
  if (a == 0) return 0;
  struct two_rates s = { a, n1, c, n2, z2 };
  double inner = c == 0 ? (a + 0.5) / (n1 + 1) / (0.5 / (n2 + 1)) : a / n1 / (c / n2), factor = 0.8;
  if (c == 0)
    while (rr_gap(inner, &s) > 0 && inner < 1e300) inner *= 2;
  else
    inner *= 1 - 1e-9;
  if (rr_gap(guess * 0.96, &s) > 0 && rr_gap(guess * 1.04, &s) < 0)
    return th_stat__root(rr_gap, &s, guess * 0.96, guess * 1.04);
  double outer = inner * factor;
  while (rr_gap(outer, &s) <= 0 && outer > 1e-300) {
    inner = outer;
    factor *= factor;
    outer *= factor;
  }
  if (rr_gap(inner, &s) > 0) return inner; /* z ≈ 0: the interval is a point */
  return outer <= 1e-300 ? 0 : th_stat__root(rr_gap, &s, outer, inner);
}

/* Maximum of the likelihood under p1 − p2 = δ. */
static long double constrained_p2(const struct two_rates *s, long double delta) {
  const long double n1 = s->n1, n2 = s->n2, n = n1 + n2, m1 = s->a + s->c;
  const long double l3 = n, l2 = (n1 + 2 * n2) * delta - n - m1, l1 = (n2 * delta - n - 2 * s->c) * delta + m1,
                    l0 = s->c * delta * (1 - delta);
  const long double h = l2 / (3 * l3), q = h * h * h - l1 * l2 / (6 * l3 * l3) + l0 / (2 * l3);
  long double r2 = h * h - l1 / (3 * l3);
  if (r2 < 0) r2 = 0;
  const long double r = q < 0 ? -sqrtl(r2) : sqrtl(r2), low = delta < 0 ? -delta : 0, high = delta > 0 ? 1 - delta : 1;
  long double ratio = r == 0 ? 0 : q / (r * r * r);
  ratio = ratio > 1 ? 1 : ratio < -1 ? -1 : ratio;
  long double x = 2 * r * cos((TH_STAT_PI + acos((double)ratio)) / 3) - h; /* a start: Newton brings the digits */
  x = x < low ? low : x > high ? high : x;
  for (int i = 0; i < 8; i++) {
    const long double f = ((l3 * x + l2) * x + l1) * x + l0, slope = (3 * l3 * x + 2 * l2) * x + l1;
    if (f == 0 || slope == 0) break;
    long double next = x - f / slope;
    next = next < low ? (x + low) / 2 : next > high ? (x + high) / 2 : next;
    const long double moved = fabsl(next - x);
    x = next;
    if (moved <= 1e-17L * fabsl(x)) break;
  }
  return x;
}

static double rd_gap(double delta, void *ctx) {
  const struct two_rates *s = ctx;
  const long double n1 = s->n1, n2 = s->n2, p2 = constrained_p2(s, delta), p1 = p2 + delta;
  const long double v = (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * ((n1 + n2) / (n1 + n2 - 1));
  const long double e = s->a / n1 - s->c / n2 - delta;
  return (double)(e * e - s->z2 * (v > 0 ? v : 0));
}

static double rd_lower(double a, double n1, double c, double n2, double z2, double guess) {
  struct two_rates s = { a, n1, c, n2, z2 };
  const double rd = a / n1 - c / n2;
  if (rd <= -1) return -1;
  double inner = rd, step = 1e-9;
  while (rd_gap(inner, &s) >= 0 && step < 1) inner = rd - step, step *= 2; /* V vanishes at an estimate of ±1 */
  if (rd_gap(inner, &s) >= 0 || inner <= -1) return rd;
  return fmax(-1, near_guess(rd_gap, &s, -1, inner, guess, 0.15 * fabs(rd - guess)));
}

void th_stat__panel_score(th_stat_panel *p, double z) {
  const th_table2 t = p->t;
  const double a = (double)t.a, c = (double)t.c, n1 = a + (double)t.b, n2 = c + (double)t.d, n = n1 + n2, z2 = z * z;
  p->or_cornfield = or_score(t, z2);
  p->or_mn = or_score(t, z2 * n / (n - 1));
  if (a + c == 0)
    p->rr_mn = (th_interval){ NAN, NAN };
  else
    p->rr_mn = (th_interval){ rr_lower(a, n1, c, n2, z2, p->rr_haldane.ci.lo),
                              1 / rr_lower(c, n2, a, n1, z2, 1 / p->rr_haldane.ci.hi) };
  p->rd_mn = (th_interval){ rd_lower(a, n1, c, n2, z2, p->rd_newcombe.lo), -rd_lower(c, n2, a, n1, z2, -p->rd_newcombe.hi) };
}
