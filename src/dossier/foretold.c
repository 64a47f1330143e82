/* What the home's own model says of the drug, beside what pages claim. */
#include "dossier_priv.h"

#include <stdlib.h>

/* "MONDO:0007915" and "007915" → "7915", as the graph numbers diseases. */
static th_str bare(th_str id) {
  const size_t colon = th_str_find(id, TH_S(":"), 0);
  th_str s = colon == SIZE_MAX ? id : th_str_sub(id, colon + 1, id.n);
  while (s.n > 1 && s.p[0] == '0') s = th_str_sub(s, 1, s.n);
  return s;
}

/* A grouped disease of the graph bears the numbers of its members, '_' between them; members are told by their first digits even
 * where the list is cut short. */
static bool has_member(th_str grouped, th_str id) {
  const th_str want = bare(id);
  th_str rest = grouped, one;
  while (rest.n && th_str_split(&rest, '_', &one))
    if (want.n && th_str_eq(bare(one), want)) return true;
  return false;
}

static int by_text(const void *x, const void *y) {
  return th_str_cmp(*(const th_str *)x, *(const th_str *)y);
}

static th_code ask(th_dossier_work *w, th_str_vec *drug, th_str_vec *disease) {
  th_str rest = w->d->drug->xrefs, one;
  while (rest.n && th_str_split(&rest, '|', &one)) {
    const size_t colon = th_str_find(one, TH_S(":"), 0);
    if (colon == SIZE_MAX || !th_str_eq_nocase(th_str_sub(one, 0, colon), TH_S("DrugBank"))) continue;
    if (!TH_VEC_PUSH(w->a, drug, th_str_sub(one, colon + 1, one.n))) return th_fail_nomem(w->err);
  }
  TH_TRY(th_dossier__drug_names(w->a, w->d->drug, drug, w->err));
  for (size_t i = 0; i < w->d->pairs.n; i++)
    if (w->d->pairs.v[i].disease->id.n && !TH_VEC_PUSH(w->a, disease, w->d->pairs.v[i].disease->id))
      return th_fail_nomem(w->err);
  if (disease->n) qsort(disease->v, disease->n, sizeof *disease->v, by_text);
  return TH_OK;
}

/* The name that people here know the disease by, when any member of the group is in the table. */
static const th_name_row *row_of(th_dossier_work *w, th_str grouped) {
  th_str rest = grouped, one;
  while (rest.n && th_str_split(&rest, '_', &one)) {
    const th_str number = bare(one);
    if (number.n > 7) continue;
    const th_str id = th_str_fmt(w->a, "MONDO:%.*s%.*s", (int)(7 - number.n), "0000000", TH_STR_ARG(number));
    const th_name_row *row = th_names_by_id(w->names, id);
    if (row) return row;
  }
  return NULL;
}

static th_code join(th_dossier_work *w) {
  const th_outlook *o = w->d->outlook;
  for (size_t i = 0; i < o->n_pairs; i++) {
    th_dossier_foretold f = { .of = &o->pair[i], .row = row_of(w, o->pair[i].id), .pair = UINT32_MAX };
    for (size_t k = 0; k < w->d->pairs.n; k++) {
      th_dossier_pair *p = &w->d->pairs.v[k];
      if (!p->disease->id.n || !has_member(o->pair[i].id, p->disease->id)) continue;
      p->foretold = &o->pair[i];
      if (f.pair == UINT32_MAX) f.pair = (uint32_t)k;
    }
    if (!TH_VEC_PUSH(w->a, &w->d->foretold, f)) return th_fail_nomem(w->err);
  }
  return TH_OK;
}

th_code th_dossier__outlook(th_dossier_work *w) {
  const char *home = w->opts->home;
  if (!home) return TH_OK;
  th_str_vec drug = { 0 }, disease = { 0 };
  th_outlook *o;
  const th_outlook_ask q = { .graph = th_str_fmt(w->a, "%s/graph.thg", home).p,
                             .model = th_str_fmt(w->a, "%s/models/default.thm", home).p,
                             .cache = th_str_fmt(w->a, "%s/cache/outlook", home).p };
  if (!q.graph || !q.model || !q.cache) return th_fail_nomem(w->err);
  TH_TRY(ask(w, &drug, &disease));
  th_outlook_ask whole = q;
  whole.drug = drug.v, whole.n_drug = drug.n, whole.disease = disease.v, whole.n_disease = disease.n;
  TH_TRY(th_outlook_of_drug(w->a, whole, &o, w->err));
  w->d->outlook = o;
  return join(w);
}
