/* Which facts can still change the outcome: those under clauses that are undecided all the way up. Once strictly for the default readings,
 * once for what any mixture of readings may leave open. */
#include "coverage/entry_priv.h"

enum { CAN_F = 1, CAN_U = 2, CAN_T = 4 };

typedef struct walk {
  const th_coverage_result *r;
  const th_rule_policy *p;
  uint8_t *can;  /* a node: verdicts that some mixture of readings gives it */
  uint8_t *seen; /* a node: bit 0 the default, bit 1 other readings */
  uint8_t *ask;  /* a fact */
  bool other;
} walk;

/* ── What readings may give ────────────────────────────────────────────────────────────────────────────────────────── */

static uint8_t of_verdict(uint8_t v) {
  return v == TH_V_T ? CAN_T : v == TH_V_F ? CAN_F : CAN_U;
}

/* Every smaller of a pair (all), or every larger (any). */
static uint8_t fold(uint8_t a, uint8_t b, bool smaller) {
  uint8_t out = 0;
  for (int i = 0; i < 3; i++)
    for (int k = 0; k < 3; k++)
      if (a >> i & 1 && b >> k & 1) out |= (uint8_t)(1 << (smaller == (i < k) ? i : k));
  return out;
}

static uint8_t flip(uint8_t c) {
  return (uint8_t)((c & CAN_U) | (c & CAN_T ? CAN_F : 0) | (c & CAN_F ? CAN_T : 0));
}

static bool in_force(const walk *w, const th_rule_node *n) {
  const int32_t day = th_date_first(w->r->kase->as_of);
  return day >= n->from && day <= n->to;
}

static bool absent(const walk *w, uint32_t at) {
  const th_rule_node *n = &w->p->node[at];
  if (n->kind != TH_RULE_LEAF) return false;
  const th_rule_leaf *l = &w->p->leaf[n->leaf];
  for (uint32_t i = 0; i < l->n_facts; i++)
    if (w->r->kase->values[l->fact[i]].state == TH_RULE_ABSENT) return true;
  return false;
}

static uint8_t at_least(const walk *w, const th_rule_node *n) {
  uint32_t may = 0, sure = 0;
  for (uint32_t i = 0; i < n->n_kids; i++) {
    const uint8_t c = w->can[n->kid[i]];
    may += c != CAN_F;
    sure += c == CAN_T;
  }
  return sure >= n->k ? CAN_T : may < n->k ? CAN_F : CAN_F | CAN_U | CAN_T;
}

static uint8_t measured(const walk *w, const th_rule_node *n) {
  uint8_t c = 0;
  for (uint32_t i = 0; i < n->n_kids; i++) {
    if (absent(w, n->kid[i])) continue;
    c = c ? fold(c, w->can[n->kid[i]], n->measured_all) : w->can[n->kid[i]];
  }
  return c ? c : CAN_U;
}

static uint8_t score(const walk *w, const th_rule_node *n, uint8_t own) {
  const int32_t sheet[] = { n->tally, n->minus };
  for (int s = 0; s < 2; s++)
    for (uint32_t i = 0; sheet[s] >= 0 && i < w->p->tally[sheet[s]].n; i++) {
      const uint8_t c = w->can[w->p->tally[sheet[s]].item[i].node];
      if (c != CAN_T && c != CAN_F && c != CAN_U) return CAN_F | CAN_U | CAN_T;
    }
  return own;
}

static uint8_t can_be(const walk *w, uint32_t at) {
  const th_rule_node *n = &w->p->node[at];
  uint8_t c;
  switch ((th_rule_kind)n->kind) {
  case TH_RULE_READING: return w->can[n->kid[0]] | w->can[n->kid[1]];
  case TH_RULE_GATE: return w->can[n->kid[in_force(w, n) ? 0 : 1]];
  case TH_RULE_NOT: return flip(w->can[n->kid[0]]);
  case TH_RULE_EXCEPTION: return fold(w->can[n->kid[0]], fold(w->can[n->kid[1]], w->can[n->kid[2]], true), false);
  case TH_RULE_AT_LEAST: return at_least(w, n);
  case TH_RULE_MEASURED: return measured(w, n);
  case TH_RULE_SCORE: return score(w, n, of_verdict(w->r->rule.node[at]));
  case TH_RULE_ALL:
  case TH_RULE_ANY:
  case TH_RULE_STOP_OVERRIDE:
    c = n->kind == TH_RULE_STOP_OVERRIDE ? flip(w->can[n->kid[0]]) : w->can[n->kid[0]];
    for (uint32_t i = 1; i < n->n_kids; i++) c = fold(c, w->can[n->kid[i]], n->kind != TH_RULE_ANY);
    return c;
  case TH_RULE_CONST: return n->constant ? CAN_T : CAN_F;
  case TH_RULE_HUMAN:
  case TH_RULE_LEAF: break;
  }
  return of_verdict(w->r->rule.node[at]);
}

