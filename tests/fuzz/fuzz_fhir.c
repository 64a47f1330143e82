/* A bundle, a resource or lines of them: every patient is opened, every resource is found again under its type. */
#include <stdlib.h>

#include "theriac/fhir.h"

static void look(th_arena *a, th_fhir_patient *p) {
  uint32_t seen = 0;
  for (uint32_t g = 0; g < p->n_groups; g++) {
    uint32_t n;
    if (!th_fhir_of_type(p, p->group[g].name, &n) || n != p->group[g].n) abort();
    seen += n;
    th_fhir_resource **r;
    th_days span = { -100000, 100000 };
    if (th_fhir_of_code(p, p->group[g].name, TH_STR_NONE, TH_S("718-7"), &r, &n) == TH_OK && n > p->group[g].n) abort();
    if (th_fhir_of_date(p, p->group[g].name, span, &r, &n) == TH_OK && n > p->group[g].n) abort();
  }
  if (seen != p->n) abort();
  for (uint32_t i = 0; i < p->n; i++) {
    th_fhir_elem e;
    th_fhir_coding_vec codes = { 0 };
    th_days days;
    if (th_fhir_child(p->res[i]->elem, "code", &e)) (void)th_fhir_codings(a, e, &codes);
    if (th_fhir_child(p->res[i]->elem, "effective", &e)) (void)th_fhir_days(e, &days);
    if (th_fhir_child(p->res[i]->elem, "subject", &e) && th_fhir_child(e, "reference", &e))
      (void)th_fhir_resolve(p, p->res[i], th_fhir_text(e));
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  th_arena *a = th_arena_new(0);
  th_fhir_data *d;
  th_err err = { 0 };
  if (!a) return 0;
  if (th_fhir_open(a, th_str_n((const char *)data, n), "input", &d, &err) == TH_OK) {
    for (size_t i = 0; i < th_fhir_patients(d) && i < 64; i++) {
      th_fhir_patient *p;
      err = (th_err){ 0 };
      if (th_fhir_patient_at(d, a, i, &p, &err) == TH_OK) look(a, p);
    }
  } else if (!err.msg[0]) {
    abort();
  }
  th_arena_del(a);
  return 0;
}
