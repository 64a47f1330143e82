/* Words of abstracts: section labels, languages, what a line of the head is. */
#include "source/source_priv.h"
#include "theriac/text.h"

const char *th_lang_name(th_lang l) {
  static const char *const names[] = { "en", "zh-Hant", "zh-Hans", "zh" };
  return (unsigned)l < TH_LANG_COUNT ? names[l] : "en";
}

const char *th_abstract_role_name(th_abstract_role r) {
  static const char *const names[] = { "unlabelled", "background", "methods", "results", "conclusion", "other" };
  return (unsigned)r < TH_ABSTRACT_ROLE_COUNT ? names[r] : "other";
}

/* ── Labels ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

#define B TH_ABSTRACT_BACKGROUND
#define M TH_ABSTRACT_METHODS
#define R TH_ABSTRACT_RESULTS
#define C TH_ABSTRACT_CONCLUSION
#define O TH_ABSTRACT_OTHER

/* Longer words before their own beginnings. */
static const struct {
  const char *word;
  th_abstract_role role;
} labels[] = {
  { "background and objectives", B },
  { "background and objective", B },
  { "background and purpose", B },
  { "background and aims", B },
  { "background and aim", B },
  { "background/aims", B },
  { "background", B },
  { "objectives", B },
  { "objective", B },
  { "study objectives", B },
  { "study objective", B },
  { "aims and objectives", B },
  { "aims", B },
  { "aim", B },
  { "purpose", B },
  { "introduction", B },
  { "context", B },
  { "rationale", B },
  { "importance", B },
  { "hypothesis", B },
  { "question", B },
  { "materials and methods", M },
  { "materials/methods", M },
  { "study design and setting", M },
  { "material and methods", M },
  { "patients and methods", M },
  { "subjects and methods", M },
  { "participants and methods", M },
  { "methods and findings", M },
  { "methods and results", M },
  { "methods/design", M },
  { "methods", M },
  { "method", M },
  { "methodology", M },
  { "study design", M },
  { "trial design", M },
  { "research design and methods", M },
  { "design, setting, and participants", M },
  { "design and setting", M },
  { "design", M },
  { "setting and participants", M },
  { "settings", M },
  { "setting", M },
  { "animals", M },
  { "study population", M },
  { "population", M },
  { "participants", M },
  { "patients", M },
  { "subjects", M },
  { "interventions", M },
  { "intervention", M },
  { "exposures", M },
  { "main outcomes and measures", M },
  { "main outcome measures", M },
  { "main outcome measure", M },
  { "outcome measures", M },
  { "primary and secondary outcome measures", M },
  { "primary outcome measures", M },
  { "measurements", M },
  { "measures", M },
  { "data sources", M },
  { "study selection", M },
  { "data extraction", M },
  { "search methods", M },
  { "selection criteria", M },
  { "data collection and analysis", M },
  { "statistical analysis", M },
  { "main results", R },
  { "results and discussion", R },
  { "results", R },
  { "result", R },
  { "findings", R },
  { "finding", R },
  { "outcomes", R },
  { "outcome", R },
  { "conclusion and clinical relevance", C },
  { "conclusions and clinical relevance", C },
  { "conclusions and relevance", C },
  { "conclusion and relevance", C },
  { "conclusions", C },
  { "conclusion", C },
  { "authors' conclusions", C },
  { "interpretation", C },
  { "discussion", C },
  { "significance", C },
  { "implications", C },
  { "trial registration number", O },
  { "trial registration", O },
  { "clinical trial registration", O },
  { "registration", O },
  { "funding", O },
  { "limitations", O },
  { "keywords", O },
  { "key words", O },
  { "研究背景", B },
  { "背景", B },
  { "研究目的", B },
  { "目的", B },
  { "前言", B },
  { "緒論", B },
  { "引言", B },
  { "材料與方法", M },
  { "材料与方法", M },
  { "資料與方法", M },
  { "资料与方法", M },
  { "對象與方法", M },
  { "对象与方法", M },
  { "患者與方法", M },
  { "患者与方法", M },
  { "病人與方法", M },
  { "研究方法", M },
  { "方法", M },
  { "研究設計", M },
  { "研究设计", M },
  { "研究結果", R },
  { "研究结果", R },
  { "結果", R },
  { "结果", R },
  { "結論", C },
  { "结论", C },
  { "討論", C },
  { "讨论", C },
  { "關鍵詞", O },
  { "关键词", O },
  { "關鍵字", O },
};

#undef B
#undef M
#undef R
#undef C
#undef O

