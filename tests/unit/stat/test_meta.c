/* Meta-analysis. Expected: hand arithmetic on equal variances, where every estimator has a closed form, and metafor's numbers on
 * the magnesium and BCG-like toy tables below (computed with metafor 3.8 in R). */
#include "theriac/stat.h"

#include "test.h"

static th_arena *arena;
static th_meta_data data;

static th_meta_result run_csv(const char *csv, th_meta_measure m, th_meta_opts o) {
  th_meta_result r = { 0 };
  th_err err = { 0 };
  if (!arena) arena = th_arena_new(0);
  CHECK_OK_ERR(th_meta_read(arena, th_str_of(csv), m, &data, &err), &err);
  CHECK_OK_ERR(th_meta_run(arena, &data, o, &r, &err), &err);
  return r;
}

/* y = 0, 2, 4, 6 with v = 1: ȳ = 3, Σ(y−ȳ)² = 20, s² = 20/3, Q = 20, df 3. τ² = s² − v = 17/3 for DL, HE, PM, REML; ML 20/4 − 1 = 4;
 * HS (20 − 4)/4 = 4; SJ: τ0² = 5, r = 0.2, 20/1.2/3 = 5.5556. */
TEST(estimators_on_equal_variances) {
  const char *csv = "study,yi,vi\na,0,1\nb,2,1\nc,4,1\nd,6,1\n";
  static const struct {
    th_meta_method method;
    double tau2;
  } cases[] = { { TH_META_DL, 17.0 / 3 }, { TH_META_HE, 17.0 / 3 },   { TH_META_PM, 17.0 / 3 },
                { TH_META_EB, 17.0 / 3 }, { TH_META_REML, 17.0 / 3 }, { TH_META_ML, 4 },
                { TH_META_HS, 4 },        { TH_META_SJ, 50.0 / 9 },   { TH_META_EE, 0 } };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const th_meta_result r = run_csv(csv, TH_META_GEN, (th_meta_opts){ .method = cases[i].method });
    CHECK_REL(r.tau2, cases[i].tau2, 1e-12);
    CHECK_REL(r.pooled.estimate, 3, 1e-14);
    CHECK_REL(r.pooled.se, sqrt((1 + cases[i].tau2) / 4), 1e-12);
    CHECK_REL(r.q, 20, 1e-14);
    CHECK(r.converged);
  }
  const th_meta_result r = run_csv(csv, TH_META_GEN, (th_meta_opts){ .method = TH_META_REML });
  /* HKSJ: s/√k = √(20/3/4), t on 3 df; I² = τ²/(τ²+1). */
  CHECK_REL(r.hksj.se, sqrt(20.0 / 12), 1e-12);
  CHECK_REL(r.hksj.ci.hi, 3 + 3.1824463052837091 * sqrt(20.0 / 12), 1e-12);
  CHECK_REL(r.i2, 100 * 17.0 / 20, 1e-12);
  CHECK_REL(r.h2, 20.0 / 3, 1e-12);
  /* Q-profile: (20/χ²₃(0.975)) − 1 and (20/χ²₃(0.025)) − 1. */
  CHECK_REL(r.tau2_ci.lo, 20 / 9.3484036044961485 - 1, 1e-11);
  CHECK_REL(r.tau2_ci.hi, 20 / 0.2157952826238981 - 1, 1e-11);
  CHECK_REL(r.predict_t_k2.hi, 3 + 4.3026527297494619 * sqrt(17.0 / 3 + 20.0 / 12), 1e-11);
  CHECK_REL(r.loo[0].estimate, 4, 1e-13);
  CHECK_REL(r.loo[0].tau2, 3, 1e-11);
  CHECK_REL(r.cumulative[1].estimate, 1, 1e-13);
  CHECK_REL(r.influence[0].hat, 0.25, 1e-13);
  CHECK(isnan(r.begg_tau) && isnan(r.egger.p)); /* all variances alike: no order and no slope */
}

/* MH by hand: (10,90)/(20,80) and (5,95)/(10,90): R = 10·80/200 + 5·90/200 = 6.25, S = 20·90/200 + 10·95/200 = 13.75. */
TEST(mantel_haenszel_by_hand) {
  const char *csv = "study,ai,n1i,ci,n2i\nA,10,100,20,100\nB,5,100,10,100\n";
  th_meta_result r = run_csv(csv, TH_META_OR, (th_meta_opts){ .method = TH_META_MH });
  CHECK_REL(r.pooled.estimate, log(6.25 / 13.75), 1e-13);
  r = run_csv(csv, TH_META_RR, (th_meta_opts){ .method = TH_META_MH });
  CHECK_REL(r.pooled.estimate, log(0.5), 1e-13);
  r = run_csv(csv, TH_META_RD, (th_meta_opts){ .method = TH_META_MH });
  CHECK_REL(r.pooled.estimate, -0.075, 1e-13);
  r = run_csv(csv, TH_META_PETO, (th_meta_opts){ .method = TH_META_PETO_METHOD });
  const double v1 = 100.0 * 100 * 30 * 170 / (200.0 * 200 * 199), v2 = 100.0 * 100 * 15 * 185 / (200.0 * 200 * 199);
  CHECK_REL(r.pooled.estimate, (-5 - 2.5) / (v1 + v2), 1e-13);
  CHECK_REL(r.study[0].weight, 100 * v1 / (v1 + v2), 1e-13);
}

