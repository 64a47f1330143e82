/* Forms and score tables appended to a rule. */
#include "source/source_priv.h"

#define FORMS_MAX 1000

static bool at(th_str s, size_t i, const char *z) {
  return th_str_starts(th_str_sub(s, i, s.n), th_str_of(z));
}

/* ── Tables ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool table_line(th_str s) {
  return s.n > 1 && s.p[0] == '|';
}

static bool delimiter(th_str s) {
  bool dash = false;
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] == '-')
      dash = true;
    else if (s.p[i] != '|' && s.p[i] != ':' && s.p[i] != ' ' && s.p[i] != '\t')
      return false;
  }
  return dash;
}

static th_code cells(th_arena *a, th_str doc, const th_source__line *l, th_field_vec *out, th_err *err) {
  th_str s = th_str_sub(l->s, 1, l->s.n);
  if (th_str_ends(s, TH_S("|"))) s.n--;
  for (size_t i = 0, start = 0; i <= s.n; i++) {
    if (i < s.n && (s.p[i] != '|' || (i && s.p[i - 1] == '\\'))) continue;
    const th_str cell = th_str_trim(th_str_sub(s, start, i));
    if (!TH_VEC_PUSH(a, out, th_source__view(doc, cell, l->no))) return th_fail_nomem(err);
    start = i + 1;
  }
  return TH_OK;
}

static bool all_blank(const th_field_vec *v) {
  for (size_t i = 0; i < v->n; i++)
    if (v->v[i].text.n) return false;
  return true;
}

/* Lines i.. that start with a bar. A head of blank cells is none. */
static th_code table(th_arena *a, th_str doc, const th_source__lines *l, size_t i, size_t to, size_t *next, th_field_table *out,
                     th_err *err) {
  out->line = l->v[i].no;
  out->from = l->v[i].from;
  for (; i < to && table_line(l->v[i].s); i++) {
    out->to = l->v[i].from + (uint32_t)l->v[i].s.n;
    if (delimiter(l->v[i].s)) {
      if (out->row.n == 1 && out->head.n == 0) {
        if (!all_blank(&out->row.v[0].cell)) out->head = out->row.v[0].cell;
        out->row.n = 0;
      }
      continue;
    }
    th_field_row *row = TH_VEC_ADD(a, &out->row);
    if (!row) return th_fail_nomem(err);
    row->line = l->v[i].no;
    TH_TRY(cells(a, doc, &l->v[i], &row->cell, err));
  }
  *next = i;
  return TH_OK;
}

static uint32_t ticks(th_str s) {
  static const char *const boxes[] = { "type=\"checkbox\"", "□", "☐", "☑", "■" };
  uint32_t n = 0;
  for (size_t k = 0; k < sizeof boxes / sizeof boxes[0]; k++)
    for (size_t i = th_str_find(s, th_str_of(boxes[k]), 0); i != SIZE_MAX; i = th_str_find(s, th_str_of(boxes[k]), i + 1)) n++;
  return n;
}

/* "醫院代號 | | 醫院名稱 | | 申請日期 |": labels with the blank that follows each. */
static th_code heads(th_arena *a, const th_field_table *t, th_field_pairs *out, th_err *err) {
  for (size_t i = 0; i < t->row.n; i++) {
    const th_field_vec *c = &t->row.v[i].cell;
    for (size_t k = 0; k < c->n; k += 2) {
      th_field_pair pair = { .key = c->v[k] };
      if (k + 1 < c->n) pair.value = c->v[k + 1];
      if ((pair.key.text.n || pair.value.text.n) && !TH_VEC_PUSH(a, out, pair)) return th_fail_nomem(err);
    }
  }
  return TH_OK;
}

/* ── Scores ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct score_columns {
  int weight, name, definition; /* -1: not a score table */
} score_columns;

