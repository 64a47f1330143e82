/* Reading and re-checking. Expected values: hand arithmetic on the sentences below, R's pt/pf/pchisq for test results, and the
 * flags that the statistics specification requires of the anchor abstract. */
#include "theriac/study.h"

#include "test.h"

static th_arena *arena;

static th_study_result check_text(const char *text) {
  th_study_result r = { 0 };
  th_err err = { 0 };
  const th_str s = th_str_of(text);
  if (!arena) arena = th_arena_new(0);
  CHECK_OK_ERR(th_study_check(arena, &s, 1, &r, &err), &err);
  return r;
}

static const th_study_finding *nth(const th_study_result *r, th_study_kind kind, size_t k) {
  for (size_t i = 0; i < r->findings.n; i++)
    if (r->findings.v[i].kind == kind && k-- == 0) return &r->findings.v[i];
  static const th_study_finding none = { .what = "none", .klass = "none" };
  CHECK(!"finding of this kind");
  return &none;
}

static size_t count(const th_study_result *r, th_study_kind kind) {
  size_t n = 0;
  for (size_t i = 0; i < r->findings.n; i++) n += r->findings.v[i].kind == kind;
  return n;
}

static bool flagged(const th_study_result *r, const char *code) {
  for (size_t i = 0; i < r->flags.n; i++)
    if (strcmp(r->flags.v[i].code, code) == 0) return true;
  return false;
}

static th_str bytes(const char *text, th_study_span s) {
  return th_str_sub(th_str_of(text), s.from, s.to);
}

TEST(ratios_in_three_scripts) {
  static const struct {
    const char *text, *what;
    double estimate, lo, hi, level;
    bool adjusted;
  } cases[] = {
    { "Risk fell (hazard ratio, 0.64; 95% CI, 0.50 to 0.82; P<0.001).", "HR", 0.64, 0.50, 0.82, 0.95, false },
    { "Death was rarer (adjusted odds ratio [aOR] 0·41 [90% CI 0·30–0·56]).", "OR", 0.41, 0.30, 0.56, 0.90, true },
    { "OR (95% CI) = 1.50 (1.20-1.88)", "OR", 1.5, 1.2, 1.88, 0.95, false },
    { "the hazard ratio for progression or death, 0.44; 99% CI, 0.30 to 0.64", "HR", 0.44, 0.30, 0.64, 0.99, false },
    { "RR 1.25 (1.02–1.53)", "RR", 1.25, 1.02, 1.53, 0.95, false },
    { "incidence rate ratio 2.34, 97.5% confidence interval 1.75 to 3.13", "IRR", 2.34, 1.75, 3.13, 0.975, false },
    { "校正後勝算比為 2.10（95% 信賴區間：1.30 至 3.40，P＝0.002）", "OR", 2.10, 1.30, 3.40, 0.95, true },
    { "風險比（HR）=0.70，95%CI：0.55～0.89", "HR", 0.70, 0.55, 0.89, 0.95, false },
    { "相对危险度＝1.8（95%可信区间 1.1–2.9）", "RR", 1.8, 1.1, 2.9, 0.95, false },
    { "unadjusted OR 1.50 (95% CI 1.20–1.88)", "OR", 1.5, 1.2, 1.88, 0.95, false },
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const th_study_result r = check_text(cases[i].text);
    CHECK_INT(count(&r, TH_STUDY_RATIO), 1);
    const th_study_finding *f = nth(&r, TH_STUDY_RATIO, 0);
    CHECK_STR(th_str_of(f->what), cases[i].what);
    CHECK_REL(f->value.v, cases[i].estimate, 1e-12);
    CHECK_REL(f->lo.v, cases[i].lo, 1e-12);
    CHECK_REL(f->hi.v, cases[i].hi, 1e-12);
    CHECK_REL(f->level, cases[i].level, 1e-12);
    CHECK_INT(f->adjusted, cases[i].adjusted);
    CHECK_INT(f->centre, TH_V_OK);
  }
}

/* 風險比 alone may be RR or HR: nothing in the sentence says which, so neither does the finding. */
TEST(an_open_risk_ratio_stays_open) {
  const th_study_result r = check_text("兩組比較，風險比 1.50，95%信賴區間 1.10-2.05。");
  CHECK(nth(&r, TH_STUDY_RATIO, 0)->what == NULL);
  const th_study_result s = check_text("無惡化存活的風險比 1.50，95%信賴區間 1.10-2.05。");
  CHECK_STR(th_str_of(nth(&s, TH_STUDY_RATIO, 0)->what), "HR");
}

