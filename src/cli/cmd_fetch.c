/* theriac fetch SOURCE…: what the public registers say of a drug, into the store. The one command that talks to the network. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/cli_fetch.h"
#include "theriac/import/fetch.h"

static const th_opt opts[] = {
  { "drug", 'd', "NAME", "the drug, by any name that is known", false },
  { "disease", 'x', "NAME", "the disease; without it every record of the drug. May be given again", true },
  { "id", 0, "NUMBER", "this trial (NCT…) or paper (PMID), instead of a search; may be given again", true },
  { "since", 0, "DATE", "only records changed on that day or later (the search is then incomplete)", false },
  { "limit", 'n', "N", "at most about so many records of each search", false },
  { "page-size", 0, "N", "records an answer, up to 1000", false },
  { "resume", 'r', NULL, "go on where a search was cut off; without --drug: every one that was", false },
  { "record", 0, "DIR", "keep every answer in DIR too", false },
  { "replay", 0, "DIR", "take the answers recorded in DIR; nothing is asked of the network", false },
  { "timeout", 0, "SECONDS", "give one answer up after so long (default 600)", false },
  { "max-bytes", 0, "N", "give an answer up that is larger (default 1073741824)", false },
  { "pace", 0, "FACTOR", "wait so many times as long between requests as the source asks for (default 1)", false },
  { "status", 0, NULL, "list what was searched and when, and what was cut off", false },
  { 0 },
};

static const char *const examples[] = { "theriac fetch trials papers --drug belimumab --disease 'membranous nephropathy'",
                                        "theriac fetch papers --id 29768149",
                                        "theriac fetch trials --drug belimumab --since 2026-11-01",
                                        "theriac fetch --resume",
                                        "theriac fetch --status",
                                        NULL };

static bool zh(const th_cli *c) {
  return strcmp(c->lang, "zh-TW") == 0;
}

/* ── The world ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

static volatile sig_atomic_t interrupted;

static void on_signal(int sig) {
  (void)sig;
  interrupted = 1;
}

static bool is_cancelled(void *ctx) {
  (void)ctx;
  return interrupted != 0;
}

static th_code get(void *ctx, th_arena *a, const th_http_ask *ask, th_http_answer *out, th_err *err) {
  return th_http_get(ctx, a, ask, out, err);
}

static int64_t now_ms(void *ctx) {
  struct timespec t;
  (void)ctx;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool wait_ms(void *ctx, int64_t ms) {
  (void)ctx;
  struct timespec left = { .tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000 };
  while (!interrupted && nanosleep(&left, &left) != 0) {
  }
  return !interrupted;
}

static void stamp(void *ctx, char out[21]) {
  (void)ctx;
  const char *epoch = getenv("SOURCE_DATE_EPOCH");
  int64_t s = (int64_t)time(NULL);
  if (epoch && *epoch) th_str_to_i64(th_str_of(epoch), &s);
  const time_t t = (time_t)s;
  struct tm tm;
  if (!gmtime_r(&t, &tm) || strftime(out, 21, "%Y-%m-%dT%H:%M:%SZ", &tm) != 20) out[0] = '\0';
}

/* ── What is asked ─────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct job {
  th_cli *c;
  th_store *s;
  th_fetch_world w;
  th_fetch_request q;
  TH_VEC(th_fetch_request) asked;
  TH_VEC(th_fetch_result) done;
  uint32_t timeout_s;
  uint64_t max_bytes;
} job;

static bool number(const th_cli *c, const char *name, uint64_t most, uint64_t *out, int *status) {
  const char *text = th_cli_opt(c, name);
  int64_t n;
  if (!text) return true;
  if (th_str_to_i64(th_str_of(text), &n) && n > 0 && (uint64_t)n <= most) return *out = (uint64_t)n, true;
  *status = th_cli_usage(c, "--%s %s: expected a whole number from 1 to %llu", name, text, (unsigned long long)most);
  return false;
}

static bool read_options(job *j, int *status) {
  th_cli *c = j->c;
  const char *since = th_cli_opt(c, "since"), *pace = th_cli_opt(c, "pace");
  uint64_t page = 0, timeout = 0;
  j->q = (th_fetch_request){ .drug = th_str_trim(th_str_of(th_cli_opt(c, "drug"))),
                             .resume = th_cli_has(c, "resume"),
                             .progress = !c->quiet,
                             .replay = th_cli_opt(c, "replay"),
                             .record = th_cli_opt(c, "record"),
                             .mail = th_str_of(getenv("THERIAC_MAIL")),
                             .pace = 1 };
  for (size_t i = 0; i < c->n_opts; i++)
    if (!strcmp(c->opt[i].name, "id") && !TH_VEC_PUSH(c->arena, &j->q.ids, th_str_trim(th_str_of(c->opt[i].value))))
      return *status = th_cli__nomem(c), false;
  if (!number(c, "limit", INT64_MAX, &j->q.limit, status) || !number(c, "page-size", 1000, &page, status) ||
      !number(c, "timeout", 86400, &timeout, status) || !number(c, "max-bytes", TH_LIMIT_HTTP_BYTES, &j->max_bytes, status))
    return false;
  j->q.page_size = (uint32_t)page;
  j->timeout_s = (uint32_t)timeout;
  if (since && (!(th_date_parse_iso(th_str_of(since), &j->q.since) || th_date_parse_roc(th_str_of(since), &j->q.since)) ||
                j->q.since.prec != TH_DATE_DAY))
    *status = th_cli_usage(c, "--since %s: expected a day, as 2025-02-01 or 114/2/1", since);
  else if (pace && (!th_str_to_f64(th_str_of(pace), &j->q.pace) || !(j->q.pace >= 0 && j->q.pace <= 100)))
    *status = th_cli_usage(c, "--pace %s: expected a number from 0 to 100", pace);
  else if (j->q.replay && (j->q.record || j->q.resume))
    *status = th_cli_usage(c, "--replay goes with neither --record nor --resume");
  else
    return true;
  return false;
}

static th_code add(job *j, th_fetch_source source, th_str disease, th_err *err) {
  th_fetch_request q = j->q;
  q.source = source;
  q.disease = source >= TH_FETCH_LABELS ? TH_STR_NONE : disease;
  q.base = getenv(th_fetch_source_about(source)->setting);
  if (q.base && !*q.base) q.base = NULL;
  const char *key = source == TH_FETCH_PAPERS ? getenv("NCBI_API_KEY") : getenv("OPENFDA_API_KEY");
  q.api_key = th_str_of(key);
  for (size_t i = 0; i < j->asked.n; i++) /* labels are of a drug: once for all diseases */
    if (j->asked.v[i].source == source && th_str_eq(j->asked.v[i].disease, q.disease) && th_str_eq(j->asked.v[i].drug, q.drug))
      return TH_OK;
  return TH_VEC_PUSH(j->c->arena, &j->asked, q) ? TH_OK : th_fail_nomem(err);
}

