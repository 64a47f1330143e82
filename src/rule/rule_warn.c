/* Warnings about the facts a path mentions: values that cannot be used, values out of date, equations that do not match. */
#include <stdlib.h>

#include "rule/rule_priv.h"

static const char *const kinds[] = { "type:", "unit:", "future:", "implausible:", "stale:", "undated:", "equation:", "class:" };

typedef struct warn_list {
  th_rule_run *run;
  TH_VEC(th_str) v;
} warn_list;

static th_code warn(warn_list *w, th_rule_warn_kind kind, th_str name, th_err *err) {
  const th_str head = th_str_of(kinds[kind]);
  char *p = TH_NEWN(w->run->arena, char, head.n + name.n);
  if (!p) return th_fail_nomem(err);
  memcpy(p, head.p, head.n);
  memcpy(p + head.n, name.p, name.n);
  const th_str text = th_str_n(p, head.n + name.n);
  if (!TH_VEC_PUSH(w->run->arena, &w->v, text)) return th_fail_nomem(err);
  return TH_OK;
}

static int by_text(const void *a, const void *b) {
  return th_str_cmp(*(const th_str *)a, *(const th_str *)b);
}

static th_str folded_equation(const th_rule_run *r, int32_t fact) {
  if (fact < 0 || r->values[fact].state != TH_RULE_KNOWN) return TH_STR_NONE;
  return th_str_trim(r->values[fact].text);
}

/* A current value and a baseline of the same path estimated by different equations are not comparable without saying so. */
static th_code equations(warn_list *w, th_err *err) {
  const th_rule_run *r = w->run;
  const th_rule_dict *d = r->policy->dict;
  for (uint32_t i = 0; i < r->path->n_facts; i++) {
    const int32_t now = r->path->fact[i];
    if (!d->fact[now].current || d->fact[now].equation < 0) continue;
    const th_str mine = folded_equation(r, d->fact[now].equation);
    bool differs = false;
    for (uint32_t k = 0; k < r->path->n_facts && mine.n; k++) {
      const int32_t base = r->path->fact[k];
      if (base == now || d->fact[base].equation < 0) continue;
      const th_str theirs = folded_equation(r, d->fact[base].equation);
      differs |= theirs.n && !th_str_eq_nocase(mine, theirs);
    }
    if (differs) TH_TRY(warn(w, TH_WARN_EQUATION, d->fact[now].name, err));
  }
  return TH_OK;
}

static th_code about_fact(warn_list *w, int32_t fact, uint8_t *sheet_state, th_err *err) {
  const th_rule_run *r = w->run;
  const th_rule_value *v = &r->values[fact];
  const th_rule_fact *f = &r->policy->dict->fact[fact];
  if (v->state == TH_RULE_ABSENT) return TH_OK;
  if (v->state == TH_RULE_UNUSABLE) return warn(w, (th_rule_warn_kind)(v->fault - TH_RULE_BAD_TYPE), f->name, err);
  if (f->type == TH_RULE_CODES && v->class_bad) TH_TRY(warn(w, TH_WARN_CLASS, f->name, err));
  if (!f->current && !f->sheet_current) return TH_OK;
  const bool undated = v->dated.prec == TH_DATE_NONE;
  const bool stale = !undated && th_date_last(v->dated) < r->today - r->policy->current_days;
  if (f->sheet_current) {
    sheet_state[f->sheet] |= (uint8_t)(undated ? 1 : stale ? 2 : 0);
    return TH_OK;
  }
  if (undated) return warn(w, TH_WARN_UNDATED, f->name, err);
  return stale ? warn(w, TH_WARN_STALE, f->name, err) : TH_OK;
}

th_code th_rule__warnings(th_rule_run *r, const th_str **out, uint32_t *n, th_err *err) {
  warn_list w = { .run = r };
  const th_rule_dict *d = r->policy->dict;
  uint8_t *sheet = TH_NEWN(r->arena, uint8_t, d->n_prefixes + 1);
  if (!sheet) return th_fail_nomem(err);
  for (uint32_t i = 0; i < r->path->n_facts; i++) TH_TRY(about_fact(&w, r->path->fact[i], sheet, err));
  for (uint32_t s = 0; s < d->n_prefixes; s++) {
    if (sheet[s] & 1) TH_TRY(warn(&w, TH_WARN_UNDATED, d->prefix[s].name, err));
    if (sheet[s] & 2) TH_TRY(warn(&w, TH_WARN_STALE, d->prefix[s].name, err));
  }
  TH_TRY(equations(&w, err));
  if (w.v.n) qsort(w.v.v, w.v.n, sizeof *w.v.v, by_text);
  *out = w.v.v;
  *n = (uint32_t)w.v.n;
  return TH_OK;
}
