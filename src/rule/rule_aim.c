/* Cases that are aimed: from the root down, the facts beside the way to a target are set so that the target decides (siblings of an
 * `all` true, of an `any` false, a score just short of its threshold), and the target itself is brought to the value wanted. Choices
 * are drawn at random and facts may be shared, so a case is only likely to hit; the caller checks and draws again. */
#include "rule/rule_priv.h"

static uint64_t below(th_rule_aiming *m, uint64_t n) {
  return th_rng_below(&m->rng, n);
}

static void want_all(th_rule_aiming *m, const uint32_t *kid, uint32_t n, bool value) {
  const uint32_t start = n ? (uint32_t)below(m, n) : 0;
  for (uint32_t i = 0; i < n; i++) th_rule__aim_want(m, kid[(start + i) % n], value);
}

/* ── Scores ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void items_to(th_rule_aiming *m, const th_rule_tally *t, int32_t at_most, int32_t skip) {
  int32_t sum = 0;
  const uint32_t start = (uint32_t)below(m, t->n);
  for (uint32_t i = 0; i < t->n; i++) {
    const uint32_t k = (start + i) % t->n;
    if ((int32_t)k == skip) continue;
    const bool on = sum + t->item[k].weight <= at_most && below(m, 4) != 0;
    th_rule__aim_want(m, t->item[k].node, on);
    if (on) sum += t->item[k].weight;
  }
}

static void want_score(th_rule_aiming *m, const th_rule_node *n, bool value) {
  const bool rising = n->op == TH_RULE_GE || n->op == TH_RULE_GT;
  const int32_t k = (int32_t)n->value, slack = (int32_t)below(m, 6);
  int32_t minus = 0;
  if (n->minus >= 0) {
    minus = below(m, 2) ? 0 : (int32_t)below(m, 9);
    items_to(m, &m->policy->tally[n->minus], minus, -1);
  }
  items_to(m, &m->policy->tally[n->tally], rising == value ? k + minus + 1 + slack : k + minus - 1 - (slack & 1), -1);
}

static int32_t item_holding(const th_rule_aiming *m, int32_t tally) {
  if (tally < 0) return -1;
  const th_rule_tally *t = &m->policy->tally[tally];
  for (uint32_t i = 0; i < t->n; i++)
    if (m->holds[t->item[i].node]) return (int32_t)i;
  return -1;
}

/* The others sum to just less than what the item brings over the threshold. */
static void through_score(th_rule_aiming *m, const th_rule_node *n) {
  const int32_t k = (int32_t)n->value;
  const int32_t a = item_holding(m, n->tally), b = item_holding(m, n->minus);
  if (a >= 0 && (b < 0 || below(m, 2))) {
    const th_rule_tally *t = &m->policy->tally[n->tally];
    const int32_t w = t->item[a].weight, minus = n->minus >= 0 && below(m, 3) == 0 ? (int32_t)below(m, 9) : 0;
    if (n->minus >= 0) items_to(m, &m->policy->tally[n->minus], minus, -1);
    items_to(m, t, k + minus - 1 - (int32_t)below(m, (uint64_t)w) + (n->op == TH_RULE_LE || n->op == TH_RULE_GT), a);
    th_rule__aim_through(m, t->item[a].node);
  } else if (b >= 0) {
    const th_rule_tally *t = &m->policy->tally[n->minus];
    const int32_t others = (int32_t)below(m, 9);
    items_to(m, t, others, b);
    items_to(m, &m->policy->tally[n->tally], k + others + (int32_t)below(m, (uint64_t)t->item[b].weight + 1), -1);
    th_rule__aim_through(m, t->item[b].node);
  }
}

/* ── Bringing a node to a value ────────────────────────────────────────────────────────────────────────────────────── */

static void want_some(th_rule_aiming *m, const th_rule_node *n, uint32_t k, bool value) {
  const uint32_t start = (uint32_t)below(m, n->n_kids);
  for (uint32_t i = 0; i < n->n_kids; i++) {
    const uint32_t kid = n->kid[(start + i) % n->n_kids];
    if (i < k)
      th_rule__aim_want(m, kid, value);
    else if (below(m, 2))
      th_rule__aim_want(m, kid, !value);
  }
}

static void want_exception(th_rule_aiming *m, const th_rule_node *n, bool value) {
  if (value && below(m, 4)) {
    th_rule__aim_want(m, n->kid[0], true);
    return;
  }
  th_rule__aim_want(m, n->kid[0], false);
  th_rule__aim_want(m, n->kid[1], value || below(m, 2));
  th_rule__aim_want(m, n->kid[2], value);
}

void th_rule__aim_want(th_rule_aiming *m, uint32_t node, bool value) {
  const th_rule_node *n = &m->policy->node[node];
  switch ((th_rule_kind)n->kind) {
  case TH_RULE_ALL: value ? want_all(m, n->kid, n->n_kids, true) : want_some(m, n, 1, false); break;
  case TH_RULE_ANY: value ? want_some(m, n, 1, true) : want_all(m, n->kid, n->n_kids, false); break;
  case TH_RULE_NOT: th_rule__aim_want(m, n->kid[0], !value); break;
  case TH_RULE_AT_LEAST: want_some(m, n, value ? n->k : n->n_kids - n->k + 1, value); break;
  case TH_RULE_MEASURED: n->measured_all == value ? want_all(m, n->kid, n->n_kids, value) : want_some(m, n, 1, value); break;
  case TH_RULE_EXCEPTION: want_exception(m, n, value); break;
  case TH_RULE_HUMAN: th_rule_set_bool(m->policy->dict, m->values, n->fact, value, (th_date){ 0 }, m->as_of); break;
  case TH_RULE_STOP_OVERRIDE:
    th_rule__aim_want(m, n->kid[0], !value);
    if (value) want_all(m, n->kid + 1, n->n_kids - 1, true);
    break;
  case TH_RULE_SCORE: want_score(m, n, value); break;
  case TH_RULE_LEAF: th_rule__aim_leaf(m, &m->policy->leaf[n->leaf], value); break;
  case TH_RULE_READING: {
    const uint32_t first = (uint32_t)below(m, 2);
    th_rule__aim_want(m, n->kid[first], value);
    th_rule__aim_want(m, n->kid[1 - first], value);
    break;
  }
  case TH_RULE_GATE: th_rule__aim_want(m, n->kid[0], value); break;
  case TH_RULE_CONST: break;
  }
}