/* Each source for each disease. */
static th_code list_given(job *j, th_err *err) {
  const th_cli *c = j->c;
  for (int i = 0; i < c->n_args; i++) {
    th_fetch_source source;
    bool any = false;
    if (!th_fetch_source_find(th_str_of(c->args[i]), &source)) return th_fail(err, TH_EBUG, "%s", c->args[i]);
    for (size_t k = 0; k < c->n_opts; k++) {
      if (strcmp(c->opt[k].name, "disease") != 0) continue;
      any = true;
      TH_TRY(add(j, source, th_str_trim(th_str_of(c->opt[k].value)), err));
    }
    if (!any) TH_TRY(add(j, source, TH_STR_NONE, err));
  }
  return TH_OK;
}

/* Every search that was cut off, as it was asked. */
static th_code list_left(job *j, th_err *err) {
  th_fetch_left_vec left;
  TH_TRY(th_import_fetch_left(j->c->arena, j->c->home, &left, err));
  for (size_t i = 0; i < left.n; i++) {
    const th_fetch_left *x = &left.v[i];
    th_fetch_source source;
    if (!th_fetch_source_find(x->source, &source)) continue;
    j->q.drug = x->drug;
    j->q.limit = x->limit;
    j->q.page_size = x->page_size;
    if (!x->since.n || !th_date_parse_iso(x->since, &j->q.since)) j->q.since = (th_date){ 0 };
    TH_TRY(add(j, source, x->disease, err));
  }
  return TH_OK;
}

/* Words that name no source are told before anything is asked. */
static bool check_sources(const th_cli *c, const job *j, int *status) {
  for (int i = 0; i < c->n_args; i++) {
    th_fetch_source source;
    const bool known = th_fetch_source_find(th_str_of(c->args[i]), &source);
    if (!strcmp(c->args[i], "ictrp"))
      *status = th_cli_usage(
          c, "the WHO platform has no free interface: export the trials on its web page, then theriac import the file");
    else if (!known)
      *status = th_cli_usage(c, "\"%s\" is no source: trials, papers, labels or licences", c->args[i]);
    else if (j->q.ids.n && c->n_args > 1)
      *status = th_cli_usage(c, "--id goes with one source: the numbers are trials' or papers'");
    else if (!j->q.drug.n && !j->q.ids.n && source != TH_FETCH_LICENCES)
      *status = th_cli_usage(c, "--drug is missing: %s are searched for a drug", c->args[i]);
    else
      continue;
    return false;
  }
  if (c->n_args > 0 || j->q.resume) return true;
  *status = th_cli_usage(c, "what is to be fetched: trials, papers, labels or licences?");
  return false;
}

