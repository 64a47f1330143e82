/* A table of drugs ends in lines and faults, whatever the bytes are; what was read without a fault is read the same from its own text, and
 * months can be computed from it. */
#include <stdlib.h>

#include "theriac/coverage/entry.h"

static void read_again(th_arena *a, const th_drug_lines *lines) {
  th_drug_lines again = { 0 };
  th_entry_problems bad = { 0 };
  th_err err = { 0 };
  const th_str text = th_coverage_drug_table_text(a, lines, true);
  for (size_t i = 0; i < lines->n; i++) { /* a cell with a tab or a quote of its own is not written as one cell */
    const th_drug_line *l = &lines->v[i];
    const th_str cell[] = { l->name, l->dose, l->route };
    for (int k = 0; k < 3; k++)
      if (th_str_has(cell[k], TH_S("\t")) || th_str_has(cell[k], TH_S("\"")) || th_str_has(cell[k], TH_S("\n")) ||
          th_str_has(cell[k], TH_S("\r")))
        return;
  }
  if (!text.p || th_coverage_drug_table(a, text, &again, &bad, &err) != TH_OK) return;
  if (bad.n || again.n != lines->n) abort();
  for (size_t i = 0; i < lines->n; i++)
    if (!th_str_eq(again.v[i].drug, lines->v[i].drug) || !th_str_eq(again.v[i].from, lines->v[i].from) ||
        !th_str_eq(again.v[i].to, lines->v[i].to))
      abort();
}

static void compute(th_arena *a, const th_drug_lines *lines) {
  th_coverage *c = TH_NEW(a, th_coverage);
  th_entry e;
  th_date day;
  th_err err = { 0 };
  if (!c || lines->n > 40 || !th_date_parse_iso(TH_S("2025-06-15"), &day) || th_coverage_open(a, NULL, 0, c, &err) != TH_OK ||
      th_coverage_entry_new(a, c, TH_S("nhi-8.2.13"), TH_S("sle-initial"), day, &e, &err) != TH_OK)
    return;
  (void)th_coverage_entry_drugs(&e, lines->v, lines->n, true, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  th_arena *a = th_arena_new(0);
  th_drug_lines lines = { 0 };
  th_entry_problems bad = { 0 };
  th_err err = { 0 };
  if (!a) return 0;
  if (th_coverage_drug_table(a, th_str_n((const char *)data, n), &lines, &bad, &err) == TH_OK && lines.n && !bad.n) {
    read_again(a, &lines);
    compute(a, &lines);
  }
  th_arena_del(a);
  return 0;
}
