/* Report pages, on invented samples: both generations, English, plain Markdown, and what must be refused. */
#include "test.h"
#include "theriac/source.h"

static th_arena *arena;
static th_report_page page;
static th_err err;

static th_code read_page(const char *text) {
  th_arena_del(arena);
  arena = th_arena_new(0);
  err = (th_err){ 0 };
  return th_source_report_read(arena, th_str_of(text), &page, &err);
}

static const char sections_page[] =
    "---\n"
    "layout: default\n"
    "title: Testimab\n"
    "description: \"Testimab 分析。模型預測等級 L5，包含 2 個預測適應症。\"\n"
    "parent: 中證據等級 (L3-L4)\n"
    "evidence_level: L2\n"
    "indication_count: 2\n"
    "---\n"
    "\n"
    "# Testimab\n"
    "\n"
    "<p style=\"color: #666\">\n"
    "證據等級: <strong>L5</strong> | 預測適應症: <strong>2</strong> 個\n"
    "</p>\n"
    "\n"
    "# Testimab：從甲病到乙病\n"
    "\n"
    "## 一句話總結\n"
    "<p class=\"key-answer\" data-question=\"Testimab 可治什麼？\">\n"
    "Testimab 用於甲病，模型認為可用於乙病。\n"
    "</p>\n"
    "\n"
    "## 快速總覽\n"
    "| 項目 | 內容 |\n"
    "|------|------|\n"
    "| 原適應症 | 甲病 |\n"
    "| 預測新適應症 | disease b、disease c |\n"
    "| TxGNN 預測分數 | 98.10% |\n"
    "| 證據等級 | L3 (間接證據，不是 L5) |\n"
    "| 許可證數 | 1 |\n"
    "| 建議決策 | Hold |\n"
    "\n"
    "## 預測適應症詳細分析\n"
    "\n"
    "<details class=\"indication-section\" open>\n"
    "<summary>\n"
    "<span class=\"indication-name\">1. disease b</span>\n"
    "<span class=\"evidence-badge evidence-L3\">L3</span>\n"
    "<span class=\"prediction-score\">98.10%</span> <span class=\"primary-badge\">主要分析</span>\n"
    "</summary>\n"
    "<div class=\"indication-content\">\n"
    "<h3>為什麼這個預測合理？</h3>\n"
    "<p>因為 A &lt; B 且 <strong>機轉</strong>相近：</p>\n"
    "<ol>\n<li>第一點</li>\n<li>第二點</li>\n</ol>\n"
    "<h3>臨床試驗（2 項）</h3>\n"
    "<table>\n<thead>\n<tr><th>試驗編號</th><th>階段</th><th>狀態</th><th>人數</th><th>主要發現</th></tr>\n</thead>\n"
    "<tbody>\n"
    "<tr><td><a href=\"https://example.org/NCT01000001\">NCT01000001</a></td><td>PHASE2</td><td>COMPLETED</td><td>14</td><td>A "
    "Study of Testimab in Imaginary Glom...</td></tr>\n"
    "<tr><td><a href=\"https://example.org/NCT01000002\">NCT01000002</a></td><td>NA</td><td>WITHDRAWN</td><td>0</td><td>A "
    "whole title</td></tr>\n"
    "</tbody>\n</table>\n"
    "<h3>相關文獻（1 篇）</h3>\n"
    "<table>\n<thead>\n<tr>\n<th>PMID</th>\n<th>年份</th>\n<th>類型</th>\n<th>期刊</th>\n<th>主要發現</th>\n</tr>\n</"
    "thead>\n<tbody>\n"
    "<tr>\n<td>12345678</td>\n<td>2020</td>\n<td>RCT</td>\n<td>J Test</td>\n<td>發現</td>\n</tr>\n</tbody>\n</table>\n"
    "<h3>用量備註</h3>\n<p>每日一次。</p>\n"
    "</div>\n"
    "</details>\n"
    "\n"
    "<details class=\"indication-section\">\n"
    "<summary>\n"
    "<span class=\"indication-name\">2. disease c</span>\n"
    "<span class=\"evidence-badge evidence-L5\">L4</span>\n"
    "<span class=\"prediction-score\">100%</span>\n"
    "</summary>\n"
    "<div class=\"indication-content\">\n"
    "<div class=\"no-evidence-notice\">\n尚無研究。\n</div>\n"
    "</div>\n"
    "</details>\n"
    "\n"
    "## 台灣上市資訊\n"
    "| 許可證號 | 中文品名 | 劑型 | 許可證持有者 | 效期 | 條碼 |\n"
    "|---|---|---|---|---|---|\n"
    "| 衛部藥輸字第000001號 | 試藥 | 錠劑 | 某公司 | 2027/11/06 | 471 |\n"
    "\n"
    "## 安全性考量\n"
    "- **Major 交互作用**：\n"
    "  - 活疫苗：BCG, MMR 等\n"
    "  - 其他：drugone, drugtwo (topical, cream)\n"
    "- **Moderate 交互作用**：\n"
    "  - 多種疫苗\n"
    "- 42 種已知藥物交互作用\n"
    "\n"
    "### 藥物-疾病注意事項 (DDSI)\n"
    "\n"
    "**Infections** 🟢 Minor\n"
    "- 應謹慎使用。可能有致命風險。\n"
    "\n"
    "**Kidney Diseases** 🟡 Moderate\n"
    "- 本藥物在此情況下禁用。\n"
    "\n"
    "### 藥物-食物交互作用 (DFI)\n"
    "\n"
    "**酒精** 🔴 Major\n"
    "- 影響：加成。\n"
    "- 建議：避免。\n"
    "\n"
    "## 儲存方式\n"
    "冷藏。\n"
    "\n"
    "## 結論與下一步\n"
    "**決策：Hold（針對乙病）**\n"
    "**理由：** 證據不足。\n"
    "**若要推進需要：**\n"
    "1. 第一件\n"
    "2. 第二件\n"
    "\n"
    "---\n"
    "\n"
    "## 相關藥物報告\n"
    "\n"
    "- [Other Drug]({{ \"/drugs/other_drug/\" | relative_url }}) - 證據等級 L4\n"
    "\n"
    "## 引用本報告\n"
    "**APA 格式：**\n```\nSite. (2026). Testimab.\n```\n"
    "**BibTeX 格式：**\n```bibtex\n@misc{testimab, year = {2026}}\n```\n"
    "\n"
    "<div class=\"disclaimer\">\n<strong>免責聲明</strong><br>\n僅供參考。\n"
    "<small>最後審核：2026-02-20 | 審核者：Some Team</small>\n</div>\n";

