/* Vocabularies: one reader a form, chosen by the head line. Lines of one entity are joined: the tables of parents and of
 * cross-references have a line each. */
#include "theriac/source/vocabulary.h"

#include <stdio.h>

#include "source/source_priv.h"
#include "theriac/io.h"

typedef struct reader {
  th_arena *a;
  th_vocabulary *out;
  int col[8];
  th_map at; /* id → index of its row */
  th_err *err;
} reader;

typedef struct form {
  const char *name;
  char sep;
  const char *col[8]; /* columns it must have */
  th_code (*row)(reader *r, const th_csv_row *row);
  const char *source; /* of the statements, with the licence of the vocabulary */
} form;

/* ── Rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_str cell(const reader *r, const th_csv_row *row, int k) {
  return th_str_trim(row->cell[r->col[k]]);
}

static th_code bad(reader *r, const th_csv_row *row, int k, const char *what) {
  const th_str c = cell(r, row, k);
  return th_fail_at(r->err, TH_EPARSE, row->line, (uint32_t)r->col[k] + 1, "%s, found \"%.*s\"", what,
                    (int)(c.n < 60 ? c.n : 60), c.p ? c.p : "");
}

/* "7915", "MONDO:7915" and "MONDO:0007915" as the last. */
static th_code mondo_id(reader *r, const th_csv_row *row, int k, th_str *out) {
  th_str s = cell(r, row, k);
  if (th_str_starts(s, TH_S("MONDO:")) || th_str_starts(s, TH_S("mondo:"))) s = th_str_sub(s, 6, s.n);
  uint32_t number = 0;
  bool ok = s.n >= 1 && s.n <= 7;
  for (size_t i = 0; i < s.n && ok; i++) {
    ok = s.p[i] >= '0' && s.p[i] <= '9';
    number = number * 10 + (uint32_t)(s.p[i] - '0');
  }
  if (!ok) return bad(r, row, k, "expected a MONDO number");
  *out = th_str_fmt(r->a, "MONDO:%07u", number);
  return out->p ? TH_OK : th_fail_nomem(r->err);
}

/* The row of this entity, made when new. NULL: no memory. */
static th_vocabulary_row *row_of(reader *r, th_vocabulary_kind kind, th_str id, uint32_t line) {
  bool is_new;
  uint64_t *at = th_map_at(&r->at, id, &is_new);
  if (!at) return NULL;
  if (!is_new) return &r->out->rows.v[*at];
  *at = r->out->rows.n;
  th_vocabulary_row *x = TH_VEC_ADD(r->a, &r->out->rows);
  if (x) x->kind = kind, x->id = id, x->line = line;
  return x;
}

/* list, sep, item. Lists of one entity are short: copying them anew is no matter, but a table made to hurt is cut off. */
#define LIST_BYTES_MAX 16384
static bool append(reader *r, th_str *list, char sep, th_str item) {
  if (item.n == 0) return true;
  if (list->n + item.n > LIST_BYTES_MAX) {
    const size_t n = r->out->gaps.n;
    return (n && strcmp(r->out->gaps.v[n - 1].what, "list") == 0) ||
           th_source__gap(r->a, &r->out->gaps, "list", 0, "an entity has more names or numbers than are kept (16 KiB)");
  }
  *list = list->n ? th_str_fmt(r->a, "%.*s%c%.*s", TH_STR_ARG(*list), sep, TH_STR_ARG(item)) : item;
  return list->p != NULL;
}

static th_str lower(th_arena *a, th_str s) {
  char *p = th_arena_alloc(a, s.n + 1, 1);
  if (!p) return TH_STR_NONE;
  for (size_t i = 0; i < s.n; i++) p[i] = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] + 32 : s.p[i]);
  p[s.n] = 0;
  return th_str_n(p, s.n);
}

