/* What is read, written and read again is written the same. */
#include <stdlib.h>

#include "theriac/io.h"

static th_str written(th_arena *a, const th_json *v, int indent) {
  th_buf b;
  th_buf_init(&b, a, 0);
  th_jwrite w;
  th_jwrite_open(&w, &b, indent);
  th_jw_json(&w, v);
  return th_buf_str(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  th_arena *a = th_arena_new(0);
  th_json v, again;
  th_err err = { 0 };
  if (a && th_json_parse(a, th_str_n((const char *)data, n), &v, &err) == TH_OK) {
    const th_str once = written(a, &v, 0);
    if (th_json_parse(a, written(a, &v, 2), &again, NULL) != TH_OK) abort();
    if (!th_str_eq(once, written(a, &again, 0))) abort();
    int64_t i;
    double d;
    if (th_json_i64(&v, &i) && th_json_f64(&v, &d) && (double)i != d) abort();
    (void)th_json_at(&v, "a.0.b");
  }
  th_arena_del(a);
  return 0;
}
