/* Registered studies: search with facets, one study, its versions, several side by side, a patient against its criteria. */
#include "serve/serve_priv.h"

#include "theriac/report/web_dossier.h"
#include "theriac/report/web_trial.h"

#define PER_PAGE 20

/* ── Search ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code days_of(th_ctx *x, const char *name, th_days *out, th_err *err) {
  const th_str s = th_str_trim(th_serve_param(x, name));
  if (!s.n || th_trial_ask_range(s, out)) return TH_OK;
  return th_fail(err, TH_EINVAL, "%s %.*s: expected FROM..TO, dates as 2020, 2020-05 or 2020-05-31", name, TH_STR_ARG(s));
}

static th_trial_sort sort_of(th_str s) {
  static const char *const names[] = { "relevance", "start", "updated", "enrolment", "id" };
  for (int i = 0; i < 5; i++)
    if (th_str_is(s, names[i])) return (th_trial_sort)i;
  return TH_TRIAL_SORT_RELEVANCE;
}

static th_code ask_of(th_ctx *x, th_trial_ask *ask, uint32_t limit, th_err *err) {
  const th_str condition = th_str_trim(th_serve_param(x, "condition")), drug = th_str_trim(th_serve_param(x, "drug"));
  const th_names *names = x->lane->names;
  int64_t from = 0;
  *ask = (th_trial_ask){ 0 };
  if (condition.n) TH_TRY(th_trial_ask_name(x->a, names, ask, TH_NAME_DISEASE, condition, th_serve_has(x, "exact"), err));
  if (drug.n) TH_TRY(th_trial_ask_name(x->a, names, ask, TH_NAME_DRUG, drug, false, err));
  TH_TRY(th_trial_ask_words(x->a, names, ask, th_serve_param(x, "text"), err));
  for (int f = 0; f < TH_FACETS; f++)
    for (size_t i = 0; i < th_serve_count(x, th_trial_facet_name((th_trial_facet)f)); i++)
      TH_TRY(
          th_trial_ask_filter(x->a, ask, (th_trial_facet)f, th_serve_nth(x, th_trial_facet_name((th_trial_facet)f), i), err));
  TH_TRY(days_of(x, "start", &ask->q.start, err));
  TH_TRY(days_of(x, "completion", &ask->q.completion, err));
  TH_TRY(days_of(x, "updated", &ask->q.updated, err));
  ask->q.sponsor = th_str_trim(th_serve_param(x, "sponsored_by"));
  ask->q.city = th_str_trim(th_serve_param(x, "city"));
  ask->q.sort = sort_of(th_serve_param(x, "sort"));
  ask->q.limit = limit;
  if (th_str_to_i64(th_serve_param(x, "from"), &from) && from > 0 && from < 100000000) ask->q.offset = (uint32_t)from;
  ask->q.facets = limit == PER_PAGE;
  th_trial_ask_settle(ask);
  return TH_OK;
}

/* This search with one choice of a facet added or taken back, or from another row on. */
static th_str address(th_ctx *x, const char *path, const char *facet, th_str value, bool chosen, uint64_t from) {
  th_buf b;
  char sep = '?';
  th_buf_init(&b, x->a, 256);
  th_buf_addz(&b, path);
  for (size_t i = 0; i < x->n_params; i++) {
    const th_param *p = &x->param[i];
    if (!p->value.n || th_str_is(p->name, "from") || th_str_is(p->name, "lang")) continue;
    if (facet && chosen && th_str_is(p->name, facet) && th_str_eq(p->value, value)) continue;
    const th_str e = th_web_encode(x->a, p->value);
    th_buf_addf(&b, "%c%.*s=%.*s", sep, TH_STR_ARG(p->name), TH_STR_ARG(e));
    sep = '&';
  }
  const th_str e = th_web_encode(x->a, value);
  if (facet && !chosen) th_buf_addf(&b, "%c%s=%.*s", sep, facet, TH_STR_ARG(e)), sep = '&';
  if (from) th_buf_addf(&b, "%cfrom=%llu", sep, (unsigned long long)from);
  return b.failed ? th_str_of(path) : th_buf_str(&b);
}

