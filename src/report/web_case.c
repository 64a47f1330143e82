/* Around a case: its steps, the answer so far beside them, and the words for outcomes. */
#include "theriac/report/web_case.h"

#include <stdio.h>

static bool zh(const th_html *h) {
  return h->lang == TH_WORDS_ZH_TW;
}

/* ── Words ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

const char *th_web_outcome_key_of(th_str name) {
  static const char *const keys[] = { "apply.out.version", "apply.out.depends", "apply.out.met",
                                      "apply.out.not",     "apply.out.unknown", "apply.out.human" };
  for (int o = TH_OUT_VERSION_UNAVAILABLE; o <= TH_OUT_HUMAN; o++)
    if (th_str_is(name, th_rule_outcome_name((th_rule_outcome)o))) return keys[o];
  return "apply.out.none";
}

const char *th_web_outcome_key(const th_coverage_result *r) {
  return th_web_outcome_key_of(th_str_of(th_rule_outcome_name(r->rule.outcome)));
}

const char *th_web_outcome_class(const th_coverage_result *r) {
  return r->rule.outcome == TH_OUT_MET ? "ok" : r->rule.outcome == TH_OUT_NOT_MET ? "stop" : "hold";
}

const char *th_web_clause_key(const th_coverage_result *r, uint32_t at) {
  static const char *const keys[] = { "apply.v.not", "apply.v.unknown", "apply.v.met", "apply.v.human" };
  return r->rule.node_depends[at] ? "apply.v.depends" : keys[r->rule.node[at]];
}

const char *th_web_clause_class(const th_coverage_result *r, uint32_t at) {
  static const char *const classes[] = { "not", "unknown", "met", "human" };
  return r->rule.node_depends[at] ? "depends" : classes[r->rule.node[at]];
}

th_str th_web_gate_name(const th_html *h, const th_case_view *v, const th_entry_gate *g) {
  const th_str name = zh(h) ? g->gate->zh : g->gate->en;
  if (g->sheet < 0) return name;
  const th_rule_prefix *p = &v->e->coverage->dict.prefix[g->sheet];
  return th_str_fmt(h->a, zh(h) ? "%.*s：%.*s" : "%.*s: %.*s", TH_STR_ARG(name), TH_STR_ARG(zh(h) ? p->zh : p->en));
}

th_str th_web_case_step(th_html *h, const th_case_view *v, const th_entry_gate *g) {
  if (g->sheet < 0) return th_str_fmt(h->a, "%.*s/enter/%.*s", TH_STR_ARG(v->href), TH_STR_ARG(g->gate->name));
  return th_str_fmt(h->a, "%.*s/enter/%.*s-%.*s", TH_STR_ARG(v->href), TH_STR_ARG(g->gate->name),
                    TH_STR_ARG(v->e->coverage->dict.prefix[g->sheet].name));
}

/* ── Clauses as a tree ─────────────────────────────────────────────────────────────────────────────────────────────── */

static void below(const th_coverage_result *r, uint32_t at, uint32_t *out, uint32_t *n, uint32_t cap) {
  const th_rule_node *node = &r->policy->node[at];
  const uint32_t kids = node->kind == TH_RULE_READING || node->kind == TH_RULE_GATE ? 1 : node->n_kids;
  for (uint32_t i = 0; i < kids; i++) {
    const uint32_t k = node->kid[i];
    bool again = false;
    if (!r->policy->node[k].id.n) {
      below(r, k, out, n, cap);
      continue;
    }
    for (uint32_t j = 0; j < *n; j++) again |= out[j] == k;
    if (!again && *n < cap) out[(*n)++] = k;
  }
}

uint32_t th_web_clauses_below(const th_coverage_result *r, uint32_t at, uint32_t *out, uint32_t cap) {
  uint32_t n = 0;
  below(r, at, out, &n, cap);
  return n;
}