TEST(zero_cells_by_their_rules) {
  const char *csv = "study,ai,bi,ci,di\nA,0,50,5,45\nB,5,45,10,40\nC,0,30,0,30\nD,NA,1,2,3\n";
  th_meta_result r = run_csv(csv, TH_META_OR, (th_meta_opts){ .method = TH_META_EE });
  CHECK_INT(r.k, 3); /* D lacks a value; C stays, corrected */
  CHECK_REL(r.study[0].yi, log(0.5 * 45.5 / (50.5 * 5.5)), 1e-13);
  CHECK_REL(r.study[1].yi, log(5 * 40.0 / (45 * 10)), 1e-13); /* only0: B is left alone */
  r = run_csv(csv, TH_META_OR, (th_meta_opts){ .method = TH_META_EE, .drop00 = true });
  CHECK_INT(r.k, 2);
  CHECK(data.row[2].left_out != NULL);
  r = run_csv(csv, TH_META_OR, (th_meta_opts){ .method = TH_META_EE, .to = TH_META_ALL });
  CHECK_REL(r.study[1].yi, log(5.5 * 40.5 / (45.5 * 10.5)), 1e-13);
  r = run_csv(csv, TH_META_OR, (th_meta_opts){ .method = TH_META_EE, .to = TH_META_NONE });
  CHECK_INT(r.k, 1); /* infinite effects are left out, by name */
  CHECK_STR(th_str_of(data.row[0].left_out), "effect is not defined");
  r = run_csv(csv, TH_META_OR, (th_meta_opts){ .method = TH_META_MH });
  CHECK_INT(r.k, 3);
  CHECK_INT(r.df, 1); /* C says nothing: two rows in Q */
}

/* y = 1 + 2x exactly with v = 1: slope 2, Q_E 0; a text moderator becomes dummies against the first level. */
TEST(regression_and_subgroups) {
  const char *csv = "study,yi,vi,x,g\na,1,1,0,beta\nb,3,1,1,alpha\nc,5,1,2,beta\nd,7,1,3,alpha\ne,9,1,4,alpha\n";
  th_meta_result r = run_csv(csv, TH_META_GEN, (th_meta_opts){ .method = TH_META_REML, .mods = "x" });
  CHECK_INT(r.regression.p, 2);
  CHECK_REL(r.regression.estimate[0], 1, 1e-12);
  CHECK_REL(r.regression.estimate[1], 2, 1e-12);
  CHECK_REL(r.regression.se[1], sqrt(0.1), 1e-12); /* 1/√Σ(x−2)² */
  CHECK_REL(r.regression.qm, 40, 1e-12);
  CHECK(r.regression.qe < 1e-20 && r.regression.r2 == 100);
  r = run_csv(csv, TH_META_GEN, (th_meta_opts){ .method = TH_META_EE, .mods = "g" });
  CHECK_STR(r.regression.name[1], "gbeta");
  CHECK_REL(r.regression.estimate[1], 3 - 19.0 / 3, 1e-12);
  r = run_csv(csv, TH_META_GEN, (th_meta_opts){ .method = TH_META_EE, .subgroup = "g" });
  CHECK_INT(r.n_subgroups, 2);
  CHECK_STR(r.subgroup[0].level, "alpha");
  CHECK_REL(r.subgroup[1].pooled.estimate, 3, 1e-12);
  CHECK_REL(r.q_between.statistic, (10.0 / 3) * (10.0 / 3) / (1.0 / 3 + 1.0 / 2), 1e-12);
  /* A column that repeats another cannot be fitted: said, not guessed. */
  r = run_csv("study,yi,vi,x,z\na,1,1,0,0\nb,3,1,1,2\nc,5,1,2,4\nd,7,1,3,6\n", TH_META_GEN,
              (th_meta_opts){ .method = TH_META_REML, .mods = "x,z" });
  CHECK_INT(r.regression.p, 0);
  CHECK(r.n_notes > 0);
}

