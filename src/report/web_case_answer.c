/* The answer: outcome first under the default readings, then what another reading would change, what to collect, the clauses with the
 * values they were judged by, documents, days. */
#include "theriac/report/web_case.h"

#define SHORT_SET 8 /* facts: a longer list is gone through step by step */

static bool zh(const th_html *h) {
  return h->lang == TH_WORDS_ZH_TW;
}

static th_str either(const th_html *h, th_str z, th_str e) {
  return zh(h) ? z : e;
}

/* ── Outcome ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static const char *verdict_key(th_rule_verdict v) {
  static const char *const keys[] = { "apply.v.not", "apply.v.unknown", "apply.v.met", "apply.v.human" };
  return keys[v];
}

static const char *sentence_key(const th_coverage_result *r) {
  if (r->rule.reason)
    return th_str_is(th_str_of(r->rule.reason), "not_in_force") ? "apply.say.not-in-force" : "apply.say.not-held";
  switch (r->rule.outcome) {
  case TH_OUT_MET: return "apply.say.met";
  case TH_OUT_NOT_MET: return "apply.say.not";
  case TH_OUT_UNKNOWN: return "apply.say.unknown";
  case TH_OUT_HUMAN: return "apply.say.human";
  case TH_OUT_DEPENDS: return "apply.say.depends";
  case TH_OUT_VERSION_UNAVAILABLE: break;
  }
  return "apply.say.not-held";
}

static void outcome(th_html *h, const th_case_view *v) {
  const th_coverage_result *r = v->r;
  char iso[TH_DATE_TEXT], roc[TH_DATE_TEXT];
  th_html_open(h, "section");
  th_html_attr(h, "class", th_str_fmt(h->a, "answer %s", th_web_outcome_class(r)));
  th_html_attr_say(h, "aria-label", "apply.answer");
  th_html_el_say(h, "p", "verdict", th_web_outcome_key(r));
  th_html_el_say(h, "p", "lede", sentence_key(r));
  if (r->rule.outcome == TH_OUT_DEPENDS)
    th_html_el_sayf(h, "p", NULL, "apply.by-default", 1, (th_str[]){ th_words_get(h->lang, verdict_key(r->rule.by_default)) });
  if (r->rule.stop == TH_V_T) th_html_el_say(h, "p", "stop-line", "apply.say.stop");
  th_html_open_cls(h, "p", "small");
  TH_HTML_FILL(h, "apply.answer.of", either(h, r->policy->zh, r->policy->en),
               either(h, r->policy->node[r->path->root].zh, r->policy->node[r->path->root].en),
               th_str_of(th_date_iso(r->kase->as_of, iso)), th_str_of(th_date_roc(r->kase->as_of, roc)), r->policy->version);
  th_html_close(h);
  th_html_el_say(h, "p", "small", "apply.insurer");
  th_html_close(h);
}

/* ── Readings ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void reading(th_html *h, const th_case_view *v, uint32_t i, bool decides, th_rule_verdict other) {
  const th_rule_amb *a = &v->r->policy->amb[v->r->path->amb[i]];
  th_html_row_begin(h, NULL);
  th_html_open(h, "td");
  th_html_el(h, "code", NULL, a->id);
  th_html_text(h, TH_S(" "));
  th_html_text(h, either(h, a->zh, a->en));
  if (a->cite.n) {
    th_html_text(h, TH_S(" "));
    th_html_el(h, "cite", NULL, a->cite);
  }
  th_html_close(h);
  for (int k = 0; k < 2; k++) {
    const th_rule_verdict verdict = k ? other : v->r->rule.by_default;
    th_html_open(h, "td");
    th_html_text(h, either(h, a->r_zh[k], a->r_en[k]));
    th_html_text(h, TH_S(" — "));
    th_html_el_say(h, "strong", NULL, verdict_key(verdict));
    if (k && decides && other == v->r->rule.by_default) {
      th_html_text(h, TH_S(" "));
      th_html_el_say(h, "span", "small", "apply.reading.together");
    }
    th_html_close(h);
  }
  th_html_row_end(h);
}

static void readings(th_html *h, const th_case_view *v) {
  static const char *const heads[] = { "apply.reading", "apply.reading.default", "apply.reading.other" };
  const th_coverage_result *r = v->r;
  bool any = false;
  for (uint32_t i = 0; i < r->path->n_amb; i++) {
    const th_rule_verdict other = (th_rule_verdict)r->rule.combo[1u << (r->path->n_amb - 1 - i)];
    const bool decides = r->rule.readings >> i & 1;
    if (!decides && other == r->rule.by_default) continue;
    if (!any) {
      th_html_el_say(h, "h2", NULL, "apply.readings");
      th_html_table_begin(h, "stack", "apply.readings", heads, 3);
    }
    any = true;
    reading(h, v, i, decides, other);
  }
  if (any) th_html_table_end(h);
}

/* ── What to collect ───────────────────────────────────────────────────────────────────────────────────────────────── */

