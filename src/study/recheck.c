/* The checks on printed numbers. A printed number is a box; two numbers agree when their boxes meet. */
#include <math.h>

#include "study/study_priv.h"

typedef struct th_box {
  double lo, hi;
} th_box;

static th_box box_of(th_printed x) {
  const double half = 0.5 * pow(10, -x.decimals);
  return (th_box){ x.v - half, x.v + half };
}

/* Boxes that touch agree; the slack is what a double adds to a printed decimal. */
static bool meet(th_box a, th_box b) {
  const double slack = 1e-12 * (fabs(a.hi) + fabs(b.hi));
  return a.lo <= b.hi + slack && b.lo <= a.hi + slack;
}

static bool p_fits(th_p_cmp cmp, th_printed p, double lo, double hi) {
  switch (cmp) {
  case TH_P_EQ: return meet(box_of(p), (th_box){ lo, hi });
  case TH_P_LT: return lo < p.v;
  case TH_P_GT: return hi > p.v;
  case TH_P_NS: return hi > 0.05;
  case TH_P_NONE: break;
  }
  return true;
}

/* Which side of 0.05 the text takes: 1 significant, 0 not, −1 it does not say ("P > 0.01"). */
static int printed_side(th_p_cmp cmp, th_printed p) {
  switch (cmp) {
  case TH_P_EQ: return p.v < 0.05;
  case TH_P_LT: return p.v <= 0.05 ? 1 : -1;
  case TH_P_GT: return p.v >= 0.05 ? 0 : -1;
  case TH_P_NS: return 0;
  case TH_P_NONE: break;
  }
  return -1;
}

static th_verdict p_verdict(th_p_cmp cmp, th_printed p, double value, double lo, double hi) {
  if (cmp == TH_P_NONE) return TH_V_NO_P;
  if (isnan(value)) return TH_V_NOT_CHECKED;
  if (p_fits(cmp, p, lo, hi)) return TH_V_OK;
  const int side = printed_side(cmp, p);
  return side >= 0 && side != (value < 0.05) ? TH_V_DECISION_ERROR : TH_V_ERROR;
}

static double p_of(double distance, double width, double z) { /* |ln e| or |d|, width of the interval on the same scale */
  if (!(width > 0)) return distance > 0 ? 0 : 1;
  return th_stat_p_of_z(distance / (width / (2 * z)));
}

static double log0(double x) {
  return x > 0 ? log(x) : -INFINITY;
}

th_ratio_check th_study_check_interval(th_printed estimate, th_printed lo, th_printed hi, double level, th_p_cmp cmp,
                                       th_printed p, bool additive) {
  th_ratio_check r = { TH_V_NOT_CHECKED, TH_V_NOT_CHECKED, NAN, NAN, NAN };
  const double z = th_stat_norm_quantile_upper((1 - level) / 2);
  const th_box e = box_of(estimate), l = box_of(lo), h = box_of(hi);
  if (estimate.v < lo.v || estimate.v > hi.v) {
    r.centre = TH_V_OUTSIDE;
  } else if (additive) {
    r.centre = meet(e, (th_box){ (l.lo + h.lo) / 2, (l.hi + h.hi) / 2 }) ? TH_V_OK : TH_V_OFF;
  } else {
    r.centre = meet(e, (th_box){ sqrt(fmax(0, l.lo) * h.lo), sqrt(l.hi * h.hi) }) ? TH_V_OK : TH_V_OFF;
  }
  const double E = additive ? estimate.v : log0(estimate.v), e1 = additive ? e.lo : log0(e.lo),
               e2 = additive ? e.hi : log0(e.hi);
  const double width = additive ? hi.v - lo.v : log0(hi.v) - log0(lo.v);
  const double widest = additive ? h.hi - l.lo : log0(h.hi) - log0(l.lo),
               narrowest = additive ? h.lo - l.hi : log0(h.lo) - log0(l.hi);
  if (isinf(E) || isinf(width) || !(z > 0)) {
    r.p_check = cmp == TH_P_NONE ? TH_V_NO_P : TH_V_NOT_CHECKED;
    return r;
  }
  const double nearest = e1 <= 0 && e2 >= 0 ? 0 : fmin(fabs(e1), fabs(e2)), farthest = fmax(fabs(e1), fabs(e2));
  r.p = p_of(fabs(E), width, z);
  r.hi = isinf(widest) ? 1 : p_of(nearest, widest, z);
  r.lo = isinf(farthest) ? 0 : p_of(farthest, narrowest, z);
  r.p_check = p_verdict(cmp, p, r.p, r.lo, r.hi);
  return r;
}

