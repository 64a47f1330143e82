/* What the answers say of the search: how many, whose, and where it goes on. An answer of another form than the interface is
 * described to have is refused: a changed interface must not look like "nothing found". */
#include "import/fetch_priv.h"

static th_code add_id(th_arena *a, th_fetch__found *out, th_str id, th_err *err) {
  return TH_VEC_PUSH(a, &out->ids, id) ? TH_OK : th_fail_nomem(err);
}

static th_code not_as_described(th_err *err, const char *source, const char *what) {
  return th_fail(err, TH_EPARSE, "%s answers in a form that is not known: %s", source, what);
}

static int64_t count_of(const th_json *v) {
  int64_t n;
  if (th_json_i64(v, &n) && n >= 0) return n;
  return th_str_to_i64(th_json_text(v), &n) && n >= 0 ? n : -1;
}

/* ── ClinicalTrials.gov (API description 2.0: PagedStudies) ────────────────────────────────────────────────────────── */

/* Has the outermost object this member? The reader of studies takes a bare study as well, a search never gives one. */
static th_code is_page(th_arena *a, th_str body, bool *yes, th_err *err) {
  th_jread j;
  *yes = false;
  th_jread_open(&j, a, body);
  TH_TRY(th_jread_next(&j, err));
  if (j.tok != TH_J_OBJ) return TH_OK;
  for (;;) {
    TH_TRY(th_jread_next(&j, err));
    if (j.tok != TH_J_KEY) return TH_OK;
    const bool studies = th_str_is(j.text, "studies");
    TH_TRY(th_jread_next(&j, err));
    *yes |= studies && j.tok == TH_J_ARR;
    if (*yes) return TH_OK;
    TH_TRY(th_jread_skip(&j, err));
  }
}

th_code th_fetch__read_studies(th_arena *a, th_str body, th_fetch__found *out, th_err *err) {
  th_ctgov_doc doc;
  bool page;
  *out = (th_fetch__found){ .total = -1 };
  TH_TRY(is_page(a, body, &page, err));
  if (!page) return not_as_described(err, "ClinicalTrials.gov", "no list of studies");
  TH_TRY(th_source_ctgov_read(a, body, &doc, err));
  for (size_t i = 0; i < doc.studies.n; i++) TH_TRY(add_id(a, out, doc.studies.v[i].nct_id.text, err));
  out->total = doc.total;
  out->next = doc.next_page.text;
  return TH_OK;
}

th_code th_fetch__read_version(th_arena *a, th_str body, th_fetch__found *out, th_err *err) {
  th_json v;
  *out = (th_fetch__found){ .total = -1 };
  TH_TRY(th_json_parse(a, body, &v, err));
  const th_str api = th_json_text(th_json_get(&v, "apiVersion")), data = th_json_text(th_json_get(&v, "dataTimestamp"));
  if (!data.n) return not_as_described(err, "ClinicalTrials.gov", "no dataTimestamp in its version");
  out->version = th_str_fmt(a, "API %.*s, data of %.*s", TH_STR_ARG(api), TH_STR_ARG(data));
  return out->version.p ? TH_OK : th_fail_nomem(err);
}

/* ── PubMed ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Words that PubMed left out or looked up in another way: the search is then another than the one asked for. */
static th_code doubts(th_arena *a, const th_json *result, th_fetch__found *out, th_err *err) {
  static const char *const lists[] = { "errorlist.fieldsnotfound", "warninglist.phrasesignored",
                                       "warninglist.quotedphrasesnotfound", "warninglist.outputmessages" };
  th_buf b;
  th_buf_init(&b, a, 128);
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
    const th_json *v = th_json_at(result, lists[i]);
    for (size_t k = 0; v && v->kind == TH_JSON_ARRAY && k < v->n && b.n < 1000; k++)
      th_buf_addf(&b, "%s%.*s", b.n ? "; " : "", TH_STR_ARG(th_json_text(th_json_item(v, k))));
  }
  if (b.failed) return th_fail_nomem(err);
  out->doubt = th_buf_str(&b);
  return TH_OK;
}

