/* Full-text search over the passages of current records. */
#include "store/ready_priv.h"

th_code th_store_passage_add(th_store *s, const th_store_passage *p, th_err *err) {
  return th_store__passage_add(s, p, NULL, err);
}

th_code th_store__passage_add(th_store *s, const th_store_passage *p, const th_store__cut cut[2], th_err *err) {
  TH_TRY(th_store__need_write(s, err));
  sqlite3_stmt *st;
  TH_TRY(th_store__stmt(s,
                        "INSERT INTO passage(record_id, path, span_from, span_to, lang, title, text) "
                        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                        &st, err));
  sqlite3_bind_int64(st, 1, p->record_id);
  th_store__bind(st, 2, p->place.path);
  sqlite3_bind_int64(st, 3, (sqlite3_int64)p->place.from);
  sqlite3_bind_int64(st, 4, (sqlite3_int64)p->place.to);
  th_store__bind(st, 5, p->lang);
  th_store__bind(st, 6, p->title);
  th_store__bind(st, 7, p->text);
  TH_TRY(th_store__run(s, st, err));
  const int64_t id = sqlite3_last_insert_rowid(s->db);
  TH_TRY(th_store__stmt(s, "INSERT INTO passage_text(rowid, title, text) VALUES (?1, ?2, ?3)", &st, err));
  sqlite3_bind_int64(st, 1, id);
  th_store__bind(st, 2, p->title);
  th_store__bind(st, 3, p->text);
  s->cut = cut;
  const th_code code = th_store__run(s, st, err);
  s->cut = NULL;
  return code;
}

typedef struct found {
  int64_t passage, record;
  double score;
} found;
typedef TH_VEC(found) found_vec;

/* Ranks alone, so that nothing large goes through the sorting. A word in the title weighs four times one in the text. */
static th_code rank(th_arena *a, th_store *s, th_str fts, th_str kind, uint32_t limit, uint32_t offset, found_vec *out,
                    th_err *err) {
  sqlite3_stmt *st;
  TH_TRY(th_store__stmt(s,
                        "SELECT p.id, p.record_id, bm25(passage_text, 4.0, 1.0) AS score "
                        "FROM passage_text t JOIN passage p ON p.id = t.rowid JOIN record r ON r.id = p.record_id "
                        "WHERE passage_text MATCH ?1 AND r.current = 1 AND (?2 = '' OR r.kind = ?2) "
                        "ORDER BY score, r.kind, r.key, p.id LIMIT ?3 OFFSET ?4",
                        &st, err));
  th_store__bind(st, 1, fts);
  th_store__bind(st, 2, kind);
  sqlite3_bind_int64(st, 3, limit ? limit : 50);
  sqlite3_bind_int64(st, 4, offset);
  for (bool row = true;;) {
    TH_TRY(th_store__step(s, st, &row, err));
    if (!row) return TH_OK;
    const found f = { sqlite3_column_int64(st, 0), sqlite3_column_int64(st, 1), -sqlite3_column_double(st, 2) };
    if (!TH_VEC_PUSH(a, out, f)) {
      sqlite3_reset(st);
      return th_fail_nomem(err);
    }
  }
}

static bool hit_row(th_arena *a, sqlite3_stmt *st, th_store_hit *h) {
  h->place = (th_store_place){ th_store__text(a, st, 0), (uint64_t)sqlite3_column_int64(st, 1),
                               (uint64_t)sqlite3_column_int64(st, 2) };
  h->title = th_store__text(a, st, 3);
  h->snippet = th_store__text(a, st, 4);
  return h->place.path.p && h->title.p && h->snippet.p;
}

static th_code show(th_arena *a, th_store *s, th_str fts, const found *f, th_store_hit *h, th_err *err) {
  sqlite3_stmt *st;
  bool row;
  h->score = f->score;
  TH_TRY(th_store__stmt(s,
                        "SELECT p.path, p.span_from, p.span_to, highlight(passage_text, 0, char(2), char(3)),"
                        " snippet(passage_text, 1, char(2), char(3), '…', 32) "
                        "FROM passage_text t JOIN passage p ON p.id = t.rowid WHERE passage_text MATCH ?1 AND t.rowid = ?2",
                        &st, err));
  th_store__bind(st, 1, fts);
  sqlite3_bind_int64(st, 2, f->passage);
  TH_TRY(th_store__step(s, st, &row, err));
  if (!row) return th_fail(err, TH_EPARSE, "the full-text index is damaged: run \"theriac doctor\"");
  const bool ok = hit_row(a, st, h);
  sqlite3_reset(st);
  TH_TRY(th_store__stmt(s,
                        "SELECT " TH_STORE__RECORD_COLUMNS_BRIEF " FROM record r JOIN document d ON d.id = r.document_id "
                        "WHERE r.id = ?1",
                        &st, err));
  sqlite3_bind_int64(st, 1, f->record);
  TH_TRY(th_store__step(s, st, &row, err));
  const th_code code = ok && row ? th_store__record_row(a, s, st, false, &h->record, err) : th_fail_nomem(err);
  sqlite3_reset(st);
  return code;
}

static th_code count_all(th_store *s, th_str fts, th_str kind, uint64_t *total, th_err *err) {
  sqlite3_stmt *st;
  bool row;
  TH_TRY(
      th_store__stmt(s,
                     "SELECT count(*) FROM passage_text t JOIN passage p ON p.id = t.rowid JOIN record r ON r.id = p.record_id "
                     "WHERE passage_text MATCH ?1 AND r.current = 1 AND (?2 = '' OR r.kind = ?2)",
                     &st, err));
  th_store__bind(st, 1, fts);
  th_store__bind(st, 2, kind);
  TH_TRY(th_store__step(s, st, &row, err));
  *total = row ? (uint64_t)sqlite3_column_int64(st, 0) : 0;
  sqlite3_reset(st);
  return TH_OK;
}

th_code th_store_search(th_arena *a, th_store *s, th_str query, th_str kind, uint32_t limit, uint32_t offset,
                        th_store_hit_vec *out, uint64_t *total, th_err *err) {
  *out = (th_store_hit_vec){ 0 };
  th_str fts;
  found_vec ranked = { 0 };
  TH_TRY(th_store__query(a, query, &fts, err));
  if (total) TH_TRY(count_all(s, fts, kind, total, err));
  TH_TRY(rank(a, s, fts, kind, limit, offset, &ranked, err));
  for (size_t i = 0; i < ranked.n; i++) {
    th_store_hit *h = TH_VEC_ADD(a, out);
    if (!h) return th_fail_nomem(err);
    TH_TRY(show(a, s, fts, &ranked.v[i], h, err));
  }
  return TH_OK;
}