TEST(nothing_is_read_into_traps) {
  static const char *const traps[] = {
    "Twenty of 152, 95% CI of the difference was not given (20/152, 95% CI not shown).",
    "The trial ran in 2019/2020 (2 sites).",
    "Visual acuity improved to 20/40 (50% of eyes).",
    "Blood pressure was 120/80 mmHg and HR 72 bpm.",
    "以 P<0.05 為差異有統計學意義。",
    "P < 0.05 was considered significant.",
    "The hazard ratio was not estimable.",
    "Patients received drug A or 2.5 mg of B; 95% CI 1.2 to 3.4 days.",
    "ES10/20, 54.1% for the other", /* a dose, not ten of twenty */
  };
  for (size_t i = 0; i < sizeof traps / sizeof *traps; i++) {
    const th_study_result r = check_text(traps[i]);
    const size_t n = count(&r, TH_STUDY_RATIO) + count(&r, TH_STUDY_PROPORTION) + count(&r, TH_STUDY_TEST) +
                     count(&r, TH_STUDY_MEAN) + count(&r, TH_STUDY_P);
    if (n) printf("# in: %s\n", traps[i]);
    CHECK_INT(n, 0);
  }
}

TEST(a_p_behind_the_ratio_or_opening_its_bracket) {
  const th_study_result r = check_text("better [P = 0.048, OR = 3.13; 95% CI 1.10-8.87]");
  CHECK_INT(nth(&r, TH_STUDY_RATIO, 0)->p_cmp, TH_P_EQ);
  /* This one belongs to the shares before it. */
  const th_study_result s = check_text("25.6 and 34.1 %; p = 0.245, RR 0.750 [95 % CI 0.471–1.195]");
  CHECK_INT(nth(&s, TH_STUDY_RATIO, 0)->p_cmp, TH_P_NONE);
}

/* P from OR 2.00 (1.00–4.00) is exp-free: ln 2 / (ln 4 / (2·1.96)) = 1.96, P = 0.05. */
TEST(boxes_decide_not_points) {
  const th_printed e = { 2.00, 2 }, lo = { 1.00, 2 }, hi = { 4.00, 2 };
  const th_ratio_check c = th_study_check_interval(e, lo, hi, 0.95, TH_P_EQ, (th_printed){ 0.05, 2 }, false);
  CHECK_REL(c.p, 0.05, 1e-12);
  CHECK(c.lo < 0.05 && c.hi > 0.05);
  CHECK_INT(c.p_check, TH_V_OK);
  CHECK_INT(th_study_check_interval(e, lo, hi, 0.95, TH_P_EQ, (th_printed){ 0.30, 2 }, false).p_check, TH_V_ERROR);
  CHECK_INT(th_study_check_interval((th_printed){ 2.5, 1 }, (th_printed){ 1.5, 1 }, (th_printed){ 4.2, 1 }, 0.95, TH_P_EQ,
                                    (th_printed){ 0.30, 2 }, false)
                .p_check,
            TH_V_DECISION_ERROR);
  CHECK_INT(th_study_check_interval((th_printed){ 4.5, 1 }, lo, hi, 0.95, TH_P_NONE, e, false).centre, TH_V_OUTSIDE);
  CHECK_INT(th_study_check_interval((th_printed){ 3.0, 1 }, lo, hi, 0.95, TH_P_NONE, e, false).centre, TH_V_OFF);
  /* A difference of 2 (0 to 4): z = 2/(4/3.92) = 1.96 again. */
  CHECK_REL(
      th_study_check_interval((th_printed){ 2, 0 }, (th_printed){ 0, 0 }, (th_printed){ 4, 0 }, 0.95, TH_P_NONE, e, true).p,
      0.05, 1e-12);
}

