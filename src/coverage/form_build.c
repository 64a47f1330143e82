/* Forms as rows of cells over twelve columns, filled from a judged case. What the case does not say stays blank; an unknown tick is an
 * empty box. Appendices 36, 36-1 and 36-2 follow the order of the printed ones; s2 is ours for section 2, which has none. */
#include <math.h>
#include <stdarg.h>

#include "coverage/coverage_priv.h"

/* ── Rows and cells ────────────────────────────────────────────────────────────────────────────────────────────────── */

void th_coverage__end_row(th_form_build *b) {
  if (b->row.n && !TH_VEC_PUSH(b->arena, &b->form->row, b->row)) b->nomem = true;
  b->row = (th_form_row){ 0 };
}

static th_form_cell *cell(th_form_build *b, th_form_kind kind, uint32_t span, th_str text) {
  uint32_t used = 0;
  for (uint32_t i = 0; i < b->row.n; i++) used += b->row.cell[i].span;
  if (used + span > 12 || b->row.n == 8) th_coverage__end_row(b);
  th_form_cell *c = &b->row.cell[b->row.n++];
  *c = (th_form_cell){ .kind = kind, .tick = TH_UNKNOWN, .text = text, .span = span };
  return c;
}

void th_coverage__label(th_form_build *b, uint32_t span, const char *text) {
  cell(b, TH_FORM_LABEL, span, th_str_of(text));
}

void th_coverage__heading(th_form_build *b, const char *text) {
  th_coverage__end_row(b);
  cell(b, TH_FORM_HEADING, 12, th_str_of(text));
  th_coverage__end_row(b);
}

void th_coverage__note(th_form_build *b, th_str text) {
  th_coverage__end_row(b);
  cell(b, TH_FORM_NOTE, 12, text);
  th_coverage__end_row(b);
}

void th_coverage__frame(th_form_build *b, uint32_t span, th_str text, uint32_t lines) {
  cell(b, TH_FORM_TEXT, span, text)->lines = lines;
}

static th_str kept(th_form_build *b, const char *z) {
  const th_str s = th_str_dup(b->arena, th_str_of(z));
  b->nomem |= !s.p;
  return s;
}

void th_coverage__field(th_form_build *b, uint32_t span, const char *name, th_str hint, th_str value) {
  th_form_cell *c = cell(b, TH_FORM_VALUE, span, value);
  c->name = kept(b, name);
  c->hint = hint;
  c->lines = 1;
}

void th_coverage__tick(th_form_build *b, uint32_t span, const char *name, th_tri t, th_str text) {
  th_form_cell *c = cell(b, TH_FORM_TICK, span, text);
  c->tick = t;
  c->name = kept(b, name);
  c->hint = text;
}

th_str th_coverage__words(th_form_build *b, const char *fmt, ...) {
  va_list ap;
  char buf[512];
  va_start(ap, fmt);
  vsnprintf(buf, sizeof buf, fmt, ap);
  va_end(ap);
  return kept(b, buf);
}

/* ── What the case says ────────────────────────────────────────────────────────────────────────────────────────────── */

static const th_rule_value *known(const th_form_build *b, const char *name, int32_t *fact) {
  *fact = th_rule_fact_find(b->r->policy->dict, th_str_of(name));
  const th_rule_value *v = *fact < 0 ? NULL : &b->r->kase->values[*fact];
  return v && v->state == TH_RULE_KNOWN ? v : NULL;
}

static th_tri clause_value(const th_form_build *b, const char *id) {
  for (uint32_t i = 0; i < b->r->rule.n_named; i++) {
    const uint32_t at = b->r->rule.named[i];
    if (!th_str_is(b->r->policy->node[at].id, id)) continue;
    if (b->r->rule.node_depends[at]) return TH_UNKNOWN; /* hangs on a reading: left to the applicant */
    return b->r->rule.node[at] == TH_V_T ? TH_TRUE : b->r->rule.node[at] == TH_V_F ? TH_FALSE : TH_UNKNOWN;
  }
  return TH_UNKNOWN;
}

