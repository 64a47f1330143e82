/* ICTRP exports: flat records of named texts, from XML or from a table, made into studies. The words come from some twenty registers,
 * each with its own way of writing; what is not plainly one of the registry's values stays as it is printed. */
#include "theriac/source/ictrp.h"

#include <math.h>
#include <stdio.h>

#include "source/source_priv.h"
#include "theriac/io.h"

#define VALUES_MAX 64

typedef struct value {
  th_str name, text;
  uint32_t line;
} value;

typedef struct reader {
  th_arena *a;
  th_ctgov_doc *out;
  value v[VALUES_MAX]; /* of the open record */
  size_t n;
  bool in_trial;
  uint32_t depth, trial_depth, line;
  th_buf text;
  th_err *err;
} reader;

/* ── Values ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Without markup: <br> is the end of a line; carriage returns and padding go. */
static th_str cleaned(th_arena *a, th_str s) {
  th_buf b;
  th_buf_init(&b, a, s.n + 1);
  for (size_t i = 0; i < s.n; i++) {
    const th_str rest = th_str_sub(s, i, s.n);
    if (th_str_starts(rest, TH_S("<br")) || th_str_starts(rest, TH_S("<BR"))) {
      const size_t end = th_str_find(rest, TH_S(">"), 0);
      if (end != SIZE_MAX && end <= 5) {
        th_buf_addc(&b, '\n');
        i += end;
        continue;
      }
    }
    if (s.p[i] != '\r') th_buf_addc(&b, s.p[i]);
  }
  if (b.failed) return TH_STR_NONE;
  return th_str_trim(th_buf_str(&b));
}

static th_code add_value(reader *r, th_str name, th_str text, uint32_t line) {
  const th_str clean = cleaned(r->a, text), own = th_str_dup(r->a, name);
  if ((text.n && !clean.p) || !own.p) return th_fail_nomem(r->err);
  if (clean.n && r->n < VALUES_MAX) r->v[r->n++] = (value){ own, clean, line };
  return TH_OK;
}

static th_field get(const reader *r, const char *name) {
  for (size_t i = 0; i < r->n; i++)
    if (th_str_eq_nocase(r->v[i].name, th_str_of(name))) return (th_field){ .text = r->v[i].text, .line = r->v[i].line };
  return (th_field){ 0 };
}

static th_field first_of(const reader *r, const char *const *names) {
  for (; *names; names++) {
    const th_field f = get(r, *names);
    if (th_field_has(f)) return f;
  }
  return (th_field){ 0 };
}
#define FIRST(r, ...) first_of((r), (const char *const[]){ __VA_ARGS__, NULL })

/* Parts of a value between ';' or at line ends. */
static bool add_parts(reader *r, th_field f, th_field_vec *out) {
  th_str rest = f.text;
  while (rest.n) {
    size_t end = 0;
    while (end < rest.n && rest.p[end] != ';' && rest.p[end] != '\n') end++;
    const th_str one = th_str_trim(th_str_sub(rest, 0, end));
    if (one.n && !TH_VEC_PUSH(r->a, out, (th_field){ .text = one, .line = f.line })) return false;
    rest = th_str_sub(rest, end + 1, rest.n);
  }
  return true;
}

/* ── Dates: 20211207, 07/12/2021 (day first), 2021-12-12, December 12, 2021, 21 October 2024 ───────────────────────── */

static bool digits(th_str s, size_t from, size_t n, uint32_t *out) {
  if (from + n > s.n) return false;
  *out = 0;
  for (size_t i = from; i < from + n; i++) {
    if (s.p[i] < '0' || s.p[i] > '9') return false;
    *out = *out * 10 + (uint32_t)(s.p[i] - '0');
  }
  return true;
}

