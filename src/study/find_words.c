/* What is named rather than counted: registry ids, doses, schedules, follow-up, design, the size of the study. */
#include "study/study_priv.h"

/* ── Registry ids ──────────────────────────────────────────────────────────────────────────────────────────────────── */

static size_t digits_from(th_str s, size_t i) {
  size_t n = 0;
  while (th_is_digit(th_at(s, i + n))) n++;
  return n;
}

static bool registration_at(th_str s, size_t *i, th_arena *a, th_str *id) {
  static const struct {
    const char *head;
    size_t least, most; /* digits behind the head */
  } kinds[] = { { "NCT", 8, 8 },     { "ISRCTN", 8, 8 }, { "DRKS", 8, 8 },   { "UMIN", 9, 9 },
                { "ACTRN", 14, 14 }, { "KCT", 7, 7 },    { "NTR", 3, 5 },    { "ChiCTR", 8, 14 },
                { "jRCT", 10, 10 },  { "TCTR", 11, 11 }, { "IRCT", 10, 20 }, { "PACTR", 15, 15 } };
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    size_t at = *i;
    if (!th_study__exact(s, &at, kinds[k].head)) continue;
    size_t num = at;
    th_study__chars(s, &num, "- :", 1);
    const size_t n = digits_from(s, num);
    if (n < kinds[k].least || n > kinds[k].most) continue;
    *id = th_str_fmt(a, "%s%.*s", kinds[k].head, (int)n, s.p + num);
    *i = num + n;
    return true;
  }
  if (digits_from(s, *i) == 4 && th_at(s, *i + 4) == '-' && digits_from(s, *i + 5) == 6 && th_at(s, *i + 11) == '-' &&
      digits_from(s, *i + 12) == 2) { /* EudraCT */
    *id = th_str_dup(a, th_str_sub(s, *i, *i + 14));
    *i += 14;
    return true;
  }
  return false;
}

/* ── Doses and schedules ───────────────────────────────────────────────────────────────────────────────────────────── */

static bool dose_unit(th_str s, size_t *i, th_str *unit) {
  static const char *const units[] = { "mg/kg/day", "mg/kg/d", "mg/kg",     "μg/kg",     "µg/kg", "mcg/kg", "mg/m2",
                                       "g/m2",      "IU/kg",   "mg/day",    "mg/d",      "mg",    "μg",     "µg",
                                       "mcg",       "IU",      "毫克/公斤", "毫克/千克", "毫克",  NULL };
  size_t k = *i;
  th_study__spaces(s, &k);
  for (int u = 0; units[u]; u++) {
    size_t at = k;
    if (!th_study__exact(s, &at, units[u])) continue;
    if (th_is_alpha(th_at(s, at)) || th_at(s, at) == '/') continue; /* mg/dl is a concentration */
    *unit = th_str_of(units[u]);
    *i = at;
    return true;
  }
  return false;
}

bool th_study__time_unit(th_str s, size_t *i, const char **unit) {
  static const struct {
    const char *word, *unit;
  } units[] = { { "day", "day" },     { "days", "day" },     { "week", "week" }, { "weeks", "week" },
                { "month", "month" }, { "months", "month" }, { "year", "year" }, { "years", "year" },
                { "天", "day" },      { "日", "day" },       { "週", "week" },   { "周", "week" },
                { "個月", "month" },  { "个月", "month" },   { "月", "month" },  { "年", "year" } };
  for (size_t k = 0; k < sizeof units / sizeof *units; k++)
    if (th_study__word(s, i, units[k].word)) {
      *unit = units[k].unit;
      return true;
    }
  return false;
}

