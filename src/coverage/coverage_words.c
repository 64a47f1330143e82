/* Words for values, leaves and warnings, in English and in Chinese as written in Taiwan. */
#include <math.h>

#include "coverage/coverage_priv.h"

const char *th_coverage__tone_word(th_coverage_tone t, bool zh) {
  static const char *const terms[] = { "met", "not-met", "unknown", "human", "depends" };
  return th_term_word(terms[t], zh);
}

const char *th_coverage__verdict_word(th_rule_verdict v, bool zh) {
  static const th_coverage_tone tone[] = { TH_TONE_NOT, TH_TONE_UNKNOWN, TH_TONE_MET, TH_TONE_HUMAN };
  return th_coverage__tone_word(tone[v], zh);
}

const char *th_coverage__outcome_word(th_rule_outcome o, bool zh) {
  static const char *const words[][2] = {
    { "The text in force on that day is not held", "該日適用之條文未收錄或尚未生效" },
    { "The answer depends on the reading of the text", "結果依條文解讀而異" },
    { "The recorded facts satisfy the written conditions", "紀錄之事實符合所載條件" },
    { "The recorded facts do not satisfy the written conditions", "紀錄之事實不符合所載條件" },
    { "Not known yet: facts are missing or cannot be used", "資料不足或無法採用，尚無法判定" },
    { "A decision needs professional judgement", "有事項需專業判斷" },
  };
  return words[o][zh];
}

void th_coverage_outcome_text(th_buf *out, const th_coverage_result *r, bool zh) {
  th_buf_addz(out, th_coverage__outcome_word(r->rule.outcome, zh));
}

const char *th_coverage_verdict_text(th_rule_verdict v, bool zh) {
  return th_coverage__verdict_word(v, zh);
}

void th_coverage__number(th_buf *b, double v) {
  if (v == 0) v = 0; /* no minus zero */
  th_buf_addf(b, "%.12g", v);
}

void th_coverage__escape(th_buf *b, th_str s) {
  for (size_t i = 0; i < s.n; i++) {
    switch (s.p[i]) {
    case '&': th_buf_addz(b, "&amp;"); break;
    case '<': th_buf_addz(b, "&lt;"); break;
    case '>': th_buf_addz(b, "&gt;"); break;
    case '"': th_buf_addz(b, "&quot;"); break;
    case '\'': th_buf_addz(b, "&#39;"); break;
    default: th_buf_addc(b, s.p[i]);
    }
  }
}

/* ── Values ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void bounds(th_buf *b, double lo, double hi) {
  if (lo == hi) {
    th_coverage__number(b, lo);
  } else if (isinf(lo) && isinf(hi)) {
    th_buf_addz(b, "?");
  } else if (isinf(lo)) {
    th_buf_addz(b, "≤ ");
    th_coverage__number(b, hi);
  } else if (isinf(hi)) {
    th_buf_addz(b, "≥ ");
    th_coverage__number(b, lo);
  } else {
    th_coverage__number(b, lo);
    th_buf_addz(b, "–");
    th_coverage__number(b, hi);
  }
}

static void unit_text(th_buf *b, th_str unit, bool zh) {
  if (unit.n == 0 || th_str_is(unit, "1") || unit.p[0] == '{') return;
  if (!th_str_is(unit, "%")) th_buf_addc(b, ' ');
  if (th_str_is(unit, "mo")) {
    th_buf_addz(b, zh ? "個月" : "months");
    return;
  }
  if (th_str_is(unit, "d")) {
    th_buf_addz(b, zh ? "日" : "days");
    return;
  }
  th_buf_add(b, th_str_is(unit, "mL/min/{1.73_m2}") ? TH_S("mL/min/1.73 m²") : unit);
}

/* Months counted from records have no end of digits; two are enough to read. */
static double readable(double v, th_str unit) {
  return th_str_is(unit, "mo") && isfinite(v) ? round(v * 100) / 100 : v;
}

