/* From the first request to the last. A chain ends complete, cut (a limit, a circle, more than was announced), or by a fault of the
 * source; what came before a fault counts, and the search is then incomplete. */
#include <stdio.h>

#include "import/fetch_priv.h"

enum { STUDIES_A_PAGE = 100, ARTICLES_A_PAGE = 200, LABELS_A_PAGE = 100, SPARE_PAGES = 3, LABELS_SKIP_MOST = 25000 };

/* ── What chains share ─────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code cut(th_fetch__run *r, const char *why) {
  r->out->incomplete = true;
  r->out->why = th_str_dup(r->a, th_str_of(why));
  return r->out->why.p ? TH_OK : th_fail_nomem(r->err);
}

static uint32_t page_size(const th_fetch__run *r, uint32_t usual, uint64_t most) {
  uint64_t n = r->q->ids.n ? most : r->q->page_size ? r->q->page_size : usual;
  if (r->q->limit && r->q->limit - r->ids.n < n) n = r->q->limit - r->ids.n;
  return (uint32_t)(n < most ? n : most);
}

static bool enough(const th_fetch__run *r) {
  return r->q->limit && r->ids.n >= r->q->limit;
}

/* Notes the answer and the records it holds; a record that stands on two pages is one. */
static th_code take(th_fetch__run *r, const th_fetch__entry *x, const th_fetch__found *f, bool imported) {
  th_fetch__page *p = TH_VEC_ADD(r->a, &r->pages);
  if (!p) return th_fail_nomem(r->err);
  memcpy(p->key, x->key, sizeof p->key);
  p->request = th_str_dup(r->a, x->request);
  p->url = th_str_dup(r->a, x->url);
  p->at = th_str_dup(r->a, x->at);
  p->sha256 = th_str_dup(r->a, x->sha256);
  p->etag = th_str_dup(r->a, x->etag);
  p->last_modified = th_str_dup(r->a, x->last_modified);
  p->content_type = th_str_dup(r->a, x->content_type);
  p->records = f->ids.n;
  p->imported = imported;
  if (!p->request.p || !p->url.p || !p->at.p || !p->sha256.p || !p->etag.p || !p->last_modified.p || !p->content_type.p)
    return th_fail_nomem(r->err);
  const size_t before = r->ids.n;
  for (size_t i = 0; i < f->ids.n; i++) {
    if (th_map_get(&r->ids, f->ids.v[i], NULL)) continue;
    const th_str id = th_str_dup(r->a, f->ids.v[i]);
    if (!id.p || th_map_put(&r->ids, id, r->pages.n) != TH_OK) return th_fail_nomem(r->err);
  }
  if (r->out->in_source > 0) r->bar.total = (uint64_t)r->out->in_source;
  if (r->q->progress) th_progress_step(&r->bar, r->ids.n - before);
  return TH_OK;
}

static th_code keep_text(th_fetch__run *r, th_str s, th_str *to) {
  *to = th_str_dup(r->a, s);
  return to->p ? TH_OK : th_fail_nomem(r->err);
}

/* Every page came; do they hold what was announced? */
static th_code compare(th_fetch__run *r) {
  const int64_t total = r->out->in_source;
  char why[160];
  if (r->out->incomplete || r->fault.code != TH_OK || total < 0 || (uint64_t)total <= r->ids.n) return TH_OK;
  snprintf(why, sizeof why, "the source counts %lld records, its pages held %zu", (long long)total, r->ids.n);
  return cut(r, why);
}

/* ── ClinicalTrials.gov: a token leads from page to page ───────────────────────────────────────────────────────────── */

static th_code is_studies(th_fetch__run *r, const th_fetch__entry *x, void *into, th_err *err) {
  return th_fetch__read_studies(r->work, x->body, into, err);
}

static th_code is_version(th_fetch__run *r, const th_fetch__entry *x, void *into, th_err *err) {
  return th_fetch__read_version(r->work, x->body, into, err);
}

/* Which data the registry served. A search without it is none the worse. */
static th_code version(th_fetch__run *r) {
  th_fetch__found f = { 0 };
  th_fetch__entry x;
  bool answered;
  TH_TRY(th_fetch__ask(r, TH_S("/version"), 1, is_version, &f, &x, &answered));
  r->fault = (th_err){ 0 };
  if (!answered) return TH_OK;
  TH_TRY(keep_text(r, f.version, &r->out->version));
  f.ids.n = 0;
  return take(r, &x, &f, false);
}

