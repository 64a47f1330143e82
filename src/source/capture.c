/* Results of searches. The state of a search is derived, not copied: what the document says of itself is believed only as far as
 * its own members bear it out. */
#include "source/source_priv.h"
#include "theriac/io.h"

static const char *const state_names[] = { "not_searched", "searched_nothing", "found", "source_failed", "not_applicable" };

const char *th_search_state_name(th_search_state s) {
  return (unsigned)s < sizeof state_names / sizeof state_names[0] ? state_names[s] : "not_searched";
}

bool th_search_state_find(th_str name, th_search_state *out) {
  for (size_t i = 0; i < sizeof state_names / sizeof state_names[0]; i++)
    if (th_str_is(name, state_names[i])) return *out = (th_search_state)i, true;
  return false;
}

const char *th_capture_source_name(th_capture_source s) {
  static const char *const names[] = { "registry", "literature", "ictrp", "interactions", "licence", "other" };
  return (unsigned)s < sizeof names / sizeof names[0] ? names[s] : "other";
}

typedef struct reader {
  th_arena *a;
  th_source__jdoc d;
  th_capture_doc *out;
} reader;

static th_field get(const reader *r, const th_json *o, const char *key) {
  return th_source__jfield(&r->d, th_json_get(o, key));
}

static void place(const reader *r, const th_json *v, uint32_t *from, uint32_t *to, uint32_t *line) {
  *from = (uint32_t)v->offset;
  *to = th_source__jdoc_end(&r->d, v->offset);
  *line = th_source__jdoc_line(&r->d, v->offset);
}

static int64_t count_of(const th_json *v) {
  int64_t n;
  if (th_json_i64(v, &n) && n >= 0) return n;
  return th_str_to_i64(th_json_text(v), &n) && n >= 0 ? n : -1;
}

static th_date date_of(th_field f) {
  th_date d = { 0 };
  th_str s = f.text;
  const size_t t = th_str_find(s, TH_S("T"), 0);
  if (t != SIZE_MAX) s = th_str_sub(s, 0, t);
  return th_date_parse_iso(s, &d) ? d : (th_date){ 0 };
}

/* Was the field cut at the stated length? Lengths are in characters, of which a text has at most its bytes. */
static bool cut_at(th_field f, const th_json *lengths, const char *key) {
  int64_t n;
  return th_json_i64(th_json_get(lengths, key), &n) && n > 0 && th_utf8_length(f.text) >= (size_t)n;
}

/* ── Records ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code trial(reader *r, const th_json *o, const th_json *lengths, th_capture *c, th_err *err) {
  th_capture_trial *t = TH_VEC_ADD(r->a, &c->trials);
  if (!t) return th_fail_nomem(err);
  place(r, o, &t->from, &t->to, &t->line);
  t->id = get(r, o, "id");
  t->title = get(r, o, "title");
  t->phase = get(r, o, "phase");
  t->status = get(r, o, "status");
  t->start_date = get(r, o, "start_date");
  t->completion_date = get(r, o, "completion_date");
  t->country = get(r, o, "country");
  t->enrolment = get(r, o, "enrollment");
  t->summary = get(r, o, "brief_summary");
  t->eligibility = get(r, o, "eligibility_criteria");
  t->sponsor = get(r, o, "sponsor");
  t->start_on = date_of(t->start_date);
  t->completion_on = date_of(t->completion_date);
  t->enrolment_n = count_of(th_json_get(o, "enrollment"));
  t->summary_cut = cut_at(t->summary, lengths, "brief_summary");
  t->eligibility_cut = cut_at(t->eligibility, lengths, "eligibility_criteria");
  if (!th_source__jfields(r->a, &r->d, th_json_get(o, "endpoints"), &t->endpoints)) return th_fail_nomem(err);
  if (!th_field_has(t->id) || t->id.text.n == 0) return th_fail_at(err, TH_EPARSE, t->line, 1, "a trial record has no \"id\"");
  return TH_OK;
}

static th_code paper(reader *r, const th_json *o, const th_json *lengths, th_capture *c, th_err *err) {
  th_capture_paper *p = TH_VEC_ADD(r->a, &c->papers);
  if (!p) return th_fail_nomem(err);
  place(r, o, &p->from, &p->to, &p->line);
  p->pmid = get(r, o, "pmid");
  p->title = get(r, o, "title");
  p->abstract = get(r, o, "abstract");
  p->journal = get(r, o, "journal");
  p->year = get(r, o, "year");
  p->abstract_cut = cut_at(p->abstract, lengths, "abstract");
  if (!th_source__jfields(r->a, &r->d, th_json_get(o, "authors"), &p->authors) ||
      !th_source__jfields(r->a, &r->d, th_json_get(o, "pub_types"), &p->pub_types) ||
      !th_source__jfields(r->a, &r->d, th_json_get(o, "mesh_terms"), &p->mesh_terms))
    return th_fail_nomem(err);
  if (!th_field_has(p->pmid) || p->pmid.text.n == 0)
    return th_fail_at(err, TH_EPARSE, p->line, 1, "a paper record has no \"pmid\"");
  return TH_OK;
}

static th_code records(reader *r, const th_json *list, const th_json *lengths, bool trials, th_capture *c, th_err *err) {
  for (size_t i = 0; list && i < list->n; i++) {
    const th_json *o = th_json_item(list, i);
    if (o->kind != TH_JSON_OBJECT)
      return th_fail_at(err, TH_EPARSE, th_source__jdoc_line(&r->d, o->offset), 1, "a record is not an object");
    TH_TRY(trials ? trial(r, o, lengths, c, err) : paper(r, o, lengths, c, err));
  }
  return TH_OK;
}

/* ── State ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* One capture's state from its members; `said` is the printed one, or NULL. Where the records stand in answers of their own, they
 * are as many as the capture says were kept. */