th_verdict th_study_check_share(int64_t x, int64_t n, th_printed percent) {
  if (n < 1 || x < 0 || percent.decimals > 8) return TH_V_NOT_CHECKED;
  const th_i128 scale = (th_i128)llround(pow(10, percent.decimals)), k = (th_i128)llround(percent.v * (double)scale);
  const th_i128 exact = (th_i128)100 * x * scale, miss = exact - k * n; /* all times n */
  if (2 * miss <= n && -2 * miss <= n) return TH_V_OK;
  return miss >= 0 && miss < n ? TH_V_TRUNCATED : TH_V_ERROR;
}

/* A mean of n whole numbers is k/n: is there a k whose mean prints as this one, half up or half to even (Brown & Heathers 2017)? */
th_verdict th_study_check_grim(int64_t n, int64_t items, th_printed mean) {
  if (n < 1 || items < 1 || mean.decimals < 1 || mean.decimals > 8) return TH_V_NOT_CHECKED;
  const double parts = (double)n * (double)items;
  if (parts >= pow(10, mean.decimals)) return TH_V_NOT_INFORMATIVE;
  const th_box b = box_of(mean);
  const double first = ceil(b.lo * parts - 1e-9), last = floor(b.hi * parts + 1e-9);
  return first <= last ? TH_V_OK : TH_V_ERROR;
}

/* Sum of squares of n whole numbers (persons' totals over the items) from the printed mean and standard deviation: it must be whole,
 * of the parity of their sum, and no less than that of n numbers as equal as can be. */
th_verdict th_study_check_grimmer(int64_t n, int64_t items, th_printed mean, th_printed sd) {
  if (n < 2 || items < 1 || mean.decimals < 1 || mean.decimals > 8 || sd.decimals > 8 || sd.v < 0 || n > 1000000)
    return TH_V_NOT_CHECKED;
  const double N = (double)n, parts = N * (double)items, scale = (N - 1) * (double)items * (double)items;
  const th_box m = box_of(mean), d = box_of(sd);
  const double low = scale * fmax(0, d.lo) * fmax(0, d.lo), high = scale * d.hi * d.hi;
  const double first = ceil(m.lo * parts - 1e-9), last = floor(m.hi * parts + 1e-9);
  if (high - low >= 2 || last - first > 100) return TH_V_NOT_INFORMATIVE;
  for (double k = first; k <= last; k++) {
    const double centre = k * k / N, slack = 1e-9 * (1 + centre + high), each = floor(k / N), over = k - each * N;
    const double least = (N - over) * each * each + over * (each + 1) * (each + 1);
    double squares = ceil(fmax(centre + low - slack, least - slack));
    if (fmod(fabs(squares), 2) != fmod(fabs(k), 2)) squares++;
    if (squares <= centre + high + slack) return TH_V_OK;
  }
  return TH_V_ERROR;
}

th_ratio_check th_study_check_means(th_mean_group x, th_mean_group y, bool errors) {
  th_ratio_check r = { TH_V_NOT_CHECKED, TH_V_NOT_CHECKED, NAN, NAN, NAN };
  const double n1 = (double)x.n, n2 = (double)y.n;
  if (x.n < 2 || y.n < 2) return r;
  const th_box m1 = box_of(x.mean), m2 = box_of(y.mean), s1 = box_of(x.spread), s2 = box_of(y.spread);
  const double gap = fabs(x.mean.v - y.mean.v), wide = fmax(fabs(m1.hi - m2.lo), fabs(m2.hi - m1.lo)),
               narrow = m1.lo <= m2.hi && m2.lo <= m1.hi ? 0 : fmin(fabs(m1.lo - m2.hi), fabs(m2.lo - m1.hi));
  for (int way = 0; way < 3; way++) { /* as printed; most extreme; least */
    const double a = fmax(0, way == 0   ? x.spread.v
                             : way == 1 ? s1.lo
                                        : s1.hi),
                 b = fmax(0, way == 0   ? y.spread.v
                             : way == 1 ? s2.lo
                                        : s2.hi),
                 d = way == 0   ? gap
                     : way == 1 ? wide
                                : narrow;
    const double v1 = errors ? a * a : a * a / n1, v2 = errors ? b * b : b * b / n2, se2 = v1 + v2;
    const double pooled = (v1 * n1 * (n1 - 1) + v2 * n2 * (n2 - 1)) / (n1 + n2 - 2) * (1 / n1 + 1 / n2);
    if (!(se2 > 0) || !(pooled > 0)) {
      if (way == 0) return r;
      if (way == 1) r.lo = 0;
      continue;
    }
    const double df = se2 * se2 / (v1 * v1 / (n1 - 1) + v2 * v2 / (n2 - 1));
    const double welch = th_stat_t_p(d / sqrt(se2), df), student = th_stat_t_p(d / sqrt(pooled), n1 + n2 - 2);
    if (way == 0) r.p = welch;
    if (way == 1) r.lo = fmin(welch, student);
    if (way == 2) r.hi = fmax(welch, student);
  }
  return r;
}

