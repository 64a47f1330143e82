/* A registry record of ClinicalTrials.gov as a study: arms with everything they get, the conditions and the derived terms they bear
 * out, what was posted. What the record lacks stays absent. */
#include "evidence_priv.h"

#include <math.h>
#include <stdlib.h>

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

/* Letters and figures of a name with one blank between: "Caries,Dental" and "caries, dental" are one. */
static th_str key_of(th_arena *a, th_str text) {
  const th_str plain = th_evidence__plain(a, text);
  char *p = th_arena_alloc(a, plain.n + 1, 1);
  size_t n = 0;
  if (!p || !plain.p) return TH_STR_NONE;
  for (size_t i = 0; i < plain.n; i++) {
    const char c = plain.p[i];
    const bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80);
    if (word)
      p[n++] = c;
    else if (n && p[n - 1] != ' ')
      p[n++] = ' ';
  }
  while (n && p[n - 1] == ' ') n--;
  p[n] = 0;
  return th_str_n(p, n);
}

/* Name or label → index, the first of its kind. */
static th_code learn(th_arena *a, th_map *m, th_str text, size_t index, th_err *err) {
  const th_str key = key_of(a, text);
  bool is_new;
  uint64_t *at = key.p ? th_map_at(m, key, &is_new) : NULL;
  if (!at) return th_fail_nomem(err);
  if (is_new) *at = index;
  return TH_OK;
}

static bool look_up(th_arena *a, const th_map *m, th_str text, uint64_t *index) {
  const th_str key = key_of(a, text);
  return key.p && th_map_get(m, key, index);
}

typedef TH_VEC(uint32_t) indices;

static int by_number(const void *x, const void *y) {
  const uint32_t p = *(const uint32_t *)x, q = *(const uint32_t *)y;
  return (p > q) - (p < q);
}

/* Which interventions an arm gets: named in the arm, or naming the arm. */
static th_code given_of(th_arena *a, const th_ctgov_study *r, indices *given, const th_map *by_name, th_err *err) {
  th_map by_label;
  th_map_init(&by_label, a);
  for (size_t i = 0; i < r->arms.n; i++) TH_TRY(learn(a, &by_label, r->arms.v[i].label.text, i, err));
  uint64_t at;
  for (size_t i = 0; i < r->arms.n; i++)
    for (size_t k = 0; k < r->arms.v[i].interventions.n; k++)
      if (look_up(a, by_name, bare(r->arms.v[i].interventions.v[k].text), &at) && !TH_VEC_PUSH(a, &given[i], (uint32_t)at))
        return th_fail_nomem(err);
  for (size_t k = 0; k < r->interventions.n; k++)
    for (size_t i = 0; i < r->interventions.v[k].arm_labels.n; i++)
      if (look_up(a, &by_label, r->interventions.v[k].arm_labels.v[i].text, &at) && !TH_VEC_PUSH(a, &given[at], (uint32_t)k))
        return th_fail_nomem(err);
  return TH_OK;
}

static th_code arms_of(th_arena *a, const th_ctgov_study *r, th_study_seen *out, th_err *err) {
  bool any = false;
  th_map by_name;
  th_map_init(&by_name, a);
  indices *given = TH_NEWN(a, indices, r->arms.n + 1);
  if (!given) return th_fail_nomem(err);
  for (size_t k = 0; k < r->interventions.n; k++) TH_TRY(learn(a, &by_name, bare(r->interventions.v[k].name.text), k, err));
  TH_TRY(given_of(a, r, given, &by_name, err));
  for (size_t k = 0; k < r->interventions.n; k++)
    if (!TH_VEC_PUSH(a, &out->treatments, treatment_of(a, &r->interventions.v[k]))) return th_fail_nomem(err);
  for (size_t i = 0; i < r->arms.n; i++) {
    const th_ctgov_arm *from = &r->arms.v[i];
    th_trial_arm *arm = TH_VEC_ADD(a, &out->arms);
    if (!arm) return th_fail_nomem(err);
    *arm = (th_trial_arm){ .label = from->label, .type = from->type, .description = from->description };
    if (given[i].n) qsort(given[i].v, given[i].n, sizeof *given[i].v, by_number);
    for (size_t k = 0; k < given[i].n; k++)
      if ((!k || given[i].v[k] != given[i].v[k - 1]) && !TH_VEC_PUSH(a, &arm->treatments, out->treatments.v[given[i].v[k]]))
        return th_fail_nomem(err);
    uint64_t at;
    for (size_t k = 0; k < from->interventions.n; k++) /* named in the arm alone */
      if (!look_up(a, &by_name, bare(from->interventions.v[k].text), &at) &&
          !TH_VEC_PUSH(a, &arm->treatments, from->interventions.v[k]))
        return th_fail_nomem(err);
    any |= arm->treatments.n > 0;
  }
  if (!any && r->interventions.n) out->arms.n = 0; /* groups without what they get tell nothing of roles */
  return TH_OK;
}

/* ── Conditions ── */

