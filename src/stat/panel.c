/* The closed forms of one 2×2 table, and the panel put together. z = Φ⁻¹(1 − α/2). */
#include "stat/stat_priv.h"

static const th_effect no_effect = { NAN, NAN, NAN, NAN, NAN, { NAN, NAN } };

static th_effect ratio_of(double estimate, double log_est, double var, double z) {
  th_effect e = { estimate, log_est, sqrt(var), NAN, NAN, { NAN, NAN } };
  e.ci = (th_interval){ exp(log_est - z * e.se), exp(log_est + z * e.se) };
  if (e.se == 0) return e;
  e.z = log_est / e.se;
  e.p = th_stat_p_of_z(e.z);
  return e;
}

static th_effect ratio_at_edge(double num, double den) { /* a zero cell: 0, ∞, or undefined; nothing else is given */
  th_effect e = no_effect;
  if (num > 0)
    e.estimate = INFINITY;
  else if (den > 0)
    e.estimate = 0;
  return e;
}

th_effect th_stat_or(th_table2 t, double z) {
  const double a = (double)t.a, b = (double)t.b, c = (double)t.c, d = (double)t.d;
  if (a == 0 || b == 0 || c == 0 || d == 0) return ratio_at_edge(a * d, b * c);
  return ratio_of(a * d / (b * c), log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d, z);
}

th_effect th_stat_rr(th_table2 t, double z) {
  const double a = (double)t.a, c = (double)t.c, n1 = a + (double)t.b, n2 = c + (double)t.d;
  if (a == 0 || c == 0) return ratio_at_edge(a, c);
  return ratio_of(a / n1 / (c / n2), log(a / n1 / (c / n2)), (double)t.b / (a * n1) + (double)t.d / (c * n2), z);
}

th_effect th_stat_rd(th_table2 t, double z) {
  const double a = (double)t.a, b = (double)t.b, c = (double)t.c, d = (double)t.d, n1 = a + b, n2 = c + d;
  const double rd = (a * d - b * c) / (n1 * n2), var = a * b / (n1 * n1 * n1) + c * d / (n2 * n2 * n2);
  th_effect e = { rd, NAN, sqrt(var), NAN, NAN, { rd, rd } };
  if (var > 0) {
    e.z = rd / e.se;
    e.p = th_stat_p_of_z(e.z);
    e.ci = (th_interval){ rd - z * e.se, rd + z * e.se };
  }
  return e;
}

static void odds_ratios(th_stat_panel *p, double a, double b, double c, double d, double z) {
  p->odds_ratio = th_stat_or(p->t, z);
  const double e = a + 0.5, f = b + 0.5, g = c + 0.5, h = d + 0.5;
  p->or_haldane = ratio_of(e * h / (f * g), log(e * h / (f * g)), 1 / e + 1 / f + 1 / g + 1 / h, z);
  const double n1 = a + b, n2 = c + d, m1 = a + c, m0 = b + d, n = n1 + n2;
  p->or_peto = no_effect;
  if (m1 > 0 && m0 > 0) {
    const double v = n1 / n * (n2 / n) * m1 * m0 / (n - 1), o_minus_e = (a * d - b * c) / n;
    p->or_peto = ratio_of(exp(o_minus_e / v), o_minus_e / v, 1 / v, z);
  }
}

static void relative_risks(th_stat_panel *p, double a, double n1, double c, double n2, double z) {
  p->rr = th_stat_rr(p->t, z);
  const double e = (a + 0.5) / (n1 + 1), f = (c + 0.5) / (n2 + 1);
  const double v = (n1 - a + 0.5) / ((a + 0.5) * (n1 + 1)) + (n2 - c + 0.5) / ((c + 0.5) * (n2 + 1));
  p->rr_haldane = ratio_of(e / f, log(e / f), v, z);
}

/* Wilson 1927: the larger root as it stands, the smaller one from their product, so that neither cancels. */
static th_range wilson(double x, double n, double z) {
  const double z2 = z * z, root = z * sqrt(x * (n - x) / n + z2 / 4);
  const double hi = (x + z2 / 2 + root) / (n + z2), gap = (n - x + z2 / 2 + root) / (n + z2); /* gap = 1 − lo */
  th_range r = { x / n, { x / n * (x / (n + z2)) / hi, hi } };
  if (r.ci.lo > 0.5) r.ci.lo = 1 - gap;
  if (x == 0) r.ci.lo = 0;
  if (x == n) r.ci.hi = 1;
  return r;
}

