/* Drugs that share something with the dossier's, and what. An equal level of evidence is no reason. */
#include "dossier_priv.h"

#include <stdlib.h>

const char *th_relative_by_code(th_relative_by by) {
  static const char *const code[TH_RELATIVE_BYS] = { "target", "use", "atc", "path" };
  return code[by];
}

const char *th_relative_state_code(th_relative_state s) {
  static const char *const code[] = { "not-held", "no-drug", "none", "found" };
  return code[s];
}

/* A candidate, and where its reasons stand in the index: sources are listed for those that are told alone. */
typedef struct shared {
  th_relative_reason why;
  uint32_t own, own_line, other, other_line; /* records of the index; NOWHERE: no document */
} shared;
#define NOWHERE (UINT32_MAX - 1)

typedef struct candidate {
  th_dossier_relative r;
  TH_VEC(shared) all;
} candidate;

typedef struct finder {
  th_dossier_work *w;
  const th_kindred *k;
  th_map at; /* id of a drug → index + 1 */
  TH_VEC(candidate) v;
} finder;

static th_code candidate_of(finder *f, const th_name_row *drug, candidate **out) {
  bool fresh;
  uint64_t *at = th_map_at(&f->at, drug->id, &fresh);
  if (!at) return th_fail_nomem(f->w->err);
  if (fresh) {
    candidate *c = TH_VEC_ADD(f->w->a, &f->v);
    if (!c) return th_fail_nomem(f->w->err);
    *c = (candidate){ .r = { .drug = drug, .en = drug->en, .zh = drug->zh } };
    *at = f->v.n;
  }
  *out = &f->v.v[*at - 1];
  return TH_OK;
}

static th_code add(finder *f, const th_name_row *drug, const shared *s) {
  candidate *c = NULL;
  if (drug == f->w->d->drug) return TH_OK;
  TH_TRY(candidate_of(f, drug, &c));
  f->w->d->relative_state[s->why.by] = TH_RELATIVES_FOUND;
  return c->r.n[s->why.by]++ >= TH_LIMIT_RELATIVE_REASONS || TH_VEC_PUSH(f->w->a, &c->all, *s) ? TH_OK
                                                                                               : th_fail_nomem(f->w->err);
}

