/* A patient's list of drugs, held against every table and page: names first, then what is held on them, then pairs. */
#include "dossier_priv.h"
#include "theriac/dossier/drug_list.h"
#include "theriac/dossier/labels.h"

#include <stdlib.h>

typedef struct desk {
  th_arena *a;
  th_store *store;
  th_drug_list *out;
  th_err *err;
} desk;

/* ── Which drugs ───────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code add_drug(desk *d, th_str name) {
  th_arena *a = d->a;
  name = th_str_trim(name);
  if (!name.n || name.p[0] == '#') return TH_OK;
  const th_name_hit hit = th_names_resolve(d->out->names, a, TH_NAME_DRUG, name);
  if (hit.how == TH_NAME_AMBIGUOUS)
    return th_fail(d->err, TH_EINVAL, "\"%.*s\" names several drugs: give the one meant by its INN", TH_STR_ARG(name));
  th_drug_list_item x = { .asked = name, .row = hit.row, .known = hit.row != NULL };
  for (size_t i = 0; i < d->out->drugs.n; i++)
    if (x.row && d->out->drugs.v[i].row == x.row) return TH_OK; /* named twice */
  if (!x.row) {                                                 /* in no table of names: it is then itself alone, as written */
    const th_name_row own = { .kind = TH_NAME_DRUG, .id = name, .en = name, .source = TH_S("as asked") };
    th_names *wider;
    TH_TRY(th_names_with(a, d->out->names, &own, &wider, d->err));
    d->out->names = wider;
    /* rows of the base are views of it still; those of earlier drugs are found again below */
    for (size_t i = 0; i < d->out->drugs.n; i++)
      d->out->drugs.v[i].row = th_names_resolve(d->out->names, a, TH_NAME_DRUG, d->out->drugs.v[i].asked).row;
    x.row = th_names_resolve(d->out->names, a, TH_NAME_DRUG, name).row;
    if (!x.row) return th_fail(d->err, TH_EINVAL, "\"%.*s\" cannot be a drug's name", TH_STR_ARG(name));
  }
  if (d->out->drugs.n >= TH_LIMIT_DRUG_LIST)
    return th_fail(d->err, TH_ELIMIT, "over TH_LIMIT_DRUG_LIST (%d) drugs in one list", TH_LIMIT_DRUG_LIST);
  return TH_VEC_PUSH(a, &d->out->drugs, x) ? TH_OK : th_fail_nomem(d->err);
}

static th_code read_drugs(desk *d, const th_str *asked, size_t n) {
  for (size_t i = 0; i < n; i++) TH_TRY(add_drug(d, asked[i]));
  return d->out->drugs.n ? TH_OK : th_fail(d->err, TH_EINVAL, "name a drug, or a list of them");
}

/* ── What is held on them ──────────────────────────────────────────────────────────────────────────────────────────── */

static th_code source_index(desk *d, int64_t record_id, uint32_t *out) {
  th_store_record r;
  bool found;
  for (size_t i = 0; i < d->out->sources.n; i++)
    if (d->out->sources.v[i].record_id == record_id) return *out = (uint32_t)i, TH_OK;
  TH_TRY(th_store_record_get(d->a, d->store, record_id, &found, &r, d->err));
  if (!found) return th_fail(d->err, TH_EBUG, "a row refers to record %lld, which is not there", (long long)record_id);
  *out = (uint32_t)d->out->sources.n;
  return TH_VEC_PUSH(d->a, &d->out->sources, (th_drug_list_source){ record_id, r.doc.name, r.doc.licence })
             ? TH_OK
             : th_fail_nomem(d->err);
}

static uint32_t source_of_tag(void *ctx, int64_t tag) {
  const desk *d = ctx;
  for (size_t i = 0; i < d->out->sources.n; i++)
    if (d->out->sources.v[i].record_id == tag) return (uint32_t)i;
  return UINT32_MAX;
}

