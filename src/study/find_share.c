/* x of n (p %), in all its orders; arm sizes. */
#include "study/study_priv.h"

/* ── Arm sizes: the form "(n = 51)" only, which is rarely anything else ────────────────────────────────────────────── */

static th_str name_before(th_str s, size_t at) { /* what stands before the bracket, back to a stop */
  size_t to = at, from;
  while (to > 0 && th_is_space(s.p[to - 1])) to--;
  from = to;
  while (from > 0 && to - from < 60 && !strchr(".,;:()[]\n", s.p[from - 1])) {
    if ((unsigned char)s.p[from - 1] == 0x82 && from >= 3 && memcmp(s.p + from - 3, "。", 3) == 0) break;
    from--;
  }
  while (from < to && ((unsigned char)s.p[from] & 0xC0) == 0x80) from++; /* never half a character */
  return th_str_trim(th_str_sub(s, from, to));
}

static bool share_follows(th_str s, size_t i) {
  th_printed percent;
  th_study__spaces(s, &i);
  if (!th_study__plain(s, &i, &percent)) return false;
  th_study__spaces(s, &i);
  return th_at(s, i) == '%';
}

void th_study__find_arms(th_finder *w) {
  const th_str s = w->f->s;
  for (size_t i = 0; i + 3 < s.n && !w->failed; i++) {
    if (s.p[i] != '(' && s.p[i] != '[') continue;
    size_t k = i + 1;
    th_study__spaces(s, &k);
    if ((th_at(s, k) != 'n' && th_at(s, k) != 'N') || w->taken[i]) continue;
    k++;
    th_study__spaces(s, &k);
    if (!th_study__exact(s, &k, "=") && !th_study__exact(s, &k, "¼")) continue;
    th_study__spaces(s, &k);
    int64_t n;
    if (!th_study__count(s, &k, &n) || n < 1 || th_at(s, k) == '%' || (th_at(s, k) == '/' && th_is_digit(th_at(s, k + 1))))
      continue;
    th_study__spaces(s, &k);
    const bool closed = th_at(s, k) == ')' || th_at(s, k) == ']';
    if (!closed && th_at(s, k) != ',' && th_at(s, k) != ';') continue;
    if (!closed && share_follows(s, k + 1)) continue; /* "(n=6, 20%)" counts events, not an arm */
    th_study_finding *f = th_study__add(w, TH_STUDY_ARM_N, i, closed ? k + 1 : k, "arm.n");
    if (!f) return;
    f->n = n;
    f->text = name_before(s, i);
  }
}

/* ── Shares ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct th_share_read {
  int64_t x, n;
  th_printed percent;
  size_t from, to;
} th_share_read;

bool th_study__number_word(th_str s, size_t *i, int64_t *out) {
  static const char *const units[] = { "one",     "two",     "three",     "four",     "five",     "six",      "seven",
                                       "eight",   "nine",    "ten",       "eleven",   "twelve",   "thirteen", "fourteen",
                                       "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", NULL };
  static const char *const tens[] = { "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", NULL };
  const char first = th_lower(th_at(s, *i)); /* asked at every place of a text: nearly all is told by a letter */
  if (!first || !strchr("efnost", first)) return false;
  size_t k = *i;
  const int ten = th_study__one_of(s, &k, tens);
  if (ten >= 0) {
    *out = 10 * (ten + 2);
    size_t u = k;
    if (th_at(s, u) == '-') {
      u++;
      const int unit = th_study__one_of(s, &u, units);
      if (unit >= 0 && unit < 9) {
        *out += unit + 1;
        k = u;
      }
    }
    *i = k;
    return true;
  }
  const int unit = th_study__one_of(s, &k, units);
  if (unit < 0) return false;
  *out = unit + 1;
  *i = k;
  return true;
}

