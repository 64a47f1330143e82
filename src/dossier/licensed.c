/* What is licensed, what warns, what interacts. */
#include "dossier_priv.h"
#include "theriac/dossier/labels.h"

static th_code add_licensed(th_dossier_work *w, const th_name_row *row, th_place at, bool *added) {
  *added = true;
  for (size_t k = 0; k < w->licensed.n && *added; k++) *added = w->licensed.v[k] != row;
  if (!*added) return TH_OK;
  return TH_VEC_PUSH(w->a, &w->licensed, row) && TH_VEC_PUSH(w->a, &w->licensed_at, at) ? TH_OK : th_fail_nomem(w->err);
}

static th_code licensed_in(th_dossier_work *w, th_str text, th_place at) {
  th_licence_label_uses uses = { 0 };
  bool added;
  TH_TRY(th_licence_uses_in(w->a, w->names, text, 0, &uses, w->err));
  for (size_t i = 0; i < uses.n; i++) TH_TRY(add_licensed(w, uses.v[i].disease, at, &added));
  return TH_OK;
}

/* Uses of the built-in table that no document names. */
static th_code labelled(th_dossier_work *w) {
  th_licence_uses uses = { 0 };
  TH_TRY(th_licence_labelled_uses(w->a, w->d->drug->id, &uses, w->err));
  for (size_t i = 0; i < uses.n; i++) {
    const th_name_row *row = th_names_by_id(w->names, uses.v[i].disease_id);
    bool added;
    if (row) TH_TRY(add_licensed(w, row, (th_place){ .source = TH_NO_SOURCE }, &added));
  }
  return TH_OK;
}

/* The first label is the one whose words are shown; a further one counts where it names a use or a contraindication that no other
 * does: makers by the dozen say the same. A combination grants nothing to the drug alone. */
static th_code of_label(th_dossier_work *w, const th_held_label *l, bool first) {
  th_dossier *d = w->d;
  const th_field f = th_label_text(&l->label, TH_LABEL_INDICATIONS);
  th_licence_label_uses uses = { 0 };
  const size_t cautions = d->cautions.n;
  uint32_t source;
  bool adds = first, added;
  TH_TRY(th_dossier__add_source(w, &l->record, l->label.effective, &source));
  const th_place at = th_dossier__at(source, f);
  if (l->single != TH_FALSE) TH_TRY(th_licence_uses_of_label(w->a, w->names, &l->label, &uses, w->err));
  for (size_t i = 0; i < uses.n; i++) {
    TH_TRY(add_licensed(w, uses.v[i].disease, at, &added));
    adds |= added;
  }
  TH_TRY(th_safety_of_label(w->a, w->names, &l->label, source, first, &d->warnings, &d->cautions, w->err));
  adds |= d->cautions.n > cautions;
  if (!adds || !f.text.n) return TH_OK;
  const th_dossier_passage use = { at, TH_S("label: indications"), f.text };
  return TH_VEC_PUSH(w->a, &d->indications, use) ? TH_OK : th_fail_nomem(w->err);
}

static th_code of_labels(th_dossier_work *w) {
  th_held_labels held;
  TH_TRY(th_labels_held(w->a, w->store, w->names, w->d->drug, &held, w->err));
  for (size_t i = 0; i < held.n; i++) TH_TRY(of_label(w, &held.v[i], i == 0));
  return TH_OK;
}

static th_code of_page(th_dossier_work *w, const th_report_page *page, uint32_t source) {
  th_dossier *d = w->d;
  TH_TRY(th_licence_products_of_page(w->a, page, source, w->opts->as_of, &d->products, w->err));
  TH_TRY(th_safety_cautions_of_page(w->a, w->names, page, source, &d->cautions, w->err));
  TH_TRY(th_safety_interactions_of_page(w->a, w->names, page, source, &d->interactions, w->err));
  if (th_field_has(page->interactions_claimed) && !d->interactions_claimed.n) {
    d->interactions_claimed = page->interactions_claimed.text;
    d->interactions_claimed_at = th_dossier__at(source, page->interactions_claimed);
  }
  if (!th_field_has(page->original)) return TH_OK;
  const th_dossier_passage use = { th_dossier__at(source, page->original), TH_S("original indication"), page->original.text };
  if (!TH_VEC_PUSH(w->a, &d->indications, use)) return th_fail_nomem(w->err);
  return licensed_in(w, page->original.text, use.at);
}

static th_code interaction_classes(th_dossier_work *w) {
  th_dossier *d = w->d;
  const th_name_row **listed = TH_NEWN(w->a, const th_name_row *, w->opts->n_with + 1);
  if (!listed) return th_fail_nomem(w->err);
  for (size_t i = 0; i < w->opts->n_with; i++) listed[i] = th_names_resolve(w->names, w->a, TH_NAME_DRUG, w->opts->with[i]).row;
  th_safety_sort(&d->interactions, d->n_interactions);
  th_safety_mark_listed(&d->interactions, listed, w->opts->n_with);
  return th_safety_classes_of(w->a, &d->interactions, &d->interaction_classes, w->err);
}

static th_code of_products(th_dossier_work *w) {
  const th_licence_products *all = &w->d->products;
  th_licence_product_uses uses = { 0 };
  bool added;
  TH_TRY(th_licence_uses_of_products(w->a, w->names, all, &uses, w->err));
  for (size_t i = 0; i < uses.n; i++) {
    const th_licence_product *p = &all->v[uses.v[i].product];
    TH_TRY(add_licensed(w, uses.v[i].disease, (th_place){ p->source, p->line, 0, 0 }, &added));
  }
  return TH_OK;
}

th_code th_dossier__licensed(th_dossier_work *w) {
  th_dossier *d = w->d;
  for (size_t i = 0; i < w->docs.pages.n; i++) TH_TRY(of_page(w, &w->docs.pages.v[i].page, w->docs.pages.v[i].source));
  TH_TRY(th_dossier__tables(w));
  TH_TRY(of_products(w));
  TH_TRY(of_labels(w));
  TH_TRY(labelled(w));
  for (size_t i = 0; i < w->docs.rules.n; i++) {
    const th_coverage_text *text = &w->docs.rules.v[i].text;
    bool held = false;
    for (size_t k = 0; k < text->clauses.n; k++) held |= text->clauses.v[k].depth > 0;
    const th_tri later = th_date_before(w->opts->as_of, text->effective);
    const th_dossier_rule rule = { .at = th_dossier__at(w->docs.rules.v[i].source, text->heading),
                                   .text = text,
                                   .in_force = held && later == TH_FALSE };
    if (!TH_VEC_PUSH(w->a, &d->rules, rule)) return th_fail_nomem(w->err);
  }
  for (size_t i = 0; i < d->cautions.n; i++) {
    const th_safety_caution *c = &d->cautions.v[i];
    if (c->severity == TH_SEVERITY_CONTRAINDICATED && c->disease && !TH_VEC_PUSH(w->a, &w->contraindicated, c->disease))
      return th_fail_nomem(w->err);
  }
  TH_TRY(interaction_classes(w));
  th_safety_warnings built_in = { 0 };
  TH_TRY(th_safety_warnings_of(w->a, d->drug->id, &built_in, w->err));
  return th_safety_warnings_add(w->a, &d->warnings, &built_in, w->err);
}
