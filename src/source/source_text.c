/* Places and small text helpers the readers share. */
#include "source/source_priv.h"
#include "theriac/text.h"

/* ── Text of a page and its bytes ──────────────────────────────────────────────────────────────────────────────────── */

/* The run that holds offset `clean`: the last one that starts at or before it. */
static const th_source__run *run_at(const th_source__page *p, const th_source__text *t, uint32_t clean) {
  uint32_t lo = t->run0, hi = t->run0 + t->n_run;
  while (hi - lo > 1) {
    const uint32_t mid = lo + (hi - lo) / 2;
    if (p->run.v[mid].clean <= clean)
      lo = mid;
    else
      hi = mid;
  }
  return &p->run.v[lo];
}

th_field th_source__sub(const th_source__page *p, const th_source__text *t, size_t a, size_t b) {
  if (b > t->s.n) b = t->s.n;
  if (a > b) a = b;
  th_str s = th_str_sub(t->s, a, b);
  const th_str trimmed = th_str_trim(s);
  a += (size_t)(trimmed.p - s.p);
  s = trimmed;
  if (t->n_run == 0) return (th_field){ s, t->from, t->to, t->line };
  const uint32_t base = (uint32_t)(t->s.p - p->clean);
  const th_source__run *r = run_at(p, t, base + (uint32_t)a);
  const uint32_t at = base + (uint32_t)a;
  th_field f = { s, r->src + (at >= r->clean ? at - r->clean : 0), 0, r->line };
  f.to = f.from;
  if (s.n) {
    const uint32_t last = at + (uint32_t)s.n - 1;
    const th_source__run *e = run_at(p, t, last);
    f.to = e->src + (last - e->clean) + 1;
    if (f.to > p->doc.n) f.to = (uint32_t)p->doc.n;
  }
  return f;
}

th_field th_source__all(const th_source__page *p, const th_source__text *t) {
  (void)p;
  return (th_field){ t->s, t->from, t->to, t->line };
}

const th_source__mark *th_source__mark_find(const th_source__page *p, const th_source__text *t, th_source__mark_kind kind,
                                            const char *word) {
  for (uint32_t i = 0; i < t->n_mark; i++) {
    const th_source__mark *m = &p->mark.v[t->mark0 + i];
    if (m->kind == kind && m->b > m->a && (!word || th_source__class_has(m->value, word))) return m;
  }
  return NULL;
}

/* ── Lines ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

th_code th_source__check_doc(th_str *doc, th_err *err) {
  if (doc->n > TH_LIMIT_DOCUMENT_BYTES)
    return th_fail(err, TH_ELIMIT, "the document has %zu bytes, more than TH_LIMIT_DOCUMENT_BYTES (%zu)", doc->n,
                   TH_LIMIT_DOCUMENT_BYTES);
  th_str copy = *doc; /* the mark at its head stays, so that offsets are those of the file */
  return th_text_require_utf8(&copy, err);
}

th_code th_source__lines_read(th_arena *a, th_str doc, th_source__lines *out, th_err *err) {
  TH_TRY(th_source__check_doc(&doc, err));
  *out = (th_source__lines){ 0 };
  th_str rest = doc, line;
  if (th_str_starts(rest, TH_S("\xEF\xBB\xBF"))) rest = th_str_sub(rest, 3, rest.n);
  for (uint32_t no = 1; th_str_line(&rest, &line); no++) {
    th_source__line *l = TH_VEC_ADD(a, out);
    if (!l) return th_fail_nomem(err);
    l->raw = line;
    l->s = th_str_trim(line);
    l->from = (uint32_t)((l->s.p ? l->s.p : line.p) - doc.p);
    l->no = no;
    for (const char *c = line.p; c < l->s.p; c++) l->indent += *c == '\t' ? 4 - l->indent % 4 : 1;
  }
  return TH_OK;
}