static th_str roc(th_form_build *b, th_date d) {
  if (d.prec == TH_DATE_MONTH) return th_coverage__words(b, "%d 年 %d 月", d.year - 1911, d.month);
  return d.prec == TH_DATE_DAY ? th_coverage__words(b, "%d 年 %d 月 %d 日", d.year - 1911, d.month, d.day) : TH_STR_NONE;
}

/* Value, unit and day, without the record it came from; not dated: in the dictionary's unit alone. */
static th_str fact_text(th_form_build *b, const char *name, bool dated) {
  int32_t f;
  char day[TH_DATE_TEXT];
  th_buf t;
  const th_rule_value *v = known(b, name, &f);
  if (!v) return TH_STR_NONE;
  if (b->r->policy->dict->fact[f].type == TH_RULE_DATE) return roc(b, v->date);
  th_rule_value plain = *v;
  plain.source = TH_STR_NONE;
  plain.dated = (th_date){ 0 };
  if (!dated) plain.raw_lo = v->lo, plain.raw_hi = v->hi, plain.raw_unit = TH_STR_NONE;
  th_buf_init(&t, b->arena, 48);
  th_coverage__value_text(&t, &b->r->policy->dict->fact[f], &plain, true);
  if (dated && v->dated.prec == TH_DATE_DAY && v->dated.year > 1911) th_buf_addf(&t, "（%s）", th_date_roc(v->dated, day));
  b->nomem |= t.failed;
  return th_buf_str(&t);
}

void th_coverage__fact_cells(th_form_build *b, uint32_t label_span, const char *words, uint32_t span, const char *name) {
  th_coverage__label(b, label_span, words);
  th_coverage__field(b, span, name, th_str_of(words), fact_text(b, name, true));
}

void th_coverage__fact_tick(th_form_build *b, uint32_t span, const char *name, const char *text) {
  int32_t f;
  const th_rule_value *v = known(b, name, &f);
  th_coverage__tick(b, span, name, v ? th_tri_of(v->boolean) : TH_UNKNOWN, th_str_of(text));
}

/* The printed form's paragraph with this label that holds the word. */
static th_str official_words(const th_form_build *b, const char *label, const char *word) {
  for (size_t i = 0; b->printed && i < b->printed->block.n; i++) {
    const th_coverage_block *k = &b->printed->block.v[i];
    if (k->kind == TH_COVERAGE_PARA && th_str_is(k->label.text, label) && th_str_has(k->clean, th_str_of(word)))
      return k->clean;
  }
  return TH_STR_NONE;
}

void th_coverage__clause_tick(th_form_build *b, const char *node, const char *label, const char *word, const char *ours) {
  const th_str official = official_words(b, label, word);
  th_coverage__end_row(b);
  th_coverage__tick(b, 12, node, clause_value(b, node),
                    official.n ? th_coverage__words(b, "%s %.*s", label, TH_STR_ARG(official)) : th_str_of(ours));
  th_coverage__end_row(b);
}

th_str th_coverage__form_text(th_form_build *b, const char *key) {
  const th_json *v = th_json_get(b->r->kase->form, key);
  th_date d;
  if (!v || v->kind != TH_JSON_STRING) return TH_STR_NONE;
  if (th_date_parse_iso(v->u.text, &d) && d.prec == TH_DATE_DAY && v->u.text.n == 10) return roc(b, d);
  return v->u.text;
}

void th_coverage__score_cells(th_form_build *b, const char *node, const char *words) {
  for (uint32_t i = 0; i < b->r->rule.n_scores; i++) {
    const th_rule_score_at *s = &b->r->rule.score[i];
    char name[64];
    if (!th_str_is(b->r->policy->node[s->node].id, node)) continue;
    snprintf(name, sizeof name, "%s_score", node);
    th_coverage__label(b, 6, words);
    th_coverage__field(b, 6, name, th_str_of(words),
                       !th_coverage__sheet_known(b, TH_S("now")) ? TH_STR_NONE
                       : s->lo == s->hi                          ? th_coverage__words(b, "%d 分", s->lo)
                                        : th_coverage__words(b, "%d–%d 分（有項目資料不足）", s->lo, s->hi));
    th_coverage__end_row(b);
    return;
  }
}

