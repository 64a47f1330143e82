/* One 2×2 table. Expected: 45/51 against 36/51 in 40-digit arithmetic, confirmed by R, SciPy, metafor and statsmodels as the
 * statistics specification lists; hand arithmetic for the edges; properties that hold for any table. */
#include "stat/stat_priv.h"

#include "test.h"

static th_stat_panel panel_of(int64_t a, int64_t b, int64_t c, int64_t d) {
  th_arena *arena = th_arena_new(0);
  th_stat_panel p = { 0 };
  th_err err = { 0 };
  CHECK_OK_ERR(th_stat_panel_make(arena, (th_table2){ a, b, c, d }, (th_stat_panel_opts){ 0 }, &p, &err), &err);
  th_arena_del(arena);
  return p;
}

#define CI(got, low, high, tol)                                                                                                \
  do {                                                                                                                         \
    CHECK_REL((got).lo, low, tol);                                                                                             \
    CHECK_REL((got).hi, high, tol);                                                                                            \
  } while (0)

TEST(anchor_effects) {
  const th_stat_panel p = panel_of(45, 6, 36, 15);
  CHECK_REL(p.odds_ratio.estimate, 3.125, 1e-15);
  CHECK_REL(p.odds_ratio.log, 1.1394342831884, 1e-13);
  CHECK_REL(p.odds_ratio.se, 0.5322906474224, 1e-12);
  CI(p.odds_ratio.ci, 1.1009393665085, 8.8702659720219, 1e-13);
  CHECK_REL(p.odds_ratio.p, 0.0323043492838, 1e-11);
  CHECK_REL(p.or_exact.estimate, 3.0905119868935, 1e-13);
  CI(p.or_exact.ci, 1.0066064396512, 10.7529016724760, 1e-13);
  CHECK_REL(p.or_midp.estimate, 3.0505107754215, 1e-13);
  CI(p.or_midp.ci, 1.1056917854282, 9.4700676561369, 1e-13);
  CI(p.or_cornfield, 1.1279766148092, 8.6009493144857, 1e-13);
  CI(p.or_mn, 1.1225593616622, 8.6414506292039, 1e-13);
  CHECK_REL(p.or_haldane.estimate, 2.9726027397260, 1e-13);
  CI(p.or_haldane.ci, 1.0781931450481, 8.1955325804195, 1e-13);
  CHECK_REL(p.or_peto.estimate, 2.9118338415031, 1e-13);
  CI(p.or_peto.ci, 1.1203039110785, 7.5682823532768, 1e-13);
  CHECK_REL(p.rr.estimate, 1.25, 1e-15);
  CI(p.rr.ci, 1.0197995543427, 1.5321638388116, 1e-13);
  CI(p.rr_mn, 1.0252829975957, 1.5736500181800, 1e-13);
  CHECK_REL(p.rd.estimate, 0.1764705882353, 1e-12);
  CI(p.rd.ci, 0.0233141223678, 0.3296270541027, 1e-11);
  CI(p.rd_newcombe, 0.0185181584924, 0.3260693890351, 1e-11);
  CI(p.rd_mn, 0.0196106321484, 0.3317453687014, 1e-11);
  CI(p.p1.ci, 0.7661915568568, 0.9449492632208, 1e-12);
  CI(p.p2.ci, 0.5700092442431, 0.8129127357986, 1e-12);
  CHECK_REL(p.nnt.estimate, 5.6666666666667, 1e-13);
  CI(p.nnt.ci, 3.0668318880196, 54.0010498565760, 1e-12);
  CHECK(!p.nnt_through_infinity);
}

