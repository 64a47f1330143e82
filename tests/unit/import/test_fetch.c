/* The collectors by themselves: what is asked, what an answer means, how long is waited; and a whole search in a world of our own
 * whose clock is a number, with every allocation made to fail. */
#include "import/fetch_priv.h"
#include "unit/store/home.h"

static char home[4096];
static th_arena *a;
static th_names *names;

static void begin(void) {
  th_err err = { 0 };
  a = th_arena_new(0);
  CHECK_OK_ERR(th_names_builtin_index(a, &names, &err), &err);
}

static void end(void) {
  th_arena_del(a);
}

/* ── What is asked ─────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool has_term(const th_str_vec *v, const char *term) {
  for (size_t i = 0; i < v->n; i++)
    if (th_str_is(v->v[i], term)) return true;
  return false;
}

TEST(names_that_are_asked_for) {
  th_str_vec v;
  th_err err = { 0 };
  begin();
  CHECK_OK_ERR(th_fetch__terms(a, names, TH_NAME_DRUG, TH_S("奔麗生"), &v, &err), &err);
  CHECK(v.n > 0);
  CHECK_STR(v.v[0], "belimumab"); /* the preferred name, whatever was typed */
  CHECK(has_term(&v, "Benlysta") && has_term(&v, "LymphoStat-B"));
  CHECK(!has_term(&v, "DB08879") && !has_term(&v, "L04AG04")); /* codes of vocabularies stand in no registry */
  for (size_t i = 0; i < v.n; i++)
    for (size_t k = 0; k < v.v[i].n; k++) CHECK((unsigned char)v.v[i].p[k] < 0x80);
  CHECK_OK_ERR(th_fetch__terms(a, names, TH_NAME_DISEASE, TH_S("SLE"), &v, &err), &err);
  CHECK_STR(v.v[0], "systemic lupus erythematosus");
  CHECK(has_term(&v, "SLE"));                                     /* short, but it is what was typed */
  CHECK(!has_term(&v, "systemic lupus erythematosus (disease)")); /* the vocabulary's mark */
  CHECK_OK_ERR(th_fetch__terms(a, names, TH_NAME_DRUG, TH_S("unheardofmab"), &v, &err), &err);
  CHECK_INT(v.n, 1);
  CHECK_OK_ERR(th_fetch__terms(a, names, TH_NAME_DRUG, TH_S("x\"y] OR AREA[Phase](z)"), &v, &err), &err);
  CHECK_STR(v.v[0], "x y OR AREA Phase z"); /* signs of the query languages are blanks */
  CHECK_CODE(th_fetch__terms(a, names, TH_NAME_DRUG, TH_S("某藥"), &v, &err), TH_EINVAL);
  end();
}

static th_str request_of(th_fetch_source source, const char *drug, const char *disease, const char *since, th_str *shown) {
  th_fetch_request q = { .source = source, .drug = th_str_of(drug), .disease = th_str_of(disease), .pace = 1 };
  th_str request = TH_STR_NONE;
  th_err err = { 0 };
  if (since) CHECK(th_date_parse_iso(th_str_of(since), &q.since));
  CHECK_OK_ERR(th_fetch__query(a, &q, &request, shown, &err), &err);
  return request;
}

/* The forms are those of the operators' descriptions: API v2 of the registry, E-utilities, openFDA's query syntax. */
TEST(queries_by_field) {
  th_str shown;
  begin();
  CHECK_STR(request_of(TH_FETCH_TRIALS, "drug a", "disease b", "2026-11-01", &shown),
            "/studies?format=json&query.intr=%22drug%20a%22&query.cond=%22disease%20b%22&filter.advanced=AREA%5B"
            "LastUpdatePostDate%5DRANGE%5B2026-11-01%2CMAX%5D");
  CHECK_STR(shown,
            "query.intr=\"drug a\" query.cond=\"disease b\" filter.advanced=AREA[LastUpdatePostDate]RANGE[2026-11-01,MAX]");
  CHECK_STR(request_of(TH_FETCH_TRIALS, "drug", NULL, NULL, &shown), "/studies?format=json&query.intr=%22drug%22");
  request_of(TH_FETCH_PAPERS, "drug", "dis", "2026-11-01", &shown);
  CHECK_STR(shown, "(\"drug\"[Title/Abstract] OR \"drug\"[MeSH Terms] OR \"drug\"[Supplementary Concept]) AND "
                   "(\"dis\"[Title/Abstract] OR \"dis\"[MeSH Terms]) datetype=mdat mindate=2026/11/01");
  CHECK_STR(request_of(TH_FETCH_LABELS, "drug", NULL, "2026-11-01", &shown),
            "/drug/label.json?search=%28openfda.generic_name%3A%22drug%22%20openfda.substance_name%3A%22drug%22%20openfda."
            "brand_name%3A%22drug%22%29%20AND%20effective_time%3A%5B20261101%20TO%2099991231%5D");
  end();
}