static bool is_chosen(th_ctx *x, const char *facet, th_str value) {
  for (size_t i = 0; i < th_serve_count(x, facet); i++)
    if (th_str_eq_nocase(th_serve_nth(x, facet, i), value)) return true;
  return false;
}

static void facets(th_ctx *x, const th_trial_found *f) {
  th_html_open_cls(&x->html, "div", "facets");
  for (size_t i = 0; i < f->counts.n;) {
    th_web_facet_value v[10];
    const th_trial_facet facet = f->counts.v[i].facet;
    const char *name = th_trial_facet_name(facet);
    size_t n = 0;
    for (; i < f->counts.n && f->counts.v[i].facet == facet; i++) {
      const th_trial_count *c = &f->counts.v[i];
      const bool chosen = is_chosen(x, name, c->value);
      if ((n >= sizeof v / sizeof *v && !chosen) || !c->value.n) continue;
      if (n >= sizeof v / sizeof *v) n--;
      v[n++] = (th_web_facet_value){ th_web_trial_value(&x->html, c->value), address(x, "/trials", name, c->value, chosen, 0),
                                     c->n, chosen };
    }
    const th_str key = th_str_fmt(x->a, "registry.facet.%s", name);
    if (key.p && (n > 1 || th_serve_has(x, name))) th_web_facet(&x->html, key.p, v, n);
  }
  th_html_close(&x->html);
}

static void search_form(th_ctx *x, const th_err *err) {
  th_html *h = &x->html;
  static const char *const more[] = { "sponsored_by", "city", "start", "completion", "updated" };
  th_web_form_begin(h, "get", TH_S("/trials"), false);
  th_html_attrz(h, "role", "search");
  th_html_attr_say(h, "aria-label", "web.trial.title");
  th_html_open_cls(h, "div", "columns-2");
  th_web_field_put(h, &(th_web_field){ .name = "condition",
                                       .label_key = "web.trial.condition",
                                       .hint_key = "web.trial.condition.hint",
                                       .value = th_serve_param(x, "condition") });
  th_web_field_put(h, &(th_web_field){ .name = "drug", .label_key = "web.trial.drug", .value = th_serve_param(x, "drug") });
  th_web_field_put(h, &(th_web_field){ .name = "text",
                                       .label_key = "web.trial.text",
                                       .hint_key = "web.trial.text.hint",
                                       .value = th_serve_param(x, "text") });
  static const th_web_option sorts[] = { { "relevance", "web.trial.sort.relevance", { NULL, 0 } },
                                         { "start", "web.trial.sort.start", { NULL, 0 } },
                                         { "updated", "web.trial.sort.updated", { NULL, 0 } },
                                         { "enrolment", "web.trial.sort.enrolment", { NULL, 0 } } };
  th_web_select(h, "sort", "web.trial.sort", sorts, 4, th_serve_param(x, "sort"));
  th_html_close(h);
  bool open = err->code != TH_OK;
  for (size_t i = 0; i < sizeof more / sizeof *more; i++) open |= th_serve_param(x, more[i]).n > 0;
  th_html_open(h, "details");
  th_html_flag(h, "open", open);
  th_html_el_say(h, "summary", NULL, "web.trial.more");
  th_html_open_cls(h, "div", "columns-2");
  for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
    const th_str label = th_str_fmt(x->a, "web.trial.%s", more[i]);
    th_web_field_put(h, &(th_web_field){ .name = more[i],
                                         .label_key = label.p,
                                         .hint_key = i >= 2 ? "web.trial.range" : NULL,
                                         .value = th_serve_param(x, more[i]) });
  }
  th_html_close(h);
  th_web_check(h, "exact", "1", th_words_get(x->lang, "web.trial.exact"), th_serve_has(x, "exact"));
  th_html_close(h);
  th_html_open_cls(h, "p", "actions");
  th_web_button(h, "primary", "web.trial.go");
  th_html_close(h);
  th_html_close(h);
}