static void derive(th_capture *c, const th_search_state *said, bool success_false, const th_json *answers) {
  int64_t n = (int64_t)(c->trials.n + c->papers.n);
  if (answers && n == 0 && c->records_kept > 0) n = c->records_kept;
  if (success_false || c->error.text.n) {
    c->state = TH_SEARCH_FAILED;
    if (said && *said != TH_SEARCH_FAILED) c->state_why = TH_S("the document says the search failed, whatever its state says");
  } else if (said && (*said == TH_SEARCH_FAILED || *said == TH_SEARCH_NOT_SEARCHED || *said == TH_SEARCH_NOT_APPLICABLE)) {
    c->state = *said;
  } else if (n > 0 || c->records_in_source > 0) {
    c->state = TH_SEARCH_FOUND;
    if (said && *said == TH_SEARCH_NOTHING) c->state_why = TH_S("records stand in a document that says nothing was found");
  } else {
    c->state = TH_SEARCH_NOTHING;
    if (said && *said == TH_SEARCH_FOUND) c->state_why = TH_S("no record stands in a document that says something was found");
  }
  c->incomplete = c->state == TH_SEARCH_FOUND && (c->records_in_source > n || c->records_kept > n);
}

static bool known_member(th_str key) {
  static const char *const keys[] = {
    "capture",     "source",    "drug",  "disease",           "query",        "query_form",       "queried_at",
    "success",     "error",     "state", "records_in_source", "records_kept", "truncated_fields", "records",
    "_provenance", "incomplete"
  };
  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
    if (th_str_is(key, keys[i])) return true;
  return false;
}

static th_code others(reader *r, const th_json *o, th_capture *c, th_err *err) {
  for (uint32_t i = 0; i < o->n; i++) {
    const th_json_member *m = &o->u.member[i];
    if (known_member(m->key)) continue;
    const uint32_t from = (uint32_t)m->value.offset, to = th_source__jdoc_end(&r->d, from),
                   line = th_source__jdoc_line(&r->d, from);
    const th_field_pair pair = { { m->key, from, from, line }, { th_str_sub(r->d.doc, from, to), from, to, line } };
    if (!TH_VEC_PUSH(r->a, &c->other, pair)) return th_fail_nomem(err);
  }
  return TH_OK;
}