/* Where the entries of this key begin, in a part of the index: each is sorted by its key. */
static size_t first_of(const void *v, size_t n, size_t size, th_str (*key_of)(const void *), th_str key) {
  size_t lo = 0, hi = n;
  while (lo < hi) {
    const size_t mid = lo + (hi - lo) / 2;
    if (th_str_cmp(key_of((const char *)v + mid * size), key) < 0)
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo;
}
#define FIRST(part, key_of, key) first_of((part).v, (part).n, sizeof *(part).v, key_of, key)

/* ── Targets ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_str target_id(const void *x) {
  return ((const th_kindred_target *)x)->id;
}

static th_code by_targets(finder *f) {
  const th_kindred *k = f->k;
  th_relative_state *state = &f->w->d->relative_state[TH_RELATIVE_BY_TARGET];
  if (k->targets.n) *state = TH_RELATIVES_NO_DRUG;
  for (size_t i = 0; i < k->targets.n; i++) {
    const th_kindred_target *own = &k->targets.v[i];
    if (own->drug != f->w->d->drug) continue;
    if (*state == TH_RELATIVES_NO_DRUG) *state = TH_RELATIVES_NONE;
    for (size_t t = FIRST(k->targets, target_id, own->id); t < k->targets.n && th_str_eq(k->targets.v[t].id, own->id); t++) {
      const th_kindred_target *other = &k->targets.v[t];
      const shared s = {
        { .by = TH_RELATIVE_BY_TARGET, .id = own->id, .name = own->name }, own->record, own->line, other->record, other->line
      };
      TH_TRY(add(f, other->drug, &s));
    }
  }
  return TH_OK;
}

/* ── Licensed diseases ─────────────────────────────────────────────────────────────────────────────────────────────── */

static th_str disease_id(const void *x) {
  return ((const th_kindred_use *)x)->disease->id;
}

static th_code by_uses(finder *f) {
  const th_kindred *k = f->k;
  const th_dossier_work *w = f->w;
  if (k->registers || k->uses.n)
    w->d->relative_state[TH_RELATIVE_BY_USE] = w->licensed.n ? TH_RELATIVES_NONE : TH_RELATIVES_NO_DRUG;
  for (size_t i = 0; i < w->licensed.n; i++) {
    const th_name_row *disease = w->licensed.v[i];
    for (size_t u = FIRST(k->uses, disease_id, disease->id); disease->id.n && u < k->uses.n && k->uses.v[u].disease == disease;
         u++) {
      const th_kindred_use *other = &k->uses.v[u];
      if (other->expires.prec && th_date_before(other->expires, w->opts->as_of) == TH_TRUE) continue;
      const shared s = { { .by = TH_RELATIVE_BY_USE,
                           .id = disease->id,
                           .name = disease->en,
                           .name_zh = disease->zh,
                           .own = w->licensed_at.v[i] },
                         NOWHERE,
                         0,
                         other->record == TH_KINDRED_BUILTIN ? NOWHERE : other->record,
                         other->line };
      TH_TRY(add(f, other->drug, &s));
    }
  }
  return TH_OK;
}

/* ── ATC ───────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_str code_text(const void *x) {
  return ((const th_kindred_code *)x)->code;
}

static const th_kindred_code *code_of(const th_kindred *k, th_str code) {
  const size_t at = FIRST(k->codes, code_text, code);
  return at < k->codes.n && th_str_eq(k->codes.v[at].code, code) ? &k->codes.v[at] : NULL;
}

/* The deepest group that the drug shares with this one, of its codes the first that does: "L04AG" (fourth level) or "L04A" (third). */
static th_code group_with(finder *f, const th_name_row *drug, th_str own) {
  th_str_vec codes = { 0 };
  TH_TRY(th_names_atc(f->w->a, drug, &codes, f->w->err));
  for (unsigned level = 4; level >= 3; level--) {
    const th_str group = th_str_sub(own, 0, level + 1);
    for (size_t i = 0; i < codes.n; i++) {
      if (!th_str_starts(codes.v[i], group)) continue;
      candidate *c = NULL;
      TH_TRY(candidate_of(f, drug, &c));
      if (c->r.atc_level >= level) return TH_OK; /* told of another code, and no deeper now */
      size_t n = 0;
      for (size_t k = 0; k < c->all.n; k++)
        if (c->all.v[k].why.by != TH_RELATIVE_BY_ATC) c->all.v[n++] = c->all.v[k];
      c->all.n = n;
      c->r.n[TH_RELATIVE_BY_ATC] = 0;
      c->r.atc_level = level;
      const th_kindred_code *name = code_of(f->k, group), *mine = code_of(f->k, own), *other = code_of(f->k, codes.v[i]);
      const shared s = { { .by = TH_RELATIVE_BY_ATC, .id = group, .name = name ? name->name : TH_STR_NONE, .level = level },
                         mine ? mine->record : NOWHERE,
                         mine ? mine->line : 0,
                         other ? other->record : NOWHERE,
                         other ? other->line : 0 };
      return add(f, drug, &s);
    }
  }
  return TH_OK;
}

static th_code by_atc(finder *f) {
  th_dossier_work *w = f->w;
  th_str_vec own = { 0 };
  TH_TRY(th_names_atc(w->a, w->d->drug, &own, w->err));
  if (f->k->codes.n) w->d->relative_state[TH_RELATIVE_BY_ATC] = own.n ? TH_RELATIVES_NONE : TH_RELATIVES_NO_DRUG;
  for (size_t i = 0; i < own.n; i++) {
    th_name_hits hits = { 0 };
    const th_str prefix = th_str_fmt(w->a, "ATC:%.*s", 4, own.v[i].p);
    if (!prefix.p) return th_fail_nomem(w->err);
    TH_TRY(th_names_under_xref(w->names, w->a, prefix, &hits, w->err));
    for (size_t k = 0; k < hits.n; k++)
      if (hits.v[k].row != w->d->drug) TH_TRY(group_with(f, hits.v[k].row, own.v[i]));
  }
  return TH_OK;
}

/* ── The graph ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code by_paths(finder *f) {
  th_dossier_work *w = f->w;
  const th_outlook *o = w->d->outlook;
  th_relative_state *state = &w->d->relative_state[TH_RELATIVE_BY_PATH];
  if (!o || (o->state != TH_OUTLOOK_DONE && o->state != TH_OUTLOOK_NO_DRUG)) return TH_OK;
  *state = o->state == TH_OUTLOOK_NO_DRUG ? TH_RELATIVES_NO_DRUG : TH_RELATIVES_NONE;
  for (size_t i = 0; i < o->n_alike; i++) {
    th_outlook_alike *x = &o->alike[i];
    th_name_hit hit = th_names_resolve(w->names, w->a, TH_NAME_DRUG, x->id); /* DrugBank's number is a synonym */
    if (!hit.row) hit = th_names_resolve(w->names, w->a, TH_NAME_DRUG, x->name);
    if (!hit.row || hit.row == w->d->drug) continue;
    candidate *c = NULL;
    TH_TRY(candidate_of(f, hit.row, &c));
    if (x->likeness > c->r.likeness) c->r.likeness = x->likeness;
    const shared s = {
      { .by = TH_RELATIVE_BY_PATH, .name = x->n_over ? x->over[0] : TH_STR_NONE, .path = x }, NOWHERE, 0, NOWHERE, 0
    };
    TH_TRY(add(f, hit.row, &s));
  }
  return TH_OK;
}

