/* The end of a page: conclusion, related drugs, questions, how to cite, who reviewed. */
#include "source/source_priv.h"

static size_t find_any(th_str s, const char *const *words, size_t *len) {
  size_t best = SIZE_MAX;
  for (; *words; words++) {
    const size_t at = th_source__find_nocase(s, *words, 0);
    if (at < best) best = at, *len = strlen(*words);
  }
  return best;
}

static size_t after_colon(th_str s, size_t from) {
  size_t len;
  for (size_t i = from; i < s.n; i++)
    if (th_source__is_colon(s, i, &len)) return i + len;
  return SIZE_MAX;
}

/* ── Conclusion ────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* The decision without bracketed remarks: "Proceed（針對…）" is "Proceed". */
static th_field core(th_field f) {
  size_t end = f.text.n;
  for (size_t i = 0; i < f.text.n; i++)
    if (i > 0 && (f.text.p[i] == '(' || f.text.p[i] == '[' || th_str_starts(th_str_sub(f.text, i, f.text.n), TH_S("（")))) {
      end = i;
      break;
    }
  return th_source__cut(f, 0, end);
}

typedef enum line_label { NO_LABEL, DECISION, RATIONALE, NEEDS } line_label;

/* A line of the form "label：rest" with one of the known labels at its start; *value is where the rest begins. */
static line_label label_of(th_str s, size_t *value, size_t *about_from, size_t *about_to) {
  static const char *const decision[] = { "建議決策", "決策", "decision", "recommendation", "verdict", NULL };
  static const char *const rationale[] = { "理由", "rationale", "reason", NULL };
  static const char *const needs[] = { "若要推進",   "後續需要", "需要補充", "what is needed", "to proceed", "needed",
                                       "next steps", "下一步",   NULL };
  const struct {
    line_label is;
    const char *const *words;
  } all[] = { { DECISION, decision }, { RATIONALE, rationale }, { NEEDS, needs } };
  for (size_t k = 0; k < sizeof all / sizeof all[0]; k++) {
    size_t len = 0;
    const size_t at = find_any(s, all[k].words, &len);
    if (at > 6) continue; /* SIZE_MAX too */
    *value = after_colon(s, at + len);
    if (*value == SIZE_MAX || *value - at - len > 90) continue;
    *about_from = at + len;
    *about_to = *value - (s.p[*value - 1] == ':' ? 1 : 3);
    return all[k].is;
  }
  return NO_LABEL;
}

static th_code decision(th_source__report *r, const th_source__text *t, size_t value, size_t from, size_t to, th_err *err) {
  th_report_decision d = { .text = th_source__sub(&r->p, t, value, t->s.n) };
  if (d.text.text.n == 0) return TH_OK;
  d.core = core(d.text);
  const th_str about = th_str_sub(t->s, from, to);
  if (th_str_starts(about, TH_S("（")) && about.n > 6)
    d.about = th_source__sub(&r->p, t, from + 3, to - 3);
  else if (th_str_starts(about, TH_S("(")) && about.n > 2)
    d.about = th_source__sub(&r->p, t, from + 1, to - 1);
  return TH_VEC_PUSH(r->a, &r->out->decisions, d) ? TH_OK : th_fail_nomem(err);
}