static bool parse_day(th_arena *a, th_str s, th_date *d) {
  uint32_t y, m, day;
  char iso[16];
  const bool compact = s.n == 8 && digits(s, 0, 4, &y) && digits(s, 4, 2, &m) && digits(s, 6, 2, &day);
  const bool slashed =
      s.n == 10 && s.p[2] == '/' && s.p[5] == '/' && digits(s, 0, 2, &day) && digits(s, 3, 2, &m) && digits(s, 6, 4, &y);
  if (compact || slashed) {
    snprintf(iso, sizeof iso, "%04u-%02u-%02u", y % 10000, m % 100, day % 100);
    return th_date_parse_iso(th_str_of(iso), d);
  }
  if (s.n > 10 && s.p[4] == '-' && th_date_parse_iso(th_str_sub(s, 0, 10), d)) return true;
  if (th_date_parse_iso(s, d) || th_date_parse_english(s, d)) return true;
  const th_str turned = th_str_dup(a, s); /* "21 October 2024" is "October 21, 2024" too */
  return turned.p && th_date_parse_english(turned, d);
}

static th_ctgov_day day_of(reader *r, th_field f) {
  th_ctgov_day d = { .text = f };
  if (!f.text.n || !parse_day(r->a, f.text, &d.date)) d.date = (th_date){ 0 };
  return d;
}

/* ── Words that are values of the registry ─────────────────────────────────────────────────────────────────────────── */

typedef struct word {
  const char *has, *is;
} word;

static const word statuses[] = { { "active, not recruiting", "ACTIVE_NOT_RECRUITING" },
                                 { "not yet recruiting", "NOT_YET_RECRUITING" },
                                 { "not recruiting", NULL }, /* may be over, or not begun: stays as printed */
                                 { "enrolling by invitation", "ENROLLING_BY_INVITATION" },
                                 { "recruiting", "RECRUITING" },
                                 { "completed", "COMPLETED" },
                                 { "terminated", "TERMINATED" },
                                 { "withdrawn", "WITHDRAWN" },
                                 { "suspended", "SUSPENDED" },
                                 { NULL, NULL } };
static const word study_types[] = { { "intervention", "INTERVENTIONAL" },
                                    { "observation", "OBSERVATIONAL" },
                                    { "expanded access", "EXPANDED_ACCESS" },
                                    { NULL, NULL } };
static const word allocations[] = { { "non-random", "NON_RANDOMIZED" },
                                    { "nonrandom", "NON_RANDOMIZED" },
                                    { "not random", "NON_RANDOMIZED" },
                                    { "random", "RANDOMIZED" },
                                    { "n/a", "NA" },
                                    { NULL, NULL } };
static const word models[] = { { "single group", "SINGLE_GROUP" },
                               { "parallel", "PARALLEL" },
                               { "crossover", "CROSSOVER" },
                               { "cross-over", "CROSSOVER" },
                               { "factorial", "FACTORIAL" },
                               { "sequential", "SEQUENTIAL" },
                               { NULL, NULL } };
static const word maskings[] = { { "none", "NONE" },     { "open", "NONE" },     { "quadruple", "QUADRUPLE" },
                                 { "triple", "TRIPLE" }, { "double", "DOUBLE" }, { "single", "SINGLE" },
                                 { NULL, NULL } };
static const word purposes[] = { { "basic science", "BASIC_SCIENCE" }, { "treatment", "TREATMENT" },
                                 { "prevention", "PREVENTION" },       { "diagnostic", "DIAGNOSTIC" },
                                 { "supportive", "SUPPORTIVE_CARE" },  { NULL, NULL } };

/* The value for the first word that stands in the text; the text itself, with a gap, when there is none. */
static bool value_of(reader *r, th_ctgov_study *s, th_field f, const word *words, th_field *out) {
  *out = (th_field){ 0 };
  if (!f.text.n) return true;
  *out = f;
  for (; words->has; words++) {
    if (th_source__find_nocase(f.text, words->has, 0) == SIZE_MAX) continue;
    if (!words->is) break;
    out->text = th_str_of(words->is);
    return true;
  }
  return th_source__gap(r->a, &s->gaps, "enumeration", f.line,
                        "a value that the registry of origin words its own way; kept as text");
}

