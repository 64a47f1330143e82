/* The head of an abstract taken apart: authors, the citation line, identifiers. */
#include "source/source_priv.h"

static bool digit(char c) {
  return c >= '0' && c <= '9';
}

/* Marks of affiliation at a name's end: "Liu L(1)(2)", "Ma X1,*". */
static th_str bare_name(th_str t) {
  t = th_str_trim(t);
  while (t.n &&
         (digit(t.p[t.n - 1]) || t.p[t.n - 1] == '*' || t.p[t.n - 1] == '.' || t.p[t.n - 1] == ')' || t.p[t.n - 1] == '('))
    t.n--;
  return th_str_trim(t);
}

th_code th_source__abstract_authors(th_arena *a, th_str doc, th_field line, th_field_vec *out, th_err *err) {
  const th_str s = line.text;
  size_t start = 0;
  for (size_t i = 0; i <= s.n; i++) {
    const bool wide =
        i < s.n && (th_str_starts(th_str_sub(s, i, s.n), TH_S("、")) || th_str_starts(th_str_sub(s, i, s.n), TH_S("，")));
    if (i < s.n && s.p[i] != ',' && s.p[i] != ';' && !wide) continue;
    const th_str name = bare_name(th_str_sub(s, start, i));
    start = i + (wide ? 3 : 1);
    if (name.n == 0) continue;
    const bool inside = s.p >= doc.p && s.p + s.n <= doc.p + doc.n;
    const th_field f = inside ? th_source__view(doc, name, line.line) : (th_field){ name, line.from, line.to, line.line };
    if (!TH_VEC_PUSH(a, out, f)) return th_fail_nomem(err);
  }
  return TH_OK;
}

th_str th_source__doi(th_str s, size_t from) {
  for (size_t at = th_str_find(s, TH_S("10."), from); at != SIZE_MAX; at = th_str_find(s, TH_S("10."), at + 1)) {
    size_t i = at + 3;
    while (i < s.n && (digit(s.p[i]) || s.p[i] == '.')) i++;
    if (i - at < 7 || i >= s.n || s.p[i] != '/') continue;
    size_t end = i + 1;
    while (end < s.n && (unsigned char)s.p[end] > ' ' && (unsigned char)s.p[end] < 0x80 && !strchr("\"<>{}|\\^`", s.p[end]))
      end++;
    while (end > i + 1 && strchr(".,;:)]", s.p[end - 1])) {
      const bool pair = s.p[end - 1] == ')' && memchr(s.p + i, '(', end - i);
      if (pair) break;
      end--;
    }
    if (end > i + 1) return th_str_sub(s, at, end);
  }
  return TH_STR_NONE;
}

static th_field piece(th_str doc, th_field line, size_t a, size_t b) {
  const th_field f = th_source__cut(line, a, b);
  const bool inside = f.text.p >= doc.p && f.text.p + f.text.n <= doc.p + doc.n;
  return inside ? th_source__view(doc, f.text, line.line) : f;
}

static size_t skip_blank(th_str s, size_t i) {
  while (i < s.n && s.p[i] == ' ') i++;
  return i;
}

