/* Forms as rows of cells over twelve columns, filled from a judged case. Labels are ours; what the case does not say stays blank, an
 * unknown tick is an empty box. Appendices 36, 36-1 and 36-2 follow the order of the printed ones; s2 is ours for section 2. */
#include <stdarg.h>

#include "coverage/coverage_priv.h"

typedef struct form_build {
  th_arena *arena;
  const th_coverage_result *r;
  th_form *f;
  th_form_row row;
  bool nomem;
} form_build;

/* ── Rows and cells ────────────────────────────────────────────────────────────────────────────────────────────────── */

static void end_row(form_build *b) {
  if (b->row.n && !TH_VEC_PUSH(b->arena, &b->f->row, b->row)) b->nomem = true;
  b->row = (th_form_row){ 0 };
}

static void cell(form_build *b, th_form_kind kind, uint32_t span, th_str text) {
  if (b->row.n < 8) b->row.cell[b->row.n++] = (th_form_cell){ kind, TH_UNKNOWN, text, span };
}

static void label(form_build *b, uint32_t span, const char *text) {
  cell(b, TH_FORM_LABEL, span, th_str_of(text));
}

static void value(form_build *b, uint32_t span, th_str text) {
  cell(b, TH_FORM_VALUE, span, text);
}

static void tick(form_build *b, uint32_t span, th_tri t, th_str text) {
  cell(b, TH_FORM_TICK, span, text);
  b->row.cell[b->row.n - 1].tick = t;
}

static void heading(form_build *b, const char *text) {
  end_row(b);
  cell(b, TH_FORM_HEADING, 12, th_str_of(text));
  end_row(b);
}

static void note(form_build *b, th_str text) {
  end_row(b);
  cell(b, TH_FORM_NOTE, 12, text);
  end_row(b);
}

TH_PRINTF(2, 3) static th_str text(form_build *b, const char *fmt, ...) {
  va_list ap;
  char buf[512];
  va_start(ap, fmt);
  vsnprintf(buf, sizeof buf, fmt, ap);
  va_end(ap);
  const th_str s = th_str_dup(b->arena, th_str_of(buf));
  b->nomem |= !s.p;
  return s;
}

/* ── What the case says ────────────────────────────────────────────────────────────────────────────────────────────── */

static int32_t fact_at(const form_build *b, const char *name) {
  return th_rule_fact_find(b->r->policy->dict, th_str_of(name));
}

static th_tri yes(const form_build *b, const char *name) {
  const int32_t f = fact_at(b, name);
  if (f < 0 || b->r->kase->values[f].state != TH_RULE_KNOWN) return TH_UNKNOWN;
  return th_tri_of(b->r->kase->values[f].boolean);
}

static th_tri node(const form_build *b, const char *id) {
  for (uint32_t i = 0; i < b->r->rule.n_named; i++) {
    const uint32_t at = b->r->rule.named[i];
    if (!th_str_is(b->r->policy->node[at].id, id)) continue;
    if (b->r->rule.node_depends[at]) return TH_UNKNOWN; /* hangs on a reading: left to the applicant */
    return b->r->rule.node[at] == TH_V_T ? TH_TRUE : b->r->rule.node[at] == TH_V_F ? TH_FALSE : TH_UNKNOWN;
  }
  return TH_UNKNOWN;
}

/* A known value with unit and date, else blank. */
static th_str fact(form_build *b, const char *name) {
  const int32_t f = fact_at(b, name);
  if (f < 0 || b->r->kase->values[f].state != TH_RULE_KNOWN) return TH_STR_NONE;
  th_buf t;
  th_buf_init(&t, b->arena, 32);
  th_coverage_value_text(&t, b->r->policy->dict, b->r->kase->values, f, true);
  b->nomem |= t.failed;
  return th_buf_str(&t);
}

static th_str roc(form_build *b, th_date d) {
  if (d.prec != TH_DATE_DAY) return TH_STR_NONE;
  return text(b, "%d 年 %d 月 %d 日", d.year - 1911, d.month, d.day);
}

static th_str date_fact(form_build *b, const char *name) {
  const int32_t f = fact_at(b, name);
  if (f < 0 || b->r->kase->values[f].state != TH_RULE_KNOWN) return TH_STR_NONE;
  return roc(b, b->r->kase->values[f].date);
}

