/* The index over a store. Bodies of tables are read into scratch memory; names, lines and what is shown are kept. */
#include "theriac/dossier/kindred.h"

#include <stdlib.h>

#include "theriac/dossier/overview.h"
#include "theriac/licence.h"

typedef struct maker {
  th_arena *a, *scratch;
  th_store *store;
  const th_names *names;
  th_kindred *k;
  th_map found; /* text of an indication → index + 1 in grants: makers by the dozen print the same */
  TH_VEC(th_licence_label_uses) grants;
  th_err *err;
} maker;

static th_code keep_record(maker *m, const th_store_record *r, uint32_t *index) {
  th_store_record x = {
    .id = r->id, .version = r->version, .current = r->current, .dated = r->dated, .from = r->from, .to = r->to
  };
  x.doc = (th_store_document){ .id = r->doc.id, .bytes = r->doc.bytes, .retrieved = r->doc.retrieved };
  const th_str *from[] = { &r->kind, &r->key, &r->title, &r->doc.sha256, &r->doc.name, &r->doc.kind, &r->doc.licence };
  th_str *to[] = { &x.kind, &x.key, &x.title, &x.doc.sha256, &x.doc.name, &x.doc.kind, &x.doc.licence };
  for (size_t i = 0; i < sizeof to / sizeof *to; i++) {
    *to[i] = th_str_dup(m->a, *from[i]);
    if (!to[i]->p) return th_fail_nomem(m->err);
  }
  *index = (uint32_t)m->k->records.n;
  return TH_VEC_PUSH(m->a, &m->k->records, x) ? TH_OK : th_fail_nomem(m->err);
}

/* ── Targets ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code targets_of(maker *m, const th_target_table *t, uint32_t record) {
  const th_name_row *drug = NULL;
  for (size_t i = 0; i < t->rows.n; i++) {
    const th_target_row *r = &t->rows.v[i];
    if (!i || !th_str_eq(r->drug, t->rows.v[i - 1].drug))
      drug = th_names_resolve(m->names, m->scratch, TH_NAME_DRUG, r->drug).row;
    const th_str id = r->target_id.n ? r->target_id : r->gene;
    if (!drug || !id.n || !r->target.n) continue;
    const bool gene = r->gene.n && !th_str_eq(r->gene, r->target);
    const th_kindred_target x = { drug, th_str_dup(m->a, id),
                                  gene ? th_str_fmt(m->a, "%.*s (%.*s)", TH_STR_ARG(r->target), TH_STR_ARG(r->gene))
                                       : th_str_dup(m->a, r->target),
                                  record, r->line };
    if (!x.id.p || !x.name.p || !TH_VEC_PUSH(m->a, &m->k->targets, x)) return th_fail_nomem(m->err);
  }
  return TH_OK;
}

static int by_target(const void *p, const void *q) {
  const th_kindred_target *x = p, *y = q;
  int d = th_str_cmp(x->id, y->id);
  if (!d) d = th_str_cmp(x->drug->id, y->drug->id);
  if (!d && x->record != y->record) d = x->record < y->record ? -1 : 1;
  return d ? d : (x->line > y->line) - (x->line < y->line);
}

static th_code read_targets(maker *m) {
  th_store_record_vec all = { 0 };
  TH_TRY(th_store_records(m->scratch, m->store, TH_S("targets"), &all, m->err));
  for (size_t i = 0; i < all.n; i++) {
    th_target_table t;
    uint32_t record;
    TH_TRY(th_store_targets_of(m->scratch, &all.v[i], &t, m->err));
    TH_TRY(keep_record(m, &all.v[i], &record));
    TH_TRY(targets_of(m, &t, record));
  }
  if (m->k->targets.n) qsort(m->k->targets.v, m->k->targets.n, sizeof *m->k->targets.v, by_target);
  size_t n = 0; /* one a drug and target, whatever else a row tells apart */
  for (size_t i = 0; i < m->k->targets.n; i++) {
    const th_kindred_target *x = &m->k->targets.v[i], *before = n ? &m->k->targets.v[n - 1] : NULL;
    if (!before || before->drug != x->drug || !th_str_eq(before->id, x->id)) m->k->targets.v[n++] = *x;
  }
  m->k->targets.n = n;
  return TH_OK;
}

