/* Shared by the files of the room `plot` only. */
#ifndef THERIAC_PLOT_PRIV_H
#define THERIAC_PLOT_PRIV_H

#include <math.h>

#include "theriac/plot.h"

/* Okabe–Ito, and greys; text on white ≥ 4.5:1. */
enum {
  INK = 0x1A1A1A,
  SOFT_INK = 0x4D4D4D,
  RULE = 0x8C8C8C,
  FAINT = 0xD9D9D9,
  PAPER = 0xFFFFFF,
  BLUE = 0x0072B2,
  SKY = 0x56B4E9,
  ORANGE = 0xE69F00,
  VERMILION = 0xD55E00,
  GREEN = 0x009E73
};

/* A begun figure: arena, width, language; the font size that suits the width. */
typedef struct th_draw {
  th_plot_figure *f;
  bool zh, narrow;
  double font, line; /* size and line height */
} th_draw;

th_code th_plot__begin(th_draw *d, th_arena *a, th_str title, th_plot_opts o, th_plot_figure *out, th_err *err);
/* Draws the title (wrapped) and gives the y below it. */
double th_plot__title(th_draw *d);
th_code th_plot__end(th_draw *d, double height, th_err *err);

void th_plot__line(th_draw *d, double x1, double y1, double x2, double y2, uint32_t colour, double width, double dash);
void th_plot__rect(th_draw *d, double x, double y, double w, double h, uint32_t fill, uint32_t stroke, th_plot_pattern pattern);
void th_plot__circle(th_draw *d, double x, double y, double r, uint32_t fill, uint32_t stroke, double opacity);
void th_plot__polygon(th_draw *d, const double *xy, size_t n_points, uint32_t fill, uint32_t stroke);
void th_plot__text(th_draw *d, double x, double y, th_str text, double size, th_plot_anchor anchor, bool bold, uint32_t colour);
void th_plot__diamond(th_draw *d, double x, double y, double r, bool full, uint32_t colour);
/* Text broken into lines no wider than `width`; gives the number of lines (and draws them when `draw`). */
size_t th_plot__wrapped(th_draw *d, double x, double y, double width, th_str text, double size, bool bold, bool draw);
th_str th_plot__fmt(th_draw *d, const char *fmt, ...) TH_PRINTF(2, 3);
const char *th_plot__word(const th_draw *d, const char *english); /* from the one catalogue */
static inline th_str th_plot__w(const th_draw *d, const char *english) {
  return th_str_of(th_plot__word(d, english));
}

/* The table beside the figure. */
void th_plot__table(th_draw *d, size_t rows, size_t columns);
void th_plot__cell(th_draw *d, size_t row, size_t column, th_str text);

/* A number as the figure prints it: two decimals for effects, fewer for large ones. */
th_str th_plot__number(th_draw *d, double v);

typedef struct th_axis {
  bool log;
  double lo, hi;      /* data */
  double left, right; /* pixels */
  double tick[24];
  size_t n;
} th_axis;
/* Ticks at 1-2-5 steps inside lo..hi, about one in `gap` pixels at most. */
void th_plot__axis(th_axis *x, bool log, double lo, double hi, double left, double right, double gap);
double th_plot__at(const th_axis *x, double v);
/* Base line, ticks and numbers at y. Gives the y below. */
double th_plot__draw_axis(th_draw *d, const th_axis *x, double y);

#endif
