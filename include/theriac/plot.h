/* Floor 2: one figure description, drawn as SVG or PDF. A figure is a list of marks in a box, a title, a text alternative and a
 * table with the same numbers; a builder lays it out once, a renderer only writes it.
 *
 * Rules that hold for every builder: nothing by colour alone (pattern, shape or text says the same), palette safe for colour
 * blindness and told apart in grey print, text contrast ≥ 4.5:1, no script, font file or link. Width ≥ 520 gives the layout for
 * print (text ≥ 9 pt when set 170 mm wide), below it the one for a telephone (320–390 px, text 12 px). Equal input gives equal
 * bytes. Figures live in the arena they were made in. */
#ifndef THERIAC_PLOT_H
#define THERIAC_PLOT_H

#include "theriac/base.h"

/* ── The figure ────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef enum th_plot_shape { TH_PLOT_LINE, TH_PLOT_RECT, TH_PLOT_POLYGON, TH_PLOT_CIRCLE, TH_PLOT_TEXT } th_plot_shape;
typedef enum th_plot_pattern {
  TH_PLOT_SOLID,
  TH_PLOT_HATCH,
  TH_PLOT_BACK_HATCH,
  TH_PLOT_CROSS,
  TH_PLOT_DOTS,
  TH_PLOT_PATTERNS
} th_plot_pattern;
typedef enum th_plot_anchor { TH_PLOT_START, TH_PLOT_MIDDLE, TH_PLOT_END } th_plot_anchor;

typedef struct th_plot_item {
  th_plot_shape shape;
  double x, y, w, h;   /* LINE: to (w, h); RECT; CIRCLE: radius w; TEXT: baseline */
  const double *point; /* POLYGON: x, y, x, y, … */
  size_t n_points;
  uint32_t fill, stroke;     /* 0xRRGGBB, or TH_PLOT_NONE */
  double stroke_width, dash; /* dash 0: solid */
  th_plot_pattern pattern;   /* of the fill, drawn in `stroke` over `fill` */
  double opacity;            /* 0 means 1 */
  th_str text;
  double size;
  th_plot_anchor anchor;
  bool bold;
} th_plot_item;

#define TH_PLOT_NONE 0xFFFFFFFFu

typedef struct th_plot_table {
  th_str *cell; /* rows × columns; the first row is the head */
  size_t rows, columns;
} th_plot_table;

typedef struct th_plot_figure {
  th_arena *arena;
  double width, height;
  th_str id; /* prefix of every id in the SVG: two figures can share a page */
  th_str lang, title, desc;
  TH_VEC(th_plot_item) items;
  th_plot_table table;
  bool failed; /* memory ran out while it was built */
} th_plot_figure;

typedef struct th_plot_opts {
  const char *lang; /* "en" or "zh-TW" */
  const char *id;   /* letters, digits, '-'; NULL: "fig" */
  double width;     /* 0: 720; ≥ 280 */
} th_plot_opts;

/* One SVG element, role="img", with <title> and <desc> (which holds the table as text). False when memory ran out. */
TH_API bool th_plot_svg(const th_plot_figure *f, th_buf *out);
/* One PDF page, A4 wide (the figure 170 mm) and as high as the figure needs; text as text, fonts cut down to the glyphs used, tagged.
 * `created` ("2026-11-21T00:00:00Z") goes into the metadata, so that equal input gives equal bytes. TH_EUNSUP: no installed font has
 * all characters. */
TH_API th_code th_plot_pdf(const th_plot_figure *f, const char *created, th_buf *out, th_err *err);
/* For a document that holds a figure among other things: paints it on a cairo context in figure units, texts through the callback,
 * which owns the document's fonts. */
struct _cairo;
typedef void th_plot_text_fn(void *ctx, const th_plot_item *text);
TH_API void th_plot_paint(const th_plot_figure *f, struct _cairo *cr, th_plot_text_fn *text, void *ctx);
/* Text width in units of the font size, on the wide side: what layouts reckon with. */
TH_API double th_plot_text_width(th_str text);

/* ── Forest plot (also cumulative and leave-one-out) ───────────────────────────────────────────────────────────────── */

