/* A rule's text into a tree of clauses.
 *
 * The level of a clause is told by the style of its label, not by a fixed order of styles: a style already open closes everything
 * below it, a new one opens a level. So (1) under 1. and i. under (1) both work, whatever a chapter prefers. A label that reads
 * two ways is read so that it follows the one before it. */
#include "source/source_priv.h"

typedef struct open_clause {
  uint32_t index, ordinal;
  th_source__label_style style;
} open_clause;

#define DEPTH_MAX 12

typedef struct rule_reader {
  th_arena *a;
  th_str doc;
  const th_source__lines *l;
  th_coverage_text *out;
  open_clause open[DEPTH_MAX];
  uint32_t depth;   /* open clauses, the rule not counted */
  size_t text_from; /* first line of the current clause's text */
  size_t text_at;   /* offset within that line */
} rule_reader;

/* ── Heading ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool at(th_str s, size_t i, const char *z) {
  return th_str_starts(th_str_sub(s, i, s.n), th_str_of(z));
}

static th_code names(rule_reader *r, th_str s, uint32_t line, th_field_vec *out, th_err *err) {
  static const char *const signs[] = { "；", ";", "、", "，", ",", "及", "或", "與" };
  size_t start = 0;
  for (size_t i = 0; i <= s.n;) {
    size_t n = 0;
    for (size_t k = 0; k < sizeof signs / sizeof signs[0] && !n && i < s.n; k++)
      if (at(s, i, signs[k])) n = strlen(signs[k]);
    if (i == s.n || n) {
      static const char *const words[] = { "用於", "治療", "部分", "使用", "給付", NULL }; /* what the drug is for is no name */
      const th_str name = th_str_trim(th_str_sub(s, start, i));
      if (name.n && !th_source__has_any(name, words) && !TH_VEC_PUSH(r->a, out, th_source__view(r->doc, name, line)))
        return th_fail_nomem(err);
      start = i + n;
    }
    i += n ? n : 1;
  }
  return TH_OK;
}

/* "Belimumab(如 Benlysta)：(111/10/1、114/2/1)": generic names, brands, editions. */
static th_code heading(rule_reader *r, th_str s, uint32_t line, th_err *err) {
  size_t start = 0;
  for (size_t i = 0; i < s.n;) {
    const size_t open = s.p[i] == '(' ? 1 : at(s, i, "（") ? 3 : 0;
    if (open) {
      TH_TRY(names(r, th_str_sub(s, start, i), line, &r->out->drugs, err));
      size_t depth = 1, j = i + open;
      while (j < s.n && depth) {
        const size_t o = s.p[j] == '(' ? 1 : at(s, j, "（") ? 3 : 0, c = s.p[j] == ')' ? 1 : at(s, j, "）") ? 3 : 0;
        depth += o > 0;
        depth -= c > 0;
        j += o + c ? o + c : 1;
      }
      th_str in = th_str_sub(s, i + open, j);
      while (in.n && (at(in, in.n - 1, ")") || (in.n >= 3 && at(in, in.n - 3, "）")))) in.n -= at(in, in.n - 1, ")") ? 1 : 3;
      if (at(in, 0, "如")) TH_TRY(names(r, th_str_sub(in, 3, in.n), line, &r->out->brands, err));
      start = i = j;
    } else if (s.p[i] == ':' || at(s, i, "：")) {
      break;
    } else
      i++;
  }
  size_t end = start;
  while (end < s.n && s.p[end] != ':' && !at(s, end, "：")) end++;
  return names(r, th_str_sub(s, start, end), line, &r->out->drugs, err);
}

/* ── Clauses ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* The rule's number, a hyphen, the section, then what is below: 8.2.13-2(4)II-iii(i). A hyphen parts what would run together. */
static th_str clause_id(rule_reader *r, const th_coverage_clause *parent, uint32_t depth, th_source__label_style style,
                        uint32_t ordinal) {
  const th_str own = th_source__label_id(r->a, style, ordinal);
  const bool bracket = own.n && own.p[0] == '(';
  const char last = parent->id.n ? parent->id.p[parent->id.n - 1] : 0;
  const bool hyphen = depth == 1 || (!bracket && last != ')');
  return own.p ? th_str_fmt(r->a, "%.*s%s%.*s", TH_STR_ARG(parent->id), hyphen ? "-" : "", TH_STR_ARG(own)) : own;
}

