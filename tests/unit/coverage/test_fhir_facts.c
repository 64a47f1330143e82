/* FHIR bundles into facts. Expected values by hand from the records written here. */
#include "test.h"
#include "theriac/coverage.h"

static th_arena *arena;
static th_coverage cov;
static const th_date as_of = { 2025, 6, 15, TH_DATE_DAY, TH_ERA_CE };

static th_code read_bundle(const char *path, const char *entries, th_coverage_case *kase, th_err *err) {
  arena = th_arena_new(0);
  *err = (th_err){ 0 };
  CHECK_OK_ERR(th_coverage_open(arena, NULL, 0, &cov, err), err);
  const th_str bundle = th_str_fmt(arena, "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[%s]}", entries);
  return th_coverage_case_fhir(arena, &cov, bundle, "test", TH_S("nhi-8.2.13"), th_str_of(path), as_of, kase, err);
}

static const th_rule_value *value(const th_coverage_case *k, const char *name) {
  return &k->values[th_rule_fact_find(&cov.dict, th_str_of(name))];
}

static bool told(const th_coverage_case *k, const char *start) {
  for (uint32_t i = 0; i < k->n_told; i++)
    if (th_str_starts(k->told[i], th_str_of(start))) return true;
  return false;
}

#define PATIENT "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p\",\"gender\":\"female\",\"birthDate\":\"1990-03-01\"}}"
#define LAB(id, code, value, unit, day)                                                                                        \
  ",{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"" id                                                              \
  "\",\"status\":\"final\",\"subject\":{\"reference\":\"Patient/p\"},"                                                         \
  "\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"" code "\"}]},\"effectiveDateTime\":\"" day "\","         \
  "\"valueQuantity\":{\"value\":" value ",\"code\":\"" unit "\"}}}"
#define DRUG(id, name, route, mg, freq, from, to)                                                                              \
  ",{\"resource\":{\"resourceType\":\"MedicationStatement\",\"id\":\"" id                                                      \
  "\",\"status\":\"active\",\"subject\":{\"reference\":\"Patient/p\"},"                                                        \
  "\"medicationCodeableConcept\":{\"text\":\"" name "\"},\"effectivePeriod\":{\"start\":\"" from "\",\"end\":\"" to "\"},"     \
  "\"dosage\":[{\"route\":{\"text\":\"" route "\"},\"timing\":{\"repeat\":{\"frequency\":" freq                                \
  ",\"period\":1,\"periodUnit\":\"d\"}},"                                                                                      \
  "\"doseAndRate\":[{\"doseQuantity\":{\"value\":" mg ",\"code\":\"mg\"}}]}]}}"

TEST(labs_with_units_and_rows) {
  th_coverage_case k;
  th_err err;
  CHECK_OK_ERR(
      read_bundle("ln-initial",
                  PATIENT LAB("old", "2890-2", "3000", "mg/g", "2024-06-01") LAB(
                      "new", "2890-2", "1200", "mg/g{creat}", "2025-06-01") LAB("later", "2890-2", "100", "mg/g", "2025-07-01")
                      LAB("crp", "1988-5", "25", "mg/L", "2025-06-01") LAB("odd", "98979-8", "60", "furlong", "2025-06-01"),
                  &k, &err),
      &err);
  CHECK_REL(value(&k, "upcr")->lo, 1.2, 1e-12);
  CHECK_STR(value(&k, "upcr")->source, "Observation/new");
  CHECK_REL(value(&k, "now_crp")->lo, 2.5, 1e-12);
  CHECK_INT(value(&k, "gfr")->fault, TH_RULE_BAD_UNIT);
  CHECK(told(&k, "future:upcr"));
  CHECK_STR(value(&k, "sex")->text, "female");
  th_arena_del(arena);
}

