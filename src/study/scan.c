/* Reading words and numbers out of folded text. */
#include <math.h>

#include "study/study_priv.h"

void th_study__spaces(th_str s, size_t *i) {
  while (*i < s.n && th_is_space(s.p[*i])) ++*i;
}

/* A blank in the word matches any run of blanks and hyphens: "hazard ratio", "hazard-ratio", a line end between. */
bool th_study__rest_of_word(th_str s, size_t *i, const char *word) {
  size_t k = *i;
  for (const char *w = word; *w; w++) {
    if (*w == ' ') {
      if (!th_is_space(th_at(s, k)) && th_at(s, k) != '-') return false;
      while (th_is_space(th_at(s, k)) || th_at(s, k) == '-') k++;
    } else {
      if (k >= s.n || th_lower(s.p[k]) != th_lower(*w)) return false;
      k++;
    }
  }
  const char last = word[strlen(word) - 1];
  if (th_is_alpha(last) && th_is_alpha(th_at(s, k))) return false;
  *i = k;
  return true;
}

int th_study__one_of(th_str s, size_t *i, const char *const *list) {
  for (int k = 0; list[k]; k++)
    if (th_study__word(s, i, list[k])) return k;
  return -1;
}

size_t th_study__find_any(th_str s, size_t from, size_t to, const char *const *list) {
  for (size_t i = from; i < to && i < s.n; i++) {
    if (th_is_alpha(s.p[i]) && !th_word_starts(s, i)) continue;
    size_t k = i;
    if (th_study__one_of(s, &k, list) >= 0 && k <= to) return i;
  }
  return SIZE_MAX;
}

bool th_study__chars(th_str s, size_t *i, const char *set, size_t most) {
  const size_t start = *i;
  while (*i < s.n && *i - start < most && s.p[*i] != '\0' && strchr(set, s.p[*i])) ++*i;
  return *i > start;
}

static bool group_of_three(th_str s, size_t i) { /* ",159" or " 170" not followed by a further digit */
  return th_is_digit(th_at(s, i + 1)) && th_is_digit(th_at(s, i + 2)) && th_is_digit(th_at(s, i + 3)) &&
         !th_is_digit(th_at(s, i + 4));
}

static bool decimal(th_str s, size_t *i, bool grouped, th_printed *out) {
  size_t k = *i, n = 0;
  char digits[48];
  digits[n++] = '0'; /* .36 */
  const size_t start = k;
  while (th_is_digit(th_at(s, k)) && n < 20) digits[n++] = s.p[k++];
  if (th_is_digit(th_at(s, k))) return false;
  const size_t lead = k - start;
  while (grouped && lead >= 1 && lead <= 3 && n < 20 && th_at(s, k) == ',' && group_of_three(s, k)) {
    memcpy(digits + n, s.p + k + 1, 3);
    n += 3;
    k += 4;
  }
  int decimals = 0;
  if (th_at(s, k) == '.' && th_is_digit(th_at(s, k + 1))) {
    digits[n++] = '.';
    k++;
    while (th_is_digit(th_at(s, k)) && n < sizeof digits) digits[n++] = s.p[k++], decimals++;
    if (th_is_digit(th_at(s, k))) return false;
  }
  double v;
  if (k == start || !th_str_to_f64((th_str){ digits, n }, &v)) return false;
  *out = (th_printed){ v, decimals };
  *i = k;
  return true;
}

bool th_study__number(th_str s, size_t *i, th_printed *out) {
  return decimal(s, i, true, out);
}

bool th_study__plain(th_str s, size_t *i, th_printed *out) {
  return decimal(s, i, false, out);
}

bool th_study__signed(th_str s, size_t *i, th_printed *out) {
  size_t k = *i;
  bool minus = false;
  if (th_at(s, k) == '-' || th_at(s, k) == '+') {
    minus = s.p[k] == '-';
    k++;
    if (th_at(s, k) == ' ') k++;
  }
  if (!th_study__number(s, &k, out)) return false;
  if (minus) out->v = -out->v;
  *i = k;
  return true;
}

