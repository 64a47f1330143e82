/* Unconditional exact tests with the rows as fixed margins: Barnard (order: pooled score |Z|) and Boschloo (order: two-sided
 * Fisher P), each maximised over the common probability p. The supremum has several local maxima, so a grid of 2,000 points comes
 * first and every promising cell of it is refined. The tables that count form a few runs in j for every i, so one value of p costs
 * O(n1 + n2) with partial sums from both ends.
 *
 * Eight values of p go side by side, each in a lane of its own: what one waits for (a division behind every term of the binomial) the
 * others fill. A lane does the operations that a value by itself would do, in their order, so the digits do not hang on the width of
 * a register. Both tests share the binomials of a value. */
#include "stat/stat_priv.h"

enum { LANES = 8, GRID = 2000, HALF = GRID / 2 };

typedef struct th_lanes {
  double v[LANES];
} th_lanes;

typedef struct th_run {
  int32_t i, from, to; /* tables (i, from..to) belong to the rejection set */
} th_run;

typedef struct th_region {
  th_run *run;
  size_t n;
} th_region;

typedef enum th_uncond { BARNARD, BOSCHLOO, TESTS } th_uncond;

typedef struct th_search {
  int n1, n2;
  th_region region[TESTS];
  th_lanes *b1, *b2, *low, *high; /* pmf of both groups; low[j] = Σ_{≤j}, high[j] = Σ_{≥j} of group 2 */
} th_search;

/* Terms from the mode outward, as ratios of 1; where a lane has not come to its mode yet, or is past it, it holds 1 and adds nothing. */
static void binomials(th_lanes *p, int n, const th_lanes *q) {
  int top[LANES], least = n, most = 0;
  th_lanes odds, back, at, sum;
  for (int l = 0; l < LANES; l++) {
    top[l] = (int)fmin(n, floor((n + 1) * q->v[l]));
    if (top[l] < least) least = top[l];
    if (top[l] > most) most = top[l];
    odds.v[l] = q->v[l] / (1 - q->v[l]);
    back.v[l] = (1 - q->v[l]) / q->v[l];
    at.v[l] = sum.v[l] = 1;
  }
  p[least] = at;
  for (int k = least; k < n; k++) {
    for (int l = 0; l < LANES; l++) {
      const double next = at.v[l] * (n - k) / (k + 1) * odds.v[l];
      at.v[l] = k >= top[l] ? next : 1;
      sum.v[l] += k >= top[l] ? next : 0;
    }
    p[k + 1] = at;
  }
  for (int l = 0; l < LANES; l++) at.v[l] = 1;
  for (int k = most; k > 0; k--)
    for (int l = 0; l < LANES; l++) {
      const double next = at.v[l] * k / (n - k + 1) * back.v[l];
      at.v[l] = k <= top[l] ? next : 1;
      sum.v[l] += k <= top[l] ? next : 0;
      p[k - 1].v[l] = k <= top[l] ? next : p[k - 1].v[l];
    }
  for (int k = 0; k <= n; k++)
    for (int l = 0; l < LANES; l++) p[k].v[l] /= sum.v[l];
}

static th_lanes mass_of(const th_search *s, const th_region *r) {
  th_lanes sum = { { 0 } };
  for (size_t k = 0; k < r->n; k++) {
    const th_run *x = &r->run[k];
    th_lanes part = { { 0 } };
    if (x->from == 0)
      part = s->low[x->to];
    else if (x->to == s->n2)
      part = s->high[x->from];
    else
      for (int j = x->from; j <= x->to; j++)
        for (int l = 0; l < LANES; l++) part.v[l] += s->b2[j].v[l];
    for (int l = 0; l < LANES; l++) sum.v[l] += s->b1[x->i].v[l] * part.v[l];
  }
  return sum;
}

/* Probability of each rejection set. Common probability sin²θ: the grid is fine near 0 and 1, where long groups put their maxima. */
static void masses(const th_search *s, const th_lanes *theta, th_lanes out[TESTS]) {
  th_lanes q;
  for (int l = 0; l < LANES; l++) q.v[l] = sin(theta->v[l]) * sin(theta->v[l]);
  binomials(s->b1, s->n1, &q);
  if (s->n1 == s->n2)
    memcpy(s->b2, s->b1, ((size_t)s->n2 + 1) * sizeof *s->b2);
  else
    binomials(s->b2, s->n2, &q);
  s->low[0] = s->b2[0];
  for (int j = 1; j <= s->n2; j++)
    for (int l = 0; l < LANES; l++) s->low[j].v[l] = s->low[j - 1].v[l] + s->b2[j].v[l];
  s->high[s->n2] = s->b2[s->n2];
  for (int j = s->n2; j > 0; j--)
    for (int l = 0; l < LANES; l++) s->high[j - 1].v[l] = s->high[j].v[l] + s->b2[j - 1].v[l];
  for (int t = 0; t < TESTS; t++) out[t] = mass_of(s, &s->region[t]);
}

