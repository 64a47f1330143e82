/* Figures of a pooled result: the right rows, both languages, and clear refusals. */
#include "theriac/study.h"

#include "test.h"

static th_arena *arena;

static th_meta_result result(const char *csv, th_meta_measure m, th_meta_opts o) {
  static th_meta_data data;
  th_meta_result r = { 0 };
  th_err err = { 0 };
  if (!arena) arena = th_arena_new(0);
  CHECK_OK_ERR(th_meta_read(arena, th_str_of(csv), m, &data, &err), &err);
  CHECK_OK_ERR(th_meta_run(arena, &data, o, &r, &err), &err);
  return r;
}

static const char *const trials =
    "study,ai,bi,ci,di,g\nOne,4,119,11,128,a\nTwo,6,300,29,274,b\nThree,3,228,11,209,a\nFour,62,13536,248,12619,b\n";

static bool holds(const th_plot_figure *f, const char *text) {
  for (size_t i = 0; i < f->items.n; i++)
    if (f->items.v[i].shape == TH_PLOT_TEXT && th_str_has(f->items.v[i].text, th_str_of(text))) return true;
  return false;
}

TEST(forest_carries_its_numbers) {
  const th_meta_result r = result(trials, TH_META_OR, (th_meta_opts){ .method = TH_META_REML, .subgroup = "g" });
  th_plot_figure f;
  CHECK_OK(th_study_picture_make(
      arena, &r, TH_PICTURE_FOREST,
      (th_study_words){ .group1 = TH_S("Vaccine"), .favours_left = TH_S("Vaccine"), .favours_right = TH_S("Group 2") },
      (th_plot_opts){ .lang = "en" }, &f, NULL));
  CHECK(holds(&f, "4/123") && holds(&f, "Vaccine") && holds(&f, "Subtotal (k = 2)") && holds(&f, "Hartung-Knapp") &&
        holds(&f, "k − 2 degrees"));
  CHECK(holds(&f, "← favours Vaccine"));
  CHECK_INT(f.table.rows, 1 + 4 + 2 + 2 + 1 + 1); /* head, studies, headings, subtotals, pooled, prediction */
  CHECK_OK(
      th_study_picture_make(arena, &r, TH_PICTURE_FOREST, (th_study_words){ 0 }, (th_plot_opts){ .lang = "zh-TW" }, &f, NULL));
  CHECK(holds(&f, "4/123") && holds(&f, "小計（k = 2）") && holds(&f, "預測區間"));
}

TEST(the_other_pictures) {
  const th_meta_result r = result(trials, TH_META_OR, (th_meta_opts){ .method = TH_META_DL });
  th_plot_figure f;
  for (int what = TH_PICTURE_CUMULATIVE; what <= TH_PICTURE_LABBE; what++)
    CHECK_OK(th_study_picture_make(arena, &r, (th_study_picture)what, (th_study_words){ 0 }, (th_plot_opts){ .lang = "en" }, &f,
                                   NULL));
}

TEST(what_cannot_be_drawn_is_said) {
  const th_meta_result r = result("study,yi,vi\na,1,1\nb,2,1\n", TH_META_GEN, (th_meta_opts){ .method = TH_META_REML });
  th_plot_figure f;
  th_err err = { 0 };
  CHECK_CODE(
      th_study_picture_make(arena, &r, TH_PICTURE_LABBE, (th_study_words){ 0 }, (th_plot_opts){ .lang = "en" }, &f, &err),
      TH_EINVAL);
  CHECK(strstr(err.msg, "two groups") != NULL);
  const th_meta_result m = result(trials, TH_META_OR, (th_meta_opts){ .method = TH_META_MH });
  CHECK_CODE(
      th_study_picture_make(arena, &m, TH_PICTURE_CUMULATIVE, (th_study_words){ 0 }, (th_plot_opts){ .lang = "en" }, &f, NULL),
      TH_EINVAL);
  CHECK_OK(
      th_study_picture_make(arena, &m, TH_PICTURE_FOREST, (th_study_words){ 0 }, (th_plot_opts){ .lang = "en" }, &f, NULL));
}

TEST_MAIN(RUN(forest_carries_its_numbers), RUN(the_other_pictures), RUN(what_cannot_be_drawn_is_said))