static score_columns score_head(const th_field_vec *cells_of) {
  static const char *const weight[] = { "wt", "weight", "權重", "分數", "points", NULL },
                           *const name[] = { "descriptor", "描述項", "項目", "item", NULL },
                           *const definition[] = { "definition", "定義", "說明", NULL };
  score_columns c = { -1, -1, -1 };
  for (size_t k = 0; k < cells_of->n; k++) {
    const th_str s = cells_of->v[k].text;
    if (c.weight < 0 && th_source__has_any(s, weight))
      c.weight = (int)k;
    else if (c.name < 0 && th_source__has_any(s, name))
      c.name = (int)k;
    else if (c.definition < 0 && th_source__has_any(s, definition))
      c.definition = (int)k;
  }
  if (c.weight < 0 || c.name < 0) c.weight = -1;
  return c;
}

static size_t first_cjk(th_str s) {
  for (size_t i = 0; i < s.n; i++)
    if ((unsigned char)s.p[i] >= 0xE3 && th_source__is_cjk_at(s, i)) return i;
  return SIZE_MAX;
}

/* Does the word s[from, to) stand earlier too? Then it opens the Chinese part ("DNA binding DNA 結合"). */
static bool repeated(th_str s, size_t from, size_t to) {
  const th_str word = th_str_trim(th_str_sub(s, from, to));
  return word.n > 1 && th_str_find(th_str_sub(s, 0, from), word, 0) != SIZE_MAX;
}

/* English text followed by its Chinese. The Chinese part may open with Latin words and figures: it starts behind the last English
 * sentence, else at a word that repeats one before it, else at its first Chinese character. */
static void two_scripts(th_field f, bool sentences, th_field *en, th_field *zh) {
  const size_t cjk = first_cjk(f.text);
  if (cjk == SIZE_MAX) {
    *en = f;
    return;
  }
  size_t cut = cjk;
  size_t sentence = SIZE_MAX;
  for (size_t i = 0; sentences && i + 1 < cjk; i++)
    if (f.text.p[i] == '.' && f.text.p[i + 1] == ' ' && !(i > 1 && f.text.p[i - 2] == '.')) sentence = i + 2;
  if (sentence != SIZE_MAX)
    cut = sentence;
  else {
    size_t end = cjk;
    while (end > 0 && f.text.p[end - 1] == ' ') end--;
    size_t start = end;
    while (start > 0 && f.text.p[start - 1] != ' ') start--;
    if (start > 0 && repeated(f.text, start, end)) cut = start;
  }
  if (cut > 0) *en = th_source__cut(f, 0, cut);
  *zh = th_source__cut(f, cut, f.text.n);
}

static th_code scores(th_arena *a, const th_field_table *t, score_columns c, uint32_t form, th_coverage_text *out,
                      th_err *err) {
  for (size_t i = 0; i < t->row.n; i++) {
    const th_field_vec *cell = &t->row.v[i].cell;
    int64_t weight;
    if ((size_t)c.weight >= cell->n || (size_t)c.name >= cell->n || !th_str_to_i64(cell->v[c.weight].text, &weight) ||
        weight < 0 || weight > 1000)
      continue;
    th_coverage_score_item *item = TH_VEC_ADD(a, &out->items);
    if (!item) return th_fail_nomem(err);
    item->form = form;
    item->weight_text = cell->v[c.weight];
    item->weight = (int32_t)weight;
    item->line = t->row.v[i].line;
    two_scripts(cell->v[c.name], false, &item->name_en, &item->name_zh);
    if (c.definition >= 0 && (size_t)c.definition < cell->n)
      two_scripts(cell->v[c.definition], true, &item->definition_en, &item->definition_zh);
    out->items_sum += item->weight;
  }
  return TH_OK;
}

