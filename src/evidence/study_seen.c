/* One form for a study, whatever it was read from. Fields are carried over, never guessed: what the source lacks stays absent. */
#include "evidence_priv.h"

#include "theriac/text.h"

#include <math.h>

static void unknown_numbers(th_study_seen *s) {
  s->n = s->events = -1;
  s->analysed = s->people_started = s->people_done = NAN;
  s->healthy_volunteers = s->has_results = s->outcome_changed = TH_UNKNOWN;
}

static bool has_word(th_str text, const char *word) {
  return th_str_has(text, th_str_of(word));
}

/* Registry codes, and what pages print for them in English and Chinese. */
static th_study_status status_of(th_arena *a, th_str text) {
  if (!text.n) return TH_STATUS_UNKNOWN;
  const th_str t = th_text_fold(a, text, TH_FOLD_NFKC | TH_FOLD_CASE | TH_FOLD_SPACE, NULL);
  static const struct {
    const char *word;
    th_study_status status;
  } words[] = {
    { "withdrawn", TH_STATUS_WITHDRAWN },   { "撤回", TH_STATUS_WITHDRAWN },    { "撤銷", TH_STATUS_WITHDRAWN },
    { "terminated", TH_STATUS_TERMINATED }, { "終止", TH_STATUS_TERMINATED },   { "提前結束", TH_STATUS_TERMINATED },
    { "not yet", TH_STATUS_ONGOING },       { "not_yet", TH_STATUS_ONGOING },   { "recruiting", TH_STATUS_ONGOING },
    { "enrolling", TH_STATUS_ONGOING },     { "suspended", TH_STATUS_ONGOING }, { "active", TH_STATUS_ONGOING },
    { "招募", TH_STATUS_ONGOING },          { "進行中", TH_STATUS_ONGOING },    { "completed", TH_STATUS_COMPLETED },
    { "已完成", TH_STATUS_COMPLETED },      { "完成", TH_STATUS_COMPLETED },    { "withheld", TH_STATUS_WITHHELD },
    { "unknown", TH_STATUS_NOT_TOLD },      { "狀態不明", TH_STATUS_NOT_TOLD },
  };
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (has_word(t, words[i].word)) return words[i].status;
  return TH_STATUS_UNKNOWN;
}

static unsigned phases_of(th_str text) {
  unsigned bits = 0;
  const size_t early = th_str_find(text, TH_S("EARLY"), 0) != SIZE_MAX ? th_str_find(text, TH_S("EARLY"), 0)
                                                                       : th_str_find(text, TH_S("Early"), 0);
  for (size_t i = 0; i < text.n; i++) {
    if (text.p[i] < '1' || text.p[i] > '4') continue;
    bits |= early != SIZE_MAX && i > early && i - early < 14 ? 1u : 1u << (text.p[i] - '0');
  }
  if (!bits) { /* Roman figures, "Phase II/III" */
    const size_t at = th_str_find(text, TH_S("hase "), 0);
    const th_str tail = at == SIZE_MAX ? TH_STR_NONE : th_str_sub(text, at + 5, text.n);
    if (th_str_has(tail, TH_S("IV"))) bits |= 1u << 4;
    if (th_str_has(tail, TH_S("III"))) bits |= 1u << 3;
    if (th_str_starts(tail, TH_S("II")) && !th_str_starts(tail, TH_S("III"))) bits |= 1u << 2;
    if (th_str_starts(tail, TH_S("I")) && !th_str_starts(tail, TH_S("II")) && !th_str_starts(tail, TH_S("IV"))) bits |= 1u << 1;
  }
  return bits;
}

static bool push_field(th_arena *a, th_field_vec *v, th_field f) {
  return !th_field_has(f) || !f.text.n || TH_VEC_PUSH(a, v, f);
}

static bool push_fields(th_arena *a, th_field_vec *v, const th_field_vec *from) {
  for (size_t i = 0; i < from->n; i++)
    if (!push_field(a, v, from->v[i])) return false;
  return true;
}

