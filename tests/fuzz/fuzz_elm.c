/* A library as the translator writes it: loaded, linked and evaluated without a patient, within a bound of steps. */
#include <stdlib.h>

#include "theriac/elm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  static const th_elm_options opt = { .now = { 2026, 1, 1, 0, 0, 0, TH_ELM_MILLI, 0, 480 }, .steps_max = 2000 };
  th_arena *a = th_arena_new(0);
  th_elm_program *p = th_elm_new();
  th_elm_eval *e = NULL;
  th_err err = { 0 };
  if (a && p) {
    th_arena_limit(a, (size_t)256 << 20);
    th_code code = th_elm_add(p, th_str_n((const char *)data, n), "input", &err);
    if (code == TH_OK) code = th_elm_link(p, &err);
    if (code != TH_OK && !err.msg[0]) abort();
    if (code == TH_OK && th_elm_begin(p, &opt, a, NULL, &e, &err) == TH_OK) {
      th_buf b;
      th_jwrite w;
      size_t faults;
      th_buf_init(&b, a, 0);
      th_jwrite_open(&w, &b, 0);
      err = (th_err){ 0 };
      th_json back;
      if (th_elm_report(e, NULL, 0, &w, &faults, &err) == TH_OK && !b.failed &&
          th_json_parse(a, th_buf_str(&b), &back, NULL) == TH_EPARSE)
        abort();
    }
  }
  th_elm_finish(e);
  th_elm_del(p);
  th_arena_del(a);
  return 0;
}
