/* Floor 3: facts read from a study's text, and their re-check. No language model: patterns with boundaries, precision before
 * recall. English, traditional and simplified Chinese. Every finding carries the bytes it was read from.
 *
 * A printed number x with d decimals stands for the box [x − ½·10⁻ᵈ, x + ½·10⁻ᵈ]; a check asks whether boxes meet, so that rounding
 * alone never makes an error. */
#ifndef THERIAC_STUDY_H
#define THERIAC_STUDY_H

#include "theriac/plot.h"
#include "theriac/stat.h"

/* Bytes from..to of section `section` of the input, as it was given. */
typedef struct th_study_span {
  uint32_t section, from, to;
} th_study_span;

typedef enum th_study_kind {
  TH_STUDY_RATIO,        /* OR RR HR IRR with interval */
  TH_STUDY_DIFFERENCE,   /* RD MD SMD with interval */
  TH_STUDY_PROPORTION,   /* x of n (p %) */
  TH_STUDY_TEST,         /* t F χ² z r Q with P */
  TH_STUDY_MEAN,         /* mean of whole-number items with n */
  TH_STUDY_ARM_N,        /* "(n = 51)" */
  TH_STUDY_TOTAL_N,      /* subjects of the whole study */
  TH_STUDY_REGISTRATION, /* registry id */
  TH_STUDY_DOSE,         /* amount and unit */
  TH_STUDY_SCHEDULE,     /* every n days, weeks, months */
  TH_STUDY_FOLLOW_UP,
  TH_STUDY_DESIGN,     /* a word that names the design */
  TH_STUDY_P,          /* a P by itself, in a sentence without the numbers it speaks of */
  TH_STUDY_MEAN_SD,    /* mean with its standard deviation or error, of anything */
  TH_STUDY_LOST_N,     /* subjects lost, withdrawn or excluded */
  TH_STUDY_ANALYSED_N, /* subjects that remained for analysis, or completed */
  TH_STUDY_DURATION,   /* length of treatment */
  TH_STUDY_OUTCOME,    /* what the text calls its primary outcome */
  TH_STUDY_COUNTRY     /* where the study was done */
} th_study_kind;

typedef enum th_p_cmp { TH_P_NONE, TH_P_EQ, TH_P_LT, TH_P_GT, TH_P_NS } th_p_cmp;

typedef enum th_verdict {
  TH_V_NOT_CHECKED,
  TH_V_OK, /* "consistent" for P, "possible" for GRIM */
  TH_V_TRUNCATED,
  TH_V_OFF,     /* centre of the interval: other than the estimate */
  TH_V_OUTSIDE, /* estimate outside its interval */
  TH_V_NO_P,
  TH_V_NOT_CHECKABLE,
  TH_V_NOT_INFORMATIVE,
  TH_V_ERROR,         /* "impossible" for GRIM */
  TH_V_DECISION_ERROR /* and the side of 0.05 differs */
} th_verdict;

/* A number as printed. */
typedef struct th_printed {
  double v;
  int decimals;
} th_printed;

typedef struct th_study_finding {
  th_study_kind kind;
  th_study_span span;
  uint32_t sentence; /* counted over the whole input */
  bool zh;           /* read from a Chinese sentence */
  const char *rule;  /* id of the pattern that read it */
  const char *what; /* ratio: "OR" "RR" "HR" "IRR", NULL when the text leaves it open; difference: "RD" "MD" "SMD"; test: "t" …;
                        design: "cohort" …; schedule, duration: unit; country: ISO 3166-1 code of two letters */
  th_str text;      /* registration: the id; dose: unit; arm_n, proportion: name of the arm as written, may be empty; posted
                       ratio or difference: the outcome; outcome,
                       country: the words */

  th_printed value; /* estimate, statistic, mean, per cent, dose, interval length */
  th_printed lo, hi;
  double level;                            /* 0.95 */
  bool level_printed, adjusted, one_sided; /* one_sided: the P says so, and is not held against a two-sided interval */
  th_p_cmp p_cmp;
  th_printed p;
  double df1, df2; /* NaN: none */
  int64_t x, n;    /* proportion; mean and arm: n */
  bool n_from_arm; /* proportion: n comes from an arm's size, the text prints x and the percentage */

  th_verdict centre, p_check, share, grim;
  bool has_spread; /* mean, mean_sd: a standard deviation or error stands beside it */
  th_printed spread;
  const char *spread_name;      /* "sd", "se", NULL: "±" without a name */
  th_verdict grimmer;           /* mean of whole numbers with its standard deviation */
  double rec_p, rec_lo, rec_hi; /* recomputed P with its extremes over the boxes; NaN: none */
  double rec_share;             /* 100 x / n */
  bool one_tailed_fits;
  const char *explained_by; /* a family of P values that fits where the ratio's own P does not; NULL: none */
  const char *klass;        /* re-check of a ratio: "match" "other_method" "mixed_methods" "adjusted_not_comparable" "rounding"
                               "inconsistent" "decision_changing" "not_checked" */
} th_study_finding;

typedef struct th_study_table {
  th_table2 t;
  uint32_t from[2]; /* indices of the two proportions */
  int32_t ratio;    /* index of the ratio that speaks of it, −1: none */
  th_p_cmp p_cmp;   /* the P printed for it, the ratio's or one beside the shares */
  th_printed p;
  th_stat_panel panel;
  const char *p_family[TH_STAT_NAMED]; /* every P that rounds or is cut to the printed one */
  const char *ci_family[TH_STAT_NAMED];
  size_t n_p, n_ci;
} th_study_table;

typedef enum th_study_severity { TH_STUDY_INFO, TH_STUDY_WARN, TH_STUDY_ERROR } th_study_severity;

