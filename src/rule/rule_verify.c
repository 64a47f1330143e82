/* Verification. Small paths are gone through completely, one representative a cell of every fact (below, at and above each cut point,
 * absent), so that what is reported as constant or dead is proved. Large ones are searched with aimed cases, and what no case shows is
 * put to the proof by groups of leaves; what neither settles is counted as unproved, never reported as a fact. Every witness is checked
 * before it is reported. */
#include "rule/rule_priv.h"

const char *th_rule_finding_name(th_rule_finding_kind k) {
  static const char *const names[] = { "dead_clause", "constant", "gap", "contradiction", "reading_difference", "boundary" };
  return names[k];
}

/* ── Evaluation of drawn cases ─────────────────────────────────────────────────────────────────────────────────────── */

th_code th_rule__verify_open(th_rule_verify_state *v, const th_rule_path *path) {
  v->path = path;
  v->run = (th_rule_run){ .arena = v->arena, .policy = v->policy, .path = path, .values = v->values, .as_of = v->as_of };
  TH_TRY(th_rule__run_open(&v->run, v->err));
  v->aim = (th_rule_aiming){ .arena = v->scratch, .policy = v->policy, .path = path, .values = v->values, .as_of = v->as_of };
  v->combo = TH_NEWN(v->arena, uint8_t, v->run.n_combos);
  return v->combo ? TH_OK : th_fail_nomem(v->err);
}

void th_rule__verify_eval(th_rule_verify_state *v) {
  th_rule__run_again(&v->run);
  th_rule__run_pass(&v->run);
  for (uint32_t c = 0; c < v->run.n_combos; c++) v->combo[c] = (uint8_t)th_rule__at(&v->run, v->path->root, c);
}

void th_rule__verify_draw(th_rule_verify_state *v, uint64_t stream, uint64_t index) {
  th_arena_reset(v->scratch); /* lists of the case before */
  v->aim.rng = (th_rng){ v->seed, stream, index << 20 };
  th_rule__aim_plain(&v->aim);
}

static th_code keep(th_rule_verify_state *v, const th_rule_value **out) {
  const size_t n = v->policy->dict->n;
  th_rule_value *copy = TH_NEWN(v->arena, th_rule_value, n);
  if (!copy) return th_fail_nomem(v->err);
  memcpy(copy, v->values, n * sizeof *copy);
  for (size_t i = 0; i < n; i++) {
    if (copy[i].n_entries == 0) continue;
    th_rule_entry *e = TH_NEWN(v->arena, th_rule_entry, copy[i].n_entries);
    if (!e) return th_fail_nomem(v->err);
    memcpy(e, copy[i].entry, copy[i].n_entries * sizeof *e);
    copy[i].entry = e;
  }
  *out = copy;
  return TH_OK;
}

th_code th_rule__verify_report(th_rule_verify_state *v, th_rule_finding f) {
  f.path = v->path;
  TH_TRY(keep(v, &f.witness));
  return TH_VEC_PUSH(v->arena, &v->findings, f) ? TH_OK : th_fail_nomem(v->err);
}

/* ── Readings ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool differs(const th_rule_verify_state *v, uint32_t amb) {
  const uint32_t bit = 1u << (v->path->n_amb - 1 - amb);
  for (uint32_t c = 0; c < v->run.n_combos; c++)
    if (!(c & bit) &&
        ((v->combo[c] == TH_V_T && v->combo[c | bit] == TH_V_F) || (v->combo[c] == TH_V_F && v->combo[c | bit] == TH_V_T)))
      return true;
  return false;
}

#define READING_TRIES 30000

static th_code reading_difference(th_rule_verify_state *v, uint32_t amb) {
  uint32_t at[256], n = 0;
  for (uint32_t i = 0; i < v->path->n_order && n < 256; i++) {
    const th_rule_node *node = &v->policy->node[v->path->order[i]];
    if (node->kind == TH_RULE_READING && node->amb == v->path->amb[amb]) at[n++] = v->path->order[i];
  }
  const uint8_t **holds = TH_NEWN(v->arena, const uint8_t *, n);
  if (!holds) return th_fail_nomem(v->err);
  v->aim.arena = v->arena;
  for (uint32_t i = 0; i < n; i++) {
    TH_TRY(th_rule__aim_at(&v->aim, at[i], v->err));
    holds[i] = v->aim.holds;
  }
  v->aim.arena = v->scratch;
  for (uint32_t t = 0; t < READING_TRIES; t++) {
    v->aim.holds = holds[t % n];
    v->aim.target = at[t % n];
    v->aim.target_limbs = (int8_t)(1 + (t / n) % 2);
    th_rule__verify_draw(v, 1 + amb, t);
    th_rule__aim_want(&v->aim, v->path->root, true);
    th_rule__aim_through(&v->aim, v->path->root);
    th_rule__verify_eval(v);
    if (!differs(v, amb)) continue;
    const th_rule_amb *a = &v->policy->amb[v->path->amb[amb]];
    const th_rule_finding f = {
      .kind = TH_FIND_READING, .amb = v->path->amb[amb], .node = th_rule__verify_owner(v, at[t % n]), .zh = a->zh, .en = a->en
    };
    v->aim.target_limbs = 0;
    return th_rule__verify_report(v, f);
  }
  v->aim.target_limbs = 0;
  bool none;
  TH_TRY(th_rule__prove_reading(v, amb, &none));
  v->out->unproved += !none;
  return TH_OK;
}

/* The nearest named clause at or above a node, for the report. */
uint32_t th_rule__verify_owner(const th_rule_verify_state *v, uint32_t node) {
  for (int hop = 0; hop < 64 && v->policy->node[node].id.n == 0 && node != v->path->root; hop++) {
    uint32_t up = v->path->root;
    for (uint32_t i = 0; i < v->path->n_order; i++) {
      const th_rule_node *n = &v->policy->node[v->path->order[i]];
      bool has = false;
      for (uint32_t k = 0; k < n->n_kids && !has; k++) has = n->kid[k] == node;
      for (int side = 0; side < 2 && n->kind == TH_RULE_SCORE && !has; side++) {
        const int32_t t = side ? n->minus : n->tally;
        for (uint32_t k = 0; t >= 0 && k < v->policy->tally[t].n && !has; k++) has = v->policy->tally[t].item[k].node == node;
      }
      if (has) {
        up = v->path->order[i];
        break;
      }
    }
    node = up;
  }
  return node;
}

