/* A dose in words and as JSON. */
#include "coverage/coverage_priv.h"

const char *th_price_state_text(th_price_state s, bool zh) {
  static const char *const words[][2] = {
    { "held", "已持有" },
    { "not known: the dose is not known", "資料不足：劑量無法推算" },
    { "not held: no price list of the payer was imported", "未持有：尚未匯入健保用藥品項檔" },
    { "not held: the imported list has no item of this strength", "未持有：匯入之品項檔無此規格" },
    { "not held: no item of this strength is in force on that day", "未持有：該日無此規格之有效品項" },
    { "not known: the item's price is no amount", "資料不足：品項檔所載支付價並非金額" },
  };
  return words[s][zh];
}

const char *th_dose_state_text(th_dose_state s, bool zh) {
  static const char *const words[][2] = {
    { "known", "已知" },
    { "not known: the body weight is not known", "資料不足：未填體重" },
    { "not known: the body weight is outside the plausible range", "資料不足：體重超出合理範圍" },
    { "not known: the label states no dose for this age", "資料不足：仿單未載此年齡之劑量" },
    { "known; what to take it from is not held", "劑量已知；未持有產品規格" },
  };
  return words[s][zh];
}

static void add_dec(th_buf *b, th_dec d) {
  char text[TH_DEC_TEXT];
  th_buf_addz(b, th_dec_fmt(d, text));
}

/* 1234567.5 as "1,234,567.5" */
void th_money_text(th_buf *b, th_dec d, bool zh) {
  char text[TH_DEC_TEXT];
  const th_str s = th_str_of(th_dec_fmt(d, text));
  size_t point = th_str_find(s, TH_S("."), 0);
  if (point == SIZE_MAX) point = s.n;
  if (!zh) th_buf_addz(b, "NT$ ");
  for (size_t i = 0; i < s.n; i++) {
    if (i > 0 && i < point && (point - i) % 3 == 0) th_buf_addc(b, ',');
    th_buf_addc(b, s.p[i]);
  }
  if (zh) th_buf_addz(b, " 元");
}

/* ── The one line ──────────────────────────────────────────────────────────────────────────────────────────────────── */

/* "580 mg (10 mg/kg × 58 kg)"; without a weight "10 mg/kg". */
static void each(th_buf *b, const th_dose *d, int which, bool zh) {
  const th_rule_regimen *r = d->regimen;
  if (d->n_amounts) {
    add_dec(b, d->amount[which].mg);
    th_buf_addz(b, r->per_kg ? zh ? " mg（" : " mg (" : " mg");
    if (!r->per_kg) return;
  }
  add_dec(b, th_coverage__plain(which ? r->first : r->mg));
  th_buf_addz(b, r->per_kg ? " mg/kg" : " mg");
  if (!d->n_amounts) return;
  th_buf_addz(b, " × ");
  add_dec(b, d->weight);
  th_buf_addz(b, zh ? " kg）" : " kg)");
}

static void day_list(th_buf *b, const th_rule_regimen *r, bool zh) {
  th_buf_addz(b, zh ? "第 " : r->n_days > 1 ? "on days " : "on day ");
  for (uint32_t i = 0; i < r->n_days; i++) th_buf_addf(b, "%s%d", i == 0 ? "" : zh ? "、" : ", ", r->day[i]);
  if (zh) th_buf_addz(b, " 天");
}

static void dosage(th_buf *b, const th_dose *d, bool zh) {
  const th_rule_regimen *r = d->regimen;
  th_buf_add(b, zh ? r->zh : r->en);
  th_buf_addz(b, zh ? "，" : ", ");
  if (r->has_first) {
    day_list(b, r, zh);
    th_buf_addz(b, zh ? "各 " : " ");
    each(b, d, 1, zh);
    th_buf_addf(b, zh ? "，之後每 %d 天 " : ", then every %d days ", r->every);
    each(b, d, 0, zh);
    return;
  }
  if (zh) th_buf_addz(b, "每次 ");
  each(b, d, 0, zh);
  th_buf_addz(b, zh ? "，" : " ");
  if (r->n_days > 1) {
    day_list(b, r, zh);
    th_buf_addf(b, zh ? "各 1 次，之後每 %d 天 1 次" : ", then every %d days", r->every);
  } else {
    th_buf_addf(b, zh ? "每 %d 天 1 次" : "every %d days", r->every);
  }
}

th_code th_coverage__dosage(th_arena *a, th_dose *d, th_err *err) {
  for (int zh = 0; zh < 2; zh++) {
    th_buf b;
    th_buf_init(&b, a, 128);
    dosage(&b, d, zh);
    if (b.failed) return th_fail_nomem(err);
    *(zh ? &d->dosage_zh : &d->dosage_en) = th_buf_str(&b);
  }
  return TH_OK;
}

