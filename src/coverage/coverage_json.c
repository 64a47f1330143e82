/* The result as the specification's JSON object. */
#include "coverage/coverage_priv.h"

static void letter(th_jwrite *w, th_rule_verdict v) {
  const char c = th_rule_verdict_letter(v);
  th_jw_str(w, th_str_n(&c, 1));
}

static void readings(th_jwrite *w, const th_coverage_result *r) {
  th_jw_key(w, "readings");
  th_jw_arr(w);
  for (uint32_t i = 0; i < r->path->n_amb; i++)
    if (r->rule.readings >> i & 1) th_jw_str(w, r->policy->amb[r->path->amb[i]].id);
  th_jw_arr_end(w);
}

static void nodes(th_jwrite *w, const th_coverage_result *r) {
  th_jw_key(w, "nodes");
  th_jw_obj(w);
  for (uint32_t i = 0; i < r->rule.n_named; i++) {
    th_jw_key_str(w, r->policy->node[r->rule.named[i]].id);
    letter(w, (th_rule_verdict)r->rule.node[r->rule.named[i]]);
  }
  th_jw_obj_end(w);
  th_jw_key(w, "scores");
  th_jw_obj(w);
  for (uint32_t i = 0; i < r->rule.n_scores; i++) {
    const th_rule_score_at *s = &r->rule.score[i];
    th_jw_key_str(w, r->policy->node[s->node].id);
    th_jw_arr(w);
    th_jw_i64(w, s->lo);
    th_jw_i64(w, s->hi);
    th_jw_arr_end(w);
  }
  th_jw_obj_end(w);
}

static void collect(th_jwrite *w, const th_coverage_result *r) {
  th_jw_key(w, "collect");
  th_jw_arr(w);
  for (uint32_t i = 0; i < r->rule.n_collect; i++) {
    th_jw_arr(w);
    for (uint32_t k = 0; k < r->rule.collect[i].n; k++) th_jw_str(w, r->policy->dict->fact[r->rule.collect[i].fact[k]].name);
    th_jw_arr_end(w);
  }
  th_jw_arr_end(w);
  th_jw_key(w, "warnings");
  th_jw_arr(w);
  for (uint32_t i = 0; i < r->rule.n_warnings; i++) th_jw_str(w, r->rule.warning[i]);
  th_jw_arr_end(w);
}

