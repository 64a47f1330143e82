/* A page of Markdown and HTML mixed, cut into blocks in one pass.
 *
 * Markdown is told at the start of a line, HTML anywhere. Every line of running text is a block of its own: published pages put
 * "**decision**" and "**reason**" on neighbouring lines of one paragraph. */
#include "source/source_priv.h"

static th_source__node *node_add(th_source__scan *s, th_source__block kind) {
  th_source__node *n = TH_VEC_ADD(s->page->arena, &s->page->node);
  if (!n) {
    s->nomem = true;
    return NULL;
  }
  n->kind = kind;
  n->gap = s->gap;
  n->quoted = s->quoted;
  return n;
}

/* The open text becomes a block of the pending kind; nothing happens when it is blank. */
static void flush(th_source__scan *s) {
  th_source__text t;
  if (!th_source__scan_text_end(s, &t)) return;
  th_source__node *n = node_add(s, s->pending);
  if (!n) return;
  n->text = t;
  n->level = s->pending_level;
  n->ordered = s->pending_ordered;
  s->gap = s->pending != TH_BLOCK_LINE;
  s->pending = TH_BLOCK_LINE;
}

/* A block without text, with the bytes it stands on. */
static th_source__node *bare(th_source__scan *s, th_source__block kind, uint32_t from, uint32_t to) {
  th_source__node *n = node_add(s, kind);
  if (!n) return NULL;
  n->text = (th_source__text){ .s = th_str_sub(s->doc, from, from), .from = from, .to = to, .line = s->line };
  s->gap = true;
  return n;
}

/* ── Tables ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void cell_end(th_source__scan *s, uint32_t at) {
  th_source__text t;
  if (!th_source__scan_text_end(s, &t))
    t = (th_source__text){ .s = { s->page->clean + s->page->clean_n, 0 }, .from = at, .to = at, .line = s->line };
  if (!TH_VEC_PUSH(s->page->arena, &s->page->cell, t)) s->nomem = true;
}

static void row_begin(th_source__scan *s) {
  s->row_cell0 = (uint32_t)s->page->cell.n;
  s->row_heads = 0;
  s->row_line = s->line;
}

static void row_end(th_source__scan *s) {
  th_source__page *p = s->page;
  const uint32_t n = (uint32_t)p->cell.n - s->row_cell0;
  if (n && !TH_VEC_PUSH(p->arena, &p->row, (th_source__cellrow){ s->row_cell0, n, s->row_line })) s->nomem = true;
}

static void table_begin(th_source__scan *s, uint32_t at) {
  s->table_from = at;
  s->table_line = s->line;
  s->table_row0 = (uint32_t)s->page->row.n;
}

static void table_end(th_source__scan *s, uint32_t at, bool has_head) {
  th_source__page *p = s->page;
  const uint32_t n = (uint32_t)p->row.n - s->table_row0;
  if (n == 0) return;
  const th_source__table t = { s->table_row0, n, has_head, s->table_from, at, s->table_line };
  if (!TH_VEC_PUSH(p->arena, &p->table, t)) {
    s->nomem = true;
    return;
  }
  th_source__node *node = bare(s, TH_BLOCK_TABLE, s->table_from, at);
  if (!node) return;
  node->table = (uint32_t)p->table.n - 1;
  node->text.line = s->table_line;
}

static uint32_t line_end(th_str doc, uint32_t at) {
  while (at < doc.n && doc.p[at] != '\n' && doc.p[at] != '\r') at++;
  return at;
}

static uint32_t line_next(th_str doc, uint32_t end) {
  if (end < doc.n && doc.p[end] == '\r') end++;
  if (end < doc.n && doc.p[end] == '\n') end++;
  return end;
}

static bool delimiter_row(th_str line) {
  line = th_str_trim(line);
  bool dash = false, pipe = false;
  for (size_t i = 0; i < line.n; i++) {
    const char c = line.p[i];
    if (c == '-')
      dash = true;
    else if (c == '|')
      pipe = true;
    else if (c != ':' && c != ' ' && c != '\t')
      return false;
  }
  return dash && pipe;
}

static th_code pipe_row(th_source__scan *s, uint32_t from, uint32_t to, th_err *err) {
  const th_str doc = s->doc;
  while (from < to && (doc.p[from] == ' ' || doc.p[from] == '\t')) from++;
  while (to > from && (doc.p[to - 1] == ' ' || doc.p[to - 1] == '\t')) to--;
  if (from < to && doc.p[from] == '|') from++;
  if (to > from && doc.p[to - 1] == '|' && !(to - 1 > from && doc.p[to - 2] == '\\')) to--;
  row_begin(s);
  for (uint32_t i = from, start = from; i <= to; i++) {
    if (i < to && (doc.p[i] != '|' || (i > from && doc.p[i - 1] == '\\'))) continue;
    TH_TRY(th_source__scan_inline(s, start, i, err));
    cell_end(s, start);
    start = i + 1;
  }
  row_end(s);
  return TH_OK;
}

/* Lines from s->pos on that belong to one Markdown table. */
static th_code pipe_table(th_source__scan *s, th_err *err) {
  const th_str doc = s->doc;
  uint32_t at = s->pos, rows = 0;
  bool head = false;
  flush(s);
  table_begin(s, at);
  uint32_t end = at;
  while (at < doc.n) {
    const uint32_t e = line_end(doc, at);
    const th_str line = th_str_sub(doc, at, e);
    const th_str t = th_str_trim(line);
    if (t.n == 0 || (!head && rows > 1 && t.p[0] != '|') || (head && !memchr(t.p, '|', t.n))) break;
    if (rows == 1 && !head && delimiter_row(line))
      head = true;
    else if (!(head && delimiter_row(line))) {
      TH_TRY(pipe_row(s, at, e, err));
      rows++;
    }
    end = e;
    at = line_next(doc, e);
    s->line += at > e;
  }
  const uint32_t line_after = s->line;
  table_end(s, end, head);
  s->line = line_after;
  s->pos = at;
  return s->nomem ? th_fail_nomem(err) : TH_OK;
}

