/* Shared by the files of the room `stat` only. */
#ifndef THERIAC_STAT_PRIV_H
#define THERIAC_STAT_PRIV_H

#include <math.h>

#include "theriac/stat.h"

#define TH_STAT_PI          3.14159265358979323846264338327950288
#define TH_STAT_LN_SQRT_2PI 0.91893853320467274178032973640561764

/* Root of f in [lo, hi], f(lo) and f(hi) of opposite sign (an end may be the root). Bisection and inverse quadratic steps
 * (Chandrupatla 1997); stops at a bracket of 2e-16·|x| or after 200 steps. NaN when the signs agree. */
typedef double th_stat__fn(double x, void *ctx);
double th_stat__root(th_stat__fn *f, void *ctx, double lo, double hi);

/* Σ x[i] in a fixed tree, so that neither order of threads nor length of vector registers shows in the last digit. */
double th_stat__sum(const double *x, size_t n);

/* lnΓ(x+1) − (x+½)ln x + x − ½ln 2π, for x > 0: what Stirling's formula leaves. */
double th_stat__stirling_rest(double x);
/* x ln(x/m) + m − x ≥ 0, exact to the last digits also for x near m. */
double th_stat__deviance(double x, double m);

/* Conditional distribution of a given the margins: support lo..hi. */
typedef struct th_margins {
  double n1, n2, m1; /* group sizes, number of events */
  double lo, hi;
} th_margins;

static inline th_margins th_stat__margins(th_table2 t) {
  const double n1 = (double)(t.a + t.b), n2 = (double)(t.c + t.d), m1 = (double)(t.a + t.c);
  return (th_margins){ n1, n2, m1, m1 > n2 ? m1 - n2 : 0, m1 < n1 ? m1 : n1 };
}

/* P(X < a), P(X = a), P(X > a) and E(X), at ln ψ. Terms below `cut` times the largest are dropped: 0 keeps all that a double
 * can hold. */
typedef struct th_cond {
  double below, at, above, mean;
} th_cond;
th_cond th_stat__cond(const th_margins *m, double a, double log_psi, double cut);
/* Two-sided Fisher P by minimum likelihood: Σ of all tables with P ≤ P(a)(1 + 1e-7), ψ = 1. */
double th_stat__fisher(const th_margins *m, double a, double cut);

/* Small tables: C(n1, k) and C(n2, k), which are all that the conditional distribution of any margin of these groups needs. */
#define TH_STAT__ROWS_MAX 1000 /* subjects; 2^1000 is a double */
typedef struct th_rows {
  int n1, n2;
  double *b1, *b2; /* b1[0..n1], b2[0..n2], inside room */
  double total;    /* C(N, m1), set by rows_exact */
  double room[TH_STAT__ROWS_MAX + 2];
} th_rows;
bool th_stat__rows_make(th_rows *r, th_table2 t);       /* false: more than TH_STAT__ROWS_MAX subjects */
bool th_stat__rows_exact(th_stat_panel *p, th_rows *r); /* false: a limit did not settle; only the P are set */
/* Two-sided Fisher P of (a, n1−a, c, n2−c), total = C(N, a+c). Absolute error 1e-15: enough to compare with 0.05. */
double th_stat__rows_fisher(const th_rows *r, int a, int c, double total);

/* The parts of the panel, each in its own file. `rows`: NULL when the table is not small. */
void th_stat__panel_exact(th_stat_panel *p, th_rows *rows);
void th_stat__panel_score(th_stat_panel *p, double z);
th_code th_stat__panel_unconditional(th_arena *a, th_stat_panel *p, th_err *err);
void th_stat__panel_fragility(th_stat_panel *p, const th_rows *rows);

#endif
