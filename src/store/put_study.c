/* Abstracts, trial pages and captures of searches. */
#include "store/put_priv.h"
#include "theriac/io.h"

static bool key_of(th_store__put *p, const char *scheme, th_str value) {
  th_str folded;
  if (p->code != TH_OK || value.n == 0) return false;
  p->code = th_store__fold(p->a, value, &folded, p->err);
  if (p->code != TH_OK || folded.n == 0) return false;
  p->r->key = th_str_fmt(p->a, "%s:%.*s", scheme, TH_STR_ARG(folded));
  if (!p->r->key.p) p->code = th_fail_nomem(p->err);
  return p->code == TH_OK;
}

/* ── Abstracts ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

static const char *passage_lang(th_lang l) {
  return l == TH_LANG_EN ? "en" : "zh";
}

static void abstract_details(th_store__put *p, const th_abstract_doc *doc) {
  th_store__put_identifier(p, "doi", doc->doi.text, TH_S("doi"));
  th_store__put_identifier(p, "pmid", doc->pmid.text, TH_S("pmid"));
  th_store__put_identifier(p, "pmcid", doc->pmcid.text, TH_S("pmcid"));
  for (size_t i = 0; i < doc->registry_ids.n; i++)
    th_store__put_identifier(p, "trial", doc->registry_ids.v[i].text, th_store__path(p, "registry_ids", i, ""));
  th_store__put_passage(p, TH_S("title"), doc->title, "en", doc->title.text,
                        doc->citation.text.n ? doc->citation.text : doc->title.text);
  th_store__put_passage(p, TH_S("title_zh"), doc->title_zh, "zh", doc->title_zh.text, doc->title_zh.text);
  for (size_t i = 0; i < doc->sections.n; i++) {
    const th_abstract_section *x = &doc->sections.v[i];
    th_store__put_passage(p, th_store__path(p, "sections", i, "text"), x->text, passage_lang(x->lang), x->label.text,
                          x->text.text);
  }
}

/* The DOI first: a pasted text mostly has one, and a database's has both. Without either, the text itself is the identity. */
static void abstract_key(th_store__put *p, const th_abstract_doc *doc) {
  if (key_of(p, "doi", doc->doi.text) || key_of(p, "pmid", doc->pmid.text)) return;
  th_str content;
  char hex[TH_SHA256_HEX];
  if (p->code == TH_OK) p->code = th_store__encode(p->a, &th_store__codec_abstract, doc, true, &content, p->err);
  if (p->code == TH_OK) key_of(p, "text", th_str_sub(th_str_of(th_sha256_hex(content, hex)), 0, 16));
}

th_code th_store_abstract_put(th_arena *a, th_store *s, const th_store_document *d, const th_abstract_doc *doc,
                              th_store_record *r, th_store_added *added, th_err *err) {
  *r = (th_store_record){ .kind = TH_S("abstract"),
                          .title = TH_STORE__FIRST(&doc->title, &doc->title_zh, &doc->citation),
                          .dated = doc->date,
                          .to = d->bytes };
  th_store__put p = { a, s, r, TH_OK, err };
  abstract_key(&p, doc);
  if (th_store__put_begin(&p, &th_store__codec_abstract, doc, d, added)) abstract_details(&p, doc);
  return p.code;
}

/* ── Trial pages ───────────────────────────────────────────────────────────────────────────────────────────────────── */

/* "Drug: Belimumab" is a drug, "Procedure: Biopsy" is none; without a class it may be one. */
static bool drug_of(th_str treatment, th_str *name) {
  static const struct {
    const char *name;
    bool drug;
  } class[] = { { "Drug", true },
                { "Biological", true },
                { "Combination Product", true },
                { "Dietary Supplement", true },
                { "Genetic", true },
                { "Device", false },
                { "Procedure", false },
                { "Behavioral", false },
                { "Radiation", false },
                { "Diagnostic Test", false },
                { "Other", false },
                { "Procedure/Surgery", false } };
  const size_t colon = th_str_find(treatment, TH_S(":"), 0);
  *name = treatment;
  for (size_t i = 0; colon != SIZE_MAX && i < sizeof class / sizeof *class; i++) {
    if (!th_str_eq_nocase(th_str_trim(th_str_sub(treatment, 0, colon)), th_str_of(class[i].name))) continue;
    *name = th_str_trim(th_str_sub(treatment, colon + 1, treatment.n));
    return class[i].drug;
  }
  return true;
}

