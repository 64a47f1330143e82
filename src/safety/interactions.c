/* Interactions by severity, joined by drug over all that name them. */
#include "theriac/safety.h"

#include <stdlib.h>

/* "多種免疫抑制劑和疫苗", "several …": a class without a substance. */
static bool vague_name(th_str name) {
  static const char *const words[] = { "多種", "等", "several", "various", "multiple", "其他", "藥物" };
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (th_str_has(name, th_str_of(words[i]))) return true;
  return false;
}

static th_safety_interaction *known(th_safety_interactions *v, const th_safety_interaction *x) {
  for (size_t i = 0; i < v->n; i++)
    if (x->drug ? v->v[i].drug == x->drug : th_str_eq_nocase(v->v[i].name, x->name)) return &v->v[i];
  return NULL;
}

/* differs: x joins rows that are not of one severity. */
static th_code join(th_arena *a, const th_names *names, th_safety_interaction x, bool differs, th_safety_interactions *out,
                    th_err *err) {
  x.drug = th_names_resolve(names, a, TH_NAME_DRUG, x.name).row;
  x.atc = x.drug ? th_names_atc_main(x.drug) : TH_STR_NONE;
  if (!x.atc.n && (th_str_has(x.name, TH_S("accine")) || th_str_has(x.group, TH_S("疫苗")))) x.atc = TH_S("J07");
  x.conflict = differs;
  x.vague = !x.drug && vague_name(x.name);
  x.n_sources = 1;
  th_safety_interaction *old = known(out, &x);
  if (!old) return TH_VEC_PUSH(a, out, x) ? TH_OK : th_fail_nomem(err);
  old->n_sources++;
  old->page_only &= x.page_only;
  old->conflict |= differs || old->severity != x.severity;
  if (x.severity > old->severity) old->severity = x.severity;
  if (!old->effect.n) old->effect = x.effect;
  if (!old->group.n) old->group = x.group;
  return TH_OK;
}

th_code th_safety_interactions_of_page(th_arena *a, const th_names *names, const th_report_page *page, uint32_t source,
                                       th_safety_interactions *out, th_err *err) {
  for (size_t i = 0; i < page->interactions.n; i++) {
    const th_report_interaction *r = &page->interactions.v[i];
    for (size_t k = 0; k < r->name.n; k++) {
      const th_safety_interaction x = { .severity = r->severity,
                                        .name = r->name.v[k].text,
                                        .group = r->group.text,

                                        .effect = r->effect.text,
                                        .page_only = true,
                                        .source = source,
                                        .line = r->name.v[k].line };
      TH_TRY(join(a, names, x, false, out, err));
    }
  }
  return TH_OK;
}

th_code th_safety_interactions_of_pairs(th_arena *a, const th_names *names, const th_name_row *drug,
                                        const th_ddinter_pairs *pairs, uint32_t (*source_of)(void *ctx, int64_t tag), void *ctx,
                                        th_safety_interactions *out, th_err *err) {
  for (size_t i = 0; i < pairs->n; i++) {
    const th_ddinter_row *r = &pairs->v[i].row;
    const bool first = th_names_resolve(names, a, TH_NAME_DRUG, r->name_a).row == drug;
    if (!first && th_names_resolve(names, a, TH_NAME_DRUG, r->name_b).row != drug) continue;
    const th_safety_interaction x = {
      .severity = r->severity, .name = first ? r->name_b : r->name_a, .source = source_of(ctx, r->tag), .line = r->line
    };
    TH_TRY(join(a, names, x, pairs->v[i].differs, out, err));
  }
  return TH_OK;
}

static int gravest_first(const void *p, const void *q) {
  const th_safety_interaction *x = p, *y = q;
  if (x->severity != y->severity) return x->severity > y->severity ? -1 : 1;
  return th_str_cmp(x->name, y->name);
}

void th_safety_sort(th_safety_interactions *v, uint32_t n[TH_SEVERITY_CONTRAINDICATED + 1]) {
  memset(n, 0, sizeof(uint32_t) * (TH_SEVERITY_CONTRAINDICATED + 1));
  bool tables = false;
  for (size_t i = 0; i < v->n; i++) tables |= !v->v[i].page_only;
  for (size_t i = 0; i < v->n; i++)
    if (!tables || !v->v[i].page_only) n[v->v[i].severity]++;
  if (v->n) qsort(v->v, v->n, sizeof *v->v, gravest_first);
}
