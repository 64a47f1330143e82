/* Is more of what an outcome measures better or worse (evidence.md §9)? By its words alone; words that do not tell give no answer. */
#include "evidence_priv.h"

static const char *const failing[] = { "failure",    "non-respon", "nonrespon",   "non respon", "lack of",    "loss of",
                                       "worsening",  "no improve", "not improve", "relapsed",   "deteriorat", "discontinu",
                                       "withdrawal", "not achiev", "unable",      "失敗",       "失败",       "惡化" };
static const char *const higher[] = { "respon",
                                      "remission",
                                      "remit",
                                      "survival",
                                      "live birth",
                                      "improve",
                                      "achiev",
                                      "newborn",
                                      "delivered",
                                      "cure",
                                      "recover",
                                      "resolution",
                                      "clearance",
                                      "cleared",
                                      "healing",
                                      "healed",
                                      "success",
                                      "quality of life",
                                      "-free",
                                      "free of ",
                                      "free from ",
                                      "regrowth",
                                      "abstinen",
                                      "walk distance",
                                      "walking distance",
                                      "fev1",
                                      "function",
                                      "visual acuity",
                                      "ongoing pregnancy",
                                      "clinical pregnancy",
                                      "acr20",
                                      "acr50",
                                      "acr70",
                                      "pasi 75",
                                      "pasi 90",
                                      "pasi75",
                                      "pasi90",
                                      "easi-50",
                                      "easi-75",
                                      "easi-90",
                                      "easi50",
                                      "easi75",
                                      "easi90",
                                      "asas20",
                                      "asas40",
                                      "sri-4",
                                      "sri4",
                                      "adherence to",
                                      "分娩",
                                      "活產",
                                      "存活",
                                      "緩解",
                                      "缓解",
                                      "改善" };
static const char *const lower[] = { "death",
                                     "mortality",
                                     "died",
                                     "relapse",
                                     "attack",
                                     "recurren",
                                     "pain",
                                     "proteinuria",
                                     "itch",
                                     "prurit",
                                     "miscarriage",
                                     "abortion",
                                     "seizure",
                                     "exacerbation",
                                     "hospitali",
                                     "progression",
                                     "flare",
                                     "infection",
                                     "bleed",
                                     "hemorrhage",
                                     "haemorrhage",
                                     "fracture",
                                     "stroke",
                                     "infarct",
                                     "thrombo",
                                     "viral load",
                                     "symptom",
                                     "disabilit",
                                     "fatigue",
                                     "depressi",
                                     "anxiety",
                                     "severity",
                                     "lesion",
                                     "ulcer",
                                     "craving",
                                     "drinking",
                                     "blood pressure",
                                     "hba1c",
                                     "nausea",
                                     "vomit",
                                     "cough",
                                     "wheez",
                                     "affected",
                                     "numeric rating",
                                     "numerical rating",
                                     "nrs",
                                     "vas",
                                     "easi",
                                     "scorad",
                                     "dlqi",
                                     "poem",
                                     "giss",
                                     "pasi",
                                     "edss",
                                     "ham-d",
                                     "hamd",
                                     "hdrs",
                                     "madrs",
                                     "sledai",
                                     "das28",
                                     "das 28",
                                     "cdai",
                                     "haq",
                                     "panss",
                                     "bprs",
                                     "updrs",
                                     "nihss",
                                     "adas-cog",
                                     "y-bocs",
                                     "basdai",
                                     "asdas",
                                     "mayo score",
                                     "bvas",
                                     "bilag",
                                     "lppai",
                                     "tumor size",
                                     "tumour size",
                                     "hair loss",
                                     "incidence of",
                                     "preterm",
                                     "復發",
                                     "死亡",
                                     "蛋白尿",
                                     "流產率",
                                     "流产率",
                                     "疼痛",
                                     "發作",
                                     "惡化率" };

static bool is_letter(char c) {
  return c >= 'a' && c <= 'z';
}

/* A word that begins so: "pain" is not in Spain. */
static bool begins_word(th_str text, const char *word) {
  const th_str w = th_str_of(word);
  for (size_t at = 0; (at = th_str_find(text, w, at)) != SIZE_MAX; at++)
    if (!at || !is_letter(w.p[0]) || !is_letter(text.p[at - 1])) return true;
  return false;
}

static bool any_of(th_str text, const char *const *words, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (begins_word(text, words[i])) return true;
  return false;
}
#define ANY(text, list) any_of(text, list, sizeof list / sizeof *list)

/* "Reduction in pain": more of it is better. "Change (reduction) from baseline" does not say so. */
static bool is_reduction(th_str plain) {
  return th_str_starts(plain, TH_S("reduction in ")) || th_str_starts(plain, TH_S("reduction of ")) ||
         th_str_starts(plain, TH_S("decrease in ")) || th_str_has(plain, TH_S("percent reduction")) ||
         th_str_has(plain, TH_S("percentage reduction")) || th_str_has(plain, TH_S("% reduction")) ||
         th_str_has(plain, TH_S("with a reduction")) || th_str_has(plain, TH_S("fold reduction"));
}

int th_evidence_polarity(th_arena *a, th_str words) {
  const th_str plain = th_str_fmt(a, "%.*s ", TH_STR_ARG(th_evidence__plain(a, words)));
  if (ANY(plain, failing)) return -1;
  const bool low = ANY(plain, lower);
  if (low && is_reduction(plain)) return 1;
  if (ANY(plain, higher)) return 1;
  return low ? -1 : 0;
}
