/* Rows of a delimited table (RFC 4180; a quote counts at the start of a cell only). A row without quotes is cut by memchr alone:
 * that is nearly every row. */
#include "graph/graph_priv.h"

static th_code too_many(th_graph__rows *r, th_err *err) {
  return r->failed =
             th_fail_at(err, TH_ELIMIT, r->line, 0, "more than %d columns: is the separator right?", TH_GRAPH__CELLS_MAX);
}

static int cut_plain(th_graph__rows *r, const char *eol, th_err *err) {
  const char *end = eol > r->p && eol[-1] == '\r' ? eol - 1 : eol;
  r->n = 0;
  for (const char *p = r->p;;) {
    if (r->n == TH_GRAPH__CELLS_MAX) return too_many(r, err), -1;
    const char *at = memchr(p, r->sep, (size_t)(end - p));
    r->start[r->n] = p;
    r->cell[r->n++] = th_str_n(p, (size_t)((at ? at : end) - p));
    if (!at) break;
    p = at + 1;
  }
  r->row_end = end;
  return 1;
}

/* Offset behind the closing quote of the cell that opens at p, or NULL when the piece ends before it. */
static const char *quote_end(const char *p, const char *end, bool *doubled, uint32_t *lines) {
  *doubled = false;
  for (p++; p < end; p++) {
    if (*p == '\n') ++*lines;
    if (*p != '"') continue;
    if (p + 1 < end && p[1] == '"') {
      *doubled = true;
      p++;
      continue;
    }
    return p + 1;
  }
  return NULL;
}

static bool undouble(th_graph__rows *r, th_str *cell) {
  char *out = th_arena_alloc(r->scratch, cell->n, 1);
  if (!out) return false;
  size_t n = 0;
  for (size_t i = 0; i < cell->n; i++) {
    out[n++] = cell->p[i];
    if (cell->p[i] == '"') i++;
  }
  *cell = th_str_n(out, n);
  return true;
}

static int cut_quoted(th_graph__rows *r, const char **next, uint32_t *lines, th_err *err) {
  const char *p = r->p;
  r->n = 0;
  *lines = 1;
  for (;;) {
    if (r->n == TH_GRAPH__CELLS_MAX) return too_many(r, err), -1;
    th_str *cell = &r->cell[r->n];
    r->start[r->n++] = p;
    if (p < r->end && *p == '"') {
      bool doubled;
      const char *q = quote_end(p, r->end, &doubled, lines);
      if (!q && !r->last) return 0;
      if (!q) return r->failed = th_fail_at(err, TH_EPARSE, r->line, r->n, "a quoted cell is never closed"), -1;
      if (q == r->end && !r->last) return 0;
      *cell = th_str_n(p + 1, (size_t)(q - p) - 2);
      if (doubled && r->scratch && !undouble(r, cell)) return r->failed = th_fail_nomem(err), -1;
      p = r->row_end = q;
      if (p < r->end && *p == '\r') p++;
      if (p < r->end && *p != r->sep && *p != '\n')
        return r->failed = th_fail_at(err, TH_EPARSE, r->line, r->n, "text behind a closing quote"), -1;
    } else {
      const char *q = p;
      while (q < r->end && *q != r->sep && *q != '\n') q++;
      *cell = th_str_n(p, (size_t)(q - p));
      if (cell->n && cell->p[cell->n - 1] == '\r' && (q == r->end || *q == '\n')) cell->n--;
      r->row_end = p + cell->n;
      p = q;
    }
    if (p == r->end || *p == '\n') break;
    p++;
  }
  if (p == r->end && !r->last) return 0;
  *next = p == r->end ? p : p + 1;
  return 1;
}

int th_graph__rows_next(th_graph__rows *r, th_err *err) {
  while (r->p < r->end && (*r->p == '\n' || (*r->p == '\r' && r->p + 1 < r->end && r->p[1] == '\n'))) {
    r->line += *r->p == '\n';
    r->p++;
  }
  if (r->p == r->end) return 0;
  const char *eol = memchr(r->p, '\n', (size_t)(r->end - r->p));
  if (!eol && !r->last) {
    if ((size_t)(r->end - r->p) > TH_LIMIT_LINE_BYTES)
      return r->failed =
                 th_fail_at(err, TH_ELIMIT, r->line, 0, "a line is longer than TH_LIMIT_LINE_BYTES (%zu)", TH_LIMIT_LINE_BYTES),
             -1;
    return 0;
  }
  const char *line_end = eol ? eol : r->end, *next = eol ? eol + 1 : r->end;
  uint32_t lines = 1;
  const bool quoted = r->quotes && memchr(r->p, '"', (size_t)(line_end - r->p)) != NULL;
  const int got = quoted ? cut_quoted(r, &next, &lines, err) : cut_plain(r, line_end, err);
  if (got <= 0) return got;
  r->row_line = r->line;
  r->line += lines;
  r->p = next;
  return 1;
}
