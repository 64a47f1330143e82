/* Studies of ClinicalTrials.gov and papers of PubMed, whole. Both come by the hundred thousand: few passages, no copies. */
#include "store/put_priv.h"
#include "store/ready_priv.h"
#include "theriac/io.h"

/* ── Studies ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool digits_at(th_str s, size_t at, size_t n) {
  if (at + n > s.n) return false;
  for (size_t i = at; i < at + n; i++)
    if (s.p[i] < '0' || s.p[i] > '9') return false;
  return true;
}

/* Is this the number of a register of trials, by the register the record names or by its form? A grant number is none, and
 * several studies may share it. */
static bool is_register_number(th_str type, th_str id) {
  static const char *const types[] = { "EUDRACT_NUMBER", "CTIS", "REGISTRY" };
  static const char *const begin[] = { "NCT",   "ISRCTN", "ChiCTR", "JPRN",  "UMIN",    "jRCT",  "ACTRN", "DRKS",
                                       "KCT",   "CTRI/",  "IRCT",   "NTR",   "NL-OMON", "TCTR",  "PACTR", "SLCTR",
                                       "RPCEC", "RBR-",   "PER-",   "LBCTR", "ITMCTR",  "U1111-" };
  id = th_str_trim(id);
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if (th_str_is(type, types[i])) return true;
  for (size_t i = 0; i < sizeof begin / sizeof *begin; i++) {
    const size_t n = strlen(begin[i]);
    if (id.n > n + 3 && th_str_eq_nocase(th_str_sub(id, 0, n), th_str_of(begin[i])) && digits_at(id, id.n - 2, 2)) return true;
  }
  return id.n >= 14 && digits_at(id, 0, 4) && id.p[4] == '-' && digits_at(id, 5, 6) && id.p[11] == '-' && digits_at(id, 12, 2);
}

static void study_identifiers(th_store__put *p, const th_ctgov_study *t) {
  th_store__put_identifier(p, "trial", t->nct_id.text, TH_S("identificationModule.nctId"));
  th_store__put_identifier(p, "study-id", t->org_id.text, TH_S("identificationModule.orgStudyIdInfo"));
  for (size_t i = 0; i < t->aliases.n; i++)
    th_store__put_identifier(p, "trial", t->aliases.v[i].text, th_store__path(p, "identificationModule.nctIdAliases", i, ""));
  for (size_t i = 0; i < t->secondary_ids.n; i++) {
    const th_ctgov_id *id = &t->secondary_ids.v[i];
    th_store__put_identifier(p, is_register_number(id->type.text, id->id.text) ? "trial" : "study-id", id->id.text,
                             th_store__path(p, "identificationModule.secondaryIdInfos", i, "id"));
  }
  for (size_t i = 0; i < t->references.n; i++) {
    const th_ctgov_reference *f = &t->references.v[i];
    const bool own = th_str_is(f->type.text, "RESULT") || th_str_is(f->type.text, "DERIVED");
    th_store__put_identifier(p, own ? "pmid" : "pmid-background", f->pmid.text,
                             th_store__path(p, "referencesModule.references", i, "pmid"));
  }
}

/* Names that stand for no substance, as interventions give them. */
static bool is_substance(th_str type) {
  static const char *const none[] = { "DEVICE", "PROCEDURE", "RADIATION", "BEHAVIORAL", "DIAGNOSTIC_TEST" };
  for (size_t i = 0; i < sizeof none / sizeof *none; i++)
    if (th_str_is(type, none[i])) return false;
  return true;
}

