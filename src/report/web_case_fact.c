/* One question: its name, which clauses ask it, what may be answered. Unknown is what is chosen until something else is. */
#include "theriac/report/web_case.h"

#include <stdio.h>

static bool zh(const th_html *h) {
  return h->lang == TH_WORDS_ZH_TW;
}

th_str th_web_fact_name(const th_html *h, const th_case_view *v, int32_t fact) {
  const th_rule_fact *f = &v->e->coverage->dict.fact[fact];
  const th_str name = zh(h) ? f->zh : f->en;
  if (f->sheet < 0) return name;
  const th_rule_prefix *p = &v->e->coverage->dict.prefix[f->sheet];
  if (zh(h)) { /* 「滿5個月評估：癲癇發作」 */
    const size_t at = th_str_find(name, TH_S("："), 0);
    return at == SIZE_MAX ? name : th_str_sub(name, at + 3, name.n);
  }
  return name.n > p->en.n + 2 ? th_str_sub(name, 0, name.n - p->en.n - 2) : name;
}

/* What stands in a field: as it was just typed, else as the case has it. */
static th_str shown(const th_case_view *v, th_str name, const char *suffix, th_str kept) {
  const size_t more = strlen(suffix);
  for (size_t i = 0; i < v->n_sent; i++) {
    const th_str s = v->sent[i].name;
    if (s.n == name.n + more && th_str_starts(s, name) && memcmp(s.p + name.n, suffix, more) == 0) return v->sent[i].value;
  }
  return kept;
}

static const th_entry_problem *problem_of(const th_case_view *v, int32_t fact) {
  for (size_t i = 0; i < v->n_problems; i++)
    if (v->problem[i].fact == fact) return &v->problem[i];
  return NULL;
}

static const char *fault_key(th_entry_fault f) {
  static const char *const keys[] = { "apply.bad.number", "apply.bad.date", "apply.bad.choice", "apply.bad.long",
                                      "apply.bad.drug",   "apply.bad.from", "apply.bad.dose",   "apply.bad.ends",
                                      "apply.bad.head",   "apply.bad.many" };
  return keys[f];
}

/* ── Under the name ────────────────────────────────────────────────────────────────────────────────────────────────── */

static void cites(th_html *h, const th_case_view *v, int32_t fact) {
  uint32_t node[6];
  const uint32_t n = th_coverage_entry_clauses(h->a, v->r->policy, v->r->path, fact, node, 6);
  for (uint32_t i = 0; i < n; i++) {
    const th_rule_node *c = &v->r->policy->node[node[i]];
    th_html_text(h, TH_S(" "));
    th_html_open_cls(h, "a", "ref");
    th_html_attr(h, "href", th_str_fmt(h->a, "%.*s#c-%.*s", TH_STR_ARG(v->href), TH_STR_ARG(c->id)));
    th_html_attr(h, "title", zh(h) ? c->zh : c->en);
    th_html_text(h, c->id);
    th_html_close(h);
  }
}

static void legend(th_html *h, const th_case_view *v, int32_t fact, bool with_cites) {
  th_html_open(h, "legend");
  th_html_text(h, th_web_fact_name(h, v, fact));
  if (with_cites) cites(h, v, fact);
  th_html_close(h);
}

static void beneath(th_html *h, const th_case_view *v, int32_t fact) {
  const th_str source = th_coverage_entry_source(v->e, fact);
  const th_entry_problem *p = problem_of(v, fact);
  const th_rule_value *val = &v->r->kase->values[fact];
  if (source.n) {
    th_html_open_cls(h, "span", "hint");
    if (th_str_is(source, "#*"))
      th_html_say(h, "apply.from.whole");
    else
      TH_HTML_FILL(h, source.p[0] == '#' ? "apply.from.table" : "apply.from.record", source);
    th_html_close(h);
  }
  if (val->state == TH_RULE_UNUSABLE) {
    th_buf b;
    th_buf_init(&b, h->a, 64);
    th_coverage_value_text(&b, v->r->policy->dict, v->r->kase->values, fact, zh(h));
    th_html_el(h, "strong", "error", th_buf_str(&b));
  }
  if (p) {
    th_html_open_cls(h, "strong", "error");
    th_html_attr(h, "id", th_str_fmt(h->a, "e-%.*s", TH_STR_ARG(v->e->coverage->dict.fact[fact].name)));
    TH_HTML_FILL(h, fault_key(p->fault), p->text);
    th_html_close(h);
  }
}

/* ── Kinds of answers ──────────────────────────────────────────────────────────────────────────────────────────────── */