/* The bytes a field says it came from. */
static th_str bytes_of(const char *doc, th_field f) {
  return th_str_n(doc + f.from, f.to - f.from);
}

TEST(a_page_of_sections) {
  CHECK_OK_ERR(read_page(sections_page), &err);
  CHECK_INT(page.generation, 1);
  CHECK_STR(page.drug.text, "Testimab");
  CHECK_STR(page.title.text, "Testimab：從甲病到乙病");
  CHECK_INT(page.level_front.lo, 2);
  CHECK_INT(page.level_header.lo, 5);
  CHECK_INT(page.level_table.lo, 3); /* not the L5 of its remark */
  CHECK_INT(page.level_description.lo, 5);
  CHECK_INT(page.level_parent.lo, 3);
  CHECK_INT(page.level_parent.hi, 4);
  CHECK_INT(page.best_badge, 3);
  CHECK_INT(page.level_front.at.line, 6);
  CHECK_INT(page.level_header.at.line, 13);
  CHECK_STR(bytes_of(sections_page, page.level_header.at), "L5");
  CHECK_STR(page.count_front.text, "2");
  CHECK_STR(page.count_header.text, "2");
  CHECK_STR(page.original.text, "甲病");
  CHECK_STR(page.decision.text, "Hold");
  CHECK_STR(page.score.text, "98.10%");
  CHECK_STR(page.licence_count.text, "1");
  CHECK_STR(page.summary.text, "Testimab 用於甲病，模型認為可用於乙病。");
  CHECK_INT(page.qa.n, 1);
  CHECK_STR(page.qa.v[0].question.text, "Testimab 可治什麼？");
  CHECK_INT(page.quick.n, 6);
}