typedef enum th_forest_kind {
  TH_FOREST_STUDY,
  TH_FOREST_HEAD,     /* heading of a subgroup: label only */
  TH_FOREST_SUBTOTAL, /* diamond */
  TH_FOREST_POOLED,   /* diamond, with a line through the plot */
  TH_FOREST_PREDICT,  /* bar of the prediction interval: lo, hi */
  TH_FOREST_STEP      /* cumulative, leave-one-out: an estimate without weight */
} th_forest_kind;

#define TH_FOREST_COLUMNS 4
typedef struct th_forest_row {
  th_forest_kind kind;
  th_str label;
  th_str column[TH_FOREST_COLUMNS]; /* as printed: "4/123", "55 (47)" */
  double estimate, lo, hi;          /* natural scale; NaN: not estimable */
  double weight;                    /* per cent; NaN: none */
} th_forest_row;

typedef struct th_forest {
  th_str title;
  th_str measure; /* "OR", "SMD", … */
  bool log_scale; /* ratios */
  double null_value;
  double level; /* 0.95 */
  th_str head[TH_FOREST_COLUMNS];
  size_t n_columns;
  const th_forest_row *row;
  size_t n_rows;
  const th_str *note; /* lines below: heterogeneity, test, method, rule of the prediction interval */
  size_t n_notes;
  th_str favours_left, favours_right; /* may be empty */
} th_forest;

/* TH_EINVAL: no row, or a ratio with an estimate ≤ 0. */
TH_API th_code th_plot_forest(th_arena *a, const th_forest *in, th_plot_opts o, th_plot_figure *out, th_err *err);

/* ── Funnel, L'Abbé ────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_funnel {
  th_str title, measure;
  bool log_scale;              /* x carries exp of the estimate on a log axis */
  const double *estimate, *se; /* model scale */
  const th_str *label;
  size_t n;
  const double *filled, *filled_se; /* trim and fill, drawn hollow; may be NULL */
  size_t n_filled;
  double pooled, null_value; /* model scale */
} th_funnel;
TH_API th_code th_plot_funnel(th_arena *a, const th_funnel *in, th_plot_opts o, th_plot_figure *out, th_err *err);

typedef struct th_labbe {
  th_str title, measure; /* "OR", "RR", "RD": which pooled curve is drawn */
  const double *risk1, *risk2, *precision;
  const th_str *label;
  size_t n;
  double pooled; /* natural scale; NaN: no curve */
} th_labbe;
TH_API th_code th_plot_labbe(th_arena *a, const th_labbe *in, th_plot_opts o, th_plot_figure *out, th_err *err);

/* ── Pictures of the dossier ───────────────────────────────────────────────────────────────────────────────────────── */

/* Evidence stack: one row a level, its units counted, ongoing, listed but not counted, void. */
typedef struct th_stack_row {
  th_str label;
  uint32_t counted, ongoing, not_counted, voided;
} th_stack_row;
typedef struct th_stack {
  th_str title;
  const th_stack_row *row;
  size_t n;
} th_stack;
TH_API th_code th_plot_stack(th_arena *a, const th_stack *in, th_plot_opts o, th_plot_figure *out, th_err *err);

typedef enum th_trial_state {
  TH_TRIAL_DONE,
  TH_TRIAL_ONGOING,
  TH_TRIAL_STOPPED,
  TH_TRIAL_VOID,
  TH_TRIAL_UNKNOWN,
  TH_TRIAL_STATES
} th_trial_state;
typedef struct th_trial_bar {
  th_str label;       /* "NCT01610492 …" */
  th_date start, end; /* NONE: not known, said so */
  bool end_planned;   /* the end is an estimate */
  th_trial_state state;
  th_tri has_results;
} th_trial_bar;
typedef struct th_timeline {
  th_str title;
  const th_trial_bar *bar;
  size_t n;
  th_date as_of;
} th_timeline;
/* Colour and pattern tell the state; a bar with results ends in a full diamond, one without in a hollow one. */
TH_API th_code th_plot_timeline(th_arena *a, const th_timeline *in, th_plot_opts o, th_plot_figure *out, th_err *err);

/* Course of a patient's drugs: a lane a drug, a bar a line of the table it came from. */
typedef struct th_course_bar {
  th_str lane, text; /* "Plaquenil", "200 mg BID"; text may be empty */
  uint32_t number;   /* of the line: "#3" */
  th_date from, to;  /* partial too; to NONE: goes on */
  bool counted;      /* false: the rule counts nothing of it, drawn hatched */
} th_course_bar;
typedef struct th_course {
  th_str title;
  const th_course_bar *bar;
  size_t n;
  th_date as_of; /* a full date */
} th_course;
TH_API th_code th_plot_course(th_arena *a, const th_course *in, th_plot_opts o, th_plot_figure *out, th_err *err);

