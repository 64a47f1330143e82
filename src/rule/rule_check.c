/* From planes to an answer: versions in force, verdicts a combination, outcome, readings, node values, scores. */
#include "rule/rule_priv.h"

/* ── Named nodes under the default readings ────────────────────────────────────────────────────────────────────────── */

typedef struct name_walk {
  th_arena *arena;
  const th_rule_node *node;
  uint8_t *seen;
  int32_t today;
  TH_VEC(uint32_t) out;
} name_walk;

static bool walk_names(name_walk *w, uint32_t at) {
  if (w->seen[at]) return true;
  w->seen[at] = 1;
  const th_rule_node *n = &w->node[at];
  if (n->id.n && !TH_VEC_PUSH(w->arena, &w->out, at)) return false;
  if (n->kind == TH_RULE_READING) return walk_names(w, n->kid[0]);
  if (n->kind == TH_RULE_GATE) {
    const bool in = w->today == INT32_MIN || (w->today >= n->from && w->today <= n->to);
    return walk_names(w, n->kid[in ? 0 : 1]);
  }
  for (uint32_t i = 0; i < n->n_kids; i++)
    if (!walk_names(w, n->kid[i])) return false;
  return true;
}

th_code th_rule__named(th_arena *a, const th_rule_node *node, uint32_t n_nodes, uint32_t root, int32_t today,
                       const uint32_t **out, uint32_t *n, th_err *err) {
  name_walk w = { .arena = a, .node = node, .today = today, .seen = TH_NEWN(a, uint8_t, n_nodes) };
  if (!w.seen || !walk_names(&w, root)) return th_fail_nomem(err);
  *out = w.out.v;
  *n = (uint32_t)w.out.n;
  return TH_OK;
}

/* ── Verdicts ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Combinations still "human judgement possible": unknown now, firm under every assignment so far, with each value seen. */
typedef struct human_look {
  uint64_t u[TH_RULE_WORDS], seen_t[TH_RULE_WORDS], seen_f[TH_RULE_WORDS];
} human_look;

static void root_planes(const th_rule_run *r, const uint64_t **t, const uint64_t **f) {
  const size_t at = (size_t)r->slot[r->path->root] * 2 * r->words;
  *t = &r->plane[at];
  *f = &r->plane[at + r->words];
}

/* H where the root is unknown, every assignment of the undecided decisions makes it firm, and both values occur. The planes are left
 * as they were with the decisions undecided. */
static void human_verdicts(th_rule_run *r, uint8_t *combo) {
  uint32_t open[TH_LIMIT_RULE_HUMANS], n = 0;
  bool any_u = false;
  human_look look = { 0 };
  for (uint32_t i = 0; i < r->path->n_humans; i++)
    if (r->human[i] == -1) open[n++] = i;
  if (n == 0) return;
  for (uint32_t c = 0; c < r->n_combos; c++)
    if (combo[c] == TH_V_U) {
      look.u[c / 64] |= (uint64_t)1 << (c % 64);
      any_u = true;
    }
  for (uint32_t assign = 0; assign < (1u << n) && any_u; assign++) {
    for (uint32_t i = 0; i < n; i++) r->human[open[i]] = (int8_t)(assign >> i & 1);
    th_rule__run_pass(r);
    const uint64_t *t, *f;
    root_planes(r, &t, &f);
    any_u = false;
    for (uint32_t w = 0; w < r->words; w++) {
      look.seen_t[w] |= t[w];
      look.seen_f[w] |= f[w];
      look.u[w] &= t[w] | f[w];
      any_u |= look.u[w] != 0;
    }
  }
  for (uint32_t i = 0; i < n; i++) r->human[open[i]] = -1;
  th_rule__run_pass(r);
  for (uint32_t c = 0; c < r->n_combos; c++)
    if (combo[c] == TH_V_U && (look.u[c / 64] & look.seen_t[c / 64] & look.seen_f[c / 64]) >> (c % 64) & 1) combo[c] = TH_V_H;
}

