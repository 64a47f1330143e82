/* Drug records read: which drug, on which days, at what dose. MedicationStatement and MedicationAdministration tell what was taken,
 * MedicationRequest what was ordered. What a record leaves open (a month without a day, no end, a dose from–to) is kept as the least and
 * the most it can mean. Topical, intra-articular and inhaled steroid is left out altogether. Equivalents: prednisolone 5 mg = prednisone 5
 * = methylprednisolone 4 = dexamethasone 0.75 = betamethasone 0.6 to 0.75 = hydrocortisone 20 = cortisone 25. */
#include <math.h>
#include <stdlib.h>

#include "coverage/coverage_priv.h"

static const struct {
  th_drug drug;
  const char *atc, *name;
  double factor[2]; /* mg → mg prednisolone */
} known[] = {
  { TH_DRUG_STEROID, "H02AB06", "prednisolone", { 1, 1 } },
  { TH_DRUG_STEROID, "H02AB07", "prednisone", { 1, 1 } },
  { TH_DRUG_STEROID, "H02AB04", "methylprednisolone", { 5.0 / 4, 5.0 / 4 } },
  { TH_DRUG_STEROID, "H02AB02", "dexamethasone", { 5 / 0.75, 5 / 0.75 } },
  { TH_DRUG_STEROID, "H02AB01", "betamethasone", { 5 / 0.75, 5 / 0.6 } },
  { TH_DRUG_STEROID, "H02AB09", "hydrocortisone", { 0.25, 0.25 } },
  { TH_DRUG_STEROID, "H02AB10", "cortisone", { 0.2, 0.2 } },
  { TH_DRUG_HCQ, "P01BA02", "hydroxychloroquine", { 0, 0 } },
  { TH_DRUG_MMF, NULL, "mycophenolate mofetil", { 0, 0 } },
  { TH_DRUG_MPA, NULL, "mycophenolic acid", { 0, 0 } },
  { TH_DRUG_MPA, NULL, "mycophenolate sodium", { 0, 0 } },
  { TH_DRUG_AZA, "L04AX01", "azathioprine", { 0, 0 } },
  { TH_DRUG_CSA, "L04AD01", "ciclosporin", { 0, 0 } },
  { TH_DRUG_CSA, "L04AD01", "cyclosporin", { 0, 0 } },
  { TH_DRUG_MTX, "L04AX03", "methotrexate", { 0, 0 } },
  { TH_DRUG_MTX, "L01BA01", "methotrexate", { 0, 0 } },
  { TH_DRUG_CYC, "L01AA01", "cyclophosphamide", { 0, 0 } },
  { TH_DRUG_BELIMUMAB, "L04AG04", "belimumab", { 0, 0 } },
  { TH_DRUG_BELIMUMAB, "KC00935257", "benlysta", { 0, 0 } },
  { TH_DRUG_BELIMUMAB, "KC00935271", "benlysta", { 0, 0 } },
  { TH_DRUG_OTHER, "L04AD02", "tacrolimus", { 0, 0 } },
  { TH_DRUG_OTHER, "L04AD03", "voclosporin", { 0, 0 } },
  { TH_DRUG_OTHER, "L04AK01", "leflunomide", { 0, 0 } },
  { TH_DRUG_OTHER, NULL, "mizoribine", { 0, 0 } },
  { TH_DRUG_BIOLOGIC, "L01FA01", "rituximab", { 0, 0 } },
  { TH_DRUG_BIOLOGIC, "L04AG11", "anifrolumab", { 0, 0 } },
  { TH_DRUG_BIOLOGIC, "L04AA24", "abatacept", { 0, 0 } },
  { TH_DRUG_BIOLOGIC, "L04AC07", "tocilizumab", { 0, 0 } },
  { TH_DRUG_BIOLOGIC, "L04AB01", "etanercept", { 0, 0 } },
  { TH_DRUG_BIOLOGIC, "L04AB02", "infliximab", { 0, 0 } },
  { TH_DRUG_BIOLOGIC, "L04AB04", "adalimumab", { 0, 0 } },
};
#define METHYLPREDNISOLONE 2
_Static_assert(sizeof known / sizeof *known <= 64, "drug_days.c keeps a bit a substance");