/* ── Orders that contradict each other ─────────────────────────────────────────────────────────────────────────────── */

static th_code stop_against_rest(th_rule_verify_state *v, const th_rule_node *n) {
  for (uint32_t k = 1; k < n->n_kids; k++) {
    for (uint32_t t = 0; t < 2000; t++) {
      th_rule__verify_draw(v, 100 + k, t);
      th_rule__aim_want(&v->aim, v->path->root, true);
      th_rule__aim_want(&v->aim, n->kid[0], true);
      th_rule__aim_want(&v->aim, n->kid[k], false);
      th_rule__aim_want(&v->aim, n->kid[0], true);
      th_rule__verify_eval(v);
      if (th_rule__at(&v->run, n->kid[0], 0) != TH_V_T || th_rule__at(&v->run, n->kid[k], 0) != TH_V_F) continue;
      const th_rule_finding f = { .kind = TH_FIND_CONTRADICTION,
                                  .amb = -1,
                                  .node = n->kid[0],
                                  .with = n->kid[k],
                                  .zh = TH_S("同一病人既達停用條件，又不符合續用條件之一"),
                                  .en = TH_S("one patient meets the order to stop and fails a condition of going on") };
      TH_TRY(th_rule__verify_report(v, f));
      break;
    }
  }
  return TH_OK;
}

/* ── Equality ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool twins(const th_rule_leaf *a, const th_rule_leaf *b) {
  const bool number = a->kind == TH_LEAF_VALUE || a->kind == TH_LEAF_RATIO;
  if (!number || a->kind != b->kind || a->fact[0] != b->fact[0] || a->n_facts != b->n_facts || a->op == b->op) return false;
  const bool up_a = a->op == TH_RULE_GE || a->op == TH_RULE_GT, up_b = b->op == TH_RULE_GE || b->op == TH_RULE_GT;
  if (a->op == TH_RULE_EQ || b->op == TH_RULE_EQ || up_a != up_b) return false;
  if (a->kind == TH_LEAF_VALUE) return a->value == b->value;
  return a->term[0].of == b->term[0].of && a->term[0].times == b->term[0].times;
}

static uint32_t node_of_leaf(const th_rule_verify_state *v, int32_t leaf) {
  for (uint32_t i = 0; i < v->path->n_order; i++) {
    const th_rule_node *n = &v->policy->node[v->path->order[i]];
    if (n->kind == TH_RULE_LEAF && n->leaf == leaf) return v->path->order[i];
  }
  return UINT32_MAX;
}

static th_code boundaries(th_rule_verify_state *v) {
  for (int32_t a = 0; a < (int32_t)v->policy->n_leaves; a++)
    for (int32_t b = a + 1; b < (int32_t)v->policy->n_leaves; b++) {
      const th_rule_leaf *x = &v->policy->leaf[a], *y = &v->policy->leaf[b];
      if (!twins(x, y)) continue;
      const uint32_t m = node_of_leaf(v, a), n = node_of_leaf(v, b);
      if (m == UINT32_MAX || n == UINT32_MAX) continue;
      th_rule__verify_draw(v, 200, (uint64_t)a);
      th_rule__aim_want(&v->aim, v->path->root, true);
      const double g = x->kind == TH_LEAF_VALUE ? x->value : x->term[0].times * v->values[x->term[0].of].lo;
      th_rule_set_number(v->policy->dict, v->values, x->fact[0], g, g, TH_STR_NONE, (th_date){ 0 }, v->as_of);
      th_rule__verify_eval(v);
      if (th_rule__at(&v->run, m, 0) == th_rule__at(&v->run, n, 0)) continue;
      const th_rule_finding f = { .kind = TH_FIND_BOUNDARY,
                                  .amb = -1,
                                  .node = th_rule__verify_owner(v, m),
                                  .with = th_rule__verify_owner(v, n),
                                  .zh = TH_S("同一門檻，等於時一處成立、另一處不成立"),
                                  .en = TH_S("one threshold: at equality it is met in one place and missed in the other") };
      TH_TRY(th_rule__verify_report(v, f));
    }
  return TH_OK;
}

/* ── MC/DC ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* True when giving the node both values, all else as it is, changes some combination's verdict. */
bool th_rule__verify_matters(th_rule_verify_state *v, uint32_t node) {
  uint64_t seen[2][2][TH_RULE_WORDS];
  const size_t root = (size_t)v->run.slot[v->path->root] * 2 * v->run.words;
  v->run.forced = (int32_t)node;
  for (int side = 0; side < 2; side++) {
    v->run.forced_value = side ? TH_TRUE : TH_FALSE;
    th_rule__run_again(&v->run);
    th_rule__run_pass(&v->run);
    memcpy(seen[side][0], &v->run.plane[root], v->run.words * sizeof(uint64_t));
    memcpy(seen[side][1], &v->run.plane[root + v->run.words], v->run.words * sizeof(uint64_t));
  }
  v->run.forced = -1;
  const uint64_t m = v->run.n_combos >= 64 ? UINT64_MAX : ((uint64_t)1 << v->run.n_combos) - 1;
  for (uint32_t w = 0; w < v->run.words; w++)
    if (((seen[0][0][w] & seen[1][1][w]) | (seen[0][1][w] & seen[1][0][w])) & m) return true;
  return false;
}

