/* What pages say beside their predictions: mechanism, questions and answers, related drugs; and neighbourhoods of predictions. */
#include "dossier_priv.h"

static th_code passage(th_dossier_work *w, th_dossier_passages *out, uint32_t source, th_field at, th_str head, th_str text) {
  if (!text.n) return TH_OK;
  return TH_VEC_PUSH(w->a, out, (th_dossier_passage){ th_dossier__at(source, at), head, text }) ? TH_OK : th_fail_nomem(w->err);
}

/* "證據等級 L5": what stands as the reason is the level again. */
static bool only_level(th_str why) {
  static const char *const words[] = { "證據等級", "等級", "evidence", "Evidence", "level", "Level" };
  for (size_t i = 0; i < why.n;) {
    size_t step = strchr(" :：()（）-–L12345", why.p[i]) ? 1 : 0;
    for (size_t k = 0; k < sizeof words / sizeof *words && !step; k++)
      if (th_str_starts(th_str_sub(why, i, why.n), th_str_of(words[k]))) step = strlen(words[k]);
    if (!step) return false;
    i += step;
  }
  return true;
}

static th_code of_page(th_dossier_work *w, const th_report_page *page, uint32_t source) {
  th_dossier *d = w->d;
  for (size_t i = 0; i < page->qa.n; i++)
    TH_TRY(passage(w, &d->qa, source, page->qa.v[i].answer, page->qa.v[i].question.text, page->qa.v[i].answer.text));
  if (!page->qa.n) TH_TRY(passage(w, &d->qa, source, page->summary, TH_STR_NONE, page->summary.text));
  TH_TRY(passage(w, &d->mechanism, source, page->mechanism, TH_STR_NONE, page->mechanism.text));
  TH_TRY(passage(w, &d->mechanism, source, page->why, TH_STR_NONE, page->why.text));
  for (size_t i = 0; i < page->predictions.n; i++)
    TH_TRY(passage(w, &d->mechanism, source, page->predictions.v[i].rationale, page->predictions.v[i].name.text,
                   page->predictions.v[i].rationale.text));
  for (size_t i = 0; i < page->related.n; i++) {
    const th_report_related *r = &page->related.v[i];
    const th_dossier_related x = { .at = th_dossier__at(source, r->name),
                                   .name = r->name.text,
                                   .why = r->why.text,
                                   .level = r->level.lo ? th_str_fmt(w->a, "L%u", r->level.lo) : TH_STR_NONE,
                                   .drug = th_names_resolve(w->names, w->a, TH_NAME_DRUG, r->name.text).row,
                                   .by_level_only = r->level.lo && only_level(r->why.text) };
    if (!TH_VEC_PUSH(w->a, &d->related, x)) return th_fail_nomem(w->err);
  }
  return TH_OK;
}

th_code th_dossier__claims_of_pages(th_dossier_work *w) {
  for (size_t i = 0; i < w->docs.pages.n; i++) TH_TRY(of_page(w, &w->docs.pages.v[i].page, w->docs.pages.v[i].source));
  return TH_OK;
}

/* Two diseases are neighbours when their nearest common ancestor says something: below the top of the tree. */
static bool neighbours(const th_dossier_work *w, const th_dossier_pair *p, const th_dossier_pair *q) {
  const th_kin kin = th_names_kinship(w->names, w->a, p->disease->id, q->disease->id);
  if (kin.kinship == TH_KIN_UNMAPPED || !kin.ancestor) return false;
  if (kin.kinship != TH_KIN_FAR) return true;
  const th_kin top = th_names_kinship(w->names, w->a, TH_S("MONDO:0700096"), kin.ancestor->id);
  return kin.ancestor->parents.n && top.kinship != TH_KIN_SAME;
}

/* Predictions of one neighbourhood share a number: five platelet diseases are one idea of the model, not five. */
th_code th_dossier__clusters(th_dossier_work *w) {
  th_dossier *d = w->d;
  int *of = TH_NEWN(w->a, int, d->pairs.n + 1), next = 1;
  if (!of) return th_fail_nomem(w->err);
  for (size_t i = 0; i < d->pairs.n; i++) {
    if (!d->pairs.v[i].claims.n) continue;
    for (size_t k = 0; k < i; k++)
      if (d->pairs.v[k].claims.n && neighbours(w, &d->pairs.v[i], &d->pairs.v[k])) {
        if (!of[k]) of[k] = next++;
        if (of[i] && of[i] != of[k]) /* two groups meet: they are one */
          for (size_t m = 0, old = (size_t)of[i]; m <= i; m++)
            if ((size_t)of[m] == old) of[m] = of[k];
        of[i] = of[k];
      }
  }
  for (size_t i = 0; i < d->pairs.n; i++)
    for (size_t k = 0; k < d->pairs.v[i].claims.n; k++) d->pairs.v[i].claims.v[k].cluster = of[i];
  return TH_OK;
}
