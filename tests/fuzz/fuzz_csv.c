/* Rows that were read, written and read again hold the same cells, the guard against formulas aside. */
#include <stdlib.h>

#include "theriac/io.h"

static void compare(th_str cell, th_str back) {
  if (th_str_eq(cell, back)) return;
  if (!th_str_starts(back, TH_S("'")) || !th_str_eq(cell, th_str_sub(back, 1, back.n))) abort();
}

static void round_trip(th_arena *a, const th_csv_row *row) {
  th_buf b;
  th_buf_init(&b, a, 0);
  for (size_t i = 0; i < row->n; i++) {
    if (i) th_buf_addc(&b, ',');
    th_csv_write_cell(&b, row->cell[i]);
  }
  if (row->n == 1 && !row->cell[0].n) return; /* an empty line is no row */
  th_csv c;
  /* a first cell that starts with a BOM would lose it */
  if (th_str_starts(th_buf_str(&b), TH_S("\xEF\xBB\xBF"))) return;
  th_csv_open(&c, th_buf_str(&b), ',');
  th_csv_row again;
  bool more;
  if (th_csv_next(&c, a, &again, &more, NULL) != TH_OK || !more || again.n != row->n || c.rest.n) abort();
  for (size_t i = 0; i < row->n; i++) compare(row->cell[i], again.cell[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  th_arena *a = th_arena_new(0);
  if (!a) return 0;
  const th_str in = th_str_n((const char *)data, n);
  th_csv c;
  th_csv_open(&c, in, th_csv_sniff(in));
  th_err err = { 0 };
  uint32_t line = 0;
  for (bool more = true; more;) {
    th_csv_row row;
    const th_code code = th_csv_next(&c, a, &row, &more, &err);
    if (code != TH_OK) {
      if (!err.line) abort();
      break;
    }
    if (more && (row.line <= line || !row.n)) abort();
    line = row.line;
    if (more) round_trip(a, &row);
  }
  th_arena_del(a);
  return 0;
}
