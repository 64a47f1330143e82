/* "OR 3.13 (95 % CI 1.10–8.87), P = 0.048" and its kin in three scripts; mean differences and risk differences alike. */
#include "study/study_priv.h"

typedef struct th_measure {
  const char *what; /* NULL: the word leaves it open */
  bool additive, adjusted;
  size_t from, to;
} th_measure;

static const struct {
  const char *word, *what;
  bool additive;
} words[] = {
  { "odds ratio", "OR", 0 },
  { "odds ratios", "OR", 0 },
  { "hazard ratio", "HR", 0 },
  { "hazard ratios", "HR", 0 },
  { "hazards ratio", "HR", 0 },
  { "hazard rate ratio", "HR", 0 },
  { "risk ratio", "RR", 0 },
  { "risk ratios", "RR", 0 },
  { "relative risk", "RR", 0 },
  { "relative risks", "RR", 0 },
  { "rate ratio", "IRR", 0 },
  { "rate ratios", "IRR", 0 },
  { "比值比", "OR", 0 },
  { "勝算比", "OR", 0 },
  { "胜算比", "OR", 0 },
  { "優勢比", "OR", 0 },
  { "优势比", "OR", 0 },
  { "相對風險", "RR", 0 },
  { "相对风险", "RR", 0 },
  { "相對危險", "RR", 0 },
  { "相对危险", "RR", 0 },
  { "風險比", NULL, 0 },
  { "风险比", NULL, 0 },
  { "危險比", "HR", 0 },
  { "危险比", "HR", 0 },
  { "危害比", "HR", 0 },
  { "發生率比", "IRR", 0 },
  { "发生率比", "IRR", 0 },
  { "發病率比", "IRR", 0 },
  { "发病率比", "IRR", 0 },
  { "risk difference", "RD", 1 },
  { "rate difference", "RD", 1 },
  { "standardized mean difference", "SMD", 1 },
  { "standardised mean difference", "SMD", 1 },
  { "mean difference", "MD", 1 },
  { "風險差", "RD", 1 },
  { "风险差", "RD", 1 },
  { "標準化平均差", "SMD", 1 },
  { "标准化均数差", "SMD", 1 },
  { "平均差", "MD", 1 },
  { "均数差", "MD", 1 },
};

static const struct {
  const char *code, *what;
  bool additive, adjusted;
} codes[] = {
  { "OR", "OR", 0, 0 },   { "ORs", "OR", 0, 0 },   { "aOR", "OR", 0, 1 },   { "AOR", "OR", 0, 1 }, { "cOR", "OR", 0, 0 },
  { "HR", "HR", 0, 0 },   { "HRs", "HR", 0, 0 },   { "aHR", "HR", 0, 1 },   { "AHR", "HR", 0, 1 }, { "sHR", "HR", 0, 0 },
  { "SHR", "HR", 0, 0 },  { "RR", "RR", 0, 0 },    { "RRs", "RR", 0, 0 },   { "aRR", "RR", 0, 1 }, { "ARR", "RR", 0, 0 },
  { "IRR", "IRR", 0, 0 }, { "aIRR", "IRR", 0, 1 }, { "AIRR", "IRR", 0, 1 }, { "RD", "RD", 1, 0 },  { "aRD", "RD", 1, 1 },
  { "SMD", "SMD", 1, 0 }, { "MD", "MD", 1, 0 },    { "WMD", "MD", 1, 0 },
}; /* ARR alone may be an absolute risk reduction or an adjusted ratio: it is not taken for adjusted */

static bool measure_code(th_str s, size_t *i, th_measure *m) {
  if (!th_word_starts(s, *i)) return false;
  for (size_t k = 0; k < sizeof codes / sizeof *codes; k++) {
    size_t at = *i;
    if (!th_study__exact(s, &at, codes[k].code) || th_is_alpha(th_at(s, at))) continue; /* capitals: "or" is a word */
    m->what = codes[k].what;
    m->additive = codes[k].additive;
    m->adjusted |= codes[k].adjusted;
    m->to = *i = at;
    return true;
  }
  return false;
}

