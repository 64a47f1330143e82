/* Attachments of cases: what is said of one is a sealed record, its bytes are sealed in chunks. */
#include "store/cases_priv.h"

/* ── What is said of one ───────────────────────────────────────────────────────────────────────────────────────────── */

static th_code said_check(const th_case_attachment *m, th_err *err) {
  const struct {
    th_str text;
    const char *what;
  } all[] = { { m->name, "the name" },     { m->media_type, "the type" }, { m->evidence, "the evidence" },
              { m->clause, "the clause" }, { m->item, "the item" },       { m->site, "the site" },
              { m->note, "the note" } };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) TH_TRY(th_cases__text_check(all[i].text, all[i].what, err));
  return TH_OK;
}

static const struct said_field {
  const char *key;
  size_t at;
} fields[] = {
  { "who", offsetof(th_case_attachment, who) },         { "name", offsetof(th_case_attachment, name) },
  { "type", offsetof(th_case_attachment, media_type) }, { "evidence", offsetof(th_case_attachment, evidence) },
  { "clause", offsetof(th_case_attachment, clause) },   { "item", offsetof(th_case_attachment, item) },
  { "site", offsetof(th_case_attachment, site) },       { "note", offsetof(th_case_attachment, note) },
};
enum { FIELDS = sizeof fields / sizeof *fields };

static th_str *field_of(th_case_attachment *m, size_t i) {
  return (th_str *)(void *)((char *)m + fields[i].at);
}

static th_code said_text(th_arena *a, const th_case_attachment *m, th_str *out, th_err *err) {
  th_case_attachment copy = *m;
  th_buf b;
  th_jwrite w;
  char iso[TH_DATE_TEXT];
  th_buf_init(&b, a, 512);
  th_jwrite_open(&w, &b, 0);
  th_jw_obj(&w);
  for (size_t i = 0; i < FIELDS; i++) {
    const th_str text = *field_of(&copy, i);
    th_jw_key(&w, fields[i].key);
    th_jw_str(&w, text.p ? text : TH_S(""));
  }
  th_jw_key(&w, "date");
  th_jw_z(&w, th_date_iso(m->date, iso));
  th_jw_key(&w, "sha256");
  th_jw_z(&w, m->sha256);
  th_jw_key(&w, "bytes");
  th_jw_i64(&w, (int64_t)m->bytes);
  th_jw_obj_end(&w);
  *out = th_buf_str(&b);
  return b.failed ? th_fail_nomem(err) : TH_OK;
}

static th_cases__place place_of(const th_case_attachment *m) {
  return (th_cases__place){ .table = "attachment", .id = m->id, .of = m->case_id, .n = m->version, .at = m->at };
}

static th_code said_open(th_arena *a, const th_cases *c, th_str sealed, th_case_attachment *m, th_err *err) {
  th_err why = { 0 };
  th_str text;
  th_json v = { 0 };
  int64_t bytes = 0;
  th_code code = th_cases__unseal(a, c, place_of(m), sealed, &text, &why);
  if (code == TH_OK) code = th_json_parse(a, text, &v, &why);
  if (code == TH_ENOMEM) return th_fail_nomem(err);
  m->damaged = code != TH_OK;
  if (m->damaged) return TH_OK;
  for (size_t i = 0; i < FIELDS; i++) *field_of(m, i) = th_json_text(th_json_get(&v, fields[i].key));
  th_json_i64(th_json_get(&v, "bytes"), &bytes);
  m->bytes = (uint64_t)bytes;
  snprintf(m->sha256, sizeof m->sha256, "%.*s", TH_STR_ARG(th_json_text(th_json_get(&v, "sha256"))));
  if (!th_date_parse_iso(th_json_text(th_json_get(&v, "date")), &m->date)) m->date = (th_date){ 0 };
  return TH_OK;
}

/* ── Rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────── */

#define COLUMNS "id, case_id, version, at, head"

static th_code row_next(th_arena *a, th_cases *c, sqlite3_stmt *st, bool *row, th_case_attachment *m, th_err *err) {
  TH_TRY(th_store__step(c->db, st, row, err));
  if (!*row) return TH_OK;
  *m = (th_case_attachment){ .id = th_store__text(a, st, 0),
                             .case_id = th_store__text(a, st, 1),
                             .version = (uint32_t)sqlite3_column_int64(st, 2),
                             .at = sqlite3_column_int64(st, 3) };
  const th_str sealed = th_cases__blob(a, st, 4);
  if (!m->id.p || !m->case_id.p || !sealed.p) return th_fail_nomem(err);
  return said_open(a, c, sealed, m, err);
}

