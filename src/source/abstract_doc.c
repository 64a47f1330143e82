/* An abstract from its lines: paragraphs, what each is, sections, roles of paragraphs without a label. */
#include "source/source_priv.h"

typedef struct para {
  th_field f;
  size_t first, last; /* lines */
  bool after_blank;
  th_source__head_kind kind;
  size_t label_n, word_n; /* label at its start */
  th_abstract_role role;
  bool is_title;
} para;

typedef struct paras {
  para *v;
  size_t n, cap;
} paras;

/* ── Paragraphs ────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool end_sign(th_str s) {
  static const char *const ends[] = { ".", "!", "?", "。", "！", "？", ")", "]", "）", "\"", "”", ";" };
  for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
    if (th_str_ends(s, th_str_of(ends[i]))) return true;
  return false;
}

/* Are the lines cut at a fixed width? Then most long lines with another below end inside a sentence. */
static bool wrapped(const th_source__lines *l) {
  size_t inside = 0, ended = 0, longest = 0;
  for (size_t i = 0; i + 1 < l->n; i++) {
    if (l->v[i].raw.n > longest) longest = l->v[i].raw.n;
    if (l->v[i + 1].s.n == 0 || l->v[i].s.n < 55) continue;
    *(end_sign(l->v[i].s) ? &ended : &inside) += 1;
  }
  return inside >= 2 && inside > ended && longest <= 130;
}

static size_t label_at(th_str s, para *p) {
  return p->label_n = th_source__abstract_label(s, &p->role, &p->is_title, &p->word_n);
}

/* Text of lines i..j joined: by a blank between Latin words, by nothing between Chinese ones. */
static th_code join(th_arena *a, th_str doc, const th_source__lines *l, size_t i, size_t j, th_field *out, th_err *err) {
  *out = th_source__span(doc, l, i, j);
  if (j - i < 2) return TH_OK;
  char *buf = th_arena_alloc(a, out->text.n + 2, 1);
  if (!buf) return th_fail_nomem(err);
  size_t n = 0;
  for (size_t k = i; k < j; k++) {
    const th_str s = l->v[k].s;
    if (s.n == 0) continue;
    const bool cjk = th_source__is_cjk_at(s, 0) && n >= 3 && (unsigned char)buf[n - 1] >= 0x80;
    if (n && !cjk) buf[n++] = ' ';
    memcpy(buf + n, s.p, s.n);
    n += s.n;
  }
  out->text = th_str_n(buf, n);
  return TH_OK;
}

static th_code split(th_arena *a, th_str doc, const th_source__lines *l, paras *out, th_err *err) {
  const bool wrap = wrapped(l);
  for (size_t i = 0; i < l->n;) {
    if (l->v[i].s.n == 0) {
      i++;
      continue;
    }
    size_t j = i + 1;
    para p = { .first = i, .after_blank = i == 0 || l->v[i - 1].s.n == 0 };
    const size_t label = label_at(l->v[i].s, &p);
    const bool alone = label && th_str_trim(th_str_sub(l->v[i].s, label, l->v[i].s.n)).n == 0;
    for (; wrap && !alone && j < l->n && l->v[j].s.n; j++) {
      para next = { 0 };
      if (label_at(l->v[j].s, &next) || (end_sign(l->v[j - 1].s) && l->v[j - 1].s.n < 45)) break;
      if (l->v[j].s.p[0] == '(' && l->v[j].s.n > 2 && l->v[j].s.p[1] >= '1' && l->v[j].s.p[1] <= '9' && l->v[j].s.p[2] == ')')
        break;
    }
    p.last = j;
    TH_TRY(join(a, doc, l, i, j, &p.f, err));
    p.kind = th_source__head_kind_of(p.f.text);
    if (p.kind == TH_HEAD_IDS || p.kind == TH_HEAD_KEYWORDS)
      p.label_n = 0, p.is_title = false;
    else if (p.label_n)
      p.kind = TH_HEAD_PROSE;
    if (!TH_VEC_PUSH(a, out, p)) return th_fail_nomem(err);
    i = j;
  }
  return TH_OK;
}

