/* Report pages: the drug they are about, the pairs they claim, the studies and licences they name. */
#include "store/put_priv.h"

static void put_claim(th_store__put *p, int64_t drug, const th_report_prediction *c, size_t n) {
  const th_str name = TH_STORE__FIRST(&c->name_en, &c->name_zh, &c->name);
  const th_str path = th_store__path(p, "predictions", n, "name");
  const int64_t disease = th_store__put_about(p, TH_STORE_DISEASE, name, "predicted", path);
  th_store__put_name(p, TH_STORE_DISEASE, disease, c->name.text, "predicted", path);
  th_store__put_name(p, TH_STORE_DISEASE, disease, c->name_zh.text, "predicted", path);
  if (!drug || !disease) return;
  sqlite3_stmt *st = th_store__put_stmt(
      p, "INSERT INTO pair_claim(record_id, drug_id, disease_id, n, rank, score, level, decision, path, span_from, span_to) "
         "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
  if (!st) return;
  const th_str whole = th_store__path(p, "predictions", n, "");
  sqlite3_bind_int64(st, 2, drug);
  sqlite3_bind_int64(st, 3, disease);
  sqlite3_bind_int64(st, 4, (sqlite3_int64)n);
  th_store__bind(st, 5, c->rank.text);
  th_store__bind(st, 6, c->score.text);
  th_store__bind(st, 7, c->badge.at.text);
  th_store__bind(st, 8, c->decision.text);
  th_store__bind(st, 9, whole);
  sqlite3_bind_int64(st, 10, c->from);
  sqlite3_bind_int64(st, 11, c->to);
  th_store__put_run(p, st);
}

static void put_details(th_store__put *p, const th_report_page *page) {
  const int64_t drug = th_store__put_about(p, TH_STORE_DRUG, page->drug.text, "subject", TH_S("drug"));
  for (size_t i = 0; i < page->predictions.n; i++) put_claim(p, drug, &page->predictions.v[i], i);
  for (size_t i = 0; i < page->trials.n; i++)
    if (!page->trials.v[i].placeholder)
      th_store__put_identifier(p, "trial", page->trials.v[i].id.text, th_store__path(p, "trials", i, "id"));
  for (size_t i = 0; i < page->papers.n; i++) {
    const th_report_paper *q = &page->papers.v[i];
    if (q->placeholder) continue;
    th_store__put_identifier(p, "pmid", q->pmid.text, th_store__path(p, "papers", i, "pmid"));
    th_store__put_identifier(p, "doi", q->doi.text, th_store__path(p, "papers", i, "doi"));
  }
  for (size_t i = 0; i < page->licences.n; i++) {
    th_store__put_identifier(p, "licence", page->licences.v[i].number.text, th_store__path(p, "licences", i, "number"));
    th_store__put_name(p, TH_STORE_DRUG, drug, page->licences.v[i].name.text, "product",
                       th_store__path(p, "licences", i, "name"));
  }
  for (size_t i = 0; i < page->sections.n; i++) {
    const th_report_section *x = &page->sections.v[i];
    th_store__put_passage(p, th_store__path(p, "sections", i, "body"), x->body, "", x->heading.text, x->body.text);
  }
}

th_code th_store_report_put(th_arena *a, th_store *s, const th_store_document *d, const th_report_page *page,
                            th_store_record *r, th_store_added *added, th_err *err) {
  *r = (th_store_record){
    .kind = TH_S("report-page"), .title = TH_STORE__FIRST(&page->title, &page->drug), .dated = page->reviewed_on, .to = d->bytes
  };
  th_store__put p = { a, s, r, TH_OK, err };
  p.code = th_store__fold(a, page->drug.text, &r->key, err);
  if (th_store__put_begin(&p, &th_store__codec_report_page, page, d, added)) put_details(&p, page);
  return p.code;
}