/* ── Tests ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static double test_p(const th_study_finding *f, double x) {
  if (strcmp(f->what, "z") == 0) return th_stat_p_of_z(x);
  if (strcmp(f->what, "t") == 0) return th_stat_t_p(x, f->df2);
  if (strcmp(f->what, "F") == 0) return th_stat_f_sf(x, f->df1, f->df2);
  if (strcmp(f->what, "r") == 0) {
    if (fabs(x) >= 1) return 0;
    return th_stat_t_p(x * sqrt(f->df2 / ((1 - x) * (1 + x))), f->df2);
  }
  return th_stat_chi2_sf(x, f->df1);
}

static void check_test(th_study_finding *f) {
  const bool two_df = strcmp(f->what, "F") == 0, upper = strcmp(f->what, "chi2") == 0 || strcmp(f->what, "Q") == 0;
  const bool no_df = strcmp(f->what, "z") == 0;
  if (!no_df && ((upper || two_df) ? isnan(f->df1) : isnan(f->df2))) {
    f->p_check = TH_V_NOT_CHECKABLE;
    return;
  }
  const double half = 0.5 * pow(10, -f->value.decimals), x = fabs(f->value.v), near = fmax(0, x - half);
  f->rec_p = test_p(f, x);
  f->rec_hi = test_p(f, near);
  f->rec_lo = test_p(f, x + half);
  if (f->one_sided && !upper && !two_df) f->rec_p /= 2, f->rec_lo /= 2, f->rec_hi /= 2; /* the text says so */
  f->p_check = p_verdict(f->p_cmp, f->p, f->rec_p, f->rec_lo, f->rec_hi);
  const bool bad = f->p_check == TH_V_ERROR || f->p_check == TH_V_DECISION_ERROR;
  if (bad && !upper && !two_df && !f->one_sided && f->p_cmp != TH_P_NS)
    f->one_tailed_fits = p_fits(f->p_cmp, f->p, f->rec_lo / 2, f->rec_hi / 2);
}

void th_study__recheck(th_study_finding *f) {
  switch ((int)f->kind) {
  case TH_STUDY_RATIO:
  case TH_STUDY_DIFFERENCE: {
    const th_ratio_check c =
        th_study_check_interval(f->value, f->lo, f->hi, f->level, f->p_cmp, f->p, f->kind == TH_STUDY_DIFFERENCE);
    f->centre = c.centre;
    /* A one-sided P, often of a stratified test, is no reading of the two-sided interval: neither borne out nor refuted. */
    f->p_check = f->one_sided && f->p_cmp != TH_P_NONE ? TH_V_NOT_CHECKED : c.p_check;
    f->rec_p = c.p;
    f->rec_lo = c.lo;
    f->rec_hi = c.hi;
    break;
  }
  case TH_STUDY_PROPORTION:
    f->share = th_study_check_share(f->x, f->n, f->value);
    f->rec_share = 100.0 * (double)f->x / (double)f->n;
    break;
  case TH_STUDY_TEST: check_test(f); break;
  case TH_STUDY_MEAN:
    f->grim = th_study_check_grim(f->n, f->x, f->value);
    if (f->has_spread && f->spread_name && strcmp(f->spread_name, "sd") == 0)
      f->grimmer = th_study_check_grimmer(f->n, f->x, f->value, f->spread);
    break;
  default: break;
  }
}
