/* Observations into facts: by code, the latest on or before the day assessed, the last before treatment, the lowest of a year. Two values
 * of one moment that differ contradict each other and neither is taken. Codes are proposals, not checked against LOINC's tables. */
#include <math.h>
#include <stdlib.h>

#include "coverage/coverage_priv.h"
#include "theriac/unit.h"

enum { LAB_BASELINE = 1, LAB_SHEET = 2 }; /* also before standard therapy and belimumab; a value of the score sheet */

static const struct lab {
  const char *fact, *limit; /* limit: the lower limit of normal of the same report */
  uint8_t what;
} lab_list[] = {
  { "weight", NULL, 0 },          { "height", NULL, 0 },
  { "upcr", NULL, LAB_BASELINE }, { "protein_24h", NULL, LAB_BASELINE },
  { "gfr", NULL, LAB_BASELINE },  { "creatinine", NULL, LAB_BASELINE },
  { "urine_rbc_hpf", NULL, 0 },   { "c3", "c3_lln", 0 },
  { "c4", "c4_lln", 0 },          { "esr", NULL, LAB_SHEET },
  { "crp", NULL, LAB_SHEET },     { "anti_dsdna_positive", NULL, 0 },
  { "ana_positive", NULL, 0 },    { "urinary_rbc_casts", NULL, 0 },
};
enum { N_LABS = sizeof lab_list / sizeof *lab_list };

static const struct {
  const char *loinc, *fact, *equation;
} codes[] = {
  { "29463-7", "weight", NULL },      { "3141-9", "weight", NULL },       { "8302-2", "height", NULL },
  { "2890-2", "upcr", NULL },         { "2889-4", "protein_24h", NULL },  { "98979-8", "gfr", "CKD-EPI 2021" },
  { "62238-1", "gfr", "CKD-EPI" },    { "33914-3", "gfr", "MDRD" },       { "77147-7", "gfr", "MDRD" },
  { "2160-0", "creatinine", NULL },   { "14682-9", "creatinine", NULL },  { "13945-1", "urine_rbc_hpf", NULL },
  { "4485-9", "c3", NULL },           { "4498-2", "c4", NULL },           { "4537-7", "esr", NULL },
  { "30341-2", "esr", NULL },         { "1988-5", "crp", NULL },          { "5130-0", "anti_dsdna_positive", NULL },
  { "8061-4", "ana_positive", NULL }, { "5048-4", "ana_positive", NULL }, { "5807-3", "urinary_rbc_casts", NULL },
};

typedef struct reading {
  const th_fhir_resource *row;
  const struct lab *lab;
  th_days days;
  th_str when;   /* as written */
  double lo, hi; /* as given */
  double at[2];  /* in the canonical unit; NAN: the unit is not accepted */
  th_str unit;
  bool is_bool, positive;
  double limit; /* lower limit of normal, NAN: none */
  th_str limit_unit, equation;
} reading;

typedef TH_VEC(reading) reading_vec;

/* ── Units ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* UCUM annotations carry no meaning for conversion: "mg/g{creat}" is mg/g. Units that are annotations alone stay, and so does the body
 * surface of a filtration rate. */
static th_str plain_unit(th_fhir_facts *f, th_str unit) {
  const size_t at = th_str_find(unit, TH_S("{"), 0);
  if (at == SIZE_MAX || at == 0 || th_str_has(unit, TH_S("1.73"))) return unit;
  const size_t end = th_str_find(unit, TH_S("}"), at);
  if (end == SIZE_MAX || unit.p[at - 1] == '/') return unit;
  return th_str_fmt(f->arena, "%.*s%.*s", (int)at, unit.p, (int)(unit.n - end - 1), unit.p + end + 1);
}