th_str th_coverage__drug_key(th_drug d) {
  static const char *const keys[TH_DRUGS] = { "steroid", "hcq", "mmf",       "mpa",   "aza",     "csa",
                                              "mtx",     "cyc", "belimumab", "other", "biologic" };
  return d < TH_DRUGS ? th_str_of(keys[d]) : TH_STR_NONE;
}

/* ── Which drug ────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* The longest name that fits decides: "methylprednisolone" holds "prednisolone". -1: none; -2: a drug of the kind whose kin is not said. */
static int drug_of(th_fhir_facts *f, const th_fhir_coding_vec *codes, th_str text) {
  int best = -1;
  bool kin = false;
  const th_str low = th_coverage__lower(f, text);
  for (size_t i = 0; i < codes->n; i++)
    kin |= th_str_is(codes->v[i].code, "L04AA06") || th_str_starts(codes->v[i].code, TH_S("H02AB"));
  for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
    bool fits = th_str_has(low, th_str_of(known[k].name));
    for (size_t i = 0; i < codes->n && !fits; i++)
      fits = (known[k].atc && th_str_is(codes->v[i].code, known[k].atc)) ||
             th_str_has(th_coverage__lower(f, codes->v[i].display), th_str_of(known[k].name));
    if (fits && (best < 0 || strlen(known[k].name) > strlen(known[best].name))) best = (int)k;
  }
  return best < 0 && kin ? -2 : best;
}

static th_code medication(th_fhir_facts *f, const th_fhir_resource *r, int *drug) {
  th_fhir_elem e;
  th_fhir_coding_vec v = { 0 };
  *drug = -1;
  if (!th_fhir_child(r->elem, "medication", &e)) return TH_OK;
  const th_str ref = th_coverage__text_at(e, "reference");
  const th_fhir_resource *m = ref.n ? th_fhir_resolve(f->patient, r, ref) : NULL;
  if (m && !th_fhir_child(m->elem, "code", &e)) return TH_OK;
  TH_TRY(th_fhir_codings(f->arena, e, &v));
  *drug = drug_of(f, &v, th_coverage__text_at(e, "text"));
  return TH_OK;
}

/* ── Dose ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct timing {
  double per_day; /* NAN: not said */
  int32_t every;  /* days between two; 0: a day or less */
  bool once;      /* no timing at all */
} timing;

static timing timing_of(th_fhir_elem dosage) {
  static const struct {
    const char *code;
    double per_day;
  } usual[] = { { "QD", 1 },  { "AM", 1 },  { "PM", 1 },  { "HS", 1 },   { "BID", 2 },   { "TID", 3 },     { "QID", 4 },
                { "Q4H", 6 }, { "Q6H", 4 }, { "Q8H", 3 }, { "Q12H", 2 }, { "QOD", 0.5 }, { "WK", 1.0 / 7 } };
  timing t = { .per_day = NAN };
  double frequency = 1, most, period = 1;
  const th_str per = th_coverage__text_at(dosage, "timing.repeat.periodUnit");
  th_str code = th_coverage__text_at(dosage, "timing.code.coding.0.code");
  if (!code.n) code = th_coverage__text_at(dosage, "timing.code.text");
  for (size_t i = 0; i < sizeof usual / sizeof *usual && !per.n; i++)
    if (th_str_eq_nocase(code, th_str_of(usual[i].code))) t.per_day = usual[i].per_day;
  t.once = !per.n && isnan(t.per_day) && !code.n;
  if (!per.n) return t;
  const double days = th_str_is(per, "d")    ? 1
                      : th_str_is(per, "wk") ? 7
                      : th_str_is(per, "h")  ? 1.0 / 24
                      : th_str_is(per, "mo") ? 365.25 / 12
                                             : NAN;
  if (!th_coverage__number_at(dosage, "timing.repeat.period", &period) || !(period > 0)) return t;
  if (th_coverage__number_at(dosage, "timing.repeat.frequencyMax", &most) ||
      th_coverage__number_at(dosage, "timing.repeat.periodMax", &most))
    return t;
  th_coverage__number_at(dosage, "timing.repeat.frequency", &frequency);
  t.per_day = frequency / (period * days);
  if (frequency == 1 && period * days > 1.5 && period * days < 400) t.every = (int32_t)(period * days + 0.5);
  return t;
}

