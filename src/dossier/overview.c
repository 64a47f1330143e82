/* The overview: names of what there is, and of each dossier the few values that lists show. */
#include "theriac/dossier/overview.h"

#include <stdlib.h>

static int by_text(const void *x, const void *y) {
  return th_str_cmp(*(const th_str *)x, *(const th_str *)y);
}

th_code th_overview_subjects(th_arena *a, th_store *s, const th_names *names, th_str_vec *out, th_err *err) {
  th_store_entity_vec all = { 0 };
  th_map seen;
  *out = (th_str_vec){ 0 };
  th_map_init(&seen, a);
  TH_TRY(th_store_subjects(a, s, &all, err));
  for (size_t i = 0; i < all.n; i++) {
    const th_name_hit hit = th_names_resolve(names, a, TH_NAME_DRUG, all.v[i].name);
    if (hit.how == TH_NAME_AMBIGUOUS) continue; /* a dossier would not know whose it is */
    const th_str name = hit.row ? hit.row->en : all.v[i].name;
    bool fresh;
    if (!th_map_at(&seen, name, &fresh)) return th_fail_nomem(err);
    if (fresh && !TH_VEC_PUSH(a, out, name)) return th_fail_nomem(err);
  }
  if (out->n) qsort(out->v, out->n, sizeof *out->v, by_text);
  return TH_OK;
}

static bool pair_of(th_arena *a, const th_dossier_pair *p, uint32_t drug, th_overview_pair *out) {
  *out = (th_overview_pair){ .drug = drug,
                             .disease_id = th_str_dup(a, p->disease ? p->disease->id : TH_S("")),
                             .disease_en = th_str_dup(a, p->name_en),
                             .disease_zh = th_str_dup(a, p->name_zh),
                             .id = th_str_dup(a, p->id),
                             .level = p->grade.level,
                             .direction = p->grade.direction,
                             .decision = p->decided.decision,
                             .novelty = p->novelty.novelty,
                             .counted = p->grade.counted_units,
                             .listed = p->grade.listed,
                             .leading = p->leading,
                             .pregnancy = p->pregnancy };
  return out->disease_id.p && out->disease_en.p && out->disease_zh.p && out->id.p;
}

th_code th_overview_add(th_arena *a, th_overview *o, const th_dossier *d, th_err *err) {
  th_overview_drug x = { .en = th_str_dup(a, d->drug_en),
                         .zh = th_str_dup(a, d->drug_zh),
                         .first = (uint32_t)o->pairs.n,
                         .n_pairs = (uint32_t)d->pairs.n,
                         .n_findings = (uint32_t)d->findings.n,
                         .n_sources = (uint32_t)d->sources.n,
                         .n_licences = (uint32_t)d->products.n,
                         .n_rules = (uint32_t)d->rules.n,
                         .oldest = d->oldest_source };
  memcpy(x.n_interactions, d->n_interactions, sizeof x.n_interactions);
  for (size_t i = 0; i < d->products.n; i++) x.n_valid_licences += d->products.v[i].state == TH_LICENCE_VALID;
  for (size_t i = 0; i < d->pairs.n; i++) {
    th_overview_pair p;
    if (!pair_of(a, &d->pairs.v[i], (uint32_t)o->drugs.n, &p) || !TH_VEC_PUSH(a, &o->pairs, p)) return th_fail_nomem(err);
  }
  return x.en.p && x.zh.p && TH_VEC_PUSH(a, &o->drugs, x) ? TH_OK : th_fail_nomem(err);
}

/* L1 first; unknown last. */
static int rank(th_level v) {
  return v == TH_LEVEL_UNKNOWN ? 9 : (int)v;
}

static int best_first(const void *x, const void *y) {
  const th_overview_pair *p = *(th_overview_pair *const *)x, *q = *(th_overview_pair *const *)y;
  if (rank(p->level) != rank(q->level)) return rank(p->level) < rank(q->level) ? -1 : 1;
  return p->drug < q->drug ? -1 : p->drug > q->drug;
}

th_code th_overview_of_disease(th_arena *a, const th_overview *o, th_str id_or_name, th_overview_pair_list *out, th_err *err) {
  *out = (th_overview_pair_list){ 0 };
  for (size_t i = 0; i < o->pairs.n; i++) {
    const th_overview_pair *p = &o->pairs.v[i];
    const bool same = p->disease_id.n ? th_str_eq(p->disease_id, id_or_name) : th_str_eq_nocase(p->disease_en, id_or_name);
    if (same && !TH_VEC_PUSH(a, out, p)) return th_fail_nomem(err);
  }
  if (out->n) qsort(out->v, out->n, sizeof *out->v, best_first);
  return TH_OK;
}
