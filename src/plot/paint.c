/* The marks of a figure on a cairo context. Patterns are drawn as lines under a clip, so that they stay vectors. */
#include <cairo.h>

#include "plot/plot_priv.h"

static void colour(cairo_t *cr, uint32_t c, double alpha) {
  cairo_set_source_rgba(cr, (c >> 16 & 255) / 255.0, (c >> 8 & 255) / 255.0, (c & 255) / 255.0, alpha);
}

static void path(cairo_t *cr, const th_plot_item *t) {
  cairo_new_path(cr);
  switch (t->shape) {
  case TH_PLOT_LINE:
    cairo_move_to(cr, t->x, t->y);
    cairo_line_to(cr, t->w, t->h);
    break;
  case TH_PLOT_RECT: cairo_rectangle(cr, t->x, t->y, t->w, t->h); break;
  case TH_PLOT_CIRCLE: cairo_arc(cr, t->x, t->y, t->w, 0, 2 * 3.14159265358979323846); break;
  case TH_PLOT_POLYGON:
    for (size_t i = 0; i < t->n_points; i++) cairo_line_to(cr, t->point[2 * i], t->point[2 * i + 1]);
    cairo_close_path(cr);
    break;
  case TH_PLOT_TEXT: break;
  }
}

static void pattern(cairo_t *cr, const th_plot_item *t) { /* rectangles only: that is what builders hatch */
  const double step = 6, x1 = t->x, y1 = t->y, x2 = t->x + t->w, y2 = t->y + t->h;
  cairo_save(cr);
  path(cr, t);
  cairo_clip(cr);
  colour(cr, t->stroke, 1);
  cairo_set_line_width(cr, 1.2);
  cairo_set_dash(cr, NULL, 0, 0);
  cairo_new_path(cr);
  if (t->pattern == TH_PLOT_DOTS) {
    for (double y = y1 + 2; y < y2 + 1; y += step)
      for (double x = x1 + 2; x < x2 + 1; x += step) {
        cairo_new_sub_path(cr);
        cairo_arc(cr, x, y, 1.1, 0, 6.2831853071795865);
      }
    cairo_fill(cr);
  } else if (t->pattern == TH_PLOT_CROSS) {
    for (double x = x1 + 3; x < x2; x += step) cairo_move_to(cr, x, y1), cairo_line_to(cr, x, y2);
    for (double y = y1 + 3; y < y2; y += step) cairo_move_to(cr, x1, y), cairo_line_to(cr, x2, y);
    cairo_stroke(cr);
  } else {
    const double tall = y2 - y1;
    for (double x = x1 - tall; x < x2; x += step) {
      if (t->pattern == TH_PLOT_HATCH)
        cairo_move_to(cr, x, y2), cairo_line_to(cr, x + tall, y1);
      else
        cairo_move_to(cr, x, y1), cairo_line_to(cr, x + tall, y2);
    }
    cairo_stroke(cr);
  }
  cairo_restore(cr);
}

static void mark(cairo_t *cr, const th_plot_item *t) {
  path(cr, t);
  if (t->fill != TH_PLOT_NONE && t->shape != TH_PLOT_LINE) {
    colour(cr, t->fill, t->opacity > 0 ? t->opacity : 1);
    cairo_fill_preserve(cr);
  }
  if (t->pattern != TH_PLOT_SOLID && t->shape == TH_PLOT_RECT) {
    pattern(cr, t);
    path(cr, t);
  }
  if (t->stroke != TH_PLOT_NONE) {
    colour(cr, t->stroke, 1);
    cairo_set_line_width(cr, t->stroke_width);
    if (t->dash > 0)
      cairo_set_dash(cr, &t->dash, 1, 0);
    else
      cairo_set_dash(cr, NULL, 0, 0);
    cairo_stroke(cr);
  }
  cairo_new_path(cr);
}

void th_plot_paint(const th_plot_figure *f, struct _cairo *cr, th_plot_text_fn *text, void *ctx) {
  for (size_t i = 0; i < f->items.n; i++) {
    const th_plot_item *t = &f->items.v[i];
    if (t->shape == TH_PLOT_TEXT) {
      colour(cr, t->fill, 1);
      text(ctx, t);
    } else {
      mark(cr, t);
    }
  }
}
