/* Funnel plot with contours of significance, and L'Abbé plot. */
#include "plot/plot_priv.h"

typedef struct th_funnel_box {
  const th_funnel *in;
  th_draw *d;
  th_axis x;
  double top, bottom, most; /* y of se = 0 and of the largest */
} th_funnel_box;

static double x_at(const th_funnel_box *p, double estimate) {
  const double v = p->in->log_scale ? exp(estimate) : estimate;
  return th_plot__at(&p->x, fmin(fmax(v, p->x.lo), p->x.hi));
}

static double y_at(const th_funnel_box *p, double se) {
  return p->top + se / p->most * (p->bottom - p->top);
}

/* A wedge around `centre` with half width z·se: clipped at the sides by following the edge. */
static void wedge(th_funnel_box *p, double centre, double z, uint32_t fill) {
  enum { STEPS = 40 };
  double xy[4 * (STEPS + 1)];
  size_t n = 0;
  for (int i = 0; i <= STEPS; i++) {
    const double se = p->most * i / STEPS;
    xy[n++] = x_at(p, centre - z * se);
    xy[n++] = y_at(p, se);
  }
  for (int i = STEPS; i >= 0; i--) {
    const double se = p->most * i / STEPS;
    xy[n++] = x_at(p, centre + z * se);
    xy[n++] = y_at(p, se);
  }
  th_plot__polygon(p->d, xy, n / 2, fill, TH_PLOT_NONE);
}

static void pseudo_limits(th_funnel_box *p) {
  const double z = 1.959963984540054, mu = p->in->pooled;
  const double edge = p->most;
  th_plot__line(p->d, x_at(p, mu), p->top, x_at(p, mu), p->bottom, INK, 1, 0);
  for (int side = -1; side <= 1; side += 2) { /* in short pieces: straight on a logarithmic axis, clipped at the frame */
    for (int i = 0; i < 20; i++) {
      const double s1 = edge * i / 20, s2 = edge * (i + 0.6) / 20;
      const double v1 = mu + side * z * s1, v2 = mu + side * z * s2, lo = p->in->log_scale ? log(p->x.lo) : p->x.lo,
                   hi = p->in->log_scale ? log(p->x.hi) : p->x.hi;
      if (v1 < lo || v1 > hi || v2 < lo || v2 > hi) continue;
      th_plot__line(p->d, x_at(p, v1), y_at(p, s1), x_at(p, v2), y_at(p, s2), INK, 1, 0);
    }
  }
}

static void se_axis(th_funnel_box *p) {
  th_axis y;
  th_plot__axis(&y, false, 0, p->most, p->top, p->bottom, 3 * p->d->font);
  for (size_t i = 0; i < y.n; i++) {
    const double at = y_at(p, y.tick[i]);
    th_plot__line(p->d, p->x.left - 5, at, p->x.left, at, INK, 1, 0);
    th_plot__text(p->d, p->x.left - 8, at + 0.36 * p->d->font, th_plot__fmt(p->d, "%g", y.tick[i]), p->d->font, TH_PLOT_END,
                  false, INK);
  }
}

static const struct {
  uint32_t fill;
  const char *p;
} bands[] = { { PAPER, "P ≥ 0.10" }, { 0xEBEBEB, "0.05–0.10" }, { 0xD6D6D6, "0.01–0.05" }, { 0xBDBDBD, "P < 0.01" } };

