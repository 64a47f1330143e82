/* Dates and times of any content: what is read is valid, prints, and reads back the same; steps and boundaries stay in range. */
#include <stdlib.h>

#include "elm/elm_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  static const th_elm_kind kinds[] = { TH_ELM_DATE, TH_ELM_DATETIME, TH_ELM_TIME };
  th_arena *a = th_arena_new(0);
  eval e = { .now = { 2026, 1, 1, 0, 0, 0, TH_ELM_MILLI, 0, 480 } };
  for (int i = 0; a && i < 3; i++) {
    const th_elm_kind k = kinds[i];
    th_elm_time t, again, next;
    if (!th_elm__time_parse(k, th_str_n((const char *)data, n), 480, &t)) continue;
    if (!th_elm__time_valid(k, t)) abort();
    const th_str text = th_elm__time_text(a, k, t, true);
    if (!text.p || !th_elm__time_parse(k, text, 480, &again) || th_elm__time_order(k, t, again) != CMP_EQ) abort();
    const th_elm_time lo = th_elm__time_low(k, t, 0), hi = th_elm__time_high(k, t, 0);
    if (!th_elm__time_valid(k, lo) || !th_elm__time_valid(k, hi) || th_elm__time_order(k, lo, hi) == CMP_GT) abort();
    if (th_elm__time_step(k, t, 1, &next) && (!th_elm__time_valid(k, next) || th_elm__time_order(k, t, next) != CMP_LT))
      abort();
    int64_t from, to;
    for (unsigned p = k == TH_ELM_TIME ? TH_ELM_HOUR : TH_ELM_YEAR; p <= TH_ELM_WEEK; p++) {
      if ((k == TH_ELM_TIME && p == TH_ELM_WEEK) || (k == TH_ELM_DATE && p >= TH_ELM_HOUR && p != TH_ELM_WEEK)) continue;
      th_elm__time_between(&e, k, t, hi, p, false, &from, &to);
      if (to < 0 || from > to) abort();
      if (th_elm__time_add(k, t, 37 * DEC_ONE, p, &next) && !th_elm__time_valid(k, next)) abort();
    }
  }
  th_arena_del(a);
  return 0;
}
