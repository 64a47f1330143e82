/* Contradictions: within one document, between documents, and between a document and what we find. One list, each with its place.
 * Codes are explained in theriac-findings(7). */
#include "dossier_priv.h"

#include "theriac/text.h"

th_code th_dossier__finding(th_dossier_work *w, const char *code, th_place at, uint32_t pair, th_str message, size_t n,
                            const th_str *values) {
  th_dossier_finding f = { .code = code, .at = at, .pair = pair, .message = message };
  for (size_t i = 0; i < n; i++)
    if (!TH_VEC_PUSH(w->a, &f.values, values[i])) return th_fail_nomem(w->err);
  return TH_VEC_PUSH(w->a, &w->d->findings, f) ? TH_OK : th_fail_nomem(w->err);
}

#define FINDING(code, at, pair, ...)                                                                                           \
  th_dossier__finding(w, code, at, pair, TH_STR_NONE, sizeof((th_str[]){ __VA_ARGS__ }) / sizeof(th_str),                      \
                      (th_str[]){ __VA_ARGS__ })

/* What each page says against itself. */
static th_code page_alone(th_dossier_work *w, const th_report_page *page, uint32_t source) {
  th_findings found = { 0 };
  TH_TRY(th_source_audit_page(w->a, page, &found, w->err));
  for (size_t i = 0; i < found.n; i++) {
    th_str_vec values = { 0 };
    for (size_t k = 0; k < found.v[i].values.n; k++)
      if (!TH_VEC_PUSH(w->a, &values, found.v[i].values.v[k].text)) return th_fail_nomem(w->err);
    TH_TRY(th_dossier__finding(w, found.v[i].code, (th_place){ source, found.v[i].line, 0, 0 }, UINT32_MAX, found.v[i].message,
                               values.n, values.v));
  }
  return TH_OK;
}

static bool is_team(th_str who) {
  static const char *const words[] = { "team", "Team", "TEAM", "團隊", "小組", "group", "Group" };
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (th_str_has(who, th_str_of(words[i]))) return true;
  return !who.n;
}

static th_code page_beside_us(th_dossier_work *w, const th_report_page *page, uint32_t source) {
  if (th_field_has(page->reviewed) && is_team(page->reviewer.text))
    TH_TRY(FINDING("DOS-REVIEW-UNSIGNED", th_dossier__at(source, page->reviewed), UINT32_MAX, page->reviewed.text,
                   page->reviewer.text));
  size_t by_level = 0, last = 0;
  for (size_t i = 0; i < w->d->related.n; i++)
    if (w->d->related.v[i].by_level_only && w->d->related.v[i].at.source == source && ++by_level <= 4) last = i;
  if (by_level)
    TH_TRY(FINDING("DOS-RELATED-BY-LEVEL", w->d->related.v[last].at, UINT32_MAX, th_str_fmt(w->a, "%zu", by_level),
                   w->d->related.v[last].name));
  int64_t claimed;
  if (th_str_to_i64(page->interactions_claimed.text, &claimed)) {
    size_t named = 0;
    for (size_t i = 0; i < w->d->interactions.n; i++) named += !w->d->interactions.v[i].vague;
    if ((int64_t)named < claimed)
      TH_TRY(FINDING("DOS-INTERACTIONS-UNNAMED", th_dossier__at(source, page->interactions_claimed), UINT32_MAX,
                     page->interactions_claimed.text, th_str_fmt(w->a, "%zu", named)));
  }
  return TH_OK;
}

static bool favourable(th_arena *a, th_str decision) {
  const th_str t = th_text_fold(a, decision, TH_FOLD_NFKC | TH_FOLD_CASE | TH_FOLD_SPACE, NULL);
  return th_str_has(t, TH_S("explore")) || th_str_has(t, TH_S("proceed")) || th_str_starts(t, TH_S("go"));
}

static th_code claim_beside_us(th_dossier_work *w, const th_dossier_pair *p, uint32_t pair, const th_dossier_claim *c) {
  const th_str ours = th_str_of(th_level_code(p->grade.level));
  if (c->score_percent >= 99) TH_TRY(FINDING("DOS-RAW-SCORE", c->at, pair, c->score, c->name));
  const bool claims_level = c->level.n == 2 && c->level.p[0] == 'L';
  /* A page that is audited is held to the level that counts, either way, once that is known. */
  const bool other =
      w->opts->page && claims_level && p->grade.level != TH_LEVEL_UNKNOWN && c->level.p[1] - '0' != (int)p->grade.level;
  const bool stronger = !w->opts->page && claims_level &&
                        (p->grade.level == TH_LEVEL_UNKNOWN ? c->level.p[1] < '5' : c->level.p[1] - '0' < (int)p->grade.level);
  if (stronger || other) TH_TRY(FINDING("AUD-LEVEL-RECALC", c->at, pair, c->level, ours, c->name));
  if (c->doubts_itself && favourable(w->a, c->decision)) TH_TRY(FINDING("DOS-SELF-DOUBT", c->at, pair, c->name, c->decision));
  if (p->novelty.novelty == TH_NOVELTY_LICENSED) TH_TRY(FINDING("AUD-LICENSED", c->at, pair, c->name, p->novelty.through->en));
  if (p->novelty.novelty == TH_NOVELTY_CONTRAINDICATED)
    TH_TRY(FINDING("AUD-CONTRAINDICATED", c->at, pair, c->name, p->novelty.through->en));
  return TH_OK;
}

