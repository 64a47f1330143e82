/* One study judged for one pair: role of the drug, relevance of the condition. */
#include "evidence_priv.h"

#include "theriac/text.h"

/* Field paths of the forms that have them, for the short names the rules use. */
static th_str path_in(th_study_form form, th_str path) {
  static const struct {
    const char *name, *ctgov, *pubmed;
  } paths[] = {
    { "arms", "protocolSection.armsInterventionsModule.armGroups", NULL },
    { "treatments", "protocolSection.armsInterventionsModule.interventions", NULL },
    { "arms, treatments, title", "protocolSection.armsInterventionsModule", "MedlineCitation/Article" },
    { "title", "protocolSection.identificationModule.briefTitle", "MedlineCitation/Article/ArticleTitle" },
    { "title, texts", "protocolSection.descriptionModule", "MedlineCitation/Article" },
    { "texts", "protocolSection.descriptionModule", "MedlineCitation/Article/Abstract" },
    { "conditions", "protocolSection.conditionsModule.conditions", "MedlineCitation/MeshHeadingList" },
    { "conditions, title", "protocolSection.conditionsModule.conditions", "MedlineCitation/MeshHeadingList" },
    { "design", "protocolSection.designModule.designInfo", NULL },
    { "purpose", "protocolSection.designModule.designInfo.primaryPurpose", NULL },
    { "enrolment", "protocolSection.designModule.enrollmentInfo", NULL },
    { "status", "protocolSection.statusModule.overallStatus", NULL },
    { "whyStopped", "protocolSection.statusModule.whyStopped", NULL },
    { "completion", "protocolSection.statusModule.primaryCompletionDateStruct", NULL },
    { "results", "hasResults", NULL },
    { "eligibility", "protocolSection.eligibilityModule.eligibilityCriteria", NULL },
    { "publicationTypes", NULL, "MedlineCitation/Article/PublicationTypeList" },
    { "publicationTypes, title", NULL, "MedlineCitation/Article/PublicationTypeList" },
    { "abstract", NULL, "MedlineCitation/Article/Abstract" },
  };
  for (size_t i = 0; form != TH_FORM_OTHER && i < sizeof paths / sizeof *paths; i++) {
    const char *real = form == TH_FORM_CTGOV ? paths[i].ctgov : paths[i].pubmed;
    if (real && th_str_is(path, paths[i].name)) return th_str_of(real);
  }
  return path;
}

th_code th_evidence__step(th_arena *a, th_evidence_item *it, const char *rule, th_str gave, th_str words, th_str path,
                          th_err *err) {
  const th_str where = it->study ? path_in(it->study->form, path) : path;
  return TH_VEC_PUSH(a, &it->steps, (th_evidence_step){ rule, gave, words, where }) ? TH_OK : th_fail_nomem(err);
}

bool th_codes_has(const th_codes *codes, const char *code) {
  for (size_t i = 0; i < codes->n; i++)
    if (strcmp(codes->v[i], code) == 0) return true;
  return false;
}

th_str th_evidence__plain(th_arena *a, th_str text) {
  const th_str folded = th_text_fold(a, text, TH_FOLD_NFKC | TH_FOLD_CASE | TH_FOLD_SPACE | TH_FOLD_DASH, NULL);
  if (!memchr(folded.n ? folded.p : "", '_', folded.n)) return folded;
  char *p = th_arena_alloc(a, folded.n + 1, 1);
  if (!p) return TH_STR_NONE;
  for (size_t i = 0; i < folded.n; i++) p[i] = folded.p[i] == '_' ? ' ' : folded.p[i];
  p[folded.n] = 0;
  return th_str_n(p, folded.n);
}

th_str th_evidence_sentence(th_str text, size_t at) {
  size_t from = at, to = at;
  while (from && !(text.p[from - 1] == '\n' ||
                   (from > 1 && (text.p[from - 2] == '.' || text.p[from - 2] == '?') && text.p[from - 1] == ' '))) {
    if (from > 2 && memcmp(text.p + from - 3, "。", 3) == 0) break;
    from--;
  }
  while (to < text.n && text.p[to] != '\n') {
    if (text.p[to] == '.' && (to + 1 == text.n || text.p[to + 1] == ' ' || text.p[to + 1] == '\n')) {
      to++;
      break;
    }
    if (to + 3 <= text.n && memcmp(text.p + to, "。", 3) == 0) {
      to += 3;
      break;
    }
    to++;
  }
  return th_str_trim(th_str_sub(text, from, to));
}

th_code th_evidence__whole(th_arena *a, th_code code, th_err *err) {
  return th_arena_was_short(a) && code == TH_OK ? th_fail_nomem(err) : code;
}

static th_code observe(th_arena *a, const th_evidence_question *q, const th_study_seen *s, th_evidence_observed *out,
                       th_err *err) {
  *out = (th_evidence_observed){ .item = { .study = s } };
  TH_TRY(th_evidence__role(a, q, s, &out->item, err));
  TH_TRY(th_evidence_design(a, s, &out->item, err));
  TH_TRY(th_evidence_direction(a, q, s, &out->item, err));
  out->own.study = s;
  out->own.design = out->item.design;
  TH_TRY(th_evidence__own_gates(a, q, s, &out->own, err));
  return th_evidence_about(a, q->names, s, &out->about, err);
}

th_code th_evidence_observe(th_arena *a, const th_evidence_question *q, const th_study_seen *s, th_evidence_observed *out,
                            th_err *err) {
  (void)th_arena_was_short(a); /* what was before is not ours */
  return th_evidence__whole(a, observe(a, q, s, out, err), err);
}

/* What the study brings by itself, behind what the pair added. */
static bool append(th_arena *a, const th_evidence_item *own, th_evidence_item *out) {
  for (size_t i = 0; i < own->gates.n; i++)
    if (!TH_VEC_PUSH(a, &out->gates, own->gates.v[i])) return false;
  for (size_t i = 0; i < own->flags.n; i++)
    if (!TH_VEC_PUSH(a, &out->flags, own->flags.v[i])) return false;
  for (size_t i = 0; i < own->steps.n; i++)
    if (!TH_VEC_PUSH(a, &out->steps, own->steps.v[i])) return false;
  return true;
}

th_code th_evidence_relate(th_arena *a, const th_evidence_question *q, const th_evidence_observed *o, th_evidence_item *out,
                           th_err *err) {
  *out = o->item;
  out->steps.cap = out->steps.n; /* the next push copies: many items grow from one observation */
  out->flags.cap = out->flags.n;
  out->gates.cap = out->gates.n;
  (void)th_arena_was_short(a);
  TH_TRY(th_evidence__relevance(a, q, o, out, err));
  TH_TRY(th_evidence__pair_gates(a, out, err));
  return th_evidence__whole(a, append(a, &o->own, out) ? TH_OK : th_fail_nomem(err), err);
}

th_code th_evidence_judge(th_arena *a, const th_evidence_question *q, const th_study_seen *s, th_evidence_item *out,
                          th_err *err) {
  th_evidence_observed o;
  TH_TRY(th_evidence_observe(a, q, s, &o, err));
  return th_evidence_relate(a, q, &o, out, err);
}