/* ── Uses ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code add_use(maker *m, const th_name_row *drug, const th_name_row *disease, uint32_t record, uint32_t line,
                       th_date expires) {
  const th_kindred_use x = { drug, disease, record, line, expires };
  return TH_VEC_PUSH(m->a, &m->k->uses, x) ? TH_OK : th_fail_nomem(m->err);
}

/* What a text grants, read once however often it is printed. */
static th_code granted(maker *m, th_str text, const th_licence_label_uses **out) {
  bool fresh;
  uint64_t *at = th_map_at(&m->found, text, &fresh);
  if (!at) return th_fail_nomem(m->err);
  if (fresh) {
    th_licence_label_uses uses = { 0 };
    TH_TRY(th_licence_uses_in(m->scratch, m->names, text, 0, &uses, m->err));
    if (!TH_VEC_PUSH(m->scratch, &m->grants, uses)) return th_fail_nomem(m->err);
    *at = m->grants.n;
  }
  *out = &m->grants.v[*at - 1];
  return TH_OK;
}

static th_code uses_in(maker *m, const th_name_row *drug, th_str text, uint32_t record, uint32_t line, th_date expires) {
  const th_licence_label_uses *uses = NULL;
  if (!drug || !text.n) return TH_OK;
  TH_TRY(granted(m, text, &uses));
  for (size_t i = 0; i < uses->n; i++) TH_TRY(add_use(m, drug, uses->v[i].disease, record, line, expires));
  return TH_OK;
}

/* A licence that is cancelled, or of no known end, grants nothing; a combination grants nothing to one of its parts. */
static th_code uses_of_licence(maker *m, const th_tfda_licence *l, uint32_t record) {
  if (l->text[TH_TFDA_CANCELLED].n || !l->expires.prec || l->ingredients.n != 1) return TH_OK;
  const th_tfda_ingredient *x = &l->ingredients.v[0];
  const th_name_row *drug = th_names_resolve(m->names, m->scratch, TH_NAME_DRUG, x->base.n ? x->base : x->name).row;
  return uses_in(m, drug, l->text[TH_TFDA_INDICATION], record, l->line, l->expires);
}

static th_code read_registers(maker *m) {
  th_store_record_vec all = { 0 };
  TH_TRY(th_store_records(m->scratch, m->store, TH_S("tfda"), &all, m->err));
  for (size_t i = 0; i < all.n; i++) {
    th_store_licence_vec rows = { 0 };
    uint32_t record;
    TH_TRY(th_store_register(m->scratch, m->store, all.v[i].id, &rows, m->err));
    TH_TRY(keep_record(m, &all.v[i], &record));
    for (size_t k = 0; k < rows.n; k++) TH_TRY(uses_of_licence(m, &rows.v[k].row, record));
  }
  m->k->registers |= all.n > 0;
  return TH_OK;
}

static th_code read_pages(maker *m) {
  th_store_record_vec all = { 0 };
  TH_TRY(th_store_records(m->scratch, m->store, TH_S("report-page"), &all, m->err));
  for (size_t i = 0; i < all.n; i++) {
    th_field drug, original;
    uint32_t record;
    TH_TRY(th_store_report_lead(m->scratch, &all.v[i], &drug, &original, m->err));
    if (!original.text.n) continue;
    TH_TRY(keep_record(m, &all.v[i], &record));
    TH_TRY(uses_in(m, th_names_resolve(m->names, m->scratch, TH_NAME_DRUG, drug.text).row, original.text, record, original.line,
                   (th_date){ 0 }));
  }
  m->k->registers |= all.n > 0;
  return TH_OK;
}

static th_code read_builtin(maker *m) {
  th_licence_uses all = { 0 };
  TH_TRY(th_licence_labelled_uses(m->scratch, TH_STR_NONE, &all, m->err));
  for (size_t i = 0; i < all.n; i++) {
    const th_name_row *drug = th_names_by_id(m->names, all.v[i].drug_id),
                      *disease = th_names_by_id(m->names, all.v[i].disease_id);
    if (drug && disease) TH_TRY(add_use(m, drug, disease, TH_KINDRED_BUILTIN, 0, (th_date){ 0 }));
  }
  return TH_OK;
}

/* The use that lasts longest stands for the pair; one without an end (a page, the built-in table) counts where no licence is. */
static int by_use(const void *p, const void *q) {
  const th_kindred_use *x = p, *y = q;
  int d = th_str_cmp(x->disease->id, y->disease->id);
  if (!d) d = th_str_cmp(x->drug->id, y->drug->id);
  if (!d) d = (y->expires.prec != TH_DATE_NONE) - (x->expires.prec != TH_DATE_NONE);
  if (!d && x->expires.prec) d = th_date_cmp(y->expires, x->expires);
  if (!d && x->record != y->record) d = x->record < y->record ? -1 : 1;
  return d ? d : (x->line > y->line) - (x->line < y->line);
}

