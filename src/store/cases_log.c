/* The log of the cases: who did what to which id. Each entry's hash covers the entry and the hash before it, with a key: nobody who
 * lacks the key can change, leave out or put in an entry so that the chain still holds. What was cut off at its end shows by the
 * records that have no entry, and by a hash noted elsewhere. */
#include "store/cases_priv.h"

enum { HASH = crypto_generichash_BYTES };

static void hash_text(crypto_generichash_state *h, th_str text) {
  const uint64_t n = text.n;
  unsigned char le[8];
  for (int i = 0; i < 8; i++) le[i] = (unsigned char)(n >> 8 * i);
  crypto_generichash_update(h, le, sizeof le);
  crypto_generichash_update(h, (const unsigned char *)(text.p ? text.p : ""), text.n);
}

static void entry_hash(const th_cases *c, const th_cases_entry *e, const char *before, char out[65]) {
  crypto_generichash_state h;
  unsigned char digest[HASH];
  char number[96];
  const int n = snprintf(number, sizeof number, "%llu %lld %u", (unsigned long long)e->n, (long long)e->at, e->version);
  crypto_generichash_init(&h, c->key.chain, sizeof c->key.chain, sizeof digest);
  hash_text(&h, th_str_of(before));
  hash_text(&h, th_str_n(number, (size_t)n));
  hash_text(&h, e->did);
  hash_text(&h, e->id);
  hash_text(&h, e->who);
  crypto_generichash_final(&h, digest, sizeof digest);
  sodium_bin2hex(out, 65, digest, sizeof digest);
}

static th_cases__place who_place(const th_cases_entry *e) {
  return (th_cases__place){ .table = "entry", .id = e->id, .n = e->n, .at = e->at };
}

th_code th_cases__entry_add(th_arena *a, th_cases *c, th_cases_act act, const char *did, th_str id, uint32_t version,
                            th_err *err) {
  sqlite3_stmt *st;
  bool row;
  char before[65] = "";
  th_cases_entry e = { .n = 1, .at = act.at, .who = act.who, .did = th_str_of(did), .id = id, .version = version };
  th_str who;
  TH_TRY(th_store__stmt(c->db, "SELECT n, hash FROM entry ORDER BY n DESC LIMIT 1", &st, err));
  TH_TRY(th_store__step(c->db, st, &row, err));
  if (row) {
    e.n = (uint64_t)sqlite3_column_int64(st, 0) + 1;
    const char *hash = (const char *)sqlite3_column_text(st, 1);
    snprintf(before, sizeof before, "%s", hash ? hash : "");
    sqlite3_reset(st);
    if (!hash) return th_fail_nomem(err);
  }
  entry_hash(c, &e, before, e.hash);
  TH_TRY(th_cases__seal(a, c, who_place(&e), act.who, &who, err));
  TH_TRY(th_store__stmt(c->db, "INSERT INTO entry VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", &st, err));
  sqlite3_bind_int64(st, 1, (int64_t)e.n);
  sqlite3_bind_int64(st, 2, e.at);
  th_store__bind(st, 3, e.did);
  th_store__bind(st, 4, e.id);
  sqlite3_bind_int64(st, 5, e.version);
  th_cases__bind_blob(st, 6, who);
  th_store__bind(st, 7, th_str_of(e.hash));
  return th_store__run(c->db, st, err);
}

th_code th_cases_log(th_cases *c, th_cases_act act, const char *did, th_str id, uint32_t version, th_err *err) {
  const size_t n = did ? strspn(did, "abcdefghijklmnopqrstuvwxyz-") : 0;
  TH_TRY(th_cases__act_check(act, err));
  TH_TRY(th_cases__id_check(id, err));
  if (n == 0 || n > 16 || did[n])
    return th_fail(err, TH_EINVAL, "what was done is one word of at most 16 small letters or hyphens");
  th_arena *a = th_arena_new(0);
  if (!a) return th_fail_nomem(err);
  th_code code = th_store_begin(c->db, err);
  if (code == TH_OK) {
    code = th_cases__entry_add(a, c, act, did, id, version, err);
    if (code == TH_OK)
      code = th_store_commit(c->db, err);
    else
      th_store_rollback(c->db);
  }
  th_arena_del(a);
  return code;
}

