/* What the words of a page mean: headings to roles, severities, levels. Tables, so that a new site's wording is a new line. */
#include "source/source_priv.h"

static const char *const role_names[TH_REPORT_ROLE_COUNT] = { "other",
                                                              "title",
                                                              "contents",
                                                              "frame",
                                                              "summary",
                                                              "quick table",
                                                              "indications",
                                                              "why",
                                                              "trials",
                                                              "papers",
                                                              "mechanism",
                                                              "licences",
                                                              "safety",
                                                              "drug interactions",
                                                              "disease cautions",
                                                              "food interactions",
                                                              "herb interactions",
                                                              "cytotoxicity",
                                                              "conclusion",
                                                              "related drugs",
                                                              "citation",
                                                              "disclaimer" };

const char *th_report_role_name(th_report_role r) {
  return (unsigned)r < TH_REPORT_ROLE_COUNT ? role_names[r] : "other";
}

/* First fit wins: the narrow words stand before the wide ones. */
static const struct {
  th_report_role role;
  const char *word;
} roles[] = {
  { TH_REPORT_CONTENTS, "目錄" },
  { TH_REPORT_CONTENTS, "table of contents" },
  { TH_REPORT_FRAME, "藥師評估報告" },
  { TH_REPORT_FRAME, "assessment report" },
  { TH_REPORT_FRAME, "pharmacist report" },
  { TH_REPORT_DISCLAIMER, "免責" },
  { TH_REPORT_DISCLAIMER, "disclaimer" },
  { TH_REPORT_CITATION, "引用" },
  { TH_REPORT_CITATION, "citation" },
  { TH_REPORT_CITATION, "how to cite" },
  { TH_REPORT_CITATION, "cite this" },
  { TH_REPORT_RELATED, "相關藥物" },
  { TH_REPORT_RELATED, "related drug" },
  { TH_REPORT_RELATED, "similar drug" },
  { TH_REPORT_SUMMARY, "一句話" },
  { TH_REPORT_SUMMARY, "one-sentence" },
  { TH_REPORT_SUMMARY, "one sentence" },
  { TH_REPORT_SUMMARY, "in brief" },
  { TH_REPORT_QUICK, "快速總覽" },
  { TH_REPORT_QUICK, "quick overview" },
  { TH_REPORT_QUICK, "at a glance" },
  { TH_REPORT_QUICK, "quick facts" },
  { TH_REPORT_QUICK, "key facts" },
  { TH_REPORT_DDSI, "疾病注意" },
  { TH_REPORT_DDSI, "藥物-疾病" },
  { TH_REPORT_DDSI, "藥物疾病" },
  { TH_REPORT_DDSI, "ddsi" },
  { TH_REPORT_DDSI, "drug-disease" },
  { TH_REPORT_DDSI, "disease caution" },
  { TH_REPORT_DFI, "食物交互" },
  { TH_REPORT_DFI, "藥物-食物" },
  { TH_REPORT_DFI, "dfi" },
  { TH_REPORT_DFI, "food interaction" },
  { TH_REPORT_DFI, "drug-food" },
  { TH_REPORT_DHI, "草藥" },
  { TH_REPORT_DHI, "dhi" },
  { TH_REPORT_DHI, "herb" },
  { TH_REPORT_DDI, "交互作用" },
  { TH_REPORT_DDI, "併用藥" },
  { TH_REPORT_DDI, "drug interaction" },
  { TH_REPORT_DDI, "interacting drug" },
  { TH_REPORT_DDI, "ddi" },
  { TH_REPORT_CYTOTOXIC, "細胞毒性" },
  { TH_REPORT_CYTOTOXIC, "cytotox" },
  { TH_REPORT_WHY, "為什麼" },
  { TH_REPORT_WHY, "預測合理" },
  { TH_REPORT_WHY, "why " },
  { TH_REPORT_WHY, "rationale" },
  { TH_REPORT_WHY, "plausib" },
  { TH_REPORT_INDICATIONS, "預測適應症" },
  { TH_REPORT_INDICATIONS, "預測新適應症" },
  { TH_REPORT_INDICATIONS, "predicted indication" },
  { TH_REPORT_INDICATIONS, "indication analysis" },
  { TH_REPORT_TRIALS, "臨床試驗" },
  { TH_REPORT_TRIALS, "相關試驗" },
  { TH_REPORT_TRIALS, "clinical trial" },
  { TH_REPORT_TRIALS, "trial evidence" },
  { TH_REPORT_PAPERS, "文獻" },
  { TH_REPORT_PAPERS, "literature" },
  { TH_REPORT_PAPERS, "publication" },
  { TH_REPORT_PAPERS, "papers" },
  { TH_REPORT_LICENCES, "上市" },
  { TH_REPORT_LICENCES, "許可證" },
  { TH_REPORT_LICENCES, "licence" },
  { TH_REPORT_LICENCES, "license" },
  { TH_REPORT_LICENCES, "market" },
  { TH_REPORT_SAFETY, "安全性" },
  { TH_REPORT_SAFETY, "警語" },
  { TH_REPORT_SAFETY, "禁忌" },
  { TH_REPORT_SAFETY, "不良反應" },
  { TH_REPORT_SAFETY, "副作用" },
  { TH_REPORT_SAFETY, "safety" },
  { TH_REPORT_SAFETY, "warning" },
  { TH_REPORT_CONCLUSION, "結論" },
  { TH_REPORT_CONCLUSION, "下一步" },
  { TH_REPORT_CONCLUSION, "conclusion" },
  { TH_REPORT_CONCLUSION, "next step" },
  { TH_REPORT_MECHANISM, "機轉" },
  { TH_REPORT_MECHANISM, "機制" },
  { TH_REPORT_MECHANISM, "mechanism" },
  { TH_REPORT_QUICK, "overview" },
  { TH_REPORT_SUMMARY, "summary" },
};