/* ── Drugs ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

void th_coverage__drug_head(th_form_build *b) {
  static const char *const words[] = { "藥品", "使用劑量", "使用時間：自", "至" };
  static const uint32_t span[] = { 5, 3, 2, 2 };
  th_coverage__end_row(b);
  for (int i = 0; i < 4; i++) th_coverage__label(b, span[i], words[i]);
  th_coverage__end_row(b);
}

static th_str drug_part(th_form_build *b, const th_json *row, const char *key) {
  const th_json *v = row ? th_json_get(row, key) : NULL;
  th_date d;
  if (!v || v->kind != TH_JSON_STRING) return TH_STR_NONE;
  return th_date_parse_iso(v->u.text, &d) && d.prec != TH_DATE_YEAR && d.year > 1911 ? roc(b, d) : v->u.text;
}

/* The dose from the facts when no record gives it: "2 g/d，已連續 6 個月"; a dose known to be 0 is "未使用". */
static th_str dose_known(th_form_build *b, const th_form_drug *d) {
  int32_t f;
  const th_rule_value *v = d->dose ? known(b, d->dose, &f) : NULL;
  if (v && v->lo == 0 && v->hi == 0) return TH_S("未使用");
  const th_str dose = d->dose ? fact_text(b, d->dose, true) : TH_STR_NONE;
  v = d->months ? known(b, d->months, &f) : NULL;
  if (!v || v->lo != v->hi) return dose;
  return th_coverage__words(b, "%.*s%s已連續 %.3g 個月", TH_STR_ARG(dose), dose.n ? "，" : "", v->lo);
}

static void drug_row(th_form_build *b, const th_form_drug *d, const th_json *row, uint32_t n) {
  static const char *const parts[] = { "dose", "from", "to" }, *const words[] = { "使用劑量", "使用時間起日", "使用時間迄日" };
  const uint32_t beside = (uint32_t)d->weight + d->height + (d->named ? 2 : 0);
  char name[64], mark[16] = "";
  if (n) snprintf(mark, sizeof mark, "%u", n + 1);
  th_coverage__end_row(b);
  th_coverage__label(b, 5 - beside, d->label);
  if (d->named) {
    snprintf(name, sizeof name, "%s%s_name", d->key, mark);
    th_coverage__field(b, 2, name, th_coverage__words(b, "%s：藥名", d->label), drug_part(b, row, "name"));
  }
  for (int i = 0; i < 2; i++) {
    if (i == 0 ? !d->height : !d->weight) continue;
    snprintf(name, sizeof name, "%s%s_%s", d->key, mark, i == 0 ? "height" : "weight");
    th_coverage__field(b, 1, name, th_coverage__words(b, "%s：%s", d->label, i == 0 ? "身高" : "體重"),
                       fact_text(b, i == 0 ? "height" : "weight", false));
  }
  for (int i = 0; i < 3; i++) {
    snprintf(name, sizeof name, "%s%s_%s", d->key, mark, parts[i]);
    th_coverage__field(b, i == 0 ? 3 : 2, name, th_coverage__words(b, "%s：%s", d->label, words[i]),
                       row      ? drug_part(b, row, parts[i])
                       : i == 0 ? dose_known(b, d)
                                : TH_STR_NONE);
  }
  th_coverage__end_row(b);
}

void th_coverage__drug_rows_of(th_form_build *b, const th_form_drug *d) {
  const th_json *list = b->r->kase->drugs;
  uint32_t n = 0;
  for (uint32_t i = 0; list && i < list->n && n < 16; i++)
    if (th_str_is(th_json_text(th_json_get(&list->u.item[i], "drug")), d->key)) drug_row(b, d, &list->u.item[i], n++);
  if (n == 0) drug_row(b, d, NULL, 0);
}