static void radio(th_html *h, th_str name, const char *value, const char *key, bool on) {
  th_html_open(h, "label");
  th_html_open(h, "input");
  th_html_attrz(h, "type", "radio");
  th_html_attr(h, "name", name);
  th_html_attrz(h, "value", value);
  th_html_flag(h, "checked", on);
  th_html_text(h, TH_S(" "));
  th_html_say(h, key);
  th_html_close(h);
}

/* What is known of a person without looking into anything: a certificate is there or not. */
static bool about_people(const th_case_view *v, int32_t fact) {
  const th_rule_dict *d = &v->e->coverage->dict;
  return d->fact[fact].gate >= 0 && th_str_is(d->gate[d->fact[fact].gate].name, "person");
}

static void truth(th_html *h, const th_case_view *v, int32_t fact) {
  const th_rule_fact *f = &v->e->coverage->dict.fact[fact];
  const th_str now = shown(v, f->name, "", th_coverage_entry_value(v->e, fact));
  const bool decision = th_str_starts(f->time, TH_S("recorded human decision"));
  radio(h, f->name, "yes", decision ? "apply.accepted" : "apply.yes", th_str_is(now, "yes"));
  radio(h, f->name, "no", decision ? "apply.refused" : "apply.no", th_str_is(now, "no"));
  if (!decision && !about_people(v, fact)) radio(h, f->name, "not-done", "apply.not-assessed", th_str_is(now, "not-done"));
  radio(h, f->name, "", decision ? "apply.undecided" : "apply.unknown", !now.n);
}

static void check_not_done(th_html *h, const th_case_view *v, int32_t fact) {
  const th_str name = v->e->coverage->dict.fact[fact].name;
  const bool on = th_str_is(shown(v, name, ".not-done", v->e->fact[fact].not_done ? TH_S("1") : TH_S("")), "1");
  th_web_check(h, th_str_fmt(h->a, "%.*s.not-done", TH_STR_ARG(name)).p, "1", th_words_get(h->lang, "apply.not-done"), on);
}

static void input(th_html *h, const th_case_view *v, int32_t fact, const char *suffix, const char *label, th_str value,
                  const char *cls) {
  const th_str name = v->e->coverage->dict.fact[fact].name;
  th_html_open_cls(h, "label", cls);
  th_html_el_say(h, "span", "small", label);
  th_html_open(h, "input");
  th_html_attrz(h, "type", "text");
  th_html_attr(h, "name", th_str_fmt(h->a, "%.*s%s", TH_STR_ARG(name), suffix));
  th_html_attrz(h, "autocomplete", "off");
  if (strncmp(cls, "value", 5) == 0) th_html_attr(h, "id", th_str_fmt(h->a, "f-%.*s", TH_STR_ARG(name)));
  if (value.n) th_html_attr(h, "value", value);
  if (strstr(cls, "day")) th_html_attr_say(h, "placeholder", "apply.day.example");
  if (strncmp(cls, "value", 5) == 0 && problem_of(v, fact)) {
    th_html_attrz(h, "aria-invalid", "true");
    th_html_attr(h, "aria-describedby", th_str_fmt(h->a, "e-%.*s", TH_STR_ARG(name)));
  }
  th_html_close(h);
}

static bool counted(th_str unit) {
  return !unit.n || th_str_is(unit, "1") || unit.p[0] == '{';
}

static th_str unit_words(const th_html *h, th_str unit) {
  if (th_str_is(unit, "mo")) return th_words_get(h->lang, "apply.unit.mo");
  if (th_str_is(unit, "a")) return th_words_get(h->lang, "apply.unit.a");
  if (th_str_is(unit, "d")) return th_words_get(h->lang, "apply.unit.d");
  if (th_str_is(unit, "mL/min/{1.73_m2}")) return TH_S("mL/min/1.73 m²");
  return th_str_is(unit, "/[HPF]") ? TH_S("/HPF") : unit;
}

static void unit(th_html *h, const th_case_view *v, int32_t fact) {
  const th_rule_fact *f = &v->e->coverage->dict.fact[fact];
  const th_str now = shown(v, f->name, ".unit", th_coverage_entry_unit(v->e, fact));
  bool listed = false;
  if (counted(f->unit) && f->n_units < 2) return;
  for (uint32_t i = 0; i < f->n_units; i++) listed |= th_str_eq(f->units[i].code, now);
  if (f->n_units < 2 && listed) {
    th_html_el(h, "span", "unit", unit_words(h, f->unit));
    return;
  }
  th_html_open_cls(h, "label", "unit");
  th_html_el_say(h, "span", "small", "apply.unit");
  th_html_open(h, "select");
  th_html_attr(h, "name", th_str_fmt(h->a, "%.*s.unit", TH_STR_ARG(f->name)));
  for (uint32_t i = 0; i < f->n_units + !listed; i++) {
    const th_str u = i < f->n_units ? f->units[i].code : now;
    th_html_open(h, "option");
    th_html_attr(h, "value", u);
    th_html_flag(h, "selected", th_str_eq(u, now));
    th_html_text(h, unit_words(h, u));
    th_html_close(h);
  }
  th_html_close(h);
  th_html_close(h);
}

