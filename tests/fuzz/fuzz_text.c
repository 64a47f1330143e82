/* First byte: the folding flags. The map is monotonic and ends in range, spans come back as whole characters, the tokens follow
 * one another, and the distance is a distance. */
#include <stdlib.h>

#include "theriac/text.h"

static void check_map(th_str in, th_str out, const uint32_t *map) {
  for (size_t i = 0; i < out.n; i++)
    if (map[i] >= in.n || map[i] > map[i + 1]) abort();
  if (map[out.n] > in.n || th_utf8_check(out) != SIZE_MAX) abort();
  size_t from, to;
  th_text_fold_span(map, out.n, out.n / 3, out.n - out.n / 3, &from, &to);
  if (from > to || to > in.n) abort();
}

static void check_tokens(th_arena *a, th_str s) {
  th_token_vec v;
  if (th_text_tokens(a, s, &v, NULL) != TH_OK) return;
  for (size_t i = 0; i < v.n; i++) {
    if (v.v[i].from >= v.v[i].to || v.v[i].to > s.n) abort();
    if (i && (v.v[i].from <= v.v[i - 1].from || v.v[i].to <= v.v[i - 1].to)) abort();
    if (i && v.v[i].from < v.v[i - 1].to && !(v.v[i].cjk && v.v[i - 1].cjk)) abort();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  th_arena *a = th_arena_new(0);
  if (!a || !n) {
    th_arena_del(a);
    return 0;
  }
  const th_str in = th_str_n((const char *)data + 1, n - 1);
  uint32_t *map;
  const th_str out = th_text_fold(a, in, data[0] & TH_FOLD_NAME, &map);
  if (!out.p) abort();
  check_map(in, out, map);
  check_tokens(a, in);
  check_tokens(a, out);
  if (th_text_width(out) > 2 * out.n) abort();
  const th_str x = th_str_sub(in, 0, in.n / 2 < 64 ? in.n / 2 : 64), y = th_str_sub(in, in.n / 2, in.n / 2 + 64);
  const size_t d = th_text_distance(a, x, y, 8);
  if (d != th_text_distance(a, y, x, 8) || d > 9 || th_text_distance(a, x, x, 0) != 0) abort();
  th_arena_del(a);
  return 0;
}
