/* Validity gates: reasons why a study does not count, or counts for less (evidence.md §7). */
#include "evidence_priv.h"
#include "theriac/trial.h"

static th_code gate(th_arena *a, th_evidence_item *it, const char *code, th_str words, const char *path, th_err *err) {
  if (!TH_VEC_PUSH(a, &it->gates, code)) return th_fail_nomem(err);
  return th_evidence__step(a, it, "GATE", th_str_of(code), words, th_str_of(path), err);
}

static th_code flag(th_arena *a, th_evidence_item *it, const char *code, th_str words, const char *path, th_err *err) {
  if (th_codes_has(&it->flags, code)) return TH_OK;
  if (!TH_VEC_PUSH(a, &it->flags, code)) return th_fail_nomem(err);
  return th_evidence__step(a, it, "FLAG", th_str_of(code), words, th_str_of(path), err);
}

static bool typed(th_arena *a, const th_study_seen *s, const char *word, th_str *words) {
  for (size_t i = 0; i < s->pub_types.n; i++)
    if (th_str_has(th_evidence__plain(a, s->pub_types.v[i]), th_str_of(word))) {
      *words = s->pub_types.v[i];
      return true;
    }
  return false;
}

static bool reviews(const th_evidence_item *it) {
  return it->design == TH_DESIGN_SR_OBS || it->design == TH_DESIGN_SR_RCT;
}

/* A protocol by type, or by a title that says it is one. */
static bool is_protocol(th_arena *a, const th_study_seen *s, th_str *words) {
  if (typed(a, s, "protocol", words)) return true;
  const th_str title = th_evidence__plain(a, s->title);
  *words = s->title;
  return th_str_has(title, TH_S("study protocol")) || th_str_has(title, TH_S("protocol of ")) ||
         th_str_has(title, TH_S("protocol for ")) || th_str_has(title, TH_S("trial protocol")) ||
         th_str_has(title, TH_S("研究方案"));
}

/* Animals that are patients, or nothing but cells: no evidence on people. A model of the disease is (PRECLINICAL). */
static bool is_animal_only(th_arena *a, const th_study_seen *s, th_str *words) {
  static const char *const patients[] = { " dogs",   " cats",        " horses", " canine",   " feline",
                                          " equine", "client-owned", " cattle", " pigs with" };
  if (typed(a, s, "veterinary", words)) return true;
  if (s->humans) return false;
  const th_str title = th_str_fmt(a, " %.*s", TH_STR_ARG(th_evidence__plain(a, s->title)));
  *words = s->title;
  for (size_t i = 0; i < sizeof patients / sizeof *patients; i++)
    if (th_str_has(title, th_str_of(patients[i]))) return true;
  return !s->animals && !s->animal_model && th_str_has(title, TH_S("in vitro"));
}

static th_code paper_gates(th_arena *a, const th_study_seen *s, th_evidence_item *it, th_err *err) {
  th_str w = TH_STR_NONE;
  if (typed(a, s, "retract", &w)) TH_TRY(gate(a, it, "V-RETRACTED", w, "publicationTypes", err));
  if (typed(a, s, "expression of concern", &w)) TH_TRY(gate(a, it, "V-CONCERN", w, "publicationTypes", err));
  if (is_protocol(a, s, &w)) TH_TRY(gate(a, it, "V-PROTOCOL", w, "publicationTypes, title", err));
  if (is_animal_only(a, s, &w)) TH_TRY(gate(a, it, "V-ANIMAL", w, "publicationTypes, title", err));
  const bool narrative = (typed(a, s, "review", &w) && !reviews(it)) || typed(a, s, "editorial", &w) ||
                         typed(a, s, "comment", &w) || it->design == TH_DESIGN_GUIDELINE;
  if (narrative) TH_TRY(gate(a, it, "V-NARRATIVE", w, "publicationTypes", err));
  if (typed(a, s, "published erratum", &w)) TH_TRY(gate(a, it, "V-ERRATUM", w, "publicationTypes", err));
  if (typed(a, s, "preprint", &w)) TH_TRY(flag(a, it, "PREPRINT", w, "publicationTypes", err));
  if (!s->texts.n) TH_TRY(gate(a, it, "V-NO-DATA", TH_STR_NONE, "abstract", err));
  return TH_OK;
}

