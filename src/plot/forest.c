/* Forest plot. Wide: columns left, plot in the middle, effect right. Narrow: each study is two lines of text and a band below them,
 * so that nothing is squeezed. The axis holds every estimate; a whisker that leaves it ends in an arrow. */
#include "plot/plot_priv.h"

typedef struct th_forest_box {
  const th_forest *in;
  th_draw *d;
  th_axis x;
  double top;                                                      /* of the rows */
  double label_w, column_w[TH_FOREST_COLUMNS], weight_w, effect_w; /* wide layout */
  double label_x, column_x[TH_FOREST_COLUMNS], weight_x, effect_x;
  bool weights;
} th_forest_box;

static bool has_interval(const th_forest_row *r) {
  return !isnan(r->lo) && !isnan(r->hi);
}

static th_str effect_text(th_draw *d, const th_forest_row *r) {
  if (r->kind == TH_FOREST_HEAD) return TH_STR_NONE;
  if (r->kind == TH_FOREST_PREDICT) {
    const th_str lo = th_plot__number(d, r->lo), hi = th_plot__number(d, r->hi);
    return th_plot__fmt(d, "[%.*s, %.*s]", TH_STR_ARG(lo), TH_STR_ARG(hi));
  }
  if (isnan(r->estimate)) return th_plot__w(d, "not estimable");
  const th_str e = th_plot__number(d, r->estimate), lo = th_plot__number(d, r->lo), hi = th_plot__number(d, r->hi);
  if (!has_interval(r)) return e;
  return th_plot__fmt(d, "%.*s [%.*s, %.*s]", TH_STR_ARG(e), TH_STR_ARG(lo), TH_STR_ARG(hi));
}

static th_str weight_text(th_draw *d, const th_forest_row *r) {
  return isnan(r->weight) || r->kind == TH_FOREST_HEAD ? TH_STR_NONE : th_plot__fmt(d, "%.1f%%", r->weight);
}

/* ── Range ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static double scale(const th_forest *in, double v) {
  return in->log_scale ? log(v) : v;
}

/* All estimates, the pooled interval whole, and of each study's interval what lies within a third of that span around it. */
static void range(const th_forest *in, double *lo, double *hi) {
  double e_lo = scale(in, in->null_value), e_hi = e_lo, widest = 0;
  for (size_t i = 0; i < in->n_rows; i++) {
    const th_forest_row *r = &in->row[i];
    if (r->kind == TH_FOREST_HEAD || isnan(r->estimate) || r->kind == TH_FOREST_PREDICT) continue;
    e_lo = fmin(e_lo, scale(in, r->estimate));
    e_hi = fmax(e_hi, scale(in, r->estimate));
    if (has_interval(r) && r->kind != TH_FOREST_STUDY) {
      e_lo = fmin(e_lo, scale(in, r->lo));
      e_hi = fmax(e_hi, scale(in, r->hi));
    }
  }
  for (size_t i = 0; i < in->n_rows; i++) {
    const th_forest_row *r = &in->row[i];
    if (has_interval(r) && r->kind == TH_FOREST_STUDY && isfinite(scale(in, r->lo)) && isfinite(scale(in, r->hi)))
      widest = fmax(widest, scale(in, r->hi) - scale(in, r->lo));
  }
  const double room = fmax(0.33 * (e_hi - e_lo), fmin(widest, in->log_scale ? log(2) : widest / 2));
  double a = e_lo, b = e_hi;
  for (size_t i = 0; i < in->n_rows; i++) {
    const th_forest_row *r = &in->row[i];
    if (r->kind == TH_FOREST_HEAD || !has_interval(r)) continue;
    a = fmin(a, fmax(scale(in, r->lo), e_lo - room));
    b = fmax(b, fmin(scale(in, r->hi), e_hi + room));
  }
  if (!(b > a)) a -= in->log_scale ? log(2) : 1, b += in->log_scale ? log(2) : 1;
  const double pad = 0.04 * (b - a);
  *lo = in->log_scale ? exp(a - pad) : a - pad;
  *hi = in->log_scale ? exp(b + pad) : b + pad;
}

/* ── Marks of one row ──────────────────────────────────────────────────────────────────────────────────────────────── */