static th_str form_text(form_build *b, const char *key) {
  const th_json *v = th_json_get(b->r->kase->form, key);
  if (!v || v->kind != TH_JSON_STRING) return TH_STR_NONE;
  th_date d;
  if (th_date_parse_iso(v->u.text, &d) && d.prec == TH_DATE_DAY && v->u.text.n == 10) return roc(b, d);
  return v->u.text;
}

static const th_json *drug_row(const form_build *b, const char *drug) {
  const th_json *list = b->r->kase->drugs;
  for (uint32_t i = 0; list && i < list->n; i++)
    if (th_str_is(th_json_text(th_json_get(&list->u.item[i], "drug")), drug)) return &list->u.item[i];
  return NULL;
}

static th_str drug_part(form_build *b, const th_json *row, const char *key) {
  const th_json *v = th_json_get(row, key);
  th_date d;
  if (!v || v->kind != TH_JSON_STRING) return TH_STR_NONE;
  if (th_date_parse_iso(v->u.text, &d) && d.prec == TH_DATE_DAY) return roc(b, d);
  return v->u.text;
}

/* ── Parts shared by the forms ─────────────────────────────────────────────────────────────────────────────────────── */

static void common_head(form_build *b) {
  static const char *const rows[][6] = {
    { "醫院代號", "hospital_code", "醫院名稱", "hospital_name", "申請日期", "application_date" },
    { "病人姓名", "name", "性別", "", "出生日期", "" },
    { "身分證號", "id_no", "病歷號碼", "chart_no", "使用期間自", "period_from" },
    { "藥品代碼", "drug_code", "用法用量", "dosage", "使用期間至", "period_to" },
  };
  for (size_t i = 0; i < 4; i++) {
    for (size_t k = 0; k < 6; k += 2) {
      label(b, 2, rows[i][k]);
      value(b, 2, *rows[i][k + 1] ? form_text(b, rows[i][k + 1]) : TH_STR_NONE);
    }
    if (i == 1) {
      const th_str sex = fact(b, "sex");
      b->row.cell[3].text = th_str_is(sex, "female") ? TH_S("女") : th_str_is(sex, "male") ? TH_S("男") : form_text(b, "sex");
      b->row.cell[5].text = date_fact(b, "birth_date");
    }
    end_row(b);
  }
}

static bool zero(const form_build *b, const char *name) {
  const int32_t f = fact_at(b, name);
  const th_rule_value *v = f < 0 ? NULL : &b->r->kase->values[f];
  return v && v->state == TH_RULE_KNOWN && v->lo == 0 && v->hi == 0;
}

static void drug_line(form_build *b, const char *name, const char *key, const char *dose_fact, const char *months_fact) {
  const th_json *row = drug_row(b, key);
  const th_str dose = row ? drug_part(b, row, "dose") : dose_fact ? fact(b, dose_fact) : TH_STR_NONE;
  const th_str from = row ? drug_part(b, row, "from") : TH_STR_NONE, to = row ? drug_part(b, row, "to") : TH_STR_NONE;
  const th_str months = row || !months_fact ? TH_STR_NONE : fact(b, months_fact);
  label(b, 4, name);
  if (!row && dose_fact && zero(b, dose_fact)) {
    value(b, 8, TH_S("未使用"));
    end_row(b);
    return;
  }
  value(b, 3, dose);
  if (from.n || to.n)
    value(b, 5, text(b, "%.*s 至 %.*s", TH_STR_ARG(from), TH_STR_ARG(to)));
  else
    value(b, 5,
          months.n ? text(b, "%.*s（起迄日期待填）", TH_STR_ARG(months)) : TH_S("　　年　　月　　日 至 　　年　　月　　日"));
  end_row(b);
}

static void drug_head(form_build *b) {
  label(b, 4, "藥品");
  label(b, 3, "使用劑量");
  label(b, 5, "使用時間");
  end_row(b);
}