/* What the shades, the broken line and the circles stand for. */
static double legend(th_funnel_box *p, double y) {
  th_draw *d = p->d;
  const th_str observed = th_plot__w(d, "Observed study"), limits = th_plot__w(d, "95% limits around the pooled effect");
  double x = 8;
  for (size_t i = 0; i < sizeof bands / sizeof *bands; i++) {
    const th_str text = th_str_of(bands[i].p);
    const double w = (1.4 + th_plot_text_width(text) + 1.2) * d->font;
    if (x + w > d->f->width && x > 8) x = 8, y += d->line;
    th_plot__rect(d, x, y + 0.25 * d->font, d->font, d->font, bands[i].fill, RULE, TH_PLOT_SOLID);
    th_plot__text(d, x + 1.4 * d->font, y + 1.1 * d->font, text, d->font, TH_PLOT_START, false, INK);
    x += w;
  }
  y += d->line;
  for (int i = 0; i < 3; i++) th_plot__line(d, 8 + i * 9, y + 0.7 * d->font, 13 + i * 9, y + 0.7 * d->font, INK, 1, 0);
  th_plot__text(d, 38, y + 1.1 * d->font, limits, d->font, TH_PLOT_START, false, INK);
  y += d->line;
  th_plot__circle(d, 14, y + 0.7 * d->font, 4, BLUE, INK, 0);
  th_plot__text(d, 24, y + 1.1 * d->font, observed, d->font, TH_PLOT_START, false, INK);
  if (p->in->n_filled) {
    x = 24 + (th_plot_text_width(observed) + 2) * d->font;
    th_plot__circle(d, x, y + 0.7 * d->font, 4.5, PAPER, INK, 0);
    th_plot__text(d, x + 10, y + 1.1 * d->font, th_plot__w(d, "Filled study"), d->font, TH_PLOT_START, false, INK);
  }
  return y + d->line;
}

static th_code funnel_check(const th_funnel *in, th_err *err) {
  if (in->n == 0) return th_fail(err, TH_EINVAL, "a funnel plot needs at least one study");
  if (in->n + in->n_filled > 200000) return th_fail(err, TH_ELIMIT, "%zu studies: too many for a funnel plot (200,000)", in->n);
  for (size_t i = 0; i < in->n; i++)
    if (!isfinite(in->estimate[i]) || !(in->se[i] > 0) || !isfinite(in->se[i]))
      return th_fail(err, TH_EINVAL, "study %zu has no standard error", i + 1);
  return TH_OK;
}

static void funnel_table(th_draw *d, const th_funnel *in) {
  const size_t rows = in->n > TH_LIMIT_PLOT_ROWS ? TH_LIMIT_PLOT_ROWS : in->n;
  th_plot__table(d, rows + in->n_filled + 1, 3);
  th_plot__cell(d, 0, 0, th_plot__w(d, "Study"));
  th_plot__cell(d, 0, 1, in->measure);
  th_plot__cell(d, 0, 2, th_plot__w(d, "standard error"));
  for (size_t i = 0; i < rows + in->n_filled; i++) {
    const bool filled = i >= rows;
    const double e = filled ? in->filled[i - rows] : in->estimate[i], se = filled ? in->filled_se[i - rows] : in->se[i];
    th_plot__cell(d, i + 1, 0, filled ? th_plot__w(d, "Filled study") : in->label[i]);
    th_plot__cell(d, i + 1, 1, th_plot__number(d, in->log_scale ? exp(e) : e));
    th_plot__cell(d, i + 1, 2, th_plot__number(d, se));
  }
}

