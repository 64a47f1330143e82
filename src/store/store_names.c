/* The index of names: made of the built-in table and the vocabularies, kept beside the store. */
#include <stdio.h>
#include <stdlib.h>

#include "store/store_priv.h"
#include "theriac/io.h"

#define NAMES_FILE "names.thn"

/* ── Rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Tables of our own are chosen by hand and go before what is imported whole; drugs of DrugBank before the ATC, which only adds codes
 * to them. */
static int turn_of(th_vocabulary_form f) {
  static const int turn[TH_VOCABULARY_FORMS] = {
    [TH_VOCABULARY_TABLE] = 0, [TH_VOCABULARY_NAMES] = 1,    [TH_VOCABULARY_PARENTS] = 2,
    [TH_VOCABULARY_XREFS] = 3, [TH_VOCABULARY_DRUGBANK] = 4, [TH_VOCABULARY_ATC] = 5,
  };
  return turn[f];
}

typedef struct table {
  th_vocabulary v;
  size_t at; /* by key */
} table;

static int by_turn(const void *p, const void *q) {
  const table *x = p, *y = q;
  const int d = turn_of(x->v.form) - turn_of(y->v.form);
  return d ? d : (x->at > y->at) - (x->at < y->at);
}

static th_code add_rows(th_arena *a, const th_vocabulary *v, th_name_rows *out, th_err *err) {
  for (size_t i = 0; i < v->rows.n; i++) {
    const th_vocabulary_row *x = &v->rows.v[i];
    if (x->kind == TH_VOCABULARY_GROUP) continue;
    const th_name_row row = { .kind = x->kind == TH_VOCABULARY_DRUG ? TH_NAME_DRUG : TH_NAME_DISEASE,
                              .id = x->id,
                              .en = x->en,
                              .zh = x->zh,
                              .synonyms = x->synonyms,
                              .parents = x->parents,
                              .source = x->source,
                              .xrefs = x->xrefs,
                              .groups = x->group,
                              .imported = v->form != TH_VOCABULARY_TABLE };
    if (!TH_VEC_PUSH(a, out, row)) return th_fail_nomem(err);
  }
  return TH_OK;
}

th_code th_store_name_rows(th_arena *a, th_store *s, th_name_rows *out, th_err *err) {
  th_store_record_vec records;
  *out = (th_name_rows){ 0 };
  TH_TRY(th_names_builtin(a, out, err));
  TH_TRY(th_store_records(a, s, TH_S("vocabulary"), &records, err));
  table *t = TH_NEWN(a, table, records.n + 1);
  if (!t) return th_fail_nomem(err);
  for (size_t i = 0; i < records.n; i++) {
    TH_TRY(th_store_vocabulary_of(a, &records.v[i], &t[i].v, err));
    t[i].at = i;
  }
  qsort(t, records.n, sizeof *t, by_turn);
  for (size_t i = 0; i < records.n; i++) TH_TRY(add_rows(a, &t[i].v, out, err));
  return TH_OK;
}

/* ── The index ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* What the index is to be made from: the program's version and built-in rows, and the content of every vocabulary. */
static th_code key_now(th_arena *a, th_store *s, char hex[TH_SHA256_HEX], size_t *n, th_err *err) {
  sqlite3_stmt *st;
  bool row = true;
  th_buf b;
  th_name_rows builtin = { 0 };
  th_buf_init(&b, a, 4096);
  TH_TRY(th_names_builtin(a, &builtin, err));
  th_buf_addz(&b, THERIAC_VERSION "\n");
  for (size_t i = 0; i < builtin.n; i++) {
    const th_name_row *r = &builtin.v[i];
    const th_str text[] = { r->id, r->en, r->zh, r->synonyms, r->parents };
    for (size_t k = 0; k < sizeof text / sizeof *text; k++) {
      th_buf_add(&b, text[k]);
      th_buf_addc(&b, '\n');
    }
  }
  TH_TRY(th_store__stmt(s, "SELECT content FROM record WHERE kind = 'vocabulary' AND current = 1 ORDER BY key", &st, err));
  for (*n = 0;; ++*n) {
    TH_TRY(th_store__step(s, st, &row, err));
    if (!row) break;
    th_buf_addz(&b, (const char *)sqlite3_column_text(st, 0));
  }
  if (b.failed) return th_fail_nomem(err);
  th_sha256_hex(th_buf_str(&b), hex);
  return TH_OK;
}

/* True when the kept index is there, whole, and made from this. */
static bool open_kept(th_arena *a, const char *path, const char *key, th_names **out) {
  th_str bytes;
  const th_arena_mark mark = th_arena_save(a);
  if (th_file_load(a, path, 0, &bytes, NULL) == TH_OK && th_names_open(a, bytes, out, NULL) == TH_OK &&
      th_str_is(th_names_key(*out), key))
    return true;
  th_arena_rewind(a, mark);
  return false;
}

th_code th_store_names(th_arena *a, th_store *s, th_names **out, th_err *err) {
  char hex[TH_SHA256_HEX], path[TH_LIMIT_PATH_BYTES + 32];
  size_t n = 0;
  if (!s) return th_names_builtin_index(a, out, err);
  TH_TRY(key_now(a, s, hex, &n, err));
  if (n == 0) return th_names_builtin_index(a, out, err);
  snprintf(path, sizeof path, "%s/" NAMES_FILE, s->home);
  if (open_kept(a, path, hex, out)) return TH_OK;
  /* what it takes to make the index is much larger than the index: it does not stay */
  th_arena *work = th_arena_new(0);
  if (!work) return th_fail_nomem(err);
  th_name_rows rows;
  th_str bytes = TH_STR_NONE;
  th_code code = th_store_name_rows(work, s, &rows, err);
  if (code == TH_OK) code = th_names_pack(work, &rows, th_str_of(hex), &bytes, err);
  if (code == TH_OK) {
    (void)th_file_write(path, bytes, NULL); /* a home that cannot be written is no error: the index is made again next time */
    char *p = th_arena_alloc_n(a, bytes.n, 1, 16);
    if (!p) code = th_fail_nomem(err);
    if (p) memcpy(p, bytes.p, bytes.n);
    bytes.p = p;
  }
  th_arena_del(work);
  return code == TH_OK ? th_names_open(a, bytes, out, err) : code;
}