/* ── Why a trial was stopped ── */

/* A cue that is not denied just before it: "not related to safety", "no safety concerns". */
static bool said(th_str plain, const char *cue) {
  static const char *const denials[] = { "not ", "no ", "without ", "unrelated to ", "nor ", "neither " };
  for (size_t at = 0; (at = th_str_find(plain, th_str_of(cue), at)) != SIZE_MAX; at++) {
    th_str before = th_str_sub(plain, at > 36 ? at - 36 : 0, at);
    const size_t stop = th_str_rfind(before, TH_S(". ")), semicolon = th_str_rfind(before, TH_S(";"));
    if (stop != SIZE_MAX) before = th_str_sub(before, stop, before.n);
    if (semicolon != SIZE_MAX && semicolon < before.n) before = th_str_sub(before, semicolon, before.n);
    bool denied = false;
    for (size_t i = 0; i < sizeof denials / sizeof *denials; i++) denied |= th_str_has(before, th_str_of(denials[i]));
    if (!denied) return true;
  }
  return false;
}

static const char *stopped_for(th_arena *a, th_str why) {
  static const struct {
    const char *cue, *code;
  } cues[] = {
    { "toxic", "V-TERMINATED-SAFETY" },
    { "harm", "V-TERMINATED-SAFETY" },
    { "adverse", "V-TERMINATED-SAFETY" },
    { "safety", "V-TERMINATED-SAFETY" },
    { "side effect", "V-TERMINATED-SAFETY" },
    { "death", "V-TERMINATED-SAFETY" },
    { "mortality", "V-TERMINATED-SAFETY" },
    { "futil", "V-TERMINATED-EFFICACY" },
    { "lack of efficacy", "V-TERMINATED-EFFICACY" },
    { "efficacy", "V-TERMINATED-EFFICACY" },
    { "lack of effect", "V-TERMINATED-EFFICACY" },
    { "interim", "V-TERMINATED-EFFICACY" },
    { "did not meet", "V-TERMINATED-EFFICACY" },
    { "no benefit", "V-TERMINATED-EFFICACY" },
    { "lack of benefit", "V-TERMINATED-EFFICACY" },
    { "ineffective", "V-TERMINATED-EFFICACY" },
    { "endpoint not", "V-TERMINATED-EFFICACY" },
    { "dsmb", "V-TERMINATED-SAFETY" },
    { "data safety", "V-TERMINATED-SAFETY" },
    { "data monitoring", "V-TERMINATED-SAFETY" },
    { "accru", "V-TERMINATED-ADMIN" },
    { "enrol", "V-TERMINATED-ADMIN" },
    { "recruit", "V-TERMINATED-ADMIN" },
    { "inclusion", "V-TERMINATED-ADMIN" },
    { "fund", "V-TERMINATED-ADMIN" },
    { "financ", "V-TERMINATED-ADMIN" },
    { "budget", "V-TERMINATED-ADMIN" },
    { "sponsor", "V-TERMINATED-ADMIN" },
    { "company", "V-TERMINATED-ADMIN" },
    { "business", "V-TERMINATED-ADMIN" },
    { "strateg", "V-TERMINATED-ADMIN" },
    { "supply", "V-TERMINATED-ADMIN" },
    { "drug avail", "V-TERMINATED-ADMIN" },
    { "covid", "V-TERMINATED-ADMIN" },
    { "pandemic", "V-TERMINATED-ADMIN" },
    { "investigator left", "V-TERMINATED-ADMIN" },
    { "pi left", "V-TERMINATED-ADMIN" },
    { "left the institution", "V-TERMINATED-ADMIN" },
    { "resource", "V-TERMINATED-ADMIN" },
    { "staff", "V-TERMINATED-ADMIN" },
    { "logistic", "V-TERMINATED-ADMIN" },
    { "administrative", "V-TERMINATED-ADMIN" },
    { "participants", "V-TERMINATED-ADMIN" },
    { "patients", "V-TERMINATED-ADMIN" },
  };
  /* "no benefit" and the like deny nothing: they are the reason */
  const th_str plain = th_evidence__plain(a, why);
  for (size_t i = 0; i < sizeof cues / sizeof *cues; i++) {
    const bool whole = th_str_starts(th_str_of(cues[i].cue), TH_S("no ")) || th_str_has(th_str_of(cues[i].cue), TH_S("not"));
    if (whole || strcmp(cues[i].code, "V-TERMINATED-ADMIN") == 0 ? th_str_has(plain, th_str_of(cues[i].cue))
                                                                 : said(plain, cues[i].cue))
      return cues[i].code;
  }
  return "V-TERMINATED-UNSTATED";
}