void th_rule__verdicts(th_rule_run *r, uint8_t *combo) {
  const uint64_t *t, *f;
  root_planes(r, &t, &f);
  for (uint32_t c = 0; c < r->n_combos; c++) {
    const unsigned is_t = t[c / 64] >> (c % 64) & 1, is_f = f[c / 64] >> (c % 64) & 1;
    combo[c] = (uint8_t)(is_t ? TH_V_T : is_f ? TH_V_F : TH_V_U);
  }
  human_verdicts(r, combo);
}

static void decide(const th_rule_path *path, th_rule_result *out) {
  unsigned seen = 0; /* bit v: some combination has the verdict v */
  for (uint32_t c = 0; c < out->n_combos; c++) seen |= 1u << out->combo[c];
  out->by_default = (th_rule_verdict)out->combo[0];
  if (seen >> TH_V_T & 1 && seen >> TH_V_F & 1) {
    out->outcome = TH_OUT_DEPENDS;
    for (uint32_t i = 0; i < path->n_amb; i++) {
      const uint32_t bit = 1u << (path->n_amb - 1 - i);
      for (uint32_t c = 0; c < out->n_combos; c++)
        if (!(c & bit) && (out->combo[c] | out->combo[c | bit]) == TH_V_T && out->combo[c] != out->combo[c | bit])
          out->readings |= 1u << i;
    }
  } else if (seen == 1u << TH_V_T) {
    out->outcome = TH_OUT_MET;
  } else if (seen == 1u << TH_V_F) {
    out->outcome = TH_OUT_NOT_MET;
  } else {
    out->outcome = seen >> TH_V_U & 1 ? TH_OUT_UNKNOWN : TH_OUT_HUMAN;
  }
}

/* ── What is shown of the nodes ────────────────────────────────────────────────────────────────────────────────────── */

static uint32_t under_default(const th_rule_run *r, uint32_t at) {
  for (;;) {
    const th_rule_node *n = &r->policy->node[at];
    if (n->kind == TH_RULE_READING)
      at = n->kid[0];
    else if (n->kind == TH_RULE_GATE)
      at = n->kid[r->today >= n->from && r->today <= n->to ? 0 : 1];
    else
      return at;
  }
}

static th_code show_nodes(th_rule_run *r, const uint32_t *named, uint32_t n_named, th_rule_result *out, th_err *err) {
  uint8_t *node = TH_NEWN(r->arena, uint8_t, r->policy->n_nodes), *dep = TH_NEWN(r->arena, uint8_t, r->policy->n_nodes);
  th_rule_score_at *score = TH_NEWN(r->arena, th_rule_score_at, n_named + 1);
  if (!node || !dep || !score) return th_fail_nomem(err);
  memset(node, TH_V_U, r->policy->n_nodes);
  const uint64_t m = r->n_combos >= 64 ? UINT64_MAX : ((uint64_t)1 << r->n_combos) - 1; /* of the first word; others are full */
  for (uint32_t i = 0; i < r->path->n_order; i++) {
    const uint32_t at = r->path->order[i];
    const th_rule_node *n = &r->policy->node[at];
    const uint64_t *t = &r->plane[(size_t)i * 2 * r->words], *f = t + r->words;
    uint64_t any_t = t[0] & m, any_f = f[0] & m;
    for (uint32_t w = 1; w < r->words; w++) {
      any_t |= t[w];
      any_f |= f[w];
    }
    node[at] = (uint8_t)(t[0] & 1 ? TH_V_T : f[0] & 1 ? TH_V_F : TH_V_U);
    if (n->kind == TH_RULE_HUMAN && th_rule__human_state(r, n->fact) == -1) node[at] = TH_V_H;
    dep[at] = any_t && any_f;
    if (n->stop) out->stop = (th_rule_verdict)node[at];
  }
  for (uint32_t i = 0; i < n_named; i++) {
    const uint32_t at = under_default(r, named[i]);
    const th_rule_node *n = &r->policy->node[at];
    if (n->kind != TH_RULE_SCORE || (n->id.n && at != named[i])) continue;
    int32_t lo, hi, mlo = 0, mhi = 0;
    th_rule__tally(r, &r->policy->tally[n->tally], 0, &lo, &hi);
    if (n->minus >= 0) th_rule__tally(r, &r->policy->tally[n->minus], 0, &mlo, &mhi);
    score[out->n_scores++] = (th_rule_score_at){ named[i], lo - mhi, hi - mlo };
  }
  out->node = node;
  out->node_depends = dep;
  out->score = score;
  return TH_OK;
}

