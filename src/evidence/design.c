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
  { "nonrandomi", TH_DESIGN_NRCT },
  { "non-randomi", TH_DESIGN_NRCT },
  { "quasi-random", TH_DESIGN_NRCT },
  { "非隨機", TH_DESIGN_NRCT },
  { "非随机", TH_DESIGN_NRCT },
  { "randomly assigned", TH_DESIGN_RCT },
  { "randomized", TH_DESIGN_RCT },
  { "randomised", TH_DESIGN_RCT },
  { "were randomly", TH_DESIGN_RCT },
  { "隨機", TH_DESIGN_RCT },
  { "随机", TH_DESIGN_RCT },
  { "cross-sectional", TH_DESIGN_CROSS_SECTIONAL },
  { "橫斷", TH_DESIGN_CROSS_SECTIONAL },
  { "case series", TH_DESIGN_CASE_SERIES },
  { "case report", TH_DESIGN_CASE_REPORT },
  { "病例報告", TH_DESIGN_CASE_REPORT },
  { "single-arm", TH_DESIGN_UNCONTROLLED },
  { "single-group", TH_DESIGN_UNCONTROLLED },
  { "single group", TH_DESIGN_UNCONTROLLED },
  { "single arm", TH_DESIGN_UNCONTROLLED },
  { "uncontrolled", TH_DESIGN_UNCONTROLLED },
  { "單臂", TH_DESIGN_UNCONTROLLED },
  { "单臂", TH_DESIGN_UNCONTROLLED },
  { "open-label extension", TH_DESIGN_UNCONTROLLED },
  { "cohort", TH_DESIGN_COHORT },
  { "世代研究", TH_DESIGN_COHORT },
  { "佇列", TH_DESIGN_COHORT },
  { "队列", TH_DESIGN_COHORT },
  { "retrospective", TH_DESIGN_COHORT },
  { "回顧性", TH_DESIGN_COHORT },
  { "回顾性", TH_DESIGN_COHORT },
  { "in mice", TH_DESIGN_PRECLINICAL },
  { "mouse model", TH_DESIGN_PRECLINICAL },
};

