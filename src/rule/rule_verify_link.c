/* What holds between paths: a patient whom one path takes in and whose continuation fails under a reading; a cell between two paths
 * that neither takes and no clause excludes; a clause that is dead once one fact implies another. */
#include "rule/rule_priv.h"

/* ── Continuations ─────────────────────────────────────────────────────────────────────────────────────────────────── */

static void carry(const th_rule_verify_state *v, const th_rule_link *k, const th_rule_value *from) {
  for (uint32_t i = 0; i < k->n_carry; i++) v->values[k->carry[2 * i]] = from[k->carry[2 * i + 1]];
}

/* The carried facts are given; is there a case that the path takes under this combination? */
static bool goes_on(th_rule_verify_state *v, const th_rule_link *k, const th_rule_value *from, uint32_t combo, uint32_t tries) {
  for (uint32_t t = 0; t < tries; t++) {
    th_rule__verify_draw(v, 400 + combo, t);
    carry(v, k, from);
    th_rule__aim_want(&v->aim, v->path->root, true);
    carry(v, k, from);
    th_rule__verify_eval(v);
    if (v->combo[combo] == TH_V_T) return true;
  }
  return false;
}

static th_code admitted(th_rule_verify_state *v, const th_rule_path *path, uint32_t round, th_rule_value *out, bool *found) {
  *found = false;
  TH_TRY(th_rule__verify_open(v, path));
  for (uint32_t t = 0; t < 4000 && !*found; t++) {
    th_rule__verify_draw(v, 500 + round, t);
    th_rule__aim_want(&v->aim, path->root, true);
    th_rule__verify_eval(v);
    *found = v->combo[0] == TH_V_T;
  }
  if (*found) memcpy(out, v->values, v->policy->dict->n * sizeof *out);
  return TH_OK;
}

#define ADMISSIONS 24

static th_code continuation(th_rule_verify_state *v, const th_rule_link *k) {
  const th_rule_path *to = th_rule_path_find(v->policy, k->to);
  th_rule_value *from = th_rule_values_new(v->arena, v->policy->dict);
  if (!from) return th_fail_nomem(v->err);
  uint32_t told = 0;
  for (uint32_t round = 0; round < ADMISSIONS; round++) {
    bool found;
    TH_TRY(admitted(v, th_rule_path_find(v->policy, k->from), round, from, &found));
    if (!found) continue;
    TH_TRY(th_rule__verify_open(v, to));
    for (uint32_t a = 0; a < to->n_amb; a++) {
      const uint32_t combo = 1u << (to->n_amb - 1 - a);
      if (told >> a & 1 || goes_on(v, k, from, combo, 3000) || !goes_on(v, k, from, 0, 3000)) continue;
      if (v->combo[combo] != TH_V_F) continue; /* the case at hand goes on by default and fails under the other reading */
      told |= 1u << a;
      const th_rule_finding f = {
        .kind = TH_FIND_CONTRADICTION, .amb = to->amb[a], .node = to->root, .with = to->root, .zh = k->zh, .en = k->en
      };
      TH_TRY(th_rule__verify_report(v, f));
    }
  }
  return TH_OK;
}

/* ── Paths that adjoin ─────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code adjoining(th_rule_verify_state *v, const th_rule_link *k) {
  const th_rule_path *from = th_rule_path_find(v->policy, k->from);
  th_rule_value *kept = th_rule_values_new(v->arena, v->policy->dict);
  bool found;
  if (!kept) return th_fail_nomem(v->err);
  TH_TRY(admitted(v, from, 0, kept, &found));
  for (uint32_t i = 0; found && i < from->n_order; i++) {
    const th_rule_node *n = &v->policy->node[from->order[i]];
    if (n->kind != TH_RULE_LEAF || v->policy->leaf[n->leaf].fact[0] != k->fact) continue;
    for (int value = 0; value < 2; value++) {
      memcpy(v->values, kept, v->policy->dict->n * sizeof *kept);
      for (uint32_t h = 0; h < from->n_humans; h++) v->values[from->human[h]] = (th_rule_value){ 0 };
      v->aim.rng = (th_rng){ v->seed, 600, (uint64_t)(i * 2 + (uint32_t)value) << 20 };
      th_rule__aim_leaf(&v->aim, &v->policy->leaf[n->leaf], value);
      th_rule__verify_eval(v);
      if (v->combo[0] != TH_V_U) continue; /* taken, or excluded by a clause */
      const th_rule_finding f = { .kind = TH_FIND_GAP,
                                  .amb = -1,
                                  .node = th_rule__verify_owner(v, from->order[i]),
                                  .with = from->root,
                                  .zh = k->zh,
                                  .en = k->en };
      return th_rule__verify_report(v, f);
    }
  }
  return TH_OK;
}

/* ── Implications ──────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Dead for certain when the implied fact alone, all others unknown, already decides the path. */
static th_code implication(th_rule_verify_state *v, const th_rule_link *k) {
  const th_rule_path *path = th_rule_path_find(v->policy, k->from);
  TH_TRY(th_rule__verify_open(v, path));
  memset(v->values, 0, v->policy->dict->n * sizeof *v->values);
  th_rule_set_bool(v->policy->dict, v->values, k->fact, true, (th_date){ 0 }, v->as_of);
  th_rule_set_bool(v->policy->dict, v->values, k->then, true, (th_date){ 0 }, v->as_of);
  th_rule__verify_eval(v);
  for (uint32_t c = 0; c < v->run.n_combos; c++)
    if (v->combo[c] != TH_V_F) return TH_OK;
  for (uint32_t i = 0; i < path->n_order; i++) {
    const th_rule_node *n = &v->policy->node[path->order[i]];
    if (n->kind != TH_RULE_LEAF || v->policy->leaf[n->leaf].fact[0] != k->fact) continue;
    th_rule__verify_draw(v, 700, i);
    th_rule__aim_want(&v->aim, path->root, true);
    th_rule_set_bool(v->policy->dict, v->values, k->fact, true, (th_date){ 0 }, v->as_of);
    th_rule_set_bool(v->policy->dict, v->values, k->then, true, (th_date){ 0 }, v->as_of);
    const uint32_t owner = th_rule__verify_owner(v, path->order[i]);
    const th_rule_finding f = {
      .kind = TH_FIND_DEAD_CLAUSE, .amb = -1, .node = owner, .with = owner, .zh = k->zh, .en = k->en
    };
    TH_TRY(th_rule__verify_report(v, f));
  }
  return TH_OK;
}

th_code th_rule__verify_link(th_rule_verify_state *v, const th_rule_link *k) {
  switch (k->kind) {
  case TH_LINK_CONTINUES: return continuation(v, k);
  case TH_LINK_FOLLOWS: return TH_OK;
  case TH_LINK_ADJOINS: return adjoining(v, k);
  case TH_LINK_IMPLIES: return implication(v, k);
  }
  return TH_OK;
}
