/* A registry record of ClinicalTrials.gov as a study: arms with everything they get, the conditions and the derived terms they bear
 * out, what was posted. What the record lacks stays absent. */
#include "evidence_priv.h"

#include <math.h>

static bool same_words(th_arena *a, th_str x, th_str y) {
  return th_str_eq(th_evidence__plain(a, x), th_evidence__plain(a, y));
}

/* ── Arms ── */

/* "Drug: Testimab" without what stands before the colon. */
static th_str bare(th_str intervention) {
  const size_t colon = th_str_find(intervention, TH_S(": "), 0);
  return colon == SIZE_MAX || colon > 24 ? intervention : th_str_sub(intervention, colon + 2, intervention.n);
}

/* "Drug: Testimab (T-101; Testix)": one treatment in one text, so that its other names are no further treatments. */
static th_field treatment_of(th_arena *a, const th_ctgov_intervention *x) {
  th_field f = x->name;
  th_buf b;
  th_buf_init(&b, a, 96);
  if (x->type.text.n) {
    const th_str type = th_evidence__plain(a, x->type.text);
    th_buf_add(&b, type);
    th_buf_addz(&b, ": ");
  }
  th_buf_add(&b, x->name.text);
  for (size_t i = 0; i < x->other_names.n; i++) {
    th_buf_addz(&b, i ? "; " : " (");
    th_buf_add(&b, x->other_names.v[i].text);
  }
  if (x->other_names.n) th_buf_addc(&b, ')');
  f.text = b.failed ? TH_STR_NONE : th_buf_str(&b);
  return f;
}

static bool is_given(th_arena *a, const th_ctgov_arm *arm, const th_ctgov_intervention *x) {
  for (size_t i = 0; i < arm->interventions.n; i++)
    if (same_words(a, bare(arm->interventions.v[i].text), x->name.text)) return true;
  for (size_t i = 0; i < x->arm_labels.n; i++)
    if (same_words(a, x->arm_labels.v[i].text, arm->label.text)) return true;
  return false;
}

static bool is_listed(th_arena *a, const th_ctgov_study *r, th_str name) {
  for (size_t i = 0; i < r->interventions.n; i++)
    if (same_words(a, bare(name), r->interventions.v[i].name.text)) return true;
  return false;
}

static th_code arms_of(th_arena *a, const th_ctgov_study *r, th_study_seen *out, th_err *err) {
  bool any = false;
  for (size_t i = 0; i < r->arms.n; i++) {
    const th_ctgov_arm *from = &r->arms.v[i];
    th_trial_arm *arm = TH_VEC_ADD(a, &out->arms);
    if (!arm) return th_fail_nomem(err);
    arm->label = from->label;
    arm->type = from->type;
    arm->description = from->description;
    for (size_t k = 0; k < r->interventions.n; k++)
      if (is_given(a, from, &r->interventions.v[k]) &&
          !TH_VEC_PUSH(a, &arm->treatments, treatment_of(a, &r->interventions.v[k])))
        return th_fail_nomem(err);
    for (size_t k = 0; k < from->interventions.n; k++) /* named in the arm alone */
      if (!is_listed(a, r, from->interventions.v[k].text) && !TH_VEC_PUSH(a, &arm->treatments, from->interventions.v[k]))
        return th_fail_nomem(err);
    any |= arm->treatments.n > 0;
  }
  if (!any && r->interventions.n) out->arms.n = 0; /* groups without what they get tell nothing of roles */
  for (size_t k = 0; k < r->interventions.n; k++)
    if (!TH_VEC_PUSH(a, &out->treatments, treatment_of(a, &r->interventions.v[k]))) return th_fail_nomem(err);
  return TH_OK;
}

/* ── Conditions ── */

/* A whole condition, or a whole piece of one between signs that list: "Depression, Psychosis". */
static bool stands_alone(th_arena *a, const th_ctgov_study *r, th_str found) {
  const th_str want = th_evidence__plain(a, found);
  for (size_t i = 0; i < r->conditions.n; i++) {
    const th_str c = th_evidence__plain(a, r->conditions.v[i].text);
    if (th_str_eq(c, want)) return true;
    for (size_t from = 0; from < c.n;) {
      size_t to = from;
      while (to < c.n && !strchr(",;/()|", c.p[to])) to++;
      if (th_str_eq(th_str_trim(th_str_sub(c, from, to)), want)) return true;
      from = to + 1;
    }
  }
  return false;
}