static void found_body(th_ctx *x, const th_trial_ask *ask, const th_trial_found *f) {
  th_html *h = &x->html;
  for (size_t i = 0; i < ask->notes.n; i++) th_html_el(h, "p", "as-of", th_report_trial_note(x->a, x->lang, &ask->notes.v[i]));
  const th_str values[] = { th_str_fmt(x->a, "%llu", (unsigned long long)f->total),
                            th_str_fmt(x->a, "%llu", (unsigned long long)f->held),
                            th_str_fmt(x->a, "%llu", (unsigned long long)ask->q.offset + (f->hits.n > 0)),
                            th_str_fmt(x->a, "%llu", (unsigned long long)ask->q.offset + f->hits.n) };
  th_html_el_sayf(h, "p", NULL, f->total ? "registry.search.total" : "registry.search.nothing", 4, values);
  facets(x, f);
  if (!f->hits.n) return;
  th_web_trial_map(h, f);
  th_web_form_begin(h, "get", TH_S("/trials/compare"), false);
  th_web_trial_hits(h, f);
  th_html_open_cls(h, "p", "actions");
  th_web_button(h, NULL, "web.trial.compare.go");
  static const char *const form[] = { "json", "csv", "ris" };
  for (size_t i = 0; i < 3; i++)
    th_html_link(h, address(x, th_str_fmt(x->a, "/trials/found.%s", form[i]).p, NULL, TH_STR_NONE, false, 0),
                 th_str_of(form[i]));
  th_html_close(h);
  th_html_close(h);
  th_html_open_cls(h, "nav", "pages");
  th_html_attr_say(h, "aria-label", "web.list.pages");
  if (ask->q.offset)
    th_html_link_say(h,
                     address(x, "/trials", NULL, TH_STR_NONE, false, ask->q.offset > PER_PAGE ? ask->q.offset - PER_PAGE : 0),
                     "web.list.before");
  th_html_text(h, TH_S(" "));
  if (ask->q.offset + f->hits.n < f->total)
    th_html_link_say(h, address(x, "/trials", NULL, TH_STR_NONE, false, ask->q.offset + PER_PAGE), "web.list.after");
  th_html_close(h);
}

static th_done trials(th_ctx *x) {
  th_err err = { 0 };
  th_trial_ask ask;
  th_trial_found f = { 0 };
  if (!th_serve_need_store(x) || th_serve_cached(x)) return TH_DONE;
  th_code code = ask_of(x, &ask, PER_PAGE, &err);
  if (code == TH_OK) code = th_store_trial_search(x->a, x->lane->store, &ask.q, &f, &err);
  th_serve_page_begin(x, &(th_web_frame){ .title = th_words_get(x->lang, "web.trial.title"), .here = "trials" });
  search_form(x, &err);
  if (code == TH_OK)
    found_body(x, &ask, &f);
  else {
    th_web_note_begin(&x->html, "warn");
    th_html_el(&x->html, "p", NULL, th_str_of(err.msg));
    th_html_close(&x->html);
  }
  th_serve_page_end(x, code == TH_OK ? 200 : th_code_describe(code).http_status);
  return th_serve_keep(x);
}

static th_done export(th_ctx *x) {
  th_err err = { 0 };
  th_trial_ask ask;
  th_trial_found f = { 0 };
  th_buf b;
  const th_str form = x->seg[0];
  if (!th_serve_need_store(x)) return TH_DONE;
  if (ask_of(x, &ask, 100000, &err) != TH_OK || th_store_trial_search(x->a, x->lane->store, &ask.q, &f, &err) != TH_OK)
    return th_serve_fail(x, &err);
  th_buf_init(&b, x->a, 1 << 16);
  if (th_str_is(form, "found.csv"))
    return th_report_trials_csv(&b, &f), th_serve_download(x, "text/csv; charset=utf-8", TH_S("trials.csv"), th_buf_str(&b));
  if (th_str_is(form, "found.ris"))
    return th_report_trials_ris(&b, &f),
           th_serve_download(x, "application/x-research-info-systems", TH_S("trials.ris"), th_buf_str(&b));
  if (!th_str_is(form, "found.json")) return th_serve_fail_code(x, TH_ENOENT, "found.json, found.csv and found.ris are known");
  th_str_vec notes = { 0 };
  for (size_t i = 0; i < ask.notes.n; i++)
    if (!TH_VEC_PUSH(x->a, &notes, th_report_trial_note(x->a, x->lang, &ask.notes.v[i])))
      return th_serve_fail_code(x, TH_ENOMEM, "out of memory");
  th_report_trials_json(&b, &f, notes.v, notes.n, 0);
  return th_serve_download(x, "application/json", TH_S("trials.json"), th_buf_str(&b));
}

