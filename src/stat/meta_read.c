/* The CSV of a meta-analysis. Which columns a measure takes is a table; every fault is told with its line and column. */
#include "stat/meta_priv.h"

typedef enum th_cell_kind { COUNT, POSITIVE, REAL, SD, CORRELATION, VARIANCE } th_cell_kind;

typedef struct th_column {
  const char *name;
  th_cell_kind kind;
} th_column;

typedef struct th_layout {
  th_column column[6];
  size_t n;
} th_layout;

static const th_layout cells = { { { "ai", COUNT }, { "bi", COUNT }, { "ci", COUNT }, { "di", COUNT } }, 4 };
static const th_layout events = { { { "ai", COUNT }, { "n1i", COUNT }, { "ci", COUNT }, { "n2i", COUNT } }, 4 };
static const th_layout means = {
  { { "m1i", REAL }, { "sd1i", SD }, { "n1i", COUNT }, { "m2i", REAL }, { "sd2i", SD }, { "n2i", COUNT } }, 6
};
static const th_layout rates = { { { "x1i", COUNT }, { "t1i", POSITIVE }, { "x2i", COUNT }, { "t2i", POSITIVE } }, 4 };
static const th_layout shares = { { { "xi", COUNT }, { "ni", COUNT } }, 2 };
static const th_layout correlations = { { { "ri", CORRELATION }, { "ni", COUNT } }, 2 };
static const th_layout general = { { { "yi", REAL }, { "vi", VARIANCE } }, 2 };
static const th_layout general_se = { { { "yi", REAL }, { "sei", SD } }, 2 };

static size_t layouts_of(th_meta_measure m, const th_layout *out[2]) {
  switch (m) {
  case TH_META_OR:
  case TH_META_RR:
  case TH_META_RD:
  case TH_META_PETO: out[0] = &cells, out[1] = &events; return 2;
  case TH_META_MD:
  case TH_META_SMD:
  case TH_META_ROM: out[0] = &means; return 1;
  case TH_META_IRR: out[0] = &rates; return 1;
  case TH_META_PR:
  case TH_META_PLO:
  case TH_META_PFT: out[0] = &shares; return 1;
  case TH_META_COR:
  case TH_META_ZCOR: out[0] = &correlations; return 1;
  case TH_META_GEN:
  case TH_META_MEASURES: break;
  }
  out[0] = &general, out[1] = &general_se;
  return 2;
}

static bool find_columns(const th_csv_row *head, const th_layout *l, int at[6]) {
  for (size_t i = 0; i < l->n; i++)
    if ((at[i] = th_csv_column(head, l->column[i].name)) < 0) return false;
  return true;
}

static th_code wrong_columns(const th_csv_row *head, th_meta_measure m, const th_layout *const *l, size_t n, th_err *err) {
  char want[160] = "";
  size_t used = 0;
  for (size_t k = 0; k < n; k++) {
    for (size_t i = 0; i < l[k]->n; i++)
      used += (size_t)snprintf(want + used, sizeof want - used, "%s%s", i ? "," : k ? " or " : "", l[k]->column[i].name);
  }
  return th_fail_at(err, TH_EPARSE, head->line, 1, "measure %s needs the columns study,%s", th_meta_measure_name(m), want);
}

/* Two columns of one name: which of them was meant is not for us to guess. */
static th_code one_of_each(const th_csv_row *head, const th_layout *l, th_err *err) {
  for (size_t c = 0; c < head->n; c++) {
    const th_str name = th_str_trim(head->cell[c]);
    bool ours = th_str_is(name, "study");
    for (size_t i = 0; i < l->n; i++) ours |= th_str_is(name, l->column[i].name);
    for (size_t k = 0; k < c && ours; k++)
      if (th_str_eq(th_str_trim(head->cell[k]), name))
        return th_fail_at(err, TH_EPARSE, head->line, (uint32_t)c + 1, "column %.*s stands twice", TH_STR_ARG(name));
  }
  return TH_OK;
}

static bool missing(th_str s) {
  s = th_str_trim(s);
  return s.n == 0 || th_str_is(s, "NA");
}

static th_code read_cell(const th_csv_row *row, int col, const th_column *c, double *out, th_err *err) {
  *out = NAN;
  const th_str s = (size_t)col < row->n ? th_str_trim(row->cell[col]) : TH_STR_NONE;
  const uint32_t place = (uint32_t)col + 1;
  if (missing(s)) return TH_OK;
  double v;
  if (!th_str_to_f64(s, &v))
    return th_fail_at(err, TH_EPARSE, row->line, place, "%s is \"%.*s\": expected a number, NA or nothing", c->name,
                      TH_STR_ARG(s));
  switch (c->kind) {
  case COUNT:
    if (v < 0) return th_fail_at(err, TH_EPARSE, row->line, place, "%s is %g: a count is 0 or more", c->name, v);
    if (v != floor(v)) return th_fail_at(err, TH_EPARSE, row->line, place, "%s is %g: a count is a whole number", c->name, v);
    if (v > (double)TH_STAT_COUNT_MAX)
      return th_fail_at(err, TH_ELIMIT, row->line, place, "%s is %g: more than TH_STAT_COUNT_MAX (%lld)", c->name, v,
                        (long long)TH_STAT_COUNT_MAX);
    break;
  case POSITIVE:
    if (!(v > 0)) return th_fail_at(err, TH_EPARSE, row->line, place, "%s is %g: person-time is more than 0", c->name, v);
    break;
  case SD:
  case VARIANCE:
    if (v < 0) return th_fail_at(err, TH_EPARSE, row->line, place, "%s is %g: it cannot be negative", c->name, v);
    break;
  case CORRELATION:
    if (fabs(v) > 1) return th_fail_at(err, TH_EPARSE, row->line, place, "%s is %g: a correlation lies in -1 to 1", c->name, v);
    break;
  case REAL: break;
  }
  *out = v;
  return TH_OK;
}