static void differences(th_stat_panel *p, double a, double b, double c, double d, double z) {
  p->p1 = wilson(a, a + b, z);
  p->p2 = wilson(c, c + d, z);
  p->rd = th_stat_rd(p->t, z);
  const double rd = p->rd.estimate;
  const double l1 = p->p1.estimate - p->p1.ci.lo, u1 = p->p1.ci.hi - p->p1.estimate, l2 = p->p2.estimate - p->p2.ci.lo,
               u2 = p->p2.ci.hi - p->p2.estimate;
  const th_interval newcombe = { fmax(-1, rd - hypot(l1, u2)), fmin(1, rd + hypot(u1, l2)) };
  p->rd_newcombe = newcombe;
  p->nnt = (th_range){ rd == 0 ? INFINITY : 1 / rd, { 1 / newcombe.hi, 1 / newcombe.lo } };
  p->nnt_through_infinity = newcombe.lo <= 0 && newcombe.hi >= 0;
  if (rd == 0) p->nnt.ci = (th_interval){ NAN, NAN };
}

static void chi_square_tests(th_stat_panel *p, double a, double b, double c, double d) {
  const double n1 = a + b, n2 = c + d, m1 = a + c, m0 = b + d, n = n1 + n2;
  const th_chi2_test none = { NAN, NAN };
  p->pearson = p->yates = p->n1 = p->lr = p->williams = none;
  p->phi = NAN;
  if (m1 == 0 || m0 == 0) return;
  const double det = a * d - b * c, scale = n / (n1 * n2) / (m1 * m0), cut = fmax(0, fabs(det) - n / 2);
  p->phi = det / sqrt(n1 * n2) / sqrt(m1 * m0);
  p->pearson.statistic = det * det * scale;
  p->yates.statistic = cut * cut * scale;
  p->n1.statistic = p->pearson.statistic * ((n - 1) / n);
  /* G = 2Σ O ln(O/E) as Σ of deviances: each is ≥ 0, so nothing cancels for nearly independent tables. */
  const double cell[4] = { a, b, c, d }, expect[4] = { n1 * m1 / n, n1 * m0 / n, n2 * m1 / n, n2 * m0 / n };
  double g = 0;
  for (int i = 0; i < 4; i++) g += cell[i] > 0 ? th_stat__deviance(cell[i], expect[i]) : expect[i];
  p->lr.statistic = 2 * g;
  p->williams.statistic = 2 * g / (1 + (n / n1 + n / n2 - 1) * (n / m1 + n / m0 - 1) / (6 * n));
  th_chi2_test *all[5] = { &p->pearson, &p->yates, &p->n1, &p->lr, &p->williams };
  for (int i = 0; i < 5; i++) all[i]->p = th_stat_chi2_sf(all[i]->statistic, 1);
}

static double e_value(double ratio) {
  if (!(ratio > 0) || isinf(ratio)) return NAN;
  const double r = ratio < 1 ? 1 / ratio : ratio;
  return r + sqrt(r * (r - 1));
}

static double e_limit(double estimate, th_interval ci) {
  if (!(estimate > 0) || isinf(estimate) || isnan(ci.lo)) return NAN;
  if (ci.lo <= 1 && ci.hi >= 1) return 1;
  return e_value(ci.lo > 1 ? ci.lo : ci.hi);
}

static void e_values(th_stat_panel *p) {
  const th_interval root = { sqrt(p->odds_ratio.ci.lo), sqrt(p->odds_ratio.ci.hi) };
  p->evalue_rr = e_value(p->rr.estimate);
  p->evalue_rr_limit = e_limit(p->rr.estimate, p->rr.ci);
  p->evalue_or_sqrt = e_value(sqrt(p->odds_ratio.estimate));
  p->evalue_or_sqrt_limit = e_limit(sqrt(p->odds_ratio.estimate), root);
}

#define Z95 1.959963984540054 /* as th_stat_norm_quantile_upper gives it */

