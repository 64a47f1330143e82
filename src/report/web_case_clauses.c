/* The clauses as a tree, each with the values it was judged by and, where the rule was imported, its official words. */
#include "theriac/report/web_case.h"

typedef struct tree {
  th_html *h;
  const th_case_view *v;
  uint8_t *drawn; /* a node: its anchor stands already */
  uint8_t *seen;
  bool all; /* little is open: clauses that lack data stand open too */
} tree;

static bool zh(const tree *t) {
  return t->h->lang == TH_WORDS_ZH_TW;
}

static void leaf(tree *t, const th_rule_node *n, uint32_t at) {
  const th_rule_policy *p = t->v->r->policy;
  const th_rule_leaf *l = &p->leaf[n->leaf];
  th_buf b;
  th_buf_init(&b, t->h->a, 128);
  th_coverage_leaf_text(&b, p, (uint32_t)n->leaf, zh(t));
  th_html_open_cls(t->h, "li", th_web_clause_class(t->v->r, at));
  th_html_el(t->h, "span", "condition", th_buf_str(&b));
  for (uint32_t i = 0; i < l->n_facts; i++) {
    th_buf_init(&b, t->h->a, 64);
    if (l->n_facts > 1) {
      th_buf_add(&b, zh(t) ? p->dict->fact[l->fact[i]].zh : p->dict->fact[l->fact[i]].en);
      th_buf_addz(&b, zh(t) ? "：" : ": ");
    }
    th_coverage_value_text(&b, p->dict, t->v->r->kase->values, l->fact[i], zh(t));
    th_html_el(t->h, "span", "value", th_buf_str(&b));
  }
  th_html_close(t->h);
}

static void decision(tree *t, const th_rule_node *n, uint32_t at) {
  th_buf b;
  th_buf_init(&b, t->h->a, 64);
  th_coverage_value_text(&b, t->v->r->policy->dict, t->v->r->kase->values, n->fact, zh(t));
  th_html_open_cls(t->h, "li", th_web_clause_class(t->v->r, at));
  th_html_el(t->h, "span", "condition",
             zh(t) ? t->v->r->policy->dict->fact[n->fact].zh : t->v->r->policy->dict->fact[n->fact].en);
  th_html_el(t->h, "span", "value", th_buf_str(&b));
  th_html_close(t->h);
}

/* Leaves of the clause itself: those below it that no other named clause claims. */
static void own_leaves(tree *t, uint32_t at, bool top) {
  const th_rule_node *n = &t->v->r->policy->node[at];
  if (t->seen[at] || (!top && n->id.n)) return;
  t->seen[at] = 1;
  if (n->kind == TH_RULE_LEAF) leaf(t, n, at);
  if (n->kind == TH_RULE_HUMAN) decision(t, n, at);
  const uint32_t kids = n->kind == TH_RULE_READING || n->kind == TH_RULE_GATE ? 1 : n->n_kids;
  for (uint32_t i = 0; i < kids; i++) own_leaves(t, n->kid[i], false);
}

static const th_rule_node *score_below(const tree *t, uint32_t at) {
  for (int depth = 0; depth < 8; depth++) {
    const th_rule_node *n = &t->v->r->policy->node[at];
    if (n->kind == TH_RULE_SCORE) return n;
    if (n->kind != TH_RULE_READING && n->kind != TH_RULE_GATE) return NULL;
    at = n->kid[0];
  }
  return NULL;
}

static void items(tree *t, int32_t tally) {
  if (tally < 0) return;
  const th_rule_tally *s = &t->v->r->policy->tally[tally];
  for (uint32_t i = 0; i < s->n; i++) {
    const uint8_t v = t->v->r->rule.node[s->item[i].node];
    if (v == TH_V_F) continue;
    th_html_open_cls(t->h, "li", v == TH_V_T ? "met" : "unknown");
    TH_HTML_FILL(t->h, v == TH_V_T ? "apply.score.item" : "apply.score.item.may", zh(t) ? s->item[i].zh : s->item[i].en,
                 th_str_fmt(t->h->a, "%d", s->item[i].weight));
    th_html_close(t->h);
  }
}

