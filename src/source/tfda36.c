/* Data set 36: JSON or CSV into licences. */
#include "theriac/source/tfda36.h"

#include "source/source_priv.h"
#include "theriac/io.h"

static const char *const column_name[TH_TFDA_COLUMNS] = {
  "許可證字號", "註銷狀態",         "註銷日期",   "註銷理由",   "有效日期",   "發證日期",       "許可證種類",
  "舊證字號",   "通關簽審文件編號", "中文品名",   "英文品名",   "適應症",     "劑型",           "包裝",
  "藥品類別",   "管制藥品分類級別", "主成分略述", "申請商名稱", "申請商地址", "申請商統一編號", "製造商名稱",
  "製造廠廠址", "製造廠公司地址",   "製造廠國別", "製程",       "異動日期",   "用法用量",       "包裝與國際條碼",
};

const char *th_tfda_column_name(th_tfda_column c) {
  return (unsigned)c < TH_TFDA_COLUMNS ? column_name[c] : "";
}

const char *th_tfda_state_name(th_tfda_state s) {
  static const char *const name[] = { "unknown", "valid", "expired", "cancelled" };
  return (unsigned)s < sizeof name / sizeof *name ? name[s] : "";
}

th_tfda_state th_tfda_state_on(const th_tfda_licence *l, th_date as_of) {
  if (l->text[TH_TFDA_CANCELLED].n > 0) return TH_TFDA_IS_CANCELLED;
  if (l->expires.prec == TH_DATE_NONE || as_of.prec != TH_DATE_DAY) return TH_TFDA_UNKNOWN;
  const int32_t day = th_date_first(as_of);
  if (day <= th_date_first(l->expires)) return TH_TFDA_VALID;
  /* A day within an expiry known to the month or year only may be before or after it. */
  return day > th_date_last(l->expires) ? TH_TFDA_EXPIRED : TH_TFDA_UNKNOWN;
}

typedef struct reader {
  th_arena *a;
  th_tfda_register *out;
  th_err *err;
} reader;

static th_code add_gap(reader *r, const char *what, uint32_t line, th_str why) {
  if (!why.p || !TH_VEC_PUSH(r->a, &r->out->gaps, (th_gap){ what, line, why })) return th_fail_nomem(r->err);
  return TH_OK;
}

static th_code read_date(reader *r, const th_tfda_licence *l, th_tfda_column c, th_date *out) {
  if (l->text[c].n == 0 || th_date_parse_iso(l->text[c], out) || th_date_parse_roc(l->text[c], out)) return TH_OK;
  *out = (th_date){ 0 };
  return add_gap(r, "date", l->line,
                 th_str_fmt(r->a, "%.*s: %s \"%.*s\" is no date", TH_STR_ARG(l->text[TH_TFDA_NUMBER]), column_name[c],
                            TH_STR_ARG(l->text[c])));
}

/* "IMATINIB MESYLATE (EQ TO IMATINIB)": what it equals is a second name. Brackets may be full width. */
static th_tfda_ingredient split_base(th_str s) {
  static const char *const open[] = { "(EQ TO", "(Eq to", "(eq to", "（EQ TO", "(EQUIVALENT TO", "(EQ. TO" };
  for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
    const size_t at = th_str_find(s, th_str_of(open[i]), 0);
    if (at == SIZE_MAX) continue;
    th_str base = th_str_sub(s, at + strlen(open[i]), s.n);
    size_t end = th_str_rfind(base, TH_S(")"));
    if (end == SIZE_MAX) end = th_str_rfind(base, TH_S("）"));
    return (th_tfda_ingredient){ th_str_trim(th_str_sub(s, 0, at)), th_str_trim(th_str_sub(base, 0, end)) };
  }
  return (th_tfda_ingredient){ s, TH_S("") };
}

static th_code read_ingredients(reader *r, th_tfda_licence *l) {
  th_str rest = l->text[TH_TFDA_INGREDIENTS], piece;
  while (th_str_split(&rest, ';', &piece)) {
    piece = th_str_trim(piece);
    if (piece.n > 0 && !TH_VEC_PUSH(r->a, &l->ingredients, split_base(piece))) return th_fail_nomem(r->err);
  }
  if (l->ingredients.n > 0) return TH_OK;
  return add_gap(r, "ingredient", l->line, th_str_fmt(r->a, "%.*s names no ingredient", TH_STR_ARG(l->text[TH_TFDA_NUMBER])));
}

static th_code add_licence(reader *r, th_tfda_licence *l) {
  if (l->text[TH_TFDA_NUMBER].n == 0)
    return th_fail_at(r->err, TH_EPARSE, l->line, 1, "a row without 許可證字號 (licence number)");
  TH_TRY(read_date(r, l, TH_TFDA_CANCELLED_DATE, &l->cancelled_on));
  TH_TRY(read_date(r, l, TH_TFDA_EXPIRY, &l->expires));
  TH_TRY(read_date(r, l, TH_TFDA_ISSUED, &l->issued));
  TH_TRY(read_date(r, l, TH_TFDA_CHANGED, &l->changed));
  TH_TRY(read_ingredients(r, l));
  return TH_VEC_PUSH(r->a, &r->out->rows, *l) ? TH_OK : th_fail_nomem(r->err);
}

