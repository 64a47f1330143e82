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
 * (TH_EINVAL). Scratch comes from the arena and is given back. About 3 µs at N = 100 without the unconditional tests.
 * Sources: Woolf 1955; Katz 1978; Cornfield 1956; Miettinen & Nurminen 1985; Newcombe 1998; Altman 1998; Boschloo 1970;
 * Walsh 2014; Khan 2020; VanderWeele & Ding 2017. */
TH_API th_code th_stat_panel_make(th_arena *a, th_table2 t, th_stat_panel_opts opts, th_stat_panel *out, th_err *err);
/* One closed form by itself, for many tables: Woolf, Katz, Wald; z = Φ⁻¹(1 − α/2). Cells ≥ 0, group sizes ≥ 1; zero cells as in the
 * panel. Pure, a few tens of nanoseconds. */
TH_API th_effect th_stat_or(th_table2 t, double z);
TH_API th_effect th_stat_rr(th_table2 t, double z);
TH_API th_effect th_stat_rd(th_table2 t, double z);
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

/* ── Meta-analysis ─────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef enum th_meta_measure {
  TH_META_OR,
  TH_META_RR,
  TH_META_RD,
  TH_META_PETO,
  TH_META_MD,
  TH_META_SMD,
  TH_META_ROM,
  TH_META_IRR,
  TH_META_PR,
  TH_META_PLO,
  TH_META_PFT,
  TH_META_COR,
  TH_META_ZCOR,
  TH_META_GEN,
  TH_META_MEASURES
} th_meta_measure;
typedef enum th_meta_method {
  TH_META_EE,
  TH_META_DL,
  TH_META_HE,
  TH_META_HS,
  TH_META_SJ,
  TH_META_PM,
  TH_META_EB,
  TH_META_ML,
  TH_META_REML,
  TH_META_MH,
  TH_META_PETO_METHOD,
  TH_META_METHODS
} th_meta_method;
TH_API const char *th_meta_measure_name(th_meta_measure m);
TH_API const char *th_meta_method_name(th_meta_method m);
TH_API bool th_meta_measure_of(const char *name, th_meta_measure *out);
TH_API bool th_meta_method_of(const char *name, th_meta_method *out);
TH_API bool th_meta_is_ratio(th_meta_measure m); /* pooled on the log scale, printed as exp */

/* What a row holds: {a,b,c,d} | {m1,sd1,n1,m2,sd2,n2} | {x1,t1,x2,t2} | {x,n} | {r,n} | {yi,vi}. */
typedef struct th_meta_row {
  th_str label;
  uint32_t line; /* in the CSV; 0: none */
  double raw[6]; /* NaN: missing */
  double yi, vi;
  const char *left_out; /* reason, or NULL: the row is pooled */
  th_str *mod;          /* one a moderator column */
} th_meta_row;

typedef struct th_meta_data {
  th_meta_measure measure;
  th_meta_row *row;
  size_t n;
  th_str *mod_name;
  size_t n_mods;
} th_meta_data;

/* Reads the CSV of a measure (columns of the specification, UTF-8, RFC 4180, NA or empty = missing). TH_EPARSE with line and column:
 * wrong columns, text for a number, negative or fractional counts, more events than subjects, a negative sd or variance. The rows
 * view the bytes. */
TH_API th_code th_meta_read(th_arena *a, th_str csv, th_meta_measure measure, th_meta_data *out, th_err *err);
/* The same from tables at hand (measure OR, RR, RD or PETO). */
TH_API th_code th_meta_of_tables(th_arena *a, th_meta_measure measure, const th_str *label, const th_table2 *t, size_t n,
                                 th_meta_data *out, th_err *err);

typedef enum th_meta_to { TH_META_ONLY0, TH_META_ALL, TH_META_IF0ALL, TH_META_NONE } th_meta_to;
typedef struct th_meta_opts {
  th_meta_method method;
  double level; /* 0: 0.95 */
  double add;   /* zero cells; 0 with `add_given` false: 0.5 */
  bool add_given;
  th_meta_to to;
  bool drop00;
  const char *mods, *subgroup, *order; /* column names, mods by commas; NULL: none */
  bool pooled_only;                    /* no leave-one-out, influence, bias tests */
} th_meta_opts;

