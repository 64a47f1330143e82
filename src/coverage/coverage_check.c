/* A judged case: the engine's result, documents to attach, and the days on which time alone changes something. */
#include <math.h>
#include <stdlib.h>

#include "coverage/coverage_priv.h"

/* ── Documents ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef TH_VEC(th_coverage_evidence) evidence_vec;

static bool attached(const th_coverage_case *c, th_str id) {
  for (uint32_t i = 0; i < c->n_attached; i++)
    if (th_str_eq(c->attached[i], id)) return true;
  return false;
}

static const th_rule_need *need_of(const th_rule_policy *p, th_str id) {
  for (uint32_t i = 0; i < p->n_needs; i++)
    if (th_str_eq(p->need[i].id, id)) return &p->need[i];
  return NULL;
}

static th_code evidence_of(th_arena *a, th_coverage_result *r, th_err *err) {
  evidence_vec v = { 0 };
  for (uint32_t i = 0; i < r->rule.n_named; i++) {
    const uint32_t at = r->rule.named[i];
    const th_rule_node *n = &r->policy->node[at];
    for (uint32_t k = 0; k < n->n_evidence; k++) {
      const th_rule_need *need = need_of(r->policy, n->evidence[k]);
      if (!need) continue;
      th_coverage_evidence e = { need->id, need->zh, need->en, at, TH_STR_NONE, TH_COVER_MISSING };
      /* Proof of something that is not so, or that the answer does without, is not asked for; what was recorded as known false says so. */
      const bool idle =
          r->rule.node[at] == TH_V_F || (r->rule.outcome == TH_OUT_MET && r->rule.node[at] != TH_V_T) ||
          (need->when >= 0 && r->kase->values[need->when].state == TH_RULE_KNOWN && !r->kase->values[need->when].boolean);
      e.state = attached(r->kase, need->id) ? TH_COVER_HAVE : idle ? TH_COVER_NOT_NEEDED : TH_COVER_MISSING;
      if (!TH_VEC_PUSH(a, &v, e)) return th_fail_nomem(err);
    }
  }
  r->evidence = v.v;
  r->n_evidence = (uint32_t)v.n;
  return TH_OK;
}

bool th_coverage_document(const th_coverage_result *r, uint32_t i, th_coverage_have *state) {
  for (uint32_t k = 0; k < i; k++)
    if (th_str_eq(r->evidence[k].id, r->evidence[i].id)) return false;
  *state = r->evidence[i].state;
  for (uint32_t k = i + 1; k < r->n_evidence; k++)
    if (th_str_eq(r->evidence[k].id, r->evidence[i].id) && r->evidence[k].state < *state) *state = r->evidence[k].state;
  return true;
}

bool th_coverage_in_every_set(const th_coverage_result *r, int32_t fact) {
  for (uint32_t i = 0; i < r->rule.n_cheapest; i++) {
    bool here = false;
    for (uint32_t k = 0; k < r->rule.cheapest[i].n; k++) here |= r->rule.cheapest[i].fact[k] == fact;
    if (!here) return false;
  }
  return r->rule.n_cheapest > 0;
}

