/* Tables of interactions, cautions and licences: one record a table, a row a row. */
#include "store/put_priv.h"

/* Names recur in every other row: each is folded once. */
typedef struct folder {
  th_map seen; /* name → index + 1 in folded */
  th_str_vec folded;
} folder;

static th_str fold_once(th_store__put *p, folder *f, th_str name) {
  bool is_new = false;
  uint64_t *at = p->code == TH_OK ? th_map_at(&f->seen, name, &is_new) : NULL;
  if (!at) {
    if (p->code == TH_OK) p->code = th_fail_nomem(p->err);
    return TH_S("");
  }
  if (is_new) {
    th_str folded;
    p->code = th_store__fold(p->a, name, &folded, p->err);
    if (p->code == TH_OK && !TH_VEC_PUSH(p->a, &f->folded, folded)) p->code = th_fail_nomem(p->err);
    if (p->code != TH_OK) return TH_S("");
    *at = f->folded.n;
  }
  return f->folded.v[*at - 1];
}

static bool table_begin(th_store__put *p, const char *kind, const th_codec *c, const void *t, const th_store_document *d,
                        th_store_added *added) {
  *p->r = (th_store_record){ .kind = th_str_of(kind), .key = th_store__table_key(d), .doc = *d, .to = d->bytes };
  p->r->title = p->r->key;
  *added = TH_STORE_SAME;
  p->code = th_store__encode(p->a, c, t, false, &p->r->body, p->err);
  if (p->code == TH_OK) p->code = th_store_record_add(p->s, p->r, d->sha256, added, p->err);
  return p->code == TH_OK && *added != TH_STORE_SAME;
}

/* ── Interactions ──────────────────────────────────────────────────────────────────────────────────────────────────── */