typedef struct th_pooled {
  double estimate, se, statistic, p;
  th_interval ci;
  double df; /* of t; NaN: normal */
} th_pooled;

typedef struct th_meta_fit { /* one row of cumulative or leave-one-out */
  double estimate, se, tau2, i2;
} th_meta_fit;
typedef struct th_meta_influence {
  double rstudent, dffits, cook_d, cov_r, hat;
} th_meta_influence;
typedef struct th_meta_test { /* statistic NaN: not given */
  double statistic, df, p;
} th_meta_test;
typedef struct th_meta_subgroup {
  th_str level;
  size_t k;
  th_pooled pooled;
  double tau2;
} th_meta_subgroup;
typedef struct th_meta_study {
  th_str label;
  size_t row;            /* in the data */
  double yi, vi, weight; /* per cent */
} th_meta_study;

#define TH_META_NOTES      16
#define TH_META_MODS_MAX   40   /* coefficients of a meta-regression */
#define TH_META_REFIT_MAX  2000 /* studies up to which one is left out at a time */
#define TH_META_BEGG_EXACT 400  /* studies up to which Begg's P is exact */

typedef struct th_meta_result {
  th_meta_measure measure;
  th_meta_method method;
  double level;
  size_t k;
  th_meta_study *study;
  bool converged;
  th_pooled pooled, hksj, hksj_guard;                /* hksj.estimate NaN: not given */
  th_interval predict_z, predict_t_k1, predict_t_k2; /* NaN: none */
  double q, df, q_p, i2, h2, tau2;
  th_interval tau2_ci, i2_ci, h2_ci;     /* NaN: none */
  th_meta_test cmh, breslow_day, tarone; /* MH of odds ratios */
  th_meta_test egger, peters, harbord;
  double begg_tau, begg_p;
  struct {
    bool given, left; /* side of the missing studies */
    size_t k0;
    th_pooled pooled; /* REML and ML stopped at a step of 1e-5, as published analyses are */
    double tau2;
    th_pooled converged; /* the same data, iterated to the end */
    double converged_tau2;
    double *yi, *vi; /* the filled ones, k0 of them */
  } trimfill;
  bool failsafe_given;
  double failsafe_rosenthal, failsafe_rosenberg, failsafe_orwin;
  th_meta_fit *loo, *cumulative; /* k of them; NULL: not given */
  size_t *cumulative_study;      /* order of the cumulative steps */
  th_meta_influence *influence;
  struct {
    size_t p; /* coefficients, 0: no regression */
    th_str *name;
    double *estimate, *se, *p_value;
    double qm, qm_df, qm_p, qe, qe_p, tau2, r2;
  } regression;
  th_meta_subgroup *subgroup;
  size_t n_subgroups;
  th_meta_test q_between;
  const th_meta_data *data;        /* rows left out carry their reason */
  const char *note[TH_META_NOTES]; /* English; th_meta_note_text translates */
  size_t n_notes;
} th_meta_result;

/* Effect sizes (§4), pooling (§5) and everything the JSON of `stat meta` holds. `data` gets yi, vi and the reasons filled in and must
 * outlive the result. TH_EPARSE: no study can be pooled, an unknown moderator column; TH_EINVAL: method and measure do not go
 * together. An iteration that finds no maximum is a result: converged false and a note. O(k) per estimate, O(k²) for leave-one-out
 * up to TH_META_REFIT_MAX studies. Sources: DerSimonian & Laird 1986; Paule & Mandel 1982; Sidik & Jonkman 2005; Hartung & Knapp 2001;
 * Viechtbauer 2005, 2007; Higgins 2009; Egger 1997; Begg 1994; Peters 2006; Harbord 2006; Duval & Tweedie 2000; Robins 1986; Sato
 * 1989. */
TH_API th_code th_meta_run(th_arena *a, th_meta_data *data, th_meta_opts o, th_meta_result *out, th_err *err);
TH_API void th_meta_json(const th_meta_result *r, th_jwrite *w); /* theriac.stat.meta/1 */
TH_API const char *th_meta_note_text(const char *note, const char *lang);

#endif
