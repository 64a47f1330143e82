/* Marks of a rule's text: clause labels, ROC dates, numbers of forms, debris of typesetting. */
#include <stdio.h>

#include "source/source_priv.h"
#include "theriac/text.h"

static bool digit(char c) {
  return c >= '0' && c <= '9';
}

static bool at(th_str s, size_t i, const char *z) {
  return th_str_starts(th_str_sub(s, i, s.n), th_str_of(z));
}

/* Length of the first of these at s[i]. */
static size_t any_at(th_str s, size_t i, const char *const *signs) {
  for (; *signs; signs++)
    if (at(s, i, *signs)) return strlen(*signs);
  return 0;
}

/* ── Labels ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Roman number of n ASCII letters (one case), 0 when it is none. Up to 39 is more than any clause has. */
static uint32_t roman(const char *p, size_t n) {
  uint32_t sum = 0;
  char back[8];
  if (n == 0 || n > 7) return 0;
  for (size_t i = 0; i < n; i++) {
    const char c = (char)(p[i] | 32), d = i + 1 < n ? (char)(p[i + 1] | 32) : 0;
    const uint32_t v = c == 'i' ? 1 : c == 'v' ? 5 : c == 'x' ? 10 : 0, w = d == 'i' ? 1 : d == 'v' ? 5 : d == 'x' ? 10 : 0;
    if (v == 0) return 0;
    sum += v < w ? (uint32_t) - (int32_t)v : v;
  }
  if (sum == 0 || sum > 39) return 0;
  size_t k = 0; /* written back: "iiii" and "vx" are no numbers */
  uint32_t left = sum;
  for (; left >= 10; left -= 10) back[k++] = 'x';
  static const char *const ones[] = { "", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix" };
  for (const char *o = ones[left]; *o && k < sizeof back; o++) back[k++] = *o;
  if (k != n) return 0;
  for (size_t i = 0; i < n; i++)
    if ((p[i] | 32) != back[i]) return 0;
  return sum;
}

/* Unicode Roman numerals Ⅰ–Ⅻ and ⅰ–ⅻ: value, case in *low, 3 bytes. */
static uint32_t roman_sign(th_str s, size_t i, bool *low) {
  if (i + 3 > s.n || (unsigned char)s.p[i] != 0xE2 || (unsigned char)s.p[i + 1] != 0x85) return 0;
  const unsigned c = (unsigned char)s.p[i + 2];
  *low = c >= 0xB0;
  if (c >= 0xA0 && c <= 0xAB) return c - 0xA0 + 1;
  return c >= 0xB0 && c <= 0xBB ? c - 0xB0 + 1 : 0;
}

static void way(th_source__label *l, th_source__label_style style, uint32_t ordinal) {
  if (ordinal && l->ways < 2) l->style[l->ways] = style, l->ordinal[l->ways++] = ordinal;
}

/* What stands between the brackets or before the point. Gives its length. */
static size_t inner(th_str s, size_t i, bool paren, th_source__label *l) {
  size_t j = i;
  bool low = false;
  uint32_t n = 0;
  while (j < s.n && j < i + 3 && digit(s.p[j])) n = n * 10 + (uint32_t)(s.p[j++] - '0');
  if (j > i) {
    way(l, paren ? TH_LABEL_PAREN_DIGIT : TH_LABEL_DIGIT, n);
    return j - i;
  }
  if ((n = roman_sign(s, i, &low))) {
    way(l, paren ? TH_LABEL_PAREN_ROMAN : low ? TH_LABEL_ROMAN_LOW : TH_LABEL_ROMAN_UP, n);
    return 3;
  }
  while (j < s.n && j < i + 7 && (s.p[j] | 32) >= 'a' && (s.p[j] | 32) <= 'z') j++;
  if (j == i) return 0;
  const bool up = s.p[i] < 'a';
  for (size_t k = i; k < j; k++)
    if ((s.p[k] < 'a') != up) return 0;
  way(l, paren ? TH_LABEL_PAREN_ROMAN : up ? TH_LABEL_ROMAN_UP : TH_LABEL_ROMAN_LOW, roman(s.p + i, j - i));
  if (j - i == 1)
    way(l, paren ? TH_LABEL_PAREN_ALPHA : up ? TH_LABEL_ALPHA_UP : TH_LABEL_ALPHA_LOW, (uint32_t)((s.p[i] | 32) - 'a' + 1));
  return l->ways ? j - i : 0;
}

bool th_source__clause_label(th_str s, th_source__label *out) {
  static const char *const open[] = { "(", "（", NULL }, *const close[] = { ")", "）", NULL },
                           *const points[] = { ".", "．", "、", NULL };
  *out = (th_source__label){ 0 };
  size_t i = 0;
  if (s.n >= 3 && (unsigned char)s.p[0] == 0xE2 && (unsigned char)s.p[1] == 0x91 && (unsigned char)s.p[2] >= 0xA0 &&
      (unsigned char)s.p[2] <= 0xB3) {
    way(out, TH_LABEL_CIRCLED, (unsigned char)s.p[2] - 0xA0u + 1);
    i = 3;
  } else if (s.n >= 3 && (unsigned char)s.p[0] == 0xE2 && (unsigned char)s.p[1] == 0x91 && (unsigned char)s.p[2] >= 0xB4) {
    way(out, TH_LABEL_PAREN_DIGIT, (unsigned char)s.p[2] - 0xB4u + 1); /* ⑴ … */
    i = 3;
  } else {
    const size_t bracket = any_at(s, 0, open);
    const size_t n = inner(s, bracket, bracket > 0, out);
    if (n == 0) return false;
    i = bracket + n;
    const size_t end = any_at(s, i, bracket ? close : points);
    if (end == 0) return false;
    i += end;
    if (!bracket && i < s.n && (digit(s.p[i]) || s.p[i] == '.')) return false; /* 1.0, e.g. */
    if (!bracket && s.p[0] > '9' && i + 1 < s.n && (s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'z' && s.p[i + 1] == '.')
      return false; /* i.e., e.g. */
  }
  out->mark_n = i;
  while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t')) i++;
  while (at(s, i, "\xE3\x80\x80")) i += 3;
  out->n = i;
  return true;
}

th_str th_source__label_id(th_arena *a, th_source__label_style style, uint32_t ordinal) {
  static const char *const tens[] = { "", "x", "xx", "xxx" }, *const ones[] = { "",  "i",  "ii",  "iii",  "iv",
                                                                                "v", "vi", "vii", "viii", "ix" };
  char low[16] = "", up[16];
  snprintf(low, sizeof low, "%s%s", tens[ordinal / 10 % 4], ones[ordinal % 10]);
  for (size_t i = 0; i < sizeof up; i++) up[i] = (char)(low[i] >= 'a' ? low[i] - 32 : 0);
  const char letter = (char)('a' + (ordinal - 1) % 26);
  switch (style) {
  case TH_LABEL_DIGIT: return th_str_fmt(a, "%u", ordinal);
  case TH_LABEL_PAREN_DIGIT: return th_str_fmt(a, "(%u)", ordinal);
  case TH_LABEL_ROMAN_UP: return th_str_fmt(a, "%s", up);
  case TH_LABEL_ROMAN_LOW: return th_str_fmt(a, "%s", low);
  case TH_LABEL_PAREN_ROMAN: return th_str_fmt(a, "(%s)", low);
  case TH_LABEL_ALPHA_UP: return th_str_fmt(a, "%c", letter - 32);
  case TH_LABEL_ALPHA_LOW: return th_str_fmt(a, "%c", letter);
  case TH_LABEL_PAREN_ALPHA: return th_str_fmt(a, "(%c)", letter);
  case TH_LABEL_CIRCLED: return th_str_fmt(a, "#%u", ordinal);
  case TH_LABEL_NONE:
  default: return TH_S("");
  }
}

size_t th_source__rule_number(th_str s, size_t *number_n) {
  size_t i = 0, points = 0, last = 0;
  while (i < s.n && i < 40) {
    size_t d = i;
    while (d < s.n && digit(s.p[d])) d++;
    if (d == i || d - i > 3) break;
    last = d;
    i = d;
    if (i >= s.n || s.p[i] != '.') break;
    points++;
    i++;
  }
  if (points < 2 && !(points == 1 && last == i && i > 2)) return 0;
  if (last == i && points < 1) return 0;
  /* "1.0 mg": a rule number is followed by its last point, a blank or a name */
  if (points < 2 && (i >= s.n || s.p[i] != ' ')) return 0;
  *number_n = last;
  size_t end = i;
  while (end < s.n && s.p[end] == ' ') end++;
  if (end >= s.n) return 0;
  const bool letter = (s.p[end] | 32) >= 'a' && (s.p[end] | 32) <= 'z';
  return letter || (unsigned char)s.p[end] >= 0x80 ? end : 0;
}

/* ── Dates ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* "(111/10/1、114/2/1)" at s[i] when it holds nothing but dates: length with the brackets, else 0. */
static size_t date_bracket(th_str s, size_t i) {
  static const char *const open[] = { "(", "（", NULL }, *const close[] = { ")", "）", NULL };
  const size_t o = any_at(s, i, open);
  if (!o) return 0;
  bool any = false;
  for (size_t j = i + o; j < s.n && j < i + 600;) {
    const size_t c = any_at(s, j, close);
    if (c) return any ? j + c - i : 0;
    size_t d = j, slashes = 0;
    while (d < s.n && (digit(s.p[d]) || s.p[d] == '/')) slashes += s.p[d++] == '/';
    if (d > j) {
      if (slashes != 2) return 0;
      any = true;
      j = d;
    } else if (s.p[j] == ' ' || s.p[j] == ',' || s.p[j] == '\n' || s.p[j] == '\r' || s.p[j] == ';') {
      j++;
    } else if (at(s, j, "、") || at(s, j, "，") || at(s, j, "；")) {
      j += 3;
    } else
      return 0;
  }
  return 0;
}

bool th_source__only_dates(th_str s) {
  const size_t n = date_bracket(s, 0);
  return n && n == s.n;
}

th_code th_source__roc_dates(th_arena *a, th_str doc, th_str s, uint32_t line, th_coverage_dates *out, th_err *err) {
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] == '\n') line++;
    if (s.p[i] != '(' && !at(s, i, "（")) continue;
    const size_t n = date_bracket(s, i);
    for (size_t j = i; n && j < i + n;) {
      size_t d = j;
      while (d < i + n && (digit(s.p[d]) || s.p[d] == '/')) d++;
      if (d == j) {
        line += s.p[j++] == '\n';
        continue;
      }
      th_coverage_date x = { .at = th_source__view(doc, th_str_sub(s, j, d), line) };
      if (th_date_parse_roc(x.at.text, &x.date) && !TH_VEC_PUSH(a, out, x)) return th_fail_nomem(err);
      j = d;
    }
    if (n) i += n - 1;
  }
  return TH_OK;
}

