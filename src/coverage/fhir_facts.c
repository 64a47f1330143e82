/* FHIR R4 into facts: observations by code, the latest on or before the day assessed and the last before treatment; drug records into
 * months, doses, means and overlaps (drug_facts.c). What contradicts itself, lies in the future or belongs to two patients is told and
 * left unknown. Every fact carries the rows it came from. */
#include <math.h>
#include <stdarg.h>

#include "coverage/coverage_priv.h"

/* ── Telling ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

th_code th_coverage__tell(th_fhir_facts *f, const char *fmt, ...) {
  char buf[256];
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(buf, sizeof buf, fmt, ap);
  va_end(ap);
  const th_str s = th_str_dup(f->arena, th_str_of(buf));
  return s.p && TH_VEC_PUSH(f->arena, &f->told, s) ? TH_OK : th_fail_nomem(f->err);
}

th_str th_coverage__row(th_fhir_facts *f, const th_fhir_resource *r) {
  return th_str_fmt(f->arena, "%.*s/%.*s", TH_STR_ARG(r->type_name), TH_STR_ARG(r->id));
}

int32_t th_coverage__fact(const th_fhir_facts *f, const char *name) {
  return th_rule_fact_find(f->dict, th_str_of(name));
}

/* ── Observations ──────────────────────────────────────────────────────────────────────────────────────────────────── */

static const struct {
  const char *loinc, *fact;
  bool baseline;     /* also before standard therapy and before belimumab */
  const char *limit; /* lower limit of normal */
} lab_codes[] = {
  { "29463-7", "weight", false, NULL },
  { "8302-2", "height", false, NULL },
  { "2890-2", "upcr", true, NULL },
  { "2889-4", "protein_24h", true, NULL },
  { "98979-8", "gfr", true, NULL },
  { "2160-0", "creatinine", true, NULL },
  { "13945-1", "urine_rbc_hpf", false, NULL },
  { "4485-9", "c3", false, "c3_lln" },
  { "4498-2", "c4", false, "c4_lln" },
  { "4537-7", "now_esr", false, NULL },
  { "1988-5", "now_crp", false, NULL },
  { "5130-0", "anti_dsdna_positive", false, NULL },
};

typedef struct reading {
  const th_fhir_resource *row;
  th_days days;
  double lo, hi;
  th_str unit; /* p NULL: none */
  bool is_bool, positive;
  double limit; /* lower limit of normal, NAN: none */
  th_str limit_unit;
} reading;

static bool usable_status(const th_fhir_resource *r) {
  th_fhir_elem e;
  if (!th_fhir_child(r->elem, "status", &e)) return true;
  const th_str s = th_fhir_text(e);
  return !th_str_is(s, "cancelled") && !th_str_is(s, "entered-in-error") && !th_str_is(s, "not-done") &&
         !th_str_is(s, "stopped-before-start");
}

static bool number_at(th_fhir_elem of, const char *path, double *out) {
  th_fhir_elem e;
  return th_fhir_at(of, path, &e) && e.value && th_json_f64(e.value, out) && isfinite(*out);
}

static th_str text_at(th_fhir_elem of, const char *path) {
  th_fhir_elem e;
  return th_fhir_at(of, path, &e) ? th_fhir_text(e) : TH_STR_NONE;
}

/* UCUM annotations carry no meaning for conversion: "mg/g{creat}" is mg/g. Units that are annotations alone stay. */
static th_str plain_unit(th_fhir_facts *f, th_str unit) {
  const size_t at = th_str_find(unit, TH_S("{"), 0);
  if (at == SIZE_MAX || at == 0 || unit.p[at - 1] == '/') return unit;
  return th_str_dup(f->arena, th_str_sub(unit, 0, at));
}

static bool quantity(th_fhir_facts *f, th_fhir_elem of, reading *out) {
  double v;
  if (!number_at(of, "value.value", &v)) return false;
  const th_str cmp = text_at(of, "value.comparator");
  out->lo = th_str_starts(cmp, TH_S("<")) ? -INFINITY : v;
  out->hi = th_str_starts(cmp, TH_S(">")) ? INFINITY : v;
  out->unit = text_at(of, "value.code");
  if (!out->unit.p) out->unit = text_at(of, "value.unit");
  if (out->unit.p) out->unit = plain_unit(f, out->unit);
  out->limit = NAN;
  if (number_at(of, "referenceRange.0.low.value", &out->limit)) {
    out->limit_unit = text_at(of, "referenceRange.0.low.code");
    if (!out->limit_unit.p) out->limit_unit = text_at(of, "referenceRange.0.low.unit");
  }
  return true;
}

