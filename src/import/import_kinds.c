/* The kinds of documents that can be imported: how each is read and where it goes. */
#include "import/import_priv.h"
#include "theriac/source.h"

static th_code add_record(th_arena *keep, th_import_document *out, const th_store_record *r, th_store_added added,
                          th_err *err) {
  out->n_new += added == TH_STORE_NEW;
  out->n_new_versions += added == TH_STORE_NEW_VERSION;
  out->n_same += added == TH_STORE_SAME;
  if (out->records.n >= TH_IMPORT_RECORDS_TOLD) return TH_OK;
  const th_import_record x = { th_str_dup(keep, r->kind), th_str_dup(keep, r->key), th_str_dup(keep, r->title), r->version,
                               added };
  if (!x.kind.p || !x.key.p || !x.title.p || !TH_VEC_PUSH(keep, &out->records, x)) return th_fail_nomem(err);
  return TH_OK;
}

static th_code add_note(th_arena *keep, th_import_document *out, const char *code, uint32_t line, th_str message, th_err *err) {
  if (out->notes.n >= TH_IMPORT_RECORDS_TOLD) return TH_OK;
  const th_store_note n = { line, 0, th_str_dup(keep, th_str_of(code)), th_str_dup(keep, message) };
  if (!n.code.p || !n.message.p || !TH_VEC_PUSH(keep, &out->notes, n)) return th_fail_nomem(err);
  return TH_OK;
}

static th_code add_gaps(th_arena *keep, th_import_document *out, const th_gap_vec *gaps, th_err *err) {
  for (size_t i = 0; i < gaps->n; i++) TH_TRY(add_note(keep, out, gaps->v[i].what, gaps->v[i].line, gaps->v[i].why, err));
  return TH_OK;
}

/* ── Report pages ──────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code report_read(th_arena *a, th_str bytes, void **value, th_err *err) {
  th_report_page *page = TH_NEW(a, th_report_page);
  if (!(*value = page)) return th_fail_nomem(err);
  return th_source_report_read(a, bytes, page, err);
}

static th_code report_put(th_arena *a, th_store *s, const th_store_document *d, const void *value, th_arena *keep,
                          th_import_document *out, th_err *err) {
  const th_report_page *page = value;
  th_store_record r;
  th_store_added added;
  TH_TRY(th_store_report_put(a, s, d, page, &r, &added, err));
  TH_TRY(add_record(keep, out, &r, added, err));
  for (size_t i = 0; i < page->sections.n; i++) {
    const th_report_section *x = &page->sections.v[i];
    if (x->role == TH_REPORT_OTHER && th_field_has(x->heading))
      TH_TRY(add_note(keep, out, "not-understood", x->heading.line, x->heading.text, err));
  }
  return add_gaps(keep, out, &page->gaps, err);
}

/* ── Abstracts ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code abstract_read(th_arena *a, th_str bytes, void **value, th_err *err) {
  th_abstract_doc *doc = TH_NEW(a, th_abstract_doc);
  if (!(*value = doc)) return th_fail_nomem(err);
  return th_source_abstract_read(a, bytes, doc, err);
}

static th_code abstract_put(th_arena *a, th_store *s, const th_store_document *d, const void *value, th_arena *keep,
                            th_import_document *out, th_err *err) {
  const th_abstract_doc *doc = value;
  th_store_record r;
  th_store_added added;
  TH_TRY(th_store_abstract_put(a, s, d, doc, &r, &added, err));
  TH_TRY(add_record(keep, out, &r, added, err));
  return add_gaps(keep, out, &doc->gaps, err);
}

/* ── Trial pages ───────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code trial_read(th_arena *a, th_str bytes, void **value, th_err *err) {
  th_trial_page *page = TH_NEW(a, th_trial_page);
  if (!(*value = page)) return th_fail_nomem(err);
  return th_source_trial_read(a, bytes, page, err);
}

static th_code trial_put(th_arena *a, th_store *s, const th_store_document *d, const void *value, th_arena *keep,
                         th_import_document *out, th_err *err) {
  const th_trial_page *page = value;
  th_store_record r;
  th_store_added added;
  TH_TRY(th_store_trial_put(a, s, d, page, &r, &added, err));
  TH_TRY(add_record(keep, out, &r, added, err));
  return add_gaps(keep, out, &page->gaps, err);
}

/* ── Rules ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code coverage_read(th_arena *a, th_str bytes, void **value, th_err *err) {
  th_coverage_texts *rules = TH_NEW(a, th_coverage_texts);
  if (!(*value = rules)) return th_fail_nomem(err);
  return th_source_coverage_read(a, bytes, rules, err);
}

static th_code coverage_put(th_arena *a, th_store *s, const th_store_document *d, const void *value, th_arena *keep,
                            th_import_document *out, th_err *err) {
  const th_coverage_texts *rules = value;
  for (size_t i = 0; i < rules->n; i++) {
    th_store_record r;
    th_store_added added;
    TH_TRY(th_store_coverage_put(a, s, d, &rules->v[i], &r, &added, err));
    TH_TRY(add_record(keep, out, &r, added, err));
    TH_TRY(add_gaps(keep, out, &rules->v[i].gaps, err));
  }
  return TH_OK;
}

/* ── Captures of searches ──────────────────────────────────────────────────────────────────────────────────────────── */

