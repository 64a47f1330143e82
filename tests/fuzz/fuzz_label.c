/* Labels of openFDA: each has its number and lies within the document, its sections are not blank and in order of their parts, a
 * piece under a heading is a piece of the section on populations; sentences use up a text. */
#include <stdlib.h>

#include "theriac/source/drug_label.h"

static void check_label(const th_label *l, const th_source_cut *cut) {
  if (l->set_id.text.n == 0 || l->from != cut->from || l->to != cut->to) abort();
  for (size_t i = 0; i < l->sections.n; i++) {
    const th_label_section *x = &l->sections.v[i];
    if (!x->text.text.n || x->part >= TH_LABEL_PARTS || (i && x->part < l->sections.v[i - 1].part)) abort();
    if (x->text.from < l->from || x->text.to > l->to) abort();
  }
  for (int p = 0; p < TH_LABEL_PARTS; p++) {
    const th_field f = th_label_text(l, (th_label_part)p);
    th_str rest = f.text, one;
    size_t n = 0;
    while (th_label_sentence(&rest, &one)) {
      n += one.n;
      if (one.n && (one.p < f.text.p || one.p + one.n > f.text.p + f.text.n)) abort();
    }
    if (n > f.text.n || rest.n) abort();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  th_arena *a = th_arena_new(0);
  if (!a) return 0;
  const th_str in = th_str_n((const char *)data, n);
  th_source_cuts cuts;
  th_label_frame frame;
  th_err err = { 0 };
  if (th_source_label_cut(a, in, &cuts, &frame, &err) != TH_OK) {
    if (!err.msg[0]) abort();
  } else {
    if (!cuts.n) abort();
    for (size_t i = 0; i < cuts.n; i++) {
      th_label l;
      th_err own = { 0 };
      if (th_source_label_one(a, in, &cuts.v[i], &l, &own) == TH_OK)
        check_label(&l, &cuts.v[i]);
      else if (!own.line)
        abort();
    }
  }
  th_arena_del(a);
  return 0;
}