/* How laboratories write what the dictionary calls otherwise. */
static th_str usual_unit(th_str unit) {
  static const char *const same[][2] = {
    { "mL/min/1.73m2", "mL/min/{1.73_m2}" },
    { "mL/min/1.73 m2", "mL/min/{1.73_m2}" },
    { "mL/min/1.73m²", "mL/min/{1.73_m2}" },
    { "mL/min/1.73 m²", "mL/min/{1.73_m2}" },
    { "mL/min/1.73m^2", "mL/min/{1.73_m2}" },
    { "mL/min/{1.73m2}", "mL/min/{1.73_m2}" },
    { "ml/min/1.73m2", "mL/min/{1.73_m2}" },
    { "mL/min/1.73.m2", "mL/min/{1.73_m2}" },
    { "µmol/L", "umol/L" },
    { "μmol/L", "umol/L" },
    { "/HPF", "/[HPF]" },
    { "/hpf", "/[HPF]" },
    { "mm/hr", "mm/h" },
    { "mm/1h", "mm/h" },
    { "mm/hour", "mm/h" },
    { "g/24h", "g/d" },
    { "g/24 h", "g/d" },
    { "g/day", "g/d" },
    { "mg/24h", "mg/d" },
    { "mg/24 h", "mg/d" },
    { "mg/day", "mg/d" },
    { "g/(24.h)", "g/d" },
    { "mg/(24.h)", "mg/d" },
    { "mg/dl", "mg/dL" },
    { "mg/l", "mg/L" },
    { "g/l", "g/L" },
  };
  for (size_t i = 0; i < sizeof same / sizeof *same; i++)
    if (th_str_is(unit, same[i][0])) return th_str_of(same[i][1]);
  return unit;
}

static bool factor_of(const th_rule_fact *fact, th_str unit, double *out) {
  if (unit.n == 0) return *out = 1, true;
  for (uint32_t i = 0; i < fact->n_units; i++)
    if (th_str_eq(fact->units[i].code, unit)) return *out = fact->units[i].factor, true;
  return false;
}

/* By UCUM, when the dictionary does not list the unit: only between units of a dimension (a bare ratio says nothing of what it is a ratio
 * of), without amounts of substance, and never to or from a rate that is scaled to body surface. */
static bool factor_by_ucum(const th_rule_fact *fact, th_str unit, double *out) {
  th_unit from, to;
  th_err err = { 0 };
  long double one;
  bool bare = true;
  if (th_str_has(unit, TH_S("mol")) || th_str_has(fact->unit, TH_S("1.73")) || th_str_has(unit, TH_S("{"))) return false;
  if (th_unit_parse(unit, &from, &err) != TH_OK || th_unit_parse(fact->unit, &to, &err) != TH_OK) return false;
  for (int i = 0; i < TH_UNIT_DIMS; i++) bare &= to.dim[i] == 0;
  if (bare || from.special || to.special || to.arbitrary[0].id || !th_unit_convert(1, from, to, &one)) return false;
  *out = (double)one;
  return true;
}

/* Leaves the value in a unit of the dictionary; at[] says it in the canonical one. */
static void convert(th_fhir_facts *f, int32_t fact, reading *r) {
  const th_rule_fact *d = &f->dict->fact[fact];
  double by;
  if (r->unit.n) r->unit = usual_unit(plain_unit(f, r->unit));
  r->at[0] = r->at[1] = NAN;
  if (factor_of(d, r->unit, &by)) {
    r->at[0] = r->lo * by;
    r->at[1] = r->hi * by;
  } else if (factor_by_ucum(d, r->unit, &by)) {
    r->at[0] = r->lo *= by;
    r->at[1] = r->hi *= by;
    r->unit = d->unit;
  }
  if (isnan(r->limit)) return;
  r->limit_unit = usual_unit(r->limit_unit.n ? plain_unit(f, r->limit_unit) : r->unit);
  if (!factor_of(d, r->limit_unit, &by) && factor_by_ucum(d, r->limit_unit, &by)) {
    r->limit *= by;
    r->limit_unit = d->unit;
  }
}

