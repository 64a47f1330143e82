/* One pass over a path for every combination of readings at once. A node's value is two bit planes (is true, is false), bit c for
 * combination c; Kleene's connectives are then plain bit operations. Combination numbers read the ambiguities in ascending order,
 * the last one varying fastest, so that combination 0 is all defaults. */
#include "rule/rule_priv.h"

static void planes_of(const th_rule_run *r, uint32_t node, const uint64_t **t, const uint64_t **f) {
  const size_t at = (size_t)r->slot[node] * 2 * r->words;
  *t = &r->plane[at];
  *f = &r->plane[at + r->words];
}

static void fill(uint64_t *t, uint64_t *f, uint32_t words, th_tri v) {
  for (uint32_t w = 0; w < words; w++) {
    t[w] = v == TH_TRUE ? UINT64_MAX : 0;
    f[w] = v == TH_FALSE ? UINT64_MAX : 0;
  }
}

static void fold_all(const th_rule_run *r, const uint32_t *kid, uint32_t n, uint64_t *t, uint64_t *f) {
  fill(t, f, r->words, TH_TRUE);
  for (uint32_t i = 0; i < n; i++) {
    const uint64_t *kt, *kf;
    planes_of(r, kid[i], &kt, &kf);
    for (uint32_t w = 0; w < r->words; w++) {
      t[w] &= kt[w];
      f[w] |= kf[w];
    }
  }
}

static void fold_any(const th_rule_run *r, const uint32_t *kid, uint32_t n, uint64_t *t, uint64_t *f) {
  fill(t, f, r->words, TH_FALSE);
  for (uint32_t i = 0; i < n; i++) {
    const uint64_t *kt, *kf;
    planes_of(r, kid[i], &kt, &kf);
    for (uint32_t w = 0; w < r->words; w++) {
      t[w] |= kt[w];
      f[w] &= kf[w];
    }
  }
}

/* Bit-sliced counting would save little on so few children: count a combination at a time. */
static void at_least(const th_rule_run *r, const th_rule_node *n, uint64_t *t, uint64_t *f) {
  fill(t, f, r->words, TH_UNKNOWN);
  for (uint32_t c = 0; c < r->n_combos; c++) {
    uint32_t sure = 0, possible = 0;
    for (uint32_t i = 0; i < n->n_kids; i++) {
      const th_rule_verdict v = th_rule__at(r, n->kid[i], c);
      sure += v == TH_V_T;
      possible += v != TH_V_F;
    }
    if (sure >= n->k) t[c / 64] |= (uint64_t)1 << (c % 64);
    if (possible < n->k) f[c / 64] |= (uint64_t)1 << (c % 64);
  }
}

static bool skipped(const th_rule_run *r, uint32_t node) {
  const th_rule_leaf *l = &r->policy->leaf[r->policy->node[node].leaf];
  for (uint32_t i = 0; i < l->n_facts; i++)
    if (r->values[l->fact[i]].state == TH_RULE_ABSENT) return true;
  return false;
}

static void measured(const th_rule_run *r, const th_rule_node *n, uint64_t *t, uint64_t *f) {
  uint32_t kid[64], left = 0;
  for (uint32_t i = 0; i < n->n_kids && left < 64; i++)
    if (!skipped(r, n->kid[i])) kid[left++] = n->kid[i];
  if (left == 0)
    fill(t, f, r->words, TH_UNKNOWN);
  else
    n->measured_all ? fold_all(r, kid, left, t, f) : fold_any(r, kid, left, t, f);
}

static void exception(const th_rule_run *r, const th_rule_node *n, uint64_t *t, uint64_t *f) {
  const uint64_t *bt, *bf, *wt, *wf, *ht, *hf;
  planes_of(r, n->kid[0], &bt, &bf);
  planes_of(r, n->kid[1], &wt, &wf);
  planes_of(r, n->kid[2], &ht, &hf);
  for (uint32_t w = 0; w < r->words; w++) {
    t[w] = bt[w] | (wt[w] & ht[w]);
    f[w] = bf[w] & (wf[w] | hf[w]);
  }
}

static void stop_override(const th_rule_run *r, const th_rule_node *n, uint64_t *t, uint64_t *f) {
  const uint64_t *st, *sf;
  fold_all(r, n->kid + 1, n->n_kids - 1, t, f);
  planes_of(r, n->kid[0], &st, &sf);
  for (uint32_t w = 0; w < r->words; w++) {
    t[w] &= sf[w];
    f[w] |= st[w];
  }
}