/* ── Forms ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static const char *const han_digits[] = { "〇", "一", "二", "三", "四", "五", "六", "七", "八", "九" };

static size_t han_digit(th_str s, size_t i, uint32_t *v) {
  for (uint32_t k = 0; k < 10; k++)
    if (at(s, i, han_digits[k])) return *v = k, strlen(han_digits[k]);
  if (at(s, i, "零")) return *v = 0, 3;
  if (at(s, i, "０")) return *v = 0, 3;
  if (i + 3 <= s.n && (unsigned char)s.p[i] == 0xEF && (unsigned char)s.p[i + 1] == 0xBC && (unsigned char)s.p[i + 2] >= 0x90 &&
      (unsigned char)s.p[i + 2] <= 0x99)
    return *v = (unsigned char)s.p[i + 2] - 0x90u, 3;
  return 0;
}

/* A number at s[i]: figures, full-width figures or Chinese numerals to 999. Length, 0 without. */
static size_t number_at(th_str s, size_t i, uint32_t *value) {
  size_t j = i;
  uint32_t sum = 0, pending = 0;
  bool any = false, places = false;
  while (j < s.n && j < i + 24) {
    uint32_t d;
    size_t n;
    if (digit(s.p[j])) {
      pending = pending * 10 + (uint32_t)(s.p[j++] - '0');
      any = true;
    } else if ((n = han_digit(s, j, &d))) {
      pending = places || pending == 0 ? d : pending * 10 + d;
      if (!places && pending > 99999) return 0;
      j += n;
      any = true;
    } else if (at(s, j, "十") || at(s, j, "百")) {
      sum += (pending ? pending : 1) * (at(s, j, "十") ? 10u : 100u);
      pending = 0;
      places = any = true;
      j += 3;
    } else
      break;
    if (pending > 99999 || sum > 99999) return 0;
  }
  *value = sum + pending;
  return any ? j - i : 0;
}