/* "Allocation: Randomized. Intervention model: …": what follows the label, up to the point before the next. */
static th_field labelled(th_field f, const char *label) {
  const size_t at = th_source__find_nocase(f.text, label, 0);
  if (at == SIZE_MAX) return (th_field){ 0 };
  const th_str rest = th_str_sub(f.text, at + strlen(label), f.text.n);
  size_t end = 0;
  while (end < rest.n && rest.p[end] != ';' && rest.p[end] != '\n' &&
         !(rest.p[end] == '.' && (end + 1 == rest.n || rest.p[end + 1] == ' ')))
    end++;
  return (th_field){ .text = th_str_trim(th_str_sub(rest, 0, end)), .line = f.line };
}

static bool design(reader *r, th_ctgov_study *s) {
  const th_field f = get(r, "Study_design");
  if (!value_of(r, s, get(r, "Study_type"), study_types, &s->study_type)) return false;
  if (!f.text.n) return true;
  const th_field allocation = labelled(f, "allocation:"), model = labelled(f, "intervention model:"),
                 masking = labelled(f, "masking:"), purpose = labelled(f, "primary purpose:");
  return value_of(r, s, allocation, allocations, &s->allocation) && value_of(r, s, model, models, &s->model) &&
         value_of(r, s, masking, maskings, &s->masking) && value_of(r, s, purpose, purposes, &s->purpose);
}

/* "Phase 1/Phase 2", "Phase II", "2", "Early Phase 1", "N/A". */
static bool phases(reader *r, th_ctgov_study *s) {
  static const char *const names[] = { "EARLY_PHASE1", "PHASE1", "PHASE2", "PHASE3", "PHASE4" };
  const th_field f = get(r, "Phase");
  if (!f.text.n) return true;
  unsigned bits = 0;
  if (th_source__find_nocase(f.text, "early", 0) != SIZE_MAX) bits |= 1;
  for (size_t i = 0; i < f.text.n && bits != 1;) {
    size_t k = i;
    while (k < f.text.n && (f.text.p[k] == 'I' || f.text.p[k] == 'V')) k++;
    const th_str roman = th_str_sub(f.text, i, k);
    const char c = f.text.p[i];
    if (c >= '1' && c <= '4') bits |= 1u << (c - '0');
    if (c == '0') bits |= 1;
    if (th_str_is(roman, "I")) bits |= 2;
    if (th_str_is(roman, "II")) bits |= 4;
    if (th_str_is(roman, "III")) bits |= 8;
    if (th_str_is(roman, "IV")) bits |= 16;
    i = k > i ? k : i + 1;
  }
  s->phase_bits = bits;
  for (unsigned k = 0; k < 5; k++)
    if (bits & 1u << k && !TH_VEC_PUSH(r->a, &s->phases, (th_field){ .text = th_str_of(names[k]), .line = f.line }))
      return false;
  if (bits) return true;
  const bool none = th_str_eq_nocase(f.text, TH_S("N/A")) || th_str_eq_nocase(f.text, TH_S("NA")) ||
                    th_str_eq_nocase(f.text, TH_S("Not applicable"));
  return TH_VEC_PUSH(r->a, &s->phases, (th_field){ .text = none ? TH_S("NA") : f.text, .line = f.line });
}

/* "14", or the sum of "A:49;B:49;". */
static int64_t target_size(th_str s) {
  int64_t n, sum = 0;
  th_str one;
  bool any = false;
  if (th_str_to_i64(th_str_trim(s), &n)) return n >= 0 ? n : -1;
  while (s.n && th_str_split(&s, ';', &one)) {
    const size_t colon = th_str_rfind(one, TH_S(":"));
    if (colon == SIZE_MAX) continue;
    if (!th_str_to_i64(th_str_trim(th_str_sub(one, colon + 1, one.n)), &n) || n < 0 || n > INT32_MAX) return -1;
    sum += n;
    any = true;
  }
  return any ? sum : -1;
}

/* ── A record as a study ───────────────────────────────────────────────────────────────────────────────────────────── */

