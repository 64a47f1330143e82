/* The page as a whole: front matter, header line, sections, what is missing. */
#include "source/source_priv.h"

/* ── Front matter and header ───────────────────────────────────────────────────────────────────────────────────────── */

static th_code front(th_source__report *r, th_err *err) {
  th_report_page *out = r->out;
  for (size_t i = 0; i < r->p.front.n; i++) {
    const th_field_pair f = r->p.front.v[i];
    if (!TH_VEC_PUSH(r->a, &out->front, f)) return th_fail_nomem(err);
    if (th_str_is(f.key.text, "title")) out->drug = f.value;
    if (th_str_is(f.key.text, "evidence_level")) out->level_front = th_source__level_field(f.value);
    if (th_str_is(f.key.text, "description")) out->level_description = th_source__level_field(f.value);
    if (th_str_is(f.key.text, "parent")) out->level_parent = th_source__level_field(f.value);
    if (th_str_is(f.key.text, "indication_count")) out->count_front = f.value;
  }
  return TH_OK;
}

/* The strong value that follows a label on the header line; without one, what stands up to the next bar. */
static bool strong_after(const th_source__report *r, const th_source__text *t, const char *const *labels, bool need_strong,
                         th_field *out, size_t *a, size_t *b) {
  for (; *labels; labels++) {
    size_t at = th_source__find_nocase(t->s, *labels, 0), colon;
    if (at == SIZE_MAX) continue;
    at += strlen(*labels);
    while (at < t->s.n && t->s.p[at] == ' ') at++;
    if (!th_source__is_colon(t->s, at, &colon)) continue;
    at += colon;
    size_t bar = th_str_find(t->s, TH_S("|"), at);
    if (bar == SIZE_MAX) bar = t->s.n;
    for (uint32_t i = 0; i < t->n_mark; i++) {
      const th_source__mark *m = &r->p.mark.v[t->mark0 + i];
      if (m->kind != TH_MARK_STRONG || m->a < at || m->a >= bar) continue;
      *out = th_source__sub(&r->p, t, *a = m->a, *b = m->b);
      return true;
    }
    if (need_strong) continue;
    *out = th_source__sub(&r->p, t, *a = at, *b = bar);
    return true;
  }
  return false;
}

static void header_line(th_source__report *r) {
  static const char *const level[] = { "證據等級", "evidence level", NULL };
  static const char *const count[] = { "預測適應症", "predicted indications", "predicted indication", NULL };
  static const char *const decision[] = { "建議決策", "recommended decision", "decision", NULL };
  size_t a, b;
  for (size_t i = 0; i < r->p.node.n; i++) {
    const th_source__node *n = &r->p.node.v[i];
    if (n->kind != TH_BLOCK_LINE) continue;
    th_field f;
    if (!strong_after(r, &n->text, level, true, &f, &a, &b)) continue;
    r->out->level_header = th_source__level(&r->p, &n->text, a, b);
    if (!r->out->level_header.at.text.p) r->out->level_header.at = f;
    if (strong_after(r, &n->text, count, false, &f, &a, &b)) r->out->count_header = f;
    if (strong_after(r, &n->text, decision, false, &f, &a, &b)) r->out->decision_header = f;
    return;
  }
}

