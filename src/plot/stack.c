/* Evidence stack: for every level its units, one square each while they fit, else a bar with its number. Counted is full, ongoing
 * dotted, not counted empty, void hatched: the four are told apart without colour. */
#include "plot/plot_priv.h"

static const struct {
  const char *word;
  uint32_t fill, stroke;
  th_plot_pattern pattern;
} kinds[] = {
  { "counted", BLUE, INK, TH_PLOT_SOLID },
  { "ongoing", PAPER, BLUE, TH_PLOT_DOTS },
  { "listed, not counted", PAPER, RULE, TH_PLOT_SOLID },
  { "void", PAPER, VERMILION, TH_PLOT_HATCH },
};

static uint32_t count_of(const th_stack_row *r, int kind) {
  return kind == 0 ? r->counted : kind == 1 ? r->ongoing : kind == 2 ? r->not_counted : r->voided;
}

static uint32_t total_of(const th_stack_row *r) {
  return r->counted + r->ongoing + r->not_counted + r->voided;
}

static double legend(th_draw *d, double y) {
  double x = 8;
  for (int k = 0; k < 4; k++) {
    const th_str word = th_plot__w(d, kinds[k].word);
    const double w = d->font * 1.5 + th_plot_text_width(word) * d->font;
    if (x > 8 && x + w > d->f->width - 8) x = 8, y += 1.2 * d->line;
    th_plot__rect(d, x, y + 0.25 * d->font, d->font, d->font, kinds[k].fill, kinds[k].stroke, kinds[k].pattern);
    th_plot__text(d, x + 1.35 * d->font, y + 1.1 * d->font, word, d->font, TH_PLOT_START, false, INK);
    x += w + d->font;
  }
  return y + 1.5 * d->line;
}

/* "2 counted, 1 void": the numbers as text, beside or under the bar. */
static th_str numbers(th_draw *d, const th_stack_row *r) {
  th_buf b;
  th_buf_init(&b, d->f->arena, 64);
  for (int k = 0; k < 4; k++)
    if (count_of(r, k))
      th_buf_addf(&b, "%s%s%s%u", b.n ? (d->zh ? "、" : ", ") : "", th_plot__word(d, kinds[k].word), " ", count_of(r, k));
  if (b.n == 0) th_buf_addz(&b, th_plot__word(d, "no unit"));
  if (b.failed) d->f->failed = true;
  return th_buf_str(&b);
}

static void bar(th_draw *d, const th_stack_row *r, double x, double y, double room, uint32_t most) {
  const double side = 1.15 * d->font;
  const bool squares = (double)most * (side + 2) <= room;
  for (int k = 0; k < 4; k++) {
    const uint32_t n = count_of(r, k);
    if (squares) {
      for (uint32_t i = 0; i < n; i++, x += side + 2)
        th_plot__rect(d, x, y, side, side, kinds[k].fill, kinds[k].stroke, kinds[k].pattern);
    } else if (n) {
      const double w = fmax(3, room * n / most);
      th_plot__rect(d, x, y, w, side, kinds[k].fill, kinds[k].stroke, kinds[k].pattern);
      x += w;
    }
  }
}

static void table_of(th_draw *d, const th_stack *in) {
  th_plot__table(d, in->n + 1, 5);
  th_plot__cell(d, 0, 0, th_plot__w(d, "Level"));
  for (int k = 0; k < 4; k++) th_plot__cell(d, 0, (size_t)k + 1, th_plot__w(d, kinds[k].word));
  for (size_t i = 0; i < in->n; i++) {
    th_plot__cell(d, i + 1, 0, in->row[i].label);
    for (int k = 0; k < 4; k++) th_plot__cell(d, i + 1, (size_t)k + 1, th_plot__fmt(d, "%u", count_of(&in->row[i], k)));
  }
}

th_code th_plot_stack(th_arena *a, const th_stack *in, th_plot_opts o, th_plot_figure *out, th_err *err) {
  if (in->n == 0) return th_fail(err, TH_EINVAL, "an evidence stack needs at least one row");
  if (in->n > TH_LIMIT_PLOT_ROWS)
    return th_fail(err, TH_ELIMIT, "%zu rows: more than TH_LIMIT_PLOT_ROWS (%d)", in->n, TH_LIMIT_PLOT_ROWS);
  th_draw d;
  TH_TRY(th_plot__begin(&d, a, in->title, o, out, err));
  double y = legend(&d, th_plot__title(&d)), label_w = 0, text_w = 0;
  uint32_t most = 1;
  uint64_t total = 0, counted = 0;
  for (size_t i = 0; i < in->n; i++) {
    label_w = fmax(label_w, th_plot_text_width(in->row[i].label) * d.font * 1.06);
    text_w = fmax(text_w, th_plot_text_width(numbers(&d, &in->row[i])) * d.font);
    if (total_of(&in->row[i]) > most) most = total_of(&in->row[i]);
    total += total_of(&in->row[i]);
    counted += in->row[i].counted;
  }
  label_w = fmin(label_w, 0.34 * out->width);
  const double x = 8 + label_w + d.font;
  const bool beside =
      !d.narrow && x + 6 * d.font + text_w + 8 < out->width - 8; /* numbers at the right end, or under the bar */
  const double room = (beside ? out->width - 8 - text_w - d.font : out->width - 8) - x;
  for (size_t i = 0; i < in->n; i++) {
    const th_stack_row *r = &in->row[i];
    const size_t lines = th_plot__wrapped(&d, 8, y + d.font, label_w, r->label, d.font, true, true);
    bar(&d, r, x, y, room, most);
    if (beside) {
      th_plot__text(&d, out->width - 8, y + d.font, numbers(&d, r), d.font, TH_PLOT_END, false, INK);
      y += fmax((double)lines, 1) * d.line + 0.4 * d.line;
    } else {
      const size_t n =
          th_plot__wrapped(&d, x, y + 1.3 * d.font + d.line * 0.8, out->width - 8 - x, numbers(&d, r), d.font, false, true);
      y += fmax((double)lines * d.line, 1.3 * d.font + (double)n * d.line) + 0.4 * d.line;
    }
    th_plot__line(&d, 8, y - 0.2 * d.line, out->width - 8, y - 0.2 * d.line, FAINT, 1, 0);
  }
  table_of(&d, in);
  out->desc = d.zh ? th_plot__fmt(&d, "證據堆疊圖：共 %llu 個證據單位，計入 %llu 個。", (unsigned long long)total,
                                  (unsigned long long)counted)
                   : th_plot__fmt(&d, "Evidence stack: %llu units in all, %llu counted.", (unsigned long long)total,
                                  (unsigned long long)counted);
  return th_plot__end(&d, y + 0.2 * d.line, err);
}