TEST(shares_in_every_order) {
  static const struct {
    const char *text;
    int64_t x, n;
    double percent;
    th_verdict verdict;
  } cases[] = {
    { "Of these 864/5861 (14.7%) patients", 864, 5861, 14.7, TH_V_OK },
    { "seen in 35 of 203 (17%) fetuses", 35, 203, 17, TH_V_OK },
    { "was 96.8% (30/31) and", 30, 31, 96.8, TH_V_OK },
    { "(137/176; 77.8%)", 137, 176, 77.8, TH_V_OK },
    { "[265/4687 patients (5.7%)]", 265, 4687, 5.7, TH_V_OK },
    { "87.2% (567/650, 95% CI 84.4% to 89.6%)", 567, 650, 87.2, TH_V_OK },
    { "Thirty-nine of 41 (95.1%) recovered", 39, 41, 95.1, TH_V_OK },
    { "治療組 352 例中 47 例有效（13.3%）", 47, 352, 13.3, TH_V_TRUNCATED }, /* 13.352… rounds to 13.4 */
    { "對照組共308名，其中256名（83.1%）", 256, 308, 83.1, TH_V_OK },
    { "in 1,250 of 2,159 (60.0%) participants", 1250, 2159, 60.0, TH_V_ERROR }, /* 57.9 */
    { "in 1/8 (12.5%), ", 1, 8, 12.5, TH_V_OK },
    { "in 1/8 (12%), ", 1, 8, 12, TH_V_OK }, /* half to even */
    { "in 1/8 (13%), ", 1, 8, 13, TH_V_OK }, /* half up */
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const th_study_result r = check_text(cases[i].text);
    if (count(&r, TH_STUDY_PROPORTION) != 1) printf("# in: %s\n", cases[i].text);
    CHECK_INT(count(&r, TH_STUDY_PROPORTION), 1);
    const th_study_finding *f = nth(&r, TH_STUDY_PROPORTION, 0);
    CHECK_INT(f->x, cases[i].x);
    CHECK_INT(f->n, cases[i].n);
    CHECK_REL(f->value.v, cases[i].percent, 1e-12);
    CHECK_INT(f->share, cases[i].verdict);
  }
}

TEST(test_results) {
  static const struct {
    const char *text, *what;
    double statistic, p; /* R: 2*pt(-4.06,160), pf(6.47,3,200,lower=F), pchisq(3.21,2,lower=F), 2*pnorm(-2.12), r by t(17) */
    th_verdict verdict;
  } cases[] = {
    { "t(160) = 4.06, ns", "t", 4.06, 7.661208877152324e-05, TH_V_DECISION_ERROR },
    { "F（3，200）＝6.47，P＜0.001", "F", 6.47, 0.00033534477245505826, TH_V_OK },
    { "χ2(2, N = 80) = 3.21, p = 0.100", "chi2", 3.21, 0.20088955491023214, TH_V_ERROR },
    { "z = −2.12, p = .034", "z", -2.12, 0.034006045295265575, TH_V_OK },
    { "r(17) = -.58, p = 0.009", "r", -0.58, 0.009237486240139921, TH_V_OK },
    { "QBetween(2) = 11.46, was statistically significant at the .05 level", "Q", 11.46, 0.003247077233610586, TH_V_OK },
    { "t(28) = 2.76, p b .05", "t", 2.76, 0.01007846400351933, TH_V_OK }, /* a sign lost in the PDF, borne out by the numbers */
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const th_study_result r = check_text(cases[i].text);
    const th_study_finding *f = nth(&r, TH_STUDY_TEST, 0);
    CHECK_STR(th_str_of(f->what), cases[i].what);
    CHECK_REL(f->value.v, cases[i].statistic, 1e-12);
    CHECK_REL(f->rec_p, cases[i].p, 1e-11);
    CHECK_INT(f->p_check, cases[i].verdict);
  }
  const th_study_result lost = check_text("t(28) = 0.76, p b .05");
  CHECK_INT(nth(&lost, TH_STUDY_TEST, 0)->p_check, TH_V_NO_P); /* not borne out: not read */
  const th_study_result no_df = check_text("t = 2.30, p = .02");
  CHECK_INT(nth(&no_df, TH_STUDY_TEST, 0)->p_check, TH_V_NOT_CHECKABLE);
  const th_study_result tail = check_text("t(28) = -2.76, p = 0.005");
  CHECK(nth(&tail, TH_STUDY_TEST, 0)->one_tailed_fits);
}

TEST(a_count_with_its_share_is_no_arm) {
  const th_study_result r =
      check_text("Complications were migration (n=6, 20%) and pain (n=4; 13.3%) in the drug group (n = 30).");
  CHECK_INT(count(&r, TH_STUDY_ARM_N), 1);
  CHECK_INT(nth(&r, TH_STUDY_ARM_N, 0)->n, 30);
}

/* 24/9 = 2.667, 25/9 = 2.778: no nine whole numbers average 2.69 (Brown & Heathers 2017). */
TEST(grim) {
  CHECK_INT(th_study_check_grim(9, 1, (th_printed){ 2.69, 2 }), TH_V_ERROR);
  CHECK_INT(th_study_check_grim(9, 1, (th_printed){ 2.67, 2 }), TH_V_OK);
  CHECK_INT(th_study_check_grim(9, 5, (th_printed){ 2.69, 2 }), TH_V_OK); /* 121/45 */
  CHECK_INT(th_study_check_grim(100, 1, (th_printed){ 2.69, 2 }), TH_V_NOT_INFORMATIVE);
  const th_study_result r = check_text("滿意度（1–7 分整數題，n = 9）平均 2.69 分。");
  CHECK_INT(nth(&r, TH_STUDY_MEAN, 0)->grim, TH_V_ERROR);
  CHECK(r.error);
}