static th_code capture_read(th_arena *a, th_str bytes, void **value, th_err *err) {
  th_capture_doc *doc = TH_NEW(a, th_capture_doc);
  if (!(*value = doc)) return th_fail_nomem(err);
  return th_source_capture_read(a, bytes, doc, err);
}

static th_code capture_put(th_arena *a, th_store *s, const th_store_document *d, const void *value, th_arena *keep,
                           th_import_document *out, th_err *err) {
  const th_capture_doc *doc = value;
  for (size_t i = 0; i < doc->captures.n; i++) {
    const th_capture *c = &doc->captures.v[i];
    th_store_record r;
    th_store_added added;
    TH_TRY(th_store_capture_put(a, s, d, c, doc->bundle, &r, &added, err));
    TH_TRY(add_record(keep, out, &r, added, err));
    if (c->state_why.n > 0) TH_TRY(add_note(keep, out, "state", c->line, c->state_why, err));
  }
  return add_gaps(keep, out, &doc->gaps, err);
}

/* ── Tables ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code ddinter_read(th_arena *a, th_str bytes, void **value, th_err *err) {
  th_ddinter_table *t = TH_NEW(a, th_ddinter_table);
  if (!(*value = t)) return th_fail_nomem(err);
  return th_source_ddinter_read(a, bytes, t, err);
}

static th_code ddinter_put(th_arena *a, th_store *s, const th_store_document *d, const void *value, th_arena *keep,
                           th_import_document *out, th_err *err) {
  const th_ddinter_table *t = value;
  th_store_record r;
  th_store_added added;
  TH_TRY(th_store_ddinter_put(a, s, d, t, &r, &added, err));
  out->rows = t->rows.n;
  TH_TRY(add_record(keep, out, &r, added, err));
  return add_gaps(keep, out, &t->gaps, err);
}

static th_code caution_read(th_arena *a, th_str bytes, void **value, th_err *err) {
  th_caution_table *t = TH_NEW(a, th_caution_table);
  if (!(*value = t)) return th_fail_nomem(err);
  return th_source_caution_read(a, bytes, t, err);
}

static th_code caution_put(th_arena *a, th_store *s, const th_store_document *d, const void *value, th_arena *keep,
                           th_import_document *out, th_err *err) {
  const th_caution_table *t = value;
  th_store_record r;
  th_store_added added;
  TH_TRY(th_store_caution_put(a, s, d, t, &r, &added, err));
  out->rows = t->rows.n;
  TH_TRY(add_record(keep, out, &r, added, err));
  return add_gaps(keep, out, &t->gaps, err);
}

static th_str caution_licence(const void *value) {
  return ((const th_caution_table *)value)->licence.text;
}

static th_code tfda_read(th_arena *a, th_str bytes, void **value, th_err *err) {
  th_tfda_register *t = TH_NEW(a, th_tfda_register);
  if (!(*value = t)) return th_fail_nomem(err);
  return th_source_tfda_read(a, bytes, t, err);
}

static th_code tfda_put(th_arena *a, th_store *s, const th_store_document *d, const void *value, th_arena *keep,
                        th_import_document *out, th_err *err) {
  const th_tfda_register *t = value;
  th_store_record r;
  th_store_added added;
  TH_TRY(th_store_tfda_put(a, s, d, t, &r, &added, err));
  out->rows = t->rows.n;
  TH_TRY(add_record(keep, out, &r, added, err));
  return add_gaps(keep, out, &t->gaps, err);
}

/* ── Registry and literature ───────────────────────────────────────────────────────────────────────────────────────── */