static bool starts_nocase(th_str s, const char *z) {
  return th_str_eq_nocase(th_str_sub(s, 0, strlen(z)), th_str_of(z));
}

/* Behind a label's word: a colon, a full stop and the line's end, a closing bracket, or nothing more. 0 when none stands there. */
static size_t label_tail(th_str s, size_t at, char bracket) {
  size_t len, i = at;
  while (i < s.n && s.p[i] == ' ') i++;
  if (bracket) {
    static const char *const close[] = { "】", "］", "]" };
    for (size_t k = 0; k < 3; k++)
      if (th_str_starts(th_str_sub(s, i, s.n), th_str_of(close[k]))) {
        i += strlen(close[k]);
        return th_source__is_colon(s, i, &len) ? i + len : i;
      }
    return 0;
  }
  if (i == s.n) return i ? i : 0;
  if (th_source__is_colon(s, i, &len)) return i + len;
  if (s.p[i] == '.' && th_str_trim(th_str_sub(s, i + 1, s.n)).n == 0) return s.n;
  return 0;
}

/* "SETTING AND LOCATION: …": capitals, blanks and a few signs up to a colon. */
static size_t capital_label(th_str s, size_t *word_n) {
  size_t i = 0, letters = 0, len;
  for (; i < s.n && i < 60; i++) {
    const char c = s.p[i];
    if (c >= 'A' && c <= 'Z')
      letters++;
    else if (!(c == ' ' || c == '/' || c == '&' || c == '-' || c == ',' || c == '(' || c == ')' || c == '\''))
      break;
  }
  if (letters < 4 || !th_source__is_colon(s, i, &len)) return 0;
  *word_n = i;
  return i + len;
}

/* The role of a label that is not in the table, by a word it holds. */
static th_abstract_role role_of_words(th_str s) {
  static const struct {
    const char *word;
    th_abstract_role role;
  } words[] = { { "summary", TH_ABSTRACT_OTHER },         { "registr", TH_ABSTRACT_OTHER },
                { "result", TH_ABSTRACT_RESULTS },        { "finding", TH_ABSTRACT_RESULTS },
                { "conclusion", TH_ABSTRACT_CONCLUSION }, { "objective", TH_ABSTRACT_BACKGROUND },
                { "background", TH_ABSTRACT_BACKGROUND }, { "aim", TH_ABSTRACT_BACKGROUND },
                { "method", TH_ABSTRACT_METHODS },        { "measure", TH_ABSTRACT_METHODS },
                { "design", TH_ABSTRACT_METHODS },        { "participants", TH_ABSTRACT_METHODS } };
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    if (th_source__find_nocase(s, words[i].word, 0) != SIZE_MAX) return words[i].role;
  return TH_ABSTRACT_OTHER;
}

size_t th_source__abstract_label(th_str s, th_abstract_role *role, bool *is_title, size_t *word_n) {
  static const char *const frames[] = { "ABSTRACT.", "Abstract.", "摘要.", "Abstract: ", "ABSTRACT: " };
  static const char *const open[] = { "【", "［", "[" };
  static const char *const titles[] = { "title", "article title", "題目", "题目", "標題", "标题" };
  size_t skip = 0;
  char bracket = 0;
  *is_title = false;
  *role = TH_ABSTRACT_OTHER;
  if (s.n == 0 || ((unsigned char)s.p[0] < 0x80 && s.p[0] != '[' && !((s.p[0] | 32) >= 'a' && (s.p[0] | 32) <= 'z'))) return 0;
  for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++)
    if (th_str_starts(s, th_str_of(frames[i]))) skip = strlen(frames[i]);
  for (size_t i = 0; i < 3 && !skip; i++)
    if (th_str_starts(s, th_str_of(open[i]))) skip = strlen(open[i]), bracket = 1;
  const th_str rest = th_str_sub(s, skip, s.n);
  if (skip && !bracket && th_str_trim(rest).n == 0) {
    *role = TH_ABSTRACT_UNLABELLED;
    *word_n = skip - 1;
    return s.n;
  }
  size_t tail;
  for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
    if (!starts_nocase(rest, labels[i].word)) continue;
    *word_n = strlen(labels[i].word);
    /* in running text a label begins with a capital: "results: …" inside a sentence is none */
    if (rest.p[0] >= 'a' && rest.p[0] <= 'z') continue;
    if ((tail = label_tail(rest, *word_n, bracket)) == 0) continue;
    *role = labels[i].role;
    *word_n += skip;
    return skip + tail;
  }
  for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++)
    if (starts_nocase(rest, titles[i]) && (tail = label_tail(rest, strlen(titles[i]), bracket))) {
      *is_title = true;
      *word_n = skip + strlen(titles[i]);
      return skip + tail;
    }
  if (skip && !bracket && rest.n < 100 && (th_str_ends(rest, TH_S(".")) || th_str_ends(rest, TH_S(":")))) {
    *role = role_of_words(rest); /* "ABSTRACT.RESULTS AND LIMITATIONS." */
    *word_n = s.n - 1;
    return s.n;
  }
  if ((tail = capital_label(rest, word_n)) > 0) {
    *word_n += skip;
    return skip + tail;
  }
  static const char *const bare[] = { "abstract", "摘要", "中文摘要", "英文摘要", "summary" };
  for (size_t i = 0; i < sizeof bare / sizeof bare[0]; i++)
    if (starts_nocase(rest, bare[i]) && (tail = label_tail(rest, strlen(bare[i]), bracket))) {
      *role = TH_ABSTRACT_UNLABELLED;
      *word_n = skip + strlen(bare[i]);
      return skip + tail;
    }
  return 0;
}

