/* Design of a study, and the repair of a label that contradicts how its groups were formed.
 *
 * Groups formed by exposure or treatment and compared on a later outcome are a cohort, whatever the title says; groups formed by
 * outcome and compared on exposure are a case-control study (evidence.md §8). */
#include "evidence_priv.h"

typedef struct cue {
  const char *words;
  th_design design;
} cue;

/* What the authors call it. Longer words first. */
static const cue labels[] = {
  { "meta-analysis of randomi", TH_DESIGN_SR_RCT },
  { "systematic review of randomi", TH_DESIGN_SR_RCT },
  { "systematic review", TH_DESIGN_SR_OBS },
  { "meta-analysis", TH_DESIGN_SR_OBS },
  { "系統性回顧", TH_DESIGN_SR_OBS },
  { "统合分析", TH_DESIGN_SR_OBS },
  { "統合分析", TH_DESIGN_SR_OBS },
  { "case-control", TH_DESIGN_CASE_CONTROL },
  { "case control", TH_DESIGN_CASE_CONTROL },
  { "病例對照", TH_DESIGN_CASE_CONTROL },
  { "病例对照", TH_DESIGN_CASE_CONTROL },
  { "randomly assigned", TH_DESIGN_RCT },
  { "randomized", TH_DESIGN_RCT },
  { "randomised", TH_DESIGN_RCT },
  { "隨機", TH_DESIGN_RCT },
  { "随机", TH_DESIGN_RCT },
  { "cross-sectional", TH_DESIGN_CROSS_SECTIONAL },
  { "橫斷", TH_DESIGN_CROSS_SECTIONAL },
  { "case series", TH_DESIGN_CASE_SERIES },
  { "case report", TH_DESIGN_CASE_REPORT },
  { "病例報告", TH_DESIGN_CASE_REPORT },
  { "single-arm", TH_DESIGN_UNCONTROLLED },
  { "single arm", TH_DESIGN_UNCONTROLLED },
  { "uncontrolled", TH_DESIGN_UNCONTROLLED },
  { "單臂", TH_DESIGN_UNCONTROLLED },
  { "单臂", TH_DESIGN_UNCONTROLLED },
  { "open-label extension", TH_DESIGN_UNCONTROLLED },
  { "cohort", TH_DESIGN_COHORT },
  { "世代研究", TH_DESIGN_COHORT },
  { "佇列", TH_DESIGN_COHORT },
  { "队列", TH_DESIGN_COHORT },
  { "nonrandomi", TH_DESIGN_NRCT },
  { "retrospective", TH_DESIGN_COHORT },
  { "回顧性", TH_DESIGN_COHORT },
  { "回顾性", TH_DESIGN_COHORT },
  { "in mice", TH_DESIGN_PRECLINICAL },
  { "mouse model", TH_DESIGN_PRECLINICAL },
};

static const cue types[] = {
  { "randomized controlled trial", TH_DESIGN_RCT },
  { "case reports", TH_DESIGN_CASE_REPORT },
  { "controlled clinical trial", TH_DESIGN_NRCT },
  { "systematic review", TH_DESIGN_SR_OBS },
  { "meta-analysis", TH_DESIGN_SR_OBS },
  { "practice guideline", TH_DESIGN_GUIDELINE },
};

/* Groups named after what they were given. */
static const char *const by_treatment[] = { "treatment group", "treated group", "received", "治療組",
                                            "治疗组",          "用藥組",        "接受",     "intervention group" };
/* Groups named after what had happened to them. */
static const char *const by_outcome[] = {
  "cases were", "cases and controls were", "matched controls without", "patients with and without", "病例組為", "病例组为"
};
static const char *const later_outcome[] = { "outcome", "delivered", "survival",  "relapse", "response", "live birth",
                                             "newborn", "mortality", "remission", "結局",    "结局",     "分娩",
                                             "存活",    "復發",      "缓解",      "緩解" };
static const char *const groups[] = { " groups", "control group", "two groups", "對照組", "对照组", "兩組", "两组" };

static bool any_of(th_str text, const char *const *words, size_t n, size_t *at) {
  for (size_t i = 0; i < n; i++) {
    *at = th_str_find(text, th_str_of(words[i]), 0);
    if (*at != SIZE_MAX) return true;
  }
  return false;
}
#define ANY(text, list, at) any_of(text, list, sizeof list / sizeof *list, at)

static th_code add_flag(th_arena *a, th_codes *v, const char *code, th_err *err) {
  return th_codes_has(v, code) || TH_VEC_PUSH(a, v, code) ? TH_OK : th_fail_nomem(err);
}

