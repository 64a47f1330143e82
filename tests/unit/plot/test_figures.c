/* Figures: what the dossier and the statistics specification ask of each, checked on the marks and on the SVG, in both languages and
 * at 320, 390 and 720 units of width. */
#include "theriac/io.h"
#include "theriac/plot.h"

#include "test.h"

static th_arena *arena;

static const th_plot_opts sizes[] = {
  { "en", "a", 320 },    { "zh-TW", "a", 320 }, { "en", "a", 390 },
  { "zh-TW", "a", 390 }, { "en", "a", 720 },    { "zh-TW", "a", 720 },
};
#define SIZES (sizeof sizes / sizeof *sizes)

typedef struct box {
  double x1, y1, x2, y2;
} box;

static box text_box(const th_plot_item *t) {
  const double w = th_plot_text_width(t->text) * t->size * 0.97, x = t->anchor == TH_PLOT_END      ? t->x - w
                                                                     : t->anchor == TH_PLOT_MIDDLE ? t->x - w / 2
                                                                                                   : t->x;
  return (box){ x, t->y - 0.75 * t->size, x + w, t->y + 0.1 * t->size };
}

/* No two texts touch, all lie inside, none is below 9 pt at 170 mm (12 units on a telephone). */
static void layout_is_clean(const th_plot_figure *f) {
  const double least = f->width < 520 ? 12 : 9 * f->width / 482;
  for (size_t i = 0; i < f->items.n; i++) {
    const th_plot_item *t = &f->items.v[i];
    if (t->shape != TH_PLOT_TEXT) continue;
    const box b = text_box(t);
    CHECK(t->size >= least - 0.1);
    if (b.x1 < -1 || b.x2 > f->width + 1 || b.y2 > f->height)
      printf("# outside: %.*s (%g to %g of %g)\n", TH_STR_ARG(t->text), b.x1, b.x2, f->width);
    CHECK(b.x1 >= -1 && b.x2 <= f->width + 1 && b.y1 >= 0 && b.y2 <= f->height);
    for (size_t k = 0; k < i; k++) {
      if (f->items.v[k].shape != TH_PLOT_TEXT) continue;
      const box c = text_box(&f->items.v[k]);
      const bool touch = b.x1 < c.x2 && c.x1 < b.x2 && b.y1 < c.y2 && c.y1 < b.y2;
      if (touch) printf("# %.*s over %.*s at width %g\n", TH_STR_ARG(t->text), TH_STR_ARG(f->items.v[k].text), f->width);
      CHECK(!touch);
    }
  }
}

static th_code ignore_start(void *ctx, th_str name, const th_xml_attr *attr, size_t n, uint32_t line, th_err *err) {
  (void)name, (void)line, (void)err;
  for (size_t i = 0; i < n; i++) {
    CHECK(!th_str_is(attr[i].name, "style") && !th_str_is(attr[i].name, "href"));
    if (th_str_is(attr[i].name, "id")) CHECK(th_str_starts(attr[i].value, TH_S("a-")));
  }
  ++*(int *)ctx;
  return TH_OK;
}

/* Well-formed, self-contained, with a title, a text alternative and the table in it; the same bytes twice. */
static void svg_is_sound(const th_plot_figure *f) {
  th_buf b, again;
  th_buf_init(&b, arena, 4096);
  th_buf_init(&again, arena, 4096);
  CHECK(th_plot_svg(f, &b) && th_plot_svg(f, &again));
  CHECK(th_str_eq(th_buf_str(&b), th_buf_str(&again)));
  int elements = 0;
  const th_xml_handler h = { .ctx = &elements, .start = ignore_start };
  th_err err = { 0 };
  CHECK_OK_ERR(th_xml_read(th_buf_str(&b), &h, &err), &err);
  CHECK(elements > 8);
  const th_str s = th_buf_str(&b);
  CHECK(th_str_has(s, TH_S("role=\"img\"")) && th_str_has(s, TH_S("<title id=\"a-title\">")) &&
        th_str_has(s, TH_S("<desc id=\"a-desc\">")));
  CHECK(!th_str_has(s, TH_S("<script")) && !th_str_has(s, TH_S("nan")) && !th_str_has(s, TH_S("inf\"")));
  CHECK(f->table.rows > 1 && f->desc.n > 0);
  for (size_t i = 0; i < f->table.rows * f->table.columns; i++) /* the numbers of the table stand in the description */
    if (f->table.cell[i].n && !memchr(f->table.cell[i].p, '<', f->table.cell[i].n) &&
        !memchr(f->table.cell[i].p, '&', f->table.cell[i].n))
      CHECK(th_str_has(s, f->table.cell[i]));
}

