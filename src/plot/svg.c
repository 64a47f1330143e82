/* A figure as one SVG element. Presentation attributes only: a strict content policy forbids style attributes. */
#include <math.h>

#include "plot/plot_priv.h"

static void escaped(th_buf *b, th_str s) {
  for (size_t i = 0; i < s.n; i++) {
    const char c = s.p[i];
    switch (c) {
    case '<': th_buf_addz(b, "&lt;"); break;
    case '>': th_buf_addz(b, "&gt;"); break;
    case '&': th_buf_addz(b, "&amp;"); break;
    case '"': th_buf_addz(b, "&quot;"); break;
    default:
      if ((unsigned char)c >= 0x20 || c == '\n' || c == '\t') th_buf_addc(b, c);
    }
  }
}

/* At most two decimals, without trailing zeros: short, and the same everywhere. */
/* Two decimals as printf rounds them: by the exact value, which times 100 in doubles tells for certain only away from the half. */
static int two_decimals(char t[40], double v) {
  const double hundred = fabs(v) * 100, whole = floor(hundred), rest = hundred - whole;
  if (!(hundred < 1e12) || fabs(rest - 0.5) < 1e-3) return snprintf(t, 40, "%.2f", v);
  uint64_t cents = (uint64_t)whole + (rest > 0.5);
  int n = 40;
  t[--n] = (char)('0' + cents % 10), cents /= 10;
  t[--n] = (char)('0' + cents % 10), cents /= 10;
  t[--n] = '.';
  do t[--n] = (char)('0' + cents % 10);
  while (cents /= 10);
  if (signbit(v)) t[--n] = '-';
  memmove(t, t + n, (size_t)(40 - n));
  return 40 - n;
}

static void num(th_buf *b, double v) {
  char t[40];
  int n = two_decimals(t, v);
  while (n > 0 && t[n - 1] == '0') n--;
  if (n > 0 && t[n - 1] == '.') n--;
  if (n == 2 && t[0] == '-' && t[1] == '0') t[0] = '0', n = 1;
  th_buf_add(b, th_str_n(t, (size_t)n));
}

static void attr(th_buf *b, const char *name, double v) {
  th_buf_addf(b, " %s=\"", name);
  num(b, v);
  th_buf_addc(b, '"');
}

static void paint(th_buf *b, const th_plot_figure *f, const th_plot_item *t) {
  if (t->pattern != TH_PLOT_SOLID)
    th_buf_addf(b, " fill=\"url(#%.*s-p%d-%06x)\"", TH_STR_ARG(f->id), (int)t->pattern, (unsigned)t->stroke);
  else if (t->fill == TH_PLOT_NONE)
    th_buf_addz(b, " fill=\"none\"");
  else
    th_buf_addf(b, " fill=\"#%06x\"", (unsigned)t->fill);
  if (t->stroke != TH_PLOT_NONE) {
    th_buf_addf(b, " stroke=\"#%06x\"", (unsigned)t->stroke);
    if (t->stroke_width != 1) attr(b, "stroke-width", t->stroke_width);
  }
  if (t->dash > 0) th_buf_addf(b, " stroke-dasharray=\"%g %g\"", t->dash, t->dash);
  if (t->opacity > 0 && t->opacity < 1) attr(b, "fill-opacity", t->opacity);
}

static void item(th_buf *b, const th_plot_figure *f, const th_plot_item *t) {
  static const char *const anchors[] = { "", " text-anchor=\"middle\"", " text-anchor=\"end\"" };
  switch (t->shape) {
  case TH_PLOT_LINE:
    th_buf_addz(b, "<line");
    attr(b, "x1", t->x), attr(b, "y1", t->y), attr(b, "x2", t->w), attr(b, "y2", t->h);
    break;
  case TH_PLOT_RECT:
    th_buf_addz(b, "<rect");
    attr(b, "x", t->x), attr(b, "y", t->y), attr(b, "width", t->w), attr(b, "height", t->h);
    break;
  case TH_PLOT_CIRCLE:
    th_buf_addz(b, "<circle");
    attr(b, "cx", t->x), attr(b, "cy", t->y), attr(b, "r", t->w);
    break;
  case TH_PLOT_POLYGON:
    th_buf_addz(b, "<polygon points=\"");
    for (size_t i = 0; i < 2 * t->n_points; i++) {
      if (i) th_buf_addc(b, i % 2 ? ',' : ' ');
      num(b, t->point[i]);
    }
    th_buf_addc(b, '"');
    break;
  case TH_PLOT_TEXT:
    th_buf_addz(b, "<text");
    attr(b, "x", t->x), attr(b, "y", t->y);
    if (t->size != 0) attr(b, "font-size", t->size);
    th_buf_addf(b, "%s%s fill=\"#%06x\">", anchors[t->anchor], t->bold ? " font-weight=\"700\"" : "", (unsigned)t->fill);
    escaped(b, t->text);
    th_buf_addz(b, "</text>\n");
    return;
  }
  paint(b, f, t);
  th_buf_addz(b, "/>\n");
}