th_code th_evidence__registrations(th_arena *a, th_str_vec *v, th_str text, th_err *err) {
  for (size_t at = 0; (at = th_str_find(text, TH_S("NCT"), at)) != SIZE_MAX; at += 3) {
    size_t end = at + 3;
    while (end < text.n && text.p[end] >= '0' && text.p[end] <= '9') end++;
    if (end - at != 11) continue;
    bool known = false;
    for (size_t i = 0; i < v->n && !known; i++) known = th_str_eq(v->v[i], th_str_sub(text, at, end));
    if (!known && !TH_VEC_PUSH(a, v, th_str_sub(text, at, end))) return th_fail_nomem(err);
  }
  return TH_OK;
}

th_code th_study_of_trial_page(th_arena *a, const th_trial_page *p, uint32_t source, th_study_seen *out, th_err *err) {
  *out = (th_study_seen){ .origin = TH_ORIGIN_REGISTRY, .source = source, .id = p->registry_id.text, .title = p->title.text };
  unknown_numbers(out);
  out->conditions = p->conditions;
  out->treatments = p->treatments;
  out->arms = p->arms;
  for (size_t i = 0; i < p->phases.n; i++) out->phases |= phases_of(p->phases.v[i].text);
  if (p->phases.n) out->phase_text = p->phases.v[0];
  out->status_text = p->status;
  out->status = status_of(a, p->status.text);
  out->n = p->enrolment_n;
  out->n_kind = p->enrolment_kind;
  out->n_text = p->enrolment;
  out->study_type = p->study_type;
  out->allocation = p->allocation;
  out->model = p->model;
  out->masking = p->masking;
  out->purpose = p->purpose;
  out->healthy_volunteers = p->healthy_volunteers;
  out->has_results = p->has_results;
  out->started = p->start_on;
  out->completed = p->completion_on;
  out->due = out->status == TH_STATUS_COMPLETED ? p->completion_on : (th_date){ 0 };
  out->partial = !th_field_has(p->model) && !th_field_has(p->allocation);
  out->official_title = p->official_title.text;
  out->sponsor = p->sponsor.text;
  out->line = p->title.line;
  if (!push_field(a, &out->texts, p->about) || !push_field(a, &out->texts, p->full_description) ||
      !push_fields(a, &out->texts, &p->inclusion))
    return th_fail_nomem(err);
  for (size_t i = 0; i < p->identifiers.n; i++)
    if (!TH_VEC_PUSH(a, &out->related_ids, p->identifiers.v[i].text)) return th_fail_nomem(err);
  return TH_OK;
}

th_code th_study_of_abstract(th_arena *a, const th_abstract_doc *d, uint32_t source, th_study_seen *out, th_err *err) {
  *out = (th_study_seen){
    .origin = TH_ORIGIN_PAPER, .source = source, .title = d->title.text, .published = d->date, .line = d->citation.line
  };
  unknown_numbers(out);
  if (!out->title.n) out->title = d->citation.text;
  if (th_field_has(d->pmid))
    out->id = th_str_fmt(a, "PMID%.*s", TH_STR_ARG(d->pmid.text));
  else if (th_field_has(d->doi))
    out->id = th_str_fmt(a, "doi:%.*s", TH_STR_ARG(d->doi.text));
  else
    out->id = th_str_fmt(a, "paper-%u", source);
  if (!out->id.p) return th_fail_nomem(err);
  bool results = false;
  for (size_t i = 0; i < d->sections.n; i++) {
    results |= d->sections.v[i].role == TH_ABSTRACT_RESULTS;
    if (!push_field(a, &out->texts, d->sections.v[i].text)) return th_fail_nomem(err);
    TH_TRY(th_evidence__registrations(a, &out->related_ids, d->sections.v[i].text.text, err));
  }
  for (size_t i = 0; i < d->registry_ids.n; i++)
    if (!TH_VEC_PUSH(a, &out->related_ids, d->registry_ids.v[i].text)) return th_fail_nomem(err);
  if (th_field_has(d->retraction) && !TH_VEC_PUSH(a, &out->pub_types, TH_S("Retracted Publication"))) return th_fail_nomem(err);
  out->has_results = th_tri_of(results);
  out->status = TH_STATUS_COMPLETED;
  return TH_OK;
}