static th_code next_studies(th_fetch__run *r, th_str first, th_str token, th_str *request) {
  th_buf b;
  th_buf_init(&b, r->a, first.n + 256);
  th_buf_add(&b, first);
  th_buf_addf(&b, "&countTotal=true&pageSize=%u", page_size(r, STUDIES_A_PAGE, 1000));
  if (token.n) th_buf_addz(&b, "&pageToken=");
  th_http_escape(&b, token);
  *request = th_buf_str(&b);
  return b.failed ? th_fail_nomem(r->err) : TH_OK;
}

/* Why the chain stops here although a token leads on, or NULL. */
static const char *stop(const th_fetch__run *r, const th_map *tokens, th_str token, uint64_t pages, uint32_t size) {
  const int64_t total = r->out->in_source;
  if (enough(r)) return "the limit given was reached";
  if (th_map_get(tokens, token, NULL)) return "the source's pages lead in a circle";
  if (pages >= TH_LIMIT_FETCH_PAGES) return "more pages than TH_LIMIT_FETCH_PAGES (5000)";
  if (total >= 0 && pages > (uint64_t)total / size + SPARE_PAGES)
    return "the source's pages go on past the number it announced";
  return NULL;
}

static th_code studies(th_fetch__run *r, th_str first) {
  th_map tokens;
  th_str token = TH_STR_NONE, request;
  th_map_init(&tokens, r->a);
  TH_TRY(version(r));
  const uint32_t size = page_size(r, STUDIES_A_PAGE, 1000);
  for (uint64_t pages = 1;; pages++) {
    th_fetch__found f;
    th_fetch__entry x;
    bool answered;
    TH_TRY(next_studies(r, first, token, &request));
    TH_TRY(th_fetch__ask(r, request, TH_LIMIT_FETCH_TRIES, is_studies, &f, &x, &answered));
    if (!answered) return TH_OK;
    if (pages == 1) r->out->in_source = r->q->ids.n ? (int64_t)r->q->ids.n : f.total;
    TH_TRY(take(r, &x, &f, f.ids.n > 0));
    const bool all_here = enough(r) && r->out->in_source >= 0 && (uint64_t)r->out->in_source <= r->ids.n;
    if (f.next.n == 0 || all_here) return compare(r);
    TH_TRY(keep_text(r, f.next, &token));
    const char *why = stop(r, &tokens, token, pages, size);
    if (why) return cut(r, why);
    if (th_map_put(&tokens, token, pages) != TH_OK) return th_fail_nomem(r->err);
  }
}

/* ── PubMed: one search, kept there; then its records in portions ──────────────────────────────────────────────────── */

static th_code is_esearch(th_fetch__run *r, const th_fetch__entry *x, void *into, th_err *err) {
  return th_fetch__read_esearch(r->work, x->body, into, err);
}

static th_code is_articles(th_fetch__run *r, const th_fetch__entry *x, void *into, th_err *err) {
  return th_fetch__read_articles(r->work, x->body, into, err);
}

static th_code articles_request(th_fetch__run *r, th_str webenv, th_str key, uint64_t from, uint32_t n, th_str *request) {
  th_buf b;
  th_buf_init(&b, r->a, webenv.n + 256);
  th_buf_addz(&b, "/efetch.fcgi?db=pubmed&retmode=xml&WebEnv=");
  th_http_escape(&b, webenv);
  th_buf_addz(&b, "&query_key=");
  th_http_escape(&b, key);
  th_buf_addf(&b, "&retstart=%llu&retmax=%u", (unsigned long long)from, n);
  *request = th_buf_str(&b);
  return b.failed ? th_fail_nomem(r->err) : TH_OK;
}

static th_code articles_by_number(th_fetch__run *r, th_str request) {
  th_fetch__found f;
  th_fetch__entry x;
  bool answered;
  TH_TRY(th_fetch__ask(r, request, TH_LIMIT_FETCH_TRIES, is_articles, &f, &x, &answered));
  if (!answered) return TH_OK;
  r->out->in_source = (int64_t)r->q->ids.n;
  TH_TRY(take(r, &x, &f, true));
  return compare(r);
}