/* ── Letting the target decide ─────────────────────────────────────────────────────────────────────────────────────── */

static uint32_t kid_holding(th_rule_aiming *m, const th_rule_node *n) {
  uint32_t found[64], k = 0;
  for (uint32_t i = 0; i < n->n_kids && k < 64; i++)
    if (m->holds[n->kid[i]]) found[k++] = i;
  return k ? found[below(m, k)] : UINT32_MAX;
}

static void siblings(th_rule_aiming *m, const th_rule_node *n, uint32_t on_way, bool value) {
  const uint32_t start = (uint32_t)below(m, n->n_kids);
  for (uint32_t i = 0; i < n->n_kids; i++) {
    const uint32_t k = (start + i) % n->n_kids;
    if (k != on_way) th_rule__aim_want(m, n->kid[k], value);
  }
}

static void through_at_least(th_rule_aiming *m, const th_rule_node *n, uint32_t on_way) {
  const uint32_t start = (uint32_t)below(m, n->n_kids);
  uint32_t sure = 0;
  for (uint32_t i = 0; i < n->n_kids; i++) {
    const uint32_t k = (start + i) % n->n_kids;
    if (k == on_way) continue;
    th_rule__aim_want(m, n->kid[k], sure + 1 < n->k);
    sure++;
  }
}

static void through_exception(th_rule_aiming *m, const th_rule_node *n, uint32_t on_way) {
  if (on_way == 0) {
    th_rule__aim_want(m, n->kid[below(m, 2) ? 1 : 2], false);
    return;
  }
  th_rule__aim_want(m, n->kid[0], false);
  th_rule__aim_want(m, n->kid[3 - on_way], true);
}

void th_rule__aim_through(th_rule_aiming *m, uint32_t node) {
  const th_rule_node *n = &m->policy->node[node];
  if (node == m->target) {
    if (n->kind == TH_RULE_READING && m->target_limbs) {
      const bool first = m->target_limbs == 1, order = below(m, 2);
      th_rule__aim_want(m, n->kid[order], order ? !first : first);
      th_rule__aim_want(m, n->kid[!order], order ? first : !first);
    }
    return;
  }
  if (n->kind == TH_RULE_SCORE) {
    through_score(m, n);
    return;
  }
  const uint32_t k = kid_holding(m, n);
  if (k == UINT32_MAX) return;
  switch ((th_rule_kind)n->kind) {
  case TH_RULE_ALL: siblings(m, n, k, true); break;
  case TH_RULE_ANY: siblings(m, n, k, false); break;
  case TH_RULE_MEASURED: siblings(m, n, k, n->measured_all); break;
  case TH_RULE_AT_LEAST: through_at_least(m, n, k); break;
  case TH_RULE_EXCEPTION: through_exception(m, n, k); break;
  case TH_RULE_STOP_OVERRIDE:
    for (uint32_t i = 0; i < n->n_kids; i++)
      if (i != k) th_rule__aim_want(m, n->kid[i], i != 0);
    break;
  case TH_RULE_NOT:
  case TH_RULE_READING:
  case TH_RULE_GATE:
  case TH_RULE_HUMAN:
  case TH_RULE_SCORE:
  case TH_RULE_LEAF:
  case TH_RULE_CONST: break;
  }
  th_rule__aim_through(m, n->kid[k]);
}

th_code th_rule__aim_at(th_rule_aiming *m, uint32_t target, th_err *err) {
  uint8_t *holds = TH_NEWN(m->arena, uint8_t, m->policy->n_nodes);
  if (!holds) return th_fail_nomem(err);
  holds[target] = 1;
  for (uint32_t i = 0; i < m->path->n_order; i++) {
    const uint32_t at = m->path->order[i];
    const th_rule_node *n = &m->policy->node[at];
    for (uint32_t k = 0; k < n->n_kids; k++) holds[at] |= holds[n->kid[k]];
    if (n->kind != TH_RULE_SCORE) continue;
    for (int side = 0; side < 2; side++) {
      const int32_t t = side ? n->minus : n->tally;
      for (uint32_t k = 0; t >= 0 && k < m->policy->tally[t].n; k++) holds[at] |= holds[m->policy->tally[t].item[k].node];
    }
  }
  m->holds = holds;
  m->target = target;
  return TH_OK;
}

th_code th_rule_aim(th_arena *a, const th_rule_policy *p, const th_rule_path *path, uint32_t node, th_date as_of, uint64_t seed,
                    th_rule_value *values, th_err *err) {
  th_rule_aiming m = { .arena = a, .policy = p, .path = path, .values = values, .as_of = as_of, .rng = { seed, 1, 0 } };
  TH_TRY(th_rule__aim_at(&m, node, err));
  th_rule__aim_plain(&m);
  th_rule__aim_want(&m, path->root, true);
  th_rule__aim_through(&m, path->root);
  th_rule__aim_want(&m, node, below(&m, 2));
  return TH_OK;
}
