/* The conditional distribution of a table of up to TH_STAT__ROWS_MAX subjects, from two rows of binomial coefficients.
 *
 * P(X = k) at odds ratio ψ is C(n1, k) C(n2, m1 − k) ψ^k over its sum. The products are whole numbers below 2^N: none
 * underflows, none overflows for N ≤ 1000, and the same rows serve every margin m1, which is what fragility walks through.
 * Relative to the observed table, A = Σ_{k>a} and B = Σ_{k<a} are polynomials in ψ and 1/ψ with positive coefficients: Horner
 * keeps their digits. Each of the six numbers asked (both limits and the estimate, exact and mid-P) is the root of one form,
 *     ln( κ (A + g) / (B + h) ) = 0,
 * nearly straight in ln ψ, so six Newton iterations run side by side. */
#include "stat/stat_priv.h"

static void fill_row(double *row, int n) { /* C(n, k), symmetric */
  row[0] = 1;
  for (int k = 0; 2 * k < n; k++) row[k + 1] = row[k] * ((double)(n - k) / (double)(k + 1));
  for (int k = 0; 2 * k < n; k++) row[n - k] = row[k];
}

bool th_stat__rows_make(th_rows *r, th_table2 t) {
  const int64_t n1 = t.a + t.b, n2 = t.c + t.d;
  if (n1 > TH_STAT__ROWS_MAX || n2 > TH_STAT__ROWS_MAX || n1 + n2 > TH_STAT__ROWS_MAX) return false;
  r->n1 = (int)n1;
  r->n2 = (int)n2;
  r->b1 = r->room;
  r->b2 = r->room + n1 + 1;
  fill_row(r->b1, r->n1);
  fill_row(r->b2, r->n2);
  return true;
}

/* Terms above (up[1..n_up]) and below (down[1..n_down]) the observed one, which is 1. */
typedef struct th_terms {
  int n_up, n_down;
  double up[TH_STAT__ROWS_MAX + 1], down[TH_STAT__ROWS_MAX + 1];
} th_terms;

static void terms_make(th_terms *s, const th_rows *r, int a, int c) {
  const double *p = r->b1 + a, *q = r->b2 + c, scale = 1 / (*p * *q);
  s->n_up = r->n1 - a < c ? r->n1 - a : c;
  s->n_down = a < r->n2 - c ? a : r->n2 - c;
  for (int j = 1; j <= s->n_up; j++) s->up[j] = p[j] * q[-j] * scale;
  for (int j = 1; j <= s->n_down; j++) s->down[j] = p[-j] * q[j] * scale;
}

/* Fisher (minimum likelihood), both one-sided P, mid-P; returns C(N, m1). */
static double tests(th_stat_panel *p, const th_terms *s, double observed) {
  const double bar = 1 + 1e-7;
  double above = 0, below = 0, beyond_up = 0, beyond_down = 0;
  for (int j = s->n_up; j > 0; j--) {
    above += s->up[j];
    beyond_up += s->up[j] <= bar ? s->up[j] : 0;
  }
  for (int j = s->n_down; j > 0; j--) {
    below += s->down[j];
    beyond_down += s->down[j] <= bar ? s->down[j] : 0;
  }
  const double total = above + below + 1;
  const bool alone = s->n_up == 0 && s->n_down == 0;
  p->fisher_p = alone ? 1 : (beyond_up + beyond_down + 1) / total;
  p->fisher_less = s->n_up == 0 ? 1 : (below + 1) / total;
  p->fisher_greater = s->n_down == 0 ? 1 : (above + 1) / total;
  p->midp_p = alone ? 1 : fmin(1, 2 * fmin(p->fisher_less, p->fisher_greater) - 1 / total);
  return total * observed;
}

/* ── Six roots ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* The conditional estimate ML has E(X) = a, that is Σ j up_j ψ^j = Σ j down_j ψ^−j: its lane weighs the terms by j. */
enum { EXACT_LO, MID_LO, EXACT_HI, MID_HI, ML, MEDIAN, LANES };

typedef double th_pair __attribute__((vector_size(16)));

