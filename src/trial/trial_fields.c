/* The fields of a study as rows, for comparing studies and versions of one. One table says which, in the order of a registry page. */
#include "trial_priv.h"

#include "theriac/text.h"

static th_str of_field(th_arena *a, th_field f) {
  (void)a;
  return f.text;
}

static th_str joined(th_arena *a, const th_field_vec *v) {
  if (v->n == 0) return TH_STR_NONE;
  th_buf b;
  th_buf_init(&b, a, 64);
  for (size_t i = 0; i < v->n; i++) {
    if (i) th_buf_addz(&b, "; ");
    th_buf_add(&b, v->v[i].text);
  }
  return b.failed ? TH_STR_NONE : th_buf_str(&b);
}

static th_str with_kind(th_arena *a, th_str value, th_str kind) {
  if (!value.p || !kind.n) return value;
  return th_str_fmt(a, "%.*s (%.*s)", TH_STR_ARG(value), TH_STR_ARG(kind));
}

static th_str day(th_arena *a, const th_ctgov_day *d) {
  return with_kind(a, d->text.text, d->kind.text);
}

#define FIELD(name, member)                                                                                                    \
  static th_str name(th_arena *a, const th_ctgov_study *s) {                                                                   \
    return of_field(a, s->member);                                                                                             \
  }
#define LIST(name, member)                                                                                                     \
  static th_str name(th_arena *a, const th_ctgov_study *s) {                                                                   \
    return joined(a, &s->member);                                                                                              \
  }
#define DAY(name, member)                                                                                                      \
  static th_str name(th_arena *a, const th_ctgov_study *s) {                                                                   \
    return day(a, &s->member);                                                                                                 \
  }

FIELD(title, brief_title)
FIELD(official, official_title)
FIELD(status, status)
FIELD(why_stopped, why_stopped)
DAY(start, start)
DAY(primary_completion, primary_completion)
DAY(completion, completion)
DAY(results_posted, results_posted)
DAY(last_update, last_update)
FIELD(sponsor, sponsor)
FIELD(sponsor_class, sponsor_class)
LIST(collaborators, collaborators)
LIST(conditions, conditions)
FIELD(study_type, study_type)
LIST(phases, phases)
FIELD(allocation, allocation)
FIELD(model, model)
FIELD(observational, observational_model)
FIELD(purpose, purpose)
FIELD(masking, masking)
FIELD(sex, sex)
FIELD(minimum_age, minimum_age)
FIELD(maximum_age, maximum_age)

static th_str enrolment(th_arena *a, const th_ctgov_study *s) {
  if (s->enrolment < 0) return TH_STR_NONE;
  return with_kind(a, th_str_fmt(a, "%lld", (long long)s->enrolment), s->enrolment_kind.text);
}

static th_str arms(th_arena *a, const th_ctgov_study *s) {
  if (s->arms.n == 0) return TH_STR_NONE;
  th_buf b;
  th_buf_init(&b, a, 128);
  for (size_t i = 0; i < s->arms.n; i++) {
    const th_str drugs = joined(a, &s->arms.v[i].interventions);
    th_buf_addf(&b, "%s%.*s [%.*s]", i ? "\n" : "", TH_STR_ARG(s->arms.v[i].label.text), TH_STR_ARG(s->arms.v[i].type.text));
    if (drugs.n) th_buf_addf(&b, ": %.*s", TH_STR_ARG(drugs));
  }
  return b.failed ? TH_STR_NONE : th_buf_str(&b);
}

static th_str interventions(th_arena *a, const th_ctgov_study *s) {
  if (s->interventions.n == 0) return TH_STR_NONE;
  th_buf b;
  th_buf_init(&b, a, 128);
  for (size_t i = 0; i < s->interventions.n; i++)
    th_buf_addf(&b, "%s%.*s: %.*s", i ? "\n" : "", TH_STR_ARG(s->interventions.v[i].type.text),
                TH_STR_ARG(s->interventions.v[i].name.text));
  return b.failed ? TH_STR_NONE : th_buf_str(&b);
}