static const th_entry_gate *gate_with(const th_case_view *v, int32_t fact) {
  for (uint32_t i = 0; i < v->n_gates; i++)
    for (uint32_t k = 0; k < v->gate[i].n; k++)
      if (v->gate[i].fact[k] == fact) return &v->gate[i];
  return NULL;
}

static void wanted(th_html *h, const th_case_view *v, int32_t fact) {
  const th_rule_fact *f = &v->e->coverage->dict.fact[fact];
  const th_entry_gate *g = gate_with(v, fact);
  const th_str name = either(h, f->zh, f->en);
  if (g)
    th_html_link(h, th_str_fmt(h->a, "%.*s#q-%.*s", TH_STR_ARG(th_web_case_step(h, v, g)), TH_STR_ARG(f->name)), name);
  else
    th_html_text(h, name);
  const th_rule_cost *class = th_rule_fact_cost(&v->e->coverage->dict, fact);
  if (class) {
    const th_str word = either(h, class->zh, class->en);
    th_html_text(h, TH_S(" "));
    th_html_el(h, "small", NULL, th_str_fmt(h->a, zh(h) ? "（%.*s）" : "(%.*s)", TH_STR_ARG(word)));
  }
  if (!v->e->fact[fact].not_done) return;
  th_html_text(h, TH_S(" "));
  th_html_badge(h, "hold", th_words_get(h->lang, "apply.not-done"));
}

static void facts_of(th_html *h, const th_case_view *v, const th_rule_set *s, bool common) {
  bool first = true;
  for (uint32_t k = 0; k < s->n; k++) {
    if (th_coverage_in_every_set(v->r, s->fact[k]) != common) continue;
    if (!first) th_html_text(h, zh(h) ? TH_S("、") : TH_S(", "));
    first = false;
    wanted(h, v, s->fact[k]);
  }
}

static bool has_common(const th_case_view *v) {
  for (uint32_t k = 0; k < v->r->rule.cheapest[0].n; k++)
    if (th_coverage_in_every_set(v->r, v->r->rule.cheapest[0].fact[k])) return true;
  return false;
}

static void sets(th_html *h, const th_case_view *v) {
  const th_rule_result *r = &v->r->rule;
  const bool common = has_common(v), several = r->n_cheapest > 1;
  th_html_el_say(h, "p", NULL, "apply.collect.what");
  if (common) {
    th_html_open(h, "p");
    th_html_el_say(h, "strong", NULL, several ? "apply.collect.always" : "apply.collect.all");
    th_html_text(h, TH_S(" "));
    facts_of(h, v, &r->cheapest[0], true);
    th_html_close(h);
  }
  if (!several) return;
  th_html_el_say(h, "p", NULL, common ? "apply.collect.and-one" : "apply.collect.one");
  th_html_open(h, "ol");
  for (uint32_t i = 0; i < r->n_cheapest; i++) {
    th_html_open(h, "li");
    facts_of(h, v, &r->cheapest[i], false);
    th_html_close(h);
  }
  th_html_close(h);
}

/* Too much is open for a short list: where it lies, step by step. */
static void by_steps(th_html *h, const th_case_view *v) {
  th_html_el_say(h, "p", NULL, "apply.collect.steps");
  th_html_open(h, "ul");
  for (uint32_t i = 0; i < v->n_gates; i++) {
    if (!v->gate[i].n_ask) continue;
    th_html_open(h, "li");
    th_html_link(h, th_web_case_step(h, v, &v->gate[i]), th_web_gate_name(h, v, &v->gate[i]));
    th_html_text(h, TH_S(" "));
    TH_HTML_FILL(h, "apply.step.lacks", th_str_fmt(h->a, "%u", v->gate[i].n_ask));
    th_html_close(h);
  }
  th_html_close(h);
}

