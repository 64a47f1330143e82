/* Indication sections: one predicted use each, in a details element with a badge, or under a numbered heading. */
#include "source/source_priv.h"

/* ── Names ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool has_cjk(th_str s) {
  for (size_t i = 0; i < s.n; i++)
    if ((unsigned char)s.p[i] >= 0xE2 && th_source__is_cjk_at(s, i)) return true;
  return false;
}

/* Offset of the bracket that opens the last, closing pair of s, and its content; false when s does not end in one. */
static bool last_bracket(th_str s, size_t *open, size_t *a, size_t *b) {
  if (s.n < 3) return false;
  const bool wide = th_str_ends(s, TH_S("）"));
  if (!wide && s.p[s.n - 1] != ')') return false;
  *b = s.n - (wide ? 3 : 1);
  size_t depth = 1;
  for (size_t i = *b; i-- > 0;) {
    const bool closes = s.p[i] == ')' || th_str_starts(th_str_sub(s, i, s.n), TH_S("）"));
    const bool opens_wide = th_str_starts(th_str_sub(s, i, s.n), TH_S("（"));
    depth += closes;
    if ((s.p[i] == '(' || opens_wide) && --depth == 0) {
      *open = i;
      *a = i + (opens_wide ? 3 : 1);
      return i > 0;
    }
  }
  return false;
}

void th_source__names(th_field printed, th_field *rank, th_field *name, th_field *en, th_field *zh) {
  *rank = *en = *zh = (th_field){ 0 };
  const th_str s = printed.text;
  size_t d = 0;
  while (d < s.n && s.p[d] >= '0' && s.p[d] <= '9') d++;
  size_t rest = 0;
  if (d && d < 5 && d < s.n && (s.p[d] == '.' || s.p[d] == ')') && (d + 1 == s.n || s.p[d + 1] < '0' || s.p[d + 1] > '9'))
    rest = d + 1;
  else if (d && d < 5 && th_str_starts(th_str_sub(s, d, s.n), TH_S("、")))
    rest = d + 3;
  if (rest) *rank = th_source__cut(printed, 0, d);
  *name = th_source__cut(printed, rest, s.n);
  size_t open, a, b;
  if (last_bracket(name->text, &open, &a, &b)) {
    const th_field outer = th_source__cut(*name, 0, open), inner = th_source__cut(*name, a, b);
    if (has_cjk(outer.text) != has_cjk(inner.text)) {
      *zh = has_cjk(outer.text) ? outer : inner;
      *en = has_cjk(outer.text) ? inner : outer;
      return;
    }
  }
  *(has_cjk(name->text) ? zh : en) = *name;
}

/* ── One details element ───────────────────────────────────────────────────────────────────────────────────────────── */

static th_field mark_field(const th_source__report *r, const th_source__text *t, const th_source__mark *m) {
  return th_source__sub(&r->p, t, m->a, m->b);
}

static void take_marks(th_source__report *r, const th_source__node *n, th_report_prediction *out) {
  for (uint32_t i = 0; i < n->text.n_mark; i++) {
    const th_source__mark *m = &r->p.mark.v[n->text.mark0 + i];
    if (m->kind != TH_MARK_CLASS || m->b <= m->a) continue;
    const th_field f = mark_field(r, &n->text, m);
    if (th_source__class_has(m->value, "indication-name") && !th_field_has(out->name)) {
      th_source__names(f, &out->rank, &out->name, &out->name_en, &out->name_zh);
    } else if (th_source__class_has(m->value, "evidence-badge") && !th_field_has(out->badge.at)) {
      out->badge = th_source__level_field(f);
      if (!out->badge.lo) out->badge.at = f;
      const size_t cls = th_str_find(m->value, TH_S("evidence-L"), 0);
      if (cls != SIZE_MAX && cls + 10 < m->value.n && m->value.p[cls + 10] >= '1' && m->value.p[cls + 10] <= '5') {
        const th_str level = th_str_sub(m->value, cls + 9, cls + 11);
        out->badge_class.at = th_source__view(r->p.doc, level, f.line);
        out->badge_class.lo = out->badge_class.hi = (uint8_t)(level.p[1] - '0');
      }
    } else if (th_source__class_has(m->value, "prediction-score") && !th_field_has(out->score)) {
      out->score = f;
    } else if (th_source__class_has(m->value, "primary-badge")) {
      out->primary = true;
    }
  }
}