/* ── Reading ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_str unit_at(th_fhir_elem of, const char *code, const char *unit) {
  const th_str u = th_coverage__text_at(of, code);
  return u.n ? u : th_coverage__text_at(of, unit);
}

static bool quantity(th_fhir_elem of, reading *out) {
  double v;
  if (!th_coverage__number_at(of, "value.value", &v)) return false;
  const th_str cmp = th_coverage__text_at(of, "value.comparator");
  out->lo = th_str_starts(cmp, TH_S("<")) ? -INFINITY : v;
  out->hi = th_str_starts(cmp, TH_S(">")) ? INFINITY : v;
  out->unit = unit_at(of, "value.code", "value.unit");
  if (th_coverage__number_at(of, "referenceRange.0.low.value", &out->limit))
    out->limit_unit = unit_at(of, "referenceRange.0.low.code", "referenceRange.0.low.unit");
  else
    out->limit = NAN;
  return true;
}

static int sign_of(th_fhir_facts *f, th_str text) { /* 1 positive, -1 negative, 0 neither */
  static const char *const yes[] = { "positive", "detected", "10828004", "260373001", "pos", "陽性", NULL };
  static const char *const no[] = { "negative", "not detected", "260385009", "260415000", "neg", "陰性", NULL };
  const th_str t = th_coverage__lower(f, th_str_trim(text));
  for (const char *const *w = no; *w; w++)
    if (th_str_is(t, *w) || (strlen(*w) > 7 && th_str_starts(t, th_str_of(*w)))) return -1;
  for (const char *const *w = yes; *w; w++)
    if (th_str_is(t, *w) || (strlen(*w) > 7 && th_str_starts(t, th_str_of(*w)))) return 1;
  return 0;
}

/* Positive or negative: as a truth value, a code or word, an interpretation, or a number against the report's own upper limit. */
static bool positive(th_fhir_facts *f, th_fhir_elem of, reading *out) {
  static const char *const paths[] = {
    "value.coding.0.code",  "value.text", "value.coding.0.display", "value", "interpretation.0.coding.0.code",
    "interpretation.0.text"
  };
  th_fhir_elem e;
  double v, high;
  if (th_fhir_at(of, "value", &e) && e.value && e.value->kind == TH_JSON_BOOL) {
    out->positive = e.value->boolean;
    return true;
  }
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    const int s = sign_of(f, th_coverage__text_at(of, paths[i]));
    if (s) return out->positive = s > 0, true;
  }
  const th_str unit = th_coverage__text_at(of, "referenceRange.0.high.unit");
  if (th_coverage__text_at(of, "value.comparator").n || !th_coverage__number_at(of, "value.value", &v) ||
      !th_coverage__number_at(of, "referenceRange.0.high.value", &high) ||
      (unit.n && !th_str_eq(unit, th_coverage__text_at(of, "value.unit"))))
    return false;
  out->positive = v > high;
  return true;
}

static const struct lab *lab_of(th_fhir_facts *f, th_fhir_elem of, const char **equation) {
  th_fhir_coding_vec v = { 0 };
  th_fhir_elem code;
  if (!th_fhir_child(of, "code", &code) || th_fhir_codings(f->arena, code, &v) != TH_OK) return NULL;
  for (size_t i = 0; i < v.n; i++)
    for (size_t k = 0; k < sizeof codes / sizeof *codes; k++) {
      if (!th_str_is(v.v[i].code, codes[k].loinc)) continue;
      *equation = codes[k].equation;
      for (size_t l = 0; l < N_LABS; l++)
        if (strcmp(lab_list[l].fact, codes[k].fact) == 0) return &lab_list[l];
    }
  return NULL;
}

static int32_t fact_of(const th_fhir_facts *f, const struct lab *lab, const char *sheet) {
  char name[64];
  snprintf(name, sizeof name, "%s%s%s", lab->what & LAB_SHEET ? sheet : "", lab->what & LAB_SHEET ? "_" : "", lab->fact);
  return th_coverage__fact(f, name);
}