/* ── Maxima ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* A cell of the grid in which one test may have its maximum. */
typedef struct th_cell {
  th_uncond test;
  double a, b;   /* θ */
  double x, y;   /* inside, by the golden section */
  double fx, fy; /* mass there */
} th_cell;
typedef TH_VEC(th_cell) th_cells;

#define GOLDEN 0.61803398874989484820

/* Golden section in every cell of a batch. The value is flat at the top: 1e-9 in θ leaves less than 1e-15 in it. */
static void refine(const th_search *s, th_cell *cell, size_t n) {
  th_lanes at = { { 0 } }, got[TESTS];
  bool lower[LANES] = { false }, going = true;
  for (int side = 0; side < 2; side++) {
    for (size_t l = 0; l < LANES; l++) {
      th_cell *c = &cell[l < n ? l : 0]; /* lanes to spare repeat the first */
      c->x = c->b - GOLDEN * (c->b - c->a), c->y = c->a + GOLDEN * (c->b - c->a);
      at.v[l] = side ? c->y : c->x;
    }
    masses(s, &at, got);
    for (size_t l = 0; l < n; l++) *(side ? &cell[l].fy : &cell[l].fx) = got[cell[l].test].v[l];
  }
  while (going) {
    going = false;
    for (size_t l = 0; l < n; l++) {
      th_cell *c = &cell[l];
      if (!(c->b - c->a > 1e-9)) continue;
      going = true;
      lower[l] = c->fx > c->fy;
      if (lower[l]) {
        c->b = c->y, c->y = c->x, c->fy = c->fx;
        at.v[l] = c->x = c->b - GOLDEN * (c->b - c->a);
      } else {
        c->a = c->x, c->x = c->y, c->fx = c->fy;
        at.v[l] = c->y = c->a + GOLDEN * (c->b - c->a);
      }
    }
    if (going) masses(s, &at, got);
    for (size_t l = 0; going && l < n; l++)
      if (at.v[l] == (lower[l] ? cell[l].x : cell[l].y)) *(lower[l] ? &cell[l].fx : &cell[l].fy) = got[cell[l].test].v[l];
  }
}

static double grid_at(int i) {
  return TH_STAT_PI / 2 * i / GRID;
}

/* Between grid points a maximum can rise by a few parts in a thousand: cells wherever that could matter. */
static bool cells_of(th_arena *a, th_uncond test, double *value, th_sup_test *out, th_cells *cells) {
  double best = 0, where = 0;
  for (int i = 1; i <= HALF; i++)
    if (value[i] > best) best = value[i], where = grid_at(i);
  value[0] = value[1], value[HALF + 1] = value[HALF - 1];
  out->p = best;
  out->nuisance = where; /* as θ, till all cells were looked at */
  for (int i = 1; i <= HALF && best < 1; i++) {
    if (value[i] < value[i - 1] || value[i] < value[i + 1] || value[i] < 0.98 * best) continue;
    if (value[i] == value[i - 1] && value[i] == value[i + 1]) continue; /* a plateau, near 1: nothing to find on it */
    const th_cell c = { .test = test, .a = i == 1 ? 1e-6 : grid_at(i - 1), .b = grid_at(i + 1) };
    if (!TH_VEC_PUSH(a, cells, c)) return false;
  }
  return true;
}

static th_code maximise(th_arena *a, const th_search *s, th_sup_test *const out[TESTS], th_err *err) {
  double *value[TESTS];
  th_cells cells = { 0 };
  for (int t = 0; t < TESTS; t++)
    if (!(value[t] = TH_NEWN(a, double, HALF + 1 + LANES))) return th_fail_nomem(err);
  for (int i = 1; i <= HALF; i += LANES) {
    th_lanes theta, got[TESTS];
    for (int l = 0; l < LANES; l++) theta.v[l] = grid_at(i + l);
    masses(s, &theta, got);
    for (int t = 0; t < TESTS; t++) memcpy(value[t] + i, got[t].v, sizeof got[t].v);
  }
  for (int t = 0; t < TESTS; t++)
    if (!cells_of(a, (th_uncond)t, value[t], out[t], &cells)) return th_fail_nomem(err);
  for (size_t i = 0; i < cells.n; i += LANES) refine(s, &cells.v[i], cells.n - i < LANES ? cells.n - i : LANES);
  for (size_t i = 0; i < cells.n; i++) {
    const th_cell *c = &cells.v[i];
    const double v = fmax(c->fx, c->fy);
    if (out[c->test]->p < 1 && v > out[c->test]->p) out[c->test]->p = v, out[c->test]->nuisance = c->fx > c->fy ? c->x : c->y;
  }
  for (int t = 0; t < TESTS; t++) {
    const double root = sin(out[t]->nuisance);
    out[t]->nuisance = root * root;
    out[t]->p = fmin(1, out[t]->p);
    out[t]->given = true;
  }
  return TH_OK;
}

/* ── Rejection sets ────────────────────────────────────────────────────────────────────────────────────────────────── */

static double pooled_z(double x, double n1, double y, double n2) {
  const double p = (x + y) / (n1 + n2), v = p * (1 - p) * (1 / n1 + 1 / n2);
  return v > 0 ? (x / n1 - y / n2) / sqrt(v) : 0;
}