static bool measure_word(th_str s, size_t *i, th_measure *m) {
  if (th_is_alpha(th_at(s, *i)) && !th_word_starts(s, *i)) return false;
  for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
    size_t at = *i;
    if (!th_study__word(s, &at, words[k].word)) continue;
    static const char *const tails[] = { "度", "性", "值", NULL }; /* 相對危險度 */
    if ((unsigned char)words[k].word[0] >= 0x80) th_study__one_of(s, &at, tails);
    m->what = words[k].what;
    m->additive = words[k].additive;
    m->to = *i = at;
    return true;
  }
  return false;
}

/* ── The interval ──────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_ci_read {
  th_printed lo, hi;
  double level;
  bool printed; /* the level stands in the text */
  size_t to;
} th_ci_read;

static bool level_at(th_str s, size_t *i, th_ci_read *ci) { /* "95%", "97.5 %" */
  size_t k = *i;
  th_printed v;
  if (!th_study__plain(s, &k, &v)) return false;
  th_study__spaces(s, &k);
  if (th_at(s, k) != '%' || !(v.v > 50 && v.v < 100)) return false;
  ci->level = v.v / 100;
  ci->printed = true;
  *i = k + 1;
  return true;
}

static bool ci_word(th_str s, size_t *i) {
  static const char *const names[] = { "confidence intervals",
                                       "confidence interval",
                                       "confidence limits",
                                       "confidence limit",
                                       "credible intervals",
                                       "credible interval",
                                       "credibility interval",
                                       "C.I.",
                                       "C.I",
                                       "信賴區間",
                                       "信赖区间",
                                       "置信區間",
                                       "置信区间",
                                       "可信區間",
                                       "可信区间",
                                       "可信限",
                                       "信賴界限",
                                       "CrI",
                                       "CIs",
                                       "CI",
                                       NULL };
  size_t k = *i;
  if (th_study__one_of(s, &k, names) < 0) return false;
  *i = k;
  return true;
}

/* "95% CI", "95% confidence interval (CI)", "CI 95%": the level before or behind. */
static bool ci_head(th_str s, size_t *i, th_ci_read *ci) {
  size_t k = *i;
  const bool before = level_at(s, &k, ci);
  th_study__spaces(s, &k);
  if (th_at(s, k) == '-') k++; /* 95%-CI */
  if (!ci_word(s, &k)) return false;
  size_t after = k;
  th_study__chars(s, &after, " ([", 3);
  size_t nested = after;
  if (ci_word(s, &nested)) { /* "confidence interval (CI)" */
    th_study__chars(s, &nested, " )]", 2);
    k = nested;
    after = k;
    th_study__chars(s, &after, " ([", 3);
  }
  if (!before) {
    size_t at = after;
    if (level_at(s, &at, ci)) {
      th_study__chars(s, &at, ")]", 1);
      k = at;
    }
  }
  *i = k;
  return true;
}

static bool range_sign(th_str s, size_t *i) {
  th_study__spaces(s, i);
  static const char *const between[] = { "to", "至", "到", "and", NULL };
  bool found = th_study__one_of(s, i, between) >= 0;
  if (!found)
    found = th_study__exact(s, i, "--") || th_study__exact(s, i, "-") || th_study__exact(s, i, "~") ||
            th_study__exact(s, i, ",") || th_study__exact(s, i, ";");
  th_study__spaces(s, i);
  return found;
}

static bool limits(th_str s, size_t *i, bool additive, th_ci_read *ci) {
  size_t k = *i;
  if (!(additive ? th_study__signed(s, &k, &ci->lo) : th_study__plain(s, &k, &ci->lo))) return false;
  th_study__spaces(s, &k);
  if (th_at(s, k) == '%') k++;
  if (!range_sign(s, &k)) return false;
  if (!(additive ? th_study__signed(s, &k, &ci->hi) : th_study__plain(s, &k, &ci->hi))) return false;
  if (ci->hi.v < ci->lo.v || (!additive && ci->lo.v < 0)) return false;
  if (th_is_digit(th_at(s, k)) || (th_at(s, k) == '.' && th_is_digit(th_at(s, k + 1)))) return false;
  *i = ci->to = k;
  return true;
}

