/* Score sheets: appendix 36-2, and the application sheet for section 2 with its sheets of months 5 and 6. */
#include "coverage/coverage_priv.h"

static const th_rule_tally *tally_of(const th_rule_policy *p, const char *table, th_str prefix) {
  for (uint32_t i = 0; i < p->n_tallies; i++)
    if (th_str_is(p->tally[i].table, table) && (!prefix.n || th_str_eq(p->tally[i].prefix, prefix))) return &p->tally[i];
  return NULL;
}

static th_tri flag(const th_rule_policy *p, const th_rule_value *values, th_str prefix, th_str item) {
  char name[128];
  snprintf(name, sizeof name, "%.*s_%.*s", TH_STR_ARG(prefix), TH_STR_ARG(item));
  const int32_t f = th_rule_fact_find(p->dict, th_str_of(name));
  if (f < 0 || values[f].state != TH_RULE_KNOWN) return TH_UNKNOWN;
  return th_tri_of(values[f].boolean);
}

void th_coverage_raw_total(const th_rule_policy *p, const th_rule_value *values, th_str prefix, int32_t *lo, int32_t *hi) {
  const th_rule_tally *raw = tally_of(p, "raw", TH_STR_NONE);
  *lo = *hi = 0;
  for (uint32_t i = 0; raw && i < raw->n; i++) {
    const th_tri t = flag(p, values, prefix, raw->item[i].name);
    if (t == TH_TRUE) *lo += raw->item[i].weight;
    if (t != TH_FALSE) *hi += raw->item[i].weight;
  }
}

static th_str range(th_form_build *b, int32_t lo, int32_t hi) {
  return lo == hi ? th_coverage__words(b, "%d", lo) : th_coverage__words(b, "%d–%d（有項目資料不足）", lo, hi);
}

/* The total that counts, when the path counts this table at this sheet. */
static bool countable(th_form_build *b, const char *table, th_str prefix, int32_t *lo, int32_t *hi) {
  const th_rule_tally *t = tally_of(b->r->policy, table, prefix);
  th_err err = { 0 };
  if (!t || b->r->rule.outcome == TH_OUT_VERSION_UNAVAILABLE) return false;
  for (uint32_t i = 0; i < t->n; i++) {
    bool here = false;
    for (uint32_t k = 0; k < b->r->path->n_order && !here; k++) here = b->r->path->order[k] == t->item[i].node;
    if (!here) return false;
  }
  if (th_rule_tally_value(b->arena, b->r->policy, b->r->path, (int32_t)(t - b->r->policy->tally), b->r->kase->values,
                          b->r->kase->as_of, lo, hi, NULL, &err) == TH_OK)
    return true;
  b->nomem = true;
  return false;
}

bool th_coverage__sheet_known(const th_form_build *b, th_str prefix) {
  const th_rule_tally *raw = tally_of(b->r->policy, "raw", TH_STR_NONE);
  for (uint32_t i = 0; raw && i < raw->n; i++)
    if (flag(b->r->policy, b->r->kase->values, prefix, raw->item[i].name) != TH_UNKNOWN) return true;
  return false;
}

static void total_cells(th_form_build *b, th_str prefix, const char *part, const char *words, th_str text) {
  char name[64];
  snprintf(name, sizeof name, "%.*s_%s", TH_STR_ARG(prefix), part);
  th_coverage__label(b, 8, words);
  th_coverage__field(b, 4, name, th_str_of(words), text);
  th_coverage__end_row(b);
}

static void totals(th_form_build *b, th_str prefix) {
  const bool child = th_str_starts(b->r->path->name, TH_S("psle")), known = th_coverage__sheet_known(b, prefix);
  int32_t lo, hi;
  th_coverage_raw_total(b->r->policy, b->r->kase->values, prefix, &lo, &hi);
  total_cells(b, prefix, "total", "總分（勾選項目之權重合計）", known ? range(b, lo, hi) : TH_STR_NONE);
  if (countable(b, child ? "child" : "adult", prefix, &lo, &hi))
    total_cells(b, prefix, "countable",
                child ? "可採計積分（神經精神項目不計，腎臟項目合計至多 4 分）" : "可採計積分（依第 2 節之計分限制）",
                known ? range(b, lo, hi) : TH_STR_NONE);
}