TEST(anchor_tests) {
  const th_stat_panel p = panel_of(45, 6, 36, 15);
  CHECK_REL(p.fisher_p, 0.0484376156939, 1e-12);
  CHECK_REL(p.fisher_greater, 0.0242188078470, 1e-11);
  CHECK_REL(p.fisher_less, 0.9934717868272, 1e-13);
  CHECK_REL(p.midp_p, 0.0307470210197, 1e-11);
  CHECK_REL(p.pearson.p, 0.0275318938756, 1e-11);
  CHECK_REL(p.n1.p, 0.0283028651905, 1e-11);
  CHECK_REL(p.yates.statistic, 3.8377425044092, 1e-13);
  CHECK_REL(p.yates.p, 0.0501109484202, 1e-11);
  CHECK_REL(p.lr.statistic, 4.9869267048817, 1e-13);
  CHECK_REL(p.williams.p, 0.0274081847143, 1e-11);
  CHECK_REL(p.barnard.p, 0.0314550057256, 1e-11);
  CHECK_REL(p.boschloo.p, 0.0370668992595, 1e-11);
  CHECK_REL(p.evalue_rr, 1.8090169943749, 1e-13);
  CHECK_REL(p.evalue_rr_limit, 1.1618966222042, 1e-12);
  CHECK_REL(p.evalue_or_sqrt, 2.9327704066238, 1e-13);
  CHECK_REL(p.evalue_or_sqrt_limit, 1.2765950668226, 1e-12);
  CHECK_INT(p.fragility.index, 1);
  CHECK_INT(p.fragility.walsh, 1);
  CHECK_INT(p.fragility.reverse, -1);
}

/* (1,59)/(54,31): a popular package stops at −0.28; the root lies at −0.502 (specification, traps). */
TEST(score_limits_in_an_extreme_table) {
  const th_stat_panel p = panel_of(1, 59, 54, 31);
  CI(p.rd_mn, -0.717, -0.502, 1e-3);
}

/* Ten of ten against none of ten: Fisher is 2/C(20,10), Barnard and Boschloo 2·2^-20. */
TEST(zero_cells) {
  const th_stat_panel p = panel_of(10, 0, 0, 10);
  CHECK_REL(p.fisher_p, 2.0 / 184756, 1e-14);
  CHECK_REL(p.barnard.p, ldexp(1, -19), 1e-12);
  CHECK(isinf(p.odds_ratio.estimate) && isnan(p.odds_ratio.ci.lo) && isinf(p.or_exact.ci.hi) && isinf(p.or_mn.hi));
  CHECK(p.rd.estimate == 1 && isnan(p.rd.p) && p.rd.ci.lo == 1);
  CHECK(p.p2.ci.lo == 0 && p.p1.ci.hi == 1);
  const th_stat_panel q = panel_of(0, 30, 0, 25);
  CHECK(q.fisher_p == 1 && q.midp_p == 1 && isnan(q.pearson.p) && !q.barnard.given);
  CHECK(q.or_exact.ci.lo == 0 && isinf(q.or_exact.ci.hi) && isnan(q.or_exact.estimate) && isnan(q.odds_ratio.estimate));
  CHECK(isinf(q.nnt.estimate) && q.nnt_through_infinity && isnan(q.nnt.ci.lo));
  CHECK(isnan(q.rr_mn.lo) && q.rd_mn.lo < 0 && q.rd_mn.hi > 0);
}

TEST(whole_groups_with_events) { /* RR is 1 with no variance: nothing to divide by */
  const th_stat_panel p = panel_of(7, 0, 9, 0);
  CHECK(p.rr.estimate == 1 && p.rr.se == 0 && isnan(p.rr.p));
  CHECK(p.rr_mn.lo > 0 && p.rr_mn.lo < 1 && p.rr_mn.hi > 1 && isfinite(p.rr_mn.hi));
}

/* Counts of very different size, where a limit moves millions by three: roots in 50-digit arithmetic. */
TEST(score_limits_of_lopsided_tables) {
  th_stat_panel p = panel_of(45488250, 849065713, 2, 191502469);
  CI(p.or_cornfield, 1406782.2134806848, 18705862.879445398, 1e-13);
  CI(p.or_mn, 1406782.2127429166, 18705862.889255439, 1e-13);
  CI(p.rr_mn, 1335247.1069540989, 17754665.981285994, 1e-13);
  p = panel_of(7856989, 2286522, 2, 226983);
  CI(p.or_cornfield, 106946.41060011441, 1422073.2937823806, 1e-13);
  CI(p.rr_mn, 24108.350009560639, 320560.39790633329, 1e-13);
}