/* The same, cheapest first, each fact with what it takes to learn it. */
static void cheapest(th_jwrite *w, const th_coverage_result *r) {
  const th_rule_dict *d = r->policy->dict;
  th_jw_key(w, "cheapest");
  th_jw_arr(w);
  for (uint32_t i = 0; i < r->rule.n_cheapest; i++) {
    const th_rule_set *s = &r->rule.cheapest[i];
    th_jw_obj(w);
    th_jw_key(w, "cost"), th_jw_i64(w, s->cost);
    th_jw_key(w, "facts");
    th_jw_arr(w);
    for (uint32_t k = 0; k < s->n; k++) {
      const th_rule_cost *class = th_rule_fact_cost(d, s->fact[k]);
      th_jw_obj(w);
      th_jw_key(w, "fact"), th_jw_str(w, d->fact[s->fact[k]].name);
      if (class) th_jw_key(w, "class"), th_jw_str(w, class->name);
      if (class) th_jw_key(w, "cost"), th_jw_i64(w, class->cost);
      th_jw_obj_end(w);
    }
    th_jw_arr_end(w);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
}

static void clauses(th_jwrite *w, const th_coverage_result *r) {
  th_jw_key(w, "clauses");
  th_jw_arr(w);
  for (uint32_t i = 0; i < r->rule.n_named; i++) {
    const uint32_t at = r->rule.named[i];
    const th_rule_node *n = &r->policy->node[at];
    th_jw_obj(w);
    th_jw_key(w, "id"), th_jw_str(w, n->id);
    th_jw_key(w, "value"), letter(w, (th_rule_verdict)r->rule.node[at]);
    th_jw_key(w, "depends"), th_jw_bool(w, r->rule.node_depends[at]);
    th_jw_key(w, "zh"), th_jw_str(w, n->zh);
    th_jw_key(w, "en"), th_jw_str(w, n->en);
    th_jw_key(w, "cite"), th_jw_str(w, n->cite);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
}

static void evidence(th_jwrite *w, const th_coverage_result *r) {
  static const char *const states[] = { "missing", "have", "not needed" };
  th_jw_key(w, "evidence");
  th_jw_arr(w);
  for (uint32_t i = 0; i < r->n_evidence; i++) {
    const th_coverage_evidence *e = &r->evidence[i];
    th_jw_obj(w);
    th_jw_key(w, "id"), th_jw_str(w, e->id);
    th_jw_key(w, "need"), th_jw_str(w, e->en);
    th_jw_key(w, "need_zh"), th_jw_str(w, e->zh);
    th_jw_key(w, "for"), th_jw_str(w, r->policy->node[e->node].id);
    th_jw_key(w, "state"), th_jw_z(w, states[e->state]);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
}

static void dates(th_jwrite *w, const th_coverage_result *r) {
  th_jw_key(w, "dates");
  th_jw_arr(w);
  for (uint32_t i = 0; i < r->n_dates; i++) {
    char iso[TH_DATE_TEXT];
    th_jw_obj(w);
    th_jw_key(w, "day"), th_jw_z(w, th_date_iso(r->date[i].day, iso));
    th_jw_key(w, "kind"), th_jw_z(w, th_day_kind_name(r->date[i].kind));
    th_jw_key(w, "zh"), th_jw_str(w, r->date[i].zh);
    th_jw_key(w, "en"), th_jw_str(w, r->date[i].en);
    if (r->date[i].node != UINT32_MAX) th_jw_key(w, "for"), th_jw_str(w, r->policy->node[r->date[i].node].id);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
}

/* The values used, as words too: those of the path's facts that the case states. */
static void facts(th_jwrite *w, const th_coverage_result *r, th_buf *text) {
  static const char *const states[] = { "absent", "unusable", "known" };
  th_jw_key(w, "facts");
  th_jw_arr(w);
  for (uint32_t i = 0; i < r->path->n_facts; i++) {
    const int32_t fact = r->path->fact[i];
    const th_rule_value *v = &r->kase->values[fact];
    if (v->state == TH_RULE_ABSENT) continue;
    th_jw_obj(w);
    th_jw_key(w, "name"), th_jw_str(w, r->policy->dict->fact[fact].name);
    th_jw_key(w, "state"), th_jw_z(w, states[v->state]);
    text->n = 0;
    th_coverage_value_text(text, r->policy->dict, r->kase->values, fact, false);
    th_jw_key(w, "text"), th_jw_str(w, th_buf_str(text));
    if (v->source.n) th_jw_key(w, "source"), th_jw_str(w, v->source);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
}

static void notices(th_jwrite *w, const th_coverage_result *r) {
  th_jw_key(w, "notices");
  th_jw_arr(w);
  for (uint32_t i = 0; i < r->policy->n_notices; i++) th_jw_str(w, r->policy->notice[i].en);
  th_jw_arr_end(w);
  th_jw_key(w, "told");
  th_jw_arr(w);
  for (uint32_t i = 0; i < r->kase->n_told; i++) th_jw_str(w, r->kase->told[i]);
  th_jw_arr_end(w);
  th_jw_key(w, "unread");
  th_jw_arr(w);
  for (uint32_t i = 0; i < r->kase->n_unread; i++) th_jw_str(w, r->kase->unread[i]);
  th_jw_arr_end(w);
}

static void policy(th_jwrite *w, const th_rule_policy *p) {
  th_jw_key(w, "policy");
  th_jw_obj(w);
  th_jw_key(w, "id"), th_jw_str(w, p->id);
  th_jw_key(w, "version"), th_jw_str(w, p->version);
  th_jw_key(w, "sha256"), th_jw_z(w, p->sha256);
  th_jw_obj_end(w);
}

void th_coverage_json(th_jwrite *w, const th_coverage_result *r, bool brief) {
  char iso[TH_DATE_TEXT];
  const bool judged = r->rule.outcome != TH_OUT_VERSION_UNAVAILABLE;
  th_jw_obj(w);
  th_jw_key(w, "case"), th_jw_str(w, r->kase->id);
  th_jw_key(w, "program"), th_jw_str(w, r->kase->program);
  th_jw_key(w, "path"), th_jw_str(w, r->kase->path_name);
  th_jw_key(w, "as_of"), th_jw_z(w, th_date_iso(r->kase->as_of, iso));
  th_jw_key(w, "outcome"), th_jw_z(w, th_rule_outcome_name(r->rule.outcome));
  if (r->rule.reason) th_jw_key(w, "reason"), th_jw_z(w, r->rule.reason);
  if (judged) th_jw_key(w, "by_default_reading"), letter(w, r->rule.by_default);
  readings(w, r);
  nodes(w, r);
  collect(w, r);
  if (judged) th_jw_key(w, "stop"), letter(w, r->rule.stop);
  if (!brief && judged) {
    cheapest(w, r);
    clauses(w, r);
    evidence(w, r);
    dates(w, r);
    th_buf text;
    th_buf_init(&text, w->out->arena, 64);
    facts(w, r, &text);
    w->out->failed |= text.failed;
    notices(w, r);
  }
  policy(w, r->policy);
  th_jw_obj_end(w);
}