static th_str item_words(th_form_build *b, const th_rule_item *it) {
  return th_coverage__words(b, "%.*s %.*s", TH_STR_ARG(it->zh), TH_STR_ARG(it->en));
}

static th_str item_field(th_form_build *b, th_str prefix, const th_rule_item *it) {
  return th_coverage__words(b, "%.*s_%.*s", TH_STR_ARG(prefix), TH_STR_ARG(it->name));
}

/* ── 36-2 ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* The official definition when the imported table has the same items by number and weight, else ours; in both languages. */
static th_str definition(th_form_build *b, const th_rule_tally *raw, uint32_t i, bool adult) {
  const th_coverage_text *o = b->official;
  const int d = adult && raw->item[i].def_zh[1].n;
  if (b->printed && o->items.n == raw->n && o->items.v[i].weight == raw->item[i].weight)
    return th_str_fmt(b->arena, "%.*s\n%.*s", TH_STR_ARG(o->items.v[i].definition_zh.text),
                      TH_STR_ARG(o->items.v[i].definition_en.text));
  return th_str_fmt(b->arena, "%.*s\n%.*s", TH_STR_ARG(raw->item[i].def_zh[d]), TH_STR_ARG(raw->item[i].def_en[d]));
}

static void table_36_2(th_form_build *b, th_str prefix) {
  static const char *const head[] = { "權重", "勾選", "描述項", "定義" };
  static const uint32_t span[] = { 1, 1, 3, 7 };
  const th_rule_tally *raw = tally_of(b->r->policy, "raw", TH_STR_NONE);
  for (int i = 0; i < 4; i++) th_coverage__label(b, span[i], head[i]);
  th_coverage__end_row(b);
  for (uint32_t i = 0; raw && i < raw->n; i++) {
    const th_rule_item *it = &raw->item[i];
    const th_str name = item_field(b, prefix, it), words = definition(b, raw, i, false);
    b->nomem |= !words.p;
    th_coverage__frame(b, 1, th_coverage__words(b, "%d", it->weight), 1);
    th_coverage__tick(b, 1, name.p, flag(b->r->policy, b->r->kase->values, prefix, it->name), TH_STR_NONE);
    b->row.cell[b->row.n - 1].hint = item_words(b, it);
    th_coverage__frame(b, 3, th_coverage__words(b, "%.*s\n%.*s", TH_STR_ARG(it->en), TH_STR_ARG(it->zh)), 1);
    th_coverage__frame(b, 7, words, 1);
    th_coverage__end_row(b);
  }
  totals(b, prefix);
}

void th_coverage__form_36_2(th_form_build *b) {
  if (th_str_is(b->r->path->name, "sle-initial")) {
    th_coverage__heading(b, "第一次評估（標準治療滿 5 個月）");
    table_36_2(b, TH_S("t1"));
    th_coverage__heading(b, "第二次評估（標準治療滿 6 個月後）");
    table_36_2(b, TH_S("t2"));
  } else {
    table_36_2(b, TH_S("now"));
  }
  th_coverage__note(
      b,
      TH_S("總分為全部勾選項目之權重合計。第 3 節（5–17 歲）採計時，神經精神六項不計，腎臟四項（尿圓柱體、血尿、蛋白尿、膿尿）"
           "合計至多 4 分；皮膚、黏膜與關節項目須附照片，檢驗檢查須附報告。第 2 節（成人）另依其計分限制採計，定義用 "
           "SLEDAI-2K。"));
  th_coverage__note(b, b->printed ? TH_S("定義錄自匯入之給付規定。") : TH_S("定義為摘要；匯入給付規定後印出其原文。"));
}