static void whisker(th_forest_box *p, const th_forest_row *r, double y, uint32_t colour) {
  const th_axis *x = &p->x;
  const double lo = r->lo < x->lo ? x->lo : r->lo, hi = r->hi > x->hi ? x->hi : r->hi;
  if (hi < x->lo || lo > x->hi) return;
  const double x1 = th_plot__at(x, lo), x2 = th_plot__at(x, hi), half = r->kind == TH_FOREST_PREDICT ? 5 : 3;
  th_plot__line(p->d, x1, y, x2, y, colour, r->kind == TH_FOREST_PREDICT ? 2.5 : 1.3, 0);
  if (r->lo < x->lo) {
    const double arrow[] = { x1 - 1, y, x1 + 7, y - 4, x1 + 7, y + 4 };
    th_plot__polygon(p->d, arrow, 3, colour, TH_PLOT_NONE);
  } else {
    th_plot__line(p->d, x1, y - half, x1, y + half, colour, 1.3, 0);
  }
  if (r->hi > x->hi) {
    const double arrow[] = { x2 + 1, y, x2 - 7, y - 4, x2 - 7, y + 4 };
    th_plot__polygon(p->d, arrow, 3, colour, TH_PLOT_NONE);
  } else {
    th_plot__line(p->d, x2, y - half, x2, y + half, colour, 1.3, 0);
  }
}

static void diamond(th_forest_box *p, const th_forest_row *r, double y) {
  const double lo = fmax(r->lo, p->x.lo), hi = fmin(r->hi, p->x.hi), h = p->d->font * 0.45;
  const double xy[] = { th_plot__at(&p->x, lo), y, th_plot__at(&p->x, r->estimate), y - h,
                        th_plot__at(&p->x, hi), y, th_plot__at(&p->x, r->estimate), y + h };
  th_plot__polygon(p->d, xy, 4, r->kind == TH_FOREST_POOLED ? VERMILION : ORANGE, INK);
}

static void mark(th_forest_box *p, const th_forest_row *r, double y) {
  if (r->kind == TH_FOREST_HEAD) return;
  if (r->kind == TH_FOREST_PREDICT) {
    if (has_interval(r)) whisker(p, r, y, SOFT_INK);
    return;
  }
  if (isnan(r->estimate)) return;
  if ((r->kind == TH_FOREST_POOLED || r->kind == TH_FOREST_SUBTOTAL) && has_interval(r)) {
    diamond(p, r, y);
    return;
  }
  if (has_interval(r)) whisker(p, r, y, INK);
  if (r->estimate < p->x.lo || r->estimate > p->x.hi) return;
  /* Area, not side, is proportional to the weight. */
  const double side = isnan(r->weight) ? 6 : 4 + sqrt(fmax(0, r->weight) / 100) * p->d->font * 1.15;
  th_plot__rect(p->d, th_plot__at(&p->x, r->estimate) - side / 2, y - side / 2, side, side, BLUE, INK, TH_PLOT_SOLID);
}

static bool strong(const th_forest_row *r) {
  return r->kind == TH_FOREST_HEAD || r->kind == TH_FOREST_SUBTOTAL || r->kind == TH_FOREST_POOLED;
}

