/* Marks into a figure, text into lines, words into two languages. */
#include <stdarg.h>
#include <stdio.h>

#include "plot/plot_priv.h"

/* ── Words: one catalogue for all figures ──────────────────────────────────────────────────────────────────────────── */

static const char *const catalogue[][2] = {
  { "Study", "研究" },
  { "Group", "組別" },
  { "Weight", "權重" },
  { "Effect", "效果" },
  { "Prediction interval", "預測區間" },
  { "not estimable", "無法估計" },
  { "favours", "有利於" },
  { "standard error", "標準誤" },
  { "Filled study", "補入研究" },
  { "Observed study", "原有研究" },
  { "Standard error", "標準誤" },
  { "Risk, group 1", "第 1 組風險" },
  { "Risk, group 2", "第 2 組風險" },
  { "line of equality", "相等線" },
  { "pooled", "合併" },
  { "Level", "等級" },
  { "counted", "計入" },
  { "ongoing", "進行中" },
  { "listed, not counted", "列出但不計入" },
  { "void", "無效" },
  { "no unit", "無" },
  { "Trial", "試驗" },
  { "Start", "開始" },
  { "End", "結束" },
  { "State", "狀態" },
  { "Results", "結果" },
  { "completed", "已完成" },
  { "stopped", "提前終止" },
  { "withdrawn or void", "撤回或無效" },
  { "state unknown", "狀態不明" },
  { "results", "有結果" },
  { "no results", "無結果" },
  { "results unknown", "結果不明" },
  { "planned", "預定" },
  { "dates unknown", "日期不明" },
  { "as of", "資料截至" },
  { "day assessed", "評估日" },
  { "Line", "列" },
  { "Drug", "藥品" },
  { "Dose", "劑量" },
  { "not known", "不明" },
  { "Set", "集合" },
  { "Scores", "分數筆數" },
  { "This pair", "本配對" },
  { "Note", "說明" },
  { "share of scores below", "低於本配對的比例" },
  { "no scores", "無分數" },
  { "Through", "途經" },
  { "Kind", "類別" },
  { "Day", "日期" },
  { "Until", "迄日" },
  { "day assessed", "評估日" },
  { "Share", "貢獻" },
  { "Hub", "樞紐" },
  { "yes", "是" },
  { "raises the score", "提高分數" },
  { "lowers it", "降低分數" },
  { "hub: much else leads there", "樞紐：許多其他路徑也通過此處" },
  { "area of a circle: inverse variance", "圓面積：變異數的倒數" },
  { "95% limits around the pooled effect", "合併效果的 95% 界限" },
};

const char *th_plot__word(const th_draw *d, const char *english) {
  if (!d->zh) return english;
  for (size_t i = 0; i < sizeof catalogue / sizeof *catalogue; i++)
    if (strcmp(catalogue[i][0], english) == 0) return catalogue[i][1];
  return english;
}

/* ── Text ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static double rune_width(uint32_t r) { /* em; sans-serif faces differ by a few per cent, so on the wide side */
  if (r >= 0x2E80) return 1.0;
  if (r == ' ') return 0.30;
  if (r < 0x80 && strchr("iljI.,:;|!'()[]/-ft", (int)r)) return 0.37;
  if (r < 0x80 && strchr("mwMW@%", (int)r)) return 0.92;
  if (r >= '0' && r <= '9') return 0.585;
  if (r >= 'A' && r <= 'Z') return 0.70;
  if (r == 0x2013 || r == 0x2014 || r == 0x2265 || r == 0x2264 || r == 0x00B7) return 0.6;
  return 0.585;
}

double th_plot_text_width(th_str text) {
  double w = 0;
  for (size_t i = 0; i < text.n;) w += rune_width(th_utf8_next(text, &i));
  return w;
}

