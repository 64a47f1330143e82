/* The NHI's item file. */
#include "theriac/source/nhi_items.h"

#include <stdio.h>

#include "source/source_priv.h"
#include "theriac/io.h"

enum {
  CODE,
  NAME_EN,
  NAME_ZH,
  INGREDIENT,
  AMOUNT,
  UNIT,
  SINGLE,
  PRICE,
  FROM,
  TO,
  HOLDER,
  MAKER,
  FORM,
  CATEGORY,
  GROUP,
  ATC,
  CLAUSE,
  COLUMNS
};
static const struct {
  const char *name;
  bool needed;
} columns[COLUMNS] = {
  { "藥品代號", true },  { "藥品英文名稱", false }, { "藥品中文名稱", false }, { "成分", false },     { "規格量", false },
  { "規格單位", false }, { "單複方", false },       { "支付價", true },        { "有效起日", true },  { "有效迄日", true },
  { "藥商", false },     { "製造廠名稱", false },   { "劑型", false },         { "藥品分類", false }, { "分類分組名稱", false },
  { "ATC代碼", true },   { "給付規定章節", false },
};

/* "1120101", "112/01/01", "991231": ROC years of two or three digits. 9991231 stands for no end. */
static bool roc_day(th_str s, th_date *out) {
  char d[9] = "", iso[32];
  size_t n = 0;
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] == '/' || s.p[i] == '.' || s.p[i] == '-') continue;
    if (s.p[i] < '0' || s.p[i] > '9' || n >= 8) return false;
    d[n++] = s.p[i];
  }
  if (n < 6 || n > 7) return false;
  int year = 0;
  for (size_t i = 0; i < n - 4; i++) year = year * 10 + (d[i] - '0');
  *out = (th_date){ 0 };
  if (year == 999) return true;
  snprintf(iso, sizeof iso, "%04d-%.2s-%.2s", year + 1911, d + n - 4, d + n - 2);
  if (!th_date_parse_iso(th_str_of(iso), out)) return false;
  out->era = TH_ERA_ROC;
  return true;
}

static th_code day(th_arena *a, th_str s, uint32_t line, th_nhi_table *out, th_date *d, th_err *err) {
  if (!s.n || roc_day(s, d)) return TH_OK;
  *d = (th_date){ 0 };
  return th_source__gap(a, &out->gaps, "date", line, "a date that is no day of the ROC calendar") ? TH_OK : th_fail_nomem(err);
}

static th_code read_row(th_arena *a, const th_csv_row *row, const int *col, th_nhi_table *out, th_err *err) {
  th_str c[COLUMNS];
  for (int k = 0; k < COLUMNS; k++) c[k] = col[k] < 0 ? TH_STR_NONE : th_str_trim(row->cell[col[k]]);
  if (!c[CODE].n) return th_fail_at(err, TH_EPARSE, row->line, (uint32_t)col[CODE] + 1, "an item without 藥品代號");
  th_nhi_item x = { c[CODE],  c[NAME_EN], c[NAME_ZH],  c[INGREDIENT], c[AMOUNT], c[UNIT],   c[SINGLE], c[PRICE], c[HOLDER],
                    c[MAKER], c[FORM],    c[CATEGORY], c[GROUP],      c[ATC],    c[CLAUSE], { 0 },     { 0 },    row->line };
  TH_TRY(day(a, c[FROM], row->line, out, &x.from, err));
  TH_TRY(day(a, c[TO], row->line, out, &x.to, err));
  return TH_VEC_PUSH(a, &out->rows, x) ? TH_OK : th_fail_nomem(err);
}

th_code th_source_nhi_items_read(th_arena *a, th_str bytes, th_nhi_table *out, th_err *err) {
  th_csv csv;
  th_csv_row row;
  bool more;
  int col[COLUMNS];
  *out = (th_nhi_table){ 0 };
  th_csv_open(&csv, bytes, th_csv_sniff(bytes));
  TH_TRY(th_csv_next(&csv, a, &row, &more, err));
  if (!more) return th_fail_at(err, TH_EPARSE, 1, 1, "the table is empty");
  for (int k = 0; k < COLUMNS; k++)
    if ((col[k] = th_csv_column(&row, columns[k].name)) < 0 && columns[k].needed)
      return th_fail_at(err, TH_EPARSE, row.line, 1, "the NHI's item file needs the column %s", columns[k].name);
  for (const size_t width = row.n;;) {
    TH_TRY(th_csv_next(&csv, a, &row, &more, err));
    if (!more) break;
    if (row.n != width) return th_fail_at(err, TH_EPARSE, row.line, 1, "expected %zu columns, found %zu", width, row.n);
    TH_TRY(read_row(a, &row, col, out, err));
  }
  return out->rows.n ? TH_OK : th_fail_at(err, TH_EPARSE, 1, 1, "the table has a head and no row");
}
