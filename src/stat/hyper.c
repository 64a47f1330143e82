/* The non-central hypergeometric distribution of a given the margins, and what is exact because of it.
 *
 * Ratios r_k = (n1−k)(m1−k)ψ / ((k+1)(n2−m1+k+1)) fall in k. Start with 1 near the mode and multiply outward: nothing overflows
 * and the error stays near √n·2e-16, while exp(lgamma …) is off by 1e-9 at N = 1e6. Limits are roots in ln ψ: Newton on the
 * logarithm of the tail, kept in a bracket; it starts from the corrected Woolf limits and needs four or five passes. */
#include "stat/stat_priv.h"

static double near_mode(const th_margins *m, double psi) {
  /* r_k = 1: (ψ−1)k² − (ψ(n1+m1) + n2−m1+2) k + ψ n1 m1 − (n2−m1+1) = 0; the root inside the support. */
  const double d = m->n2 - m->m1, qa = psi - 1, qb = psi * (m->n1 + m->m1) + d + 2, qc = psi * m->n1 * m->m1 - d - 1;
  const double disc = qb * qb - 4 * qa * qc, k = ceil(2 * qc / (qb + sqrt(disc > 0 ? disc : 0)));
  return !(k > m->lo) ? m->lo : k < m->hi ? k : m->hi;
}

typedef struct th_sums {
  double below, at, above; /* not yet divided by the total */
  double below1, above1;   /* Σ p (k − a) */
  double below2, above2;   /* Σ p (k − a)² */
} th_sums;

static void add(th_sums *s, double p, double off) {
  if (off < 0) {
    s->below += p, s->below1 += p * off, s->below2 += p * off * off;
  } else if (off > 0) {
    s->above += p, s->above1 += p * off, s->above2 += p * off * off;
  } else {
    s->at += p;
  }
}

/* Below this a term is no longer a normal number: multiplied by a ratio above one half it would stay where it is for ever. */
#define LEAST 1e-305

static th_sums sums_at(const th_margins *m, double a, double log_psi, double cut) {
  const double psi = exp(log_psi), d = m->n2 - m->m1, top = near_mode(m, psi);
  if (cut < LEAST) cut = LEAST;
  th_sums s = { 0 };
  add(&s, 1, top - a);
  double p = 1;
  for (double k = top; k < m->hi; k++) {
    p *= (m->n1 - k) * (m->m1 - k) * psi / ((k + 1) * (d + k + 1));
    if (p <= cut) break;
    add(&s, p, k + 1 - a);
  }
  p = 1;
  for (double k = top; k > m->lo; k--) {
    p *= k * (d + k) / ((m->n1 - k + 1) * (m->m1 - k + 1) * psi);
    if (p <= cut) break;
    add(&s, p, k - 1 - a);
  }
  return s;
}

th_cond th_stat__cond(const th_margins *m, double a, double log_psi, double cut) {
  const th_sums s = sums_at(m, a, log_psi, cut);
  const double total = s.below + s.at + s.above;
  return (th_cond){ s.below / total, s.at / total, s.above / total, a + (s.below1 + s.above1) / total };
}

double th_stat__fisher(const th_margins *m, double a, double cut) {
  if (m->lo == m->hi) return 1;
  const double d = m->n2 - m->m1, top = near_mode(m, 1);
  if (cut < LEAST) cut = LEAST;
  double up_a = 0, total = 1, p = 1;
  if (a == top) up_a = 1;
  for (double k = top; k < m->hi && p > cut; k++) {
    p *= (m->n1 - k) * (m->m1 - k) / ((k + 1) * (d + k + 1));
    total += p;
    if (k + 1 == a) up_a = p;
  }
  p = 1;
  for (double k = top; k > m->lo && p > cut; k--) {
    p *= k * (d + k) / ((m->n1 - k + 1) * (m->m1 - k + 1));
    total += p;
    if (k - 1 == a) up_a = p;
  }
  const double bar = up_a * (1 + 1e-7);
  double sum = bar >= 1 ? 1 : 0;
  p = 1;
  for (double k = top; k < m->hi && p > cut; k++) {
    p *= (m->n1 - k) * (m->m1 - k) / ((k + 1) * (d + k + 1));
    if (p <= bar) sum += p;
  }
  p = 1;
  for (double k = top; k > m->lo && p > cut; k--) {
    p *= k * (d + k) / ((m->n1 - k + 1) * (m->m1 - k + 1));
    if (p <= bar) sum += p;
  }
  return sum / total;
}