static const cue types[] = {
  { "practice guideline", TH_DESIGN_GUIDELINE },    { "guideline", TH_DESIGN_GUIDELINE },
  { "randomized controlled trial", TH_DESIGN_RCT }, { "equivalence trial", TH_DESIGN_RCT },
  { "pragmatic clinical trial", TH_DESIGN_RCT },    { "controlled clinical trial", TH_DESIGN_NRCT },
  { "case reports", TH_DESIGN_CASE_REPORT },
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

/* Observational kinds as registries code them; longer words first. */
static const cue observed[] = {
  { "case-control", TH_DESIGN_CASE_CONTROL },       { "case control", TH_DESIGN_CASE_CONTROL },
  { "case crossover", TH_DESIGN_CASE_CONTROL },     { "case-crossover", TH_DESIGN_CASE_CONTROL },
  { "case only", TH_DESIGN_CASE_SERIES },           { "case-only", TH_DESIGN_CASE_SERIES },
  { "cross sectional", TH_DESIGN_CROSS_SECTIONAL }, { "cross-sectional", TH_DESIGN_CROSS_SECTIONAL },
  { "ecologic", TH_DESIGN_CROSS_SECTIONAL },        { "cohort", TH_DESIGN_COHORT },
};

static th_design observational(th_str model) {
  for (size_t i = 0; i < sizeof observed / sizeof *observed; i++)
    if (th_str_has(model, th_str_of(observed[i].words))) return observed[i].design;
  return TH_DESIGN_UNKNOWN;
}

static bool is_randomised(th_str allocation) {
  return th_str_has(allocation, TH_S("random")) && !th_str_has(allocation, TH_S("non"));
}

/* Registry: the design fields decide. Randomised with one arm is no randomised trial. */
static bool by_fields(th_arena *a, const th_study_seen *s, th_design *out, th_str *words) {
  const th_str type = th_evidence__plain(a, s->study_type.text), alloc = th_evidence__plain(a, s->allocation.text),
               model = th_evidence__plain(a, s->model.text);
  const bool single = th_str_has(model, TH_S("single"));
  if (th_str_has(type, TH_S("expanded")))
    *out = TH_DESIGN_EXPANDED_ACCESS;
  else if (th_str_has(type, TH_S("observational")))
    *out = observational(model);
  else if (is_randomised(alloc) && (s->arms.n >= 2 || (!s->arms.n && !single)))
    *out = TH_DESIGN_RCT;
  else if (single || s->arms.n == 1)
    *out = TH_DESIGN_UNCONTROLLED;
  else if (th_str_has(alloc, TH_S("non")) || (th_str_is(alloc, "na") && s->arms.n >= 2))
    *out = TH_DESIGN_NRCT;
  else
    return false;
  *words = s->model.text.n ? s->model.text : s->study_type.text;
  return true;
}

static bool says(th_arena *a, const th_study_seen *s, const char *word) {
  if (th_str_has(th_evidence__plain(a, s->title), th_str_of(word))) return true;
  for (size_t i = 0; i < s->texts.n; i++)
    if (th_str_has(th_evidence__plain(a, s->texts.v[i].text), th_str_of(word))) return true;
  return false;
}

/* "One randomised trial was included", "only one trial met the criteria": nothing was pooled. */
static bool found_one_trial(th_arena *a, const th_study_seen *s) {
  static const char *const one[] = { "one randomi", "1 randomi",      "single randomi", "one rct",     "1 rct",
                                     "single rct",  "only one trial", "only one study", "only 1 trial" };
  static const char *const taken[] = { "was included", "was identified", "was found",     "was eligible",
                                       "met the",      "met our",        "included one",  "identified one",
                                       "found one",    "found only",     "only one",      "only 1",
                                       "include one",  "identified 1",   "included only", "identified only" };
  for (size_t i = 0; i < s->texts.n; i++) {
    const th_str t = th_evidence__plain(a, s->texts.v[i].text);
    for (size_t k = 0; k < sizeof one / sizeof *one; k++) {
      const size_t at = th_str_find(t, th_str_of(one[k]), 0);
      const bool number = at != SIZE_MAX && (at == 0 || strchr(" (", t.p[at - 1])); /* "11 RCTs", "twenty-one RCTs" */
      if (!number || (at > 4 && th_str_ends(th_str_sub(t, 0, at), TH_S("and ")))) continue;
      const th_str sentence = th_evidence_sentence(t, at);
      for (size_t w = 0; w < sizeof taken / sizeof *taken; w++)
        if (th_str_has(sentence, th_str_of(taken[w]))) return true;
    }
  }
  return false;
}

/* What a review pools decides what it is worth: randomised trials only when its words say so. */
static th_design review_of(th_arena *a, const th_study_seen *s) {
  static const char *const trials[] = { "randomized controlled trial",
                                        "randomised controlled trial",
                                        "randomized trial",
                                        "randomised trial",
                                        "randomized clinical trial",
                                        "randomised clinical trial",
                                        "rcts",
                                        "randomized, controlled trial",
                                        "隨機對照試驗",
                                        "随机对照试验" };
  static const char *const observed_only[] = { "meta-analysis of cohort",
                                               "meta-analysis of observational",
                                               "observational studies",
                                               "cohort studies",
                                               "no randomi",
                                               "case series" };
  bool randomised = false, other = false;
  for (size_t i = 0; i < sizeof trials / sizeof *trials; i++) randomised |= says(a, s, trials[i]);
  for (size_t i = 0; i < sizeof observed_only / sizeof *observed_only; i++) other |= says(a, s, observed_only[i]);
  return randomised && !other && !found_one_trial(a, s) ? TH_DESIGN_SR_RCT : TH_DESIGN_SR_OBS;
}

/* A report that is not the trial itself: its label says randomised, its groups may not be. */
static bool is_secondary(th_arena *a, const th_study_seen *s) {
  static const char *const words[] = { "secondary analysis of", "post hoc analysis", "post-hoc analysis", "protocol" };
  const th_str title = th_evidence__plain(a, s->title);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (th_str_has(title, th_str_of(words[i]))) return true;
  return false;
}

static bool typed(th_arena *a, const th_study_seen *s, const char *type, th_str *words) {
  for (size_t i = 0; i < s->pub_types.n; i++)
    if (th_str_is(th_evidence__plain(a, s->pub_types.v[i]), type)) {
      *words = s->pub_types.v[i];
      return true;
    }
  return false;
}

/* Animals alone: a model of the disease, or nothing about people. */
static bool is_preclinical(th_arena *a, const th_study_seen *s) {
  static const char *const words[] = { " mice", " rats", "murine", "mouse model", "rat model", "in rabbits", "zebrafish" };
  if (s->humans) return false;
  if (s->animals) return true;
  const th_str title = th_evidence__plain(a, s->title);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (th_str_has(title, th_str_of(words[i]))) return true;
  return false;
}

/* Design headings of the indexers, where no type tells. */
static th_design by_headings(const th_study_seen *s, th_str *words) {
  static const struct {
    const char *heading;
    th_design design;
  } headings[] = { { "Case-Control Studies", TH_DESIGN_CASE_CONTROL },
                   { "Cross-Sectional Studies", TH_DESIGN_CROSS_SECTIONAL },
                   { "Cohort Studies", TH_DESIGN_COHORT },
                   { "Longitudinal Studies", TH_DESIGN_COHORT } };
  for (size_t k = 0; k < sizeof headings / sizeof *headings; k++)
    for (size_t i = 0; i < s->headings.n; i++)
      if (th_str_is(s->headings.v[i], headings[k].heading)) {
        *words = s->headings.v[i];
        return headings[k].design;
      }
  return TH_DESIGN_UNKNOWN;
}

static th_design by_types(th_arena *a, const th_study_seen *s, th_str *words) {
  if (typed(a, s, "meta-analysis", words) || typed(a, s, "systematic review", words)) return review_of(a, s);
  if (is_preclinical(a, s)) return TH_DESIGN_PRECLINICAL;
  for (size_t k = 0; k < sizeof types / sizeof *types; k++)
    if (typed(a, s, types[k].words, words))
      return types[k].design == TH_DESIGN_RCT && is_secondary(a, s) ? TH_DESIGN_UNKNOWN : types[k].design;
  return TH_DESIGN_UNKNOWN;
}

/* What a title may be called by its words, a text may only mention: other people's trials, reviews, case reports. There the sentence
 * must speak of this study. */
static bool speaks_of_itself(th_str sentence, th_design d) {
  static const char *const own[] = { "we ",
                                     "this study",
                                     "this trial",
                                     "this review",
                                     "this meta-analysis",
                                     "this randomi",
                                     "present study",
                                     "present trial",
                                     "our study",
                                     "our trial",
                                     "was conducted",
                                     "was performed",
                                     "were assigned",
                                     "randomly assigned",
                                     "were randomly",
                                     "were randomi",
                                     "randomized to",
                                     "randomised to",
                                     "randomly allocated",
                                     "double-blind",
                                     "placebo-controlled",
                                     "patients were",
                                     "participants were",
                                     "this case",
                                     "本研究",
                                     "我們",
                                     "我们",
                                     "本試驗" };
  const bool borrowed = d == TH_DESIGN_RCT || d == TH_DESIGN_SR_OBS || d == TH_DESIGN_SR_RCT || d == TH_DESIGN_CASE_REPORT ||
                        d == TH_DESIGN_CASE_SERIES;
  if (!borrowed || sentence.n < 80) return true; /* a line of its own: "A randomised, double-blind trial." */
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    if (th_str_has(sentence, th_str_of(own[i]))) return true;
  return th_str_has(sentence, TH_S("隨機")) || th_str_has(sentence, TH_S("随机"));
}

/* A look back without anything to compare with is a series of cases. */
static bool compares(th_arena *a, const th_study_seen *s) {
  static const char *const words[] = { "compar", "versus", " vs ", "control", "groups", "cohort",
                                       "對照",   "对照",   "兩組", "两组",    "相較" };
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (says(a, s, words[i])) return true;
  return false;
}

static bool looks_back(const char *label) {
  return strcmp(label, "retrospective") == 0 || strcmp(label, "回顧性") == 0 || strcmp(label, "回顾性") == 0;
}

static th_design by_label(th_arena *a, const th_study_seen *s, th_str *words) {
  for (size_t i = 0; i <= s->texts.n; i++) {
    const th_str raw = i ? s->texts.v[i - 1].text : s->title;
    const th_str t = th_evidence__plain(a, raw);
    for (size_t k = 0; k < sizeof labels / sizeof *labels; k++) {
      const size_t at = th_str_find(t, th_str_of(labels[k].words), 0);
      if (at == SIZE_MAX || (i && !speaks_of_itself(th_evidence_sentence(t, at), labels[k].design))) continue;
      if (looks_back(labels[k].words) && !compares(a, s)) {
        *words = th_evidence_sentence(t, at);
        return TH_DESIGN_CASE_SERIES;
      }
      *words = th_evidence_sentence(t, at);
      const th_design d = labels[k].design;
      if (d == TH_DESIGN_RCT && (is_secondary(a, s) || th_str_has(*words, TH_S("secondary analysis of"))))
        return TH_DESIGN_UNKNOWN;
      return d == TH_DESIGN_SR_OBS || d == TH_DESIGN_SR_RCT ? review_of(a, s) : d;
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

static th_code repair(th_arena *a, const th_study_seen *s, th_evidence_item *out, th_err *err) {
  th_str how = TH_STR_NONE;
  const th_tri by = formed_by_treatment(a, s, &how);
  if (by == TH_TRUE && out->design_labelled == TH_DESIGN_CASE_CONTROL) out->design = TH_DESIGN_COHORT;
  if (by == TH_FALSE && out->design_labelled == TH_DESIGN_COHORT) out->design = TH_DESIGN_CASE_CONTROL;
  if (out->design == out->design_labelled) return TH_OK;
  TH_TRY(add_flag(a, &out->flags, "DESIGN_LABEL_MISMATCH", err));
  return th_evidence__step(a, out, "DESIGN-REPAIR", th_str_of(th_design_code(out->design)), how, TH_S("texts"), err);
}

th_code th_evidence_design(th_arena *a, const th_study_seen *s, th_evidence_item *out, th_err *err) {
  th_str words = TH_STR_NONE;
  if (s->origin == TH_ORIGIN_REGISTRY && by_fields(a, s, &out->design_labelled, &words)) {
    out->design = out->design_labelled;
    TH_TRY(th_evidence__step(a, out, "DESIGN-FIELDS", th_str_of(th_design_code(out->design)), words, TH_S("design"), err));
    const bool observed_only = out->design == TH_DESIGN_COHORT || out->design == TH_DESIGN_CASE_CONTROL;
    return observed_only ? repair(a, s, out, err) : TH_OK;
  }
  if (s->origin == TH_ORIGIN_CLAIM)
    return th_evidence__step(a, out, "DESIGN-NONE", TH_S("UNKNOWN"), TH_STR_NONE, TH_S("claim row"), err);
  out->design_labelled = by_types(a, s, &words);
  if (out->design_labelled == TH_DESIGN_UNKNOWN) out->design_labelled = by_headings(s, &words);
  if (out->design_labelled == TH_DESIGN_UNKNOWN) out->design_labelled = by_label(a, s, &words);
  out->design = out->design_labelled;
  TH_TRY(th_evidence__step(a, out, "DESIGN-LABEL", th_str_of(th_design_code(out->design_labelled)), words, TH_S("title, texts"),
                           err));
  return repair(a, s, out, err);
}