/* ── What came of it ───────────────────────────────────────────────────────────────────────────────────────────────── */

static void put_text(const th_cli *c, th_buf *b, const th_fetch_request *q, const th_fetch_result *r) {
  th_buf_addf(b, "%s: ", th_fetch_source_about(q->source)->text);
  if (r->drug.n) th_buf_addf(b, "%.*s", TH_STR_ARG(r->drug));
  if (r->disease.n) th_buf_addf(b, ", %.*s", TH_STR_ARG(r->disease));
  th_buf_addf(b, "%s%s", r->drug.n ? ": " : "", th_cli__search_state(c, r->state));
  if (r->state == TH_SEARCH_FOUND && r->in_source >= 0)
    th_buf_addf(b, zh(c) ? "，取得 %lld／%lld 筆" : ", %lld of %lld records", (long long)r->kept, (long long)r->in_source);
  else if (r->state == TH_SEARCH_FOUND)
    th_buf_addf(b, zh(c) ? "，取得 %lld 筆" : ", %lld records", (long long)r->kept);
  if (r->incomplete) th_buf_addz(b, zh(c) ? "（不完整）" : " (incomplete)");
  th_buf_addc(b, '\n');
  if (r->why.n) th_buf_addf(b, "    %.*s\n", TH_STR_ARG(r->why));
  if (r->remark.n) th_buf_addf(b, zh(c) ? "    來源說明：%.*s\n" : "    the source remarks: %.*s\n", TH_STR_ARG(r->remark));
  th_buf_addf(b,
              zh(c) ? "    紀錄：新增 %zu，新版本 %zu，內容已有 %zu\n"
                    : "    records: %zu new, %zu new versions, %zu known already\n",
              r->n_new, r->n_new_versions, r->n_same);
  if (c->verbose)
    th_buf_addf(b, "    %s%.*s\n    requests %llu, again %llu, at hand %llu, unchanged %llu\n",
                zh(c) ? "查詢：" : "query: ", TH_STR_ARG(r->query), (unsigned long long)r->requests,
                (unsigned long long)r->tries_again, (unsigned long long)r->from_tape, (unsigned long long)r->unchanged);
}

static void put_json(th_jwrite *w, const th_fetch_request *q, const th_fetch_result *r) {
  th_jw_obj(w);
  th_cli__jtext(w, "source", th_str_of(th_fetch_source_about(q->source)->name));
  th_cli__jtext(w, "drug", r->drug);
  th_cli__jtext(w, "disease", r->disease);
  th_cli__jtext(w, "query", r->query);
  th_cli__jtext(w, "queried_at", r->begun);
  th_cli__jtext(w, "state", th_str_of(th_search_state_name(r->state)));
  th_jw_key(w, "incomplete");
  th_jw_bool(w, r->incomplete);
  th_cli__jtext(w, "why", r->why);
  th_cli__jtext(w, "source_version", r->version);
  th_cli__jtext(w, "remark", r->remark);
  th_cli__jcount(w, "records_in_source", r->in_source);
  th_cli__jcount(w, "records_kept", r->kept);
  th_cli__jcount(w, "requests", (int64_t)r->requests);
  th_cli__jcount(w, "tries_again", (int64_t)r->tries_again);
  th_cli__jcount(w, "answers_at_hand", (int64_t)r->from_tape);
  th_cli__jcount(w, "unchanged", (int64_t)r->unchanged);
  th_cli__jcount(w, "documents_stored", (int64_t)r->n_stored);
  th_cli__jcount(w, "documents_held", (int64_t)r->n_held);
  th_cli__jcount(w, "documents_refused", (int64_t)r->n_refused);
  th_cli__jcount(w, "records_new", (int64_t)r->n_new);
  th_cli__jcount(w, "records_new_version", (int64_t)r->n_new_versions);
  th_cli__jcount(w, "records_same", (int64_t)r->n_same);
  th_jw_obj_end(w);
}

static int put_all(const job *j) {
  th_buf b;
  th_jwrite w;
  th_buf_init(&b, j->c->arena, 4096);
  th_jwrite_open(&w, &b, 2);
  if (j->c->json) {
    th_jw_obj(&w);
    th_jw_key(&w, "searches");
    th_jw_arr(&w);
  }
  for (size_t i = 0; i < j->done.n; i++) {
    if (j->c->json)
      put_json(&w, &j->asked.v[i], &j->done.v[i]);
    else
      put_text(j->c, &b, &j->asked.v[i], &j->done.v[i]);
  }
  if (j->c->json) {
    th_jw_arr_end(&w);
    th_jw_obj_end(&w);
    th_buf_addc(&b, '\n');
  }
  return th_cli__put_buf(j->c, &b);
}

