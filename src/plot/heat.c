/* A map of rows and columns, each cell one of few classes. Columns carry numbers, told in a list under the map, so that no text stands on
 * its side; a cell says its class in letters where there is room, and by shade and pattern where there is none. */
#include "plot/plot_priv.h"

static const struct {
  uint32_t fill, ink, stroke;
  th_plot_pattern pattern;
} tones[] = {
  [TH_BAR_STRONGEST] = { 0x08306B, PAPER, 0x08306B, TH_PLOT_SOLID },
  [TH_BAR_STRONG] = { 0x2171B5, PAPER, 0x2171B5, TH_PLOT_SOLID },
  [TH_BAR_MIDDLE] = { 0x6BAED6, INK, 0x6BAED6, TH_PLOT_SOLID },
  [TH_BAR_WEAK] = { 0xC6DBEF, INK, 0xC6DBEF, TH_PLOT_SOLID },
  [TH_BAR_WEAKEST] = { 0xF0F4F8, INK, RULE, TH_PLOT_SOLID },
  [TH_BAR_UNKNOWN] = { PAPER, INK, RULE, TH_PLOT_DOTS },
  [TH_BAR_APART] = { 0xD9EFD9, INK, GREEN, TH_PLOT_SOLID },
};

static double key_of(th_draw *d, const th_heat *in, double y) {
  double x = 8;
  for (size_t k = 0; k < in->n_classes; k++) {
    const th_heat_class *c = &in->class[k];
    const double w = 2.2 * d->font + th_plot_text_width(c->label) * d->font;
    if (x > 8 && x + w > d->f->width - 8) x = 8, y += 1.4 * d->line;
    th_plot__rect(d, x, y, 1.7 * d->font, 1.15 * d->font, tones[c->tone].fill, tones[c->tone].stroke, tones[c->tone].pattern);
    th_plot__text(d, x + 2.1 * d->font, y + d->font, c->label, d->font, TH_PLOT_START, false, INK);
    x += w + d->font;
  }
  return y + 1.8 * d->line;
}

static void cell(th_draw *d, const th_heat *in, double x, double y, double w, double h, int class) {
  if (class < 0) {
    th_plot__line(d, x + 0.4 * w, y + h / 2, x + 0.6 * w, y + h / 2, FAINT, 1, 0);
    return;
  }
  const th_heat_class *c = &in->class[class];
  th_plot__rect(d, x + 1, y + 1, w - 2, h - 2, tones[c->tone].fill, tones[c->tone].stroke, tones[c->tone].pattern);
  if (th_plot_text_width(c->mark) * d->font <= w - 4 && tones[c->tone].pattern == TH_PLOT_SOLID)
    th_plot__text(d, x + w / 2, y + h / 2 + 0.36 * d->font, c->mark, d->font, TH_PLOT_MIDDLE, false, tones[c->tone].ink);
}

/* The numbers of the columns and what they stand for, as many side by side as there is room for. */
static double columns_of(th_draw *d, const th_heat *in, double y) {
  double widest = 0;
  for (size_t c = 0; c < in->n_columns; c++) widest = fmax(widest, th_plot_text_width(in->column[c]) * d->font + 2.6 * d->font);
  const double room = d->f->width - 16;
  size_t n = (size_t)fmax(1, floor(room / fmin(widest, room)));
  if (n > in->n_columns) n = in->n_columns ? in->n_columns : 1;
  const size_t down = (in->n_columns + n - 1) / n;
  double end = y;
  for (size_t k = 0; k < n; k++) {
    double at = y;
    const double left = 8 + (double)k * room / (double)n;
    for (size_t c = k * down; c < (k + 1) * down && c < in->n_columns; c++) {
      const th_str text = th_plot__fmt(d, "%zu  %.*s", c + 1, TH_STR_ARG(in->column[c]));
      at += (double)th_plot__wrapped(d, left, at + d->font, room / (double)n - d->font, text, d->font, false, true) * d->line;
    }
    end = fmax(end, at);
  }
  return end;
}

static void table_of(th_draw *d, const th_heat *in) {
  th_plot__table(d, in->n_rows + 1, in->n_columns + 1);
  th_plot__cell(d, 0, 0, in->corner);
  for (size_t c = 0; c < in->n_columns; c++) th_plot__cell(d, 0, c + 1, in->column[c]);
  for (size_t r = 0; r < in->n_rows; r++) {
    th_plot__cell(d, r + 1, 0, in->row[r]);
    for (size_t c = 0; c < in->n_columns; c++) {
      const int class = in->cell[r * in->n_columns + c];
      th_plot__cell(d, r + 1, c + 1, class < 0 ? in->none : in->class[class].label);
    }
  }
}

th_code th_plot_heat(th_arena *a, const th_heat *in, th_plot_opts o, th_plot_figure *out, th_err *err) {
  if (in->n_rows == 0 || in->n_columns == 0) return th_fail(err, TH_EINVAL, "a map needs at least one row and one column");
  if (in->n_rows > TH_LIMIT_PLOT_ROWS || in->n_columns > 100)
    return th_fail(err, TH_ELIMIT, "a map of %zu rows and %zu columns: more than TH_LIMIT_PLOT_ROWS (%d), or than 100",
                   in->n_rows, in->n_columns, TH_LIMIT_PLOT_ROWS);
  th_draw d;
  TH_TRY(th_plot__begin(&d, a, in->title, o, out, err));
  double y = key_of(&d, in, th_plot__title(&d)), label_w = 0;
  size_t filled = 0;
  for (size_t r = 0; r < in->n_rows; r++) label_w = fmax(label_w, th_plot_text_width(in->row[r]) * d.font);
  label_w = fmin(label_w, (d.narrow ? 0.3 : 0.24) * out->width);
  const double x = 8 + label_w + 0.6 * d.font, w = (out->width - 8 - x) / (double)in->n_columns;
  const bool numbers = th_plot_text_width(TH_S("88")) * d.font <= w; /* else every fifth */
  for (size_t c = 0; c < in->n_columns; c++)
    if (numbers || c % 5 == 4 || c == 0)
      th_plot__text(&d, x + ((double)c + 0.5) * w, y + d.font, th_plot__fmt(&d, "%zu", c + 1), d.font, TH_PLOT_MIDDLE, false,
                    SOFT_INK);
  y += 1.3 * d.line;
  for (size_t r = 0; r < in->n_rows; r++) {
    const size_t lines = th_plot__wrapped(&d, 8, y + d.font, label_w, in->row[r], d.font, false, true);
    const double h = fmax((double)lines * d.line, 1.5 * d.font);
    for (size_t c = 0; c < in->n_columns; c++) {
      const int class = in->cell[r * in->n_columns + c];
      filled += class >= 0;
      cell(&d, in, x + (double)c * w, y, w, h, class);
    }
    y += h;
    th_plot__line(&d, 8, y, out->width - 8, y, FAINT, 1, 0);
  }
  y = columns_of(&d, in, y + 0.8 * d.line);
  table_of(&d, in);
  out->desc = th_plot__fmt(&d, d.zh ? "%zu 列 × %zu 欄，有資料 %zu 格。" : "%zu rows by %zu columns, %zu cells filled.",
                           in->n_rows, in->n_columns, filled);
  return th_plot__end(&d, y + 0.4 * d.line, err);
}