/* "相關文獻（20 篇）": the number in a heading's brackets. */
static th_field count_in(th_field heading) {
  const th_str s = heading.text;
  size_t at = th_str_find(s, TH_S("（"), 0);
  if (at == SIZE_MAX) at = th_str_find(s, TH_S("("), 0);
  if (at == SIZE_MAX) return (th_field){ 0 };
  while (at < s.n && (s.p[at] < '0' || s.p[at] > '9')) at++;
  size_t b = at;
  while (b < s.n && s.p[b] >= '0' && s.p[b] <= '9') b++;
  return b > at ? th_source__cut(heading, at, b) : (th_field){ 0 };
}

/* What stands under one heading of an indication section (nodes i..j, the heading at i). */
static th_code part(th_source__report *r, size_t i, size_t j, th_report_prediction *out, th_err *err) {
  const th_field heading = th_source__all(&r->p, &r->p.node.v[i].text);
  const th_report_role role = th_source__role(heading.text);
  th_field body;
  TH_TRY(th_source__join(r, i + 1, j, &body, err));
  if (role == TH_REPORT_WHY && !th_field_has(out->rationale))
    out->rationale = body;
  else if (role == TH_REPORT_TRIALS)
    out->trials_claimed = count_in(heading);
  else if (role == TH_REPORT_PAPERS)
    out->papers_claimed = count_in(heading);
  else if (!TH_VEC_PUSH(r->a, &out->other, (th_field_pair){ heading, body }))
    return th_fail_nomem(err);
  return TH_OK;
}

/* Content of a section, nodes i..j: notices, text before the first heading, parts. */
static th_code content(th_source__report *r, size_t i, size_t j, th_report_prediction *out, th_err *err) {
  const th_source__page *p = &r->p;
  size_t lead = i;
  for (size_t k = i; k < j; k++) {
    const th_source__node *n = &p->node.v[k];
    if (n->kind == TH_BLOCK_OPEN && th_source__class_has(th_source__attr(n->attrs, "class"), "no-evidence-notice")) {
      const size_t end = th_source__element_end(p, k);
      TH_TRY(th_source__join(r, k, end, &out->no_evidence, err));
      if (lead == k) lead = end;
      k = end - 1;
    } else if (n->kind == TH_BLOCK_HEADING) {
      size_t end = k + 1;
      while (end < j && p->node.v[end].kind != TH_BLOCK_HEADING) end++;
      TH_TRY(part(r, k, end, out, err));
      if (lead <= k) {
        th_field body;
        TH_TRY(th_source__join(r, lead, k, &body, err));
        if (th_field_has(body) && !th_field_has(out->no_evidence) &&
            !TH_VEC_PUSH(r->a, &out->other, (th_field_pair){ .value = body }))
          return th_fail_nomem(err);
        lead = j;
      }
      k = end - 1;
    } else if (lead == k && (n->kind == TH_BLOCK_OPEN || n->kind == TH_BLOCK_CLOSE)) {
      lead = k + 1;
    }
  }
  if (lead < j && !th_field_has(out->rationale)) {
    th_field body;
    TH_TRY(th_source__join(r, lead, j, &body, err));
    if (th_field_has(body) &&
        !(th_field_has(out->no_evidence) && body.from >= out->no_evidence.from && body.to <= out->no_evidence.to))
      out->rationale = body;
  }
  return TH_OK;
}