th_field th_source__view(th_str doc, th_str s, uint32_t line) {
  const uint32_t from = s.p ? (uint32_t)(s.p - doc.p) : 0;
  return (th_field){ s, from, from + (uint32_t)s.n, line };
}

th_field th_source__span(th_str doc, const th_source__lines *l, size_t i, size_t j) {
  while (i < j && l->v[i].s.n == 0) i++;
  while (j > i && l->v[j - 1].s.n == 0) j--;
  if (i == j) return (th_field){ 0 };
  const th_source__line *first = &l->v[i], *last = &l->v[j - 1];
  return th_source__view(doc, th_str_sub(doc, first->from, last->from + last->s.n), first->no);
}

/* ── Words ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static char lower(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* First byte at or after `from` that is c in either case. */
static size_t find_letter(th_str s, char c, size_t from) {
  const bool letter = (c | 32) >= 'a' && (c | 32) <= 'z';
  const char *p = memchr(s.p + from, letter ? c | 32 : c, s.n - from);
  const size_t at = p ? (size_t)(p - s.p) : SIZE_MAX;
  if (!letter) return at;
  const size_t end = p ? at : s.n;
  p = memchr(s.p + from, c & ~32, end - from);
  return p ? (size_t)(p - s.p) : at;
}

size_t th_source__find_nocase(th_str s, const char *needle, size_t from) {
  const size_t n = strlen(needle);
  if (n == 0 || n > s.n) return SIZE_MAX;
  const th_str room = th_str_sub(s, 0, s.n - n + 1);
  for (size_t i = from; i < room.n; i++) {
    if ((i = find_letter(room, needle[0], i)) == SIZE_MAX) break;
    size_t k = 1;
    while (k < n && lower(s.p[i + k]) == lower(needle[k])) k++;
    if (k == n) return i;
  }
  return SIZE_MAX;
}

bool th_source__has_any(th_str s, const char *const *words) {
  for (; *words; words++)
    if (th_source__find_nocase(s, *words, 0) != SIZE_MAX) return true;
  return false;
}

bool th_source__is_cjk_at(th_str s, size_t at) {
  if (at >= s.n) return false;
  return th_rune_is_cjk(th_utf8_next(s, &at));
}

bool th_source__is_colon(th_str s, size_t at, size_t *len) {
  *len = 0;
  if (at < s.n && s.p[at] == ':')
    *len = 1;
  else if (th_str_starts(th_str_sub(s, at, s.n), TH_S("：")) || th_str_starts(th_str_sub(s, at, s.n), TH_S("﹕")))
    *len = 3;
  return *len > 0;
}

/* Signs and pictures that precede words in headings and labels. */
static bool decoration(uint32_t r) {
  return r == ' ' || r == '\t' || r == 0x3000 || r == 0xA0 || r == '*' || r == '#' || r == '-' || r == '>' || r == 0xFE0F ||
         r == 0x200D || (r >= 0x2190 && r <= 0x2BFF) || (r >= 0x1F000 && r <= 0x1FAFF);
}

th_str th_source__strip_lead(th_str s) {
  size_t at = 0;
  for (;;) {
    size_t next = at;
    while (next < s.n) {
      size_t k = next;
      if (!decoration(th_utf8_next(s, &k))) break;
      next = k;
    }
    size_t d = next;
    while (d < s.n && s.p[d] >= '0' && s.p[d] <= '9') d++;
    if (d > next && d < s.n && (s.p[d] == '.' || s.p[d] == ')') && (d + 1 == s.n || s.p[d + 1] < '0' || s.p[d + 1] > '9'))
      next = d + 1;
    else if (d > next && th_str_starts(th_str_sub(s, d, s.n), TH_S("、")))
      next = d + 3;
    if (next == at) break;
    at = next;
  }
  return th_str_sub(s, at, s.n);
}

bool th_source__gap(th_arena *a, th_gap_vec *gaps, const char *what, uint32_t line, const char *why) {
  return TH_VEC_PUSH(a, gaps, (th_gap){ what, line, th_str_of(why) });
}
