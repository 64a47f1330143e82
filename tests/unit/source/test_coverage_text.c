/* Rule texts: clause trees, ids, ROC dates, debris of typesetting, forms, score tables. */
#include "test.h"
#include "theriac/source.h"

static th_arena *arena;
static th_coverage_texts rules;
static th_err err;

static th_code read_rules(const char *text) {
  th_arena_del(arena);
  arena = th_arena_new(0);
  err = (th_err){ 0 };
  return th_source_coverage_read(arena, th_str_of(text), &rules, &err);
}

static const th_coverage_clause *clause(const char *id) {
  for (size_t i = 0; i < rules.v[0].clauses.n; i++)
    if (th_str_is(rules.v[0].clauses.v[i].id, id)) return &rules.v[0].clauses.v[i];
  return NULL;
}

static const char rule[] =
    "8.9.1. Testimab(如 Testa、Testb)；testamide：(105/1/1、110/12/1)\n\n"
    "1. 限用於甲病成人病人。(110/12/1)\n\n"
    "(1) 需經事前審查核准後使用。\n\n"
    "(2) 標準治療係指：\n\n"
    "I. 類固醇 \\geq 每日每公斤0.5mg，至\n\n少6個月。\n\n(109/3/1)\n\n"
    "II. 下降比例 $<50\\%$ ，且 $\\leq 0.7\\text{gm}/\\text{天}$ 。\n\n"
    "i. 第一項\n\nii. 第二項\n\n(i)甲者。\n\n(ii)乙者。\n\n"
    "V. 編號跳了。\n\n"
    "2. 乙病。\n\n"
    "◎附表八十九：甲病申請表\n\n◎附表八十九之一：甲病積分表\n\n◎附表九十：沒有附上\n\n"
    "附表八十九：甲病申請表\n\n"
    "| | | | |\n|---|---|---|---|\n| 醫院代號 | | 醫院名稱 | |\n| 病人姓名 | | 使用期間 | 自 年 月 日 |\n\n"
    "1. 說明：\n\n□ 是 □ 否\n\n申請醫師（簽名蓋章）：\n\n"
    "附表八十九之一 甲病積分表\n\n"
    "| Wt 權重 | 勾選 | Descriptor 描述項 | Definition 定義 |\n|---|---|---|---|\n"
    "| 8 | <input type=\"checkbox\"> | Seizure 癲癇 | Recent onset (last 10 days). Exclude drugs. 近期發生（10 天）。排除藥物 "
    "|\n"
    "| 4 | <input type=\"checkbox\"> | DNA test DNA 檢驗 | <100,000 cells <100,000 個細胞 |\n\n"
    "| | | | |\n|---|---|---|---|\n| 1 | <input type=\"checkbox\"> | Fever 發燒 | >38°C. Exclude others. >38°C。排除其他 |\n| "
    "| | TOTAL 總分 | |\n";

TEST(the_tree_and_its_ids) {
  CHECK_OK_ERR(read_rules(rule), &err);
  CHECK_INT(rules.n, 1);
  const th_coverage_text *t = &rules.v[0];
  CHECK_STR(t->number.text, "8.9.1");
  CHECK_INT(t->drugs.n, 2);
  CHECK_STR(t->drugs.v[1].text, "testamide");
  CHECK_INT(t->brands.n, 2);
  CHECK_STR(t->brands.v[0].text, "Testa");
  CHECK_INT(t->dates.n, 2);
  CHECK_INT(t->dates.v[1].date.year, 2021);
  CHECK_INT(t->dates.v[1].date.month, 12);
  CHECK_INT(t->effective.year, 2021);
  static const char *const ids[] = {
    "8.9.1",          "8.9.1-1",         "8.9.1-1(1)",         "8.9.1-1(2)",          "8.9.1-1(2)I", "8.9.1-1(2)II",
    "8.9.1-1(2)II-i", "8.9.1-1(2)II-ii", "8.9.1-1(2)II-ii(i)", "8.9.1-1(2)II-ii(ii)", "8.9.1-1(2)V", "8.9.1-2"
  };
  CHECK_INT(t->clauses.n, sizeof ids / sizeof ids[0]);
  for (size_t i = 0; i < t->clauses.n && i < sizeof ids / sizeof ids[0]; i++) CHECK_STR(t->clauses.v[i].id, ids[i]);
  CHECK_INT(clause("8.9.1")->n_below, 11);
  CHECK_INT(clause("8.9.1-1(2)II")->n_below, 4);
  CHECK_INT(clause("8.9.1-1(2)II-ii(ii)")->depth, 5);
  CHECK_STR(clause("8.9.1-1(2)II-ii(ii)")->label.text, "(ii)");
  CHECK_STR(clause("8.9.1-1(2)II-ii(ii)")->text.text, "乙者。");
  CHECK_INT(clause("8.9.1-1")->dates.n, 1);
  CHECK_STR(clause("8.9.1-1")->clean, "限用於甲病成人病人。");
}

