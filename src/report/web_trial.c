/* A study as the registry has it, in words; what changed in it; several side by side. A criterion keeps its own line always. */
#include "theriac/report/web_trial.h"

#include <stdio.h>

static th_str word(th_html *h, const char *key) {
  char whole[96];
  snprintf(whole, sizeof whole, "registry.%s", key);
  return th_words_has(whole) ? th_words_get(h->lang, whole) : th_str_of(key);
}

static th_str one_value(th_html *h, th_str v) {
  char key[96];
  snprintf(key, sizeof key, "registry.value.%.*s", (int)(v.n < 70 ? v.n : 70), v.p ? v.p : "");
  return !v.n ? word(h, "not_stated") : th_words_has(key) ? th_words_get(h->lang, key) : v;
}

th_str th_web_trial_value(th_html *h, th_str value) {
  th_buf b;
  th_str one;
  bool first = true;
  if (!value.n) return one_value(h, value);
  th_buf_init(&b, h->a, 64);
  while (value.n && th_str_split(&value, '|', &one)) {
    if (!first) th_buf_addz(&b, h->lang == TH_WORDS_ZH_TW ? "、" : ", ");
    th_buf_add(&b, one_value(h, one));
    first = false;
  }
  return b.failed ? TH_STR_NONE : th_buf_str(&b);
}

/* Fields that hold codes of the registry, several with "; " between them. */
static th_str field_value(th_html *h, const char *field, th_str value) {
  static const char *const coded[] = { "status",     "has_results",        "sponsor_class",       "study_type", "phases",
                                       "allocation", "intervention_model", "observational_model", "purpose",    "masking",
                                       "sex",        "healthy_volunteers" };
  bool code = false;
  th_buf b;
  for (size_t i = 0; i < sizeof coded / sizeof *coded; i++) code |= strcmp(field, coded[i]) == 0;
  if (!value.p) return word(h, "not_stated");
  if (!code) return value;
  th_buf_init(&b, h->a, 64);
  for (size_t at = 0; at <= value.n;) {
    const size_t end = th_str_find(value, TH_S("; "), at);
    if (at) th_buf_addz(&b, h->lang == TH_WORDS_ZH_TW ? "、" : ", ");
    th_buf_add(&b, one_value(h, th_str_sub(value, at, end == SIZE_MAX ? value.n : end)));
    if (end == SIZE_MAX) break;
    at = end + 2;
  }
  return b.failed ? value : th_buf_str(&b);
}

/* ── A list ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void joined(th_html *h, const char *key, th_str list) {
  th_str one;
  bool first = true;
  if (!list.n) return;
  th_html_open(h, "p");
  th_html_el(h, "span", "hint inline", word(h, key));
  th_html_text(h, TH_S(" "));
  while (list.n && th_str_split(&list, '|', &one)) {
    if (!first) th_html_text(h, TH_S("; "));
    th_html_text(h, one);
    first = false;
  }
  th_html_close(h);
}

static const char *status_class(th_str s) {
  if (th_str_is(s, "COMPLETED")) return "ok";
  if (th_str_is(s, "WITHDRAWN") || th_str_is(s, "TERMINATED") || th_str_is(s, "SUSPENDED")) return "stop";
  return "hold";
}

static void hit(th_html *h, const th_trial_hit *x) {
  th_html_open_cls(h, "li", "trial");
  th_html_open(h, "h2");
  th_html_link(h, th_web_path(h->a, "/trial/", x->id, ""), x->title);
  th_html_close(h);
  th_html_open(h, "p");
  th_html_open_cls(h, "label", "check");
  th_html_open(h, "input");
  th_html_attrz(h, "type", "checkbox");
  th_html_attrz(h, "name", "id");
  th_html_attr(h, "value", x->id);
  th_html_text(h, x->id);
  th_html_close(h);
  th_html_text(h, TH_S(" "));
  th_html_badge(h, status_class(x->status), th_web_trial_value(h, x->status));
  th_html_text(h, TH_S(" "));
  th_html_text(h, th_web_trial_value(h, x->phase));
  if (x->enrolment >= 0) th_html_textf(h, " · n %lld", (long long)x->enrolment);
  if (x->start.n) th_html_textf(h, " · %.*s", TH_STR_ARG(x->start));
  th_html_close(h);
  joined(h, "conditions", x->conditions);
  joined(h, "interventions", x->interventions);
  joined(h, "countries", x->countries);
  th_html_close(h);
}

void th_web_trial_hits(th_html *h, const th_trial_found *f) {
  th_html_open_cls(h, "ul", "results");
  for (size_t i = 0; i < f->hits.n; i++) hit(h, &f->hits.v[i]);
  th_html_close(h);
}

/* ── One study ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void results_line(th_html *h, const th_web_trial *t) {
  const th_trial_results *r = &t->results;
  char day[TH_DATE_TEXT], key[48];
  snprintf(key, sizeof key, "web.trial.due.%s", th_trial_due_code(r->state));
  const th_str due = th_str_of(th_date_iso(r->due, day));
  th_web_note_begin(h, r->state == TH_TRIAL_OVERDUE ? "stop" : r->state == TH_TRIAL_RESULT_UNKNOWN ? "warn" : "info");
  th_html_el_sayf(h, "p", NULL, key, 1, &due);
  th_html_close(h);
}

static void fields(th_html *h, const th_trial_rows *rows) {
  th_html_open_cls(h, "dl", "facts");
  for (size_t i = 0; i < rows->n; i++) {
    const th_trial_row *r = &rows->v[i];
    if (strcmp(r->field, "include") == 0 || strcmp(r->field, "exclude") == 0) continue; /* below, line by line */
    char key[64];
    snprintf(key, sizeof key, "field.%s", r->field);
    th_html_el(h, "dt", NULL, th_words_has(th_str_fmt(h->a, "registry.%s", key).p) ? word(h, key) : word(h, r->field));
    th_html_el(h, "dd", NULL, field_value(h, r->field, r->value[0]));
  }
  th_html_close(h);
}