/* ── Words ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void pack_text(th_buf *b, const th_dose_pack *p, bool zh) {
  th_buf_addz(b, "    ");
  add_dec(b, th_coverage__plain(p->product->mg));
  th_buf_addf(b, zh ? " mg × %u %.*s" : " mg × %u (%.*s)", p->count, TH_STR_ARG(zh ? p->product->zh : p->product->en));
  if (p->item) {
    const th_str name = zh && p->item->name_zh.n ? p->item->name_zh : p->item->name_en;
    th_buf_addf(b, zh ? "，藥品代碼 %.*s %.*s" : ", item %.*s %.*s", TH_STR_ARG(p->item->code), TH_STR_ARG(name));
  }
  if (p->others) th_buf_addf(b, zh ? "（另有同規格 %u 項）" : " (%u more of this strength)", p->others);
  th_buf_addz(b, zh ? "，支付價 " : ", price ");
  if (p->state == TH_PRICE_HELD)
    th_money_text(b, p->price, zh);
  else
    th_buf_addz(b, th_price_state_text(p->state, zh));
  th_buf_addc(b, '\n');
}

static void cost_text(th_buf *b, th_price_state state, th_dec cost, bool zh) {
  if (state == TH_PRICE_HELD)
    th_money_text(b, cost, zh);
  else
    th_buf_addz(b, th_price_state_text(state, zh));
}

static void amount_text(th_buf *b, const th_dose *d, uint32_t k, bool zh) {
  const th_dose_amount *m = &d->amount[k];
  th_buf_addz(b, zh ? (k ? "  起始期每劑 " : "  每劑 ") : (k ? "  Each first dose " : "  Each dose "));
  add_dec(b, m->mg);
  if (m->n_packs == 0) {
    th_buf_addz(b, " mg\n");
    return;
  }
  th_buf_addz(b, zh ? " mg，開封 " : " mg, opened ");
  add_dec(b, m->opened);
  th_buf_addz(b, zh ? " mg，餘量 " : " mg, left over ");
  add_dec(b, m->waste);
  th_buf_addz(b, zh ? " mg（" : " mg (");
  add_dec(b, m->waste_percent);
  th_buf_addz(b, zh ? "%）\n" : " %)\n");
  for (uint32_t i = 0; i < m->n_packs; i++)
    if (m->pack[i].count) pack_text(b, &m->pack[i], zh);
  th_buf_addz(b, zh ? "    每劑藥費 " : "    cost of a dose ");
  cost_text(b, m->price, m->cost, zh);
  th_buf_addc(b, '\n');
}

static void course_text(th_buf *b, const th_dose *d, const th_dose_course *c, bool zh) {
  char from[TH_DATE_TEXT], last[TH_DATE_TEXT], due[TH_DATE_TEXT];
  const th_rule_node *root = &d->policy->node[c->path->root];
  th_buf_addf(b, "  %.*s (%.*s): ", TH_STR_ARG(c->path->name), TH_STR_ARG(zh ? root->zh : root->en));
  th_buf_addf(b, zh ? "%s 至 %s 共 %u 劑（%s 應評估續用前），藥費 " : "%s to %s, %u doses before the review on %s, cost ",
              th_date_iso(c->from, from), th_date_iso(c->last, last), c->doses, th_date_iso(c->review_day, due));
  cost_text(b, c->price, c->cost, zh);
  if (c->price_ends.prec != TH_DATE_NONE)
    th_buf_addf(b, zh ? "（品項所載價格僅至 %s）" : " (an item's printed price ends on %s)", th_date_iso(c->price_ends, due));
  th_buf_addc(b, '\n');
}

void th_coverage_dose_text(th_buf *out, const th_dose *d, bool zh) {
  const th_rule_regimen *r = d->regimen;
  char day[TH_DATE_TEXT];
  th_buf_addf(out, zh ? "%.*s 用法用量：%.*s\n" : "%.*s: %.*s\n", TH_STR_ARG(r->drug),
              TH_STR_ARG(zh ? d->dosage_zh : d->dosage_en));
  if (d->state != TH_DOSE_KNOWN) th_buf_addf(out, zh ? "  劑量%s\n" : "  Dose %s\n", th_dose_state_text(d->state, zh));
  for (uint32_t k = d->n_amounts; k-- > 0;) amount_text(out, d, k, zh);
  if (d->n_courses)
    th_buf_addf(out, zh ? "療程（首劑 %s，以該日支付價計）\n" : "Courses (first dose %s, at the prices of that day)\n",
                th_date_iso(d->start, day));
  for (uint32_t i = 0; i < d->n_courses; i++) course_text(out, d, &d->course[i], zh);
  if (r->age_from > 0) th_buf_addf(out, zh ? "適用年齡：滿 %d 歲以上\n" : "For ages from %d years\n", r->age_from);
  if (r->note_zh.n) th_buf_addf(out, zh ? "註：%.*s\n" : "Note: %.*s\n", TH_STR_ARG(zh ? r->note_zh : r->note_en));
  th_buf_addf(out, zh ? "依據：%.*s。" : "Source: %.*s. ", TH_STR_ARG(r->source));
  if (r->per_kg) th_buf_addz(out, zh ? "每次給藥前應重新量測體重；" : "Weigh again before each dose; ");
  th_buf_addz(out, zh ? "實際劑量由醫師決定。\n" : "the physician decides on the dose.\n");
}

/* ── JSON ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void key_dec(th_jwrite *w, const char *key, th_dec d) {
  char text[TH_DEC_TEXT];
  th_jw_key(w, key);
  th_jw_num(w, th_str_of(th_dec_fmt(d, text)));
}

static void key_price(th_jwrite *w, const char *key, th_price_state s, th_dec price) {
  static const char *const names[] = { "held", "no_dose", "no_list", "no_item", "not_in_force", "no_amount" };
  char state[48];
  snprintf(state, sizeof state, "%s_state", key);
  th_jw_key(w, state), th_jw_z(w, names[s]);
  if (s == TH_PRICE_HELD) key_dec(w, key, price);
}

static void key_day(th_jwrite *w, const char *key, th_date d) {
  char iso[TH_DATE_TEXT];
  if (d.prec != TH_DATE_NONE) th_jw_key(w, key), th_jw_z(w, th_date_iso(d, iso));
}

static void pack_json(th_jwrite *w, const th_dose_pack *p) {
  th_jw_obj(w);
  key_dec(w, "mg", th_coverage__plain(p->product->mg));
  th_jw_key(w, "zh"), th_jw_str(w, p->product->zh);
  th_jw_key(w, "en"), th_jw_str(w, p->product->en);
  th_jw_key(w, "count"), th_jw_i64(w, p->count);
  if (p->item) {
    th_jw_key(w, "code"), th_jw_str(w, p->item->code);
    th_jw_key(w, "name_en"), th_jw_str(w, p->item->name_en);
    th_jw_key(w, "name_zh"), th_jw_str(w, p->item->name_zh);
    th_jw_key(w, "others"), th_jw_i64(w, p->others);
    key_day(w, "in_force_from", p->item->from);
    key_day(w, "in_force_to", p->item->to);
  }
  key_price(w, "price", p->state, p->price);
  th_jw_obj_end(w);
}

static void amount_json(th_jwrite *w, const th_dose *d, uint32_t k) {
  const th_dose_amount *m = &d->amount[k];
  th_jw_obj(w);
  th_jw_key(w, "which"), th_jw_z(w, k ? "first" : "each");
  key_dec(w, "mg", m->mg);
  if (m->n_packs) {
    key_dec(w, "opened_mg", m->opened);
    key_dec(w, "waste_mg", m->waste);
    key_dec(w, "waste_percent", m->waste_percent);
  }
  th_jw_key(w, "packs");
  th_jw_arr(w);
  for (uint32_t i = 0; i < m->n_packs; i++) pack_json(w, &m->pack[i]);
  th_jw_arr_end(w);
  key_price(w, "cost", m->price, m->cost);
  th_jw_obj_end(w);
}

static void course_json(th_jwrite *w, const th_dose_course *c) {
  th_jw_obj(w);
  th_jw_key(w, "path"), th_jw_str(w, c->path->name);
  key_day(w, "from", c->from);
  key_day(w, "last", c->last);
  key_day(w, "review", c->review_day);
  th_jw_key(w, "doses"), th_jw_i64(w, c->doses);
  key_price(w, "cost", c->price, c->cost);
  key_day(w, "price_ends", c->price_ends);
  th_jw_obj_end(w);
}

void th_coverage_dose_json(th_jwrite *w, const th_dose *d) {
  static const char *const states[] = { "known", "no_weight", "implausible_weight", "other_age", "no_product" };
  const th_rule_regimen *r = d->regimen;
  th_jw_obj(w);
  th_jw_key(w, "drug"), th_jw_str(w, r->drug);
  th_jw_key(w, "route"), th_jw_str(w, r->route);
  th_jw_key(w, "policy"), th_jw_str(w, d->policy->id);
  th_jw_key(w, "state"), th_jw_z(w, states[d->state]);
  if (d->has_weight) key_dec(w, "weight_kg", d->weight);
  key_day(w, "start", d->start);
  th_jw_key(w, "dosage_zh"), th_jw_str(w, d->dosage_zh);
  th_jw_key(w, "dosage_en"), th_jw_str(w, d->dosage_en);
  th_jw_key(w, "doses");
  th_jw_arr(w);
  for (uint32_t k = 0; k < d->n_amounts; k++) amount_json(w, d, k);
  th_jw_arr_end(w);
  th_jw_key(w, "courses");
  th_jw_arr(w);
  for (uint32_t i = 0; i < d->n_courses; i++) course_json(w, &d->course[i]);
  th_jw_arr_end(w);
  if (r->note_zh.n) {
    th_jw_key(w, "note_zh"), th_jw_str(w, r->note_zh);
    th_jw_key(w, "note_en"), th_jw_str(w, r->note_en);
  }
  th_jw_key(w, "source"), th_jw_str(w, r->source);
  th_jw_obj_end(w);
}
