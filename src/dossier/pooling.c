/* Counted units of one question pooled, or the reason why they are not. */
#include "dossier_priv.h"

static th_dossier_appraisal *appraisal_at(th_dossier *d, const th_evidence_item *it) {
  for (size_t i = 0; i < d->appraisals.n; i++)
    if (d->appraisals.v[i].at.source == it->study->source && th_str_eq(d->appraisals.v[i].id, it->study->id))
      return &d->appraisals.v[i];
  return NULL;
}

/* The paper's own, or of a paper that is one unit with the register entry. */
static th_dossier_appraisal *appraisal_of(th_dossier *d, const th_dossier_pair *p, const th_evidence_item *it) {
  th_dossier_appraisal *found = appraisal_at(d, it);
  for (size_t i = 0; i < p->items.n && !(found && found->main) && it->counted; i++)
    if (p->items.v[i].unit == it->unit && appraisal_at(d, &p->items.v[i])) found = appraisal_at(d, &p->items.v[i]);
  return found;
}

static bool randomised(th_design design) {
  return design == TH_DESIGN_RCT || design == TH_DESIGN_SR_RCT;
}

static th_code pool_pair(th_dossier_work *w, th_dossier_pair *p, uint32_t index) {
  th_str *label = TH_NEWN(w->a, th_str, p->items.n + 1);
  th_table2 *table = TH_NEWN(w->a, th_table2, p->items.n + 1);
  if (!label || !table) return th_fail_nomem(w->err);
  size_t counted = 0, n = 0;
  bool mixed = false, first = false;
  for (size_t i = 0; i < p->items.n; i++) {
    const th_evidence_item *it = &p->items.v[i];
    th_dossier_appraisal *ap = appraisal_of(w->d, p, it);
    if (ap && ap->pair == UINT32_MAX && it->relevance == TH_RELEVANCE_A) ap->pair = index;
    if (!it->counted || it->relevance != TH_RELEVANCE_A) continue;
    counted++;
    if (!ap || !ap->main) continue;
    if (n && randomised(it->design) != first) mixed = true;
    first = randomised(it->design);
    label[n] = ap->id;
    table[n++] = ap->main->t;
  }
  p->pool.state = !counted       ? TH_POOL_NO_UNIT
                  : counted == 1 ? TH_POOL_ONE_UNIT
                  : n < 2        ? TH_POOL_NO_COUNTS
                  : mixed        ? TH_POOL_DESIGNS
                                 : TH_POOL_DONE;
  if (p->pool.state != TH_POOL_DONE) return TH_OK;
  th_meta_data *data = TH_NEW(w->a, th_meta_data);
  if (!data) return th_fail_nomem(w->err);
  TH_TRY(th_meta_of_tables(w->a, TH_META_OR, label, table, n, data, w->err));
  return th_meta_run(w->a, data, (th_meta_opts){ .method = TH_META_REML, .pooled_only = true }, &p->pool.meta, w->err);
}

th_code th_dossier__pool(th_dossier_work *w) {
  for (size_t i = 0; i < w->d->pairs.n; i++) TH_TRY(pool_pair(w, &w->d->pairs.v[i], (uint32_t)i));
  return TH_OK;
}