static void answer(th_html *h, const th_trial_answer *a) {
  static const char *const cls[] = { "stop", "hold", "ok" };
  static const char *const key[] = { "web.trial.out", "web.trial.unknown", "web.trial.in" };
  const int k = a->eligible == TH_TRUE ? 2 : a->eligible == TH_FALSE ? 0 : 1;
  th_html_badge(h, cls[k], th_words_get(h->lang, key[k]));
  if (a->why.n) th_html_text(h, TH_S(" ")), th_html_el(h, "span", "hint inline", a->why);
}

static void criteria(th_html *h, const th_web_trial *t) {
  static const char *const side[] = { "web.trial.side.unstated", "web.trial.side.include", "web.trial.side.exclude" };
  static const char *const heads[] = { "web.trial.line", "web.trial.read", "web.trial.patient" };
  th_html_el_say(h, "h2", NULL, "web.trial.criteria");
  if (!t->lines->n) {
    th_html_el_say(h, "p", NULL, "state.not-stated");
    return;
  }
  for (int s = 0; s < 3; s++) {
    static const th_trial_side order[] = { TH_TRIAL_INCLUDE, TH_TRIAL_EXCLUDE, TH_TRIAL_UNSTATED };
    size_t n = 0;
    for (size_t i = 0; i < t->lines->n; i++) n += t->lines->v[i].side == order[s];
    if (!n) continue;
    th_html_el_say(h, "h3", NULL, side[order[s]]);
    th_html_table_begin(h, "list", side[order[s]], heads, t->match ? 3 : 2);
    for (size_t i = 0; i < t->lines->n; i++) {
      const th_trial_line *l = &t->lines->v[i];
      if (l->side != order[s]) continue;
      th_html_row_begin(h, NULL);
      th_html_open(h, "td");
      th_html_quote(h, l->raw.n ? l->raw : l->text);
      th_html_close(h);
      th_html_cell(h, th_words_get(h->lang, l->whole ? "web.trial.whole" : l->terms.n ? "web.trial.part" : "web.trial.person"));
      if (t->match) {
        th_html_open(h, "td");
        answer(h, &t->match->lines.v[i]);
        th_html_close(h);
      }
      th_html_row_end(h);
    }
    th_html_table_end(h);
  }
}

static void papers(th_html *h, const th_store_record_vec *v) {
  th_html_el_say(h, "h2", NULL, "web.trial.papers");
  if (!v->n) {
    th_html_el_say(h, "p", NULL, "web.trial.no-papers");
    return;
  }
  th_html_open_cls(h, "ul", "results");
  for (size_t i = 0; i < v->n; i++) {
    th_html_open(h, "li");
    th_html_link(h, th_str_fmt(h->a, "/record/%lld", (long long)v->v[i].id), v->v[i].title.n ? v->v[i].title : v->v[i].key);
    th_html_close(h);
  }
  th_html_close(h);
}