/* A derived term counts when a condition is that very name, or when it was found as a whole and not as a part of a longer name. */
static th_code topics_of(th_arena *a, const th_ctgov_study *r, th_study_seen *out, th_err *err) {
  for (size_t i = 0; i < r->condition_mesh.n; i++) {
    const th_ctgov_term *t = &r->condition_mesh.v[i];
    bool borne = stands_alone(a, r, t->term.text), told = false;
    for (size_t k = 0; k < r->condition_leaves.n && !borne; k++) {
      const th_ctgov_term *leaf = &r->condition_leaves.v[k];
      if (!same_words(a, leaf->term.text, t->term.text) || !leaf->as_found.text.n) continue;
      told = true;
      borne = !th_str_is(leaf->relevance.text, "LOW") && stands_alone(a, r, leaf->as_found.text);
    }
    /* Without leaves nothing tells what it was found as: with one condition and one term they speak of the same. */
    if (!borne && !told && !r->condition_leaves.n) borne = r->conditions.n == 1 && r->condition_mesh.n == 1;
    if (borne && !TH_VEC_PUSH(a, &out->topics, t->term)) return th_fail_nomem(err);
  }
  return TH_OK;
}

/* ── Results ── */

static double number(th_str text) {
  double v;
  text = th_str_trim(text);
  while (text.n && (text.p[0] == '<' || text.p[0] == '>' || text.p[0] == '=' || text.p[0] == ' '))
    text = th_str_sub(text, 1, text.n);
  if (text.n && text.p[text.n - 1] == '%') text.n--;
  return th_str_to_f64(text, &v) ? v : NAN;
}

static char sign_of(th_str p) {
  p = th_str_trim(p);
  if (!p.n || isnan(number(p))) return 0;
  return p.p[0] == '<' || p.p[0] == '>' ? p.p[0] : '=';
}

static void group_numbers(const th_ctgov_result *o, th_str id, th_group_seen *g) {
  size_t seen = 0, denominators = 0;
  for (size_t i = 0; i < o->measurements.n; i++)
    if (th_str_eq(o->measurements.v[i].group.text, id)) g->value = number(o->measurements.v[i].value.text), seen++;
  if (seen != 1) g->value = NAN;
  for (size_t i = 0; i < o->denominators.n; i++)
    if (th_str_eq(o->denominators.v[i].group.text, id)) g->people = number(o->denominators.v[i].value.text), denominators++;
  if (denominators != 1) g->people = NAN;
}

static th_code groups_of(th_arena *a, const th_ctgov_result *o, const th_ctgov_analysis *x, th_analysis_seen *out,
                         th_err *err) {
  for (size_t i = 0; i < o->groups.n; i++) {
    bool in = false;
    for (size_t k = 0; k < x->groups.n; k++) in |= th_str_eq(x->groups.v[k].text, o->groups.v[i].id.text);
    if (!in) continue;
    th_group_seen *g = TH_VEC_ADD(a, &out->groups);
    if (!g) return th_fail_nomem(err);
    *g = (th_group_seen){ o->groups.v[i].title.text, o->groups.v[i].description.text, NAN, NAN };
    group_numbers(o, o->groups.v[i].id.text, g);
  }
  return TH_OK;
}

static int rank_of(th_str type) {
  return th_str_is(type, "PRIMARY") ? 0 : th_str_is(type, "SECONDARY") ? 1 : 2;
}

/* People who started the first period, and who completed the last. */
static void flow_of(const th_ctgov_study *r, th_study_seen *out) {
  if (!r->flow.n) return;
  const th_str first = r->flow.v[0].period.text, last = r->flow.v[r->flow.n - 1].period.text;
  double started = 0, done = 0;
  bool any = false, any_done = false;
  for (size_t i = 0; i < r->flow.n; i++) {
    const th_ctgov_flow *f = &r->flow.v[i];
    const double n = number(f->count.text);
    if (f->left || isnan(n)) continue;
    if (th_str_eq(f->period.text, first) && th_str_is(f->what.text, "STARTED")) started += n, any = true;
    if (th_str_eq(f->period.text, last) && th_str_is(f->what.text, "COMPLETED")) done += n, any_done = true;
  }
  if (any && any_done && started > 0) out->people_started = started, out->people_done = done;
}