static bool ci_follows(th_str s, size_t i) { /* behind "95%": a level, no share */
  static const char *const heads[] = {
    "CI", "CIs", "C.I", "confidence", "credible", "CrI", "信賴", "信赖", "置信", "可信", NULL
  };
  th_study__chars(s, &i, " -(", 3);
  return th_study__one_of(s, &i, heads) >= 0;
}

static bool percent_at(th_str s, size_t *i, th_printed *out) {
  size_t k = *i;
  if (!th_study__plain(s, &k, out)) return false;
  th_study__spaces(s, &k);
  if (th_at(s, k) != '%' || out->v > 100 || ci_follows(s, k + 1)) return false;
  *i = k + 1;
  return true;
}

/* "(14.7%)", ", 72.4%", "patients (5.7%)": a few words only where a bracket follows. */
static bool percent_after(th_str s, size_t at, th_share_read *r) {
  size_t k = at;
  int words = 0;
  while (k < s.n && k - at < 44 && !strchr("([,;.:)]%", s.p[k]) && !th_is_digit(s.p[k])) {
    if (!th_is_space(s.p[k]) && (k == at || th_is_space(s.p[k - 1]))) words++;
    k++;
  }
  const bool plain = words == 0;
  if (words > 4) return false;
  if (plain) th_study__chars(s, &k, ",;", 1);
  th_study__spaces(s, &k);
  const bool bracket = th_study__chars(s, &k, "([", 1);
  if (!plain && !bracket) return false;
  th_study__spaces(s, &k);
  if (!percent_at(s, &k, &r->percent)) return false;
  r->to = k;
  return true;
}

/* "14.7% (" right before `at`; gives where the percentage starts. */
static bool percent_before(th_str s, size_t at, th_share_read *r) {
  size_t k = at;
  while (k > 0 && th_is_space(s.p[k - 1])) k--;
  if (k == 0 || (s.p[k - 1] != '(' && s.p[k - 1] != '[')) return false;
  k--;
  while (k > 0 && th_is_space(s.p[k - 1])) k--;
  if (k == 0 || s.p[k - 1] != '%') return false;
  k--;
  while (k > 0 && th_is_space(s.p[k - 1])) k--;
  size_t from = k;
  while (from > 0 && (th_is_digit(s.p[from - 1]) || s.p[from - 1] == '.')) from--;
  size_t i = from;
  if (from == k || !th_study__plain(s, &i, &r->percent) || i != k || r->percent.v > 100) return false;
  r->from = from;
  return true;
}

/* "grade 3/4 toxicities", "stage 2/3", "type 1/2": names, not counts. */
static bool names_grades(th_str s, size_t at) {
  static const char *const words[] = { "grade", "grades", "stage", "stages", "phase", "type", "types", "class", "ratio", NULL };
  size_t from = at;
  while (from > 0 && th_is_space(s.p[from - 1])) from--;
  while (from > 0 && th_is_alpha(s.p[from - 1])) from--;
  size_t i = from;
  return from < at && th_study__one_of(s, &i, words) >= 0;
}

static bool visual(th_str s, size_t at) {
  static const char *const words[] = { "acuity", "Snellen", "視力", "视力", "BCVA", NULL };
  return th_study__find_any(s, at > 60 ? at - 60 : 0, at, words) != SIZE_MAX;
}

/* The denominator behind x: "/n", " of n", " out of the n". */
static bool denominator(th_str s, size_t *i, int64_t *n, bool *slash) {
  size_t k = *i;
  *slash = th_at(s, k) == '/' || (th_at(s, k) == ' ' && th_at(s, k + 1) == '/');
  if (*slash) {
    th_study__chars(s, &k, " /", 3);
  } else {
    static const char *const of[] = { "out of the", "out of", "of the", "of", NULL };
    if (!th_is_space(th_at(s, k))) return false;
    th_study__spaces(s, &k);
    if (th_study__one_of(s, &k, of) < 0) return false;
    th_study__spaces(s, &k);
  }
  if (!th_study__count(s, &k, n)) return false;
  const char c = th_at(s, k);
  if (c == '/' || c == '%' || (c == '.' && th_is_digit(th_at(s, k + 1))) || (c == '-' && th_is_digit(th_at(s, k + 1))))
    return false;
  *i = k;
  return true;
}