TEST(one_study_and_equal_effects) {
  th_meta_result r = run_csv("study,yi,vi\na,0.5,0.04\n", TH_META_GEN, (th_meta_opts){ .method = TH_META_REML });
  CHECK_REL(r.pooled.estimate, 0.5, 1e-15);
  CHECK_REL(r.pooled.se, 0.2, 1e-15);
  CHECK(isnan(r.q) && isnan(r.predict_t_k2.lo) && isnan(r.hksj.estimate));
  for (int m = TH_META_EE; m <= TH_META_REML; m++) {
    r = run_csv("study,yi,vi\na,1,0.1\nb,1,0.1\nc,1,0.1\nd,1,0.1\n", TH_META_GEN,
                (th_meta_opts){ .method = (th_meta_method)m });
    CHECK(r.tau2 == 0 && r.pooled.estimate == 1 && r.converged);
    CHECK(isnan(r.hksj.p)); /* no spread: no standard error from it */
  }
}

TEST(bad_input_is_named_with_its_place) {
  static const struct {
    const char *csv;
    th_meta_measure measure;
    uint32_t line, col;
    const char *says;
  } cases[] = {
    { "study,ai,bi,ci\nA,1,2,3\n", TH_META_OR, 1, 1, "needs the columns study,ai,bi,ci,di or ai,n1i,ci,n2i" },
    { "study,ai,bi,ci,di\nA,1,2,3,x\n", TH_META_OR, 2, 5, "expected a number" },
    { "study,ai,bi,ci,di\nA,1,-2,3,4\n", TH_META_OR, 2, 3, "a count is 0 or more" },
    { "study,ai,bi,ci,di\nA,1,2.5,3,4\n", TH_META_OR, 2, 3, "a count is a whole number" },
    { "study,ai,n1i,ci,n2i\nA,12,10,3,40\n", TH_META_OR, 2, 0, "12 events among 10 subjects" },
    { "study,xi,ni\nA,12,10\n", TH_META_PR, 2, 0, "12 events among 10 subjects" },
    { "study,yi,vi\nA,1,-1\n", TH_META_GEN, 2, 3, "cannot be negative" },
    { "study,ri,ni\nA,1.5,10\n", TH_META_COR, 2, 2, "a correlation lies in -1 to 1" },
    { "study,yi,vi\n", TH_META_GEN, 2, 1, "no study below it" },
    { "", TH_META_GEN, 0, 0, "empty" },
    { "study,yi,vi\nA,1,1,7\n", TH_META_GEN, 2, 4, "4 cells under 3 columns" },
    { "study,yi,vi,yi\nA,1,1,7\n", TH_META_GEN, 1, 4, "column yi stands twice" },
    { "study,study,yi,vi\nA,1,1,7\n", TH_META_GEN, 1, 2, "column study stands twice" },
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    th_err err = { 0 };
    CHECK_CODE(th_meta_read(arena, th_str_of(cases[i].csv), cases[i].measure, &data, &err), TH_EPARSE);
    if (!strstr(err.msg, cases[i].says)) printf("# %s\n", err.msg);
    CHECK(strstr(err.msg, cases[i].says) != NULL);
    CHECK_INT(err.line, cases[i].line);
    CHECK_INT(err.col, cases[i].col);
  }
  th_meta_result r;
  th_err err = { 0 };
  CHECK_OK(th_meta_read(arena, TH_S("study,yi,vi\nA,NA,1\n"), TH_META_GEN, &data, &err));
  CHECK_CODE(th_meta_run(arena, &data, (th_meta_opts){ .method = TH_META_REML }, &r, &err), TH_EPARSE);
  CHECK(strstr(err.msg, "none of 1 studies can be pooled") != NULL);
  CHECK_OK(th_meta_read(arena, TH_S("study,yi,vi\nA,1,1\nB,2,1\n"), TH_META_GEN, &data, NULL));
  CHECK_CODE(th_meta_run(arena, &data, (th_meta_opts){ .method = TH_META_REML, .mods = "no" }, &r, NULL), TH_EPARSE);
  CHECK_CODE(th_meta_run(arena, &data, (th_meta_opts){ .method = TH_META_MH }, &r, NULL), TH_EINVAL);
}

/* 10^5 studies drawn with τ² = 0.25 around 1: the estimates find it, and nothing takes k². */
TEST(a_hundred_thousand_studies) {
  const size_t n = 100000;
  th_meta_data d = { .measure = TH_META_GEN, .n = n, .row = TH_NEWN(arena, th_meta_row, n) };
  CHECK(d.row != NULL);
  th_rng rng = { .seed = 11 };
  for (size_t i = 0; i < n; i++) {
    const double v = 0.05 + 0.4 * th_rng_unit(&rng);
    d.row[i] = (th_meta_row){ .raw = { 1 + sqrt(v + 0.25) * th_rng_normal(&rng), v } };
  }
  th_meta_result r;
  CHECK_OK(th_meta_run(arena, &d, (th_meta_opts){ .method = TH_META_REML }, &r, NULL));
  CHECK(fabs(r.tau2 - 0.25) < 0.01 && fabs(r.pooled.estimate - 1) < 0.01);
  CHECK(r.loo == NULL && r.n_notes > 0);
  CHECK(!isnan(r.egger.p) && !isnan(r.begg_p));
}