/* The interval behind an estimate that ended at *i; `close`: the estimate stands right by its name, so a bare bracket will do. */
static bool interval_after(th_str s, size_t *i, bool additive, bool close, th_ci_read *ci) {
  size_t k = *i;
  ci->level = 0.95;
  th_study__chars(s, &k, " ,;:\n", 4);
  size_t bare = k;
  th_study__chars(s, &k, " ([,;:\n", 4);
  if (ci_head(s, &k, ci)) {
    static const char *const of[] = { "of", "was", "is", "from", "為", "为", NULL };
    th_study__chars(s, &k, " =:,;([\n", 5);
    th_study__one_of(s, &k, of);
    th_study__chars(s, &k, " =:,;([\n", 4);
    if (!limits(s, &k, additive, ci)) return false;
    *i = k;
    return true;
  }
  if (!close || (th_at(s, bare) != '(' && th_at(s, bare) != '[')) return false;
  k = bare + 1;
  if (!limits(s, &k, additive, ci) || (th_at(s, k) != ')' && th_at(s, k) != ']' && th_at(s, k) != ';' && th_at(s, k) != ','))
    return false;
  *i = k;
  return true;
}

/* ── From the name to the estimate ─────────────────────────────────────────────────────────────────────────────────── */

/* Skips "(OR)", "[HR],", "(95% CI)" and joining words. *close: no other words stood between. False when nothing can come. */
static bool to_estimate(th_str s, size_t *i, size_t end, th_measure *m, th_ci_read *head, bool *close) {
  size_t k = *i, last;
  *close = true;
  for (int turn = 0; turn < 4; turn++) {
    last = k;
    th_study__chars(s, &k, " ,;:=([\n", 4);
    size_t at = k;
    th_ci_read ci = { .level = 0.95 };
    if (measure_code(s, &at, m)) {
      th_study__chars(s, &at, " )]", 2);
      k = at;
    } else if (ci_head(s, &at, &ci)) { /* "OR (95% CI) = 1.5 (1.2-1.9)" */
      *head = ci;
      th_study__chars(s, &at, " )]", 2);
      k = at;
    } else {
      k = last;
      break;
    }
  }
  th_study__chars(s, &k, " ,;:=([)]\n", 5);
  if (th_study__exact(s, &k, "¼")) th_study__spaces(s, &k);
  static const char *const joins[] = { "of", "was", "is", "were", "=", "為", "为", "是", NULL };
  th_study__one_of(s, &k, joins);
  th_study__chars(s, &k, " =:,\n", 3);
  if (th_is_digit(th_at(s, k)) || th_at(s, k) == '.' || (m->additive && th_at(s, k) == '-')) {
    *i = k;
    return true;
  }
  /* "hazard ratio for progression or death, 0.44": words, but no digit, no end, no other number's name. */
  *close = false;
  size_t far = k;
  while (far < end && far - k < 70 && !th_is_digit(s.p[far])) {
    if (s.p[far] == '(' || s.p[far] == ')' || s.p[far] == '[' || s.p[far] == ']' || s.p[far] == '%') return false;
    far++;
  }
  if (far >= end || far - k >= 70 || !th_is_space(s.p[far - 1])) return false;
  size_t comma = far;
  while (comma > k && (th_is_space(s.p[comma - 1]) || s.p[comma - 1] == '-')) comma--;
  static const char *const heads[] = { "for", "in", "with", "comparing", "vs", "versus", "favoring", "favouring", NULL };
  size_t head_at = k;
  if (comma == k || !strchr(",:=", s.p[comma - 1]) || th_study__one_of(s, &head_at, heads) < 0) return false;
  *i = far;
  return true;
}

static bool says_adjusted(th_str s, size_t from, size_t to) {
  static const char *const yes[] = { "adjusted", "multivariable", "multivariate", "Cox",    "校正", "調整",
                                     "调整",     "多變項",        "多变量",       "多因素", NULL };
  static const char *const no[] = { "unadjusted", "non-adjusted", "not adjusted", "crude", "univariable", "univariate",
                                    "未校正",     "未調整",       "未调整",       "粗",    NULL };
  bool adjusted = false;
  for (size_t i = from; i < to; i++) {
    size_t k = i;
    if (th_is_alpha(s.p[i]) && !th_word_starts(s, i)) continue;
    if (th_study__one_of(s, &k, no) >= 0) {
      adjusted = false;
      i = k - 1;
    } else if (th_study__one_of(s, &k, yes) >= 0) {
      adjusted = true;
      i = k - 1;
    }
  }
  return adjusted;
}