static th_code rows_of(th_arena *a, th_cases *c, th_str case_id, th_case_attachments *out, th_err *err) {
  sqlite3_stmt *st;
  th_case_attachment m;
  *out = (th_case_attachments){ 0 };
  TH_TRY(th_store__stmt(c->db, "SELECT " COLUMNS " FROM attachment WHERE case_id = ?1 ORDER BY n", &st, err));
  th_store__bind(st, 1, case_id);
  for (bool row = true;;) {
    TH_TRY(row_next(a, c, st, &row, &m, err));
    if (!row) return TH_OK;
    if (!TH_VEC_PUSH(a, out, m)) return th_fail_nomem(err);
  }
}

th_code th_cases_attachments(th_arena *a, th_cases *c, th_str case_id, th_case_attachments *out, th_err *err) {
  uint32_t version;
  TH_TRY(th_cases__must_exist(c, case_id, &version, err));
  return rows_of(a, c, case_id, out, err);
}

static th_code find(th_arena *a, th_cases *c, th_str id, th_case_attachment *out, th_err *err) {
  sqlite3_stmt *st;
  bool row;
  TH_TRY(th_cases__id_check(id, err));
  TH_TRY(th_store__stmt(c->db, "SELECT " COLUMNS " FROM attachment WHERE id = ?1", &st, err));
  th_store__bind(st, 1, id);
  TH_TRY(row_next(a, c, st, &row, out, err));
  sqlite3_reset(st);
  return row ? TH_OK : th_fail(err, TH_ENOENT, "no attachment %.*s is kept here", TH_STR_ARG(id));
}

/* ── Bytes ─────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_cases__place chunk_place(const th_case_attachment *m, uint64_t n) {
  return (th_cases__place){ .table = "chunk", .id = m->id, .of = m->case_id, .n = n };
}

static th_code chunks_add(th_arena *a, th_cases *c, const th_case_attachment *m, th_str bytes, th_err *err) {
  sqlite3_stmt *st;
  for (uint64_t n = 0; n * TH_CASES__CHUNK < bytes.n; n++) {
    const th_arena_mark mark = th_arena_save(a);
    th_str sealed;
    TH_TRY(th_cases__seal(a, c, chunk_place(m, n), th_str_sub(bytes, n * TH_CASES__CHUNK, (n + 1) * TH_CASES__CHUNK), &sealed,
                          err));
    TH_TRY(th_store__stmt(c->db, "INSERT INTO chunk VALUES (?1, ?2, ?3)", &st, err));
    th_store__bind(st, 1, m->id);
    sqlite3_bind_int64(st, 2, (int64_t)n);
    th_cases__bind_blob(st, 3, sealed);
    TH_TRY(th_store__run(c->db, st, err));
    th_arena_rewind(a, mark);
  }
  return TH_OK;
}

static th_code not_whole(const th_case_attachment *m, th_err *err) {
  return th_fail(err, TH_EPARSE, "attachment %.*s is not what was kept: it was changed or damaged; restore a backup",
                 TH_STR_ARG(m->id));
}

static th_code chunks_read(th_arena *a, th_cases *c, const th_case_attachment *m, th_str *out, th_err *err) {
  sqlite3_stmt *st;
  char hex[TH_SHA256_HEX];
  if (m->bytes > TH_LIMIT_CASE_ATTACHMENT_BYTES) return not_whole(m, err);
  char *p = th_arena_alloc(a, m->bytes + 1, 16);
  th_arena *one = th_arena_new(2 * TH_CASES__CHUNK);
  size_t at = 0;
  th_code code = p && one ? TH_OK : th_fail_nomem(err);
  if (code == TH_OK) code = th_store__stmt(c->db, "SELECT n, body FROM chunk WHERE attachment_id = ?1 ORDER BY n", &st, err);
  if (code == TH_OK) th_store__bind(st, 1, m->id);
  for (bool row = true; code == TH_OK;) {
    th_str plain;
    code = th_store__step(c->db, st, &row, err);
    if (code != TH_OK || !row) break;
    const th_str sealed = th_cases__blob(one, st, 1);
    code = !sealed.p ? th_fail_nomem(err)
                     : th_cases__unseal(one, c, chunk_place(m, (uint64_t)sqlite3_column_int64(st, 0)), sealed, &plain, err);
    if (code == TH_OK && plain.n > m->bytes - at) code = not_whole(m, err);
    if (code == TH_OK) {
      memcpy(p + at, plain.p, plain.n);
      at += plain.n;
    } else {
      sqlite3_reset(st);
    }
    th_arena_reset(one);
  }
  th_arena_del(one);
  TH_TRY(code);
  *out = th_str_n(p, at);
  return at == m->bytes && strcmp(th_sha256_hex(*out, hex), m->sha256) == 0 ? TH_OK : not_whole(m, err);
}

th_code th_cases_attachment_get(th_arena *a, th_cases *c, th_str id, th_case_attachment *out, th_str *bytes, th_err *err) {
  TH_TRY(find(a, c, id, out, err));
  if (out->damaged) return not_whole(out, err);
  return bytes ? chunks_read(a, c, out, bytes, err) : TH_OK;
}

/* ── Keeping ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool said_equal(const th_case_attachment *x, const th_case_attachment *y) {
  return th_str_eq(x->name, y->name) && th_str_eq(x->media_type, y->media_type) && th_str_eq(x->evidence, y->evidence) &&
         th_str_eq(x->clause, y->clause) && th_str_eq(x->item, y->item) && th_str_eq(x->site, y->site) &&
         th_str_eq(x->note, y->note) && x->date.prec == y->date.prec && th_date_cmp(x->date, y->date) == 0;
}

/* Puts what the caller says in place of what was said. */
static void say(th_case_attachment *m, const th_case_attachment *in, th_cases_act act) {
  m->name = in->name;
  m->media_type = in->media_type;
  m->evidence = in->evidence;
  m->clause = in->clause;
  m->item = in->item;
  m->date = in->date;
  m->site = in->site;
  m->note = in->note;
  m->who = act.who;
  m->at = act.at;
  m->version++;
}

