/* A search from request to record: the chain, the documents, and what is written down of it. */
#include "theriac/import/fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "import/fetch_priv.h"

static const th_fetch_about sources[TH_FETCH_SOURCE_COUNT] = {
  [TH_FETCH_TRIALS] = { "trials", "ClinicalTrials.gov", "https://clinicaltrials.gov/api/v2", "THERIAC_CTGOV_URL",
                        "ClinicalTrials.gov terms: free to use, with source and date", 1200 },
  [TH_FETCH_PAPERS] = { "papers", "PubMed", "https://eutils.ncbi.nlm.nih.gov/entrez/eutils", "THERIAC_PUBMED_URL",
                        "NLM terms: citations free to use; abstracts may be under their publishers' copyright", 334 },
  [TH_FETCH_LABELS] = { "labels", "openFDA", "https://api.fda.gov", "THERIAC_OPENFDA_URL", "CC0 1.0", 250 },
  [TH_FETCH_LICENCES] = { "licences", "Taiwan FDA data set 36", "https://data.fda.gov.tw/data/opendata/export",
                          "THERIAC_TFDA_URL", "Taiwan Open Government Data License 1.0", 1000 },
};

const th_fetch_about *th_fetch_source_about(th_fetch_source s) {
  return &sources[(unsigned)s < TH_FETCH_SOURCE_COUNT ? s : 0];
}

bool th_fetch_source_find(th_str name, th_fetch_source *out) {
  for (int i = 0; i < TH_FETCH_SOURCE_COUNT; i++)
    if (th_str_is(name, sources[i].name)) return *out = (th_fetch_source)i, true;
  return false;
}

/* ── Before ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* NCT and eight digits; up to nine digits. */
static bool is_pmid(th_str s) {
  bool ok = s.n >= 1 && s.n <= 9;
  for (size_t k = 0; k < s.n; k++) ok = ok && s.p[k] >= '0' && s.p[k] <= '9';
  return ok;
}

static th_code check_ids(const th_fetch_request *q, th_err *err) {
  const bool trials = q->source == TH_FETCH_TRIALS;
  if (!trials && q->source != TH_FETCH_PAPERS)
    return th_fail(err, TH_EINVAL, "%s have no numbers to be asked for by", sources[q->source].name);
  if (q->drug.n || q->disease.n || q->limit || q->since.prec != TH_DATE_NONE)
    return th_fail(err, TH_EINVAL, "records asked for by number are no search: no drug, disease, day or limit goes with it");
  if (q->ids.n > TH_LIMIT_FETCH_IDS)
    return th_fail(err, TH_ELIMIT, "more than TH_LIMIT_FETCH_IDS (%d) numbers at once", TH_LIMIT_FETCH_IDS);
  for (size_t i = 0; i < q->ids.n; i++) {
    const th_str id = q->ids.v[i];
    if (!(trials ? th_str_is_nct(id) && th_str_starts(id, TH_S("NCT")) : is_pmid(id)))
      return th_fail(err, TH_EINVAL, "\"%.*s\" is no %s", TH_STR_ARG(id),
                     trials ? "number of a trial (NCT and eight digits)" : "PMID");
  }
  return TH_OK;
}

static th_code check_request(const th_fetch_request *q, const char *base, th_err *err) {
  const bool whole = q->source == TH_FETCH_LICENCES;
  if ((unsigned)q->source >= TH_FETCH_SOURCE_COUNT) return th_fail(err, TH_EINVAL, "there is no such source");
  if (!(q->pace >= 0 && q->pace <= 100) || (q->pace < 1 && !q->replay && !th_http_is_loopback(base)))
    return th_fail(err, TH_EINVAL, "a pace below 1 is for a server on this machine alone");
  if (q->ids.n) return check_ids(q, err);
  if (!q->drug.n && !whole) return th_fail(err, TH_EINVAL, "a search needs a drug");
  if (q->disease.n && q->source >= TH_FETCH_LABELS)
    return th_fail(err, TH_EINVAL, "%s are of a drug, whatever the disease", sources[q->source].name);
  if (q->since.prec != TH_DATE_NONE && (q->since.prec != TH_DATE_DAY || whole))
    return th_fail(err, TH_EINVAL,
                   whole ? "the register comes whole: no earlier day is asked for" : "the day must be a full date");
  return TH_OK;
}

