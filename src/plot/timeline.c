/* Trial timeline: a bar a trial from start to end. State by colour and pattern both, results by the mark at its end, planned ends by
 * a broken outline; a trial without dates is a line of text, never a bar at a guessed place. */
#include "plot/plot_priv.h"

static const struct {
  const char *word;
  uint32_t fill, stroke;
  th_plot_pattern pattern;
} states[TH_TRIAL_STATES] = {
  [TH_TRIAL_DONE] = { "completed", BLUE, INK, TH_PLOT_SOLID },
  [TH_TRIAL_ONGOING] = { "ongoing", PAPER, BLUE, TH_PLOT_DOTS },
  [TH_TRIAL_STOPPED] = { "stopped", ORANGE, INK, TH_PLOT_BACK_HATCH },
  [TH_TRIAL_VOID] = { "withdrawn or void", PAPER, VERMILION, TH_PLOT_CROSS },
  [TH_TRIAL_UNKNOWN] = { "state unknown", PAPER, RULE, TH_PLOT_SOLID },
};

static const char *results_word(th_tri r) {
  return r == TH_TRUE ? "results" : r == TH_FALSE ? "no results" : "results unknown";
}

static void result_mark(th_draw *d, double x, double y, th_tri r) {
  if (r == TH_UNKNOWN)
    th_plot__text(d, x, y + 0.36 * d->font, TH_S("?"), d->font, TH_PLOT_MIDDLE, true, INK);
  else
    th_plot__diamond(d, x, y, 0.45 * d->font, r == TH_TRUE, INK);
}

static double legend(th_draw *d, const th_timeline *in, double y) {
  bool seen[TH_TRIAL_STATES] = { 0 }, result[3] = { 0 };
  for (size_t i = 0; i < in->n; i++) {
    seen[in->bar[i].state] = true;
    result[in->bar[i].has_results == TH_TRUE ? 0 : in->bar[i].has_results == TH_FALSE ? 1 : 2] = true;
  }
  static const th_tri tri[] = { TH_TRUE, TH_FALSE, TH_UNKNOWN };
  double x = 8;
  for (int k = 0; k < TH_TRIAL_STATES + 3; k++) {
    if (k < TH_TRIAL_STATES ? !seen[k] : !result[k - TH_TRIAL_STATES]) continue;
    const th_str word = th_plot__w(d, k < TH_TRIAL_STATES ? states[k].word : results_word(tri[k - TH_TRIAL_STATES]));
    const double w = 2 * d->font + th_plot_text_width(word) * d->font;
    if (x > 8 && x + w > d->f->width - 8) x = 8, y += 1.2 * d->line;
    if (k < TH_TRIAL_STATES)
      th_plot__rect(d, x, y + 0.3 * d->font, 1.5 * d->font, 0.8 * d->font, states[k].fill, states[k].stroke, states[k].pattern);
    else
      result_mark(d, x + 0.75 * d->font, y + 0.7 * d->font, tri[k - TH_TRIAL_STATES]);
    th_plot__text(d, x + 1.8 * d->font, y + 1.1 * d->font, word, d->font, TH_PLOT_START, false, INK);
    x += w + d->font;
  }
  return y + 1.5 * d->line;
}

static double year_of(int32_t days) {
  return 1970 + days / 365.2425;
}

static bool dated(const th_trial_bar *b) {
  return b->start.prec != TH_DATE_NONE || b->end.prec != TH_DATE_NONE;
}

static void span(const th_timeline *in, double *lo, double *hi) {
  *lo = INFINITY, *hi = -INFINITY;
  for (size_t i = 0; i < in->n; i++) {
    const th_trial_bar *b = &in->bar[i];
    if (b->start.prec != TH_DATE_NONE)
      *lo = fmin(*lo, year_of(th_date_first(b->start))), *hi = fmax(*hi, year_of(th_date_last(b->start)));
    if (b->end.prec != TH_DATE_NONE)
      *hi = fmax(*hi, year_of(th_date_last(b->end))), *lo = fmin(*lo, year_of(th_date_first(b->end)));
  }
  if (in->as_of.prec != TH_DATE_NONE) {
    const double now = year_of(th_date_first(in->as_of));
    *lo = fmin(*lo, now), *hi = fmax(*hi, now);
  }
  if (isinf(*lo)) *lo = 2000, *hi = 2001;
  *lo = floor(*lo), *hi = ceil(*hi + 0.05);
}

static th_str dates_text(th_draw *d, const th_trial_bar *b) {
  char s[TH_DATE_TEXT], e[TH_DATE_TEXT];
  if (!dated(b)) return th_plot__w(d, "dates unknown");
  const char *from = b->start.prec == TH_DATE_NONE ? "?" : th_date_iso(b->start, s),
             *to = b->end.prec == TH_DATE_NONE ? "?" : th_date_iso(b->end, e);
  return b->end_planned ? th_plot__fmt(d, d->zh ? "%s 至 %s（%s）" : "%s to %s (%s)", from, to, th_plot__word(d, "planned"))
                        : th_plot__fmt(d, d->zh ? "%s 至 %s" : "%s to %s", from, to);
}

