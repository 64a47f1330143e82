/* How few subjects carry the result: two-sided Fisher at 0.05 (Walsh 2014 for the published rule, Khan 2020 for the quotient).
 * The search tries every step in order: P is not monotone in the number moved. It says nothing on bias. */
#include "stat/stat_priv.h"

static double p_of(th_table2 t) {
  const th_margins m = th_stat__margins(t);
  return th_stat__fisher(&m, (double)t.a, 1e-19);
}

/* k subjects of one group moved to events (k > 0) or away from them (k < 0); false when there are not so many. */
static bool moved(th_table2 t, int group, int64_t k, th_table2 *out) {
  int64_t *x = group == 1 ? &t.a : &t.c, *y = group == 1 ? &t.b : &t.d;
  *x += k;
  *y -= k;
  *out = t;
  return *x >= 0 && *y >= 0;
}

static int64_t first_flip(th_table2 t, int group, int sign, bool significant) {
  th_table2 u;
  for (int64_t k = 1; moved(t, group, sign * k, &u); k++)
    if ((p_of(u) < 0.05) != significant) return k;
  return -1;
}

static int fewer_events(th_table2 t) { /* ties: smaller group, then group 2 */
  if (t.a != t.c) return t.a < t.c ? 1 : 2;
  return t.a + t.b < t.c + t.d ? 1 : 2;
}

void th_stat__panel_fragility(th_stat_panel *p) {
  static const struct { int group, sign; } ways[] = { { 1, -1 }, { 1, 1 }, { 2, -1 }, { 2, 1 } };
  const th_table2 t = p->t;
  const int64_t n = t.a + t.b + t.c + t.d;
  th_fragility f = { .index = -1, .walsh = -1, .reverse = -1, .quotient = NAN, .p_after = NAN };
  f.significant = p->fisher_p < 0.05;
  if (n > TH_STAT_FRAGILITY_MAX) {
    p->fragility = f;
    return;
  }
  f.given = true;
  bool open[4] = { true, true, true, true };
  for (int64_t k = 1; f.index < 0 && (open[0] || open[1] || open[2] || open[3]); k++) {
    for (int i = 0; i < 4 && f.index < 0; i++) {
      th_table2 u;
      if (!open[i] || !(open[i] = moved(t, ways[i].group, ways[i].sign * k, &u))) continue;
      const double after = p_of(u);
      if ((after < 0.05) == f.significant) continue;
      f.index = k;
      f.group = ways[i].group;
      f.to_event = ways[i].sign > 0;
      f.p_after = after;
      f.quotient = (double)k / (double)n;
    }
  }
  if (f.significant)
    f.walsh = first_flip(t, fewer_events(t), 1, true);
  else
    f.reverse = first_flip(t, fewer_events(t), -1, false);
  p->fragility = f;
}
