/* Axes: 1-2-5 ticks, linear and logarithmic. */
#include "plot/plot_priv.h"

double th_plot__at(const th_axis *x, double v) {
  const double lo = x->log ? log(x->lo) : x->lo, hi = x->log ? log(x->hi) : x->hi, at = x->log ? log(v) : v;
  return x->left + (at - lo) / (hi - lo) * (x->right - x->left);
}

static double snap(double v) { /* 0.30000000000000004 is 0.3 */
  return v == 0 ? 0 : round(v * 1e12) / 1e12;
}

static void add_tick(th_axis *x, double v) {
  if (x->n < sizeof x->tick / sizeof *x->tick && v >= x->lo * (x->log ? 0.9999 : 1) - (x->log ? 0 : 1e-9) &&
      v <= x->hi * (x->log ? 1.0001 : 1) + (x->log ? 0 : 1e-9))
    x->tick[x->n++] = snap(v);
}

static void linear_ticks(th_axis *x, double gap) {
  const double most = fmax(2, floor((x->right - x->left) / gap)), raw = (x->hi - x->lo) / most,
               power = pow(10, floor(log10(raw)));
  const double unit = raw / power, step = power * (unit <= 1 ? 1 : unit <= 2 ? 2 : unit <= 5 ? 5 : 10);
  for (double k = ceil(x->lo / step - 1e-9); k * step <= x->hi + 1e-9 * step && x->n < 24; k++) add_tick(x, k * step);
}

static void log_ticks(th_axis *x, double gap) {
  static const double sets[][3] = { { 1, 2, 5 }, { 1, 3, 0 }, { 1, 0, 0 } };
  const double room = (x->right - x->left) / gap, decades = log10(x->hi / x->lo);
  const int set = decades * 3 <= room ? 0 : decades * 2 <= room ? 1 : 2;
  const int skip = set == 2 ? (int)fmax(1, ceil(decades / fmax(1, room))) : 1;
  for (int e = (int)floor(log10(x->lo)); e <= (int)ceil(log10(x->hi)); e++) {
    if (e % skip) continue;
    for (int k = 0; k < 3; k++)
      if (sets[set][k] > 0) add_tick(x, sets[set][k] * pow(10, e));
  }
}

void th_plot__axis(th_axis *x, bool log, double lo, double hi, double left, double right, double gap) {
  *x = (th_axis){ .log = log, .lo = lo, .hi = hi, .left = left, .right = right };
  if (log)
    log_ticks(x, gap);
  else
    linear_ticks(x, gap);
}

static th_str tick_text(th_draw *d, double v) {
  return v < 0 ? th_plot__fmt(d, "−%g", -v) : th_plot__fmt(d, "%g", v);
}

double th_plot__draw_axis(th_draw *d, const th_axis *x, double y) {
  th_plot__line(d, x->left, y, x->right, y, INK, 1, 0);
  double last = -INFINITY;
  for (size_t i = 0; i < x->n; i++) {
    const double at = th_plot__at(x, x->tick[i]);
    const th_str text = tick_text(d, x->tick[i]);
    const double half = th_plot_text_width(text) * d->font / 2;
    th_plot__line(d, at, y, at, y + 5, INK, 1, 0);
    const double mid = fmin(fmax(at, half + 1), d->f->width - half - 1); /* inside the figure */
    if (mid - half < last + 4) continue;                                 /* numbers never touch */
    th_plot__text(d, mid, y + 5 + d->font, text, d->font, TH_PLOT_MIDDLE, false, INK);
    last = mid + half;
  }
  return y + 5 + d->line;
}