static void number_text(th_buf *b, const th_rule_fact *f, const th_rule_value *v, bool zh) {
  bounds(b, readable(v->raw_lo, f->unit), readable(v->raw_hi, f->unit));
  const bool converted = v->raw_unit.n && !th_str_eq(v->raw_unit, f->unit);
  unit_text(b, converted ? v->raw_unit : f->unit, zh);
  if (!converted || v->state != TH_RULE_KNOWN) return;
  th_buf_addz(b, zh ? "（= " : " (= ");
  bounds(b, v->lo, v->hi);
  unit_text(b, f->unit, zh);
  th_buf_addz(b, zh ? "）" : ")");
}

static th_str field_name(th_str name, bool zh) {
  static const char *const words[][2] = { { "score", "積分" }, { "remission", "緩解" }, { "rescue", "急性期治療" } };
  for (size_t i = 0; zh && i < sizeof words / sizeof *words; i++)
    if (th_str_is(name, words[i][0])) return th_str_of(words[i][1]);
  return name;
}

static void list_text(th_buf *b, const th_rule_fact *f, const th_rule_value *v, bool zh) {
  th_buf_addf(b, zh ? "%u 筆" : "%u entries", v->n_entries);
  for (uint32_t i = 0; i < v->n_entries && i < 6; i++) {
    char iso[TH_DATE_TEXT];
    th_buf_addf(b, "%s%s",
                i    ? (zh ? "；" : "; ")
                : zh ? "："
                     : ": ",
                v->entry[i].date.prec ? th_date_iso(v->entry[i].date, iso) : "?");
    for (uint32_t k = 0; k < f->n_fields; k++) {
      if (!(v->entry[i].has >> k & 1)) continue;
      const th_str name = field_name(f->field[k].name, zh);
      th_buf_addf(b, " %.*s ", TH_STR_ARG(name));
      if (f->field[k].is_bool)
        th_buf_addz(b, v->entry[i].field[k] != 0 ? (zh ? "是" : "yes") : (zh ? "否" : "no"));
      else
        th_coverage__number(b, v->entry[i].field[k]);
    }
  }
  if (v->n_entries > 6) th_buf_addz(b, zh ? "；…" : "; …");
}

static const char *fault_word(uint8_t fault, bool zh) {
  static const char *const words[][2] = {
    { "", "" },
    { "wrong kind of value", "資料型別不符" },
    { "unit not accepted", "單位無法換算" },
    { "dated in the future", "日期晚於評估日" },
    { "implausible value", "數值不合理" },
  };
  return words[fault][zh];
}

void th_coverage__value_text(th_buf *b, const th_rule_fact *f, const th_rule_value *v, bool zh) {
  char iso[TH_DATE_TEXT];
  if (v->state == TH_RULE_ABSENT) {
    th_buf_addz(b, zh ? "未記錄" : "not recorded");
    return;
  }
  if (v->state == TH_RULE_UNUSABLE) {
    th_buf_addf(b, zh ? "有紀錄但無法採用（%s）" : "given, but not usable (%s)", fault_word(v->fault, zh));
    return;
  }
  switch ((th_rule_type)f->type) {
  case TH_RULE_NUMBER: number_text(b, f, v, zh); break;
  case TH_RULE_BOOL: th_buf_addz(b, v->boolean ? (zh ? "是" : "yes") : (zh ? "否" : "no")); break;
  case TH_RULE_DATE: th_buf_addz(b, th_date_iso(v->date, iso)); break;
  case TH_RULE_CODE:
  case TH_RULE_CODES: th_buf_add(b, v->text); break;
  case TH_RULE_LIST: list_text(b, f, v, zh); break;
  }
  if (v->dated.prec != TH_DATE_NONE) th_buf_addf(b, zh ? "（%s）" : ", %s", th_date_iso(v->dated, iso));
  if (v->source.n) th_buf_addf(b, " [%.*s]", TH_STR_ARG(v->source));
}