static th_code capture(reader *r, const th_json *o, th_err *err) {
  th_capture *c = TH_VEC_ADD(r->a, &r->out->captures);
  if (!c) return th_fail_nomem(err);
  place(r, o, &c->from, &c->to, &c->line);
  const th_field kind = get(r, o, "capture");
  const bool trials = th_str_is(kind.text, "trial-search"), licences = th_str_is(kind.text, "licence-search");
  if (!trials && !licences && !th_str_is(kind.text, "paper-search"))
    return th_fail_at(err, TH_EPARSE, kind.line ? kind.line : c->line, 1,
                      "\"capture\" must be \"trial-search\", \"paper-search\" or \"licence-search\"");
  c->source_text = get(r, o, "source");
  c->source = th_source__find_nocase(c->source_text.text, "ictrp", 0) != SIZE_MAX ? TH_CAPTURE_ICTRP
              : trials                                                            ? TH_CAPTURE_REGISTRY
              : licences                                                          ? TH_CAPTURE_LICENCE
                                                                                  : TH_CAPTURE_LITERATURE;
  c->drug = get(r, o, "drug");
  c->disease = get(r, o, "disease");
  c->query = get(r, o, "query");
  c->query_form = get(r, o, "query_form");
  c->queried_at = get(r, o, "queried_at");
  c->queried_on = date_of(c->queried_at);
  c->error = get(r, o, "error");
  c->state_text = get(r, o, "state");
  c->provenance = get(r, o, "_provenance");
  c->records_in_source = count_of(th_json_get(o, "records_in_source"));
  c->records_kept = count_of(th_json_get(o, "records_kept"));
  const th_json *list = th_json_get(o, "records");
  const th_json *disease = th_json_get(o, "disease");
  const bool any_disease = disease && disease->kind == TH_JSON_NULL; /* the search was for the drug, whatever the disease */
  if (c->drug.text.n == 0 || (c->disease.text.n == 0 && !any_disease))
    return th_fail_at(err, TH_EPARSE, c->line, 1,
                      "a capture must name its \"drug\" and its \"disease\" (null: whatever disease)");
  if (list && list->kind != TH_JSON_ARRAY && list->kind != TH_JSON_NULL)
    return th_fail_at(err, TH_EPARSE, th_source__jdoc_line(&r->d, list->offset), 1, "\"records\" must be an array");
  if (list && list->kind == TH_JSON_NULL) list = NULL;
  TH_TRY(records(r, list, th_json_get(o, "truncated_fields"), trials, c, err));
  th_search_state said;
  const bool has_state = th_search_state_find(c->state_text.text, &said);
  if (th_field_has(c->state_text) && !has_state)
    return th_fail_at(err, TH_EPARSE, c->state_text.line, 1,
                      "unknown state \"%.*s\": expected not_searched, searched_nothing, found, source_failed or not_applicable",
                      TH_STR_ARG(c->state_text.text));
  const th_json *success = th_json_get(o, "success");
  const bool failed = success && success->kind == TH_JSON_BOOL && !success->boolean;
  if (!has_state && !list && c->records_in_source < 0 && !failed && !c->error.text.n) {
    c->state = TH_SEARCH_NOT_SEARCHED;
    c->state_why = TH_S("the document has neither a state nor records");
  } else
    derive(c, has_state ? &said : NULL, failed, th_json_get(o, "answers"));
  c->incomplete |= c->state == TH_SEARCH_FOUND && th_json_true(th_json_get(o, "incomplete"));
  return others(r, o, c, err);
}

/* ── The bundle ────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_capture_source source_of(th_str s) {
  static const struct {
    const char *name;
    th_capture_source is;
  } all[] = { { "ictrp", TH_CAPTURE_ICTRP },
              { "clinicaltrials", TH_CAPTURE_REGISTRY },
              { "pubmed", TH_CAPTURE_LITERATURE },
              { "ddi", TH_CAPTURE_INTERACTIONS },
              { "tfda", TH_CAPTURE_LICENCE } };
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
    if (th_source__find_nocase(s, all[i].name, 0) != SIZE_MAX) return all[i].is;
  return TH_CAPTURE_OTHER;
}

/* A log that writes stubs and network failures as "success, 0" cannot say that nothing was found. */
static void bundle_state(th_capture *c, th_str status) {
  const int64_t n = (int64_t)(c->trials.n + c->papers.n);
  if (n > 0 || c->records_in_source > 0) {
    c->state = TH_SEARCH_FOUND;
    c->incomplete = n > 0 && c->records_in_source > n;
  } else if (c->error.text.n || th_source__find_nocase(status, "error", 0) != SIZE_MAX ||
             th_source__find_nocase(status, "fail", 0) != SIZE_MAX) {
    c->state = TH_SEARCH_FAILED;
  } else {
    c->state = TH_SEARCH_NOT_SEARCHED;
    c->state_why = c->source == TH_CAPTURE_ICTRP
                       ? TH_S("the collector of this source is a stub that logs success with no record")
                       : TH_S("this log writes a failure of the network as success with no record");
  }
}