static th_str outcomes(th_arena *a, const th_ctgov_study *s, th_ctgov_outcome_kind kind) {
  th_buf b;
  th_buf_init(&b, a, 128);
  bool any = false;
  for (size_t i = 0; i < s->outcomes.n; i++) {
    const th_ctgov_outcome *o = &s->outcomes.v[i];
    if (o->kind != kind) continue;
    th_buf_addf(&b, "%s%.*s", any ? "\n" : "", TH_STR_ARG(o->measure.text));
    if (o->time_frame.text.n) th_buf_addf(&b, " [%.*s]", TH_STR_ARG(o->time_frame.text));
    any = true;
  }
  return any && !b.failed ? th_buf_str(&b) : TH_STR_NONE;
}

static th_str primary(th_arena *a, const th_ctgov_study *s) {
  return outcomes(a, s, TH_OUTCOME_PRIMARY);
}

static th_str secondary(th_arena *a, const th_ctgov_study *s) {
  return outcomes(a, s, TH_OUTCOME_SECONDARY);
}

static th_str tri_word(th_tri v) {
  return v == TH_UNKNOWN ? TH_STR_NONE : v == TH_TRUE ? TH_S("yes") : TH_S("no");
}

static th_str healthy(th_arena *a, const th_ctgov_study *s) {
  (void)a;
  return tri_word(s->healthy_volunteers);
}

static th_str has_results(th_arena *a, const th_ctgov_study *s) {
  (void)a;
  return tri_word(s->has_results);
}

static th_str eligibility(th_arena *a, const th_ctgov_study *s) {
  (void)a;
  return s->eligibility.text;
}

const th_trial__field th_trial__fields[] = {
  { "title", title },
  { "official_title", official },
  { "status", status },
  { "why_stopped", why_stopped },
  { "start", start },
  { "primary_completion", primary_completion },
  { "completion", completion },
  { "results_posted", results_posted },
  { "last_update", last_update },
  { "has_results", has_results },
  { "enrolment", enrolment },
  { "sponsor", sponsor },
  { "sponsor_class", sponsor_class },
  { "collaborators", collaborators },
  { "conditions", conditions },
  { "study_type", study_type },
  { "phases", phases },
  { "allocation", allocation },
  { "intervention_model", model },
  { "observational_model", observational },
  { "purpose", purpose },
  { "masking", masking },
  { "arms", arms },
  { "interventions", interventions },
  { "primary_outcomes", primary },
  { "secondary_outcomes", secondary },
  { "sex", sex },
  { "minimum_age", minimum_age },
  { "maximum_age", maximum_age },
  { "healthy_volunteers", healthy },
  { "eligibility", eligibility },
};
const size_t th_trial__n_fields = sizeof th_trial__fields / sizeof *th_trial__fields;

bool th_trial__same(th_arena *a, th_str x, th_str y) {
  if (!x.p || !y.p) return !x.p && !y.p;
  if (th_str_eq(x, y)) return true;
  return th_str_eq(th_text_fold(a, x, TH_TRIAL__FOLD, NULL), th_text_fold(a, y, TH_TRIAL__FOLD, NULL));
}

th_code th_trial_compare(th_arena *a, const th_ctgov_study *const *study, size_t n, th_trial_rows *out, th_err *err) {
  *out = (th_trial_rows){ 0 };
  if (n < 2 || n > TH_TRIAL_COMPARE_MAX)
    return th_fail(err, TH_EINVAL, "2 to %d studies can be compared, not %zu", TH_TRIAL_COMPARE_MAX, n);
  for (size_t f = 0; f < th_trial__n_fields; f++) {
    th_trial_row row = { .field = th_trial__fields[f].name, .value = TH_NEWN(a, th_str, n) };
    if (!row.value) return th_fail_nomem(err);
    for (size_t i = 0; i < n; i++) {
      row.value[i] = th_trial__fields[f].value(a, study[i]);
      row.differs |= i > 0 && !th_trial__same(a, row.value[0], row.value[i]);
    }
    if (!TH_VEC_PUSH(a, out, row)) return th_fail_nomem(err);
  }
  return TH_OK;
}