void th_coverage_value_text(th_buf *b, const th_rule_dict *d, const th_rule_value *values, int32_t fact, bool zh) {
  th_coverage__value_text(b, &d->fact[fact], &values[fact], zh);
}

void th_coverage_one_value_text(th_buf *b, const th_rule_dict *d, const th_rule_value *v, int32_t fact, bool zh) {
  th_coverage__value_text(b, &d->fact[fact], v, zh);
}

/* ── Leaves ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_str fact_name(const th_rule_policy *p, int32_t fact, bool zh) {
  return zh ? p->dict->fact[fact].zh : p->dict->fact[fact].en;
}

const char *th_coverage__op_sign(uint8_t op) {
  static const char *const signs[] = { "≥", ">", "≤", "<", "=" };
  return signs[op];
}

static void term_text(th_buf *b, const th_rule_policy *p, const th_rule_term *t, bool zh) {
  if (t->of < 0 || t->times != 1) th_coverage__number(b, t->times);
  if (t->of < 0) return;
  if (t->times != 1) th_buf_addz(b, " × ");
  th_buf_add(b, fact_name(p, t->of, zh));
}

static void window_text(th_buf *b, const th_rule_leaf *l, bool zh) {
  if (zh)
    th_buf_addf(b, l->in_days ? "%d 日" : "%d 個月", l->window);
  else
    th_buf_addf(b, l->in_days ? "%d days" : "%d months", l->window);
}

static void codes_text(th_buf *b, const th_rule_policy *p, const th_rule_leaf *l) {
  static const char *const classes[] = { "I", "II", "III", "IV", "V", "VI" };
  const th_rule_fact *f = &p->dict->fact[l->fact[0]];
  bool first = true;
  for (uint32_t i = 0; i < 64; i++) {
    if (!(l->codes >> i & 1)) continue;
    if (!first) th_buf_addz(b, ", ");
    first = false;
    th_buf_add(b, f->type == TH_RULE_CODES ? th_str_of(classes[i]) : f->values[i]);
  }
}

static void compare_text(th_buf *b, const th_rule_policy *p, const th_rule_leaf *l, bool zh) {
  th_buf_addf(b, " %s ", th_coverage__op_sign(l->op));
  if (l->kind == TH_LEAF_MIN) th_buf_addz(b, zh ? "較小者：" : "the smaller of ");
  for (uint32_t i = 0; i < l->n_terms; i++) {
    if (i) th_buf_addz(b, zh ? "、" : " and ");
    term_text(b, p, &l->term[i], zh);
  }
  if (l->n_terms) return;
  th_coverage__number(b, l->value);
  if (l->kind == TH_LEAF_BSA)
    th_buf_addf(b, zh ? " × 體表面積（%s）" : " × body surface (%s)", l->du_bois ? "Du Bois" : "Mosteller");
  else if (l->kind == TH_LEAF_VALUE || l->kind == TH_LEAF_SUM)
    unit_text(b, p->dict->fact[l->fact[0]].unit, zh);
}

void th_coverage__leaf_text(th_buf *b, const th_rule_policy *p, const th_rule_leaf *l, bool zh) {
  if (l->kind == TH_LEAF_AGE) {
    th_buf_addz(b, zh ? "年齡" : "age");
    compare_text(b, p, l, zh);
    return;
  }
  th_buf_add(b, fact_name(p, l->fact[0], zh));
  switch ((th_rule_leaf_kind)l->kind) {
  case TH_LEAF_IS: th_buf_addz(b, l->want ? (zh ? "：是" : ": yes") : (zh ? "：否" : ": no")); break;
  case TH_LEAF_IN:
    th_buf_addz(b, zh ? "：含 " : ": one of ");
    codes_text(b, p, l);
    break;
  case TH_LEAF_FROM:
  case TH_LEAF_COUNT:
    th_buf_addz(b, zh ? "，近 " : " within the last ");
    window_text(b, l, zh);
    if (l->kind == TH_LEAF_COUNT) compare_text(b, p, l, zh);
    break;
  case TH_LEAF_TO: th_buf_addz(b, zh ? "，不晚於評估日" : " not after the day assessed"); break;
  case TH_LEAF_BEFORE:
    th_buf_addz(b, zh ? "，至少早於評估日 " : " before the day assessed by at least ");
    window_text(b, l, zh);
    break;
  case TH_LEAF_SUSTAINED:
    compare_text(b, p, l, zh);
    th_buf_addz(b, zh ? " 持續 " : " held for ");
    window_text(b, l, zh);
    if (l->has_gap) th_buf_addf(b, zh ? "（紀錄間隔不超過 %d 個月）" : " (records at most %d months apart)", l->gap);
    break;
  case TH_LEAF_SUM:
    for (uint32_t i = 1; i < l->n_facts; i++) {
      th_buf_addz(b, " + ");
      th_buf_add(b, fact_name(p, l->fact[i], zh));
    }
    compare_text(b, p, l, zh);
    break;
  case TH_LEAF_VALUE:
  case TH_LEAF_RATIO:
  case TH_LEAF_BSA:
  case TH_LEAF_MIN:
  case TH_LEAF_AGE: compare_text(b, p, l, zh); break;
  }
}

void th_coverage_leaf_text(th_buf *out, const th_rule_policy *p, uint32_t leaf, bool zh) {
  th_coverage__leaf_text(out, p, &p->leaf[leaf], zh);
}

/* ── Warnings ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

void th_coverage__warning_text(th_buf *b, const th_rule_policy *p, th_str warning, bool zh) {
  static const char *const words[][3] = {
    { "type", "is of the wrong kind: treated as unknown", "資料型別不符，視為資料不足" },
    { "unit", "has a unit that is not accepted: treated as unknown", "單位無法換算，視為資料不足" },
    { "future", "is dated after the day assessed: treated as unknown", "日期晚於評估日，視為資料不足" },
    { "implausible", "is implausible: treated as unknown, please check value and unit",
      "數值不合理，視為資料不足，請核對數值與單位" },
    { "stale", "is older than the rule's current period: used as it is", "已逾現況期限，仍予採用" },
    { "undated", "has no date: used as it is", "未載日期，仍予採用" },
    { "equation", "and its baseline come from different equations: the comparison may mislead",
      "與基期使用不同公式估算，比較可能失真" },
    { "class", "has a notation that was not recognised", "分型寫法無法辨識" },
  };
  th_str rest = warning, kind;
  if (!th_str_split(&rest, ':', &kind)) return;
  const int32_t fact = th_rule_fact_find(p->dict, rest);
  if (fact >= 0) {
    th_buf_add(b, fact_name(p, fact, zh));
  } else {
    for (uint32_t i = 0; i < p->dict->n_prefixes; i++)
      if (th_str_eq(p->dict->prefix[i].name, rest)) th_buf_add(b, zh ? p->dict->prefix[i].zh : p->dict->prefix[i].en);
  }
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (th_str_is(kind, words[i][0])) th_buf_addf(b, zh ? "：%s" : " %s", words[i][1 + zh]);
}

/* ── What records brought ──────────────────────────────────────────────────────────────────────────────────────────── */