typedef struct study_record {
  th_ctgov_study study;
  th_store_ready ready;
} study_record;

static th_code ctgov_cut(th_arena *a, th_str bytes, th_source_cuts *out, void **frame, th_err *err) {
  th_ctgov_doc *doc = TH_NEW(a, th_ctgov_doc);
  if (!(*frame = doc)) return th_fail_nomem(err);
  return th_source_ctgov_cut(a, bytes, out, doc, err);
}

static th_code ctgov_one(th_arena *a, th_packer *p, th_str bytes, const th_source_cut *cut, void **record, th_err *err) {
  study_record *x = TH_NEW(a, study_record);
  if (!(*record = x)) return th_fail_nomem(err);
  TH_TRY(th_source_ctgov_one(a, bytes, cut, &x->study, err));
  return th_store_ctgov_ready(a, p, &x->study, &x->ready, err);
}

/* What a single study lacks stands in its record; the document is told what concerns itself. */
static th_code study_notes(const th_ctgov_study *s, bool alone, th_arena *keep, th_import_document *out, th_err *err) {
  for (size_t k = 0; k < s->gaps.n; k++)
    if (alone || strcmp(s->gaps.v[k].what, "enumeration") == 0)
      TH_TRY(add_note(keep, out, s->gaps.v[k].what, s->gaps.v[k].line, s->gaps.v[k].why, err));
  return TH_OK;
}

static th_code ctgov_put(th_arena *a, th_store *s, const th_store_document *d, const void *record, th_arena *keep,
                         th_import_document *out, th_err *err) {
  const study_record *x = record;
  th_store_record r;
  th_store_added added;
  th_store_ready_next(s, &x->ready);
  const th_code code = th_store_ctgov_put(a, s, d, &x->study, &r, &added, err);
  th_store_ready_next(s, NULL);
  if (code != TH_OK) return code;
  TH_TRY(add_record(keep, out, &r, added, err));
  return study_notes(&x->study, false, keep, out, err);
}

static th_code ctgov_end(th_arena *a, const void *frame, size_t n, th_arena *keep, th_import_document *out, th_err *err) {
  const th_ctgov_doc *doc = frame;
  if (!th_field_has(doc->next_page)) return TH_OK;
  const th_str why = doc->total >= 0 ? th_str_fmt(a, "the search goes on behind this page: %zu of %lld studies are here", n,
                                                  (long long)doc->total)
                                     : TH_S("the search goes on behind this page");
  return why.p ? add_note(keep, out, "search-incomplete", doc->next_page.line, why, err) : th_fail_nomem(err);
}

static const th_import__many ctgov_many = { ctgov_cut, ctgov_one, ctgov_put, ctgov_end };

typedef struct paper_record {
  th_pubmed_article article;
  th_store_ready ready;
} paper_record;

static th_code pubmed_cut(th_arena *a, th_str bytes, th_source_cuts *out, void **frame, th_err *err) {
  *frame = NULL;
  return th_source_pubmed_cut(a, bytes, out, err);
}

static th_code pubmed_one(th_arena *a, th_packer *p, th_str bytes, const th_source_cut *cut, void **record, th_err *err) {
  paper_record *x = TH_NEW(a, paper_record);
  if (!(*record = x)) return th_fail_nomem(err);
  TH_TRY(th_source_pubmed_one(a, bytes, cut, &x->article, err));
  return th_store_pubmed_ready(a, p, &x->article, &x->ready, err);
}

static th_code pubmed_put(th_arena *a, th_store *s, const th_store_document *d, const void *record, th_arena *keep,
                          th_import_document *out, th_err *err) {
  const paper_record *x = record;
  th_store_record r;
  th_store_added added;
  th_store_ready_next(s, &x->ready);
  const th_code code = th_store_pubmed_put(a, s, d, &x->article, &r, &added, err);
  th_store_ready_next(s, NULL);
  return code == TH_OK ? add_record(keep, out, &r, added, err) : code;
}