static th_field type_of_intervention(th_field f, th_str *name) {
  static const word types[] = { { "Drug", "DRUG" },
                                { "Biological", "BIOLOGICAL" },
                                { "Device", "DEVICE" },
                                { "Procedure", "PROCEDURE" },
                                { "Radiation", "RADIATION" },
                                { "Behavioral", "BEHAVIORAL" },
                                { "Genetic", "GENETIC" },
                                { "Dietary Supplement", "DIETARY_SUPPLEMENT" },
                                { "Other", "OTHER" },
                                { "Combination Product", "COMBINATION_PRODUCT" },
                                { NULL, NULL } };
  const size_t colon = th_str_find(f.text, TH_S(":"), 0);
  *name = f.text;
  for (const word *w = types; colon != SIZE_MAX && w->has; w++) {
    if (!th_str_eq_nocase(th_str_trim(th_str_sub(f.text, 0, colon)), th_str_of(w->has))) continue;
    *name = th_str_trim(th_str_sub(f.text, colon + 1, f.text.n));
    return (th_field){ .text = th_str_of(w->is), .line = f.line };
  }
  return (th_field){ 0 };
}

static bool lists(reader *r, th_ctgov_study *s) {
  th_field_vec parts = { 0 }, countries = { 0 }, ids = { 0 };
  if (!add_parts(r, FIRST(r, "Condition", "Conditions"), &s->conditions) ||
      !add_parts(r, FIRST(r, "Intervention", "Interventions"), &parts) ||
      !add_parts(r, FIRST(r, "Countries", "Country"), &countries) ||
      !add_parts(r, FIRST(r, "Secondary_ID", "SecondaryIDs", "Secondary_IDs"), &ids) ||
      !add_parts(r, get(r, "other_records"), &ids))
    return false;
  for (size_t i = 0; i < parts.n; i++) {
    th_ctgov_intervention *x = TH_VEC_ADD(r->a, &s->interventions);
    if (!x) return false;
    x->type = type_of_intervention(parts.v[i], &x->name.text);
    x->name.line = parts.v[i].line;
  }
  for (size_t i = 0; i < countries.n; i++)
    if (!TH_VEC_PUSH(r->a, &s->places, (th_ctgov_place){ .country = countries.v[i], .latitude = NAN, .longitude = NAN }))
      return false;
  for (size_t i = 0; i < ids.n; i++) { /* "No" and "Yes" stand where a portal only says whether there are any */
    const bool said = th_str_eq_nocase(ids.v[i].text, TH_S("no")) || th_str_eq_nocase(ids.v[i].text, TH_S("yes"));
    if (!said && !TH_VEC_PUSH(r->a, &s->secondary_ids, (th_ctgov_id){ .id = ids.v[i] })) return false;
  }
  return true;
}

static bool outcomes(reader *r, th_ctgov_study *s) {
  static const struct {
    const char *name;
    th_ctgov_outcome_kind kind;
  } all[] = { { "Primary_outcome", TH_OUTCOME_PRIMARY }, { "Secondary_outcome", TH_OUTCOME_SECONDARY } };
  for (size_t k = 0; k < 2; k++) {
    th_field_vec parts = { 0 };
    if (!add_parts(r, get(r, all[k].name), &parts)) return false;
    for (size_t i = 0; i < parts.n; i++)
      if (!TH_VEC_PUSH(r->a, &s->outcomes, (th_ctgov_outcome){ .kind = all[k].kind, .measure = parts.v[i] })) return false;
  }
  return true;
}

static bool criteria(reader *r, th_ctgov_study *s) {
  const th_field in = get(r, "Inclusion_Criteria"), out = get(r, "Exclusion_Criteria");
  if (!in.text.n && !out.text.n) return true;
  s->eligibility.text =
      th_str_fmt(r->a, "%.*s%s%.*s", TH_STR_ARG(in.text), out.text.n ? "\n\nExclusion Criteria:\n" : "", TH_STR_ARG(out.text));
  s->eligibility.line = in.text.n ? in.line : out.line;
  return s->eligibility.text.p &&
         th_source__gap(r->a, &s->gaps, "criteria", s->eligibility.line,
                        "the export loses signs such as \"≥\": take criteria from the register of origin");
}