/* A table of up to a thousand subjects takes a way of its own (binomial rows); the walk from the mode is there for all. */
TEST(both_ways_to_the_exact_part_agree) {
  th_rng rng = { .seed = 9 };
  th_rows rows;
  for (int i = 0; i < 2000; i++) {
    const uint64_t most = i % 3 == 0 ? 8 : i % 3 == 1 ? 60 : 240;
    const th_table2 t = { (int64_t)(th_rng_u64(&rng) % most), 1 + (int64_t)(th_rng_u64(&rng) % most),
                          (int64_t)(th_rng_u64(&rng) % most), 1 + (int64_t)(th_rng_u64(&rng) % most) };
    th_stat_panel p;
    CHECK_OK(th_stat_panel_make(NULL, t, (th_stat_panel_opts){ .closed_only = true }, &p, NULL));
    th_stat_panel q = p;
    CHECK(th_stat__rows_make(&rows, t));
    CHECK(th_stat__rows_exact(&p, &rows));
    th_stat__panel_exact(&q, NULL);
    CHECK_REL(p.fisher_p, q.fisher_p, 1e-13);
    CHECK_REL(p.midp_p, q.midp_p, 1e-13);
    CHECK_REL(p.or_exact.estimate, q.or_exact.estimate, 1e-13);
    CHECK_REL(p.or_midp.estimate, q.or_midp.estimate, 1e-13);
    CI(p.or_exact.ci, q.or_exact.ci.lo, q.or_exact.ci.hi, 1e-13);
    CI(p.or_midp.ci, q.or_midp.ci.lo, q.or_midp.ci.hi, 1e-13);
    CHECK(fabs(th_stat__rows_fisher(&rows, (int)t.a, (int)t.c, rows.total) - th_stat_fisher_two_sided(t)) < 1e-14);
  }
  CHECK(!th_stat__rows_make(&rows, (th_table2){ 500, 1, 400, 100 })); /* 1001 subjects */
}

/* By enumeration with whole numbers: 1 of 1 against 0 of 19 has P = 1/20, which is not below 0.05. */
TEST(a_twentieth_is_not_below_a_twentieth) {
  const th_stat_panel p = panel_of(1, 0, 0, 19);
  CHECK_REL(p.fisher_p, 0.05, 1e-14);
  CHECK(!p.fragility.significant);
  const th_stat_panel q = panel_of(1, 0, 0, 20); /* 1/21 */
  CHECK(q.fragility.significant && q.fragility.index == 1);
}

/* Swapping the groups inverts ratios, mirrors differences and leaves P alone; swapping events and non-events inverts the OR. */
TEST(symmetries_hold) {
  th_rng rng = { .seed = 5, .stream = 1 };
  for (int i = 0; i < 300; i++) {
    const int64_t a = (int64_t)(th_rng_u64(&rng) % 40), b = 1 + (int64_t)(th_rng_u64(&rng) % 40),
                  c = (int64_t)(th_rng_u64(&rng) % 40), d = 1 + (int64_t)(th_rng_u64(&rng) % 40);
    const th_stat_panel p = panel_of(a, b, c, d), q = panel_of(c, d, a, b), r = panel_of(b, a, d, c);
    if (a > 0 && c > 0) {
      CHECK_REL(p.odds_ratio.estimate * q.odds_ratio.estimate, 1, 1e-14);
      CHECK_REL(p.odds_ratio.ci.lo * q.odds_ratio.ci.hi, 1, 1e-12);
      CHECK_REL(p.or_exact.ci.lo * q.or_exact.ci.hi, 1, 1e-12);
      CHECK_REL(p.or_midp.ci.lo * r.or_midp.ci.hi, 1, 1e-12);
      CHECK_REL(p.or_mn.lo * q.or_mn.hi, 1, 1e-12);
      CHECK_REL(p.rr_mn.lo * q.rr_mn.hi, 1, 1e-10);
      CHECK(p.rr_mn.lo <= p.rr.estimate && p.rr_mn.hi >= p.rr.estimate);
    }
    CHECK_REL(p.fisher_p, q.fisher_p, 1e-13);
    CHECK_REL(p.fisher_p, r.fisher_p, 1e-13);
    CHECK_REL(p.barnard.given ? p.barnard.p : 0, q.barnard.given ? q.barnard.p : 0, 1e-9);
    CHECK(fabs(p.rd_mn.lo + q.rd_mn.hi) < 1e-12);
    CHECK(fabs(p.rd_mn.lo + r.rd_mn.hi) < 1e-10);
    CHECK(!p.barnard.given || p.boschloo.p <= p.fisher_p * (1 + 1e-9)); /* Boschloo is never weaker than its order */
  }
}

