/* FHIR R4 into facts: the patient, conditions, procedures, biopsies, the prescriber's certificates, and facts recorded under their own
 * names; observations (fhir_labs.c); drug records (drug_*.c). What contradicts itself, lies in the future, is not confirmed or belongs to
 * two patients is told and left unknown. Every fact carries the rows it came from. Nothing recorded is never taken for "no". */
#include <math.h>
#include <stdarg.h>

#include "coverage/coverage_priv.h"

#define TOLD_MOST   256                /* one record can be wrong in as many ways as it has rows */
#define FACT_SYSTEM "urn:theriac:fact" /* codes of this system are names of the dictionary */

/* ── Telling ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

th_code th_coverage__tell(th_fhir_facts *f, const char *fmt, ...) {
  char buf[256];
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(buf, sizeof buf, fmt, ap);
  va_end(ap);
  for (size_t i = 0; i < f->told.n; i++)
    if (th_str_is(f->told.v[i], buf)) return TH_OK;
  if (f->told.n > TOLD_MOST) return TH_OK;
  const th_str s = th_str_dup(f->arena, f->told.n == TOLD_MOST ? TH_S("more:") : th_str_of(buf));
  return s.p && TH_VEC_PUSH(f->arena, &f->told, s) ? TH_OK : th_fail_nomem(f->err);
}

static th_code tell_row(th_fhir_facts *f, const char *kind, const th_fhir_resource *r) {
  const th_str row = th_coverage__row(f, r);
  return th_coverage__tell(f, "%s:%.*s", kind, TH_STR_ARG(row));
}

th_str th_coverage__row(th_fhir_facts *f, const th_fhir_resource *r) {
  return th_str_fmt(f->arena, "%.*s/%.*s", TH_STR_ARG(r->type_name), TH_STR_ARG(r->id));
}

int32_t th_coverage__fact(const th_fhir_facts *f, const char *name) {
  return th_rule_fact_find(f->dict, th_str_of(name));
}

void th_coverage__say_yes(th_fhir_facts *f, const char *name, const th_fhir_resource *row) {
  const int32_t fact = th_coverage__fact(f, name);
  if (fact < 0 || f->values[fact].state == TH_RULE_KNOWN) return; /* the first row that says so is named */
  th_rule_set_bool(f->dict, f->values, fact, true, (th_date){ 0 }, f->as_of);
  f->values[fact].source = th_coverage__row(f, row);
}

/* ── Elements ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

th_str th_coverage__text_at(th_fhir_elem of, const char *path) {
  th_fhir_elem e;
  return th_fhir_at(of, path, &e) ? th_fhir_text(e) : TH_STR_NONE;
}

bool th_coverage__number_at(th_fhir_elem of, const char *path, double *out) {
  th_fhir_elem e;
  return th_fhir_at(of, path, &e) && e.value && th_json_f64(e.value, out) && isfinite(*out);
}

th_str th_coverage__lower(th_fhir_facts *f, th_str s) {
  char *p = th_str_z(f->arena, s);
  for (size_t i = 0; p && i < s.n; i++)
    if (p[i] >= 'A' && p[i] <= 'Z') p[i] = (char)(p[i] - 'A' + 'a');
  return th_str_n(p, p ? s.n : 0);
}

static bool says(th_fhir_facts *f, th_str text, const char *const *words) {
  static const char *const denies[] = { "family history", "rule out",   "ruled out",   "suspect", "screening",
                                        "donor",          "evaluation", "no evidence", "疑似",    "家族",
                                        "排除",           "捐贈",       NULL };
  if (text.n == 0) return false;
  const th_str t = th_coverage__lower(f, text);
  for (const char *const *w = denies; *w; w++)
    if (th_str_has(t, th_str_of(*w))) return false;
  for (const char *const *w = words; w && *w; w++)
    if (th_str_has(t, th_str_of(*w))) return true;
  return false;
}

bool th_coverage__concept(th_fhir_facts *f, th_fhir_elem concept, const char *const *words, const char *const *codes) {
  th_fhir_coding_vec v = { 0 };
  if (th_fhir_codings(f->arena, concept, &v) != TH_OK) return false;
  if (says(f, th_coverage__text_at(concept, "text"), words)) return true;
  for (size_t i = 0; i < v.n; i++) {
    if (says(f, v.v[i].display, words)) return true;
    for (const char *const *c = codes; c && *c; c++)
      if (th_str_is(v.v[i].code, *c) || (th_str_starts(v.v[i].code, th_str_of(*c)) && v.v[i].code.p[strlen(*c)] == '.'))
        return true;
  }
  return false;
}

/* ── Patient, conditions, procedures ───────────────────────────────────────────────────────────────────────────────── */

