/* Small-study tests, trim and fill, fail-safe numbers. None of them tells bias from heterogeneity; fewer than ten studies carry no
 * test, which the notes say. */
#include <stdlib.h>

#include "stat/meta_priv.h"

/* Weighted line y = b0 + b1 x: t of one coefficient on k − 2 degrees of freedom. */
static th_meta_test line_test(const double *y, const double *x, const double *w, size_t k, bool intercept) {
  th_meta_test none = { NAN, NAN, NAN };
  if (k < 3) return none;
  double sw = 0, sx = 0, sy = 0;
  for (size_t i = 0; i < k; i++) sw += w[i], sx += w[i] * x[i], sy += w[i] * y[i];
  const double mx = sx / sw, my = sy / sw;
  double sxx = 0, sxy = 0, rss = 0;
  for (size_t i = 0; i < k; i++) sxx += w[i] * (x[i] - mx) * (x[i] - mx), sxy += w[i] * (x[i] - mx) * (y[i] - my);
  if (!(sxx > 1e-14 * sw * mx * mx)) return none; /* all x alike: no slope */
  const double slope = sxy / sxx, b0 = my - slope * mx;
  for (size_t i = 0; i < k; i++) {
    const double e = y[i] - b0 - slope * x[i];
    rss += w[i] * e * e;
  }
  const double s2 = rss / (double)(k - 2), se = intercept ? sqrt(s2 * (1 / sw + mx * mx / sxx)) : sqrt(s2 / sxx);
  if (!(se > 0)) return none;
  th_meta_test t = { (intercept ? b0 : slope) / se, (double)(k - 2), NAN };
  t.p = th_stat_t_p(t.statistic, t.df);
  return t;
}

static void egger(th_meta_result *r, const double *y, const double *v, double *x, double *w) {
  for (size_t i = 0; i < r->k; i++) x[i] = sqrt(v[i]), w[i] = 1 / v[i];
  r->egger = line_test(y, x, w, r->k, false);
}

static void peters(th_meta_result *r, const double *y, double *x, double *w) {
  for (size_t i = 0; i < r->k; i++) {
    const double *c = r->data->row[r->study[i].row].raw, m1 = c[0] + c[2], m0 = c[1] + c[3];
    if (m1 == 0 || m0 == 0) return; /* a weight would vanish */
    x[i] = 1 / (m1 + m0);
    w[i] = 1 / (1 / m1 + 1 / m0);
  }
  r->peters = line_test(y, x, w, r->k, false);
}

static void harbord(th_meta_result *r, double *y, double *x, double *w) {
  size_t k = 0;
  for (size_t i = 0; i < r->k; i++) {
    const double *c = r->data->row[r->study[i].row].raw, n1 = c[0] + c[1], n2 = c[2] + c[3], m1 = c[0] + c[2], m0 = c[1] + c[3],
                 n = n1 + n2;
    const double V = n1 / n * (n2 / n) * m1 * m0 / (n - 1);
    if (!(V > 0)) continue;
    y[k] = (c[0] - n1 * m1 / n) / sqrt(V);
    x[k] = sqrt(V);
    w[k++] = 1;
  }
  r->harbord = line_test(y, x, w, k, true);
}

/* ── Begg: Kendall's tau ───────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_pair {
  double x, y;
} th_pair;

static int by_x_then_y(const void *a, const void *b) {
  const th_pair *p = a, *q = b;
  if (p->x != q->x) return p->x < q->x ? -1 : 1;
  return (p->y > q->y) - (p->y < q->y);
}

static double inversions(double *y, double *tmp, size_t n) { /* merge sort that counts y[i] > y[j], i < j */
  if (n < 2) return 0;
  const size_t h = n / 2;
  double count = inversions(y, tmp, h) + inversions(y + h, tmp, n - h);
  size_t i = 0, j = h, o = 0;
  while (i < h && j < n) {
    if (y[j] < y[i]) {
      count += (double)(h - i);
      tmp[o++] = y[j++];
    } else {
      tmp[o++] = y[i++];
    }
  }
  while (i < h) tmp[o++] = y[i++];
  while (j < n) tmp[o++] = y[j++];
  memcpy(y, tmp, n * sizeof *y);
  return count;
}

typedef struct th_ties {
  double pairs, cubic, triple; /* Σt(t−1)/2, Σt(t−1)(2t+5), Σt(t−1)(t−2) */
} th_ties;

static th_ties ties_of(const double *sorted, size_t n) {
  th_ties s = { 0 };
  for (size_t i = 0; i < n;) {
    size_t j = i;
    while (j < n && sorted[j] == sorted[i]) j++;
    const double t = (double)(j - i);
    s.pairs += t * (t - 1) / 2;
    s.cubic += t * (t - 1) * (2 * t + 5);
    s.triple += t * (t - 1) * (t - 2);
    i = j;
  }
  return s;
}