/* ── Sections ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

size_t th_source__element_end(const th_source__page *p, size_t i) {
  const th_str tag = p->node.v[i].tag;
  size_t depth = 0;
  for (; i < p->node.n; i++) {
    const th_source__node *n = &p->node.v[i];
    if (n->kind == TH_BLOCK_OPEN && th_str_eq(n->tag, tag)) depth++;
    if (n->kind == TH_BLOCK_CLOSE && th_str_eq(n->tag, tag) && --depth == 0) return i + 1;
  }
  return p->node.n;
}

static size_t node_length(const th_source__page *p, const th_source__node *n) {
  if (n->kind != TH_BLOCK_TABLE) return n->text.s.n + 1;
  size_t sum = 0;
  const th_source__table *t = &p->table.v[n->table];
  for (uint32_t i = 0; i < t->n_row; i++) {
    const th_source__cellrow *row = &p->row.v[t->row0 + i];
    for (uint32_t k = 0; k < row->n_cell; k++) sum += p->cell.v[row->cell0 + k].s.n + 3;
  }
  return sum + 1;
}

static char *node_write(const th_source__page *p, const th_source__node *n, char *w) {
  if (n->kind != TH_BLOCK_TABLE) {
    if (n->text.s.n) memcpy(w, n->text.s.p, n->text.s.n), w += n->text.s.n, *w++ = '\n';
    return w;
  }
  const th_source__table *t = &p->table.v[n->table];
  for (uint32_t i = 0; i < t->n_row; i++) {
    const th_source__cellrow *row = &p->row.v[t->row0 + i];
    for (uint32_t k = 0; k < row->n_cell; k++) {
      const th_str s = p->cell.v[row->cell0 + k].s;
      if (k) memcpy(w, " | ", 3), w += 3;
      if (s.n) memcpy(w, s.p, s.n), w += s.n;
    }
    *w++ = '\n';
  }
  return w;
}

th_code th_source__join(th_source__report *r, size_t i, size_t j, th_field *out, th_err *err) {
  const th_source__page *p = &r->p;
  *out = (th_field){ 0 };
  size_t sum = 0, first = SIZE_MAX, last = 0, n_text = 0;
  for (size_t k = i; k < j; k++) {
    const th_source__node *n = &p->node.v[k];
    if (n->kind == TH_BLOCK_TEMPLATE || n->kind == TH_BLOCK_RULE) continue;
    if (n->text.s.n == 0 && n->kind != TH_BLOCK_TABLE) continue;
    sum += node_length(p, n);
    if (first == SIZE_MAX) first = k;
    last = k;
    n_text++;
  }
  if (first == SIZE_MAX) return TH_OK;
  const th_source__node *f = &p->node.v[first], *l = &p->node.v[last];
  *out = (th_field){ f->text.s, f->text.from, l->text.to, f->text.line };
  if (n_text == 1 && f->kind != TH_BLOCK_TABLE) return TH_OK;
  char *buf = th_arena_alloc(r->a, sum + 1, 1), *w = buf;
  if (!buf) return th_fail_nomem(err);
  for (size_t k = first; k <= last; k++) {
    const th_source__node *n = &p->node.v[k];
    if (n->kind != TH_BLOCK_TEMPLATE && n->kind != TH_BLOCK_RULE) w = node_write(p, n, w);
  }
  while (w > buf && w[-1] == '\n') w--;
  out->text = th_str_n(buf, (size_t)(w - buf));
  return TH_OK;
}

/* A heading without a role of its own has that of the section it stands in. */
static void section_role(th_source__report *r, th_report_section *s, uint32_t parent) {
  s->parent = parent;
  s->role = th_source__role(s->heading.text);
  const th_report_section *up = parent == UINT32_MAX ? NULL : &r->out->sections.v[parent];
  if (s->level == 1 && s->role != TH_REPORT_DISCLAIMER && s->role != TH_REPORT_CITATION) s->role = TH_REPORT_TITLE;
  if (s->role != TH_REPORT_OTHER || !up || up->role == TH_REPORT_TITLE || up->role == TH_REPORT_FRAME) return;
  s->role = up->role;
  s->inherited = true;
}

/* Does a section begin at node i without a heading: an indication section, or what follows one? */
static bool silent_start(const th_source__report *r, size_t i) {
  const uint32_t here = r->prediction_of[i];
  const uint32_t before = i ? r->prediction_of[i - 1] : UINT32_MAX;
  return here != before && r->p.node.v[i].kind != TH_BLOCK_HEADING && r->p.node.v[i].kind != TH_BLOCK_RULE &&
         r->p.node.v[i].kind != TH_BLOCK_CLOSE;
}

static void silent_section(th_source__report *r, size_t i, th_report_section *s, uint32_t parent) {
  const uint32_t k = r->prediction_of[i];
  const th_report_section *up = parent == UINT32_MAX ? NULL : &r->out->sections.v[parent];
  s->level = (uint8_t)(up && up->level < 6 ? up->level + 1 : 6);
  s->parent = parent;
  s->prediction = k;
  s->inherited = true;
  s->role = k != UINT32_MAX ? TH_REPORT_INDICATIONS : up ? up->role : TH_REPORT_TITLE;
  if (k != UINT32_MAX) s->heading = r->out->predictions.v[k].name;
}

/* Sections a heading stands in: the open ones, outermost first. An indication section holds its headings whatever their level. */
typedef struct open_sections {
  struct {
    uint32_t index;
    uint8_t level;
  } at[12];
  uint32_t n;
} open_sections;

static uint32_t enclosing(const open_sections *o) {
  return o->n ? o->at[o->n - 1].index : UINT32_MAX;
}

