/* The page as CommonMark with tables. */
#include "page.h"

typedef struct md {
  th_buf *b;
  int depth, indent;
  bool in_cell; /* a line break would end the table */
} md;

/* Signs that Markdown would read as its own. In a table a bar would end the cell. */
static void esc(md *m, th_str s) {
  for (size_t i = 0; i < s.n; i++) {
    const char c = s.p[i];
    if (c == '\n')
      th_buf_addc(m->b, ' ');
    else {
      if (strchr("\\`*_[]<>|#", c)) th_buf_addc(m->b, '\\');
      th_buf_addc(m->b, c);
    }
  }
}

static void run(md *m, const th_run *r) {
  switch (r->kind) {
  case RUN_TEXT: esc(m, r->text); break;
  case RUN_STRONG:
  case RUN_BADGE:
    th_buf_addz(m->b, "**");
    esc(m, r->text);
    th_buf_addz(m->b, "**");
    break;
  case RUN_REF:
    th_buf_addz(m->b, " \\[");
    esc(m, r->text);
    th_buf_addz(m->b, "\\]");
    break;
  case RUN_LINK: esc(m, r->text); break;
  case RUN_QUOTE:
    th_buf_addz(m->b, "“");
    esc(m, r->text);
    th_buf_addz(m->b, "”");
    break;
  case RUN_CODE:
    th_buf_addc(m->b, '`');
    th_buf_add(m->b, r->text);
    th_buf_addc(m->b, '`');
    break;
  case RUN_BREAK: th_buf_addz(m->b, m->in_cell ? "; " : "  \n"); break;
  }
}

static void runs(md *m, const th_block *b) {
  for (size_t i = 0; i < b->runs.n; i++) run(m, &b->runs.v[i]);
}

static void block(md *m, const th_block *b);

static void children(md *m, const th_block *b) {
  for (const th_block *c = b->first; c; c = c->next) block(m, c);
}

static size_t columns(const th_block *table) {
  size_t most = 0;
  for (const th_block *r = table->first; r; r = r->next) {
    size_t n = 0;
    for (const th_block *c = r->first; c; c = c->next) n++;
    if (n > most) most = n;
  }
  return most;
}

static void table(md *m, const th_block *b) {
  const size_t n = columns(b);
  if (!n) return;
  if (!b->has_head) { /* CommonMark tables need a head */
    for (size_t i = 0; i < n; i++) th_buf_addz(m->b, "| ");
    th_buf_addz(m->b, "|\n");
    for (size_t i = 0; i < n; i++) th_buf_addz(m->b, "|---");
    th_buf_addz(m->b, "|\n");
  }
  for (const th_block *r = b->first; r; r = r->next) {
    for (const th_block *c = r->first; c; c = c->next) {
      th_buf_addz(m->b, "| ");
      m->in_cell = true;
      runs(m, c);
      m->in_cell = false;
      th_buf_addc(m->b, ' ');
    }
    th_buf_addz(m->b, "|\n");
    if (r != b->first || !b->has_head) continue;
    for (size_t i = 0; i < n; i++) th_buf_addz(m->b, "|---");
    th_buf_addz(m->b, "|\n");
  }
  th_buf_addc(m->b, '\n');
}

static void item(md *m, const th_block *b) {
  for (int i = 0; i < m->indent; i++) th_buf_addz(m->b, "  ");
  th_buf_addz(m->b, "- ");
  runs(m, b);
  th_buf_addc(m->b, '\n');
  m->indent++;
  children(m, b);
  m->indent--;
}

static void heading(md *m, const th_block *b, int level) {
  for (int i = 0; i < (level < 6 ? level : 6); i++) th_buf_addc(m->b, '#');
  th_buf_addc(m->b, ' ');
  runs(m, b);
  th_buf_addz(m->b, "\n\n");
}

static void block(md *m, const th_block *b) {
  switch (b->kind) {
  case BLOCK_FOLD:
    if (m->indent) {
      item(m, b);
      break;
    }
    __attribute__((fallthrough)); /* outside a list it is a section */
  case BLOCK_SECTION:
    heading(m, b, m->depth++);
    children(m, b);
    m->depth--;
    break;
  case BLOCK_PARA:
    runs(m, b);
    th_buf_addz(m->b, "\n\n");
    break;
  case BLOCK_NOTE:
    for (const th_block *c = b->first; c; c = c->next) {
      th_buf_addz(m->b, "> ");
      runs(m, c);
      th_buf_addz(m->b, "\n>\n");
    }
    th_buf_addc(m->b, '\n');
    break;
  case BLOCK_LIST:
    for (const th_block *c = b->first; c; c = c->next) item(m, c);
    if (!m->indent) th_buf_addc(m->b, '\n');
    break;
  case BLOCK_TABLE: table(m, b); break;
  case BLOCK_FIGURE:
    th_buf_addc(m->b, '*');
    runs(m, b);
    th_buf_addz(m->b, "*\n\n");
    children(m, b);
    break;
  case BLOCK_CODE:
    th_buf_addz(m->b, "```\n");
    th_buf_add(m->b, b->text);
    th_buf_addz(m->b, "\n```\n\n");
    break;
  case BLOCK_CARDS: children(m, b); break;
  case BLOCK_ITEM: item(m, b); break;
  case BLOCK_ROW:
  case BLOCK_CELL: break;
  }
}

th_code th_report_markdown(th_arena *a, const th_dossier *d, th_words lang, th_buf *out, th_err *err) {
  th_page page;
  TH_TRY(th_page_of_dossier(a, d, lang, NULL, &page, err));
  md m = { .b = out, .depth = 2 };
  th_buf_addz(out, "# ");
  esc(&m, d->drug_en);
  if (d->drug_zh.n) {
    th_buf_addc(out, ' ');
    esc(&m, d->drug_zh);
  }
  th_buf_addz(out, "\n\n");
  children(&m, &page.root);
  return out->failed ? th_fail_nomem(err) : TH_OK;
}