typedef struct th_study_flag {
  const char *code; /* "p_ci_mixed", … */
  th_study_severity severity;
  th_str en, zh; /* the same sentence in both languages */
  th_study_span span;
} th_study_flag;

typedef struct th_study_result {
  TH_VEC(th_study_finding) findings; /* in order of the text */
  TH_VEC(th_study_table) tables;
  TH_VEC(th_study_flag) flags;
  bool error; /* some check ends in an error that no other method explains */
} th_study_result;

#define TH_STUDY_SECTIONS_MAX 64
#define TH_STUDY_FINDINGS_MAX 20000

/* Reads and re-checks the sections of one study (title, abstract, the abstract in the other language, …), UTF-8. The sections of
 * both languages are compared: a fact that stands in one only is a flag. Findings view the sections' bytes (`text`) and live in the
 * arena. Errors: TH_EPARSE (not UTF-8), TH_ELIMIT (TH_LIMIT_DOCUMENT_BYTES, sections, findings), TH_ENOMEM. Linear in the text
 * but for the panels of its tables (a few milliseconds each). */
TH_API th_code th_study_check(th_arena *a, const th_str *section, size_t n_sections, th_study_result *out, th_err *err);

/* theriac.study.check/1; flags' text in `lang`. */
TH_API void th_study_json(const th_study_result *r, const char *lang, th_jwrite *w);

/* One comparison as a registry's result section posts it. */
typedef struct th_study_posted_group {
  int64_t n, x;       /* analysed, with the event; −1: not posted */
  th_printed percent; /* where x is not posted */
  bool has_percent;
} th_study_posted_group;
typedef struct th_study_posted {
  th_study_span span;
  th_str title, method, param; /* outcome; statistical method and kind of estimate in the registry's words */
  th_printed estimate, lo, hi;
  double level; /* 0: not posted, 0.95 */
  th_p_cmp p_cmp;
  th_printed p;
  th_study_posted_group group[2]; /* n −1: none */
} th_study_posted;
/* Subjects of one group through one period. */
typedef struct th_study_flow {
  th_study_span span;
  th_str group;
  int64_t started, completed, left; /* −1: not posted */
} th_study_flow;

/* The same checks on posted results: interval against P, the table behind percentages, which method gives the printed interval at its
 * own level. Comparisons without an estimate and an interval of a known kind are passed over. An estimate by regression, stratified
 * or of survival times is not compared with the crude counts. Errors: TH_ELIMIT (findings), TH_ENOMEM. */
TH_API th_code th_study_check_posted(th_arena *a, const th_study_posted *v, size_t n, const th_study_flow *flow, size_t n_flow,
                                     th_study_result *out, th_err *err);

TH_API const char *th_study_kind_name(th_study_kind k);
TH_API const char *th_p_cmp_name(th_p_cmp c); /* "=" "<" ">" "ns", NULL for none */
/* Name of a verdict where it stands: centre and share, P, GRIM differ in words ("ok", "consistent", "possible"). */
TH_API const char *th_study_verdict_name(th_verdict v, th_study_kind k);

/* The pure checks, for numbers that come from elsewhere (a registry's result section). */
typedef struct th_ratio_check {
  th_verdict centre, p_check;
  double p, lo, hi;
} th_ratio_check;
/* additive: a difference (centre is the arithmetic mean, null value 0) instead of a ratio (geometric mean, 1). */
TH_API th_ratio_check th_study_check_interval(th_printed estimate, th_printed lo, th_printed hi, double level, th_p_cmp cmp,
                                              th_printed p, bool additive);
TH_API th_verdict th_study_check_share(int64_t x, int64_t n, th_printed percent);
TH_API th_verdict th_study_check_grim(int64_t n, int64_t items, th_printed mean);
/* Can n whole numbers (sums of `items` items each) have this mean and this standard deviation (n − 1)? TH_V_ERROR: no. Only what
 * arithmetic forbids is an error (Anaya 2016; Allard 2018): whole sum, whole sum of squares of the same parity, not below its least. */
TH_API th_verdict th_study_check_grimmer(int64_t n, int64_t items, th_printed mean, th_printed sd);
/* P of two means by Student's and by Welch's t, extremes over the rounding boxes; `errors`: the spreads are standard errors. NaN
 * when a group has fewer than two subjects or nothing varies. */
typedef struct th_mean_group {
  th_printed mean, spread;
  int64_t n;
} th_mean_group;
TH_API th_ratio_check th_study_check_means(th_mean_group x, th_mean_group y, bool errors);

/* ── A meta-analysis as figures ────────────────────────────────────────────────────────────────────────────────────── */

typedef enum th_study_picture {
  TH_PICTURE_FOREST,
  TH_PICTURE_CUMULATIVE,
  TH_PICTURE_LEAVE_ONE_OUT,
  TH_PICTURE_FUNNEL,
  TH_PICTURE_LABBE
} th_study_picture;

typedef struct th_study_words {
  th_str title;                       /* empty: measure, method, number of studies */
  th_str group1, group2;              /* heads of the columns; empty: "Group 1", … */
  th_str favours_left, favours_right; /* under the axis of a forest plot: "favours …"; empty: none */
} th_study_words;

/* The figure of a result: rows, weights, subgroups with their own diamonds, pooled effect, prediction interval, the lines on
 * heterogeneity, effect, method and rule below. TH_EINVAL: the picture cannot be drawn from this result (no refits, no tables). */
TH_API th_code th_study_picture_make(th_arena *a, const th_meta_result *r, th_study_picture what, th_study_words words,
                                     th_plot_opts o, th_plot_figure *out, th_err *err);

#endif
