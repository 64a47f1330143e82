/* Drug records into facts: what was taken on which days, a day at a time. Continuous means every day up to the day assessed. The same
 * record twice counts once; other records of one drug on one day add up. Steroids are counted in prednisolone equivalents; pulses into
 * a vein stay out of daily doses and means, and topical or intra-articular steroid is left out altogether. */
#include <math.h>

#include "coverage/coverage_priv.h"

static const struct {
  th_drug drug;
  const char *atc, *name;
  double factor; /* mg → mg prednisolone */
} known[] = {
  { TH_DRUG_STEROID, "H02AB06", "prednisolone", 1 },
  { TH_DRUG_STEROID, "H02AB07", "prednisone", 1 },
  { TH_DRUG_STEROID, "H02AB04", "methylprednisolone", 5.0 / 4 },
  { TH_DRUG_STEROID, "H02AB02", "dexamethasone", 5 / 0.75 },
  { TH_DRUG_STEROID, "H02AB01", "betamethasone", 5 / 0.75 },
  { TH_DRUG_STEROID, "H02AB09", "hydrocortisone", 0.25 },
  { TH_DRUG_STEROID, "H02AB10", "cortisone", 0.2 },
  { TH_DRUG_HCQ, "P01BA02", "hydroxychloroquine", 0 },
  { TH_DRUG_MMF, NULL, "mycophenolate mofetil", 0 },
  { TH_DRUG_MPA, NULL, "mycophenolic acid", 0 },
  { TH_DRUG_MPA, NULL, "mycophenolate sodium", 0 },
  { TH_DRUG_AZA, "L04AX01", "azathioprine", 0 },
  { TH_DRUG_CSA, "L04AD01", "ciclosporin", 0 },
  { TH_DRUG_CSA, "L04AD01", "cyclosporin", 0 },
  { TH_DRUG_MTX, "L04AX03", "methotrexate", 0 },
  { TH_DRUG_MTX, "L01BA01", "methotrexate", 0 },
  { TH_DRUG_CYC, "L01AA01", "cyclophosphamide", 0 },
  { TH_DRUG_BELIMUMAB, "L04AG04", "belimumab", 0 },
  { TH_DRUG_BELIMUMAB, "KC00935257", "benlysta", 0 },
  { TH_DRUG_BELIMUMAB, "KC00935271", "benlysta", 0 },
};

static th_str lower(th_fhir_facts *f, th_str s) {
  char *p = th_str_z(f->arena, s);
  for (size_t i = 0; p && i < s.n; i++)
    if (p[i] >= 'A' && p[i] <= 'Z') p[i] = (char)(p[i] - 'A' + 'a');
  return th_str_n(p, p ? s.n : 0);
}

/* The longest name that fits decides: "methylprednisolone" holds "prednisolone". */
static int drug_of(th_fhir_facts *f, const th_fhir_coding_vec *codes, th_str text) {
  int best = -1;
  for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
    bool fits = th_str_has(lower(f, text), th_str_of(known[k].name));
    for (size_t i = 0; i < codes->n; i++)
      fits |= (known[k].atc && th_str_is(codes->v[i].code, known[k].atc)) ||
              th_str_has(lower(f, codes->v[i].display), th_str_of(known[k].name));
    if (fits && (best < 0 || strlen(known[k].name) > strlen(known[best].name))) best = (int)k;
  }
  return best;
}

static th_str text_at(th_fhir_elem of, const char *path) {
  th_fhir_elem e;
  return th_fhir_at(of, path, &e) ? th_fhir_text(e) : TH_STR_NONE;
}

static bool number_at(th_fhir_elem of, const char *path, double *out) {
  th_fhir_elem e;
  return th_fhir_at(of, path, &e) && e.value && th_json_f64(e.value, out) && isfinite(*out);
}