/* ── Days ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct date_list {
  th_arena *arena;
  const th_coverage_result *r;
  TH_VEC(th_coverage_due) v;
  bool nomem;
} date_list;

static void add_date(date_list *l, th_coverage_due d) {
  if (d.day.year < 1 || d.day.year > 9999) return;
  for (size_t i = 0; i < l->v.n; i++)
    if (th_date_cmp(l->v.v[i].day, d.day) == 0 && l->v.v[i].node == d.node) return;
  if (!d.zh.p || !d.en.p || !TH_VEC_PUSH(l->arena, &l->v, d)) l->nomem = true;
}

/* "at least n months" that is not reached yet is reached by waiting, if treatment goes on. Whole months are counted up. */
static void months_due(date_list *l, const th_rule_leaf *f, uint32_t node, const th_rule_node *named) {
  const th_rule_fact *fact = &l->r->policy->dict->fact[f->fact[0]];
  const th_rule_value *v = &l->r->kase->values[f->fact[0]];
  if (!th_str_is(fact->unit, "mo") || (f->op != TH_RULE_GE && f->op != TH_RULE_GT) || v->state != TH_RULE_KNOWN ||
      v->lo != v->hi)
    return;
  const double wait = ceil(f->value - v->lo - 1e-9);
  if (wait < 1 || wait > 600) return;
  add_date(l, (th_coverage_due){ th_date_add_months(l->r->kase->as_of, (int)wait), TH_DAY_REACHED, 0,
                                 th_str_fmt(l->arena, "若持續治療，最早達成「%.*s」", TH_STR_ARG(named->zh)),
                                 th_str_fmt(l->arena, "earliest day for \"%.*s\" if treatment goes on", TH_STR_ARG(named->en)),
                                 node });
}

static void age_due(date_list *l, const th_rule_leaf *f, th_date birth, uint32_t node) {
  th_date day = th_date_add_months(birth, (int)f->value * 12);
  if (birth.month == 2 && birth.day == 29 && day.day != 29) day = (th_date){ day.year, 3, 1, TH_DATE_DAY, 0 };
  if (th_date_first(day) > th_date_first(l->r->kase->as_of))
    add_date(l, (th_coverage_due){ day, TH_DAY_AGE, 0, th_str_fmt(l->arena, "滿 %d 歲", (int)f->value),
                                   th_str_fmt(l->arena, "turns %d", (int)f->value), node });
}

static void leaf_due(date_list *l, const th_rule_leaf *f, uint32_t node, const th_rule_node *named) {
  const th_rule_value *v = &l->r->kase->values[f->fact[0]];
  const bool dated = v->state == TH_RULE_KNOWN && v->date.prec == TH_DATE_DAY;
  const th_rule_fact *fact = &l->r->policy->dict->fact[f->fact[0]];
  if (f->kind == TH_LEAF_VALUE) months_due(l, f, node, named);
  if (f->kind == TH_LEAF_FROM && dated && !f->in_days)
    add_date(l, (th_coverage_due){
                    th_date_add_months(v->date, f->window), TH_DAY_LAST, 0,
                    th_str_fmt(l->arena, "「%.*s」%d 個月期間之最後一日", TH_STR_ARG(fact->zh), f->window),
                    th_str_fmt(l->arena, "last day of the window of %d months after \"%.*s\"", f->window, TH_STR_ARG(fact->en)),
                    node });
  if (f->kind == TH_LEAF_BEFORE && dated)
    add_date(l, (th_coverage_due){ th_date_add_months(v->date, f->window), TH_DAY_REACHED, 0,
                                   th_str_fmt(l->arena, "達成「%.*s」", TH_STR_ARG(named->zh)),
                                   th_str_fmt(l->arena, "\"%.*s\" is reached", TH_STR_ARG(named->en)), node });
  if (f->kind == TH_LEAF_AGE && dated) age_due(l, f, v->date, node);
}

static void walk_due(date_list *l, uint32_t at, uint32_t named, uint8_t *seen) {
  if (seen[at]) return;
  seen[at] = 1;
  const th_rule_node *n = &l->r->policy->node[at];
  if (n->id.n) named = at;
  if (n->kind == TH_RULE_LEAF) leaf_due(l, &l->r->policy->leaf[n->leaf], named, &l->r->policy->node[named]);
  const uint32_t kids = n->kind == TH_RULE_READING || n->kind == TH_RULE_GATE ? 1 : n->n_kids;
  for (uint32_t i = 0; i < kids; i++) walk_due(l, n->kid[i], named, seen);
}

static int by_day(const void *a, const void *b) {
  const th_coverage_due *x = a, *y = b;
  const int c = th_date_cmp(x->day, y->day);
  return c ? c : x->node < y->node ? -1 : x->node > y->node;
}