/* The summary's text without marks of its own: "3. name (L4) 98.10%". */
static void plain_summary(th_source__report *r, const th_source__text *t, th_report_prediction *out) {
  out->badge = th_source__level(&r->p, t, 0, t->s.n);
  size_t end = t->s.n;
  if (out->badge.lo) end = (size_t)(out->badge.at.text.p - t->s.p);
  const size_t percent = th_str_find(t->s, TH_S("%"), 0);
  if (percent != SIZE_MAX) {
    size_t b = percent;
    while (b > 0 && ((t->s.p[b - 1] >= '0' && t->s.p[b - 1] <= '9') || t->s.p[b - 1] == '.')) b--;
    out->score = th_source__sub(&r->p, t, b, percent + 1);
    if (b < end) end = b;
  }
  while (end > 0 && strchr(" -|:([,", t->s.p[end - 1])) end--;
  static const char *const wide[] = { "（", "：", "—", "–" };
  for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++)
    if (th_str_ends(th_str_sub(t->s, 0, end), th_str_of(wide[i]))) end -= 3;
  th_source__names(th_source__sub(&r->p, t, 0, end), &out->rank, &out->name, &out->name_en, &out->name_zh);
}

static th_report_prediction *add(th_source__report *r, size_t i, size_t j) {
  th_report_prediction *out = TH_VEC_ADD(r->a, &r->out->predictions);
  if (!out) return NULL;
  out->origin = TH_REPORT_FROM_SECTION;
  out->from = r->p.node.v[i].text.from;
  out->to = r->p.node.v[j - 1].text.to;
  out->line = r->p.node.v[i].text.line;
  for (size_t k = i; k < j; k++) r->prediction_of[k] = (uint32_t)r->out->predictions.n - 1;
  r->out->n_sections++;
  return out;
}

/* Is the details element at i an indication section? */
static bool is_indication(const th_source__page *p, size_t i) {
  if (th_source__class_has(th_source__attr(p->node.v[i].attrs, "class"), "indication-section")) return true;
  for (size_t k = i + 1; k < p->node.n && k < i + 8; k++)
    if (th_source__mark_find(p, &p->node.v[k].text, TH_MARK_CLASS, "indication-name")) return true;
  return false;
}

static th_code from_details(th_source__report *r, size_t i, size_t end, th_err *err) {
  const th_source__page *p = &r->p;
  th_report_prediction *out = add(r, i, end);
  if (!out) return th_fail_nomem(err);
  size_t k = i + 1;
  while (k < end && !(p->node.v[k].kind == TH_BLOCK_OPEN && th_str_is(p->node.v[k].tag, "summary"))) k++;
  const size_t stop = k < end ? th_source__element_end(p, k) : i + 1;
  for (size_t m = k; m < stop; m++) take_marks(r, &p->node.v[m], out);
  for (size_t m = k; m < stop && !th_field_has(out->name); m++)
    if (p->node.v[m].kind == TH_BLOCK_LINE || p->node.v[m].kind == TH_BLOCK_HEADING) plain_summary(r, &p->node.v[m].text, out);
  if (!th_field_has(out->name) || out->name.text.n == 0)
    return th_fail_at(err, TH_EPARSE, out->line, 1, "an indication section has no name: expected it in its <summary>");
  return content(r, stop, end, out, err);
}