static th_code about_patient(th_fhir_facts *f) {
  const th_fhir_resource *p = f->patient->patient;
  if (!p) return th_coverage__tell(f, "patient:%.*s", TH_STR_ARG(f->patient->id));
  const th_str sex = th_coverage__text_at(p->elem, "gender"), birth = th_coverage__text_at(p->elem, "birthDate");
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

/* Whether what the row tells had happened by the day assessed, is confirmed and was done; what is not is told, once it matters. */
static th_code holds(th_fhir_facts *f, const th_fhir_resource *r, bool *out) {
  static const char *const dates[] = { "onset", "recordedDate", "performed", "effective" };
  static const char *const undone[] = { "entered-in-error", "not-done", "cancelled", "preparation",
                                        "registered",       "refuted",  NULL };
  static const char *const unsure[] = { "provisional", "differential", "unconfirmed", "on-hold", "unknown", NULL };
  th_fhir_elem e;
  th_days days;
  const th_str status = th_coverage__text_at(r->elem, "status"),
               verified = th_coverage__text_at(r->elem, "verificationStatus.coding.0.code");
  *out = false;
  for (const char *const *w = undone; *w; w++)
    if (th_str_is(status, *w) || th_str_is(verified, *w)) return TH_OK;
  for (const char *const *w = unsure; *w; w++)
    if (th_str_is(status, *w) || th_str_is(verified, *w)) return tell_row(f, "unsure", r);
  for (size_t i = 0; i < sizeof dates / sizeof *dates; i++)
    if (th_fhir_child(r->elem, dates[i], &e) && th_fhir_days(e, &days) && days.from > f->today) return tell_row(f, "future", r);
  *out = true;
  return TH_OK;
}

static bool over(const th_fhir_resource *r) {
  static const char *const words[] = { "inactive", "resolved", "remission" };
  const th_str s = th_coverage__text_at(r->elem, "clinicalStatus.coding.0.code");
  for (size_t i = 0; i < 3; i++)
    if (th_str_is(s, words[i])) return true;
  return false;
}

static th_code states(th_fhir_facts *f) {
  static const char *const sle[] = { "systemic lupus erythematosus", "全身性紅斑性狼瘡", NULL };
  static const char *const sle_codes[] = { "M32", "55464009", NULL };
  static const char *const np[] = { "neuropsychiatric", "lupus cerebritis", "lupus encephal", "cns lupus", "神經精神性", NULL };
  static const char *const renal[] = { "hemodialysis",      "haemodialysis",    "peritoneal dialysis",
                                       "kidney transplant", "renal transplant", "血液透析",
                                       "腹膜透析",          "腎臟移植",         NULL };
  static const char *const renal_codes[] = { "302497006", "265764009", "71192002", "70536003", "Z99.2", "Z94.0", NULL };
  static const struct {
    const char *type, *fact;
    const char *const *words, *const *codes;
    bool now; /* a state that is over does not count */
  } rows[] = {
    { "Condition", "sle_diagnosis", sle, sle_codes, false },
    { "Condition", "np_lupus", np, NULL, true },
    { "Condition", "dialysis_or_transplant", renal, renal_codes, true },
    { "Procedure", "dialysis_or_transplant", renal, renal_codes, false },
  };
  for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
    uint32_t n;
    th_fhir_resource **list = th_fhir_of_type(f->patient, th_str_of(rows[k].type), &n);
    for (uint32_t i = 0; i < n; i++) {
      th_fhir_elem code;
      bool so;
      if (!th_fhir_child(list[i]->elem, "code", &code) || !th_coverage__concept(f, code, rows[k].words, rows[k].codes))
        continue;
      TH_TRY(holds(f, list[i], &so));
      if (so && rows[k].now && over(list[i]))
        TH_TRY(tell_row(f, "over", list[i]));
      else if (so)
        th_coverage__say_yes(f, rows[k].fact, list[i]);
    }
  }
  return TH_OK;
}