static th_code labels_of(desk *d, th_drug_list_item *x) {
  th_held_labels held;
  TH_TRY(th_labels_held(d->a, d->store, d->out->names, x->row, &held, d->err));
  for (size_t i = 0; i < held.n; i++) {
    uint32_t at;
    TH_TRY(source_index(d, held.v[i].record.id, &at));
    TH_TRY(th_safety_of_label(d->a, d->out->names, &held.v[i].label, at, i == 0, &x->warnings, &x->cautions, d->err));
  }
  x->labels = held.n;
  return TH_OK;
}

static th_code cautions_of(desk *d, th_drug_list_item *x, const th_str_vec *names) {
  th_store_caution_vec rows;
  TH_TRY(th_store_cautions(d->a, d->store, names->v, names->n, &rows, d->err));
  for (size_t i = 0; i < rows.n; i++) {
    uint32_t at;
    TH_TRY(source_index(d, rows.v[i].record_id, &at));
    TH_TRY(th_safety_caution_of_row(d->a, d->out->names, &rows.v[i].row, at, &x->cautions, d->err));
  }
  TH_TRY(labels_of(d, x));
  th_safety_warnings built_in = { 0 };
  TH_TRY(th_safety_warnings_of(d->a, x->row->id, &built_in, d->err));
  return th_safety_warnings_add(d->a, &x->warnings, &built_in, d->err);
}

/* Published pages about the drug: what they claim joins what tables say. */
static th_code pages_of(desk *d, size_t i, const th_name_row *const *rows, const th_str_vec *names) {
  th_arena *a = d->a;
  th_drug_list_item *x = &d->out->drugs.v[i];
  th_store_entity_vec entities;
  th_store_record_vec records;
  for (size_t n = 0; n < names->n; n++) {
    TH_TRY(th_store_entity_find(a, d->store, TH_STORE_DRUG, names->v[n], &entities, d->err));
    for (size_t e = 0; e < entities.n; e++) {
      TH_TRY(th_store_records_about(a, d->store, TH_STORE_DRUG, entities.v[e].id, TH_S("report-page"), &records, d->err));
      for (size_t k = 0; k < records.n; k++) {
        th_report_page page;
        uint32_t at;
        if (source_of_tag(d, records.v[k].id) != UINT32_MAX) continue;
        TH_TRY(th_store_report_of(a, &records.v[k], &page, d->err));
        if (th_names_resolve(d->out->names, a, TH_NAME_DRUG, page.drug.text).row != x->row) continue;
        TH_TRY(source_index(d, records.v[k].id, &at));
        TH_TRY(th_safety_pairs_of_page(a, d->out->names, rows, d->out->drugs.n, i, &page, at, &d->out->pairs, d->err));
        TH_TRY(th_safety_cautions_of_page(a, d->out->names, &page, at, &x->cautions, d->err));
        if (d->out->drugs.n == 1) TH_TRY(th_safety_interactions_of_page(a, d->out->names, &page, at, &x->others, d->err));
      }
    }
  }
  return TH_OK;
}

static th_code interactions_of(desk *d, const th_name_row *const *rows, const th_str_vec *all) {
  th_arena *a = d->a;
  th_ddinter_rows found;
  th_ddinter_pairs pairs = { 0 };
  TH_TRY(th_store_interactions(a, d->store, all->v, all->n, &found, d->err));
  if (!found.n) return TH_OK;
  TH_TRY(th_source_ddinter_pairs(a, found.v, found.n, &pairs, d->err));
  for (size_t i = 0; i < pairs.n; i++) {
    uint32_t at;
    TH_TRY(source_index(d, pairs.v[i].row.tag, &at));
    const th_name_row *x = th_names_resolve(d->out->names, a, TH_NAME_DRUG, pairs.v[i].row.name_a).row;
    const th_name_row *y = th_names_resolve(d->out->names, a, TH_NAME_DRUG, pairs.v[i].row.name_b).row;
    for (size_t k = 0; k < d->out->drugs.n; k++)
      d->out->drugs.v[k].in_tables |= d->out->drugs.v[k].row == x || d->out->drugs.v[k].row == y;
  }
  TH_TRY(th_safety_pairs_of_list(a, d->out->names, rows, d->out->drugs.n, &pairs, source_of_tag, d, &d->out->pairs, d->err));
  if (d->out->drugs.n > 1) return TH_OK;
  return th_safety_interactions_of_pairs(a, d->out->names, rows[0], &pairs, source_of_tag, d, &d->out->drugs.v[0].others,
                                         d->err);
}

