/* Facts that are stated rather than computed: the flow of subjects, the length of treatment, the primary outcome. */
#include "study/study_priv.h"

/* ── Flow of subjects ──────────────────────────────────────────────────────────────────────────────────────────────── */

/* "29", "29 patients", "five (3%)", "12例患者"; *people: a word for subjects stood there. */
static bool some_people(th_str s, size_t *i, int64_t *n, bool *people) {
  size_t k = *i;
  if (!(th_is_digit(th_at(s, k)) ? th_study__count(s, &k, n) : th_study__number_word(s, &k, n)) || *n < 1) return false;
  if (th_at(s, k) == '%' || th_at(s, k) == '/' || th_at(s, k) == '.' || th_at(s, k) == '-') return false;
  size_t after = k;
  *people = th_study__people(s, &after);
  if (*people) k = after;
  static const char *const zh[] = { "患者", "病人", "受試者", "受试者", "個案", NULL };
  th_study__one_of(s, &k, zh);
  after = k;
  th_printed share;
  th_study__spaces(s, &after);
  if (th_at(s, after) == '(') { /* (3.4%) */
    after++;
    if (th_study__plain(s, &after, &share) && (th_study__spaces(s, &after), th_at(s, after) == '%')) {
      after++;
      if (th_at(s, after) == ')') k = after + 1;
    }
  }
  *i = k;
  return true;
}

static bool lost_at(th_str s, size_t *i, int64_t *n) {
  static const char *const be[] = { "were", "was", "had", "have been", NULL };
  static const char *const lost[] = { "lost to follow up",
                                      "withdrawn",
                                      "excluded",
                                      "withdrew",
                                      "dropped out",
                                      "drop out",
                                      "did not complete",
                                      "失訪",
                                      "失访",
                                      "失聯",
                                      "退出",
                                      "脫落",
                                      "脱落",
                                      "排除",
                                      "剔除",
                                      NULL };
  static const char *const zh_first[] = { "失訪", "失访", "退出", "脫落", "脱落", "剔除", NULL };
  static const char *const zh_who[] = { "名", "例", "位", "人", NULL };
  size_t k = *i;
  bool people;
  if (th_study__one_of(s, &k, zh_first) >= 0) {
    th_study__spaces(s, &k);
    if (!th_study__count(s, &k, n)) return false;
    th_study__spaces(s, &k);
    if (th_study__one_of(s, &k, zh_who) < 0) return false;
    return *i = k, *n > 0;
  }
  if (!some_people(s, &k, n, &people)) return false;
  th_study__spaces(s, &k);
  if (th_study__one_of(s, &k, be) >= 0) th_study__spaces(s, &k);
  if (th_study__one_of(s, &k, lost) < 0) return false;
  *i = k;
  return true;
}

static bool analysed_at(th_str s, size_t *i, int64_t *n) {
  static const char *const heads[] = { "remaining", "leaving", "最終", "最终", "其餘", "其余", NULL };
  static const char *const done[] = { "were analyzed",
                                      "were analysed",
                                      "were included in the analysis",
                                      "were included in the final analysis",
                                      "were included in the primary analysis",
                                      "were evaluable",
                                      "were available for analysis",
                                      "completed the study",
                                      "completed the trial",
                                      "completed follow up",
                                      "completed the follow up",
                                      "納入分析",
                                      "纳入分析",
                                      "納入最終分析",
                                      "纳入最终分析",
                                      "完成試驗",
                                      "完成试验",
                                      "完成研究",
                                      "完成追蹤",
                                      "完成隨訪",
                                      "完成随访",
                                      "完成治療",
                                      "完成治疗",
                                      NULL };
  size_t k = *i;
  bool people;
  if (th_study__one_of(s, &k, heads) >= 0) {
    th_study__spaces(s, &k);
    if (!some_people(s, &k, n, &people) || !people) return false;
    return *i = k, true;
  }
  if (!some_people(s, &k, n, &people) || !people) return false;
  th_study__spaces(s, &k);
  if (th_study__one_of(s, &k, done) < 0) return false;
  *i = k;
  return true;
}

/* ── Length of treatment ───────────────────────────────────────────────────────────────────────────────────────────── */

static bool amount_of_time(th_str s, size_t *i, th_printed *v, const char **unit) {
  size_t k = *i;
  int64_t n;
  if (th_is_digit(th_at(s, k))) {
    if (!th_study__plain(s, &k, v)) return false;
  } else if (th_study__number_word(s, &k, &n)) {
    *v = (th_printed){ (double)n, 0 };
  } else {
    return false;
  }
  th_study__chars(s, &k, " -", 1);
  if (!th_study__time_unit(s, &k, unit)) return false;
  *i = k;
  return true;
}

