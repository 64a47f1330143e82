/* Score strips: a histogram of all scores of a set, low and wide, with a pin where this pair stands. Heights go by the square root
 * of the count, so that the few high scores are seen beside the many low ones; the caption says the rank in words. */
#include "plot/plot_priv.h"

enum { BINS = 60 };

static void axis_range(const th_strips *in, double *lo, double *hi) {
  *lo = in->lo, *hi = in->hi;
  if (*hi > *lo) return;
  *lo = INFINITY, *hi = -INFINITY;
  for (size_t s = 0; s < in->n; s++) {
    for (size_t i = 0; i < in->strip[s].n; i++)
      if (isfinite(in->strip[s].value[i])) *lo = fmin(*lo, in->strip[s].value[i]), *hi = fmax(*hi, in->strip[s].value[i]);
    if (isfinite(in->strip[s].pin)) *lo = fmin(*lo, in->strip[s].pin), *hi = fmax(*hi, in->strip[s].pin);
  }
  if (!(*hi > *lo)) *lo = isfinite(*lo) ? *lo - 0.5 : 0, *hi = *lo + 1;
}

static double below(const th_strip *s) { /* share of scores lower than the pin */
  size_t n = 0, all = 0;
  for (size_t i = 0; i < s->n; i++)
    if (!isnan(s->value[i])) all++, n += s->value[i] < s->pin;
  return all ? (double)n / (double)all : NAN;
}

static void histogram(th_draw *d, const th_axis *x, const th_strip *s, double base, double height) {
  size_t bin[BINS] = { 0 }, most = 0;
  for (size_t i = 0; i < s->n; i++) {
    const double u = (s->value[i] - x->lo) / (x->hi - x->lo);
    if (!(u >= 0 && u <= 1)) continue;
    const size_t k = u >= 1 ? BINS - 1 : (size_t)(u * BINS);
    if (++bin[k] > most) most = bin[k];
  }
  const double w = (x->right - x->left) / BINS;
  for (size_t k = 0; k < BINS; k++) {
    if (bin[k] == 0) continue;
    const double h = fmax(1.5, height * sqrt((double)bin[k] / (double)most));
    th_plot__rect(d, x->left + (double)k * w + 0.5, base - h, w - 1, h, SKY, TH_PLOT_NONE, TH_PLOT_SOLID);
  }
}

static void pin(th_draw *d, const th_axis *x, const th_strip *s, double top, double base) {
  if (!isfinite(s->pin)) return;
  const double at = th_plot__at(x, fmin(fmax(s->pin, x->lo), x->hi)), r = 0.4 * d->font;
  th_plot__line(d, at, top + r, at, base, VERMILION, 2, 0);
  const double head[] = { at - r, top - r, at + r, top - r, at, top + r };
  th_plot__polygon(d, head, 3, VERMILION, INK);
}

static th_str caption(th_draw *d, const th_strip *s) {
  if (s->n == 0) return th_plot__w(d, "no scores");
  const double share = below(s);
  const th_str mine = th_plot__number(d, s->pin);
  if (!isfinite(s->pin)) return th_plot__fmt(d, "%s: %zu", th_plot__word(d, "Scores"), s->n);
  return th_plot__fmt(d, d->zh ? "%s %.*s；%s %.1f%%%s%.*s" : "%s %.*s; %s %.1f%%%s%.*s", th_plot__word(d, "This pair"),
                      TH_STR_ARG(mine), th_plot__word(d, "share of scores below"), 100 * share,
                      s->note.n ? (d->zh ? "；" : "; ") : "", TH_STR_ARG(s->note));
}

static void table_of(th_draw *d, const th_strips *in) {
  static const char *const heads[] = { "Set", "Scores", "This pair", "share of scores below", "Note" };
  th_plot__table(d, in->n + 1, 5);
  for (size_t c = 0; c < 5; c++) th_plot__cell(d, 0, c, th_plot__w(d, heads[c]));
  for (size_t i = 0; i < in->n; i++) {
    const th_strip *s = &in->strip[i];
    th_plot__cell(d, i + 1, 0, s->label);
    th_plot__cell(d, i + 1, 1, th_plot__fmt(d, "%zu", s->n));
    th_plot__cell(d, i + 1, 2, th_plot__number(d, s->pin));
    th_plot__cell(d, i + 1, 3, isnan(below(s)) || isnan(s->pin) ? TH_S("–") : th_plot__fmt(d, "%.1f%%", 100 * below(s)));
    th_plot__cell(d, i + 1, 4, s->note);
  }
}

th_code th_plot_strips(th_arena *a, const th_strips *in, th_plot_opts o, th_plot_figure *out, th_err *err) {
  if (in->n == 0) return th_fail(err, TH_EINVAL, "score strips need at least one set");
  if (in->n > TH_LIMIT_PLOT_ROWS)
    return th_fail(err, TH_ELIMIT, "%zu strips: more than TH_LIMIT_PLOT_ROWS (%d)", in->n, TH_LIMIT_PLOT_ROWS);
  th_draw d;
  TH_TRY(th_plot__begin(&d, a, in->title, o, out, err));
  double y = th_plot__title(&d), lo, hi;
  axis_range(in, &lo, &hi);
  th_axis x;
  th_plot__axis(&x, false, lo, hi, 16, out->width - 16, 4 * d.font);
  for (size_t i = 0; i < in->n; i++) {
    const th_strip *s = &in->strip[i];
    y += d.line * (double)th_plot__wrapped(&d, 8, y + d.font, out->width - 16, s->label, d.font, true, true);
    y += d.line * (double)th_plot__wrapped(&d, 8, y + d.font, out->width - 16, caption(&d, s), d.font, false, true);
    const double top = y + 0.9 * d.font, base = top + 2.6 * d.font;
    histogram(&d, &x, s, base, 2.2 * d.font);
    pin(&d, &x, s, top, base);
    y = th_plot__draw_axis(&d, &x, base) + 0.6 * d.line;
  }
  table_of(&d, in);
  out->desc = d.zh ? TH_S("分數分布與本配對的位置。高度為筆數的平方根。")
                   : TH_S("Distribution of scores and the place of this pair. Heights go by the square root of the count.");
  return th_plot__end(&d, y, err);
}