static const struct told_words {
  const char *kind, *en, *zh;
} told_words[] = {
  { "future", "is dated after the day assessed and was not used", "日期晚於評估日，未採用" },
  { "contradictory", "different values of one moment, neither was taken", "同一時間有不同數值，均未採用" },
  { "duplicate", "repeats another record and was counted once", "與另一筆重複，只計一次" },
  { "undated", "names no day and was not used", "未載日期，未採用" },
  { "unitless", "has no unit and was read in the usual one", "未載單位，以常用單位判讀" },
  { "preliminary", "is a preliminary result, used as it is", "為初步報告，仍予採用" },
  { "unsure", "is not confirmed and was not used", "未經確認，未採用" },
  { "over", "is recorded as over and was not used", "紀錄顯示已結束，未採用" },
  { "planned", "is planned only and was not used", "僅為計畫，未採用" },
  { "unended", "does not say when it began or ended: months and doses are told as a range",
    "未載明起迄，月數與劑量以範圍表示" },
  { "doseless", "gives no dose, or no timing, that can be counted", "劑量或頻次無法計算" },
  { "steps", "gives steps without days: the dose is told as a range", "分段劑量未載日期，劑量以範圍表示" },
  { "drug", "does not say which drug of its kind it is, and was not used", "未載明為同類中何種藥品，未採用" },
  { "vein", "is steroid into a vein, kept out of doses and means", "為靜脈注射類固醇，不計入劑量與平均" },
  { "several", "there are several: the one with the highest dose was taken", "有多筆，採劑量最高者" },
  { "expired", "has a certificate that is not valid on the day assessed", "證書於評估日非有效" },
  { "unnamed", "is no fact of the dictionary and was not used", "不是字典所列之事實，未採用" },
  { "more", "there is more of this kind", "尚有其他類似情形" },
  { "patient", "the record holds no Patient resource", "資料中無 Patient 資源" },
};