void th_web_trial_put(th_html *h, const th_web_trial *t) {
  const th_ctgov_study *s = t->study;
  th_html_open(h, "p");
  th_html_el(h, "code", NULL, s->nct_id.text);
  th_html_text(h, TH_S(" "));
  th_html_badge(h, status_class(s->status.text), th_web_trial_value(h, s->status.text));
  if (s->why_stopped.text.n) th_html_text(h, TH_S(" ")), th_html_quote(h, s->why_stopped.text);
  th_html_close(h);
  results_line(h, t);
  fields(h, t->rows);
  if (t->match) {
    static const char *const key[] = { "web.trial.match.out", "web.trial.match.unknown", "web.trial.match.in" };
    static const char *const cls[] = { "stop", "hold", "ok" };
    const int k = t->match->eligible == TH_TRUE ? 2 : t->match->eligible == TH_FALSE ? 0 : 1;
    const th_str n[] = { th_str_fmt(h->a, "%u", t->match->n[TH_TRUE]), th_str_fmt(h->a, "%u", t->match->n[TH_FALSE]),
                         th_str_fmt(h->a, "%u", t->match->n[TH_UNKNOWN]) };
    th_html_open(h, "div");
    th_html_attr(h, "class", th_str_fmt(h->a, "answer %s", cls[k]));
    th_html_attrz(h, "role", "status");
    th_html_el_say(h, "p", "lede", key[k]);
    th_html_el_sayf(h, "p", NULL, "web.trial.match.counts", 3, n);
    th_html_close(h);
  }
  criteria(h, t);
  papers(h, t->papers);
}

/* ── Changes, and side by side ─────────────────────────────────────────────────────────────────────────────────────── */

static void field_head(th_html *h, const char *field) {
  const th_str key = th_str_fmt(h->a, "registry.field.%s", field);
  th_html_open(h, "th");
  th_html_attrz(h, "scope", "row");
  th_html_text(h, key.p && th_words_has(key.p) ? th_words_get(h->lang, key.p) : word(h, field));
  th_html_close(h);
}

void th_web_trial_diff(th_html *h, const th_trial_diff *d) {
  static const char *const heads[] = { "web.trial.field", "web.trial.before", "web.trial.after" };
  if (d->outcome_changed != TH_FALSE) {
    th_web_note_begin(h, d->outcome_changed == TH_TRUE ? "stop" : "warn");
    th_html_el(h, "p", NULL, word(h, d->outcome_changed == TH_TRUE ? "diff.outcome" : "diff.maybe"));
    th_html_close(h);
  }
  if (!d->changes.n) {
    th_html_el(h, "p", NULL, word(h, "diff.none"));
    return;
  }
  th_html_table_begin(h, "list", "web.trial.changes", heads, 3);
  for (size_t i = 0; i < d->changes.n; i++) {
    const th_trial_change *c = &d->changes.v[i];
    th_html_row_begin(h, NULL);
    field_head(h, c->field);
    th_html_open(h, "td");
    th_html_open(h, "del");
    th_html_text(h, field_value(h, c->field, c->before));
    th_html_close(h);
    th_html_close(h);
    th_html_open(h, "td");
    th_html_open(h, "ins");
    th_html_text(h, field_value(h, c->field, c->after));
    th_html_close(h);
    th_html_close(h);
    th_html_row_end(h);
  }
  th_html_table_end(h);
}

void th_web_trial_compare(th_html *h, const th_ctgov_study *const *study, size_t n, const th_trial_rows *rows) {
  th_html_table_open(h, "matrix", "web.trial.compare");
  th_html_el_say(h, "td", NULL, "web.trial.field");
  for (size_t i = 0; i < n; i++) {
    th_html_open(h, "th");
    th_html_attrz(h, "scope", "col");
    th_html_link(h, th_web_path(h->a, "/trial/", study[i]->nct_id.text, ""), study[i]->nct_id.text);
    th_html_close(h);
  }
  th_html_close(h);
  th_html_close(h);
  th_html_open(h, "tbody");
  for (size_t r = 0; r < rows->n; r++) {
    th_html_row_begin(h, rows->v[r].differs ? "leading" : NULL);
    field_head(h, rows->v[r].field);
    for (size_t i = 0; i < n; i++) th_html_cell(h, field_value(h, rows->v[r].field, rows->v[r].value[i]));
    th_html_row_end(h);
  }
  for (int i = 0; i < 3; i++) th_html_close(h);
}