TEST(predictions_trials_and_papers) {
  CHECK_OK_ERR(read_page(sections_page), &err);
  CHECK_INT(page.n_sections, 2);
  CHECK_INT(page.predictions.n, 2);
  const th_report_prediction *x = &page.predictions.v[0];
  CHECK_STR(x->rank.text, "1");
  CHECK_STR(x->name.text, "disease b");
  CHECK_STR(bytes_of(sections_page, x->name), "disease b");
  CHECK_INT(x->badge.lo, 3);
  CHECK_INT(x->badge_class.lo, 3);
  CHECK_STR(x->score.text, "98.10%");
  CHECK(x->primary);
  CHECK_STR(x->rationale.text, "因為 A < B 且 機轉相近：\n第一點\n第二點");
  CHECK_STR(x->trials_claimed.text, "2");
  CHECK_STR(x->papers_claimed.text, "1");
  CHECK_INT(x->other.n, 1); /* the heading nobody knows is kept */
  CHECK_STR(x->other.v[0].key.text, "用量備註");
  CHECK_STR(x->other.v[0].value.text, "每日一次。");
  CHECK_INT(page.predictions.v[1].badge.lo, 4);
  CHECK_INT(page.predictions.v[1].badge_class.lo, 5);
  CHECK_STR(page.predictions.v[1].no_evidence.text, "尚無研究。");
  CHECK(!page.predictions.v[1].primary);
  CHECK_INT(page.trials.n, 2);
  CHECK_STR(page.trials.v[0].id.text, "NCT01000001");
  CHECK_STR(bytes_of(sections_page, page.trials.v[0].id), "NCT01000001");
  CHECK_STR(page.trials.v[0].n.text, "14");
  CHECK(page.trials.v[0].title_cut);
  CHECK(!page.trials.v[0].withdrawn);
  CHECK_INT(page.trials.v[0].prediction, 0);
  CHECK(page.trials.v[1].withdrawn);
  CHECK(!page.trials.v[1].title_cut);
  CHECK_INT(page.papers.n, 1);
  CHECK_STR(page.papers.v[0].pmid.text, "12345678");
  CHECK_STR(page.papers.v[0].journal.text, "J Test");
  CHECK_STR(page.papers.v[0].finding.text, "發現");
}