double th_stat_fisher_two_sided(th_table2 t) {
  const th_margins m = th_stat__margins(t);
  return th_stat__fisher(&m, (double)t.a, 0);
}

/* What is set to a target: P(X ≥ a), P(X ≤ a), their mid-P forms, or the mean. */
typedef enum th_tail { UPPER, LOWER, UPPER_MID, LOWER_MID, MEAN } th_tail;

/* Value minus target and its derivative in ln ψ; tails by their logarithm, which is nearly straight. */
static double gap(const th_margins *m, double a, th_tail what, double target, double x, double *slope) {
  const th_sums s = sums_at(m, a, x, 1e-25);
  const double total = s.below + s.at + s.above, mu = (s.below1 + s.above1) / total; /* mean − a */
  if (what == MEAN) {
    *slope = (s.below2 + s.above2) / total - mu * mu;
    return mu;
  }
  const double half = what == UPPER_MID || what == LOWER_MID ? 0.5 : 1;
  const bool up = what == UPPER || what == UPPER_MID;
  const double tail = ((up ? s.above : s.below) + half * s.at) / total, first = (up ? s.above1 : s.below1) / total;
  *slope = tail > 0 ? (first - mu * tail) / tail : NAN;
  return tail > 0 ? log(tail / target) : -INFINITY;
}

/* All of these rise in ln ψ, or fall (lower tails): sign tells which. */
static double solve(const th_margins *m, double a, th_tail what, double target, double start) {
  const double sign = what == LOWER || what == LOWER_MID ? -1 : 1;
  double x = start, lo = -INFINITY, hi = INFINITY;
  for (int i = 0; i < 200; i++) {
    double slope;
    const double g = sign * gap(m, a, what, target, x, &slope);
    if (g == 0) return exp(x);
    if (g < 0)
      lo = x;
    else
      hi = x;
    double next = x - g / (sign * slope);
    const bool wild = !isfinite(next) || fabs(next - x) > 5;
    if (wild) next = x + (g < 0 ? 5 : -5);
    if (next <= lo || next >= hi) next = isfinite(lo) && isfinite(hi) ? lo + (hi - lo) / 2 : x + (g < 0 ? 1 : -1);
    if (fabs(next) > 690) return next > 0 ? INFINITY : 0;
    const double step = fabs(next - x);
    x = next;
    if (!wild && step < 1e-9 * (1 + fabs(x))) {
      if (step < 1e-15 * (1 + fabs(x))) break;
      /* quadratic convergence: one more pass settles the last digits */
      const double h = sign * gap(m, a, what, target, x, &slope);
      const double last = x - h / (sign * slope);
      return exp(isfinite(last) ? last : x);
    }
  }
  return exp(x);
}

static th_range exact_range(const th_margins *m, double a, bool mid, double alpha, const th_stat_panel *p) {
  th_range r = { NAN, { 0, INFINITY } };
  if (m->lo == m->hi) return r;
  const double mle = p->or_haldane.log, lo0 = log(p->or_haldane.ci.lo), hi0 = log(p->or_haldane.ci.hi);
  if (a == m->lo)
    r.estimate = 0;
  else if (a == m->hi)
    r.estimate = INFINITY;
  else
    r.estimate = mid ? solve(m, a, UPPER_MID, 0.5, mle) : solve(m, a, MEAN, 0, mle);
  if (a > m->lo) r.ci.lo = solve(m, a, mid ? UPPER_MID : UPPER, alpha / 2, lo0);
  if (a < m->hi) r.ci.hi = solve(m, a, mid ? LOWER_MID : LOWER, alpha / 2, hi0);
  return r;
}

void th_stat__panel_exact(th_stat_panel *p, th_rows *rows) {
  if (rows && th_stat__rows_exact(p, rows)) return;
  const th_margins m = th_stat__margins(p->t);
  const double a = (double)p->t.a, alpha = 1 - p->level;
  p->fisher_p = th_stat__fisher(&m, a, 0);
  const th_cond c = th_stat__cond(&m, a, 0, 0);
  p->fisher_less = a == m.hi ? 1 : c.below + c.at;
  p->fisher_greater = a == m.lo ? 1 : c.above + c.at;
  p->midp_p = m.lo == m.hi ? 1 : fmin(1, 2 * fmin(p->fisher_less, p->fisher_greater) - c.at);
  p->or_exact = exact_range(&m, a, false, alpha, p);
  p->or_midp = exact_range(&m, a, true, alpha, p);
}