/* Σ c_j x^j and Σ j c_j x^j for j = 1..n in each lane. */
static void sums(const double *c, int n, const double x[LANES], double value[LANES], double slope[LANES]) {
  const th_pair x0 = { x[0], x[1] }, x1 = { x[2], x[3] }, x2 = { x[4], x[5] };
  th_pair v0 = { 0, 0 }, v1 = v0, v2 = v0, d0 = v0, d1 = v0, d2 = v0, weight = { (double)n, 1 };
  for (int j = n; j > 0; j--) {
    const th_pair cj = { c[j], c[j] };
    d0 = d0 * x0 + v0, v0 = v0 * x0 + cj;
    d1 = d1 * x1 + v1, v1 = v1 * x1 + cj;
    d2 = d2 * x2 + v2, v2 = v2 * x2 + cj * weight;
    weight -= (th_pair){ 1, 0 };
  }
  d0 = (d0 * x0 + v0) * x0, v0 = v0 * x0;
  d1 = (d1 * x1 + v1) * x1, v1 = v1 * x1;
  d2 = (d2 * x2 + v2) * x2, v2 = v2 * x2;
  memcpy(value, (th_pair[3]){ v0, v1, v2 }, sizeof v0 * 3);
  memcpy(slope, (th_pair[3]){ d0, d1, d2 }, sizeof d0 * 3);
}

/* Roots ψ of the lanes that are wanted, from the starts in x; false when one of them did not settle. */
static bool roots(const th_terms *s, double alpha, const bool wanted[LANES], double x[LANES]) {
  static const double g[LANES] = { 1, 0.5, 0, 0.5, 0, 0.5 }, h[LANES] = { 0, 0.5, 1, 0.5, 0, 0.5 };
  const double odds = (1 - alpha / 2) / (alpha / 2), kappa[LANES] = { odds, odds, 1 / odds, 1 / odds, 1, 1 };
  for (int turn = 0; turn < 24; turn++) {
    double y[LANES], up[LANES], up1[LANES], down[LANES], down1[LANES];
    bool settled = true;
    for (int l = 0; l < LANES; l++) y[l] = 1 / x[l];
    sums(s->up, s->n_up, x, up, up1);
    sums(s->down, s->n_down, y, down, down1);
    for (int l = 0; l < LANES; l++) {
      const double p = up[l] + g[l], q = down[l] + h[l], ratio = kappa[l] * p / q;
      /* ln by its Padé form about 1: exact to the fourth order where it counts, and bounded by 3 far out */
      const double log_ratio = 3 * (ratio - 1) * (ratio + 1) / (ratio * (ratio + 4) + 1);
      double step = log_ratio / (up1[l] / p + down1[l] / q);
      step = step > 1.5 ? 1.5 : step < -1.5 ? -1.5 : step;
      x[l] *= (12 - step * (6 - step)) / (12 + step * (6 + step)); /* e^−step, likewise */
      settled &= fabs(step) < 1e-8 || !wanted[l];                  /* what is left is of the order of its square */
    }
    if (settled) return true;
  }
  return false;
}

bool th_stat__rows_exact(th_stat_panel *p, th_rows *r) {
  th_terms s;
  const int a = (int)p->t.a, c = (int)p->t.c;
  terms_make(&s, r, a, c);
  r->total = tests(p, &s, r->b1[a] * r->b2[c]);
  const bool low = s.n_down > 0, high = s.n_up > 0; /* something lies below, above */
  const double edge = !high && !low ? NAN
                      : high        ? 0
                                    : INFINITY,
               start = p->or_haldane.estimate, lo = p->or_haldane.ci.lo, hi = p->or_haldane.ci.hi;
  p->or_exact = p->or_midp = (th_range){ edge, { 0, INFINITY } };
  const bool wanted[LANES] = { low, low, high, high, low && high, low && high };
  double x[LANES] = { lo, lo, hi, hi, start, start };
  if (!low && !high) return true;
  if (!roots(&s, 1 - p->level, wanted, x)) return false;
  if (low) p->or_exact.ci.lo = x[EXACT_LO], p->or_midp.ci.lo = x[MID_LO];
  if (high) p->or_exact.ci.hi = x[EXACT_HI], p->or_midp.ci.hi = x[MID_HI];
  if (low && high) p->or_exact.estimate = x[ML], p->or_midp.estimate = x[MEDIAN];
  return true;
}

/* ── Fisher's P of other tables of the same groups ─────────────────────────────────────────────────────────────────── */

double th_stat__rows_fisher(const th_rows *r, int a, int c, double total) {
  /* What is likelier than the observed table lies in one run beside it, towards the mode. */
  const double *p = r->b1 + a, *q = r->b2 + c, bar = *p * *q * (1 + 1e-7);
  const int up = r->n1 - a < c ? r->n1 - a : c, down = a < r->n2 - c ? a : r->n2 - c;
  double inner = 0;
  for (int j = 1; j <= up; j++) {
    const double term = p[j] * q[-j];
    if (term <= bar) break;
    inner += term;
  }
  if (inner == 0)
    for (int j = 1; j <= down; j++) {
      const double term = p[-j] * q[j];
      if (term <= bar) break;
      inner += term;
    }
  return 1 - inner / total;
}