/* ── Biopsy ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct biopsy {
  th_str text[32], rows;
  uint32_t n;
} biopsy;

/* A text that names a class of nephritis: "class" or "型" with lupus, nephritis or the classification beside it. */
static bool names_class(th_fhir_facts *f, th_str text) {
  static const char *const kidney[] = { "nephritis", "isn", "rps", "腎", NULL };
  const th_str t = th_coverage__lower(f, text);
  const bool class = th_str_has(t, TH_S("class")) || th_str_has(t, TH_S("型")) || th_str_has(t, TH_S("級"));
  bool about_kidney = false;
  for (const char *const *w = kidney; *w; w++) about_kidney |= th_str_has(t, th_str_of(*w));
  return class && about_kidney;
}

static void keep_class(th_fhir_facts *f, biopsy *b, const th_fhir_resource *r, th_str text, bool about_kidney) {
  if (b->n == 32 || text.n == 0 || (!about_kidney && !names_class(f, text))) return;
  const th_str row = th_coverage__row(f, r);
  b->text[b->n++] = text;
  if (!th_str_has(b->rows, row))
    b->rows = b->rows.n ? th_str_fmt(f->arena, "%.*s, %.*s", TH_STR_ARG(b->rows), TH_STR_ARG(row)) : row;
}

/* An observation is about the class when its code says so; its value then is the class. Elsewhere the text itself must say so. */
static th_code biopsy_rows(th_fhir_facts *f, const char *type, biopsy *b) {
  static const char *const conditions[] = { "code.text", "code.coding.0.display", "stage.0.summary.text",
                                            "stage.0.summary.coding.0.display", NULL };
  static const char *const reports[] = { "conclusion", "conclusionCode.0.text", "conclusionCode.0.coding.0.display", NULL };
  static const char *const observed[] = { "value", "value.text", "value.coding.0.display", "value.coding.0.code", NULL };
  static const char *const class_words[] = { "lupus nephritis class", "isn/rps", "nephritis classification", "腎炎分型",
                                             "腎炎病理分型",          NULL };
  const bool observation = strcmp(type, "Observation") == 0;
  const char *const *paths = observation ? observed : strcmp(type, "Condition") == 0 ? conditions : reports;
  uint32_t n;
  th_fhir_resource **rows = th_fhir_of_type(f->patient, th_str_of(type), &n);
  for (uint32_t i = 0; i < n; i++) {
    th_fhir_elem code;
    bool so, any = false;
    const bool about =
        observation && th_fhir_child(rows[i]->elem, "code", &code) && th_coverage__concept(f, code, class_words, NULL);
    if (observation && !about) continue;
    for (const char *const *p = paths; *p; p++) {
      const th_str t = th_coverage__text_at(rows[i]->elem, *p);
      any |= t.n && (about || names_class(f, t));
    }
    if (!any) continue;
    TH_TRY(holds(f, rows[i], &so));
    for (const char *const *p = paths; so && *p; p++) {
      const th_str t = th_coverage__text_at(rows[i]->elem, *p);
      const uint32_t before = b->n;
      keep_class(f, b, rows[i], t, about);
      if (b->n > before && about) break; /* text, display and code say the same thing */
    }
  }
  return TH_OK;
}

static th_code biopsies(th_fhir_facts *f) {
  biopsy b = { .n = 0 };
  const int32_t fact = th_coverage__fact(f, "ln_class");
  if (fact < 0) return TH_OK;
  TH_TRY(biopsy_rows(f, "Condition", &b));
  TH_TRY(biopsy_rows(f, "Observation", &b));
  TH_TRY(biopsy_rows(f, "DiagnosticReport", &b));
  if (b.n == 0) return TH_OK;
  th_rule_set_classes(f->arena, f->dict, f->values, fact, b.text, b.n, (th_date){ 0 }, f->as_of);
  f->values[fact].source = b.rows;
  return TH_OK;
}