/* ── Languages ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Frequent characters that exist in one script only. */
static const char simplified[] = "们这个对为学医疗组织时与试验实临结论发现较显药达选诊断压细减轻种类间从还给复应岁两级总义样关"
                                 "质别险单双随机将纳无术应产后点观评价变过处长进会当动";
static const char traditional[] = "們這個對為學醫療組織時與試驗實臨結論發現較顯藥達選診斷壓細減輕種類間從還給復應歲兩級總義樣關"
                                  "質別險單雙隨機將納無術應產後點觀評價變過處長進會當動";

static bool in_set(const char *set, uint32_t rune) {
  const th_str s = th_str_of(set);
  for (size_t at = 0; at < s.n;)
    if (th_utf8_next(s, &at) == rune) return true;
  return false;
}

th_lang th_source__language(th_str s) {
  size_t cjk = 0, latin = 0, hans = 0, hant = 0;
  for (size_t at = 0; at < s.n && cjk < 4000 && latin < 40000;) { /* a sample is enough */
    const unsigned char c = (unsigned char)s.p[at];
    if (c < 0x80) {
      latin += (c | 32) >= 'a' && (c | 32) <= 'z';
      at++;
      continue;
    }
    const uint32_t rune = th_utf8_next(s, &at);
    if (!th_rune_is_cjk(rune)) continue;
    cjk++;
    const bool in_hans = in_set(simplified, rune), in_hant = in_set(traditional, rune);
    hans += in_hans && !in_hant;
    hant += in_hant && !in_hans;
  }
  if (cjk * 3 < latin / 2 || cjk == 0) return TH_LANG_EN; /* a Chinese character stands for a word, not a letter */
  return hans > hant ? TH_LANG_ZH_HANS : hant > hans ? TH_LANG_ZH_HANT : TH_LANG_ZH;
}

/* ── Lines around the abstract ─────────────────────────────────────────────────────────────────────────────────────── */

static bool year_at(th_str s, size_t i) {
  return i + 4 <= s.n && ((s.p[i] == '1' && s.p[i + 1] == '9') || (s.p[i] == '2' && s.p[i + 1] == '0')) && s.p[i + 2] >= '0' &&
         s.p[i + 2] <= '9' && s.p[i + 3] >= '0' && s.p[i + 3] <= '9' && (i == 0 || s.p[i - 1] < '0' || s.p[i - 1] > '9') &&
         (i + 4 == s.n || s.p[i + 4] < '0' || s.p[i + 4] > '9');
}

/* "2025 Apr 21;25(1):463": a year, then within 20 bytes ";", a volume, ":" or "(". */
static bool is_citation(th_str s) {
  if (s.n > 400) return false;
  for (size_t i = 0; i + 4 <= s.n; i++) {
    if (!year_at(s, i)) continue;
    for (size_t j = i + 4; j < s.n && j < i + 24; j++) {
      if (s.p[j] != ';' && s.p[j] != ',') continue;
      size_t k = j + 1;
      while (k < s.n && s.p[k] == ' ') k++;
      const size_t digits = k;
      while (k < s.n && s.p[k] >= '0' && s.p[k] <= '9') k++;
      const bool volume = k > digits && k < s.n && (s.p[k] == ':' || s.p[k] == '(');
      if (volume || (s.p[j] == ';' && k > digits && (k == s.n || s.p[k] == ' ' || s.p[k] == ','))) return true;
    }
    if (th_source__find_nocase(s, "doi", i) != SIZE_MAX && s.n < 250) return true;
  }
  return false;
}