static void one_pattern(th_buf *b, const th_plot_figure *f, th_plot_pattern p, uint32_t fill, uint32_t ink) {
  static const char *const strokes[] = { "", "M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2", "M-1,5 l2,2 M0,0 l6,6 M5,-1 l2,2",
                                         "M0,3 h6 M3,0 v6", "" };
  th_buf_addf(b,
              "<pattern id=\"%.*s-p%d-%06x\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><rect width=\"6\" "
              "height=\"6\" fill=\"#%06x\"/>",
              TH_STR_ARG(f->id), (int)p, (unsigned)ink, (unsigned)(fill == TH_PLOT_NONE ? PAPER : fill));
  if (p == TH_PLOT_DOTS)
    th_buf_addf(b, "<circle cx=\"2\" cy=\"2\" r=\"1.1\" fill=\"#%06x\"/>", (unsigned)ink);
  else
    th_buf_addf(b, "<path d=\"%s\" fill=\"none\" stroke=\"#%06x\" stroke-width=\"1.2\"/>", strokes[p], (unsigned)ink);
  th_buf_addz(b, "</pattern>\n");
}

static void patterns(th_buf *b, const th_plot_figure *f) {
  bool open = false;
  for (size_t i = 0; i < f->items.n; i++) {
    const th_plot_item *t = &f->items.v[i];
    if (t->pattern == TH_PLOT_SOLID) continue;
    bool seen = false;
    for (size_t k = 0; k < i && !seen; k++) seen = f->items.v[k].pattern == t->pattern && f->items.v[k].stroke == t->stroke;
    if (seen) continue;
    if (!open) th_buf_addz(b, "<defs>\n");
    open = true;
    one_pattern(b, f, t->pattern, t->fill, t->stroke);
  }
  if (open) th_buf_addz(b, "</defs>\n");
}

static void description(th_buf *b, const th_plot_figure *f) {
  escaped(b, f->desc);
  for (size_t r = 0; r < f->table.rows; r++) {
    th_buf_addc(b, '\n');
    for (size_t c = 0; c < f->table.columns; c++) {
      if (c) th_buf_addz(b, " | ");
      escaped(b, f->table.cell[r * f->table.columns + c]);
    }
  }
}

bool th_plot_svg(const th_plot_figure *f, th_buf *b) {
  th_buf_addz(b, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ");
  num(b, f->width);
  th_buf_addc(b, ' ');
  num(b, f->height);
  th_buf_addc(b, '"');
  attr(b, "width", f->width);
  attr(b, "height", f->height);
  th_buf_addf(b, " role=\"img\" lang=\"%.*s\" aria-labelledby=\"%.*s-title\" aria-describedby=\"%.*s-desc\"",
              TH_STR_ARG(f->lang), TH_STR_ARG(f->id), TH_STR_ARG(f->id));
  th_buf_addz(
      b, " font-family=\"'Noto Sans CJK TC','Noto Sans TC','Microsoft JhengHei','PingFang TC',Arial,Helvetica,sans-serif\">\n");
  th_buf_addf(b, "<title id=\"%.*s-title\">", TH_STR_ARG(f->id));
  escaped(b, f->title);
  th_buf_addf(b, "</title>\n<desc id=\"%.*s-desc\">", TH_STR_ARG(f->id));
  description(b, f);
  th_buf_addz(b, "</desc>\n");
  patterns(b, f);
  for (size_t i = 0; i < f->items.n; i++) item(b, f, &f->items.v[i]);
  th_buf_addz(b, "</svg>\n");
  return !b->failed;
}