/* Next row of a statement that selects the columns of entry; *opens false: who does not open, and is empty. */
static th_code entry_next(th_arena *a, th_cases *c, sqlite3_stmt *st, bool *row, th_cases_entry *e, bool *opens, th_err *err) {
  TH_TRY(th_store__step(c->db, st, row, err));
  if (!*row) return TH_OK;
  *e = (th_cases_entry){ .n = (uint64_t)sqlite3_column_int64(st, 0),
                         .at = sqlite3_column_int64(st, 1),
                         .did = th_store__text(a, st, 2),
                         .id = th_store__text(a, st, 3),
                         .version = (uint32_t)sqlite3_column_int64(st, 4) };
  const th_str sealed = th_cases__blob(a, st, 5);
  const char *hash = (const char *)sqlite3_column_text(st, 6);
  snprintf(e->hash, sizeof e->hash, "%s", hash ? hash : "");
  if (!e->did.p || !e->id.p || !sealed.p) return th_fail_nomem(err);
  th_err why = { 0 };
  const th_code code = th_cases__unseal(a, c, who_place(e), sealed, &e->who, &why);
  *opens = code == TH_OK;
  if (!*opens) e->who = TH_S("");
  return code == TH_ENOMEM ? th_fail_nomem(err) : TH_OK;
}

th_code th_cases_entries_get(th_arena *a, th_cases *c, th_str id, uint64_t from, uint32_t limit, th_cases_entries *out,
                             th_err *err) {
  sqlite3_stmt *st;
  th_cases_entry e;
  bool opens;
  *out = (th_cases_entries){ 0 };
  TH_TRY(th_store__stmt(c->db,
                        "SELECT n, at, did, id, version, who, hash FROM entry WHERE n >= ?1 AND (?2 = '' OR id = ?2) "
                        "ORDER BY n LIMIT ?3",
                        &st, err));
  sqlite3_bind_int64(st, 1, from > INT64_MAX ? INT64_MAX : (int64_t)from);
  th_store__bind(st, 2, id);
  sqlite3_bind_int64(st, 3, limit ? (int64_t)limit : -1);
  for (bool row = true;;) {
    TH_TRY(entry_next(a, c, st, &row, &e, &opens, err));
    if (!row) return TH_OK;
    if (!TH_VEC_PUSH(a, out, e)) return th_fail_nomem(err);
  }
}

/* ── Verifying ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

enum { FAULTS = 50 };

typedef struct told { /* what the log says of one id */
  uint32_t version;   /* newest */
  bool attachment, gone, met;
} told;

typedef struct verifier {
  th_arena *a;
  th_cases *c;
  th_map index; /* id to place in told */
  TH_VEC(told) told;
  th_cases_state *out;
  th_err *err;
} verifier;

static th_code fault(verifier *v, th_str what) {
  if (!what.p) return th_fail_nomem(v->err);
  if (v->out->fault.n >= FAULTS) return TH_OK;
  return TH_VEC_PUSH(v->a, &v->out->fault, what) ? TH_OK : th_fail_nomem(v->err);
}

static told *told_of(verifier *v, th_str id) {
  uint64_t at;
  if (th_map_get(&v->index, id, &at)) return &v->told.v[at];
  const th_str key = th_str_dup(v->a, id);
  if (!key.p || th_map_put(&v->index, key, v->told.n) != TH_OK) return NULL;
  return TH_VEC_ADD(v->a, &v->told);
}

/* One entry into what is known of its id; versions must follow one another. */
static th_code follow(verifier *v, const th_cases_entry *e) {
  const bool put = th_str_is(e->did, "put"), attach = th_str_is(e->did, "attach"), describe = th_str_is(e->did, "describe");
  const bool gone = th_str_is(e->did, "delete") || th_str_is(e->did, "detach");
  if (!put && !attach && !describe && !gone) return TH_OK;
  told *t = told_of(v, e->id);
  if (!t) return th_fail_nomem(v->err);
  const uint32_t want = gone ? t->version : t->version + 1;
  const bool fits = !t->gone && e->version == want && e->version > 0;
  t->version = e->version;
  t->gone = gone;
  t->attachment = attach || describe || th_str_is(e->did, "detach");
  if (fits) return TH_OK;
  return fault(v, th_str_fmt(v->a, "entry %llu of the log (%.*s %.*s version %u) does not follow those before it",
                             (unsigned long long)e->n, TH_STR_ARG(e->did), TH_STR_ARG(e->id), e->version));
}