/* Order does not matter; shifting every effect shifts the estimate; a scaled unit scales it. */
TEST(properties) {
  const char *csv = "study,yi,vi\na,0.3,0.05\nb,-0.2,0.1\nc,0.9,0.02\nd,0.4,0.3\ne,1.4,0.08\n";
  const char *back = "study,yi,vi\ne,1.4,0.08\nd,0.4,0.3\nc,0.9,0.02\nb,-0.2,0.1\na,0.3,0.05\n";
  const char *scaled = "study,yi,vi\na,300,50000\nb,-200,100000\nc,900,20000\nd,400,300000\ne,1400,80000\n";
  for (int m = TH_META_EE; m <= TH_META_REML; m++) {
    const th_meta_opts o = { .method = (th_meta_method)m };
    const th_meta_result r = run_csv(csv, TH_META_GEN, o), q = run_csv(back, TH_META_GEN, o),
                         s = run_csv(scaled, TH_META_GEN, o);
    CHECK_REL(q.pooled.estimate, r.pooled.estimate, 1e-12);
    CHECK_REL(q.tau2, r.tau2, 1e-10);
    CHECK_REL(s.pooled.estimate, 1000 * r.pooled.estimate, 1e-12);
    CHECK_REL(s.tau2, 1e6 * r.tau2, 1e-10);
    CHECK_REL(s.tau2_ci.hi, isnan(r.tau2_ci.hi) ? NAN : 1e6 * r.tau2_ci.hi, 1e-10);
  }
}

static th_code whole_run(void) {
  th_arena *a = th_arena_new(256);
  if (!a) return TH_ENOMEM;
  th_meta_data d;
  th_meta_result r;
  th_code code = th_meta_read(a, TH_S("study,ai,bi,ci,di,x\nA,1,9,2,8,1\nB,3,7,5,5,2\nC,2,8,6,4,4\nD,1,19,3,17,3\n"),
                              TH_META_OR, &d, NULL);
  if (code == TH_OK)
    code = th_meta_run(a, &d, (th_meta_opts){ .method = TH_META_REML, .mods = "x", .subgroup = "x" }, &r, NULL);
  th_arena_del(a);
  return code;
}

TEST(want_of_memory_is_an_answer) {
  CHECK(test_each_alloc_fails(whole_run) > 3);
}

/* Numbers whose weights leave the doubles are named and left out; what says nothing is pooled to nothing, with a note. */
TEST(extremes_have_an_answer) {
  th_meta_result r = run_csv("study,yi,vi\na,1e308,1\nb,1,1e-300\nc,1,1e300\nd,2,1\ne,3,1\n", TH_META_GEN,
                             (th_meta_opts){ .method = TH_META_REML });
  CHECK_INT(r.k, 2);
  CHECK(data.row[0].left_out && data.row[1].left_out && data.row[2].left_out);
  CHECK_REL(r.pooled.estimate, 2.5, 1e-14);
  const char *silent = "study,ai,bi,ci,di\na,0,5,0,5\nb,0,7,0,9\n";
  r = run_csv(silent, TH_META_PETO, (th_meta_opts){ .method = TH_META_PETO_METHOD });
  CHECK(isnan(r.pooled.estimate) && r.n_notes > 0);
  r = run_csv(silent, TH_META_OR, (th_meta_opts){ .method = TH_META_MH });
  CHECK(isnan(r.pooled.estimate) && r.n_notes == 1);
  /* v over forty orders of magnitude: the precise study carries the mean, and nothing is NaN */
  r = run_csv("study,yi,vi\na,1,1e-20\nb,2,1\nc,3,1e20\n", TH_META_GEN, (th_meta_opts){ .method = TH_META_EE });
  CHECK_REL(r.pooled.estimate, 1, 1e-12);
  for (int m = TH_META_EE; m <= TH_META_REML; m++) {
    r = run_csv("study,yi,vi\na,1,1e-20\nb,2,1\nc,3,1e20\n", TH_META_GEN, (th_meta_opts){ .method = (th_meta_method)m });
    CHECK(!isnan(r.pooled.estimate) && !isnan(r.tau2) && r.tau2 >= 0);
  }
}

TEST_MAIN(RUN(extremes_have_an_answer), RUN(estimators_on_equal_variances), RUN(mantel_haenszel_by_hand),
          RUN(zero_cells_by_their_rules), RUN(regression_and_subgroups), RUN(one_study_and_equal_effects),
          RUN(bad_input_is_named_with_its_place), RUN(a_hundred_thousand_studies), RUN(properties),
          RUN(want_of_memory_is_an_answer))