static double milligrams(th_fhir_elem of, const char *value, const char *code, const char *unit) {
  double v;
  if (!th_coverage__number_at(of, value, &v) || v < 0) return NAN;
  th_str u = th_coverage__text_at(of, code);
  if (!u.n) u = th_coverage__text_at(of, unit);
  return v * (th_str_is(u, "mg") ? 1 : th_str_is(u, "g") ? 1000 : th_str_is(u, "ug") || th_str_is(u, "mcg") ? 0.001 : NAN);
}

/* mg an administration, at least and at most. */
static void single_dose(th_fhir_elem dosage, bool administered, double mg[2]) {
  if (administered) {
    mg[0] = mg[1] = milligrams(dosage, "dose.value", "dose.code", "dose.unit");
    return;
  }
  mg[0] = mg[1] = milligrams(dosage, "doseAndRate.0.dose.value", "doseAndRate.0.dose.code", "doseAndRate.0.dose.unit");
  if (!isnan(mg[0])) return;
  mg[0] = milligrams(dosage, "doseAndRate.0.dose.low.value", "doseAndRate.0.dose.low.code", "doseAndRate.0.dose.low.unit");
  mg[1] = milligrams(dosage, "doseAndRate.0.dose.high.value", "doseAndRate.0.dose.high.code", "doseAndRate.0.dose.high.unit");
}

static bool route_is(th_fhir_facts *f, th_fhir_elem dosage, const char *const *words, const char *const *codes) {
  th_fhir_elem e;
  if (!th_fhir_child(dosage, "route", &e)) return false;
  const th_str text = th_coverage__text_at(e, "text");
  for (const char *const *w = codes; *w; w++)
    if (th_str_eq_nocase(text, th_str_of(*w))) return true;
  return th_coverage__concept(f, e, words, codes);
}

static bool in_vein(th_fhir_facts *f, th_fhir_elem dosage) {
  static const char *const words[] = { "intravenous", "靜脈", NULL }, *const codes[] = { "47625008", "IV", "IVD", NULL };
  return route_is(f, dosage, words, codes);
}

/* ── Days ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void narrow(th_fhir_elem period, th_drug_span *s) {
  th_fhir_elem e;
  th_days d;
  if (th_fhir_child(period, "start", &e) && th_fhir_days(e, &d)) s->from[TH_LEAST] = d.to - 1;
  if (th_fhir_child(period, "end", &e) && th_fhir_days(e, &d)) s->to[TH_LEAST] = d.from + 1;
}

static bool period_of(th_fhir_elem e, th_drug_span *s) {
  th_days d;
  if (!th_fhir_days(e, &d)) return false;
  s->from[0] = s->from[1] = d.from;
  s->to[0] = s->to[1] = d.to;
  if (e.value && e.value->kind == TH_JSON_OBJECT)
    narrow(e, s);
  else if (d.to - d.from > 1) /* a month or a year: one day of it is all that is sure, and which one is not */
    s->to[0] = s->from[0];
  return true;
}

static bool days_of(const th_fhir_resource *r, bool request, th_fhir_elem dosage, th_drug_span *s) {
  th_fhir_elem e;
  double days;
  if (th_fhir_at(dosage, "timing.repeat.bounds", &e) && period_of(e, s)) return true;
  if (!request) return th_fhir_child(r->elem, "effective", &e) && period_of(e, s);
  if (th_fhir_at(r->elem, "dispenseRequest.validityPeriod", &e) && period_of(e, s)) return true;
  if (!th_fhir_child(r->elem, "authoredOn", &e) || !period_of(e, s)) return false;
  if (th_coverage__number_at(r->elem, "dispenseRequest.expectedSupplyDuration.value", &days) && days >= 1 && days < 4000)
    for (int k = 0; k < 2; k++) s->to[k] = s->from[k] + (int32_t)days;
  return true;
}