static th_code articles(th_fetch__run *r, th_str first) {
  th_fetch__found f;
  th_fetch__entry x;
  bool answered;
  th_str webenv, key, request;
  if (r->q->ids.n) return articles_by_number(r, first);
  TH_TRY(th_fetch__ask(r, first, TH_LIMIT_FETCH_TRIES, is_esearch, &f, &x, &answered));
  if (!answered) return TH_OK;
  r->out->in_source = f.total;
  TH_TRY(keep_text(r, f.webenv, &webenv));
  TH_TRY(keep_text(r, f.query_key, &key));
  TH_TRY(keep_text(r, f.doubt, &r->out->remark));
  TH_TRY(take(r, &x, &f, false));
  uint64_t most = (uint64_t)f.total;
  if (most > TH_LIMIT_FETCH_PUBMED) most = TH_LIMIT_FETCH_PUBMED;
  for (uint64_t from = 0; from < most && !enough(r);) {
    uint32_t n = page_size(r, ARTICLES_A_PAGE, 1000);
    if (n > most - from) n = (uint32_t)(most - from);
    TH_TRY(articles_request(r, webenv, key, from, n, &request));
    TH_TRY(th_fetch__ask(r, request, TH_LIMIT_FETCH_TRIES, is_articles, &f, &x, &answered));
    if (!answered) return TH_OK;
    TH_TRY(take(r, &x, &f, true));
    from += n;
  }
  if (enough(r) && r->out->in_source > (int64_t)r->ids.n) return cut(r, "the limit given was reached");
  if (r->out->in_source > (int64_t)most)
    return cut(r, "PubMed gives the first 9,999 records of a search: ask for less at once (--since)");
  return compare(r);
}

/* ── openFDA: by skipping ──────────────────────────────────────────────────────────────────────────────────────────── */

static th_code is_labels(th_fetch__run *r, const th_fetch__entry *x, void *into, th_err *err) {
  return th_fetch__read_labels(r->work, x->body, into, err);
}

static th_code labels(th_fetch__run *r, th_str first) {
  for (uint64_t skip = 0;;) {
    th_fetch__found f;
    th_fetch__entry x;
    bool answered;
    const uint32_t n = page_size(r, LABELS_A_PAGE, 1000);
    const th_str request = th_str_fmt(r->a, "%.*s&limit=%u&skip=%llu", TH_STR_ARG(first), n, (unsigned long long)skip);
    if (!request.p) return th_fail_nomem(r->err);
    TH_TRY(th_fetch__ask(r, request, TH_LIMIT_FETCH_TRIES, is_labels, &f, &x, &answered));
    if (!answered) return TH_OK;
    if (skip == 0) r->out->in_source = f.total;
    TH_TRY(keep_text(r, f.version, &r->out->version));
    TH_TRY(take(r, &x, &f, f.ids.n > 0));
    skip += n;
    if (f.ids.n == 0 || (int64_t)skip >= r->out->in_source) return compare(r);
    if (enough(r)) return cut(r, "the limit given was reached");
    if (skip > LABELS_SKIP_MOST) return cut(r, "openFDA gives the first 25,000 labels of a search");
  }
}

/* ── Taiwan FDA: the register whole ────────────────────────────────────────────────────────────────────────────────── */

static th_code is_register(th_fetch__run *r, const th_fetch__entry *x, void *into, th_err *err) {
  th_str rows;
  (void)into;
  TH_TRY(th_fetch__register(r->work, x->body, &rows, err));
  rows = th_str_sub(rows, 0, 4096);
  if (th_str_has(rows, TH_S("許可證字號"))) return TH_OK;
  return th_fail(err, TH_EPARSE, "the register answers in a form that is not known: no list of licences");
}

static th_code licences(th_fetch__run *r, th_str first) {
  th_fetch__found f = { .total = -1 };
  th_fetch__entry x;
  bool answered;
  TH_TRY(th_fetch__ask(r, first, TH_LIMIT_FETCH_TRIES, is_register, &f, &x, &answered));
  return answered ? take(r, &x, &f, true) : TH_OK;
}

th_code th_fetch__chain(th_fetch__run *r, th_str first) {
  static th_code (*const chains[TH_FETCH_SOURCE_COUNT])(th_fetch__run *, th_str) = {
    [TH_FETCH_TRIALS] = studies, [TH_FETCH_PAPERS] = articles, [TH_FETCH_LABELS] = labels, [TH_FETCH_LICENCES] = licences
  };
  r->out->in_source = -1;
  return chains[r->q->source](r, first);
}
