/* Is every sealed record there, and does it open? */
#include "store/cases_priv.h"

enum { FAULTS = 50 };

static th_code fault(th_arena *a, th_cases_state *out, th_str what, th_err *err) {
  if (!what.p) return th_fail_nomem(err);
  if (out->fault.n >= FAULTS) return TH_OK;
  return TH_VEC_PUSH(a, &out->fault, what) ? TH_OK : th_fail_nomem(err);
}

static th_code database(th_arena *a, th_cases *c, th_cases_state *out, th_err *err) {
  sqlite3_stmt *st;
  TH_TRY(th_store__stmt(c->db, "PRAGMA integrity_check(20)", &st, err));
  for (bool row = true;;) {
    TH_TRY(th_store__step(c->db, st, &row, err));
    if (!row) return TH_OK;
    const th_str said = th_store__text(a, st, 0);
    if (!th_str_is(said, "ok")) TH_TRY(fault(a, out, th_str_fmt(a, "cases.db: %.*s", TH_STR_ARG(said)), err));
  }
}

/* A record that does not open is a fault that is told; a want of memory or a failing disk ends the check. */
static th_code opened(th_arena *a, th_cases_state *out, th_code code, const th_err *why, th_err *err) {
  if (code == TH_OK) return TH_OK;
  if (code == TH_EPARSE || code == TH_ENOENT) return fault(a, out, th_str_dup(a, th_str_of(why->msg)), err);
  if (err && err->code == TH_OK) *err = *why;
  return code;
}

static th_code bodies(th_arena *a, th_cases *c, th_str id, th_cases_state *out, th_err *err) {
  th_case_heads all;
  th_code code = th_cases_versions(a, c, id, &all, err);
  th_arena *one = code == TH_OK ? th_arena_new(0) : NULL;
  if (code == TH_OK && !one) code = th_fail_nomem(err);
  for (size_t i = 0; code == TH_OK && i < all.n; i++) {
    th_case_head head;
    th_str body;
    th_err why = { 0 };
    const th_code got = th_cases_get(one, c, id, all.v[i].version, &head, &body, &why);
    code = opened(a, out, got, &why, err);
    th_arena_reset(one);
  }
  th_arena_del(one);
  return code;
}

static th_code attachments(th_arena *a, th_cases *c, th_str id, th_cases_state *out, th_err *err) {
  th_case_attachments all;
  th_code code = th_cases_attachments(a, c, id, &all, err);
  th_arena *one = code == TH_OK ? th_arena_new(0) : NULL;
  if (code == TH_OK && !one) code = th_fail_nomem(err);
  for (size_t i = 0; code == TH_OK && i < all.n; i++) {
    th_case_attachment m;
    th_str bytes = TH_STR_NONE;
    th_err why = { 0 };
    const th_code got = th_cases_attachment_get(one, c, all.v[i].id, &m, &bytes, &why);
    out->bytes += bytes.n;
    code = opened(a, out, got, &why, err);
    th_arena_reset(one);
  }
  th_arena_del(one);
  return code;
}

th_code th_cases_check(th_arena *a, th_cases *c, th_cases_state *out, th_err *err) {
  th_case_heads all;
  TH_TRY(th_cases_verify(a, c, TH_STR_NONE, out, err));
  TH_TRY(database(a, c, out, err));
  TH_TRY(th_cases_list(a, c, &all, err));
  for (size_t i = 0; i < all.n; i++) {
    TH_TRY(bodies(a, c, all.v[i].id, out, err));
    TH_TRY(attachments(a, c, all.v[i].id, out, err));
  }
  return TH_OK;
}