/* ── Head and tail ─────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_str sex_text(th_form_build *b) {
  int32_t f;
  const th_rule_value *v = known(b, "sex", &f);
  if (!v) return th_coverage__form_text(b, "sex");
  return th_str_is(v->text, "female") ? TH_S("女") : th_str_is(v->text, "male") ? TH_S("男") : TH_STR_NONE;
}

void th_coverage__form_head(th_form_build *b) {
  static const struct {
    const char *label, *name;
    uint32_t span;
  } cells[] = {
    { "醫院代號", "hospital_code", 2 },
    { "醫院名稱", "hospital_name", 3 },
    { "申請日期", "application_date", 2 },
    { "病人姓名", "name", 2 },
    { "性別", "sex", 3 },
    { "出生日期", "birth_date", 2 },
    { "身分證號", "id_no", 2 },
    { "病歷號碼", "chart_no", 3 },
    { "使用期間自", "period_from", 2 },
    { "藥品代碼", "drug_code", 2 },
    { "用法用量", "dosage", 3 },
    { "使用期間至", "period_to", 2 },
  };
  for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
    const char *name = cells[i].name;
    const th_str text = strcmp(name, "sex") == 0 ? sex_text(b)
                        : strcmp(name, "birth_date") == 0 && fact_text(b, "birth_date", false).n
                            ? fact_text(b, "birth_date", false)
                            : th_coverage__form_text(b, name);
    th_coverage__label(b, i % 3 == 1 ? 1 : 2, cells[i].label);
    th_coverage__field(b, cells[i].span, name, th_str_of(cells[i].label), text);
    if (i % 3 == 2) th_coverage__end_row(b);
  }
}

void th_coverage__form_tail(th_form_build *b) {
  th_coverage__end_row(b);
  for (int i = 0; i < 2; i++) {
    th_coverage__label(b, 2, "申請醫師（簽名蓋章）");
    th_coverage__frame(b, 4, TH_STR_NONE, 3);
  }
  th_coverage__label(b, 2, "專科醫師證書字號");
  th_coverage__field(b, 4, "certificate_no", TH_S("專科醫師證書：專字第幾號"), th_coverage__form_text(b, "certificate_no"));
  th_coverage__label(b, 2, "醫事機構章戳");
  th_coverage__frame(b, 4, TH_STR_NONE, 4);
  th_coverage__note(b, b->printed
                           ? TH_S("條件文字錄自匯入之給付規定，其餘標籤為自製；欄位由病歷紀錄之事實填入，空白處請自行填寫並核對"
                                  "。給付與否由保險人決定。")
                           : TH_S("本表由病歷紀錄之事實填入，標籤為自製；空白處請自行填寫並核對。給付與否由保險人決定。"));
}

th_code th_coverage_form_fill(th_arena *a, const th_coverage_result *r, th_str id, const th_coverage_text *official,
                              th_form *out, th_err *err) {
  static const struct {
    const char *id, *title, *paths;
    void (*fill)(th_form_build *b);
  } forms[] = {
    { "36", "附表三十六　狼瘡腎炎使用 belimumab 申請表", "ln-", th_coverage__form_36 },
    { "36-1", "附表三十六之一　全身性紅斑性狼瘡 5–17 歲病人使用 belimumab 申請表", "psle-", th_coverage__form_36_1 },
    { "36-2", "附表三十六之二　SELENA-SLEDAI 積分表", "", th_coverage__form_36_2 },
    { "s2", "成人全身性紅斑性狼瘡使用 belimumab 申請資料表（自製）", "sle-", th_coverage__form_s2 },
  };
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    if (!th_str_is(id, forms[i].id)) continue;
    if (!th_str_starts(r->path->name, th_str_of(forms[i].paths)) || th_str_starts(r->policy->id, TH_S("trial-")))
      return th_fail(err, TH_EINVAL, "form %s is not for the path %.*s", forms[i].id, TH_STR_ARG(r->path->name));
    *out = (th_form){ .id = th_str_of(forms[i].id), .title = th_str_of(forms[i].title) };
    th_form_build b = { .arena = a, .r = r, .official = official, .form = out };
    for (size_t k = 0; official && k < official->forms.n; k++)
      if (th_str_eq(official->forms.v[k].id, id) && official->forms.v[k].attached) b.printed = &official->forms.v[k];
    if (b.printed)
      out->title = th_str_fmt(a, "%.*s　%.*s", TH_STR_ARG(b.printed->number.text), TH_STR_ARG(b.printed->title.text));
    forms[i].fill(&b);
    th_coverage__end_row(&b);
    return b.nomem || !out->title.p ? th_fail_nomem(err) : TH_OK;
  }
  return th_fail(err, TH_EINVAL, "no form is called \"%.*s\": 36, 36-1, 36-2 or s2", TH_STR_ARG(id));
}