static bool duration_at(th_str s, size_t from, size_t to, size_t *i, th_printed *v, const char **unit) {
  static const char *const heads[] = { "for", NULL };
  static const char *const treated[] = { "received", "receive", "treated",      "treatment", "administered",
                                         "given",    "therapy", "daily",        "weekly",    "dose",
                                         "doses",    "mg",      "intervention", NULL };
  static const char *const zh[] = { "治療", "治疗", "療程", "疗程", "為期", "为期", "連續", "连续", NULL };
  static const char *const zh_join[] = { "為", "为", "共", "約", "约", NULL };
  static const char *const things[] = { "treatment", "trial",   "study",     "course",  "intervention",
                                        "program",   "therapy", "programme", "regimen", NULL };
  size_t k = *i;
  if (th_study__one_of(s, &k, zh) >= 0) {
    th_study__one_of(s, &k, zh_join);
    th_study__spaces(s, &k);
    return th_study__plain(s, &k, v) && (th_study__spaces(s, &k), th_study__time_unit(s, &k, unit)) && (*i = k, true);
  }
  if (th_study__one_of(s, &k, heads) >= 0) {
    static const char *const follow[] = { "follow", "followed", "following", "monitored", "observed", NULL };
    th_study__spaces(s, &k);
    if (!amount_of_time(s, &k, v, unit) || th_study__find_any(s, from, to, treated) == SIZE_MAX ||
        th_study__find_any(s, *i > 30 ? *i - 30 : 0, *i, follow) != SIZE_MAX)
      return false;
    return *i = k, true;
  }
  if (!th_is_digit(th_at(s, k)) || !amount_of_time(s, &k, v, unit)) return false;
  th_study__spaces(s, &k);
  if (th_study__one_of(s, &k, things) < 0) return false;
  *i = k;
  return true;
}

/* ── The primary outcome, in the words of the text ─────────────────────────────────────────────────────────────────── */

static bool outcome_head(th_str s, size_t *i) {
  static const char *const heads[] = { "primary outcome measures",
                                       "primary outcome measure",
                                       "primary outcomes",
                                       "primary outcome",
                                       "primary endpoints",
                                       "primary endpoint",
                                       "primary end points",
                                       "primary end point",
                                       "primary efficacy endpoint",
                                       "primary efficacy outcome",
                                       "primary efficacy end point",
                                       "main outcome measures",
                                       "main outcome measure",
                                       "主要療效指標",
                                       "主要疗效指标",
                                       "主要結果指標",
                                       "主要结局指标",
                                       "主要結局指標",
                                       "主要評估指標",
                                       "主要結果",
                                       "主要终点",
                                       "主要終點",
                                       "主要指標",
                                       "主要指标",
                                       "主要結局",
                                       "主要结局",
                                       NULL };
  static const char *const of[] = { "of the study", "of this study", "of the trial", "of this trial", NULL };
  static const char *const is[] = { "was", "were", "is", "included", "為", "为", "是", "包括", NULL };
  size_t k = *i;
  if (th_study__one_of(s, &k, heads) < 0) return false;
  th_study__spaces(s, &k);
  if (th_study__one_of(s, &k, of) >= 0) th_study__spaces(s, &k);
  if (th_at(s, k) == ':')
    k++;
  else if (th_study__one_of(s, &k, is) < 0)
    return false;
  th_study__spaces(s, &k);
  *i = k;
  return true;
}

static size_t outcome_end(th_str s, size_t from, size_t to) { /* a full stop, not that of "0.5"; a semicolon; the sentence */
  size_t i = from;
  for (; i < to && i - from < 240; i++) {
    if (s.p[i] == ';' || (s.p[i] == '.' && !th_is_digit(th_at(s, i + 1)))) break;
    if (i + 3 <= to && memcmp(s.p + i, "。", 3) == 0) break;
  }
  while (i < to && ((unsigned char)th_at(s, i) & 0xC0) == 0x80) i--; /* whole characters */
  return i;
}

/* ── One pass ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static size_t fact_at(th_finder *w, size_t i) {
  const th_str s = w->f->s;
  size_t k = i, from, to;
  int64_t n;
  const bool lost = lost_at(s, &k, &n);
  if (lost || (k = i, analysed_at(s, &k, &n))) {
    th_study_finding *f =
        th_study__add(w, lost ? TH_STUDY_LOST_N : TH_STUDY_ANALYSED_N, i, k, lost ? "flow.lost" : "flow.kept");
    if (f) f->n = n;
    return k;
  }
  k = i;
  th_study__sentence_range(w->f, th_study__sentence_of(w->f, i), &from, &to);
  th_printed v;
  const char *unit;
  if (duration_at(s, from, to, &k, &v, &unit)) {
    th_study_finding *f = th_study__add(w, TH_STUDY_DURATION, i, k, "duration");
    if (f) f->value = v, f->what = unit;
    return k;
  }
  k = i;
  if (!outcome_head(s, &k)) return i;
  const size_t end = outcome_end(s, k, to);
  if (end <= k + 3) return i;
  th_study_finding *f = th_study__add(w, TH_STUDY_OUTCOME, i, k, "outcome.primary");
  if (f) {
    f->span = th_study__span(w->f, i, end); /* the words stay free for other facts */
    f->text = th_str_trim(th_str_sub(s, k, end));
  }
  return k;
}

void th_study__find_facts(th_finder *w) {
  const th_str s = w->f->s;
  for (size_t i = 0; i < s.n && !w->failed;) {
    const char c = s.p[i];
    const bool start = (unsigned char)c >= 0xC0 || ((th_is_alpha(c) || th_is_digit(c)) && th_word_starts(s, i) &&
                                                    (i == 0 || (s.p[i - 1] != '.' && s.p[i - 1] != '/' && s.p[i - 1] != ',')));
    const size_t k = start && !w->taken[i] ? fact_at(w, i) : i;
    i = k > i ? k : i + 1;
  }
  th_study__find_places(w);
}
