/* What imported tables say of the drug: the licence register, cautions, interactions. */
#include "dossier_priv.h"
#include "theriac/dossier/labels.h"

static th_code source_of_record(th_dossier_work *w, int64_t record_id, uint32_t *index) {
  th_store_record r;
  bool found;
  TH_TRY(th_store_record_get(w->a, w->store, record_id, &found, &r, w->err));
  if (!found) return th_fail(w->err, TH_EBUG, "a row refers to record %lld, which is not there", (long long)record_id);
  return th_dossier__add_source(w, &r, (th_date){ 0 }, index);
}

/* Documents of the tables the rows came from, listed before the rows are joined. */
typedef struct tags {
  TH_VEC(struct {
    int64_t tag;
    uint32_t source;
  })
  known;
} tags;

static uint32_t source_of_tag(void *ctx, int64_t tag) {
  const tags *t = ctx;
  for (size_t i = 0; i < t->known.n; i++)
    if (t->known.v[i].tag == tag) return t->known.v[i].source;
  return TH_NO_SOURCE;
}

static th_code learn_tag(th_dossier_work *w, tags *t, int64_t tag) {
  if (source_of_tag(t, tag) != TH_NO_SOURCE) return TH_OK;
  if (!TH_VEC_ADD(w->a, &t->known)) return th_fail_nomem(w->err);
  t->known.v[t->known.n - 1].tag = tag;
  return source_of_record(w, tag, &t->known.v[t->known.n - 1].source);
}

static th_code interactions(th_dossier_work *w, const th_str_vec *names) {
  th_ddinter_rows rows = { 0 };
  th_ddinter_pairs pairs = { 0 };
  tags t = { 0 };
  TH_TRY(th_store_interactions(w->a, w->store, names->v, names->n, &rows, w->err));
  if (!rows.n) return TH_OK;
  TH_TRY(th_source_ddinter_pairs(w->a, rows.v, rows.n, &pairs, w->err));
  for (size_t i = 0; i < pairs.n; i++) TH_TRY(learn_tag(w, &t, pairs.v[i].row.tag));
  return th_safety_interactions_of_pairs(w->a, w->names, w->d->drug, &pairs, source_of_tag, &t, &w->d->interactions, w->err);
}

th_code th_dossier__tables(th_dossier_work *w) {
  th_str_vec names = { 0 }, licensed = { 0 };
  th_store_caution_vec cautions = { 0 };
  th_store_licence_vec licences = { 0 };
  uint32_t source;
  TH_TRY(th_dossier__drug_names(w->a, w->d->drug, &names, w->err));
  TH_TRY(th_licence_names(w->a, w->store, w->names, w->d->drug, &licensed, w->err));
  TH_TRY(th_store_licences(w->a, w->store, licensed.v, licensed.n, &licences, w->err));
  for (size_t i = 0; i < licences.n; i++) {
    TH_TRY(source_of_record(w, licences.v[i].record_id, &source));
    TH_TRY(th_licence_product_of_register(w->a, &licences.v[i].row, source, w->opts->as_of, &w->d->products, w->err));
  }
  TH_TRY(th_store_cautions(w->a, w->store, names.v, names.n, &cautions, w->err));
  for (size_t i = 0; i < cautions.n; i++) {
    TH_TRY(source_of_record(w, cautions.v[i].record_id, &source));
    TH_TRY(th_safety_caution_of_row(w->a, w->names, &cautions.v[i].row, source, &w->d->cautions, w->err));
  }
  return interactions(w, &names);
}
