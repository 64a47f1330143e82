/* Notes and review states on dossiers, by version. */
#include "store/entity_priv.h"

th_code th_store_generation(th_store *s, int64_t *out, th_err *err) {
  return th_store__number(s->db, "SELECT coalesce(max(id), 0) FROM record", out, err);
}

static const char *const state_name[] = { "note", "reviewed", "questioned", "withdrawn" };

const char *th_remark_state_name(th_remark_state s) {
  return state_name[s];
}

static th_remark_state state_of(th_str name) {
  for (int i = 0; i < TH_REMARK_WITHDRAWN; i++)
    if (th_str_is(name, state_name[i])) return (th_remark_state)i;
  return TH_REMARK_WITHDRAWN;
}

th_code th_store__name_check(th_str text, const char *what, bool needed, th_err *err) {
  if (needed && th_str_empty(text)) return th_fail(err, TH_EINVAL, "%s is to be given", what);
  if (text.n <= TH_LIMIT_REMARK_NAME) return TH_OK;
  return th_fail(err, TH_ELIMIT, "%s has %zu bytes: TH_LIMIT_REMARK_NAME (%d)", what, text.n, TH_LIMIT_REMARK_NAME);
}

th_code th_store__remark_text_check(th_str text, const char *what, th_err *err) {
  if (text.n <= TH_LIMIT_REMARK_BYTES) return TH_OK;
  return th_fail(err, TH_ELIMIT, "%s has %zu bytes: TH_LIMIT_REMARK_BYTES (%d)", what, text.n, TH_LIMIT_REMARK_BYTES);
}

th_code th_store__hand_check(const th_store_hand *h, th_err *err) {
  TH_TRY(th_store__name_check(h->who, "who says so", true, err));
  return th_store__name_check(h->dossier, "the version of the dossier", false, err);
}

void th_store__hand_bind(sqlite3_stmt *st, int at, const th_store_hand *h) {
  th_store__bind(st, at, h->who);
  sqlite3_bind_int64(st, at + 1, h->at);
  th_store__bind(st, at + 2, h->dossier);
  sqlite3_bind_int64(st, at + 3, h->generation);
}

bool th_store__hand_row(th_arena *a, sqlite3_stmt *st, int col, th_store_hand *h) {
  *h = (th_store_hand){ th_store__text(a, st, col), sqlite3_column_int64(st, col + 1), th_store__text(a, st, col + 2),
                        sqlite3_column_int64(st, col + 3) };
  return h->who.p && h->dossier.p;
}

/* ── Rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

#define COLUMNS "r.id, v.version, r.drug, r.disease, v.state, v.text, v.who, v.at, v.dossier, v.generation"
#define NEWEST  "v.version = (SELECT max(w.version) FROM remark_version w WHERE w.remark_id = r.id)"
#define FROM    " FROM remark r JOIN remark_version v ON v.remark_id = r.id WHERE "

static th_code row_next(th_arena *a, th_store *s, sqlite3_stmt *st, bool *row, th_store_remark *r, th_err *err) {
  TH_TRY(th_store__step(s, st, row, err));
  if (!*row) return TH_OK;
  const th_str state = th_store__text(a, st, 4);
  *r = (th_store_remark){ .id = sqlite3_column_int64(st, 0),
                          .version = (uint32_t)sqlite3_column_int64(st, 1),
                          .drug = th_store__text(a, st, 2),
                          .disease = th_store__text(a, st, 3),
                          .state = state_of(state),
                          .text = th_store__text(a, st, 5) };
  const bool ok = state.p && r->drug.p && r->disease.p && r->text.p && th_store__hand_row(a, st, 6, &r->hand);
  if (ok) return TH_OK;
  sqlite3_reset(st);
  return th_fail_nomem(err);
}

static th_code rows(th_arena *a, th_store *s, sqlite3_stmt *st, th_store_remarks *out, th_err *err) {
  th_store_remark r;
  *out = (th_store_remarks){ 0 };
  for (bool row = true;;) {
    TH_TRY(row_next(a, s, st, &row, &r, err));
    if (!row) return TH_OK;
    if (TH_VEC_PUSH(a, out, r)) continue;
    sqlite3_reset(st);
    return th_fail_nomem(err);
  }
}

th_code th_store_remarks_of(th_arena *a, th_store *s, th_str drug, const th_str *disease, th_store_remarks *out, th_err *err) {
  sqlite3_stmt *st;
  th_str folded, other = TH_S("");
  TH_TRY(th_store__fold(a, drug, &folded, err));
  if (disease) TH_TRY(th_store__fold(a, *disease, &other, err));
  TH_TRY(th_store__stmt(
      s, "SELECT " COLUMNS FROM "r.drug_folded = ?1 AND (?3 OR r.disease_folded = ?2) AND " NEWEST " ORDER BY r.id", &st, err));
  th_store__bind(st, 1, folded);
  th_store__bind(st, 2, other);
  sqlite3_bind_int(st, 3, !disease);
  return rows(a, s, st, out, err);
}

th_code th_store_remark_versions(th_arena *a, th_store *s, int64_t id, th_store_remarks *out, th_err *err) {
  sqlite3_stmt *st;
  TH_TRY(th_store__stmt(s, "SELECT " COLUMNS FROM "r.id = ?1 ORDER BY v.version", &st, err));
  sqlite3_bind_int64(st, 1, id);
  TH_TRY(rows(a, s, st, out, err));
  return out->n ? TH_OK : th_fail(err, TH_ENOENT, "no remark %lld is kept here", (long long)id);
}

th_code th_store_review(th_arena *a, th_store *s, th_str drug, th_str disease, bool *found, th_store_remark *out, th_err *err) {
  sqlite3_stmt *st;
  th_str folded, other;
  TH_TRY(th_store__fold(a, drug, &folded, err));
  TH_TRY(th_store__fold(a, disease, &other, err));
  TH_TRY(th_store__stmt(s,
                        "SELECT " COLUMNS FROM "r.drug_folded = ?1 AND r.disease_folded = ?2 AND " NEWEST
                        " AND v.state IN ('reviewed', 'questioned') ORDER BY v.n DESC LIMIT 1",
                        &st, err));
  th_store__bind(st, 1, folded);
  th_store__bind(st, 2, other);
  const th_code code = row_next(a, s, st, found, out, err);
  sqlite3_reset(st);
  return code;
}

/* ── Keeping ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool says_the_same(const th_store_remark *x, const th_store_remark *y) {
  return x->state == y->state && th_str_eq(x->text, y->text) && th_str_eq(x->hand.who, y->hand.who) &&
         th_str_eq(x->hand.dossier, y->hand.dossier) && x->hand.generation == y->hand.generation;
}

static th_code version_add(th_store *s, const th_store_remark *r, th_err *err) {
  sqlite3_stmt *st;
  TH_TRY(th_store__stmt(s,
                        "INSERT INTO remark_version (remark_id, version, state, text, who, at, dossier, generation) "
                        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                        &st, err));
  sqlite3_bind_int64(st, 1, r->id);
  sqlite3_bind_int64(st, 2, r->version);
  th_store__bind(st, 3, th_str_of(state_name[r->state]));
  th_store__bind(st, 4, r->text);
  th_store__hand_bind(st, 5, &r->hand);
  return th_store__run(s, st, err);
}

static th_code add(th_arena *a, th_store *s, th_store_remark *r, bool *same, th_err *err) {
  sqlite3_stmt *st;
  th_store_remarks all;
  th_str drug, disease;
  TH_TRY(th_store_remarks_of(a, s, r->drug, &r->disease, &all, err));
  for (size_t i = 0; i < all.n; i++) {
    if (!says_the_same(&all.v[i], r)) continue;
    *same = true;
    *r = all.v[i];
    return TH_OK;
  }
  TH_TRY(th_store__fold(a, r->drug, &drug, err));
  TH_TRY(th_store__fold(a, r->disease, &disease, err));
  TH_TRY(
      th_store__stmt(s, "INSERT INTO remark (drug, drug_folded, disease, disease_folded) VALUES (?1, ?2, ?3, ?4)", &st, err));
  th_store__bind(st, 1, r->drug);
  th_store__bind(st, 2, drug);
  th_store__bind(st, 3, r->disease);
  th_store__bind(st, 4, disease);
  TH_TRY(th_store__run(s, st, err));
  r->id = sqlite3_last_insert_rowid(s->db);
  r->version = 1;
  return version_add(s, r, err);
}

th_code th_store_remark_put(th_arena *a, th_store *s, th_store_remark *r, bool *same, th_err *err) {
  th_store_remarks all;
  *same = false;
  TH_TRY(th_store__need_write(s, err));
  TH_TRY(th_store__hand_check(&r->hand, err));
  TH_TRY(th_store__remark_text_check(r->text, "the note", err));
  if (r->state == TH_REMARK_NOTE && th_str_empty(th_str_trim(r->text))) return th_fail(err, TH_EINVAL, "the note is empty");
  if (r->id == 0) {
    TH_TRY(th_store__name_check(r->drug, "the drug", true, err));
    TH_TRY(th_store__name_check(r->disease, "the disease", false, err));
    return add(a, s, r, same, err);
  }
  TH_TRY(th_store_remark_versions(a, s, r->id, &all, err));
  const th_store_remark *newest = &all.v[all.n - 1];
  *same = says_the_same(newest, r);
  if (*same) {
    *r = *newest;
    return TH_OK;
  }
  r->version = newest->version + 1;
  r->drug = newest->drug;
  r->disease = newest->disease;
  return version_add(s, r, err);
}