/* ── MONDO ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code names_row(reader *r, const th_csv_row *row) {
  th_str id;
  TH_TRY(mondo_id(r, row, 0, &id));
  if (cell(r, row, 1).n == 0) return bad(r, row, 1, "expected a name");
  th_vocabulary_row *x = row_of(r, TH_VOCABULARY_DISEASE, id, row->line);
  if (!x) return th_fail_nomem(r->err);
  if (x->en.n == 0)
    x->en = cell(r, row, 1);
  else if (!append(r, &x->synonyms, '|', cell(r, row, 1)))
    return th_fail_nomem(r->err);
  const th_str group = cell(r, row, 2);
  if (group.n && !th_str_eq(group, x->en)) x->group = group;
  return TH_OK;
}

static th_code parents_row(reader *r, const th_csv_row *row) {
  th_str child, parent;
  TH_TRY(mondo_id(r, row, 0, &child));
  TH_TRY(mondo_id(r, row, 1, &parent));
  th_vocabulary_row *x = row_of(r, TH_VOCABULARY_DISEASE, child, row->line);
  return x && append(r, &x->parents, ';', parent) ? TH_OK : th_fail_nomem(r->err);
}

static th_code xrefs_row(reader *r, const th_csv_row *row) {
  th_str id;
  TH_TRY(mondo_id(r, row, 0, &id));
  if (cell(r, row, 1).n == 0 || cell(r, row, 2).n == 0) return bad(r, row, 1, "expected a vocabulary and an id");
  th_vocabulary_row *x = row_of(r, TH_VOCABULARY_DISEASE, id, row->line);
  const th_str xref = th_str_fmt(r->a, "%.*s:%.*s", TH_STR_ARG(cell(r, row, 1)), TH_STR_ARG(cell(r, row, 2)));
  return x && xref.p && append(r, &x->xrefs, '|', xref) ? TH_OK : th_fail_nomem(r->err);
}

/* ── Drugs ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool add_xref(reader *r, th_vocabulary_row *x, const char *scheme, th_str id) {
  if (id.n == 0) return true;
  const th_str xref = th_str_fmt(r->a, "%s:%.*s", scheme, TH_STR_ARG(id));
  return xref.p && append(r, &x->xrefs, '|', xref);
}

/* DrugBank parts synonyms and numbers by " | ". */
static bool add_piped(reader *r, th_vocabulary_row *x, th_str list, const char *scheme) {
  th_str one;
  while (list.n && th_str_split(&list, '|', &one)) {
    one = th_str_trim(one);
    if (scheme ? !add_xref(r, x, scheme, one) : !append(r, &x->synonyms, '|', one)) return false;
  }
  return true;
}

static th_code drugbank_row(reader *r, const th_csv_row *row) {
  const th_str number = cell(r, row, 0), name = cell(r, row, 1);
  if (number.n < 3 || !th_str_starts(number, TH_S("DB"))) return bad(r, row, 0, "expected a DrugBank number");
  if (name.n == 0) return bad(r, row, 1, "expected a name");
  const th_str id = lower(r->a, name);
  th_vocabulary_row *x = id.p ? row_of(r, TH_VOCABULARY_DRUG, id, row->line) : NULL;
  if (!x) return th_fail_nomem(r->err);
  if (x->en.n == 0) x->en = name;
  const bool ok = add_xref(r, x, "DrugBank", number) && add_xref(r, x, "CAS", cell(r, row, 3)) &&
                  add_xref(r, x, "UNII", cell(r, row, 4)) && add_piped(r, x, cell(r, row, 2), "DrugBank") &&
                  add_piped(r, x, cell(r, row, 5), NULL) && append(r, &x->synonyms, '|', number);
  return ok ? TH_OK : th_fail_nomem(r->err);
}

/* "ibuprofen, combinations" and "other antihistamines" name no one substance. */
static bool names_one_substance(th_str name) {
  static const char *const words[] = { "combination", "various", "other ", " and ", "agents", "excl.", "incl.", NULL };
  return !th_source__has_any(name, words);
}

static th_code atc_row(reader *r, const th_csv_row *row) {
  const th_str code = cell(r, row, 0), name = cell(r, row, 1);
  const bool ok = code.n >= 1 && code.n <= 7 && code.p[0] >= 'A' && code.p[0] <= 'Z';
  if (!ok) return bad(r, row, 0, "expected an ATC code");
  if (name.n == 0) return bad(r, row, 1, "expected a name");
  const bool drug = code.n == 7 && names_one_substance(name);
  const th_str id = drug ? lower(r->a, name) : code;
  th_vocabulary_row *x = id.p ? row_of(r, drug ? TH_VOCABULARY_DRUG : TH_VOCABULARY_GROUP, id, row->line) : NULL;
  if (!x) return th_fail_nomem(r->err);
  if (x->en.n == 0) x->en = name;
  if (!drug) return TH_OK;
  const th_str xref = th_str_fmt(r->a, "ATC:%.*s", TH_STR_ARG(code));
  if (!xref.p) return th_fail_nomem(r->err);
  /* a code has a line for each daily dose */
  if (th_str_find(x->xrefs, xref, 0) != SIZE_MAX) return TH_OK;
  return append(r, &x->xrefs, '|', xref) && append(r, &x->synonyms, '|', code) ? TH_OK : th_fail_nomem(r->err);
}