static th_code one_reading(th_fhir_facts *f, const th_fhir_resource *row, th_fhir_elem of, reading_vec *out) {
  const char *equation = NULL;
  const struct lab *lab = lab_of(f, of, &equation);
  const int32_t fact = lab ? fact_of(f, lab, "now") : -1;
  th_fhir_elem when;
  if (fact < 0) return TH_OK;
  const th_rule_fact *d = &f->dict->fact[fact];
  reading r = { .row = row, .lab = lab, .is_bool = d->type == TH_RULE_BOOL, .limit = NAN, .equation = th_str_of(equation) };
  if (!(r.is_bool ? positive(f, of, &r) : quantity(of, &r))) return TH_OK;
  const th_str name = th_coverage__row(f, row);
  if (!th_fhir_child(row->elem, "effective", &when) || !th_fhir_days(when, &r.days))
    return th_coverage__tell(f, "undated:%.*s", TH_STR_ARG(name));
  r.when = th_fhir_text(when);
  if (r.days.from > f->today) return th_coverage__tell(f, "future:%.*s: %.*s", TH_STR_ARG(d->name), TH_STR_ARG(name));
  if (!r.is_bool) convert(f, fact, &r);
  if (!r.is_bool && r.unit.n == 0 && d->unit.n && !th_str_is(d->unit, "1") && d->unit.p[0] != '{')
    TH_TRY(th_coverage__tell(f, "unitless:%.*s: %.*s", TH_STR_ARG(d->name), TH_STR_ARG(name)));
  if (th_str_is(th_coverage__text_at(row->elem, "status"), "preliminary"))
    TH_TRY(th_coverage__tell(f, "preliminary:%.*s: %.*s", TH_STR_ARG(d->name), TH_STR_ARG(name)));
  if (strcmp(lab->fact, "weight") == 0 && r.at[0] == r.at[1] &&
      !TH_VEC_PUSH(f->arena, &f->weight, ((th_weight_on){ r.days.to - 1, r.at[0] })))
    return th_fail_nomem(f->err);
  if (!r.equation.n && strcmp(lab->fact, "gfr") == 0) r.equation = th_coverage__text_at(row->elem, "method.text");
  return TH_VEC_PUSH(f->arena, out, r) ? TH_OK : th_fail_nomem(f->err);
}

static bool unusable(th_fhir_elem of) {
  static const char *const words[] = { "cancelled", "entered-in-error", "registered" };
  const th_str s = th_coverage__text_at(of, "status");
  for (size_t i = 0; i < 3; i++)
    if (th_str_is(s, words[i])) return true;
  return false;
}

static th_code read_all(th_fhir_facts *f, reading_vec *out) {
  uint32_t n;
  th_fhir_resource **rows = th_fhir_of_type(f->patient, TH_S("Observation"), &n);
  for (uint32_t i = 0; i < n; i++) {
    th_fhir_elem_vec parts = { 0 };
    bool repeats;
    if (unusable(rows[i]->elem)) continue;
    TH_TRY(one_reading(f, rows[i], rows[i]->elem, out));
    TH_TRY(th_fhir_children(f->arena, rows[i]->elem, TH_S("component"), &parts, &repeats));
    for (size_t k = 0; k < parts.n; k++) TH_TRY(one_reading(f, rows[i], parts.v[k], out));
  }
  return TH_OK;
}

/* ── Choosing ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool alike(double a, double b) {
  return a == b || fabs(a - b) <= 1e-9 * fmax(1, fmax(fabs(a), fabs(b)));
}

static bool same(const reading *a, const reading *b) {
  if (a->is_bool) return a->positive == b->positive;
  if (isnan(a->at[0]) || isnan(b->at[0])) return a->lo == b->lo && a->hi == b->hi && th_str_eq(a->unit, b->unit);
  return alike(a->at[0], b->at[0]) && alike(a->at[1], b->at[1]);
}

/* 1: a is later, -1: earlier, 0: of the same moment as far as the records say. Times of day count when both have one in one zone. */
static int later(const reading *a, const reading *b) {
  if (a->days.to != b->days.to) return a->days.to > b->days.to ? 1 : -1;
  if (a->days.from != b->days.from || a->when.n < 16 || a->when.n != b->when.n) return 0;
  if (!th_str_eq(th_str_sub(a->when, 19, a->when.n), th_str_sub(b->when, 19, b->when.n))) return 0;
  const int c = th_str_cmp(a->when, b->when);
  return (c > 0) - (c < 0);
}