static void put_interaction(th_store__put *p, folder *f, const th_ddinter_row *x) {
  const th_str a = fold_once(p, f, x->name_a), b = fold_once(p, f, x->name_b);
  sqlite3_stmt *st = th_store__put_stmt(
      p, "INSERT INTO interaction(record_id, line, code_a, name_a, folded_a, code_b, name_b, folded_b, severity, label) "
         "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
  if (!st) return;
  const th_str text[] = { x->id_a, x->name_a, a, x->id_b, x->name_b, b, th_str_of(th_severity_name(x->severity)), x->label };
  sqlite3_bind_int64(st, 2, x->line);
  for (int i = 0; i < 8; i++) th_store__bind(st, 3 + i, text[i]);
  th_store__put_run(p, st);
}

th_code th_store_ddinter_put(th_arena *a, th_store *s, const th_store_document *d, const th_ddinter_table *t,
                             th_store_record *r, th_store_added *added, th_err *err) {
  th_store__put p = { a, s, r, TH_OK, err };
  if (!table_begin(&p, "ddinter", &th_store__codec_ddinter_table, t, d, added)) return p.code;
  folder f = { 0 };
  th_map_init(&f.seen, a);
  for (size_t i = 0; i < t->rows.n && p.code == TH_OK; i++) put_interaction(&p, &f, &t->rows.v[i]);
  return p.code;
}

/* ── Cautions ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void put_caution(th_store__put *p, folder *f, const th_caution_row *x, size_t n) {
  static const char *const kind[] = { "disease", "food", "herb" };
  const th_str folded = fold_once(p, f, x->drug.text);
  const th_arena_mark mark = th_arena_save(p->a);
  th_str body;
  if (p->code == TH_OK) p->code = th_store__encode(p->a, &th_store__codec_caution, x, false, &body, p->err);
  sqlite3_stmt *st =
      th_store__put_stmt(p, "INSERT INTO caution(record_id, n, folded, kind, severity, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
  if (st) {
    sqlite3_bind_int64(st, 2, (sqlite3_int64)n);
    th_store__bind(st, 3, folded);
    th_store__bind(st, 4, th_str_of(kind[x->kind]));
    th_store__bind(st, 5, th_str_of(th_severity_name(x->severity)));
    th_store__bind(st, 6, body);
    th_store__put_run(p, st);
  }
  if (p->code == TH_OK) {
    const th_str title = th_str_fmt(p->a, "%.*s: %.*s", TH_STR_ARG(x->drug.text), TH_STR_ARG(x->subject.text));
    if (!title.p) p->code = th_fail_nomem(p->err);
    th_store__put_passage(p, th_store__path(p, "rows", n, "text"), x->text, "", title, x->text.text);
  }
  th_arena_rewind(p->a, mark);
}

th_code th_store_caution_put(th_arena *a, th_store *s, const th_store_document *d, const th_caution_table *t,
                             th_store_record *r, th_store_added *added, th_err *err) {
  th_store__put p = { a, s, r, TH_OK, err };
  if (!table_begin(&p, "cautions", &th_store__codec_caution_table, t, d, added)) return p.code;
  folder f = { 0 };
  th_map_init(&f.seen, a);
  for (size_t i = 0; i < t->rows.n && p.code == TH_OK; i++) fold_once(&p, &f, t->rows.v[i].drug.text);
  for (size_t i = 0; i < t->rows.n && p.code == TH_OK; i++) put_caution(&p, &f, &t->rows.v[i], i);
  return p.code;
}

/* ── Licences ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void put_ingredient(th_store__put *p, int64_t licence, size_t n, th_str name, bool as_base) {
  th_str folded;
  if (p->code != TH_OK || name.n == 0) return;
  p->code = th_store__fold(p->a, name, &folded, p->err);
  if (p->code != TH_OK || folded.n == 0) return;
  sqlite3_stmt *st;
  p->code = th_store__stmt(p->s, "INSERT INTO licence_ingredient(folded, licence_id, n, as_base) VALUES (?1, ?2, ?3, ?4)", &st,
                           p->err);
  if (p->code != TH_OK) return;
  th_store__bind(st, 1, folded);
  sqlite3_bind_int64(st, 2, licence);
  sqlite3_bind_int64(st, 3, (sqlite3_int64)n);
  sqlite3_bind_int(st, 4, as_base);
  th_store__put_run(p, st);
}

static void put_licence(th_store__put *p, const th_tfda_licence *x, size_t n) {
  char day[TH_DATE_TEXT];
  th_str body;
  if (p->code == TH_OK) p->code = th_store__encode(p->a, &th_store__codec_licence, x, false, &body, p->err);
  sqlite3_stmt *st = th_store__put_stmt(
      p, "INSERT INTO licence(record_id, n, number, expires, cancelled, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
  if (!st) return;
  sqlite3_bind_int64(st, 2, (sqlite3_int64)n);
  th_store__bind(st, 3, x->text[TH_TFDA_NUMBER]);
  th_store__bind_date(st, 4, x->expires, day);
  sqlite3_bind_int(st, 5, x->text[TH_TFDA_CANCELLED].n > 0);
  th_store__bind(st, 6, body);
  th_store__put_run(p, st);
  const int64_t id = sqlite3_last_insert_rowid(p->s->db);
  for (size_t i = 0; i < x->ingredients.n; i++) {
    put_ingredient(p, id, i, x->ingredients.v[i].name, false);
    put_ingredient(p, id, i, x->ingredients.v[i].base, true);
  }
}

th_code th_store_tfda_put(th_arena *a, th_store *s, const th_store_document *d, const th_tfda_register *t, th_store_record *r,
                          th_store_added *added, th_err *err) {
  th_store__put p = { a, s, r, TH_OK, err };
  if (!table_begin(&p, "tfda", &th_store__codec_tfda_register, t, d, added)) return p.code;
  for (size_t i = 0; i < t->rows.n && p.code == TH_OK; i++) {
    const th_arena_mark mark = th_arena_save(a);
    put_licence(&p, &t->rows.v[i], i);
    th_arena_rewind(a, mark);
  }
  return p.code;
}