static bool positive(th_fhir_elem of, reading *out) {
  static const char *const paths[] = { "value.coding.0.code", "value.text", "value.coding.0.display",
                                       "interpretation.0.coding.0.code", "interpretation.0.text" };
  th_fhir_elem e;
  if (th_fhir_at(of, "value", &e) && e.value && e.value->kind == TH_JSON_BOOL) {
    out->positive = e.value->boolean;
    return true;
  }
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    const th_str t = text_at(of, paths[i]);
    if (th_str_eq_nocase(t, TH_S("positive")) || th_str_is(t, "10828004") || th_str_is(t, "POS") || th_str_is(t, "陽性"))
      return out->positive = true;
    if (th_str_eq_nocase(t, TH_S("negative")) || th_str_is(t, "260385009") || th_str_is(t, "NEG") || th_str_is(t, "陰性")) {
      out->positive = false;
      return true;
    }
  }
  return false;
}

static bool read_observation(th_fhir_facts *f, const th_fhir_resource *r, bool is_bool, reading *out) {
  th_fhir_elem e;
  *out = (reading){ .row = r, .is_bool = is_bool, .limit = NAN };
  if (!usable_status(r) || !th_fhir_child(r->elem, "effective", &e) || !th_fhir_days(e, &out->days)) return false;
  return is_bool ? positive(r->elem, out) : quantity(f, r->elem, out);
}

static bool same(const reading *a, const reading *b) {
  return a->is_bool ? a->positive == b->positive : a->lo == b->lo && a->hi == b->hi && th_str_eq(a->unit, b->unit);
}

/* Two different values of one day contradict each other: neither is taken. */
static th_code put_reading(th_fhir_facts *f, const reading *list, uint32_t n, int32_t fact, int32_t before) {
  const reading *best = NULL;
  bool clash = false;
  for (uint32_t i = 0; i < n; i++) {
    const reading *r = &list[i];
    if (r->days.to - 1 > before) continue;
    if (!best || r->days.to > best->days.to) {
      best = r;
      clash = false;
    } else if (r->days.to == best->days.to && !same(r, best)) {
      clash = true;
    }
  }
  if (!best || fact < 0) return TH_OK;
  const th_date dated = th_civil_from_days(best->days.to - 1);
  if (clash) {
    char iso[TH_DATE_TEXT];
    th_rule_set_fault(f->dict, f->values, fact, TH_RULE_BAD_TYPE);
    return th_coverage__tell(f, "contradictory:%.*s: different values on %s", TH_STR_ARG(f->dict->fact[fact].name),
                             th_date_iso(dated, iso));
  }
  if (best->is_bool)
    th_rule_set_bool(f->dict, f->values, fact, best->positive, dated, f->as_of);
  else
    th_rule_set_number(f->dict, f->values, fact, best->lo, best->hi, best->unit, dated, f->as_of);
  f->values[fact].source = th_coverage__row(f, best->row);
  return TH_OK;
}

static th_code put_limit(th_fhir_facts *f, const reading *list, uint32_t n, const char *name) {
  const int32_t fact = th_coverage__fact(f, name);
  const reading *best = NULL;
  for (uint32_t i = 0; i < n; i++)
    if (!isnan(list[i].limit) && list[i].days.to - 1 <= f->today && (!best || list[i].days.to > best->days.to)) best = &list[i];
  if (!best || fact < 0) return TH_OK;
  th_rule_set_number(f->dict, f->values, fact, best->limit, best->limit, best->limit_unit,
                     th_civil_from_days(best->days.to - 1), f->as_of);
  f->values[fact].source = th_coverage__row(f, best->row);
  return TH_OK;
}