/* ── Status ── */

static bool has_paper(const th_study_seen *s, bool derived_too) {
  for (size_t i = 0; i < s->references.n; i++) {
    const th_reference_seen *r = &s->references.v[i];
    if (!r->no_result && (r->kind == TH_REFERENCE_RESULT || (derived_too && r->kind == TH_REFERENCE_DERIVED))) return true;
  }
  return false;
}

static th_code stopped(th_arena *a, const th_study_seen *s, th_evidence_item *it, bool results, th_err *err) {
  const char *code = stopped_for(a, s->why_stopped.text);
  const th_str words = s->why_stopped.text.n ? s->why_stopped.text : s->status_text.text;
  TH_TRY(gate(a, it, code, words, s->why_stopped.text.n ? "whyStopped" : "status", err));
  return results ? flag(a, it, code, words, "whyStopped", err) : TH_OK;
}

static th_code status_gates(th_arena *a, const th_study_seen *s, th_evidence_item *it, th_err *err) {
  const bool posted = s->has_results == TH_TRUE, results = posted || has_paper(s, false),
             register_entry = s->origin != TH_ORIGIN_PAPER;
  switch (s->status) {
  case TH_STATUS_WITHDRAWN: TH_TRY(gate(a, it, "V-WITHDRAWN", s->status_text.text, "status", err)); break;
  case TH_STATUS_ONGOING:
    if (!results) TH_TRY(gate(a, it, "V-ONGOING", s->status_text.text, "status", err));
    break;
  case TH_STATUS_TERMINATED: TH_TRY(stopped(a, s, it, results, err)); break;
  case TH_STATUS_WITHHELD:
    if (!results) TH_TRY(gate(a, it, "V-WITHHELD", s->status_text.text, "status", err));
    break;
  case TH_STATUS_NOT_TOLD:
  case TH_STATUS_UNKNOWN:
    if (!results && register_entry) TH_TRY(gate(a, it, "V-UNKNOWN-STATUS", s->status_text.text, "status", err));
    break;
  case TH_STATUS_COMPLETED:
    if (!posted && !has_paper(s, true) && register_entry)
      TH_TRY(gate(a, it, "V-NO-RESULT", s->status_text.text, "status", err));
    break;
  }
  if (s->n == 0 && s->n_kind != TH_COUNT_ESTIMATED) TH_TRY(gate(a, it, "V-N0", s->n_text.text, "enrolment", err));
  for (size_t i = 0; i < s->references.n; i++)
    if (s->references.v[i].retracted && s->references.v[i].kind != TH_REFERENCE_BACKGROUND)
      return gate(a, it, "V-RETRACTED", s->references.v[i].id, "referencesModule.references.retractions", err);
  return TH_OK;
}