static const char *weight_label(form_build *b, const char *drug, bool height) {
  const th_str w = fact(b, "weight"), h = fact(b, "height");
  const char *blank = "＿＿";
  if (!height) return text(b, "%s（體重：%.*s）", drug, (int)(w.n ? w.n : strlen(blank)), w.n ? w.p : blank).p;
  return text(b, "%s（身高：%.*s；體重：%.*s）", drug, (int)(h.n ? h.n : strlen(blank)), h.n ? h.p : blank,
              (int)(w.n ? w.n : strlen(blank)), w.n ? w.p : blank)
      .p;
}

static void tail(form_build *b) {
  label(b, 2, "申請醫師\n簽名蓋章\n");
  value(b, 4, TH_STR_NONE);
  label(b, 2, "申請醫師\n簽名蓋章\n");
  value(b, 4, TH_STR_NONE);
  end_row(b);
  label(b, 2, "專科醫師證書");
  value(b, 4, form_text(b, "certificate_no").n ? form_text(b, "certificate_no") : TH_S("專字第　　　　　　號"));
  label(b, 2, "醫事機構章戳\n\n");
  value(b, 4, TH_STR_NONE);
  end_row(b);
  note(b, TH_S("本表由病歷紀錄之事實填入，標籤為自製；空白處請自行填寫並核對。給付與否由保險人決定。"));
}

static void score_value(form_build *b, const char *id, const char *words) {
  for (uint32_t i = 0; i < b->r->rule.n_scores; i++) {
    const th_rule_score_at *s = &b->r->rule.score[i];
    if (!th_str_is(b->r->policy->node[s->node].id, id)) continue;
    label(b, 6, words);
    value(b, 6, s->lo == s->hi ? text(b, "%d 分", s->lo) : text(b, "%d–%d 分（資料不全）", s->lo, s->hi));
    end_row(b);
    return;
  }
}

