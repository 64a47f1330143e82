/* Versions of cases: keeping, reading, listing, taking away. */
#include "store/cases_priv.h"

/* ── The summary as it is sealed: JSON of who, the client's token, the body's size and hash, and what a list shows ──── */

typedef struct case_sealed { /* what stands beside the summary itself */
  th_str token;
  char content[TH_SHA256_HEX]; /* of summary and body: equal content is one version */
} case_sealed;

static th_code summary_check(const th_case_summary *s, th_err *err) {
  if (s->n_due > TH_LIMIT_CASE_DUES)
    return th_fail(err, TH_ELIMIT, "a summary of %u days: TH_LIMIT_CASE_DUES (%d)", s->n_due, TH_LIMIT_CASE_DUES);
  TH_TRY(th_cases__text_check(s->title, "the title of the case", err));
  TH_TRY(th_cases__text_check(s->program, "the program of the case", err));
  TH_TRY(th_cases__text_check(s->path, "the path of the case", err));
  TH_TRY(th_cases__text_check(s->outcome, "the outcome of the case", err));
  for (uint32_t i = 0; i < s->n_due; i++) {
    TH_TRY(th_cases__text_check(s->due[i].zh, "what falls due", err));
    TH_TRY(th_cases__text_check(s->due[i].en, "what falls due", err));
    TH_TRY(th_cases__text_check(s->due[i].kind, "what falls due", err));
  }
  return TH_OK;
}

static void put_text(th_jwrite *w, const char *key, th_str text) {
  th_jw_key(w, key);
  th_jw_str(w, text.p ? text : TH_S(""));
}

static void put_day(th_jwrite *w, const char *key, th_date day) {
  char iso[TH_DATE_TEXT];
  th_jw_key(w, key);
  th_jw_z(w, th_date_iso(day, iso));
}

static void summary_write(th_jwrite *w, const th_case_summary *s) {
  th_jw_obj(w);
  put_text(w, "title", s->title);
  put_text(w, "program", s->program);
  put_text(w, "path", s->path);
  put_day(w, "as_of", s->as_of);
  put_text(w, "outcome", s->outcome);
  th_jw_key(w, "due");
  th_jw_arr(w);
  for (uint32_t i = 0; i < s->n_due; i++) {
    th_jw_obj(w);
    put_day(w, "day", s->due[i].day);
    put_text(w, "zh", s->due[i].zh);
    put_text(w, "en", s->due[i].en);
    if (s->due[i].kind.n) put_text(w, "kind", s->due[i].kind);
    th_jw_obj_end(w);
  }
  th_jw_arr_end(w);
  th_jw_obj_end(w);
}

static th_date day_of(const th_json *v) {
  th_date d = { 0 };
  return th_date_parse_iso(th_json_text(v), &d) ? d : (th_date){ 0 };
}

static th_code summary_read(th_arena *a, const th_json *v, th_case_summary *out, th_err *err) {
  const th_json *due = th_json_get(v, "due");
  *out = (th_case_summary){ .title = th_json_text(th_json_get(v, "title")),
                            .program = th_json_text(th_json_get(v, "program")),
                            .path = th_json_text(th_json_get(v, "path")),
                            .as_of = day_of(th_json_get(v, "as_of")),
                            .outcome = th_json_text(th_json_get(v, "outcome")) };
  if (!due || due->n == 0) return TH_OK;
  th_case_due *d = TH_NEWN(a, th_case_due, due->n);
  if (!d) return th_fail_nomem(err);
  for (uint32_t i = 0; i < due->n; i++) {
    const th_json *one = th_json_item(due, i);
    d[i] = (th_case_due){ day_of(th_json_get(one, "day")), th_json_text(th_json_get(one, "zh")),
                          th_json_text(th_json_get(one, "en")), th_json_text(th_json_get(one, "kind")) };
  }
  out->due = d;
  out->n_due = due->n;
  return TH_OK;
}

/* Content is what a version says: its summary and its body, not who kept it. */
static th_code content_of(th_arena *a, const th_case_in *in, char out[TH_SHA256_HEX], th_err *err) {
  th_buf b;
  th_jwrite w;
  th_buf_init(&b, a, 512 + in->body.n);
  th_jwrite_open(&w, &b, 0);
  summary_write(&w, &in->summary);
  th_buf_addc(&b, '\0');
  th_buf_add(&b, in->body);
  if (b.failed) return th_fail_nomem(err);
  th_sha256_hex(th_buf_str(&b), out);
  return TH_OK;
}

