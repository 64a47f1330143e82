/* Days on lanes: what falls when, one lane a kind. Each lane has its line of text with the days in words, and a band of marks below it; the
 * shape of a mark tells the kind as the label does. */
#include "plot/plot_priv.h"

enum { AXIS_LABELS = 64 };

typedef struct span { /* months since year 0, and where they lie */
  int32_t first, n, step;
  double left, right;
} span;

static int32_t month_of(th_date d) {
  return d.year * 12 + d.month - 1;
}

static double at(const span *s, int32_t days) {
  const th_date d = th_civil_from_days(days);
  const double m = month_of(d) + (d.day - 1.0) / th_days_in_month(d.year, d.month);
  return s->left + (m - s->first) / s->n * (s->right - s->left);
}

/* Whole months around all days, with a label every so many that they do not touch. */
static span months(const th_draw *d, const th_days_plot *in) {
  static const int32_t steps[] = { 1, 2, 3, 6, 12, 24, 60, 120, 600, 1200, 12000, 120000 };
  int32_t lo = INT32_MAX, hi = INT32_MIN;
  if (in->as_of.prec == TH_DATE_DAY) lo = hi = month_of(in->as_of);
  for (size_t i = 0; i < in->n; i++)
    for (size_t k = 0; k < in->lane[i].n; k++) {
      const th_days_mark *m = &in->lane[i].mark[k];
      const int32_t from = month_of(m->day), to = m->to.prec == TH_DATE_DAY ? month_of(m->to) : from;
      if (from < lo) lo = from;
      if (to > hi) hi = to;
    }
  span s = { lo, hi - lo + 1, 1, 14, d->f->width - 14 };
  const double label = 1.25 * th_plot_text_width(TH_S("2025-06")) * d->font;
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    s.step = steps[i];
    if (s.step * (s.right - s.left) / s.n >= label) break;
  }
  return s;
}

static void mark(th_draw *d, const span *s, th_days_shape shape, const th_days_mark *m, double y) {
  const double x = at(s, th_date_first(m->day)), r = 0.42 * d->font;
  const double end = m->to.prec == TH_DATE_DAY ? at(s, th_date_first(m->to)) : x;
  switch (shape) {
  case TH_DAYS_TICK: th_plot__line(d, x, y - 0.55 * d->font, x, y + 0.55 * d->font, BLUE, 2, 0); return;
  case TH_DAYS_BAR:
    th_plot__rect(d, x, y - 0.4 * d->font, fmax(3, end - x), 0.8 * d->font, PAPER, GREEN, TH_PLOT_HATCH);
    return;
  case TH_DAYS_DIAMOND: th_plot__diamond(d, x, y, r, true, INK); return;
  case TH_DAYS_HOLLOW: th_plot__diamond(d, x, y, r, false, INK); return;
  case TH_DAYS_SQUARE: th_plot__rect(d, x - r, y - r, 2 * r, 2 * r, VERMILION, INK, TH_PLOT_SOLID); return;
  case TH_DAYS_CIRCLE: th_plot__circle(d, x, y, r, PAPER, INK, 0); return;
  }
}

/* "2025-06-15"; of many the first, the last and how many. */
static th_str in_words(th_draw *d, const th_days_lane *l) {
  char a[TH_DATE_TEXT], b[TH_DATE_TEXT];
  if (l->n == 1 && l->mark[0].to.prec != TH_DATE_DAY) return th_plot__fmt(d, "%s", th_date_iso(l->mark[0].day, a));
  const th_days_mark *last = &l->mark[l->n - 1];
  th_date_iso(l->mark[0].day, a);
  th_date_iso(last->to.prec == TH_DATE_DAY ? last->to : last->day, b);
  return l->n == 1 ? th_plot__fmt(d, d->zh ? "%s 至 %s" : "%s to %s", a, b)
                   : th_plot__fmt(d, d->zh ? "%s 至 %s，共 %zu 次" : "%s to %s, %zu in all", a, b, l->n);
}

static double lane(th_draw *d, const th_days_plot *in, const span *s, const th_days_lane *l, double y) {
  const th_str when = in_words(d, l);
  const double when_w = th_plot_text_width(when) * d->font, label_w = th_plot_text_width(l->label) * d->font * 1.06;
  const size_t lines = th_plot__wrapped(d, 8, y + d->font, d->f->width - 16, l->label, d->font, true, true);
  y += (double)lines * d->line;
  if (8 + label_w + d->font + when_w <= d->f->width - 8) {
    th_plot__text(d, d->f->width - 8, y - d->line + d->font, when, d->font, TH_PLOT_END, false, INK);
  } else {
    th_plot__text(d, 8, y + d->font, when, d->font, TH_PLOT_START, false, INK);
    y += d->line;
  }
  th_plot__line(d, s->left, y + 0.7 * d->font, s->right, y + 0.7 * d->font, FAINT, 1, 0);
  if (in->as_of.prec == TH_DATE_DAY) {
    const double now = at(s, th_date_first(in->as_of));
    th_plot__line(d, now, y, now, y + 1.4 * d->font, VERMILION, 1.4, 3);
  }
  for (size_t k = 0; k < l->n; k++) mark(d, s, l->shape, &l->mark[k], y + 0.7 * d->font);
  return y + 1.8 * d->font;
}

