/* Studies of ClinicalTrials.gov, API version 2. Looked up by path, module by module; the order of members plays no part. */
#include "source/source_priv.h"
#include "theriac/io.h"

#include <math.h>

typedef struct reader {
  th_arena *a;
  th_source__jdoc d;
  th_ctgov_study *s;
  th_err *err;
} reader;

static th_field get(const reader *r, const th_json *o, const char *key) {
  return th_source__jfield(&r->d, th_json_get(o, key));
}

static bool list(const reader *r, const th_json *o, const char *key, th_field_vec *out) {
  return th_source__jfields(r->a, &r->d, th_json_get(o, key), out);
}

static th_tri truth(const th_json *v) {
  return v && v->kind == TH_JSON_BOOL ? th_tri_of(v->boolean) : TH_UNKNOWN;
}

static th_ctgov_day day(const reader *r, const th_json *module, const char *key) {
  const th_json *o = th_json_get(module, key);
  th_ctgov_day d = { .text = get(r, o, "date"), .kind = get(r, o, "type") };
  if (o && o->kind == TH_JSON_STRING) d.text = th_source__jfield(&r->d, o);
  if (!th_date_parse_iso(d.text.text, &d.date)) d.date = (th_date){ 0 };
  return d;
}

bool th_mesh_same(th_str x, th_str y) {
  if (x.n < 2 || y.n < 2 || x.p[0] != y.p[0]) return false;
  size_t i = 1, k = 1;
  while (i + 1 < x.n && x.p[i] == '0') i++;
  while (k + 1 < y.n && y.p[k] == '0') k++;
  return th_str_eq(th_str_sub(x, i, x.n), th_str_sub(y, k, y.n));
}

/* ── Enumerations ──────────────────────────────────────────────────────────────────────────────────────────────────── */

static const char *const statuses[] = { "ACTIVE_NOT_RECRUITING",
                                        "COMPLETED",
                                        "ENROLLING_BY_INVITATION",
                                        "NOT_YET_RECRUITING",
                                        "RECRUITING",
                                        "SUSPENDED",
                                        "TERMINATED",
                                        "WITHDRAWN",
                                        "AVAILABLE",
                                        "NO_LONGER_AVAILABLE",
                                        "TEMPORARILY_NOT_AVAILABLE",
                                        "APPROVED_FOR_MARKETING",
                                        "WITHHELD",
                                        "UNKNOWN",
                                        NULL };
static const char *const study_types[] = { "EXPANDED_ACCESS", "INTERVENTIONAL", "OBSERVATIONAL", NULL };
static const char *const allocations[] = { "RANDOMIZED", "NON_RANDOMIZED", "NA", NULL };
static const char *const models[] = { "SINGLE_GROUP", "PARALLEL", "CROSSOVER", "FACTORIAL", "SEQUENTIAL", NULL };
static const char *const maskings[] = { "NONE", "SINGLE", "DOUBLE", "TRIPLE", "QUADRUPLE", NULL };
static const char *const phase_names[] = { "EARLY_PHASE1", "PHASE1", "PHASE2", "PHASE3", "PHASE4", "NA", NULL };

/* A value of no known enumeration is kept as text and said. */
static bool known(reader *r, th_field f, const char *const *values) {
  if (!th_field_has(f)) return true;
  for (; *values; values++)
    if (th_str_is(f.text, *values)) return true;
  const th_str why = th_str_fmt(r->a, "\"%.*s\" is a value this reader does not know; it is kept as text", TH_STR_ARG(f.text));
  return why.p && TH_VEC_PUSH(r->a, &r->s->gaps, (th_gap){ "enumeration", f.line, why });
}