static void put_treatments(th_store__put *p, const th_field_vec *v, const char *role, th_str list) {
  for (size_t i = 0; i < v->n && p->code == TH_OK; i++) {
    th_str name;
    if (!drug_of(v->v[i].text, &name)) continue;
    const th_str path = th_str_fmt(p->a, "%.*s.%zu", TH_STR_ARG(list), i);
    if (!path.p) p->code = th_fail_nomem(p->err);
    th_store__put_about(p, TH_STORE_DRUG, name, role, path);
  }
}

static void trial_details(th_store__put *p, const th_trial_page *t) {
  th_store__put_identifier(p, "trial", t->registry_id.text, TH_S("registry_id"));
  for (size_t i = 0; i < t->identifiers.n; i++)
    th_store__put_identifier(p, "trial", t->identifiers.v[i].text, th_store__path(p, "identifiers", i, ""));
  put_treatments(p, &t->treatments, "treatment", TH_S("treatments"));
  for (size_t i = 0; i < t->arms.n; i++)
    put_treatments(p, &t->arms.v[i].treatments, "arm", th_store__path(p, "arms", i, "treatments"));
  for (size_t i = 0; i < t->conditions.n; i++)
    th_store__put_about(p, TH_STORE_DISEASE, t->conditions.v[i].text, "condition", th_store__path(p, "conditions", i, ""));
  const th_str title = p->r->title;
  th_store__put_passage(p, TH_S("title"), t->title, "", title, title);
  th_store__put_passage(p, TH_S("official_title"), t->official_title, "", title, t->official_title.text);
  th_store__put_passage(p, TH_S("about"), t->about, "", title, t->about.text);
  th_store__put_passage(p, TH_S("full_description"), t->full_description, "", title, t->full_description.text);
  th_store__put_passage(p, TH_S("eligibility"), t->eligibility, "", title, t->eligibility.text);
  th_store__put_lines(p, "conditions", &t->conditions, title);
  th_store__put_lines(p, "treatments", &t->treatments, title);
  th_store__put_lines(p, "keywords", &t->keywords, title);
  th_store__put_lines(p, "inclusion", &t->inclusion, title);
  th_store__put_lines(p, "exclusion", &t->exclusion, title);
  for (size_t i = 0; i < t->arms.n; i++)
    th_store__put_passage(p, th_store__path(p, "arms", i, "description"), t->arms.v[i].description, "", t->arms.v[i].label.text,
                          t->arms.v[i].description.text);
  for (size_t i = 0; i < t->outcomes.n; i++)
    th_store__put_passage(p, th_store__path(p, "outcomes", i, "measure"), t->outcomes.v[i].measure, "", title,
                          t->outcomes.v[i].measure.text);
}

th_code th_store_trial_put(th_arena *a, th_store *s, const th_store_document *d, const th_trial_page *page, th_store_record *r,
                           th_store_added *added, th_err *err) {
  *r = (th_store_record){ .kind = TH_S("trial-page"),
                          .title = TH_STORE__FIRST(&page->title, &page->official_title),
                          .dated = page->last_update_on,
                          .to = d->bytes };
  th_store__put p = { a, s, r, TH_OK, err };
  if (!key_of(&p, "trial", page->registry_id.text)) key_of(&p, "title", r->title);
  if (th_store__put_begin(&p, &th_store__codec_trial_page, page, d, added)) trial_details(&p, page);
  return p.code;
}

