/* Any bytes as a request's query and as a form of either kind: parameters or a refusal, each value within the bytes that came and, where it
 * is no upload, UTF-8 without NUL. The first line is the query. */
#include <stdlib.h>

#include "serve/serve_priv.h"

static void check(const th_param *p, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (th_utf8_check(p[i].name) != SIZE_MAX) abort();
    if (p[i].file.p) continue;
    if (th_utf8_check(p[i].value) != SIZE_MAX || (p[i].value.n && memchr(p[i].value.p, 0, p[i].value.n))) abort();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  static const char *const types[] = { "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
                                       "multipart/form-data; boundary=\"x\"" };
  th_arena *a = th_arena_new(0);
  if (!a) return 0;
  th_str rest = th_str_n((const char *)data, n), query = TH_STR_NONE;
  th_str_line(&rest, &query);
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    const th_request_header h = { TH_S("content-type"), th_str_of(types[i]) };
    const th_request q = { .method = TH_S("POST"), .header = &h, .n_headers = 1, .body = rest };
    const th_param *param;
    size_t count;
    if (th_serve__params(a, &q, query, &param, &count, NULL) == TH_OK) check(param, count);
  }
  const th_str decoded = th_serve__decode(a, query, false);
  if (decoded.p && (decoded.n > query.n || th_utf8_check(decoded) != SIZE_MAX)) abort();
  th_arena_del(a);
  return 0;
}