/* ── What an answer means ──────────────────────────────────────────────────────────────────────────────────────────── */

TEST(answers_are_judged) {
  th_fetch__found f;
  begin();
  CHECK_OK(th_fetch__read_studies(a, TH_S("{\"totalCount\": 0, \"studies\": []}"), &f, NULL));
  CHECK(f.total == 0 && f.ids.n == 0 && f.next.n == 0);
  CHECK_OK(th_fetch__read_studies(a,
                                  TH_S("{\"studies\": [{\"protocolSection\": {\"identificationModule\": {\"nctId\": "
                                       "\"NCT01234567\"}}}], \"nextPageToken\": \"t\"}"),
                                  &f, NULL));
  CHECK(f.total == -1 && f.ids.n == 1);
  CHECK_STR(f.next, "t");
  static const char *const no_page[] = { "[]",
                                         "{}",
                                         "{\"studies\": {}}",
                                         "{\"items\": []}",
                                         "1",
                                         "",
                                         "{\"protocolSection\": {\"identificationModule\": {\"nctId\": \"NCT01234567\"}}}" };
  for (size_t i = 0; i < sizeof no_page / sizeof *no_page; i++)
    CHECK_CODE(th_fetch__read_studies(a, th_str_of(no_page[i]), &f, NULL), TH_EPARSE);
  CHECK_OK(th_fetch__read_esearch(
      a,
      TH_S("{\"esearchresult\": {\"count\": \"0\", \"warninglist\": {\"quotedphrasesnotfound\": [\"\\\"x y\\\"\"], "
           "\"outputmessages\": [\"No items found.\"]}}}"),
      &f, NULL));
  CHECK_STR(f.doubt, "\"x y\"; No items found.");
  CHECK_CODE(th_fetch__read_esearch(a, TH_S("{\"error\": \"API rate limit exceeded\", \"count\": \"4\"}"), &f, NULL),
             TH_EPARSE);
  CHECK_CODE(th_fetch__read_esearch(a, TH_S("{\"esearchresult\": {\"count\": \"many\"}}"), &f, NULL), TH_EPARSE);
  CHECK_OK(th_fetch__read_labels(a, TH_S("{\"error\": {\"code\": \"NOT_FOUND\"}}"), &f, NULL));
  CHECK_INT(f.total, 0);
  CHECK_CODE(th_fetch__read_labels(a, TH_S("{\"error\": {\"code\": \"SERVER_ERROR\"}}"), &f, NULL), TH_EPARSE);
  CHECK_CODE(th_fetch__read_labels(a, TH_S("{\"results\": []}"), &f, NULL), TH_EPARSE);
  CHECK_CODE(th_fetch__read_articles(a, TH_S("<PubmedArticleSet></PubmedArticleSet>"), &f, NULL), TH_EPARSE);
  end();
}

/* Pages the registry and openFDA really sent (shared data): their totals and numbers as a look at them shows. */
TEST(answers_that_were_really_sent) {
  static const struct {
    const char *file;
    bool label;
    int64_t total;
    size_t ids;
    bool more;
  } all[] = { { "trials/v2_partial/search_keytruda_limit3_20260811.json", false, 2924, 3, true },
              { "trials/v2_partial/search_nsclc_egfr_l858r_20260811.json", false, 2, 2, false },
              { "trials/v2_partial/search_phelan_limit5_20260811.json", false, 21, 5, true },
              { "licences/openfda/label_keytruda_20260811.json", true, 2, 2, false } };
  const char *shared = test_shared();
  if (!shared) SKIP("the shared data is not here");
  begin();
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    const char *path = th_str_fmt(a, "%s/data/%s", shared, all[i].file).p;
    th_fetch__found f;
    th_file file;
    th_err err = { 0 };
    CHECK_OK_ERR(th_file_open(path, 0, &file, &err), &err);
    CHECK_OK_ERR((all[i].label ? th_fetch__read_labels : th_fetch__read_studies)(a, file.bytes, &f, &err), &err);
    CHECK_INT(f.total, all[i].total);
    CHECK_INT(f.ids.n, all[i].ids);
    CHECK((f.next.n > 0) == all[i].more);
    th_file_close(&file);
  }
  end();
}