/* ── Section 2 ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void sheet_values(th_form_build *b, const char *prefix) {
  static const char *const rows[][2] = {
    { "months_on_therapy", "標準治療月數" },
    { "esr", "ESR" },
    { "crp", "CRP" },
    { "tender_joints", "疼痛關節數" },
    { "swollen_joints", "腫脹關節數" },
    { "muscle_enzyme_xuln", "肌肉酵素（正常上限倍數）" },
    { "clasi_activity", "CLASI 活動分數" },
    { "clasi_damage", "CLASI 損傷分數" },
    { "bsa_pct", "受影響體表面積" },
  };
  static const char *const proofs[][2] = {
    { "vasculitis_lesion", "血管炎：潰瘍、壞疽或栓塞" },
    { "vasculitis_proof", "血管炎：照片、病理或影像" },
    { "joint_image", "關節：X 光或照片" },
    { "emg_abnormal", "肌炎：肌電圖異常" },
    { "muscle_biopsy", "肌炎：切片發炎" },
    { "muscle_imaging", "肌炎：影像" },
    { "skin_photo", "皮疹：照片" },
    { "pleurisy_proof", "胸膜炎：影像或檢查" },
    { "pericarditis_proof", "心包膜炎：影像或心電圖" },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const th_str name = th_coverage__words(b, "%s_%s", prefix, rows[i][0]);
    th_coverage__fact_cells(b, 2, rows[i][1], 2, name.p ? name.p : "");
  }
  th_coverage__end_row(b);
  for (size_t i = 0; i < sizeof proofs / sizeof *proofs; i++) {
    const th_str name = th_coverage__words(b, "%s_%s", prefix, proofs[i][0]);
    th_coverage__fact_tick(b, 4, name.p ? name.p : "", proofs[i][1]);
  }
  th_coverage__end_row(b);
}

/* Two items a row, SLEDAI-2K definitions on the screen reader's hint; the printed ones stand in `score sledai`. */
static void sheet(th_form_build *b, const char *prefix, const char *title) {
  const th_rule_tally *raw = tally_of(b->r->policy, "raw", TH_STR_NONE);
  char day[64];
  th_coverage__heading(b, title);
  snprintf(day, sizeof day, "%s_date", prefix);
  th_coverage__label(b, 2, "評估日期");
  th_coverage__field(b, 4, day, TH_S("評估日期"), th_coverage__form_text(b, day));
  th_coverage__label(b, 6, "勾選現有病徵（括號內為權重）");
  th_coverage__end_row(b);
  for (uint32_t i = 0; raw && i < raw->n; i++) {
    const th_rule_item *it = &raw->item[i];
    const th_str name = item_field(b, th_str_of(prefix), it);
    th_coverage__tick(b, 4, name.p ? name.p : "", flag(b->r->policy, b->r->kase->values, th_str_of(prefix), it->name),
                      th_coverage__words(b, "%.*s %.*s（%d）", TH_STR_ARG(it->zh), TH_STR_ARG(it->en), it->weight));
    b->row.cell[b->row.n - 1].hint = definition(b, raw, i, true);
  }
  th_coverage__end_row(b);
  sheet_values(b, prefix);
  totals(b, th_str_of(prefix));
}

static void therapy(th_form_build *b) {
  static const th_form_drug drugs[] = {
    { .label = "類固醇", .key = "steroid", .months = "steroid_months", .named = true },
    { .label = "Hydroxychloroquine", .key = "hcq", .dose = "hcq_daily_dose", .months = "hcq_months" },
    { .label = "Azathioprine（右欄：體重）", .key = "aza", .dose = "aza_daily_dose", .months = "aza_months", .weight = true },
    { .label = "Methotrexate（每週）", .key = "mtx", .dose = "mtx_weekly_dose", .months = "mtx_months" },
    { .label = "Cyclosporin（右欄：體重）", .key = "csa", .dose = "csa_daily_dose", .months = "csa_months", .weight = true },
    { .label = "Mycophenolate mofetil (MMF)", .key = "mmf", .dose = "mmf_daily_dose", .months = "mmf_months" },
    { .label = "Mycophenolic acid (MPA)", .key = "mpa", .dose = "mpa_daily_dose", .months = "mpa_months" },
  };
  th_coverage__heading(b, "標準治療：類固醇、奎寧類、免疫抑制劑合併使用");
  th_coverage__drug_head(b);
  for (size_t i = 0; i < sizeof drugs / sizeof *drugs; i++) th_coverage__drug_rows_of(b, &drugs[i]);
  th_coverage__fact_cells(b, 4, "類固醇月平均達每日每公斤 0.5 mg 之月數", 2, "steroid_target_months");
  th_coverage__fact_cells(b, 4, "三類藥物同時使用月數", 2, "therapy_overlap_months");
  th_coverage__fact_cells(b, 2, "脈衝治療日劑量", 2, "pulse_daily_dose");
  th_coverage__fact_cells(b, 2, "連續天數", 2, "pulse_days");
  th_coverage__fact_cells(b, 2, "末次日期", 2, "pulse_date");
  th_coverage__label(b, 4, "劑量無法耐受之情形與副作用");
  th_coverage__field(b, 8, "intolerance", TH_S("劑量無法耐受之情形與副作用"), th_coverage__form_text(b, "intolerance"));
  b->row.cell[b->row.n - 1].lines = 2;
  th_coverage__end_row(b);
}