th_code th_rule__verify_effect(th_rule_verify_state *v, uint32_t node, bool seen[2]) {
  v->aim.arena = v->arena;
  const th_arena_mark mark = th_arena_save(v->arena);
  TH_TRY(th_rule__aim_at(&v->aim, node, v->err));
  v->aim.arena = v->scratch;
  seen[0] = seen[1] = false;
  for (uint32_t t = 0; t < 3000 && !(seen[0] && seen[1]); t++) {
    const bool want = !seen[1];
    th_rule__verify_draw(v, 1000 + node, t);
    th_rule__aim_want(&v->aim, v->path->root, true);
    th_rule__aim_through(&v->aim, v->path->root);
    th_rule__aim_want(&v->aim, node, want);
    if (!th_rule__verify_matters(v, node)) continue;
    th_rule__verify_eval(v);
    const th_rule_verdict value = th_rule__at(&v->run, node, 0);
    if (value != TH_V_U) seen[value == TH_V_T] = true;
  }
  th_arena_rewind(v->arena, mark);
  return TH_OK;
}

/* A pair of cases that shows a leaf's independent effect. */
static th_code leaf_effect(th_rule_verify_state *v, uint32_t node) {
  bool seen[2];
  TH_TRY(th_rule__verify_effect(v, node, seen));
  v->out->leaves++;
  v->out->shown += seen[0] && seen[1];
  return TH_OK;
}

static th_code verify_path(th_rule_verify_state *v, const th_rule_path *path) {
  TH_TRY(th_rule__verify_open(v, path));
  for (uint32_t i = 0; i < path->n_amb; i++) TH_TRY(reading_difference(v, i));
  for (uint32_t i = 0; i < path->n_order; i++) {
    const th_rule_node *n = &v->policy->node[path->order[i]];
    if (n->kind == TH_RULE_STOP_OVERRIDE) TH_TRY(stop_against_rest(v, n));
    if (n->kind == TH_RULE_LEAF) TH_TRY(leaf_effect(v, path->order[i]));
  }
  TH_TRY(boundaries(v));
  return th_rule__verify_cells(v);
}

th_code th_rule_verify(th_arena *a, const th_rule_policy *p, th_date as_of, uint64_t seed, th_rule_report *out, th_err *err) {
  *out = (th_rule_report){ 0 };
  th_rule_verify_state v = { .arena = a, .policy = p, .as_of = as_of, .seed = seed, .out = out, .err = err };
  v.values = th_rule_values_new(a, p->dict);
  v.scratch = th_arena_new(0);
  th_code code = v.values && v.scratch ? TH_OK : th_fail_nomem(err);
  for (uint32_t i = 0; i < p->n_paths && code == TH_OK; i++) code = verify_path(&v, &p->path[i]);
  for (uint32_t i = 0; i < p->n_links && code == TH_OK; i++) code = th_rule__verify_link(&v, &p->link[i]);
  th_arena_del(v.scratch);
  out->finding = v.findings.v;
  out->n = (uint32_t)v.findings.n;
  return code;
}