/* ── One form ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool sign_line(th_str s) {
  static const char *const words[] = { "簽名", "蓋章", "章戳", "專科醫師證書", "醫師證書", NULL };
  return s.n < 120 && th_source__has_any(s, words);
}

static th_code para(th_arena *a, th_str doc, const th_source__lines *l, size_t i, th_coverage_form *f, th_err *err) {
  th_coverage_block *b = TH_VEC_ADD(a, &f->block);
  if (!b) return th_fail_nomem(err);
  const th_source__line *line = &l->v[i];
  th_source__label label;
  size_t skip = 0;
  b->kind = sign_line(line->s) ? TH_COVERAGE_SIGN : TH_COVERAGE_PARA;
  if (th_source__clause_label(line->s, &label)) {
    b->label = th_source__view(doc, th_str_sub(line->s, 0, label.mark_n), line->no);
    skip = label.n;
  }
  b->text = th_source__view(doc, th_str_sub(line->s, skip, line->s.n), line->no);
  f->n_ticks += ticks(line->s);
  return th_source__clean(a, b->text.text, &b->clean, err);
}

static th_code form_table(th_arena *a, th_str doc, const th_source__lines *l, size_t *i, size_t to, uint32_t index,
                          score_columns *score, th_coverage_text *out, th_err *err) {
  th_coverage_form *f = &out->forms.v[index];
  th_field_table *t = TH_VEC_ADD(a, &f->tables);
  if (!t) return th_fail_nomem(err);
  const size_t start = *i;
  TH_TRY(table(a, doc, l, *i, to, i, t, err));
  for (size_t k = start; k < *i; k++) f->n_ticks += ticks(l->v[k].s);
  th_coverage_block *b = TH_VEC_ADD(a, &f->block);
  if (!b) return th_fail_nomem(err);
  *b = (th_coverage_block){ .kind = TH_COVERAGE_TABLE, .table = (uint32_t)f->tables.n - 1 };
  score_columns c = score_head(&t->head);
  for (size_t k = 0; c.weight < 0 && k < t->row.n && k < 3; k++) c = score_head(&t->row.v[k].cell); /* a head of two rows */
  if (c.weight < 0 && t->head.n == 0 && score->weight >= 0) c = *score; /* the table goes on over a page */
  if (c.weight >= 0) {
    *score = c;
    f->is_score = true;
    return scores(a, t, c, index, out, err);
  }
  return f->tables.n == 1 && t->head.n == 0 ? heads(a, t, &f->heads, err) : TH_OK;
}

/* The form named at line i: one the rule names already, or a new one. */
static th_code open_form(th_arena *a, th_str doc, const th_source__line *line, th_coverage_text *out, uint32_t *index,
                         th_err *err) {
  const size_t n = th_source__form_number(line->s);
  const th_field number = th_source__view(doc, th_str_sub(line->s, 0, n), line->no);
  th_str id;
  if (!th_source_form_id(a, number.text, &id)) return th_fail_nomem(err);
  uint32_t k = 0;
  while (k < out->forms.n && !(th_str_eq(out->forms.v[k].id, id) && !out->forms.v[k].attached)) k++;
  *index = k;
  if (k == FORMS_MAX) return th_fail_at(err, TH_ELIMIT, line->no, 1, "more than %d forms in one rule", FORMS_MAX);
  if (k == out->forms.n && !TH_VEC_ADD(a, &out->forms)) return th_fail_nomem(err);
  th_coverage_form *f = &out->forms.v[k];
  size_t len = 0;
  const size_t colon = th_source__is_colon(line->s, n, &len) ? n + len : n;
  f->id = id;
  f->number = number;
  f->title = th_source__view(doc, th_str_trim(th_str_sub(line->s, colon, line->s.n)), line->no);
  f->attached = true;
  f->from = line->from;
  f->to = line->from + (uint32_t)line->s.n;
  f->line = line->no;
  return TH_OK;
}

th_code th_source__coverage_forms(th_arena *a, th_str doc, const th_source__lines *l, size_t from, size_t to,
                                  th_coverage_text *out, th_err *err) {
  score_columns score = { -1, -1, -1 };
  uint32_t form = UINT32_MAX;
  for (size_t i = from; i < to;) {
    const th_str s = l->v[i].s;
    if (s.n == 0) {
      i++;
      continue;
    }
    if (th_source__form_number(s) && s.n < 200 && !at(s, 0, "|")) {
      TH_TRY(open_form(a, doc, &l->v[i], out, &form, err));
      score.weight = -1;
      i++;
      continue;
    }
    if (form == UINT32_MAX) return TH_OK;
    if (table_line(s))
      TH_TRY(form_table(a, doc, l, &i, to, form, &score, out, err));
    else {
      TH_TRY(para(a, doc, l, i, &out->forms.v[form], err));
      i++;
    }
    out->forms.v[form].to = l->v[i - 1].from + (uint32_t)l->v[i - 1].s.n;
  }
  return TH_OK;
}