/* ── Wide ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_str effect_head(th_draw *d, const th_forest *in) {
  return th_plot__fmt(d, "%.*s [%g%% CI]", TH_STR_ARG(in->measure), 100 * in->level);
}

static double longest_word(th_str text) {
  double most = 0;
  th_str rest = text, word;
  while (th_str_split(&rest, ' ', &word)) most = fmax(most, th_plot_text_width(word));
  return most;
}

static void columns(th_forest_box *p) {
  const th_forest *in = p->in;
  th_draw *d = p->d;
  const double gap = 0.8 * d->font, w = d->f->width;
  p->label_w = th_plot_text_width(th_plot__w(d, "Study")) * d->font;
  p->effect_w = th_plot_text_width(effect_head(d, in)) * d->font * 1.06;
  p->weight_w = 0;
  for (size_t c = 0; c < in->n_columns; c++) p->column_w[c] = fmin(longest_word(in->head[c]) * d->font * 1.08, 0.2 * w);
  for (size_t i = 0; i < in->n_rows; i++) {
    const th_forest_row *r = &in->row[i];
    p->label_w = fmax(p->label_w, th_plot_text_width(r->label) * d->font * (strong(r) ? 1.06 : 1));
    p->effect_w = fmax(p->effect_w, th_plot_text_width(effect_text(d, r)) * d->font * 1.04);
    if (!isnan(r->weight) && r->kind != TH_FOREST_HEAD) p->weights = true;
    for (size_t c = 0; c < in->n_columns; c++)
      p->column_w[c] = fmax(p->column_w[c], th_plot_text_width(r->column[c]) * d->font);
  }
  if (p->weights)
    p->weight_w = fmax(th_plot_text_width(TH_S("100.0%")), th_plot_text_width(th_plot__w(d, "Weight"))) * d->font * 1.06;
  p->label_w = fmin(p->label_w, in->n_columns ? 0.24 * w : 0.36 * w);
  p->label_x = 8;
  double x = 8 + p->label_w + gap;
  for (size_t c = 0; c < in->n_columns; c++) {
    p->column_x[c] = x + p->column_w[c];
    x += p->column_w[c] + gap;
  }
  p->effect_x = w - 8;
  p->weight_x = p->effect_x - p->effect_w - gap;
  const double right = p->weights ? p->weight_x - p->weight_w - gap : p->weight_x;
  double lo, hi;
  range(in, &lo, &hi);
  th_plot__axis(&p->x, in->log_scale, lo, hi, x + 4, right - 4, 2.4 * d->font);
}

static double head_line(th_forest_box *p, double y) {
  th_draw *d = p->d;
  const th_forest *in = p->in;
  size_t lines = 1;
  for (size_t c = 0; c < in->n_columns; c++) {
    const size_t n = th_plot__wrapped(d, 0, 0, p->column_w[c] + 2, in->head[c], d->font, true, false);
    lines = n > lines ? n : lines;
  }
  const double base = y + (double)lines * d->line;
  th_plot__text(d, p->label_x, base, th_plot__w(d, "Study"), d->font, TH_PLOT_START, true, INK);
  for (size_t c = 0; c < in->n_columns; c++) {
    const size_t n = th_plot__wrapped(d, 0, 0, p->column_w[c] + 2, in->head[c], d->font, true, false);
    th_plot__wrapped(d, p->column_x[c] - p->column_w[c], base - (double)(n - 1) * d->line, p->column_w[c] + 2, in->head[c],
                     d->font, true, true);
  }
  if (p->weights) th_plot__text(d, p->weight_x, base, th_plot__w(d, "Weight"), d->font, TH_PLOT_END, true, INK);
  th_plot__text(d, p->effect_x, base, effect_head(d, in), d->font, TH_PLOT_END, true, INK);
  th_plot__line(d, 8, base + 0.45 * d->font, d->f->width - 8, base + 0.45 * d->font, RULE, 1, 0);
  return base + 0.6 * d->font;
}

static double wide_rows(th_forest_box *p, double y) {
  th_draw *d = p->d;
  for (size_t i = 0; i < p->in->n_rows; i++) {
    const th_forest_row *r = &p->in->row[i];
    const double label_w = r->kind == TH_FOREST_HEAD ? d->f->width - 16 : p->label_w;
    const size_t lines = th_plot__wrapped(d, p->label_x, y + d->line, label_w, r->label, d->font, strong(r), true);
    const double mid = y + d->line * ((double)lines + 1) / 2 - d->font * 0.36, base = mid + d->font * 0.36;
    for (size_t c = 0; c < p->in->n_columns; c++)
      th_plot__text(d, p->column_x[c], base, r->column[c], d->font, TH_PLOT_END, strong(r), INK);
    if (p->weights) th_plot__text(d, p->weight_x, base, weight_text(d, r), d->font, TH_PLOT_END, strong(r), INK);
    th_plot__text(d, p->effect_x, base, effect_text(d, r), d->font, TH_PLOT_END, strong(r), INK);
    mark(p, r, mid);
    y += (double)lines * d->line + 0.18 * d->line;
  }
  return y;
}

/* ── Narrow ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static double narrow_head(th_forest_box *p, double y) { /* what the line under each name holds */
  th_draw *d = p->d;
  th_buf b;
  th_buf_init(&b, d->f->arena, 64);
  for (size_t c = 0; c < p->in->n_columns; c++) th_buf_addf(&b, "%s%.*s", b.n ? " : " : "", TH_STR_ARG(p->in->head[c]));
  if (p->weights) th_buf_addf(&b, "%s%s", b.n ? ", " : "", th_plot__word(d, "Weight"));
  if (b.failed) d->f->failed = true;
  y += d->line * (double)th_plot__wrapped(d, 8, y + d->line, d->f->width - 16, th_buf_str(&b), d->font, true, b.n > 0);
  if (b.n == 0) y -= d->line;
  th_plot__text(d, d->f->width - 8, y + d->line, effect_head(d, p->in), d->font, TH_PLOT_END, true, INK);
  y += d->line + 0.45 * d->font;
  th_plot__line(d, 8, y, d->f->width - 8, y, RULE, 1, 0);
  return y + 0.2 * d->line;
}

