/* A table of drugs as it is pasted: columns by their head or by their order, days of both eras, doses in words. */
#include <math.h>

#include "coverage/entry_priv.h"

enum { COL_DRUG, COL_DOSE, COL_FROM, COL_TO, COL_ROUTE, COL_UNIT, COL_TIMES, COLS };

typedef struct table {
  th_arena *arena;
  int col[COLS]; /* -1: none */
  th_drug_lines *out;
  th_entry_problems *bad;
  th_err *err;
} table;

static th_code wrong(table *t, th_entry_fault fault, uint32_t line, th_str text) {
  const th_entry_problem p = { fault, -1, line, text };
  return TH_VEC_PUSH(t->arena, t->bad, p) ? TH_OK : th_fail_nomem(t->err);
}

/* ── The head ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool one_of(th_str s, const char *const *words) {
  for (; *words; words++)
    if (th_str_eq_nocase(s, th_str_of(*words))) return true;
  return false;
}

static int column_named(th_str s) {
  static const char *const words[COLS][14] = {
    { "drug", "medication", "name", "generic", "藥品", "藥名", "藥物", "藥品名稱", "藥物名稱", "品名", NULL },
    { "dose", "dosage", "strength", "劑量", "用量", "使用劑量", "日劑量", "用法用量", NULL },
    { "from", "start", "start date", "begin", "first day", "起", "自", "起日", "開始", "開始日", "開始日期", "起始日", NULL },
    { "to", "end", "end date", "stop", "last day", "迄", "至", "迄日", "結束", "結束日", "結束日期", "停藥日", NULL },
    { "route", "途徑", "給藥途徑", "途徑代碼", "用藥途徑", NULL },
    { "unit", "單位", NULL },
    { "frequency", "freq", "times", "頻次", "頻率", "用法", "次數", NULL },
  };
  for (int c = 0; c < COLS; c++)
    if (one_of(s, words[c])) return c;
  return -1;
}

/* Whether the row is a head: then columns are where it says. */
static bool head_of(table *t, const th_csv_row *row) {
  int found = 0, col[COLS] = { -1, -1, -1, -1, -1, -1, -1 };
  for (size_t i = 0; i < row->n; i++) {
    const int c = column_named(th_str_trim(row->cell[i]));
    if (c < 0) continue;
    found++;
    if (col[c] < 0) col[c] = (int)i;
  }
  if (found < 2 && !(found == 1 && row->n == 1)) return false;
  memcpy(t->col, col, sizeof col);
  return true;
}

static th_str cell(const table *t, const th_csv_row *row, int c) {
  const int at = t->col[c];
  return at >= 0 && (size_t)at < row->n ? th_str_trim(row->cell[at]) : TH_STR_NONE;
}

