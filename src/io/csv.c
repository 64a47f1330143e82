/* CSV by RFC 4180, read strictly: a quote may open a cell and must close it. Line ends are \r\n, \n or a lone \r. Tab-separated
 * values know no quoting (IANA text/tab-separated-values), so there a quote within a cell stands for itself; cells that start
 * with one are still read as quoted, since many programs write them so. */
#include "theriac/io.h"

void th_csv_open(th_csv *c, th_str bytes, char sep) {
  if (bytes.n >= 3 && memcmp(bytes.p, "\xEF\xBB\xBF", 3) == 0) bytes = th_str_sub(bytes, 3, bytes.n);
  *c = (th_csv){ .rest = bytes, .sep = sep, .next_line = 1 };
}

static size_t line_end(th_str s, size_t at) {
  if (at >= s.n) return 0;
  if (s.p[at] == '\n') return 1;
  if (s.p[at] != '\r') return 0;
  return at + 1 < s.n && s.p[at + 1] == '\n' ? 2 : 1;
}

typedef struct scan {
  th_str s;       /* from the start of the row */
  size_t at;      /* in s */
  size_t line_at; /* where the line that holds `at` starts */
  uint32_t line;  /* its number */
} scan;

static th_code fail_here(const scan *k, size_t at, th_err *err, const char *what) {
  const th_str before = th_str_sub(k->s, k->line_at, at);
  return th_fail_at(err, TH_EPARSE, k->line, (uint32_t)th_utf8_length(before) + 1, "%s", what);
}

static void new_line(scan *k, size_t at) {
  k->line++;
  k->line_at = at;
}

/* The row is bounded, so that an endless one (a quote that never closes in a large file) is told early. */
static th_code check_size(const scan *k, th_err *err) {
  if (k->at <= TH_LIMIT_LINE_BYTES) return TH_OK;
  return th_fail_at(err, TH_ELIMIT, k->line, 0, "a row is longer than TH_LIMIT_LINE_BYTES (%zu bytes): is this a CSV file?",
                    TH_LIMIT_LINE_BYTES);
}

static th_str without_doubling(th_arena *a, th_str raw, size_t n_doubled) {
  char *out = th_arena_alloc(a, raw.n - n_doubled, 1);
  if (!out) return TH_STR_NONE;
  size_t n = 0;
  for (size_t i = 0; i < raw.n; i++) {
    out[n++] = raw.p[i];
    if (raw.p[i] == '"') i++;
  }
  return th_str_n(out, n);
}

/* k->at stands behind the opening quote. */
static th_code quoted_cell(scan *k, th_arena *a, char sep, th_str *cell, th_err *err) {
  const scan opened = *k;
  const size_t from = k->at;
  size_t doubled = 0;
  for (;;) {
    if (k->at >= k->s.n) return fail_here(&opened, from - 1, err, "this quote is never closed: a closing \" is expected");
    const char b = k->s.p[k->at];
    if (b == '"') {
      if (k->at + 1 >= k->s.n || k->s.p[k->at + 1] != '"') break;
      doubled++;
      k->at += 2;
      continue;
    }
    const size_t end = line_end(k->s, k->at);
    k->at += end ? end : 1;
    if (end) new_line(k, k->at);
    TH_TRY(check_size(k, err));
  }
  *cell = th_str_sub(k->s, from, k->at);
  if (doubled) {
    *cell = without_doubling(a, *cell, doubled);
    if (!cell->p) return th_fail_nomem(err);
  }
  k->at++;
  if (k->at < k->s.n && k->s.p[k->at] != sep && !line_end(k->s, k->at))
    return fail_here(
        k, k->at, err,
        "text follows a closing quote: a separator or the line's end is expected (a quote inside a cell is written \"\")");
  return TH_OK;
}

static th_code plain_cell(scan *k, char sep, th_str *cell, th_err *err) {
  const size_t from = k->at;
  for (; k->at < k->s.n; k->at++) {
    const char b = k->s.p[k->at];
    if (b == sep || b == '\n' || b == '\r') break;
    if (b == '"' && sep != '\t')
      return fail_here(k, k->at, err, "a quote inside an unquoted cell: quote the cell and write \"\" for each quote in it");
  }
  *cell = th_str_sub(k->s, from, k->at);
  return check_size(k, err);
}