/* Registry: the design fields decide. */
static bool by_fields(th_arena *a, const th_study_seen *s, th_design *out, th_str *words) {
  const th_str type = th_evidence__plain(a, s->study_type.text), alloc = th_evidence__plain(a, s->allocation.text),
               model = th_evidence__plain(a, s->model.text);
  if (th_str_has(type, TH_S("expanded")))
    *out = TH_DESIGN_EXPANDED_ACCESS;
  else if (th_str_has(type, TH_S("observational"))) {
    *out = th_str_has(model, TH_S("case-control")) || th_str_has(model, TH_S("case control")) ? TH_DESIGN_CASE_CONTROL
           : th_str_has(model, TH_S("cohort"))                                                ? TH_DESIGN_COHORT
                                                                                              : TH_DESIGN_UNKNOWN;
  } else if (th_str_has(model, TH_S("single")))
    *out = TH_DESIGN_UNCONTROLLED;
  else if (th_str_has(alloc, TH_S("non-random")) || th_str_has(alloc, TH_S("nonrandom")))
    *out = TH_DESIGN_NRCT;
  else if (th_str_has(alloc, TH_S("random")) && s->arms.n != 1)
    *out = TH_DESIGN_RCT;
  else if (s->arms.n == 1)
    *out = TH_DESIGN_UNCONTROLLED;
  else
    return false;
  *words = s->model.text.n ? s->model.text : s->study_type.text;
  return true;
}

static th_design by_types(th_arena *a, const th_study_seen *s, th_str *words) {
  for (size_t i = 0; i < s->pub_types.n; i++) {
    const th_str t = th_evidence__plain(a, s->pub_types.v[i]);
    for (size_t k = 0; k < sizeof types / sizeof *types; k++)
      if (th_str_is(t, types[k].words)) {
        *words = s->pub_types.v[i];
        return types[k].design;
      }
  }
  return TH_DESIGN_UNKNOWN;
}

static th_design by_label(th_arena *a, const th_study_seen *s, th_str *words) {
  for (size_t i = 0; i <= s->texts.n; i++) {
    const th_str raw = i ? s->texts.v[i - 1].text : s->title;
    const th_str t = th_evidence__plain(a, raw);
    for (size_t k = 0; k < sizeof labels / sizeof *labels; k++) {
      const size_t at = th_str_find(t, th_str_of(labels[k].words), 0);
      if (at == SIZE_MAX) continue;
      *words = th_evidence_sentence(t, at);
      return labels[k].design;
    }
  }
  return TH_DESIGN_UNKNOWN;
}

/* How the groups were formed, over all texts of the study: TRUE by treatment, FALSE by outcome, UNKNOWN. */
static th_tri formed_by_treatment(th_arena *a, const th_study_seen *s, th_str *words) {
  bool treated = false, grouped = false, later = false, outcome_first = false;
  for (size_t i = 0; i < s->texts.n; i++) {
    const th_str t = th_evidence__plain(a, s->texts.v[i].text);
    size_t at;
    if (ANY(t, by_outcome, &at)) outcome_first = true;
    if (ANY(t, groups, &at)) grouped = true;
    if (ANY(t, later_outcome, &at)) later = true;
    if (ANY(t, by_treatment, &at)) {
      if (!treated) *words = th_evidence_sentence(t, at);
      treated = true;
    }
  }
  if (outcome_first) return TH_FALSE;
  return treated && grouped && later ? TH_TRUE : TH_UNKNOWN;
}

th_code th_evidence_design(th_arena *a, const th_study_seen *s, th_evidence_item *out, th_err *err) {
  th_str words = TH_STR_NONE;
  if (s->origin == TH_ORIGIN_REGISTRY && by_fields(a, s, &out->design_labelled, &words)) {
    out->design = out->design_labelled;
    return th_evidence__step(a, out, "DESIGN-FIELDS", th_str_of(th_design_code(out->design)), words, TH_S("design"), err);
  }
  if (s->origin == TH_ORIGIN_CLAIM)
    return th_evidence__step(a, out, "DESIGN-NONE", TH_S("UNKNOWN"), TH_STR_NONE, TH_S("claim row"), err);
  out->design_labelled = by_types(a, s, &words);
  if (out->design_labelled == TH_DESIGN_UNKNOWN) out->design_labelled = by_label(a, s, &words);
  out->design = out->design_labelled;
  TH_TRY(th_evidence__step(a, out, "DESIGN-LABEL", th_str_of(th_design_code(out->design_labelled)), words, TH_S("title, texts"),
                           err));
  th_str how = TH_STR_NONE;
  const th_tri by = formed_by_treatment(a, s, &how);
  if (by == TH_TRUE && out->design_labelled == TH_DESIGN_CASE_CONTROL) out->design = TH_DESIGN_COHORT;
  if (by == TH_FALSE && out->design_labelled == TH_DESIGN_COHORT) out->design = TH_DESIGN_CASE_CONTROL;
  if (out->design == out->design_labelled) return TH_OK;
  TH_TRY(add_flag(a, &out->flags, "DESIGN_LABEL_MISMATCH", err));
  return th_evidence__step(a, out, "DESIGN-REPAIR", th_str_of(th_design_code(out->design)), how, TH_S("texts"), err);
}