static th_code analyses_of(th_arena *a, const th_ctgov_study *r, th_study_seen *out, th_err *err) {
  for (size_t i = 0; i < r->results.n; i++) {
    const th_ctgov_result *o = &r->results.v[i];
    if (rank_of(o->type.text) == 0 && isnan(out->analysed)) {
      double sum = 0;
      for (size_t k = 0; k < o->groups.n; k++) {
        th_group_seen g = { .value = NAN, .people = NAN };
        group_numbers(o, o->groups.v[k].id.text, &g);
        sum += g.people;
      }
      if (o->groups.n) out->analysed = sum;
    }
    for (size_t k = 0; k < o->analyses.n; k++) {
      const th_ctgov_analysis *x = &o->analyses.v[k];
      th_analysis_seen *s = TH_VEC_ADD(a, &out->analyses);
      if (!s) return th_fail_nomem(err);
      const double level = number(x->ci_percent.text);
      *s = (th_analysis_seen){ .rank = rank_of(o->type.text),
                               .outcome = (uint32_t)i,
                               .title = o->title.text,
                               .words = o->unit.text,
                               .param = x->param_type.text,
                               .estimate = number(x->param_value.text),
                               .lo = number(x->ci_lower.text),
                               .hi = number(x->ci_upper.text),
                               .p = number(x->p_value.text),
                               .level = isnan(level) ? NAN : level / 100,
                               .p_sign = sign_of(x->p_value.text),
                               .comment = x->description.text,
                               .line = x->p_value.line ? x->p_value.line : o->line };
      s->non_inferiority =
          th_str_starts(x->non_inferiority.text, TH_S("NON_INFERIORITY")) || th_str_is(x->non_inferiority.text, "EQUIVALENCE");
      TH_TRY(groups_of(a, o, x, s, err));
    }
  }
  return TH_OK;
}

/* ── The record ── */

static th_study_status status_of(th_str s) {
  static const struct {
    const char *code;
    th_study_status status;
  } codes[] = {
    { "ACTIVE_NOT_RECRUITING", TH_STATUS_ONGOING },
    { "COMPLETED", TH_STATUS_COMPLETED },
    { "ENROLLING_BY_INVITATION", TH_STATUS_ONGOING },
    { "NOT_YET_RECRUITING", TH_STATUS_ONGOING },
    { "RECRUITING", TH_STATUS_ONGOING },
    { "SUSPENDED", TH_STATUS_ONGOING },
    { "TERMINATED", TH_STATUS_TERMINATED },
    { "WITHDRAWN", TH_STATUS_WITHDRAWN },
    { "AVAILABLE", TH_STATUS_ONGOING }, /* expanded access */
    { "TEMPORARILY_NOT_AVAILABLE", TH_STATUS_ONGOING },
    { "NO_LONGER_AVAILABLE", TH_STATUS_COMPLETED },
    { "APPROVED_FOR_MARKETING", TH_STATUS_COMPLETED },
    { "WITHHELD", TH_STATUS_WITHHELD },
    { "UNKNOWN", TH_STATUS_NOT_TOLD },
  };
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
    if (th_str_is(s, codes[i].code)) return codes[i].status;
  return TH_STATUS_UNKNOWN;
}

static th_code identity_of(th_arena *a, const th_ctgov_study *r, th_study_seen *out, th_err *err) {
  for (size_t i = 0; i < r->aliases.n; i++)
    if (!TH_VEC_PUSH(a, &out->related_ids, r->aliases.v[i].text)) return th_fail_nomem(err);
  for (size_t i = 0; i < r->secondary_ids.n; i++)
    if (!TH_VEC_PUSH(a, &out->related_ids, r->secondary_ids.v[i].id.text)) return th_fail_nomem(err);
  for (size_t i = 0; i < r->references.n; i++) {
    const th_ctgov_reference *x = &r->references.v[i];
    const th_reference_kind kind = th_str_is(x->type.text, "RESULT")    ? TH_REFERENCE_RESULT
                                   : th_str_is(x->type.text, "DERIVED") ? TH_REFERENCE_DERIVED
                                                                        : TH_REFERENCE_BACKGROUND;
    const th_reference_seen seen = { x->pmid.text.n ? th_str_fmt(a, "PMID%.*s", TH_STR_ARG(x->pmid.text)) : TH_STR_NONE, kind,
                                     x->n_retractions > 0 };
    if ((x->pmid.text.n && !seen.id.p) || !TH_VEC_PUSH(a, &out->references, seen)) return th_fail_nomem(err);
  }
  return TH_OK;
}