static th_code one_lab(th_fhir_facts *f, size_t lab) {
  th_fhir_resource **rows;
  uint32_t n_rows, n = 0;
  const int32_t fact = th_coverage__fact(f, lab_codes[lab].fact);
  if (fact < 0) return TH_OK;
  const bool is_bool = f->dict->fact[fact].type == TH_RULE_BOOL;
  TH_TRY(th_fhir_of_code(f->patient, TH_S("Observation"), TH_STR_NONE, th_str_of(lab_codes[lab].loinc), &rows, &n_rows));
  reading *list = TH_NEWN(f->arena, reading, n_rows ? n_rows : 1);
  if (!list) return th_fail_nomem(f->err);
  for (uint32_t i = 0; i < n_rows; i++) {
    if (!read_observation(f, rows[i], is_bool, &list[n])) continue;
    if (list[n].days.from > f->today) {
      const th_str row = th_coverage__row(f, rows[i]);
      TH_TRY(th_coverage__tell(f, "future:%s: %.*s is dated after the day assessed and was not used", lab_codes[lab].fact,
                               TH_STR_ARG(row)));
      continue;
    }
    n++;
  }
  TH_TRY(put_reading(f, list, n, fact, f->today));
  if (lab_codes[lab].limit) TH_TRY(put_limit(f, list, n, lab_codes[lab].limit));
  if (is_bool && n) {
    const int32_t ever = th_coverage__fact(f, "anti_dsdna_ever_positive");
    for (uint32_t i = 0; i < n && ever >= 0; i++)
      if (list[i].positive) {
        th_rule_set_bool(f->dict, f->values, ever, true, th_civil_from_days(list[i].days.to - 1), f->as_of);
        f->values[ever].source = th_coverage__row(f, list[i].row);
      }
  }
  if (!lab_codes[lab].baseline) return TH_OK;
  char name[64];
  snprintf(name, sizeof name, "%s_pre_belimumab", lab_codes[lab].fact);
  if (f->first_belimumab > INT32_MIN) TH_TRY(put_reading(f, list, n, th_coverage__fact(f, name), f->first_belimumab));
  snprintf(name, sizeof name, "%s_pre_standard", lab_codes[lab].fact);
  if (f->first_standard > INT32_MIN) TH_TRY(put_reading(f, list, n, th_coverage__fact(f, name), f->first_standard));
  return TH_OK;
}

/* ── Patient, conditions, procedures, practitioners ────────────────────────────────────────────────────────────────── */

static th_code about_patient(th_fhir_facts *f) {
  const th_fhir_resource *p = f->patient->patient;
  if (!p) return th_coverage__tell(f, "patient: the bundle has no Patient resource");
  const th_str sex = text_at(p->elem, "gender"), birth = text_at(p->elem, "birthDate");
  const int32_t fs = th_coverage__fact(f, "sex"), fb = th_coverage__fact(f, "birth_date");
  th_date d;
  if (fs >= 0 && (th_str_is(sex, "female") || th_str_is(sex, "male"))) {
    th_rule_set_code(f->dict, f->values, fs, sex, (th_date){ 0 }, f->as_of);
    f->values[fs].source = th_coverage__row(f, p);
  }
  if (fb >= 0 && birth.n && th_date_parse_iso(birth, &d)) {
    th_rule_set_date(f->dict, f->values, fb, d, (th_date){ 0 }, f->as_of);
    f->values[fb].source = th_coverage__row(f, p);
  }
  return TH_OK;
}

static void say_yes(th_fhir_facts *f, const char *name, const th_fhir_resource *row) {
  const int32_t fact = th_coverage__fact(f, name);
  if (fact < 0) return;
  th_rule_set_bool(f->dict, f->values, fact, true, (th_date){ 0 }, f->as_of);
  f->values[fact].source = th_coverage__row(f, row);
}

/* Any code or text of a CodeableConcept that begins with, or holds, one of the words. */
static th_code concept_has(th_fhir_facts *f, const th_fhir_resource *r, const char *path, const char *const *words, bool *out) {
  th_fhir_elem e;
  th_fhir_coding_vec v = { 0 };
  *out = false;
  if (!th_fhir_at(r->elem, path, &e)) return TH_OK;
  TH_TRY(th_fhir_codings(f->arena, e, &v));
  th_fhir_elem t;
  const th_str text = th_fhir_child(e, "text", &t) ? th_fhir_text(t) : TH_STR_NONE;
  for (const char *const *w = words; *w; w++) {
    const th_str word = th_str_of(*w);
    *out |= th_str_has(text, word);
    for (size_t i = 0; i < v.n; i++) *out |= th_str_starts(v.v[i].code, word) || th_str_has(v.v[i].display, word);
  }
  return TH_OK;
}

