/* Score intervals of one table: odds ratio (Cornfield; Miettinen & Nurminen 1985), relative risk and risk difference (MN).
 *
 * At a limit of the odds ratio the expected table has the same margins and cells a+t, b−t, c−t, d+t with t²·Σ1/cell = z².
 * That of the relative risk takes the same form (Koopman 1984; the cubic of Nam 1995): with U the common score of both groups,
 *     U² [ b / (n1 (a−U)) + d / (n2 (c+U)) ] = z²,   RR = (a−U)/(n1−U) · (n2+U)/(c+U).
 * Both are solved for the smallest shrinking cell u or for t, whichever is the smaller, so that nothing is a difference of
 * large numbers, after multiplying by u, so that nothing is steep: six Newton iterations side by side. The risk difference has
 * one unknown too, the score λ:
 *     λ² (p1q1/n1 + p2q2/n2) = z²,   p1, p2 from quadratics whose discriminants are sums.
 * Where a cell is 0 the constrained maximum may lie on an edge: those tables go by the root of (p̂1 − φp̂2)² = z²·Ṽ itself;
 * only the lower limit is coded, the upper one is the lower one of the swapped table. The constrained maximum of the difference
 * comes from the closed cubic, polished by Newton: the arc cosine alone keeps half the digits when two roots are close, which is
 * where a popular package loses the root, (1,59)/(54,31). */
#include "stat/stat_priv.h"

/* t² (lead + u Σ w_i / cell_i) = z² u, t = small − u: cell 0 shrinks with u, cells 1 and 2 grow. */
typedef struct th_lane {
  double small, lead, z2, cell[3], w[3];
} th_lane;

enum { CORNFIELD_HI, CORNFIELD_LO, MN_HI, MN_LO, RR_LO, RR_HI, LANES };

/* A start: t as if the weights stayed those of u = small / 2, from the quadratic that then is left. */
static double first_u(const th_lane *s) {
  const double half = s->small / 2;
  const double weight =
      s->lead + half * (s->w[0] / (s->cell[0] - half) + s->w[1] / (s->cell[1] + half) + s->w[2] / (s->cell[2] + half));
  const double z2 = s->z2 / weight;
  return s->small * s->small / (s->small + z2 / 2 + sqrt(z2 * (s->small + z2 / 4)));
}

static double lane_gap(double u, void *ctx) {
  const th_lane *s = ctx;
  const double t = s->small - u;
  return t * t * (s->lead + u * (s->w[0] / (s->cell[0] - t) + s->w[1] / (s->cell[1] + t) + s->w[2] / (s->cell[2] + t))) -
         s->z2 * u;
}

/* u and t of every lane that is wanted. The smaller of the two carries the digits, the other is what it leaves. */
static void shrink(th_lane lane[LANES], const bool wanted[LANES], double u[LANES], double t[LANES]) {
  for (int l = 0; l < LANES; l++) u[l] = first_u(&lane[l]), t[l] = lane[l].small - u[l];
  for (int turn = 0; turn < 40; turn++) {
    bool settled = true;
    for (int l = 0; l < LANES; l++) {
      const th_lane *s = &lane[l];
      const double i0 = 1 / (s->cell[0] - t[l]), i1 = 1 / (s->cell[1] + t[l]), i2 = 1 / (s->cell[2] + t[l]);
      const double sum = s->w[0] * i0 + s->w[1] * i1 + s->w[2] * i2,
                   slope = s->w[1] * i1 * i1 + s->w[2] * i2 * i2 - s->w[0] * i0 * i0; /* of the sum, in u */
      const double weight = s->lead + u[l] * sum, t2 = t[l] * t[l];
      const double gap = t2 * weight - s->z2 * u[l], fall = t2 * (sum + u[l] * slope) - 2 * t[l] * weight - s->z2;
      const double next_u = fmax(u[l] - gap / fall, u[l] / 4), next_t = fmax(t[l] + gap / fall, t[l] / 4);
      const bool by_u = u[l] < t[l];
      const double step = by_u ? next_u - u[l] : next_t - t[l], of = by_u ? u[l] : t[l];
      settled &= fabs(step) <= 1e-8 * of || !wanted[l]; /* quadratic: the step just taken settles the rest */
      u[l] = by_u ? next_u : s->small - next_t;
      t[l] = by_u ? s->small - next_u : next_t;
    }
    if (settled) return;
  }
  for (int l = 0; l < LANES; l++) /* seldom if ever: by bracket, positive at 0 and negative at the start */
    if (wanted[l]) u[l] = th_stat__root(lane_gap, &lane[l], 0, lane[l].small), t[l] = lane[l].small - u[l];
}

static th_lane or_lane(double x, double y, double g1, double g2, double z2) { /* x and y shrink */
  return (th_lane){ fmin(x, y), 1, z2, { fmax(x, y), g1, g2 }, { 1, 1, 1 } };
}

static th_lane rr_lane(double a, double b, double c, double d, double z2) { /* a shrinks, c grows */
  return (th_lane){ a, b / (a + b), z2, { a, c, 1 }, { 0, d / (c + d), 0 } };
}