/* RFC 9110, 10.2.3: seconds, or a date; the answer's own Date is the clock of the server. */
TEST(retry_after) {
  const th_str now = TH_S("Sat, 21 Nov 2026 23:59:50 GMT");
  CHECK_INT(th_fetch__retry_after(TH_S("120"), now), 120000);
  CHECK_INT(th_fetch__retry_after(TH_S("0"), TH_STR_NONE), 0);
  CHECK_INT(th_fetch__retry_after(TH_S("Sun, 22 Nov 2026 00:00:20 GMT"), now), 30000);
  CHECK_INT(th_fetch__retry_after(TH_S("Fri, 20 Nov 2026 00:00:20 GMT"), now), 0);
  static const char *const nothing[] = {
    "", "-3", "soon", "Sun, 22 Nov 2026", "Sun, 32 Nov 2026 00:00:20 GMT", "Sun, 22 Nov 2026 25:00:20 GMT", "x, "
  };
  for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
    CHECK_INT(th_fetch__retry_after(th_str_of(nothing[i]), now), -1);
  CHECK_INT(th_fetch__retry_after(TH_S("Sun, 22 Nov 2026 00:00:20 GMT"), TH_STR_NONE), -1);
  CHECK(th_fetch__retry_after(TH_S("9223372036854775807"), now) > 0);
}

/* ── A world of our own ────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct world {
  int64_t now, asked_at[32];
  unsigned asked, busy; /* the first `busy` answers are 503 */
  bool stop;            /* the next wait is interrupted */
} world;

static th_code say(th_arena *to, th_http_answer *x, int status, const char *body) {
  *x = (th_http_answer){ .status = status, .body = th_str_dup(to, th_str_of(body)) };
  return x->body.p ? TH_OK : TH_ENOMEM;
}

static th_code world_get(void *ctx, th_arena *to, const th_http_ask *ask, th_http_answer *x, th_err *err) {
  world *w = ctx;
  (void)err;
  if (w->asked < 32) w->asked_at[w->asked] = w->now;
  if (w->asked++ < w->busy) return say(to, x, 503, "busy");
  if (strstr(ask->url, "/version")) return say(to, x, 200, "{\"apiVersion\": \"2\", \"dataTimestamp\": \"2026-11-20\"}");
  const bool second = strstr(ask->url, "pageToken=two") != NULL;
  return say(to, x, 200,
             second ? "{\"studies\": [{\"protocolSection\": {\"identificationModule\": {\"nctId\": \"NCT00000002\"}}}]}"
                    : "{\"totalCount\": 2, \"studies\": [{\"protocolSection\": {\"identificationModule\": {\"nctId\": "
                      "\"NCT00000001\"}}}], "
                      "\"nextPageToken\": \"two\"}");
}

static int64_t world_now(void *ctx) {
  return ((world *)ctx)->now;
}

static bool world_wait(void *ctx, int64_t ms) {
  world *w = ctx;
  CHECK(ms > 0);
  w->now += ms;
  return !w->stop;
}

static void world_stamp(void *ctx, char out[21]) {
  (void)ctx;
  memcpy(out, "2026-11-21T10:00:00Z", 21);
}

static th_code search(world *w, bool resume, th_fetch_result *r, th_err *err) {
  th_store *s = NULL;
  const th_fetch_world by = { w, world_get, world_now, world_wait, world_stamp };
  const th_fetch_request q = {
    .source = TH_FETCH_TRIALS, .drug = TH_S("testimab"), .disease = TH_S("study disease"), .resume = resume, .pace = 1
  };
  TH_TRY(th_store_open(home, TH_STORE_WRITE, 100, &s, err));
  const th_code code = th_import_fetch(a, s, &by, &q, r, err);
  th_store_close(s);
  return code;
}