/* Column pairs that must fit each other, and the forms brought to one. */
static th_code settle(const th_csv_row *row, const th_layout *l, th_meta_row *r, th_err *err) {
  double *v = r->raw;
  if (l == &events) {
    for (int g = 0; g < 4; g += 2) {
      if (v[g] > v[g + 1])
        return th_fail_at(err, TH_EPARSE, row->line, 0, "%g events among %g subjects (group %d)", v[g], v[g + 1], g / 2 + 1);
      v[g + 1] -= v[g];
    }
  }
  if (l == &shares && v[0] > v[1]) return th_fail_at(err, TH_EPARSE, row->line, 0, "%g events among %g subjects", v[0], v[1]);
  if (l == &general_se) v[1] *= v[1];
  return TH_OK;
}

static th_code start(th_arena *a, const th_csv_row *head, const th_layout *l, const int *at, th_meta_data *out, int **mod_at,
                     th_err *err) {
  const int study = th_csv_column(head, "study");
  out->mod_name = TH_NEWN(a, th_str, head->n + 1);
  *mod_at = TH_NEWN(a, int, head->n + 1);
  if (!out->mod_name || !*mod_at) return th_fail_nomem(err);
  for (int c = 0; (size_t)c < head->n; c++) {
    bool ours = c == study;
    for (size_t i = 0; i < l->n; i++) ours |= at[i] == c;
    if (ours) continue;
    out->mod_name[out->n_mods] = th_str_trim(head->cell[c]);
    (*mod_at)[out->n_mods++] = c;
  }
  return TH_OK;
}

th_code th_meta_read(th_arena *a, th_str csv, th_meta_measure measure, th_meta_data *out, th_err *err) {
  *out = (th_meta_data){ .measure = measure };
  const size_t bad = th_utf8_check(csv);
  if (bad != SIZE_MAX) {
    uint32_t line, col;
    th_text_place(csv, bad, &line, &col);
    return th_fail_at(err, TH_EPARSE, line, col, "the file is not UTF-8 here: save it as UTF-8");
  }
  th_csv reader;
  th_csv_open(&reader, csv, th_csv_sniff(csv));
  th_csv_row head, row;
  bool more;
  TH_TRY(th_csv_next(&reader, a, &head, &more, err));
  if (!more) return th_fail(err, TH_EPARSE, "the file is empty: expected a header line and one line a study");
  const th_layout *layouts[2], *l = NULL;
  const size_t n_layouts = layouts_of(measure, layouts);
  int at[6], study, *mod_at;
  for (size_t i = 0; i < n_layouts && !l; i++)
    if (find_columns(&head, layouts[i], at)) l = layouts[i];
  if (!l) return wrong_columns(&head, measure, layouts, n_layouts, err);
  TH_TRY(one_of_each(&head, l, err));
  TH_TRY(start(a, &head, l, at, out, &mod_at, err));
  study = th_csv_column(&head, "study");
  TH_VEC(th_meta_row) rows = { 0 };
  for (;;) {
    TH_TRY(th_csv_next(&reader, a, &row, &more, err));
    if (!more) break;
    if (row.n > head.n)
      return th_fail_at(err, TH_EPARSE, row.line, (uint32_t)head.n + 1, "%zu cells under %zu columns", row.n, head.n);
    th_meta_row r = { .line = row.line, .raw = { NAN, NAN, NAN, NAN, NAN, NAN } };
    for (size_t i = 0; i < l->n; i++) TH_TRY(read_cell(&row, at[i], &l->column[i], &r.raw[i], err));
    TH_TRY(settle(&row, l, &r, err));
    r.label = study >= 0 && (size_t)study < row.n ? row.cell[study] : th_str_fmt(a, "%zu", rows.n + 1);
    r.mod = TH_NEWN(a, th_str, out->n_mods + 1);
    if (!r.mod) return th_fail_nomem(err);
    for (size_t m = 0; m < out->n_mods; m++)
      if ((size_t)mod_at[m] < row.n) r.mod[m] = th_str_trim(row.cell[mod_at[m]]);
    if (!TH_VEC_PUSH(a, &rows, r)) return th_fail_nomem(err);
  }
  out->row = rows.v;
  out->n = rows.n;
  return out->n ? TH_OK : th_fail_at(err, TH_EPARSE, head.line + 1, 1, "a header line and no study below it");
}

th_code th_meta_of_tables(th_arena *a, th_meta_measure measure, const th_str *label, const th_table2 *t, size_t n,
                          th_meta_data *out, th_err *err) {
  *out = (th_meta_data){ .measure = measure, .n = n };
  if (!th_meta__has_table(measure))
    return th_fail(err, TH_EINVAL, "measure %s is not one of tables", th_meta_measure_name(measure));
  out->row = TH_NEWN(a, th_meta_row, n + 1);
  if (!out->row) return th_fail_nomem(err);
  for (size_t i = 0; i < n; i++) {
    if (t[i].a < 0 || t[i].b < 0 || t[i].c < 0 || t[i].d < 0)
      return th_fail(err, TH_EPARSE, "study %zu has a negative count", i + 1);
    out->row[i] =
        (th_meta_row){ .label = label[i], .raw = { (double)t[i].a, (double)t[i].b, (double)t[i].c, (double)t[i].d, NAN, NAN } };
  }
  return TH_OK;
}

int th_meta__mod(const th_meta_data *d, th_str name) {
  for (size_t i = 0; i < d->n_mods; i++)
    if (th_str_eq(d->mod_name[i], name)) return (int)i;
  return -1;
}