static th_forest sample_forest(bool zh, th_forest_row row[8]) {
  row[0] = (th_forest_row){ TH_FOREST_HEAD, zh ? TH_S("隨機分派") : TH_S("Random allocation"), { { 0 } }, NAN, NAN, NAN, NAN };
  row[1] = (th_forest_row){ TH_FOREST_STUDY, TH_S("Alpha 1948"), { TH_S("4/123"), TH_S("11/139") }, 0.39, 0.12, 1.26, 5.1 };
  row[2] = (th_forest_row){ TH_FOREST_STUDY,
                            TH_S("Beta & Gamma <1949> with a name long enough to be broken"),
                            { TH_S("6/306"), TH_S("29/303") },
                            0.19,
                            0.08,
                            0.46,
                            6.4 };
  row[3] =
      (th_forest_row){ TH_FOREST_STUDY, TH_S("Delta 1977"), { TH_S("62/13598"), TH_S("248/12867") }, 0.23, 0.18, 0.31, 80.5 };
  row[4] = (th_forest_row){ TH_FOREST_STUDY, TH_S("Wide"), { TH_S("1/20"), TH_S("0/20") }, 3.15, 0.01, 82.1, 8.0 };
  row[5] = (th_forest_row){ TH_FOREST_STUDY, TH_S("None"), { TH_S("0/20"), TH_S("0/20") }, NAN, NAN, NAN, NAN };
  row[6] = (th_forest_row){
    TH_FOREST_POOLED, zh ? TH_S("合併") : TH_S("Pooled"), { TH_S("73/14067"), TH_S("288/13349") }, 0.47, 0.32, 0.71, 100
  };
  row[7] = (th_forest_row){
    TH_FOREST_PREDICT, zh ? TH_S("預測區間") : TH_S("Prediction interval"), { { 0 } }, NAN, 0.14, 1.58, NAN
  };
  static th_str notes[1];
  notes[0] =
      TH_S("τ² = 0.338, I² = 92.1 %, Q = 163.2, df = 12, P < 0.001; the interval of prediction goes by t with k − 2 degrees");
  return (th_forest){ .title = zh ? TH_S("疫苗與結核病") : TH_S("Vaccine and tuberculosis"),
                      .measure = TH_S("OR"),
                      .log_scale = true,
                      .null_value = 1,
                      .level = 0.95,
                      .head = { zh ? TH_S("接種") : TH_S("Vaccinated"), zh ? TH_S("未接種") : TH_S("Not vaccinated") },
                      .n_columns = 2,
                      .row = row,
                      .n_rows = 8,
                      .note = notes,
                      .n_notes = 1,
                      .favours_left = zh ? TH_S("接種") : TH_S("vaccine"),
                      .favours_right = zh ? TH_S("對照") : TH_S("control") };
}

TEST(forest) {
  for (size_t i = 0; i < SIZES; i++) {
    th_forest_row row[8];
    const th_forest in = sample_forest(i % 2, row);
    th_plot_figure f;
    CHECK_OK(th_plot_forest(arena, &in, sizes[i], &f, NULL));
    layout_is_clean(&f);
    svg_is_sound(&f);
    CHECK_INT(f.table.rows, 9);
  }
}

/* Area goes by weight: the squares of 5.1 % and 80.5 % differ, and no mark leaves the plot. */
TEST(forest_marks) {
  th_forest_row row[8];
  const th_forest in = sample_forest(false, row);
  th_plot_figure f;
  CHECK_OK(th_plot_forest(arena, &in, sizes[4], &f, NULL));
  double small = 0, large = 0;
  size_t arrows = 0;
  for (size_t i = 1; i < f.items.n; i++) {
    const th_plot_item *t = &f.items.v[i];
    if (t->shape == TH_PLOT_RECT) {
      CHECK(t->x >= 0 && t->x + t->w <= f.width);
      if (small == 0) small = t->w;
      if (t->w > large) large = t->w;
    }
    arrows += t->shape == TH_PLOT_POLYGON && t->n_points == 3;
  }
  CHECK(large > 1.5 * small);
  CHECK_INT(arrows, 2); /* 0.01 and 82.1 are clipped, and say so */
}