static th_code chain(verifier *v, th_str want, bool *met) {
  sqlite3_stmt *st;
  char before[65] = "", hash[65];
  th_cases_entry e;
  bool opens;
  uint64_t n = 0;
  TH_TRY(th_store__stmt(v->c->db, "SELECT n, at, did, id, version, who, hash FROM entry ORDER BY n", &st, v->err));
  for (bool row = true;;) {
    const th_arena_mark mark = th_arena_save(v->a);
    const size_t faults = v->out->fault.n, known = v->told.n;
    TH_TRY(entry_next(v->a, v->c, st, &row, &e, &opens, v->err));
    if (!row) return TH_OK;
    if (e.n != n + 1)
      TH_TRY(fault(v, th_str_fmt(v->a, "the log goes from entry %llu to %llu: entries were taken out", (unsigned long long)n,
                                 (unsigned long long)e.n)));
    entry_hash(v->c, &e, before, hash);
    if (!opens || strcmp(hash, e.hash) != 0)
      TH_TRY(fault(v, th_str_fmt(v->a, "entry %llu of the log was changed, or one before it was", (unsigned long long)e.n)));
    TH_TRY(follow(v, &e));
    snprintf(before, sizeof before, "%s", e.hash);
    *met |= th_str_eq_nocase(want, th_str_of(e.hash));
    n = e.n;
    v->out->entries++;
    if (v->out->fault.n == faults && v->told.n == known) th_arena_rewind(v->a, mark);
    memcpy(v->out->last, before, sizeof before);
  }
}

/* Every record has its entry, with this version as the newest. */
static th_code compare(verifier *v, sqlite3_stmt *st, bool attachment, uint64_t *count) {
  const char *what = attachment ? "attachment" : "case";
  for (bool row = true;;) {
    TH_TRY(th_store__step(v->c->db, st, &row, v->err));
    if (!row) return TH_OK;
    const th_str id = th_store__text(v->a, st, 0);
    if (!id.p) return th_fail_nomem(v->err);
    const uint32_t newest = (uint32_t)sqlite3_column_int64(st, 1);
    uint64_t at;
    told *t = th_map_get(&v->index, id, &at) ? &v->told.v[at] : NULL;
    ++*count;
    if (t) t->met = true;
    if (!t || t->gone || t->attachment != attachment)
      TH_TRY(fault(v, th_str_fmt(v->a, "%s %.*s is here, and the log does not say how it came", what, TH_STR_ARG(id))));
    else if (t->version != newest || sqlite3_column_int64(st, 2) == 0)
      TH_TRY(fault(v, th_str_fmt(v->a, "%s %.*s has newest version %u where the log has %u, or versions of it are missing",
                                 what, TH_STR_ARG(id), newest, t->version)));
  }
}

static th_code records(verifier *v) {
  sqlite3_stmt *st;
  TH_TRY(th_store__stmt(v->c->db,
                        "SELECT case_id, max(version), max(version) = count(*) FROM case_version GROUP BY case_id "
                        "ORDER BY case_id",
                        &st, v->err));
  TH_TRY(compare(v, st, false, &v->out->cases));
  TH_TRY(th_store__stmt(v->c->db,
                        "SELECT id, version, EXISTS (SELECT 1 FROM case_version v WHERE v.case_id = attachment.case_id) "
                        "FROM attachment ORDER BY id",
                        &st, v->err));
  TH_TRY(compare(v, st, true, &v->out->attachments));
  for (size_t i = 0; i < v->index.n; i++) {
    const told *t = &v->told.v[v->index.entry[i].value];
    if (!t->gone && !t->met)
      TH_TRY(fault(v, th_str_fmt(v->a, "%s %.*s is gone, and the log does not say that it was deleted",
                                 t->attachment ? "attachment" : "case", TH_STR_ARG(v->index.entry[i].key))));
  }
  int64_t versions = 0;
  TH_TRY(th_store__number(v->c->db->db, "SELECT count(*) FROM case_version", &versions, v->err));
  v->out->versions = (uint64_t)versions;
  return TH_OK;
}

static th_code verify(verifier *v, th_str last) {
  bool met = false;
  TH_TRY(chain(v, last, &met));
  TH_TRY(records(v));
  if (!th_str_empty(last) && !met)
    return fault(v, TH_S("the hash that was noted does not stand in the log: it was cut short, or is another one"));
  return TH_OK;
}

th_code th_cases_verify(th_arena *a, th_cases *c, th_str last, th_cases_state *out, th_err *err) {
  verifier v = { .a = a, .c = c, .out = out, .err = err };
  *out = (th_cases_state){ 0 };
  th_map_init(&v.index, a);
  memcpy(out->key_id, c->key.id, sizeof out->key_id);
  TH_TRY(th_store_begin(c->db, err));
  const th_code code = verify(&v, last);
  th_store_rollback(c->db);
  return code;
}