/* ── Sections ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code section(th_arena *a, th_abstract_doc *out, th_field label, th_field text, th_abstract_role role, th_err *err) {
  th_abstract_section *s = TH_VEC_ADD(a, &out->sections);
  if (!s) return th_fail_nomem(err);
  s->label = label;
  s->text = text;
  s->role = role;
  s->lang = th_source__language(text.text);
  out->n_lang[s->lang]++;
  return TH_OK;
}

/* One paragraph may hold several labels: "Background: … Methods: …". A label inside stands behind the end of a sentence. */
static th_code sections_of(th_arena *a, th_abstract_doc *out, th_field f, bool first_labelled, th_err *err) {
  size_t start = 0;
  th_field label = { 0 };
  th_abstract_role role = TH_ABSTRACT_UNLABELLED;
  size_t word_n;
  bool title;
  if (first_labelled) {
    start = th_source__abstract_label(f.text, &role, &title, &word_n);
    label = th_source__cut(f, 0, word_n);
  }
  for (size_t i = start; i < f.text.n; i++) {
    const char c = f.text.p[i];
    const bool stop = c == '.' || c == '?' || c == '!' || c == ';' ||
                      th_str_starts(th_str_sub(f.text, i, f.text.n), TH_S("。")) ||
                      th_str_starts(th_str_sub(f.text, i, f.text.n), TH_S("；"));
    if (!stop) continue;
    size_t at = i + ((unsigned char)c >= 0x80 ? 3 : 1);
    while (at < f.text.n && f.text.p[at] == ' ') at++;
    if (at >= f.text.n) break;
    th_abstract_role next;
    const th_str rest = th_str_sub(f.text, at, at + 90);
    const size_t n = th_source__abstract_label(rest, &next, &title, &word_n);
    if (!n || title || n == rest.n || next == TH_ABSTRACT_UNLABELLED) continue;
    if (next == TH_ABSTRACT_OTHER && rest.p[0] >= 'A' && rest.p[0] <= 'Z' && rest.p[1] >= 'A' && rest.p[1] <= 'Z')
      continue; /* "SPAZ: …" */
    if (th_str_trim(th_str_sub(f.text, start, at)).n) TH_TRY(section(a, out, label, th_source__cut(f, start, at), role, err));
    label = th_source__cut(f, at, at + word_n);
    role = next;
    start = i = at + n;
  }
  const th_field rest = th_source__cut(f, start, f.text.n);
  return rest.text.n ? section(a, out, label, rest, role, err) : TH_OK;
}

/* ── Roles of paragraphs without labels ────────────────────────────────────────────────────────────────────────────── */

static bool result_cue(th_str s) {
  static const char *const cues[] = {
    "p =",  "p <",  "p=",     "p<",     "p >",  "% ci", "95%", "confidence interval", "significantly", "可信",
    "置信", "信賴", "差異有", "差异有", "顯著", "显著", NULL
  };
  return th_source__has_any(s, cues);
}

static bool conclusion_cue(th_str s) {
  static const char *const cues[] = { "suggest", "conclu", "in summary", "these findings", "our findings", "表明", "顯示",
                                      "提示",    "結論",   "结论",       "可作為",         "可作为",       NULL };
  return th_source__has_any(s, cues);
}

static void infer(th_abstract_doc *d, th_lang lang) {
  size_t at[64], n = 0;
  for (size_t i = 0; i < d->sections.n; i++) {
    const th_abstract_section *s = &d->sections.v[i];
    if (s->lang != lang) continue;
    if (th_field_has(s->label)) return; /* labels of its own decide */
    if (n < 64) at[n++] = i;
  }
  if (n < 2) return;
  size_t body = 0, end = n;
  if (n >= 3) {
    d->sections.v[at[0]].role = TH_ABSTRACT_BACKGROUND;
    body = 1;
  }
  if (n >= 4 || conclusion_cue(d->sections.v[at[n - 1]].text.text)) d->sections.v[at[--end]].role = TH_ABSTRACT_CONCLUSION;
  bool results = false;
  for (size_t i = body; i < end; i++) {
    th_abstract_section *s = &d->sections.v[at[i]];
    results = results || (result_cue(s->text.text) && (i > body || end - body == 1)) || (n >= 4 && i > body);
    s->role = results ? TH_ABSTRACT_RESULTS : TH_ABSTRACT_METHODS;
  }
  for (size_t i = 0; i < n; i++) d->sections.v[at[i]].inferred = true;
}

/* ── The whole ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Index of the last line of the head (authors, affiliations, citation) before the abstract's own text; SIZE_MAX without a head. */
static size_t head_end(const paras *p) {
  size_t last = SIZE_MAX;
  for (size_t k = 0; k < p->n && !p->v[k].label_n; k++) {
    const th_source__head_kind kind = p->v[k].kind;
    if (kind != TH_HEAD_AUTHORS && kind != TH_HEAD_AFFILIATION && kind != TH_HEAD_CITATION) continue;
    if (last != SIZE_MAX && k > last + 3) break; /* the abstract's own text lies between */
    last = k;
  }
  return last;
}