static th_code sealed_text(th_arena *a, const th_case_head *h, const case_sealed *more, th_str *out, th_err *err) {
  th_buf b;
  th_jwrite w;
  th_buf_init(&b, a, 512);
  th_jwrite_open(&w, &b, 0);
  th_jw_obj(&w);
  put_text(&w, "who", h->who);
  put_text(&w, "token", more->token);
  put_text(&w, "content", th_str_of(more->content));
  put_text(&w, "sha256", th_str_of(h->sha256));
  th_jw_key(&w, "bytes");
  th_jw_i64(&w, (int64_t)h->bytes);
  th_jw_key(&w, "summary");
  summary_write(&w, &h->summary);
  th_jw_obj_end(&w);
  *out = th_buf_str(&b);
  return b.failed ? th_fail_nomem(err) : TH_OK;
}

static th_cases__place place_of(const char *table, const th_case_head *h) {
  return (th_cases__place){ .table = table, .id = h->id, .n = h->version, .at = h->at };
}

/* Opens the summary of a head whose id, version and at are known. What does not open leaves it marked damaged: one broken record must
 * not hide the others. */
static th_code head_open(th_arena *a, const th_cases *c, th_str sealed, th_case_head *h, case_sealed *more, th_err *err) {
  th_err why = { 0 };
  th_str text;
  th_json v = { 0 };
  int64_t bytes = 0;
  h->damaged = false;
  memset(more, 0, sizeof *more);
  th_code code = th_cases__unseal(a, c, place_of("case-summary", h), sealed, &text, &why);
  if (code == TH_OK) code = th_json_parse(a, text, &v, &why);
  if (code == TH_ENOMEM) return th_fail_nomem(err);
  h->damaged = code != TH_OK;
  if (h->damaged) return TH_OK;
  th_json_i64(th_json_get(&v, "bytes"), &bytes);
  h->bytes = (uint64_t)bytes;
  h->who = th_json_text(th_json_get(&v, "who"));
  snprintf(h->sha256, sizeof h->sha256, "%.*s", TH_STR_ARG(th_json_text(th_json_get(&v, "sha256"))));
  more->token = th_json_text(th_json_get(&v, "token"));
  snprintf(more->content, sizeof more->content, "%.*s", TH_STR_ARG(th_json_text(th_json_get(&v, "content"))));
  return summary_read(a, th_json_get(&v, "summary"), &h->summary, err);
}

/* ── Reading ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* The next row of a statement that selects case_id, version, at, summary. */
static th_code head_next(th_arena *a, th_cases *c, sqlite3_stmt *st, bool *row, th_case_head *h, case_sealed *more,
                         th_err *err) {
  TH_TRY(th_store__step(c->db, st, row, err));
  if (!*row) return TH_OK;
  *h = (th_case_head){ .id = th_store__text(a, st, 0),
                       .version = (uint32_t)sqlite3_column_int64(st, 1),
                       .at = sqlite3_column_int64(st, 2) };
  const th_str sealed = th_cases__blob(a, st, 3);
  if (!h->id.p || !sealed.p) return th_fail_nomem(err);
  return head_open(a, c, sealed, h, more, err);
}

#define NEWEST_OF_EACH                                                                                                         \
  "SELECT case_id, version, at, summary FROM case_version v "                                                                  \
  "WHERE version = (SELECT max(version) FROM case_version w WHERE w.case_id = v.case_id) ORDER BY n DESC"

static th_code heads(th_arena *a, th_cases *c, sqlite3_stmt *st, th_case_heads *out, th_err *err) {
  th_case_head h;
  case_sealed more;
  *out = (th_case_heads){ 0 };
  for (bool row = true;;) {
    TH_TRY(head_next(a, c, st, &row, &h, &more, err));
    if (!row) return TH_OK;
    if (!TH_VEC_PUSH(a, out, h)) return th_fail_nomem(err);
  }
}

th_code th_cases_list(th_arena *a, th_cases *c, th_case_heads *out, th_err *err) {
  sqlite3_stmt *st;
  TH_TRY(th_store__stmt(c->db, NEWEST_OF_EACH, &st, err));
  return heads(a, c, st, out, err);
}

th_code th_cases_versions(th_arena *a, th_cases *c, th_str id, th_case_heads *out, th_err *err) {
  sqlite3_stmt *st;
  TH_TRY(th_cases__id_check(id, err));
  TH_TRY(th_store__stmt(
      c->db, "SELECT case_id, version, at, summary FROM case_version WHERE case_id = ?1 ORDER BY version DESC", &st, err));
  th_store__bind(st, 1, id);
  TH_TRY(heads(a, c, st, out, err));
  return out->n ? TH_OK : th_fail(err, TH_ENOENT, "no case %.*s is kept here", TH_STR_ARG(id));
}

