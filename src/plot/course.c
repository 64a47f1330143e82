/* Course of drugs: under each drug a bar a line of the table, from its first day to its last or to the day assessed, with the number of the
 * line and the dose beside it. What goes on ends in an arrow; what the rule does not count is hatched. */
#include "plot/plot_priv.h"

static int32_t from_of(const th_course_bar *b) {
  return th_date_first(b->from);
}

static int32_t to_of(const th_course *in, const th_course_bar *b) {
  return b->to.prec ? th_date_last(b->to) : th_date_first(in->as_of);
}

static void span(const th_course *in, th_axis *x, double width) {
  const int32_t today = th_date_first(in->as_of);
  int32_t lo = today - 90, hi = today;
  for (size_t i = 0; i < in->n; i++) {
    if (!in->bar[i].from.prec) continue;
    if (from_of(&in->bar[i]) < lo) lo = from_of(&in->bar[i]);
    if (to_of(in, &in->bar[i]) > hi) hi = to_of(in, &in->bar[i]);
  }
  if (hi - lo > 12 * 365) lo = hi - 12 * 365; /* what is older is drawn from the edge */
  *x = (th_axis){ .lo = lo, .hi = hi + 1, .left = 10, .right = width - 20 };
}

static double place(const th_axis *x, int32_t day) {
  return fmax(x->left, fmin(x->right, th_plot__at(x, day)));
}

/* Its words stand inside the bar where they fit, else behind it, else before it. */
static void draw_bar(th_draw *d, const th_axis *x, const th_course *in, const th_course_bar *b, double y) {
  const double at = place(x, from_of(b)), w = fmax(3, place(x, to_of(in, b) + 1) - at), h = 1.35 * d->font, tip = 0.6 * d->font;
  const th_str text =
      b->text.n ? th_plot__fmt(d, "#%u %.*s", b->number, TH_STR_ARG(b->text)) : th_plot__fmt(d, "#%u", b->number);
  const double room = th_plot_text_width(text) * d->font + 6, behind = at + w + (b->to.prec ? 4 : tip + 4);
  th_plot__rect(d, at, y, w, h, b->counted ? SKY : PAPER, b->counted ? BLUE : RULE, b->counted ? TH_PLOT_SOLID : TH_PLOT_HATCH);
  if (!b->to.prec) {
    const double arrow[] = { at + w, y, at + w + tip, y + h / 2, at + w, y + h };
    th_plot__polygon(d, arrow, 3, b->counted ? BLUE : RULE, TH_PLOT_NONE);
  }
  const bool inside = room <= w && b->counted, fits = behind + room <= d->f->width - 4;
  th_plot__text(d,
                inside ? at + 4
                : fits ? behind
                       : at - 4,
                y + 1.02 * d->font, text, d->font, inside || fits ? TH_PLOT_START : TH_PLOT_END, false, INK);
}

static bool named_before(const th_course *in, size_t at) {
  for (size_t k = 0; k < at; k++)
    if (th_str_eq(in->bar[k].lane, in->bar[at].lane)) return true;
  return false;
}

static double draw_lane(th_draw *d, const th_axis *x, const th_course *in, size_t first, double y) {
  y += (double)th_plot__wrapped(d, 8, y + d->font, d->f->width - 16, in->bar[first].lane, d->font, true, true) * d->line;
  for (size_t i = first; i < in->n; i++) {
    if (!th_str_eq(in->bar[i].lane, in->bar[first].lane) || !in->bar[i].from.prec) continue;
    draw_bar(d, x, in, &in->bar[i], y);
    y += 1.7 * d->font;
  }
  return y + 0.4 * d->line;
}

