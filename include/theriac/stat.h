/* Floor 2: statistics. Pure and exact: no file, no clock, no state. Every number is recomputable from the values beside it.
 *
 * Conventions: NaN = undefined (JSON null), ±INFINITY = open side ("inf"). Probabilities are two-sided unless named otherwise.
 * "Did not converge" is a field of a result, never an error. */
#ifndef THERIAC_STAT_H
#define THERIAC_STAT_H

#include "theriac/io.h"

/* ── Special functions (relative error about 1e-14, 1e-12 asked; both tails) ───────────────────────────────────────── */

TH_API double th_stat_lgamma(double x);                     /* ln Γ(x), x > 0 */
TH_API double th_stat_lfact(double n);                      /* ln n!, n ≥ 0 */
TH_API double th_stat_lchoose(double n, double k);          /* ln C(n, k), 0 ≤ k ≤ n */
TH_API double th_stat_norm_cdf(double x);                   /* Φ(x) */
TH_API double th_stat_norm_sf(double x);                    /* 1 − Φ(x), as such: good to 1e-300 */
TH_API double th_stat_norm_quantile(double p);              /* Φ⁻¹(p); NaN outside [0, 1] */
TH_API double th_stat_norm_quantile_upper(double q);        /* x with 1 − Φ(x) = q */
TH_API double th_stat_p_of_z(double z);                     /* 2(1 − Φ(|z|)) */
TH_API double th_stat_gamma_p(double a, double x);          /* P(a, x), lower regularised incomplete gamma, a > 0, x ≥ 0 */
TH_API double th_stat_gamma_q(double a, double x);          /* Q(a, x) = 1 − P */
TH_API double th_stat_beta_p(double x, double a, double b); /* I_x(a, b) */
TH_API double th_stat_beta_q(double x, double a, double b); /* 1 − I_x(a, b) */
TH_API double th_stat_beta_quantile(double p, double a, double b);
TH_API double th_stat_chi2_sf(double x, double df);
TH_API double th_stat_chi2_cdf(double x, double df);
TH_API double th_stat_chi2_quantile(double p, double df); /* lower tail p */
TH_API double th_stat_t_p(double t, double df);           /* two-sided */
TH_API double th_stat_t_cdf(double t, double df);
TH_API double th_stat_t_quantile(double p, double df);
TH_API double th_stat_f_sf(double f, double df1, double df2);
TH_API double th_stat_hedges_j(double m); /* Γ(m/2) / (√(m/2) Γ((m−1)/2)), m > 1 */

/* ── One 2×2 table ─────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Rows are groups: group 1 = a events, b non-events; group 2 = c, d. */
typedef struct th_table2 {
  int64_t a, b, c, d;
} th_table2;

#define TH_STAT_COUNT_MAX         ((int64_t)1000000000) /* a cell; the exact parts stay in milliseconds to 10^7 */
#define TH_STAT_UNCONDITIONAL_MAX 12000                 /* (n1+1)(n2+1) up to which Barnard and Boschloo are run */
#define TH_STAT_FRAGILITY_MAX     20000                 /* N up to which fragility is searched */

typedef struct th_interval {
  double lo, hi;
} th_interval;

/* estimate on the natural scale, log its logarithm for ratios (NaN for differences), se on the scale of the test. */
typedef struct th_effect {
  double estimate, log, se, z, p;
  th_interval ci;
} th_effect;

/* An exact or score method: estimate may be NaN where the method gives an interval only. */
typedef struct th_range {
  double estimate;
  th_interval ci;
} th_range;

typedef struct th_chi2_test {
  double statistic, p;
} th_chi2_test;

typedef struct th_sup_test {
  bool given; /* false: table too large, see notes */
  double statistic, p, nuisance;
} th_sup_test;

typedef struct th_fragility {
  bool given; /* false: table too large */
  bool significant;
  int64_t index, walsh, reverse; /* −1: none */
  double quotient, p_after;      /* NaN: none */
  int group;                     /* 1, 2; 0: none */
  bool to_event;                 /* the index moves non-events to events */
} th_fragility;

/* Everything that is said about one table: fields of the JSON in `theriac stat table`, one for one. */
typedef struct th_stat_panel {
  th_table2 t;
  double level;
  th_range p1, p2;
  th_effect odds_ratio, or_haldane, or_peto, rr, rr_haldane, rd;
  th_range or_exact, or_midp;
  th_interval or_cornfield, or_mn, rr_mn, rd_newcombe, rd_mn;
  double fisher_p, fisher_less, fisher_greater, midp_p;
  th_chi2_test pearson, yates, n1, lr, williams;
  th_sup_test barnard, boschloo;
  th_range nnt; /* ci in the order [1/hi, 1/lo] of the Newcombe limits */
  bool nnt_through_infinity;
  double evalue_rr, evalue_rr_limit, evalue_or_sqrt, evalue_or_sqrt_limit;
  double phi;
  th_fragility fragility;
} th_stat_panel;

typedef struct th_stat_panel_opts {
  double level;          /* in (0, 1); 0 means 0.95 */
  bool no_unconditional; /* leave out Barnard and Boschloo */
  bool no_fragility;
  bool closed_only; /* only what has a closed form: no exact, score, unconditional or fragility part */
} th_stat_panel_opts;

/* The whole panel. Group sizes must be ≥ 1 and cells 0..TH_STAT_COUNT_MAX (TH_EPARSE says which cell is off), level in (0, 1)
 * (TH_EINVAL). Scratch comes from the arena and is given back. About 10 µs at N = 100 without the unconditional tests.
 * Sources: Woolf 1955; Katz 1978; Cornfield 1956; Miettinen & Nurminen 1985; Newcombe 1998; Altman 1998; Boschloo 1970;
 * Walsh 2014; Khan 2020; VanderWeele & Ding 2017. */
TH_API th_code th_stat_panel_make(th_arena *a, th_table2 t, th_stat_panel_opts opts, th_stat_panel *out, th_err *err);
/* The JSON object of `stat table` (schema theriac.stat.table/1), written as one value. */
TH_API void th_stat_panel_json(const th_stat_panel *p, th_jwrite *w);
/* Notes that belong to the panel (definition of the two-sided Fisher P, what was left out and why), "en" or "zh-TW". At most
 * TH_STAT_NOTES; returns how many. The strings are static. */
#define TH_STAT_NOTES 6
TH_API size_t th_stat_panel_notes(const th_stat_panel *p, const char *lang, const char *notes[TH_STAT_NOTES]);

/* Every P of the panel under its name, and every interval of a ratio: what "which method made this number" looks through. */
typedef struct th_stat_named_p {
  const char *method; /* "fisher", "midp", "pearson", "yates", … */
  double p;
} th_stat_named_p;
typedef struct th_stat_named_ci {
  const char *method;  /* "woolf", "exact", "midp", "cornfield", "mn", "katz", … */
  const char *measure; /* "OR", "RR", "RD" */
  double estimate;
  th_interval ci;
} th_stat_named_ci;
#define TH_STAT_NAMED 16
TH_API size_t th_stat_panel_p_values(const th_stat_panel *p, th_stat_named_p out[TH_STAT_NAMED]);
TH_API size_t th_stat_panel_intervals(const th_stat_panel *p, th_stat_named_ci out[TH_STAT_NAMED]);

/* The exact pieces by themselves. Level in (0,1); table as above. */
TH_API double th_stat_fisher_two_sided(th_table2 t);

#endif