TEST(safety_licence_and_end) {
  CHECK_OK_ERR(read_page(sections_page), &err);
  CHECK_INT(page.licences.n, 1);
  CHECK_STR(page.licences.v[0].number.text, "衛部藥輸字第000001號");
  CHECK_STR(page.licences.v[0].holder.text, "某公司");
  CHECK_INT(page.licences.v[0].expires.year, 2027);
  CHECK_INT(page.licences.v[0].expires.day, 6);
  CHECK_INT(page.licences.v[0].other.n, 1);
  CHECK_STR(page.licences.v[0].other.v[0].key.text, "條碼");
  CHECK_INT(page.interactions.n, 3);
  CHECK_INT(page.interactions.v[0].severity, TH_SEVERITY_MAJOR);
  CHECK_STR(page.interactions.v[0].group.text, "活疫苗");
  CHECK_INT(page.interactions.v[0].name.n, 2);
  CHECK_STR(page.interactions.v[0].name.v[1].text, "MMR");
  CHECK_INT(page.interactions.v[1].name.n, 2); /* the comma in brackets parts nothing */
  CHECK_STR(page.interactions.v[1].name.v[1].text, "drugtwo (topical, cream)");
  CHECK_INT(page.interactions.v[2].severity, TH_SEVERITY_MODERATE);
  CHECK_STR(page.interactions_claimed.text, "42");
  CHECK_INT(page.cautions.n, 3);
  CHECK_STR(page.cautions.v[0].subject.text, "Infections");
  CHECK_INT(page.cautions.v[0].severity, TH_SEVERITY_MINOR);
  CHECK(page.cautions.v[0].fatal && !page.cautions.v[0].forbids);
  CHECK(page.cautions.v[1].forbids && !page.cautions.v[1].fatal);
  CHECK_STR(page.cautions.v[1].label.text, "Moderate");
  CHECK_INT(page.cautions.v[2].kind, TH_CAUTION_FOOD);
  CHECK_STR(page.cautions.v[2].text.text, "影響：加成。\n建議：避免。");
  CHECK_INT(page.decisions.n, 1);
  CHECK_STR(page.decisions.v[0].core.text, "Hold");
  CHECK_STR(page.rationale.text, "證據不足。");
  CHECK_INT(page.needs.n, 2);
  CHECK_STR(page.needs.v[1].text, "第二件");
  CHECK_INT(page.related.n, 1);
  CHECK_STR(page.related.v[0].name.text, "Other Drug");
  CHECK_STR(page.related.v[0].slug.text, "other_drug");
  CHECK_INT(page.related.v[0].level.lo, 4);
  CHECK_STR(page.apa.text, "Site. (2026). Testimab.");
  CHECK_STR(page.bibtex.text, "@misc{testimab, year = {2026}}");
  CHECK_STR(page.reviewed.text, "2026-02-20");
  CHECK_STR(page.reviewer.text, "Some Team");
  CHECK_INT(page.reviewed_on.month, 2);
  CHECK_INT(page.n_unknown, 1); /* 儲存方式 */
  CHECK_INT(page.gaps.n, 0);
}

/* Nothing is lost: headings, bodies and front matter together hold every character that is no markup. */
TEST(sections_hold_the_whole_page) {
  CHECK_OK_ERR(read_page(sections_page), &err);
  bool stored = false;
  for (size_t i = 0; i < page.sections.n; i++) {
    const th_report_section *s = &page.sections.v[i];
    if (th_str_is(s->heading.text, "儲存方式")) {
      CHECK_STR(s->body.text, "冷藏。");
      CHECK_INT(s->role, TH_REPORT_OTHER);
      stored = true;
    }
  }
  CHECK(stored);
  CHECK_INT(page.tables.n, 4);
}

static const char plain_page[] =
    "\xEF\xBB\xBF# Testamide\r\n"
    "\r\n"
    "Evidence level: **L4** | Predicted indications: **2**\r\n"
    "\r\n"
    "## Summary\r\n"
    "Testamide might help.\r\n"
    "\r\n"
    "## Overview\r\n"
    "Item | Value\r\n"
    "--- | ---\r\n"
    "Original indication | disease a\r\n"
    "Evidence level | L3–L4\r\n"
    "Decision | Proceed\r\n"
    "\r\n"
    "## Predicted indications\r\n"
    "\r\n"
    "| Rank | Indication | Score | Evidence level |\r\n"
    "|------|------------|-------|----------------|\r\n"
    "| 1 | disease b (乙病) | 99.1% | L4 |\r\n"
    "| 2 | disease c | 97% | L5 |\r\n"
    "\r\n"
    "## Clinical trial evidence\r\n"
    "| Trial ID | Title | Phase | Status | Enrollment |\r\n"
    "|---|---|---|---|---|\r\n"
    "| [NCT01000003](https://example.org/a_(b)) | Title \\| with a bar | Phase 2 | Completed | 20 |\r\n"
    "| - | none | - | - | - |\r\n"
    "\r\n"
    "## Drug interactions\r\n"
    "| Interacting drug | Severity | Effect |\r\n"
    "|---|---|---|\r\n"
    "| Drugone / Drugtwo | Major | bleeding |\r\n"
    "\r\n"
    "## Conclusion\r\n"
    "**Decision:** Go\r\n"
    "\r\n"
    "**Rationale:** because.\r\n";