/* "every 4 weeks", "at 2-week intervals", "每4週". */
static bool schedule_at(th_str s, size_t *i, th_printed *every, const char **unit) {
  static const char *const heads[] = { "every", "once every", "每隔", "每", NULL };
  size_t k = *i;
  if (th_study__one_of(s, &k, heads) >= 0) {
    th_study__spaces(s, &k);
    if (!th_study__plain(s, &k, every)) return false;
    th_study__chars(s, &k, " -", 1);
    if (!th_study__time_unit(s, &k, unit)) return false;
    *i = k;
    return true;
  }
  static const char *const interval[] = { "intervals", "interval", NULL };
  if (!th_is_digit(th_at(s, k)) || !th_study__plain(s, &k, every) || !th_study__chars(s, &k, " -", 1) ||
      !th_study__time_unit(s, &k, unit))
    return false;
  th_study__spaces(s, &k);
  if (th_study__one_of(s, &k, interval) < 0) return false;
  *i = k;
  return true;
}

static bool follow_up_at(th_str s, size_t *i, th_printed *length, const char **unit) {
  static const char *const heads[] = {
    "follow-up of", "followed up for", "followed for", "follow-up was", "follow up of", "隨訪", "随访", "追蹤", NULL
  };
  size_t k = *i;
  if (th_study__one_of(s, &k, heads) < 0) return false;
  static const char *const middle[] = { "a median of", "a mean of", "median", "up to", "時間為", "时间为", "中位數", NULL };
  th_study__spaces(s, &k);
  th_study__one_of(s, &k, middle);
  th_study__spaces(s, &k);
  if (!th_study__plain(s, &k, length)) return false;
  th_study__chars(s, &k, " -", 1);
  if (!th_study__time_unit(s, &k, unit)) return false;
  *i = k;
  return true;
}

/* ── Design ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static const struct {
  const char *word, *design;
} designs[] = {
  { "randomized", "randomised" },
  { "randomised", "randomised" },
  { "randomly assigned", "randomised" },
  { "randomly allocated", "randomised" },
  { "隨機", "randomised" },
  { "随机", "randomised" },
  { "double-blind", "double-blind" },
  { "double blind", "double-blind" },
  { "雙盲", "double-blind" },
  { "双盲", "double-blind" },
  { "open-label", "open-label" },
  { "開放標籤", "open-label" },
  { "开放标签", "open-label" },
  { "placebo-controlled", "placebo-controlled" },
  { "case-control", "case-control" },
  { "case control", "case-control" },
  { "病例對照", "case-control" },
  { "病例对照", "case-control" },
  { "cohort", "cohort" },
  { "世代研究", "cohort" },
  { "佇列", "cohort" },
  { "队列", "cohort" },
  { "cross-sectional", "cross-sectional" },
  { "橫斷", "cross-sectional" },
  { "横断面", "cross-sectional" },
  { "single-arm", "single-arm" },
  { "single arm", "single-arm" },
  { "單臂", "single-arm" },
  { "单臂", "single-arm" },
  { "retrospective", "retrospective" },
  { "retrospectively", "retrospective" },
  { "回顧性", "retrospective" },
  { "回顾性", "retrospective" },
  { "prospective", "prospective" },
  { "prospectively", "prospective" },
  { "前瞻性", "prospective" },
  { "crossover", "crossover" },
  { "cross-over", "crossover" },
  { "meta-analysis", "meta-analysis" },
  { "統合分析", "meta-analysis" },
  { "荟萃分析", "meta-analysis" },
  { "systematic review", "systematic review" },
  { "系統性回顧", "systematic review" },
  { "case series", "case series" },
  { "case report", "case report" },
  { "propensity score", "propensity" },
  { "傾向分數", "propensity" },
  { "倾向评分", "propensity" },
  { "matched", "matched" },
  { "配對", "matched" },
};

/* "the total cohort", "expansion cohort": people of a trial, no design. */
static bool only_people(th_str s, size_t at) {
  static const char *const before[] = {
    "the", "this", "total", "entire", "overall", "whole", "full", "expansion", "trial", NULL
  };
  while (at > 0 && th_is_space(s.p[at - 1])) at--;
  while (at > 0 && th_is_alpha(s.p[at - 1])) at--;
  return th_study__one_of(s, &at, before) >= 0;
}