/* Nodes i..j: the conclusion with all below it. */
static th_code conclusion(th_source__report *r, size_t i, size_t j, th_err *err) {
  const th_source__page *p = &r->p;
  th_report_page *out = r->out;
  bool in_needs = false;
  for (size_t k = i; k < j; k++) {
    const th_source__node *n = &p->node.v[k];
    if (n->kind == TH_BLOCK_RULE) in_needs = false;
    if (n->kind == TH_BLOCK_ITEM && in_needs) {
      if (!TH_VEC_PUSH(r->a, &out->needs, th_source__all(p, &n->text))) return th_fail_nomem(err);
      continue;
    }
    if (n->kind != TH_BLOCK_LINE && n->kind != TH_BLOCK_HEADING && n->kind != TH_BLOCK_ITEM) continue;
    size_t value = 0, a = 0, b = 0;
    const line_label is = label_of(n->text.s, &value, &a, &b);
    if (is == DECISION) {
      TH_TRY(decision(r, &n->text, value, a, b, err));
      in_needs = false;
    } else if (is == RATIONALE && !th_field_has(out->rationale)) {
      size_t end = k + 1, v2, a2, b2;
      while (end < j && p->node.v[end].kind != TH_BLOCK_HEADING && p->node.v[end].kind != TH_BLOCK_RULE &&
             label_of(p->node.v[end].text.s, &v2, &a2, &b2) == NO_LABEL)
        end++;
      th_field rest;
      TH_TRY(th_source__join(r, k + 1, end, &rest, err));
      out->rationale = th_source__sub(p, &n->text, value, n->text.s.n);
      if (out->rationale.text.n == 0)
        out->rationale = rest;
      else if (th_field_has(rest)) {
        const th_str both = th_str_fmt(r->a, "%.*s\n%.*s", TH_STR_ARG(out->rationale.text), TH_STR_ARG(rest.text));
        if (!both.p) return th_fail_nomem(err);
        out->rationale = (th_field){ both, out->rationale.from, rest.to, out->rationale.line };
      }
      in_needs = false;
      k = end - 1;
    } else if (is == NEEDS || (n->kind == TH_BLOCK_HEADING && in_needs)) {
      in_needs = is == NEEDS;
      if (in_needs && !th_field_has(out->needs_heading)) out->needs_heading = th_source__all(p, &n->text);
    }
  }
  return TH_OK;
}

/* ── Related drugs, questions ──────────────────────────────────────────────────────────────────────────────────────── */

/* "/drugs/name/" inside a link's target. */
static th_str slug_of(th_str target) {
  const size_t at = th_str_find(target, TH_S("drugs/"), 0);
  if (at == SIZE_MAX) return TH_STR_NONE;
  size_t end = at + 6;
  while (end < target.n && !strchr("/\"'?#| )", target.p[end])) end++;
  return th_str_sub(target, at + 6, end);
}

static th_code related(th_source__report *r, const th_source__node *n, th_err *err) {
  th_report_related *x = TH_VEC_ADD(r->a, &r->out->related);
  if (!x) return th_fail_nomem(err);
  const th_source__text *t = &n->text;
  const th_source__mark *m = th_source__mark_find(&r->p, t, TH_MARK_LINK, NULL);
  size_t end = m ? m->b : th_str_find(t->s, TH_S(" - "), 0);
  if (end == SIZE_MAX) end = t->s.n;
  x->name = th_source__sub(&r->p, t, 0, end);
  const th_str slug = m ? slug_of(m->value) : TH_STR_NONE;
  if (slug.n) x->slug = th_source__view(r->p.doc, slug, t->line);
  x->level = th_source__level(&r->p, t, end, t->s.n);
  const th_str why = th_source__strip_lead(th_str_sub(t->s, end, t->s.n));
  if (why.n) x->why = th_source__sub(&r->p, t, (size_t)(why.p - t->s.p), t->s.n);
  return TH_OK;
}

/* *answer_end: where the answer ends; an answer within an answer is part of it. */
static th_code qa(th_source__report *r, size_t i, size_t *answer_end, th_err *err) {
  const th_source__node *n = &r->p.node.v[i];
  if (n->kind == TH_BLOCK_OPEN && th_source__class_has(th_source__attr(n->attrs, "class"), "key-answer")) {
    th_report_qa x = { 0 };
    const th_str q = th_source__attr(n->attrs, "data-question");
    if (q.n) x.question = th_source__view(r->p.doc, q, n->text.line);
    *answer_end = th_source__element_end(&r->p, i);
    TH_TRY(th_source__join(r, i, *answer_end, &x.answer, err));
    return TH_VEC_PUSH(r->a, &r->out->qa, x) ? TH_OK : th_fail_nomem(err);
  }
  static const char *const q[] = { "Q:", "Q：", "問：", "問:", NULL }, *const ans[] = { "A:", "A：", "答：", "答:", NULL };
  if (n->kind != TH_BLOCK_LINE || i + 1 >= r->p.node.n) return TH_OK;
  const th_source__node *next = &r->p.node.v[i + 1];
  for (size_t k = 0; q[k]; k++) {
    if (!th_str_starts(n->text.s, th_str_of(q[k]))) continue;
    for (size_t m = 0; ans[m]; m++)
      if (th_str_starts(next->text.s, th_str_of(ans[m]))) {
        const th_report_qa x = { th_source__sub(&r->p, &n->text, strlen(q[k]), n->text.s.n),
                                 th_source__sub(&r->p, &next->text, strlen(ans[m]), next->text.s.n) };
        return TH_VEC_PUSH(r->a, &r->out->qa, x) ? TH_OK : th_fail_nomem(err);
      }
  }
  return TH_OK;
}

