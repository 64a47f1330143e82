/* Test results: t(28) = 2.2, F(1, 222) = 11.2, χ²(2, N = 608) = 28.9, z = −2.46, r(95) = .36, Q_B(5) = 3.87, with their P. */
#include <math.h>

#include "study/study_priv.h"

typedef enum th_test_kind { T, F, CHI2, Z, R, Q } th_test_kind;

static const char *const test_names[] = { "t", "F", "chi2", "z", "r", "Q" };

/* The letter or word of a test; what may follow it is looked at by the caller. */
static bool test_name(th_str s, size_t *i, th_test_kind *kind) {
  static const char *const chi[] = { "chi-squared", "chi-square", "chi squared", "chi square", "chi2", "卡方值", "卡方", NULL };
  size_t k = *i;
  if (th_study__exact(s, &k, "χ") || th_study__exact(s, &k, "Χ") || th_study__exact(s, &k, "𝜒")) {
    th_study__chars(s, &k, " ^", 1);
    if (th_at(s, k) == '2') k++;
    *kind = CHI2;
  } else if (!th_word_starts(s, k)) {
    return false;
  } else if (th_study__one_of(s, &k, chi) >= 0) {
    *kind = CHI2;
  } else {
    const char c = th_at(s, k);
    if ((c == 'X' || c == 'x') && th_at(s, k + 1) == '2' && !th_is_digit(th_at(s, k + 2)) && th_at(s, k + 2) != '.') {
      *kind = CHI2;
      k += 2;
    } else {
      *kind = c == 't' ? T : c == 'F' ? F : c == 'z' || c == 'Z' ? Z : c == 'r' ? R : c == 'Q' ? Q : T;
      if (!c || !strchr("tFzZrQ", c)) return false;
      k++;
      if (c == 'Q')
        while (th_is_alpha(th_at(s, k)) && k - *i < 12) k++; /* QB, QWithin */
    }
  }
  *i = k;
  return true;
}

/* "(28)", "(df = 17)", "(1, 222)", "(8, N = 608)"; also with [ ]. */
static bool degrees(th_str s, size_t *i, th_test_kind kind, double *d1, double *d2) {
  size_t k = *i;
  th_study__spaces(s, &k);
  if (th_at(s, k) != '(' && th_at(s, k) != '[') return false;
  k++;
  th_study__spaces(s, &k);
  static const char *const df[] = { "df", "d.f.", "自由度", NULL };
  if (th_study__one_of(s, &k, df) >= 0) th_study__chars(s, &k, " =:", 3);
  th_printed a, b = { NAN, 0 };
  if (!th_study__plain(s, &k, &a) || !(a.v > 0)) return false;
  th_study__spaces(s, &k);
  if (kind == F) {
    if (!th_study__chars(s, &k, " ,;", 3) || !th_study__plain(s, &k, &b) || !(b.v > 0)) return false;
  } else if (th_at(s, k) == ',' || th_at(s, k) == ';') {
    k++;
    th_study__spaces(s, &k);
    static const char *const n[] = { "N", "n", NULL };
    int64_t count;
    if (th_study__one_of(s, &k, n) < 0 || !th_study__chars(s, &k, " =", 3) || !th_study__count(s, &k, &count)) return false;
  }
  th_study__spaces(s, &k);
  if (th_at(s, k) != ')' && th_at(s, k) != ']') return false;
  *i = k + 1;
  *d1 = kind == F || kind == CHI2 || kind == Q ? a.v : NAN;
  *d2 = kind == F ? b.v : kind == T || kind == R ? a.v : NAN;
  return true;
}

static bool statistic(th_str s, size_t *i, th_printed *out) {
  size_t k = *i;
  static const char *const value[] = { "值", "value", NULL };
  th_study__one_of(s, &k, value);
  th_study__spaces(s, &k);
  if (!th_study__exact(s, &k, "=") && !th_study__exact(s, &k, "¼") && !th_study__exact(s, &k, ":")) return false;
  th_study__spaces(s, &k);
  if (!th_study__signed(s, &k, out)) return false;
  *i = k;
  return true;
}