TEST(words_and_spans) {
  const char *text = "一項隨機、雙盲試驗（NCT05154734）納入了102名女性，每４週給予 10 mg/kg，追蹤 24 週（n = 51）。";
  const th_study_result r = check_text(text);
  CHECK_STR(nth(&r, TH_STUDY_REGISTRATION, 0)->text, "NCT05154734");
  CHECK_STR(bytes(text, nth(&r, TH_STUDY_REGISTRATION, 0)->span), "NCT05154734");
  CHECK_INT(nth(&r, TH_STUDY_TOTAL_N, 0)->n, 102);
  CHECK_STR(bytes(text, nth(&r, TH_STUDY_SCHEDULE, 0)->span), "每４週");
  CHECK_STR(bytes(text, nth(&r, TH_STUDY_DOSE, 0)->span), "10 mg/kg");
  CHECK_STR(bytes(text, nth(&r, TH_STUDY_ARM_N, 0)->span), "（n = 51）");
  CHECK_STR(bytes(text, nth(&r, TH_STUDY_FOLLOW_UP, 0)->span), "追蹤 24 週");
  CHECK_INT(count(&r, TH_STUDY_DESIGN), 2);
}

TEST(adjusted_is_never_held_against_counts) {
  const th_study_result r = check_text("Death was rarer with drug, 20/100 (20%) than in the placebo group 40/100 (40%), "
                                       "adjusted OR 0.60 (95% CI 0.30 to 1.20; P=0.15).");
  CHECK_INT(r.tables.n, 1);
  CHECK_STR(th_str_of(nth(&r, TH_STUDY_RATIO, 0)->klass), "adjusted_not_comparable");
  CHECK(!r.error);
}

/* 20/100 against 40/100: OR 0.375, Woolf 0.199 to 0.707 by hand: se = √(1/20+1/80+1/40+1/60) = 0.32275. */
TEST(families_name_the_method) {
  const th_study_result r =
      check_text("Death was rarer with drug, 20/100 (20%) vs 40/100 (40%), OR 0.38 (95% CI 0.20 to 0.71).");
  CHECK_INT(r.tables.n, 1);
  const th_study_table *t = &r.tables.v[0];
  CHECK(t->n_ci >= 1 && strcmp(t->ci_family[0], "woolf") == 0);
  CHECK_STR(th_str_of(nth(&r, TH_STUDY_RATIO, 0)->klass), "match");
  const th_study_result turned =
      check_text("Death was rarer with drug, 20/100 (20%) vs 40/100 (40%), OR 2.67 (95% CI 1.42 to 5.02).");
  CHECK_STR(th_str_of(nth(&turned, TH_STUDY_RATIO, 0)->klass), "match"); /* printed the other way round */
  const th_study_result wrong =
      check_text("Death was rarer with drug, 20/100 (20%) vs 40/100 (40%), OR 0.90 (95% CI 0.49 to 1.66).");
  CHECK_STR(th_str_of(nth(&wrong, TH_STUDY_RATIO, 0)->klass), "decision_changing");
}

TEST(the_other_language_must_agree) {
  const char *both = "Response was 45/51 (88.24%).\n\n有效者 44/51（86.27%）。";
  const th_study_result r = check_text(both);
  CHECK(flagged(&r, "cross_language_difference"));
  const th_study_result same = check_text("Response was 45/51 (88.24%).\n\n有效者 45/51（88.24%）。");
  CHECK(!flagged(&same, "cross_language_difference"));
}

TEST(the_anchor_abstract_gets_its_ten_flags) {
  const char *shared = test_shared();
  if (!shared) SKIP("the shared data is not here");
  char path[4300];
  snprintf(path, sizeof path, "%s/seeds/001_77ac918a8277707d.txt", shared);
  th_file file;
  th_err err = { 0 };
  CHECK_OK_ERR(th_file_open(path, 0, &file, &err), &err);
  th_study_result r;
  CHECK_OK(th_study_check(arena, &file.bytes, 1, &r, &err));
  static const char *const flags[] = {
    "p_ci_mixed",   "decision_depends_on_test", "percent_truncated",  "half_rounding", "or_overstates_rr",
    "design_label", "p_without_numbers",        "claim_without_data", "unadjusted",    "fragile"
  };
  for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
    if (!flagged(&r, flags[i])) printf("# missing %s\n", flags[i]);
    CHECK(flagged(&r, flags[i]));
  }
  CHECK(!flagged(&r, "cross_language_difference"));
  CHECK_INT(r.tables.n, 1);
  CHECK_INT(count(&r, TH_STUDY_ARM_N), 4);
  CHECK_STR(th_str_of(r.tables.v[0].p_family[0]), "fisher");
  CHECK_INT(r.tables.v[0].n_p, 1);
  CHECK_STR(th_str_of(r.tables.v[0].ci_family[0]), "woolf");
  CHECK(!r.error); /* Fisher explains the P: information, no error */
  th_file_close(&file);
}