/* The registry's own record of a study that a page lists: it knows conditions and arms, a page prints a title. */
static const th_study_seen *record_of(const th_dossier_work *w, th_str id) {
  for (size_t i = 0; id.n && i < w->studies.n; i++)
    if (w->studies.v[i].origin == TH_ORIGIN_REGISTRY && w->studies.v[i].conditions.n && th_str_eq(w->studies.v[i].id, id))
      return &w->studies.v[i];
  return NULL;
}

/* A trial listed under a prediction that is about another disease, or does not test the drug. */
static th_code item_beside_claim(th_dossier_work *w, uint32_t pair, const th_evidence_item *claim) {
  const th_place at = { claim->study->source, claim->study->line, 0, 0 };
  if (claim->study->origin != TH_ORIGIN_CLAIM) return TH_OK;
  const th_study_seen *record = w->d->pairs.v[pair].disease ? record_of(w, claim->study->id) : NULL;
  const th_evidence_question q = {
    .names = w->names, .drug = w->d->drug, .disease = w->d->pairs.v[pair].disease, .as_of = w->opts->as_of
  };
  th_evidence_item judged = { 0 };
  if (record) TH_TRY(th_evidence_judge(w->a, &q, record, &judged, w->err));
  const th_evidence_item *it = record ? &judged : claim;
  if (it->relevance == TH_RELEVANCE_C && it->about)
    TH_TRY(FINDING("AUD-OFF-TOPIC", at, pair, claim->study->id, it->about->en, w->d->pairs.v[pair].name_en));
  else if (it->role != TH_ROLE_TESTED &&
           (it->role != TH_ROLE_UNKNOWN || !w->opts->page)) /* an audit accuses of what is known */
    TH_TRY(FINDING("AUD-NOT-TESTED", at, pair, claim->study->id, th_str_of(th_role_code(it->role))));
  return TH_OK;
}

static bool same_ingredient(const th_dossier_work *w, const th_tfda_licence *row) {
  for (size_t i = 0; i < row->ingredients.n; i++) {
    const th_tfda_ingredient *x = &row->ingredients.v[i];
    if (th_names_resolve(w->names, w->a, TH_NAME_DRUG, x->name).row == w->d->drug) return true;
    if (x->base.n && th_names_resolve(w->names, w->a, TH_NAME_DRUG, x->base).row == w->d->drug) return true;
  }
  return false;
}

/* A licence on the page that the register holds for another substance. */
static th_code labels_of_page(th_dossier_work *w, const th_report_page *page, uint32_t source) {
  for (size_t i = 0; i < page->licences.n; i++) {
    const th_report_licence *l = &page->licences.v[i];
    th_store_licence_vec rows = { 0 };
    if (!l->number.text.n) continue;
    TH_TRY(th_store_licence_find(w->a, w->store, l->number.text, &rows, w->err));
    bool own = rows.n == 0;
    for (size_t k = 0; k < rows.n; k++) own |= same_ingredient(w, &rows.v[k].row);
    if (own) continue;
    TH_TRY(FINDING("AUD-WRONG-LABEL", th_dossier__at(source, l->number), UINT32_MAX, l->number.text,
                   rows.v[0].row.text[TH_TFDA_INGREDIENTS]));
  }
  return TH_OK;
}

static th_str words_of(const th_evidence_item *it, const char *gave) {
  for (size_t i = 0; i < it->steps.n; i++)
    if (th_str_is(it->steps.v[i].gave, gave)) return it->steps.v[i].words;
  return TH_STR_NONE;
}

static bool told(const th_dossier *d, const char *code, th_str first) {
  for (size_t i = 0; i < d->findings.n; i++)
    if (strcmp(d->findings.v[i].code, code) == 0 && d->findings.v[i].values.n && th_str_eq(d->findings.v[i].values.v[0], first))
      return true;
  return false;
}