/* "BMC Pregnancy Childbirth. 2025 Apr 21;25(1):463. doi: …": journal, date, volume(issue):pages. */
void th_source__abstract_citation(th_str doc, th_field line, th_abstract_doc *out) {
  const th_str s = line.text;
  out->citation = line;
  size_t from = 0, y = SIZE_MAX;
  while (from < s.n && digit(s.p[from])) from++;
  from = from && from < s.n && s.p[from] == '.' ? skip_blank(s, from + 1) : 0; /* "1. " of a result list */
  for (size_t i = from; i + 4 <= s.n && y == SIZE_MAX; i++)
    if ((i == 0 || !digit(s.p[i - 1])) && digit(s.p[i]) && digit(s.p[i + 1]) && digit(s.p[i + 2]) && digit(s.p[i + 3]) &&
        (i + 4 == s.n || !digit(s.p[i + 4])) && (s.p[i] == '1' || s.p[i] == '2'))
      y = i;
  if (y == SIZE_MAX) return;
  size_t j = y;
  while (j > from && strchr(" .,(;", s.p[j - 1])) j--;
  if (j > from) out->journal = piece(doc, line, from, j);
  size_t end = y;
  while (end < s.n && s.p[end] != ';' && s.p[end] != ':' && s.p[end] != '.' && s.p[end] != ')') end++;
  th_str date = th_str_trim(th_str_sub(s, y, end));
  while (date.n && !th_date_parse_english(date, &out->date) && !th_date_parse_iso(date, &out->date)) {
    out->date = (th_date){ 0 };
    while (date.n && date.p[date.n - 1] != ' ' && date.p[date.n - 1] != '-') date.n--;
    while (date.n && (date.p[date.n - 1] == ' ' || date.p[date.n - 1] == '-')) date.n--;
  }
  if (end >= s.n || (s.p[end] != ';' && s.p[end] != ')')) return;
  size_t v = skip_blank(s, end + 1), k = v;
  while (k < s.n && (digit(s.p[k]) || (s.p[k] | 32) == 's')) k++;
  if (k == v) return;
  out->volume = piece(doc, line, v, k);
  if (k < s.n && s.p[k] == '(') {
    size_t c = k;
    while (c < s.n && s.p[c] != ')') c++;
    out->issue = piece(doc, line, k + 1, c);
    k = c < s.n ? c + 1 : c;
  }
  k = skip_blank(s, k);
  if (k >= s.n || s.p[k] != ':') return;
  const size_t p0 = skip_blank(s, k + 1);
  for (k = p0; k < s.n && s.p[k] != '.' && s.p[k] != ' ' && s.p[k] != ';';) k++;
  out->pages = piece(doc, line, p0, k);
}

/* ── Registry numbers ──────────────────────────────────────────────────────────────────────────────────────────────── */

static const struct {
  const char *prefix;
  uint8_t digits_min, digits_max;
} registries[] = { { "NCT", 8, 8 },     { "ISRCTN", 8, 8 }, { "ChiCTR", 8, 10 }, { "UMIN", 9, 9 },
                   { "ACTRN", 14, 14 }, { "DRKS", 8, 8 },   { "KCT", 7, 7 },     { "jRCT", 8, 12 },
                   { "PACTR", 15, 16 }, { "IRCT", 8, 16 },  { "CTRI/", 4, 4 },   { "TCTR", 11, 11 } };

/* Length of the number at s[at], 0 without. ChiCTR may hold letters and hyphens before its digits; EudraCT is 2012-000123-45. */
static size_t id_length(th_str s, size_t at) {
  for (size_t k = 0; k < sizeof registries / sizeof registries[0]; k++) {
    const th_str prefix = th_str_of(registries[k].prefix);
    if (!th_str_starts(th_str_sub(s, at, s.n), prefix)) continue;
    size_t i = at + prefix.n;
    if (k == 2)
      while (i < s.n && i < at + 14 && ((s.p[i] >= 'A' && s.p[i] <= 'Z') || s.p[i] == '-')) i++;
    const size_t d = i;
    while (i < s.n && digit(s.p[i])) i++;
    if (i - d < registries[k].digits_min || i - d > registries[k].digits_max) return 0;
    if (k == 10)
      while (i < s.n && (digit(s.p[i]) || s.p[i] == '/')) i++;
    return i - at;
  }
  if (!digit(s.p[at]) || at + 14 > s.n || s.p[at + 4] != '-' || s.p[at + 11] != '-') return 0;
  for (size_t i = 0; i < 14; i++)
    if (i != 4 && i != 11 && !digit(s.p[at + i])) return 0;
  return 14;
}

th_code th_source__registry_ids(th_arena *a, th_str doc, th_field_vec *out, th_err *err) {
  uint32_t line = 1;
  for (size_t i = 0; i < doc.n; i++) {
    const char c = doc.p[i];
    line += c == '\n';
    if (i && (digit(doc.p[i - 1]) || ((doc.p[i - 1] | 32) >= 'a' && (doc.p[i - 1] | 32) <= 'z'))) continue;
    if (!digit(c) && !strchr("NICUADKjPT", c)) continue;
    const size_t n = id_length(doc, i);
    if (n == 0 || (i + n < doc.n && digit(doc.p[i + n]))) continue;
    const th_str id = th_str_sub(doc, i, i + n);
    bool seen = false;
    for (size_t k = 0; k < out->n && !seen; k++) seen = th_str_eq(out->v[k].text, id);
    if (!seen && out->n < 1000 && !TH_VEC_PUSH(a, out, th_source__view(doc, id, line))) return th_fail_nomem(err);
    i += n - 1;
  }
  return TH_OK;
}