TEST(every_prefix_is_read_without_harm) {
  const char *text = "OR（95% CI）= 3.13（1.10–8.87），P=0.048；t(28)=2.2, p<.05；45/51 (88.23%) 對照 36/51（70.59%），每2週 "
                     "10 mg/kg（n = 51）。";
  const size_t n = strlen(text);
  for (size_t k = 0; k <= n; k++) {
    char *exact = th_malloc(k ? k : 1); /* its own block: reading past the end shows under ASan */
    memcpy(exact, text, k);
    const th_str s = { exact, k };
    th_study_result r;
    const th_code code = th_study_check(arena, &s, 1, &r, NULL);
    CHECK(code == TH_OK || code == TH_EPARSE); /* cut inside a character */
    for (size_t i = 0; i < r.findings.n; i++)
      CHECK(r.findings.v[i].span.from < r.findings.v[i].span.to && r.findings.v[i].span.to <= k);
    th_free(exact);
  }
}

static th_code whole_run(void) {
  th_arena *a = th_arena_new(256);
  if (!a) return TH_ENOMEM;
  const th_str s[2] = { TH_S("OR 0.38 (95% CI 0.20 to 0.71); 20/100 (20%) vs 40/100 (40%) (P = 0.004)"),
                        TH_S("每2週 10 mg/kg") };
  th_study_result r;
  th_err err = { 0 };
  const th_code code = th_study_check(a, s, 2, &r, &err);
  th_arena_del(a);
  return code;
}

TEST(want_of_memory_is_an_answer) {
  CHECK(test_each_alloc_fails(whole_run) > 3);
}

/* n = 18, mean 3.44, SD 2.47: Σx = 62, so Σx² lies in 316.85 … 317.69 and would have to be 317, odd while 62 is even (Allard 2018). */
TEST(grimmer_by_hand) {
  CHECK_INT(th_study_check_grimmer(18, 1, (th_printed){ 3.44, 2 }, (th_printed){ 2.47, 2 }), TH_V_ERROR);
  CHECK_INT(th_study_check_grimmer(5, 1, (th_printed){ 3.00, 2 }, (th_printed){ 1.58, 2 }), TH_V_OK); /* 1 2 3 4 5 */
  CHECK_INT(th_study_check_grimmer(5, 1, (th_printed){ 3.00, 2 }, (th_printed){ 1.57, 2 }), TH_V_ERROR);
  CHECK_INT(th_study_check_grimmer(5, 1, (th_printed){ 3.25, 2 }, (th_printed){ 1.58, 2 }), TH_V_ERROR); /* no such mean */
  CHECK_INT(th_study_check_grimmer(300, 1, (th_printed){ 3.44, 2 }, (th_printed){ 2.47, 2 }), TH_V_NOT_INFORMATIVE);
  CHECK_INT(th_study_check_grimmer(1, 1, (th_printed){ 3.00, 2 }, (th_printed){ 0.00, 2 }), TH_V_NOT_CHECKED);
}

/* Every data set of four answers from 0 to 6, of one item and as sums of two items, printed to two decimals, is possible. */
TEST(no_data_that_exist_are_called_impossible) {
  for (int code = 0; code < 7 * 7 * 7 * 7; code++) {
    int sum = 0, squares = 0;
    for (int i = 0, rest = code; i < 4; i++, rest /= 7) sum += rest % 7, squares += (rest % 7) * (rest % 7);
    for (int items = 1; items <= 2; items++) {
      const double mean = sum / 4.0 / items, sd = sqrt((squares - sum * sum / 4.0) / 3) / items;
      const th_printed m = { floor(mean * 100 + 0.5) / 100, 2 }, d = { floor(sd * 100 + 0.5) / 100, 2 };
      CHECK(th_study_check_grimmer(4, items, m, d) != TH_V_ERROR);
    }
  }
}

