/* What is asked. A query names the drug in the field of interventions and the disease in the field of conditions, each by all
 * its names; free text over all fields would bring every record that mentions the words somewhere. */
#include "import/fetch_priv.h"

/* ── Names ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool is_code(th_str s) {
  size_t letters = 0, digits = 0;
  for (size_t i = 0; i < s.n; i++) {
    letters += (s.p[i] >= 'A' && s.p[i] <= 'Z');
    digits += s.p[i] >= '0' && s.p[i] <= '9';
  }
  const bool drugbank = s.n == 7 && th_str_starts(s, TH_S("DB")) && digits == 5;
  const bool atc = s.n == 7 && letters == 3 && digits == 4 && s.p[0] >= 'A' && s.p[0] <= 'Z';
  return drugbank || atc;
}

/* A name without what a query language could read as its own signs; empty when a source in English has no use for it. */
static th_code plain(th_arena *a, th_str s, th_str *out, th_err *err) {
  th_buf b;
  bool word = false;
  *out = TH_STR_NONE;
  th_buf_init(&b, a, s.n + 1);
  for (size_t i = 0; i < s.n; i++) {
    const unsigned char c = (unsigned char)s.p[i];
    if (c >= 0x80) return TH_OK;
    const bool blank = c <= ' ' || c == 0x7F || strchr("\"\\[](){}:&|!^~*?<>=;#%", c);
    word |= (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (!blank)
      th_buf_addc(&b, (char)c);
    else if (b.n > 0 && b.p[b.n - 1] != ' ')
      th_buf_addc(&b, ' ');
  }
  if (b.failed) return th_fail_nomem(err);
  if (word) *out = th_str_trim(th_buf_str(&b));
  return TH_OK;
}

static th_code add_term(th_arena *a, th_str_vec *v, th_str name, bool typed, th_err *err) {
  enum { SHORT = 4 };
  th_str s;
  if (th_str_ends(name, TH_S("(disease)"))) return TH_OK; /* the vocabulary's mark, in nobody's text */
  TH_TRY(plain(a, name, &s, err));
  if (s.n == 0 || v->n == TH_LIMIT_FETCH_TERMS) return TH_OK;
  if (!typed && (s.n < SHORT || is_code(s))) return TH_OK; /* two or three letters mean too many things */
  for (size_t i = 0; i < v->n; i++)
    if (th_str_eq_nocase(v->v[i], s)) return TH_OK;
  return TH_VEC_PUSH(a, v, s) ? TH_OK : th_fail_nomem(err);
}

th_code th_fetch__terms(th_arena *a, const th_names *names, th_name_kind kind, th_str typed, th_str_vec *out, th_err *err) {
  *out = (th_str_vec){ 0 };
  const th_name_hit hit = names ? th_names_resolve(names, a, kind, typed) : (th_name_hit){ 0 };
  if (hit.how == TH_NAME_AMBIGUOUS)
    return th_fail(err, TH_EINVAL, "\"%.*s\" names more than one %s: give the full name", TH_STR_ARG(typed),
                   kind == TH_NAME_DRUG ? "drug" : "disease");
  if (names && !hit.row)
    th_log(TH_LOG_WARN, "\"%.*s\" is in no table of names: it is asked for by this name alone", TH_STR_ARG(typed));
  if (hit.row) TH_TRY(add_term(a, out, hit.row->en, true, err));
  TH_TRY(add_term(a, out, typed, true, err));
  th_str rest = hit.row ? hit.row->synonyms : TH_STR_NONE, name;
  while (rest.n && th_str_split(&rest, '|', &name)) TH_TRY(add_term(a, out, th_str_trim(name), false, err));
  if (out->n == 0)
    return th_fail(err, TH_EINVAL, "no English name is known for \"%.*s\": a search by it would find nothing and prove nothing",
                   TH_STR_ARG(typed));
  return TH_OK;
}

/* ── Queries ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* "belimumab" OR "Benlysta", each with what stands before and behind it in the source's language. */
static th_str any_of(th_arena *a, const th_str_vec *v, const char *before, const char *behind, const char *joint) {
  th_buf b;
  th_buf_init(&b, a, 256);
  for (size_t i = 0; i < v->n; i++) th_buf_addf(&b, "%s%s\"%.*s\"%s", i ? joint : "", before, TH_STR_ARG(v->v[i]), behind);
  return b.failed ? TH_STR_NONE : th_buf_str(&b);
}

static void parameter(th_buf *b, const char *name, th_str value) {
  th_buf_addf(b, "%s%s=", b->n && b->p[b->n - 1] == '?' ? "" : "&", name);
  th_http_escape(b, value);
}

static th_code ready(th_buf *request, th_buf *shown, th_str *out, th_str *out_shown, th_err *err) {
  if (request->failed || shown->failed) return th_fail_nomem(err);
  if (request->n > TH_LIMIT_HTTP_URL - 1024)
    return th_fail(err, TH_ELIMIT, "a query of %zu bytes is longer than an address may be", request->n);
  *out = th_buf_str(request);
  *out_shown = th_buf_str(shown);
  return TH_OK;
}

/* Records by their numbers. */
static void by_number(th_arena *a, const th_fetch_request *q, th_buf *b, th_buf *shown) {
  th_buf list;
  th_buf_init(&list, a, 256);
  for (size_t i = 0; i < q->ids.n; i++) th_buf_addf(&list, "%s%.*s", i ? "," : "", TH_STR_ARG(q->ids.v[i]));
  const bool trials = q->source == TH_FETCH_TRIALS;
  th_buf_addz(b, trials ? "/studies?" : "/efetch.fcgi?db=pubmed&retmode=xml");
  if (trials) parameter(b, "format", TH_S("json"));
  parameter(b, trials ? "filter.ids" : "id", th_buf_str(&list));
  th_buf_addf(shown, "%s=%.*s", trials ? "filter.ids" : "id", TH_STR_ARG(th_buf_str(&list)));
  b->failed |= list.failed;
}

typedef struct asked {
  th_str_vec drug, disease;
} asked;

/* ClinicalTrials.gov: query.intr AND query.cond. */
static void trials(th_arena *a, const th_fetch_request *q, const asked *x, th_buf *b, th_buf *shown) {
  char day[TH_DATE_TEXT];
  const th_str intr = any_of(a, &x->drug, "", "", " OR "), cond = any_of(a, &x->disease, "", "", " OR ");
  th_buf_addz(b, "/studies?");
  parameter(b, "format", TH_S("json"));
  parameter(b, "query.intr", intr);
  th_buf_addf(shown, "query.intr=%.*s", TH_STR_ARG(intr));
  if (cond.n) {
    parameter(b, "query.cond", cond);
    th_buf_addf(shown, " query.cond=%.*s", TH_STR_ARG(cond));
  }
  if (q->since.prec == TH_DATE_DAY) {
    const th_str range = th_str_fmt(a, "AREA[LastUpdatePostDate]RANGE[%s,MAX]", th_date_iso(q->since, day));
    parameter(b, "filter.advanced", range);
    th_buf_addf(shown, " filter.advanced=%.*s", TH_STR_ARG(range));
  }
}

/* PubMed: each name in title and abstract, as substance and as heading. */
static th_str pubmed_any(th_arena *a, const th_str_vec *v, bool substance) {
  const th_str text = any_of(a, v, "", "[Title/Abstract]", " OR "), mesh = any_of(a, v, "", "[MeSH Terms]", " OR ");
  const th_str more = substance ? any_of(a, v, "", "[Supplementary Concept]", " OR ") : TH_STR_NONE;
  if (v->n == 0) return TH_STR_NONE;
  return th_str_fmt(a, "(%.*s OR %.*s%s%.*s)", TH_STR_ARG(text), TH_STR_ARG(mesh), more.n ? " OR " : "", TH_STR_ARG(more));
}

static void papers(th_arena *a, const th_fetch_request *q, const asked *x, th_buf *b, th_buf *shown) {
  char day[TH_DATE_TEXT];
  const th_str drug = pubmed_any(a, &x->drug, true), disease = pubmed_any(a, &x->disease, false);
  const th_str term = th_str_fmt(a, "%.*s%s%.*s", TH_STR_ARG(drug), disease.n ? " AND " : "", TH_STR_ARG(disease));
  th_buf_addz(b, "/esearch.fcgi?");
  parameter(b, "db", TH_S("pubmed"));
  parameter(b, "term", term);
  parameter(b, "usehistory", TH_S("y"));
  parameter(b, "retmode", TH_S("json"));
  parameter(b, "retmax", TH_S("0"));
  th_buf_add(shown, term);
  if (q->since.prec == TH_DATE_DAY) { /* by the date of the last change: a retraction is one */
    char *slashed = th_date_iso(q->since, day);
    slashed[4] = slashed[7] = '/';
    parameter(b, "datetype", TH_S("mdat"));
    parameter(b, "mindate", th_str_of(slashed));
    parameter(b, "maxdate", TH_S("3000"));
    th_buf_addf(shown, " datetype=mdat mindate=%s", slashed);
  }
}

static void labels(th_arena *a, const th_fetch_request *q, const asked *x, th_buf *b, th_buf *shown) {
  char day[TH_DATE_TEXT];
  const th_str generic = any_of(a, &x->drug, "openfda.generic_name:", "", " "),
               substance = any_of(a, &x->drug, "openfda.substance_name:", "", " "),
               brand = any_of(a, &x->drug, "openfda.brand_name:", "", " ");
  const th_str names = th_str_fmt(a, "(%.*s %.*s %.*s)", TH_STR_ARG(generic), TH_STR_ARG(substance), TH_STR_ARG(brand));
  th_buf search;
  th_buf_init(&search, a, names.n + 64);
  th_buf_add(&search, names);
  if (q->since.prec == TH_DATE_DAY) {
    const char *iso = th_date_iso(q->since, day);
    th_buf_addf(&search, " AND effective_time:[%.4s%.2s%.2s TO 99991231]", iso, iso + 5, iso + 8);
  }
  th_buf_addz(b, "/drug/label.json?");
  parameter(b, "search", th_buf_str(&search));
  th_buf_add(shown, th_buf_str(&search));
  shown->failed |= search.failed;
}

static void licences(th_arena *a, const th_fetch_request *q, const asked *x, th_buf *b, th_buf *shown) {
  (void)a, (void)q, (void)x;
  th_buf_addz(b, "/36/json");
  th_buf_addz(shown, "data set 36, whole");
}

th_code th_fetch__query(th_arena *a, const th_fetch_request *q, th_str *request, th_str *shown, th_err *err) {
  static void (*const build[TH_FETCH_SOURCE_COUNT])(th_arena *, const th_fetch_request *, const asked *, th_buf *, th_buf *) = {
    [TH_FETCH_TRIALS] = trials, [TH_FETCH_PAPERS] = papers, [TH_FETCH_LABELS] = labels, [TH_FETCH_LICENCES] = licences
  };
  asked x = { 0 };
  th_buf b, seen;
  if (q->drug.n) TH_TRY(th_fetch__terms(a, q->names, TH_NAME_DRUG, q->drug, &x.drug, err));
  if (q->disease.n) TH_TRY(th_fetch__terms(a, q->names, TH_NAME_DISEASE, q->disease, &x.disease, err));
  th_buf_init(&b, a, 1024);
  th_buf_init(&seen, a, 1024);
  if (q->ids.n)
    by_number(a, q, &b, &seen);
  else
    build[q->source](a, q, &x, &b, &seen);
  /* A search of the first few is another search: it must not take the place of the whole one. */
  if (q->limit) th_buf_addf(&seen, " limit=%llu", (unsigned long long)q->limit);
  return ready(&b, &seen, request, shown, err);
}
