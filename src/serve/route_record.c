/* A record as it was read, with where it came from; and papers by their number. */
#include "serve/serve_priv.h"

#include "theriac/report/web_check.h"

static void fact(th_html *h, const char *key, th_str value) {
  th_html_el_say(h, "dt", NULL, key);
  th_html_el(h, "dd", NULL, value.n ? value : th_words_get(h->lang, "state.not-stated"));
}

static void source_of(th_ctx *x, const th_store_record *r) {
  th_html *h = &x->html;
  char day[TH_DATE_TEXT], dated[TH_DATE_TEXT];
  th_html_open_cls(h, "dl", "facts");
  fact(h, "web.record.kind", r->kind);
  fact(h, "web.record.key", r->key);
  fact(h, "web.record.version", th_str_fmt(x->a, "%u%s", r->version, r->current ? "" : " *"));
  fact(h, "web.record.dated", th_str_of(th_date_iso(r->dated, dated)));
  fact(h, "web.record.document", r->doc.name);
  fact(h, "web.record.retrieved", th_str_of(th_date_iso(r->doc.retrieved, day)));
  fact(h, "web.record.licence", r->doc.licence);
  fact(h, "web.record.hash", r->doc.sha256);
  th_html_close(h);
  if (!r->current) th_web_note(h, "warn", "web.record.old");
}

/* Versions of the same record, each to be looked at. */
static void versions_of(th_ctx *x, const th_store_record *r) {
  th_html *h = &x->html;
  th_store_record_vec all = { 0 };
  th_err err = { 0 };
  if (th_store_record_versions(x->a, x->lane->store, r->kind, r->key, &all, &err) != TH_OK || all.n < 2) return;
  th_html_el_say(h, "h2", NULL, "web.record.versions");
  th_html_open_cls(h, "ul", "chips");
  for (size_t i = 0; i < all.n; i++) {
    char day[TH_DATE_TEXT];
    th_html_open(h, "li");
    th_html_open(h, "a");
    th_html_attr(h, "href", th_str_fmt(x->a, "/record/%lld", (long long)all.v[i].id));
    if (all.v[i].id == r->id) th_html_attrz(h, "aria-current", "true");
    th_html_textf(h, "%u · %s", all.v[i].version,
                  th_date_iso(all.v[i].dated.prec ? all.v[i].dated : all.v[i].doc.retrieved, day));
    th_html_close(h);
    th_html_close(h);
  }
  th_html_close(h);
}

/* The body as JSON, a value a line. */
static void body_of(th_ctx *x, const th_store_record *r) {
  th_html *h = &x->html;
  th_json root;
  th_buf b;
  th_jwrite w;
  th_html_el_say(h, "h2", NULL, "web.record.body");
  th_html_open(h, "pre");
  th_html_attrz(h, "tabindex", "0");
  th_buf_init(&b, x->a, r->body.n * 2 + 64);
  if (r->body.n && th_json_parse(x->a, r->body, &root, NULL) == TH_OK) {
    th_jwrite_open(&w, &b, 1);
    th_jw_json(&w, &root);
    th_html_text(h, b.failed ? r->body : th_buf_str(&b));
  } else
    th_html_text(h, r->body);
  th_html_close(h);
}

static th_done record_page(th_ctx *x, const th_store_record *r, bool with_body) {
  th_err err = { 0 };
  th_serve_page_begin(x, &(th_web_frame){ .title = r->title.n ? r->title : r->key, .here = "manage" });
  source_of(x, r);
  versions_of(x, r);
  if (th_str_is(r->kind, "pubmed")) { /* its own words, and its numbers held against each other */
    th_pubmed_article article;
    th_study_record study = { .kind = "pubmed" };
    bool whole = th_store_pubmed_of(x->a, r, &article, &err) == TH_OK && TH_VEC_PUSH(x->a, &study.sections, article.title.text);
    for (size_t i = 0; whole && i < article.parts.n && study.sections.n < TH_STUDY_SECTIONS_MAX; i++)
      whole = TH_VEC_PUSH(x->a, &study.sections, article.parts.v[i].text.text);
    if (whole && th_study_check(x->a, study.sections.v, study.sections.n, &study.check, &err) == TH_OK)
      th_web_study(&x->html, &study);
  }
  if (with_body) body_of(x, r);
  return th_serve_page_end(x, 200);
}

static th_done record(th_ctx *x) {
  th_err err = { 0 };
  th_store_record r;
  int64_t id;
  bool found = false;
  if (!th_serve_need_store(x)) return TH_DONE;
  if (!th_str_to_i64(x->seg[0], &id)) return th_serve_fail_code(x, TH_ENOENT, "a record is named by its number");
  if (th_serve_cached(x)) return TH_DONE;
  if (th_store_record_get(x->a, x->lane->store, id, &found, &r, &err) != TH_OK) return th_serve_fail(x, &err);
  if (!found) return th_serve_fail_code(x, TH_ENOENT, "there is no record %lld", (long long)id);
  record_page(x, &r, true);
  return th_serve_keep(x);
}

/* A number of digits is a PMID, else a DOI. */
static th_done paper(th_ctx *x) {
  th_err err = { 0 };
  th_store_record_vec v = { 0 };
  int64_t pmid;
  const bool number = th_str_to_i64(x->seg[0], &pmid);
  if (!th_serve_need_store(x)) return TH_DONE;
  if (th_serve_cached(x)) return TH_DONE;
  if (th_store_records_with_id(x->a, x->lane->store, number ? TH_S("pmid") : TH_S("doi"), x->seg[0], &v, &err) != TH_OK)
    return th_serve_fail(x, &err);
  for (size_t i = 0; i < v.n; i++)
    if (th_str_is(v.v[i].kind, "pubmed") || th_str_is(v.v[i].kind, "abstract")) {
      record_page(x, &v.v[i], !th_str_is(v.v[i].kind, "pubmed"));
      return th_serve_keep(x);
    }
  return th_serve_fail_code(x, TH_ENOENT,
                            "the paper %.*s is not held: import it (theriac fetch papers --pmid, or its PubMed record)",
                            TH_STR_ARG(x->seg[0]));
}

const th_route th_serve__record_routes[] = {
  { "GET", "/record/*", record, 0 },
  { "GET", "/paper/*", paper, 0 },
  { 0 },
};