/* 風險比 without a code beside it: what the sentence is about decides, or it stays open. */
static const char *open_ratio(th_str s, size_t from, size_t to) {
  static const char *const hazard[] = {
    "存活", "生存", "Cox", "hazard", "無惡化", "无进展", "死亡時間", "time-to-event", NULL
  };
  static const char *const risk[] = { "Poisson", "log-binomial", "相對", "相对", "世代研究", "队列", NULL };
  if (th_study__find_any(s, from, to, hazard) != SIZE_MAX) return "HR";
  return th_study__find_any(s, from, to, risk) != SIZE_MAX ? "RR" : NULL;
}

/* P behind the interval, over brackets and stops only; or the one that opens the bracket in which the ratio stands. A P that
 * merely comes before may belong to the comparison before. */
static bool p_near(th_str s, size_t from, size_t to, size_t end, th_p_read *p) {
  size_t k = to;
  th_study__chars(s, &k, " )],;.:\n", 6);
  static const char *const skip[] = { "and",       "two-sided",  "2-sided", "two-tailed", "log-rank",
                                      "with",      "adjusted",   "1-sided", "雙尾",       "stratified one sided",
                                      "one-sided", "one-tailed", "双侧",    "單尾",       "单侧",
                                      NULL };
  for (int word = 0; word < 3 && th_study__one_of(s, &k, skip) >= 0; word++) th_study__chars(s, &k, " \n", 2);
  if (k < end && th_study__p(s, &k, p)) return true;
  for (size_t back = 0; back < 28 && from > back; back++) {
    const size_t at = from - back - 1;
    if (s.p[at] == ')' || s.p[at] == ']') return false;
    if (s.p[at] != '(' && s.p[at] != '[') continue;
    size_t b = at + 1;
    th_study__spaces(s, &b);
    if (!th_study__p(s, &b, p)) return false;
    th_study__chars(s, &b, " ,;\n", 4);
    return b == from;
  }
  return false;
}

static bool read_at(th_finder *w, size_t start, size_t *next) {
  const th_str s = w->f->s;
  th_measure m = { .from = start };
  size_t i = start, from, end;
  if (!measure_word(s, &i, &m) && !measure_code(s, &i, &m)) return false;
  const uint32_t sentence = th_study__sentence_of(w->f, start);
  th_study__sentence_range(w->f, sentence, &from, &end);
  th_ci_read head = { .level = 0.95 }, ci = { .level = 0.95 };
  bool close;
  if (!to_estimate(s, &i, end, &m, &head, &close)) return false;
  th_printed estimate;
  if (!(m.additive ? th_study__signed(s, &i, &estimate) : th_study__plain(s, &i, &estimate))) return false;
  if (th_at(s, i) == '%') {
    if (!m.additive) return false;
    i++;
  }
  if (!interval_after(s, &i, m.additive, close || head.printed, &ci) || ci.to > end + 1) return false;
  if (!ci.printed && head.printed) ci.level = head.level, ci.printed = true;
  th_p_read p = { 0 };
  const bool has_p = p_near(s, start, ci.to, end, &p) && !p.damaged;
  th_study_finding *f = th_study__add(w, m.additive ? TH_STUDY_DIFFERENCE : TH_STUDY_RATIO, start, ci.to, "ratio.ci");
  if (!f) return false;
  f->what = m.what || m.additive ? m.what : open_ratio(s, from, end);
  f->value = estimate;
  f->lo = ci.lo;
  f->hi = ci.hi;
  f->level = ci.level;
  f->level_printed = ci.printed;
  f->adjusted = m.adjusted || says_adjusted(s, start > from + 28 ? start - 28 : from, start);
  if (has_p) {
    f->p_cmp = p.cmp;
    f->p = p.p;
    f->one_sided = p.one_sided;
    memset(w->taken + p.from, 1, p.to - p.from);
  }
  *next = ci.to;
  return true;
}

void th_study__find_ratios(th_finder *w) {
  const th_str s = w->f->s;
  for (size_t i = 0; i < s.n && !w->failed;) {
    const unsigned char c = (unsigned char)s.p[i];
    size_t next;
    if ((th_is_alpha((char)c) && th_word_starts(s, i)) || c >= 0xE0) {
      if (read_at(w, i, &next)) {
        i = next;
        continue;
      }
    }
    i++;
  }
}