bool th_study__count(th_str s, size_t *i, int64_t *out) {
  th_printed n;
  size_t k = *i;
  if (!th_study__number(s, &k, &n) || n.decimals > 0 || n.v > 1e12) return false;
  *out = (int64_t)n.v;
  *i = k;
  return true;
}

/* "5 x 10-8", "5 x 10^-8" behind a P. */
static void power_of_ten(th_str s, size_t *i, th_printed *p) {
  size_t k = *i;
  th_study__spaces(s, &k);
  if (th_at(s, k) != 'x' && th_at(s, k) != '*') return;
  k++;
  th_study__spaces(s, &k);
  if (!th_study__exact(s, &k, "10")) return;
  if (th_at(s, k) == '^') k++;
  th_study__spaces(s, &k);
  if (th_at(s, k) != '-') return;
  k++;
  int64_t power;
  if (!th_study__count(s, &k, &power) || power > 300) return;
  p->v *= pow(10, -(double)power);
  p->decimals += (int)power;
  *i = k;
}

static bool p_sign(th_str s, size_t *i, th_p_read *out) {
  static const struct {
    const char *text;
    th_p_cmp cmp;
    bool damaged;
  } signs[] = { { "<=", TH_P_LT, false }, { ">=", TH_P_GT, false }, { "=<", TH_P_LT, false }, { "<", TH_P_LT, false },
                { ">", TH_P_GT, false },  { "=", TH_P_EQ, false },  { "¼", TH_P_EQ, true },   { ":", TH_P_EQ, false } };
  for (size_t k = 0; k < sizeof signs / sizeof *signs; k++)
    if (th_study__exact(s, i, signs[k].text)) {
      out->cmp = signs[k].cmp;
      out->damaged = signs[k].damaged;
      return true;
    }
  static const char *const equals[] = { "of", "was", "is", "為", "为", NULL };
  if (th_study__one_of(s, i, equals) >= 0) {
    out->cmp = TH_P_EQ;
    return true;
  }
  const char c = th_at(s, *i);
  if ((c == 'b' || c == 'N') && (th_at(s, *i + 1) == ' ' || th_at(s, *i + 1) == '.' || th_at(s, *i + 1) == '0')) {
    out->cmp = c == 'b' ? TH_P_LT : TH_P_GT;
    out->damaged = true;
    ++*i;
    return true;
  }
  return false;
}

static bool one_sided_near(th_str s, size_t from, size_t to) { /* "one-sided P = 0.02", "P = 0.02, one-tailed", "單尾 P" */
  static const char *const words[] = { "one sided", "one tailed", "1-sided", "1-tailed", "單尾", "单尾", "單側", "单侧", NULL };
  size_t before = from > 12 ? from - 12 : 0, k = to;
  while (before < from && !th_word_starts(s, before)) before++;
  if (th_study__find_any(s, before, from, words) != SIZE_MAX) return true;
  th_study__chars(s, &k, " ,(;[", 3);
  return th_study__one_of(s, &k, words) >= 0;
}

bool th_study__p(th_str s, size_t *i, th_p_read *out) {
  size_t k = *i;
  if ((th_at(s, k) != 'P' && th_at(s, k) != 'p') || !th_word_starts(s, k)) return false;
  *out = (th_p_read){ .from = k };
  k++;
  if (th_at(s, k) == '-' || th_at(s, k) == ' ') {
    size_t v = k + 1;
    static const char *const value[] = { "value", "values", "val", NULL };
    if (th_study__one_of(s, &v, value) >= 0) k = v;
  }
  static const char *const zh_value[] = { "值", NULL };
  th_study__one_of(s, &k, zh_value);
  th_study__spaces(s, &k);
  if (!p_sign(s, &k, out)) return false;
  th_study__spaces(s, &k);
  if (!th_study__number(s, &k, &out->p)) return false;
  power_of_ten(s, &k, &out->p);
  if (out->p.v > 1.5 || th_at(s, k) == '%') return false;
  out->one_sided = one_sided_near(s, *i, k);
  out->to = k;
  *i = k;
  return true;
}