th_code th_study_of_capture_trial(th_arena *a, const th_capture_trial *t, uint32_t source, th_study_seen *out, th_err *err) {
  *out = (th_study_seen){
    .origin = TH_ORIGIN_REGISTRY, .source = source, .id = t->id.text, .title = t->title.text, .line = t->line
  };
  unknown_numbers(out);
  out->phases = phases_of(t->phase.text);
  out->phase_text = t->phase;
  out->status = status_of(a, t->status.text);
  out->status_text = t->status;
  out->n = t->enrolment_n;
  out->n_text = t->enrolment;
  out->started = t->start_on;
  out->completed = t->completion_on;
  out->due = out->status == TH_STATUS_COMPLETED ? t->completion_on : (th_date){ 0 };
  out->partial = true;
  out->sponsor = t->sponsor.text;
  if (!push_field(a, &out->texts, t->summary)) return th_fail_nomem(err);
  return TH_OK;
}

th_code th_study_of_capture_paper(th_arena *a, const th_capture_paper *p, uint32_t source, th_study_seen *out, th_err *err) {
  *out =
      (th_study_seen){ .origin = TH_ORIGIN_PAPER, .source = source, .title = p->title.text, .line = p->line, .partial = true };
  unknown_numbers(out);
  out->id = th_str_fmt(a, "PMID%.*s", TH_STR_ARG(p->pmid.text));
  if (!out->id.p) return th_fail_nomem(err);
  out->status = TH_STATUS_COMPLETED;
  out->has_results =
      p->abstract.text.n ? TH_TRUE : TH_UNKNOWN; /* a paper's abstract reports; what the gates find decides the rest */
  int64_t year;
  if (th_str_to_i64(p->year.text, &year) && year > 1800 && year < 2200)
    out->published = (th_date){ .year = (int16_t)year, .prec = TH_DATE_YEAR };
  if (!push_field(a, &out->texts, p->abstract)) return th_fail_nomem(err);
  TH_TRY(th_evidence__registrations(a, &out->related_ids, p->abstract.text, err));
  for (size_t i = 0; i < p->pub_types.n; i++)
    if (!TH_VEC_PUSH(a, &out->pub_types, p->pub_types.v[i].text)) return th_fail_nomem(err);
  for (size_t i = 0; i < p->mesh_terms.n; i++)
    if (!TH_VEC_PUSH(a, &out->headings, p->mesh_terms.v[i].text)) return th_fail_nomem(err);
  out->cut = p->abstract_cut;
  return TH_OK;
}

th_code th_study_of_claim(th_arena *a, const th_report_trial *t, uint32_t source, th_study_seen *out, th_err *err) {
  (void)err;
  *out = (th_study_seen){
    .origin = TH_ORIGIN_CLAIM, .source = source, .id = t->id.text, .title_cut = t->title_cut, .line = t->line
  };
  unknown_numbers(out);
  out->title = t->title.text.n ? t->title.text : t->finding.text;
  out->phases = phases_of(t->phase.text);
  out->phase_text = t->phase;
  out->status = status_of(a, t->status.text);
  out->status_text = t->status;
  out->n_text = t->n;
  int64_t n;
  if (th_str_to_i64(th_str_trim(t->n.text), &n) && n >= 0) out->n = n;
  if (th_field_has(t->condition) && !push_field(a, &out->conditions, t->condition)) return th_fail_nomem(err);
  return TH_OK;
}