static bool share_of_two(th_str s, size_t start, size_t after_x, int64_t x, th_share_read *r) {
  size_t k = after_x;
  bool slash;
  *r = (th_share_read){ .x = x, .from = start };
  if (!denominator(s, &k, &r->n, &slash) || x > r->n || r->n < 1) return false;
  static const char *const grades[] = { "級", "级", "期", "型", "grade", "stage", NULL }; /* 3/4級毒性 */
  size_t behind = k;
  if (slash && (visual(s, start) || names_grades(s, start) || th_study__one_of(s, &behind, grades) >= 0)) return false;
  r->to = k;
  if (percent_before(s, start, r)) {
    th_study__spaces(s, &k);
    if (th_at(s, k) == ')' || th_at(s, k) == ']') r->to = k + 1;
    return true;
  }
  return percent_after(s, k, r);
}

/* ── x of an arm that was named before ─────────────────────────────────────────────────────────────────────────────── */

static bool unit_word(th_str s, size_t *i) {
  static const char *const units[] = { "patients", "patient",  "participants", "participant", "women",  "men",
                                       "subjects", "children", "infants",      "cases",       "adults", "individuals",
                                       "名",       "例",       "位",           "人",          NULL };
  size_t k = *i;
  th_study__spaces(s, &k);
  if (th_study__one_of(s, &k, units) < 0) return false;
  *i = k;
  return true;
}

static bool back_over(th_str s, size_t *k, const char *word) {
  size_t at = *k;
  while (at > 0 && th_is_space(s.p[at - 1])) at--;
  const size_t n = strlen(word);
  if (at < n || memcmp(s.p + at - n, word, n) != 0) return false;
  *k = at - n;
  return true;
}

/* "352例中47例", "共308名,其中256名": the whole stands right before the part. */
static bool whole_before(th_str s, size_t at, int64_t *n) {
  back_over(s, &at, ",");
  back_over(s, &at, "有");
  if (!back_over(s, &at, "中")) return false;
  if (back_over(s, &at, "其")) back_over(s, &at, ",");
  back_over(s, &at, "患者");
  if (!back_over(s, &at, "例") && !back_over(s, &at, "名") && !back_over(s, &at, "人") && !back_over(s, &at, "位"))
    return false;
  while (at > 0 && th_is_space(s.p[at - 1])) at--;
  size_t from = at;
  while (from > 0 && (th_is_digit(s.p[from - 1]) || s.p[from - 1] == ',')) from--;
  while (from < at && s.p[from] == ',') from++;
  size_t i = from;
  return th_study__count(s, &i, n) && i == at;
}

static bool same_word(th_str context, th_str name) { /* some telling word of the arm's name stands in the context */
  static const char *const dull[] = { "group",    "groups",       "the",   "arm",      "arms", "treatment",
                                      "patients", "participants", "women", "with",     "and",  "received",
                                      "were",     "into",         "two",   "distinct", NULL };
  for (size_t i = 0; i < name.n; i++) {
    if (!th_is_alpha(name.p[i]) || (i > 0 && th_is_alpha(name.p[i - 1]))) continue;
    size_t to = i;
    while (to < name.n && (th_is_alpha(name.p[to]) || name.p[to] == '-' || th_is_digit(name.p[to]))) to++;
    char word[40];
    if (to - i < 4 || to - i >= sizeof word) continue;
    memcpy(word, name.p + i, to - i);
    word[to - i] = '\0';
    bool skip = false;
    for (int k = 0; dull[k]; k++) skip |= th_str_eq_nocase(th_str_of(word), th_str_of(dull[k]));
    const char *const list[] = { word, NULL };
    if (!skip && th_study__find_any(context, 0, context.n, list) != SIZE_MAX) return true;
    i = to;
  }
  /* Chinese: the last characters of the name, 貝利尤單抗組 */
  static const char *const group[] = { "組", "组" };
  for (int g = 0; g < 2; g++) {
    const size_t at = th_str_rfind(name, th_str_of(group[g]));
    if (at == SIZE_MAX || at < 6) continue;
    const size_t from = at >= 9 ? at - 9 : at - 6;
    if (th_str_has(context, th_str_sub(name, from, at + 3))) return true;
  }
  return false;
}