/* mg a day of a dosage; NAN when dose, unit or timing is not said. */
static double daily_of(th_fhir_elem dosage) {
  double dose, frequency = 1, period = 1;
  if (!number_at(dosage, "doseAndRate.0.dose.value", &dose)) return NAN;
  th_str unit = text_at(dosage, "doseAndRate.0.dose.code");
  if (!unit.p) unit = text_at(dosage, "doseAndRate.0.dose.unit");
  const double mg = th_str_is(unit, "mg") ? 1 : th_str_is(unit, "g") ? 1000 : NAN;
  const th_str per = text_at(dosage, "timing.repeat.periodUnit");
  if (!number_at(dosage, "timing.repeat.period", &period) || !(period > 0)) return NAN;
  if (!number_at(dosage, "timing.repeat.frequency", &frequency)) frequency = 1;
  const double days = th_str_is(per, "d") ? 1 : th_str_is(per, "wk") ? 7 : th_str_is(per, "h") ? 1.0 / 24 : NAN;
  return dose * mg * frequency / (period * days);
}

static bool route_has(th_fhir_facts *f, th_fhir_elem dosage, const char *const *words) {
  th_fhir_elem e, t;
  th_fhir_coding_vec v = { 0 };
  if (!th_fhir_child(dosage, "route", &e) || th_fhir_codings(f->arena, e, &v) != TH_OK) return false;
  const th_str text = th_fhir_child(e, "text", &t) ? lower(f, th_fhir_text(t)) : TH_STR_NONE;
  for (const char *const *w = words; *w; w++) {
    if (th_str_has(text, th_str_of(*w))) return true;
    for (size_t i = 0; i < v.n; i++)
      if (th_str_is(v.v[i].code, *w) || th_str_has(lower(f, v.v[i].display), th_str_of(*w))) return true;
  }
  return false;
}

static bool days_of(const th_fhir_resource *r, bool request, th_fhir_elem dosage, th_days *out) {
  th_fhir_elem e;
  double days;
  if (!request) return th_fhir_child(r->elem, "effective", &e) && th_fhir_days(e, out);
  if (th_fhir_at(dosage, "timing.repeat.bounds", &e) && th_fhir_days(e, out)) return true;
  if (th_fhir_at(r->elem, "dispenseRequest.validityPeriod", &e) && th_fhir_days(e, out)) return true;
  if (!th_fhir_child(r->elem, "authoredOn", &e) || !th_fhir_days(e, out)) return false;
  if (number_at(r->elem, "dispenseRequest.expectedSupplyDuration.value", &days) && days >= 1 && days < 4000)
    out->to = out->from + (int32_t)days;
  return true;
}

static th_code medication(th_fhir_facts *f, const th_fhir_resource *r, int *drug) {
  th_fhir_elem e, t;
  th_fhir_coding_vec v = { 0 };
  *drug = -1;
  if (!th_fhir_child(r->elem, "medication", &e)) return TH_OK;
  const th_str ref = text_at(e, "reference");
  const th_fhir_resource *m = ref.n ? th_fhir_resolve(f->patient, r, ref) : NULL;
  if (m && !th_fhir_child(m->elem, "code", &e)) return TH_OK;
  TH_TRY(th_fhir_codings(f->arena, e, &v));
  *drug = drug_of(f, &v, th_fhir_child(e, "text", &t) ? th_fhir_text(t) : TH_STR_NONE);
  return TH_OK;
}

static bool listed(const th_fhir_facts *f, const th_drug_span *s) {
  for (size_t i = 0; i < f->span.n; i++) {
    const th_drug_span *o = &f->span.v[i];
    const bool dose = s->daily == o->daily || (isnan(s->daily) && isnan(o->daily));
    if (o->drug == s->drug && o->from == s->from && o->to == s->to && o->pulse == s->pulse && dose) return true;
  }
  return false;
}

