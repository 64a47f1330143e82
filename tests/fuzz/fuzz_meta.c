/* The CSV of a meta-analysis: the first byte chooses measure and method, the rest is the file. What is read is pooled, and the result
 * is JSON that reads back. */
#include <stdlib.h>

#include "theriac/stat.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  if (n < 1 || n > 20000) return 0;
  const th_meta_measure measure = (th_meta_measure)(data[0] % TH_META_MEASURES);
  const th_meta_opts o = { .method = (th_meta_method)(data[0] / TH_META_MEASURES % TH_META_METHODS),
                           .mods = data[0] > 200 ? "x" : NULL };
  th_arena *a = th_arena_new(0);
  th_meta_data d;
  th_meta_result r;
  if (!a) return 0;
  if (th_meta_read(a, th_str_n((const char *)data + 1, n - 1), measure, &d, NULL) == TH_OK &&
      th_meta_run(a, &d, o, &r, NULL) == TH_OK) {
    for (size_t i = 0; i < r.k; i++)
      if (o.method < TH_META_MH && !(r.study[i].vi > 0)) abort();
    if (r.tau2 < 0) abort();
    th_buf b;
    th_jwrite w;
    th_json back;
    th_buf_init(&b, a, 0);
    th_jwrite_open(&w, &b, 0);
    th_meta_json(&r, &w);
    if (!b.failed && th_json_parse(a, th_buf_str(&b), &back, NULL) == TH_EPARSE) abort();
  }
  th_arena_del(a);
  return 0;
}