/* The arm that the words beside x name; else the one size all arms share. 0: not known. */
static int64_t arm_size(const th_finder *w, size_t from, size_t to, bool zh) {
  const th_str s = w->f->s, behind = th_str_sub(s, to, to + 60), before = th_str_sub(s, from > 48 ? from - 48 : 0, from);
  int64_t all = -1, named = -1;
  size_t arms = 0;
  for (size_t i = 0; i < w->out->findings.n; i++) {
    const th_study_finding *f = &w->out->findings.v[i];
    if (f->kind != TH_STUDY_ARM_N || f->zh != zh) continue;
    arms++;
    all = all < 0 || all == f->n ? f->n : 0;
    if (same_word(zh ? before : behind, f->text)) named = named < 0 || named == f->n ? f->n : 0;
  }
  if (named > 0) return named;
  return arms >= 2 && all > 0 ? all : 0;
}

static bool share_of_arm(const th_finder *w, size_t start, size_t after_x, int64_t x, th_share_read *r, bool *from_arm) {
  const th_str s = w->f->s;
  size_t k = after_x;
  *r = (th_share_read){ .x = x, .from = start };
  *from_arm = false;
  if (!unit_word(s, &k)) return false;
  size_t far = k;
  while (far < s.n && far - k < 24 && s.p[far] != '(' && !th_is_digit(s.p[far]) && !strchr(".,;:)[]", s.p[far])) far++;
  if (th_at(s, far) != '(') return false;
  far++;
  th_study__spaces(s, &far);
  if (!percent_at(s, &far, &r->percent)) return false;
  r->to = far;
  if (whole_before(s, start, &r->n)) return x <= r->n;
  const bool zh = th_study__is_zh(w->f, th_study__sentence_of(w->f, start));
  r->n = arm_size(w, start, far, zh);
  *from_arm = true;
  /* Which arm is a guess until the percentage bears it out: one that does not fit is not ours to report. */
  return r->n >= x && r->n > 0 && th_study_check_share(x, r->n, r->percent) != TH_V_ERROR;
}

void th_study__find_shares(th_finder *w) {
  const th_str s = w->f->s;
  for (size_t i = 0; i < s.n && !w->failed; i++) {
    const char c = s.p[i];
    if (!th_word_starts(s, i) || w->taken[i] || !(th_is_digit(c) || th_is_alpha(c))) continue;
    if (i > 0 && (s.p[i - 1] == '/' || s.p[i - 1] == '.' || (s.p[i - 1] == '-' && th_is_digit(c)))) continue;
    size_t k = i;
    int64_t x;
    if (!(th_is_digit(c) ? th_study__count(s, &k, &x) : th_study__number_word(s, &k, &x))) continue;
    th_share_read r;
    bool from_arm = false;
    if (!share_of_two(s, i, k, x, &r) && !(th_is_digit(c) && share_of_arm(w, i, k, x, &r, &from_arm))) continue;
    if (th_study__is_taken(w, r.from, r.to)) continue;
    th_study_finding *f = th_study__add(w, TH_STUDY_PROPORTION, r.from, r.to, from_arm ? "share.arm" : "share");
    if (!f) return;
    f->x = r.x;
    f->n = r.n;
    f->value = r.percent;
    f->n_from_arm = from_arm;
    i = r.to > i ? r.to - 1 : i;
  }
}