static th_code one_row(th_fhir_facts *f, const th_fhir_resource *r, bool request) {
  static const char *const vein[] = { "intravenous", "47625008", "靜脈", NULL };
  static const char *const outside[] = {
    "topical", "intra-articular", "intraarticular", "ophthalmic", "inhal", "外用", "關節內", NULL
  };
  th_fhir_elem dosage = { 0 };
  th_days days;
  int drug;
  const th_str status = text_at(r->elem, "status");
  if (th_str_is(status, "entered-in-error") || th_str_is(status, "cancelled") || th_str_is(status, "not-taken") ||
      th_str_is(status, "draft"))
    return TH_OK;
  TH_TRY(medication(f, r, &drug));
  if (drug < 0) return TH_OK;
  const bool has = th_fhir_child(r->elem, request ? "dosageInstruction" : "dosage", &dosage);
  if (!days_of(r, request, dosage, &days)) {
    const th_str row = th_coverage__row(f, r);
    return th_coverage__tell(f, "undated:%.*s names no days and was not used", TH_STR_ARG(row));
  }
  if (days.from > f->today) {
    const th_str row = th_coverage__row(f, r);
    return th_coverage__tell(f, "future:%.*s begins after the day assessed and was not used", TH_STR_ARG(row));
  }
  if (has && known[drug].drug == TH_DRUG_STEROID && route_has(f, dosage, outside)) return TH_OK;
  th_drug_span s = { .drug = known[drug].drug, .from = days.from, .to = days.to > f->today ? f->today + 1 : days.to, .row = r };
  s.given = has ? daily_of(dosage) : NAN;
  s.daily = s.drug == TH_DRUG_STEROID ? s.given * known[drug].factor : s.given;
  s.pulse = s.drug == TH_DRUG_STEROID && has && route_has(f, dosage, vein);
  if (listed(f, &s)) {
    const th_str row = th_coverage__row(f, r);
    return th_coverage__tell(f, "duplicate:%.*s repeats another record and was counted once", TH_STR_ARG(row));
  }
  return TH_VEC_PUSH(f->arena, &f->span, s) ? TH_OK : th_fail_nomem(f->err);
}

/* ── Days ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool taken(const th_fhir_facts *f, th_drug drug, int32_t day) {
  for (size_t i = 0; i < f->span.n; i++) {
    const th_drug_span *s = &f->span.v[i];
    if (s->drug == drug && !s->pulse && day >= s->from && day < s->to) return true;
  }
  return false;
}

static double dose_on(const th_fhir_facts *f, th_drug drug, int32_t day) {
  double sum = 0;
  for (size_t i = 0; i < f->span.n; i++) {
    const th_drug_span *s = &f->span.v[i];
    if (s->drug == drug && !s->pulse && day >= s->from && day < s->to) sum += s->daily;
  }
  return sum;
}

static bool any_immunosuppressant(const th_fhir_facts *f, int32_t day) {
  for (th_drug d = TH_DRUG_MMF; d <= TH_DRUG_CYC; d++)
    if (taken(f, d, day)) return true;
  return false;
}

/* Standard therapy of the section the path belongs to: all its classes together; in section 3 two of the three. */
static bool on_therapy(const th_fhir_facts *f, int32_t day) {
  const int steroid = taken(f, TH_DRUG_STEROID, day), hcq = taken(f, TH_DRUG_HCQ, day), is = any_immunosuppressant(f, day);
  if (th_str_starts(f->path->name, TH_S("ln-"))) return steroid && is;
  if (th_str_starts(f->path->name, TH_S("psle-"))) return steroid + hcq + is >= 2;
  return steroid && hcq && is;
}

#define LONGEST_RUN 20000 /* days looked back */

static int32_t run_start(const th_fhir_facts *f, bool (*on)(const th_fhir_facts *f, int32_t day), th_drug drug) {
  int32_t day = f->today;
  while (f->today - day < LONGEST_RUN && (on ? on(f, day) : taken(f, drug, day))) day--;
  return day + 1; /* today + 1 when not even today */
}

/* Whole calendar months and the part of the next one, from a first day to the day assessed, both included. */
static double months_since(const th_fhir_facts *f, int32_t first) {
  if (first > f->today) return 0;
  const th_date from = th_civil_from_days(first);
  int n = 0;
  while (n < 1200 && th_date_first(th_date_add_months(from, n + 1)) <= f->today + 1) n++;
  const int32_t at = th_date_first(th_date_add_months(from, n)), next = th_date_first(th_date_add_months(from, n + 1));
  return n + (double)(f->today + 1 - at) / (next - at);
}