/* Ends that are not stated: an active record goes on; one that is over ended somewhere after its first day. Nothing reaches past today. */
static bool clip(const th_fhir_facts *f, th_drug_span *s, bool active) {
  const bool beginless = s->from[TH_MOST] == INT32_MIN;
  s->open = s->to[TH_MOST] == INT32_MAX;
  if (beginless) {
    s->from[TH_MOST] = (s->open ? f->today : s->to[TH_LEAST]) - 20000;
    s->from[TH_LEAST] = (s->open ? f->today + 1 : s->to[TH_LEAST]) - 1;
  }
  if (s->open && !active) s->to[TH_LEAST] = s->from[TH_LEAST] + 1;
  for (int k = 0; k < 2; k++)
    if (s->to[k] > f->today) s->to[k] = f->today + 1;
  return beginless || (s->open && !active);
}

/* ── A record ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool alike(double a, double b) {
  return a == b || (isnan(a) && isnan(b));
}

static bool listed(const th_fhir_facts *f, const th_drug_span *s) {
  for (size_t i = 0; i < f->span.n; i++) {
    const th_drug_span *o = &f->span.v[i];
    if (o->row != s->row && o->substance == s->substance && o->from[1] == s->from[1] && o->to[1] == s->to[1] &&
        o->pulse == s->pulse && alike(s->given[0], o->given[0]) && alike(s->given[1], o->given[1]))
      return true;
  }
  return false;
}

static th_code tell_row(th_fhir_facts *f, const char *kind, const th_fhir_resource *r) {
  const th_str row = th_coverage__row(f, r);
  return th_coverage__tell(f, "%s:%.*s", kind, TH_STR_ARG(row));
}

static th_code add_span(th_fhir_facts *f, const th_drug_span *s) {
  if (f->span.n == TH_LIMIT_COVERAGE_SPANS)
    return th_fail(f->err, TH_ELIMIT, "more than TH_LIMIT_COVERAGE_SPANS (%d) periods of drugs in one record",
                   TH_LIMIT_COVERAGE_SPANS);
  return TH_VEC_PUSH(f->arena, &f->span, *s) ? TH_OK : th_fail_nomem(f->err);
}

/* Cyclophosphamide into a vein is counted by the day it was given; each covers the month that follows. */
static th_code infusions(th_fhir_facts *f, const th_drug_span *s, const double mg[2], timing t) {
  const int32_t step = t.every ? t.every : t.once ? INT32_MAX / 4 : 1;
  if (t.once && s->to[TH_MOST] - s->from[TH_MOST] > 1) return TH_OK; /* an amount over a period: how often is not said */
  for (int32_t day = s->from[TH_MOST]; day < s->to[TH_MOST]; day += step) {
    const th_drug_dose d = { day, { day >= s->from[TH_LEAST] && day < s->to[TH_LEAST] ? mg[0] : 0, mg[1] }, s->row };
    th_drug_span cover = *s;
    bool again = false;
    for (size_t i = 0; i < f->dose.n && !again; i++)
      again = f->dose.v[i].day == day && f->dose.v[i].mg[1] == mg[1] && f->dose.v[i].row != s->row;
    if (again) {
      TH_TRY(tell_row(f, "duplicate", s->row));
      continue;
    }
    for (int k = 0; k < 2; k++) {
      cover.from[k] = day;
      cover.to[k] = th_date_first(th_date_add_months(th_civil_from_days(day), 1));
      if (cover.to[k] > f->today) cover.to[k] = f->today + 1;
    }
    if (!TH_VEC_PUSH(f->arena, &f->dose, d)) return th_fail_nomem(f->err);
    TH_TRY(add_span(f, &cover));
  }
  return TH_OK;
}

typedef struct kind {
  const char *type, *dosage;
  bool request, administered;
} kind;