/* ── Modules ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool identification(reader *r, const th_json *m) {
  th_ctgov_study *s = r->s;
  s->nct_id = get(r, m, "nctId");
  s->org_id = get(r, th_json_get(m, "orgStudyIdInfo"), "id");
  s->brief_title = get(r, m, "briefTitle");
  s->official_title = get(r, m, "officialTitle");
  s->acronym = get(r, m, "acronym");
  s->organization = get(r, th_json_get(m, "organization"), "fullName");
  const th_json *ids = th_json_get(m, "secondaryIdInfos");
  for (size_t i = 0; ids && i < ids->n; i++) {
    const th_json *o = th_json_item(ids, i);
    const th_ctgov_id id = { get(r, o, "id"), get(r, o, "type") };
    if (th_field_has(id.id) && !TH_VEC_PUSH(r->a, &s->secondary_ids, id)) return false;
  }
  return list(r, m, "nctIdAliases", &s->aliases);
}

static bool status(reader *r, const th_json *m) {
  th_ctgov_study *s = r->s;
  s->status = get(r, m, "overallStatus");
  s->last_known_status = get(r, m, "lastKnownStatus");
  s->why_stopped = get(r, m, "whyStopped");
  s->verified = day(r, m, "statusVerifiedDate");
  s->start = day(r, m, "startDateStruct");
  s->primary_completion = day(r, m, "primaryCompletionDateStruct");
  s->completion = day(r, m, "completionDateStruct");
  s->results_posted = day(r, m, "resultsFirstPostDateStruct");
  s->last_update = day(r, m, "lastUpdatePostDateStruct");
  return known(r, s->status, statuses);
}

static bool people(reader *r, const th_json *sponsors, const th_json *contacts) {
  th_ctgov_study *s = r->s;
  s->sponsor = get(r, th_json_get(sponsors, "leadSponsor"), "name");
  s->sponsor_class = get(r, th_json_get(sponsors, "leadSponsor"), "class");
  const th_json *all = th_json_get(sponsors, "collaborators"), *places = th_json_get(contacts, "locations");
  for (size_t i = 0; all && i < all->n; i++) {
    const th_field name = get(r, th_json_item(all, i), "name");
    if (th_field_has(name) && !TH_VEC_PUSH(r->a, &s->collaborators, name)) return false;
  }
  for (size_t i = 0; places && i < places->n; i++) {
    const th_json *o = th_json_item(places, i);
    th_ctgov_place p = {
      get(r, o, "facility"), get(r, o, "status"), get(r, o, "city"), get(r, o, "state"), get(r, o, "country"), NAN, NAN
    };
    if (!th_json_f64(th_json_at(o, "geoPoint.lat"), &p.latitude)) p.latitude = NAN;
    if (!th_json_f64(th_json_at(o, "geoPoint.lon"), &p.longitude)) p.longitude = NAN;
    if (!TH_VEC_PUSH(r->a, &s->places, p)) return false;
  }
  return true;
}

static bool design(reader *r, const th_json *m) {
  th_ctgov_study *s = r->s;
  const th_json *info = th_json_get(m, "designInfo"), *masking = th_json_get(info, "maskingInfo"),
                *n = th_json_get(m, "enrollmentInfo");
  s->study_type = get(r, m, "studyType");
  s->allocation = get(r, info, "allocation");
  s->model = get(r, info, "interventionModel");
  s->observational_model = get(r, info, "observationalModel");
  s->time_perspective = get(r, info, "timePerspective");
  s->purpose = get(r, info, "primaryPurpose");
  s->masking = get(r, masking, "masking");
  s->enrolment_kind = get(r, n, "type");
  if (!th_json_i64(th_json_get(n, "count"), &s->enrolment) &&
      !th_str_to_i64(th_json_text(th_json_get(n, "count")), &s->enrolment))
    s->enrolment = -1;
  if (!list(r, masking, "whoMasked", &s->who_masked) || !list(r, m, "phases", &s->phases)) return false;
  for (size_t i = 0; i < s->phases.n; i++) {
    for (unsigned k = 0; k < 5; k++)
      if (th_str_is(s->phases.v[i].text, phase_names[k])) s->phase_bits |= 1u << k;
    if (!known(r, s->phases.v[i], phase_names)) return false;
  }
  return known(r, s->study_type, study_types) && known(r, s->allocation, allocations) && known(r, s->model, models) &&
         known(r, s->masking, maskings);
}

static bool arms(reader *r, const th_json *m) {
  const th_json *groups = th_json_get(m, "armGroups"), *all = th_json_get(m, "interventions");
  for (size_t i = 0; groups && i < groups->n; i++) {
    const th_json *o = th_json_item(groups, i);
    th_ctgov_arm *x = TH_VEC_ADD(r->a, &r->s->arms);
    if (!x) return false;
    x->label = get(r, o, "label");
    x->type = get(r, o, "type");
    x->description = get(r, o, "description");
    if (!list(r, o, "interventionNames", &x->interventions)) return false;
  }
  for (size_t i = 0; all && i < all->n; i++) {
    const th_json *o = th_json_item(all, i);
    th_ctgov_intervention *x = TH_VEC_ADD(r->a, &r->s->interventions);
    if (!x) return false;
    x->type = get(r, o, "type");
    x->name = get(r, o, "name");
    x->description = get(r, o, "description");
    if (!list(r, o, "otherNames", &x->other_names) || !list(r, o, "armGroupLabels", &x->arm_labels)) return false;
  }
  return true;
}

static bool outcomes(reader *r, const th_json *m) {
  static const char *const keys[] = { "primaryOutcomes", "secondaryOutcomes", "otherOutcomes" };
  for (int k = 0; k < 3; k++) {
    const th_json *all = th_json_get(m, keys[k]);
    for (size_t i = 0; all && i < all->n; i++) {
      const th_json *o = th_json_item(all, i);
      const th_ctgov_outcome x = { (th_ctgov_outcome_kind)k, get(r, o, "measure"), get(r, o, "description"),
                                   get(r, o, "timeFrame") };
      if (!TH_VEC_PUSH(r->a, &r->s->outcomes, x)) return false;
    }
  }
  return true;
}

static bool eligibility(reader *r, const th_json *m) {
  th_ctgov_study *s = r->s;
  s->eligibility = get(r, m, "eligibilityCriteria");
  s->sex = get(r, m, "sex");
  s->minimum_age = get(r, m, "minimumAge");
  s->maximum_age = get(r, m, "maximumAge");
  s->healthy_volunteers = truth(th_json_get(m, "healthyVolunteers"));
  return list(r, m, "stdAges", &s->std_ages);
}

static bool references(reader *r, const th_json *m) {
  const th_json *all = th_json_get(m, "references");
  for (size_t i = 0; all && i < all->n; i++) {
    const th_json *o = th_json_item(all, i), *gone = th_json_get(o, "retractions");
    const th_ctgov_reference x = { get(r, o, "pmid"), get(r, o, "type"), get(r, o, "citation"),
                                   gone && gone->kind == TH_JSON_ARRAY ? gone->n : 0 };
    if (!TH_VEC_PUSH(r->a, &r->s->references, x)) return false;
  }
  return true;
}

static bool terms(reader *r, const th_json *m, const char *key, const char *name, th_ctgov_terms *out) {
  const th_json *all = th_json_get(m, key);
  for (size_t i = 0; all && i < all->n; i++) {
    const th_json *o = th_json_item(all, i);
    const th_ctgov_term x = { get(r, o, "id"), get(r, o, name), get(r, o, "asFound"), get(r, o, "relevance") };
    if (!TH_VEC_PUSH(r->a, out, x)) return false;
  }
  return true;
}

static bool derived(reader *r, const th_json *m) {
  th_ctgov_study *s = r->s;
  const th_json *c = th_json_get(m, "conditionBrowseModule"), *i = th_json_get(m, "interventionBrowseModule");
  return terms(r, c, "meshes", "term", &s->condition_mesh) && terms(r, c, "ancestors", "term", &s->condition_ancestors) &&
         terms(r, c, "browseLeaves", "name", &s->condition_leaves) && terms(r, i, "meshes", "term", &s->intervention_mesh) &&
         terms(r, i, "ancestors", "term", &s->intervention_ancestors) &&
         terms(r, i, "browseLeaves", "name", &s->intervention_leaves);
}

/* ── Results ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool groups(reader *r, const th_json *all, th_ctgov_groups *out) {
  for (size_t i = 0; all && i < all->n; i++) {
    const th_json *o = th_json_item(all, i);
    const th_ctgov_group x = { get(r, o, "id"), get(r, o, "title"), get(r, o, "description") };
    if (!TH_VEC_PUSH(r->a, out, x)) return false;
  }
  return true;
}

static bool denominators(reader *r, const th_json *all, th_ctgov_result *out) {
  for (size_t i = 0; all && i < all->n; i++) {
    const th_json *o = th_json_item(all, i), *counts = th_json_get(o, "counts");
    for (size_t k = 0; counts && k < counts->n; k++) {
      const th_json *c = th_json_item(counts, k);
      const th_ctgov_denominator x = { get(r, o, "units"), get(r, c, "groupId"), get(r, c, "value") };
      if (!TH_VEC_PUSH(r->a, &out->denominators, x)) return false;
    }
  }
  return true;
}

static bool category(reader *r, th_field class_title, const th_json *o, th_ctgov_result *out) {
  const th_json *all = th_json_get(o, "measurements");
  const th_field title = get(r, o, "title");
  for (size_t i = 0; all && i < all->n; i++) {
    const th_json *m = th_json_item(all, i);
    const th_ctgov_measurement x = { class_title,
                                     title,
                                     get(r, m, "groupId"),
                                     get(r, m, "value"),
                                     get(r, m, "spread"),
                                     get(r, m, "lowerLimit"),
                                     get(r, m, "upperLimit") };
    if (!TH_VEC_PUSH(r->a, &out->measurements, x)) return false;
  }
  return true;
}

static bool measurements(reader *r, const th_json *classes, th_ctgov_result *out) {
  for (size_t i = 0; classes && i < classes->n; i++) {
    const th_json *c = th_json_item(classes, i), *all = th_json_get(c, "categories");
    const th_field title = get(r, c, "title");
    for (size_t k = 0; all && k < all->n; k++)
      if (!category(r, title, th_json_item(all, k), out)) return false;
  }
  return true;
}

static bool analyses(reader *r, const th_json *all, th_ctgov_result *out) {
  for (size_t i = 0; all && i < all->n; i++) {
    const th_json *o = th_json_item(all, i);
    th_ctgov_analysis *x = TH_VEC_ADD(r->a, &out->analyses);
    if (!x || !list(r, o, "groupIds", &x->groups)) return false;
    x->method = get(r, o, "statisticalMethod");
    x->p_value = get(r, o, "pValue");
    x->param_type = get(r, o, "paramType");
    x->param_value = get(r, o, "paramValue");
    x->ci_percent = get(r, o, "ciPctValue");
    x->ci_sides = get(r, o, "ciNumSides");
    x->ci_lower = get(r, o, "ciLowerLimit");
    x->ci_upper = get(r, o, "ciUpperLimit");
    x->non_inferiority = get(r, o, "nonInferiorityType");
    x->description = get(r, o, "groupDescription");
  }
  return true;
}

static bool counts_of(reader *r, th_field period, th_field what, const th_json *counts, bool left) {
  for (size_t i = 0; counts && i < counts->n; i++) {
    const th_json *o = th_json_item(counts, i);
    const th_ctgov_flow x = { period, what, get(r, o, "groupId"), get(r, o, "numSubjects"), left };
    if (!TH_VEC_PUSH(r->a, &r->s->flow, x)) return false;
  }
  return true;
}

static bool flow(reader *r, const th_json *m) {
  const th_json *periods = th_json_get(m, "periods");
  if (!groups(r, th_json_get(m, "groups"), &r->s->flow_groups)) return false;
  for (size_t i = 0; periods && i < periods->n; i++) {
    const th_json *o = th_json_item(periods, i), *reached = th_json_get(o, "milestones"),
                  *gone = th_json_get(o, "dropWithdraws");
    const th_field title = get(r, o, "title");
    for (size_t k = 0; reached && k < reached->n; k++) {
      const th_json *x = th_json_item(reached, k);
      if (!counts_of(r, title, get(r, x, "type"), th_json_get(x, "achievements"), false)) return false;
    }
    for (size_t k = 0; gone && k < gone->n; k++) {
      const th_json *x = th_json_item(gone, k);
      if (!counts_of(r, title, get(r, x, "type"), th_json_get(x, "reasons"), true)) return false;
    }
  }
  return true;
}

static bool baseline(reader *r, const th_json *m) {
  const th_json *all = th_json_get(m, "measures");
  if (!groups(r, th_json_get(m, "groups"), &r->s->baseline_groups)) return false;
  for (size_t i = 0; all && i < all->n; i++) {
    const th_json *o = th_json_item(all, i);
    th_ctgov_result *x = TH_VEC_ADD(r->a, &r->s->baseline);
    if (!x) return false;
    x->line = th_source__jdoc_line(&r->d, o->offset);
    x->title = get(r, o, "title");
    x->description = get(r, o, "description");
    x->population = get(r, o, "populationDescription");
    x->param_type = get(r, o, "paramType");
    x->dispersion = get(r, o, "dispersionType");
    x->unit = get(r, o, "unitOfMeasure");
    const th_json *denoms = th_json_get(o, "denoms");
    if (!denominators(r, denoms ? denoms : th_json_get(m, "denoms"), x) || !measurements(r, th_json_get(o, "classes"), x))
      return false;
  }
  return true;
}

static bool outcome_results(reader *r, const th_json *m) {
  const th_json *all = th_json_at(m, "outcomeMeasuresModule.outcomeMeasures");
  for (size_t i = 0; all && i < all->n; i++) {
    const th_json *o = th_json_item(all, i);
    th_ctgov_result *x = TH_VEC_ADD(r->a, &r->s->results);
    if (!x) return false;
    x->line = th_source__jdoc_line(&r->d, o->offset);
    x->type = get(r, o, "type");
    x->title = get(r, o, "title");
    x->description = get(r, o, "description");
    x->population = get(r, o, "populationDescription");
    x->status = get(r, o, "reportingStatus");
    x->time_frame = get(r, o, "timeFrame");
    x->param_type = get(r, o, "paramType");
    x->dispersion = get(r, o, "dispersionType");
    x->unit = get(r, o, "unitOfMeasure");
    if (!groups(r, th_json_get(o, "groups"), &x->groups) || !denominators(r, th_json_get(o, "denoms"), x) ||
        !measurements(r, th_json_get(o, "classes"), x) || !analyses(r, th_json_get(o, "analyses"), x))
      return false;
  }
  return true;
}

static bool events(reader *r, const th_json *m) {
  const th_json *all = th_json_get(m, "eventGroups");
  for (size_t i = 0; all && i < all->n; i++) {
    const th_json *o = th_json_item(all, i);
    const th_ctgov_events x = { get(r, o, "id"),
                                get(r, o, "title"),
                                get(r, o, "deathsNumAffected"),
                                get(r, o, "deathsNumAtRisk"),
                                get(r, o, "seriousNumAffected"),
                                get(r, o, "seriousNumAtRisk"),
                                get(r, o, "otherNumAffected"),
                                get(r, o, "otherNumAtRisk") };
    if (!TH_VEC_PUSH(r->a, &r->s->events, x)) return false;
  }
  return true;
}

static bool results(reader *r, const th_json *m) {
  return m == NULL ||
         (flow(r, th_json_get(m, "participantFlowModule")) && baseline(r, th_json_get(m, "baselineCharacteristicsModule")) &&
          outcome_results(r, m) && events(r, th_json_get(m, "adverseEventsModule")));
}

/* ── The study and what holds it ───────────────────────────────────────────────────────────────────────────────────── */