TEST(waits_grow_and_are_the_same_again) {
  th_err err = { 0 };
  th_fetch_result r;
  begin();
  world w = { .busy = 5 }, again = { .busy = 5 }, well = { 0 };
  snprintf(home, sizeof home, "%s", home_fresh());
  CHECK_OK_ERR(search(&w, false, &r, &err), &err);
  /* version, asked once; then the page: four times busy, at last an answer; then the second page */
  CHECK_INT(w.asked, 1 + 5 + 1);
  CHECK_INT(r.state, TH_SEARCH_FOUND);
  CHECK(!r.incomplete && r.kept == 2 && r.tries_again == 4);
  for (unsigned i = 0; i < 4; i++) { /* 1, 2, 4, 8 s, of which at least half; never faster than the source's interval */
    const int64_t gap = w.asked_at[i + 2] - w.asked_at[i + 1], most = 1000 << i;
    CHECK(gap >= (most / 2 > 1200 ? most / 2 : 1200) && gap <= (most > 1200 ? most : 1200));
  }
  CHECK_INT(w.asked_at[1] - w.asked_at[0], 1200);
  home_remove(home);
  CHECK_OK_ERR(search(&again, false, &r, &err), &err);
  CHECK(memcmp(w.asked_at, again.asked_at, sizeof w.asked_at) == 0);
  home_remove(home);
  CHECK_OK_ERR(search(&well, false, &r, &err), &err);
  CHECK_INT(well.asked, 3);
  CHECK_INT(well.now, 2400); /* three requests, 1.2 s apart */
  home_remove(home);
  end();
}

TEST(interrupted_while_waiting) {
  th_err err = { 0 };
  th_fetch_result r;
  begin();
  world w = { .stop = true }, on = { 0 };
  snprintf(home, sizeof home, "%s", home_fresh());
  CHECK_CODE(search(&w, false, &r, &err), TH_ECANCEL);
  CHECK_INT(w.asked, 1);
  th_fetch_left_vec left;
  CHECK_OK(th_import_fetch_left(a, home, &left, NULL));
  CHECK(left.n == 1 && left.v[0].answers == 1);
  err = (th_err){ 0 };
  CHECK_OK_ERR(search(&on, true, &r, &err), &err);
  CHECK(on.asked == 2 && r.from_tape == 1 && r.kept == 2);
  CHECK_OK(th_import_fetch_left(a, home, &left, NULL));
  CHECK_INT(left.n, 0);
  home_remove(home);
  end();
}

/* Whichever allocation fails, that is what is told, and the next run brings everything. */
static th_code whole_search(void) {
  world w = { 0 };
  th_fetch_result r;
  th_arena *own = th_arena_new(0), *keep = a;
  if (!own) return TH_ENOMEM;
  a = own;
  const th_code code = search(&w, true, &r, NULL);
  a = keep;
  th_arena_del(own);
  return code;
}

TEST(want_of_memory) {
  th_err err = { 0 };
  th_fetch_result r;
  world w = { 0 };
  begin();
  snprintf(home, sizeof home, "%s", home_fresh());
  unsigned long k = 1, seen = 0;
  for (th_code code = TH_ENOMEM; code != TH_OK || seen >= k; k += 1 + k / 12) { /* a sample: each run opens a store */
    th_alloc_fail_after(k, 1);
    code = whole_search();
    seen = th_alloc_fail_after(0, 0);
    CHECK(code == TH_OK || code == TH_ENOMEM);
    home_remove(home);
  }
  CHECK(k > 100);
  CHECK_OK_ERR(search(&w, false, &r, &err), &err);
  CHECK(r.kept == 2 && r.state == TH_SEARCH_FOUND && !r.incomplete);
  home_remove(home);
  end();
}

TEST_MAIN(RUN(names_that_are_asked_for), RUN(queries_by_field), RUN(answers_are_judged), RUN(answers_that_were_really_sent),
          RUN(retry_after), RUN(waits_grow_and_are_the_same_again), RUN(interrupted_while_waiting), RUN(want_of_memory))
