/* Appendices 36 (lupus nephritis) and 36-1 (age 5 to 17), in the order of the printed ones. */
#include "coverage/coverage_priv.h"

/* What the form says it is for: the official sentence, or ours. */
static void purpose(th_form_build *b, const char *ours) {
  for (size_t i = 0; b->printed && i < b->printed->block.n; i++) {
    const th_coverage_block *k = &b->printed->block.v[i];
    if (k->kind != TH_COVERAGE_PARA || k->label.text.n) continue;
    th_coverage__note(b, k->clean);
    return;
  }
  th_coverage__note(b, th_str_of(ours));
}

void th_coverage__form_36(th_form_build *b) {
  static const th_form_drug drugs[] = {
    { .label = "Mycophenolate mofetil (MMF)", .key = "mmf", .dose = "mmf_daily_dose", .months = "mmf_months" },
    { .label = "Mycophenolic acid (MPA)", .key = "mpa", .dose = "mpa_daily_dose", .months = "mpa_months" },
    { .label = "Cyclophosphamide（注射，12 週總劑量）", .key = "cyc", .dose = "cyc_total_12wk" },
    { .label = "Azathioprine（右欄：體重）",
      .key = "aza",
      .dose = "post_aza_daily_dose",
      .months = "post_aza_months",
      .weight = true },
    { .label = "其他免疫抑制劑", .key = "other", .named = true },
  };
  th_coverage__form_head(b);
  purpose(b, "用於標準治療至少 6 個月仍無法有效控制之第 III、IV 或 V 型狼瘡腎炎成人病人，且自體抗體陽性（擇一即可）：");
  th_coverage__fact_tick(b, 6, "ana_positive", "抗核抗體（ANA）陽性");
  th_coverage__fact_tick(b, 6, "anti_dsdna_positive", "anti-dsDNA 抗體陽性");
  th_coverage__heading(b, "1. 標準治療：同時使用以下藥物");
  th_coverage__clause_tick(b, "LN-06", "1.", "mg/kg", "1. 類固醇每日每公斤 prednisolone 0.5 mg 以上（或等效劑量）");
  th_coverage__note(b, TH_S("2. 足量之前導治療免疫抑制劑"));
  th_coverage__drug_head(b);
  for (size_t i = 0; i < sizeof drugs / sizeof *drugs; i++) th_coverage__drug_rows_of(b, &drugs[i]);
  th_coverage__heading(b, "2. 標準治療至少 6 個月後仍無法有效控制");
  th_coverage__clause_tick(b, "LN-I", "1.", "蛋白尿", "1. 蛋白尿較基期下降不到一半，且 uPCR 或 24 小時尿蛋白 ≥ 1.0");
  th_coverage__clause_tick(b, "LN-II", "2.", "GFR", "2. GFR 下降超過 20%，且 uPCR 或 24 小時尿蛋白 ≥ 1.0 或有尿沉渣");
  th_coverage__heading(b, "療效評估與繼續使用：每治療 12 個月評估");
  th_coverage__clause_tick(b, "LR-01", "(1)", "蛋白尿", "(1) uPCR 或 24 小時尿蛋白 ≤ 0.7，或較基期下降一半以上");
  th_coverage__clause_tick(b, "LR-02", "(2)", "GFR", "(2) GFR 未下降超過 20%");
  th_coverage__clause_tick(b, "LR-03", "(3)", "末期腎", "(3) 無末期腎臟病");
  th_coverage__clause_tick(b, "LR-04", "(4)", "肌酸酐", "(4) 血清肌酸酐較基期未增加超過 1 倍");
  th_coverage__clause_tick(b, "LR-05", "(5)", "完全緩解", "(5) 治療滿 2 年且腎炎完全緩解（勾選者應停用）");
  th_coverage__form_tail(b);
}

static void side_effect(th_form_build *b, const char *name) {
  th_coverage__end_row(b);
  th_coverage__label(b, 4, "未達建議劑量者：藥物引起之副作用");
  th_coverage__field(b, 8, name, TH_S("未達建議劑量者：藥物引起之副作用"), th_coverage__form_text(b, name));
  b->row.cell[b->row.n - 1].lines = 2;
  th_coverage__end_row(b);
}

void th_coverage__form_36_1(th_form_build *b) {
  static const th_form_drug steroid = {
    .label = "類固醇", .key = "steroid", .dose = "steroid_mean_dose_3m", .months = "steroid_months", .named = true
  };
  static const th_form_drug hcq = {
    .label = "Hydroxychloroquine", .key = "hcq", .dose = "hcq_daily_dose", .months = "hcq_months"
  };
  static const th_form_drug drugs[] = {
    { .label = "Azathioprine（右欄：體重）", .key = "aza", .dose = "aza_daily_dose", .months = "aza_months", .weight = true },
    { .label = "注射型 cyclophosphamide（身高、體重）",
      .key = "cyc",
      .dose = "cyc_monthly_dose",
      .months = "cyc_months",
      .weight = true,
      .height = true },
    { .label = "Cyclosporin（右欄：體重）", .key = "csa", .dose = "csa_daily_dose", .months = "csa_months", .weight = true },
    { .label = "Mycophenolate mofetil (MMF)（身高、體重）",
      .key = "mmf",
      .dose = "mmf_daily_dose",
      .months = "mmf_months",
      .weight = true,
      .height = true },
    { .label = "Mycophenolic acid (MPA)（身高、體重）",
      .key = "mpa",
      .dose = "mpa_daily_dose",
      .months = "mpa_months",
      .weight = true,
      .height = true },
    { .label = "Methotrexate（身高、體重）",
      .key = "mtx",
      .dose = "mtx_weekly_dose",
      .months = "mtx_months",
      .weight = true,
      .height = true },
    { .label = "其他免疫抑制劑", .key = "other", .named = true },
  };
  th_coverage__form_head(b);
  purpose(
      b,
      "用於曾有 anti-dsDNA 抗體陽性及低補體（C3 或 C4）報告，且正在接受標準治療至少 3 個月仍無法有效控制之 5–17 歲全身性紅斑性"
      "狼瘡病人；須事前審查核准。");
  th_coverage__heading(b, "1. 申請前 3 個月同時接受下列三項標準治療之至少兩項，且達建議劑量");
  th_coverage__note(b, TH_S("I. 類固醇（劑量為 3 個月平均，prednisolone 等效）"));
  th_coverage__drug_head(b);
  th_coverage__drug_rows_of(b, &steroid);
  th_coverage__note(b, TH_S("II. Hydroxychloroquine"));
  th_coverage__drug_head(b);
  th_coverage__drug_rows_of(b, &hcq);
  side_effect(b, "hcq_side_effect");
  th_coverage__note(b, TH_S("III. 免疫抑制劑（至少一種）"));
  th_coverage__drug_head(b);
  for (size_t i = 0; i < sizeof drugs / sizeof *drugs; i++) th_coverage__drug_rows_of(b, &drugs[i]);
  side_effect(b, "is_side_effect");
  th_coverage__heading(b, "疾病活動性");
  th_coverage__clause_tick(b, "PD-10", "2.", "SLEDAI", "2. 標準治療至少 3 個月後，SELENA-SLEDAI 積分仍 ≥ 8");
  th_coverage__score_cells(b, "PD-10", "可採計積分（神經精神項目不計，腎臟項目合計至多 4 分）");
  th_coverage__clause_tick(b, "PR-01", "", "減少", "療效評估與繼續使用（每治療 12 個月）：積分較初次申請減少 ≥ 4 分");
  th_coverage__score_cells(b, "PR-01", "積分減少");
  th_coverage__form_tail(b);
}