/* Months from the day counted from to an entry of the schedule, whole ones counted up; 0: past, or not known. */
static int32_t months_left(const th_coverage_result *r, const th_rule_schedule *s) {
  if (s->since < 0) return s->months;
  const th_rule_value *v = &r->kase->values[s->since];
  const double left = ceil(s->months - v->lo - 1e-9);
  return v->state == TH_RULE_KNOWN && v->lo == v->hi && left >= 1 ? (int32_t)left : 0;
}

/* The condition before what falls due, unless the reader knows it from elsewhere. */
static th_str conditional(date_list *l, bool plain, th_str when, const char *colon, th_str what) {
  return plain || !when.n ? what : th_str_fmt(l->arena, "%.*s%s%.*s", TH_STR_ARG(when), colon, TH_STR_ARG(what));
}

th_code th_coverage__dates(th_arena *a, const th_coverage_result *r, th_date from, bool plain, const th_coverage_due **out,
                           uint32_t *n, th_err *err) {
  static const th_day_kind kinds[] = { TH_DAY_REVIEW, TH_DAY_TAPER, TH_DAY_STOP };
  date_list l = { .arena = a, .r = r };
  uint8_t *seen = TH_NEWN(a, uint8_t, r->policy->n_nodes);
  if (!seen) return th_fail_nomem(err);
  for (uint32_t i = 0; i < r->policy->n_schedule && r->rule.stop != TH_V_T; i++) { /* what is to be stopped has no next date */
    const th_rule_schedule *s = &r->policy->schedule[i];
    const int32_t months = months_left(r, s);
    for (uint32_t k = 0; k < s->n_paths && months > 0; k++)
      if (th_str_eq(s->paths[k], r->path->name)) /* months that a fact counts are over on the day assessed */
        add_date(&l, (th_coverage_due){ th_date_add_months(s->since < 0 ? from : r->kase->as_of, months), kinds[s->kind],
                                        s->months, conditional(&l, plain, s->when_zh, "：", s->zh),
                                        conditional(&l, plain, s->when_en, ": ", s->en), UINT32_MAX - i });
  }
  walk_due(&l, r->path->root, r->path->root, seen);
  if (l.nomem) return th_fail_nomem(err);
  for (size_t i = 0; i < l.v.n; i++)
    if (l.v.v[i].node > UINT32_MAX - 4096) l.v.v[i].node = UINT32_MAX;
  if (l.v.n) qsort(l.v.v, l.v.n, sizeof *l.v.v, by_day);
  *out = l.v.v;
  *n = (uint32_t)l.v.n;
  return TH_OK;
}

th_code th_coverage_check(th_arena *a, const th_coverage_case *kase, th_coverage_result *out, th_err *err) {
  *out = (th_coverage_result){ .kase = kase, .policy = kase->policy, .path = kase->path };
  TH_TRY(th_rule_check(a, kase->policy, kase->path, kase->values, kase->as_of, &out->rule, err));
  if (out->rule.outcome == TH_OUT_VERSION_UNAVAILABLE) return TH_OK;
  TH_TRY(evidence_of(a, out, err));
  return th_coverage__dates(a, out, kase->as_of, false, &out->date, &out->n_dates, err);
}

th_code th_coverage_wordings(th_arena *a, const th_rule_policy *p, const th_rule_path *path, const th_coverage_wording **out,
                             uint32_t *n, th_err *err) {
  th_coverage_wording *list = TH_NEWN(a, th_coverage_wording, path->n_named ? path->n_named : 1);
  if (!list) return th_fail_nomem(err);
  for (uint32_t i = 0; i < path->n_named; i++) {
    const th_rule_node *node = &p->node[path->named[i]];
    list[i] = (th_coverage_wording){ node->id, node->cite, node->zh, node->en, path->named[i] };
  }
  *out = list;
  *n = path->n_named;
  return TH_OK;
}