void th_coverage__told_text(th_buf *b, const th_rule_dict *d, th_str told, bool zh) {
  th_str rest = told, kind;
  if (!th_str_split(&rest, ':', &kind)) return;
  const size_t at = th_str_find(rest, TH_S(": "), 0);
  const th_str subject = th_str_sub(rest, 0, at == SIZE_MAX ? rest.n : at),
               detail = at == SIZE_MAX ? TH_STR_NONE : th_str_sub(rest, at + 2, rest.n);
  const int32_t fact = th_rule_fact_find(d, subject);
  if (th_str_is(kind, "several") && fact < 0) {
    th_buf_addz(b, zh ? "有多位醫師，且無醫囑指明處方者" : "several practitioners, and no order names the prescriber");
    return;
  }
  th_buf_add(b, fact < 0 ? subject : zh ? d->fact[fact].zh : d->fact[fact].en);
  if (detail.n) th_buf_addf(b, " [%.*s]", TH_STR_ARG(detail));
  for (size_t i = 0; i < sizeof told_words / sizeof *told_words; i++)
    if (th_str_is(kind, told_words[i].kind)) th_buf_addf(b, zh ? "：%s" : " %s", zh ? told_words[i].zh : told_words[i].en);
}

/* ── All that is to be noted ───────────────────────────────────────────────────────────────────────────────────────── */

static bool put(th_arena *a, th_str_vec *out, const th_buf *b) {
  return !b->failed && TH_VEC_PUSH(a, out, th_buf_str(b));
}

th_code th_coverage_remarks(th_arena *a, const th_coverage_result *r, bool zh, th_str_vec *out, th_err *err) {
  const uint32_t n[] = { r->rule.n_warnings, r->kase->n_unread, r->kase->n_told, r->policy->n_notices };
  for (int kind = 0; kind < 4; kind++)
    for (uint32_t i = 0; i < n[kind]; i++) {
      th_buf b;
      th_buf_init(&b, a, 96);
      if (kind == 0)
        th_coverage__warning_text(&b, r->policy, r->rule.warning[i], zh);
      else if (kind == 1)
        th_buf_addf(&b, zh ? "不認得的項目：%.*s，未採用" : "\"%.*s\" is no fact of the dictionary and was not used",
                    TH_STR_ARG(r->kase->unread[i]));
      else if (kind == 2)
        th_coverage__told_text(&b, r->policy->dict, r->kase->told[i], zh);
      else
        th_buf_add(&b, zh ? r->policy->notice[i].zh : r->policy->notice[i].en);
      if (!put(a, out, &b)) return th_fail_nomem(err);
    }
  return TH_OK;
}