size_t th_source__form_number(th_str s) {
  size_t i = at(s, 0, "附表") ? 6 : at(s, 0, "附件") ? 6 : 0;
  uint32_t v;
  if (!i) return 0;
  while (i < s.n && s.p[i] == ' ') i++;
  const size_t n = number_at(s, i, &v);
  if (!n) return 0;
  i += n;
  while (at(s, i, "之") || at(s, i, "-")) {
    const size_t sign = at(s, i, "之") ? 3 : 1, k = number_at(s, i + sign, &v);
    if (!k) break;
    i += sign + k;
  }
  return i;
}

bool th_source_form_id(th_arena *a, th_str s, th_str *out) {
  size_t i = at(s, 0, "附表") || at(s, 0, "附件") ? 6 : 0;
  while (i < s.n && s.p[i] == ' ') i++;
  uint32_t v;
  size_t n = number_at(s, i, &v);
  if (!n) return false;
  th_str id = th_str_fmt(a, "%u", v);
  for (i += n; id.p && i < s.n; i += n) {
    const size_t sign = at(s, i, "之") ? 3 : at(s, i, "-") ? 1 : 0;
    if (!sign || !(n = number_at(s, i + sign, &v))) break;
    id = th_str_fmt(a, "%.*s-%u", TH_STR_ARG(id), v);
    i += sign;
  }
  *out = id;
  return id.p != NULL;
}