/* ── 36, 36-1 ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void renewal_ticks(form_build *b) {
  heading(b, "療效評估與繼續使用（每 12 個月）");
  tick(b, 12, node(b, "LR-01"), TH_S("(1) uPCR 或 24 小時尿蛋白 ≤ 0.7，或較基期下降一半以上")), end_row(b);
  tick(b, 12, node(b, "LR-02"), TH_S("(2) GFR 未下降超過 20%")), end_row(b);
  tick(b, 12, node(b, "LR-03"), TH_S("(3) 無末期腎臟病")), end_row(b);
  tick(b, 12, node(b, "LR-04"), TH_S("(4) 血清肌酸酐較基期未增加超過 1 倍")), end_row(b);
  tick(b, 12, node(b, "LR-05"), TH_S("(5) 已滿 2 年且完全緩解（應停用）")), end_row(b);
}

static void form_36(form_build *b) {
  common_head(b);
  heading(b, "自體抗體");
  tick(b, 6, yes(b, "ana_positive"), TH_S("ANA 陽性"));
  tick(b, 6, yes(b, "anti_dsdna_positive"), TH_S("anti-dsDNA 陽性"));
  heading(b, "標準治療（併用）");
  tick(b, 12, node(b, "LN-06"), TH_S("1. 類固醇 ≥ 每日每公斤 0.5 mg prednisolone 或等效劑量")), end_row(b);
  note(b, TH_S("2. 足量前導治療免疫抑制劑"));
  drug_head(b);
  drug_line(b, "Mycophenolate mofetil (MMF)", "mmf", "mmf_daily_dose", "mmf_months");
  drug_line(b, "Mycophenolic acid (MPA)", "mpa", "mpa_daily_dose", "mpa_months");
  drug_line(b, "Cyclophosphamide", "cyc", "cyc_total_12wk", NULL);
  drug_line(b, weight_label(b, "Azathioprine", false), "aza", "post_aza_daily_dose", "post_aza_months");
  drug_line(b, "其他免疫抑制劑", "other", NULL, NULL);
  heading(b, "標準治療至少 6 個月後仍無法有效控制");
  tick(b, 12, node(b, "LN-I"), TH_S("1. 蛋白尿較基期下降不到一半，且 uPCR 或 24 小時尿蛋白 ≥ 1.0")), end_row(b);
  tick(b, 12, node(b, "LN-II"), TH_S("2. GFR 下降超過 20%，且伴隨 uPCR 或 24 小時尿蛋白 ≥ 1.0 或尿沉渣")), end_row(b);
  renewal_ticks(b);
  tail(b);
}

static void form_36_1(form_build *b) {
  common_head(b);
  heading(b, "血清學報告");
  tick(b, 6, node(b, "PD-01"), TH_S("anti-dsDNA 抗體陽性報告"));
  tick(b, 6, node(b, "PD-02"), TH_S("低補體（C3 或 C4）報告"));
  heading(b, "申請前 3 個月之標準治療（三類至少兩類）");
  note(b, TH_S("I. 類固醇"));
  drug_head(b);
  drug_line(b, "類固醇（prednisolone 等效，3 個月平均）", "steroid", "steroid_mean_dose_3m", "steroid_months");
  note(b, TH_S("II. Hydroxychloroquine"));
  drug_line(b, "Hydroxychloroquine", "hcq", "hcq_daily_dose", "hcq_months");
  label(b, 4, "未達建議劑量者，副作用說明"), value(b, 8, form_text(b, "hcq_side_effect")), end_row(b);
  note(b, TH_S("III. 免疫抑制劑（至少一種）"));
  drug_line(b, weight_label(b, "Azathioprine", false), "aza", "aza_daily_dose", "aza_months");
  drug_line(b, weight_label(b, "注射型 cyclophosphamide", true), "cyc", "cyc_monthly_dose", "cyc_months");
  drug_line(b, weight_label(b, "Cyclosporin", false), "csa", "csa_daily_dose", "csa_months");
  drug_line(b, weight_label(b, "Mycophenolate mofetil", true), "mmf", "mmf_daily_dose", "mmf_months");
  drug_line(b, weight_label(b, "Mycophenolic acid", true), "mpa", "mpa_daily_dose", "mpa_months");
  drug_line(b, weight_label(b, "Methotrexate", true), "mtx", "mtx_weekly_dose", "mtx_months");
  drug_line(b, "其他免疫抑制劑", "other", NULL, NULL);
  label(b, 4, "未達建議劑量者，副作用說明"), value(b, 8, form_text(b, "is_side_effect")), end_row(b);
  heading(b, "疾病活動性");
  tick(b, 12, node(b, "PD-10"), TH_S("標準治療至少 3 個月後，SELENA-SLEDAI 積分 ≥ 8")), end_row(b);
  score_value(b, "PD-10", "可採計積分（腎臟項目合計至多 4 分）");
  tick(b, 12, node(b, "PR-01"), TH_S("續用：較首次申請減少 4 分以上")), end_row(b);
  score_value(b, "PR-01", "積分減少");
  tail(b);
}

/* ── Score sheets ──────────────────────────────────────────────────────────────────────────────────────────────────── */

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

static th_str range(form_build *b, int32_t lo, int32_t hi) {
  return lo == hi ? text(b, "%d", lo) : text(b, "%d–%d（有項目未知）", lo, hi);
}

static void countable_total(form_build *b, const char *table, th_str prefix) {
  const th_rule_tally *t = tally_of(b->r->policy, table, prefix);
  int32_t lo, hi;
  if (!t || b->r->rule.outcome == TH_OUT_VERSION_UNAVAILABLE) return;
  for (uint32_t i = 0; i < t->n; i++) {
    bool here = false;
    for (uint32_t k = 0; k < b->r->path->n_order && !here; k++) here = b->r->path->order[k] == t->item[i].node;
    if (!here) return;
  }
  th_err err = { 0 };
  if (th_rule_tally_value(b->arena, b->r->policy, b->r->path, (int32_t)(t - b->r->policy->tally), b->r->kase->values,
                          b->r->kase->as_of, &lo, &hi, NULL, &err) != TH_OK) {
    b->nomem = true;
    return;
  }
  label(b, 6, strcmp(table, "child") == 0 ? "可採計積分（神經精神項目不計，腎臟項目至多 4 分）" : "可採計積分（依計分限制）");
  value(b, 6, range(b, lo, hi));
  end_row(b);
}