th_str th_plot__fmt(th_draw *d, const char *fmt, ...) {
  char buf[1024];
  va_list args;
  va_start(args, fmt);
  const int n = vsnprintf(buf, sizeof buf, fmt, args);
  va_end(args);
  const th_str s = th_str_dup(d->f->arena, th_str_n(buf, n < 0 ? 0 : (size_t)n < sizeof buf ? (size_t)n : sizeof buf - 1));
  if (!s.p) d->f->failed = true;
  return s;
}

th_str th_plot__number(th_draw *d, double v) {
  if (isnan(v)) return TH_S("–");
  if (isinf(v)) return v > 0 ? TH_S("∞") : TH_S("−∞");
  const double a = fabs(v);
  const int decimals = a >= 99.95 ? 0 : a >= 9.995 ? 1 : a >= 0.0095 || a == 0 ? 2 : a >= 0.00095 ? 3 : 4;
  const th_str s = th_plot__fmt(d, "%.*f", decimals, a);
  return v < 0 && a >= 0.5 * pow(10, -decimals) ? th_plot__fmt(d, "−%.*s", TH_STR_ARG(s)) : s; /* no "−0.00" */
}

/* End of the first line of text: at a blank, or between two Chinese characters; a word longer than the line is cut. */
static size_t line_end(th_str text, size_t from, double width) {
  double w = 0;
  size_t last = 0, i = from;
  while (i < text.n) {
    const size_t start = i;
    const uint32_t r = th_utf8_next(text, &i);
    if (r == '\n') return start;
    w += rune_width(r);
    if (w > width && start > from) return last > from ? last : start;
    if (r == ' ' || r == '-' || r == '/') last = i;
    if (r >= 0x2E80) last = i;
  }
  return text.n;
}

size_t th_plot__wrapped(th_draw *d, double x, double y, double width, th_str text, double size, bool bold, bool draw) {
  size_t from = 0, lines = 0;
  while (from < text.n && lines < 200) {
    const size_t to = line_end(text, from, width / size);
    if (draw)
      th_plot__text(d, x, y + (double)lines * d->line, th_str_trim(th_str_sub(text, from, to)), size, TH_PLOT_START, bold, INK);
    lines++;
    from = to;
    while (from < text.n && (text.p[from] == ' ' || text.p[from] == '\n')) from++;
  }
  return lines ? lines : 1;
}