static void number(th_html *h, const th_case_view *v, int32_t fact) {
  const th_rule_fact *f = &v->e->coverage->dict.fact[fact];
  const th_str day = shown(v, f->name, ".date", th_coverage_entry_date(v->e, fact));
  const bool timed = th_str_is(f->unit, "mo") || f->sheet >= 0 || counted(f->unit);
  input(h, v, fact, "", "apply.value", shown(v, f->name, "", th_coverage_entry_value(v->e, fact)), "value");
  unit(h, v, fact);
  if (f->sheet < 0 && (!timed || day.n)) input(h, v, fact, ".date", "apply.day", day, "day");
  check_not_done(h, v, fact);
}

static void code(th_html *h, const th_case_view *v, int32_t fact) {
  const th_rule_fact *f = &v->e->coverage->dict.fact[fact];
  const th_str now = shown(v, f->name, "", th_coverage_entry_value(v->e, fact));
  if (!f->n_values) {
    input(h, v, fact, "", "apply.value", now, "value");
    return;
  }
  for (uint32_t i = 0; i < f->n_values; i++) {
    const char *value = th_str_z(h->a, f->values[i]);
    const char *key = th_str_fmt(h->a, "apply.code.%.*s", TH_STR_ARG(f->values[i])).p;
    radio(h, f->name, value ? value : "", key, th_str_eq(now, f->values[i]));
  }
  radio(h, f->name, "", "apply.unknown", !now.n);
}

static void texts(th_html *h, const th_case_view *v, int32_t fact) {
  const th_str name = v->e->coverage->dict.fact[fact].name;
  th_html_open_cls(h, "label", "value wide");
  th_html_el_say(h, "span", "small", "apply.biopsy");
  th_html_open(h, "textarea");
  th_html_attr(h, "name", name);
  th_html_attr(h, "id", th_str_fmt(h->a, "f-%.*s", TH_STR_ARG(name)));
  th_html_attrz(h, "rows", "2");
  th_html_text(h, TH_S("\n"));
  th_html_text(h, shown(v, name, "", th_coverage_entry_value(v->e, fact)));
  th_html_close(h);
  th_html_close(h);
  check_not_done(h, v, fact);
}