/* The part of the criteria that says who may take part. */
static th_field inclusion_of(th_arena *a, th_field eligibility) {
  const th_str plain = th_evidence__plain(a, eligibility.text);
  const size_t at = th_str_find(plain, TH_S("exclusion criteria"), 0);
  if (at != SIZE_MAX) eligibility.text = th_str_sub(plain, 0, at);
  return eligibility;
}

static bool push_text(th_arena *a, th_study_seen *out, th_field f) {
  return !f.text.n || TH_VEC_PUSH(a, &out->texts, f);
}

static bool actual(th_ctgov_day d, th_study_status status) {
  if (d.date.prec == TH_DATE_NONE) return false;
  if (d.kind.text.n) return th_str_is(d.kind.text, "ACTUAL");
  return status == TH_STATUS_COMPLETED || status == TH_STATUS_TERMINATED; /* before kinds were told */
}

th_code th_study_of_ctgov(th_arena *a, const th_ctgov_study *r, uint32_t source, th_study_seen *out, th_err *err) {
  *out = (th_study_seen){ .origin = TH_ORIGIN_REGISTRY,
                          .form = TH_FORM_CTGOV,
                          .source = source,
                          .id = r->nct_id.text,
                          .title = r->brief_title.text.n ? r->brief_title.text : r->official_title.text,
                          .official_title = r->official_title.text,
                          .sponsor = r->sponsor.text,
                          .conditions = r->conditions,
                          .phases = r->phase_bits,
                          .status = status_of(r->status.text),
                          .status_text = r->status,
                          .why_stopped = r->why_stopped,
                          .n = r->enrolment,
                          .study_type = r->study_type,
                          .allocation = r->allocation,
                          .model = th_field_has(r->model) ? r->model : r->observational_model,
                          .masking = r->masking,
                          .purpose = r->purpose,
                          .healthy_volunteers = r->healthy_volunteers,
                          .has_results = r->results.n ? TH_TRUE : r->has_results,
                          .started = r->start.date,
                          .completed = r->completion.date.prec ? r->completion.date : r->primary_completion.date,
                          .events = -1,
                          .inclusion = inclusion_of(a, r->eligibility),
                          .outcome_changed = TH_UNKNOWN,
                          .analysed = NAN,
                          .people_started = NAN,
                          .people_done = NAN,
                          .line = r->line };
  out->n_kind = th_str_is(r->enrolment_kind.text, "ACTUAL")      ? TH_COUNT_ACTUAL
                : th_str_is(r->enrolment_kind.text, "ESTIMATED") ? TH_COUNT_ESTIMATED
                                                                 : TH_COUNT_UNKNOWN;
  out->n_text = r->enrolment_kind;
  if (r->phases.n) out->phase_text = r->phases.v[0];
  if (th_str_is(r->time_perspective.text, "CROSS_SECTIONAL")) out->model = r->time_perspective;
  out->due = actual(r->primary_completion, out->status) ? r->primary_completion.date
             : actual(r->completion, out->status)       ? r->completion.date
                                                        : (th_date){ 0 };
  out->partial = !r->arms.n && !th_field_has(r->allocation) && !th_field_has(out->model);
  if (!push_text(a, out, r->brief_summary) || !push_text(a, out, r->detailed_description)) return th_fail_nomem(err);
  TH_TRY(arms_of(a, r, out, err));
  flow_of(r, out);
  TH_TRY(topics_of(a, r, out, err));
  TH_TRY(identity_of(a, r, out, err));
  return analyses_of(a, r, out, err);
}