/* ── HTML that holds blocks ────────────────────────────────────────────────────────────────────────────────────────── */

static bool is(th_str name, const char *z) {
  return name.p[0] == z[0] && th_str_is(name, z); /* a tag's name is never empty */
}

/* Inside a table; true when the tag was one of its own. */
static bool table_tag(th_source__scan *s, th_str name, bool closing, uint32_t at, uint32_t end) {
  if (is(name, "table")) {
    if (!closing && s->table_depth++ == 0) {
      flush(s);
      table_begin(s, at);
      s->in_row = s->in_cell = s->table_head = false;
    } else if (closing && s->table_depth && --s->table_depth == 0) {
      if (s->in_cell)
        cell_end(s, at);
      else
        flush(s);
      if (s->in_row) row_end(s);
      s->in_row = s->in_cell = false;
      table_end(s, end, s->table_head);
    }
    return true;
  }
  if (s->table_depth != 1) return s->table_depth > 1;
  const bool cell = is(name, "td") || is(name, "th");
  if (cell || is(name, "tr")) {
    if (s->in_cell)
      cell_end(s, at);
    else
      flush(s);
    s->in_cell = cell && !closing;
    if (s->in_cell && !s->in_row) row_begin(s), s->in_row = true;
    if (s->in_cell) s->row_heads += is(name, "th");
    if (!cell) {
      if (s->in_row) {
        const bool first = s->page->row.n == s->table_row0;
        row_end(s);
        if (first) s->table_head = s->row_heads > 0 && s->row_heads == s->page->cell.n - s->row_cell0;
      }
      s->in_row = !closing;
      if (!closing) row_begin(s);
    }
    return true;
  }
  if (s->in_cell) { /* whatever else stands in a cell only parts its words */
    th_source__scan_put(s, " ", 1, at);
    return true;
  }
  if (is(name, "thead") || is(name, "tbody") || is(name, "tfoot") || is(name, "col") || is(name, "colgroup") ||
      is(name, "caption")) {
    flush(s);
    return true;
  }
  return false;
}

static void element(th_source__scan *s, th_str name, th_str attrs, bool closing, uint32_t at, uint32_t end) {
  th_source__node *n = bare(s, closing ? TH_BLOCK_CLOSE : TH_BLOCK_OPEN, at, end);
  if (!n) return;
  n->text.line = s->line;
  char *copy = th_arena_alloc(s->page->arena, name.n + 1, 1);
  if (!copy) {
    s->nomem = true;
    return;
  }
  memcpy(copy, name.p, name.n);
  n->tag = th_str_n(copy, name.n);
  n->attrs = attrs;
}