/* ── Citation, review, disclaimer ──────────────────────────────────────────────────────────────────────────────────── */

static void cite(th_source__report *r, const th_source__node *n) {
  th_field *to = th_str_starts(th_str_trim(n->text.s), TH_S("@")) ? &r->out->bibtex : &r->out->apa;
  static const char *const labels[] = { "apa", "bibtex", "引用", "cite", NULL };
  if (n->kind == TH_BLOCK_LINE && (n->text.s.n < 24 || th_source__has_any(th_str_sub(n->text.s, 0, 12), labels))) return;
  if (n->kind != TH_BLOCK_CODE && n->kind != TH_BLOCK_LINE) return;
  if (!th_field_has(*to)) *to = th_source__all(&r->p, &n->text);
}

/* "最後審核：2026-02-20 | 審核者：…" */
static void review(th_source__report *r, const th_source__text *t) {
  static const char *const when[] = { "最後審核", "審核日期", "last reviewed", "reviewed on", NULL };
  static const char *const who[] = { "審核者", "reviewed by", "reviewer", NULL };
  size_t len = 0;
  const size_t at = find_any(t->s, when, &len);
  if (at != SIZE_MAX && !th_field_has(r->out->reviewed)) {
    size_t a = after_colon(t->s, at), b;
    if (a == SIZE_MAX) a = at + len;
    for (b = a; b < t->s.n && t->s.p[b] != '|' && t->s.p[b] != '\n';) b++;
    r->out->reviewed = th_source__sub(&r->p, t, a, b);
    if (!th_date_parse_iso(r->out->reviewed.text, &r->out->reviewed_on) &&
        !th_date_parse_english(r->out->reviewed.text, &r->out->reviewed_on))
      r->out->reviewed_on = (th_date){ 0 };
  }
  const size_t by = find_any(t->s, who, &len);
  if (by != SIZE_MAX && !th_field_has(r->out->reviewer)) {
    const size_t colon = after_colon(t->s, by);
    const size_t a = colon != SIZE_MAX && colon - by < len + 5 ? colon : by + len;
    size_t b = a;
    while (b < t->s.n && t->s.p[b] != '|' && t->s.p[b] != '\n') b++;
    r->out->reviewer = th_source__sub(&r->p, t, a, b);
  }
}

th_code th_source__report_end(th_source__report *r, th_err *err) {
  const th_source__page *p = &r->p;
  size_t answered = 0;
  for (size_t i = 0; i < p->node.n; i++) {
    const th_source__node *n = &p->node.v[i];
    const th_report_role role = r->out->sections.v[r->section_of[i]].role;
    if (i >= answered) TH_TRY(qa(r, i, &answered, err));
    if (n->kind == TH_BLOCK_LINE) review(r, &n->text);
    if (n->kind == TH_BLOCK_OPEN && !th_field_has(r->out->disclaimer) &&
        th_source__class_has(th_source__attr(n->attrs, "class"), "disclaimer"))
      TH_TRY(th_source__join(r, i, th_source__element_end(p, i), &r->out->disclaimer, err));
    if (role == TH_REPORT_RELATED && n->kind == TH_BLOCK_ITEM) TH_TRY(related(r, n, err));
    if (role == TH_REPORT_CITATION) cite(r, n);
    if (role == TH_REPORT_CONCLUSION && (i == 0 || r->out->sections.v[r->section_of[i - 1]].role != TH_REPORT_CONCLUSION)) {
      size_t j = i;
      while (j < p->node.n && r->out->sections.v[r->section_of[j]].role == TH_REPORT_CONCLUSION) j++;
      TH_TRY(conclusion(r, i, j, err));
    }
  }
  return TH_OK;
}