/* ── A line ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool goes_on(th_str s) {
  static const char *const words[] = { "",         "-",    "–",    "now",  "ongoing", "present", "current",  "today",
                                       "continue", "迄今", "至今", "現在", "持續",    "使用中",  "持續使用", NULL };
  return one_of(s, words);
}

static th_str join(table *t, th_str a, th_str b) {
  if (!b.n || th_str_has(a, b)) return a;
  if (!a.n) return b;
  return th_str_fmt(t->arena, "%.*s %.*s", TH_STR_ARG(a), TH_STR_ARG(b));
}

static th_str iso_of(table *t, th_date d) {
  char iso[TH_DATE_TEXT];
  return th_str_dup(t->arena, th_str_of(th_date_iso(d, iso)));
}

static th_code line_of(table *t, const th_csv_row *row) {
  th_date from = { 0 }, to = { 0 };
  th_dose_words dose;
  th_str usual;
  const th_str name = cell(t, row, COL_DRUG), start = cell(t, row, COL_FROM), end = cell(t, row, COL_TO);
  const th_str words = join(t, join(t, cell(t, row, COL_DOSE), cell(t, row, COL_UNIT)), cell(t, row, COL_TIMES));
  const th_drug drug = th_coverage__drug_named(t->arena, name, &usual);
  if (!name.n) return wrong(t, TH_ENTRY_NO_DRUG, row->line, start);
  if (!start.n) return wrong(t, TH_ENTRY_NO_FROM, row->line, name);
  if (!th_coverage__day_read(start, &from)) return wrong(t, TH_ENTRY_NO_DATE, row->line, start);
  if (!goes_on(end) && !th_coverage__day_read(end, &to)) return wrong(t, TH_ENTRY_NO_DATE, row->line, end);
  if (to.prec && th_date_last(to) < th_date_first(from)) return wrong(t, TH_ENTRY_ENDS_BEFORE, row->line, end);
  if (words.n && !th_coverage__dose_read(t->arena, words, &dose)) return wrong(t, TH_ENTRY_NO_DOSE, row->line, words);
  const th_drug_line l = { .drug = drug < TH_DRUGS ? th_coverage__drug_key(drug) : TH_S(""),
                           .name = name,
                           .dose = words,
                           .from = iso_of(t, from),
                           .to = to.prec ? iso_of(t, to) : TH_S(""),
                           .route = cell(t, row, COL_ROUTE),
                           .line = (uint32_t)t->out->n + 1 };
  return TH_VEC_PUSH(t->arena, t->out, l) ? TH_OK : th_fail_nomem(t->err);
}

static char separator(th_str text) {
  const char sep = th_csv_sniff(text);
  return th_str_has(text, TH_S("\t")) ? '\t' : sep;
}

static bool empty(const th_csv_row *row) {
  for (size_t i = 0; i < row->n; i++)
    if (th_str_trim(row->cell[i]).n) return false;
  return true;
}

th_code th_coverage_drug_table(th_arena *a, th_str text, th_drug_lines *out, th_entry_problems *bad, th_err *err) {
  table t = { .arena = a, .col = { 0, 1, 2, 3, 4, -1, -1 }, .out = out, .bad = bad, .err = err };
  th_csv csv;
  th_csv_row row;
  bool more, first = true;
  if (th_utf8_check(text) != SIZE_MAX) return th_fail(err, TH_EPARSE, "the table is no UTF-8 text");
  text = th_str_dup(a, text);
  if (!text.p) return th_fail_nomem(err);
  th_csv_open(&csv, text, separator(text));
  for (;;) {
    TH_TRY(th_csv_next(&csv, a, &row, &more, err));
    if (!more) return TH_OK;
    if (empty(&row)) continue;
    if (first && head_of(&t, &row)) {
      first = false;
      if (t.col[COL_DRUG] < 0 || t.col[COL_FROM] < 0) return wrong(&t, TH_ENTRY_COLUMNS, row.line, row.cell[0]);
      continue;
    }
    first = false;
    if (out->n >= TH_LIMIT_DRUG_TABLE_LINES)
      return th_fail(err, TH_ELIMIT, "over TH_LIMIT_DRUG_TABLE_LINES (%d) lines of drugs", TH_LIMIT_DRUG_TABLE_LINES);
    TH_TRY(line_of(&t, &row));
  }
}

th_str th_coverage_drug_table_text(th_arena *a, const th_drug_lines *lines, bool zh) {
  th_buf b;
  if (!lines->n) return TH_STR_NONE;
  th_buf_init(&b, a, 256);
  th_buf_addz(&b, zh ? "藥品\t劑量\t起\t迄\t途徑\n" : "drug\tdose\tfrom\tto\troute\n");
  for (size_t i = 0; i < lines->n; i++) {
    const th_drug_line *l = &lines->v[i];
    const th_str cell[] = { l->name, l->dose, l->from, l->to, l->route };
    for (int c = 0; c < 5; c++) {
      if (c) th_buf_addc(&b, '\t');
      th_buf_add(&b, cell[c]);
    }
    th_buf_addc(&b, '\n');
  }
  return b.failed ? TH_STR_NONE : th_buf_str(&b);
}

/* ── Names ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_str lower(th_arena *a, th_str s) {
  char *p = th_str_z(a, s);
  for (size_t i = 0; p && i < s.n; i++)
    if (p[i] >= 'A' && p[i] <= 'Z') p[i] = (char)(p[i] - 'A' + 'a');
  return th_str_n(p, p ? s.n : 0);
}

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* A word that stands by itself: "mtx 15 mg", not "xmtx". */
static bool has_word(th_str s, th_str word) {
  for (size_t at = th_str_find(s, word, 0); at != SIZE_MAX; at = th_str_find(s, word, at + 1)) {
    const bool before = at > 0 && is_letter(s.p[at - 1]) && is_letter(word.p[0]);
    const bool behind = at + word.n < s.n && is_letter(s.p[at + word.n]) && is_letter(word.p[word.n - 1]);
    if ((!before && !behind) || (unsigned char)word.p[0] >= 0x80) return true;
  }
  return false;
}

