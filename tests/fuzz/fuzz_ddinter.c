/* Any bytes: a table whose rows name two drugs, or a refusal with its line; pairs are unique and never more than rows. */
#include <stdlib.h>

#include "theriac/source/ddinter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  th_arena *a = th_arena_new(0);
  if (!a) return 0;
  th_ddinter_table t;
  th_ddinter_pairs p;
  th_err err = { 0 };
  if (th_source_ddinter_read(a, th_str_n((const char *)data, n), &t, &err) != TH_OK) {
    if (!err.line) abort();
  } else if (th_source_ddinter_pairs(a, t.rows.v, t.rows.n, &p, &err) == TH_OK) {
    size_t rows = 0;
    for (size_t i = 0; i < p.n; i++) {
      rows += p.v[i].n_rows;
      if (th_str_cmp(p.v[i].row.id_a, p.v[i].row.id_b) >= 0) abort();
      if (i && th_str_eq(p.v[i].row.id_a, p.v[i - 1].row.id_a) && th_str_eq(p.v[i].row.id_b, p.v[i - 1].row.id_b)) abort();
    }
    if (rows != t.rows.n) abort();
  }
  th_arena_del(a);
  return 0;
}