/* ── The prescriber ────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code certificate(th_fhir_facts *f, const th_fhir_resource *who, th_fhir_elem concept) {
  static const char *const internal[] = { "internal medicine", "內科", NULL }, *const internal_codes[] = { "419192003", NULL };
  static const char *const rheuma[] = { "rheumatolog", "風濕", NULL }, *const rheuma_codes[] = { "394810000", NULL };
  static const char *const immuno[] = { "immunolog", "免疫", NULL }, *const immuno_codes[] = { "408480009", NULL };
  if (th_coverage__concept(f, concept, internal, internal_codes)) th_coverage__say_yes(f, "prescriber_internal_medicine", who);
  if (th_coverage__concept(f, concept, rheuma, rheuma_codes)) th_coverage__say_yes(f, "prescriber_rheumatology", who);
  if (th_coverage__concept(f, concept, immuno, immuno_codes)) th_coverage__say_yes(f, "prescriber_immunology", who);
  return TH_OK;
}

static th_code certificates(th_fhir_facts *f, const th_fhir_resource *who) {
  th_fhir_elem_vec list = { 0 };
  bool repeats;
  TH_TRY(th_fhir_children(f->arena, who->elem, TH_S("qualification"), &list, &repeats));
  for (size_t i = 0; i < list.n; i++) {
    th_fhir_elem code, period;
    th_days days;
    if (!th_fhir_child(list.v[i], "code", &code)) continue;
    if (th_fhir_child(list.v[i], "period", &period) && th_fhir_days(period, &days) && !th_days_has(days, f->today))
      TH_TRY(tell_row(f, "expired", who));
    else
      TH_TRY(certificate(f, who, code));
  }
  list = (th_fhir_elem_vec){ 0 };
  TH_TRY(th_fhir_children(f->arena, who->elem, TH_S("specialty"), &list, &repeats)); /* of a PractitionerRole */
  for (size_t i = 0; i < list.n; i++) TH_TRY(certificate(f, who, list.v[i]));
  return TH_OK;
}

/* Who ordered belimumab; else the one practitioner there is. Several, and no order that names one: told. */
static th_code prescriber(th_fhir_facts *f) {
  uint32_t n;
  const th_fhir_resource *who = NULL;
  for (size_t i = 0; i < f->span.n && !who; i++) {
    const th_drug_span *s = &f->span.v[i];
    const th_str ref = s->drug == TH_DRUG_BELIMUMAB ? th_coverage__text_at(s->row->elem, "requester.reference") : TH_STR_NONE;
    who = ref.n ? th_fhir_resolve(f->patient, s->row, ref) : NULL;
  }
  th_fhir_resource **all = th_fhir_of_type(f->patient, TH_S("Practitioner"), &n);
  if (!who && n > 1) return th_coverage__tell(f, "several:Practitioner");
  if (!who && n == 1) who = all[0];
  if (!who) return TH_OK;
  TH_TRY(certificates(f, who));
  const th_str person = th_coverage__text_at(who->elem, "practitioner.reference");
  const th_fhir_resource *p = person.n ? th_fhir_resolve(f->patient, who, person) : NULL;
  if (p) TH_TRY(certificates(f, p));
  th_fhir_resource **roles = th_fhir_of_type(f->patient, TH_S("PractitionerRole"), &n);
  for (uint32_t i = 0; i < n; i++) {
    const th_str ref = th_coverage__text_at(roles[i]->elem, "practitioner.reference");
    if (roles[i] != who && ref.n && th_fhir_resolve(f->patient, roles[i], ref) == who) TH_TRY(certificates(f, roles[i]));
  }
  return TH_OK;
}

/* ── Facts under their own names ───────────────────────────────────────────────────────────────────────────────────── */

/* What has no code elsewhere (ticks of a score sheet, decisions) may be recorded as an Observation whose code is the fact's name. The
 * latest counts; two of one day that differ contradict each other. */