/* ── Lists ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void cell_input(th_html *h, th_str name, th_str label, th_str value) {
  th_html_open(h, "td");
  th_html_open(h, "input");
  th_html_attrz(h, "type", "text");
  th_html_attr(h, "name", name);
  th_html_attr(h, "aria-label", label);
  th_html_attrz(h, "autocomplete", "off");
  if (value.n) th_html_attr(h, "value", value);
  th_html_close(h);
}

static void cell_choice(th_html *h, th_str name, th_str label, th_str now) {
  static const char *const values[] = { "", "yes", "no" }, *const keys[] = { "apply.unknown", "apply.yes", "apply.no" };
  th_html_open(h, "td");
  th_html_open(h, "select");
  th_html_attr(h, "name", name);
  th_html_attr(h, "aria-label", label);
  for (int i = 0; i < 3; i++) {
    th_html_open(h, "option");
    th_html_attrz(h, "value", values[i]);
    th_html_flag(h, "selected", th_str_is(now, values[i]));
    th_html_say(h, keys[i]);
    th_html_close(h);
  }
  th_html_close(h);
  th_html_close(h);
}

static th_str entry_text(const th_json *entry, const char *key) {
  const th_json *x = th_json_get(entry, key);
  if (x && x->kind == TH_JSON_BOOL) return x->boolean ? TH_S("yes") : TH_S("no");
  return th_json_text(x);
}

static th_str field_label(const th_html *h, th_str name) {
  const char *key = th_str_fmt(h->a, "apply.field.%.*s", TH_STR_ARG(name)).p;
  return key ? th_words_get(h->lang, key) : name;
}

static void entry_row(th_html *h, const th_case_view *v, const th_rule_fact *f, const th_json *entry, uint32_t k) {
  char suffix[96];
  th_html_row_begin(h, NULL);
  snprintf(suffix, sizeof suffix, ".%u.date", k);
  cell_input(h, th_str_fmt(h->a, "%.*s%s", TH_STR_ARG(f->name), suffix),
             th_html_words(h, "apply.field.nth-date", 1, (th_str[]){ th_str_fmt(h->a, "%u", k + 1) }),
             shown(v, f->name, suffix, entry_text(entry, "date")));
  for (uint32_t i = 0; i < f->n_fields; i++) {
    char key[64];
    snprintf(key, sizeof key, "%.*s", TH_STR_ARG(f->field[i].name));
    snprintf(suffix, sizeof suffix, ".%u.%s", k, key);
    const th_str name = th_str_fmt(h->a, "%.*s%s", TH_STR_ARG(f->name), suffix),
                 label = th_str_fmt(h->a, "%.*s %u", TH_STR_ARG(field_label(h, f->field[i].name)), k + 1),
                 now = shown(v, f->name, suffix, entry_text(entry, key));
    if (f->field[i].is_bool)
      cell_choice(h, name, label, now);
    else
      cell_input(h, name, label, now);
  }
  th_html_row_end(h);
}

static void list(th_html *h, const th_case_view *v, int32_t fact) {
  const th_rule_fact *f = &v->e->coverage->dict.fact[fact];
  const th_json *j = v->e->fact[fact].json, *list = j && j->kind == TH_JSON_OBJECT ? th_json_get(j, "value") : j;
  const char *heads[1 + TH_RULE_FIELDS] = { "apply.field.date" };
  const uint32_t n = list ? list->n : 0, rows = n + 3;
  for (uint32_t i = 0; i < f->n_fields; i++)
    heads[i + 1] = th_str_fmt(h->a, "apply.field.%.*s", TH_STR_ARG(f->field[i].name)).p;
  th_web_hidden(h, th_str_fmt(h->a, "%.*s.count", TH_STR_ARG(f->name)).p, th_str_fmt(h->a, "%u", rows));
  th_html_table_begin(h, "entries", "apply.entries", heads, f->n_fields + 1u);
  for (uint32_t k = 0; k < rows; k++) entry_row(h, v, f, k < n ? &list->u.item[k] : NULL, k);
  th_html_table_end(h);
  th_web_check(h, th_str_fmt(h->a, "%.*s.none", TH_STR_ARG(f->name)).p, "1", th_words_get(h->lang, "apply.none-occurred"),
               list && list->n == 0);
  check_not_done(h, v, fact);
  th_html_el_say(h, "span", "hint", "apply.entries.hint");
}

/* ── A fact ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool wanted(const th_case_view *v, int32_t fact) {
  return !v->e->fact[fact].json && !v->e->fact[fact].not_done && v->ask[fact] == TH_ASK_DEFAULT;
}

void th_web_case_fact(th_html *h, const th_case_view *v, int32_t fact, bool with_cites) {
  const th_rule_fact *f = &v->e->coverage->dict.fact[fact];
  th_html_open(h, "fieldset");
  th_html_attr(h, "class",
               th_str_fmt(h->a, "fact%s%s%s", f->type == TH_RULE_BOOL || f->n_values ? " choice" : "",
                          wanted(v, fact) ? " wanted" : "", problem_of(v, fact) ? " wrong" : ""));
  th_html_attr(h, "id", th_str_fmt(h->a, "q-%.*s", TH_STR_ARG(f->name)));
  legend(h, v, fact, with_cites);
  switch ((th_rule_type)f->type) {
  case TH_RULE_NUMBER: number(h, v, fact); break;
  case TH_RULE_BOOL:
    truth(h, v, fact);
    if (f->sheet < 0 && (f->current || th_coverage_entry_date(v->e, fact).n))
      input(h, v, fact, ".date", "apply.day.report", shown(v, f->name, ".date", th_coverage_entry_date(v->e, fact)), "day");
    break;
  case TH_RULE_DATE:
    input(h, v, fact, "", "apply.day", shown(v, f->name, "", th_coverage_entry_value(v->e, fact)), "value day");
    if (th_coverage_entry_date(v->e, fact).n)
      input(h, v, fact, ".date", "apply.day.report", shown(v, f->name, ".date", th_coverage_entry_date(v->e, fact)), "day");
    break;
  case TH_RULE_CODE: code(h, v, fact); break;
  case TH_RULE_CODES: texts(h, v, fact); break;
  case TH_RULE_LIST: list(h, v, fact); break;
  }
  beneath(h, v, fact);
  th_html_close(h);
}