TEST(forest_refuses) {
  th_forest_row row[8];
  th_forest in = sample_forest(false, row);
  th_plot_figure f;
  th_err err = { 0 };
  in.n_rows = 0;
  CHECK_CODE(th_plot_forest(arena, &in, sizes[0], &f, &err), TH_EINVAL);
  in.n_rows = 8;
  row[1].estimate = -1;
  CHECK_CODE(th_plot_forest(arena, &in, sizes[0], &f, NULL), TH_EINVAL);
  row[1].estimate = 1;
  CHECK_CODE(th_plot_forest(arena, &in, (th_plot_opts){ "en", "bad id\"", 0 }, &f, NULL), TH_EINVAL);
  CHECK_CODE(th_plot_forest(arena, &in, (th_plot_opts){ "en", "a", 10 }, &f, NULL), TH_EINVAL);
}

TEST(stack) {
  for (size_t i = 0; i < SIZES; i++) {
    const bool zh = i % 2;
    const th_stack_row row[] = { { zh ? TH_S("L2 隨機試驗") : TH_S("L2 randomised trial"), 2, 3, 1, 1 },
                                 { zh ? TH_S("L4 病例系列") : TH_S("L4 case series"), 3, 0, 12, 2 },
                                 { TH_S("L5"), 0, 0, 0, 0 } };
    const th_stack in = { .title = zh ? TH_S("證據") : TH_S("Evidence"), .row = row, .n = 3 };
    th_plot_figure f;
    CHECK_OK(th_plot_stack(arena, &in, sizes[i], &f, NULL));
    layout_is_clean(&f);
    svg_is_sound(&f);
    CHECK_STR(f.table.cell[1 * 5 + 4], "1"); /* void at L2 */
  }
}

static th_date day(const char *z) {
  th_date d = { 0 };
  CHECK(th_date_parse_iso(th_str_of(z), &d));
  return d;
}

TEST(timeline) {
  const th_trial_bar bars[] = {
    { TH_S("NCT01610492 A two year mechanistic study of a drug in an idiopathic kidney disease of adults"), day("2012-06"),
      day("2015-02-11"), false, TH_TRIAL_DONE, TH_TRUE },
    { TH_S("NCT05154734"), day("2022-01"), day("2025-12"), true, TH_TRIAL_ONGOING, TH_FALSE },
    { TH_S("NCT01762852"), day("2013-05"), day("2014-01"), false, TH_TRIAL_VOID, TH_FALSE },
    { TH_S("NCT02210780"), day("2014"), (th_date){ 0 }, false, TH_TRIAL_STOPPED, TH_UNKNOWN },
    { TH_S("NCT09999999"), (th_date){ 0 }, (th_date){ 0 }, false, TH_TRIAL_UNKNOWN, TH_UNKNOWN },
  };
  for (size_t i = 0; i < SIZES; i++) {
    const th_timeline in = { .title = TH_S("Trials"), .bar = bars, .n = 5, .as_of = day("2025-06-30") };
    th_plot_figure f;
    CHECK_OK(th_plot_timeline(arena, &in, sizes[i], &f, NULL));
    layout_is_clean(&f);
    svg_is_sound(&f);
    CHECK_STR(f.table.cell[5 * 5 + 1], i % 2 ? "不明" : "not known"); /* no date, no bar at a guessed place */
  }
}

