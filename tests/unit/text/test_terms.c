/* The glossary: terms are found by any of their forms; the catalogue says the outcomes in its words (tests/lint holds all other texts to
 * it). The words themselves are those that the product was asked for: 符合, 不符合, 資料不足, 需專業判斷, 依條文解讀而異. */
#include "test.h"
#include "theriac/report.h"
#include "theriac/text.h"

TEST(outcomes_in_the_words_asked_for) {
  static const char *const words[][3] = { { "met", "符合", "case.T" },
                                          { "not-met", "不符合", "case.F" },
                                          { "human", "需專業判斷", "case.H" },
                                          { "depends", "依條文解讀而異", "case.depends" },
                                          { "unknown", "資料不足", "case.U" } };
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    CHECK_STR(th_str_of(th_term_word(words[i][0], true)), words[i][1]);
    CHECK_STR(th_words_get(TH_WORDS_ZH_TW, words[i][2]), words[i][1]);
    CHECK_STR(th_words_get(TH_WORDS_EN, words[i][2]), th_term_word(words[i][0], false));
  }
  static const char *const more[][2] = { { "prior-authorisation", "事前審查" },
                                         { "renewal", "續用" },
                                         { "taper", "減量" },
                                         { "stop", "停用" },
                                         { "odds-ratio", "勝算比" },
                                         { "confidence-interval", "信賴區間" },
                                         { "relative-risk", "相對風險" },
                                         { "hazard-ratio", "風險比" },
                                         { "cohort", "世代研究" },
                                         { "licence", "藥品許可證" } };
  for (size_t i = 0; i < sizeof more / sizeof *more; i++) CHECK_STR(th_str_of(th_term_word(more[i][0], true)), more[i][1]);
}

TEST(found_by_any_form) {
  static const char *const forms[][2] = { { "odds-ratio", "odds-ratio" }, { "Odds Ratio", "odds-ratio" },
                                          { "勝算比", "odds-ratio" },     { "許可證", "licence" },
                                          { "cohort study", "cohort" },   { "NHI", "nhi" } };
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    const th_term *t = th_term_find(th_str_of(forms[i][0]));
    CHECK(t != NULL);
    if (t) CHECK_STR(t->id, forms[i][1]);
  }
  CHECK(!th_term_find(TH_S("優勢比")) && !th_term_find(TH_STR_NONE) && !th_term_find(TH_S("odds")) && !th_term_find(TH_S("|")));
}

TEST(groups_stand_together) {
  size_t n, groups = 0;
  const th_term *t = th_terms(&n);
  CHECK(n >= 90);
  for (size_t i = 0; i < n; i++) {
    CHECK(*th_term_group(t[i].group, false) && *th_term_group(t[i].group, true));
    CHECK(t[i].plain_en.n && t[i].plain_zh.n && t[i].expert_en.n && t[i].expert_zh.n && t[i].source.n);
    groups += i == 0 || !th_str_eq(t[i].group, t[i - 1].group);
  }
  CHECK_INT(groups, 7);
  CHECK(!*th_term_group(TH_S("nothing"), true));
}

TEST_MAIN(RUN(outcomes_in_the_words_asked_for), RUN(found_by_any_form), RUN(groups_stand_together))
