/* The page for a terminal: width-aware with Chinese, tables that fit or turn into lists, colour only when asked. */
#include "page.h"

#include "theriac/text.h"

typedef struct term {
  th_buf *b;
  th_arena *a;
  unsigned columns;
  bool colour;
  int depth, indent;
} term;

static void colour(term *t, const char *code) {
  if (t->colour) th_buf_addf(t->b, "\033[%sm", code);
}

/* The runs of a block as one plain text. */
static th_str flat(term *t, const th_block *b) {
  th_buf s;
  th_buf_init(&s, t->a, 128);
  for (size_t i = 0; i < b->runs.n; i++) {
    const th_run *r = &b->runs.v[i];
    if (r->kind == RUN_BREAK)
      th_buf_addc(&s, '\n');
    else if (r->kind == RUN_REF)
      th_buf_addf(&s, " [%.*s]", TH_STR_ARG(r->text));
    else if (r->kind == RUN_QUOTE)
      th_buf_addf(&s, "“%.*s”", TH_STR_ARG(r->text));
    else if (r->kind == RUN_BADGE)
      th_buf_addf(&s, "[%.*s]", TH_STR_ARG(r->text));
    else
      th_buf_add(&s, r->text);
  }
  if (s.failed) t->b->failed = true;
  return th_buf_str(&s);
}

static bool breaks_after(uint32_t rune) {
  return rune == ' ' || th_rune_is_cjk(rune) || (rune >= 0x3000 && rune <= 0x303f) || (rune >= 0xff00 && rune <= 0xff0f);
}

/* Length in bytes of what of s fits into `width` columns, breaking at a blank or beside a Chinese character. */
static size_t fit(th_str s, unsigned width) {
  size_t at = 0, last = 0;
  while (at < s.n) {
    size_t next = at;
    const uint32_t rune = th_utf8_next(s, &next);
    if (rune == '\n') return at;
    if (th_text_width(th_str_sub(s, 0, next)) > width) return last ? last : at ? at : next;
    at = next;
    if (breaks_after(rune)) last = at;
  }
  return at;
}

static void pad(term *t, int n) {
  for (int i = 0; i < n; i++) th_buf_addc(t->b, ' ');
}

static void paragraph(term *t, th_str s, const char *mark) {
  pad(t, t->indent);
  th_buf_addz(t->b, mark);
  const int lead = t->indent + (int)th_text_width(th_str_of(mark));
  th_str rest = s;
  bool first = true;
  while (rest.n || first) {
    const unsigned width = t->columns > (unsigned)lead + 20 ? t->columns - (unsigned)lead : 20;
    const size_t n = fit(rest, width);
    if (!first) pad(t, lead);
    th_buf_add(t->b, th_str_trim(th_str_sub(rest, 0, n)));
    th_buf_addc(t->b, '\n');
    rest = th_str_sub(rest, n, rest.n);
    while (rest.n && (rest.p[0] == ' ' || rest.p[0] == '\n')) rest = th_str_sub(rest, 1, rest.n);
    first = false;
  }
}

static void block(term *t, const th_block *b);

static void children(term *t, const th_block *b) {
  for (const th_block *c = b->first; c; c = c->next) block(t, c);
}

#define COLUMNS_MAX 8

/* Widths of a table's columns when it fits; false: print it as records. */
static bool widths(term *t, const th_block *b, unsigned *w, size_t *n) {
  *n = 0;
  memset(w, 0, sizeof(unsigned) * COLUMNS_MAX);
  for (const th_block *r = b->first; r; r = r->next) {
    size_t k = 0;
    for (const th_block *c = r->first; c; c = c->next, k++) {
      if (k >= COLUMNS_MAX) return false;
      const unsigned width = (unsigned)th_text_width(flat(t, c));
      if (width > w[k]) w[k] = width;
    }
    if (k > *n) *n = k;
  }
  unsigned total = (unsigned)t->indent;
  for (size_t k = 0; k < *n; k++) total += w[k] + 2;
  return total <= t->columns;
}

static void grid(term *t, const th_block *b, const unsigned *w) {
  for (const th_block *r = b->first; r; r = r->next) {
    const bool head = r == b->first && b->has_head;
    pad(t, t->indent);
    if (head) colour(t, "1");
    size_t k = 0;
    for (const th_block *c = r->first; c; c = c->next, k++) {
      const th_str s = flat(t, c);
      th_buf_add(t->b, s);
      if (c->next) pad(t, (int)(w[k] - th_text_width(s) + 2));
    }
    if (head) colour(t, "0");
    th_buf_addc(t->b, '\n');
  }
}