/* P(concordant pairs ≤ q) of n without ties: one more element adds 0..m−1 pairs, each equally likely. */
static double kendall_cdf(double *dist, double *tmp, size_t n, double q) {
  size_t top = 0;
  dist[0] = 1;
  for (size_t m = 2; m <= n; m++) {
    const size_t new_top = top + m - 1;
    double window = 0;
    for (size_t s = 0; s <= new_top; s++) {
      if (s <= top) window += dist[s];
      if (s >= m && s - m <= top) window -= dist[s - m];
      tmp[s] = window / (double)m;
    }
    top = new_top;
    memcpy(dist, tmp, (top + 1) * sizeof *dist);
  }
  double below = 0;
  for (size_t s = 0; s <= top && (double)s <= q + 0.5; s++) below += dist[s];
  return below;
}

static bool begg(th_arena *a, th_meta_result *r, const double *y, const double *v) {
  const size_t k = r->k;
  th_pair *p = TH_NEWN(a, th_pair, k);
  double *order = TH_NEWN(a, double, k), *tmp = TH_NEWN(a, double, k), *xs = TH_NEWN(a, double, k);
  if (!p || !order || !tmp || !xs) return false;
  double sw = 0, swy = 0;
  for (size_t i = 0; i < k; i++) sw += 1 / v[i], swy += y[i] / v[i];
  for (size_t i = 0; i < k; i++) {
    const double rest = v[i] - 1 / sw;
    p[i] = (th_pair){ v[i], rest > 0 ? (y[i] - swy / sw) / sqrt(rest) : 0 };
  }
  qsort(p, k, sizeof *p, by_x_then_y);
  double both = 0; /* pairs tied in both */
  for (size_t i = 0; i < k;) {
    size_t j = i;
    while (j < k && p[j].x == p[i].x && p[j].y == p[i].y) j++;
    both += (double)(j - i) * (double)(j - i - 1) / 2;
    i = j;
  }
  for (size_t i = 0; i < k; i++) order[i] = p[i].y, xs[i] = p[i].x;
  const double discordant = inversions(order, tmp, k); /* order is sorted by now */
  const th_ties tx = ties_of(xs, k), ty = ties_of(order, k);
  const double n = (double)k, all = n * (n - 1) / 2, S = all - tx.pairs - ty.pairs + both - 2 * discordant;
  const double scale = sqrt((all - tx.pairs) * (all - ty.pairs));
  if (!(scale > 0)) return true;
  r->begg_tau = S / scale;
  if (tx.pairs == 0 && ty.pairs == 0 && k <= TH_META_BEGG_EXACT) {
    double *dist = TH_NEWN(a, double, k *(k - 1) / 2 + 1), *next = TH_NEWN(a, double, k *(k - 1) / 2 + 1);
    if (!dist || !next) return false;
    /* The distribution is symmetric: the upper tail is the lower one of the mirrored statistic, small sums first. */
    const double q = (S + all) / 2, low = fmin(q, all - q);
    r->begg_p = fmin(1, 2 * kendall_cdf(dist, next, k, low));
  } else {
    const double var = (n * (n - 1) * (2 * n + 5) - tx.cubic - ty.cubic) / 18 + 2 * tx.pairs * ty.pairs / (n * (n - 1)) +
                       (k > 2 ? tx.triple * ty.triple / (9 * n * (n - 1) * (n - 2)) : 0);
    r->begg_p = var > 0 ? th_stat_p_of_z(S / sqrt(var)) : NAN;
  }
  return true;
}

/* ── Trim and fill (Duval & Tweedie 2000, L0) ──────────────────────────────────────────────────────────────────────── */

typedef struct th_ranked {
  double y, v, size;
  size_t at;
} th_ranked;

static int by_y(const void *a, const void *b) {
  const th_ranked *p = a, *q = b;
  if (p->y != q->y) return p->y < q->y ? -1 : 1;
  return (p->at > q->at) - (p->at < q->at);
}

static int by_size(const void *a, const void *b) {
  const th_ranked *p = a, *q = b;
  if (p->size != q->size) return p->size < q->size ? -1 : 1;
  return (p->at > q->at) - (p->at < q->at);
}

static double missing_count(const th_ranked *sorted, th_ranked *work, size_t k, double centre) {
  for (size_t i = 0; i < k; i++) work[i] = (th_ranked){ sorted[i].y - centre, 0, fabs(sorted[i].y - centre), i };
  qsort(work, k, sizeof *work, by_size);
  double ranks = 0;
  for (size_t i = 0; i < k; i++)
    if (work[i].y > 0) ranks += (double)(i + 1);
  const double n = (double)k;
  return fmax(0, nearbyint((4 * ranks - n * (n + 1)) / (2 * n - 1))); /* half to even, the default rounding */
}

/* Slope of y on √v, weights by the method's own τ² = 0: its sign is the side. */
static bool slope_negative(const double *y, const double *v, size_t k) {
  double sw = 0, sx = 0, sy = 0;
  for (size_t i = 0; i < k; i++) sw += 1 / v[i], sx += sqrt(v[i]) / v[i], sy += y[i] / v[i];
  double sxy = 0;
  for (size_t i = 0; i < k; i++) sxy += (sqrt(v[i]) - sx / sw) * (y[i] - sy / sw) / v[i];
  return sxy < 0;
}