static bool is_affiliation(th_str s) {
  static const char *const words[] = {
    "department of", "university", "hospital",       "institute",      "school of",  "college of", "faculty of",
    "division of",   "laboratory", "medical center", "medical centre", "academy of", "大學",       "大学",
    "醫院",          "医院",       "學院",           "学院",           "研究所",     "研究院",     NULL
  };
  if (s.n > 420 || !th_source__has_any(s, words)) return false;
  static const char *const prose[] = { " were ", " was ", "p <", "p =", "p<", "p=", "ci ", " we ", "。", "%", NULL };
  return !th_source__has_any(s, prose);
}

static bool name_token(th_str t) {
  t = th_str_trim(t);
  size_t words = 1, letters = 0, cjk = 0;
  if (t.n == 0 || t.n > 60) return false;
  for (size_t i = 0; i < t.n;) {
    const unsigned char c = (unsigned char)t.p[i];
    if (c >= 0x80) {
      cjk += th_source__is_cjk_at(t, i);
      letters++;
      th_utf8_next(t, &i);
      continue;
    }
    if (c == ' ')
      words++;
    else if ((c | 32) >= 'a' && (c | 32) <= 'z')
      letters++;
    else if (!(c == '.' || c == '-' || c == '\'' || c == '(' || c == ')' || c == '*' || (c >= '0' && c <= '9')))
      return false;
    i++;
  }
  const bool upper = t.p[0] >= 'A' && t.p[0] <= 'Z';
  if (cjk) return cjk >= 2 && cjk <= 4 && words <= 2 && letters == cjk;
  return letters >= 2 && words <= 5 && (upper || (unsigned char)t.p[0] >= 0x80 || words >= 2);
}

static bool is_authors(th_str s) {
  size_t n = 0, start = 0;
  if (th_str_ends(s, TH_S("."))) s.n--;
  for (size_t i = 0; i <= s.n; i++) {
    const bool wide =
        i < s.n && (th_str_starts(th_str_sub(s, i, s.n), TH_S("、")) || th_str_starts(th_str_sub(s, i, s.n), TH_S("，")));
    if (i < s.n && s.p[i] != ',' && s.p[i] != ';' && !wide) continue;
    const th_str token = th_str_trim(th_str_sub(s, start, i));
    start = i + (wide ? 3 : 1);
    const bool mark = token.n <= 3 && token.n > 0 && token.p[0] >= '0' && token.p[0] <= '9'; /* "Liu L,1,2 Ma X" */
    if (mark || th_str_is(token, "*")) continue;
    if (!name_token(token)) return false;
    n++;
  }
  return n >= 2;
}

th_source__head_kind th_source__head_kind_of(th_str s) {
  static const char *const keywords[] = { "keywords", "key words", "mesh terms", "關鍵詞", "关键词", "關鍵字", NULL };
  static const char *const note[] = { "author information",
                                      "copyright",
                                      "©",
                                      "conflict of interest",
                                      "competing interest",
                                      "declaration of interest",
                                      "comment in",
                                      "comment on",
                                      "erratum in",
                                      "update of",
                                      "similar articles",
                                      "free pmc article",
                                      "full text",
                                      "http://",
                                      "https://",
                                      "leave of",
                                      "trial registration",
                                      "利益衝突",
                                      "利益冲突",
                                      "版權",
                                      "版权",
                                      NULL };
  static const char *const ids[] = { "pmid:", "pmid ", "pmcid:", "doi:", "doi ", "https://doi.org", NULL };
  for (size_t i = 0; ids[i]; i++)
    if (starts_nocase(s, ids[i])) return TH_HEAD_IDS;
  for (size_t i = 0; keywords[i]; i++)
    if (starts_nocase(s, keywords[i])) return TH_HEAD_KEYWORDS;
  for (size_t i = 0; note[i]; i++)
    if (starts_nocase(s, note[i])) return TH_HEAD_NOTE;
  if (is_citation(s)) return TH_HEAD_CITATION;
  if (s.n > 4 && s.p[0] == '(' && s.p[1] >= '0' && s.p[1] <= '9' && is_affiliation(s)) return TH_HEAD_AFFILIATION;
  if (is_affiliation(s)) return TH_HEAD_AFFILIATION; /* "Department of X, Town, Country" could pass for a row of names */
  return is_authors(s) ? TH_HEAD_AUTHORS : TH_HEAD_PROSE;
}