TEST(means_with_their_spreads) {
  static const struct {
    const char *text;
    double mean, spread;
    const char *name;
  } cases[] = {
    { "Age was 62.3 ± 9.1 years.", 62.3, 9.1, NULL },
    { "Fluid was 1,907 SD ± 878 ml.", 1907, 878, "sd" },
    { "The score fell to 12.4 (SD 3.2) points.", 12.4, 3.2, "sd" },
    { "The change was -0.72 (SE = 0.11).", -0.72, 0.11, "se" },
    { "Values are mean ± SEM: glucose 5.1 ± 0.2 mmol/L.", 5.1, 0.2, "se" },
    { "Mean (SD) age was 40.5 (9.3) years.", 40.5, 9.3, "sd" },
    { "年齡為 62.3 ± 9.1 歲。", 62.3, 9.1, NULL },
    { "分數為 12.4（標準差 3.2）。", 12.4, 3.2, "sd" },
    { "血糖 5.1±0.2（標準誤）mmol/L。", 5.1, 0.2, "se" },
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const th_study_result r = check_text(cases[i].text);
    CHECK_INT(count(&r, TH_STUDY_MEAN_SD), 1);
    const th_study_finding *f = nth(&r, TH_STUDY_MEAN_SD, 0);
    CHECK(f->value.v == cases[i].mean && f->spread.v == cases[i].spread);
    CHECK((f->spread_name && cases[i].name) ? !strcmp(f->spread_name, cases[i].name) : f->spread_name == cases[i].name);
  }
  static const char *const traps[] = { "Of 12 (SD) nothing.", "In 62 (9) patients it failed.", "Doses of 5, 10 and 20 mg.",
                                       "Response was 12 (3%) of all." };
  for (size_t i = 0; i < sizeof traps / sizeof *traps; i++) {
    const th_study_result r = check_text(traps[i]);
    CHECK_INT(count(&r, TH_STUDY_MEAN_SD), 0);
  }
}

/* 10.0 ± 0.4 against 12.0 ± 0.4, 50 each: as standard errors t = 2/0.566 = 3.54, P 0.0006; as standard deviations t = 25. */
TEST(standard_errors_called_deviations) {
  th_study_result r =
      check_text("Drug (n = 50) and placebo (n = 50): the score was 10.0 (SD 0.4) vs 12.0 (SD 0.4), P = 0.0006.");
  CHECK(flagged(&r, "sd_se_mixup"));
  r = check_text("Drug (n = 50) and placebo (n = 50): the score was 10.0 (SE 0.4) vs 12.0 (SE 0.4), P = 0.0006.");
  CHECK(!flagged(&r, "sd_se_mixup"));
  /* 10.0 ± 2.0 against 11.0 ± 2.0: SD gives P 0.014, SE 0.72 */
  r = check_text("Drug (n = 50) and placebo (n = 50): the score was 10.0 (SE 2.0) vs 11.0 (SE 2.0), P = 0.014.");
  CHECK(flagged(&r, "sd_se_mixup"));
  r = check_text("Drug (n = 50) and placebo (n = 50): the score was 10.0 ± 2.0 vs 11.0 ± 2.0, P = 0.03."); /* another test */
  CHECK(!flagged(&r, "sd_se_mixup"));
  r = check_text("治療組（n = 50）與對照組（n = 50）分數為 10.0 ± 0.4 對 12.0 ± 0.4，P = 0.0006。");
  CHECK(flagged(&r, "sd_se_mixup"));
}

TEST(subjects_flow_and_sums) {
  th_study_result r =
      check_text("We enrolled 200 patients. Twelve patients were lost to follow-up. The remaining 180 patients were "
                 "analysed.");
  CHECK_INT(nth(&r, TH_STUDY_LOST_N, 0)->n, 12);
  CHECK_INT(nth(&r, TH_STUDY_ANALYSED_N, 0)->n, 180);
  CHECK(flagged(&r, "flow_does_not_add_up"));
  r = check_text(
      "We enrolled 200 patients. Twelve patients were lost to follow-up, 8 withdrew. The remaining 180 patients were "
      "analysed.");
  CHECK(!flagged(&r, "flow_does_not_add_up"));
  r = check_text("We enrolled 200 patients; 900 were excluded as ineligible. In all, 190 patients completed the study.");
  CHECK(!flagged(&r, "flow_does_not_add_up")); /* screened out, not lost */
  r = check_text("共納入 120 例患者，其中 10 例失訪，最終 105 例納入分析。");
  CHECK(flagged(&r, "flow_does_not_add_up"));
  r = check_text("共纳入 120 例患者，其中 10 例失访，110 例完成随访。");
  CHECK(!flagged(&r, "flow_does_not_add_up"));
}