static th_code one_dosage(th_fhir_facts *f, const th_fhir_resource *r, const kind *k, int drug, th_fhir_elem dosage,
                          bool unsure) {
  static const char *const outside[] = { "topical",   "articular", "ophthalmic", "inhal", "nasal",
                                         "cutaneous", "外用",      "關節內",     "吸入",  NULL };
  static const char *const outside_codes[] = { "6064005", "12130007", "54485002", NULL };
  const th_str status = th_coverage__text_at(r->elem, "status");
  th_drug_span s = { .drug = known[drug].drug, .substance = (uint32_t)drug, .row = r, .request = k->request };
  double mg[2] = { NAN, NAN };
  bool needed;
  if (!days_of(r, k->request, dosage, &s)) return tell_row(f, "undated", r);
  if (s.from[TH_MOST] > f->today) return tell_row(f, "future", r);
  if (s.drug == TH_DRUG_STEROID && route_is(f, dosage, outside, outside_codes)) return TH_OK;
  if (clip(f, &s, !status.n || th_str_is(status, "active") || th_str_is(status, "in-progress")))
    TH_TRY(tell_row(f, "unended", r));
  const timing t = timing_of(dosage);
  const bool one_day = s.to[TH_MOST] - s.from[TH_MOST] == 1;
  single_dose(dosage, k->administered, mg);
  for (int i = 0; i < 2; i++) {
    s.given[i] = mg[i] * (t.once && one_day ? 1 : t.per_day);
    s.daily[i] = s.drug == TH_DRUG_STEROID ? s.given[i] * known[drug].factor[i] : s.given[i];
  }
  if (unsure ||
      (th_fhir_at(dosage, "asNeeded", &(th_fhir_elem){ 0 }) && !th_str_is(th_coverage__text_at(dosage, "asNeeded"), "false")))
    s.daily[TH_LEAST] = s.given[TH_LEAST] = 0;
  const bool vein = in_vein(f, dosage);
  if (s.drug == TH_DRUG_STEROID && vein && drug != METHYLPREDNISOLONE) return tell_row(f, "vein", r);
  s.pulse = s.drug == TH_DRUG_STEROID && vein;
  if (listed(f, &s)) return tell_row(f, "duplicate", r);
  needed = s.drug != TH_DRUG_BELIMUMAB && s.drug != TH_DRUG_OTHER && s.drug != TH_DRUG_BIOLOGIC &&
           !(s.drug == TH_DRUG_CYC && !isnan(mg[0]));
  if (needed && isnan(s.given[0])) TH_TRY(tell_row(f, "doseless", r));
  if (s.drug == TH_DRUG_CYC && vein && !isnan(mg[0]) && !isnan(mg[1])) return infusions(f, &s, mg, t);
  return add_span(f, &s);
}

/* Steps of one order that follow each other without days of their own: which of them holds on a day is not said. */
static bool steps(const th_fhir_elem_vec *list) {
  double first, other;
  for (size_t i = 1; i < list->n; i++)
    if (th_coverage__number_at(list->v[0], "sequence", &first) && th_coverage__number_at(list->v[i], "sequence", &other) &&
        first != other)
      return true;
  return false;
}

static th_code one_row(th_fhir_facts *f, const th_fhir_resource *r, const kind *k) {
  static const char *const not_taken[] = {
    "entered-in-error", "cancelled", "not-taken", "not-done", "draft", "intended", NULL
  };
  static const char *const doubtful[] = { "unknown", "on-hold", NULL };
  const th_str status = th_coverage__text_at(r->elem, "status"), intent = th_coverage__text_at(r->elem, "intent");
  th_fhir_elem_vec list = { 0 };
  th_fhir_elem e;
  bool repeats;
  int drug;
  for (const char *const *w = not_taken; *w; w++)
    if (th_str_is(status, *w)) return TH_OK;
  if (th_fhir_child(r->elem, "doNotPerform", &e) && e.value && e.value->kind == TH_JSON_BOOL && e.value->boolean) return TH_OK;
  TH_TRY(medication(f, r, &drug));
  if (drug == -2) return tell_row(f, "drug", r);
  if (drug < 0) return TH_OK;
  if (th_str_is(intent, "proposal") || th_str_is(intent, "plan")) return tell_row(f, "planned", r);
  for (const char *const *w = doubtful; *w; w++)
    if (th_str_is(status, *w)) return tell_row(f, "unsure", r);
  TH_TRY(th_fhir_children(f->arena, r->elem, th_str_of(k->dosage), &list, &repeats));
  if (list.n == 0) return one_dosage(f, r, k, drug, (th_fhir_elem){ 0 }, false);
  const bool unsure = steps(&list) && !th_fhir_at(list.v[0], "timing.repeat.bounds", &e);
  if (unsure) TH_TRY(tell_row(f, "steps", r));
  for (size_t i = 0; i < list.n; i++) TH_TRY(one_dosage(f, r, k, drug, list.v[i], unsure));
  return TH_OK;
}