TEST(plain_markdown_english_crlf_bom) {
  CHECK_OK_ERR(read_page(plain_page), &err);
  CHECK_INT(page.generation, 2);
  CHECK_STR(page.drug.text, "Testamide");
  CHECK_INT(page.level_header.lo, 4);
  CHECK_INT(page.level_header.at.line, 3);
  CHECK_STR(bytes_of(plain_page, page.level_header.at), "L4");
  CHECK_INT(page.level_table.lo, 3);
  CHECK_INT(page.level_table.hi, 4);
  CHECK_STR(page.summary.text, "Testamide might help.");
  CHECK_INT(page.predictions.n, 2);
  CHECK_INT(page.predictions.v[0].origin, TH_REPORT_FROM_TABLE);
  CHECK_STR(page.predictions.v[0].name_en.text, "disease b");
  CHECK_STR(page.predictions.v[0].name_zh.text, "乙病");
  CHECK_INT(page.predictions.v[1].badge.lo, 5);
  CHECK_INT(page.trials.n, 2);
  CHECK_STR(page.trials.v[0].title.text, "Title | with a bar");
  CHECK_STR(page.trials.v[0].id.text, "NCT01000003");
  CHECK(page.trials.v[1].placeholder);
  CHECK_INT(page.interactions.n, 1);
  CHECK_INT(page.interactions.v[0].name.n, 2);
  CHECK_STR(page.interactions.v[0].effect.text, "bleeding");
  CHECK_STR(page.decisions.v[0].text.text, "Go");
  CHECK_STR(page.rationale.text, "because.");
  bool licences = false, review = false;
  for (size_t i = 0; i < page.gaps.n; i++) {
    licences |= strcmp(page.gaps.v[i].what, "licences") == 0;
    review |= strcmp(page.gaps.v[i].what, "review date") == 0;
  }
  CHECK(licences && review);
}

TEST(headings_without_details) {
  CHECK_OK_ERR(read_page("# Drug\n\n證據等級: **L4**\n\n## 預測適應症詳細分析\n\n### 1. 甲病 (disease a) — L4 "
                         "(98.2%)\n\n說明文字。\n\n#### 臨床試驗\n無\n\n### 2. 乙病\n"
                         "**L5**\n\n#### 為什麼這個預測合理？\n因為。\n\n## 結論\n決策：Hold\n"),
               &err);
  CHECK_INT(page.predictions.n, 2);
  CHECK_STR(page.predictions.v[0].name_zh.text, "甲病");
  CHECK_STR(page.predictions.v[0].name_en.text, "disease a");
  CHECK_INT(page.predictions.v[0].badge.lo, 4);
  CHECK_STR(page.predictions.v[0].score.text, "98.2%");
  CHECK_STR(page.predictions.v[1].rationale.text, "因為。");
  CHECK_INT(page.predictions.v[1].badge.lo, 5);
}

TEST(nested_details_belong_to_their_section) {
  CHECK_OK_ERR(read_page("---\ntitle: X\nevidence_level: L5\n---\n## 預測適應症詳細分析\n<details "
                         "class=\"indication-section\">\n<summary><span class=\"indication-name\">1. "
                         "a</span></summary>\n<details><summary>更多</summary>內容</details>\n尾\n</details>\n<details "
                         "class=\"indication-section\">\n<summary><span "
                         "class=\"indication-name\">2. b</span></summary>\n</details>\n## 結論\n"),
               &err);
  CHECK_INT(page.n_sections, 2);
  CHECK_STR(page.predictions.v[0].name.text, "a");
  CHECK_STR(page.predictions.v[1].name.text, "b");
}