static th_code count_tables(desk *d) {
  th_store_record_vec v;
  TH_TRY(th_store_records(d->a, d->store, TH_S("ddinter"), &v, d->err));
  d->out->tables = v.n;
  TH_TRY(th_store_records(d->a, d->store, TH_S("cautions"), &v, d->err));
  d->out->caution_tables = v.n;
  return TH_OK;
}

static int gravest_caution(const void *p, const void *q) {
  const th_safety_caution *x = p, *y = q;
  if (x->severity != y->severity) return x->severity > y->severity ? -1 : 1;
  if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
  return th_str_cmp(x->subject, y->subject);
}

static th_code gather(desk *d) {
  TH_TRY(count_tables(d));
  const th_name_row **rows = TH_NEWN(d->a, const th_name_row *, d->out->drugs.n);
  th_str_vec *names = TH_NEWN(d->a, th_str_vec, d->out->drugs.n), all = { 0 };
  if (!rows || !names) return th_fail_nomem(d->err);
  for (size_t i = 0; i < d->out->drugs.n; i++) {
    rows[i] = d->out->drugs.v[i].row;
    TH_TRY(th_dossier__drug_names(d->a, rows[i], &names[i], d->err));
    TH_TRY(th_dossier__drug_names(d->a, rows[i], &all, d->err));
  }
  TH_TRY(interactions_of(d, rows, &all));
  for (size_t i = 0; i < d->out->drugs.n; i++) {
    TH_TRY(cautions_of(d, &d->out->drugs.v[i], &names[i]));
    TH_TRY(pages_of(d, i, rows, &names[i]));
    th_safety_cautions *v = &d->out->drugs.v[i].cautions;
    if (v->n) qsort(v->v, v->n, sizeof *v->v, gravest_caution);
    uint32_t counts[TH_SEVERITY_CONTRAINDICATED + 1];
    th_safety_sort(&d->out->drugs.v[i].others, counts);
  }
  return TH_OK;
}

th_code th_drug_list_build(th_arena *a, th_store *s, const th_names *names, const th_str *asked, size_t n, th_drug_list *out,
                           th_err *err) {
  desk d = { .a = a, .store = s, .out = out, .err = err };
  *out = (th_drug_list){ 0 };
  out->names = names;
  TH_TRY(read_drugs(&d, asked, n));
  TH_TRY(gather(&d));
  th_safety_pairs_sort(&out->pairs);
  return TH_OK;
}

bool th_drug_list_calls_for_a_look(const th_drug_list *d) {
  bool grave = d->tables == 0;
  for (size_t i = 0; i < d->pairs.n; i++) grave |= d->pairs.v[i].severity >= TH_SEVERITY_MAJOR;
  for (size_t i = 0; i < d->drugs.n; i++) {
    grave |= !d->drugs.v[i].in_tables;
    for (size_t k = 0; k < d->drugs.v[i].cautions.n; k++) grave |= d->drugs.v[i].cautions.v[k].severity >= TH_SEVERITY_MAJOR;
    for (size_t k = 0; k < d->drugs.v[i].others.n; k++) grave |= d->drugs.v[i].others.v[k].severity >= TH_SEVERITY_MAJOR;
  }
  return grave;
}
