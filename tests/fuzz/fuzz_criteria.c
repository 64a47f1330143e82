/* Any text as criteria, against a patient and against nothing: every line keeps bytes of the text, and no line read in part says yes. */
#include <stdlib.h>

#include "theriac/trial.h"

static const char patient[] =
    "{\"age\": 34, \"sex\": \"female\", \"edss\": 4, \"relapses\": [\"2025-01\"], \"diagnoses\": [\"lupus nephritis\"], "
    "\"drugs\": {\"belimumab\": false}, \"pregnant\": false, \"hemoglobin\": {\"value\": 11, \"unit\": \"g/dL\"}}";

static th_names *builtin(void) {
  static th_names *names;
  static th_arena *a;
  if (names || !(a = th_arena_new(0))) return names;
  if (th_names_builtin_index(a, &names, NULL) != TH_OK) abort();
  return names;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  th_arena *a = th_arena_new(0);
  if (!a) return 0;
  const th_str text = th_str_n((const char *)data, n);
  th_trial_lines lines = { 0 };
  th_trial_patient *p;
  th_trial_match m;
  th_err err = { 0 };
  const th_date day = { 2026, 1, 1, TH_DATE_DAY, TH_ERA_CE };
  if (th_trial_patient_read(a, th_str_of(patient), day, &p, &err) != TH_OK) abort();
  if (th_trial_criteria(a, builtin(), text, &lines, &err) == TH_OK) {
    if (th_trial_match_lines(a, builtin(), &lines, p, &m, &err) != TH_OK) abort();
    for (size_t i = 0; i < lines.n; i++) {
      const th_trial_line *l = &lines.v[i];
      if (l->raw.p < text.p || l->raw.p + l->raw.n > text.p + n) abort();
      if (l->parent >= (int32_t)i) abort();
      if (!l->whole && !l->heads && m.lines.v[i].eligible == TH_TRUE) abort();
    }
  }
  th_arena_del(a);
  return 0;
}
