/* A step of the entry: first what can change the outcome and what was told; the rest folded away, never hidden. */
#include "theriac/report/web_case.h"

typedef enum where { HERE, COMPUTED, OTHER_READING, NEEDLESS } where;

static bool is_zh(const th_html *h) {
  return h->lang == TH_WORDS_ZH_TW;
}

/* No clause reads it; forms print it, or the dose goes by it. */
static bool for_forms(const th_case_view *v, int32_t fact) {
  if (v->e->coverage->dict.fact[fact].sheet >= 0) return false;
  for (uint32_t i = 0; i < v->e->path->n_facts; i++)
    if (v->e->path->fact[i] == fact) return false;
  return true;
}

static where where_of(const th_case_view *v, int32_t fact) {
  for (size_t i = 0; i < v->n_problems; i++)
    if (v->problem[i].fact == fact) return HERE;
  const th_str source = th_coverage_entry_source(v->e, fact);
  if (source.n && source.p[0] == '#') return COMPUTED;
  if (v->e->fact[fact].json || v->e->fact[fact].not_done || v->ask[fact] == TH_ASK_DEFAULT || for_forms(v, fact)) return HERE;
  return v->ask[fact] == TH_ASK_OTHER_READING ? OTHER_READING : NEEDLESS;
}

static uint32_t count(const th_case_view *v, const th_entry_gate *g, where w) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < g->n; i++) n += where_of(v, g->fact[i]) == w;
  return n;
}

static void facts(th_html *h, const th_case_view *v, const th_entry_gate *g, where w) {
  for (uint32_t i = 0; i < g->n; i++)
    if (where_of(v, g->fact[i]) == w) th_web_case_fact(h, v, g->fact[i], true);
}

static void folded(th_html *h, const th_case_view *v, const th_entry_gate *g, where w, const char *key) {
  const uint32_t n = count(v, g, w);
  if (!n) return;
  th_html_open_cls(h, "details", "rest");
  th_html_el_sayf(h, "summary", NULL, key, 1, (th_str[]){ th_str_fmt(h->a, "%u", n) });
  facts(h, v, g, w);
  th_html_close(h);
}

static void actions(th_html *h, const th_case_view *v) {
  if (v->read_only) return;
  th_html_open_cls(h, "p", "actions");
  th_web_button_value(h, "primary", "then", "next", "apply.save.next");
  th_web_button_value(h, "quiet", "then", "stay", "apply.save");
  th_html_close(h);
}

void th_web_case_gate(th_html *h, const th_case_view *v, const th_entry_gate *g) {
  if (v->n_problems || v->bad_sheet_day) th_web_note(h, "stop", "apply.bad");
  th_web_form_begin(h, "post", th_web_case_step(h, v, g), false);
  th_html_attrz(h, "class", "entry");
  th_web_hidden(h, "version", th_str_fmt(h->a, "%u", v->version));
  if (g->sheet >= 0)
    th_web_case_sheet(h, v, g);
  else {
    if (!count(v, g, HERE)) th_html_el_say(h, "p", NULL, "apply.nothing-here");
    facts(h, v, g, HERE);
    folded(h, v, g, COMPUTED, "apply.rest.computed");
    folded(h, v, g, OTHER_READING, "apply.rest.other");
    folded(h, v, g, NEEDLESS, "apply.rest.needless");
  }
  actions(h, v);
  th_html_close(h);
}

/* ── Score sheets ──────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct sheet {
  const th_case_view *v;
  th_str prefix;
  const th_rule_tally *all, *counted; /* counted: what the path's clauses sum; NULL: none */
  const th_entry_gate *g;
} sheet;

static int32_t fact_of(th_html *h, const sheet *s, th_str item) {
  return th_rule_fact_find(&s->v->e->coverage->dict, th_str_fmt(h->a, "%.*s_%.*s", TH_STR_ARG(s->prefix), TH_STR_ARG(item)));
}