TEST(refused_with_a_place) {
  CHECK_CODE(read_page(""), TH_EPARSE);
  CHECK_CODE(read_page("just some words\n"), TH_EPARSE);
  CHECK_CODE(read_page("---\ntitle: X\nevidence_level: L5\n"), TH_EPARSE);
  CHECK_INT(err.line, 1);
  CHECK_CODE(
      read_page("---\ntitle: X\nevidence_level: L5\n---\n\n<details class=\"indication-section\">\n<summary>a</summary>\n"),
      TH_EPARSE);
  CHECK_INT(err.line, 6);
  CHECK_CODE(read_page("---\ntitle: X\nevidence_level: L5\n---\n```\n@misc{\n"), TH_EPARSE);
  CHECK_INT(err.line, 5);
  CHECK_CODE(read_page("---\ntitle: X\nevidence_level: L5\n---\n<table><tr><td>a\n"), TH_EPARSE);
  CHECK_CODE(read_page("# X\n證據等級: **L5**\n\xA4\xA4\xA4\xE5\n"), TH_EPARSE); /* Big5 */
}

TEST(severities) {
  CHECK_INT(th_severity_parse(TH_S("🟢 Minor")), TH_SEVERITY_MINOR);
  CHECK_INT(th_severity_parse(TH_S("MAJOR")), TH_SEVERITY_MAJOR);
  CHECK_INT(th_severity_parse(TH_S("中度")), TH_SEVERITY_MODERATE);
  CHECK_INT(th_severity_parse(TH_S("Minor (no major cases)")), TH_SEVERITY_MINOR);
  CHECK_INT(th_severity_parse(TH_S("禁忌")), TH_SEVERITY_CONTRAINDICATED);
  CHECK_INT(th_severity_parse(TH_S("?")), TH_SEVERITY_UNKNOWN);
}

TEST(every_beginning_ends_well) {
  char buf[sizeof sections_page];
  size_t read = 0;
  for (size_t n = 0; n <= sizeof sections_page - 1; n++) {
    memcpy(buf, sections_page, n);
    th_arena *a = th_arena_new(0);
    th_report_page p;
    th_err e = { 0 };
    const th_code code = th_source_report_read(a, th_str_n(buf, n), &p, &e);
    if (code == TH_OK)
      read++;
    else if (code != TH_EPARSE || e.msg[0] == 0)
      CHECK_INT(code, TH_EPARSE);
    th_arena_del(a);
  }
  CHECK(read > 100);
}

static th_code read_once(void) {
  th_arena *a = th_arena_new(0);
  if (!a) return TH_ENOMEM;
  th_report_page p;
  const th_code code = th_source_report_read(a, th_str_of(sections_page), &p, NULL);
  th_arena_del(a);
  return code;
}

TEST(allocation_failures) {
  CHECK(test_each_alloc_fails(read_once) > 2);
}

/* Signs in heaps must not make the reader slow: each of these took quadratic time in a naive scanner. */
TEST(heaps_of_signs) {
  static const char *const heaps[] = {
    "[", "](", "<a ", "**", "&#", "<!-- -->", "[a](", "`", "![", "((", "|", "<td>", "[](x)"
  };
  for (size_t i = 0; i < sizeof heaps / sizeof heaps[0]; i++) {
    th_arena *a = th_arena_new(0);
    th_buf b;
    th_buf_init(&b, a, 1 << 20);
    th_buf_addz(&b, "# X\n證據等級: **L5**\n");
    while (b.n < 300000) th_buf_addz(&b, heaps[i]);
    th_report_page p;
    const th_code code = th_source_report_read(a, th_buf_str(&b), &p, NULL);
    CHECK(code == TH_OK || code == TH_EPARSE);
    th_arena_del(a);
  }
}

TEST_MAIN(RUN(a_page_of_sections), RUN(predictions_trials_and_papers), RUN(safety_licence_and_end),
          RUN(sections_hold_the_whole_page), RUN(plain_markdown_english_crlf_bom), RUN(headings_without_details),
          RUN(nested_details_belong_to_their_section), RUN(refused_with_a_place), RUN(severities),
          RUN(every_beginning_ends_well), RUN(allocation_failures), RUN(heaps_of_signs))