/* The clause whose text ends before line `to`. */
static th_code close_text(rule_reader *r, size_t to, th_err *err) {
  th_coverage_clause *c = &r->out->clauses.v[r->out->clauses.n - 1];
  while (to > r->text_from && r->l->v[to - 1].s.n == 0) to--;
  if (to <= r->text_from) return TH_OK;
  const th_source__line *first = &r->l->v[r->text_from], *last = &r->l->v[to - 1];
  const th_str s = th_str_trim(th_str_sub(r->doc, first->from + r->text_at, last->from + last->s.n));
  if (s.n == 0) return TH_OK;
  uint32_t line = first->no;
  for (const char *p = r->doc.p + first->from + r->text_at; p < s.p; p++) line += *p == '\n';
  c->text = th_source__view(r->doc, s, line);
  c->to = c->text.to;
  TH_TRY(th_source__roc_dates(r->a, r->doc, s, line, &c->dates, err));
  return th_source__clean(r->a, s, &c->clean, err);
}

/* Which of a label's readings fits: the successor of an open clause of its style, then a new level's first, then any open one. */
static uint32_t choose(const rule_reader *r, const th_source__label *l) {
  for (uint32_t w = 0; w < l->ways; w++)
    for (uint32_t d = r->depth; d-- > 0;)
      if (r->open[d].style == l->style[w] && r->open[d].ordinal + 1 == l->ordinal[w]) return w;
  for (uint32_t w = 0; w < l->ways; w++) {
    bool open = false;
    for (uint32_t d = 0; d < r->depth; d++) open |= r->open[d].style == l->style[w];
    if (!open && l->ordinal[w] == 1) return w;
  }
  for (uint32_t w = 0; w < l->ways; w++)
    for (uint32_t d = 0; d < r->depth; d++)
      if (r->open[d].style == l->style[w]) return w;
  return 0;
}

static th_code clause(rule_reader *r, size_t i, const th_source__label *l, th_err *err) {
  th_coverage_clauses *all = &r->out->clauses;
  const uint32_t w = choose(r, l);
  const uint32_t ordinal = l->ordinal[w];
  uint32_t d = r->depth, before = 0;
  while (d > 0 && r->open[d - 1].style != l->style[w]) d--;
  if (d > 0) before = r->open[d - 1].ordinal, r->depth = d - 1;
  if (r->depth == DEPTH_MAX) return th_fail_at(err, TH_ELIMIT, r->l->v[i].no, 1, "clauses nested more than %d deep", DEPTH_MAX);
  if (ordinal != before + 1 && !th_source__gap(r->a, &r->out->gaps, "clause number", r->l->v[i].no,
                                               "a clause does not bear the number that follows the one before it"))
    return th_fail_nomem(err);
  const uint32_t parent = r->depth ? r->open[r->depth - 1].index : 0;
  const th_str id = clause_id(r, &all->v[parent], r->depth + 1, l->style[w], ordinal);
  th_coverage_clause *c = TH_VEC_ADD(r->a, all);
  if (!c || !id.p) return th_fail_nomem(err);
  const th_source__line *line = &r->l->v[i];
  c->id = id;
  c->label = th_source__view(r->doc, th_str_sub(line->s, 0, l->mark_n), line->no);
  c->parent = parent;
  c->depth = r->depth + 1;
  c->from = line->from;
  c->to = line->from + (uint32_t)line->s.n;
  c->line = line->no;
  r->open[r->depth].index = (uint32_t)all->n - 1;
  r->open[r->depth].ordinal = ordinal;
  r->open[r->depth++].style = l->style[w];
  r->text_from = i;
  r->text_at = l->n;
  return TH_OK;
}

/* "◎附表三十六：…": a form named by the rule. */
static th_code reference(rule_reader *r, size_t i, size_t sign, th_err *err) {
  const th_str s = th_str_trim(th_str_sub(r->l->v[i].s, sign, r->l->v[i].s.n));
  const size_t n = th_source__form_number(s);
  th_coverage_form *f = TH_VEC_ADD(r->a, &r->out->forms);
  if (!f) return th_fail_nomem(err);
  f->number = th_source__view(r->doc, th_str_sub(s, 0, n), r->l->v[i].no);
  size_t len = 0;
  const size_t colon = th_source__is_colon(s, n, &len) ? n + len : n;
  f->title = th_source__view(r->doc, th_str_trim(th_str_sub(s, colon, s.n)), r->l->v[i].no);
  f->reference = th_source__view(r->doc, r->l->v[i].s, r->l->v[i].no);
  f->line = r->l->v[i].no;
  f->from = f->reference.from;
  f->to = f->reference.to;
  return th_source_form_id(r->a, f->number.text, &f->id) ? TH_OK : th_fail_nomem(err);
}