/* ── Facts ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_str rows_of(th_fhir_facts *f, th_drug drug) {
  th_buf b;
  th_buf_init(&b, f->arena, 48);
  int n = 0;
  for (size_t i = 0; i < f->span.n; i++) {
    if (f->span.v[i].drug != drug) continue;
    if (n == 4) th_buf_addz(&b, ", …");
    if (n++ >= 4) continue;
    if (n > 1) th_buf_addz(&b, ", ");
    th_buf_add(&b, th_coverage__row(f, f->span.v[i].row));
  }
  return b.failed ? TH_STR_NONE : th_buf_str(&b);
}

static void put(th_fhir_facts *f, const char *name, double v, th_str unit, th_drug drug) {
  const int32_t fact = th_coverage__fact(f, name);
  if (fact < 0 || isnan(v)) return;
  th_rule_set_number(f->dict, f->values, fact, v, v, unit, th_civil_from_days(f->today), f->as_of);
  f->values[fact].source = rows_of(f, drug);
}

static bool recorded(const th_fhir_facts *f, th_drug drug) {
  for (size_t i = 0; i < f->span.n; i++)
    if (f->span.v[i].drug == drug && !f->span.v[i].pulse) return true;
  return false;
}

/* The dose kept up: the lowest of the last months (3 in section 3, else 6) of the unbroken run. */
static double sustained(const th_fhir_facts *f, th_drug drug, int32_t first) {
  const int months = th_str_starts(f->path->name, TH_S("psle-")) ? 3 : 6;
  const int32_t window = th_date_first(th_date_add_months(f->as_of, -months)) + 1;
  double lowest = INFINITY;
  for (int32_t day = first > window ? first : window; day <= f->today; day++) {
    const double d = dose_on(f, drug, day);
    if (isnan(d)) return NAN;
    lowest = fmin(lowest, d);
  }
  return isinf(lowest) ? 0 : lowest;
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
    if (!recorded(f, drugs[i].drug)) continue; /* nothing recorded is not "none taken" */
    const int32_t first = run_start(f, NULL, drugs[i].drug);
    put(f, drugs[i].months, months_since(f, first), TH_S("mo"), drugs[i].drug);
    if (drugs[i].dose)
      put(f, drugs[i].dose, sustained(f, drugs[i].drug, first) * drugs[i].per, th_str_of(drugs[i].unit), drugs[i].drug);
  }
}

static double mean_dose(const th_fhir_facts *f, int32_t from, int32_t to) {
  double sum = 0;
  for (int32_t day = from; day < to; day++) sum += dose_on(f, TH_DRUG_STEROID, day);
  return to > from ? sum / (to - from) : NAN;
}

/* Weight in kg on a day: the last measured by then. */
static double weight_on(th_fhir_facts *f, int32_t day) {
  th_fhir_resource **rows;
  uint32_t n;
  int32_t best = INT32_MIN;
  double kg = NAN, v;
  if (th_fhir_of_code(f->patient, TH_S("Observation"), TH_STR_NONE, TH_S("29463-7"), &rows, &n) != TH_OK) return NAN;
  for (uint32_t i = 0; i < n; i++) {
    th_fhir_elem e;
    th_days d;
    if (!th_fhir_child(rows[i]->elem, "effective", &e) || !th_fhir_days(e, &d) || d.from > day || d.from < best) continue;
    const th_str unit = text_at(rows[i]->elem, "value.code");
    if (!number_at(rows[i]->elem, "value.value", &v)) continue;
    best = d.from;
    kg = th_str_is(unit, "kg") ? v : th_str_is(unit, "g") ? v / 1000 : NAN;
  }
  return kg;
}