static const th_import__many pubmed_many = { pubmed_cut, pubmed_one, pubmed_put, NULL };

typedef struct label_record {
  th_label label;
  th_store_ready ready;
} label_record;

static th_code label_cut(th_arena *a, th_str bytes, th_source_cuts *out, void **frame, th_err *err) {
  th_label_frame *f = TH_NEW(a, th_label_frame);
  if (!(*frame = f)) return th_fail_nomem(err);
  return th_source_label_cut(a, bytes, out, f, err);
}

static th_code label_one(th_arena *a, th_packer *p, th_str bytes, const th_source_cut *cut, void **record, th_err *err) {
  label_record *x = TH_NEW(a, label_record);
  if (!(*record = x)) return th_fail_nomem(err);
  TH_TRY(th_source_label_one(a, bytes, cut, &x->label, err));
  return th_store_label_ready(a, p, &x->label, &x->ready, err);
}

static th_code label_put(th_arena *a, th_store *s, const th_store_document *d, const void *record, th_arena *keep,
                         th_import_document *out, th_err *err) {
  const label_record *x = record;
  th_store_record r;
  th_store_added added;
  th_store_ready_next(s, &x->ready);
  const th_code code = th_store_label_put(a, s, d, &x->label, &r, &added, err);
  th_store_ready_next(s, NULL);
  if (code != TH_OK) return code;
  TH_TRY(add_record(keep, out, &r, added, err));
  return add_gaps(keep, out, &x->label.gaps, err);
}

static th_code label_end(th_arena *a, const void *frame, size_t n, th_arena *keep, th_import_document *out, th_err *err) {
  const th_label_frame *f = frame;
  const int64_t seen = (f->skip > 0 ? f->skip : 0) + (int64_t)n;
  if (f->total <= seen) return TH_OK;
  const th_str why = th_str_fmt(a, "the search goes on behind this page: %zu of %lld labels are here", n, (long long)f->total);
  return why.p ? add_note(keep, out, "search-incomplete", 1, why, err) : th_fail_nomem(err);
}

static const th_import__many label_many = { label_cut, label_one, label_put, label_end };

/* An export of the WHO's portal: studies, and whether the file ended before its root was closed. */
typedef struct ictrp_doc {
  th_ctgov_doc doc;
  bool cut;
} ictrp_doc;

static th_code ictrp_read(th_arena *a, th_str bytes, void **value, th_err *err) {
  ictrp_doc *x = TH_NEW(a, ictrp_doc);
  if (!(*value = x)) return th_fail_nomem(err);
  return th_source_ictrp_read(a, bytes, &x->doc, &x->cut, err);
}

static th_code ictrp_put(th_arena *a, th_store *s, const th_store_document *d, const void *value, th_arena *keep,
                         th_import_document *out, th_err *err) {
  const ictrp_doc *x = value;
  for (size_t i = 0; i < x->doc.studies.n; i++) {
    th_store_record r;
    th_store_added added;
    const th_arena_mark mark = th_arena_save(a);
    TH_TRY(th_store_ictrp_put(a, s, d, &x->doc.studies.v[i], &r, &added, err));
    TH_TRY(add_record(keep, out, &r, added, err));
    TH_TRY(study_notes(&x->doc.studies.v[i], x->doc.studies.n == 1, keep, out, err));
    th_arena_rewind(a, mark);
  }
  if (x->cut)
    TH_TRY(add_note(keep, out, "cut-off", 0,
                    TH_S("the export ends before its root is closed: what is whole was read, records behind it may be missing"),
                    err));
  return TH_OK;
}

static th_code vocabulary_read(th_arena *a, th_str bytes, void **value, th_err *err) {
  th_vocabulary *v = TH_NEW(a, th_vocabulary);
  if (!(*value = v)) return th_fail_nomem(err);
  return th_source_vocabulary_read(a, bytes, v, err);
}

static th_code vocabulary_put(th_arena *a, th_store *s, const th_store_document *d, const void *value, th_arena *keep,
                              th_import_document *out, th_err *err) {
  const th_vocabulary *v = value;
  th_store_record r;
  th_store_added added;
  TH_TRY(th_store_vocabulary_put(a, s, d, v, &r, &added, err));
  out->rows = v->n_lines;
  TH_TRY(add_record(keep, out, &r, added, err));
  return add_gaps(keep, out, &v->gaps, err);
}