/* ── The order ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

static int strongest_first(const void *p, const void *q) {
  const th_dossier_relative *x = &((const candidate *)p)->r, *y = &((const candidate *)q)->r;
  for (int by = TH_RELATIVE_BY_TARGET; by <= TH_RELATIVE_BY_USE; by++)
    if (x->n[by] != y->n[by]) return x->n[by] > y->n[by] ? -1 : 1;
  if (x->atc_level != y->atc_level) return x->atc_level > y->atc_level ? -1 : 1;
  if (x->likeness != y->likeness) return x->likeness > y->likeness ? -1 : 1;
  if (x->held != y->held) return x->held ? -1 : 1;
  const int d = th_str_cmp(x->en, y->en);
  return d ? d : th_str_cmp(x->drug->id, y->drug->id);
}

static th_code place_of(finder *f, uint32_t record, uint32_t line, th_place *out) {
  if (record == NOWHERE) return TH_OK;
  uint32_t source;
  TH_TRY(th_dossier__add_source(f->w, &f->k->records.v[record], (th_date){ 0 }, &source));
  *out = (th_place){ source, line, 0, 0 };
  return TH_OK;
}

static th_str subject_id(const void *x) {
  return (*(const th_name_row *const *)x)->id;
}

static bool is_subject(const th_kindred *k, const th_name_row *drug) {
  const size_t at = FIRST(k->subjects, subject_id, drug->id);
  return at < k->subjects.n && k->subjects.v[at] == drug;
}

static th_code tell(finder *f, candidate *c) {
  for (int by = 0; by < TH_RELATIVE_BYS; by++)
    for (size_t i = 0; i < c->all.n; i++) {
      shared *s = &c->all.v[i];
      if ((int)s->why.by != by) continue;
      if (by != TH_RELATIVE_BY_USE) s->why.own.source = TH_NO_SOURCE;
      s->why.other.source = TH_NO_SOURCE;
      TH_TRY(place_of(f, s->own, s->own_line, &s->why.own));
      TH_TRY(place_of(f, s->other, s->other_line, &s->why.other));
      if (!TH_VEC_PUSH(f->w->a, &c->r.why, s->why)) return th_fail_nomem(f->w->err);
    }
  return TH_VEC_PUSH(f->w->a, &f->w->d->relatives, c->r) ? TH_OK : th_fail_nomem(f->w->err);
}

th_code th_dossier__relatives(th_dossier_work *w) {
  finder f = { .w = w, .k = w->opts->kindred };
  if (!f.k) return TH_OK;
  w->d->relatives_asked = true;
  th_map_init(&f.at, w->a);
  TH_TRY(by_targets(&f));
  TH_TRY(by_uses(&f));
  TH_TRY(by_atc(&f));
  TH_TRY(by_paths(&f));
  w->d->n_relatives = f.v.n;
  for (size_t i = 0; i < f.v.n; i++) f.v.v[i].r.held = is_subject(f.k, f.v.v[i].r.drug);
  if (f.v.n) qsort(f.v.v, f.v.n, sizeof *f.v.v, strongest_first);
  for (size_t i = 0; i < f.v.n && i < TH_LIMIT_RELATIVES; i++) TH_TRY(tell(&f, &f.v.v[i]));
  return TH_OK;
}