/* What a record says against itself. */
static th_code own_conflicts(th_arena *a, const th_study_seen *s, th_evidence_item *it, th_err *err) {
  if (s->healthy_volunteers == TH_TRUE)
    for (size_t i = s->inclusion.text.n ? 0 : 1; i <= s->texts.n; i++) {
      const th_field at = i ? s->texts.v[i - 1] : s->inclusion;
      const th_str t = th_evidence__plain(a, at.text);
      if (th_str_has(t, TH_S("healthy"))) break; /* a group of healthy people beside the ill is no conflict */
      if (!th_str_has(t, TH_S("diagnosis")) && !th_str_has(t, TH_S("diagnosed")) && !th_str_has(t, TH_S("診斷"))) continue;
      TH_TRY(flag(a, it, "HEALTHY_VOLUNTEER_CONFLICT", at.text, "eligibility", err));
      break;
    }
  if (s->outcome_changed == TH_TRUE) TH_TRY(flag(a, it, "OUTCOME_CHANGED", TH_STR_NONE, "versions of the record", err));
  const th_str purpose = th_evidence__plain(a, s->purpose.text), title = th_evidence__plain(a, s->title),
               official = th_evidence__plain(a, s->official_title);
  if (th_str_has(purpose, TH_S("basic science")) &&
      (th_str_has(title, TH_S("efficacy")) || th_str_has(official, TH_S("efficacy"))))
    TH_TRY(flag(a, it, "PURPOSE_CONFLICT", s->purpose.text, "purpose", err));
  return TH_OK;
}

/* When results are due is the business of the trial module; a study of the registry is asked whole, a page by its day of completion. */
static th_code overdue(th_arena *a, const th_evidence_question *q, const th_study_seen *s, th_evidence_item *it, th_err *err) {
  const bool withdrawn = s->status == TH_STATUS_WITHDRAWN, reported = has_paper(s, true);
  if (s->origin != TH_ORIGIN_REGISTRY || withdrawn || s->has_results == TH_TRUE) return TH_OK;
  if (s->has_results == TH_UNKNOWN)
    return s->status == TH_STATUS_COMPLETED && !reported ? flag(a, it, "RESULT_UNKNOWN", TH_STR_NONE, "results", err) : TH_OK;
  const th_date completed = s->registry ? th_trial_results_of(s->registry, 0, q->as_of).completed : s->due;
  if (th_trial_due_state(completed, s->has_results, reported, withdrawn, q->as_of) != TH_TRIAL_OVERDUE) return TH_OK;
  char day[TH_DATE_TEXT];
  const th_str words = th_str_dup(a, th_str_of(th_date_iso(completed, day)));
  return words.p ? flag(a, it, "RESULTS_OVERDUE", words, "completion", err) : th_fail_nomem(err);
}

th_code th_evidence__own_gates(th_arena *a, const th_evidence_question *q, const th_study_seen *s, th_evidence_item *own,
                               th_err *err) {
  TH_TRY(status_gates(a, s, own, err));
  if (s->origin == TH_ORIGIN_PAPER) TH_TRY(paper_gates(a, s, own, err));
  TH_TRY(own_conflicts(a, s, own, err));
  TH_TRY(overdue(a, q, s, own, err));
  if (s->origin == TH_ORIGIN_REGISTRY && s->partial) TH_TRY(flag(a, own, "PARTIAL_RECORD", TH_STR_NONE, "design", err));
  return TH_OK;
}

th_code th_evidence__pair_gates(th_arena *a, th_evidence_item *it, th_err *err) {
  const th_study_seen *s = it->study;
  if (it->role != TH_ROLE_TESTED)
    TH_TRY(gate(a, it, "V-NOT-TESTED", th_str_of(th_role_code(it->role)), "arms, treatments, title", err));
  const th_str first = s->conditions.n ? s->conditions.v[0].text : s->title;
  if (it->relevance == TH_RELEVANCE_C)
    TH_TRY(gate(a, it, "V-OFF-TOPIC", it->about ? it->about->en : first, "conditions, title", err));
  if (it->relevance == TH_RELEVANCE_U) TH_TRY(gate(a, it, "V-UNMAPPED", first, "conditions, title", err));
  /* A hit of a search whose title and summary do not name the disease: all that was captured speaks of something else. */
  if (it->relevance == TH_RELEVANCE_U && s->partial && !s->conditions.n && s->texts.n)
    TH_TRY(gate(a, it, "V-OFF-TOPIC", s->title, "title, summary", err));
  return TH_OK;
}
