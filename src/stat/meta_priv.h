/* Shared by the files of meta-analysis only. */
#ifndef THERIAC_META_PRIV_H
#define THERIAC_META_PRIV_H

#include "stat/stat_priv.h"

/* k effects with p columns of a design matrix (row major, first column 1 when there is an intercept); X NULL means p = 1, all 1. */
typedef struct th_design {
  const double *y, *v, *x;
  size_t k, p;
} th_design;

typedef struct th_wls {
  double beta[TH_META_MODS_MAX], vb[TH_META_MODS_MAX * TH_META_MODS_MAX]; /* (X'WX)⁻¹ */
  double rss;                                                             /* Σ w e² */
} th_wls;

/* Weighted fit at τ². False when X'WX is singular. */
bool th_meta__wls(const th_design *d, double tau2, th_wls *out);
/* τ² by the method; *converged false when an iteration found no root. */
double th_meta__tau2(const th_design *d, th_meta_method method, bool *converged);
/* τ² at which Q(τ²) is `target`, or 0 when Q(0) is below it. */
double th_meta__q_root(const th_design *d, double target);

/* ML and REML by scoring alone with the stopping rule of the usual packages, a step of 1e-5: for trim and fill only. */
double th_meta__tau2_plain_scoring(const th_design *d, bool reml);

typedef struct th_simple_fit {
  double estimate, se, tau2, i2;
  bool converged;
} th_simple_fit;
/* Estimate without moderators; k = 1 gives the study itself. */
th_simple_fit th_meta__fit(const double *y, const double *v, size_t k, th_meta_method method);

void th_meta__effects(th_meta_data *data, th_meta_opts o); /* fills yi, vi, left_out */
bool th_meta__has_table(th_meta_measure m);                /* OR RR RD PETO */
th_pooled th_meta__pooled(double estimate, double se, double df, double level);
void th_meta__note(th_meta_result *r, const char *note);

/* weight: scratch, one number a row of the data. */
th_code th_meta__mantel_haenszel(th_meta_result *r, double *weight, th_err *err);
void th_meta__peto(th_meta_result *r);
bool th_meta__bias(th_arena *a, th_meta_result *r, const double *y, const double *v); /* false: no memory */
th_code th_meta__regression(th_arena *a, th_meta_result *r, const double *y, const double *v, const char *mods, th_err *err);
int th_meta__mod(const th_meta_data *d, th_str name); /* index of a moderator column, or −1 */

#endif