static bool in_force(const th_rule_policy *p, const th_rule_path *path, int32_t today, th_rule_result *out) {
  out->reason = "not_in_force";
  for (uint32_t i = 0; i < p->n_versions; i++) {
    const th_rule_version *v = &p->versions[i];
    bool applies = false;
    for (uint32_t k = 0; k < v->n_applies; k++) applies |= th_str_eq(v->applies[k], path->name);
    if (!applies || today < th_date_first(v->from) || (v->to.prec != TH_DATE_NONE && today > th_date_first(v->to))) continue;
    out->reason = v->held ? NULL : "text_not_held";
    return v->held;
  }
  return false;
}

th_code th_rule_check(th_arena *a, const th_rule_policy *p, const th_rule_path *path, const th_rule_value *values,
                      th_date as_of, th_rule_result *out, th_err *err) {
  *out = (th_rule_result){ .outcome = TH_OUT_VERSION_UNAVAILABLE, .by_default = TH_V_U, .stop = TH_V_F };
  if (as_of.prec != TH_DATE_DAY) return th_fail(err, TH_EINVAL, "as_of must be a full date, YYYY-MM-DD");
  if (!in_force(p, path, th_date_first(as_of), out)) return TH_OK;
  th_rule_run r = { .arena = a, .policy = p, .path = path, .values = values, .as_of = as_of };
  TH_TRY(th_rule__run_open(&r, err));
  th_rule__run_pass(&r);
  uint8_t *combo = TH_NEWN(a, uint8_t, r.n_combos);
  if (!combo) return th_fail_nomem(err);
  th_rule__verdicts(&r, combo);
  out->combo = combo;
  out->n_combos = r.n_combos;
  decide(path, out);
  const uint32_t *named = path->named;
  uint32_t n_named = path->n_named;
  if (path->gated) TH_TRY(th_rule__named(a, p->node, p->n_nodes, path->root, r.today, &named, &n_named, err));
  out->named = named;
  out->n_named = n_named;
  TH_TRY(show_nodes(&r, named, n_named, out, err));
  TH_TRY(th_rule__warnings(&r, &out->warning, &out->n_warnings, err));
  if (out->outcome != TH_OUT_UNKNOWN) return TH_OK;
  uint32_t first = 0;
  while (combo[first] != TH_V_U) first++;
  return th_rule__collect(&r, first, out, err);
}

th_code th_rule_tally_value(th_arena *a, const th_rule_policy *p, const th_rule_path *path, int32_t tally,
                            const th_rule_value *values, th_date as_of, int32_t *lo, int32_t *hi, uint8_t *item_value,
                            th_err *err) {
  th_rule_run r = { .arena = a, .policy = p, .path = path, .values = values, .as_of = as_of };
  const th_rule_tally *t = &p->tally[tally];
  TH_TRY(th_rule__run_open(&r, err));
  for (uint32_t i = 0; i < t->n; i++)
    if (r.slot[t->item[i].node] < 0)
      return th_fail(err, TH_EINVAL, "path %.*s does not count the table \"%.*s\" at \"%.*s\"", TH_STR_ARG(path->name),
                     TH_STR_ARG(t->table), TH_STR_ARG(t->prefix));
  th_rule__run_pass(&r);
  th_rule__tally(&r, t, 0, lo, hi);
  for (uint32_t i = 0; item_value && i < t->n; i++) item_value[i] = (uint8_t)th_rule__at(&r, t->item[i].node, 0);
  return TH_OK;
}

const char *th_rule_outcome_name(th_rule_outcome o) {
  static const char *const names[] = { "version_unavailable", "depends_on_reading", "criteria_met", "not_met", "unknown",
                                       "human_judgement" };
  return names[o];
}

char th_rule_verdict_letter(th_rule_verdict v) {
  return "FUTH"[v];
}

const char *th_rule_op_text(th_rule_op op) {
  static const char *const ops[] = { ">=", ">", "<=", "<", "=" };
  return ops[op];
}
