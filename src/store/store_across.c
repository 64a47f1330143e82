/* Rows that go across records: claimed pairs and searches; and the structs back from a record's body. */
#include "store/put_priv.h"

static th_store_place place_row(th_arena *a, sqlite3_stmt *st, int col) {
  return (th_store_place){ th_store__text(a, st, col), (uint64_t)sqlite3_column_int64(st, col + 1),
                           (uint64_t)sqlite3_column_int64(st, col + 2) };
}

static bool claim_row(th_arena *a, sqlite3_stmt *st, th_store_claim *c) {
  *c = (th_store_claim){ .record_id = sqlite3_column_int64(st, 0), .n = (uint32_t)sqlite3_column_int64(st, 1) };
  c->rank = th_store__text(a, st, 2);
  c->score = th_store__text(a, st, 3);
  c->level = th_store__text(a, st, 4);
  c->decision = th_store__text(a, st, 5);
  c->place = place_row(a, st, 6);
  return c->rank.p && c->score.p && c->level.p && c->decision.p && c->place.path.p &&
         th_store__entity_row(a, st, 9, &c->drug) && th_store__entity_row(a, st, 12, &c->disease);
}

th_code th_store_claims(th_arena *a, th_store *s, int64_t drug_id, int64_t disease_id, th_store_claim_vec *out, th_err *err) {
  sqlite3_stmt *st;
  *out = (th_store_claim_vec){ 0 };
  TH_TRY(th_store__stmt(s,
                        "SELECT c.record_id, c.n, c.rank, c.score, c.level, c.decision, c.path, c.span_from, c.span_to, "
                        "g.id, g.key, g.name, x.id, x.key, x.name "
                        "FROM pair_claim c JOIN record r ON r.id = c.record_id JOIN drug g ON g.id = c.drug_id "
                        "JOIN disease x ON x.id = c.disease_id "
                        "WHERE r.current = 1 AND (?1 = 0 OR c.drug_id = ?1) AND (?2 = 0 OR c.disease_id = ?2) "
                        "ORDER BY g.key, r.kind, r.key, c.n",
                        &st, err));
  sqlite3_bind_int64(st, 1, drug_id);
  sqlite3_bind_int64(st, 2, disease_id);
  for (bool row = true;;) {
    TH_TRY(th_store__step(s, st, &row, err));
    if (!row) return TH_OK;
    th_store_claim *c = TH_VEC_ADD(a, out);
    if (!c || !claim_row(a, st, c)) {
      sqlite3_reset(st);
      return th_fail_nomem(err);
    }
  }
}

static int64_t count_row(sqlite3_stmt *st, int col) {
  return sqlite3_column_type(st, col) == SQLITE_NULL ? -1 : sqlite3_column_int64(st, col);
}

static th_capture_source source_named(th_str name) {
  for (int i = 0; i < TH_CAPTURE_OTHER; i++)
    if (th_str_is(name, th_capture_source_name((th_capture_source)i))) return (th_capture_source)i;
  return TH_CAPTURE_OTHER;
}

static bool search_row(th_arena *a, sqlite3_stmt *st, th_store_search_run *x) {
  *x = (th_store_search_run){ .record_id = sqlite3_column_int64(st, 0), .key = th_store__text(a, st, 1) };
  const th_str source = th_store__text(a, st, 2), state = th_store__text(a, st, 3);
  if (!source.p || !state.p) return false;
  x->source = source_named(source);
  th_search_state_find(state, &x->state);
  x->query = th_store__text(a, st, 4);
  x->queried_on = th_store__date(st, 5);
  x->in_source = count_row(st, 6);
  x->kept = count_row(st, 7);
  x->incomplete = sqlite3_column_int(st, 8) != 0;
  x->place = place_row(a, st, 9);
  return x->key.p && x->query.p && x->place.path.p && th_store__entity_row(a, st, 12, &x->drug) &&
         th_store__entity_row(a, st, 15, &x->disease);
}