static double axis(th_draw *d, const span *s, double y) {
  double last = -1e9;
  th_plot__line(d, s->left, y, s->right, y, INK, 1, 0);
  for (int32_t k = 0, shown = 0; k <= s->n && shown < AXIS_LABELS; k++) {
    const int32_t m = s->first + k;
    if (m % s->step) continue;
    const double x = s->left + (double)k / s->n * (s->right - s->left);
    const th_str text = th_plot__fmt(d, "%04d-%02d", m / 12, m % 12 + 1);
    const double half = th_plot_text_width(text) * d->font / 2, mid = fmin(fmax(x, half + 1), d->f->width - half - 1);
    th_plot__line(d, x, y, x, y + 5, INK, 1, 0);
    if (mid - half < last + 4) continue;
    th_plot__text(d, mid, y + 5 + d->font, text, d->font, TH_PLOT_MIDDLE, false, INK);
    last = mid + half;
    shown++;
  }
  return y + 5 + d->line;
}

static void table_of(th_draw *d, const th_days_plot *in) {
  size_t rows = 1;
  for (size_t i = 0; i < in->n; i++) rows += in->lane[i].n;
  th_plot__table(d, rows, 3);
  th_plot__cell(d, 0, 0, th_plot__w(d, "Kind"));
  th_plot__cell(d, 0, 1, th_plot__w(d, "Day"));
  th_plot__cell(d, 0, 2, th_plot__w(d, "Until"));
  for (size_t i = 0, row = 1; i < in->n; i++)
    for (size_t k = 0; k < in->lane[i].n; k++, row++) {
      char t[TH_DATE_TEXT];
      th_plot__cell(d, row, 0, in->lane[i].label);
      th_plot__cell(d, row, 1, th_plot__fmt(d, "%s", th_date_iso(in->lane[i].mark[k].day, t)));
      th_plot__cell(d, row, 2, th_plot__fmt(d, "%s", th_date_iso(in->lane[i].mark[k].to, t)));
    }
}

static th_code sound(const th_days_plot *in, th_err *err) {
  size_t all = 0;
  for (size_t i = 0; i < in->n; i++) {
    if (in->lane[i].n == 0) return th_fail(err, TH_EINVAL, "lane %zu has no day", i + 1);
    for (size_t k = 0; k < in->lane[i].n; k++) {
      const th_days_mark *m = &in->lane[i].mark[k];
      const bool whole = m->day.prec == TH_DATE_DAY && (m->to.prec == TH_DATE_NONE || m->to.prec == TH_DATE_DAY);
      if (!whole || (m->to.prec == TH_DATE_DAY && th_date_first(m->to) < th_date_first(m->day)))
        return th_fail(err, TH_EINVAL, "day %zu of lane %zu is no full day, or ends before it begins", k + 1, i + 1);
    }
    all += in->lane[i].n;
  }
  if (all == 0) return th_fail(err, TH_EINVAL, "a picture of days needs at least one day");
  if (all > TH_LIMIT_PLOT_ROWS)
    return th_fail(err, TH_ELIMIT, "%zu days: more than TH_LIMIT_PLOT_ROWS (%d)", all, TH_LIMIT_PLOT_ROWS);
  return TH_OK;
}

th_code th_plot_days(th_arena *a, const th_days_plot *in, th_plot_opts o, th_plot_figure *out, th_err *err) {
  th_draw d;
  char t[TH_DATE_TEXT];
  TH_TRY(sound(in, err));
  TH_TRY(th_plot__begin(&d, a, in->title, o, out, err));
  double y = th_plot__title(&d);
  const span s = months(&d, in);
  for (size_t i = 0; i < in->n; i++) y = lane(&d, in, &s, &in->lane[i], y);
  y = axis(&d, &s, y + 0.2 * d.line);
  if (in->as_of.prec == TH_DATE_DAY) {
    th_plot__line(&d, 8, y + 0.7 * d.font, 8 + 1.5 * d.font, y + 0.7 * d.font, VERMILION, 1.4, 3);
    th_plot__text(&d, 8 + 1.8 * d.font, y + d.font,
                  th_plot__fmt(&d, "%s %s", th_plot__word(&d, "day assessed"), th_date_iso(in->as_of, t)), d.font,
                  TH_PLOT_START, false, INK);
    y += d.line;
  }
  table_of(&d, in);
  out->desc =
      d.zh ? th_plot__fmt(&d, "日程圖，共 %zu 類。", in->n) : th_plot__fmt(&d, "Days of %zu kinds on one axis of time.", in->n);
  return th_plot__end(&d, y + 0.5 * d.line, err);
}
