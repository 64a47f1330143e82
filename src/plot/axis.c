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

/* 1-2-5 while the ticks stand apart by a third of what a number takes (draw_axis leaves out numbers that would touch), else powers
 * of ten. */
static void log_ticks(th_axis *x, double gap) {
  const double room = (x->right - x->left) / gap, decades = log10(x->hi / x->lo);
  const bool all = decades * 3 <= 3 * room && decades <= 7;
  const int skip = all ? 1 : (int)fmax(1, ceil(decades / fmax(1, room)));
  for (int e = (int)floor(log10(x->lo)); e <= (int)ceil(log10(x->hi)); e++) {
    if (e % skip) continue;
    add_tick(x, pow(10, e));
    if (all) add_tick(x, 2 * pow(10, e)), add_tick(x, 5 * pow(10, e));
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

/* Which numbers come first when there is no room for all: powers of ten, then halves of them. */
static int rank(const th_axis *x, double v) {
  if (!x->log) return 0;
  const double m = v / pow(10, floor(log10(v) + 1e-9));
  return m < 1.5 ? 0 : m > 3 ? 1 : 2;
}

double th_plot__draw_axis(th_draw *d, const th_axis *x, double y) {
  double from[24], to[24];
  size_t n = 0;
  th_plot__line(d, x->left, y, x->right, y, INK, 1, 0);
  for (size_t i = 0; i < x->n; i++) {
    const double at = th_plot__at(x, x->tick[i]);
    th_plot__line(d, at, y, at, y + (rank(x, x->tick[i]) == 0 ? 5 : 4), INK, 1, 0);
  }
  for (int turn = 0; turn < 3; turn++)
    for (size_t i = 0; i < x->n; i++) {
      if (rank(x, x->tick[i]) != turn) continue;
      const th_str text = tick_text(d, x->tick[i]);
      const double half = th_plot_text_width(text) * d->font / 2;
      const double mid = fmin(fmax(th_plot__at(x, x->tick[i]), half + 1), d->f->width - half - 1); /* inside the figure */
      bool touches = false;
      for (size_t k = 0; k < n; k++) touches |= mid - half < to[k] + 4 && mid + half > from[k] - 4;
      if (touches) continue;
      th_plot__text(d, mid, y + 5 + d->font, text, d->font, TH_PLOT_MIDDLE, false, INK);
      from[n] = mid - half, to[n++] = mid + half;
    }
  return y + 5 + d->line;
}