static void records(term *t, const th_block *b) {
  const th_block *head = b->has_head ? b->first : NULL;
  for (const th_block *r = head ? head->next : b->first; r; r = r->next) {
    const th_block *h = head ? head->first : NULL;
    for (const th_block *c = r->first; c; c = c->next, h = h ? h->next : NULL) {
      const th_str s = flat(t, c);
      const bool first = c == r->first;
      if (!s.n) continue;
      if (first) {
        colour(t, "1");
        paragraph(t, s, "");
        colour(t, "0");
        continue;
      }
      const th_str line = h ? th_str_fmt(t->a, "%.*s: %.*s", TH_STR_ARG(flat(t, h)), TH_STR_ARG(s)) : s;
      t->indent += 2;
      paragraph(t, line, "");
      t->indent -= 2;
    }
  }
}

static void table(term *t, const th_block *b) {
  unsigned w[COLUMNS_MAX];
  size_t n;
  if (widths(t, b, w, &n))
    grid(t, b, w);
  else
    records(t, b);
  th_buf_addc(t->b, '\n');
}

static void heading(term *t, const th_block *b) {
  const th_str s = flat(t, b);
  colour(t, t->depth <= 1 ? "1;4" : "1");
  if (t->depth <= 1) {
    th_buf_addz(t->b, "── ");
    th_buf_add(t->b, s);
    th_buf_addc(t->b, ' ');
    for (unsigned i = (unsigned)th_text_width(s) + 4; i < t->columns; i++) th_buf_addz(t->b, "─");
    th_buf_addc(t->b, '\n');
  } else
    paragraph(t, s, "");
  colour(t, "0");
}

static void block(term *t, const th_block *b) {
  switch (b->kind) {
  case BLOCK_SECTION:
  case BLOCK_FOLD:
    t->depth++;
    heading(t, b);
    if (t->depth > 1) t->indent += 2;
    children(t, b);
    if (t->depth > 1) t->indent -= 2;
    t->depth--;
    if (!t->depth) th_buf_addc(t->b, '\n');
    break;
  case BLOCK_PARA:
    paragraph(t, flat(t, b), "");
    th_buf_addc(t->b, '\n');
    break;
  case BLOCK_NOTE:
    colour(t, "33");
    for (const th_block *c = b->first; c; c = c->next) paragraph(t, flat(t, c), "! ");
    colour(t, "0");
    th_buf_addc(t->b, '\n');
    break;
  case BLOCK_LIST:
    for (const th_block *c = b->first; c; c = c->next) {
      paragraph(t, flat(t, c), "• ");
      t->indent += 2;
      children(t, c);
      t->indent -= 2;
    }
    break;
  case BLOCK_TABLE: table(t, b); break;
  case BLOCK_FIGURE: children(t, b); break;
  case BLOCK_CODE: {
    th_str rest = b->text, line;
    while (th_str_line(&rest, &line)) {
      pad(t, t->indent + 2);
      th_buf_add(t->b, line);
      th_buf_addc(t->b, '\n');
    }
    th_buf_addc(t->b, '\n');
    break;
  }
  case BLOCK_CARDS: children(t, b); break;
  case BLOCK_ITEM:
  case BLOCK_ROW:
  case BLOCK_CELL: break;
  }
}

th_code th_report_text(th_arena *a, const th_dossier *d, th_words lang, unsigned columns, bool with_colour, th_buf *out,
                       th_err *err) {
  th_page page;
  TH_TRY(th_page_of_dossier(a, d, lang, NULL, &page, err));
  term t = { .b = out, .a = a, .columns = columns ? columns : 100, .colour = with_colour };
  colour(&t, "1");
  th_buf_addf(out, "%.*s", TH_STR_ARG(d->drug_en));
  if (d->drug_zh.n) th_buf_addf(out, "  %.*s", TH_STR_ARG(d->drug_zh));
  colour(&t, "0");
  th_buf_addz(out, "\n\n");
  children(&t, &page.root);
  return out->failed ? th_fail_nomem(err) : TH_OK;
}