/* ── Down through what is open ─────────────────────────────────────────────────────────────────────────────────────── */

static bool open_at(const walk *w, uint32_t at) {
  if (w->other) return w->can[at] & CAN_U;
  return w->r->rule.node[at] == TH_V_U || w->r->rule.node[at] == TH_V_H;
}

static void ask_for(walk *w, int32_t fact) {
  const th_rule_value *v = &w->r->kase->values[fact];
  const uint8_t level = w->other ? TH_ASK_OTHER_READING : TH_ASK_DEFAULT;
  const th_rule_fact *f = &w->p->dict->fact[fact];
  const bool exact =
      v->state == TH_RULE_KNOWN && (f->type == TH_RULE_NUMBER ? v->lo == v->hi
                                    : f->type == TH_RULE_DATE ? v->date.prec == TH_DATE_DAY
                                                              : f->type == TH_RULE_BOOL || f->type == TH_RULE_CODE);
  if (!exact && w->ask[fact] < level) w->ask[fact] = level;
}

static void visit(walk *w, uint32_t at);

static void visit_sheet(walk *w, int32_t sheet) {
  for (uint32_t i = 0; sheet >= 0 && i < w->p->tally[sheet].n; i++) visit(w, w->p->tally[sheet].item[i].node);
}

static void visit_kids(walk *w, const th_rule_node *n) {
  uint32_t from = 0, to = n->n_kids;
  if (n->kind == TH_RULE_READING && !w->other) to = 1;
  if (n->kind == TH_RULE_GATE) from = in_force(w, n) ? 0 : 1, to = from + 1;
  if (n->kind == TH_RULE_EXCEPTION) { /* a decision is asked for once what it is about is so */
    const uint8_t when = w->can[n->kid[1]];
    to = w->other ? (when & CAN_T ? 3 : 2) : w->r->rule.node[n->kid[1]] == TH_V_T ? 3 : 2;
  }
  for (uint32_t i = from; i < to; i++) visit(w, n->kid[i]);
}

static void visit(walk *w, uint32_t at) {
  const th_rule_node *n = &w->p->node[at];
  const uint8_t bit = w->other ? 2 : 1;
  if (w->seen[at] & bit || !open_at(w, at)) return;
  w->seen[at] |= bit;
  if (n->kind == TH_RULE_LEAF) {
    const th_rule_leaf *l = &w->p->leaf[n->leaf];
    for (uint32_t i = 0; i < l->n_facts; i++) ask_for(w, l->fact[i]);
  } else if (n->kind == TH_RULE_HUMAN) {
    ask_for(w, n->fact);
  } else if (n->kind == TH_RULE_SCORE) {
    visit_sheet(w, n->tally);
    visit_sheet(w, n->minus);
  } else
    visit_kids(w, n);
}

th_code th_coverage_entry_ask(th_arena *a, const th_coverage_result *r, const uint8_t **ask, th_err *err) {
  walk w = { .r = r,
             .p = r->policy,
             .can = TH_NEWN(a, uint8_t, r->policy->n_nodes),
             .seen = TH_NEWN(a, uint8_t, r->policy->n_nodes),
             .ask = TH_NEWN(a, uint8_t, r->policy->dict->n) };
  if (!w.can || !w.seen || !w.ask) return th_fail_nomem(err);
  *ask = w.ask;
  if (r->rule.outcome == TH_OUT_VERSION_UNAVAILABLE) return TH_OK;
  bool firm = true;
  for (uint32_t i = 0; i < r->rule.n_combos; i++) firm &= r->rule.combo[i] == TH_V_T || r->rule.combo[i] == TH_V_F;
  if (firm) return TH_OK;
  for (uint32_t i = 0; i < r->path->n_order; i++) w.can[r->path->order[i]] = can_be(&w, r->path->order[i]);
  w.other = true;
  visit(&w, r->path->root);
  w.other = false;
  visit(&w, r->path->root);
  return TH_OK;
}