static int column_of(th_str name) {
  name = th_str_trim(name);
  for (int i = 0; i < TH_TFDA_COLUMNS; i++)
    if (th_str_is(name, column_name[i])) return i;
  return -1;
}

/* ── JSON ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code read_object(reader *r, const th_source__jdoc *at, const th_json *row, bool *said_unknown) {
  th_tfda_licence l = { .line = th_source__jdoc_line(at, row->offset), .from = row->offset };
  if (row->kind != TH_JSON_OBJECT) return th_fail_at(r->err, TH_EPARSE, l.line, 1, "a licence is no object");
  for (uint32_t i = 0; i < row->n; i++) {
    const th_json_member *m = &row->u.member[i];
    const int c = column_of(m->key);
    if (c >= 0) {
      const th_str text = th_json_text(&m->value);
      l.text[c] = text.p ? th_str_trim(text) : TH_S("");
    } else if (!*said_unknown) {
      *said_unknown = true;
      TH_TRY(add_gap(r, "column", l.line, th_str_fmt(r->a, "column %.*s is not known", TH_STR_ARG(m->key))));
    }
  }
  for (int c = 0; c < TH_TFDA_COLUMNS; c++)
    if (!l.text[c].p) l.text[c] = TH_S("");
  l.to = th_source__jdoc_end(at, row->offset);
  return add_licence(r, &l);
}

static th_code read_json(reader *r, th_str bytes) {
  th_json doc;
  th_source__jdoc at;
  bool said_unknown = false;
  TH_TRY(th_json_parse(r->a, bytes, &doc, r->err));
  TH_TRY(th_source__jdoc_open(r->a, bytes, &at, r->err));
  if (doc.kind != TH_JSON_ARRAY) return th_fail_at(r->err, TH_EPARSE, 1, 1, "expected a list of licences (data set 36)");
  for (size_t i = 0; i < doc.n; i++) TH_TRY(read_object(r, &at, th_json_item(&doc, i), &said_unknown));
  return TH_OK;
}

/* ── CSV ───────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code read_head(reader *r, const th_csv_row *row, int **column) {
  bool number = false;
  *column = TH_NEWN(r->a, int, row->n);
  if (!*column) return th_fail_nomem(r->err);
  for (size_t i = 0; i < row->n; i++) {
    (*column)[i] = column_of(row->cell[i]);
    number |= (*column)[i] == TH_TFDA_NUMBER;
    if ((*column)[i] < 0)
      TH_TRY(add_gap(r, "column", row->line, th_str_fmt(r->a, "column %.*s is not known", TH_STR_ARG(row->cell[i]))));
  }
  if (number) return TH_OK;
  return th_fail_at(r->err, TH_EPARSE, row->line, 1,
                    "expected the column 許可證字號 (licence number): this is not data set 36");
}

static th_code read_csv(reader *r, th_str bytes) {
  th_csv csv;
  th_csv_row row;
  bool more;
  int *column = NULL;
  th_csv_open(&csv, bytes, th_csv_sniff(bytes));
  TH_TRY(th_csv_next(&csv, r->a, &row, &more, r->err));
  if (!more) return th_fail_at(r->err, TH_EPARSE, 1, 1, "the table is empty");
  TH_TRY(read_head(r, &row, &column));
  for (const size_t width = row.n;;) {
    th_tfda_licence l = { .from = bytes.n - csv.rest.n };
    TH_TRY(th_csv_next(&csv, r->a, &row, &more, r->err));
    if (!more) return TH_OK;
    if (row.n != width) return th_fail_at(r->err, TH_EPARSE, row.line, 1, "expected %zu columns, found %zu", width, row.n);
    l.to = bytes.n - csv.rest.n;
    l.line = row.line;
    for (int c = 0; c < TH_TFDA_COLUMNS; c++) l.text[c] = TH_S("");
    for (size_t i = 0; i < width; i++)
      if (column[i] >= 0) l.text[column[i]] = th_str_trim(row.cell[i]);
    TH_TRY(add_licence(r, &l));
  }
}

th_code th_source_tfda_read(th_arena *a, th_str bytes, th_tfda_register *out, th_err *err) {
  *out = (th_tfda_register){ 0 };
  reader r = { a, out, err };
  th_str start = th_str_starts(bytes, TH_S("\xef\xbb\xbf")) ? th_str_sub(bytes, 3, bytes.n) : bytes;
  start = th_str_trim(start);
  const bool json = start.n > 0 && (start.p[0] == '[' || start.p[0] == '{');
  TH_TRY(json ? read_json(&r, bytes) : read_csv(&r, bytes));
  if (out->rows.n == 0) return th_fail_at(err, TH_EPARSE, 1, 1, "the register holds no licence");
  return TH_OK;
}