/* Days of a year and more: every day has its row, in either order of widths; a lane without days and half a date are refused. */
TEST(days) {
  const th_days_mark dose[] = { { day("2025-06-15"), { 0 } }, { day("2025-06-29"), { 0 } }, { day("2026-05-17"), { 0 } } };
  const th_days_mark window[] = { { day("2026-03-17"), day("2026-06-15") } }, review[] = { { day("2026-06-15"), { 0 } } };
  const th_days_mark half[] = { { day("2026-06"), { 0 } } }, back[] = { { day("2026-06-15"), day("2026-06-14") } };
  const th_days_lane lane[] = {
    { TH_S("dose"), TH_DAYS_TICK, dose, 3 },
    { TH_S("preparation of the renewal, with a label longer than the figure is wide on a telephone"), TH_DAYS_BAR, window, 1 },
    { TH_S("續用評估"), TH_DAYS_DIAMOND, review, 1 }
  };
  for (size_t i = 0; i < SIZES; i++) {
    const th_days_plot in = { TH_S("Days"), lane, 3, day("2025-06-15") };
    th_plot_figure f;
    CHECK_OK(th_plot_days(arena, &in, sizes[i], &f, NULL));
    layout_is_clean(&f);
    svg_is_sound(&f);
    CHECK_INT(f.table.rows, 6);
    CHECK_STR(f.table.cell[3 * 3 + 1], "2026-05-17");
    CHECK_STR(f.table.cell[4 * 3 + 2], "2026-06-15");
  }
  const th_days_lane bad[] = { { TH_S("none"), TH_DAYS_TICK, dose, 0 },
                               { TH_S("half"), TH_DAYS_TICK, half, 1 },
                               { TH_S("back"), TH_DAYS_BAR, back, 1 } };
  for (size_t i = 0; i < 3; i++) {
    const th_days_plot in = { TH_S("Days"), &bad[i], 1, { 0 } };
    th_plot_figure f;
    CHECK_CODE(th_plot_days(arena, &in, sizes[0], &f, NULL), TH_EINVAL);
  }
  const th_days_mark far[] = { { day("0001-01-01"), { 0 } }, { day("9999-12-31"), { 0 } } };
  const th_days_lane ages = { TH_S("ages"), TH_DAYS_CIRCLE, far, 2 };
  const th_days_plot all = { TH_S("Days"), &ages, 1, { 0 } };
  th_plot_figure f;
  CHECK_OK(th_plot_days(arena, &all, sizes[0], &f, NULL));
  layout_is_clean(&f);
}

TEST(strips) {
  double v[500];
  th_rng rng = { .seed = 3 };
  for (size_t i = 0; i < 500; i++) v[i] = (double)i / 500 + 0 * th_rng_unit(&rng);
  const th_strip strip[] = { { TH_S("All diseases of this drug"), v, 500, 0.9, TH_S("rank 50 of 500") },
                             { TH_S("None"), v, 0, NAN, { 0 } } };
  for (size_t i = 0; i < SIZES; i++) {
    const th_strips in = { .title = TH_S("Scores"), .strip = strip, .n = 2, .lo = 0, .hi = 1 };
    th_plot_figure f;
    CHECK_OK(th_plot_strips(arena, &in, sizes[i], &f, NULL));
    layout_is_clean(&f);
    svg_is_sound(&f);
    CHECK_STR(f.table.cell[1 * 5 + 3], "90.0%"); /* 450 of 500 lie below 0.9 */
  }
}

TEST(paths) {
  const th_path_row row[] = {
    { TH_S("IL2RA"), TH_S("gene of both"), 0.8, false },
    { TH_S("hydroxychloroquine › cutaneous lupus erythematosus with a name that is longer than its column is wide"),
      TH_S("a drug of like uses, used in a like disease"), 0.31, true },
    { TH_S("乾癬 › 乾癬性關節炎"), TH_S("用於相似疾病"), -0.4, false },
    { TH_S("TNFSF13B › B cell receptor signalling › MS4A1"), TH_S("genes of one pathway"), 0.02, true },
  };
  for (size_t i = 0; i < SIZES; i++) {
    const th_paths in = { TH_S("Paths behind the rank"), TH_S("Belimumab"), TH_S("systemic lupus erythematosus (disease)"), row,
                          4 };
    th_plot_figure f;
    CHECK_OK(th_plot_paths(arena, &in, sizes[i], &f, NULL));
    layout_is_clean(&f);
    svg_is_sound(&f);
    CHECK_STR(f.table.cell[1 * 4 + 2], "+0.80");
    CHECK_STR(f.table.cell[3 * 4 + 2], "−0.40");
    double wide = 0;
    size_t hollow = 0, dashed = 0;
    for (size_t k = 0; k < f.items.n; k++) {
      const th_plot_item *x = &f.items.v[k];
      if (x->shape == TH_PLOT_LINE) wide = fmax(wide, x->stroke_width), dashed += x->dash > 0;
      if (x->shape == TH_PLOT_CIRCLE) hollow += x->fill == 0xFFFFFF;
    }
    CHECK_REL(wide, 9, 1e-9);                   /* the heaviest path */
    CHECK_INT(hollow, 3), CHECK_INT(dashed, 4); /* two hubs, one path that lowers, and the legend */
  }
  const th_paths none = { .title = TH_S("Paths") };
  th_plot_figure f;
  CHECK_CODE(th_plot_paths(arena, &none, sizes[0], &f, NULL), TH_EINVAL);
}