static bool is_title(const paras *p, size_t i, size_t head) {
  const th_str s = p->v[i].f.text;
  if (s.n > 420 || p->v[i].label_n) return false;
  if (head != SIZE_MAX) return i < head;
  const bool next_labelled = i + 1 < p->n && p->v[i + 1].label_n;
  return i == 0 && p->n > 1 && (next_labelled || (s.n < 260 && !th_str_ends(s, TH_S(".")) && !th_str_ends(s, TH_S("。"))));
}

static th_code head(th_arena *a, th_str doc, const para *p, th_abstract_doc *out, th_err *err) {
  switch (p->kind) {
  case TH_HEAD_AUTHORS: return th_source__abstract_authors(a, doc, p->f, &out->authors, err);
  case TH_HEAD_AFFILIATION: return TH_VEC_PUSH(a, &out->affiliations, p->f) ? TH_OK : th_fail_nomem(err);
  case TH_HEAD_CITATION:
    if (!th_field_has(out->citation)) {
      th_source__abstract_citation(doc, p->f, out);
      return TH_OK;
    }
    return TH_VEC_PUSH(a, &out->other, p->f) ? TH_OK : th_fail_nomem(err);
  case TH_HEAD_KEYWORDS: return TH_VEC_PUSH(a, &out->keywords, p->f) ? TH_OK : th_fail_nomem(err);
  case TH_HEAD_IDS:
  case TH_HEAD_NOTE:
  case TH_HEAD_PROSE:
  default: return TH_VEC_PUSH(a, &out->other, p->f) ? TH_OK : th_fail_nomem(err);
  }
}

/* Inside the abstract only lines that cannot be its text are taken out of it. */
static bool is_head(const para *x, bool inside) {
  if (x->kind == TH_HEAD_PROSE) return false;
  return !inside || x->kind == TH_HEAD_IDS || x->kind == TH_HEAD_NOTE || x->kind == TH_HEAD_KEYWORDS ||
         x->kind == TH_HEAD_CITATION;
}

static th_code classify(th_arena *a, th_str doc, const paras *p, th_abstract_doc *out, th_err *err) {
  bool title_next = false;
  const size_t head_at = head_end(p);
  th_field pending = { 0 }; /* a label alone on its line */
  th_abstract_role pending_role = TH_ABSTRACT_UNLABELLED;
  for (size_t i = 0; i < p->n; i++) {
    const para *x = &p->v[i];
    const bool alone = x->label_n && th_str_trim(th_str_sub(x->f.text, x->label_n, x->f.text.n)).n == 0;
    if (x->label_n && x->is_title) {
      title_next = alone;
      if (!alone) out->title = th_source__cut(x->f, x->label_n, x->f.text.n);
    } else if (alone) {
      pending = x->role == TH_ABSTRACT_UNLABELLED ? (th_field){ 0 } : th_source__cut(x->f, 0, x->word_n);
      pending_role = x->role;
      title_next = false;
    } else if (title_next && !x->label_n) {
      out->title = x->f;
      title_next = false;
    } else if (x->label_n) {
      TH_TRY(sections_of(a, out, x->f, true, err));
      pending = (th_field){ 0 };
      pending_role = TH_ABSTRACT_UNLABELLED;
    } else if (is_head(x, out->sections.n > 0 || th_field_has(pending))) {
      TH_TRY(head(a, doc, x, out, err));
    } else if (out->sections.n == 0 && !th_field_has(pending) && is_title(p, i, head_at)) {
      th_field *to = th_source__language(x->f.text) == TH_LANG_EN ? &out->title : &out->title_zh;
      if (!th_field_has(*to))
        *to = x->f;
      else if (!TH_VEC_PUSH(a, &out->other, x->f))
        return th_fail_nomem(err);
    } else {
      const size_t before = out->sections.n;
      TH_TRY(sections_of(a, out, x->f, false, err));
      const bool continues = before && !x->after_blank && !th_field_has(pending);
      if (before < out->sections.n) {
        th_abstract_section *s = &out->sections.v[before];
        if (!th_field_has(s->label) && th_field_has(pending))
          s->label = pending, s->role = pending_role;
        else if (!th_field_has(s->label) && continues && th_field_has(out->sections.v[before - 1].label))
          s->role = out->sections.v[before - 1].role, s->inferred = true;
      }
      /* a label on its own line governs the lines below it up to a blank one */
      if (i + 1 < p->n && p->v[i + 1].after_blank) pending = (th_field){ 0 }, pending_role = TH_ABSTRACT_UNLABELLED;
    }
  }
  return TH_OK;
}