static void reading(const th_rule_run *r, const th_rule_node *n, uint64_t *t, uint64_t *f) {
  const uint64_t *at, *af, *bt, *bf;
  planes_of(r, n->kid[0], &at, &af);
  planes_of(r, n->kid[1], &bt, &bf);
  uint32_t i = 0;
  while (i < r->path->n_amb && r->path->amb[i] != n->amb) i++;
  for (uint32_t w = 0; w < r->words; w++) {
    const uint64_t m = i < r->path->n_amb ? r->amb_mask[i * r->words + w] : 0;
    t[w] = (at[w] & ~m) | (bt[w] & m);
    f[w] = (af[w] & ~m) | (bf[w] & m);
  }
}

/* ── Scores ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

int32_t th_rule__tally_sum(const th_rule_tally *t, const uint8_t *counted) {
  int32_t sum = 0, group = 0;
  for (uint32_t i = 0; i < t->n; i++) {
    if (!counted[i]) continue;
    if (t->item[i].capped)
      group += t->item[i].weight;
    else
      sum += t->item[i].weight;
  }
  return sum + (t->cap >= 0 && group > t->cap ? t->cap : group);
}

void th_rule__tally(const th_rule_run *r, const th_rule_tally *t, uint32_t combo, int32_t *lo, int32_t *hi) {
  uint8_t sure[64], possible[64];
  for (uint32_t i = 0; i < t->n; i++) {
    const th_rule_verdict v = th_rule__at(r, t->item[i].node, combo);
    sure[i] = v == TH_V_T;
    possible[i] = v != TH_V_F;
  }
  *lo = th_rule__tally_sum(t, sure);
  *hi = th_rule__tally_sum(t, possible);
}

/* True when no item's value hangs on a reading: then one combination speaks for all. */
static bool steady(const th_rule_run *r, const th_rule_tally *t) {
  for (uint32_t i = 0; i < t->n; i++) {
    const uint64_t *kt, *kf;
    planes_of(r, t->item[i].node, &kt, &kf);
    const uint64_t t0 = kt[0] & 1 ? UINT64_MAX : 0, f0 = kf[0] & 1 ? UINT64_MAX : 0;
    const uint64_t m = r->n_combos >= 64 ? UINT64_MAX : ((uint64_t)1 << r->n_combos) - 1;
    for (uint32_t w = 0; w < r->words; w++)
      if (((kt[w] ^ t0) | (kf[w] ^ f0)) & m) return false;
  }
  return true;
}

static th_tri score_at(const th_rule_run *r, const th_rule_node *n, uint32_t combo) {
  int32_t lo, hi, mlo = 0, mhi = 0;
  th_rule__tally(r, &r->policy->tally[n->tally], combo, &lo, &hi);
  if (n->minus >= 0) th_rule__tally(r, &r->policy->tally[n->minus], combo, &mlo, &mhi);
  return th_rule__compare((th_iv){ lo - mhi, hi - mlo }, (th_rule_op)n->op, (th_iv){ n->value, n->value });
}

static void score(const th_rule_run *r, const th_rule_node *n, uint64_t *t, uint64_t *f) {
  if (steady(r, &r->policy->tally[n->tally]) && (n->minus < 0 || steady(r, &r->policy->tally[n->minus]))) {
    fill(t, f, r->words, score_at(r, n, 0));
    return;
  }
  fill(t, f, r->words, TH_UNKNOWN);
  for (uint32_t c = 0; c < r->n_combos; c++) {
    const th_tri v = score_at(r, n, c);
    if (v == TH_TRUE) t[c / 64] |= (uint64_t)1 << (c % 64);
    if (v == TH_FALSE) f[c / 64] |= (uint64_t)1 << (c % 64);
  }
}

