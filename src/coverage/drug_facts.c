/* Facts of drug records: continuous months up to the day assessed, doses kept up, means of months, overlaps, pulses, and what followed
 * cyclophosphamide. Continuous means every day. Each number is the range between the least and the most that the records can mean. */
#include <math.h>
#include <stdlib.h>

#include "coverage/coverage_priv.h"

/* A record that is whole records what is not in it, too: none. */
static bool recorded(const th_fhir_facts *f, th_drug drug) {
  if (f->whole) return true;
  for (size_t i = 0; i < f->span.n; i++)
    if (f->span.v[i].drug == drug && !f->span.v[i].pulse) return true;
  return false;
}

static bool listed(const th_fhir_facts *f, th_drug drug) {
  for (size_t i = 0; i < f->span.n; i++)
    if (f->span.v[i].drug == drug && !f->span.v[i].pulse) return true;
  return false;
}

static bool child(const th_fhir_facts *f) {
  return th_str_starts(f->path->name, TH_S("psle-"));
}

/* The dose kept up: the lowest of the last months of the unbroken run. */
static double sustained(const th_fhir_facts *f, int story, th_drug drug, int32_t first, int months) {
  const int32_t window = th_date_first(th_date_add_months(f->as_of, -months)) + 1;
  return th_coverage__dose_least(f, story, drug, first > window ? first : window, f->today + 1);
}

static void plain_drugs(th_fhir_facts *f) {
  static const struct {
    th_drug drug;
    const char *months, *dose, *unit;
    double per; /* days the dose is told for */
  } drugs[] = {
    { TH_DRUG_HCQ, "hcq_months", "hcq_daily_dose", "mg/d", 1 },
    { TH_DRUG_MMF, "mmf_months", "mmf_daily_dose", "mg/d", 1 },
    { TH_DRUG_MPA, "mpa_months", "mpa_daily_dose", "mg/d", 1 },
    { TH_DRUG_AZA, "aza_months", "aza_daily_dose", "mg/d", 1 },
    { TH_DRUG_CSA, "csa_months", "csa_daily_dose", "mg/d", 1 },
    { TH_DRUG_MTX, "mtx_months", "mtx_weekly_dose", "mg/wk", 7 },
    { TH_DRUG_CYC, "cyc_months", NULL, NULL, 1 },
  };
  for (size_t i = 0; i < sizeof drugs / sizeof *drugs; i++) {
    double months[2], dose[2];
    const th_drug d = drugs[i].drug;
    if (!recorded(f, d)) continue; /* nothing recorded is not "none taken" */
    for (int s = 0; s < 2; s++) {
      const int32_t first = th_coverage__run_start(f, s, d);
      months[s] = th_coverage__months_since(f, first);
      dose[s] = sustained(f, s, d, first, child(f) ? 3 : 6) * drugs[i].per;
    }
    const th_str rows = th_coverage__rows_of(f, d, d);
    th_coverage__put_range(f, drugs[i].months, months[0], months[1], TH_S("mo"), rows);
    if (drugs[i].dose) th_coverage__put_range(f, drugs[i].dose, dose[0], dose[1], th_str_of(drugs[i].unit), rows);
  }
}

/* ── Steroid ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Weight in kg on a day: the last measured by then. */
static double weight_on(const th_fhir_facts *f, int32_t day) {
  const th_weight_on *best = NULL;
  for (size_t i = 0; i < f->weight.n; i++)
    if (f->weight.v[i].day <= day && (!best || f->weight.v[i].day > best->day)) best = &f->weight.v[i];
  return best ? best->kg : NAN;
}

/* Calendar months that lie wholly within the run and whose mean reaches 0.5 mg/kg/d with the weight of that time. A month whose dose or
 * weight is not known may be one (most) or not (least). */
static double target_months(const th_fhir_facts *f, int story, int32_t first) {
  th_date month = th_civil_from_days(first);
  double n = 0;
  if (month.day != 1) month = th_date_add_months((th_date){ month.year, month.month, 1, TH_DATE_DAY, 0 }, 1);
  for (int i = 0; i < 240; i++) {
    const th_date next = th_date_add_months(month, 1);
    const int32_t from = th_date_first(month), to = th_date_first(next);
    if (to > f->today + 1) break;
    const double mean = th_coverage__dose_mean(f, story, TH_DRUG_STEROID, from, to), kg = weight_on(f, to - 1);
    n += isnan(mean) || isnan(kg) ? story == TH_MOST : mean >= 0.5 * kg - 1e-9;
    month = next;
  }
  return n;
}