TEST(numbers_printed_twice) {
  th_study_result r = check_text("Survival (HR 0.75; 95% CI 0.60-0.94) and relapse (HR 0.75; 95% CI 0.60-0.94) both improved.");
  CHECK(flagged(&r, "repeated_numbers"));
  r = check_text(
      "Survival improved (HR 0.75; 95% CI 0.60-0.94). We conclude that survival improved (HR 0.75; 95% CI 0.60-0.94).");
  CHECK(!flagged(&r, "repeated_numbers")); /* said again, in another sentence */
  r = check_text("The score was 12.35 ± 3.21 in the drug group and 12.35 ± 3.21 in the control group.");
  CHECK(flagged(&r, "repeated_numbers"));
  r = check_text("Response was 12/40 (30%) with drug vs 12/40 (30%) with placebo, P = 0.01.");
  CHECK(flagged(&r, "repeated_numbers"));
  r = check_text("Response was 10/52 (18.2%) with drug and 10/55 (19.2%) in the control group.");
  CHECK(flagged(&r, "percent_swapped"));
}

TEST(places_durations_outcomes) {
  static const struct {
    const char *text, *country;
  } places[] = { { "We did this at four hospitals in Kaohsiung, Taiwan.", "TW" },
                 { "Patients came from rural Kenya.", "KE" },
                 { "本研究於台灣進行。", "TW" },
                 { "來自中國的患者共 50 例。", "CN" },
                 { "A trial in Papua New Guinea.", "PG" },
                 { "Women with Japanese encephalitis, guinea pigs, and the China Journal.", NULL },
                 { "Volunteers in New Mexico and North Korea ate turkey.", NULL },
                 { "日本腦炎疫苗。", NULL } };
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    const th_study_result r = check_text(places[i].text);
    CHECK_INT(count(&r, TH_STUDY_COUNTRY), places[i].country != NULL);
    if (places[i].country) CHECK_STR(th_str_of(nth(&r, TH_STUDY_COUNTRY, 0)->what), places[i].country);
  }
  const char *text =
      "Patients received belimumab 10 mg/kg for 52 weeks. The primary outcome was remission at week 52; others follow.";
  th_study_result r = check_text(text);
  CHECK(nth(&r, TH_STUDY_DURATION, 0)->value.v == 52);
  CHECK_STR(nth(&r, TH_STUDY_OUTCOME, 0)->text, "remission at week 52");
  CHECK_STR(bytes(text, nth(&r, TH_STUDY_DURATION, 0)->span), "for 52 weeks");
  r = check_text("治療為 24 週。主要結果為 24 週時的緩解率。");
  CHECK(nth(&r, TH_STUDY_DURATION, 0)->value.v == 24);
  CHECK_STR(nth(&r, TH_STUDY_OUTCOME, 0)->text, "24 週時的緩解率");
  r = check_text("They were followed for 5 years.");
  CHECK_INT(count(&r, TH_STUDY_DURATION), 0);
}

/* What only looks like it: a grade, a one-sided P, "safe" as an adjective of something else. */
TEST(more_traps) {
  th_study_result r = check_text("The main grade 3/4 toxicities were diarrhoea (18%) and 3/4級毒性（57%）。");
  CHECK_INT(count(&r, TH_STUDY_PROPORTION), 0);
  r = check_text("(hazard ratio 0.390; 95% confidence interval 0.130-1.173; stratified one-sided P = 0.0401).");
  CHECK(nth(&r, TH_STUDY_RATIO, 0)->one_sided && nth(&r, TH_STUDY_RATIO, 0)->p_check == TH_V_NOT_CHECKED && !r.error);
  r = check_text("t(28) = 1.80, one-tailed p = .041."); /* 2·0.0413 two-sided */
  CHECK(nth(&r, TH_STUDY_TEST, 0)->p_check == TH_V_OK);
  r = check_text("Response was 45/51 (88.24%) vs 36/51 (70.59%) in the control group, t(28) = 2.10, p = .30.");
  CHECK_INT(r.tables.v[0].p_cmp, TH_P_NONE); /* the P is that of the t */
  r = check_text("有效率為93.33%（56/60），高於對照組的78.33%（47/60）（χ²=5.551，P=0.018）。");
  CHECK_STR(th_str_of(r.tables.v[0].p_family[0]), "pearson");
  r = check_text("Assessing Water Filtration and Safe Storage in households.");
  CHECK(!flagged(&r, "claim_without_data"));
  r = check_text("The drug is safe and effective. No adverse events were seen.");
  CHECK(!flagged(&r, "claim_without_data"));
  r = check_text("The drug is safe and effective.");
  CHECK(flagged(&r, "claim_without_data"));
}