static void leave(th_source__report *r, open_sections *o, size_t i, uint8_t level) {
  const uint32_t here = r->prediction_of[i];
  while (o->n) {
    const th_report_section *top = &r->out->sections.v[o->at[o->n - 1].index];
    if (top->prediction != here && top->prediction != UINT32_MAX)
      o->n--; /* another indication section: left */
    else if (here == UINT32_MAX && level && o->at[o->n - 1].level >= level)
      o->n--;
    else if (here != UINT32_MAX && top->prediction == here && level && o->at[o->n - 1].level >= level)
      o->n--;
    else
      return;
  }
}

static th_code sections(th_source__report *r, th_err *err) {
  const th_source__page *p = &r->p;
  th_report_sections *out = &r->out->sections;
  open_sections open = { .n = 0 };
  size_t start = 0;
  th_report_section *s = TH_VEC_ADD(r->a, out);
  if (!s) return th_fail_nomem(err);
  s->parent = s->prediction = UINT32_MAX;
  s->role = TH_REPORT_TITLE;
  for (size_t i = 0; i <= p->node.n; i++) {
    const th_source__node *n = i < p->node.n ? &p->node.v[i] : NULL;
    const bool heading = n && n->kind == TH_BLOCK_HEADING, silent = n && silent_start(r, i);
    if (n && !heading && !silent) {
      r->section_of[i] = (uint32_t)out->n - 1;
      continue;
    }
    TH_TRY(th_source__join(r, start, i, &out->v[out->n - 1].body, err));
    if (!n) break;
    leave(r, &open, i, heading ? n->level : 0);
    if (!(s = TH_VEC_ADD(r->a, out))) return th_fail_nomem(err);
    if (heading) {
      s->level = n->level;
      s->heading = th_source__all(p, &n->text);
      s->prediction = r->prediction_of[i];
      section_role(r, s, enclosing(&open));
    } else {
      silent_section(r, i, s, enclosing(&open));
    }
    r->section_of[i] = (uint32_t)out->n - 1;
    if (open.n < 12) {
      open.at[open.n].index = (uint32_t)out->n - 1;
      open.at[open.n++].level = heading ? n->level : s->prediction == UINT32_MAX ? 7 : 0;
    }
    start = heading ? i + 1 : i;
  }
  for (size_t i = 0; i < out->n; i++) r->out->n_unknown += out->v[i].role == TH_REPORT_OTHER;
  return TH_OK;
}

/* Page-level text of one role: the first section that has it by its own heading, with those below it. */
static th_code role_text(th_source__report *r, th_report_role role, th_field *out, th_err *err) {
  const th_report_sections *s = &r->out->sections;
  for (size_t i = 0; i < s->n; i++) {
    if (s->v[i].role != role || s->v[i].inherited || s->v[i].prediction != UINT32_MAX) continue;
    size_t j = i + 1;
    while (j < s->n && s->v[j].level > s->v[i].level) j++;
    size_t a = r->p.node.n, b = 0;
    for (size_t k = 0; k < r->p.node.n; k++)
      if (r->section_of[k] >= i && r->section_of[k] < j) {
        if (k < a) a = k;
        b = k + 1;
      }
    return a + 1 < b ? th_source__join(r, a + 1, b, out, err) : TH_OK;
  }
  return TH_OK;
}

/* ── What is there, what is not ────────────────────────────────────────────────────────────────────────────────────── */

static void title(th_source__report *r) {
  th_report_page *out = r->out;
  for (size_t i = 0; i < out->sections.n; i++) {
    const th_report_section *s = &out->sections.v[i];
    if (s->level != 1) continue;
    if (!th_field_has(out->drug)) out->drug = s->heading;
    if (!th_str_eq(s->heading.text, out->drug.text) && !th_field_has(out->title)) out->title = s->heading;
  }
}

static void generation(th_source__report *r) {
  th_report_page *out = r->out;
  bool badge = out->n_sections > 0, page_level = false;
  for (size_t i = 0; i < r->p.node.n && !badge; i++) {
    const th_source__node *n = &r->p.node.v[i];
    badge = n->kind == TH_BLOCK_OPEN && th_source__class_has(th_source__attr(n->attrs, "class"), "key-answer");
  }
  for (size_t i = 0; i < out->sections.n; i++) {
    const th_report_section *s = &out->sections.v[i];
    page_level |= s->prediction == UINT32_MAX && !s->inherited &&
                  (s->role == TH_REPORT_WHY || s->role == TH_REPORT_TRIALS || s->role == TH_REPORT_PAPERS);
  }
  out->generation = badge ? 1 : page_level ? 2 : 0;
}

