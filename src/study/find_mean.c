/* Means: of whole-number items, whose arithmetic can be checked (GRIM, GRIMMER), and any mean that stands with its standard
 * deviation or error. */
#include <math.h>

#include "study/study_priv.h"

static bool n_in(th_str s, size_t from, size_t to, int64_t *n) {
  for (size_t i = from; i < to; i++) {
    if ((s.p[i] != 'n' && s.p[i] != 'N') || !th_word_starts(s, i)) continue;
    size_t k = i + 1;
    th_study__spaces(s, &k);
    if (th_at(s, k) != '=') continue;
    k++;
    th_study__spaces(s, &k);
    if (th_study__count(s, &k, n)) return true;
  }
  return false;
}

static int64_t items_in(th_str s, size_t from, size_t to) { /* "5-item scale" */
  static const char *const item[] = { "item", "items", NULL };
  for (size_t i = from; i < to; i++) {
    if (!th_is_digit(s.p[i]) || !th_word_starts(s, i)) continue;
    size_t k = i;
    int64_t n;
    if (!th_study__count(s, &k, &n) || th_at(s, k) != '-') continue;
    k++;
    if (th_study__one_of(s, &k, item) >= 0 && n >= 1 && n <= 1000) return n;
  }
  return 1;
}

/* ── The spread beside a mean ──────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_spread_read {
  th_printed v;
  const char *name; /* "sd" "se" NULL */
} th_spread_read;

static bool spread_name(th_str s, size_t *i, const char **name) {
  static const char *const sd[] = { "standard deviation", "SD", "S.D.", "S.D", "標準差", "标准差", "標準偏差", NULL };
  static const char *const se[] = {
    "standard error of the mean", "standard error", "SEM", "S.E.M.", "S.E.", "SE", "標準誤差", "標準誤", "标准误", NULL
  };
  if (th_study__one_of(s, i, sd) >= 0) return *name = "sd", true;
  if (th_study__one_of(s, i, se) >= 0) return *name = "se", true;
  return false;
}

static bool plus_minus(th_str s, size_t *i) {
  return th_study__exact(s, i, "±") || th_study__exact(s, i, "+/-");
}

/* What the sentence says once for all its numbers: "mean (SD)", "mean ± SEM", "平均 ± 標準差". */
static const char *named_once(th_str s, size_t from, size_t to, bool *bracket) {
  static const char *const mean[] = { "mean", "means", "average", "平均值", "平均數", "平均", "均值", NULL };
  for (size_t i = from; i < to; i++) {
    size_t k = i;
    if ((th_is_alpha(s.p[i]) && !th_word_starts(s, i)) || th_study__one_of(s, &k, mean) < 0) continue;
    th_study__spaces(s, &k);
    const char *name;
    size_t at = k;
    if (plus_minus(s, &at)) {
      th_study__spaces(s, &at);
      if (spread_name(s, &at, &name)) return *bracket = false, name;
    }
    at = k;
    if (th_study__chars(s, &at, "([", 1) && (plus_minus(s, &at), th_study__spaces(s, &at), spread_name(s, &at, &name)) &&
        (th_at(s, at) == ')' || th_at(s, at) == ']'))
      return *bracket = true, name;
  }
  return *bracket = false, NULL;
}

/* "± 2.47", "SD ± 2.47", "(SD 2.47)", ", SD = 2.47", "(2.47)" where the sentence says so; then perhaps "(SD)". */
static bool spread_at(th_str s, size_t *i, const char *once, bool bracketed, th_spread_read *out) {
  static const char *const units[] = {
    "points", "point", "years", "days", "months", "weeks", "分", "歲", "岁", "天", "%", NULL
  };
  static const char *const is[] = { "of", "was", "為", "为", NULL };
  size_t k = *i;
  *out = (th_spread_read){ 0 };
  th_study__spaces(s, &k);
  th_study__one_of(s, &k, units);
  th_study__chars(s, &k, " ", 2);
  const bool open = th_study__chars(s, &k, "([", 1), comma = !open && th_study__chars(s, &k, ",;", 1);
  th_study__spaces(s, &k);
  bool sign = plus_minus(s, &k);
  th_study__spaces(s, &k);
  const bool named = spread_name(s, &k, &out->name);
  if (!named && comma) return false;
  th_study__chars(s, &k, " =:", 3);
  if (named) th_study__one_of(s, &k, is);
  th_study__spaces(s, &k);
  sign |= plus_minus(s, &k);
  th_study__spaces(s, &k);
  if (!sign && !named && !(open && bracketed)) return false;
  if (!th_study__plain(s, &k, &out->v)) return false;
  if (!sign && !named && (th_at(s, k) == '%' || (th_at(s, k) != ')' && th_at(s, k) != ']'))) return false;
  if (th_at(s, k) == '%') k++;
  if (!named) {
    size_t at = k;
    th_study__chars(s, &at, " ([,", 2);
    if (sign && spread_name(s, &at, &out->name))
      k = at;
    else
      out->name = once;
  }
  th_study__chars(s, &k, ")]", 1);
  *i = k;
  return true;
}