static th_code read_row(scan *k, th_arena *a, char sep, th_csv_row *row, th_err *err) {
  TH_VEC(th_str) cells = { 0 };
  for (;;) {
    th_str cell = TH_STR_NONE;
    if (k->at < k->s.n && k->s.p[k->at] == '"') {
      k->at++;
      TH_TRY(quoted_cell(k, a, sep, &cell, err));
    } else {
      TH_TRY(plain_cell(k, sep, &cell, err));
    }
    if (cells.n == TH_LIMIT_CSV_COLUMNS)
      return th_fail_at(err, TH_ELIMIT, k->line, 0, "a row has more than TH_LIMIT_CSV_COLUMNS (%d) cells",
                        TH_LIMIT_CSV_COLUMNS);
    if (!TH_VEC_PUSH(a, &cells, cell)) return th_fail_nomem(err);
    if (k->at >= k->s.n || k->s.p[k->at] != sep) break;
    k->at++;
  }
  const size_t end = line_end(k->s, k->at);
  k->at += end;
  if (end) new_line(k, k->at);
  row->cell = cells.v;
  row->n = cells.n;
  return TH_OK;
}

th_code th_csv_next(th_csv *c, th_arena *a, th_csv_row *row, bool *more, th_err *err) {
  *more = false;
  *row = (th_csv_row){ 0 };
  for (size_t end; (end = line_end(c->rest, 0)) != 0; c->next_line++) c->rest = th_str_sub(c->rest, end, c->rest.n);
  if (!c->rest.n) return TH_OK;
  scan k = { .s = c->rest, .line = c->next_line };
  c->line = row->line = k.line;
  TH_TRY(read_row(&k, a, c->sep, row, err));
  c->rest = th_str_sub(c->rest, k.at, c->rest.n);
  c->next_line = k.line;
  *more = true;
  return TH_OK;
}

char th_csv_sniff(th_str bytes) {
  static const char seps[] = ",\t;|";
  size_t count[sizeof seps - 1] = { 0 };
  bool in_quotes = false;
  for (size_t i = 0; i < bytes.n; i++) {
    const char b = bytes.p[i];
    if (b == '"') in_quotes = !in_quotes;
    if (in_quotes) continue;
    if (b == '\n' || b == '\r') break;
    const char *at = b ? strchr(seps, b) : NULL;
    if (at) count[at - seps]++;
  }
  size_t best = 0;
  for (size_t i = 1; i < sizeof seps - 1; i++)
    if (count[i] > count[best]) best = i;
  return seps[best];
}

int th_csv_column(const th_csv_row *header, const char *name) {
  for (size_t i = 0; i < header->n; i++)
    if (th_str_is(header->cell[i], name)) return (int)i;
  return -1;
}

th_code th_csv_i64(const th_csv_row *row, int col, int64_t *out, th_err *err) {
  if (col < 0 || (size_t)col >= row->n)
    return th_fail_at(err, TH_EPARSE, row->line, 0, "column %d is missing: the row has %zu", col + 1, row->n);
  const th_str cell = row->cell[col];
  if (!th_str_to_i64(cell, out))
    return th_fail_at(err, TH_EPARSE, row->line, 0, "column %d: expected a whole number, found \"%.*s\"", col + 1,
                      TH_STR_ARG(cell));
  return TH_OK;
}

/* What a spreadsheet would run when it opens the file. A number may start with a sign. */
static bool is_formula(th_str cell) {
  double ignored;
  if (!cell.n || !strchr("=+-@\t\r", cell.p[0]) || cell.p[0] == '\0') return false;
  return !th_str_to_f64(cell, &ignored);
}

void th_csv_write_cell(th_buf *b, th_str cell) {
  const bool formula = is_formula(cell);
  bool quote = false;
  for (size_t i = 0; i < cell.n && !quote; i++) quote = cell.p[i] && strchr(",;|\t\"\r\n", cell.p[i]);
  if (!quote && !formula) {
    th_buf_add(b, cell);
    return;
  }
  if (quote) th_buf_addc(b, '"');
  if (formula) th_buf_addc(b, '\'');
  for (size_t i = 0; i < cell.n; i++) {
    if (cell.p[i] == '"') th_buf_addc(b, '"');
    th_buf_addc(b, cell.p[i]);
  }
  if (quote) th_buf_addc(b, '"');
}