/* Calendar months that lie wholly within the run and whose mean reaches 0.5 mg/kg/d with the weight of that time. */
static double target_months(th_fhir_facts *f, int32_t first) {
  th_date month = th_civil_from_days(first);
  double n = 0;
  if (month.day != 1) month = th_date_add_months((th_date){ month.year, month.month, 1, TH_DATE_DAY, 0 }, 1);
  for (int i = 0; i < 240; i++) {
    const th_date next = th_date_add_months(month, 1);
    const int32_t from = th_date_first(month), to = th_date_first(next);
    if (to > f->today + 1) break;
    const double mean = mean_dose(f, from, to), kg = weight_on(f, to - 1);
    if (isnan(mean) || isnan(kg)) return NAN;
    n += mean >= 0.5 * kg - 1e-9;
    month = next;
  }
  return n;
}

static void steroid(th_fhir_facts *f) {
  if (recorded(f, TH_DRUG_STEROID)) {
    const int32_t first = run_start(f, NULL, TH_DRUG_STEROID);
    put(f, "steroid_months", months_since(f, first), TH_S("mo"), TH_DRUG_STEROID);
    put(f, "steroid_target_months", target_months(f, first), TH_S("mo"), TH_DRUG_STEROID);
    put(f, "steroid_mean_dose_3m", mean_dose(f, th_date_first(th_date_add_months(f->as_of, -3)) + 1, f->today + 1),
        TH_S("mg/d"), TH_DRUG_STEROID);
    put(f, "steroid_dose_now", dose_on(f, TH_DRUG_STEROID, f->today), TH_S("mg/d"), TH_DRUG_STEROID);
    if (f->first_belimumab > INT32_MIN)
      put(f, "steroid_dose_pre_belimumab", dose_on(f, TH_DRUG_STEROID, f->first_belimumab - 1), TH_S("mg/d"), TH_DRUG_STEROID);
  }
  const th_drug_span *pulse = NULL;
  for (size_t i = 0; i < f->span.n; i++)
    if (f->span.v[i].pulse && (!pulse || f->span.v[i].to > pulse->to)) pulse = &f->span.v[i];
  const int32_t date = th_coverage__fact(f, "pulse_date");
  if (!pulse || date < 0) return;
  put(f, "pulse_daily_dose", pulse->given, TH_S("mg/d"), TH_DRUG_STEROID);
  put(f, "pulse_days", pulse->to - pulse->from, TH_S("d"), TH_DRUG_STEROID);
  th_rule_set_date(f->dict, f->values, date, th_civil_from_days(pulse->to - 1), (th_date){ 0 }, f->as_of);
  f->values[date].source = th_coverage__row(f, pulse->row);
}

th_code th_coverage__drug_rows(th_fhir_facts *f) {
  static const char *const types[] = { "MedicationStatement", "MedicationRequest" };
  for (int t = 0; t < 2; t++) {
    uint32_t n;
    th_fhir_resource **rows = th_fhir_of_type(f->patient, th_str_of(types[t]), &n);
    for (uint32_t i = 0; i < n; i++) TH_TRY(one_row(f, rows[i], t == 1));
  }
  for (size_t i = 0; i < f->span.n; i++) {
    const th_drug_span *s = &f->span.v[i];
    if (s->drug == TH_DRUG_BELIMUMAB && (f->first_belimumab == INT32_MIN || s->from < f->first_belimumab))
      f->first_belimumab = s->from;
  }
  const int32_t first = run_start(f, on_therapy, TH_DRUGS);
  if (first <= f->today) f->first_standard = first;
  return TH_OK;
}

th_code th_coverage__drug_facts(th_fhir_facts *f) {
  plain_drugs(f);
  steroid(f);
  if (f->first_belimumab > INT32_MIN)
    put(f, "months_on_belimumab", months_since(f, f->first_belimumab), TH_S("mo"), TH_DRUG_BELIMUMAB);
  if (f->span.n == 0) return TH_OK;
  const int32_t first = run_start(f, on_therapy, TH_DRUGS), on = th_coverage__fact(f, "on_standard_therapy");
  put(f, "therapy_overlap_months", months_since(f, first), TH_S("mo"), TH_DRUG_STEROID);
  put(f, "standard_therapy_months", months_since(f, first), TH_S("mo"), TH_DRUG_STEROID);
  if (on >= 0 && first <= f->today) th_rule_set_bool(f->dict, f->values, on, true, (th_date){ 0 }, f->as_of);
  return TH_OK;
}