/* The published analyses of this kind stop REML and ML at a step of 1e-5, and their numbers can only be compared with numbers made
 * so; the fully converged fit of the filled data is given beside them. */
static th_simple_fit fill_fit(const double *y, const double *v, size_t k, th_meta_method method) {
  if (method != TH_META_REML && method != TH_META_ML) return th_meta__fit(y, v, k, method);
  const th_design d = { y, v, NULL, k, 1 };
  th_simple_fit f = { .tau2 = th_meta__tau2_plain_scoring(&d, method == TH_META_REML), .converged = true };
  th_wls at;
  th_meta__wls(&d, f.tau2, &at);
  f.estimate = at.beta[0];
  f.se = sqrt(at.vb[0]);
  return f;
}

static bool trim_and_fill(th_arena *a, th_meta_result *r, const double *y, const double *v) {
  const size_t k = r->k;
  th_ranked *s = TH_NEWN(a, th_ranked, k), *work = TH_NEWN(a, th_ranked, k);
  double *ty = TH_NEWN(a, double, 2 * k), *tv = TH_NEWN(a, double, 2 * k);
  if (!s || !work || !ty || !tv) return false;
  const bool right = slope_negative(y, v, k);
  const double sign = right ? -1 : 1; /* mirrored so that the missing ones lie on the left */
  for (size_t i = 0; i < k; i++) s[i] = (th_ranked){ sign * y[i], v[i], 0, i };
  qsort(s, k, sizeof *s, by_y);
  size_t k0 = 0, before = SIZE_MAX;
  double centre = 0;
  for (int turn = 0; turn < 100 && k0 != before; turn++) {
    before = k0;
    for (size_t i = 0; i < k - k0; i++) ty[i] = s[i].y, tv[i] = s[i].v;
    centre = fill_fit(ty, tv, k - k0, r->method).estimate;
    const double next = missing_count(s, work, k, centre);
    k0 = next >= (double)k ? k - 1 : (size_t)next;
  }
  for (size_t i = 0; i < k; i++) ty[i] = y[i], tv[i] = v[i];
  r->trimfill.yi = ty + k;
  r->trimfill.vi = tv + k;
  for (size_t i = 0; i < k0; i++) {
    ty[k + i] = sign * (2 * centre - s[k - k0 + i].y);
    tv[k + i] = s[k - k0 + i].v;
  }
  const bool as_is = k0 == 0; /* nothing filled: the estimate of the analysis itself */
  const th_simple_fit tight = th_meta__fit(ty, tv, k + k0, r->method), f = as_is ? tight : fill_fit(ty, tv, k + k0, r->method);
  r->trimfill.converged = th_meta__pooled(tight.estimate, tight.se, NAN, r->level);
  r->trimfill.converged_tau2 = tight.tau2;
  r->trimfill.given = true;
  r->trimfill.left = !right;
  r->trimfill.k0 = k0;
  r->trimfill.pooled = th_meta__pooled(f.estimate, f.se, NAN, r->level);
  r->trimfill.tau2 = f.tau2;
  return true;
}

/* ── Fail-safe numbers ─────────────────────────────────────────────────────────────────────────────────────────────── */

static void fail_safe(th_meta_result *r, const double *y, const double *v) {
  double z = 0, sw = 0, swy = 0, sum = 0;
  const double n = (double)r->k;
  for (size_t i = 0; i < r->k; i++) z += y[i] / sqrt(v[i]), sw += 1 / v[i], swy += y[i] / v[i], sum += y[i];
  const double one = th_stat_norm_quantile_upper(0.05), two = th_stat_norm_quantile_upper(0.025);
  const double mean_z = fabs(z) / sqrt(n), pooled_z = swy / sqrt(sw), mean = fabs(sum / n), target = mean / 2;
  r->failsafe_given = true;
  r->failsafe_rosenthal = ceil(fmax(0, n * (mean_z / one) * (mean_z / one) - n));
  r->failsafe_rosenberg = ceil(fmax(0, n * (pooled_z / two) * (pooled_z / two) - n));
  r->failsafe_orwin = target > 0 ? ceil(fmax(0, n * (mean - target) / target)) : 0;
}

bool th_meta__bias(th_arena *a, th_meta_result *r, const double *y, const double *v) {
  const size_t k = r->k;
  fail_safe(r, y, v);
  if (k < 3) return true;
  double *x = TH_NEWN(a, double, k), *w = TH_NEWN(a, double, k), *z = TH_NEWN(a, double, k);
  if (!x || !w || !z) return false;
  egger(r, y, v, x, w);
  if (r->measure == TH_META_OR) {
    peters(r, y, x, w);
    harbord(r, z, x, w);
  }
  if (!begg(a, r, y, v)) return false;
  if (k < 10) th_meta__note(r, "Fewer than 10 studies: tests for small-study effects have little power.");
  return k > TH_META_REFIT_MAX * 50 || trim_and_fill(a, r, y, v);
}
