/* What of the last application holds for the next one. */
#include <math.h>

#include "coverage/coverage_priv.h"
#include "theriac/coverage/renew.h"

typedef struct renewing {
  th_arena *arena;
  th_renewal *r;
  const th_rule_dict *dict;
  const th_json *facts; /* of the last case */
  th_date start;
  TH_VEC(th_renew_fact) v;
  th_err *err;
} renewing;

static const th_json *told(const renewing *w, int32_t fact) {
  for (uint32_t i = 0; i < w->facts->n; i++) {
    const th_json_member *m = &w->facts->u.member[i];
    if (th_str_eq(m->key, w->dict->fact[fact].name)) return m->value.kind == TH_JSON_NULL ? NULL : &m->value;
  }
  return NULL;
}

static const th_rule_value *value_of(const renewing *w, int32_t fact) {
  return &w->r->last.values[fact];
}

/* ── The time between ──────────────────────────────────────────────────────────────────────────────────────────────── */

static int32_t months_between(th_date from, th_date to) {
  int32_t n = (to.year - from.year) * 12 + to.month - from.month;
  while (n > 0 && th_date_first(th_date_add_months(from, n)) > th_date_first(to)) n--;
  return n < 0 ? 0 : n;
}

static th_code whole_number(renewing *w, double n, const th_json **out) {
  th_json *v = TH_NEW(w->arena, th_json);
  const th_str text = th_str_fmt(w->arena, "%.12g", n);
  if (!v || !text.p) return th_fail_nomem(w->err);
  *out = v;
  return th_json_parse(w->arena, text, v, w->err);
}

/* Months that went on, a running number, months since: what they are now, as far as the last case tells. */
static th_code counted(renewing *w, th_renew_fact *f) {
  const th_rule_value *v = value_of(w, f->fact);
  const bool exact = v->state == TH_RULE_KNOWN && v->lo == v->hi;
  double n = w->r->months;
  switch ((th_rule_later)w->dict->fact[f->fact].later) {
  case TH_LATER_GROWS:
    if (w->start.prec == TH_DATE_DAY)
      n = months_between(w->start, w->r->as_of);
    else if (exact)
      n = floor(v->lo + 1e-9) + w->r->months;
    else if (v->state != TH_RULE_ABSENT)
      return TH_OK; /* a range, or nothing that can be used: told anew */
    break;
  case TH_LATER_NEXT:
    if (!exact && v->state != TH_RULE_ABSENT) return TH_OK;
    n = exact ? v->lo + 1 : 1;
    break;
  case TH_LATER_CONFIRM:
  case TH_LATER_KEEP:
  case TH_LATER_EVER:
  case TH_LATER_AGAIN:
  case TH_LATER_EXTEND:
  case TH_LATER_SINCE: break;
  }
  f->state = TH_RENEW_PROPOSED;
  f->why = TH_WHY_COUNTED;
  return whole_number(w, n, &f->value);
}

/* ── One fact ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static int32_t carried_from(const renewing *w, int32_t fact) {
  const th_rule_renewal *k = w->r->rule;
  for (uint32_t i = 0; i < k->n_carry; i++)
    if (k->carry[2 * i] == fact) return k->carry[2 * i + 1];
  return -1;
}

static void set(th_renew_fact *f, th_renew_state state, th_renew_why why, const th_json *value) {
  f->state = state;
  f->why = why;
  f->value = value;
}

/* A measurement counts for so many days; the day it was taken must be known. */
static void measured(const renewing *w, th_renew_fact *f) {
  const th_rule_value *v = value_of(w, f->fact);
  const int32_t since = th_date_first(w->r->as_of) - w->r->last.policy->current_days;
  if (w->dict->fact[f->fact].sheet >= 0 || !w->dict->fact[f->fact].current)
    set(f, TH_RENEW_AGAIN, TH_WHY_OF_DAY, NULL);
  else if (v->dated.prec == TH_DATE_NONE)
    set(f, TH_RENEW_AGAIN, TH_WHY_UNDATED, NULL);
  else if (th_date_first(v->dated) < since)
    set(f, TH_RENEW_AGAIN, TH_WHY_OUTDATED, NULL);
  else
    set(f, TH_RENEW_CARRIED, TH_WHY_CURRENT, f->before);
}

static th_code judge(renewing *w, th_renew_fact *f) {
  const th_rule_value *v = value_of(w, f->fact);
  const th_rule_later later = (th_rule_later)w->dict->fact[f->fact].later;
  f->before = told(w, f->fact);
  f->from = -1;
  set(f, TH_RENEW_AGAIN, f->before ? TH_WHY_UNUSABLE : TH_WHY_NOT_TOLD, NULL);
  if (later == TH_LATER_GROWS || later == TH_LATER_NEXT || later == TH_LATER_SINCE) return counted(w, f);
  if (!f->before) {
    const int32_t from = carried_from(w, f->fact);
    if (from < 0 || value_of(w, from)->state != TH_RULE_KNOWN) return TH_OK;
    set(f, TH_RENEW_PROPOSED, TH_WHY_BASELINE, told(w, from));
    f->from = from;
    return TH_OK;
  }
  if (v->state != TH_RULE_KNOWN) return TH_OK;
  if (later == TH_LATER_KEEP || (later == TH_LATER_EVER && v->boolean))
    set(f, TH_RENEW_CARRIED, TH_WHY_STAYS, f->before);
  else if (later == TH_LATER_AGAIN)
    measured(w, f);
  else
    set(f, TH_RENEW_PROPOSED, later == TH_LATER_EXTEND ? TH_WHY_EXTEND : TH_WHY_MAY_HAVE, f->before);
  return TH_OK;
}

