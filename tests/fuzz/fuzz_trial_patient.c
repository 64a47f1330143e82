/* Any bytes as a patient's file: facts of a known form, or a refusal; and every fact may be asked for. */
#include <stdlib.h>

#include "theriac/trial.h"

static const char criteria[] =
    "Inclusion Criteria:\n\n* Age 18 to 65 years\n* EDSS \\<= 6.0\n* Hemoglobin >= 10 g/dL\n* ALT < 2 x ULN\n"
    "* At least two relapses in the 12 months before screening\n* seropositive for AQP4-IgG\n* Females\n"
    "* Diagnosis of lupus nephritis\n* informed consent\n\nExclusion Criteria:\n\n* Pregnant\n* breastfeeding\n"
    "* Prior treatment with belimumab within 3 months\n* participation in another trial within 30 days\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  static th_names *names;
  static th_arena *kept;
  static th_trial_lines lines;
  if (!names) {
    if (!(kept = th_arena_new(0)) || th_names_builtin_index(kept, &names, NULL) != TH_OK) abort();
    if (th_trial_criteria(kept, names, th_str_of(criteria), &lines, NULL) != TH_OK) abort();
  }
  th_arena *a = th_arena_new(0);
  if (!a) return 0;
  th_trial_patient *p;
  th_trial_match m;
  th_err err = { 0 };
  const th_date day = { 2026, 1, 1, TH_DATE_DAY, TH_ERA_CE };
  if (th_trial_patient_read(a, th_str_n((const char *)data, n), day, &p, &err) == TH_OK) {
    if (th_trial_match_lines(a, names, &lines, p, &m, &err) != TH_OK) abort();
    if (m.n[0] + m.n[1] + m.n[2] != lines.n) abort();
  } else if (!err.msg[0]) {
    abort();
  }
  th_arena_del(a);
  return 0;
}