static void steroid(th_fhir_facts *f) {
  double months[2], target[2], mean[2], now[2], before[2] = { NAN, NAN };
  if (!recorded(f, TH_DRUG_STEROID)) return;
  for (int s = 0; s < 2; s++) {
    const int32_t first = th_coverage__run_start(f, s, TH_DRUG_STEROID);
    months[s] = th_coverage__months_since(f, first);
    target[s] = target_months(f, s, first);
    mean[s] = th_coverage__dose_mean(f, s, TH_DRUG_STEROID, th_date_first(th_date_add_months(f->as_of, -3)) + 1, f->today + 1);
    now[s] = th_coverage__dose_on(f, s, TH_DRUG_STEROID, f->today);
    if (f->first_belimumab > INT32_MIN) before[s] = th_coverage__dose_on(f, s, TH_DRUG_STEROID, f->first_belimumab - 1);
  }
  const th_str rows = th_coverage__rows_of(f, TH_DRUG_STEROID, TH_DRUG_STEROID);
  th_coverage__put_range(f, "steroid_months", months[0], months[1], TH_S("mo"), rows);
  th_coverage__put_range(f, "steroid_target_months", target[0], target[1], TH_S("mo"), rows);
  th_coverage__put_range(f, "steroid_mean_dose_3m", mean[0], mean[1], TH_S("mg/d"), rows);
  th_coverage__put_range(f, "steroid_dose_now", now[0], now[1], TH_S("mg/d"), rows);
  th_coverage__put_range(f, "steroid_dose_pre_belimumab", before[0], before[1], TH_S("mg/d"), rows);
}

/* ── Pulses ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct course { /* consecutive days of methylprednisolone into a vein */
  int32_t from, to;
  double mg[2]; /* of its smallest day */
  const th_fhir_resource *row;
} course;

static bool better(const course *a, const course *b) {
  if (a->mg[0] != b->mg[0]) return a->mg[0] > b->mg[0];
  return a->to - a->from != b->to - b->from ? a->to - a->from > b->to - b->from : a->to > b->to;
}

static int by_first_day(const void *pa, const void *pb) {
  const th_drug_span *a = *(const th_drug_span *const *)pa, *b = *(const th_drug_span *const *)pb;
  if (a->from[TH_LEAST] != b->from[TH_LEAST]) return a->from[TH_LEAST] < b->from[TH_LEAST] ? -1 : 1;
  return a < b ? -1 : a > b;
}

/* Pulses that touch each other, in order of their days. */
static size_t courses(th_fhir_facts *f, course *out) {
  const th_drug_span **pulse = TH_NEWN(f->arena, const th_drug_span *, f->span.n + 1);
  size_t n = 0, n_pulses = 0;
  if (!pulse) return SIZE_MAX;
  for (size_t i = 0; i < f->span.n; i++)
    if (f->span.v[i].pulse && f->span.v[i].to[TH_LEAST] > f->span.v[i].from[TH_LEAST]) pulse[n_pulses++] = &f->span.v[i];
  if (n_pulses) qsort(pulse, n_pulses, sizeof *pulse, by_first_day);
  for (size_t i = 0; i < n_pulses; i++) {
    const th_drug_span *s = pulse[i];
    if (n == 0 || s->from[TH_LEAST] > out[n - 1].to) {
      out[n++] = (course){ s->from[TH_LEAST], s->to[TH_LEAST], { s->given[0], s->given[1] }, s->row };
      continue;
    }
    course *c = &out[n - 1];
    for (int k = 0; k < 2; k++)
      if (isnan(s->given[k]) || s->given[k] < c->mg[k]) c->mg[k] = s->given[k];
    if (s->to[TH_LEAST] > c->to) c->to = s->to[TH_LEAST];
  }
  return n;
}