th_code th_plot_funnel(th_arena *a, const th_funnel *in, th_plot_opts o, th_plot_figure *out, th_err *err) {
  TH_TRY(funnel_check(in, err));
  th_draw d;
  TH_TRY(th_plot__begin(&d, a, in->title, o, out, err));
  th_funnel_box p = { .in = in, .d = &d };
  double lo = fmin(in->null_value, in->pooled), hi = fmax(in->null_value, in->pooled);
  for (size_t i = 0; i < in->n + in->n_filled; i++) {
    const double e = i < in->n ? in->estimate[i] : in->filled[i - in->n], se = i < in->n ? in->se[i] : in->filled_se[i - in->n];
    lo = fmin(lo, e), hi = fmax(hi, e), p.most = fmax(p.most, se);
  }
  p.most *= 1.06;
  const double pad = 0.08 * (hi - lo) + 0.02;
  lo -= pad, hi += pad;
  p.top = th_plot__title(&d) + 1.2 * d.line;
  p.bottom = p.top + (d.narrow ? 0.8 : 0.5) * out->width;
  th_plot__axis(&p.x, in->log_scale, in->log_scale ? exp(lo) : lo, in->log_scale ? exp(hi) : hi, 8 + 4.2 * d.font,
                out->width - 12, 3.2 * d.font);
  /* Bands of P around the null value: 0.05–0.10, 0.01–0.05 and beyond, from light to dark; inside all of them it is white. */
  th_plot__rect(&d, p.x.left, p.top, p.x.right - p.x.left, p.bottom - p.top, bands[3].fill, TH_PLOT_NONE, TH_PLOT_SOLID);
  wedge(&p, in->null_value, 2.5758293035489004, bands[2].fill);
  wedge(&p, in->null_value, 1.959963984540054, bands[1].fill);
  wedge(&p, in->null_value, 1.6448536269514722, bands[0].fill);
  pseudo_limits(&p);
  for (size_t i = 0; i < in->n_filled; i++)
    th_plot__circle(&d, x_at(&p, in->filled[i]), y_at(&p, in->filled_se[i]), 4.5, PAPER, INK, 0);
  for (size_t i = 0; i < in->n; i++) th_plot__circle(&d, x_at(&p, in->estimate[i]), y_at(&p, in->se[i]), 4, BLUE, INK, 0);
  th_plot__line(&d, p.x.left, p.top, p.x.left, p.bottom, INK, 1, 0);
  se_axis(&p);
  th_plot__text(&d, 8, p.top - 0.8 * d.font, th_plot__w(&d, "Standard error"), d.font, TH_PLOT_START, true, INK);
  double y = th_plot__draw_axis(&d, &p.x, p.bottom);
  th_plot__text(&d, (p.x.left + p.x.right) / 2, y + d.font, in->measure, d.font, TH_PLOT_MIDDLE, true, INK);
  y += d.line * 1.2;
  y = legend(&p, y);
  funnel_table(&d, in);
  out->desc = d.zh ? th_plot__fmt(&d, "漏斗圖，%zu 項研究，補入 %zu 項。", in->n, in->n_filled)
                   : th_plot__fmt(&d, "Funnel plot of %zu studies, %zu filled.", in->n, in->n_filled);
  return th_plot__end(&d, y + 0.5 * d.line, err);
}

/* ── L'Abbé ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static double on_curve(const th_labbe *in, double risk2) { /* risk of group 1 that the pooled effect gives */
  if (strcmp(in->measure.p ? in->measure.p : "", "RD") == 0) return risk2 + in->pooled;
  if (th_str_is(in->measure, "RR")) return risk2 * in->pooled;
  const double odds = risk2 / (1 - risk2) * in->pooled;
  return odds / (1 + odds);
}

static void labbe_table(th_draw *d, const th_labbe *in) {
  th_plot__table(d, in->n + 1, 3);
  th_plot__cell(d, 0, 0, th_plot__w(d, "Study"));
  th_plot__cell(d, 0, 1, th_plot__w(d, "Risk, group 1"));
  th_plot__cell(d, 0, 2, th_plot__w(d, "Risk, group 2"));
  for (size_t i = 0; i < in->n; i++) {
    th_plot__cell(d, i + 1, 0, in->label[i]);
    th_plot__cell(d, i + 1, 1, th_plot__fmt(d, "%.3f", in->risk1[i]));
    th_plot__cell(d, i + 1, 2, th_plot__fmt(d, "%.3f", in->risk2[i]));
  }
}