/* Limits are where the tail is α/2: put them back in and look. */
TEST(limits_solve_their_equation_for_large_counts) {
  const th_stat_panel p = panel_of(14, 500897, 11, 393899);
  CHECK(p.or_exact.ci.lo < p.or_exact.estimate && p.or_exact.estimate < p.or_exact.ci.hi);
  /* The margins make a ~ binomial(25, π) to 1e-5: Clopper–Pearson on it, carried to the odds ratio. */
  const double lo = th_stat_beta_quantile(0.025, 14, 12), hi = th_stat_beta_quantile(0.975, 15, 11);
  CHECK_REL(p.or_exact.ci.lo, lo / (1 - lo) * 393910.0 / 500911.0, 1e-4);
  CHECK_REL(p.or_exact.ci.hi, hi / (1 - hi) * 393910.0 / 500911.0, 1e-4);
  CHECK(!p.fragility.given && !p.barnard.given);
}

/* Tails end where doubles do: a term that is no longer a normal number must not be walked along for ever. */
TEST(billions_end_in_time) {
  const th_stat_panel p = panel_of(500000000, 500000000, 499000000, 501000000);
  CHECK_REL(p.or_exact.estimate, p.odds_ratio.estimate, 1e-8);
  CHECK_REL(p.or_exact.ci.lo, p.odds_ratio.ci.lo, 1e-7);
  CHECK(p.fisher_p >= 0 && p.fisher_p < 1e-100);
  const th_stat_panel q = panel_of(1, 5998, 0, 1); /* one against 5,999: a plateau of the unconditional tests */
  CHECK_REL(q.barnard.p, 1, 1e-12);
}

TEST(bad_tables_are_named) {
  th_stat_panel p;
  th_err err = { 0 };
  CHECK_CODE(th_stat_panel_make(NULL, (th_table2){ 3, -1, 2, 2 }, (th_stat_panel_opts){ 0 }, &p, &err), TH_EPARSE);
  CHECK(strstr(err.msg, "cell b is -1") != NULL);
  CHECK_CODE(th_stat_panel_make(NULL, (th_table2){ 0, 0, 2, 2 }, (th_stat_panel_opts){ 0 }, &p, NULL), TH_EPARSE);
  CHECK_CODE(th_stat_panel_make(NULL, (th_table2){ 1, 1, 2, 2 }, (th_stat_panel_opts){ .level = 95 }, &p, NULL), TH_EINVAL);
  CHECK_CODE(th_stat_panel_make(NULL, (th_table2){ INT64_MAX, 1, 2, 2 }, (th_stat_panel_opts){ 0 }, &p, NULL), TH_ELIMIT);
}

TEST(the_level_is_used) {
  th_stat_panel p;
  CHECK_OK(th_stat_panel_make(NULL, (th_table2){ 45, 6, 36, 15 }, (th_stat_panel_opts){ .level = 0.9, .closed_only = true }, &p,
                              NULL));
  CI(p.odds_ratio.ci, 3.125 * exp(-1.6448536269514722 * 0.5322906474224), 3.125 * exp(1.6448536269514722 * 0.5322906474224),
     1e-12);
}

TEST_MAIN(RUN(anchor_effects), RUN(anchor_tests), RUN(score_limits_in_an_extreme_table), RUN(zero_cells),
          RUN(whole_groups_with_events), RUN(score_limits_of_lopsided_tables), RUN(both_ways_to_the_exact_part_agree),
          RUN(a_twentieth_is_not_below_a_twentieth), RUN(symmetries_hold), RUN(limits_solve_their_equation_for_large_counts),
          RUN(billions_end_in_time), RUN(bad_tables_are_named), RUN(the_level_is_used))
