/* Bars with their numbers, one a class: how many pairs there are of each level. The pattern tells the class as well as the colour does. */
#include "plot/plot_priv.h"

static const struct {
  uint32_t fill, stroke;
  th_plot_pattern pattern;
} tones[] = {
  [TH_BAR_STRONGEST] = { BLUE, INK, TH_PLOT_SOLID },   [TH_BAR_STRONG] = { SKY, INK, TH_PLOT_SOLID },
  [TH_BAR_MIDDLE] = { PAPER, BLUE, TH_PLOT_CROSS },    [TH_BAR_WEAK] = { PAPER, BLUE, TH_PLOT_HATCH },
  [TH_BAR_WEAKEST] = { PAPER, RULE, TH_PLOT_DOTS },    [TH_BAR_UNKNOWN] = { PAPER, RULE, TH_PLOT_SOLID },
  [TH_BAR_APART] = { GREEN, INK, TH_PLOT_BACK_HATCH },
};

static void table_of(th_draw *d, const th_bars *in) {
  th_plot__table(d, in->n + 1, 2);
  th_plot__cell(d, 0, 0, in->head[0]);
  th_plot__cell(d, 0, 1, in->head[1]);
  for (size_t i = 0; i < in->n; i++) {
    th_plot__cell(d, i + 1, 0, in->bar[i].label);
    th_plot__cell(d, i + 1, 1, th_plot__fmt(d, "%u", in->bar[i].n));
  }
}

th_code th_plot_bars(th_arena *a, const th_bars *in, th_plot_opts o, th_plot_figure *out, th_err *err) {
  if (in->n == 0) return th_fail(err, TH_EINVAL, "a figure of bars needs at least one");
  if (in->n > TH_LIMIT_PLOT_ROWS)
    return th_fail(err, TH_ELIMIT, "%zu bars: more than TH_LIMIT_PLOT_ROWS (%d)", in->n, TH_LIMIT_PLOT_ROWS);
  th_draw d;
  TH_TRY(th_plot__begin(&d, a, in->title, o, out, err));
  double y = th_plot__title(&d), label_w = 0;
  uint32_t most = 1;
  uint64_t total = 0;
  for (size_t i = 0; i < in->n; i++) {
    label_w = fmax(label_w, th_plot_text_width(in->bar[i].label) * d.font);
    if (in->bar[i].n > most) most = in->bar[i].n;
    total += in->bar[i].n;
  }
  label_w = fmin(label_w, 0.4 * out->width);
  const double x = 8 + label_w + d.font, number_w = th_plot_text_width(th_plot__fmt(&d, "%u", most)) * d.font;
  const double room = out->width - 16 - d.font - number_w - x, high = 1.2 * d.font;
  for (size_t i = 0; i < in->n; i++) {
    const th_bar *b = &in->bar[i];
    const size_t lines = th_plot__wrapped(&d, 8, y + d.font, label_w, b->label, d.font, false, true);
    const double w = b->n ? fmax(2, room * b->n / most) : 0;
    if (b->n) th_plot__rect(&d, x, y, w, high, tones[b->tone].fill, tones[b->tone].stroke, tones[b->tone].pattern);
    th_plot__text(&d, x + w + 0.5 * d.font, y + d.font, th_plot__fmt(&d, "%u", b->n), d.font, TH_PLOT_START, false, INK);
    y += fmax((double)lines * d.line, high) + 0.4 * d.line;
  }
  table_of(&d, in);
  out->desc = th_plot__fmt(&d, d.zh ? "長條圖：%zu 類，共 %llu。" : "Bars: %zu classes, %llu in all.", in->n,
                           (unsigned long long)total);
  return th_plot__end(&d, y + 0.2 * d.line, err);
}
