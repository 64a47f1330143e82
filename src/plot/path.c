/* Paths from a drug to a disease in three columns: the drug, what lies between, the disease. The width of a line is the path's share
 * of the score; one that lowers it is dashed. A hub, which much else leads to, is hollow. */
#include "plot/plot_priv.h"

typedef struct layout {
  double side, gutter, left, right; /* width of the outer columns and of the space beside them; edges of the middle column */
  double widest;                    /* share of the heaviest path */
} layout;

static layout lay_out(const th_draw *d, const th_paths *in) {
  layout l = { .widest = 0 };
  const double w = d->f->width;
  l.side = d->narrow ? 0.23 * w : 0.2 * w;
  l.gutter = d->narrow ? 0.05 * w : 0.09 * w;
  l.left = l.side + l.gutter, l.right = w - l.left;
  for (size_t i = 0; i < in->n; i++) l.widest = fmax(l.widest, fabs(in->row[i].share));
  return l;
}

static double thickness(const layout *l, double share) {
  return l->widest > 0 ? fmax(1.2, 9 * fabs(share) / l->widest) : 1.2;
}

static void line(th_draw *d, double x1, double y1, double x2, double y2, double width, bool lowers) {
  th_plot__line(d, x1, y1, x2, y2, lowers ? VERMILION : SKY, width, lowers ? 5 : 0);
}

/* A box of text, its middle at y. */
static void end_box(th_draw *d, double x, double width, double y, th_str text) {
  const double pad = 6, lines = (double)th_plot__wrapped(d, 0, 0, width - 2 * pad, text, d->font, true, false);
  const double h = lines * d->line + 2 * pad;
  th_plot__rect(d, x, y - h / 2, width, h, PAPER, INK, TH_PLOT_SOLID);
  th_plot__wrapped(d, x + pad, y - h / 2 + pad + 0.85 * d->font, width - 2 * pad, text, d->font, true, true);
}

static th_str signed_number(th_draw *d, double v) {
  const th_str s = th_plot__number(d, v);
  return v > 0 ? th_plot__fmt(d, "+%.*s", TH_STR_ARG(s)) : s;
}

static th_str label_of(th_draw *d, const th_path_row *r) {
  const th_str n = signed_number(d, r->share);
  return th_plot__fmt(d, "%.*s  %.*s", TH_STR_ARG(n), TH_STR_ARG(r->through));
}

static double row_height(th_draw *d, const layout *l, const th_path_row *r) {
  return d->line * (double)th_plot__wrapped(d, 0, 0, l->right - l->left, label_of(d, r), d->font, false, false) +
         fmax(1.6 * d->font, thickness(l, r->share) + 0.9 * d->font);
}

static double row(th_draw *d, const layout *l, const th_path_row *r, double y, double centre) {
  const double h = row_height(d, l, r), at = y + h - fmax(0.8 * d->font, thickness(l, r->share) / 2 + 0.45 * d->font);
  const double w = thickness(l, r->share), mid = (l->left + l->right) / 2, radius = 0.42 * d->font;
  const bool lowers = r->share < 0;
  line(d, l->side, centre, l->left, at, w, lowers);
  line(d, l->left, at, l->right, at, w, lowers);
  line(d, l->right, at, d->f->width - l->side, centre, w, lowers);
  th_plot__wrapped(d, l->left, y + 0.95 * d->font, l->right - l->left, label_of(d, r), d->font, false, true);
  th_plot__circle(d, mid, at, radius, r->hub ? PAPER : INK, INK, 1);
  return y + h;
}

static double legend(th_draw *d, double y) {
  const double r = 0.42 * d->font;
  double x = 8;
  const struct {
    const char *word;
    int mark;
  } items[] = { { "raises the score", 0 }, { "lowers it", 1 }, { "hub: much else leads there", 2 } };
  y += 0.8 * d->line;
  for (size_t i = 0; i < 3; i++) {
    const th_str word = th_plot__w(d, items[i].word);
    const double w = 3.2 * d->font + th_plot_text_width(word) * d->font;
    if (x > 8 && x + w > d->f->width - 8) x = 8, y += 1.2 * d->line;
    if (items[i].mark < 2)
      line(d, x, y - 0.3 * d->font, x + 1.8 * d->font, y - 0.3 * d->font, 4, items[i].mark == 1);
    else
      th_plot__circle(d, x + 0.9 * d->font, y - 0.3 * d->font, r, PAPER, INK, 1);
    th_plot__text(d, x + 2.3 * d->font, y, word, d->font, TH_PLOT_START, false, INK);
    x += w + 0.6 * d->font;
  }
  return y + 0.7 * d->line;
}

static void table_of(th_draw *d, const th_paths *in) {
  static const char *const heads[] = { "Through", "Kind", "Share", "Hub" };
  th_plot__table(d, in->n + 1, 4);
  for (size_t c = 0; c < 4; c++) th_plot__cell(d, 0, c, th_plot__w(d, heads[c]));
  for (size_t i = 0; i < in->n; i++) {
    th_plot__cell(d, i + 1, 0, in->row[i].through);
    th_plot__cell(d, i + 1, 1, in->row[i].kind);
    th_plot__cell(d, i + 1, 2, signed_number(d, in->row[i].share));
    th_plot__cell(d, i + 1, 3, in->row[i].hub ? th_plot__w(d, "yes") : TH_S("–"));
  }
}

th_code th_plot_paths(th_arena *a, const th_paths *in, th_plot_opts o, th_plot_figure *out, th_err *err) {
  if (in->n == 0) return th_fail(err, TH_EINVAL, "a figure of paths needs at least one path");
  if (in->n > TH_LIMIT_PLOT_ROWS)
    return th_fail(err, TH_ELIMIT, "%zu paths: more than TH_LIMIT_PLOT_ROWS (%d)", in->n, TH_LIMIT_PLOT_ROWS);
  th_draw d;
  TH_TRY(th_plot__begin(&d, a, in->title, o, out, err));
  const layout l = lay_out(&d, in);
  const double top = th_plot__title(&d);
  double y = top, height = 0;
  for (size_t i = 0; i < in->n; i++) height += row_height(&d, &l, &in->row[i]);
  const double sides = d.line * (double)(th_plot__wrapped(&d, 0, 0, l.side - 12, in->left, d.font, true, false) +
                                         th_plot__wrapped(&d, 0, 0, l.side - 12, in->right, d.font, true, false));
  height = fmax(height, sides + 12);
  for (size_t i = 0; i < in->n; i++) y = row(&d, &l, &in->row[i], y, top + height / 2);
  end_box(&d, 1, l.side - 1, top + height / 2, in->left);
  end_box(&d, out->width - l.side, l.side - 1, top + height / 2, in->right);
  y = legend(&d, top + height);
  table_of(&d, in);
  out->desc = d.zh ? TH_S("由藥到疾病的路徑；線寬為該路徑對分數的貢獻，虛線為降低分數，空心圓為樞紐。")
                   : TH_S("Paths from the drug to the disease; the width of a line is the share of the score, dashed lines "
                          "lower it, hollow circles are hubs.");
  return th_plot__end(&d, y, err);
}