static th_code read_uses(maker *m) {
  TH_TRY(read_registers(m));
  TH_TRY(read_pages(m));
  TH_TRY(read_builtin(m));
  if (m->k->uses.n) qsort(m->k->uses.v, m->k->uses.n, sizeof *m->k->uses.v, by_use);
  size_t n = 0;
  for (size_t i = 0; i < m->k->uses.n; i++) {
    const th_kindred_use *x = &m->k->uses.v[i], *before = n ? &m->k->uses.v[n - 1] : NULL;
    if (!before || before->drug != x->drug || before->disease != x->disease) m->k->uses.v[n++] = *x;
  }
  m->k->uses.n = n;
  return TH_OK;
}

/* ── Codes, subjects ───────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code add_code(maker *m, th_str code, th_str name, uint32_t record, uint32_t line) {
  const th_kindred_code x = { th_str_dup(m->a, code), th_str_dup(m->a, name), record, line };
  return x.code.p && x.name.p && TH_VEC_PUSH(m->a, &m->k->codes, x) ? TH_OK : th_fail_nomem(m->err);
}

static th_code codes_of(maker *m, const th_vocabulary *v, uint32_t record) {
  for (size_t i = 0; i < v->rows.n; i++) {
    const th_vocabulary_row *r = &v->rows.v[i];
    th_str rest = r->xrefs, one;
    if (r->kind == TH_VOCABULARY_GROUP) TH_TRY(add_code(m, r->id, r->en, record, r->line));
    while (r->kind == TH_VOCABULARY_DRUG && rest.n && th_str_split(&rest, '|', &one))
      if (th_str_starts(one, TH_S("ATC:"))) TH_TRY(add_code(m, th_str_sub(one, 4, one.n), r->en, record, r->line));
  }
  return TH_OK;
}

static int by_code(const void *p, const void *q) {
  const th_kindred_code *x = p, *y = q;
  const int d = th_str_cmp(x->code, y->code);
  if (d) return d;
  return x->record != y->record ? x->record < y->record ? -1 : 1 : (x->line > y->line) - (x->line < y->line);
}

static th_code read_codes(maker *m) {
  th_store_record_vec all = { 0 };
  TH_TRY(th_store_records(m->scratch, m->store, TH_S("vocabulary"), &all, m->err));
  for (size_t i = 0; i < all.n; i++) {
    th_vocabulary v;
    uint32_t record;
    if (!th_str_is(all.v[i].title, th_vocabulary_form_name(TH_VOCABULARY_ATC))) continue;
    TH_TRY(th_store_vocabulary_of(m->scratch, &all.v[i], &v, m->err));
    TH_TRY(keep_record(m, &all.v[i], &record));
    TH_TRY(codes_of(m, &v, record));
  }
  if (m->k->codes.n) qsort(m->k->codes.v, m->k->codes.n, sizeof *m->k->codes.v, by_code);
  return TH_OK;
}

static int by_id(const void *p, const void *q) {
  return th_str_cmp((*(const th_name_row *const *)p)->id, (*(const th_name_row *const *)q)->id);
}

static th_code read_subjects(maker *m) {
  th_str_vec names = { 0 };
  TH_TRY(th_overview_subjects(m->scratch, m->store, m->names, &names, m->err));
  for (size_t i = 0; i < names.n; i++) {
    const th_name_row *row = th_names_resolve(m->names, m->scratch, TH_NAME_DRUG, names.v[i]).row;
    if (row && !TH_VEC_PUSH(m->a, &m->k->subjects, row)) return th_fail_nomem(m->err);
  }
  if (m->k->subjects.n) qsort(m->k->subjects.v, m->k->subjects.n, sizeof *m->k->subjects.v, by_id);
  return TH_OK;
}

th_code th_kindred_of(th_arena *a, th_store *s, const th_names *names, th_kindred **out, th_err *err) {
  th_arena *scratch = th_arena_new(1 << 20);
  maker m = { .a = a, .scratch = scratch, .store = s, .names = names, .k = TH_NEW(a, th_kindred), .err = err };
  if (!scratch || !m.k) {
    th_arena_del(scratch);
    return th_fail_nomem(err);
  }
  th_map_init(&m.found, scratch);
  th_code code = read_targets(&m);
  if (code == TH_OK) code = read_uses(&m);
  if (code == TH_OK) code = read_codes(&m);
  if (code == TH_OK) code = read_subjects(&m);
  th_arena_del(scratch);
  *out = m.k;
  return code;
}
