/* Validity gates: reasons why a study does not count, or counts for less (evidence.md §7). */
#include "evidence_priv.h"

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

static th_code paper_gates(th_arena *a, const th_study_seen *s, th_evidence_item *it, th_err *err) {
  th_str w = TH_STR_NONE;
  if (typed(a, s, "retract", &w)) TH_TRY(gate(a, it, "V-RETRACTED", w, "publicationTypes", err));
  if (typed(a, s, "expression of concern", &w)) TH_TRY(gate(a, it, "V-CONCERN", w, "publicationTypes", err));
  if (typed(a, s, "protocol", &w)) TH_TRY(gate(a, it, "V-PROTOCOL", w, "publicationTypes", err));
  if (typed(a, s, "veterinary", &w)) TH_TRY(gate(a, it, "V-ANIMAL", w, "publicationTypes", err));
  const bool systematic = it->design == TH_DESIGN_SR_OBS || it->design == TH_DESIGN_SR_RCT;
  if (!systematic &&
      (typed(a, s, "review", &w) || typed(a, s, "editorial", &w) || typed(a, s, "comment", &w) || typed(a, s, "letter", &w)))
    TH_TRY(gate(a, it, "V-NARRATIVE", w, "publicationTypes", err));
  if (!s->texts.n) TH_TRY(gate(a, it, "V-NO-DATA", TH_STR_NONE, "abstract", err));
  return TH_OK;
}

static th_code status_gates(th_arena *a, const th_study_seen *s, th_evidence_item *it, th_err *err) {
  const bool results = s->has_results == TH_TRUE;
  switch (s->status) {
  case TH_STATUS_WITHDRAWN: TH_TRY(gate(a, it, "V-WITHDRAWN", s->status_text.text, "status", err)); break;
  case TH_STATUS_ONGOING:
    if (!results) TH_TRY(gate(a, it, "V-ONGOING", s->status_text.text, "status", err));
    break;
  case TH_STATUS_TERMINATED: TH_TRY(gate(a, it, "V-TERMINATED-UNSTATED", s->status_text.text, "status", err)); break;
  case TH_STATUS_WITHHELD: TH_TRY(gate(a, it, "V-WITHHELD", s->status_text.text, "status", err)); break;
  case TH_STATUS_NOT_TOLD:
  case TH_STATUS_UNKNOWN:
    if (!results && s->origin != TH_ORIGIN_PAPER) TH_TRY(gate(a, it, "V-UNKNOWN-STATUS", s->status_text.text, "status", err));
    break;
  case TH_STATUS_COMPLETED:
    if (!results && s->origin != TH_ORIGIN_PAPER) TH_TRY(gate(a, it, "V-NO-RESULT", s->status_text.text, "status", err));
    break;
  }
  if (s->n == 0 && s->n_kind != TH_COUNT_ESTIMATED) TH_TRY(gate(a, it, "V-N0", s->n_text.text, "enrolment", err));
  return TH_OK;
}

/* What a record says against itself. */
static th_code own_conflicts(th_arena *a, const th_study_seen *s, th_evidence_item *it, th_err *err) {
  if (s->healthy_volunteers == TH_TRUE)
    for (size_t i = 0; i < s->texts.n; i++) {
      const th_str t = th_evidence__plain(a, s->texts.v[i].text);
      if (!th_str_has(t, TH_S("diagnosis")) && !th_str_has(t, TH_S("diagnosed")) && !th_str_has(t, TH_S("診斷"))) continue;
      TH_TRY(flag(a, it, "HEALTHY_VOLUNTEER_CONFLICT", s->texts.v[i].text, "eligibility", err));
      break;
    }
  const th_str purpose = th_evidence__plain(a, s->purpose.text), title = th_evidence__plain(a, s->title);
  if (th_str_has(purpose, TH_S("basic science")) && th_str_has(title, TH_S("efficacy")))
    TH_TRY(flag(a, it, "PURPOSE_CONFLICT", s->purpose.text, "purpose", err));
  return TH_OK;
}

/* Results are due twelve months after completion; without a day of completion nothing is judged. */
static th_code overdue(th_arena *a, const th_evidence_question *q, const th_study_seen *s, th_evidence_item *it, th_err *err) {
  if (s->origin != TH_ORIGIN_REGISTRY || s->status != TH_STATUS_COMPLETED || s->has_results == TH_TRUE) return TH_OK;
  if (s->has_results == TH_UNKNOWN) return flag(a, it, "RESULT_UNKNOWN", TH_STR_NONE, "results", err);
  if (s->completed.prec == TH_DATE_NONE || q->as_of.prec != TH_DATE_DAY) return TH_OK;
  const th_date limit = th_date_add_months(q->as_of, -12);
  if (th_date_last(s->completed) >= th_date_first(limit)) return TH_OK;
  char day[TH_DATE_TEXT];
  const th_str words = th_str_dup(a, th_str_of(th_date_iso(s->completed, day)));
  return words.p ? flag(a, it, "RESULTS_OVERDUE", words, "completion", err) : th_fail_nomem(err);
}

th_code th_evidence__own_gates(th_arena *a, const th_evidence_question *q, const th_study_seen *s, th_evidence_item *own,
                               th_err *err) {
  TH_TRY(status_gates(a, s, own, err));
  if (s->origin == TH_ORIGIN_PAPER) TH_TRY(paper_gates(a, s, own, err));
  TH_TRY(own_conflicts(a, s, own, err));
  TH_TRY(overdue(a, q, s, own, err));
  if (s->origin == TH_ORIGIN_REGISTRY && !th_field_has(s->model) && !th_field_has(s->allocation))
    TH_TRY(flag(a, own, "PARTIAL_RECORD", TH_STR_NONE, "design", err));
  return TH_OK;
}

th_code th_evidence__pair_gates(th_arena *a, th_evidence_item *it, th_err *err) {
  const th_study_seen *s = it->study;
  if (it->role != TH_ROLE_TESTED)
    TH_TRY(gate(a, it, "V-NOT-TESTED", th_str_of(th_role_code(it->role)), "arms, treatments, title", err));
  if (it->relevance == TH_RELEVANCE_C) TH_TRY(gate(a, it, "V-OFF-TOPIC", it->about->en, "conditions, title", err));
  if (it->relevance == TH_RELEVANCE_U)
    TH_TRY(gate(a, it, "V-UNMAPPED", s->conditions.n ? s->conditions.v[0].text : s->title, "conditions, title", err));
  return TH_OK;
}