static void study_names(th_store__put *p, const th_ctgov_study *t) {
  for (size_t i = 0; i < t->interventions.n; i++) {
    const th_ctgov_intervention *x = &t->interventions.v[i];
    if (!is_substance(x->type.text)) continue;
    const th_str path = th_store__path(p, "armsInterventionsModule.interventions", i, "name");
    th_store__put_about(p, TH_STORE_DRUG, x->name.text, "intervention", path);
    for (size_t k = 0; k < x->other_names.n; k++)
      th_store__put_about(p, TH_STORE_DRUG, x->other_names.v[k].text, "other-name", path);
  }
  for (size_t i = 0; i < t->intervention_mesh.n; i++)
    th_store__put_about(p, TH_STORE_DRUG, t->intervention_mesh.v[i].term.text, "mesh",
                        th_store__path(p, "derivedSection.interventionBrowseModule.meshes", i, "term"));
  for (size_t i = 0; i < t->conditions.n; i++)
    th_store__put_about(p, TH_STORE_DISEASE, t->conditions.v[i].text, "condition",
                        th_store__path(p, "conditionsModule.conditions", i, ""));
  for (size_t i = 0; i < t->condition_mesh.n; i++)
    th_store__put_about(p, TH_STORE_DISEASE, t->condition_mesh.v[i].term.text, "mesh",
                        th_store__path(p, "derivedSection.conditionBrowseModule.meshes", i, "term"));
}

/* Modules the record lacks; what the reader merely did not know is none. */
static size_t lacking(const th_ctgov_study *t) {
  size_t n = 0;
  for (size_t i = 0; i < t->gaps.n; i++) n += strcmp(t->gaps.v[i].what, "enumeration") != 0;
  return n;
}

/* The day a record speaks of: its own date, else the day it was fetched. */
static th_date speaks_of(const th_store_record *r) {
  return r->dated.prec != TH_DATE_NONE ? r->dated : r->doc.retrieved;
}

/* Is r to stand beside the version held, not in its place? Dates decide where both have one; else a partial answer (asked for
 * with a list of fields) does not take the place of a fuller record; else the one that speaks of the earlier day is the older. */
static bool stands_beside(const th_store_record *r, size_t lacks, const th_store_record *held, size_t held_lacks) {
  const bool dates = r->dated.prec != TH_DATE_NONE && held->dated.prec != TH_DATE_NONE;
  if (dates && th_date_before(r->dated, held->dated) == TH_TRUE) return true;
  if (dates && th_date_before(held->dated, r->dated) == TH_TRUE) return false;
  if (lacks != held_lacks) return lacks > held_lacks;
  return th_date_before(speaks_of(r), speaks_of(held)) == TH_TRUE;
}

static th_code is_older(th_arena *a, th_store *s, const th_store_record *r, const th_ctgov_study *t, bool *older, th_err *err) {
  th_store_record held;
  th_ctgov_study had;
  bool found = false;
  *older = false;
  TH_TRY(th_store_record_find(a, s, r->kind, r->key, &found, &held, err));
  if (!found) return TH_OK;
  TH_TRY(th_store_ctgov_of(a, &held, &had, err));
  *older = stands_beside(r, lacking(t), &held, lacking(&had));
  return TH_OK;
}

static th_code put_study(th_arena *a, th_store *s, const th_store_document *d, const char *kind, const th_ctgov_study *study,
                         th_store_record *r, th_store_added *added, th_err *err) {
  *r = (th_store_record){ .kind = th_str_of(kind),
                          .key = study->nct_id.text,
                          .title = TH_STORE__FIRST(&study->brief_title, &study->official_title, &study->nct_id),
                          .dated = study->last_update.date.prec ? study->last_update.date : study->verified.date,
                          .doc = *d,
                          .from = study->from,
                          .to = study->to };
  bool older;
  const bool indexed = th_str_is(r->kind, "ctgov");
  const th_store__index *index = s->ready ? s->ready->index : NULL;
  th_store__index own;
  TH_TRY(is_older(a, s, r, study, &older, err));
  th_store__put p = { a, s, r, TH_OK, err };
  if (!th_store__put_packed(&p, &th_store__codec_ctgov, study, d, older ? TH_STORE__BESIDE : TH_STORE__CURRENT, added))
    return p.code;
  study_identifiers(&p, study);
  study_names(&p, study);
  if (!index && p.code == TH_OK) p.code = th_store__study_index(a, study, indexed, &own, err);
  th_store__put_parts(&p, index ? index : &own);
  if (r->current && indexed) th_store__trial_put(&p, study, &(index ? index : &own)->trial);
  return p.code;
}