static double or_at(const th_lane *s, double u, double t) {
  return (s->cell[1] + t) * (s->cell[2] + t) / (u * (s->cell[0] - t));
}

static double rr_at(const th_lane *s, double u, double t, double n1, double n2) {
  return u / (n1 - t) * ((n2 + t) / (s->cell[1] + t));
}

/* λ > 0 for the lower limit of p1 − p2; NaN when it does not settle. All cells > 0. */
static double rd_inner(double a, double b, double c, double d, double z2) {
  const double n1 = a + b, n2 = c + d, z = sqrt(z2);
  double lambda = z / sqrt(a * b / (n1 * n1 * n1) + c * d / (n2 * n2 * n2));
  for (int turn = 0; turn < 40; turn++) {
    const double e1 = n1 - lambda, e2 = n2 - lambda, d1 = sqrt(e1 * e1 + 4 * lambda * b), d2 = sqrt(e2 * e2 + 4 * lambda * c);
    const double p1 = 2 * a / (n1 + lambda + d1), q1 = e1 > 0 ? 2 * b / (e1 + d1) : (d1 - e1) / (2 * lambda);
    const double q2 = 2 * d / (n2 + lambda + d2), p2 = e2 > 0 ? 2 * c / (e2 + d2) : (d2 - e2) / (2 * lambda);
    const double v1 = p1 * q1 / n1, v2 = p2 * q2 / n2, v = v1 + v2, root = sqrt(v);
    const double slope = v2 * (q2 - p2) / d2 - v1 * (q1 - p1) / d1; /* of v in λ */
    const double step = (lambda * root - z) / (root + lambda * slope / (2 * root));
    if (fabs(step) <= 1e-8 * lambda) return (a * d - b * c) / (n1 * n2) - (lambda - step) * (v - step * slope);
    lambda = lambda - step > lambda / 4 ? fmin(lambda - step, 4 * lambda) : lambda / 4;
  }
  return NAN;
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

static void or_and_rr(th_stat_panel *p, double z2, double z2_mn, bool full) {
  const double a = (double)p->t.a, b = (double)p->t.b, c = (double)p->t.c, d = (double)p->t.d;
  if (a + c == 0 || b + d == 0) {
    p->or_cornfield = p->or_mn = (th_interval){ NAN, NAN };
    return;
  }
  const bool lo = a > 0 && d > 0, hi = b > 0 && c > 0;
  th_lane lane[LANES] = {
    [CORNFIELD_HI] = or_lane(b, c, a, d, z2), [CORNFIELD_LO] = or_lane(a, d, b, c, z2), [MN_HI] = or_lane(b, c, a, d, z2_mn),
    [MN_LO] = or_lane(a, d, b, c, z2_mn),     [RR_LO] = rr_lane(a, b, c, d, z2_mn),     [RR_HI] = rr_lane(c, d, a, b, z2_mn)
  };
  const bool wanted[LANES] = { hi, lo, hi, lo, full, full };
  double u[LANES], t[LANES], at[LANES];
  shrink(lane, wanted, u, t);
  for (int l = 0; l < LANES; l++)
    at[l] = l == RR_LO   ? rr_at(&lane[l], u[l], t[l], a + b, c + d)
            : l == RR_HI ? rr_at(&lane[l], u[l], t[l], c + d, a + b)
                         : or_at(&lane[l], u[l], t[l]);
  p->or_cornfield = (th_interval){ lo ? 1 / at[CORNFIELD_LO] : 0, hi ? at[CORNFIELD_HI] : INFINITY };
  p->or_mn = (th_interval){ lo ? 1 / at[MN_LO] : 0, hi ? at[MN_HI] : INFINITY };
  if (full) p->rr_mn = (th_interval){ at[RR_LO], 1 / at[RR_HI] };
}

void th_stat__panel_score(th_stat_panel *p, double z) {
  const th_table2 t = p->t;
  const double a = (double)t.a, b = (double)t.b, c = (double)t.c, d = (double)t.d, n1 = a + b, n2 = c + d, n = n1 + n2,
               z2 = z * z, z2_mn = z2 * n / (n - 1);
  const bool full = a > 0 && b > 0 && c > 0 && d > 0;
  or_and_rr(p, z2, z2_mn, full);
  if (full) {
    p->rd_mn = (th_interval){ rd_inner(a, b, c, d, z2_mn), -rd_inner(c, d, a, b, z2_mn) };
    if (!isnan(p->rd_mn.lo) && !isnan(p->rd_mn.hi)) return;
  } else if (a + c == 0) {
    p->rr_mn = (th_interval){ NAN, NAN };
  } else {
    p->rr_mn = (th_interval){ rr_lower(a, n1, c, n2, z2, p->rr_haldane.ci.lo),
                              1 / rr_lower(c, n2, a, n1, z2, 1 / p->rr_haldane.ci.hi) };
  }
  p->rd_mn = (th_interval){ rd_lower(a, n1, c, n2, z2, p->rd_newcombe.lo), -rd_lower(c, n2, a, n1, z2, -p->rd_newcombe.hi) };
}