/* ── Ours ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code table_row(reader *r, const th_csv_row *row) {
  const th_str kind = cell(r, row, 0), id = cell(r, row, 1);
  const bool drug = th_str_is(kind, "drug");
  if (!drug && !th_str_is(kind, "disease")) return bad(r, row, 0, "expected kind \"drug\" or \"disease\"");
  if (id.n == 0) return bad(r, row, 1, "expected an id");
  th_vocabulary_row *x = row_of(r, drug ? TH_VOCABULARY_DRUG : TH_VOCABULARY_DISEASE, id, row->line);
  if (!x) return th_fail_nomem(r->err);
  if (x->en.n == 0) x->en = cell(r, row, 2);
  if (x->zh.n == 0) x->zh = cell(r, row, 3);
  if (x->source.n == 0) x->source = cell(r, row, 6);
  return append(r, &x->synonyms, '|', cell(r, row, 4)) && append(r, &x->parents, ';', cell(r, row, 5)) ? TH_OK
                                                                                                       : th_fail_nomem(r->err);
}

/* ── The forms ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

static const form forms[TH_VOCABULARY_FORMS] = {
  [TH_VOCABULARY_TABLE] = { "table of names",
                            '\t',
                            { "kind", "id", "en", "zh", "synonyms", "parents", "source" },
                            table_row,
                            "" },
  [TH_VOCABULARY_NAMES] = { "MONDO names", ',', { "mondo_id", "name", "group_name" }, names_row, "MONDO" },
  [TH_VOCABULARY_PARENTS] = { "MONDO hierarchy", ',', { "child", "parent" }, parents_row, "MONDO" },
  [TH_VOCABULARY_XREFS] = { "MONDO cross-references", ',', { "mondo_id", "ontology", "id" }, xrefs_row, "MONDO" },
  [TH_VOCABULARY_DRUGBANK] = { "DrugBank open vocabulary",
                               ',',
                               { "DrugBank ID", "Common name", "Accession Numbers", "CAS", "UNII", "Synonyms" },
                               drugbank_row,
                               "DrugBank open vocabulary" },
  [TH_VOCABULARY_ATC] = { "ATC index", ',', { "atc_code", "atc_name" }, atc_row, "ATC" },
};

const char *th_vocabulary_form_name(th_vocabulary_form f) {
  return (unsigned)f < TH_VOCABULARY_FORMS ? forms[f].name : "";
}

/* Has the line every column of the form? Names are told by whole cells. */
static bool has_columns(th_str line, const form *f) {
  for (int k = 0; k < 8 && f->col[k]; k++) {
    th_str rest = line, one;
    bool found = false;
    while (rest.n && !found && th_str_split(&rest, f->sep, &one)) {
      one = th_str_trim(one);
      if (one.n >= 2 && one.p[0] == '"') one = th_str_sub(one, 1, one.n - 1);
      found = th_str_is(one, f->col[k]);
    }
    if (!found) return false;
  }
  return true;
}

bool th_vocabulary_form_of(th_str head, th_vocabulary_form *out) {
  for (int i = 0; i < TH_VOCABULARY_FORMS; i++)
    if (has_columns(head, &forms[i])) return *out = (th_vocabulary_form)i, true;
  return false;
}

static th_code read_head(reader *r, const form *f, const th_csv_row *head) {
  for (int k = 0; k < 8 && f->col[k]; k++) {
    r->col[k] = th_csv_column(head, f->col[k]);
    if (r->col[k] < 0) return th_fail_at(r->err, TH_EPARSE, head->line, 1, "a %s needs the column \"%s\"", f->name, f->col[k]);
  }
  return TH_OK;
}

th_code th_source_vocabulary_read(th_arena *a, th_str bytes, th_vocabulary *out, th_err *err) {
  *out = (th_vocabulary){ 0 };
  reader r = { .a = a, .out = out, .err = err };
  th_map_init(&r.at, a);
  th_str rest = bytes, line;
  if (th_str_starts(rest, TH_S("\xEF\xBB\xBF"))) rest = th_str_sub(rest, 3, rest.n);
  if (!th_str_line(&rest, &line) || !th_vocabulary_form_of(th_str_trim(line), &out->form))
    return th_fail_at(err, TH_EPARSE, 1, 1, "the first line is no head of a vocabulary known here");
  const form *f = &forms[out->form];
  th_csv csv;
  th_csv_row row;
  bool more;
  th_csv_open(&csv, bytes, f->sep);
  TH_TRY(th_csv_next(&csv, a, &row, &more, err));
  TH_TRY(read_head(&r, f, &row));
  for (const size_t width = row.n;; out->n_lines++) {
    TH_TRY(th_csv_next(&csv, a, &row, &more, err));
    if (!more) break;
    if (row.n != width) return th_fail_at(err, TH_EPARSE, row.line, 1, "expected %zu columns, found %zu", width, row.n);
    TH_TRY(f->row(&r, &row));
  }
  if (out->n_lines == 0) return th_fail_at(err, TH_EPARSE, 1, 1, "the table has a head and no row");
  for (size_t i = 0; i < out->rows.n; i++)
    if (out->rows.v[i].source.n == 0) out->rows.v[i].source = th_str_of(f->source);
  return TH_OK;
}