static void collect(th_html *h, const th_case_view *v) {
  bool open = false;
  for (uint32_t i = 0; i < v->n_gates; i++) open |= v->gate[i].n_ask > 0;
  if (!v->r->rule.n_collect && !open) return;
  th_html_el_say(h, "h2", NULL, "apply.collect");
  if (v->r->rule.n_collect && v->r->rule.collect[0].n <= SHORT_SET)
    sets(h, v);
  else
    by_steps(h, v);
}

/* ── Documents, days, remarks ──────────────────────────────────────────────────────────────────────────────────────── */

static const char *have_key(th_coverage_have s) {
  static const char *const keys[] = { "apply.doc.missing", "apply.doc.have", "apply.doc.not-needed" };
  return keys[s];
}

static void document(th_html *h, const th_case_view *v, uint32_t at, th_coverage_have state) {
  static const char *const cls[] = { "stop", "ok", "unknown" };
  const th_coverage_evidence *e = &v->r->evidence[at];
  th_html_row_begin(h, NULL);
  th_html_open(h, "td");
  th_html_badge(h, cls[state], th_words_get(h->lang, have_key(state)));
  th_html_close(h);
  th_html_cell(h, either(h, e->zh, e->en));
  th_html_open(h, "td");
  for (uint32_t i = at, n = 0; i < v->r->n_evidence; i++) {
    const th_coverage_evidence *x = &v->r->evidence[i];
    const th_str id = v->r->policy->node[x->node].id;
    if (!th_str_eq(x->id, e->id) || (state == TH_COVER_MISSING && x->state != state)) continue;
    if (n++) th_html_text(h, TH_S(" "));
    th_html_link(h, th_str_fmt(h->a, "#c-%.*s", TH_STR_ARG(id)), id);
  }
  th_html_close(h);
  th_html_row_end(h);
}

static void documents(th_html *h, const th_case_view *v) {
  static const char *const heads[] = { "apply.doc.state", "apply.doc", "apply.doc.clauses" };
  if (!v->r->n_evidence) return;
  th_html_el_say(h, "h2", NULL, "apply.docs");
  th_html_table_begin(h, "stack", "apply.docs", heads, 3);
  for (uint32_t i = 0; i < v->r->n_evidence; i++) {
    th_coverage_have state;
    if (th_coverage_document(v->r, i, &state)) document(h, v, i, state);
  }
  th_html_table_end(h);
}

static void days(th_html *h, const th_case_view *v) {
  static const char *const heads[] = { "apply.day", "apply.due" };
  if (!v->r->n_dates) return;
  th_html_el_say(h, "h2", NULL, "apply.days");
  th_html_table_begin(h, NULL, "apply.days", heads, 2);
  for (uint32_t i = 0; i < v->r->n_dates; i++) {
    char iso[TH_DATE_TEXT], roc[TH_DATE_TEXT];
    th_html_row_begin(h, NULL);
    th_html_open_cls(h, "td", "num");
    th_html_text(h, th_str_of(th_date_iso(v->r->date[i].day, iso)));
    if (zh(h)) th_html_textf(h, "（%s）", th_date_roc(v->r->date[i].day, roc));
    th_html_close(h);
    th_html_cell(h, either(h, v->r->date[i].zh, v->r->date[i].en));
    th_html_row_end(h);
  }
  th_html_table_end(h);
}

void th_web_case_remarks(th_html *h, const th_case_view *v) {
  th_str_vec list = { 0 };
  th_err err = { 0 };
  if (th_coverage_remarks(h->a, v->r, zh(h), &list, &err) != TH_OK) h->out->failed = true;
  if (!list.n) return;
  th_html_el_say(h, "h2", NULL, "apply.remarks");
  th_html_open(h, "ul");
  for (size_t i = 0; i < list.n; i++) th_html_el(h, "li", NULL, list.v[i]);
  th_html_close(h);
}

void th_web_case_answer(th_html *h, const th_case_view *v) {
  outcome(h, v);
  if (v->r->rule.outcome == TH_OUT_VERSION_UNAVAILABLE) return;
  readings(h, v);
  collect(h, v);
  documents(h, v);
  th_web_case_clauses(h, v);
  days(h, v);
  th_web_case_remarks(h, v);
}