/* "ns", "n.s.", and "was statistically significant at the .05 level". */
static bool word_p(th_str s, size_t *i, size_t end, th_p_read *p) {
  static const char *const ns[] = { "ns", "n.s.", "n.s", "NS", NULL };
  static const char *const at[] = { "significant at the", "significant at", NULL };
  size_t k = *i;
  if (th_word_starts(s, k) && th_study__one_of(s, &k, ns) >= 0) {
    *p = (th_p_read){ .cmp = TH_P_NS, .from = *i, .to = k };
    *i = k;
    return true;
  }
  if (th_word_starts(s, k) && th_study__one_of(s, &k, at) >= 0 && k < end) {
    th_study__spaces(s, &k);
    static const char *const not_before[] = { "not", "non", "no", NULL };
    const size_t back = *i > 24 ? *i - 24 : 0;
    th_printed v;
    static const char *const level[] = { "level", NULL };
    if (th_study__find_any(s, back, *i, not_before) != SIZE_MAX || !th_study__plain(s, &k, &v) || v.v >= 1) return false;
    th_study__spaces(s, &k);
    if (th_study__one_of(s, &k, level) < 0) return false;
    *p = (th_p_read){ .cmp = TH_P_LT, .p = v, .from = *i, .to = k };
    *i = k;
    return true;
  }
  return false;
}

/* The P that belongs to the statistic: the first within 45 bytes of the same sentence and before the next test. */
static bool its_p(th_str s, size_t at, size_t end, th_p_read *p) {
  for (size_t i = at; i < end && i < at + 45; i++) {
    size_t k = i;
    if (th_study__p(s, &k, p) || word_p(s, &k, end, p)) return true;
    th_test_kind other;
    double d1, d2;
    k = i;
    if (i > at && test_name(s, &k, &other) && degrees(s, &k, other, &d1, &d2)) return false;
  }
  return false;
}

static bool test_at(th_finder *w, size_t start, size_t *next) {
  const th_str s = w->f->s;
  size_t i = start, from, end;
  th_test_kind kind;
  if (!test_name(s, &i, &kind)) return false;
  double d1 = NAN, d2 = NAN;
  const bool has_df = kind != Z && degrees(s, &i, kind, &d1, &d2);
  if (!has_df && kind == Q) return false;
  th_printed value;
  if (!statistic(s, &i, &value)) return false;
  const uint32_t sentence = th_study__sentence_of(w->f, start);
  th_study__sentence_range(w->f, sentence, &from, &end);
  /* A statistic broken over a line end may have its P behind what looks like the end of a sentence. */
  th_p_read p = { 0 };
  if (!its_p(s, i, end, &p)) return false;
  if (kind == R && fabs(value.v) > 1) return false;
  th_study_finding *f =
      th_study__add(w, TH_STUDY_TEST, start, p.to > i ? p.to : i, has_df || kind == Z ? "test.df" : "test.no_df");
  if (!f) return false;
  f->what = test_names[kind];
  f->value = value;
  f->df1 = d1;
  f->df2 = d2;
  f->p_cmp = p.cmp;
  f->p = p.p;
  f->one_sided = p.one_sided;
  if (p.damaged) {
    /* A lost sign is read only if the recomputation agrees; otherwise nothing was printed that we could hold against it. */
    th_study__recheck(f);
    if (f->p_check != TH_V_OK) {
      f->p_cmp = TH_P_NONE;
      f->p = (th_printed){ 0 };
    }
  }
  *next = p.to > i ? p.to : i;
  return true;
}

void th_study__find_tests(th_finder *w) {
  const th_str s = w->f->s;
  for (size_t i = 0; i < s.n && !w->failed;) {
    size_t next;
    if (!w->taken[i] && test_at(w, i, &next))
      i = next;
    else
      i++;
  }
}
