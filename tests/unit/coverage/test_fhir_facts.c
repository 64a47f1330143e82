/* FHIR bundles into facts. Expected values by hand from the records written here. */
#include "test.h"
#include "theriac/coverage.h"

static th_arena *arena;
static th_coverage cov;
static const th_date as_of = { 2025, 6, 15, TH_DATE_DAY, TH_ERA_CE };

static th_arena *fixed; /* the policies, read once */

static th_code read_bundle(const char *path, const char *entries, th_coverage_case *kase, th_err *err) {
  arena = th_arena_new(0);
  *err = (th_err){ 0 };
  if (!fixed) {
    fixed = th_arena_new(0);
    CHECK_OK_ERR(th_coverage_open(fixed, NULL, 0, &cov, err), err);
  }
  if (!arena) return TH_ENOMEM;
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

/* One Patient resource, and a result of somebody else among the rows: neither his, nor silently dropped. */
TEST(a_row_of_another_patient_is_refused) {
  th_coverage_case k;
  th_err err;
  CHECK_CODE(
      read_bundle(
          "ln-initial",
          PATIENT
          ",{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"o\",\"status\":\"final\",\"subject\":{\"reference\":"
          "\"Patient/"
          "q\"},\"code\":{\"coding\":[{\"code\":\"2890-2\"}]},\"effectiveDateTime\":\"2025-06-01\",\"valueQuantity\":{"
          "\"value\":1,\"code\":\"g/g\"}}}",
          &k, &err),
      TH_EPARSE);
  CHECK(th_str_has(th_str_of(err.msg), TH_S("two patients")));
  th_arena_del(arena);
  CHECK_CODE(read_bundle("ln-initial", "", &k, &err), TH_EPARSE);
  th_arena_del(arena);
  CHECK_OK_ERR(
      read_bundle(
          "ln-initial",
          "{\"fullUrl\":\"urn:uuid:7\",\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p\"}},{\"resource\":{"
          "\"resourceType\":"
          "\"Observation\",\"id\":\"o\",\"status\":\"final\",\"subject\":{\"reference\":\"urn:uuid:7\"},\"code\":{\"coding\":[{"
          "\"code\":\"2890-2\"}]},\"effectiveDateTime\":\"2025-06-01\",\"valueQuantity\":{\"value\":1,\"code\":\"g/g\"}}}",
          &k, &err),
      &err);
  CHECK_REL(value(&k, "upcr")->lo, 1, 1e-12);
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

/* 150 mg/mmol / 113.12 = 1.326025 g/g; 110 umol/L * 0.011312 = 1.24432 mg/dL; 120 lb * 0.45359237 = 54.4310844 kg; 0.5 g/L = 50 mg/dL. */
TEST(units_of_laboratories) {
  th_coverage_case k;
  th_err err;
  CHECK_OK_ERR(
      read_bundle("ln-initial",
                  PATIENT LAB("u", "2890-2", "150", "mg/mmol", "2025-06-01") LAB("c", "2160-0", "110", "µmol/L", "2025-06-01")
                      LAB("w", "29463-7", "120", "[lb_av]", "2025-06-01") LAB("p", "2889-4", "1500", "mg/(24.h)", "2025-06-01")
                          LAB("g", "98979-8", "60", "mL/min", "2025-06-01"),
                  &k, &err),
      &err);
  CHECK_REL(value(&k, "upcr")->lo, 150 / 113.12, 1e-12);
  CHECK_REL(value(&k, "creatinine")->lo, 1.24432, 1e-12);
  CHECK_REL(value(&k, "weight")->lo, 54.4310844, 1e-12);
  CHECK_REL(value(&k, "protein_24h")->lo, 1.5, 1e-12);
  CHECK_INT(value(&k, "gfr")->fault, TH_RULE_BAD_UNIT); /* not per 1.73 m2: another quantity */
  th_arena_del(arena);
}

/* A ratio without a unit of mass, an amount of substance: never converted. The same value in two units is one value. */
TEST(units_that_say_something_else) {
  th_coverage_case k;
  th_err err;
  CHECK_OK_ERR(read_bundle("ln-initial",
                           PATIENT LAB("u", "2890-2", "80", "%", "2025-06-01") LAB("c", "1988-5", "5", "nmol/L", "2025-06-01")
                               LAB("a", "2889-4", "1.2", "g/d", "2025-06-02") LAB("b", "2889-4", "1200", "mg/d", "2025-06-02"),
                           &k, &err),
               &err);
  CHECK_INT(value(&k, "upcr")->fault, TH_RULE_BAD_UNIT);
  CHECK_INT(value(&k, "now_crp")->fault, TH_RULE_BAD_UNIT);
  CHECK_REL(value(&k, "protein_24h")->lo, 1.2, 1e-12);
  CHECK(told(&k, "duplicate:Observation/b"));
  CHECK(!told(&k, "contradictory"));
  th_arena_del(arena);
}

TEST(later_of_one_day_and_months_without_a_day) {
  th_coverage_case k;
  th_err err;
  CHECK_OK_ERR(read_bundle("ln-initial",
                           PATIENT LAB("m", "98979-8", "70", "mL/min/{1.73_m2}", "2025-06-01T16:00:00+08:00")
                               LAB("n", "98979-8", "60", "mL/min/{1.73_m2}", "2025-06-01T08:00:00+08:00")
                                   LAB("c", "2160-0", "1.1", "mg/dL", "2025-06"),
                           &k, &err),
               &err);
  CHECK_REL(value(&k, "gfr")->lo, 70, 1e-12);
  CHECK_REL(value(&k, "creatinine")->lo, 1.1, 1e-12); /* June may lie before the 15th: its first day decides */
  CHECK_INT(value(&k, "creatinine")->dated.prec, TH_DATE_MONTH);
  th_arena_del(arena);
}

#define BELIMUMAB                                                                                                              \
  ",{\"resource\":{\"resourceType\":\"MedicationStatement\",\"id\":\"bel\",\"status\":\"active\",\"subject\":{\"reference\":"  \
  "\"Patient/"                                                                                                                 \
  "p\"},\"medicationCodeableConcept\":{\"coding\":[{\"code\":\"L04AG04\"}]},\"effectivePeriod\":{\"start\":\"2024-06-15\"}}}"

/* Lowest of 2024-06-15 to 2025-06-15: 91; the 50 lies before. */
TEST(baselines_equations_and_the_lowest_of_a_year) {
  th_coverage_case k;
  th_err err;
  CHECK_OK_ERR(read_bundle("ln-renewal",
                           PATIENT BELIMUMAB LAB("a", "98979-8", "50", "mL/min/{1.73_m2}", "2024-05-20")
                               LAB("b", "98979-8", "95", "mL/min/{1.73_m2}", "2024-10-01")
                                   LAB("c", "98979-8", "91", "mL/min/{1.73_m2}", "2025-03-01")
                                       LAB("d", "62238-1", "99", "mL/min/1.73m2", "2025-06-01")
                                           LAB("e", "2890-2", "2", "g/g", "2024-05-20")
                                               LAB("f", "2890-2", "1", "g/g", "2024-08-01"),
                           &k, &err),
               &err);
  CHECK_REL(value(&k, "gfr_min_12m")->lo, 91, 1e-12);
  CHECK_STR(value(&k, "gfr_min_12m")->source, "Observation/c");
  CHECK_REL(value(&k, "gfr")->lo, 99, 1e-12);
  CHECK_REL(value(&k, "gfr_pre_belimumab")->lo, 50, 1e-12);
  CHECK_REL(value(&k, "upcr_pre_belimumab")->lo, 2, 1e-12);
  CHECK_REL(value(&k, "months_on_belimumab")->lo, 12 + 1 / 30.0, 1e-12); /* 15 June is the first day of the 13th month */
  CHECK_STR(value(&k, "gfr_equation")->text, "CKD-EPI");
  CHECK_STR(value(&k, "gfr_equation_pre_belimumab")->text, "CKD-EPI 2021");
  th_arena_del(arena);
  CHECK_OK_ERR(read_bundle("ln-renewal", PATIENT LAB("d", "98979-8", "99", "mL/min/{1.73_m2}", "2025-06-01"), &k, &err), &err);
  CHECK_INT(value(&k, "gfr_min_12m")->state, TH_RULE_ABSENT); /* one value does not show that it was kept up */
  th_arena_del(arena);
}

#define CONDITION(id, verified, clinical, words)                                                                               \
  ",{\"resource\":{\"resourceType\":\"Condition\",\"id\":\"" id "\",\"subject\":{\"reference\":\"Patient/p\"},"                \
  "\"verificationStatus\":{\"coding\":[{\"code\":\"" verified "\"}]},\"clinicalStatus\":{\"coding\":[{\"code\":\"" clinical    \
  "\"}]},\"code\":{" words "}}}"

TEST(conditions_are_weighed) {
  th_coverage_case k;
  th_err err;
  CHECK_OK_ERR(read_bundle("sle-initial",
                           PATIENT CONDITION("a", "refuted", "active", "\"coding\":[{\"code\":\"M32.9\"}]")
                               CONDITION("b", "provisional", "active", "\"coding\":[{\"code\":\"M32.10\"}]") CONDITION(
                                   "c", "confirmed", "active", "\"text\":\"Family history of systemic lupus erythematosus\"")
                                   CONDITION("d", "confirmed", "resolved", "\"text\":\"Neuropsychiatric lupus\""),
                           &k, &err),
               &err);
  CHECK_INT(value(&k, "sle_diagnosis")->state, TH_RULE_ABSENT);
  CHECK_INT(value(&k, "np_lupus")->state, TH_RULE_ABSENT);
  CHECK(told(&k, "unsure:Condition/b"));
  CHECK(told(&k, "over:Condition/d"));
  CHECK(!told(&k, "unsure:Condition/a"));
  th_arena_del(arena);
  CHECK_OK_ERR(
      read_bundle("sle-initial", PATIENT CONDITION("e", "confirmed", "active", "\"coding\":[{\"code\":\"M32.14\"}]"), &k, &err),
      &err);
  CHECK(value(&k, "sle_diagnosis")->boolean);
  CHECK_STR(value(&k, "sle_diagnosis")->source, "Condition/e");
  th_arena_del(arena);
}

/* Classes by the specification's tokens: bit 2 = III, 3 = IV, 4 = V. */
TEST(classes_of_biopsies) {
  th_coverage_case k;
  th_err err;
  CHECK_OK_ERR(
      read_bundle(
          "ln-initial",
          PATIENT CONDITION(
              "n", "confirmed", "active",
              "\"text\":\"Lupus nephritis, ISN/RPS class IV\"") ",{\"resource\":{\"resourceType\":\"Observation\",\"id\":"
                                                                "\"bx\",\"status\":\"final\",\"subject\":{"
                                                                "\"reference\":\"Patient/p\"},\"code\":{\"text\":\"Lupus "
                                                                "nephritis class by ISN/RPS\"},"
                                                                "\"effectiveDateTime\":\"2023-01-05\",\"valueString\":\"III + "
                                                                "V\"}}",
          &k, &err),
      &err);
  CHECK_INT(value(&k, "ln_class")->classes, 1 << 3 | 1 << 2 | 1 << 4);
  CHECK_STR(value(&k, "ln_class")->source, "Condition/n, Observation/bx");
  th_arena_del(arena);
}

#define WHO(id, words, more)                                                                                                   \
  ",{\"resource\":{\"resourceType\":\"Practitioner\",\"id\":\"" id                                                             \
  "\",\"qualification\":[{\"code\":{\"text\":\"內科專科醫師\"}},{"                                                       \
  "\"code\":{\"text\":\"" words "\"}" more "}]}}"
#define ORDER                                                                                                                  \
  ",{\"resource\":{\"resourceType\":\"MedicationRequest\",\"id\":\"ord\",\"status\":\"active\",\"intent\":\"order\","          \
  "\"subject\":{"                                                                                                              \
  "\"reference\":\"Patient/p\"},\"requester\":{\"reference\":\"Practitioner/d2\"},\"authoredOn\":\"2025-06-10\","              \
  "\"medicationCodeableConcept\":{\"coding\":[{\"code\":\"KC00935257\"}]}}}"

TEST(the_prescriber_is_who_ordered) {
  th_coverage_case k;
  th_err err;
  CHECK_OK_ERR(read_bundle("sle-initial", PATIENT WHO("d1", "風濕專科醫師", "") WHO("d2", "免疫專科醫師", "") ORDER, &k, &err),
               &err);
  CHECK(value(&k, "prescriber_internal_medicine")->boolean && value(&k, "prescriber_immunology")->boolean);
  CHECK_INT(value(&k, "prescriber_rheumatology")->state, TH_RULE_ABSENT); /* another doctor's */
  th_arena_del(arena);
  CHECK_OK_ERR(read_bundle("sle-initial", PATIENT WHO("d1", "風濕專科醫師", "") WHO("d2", "免疫專科醫師", ""), &k, &err), &err);
  CHECK_INT(value(&k, "prescriber_internal_medicine")->state, TH_RULE_ABSENT);
  CHECK(told(&k, "several:Practitioner"));
  th_arena_del(arena);
  CHECK_OK_ERR(read_bundle("sle-initial", PATIENT WHO("d1", "風濕專科醫師", ",\"period\":{\"end\":\"2024-12-31\"}"), &k, &err),
               &err);
  CHECK(value(&k, "prescriber_internal_medicine")->boolean);
  CHECK_INT(value(&k, "prescriber_rheumatology")->state, TH_RULE_ABSENT);
  CHECK(told(&k, "expired:Practitioner/d1"));
  th_arena_del(arena);
}

#define PROCEDURE(id, status, day)                                                                                             \
  ",{\"resource\":{\"resourceType\":\"Procedure\",\"id\":\"" id "\",\"status\":\"" status "\",\"subject\":{\"reference\":"     \
  "\"Patient/p\"},\"performedDateTime\":\"" day "\",\"code\":{\"text\":\"Hemodialysis\"}}}"

TEST(procedures_done_and_not_done) {
  th_coverage_case k;
  th_err err;
  CHECK_OK_ERR(read_bundle("ln-renewal",
                           PATIENT PROCEDURE("a", "not-done", "2025-01-01") PROCEDURE("b", "completed", "2025-07-01"), &k,
                           &err),
               &err);
  CHECK_INT(value(&k, "dialysis_or_transplant")->state, TH_RULE_ABSENT);
  CHECK(told(&k, "future:Procedure/b"));
  th_arena_del(arena);
  CHECK_OK_ERR(read_bundle("ln-renewal", PATIENT PROCEDURE("c", "completed", "2025-05-01"), &k, &err), &err);
  CHECK(value(&k, "dialysis_or_transplant")->boolean);
  th_arena_del(arena);
}

#define EVERY(id, type, name, route, mg, period, unit, from, to)                                                               \
  ",{\"resource\":{\"resourceType\":\"" type "\",\"id\":\"" id                                                                 \
  "\",\"status\":\"active\",\"subject\":{\"reference\":\"Patient/p\"},"                                                        \
  "\"medicationCodeableConcept\":{\"text\":\"" name "\"},\"effectivePeriod\":{\"start\":\"" from "\"" to "},"                  \
  "\"dosage\":[{\"route\":{\"text\":\"" route "\"},\"timing\":{\"repeat\":{\"frequency\":1,\"period\":" period                 \
  ",\"periodUnit\":\"" unit "\"}},\"doseAndRate\":[{\"doseQuantity\":{\"value\":" mg ",\"code\":\"mg\"}}]}]}}"
#define GIVEN(id, name, mg, day)                                                                                               \
  ",{\"resource\":{\"resourceType\":\"MedicationAdministration\",\"id\":\"" id "\",\"status\":\"completed\",\"subject\":{"     \
  "\"reference\":\"Patient/p\"},\"medicationCodeableConcept\":{\"text\":\"" name "\"},\"effectiveDateTime\":\"" day "\","      \
  "\"dosage\":{\"route\":{\"coding\":[{\"code\":\"47625008\"}]},\"dose\":{\"value\":" mg ",\"code\":\"mg\"}}}}"

/* 500 mg every two weeks from 1 December, the last on 9 February (day 70): six times, 3 g. Azathioprine since long before counts from
 * 10 February on: four months to 9 June, and 6 days (10 to 15 June) of 30. */
TEST(cyclophosphamide_and_what_followed) {
  th_coverage_case k;
  th_err err;
  CHECK_OK_ERR(read_bundle("ln-initial",
                           PATIENT EVERY("c", "MedicationStatement", "Cyclophosphamide", "intravenous", "500", "2", "wk",
                                         "2024-12-01", ",\"end\":\"2025-02-10\"")
                               DRUG("a", "Azathioprine", "oral", "50", "2", "2024-01-01", "2025-06-15"),
                           &k, &err),
               &err);
  CHECK_REL(value(&k, "cyc_total_12wk")->lo, 3, 1e-12);
  CHECK_REL(value(&k, "cyc_total_12wk")->hi, 3, 1e-12);
  CHECK_REL(value(&k, "post_aza_months")->lo, 4 + 6 / 30.0, 1e-12);
  CHECK_REL(value(&k, "post_aza_daily_dose")->lo, 100, 1e-12);
  CHECK_INT(value(&k, "post_mmf_months")->state, TH_RULE_ABSENT);
  th_arena_del(arena);
}

/* Four monthly infusions of 750 mg, the first 84 days before the last: 2.25 g within twelve weeks for sure, 3 g if both ends count. */
TEST(twelve_weeks_at_the_edge) {
  th_coverage_case k;
  th_err err;
  CHECK_OK_ERR(read_bundle("psle-initial",
                           PATIENT GIVEN("a", "Cyclophosphamide", "750", "2025-03-20") GIVEN(
                               "b", "Cyclophosphamide", "750", "2025-04-17") GIVEN("c", "Cyclophosphamide", "750", "2025-05-15")
                               GIVEN("d", "Cyclophosphamide", "750", "2025-06-12")
                                   GIVEN("d2", "Cyclophosphamide", "750", "2025-06-12"),
                           &k, &err),
               &err);
  CHECK(told(&k, "duplicate:MedicationAdministration/d2"));
  CHECK_REL(value(&k, "cyc_total_12wk")->lo, 2.25, 1e-12);
  CHECK_REL(value(&k, "cyc_total_12wk")->hi, 3, 1e-12);
  CHECK_REL(value(&k, "cyc_monthly_dose")->lo, 750, 1e-12); /* one in each of the three months to 15 June */
  CHECK_REL(value(&k, "cyc_months")->lo, 2 + 27 / 31.0,
            1e-12); /* from 20 March, no month without one: 20 May to 15 June is 27 days */
  th_arena_del(arena);
}

/* Three infusions on three days make one course; the larger older one counts, not the small later one. */
TEST(courses_of_pulses) {
  th_coverage_case k;
  th_err err;
  CHECK_OK_ERR(
      read_bundle("sle-initial",
                  PATIENT GIVEN("a", "Methylprednisolone", "750", "2025-04-01") GIVEN(
                      "b", "Methylprednisolone", "700", "2025-04-02") GIVEN("c", "Methylprednisolone", "750", "2025-04-03")
                      GIVEN("d", "Methylprednisolone", "40", "2025-06-01") GIVEN("e", "Dexamethasone", "5", "2025-06-01"),
                  &k, &err),
      &err);
  char iso[TH_DATE_TEXT];
  CHECK_REL(value(&k, "pulse_days")->lo, 3, 1e-12);
  CHECK_REL(value(&k, "pulse_daily_dose")->lo, 700, 1e-12);
  CHECK_STR(th_str_of(th_date_iso(value(&k, "pulse_date")->date, iso)), "2025-04-03");
  CHECK(told(&k, "several:pulse_date"));
  CHECK(told(&k, "vein:MedicationAdministration/e"));
  CHECK_INT(value(&k, "steroid_months")->state, TH_RULE_ABSENT);
  th_arena_del(arena);
}

/* 60 kg: 30 mg a day is the target. January 40 mg for 15 days and 20 mg for 16: (600 + 320) / 31 = 29.68, not reached. February 30: reached.
 * March to May 5: not. Mean of 16 March to 15 June: 5. */
TEST(means_of_months) {
  th_coverage_case k;
  th_err err;
  CHECK_OK_ERR(read_bundle("ln-initial",
                           PATIENT LAB("w", "29463-7", "60", "kg", "2024-12-01")
                               DRUG("a", "Prednisolone", "oral", "40", "1", "2025-01-01", "2025-01-15")
                                   DRUG("b", "Prednisolone", "oral", "20", "1", "2025-01-16", "2025-01-31")
                                       DRUG("c", "Prednisolone", "oral", "15", "2", "2025-02-01", "2025-02-28")
                                           DRUG("d", "Prednisolone", "oral", "5", "1", "2025-03-01", "2025-06-15"),
                           &k, &err),
               &err);
  CHECK_REL(value(&k, "steroid_target_months")->lo, 1, 1e-12);
  CHECK_REL(value(&k, "steroid_target_months")->hi, 1, 1e-12);
  CHECK_REL(value(&k, "steroid_mean_dose_3m")->lo, 5, 1e-12);
  CHECK_REL(value(&k, "steroid_months")->lo, 5 + 15 / 30.0, 1e-12); /* 1 January to 31 May, and 15 of June's 30 days */
  th_arena_del(arena);
}

/* Betamethasone 1.2 mg is 8 to 10 mg prednisolone: 0.75 and 0.6 mg are both called 5. */
TEST(equivalents_in_doubt_are_a_range) {
  th_coverage_case k;
  th_err err;
  CHECK_OK_ERR(
      read_bundle("sle-renewal", PATIENT DRUG("b", "Betamethasone", "oral", "0.6", "2", "2025-01-01", "2025-06-15"), &k, &err),
      &err);
  CHECK_REL(value(&k, "steroid_dose_now")->lo, 8, 1e-12);
  CHECK_REL(value(&k, "steroid_dose_now")->hi, 10, 1e-12);
  th_arena_del(arena);
}

/* What was ordered and what was taken is one drug. An old record without an end may have been replaced by the new one: 10 or 30 mg. */
TEST(records_that_overlap) {
  th_coverage_case k;
  th_err err;
  CHECK_OK_ERR(
      read_bundle(
          "ln-initial",
          PATIENT DRUG("s", "Mycophenolate mofetil", "oral", "1000", "2", "2024-12-16",
                       "2025-06-15") ",{\"resource\":{\"resourceType\":\"MedicationRequest\",\"id\":\"r\",\"status\":"
                                     "\"active\",\"intent\":\"order\",\"subject\":{"
                                     "\"reference\":\"Patient/p\"},\"medicationCodeableConcept\":{\"text\":\"Mycophenolate "
                                     "mofetil\"},\"dosageInstruction\":[{"
                                     "\"timing\":{\"code\":{\"text\":\"BID\"},\"repeat\":{\"boundsPeriod\":{\"start\":\"2025-"
                                     "05-01\",\"end\":\"2025-06-30\"}}},"
                                     "\"doseAndRate\":[{\"doseQuantity\":{\"value\":1,\"unit\":\"g\"}}]}]}}" EVERY(
                                         "o", "MedicationStatement", "Prednisolone", "oral", "20", "1", "d", "2025-01-01", "")
                                         EVERY("n", "MedicationStatement", "Prednisolone", "oral", "10", "1", "d", "2025-05-01",
                                               ",\"end\":\"2025-06-15\""),
          &k, &err),
      &err);
  CHECK_REL(value(&k, "mmf_daily_dose")->lo, 2, 1e-12);
  CHECK_REL(value(&k, "mmf_daily_dose")->hi, 2, 1e-12);
  CHECK_REL(value(&k, "steroid_dose_now")->lo, 10, 1e-12);
  CHECK_REL(value(&k, "steroid_dose_now")->hi, 30, 1e-12);
  th_arena_del(arena);
}

/* "2024-12" may begin on any day of it: from 31 December 5 months and 16 of 30 days (31 May to 15 June), from the 1st 6 months and 15 of 30. */
TEST(days_left_open_are_a_range) {
  th_coverage_case k;
  th_err err;
  CHECK_OK_ERR(read_bundle("sle-initial", PATIENT DRUG("h", "Hydroxychloroquine", "oral", "200", "1", "2024-12", "2025-06-15"),
                           &k, &err),
               &err);
  CHECK_REL(value(&k, "hcq_months")->lo, 5 + 16 / 30.0, 1e-12);
  CHECK_REL(value(&k, "hcq_months")->hi, 6.5, 1e-12);
  th_arena_del(arena);
}

#define STATUS(id, type, status, more, name)                                                                                   \
  ",{\"resource\":{\"resourceType\":\"" type "\",\"id\":\"" id "\",\"status\":\"" status "\"" more                             \
  ",\"subject\":{\"reference\":"                                                                                               \
  "\"Patient/p\"},\"medicationCodeableConcept\":{\"text\":\"" name "\"},\"effectivePeriod\":{\"start\":\"2025-01-01\"},"       \
  "\"authoredOn\":\"2025-01-01\"}}"

TEST(what_was_not_taken_is_not_counted) {
  th_coverage_case k;
  th_err err;
  CHECK_OK_ERR(read_bundle("sle-initial",
                           PATIENT STATUS("a", "MedicationStatement", "intended", "", "Azathioprine")
                               STATUS("b", "MedicationRequest", "active", ",\"intent\":\"plan\"", "Methotrexate") STATUS(
                                   "c", "MedicationRequest", "active", ",\"intent\":\"order\",\"doNotPerform\":true",
                                   "Ciclosporin") STATUS("d", "MedicationStatement", "completed", "", "Hydroxychloroquine")
                                   STATUS("e", "MedicationStatement", "active", "", "Rituximab"),
                           &k, &err),
               &err);
  CHECK_INT(value(&k, "aza_months")->state, TH_RULE_ABSENT);
  CHECK_INT(value(&k, "mtx_months")->state, TH_RULE_ABSENT);
  CHECK_INT(value(&k, "csa_months")->state, TH_RULE_ABSENT);
  CHECK(told(&k, "planned:MedicationRequest/b"));
  CHECK_REL(value(&k, "hcq_months")->lo, 0, 1e-12); /* over, and nobody says when */
  CHECK_REL(value(&k, "hcq_months")->hi, 5.5, 1e-12);
  CHECK(told(&k, "unended:MedicationStatement/d"));
  CHECK(value(&k, "other_biologic_overlap")->boolean);
  th_arena_del(arena);
}

/* 15 mg a week; 10 mg in the morning and 5 in the evening. */
TEST(weekly_doses_and_two_a_day) {
  th_coverage_case k;
  th_err err;
  CHECK_OK_ERR(read_bundle("sle-initial",
                           PATIENT EVERY("m", "MedicationStatement", "Methotrexate", "oral", "15", "1", "wk", "2024-12-01",
                                         "") ",{\"resource\":{\"resourceType\":\"MedicationStatement\",\"id\":\"p\",\"status\":"
                                             "\"active\",\"subject\":{\"reference\":"
                                             "\"Patient/"
                                             "p\"},\"medicationCodeableConcept\":{\"text\":\"Prednisolone\"},"
                                             "\"effectivePeriod\":{\"start\":\"2024-12-01\"},"
                                             "\"dosage\":[{\"timing\":{\"code\":{\"text\":\"AM\"}},\"doseAndRate\":[{"
                                             "\"doseQuantity\":{\"value\":10,\"code\":\"mg\"}}]},"
                                             "{\"timing\":{\"code\":{\"text\":\"PM\"}},\"doseAndRate\":[{\"doseQuantity\":{"
                                             "\"value\":5,\"code\":\"mg\"}}]}]}}",
                           &k, &err),
               &err);
  CHECK_REL(value(&k, "mtx_weekly_dose")->lo, 15, 1e-12);
  CHECK_REL(value(&k, "steroid_dose_now")->lo, 15, 1e-12);
  CHECK_REL(value(&k, "steroid_dose_now")->hi, 15, 1e-12);
  th_arena_del(arena);
}

/* Steroid and cyclophosphamide are on record for the kidney; for section 2 an antimalarial is asked for as well, and nothing is said of it. */
TEST(a_class_without_a_record_is_not_none) {
  th_coverage_case k;
  th_err err;
  CHECK_OK_ERR(read_bundle("sle-initial",
                           PATIENT DRUG("s", "Prednisolone", "oral", "10", "1", "2025-01-01", "2025-06-15")
                               DRUG("a", "Azathioprine", "oral", "100", "1", "2025-01-01", "2025-06-15"),
                           &k, &err),
               &err);
  CHECK_REL(value(&k, "therapy_overlap_months")->lo, 0, 1e-12);
  CHECK(value(&k, "therapy_overlap_months")->hi > 1e300);
  CHECK_INT(value(&k, "on_standard_therapy")->state, TH_RULE_ABSENT);
  th_arena_del(arena);
}

#define NAMED(id, fact, value, day)                                                                                            \
  ",{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"" id                                                              \
  "\",\"status\":\"final\",\"subject\":{\"reference\":\"Patient/p\"},"                                                         \
  "\"code\":{\"coding\":[{\"system\":\"urn:theriac:fact\",\"code\":\"" fact "\"}]},\"effectiveDateTime\":\"" day "\"," value   \
  "}}"

TEST(facts_under_their_own_names) {
  th_coverage_case k;
  th_err err;
  CHECK_OK_ERR(read_bundle("sle-initial",
                           PATIENT NAMED("a", "t1_rash", "\"valueBoolean\":true", "2025-05-01")
                               NAMED("b", "t1_bsa_pct", "\"valueQuantity\":{\"value\":12,\"code\":\"%\"}", "2025-05-01")
                                   NAMED("c", "relapse", "\"valueBoolean\":true", "2025-05-01")
                                       NAMED("d", "relapse", "\"valueBoolean\":false", "2025-05-01")
                                           NAMED("e", "shoe_size", "\"valueBoolean\":false", "2025-05-01")
                                               NAMED("f", "np_lupus", "\"valueBoolean\":true", "2025-03-01")
                                                   NAMED("g", "np_lupus", "\"valueBoolean\":false", "2025-05-01"),
                           &k, &err),
               &err);
  CHECK(value(&k, "t1_rash")->boolean);
  CHECK_REL(value(&k, "t1_bsa_pct")->lo, 12, 1e-12);
  CHECK_INT(value(&k, "relapse")->state, TH_RULE_UNUSABLE);
  CHECK(told(&k, "contradictory:relapse: Observation/c, Observation/d"));
  CHECK(told(&k, "unnamed:shoe_size"));
  CHECK(value(&k, "np_lupus")->state == TH_RULE_KNOWN && !value(&k, "np_lupus")->boolean); /* the later one */
  th_arena_del(arena);
}

/* 0.5 g/L under a limit of 0.79 g/L: low now and so low once. A titre of 40 above the report's own limit of 10 is positive. */
TEST(serology_with_the_limits_of_its_report) {
  th_coverage_case k;
  th_err err;
  CHECK_OK_ERR(read_bundle("psle-initial",
                           PATIENT ",{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"c3\",\"status\":\"final\","
                                   "\"subject\":{\"reference\":\"Patient/p\"},"
                                   "\"code\":{\"coding\":[{\"code\":\"4485-9\"}]},\"effectiveDateTime\":\"2025-06-01\","
                                   "\"valueQuantity\":{\"value\":0.5,\"code\":"
                                   "\"g/L\"},\"referenceRange\":[{\"low\":{\"value\":0.79,\"code\":\"g/L\"}}]}}"
                                   ",{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"ds\",\"status\":\"final\","
                                   "\"subject\":{\"reference\":\"Patient/p\"},"
                                   "\"code\":{\"coding\":[{\"code\":\"5130-0\"}]},\"effectiveDateTime\":\"2025-06-01\","
                                   "\"valueQuantity\":{\"value\":40,\"unit\":"
                                   "\"IU/mL\"},\"referenceRange\":[{\"high\":{\"value\":10,\"unit\":\"IU/mL\"}}]}}",
                           &k, &err),
               &err);
  CHECK_REL(value(&k, "c3")->lo, 50, 1e-12);
  CHECK_REL(value(&k, "c3_lln")->lo, 79, 1e-12);
  CHECK(value(&k, "low_complement_ever")->boolean);
  CHECK(value(&k, "anti_dsdna_positive")->boolean);
  CHECK(value(&k, "anti_dsdna_ever_positive")->boolean);
  th_arena_del(arena);
}

static th_code whole_record(void) {
  th_coverage_case k;
  th_err err;
  const th_code code = read_bundle(
      "ln-initial",
      PATIENT LAB("w", "29463-7", "60", "kg", "2024-12-01") LAB("u", "2890-2", "1200", "mg/g{creat}", "2025-06-01")
          CONDITION("n", "confirmed", "active", "\"text\":\"Lupus nephritis, ISN/RPS class IV\"") WHO("d1", "風濕專科醫師", "")
              GIVEN("a", "Cyclophosphamide", "750", "2025-03-20") GIVEN("p", "Methylprednisolone", "750", "2025-04-01")
                  DRUG("s", "Prednisolone", "oral", "20", "1", "2025-01-01", "2025-06-15")
                      NAMED("f", "relapse", "\"valueBoolean\":true", "2025-03-01"),
      &k, &err);
  th_arena_del(arena);
  return code;
}

TEST(short_of_memory_anywhere) {
  CHECK(test_each_alloc_fails(whole_record) > 2);
}

TEST_MAIN(RUN(labs_with_units_and_rows), RUN(contradictions_are_told_and_not_guessed), RUN(two_patients_are_refused),
          RUN(a_row_of_another_patient_is_refused), RUN(months_equivalents_and_overlap), RUN(pulses_stand_apart),
          RUN(units_of_laboratories), RUN(units_that_say_something_else), RUN(later_of_one_day_and_months_without_a_day),
          RUN(baselines_equations_and_the_lowest_of_a_year), RUN(conditions_are_weighed), RUN(classes_of_biopsies),
          RUN(the_prescriber_is_who_ordered), RUN(procedures_done_and_not_done), RUN(cyclophosphamide_and_what_followed),
          RUN(twelve_weeks_at_the_edge), RUN(courses_of_pulses), RUN(means_of_months), RUN(equivalents_in_doubt_are_a_range),
          RUN(records_that_overlap), RUN(days_left_open_are_a_range), RUN(what_was_not_taken_is_not_counted),
          RUN(weekly_doses_and_two_a_day), RUN(a_class_without_a_record_is_not_none), RUN(facts_under_their_own_names),
          RUN(serology_with_the_limits_of_its_report), RUN(short_of_memory_anywhere))