TEST(contradictions_are_told_and_not_guessed) {
  th_coverage_case k;
  th_err err;
  CHECK_OK_ERR(read_bundle("ln-initial",
                           PATIENT LAB("a", "98979-8", "60", "mL/min/{1.73_m2}",
                                       "2025-06-01") LAB("b", "98979-8", "90", "mL/min/{1.73_m2}", "2025-06-01")
                               LAB("c", "2160-0", "1", "mg/dL", "2025-06-01") LAB("d", "2160-0", "1", "mg/dL", "2025-06-01"),
                           &k, &err),
               &err);
  CHECK_INT(value(&k, "gfr")->state, TH_RULE_UNUSABLE);
  CHECK(told(&k, "contradictory:gfr"));
  CHECK_INT(value(&k, "creatinine")->state, TH_RULE_KNOWN); /* the same value twice is one value */
  th_arena_del(arena);
}

TEST(two_patients_are_refused) {
  th_coverage_case k;
  th_err err;
  CHECK_CODE(read_bundle("ln-initial", PATIENT ",{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"q\"}}", &k, &err),
             TH_EPARSE);
  th_arena_del(arena);
}

/* 60 kg. Methylprednisolone 16 mg twice a day = 32 mg = 40 mg prednisolone a day from 2024-12-16 on: six months to the day assessed,
 * five whole calendar months (January to May), each at 40 >= 30 mg. MMF 1 g twice a day for the same days. */
TEST(months_equivalents_and_overlap) {
  th_coverage_case k;
  th_err err;
  CHECK_OK_ERR(read_bundle("ln-initial",
                           PATIENT LAB("w", "29463-7", "60", "kg", "2024-12-01")
                               DRUG("s", "Methylprednisolone 16 mg tab", "oral", "16", "2", "2024-12-16", "2025-06-15")
                                   DRUG("s2", "Methylprednisolone 16 mg tab", "oral", "16", "2", "2024-12-16", "2025-06-15")
                                       DRUG("c", "Betamethasone cream", "topical", "50", "2", "2024-12-16", "2025-06-15")
                                           DRUG("m", "Mycophenolate mofetil", "oral", "1000", "2", "2024-12-16", "2025-06-15"),
                           &k, &err),
               &err);
  CHECK_REL(value(&k, "steroid_months")->lo, 6, 1e-12);
  CHECK_REL(value(&k, "steroid_target_months")->lo, 5, 1e-12);
  CHECK_REL(value(&k, "steroid_mean_dose_3m")->lo, 40, 1e-12);
  CHECK_REL(value(&k, "mmf_months")->lo, 6, 1e-12);
  CHECK_REL(value(&k, "mmf_daily_dose")->lo, 2, 1e-12); /* g/d */
  CHECK_REL(value(&k, "therapy_overlap_months")->lo, 6, 1e-12);
  CHECK(told(&k, "duplicate:MedicationStatement/s2"));
  CHECK_INT(value(&k, "aza_months")->state, TH_RULE_ABSENT); /* nothing recorded is not "none taken" */
  th_arena_del(arena);
}

/* A pulse of 1000 mg on three days stays out of the mean. */
TEST(pulses_stand_apart) {
  th_coverage_case k;
  th_err err;
  CHECK_OK_ERR(read_bundle("sle-initial",
                           PATIENT DRUG("o", "Prednisolone", "oral", "10", "1", "2025-01-01", "2025-06-15")
                               DRUG("p", "Methylprednisolone", "intravenous", "1000", "1", "2025-05-01", "2025-05-03"),
                           &k, &err),
               &err);
  CHECK_REL(value(&k, "steroid_mean_dose_3m")->lo, 10, 1e-12);
  CHECK_REL(value(&k, "pulse_daily_dose")->lo, 1000, 1e-12);
  CHECK_REL(value(&k, "pulse_days")->lo, 3, 1e-12);
  char iso[TH_DATE_TEXT];
  CHECK_STR(th_str_of(th_date_iso(value(&k, "pulse_date")->date, iso)), "2025-05-03");
  th_arena_del(arena);
}

TEST_MAIN(RUN(labs_with_units_and_rows), RUN(contradictions_are_told_and_not_guessed), RUN(two_patients_are_refused),
          RUN(months_equivalents_and_overlap), RUN(pulses_stand_apart))