static th_code named(th_fhir_facts *f, const th_fhir_resource *r, int32_t fact, int32_t *last) {
  th_fhir_elem e;
  th_days days = { f->today, f->today + 1 };
  th_date at = { 0 };
  const th_rule_fact *d = &f->dict->fact[fact];
  const th_str row = th_coverage__row(f, r);
  if (th_fhir_child(r->elem, "effective", &e) && th_fhir_days(e, &days)) at = th_civil_from_days(days.to - 1);
  if (days.from > f->today) return th_coverage__tell(f, "future:%.*s: %.*s", TH_STR_ARG(d->name), TH_STR_ARG(row));
  if (!th_fhir_child(r->elem, "value", &e) || !e.value) return TH_OK;
  const th_str text = e.value->kind == TH_JSON_STRING ? th_fhir_text(e) : th_coverage__text_at(r->elem, "value.coding.0.code");
  const th_rule_value before = f->values[fact];
  double v;
  th_date date;
  if (days.to < *last) return TH_OK;
  if (d->type == TH_RULE_BOOL && e.value->kind == TH_JSON_BOOL)
    th_rule_set_bool(f->dict, f->values, fact, e.value->boolean, at, f->as_of);
  else if (d->type == TH_RULE_NUMBER && (th_json_f64(e.value, &v) || th_coverage__number_at(r->elem, "value.value", &v)))
    th_rule_set_number(f->dict, f->values, fact, v, v, th_coverage__text_at(r->elem, "value.code"), at, f->as_of);
  else if (d->type == TH_RULE_DATE && th_date_parse_iso(text, &date))
    th_rule_set_date(f->dict, f->values, fact, date, at, f->as_of);
  else if (d->type == TH_RULE_CODE && text.n)
    th_rule_set_code(f->dict, f->values, fact, text, at, f->as_of);
  else
    th_rule_set_fault(f->dict, f->values, fact, TH_RULE_BAD_TYPE);
  th_rule_value *now = &f->values[fact];
  if (days.to == *last && before.state == TH_RULE_KNOWN &&
      (before.boolean != now->boolean || before.lo != now->lo || !th_str_eq(before.text, now->text))) {
    th_rule_set_fault(f->dict, f->values, fact, TH_RULE_BAD_TYPE);
    return th_coverage__tell(f, "contradictory:%.*s: %.*s, %.*s", TH_STR_ARG(d->name), TH_STR_ARG(before.source),
                             TH_STR_ARG(row));
  }
  now->source = row;
  *last = days.to;
  return TH_OK;
}

static th_code named_facts(th_fhir_facts *f) {
  uint32_t n;
  int32_t *last = NULL;
  th_fhir_resource **rows = th_fhir_of_type(f->patient, TH_S("Observation"), &n);
  for (uint32_t i = 0; i < n; i++) {
    const th_str system = th_coverage__text_at(rows[i]->elem, "code.coding.0.system"),
                 code = th_coverage__text_at(rows[i]->elem, "code.coding.0.code");
    bool so;
    if (!th_str_is(system, FACT_SYSTEM)) continue;
    const int32_t fact = th_rule_fact_find(f->dict, code);
    const th_str row = th_coverage__row(f, rows[i]);
    if (fact < 0) {
      TH_TRY(th_coverage__tell(f, "unnamed:%.*s: %.*s", TH_STR_ARG(code), TH_STR_ARG(row)));
      continue;
    }
    if (!last) last = TH_NEWN(f->arena, int32_t, f->dict->n);
    if (!last) return th_fail_nomem(f->err);
    TH_TRY(holds(f, rows[i], &so));
    if (so) TH_TRY(named(f, rows[i], fact, &last[fact]));
  }
  return TH_OK;
}

/* ── A bundle ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Whether a reference is to the patient of the case: it leads to that resource, or ends in the same id. */
static bool is_patient(const th_fhir_facts *f, const th_fhir_resource *r, th_str ref) {
  const th_fhir_resource *to = th_fhir_resolve(f->patient, r, ref);
  if (to) return to == f->patient->patient || !th_str_is(to->type_name, "Patient");
  if (ref.n && th_str_eq(ref, f->patient->url)) return true;
  const size_t at = th_str_rfind(ref, TH_S("Patient/"));
  th_str id = at == SIZE_MAX ? ref : th_str_sub(ref, at + 8, ref.n);
  if (th_str_starts(ref, TH_S("Group/")) || th_str_starts(ref, TH_S("#"))) return true;
  id = th_str_sub(id, 0, th_str_find(id, TH_S("/"), 0));
  return th_str_eq(id, f->patient->id);
}

