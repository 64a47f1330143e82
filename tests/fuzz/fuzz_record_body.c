/* Any bytes as a stored body: refused, or a struct that is written back to a body which reads the same. */
#include <stdlib.h>

#include "store/codec_priv.h"

static void round_trip(th_arena *a, const th_codec *c, th_str body, bool content) {
  void *v = th_arena_alloc(a, c->size, 16), *w = th_arena_alloc(a, c->size, 16);
  th_str once, twice;
  if (!v || !w || th_store__decode(a, c, body, v, NULL) != TH_OK) return;
  if (th_store__encode(a, c, v, content, &once, NULL) != TH_OK || th_store__decode(a, c, once, w, NULL) != TH_OK ||
      th_store__encode(a, c, w, content, &twice, NULL) != TH_OK || !th_str_eq(once, twice))
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  const th_codec *const all[] = { &th_store__codec_report_page, &th_store__codec_abstract, &th_store__codec_trial_page,
                                  &th_store__codec_coverage,    &th_store__codec_capture,  &th_store__codec_caution,
                                  &th_store__codec_licence,     &th_store__codec_ctgov,    &th_store__codec_pubmed };
  th_arena *a = th_arena_new(0);
  if (!a || n < 1) {
    th_arena_del(a);
    return 0;
  }
  const th_codec *c = all[data[0] % (sizeof all / sizeof *all)];
  const th_str body = th_str_n((const char *)data + 1, n - 1);
  round_trip(a, c, body, false);
  round_trip(a, c, body, true); /* without places, as registry records are kept */
  th_arena_del(a);
  return 0;
}