static th_date dated(const reading *r) {
  th_date d;
  const th_str day = th_str_sub(r->when, 0, r->when.n > 10 ? 10 : r->when.n);
  return day.n && th_date_parse_iso(day, &d) ? d : th_civil_from_days(r->days.to - 1);
}

/* The last reading up to a day (before: all its days lie there; else some may lie after today). NULL and a word when it contradicts. */
static th_code choose(th_fhir_facts *f, const reading_vec *v, const struct lab *lab, int32_t fact, int32_t before, bool whole,
                      const reading **out) {
  const reading *best = NULL, *other = NULL;
  *out = NULL;
  for (size_t i = 0; i < v->n; i++) {
    const reading *r = &v->v[i];
    if (r->lab != lab || (whole ? r->days.to - 1 : r->days.from) > before) continue;
    const int order = best ? later(r, best) : 1;
    if (order > 0) {
      best = r;
      other = NULL;
    } else if (order == 0 && !same(r, best)) {
      other = r;
    }
  }
  if (!best || fact < 0) return TH_OK;
  if (other) {
    char iso[TH_DATE_TEXT];
    const th_str one = th_coverage__row(f, best->row), two = th_coverage__row(f, other->row);
    th_rule_set_fault(f->dict, f->values, fact, TH_RULE_BAD_TYPE);
    return th_coverage__tell(f, "contradictory:%.*s: %.*s, %.*s (%s)", TH_STR_ARG(f->dict->fact[fact].name), TH_STR_ARG(one),
                             TH_STR_ARG(two), th_date_iso(dated(best), iso));
  }
  if (best->is_bool)
    th_rule_set_bool(f->dict, f->values, fact, best->positive, dated(best), f->as_of);
  else
    th_rule_set_number(f->dict, f->values, fact, best->lo, best->hi, best->unit, dated(best), f->as_of);
  f->values[fact].source = th_coverage__row(f, best->row);
  *out = best;
  return TH_OK;
}

static int by_lab(const void *pa, const void *pb) {
  const reading *a = *(const reading *const *)pa, *b = *(const reading *const *)pb;
  if (a->lab != b->lab) return a->lab < b->lab ? -1 : 1;
  if (a->days.to != b->days.to) return a->days.to < b->days.to ? -1 : 1;
  return a < b ? -1 : a > b;
}

static th_code repeats(th_fhir_facts *f, const reading_vec *v) {
  const reading **order = TH_NEWN(f->arena, const reading *, v->n + 1);
  if (!order) return th_fail_nomem(f->err);
  for (size_t i = 0; i < v->n; i++) order[i] = &v->v[i];
  if (v->n) qsort(order, v->n, sizeof *order, by_lab);
  for (size_t i = 1; i < v->n; i++)
    for (size_t k = i; k > 0 && i - k < 16 && order[k - 1]->lab == order[i]->lab; k--) {
      if (order[k - 1]->row == order[i]->row || later(order[k - 1], order[i]) != 0 || !same(order[k - 1], order[i])) continue;
      const th_str row = th_coverage__row(f, order[i]->row);
      TH_TRY(th_coverage__tell(f, "duplicate:%.*s", TH_STR_ARG(row)));
      break;
    }
  return TH_OK;
}