/* Under the heading of the indications: "### 1. name", to the next heading of that level. */
static th_code from_heading(th_source__report *r, size_t i, size_t *next, th_err *err) {
  const th_source__page *p = &r->p;
  const th_source__text *t = &p->node.v[i].text;
  size_t end = i + 1;
  while (end < p->node.n && !(p->node.v[end].kind == TH_BLOCK_HEADING && p->node.v[end].level <= p->node.v[i].level)) end++;
  *next = end;
  if (t->s.n == 0 || t->s.p[0] < '0' || t->s.p[0] > '9') return TH_OK;
  th_report_prediction *out = add(r, i, end);
  if (!out) return th_fail_nomem(err);
  take_marks(r, &p->node.v[i], out);
  if (!th_field_has(out->name)) plain_summary(r, t, out);
  for (size_t k = i + 1; k < end && k < i + 4 && p->node.v[k].kind == TH_BLOCK_LINE && !out->badge.lo; k++) {
    take_marks(r, &p->node.v[k], out);
    if (!out->badge.lo) out->badge = th_source__level(p, &p->node.v[k].text, 0, p->node.v[k].text.s.n);
  }
  return content(r, i + 1, end, out, err);
}

th_code th_source__report_predictions(th_source__report *r, th_err *err) {
  const th_source__page *p = &r->p;
  for (size_t i = 0; i < p->node.n; i++) r->prediction_of[i] = UINT32_MAX;
  for (size_t i = 0; i < p->node.n;) {
    const th_source__node *n = &p->node.v[i];
    if (n->kind == TH_BLOCK_OPEN && th_str_is(n->tag, "details")) {
      if (is_indication(p, i)) {
        const size_t end = th_source__element_end(p, i);
        TH_TRY(from_details(r, i, end, err));
        i = end;
        continue;
      }
    }
    i++;
  }
  if (r->out->predictions.n) {
    for (size_t i = 0; i < r->out->predictions.n; i++) {
      const uint8_t lo = r->out->predictions.v[i].badge.lo;
      if (lo && (!r->out->best_badge || lo < r->out->best_badge)) r->out->best_badge = lo;
    }
    return TH_OK;
  }
  uint8_t level = 0;
  for (size_t i = 0; i < p->node.n;) {
    const th_source__node *n = &p->node.v[i];
    size_t next = i + 1;
    if (n->kind == TH_BLOCK_HEADING) {
      if (level && n->level > level)
        TH_TRY(from_heading(r, i, &next, err));
      else
        level = th_source__role(n->text.s) == TH_REPORT_INDICATIONS ? n->level : 0;
    }
    i = next;
  }
  return TH_OK;
}

/* ── Pages without sections: the names of the overview table ───────────────────────────────────────────────────────── */

static th_code quick_name(th_source__report *r, th_field f, th_err *err) {
  static const char *const none[] = { "無", "none", "n/a", "待", "-", NULL };
  if (f.text.n == 0 || (f.text.n < 12 && th_source__has_any(f.text, none))) return TH_OK;
  th_report_prediction *out = TH_VEC_ADD(r->a, &r->out->predictions);
  if (!out) return th_fail_nomem(err);
  out->origin = TH_REPORT_FROM_QUICK;
  out->from = f.from;
  out->to = f.to;
  out->line = f.line;
  th_source__names(f, &out->rank, &out->name, &out->name_en, &out->name_zh);
  return TH_OK;
}

th_code th_source__report_quick_names(th_source__report *r, th_err *err) {
  if (r->out->predictions.n || !th_field_has(r->out->predicted)) return TH_OK;
  const th_field f = r->out->predicted;
  size_t start = 0;
  for (size_t i = 0, depth = 0; i <= f.text.n; i++) {
    const th_str rest = th_str_sub(f.text, i, f.text.n);
    if (th_str_starts(rest, TH_S("(")) || th_str_starts(rest, TH_S("（"))) depth++;
    if ((th_str_starts(rest, TH_S(")")) || th_str_starts(rest, TH_S("）"))) && depth) depth--;
    const bool wide = th_str_starts(rest, TH_S("、")) || th_str_starts(rest, TH_S("；"));
    if (i < f.text.n && (depth || (!wide && rest.p[0] != ';' && rest.p[0] != '\n'))) continue;
    TH_TRY(quick_name(r, th_source__cut(f, start, i), err));
    start = i + (wide ? 3 : 1);
  }
  return TH_OK;
}