th_code th_fetch__read_esearch(th_arena *a, th_str body, th_fetch__found *out, th_err *err) {
  th_json v;
  *out = (th_fetch__found){ .total = -1 };
  TH_TRY(th_json_parse(a, body, &v, err));
  const th_json *result = th_json_get(&v, "esearchresult"), *error = th_json_get(result, "ERROR");
  if (!error) error = th_json_get(&v, "error");
  if (error)
    return th_fail(err, TH_EPARSE, "PubMed refuses the search: %.*s", TH_STR_ARG(th_str_sub(th_json_text(error), 0, 200)));
  out->total = count_of(th_json_get(result, "count"));
  out->webenv = th_json_text(th_json_get(result, "webenv"));
  out->query_key = th_json_text(th_json_get(result, "querykey"));
  if (out->total < 0) return not_as_described(err, "PubMed", "no count of records");
  if (out->total > 0 && (!out->webenv.n || !out->query_key.n))
    return not_as_described(err, "PubMed", "no key to the records found");
  return doubts(a, result, out, err);
}

th_code th_fetch__read_articles(th_arena *a, th_str body, th_fetch__found *out, th_err *err) {
  th_pubmed_articles all;
  *out = (th_fetch__found){ .total = -1 };
  TH_TRY(th_source_pubmed_read(a, body, &all, err));
  for (size_t i = 0; i < all.n; i++) TH_TRY(add_id(a, out, all.v[i].pmid.text, err));
  return TH_OK;
}

/* ── openFDA ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

th_code th_fetch__read_labels(th_arena *a, th_str body, th_fetch__found *out, th_err *err) {
  th_json v;
  *out = (th_fetch__found){ .total = -1 };
  TH_TRY(th_json_parse(a, body, &v, err));
  const th_json *error = th_json_get(&v, "error"), *list = th_json_get(&v, "results");
  const th_str code = th_json_text(th_json_get(error, "code"));
  if (th_str_is(code, "NOT_FOUND")) { /* how it says that nothing matches */
    out->total = 0;
    return TH_OK;
  }
  if (error)
    return th_fail(err, TH_EPARSE, "openFDA refuses the search: %.*s %.*s", TH_STR_ARG(th_str_sub(code, 0, 60)),
                   TH_STR_ARG(th_str_sub(th_json_text(th_json_get(error, "message")), 0, 160)));
  out->total = count_of(th_json_at(&v, "meta.results.total"));
  out->version = th_json_text(th_json_at(&v, "meta.last_updated"));
  if (out->total < 0 || !list || list->kind != TH_JSON_ARRAY)
    return not_as_described(err, "openFDA", "no list of results with its total");
  for (size_t i = 0; i < list->n; i++) {
    const th_json *o = th_json_item(list, i);
    th_str id = th_json_text(th_json_get(o, "id"));
    if (!id.n) id = th_json_text(th_json_get(o, "set_id"));
    if (!id.n) return not_as_described(err, "openFDA", "a label without its number");
    TH_TRY(add_id(a, out, id, err));
  }
  return TH_OK;
}

/* ── Taiwan FDA ────────────────────────────────────────────────────────────────────────────────────────────────────── */

th_code th_fetch__register(th_arena *a, th_str body, th_str *rows, th_err *err) {
  th_zip_entries all;
  *rows = body;
  if (!th_zip_is(body)) return TH_OK;
  TH_TRY(th_zip_list(a, body, &all, err));
  for (size_t i = 0; i < all.n; i++)
    if (th_str_ends(all.v[i].name, TH_S(".json")) || th_str_ends(all.v[i].name, TH_S(".csv")))
      return th_zip_read(a, body, &all.v[i], rows, err);
  return not_as_described(err, "the register", "neither JSON nor CSV is in its archive");
}