th_code th_store_ctgov_put(th_arena *a, th_store *s, const th_store_document *d, const th_ctgov_study *study,
                           th_store_record *r, th_store_added *added, th_err *err) {
  return put_study(a, s, d, "ctgov", study, r, added, err);
}

th_code th_store_ictrp_put(th_arena *a, th_store *s, const th_store_document *d, const th_ctgov_study *study,
                           th_store_record *r, th_store_added *added, th_err *err) {
  return put_study(a, s, d, "ictrp", study, r, added, err);
}

th_code th_store_ctgov_of(th_arena *a, const th_store_record *r, th_ctgov_study *out, th_err *err) {
  TH_TRY(th_store__decode(a, &th_store__codec_ctgov, r->body, out, err));
  out->from = (uint32_t)r->from;
  out->to = (uint32_t)r->to;
  return TH_OK;
}

/* ── Papers ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void paper_identifiers(th_store__put *p, const th_pubmed_article *x) {
  th_store__put_identifier(p, "pmid", x->pmid.text, TH_S("PMID"));
  th_store__put_identifier(p, "doi", x->doi.text, TH_S("ArticleIdList"));
  th_store__put_identifier(p, "pmcid", x->pmc.text, TH_S("ArticleIdList"));
  for (size_t i = 0; i < x->accessions.n; i++) {
    const th_pubmed_accession *n = &x->accessions.v[i];
    if (is_register_number(TH_S(""), n->number.text) || th_str_is(n->bank.text, "ClinicalTrials.gov"))
      th_store__put_identifier(p, "trial", n->number.text, th_store__path(p, "DataBankList", i, "AccessionNumber"));
  }
  for (size_t i = 0; i < x->links.n; i++) {
    const th_pubmed_link *l = &x->links.v[i];
    const bool retracts = th_str_is(l->type.text, "RetractionOf") || th_str_is(l->type.text, "PartialRetractionOf");
    if (retracts || th_str_is(l->type.text, "ExpressionOfConcernFor"))
      th_store__put_identifier(p, retracts ? "retracts" : "concerns", l->pmid.text,
                               th_store__path(p, "CommentsCorrectionsList", i, "PMID"));
  }
}

th_code th_store_pubmed_put(th_arena *a, th_store *s, const th_store_document *d, const th_pubmed_article *article,
                            th_store_record *r, th_store_added *added, th_err *err) {
  *r = (th_store_record){ .kind = TH_S("pubmed"),
                          .key = article->pmid.text,
                          .title = TH_STORE__FIRST(&article->title, &article->vernacular_title, &article->pmid),
                          .dated = article->revised };
  const th_store__index *index = s->ready ? s->ready->index : NULL;
  th_store__index own;
  th_store__put p = { a, s, r, TH_OK, err };
  if (!th_store__put_packed(&p, &th_store__codec_pubmed, article, d, 0, added)) return p.code;
  paper_identifiers(&p, article);
  for (size_t i = 0; i < article->chemicals.n; i++)
    th_store__put_about(&p, TH_STORE_DRUG, article->chemicals.v[i].name.text, "chemical",
                        th_store__path(&p, "ChemicalList", i, "NameOfSubstance"));
  if (!index && p.code == TH_OK) p.code = th_store__paper_index(a, article, &own, err);
  th_store__put_parts(&p, index ? index : &own);
  return p.code;
}

th_code th_store_pubmed_of(th_arena *a, const th_store_record *r, th_pubmed_article *out, th_err *err) {
  return th_store__decode(a, &th_store__codec_pubmed, r->body, out, err);
}