static th_code gaps(th_source__report *r, th_err *err) {
  th_report_page *o = r->out;
  const struct {
    bool there;
    const char *what, *why;
  } all[] = {
    { o->level_front.lo != 0, "front-matter level", "the front matter states no level of evidence" },
    { o->level_header.lo != 0, "header level", "no line under the title states a level of evidence" },
    { o->predictions.n > 0, "predictions", "the page names no predicted indication" },
    { o->quick.n > 0, "quick table", "the page has no overview table" },
    { th_field_has(o->summary), "summary", "the page has no one-sentence summary" },
    { o->licences.n > 0, "licences", "the page lists no licence" },
    { o->interactions.n > 0, "interactions", "the page lists no drug interaction" },
    { th_field_has(o->conclusion), "conclusion", "the page draws no conclusion" },
    { o->decisions.n > 0 || th_field_has(o->decision), "decision", "the page states no decision" },
    { o->related.n > 0, "related drugs", "the page names no related drug" },
    { th_field_has(o->apa) || th_field_has(o->bibtex), "citation", "the page does not say how to cite it" },
    { th_field_has(o->reviewed), "review date", "the page does not say when it was reviewed" },
    { th_field_has(o->disclaimer), "disclaimer", "the page has no disclaimer" },
  };
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
    if (!all[i].there && !th_source__gap(r->a, &o->gaps, all[i].what, 0, all[i].why)) return th_fail_nomem(err);
  /* The last thing on a whole page is a closing section; a table row without its last bar is a page cut inside it. */
  const th_str doc = th_str_trim(r->p.doc);
  const size_t nl = th_str_rfind(doc, TH_S("\n"));
  const th_str last = th_str_trim(th_str_sub(doc, nl == SIZE_MAX ? 0 : nl + 1, doc.n));
  const bool cut_row = last.n > 1 && last.p[0] == '|' && last.p[last.n - 1] != '|';
  const bool no_end = !th_field_has(o->conclusion) && !th_field_has(o->disclaimer) && !th_field_has(o->apa);
  if ((cut_row || no_end) &&
      !th_source__gap(r->a, &o->gaps, "end", r->p.end_line, "the page has no closing part and may have been cut off"))
    return th_fail_nomem(err);
  return TH_OK;
}

static th_code usable(const th_report_page *o, const th_source__report *r, th_err *err) {
  if (!th_field_has(o->drug) || o->drug.text.n == 0)
    return th_fail_at(
        err, TH_EPARSE, 1, 1,
        "no drug name: expected \"title:\" in the front matter or a top heading; give the page as it was published");
  if (!o->level_front.lo && !o->level_header.lo && !o->level_table.lo && o->predictions.n == 0 && o->quick.n == 0)
    return th_fail_at(
        err, TH_EPARSE, r->p.end_line, 1,
        "neither a level of evidence, a predicted indication nor an overview table up to here: not a report page, or cut off");
  return TH_OK;
}

th_code th_source_report_read(th_arena *a, th_str bytes, th_report_page *out, th_err *err) {
  *out = (th_report_page){ 0 };
  TH_TRY(th_source__check_doc(&bytes, err));
  th_source__report r = { .a = a, .out = out };
  TH_TRY(th_source__page_read(a, bytes, &r.p, err));
  r.section_of = TH_NEWN(a, uint32_t, r.p.node.n);
  r.prediction_of = TH_NEWN(a, uint32_t, r.p.node.n);
  if (!r.section_of || !r.prediction_of) return th_fail_nomem(err);
  TH_TRY(front(&r, err));
  header_line(&r);
  TH_TRY(th_source__report_predictions(&r, err));
  TH_TRY(sections(&r, err));
  TH_TRY(th_source__report_tables(&r, err));
  TH_TRY(th_source__report_quick_names(&r, err));
  TH_TRY(role_text(&r, TH_REPORT_SUMMARY, &out->summary, err));
  TH_TRY(role_text(&r, TH_REPORT_WHY, &out->why, err));
  TH_TRY(role_text(&r, TH_REPORT_MECHANISM, &out->mechanism, err));
  TH_TRY(role_text(&r, TH_REPORT_CONCLUSION, &out->conclusion, err));
  TH_TRY(role_text(&r, TH_REPORT_DISCLAIMER, &out->disclaimer, err));
  TH_TRY(th_source__report_interactions(&r, err));
  TH_TRY(th_source__report_cautions(&r, err));
  TH_TRY(th_source__report_end(&r, err));
  title(&r);
  generation(&r);
  TH_TRY(usable(out, &r, err));
  return gaps(&r, err);
}
