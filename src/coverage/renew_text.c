/* The next application in words and as a case file. */
#include "coverage/coverage_priv.h"
#include "theriac/coverage/renew.h"

const char *th_renew_state_name(th_renew_state s) {
  static const char *const names[] = { "carried", "proposed", "again" };
  return names[s];
}

static const char *why_name(th_renew_why why) {
  static const char *const names[] = { "stays",    "still_current", "may_have_changed", "baseline", "counted", "extend",
                                       "outdated", "undated",       "of_the_day",       "not_told", "unusable" };
  return names[why];
}

const char *th_renew_why_text(th_renew_why why, bool zh) {
  static const char *const words[][2] = {
    { "stays true", "不隨時間改變" },
    { "still current on the new day", "於本次評估日仍在有效期間內" },
    { "may have changed", "可能已改變，請確認" },
    { "told at the application, taken as the last value before treatment", "取自前次申請，視為治療前最近一次之值，請確認" },
    { "reckoned from the time between, if treatment went on", "依兩次評估間隔推算（假設持續用藥），請確認" },
    { "the record so far; add what came since", "沿用既有紀錄，請補上其後之紀錄" },
    { "too old on the new day", "距本次評估日過久，須重新檢查" },
    { "without a date, so of the last application", "未載日期，視為前次申請時之值，須重新檢查" },
    { "belongs to the day or the period assessed", "屬本次評估當時之事實，須重新填寫" },
    { "the last application did not tell it", "前次申請未填" },
    { "what the last application told cannot be used", "前次所填無法採用" },
  };
  return words[why][zh];
}

/* ── The case ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Days and periods of the last form are not those of the next. */
static bool of_last_form(th_str key) {
  static const char *const keys[] = { "application_date", "period_from", "period_to", "t1_date", "t2_date", "now_date" };
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    if (th_str_is(key, keys[i])) return true;
  return false;
}

static const th_json *sheet_date(const th_renewal *r, th_str prefix) {
  char key[48];
  snprintf(key, sizeof key, "%.*s_date", TH_STR_ARG(prefix));
  return th_json_get(r->last.form, key);
}

static void form_json(th_jwrite *w, const th_renewal *r) {
  const th_json *form = r->last.form;
  th_jw_key(w, "form");
  th_jw_obj(w);
  for (uint32_t i = 0; i < form->n; i++)
    if (!of_last_form(form->u.member[i].key)) th_jw_key_str(w, form->u.member[i].key), th_jw_json(w, &form->u.member[i].value);
  for (uint32_t i = 0; i < r->rule->n_sheets; i++) { /* the sheet is read under another prefix now, and so is its day */
    const th_json *day = sheet_date(r, r->rule->sheet[2 * i + 1]);
    char key[48];
    if (!day || sheet_date(r, r->rule->sheet[2 * i])) continue;
    snprintf(key, sizeof key, "%.*s_date", TH_STR_ARG(r->rule->sheet[2 * i]));
    th_jw_key(w, key), th_jw_json(w, day);
  }
  th_jw_obj_end(w);
}

void th_coverage_renewal_case(th_jwrite *w, const th_renewal *r, th_str id, bool confirmed) {
  char iso[TH_DATE_TEXT];
  th_jw_obj(w);
  th_jw_key(w, "case"), th_jw_str(w, id);
  th_jw_key(w, "program"), th_jw_str(w, r->last.program);
  th_jw_key(w, "path"), th_jw_str(w, r->path->name);
  th_jw_key(w, "as_of"), th_jw_z(w, th_date_iso(r->as_of, iso));
  th_jw_key(w, "based_on"), th_jw_str(w, r->last.id);
  th_jw_key(w, "facts");
  th_jw_obj(w);
  for (uint32_t i = 0; i < r->n; i++) {
    const th_renew_fact *f = &r->fact[i];
    if (!f->value || (f->state == TH_RENEW_PROPOSED && !confirmed)) continue;
    th_jw_key_str(w, r->coverage->dict.fact[f->fact].name);
    th_jw_json(w, f->value);
  }
  th_jw_obj_end(w);
  if (r->last.form) form_json(w, r);
  if (r->last.drugs) th_jw_key(w, "drugs"), th_jw_json(w, r->last.drugs);
  th_jw_key(w, "evidence");
  th_jw_arr(w);
  for (uint32_t i = 0; i < r->n_evidence; i++) th_jw_str(w, r->evidence[i]);
  th_jw_arr_end(w);
  th_jw_obj_end(w);
}