/* 10/50 (20 %) against 25/50 (50 %): difference 30, 90 % Wald 30 ± 1.6449·√(.16/50 + .25/50)·100 = 30 ± 14.89. */
TEST(posted_results) {
  const th_study_posted_group none = { .n = -1, .x = -1 };
  th_study_posted v[] = {
    { .title = TH_S("Response"),
      .method = TH_S("Cochran-Mantel-Haenszel"),
      .param = TH_S("Percentage Difference"),
      .estimate = { 30, 1 },
      .lo = { 15.1, 1 },
      .hi = { 44.9, 1 },
      .level = 0.9,
      .p_cmp = TH_P_LT,
      .p = { 0.01, 2 },
      .group = { { 50, -1, { 20.0, 1 }, true }, { 50, -1, { 50.0, 1 }, true } } },
    { .method = TH_S("Logistic regression"), /* 25·40/(25·10) = 4 */
      .param = TH_S("Odds Ratio (OR)"),
      .estimate = { 3.10, 2 },
      .lo = { 1.20, 2 },
      .hi = { 8.01, 2 },
      .group = { { 50, 25, { 0 }, false }, { 50, 10, { 0 }, false } } },
    { .param = TH_S("Odds Ratio (OR)"),
      .estimate = { 2.10, 2 },
      .lo = { 1.20, 2 },
      .hi = { 3.68, 2 },
      .group = { { 50, 25, { 0 }, false }, { 50, 10, { 0 }, false } } },
    { .param = TH_S("Hazard Ratio (HR)"),
      .estimate = { 0.96, 2 },
      .lo = { 0.81, 2 },
      .hi = { 1.14, 2 },
      .p_cmp = TH_P_EQ,
      .p = { 0.65, 2 },
      .group = { none, none } },
    { .param = TH_S("Slope"), .estimate = { 1, 0 }, .lo = { 0, 0 }, .hi = { 2, 0 }, .group = { none, none } },
  };
  const th_study_flow flow[] = { { .group = TH_S("A"), .started = 60, .completed = 50, .left = 10 },
                                 { .group = TH_S("B"), .started = 60, .completed = 50, .left = 9 },
                                 { .group = TH_S("C"), .started = 60, .completed = -1, .left = 9 } };
  th_study_result r;
  if (!arena) arena = th_arena_new(0);
  CHECK_OK(th_study_check_posted(arena, v, sizeof v / sizeof *v, flow, 2, &r, NULL));
  CHECK_INT(r.findings.n, 4);
  CHECK_STR(th_str_of(r.findings.v[0].klass), "match");
  CHECK_INT(r.tables.v[0].t.a, 10);
  CHECK_INT(r.tables.v[0].t.c, 25);
  CHECK_STR(th_str_of(r.tables.v[0].ci_family[0]), "wald");
  CHECK_STR(th_str_of(r.findings.v[1].klass), "adjusted_not_comparable");
  CHECK_STR(th_str_of(r.findings.v[2].klass), "inconsistent");
  CHECK(r.error && flagged(&r, "inconsistent"));
  CHECK_INT(r.findings.v[3].p_check, TH_V_OK);
  CHECK(flagged(&r, "flow_does_not_add_up"));
  CHECK_OK(th_study_check_posted(arena, v, 1, flow, 1, &r, NULL));
  CHECK(!flagged(&r, "flow_does_not_add_up") && !r.error);
}

TEST_MAIN(RUN(posted_results), RUN(grimmer_by_hand), RUN(no_data_that_exist_are_called_impossible),
          RUN(means_with_their_spreads), RUN(standard_errors_called_deviations), RUN(subjects_flow_and_sums),
          RUN(numbers_printed_twice), RUN(places_durations_outcomes), RUN(more_traps), RUN(ratios_in_three_scripts),
          RUN(an_open_risk_ratio_stays_open), RUN(nothing_is_read_into_traps), RUN(a_p_behind_the_ratio_or_opening_its_bracket),
          RUN(boxes_decide_not_points), RUN(shares_in_every_order), RUN(test_results), RUN(a_count_with_its_share_is_no_arm),
          RUN(grim), RUN(words_and_spans), RUN(adjusted_is_never_held_against_counts), RUN(families_name_the_method),
          RUN(the_other_language_must_agree), RUN(the_anchor_abstract_gets_its_ten_flags),
          RUN(every_prefix_is_read_without_harm), RUN(want_of_memory_is_an_answer))