/* ── Debris of typesetting ─────────────────────────────────────────────────────────────────────────────────────────── */

static const struct {
  const char *name, *text;
} commands[] = { { "geqslant", "≥" }, { "leqslant", "≤" },  { "geq", "≥" },    { "leq", "≤" },    { "ge", "≥" },
                 { "le", "≤" },       { "gt", ">" },        { "lt", "<" },     { "neq", "≠" },    { "times", "×" },
                 { "pm", "±" },       { "approx", "≈" },    { "sim", "~" },    { "cdot", "·" },   { "mu", "μ" },
                 { "alpha", "α" },    { "beta", "β" },      { "circ", "°" },   { "degree", "°" }, { "text", "" },
                 { "mathrm", "" },    { "mathbf", "" },     { "left", "" },    { "right", "" },   { "quad", " " },
                 { "frac", "" },      { "checkmark", "✓" }, { "square", "□" }, { "Box", "□" } };

/* A command "\name" at s[i] == '\\'. Gives its length in the source. */
static size_t command(th_str s, size_t i, th_buf *b) {
  size_t j = i + 1;
  while (j < s.n && (s.p[j] | 32) >= 'a' && (s.p[j] | 32) <= 'z') j++;
  const th_str name = th_str_sub(s, i + 1, j);
  for (size_t k = 0; k < sizeof commands / sizeof commands[0]; k++)
    if (th_str_is(name, commands[k].name)) {
      th_buf_addz(b, commands[k].text);
      return j - i;
    }
  if (name.n == 0 && i + 1 < s.n && strchr("%$&#_{}, ;!", s.p[i + 1])) {
    if (s.p[i + 1] != ',' && s.p[i + 1] != ';' && s.p[i + 1] != '!')
      th_buf_addc(b, s.p[i + 1]);
    else
      th_buf_addc(b, ' ');
    return 2;
  }
  th_buf_addc(b, '\\');
  return 1;
}