static th_code rows_saying(th_fhir_facts *f, const char *type, const char *path, const char *const *words, const char *fact) {
  uint32_t n;
  th_fhir_resource **rows = th_fhir_of_type(f->patient, th_str_of(type), &n);
  for (uint32_t i = 0; i < n; i++) {
    bool has;
    TH_TRY(concept_has(f, rows[i], path, words, &has));
    if (has && usable_status(rows[i])) say_yes(f, fact, rows[i]);
  }
  return TH_OK;
}

static th_code other_rows(th_fhir_facts *f) {
  static const char *const sle[] = { "M32", "55464009", "Systemic lupus erythematosus", "全身性紅斑性狼瘡", NULL };
  static const char *const np[] = { "Neuropsychiatric lupus", "神經精神性狼瘡", NULL };
  static const char *const renal[] = { "Hemodialysis",
                                       "hemodialysis",
                                       "Haemodialysis",
                                       "Peritoneal dialysis",
                                       "peritoneal dialysis",
                                       "Kidney transplant",
                                       "kidney transplant",
                                       "Renal transplant",
                                       "透析",
                                       "腎臟移植",
                                       NULL };
  static const char *const internal[] = { "Internal medicine", "internal medicine", "內科", NULL };
  static const char *const rheuma[] = { "Rheumatology", "rheumatology", "風濕", NULL };
  static const char *const immuno[] = { "Immunology", "immunology", "免疫", NULL };
  TH_TRY(rows_saying(f, "Condition", "code", sle, "sle_diagnosis"));
  TH_TRY(rows_saying(f, "Condition", "code", np, "np_lupus"));
  TH_TRY(rows_saying(f, "Procedure", "code", renal, "dialysis_or_transplant"));
  const struct {
    const char *const *words;
    const char *fact;
  } certs[] = { { internal, "prescriber_internal_medicine" },
                { rheuma, "prescriber_rheumatology" },
                { immuno, "prescriber_immunology" } };
  for (size_t i = 0; i < 3; i++)
    for (int k = 0; k < 4; k++) {
      char path[40];
      snprintf(path, sizeof path, "qualification.%d.code", k);
      TH_TRY(rows_saying(f, "Practitioner", path, certs[i].words, certs[i].fact));
    }
  return TH_OK;
}

/* ── A bundle ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

th_code th_coverage_case_fhir(th_arena *a, const th_coverage *c, th_str bundle, const char *source, th_str program, th_str path,
                              th_date as_of, th_coverage_case *out, th_err *err) {
  th_fhir_data *data;
  *out = (th_coverage_case){ .id = TH_S("fhir"), .program = program, .path_name = path, .as_of = as_of };
  out->policy = th_coverage_policy(c, program);
  if (!out->policy) return th_fail(err, TH_ENOENT, "no policy is called \"%.*s\"", TH_STR_ARG(program));
  out->path = th_rule_path_find(out->policy, path);
  if (!out->path) return th_fail(err, TH_ENOENT, "no clause: %.*s has no path \"%.*s\"", TH_STR_ARG(program), TH_STR_ARG(path));
  if (as_of.prec != TH_DATE_DAY) return th_fail(err, TH_EINVAL, "as_of must be a full date, YYYY-MM-DD");
  TH_TRY(th_fhir_open(a, bundle, source, &data, err));
  if (th_fhir_patients(data) != 1)
    return th_fail(err, TH_EPARSE, "the bundle speaks of %zu patients: a case is about one", th_fhir_patients(data));
  th_fhir_facts f = {
    .arena = a, .dict = &c->dict, .path = out->path, .as_of = as_of, .today = th_date_first(as_of), .err = err
  };
  f.first_belimumab = f.first_standard = INT32_MIN;
  TH_TRY(th_fhir_patient_at(data, a, 0, &f.patient, err));
  f.values = th_rule_values_new(a, &c->dict);
  if (!f.values) return th_fail_nomem(err);
  if (f.patient->id.n) out->id = f.patient->id;
  TH_TRY(about_patient(&f));
  TH_TRY(other_rows(&f));
  TH_TRY(th_coverage__drug_rows(&f));
  for (size_t i = 0; i < sizeof lab_codes / sizeof *lab_codes; i++) TH_TRY(one_lab(&f, i));
  TH_TRY(th_coverage__drug_facts(&f));
  out->values = f.values;
  out->told = f.told.v;
  out->n_told = (uint32_t)f.told.n;
  return TH_OK;
}