/* ── Ways ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

void th_web_case_tabs(th_html *h, const th_case_view *v, const char *here) {
  static const struct {
    const char *page, *key;
  } tabs[] = { { "", "apply.tab.entry" },       { "calendar", "apply.calendar" }, { "dose", "apply.dose" },
               { "form", "apply.form" },        { "packet", "web.packet.title" }, { "renew", "apply.renew" },
               { "versions", "apply.versions" } };
  th_html_open(h, "nav");
  th_html_attrz(h, "class", "tabs");
  th_html_attr_say(h, "aria-label", "apply.tabs");
  th_html_open_cls(h, "ul", "chips");
  for (size_t i = 0; i < sizeof tabs / sizeof *tabs; i++) {
    th_html_open(h, "li");
    th_html_open(h, "a");
    th_html_attr(h, "href", th_str_fmt(h->a, "%.*s%s%s", TH_STR_ARG(v->href), *tabs[i].page ? "/" : "", tabs[i].page));
    if (here && strcmp(here, tabs[i].page) == 0) th_html_attrz(h, "aria-current", "page");
    th_html_say(h, tabs[i].key);
    th_html_close(h);
    th_html_close(h);
  }
  th_html_close(h);
  th_html_close(h);
}

/* ── Steps ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void step(th_html *h, const th_case_view *v, const th_entry_gate *g, bool here) {
  th_html_open_cls(h, "li", g->n_ask ? "lacks" : "done");
  th_html_open(h, "a");
  th_html_attr(h, "href", th_web_case_step(h, v, g));
  if (here) th_html_attrz(h, "aria-current", "step");
  th_html_text(h, th_web_gate_name(h, v, g));
  th_html_close(h);
  th_html_open_cls(h, "span", "count");
  if (g->n_ask)
    TH_HTML_FILL(h, "apply.step.lacks", th_str_fmt(h->a, "%u", g->n_ask));
  else
    th_html_say(h, g->n_told ? "apply.step.enough" : "apply.step.idle");
  th_html_close(h);
  th_html_close(h);
}

void th_web_case_steps(th_html *h, const th_case_view *v, const th_entry_gate *here) {
  th_html_open_cls(h, "nav", "steps");
  th_html_attr_say(h, "aria-label", "apply.steps");
  th_html_open(h, "ol");
  for (uint32_t i = 0; i < v->n_gates; i++) step(h, v, &v->gate[i], &v->gate[i] == here);
  th_html_open_cls(h, "li", "last");
  th_html_open(h, "a");
  th_html_attr(h, "href", v->href);
  if (!here) th_html_attrz(h, "aria-current", "step");
  th_html_say(h, "apply.step.answer");
  th_html_close(h);
  th_html_close(h);
  th_html_close(h);
  th_html_close(h);
}

/* ── Beside the form ───────────────────────────────────────────────────────────────────────────────────────────────── */

static const th_entry_gate *next_open(const th_case_view *v) {
  for (uint32_t i = 0; i < v->n_gates; i++)
    if (v->gate[i].n_ask) return &v->gate[i];
  return NULL;
}

static void states(th_html *h, const th_case_view *v) {
  uint32_t clause[64];
  const uint32_t n = th_web_clauses_below(v->r, v->r->path->root, clause, 64);
  th_html_open_cls(h, "ul", "states");
  for (uint32_t i = 0; i < n; i++) {
    const th_rule_node *node = &v->r->policy->node[clause[i]];
    th_html_open_cls(h, "li", th_web_clause_class(v->r, clause[i]));
    th_html_open(h, "a");
    th_html_attr(h, "href", th_str_fmt(h->a, "%.*s#c-%.*s", TH_STR_ARG(v->href), TH_STR_ARG(node->id)));
    th_html_text(h, zh(h) ? node->zh : node->en);
    th_html_close(h);
    th_html_open_cls(h, "span", "state");
    th_html_say(h, th_web_clause_key(v->r, clause[i]));
    th_html_close(h);
    th_html_close(h);
  }
  th_html_close(h);
}

void th_web_case_aside(th_html *h, const th_case_view *v) {
  const th_entry_gate *open = next_open(v);
  uint32_t n = 0;
  for (uint32_t i = 0; i < v->n_gates; i++) n += v->gate[i].n_ask;
  th_html_open(h, "aside");
  th_html_attr(h, "class", th_str_fmt(h->a, "so-far %s", th_web_outcome_class(v->r)));
  th_html_attr_say(h, "aria-label", "apply.so-far");
  th_html_open_cls(h, "p", "outcome");
  th_html_el_say(h, "span", "small", "apply.so-far");
  th_html_el_say(h, "strong", NULL, th_web_outcome_key(v->r));
  if (v->r->rule.stop == TH_V_T) th_html_badge(h, "stop", th_words_get(h->lang, "apply.stop"));
  th_html_close(h);
  if (v->r->rule.outcome != TH_OUT_VERSION_UNAVAILABLE) {
    if (open)
      th_html_el_sayf(h, "p", "small", "apply.lacks", 1, (th_str[]){ th_str_fmt(h->a, "%u", n) });
    else
      th_html_el_say(h, "p", "small", "apply.lacks.none");
    th_html_open(h, "details");
    th_html_flag(h, "open", true);
    th_html_el_say(h, "summary", NULL, "apply.clauses");
    states(h, v);
    th_html_close(h);
  }
  th_html_close(h);
}