th_code th_source__scan_tag(th_source__scan *s, th_str name, th_str attrs, bool closing, uint32_t at, uint32_t end,
                            th_err *err) {
  if (table_tag(s, name, closing, at, end)) return s->nomem ? th_fail_nomem(err) : TH_OK;
  if (is(name, "input") || is(name, "img") || is(name, "label") || is(name, "button") || is(name, "option")) return TH_OK;
  flush(s);
  s->gap = true;
  if (is(name, "br")) {
    s->gap = false;
  } else if (name.n == 2 && name.p[0] == 'h' && name.p[1] >= '1' && name.p[1] <= '6') {
    s->pending = closing ? TH_BLOCK_LINE : TH_BLOCK_HEADING;
    s->pending_level = (uint8_t)(name.p[1] - '0');
  } else if (is(name, "hr")) {
    bare(s, TH_BLOCK_RULE, at, end);
  } else if (is(name, "li")) {
    s->pending = closing ? TH_BLOCK_LINE : TH_BLOCK_ITEM;
    s->pending_level = s->list_depth ? (uint8_t)(s->list_depth - 1) : 0;
    s->pending_ordered = !closing && (s->list_ordered >> (s->pending_level & 31) & 1);
  } else if (is(name, "ul") || is(name, "ol")) {
    if (closing && s->list_depth) s->list_depth--;
    if (!closing && s->list_depth < 31) {
      s->list_ordered &= ~(1u << s->list_depth);
      if (is(name, "ol")) s->list_ordered |= 1u << s->list_depth;
      s->list_depth++;
    }
  } else {
    if (is(name, "details")) {
      if (!closing && s->details++ == 0) s->details_line = s->line;
      if (closing && s->details) s->details--;
    }
    element(s, name, attrs, closing, at, end);
  }
  return s->nomem ? th_fail_nomem(err) : TH_OK;
}

/* ── Lines ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool fence(th_str t, char *c, size_t *n) {
  if (t.n < 3 || (t.p[0] != '`' && t.p[0] != '~')) return false;
  size_t k = 0;
  while (k < t.n && t.p[k] == t.p[0]) k++;
  if (k < 3) return false;
  *c = t.p[0];
  *n = k;
  return true;
}

static th_code code_block(th_source__scan *s, char c, size_t n, th_err *err) {
  const th_str doc = s->doc;
  const uint32_t opened = s->line;
  flush(s);
  uint32_t at = line_next(doc, line_end(doc, s->pos));
  s->line++;
  const uint32_t body = at, body_line = s->line;
  while (at < doc.n) {
    const uint32_t e = line_end(doc, at);
    char c2;
    size_t n2;
    const th_str t = th_str_trim(th_str_sub(doc, at, e));
    if (fence(t, &c2, &n2) && c2 == c && n2 >= n && t.n == n2) {
      th_source__node *node = bare(s, TH_BLOCK_CODE, body, at);
      if (!node) return th_fail_nomem(err);
      uint32_t stop = at;
      while (stop > body && (doc.p[stop - 1] == '\n' || doc.p[stop - 1] == '\r')) stop--;
      node->text.s = th_str_sub(doc, body, stop);
      node->text.to = stop;
      node->text.line = body_line;
      s->pos = line_next(doc, e);
      s->line += s->pos > e;
      return TH_OK;
    }
    at = line_next(doc, e);
    s->line += at > e;
  }
  return th_fail_at(err, TH_EPARSE, opened, 1,
                    "a code block is opened and never closed; the page seems cut off: get the whole page");
}

/* Length of a list mark with its blank, 0 when there is none. */
static size_t list_mark(th_str t, bool *ordered) {
  *ordered = false;
  if (t.n >= 2 && (t.p[0] == '-' || t.p[0] == '*' || t.p[0] == '+') && (t.p[1] == ' ' || t.p[1] == '\t')) return 2;
  if (t.n >= 5 && memcmp(t.p, "•", 3) == 0 && (t.p[3] == ' ' || t.p[3] == '\t')) return 4;
  size_t k = 0;
  while (k < t.n && k < 9 && t.p[k] >= '0' && t.p[k] <= '9') k++;
  if (k == 0 || k + 1 >= t.n || (t.p[k] != '.' && t.p[k] != ')') || (t.p[k + 1] != ' ' && t.p[k + 1] != '\t')) return 0;
  *ordered = true;
  return k + 2;
}