static bool gaps(reader *r, th_ctgov_study *s) {
  const struct {
    bool there;
    const char *what, *why;
  } all[] = { { th_field_has(s->status), "status", "the record holds no status" },
              { th_field_has(s->study_type), "study type", "the record holds no study type" },
              { th_field_has(s->allocation) || th_field_has(s->model), "design", "the record holds no design" },
              { false, "arms", "the export holds no arms" },
              { s->interventions.n > 0, "interventions", "the record holds no interventions" },
              { s->conditions.n > 0, "conditions", "the record holds no conditions" },
              { s->enrolment >= 0, "enrolment", "the record holds no number of participants" },
              { s->outcomes.n > 0, "outcomes", "the record holds no outcome measures" },
              { s->has_results != TH_UNKNOWN, "has results", "the record does not say whether results were posted" } };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (!all[i].there && !th_source__gap(r->a, &s->gaps, all[i].what, 0, all[i].why)) return false;
  return true;
}

static th_code finish(reader *r) {
  th_ctgov_study *s = TH_VEC_ADD(r->a, &r->out->studies);
  if (!s) return th_fail_nomem(r->err);
  s->line = r->line;
  s->enrolment = -1;
  s->healthy_volunteers = TH_UNKNOWN;
  s->nct_id = get(r, "TrialID");
  if (!s->nct_id.text.n) return th_fail_at(r->err, TH_EPARSE, r->line, 1, "a record without TrialID");
  s->brief_title = FIRST(r, "Public_title", "Scientific_title");
  s->official_title = get(r, "Scientific_title");
  s->acronym = get(r, "Acronym");
  s->organization = get(r, "Source_Register");
  s->sponsor = get(r, "Primary_sponsor");
  s->start = day_of(r, FIRST(r, "Date_enrollement", "Date_enrolment", "Date_enrollment"));
  s->last_update = day_of(r, FIRST(r, "Last_Refreshed_on", "Last_Refreshed"));
  s->results_posted = day_of(r, get(r, "results_date_posted"));
  const th_field size = get(r, "Target_size"), results = get(r, "results_yes_no");
  s->enrolment = size.text.n ? target_size(size.text) : -1;
  if (s->enrolment >= 0) s->enrolment_kind = (th_field){ .text = TH_S("ESTIMATED"), .line = size.line };
  s->has_results = th_str_eq_nocase(results.text, TH_S("yes"))  ? TH_TRUE
                   : th_str_eq_nocase(results.text, TH_S("no")) ? TH_FALSE
                                                                : TH_UNKNOWN;
  s->sex = FIRST(r, "Inclusion_gender", "Gender");
  s->minimum_age = get(r, "Inclusion_agemin");
  s->maximum_age = get(r, "Inclusion_agemax");
  const bool ok = value_of(r, s, get(r, "Recruitment_Status"), statuses, &s->status) && design(r, s) && phases(r, s) &&
                  lists(r, s) && outcomes(r, s) && criteria(r, s) && gaps(r, s);
  return ok ? TH_OK : th_fail_nomem(r->err);
}

