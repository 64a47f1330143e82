/* A rule by itself: its editions, its clauses as worded, with their conditions, and what can be read in more than one way. */
#include "theriac/report/web_case.h"

void th_web_official(th_html *h, const th_coverage_text *o, th_str cite) {
  for (size_t i = 0; o && i < o->clauses.n; i++) {
    const th_coverage_clause *c = &o->clauses.v[i];
    if (!th_str_eq(c->id, cite) || !(c->clean.n || c->text.text.n)) continue;
    th_html_open_cls(h, "details", "official");
    th_html_el_say(h, "summary", NULL, "apply.official");
    th_html_open(h, "p");
    th_html_quote(h, c->clean.n ? c->clean : c->text.text);
    th_html_close(h);
    th_html_close(h);
    return;
  }
}

typedef struct tree {
  th_html *h;
  const th_rule_policy *p;
  const th_coverage_text *official;
  uint8_t *seen;
} tree;

static bool zh(const th_html *h) {
  return h->lang == TH_WORDS_ZH_TW;
}

static th_str either(const th_html *h, th_str z, th_str e) {
  return zh(h) ? z : e;
}

/* ── Editions ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void editions(th_html *h, const th_rule_policy *p) {
  static const char *const heads[] = { "apply.policy.from", "apply.policy.to", "apply.policy.state", "apply.policy.paths" };
  th_html_el_say(h, "h2", NULL, "apply.policy.editions");
  th_html_table_begin(h, "stack", "apply.policy.editions", heads, 4);
  for (uint32_t i = 0; i < p->n_versions; i++) {
    const th_rule_version *v = &p->versions[i];
    char iso[TH_DATE_TEXT], roc[TH_DATE_TEXT];
    th_html_row_begin(h, NULL);
    th_html_cell(
        h, th_str_fmt(h->a, zh(h) ? "%s（民國 %s）" : "%s (ROC %s)", th_date_iso(v->from, iso), th_date_roc(v->from, roc)));
    th_html_cell(h, v->to.prec ? th_str_dup(h->a, th_str_of(th_date_iso(v->to, iso)))
                               : th_words_get(h->lang, "apply.policy.open"));
    th_html_open(h, "td");
    th_html_badge(h, v->held ? "ok" : "unknown",
                  th_words_get(h->lang, v->held ? "apply.policy.held" : "apply.policy.not-held"));
    th_html_close(h);
    th_html_open(h, "td");
    for (uint32_t k = 0; k < v->n_applies; k++) {
      const th_rule_path *path = th_rule_path_find(p, v->applies[k]);
      if (!path) continue;
      if (k) th_html_text(h, zh(h) ? TH_S("、") : TH_S("; "));
      th_html_link(h, th_str_fmt(h->a, "#p-%.*s", TH_STR_ARG(path->name)),
                   either(h, p->node[path->root].zh, p->node[path->root].en));
    }
    th_html_close(h);
    th_html_row_end(h);
  }
  th_html_table_end(h);
}

/* ── Clauses ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void conditions(tree *t, uint32_t at, bool top) {
  const th_rule_node *n = &t->p->node[at];
  if (t->seen[at] || (!top && n->id.n)) return;
  t->seen[at] = 1;
  if (n->kind == TH_RULE_LEAF) {
    th_buf b;
    th_buf_init(&b, t->h->a, 96);
    th_coverage_leaf_text(&b, t->p, (uint32_t)n->leaf, zh(t->h));
    th_html_el(t->h, "li", NULL, th_buf_str(&b));
  }
  const uint32_t kids = n->kind == TH_RULE_READING || n->kind == TH_RULE_GATE ? 1 : n->n_kids;
  for (uint32_t i = 0; i < kids; i++) conditions(t, n->kid[i], false);
}

static uint32_t reading_of(const tree *t, uint32_t at) {
  const th_rule_node *n = &t->p->node[at];
  return n->kind == TH_RULE_READING ? (uint32_t)n->amb : UINT32_MAX;
}

static void below(const tree *t, uint32_t at, uint32_t *out, uint32_t *n, uint32_t cap) {
  const th_rule_node *node = &t->p->node[at];
  const uint32_t kids = node->kind == TH_RULE_READING || node->kind == TH_RULE_GATE ? 1 : node->n_kids;
  for (uint32_t i = 0; i < kids; i++) {
    const uint32_t k = node->kid[i];
    if (!t->p->node[k].id.n)
      below(t, k, out, n, cap);
    else if (*n < cap)
      out[(*n)++] = k;
  }
}

static void clause(tree *t, uint32_t at, unsigned depth) {
  const th_rule_node *n = &t->p->node[at];
  const uint32_t amb = reading_of(t, at);
  uint32_t kid[64], n_kids = 0;
  th_html_open_cls(t->h, "li", "clause-at");
  th_html_open(t->h, "p");
  th_html_text(t->h, either(t->h, n->zh, n->en));
  th_html_text(t->h, TH_S(" "));
  th_html_el(t->h, "span", "id", n->id);
  th_html_text(t->h, TH_S(" "));
  th_html_el(t->h, "cite", NULL, n->cite);
  if (amb != UINT32_MAX) {
    th_html_text(t->h, TH_S(" "));
    th_html_link(t->h, th_str_fmt(t->h->a, "#%.*s", TH_STR_ARG(t->p->amb[amb].id)), t->p->amb[amb].id);
  }
  th_html_close(t->h);
  th_html_open_cls(t->h, "ul", "values");
  th_html_text(t->h, TH_STR_NONE);
  conditions(t, at, true);
  th_html_close(t->h);
  th_web_official(t->h, t->official, n->cite);
  below(t, at, kid, &n_kids, 64);
  if (n_kids && depth < 10) {
    th_html_open_cls(t->h, "ul", "clauses");
    for (uint32_t i = 0; i < n_kids; i++) clause(t, kid[i], depth + 1);
    th_html_close(t->h);
  }
  th_html_close(t->h);
}

static void path(tree *t, const th_rule_path *p) {
  const th_rule_node *root = &t->p->node[p->root];
  uint32_t kid[64], n = 0;
  th_html_open_cls(t->h, "details", "path");
  th_html_open(t->h, "summary");
  th_html_open(t->h, "h2");
  th_html_attr(t->h, "id", th_str_fmt(t->h->a, "p-%.*s", TH_STR_ARG(p->name)));
  th_html_text(t->h, either(t->h, root->zh, root->en));
  th_html_text(t->h, TH_S(" "));
  th_html_el(t->h, "span", "other-script", root->cite);
  th_html_close(t->h);
  th_html_close(t->h);
  memset(t->seen, 0, t->p->n_nodes);
  below(t, p->root, kid, &n, 64);
  th_html_open_cls(t->h, "ul", "clauses");
  for (uint32_t i = 0; i < n; i++) clause(t, kid[i], 0);
  th_html_close(t->h);
  th_html_close(t->h);
}

/* ── Readings ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void readings(th_html *h, const th_rule_policy *p) {
  static const char *const heads[] = { "apply.reading", "apply.reading.default", "apply.reading.other" };
  if (!p->n_ambs) return;
  th_html_el_say(h, "h2", NULL, "apply.policy.readings");
  th_html_el_say(h, "p", NULL, "apply.policy.readings.what");
  th_html_table_begin(h, "stack", "apply.policy.readings", heads, 3);
  for (uint32_t i = 0; i < p->n_ambs; i++) {
    const th_rule_amb *a = &p->amb[i];
    if (!a->active) continue;
    th_html_row_begin(h, NULL);
    th_html_open(h, "td");
    th_html_attr(h, "id", a->id);
    th_html_el(h, "code", NULL, a->id);
    th_html_text(h, TH_S(" "));
    th_html_text(h, either(h, a->zh, a->en));
    th_html_text(h, TH_S(" "));
    th_html_el(h, "cite", NULL, a->cite);
    th_html_close(h);
    for (int k = 0; k < 2; k++) th_html_cell(h, either(h, a->r_zh[k], a->r_en[k]));
    th_html_row_end(h);
  }
  th_html_table_end(h);
  th_html_open(h, "details");
  th_html_el_say(h, "summary", NULL, "apply.policy.fixed");
  th_html_open(h, "ul");
  for (uint32_t i = 0; i < p->n_ambs; i++) {
    if (p->amb[i].active) continue;
    th_html_open(h, "li");
    th_html_el(h, "code", NULL, p->amb[i].id);
    th_html_text(h, TH_S(" "));
    th_html_text(h, either(h, p->amb[i].zh, p->amb[i].en));
    th_html_close(h);
  }
  th_html_close(h);
  th_html_close(h);
}

static void printed(th_html *h, const th_coverage_text *o) {
  char iso[TH_DATE_TEXT];
  th_html_el_say(h, "h2", NULL, "apply.policy.printed");
  th_html_open(h, "p");
  TH_HTML_FILL(h, "apply.policy.printed.what", o->heading.text, th_str_of(th_date_iso(o->effective, iso)));
  th_html_close(h);
  th_html_open(h, "details");
  th_html_el_say(h, "summary", NULL, "apply.policy.printed.all");
  for (size_t i = 0; i < o->clauses.n; i++) {
    const th_coverage_clause *c = &o->clauses.v[i];
    th_html_open(h, "p");
    th_html_el(h, "code", NULL, c->id);
    th_html_text(h, TH_S(" "));
    th_html_quote(h, c->clean.n ? c->clean : c->text.text);
    th_html_close(h);
  }
  th_html_close(h);
}

void th_web_policy(th_html *h, const th_rule_policy *p, const th_coverage_text *text) {
  if (p) {
    tree t = { .h = h, .p = p, .official = text, .seen = TH_NEWN(h->a, uint8_t, p->n_nodes) };
    if (!t.seen) {
      h->out->failed = true;
      return;
    }
    for (uint32_t i = 0; i < p->n_notices; i++) th_html_el(h, "p", "hint", either(h, p->notice[i].zh, p->notice[i].en));
    editions(h, p);
    if (text) printed(h, text);
    for (uint32_t i = 0; i < p->n_paths; i++) path(&t, &p->path[i]);
    readings(h, p);
  } else if (text) {
    th_web_note(h, "info", "apply.policy.no-tree");
    printed(h, text);
  }
}