/* 4 a source failed, 1 a search is incomplete, 0 all came. */
static int status_of(const job *j) {
  int status = 0;
  for (size_t i = 0; i < j->done.n; i++) {
    if (j->done.v[i].state == TH_SEARCH_FAILED) return 4;
    if (j->done.v[i].incomplete || j->done.v[i].n_refused) status = 1;
  }
  return status;
}

/* ── Running ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code run_asked(job *j, th_err *err) {
  for (size_t i = 0; i < j->asked.n; i++) {
    th_fetch_result r;
    const th_code code = th_import_fetch(j->c->arena, j->s, &j->w, &j->asked.v[i], &r, err);
    if (code == TH_ECANCEL) th_err_ctx(err, "what came so far is kept, --resume goes on from there");
    TH_TRY(code);
    if (!TH_VEC_PUSH(j->c->arena, &j->done, r)) return th_fail_nomem(err);
  }
  return TH_OK;
}

static th_code run_job(job *j, th_err *err) {
  th_names *names = NULL;
  th_http *http = NULL;
  const struct sigaction act = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };
  const th_http_options o = { .total_ms = j->timeout_s * 1000,
                              .bytes_max = j->max_bytes,
                              .cancelled = is_cancelled,
                              .idle_s = j->timeout_s && j->timeout_s < 30 ? j->timeout_s : 0 };
  TH_TRY(th_store_open(j->c->home, TH_STORE_WRITE, -1, &j->s, err));
  th_code code = th_store_names(j->c->arena, j->s, &names, err);
  j->q.names = names;
  if (code == TH_OK) code = j->c->n_args == 0 ? list_left(j, err) : list_given(j, err);
  if (code == TH_OK) code = th_http_open(&o, &http, err);
  j->w = (th_fetch_world){ http, get, now_ms, wait_ms, stamp };
  sigaction(SIGINT, &act, NULL);
  sigaction(SIGTERM, &act, NULL);
  if (code == TH_OK) code = run_asked(j, err);
  th_http_close(http);
  th_store_close(j->s);
  return code;
}

static int run(th_cli *c) {
  th_err err = { 0 };
  job j = { .c = c };
  int status = 0;
  if (th_cli_has(c, "status")) return c->n_args ? th_cli_usage(c, "--status stands alone") : th_cli__fetch_status(c);
  if (!read_options(&j, &status) || !check_sources(c, &j, &status)) return status;
  const th_code code = run_job(&j, &err);
  if (j.done.n > 0 || code == TH_OK) status = put_all(&j);
  if (code != TH_OK) return th_cli_error(c, &err);
  return status ? status : status_of(&j);
}

const th_cmd th_cmd_fetch = {
  .name = "fetch",
  .group = "Dossier",
  .synopsis =
      "trials|papers|labels|licences… --drug D [--disease X] [--since DATE] [--limit N] [--replay DIR] [--record DIR] | "
      "trials|papers --id NUMBER… | "
      "--resume | --status",
  .summary = "collect from the public registers into the store, and write down what was searched",
  .details =
      "trials: ClinicalTrials.gov; papers: PubMed; labels: openFDA; licences: the register of Taiwan (data set 36, whole). "
      "Drug and "
      "disease are asked for by field, by every English name that is known. Nothing but these names leaves the machine.\n\n"
      "Requests come no faster than the source allows and are repeated, later each time, when it is busy. Every answer is kept "
      "as "
      "read and imported; of each search is recorded what was asked, when, how many records the source counts and how many "
      "came. A "
      "source that fails is recorded as failed, not as empty; a search that was cut off, limited or asked only for what is new "
      "since a day is found but incomplete, or not searched when nothing came.\n\n"
      "What is at hand and unchanged is not sent again. A search cut off by a kill, Ctrl-C or the source goes on with "
      "--resume. "
      "Exit status: 0 everything came, 1 something is incomplete, 4 a source failed or the machine did.\n\n"
      "NCBI_API_KEY and OPENFDA_API_KEY give keys, THERIAC_MAIL an address for the operators of PubMed; THERIAC_CTGOV_URL, "
      "THERIAC_PUBMED_URL, THERIAC_OPENFDA_URL and THERIAC_TFDA_URL other servers.",
  .opts = opts,
  .args_min = 0,
  .args_max = -1,
  .examples = examples,
  .run = run,
};
