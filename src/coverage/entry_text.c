/* What a fact's field shows, and days and numbers as people write them. */
#include <math.h>

#include "coverage/entry_priv.h"

static const th_json *inner(const th_json *j) {
  const th_json *v = j && j->kind == TH_JSON_OBJECT ? th_json_get(j, "value") : NULL;
  return v ? v : j;
}

static void bound_text(th_buf *b, const th_json *lo, const th_json *hi) {
  const th_str l = th_json_text(lo), h = th_json_text(hi);
  if (!l.n) th_buf_addz(b, "≤ ");
  if (!h.n) th_buf_addz(b, "≥ ");
  th_buf_add(b, l);
  if (l.n && h.n) th_buf_addz(b, "–");
  th_buf_add(b, h);
}

static th_str number_text(const th_entry *e, const th_json *j) {
  th_buf b;
  th_buf_init(&b, e->arena, 32);
  if (j->kind == TH_JSON_OBJECT && !th_json_get(j, "value")) {
    bound_text(&b, th_json_get(j, "lo"), th_json_get(j, "hi"));
    return b.failed ? TH_STR_NONE : th_buf_str(&b);
  }
  return th_json_text(inner(j));
}

static th_str lines_text(const th_entry *e, const th_json *v) {
  th_buf b;
  if (v->kind != TH_JSON_ARRAY) return th_json_text(v);
  th_buf_init(&b, e->arena, 64);
  for (uint32_t i = 0; i < v->n; i++) {
    if (i) th_buf_addc(&b, '\n');
    th_buf_add(&b, th_json_text(&v->u.item[i]));
  }
  return b.failed ? TH_STR_NONE : th_buf_str(&b);
}

th_str th_coverage_entry_value(const th_entry *e, int32_t fact) {
  const th_entry_fact *f = &e->fact[fact];
  const uint8_t type = e->coverage->dict.fact[fact].type;
  const th_json *v = inner(f->json);
  if (!v) return f->not_done && type == TH_RULE_BOOL ? TH_S("not-done") : TH_S("");
  switch ((th_rule_type)type) {
  case TH_RULE_NUMBER: return number_text(e, f->json);
  case TH_RULE_BOOL: return v->kind != TH_JSON_BOOL ? TH_S("") : v->boolean ? TH_S("yes") : TH_S("no");
  case TH_RULE_CODES: return lines_text(e, v);
  case TH_RULE_DATE:
  case TH_RULE_CODE: return th_json_text(v);
  case TH_RULE_LIST: return TH_S("");
  }
  return TH_S("");
}

static th_str part(const th_entry *e, int32_t fact, const char *key) {
  const th_json *j = e->fact[fact].json;
  return j && j->kind == TH_JSON_OBJECT ? th_json_text(th_json_get(j, key)) : TH_STR_NONE;
}

th_str th_coverage_entry_unit(const th_entry *e, int32_t fact) {
  const th_str u = part(e, fact, "unit");
  return u.n ? u : e->coverage->dict.fact[fact].unit;
}

th_str th_coverage_entry_date(const th_entry *e, int32_t fact) {
  return part(e, fact, "date");
}

th_str th_coverage_entry_source(const th_entry *e, int32_t fact) {
  return part(e, fact, "source");
}

/* ── Days ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

bool th_coverage__day_read(th_str s, th_date *out) {
  s = th_str_trim(s);
  if (th_date_parse_iso(s, out) || th_date_parse_roc(s, out)) return th_date_valid(*out);
  return false;
}