static void score(tree *t, uint32_t at) {
  const th_rule_node *n = score_below(t, at);
  const th_rule_result *r = &t->v->r->rule;
  static const char *const signs[] = { "≥", ">", "≤", "<", "=" };
  if (!n) return;
  for (uint32_t i = 0; i < r->n_scores; i++) {
    if (r->score[i].node != at) continue;
    const th_str sum = r->score[i].lo == r->score[i].hi ? th_str_fmt(t->h->a, "%d", r->score[i].lo)
                                                        : th_str_fmt(t->h->a, "%d–%d", r->score[i].lo, r->score[i].hi);
    th_html_open_cls(t->h, "li", th_web_clause_class(t->v->r, at));
    TH_HTML_FILL(t->h, n->minus >= 0 ? "apply.score.fall" : "apply.score.sum", sum, th_str_of(signs[n->op]),
                 th_str_fmt(t->h->a, "%g", n->value));
    th_html_close(t->h);
  }
  items(t, n->tally);
  items(t, n->minus);
}

static void clause(tree *t, uint32_t at, unsigned depth);

static void inside(tree *t, uint32_t at, unsigned depth) {
  uint32_t kid[64];
  const uint32_t n = th_web_clauses_below(t->v->r, at, kid, 64);
  const size_t before = t->h->out->n;
  th_html_open_cls(t->h, "ul", "values");
  th_html_text(t->h, TH_STR_NONE);
  const size_t empty = t->h->out->n;
  score(t, at);
  memset(t->seen, 0, t->v->r->policy->n_nodes);
  own_leaves(t, at, true);
  const bool none = t->h->out->n == empty;
  th_html_close(t->h);
  if (none) t->h->out->n = before; /* an empty list says nothing */
  th_web_official(t->h, t->v->official, t->v->r->policy->node[at].cite);
  if (!n || depth > 8) return;
  th_html_open_cls(t->h, "ul", "clauses");
  for (uint32_t i = 0; i < n; i++) clause(t, kid[i], depth + 1);
  th_html_close(t->h);
}

static void head(tree *t, uint32_t at) {
  const th_rule_node *n = &t->v->r->policy->node[at];
  th_html_el_say(t->h, "span", "state", th_web_clause_key(t->v->r, at));
  th_html_text(t->h, TH_S(" "));
  th_html_text(t->h, zh(t) ? n->zh : n->en);
  th_html_text(t->h, TH_S(" "));
  th_html_open_cls(t->h, "span", "id");
  th_html_text(t->h, n->id);
  th_html_close(t->h);
  th_html_text(t->h, TH_S(" "));
  th_html_el(t->h, "cite", NULL, n->cite);
}

static void clause(tree *t, uint32_t at, unsigned depth) {
  const th_rule_node *n = &t->v->r->policy->node[at];
  const uint8_t v = t->v->r->rule.node[at];
  th_html_open(t->h, "li");
  th_html_attr(t->h, "class", th_str_fmt(t->h->a, "clause-at %s", th_web_clause_class(t->v->r, at)));
  if (!t->drawn[at]) th_html_attr(t->h, "id", th_str_fmt(t->h->a, "c-%.*s", TH_STR_ARG(n->id)));
  t->drawn[at] = 1;
  th_html_open(t->h, "details");
  th_html_flag(t->h, "open", t->v->r->rule.node_depends[at] || (v != TH_V_T && (v != TH_V_U || t->all)));
  th_html_open(t->h, "summary");
  head(t, at);
  th_html_close(t->h);
  inside(t, at, depth);
  th_html_close(t->h);
  th_html_close(t->h);
}

void th_web_case_clauses(th_html *h, const th_case_view *v) {
  const th_rule_policy *p = v->r->policy;
  tree t = { .h = h, .v = v, .drawn = TH_NEWN(h->a, uint8_t, p->n_nodes), .seen = TH_NEWN(h->a, uint8_t, p->n_nodes) };
  uint32_t lacking = 0;
  for (uint32_t i = 0; i < v->n_gates; i++) lacking += v->gate[i].n_ask;
  t.all = lacking <= 12;
  if (!t.drawn || !t.seen) {
    h->out->failed = true;
    return;
  }
  th_html_el_say(h, "h2", NULL, "apply.clauses");
  th_html_open_cls(h, "ul", "clauses top");
  uint32_t kid[64];
  const uint32_t n = th_web_clauses_below(v->r, v->r->path->root, kid, 64);
  if (!n) clause(&t, v->r->path->root, 0);
  for (uint32_t i = 0; i < n; i++) clause(&t, kid[i], 0);
  th_html_close(h);
}