/* The folder of this chain, by all that makes it another chain. */
static th_code find_tape(th_fetch__run *r, th_str first) {
  char key[33];
  const th_str all = th_str_fmt(r->a, "%s%.*s limit %llu page %u", r->base, TH_STR_ARG(first), (unsigned long long)r->q->limit,
                                r->q->page_size);
  if (!all.p) return th_fail_nomem(r->err);
  th_fetch__key(r->about->name, all, key);
  r->tape = th_str_fmt(r->a, "%s/fetch/%.16s", th_store_home(r->s), key);
  return r->tape.p ? TH_OK : th_fail_nomem(r->err);
}

/* What the chain is, for those who want to resume it. */
static th_code note_chain(th_fetch__run *r) {
  char day[TH_DATE_TEXT], stamp[21] = "";
  const char *path = th_str_fmt(r->a, "%.*s/chain.json", TH_STR_ARG(r->tape)).p;
  const th_str since = th_str_of(th_date_iso(r->q->since, day));
  th_buf b;
  th_jwrite w;
  r->w->stamp(r->w->ctx, stamp);
  const struct {
    const char *key;
    th_str value;
  } all[] = { { "source", th_str_of(r->about->name) },
              { "drug", r->q->drug },
              { "disease", r->q->disease },
              { "since", since },
              { "begun", th_str_of(stamp) } };
  if (!path) return th_fail_nomem(r->err);
  if (access(path, F_OK) == 0 || r->q->ids.n) return TH_OK; /* one request: there is nothing to resume */
  th_buf_init(&b, r->a, 256);
  th_jwrite_open(&w, &b, 2);
  th_jw_obj(&w);
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    th_jw_key(&w, all[i].key);
    th_jw_str(&w, all[i].value.p ? all[i].value : TH_S(""));
  }
  th_jw_key(&w, "limit");
  th_jw_i64(&w, (int64_t)r->q->limit);
  th_jw_key(&w, "page_size");
  th_jw_i64(&w, r->q->page_size);
  th_jw_obj_end(&w);
  return b.failed ? th_fail_nomem(r->err) : th_file_write(path, th_buf_str(&b), r->err);
}