TEST(funnel_and_labbe) {
  static const double e[] = { -0.9, -0.5, -1.4, 0.2 }, se[] = { 0.1, 0.3, 0.6, 0.5 }, r1[] = { 0.1, 0.2, 0.05, 0.3 },
                      r2[] = { 0.2, 0.3, 0.1, 0.28 }, w[] = { 4, 3, 1, 2 };
  const th_str label[] = { TH_S("A"), TH_S("B"), TH_S("C"), TH_S("D") };
  static const double fe[] = { 0.4 }, fs[] = { 0.6 };
  for (size_t i = 0; i < SIZES; i++) {
    const th_funnel fu = { .title = TH_S("Funnel"),
                           .measure = TH_S("OR"),
                           .log_scale = true,
                           .estimate = e,
                           .se = se,
                           .label = label,
                           .n = 4,
                           .filled = fe,
                           .filled_se = fs,
                           .n_filled = 1,
                           .pooled = -0.8 };
    th_plot_figure f;
    CHECK_OK(th_plot_funnel(arena, &fu, sizes[i], &f, NULL));
    layout_is_clean(&f);
    svg_is_sound(&f);
    const th_labbe la = { .title = TH_S("L'Abbé"),
                          .measure = TH_S("OR"),
                          .risk1 = r1,
                          .risk2 = r2,
                          .precision = w,
                          .label = label,
                          .n = 4,
                          .pooled = 0.45 };
    CHECK_OK(th_plot_labbe(arena, &la, sizes[i], &f, NULL));
    layout_is_clean(&f);
    svg_is_sound(&f);
  }
}

TEST(bars) {
  for (size_t i = 0; i < SIZES; i++) {
    const bool zh = i % 2;
    const th_bar bar[] = { { zh ? TH_S("核准適應症") : TH_S("licensed uses of the drug, by its label or the register"), 12,
                             TH_BAR_APART },
                           { TH_S("L1"), 0, TH_BAR_STRONGEST },
                           { TH_S("L5"), 4211, TH_BAR_WEAKEST },
                           { zh ? TH_S("未知") : TH_S("unknown"), 3, TH_BAR_UNKNOWN } };
    const th_bars in = { .title = zh ? TH_S("各等級配對數") : TH_S("Pairs by level"),
                         .head = { zh ? TH_S("等級") : TH_S("Level"), zh ? TH_S("配對") : TH_S("Pairs") },
                         .bar = bar,
                         .n = 4 };
    th_plot_figure f;
    CHECK_OK(th_plot_bars(arena, &in, sizes[i], &f, NULL));
    layout_is_clean(&f);
    svg_is_sound(&f);
    CHECK_STR(f.table.cell[3 * 2 + 1], "4211");
  }
  th_plot_figure f;
  CHECK_CODE(th_plot_bars(arena, &(th_bars){ .n = 0 }, sizes[0], &f, NULL), TH_EINVAL);
}

TEST(heat) {
  enum { ROWS = 3, COLUMNS = 24 };
  const th_heat_class class[] = { { TH_S("L1"), TH_S("L1"), TH_BAR_STRONGEST },
                                  { TH_S("L5"), TH_S("L5"), TH_BAR_WEAKEST },
                                  { TH_S("licensed"), TH_S("●"), TH_BAR_APART },
                                  { TH_S("unknown"), TH_S("?"), TH_BAR_UNKNOWN } };
  for (size_t i = 0; i < SIZES; i++) {
    const th_str row[ROWS] = { TH_S("belimumab"), TH_S("a drug with a name that takes two lines or more"), TH_S("貝利尤單抗") };
    th_str column[COLUMNS];
    int cell[ROWS * COLUMNS];
    for (int c = 0; c < COLUMNS; c++)
      column[c] = th_str_fmt(arena, c % 3 ? "disease number %d" : "severe nonproliferative disease of the kind number %d", c);
    for (int k = 0; k < ROWS * COLUMNS; k++) cell[k] = k % 5 - 1;
    const th_heat in = { .title = TH_S("Drugs by diseases"),
                         .corner = TH_S("Drug"),
                         .none = TH_S("no pair"),
                         .row = row,
                         .column = column,
                         .n_rows = ROWS,
                         .n_columns = COLUMNS,
                         .cell = cell,
                         .class = class,
                         .n_classes = 4 };
    th_plot_figure f;
    CHECK_OK(th_plot_heat(arena, &in, sizes[i], &f, NULL));
    layout_is_clean(&f);
    svg_is_sound(&f);
    CHECK_STR(f.table.cell[1 * (COLUMNS + 1) + 1], "no pair");  /* cell 0 is -1 */
    CHECK_STR(f.table.cell[1 * (COLUMNS + 1) + 4], "licensed"); /* cell 3 is 2 */
  }
}

