/* Shortlists of predictions: each version is the whole list. */
#include "store/store_priv.h"

#define COLUMNS "l.id, v.version, v.name, v.note, v.model, v.withdrawn, v.who, v.at, v.dossier, v.generation"
#define FROM    " FROM shortlist l JOIN shortlist_version v ON v.shortlist_id = l.id WHERE "
#define NEWEST  "v.version = (SELECT max(w.version) FROM shortlist_version w WHERE w.shortlist_id = l.id)"

static th_code row_next(th_arena *a, th_store *s, sqlite3_stmt *st, bool *row, th_shortlist *l, th_err *err) {
  TH_TRY(th_store__step(s, st, row, err));
  if (!*row) return TH_OK;
  *l = (th_shortlist){ .id = sqlite3_column_int64(st, 0),
                       .version = (uint32_t)sqlite3_column_int64(st, 1),
                       .name = th_store__text(a, st, 2),
                       .note = th_store__text(a, st, 3),
                       .model = th_store__text(a, st, 4),
                       .withdrawn = sqlite3_column_int(st, 5) != 0 };
  if (l->name.p && l->note.p && l->model.p && th_store__hand_row(a, st, 6, &l->hand)) return TH_OK;
  sqlite3_reset(st);
  return th_fail_nomem(err);
}

static th_code items(th_arena *a, th_store *s, th_shortlist *l, th_err *err) {
  TH_VEC(th_shortlist_item) v = { 0 };
  sqlite3_stmt *st;
  TH_TRY(th_store__stmt(s,
                        "SELECT drug, disease, rank, score, why, negative FROM shortlist_item "
                        "WHERE shortlist_id = ?1 AND version = ?2 ORDER BY n",
                        &st, err));
  sqlite3_bind_int64(st, 1, l->id);
  sqlite3_bind_int64(st, 2, l->version);
  for (bool row = true;;) {
    TH_TRY(th_store__step(s, st, &row, err));
    if (!row) break;
    const th_shortlist_item one = { th_store__text(a, st, 0), th_store__text(a, st, 1), sqlite3_column_int64(st, 2),
                                    th_store__text(a, st, 3), th_store__text(a, st, 4), sqlite3_column_int(st, 5) != 0 };
    if (one.drug.p && one.disease.p && one.score.p && one.why.p && TH_VEC_PUSH(a, &v, one)) continue;
    sqlite3_reset(st);
    return th_fail_nomem(err);
  }
  l->item = v.v;
  l->n = (uint32_t)v.n;
  return TH_OK;
}

th_code th_store_shortlist_get(th_arena *a, th_store *s, int64_t id, uint32_t version, th_shortlist *out, th_err *err) {
  sqlite3_stmt *st;
  bool row;
  TH_TRY(th_store__stmt(s, "SELECT " COLUMNS FROM "l.id = ?1 AND (v.version = ?2 OR ?2 = 0) ORDER BY v.version DESC LIMIT 1",
                        &st, err));
  sqlite3_bind_int64(st, 1, id);
  sqlite3_bind_int64(st, 2, version);
  const th_code code = row_next(a, s, st, &row, out, err);
  sqlite3_reset(st);
  TH_TRY(code);
  if (!row) return th_fail(err, TH_ENOENT, "no shortlist %lld of this version is kept here", (long long)id);
  return items(a, s, out, err);
}

th_code th_store_shortlist_all(th_arena *a, th_store *s, th_shortlists *out, th_err *err) {
  sqlite3_stmt *st;
  th_shortlist l;
  *out = (th_shortlists){ 0 };
  TH_TRY(th_store__stmt(s, "SELECT " COLUMNS FROM NEWEST " ORDER BY l.id", &st, err));
  for (bool row = true;;) {
    TH_TRY(row_next(a, s, st, &row, &l, err));
    if (!row) break;
    if (TH_VEC_PUSH(a, out, l)) continue;
    sqlite3_reset(st);
    return th_fail_nomem(err);
  }
  for (size_t i = 0; i < out->n; i++) TH_TRY(items(a, s, &out->v[i], err));
  return TH_OK;
}

