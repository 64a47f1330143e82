/* Uses that labels grant, from the table that ships with the program. */
#include "theriac/licence.h"

#include "theriac/base/embed.h"

extern const th_embed th_licence__files[];

th_code th_licence_labelled_uses(th_arena *a, th_str drug_id, th_licence_uses *out, th_err *err) {
  th_str rest = th_embed_find(th_licence__files, "labelled.tsv"), line;
  for (uint32_t number = 1; th_str_line(&rest, &line); number++) {
    th_str cell[4] = { { 0, 0 } }, cells = line;
    size_t n = 0;
    while (n < 4 && th_str_split(&cells, '\t', &cell[n])) n++;
    if (number == 1 || (drug_id.n && !th_str_eq(cell[0], drug_id))) continue;
    if (n != 4) return th_fail_at(err, TH_EBUG, number, 1, "the built-in table of labelled uses has a row of %zu cells", n);
    if (!TH_VEC_PUSH(a, out, (th_licence_use){ cell[0], cell[1], cell[2], cell[3] })) return th_fail_nomem(err);
  }
  return TH_OK;
}