/* A PDF: the same bytes twice, small because faces are cut down, closed as it should be. */
/* Coordinates as the C library rounds them to two decimals, trailing zeros gone: at and near halves too, large and negative. */
TEST(numbers_are_rounded_as_printf_does) {
  static const double v[] = { 0,        0.005,      0.125,        0.145,         0.285,  1.005,   1.115,  2.675,
                              12.5,     99.995,     0.0049999999, 359.994999999, -0.25,  -1.5,    -0.001, 1e9 / 3,
                              1e11 / 7, 123456.785, 100,          10.1,          5e-324, 1e13 / 3 };
  th_rng r = { .seed = 5 };
  for (size_t i = 0; i < 4000; i++) {
    const double x = i < sizeof v / sizeof *v ? v[i] : (double)(int64_t)th_rng_u64(&r) / 9e15 / (i % 3 ? 1 : 1000);
    th_plot_item item = { .shape = TH_PLOT_RECT, .x = x, .y = 1, .w = 1, .h = 1, .fill = 0, .stroke = TH_PLOT_NONE };
    th_plot_figure f = { .arena = arena, .width = 10, .height = 10, .id = TH_S("n"), .lang = TH_S("en"), .title = TH_S("t") };
    f.items.v = &item, f.items.n = 1;
    char want[64], text[80];
    snprintf(want, sizeof want, "%.2f", x);
    for (size_t n = strlen(want); want[n - 1] == '0' || want[n - 1] == '.'; n--) {
      const bool point = want[n - 1] == '.';
      want[n - 1] = 0;
      if (point) break;
    }
    snprintf(text, sizeof text, " x=\"%s\"", strcmp(want, "-0") ? want : "0");
    th_buf b;
    th_buf_init(&b, arena, 1024);
    CHECK(th_plot_svg(&f, &b));
    if (!th_str_has(th_buf_str(&b), th_str_of(text))) CHECK_STR(th_buf_str(&b), text);
  }
}

TEST(pdf) {
  th_forest_row row[8];
  const th_forest in = sample_forest(true, row);
  th_plot_figure f;
  CHECK_OK(th_plot_forest(arena, &in, sizes[5], &f, NULL));
  th_buf b, again;
  th_buf_init(&b, arena, 4096);
  th_buf_init(&again, arena, 4096);
  th_err err = { 0 };
  const th_code code = th_plot_pdf(&f, "2026-11-21T00:00:00Z", &b, &err);
  if (code == TH_EUNSUP) SKIP("no font with Chinese characters here");
  CHECK_OK_ERR(code, &err);
  CHECK_OK(th_plot_pdf(&f, "2026-11-21T00:00:00Z", &again, &err));
  CHECK(th_str_eq(th_buf_str(&b), th_buf_str(&again)));
  CHECK(th_str_starts(th_buf_str(&b), TH_S("%PDF-")) && th_str_has(th_str_sub(th_buf_str(&b), b.n - 16, b.n), TH_S("%%EOF")));
  CHECK(b.n > 5000 && b.n < 200000);
  CHECK(th_str_has(th_buf_str(&b), TH_S("/StructTreeRoot")));
}

static th_code one_forest(void) {
  th_arena *a = th_arena_new(256);
  if (!a) return TH_ENOMEM;
  th_forest_row row[8];
  const th_forest in = sample_forest(false, row);
  th_plot_figure f;
  th_code code = th_plot_forest(a, &in, sizes[4], &f, NULL);
  if (code == TH_OK) {
    th_buf b;
    th_buf_init(&b, a, 64);
    if (!th_plot_svg(&f, &b)) code = TH_ENOMEM;
  }
  th_arena_del(a);
  return code;
}

TEST(want_of_memory_is_an_answer) {
  CHECK(test_each_alloc_fails(one_forest) > 2);
}

TEST(begin) {
  arena = th_arena_new(0);
  CHECK(arena != NULL);
}

TEST_MAIN(RUN(begin), RUN(forest), RUN(forest_marks), RUN(forest_refuses), RUN(stack), RUN(timeline), RUN(days), RUN(strips),
          RUN(paths), RUN(funnel_and_labbe), RUN(bars), RUN(heat), RUN(numbers_are_rounded_as_printf_does), RUN(pdf),
          RUN(want_of_memory_is_an_answer))