static bool sentence_ends(const th_buf *b) {
  static const char *const ends[] = { "。", "：", "；", ":", ";", "！", "？" };
  const th_str s = th_buf_str(b);
  for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
    if (th_str_ends(s, th_str_of(ends[i]))) return true;
  return false;
}

static void trim_blank(th_buf *b) {
  while (b->n && (b->p[b->n - 1] == ' ' || b->p[b->n - 1] == '\t')) b->n--;
}

/* A line end inside the text: nothing between Chinese characters, a blank next to a Latin word, a new line after a finished
 * sentence. */
static void line_break(th_buf *b, bool blank_line, th_str rest) {
  trim_blank(b);
  if (b->n == 0 || b->p[b->n - 1] == '\n') return;
  if (sentence_ends(b) && blank_line)
    th_buf_addc(b, '\n');
  else if (rest.n && ((unsigned char)b->p[b->n - 1] < 0x80 || (unsigned char)rest.p[0] < 0x80))
    th_buf_addc(b, ' ');
}

th_code th_source__clean(th_arena *a, th_str s, th_str *out, th_err *err) {
  th_buf b;
  th_buf_init(&b, a, s.n + 1);
  bool math = false;
  for (size_t i = 0; i < s.n;) {
    const char c = s.p[i];
    const size_t dates = c == '(' || at(s, i, "（") ? date_bracket(s, i) : 0;
    if (dates) {
      i += dates;
    } else if (c == '$') {
      math = !math;
      i++;
    } else if (c == '\\') {
      i += command(s, i, &b);
    } else if (math && (c == '{' || c == '}')) {
      if (c == '}' && i + 1 < s.n && s.p[i + 1] == '{') th_buf_addc(&b, '/'); /* \frac{a}{b} */
      i++;
    } else if (math && c == '^' && i + 1 < s.n) {
      size_t k = i + 1 + (s.p[i + 1] == '{');
      if (k < s.n && (s.p[k] == '2' || s.p[k] == '3')) {
        th_buf_addz(&b, s.p[k] == '2' ? "²" : "³");
        i = k + 1 + (k > i + 1 && k + 1 < s.n && s.p[k + 1] == '}');
      } else
        th_buf_addc(&b, s.p[i++]);
    } else if (c == '\n' || c == '\r') {
      size_t k = i, ends = 0;
      for (; k < s.n && (s.p[k] == '\n' || s.p[k] == '\r' || s.p[k] == ' ' || s.p[k] == '\t'); k++)
        ends += s.p[k] == '\n' || (s.p[k] == '\r' && !(k + 1 < s.n && s.p[k + 1] == '\n'));
      line_break(&b, ends > 1, th_str_sub(s, k, s.n));
      i = k;
    } else if (c == ' ' || c == '\t') {
      if (b.n && b.p[b.n - 1] != ' ' && b.p[b.n - 1] != '\n') th_buf_addc(&b, ' ');
      i++;
    } else {
      if (at(s, i, "，") || at(s, i, "。") || at(s, i, "；") || at(s, i, "、")) trim_blank(&b);
      th_buf_addc(&b, c);
      i++;
    }
  }
  if (b.failed) return th_fail_nomem(err);
  *out = th_str_trim(th_buf_str(&b));
  if (!out->p) *out = TH_S("");
  return TH_OK;
}