static size_t reference_sign(th_str s) {
  static const char *const signs[] = { "◎", "※", "○", "●" };
  for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
    const size_t n = strlen(signs[i]);
    if (at(s, 0, signs[i]) && th_source__form_number(th_str_trim(th_str_sub(s, n, s.n)))) return n;
  }
  return 0;
}

/* Lines i..to up to the first form: clauses. Gives where the forms begin. */
static th_code clauses(rule_reader *r, size_t i, size_t to, size_t *forms, th_err *err) {
  bool in_text = true;
  for (; i < to; i++) {
    const th_str s = r->l->v[i].s;
    th_source__label label;
    const size_t sign = reference_sign(s);
    if (s.n == 0) continue;
    if (sign) {
      if (in_text) TH_TRY(close_text(r, i, err));
      in_text = false;
      TH_TRY(reference(r, i, sign, err));
    } else if (th_source__form_number(s) && s.n < 200) {
      break;
    } else if (th_source__clause_label(s, &label)) {
      if (in_text) TH_TRY(close_text(r, i, err));
      TH_TRY(clause(r, i, &label, err));
      in_text = true;
    } else if (!in_text && !th_source__gap(r->a, &r->out->gaps, "line", r->l->v[i].no,
                                           "a line behind the list of forms belongs to no clause"))
      return th_fail_nomem(err);
  }
  if (in_text) TH_TRY(close_text(r, i, err));
  *forms = i;
  return TH_OK;
}

/* ── The rule ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void spans(th_coverage_text *t) {
  for (size_t i = t->clauses.n; i-- > 1;) { /* children follow parents: from the end every subtree is complete */
    th_coverage_clause *c = &t->clauses.v[i], *p = &t->clauses.v[c->parent];
    p->n_below += c->n_below + 1;
    if (c->to > p->to) p->to = c->to;
  }
}

static void latest(th_coverage_text *t) {
  for (size_t i = 0; i < t->dates.n; i++)
    if (th_date_cmp(t->dates.v[i].date, t->effective) > 0) t->effective = t->dates.v[i].date;
  for (size_t i = 0; i < t->clauses.n; i++)
    for (size_t k = 0; k < t->clauses.v[i].dates.n; k++)
      if (th_date_cmp(t->clauses.v[i].dates.v[k].date, t->effective) > 0) t->effective = t->clauses.v[i].dates.v[k].date;
}

static th_code gaps(rule_reader *r, th_err *err) {
  th_coverage_text *t = r->out;
  for (size_t i = 0; i < t->forms.n; i++)
    if (!t->forms.v[i].attached &&
        !th_source__gap(r->a, &t->gaps, "form", t->forms.v[i].line, "a form is named and not attached"))
      return th_fail_nomem(err);
  if (t->dates.n == 0 && !th_source__gap(r->a, &t->gaps, "effective date", t->heading.line, "the heading states no date"))
    return th_fail_nomem(err);
  if (t->drugs.n == 0 && !th_source__gap(r->a, &t->gaps, "drug", t->heading.line, "the heading names no drug"))
    return th_fail_nomem(err);
  for (size_t i = 1; i < t->clauses.n; i++)
    if (t->clauses.v[i].text.text.n == 0 && t->clauses.v[i].n_below == 0 &&
        !th_source__gap(r->a, &t->gaps, "clause text", t->clauses.v[i].line, "a clause has no text"))
      return th_fail_nomem(err);
  return TH_OK;
}