static bool is_rule(th_str t) {
  size_t k = 0;
  for (size_t i = 0; i < t.n; i++) {
    if (t.p[i] == t.p[0])
      k++;
    else if (t.p[i] != ' ' && t.p[i] != '\t')
      return false;
  }
  return k >= 3 && (t.p[0] == '-' || t.p[0] == '*' || t.p[0] == '_');
}

static size_t heading_mark(th_str t) {
  size_t k = 0;
  while (k < t.n && t.p[k] == '#') k++;
  return k >= 1 && k <= 6 && (k == t.n || t.p[k] == ' ' || t.p[k] == '\t') ? k : 0;
}

/* Ends any open details element: a Markdown heading of the page's own levels cannot stand inside one. */
static void close_details(th_source__scan *s, uint32_t at) {
  for (; s->details; s->details--) element(s, TH_S("details"), TH_STR_NONE, true, at, at);
}

/* What the line at [at, end) is as Markdown. Sets pending and gives where its text starts; *whole when nothing is left to scan. */
static uint32_t markdown_start(th_source__scan *s, uint32_t at, uint32_t end, bool *whole) {
  const th_str doc = s->doc;
  uint32_t indent = 0;
  *whole = false;
  s->quoted = false;
  while (at < end && (doc.p[at] == ' ' || doc.p[at] == '\t' || doc.p[at] == '>')) {
    if (doc.p[at] == '>')
      s->quoted = true, indent = 0;
    else
      indent += doc.p[at] == '\t' ? 4 - indent % 4 : 1;
    at++;
  }
  const th_str t = th_str_trim(th_str_sub(doc, at, end));
  if (t.n == 0) {
    flush(s);
    s->gap = *whole = true;
    return at;
  }
  bool ordered;
  const size_t h = heading_mark(t);
  if (h) {
    flush(s);
    if (h <= 2) close_details(s, at);
    s->pending = TH_BLOCK_HEADING;
    s->pending_level = (uint8_t)h;
    return at + (uint32_t)h;
  }
  if (is_rule(t) || (t.n >= 4 && (t.p[0] == '{' && (t.p[1] == ':' || t.p[1] == '%')) && t.p[t.n - 1] == '}')) {
    flush(s);
    bare(s, t.p[0] == '{' ? TH_BLOCK_TEMPLATE : TH_BLOCK_RULE, at, end);
    *whole = true;
    return at;
  }
  const size_t m = list_mark(t, &ordered);
  if (m) {
    flush(s);
    s->pending = TH_BLOCK_ITEM;
    s->pending_level = (uint8_t)(indent / 2 > 15 ? 15 : indent / 2);
    s->pending_ordered = ordered;
    return at + (uint32_t)m;
  }
  return at;
}

static bool starts_table(th_str doc, uint32_t at, uint32_t end) {
  const th_str t = th_str_trim(th_str_sub(doc, at, end));
  if (t.n == 0 || !memchr(t.p, '|', t.n)) return false;
  if (t.p[0] == '|') return true;
  const uint32_t next = line_next(doc, end);
  return next < doc.n && delimiter_row(th_str_sub(doc, next, line_end(doc, next)));
}