static bool gaps(reader *r) {
  const th_ctgov_study *s = r->s;
  const struct {
    bool there;
    const char *what, *why;
  } all[] = {
    { th_field_has(s->status), "status", "the record holds no status" },
    { th_field_has(s->study_type), "study type", "the record holds no study type" },
    { th_field_has(s->allocation) || th_field_has(s->model) || th_field_has(s->observational_model), "design",
      "the record holds no design" },
    { s->arms.n > 0, "arms", "the record holds no arms" },
    { s->interventions.n > 0, "interventions", "the record holds no interventions" },
    { s->conditions.n > 0, "conditions", "the record holds no conditions" },
    { s->enrolment >= 0, "enrolment", "the record holds no number of participants" },
    { s->outcomes.n > 0, "outcomes", "the record holds no outcome measures" },
    { th_field_has(s->eligibility), "eligibility", "the record holds no eligibility criteria" },
    { s->has_results != TH_UNKNOWN, "has results", "the record does not say whether results were posted" },
  };
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
    if (!all[i].there && !th_source__gap(r->a, &r->s->gaps, all[i].what, 0, all[i].why)) return false;
  return true;
}

static th_code study(reader *r, const th_json *o, th_ctgov_doc *out) {
  th_ctgov_study *s = r->s = TH_VEC_ADD(r->a, &out->studies);
  if (!s) return th_fail_nomem(r->err);
  const th_json *p = th_json_get(o, "protocolSection"), *d = th_json_get(p, "descriptionModule"),
                *c = th_json_get(p, "conditionsModule");
  s->from = r->d.base + (uint32_t)o->offset;
  s->to = r->d.base + th_source__jdoc_end(&r->d, o->offset);
  s->line = th_source__jdoc_line(&r->d, o->offset);
  s->enrolment = -1;
  s->brief_summary = get(r, d, "briefSummary");
  s->detailed_description = get(r, d, "detailedDescription");
  s->has_results = truth(th_json_get(o, "hasResults"));
  s->provenance = get(r, o, "_provenance");
  const bool ok = identification(r, th_json_get(p, "identificationModule")) && status(r, th_json_get(p, "statusModule")) &&
                  people(r, th_json_get(p, "sponsorCollaboratorsModule"), th_json_get(p, "contactsLocationsModule")) &&
                  list(r, c, "conditions", &s->conditions) && list(r, c, "keywords", &s->keywords) &&
                  design(r, th_json_get(p, "designModule")) && arms(r, th_json_get(p, "armsInterventionsModule")) &&
                  outcomes(r, th_json_get(p, "outcomesModule")) && eligibility(r, th_json_get(p, "eligibilityModule")) &&
                  references(r, th_json_get(p, "referencesModule")) && derived(r, th_json_get(o, "derivedSection")) &&
                  results(r, th_json_get(o, "resultsSection")) && gaps(r);
  if (!ok) return th_fail_nomem(r->err);
  const th_str id = s->nct_id.text;
  if (!id.n)
    return th_fail_at(r->err, TH_EPARSE, s->line, 1,
                      "a study without protocolSection.identificationModule.nctId; fetch it again from API v2");
  if (!th_str_is_nct(id) || !th_str_starts(id, TH_S("NCT")))
    return th_fail_at(
        r->err, TH_EPARSE, s->line, 1,
        "protocolSection.identificationModule.nctId is \"%.*s\", expected NCT and eight digits; fetch it again from API v2",
        (int)(id.n < 40 ? id.n : 40), id.p);
  return TH_OK;
}