/* Cut off: the document's last line is half a table row, or a label with nothing behind it. */
static th_code whole(const rule_reader *r, size_t to, th_err *err) {
  while (to > 0 && r->l->v[to - 1].s.n == 0) to--;
  if (to == 0) return TH_OK;
  const th_str s = r->l->v[to - 1].s;
  th_source__label label;
  const bool row = s.p[0] == '|' && (s.n == 1 || s.p[s.n - 1] != '|');
  const bool bare = th_source__clause_label(s, &label) && label.n == s.n;
  if (!row && !bare) return TH_OK;
  return th_fail_at(err, TH_EPARSE, r->l->v[to - 1].no, 1, "the text ends %s: it was cut off; get the whole rule",
                    row ? "inside a table row" : "at a bare label");
}

/* Lines from..to: one rule, its number at the start of the first. */
static th_code one_rule(th_arena *a, th_str doc, const th_source__lines *l, size_t from, size_t to, th_coverage_text *out,
                        th_err *err) {
  rule_reader r = { .a = a, .doc = doc, .l = l, .out = out };
  size_t number_n = 0, forms = to;
  const th_source__line *first = &l->v[from];
  const size_t name_at = th_source__rule_number(first->s, &number_n);
  out->number = th_source__view(doc, th_str_sub(first->s, 0, number_n), first->no);
  size_t body = from + 1; /* a heading may go on below until its colon or the first label */
  th_source__label label;
  static const char *const colons[] = { "：", ":", NULL };
  while (body < to && body < from + 6 && l->v[body].s.n &&
         !th_source__has_any(th_str_sub(doc, first->from, l->v[body - 1].from + l->v[body - 1].s.n), colons) &&
         !th_source__clause_label(l->v[body].s, &label))
    body++;
  while (body < to && th_source__only_dates(l->v[body].s)) body++;
  out->heading = th_source__span(doc, l, from, body);
  TH_TRY(th_source__roc_dates(a, doc, out->heading.text, first->no, &out->dates, err));
  TH_TRY(heading(&r, th_str_sub(out->heading.text, name_at, out->heading.text.n), first->no, err));
  th_coverage_clause *rule = TH_VEC_ADD(a, &out->clauses);
  if (!rule) return th_fail_nomem(err);
  *rule = (th_coverage_clause){
    .id = out->number.text, .parent = UINT32_MAX, .from = first->from, .to = out->heading.to, .line = first->no
  };
  r.text_from = from;
  r.text_at = name_at;
  TH_TRY(clauses(&r, body, to, &forms, err));
  TH_TRY(th_source__coverage_forms(a, doc, l, forms, to, out, err));
  spans(out);
  latest(out);
  const th_coverage_clause *root = &out->clauses.v[0];
  if (out->clauses.n == 1 && root->text.to <= out->heading.to)
    return th_fail_at(err, TH_EPARSE, first->no, 1,
                      "rule %.*s has a heading and no clause: it was cut off, or this is a table of contents",
                      TH_STR_ARG(out->number.text));
  return gaps(&r, err);
}

/* A further rule of the same chapter. "1.1." within a clause is none. */
static bool next_rule(th_str first, th_str s) {
  size_t a, b;
  if (!th_source__rule_number(s, &b) || !th_source__rule_number(first, &a)) return false;
  const size_t chapter = th_str_find(first, TH_S("."), 0);
  return b >= 5 && th_str_starts(s, th_str_sub(first, 0, chapter + 1));
}

th_code th_source_coverage_read(th_arena *a, th_str bytes, th_coverage_texts *out, th_err *err) {
  *out = (th_coverage_texts){ 0 };
  th_source__lines l;
  TH_TRY(th_source__lines_read(a, bytes, &l, err));
  size_t n, first = 0;
  while (first < l.n && l.v[first].s.n == 0) first++;
  if (first == l.n || !th_source__rule_number(l.v[first].s, &n))
    return th_fail_at(
        err, TH_EPARSE, first < l.n ? l.v[first].no : 1, 1,
        "expected a rule number and a drug (\"8.2.13. Name：\") at the head; give the rule's text as it was published");
  const rule_reader whole_doc = { .a = a, .doc = bytes, .l = &l };
  TH_TRY(whole(&whole_doc, l.n, err));
  for (size_t i = first; i < l.n;) {
    size_t j = i + 1;
    while (j < l.n && !next_rule(l.v[first].s, l.v[j].s)) j++;
    th_coverage_text *t = TH_VEC_ADD(a, out);
    if (!t) return th_fail_nomem(err);
    TH_TRY(one_rule(a, bytes, &l, i, j, t, err));
    i = j;
  }
  return TH_OK;
}