/* One line, or the rest of one behind a tag that spanned lines (mid_line). */
static th_code one_line(th_source__scan *s, th_err *err) {
  const th_str doc = s->doc;
  const bool mid_line = s->mid_line;
  s->mid_line = false;
  const uint32_t end = line_end(doc, s->pos);
  uint32_t at = s->pos;
  bool whole = false;
  if (!mid_line && s->table_depth == 0) {
    const th_str t = th_str_trim(th_str_sub(doc, at, end));
    char c;
    size_t n;
    if (fence(t, &c, &n)) return code_block(s, c, n, err);
    if (starts_table(doc, at, end)) return pipe_table(s, err);
    at = markdown_start(s, at, end, &whole);
  }
  if (!whole)
    TH_TRY(th_source__scan_inline(s, at, end, err));
  else
    s->pos = end;
  if (s->table_depth == 0) {
    if (s->pos <= end) flush(s);
    if (s->pending == TH_BLOCK_ITEM && !whole && at > 0 && s->page->node.n && s->pos <= end &&
        th_str_trim(th_str_sub(doc, at, end)).n == 0)
      s->pending = TH_BLOCK_LINE; /* a bare list mark */
  } else if (s->in_cell && s->pos <= end)
    th_source__scan_put(s, " ", 1, end);
  if (s->pos <= end) {
    s->pos = line_next(doc, end);
    s->line += s->pos > end;
  } else
    s->mid_line = true;
  return s->nomem ? th_fail_nomem(err) : TH_OK;
}

/* ── Front matter ──────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_str unquote(th_str v) {
  v = th_str_trim(v);
  if (v.n >= 2 && (v.p[0] == '"' || v.p[0] == '\'') && v.p[v.n - 1] == v.p[0]) v = th_str_sub(v, 1, v.n - 1);
  return v;
}

static th_code front_matter(th_source__scan *s, th_err *err) {
  const th_str doc = s->doc;
  th_source__page *p = s->page;
  uint32_t at = s->pos;
  while (at < doc.n && (doc.p[at] == '\n' || doc.p[at] == '\r' || doc.p[at] == ' ')) s->line += doc.p[at] == '\n', at++;
  uint32_t e = line_end(doc, at);
  if (!th_str_is(th_str_trim(th_str_sub(doc, at, e)), "---")) return TH_OK;
  p->front_line = s->line;
  while ((at = line_next(doc, e)) > e) {
    s->line++;
    e = line_end(doc, at);
    const th_str line = th_str_sub(doc, at, e);
    const th_str t = th_str_trim(line);
    if (th_str_is(t, "---") || th_str_is(t, "...")) {
      s->pos = line_next(doc, e);
      s->line += s->pos > e;
      return TH_OK;
    }
    const size_t colon = th_str_find(line, TH_S(":"), 0);
    if (t.n == 0 || t.p[0] == '#' || colon == SIZE_MAX) continue;
    const th_str key = th_str_trim(th_str_sub(line, 0, colon)), value = unquote(th_str_sub(line, colon + 1, line.n));
    if (key.n == 0) continue;
    const th_field_pair pair = { th_source__view(doc, key, s->line), th_source__view(doc, value, s->line) };
    if (!TH_VEC_PUSH(p->arena, &p->front, pair)) return th_fail_nomem(err);
  }
  /* A lone rule at the top of a page without front matter is a rule; keys below it are front matter that was cut. */
  if (p->front.n && p->front.n + 2 >= s->line - p->front_line)
    return th_fail_at(err, TH_EPARSE, p->front_line, 1,
                      "the front matter is opened by \"---\" and never closed; get the whole page");
  p->front.n = 0;
  s->line = 1;
  return TH_OK;
}

th_code th_source__page_read(th_arena *a, th_str doc, th_source__page *out, th_err *err) {
  *out = (th_source__page){ .arena = a, .doc = doc };
  out->clean = th_arena_alloc(a, doc.n + 1, 1);
  if (!out->clean) return th_fail_nomem(err);
  th_source__scan s = { .page = out, .doc = doc, .line = 1, .gap = true, .pending = TH_BLOCK_LINE };
  if (th_str_starts(doc, TH_S("\xEF\xBB\xBF"))) s.pos = 3;
  th_source__scan_text_begin(&s);
  TH_TRY(front_matter(&s, err));
  while (s.pos < doc.n) TH_TRY(one_line(&s, err));
  flush(&s);
  if (s.nomem) return th_fail_nomem(err);
  out->end_line = s.line;
  if (s.table_depth)
    return th_fail_at(err, TH_EPARSE, s.table_line, 1,
                      "a table is opened and never closed; the page seems cut off: get the whole page");
  if (s.details)
    return th_fail_at(
        err, TH_EPARSE, s.details_line, 1,
        "an indication section (<details>) is opened and never closed; the page seems cut off: get the whole page");
  return TH_OK;
}