static double narrow_rows(th_forest_box *p, double y) {
  th_draw *d = p->d;
  const double w = d->f->width - 16;
  for (size_t i = 0; i < p->in->n_rows; i++) {
    const th_forest_row *r = &p->in->row[i];
    if (r->kind == TH_FOREST_HEAD) y += 0.5 * d->line;
    y += d->line * (double)th_plot__wrapped(d, 8, y + d->line, w, r->label, d->font, true, true);
    if (r->kind == TH_FOREST_HEAD) { /* set off from the names of studies, which are as bold */
      y += 0.35 * d->font;
      th_plot__line(d, 8, y, d->f->width - 8, y, RULE, 1, 0);
      continue;
    }
    th_buf b;
    th_buf_init(&b, d->f->arena, 64);
    for (size_t c = 0; c < p->in->n_columns; c++)
      if (r->column[c].n) th_buf_addf(&b, "%s%.*s", b.n ? " : " : "", TH_STR_ARG(r->column[c]));
    const th_str weight = weight_text(d, r);
    if (weight.n) th_buf_addf(&b, "%s%.*s", b.n ? ", " : "", TH_STR_ARG(weight));
    if (b.failed) d->f->failed = true;
    const th_str left = th_buf_str(&b), right = effect_text(d, r);
    const bool both = (th_plot_text_width(left) + th_plot_text_width(right) + 1) * d->font <= w;
    if (left.n) {
      y += d->line * (double)th_plot__wrapped(d, 8, y + d->line, w, left, d->font, false, true);
      if (!both) y += d->line;
    } else {
      y += d->line;
    }
    th_plot__text(d, d->f->width - 8, y, right, d->font, TH_PLOT_END, strong(r), INK);
    if (p->in->null_value >= p->x.lo && p->in->null_value <= p->x.hi) { /* only in the band: above and below it stands text */
      const double x = th_plot__at(&p->x, p->in->null_value);
      th_plot__line(d, x, y + 0.3 * d->font, x, y + 1.6 * d->font, RULE, 1.2, 0);
    }
    mark(p, r, y + d->font * 0.95);
    y += d->font * 1.9;
  }
  return y;
}

/* ── Below the rows ────────────────────────────────────────────────────────────────────────────────────────────────── */

static void lines_through(th_forest_box *p, double top, double bottom) {
  const th_forest *in = p->in;
  if (in->null_value >= p->x.lo && in->null_value <= p->x.hi) {
    const double x = th_plot__at(&p->x, in->null_value);
    th_plot__line(p->d, x, top, x, bottom, RULE, 1.2, 0);
  }
  for (size_t i = 0; i < in->n_rows; i++) {
    const th_forest_row *r = &in->row[i];
    if (r->kind != TH_FOREST_POOLED || isnan(r->estimate) || r->estimate < p->x.lo || r->estimate > p->x.hi) continue;
    const double x = th_plot__at(&p->x, r->estimate);
    th_plot__line(p->d, x, top, x, bottom, VERMILION, 1, 4);
  }
}

static double favours(th_forest_box *p, double y) {
  const th_forest *in = p->in;
  th_draw *d = p->d;
  if (!in->favours_left.n && !in->favours_right.n) return y;
  const th_str left =
      th_plot__fmt(d, "← %s%s%.*s", th_plot__word(d, "favours"), d->zh ? "" : " ", TH_STR_ARG(in->favours_left));
  const th_str right =
      th_plot__fmt(d, "%s%s%.*s →", th_plot__word(d, "favours"), d->zh ? "" : " ", TH_STR_ARG(in->favours_right));
  const double mid = fmin(fmax(th_plot__at(&p->x, in->null_value), p->x.left), p->x.right);
  const double lw = th_plot_text_width(left) * d->font, rw = th_plot_text_width(right) * d->font;
  if (mid - 6 - lw >= 8 && mid + 6 + rw <= d->f->width - 8) {
    th_plot__text(d, mid - 6, y + d->font, left, d->font, TH_PLOT_END, false, INK);
    th_plot__text(d, mid + 6, y + d->font, right, d->font, TH_PLOT_START, false, INK);
    return y + d->line;
  }
  th_plot__text(d, 8, y + d->font, left, d->font, TH_PLOT_START, false, INK);
  th_plot__text(d, d->f->width - 8, y + d->font + d->line, right, d->font, TH_PLOT_END, false, INK);
  return y + 2 * d->line;
}

static double notes(th_forest_box *p, double y) {
  for (size_t i = 0; i < p->in->n_notes; i++)
    y += p->d->line *
         (double)th_plot__wrapped(p->d, 8, y + p->d->line, p->d->f->width - 16, p->in->note[i], p->d->font, false, true);
  return y;
}