th_report_role th_source__role(th_str heading) {
  heading = th_source__strip_lead(heading);
  for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
    if (th_source__find_nocase(heading, roles[i].word, 0) != SIZE_MAX) return roles[i].role;
  return TH_REPORT_OTHER;
}

/* ── Severity ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

const char *th_severity_name(th_severity s) {
  static const char *const names[] = { "unknown", "minor", "moderate", "major", "contraindicated" };
  return (unsigned)s < sizeof names / sizeof names[0] ? names[s] : "unknown";
}

th_severity th_severity_parse(th_str s) {
  static const struct {
    th_severity severity;
    const char *word;
  } words[] = {
    { TH_SEVERITY_CONTRAINDICATED, "contraindicat" },
    { TH_SEVERITY_CONTRAINDICATED, "禁忌" },
    { TH_SEVERITY_CONTRAINDICATED, "禁用" },
    { TH_SEVERITY_MODERATE, "moderate" },
    { TH_SEVERITY_MODERATE, "中度" },
    { TH_SEVERITY_MODERATE, "中等" },
    { TH_SEVERITY_MODERATE, "🟡" },
    { TH_SEVERITY_MINOR, "minor" },
    { TH_SEVERITY_MINOR, "輕度" },
    { TH_SEVERITY_MINOR, "輕微" },
    { TH_SEVERITY_MINOR, "🟢" },
    { TH_SEVERITY_MAJOR, "major" },
    { TH_SEVERITY_MAJOR, "嚴重" },
    { TH_SEVERITY_MAJOR, "重度" },
    { TH_SEVERITY_MAJOR, "重大" },
    { TH_SEVERITY_MAJOR, "🔴" },
    { TH_SEVERITY_MAJOR, "severe" },
  };
  /* the word that stands first decides: "Minor (no severe cases)" is minor */
  th_severity best = TH_SEVERITY_UNKNOWN;
  size_t best_at = SIZE_MAX;
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    const size_t at = th_source__find_nocase(s, words[i].word, 0);
    if (at < best_at) best_at = at, best = words[i].severity;
  }
  return best;
}