static th_code item_alone(th_dossier_work *w, uint32_t pair, const th_evidence_item *it) {
  static const char *const codes[] = { "HEALTHY_VOLUNTEER_CONFLICT", "PURPOSE_CONFLICT", "DESIGN_LABEL_MISMATCH" };
  const th_place at = { it->study->source, it->study->line, 0, 0 };
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
    for (size_t k = 0; k < it->flags.n; k++) {
      if (strcmp(it->flags.v[k], codes[i]) != 0 || told(w->d, codes[i], it->study->id)) continue;
      TH_TRY(FINDING(codes[i], at, pair, it->study->id, words_of(it, codes[i]), th_str_of(th_design_code(it->design_labelled)),
                     th_str_of(th_design_code(it->design))));
    }
  return TH_OK;
}

static th_code recheck(th_dossier_work *w, const th_dossier_appraisal *ap) {
  for (size_t i = 0; i < ap->check.flags.n; i++) {
    const th_study_flag *f = &ap->check.flags.v[i];
    const th_place at = { ap->at.source, ap->doc->sections.v[f->span.section].text.line, f->span.from, f->span.to };
    if (strcmp(f->code, "design_label") == 0) continue; /* said with the words that show it: DESIGN_LABEL_MISMATCH */
    TH_TRY(th_dossier__finding(w, f->code, at, ap->pair, f->en, 1, &ap->id));
    w->d->findings.v[w->d->findings.n - 1].message_zh = f->zh;
  }
  return TH_OK;
}

static th_code clusters(th_dossier_work *w) {
  const th_dossier *d = w->d;
  for (int cluster = 1; cluster < 100; cluster++) {
    size_t n = 0, first = SIZE_MAX;
    for (size_t i = 0; i < d->pairs.n; i++)
      if (d->pairs.v[i].claims.n && d->pairs.v[i].claims.v[0].cluster == cluster) {
        n++;
        if (first == SIZE_MAX) first = i;
      }
    if (n < 3) continue;
    TH_TRY(FINDING("DOS-CLUSTER", d->pairs.v[first].claims.v[0].at, UINT32_MAX, th_str_fmt(w->a, "%zu", n),
                   d->pairs.v[first].name_en));
  }
  return TH_OK;
}

static th_code products(th_dossier_work *w) {
  for (size_t i = 0; i < w->d->products.n; i++) {
    const th_licence_product *p = &w->d->products.v[i];
    char day[TH_DATE_TEXT];
    if (p->state == TH_LICENCE_EXPIRED && !p->from_register)
      TH_TRY(FINDING("DOS-LICENCE-EXPIRED", ((th_place){ p->source, p->line, 0, 0 }), UINT32_MAX, p->number,
                     th_str_dup(w->a, th_str_of(th_date_iso(p->expires, day)))));
  }
  return TH_OK;
}

static th_code one_script(th_dossier_work *w) {
  for (size_t i = 0; i < w->d->pairs.n; i++) {
    const th_dossier_pair *p = &w->d->pairs.v[i];
    const th_place here = { .source = TH_NO_SOURCE };
    if (!p->name_zh.n || !p->name_en.n)
      TH_TRY(FINDING("DOS-ONE-SCRIPT", p->claims.n ? p->claims.v[0].at : here, (uint32_t)i, p->as_printed));
  }
  return TH_OK;
}

th_code th_dossier__scan(th_dossier_work *w) {
  for (size_t i = 0; i < w->docs.pages.n; i++) {
    TH_TRY(page_alone(w, &w->docs.pages.v[i].page, w->docs.pages.v[i].source));
    TH_TRY(page_beside_us(w, &w->docs.pages.v[i].page, w->docs.pages.v[i].source));
    TH_TRY(labels_of_page(w, &w->docs.pages.v[i].page, w->docs.pages.v[i].source));
  }
  for (size_t i = 0; i < w->d->pairs.n; i++) {
    const th_dossier_pair *p = &w->d->pairs.v[i];
    for (size_t k = 0; k < p->claims.n; k++) TH_TRY(claim_beside_us(w, p, (uint32_t)i, &p->claims.v[k]));
    for (size_t k = 0; k < p->items.n; k++) {
      TH_TRY(item_beside_claim(w, (uint32_t)i, &p->items.v[k]));
      if (p->items.v[k].relevance == TH_RELEVANCE_A) TH_TRY(item_alone(w, (uint32_t)i, &p->items.v[k]));
    }
  }
  for (size_t i = 0; i < w->d->appraisals.n; i++) TH_TRY(recheck(w, &w->d->appraisals.v[i]));
  TH_TRY(clusters(w));
  TH_TRY(products(w));
  return one_script(w);
}
