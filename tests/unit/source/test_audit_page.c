/* Each contradiction found where it is, and none on a page that agrees with itself. */
#include "test.h"
#include "theriac/source.h"

static th_arena *arena;
static th_findings found;

static void scan(const char *text) {
  th_arena_del(arena);
  arena = th_arena_new(0);
  th_report_page page;
  th_err err = { 0 };
  CHECK_OK_ERR(th_source_report_read(arena, th_str_of(text), &page, &err), &err);
  CHECK_OK(th_source_audit_page(arena, &page, &found, &err));
}

/* Line of the first finding of a code; 0 without. */
static uint32_t line_of(const char *code) {
  for (size_t i = 0; i < found.n; i++)
    if (strcmp(found.v[i].code, code) == 0) return found.v[i].line;
  return 0;
}

#define HEAD(front, parent, count)                                                                                             \
  "---\ntitle: X\ndescription: \"等級 L3\"\nparent: " parent "\nevidence_level: " front "\nindication_count: " count           \
  "\n---\n# X\n"

TEST(a_page_that_agrees_has_none) {
  scan(HEAD("L3", "中 (L3-L4)", "1") "證據等級: **L3** | 預測適應症: **1** 個\n## 快速總覽\n| 項目 | 內容 |\n|---|---|\n| "
                                     "證據等級 | L3 (非 L5) |\n| 建議決策 | Hold |\n"
                                     "## 結論\n**決策：HOLD（說明）**\n");
  CHECK_INT(found.n, 0);
}

TEST(levels_category_description) {
  scan(HEAD("L2", "僅模型預測 (L5)", "1") "證據等級: **L2**\n");
  CHECK_INT(line_of("AUD-DESCRIPTION"), 3);
  CHECK_INT(line_of("AUD-CATEGORY"), 4);
  CHECK_INT(line_of("AUD-LEVEL"), 0);
  scan(HEAD("L3", "(L3-L4)", "1") "證據等級: **L4**\n");
  CHECK_INT(line_of("AUD-LEVEL"), 5);
  CHECK_INT(line_of("AUD-LEVEL-GAP2"), 0);
  scan(HEAD("L3", "(L3-L4)", "1") "證據等級: **L5**\n");
  CHECK_INT(line_of("AUD-LEVEL-GAP2"), 5);
}

TEST(badges_counts_scores) {
  scan(HEAD("L3", "(L3-L4)",
            "3") "<details class=\"indication-section\">\n<summary><span class=\"indication-name\">1. a</span>\n<span "
                 "class=\"evidence-badge "
                 "evidence-L5\">L3</span>\n<span class=\"prediction-score\">100%</span></summary>\n</details>\n");
  CHECK_INT(line_of("AUD-BADGE"), 11);
  CHECK_INT(line_of("AUD-COUNT"), 6);
  CHECK_INT(line_of("AUD-SCORE-100"), 12);
  scan(HEAD("L3", "(L3-L4)", "3") "證據等級: **L3** | 預測適應症: **2** 個\n");
  CHECK_INT(line_of("AUD-COUNT"), 6);
  scan(HEAD("L3", "(L3-L4)", "1") "## 快速總覽\n| 項目 | 內容 |\n|---|---|\n| 預測分數 | 99.99% |\n");
  CHECK_INT(line_of("AUD-SCORE-100"), 0);
}

TEST(cautions) {
  scan(
      HEAD("L3", "(L3)", "1") "### 藥物-疾病注意事項 (DDSI)\n\n**A** 🟡 Moderate\n- 禁用。\n\n**B** 🔴 Major\n- "
                              "禁用。\n\n**C** 🟢 Minor\n- 致命。\n\n**D** 🟡 Moderate\n- 致命。\n\n"
                              "### 藥物-食物交互作用 (DFI)\n\n**E** 🟢 Minor\n- 禁用。\n");
  CHECK_INT(found.n, 2);
  CHECK_INT(line_of("AUD-SEVERITY"), 11);
  CHECK_INT(line_of("AUD-SEVERITY-FATAL"), 17);
}

TEST(decisions) {
  scan(HEAD("L5", "(L5)",
            "1") "## 快速總覽\n| 項目 | 內容 |\n|---|---|\n| 建議決策 | Proceed with Guardrails |\n## 結論\n**決策：Hold**\n");
  CHECK_INT(line_of("AUD-DECISION-MISMATCH"), 12);
  CHECK_INT(line_of("AUD-DECISION-UNSUPPORTED"), 12);
  scan(HEAD("L5", "(L5)", "1") "## 結論\n**決策：Proceed with Caution**\n");
  CHECK_INT(line_of("AUD-DECISION-UNSUPPORTED"), 0);
}

TEST(trials) {
  scan(HEAD("L3", "(L3)", "1") "## 臨床試驗\n| 試驗編號 | 狀態 | 標題 |\n|---|---|---|\n| NCT01000001 | WITHDRAWN | Whole |\n| "
                               "NCT01000002 | COMPLETED | Cut he... |\n");
  CHECK_INT(line_of("AUD-VOID-TRIAL"), 12);
  CHECK_INT(line_of("AUD-CUT-TITLE"), 13);
}

static th_code scan_once(void) {
  th_arena *a = th_arena_new(0);
  if (!a) return TH_ENOMEM;
  th_report_page page;
  th_findings f;
  th_code code = th_source_report_read(a, TH_S(HEAD("L5", "(L3)", "1") "證據等級: **L2**\n## 結論\n決策：Go\n"), &page, NULL);
  if (code == TH_OK) code = th_source_audit_page(a, &page, &f, NULL);
  th_arena_del(a);
  return code;
}

TEST(allocation_failures) {
  CHECK(test_each_alloc_fails(scan_once) > 1);
}

TEST_MAIN(RUN(a_page_that_agrees_has_none), RUN(levels_category_description), RUN(badges_counts_scores), RUN(cautions),
          RUN(decisions), RUN(trials), RUN(allocation_failures))