/* The table that clauses of the path sum at this sheet; the shortest, since the raw one is summed under another reading. */
static const th_rule_tally *counted_at(const th_case_view *v, th_str prefix) {
  const th_rule_policy *p = v->r->policy;
  const th_rule_tally *best = NULL;
  for (uint32_t i = 0; i < v->r->path->n_order; i++) {
    const th_rule_node *n = &p->node[v->r->path->order[i]];
    const int32_t tally[] = { n->tally, n->minus };
    for (int k = 0; n->kind == TH_RULE_SCORE && k < 2; k++) {
      if (tally[k] < 0 || !th_str_eq(p->tally[tally[k]].prefix, prefix)) continue;
      if (!best || p->tally[tally[k]].n < best->n) best = &p->tally[tally[k]];
    }
  }
  return best;
}

static const th_rule_item *counted_item(const sheet *s, th_str name) {
  for (uint32_t i = 0; s->counted && i < s->counted->n; i++)
    if (th_str_eq(s->counted->item[i].name, name)) return &s->counted->item[i];
  return NULL;
}

static bool below_reads(const th_rule_policy *p, uint32_t at, int32_t fact) {
  const th_rule_node *n = &p->node[at];
  if (n->kind == TH_RULE_LEAF)
    for (uint32_t i = 0; i < p->leaf[n->leaf].n_facts; i++)
      if (p->leaf[n->leaf].fact[i] == fact) return true;
  for (uint32_t i = 0; i < n->n_kids; i++)
    if (below_reads(p, n->kid[i], fact)) return true;
  return false;
}

/* How many counted items read a fact of the sheet; the last of them. */
static uint32_t readers(const sheet *s, int32_t fact, const th_rule_item **last) {
  uint32_t n = 0;
  for (uint32_t i = 0; s->counted && i < s->counted->n; i++)
    if (below_reads(s->v->r->policy, s->counted->item[i].node, fact)) n++, *last = &s->counted->item[i];
  return n;
}

static bool is_item(th_html *h, const sheet *s, int32_t fact) {
  for (uint32_t i = 0; s->all && i < s->all->n; i++)
    if (fact_of(h, s, s->all->item[i].name) == fact) return true;
  return false;
}

static void range(th_html *h, const char *key, int32_t lo, int32_t hi) {
  const th_str text = lo == hi ? th_str_fmt(h->a, "%d", lo) : th_str_fmt(h->a, "%d–%d", lo, hi);
  th_html_open_cls(h, "span", "total");
  TH_HTML_FILL(h, key, text);
  th_html_close(h);
}

static void totals(th_html *h, const sheet *s) {
  int32_t lo = 0, hi = 0, max = 0, capped_lo = 0, capped_hi = 0;
  const th_rule_result *r = &s->v->r->rule;
  for (uint32_t i = 0; s->counted && r->node && i < s->counted->n; i++) {
    const th_rule_item *it = &s->counted->item[i];
    const bool sure = r->node[it->node] == TH_V_T, may = r->node[it->node] != TH_V_F;
    *(it->capped ? &capped_lo : &lo) += sure ? it->weight : 0;
    *(it->capped ? &capped_hi : &hi) += may ? it->weight : 0;
    max += it->weight;
  }
  if (s->counted && s->counted->cap >= 0) {
    if (capped_lo > s->counted->cap) capped_lo = s->counted->cap;
    if (capped_hi > s->counted->cap) capped_hi = s->counted->cap;
  }
  th_html_open_cls(h, "p", "totals");
  if (max) range(h, "apply.score.counted", lo + capped_lo, hi + capped_hi);
  th_html_text(h, TH_S(" "));
  th_coverage_raw_total(s->v->r->policy, s->v->r->kase->values, s->prefix, &lo, &hi);
  range(h, "apply.score.raw", lo, hi);
  th_html_close(h);
}

static const char *counts_key(const sheet *s, const th_rule_item *counted, const char **cls) {
  if (!counted) return *cls = "off", "apply.score.not-listed";
  if (!s->v->r->rule.node) return *cls = "unknown", "apply.score.may-count"; /* no text to count by */
  const uint8_t v = s->v->r->rule.node[counted->node];
  if (v == TH_V_T) return *cls = "met", "apply.score.counts";
  if (v == TH_V_F) return *cls = "not", "apply.score.counts-not";
  return *cls = "unknown", "apply.score.may-count";
}

