/* Label statements on populations, from the table that ships with the program. */
#include "theriac/safety.h"

#include "theriac/base/embed.h"

extern const th_embed th_safety__files[];

th_code th_safety_warnings_of(th_arena *a, th_str drug_id, th_safety_warnings *out, th_err *err) {
  th_str rest = th_embed_find(th_safety__files, "warnings.tsv"), line;
  for (uint32_t number = 1; th_str_line(&rest, &line); number++) {
    th_str cell[6] = { { 0, 0 } }, cells = line;
    size_t n = 0;
    while (n < 6 && th_str_split(&cells, '\t', &cell[n])) n++;
    if (number == 1 || !th_str_eq(cell[0], drug_id)) continue;
    if (n != 6) return th_fail_at(err, TH_EBUG, number, 1, "the built-in table of label warnings has a row of %zu cells", n);
    const th_safety_warning w = { .drug_id = cell[0],
                                  .population = cell[1],
                                  .major = th_str_is(cell[2], "yes"),
                                  .en = cell[3],
                                  .zh = cell[4],
                                  .source = cell[5] };
    if (!TH_VEC_PUSH(a, out, w)) return th_fail_nomem(err);
  }
  return TH_OK;
}