/* ── Marks ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void push(th_draw *d, th_plot_item item) {
  if (!TH_VEC_PUSH(d->f->arena, &d->f->items, item)) d->f->failed = true;
}

void th_plot__line(th_draw *d, double x1, double y1, double x2, double y2, uint32_t colour, double width, double dash) {
  push(d, (th_plot_item){ .shape = TH_PLOT_LINE,
                          .x = x1,
                          .y = y1,
                          .w = x2,
                          .h = y2,
                          .fill = TH_PLOT_NONE,
                          .stroke = colour,
                          .stroke_width = width,
                          .dash = dash });
}

void th_plot__rect(th_draw *d, double x, double y, double w, double h, uint32_t fill, uint32_t stroke,
                   th_plot_pattern pattern) {
  push(d, (th_plot_item){ .shape = TH_PLOT_RECT,
                          .x = x,
                          .y = y,
                          .w = w,
                          .h = h,
                          .fill = fill,
                          .stroke = stroke,
                          .stroke_width = 1,
                          .pattern = pattern });
}

void th_plot__circle(th_draw *d, double x, double y, double r, uint32_t fill, uint32_t stroke, double opacity) {
  push(d, (th_plot_item){ .shape = TH_PLOT_CIRCLE,
                          .x = x,
                          .y = y,
                          .w = r,
                          .fill = fill,
                          .stroke = stroke,
                          .stroke_width = 1.2,
                          .opacity = opacity });
}

void th_plot__polygon(th_draw *d, const double *xy, size_t n_points, uint32_t fill, uint32_t stroke) {
  double *copy = TH_NEWN(d->f->arena, double, 2 * n_points);
  if (!copy) {
    d->f->failed = true;
    return;
  }
  memcpy(copy, xy, 2 * n_points * sizeof *copy);
  push(
      d,
      (th_plot_item){
          .shape = TH_PLOT_POLYGON, .point = copy, .n_points = n_points, .fill = fill, .stroke = stroke, .stroke_width = 1.2 });
}

void th_plot__diamond(th_draw *d, double x, double y, double r, bool full, uint32_t colour) {
  const double xy[] = { x - r, y, x, y - r, x + r, y, x, y + r };
  th_plot__polygon(d, xy, 4, full ? colour : PAPER, colour);
}

void th_plot__text(th_draw *d, double x, double y, th_str text, double size, th_plot_anchor anchor, bool bold,
                   uint32_t colour) {
  if (text.n == 0) return;
  push(d, (th_plot_item){ .shape = TH_PLOT_TEXT,
                          .x = x,
                          .y = y,
                          .text = text,
                          .size = size,
                          .anchor = anchor,
                          .bold = bold,
                          .fill = colour,
                          .stroke = TH_PLOT_NONE });
}

/* ── The frame ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool id_ok(const char *id) {
  if (!((*id >= 'a' && *id <= 'z') || (*id >= 'A' && *id <= 'Z'))) return false;
  for (const char *p = id; *p; p++)
    if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || *p == '-')) return false;
  return strlen(id) <= 64;
}

th_code th_plot__begin(th_draw *d, th_arena *a, th_str title, th_plot_opts o, th_plot_figure *out, th_err *err) {
  const double width = o.width == 0 ? 720 : o.width;
  const char *id = o.id ? o.id : "fig";
  if (!(width >= 280 && width <= 4000)) return th_fail(err, TH_EINVAL, "figure width %g: give 280 to 4000", width);
  if (!id_ok(id)) return th_fail(err, TH_EINVAL, "figure id \"%s\": a letter, then letters, digits and '-'", id);
  *out = (th_plot_figure){ .arena = a, .width = width };
  const bool zh = o.lang && strcmp(o.lang, "zh-TW") == 0;
  out->lang = zh ? TH_S("zh-TW") : TH_S("en");
  out->id = th_str_dup(a, th_str_of(id));
  out->title = th_str_dup(a, title);
  if (!out->id.p || (title.n && !out->title.p)) return th_fail_nomem(err);
  const bool narrow = width < 520;
  /* 170 mm is 482 pt: 720 units wide, 9 pt are 13.5 units. */
  const double font = narrow ? 12 : 13.5 * width / 720;
  *d = (th_draw){ out, zh, narrow, font, font * 1.35 };
  th_plot__rect(d, 0, 0, width, 0, PAPER, TH_PLOT_NONE, TH_PLOT_SOLID); /* ground; its height is set at the end */
  return TH_OK;
}

double th_plot__title(th_draw *d) {
  const size_t lines = th_plot__wrapped(d, 8, d->line, d->f->width - 16, d->f->title, d->font, true, true);
  return (d->f->title.n ? (double)lines * d->line : 0) + 0.5 * d->line;
}

th_code th_plot__end(th_draw *d, double height, th_err *err) {
  if (d->f->failed || d->f->items.n == 0) return th_fail_nomem(err);
  d->f->height = ceil(height);
  d->f->items.v[0].h = d->f->height;
  return TH_OK;
}

void th_plot__table(th_draw *d, size_t rows, size_t columns) {
  d->f->table = (th_plot_table){ TH_NEWN(d->f->arena, th_str, rows * columns), rows, columns };
  if (!d->f->table.cell) {
    d->f->failed = true;
    d->f->table = (th_plot_table){ 0 };
  }
}

void th_plot__cell(th_draw *d, size_t row, size_t column, th_str text) {
  if (row < d->f->table.rows && column < d->f->table.columns) d->f->table.cell[row * d->f->table.columns + column] = text;
}