/* ── One study ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code load(th_ctx *x, th_str id, th_store_record *r, th_ctgov_study *study, th_err *err) {
  static const char *const kinds[] = { "ctgov", "ictrp" };
  bool found = false;
  for (size_t k = 0; k < 2 && !found; k++)
    TH_TRY(th_store_record_find(x->a, x->lane->store, th_str_of(kinds[k]), id, &found, r, err));
  if (!found)
    return th_fail(err, TH_ENOENT, "the study %.*s is not held: fetch it (theriac fetch trials), or import its record",
                   TH_STR_ARG(th_str_sub(id, 0, 40)));
  return th_store_ctgov_of(x->a, r, study, err);
}

static th_code papers_of(th_ctx *x, th_str id, th_store_record_vec *out, th_err *err) {
  th_store_record_vec all = { 0 };
  *out = (th_store_record_vec){ 0 };
  TH_TRY(th_store_records_with_id(x->a, x->lane->store, TH_S("trial"), id, &all, err));
  for (size_t i = 0; i < all.n; i++)
    if ((th_str_is(all.v[i].kind, "pubmed") || th_str_is(all.v[i].kind, "abstract")) && !TH_VEC_PUSH(x->a, out, all.v[i]))
      return th_fail_nomem(err);
  return TH_OK;
}

static void ways_on(th_ctx *x, const th_store_record *r, th_str id) {
  th_html *h = &x->html;
  th_store_record_vec all = { 0 };
  th_err err = { 0 };
  th_html_open_cls(h, "p", "actions");
  th_html_link_say(h, th_str_fmt(x->a, "/record/%lld", (long long)r->id), "web.trial.record");
  if (th_store_record_versions(x->a, x->lane->store, r->kind, r->key, &all, &err) == TH_OK && all.n > 1) {
    th_html_text(h, TH_S(" "));
    th_html_link_say(h, th_web_path(x->a, "/trial/", id, "/changes"), "web.trial.changes");
  }
  th_html_close(h);
}

static void patient_form(th_ctx *x, th_str id, th_str error) {
  th_html *h = &x->html;
  th_html_el_say(h, "h2", NULL, "web.trial.match");
  th_web_form_begin(h, "post", th_web_path(x->a, "/trial/", id, "/match"), true);
  th_web_field_put(h, &(th_web_field){ .name = "text",
                                       .label_key = "web.trial.match.label",
                                       .hint_key = "web.trial.match.hint",
                                       .rows = 6,
                                       .value = th_serve_param(x, "text"),
                                       .error = error });
  th_web_field_put(h, &(th_web_field){ .name = "file", .type = "file", .label_key = "web.trial.match.file" });
  th_web_button(h, "primary", "web.trial.match.go");
  th_html_close(h);
}

static th_code match_of(th_ctx *x, const th_trial_lines *lines, th_trial_match *out, bool *asked, th_err *err) {
  const th_param *f = th_serve_upload(x, "file", 0);
  const th_str text = f ? f->value : th_serve_param(x, "text");
  th_trial_patient *p;
  *asked = th_str_trim(text).n > 0;
  if (!*asked) return TH_OK;
  TH_TRY(th_trial_patient_read(x->a, text, x->today, &p, err));
  return th_trial_match_lines(x->a, x->lane->names, lines, p, out, err);
}

static th_done trial(th_ctx *x) {
  th_err err = { 0 }, patient = { 0 };
  th_store_record r;
  th_ctgov_study study;
  th_store_record_vec papers;
  th_trial_lines lines = { 0 };
  th_trial_rows rows = { 0 };
  th_trial_match match;
  bool asked = false;
  if (!th_serve_need_store(x)) return TH_DONE;
  const th_ctgov_study *twice[] = { &study, &study };
  if (load(x, x->seg[0], &r, &study, &err) != TH_OK || papers_of(x, study.nct_id.text, &papers, &err) != TH_OK ||
      th_trial_criteria_of(x->a, x->lane->names, &study, &lines, &err) != TH_OK ||
      th_trial_compare(x->a, twice, 2, &rows, &err) != TH_OK)
    return th_serve_fail(x, &err);
  const bool matched = match_of(x, &lines, &match, &asked, &patient) == TH_OK && asked;
  th_serve_page_begin(x, &(th_web_frame){ .title = study.brief_title.text.n ? study.brief_title.text : x->seg[0],
                                          .here = "trials",
                                          .noindex = x->post,
                                          .path = th_web_path(x->a, "/trial/", x->seg[0], "") });
  ways_on(x, &r, x->seg[0]);
  th_web_trial_put(&x->html, &(th_web_trial){ .study = &study,
                                              .record = &r,
                                              .rows = &rows,
                                              .lines = &lines,
                                              .match = matched ? &match : NULL,
                                              .papers = &papers,
                                              .results = th_trial_results_of(&study, (uint32_t)papers.n, x->today) });
  patient_form(x, x->seg[0], patient.code ? th_str_of(patient.msg) : TH_STR_NONE);
  return th_serve_page_end(x, patient.code ? th_code_describe(patient.code).http_status : 200);
}

/* The two newest versions held. */
static th_done changes(th_ctx *x) {
  th_err err = { 0 };
  th_store_record r;
  th_ctgov_study now, before;
  th_store_record_vec all;
  const th_store_record *older = NULL;
  th_trial_diff d;
  if (!th_serve_need_store(x)) return TH_DONE;
  if (load(x, x->seg[0], &r, &now, &err) != TH_OK ||
      th_store_record_versions(x->a, x->lane->store, r.kind, r.key, &all, &err) != TH_OK)
    return th_serve_fail(x, &err);
  for (size_t i = 0; i < all.n; i++)
    if (all.v[i].id != r.id) older = &all.v[i];
  if (!older)
    return th_serve_fail_code(x, TH_ENOENT, "one version of %.*s is held: there is nothing to compare with",
                              TH_STR_ARG(x->seg[0]));
  if (th_store_ctgov_of(x->a, older, &before, &err) != TH_OK ||
      th_trial_diff_of(x->a, &before, &now, x->today, &d, &err) != TH_OK)
    return th_serve_fail(x, &err);
  const th_str id = x->seg[0];
  th_serve_page_begin(x,
                      &(th_web_frame){ .title = th_words_fill(x->a, th_words_get(x->lang, "web.trial.changes.title"), &id, 1),
                                       .here = "trials" });
  th_html_open(&x->html, "p");
  th_html_link(&x->html, th_web_path(x->a, "/trial/", id, ""), id);
  th_html_close(&x->html);
  th_web_trial_diff(&x->html, &d);
  return th_serve_page_end(x, 200);
}