static th_code refuse_v1(const reader *r, const th_json *root) {
  if (root->kind != TH_JSON_OBJECT ||
      !(th_json_get(root, "FullStudiesResponse") || th_json_get(root, "FullStudy") || th_json_get(root, "StudyFieldsResponse")))
    return TH_OK;
  return th_fail_at(r->err, TH_EUNSUP, 1, 1,
                    "this is the retired ClinicalTrials.gov API v1; fetch the studies again from API v2");
}

/* An element of a list, or a line: one study and nothing else. */
static th_code one_study(reader *r, const th_json *o, th_ctgov_doc *out) {
  TH_TRY(refuse_v1(r, o));
  return study(r, o, out);
}

static th_code value(reader *r, const th_json *root, th_ctgov_doc *out) {
  TH_TRY(refuse_v1(r, root));
  const th_json *all = root->kind == TH_JSON_ARRAY ? root : th_json_get(root, "studies");
  if (root->kind == TH_JSON_OBJECT && all) {
    if (!th_json_i64(th_json_get(root, "totalCount"), &out->total)) out->total = -1;
    out->next_page = get(r, root, "nextPageToken");
  }
  if (!all) return study(r, root, out);
  if (all->kind != TH_JSON_ARRAY)
    return th_fail_at(r->err, TH_EPARSE, th_source__jdoc_line(&r->d, all->offset), 1, "\"studies\" must be an array");
  for (size_t i = 0; i < all->n; i++) TH_TRY(one_study(r, th_json_item(all, i), out));
  return TH_OK;
}