/* A record that one patient's bundle holds of somebody else would otherwise pass for the patient's own. */
static th_code one_person(th_fhir_facts *f, const char *source) {
  static const char *const keys[] = { "subject.reference", "patient.reference" };
  if (f->patient->n == 0) {
    th_err_source(f->err, source);
    return th_fail(f->err, TH_EPARSE, "there is no FHIR resource in it");
  }
  for (uint32_t i = 0; i < f->patient->n; i++)
    for (int k = 0; k < 2; k++) {
      const th_fhir_resource *r = f->patient->res[i];
      const th_str ref = th_coverage__text_at(r->elem, keys[k]);
      if (ref.n == 0 || is_patient(f, r, ref)) continue;
      const th_str row = th_coverage__row(f, r);
      return th_fail(f->err, TH_EPARSE, "the bundle speaks of two patients: %.*s is about %.*s, and the case about %.*s",
                     TH_STR_ARG(row), TH_STR_ARG(ref), TH_STR_ARG(f->patient->id));
    }
  return TH_OK;
}

static th_code gather(th_fhir_facts *f, th_coverage_case *out) {
  TH_TRY(about_patient(f));
  TH_TRY(states(f));
  TH_TRY(biopsies(f));
  TH_TRY(th_coverage__drug_rows(f));
  TH_TRY(prescriber(f));
  TH_TRY(th_coverage__labs(f));
  TH_TRY(th_coverage__drug_facts(f));
  TH_TRY(th_coverage__induction_facts(f));
  TH_TRY(named_facts(f));
  return th_coverage__drug_table(f, &out->drugs);
}

th_code th_coverage_case_fhir(th_arena *a, const th_coverage *c, th_str bundle, const char *source, th_str program, th_str path,
                              th_date as_of, th_coverage_case *out, th_err *err) {
  const th_coverage_record rec = { .bundle = bundle, .source = source };
  return th_coverage__record(a, c, &rec, program, path, as_of, out, err);
}

th_code th_coverage__record(th_arena *a, const th_coverage *c, const th_coverage_record *rec, th_str program, th_str path,
                            th_date as_of, th_coverage_case *out, th_err *err) {
  th_fhir_data *data;
  *out = (th_coverage_case){ .id = TH_S("fhir"), .program = program, .path_name = path, .as_of = as_of };
  out->policy = th_coverage_policy(c, program);
  if (!out->policy) return th_fail(err, TH_ENOENT, "no policy is called \"%.*s\"", TH_STR_ARG(program));
  out->path = th_rule_path_find(out->policy, path);
  if (!out->path) return th_fail(err, TH_ENOENT, "no clause: %.*s has no path \"%.*s\"", TH_STR_ARG(program), TH_STR_ARG(path));
  if (as_of.prec != TH_DATE_DAY) return th_fail(err, TH_EINVAL, "as_of must be a full date, YYYY-MM-DD");
  TH_TRY(th_fhir_open(a, rec->bundle, rec->source, &data, err));
  if (th_fhir_patients(data) != 1)
    return th_fail(err, TH_EPARSE, "the bundle speaks of %zu patients: a case is about one", th_fhir_patients(data));
  th_fhir_facts f = { .arena = a,
                      .dict = &c->dict,
                      .path = out->path,
                      .as_of = as_of,
                      .today = th_date_first(as_of),
                      .whole = rec->whole,
                      .err = err };
  f.first_belimumab = f.first_standard = INT32_MIN;
  TH_TRY(th_fhir_patient_at(data, a, 0, &f.patient, err));
  TH_TRY(one_person(&f, rec->source));
  f.values = th_rule_values_new(a, &c->dict);
  if (!f.values) return th_fail_nomem(err);
  if (f.patient->id.n) out->id = f.patient->id;
  TH_TRY(gather(&f, out));
  out->values = f.values;
  out->told = f.told.v;
  out->n_told = (uint32_t)f.told.n;
  return TH_OK;
}