/* ── The pass ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

th_tri th_rule__leaf(th_rule_run *r, uint32_t leaf) {
  if (r->leaf[leaf] == 3) r->leaf[leaf] = (uint8_t)th_rule_leaf_value(r->policy, &r->policy->leaf[leaf], r->values, r->as_of);
  return (th_tri)r->leaf[leaf];
}

int th_rule__human_state(const th_rule_run *r, int32_t fact) {
  for (uint32_t i = 0; i < r->path->n_humans; i++)
    if (r->path->human[i] == fact) return r->human[i];
  return -1;
}

static void eval_node(th_rule_run *r, uint32_t at) {
  const th_rule_node *n = &r->policy->node[at];
  uint64_t *t = &r->plane[(size_t)r->slot[at] * 2 * r->words], *f = t + r->words;
  if (r->forced == (int32_t)at) {
    fill(t, f, r->words, r->forced_value);
    return;
  }
  switch ((th_rule_kind)n->kind) {
  case TH_RULE_ALL: fold_all(r, n->kid, n->n_kids, t, f); break;
  case TH_RULE_ANY: fold_any(r, n->kid, n->n_kids, t, f); break;
  case TH_RULE_NOT: {
    const uint64_t *kt, *kf;
    planes_of(r, n->kid[0], &kt, &kf);
    memcpy(t, kf, r->words * sizeof *t);
    memcpy(f, kt, r->words * sizeof *f);
    break;
  }
  case TH_RULE_AT_LEAST: at_least(r, n, t, f); break;
  case TH_RULE_MEASURED: measured(r, n, t, f); break;
  case TH_RULE_EXCEPTION: exception(r, n, t, f); break;
  case TH_RULE_HUMAN: {
    const int h = th_rule__human_state(r, n->fact);
    fill(t, f, r->words, h == 1 ? TH_TRUE : h == 0 ? TH_FALSE : TH_UNKNOWN);
    break;
  }
  case TH_RULE_STOP_OVERRIDE: stop_override(r, n, t, f); break;
  case TH_RULE_SCORE: score(r, n, t, f); break;
  case TH_RULE_LEAF: fill(t, f, r->words, th_rule__leaf(r, (uint32_t)n->leaf)); break;
  case TH_RULE_READING: reading(r, n, t, f); break;
  case TH_RULE_GATE: {
    const uint64_t *kt, *kf;
    planes_of(r, n->kid[r->today >= n->from && r->today <= n->to ? 0 : 1], &kt, &kf);
    memcpy(t, kt, r->words * sizeof *t);
    memcpy(f, kf, r->words * sizeof *f);
    break;
  }
  case TH_RULE_CONST: fill(t, f, r->words, th_tri_of(n->constant)); break;
  }
}

/* Up to sixty-four combinations, as nearly every path has: the commonest nodes straight on their two words. */
static void pass_of_one_word(th_rule_run *r) {
  for (uint32_t i = 0; i < r->path->n_order; i++) {
    const uint32_t at = r->path->order[i];
    const th_rule_node *n = &r->policy->node[at];
    const bool all = n->kind == TH_RULE_ALL;
    if ((!all && n->kind != TH_RULE_ANY && n->kind != TH_RULE_LEAF) || r->forced == (int32_t)at) {
      eval_node(r, at);
      continue;
    }
    uint64_t t = all ? UINT64_MAX : 0, f = ~t;
    if (n->kind == TH_RULE_LEAF) {
      const th_tri v = th_rule__leaf(r, (uint32_t)n->leaf);
      t = v == TH_TRUE ? UINT64_MAX : 0;
      f = v == TH_FALSE ? UINT64_MAX : 0;
    }
    for (uint32_t k = 0; k < n->n_kids; k++) {
      const uint64_t *kid = &r->plane[2 * (size_t)r->slot[n->kid[k]]];
      t = all ? t & kid[0] : t | kid[0];
      f = all ? f | kid[1] : f & kid[1];
    }
    r->plane[2 * (size_t)i] = t;
    r->plane[2 * (size_t)i + 1] = f;
  }
}

void th_rule__run_pass(th_rule_run *r) {
  if (r->words == 1) {
    pass_of_one_word(r);
    return;
  }
  for (uint32_t i = 0; i < r->path->n_order; i++) eval_node(r, r->path->order[i]);
}

th_rule_verdict th_rule__at(const th_rule_run *r, uint32_t node, uint32_t combo) {
  const uint64_t *t, *f;
  planes_of(r, node, &t, &f);
  const uint64_t bit = (uint64_t)1 << (combo % 64);
  return t[combo / 64] & bit ? TH_V_T : f[combo / 64] & bit ? TH_V_F : TH_V_U;
}

void th_rule__run_again(th_rule_run *r) {
  memset(r->leaf, 3, r->policy->n_leaves);
  for (uint32_t i = 0; i < r->path->n_humans; i++) {
    const th_rule_value *v = &r->values[r->path->human[i]];
    r->human[i] = v->state == TH_RULE_ABSENT ? -1 : v->state == TH_RULE_UNUSABLE ? 2 : v->boolean;
  }
}

th_code th_rule__run_open(th_rule_run *r, th_err *err) {
  const th_rule_path *p = r->path;
  r->today = th_date_first(r->as_of);
  r->n_combos = 1u << p->n_amb;
  r->words = (r->n_combos + 63) / 64;
  r->plane = TH_NEWN(r->arena, uint64_t, (size_t)p->n_order * 2 * r->words);
  r->human = TH_NEWN(r->arena, int8_t, p->n_humans ? p->n_humans : 1);
  r->leaf = TH_NEWN(r->arena, uint8_t, r->policy->n_leaves ? r->policy->n_leaves : 1);
  if (!r->plane || !r->human || !r->leaf) return th_fail_nomem(err);
  r->slot = p->slot;
  r->amb_mask = p->amb_mask;
  r->forced = -1;
  th_rule__run_again(r);
  return TH_OK;
}