static void table_of(th_draw *d, const th_forest *in) {
  const size_t columns_n = 1 + in->n_columns + 2;
  th_plot__table(d, in->n_rows + 1, columns_n);
  th_plot__cell(d, 0, 0, th_plot__w(d, "Study"));
  for (size_t c = 0; c < in->n_columns; c++) th_plot__cell(d, 0, 1 + c, in->head[c]);
  th_plot__cell(d, 0, columns_n - 2, th_plot__w(d, "Weight"));
  th_plot__cell(d, 0, columns_n - 1, effect_head(d, in));
  for (size_t i = 0; i < in->n_rows; i++) {
    th_plot__cell(d, i + 1, 0, in->row[i].label);
    for (size_t c = 0; c < in->n_columns; c++) th_plot__cell(d, i + 1, 1 + c, in->row[i].column[c]);
    th_plot__cell(d, i + 1, columns_n - 2, weight_text(d, &in->row[i]));
    th_plot__cell(d, i + 1, columns_n - 1, effect_text(d, &in->row[i]));
  }
}

static void describe(th_draw *d, const th_forest *in) {
  size_t studies = 0;
  const th_forest_row *pooled = NULL;
  for (size_t i = 0; i < in->n_rows; i++) {
    studies += in->row[i].kind == TH_FOREST_STUDY || in->row[i].kind == TH_FOREST_STEP;
    if (in->row[i].kind == TH_FOREST_POOLED) pooled = &in->row[i];
  }
  const th_str e = pooled ? effect_text(d, pooled) : TH_STR_NONE;
  if (d->zh)
    d->f->desc = th_plot__fmt(d, "森林圖，%zu 列，%.*s%s%.*s。", studies, TH_STR_ARG(in->measure), pooled ? "，合併 " : "",
                              TH_STR_ARG(e));
  else
    d->f->desc = th_plot__fmt(d, "Forest plot of %zu rows, %.*s%s%.*s.", studies, TH_STR_ARG(in->measure),
                              pooled ? ", pooled " : "", TH_STR_ARG(e));
}

static th_code check(const th_forest *in, th_err *err) {
  if (in->n_rows == 0) return th_fail(err, TH_EINVAL, "a forest plot needs at least one row");
  if (in->n_rows > TH_LIMIT_PLOT_ROWS)
    return th_fail(err, TH_ELIMIT, "%zu rows: more than TH_LIMIT_PLOT_ROWS (%d)", in->n_rows, TH_LIMIT_PLOT_ROWS);
  if (in->n_columns > TH_FOREST_COLUMNS)
    return th_fail(err, TH_EINVAL, "%zu columns: at most %d", in->n_columns, TH_FOREST_COLUMNS);
  for (size_t i = 0; i < in->n_rows; i++)
    if (in->log_scale && in->row[i].kind != TH_FOREST_HEAD && (in->row[i].estimate <= 0 || in->row[i].lo < 0))
      return th_fail(err, TH_EINVAL, "row %zu: %g on a logarithmic axis", i + 1, in->row[i].estimate);
  return TH_OK;
}

th_code th_plot_forest(th_arena *a, const th_forest *in, th_plot_opts o, th_plot_figure *out, th_err *err) {
  TH_TRY(check(in, err));
  th_draw d;
  TH_TRY(th_plot__begin(&d, a, in->title, o, out, err));
  th_forest_box p = { .in = in, .d = &d };
  double y = th_plot__title(&d);
  columns(&p);
  if (!d.narrow && p.x.right - p.x.left < 0.15 * out->width) d.narrow = true; /* no room between the columns */
  if (d.narrow) {
    double lo, hi;
    range(in, &lo, &hi);
    th_plot__axis(&p.x, in->log_scale, lo, hi, 14, out->width - 14, 3.2 * d.font);
    y = narrow_head(&p, y);
  } else {
    y = head_line(&p, y);
  }
  const double top = y;
  /* Lines lie under the marks: their place in the list is kept and their length set when the rows are laid out. */
  const size_t first = out->items.n;
  if (!d.narrow) lines_through(&p, top, top);
  const size_t last = out->items.n;
  y = d.narrow ? narrow_rows(&p, y) : wide_rows(&p, y);
  y += 0.3 * d.line;
  for (size_t i = first; i < last && i < out->items.n; i++) out->items.v[i].h = y;
  y = th_plot__draw_axis(&d, &p.x, y) + 0.2 * d.line;
  y = favours(&p, y) + 0.2 * d.line;
  y = notes(&p, y);
  table_of(&d, in);
  describe(&d, in);
  return th_plot__end(&d, y + 0.6 * d.line, err);
}
