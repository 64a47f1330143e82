/* How few subjects carry the result: two-sided Fisher at 0.05 (Walsh 2014 for the published rule, Khan 2020 for the quotient).
 * The search tries every step in order: P is not monotone in the number moved. It says nothing on bias. */
#include "stat/stat_priv.h"

typedef struct th_search {
  th_table2 t;
  const th_rows *rows; /* NULL: not a small table */
  double total[2];     /* C(N, m1 − k) and C(N, m1 + k) at step k */
} th_search;

/* A P of exactly one twentieth is not below it, whatever the last digit of a sum says. */
static bool significant(double p) {
  return p < 0.05 * (1 - 1e-12);
}

static void step_to(th_search *s, int64_t k) {
  if (!s->rows) return;
  const int64_t m1 = s->t.a + s->t.c, n = m1 + s->t.b + s->t.d, m = m1 - k, l = m1 + k;
  s->total[0] *= m < 0 ? 0 : (double)(m + 1) / (double)(n - m);
  s->total[1] *= l > n ? 0 : (double)(n - l + 1) / (double)l;
}

/* k subjects of one group moved to events (sign > 0) or away from them; false when there are not so many. */
static bool moved(th_table2 t, int group, int64_t k, int sign, th_table2 *out) {
  int64_t *x = group == 1 ? &t.a : &t.c, *y = group == 1 ? &t.b : &t.d;
  *x += sign * k;
  *y -= sign * k;
  *out = t;
  return *x >= 0 && *y >= 0;
}

static double p_of(const th_search *s, th_table2 u, int sign) {
  if (s->rows) {
    const double p = th_stat__rows_fisher(s->rows, (int)u.a, (int)u.c, s->total[sign > 0]);
    if (p > 1e-3) return p; /* smaller ones want their own sum, for the digits */
  }
  const th_margins m = th_stat__margins(u);
  return th_stat__fisher(&m, (double)u.a, 1e-19);
}

static int fewer_events(th_table2 t) { /* ties: smaller group, then group 2 */
  if (t.a != t.c) return t.a < t.c ? 1 : 2;
  return t.a + t.b < t.c + t.d ? 1 : 2;
}

void th_stat__panel_fragility(th_stat_panel *p, const th_rows *rows) {
  static const struct { int group, sign; } ways[] = { { 1, -1 }, { 1, 1 }, { 2, -1 }, { 2, 1 } };
  const th_table2 t = p->t;
  const int64_t n = t.a + t.b + t.c + t.d;
  th_fragility f = { .index = -1, .walsh = -1, .reverse = -1, .quotient = NAN, .p_after = NAN };
  f.significant = significant(p->fisher_p);
  f.given = n <= TH_STAT_FRAGILITY_MAX;
  th_search s = { t, rows, { rows ? rows->total : NAN, rows ? rows->total : NAN } };
  /* The published rule is one of the four ways, and may need more steps than the shortest. */
  const int rule = 2 * (fewer_events(t) - 1) + f.significant;
  int64_t by_rule = -1;
  bool open[4] = { f.given, f.given, f.given, f.given };
  for (int64_t k = 1; f.index < 0 ? open[0] || open[1] || open[2] || open[3] : by_rule < 0 && open[rule]; k++) {
    step_to(&s, k);
    for (int i = 0; i < 4; i++) {
      th_table2 u;
      if (!open[i] || (f.index >= 0 && i != rule) || !(open[i] = moved(t, ways[i].group, k, ways[i].sign, &u))) continue;
      const double after = p_of(&s, u, ways[i].sign);
      if (significant(after) == f.significant) continue;
      if (i == rule && by_rule < 0) by_rule = k;
      if (f.index >= 0) continue;
      f.index = k;
      f.group = ways[i].group;
      f.to_event = ways[i].sign > 0;
      f.p_after = after;
      f.quotient = (double)k / (double)n;
    }
  }
  *(f.significant ? &f.walsh : &f.reverse) = by_rule;
  p->fragility = f;
}