/* ── Keeping ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code check(const th_shortlist *l, th_err *err) {
  TH_TRY(th_store__hand_check(&l->hand, err));
  TH_TRY(th_store__name_check(l->name, "the name of the shortlist", true, err));
  TH_TRY(th_store__name_check(l->model, "the model", false, err));
  TH_TRY(th_store__remark_text_check(l->note, "the note of the shortlist", err));
  if (l->n > TH_LIMIT_SHORTLIST_ITEMS)
    return th_fail(err, TH_ELIMIT, "a shortlist of %u: TH_LIMIT_SHORTLIST_ITEMS (%d)", l->n, TH_LIMIT_SHORTLIST_ITEMS);
  for (uint32_t i = 0; i < l->n; i++) {
    TH_TRY(th_store__name_check(l->item[i].drug, "the drug of an item", true, err));
    TH_TRY(th_store__name_check(l->item[i].disease, "the disease of an item", true, err));
    TH_TRY(th_store__name_check(l->item[i].score, "the score of an item", false, err));
    TH_TRY(th_store__remark_text_check(l->item[i].why, "why an item was kept", err));
  }
  return TH_OK;
}

static bool says_the_same(const th_shortlist *x, const th_shortlist *y) {
  bool same = th_str_eq(x->name, y->name) && th_str_eq(x->note, y->note) && th_str_eq(x->model, y->model) &&
              x->withdrawn == y->withdrawn && x->n == y->n;
  for (uint32_t i = 0; same && i < x->n; i++) {
    const th_shortlist_item *p = &x->item[i], *q = &y->item[i];
    same = th_str_eq(p->drug, q->drug) && th_str_eq(p->disease, q->disease) && p->rank == q->rank &&
           th_str_eq(p->score, q->score) && th_str_eq(p->why, q->why) && p->negative == q->negative;
  }
  return same;
}

static th_code version_add(th_store *s, const th_shortlist *l, th_err *err) {
  sqlite3_stmt *st;
  TH_TRY(th_store__stmt(s,
                        "INSERT INTO shortlist_version (shortlist_id, version, name, note, model, withdrawn, who, at, dossier, "
                        "generation) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                        &st, err));
  sqlite3_bind_int64(st, 1, l->id);
  sqlite3_bind_int64(st, 2, l->version);
  th_store__bind(st, 3, l->name);
  th_store__bind(st, 4, l->note);
  th_store__bind(st, 5, l->model);
  sqlite3_bind_int(st, 6, l->withdrawn);
  th_store__hand_bind(st, 7, &l->hand);
  TH_TRY(th_store__run(s, st, err));
  for (uint32_t i = 0; i < l->n; i++) {
    TH_TRY(th_store__stmt(s, "INSERT INTO shortlist_item VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)", &st, err));
    sqlite3_bind_int64(st, 1, l->id);
    sqlite3_bind_int64(st, 2, l->version);
    sqlite3_bind_int64(st, 3, i);
    th_store__bind(st, 4, l->item[i].drug);
    th_store__bind(st, 5, l->item[i].disease);
    sqlite3_bind_int64(st, 6, l->item[i].rank);
    th_store__bind(st, 7, l->item[i].score);
    th_store__bind(st, 8, l->item[i].why);
    sqlite3_bind_int(st, 9, l->item[i].negative);
    TH_TRY(th_store__run(s, st, err));
  }
  return TH_OK;
}

th_code th_store_shortlist_put(th_arena *a, th_store *s, th_shortlist *l, bool *same, th_err *err) {
  th_shortlist newest;
  *same = false;
  TH_TRY(th_store__need_write(s, err));
  TH_TRY(check(l, err));
  if (l->id == 0) {
    sqlite3_stmt *st;
    TH_TRY(th_store__stmt(s, "INSERT INTO shortlist DEFAULT VALUES", &st, err));
    TH_TRY(th_store__run(s, st, err));
    l->id = sqlite3_last_insert_rowid(s->db);
    l->version = 1;
    return version_add(s, l, err);
  }
  TH_TRY(th_store_shortlist_get(a, s, l->id, 0, &newest, err));
  *same = says_the_same(&newest, l);
  if (*same) {
    *l = newest;
    return TH_OK;
  }
  l->version = newest.version + 1;
  return version_add(s, l, err);
}