TEST(text_is_cleaned_beside_the_original) {
  CHECK_OK_ERR(read_rules(rule), &err);
  const th_coverage_clause *c = clause("8.9.1-1(2)I");
  CHECK_STR(c->clean, "類固醇 ≥ 每日每公斤0.5mg，至少6個月。");
  CHECK_INT(c->dates.n, 1);
  CHECK_INT(c->dates.v[0].date.year, 2020);
  CHECK_INT(c->dates.v[0].at.line, 13);
  CHECK(th_str_has(c->text.text, TH_S("\\geq")));
  CHECK_STR(th_str_n(rule + c->text.from, c->text.to - c->text.from),
            "類固醇 \\geq 每日每公斤0.5mg，至\n\n少6個月。\n\n(109/3/1)");
  CHECK_STR(clause("8.9.1-1(2)II")->clean, "下降比例 <50%，且 ≤ 0.7gm/天。");
}

TEST(forms_and_scores) {
  CHECK_OK_ERR(read_rules(rule), &err);
  const th_coverage_text *t = &rules.v[0];
  CHECK_INT(t->forms.n, 3);
  CHECK_STR(t->forms.v[0].id, "89");
  CHECK_STR(t->forms.v[1].id, "89-1");
  CHECK_STR(t->forms.v[0].title.text, "甲病申請表");
  CHECK(t->forms.v[0].attached && t->forms.v[1].attached && !t->forms.v[2].attached);
  CHECK(th_field_has(t->forms.v[0].reference));
  CHECK_INT(t->forms.v[0].heads.n, 4);
  CHECK_STR(t->forms.v[0].heads.v[3].key.text, "使用期間");
  CHECK_STR(t->forms.v[0].heads.v[3].value.text, "自 年 月 日");
  CHECK_INT(t->forms.v[0].n_ticks, 2);
  CHECK_INT(t->forms.v[0].block.v[t->forms.v[0].block.n - 1].kind, TH_COVERAGE_SIGN);
  CHECK(t->forms.v[1].is_score);
  CHECK_INT(t->forms.v[1].n_ticks, 3);
  CHECK_INT(t->items.n, 3);
  CHECK_INT(t->items_sum, 13);
  CHECK_STR(t->items.v[0].name_en.text, "Seizure");
  CHECK_STR(t->items.v[0].definition_en.text, "Recent onset (last 10 days). Exclude drugs.");
  CHECK_STR(t->items.v[0].definition_zh.text, "近期發生（10 天）。排除藥物");
  CHECK_STR(t->items.v[1].name_en.text, "DNA test");
  CHECK_STR(t->items.v[1].name_zh.text, "DNA 檢驗");
  CHECK_STR(t->items.v[1].definition_zh.text, "<100,000 個細胞");
  CHECK_STR(t->items.v[2].definition_en.text, ">38°C. Exclude others.");
  CHECK_STR(t->items.v[2].definition_zh.text, ">38°C。排除其他");
  bool number = false, form = false;
  for (size_t i = 0; i < t->gaps.n; i++) {
    number |= strcmp(t->gaps.v[i].what, "clause number") == 0;
    form |= strcmp(t->gaps.v[i].what, "form") == 0;
  }
  CHECK(number && form);
}