/* The course with the highest dose, then the longest, then the latest: a later smaller one does not undo it. */
static th_code pulses(th_fhir_facts *f) {
  course *list = TH_NEWN(f->arena, course, f->span.n + 1), *best = list;
  const size_t n = list ? courses(f, list) : SIZE_MAX;
  if (n == SIZE_MAX) return th_fail_nomem(f->err);
  if (n == 0 && f->whole) {
    th_coverage__put_range(f, "pulse_daily_dose", 0, 0, TH_S("mg/d"), TH_S(TH_WHOLE_TABLE));
    th_coverage__put_range(f, "pulse_days", 0, 0, TH_S("d"), TH_S(TH_WHOLE_TABLE));
  }
  if (n == 0) return TH_OK;
  for (size_t i = 1; i < n; i++)
    if (!isnan(list[i].mg[0]) && (isnan(best->mg[0]) || better(&list[i], best))) best = &list[i];
  const th_str row = th_coverage__row(f, best->row);
  const int32_t date = th_coverage__fact(f, "pulse_date");
  if (n > 1) TH_TRY(th_coverage__tell(f, "several:pulse_date: %.*s", TH_STR_ARG(row)));
  th_coverage__put_range(f, "pulse_daily_dose", best->mg[0], best->mg[1], TH_S("mg/d"), row);
  th_coverage__put_range(f, "pulse_days", best->to - best->from, best->to - best->from, TH_S("d"), row);
  if (date < 0) return TH_OK;
  th_rule_set_date(f->dict, f->values, date, th_civil_from_days(best->to - 1), (th_date){ 0 }, f->as_of);
  f->values[date].source = row;
  return TH_OK;
}

/* ── Cyclophosphamide and what followed it ─────────────────────────────────────────────────────────────────────────── */

/* Into a vein, the highest total of twelve weeks. Doses 84 days apart may or may not lie within them. */
static void twelve_weeks(th_fhir_facts *f) {
  double best[2] = { 0, 0 };
  for (int s = 0; s < 2; s++)
    for (size_t i = 0; i < f->dose.n; i++) {
      double sum = 0;
      const int32_t last = f->dose.v[i].day;
      for (size_t k = 0; k < f->dose.n; k++)
        if (f->dose.v[k].day <= last && last - f->dose.v[k].day < 84 + s) sum += f->dose.v[k].mg[s];
      best[s] = fmax(best[s], sum);
    }
  th_coverage__put_range(f, "cyc_total_12wk", best[0] / 1000, best[1] / 1000, TH_S("g"),
                         th_coverage__rows_of(f, TH_DRUG_CYC, TH_DRUG_CYC));
}

/* mg a month, kept up: the smallest total of the last three months. */
static void monthly(th_fhir_facts *f) {
  double least[2] = { INFINITY, INFINITY };
  for (int s = 0; s < 2; s++)
    for (int m = 0; m < 3; m++) {
      const int32_t from = th_date_first(th_date_add_months(f->as_of, -m - 1)),
                    to = th_date_first(th_date_add_months(f->as_of, -m));
      double sum = 0;
      for (size_t k = 0; k < f->dose.n; k++)
        if (f->dose.v[k].day > from && f->dose.v[k].day <= to) sum += f->dose.v[k].mg[s];
      least[s] = fmin(least[s], sum);
    }
  th_coverage__put_range(f, "cyc_monthly_dose", least[0], least[1], TH_S("mg/mo"),
                         th_coverage__rows_of(f, TH_DRUG_CYC, TH_DRUG_CYC));
}

/* What is taken since the last cyclophosphamide: from the day after it at the earliest, unbroken up to the day assessed. */
static void followed(th_fhir_facts *f) {
  static const struct {
    th_drug drug;
    const char *months, *dose;
  } drugs[] = { { TH_DRUG_MMF, "post_mmf_months", "post_mmf_daily_dose" },
                { TH_DRUG_MPA, "post_mpa_months", "post_mpa_daily_dose" },
                { TH_DRUG_AZA, "post_aza_months", "post_aza_daily_dose" } };
  int32_t last = INT32_MIN;
  for (size_t k = 0; k < f->dose.n; k++)
    if (f->dose.v[k].day > last) last = f->dose.v[k].day;
  for (size_t i = 0; i < sizeof drugs / sizeof *drugs; i++) {
    double months[2], dose[2];
    if (!recorded(f, drugs[i].drug)) continue;
    for (int s = 0; s < 2; s++) {
      int32_t first = th_coverage__run_start(f, s, drugs[i].drug);
      if (first <= last) first = last + 1;
      months[s] = th_coverage__months_since(f, first);
      dose[s] = first > f->today ? 0 : sustained(f, s, drugs[i].drug, first, 3);
    }
    const th_str rows = th_coverage__rows_of(f, drugs[i].drug, drugs[i].drug);
    th_coverage__put_range(f, drugs[i].months, months[0], months[1], TH_S("mo"), rows);
    th_coverage__put_range(f, drugs[i].dose, dose[0], dose[1], TH_S("mg/d"), rows);
  }
}

