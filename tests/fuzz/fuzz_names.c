/* A table of names, a line "---", a text. Hits lie in the text one behind the other; each row resolves to itself or is ambiguous. */
#include <stdlib.h>

#include "theriac/names.h"

static void look(th_arena *a, const th_names *names, const th_name_rows *rows, th_str text) {
  for (size_t i = 0; i < rows->n && i < 20; i++) {
    const th_name_hit h = th_names_resolve(names, a, rows->v[i].kind, rows->v[i].en);
    if (h.how == TH_NAME_EXACT && !h.row) abort();
    if (!th_names_by_id(names, rows->v[i].id)) abort();
    (void)th_names_kinship(names, a, rows->v[0].id, rows->v[i].id);
  }
  for (int kind = TH_NAME_DRUG; kind <= TH_NAME_DISEASE; kind++) {
    th_name_hits hits = { 0 };
    if (th_names_find(names, a, (th_name_kind)kind, text, true, &hits, NULL) != TH_OK) continue;
    for (size_t i = 0; i < hits.n; i++)
      if (hits.v[i].from >= hits.v[i].to || hits.v[i].to > text.n || (i && hits.v[i].from < hits.v[i - 1].to)) abort();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  const th_str in = th_str_n((const char *)data, n);
  const size_t cut = th_str_find(in, TH_S("---\n"), 0);
  th_arena *a = th_arena_new(0);
  th_name_rows rows = { 0 };
  th_names *names;
  th_err err = { 0 };
  if (a) {
    if (th_names_read(a, th_str_sub(in, 0, cut), &rows, &err) == TH_OK) {
      if (th_names_build(a, &rows, &names, &err) == TH_OK)
        look(a, names, &rows, cut == SIZE_MAX ? in : th_str_sub(in, cut + 4, n));
    } else if (!err.msg[0]) {
      abort();
    }
  }
  th_arena_del(a);
  return 0;
}