static void extras(th_html *h, const sheet *s, const th_rule_item *counted, bool open) {
  bool any = false;
  for (uint32_t i = 0; i < s->g->n; i++) {
    const th_rule_item *last = NULL;
    if (!counted || is_item(h, s, s->g->fact[i]) || readers(s, s->g->fact[i], &last) != 1 || last != counted) continue;
    if (!any) {
      th_html_open_cls(h, "details", "proofs");
      th_html_flag(h, "open", open);
      th_html_el_say(h, "summary", NULL, "apply.score.proofs");
    }
    any = true;
    th_web_case_fact(h, s->v, s->g->fact[i], false);
  }
  if (any) th_html_close(h);
}

static void item(th_html *h, const sheet *s, const th_rule_item *it) {
  const int32_t fact = fact_of(h, s, it->name);
  const th_rule_item *counted = counted_item(s, it->name);
  const bool child = th_str_starts(s->v->r->path->name, TH_S("psle-")), zh = is_zh(h);
  const char *cls, *key = counts_key(s, counted, &cls);
  if (fact < 0) return;
  const th_str told = th_coverage_entry_value(s->v->e, fact);
  const th_str *def = zh ? it->def_zh : it->def_en;
  th_html_open(h, "div");
  th_html_attr(h, "class", th_str_fmt(h->a, "item %s", cls));
  th_html_open_cls(h, "p", "weight");
  TH_HTML_FILL(h, "apply.score.weight", th_str_fmt(h->a, "%d", it->weight));
  th_html_text(h, TH_S(" "));
  th_html_el_say(h, "span", "state", key);
  th_html_close(h);
  th_web_case_fact(h, s->v, fact, false);
  th_html_el(h, "p", "hint", !child && def[1].n ? def[1] : def[0]);
  extras(h, s, counted, th_str_is(told, "yes"));
  th_html_close(h);
}

static th_str sent_day(const th_case_view *v, th_str kept) {
  for (size_t i = 0; i < v->n_sent; i++)
    if (th_str_is(v->sent[i].name, "sheet-day")) return v->sent[i].value;
  return kept;
}

void th_web_case_sheet(th_html *h, const th_case_view *v, const th_entry_gate *g) {
  const sheet s = { .v = v,
                    .g = g,
                    .prefix = v->e->coverage->dict.prefix[g->sheet].name,
                    .all = th_coverage_entry_sheet(v->r->policy),
                    .counted = counted_at(v, v->e->coverage->dict.prefix[g->sheet].name) };
  th_html_el_say(h, "p", "hint", th_str_starts(v->r->path->name, TH_S("psle-")) ? "apply.score.selena" : "apply.score.2k");
  th_html_open_cls(h, "div", "sheet-day");
  th_web_field_put(h,
                   &(th_web_field){ .name = "sheet-day",
                                    .label_key = "apply.score.day",
                                    .hint_key = "apply.score.day.hint",
                                    .value = sent_day(v, th_coverage_entry_sheet_day_text(v->e, g->sheet)),
                                    .error = v->bad_sheet_day ? th_words_get(h->lang, "apply.bad.full-date") : TH_STR_NONE });
  th_html_close(h);
  totals(h, &s);
  for (uint32_t i = 0; i < g->n; i++) { /* ESR, CRP, months on therapy: of the sheet, or of several items */
    const th_rule_item *last = NULL;
    if (!is_item(h, &s, g->fact[i]) && readers(&s, g->fact[i], &last) != 1) th_web_case_fact(h, v, g->fact[i], true);
  }
  if (!v->read_only) {
    th_html_open_cls(h, "p", "actions");
    th_web_button_value(h, "quiet absent-rest", "absent", th_str_z(h->a, s.prefix), "apply.score.absent");
    th_html_el_say(h, "span", "hint", "apply.score.absent.hint");
    th_html_close(h);
  }
  th_html_open_cls(h, "div", "items");
  for (uint32_t i = 0; s.all && i < s.all->n; i++) item(h, &s, &s.all->item[i]);
  th_html_close(h);
}