th_code th_cases__must_exist(th_cases *c, th_str id, uint32_t *version, th_err *err) {
  sqlite3_stmt *st;
  bool row;
  TH_TRY(th_cases__id_check(id, err));
  TH_TRY(th_store__stmt(c->db, "SELECT coalesce(max(version), 0) FROM case_version WHERE case_id = ?1", &st, err));
  th_store__bind(st, 1, id);
  TH_TRY(th_store__step(c->db, st, &row, err));
  *version = (uint32_t)sqlite3_column_int64(st, 0);
  sqlite3_reset(st);
  return *version ? TH_OK : th_fail(err, TH_ENOENT, "no case %.*s is kept here", TH_STR_ARG(id));
}

/* A version (0: the newest) with its sealed body; *row false: not there. */
static th_code version_row(th_arena *a, th_cases *c, th_str id, uint32_t version, bool *row, th_case_head *h, case_sealed *more,
                           th_str *body, th_err *err) {
  sqlite3_stmt *st;
  TH_TRY(th_store__stmt(c->db,
                        "SELECT case_id, version, at, summary, body FROM case_version WHERE case_id = ?1 "
                        "AND (version = ?2 OR ?2 = 0) ORDER BY version DESC LIMIT 1",
                        &st, err));
  th_store__bind(st, 1, id);
  sqlite3_bind_int64(st, 2, version);
  th_code code = head_next(a, c, st, row, h, more, err);
  if (code == TH_OK && *row && body) {
    *body = th_cases__blob(a, st, 4);
    if (!body->p) code = th_fail_nomem(err);
  }
  sqlite3_reset(st);
  return code;
}

th_code th_cases_get(th_arena *a, th_cases *c, th_str id, uint32_t version, th_case_head *head, th_str *body, th_err *err) {
  bool row;
  th_str sealed;
  case_sealed more;
  char hex[TH_SHA256_HEX];
  TH_TRY(th_cases__id_check(id, err));
  TH_TRY(version_row(a, c, id, version, &row, head, &more, &sealed, err));
  if (!row && version) return th_fail(err, TH_ENOENT, "no version %u of case %.*s is kept here", version, TH_STR_ARG(id));
  if (!row) return th_fail(err, TH_ENOENT, "no case %.*s is kept here", TH_STR_ARG(id));
  if (head->damaged)
    return th_fail(err, TH_EPARSE, "version %u of case %.*s does not open: it was changed or damaged; restore a backup",
                   head->version, TH_STR_ARG(id));
  TH_TRY(th_cases__unseal(a, c, place_of("case-body", head), sealed, body, err));
  if (body->n != head->bytes || strcmp(th_sha256_hex(*body, hex), head->sha256) != 0)
    return th_fail(err, TH_EPARSE, "the body of case %.*s is not the one of its summary", TH_STR_ARG(id));
  return TH_OK;
}

/* ── Keeping ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code version_add(th_arena *a, th_cases *c, const th_case_head *h, const case_sealed *more, th_str body, th_err *err) {
  sqlite3_stmt *st;
  th_str text, summary, sealed;
  TH_TRY(sealed_text(a, h, more, &text, err));
  TH_TRY(th_cases__seal(a, c, place_of("case-summary", h), text, &summary, err));
  TH_TRY(th_cases__seal(a, c, place_of("case-body", h), body, &sealed, err));
  TH_TRY(th_store__stmt(c->db, "INSERT INTO case_version (case_id, version, at, summary, body) VALUES (?1, ?2, ?3, ?4, ?5)",
                        &st, err));
  th_store__bind(st, 1, h->id);
  sqlite3_bind_int64(st, 2, h->version);
  sqlite3_bind_int64(st, 3, h->at);
  th_cases__bind_blob(st, 4, summary);
  th_cases__bind_blob(st, 5, sealed);
  return th_store__run(c->db, st, err);
}

/* A new case that is there already: made with this token, or, where none is given, of this very content. */
static th_code find_same(th_arena *a, th_cases *c, const th_case_in *in, const char *content, bool *same, th_case_head *out,
                         th_err *err) {
  sqlite3_stmt *st;
  case_sealed more;
  *same = false;
  TH_TRY(th_store__stmt(c->db, NEWEST_OF_EACH, &st, err));
  for (bool row = true;;) {
    TH_TRY(head_next(a, c, st, &row, out, &more, err));
    if (!row) return TH_OK;
    if (out->damaged) continue;
    *same = th_str_empty(in->token) ? strcmp(more.content, content) == 0 : th_str_eq(more.token, in->token);
    if (!*same) continue;
    sqlite3_reset(st);
    return TH_OK;
  }
}