static void sheet(form_build *b, th_str prefix, const char *title) {
  const th_rule_tally *raw = tally_of(b->r->policy, "raw", TH_STR_NONE);
  int32_t lo, hi;
  if (!raw) return;
  heading(b, title);
  label(b, 1, "權重");
  label(b, 5, "項目");
  label(b, 1, "權重");
  label(b, 5, "項目");
  end_row(b);
  for (uint32_t i = 0; i < raw->n; i++) {
    value(b, 1, text(b, "%d", raw->item[i].weight));
    tick(b, 5, flag(b->r->policy, b->r->kase->values, prefix, raw->item[i].name),
         text(b, "%.*s %.*s", TH_STR_ARG(raw->item[i].zh), TH_STR_ARG(raw->item[i].en)));
    if (i % 2) end_row(b);
  }
  end_row(b);
  th_coverage_raw_total(b->r->policy, b->r->kase->values, prefix, &lo, &hi);
  label(b, 6, "總分（全部勾選項目權重合計）");
  value(b, 6, range(b, lo, hi));
  end_row(b);
  countable_total(b, th_str_starts(b->r->path->name, TH_S("psle")) ? "child" : "adult", prefix);
}

static void form_36_2(form_build *b) {
  const bool two = th_str_is(b->r->path->name, "sle-initial");
  sheet(b, two ? TH_S("t2") : TH_S("now"), "SELENA-SLEDAI 積分表");
  note(b, TH_S("腎臟項目：尿圓柱體、血尿、蛋白尿、膿尿；第 3 節計分合計至多 4 "
               "分。神經精神項目不計分。皮膚、黏膜與關節項目須附照片，檢驗檢查須附報告。"));
}

static void s2_sheet_facts(form_build *b, const char *prefix) {
  static const char *const rows[][2] = {
    { "months_on_therapy", "標準治療月數" },
    { "esr", "ESR" },
    { "crp", "CRP" },
    { "tender_joints", "疼痛關節數" },
    { "swollen_joints", "腫脹關節數" },
    { "muscle_enzyme_xuln", "肌肉酵素（正常上限倍數）" },
    { "clasi_activity", "CLASI 活動" },
    { "bsa_pct", "受影響體表面積" },
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char name[64];
    snprintf(name, sizeof name, "%s_%s", prefix, rows[i][0]);
    label(b, 3, rows[i][1]);
    value(b, 3, fact(b, name));
    if (i % 2) end_row(b);
  }
  static const char *const proofs[][2] = {
    { "vasculitis_proof", "血管炎照片、病理或影像" },
    { "joint_image", "關節 X 光或照片" },
    { "muscle_biopsy", "肌肉切片" },
    { "skin_photo", "皮膚照片" },
    { "pleurisy_proof", "肋膜炎佐證" },
    { "pericarditis_proof", "心包膜炎佐證" },
  };
  for (size_t i = 0; i < sizeof proofs / sizeof *proofs; i++) {
    char name[64];
    snprintf(name, sizeof name, "%s_%s", prefix, proofs[i][0]);
    tick(b, 4, yes(b, name), th_str_of(proofs[i][1]));
    if (i % 3 == 2) end_row(b);
  }
}

static void s2_initial(form_build *b) {
  sheet(b, TH_S("t1"), "第一次評估（標準治療滿 5 個月）");
  s2_sheet_facts(b, "t1");
  sheet(b, TH_S("t2"), "第二次評估（標準治療滿 6 個月後）");
  s2_sheet_facts(b, "t2");
  heading(b, "標準治療");
  drug_head(b);
  drug_line(b, "類固醇（月平均達標月數另計）", "steroid", NULL, "steroid_months");
  label(b, 6, "月平均達每日每公斤 0.5 mg 之月數"), value(b, 6, fact(b, "steroid_target_months")), end_row(b);
  label(b, 6, "脈衝治療：日劑量、連續天數、末日"),
      value(b, 6,
            text(b, "%.*s　%.*s　%.*s", TH_STR_ARG(fact(b, "pulse_daily_dose")), TH_STR_ARG(fact(b, "pulse_days")),
                 TH_STR_ARG(fact(b, "pulse_date")))),
      end_row(b);
  drug_line(b, "Hydroxychloroquine", "hcq", "hcq_daily_dose", "hcq_months");
  drug_line(b, weight_label(b, "Azathioprine", false), "aza", "aza_daily_dose", "aza_months");
  drug_line(b, "Methotrexate（每週）", "mtx", "mtx_weekly_dose", "mtx_months");
  drug_line(b, weight_label(b, "Cyclosporin", false), "csa", "csa_daily_dose", "csa_months");
  drug_line(b, "Mycophenolate mofetil", "mmf", "mmf_daily_dose", "mmf_months");
  drug_line(b, "Mycophenolic acid", "mpa", "mpa_daily_dose", "mpa_months");
  label(b, 4, "劑量無法耐受說明"), value(b, 8, form_text(b, "intolerance")), end_row(b);
}