th_code th_store_searches(th_arena *a, th_store *s, int64_t drug_id, int64_t disease_id, th_store_search_vec *out,
                          th_err *err) {
  sqlite3_stmt *st;
  *out = (th_store_search_vec){ 0 };
  TH_TRY(
      th_store__stmt(s,
                     "SELECT c.record_id, r.key, c.source, c.state, c.query, c.queried_on, c.in_source, c.kept, c.incomplete, "
                     "c.path, c.span_from, c.span_to, g.id, g.key, g.name, x.id, x.key, x.name "
                     "FROM search c JOIN record r ON r.id = c.record_id LEFT JOIN drug g ON g.id = c.drug_id "
                     "LEFT JOIN disease x ON x.id = c.disease_id "
                     "WHERE r.current = 1 AND (?1 = 0 OR c.drug_id = ?1) AND (?2 = 0 OR c.disease_id = ?2) "
                     "ORDER BY g.key, x.key, c.source, c.queried_on, r.key, c.n",
                     &st, err));
  sqlite3_bind_int64(st, 1, drug_id);
  sqlite3_bind_int64(st, 2, disease_id);
  for (bool row = true;;) {
    TH_TRY(th_store__step(s, st, &row, err));
    if (!row) return TH_OK;
    th_store_search_run *x = TH_VEC_ADD(a, out);
    if (!x || !search_row(a, st, x)) {
      sqlite3_reset(st);
      return th_fail_nomem(err);
    }
  }
}

/* ── Structs back ──────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code decode(th_arena *a, const th_store_record *r, const char *kind, const th_codec *c, void *out, th_err *err) {
  if (!th_str_is(r->kind, kind))
    return th_fail(err, TH_EBUG, "a record of kind %.*s was read as %s", TH_STR_ARG(r->kind), kind);
  return th_store__decode(a, c, r->body, out, err);
}

th_code th_store_report_of(th_arena *a, const th_store_record *r, th_report_page *out, th_err *err) {
  return decode(a, r, "report-page", &th_store__codec_report_page, out, err);
}

/* {"t":"…","at":[from,to,line]}, either left out where there is nothing; the token is at its brace. */
static th_code read_field(th_jread *j, th_field *out, th_err *err) {
  uint32_t *const place[] = { &out->from, &out->to, &out->line };
  size_t n = 3;
  for (;;) {
    TH_TRY(th_jread_next(j, err));
    int64_t v;
    if (j->tok == TH_J_OBJ_END || j->tok == TH_J_END) return TH_OK;
    if (j->tok == TH_J_ARR) n = 0;
    if (j->tok == TH_J_STRING) out->text = j->text;
    if (j->tok == TH_J_NUMBER && n < 3 && th_str_to_i64(j->text, &v)) *place[n++] = (uint32_t)v;
  }
}

th_code th_store_report_lead(th_arena *a, const th_store_record *r, th_field *drug, th_field *original, th_err *err) {
  th_jread j;
  *drug = (th_field){ 0 };
  if (original) *original = (th_field){ 0 };
  if (!th_str_is(r->kind, "report-page"))
    return th_fail(err, TH_EBUG, "a record of kind %.*s was read as report-page", TH_STR_ARG(r->kind));
  th_jread_open(&j, a, r->body);
  TH_TRY(th_jread_next(&j, err));
  for (;;) {
    TH_TRY(th_jread_next(&j, err));
    if (j.tok != TH_J_KEY) return TH_OK;
    const bool is_drug = th_str_is(j.text, "drug"), is_original = original && th_str_is(j.text, "original");
    TH_TRY(th_jread_next(&j, err));
    if (j.tok != TH_J_OBJ || (!is_drug && !is_original)) {
      TH_TRY(th_jread_skip(&j, err));
      continue;
    }
    TH_TRY(read_field(&j, is_drug ? drug : original, err));
    if (is_original || !original) return TH_OK;
  }
}

th_code th_store_abstract_of(th_arena *a, const th_store_record *r, th_abstract_doc *out, th_err *err) {
  return decode(a, r, "abstract", &th_store__codec_abstract, out, err);
}

th_code th_store_trial_of(th_arena *a, const th_store_record *r, th_trial_page *out, th_err *err) {
  return decode(a, r, "trial-page", &th_store__codec_trial_page, out, err);
}

th_code th_store_coverage_of(th_arena *a, const th_store_record *r, th_coverage_text *out, th_err *err) {
  return decode(a, r, "coverage-text", &th_store__codec_coverage, out, err);
}

th_code th_store_capture_of(th_arena *a, const th_store_record *r, th_capture *out, th_err *err) {
  return decode(a, r, "capture", &th_store__codec_capture, out, err);
}
