/* Interactions within a list of drugs: all pairs at once. */
#include "theriac/safety.h"

#include <stdlib.h>

static size_t index_of(const th_name_row *const *drug, size_t n, const th_name_row *row) {
  for (size_t i = 0; row && i < n; i++)
    if (drug[i] == row) return i;
  return SIZE_MAX;
}

static th_code join(th_arena *a, th_safety_pair x, th_safety_pair_vec *out, th_err *err) {
  if (x.a > x.b) {
    const size_t t = x.a;
    x.a = x.b, x.b = t;
  }
  for (size_t i = 0; i < out->n; i++) {
    th_safety_pair *old = &out->v[i];
    if (old->a != x.a || old->b != x.b) continue;
    old->n_sources += x.n_sources;
    old->conflict |= x.conflict || old->severity != x.severity;
    old->page_only &= x.page_only;
    if (!old->effect.n) old->effect = x.effect;
    if (x.severity > old->severity)
      old->severity = x.severity, old->label = x.label, old->source = x.source, old->line = x.line;
    return TH_OK;
  }
  return TH_VEC_PUSH(a, out, x) ? TH_OK : th_fail_nomem(err);
}

th_code th_safety_pairs_of_list(th_arena *a, const th_names *names, const th_name_row *const *drug, size_t n,
                                const th_ddinter_pairs *rows, uint32_t (*source_of)(void *ctx, int64_t tag), void *ctx,
                                th_safety_pair_vec *out, th_err *err) {
  for (size_t i = 0; i < rows->n; i++) {
    const th_ddinter_row *r = &rows->v[i].row;
    const size_t x = index_of(drug, n, th_names_resolve(names, a, TH_NAME_DRUG, r->name_a).row);
    const size_t y = x == SIZE_MAX ? x : index_of(drug, n, th_names_resolve(names, a, TH_NAME_DRUG, r->name_b).row);
    if (y == SIZE_MAX || x == y) continue;
    const th_safety_pair p = { .a = x,
                               .b = y,
                               .severity = r->severity,
                               .conflict = rows->v[i].differs,
                               .label = r->label,
                               .source = source_of(ctx, r->tag),
                               .line = r->line,
                               .n_sources = 1 };
    TH_TRY(join(a, p, out, err));
  }
  th_safety_pairs_sort(out);
  return TH_OK;
}

th_code th_safety_pairs_of_page(th_arena *a, const th_names *names, const th_name_row *const *drug, size_t n, size_t at,
                                const th_report_page *page, uint32_t source, th_safety_pair_vec *out, th_err *err) {
  for (size_t i = 0; i < page->interactions.n; i++) {
    const th_report_interaction *r = &page->interactions.v[i];
    for (size_t k = 0; k < r->name.n; k++) {
      const size_t other = index_of(drug, n, th_names_resolve(names, a, TH_NAME_DRUG, r->name.v[k].text).row);
      if (other == SIZE_MAX || other == at) continue;
      const th_safety_pair p = { .a = at,
                                 .b = other,
                                 .severity = r->severity,
                                 .page_only = true,
                                 .label = r->severity_text.text,
                                 .effect = r->effect.text,
                                 .source = source,
                                 .line = r->name.v[k].line,
                                 .n_sources = 1 };
      TH_TRY(join(a, p, out, err));
    }
  }
  th_safety_pairs_sort(out);
  return TH_OK;
}

static int gravest_first(const void *p, const void *q) {
  const th_safety_pair *x = p, *y = q;
  if (x->severity != y->severity) return x->severity > y->severity ? -1 : 1;
  if (x->a != y->a) return x->a < y->a ? -1 : 1;
  return (x->b > y->b) - (x->b < y->b);
}

void th_safety_pairs_sort(th_safety_pair_vec *v) {
  if (v->n) qsort(v->v, v->n, sizeof *v->v, gravest_first);
}