static void keep_spread(th_study_finding *f, const th_spread_read *r) {
  f->has_spread = true;
  f->spread = r->v;
  f->spread_name = r->name;
}

void th_study__find_means(th_finder *w) {
  static const char *const whole[] = { "integer", "integers", "whole numbers", "whole-number", "Likert", "整數", "整数", NULL };
  static const char *const mean[] = { "mean score of", "mean score was", "mean of", "mean was", "mean =", "M =",
                                      "平均數為",      "平均分數為",     "平均數",  "平均值為", "平均值", "平均分数为",
                                      "平均分數",      "平均分数",       "平均為",  "平均为",   "平均",   NULL };
  const th_str s = w->f->s;
  for (uint32_t q = 0; q < w->f->n_sentences && !w->failed; q++) {
    size_t from, to;
    int64_t n;
    th_study__sentence_range(w->f, q, &from, &to);
    if (th_study__find_any(s, from, to, whole) == SIZE_MAX || !n_in(s, from, to, &n)) continue;
    for (size_t i = from; i < to; i++) {
      size_t k = i;
      if ((th_is_alpha(s.p[i]) && !th_word_starts(s, i)) || w->taken[i] || th_study__one_of(s, &k, mean) < 0) continue;
      th_study__chars(s, &k, " :=", 3);
      th_printed v;
      if (!th_study__signed(s, &k, &v) || v.decimals < 1 || th_at(s, k) == '%') continue;
      bool bracketed;
      const char *once = named_once(s, from, to, &bracketed);
      th_spread_read spread;
      const bool has = spread_at(s, &k, once, bracketed, &spread);
      th_study_finding *f = th_study__add(w, TH_STUDY_MEAN, i, k, "mean.whole");
      if (!f) return;
      if (has) keep_spread(f, &spread);
      f->n = n;
      f->x = items_in(s, from, to);
      f->value = v;
      break;
    }
  }
}

/* Every other number with a spread: "27.3 ± 8.7", "62 (SD 9)". Its n is that of its arm, where there is one, and not guessed here. */
void th_study__find_spreads(th_finder *w) {
  const th_str s = w->f->s;
  for (uint32_t q = 0; q < w->f->n_sentences && !w->failed; q++) {
    size_t from, to;
    th_study__sentence_range(w->f, q, &from, &to);
    bool bracketed;
    const char *once = named_once(s, from, to, &bracketed);
    for (size_t i = from; i < to; i++) {
      if (!th_is_digit(s.p[i]) || !th_word_starts(s, i) || w->taken[i] || (i > from && s.p[i - 1] == '.')) continue;
      size_t k = i;
      th_printed v;
      th_spread_read spread;
      if (!th_study__number(s, &k, &v)) continue;
      const bool minus = i > from && s.p[i - 1] == '-' && (i == from + 1 || th_is_space(s.p[i - 2]) || s.p[i - 2] == '(');
      const size_t number_ends = k;
      if (!spread_at(s, &k, once, bracketed, &spread) || k > to || th_study__is_taken(w, i, k)) {
        i = number_ends - 1;
        continue;
      }
      th_study_finding *f = th_study__add(w, TH_STUDY_MEAN_SD, minus ? i - 1 : i, k, "mean.spread");
      if (!f) return;
      f->value = v;
      if (minus) f->value.v = -v.v;
      keep_spread(f, &spread);
      i = k - 1;
    }
  }
}