static th_code targets_read(th_arena *a, th_str bytes, void **value, th_err *err) {
  th_target_table *t = TH_NEW(a, th_target_table);
  if (!(*value = t)) return th_fail_nomem(err);
  return th_source_targets_read(a, bytes, t, err);
}

static th_code targets_put(th_arena *a, th_store *s, const th_store_document *d, const void *value, th_arena *keep,
                           th_import_document *out, th_err *err) {
  const th_target_table *t = value;
  th_store_record r;
  th_store_added added;
  TH_TRY(th_store_targets_put(a, s, d, t, &r, &added, err));
  out->rows = t->rows.n;
  TH_TRY(add_record(keep, out, &r, added, err));
  return add_gaps(keep, out, &t->gaps, err);
}

static th_code nhi_read(th_arena *a, th_str bytes, void **value, th_err *err) {
  th_nhi_table *t = TH_NEW(a, th_nhi_table);
  if (!(*value = t)) return th_fail_nomem(err);
  return th_source_nhi_items_read(a, bytes, t, err);
}

static th_code nhi_put(th_arena *a, th_store *s, const th_store_document *d, const void *value, th_arena *keep,
                       th_import_document *out, th_err *err) {
  const th_nhi_table *t = value;
  th_store_record r;
  th_store_added added;
  TH_TRY(th_store_nhi_items_put(a, s, d, t, &r, &added, err));
  out->rows = t->rows.n;
  TH_TRY(add_record(keep, out, &r, added, err));
  return add_gaps(keep, out, &t->gaps, err);
}

static const th_import__kind kinds[] = {
  { TH_SOURCE_REPORT_PAGE, TH_LIMIT_DOCUMENT_BYTES, report_read, report_put, NULL, NULL },
  { TH_SOURCE_ABSTRACT, TH_LIMIT_DOCUMENT_BYTES, abstract_read, abstract_put, NULL, NULL },
  { TH_SOURCE_TRIAL_PAGE, TH_LIMIT_DOCUMENT_BYTES, trial_read, trial_put, NULL, NULL },
  { TH_SOURCE_COVERAGE_TEXT, TH_LIMIT_DOCUMENT_BYTES, coverage_read, coverage_put, NULL, NULL },
  { TH_SOURCE_CAPTURE, TH_LIMIT_DOCUMENT_BYTES, capture_read, capture_put, NULL, NULL },
  { .kind = TH_SOURCE_CTGOV, .limit_bytes = TH_LIMIT_FILE_BYTES, .many = &ctgov_many },
  { .kind = TH_SOURCE_LABEL, .limit_bytes = TH_LIMIT_FILE_BYTES, .many = &label_many },
  { .kind = TH_SOURCE_PUBMED, .limit_bytes = TH_LIMIT_FILE_BYTES, .many = &pubmed_many },
  { TH_SOURCE_ICTRP, TH_LIMIT_FILE_BYTES, ictrp_read, ictrp_put, NULL, NULL },
  { TH_SOURCE_TARGETS, TH_LIMIT_FILE_BYTES, targets_read, targets_put, NULL, NULL },
  { TH_SOURCE_NHI_ITEMS, TH_LIMIT_FILE_BYTES, nhi_read, nhi_put, NULL, NULL },
  { TH_SOURCE_VOCABULARY, TH_LIMIT_FILE_BYTES, vocabulary_read, vocabulary_put, NULL, NULL },
  { TH_SOURCE_DDINTER, TH_LIMIT_FILE_BYTES, ddinter_read, ddinter_put, NULL, NULL },
  { TH_SOURCE_CAUTIONS, TH_LIMIT_FILE_BYTES, caution_read, caution_put, caution_licence, NULL },
  { TH_SOURCE_TFDA, TH_LIMIT_FILE_BYTES, tfda_read, tfda_put, NULL, NULL },
};

const th_import__kind *th_import__kind_of(th_source_kind kind) {
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (kinds[i].kind == kind) return &kinds[i];
  return NULL;
}

bool th_import_has_reader(th_source_kind kind) {
  return th_import__kind_of(kind) != NULL;
}