static void put_equation(th_fhir_facts *f, const reading *r, const char *suffix) {
  char name[64];
  snprintf(name, sizeof name, "gfr_equation%s", suffix);
  const int32_t fact = th_coverage__fact(f, name);
  if (!r || fact < 0 || strcmp(r->lab->fact, "gfr") != 0 || r->equation.n == 0) return;
  th_rule_set_code(f->dict, f->values, fact, r->equation, (th_date){ 0 }, f->as_of);
  f->values[fact].source = th_coverage__row(f, r->row);
}

static th_code baselines(th_fhir_facts *f, const reading_vec *v, const struct lab *lab) {
  static const char *const suffix[] = { "_pre_belimumab", "_pre_standard" };
  const int32_t day[] = { f->first_belimumab, f->first_standard };
  for (int i = 0; i < 2; i++) {
    char name[64];
    const reading *r;
    if (day[i] == INT32_MIN) continue;
    snprintf(name, sizeof name, "%s%s", lab->fact, suffix[i]);
    TH_TRY(choose(f, v, lab, th_coverage__fact(f, name), day[i], true, &r));
    put_equation(f, r, suffix[i]);
  }
  return TH_OK;
}

/* The lowest filtration rate of twelve months. One value alone does not show that anything was kept up: unknown. */
static void lowest_gfr(th_fhir_facts *f, const reading_vec *v) {
  const int32_t from = th_date_first(th_date_add_months(f->as_of, -12)), fact = th_coverage__fact(f, "gfr_min_12m");
  const reading *lowest = NULL, *first = NULL;
  uint32_t days = 0;
  for (size_t i = 0; i < v->n; i++) {
    const reading *r = &v->v[i];
    if (strcmp(r->lab->fact, "gfr") != 0 || r->days.from < from || r->days.to - 1 > f->today) continue;
    if (isnan(r->at[0])) return;
    if (!first) first = r;
    days += first->days.from != r->days.from;
    if (!lowest || r->at[0] < lowest->at[0]) lowest = r;
  }
  if (days == 0 || fact < 0) return;
  th_rule_set_number(f->dict, f->values, fact, lowest->lo, lowest->hi, lowest->unit, dated(lowest), f->as_of);
  f->values[fact].source = th_coverage__row(f, lowest->row);
}

/* "Ever" is said by one report; that there was none is not. */
static void ever(th_fhir_facts *f, const reading_vec *v) {
  for (size_t i = 0; i < v->n; i++) {
    const reading *r = &v->v[i];
    double by;
    if (strcmp(r->lab->fact, "anti_dsdna_positive") == 0 && r->positive)
      th_coverage__say_yes(f, "anti_dsdna_ever_positive", r->row);
    if (r->lab->limit && !isnan(r->limit) && factor_of(&f->dict->fact[fact_of(f, r->lab, "")], r->limit_unit, &by) &&
        r->at[1] < r->limit * by)
      th_coverage__say_yes(f, "low_complement_ever", r->row);
  }
}

th_code th_coverage__labs(th_fhir_facts *f) {
  reading_vec v = { 0 };
  TH_TRY(read_all(f, &v));
  TH_TRY(repeats(f, &v));
  for (size_t i = 0; i < N_LABS && v.n; i++) {
    const struct lab *lab = &lab_list[i];
    const reading *r;
    TH_TRY(choose(f, &v, lab, fact_of(f, lab, "now"), f->today, false, &r));
    put_equation(f, r, "");
    const int32_t limit = r && lab->limit && !isnan(r->limit) ? th_coverage__fact(f, lab->limit) : -1;
    if (limit >= 0) {
      th_rule_set_number(f->dict, f->values, limit, r->limit, r->limit, r->limit_unit, dated(r), f->as_of);
      f->values[limit].source = th_coverage__row(f, r->row);
    }
    if (lab->what & LAB_BASELINE) TH_TRY(baselines(f, &v, lab));
    if (lab->what & LAB_SHEET && f->first_belimumab > INT32_MIN)
      TH_TRY(choose(f, &v, lab, fact_of(f, lab, "base"), f->first_belimumab, true, &r));
  }
  lowest_gfr(f, &v);
  ever(f, &v);
  return TH_OK;
}