th_code th_plot_labbe(th_arena *a, const th_labbe *in, th_plot_opts o, th_plot_figure *out, th_err *err) {
  if (in->n == 0) return th_fail(err, TH_EINVAL, "a L'Abbé plot needs at least one study");
  if (in->n > TH_LIMIT_PLOT_ROWS)
    return th_fail(err, TH_ELIMIT, "%zu studies: more than TH_LIMIT_PLOT_ROWS (%d)", in->n, TH_LIMIT_PLOT_ROWS);
  th_draw d;
  TH_TRY(th_plot__begin(&d, a, in->title, o, out, err));
  double most = 0, heaviest = 0;
  for (size_t i = 0; i < in->n; i++) {
    most = fmax(most, fmax(in->risk1[i], in->risk2[i]));
    heaviest = fmax(heaviest, in->precision[i]);
  }
  most = fmin(1, fmax(0.05, most * 1.1));
  const double top = th_plot__title(&d) + 1.2 * d.line, left = 8 + 4.2 * d.font, side = fmin(out->width - left - 14, 460);
  th_axis x, y;
  th_plot__axis(&x, false, 0, most, left, left + side, 3.2 * d.font);
  th_plot__axis(&y, false, 0, most, top + side, top, 3.2 * d.font);
  y.n = 0;
  for (size_t i = 0; i < x.n; i++) y.tick[y.n++] = x.tick[i];
  th_plot__line(&d, left, top + side, left + side, top, RULE, 1.2, 5);
  if (isfinite(in->pooled))
    for (int i = 0; i < 100; i++) {
      const double r1 = most * i / 100, r2 = most * (i + 1) / 100, q1 = on_curve(in, r1), q2 = on_curve(in, r2);
      if (q1 >= 0 && q2 >= 0 && q1 <= most && q2 <= most)
        th_plot__line(&d, th_plot__at(&x, r1), th_plot__at(&y, q1), th_plot__at(&x, r2), th_plot__at(&y, q2), VERMILION, 2, 0);
    }
  for (size_t i = 0; i < in->n; i++)
    th_plot__circle(&d, th_plot__at(&x, in->risk2[i]), th_plot__at(&y, in->risk1[i]),
                    fmax(2, 14 * sqrt(in->precision[i] / heaviest)), BLUE, INK, 0.45);
  th_plot__line(&d, left, top, left, top + side, INK, 1, 0);
  for (size_t i = 0; i < y.n; i++) {
    const double at = th_plot__at(&y, y.tick[i]);
    th_plot__line(&d, left - 5, at, left, at, INK, 1, 0);
    th_plot__text(&d, left - 8, at + 0.36 * d.font, th_plot__fmt(&d, "%g", y.tick[i]), d.font, TH_PLOT_END, false, INK);
  }
  th_plot__text(&d, 8, top - 0.5 * d.font, th_plot__w(&d, "Risk, group 1"), d.font, TH_PLOT_START, true, INK);
  double below = th_plot__draw_axis(&d, &x, top + side);
  th_plot__text(&d, left + side / 2, below + d.font, th_plot__w(&d, "Risk, group 2"), d.font, TH_PLOT_MIDDLE, true, INK);
  below += 1.3 * d.line;
  th_plot__line(&d, 8, below + 0.6 * d.font, 32, below + 0.6 * d.font, RULE, 1.2, 5);
  th_plot__text(&d, 38, below + d.font, th_plot__w(&d, "line of equality"), d.font, TH_PLOT_START, false, INK);
  if (isfinite(in->pooled)) {
    below += d.line;
    const th_str v = th_plot__number(&d, in->pooled);
    th_plot__line(&d, 8, below + 0.6 * d.font, 32, below + 0.6 * d.font, VERMILION, 2, 0);
    th_plot__text(&d, 38, below + d.font,
                  th_plot__fmt(&d, "%s %.*s %.*s", th_plot__word(&d, "pooled"), TH_STR_ARG(in->measure), TH_STR_ARG(v)), d.font,
                  TH_PLOT_START, false, INK);
  }
  below += d.line;
  th_plot__circle(&d, 20, below + 0.7 * d.font, 5, BLUE, INK, 0.45);
  th_plot__text(&d, 38, below + d.font, th_plot__w(&d, "area of a circle: inverse variance"), d.font, TH_PLOT_START, false,
                INK);
  labbe_table(&d, in);
  out->desc =
      d.zh ? th_plot__fmt(&d, "L'Abbé 圖，%zu 項研究。", in->n) : th_plot__fmt(&d, "L'Abbé plot of %zu studies.", in->n);
  return th_plot__end(&d, below + 1.6 * d.line, err);
}
