/* Literature records: which of them test the drug, and those rechecked like any abstract. */
#include "dossier_priv.h"

static th_abstract_role role_of(const th_pubmed_part *p) {
  static const struct {
    const char *category;
    th_abstract_role role;
  } roles[] = { { "BACKGROUND", TH_ABSTRACT_BACKGROUND },  { "OBJECTIVE", TH_ABSTRACT_BACKGROUND },
                { "METHODS", TH_ABSTRACT_METHODS },        { "RESULTS", TH_ABSTRACT_RESULTS },
                { "CONCLUSIONS", TH_ABSTRACT_CONCLUSION }, { "CONCLUSION", TH_ABSTRACT_CONCLUSION } };
  for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
    if (th_str_is(p->category.text, roles[i].category) || th_str_is(p->label.text, roles[i].category)) return roles[i].role;
  return p->label.text.n ? TH_ABSTRACT_OTHER : TH_ABSTRACT_UNLABELLED;
}

/* The record as the abstract it prints: what the recheck and the pages about it read. */
static th_code abstract_of(th_arena *a, const th_pubmed_article *r, th_abstract_doc *out, th_err *err) {
  *out = (th_abstract_doc){ .title = r->title,
                            .journal = r->journal_short.text.n ? r->journal_short : r->journal,
                            .volume = r->volume,
                            .issue = r->issue,
                            .pages = r->pages,
                            .doi = r->doi,
                            .pmid = r->pmid,
                            .pmcid = r->pmc,
                            .date = r->date };
  out->citation = out->journal;
  out->citation.text = th_str_fmt(a, "%.*s %.*s%s%.*s%s%.*s", TH_STR_ARG(out->journal.text), TH_STR_ARG(r->date_text.text),
                                  r->volume.text.n ? ";" : "", TH_STR_ARG(r->volume.text), r->pages.text.n ? ":" : "",
                                  TH_STR_ARG(r->pages.text));
  if (!out->citation.text.p) return th_fail_nomem(err);
  for (size_t i = 0; i < r->authors.n; i++) { /* "Doe, J" as reference lists have it */
    const th_pubmed_author *x = &r->authors.v[i];
    th_field name = x->last.text.n ? x->last : x->collective;
    if (!name.text.n) continue;
    if (x->last.text.n && x->initials.text.n)
      name.text = th_str_fmt(a, "%.*s, %.*s", TH_STR_ARG(x->last.text), TH_STR_ARG(x->initials.text));
    if (!name.text.p || !TH_VEC_PUSH(a, &out->authors, name)) return th_fail_nomem(err);
  }
  for (size_t i = 0; i < r->parts.n && out->sections.n < TH_STUDY_SECTIONS_MAX; i++) {
    const th_pubmed_part *p = &r->parts.v[i];
    if (!p->text.text.n) continue;
    const th_abstract_section s = { th_field_has(p->language) ? TH_LANG_ZH : TH_LANG_EN, role_of(p), false, p->label, p->text };
    if (!TH_VEC_PUSH(a, &out->sections, s)) return th_fail_nomem(err);
  }
  return TH_OK;
}

/* Only what tests the drug is worth the recheck; of one pair, only what speaks of its disease. */
static th_code is_worth(th_dossier_work *w, const th_study_seen *s, bool *out) {
  th_evidence_observed o;
  const th_evidence_question q = { w->names, w->d->drug, NULL, w->opts->as_of };
  TH_TRY(th_evidence_observe(w->a, &q, s, &o, w->err));
  *out = o.item.role == TH_ROLE_TESTED && s->texts.n;
  if (!*out || !w->opts->only || !w->opts->disease.n) return TH_OK;
  const th_name_row unlisted = { .kind = TH_NAME_DISEASE, .en = w->opts->disease };
  const th_name_row *row = th_names_resolve(w->names, w->a, TH_NAME_DISEASE, w->opts->disease).row;
  const th_evidence_question pair = { w->names, w->d->drug, row ? row : &unlisted, w->opts->as_of };
  th_evidence_item it;
  TH_TRY(th_evidence_relate(w->a, &pair, &o, &it, w->err));
  *out = it.relevance == TH_RELEVANCE_A || it.relevance == TH_RELEVANCE_B;
  return TH_OK;
}

th_code th_dossier__papers(th_dossier_work *w) {
  for (size_t i = 0; i < w->docs.papers.n; i++) {
    const th_pubmed_article *r = w->docs.papers.v[i].article;
    th_study_seen s;
    bool worth;
    TH_TRY(th_study_of_pubmed(w->a, r, w->docs.papers.v[i].source, &s, w->err));
    TH_TRY(is_worth(w, &s, &worth));
    if (!worth) continue;
    th_abstract_doc *doc = TH_NEW(w->a, th_abstract_doc);
    if (!doc) return th_fail_nomem(w->err);
    TH_TRY(abstract_of(w->a, r, doc, w->err));
    w->docs.papers.v[i].appraisal = (uint32_t)w->d->appraisals.n;
    TH_TRY(th_dossier__appraise_one(w, doc, w->docs.papers.v[i].source));
    w->d->appraisals.v[w->d->appraisals.n - 1].id = s.id;
  }
  return TH_OK;
}
