/* Labels held on a drug: found by name, kept by identity, the most telling first. */
#include "theriac/dossier/labels.h"

#include <stdlib.h>

#include "dossier_priv.h"

static bool any_is(th_arena *a, const th_names *names, const th_name_row *drug, const th_field_vec *v) {
  for (size_t i = 0; i < v->n; i++) {
    th_name_hits hits = { 0 };
    if (th_names_resolve_all(names, a, TH_NAME_DRUG, v->v[i].text, &hits, NULL) != TH_OK) return false;
    for (size_t k = 0; k < hits.n; k++)
      if (hits.v[k].row == drug) return true;
  }
  return false;
}

static bool is_prescription(const th_label *l) {
  for (size_t i = 0; i < l->types.n; i++)
    if (th_str_has(l->types.v[i].text, TH_S("PRESCRIPTION"))) return true;
  return false;
}

static int parts(const th_label *l) {
  int n = 0;
  for (int p = 0; p < TH_LABEL_PARTS; p++) n += th_label_text(l, (th_label_part)p).text.n > 0;
  return n;
}

static int most_telling_first(const void *p, const void *q) {
  const th_held_label *x = p, *y = q;
  if (x->single != y->single) return x->single > y->single ? -1 : 1;
  const bool px = is_prescription(&x->label), py = is_prescription(&y->label);
  if (px != py) return px ? -1 : 1;
  const int nx = parts(&x->label), ny = parts(&y->label);
  if (nx != ny) return nx > ny ? -1 : 1;
  if (th_date_before(x->label.effective, y->label.effective) == TH_TRUE) return 1;
  if (th_date_before(y->label.effective, x->label.effective) == TH_TRUE) return -1;
  return th_str_cmp(x->record.key, y->record.key);
}

static th_code add(th_arena *a, const th_names *names, const th_name_row *drug, const th_store_record *r, th_held_labels *out,
                   th_err *err) {
  th_held_label x = { .record = *r };
  for (size_t i = 0; i < out->n; i++)
    if (out->v[i].record.id == r->id) return TH_OK;
  TH_TRY(th_store_label_of(a, r, &x.label, err));
  if (!any_is(a, names, drug, &x.label.substances) && !any_is(a, names, drug, &x.label.generics) &&
      !any_is(a, names, drug, &x.label.brands))
    return TH_OK;
  x.record.body = TH_S("");
  x.single = th_label_is_single(&x.label);
  return TH_VEC_PUSH(a, out, x) ? TH_OK : th_fail_nomem(err);
}

th_code th_labels_held(th_arena *a, th_store *s, const th_names *names, const th_name_row *drug, th_held_labels *out,
                       th_err *err) {
  th_str_vec asked = { 0 };
  th_store_record_vec records;
  *out = (th_held_labels){ 0 };
  TH_TRY(th_dossier__drug_names(a, drug, &asked, err));
  TH_TRY(th_store_labels(a, s, asked.v, asked.n, &records, err));
  for (size_t i = 0; i < records.n; i++) TH_TRY(add(a, names, drug, &records.v[i], out, err));
  if (out->n) qsort(out->v, out->n, sizeof *out->v, most_telling_first);
  while (out->n > TH_LIMIT_HELD_LABELS || (out->n && out->v[0].single != TH_FALSE && out->v[out->n - 1].single == TH_FALSE))
    out->n--;
  return TH_OK;
}

th_code th_licence_names(th_arena *a, th_store *s, const th_names *names, const th_name_row *drug, th_str_vec *out,
                         th_err *err) {
  th_str_vec salts;
  TH_TRY(th_dossier__drug_names(a, drug, out, err));
  TH_TRY(th_store_ingredients_beginning(a, s, out->v, out->n, &salts, err));
  for (size_t i = 0; i < salts.n; i++)
    if (th_names_resolve(names, a, TH_NAME_DRUG, salts.v[i]).row == drug && !TH_VEC_PUSH(a, out, salts.v[i]))
      return th_fail_nomem(err);
  return TH_OK;
}