/* ── Gates ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool told(const th_entry *e, int32_t fact) {
  return e->fact[fact].json || e->fact[fact].not_done;
}

static int32_t gate_of(const th_rule_dict *d, int32_t fact) {
  return d->fact[fact].gate >= 0 ? d->fact[fact].gate : (int32_t)d->n_gates - 1;
}

static void fill_gate(const th_entry *e, const uint8_t *ask, int32_t gate, th_entry_gate *at, int32_t *facts) {
  const th_rule_dict *d = &e->coverage->dict;
  for (uint32_t i = 0; i < e->n_asked; i++) {
    const int32_t fact = e->asked[i];
    if (gate_of(d, fact) != gate || d->fact[fact].sheet != at->sheet) continue;
    facts[at->n++] = fact;
    at->n_told += told(e, fact);
    at->n_ask += !told(e, fact) && ask[fact] == TH_ASK_DEFAULT;
    at->n_other += !told(e, fact) && ask[fact] == TH_ASK_OTHER_READING;
  }
}

th_code th_coverage_entry_gates(th_arena *a, const th_entry *e, const uint8_t *ask, const th_entry_gate **out, uint32_t *n,
                                th_err *err) {
  const th_rule_dict *d = &e->coverage->dict;
  th_entry_gate *list = TH_NEWN(a, th_entry_gate, (size_t)d->n_gates * (d->n_prefixes + 1) + 1);
  int32_t *facts = TH_NEWN(a, int32_t, e->n_asked ? e->n_asked : 1);
  if (!list || !facts) return th_fail_nomem(err);
  *out = list;
  *n = 0;
  for (uint32_t g = 0; g < d->n_gates; g++)
    for (int32_t sheet = -1; sheet < (int32_t)d->n_prefixes; sheet++) {
      list[*n] = (th_entry_gate){ .gate = &d->gate[g], .sheet = sheet, .fact = facts };
      fill_gate(e, ask, (int32_t)g, &list[*n], facts);
      facts += list[*n].n;
      *n += list[*n].n > 0;
    }
  return TH_OK;
}

/* ── Clauses that read a fact ──────────────────────────────────────────────────────────────────────────────────────── */

typedef struct readers {
  const th_rule_policy *p;
  int32_t fact;
  uint8_t *seen;
  uint32_t *out, n, cap;
} readers;

static bool reads(const readers *x, const th_rule_node *n) {
  if (n->kind == TH_RULE_HUMAN) return n->fact == x->fact;
  if (n->kind != TH_RULE_LEAF) return false;
  const th_rule_leaf *l = &x->p->leaf[n->leaf];
  for (uint32_t i = 0; i < l->n_facts; i++)
    if (l->fact[i] == x->fact) return true;
  return false;
}

static void look(readers *x, uint32_t at, uint32_t named) {
  const th_rule_node *n = &x->p->node[at];
  if (n->id.n) named = at;
  if (reads(x, n)) {
    for (uint32_t i = 0; i < x->n; i++)
      if (x->out[i] == named) return;
    if (x->n < x->cap) x->out[x->n++] = named;
    return;
  }
  if (x->seen[at]) return;
  x->seen[at] = 1;
  for (uint32_t i = 0; i < n->n_kids; i++) look(x, n->kid[i], named);
  const int32_t sheet[] = { n->tally, n->minus };
  for (int s = 0; n->kind == TH_RULE_SCORE && s < 2; s++)
    for (uint32_t i = 0; sheet[s] >= 0 && i < x->p->tally[sheet[s]].n; i++) look(x, x->p->tally[sheet[s]].item[i].node, named);
}

uint32_t th_coverage_entry_clauses(th_arena *a, const th_rule_policy *p, const th_rule_path *path, int32_t fact, uint32_t *out,
                                   uint32_t cap) {
  readers x = { .p = p, .fact = fact, .seen = TH_NEWN(a, uint8_t, p->n_nodes), .out = out, .cap = cap };
  if (x.seen) look(&x, path->root, path->root);
  return x.n;
}
