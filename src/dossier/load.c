/* Which records concern the drug, and what they say. The store proposes by words, identity of the name decides. */
#include "dossier_priv.h"

#include <stdlib.h>

th_code th_dossier__drug_names(th_arena *a, const th_name_row *drug, th_str_vec *out, th_err *err) {
  if (!TH_VEC_PUSH(a, out, drug->en) || (drug->zh.n && !TH_VEC_PUSH(a, out, drug->zh))) return th_fail_nomem(err);
  th_str rest = drug->synonyms, one;
  while (rest.n && th_str_split(&rest, '|', &one))
    if (one.n && !TH_VEC_PUSH(a, out, one)) return th_fail_nomem(err);
  return TH_OK;
}

static bool is_drug(th_dossier_work *w, th_str name) {
  return th_names_resolve(w->names, w->a, TH_NAME_DRUG, name).row == w->d->drug;
}

static bool mentions(th_dossier_work *w, th_str text) {
  th_name_hits hits = { 0 };
  if (th_names_find(w->names, w->a, TH_NAME_DRUG, text, false, &hits, NULL) != TH_OK) return false;
  for (size_t i = 0; i < hits.n; i++)
    if (hits.v[i].row == w->d->drug) return true;
  return false;
}

static bool any_field(th_dossier_work *w, const th_field_vec *v) {
  for (size_t i = 0; i < v->n; i++)
    if (mentions(w, v->v[i].text)) return true;
  return false;
}

th_code th_dossier__add_source(th_dossier_work *w, const th_store_record *r, th_date dated, uint32_t *index) {
  th_dossier *d = w->d;
  for (size_t i = 0; i < d->sources.n; i++) /* one document may hold several records */
    if (th_str_eq(d->sources.v[i].sha256, r->doc.sha256)) {
      *index = (uint32_t)i;
      return TH_OK;
    }
  th_dossier_source s = { .kind = r->kind,
                          .key = r->key,
                          .title = r->title,
                          .name = r->doc.name,
                          .sha256 = r->doc.sha256,
                          .licence = r->doc.licence,
                          .version = r->version,
                          .bytes = r->doc.bytes,
                          .retrieved = r->doc.retrieved,
                          .dated = dated };
  s.id = th_str_fmt(w->a, "S%zu", d->sources.n + 1);
  s.restated = th_str_starts(r->doc.licence, TH_S("restated"));
  *index = (uint32_t)d->sources.n;
  return s.id.p && TH_VEC_PUSH(w->a, &d->sources, s) ? TH_OK : th_fail_nomem(w->err);
}

static th_code add_record(th_dossier_work *w, const th_store_record *r, uint32_t source) {
  const th_dossier_record x = { r->kind, r->key, r->version, r->doc.retrieved, source };
  return TH_VEC_PUSH(w->a, &w->d->records, x) ? TH_OK : th_fail_nomem(w->err);
}

#define KEEP(list, member_doc, value)                                                                                          \
  do {                                                                                                                         \
    if (!TH_VEC_ADD(w->a, list)) return th_fail_nomem(w->err);                                                                 \
    (list)->v[(list)->n - 1].member_doc = (value);                                                                             \
    TH_TRY(th_dossier__add_source(w, r, dated, &(list)->v[(list)->n - 1].source));                                             \
    TH_TRY(add_record(w, r, (list)->v[(list)->n - 1].source));                                                                 \
  } while (0)

static th_code load_page(th_dossier_work *w, const th_store_record *r) {
  th_report_page page;
  th_field drug;
  TH_TRY(th_store_report_lead(w->a, r, &drug, NULL, w->err));
  if (!is_drug(w, drug.text)) return TH_OK;
  TH_TRY(th_store_report_of(w->a, r, &page, w->err));
  const th_date dated = page.reviewed_on;
  KEEP(&w->docs.pages, page, page);
  return TH_OK;
}

static th_code load_abstract(th_dossier_work *w, const th_store_record *r) {
  th_abstract_doc doc;
  TH_TRY(th_store_abstract_of(w->a, r, &doc, w->err));
  bool concerns = mentions(w, doc.title.text);
  for (size_t i = 0; i < doc.sections.n && !concerns; i++) concerns = mentions(w, doc.sections.v[i].text.text);
  const th_date dated = doc.date;
  if (concerns) KEEP(&w->docs.abstracts, doc, doc);
  return TH_OK;
}