/* Firsts of months, so many apart that their names do not touch. */
static double months_axis(th_draw *d, const th_axis *x, double y) {
  const double room = th_plot_text_width(TH_S("2025-01")) * d->font + 14,
               per_month = (x->right - x->left) / (x->hi - x->lo) * 30.44;
  static const int steps[] = { 1, 2, 3, 6, 12, 24 };
  int step = 24;
  for (size_t i = sizeof steps / sizeof *steps; i-- > 0;)
    if (steps[i] * per_month >= room) step = steps[i];
  th_date m = th_civil_from_days((int32_t)x->lo);
  m = (th_date){ m.year, 1, 1, TH_DATE_DAY, 0 };
  th_plot__line(d, x->left, y, x->right, y, INK, 1, 0);
  for (; m.prec && th_date_first(m) < x->hi; m = th_date_add_months(m, step)) {
    const double at = th_plot__at(x, th_date_first(m));
    if (at < x->left) continue;
    th_plot__line(d, at, y, at, y + 5, INK, 1, 0);
    if (at + room / 2 > d->f->width || at < room / 2 - 6) continue;
    th_plot__text(d, at, y + 5 + d->font, th_plot__fmt(d, "%04d-%02d", m.year, m.month), d->font, TH_PLOT_MIDDLE, false, INK);
  }
  return y + 5 + d->line;
}

static void table_of(th_draw *d, const th_course *in) {
  static const char *const heads[] = { "Line", "Drug", "Dose", "Start", "End" };
  th_plot__table(d, in->n + 1, 5);
  for (size_t c = 0; c < 5; c++) th_plot__cell(d, 0, c, th_plot__w(d, heads[c]));
  for (size_t i = 0; i < in->n; i++) {
    const th_course_bar *b = &in->bar[i];
    char t[TH_DATE_TEXT];
    th_plot__cell(d, i + 1, 0, th_plot__fmt(d, "#%u", b->number));
    th_plot__cell(d, i + 1, 1, b->lane);
    th_plot__cell(d, i + 1, 2, b->text.n ? b->text : th_plot__w(d, "not known"));
    th_plot__cell(d, i + 1, 3, b->from.prec ? th_plot__fmt(d, "%s", th_date_iso(b->from, t)) : th_plot__w(d, "not known"));
    th_plot__cell(d, i + 1, 4, b->to.prec ? th_plot__fmt(d, "%s", th_date_iso(b->to, t)) : th_plot__w(d, "ongoing"));
  }
}

th_code th_plot_course(th_arena *a, const th_course *in, th_plot_opts o, th_plot_figure *out, th_err *err) {
  if (in->n == 0) return th_fail(err, TH_EINVAL, "a course needs at least one line");
  if (in->as_of.prec != TH_DATE_DAY) return th_fail(err, TH_EINVAL, "a course is drawn up to a full date");
  if (in->n > TH_LIMIT_PLOT_ROWS)
    return th_fail(err, TH_ELIMIT, "%zu lines: more than TH_LIMIT_PLOT_ROWS (%d)", in->n, TH_LIMIT_PLOT_ROWS);
  th_draw d;
  TH_TRY(th_plot__begin(&d, a, in->title, o, out, err));
  th_axis x;
  double y = th_plot__title(&d);
  const double top = y;
  span(in, &x, out->width);
  for (size_t i = 0; i < in->n; i++)
    if (!named_before(in, i)) y = draw_lane(&d, &x, in, i, y);
  const double now = place(&x, th_date_first(in->as_of) + 1);
  th_plot__line(&d, now, top, now, y, VERMILION, 1.4, 3);
  y = months_axis(&d, &x, y);
  char t[TH_DATE_TEXT];
  th_plot__line(&d, 8, y + 0.7 * d.font, 8 + 1.5 * d.font, y + 0.7 * d.font, VERMILION, 1.4, 3);
  th_plot__text(&d, 8 + 1.8 * d.font, y + d.font,
                th_plot__fmt(&d, "%s %s", th_plot__word(&d, "day assessed"), th_date_iso(in->as_of, t)), d.font, TH_PLOT_START,
                false, INK);
  y += d.line;
  table_of(&d, in);
  out->desc =
      d.zh ? th_plot__fmt(&d, "用藥時間軸，共 %zu 列。", in->n) : th_plot__fmt(&d, "Course of drugs, %zu lines.", in->n);
  return th_plot__end(&d, y + 0.5 * d.line, err);
}