th_drug th_coverage__drug_named(th_arena *a, th_str text, th_str *name) {
  static const struct {
    th_drug drug;
    const char *word, *name;
  } usual[] = {
    { TH_DRUG_STEROID, "methylprednisolone", "methylprednisolone" },
    { TH_DRUG_STEROID, "medrol", "methylprednisolone" },
    { TH_DRUG_STEROID, "solu-medrol", "methylprednisolone" },
    { TH_DRUG_STEROID, "methylpred", "methylprednisolone" },
    { TH_DRUG_STEROID, "prednisolone", "prednisolone" },
    { TH_DRUG_STEROID, "compesolon", "prednisolone" },
    { TH_DRUG_STEROID, "donison", "prednisolone" },
    { TH_DRUG_STEROID, "類固醇", "prednisolone" },
    { TH_DRUG_STEROID, "prednisone", "prednisone" },
    { TH_DRUG_STEROID, "dexamethasone", "dexamethasone" },
    { TH_DRUG_STEROID, "decadron", "dexamethasone" },
    { TH_DRUG_STEROID, "betamethasone", "betamethasone" },
    { TH_DRUG_STEROID, "hydrocortisone", "hydrocortisone" },
    { TH_DRUG_STEROID, "solu-cortef", "hydrocortisone" },
    { TH_DRUG_STEROID, "cortisone", "cortisone" },
    { TH_DRUG_HCQ, "hydroxychloroquine", "hydroxychloroquine" },
    { TH_DRUG_HCQ, "hcq", "hydroxychloroquine" },
    { TH_DRUG_HCQ, "plaquenil", "hydroxychloroquine" },
    { TH_DRUG_HCQ, "必賴克廔", "hydroxychloroquine" },
    { TH_DRUG_HCQ, "奎寧", "hydroxychloroquine" },
    { TH_DRUG_MMF, "mycophenolate mofetil", "mycophenolate mofetil" },
    { TH_DRUG_MMF, "mmf", "mycophenolate mofetil" },
    { TH_DRUG_MMF, "cellcept", "mycophenolate mofetil" },
    { TH_DRUG_MPA, "mycophenolic acid", "mycophenolic acid" },
    { TH_DRUG_MPA, "mycophenolate sodium", "mycophenolic acid" },
    { TH_DRUG_MPA, "mpa", "mycophenolic acid" },
    { TH_DRUG_MPA, "myfortic", "mycophenolic acid" },
    { TH_DRUG_AZA, "azathioprine", "azathioprine" },
    { TH_DRUG_AZA, "aza", "azathioprine" },
    { TH_DRUG_AZA, "imuran", "azathioprine" },
    { TH_DRUG_AZA, "azamun", "azathioprine" },
    { TH_DRUG_CSA, "ciclosporin", "ciclosporin" },
    { TH_DRUG_CSA, "cyclosporin", "ciclosporin" },
    { TH_DRUG_CSA, "cyclosporine", "ciclosporin" },
    { TH_DRUG_CSA, "csa", "ciclosporin" },
    { TH_DRUG_CSA, "sandimmun", "ciclosporin" },
    { TH_DRUG_MTX, "methotrexate", "methotrexate" },
    { TH_DRUG_MTX, "mtx", "methotrexate" },
    { TH_DRUG_CYC, "cyclophosphamide", "cyclophosphamide" },
    { TH_DRUG_CYC, "cyc", "cyclophosphamide" },
    { TH_DRUG_CYC, "endoxan", "cyclophosphamide" },
    { TH_DRUG_BELIMUMAB, "belimumab", "belimumab" },
    { TH_DRUG_BELIMUMAB, "benlysta", "belimumab" },
    { TH_DRUG_BELIMUMAB, "奔麗生", "belimumab" },
    { TH_DRUG_OTHER, "tacrolimus", "tacrolimus" },
    { TH_DRUG_OTHER, "prograf", "tacrolimus" },
    { TH_DRUG_OTHER, "voclosporin", "voclosporin" },
    { TH_DRUG_OTHER, "leflunomide", "leflunomide" },
    { TH_DRUG_OTHER, "mizoribine", "mizoribine" },
    { TH_DRUG_BIOLOGIC, "rituximab", "rituximab" },
    { TH_DRUG_BIOLOGIC, "mabthera", "rituximab" },
    { TH_DRUG_BIOLOGIC, "anifrolumab", "anifrolumab" },
    { TH_DRUG_BIOLOGIC, "abatacept", "abatacept" },
    { TH_DRUG_BIOLOGIC, "tocilizumab", "tocilizumab" },
    { TH_DRUG_BIOLOGIC, "etanercept", "etanercept" },
    { TH_DRUG_BIOLOGIC, "infliximab", "infliximab" },
    { TH_DRUG_BIOLOGIC, "adalimumab", "adalimumab" },
  };
  size_t best = SIZE_MAX;
  const th_str s = lower(a, text);
  for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
    if (has_word(s, th_str_of(usual[i].word)) && (best == SIZE_MAX || strlen(usual[i].word) > strlen(usual[best].word)))
      best = i;
  *name = best == SIZE_MAX ? text : th_str_of(usual[best].name);
  return best == SIZE_MAX ? TH_DRUGS : usual[best].drug;
}