static void s2_renewal(form_build *b) {
  heading(b, "續用評估");
  label(b, 4, "口服類固醇日劑量（治療前）"), value(b, 2, fact(b, "steroid_dose_pre_belimumab"));
  label(b, 4, "口服類固醇日劑量（目前）"), value(b, 2, fact(b, "steroid_dose_now")), end_row(b);
  score_value(b, "AR-02a", "目前可採計積分");
  score_value(b, "AR-02b", "較治療前改善");
  tick(b, 6, yes(b, "new_organ_involvement"), TH_S("新增器官侵犯"));
  tick(b, 6, yes(b, "worsening_of_prior"), TH_S("原有病徵惡化")), end_row(b);
  sheet(b, TH_S("now"), "本次評估");
  s2_sheet_facts(b, "now");
}

static void form_s2(form_build *b) {
  common_head(b);
  heading(b, "處方醫師資格");
  tick(b, 4, yes(b, "prescriber_internal_medicine"), TH_S("內科專科醫師"));
  tick(b, 4, yes(b, "prescriber_rheumatology"), TH_S("風濕專科醫師"));
  tick(b, 4, yes(b, "prescriber_immunology"), TH_S("免疫專科醫師")), end_row(b);
  heading(b, "血清學");
  tick(b, 4, yes(b, "anti_dsdna_positive"), TH_S("anti-dsDNA 陽性"));
  value(b, 4, text(b, "C3 %.*s（下限 %.*s）", TH_STR_ARG(fact(b, "c3")), TH_STR_ARG(fact(b, "c3_lln"))));
  value(b, 4, text(b, "C4 %.*s（下限 %.*s）", TH_STR_ARG(fact(b, "c4")), TH_STR_ARG(fact(b, "c4_lln")))), end_row(b);
  if (th_str_is(b->r->path->name, "sle-initial"))
    s2_initial(b);
  else
    s2_renewal(b);
  heading(b, "排除條件");
  tick(b, 6, yes(b, "np_lupus"), TH_S("神經精神性狼瘡"));
  tick(b, 6, yes(b, "other_biologic_overlap"), TH_S("其他生物製劑同時給付")), end_row(b);
  tail(b);
}

th_code th_coverage_form_fill(th_arena *a, const th_coverage_result *r, th_str id, th_form *out, th_err *err) {
  static const struct {
    const char *id, *title, *paths;
    void (*fill)(form_build *b);
  } forms[] = {
    { "36", "附表三十六　狼瘡腎炎使用 belimumab 申請表", "ln-", form_36 },
    { "36-1", "附表三十六之一　全身性紅斑性狼瘡 5–17 歲病人使用 belimumab 申請表", "psle-", form_36_1 },
    { "36-2", "附表三十六之二　SELENA-SLEDAI 積分表", "", form_36_2 },
    { "s2", "成人全身性紅斑性狼瘡使用 belimumab 申請資料表（自製）", "sle-", form_s2 },
  };
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    if (!th_str_is(id, forms[i].id)) continue;
    if (!th_str_starts(r->path->name, th_str_of(forms[i].paths)) || th_str_starts(r->policy->id, TH_S("trial-")))
      return th_fail(err, TH_EINVAL, "form %s is not for the path %.*s", forms[i].id, TH_STR_ARG(r->path->name));
    *out = (th_form){ .id = th_str_of(forms[i].id), .title = th_str_of(forms[i].title) };
    form_build b = { .arena = a, .r = r, .f = out };
    forms[i].fill(&b);
    end_row(&b);
    return b.nomem ? th_fail_nomem(err) : TH_OK;
  }
  return th_fail(err, TH_EINVAL, "no form is called \"%.*s\": 36, 36-1, 36-2 or s2", TH_STR_ARG(id));
}