/* Runs of tables whose order value stands at or beyond the observed one. */
static void collect(th_search *s, th_uncond test, const double *order, double bar) {
  th_region *r = &s->region[test];
  const bool small_is_extreme = test == BOSCHLOO;
  for (int i = 0; i <= s->n1; i++) {
    const double *row = order + (size_t)i * (size_t)(s->n2 + 1);
    for (int j = 0; j <= s->n2; j++) {
      if (small_is_extreme ? row[j] > bar : row[j] < bar) continue;
      const int from = j;
      while (j < s->n2 && !(small_is_extreme ? row[j + 1] > bar : row[j + 1] < bar)) j++;
      r->run[r->n++] = (th_run){ i, from, j };
    }
  }
}

/* Two-sided Fisher P of every table with m1 events. The masses fall on both sides of the mode, so the smallest left is always at one
 * of the ends: taken from there, each table's P is what has been taken so far, with all that equals it (1e-7, as th_stat__fisher). */
static void fisher_of_margin(double *order, int n1, int n2, int m1, double *w) {
  const int lo = m1 > n2 ? m1 - n2 : 0, hi = m1 < n1 ? m1 : n1, d = n2 - m1;
  const int mode = (int)fmin(hi, fmax(lo, floor((n1 + 1.0) * (m1 + 1.0) / (n1 + n2 + 2.0))));
  double total = w[mode] = 1, sum = 0;
  for (int k = mode; k < hi; k++) total += w[k + 1] = w[k] * ((double)(n1 - k) * (m1 - k)) / ((double)(k + 1) * (d + k + 1));
  for (int k = mode; k > lo; k--) total += w[k - 1] = w[k] * ((double)k * (d + k)) / ((double)(n1 - k + 1) * (m1 - k + 1));
  int left = lo, right = hi, told_left = lo, told_right = hi; /* next to take; next whose P is to be told */
  while (told_left <= told_right) {
    const double least = fmin(w[told_left], w[told_right]);
    const double bar = least * (1 + 1e-7);
    while (left <= right && (w[left] <= bar || w[right] <= bar)) sum += w[left] <= w[right] ? w[left++] : w[right--];
    const int k = w[told_left] <= w[told_right] ? told_left++ : told_right--;
    order[(size_t)k * (size_t)(n2 + 1) + (size_t)(m1 - k)] = sum / total;
  }
}

static bool is_small(const th_stat_panel *p) {
  const int64_t n1 = p->t.a + p->t.b, n2 = p->t.c + p->t.d;
  return n1 <= TH_STAT_UNCONDITIONAL_MAX && n2 <= TH_STAT_UNCONDITIONAL_MAX && (n1 + 1) * (n2 + 1) <= TH_STAT_UNCONDITIONAL_MAX;
}

th_code th_stat__panel_unconditional(th_arena *a, th_stat_panel *p, th_err *err) {
  p->barnard = p->boschloo = (th_sup_test){ .statistic = NAN, .p = NAN, .nuisance = NAN };
  if (!is_small(p) || p->t.a + p->t.c == 0 || p->t.b + p->t.d == 0) return TH_OK;
  const th_arena_mark mark = th_arena_save(a);
  const int n1 = (int)(p->t.a + p->t.b), n2 = (int)(p->t.c + p->t.d);
  const size_t cells = (size_t)(n1 + 1) * (size_t)(n2 + 1);
  th_search s = { .n1 = n1, .n2 = n2 };
  for (int t = 0; t < TESTS; t++) s.region[t].run = TH_NEWN(a, th_run, cells);
  s.b1 = TH_NEWN(a, th_lanes, (size_t)n1 + 1);
  s.b2 = TH_NEWN(a, th_lanes, (size_t)n2 + 1);
  s.low = TH_NEWN(a, th_lanes, (size_t)n2 + 1);
  s.high = TH_NEWN(a, th_lanes, (size_t)n2 + 1);
  double *order = TH_NEWN(a, double, cells), *w = TH_NEWN(a, double, (size_t)n1 + 1);
  if (!s.region[BARNARD].run || !s.region[BOSCHLOO].run || !s.b1 || !s.b2 || !s.low || !s.high || !order || !w)
    return th_fail_nomem(err);

  for (int i = 0; i <= n1; i++)
    for (int j = 0; j <= n2; j++) order[(size_t)i * (size_t)(n2 + 1) + (size_t)j] = fabs(pooled_z(i, n1, j, n2));
  p->barnard.statistic = pooled_z((double)p->t.a, n1, (double)p->t.c, n2);
  collect(&s, BARNARD, order, fabs(p->barnard.statistic) - 1e-9);
  for (int m1 = 0; m1 <= n1 + n2; m1++) fisher_of_margin(order, n1, n2, m1, w);
  p->boschloo.statistic = p->fisher_p;
  collect(&s, BOSCHLOO, order, p->fisher_p * (1 + 1e-7));
  th_sup_test *const out[TESTS] = { &p->barnard, &p->boschloo };
  const th_code code = maximise(a, &s, out, err);
  th_arena_rewind(a, mark);
  return code;
}
