/* Unconditional exact tests with the rows as fixed margins: Barnard (order: pooled score |Z|) and Boschloo (order: two-sided
 * Fisher P), each maximised over the common probability p. The supremum has several local maxima, so a grid of 2,000 points comes
 * first and every promising cell of it is refined. The tables that count form a few runs in j for every i, so one value of p costs
 * O(n1 + n2) with partial sums from both ends. */
#include "stat/stat_priv.h"

typedef struct th_run {
  int32_t i, from, to; /* tables (i, from..to) belong to the rejection set */
} th_run;

typedef struct th_region {
  th_run *run;
  size_t n;
  int n1, n2;
  double *b1, *b2, *low, *high; /* pmf of both groups; low[j] = Σ_{≤j}, high[j] = Σ_{≥j} of group 2 */
} th_region;

static void binomial(double *p, int n, double q) {
  const int top = (int)fmin(n, floor((n + 1) * q));
  double sum = p[top] = 1;
  for (int k = top; k < n; k++) sum += p[k + 1] = p[k] * (n - k) / (k + 1) * (q / (1 - q));
  for (int k = top; k > 0; k--) sum += p[k - 1] = p[k] * k / (n - k + 1) * ((1 - q) / q);
  for (int k = 0; k <= n; k++) p[k] /= sum;
}

/* Common probability sin²θ: the grid is fine near 0 and 1, where long groups put their maxima. */
static double mass(const th_region *r, double theta) {
  const double root = sin(theta), q = root * root;
  binomial(r->b1, r->n1, q);
  binomial(r->b2, r->n2, q);
  r->low[0] = r->b2[0];
  for (int j = 1; j <= r->n2; j++) r->low[j] = r->low[j - 1] + r->b2[j];
  r->high[r->n2] = r->b2[r->n2];
  for (int j = r->n2; j > 0; j--) r->high[j - 1] = r->high[j] + r->b2[j - 1];
  double sum = 0;
  for (size_t k = 0; k < r->n; k++) {
    const th_run *s = &r->run[k];
    double part = 0;
    if (s->from == 0)
      part = r->low[s->to];
    else if (s->to == r->n2)
      part = r->high[s->from];
    else
      for (int j = s->from; j <= s->to; j++) part += r->b2[j];
    sum += r->b1[s->i] * part;
  }
  return sum;
}

/* Golden section on [lo, hi] in θ. The value is flat at the top: 1e-9 in θ leaves less than 1e-15 in it. */
static double refine(const th_region *r, double lo, double hi, double *at) {
  const double g = 0.61803398874989484820;
  double a = lo, b = hi, x = b - g * (b - a), y = a + g * (b - a), fx = mass(r, x), fy = mass(r, y);
  while (b - a > 1e-9) {
    if (fx > fy) {
      b = y, y = x, fy = fx;
      x = b - g * (b - a), fx = mass(r, x);
    } else {
      a = x, x = y, fx = fy;
      y = a + g * (b - a), fy = mass(r, y);
    }
  }
  *at = fx > fy ? x : y;
  return fmax(fx, fy);
}

enum { GRID = 2000 };

static double grid_at(int i) {
  return TH_STAT_PI / 2 * i / GRID;
}

static void maximise(const th_region *r, double *value, th_sup_test *out) {
  double best = 0, where = 0;
  for (int i = 1; i < GRID; i++) {
    value[i] = mass(r, grid_at(i));
    if (value[i] > best) best = value[i], where = grid_at(i);
  }
  value[0] = value[1], value[GRID] = value[GRID - 1];
  out->p = best;
  /* Between grid points a maximum can rise by a few parts in a thousand: look again wherever that could matter. */
  for (int i = 1; i < GRID; i++) {
    if (value[i] < value[i - 1] || value[i] < value[i + 1] || value[i] < 0.98 * best) continue;
    if (value[i] == value[i - 1] && value[i] == value[i + 1]) continue; /* a plateau, near 1: nothing to find on it */
    if (out->p >= 1) break;
    double at = 0;
    const double lo = i == 1 ? 1e-6 : grid_at(i - 1), hi = i == GRID - 1 ? TH_STAT_PI / 2 - 1e-6 : grid_at(i + 1);
    const double v = refine(r, lo, hi, &at);
    if (v > out->p) out->p = v, where = at;
  }
  out->nuisance = sin(where) * sin(where);
  out->p = fmin(1, out->p);
  out->given = true;
}

