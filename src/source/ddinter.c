/* DDInter's table of pairs. */
#include "theriac/source/ddinter.h"

#include <stdlib.h>

#include "theriac/io.h"

typedef struct columns {
  int id_a, name_a, id_b, name_b, level;
} columns;

static th_code find_columns(const th_csv_row *head, columns *c, th_err *err) {
  *c = (columns){ th_csv_column(head, "DDInterID_A"), th_csv_column(head, "Drug_A"), th_csv_column(head, "DDInterID_B"),
                  th_csv_column(head, "Drug_B"), th_csv_column(head, "Level") };
  if (c->id_a < 0 || c->name_a < 0 || c->id_b < 0 || c->name_b < 0 || c->level < 0)
    return th_fail_at(err, TH_EPARSE, head->line, 1,
                      "expected the columns DDInterID_A, Drug_A, DDInterID_B, Drug_B and Level: this is no DDInter table");
  return TH_OK;
}

/* The table has four words; th_severity_parse would take more than is meant here. */
static bool severity_of(th_str label, th_severity *out) {
  static const struct {
    const char *word;
    th_severity severity;
  } class[] = { { "Major", TH_SEVERITY_MAJOR },
                { "Moderate", TH_SEVERITY_MODERATE },
                { "Minor", TH_SEVERITY_MINOR },
                { "Unknown", TH_SEVERITY_UNKNOWN } };
  for (size_t i = 0; i < sizeof class / sizeof *class; i++) {
    if (!th_str_eq_nocase(label, th_str_of(class[i].word))) continue;
    *out = class[i].severity;
    return true;
  }
  *out = TH_SEVERITY_UNKNOWN;
  return false;
}

static th_code read_row(th_arena *a, const th_csv_row *row, const columns *c, th_ddinter_table *out, th_err *err) {
  th_ddinter_row x = { .id_a = th_str_trim(row->cell[c->id_a]),
                       .name_a = th_str_trim(row->cell[c->name_a]),
                       .id_b = th_str_trim(row->cell[c->id_b]),
                       .name_b = th_str_trim(row->cell[c->name_b]),
                       .label = th_str_trim(row->cell[c->level]),
                       .line = row->line };
  if (x.id_a.n == 0 || x.id_b.n == 0 || x.name_a.n == 0 || x.name_b.n == 0)
    return th_fail_at(err, TH_EPARSE, row->line, 1, "a drug of this pair has no number or no name");
  if (th_str_eq(x.id_a, x.id_b))
    return th_fail_at(err, TH_EPARSE, row->line, 1, "a drug is paired with itself (%.*s)", TH_STR_ARG(x.id_a));
  if (!severity_of(x.label, &x.severity)) {
    const th_gap g = { "severity", row->line, th_str_fmt(a, "class \"%.*s\" is not known", TH_STR_ARG(x.label)) };
    if (!g.why.p || !TH_VEC_PUSH(a, &out->gaps, g)) return th_fail_nomem(err);
  }
  return TH_VEC_PUSH(a, &out->rows, x) ? TH_OK : th_fail_nomem(err);
}

th_code th_source_ddinter_read(th_arena *a, th_str bytes, th_ddinter_table *out, th_err *err) {
  th_csv csv;
  th_csv_row row;
  columns c;
  bool more;
  *out = (th_ddinter_table){ 0 };
  th_csv_open(&csv, bytes, ',');
  TH_TRY(th_csv_next(&csv, a, &row, &more, err));
  if (!more) return th_fail_at(err, TH_EPARSE, 1, 1, "the table is empty");
  TH_TRY(find_columns(&row, &c, err));
  for (const size_t width = row.n;;) {
    TH_TRY(th_csv_next(&csv, a, &row, &more, err));
    if (!more) break;
    if (row.n != width) return th_fail_at(err, TH_EPARSE, row.line, 1, "expected %zu columns, found %zu", width, row.n);
    TH_TRY(read_row(a, &row, &c, out, err));
  }
  if (out->rows.n == 0) return th_fail_at(err, TH_EPARSE, 1, 1, "the table has a head and no row");
  return TH_OK;
}

/* ── Unordered pairs ───────────────────────────────────────────────────────────────────────────────────────────────── */

static int by_pair(const void *p, const void *q) {
  const th_ddinter_row *x = p, *y = q;
  int d = th_str_cmp(x->id_a, y->id_a);
  if (d == 0) d = th_str_cmp(x->id_b, y->id_b);
  if (d == 0) d = (y->severity > x->severity) - (y->severity < x->severity); /* gravest first */
  if (d == 0) d = (x->tag > y->tag) - (x->tag < y->tag);
  if (d == 0) d = (x->line > y->line) - (x->line < y->line);
  return d;
}

static th_ddinter_row in_order(th_ddinter_row x) {
  if (th_str_cmp(x.id_a, x.id_b) <= 0) return x;
  const th_ddinter_row y = { x.id_b, x.name_b, x.id_a, x.name_a, x.severity, x.label, x.line, x.tag };
  return y;
}

th_code th_source_ddinter_pairs(th_arena *a, const th_ddinter_row *row, size_t n, th_ddinter_pairs *out, th_err *err) {
  *out = (th_ddinter_pairs){ 0 };
  th_ddinter_row *x = TH_NEWN(a, th_ddinter_row, n);
  if (!x) return th_fail_nomem(err);
  for (size_t i = 0; i < n; i++) x[i] = in_order(row[i]);
  qsort(x, n, sizeof *x, by_pair);
  for (size_t i = 0; i < n; i++) {
    th_ddinter_pair *last = out->n ? &out->v[out->n - 1] : NULL;
    if (last && th_str_eq(last->row.id_a, x[i].id_a) && th_str_eq(last->row.id_b, x[i].id_b)) {
      last->n_rows++;
      last->differs |= x[i].severity != last->row.severity;
    } else if (!TH_VEC_PUSH(a, out, (th_ddinter_pair){ x[i], 1, false })) {
      return th_fail_nomem(err);
    }
  }
  return TH_OK;
}