/* What the new version is to be: its id, number and token; *same: the newest says this already and stands in *out. */
static th_code place_new(th_arena *a, th_cases *c, const th_case_in *in, const char *content, case_sealed *more, bool *same,
                         th_case_head *out, th_err *err) {
  bool row;
  uint32_t newest;
  *same = false;
  if (th_str_empty(in->id)) {
    char id[TH_CASES_ID];
    TH_TRY(find_same(a, c, in, content, same, out, err));
    if (*same) return TH_OK;
    th_cases__id_new(id);
    *out = (th_case_head){ .id = th_str_dup(a, th_str_n(id, TH_CASES_ID - 1)), .version = 1 };
    *more = (case_sealed){ .token = in->token };
    return out->id.p ? TH_OK : th_fail_nomem(err);
  }
  TH_TRY(th_cases__must_exist(c, in->id, &newest, err));
  TH_TRY(version_row(a, c, in->id, newest, &row, out, more, NULL, err));
  *same = !out->damaged && strcmp(more->content, content) == 0;
  if (*same) return TH_OK;
  if (in->expect && in->expect != newest)
    return th_fail(err, TH_ECONFLICT, "case %.*s was changed meanwhile: it is at version %u, this was made from version %u",
                   TH_STR_ARG(in->id), newest, in->expect);
  *out = (th_case_head){ .id = out->id, .version = newest + 1 };
  return TH_OK;
}

static th_code put_within(th_arena *a, th_cases *c, th_cases_act act, const th_case_in *in, th_case_head *out, bool *same,
                          th_err *err) {
  char content[TH_SHA256_HEX];
  case_sealed more;
  TH_TRY(content_of(a, in, content, err));
  TH_TRY(place_new(a, c, in, content, &more, same, out, err));
  if (*same) return TH_OK;
  memcpy(more.content, content, sizeof content);
  out->at = act.at;
  out->who = th_str_dup(a, act.who);
  out->bytes = in->body.n;
  th_sha256_hex(in->body, out->sha256);
  out->summary = in->summary;
  if (!out->who.p) return th_fail_nomem(err);
  TH_TRY(version_add(a, c, out, &more, in->body, err));
  return th_cases__entry_add(a, c, act, "put", out->id, out->version, err);
}

th_code th_cases_put(th_arena *a, th_cases *c, th_cases_act act, const th_case_in *in, th_case_head *out, bool *same,
                     th_err *err) {
  TH_TRY(th_cases__act_check(act, err));
  TH_TRY(summary_check(&in->summary, err));
  TH_TRY(th_cases__text_check(in->token, "the token", err));
  if (in->body.n > TH_LIMIT_CASE_BYTES)
    return th_fail(err, TH_ELIMIT, "a case of %zu bytes: TH_LIMIT_CASE_BYTES (%zu)", in->body.n, TH_LIMIT_CASE_BYTES);
  TH_TRY(th_store_begin(c->db, err));
  const th_code code = put_within(a, c, act, in, out, same, err);
  if (code == TH_OK) return th_store_commit(c->db, err);
  th_store_rollback(c->db);
  return code;
}

/* ── Taking away ───────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code delete_within(th_arena *a, th_cases *c, th_cases_act act, th_str id, th_err *err) {
  sqlite3_stmt *st;
  uint32_t version;
  TH_TRY(th_cases__must_exist(c, id, &version, err));
  TH_TRY(th_cases__detach_all(a, c, act, id, err));
  TH_TRY(th_store__stmt(c->db, "DELETE FROM case_version WHERE case_id = ?1", &st, err));
  th_store__bind(st, 1, id);
  TH_TRY(th_store__run(c->db, st, err));
  return th_cases__entry_add(a, c, act, "delete", id, version, err);
}

th_code th_cases_delete(th_cases *c, th_cases_act act, th_str id, th_err *err) {
  TH_TRY(th_cases__act_check(act, err));
  th_arena *a = th_arena_new(0);
  if (!a) return th_fail_nomem(err);
  th_code code = th_store_begin(c->db, err);
  if (code == TH_OK) {
    code = delete_within(a, c, act, id, err);
    if (code == TH_OK)
      code = th_store_commit(c->db, err);
    else
      th_store_rollback(c->db);
  }
  if (code == TH_OK) th_cases__settle(c);
  th_arena_del(a);
  return code;
}