static void identifiers(th_str doc, const th_source__lines *l, th_abstract_doc *out) {
  for (size_t i = 0; i < l->n; i++) {
    const th_str s = l->v[i].s;
    if (!th_field_has(out->doi)) {
      const size_t at = th_source__find_nocase(s, "doi", 0);
      const th_str doi = at == SIZE_MAX ? TH_STR_NONE : th_source__doi(s, at);
      if (doi.n) out->doi = th_source__view(doc, doi, l->v[i].no);
    }
    static const char *const marks[] = { "PMID:", "PMID ", "PMCID:" };
    for (size_t k = 0; k < 3; k++) {
      th_field *to = k == 2 ? &out->pmcid : &out->pmid;
      size_t at = th_str_find(s, th_str_of(marks[k]), 0);
      if (at == SIZE_MAX || th_field_has(*to)) continue;
      at += strlen(marks[k]);
      while (at < s.n && s.p[at] == ' ') at++;
      size_t end = at;
      if (k == 2 && th_str_starts(th_str_sub(s, at, s.n), TH_S("PMC"))) end += 3;
      while (end < s.n && s.p[end] >= '0' && s.p[end] <= '9') end++;
      if (end > at) *to = th_source__view(doc, th_str_sub(s, at, end), l->v[i].no);
    }
    static const char *const retraction[] = { "retracted", "retraction", "expression of concern", "撤稿", "撤銷發表", NULL };
    if (!th_field_has(out->retraction) && th_source__has_any(s, retraction)) {
      static const char *const not [] = { "muscle retraction", "retraction of the", "gum retraction", NULL };
      const bool head = th_source__find_nocase(s, "retracted", 0) < 4 || th_source__find_nocase(s, "retraction", 0) < 4 ||
                        th_source__find_nocase(s, "expression of concern", 0) < 60 ||
                        th_source__find_nocase(s, "retracted article", 0) != SIZE_MAX ||
                        th_source__find_nocase(s, "retraction in", 0) != SIZE_MAX || th_str_has(s, TH_S("撤稿"));
      if (head && !th_source__has_any(s, not )) out->retraction = th_source__view(doc, s, l->v[i].no);
    }
  }
}

static th_code gaps(th_arena *a, th_abstract_doc *d, th_err *err) {
  bool role[TH_ABSTRACT_ROLE_COUNT] = { false };
  for (size_t i = 0; i < d->sections.n; i++) {
    static const char *const both[] = { "result", "finding", "結果", "结果", NULL }; /* "METHODS AND RESULTS" */
    role[d->sections.v[i].role] = true;
    if (th_source__has_any(d->sections.v[i].label.text, both)) role[TH_ABSTRACT_RESULTS] = true;
  }
  const th_abstract_section *last = &d->sections.v[d->sections.n - 1];
  const struct {
    bool there;
    const char *what, *why;
  } all[] = {
    { th_field_has(d->title) || th_field_has(d->title_zh), "title", "the text begins without a title" },
    { d->authors.n > 0, "authors", "no line of authors" },
    { th_field_has(d->citation), "citation", "no line with journal, year and pages" },
    { th_field_has(d->doi) || th_field_has(d->pmid), "identifier", "neither a DOI nor a PMID" },
    { role[TH_ABSTRACT_RESULTS] || role[TH_ABSTRACT_UNLABELLED], "results", "no section of results" },
    { d->registry_ids.n > 0, "registry number", "no trial registration number" },
    { end_sign(last->text.text), "end", "the last section does not end a sentence: the text may have been cut off" },
  };
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
    if (!all[i].there && !th_source__gap(a, &d->gaps, all[i].what, i == 6 ? last->text.line : 0, all[i].why))
      return th_fail_nomem(err);
  return TH_OK;
}

th_code th_source_abstract_read(th_arena *a, th_str bytes, th_abstract_doc *out, th_err *err) {
  *out = (th_abstract_doc){ 0 };
  th_source__lines l;
  paras p = { 0 };
  TH_TRY(th_source__lines_read(a, bytes, &l, err));
  TH_TRY(split(a, bytes, &l, &p, err));
  TH_TRY(classify(a, bytes, &p, out, err));
  size_t prose = 0;
  for (size_t i = 0; i < out->sections.n; i++) prose += out->sections.v[i].text.text.n;
  if (prose < 40)
    return th_fail_at(
        err, TH_EPARSE, l.n ? l.v[l.n - 1].no : 1, 1,
        "no paragraph of an abstract up to here: expected at least one sentence about a study; give the whole text");
  identifiers(bytes, &l, out);
  TH_TRY(th_source__registry_ids(a, bytes, &out->registry_ids, err));
  for (int lang = 0; lang < TH_LANG_COUNT; lang++) infer(out, (th_lang)lang);
  return gaps(a, out, err);
}