th_code th_coverage__induction_facts(th_fhir_facts *f) {
  if (f->dose.n == 0 && f->whole) twelve_weeks(f), monthly(f);
  if (f->dose.n == 0) return TH_OK;
  twelve_weeks(f);
  monthly(f);
  followed(f);
  return TH_OK;
}

/* ── All ───────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Another immunosuppressant or biological on the day assessed, and belimumab itself. That there is none is not said by silence. */
static void present(th_fhir_facts *f) {
  for (size_t i = 0; i < f->span.n; i++) {
    const th_drug_span *s = &f->span.v[i];
    if (!(f->today >= s->from[TH_LEAST] && f->today < s->to[TH_LEAST])) continue;
    if (s->drug == TH_DRUG_OTHER) th_coverage__say_yes(f, "other_immunosuppressant", s->row);
    if (s->drug == TH_DRUG_BIOLOGIC) th_coverage__say_yes(f, "other_biologic_overlap", s->row);
  }
  const int32_t other = th_coverage__fact(f, "other_immunosuppressant");
  if (!f->whole || other < 0 || listed(f, TH_DRUG_OTHER)) return;
  th_rule_set_bool(f->dict, f->values, other, false, (th_date){ 0 }, f->as_of);
  f->values[other].source = TH_S(TH_WHOLE_TABLE);
}

/* Whether a class that standard therapy asks for has no record at all: silence is not "none", so the months have no upper bound. */
static bool class_unrecorded(const th_fhir_facts *f) {
  bool immunosuppressant = recorded(f, TH_DRUG_OTHER);
  for (th_drug d = TH_DRUG_MMF; d <= TH_DRUG_CYC; d++) immunosuppressant |= recorded(f, d);
  const bool hcq = recorded(f, TH_DRUG_HCQ) || th_str_starts(f->path->name, TH_S("ln-"));
  return !immunosuppressant || !hcq || !recorded(f, TH_DRUG_STEROID);
}

static void therapy(th_fhir_facts *f) {
  double months[2];
  int32_t first[2];
  const int32_t on = th_coverage__fact(f, "on_standard_therapy");
  for (int s = 0; s < 2; s++) {
    first[s] = th_coverage__run_start(f, s, TH_DRUGS);
    months[s] = th_coverage__months_since(f, first[s]);
  }
  const th_str rows = th_coverage__rows_of(f, TH_DRUG_STEROID, TH_DRUG_CYC);
  if (class_unrecorded(f)) months[TH_MOST] = INFINITY;
  th_coverage__put_range(f, "therapy_overlap_months", months[0], months[1], TH_S("mo"), rows);
  th_coverage__put_range(f, "standard_therapy_months", months[0], months[1], TH_S("mo"), rows);
  if (on < 0 || first[TH_LEAST] > f->today) return;
  th_rule_set_bool(f->dict, f->values, on, true, (th_date){ 0 }, f->as_of);
  f->values[on].source = rows;
}

th_code th_coverage__drug_facts(th_fhir_facts *f) {
  bool standard = f->whole;
  plain_drugs(f);
  steroid(f);
  TH_TRY(pulses(f));
  present(f);
  for (size_t i = 0; i < f->span.n; i++) standard |= f->span.v[i].drug <= TH_DRUG_CYC && !f->span.v[i].pulse;
  if (standard) therapy(f);
  if (f->first_belimumab == INT32_MIN) return TH_OK;
  int32_t sure = INT32_MAX;
  for (size_t i = 0; i < f->span.n; i++)
    if (f->span.v[i].drug == TH_DRUG_BELIMUMAB && f->span.v[i].from[TH_LEAST] < sure) sure = f->span.v[i].from[TH_LEAST];
  th_coverage__put_range(f, "months_on_belimumab", th_coverage__months_since(f, sure),
                         th_coverage__months_since(f, f->first_belimumab), TH_S("mo"),
                         th_coverage__rows_of(f, TH_DRUG_BELIMUMAB, TH_DRUG_BELIMUMAB));
  return TH_OK;
}