static th_code check(th_table2 t, double level, th_err *err) {
  const int64_t cell[4] = { t.a, t.b, t.c, t.d };
  for (int i = 0; i < 4; i++) {
    if (cell[i] < 0) return th_fail(err, TH_EPARSE, "cell %c is %lld: a count is 0 or more", 'a' + i, (long long)cell[i]);
    if (cell[i] > TH_STAT_COUNT_MAX)
      return th_fail(err, TH_ELIMIT, "cell %c is %lld: more than TH_STAT_COUNT_MAX (%lld)", 'a' + i, (long long)cell[i],
                     (long long)TH_STAT_COUNT_MAX);
  }
  if (t.a + t.b == 0 || t.c + t.d == 0)
    return th_fail(err, TH_EPARSE, "group %d has no subjects (a + b and c + d must be 1 or more)", t.a + t.b == 0 ? 1 : 2);
  if (!(level > 0 && level < 1)) return th_fail(err, TH_EINVAL, "level %g lies outside 0 to 1 (95 %% is written 0.95)", level);
  return TH_OK;
}

th_code th_stat_panel_make(th_arena *arena, th_table2 t, th_stat_panel_opts opts, th_stat_panel *out, th_err *err) {
  const double level = opts.level == 0 ? 0.95 : opts.level;
  TH_TRY(check(t, level, err));
  memset(out, 0, sizeof *out);
  out->t = t;
  out->level = level;
  const double a = (double)t.a, b = (double)t.b, c = (double)t.c, d = (double)t.d;
  const double z = level == 0.95 ? Z95 : th_stat_norm_quantile_upper((1 - level) / 2);
  odds_ratios(out, a, b, c, d, z);
  relative_risks(out, a, a + b, c, c + d, z);
  differences(out, a, b, c, d, z);
  chi_square_tests(out, a, b, c, d);
  e_values(out);
  if (opts.closed_only) return TH_OK;
  th_rows room, *rows = th_stat__rows_make(&room, t) ? &room : NULL;
  th_stat__panel_exact(out, rows);
  th_stat__panel_score(out, z);
  if (!opts.no_fragility) th_stat__panel_fragility(out, rows);
  if (!opts.no_unconditional) TH_TRY(th_stat__panel_unconditional(arena, out, err));
  return TH_OK;
}

size_t th_stat_panel_p_values(const th_stat_panel *p, th_stat_named_p out[TH_STAT_NAMED]) {
  const th_stat_named_p all[] = { { "fisher", p->fisher_p },
                                  { "midp", p->midp_p },
                                  { "pearson", p->pearson.p },
                                  { "yates", p->yates.p },
                                  { "n1", p->n1.p },
                                  { "lr", p->lr.p },
                                  { "williams", p->williams.p },
                                  { "barnard", p->barnard.given ? p->barnard.p : NAN },
                                  { "boschloo", p->boschloo.given ? p->boschloo.p : NAN },
                                  { "woolf", p->odds_ratio.p },
                                  { "katz", p->rr.p },
                                  { "rd_wald", p->rd.p },
                                  { "haldane", p->or_haldane.p },
                                  { "peto", p->or_peto.p } };
  size_t n = 0;
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (!isnan(all[i].p)) out[n++] = all[i];
  return n;
}

size_t th_stat_panel_intervals(const th_stat_panel *p, th_stat_named_ci out[TH_STAT_NAMED]) {
  const double or = p->odds_ratio.estimate, rr = p->rr.estimate, rd = p->rd.estimate;
  const th_stat_named_ci all[] = { { "woolf", "OR", or, p->odds_ratio.ci },
                                   { "exact", "OR", p->or_exact.estimate, p->or_exact.ci },
                                   { "midp", "OR", p->or_midp.estimate, p->or_midp.ci },
                                   { "cornfield", "OR", or, p->or_cornfield },
                                   { "or_mn", "OR", or, p->or_mn },
                                   { "haldane", "OR", p->or_haldane.estimate, p->or_haldane.ci },
                                   { "peto", "OR", p->or_peto.estimate, p->or_peto.ci },
                                   { "katz", "RR", rr, p->rr.ci },
                                   { "rr_haldane", "RR", p->rr_haldane.estimate, p->rr_haldane.ci },
                                   { "rr_mn", "RR", rr, p->rr_mn },
                                   { "wald", "RD", rd, p->rd.ci },
                                   { "newcombe", "RD", rd, p->rd_newcombe },
                                   { "rd_mn", "RD", rd, p->rd_mn } };
  size_t n = 0;
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (!isnan(all[i].ci.lo) || !isnan(all[i].ci.hi)) out[n++] = all[i];
  return n;
}