static bool asked(const renewing *w, int32_t fact) {
  for (uint32_t i = 0; i < w->r->path->n_facts; i++)
    if (w->r->path->fact[i] == fact) return true;
  return false;
}

static th_code facts_of(renewing *w) {
  th_renewal *r = w->r;
  for (int pass = 0; pass < 2; pass++) {
    for (uint32_t i = 0; i < w->dict->n; i++) {
      th_renew_fact f = { .fact = (int32_t)i };
      if (asked(w, f.fact) != (pass == 0)) continue;
      TH_TRY(judge(w, &f));
      /* What the path does not ask goes along when it is sure, or belongs to a baseline: all items of its sheet, the equation. */
      if (pass == 1 && f.state != TH_RENEW_CARRIED && f.why != TH_WHY_BASELINE) continue;
      if (!TH_VEC_PUSH(w->arena, &w->v, f)) return th_fail_nomem(w->err);
      if (pass == 0) r->count[f.state]++;
    }
    if (pass == 0) r->n_asked = (uint32_t)w->v.n;
  }
  r->fact = w->v.v;
  r->n = (uint32_t)w->v.n;
  return TH_OK;
}

static th_code documents(renewing *w) {
  th_str_vec keep = { 0 }, again = { 0 };
  const th_rule_policy *p = w->r->last.policy;
  for (uint32_t i = 0; i < w->r->last.n_attached; i++) {
    bool serves = false;
    for (uint32_t k = 0; k < p->n_needs; k++) serves |= p->need[k].keep && th_str_eq(p->need[k].id, w->r->last.attached[i]);
    if (!TH_VEC_PUSH(w->arena, serves ? &keep : &again, w->r->last.attached[i])) return th_fail_nomem(w->err);
  }
  w->r->evidence = keep.v;
  w->r->n_evidence = (uint32_t)keep.n;
  w->r->evidence_again = again.v;
  w->r->n_evidence_again = (uint32_t)again.n;
  return TH_OK;
}

/* ── Opening ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool follows(const th_rule_renewal *k, th_str from) {
  for (uint32_t i = 0; i < k->n_from; i++)
    if (th_str_eq(k->from[i], from)) return true;
  return false;
}

uint32_t th_coverage_renewal_paths(const th_rule_policy *p, th_str from, th_str *out, uint32_t cap) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < p->n_renewals && n < cap; i++)
    if (follows(&p->renewal[i], from)) out[n++] = p->renewal[i].to;
  return n;
}

static th_code next_path(th_renewal *r, th_str path, th_err *err) {
  const th_rule_policy *p = r->last.policy;
  const th_str from = r->last.path->name;
  for (uint32_t i = 0; i < p->n_renewals && !r->rule; i++)
    if (follows(&p->renewal[i], from) && (!path.n || th_str_eq(p->renewal[i].to, path))) r->rule = &p->renewal[i];
  if (!r->rule)
    return th_fail(err, TH_ENOENT, "no application%s%.*s follows on %.*s of %.*s", path.n ? " " : "", TH_STR_ARG(path),
                   TH_STR_ARG(from), TH_STR_ARG(p->id));
  r->path = th_rule_path_find(p, r->rule->to);
  return TH_OK;
}

th_code th_coverage_renew(th_arena *a, const th_coverage *c, th_str last_case, th_str path, th_date as_of, th_date start,
                          th_renewal *out, th_err *err) {
  th_json *json = TH_NEW(a, th_json);
  *out = (th_renewal){ .coverage = c, .json = json, .as_of = as_of };
  if (!json) return th_fail_nomem(err);
  TH_TRY(th_json_parse(a, last_case, json, err));
  TH_TRY(th_coverage_case_read(a, c, json, &out->last, err));
  if (as_of.prec != TH_DATE_DAY || th_date_first(as_of) <= th_date_first(out->last.as_of))
    return th_fail(err, TH_EINVAL, "the next application is assessed on a full day after that of the last one");
  if (start.prec != TH_DATE_NONE && (start.prec != TH_DATE_DAY || th_date_first(start) > th_date_first(as_of)))
    return th_fail(err, TH_EINVAL, "the day of the first dose is not a full date up to the day assessed");
  TH_TRY(next_path(out, path, err));
  out->months = months_between(out->last.as_of, as_of);
  renewing w = { .arena = a, .r = out, .dict = &c->dict, .facts = th_json_get(json, "facts"), .start = start, .err = err };
  TH_TRY(facts_of(&w));
  return documents(&w);
}