/* ── XML ───────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code start(void *ctx, th_str name, const th_xml_attr *attr, size_t n, uint32_t line, th_err *err) {
  reader *r = ctx;
  (void)attr, (void)n, (void)err;
  r->depth++;
  if (!r->in_trial && th_str_is(name, "Trial")) {
    r->in_trial = true;
    r->trial_depth = r->depth;
    r->line = line;
    r->n = 0;
  }
  if (r->in_trial && r->depth == r->trial_depth + 1) r->text.n = 0;
  return TH_OK;
}

static th_code text(void *ctx, th_str s, uint32_t line, th_err *err) {
  reader *r = ctx;
  (void)line;
  if (!r->in_trial || r->depth <= r->trial_depth) return TH_OK;
  th_buf_add(&r->text, s);
  return r->text.failed ? th_fail_nomem(err) : TH_OK;
}

static th_code end(void *ctx, th_str name, uint32_t line, th_err *err) {
  reader *r = ctx;
  th_code code = TH_OK;
  r->err = err;
  if (r->in_trial && r->depth == r->trial_depth + 1) code = add_value(r, name, th_buf_str(&r->text), line);
  if (r->in_trial && r->depth == r->trial_depth) {
    code = finish(r);
    r->in_trial = false;
  }
  r->depth--;
  return code;
}

/* What stands up to the last whole record, with the root closed behind it. Empty: there is no record, or nothing is missing. */
static th_code mended(th_arena *a, th_str bytes, th_str *out, th_err *err) {
  const size_t last = th_str_rfind(bytes, TH_S("</Trial>"));
  *out = TH_S("");
  if (last == SIZE_MAX || th_str_find(bytes, TH_S("</Trials_downloaded_from_ICTRP"), last) != SIZE_MAX) return TH_OK;
  *out = th_str_fmt(a, "%.*s</Trials_downloaded_from_ICTRP>", TH_STR_ARG(th_str_sub(bytes, 0, last + 8)));
  return out->p ? TH_OK : th_fail_nomem(err);
}

static th_code read_xml(reader *r, th_str bytes, bool *cut, th_err *err) {
  th_str whole;
  TH_TRY(mended(r->a, bytes, &whole, err));
  *cut = whole.n > 0;
  const th_xml_handler h = { r, start, end, text };
  TH_TRY(th_xml_read(*cut ? whole : bytes, &h, err));
  if (!*cut || r->out->studies.n == 0) return TH_OK;
  th_ctgov_study *last = &r->out->studies.v[r->out->studies.n - 1];
  return th_source__gap(r->a, &last->gaps, "cut off", 0,
                        "the export ends before its root is closed: records behind this one may be missing")
             ? TH_OK
             : th_fail_nomem(err);
}

/* ── A table ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code read_table(reader *r, th_str bytes, th_err *err) {
  th_csv csv;
  th_csv_row head, row;
  bool more;
  th_csv_open(&csv, bytes, th_csv_sniff(bytes));
  TH_TRY(th_csv_next(&csv, r->a, &head, &more, err));
  if (!more || th_csv_column(&head, "TrialID") < 0)
    return th_fail_at(err, TH_EPARSE, 1, 1, "an ICTRP table needs the column \"TrialID\"");
  r->err = err;
  for (;;) {
    TH_TRY(th_csv_next(&csv, r->a, &row, &more, err));
    if (!more) return TH_OK;
    if (row.n != head.n) return th_fail_at(err, TH_EPARSE, row.line, 1, "expected %zu columns, found %zu", head.n, row.n);
    r->n = 0;
    r->line = row.line;
    for (size_t i = 0; i < head.n; i++) TH_TRY(add_value(r, th_str_trim(head.cell[i]), row.cell[i], row.line));
    TH_TRY(finish(r));
  }
}

th_code th_source_ictrp_read(th_arena *a, th_str bytes, th_ctgov_doc *out, bool *cut, th_err *err) {
  *out = (th_ctgov_doc){ .total = -1 };
  *cut = false;
  reader *r = TH_NEW(a, reader);
  if (!r) return th_fail_nomem(err);
  r->a = a, r->out = out, r->err = err;
  th_buf_init(&r->text, a, 1024);
  th_str s = bytes;
  if (th_str_starts(s, TH_S("\xEF\xBB\xBF"))) s = th_str_sub(s, 3, s.n);
  s = th_str_trim(s);
  TH_TRY(s.n && s.p[0] == '<' ? read_xml(r, bytes, cut, err) : read_table(r, bytes, err));
  return out->studies.n ? TH_OK : th_fail_at(err, TH_EPARSE, 1, 1, "the export holds no record");
}