static double pooled_z(double x, double n1, double y, double n2) {
  const double p = (x + y) / (n1 + n2), v = p * (1 - p) * (1 / n1 + 1 / n2);
  return v > 0 ? (x / n1 - y / n2) / sqrt(v) : 0;
}

/* Runs of tables whose order value stands at or beyond the observed one. */
static void collect(th_region *r, const double *order, double bar, bool small_is_extreme) {
  r->n = 0;
  for (int i = 0; i <= r->n1; i++) {
    const double *row = order + (size_t)i * (size_t)(r->n2 + 1);
    for (int j = 0; j <= r->n2; j++) {
      if (small_is_extreme ? row[j] > bar : row[j] < bar) continue;
      const int from = j;
      while (j < r->n2 && !(small_is_extreme ? row[j + 1] > bar : row[j + 1] < bar)) j++;
      r->run[r->n++] = (th_run){ i, from, j };
    }
  }
}

static void order_by_fisher(double *order, int n1, int n2) {
  for (int m1 = 0; m1 <= n1 + n2; m1++) {
    const th_margins m = { n1, n2, m1, m1 > n2 ? m1 - n2 : 0, m1 < n1 ? m1 : n1 };
    for (int i = (int)m.lo; i <= (int)m.hi; i++)
      order[(size_t)i * (size_t)(n2 + 1) + (size_t)(m1 - i)] = th_stat__fisher(&m, i, 0);
  }
}

th_code th_stat__panel_unconditional(th_arena *a, th_stat_panel *p, th_err *err) {
  const int64_t big1 = p->t.a + p->t.b, big2 = p->t.c + p->t.d;
  p->barnard = p->boschloo = (th_sup_test){ .statistic = NAN, .p = NAN, .nuisance = NAN };
  if (big1 > TH_STAT_UNCONDITIONAL_MAX || big2 > TH_STAT_UNCONDITIONAL_MAX ||
      (big1 + 1) * (big2 + 1) > TH_STAT_UNCONDITIONAL_MAX || p->t.a + p->t.c == 0 || p->t.b + p->t.d == 0)
    return TH_OK;
  const th_arena_mark mark = th_arena_save(a);
  const int n1 = (int)big1, n2 = (int)big2;
  const size_t cells = (size_t)(n1 + 1) * (size_t)(n2 + 1);
  th_region r = { .n1 = n1, .n2 = n2 };
  r.run = TH_NEWN(a, th_run, cells);
  r.b1 = TH_NEWN(a, double, (size_t)n1 + 1);
  r.b2 = TH_NEWN(a, double, (size_t)n2 + 1);
  r.low = TH_NEWN(a, double, (size_t)n2 + 1);
  r.high = TH_NEWN(a, double, (size_t)n2 + 1);
  double *order = TH_NEWN(a, double, cells), *value = TH_NEWN(a, double, GRID + 1);
  if (!r.run || !r.b1 || !r.b2 || !r.low || !r.high || !order || !value) return th_fail_nomem(err);

  for (int i = 0; i <= n1; i++)
    for (int j = 0; j <= n2; j++) order[(size_t)i * (size_t)(n2 + 1) + (size_t)j] = fabs(pooled_z(i, n1, j, n2));
  p->barnard.statistic = pooled_z((double)p->t.a, n1, (double)p->t.c, n2);
  collect(&r, order, fabs(p->barnard.statistic) - 1e-9, false);
  maximise(&r, value, &p->barnard);

  order_by_fisher(order, n1, n2);
  p->boschloo.statistic = p->fisher_p;
  collect(&r, order, p->fisher_p * (1 + 1e-7), true);
  maximise(&r, value, &p->boschloo);
  th_arena_rewind(a, mark);
  return TH_OK;
}