void th_coverage_renewal_json(th_jwrite *w, const th_renewal *r, th_str id) {
  const th_rule_dict *d = &r->coverage->dict;
  th_jw_obj(w);
  th_jw_key(w, "case"), th_coverage_renewal_case(w, r, id, false);
  th_jw_key(w, "facts");
  th_jw_arr(w);
  for (uint32_t i = 0; i < r->n_asked; i++) {
    const th_renew_fact *f = &r->fact[i];
    th_jw_obj(w);
    th_jw_key(w, "name"), th_jw_str(w, d->fact[f->fact].name);
    th_jw_key(w, "zh"), th_jw_str(w, d->fact[f->fact].zh);
    th_jw_key(w, "en"), th_jw_str(w, d->fact[f->fact].en);
    th_jw_key(w, "state"), th_jw_z(w, th_renew_state_name(f->state));
    th_jw_key(w, "why"), th_jw_z(w, why_name(f->why));
    if (f->value) th_jw_key(w, "value"), th_jw_json(w, f->value);
    if (f->before) th_jw_key(w, "before"), th_jw_json(w, f->before);
    if (f->from >= 0) th_jw_key(w, "from"), th_jw_str(w, d->fact[f->from].name);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
  th_jw_key(w, "documents_again");
  th_jw_arr(w);
  for (uint32_t i = 0; i < r->n_evidence_again; i++) th_jw_str(w, r->evidence_again[i]);
  th_jw_arr_end(w);
  th_jw_obj_end(w);
}

/* ── Words ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* As the last case tells it, in words; what was reckoned as it is. */
static void value_text(th_buf *b, const th_renewal *r, const th_renew_fact *f, bool zh) {
  if (f->why == TH_WHY_COUNTED) {
    th_jwrite w;
    th_jwrite_open(&w, b, 0);
    th_jw_json(&w, f->value);
    return;
  }
  th_coverage_value_text(b, &r->coverage->dict, r->last.values, f->from >= 0 ? f->from : f->fact, zh);
}

static void one_fact(th_buf *b, const th_renewal *r, const th_renew_fact *f, bool zh) {
  const th_rule_fact *fact = &r->coverage->dict.fact[f->fact];
  th_buf_addf(b, zh ? "  %.*s（%.*s）" : "  %.*s (%.*s)", TH_STR_ARG(zh ? fact->zh : fact->en), TH_STR_ARG(fact->name));
  if (f->value || f->before) {
    th_buf_addz(b, f->value ? (zh ? "：" : ": ") : (zh ? "，前次 " : ", last time "));
    value_text(b, r, f, zh);
  }
  th_buf_addf(b, zh ? " —— %s\n" : " — %s\n", th_renew_why_text(f->why, zh));
}

void th_coverage_renewal_text(th_buf *out, const th_renewal *r, bool zh) {
  static const char *const heads[][2] = { { "Carried over", "沿用" },
                                          { "To confirm or change", "請確認或修改" },
                                          { "To tell anew", "須重新填寫" } };
  const th_rule_node *root = &r->last.policy->node[r->path->root];
  char last[TH_DATE_TEXT], now[TH_DATE_TEXT];
  th_buf_addf(out,
              zh ? "%.*s：%.*s（前次評估 %s，本次 %s，相隔滿 %d 個月）\n"
                 : "%.*s: %.*s (last assessed %s, now %s, %d months between)\n",
              TH_STR_ARG(r->last.id), TH_STR_ARG(zh ? root->zh : root->en), th_date_iso(r->last.as_of, last),
              th_date_iso(r->as_of, now), r->months);
  for (int state = TH_RENEW_AGAIN; state >= 0; state--) {
    if (!r->count[state]) continue;
    th_buf_addf(out, zh ? "\n%s（%u 項）\n" : "\n%s (%u)\n", heads[state][zh], r->count[state]);
    for (uint32_t i = 0; i < r->n_asked; i++)
      if ((int)r->fact[i].state == state) one_fact(out, r, &r->fact[i], zh);
  }
  if (r->n_evidence_again) th_buf_addf(out, "\n%s\n", zh ? "文件須更新" : "Documents to renew");
  for (uint32_t i = 0; i < r->n_evidence_again; i++) th_buf_addf(out, "  %.*s\n", TH_STR_ARG(r->evidence_again[i]));
}