typedef struct th_strip {
  th_str label;        /* "all diseases of this drug" */
  const double *value; /* scores, any order */
  size_t n;
  double pin;  /* score of this pair */
  th_str note; /* "rank 12 of 17,080"; may be empty */
} th_strip;
typedef struct th_strips {
  th_str title;
  const th_strip *strip;
  size_t n;
  double lo, hi; /* axis; lo == hi: from the data */
} th_strips;
/* Score strips: how the scores of a set lie, and where this pair stands among them. */
TH_API th_code th_plot_strips(th_arena *a, const th_strips *in, th_plot_opts o, th_plot_figure *out, th_err *err);

/* Paths behind a prediction, in three columns: drug, what lies between, disease. */
typedef struct th_path_row {
  th_str through; /* "IL2RA", "hydroxychloroquine › lupus nephritis" */
  th_str kind;    /* in words, for the table */
  double share;   /* of the score; below 0 it lowers it */
  bool hub;
} th_path_row;
typedef struct th_paths {
  th_str title, left, right; /* drug and disease */
  const th_path_row *row;
  size_t n;
} th_paths;
TH_API th_code th_plot_paths(th_arena *a, const th_paths *in, th_plot_opts o, th_plot_figure *out, th_err *err);

/* ── Pictures over many dossiers ───────────────────────────────────────────────────────────────────────────────────── */

/* Classes in an order of strength; UNKNOWN and APART stand beside the order. */
typedef enum th_bar_tone {
  TH_BAR_STRONGEST,
  TH_BAR_STRONG,
  TH_BAR_MIDDLE,
  TH_BAR_WEAK,
  TH_BAR_WEAKEST,
  TH_BAR_UNKNOWN,
  TH_BAR_APART
} th_bar_tone;

typedef struct th_bar {
  th_str label;
  uint32_t n;
  th_bar_tone tone;
} th_bar;
typedef struct th_bars {
  th_str title;
  th_str head[2]; /* of the table: what the classes are, what is counted */
  const th_bar *bar;
  size_t n;
} th_bars;
TH_API th_code th_plot_bars(th_arena *a, const th_bars *in, th_plot_opts o, th_plot_figure *out, th_err *err);

typedef struct th_heat_class {
  th_str label, mark; /* mark: two letters or so, for inside a cell */
  th_bar_tone tone;
} th_heat_class;
typedef struct th_heat {
  th_str title, corner, none; /* corner: head of the rows in the table; none: an empty cell there */
  const th_str *row, *column;
  size_t n_rows, n_columns; /* columns ≤ 100 */
  const int *cell;          /* rows × columns: index of a class, or -1 */
  const th_heat_class *class;
  size_t n_classes;
} th_heat;
TH_API th_code th_plot_heat(th_arena *a, const th_heat *in, th_plot_opts o, th_plot_figure *out, th_err *err);

typedef enum th_days_shape {
  TH_DAYS_TICK,
  TH_DAYS_BAR, /* from day to `to` */
  TH_DAYS_DIAMOND,
  TH_DAYS_HOLLOW, /* diamond */
  TH_DAYS_SQUARE,
  TH_DAYS_CIRCLE
} th_days_shape;
typedef struct th_days_mark {
  th_date day, to; /* to: last day of a span, or NONE */
} th_days_mark;
typedef struct th_days_lane {
  th_str label; /* "dose" */
  th_days_shape shape;
  const th_days_mark *mark; /* by day */
  size_t n;
} th_days_lane;
typedef struct th_days_plot {
  th_str title;
  const th_days_lane *lane;
  size_t n;
  th_date as_of; /* a line through all lanes; NONE: none */
} th_days_plot;
/* What falls when: a lane a kind, one axis of months. TH_EINVAL: no day at all, a lane without one, a day that is no full date. */
TH_API th_code th_plot_days(th_arena *a, const th_days_plot *in, th_plot_opts o, th_plot_figure *out, th_err *err);

#define TH_LIMIT_PLOT_ROWS 5000

#endif