bool th_source__text_forbids(th_str s) {
  if (th_str_has(s, TH_S("禁用")) || th_str_has(s, TH_S("禁止使用"))) return true;
  size_t at = 0;
  while ((at = th_source__find_nocase(s, "contraindicat", at)) != SIZE_MAX) {
    /* "Certain agents are contraindicated" concerns a class, "not contraindicated" nobody */
    size_t start = at;
    while (start > 0 && at - start < 400 && s.p[start - 1] != '.' && s.p[start - 1] != '\n') start--;
    const th_str before = th_str_sub(s, start, at);
    if (th_source__find_nocase(before, "certain", 0) == SIZE_MAX && th_source__find_nocase(before, "some ", 0) == SIZE_MAX &&
        th_source__find_nocase(before, "not ", 0) == SIZE_MAX)
      return true;
    at++;
  }
  return false;
}

bool th_source__text_fatal(th_str s) {
  static const char *const words[] = { "致命", "fatal", "life-threatening", "危及生命", NULL };
  size_t at;
  for (size_t i = 0; words[i]; i++)
    if ((at = th_source__find_nocase(s, words[i], 0)) != SIZE_MAX &&
        !(at >= 4 && th_source__find_nocase(th_str_sub(s, at - 4, at), "non", 0) != SIZE_MAX))
      return true;
  return false;
}

/* ── Levels ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool alnum(char c) {
  return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

/* Offset of the first "L1".."L5" that is a word of its own, or SIZE_MAX. */
static size_t level_at(th_str s, size_t from) {
  for (size_t i = from; i + 1 < s.n; i++)
    if (s.p[i] == 'L' && s.p[i + 1] >= '1' && s.p[i + 1] <= '5' && (i == 0 || !alnum(s.p[i - 1])) &&
        (i + 2 == s.n || !alnum(s.p[i + 2])))
      return i;
  return SIZE_MAX;
}

/* End of the range that starts with the level at i: "L3-L4", "L3–4", "L1/L2". */
static size_t range_end(th_str s, size_t i, uint8_t *hi) {
  static const char *const signs[] = { "-", "–", "—", "~", "～", "至", "/", " - ", " to ", " – " };
  *hi = (uint8_t)(s.p[i + 1] - '0');
  for (size_t k = 0; k < sizeof signs / sizeof signs[0]; k++) {
    const th_str rest = th_str_sub(s, i + 2, s.n);
    if (!th_str_starts(rest, th_str_of(signs[k]))) continue;
    size_t j = i + 2 + strlen(signs[k]);
    if (j < s.n && s.p[j] == 'L') j++;
    if (j < s.n && s.p[j] >= '1' && s.p[j] <= '5' && (j + 1 == s.n || !alnum(s.p[j + 1]))) {
      *hi = (uint8_t)(s.p[j] - '0');
      return j + 1;
    }
  }
  return i + 2;
}

th_field th_source__cut(th_field f, size_t a, size_t b) {
  th_str s = th_str_sub(f.text, a, b);
  const th_str t = th_str_trim(s);
  th_field out = { t, f.from, f.to, f.line };
  if (f.to - f.from == f.text.n) { /* no byte was changed: the place is known */
    out.from = f.from + (uint32_t)(t.p - f.text.p);
    out.to = out.from + (uint32_t)t.n;
  }
  return out;
}

th_level_mark th_source__level_field(th_field f) {
  th_level_mark m = { 0 };
  const size_t i = level_at(f.text, 0);
  if (i == SIZE_MAX) return m;
  m.lo = (uint8_t)(f.text.p[i + 1] - '0');
  m.at = th_source__cut(f, i, range_end(f.text, i, &m.hi));
  return m;
}

th_level_mark th_source__level(const th_source__page *p, const th_source__text *t, size_t a, size_t b) {
  th_level_mark m = { 0 };
  const th_str s = th_str_sub(t->s, 0, b);
  const size_t i = level_at(s, a);
  if (i == SIZE_MAX) return m;
  m.lo = (uint8_t)(s.p[i + 1] - '0');
  m.at = th_source__sub(p, t, i, range_end(s, i, &m.hi));
  return m;
}