static const char *design_at(th_str s, size_t *i) {
  for (size_t k = 0; k < sizeof designs / sizeof *designs; k++) {
    size_t at = *i;
    if (!th_study__word(s, &at, designs[k].word)) continue;
    static const char *const study[] = { "study", "studies", "design", "analysis", NULL };
    size_t behind = at;
    th_study__spaces(s, &behind);
    if (strcmp(designs[k].word, "cohort") == 0 && only_people(s, *i) && th_study__one_of(s, &behind, study) < 0) continue;
    *i = at;
    return designs[k].design;
  }
  return NULL;
}

/* ── The size of the study ─────────────────────────────────────────────────────────────────────────────────────────── */

bool th_study__people(th_str s, size_t *i) {
  static const char *const who[] = { "patients",   "women",       "men",     "participants", "subjects",    "children",
                                     "adults",     "individuals", "infants", "neonates",     "pregnancies", "couples",
                                     "volunteers", "adolescents", "名",      "例",           "位",          "人",
                                     NULL };
  size_t k = *i;
  for (int word = 0; word < 4; word++) {
    th_study__spaces(s, &k);
    if (th_study__one_of(s, &k, who) >= 0) {
      *i = k;
      return true;
    }
    const size_t from = k;
    while (th_is_alpha(th_at(s, k)) || th_at(s, k) == '-') k++;
    if (k == from) return false;
  }
  return false;
}

static bool total_at(th_str s, size_t *i, int64_t *n) {
  static const char *const heads[] = { "study included",  "trial included", "we included",          "study enrolled",
                                       "we enrolled",     "trial enrolled", "study recruited",      "we recruited",
                                       "study comprised", "study involved", "a total of",           "in total,",
                                       "we randomized",   "we randomised",  "we randomly assigned", NULL };
  static const char *const zh[] = { "共納入", "共纳入", "納入了", "纳入了", "納入", "纳入",
                                    "收錄",   "收案",   "入選",   "入选",   "招募", NULL };
  static const char *const zh_who[] = { "名", "例", "位", "人", NULL };
  static const char *const done[] = { "were randomly",           "were randomized",         "were randomised",
                                      "were enrolled",           "were recruited",          "were included",
                                      "underwent randomization", "underwent randomisation", NULL };
  size_t k = *i;
  if (th_study__one_of(s, &k, heads) >= 0) {
    th_study__spaces(s, &k);
    static const char *const total[] = { "a total of", NULL };
    th_study__one_of(s, &k, total);
    th_study__spaces(s, &k);
    if (!th_study__count(s, &k, n) || !th_study__people(s, &k)) return false;
  } else if (th_study__one_of(s, &k, zh) >= 0) {
    th_study__spaces(s, &k);
    if (!th_study__count(s, &k, n)) return false;
    th_study__spaces(s, &k);
    if (th_study__one_of(s, &k, zh_who) < 0) return false;
  } else if (th_is_digit(th_at(s, k)) && th_word_starts(s, k)) {
    if (!th_study__count(s, &k, n) || th_at(s, k) == '/' || !th_study__people(s, &k)) return false;
    th_study__spaces(s, &k);
    if (th_study__one_of(s, &k, done) < 0) return false;
  } else {
    return false;
  }
  *i = k;
  return *n > 1;
}