static th_code load_trial(th_dossier_work *w, const th_store_record *r) {
  th_trial_page page;
  TH_TRY(th_store_trial_of(w->a, r, &page, w->err));
  const th_date dated = page.last_update_on;
  if (any_field(w, &page.treatments) || mentions(w, page.title.text)) KEEP(&w->docs.trials, page, page);
  return TH_OK;
}

/* A primary outcome or the criteria changed after the start, between any version held and the current one. */
static th_code versions_of(th_dossier_work *w, const th_store_record *r, const th_ctgov_study *now, th_tri *changed) {
  th_store_record_vec all = { 0 };
  *changed = TH_UNKNOWN;
  if (r->version < 2 && w->docs.registry.n > 200)
    return TH_OK; /* an older one read later is rare, and a query a study is dear */
  TH_TRY(th_store_record_versions(w->a, w->store, r->kind, r->key, &all, w->err));
  for (size_t i = 0; i < all.n && *changed != TH_TRUE; i++) {
    th_ctgov_study before;
    th_trial_diff diff;
    if (all.v[i].id == r->id) continue;
    TH_TRY(th_store_ctgov_of(w->a, &all.v[i], &before, w->err));
    TH_TRY(th_trial_diff_of(w->a, &before, now, w->opts->as_of, &diff, w->err));
    *changed = diff.outcome_changed;
  }
  return TH_OK;
}

/* Every record that names the drug is judged; what part it plays there is for the role to say. */
static th_code load_registry(th_dossier_work *w, const th_store_record *r) {
  th_ctgov_study *study = TH_NEW(w->a, th_ctgov_study);
  if (!study) return th_fail_nomem(w->err);
  TH_TRY(th_store_ctgov_of(w->a, r, study, w->err));
  const th_date dated = study->last_update.date;
  KEEP(&w->docs.registry, study, study);
  return versions_of(w, r, study, &w->docs.registry.v[w->docs.registry.n - 1].changed);
}

static th_code load_paper(th_dossier_work *w, const th_store_record *r) {
  th_pubmed_article *article = TH_NEW(w->a, th_pubmed_article);
  if (!article) return th_fail_nomem(w->err);
  TH_TRY(th_store_pubmed_of(w->a, r, article, w->err));
  bool concerns = mentions(w, article->title.text);
  for (size_t i = 0; i < article->parts.n && !concerns; i++) concerns = mentions(w, article->parts.v[i].text.text);
  const th_date dated = article->date;
  if (!concerns) return TH_OK;
  KEEP(&w->docs.papers, article, article);
  w->docs.papers.v[w->docs.papers.n - 1].appraisal = UINT32_MAX;
  return TH_OK;
}

static th_code load_rule(th_dossier_work *w, const th_store_record *r) {
  th_coverage_text text;
  TH_TRY(th_store_coverage_of(w->a, r, &text, w->err));
  const th_date dated = text.effective;
  if (any_field(w, &text.drugs) || any_field(w, &text.brands)) KEEP(&w->docs.rules, text, text);
  return TH_OK;
}

static th_code load_capture(th_dossier_work *w, const th_store_record *r) {
  th_capture capture;
  TH_TRY(th_store_capture_of(w->a, r, &capture, w->err));
  const th_date dated = capture.queried_on;
  if (is_drug(w, capture.drug.text)) KEEP(&w->docs.captures, capture, capture);
  return TH_OK;
}

static th_code load_record(th_dossier_work *w, const th_store_record *r) {
  static const struct {
    const char *kind;
    th_code (*load)(th_dossier_work *, const th_store_record *);
  } loaders[] = { { "report-page", load_page },   { "abstract", load_abstract }, { "trial-page", load_trial },
                  { "coverage-text", load_rule }, { "ctgov", load_registry },    { "ictrp", load_registry },
                  { "pubmed", load_paper },       { "capture", load_capture } };
  for (size_t i = 0; i < sizeof loaders / sizeof *loaders; i++) {
    if (!th_str_is(r->kind, loaders[i].kind)) continue;
    const th_code code = loaders[i].load(w, r);
    if (code != TH_OK) th_err_ctx(w->err, "document %.*s", TH_STR_ARG(r->doc.name));
    return code;
  }
  return TH_OK;
}