static int by_day(const void *a, const void *b) {
  const int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
  return (x > y) - (x < y);
}

static th_code cuts(th_fhir_facts *f) {
  for (size_t i = 0; i < f->span.n; i++)
    for (int k = 0; k < 2; k++)
      if (!TH_VEC_PUSH(f->arena, &f->cut, f->span.v[i].from[k]) || !TH_VEC_PUSH(f->arena, &f->cut, f->span.v[i].to[k]))
        return th_fail_nomem(f->err);
  if (f->cut.n) qsort(f->cut.v, f->cut.n, sizeof *f->cut.v, by_day);
  return TH_OK;
}

th_code th_coverage__drug_rows(th_fhir_facts *f) {
  static const kind kinds[] = { { "MedicationStatement", "dosage", false, false },
                                { "MedicationAdministration", "dosage", false, true },
                                { "MedicationRequest", "dosageInstruction", true, false } };
  for (size_t t = 0; t < sizeof kinds / sizeof *kinds; t++) {
    uint32_t n;
    th_fhir_resource **rows = th_fhir_of_type(f->patient, th_str_of(kinds[t].type), &n);
    for (uint32_t i = 0; i < n; i++) TH_TRY(one_row(f, rows[i], &kinds[t]));
  }
  TH_TRY(cuts(f));
  for (size_t i = 0; i < f->span.n; i++) {
    const th_drug_span *s = &f->span.v[i];
    if (s->drug == TH_DRUG_BELIMUMAB && (f->first_belimumab == INT32_MIN || s->from[TH_MOST] < f->first_belimumab))
      f->first_belimumab = s->from[TH_MOST];
  }
  const int32_t first = th_coverage__run_start(f, TH_MOST, TH_DRUGS);
  if (first <= f->today) f->first_standard = first;
  return TH_OK;
}

/* ── For the forms ─────────────────────────────────────────────────────────────────────────────────────────────────── */

th_code th_coverage__drug_table(th_fhir_facts *f, const th_json **out) {
  th_buf b;
  th_jwrite w;
  const th_fhir_resource *last = NULL;
  th_buf_init(&b, f->arena, 1024);
  th_jwrite_open(&w, &b, 0);
  th_jw_arr(&w);
  for (size_t i = 0; i < f->span.n; i++) {
    const th_drug_span *s = &f->span.v[i];
    char iso[TH_DATE_TEXT], dose[48] = "";
    if (s->row == last || s->drug == TH_DRUG_BELIMUMAB || s->drug == TH_DRUG_BIOLOGIC || s->pulse) continue;
    last = s->row;
    th_jw_obj(&w);
    th_jw_key(&w, "drug"), th_jw_str(&w, th_coverage__drug_key(s->drug));
    th_jw_key(&w, "name"), th_jw_z(&w, known[s->substance].name);
    if (s->given[0] == s->given[1]) {
      if (s->drug == TH_DRUG_MTX)
        snprintf(dose, sizeof dose, "%.6g mg/週", s->given[0] * 7);
      else
        snprintf(dose, sizeof dose, "%.6g mg/日", s->given[0]);
    }
    if (*dose && s->drug != TH_DRUG_CYC) th_jw_key(&w, "dose"), th_jw_z(&w, dose);
    if (s->from[0] == s->from[1]) th_jw_key(&w, "from"), th_jw_z(&w, th_date_iso(th_civil_from_days(s->from[0]), iso));
    if (s->drug != TH_DRUG_CYC && !s->open && s->to[0] == s->to[1])
      th_jw_key(&w, "to"), th_jw_z(&w, th_date_iso(th_civil_from_days(s->to[0] - 1), iso));
    th_jw_obj_end(&w);
  }
  th_jw_arr_end(&w);
  th_json *tree = TH_NEW(f->arena, th_json);
  if (b.failed || !tree) return th_fail_nomem(f->err);
  *out = tree;
  return th_json_parse(f->arena, th_buf_str(&b), tree, f->err);
}