/* ── One pass ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static size_t word_at(th_finder *w, size_t i) { /* end of what was found at i, or i */
  const th_str s = w->f->s;
  size_t k = i;
  th_str id;
  if (registration_at(s, &k, w->f->arena, &id)) {
    th_study_finding *f = th_study__add(w, TH_STUDY_REGISTRATION, i, k, "registration");
    if (f) f->text = id;
    return k;
  }
  int64_t n;
  if (total_at(s, &k, &n)) {
    th_study_finding *f = th_study__add(w, TH_STUDY_TOTAL_N, i, k, "total.n");
    if (f) f->n = n;
    return k;
  }
  th_printed v;
  const char *unit;
  if (schedule_at(s, &k, &v, &unit) || (k = i, follow_up_at(s, &k, &v, &unit))) {
    const bool interval =
        th_is_digit(s.p[i]) || strchr("eEoO", s.p[i]) != NULL || th_str_starts(th_str_sub(s, i, i + 3), TH_S("每"));
    th_study_finding *f =
        th_study__add(w, interval ? TH_STUDY_SCHEDULE : TH_STUDY_FOLLOW_UP, i, k, interval ? "schedule" : "follow.up");
    if (f) {
      f->value = v;
      f->what = unit;
    }
    return k;
  }
  k = i;
  th_str dose;
  if (th_is_digit(s.p[i]) && th_study__plain(s, &k, &v) && dose_unit(s, &k, &dose)) {
    th_study_finding *f = th_study__add(w, TH_STUDY_DOSE, i, k, "dose");
    if (f) {
      f->value = v;
      f->text = dose;
    }
    return k;
  }
  k = i;
  const char *design = design_at(s, &k);
  if (!design) return i;
  th_study_finding *f = th_study__add(w, TH_STUDY_DESIGN, i, k, "design.word");
  if (f) f->what = design;
  return k;
}

void th_study__find_words(th_finder *w) {
  const th_str s = w->f->s;
  for (size_t i = 0; i < s.n && !w->failed;) {
    const char c = s.p[i];
    const bool start = (unsigned char)c >= 0xC0 ||
                       ((th_is_alpha(c) || th_is_digit(c)) && th_word_starts(s, i) && th_at(s, i - (i > 0)) != '.');
    const size_t k = start && !w->taken[i] ? word_at(w, i) : i;
    i = k > i ? k : i + 1;
  }
}

/* ── A P whose numbers are not given ───────────────────────────────────────────────────────────────────────────────── */

static bool sentence_has_numbers(const th_finder *w, uint32_t sentence) {
  for (size_t i = 0; i < w->out->findings.n; i++) {
    const th_study_finding *f = &w->out->findings.v[i];
    if (f->sentence == sentence && (f->kind <= TH_STUDY_MEAN)) return true;
  }
  size_t from, to;
  th_study__sentence_range(w->f, sentence, &from, &to);
  const th_str s = w->f->s;
  for (size_t i = from; i < to;) {
    th_printed v;
    size_t k = i;
    th_p_read p;
    if (th_study__p(s, &k, &p)) {
      i = k;
    } else if (th_is_digit(s.p[i]) && th_study__plain(s, &k, &v)) {
      if (v.decimals > 0 || th_at(s, k) == '%') return true;
      i = k;
    } else {
      i++;
    }
  }
  return false;
}

void th_study__find_bare_p(th_finder *w) {
  static const char *const rule[] = { "considered", "significance level", "threshold", "defined as", "deemed",
                                      "為差異有",   "为差异有",           "視為",      "视为",       "定義為",
                                      "定义为",     "表示差異",           "表示差异",  NULL };
  const th_str s = w->f->s;
  for (size_t i = 0; i < s.n && !w->failed; i++) {
    size_t k = i, from, to;
    th_p_read p;
    if (w->taken[i] || !th_study__p(s, &k, &p) || p.damaged) continue;
    const uint32_t sentence = th_study__sentence_of(w->f, i);
    th_study__sentence_range(w->f, sentence, &from, &to);
    if (th_study__find_any(s, from, to, rule) == SIZE_MAX && !sentence_has_numbers(w, sentence)) {
      th_study_finding *f = th_study__add(w, TH_STUDY_P, i, k, "p.bare");
      if (f) {
        f->p_cmp = p.cmp;
        f->p = p.p;
      }
    }
    i = k - 1;
  }
}