static th_code said_seal(th_arena *a, th_cases *c, const th_case_attachment *m, th_str *out, th_err *err) {
  th_str text;
  TH_TRY(said_text(a, m, &text, err));
  return th_cases__seal(a, c, place_of(m), text, out, err);
}

static th_code describe(th_arena *a, th_cases *c, th_cases_act act, const th_case_attachment *in, th_case_attachment *m,
                        th_err *err) {
  sqlite3_stmt *st;
  th_str sealed;
  if (!m->damaged && said_equal(m, in)) return TH_OK;
  if (m->damaged) return not_whole(m, err);
  say(m, in, act);
  TH_TRY(said_seal(a, c, m, &sealed, err));
  TH_TRY(th_store__stmt(c->db, "UPDATE attachment SET version = ?2, at = ?3, head = ?4 WHERE id = ?1", &st, err));
  th_store__bind(st, 1, m->id);
  sqlite3_bind_int64(st, 2, m->version);
  sqlite3_bind_int64(st, 3, m->at);
  th_cases__bind_blob(st, 4, sealed);
  TH_TRY(th_store__run(c->db, st, err));
  return th_cases__entry_add(a, c, act, "describe", m->id, m->version, err);
}

static th_code add(th_arena *a, th_cases *c, th_cases_act act, th_str case_id, const th_case_attachment *in, th_str bytes,
                   th_case_attachment *m, th_err *err) {
  sqlite3_stmt *st;
  char id[TH_CASES_ID];
  th_str sealed;
  th_cases__id_new(id);
  *m = (th_case_attachment){ .id = th_str_dup(a, th_str_n(id, TH_CASES_ID - 1)), .bytes = bytes.n };
  m->case_id = th_str_dup(a, case_id);
  if (!m->id.p || !m->case_id.p) return th_fail_nomem(err);
  th_sha256_hex(bytes, m->sha256);
  say(m, in, act);
  TH_TRY(said_seal(a, c, m, &sealed, err));
  TH_TRY(th_store__stmt(c->db, "INSERT INTO attachment (" COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5)", &st, err));
  th_store__bind(st, 1, m->id);
  th_store__bind(st, 2, m->case_id);
  sqlite3_bind_int64(st, 3, m->version);
  sqlite3_bind_int64(st, 4, m->at);
  th_cases__bind_blob(st, 5, sealed);
  TH_TRY(th_store__run(c->db, st, err));
  TH_TRY(chunks_add(a, c, m, bytes, err));
  return th_cases__entry_add(a, c, act, "attach", m->id, m->version, err);
}

static th_code attach_within(th_arena *a, th_cases *c, th_cases_act act, th_str case_id, const th_case_attachment *in,
                             th_str bytes, th_case_attachment *out, bool *same, th_err *err) {
  th_case_attachments have;
  char hex[TH_SHA256_HEX];
  uint32_t version;
  TH_TRY(th_cases__must_exist(c, case_id, &version, err));
  TH_TRY(rows_of(a, c, case_id, &have, err));
  th_sha256_hex(bytes, hex);
  *same = false;
  for (size_t i = 0; i < have.n; i++) {
    th_case_attachment *m = &have.v[i];
    if (m->damaged || strcmp(m->sha256, hex) != 0 || !th_str_eq(m->evidence, in->evidence) ||
        !th_str_eq(m->clause, in->clause) || !th_str_eq(m->item, in->item))
      continue;
    *same = true;
    *out = *m;
    return describe(a, c, act, in, out, err);
  }
  if (have.n >= TH_LIMIT_CASE_ATTACHMENTS)
    return th_fail(err, TH_ELIMIT, "the case has %zu attachments: TH_LIMIT_CASE_ATTACHMENTS (%d)", have.n,
                   TH_LIMIT_CASE_ATTACHMENTS);
  return add(a, c, act, case_id, in, bytes, out, err);
}

static th_code end(th_cases *c, th_code code, th_err *err) {
  if (code == TH_OK) return th_store_commit(c->db, err);
  th_store_rollback(c->db);
  return code;
}

th_code th_cases_attach(th_arena *a, th_cases *c, th_cases_act act, th_str case_id, const th_case_attachment *in, th_str bytes,
                        th_case_attachment *out, bool *same, th_err *err) {
  TH_TRY(th_cases__act_check(act, err));
  TH_TRY(said_check(in, err));
  if (bytes.n == 0) return th_fail(err, TH_EINVAL, "the attachment is empty");
  if (bytes.n > TH_LIMIT_CASE_ATTACHMENT_BYTES)
    return th_fail(err, TH_ELIMIT, "an attachment of %zu bytes: TH_LIMIT_CASE_ATTACHMENT_BYTES (%zu)", bytes.n,
                   TH_LIMIT_CASE_ATTACHMENT_BYTES);
  TH_TRY(th_store_begin(c->db, err));
  return end(c, attach_within(a, c, act, case_id, in, bytes, out, same, err), err);
}

th_code th_cases_attachment_set(th_arena *a, th_cases *c, th_cases_act act, const th_case_attachment *in,
                                th_case_attachment *out, th_err *err) {
  TH_TRY(th_cases__act_check(act, err));
  TH_TRY(said_check(in, err));
  TH_TRY(th_store_begin(c->db, err));
  th_code code = find(a, c, in->id, out, err);
  if (code == TH_OK) code = describe(a, c, act, in, out, err);
  return end(c, code, err);
}

/* ── Taking away ───────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code detach(th_arena *a, th_cases *c, th_cases_act act, th_str id, uint32_t version, th_err *err) {
  sqlite3_stmt *st;
  TH_TRY(th_store__stmt(c->db, "DELETE FROM chunk WHERE attachment_id = ?1", &st, err));
  th_store__bind(st, 1, id);
  TH_TRY(th_store__run(c->db, st, err));
  TH_TRY(th_store__stmt(c->db, "DELETE FROM attachment WHERE id = ?1", &st, err));
  th_store__bind(st, 1, id);
  TH_TRY(th_store__run(c->db, st, err));
  return th_cases__entry_add(a, c, act, "detach", id, version, err);
}

th_code th_cases__detach_all(th_arena *a, th_cases *c, th_cases_act act, th_str case_id, th_err *err) {
  th_case_attachments all;
  TH_TRY(rows_of(a, c, case_id, &all, err));
  for (size_t i = 0; i < all.n; i++) TH_TRY(detach(a, c, act, all.v[i].id, all.v[i].version, err));
  return TH_OK;
}

th_code th_cases_attachment_delete(th_cases *c, th_cases_act act, th_str id, th_err *err) {
  th_case_attachment m;
  TH_TRY(th_cases__act_check(act, err));
  th_arena *a = th_arena_new(0);
  if (!a) return th_fail_nomem(err);
  th_code code = th_store_begin(c->db, err);
  if (code == TH_OK) {
    code = find(a, c, id, &m, err);
    if (code == TH_OK) code = detach(a, c, act, m.id, m.version, err);
    code = end(c, code, err);
  }
  if (code == TH_OK) th_cases__settle(c);
  th_arena_del(a);
  return code;
}