/* Whole conditions, and whole pieces of them between signs that list: "Depression, Psychosis". */
static th_code pieces_of(th_arena *a, const th_ctgov_study *r, th_map *out, th_err *err) {
  for (size_t i = 0; i < r->conditions.n; i++) {
    const th_str c = th_evidence__plain(a, r->conditions.v[i].text);
    TH_TRY(learn(a, out, c, i, err));
    for (size_t from = 0; from < c.n;) {
      size_t to = from;
      while (to < c.n && !strchr(",;/()|", c.p[to])) to++;
      const th_str piece = th_str_trim(th_str_sub(c, from, to));
      if (piece.n) TH_TRY(learn(a, out, piece, i, err));
      from = to + 1;
    }
  }
  return TH_OK;
}

/* A derived term counts when a condition is that very name, or when it was found as a whole and not as a part of a longer name. */
static th_code topics_of(th_arena *a, const th_ctgov_study *r, th_study_seen *out, th_err *err) {
  th_map pieces, leaves;
  th_map_init(&pieces, a);
  th_map_init(&leaves, a);
  TH_TRY(pieces_of(a, r, &pieces, err));
  for (size_t k = 0; k < r->condition_leaves.n; k++)
    if (r->condition_leaves.v[k].as_found.text.n) TH_TRY(learn(a, &leaves, r->condition_leaves.v[k].term.text, k, err));
  for (size_t i = 0; i < r->condition_mesh.n; i++) {
    const th_ctgov_term *t = &r->condition_mesh.v[i];
    uint64_t at;
    bool borne = look_up(a, &pieces, t->term.text, &at);
    if (!borne && look_up(a, &leaves, t->term.text, &at)) {
      const th_ctgov_term *leaf = &r->condition_leaves.v[at];
      borne = !th_str_is(leaf->relevance.text, "LOW") && look_up(a, &pieces, leaf->as_found.text, &at);
    }
    /* Without leaves nothing tells what it was found as: with one condition and one term they speak of the same. */
    if (!borne && !r->condition_leaves.n) borne = r->conditions.n == 1 && r->condition_mesh.n == 1;
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

/* The groups of an outcome with their own numbers: one value and one size each, or none. */
static th_code outcome_groups(th_arena *a, const th_ctgov_result *o, th_group_seen **out, th_map *by_id, th_err *err) {
  size_t *values = TH_NEWN(a, size_t, o->groups.n + 1), *sizes = TH_NEWN(a, size_t, o->groups.n + 1);
  *out = TH_NEWN(a, th_group_seen, o->groups.n + 1);
  if (!values || !sizes || !*out) return th_fail_nomem(err);
  th_map_init(by_id, a);
  for (size_t i = 0; i < o->groups.n; i++) {
    (*out)[i] = (th_group_seen){ o->groups.v[i].title.text, o->groups.v[i].description.text, NAN, NAN };
    bool is_new;
    uint64_t *at = th_map_at(by_id, o->groups.v[i].id.text, &is_new);
    if (!at) return th_fail_nomem(err);
    if (is_new) *at = i;
  }
  uint64_t at;
  for (size_t i = 0; i < o->measurements.n; i++)
    if (th_map_get(by_id, o->measurements.v[i].group.text, &at))
      (*out)[at].value = values[at]++ ? NAN : number(o->measurements.v[i].value.text);
  for (size_t i = 0; i < o->denominators.n; i++)
    if (th_map_get(by_id, o->denominators.v[i].group.text, &at))
      (*out)[at].people = sizes[at]++ ? NAN : number(o->denominators.v[i].value.text);
  return TH_OK;
}

static th_code groups_of(th_arena *a, const th_group_seen *all, const th_map *by_id, const th_ctgov_analysis *x,
                         th_analysis_seen *out, th_err *err) {
  indices in = { 0 };
  uint64_t at;
  for (size_t k = 0; k < x->groups.n; k++)
    if (th_map_get(by_id, x->groups.v[k].text, &at) && !TH_VEC_PUSH(a, &in, (uint32_t)at)) return th_fail_nomem(err);
  if (in.n) qsort(in.v, in.n, sizeof *in.v, by_number);
  for (size_t k = 0; k < in.n; k++)
    if ((!k || in.v[k] != in.v[k - 1]) && !TH_VEC_PUSH(a, &out->groups, all[in.v[k]])) return th_fail_nomem(err);
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
    th_group_seen *all;
    th_map by_id;
    TH_TRY(outcome_groups(a, o, &all, &by_id, err));
    if (rank_of(o->type.text) == 0 && isnan(out->analysed)) {
      double sum = 0;
      for (size_t k = 0; k < o->groups.n; k++) sum += all[k].people;
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
      TH_TRY(groups_of(a, all, &by_id, x, s, err));
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
                                     x->n_retractions > 0,
                                     th_str_has(th_evidence__plain(a, x->citation.text), TH_S("protocol")) };
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
  out->registry = r;
  out->partial = !r->arms.n && !th_field_has(r->allocation) && !th_field_has(out->model);
  if (!push_text(a, out, r->brief_summary) || !push_text(a, out, r->detailed_description)) return th_fail_nomem(err);
  TH_TRY(arms_of(a, r, out, err));
  flow_of(r, out);
  TH_TRY(topics_of(a, r, out, err));
  TH_TRY(identity_of(a, r, out, err));
  return analyses_of(a, r, out, err);
}