static void renewal(th_form_build *b) {
  th_coverage__heading(b, "續用評估");
  th_coverage__fact_cells(b, 4, "口服類固醇日劑量（belimumab 治療前）", 2, "steroid_dose_pre_belimumab");
  th_coverage__fact_cells(b, 4, "口服類固醇日劑量（目前）", 2, "steroid_dose_now");
  th_coverage__fact_cells(b, 4, "本次為第幾次續用", 2, "renewal_number");
  th_coverage__fact_cells(b, 4, "belimumab 已用月數", 2, "months_on_belimumab");
  th_coverage__score_cells(b, "AR-02a", "目前可採計積分");
  th_coverage__score_cells(b, "AR-02b", "較治療前改善（分）");
  th_coverage__fact_tick(b, 6, "new_organ_involvement", "有新增器官侵犯");
  th_coverage__fact_tick(b, 6, "worsening_of_prior", "原有病徵惡化");
  th_coverage__note(
      b,
      TH_S("治療前計分之項目，續用時須附：血管炎——原病灶位置照片；關節炎——腫脹關節數與照片；肌炎——CPK、LDH、GOT；皮疹——CLASI "
           "與皮膚照片；並附 ESR 與 CRP。"));
  sheet(b, "base", "治療前評估（首次使用 belimumab 前最近一次）");
  sheet(b, "now", "本次評估");
}

/* Taper, stop and restart. */
static void course(th_form_build *b) {
  th_coverage__heading(b, "減量、停用或恢復治療");
  th_coverage__fact_cells(b, 4, "belimumab 已用月數", 2, "months_on_belimumab");
  th_coverage__fact_cells(b, 4, "開始減量日期", 2, "taper_start_date");
  th_coverage__fact_cells(b, 4, "SLEDAI-2K 歷次紀錄", 8, "activity_history");
  b->row.cell[b->row.n - 1].lines = 3;
  th_coverage__end_row(b);
  if (!th_str_is(b->r->path->name, "sle-restart")) return;
  th_coverage__fact_tick(b, 12, "relapse", "減量或停用後病情復發");
  sheet(b, "now", "本次評估");
}

void th_coverage__form_s2(th_form_build *b) {
  th_coverage__form_head(b);
  th_coverage__heading(b, "處方醫師資格（附證書）");
  th_coverage__fact_tick(b, 4, "prescriber_internal_medicine", "內科專科醫師");
  th_coverage__fact_tick(b, 4, "prescriber_rheumatology", "風濕專科醫師");
  th_coverage__fact_tick(b, 4, "prescriber_immunology", "免疫專科醫師");
  th_coverage__heading(b, "血清學（附報告）");
  th_coverage__fact_tick(b, 12, "anti_dsdna_positive", "anti-dsDNA 抗體陽性");
  th_coverage__fact_cells(b, 1, "C3", 5, "c3");
  th_coverage__fact_cells(b, 1, "下限", 5, "c3_lln");
  th_coverage__end_row(b);
  th_coverage__fact_cells(b, 1, "C4", 5, "c4");
  th_coverage__fact_cells(b, 1, "下限", 5, "c4_lln");
  th_coverage__end_row(b);
  if (th_str_is(b->r->path->name, "sle-initial")) {
    sheet(b, "t1", "第一次評估（標準治療滿 5 個月）");
    sheet(b, "t2", "第二次評估（標準治療滿 6 個月後）");
    therapy(b);
  } else if (th_str_is(b->r->path->name, "sle-renewal")) {
    renewal(b);
  } else {
    course(b);
  }
  th_coverage__heading(b, "排除條件");
  th_coverage__fact_tick(b, 6, "np_lupus", "神經精神性狼瘡");
  th_coverage__fact_tick(b, 6, "other_biologic_overlap", "同時申報其他生物製劑");
  th_coverage__form_tail(b);
}
