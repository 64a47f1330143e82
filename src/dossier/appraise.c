/* Papers: their printed numbers recomputed. */
#include "dossier_priv.h"

static th_str title_of(const th_abstract_doc *d) {
  return d->title.text.n ? d->title.text : d->citation.text;
}

th_code th_dossier__appraise_one(th_dossier_work *w, const th_abstract_doc *doc, uint32_t source) {
  th_dossier_appraisal *ap = TH_VEC_ADD(w->a, &w->d->appraisals);
  if (!ap) return th_fail_nomem(w->err);
  ap->doc = doc;
  ap->pair = UINT32_MAX;
  ap->title = title_of(doc);
  ap->citation = doc->citation.text;
  for (size_t k = 0; k < doc->sections.n && k < TH_STUDY_SECTIONS_MAX; k++)
    if (!TH_VEC_PUSH(w->a, &ap->sections, doc->sections.v[k].text.text)) return th_fail_nomem(w->err);
  ap->at = (th_place){ source, doc->sections.n ? doc->sections.v[0].text.line : doc->citation.line, 0, 0 };
  TH_TRY(th_study_check(w->a, ap->sections.v, ap->sections.n, &ap->check, w->err));
  ap->main = ap->check.tables.n ? &ap->check.tables.v[0] : NULL;
  return TH_OK;
}

th_code th_dossier__appraise(th_dossier_work *w) {
  for (size_t i = 0; i < w->docs.abstracts.n; i++)
    TH_TRY(th_dossier__appraise_one(w, &w->docs.abstracts.v[i].doc, w->docs.abstracts.v[i].source));
  return th_dossier__papers(w);
}