/* ── Captures ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void bind_count(sqlite3_stmt *st, int i, int64_t n) {
  if (n >= 0) sqlite3_bind_int64(st, i, n);
}

static void put_search(th_store__put *p, const th_capture *c) {
  const int64_t drug = th_store__put_about(p, TH_STORE_DRUG, c->drug.text, "searched", TH_S("drug"));
  const int64_t disease = th_store__put_about(p, TH_STORE_DISEASE, c->disease.text, "searched", TH_S("disease"));
  sqlite3_stmt *st = th_store__put_stmt(
      p, "INSERT INTO search(record_id, n, source, drug_id, disease_id, state, query, queried_on, in_source, kept, incomplete, "
         "path, span_from, span_to) VALUES (?1, 0, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, '', ?11, ?12)");
  if (!st) return;
  char day[TH_DATE_TEXT];
  th_store__bind(st, 2, th_str_of(th_capture_source_name(c->source)));
  if (drug) sqlite3_bind_int64(st, 3, drug);
  if (disease) sqlite3_bind_int64(st, 4, disease);
  th_store__bind(st, 5, th_str_of(th_search_state_name(c->state)));
  th_store__bind(st, 6, c->query.text);
  th_store__bind_date(st, 7, c->queried_on, day);
  bind_count(st, 8, c->records_in_source);
  bind_count(st, 9, c->records_kept);
  sqlite3_bind_int(st, 10, c->incomplete);
  sqlite3_bind_int64(st, 11, c->from);
  sqlite3_bind_int64(st, 12, c->to);
  th_store__put_run(p, st);
}

static void capture_details(th_store__put *p, const th_capture *c) {
  put_search(p, c);
  for (size_t i = 0; i < c->trials.n; i++) {
    const th_capture_trial *t = &c->trials.v[i];
    const th_field at = { TH_STR_NONE, t->from, t->to, t->line };
    th_store__put_identifier(p, "trial", t->id.text, th_store__path(p, "trials", i, "id"));
    th_store__put_passage(p, th_store__path(p, "trials", i, ""), at, "", t->title.text,
                          TH_STORE__FIRST(&t->summary, &t->title));
  }
  for (size_t i = 0; i < c->papers.n; i++) {
    const th_capture_paper *q = &c->papers.v[i];
    const th_field at = { TH_STR_NONE, q->from, q->to, q->line };
    th_store__put_identifier(p, "pmid", q->pmid.text, th_store__path(p, "papers", i, "pmid"));
    th_store__put_passage(p, th_store__path(p, "papers", i, ""), at, "", q->title.text,
                          TH_STORE__FIRST(&q->abstract, &q->title));
  }
}

static void capture_key(th_store__put *p, const th_capture *c, bool bundle) {
  th_str drug, disease, query;
  if (p->code == TH_OK) p->code = th_store__fold(p->a, c->drug.text, &drug, p->err);
  if (p->code == TH_OK) p->code = th_store__fold(p->a, c->disease.text, &disease, p->err);
  if (p->code == TH_OK) p->code = th_store__fold(p->a, c->query.text, &query, p->err);
  if (p->code != TH_OK) return;
  const char *source = th_capture_source_name(c->source);
  p->r->key = th_str_fmt(p->a, "%s%s/%.*s/%.*s/%.*s", bundle ? "bundle:" : "", source, TH_STR_ARG(drug), TH_STR_ARG(disease),
                         TH_STR_ARG(query));
  p->r->title = th_str_fmt(p->a, "%s: %.*s, %.*s", source, TH_STR_ARG(c->drug.text), TH_STR_ARG(c->disease.text));
  if (!p->r->key.p || !p->r->title.p) p->code = th_fail_nomem(p->err);
}

th_code th_store_capture_put(th_arena *a, th_store *s, const th_store_document *d, const th_capture *capture, bool bundle,
                             th_store_record *r, th_store_added *added, th_err *err) {
  *r = (th_store_record){ .kind = TH_S("capture"),
                          .dated = capture->queried_on,
                          .from = capture->from,
                          .to = capture->to > capture->from ? capture->to : d->bytes };
  th_store__put p = { a, s, r, TH_OK, err };
  capture_key(&p, capture, bundle);
  if (th_store__put_begin(&p, &th_store__codec_capture, capture, d, added)) capture_details(&p, capture);
  return p.code;
}