static th_code log_entry(reader *r, const th_json *e, const th_json *predictions, const th_map *by_disease, th_err *err) {
  th_capture *c = TH_VEC_ADD(r->a, &r->out->captures);
  if (!c) return th_fail_nomem(err);
  place(r, e, &c->from, &c->to, &c->line);
  c->source_text = get(r, e, "source");
  c->source = source_of(c->source_text.text);
  c->drug = get(r, th_json_get(e, "query_params"), "drug");
  c->disease = get(r, th_json_get(e, "query_params"), "disease");
  c->queried_at = get(r, e, "queried_at");
  c->queried_on = date_of(c->queried_at);
  c->error = get(r, e, "error_message");
  c->state_text = get(r, e, "status");
  c->records_in_source = count_of(th_json_get(e, "result_count"));
  c->records_kept = -1;
  uint64_t at;
  const th_json *p = th_map_get(by_disease, c->disease.text, &at) ? th_json_item(predictions, (size_t)at) : NULL;
  const char *key = c->source == TH_CAPTURE_REGISTRY     ? "clinical_trials"
                    : c->source == TH_CAPTURE_LITERATURE ? "pubmed_articles"
                    : c->source == TH_CAPTURE_ICTRP      ? "ictrp_trials"
                                                         : NULL;
  if (p && key) TH_TRY(records(r, th_json_get(p, key), NULL, c->source != TH_CAPTURE_LITERATURE, c, err));
  bundle_state(c, c->state_text.text);
  return TH_OK;
}

static th_code bundle(reader *r, const th_json *root, th_err *err) {
  const th_json *drug = th_json_get(root, "drug"), *list = th_json_get(drug, "predicted_indications"),
                *log = th_json_get(root, "collection_log");
  r->out->bundle = true;
  r->out->drug = get(r, drug, "inn");
  r->out->drugbank_id = get(r, drug, "drugbank_id");
  if (r->out->drug.text.n == 0) return th_fail_at(err, TH_EPARSE, 1, 1, "a drug bundle must name its drug in \"drug.inn\"");
  th_map by_disease;
  th_map_init(&by_disease, r->a);
  for (size_t i = 0; list && i < list->n; i++) {
    const th_json *o = th_json_item(list, i);
    if (!th_map_get(&by_disease, th_json_text(th_json_get(o, "disease_name")), NULL))
      TH_TRY(th_map_put(&by_disease, th_json_text(th_json_get(o, "disease_name")), i));
    const th_capture_prediction p = { get(r, o, "disease_name"), get(r, o, "txgnn_score"), get(r, o, "txgnn_rank") };
    if (!TH_VEC_PUSH(r->a, &r->out->prediction, p)) return th_fail_nomem(err);
  }
  for (size_t i = 0; log && i < log->n; i++) TH_TRY(log_entry(r, th_json_item(log, i), list, &by_disease, err));
  if ((!log || log->n == 0) &&
      !th_source__gap(r->a, &r->out->gaps, "collection log", 0, "the bundle does not say which sources were searched"))
    return th_fail_nomem(err);
  return TH_OK;
}

th_code th_source_capture_read(th_arena *a, th_str bytes, th_capture_doc *out, th_err *err) {
  *out = (th_capture_doc){ 0 };
  reader r = { .a = a, .out = out };
  th_json root;
  TH_TRY(th_source__check_doc(&bytes, err));
  TH_TRY(th_json_parse(a, bytes, &root, err));
  TH_TRY(th_source__jdoc_open(a, bytes, &r.d, err));
  if (root.kind == TH_JSON_OBJECT && th_json_get(&root, "capture")) return capture(&r, &root, err);
  if (root.kind == TH_JSON_OBJECT && th_json_get(&root, "drug") &&
      (th_json_get(&root, "collection_log") || th_json_at(&root, "drug.predicted_indications")))
    return bundle(&r, &root, err);
  if (root.kind != TH_JSON_ARRAY || root.n == 0)
    return th_fail_at(err, TH_EPARSE, 1, 1,
                      "expected a capture ({\"capture\": \"trial-search\", …}), an array of them, or a drug bundle");
  for (size_t i = 0; i < root.n; i++) TH_TRY(capture(&r, th_json_item(&root, i), err));
  return TH_OK;
}