bool th_source__is_ndjson(th_str bytes) {
  th_str rest = bytes, line;
  if (!th_str_line(&rest, &line)) return false;
  line = th_str_trim(line);
  rest = th_str_trim(rest);
  return line.n > 1 && line.p[0] == '{' && line.p[line.n - 1] == '}' && rest.n && rest.p[0] == '{';
}

th_code th_source_ctgov_read(th_arena *a, th_str bytes, th_ctgov_doc *out, th_err *err) {
  *out = (th_ctgov_doc){ .total = -1 };
  if (bytes.n > UINT32_MAX) return th_fail(err, TH_ELIMIT, "more than 4 GiB in one document: split it");
  reader r = { .a = a, .err = err };
  TH_TRY(th_source__jdoc_open(a, bytes, &r.d, err));
  th_json root;
  if (!th_source__is_ndjson(bytes)) {
    TH_TRY(th_json_parse(a, bytes, &root, err));
    return value(&r, &root, out);
  }
  th_str rest = bytes, line;
  const th_source__jdoc whole = r.d;
  for (uint32_t no = 1; th_str_line(&rest, &line); no++) {
    if (th_str_trim(line).n == 0) continue;
    /* places count from the document's start: the line is read alone and its offsets moved */
    const uint32_t at = (uint32_t)(line.p - bytes.p);
    th_err own = { 0 };
    const th_code code = th_json_parse(a, line, &root, &own);
    if (code != TH_OK) return th_fail_at(err, code, no, own.col, "%s", own.msg);
    r.d = (th_source__jdoc){ .doc = line, .line_at = whole.line_at, .n_line = 1, .base = at, .base_line = no - 1 };
    TH_TRY(one_study(&r, &root, out));
  }
  return TH_OK;
}

th_code th_source_ctgov_one(th_arena *a, th_str bytes, const th_source_cut *cut, th_ctgov_study *out, th_err *err) {
  const th_str text = th_str_sub(bytes, cut->from, cut->to);
  reader r = { .a = a, .err = err };
  th_ctgov_doc doc = { .total = -1 };
  th_json root;
  th_err own = { 0 };
  TH_TRY(th_source__jdoc_open(a, text, &r.d, err));
  r.d.base = (uint32_t)cut->from;
  r.d.base_line = cut->line - 1;
  const th_code code = th_json_parse(a, text, &root, &own);
  if (code != TH_OK) return th_fail_at(err, code, own.line ? own.line + cut->line - 1 : cut->line, own.col, "%s", own.msg);
  TH_TRY(cut->is_document ? value(&r, &root, &doc) : one_study(&r, &root, &doc));
  if (doc.studies.n != 1) return th_fail_at(err, TH_EPARSE, cut->line, 1, "expected one study here");
  *out = doc.studies.v[0];
  return TH_OK;
}