static void draw_bar(th_draw *d, const th_axis *x, const th_trial_bar *b, double y) {
  if (!dated(b)) return;
  const double left = b->start.prec == TH_DATE_NONE ? x->left : th_plot__at(x, year_of(th_date_first(b->start)));
  const double right = b->end.prec == TH_DATE_NONE ? x->right : th_plot__at(x, year_of(th_date_last(b->end)));
  const double h = 0.8 * d->font, w = fmax(3, right - left);
  th_plot__rect(d, left, y - h / 2, w, h, states[b->state].fill, states[b->state].stroke, states[b->state].pattern);
  if (d->f->items.n && (b->end_planned || b->start.prec == TH_DATE_NONE || b->end.prec == TH_DATE_NONE))
    d->f->items.v[d->f->items.n - 1].dash = 4;
  if (b->end.prec != TH_DATE_NONE) result_mark(d, left + w, y, b->has_results);
}

static void table_of(th_draw *d, const th_timeline *in) {
  static const char *const heads[] = { "Trial", "Start", "End", "State", "Results" };
  th_plot__table(d, in->n + 1, 5);
  for (size_t c = 0; c < 5; c++) th_plot__cell(d, 0, c, th_plot__w(d, heads[c]));
  for (size_t i = 0; i < in->n; i++) {
    const th_trial_bar *b = &in->bar[i];
    char t[TH_DATE_TEXT];
    th_plot__cell(d, i + 1, 0, b->label);
    th_plot__cell(d, i + 1, 1,
                  b->start.prec == TH_DATE_NONE ? th_plot__w(d, "not known") : th_plot__fmt(d, "%s", th_date_iso(b->start, t)));
    const char *planned = b->end_planned ? (d->zh ? "（預定）" : " (planned)") : "";
    th_plot__cell(d, i + 1, 2,
                  b->end.prec == TH_DATE_NONE ? th_plot__w(d, "not known")
                                              : th_plot__fmt(d, "%s%s", th_date_iso(b->end, t), planned));
    th_plot__cell(d, i + 1, 3, th_plot__w(d, states[b->state].word));
    th_plot__cell(d, i + 1, 4, th_plot__w(d, results_word(b->has_results)));
  }
}

th_code th_plot_timeline(th_arena *a, const th_timeline *in, th_plot_opts o, th_plot_figure *out, th_err *err) {
  if (in->n == 0) return th_fail(err, TH_EINVAL, "a timeline needs at least one trial");
  if (in->n > TH_LIMIT_PLOT_ROWS)
    return th_fail(err, TH_ELIMIT, "%zu trials: more than TH_LIMIT_PLOT_ROWS (%d)", in->n, TH_LIMIT_PLOT_ROWS);
  for (size_t i = 0; i < in->n; i++)
    if ((unsigned)in->bar[i].state >= TH_TRIAL_STATES) return th_fail(err, TH_EINVAL, "trial %zu has no such state", i + 1);
  th_draw d;
  TH_TRY(th_plot__begin(&d, a, in->title, o, out, err));
  double y = legend(&d, in, th_plot__title(&d)), lo, hi;
  span(in, &lo, &hi);
  th_axis x;
  th_plot__axis(&x, false, lo, hi, 14, out->width - 18, 4 * d.font);
  for (size_t i = 0; i < x.n;) /* whole years only */
    if (x.tick[i] != floor(x.tick[i])) {
      memmove(&x.tick[i], &x.tick[i + 1], (--x.n - i) * sizeof *x.tick);
    } else {
      i++;
    }
  /* Each trial has its line of text and a band below it, at any width: names are never cut. */
  for (size_t i = 0; i < in->n; i++) {
    const th_trial_bar *b = &in->bar[i];
    const th_str when = dates_text(&d, b);
    const double when_w = th_plot_text_width(when) * d.font, label_w = th_plot_text_width(b->label) * d.font * 1.06;
    const bool beside = 8 + label_w + d.font + when_w <= out->width - 8;
    const size_t lines = th_plot__wrapped(&d, 8, y + d.font, out->width - 16, b->label, d.font, true, true);
    y += (double)lines * d.line;
    if (beside) {
      th_plot__text(&d, out->width - 8, y - d.line + d.font, when, d.font, TH_PLOT_END, false, INK);
    } else {
      th_plot__text(&d, 8, y + d.font, when, d.font, TH_PLOT_START, false, INK);
      y += d.line;
    }
    for (size_t k = 0; k < x.n; k++)
      th_plot__line(&d, th_plot__at(&x, x.tick[k]), y + 2, th_plot__at(&x, x.tick[k]), y + 1.2 * d.font, FAINT, 1, 0);
    if (in->as_of.prec != TH_DATE_NONE) {
      const double now = th_plot__at(&x, year_of(th_date_first(in->as_of)));
      th_plot__line(&d, now, y + 1, now, y + 1.3 * d.font, VERMILION, 1.4, 3);
    }
    draw_bar(&d, &x, b, y + 0.7 * d.font);
    y += 1.6 * d.font;
  }
  y = th_plot__draw_axis(&d, &x, y + 0.2 * d.line);
  if (in->as_of.prec != TH_DATE_NONE) {
    char t[TH_DATE_TEXT];
    th_plot__line(&d, 8, y + 0.7 * d.font, 8 + 1.5 * d.font, y + 0.7 * d.font, VERMILION, 1.4, 3);
    th_plot__text(&d, 8 + 1.8 * d.font, y + d.font,
                  th_plot__fmt(&d, "%s %s", th_plot__word(&d, "as of"), th_date_iso(in->as_of, t)), d.font, TH_PLOT_START,
                  false, INK);
    y += d.line;
  }
  table_of(&d, in);
  out->desc =
      d.zh ? th_plot__fmt(&d, "試驗時間軸，共 %zu 項試驗。", in->n) : th_plot__fmt(&d, "Timeline of %zu trials.", in->n);
  return th_plot__end(&d, y + 0.5 * d.line, err);
}