static th_done compare(th_ctx *x) {
  th_err err = { 0 };
  th_store_record r;
  th_ctgov_study study[TH_TRIAL_COMPARE_MAX];
  const th_ctgov_study *list[TH_TRIAL_COMPARE_MAX];
  th_trial_rows rows = { 0 };
  const size_t n = th_serve_count(x, "id");
  if (!th_serve_need_store(x)) return TH_DONE;
  if (n < 2 || n > TH_TRIAL_COMPARE_MAX)
    return th_serve_fail_code(x, TH_EINVAL, "choose 2 to %d studies to set side by side; %zu are chosen", TH_TRIAL_COMPARE_MAX,
                              n);
  for (size_t i = 0; i < n; i++) {
    if (load(x, th_serve_nth(x, "id", i), &r, &study[i], &err) != TH_OK) return th_serve_fail(x, &err);
    list[i] = &study[i];
  }
  if (th_trial_compare(x->a, list, n, &rows, &err) != TH_OK) return th_serve_fail(x, &err);
  th_serve_page_begin(x, &(th_web_frame){ .title = th_words_get(x->lang, "web.trial.compare"), .here = "trials" });
  th_web_trial_compare(&x->html, list, n, &rows);
  return th_serve_page_end(x, 200);
}

const th_route th_serve__trial_routes[] = {
  { "GET", "/trials", trials, 0 },
  { "GET", "/trials/compare", compare, 0 },
  { "GET", "/trials/*", export, 0 },
  { "GET", "/trial/*", trial, 0 },
  { "GET", "/trial/*/changes", changes, 0 },
  { "POST", "/trial/*/match", trial, TH_ROUTE_PATIENT },
  { 0 },
};
