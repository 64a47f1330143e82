/* Sections are parted by a line "---". Every finding lies in its section, and the result is written as JSON that reads back. */
#include <stdlib.h>

#include "theriac/io.h"
#include "theriac/study.h"

static void check(th_arena *a, const th_str *section, size_t n, const th_study_result *r) {
  for (size_t i = 0; i < r->findings.n; i++) {
    const th_study_span s = r->findings.v[i].span;
    if (s.section >= n || s.from > s.to || s.to > section[s.section].n) abort();
  }
  static const char *const lang[] = { "en", "zh-TW" };
  for (int k = 0; k < 2; k++) {
    th_buf b;
    th_jwrite w;
    th_json back;
    th_buf_init(&b, a, 0);
    th_jwrite_open(&w, &b, 0);
    th_study_json(r, lang[k], &w);
    if (!b.failed && th_json_parse(a, th_buf_str(&b), &back, NULL) == TH_EPARSE) abort();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  th_str rest = th_str_n((const char *)data, n), section[8];
  size_t count = 0;
  while (count < 8) {
    const size_t cut = count < 7 ? th_str_find(rest, TH_S("\n---\n"), 0) : SIZE_MAX;
    section[count++] = th_str_sub(rest, 0, cut);
    if (cut == SIZE_MAX) break;
    rest = th_str_sub(rest, cut + 5, rest.n);
  }
  th_arena *a = th_arena_new(0);
  th_study_result r;
  th_err err = { 0 };
  if (a) {
    if (th_study_check(a, section, count, &r, &err) == TH_OK)
      check(a, section, count, &r);
    else if (!err.msg[0])
      abort();
  }
  th_arena_del(a);
  return 0;
}
