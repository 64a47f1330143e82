/* Interactions by the class of the other drug: what a reader with a patient's list before him looks for first. */
#include "theriac/safety.h"

#include <stdlib.h>

void th_safety_mark_listed(th_safety_interactions *v, const th_name_row *const *listed, size_t n) {
  for (size_t i = 0; i < v->n; i++)
    for (size_t k = 0; k < n && !v->v[i].listed; k++) v->v[i].listed = listed[k] && v->v[i].drug == listed[k];
}

/* "L04" of "L04AG04": the therapeutic subgroup. */
static th_str group_of(const th_safety_interaction *x) {
  return th_str_sub(x->atc, 0, x->atc.n < 3 ? x->atc.n : 3);
}

static th_safety_class *class_of(th_safety_classes *v, const th_safety_interaction *x) {
  const th_str atc = group_of(x), name = atc.n ? TH_STR_NONE : x->group;
  for (size_t i = 0; i < v->n; i++)
    if (th_str_eq(v->v[i].atc, atc) && th_str_eq(v->v[i].name, name)) return &v->v[i];
  return NULL;
}

static void count(th_safety_class *c, const th_safety_interaction *x) {
  c->n++;
  c->n_severity[x->severity]++;
  if (x->severity > c->worst) c->worst = x->severity;
  if (!x->listed) return;
  if (!c->n_listed++ || x->severity > c->worst_listed) c->worst_listed = x->severity;
}

static int before(const void *p, const void *q) {
  const th_safety_class *x = p, *y = q;
  if (!x->n_listed != !y->n_listed) return x->n_listed ? -1 : 1;
  if (x->worst_listed != y->worst_listed) return x->worst_listed > y->worst_listed ? -1 : 1;
  if (x->worst != y->worst) return x->worst > y->worst ? -1 : 1;
  if (x->n != y->n) return x->n > y->n ? -1 : 1;
  const int d = th_str_cmp(x->atc, y->atc);
  return d ? d : th_str_cmp(x->name, y->name);
}

/* v is sorted gravest first already: two rounds keep that order, the list's drugs before the others. of[i]: class of an interaction. */
static void fill(const th_safety_interactions *v, th_safety_classes *all, const uint32_t *of) {
  for (size_t i = 0; i < all->n; i++) all->v[i].n = 0;
  for (int round = 0; round < 2; round++)
    for (size_t i = 0; i < v->n; i++) {
      th_safety_class *c = &all->v[of[i]];
      if (v->v[i].listed == (round == 0)) c->of[c->n++] = (uint32_t)i;
    }
}

th_code th_safety_classes_of(th_arena *a, const th_safety_interactions *v, th_safety_classes *out, th_err *err) {
  uint32_t *of = TH_NEWN(a, uint32_t, v->n + 1);
  *out = (th_safety_classes){ 0 };
  if (!of) return th_fail_nomem(err);
  for (size_t i = 0; i < v->n; i++) {
    th_safety_class *c = class_of(out, &v->v[i]);
    if (!c) {
      const th_str atc = group_of(&v->v[i]);
      const th_safety_class fresh = { .atc = atc, .name = atc.n ? TH_STR_NONE : v->v[i].group };
      if (!TH_VEC_PUSH(a, out, fresh)) return th_fail_nomem(err);
      c = &out->v[out->n - 1];
    }
    count(c, &v->v[i]);
  }
  if (out->n) qsort(out->v, out->n, sizeof *out->v, before);
  for (size_t i = 0; i < out->n; i++)
    if (!(out->v[i].of = TH_NEWN(a, uint32_t, out->v[i].n))) return th_fail_nomem(err);
  for (size_t i = 0; i < v->n; i++) of[i] = (uint32_t)(class_of(out, &v->v[i]) - out->v);
  fill(v, out, of);
  return TH_OK;
}