/* One process a chain. *lock is closed by the caller. */
static th_code lock_tape(th_fetch__run *r, int *lock) {
  TH_TRY(th_dir_make(r->tape.p, r->err));
  *lock = open(r->tape.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (*lock < 0) return th_fail(r->err, TH_EIO, "%s cannot be opened: %s", r->tape.p, strerror(errno));
  if (flock(*lock, LOCK_EX | LOCK_NB) != 0)
    return th_fail(r->err, TH_ECONFLICT, "this very search is under way in another process");
  if (!r->q->resume) TH_TRY(th_fetch__tape_clear(r->a, r->tape, false, r->err));
  return note_chain(r);
}

/* ── After ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code say(th_fetch__run *r, const char *what, const char *msg) {
  r->out->why = th_str_fmt(r->a, "%s%s", what, msg);
  return r->out->why.p ? TH_OK : th_fail_nomem(r->err);
}

/* The five states. A fault after some records leaves a search that found something and was cut off. A search of what changed
 * lately can find something, and can never show that there is nothing. */
static th_code settle(th_fetch__run *r) {
  th_fetch_result *o = r->out;
  char day[TH_DATE_TEXT], why[96];
  o->kept = (int64_t)r->ids.n;
  const bool found = o->kept > 0 || (o->in_source > 0 && r->fault.code == TH_OK);
  o->state = found ? TH_SEARCH_FOUND : TH_SEARCH_NOTHING;
  if (r->fault.code != TH_OK && !found) {
    o->state = TH_SEARCH_FAILED;
    o->incomplete = false;
    return say(r, "", r->fault.msg);
  }
  if (r->fault.code != TH_OK) {
    o->incomplete = true;
    return say(r, "cut off: ", r->fault.msg);
  }
  if (r->q->since.prec == TH_DATE_NONE) return TH_OK;
  snprintf(why, sizeof why, "only what changed since %s was asked for", th_date_iso(r->q->since, day));
  o->incomplete = found;
  if (!found) o->state = TH_SEARCH_NOT_SEARCHED;
  return o->why.n ? TH_OK : say(r, "", why);
}

static th_date day_of(th_str at) {
  th_date d = { 0 };
  return th_date_parse_iso(th_str_sub(at, 0, 10), &d) ? d : (th_date){ 0 };
}

static void add_up(th_fetch_result *o, const th_import_summary *sum) {
  o->n_stored += sum->n_stored;
  o->n_held += sum->n_held;
  o->n_refused += sum->n_refused;
  o->n_new += sum->n_new;
  o->n_new_versions += sum->n_new_versions;
  o->n_same += sum->n_same;
}

/* An answer without records of its own is kept as it is: it says how many there are, or that there are none. */
static th_code keep_answer(th_fetch__run *r, const th_fetch__page *p, th_str body) {
  th_store_document d = {
    .name = p->url, .kind = TH_S("answer"), .retrieved = day_of(p->at), .licence = th_str_of(r->about->licence)
  };
  th_store_document held;
  bool found = false;
  TH_TRY(th_store_document_find(r->work, r->s, p->sha256, &found, &held, r->err));
  r->out->n_held += found;
  if (found) return TH_OK;
  TH_TRY(th_store_begin(r->s, r->err));
  th_code code = th_store_document_add(r->work, r->s, body, &d, r->err);
  if (code == TH_OK) code = th_store_commit(r->s, r->err);
  if (code != TH_OK) th_store_rollback(r->s);
  r->out->n_stored += code == TH_OK;
  return code;
}

static th_code import_page(th_fetch__run *r, const th_fetch__page *p, th_str body) {
  static const th_source_kind kinds[TH_FETCH_SOURCE_COUNT] = { [TH_FETCH_TRIALS] = TH_SOURCE_CTGOV,
                                                               [TH_FETCH_PAPERS] = TH_SOURCE_PUBMED,
                                                               [TH_FETCH_LABELS] = TH_SOURCE_LABEL,
                                                               [TH_FETCH_LICENCES] = TH_SOURCE_TFDA };
  const bool table = r->q->source == TH_FETCH_LICENCES; /* known by a name that stays, so that a later one takes its place */
  const th_import_options o = { .kind = kinds[r->q->source],
                                .licence = th_str_of(r->about->licence),
                                .retrieved = day_of(p->at) };
  th_import_summary sum;
  if (table) TH_TRY(th_fetch__register(r->work, body, &body, r->err));
  TH_TRY(th_import_bytes(r->work, r->s, table ? TH_S("tfda-36.json") : p->url, body, &o, &sum, r->err));
  add_up(r->out, &sum);
  const th_import_document *d = &sum.documents.v[0];
  r->out->kept += (int64_t)d->rows;
  if (d->outcome != TH_IMPORT_REFUSED) return TH_OK;
  r->out->kept -= (int64_t)p->records;
  r->out->incomplete = true;
  return say(r, "an answer could not be stored: ", d->error.msg);
}

static th_code import_pages(th_fetch__run *r) {
  for (size_t i = 0; i < r->pages.n; i++) {
    const th_fetch__page *p = &r->pages.v[i];
    th_fetch__entry x;
    bool found;
    th_arena_reset(r->work);
    TH_TRY(th_fetch__tape_read(r->work, r->q->replay ? th_str_of(r->q->replay) : r->tape, p->key, true, &found, &x, r->err));
    if (!found) return th_fail(r->err, TH_EIO, "an answer in %s is gone or changed: fetch again", r->tape.p);
    TH_TRY(p->imported ? import_page(r, p, x.body) : keep_answer(r, p, x.body));
  }
  return TH_OK;
}

/* Licences of the drug asked for, in the register that has come. */
static th_code count_licences(th_fetch__run *r) {
  th_str_vec names;
  th_store_licence_vec rows;
  if (r->q->source != TH_FETCH_LICENCES || !r->q->drug.n || r->out->state == TH_SEARCH_FAILED) return TH_OK;
  TH_TRY(th_fetch__terms(r->work, r->q->names, TH_NAME_DRUG, r->q->drug, &names, r->err));
  TH_TRY(th_store_licences(r->work, r->s, names.v, names.n, &rows, r->err));
  r->out->in_source = r->out->kept = (int64_t)rows.n;
  r->out->state = rows.n ? TH_SEARCH_FOUND : TH_SEARCH_NOTHING;
  return TH_OK;
}

static th_code import_log(th_fetch__run *r) {
  const th_import_options o = { .kind = TH_SOURCE_CAPTURE, .retrieved = day_of(r->out->begun) };
  th_import_summary sum;
  th_str log, name;
  th_arena_reset(r->work);
  TH_TRY(count_licences(r));
  if (!r->q->drug.n) return TH_OK; /* no search for a drug */
  TH_TRY(th_fetch__log(r->work, r, &log, r->err));
  name = th_str_fmt(r->work, "search of %s: %.*s%s%.*s", r->about->text, TH_STR_ARG(r->q->drug), r->q->disease.n ? ", " : "",
                    TH_STR_ARG(r->q->disease));
  if (!name.p) return th_fail_nomem(r->err);
  TH_TRY(th_import_bytes(r->work, r->s, name, log, &o, &sum, r->err));
  if (sum.documents.v[0].outcome != TH_IMPORT_REFUSED) return TH_OK;
  return th_fail(r->err, TH_EBUG, "the record of the search is refused: %s", sum.documents.v[0].error.msg);
}

/* What a later run asks "changed since?" by. Written last: the bodies are in the store now. */
static th_code note_validators(th_fetch__run *r) {
  const th_str folder = th_str_fmt(r->a, "%s/fetch/seen", th_store_home(r->s));
  if (!folder.p) return th_fail_nomem(r->err);
  for (size_t i = 0; i < r->pages.n; i++) {
    const th_fetch__page *p = &r->pages.v[i];
    if (!p->etag.n && !p->last_modified.n) continue;
    th_fetch__entry x = { .request = p->request,
                          .url = p->url,
                          .at = p->at,
                          .status = 200,
                          .content_type = p->content_type,
                          .etag = p->etag,
                          .last_modified = p->last_modified,
                          .sha256 = p->sha256 };
    memcpy(x.key, p->key, sizeof x.key);
    th_arena_reset(r->work);
    TH_TRY(th_dir_make(folder.p, r->err));
    TH_TRY(th_fetch__tape_write(r->work, folder, r->about->name, &x, false, r->err));
  }
  return TH_OK;
}

/* ── The whole ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* An answer of an earlier day may lead to a page that is no more; then all is asked anew, once. */
static th_code run_chain(th_fetch__run *r, th_str first) {
  TH_TRY(th_fetch__chain(r, first));
  const bool refused = r->fault_status >= 400 && r->fault_status < 500 && r->fault_status != 408 && r->fault_status != 429;
  if (r->fault.code == TH_OK || !r->stale || !refused) return TH_OK;
  th_log(TH_LOG_WARN, "%s: %s; the answers at hand are too old to go on from: asking anew", r->about->text, r->fault.msg);
  TH_TRY(th_fetch__tape_clear(r->a, r->tape, false, r->err));
  TH_TRY(note_chain(r));
  r->fault = (th_err){ 0 };
  r->from_tape = r->stale = false;
  r->no_validators = true;
  r->pages.n = 0;
  th_map_init(&r->ids, r->a);
  r->out->incomplete = false;
  r->out->why = r->out->begun = TH_STR_NONE;
  return th_fetch__chain(r, first);
}

static th_code run_all(th_fetch__run *r, th_str first) {
  if (r->q->record) TH_TRY(th_dir_make(r->q->record, r->err));
  char label[64];
  snprintf(label, sizeof label, "fetch %s", r->about->name);
  if (r->q->progress) th_progress_begin(&r->bar, label, 0);
  const th_code code = run_chain(r, first);
  if (r->q->progress) th_progress_end(&r->bar);
  TH_TRY(code);
  TH_TRY(settle(r));
  TH_TRY(import_pages(r));
  TH_TRY(import_log(r));
  if (r->q->replay) return TH_OK;
  TH_TRY(note_validators(r));
  const bool to_resume = r->fault.code != TH_OK && r->ids.n > 0;
  return to_resume ? TH_OK : th_fetch__tape_clear(r->a, r->tape, true, r->err);
}

th_code th_import_fetch(th_arena *a, th_store *s, const th_fetch_world *w, const th_fetch_request *q, th_fetch_result *out,
                        th_err *err) {
  th_err own = { 0 };
  th_str first;
  int lock = -1;
  if (!err) err = &own;
  *out = (th_fetch_result){ .drug = q->drug, .disease = q->disease, .in_source = -1, .kept = 0 };
  th_fetch__run r = { .a = a, .s = s, .w = w, .q = q, .out = out, .err = err, .from_tape = q->resume };
  r.about = th_fetch_source_about(q->source);
  r.base = q->base ? q->base : r.about->base;
  TH_TRY(check_request(q, r.base, err));
  TH_TRY(th_fetch__query(a, q, &first, &out->query, err));
  TH_TRY(find_tape(&r, first));
  th_map_init(&r.ids, a);
  r.work = th_arena_new(1 << 20);
  if (!r.work) return th_fail_nomem(err);
  th_code code = q->replay ? TH_OK : lock_tape(&r, &lock);
  if (code == TH_OK) code = run_all(&r, first);
  if (lock >= 0) close(lock);
  th_arena_del(r.work);
  return code;
}

static th_code read_left(th_arena *a, const char *path, th_fetch_left *x, bool *ok, th_err *err) {
  th_file f;
  th_json v;
  int64_t n;
  TH_TRY(th_file_open(path, TH_LIMIT_DOCUMENT_BYTES, &f, err));
  const th_str bytes = th_str_dup(a, f.bytes);
  th_file_close(&f);
  if (!bytes.p) return th_fail_nomem(err);
  *ok = th_json_parse(a, bytes, &v, NULL) == TH_OK;
  if (!*ok) return TH_OK;
  *x = (th_fetch_left){ .source = th_json_text(th_json_get(&v, "source")),
                        .drug = th_json_text(th_json_get(&v, "drug")),
                        .disease = th_json_text(th_json_get(&v, "disease")),
                        .since = th_json_text(th_json_get(&v, "since")),
                        .begun = th_json_text(th_json_get(&v, "begun")) };
  if (th_json_i64(th_json_get(&v, "limit"), &n) && n > 0) x->limit = (uint64_t)n;
  if (th_json_i64(th_json_get(&v, "page_size"), &n) && n > 0 && n <= UINT32_MAX) x->page_size = (uint32_t)n;
  return TH_OK;
}

th_code th_import_fetch_left(th_arena *a, const char *home, th_fetch_left_vec *out, th_err *err) {
  th_dir_list all, in;
  const char *folder = th_str_fmt(a, "%s/fetch", home).p;
  *out = (th_fetch_left_vec){ 0 };
  if (!folder) return th_fail_nomem(err);
  if (access(folder, F_OK) != 0) return TH_OK;
  TH_TRY(th_dir_read(a, folder, &all, err));
  for (size_t i = 0; i < all.n; i++) {
    const char *path = th_str_fmt(a, "%.*s/chain.json", TH_STR_ARG(all.v[i].path)).p;
    th_fetch_left x;
    bool ok;
    if (!path) return th_fail_nomem(err);
    if (!all.v[i].is_dir || access(path, F_OK) != 0) continue;
    TH_TRY(read_left(a, path, &x, &ok, err));
    if (!ok) continue;
    TH_TRY(th_dir_read(a, all.v[i].path.p, &in, err));
    for (size_t k = 0; k < in.n; k++) x.answers += th_str_ends(in.v[k].path, TH_S(".body"));
    if (!TH_VEC_PUSH(a, out, x)) return th_fail_nomem(err);
  }
  return TH_OK;
}