/* By kind, key and version: the order of the dossier's sources. */
static int by_kind_key(const void *x, const void *y) {
  const th_store_record *p = x, *q = y;
  const int kind = th_str_cmp(p->kind, q->kind), key = kind ? kind : th_str_cmp(p->key, q->key);
  return key ? key : (p->id > q->id) - (p->id < q->id);
}

static th_code add_new(th_dossier_work *w, th_store_record_vec *all, const th_store_record_vec *more) {
  for (size_t i = 0; i < more->n; i++) {
    bool known = false;
    for (size_t k = 0; k < all->n && !known; k++) known = all->v[k].id == more->v[i].id;
    if (!known && !TH_VEC_PUSH(w->a, all, more->v[i])) return th_fail_nomem(w->err);
  }
  return TH_OK;
}

/* The page to be audited is the first source; studies that it lists are looked up by their numbers, for their records may not name
 * the drug at all. */
static th_code load_audited(th_dossier_work *w, th_store_record_vec *all) {
  const th_report_page *page = w->opts->page;
  const th_store_record own = { .kind = TH_S("report-page"),
                                .key = w->opts->page_name,
                                .title = page->drug.text,
                                .doc = { .name = w->opts->page_name, .sha256 = TH_S("audited") } };
  const th_store_record *r = &own;
  const th_date dated = page->reviewed_on;
  KEEP(&w->docs.pages, page, *page);
  for (size_t i = 0; i < page->trials.n; i++) {
    th_store_record_vec records;
    const th_str id = page->trials.v[i].id.text;
    if (!id.n) continue;
    TH_TRY(th_store_records_with_id(w->a, w->store, TH_S("trial"), id, &records, w->err));
    TH_TRY(add_new(w, all, &records));
  }
  return TH_OK;
}

th_code th_dossier__version_on(th_arena *a, th_store *s, const th_store_record *now, th_date day, bool *found,
                               th_store_record *out, th_err *err) {
  th_store_record_vec all = { 0 };
  *found = th_date_cmp(now->doc.retrieved, day) <= 0;
  *out = *now;
  if (*found || now->version == 1) return TH_OK;
  TH_TRY(th_store_record_versions(a, s, now->kind, now->key, &all, err));
  for (size_t i = 0; i < all.n; i++) {
    const th_store_record *v = &all.v[i];
    const bool older = *found && v->dated.prec && out->dated.prec && th_date_before(v->dated, out->dated) == TH_TRUE;
    if (th_date_cmp(v->doc.retrieved, day) > 0 || older) continue;
    *out = *v;
    *found = true;
  }
  return TH_OK;
}

static th_code as_on(th_dossier_work *w, th_date day, th_store_record_vec *all) {
  size_t n = 0;
  for (size_t i = 0; i < all->n; i++) {
    bool found;
    TH_TRY(th_dossier__version_on(w->a, w->store, &all->v[i], day, &found, &all->v[n], w->err));
    n += found;
  }
  all->n = n;
  return TH_OK;
}

th_code th_dossier__load(th_dossier_work *w) {
  th_str_vec names = { 0 };
  TH_TRY(th_dossier__drug_names(w->a, w->d->drug, &names, w->err));
  th_store_record_vec all = { 0 };
  for (size_t i = 0; i < names.n; i++) { /* about the drug by a field of their own, an empty search too */
    th_store_entity_vec entities = { 0 };
    TH_TRY(th_store_entity_find(w->a, w->store, TH_STORE_DRUG, names.v[i], &entities, w->err));
    for (size_t k = 0; k < entities.n; k++) {
      th_store_record_vec records = { 0 };
      TH_TRY(th_store_records_about(w->a, w->store, TH_STORE_DRUG, entities.v[k].id, TH_STR_NONE, &records, w->err));
      TH_TRY(add_new(w, &all, &records));
    }
  }
  th_store_record_vec naming = { 0 };
  TH_TRY(th_store_records_naming(w->a, w->store, names.v, names.n, TH_STR_NONE, &naming, w->err));
  TH_TRY(add_new(w, &all, &naming));
  if (w->opts->page) TH_TRY(load_audited(w, &all));
  if (w->opts->until.prec) TH_TRY(as_on(w, w->opts->until, &all));
  if (all.n) qsort(all.v, all.n, sizeof *all.v, by_kind_key);
  for (size_t i = 0; i < all.n; i++)
    if (!w->opts->page || !th_str_is(all.v[i].kind, "report-page")) TH_TRY(load_record(w, &all.v[i]));
  return TH_OK;
}
