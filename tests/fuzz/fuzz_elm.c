/* A library as the translator writes it: loaded, linked and evaluated over a small record, within a bound of steps; then explained. */
#include <stdlib.h>

#include "theriac/elm.h"

static const char record[] = "{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p\","
                             "\"birthDate\":\"1990-06\","
                             "\"_birthDate\":{\"extension\":[{\"url\":\"u\",\"valueDateTime\":\"1990-06-30T23:30:00+08:00\"}]},"
                             "\"name\":[{\"given\":[\"A\"]}]}},"
                             "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"a\",\"status\":\"final\",\"code\":{"
                             "\"coding\":[{\"system\":\"s\",\"code\":"
                             "\"c\"}]},\"effectiveDateTime\":\"2025-03-04T08:00:00Z\",\"valueQuantity\":{\"value\":9.50,"
                             "\"unit\":\"g/dL\",\"code\":\"g/dL\"}}},"
                             "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"b\",\"code\":{\"text\":\"t\"},"
                             "\"effectivePeriod\":{\"start\":\"2025-01\","
                             "\"end\":\"2024\"},\"valueString\":\"x\"}}]}";

static void evaluate(th_arena *a, const th_elm_program *p, th_fhir_patient *patient) {
  static const th_elm_options opt = { .now = { 2026, 1, 1, 0, 0, 0, TH_ELM_MILLI, 0, 480 }, .steps_max = 2000 };
  th_elm_eval *e = NULL;
  th_err err = { 0 };
  th_buf b;
  th_jwrite w;
  th_json back;
  size_t faults;
  if (th_elm_begin(p, &opt, a, patient, &e, &err) != TH_OK) return;
  th_buf_init(&b, a, 0);
  th_jwrite_open(&w, &b, 0);
  if (th_elm_report(e, NULL, 0, &w, &faults, &err) == TH_OK && !b.failed &&
      th_json_parse(a, th_buf_str(&b), &back, NULL) == TH_EPARSE)
    abort();
  b.n = 0;
  th_jwrite_open(&w, &b, 0);
  if (th_elm_defines(p) && th_elm_explain(e, th_elm_define_name(p, 0), &w, &err) == TH_OK && !b.failed &&
      th_json_parse(a, th_buf_str(&b), &back, NULL) == TH_EPARSE)
    abort();
  th_elm_finish(e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  th_arena *a = th_arena_new(0);
  th_elm_program *p = th_elm_new();
  th_fhir_data *d;
  th_fhir_patient *patient;
  th_err err = { 0 };
  if (a && p) {
    th_arena_limit(a, (size_t)256 << 20);
    th_code code = th_elm_add(p, th_str_n((const char *)data, n), "input", &err);
    if (code == TH_OK) code = th_elm_link(p, &err);
    if (code != TH_OK && !err.msg[0]) abort();
    if (code == TH_OK && th_fhir_open(a, th_str_n(record, sizeof record - 1), "record", &d, NULL) == TH_OK &&
        th_fhir_patient_at(d, a, 0, &patient, NULL) == TH_OK)
      evaluate(a, p, patient);
  }
  th_elm_del(p);
  th_arena_del(a);
  return 0;
}