TEST(other_styles_and_several_rules) {
  CHECK_OK_ERR(read_rules("8.2.4.2.Etanercept（如Enbrel）；adalimumab（如Humira）用於甲病治療部分：\n（92/3/1、93/8/"
                          "1）\n１．限乙科處方。\n1.限用於甲病。\n（１）全形不是標號。\n"
                          "A.第一。\nB.第二。\n①甲\n②乙\nI.羅馬一。\n\n8.2.5.Other：(99/1/1)\n1.一句。\n"),
               &err);
  CHECK_INT(rules.n, 2);
  CHECK_INT(rules.v[0].dates.n, 2);
  CHECK_INT(rules.v[0].drugs.n, 2); /* what they are for is no name */
  CHECK_STR(rules.v[0].drugs.v[0].text, "Etanercept");
  CHECK(clause("8.2.4.2-1-A") != NULL);
  CHECK(clause("8.2.4.2-1-B-#2") != NULL);
  CHECK(clause("8.2.4.2-1-B-#2-I") != NULL);
  CHECK_STR(rules.v[1].number.text, "8.2.5");
  CHECK_STR(rules.v[1].clauses.v[1].id, "8.2.5-1");
}

/* "I." after "H." goes on with the letters; "(v)" after "(iv)" with the numerals. */
TEST(labels_that_read_two_ways) {
  CHECK_OK_ERR(
      read_rules(
          "8.1. "
          "X：(99/1/"
          "1)\n1.甲\nA.a\nB.b\nC.c\nD.d\nE.e\nF.f\nG.g\nH.h\nI.i\n(1)乙\n(i)一\n(ii)二\n(iii)三\n(iv)四\n(v)五\n(vi)六\n"),
      &err);
  CHECK(clause("8.1-1-I") != NULL);
  CHECK_INT(clause("8.1-1-I")->depth, 2);
  CHECK(clause("8.1-1-I(1)(v)") != NULL);
  CHECK_INT(rules.v[0].gaps.n, 0);
}

TEST(a_rule_without_clauses_has_its_text) {
  CHECK_OK_ERR(read_rules("3.3.1. Testamide：限用於甲病病人。\n每日一次。\n"), &err);
  CHECK(th_str_has(rules.v[0].clauses.v[0].text.text, TH_S("每日一次。")));
}

TEST(numbers_of_forms) {
  th_arena *a = th_arena_new(0);
  th_str id;
  static const char *const cases[][2] = { { "附表三十六", "36" },    { "附表三十六之二", "36-2" }, { "附表二十二之一", "22-1" },
                                          { "附表一百零三", "103" }, { "附表十", "10" },           { "附表36-1", "36-1" },
                                          { "附表二四", "24" },      { "附表１２", "12" } };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    CHECK(th_source_form_id(a, th_str_of(cases[i][0]), &id));
    CHECK_STR(id, cases[i][1]);
  }
  CHECK(!th_source_form_id(a, TH_S("附表甲"), &id));
  th_arena_del(a);
}

TEST(cut_texts_are_refused) {
  CHECK_CODE(read_rules(""), TH_EPARSE);
  CHECK_CODE(read_rules("這不是條文\n"), TH_EPARSE);
  CHECK_CODE(read_rules("8.9.1. Testimab：(105/1/1)\n"), TH_EPARSE);
  CHECK_CODE(read_rules("8.9.1. Testimab：(105/1/1)\n1. 甲。\n(2)\n"), TH_EPARSE);
  CHECK_INT(err.line, 3);
  CHECK_CODE(read_rules("8.9.1. Testimab：(105/1/1)\n1. 甲。\n附表一：表\n| a | b\n"), TH_EPARSE);
  CHECK_INT(err.line, 4);
}

TEST(every_beginning_ends_well) {
  for (size_t n = 0; n <= sizeof rule - 1; n++) {
    th_arena *a = th_arena_new(0);
    th_coverage_texts t;
    const th_code code = th_source_coverage_read(a, th_str_n(rule, n), &t, NULL);
    if (code != TH_OK && code != TH_EPARSE) CHECK_INT(code, TH_EPARSE);
    th_arena_del(a);
  }
}

static th_code read_once(void) {
  th_arena *a = th_arena_new(0);
  if (!a) return TH_ENOMEM;
  th_coverage_texts t;
  const th_code code = th_source_coverage_read(a, th_str_of(rule), &t, NULL);
  th_arena_del(a);
  return code;
}

TEST(allocation_failures) {
  CHECK(test_each_alloc_fails(read_once) > 1);
}

TEST_MAIN(RUN(the_tree_and_its_ids), RUN(text_is_cleaned_beside_the_original), RUN(forms_and_scores),
          RUN(other_styles_and_several_rules), RUN(labels_that_read_two_ways), RUN(a_rule_without_clauses_has_its_text),
          RUN(numbers_of_forms), RUN(cut_texts_are_refused), RUN(every_beginning_ends_well), RUN(allocation_failures))
