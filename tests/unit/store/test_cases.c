/* Sealed cases: what goes in comes out, nothing of it lies open, and what was changed, moved or cut away is found. */
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "unit/store/vault.h"

static void must_be_whole(th_arena *a, th_cases *c) {
  th_cases_state s;
  th_err err = { 0 };
  CHECK_OK_ERR(th_cases_check(a, c, &s, &err), &err);
  CHECK_INT(s.fault.n, 0);
  for (size_t i = 0; i < s.fault.n; i++) printf("# %.*s\n", TH_STR_ARG(s.fault.v[i]));
}

/* Runs SQL on the database as somebody who has no key would. */
static void meddle(const vault *v, const char *sql) {
  char path[4200], *said = NULL;
  sqlite3 *db;
  snprintf(path, sizeof path, "%s/cases.db", v->home);
  CHECK_INT(sqlite3_open(path, &db), SQLITE_OK);
  if (sqlite3_exec(db, sql, NULL, NULL, &said) != SQLITE_OK) printf("# %s: %s\n", sql, said), test_failed_checks++;
  sqlite3_free(said);
  sqlite3_close(db);
}

TEST(versions_and_equal_content) {
  const vault v = vault_fresh();
  th_arena *a = th_arena_new(0);
  th_cases *c = vault_open(&v, TH_CASES_WRITE);
  th_err err = { 0 };
  th_case_in in = case_in("王小明", "{\"facts\":{\"upcr\":1}}");
  const th_case_head one = vault_put(a, c, &in, false);
  CHECK_INT(one.id.n, 32);
  CHECK_INT(one.version, 1);
  CHECK_STR(vault_put(a, c, &in, true).id, one.id.p); /* the same bytes once more, as a new case: it is there */
  in.id = one.id;
  in.body = TH_S("{\"facts\":{\"upcr\":2}}");
  CHECK_INT(vault_put(a, c, &in, false).version, 2);
  CHECK_INT(vault_put(a, c, &in, true).version, 2);
  in.expect = 1;
  CHECK_INT(vault_put(a, c, &in, true).version, 2); /* a request sent again, not a conflict */
  in.body = TH_S("{}");
  th_case_head h;
  bool same;
  CHECK_CODE(th_cases_put(a, c, by_lin, &in, &h, &same, &err), TH_ECONFLICT);
  in.expect = 2;
  CHECK_INT(vault_put(a, c, &in, false).version, 3);
  th_cases_close(c);

  c = vault_open(&v, TH_CASES_READ);
  th_str body;
  err = (th_err){ 0 };
  CHECK_OK_ERR(th_cases_get(a, c, one.id, 1, &h, &body, &err), &err);
  CHECK_STR(body, "{\"facts\":{\"upcr\":1}}");
  CHECK_STR(h.summary.title, "王小明");
  CHECK_STR(h.who, "Dr. Lin");
  CHECK_INT(h.at, 1795219200);
  CHECK(h.summary.n_due == 1 && th_str_is(h.summary.due[0].zh, "續用申請") && th_str_is(h.summary.due[0].kind, "review") &&
        h.summary.due[0].day.year == 2026);
  CHECK_OK_ERR(th_cases_get(a, c, one.id, 0, &h, &body, &err), &err);
  CHECK_STR(body, "{}");
  CHECK_INT(h.version, 3);
  CHECK_CODE(th_cases_get(a, c, one.id, 4, &h, &body, NULL), TH_ENOENT);
  CHECK_CODE(th_cases_get(a, c, TH_S("../../etc/passwd"), 0, &h, &body, NULL), TH_EINVAL);
  CHECK_CODE(th_cases_get(a, c, TH_S("00000000000000000000000000000000"), 0, &h, &body, NULL), TH_ENOENT);
  th_case_heads all;
  CHECK_OK_ERR(th_cases_versions(a, c, one.id, &all, &err), &err);
  CHECK(all.n == 3 && all.v[0].version == 3 && all.v[2].version == 1);
  must_be_whole(a, c);
  th_cases_close(c);
  th_arena_del(a);
  vault_remove(&v);
}

TEST(new_cases_by_token) {
  const vault v = vault_fresh();
  th_arena *a = th_arena_new(0);
  th_cases *c = vault_open(&v, TH_CASES_WRITE);
  th_case_in in = case_in("", "{}");
  in.token = TH_S("form-1");
  const th_case_head one = vault_put(a, c, &in, false);
  in.token = TH_S("form-2"); /* another patient whose form is as empty */
  const th_case_head two = vault_put(a, c, &in, false);
  CHECK(!th_str_eq(one.id, two.id));
  th_case_in edit = case_in("A", "{\"a\":1}");
  edit.id = one.id;
  vault_put(a, c, &edit, false);
  in.token = TH_S("form-1"); /* the first request arrives once more, late: it must not undo the change */
  const th_case_head again = vault_put(a, c, &in, true);
  CHECK_STR(again.id, one.id.p);
  CHECK_INT(again.version, 2);
  th_case_heads all;
  CHECK_OK(th_cases_list(a, c, &all, NULL));
  CHECK(all.n == 2 && th_str_eq(all.v[0].id, one.id) && th_str_eq(all.v[1].id, two.id)); /* newest change first */
  th_cases_close(c);
  th_arena_del(a);
  vault_remove(&v);
}

static th_str photo_of(th_arena *a, size_t n) {
  char *p = th_arena_alloc(a, n, 1);
  for (size_t i = 0; p && i < n; i++) p[i] = (char)th_rng_at(8, 13, i);
  return th_str_n(p, n);
}

TEST(attachments) {
  const vault v = vault_fresh();
  th_arena *a = th_arena_new(0);
  th_cases *c = vault_open(&v, TH_CASES_WRITE);
  th_err err = { 0 };
  th_case_in in = case_in("X", "{}");
  const th_str id = vault_put(a, c, &in, false).id, bytes = photo_of(a, 700001);
  th_case_attachment m = { .name = TH_S("皮疹.jpg"),
                           .media_type = TH_S("image/jpeg"),
                           .evidence = TH_S("E-photo"),
                           .clause = TH_S("AD-13"),
                           .item = TH_S("rash"),
                           .date = home_day,
                           .site = TH_S("左頰") },
                     out, got;
  bool same = true;
  th_str back;
  CHECK_OK_ERR(th_cases_attach(a, c, by_lin, id, &m, bytes, &out, &same, &err), &err);
  CHECK(!same);
  CHECK_OK_ERR(th_cases_attach(a, c, by_lin, id, &m, bytes, &got, &same, &err), &err);
  CHECK(same && th_str_eq(got.id, out.id) && got.version == 1);
  m.site = TH_S("右頰");
  CHECK_OK_ERR(th_cases_attach(a, c, by_lin, id, &m, bytes, &got, &same, &err), &err);
  CHECK(same && got.version == 2);
  m.id = got.id;
  m.note = TH_S("二度拍攝");
  CHECK_OK_ERR(th_cases_attachment_set(a, c, by_lin, &m, &got, &err), &err);
  m.evidence = TH_S("E-rash");
  CHECK_OK_ERR(th_cases_attach(a, c, by_lin, id, &m, TH_S("other"), &got, &same, &err), &err);
  CHECK(!same);
  CHECK_CODE(th_cases_attach(a, c, by_lin, id, &m, TH_S(""), &got, &same, NULL), TH_EINVAL);
  CHECK_CODE(th_cases_attach(a, c, by_lin, TH_S("0123456789abcdef0123456789abcdef"), &m, bytes, &got, &same, NULL), TH_ENOENT);
  th_cases_close(c);

  c = vault_open(&v, TH_CASES_READ);
  CHECK_OK_ERR(th_cases_attachment_get(a, c, out.id, &got, &back, &err), &err);
  CHECK(th_str_eq(back, bytes));
  CHECK_INT(got.version, 3);
  CHECK_STR(got.name, "皮疹.jpg");
  CHECK_STR(got.site, "右頰");
  CHECK_STR(got.note, "二度拍攝");
  CHECK(th_date_cmp(got.date, home_day) == 0);
  th_case_attachments all;
  CHECK_OK_ERR(th_cases_attachments(a, c, id, &all, &err), &err);
  CHECK(all.n == 2 && th_str_eq(all.v[0].id, out.id) && all.v[1].bytes == 5);
  must_be_whole(a, c);
  th_cases_close(c);
  th_arena_del(a);
  vault_remove(&v);
}

/* Whether a file under dir holds the bytes. */
static bool lies_open(const char *dir, th_str needle) {
  th_arena *a = th_arena_new(0);
  th_dir_list list = { 0 };
  bool found = false;
  CHECK_OK(th_dir_read(a, dir, &list, NULL));
  for (size_t i = 0; i < list.n; i++) {
    th_str bytes = TH_STR_NONE;
    if (!list.v[i].is_regular) continue;
    CHECK_OK(th_file_load(a, list.v[i].path.p, 0, &bytes, NULL));
    found |= th_str_has(bytes, needle);
  }
  th_arena_del(a);
  return found;
}

TEST(nothing_lies_open_and_deleted_is_gone) {
  const vault v = vault_fresh();
  th_arena *a = th_arena_new(0);
  th_cases *c = vault_open(&v, TH_CASES_WRITE);
  th_err err = { 0 };
  th_case_in in = case_in("secret-title", "{\"name\":\"secret-body\"}");
  const th_case_head kept = vault_put(a, c, &in, false);
  in.summary.title = TH_S("secret-other");
  const th_case_head gone = vault_put(a, c, &in, false);
  th_case_attachment m = { .name = TH_S("secret-name"), .site = TH_S("secret-site"), .note = TH_S("secret-note") }, out;
  bool same;
  char sealed[64] = "";
  CHECK_OK_ERR(th_cases_attach(a, c, by_lin, gone.id, &m, TH_S("secret-bytes"), &out, &same, &err), &err);
  CHECK_OK_ERR(th_cases_log(c, (th_cases_act){ TH_S("secret-who"), 1 }, "read", gone.id, 1, &err), &err);
  CHECK(!lies_open(v.home, TH_S("secret")) && !lies_open(v.home, TH_S("Dr. Lin")));
  CHECK(lies_open(v.home, gone.id)); /* the search does find what lies open */

  /* A piece of the cipher text itself must be gone after a deletion, from the log and from free pages too. */
  char path[4200];
  sqlite3 *db;
  sqlite3_stmt *st;
  snprintf(path, sizeof path, "%s/cases.db", v.home);
  CHECK_INT(sqlite3_open(path, &db), SQLITE_OK);
  CHECK_INT(sqlite3_prepare_v2(db, "SELECT body FROM chunk", -1, &st, NULL), SQLITE_OK);
  CHECK_INT(sqlite3_step(st), SQLITE_ROW);
  memcpy(sealed, (const char *)sqlite3_column_blob(st, 0) + 1, 40);
  sqlite3_finalize(st);
  sqlite3_close(db);
  CHECK(lies_open(v.home, th_str_n(sealed, 40)));
  CHECK_OK_ERR(th_cases_delete(c, by_lin, gone.id, &err), &err);
  CHECK(!lies_open(v.home, th_str_n(sealed, 40)));
  th_case_head h;
  th_str body;
  CHECK_CODE(th_cases_get(a, c, gone.id, 0, &h, &body, NULL), TH_ENOENT);
  CHECK_CODE(th_cases_attachment_get(a, c, out.id, &out, NULL, NULL), TH_ENOENT);
  CHECK_CODE(th_cases_delete(c, by_lin, gone.id, NULL), TH_ENOENT);
  CHECK_OK_ERR(th_cases_get(a, c, kept.id, 0, &h, &body, &err), &err);
  must_be_whole(a, c);
  th_cases_entries log;
  CHECK_OK_ERR(th_cases_entries_get(a, c, gone.id, 1, 0, &log, &err), &err);
  CHECK(log.n == 3 && th_str_is(log.v[0].did, "put") && th_str_is(log.v[1].did, "read") && th_str_is(log.v[2].did, "delete"));
  CHECK(log.n == 3 && th_str_is(log.v[1].who, "secret-who"));
  th_cases_close(c);
  th_arena_del(a);
  vault_remove(&v);
}

/* ── The key ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code open_code(const vault *v, const char *key, const char *says) {
  th_cases *c = NULL;
  th_err err = { 0 };
  const th_code code = th_cases_open(v->home, TH_CASES_WRITE, key, 2000, &c, &err);
  th_cases_close(c);
  CHECK(!says || strstr(err.msg, says) != NULL);
  if (says && !strstr(err.msg, says)) printf("# \"%s\" does not say \"%s\"\n", err.msg, says);
  return code;
}

TEST(key_lies_outside_and_is_private) {
  const vault v = vault_fresh();
  th_arena *a = th_arena_new(0);
  th_cases *c = NULL;
  struct stat st;
  char other[4300], inside[4300];
  CHECK_CODE(th_cases_open(v.home, TH_CASES_READ, v.key, 0, &c, NULL), TH_ENOENT);
  CHECK(access(v.key, F_OK) != 0); /* a reader makes none */
  c = vault_open(&v, TH_CASES_WRITE);
  const th_case_in in = case_in("X", "{}");
  vault_put(a, c, &in, false);
  th_cases_close(c);
  CHECK_INT(stat(v.key, &st), 0);
  CHECK_INT(st.st_mode & 0777, 0600);
  snprintf(other, sizeof other, "%s/cases.db", v.home);
  CHECK_INT(stat(other, &st), 0);
  CHECK_INT(st.st_mode & 0777, 0600);

  snprintf(other, sizeof other, "%s.other", v.home);
  CHECK_CODE(open_code(&v, other, "missing"), TH_ENOENT);
  CHECK(access(other, F_OK) != 0); /* and none is made where cases exist */
  vault w = vault_fresh();
  c = vault_open(&w, TH_CASES_WRITE);
  th_cases_close(c);
  CHECK_CODE(open_code(&v, w.key, "not the key"), TH_EAUTH);
  vault_remove(&w);

  CHECK_INT(chmod(v.key, 0640), 0);
  CHECK_CODE(open_code(&v, v.key, "chmod 600"), TH_EAUTH);
  CHECK_INT(chmod(v.key, 0600), 0);
  snprintf(inside, sizeof inside, "%s/cases.key", v.home);
  CHECK_INT(rename(v.key, inside), 0);
  CHECK_CODE(open_code(&v, inside, "beside what it opens"), TH_EINVAL);
  CHECK_INT(rename(inside, v.key), 0);
  CHECK_CODE(open_code(&v, v.key, NULL), TH_OK);

  const int fd = open(v.key, O_WRONLY);
  CHECK_INT(write(fd, "X", 1), 1);
  close(fd);
  CHECK_CODE(open_code(&v, v.key, "no key of cases"), TH_EPARSE);
  CHECK_INT(truncate(v.key, 10), 0);
  CHECK_CODE(open_code(&v, v.key, "no key of cases"), TH_EPARSE);
  unlink(v.key);
  CHECK_INT(mkfifo(v.key, 0600), 0);
  CHECK_CODE(open_code(&v, v.key, "not a regular file"), TH_EPARSE);
  th_arena_del(a);
  vault_remove(&v);
}

TEST(key_path_from_the_environment) {
  char path[TH_LIMIT_PATH_BYTES];
  setenv("THERIAC_KEY_FILE", "/a/key", 1);
  CHECK_OK(th_cases_key_path(path, NULL));
  CHECK_STR(th_str_of(path), "/a/key");
  unsetenv("THERIAC_KEY_FILE");
  setenv("XDG_CONFIG_HOME", "/c", 1);
  CHECK_OK(th_cases_key_path(path, NULL));
  CHECK_STR(th_str_of(path), "/c/theriac/cases.key");
  unsetenv("XDG_CONFIG_HOME");
  setenv("HOME", "/h", 1);
  CHECK_OK(th_cases_key_path(path, NULL));
  CHECK_STR(th_str_of(path), "/h/.config/theriac/cases.key");
  unsetenv("HOME");
  CHECK_CODE(th_cases_key_path(path, NULL), TH_EINVAL);
}

/* ── Tampering ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* A home with case A of two versions and case B of one, an attachment each; then the SQL; then what check says. */
static void tampered(const char *sql, bool opens_still) {
  const vault v = vault_fresh();
  th_arena *a = th_arena_new(0);
  th_cases *c = vault_open(&v, TH_CASES_WRITE);
  th_err err = { 0 };
  th_case_attachment m = { .name = TH_S("p.png") }, out;
  bool same;
  th_case_in in = case_in("A", "{\"a\":1}");
  th_case_head A = vault_put(a, c, &in, false);
  in.id = A.id;
  in.body = TH_S("{\"a\":2}");
  vault_put(a, c, &in, false);
  in = case_in("B", "{\"a\":1}");
  th_case_head B = vault_put(a, c, &in, false);
  CHECK_OK_ERR(th_cases_attach(a, c, by_lin, A.id, &m, photo_of(a, 600000), &out, &same, &err), &err);
  CHECK_OK_ERR(th_cases_attach(a, c, by_lin, B.id, &m, photo_of(a, 600001), &out, &same, &err), &err);
  must_be_whole(a, c);
  th_cases_close(c);
  meddle(&v, "DROP TRIGGER entry_stays; DROP TRIGGER entry_kept");
  meddle(&v, sql);
  c = vault_open(&v, TH_CASES_READ);
  th_cases_state s;
  CHECK_OK_ERR(th_cases_check(a, c, &s, &err), &err);
  if (s.fault.n == 0) printf("# not found: %s\n", sql);
  CHECK(s.fault.n > 0);
  th_case_heads all;
  CHECK_OK_ERR(th_cases_list(a, c, &all, &err), &err);
  size_t whole = 0;
  for (size_t i = 0; i < all.n; i++) whole += !all.v[i].damaged;
  CHECK((whole == all.n) == opens_still);
  th_cases_close(c);
  th_arena_del(a);
  vault_remove(&v);
}

TEST(changed_and_moved_records_do_not_open) {
  static const char *const breaks_head[] = {
    "UPDATE case_version SET summary = (SELECT summary FROM case_version w WHERE w.n = 4 - case_version.n) WHERE n IN (2, 3)",
    "UPDATE case_version SET summary = (SELECT summary FROM case_version w WHERE w.n = 1) WHERE n = 2", /* an old version as new */
    "UPDATE case_version SET at = at + 1 WHERE n = 3",
    "UPDATE case_version SET summary = body WHERE n = 3",
    "UPDATE case_version SET summary = x'' WHERE n = 3",
    "UPDATE case_version SET summary = substr(summary, 1, length(summary) - 1) WHERE n = 3",
    "UPDATE case_version SET summary = CAST(x'01' || randomblob(300) AS BLOB) WHERE n = 2",
  };
  static const char *const breaks_rest[] = {
    "UPDATE case_version SET body = (SELECT body FROM case_version w WHERE w.n = 1) WHERE n = 3",
    "UPDATE case_version SET body = (SELECT body FROM case_version w WHERE w.n = 3) WHERE n = 1",
    "UPDATE attachment SET case_id = (SELECT case_id FROM attachment ORDER BY n LIMIT 1)",
    "UPDATE attachment SET head = (SELECT head FROM attachment ORDER BY n LIMIT 1)",
    "UPDATE attachment SET version = 2 WHERE n = 1",
    "DELETE FROM chunk WHERE n = 2",
    "DELETE FROM chunk WHERE n = 0",
    "UPDATE chunk SET n = 9 WHERE n = 0",
    "UPDATE chunk SET body = (SELECT body FROM chunk w WHERE w.n = chunk.n AND w.rowid <> chunk.rowid)",
  };
  for (size_t i = 0; i < sizeof breaks_head / sizeof *breaks_head; i++) tampered(breaks_head[i], false);
  for (size_t i = 0; i < sizeof breaks_rest / sizeof *breaks_rest; i++) tampered(breaks_rest[i], true);
}

TEST(log_tells_what_was_cut_or_changed) {
  static const char *const all[] = {
    "DELETE FROM entry WHERE n = 2", /* from the middle */
    "DELETE FROM entry WHERE n = 1", /* from the beginning */
    "DELETE FROM entry WHERE n = 5", /* from the end: the attachment is then one the log does not know */
    "DELETE FROM entry",
    "UPDATE entry SET at = at - 1 WHERE n = 3",
    "UPDATE entry SET did = 'read' WHERE n = 3",
    "UPDATE entry SET who = (SELECT who FROM entry w WHERE w.n = 1) WHERE n = 2",
    "UPDATE entry SET hash = (SELECT hash FROM entry w WHERE w.n = 1) WHERE n = 5",
    "UPDATE entry SET n = 9 WHERE n = 5",
    "DELETE FROM case_version WHERE n = 3", /* a case taken out without the log */
    "DELETE FROM case_version WHERE n = 2", /* back to an older version */
    "DELETE FROM case_version WHERE n = 1", /* history removed */
    "DELETE FROM chunk; DELETE FROM attachment",
  };
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) tampered(all[i], true);
}

TEST(noted_hash_shows_a_log_cut_short) {
  const vault v = vault_fresh();
  th_arena *a = th_arena_new(0);
  th_cases *c = vault_open(&v, TH_CASES_WRITE);
  th_err err = { 0 };
  th_cases_state s, t;
  const th_case_in in = case_in("A", "{}");
  const th_case_head h = vault_put(a, c, &in, false);
  CHECK_OK_ERR(th_cases_log(c, by_lin, "read", h.id, 1, &err), &err);
  CHECK_OK_ERR(th_cases_verify(a, c, TH_STR_NONE, &s, &err), &err);
  CHECK(s.entries == 2 && s.fault.n == 0 && strlen(s.last) == 64);
  CHECK_OK_ERR(th_cases_log(c, by_lin, "print", h.id, 1, &err), &err);
  CHECK_OK_ERR(th_cases_verify(a, c, th_str_of(s.last), &t, &err), &err);
  CHECK(t.fault.n == 0); /* what was noted earlier still stands in it */
  CHECK_CODE(th_cases_log(c, by_lin, "Not a word", h.id, 1, NULL), TH_EINVAL);
  CHECK_CODE(th_cases_log(c, (th_cases_act){ TH_STR_NONE, 0 }, "read", h.id, 1, NULL), TH_EINVAL);
  th_cases_close(c);
  /* Reading leaves no record, so only the hash noted elsewhere tells that its entry was cut off. */
  meddle(&v, "DROP TRIGGER entry_kept; DELETE FROM entry WHERE n > 1");
  c = vault_open(&v, TH_CASES_READ);
  CHECK_OK_ERR(th_cases_verify(a, c, TH_STR_NONE, &t, &err), &err);
  CHECK_INT(t.fault.n, 0);
  CHECK_OK_ERR(th_cases_verify(a, c, th_str_of(s.last), &t, &err), &err);
  CHECK_INT(t.fault.n, 1);
  th_cases_close(c);
  th_arena_del(a);
  vault_remove(&v);
}

TEST(log_refuses_to_be_changed) {
  const vault v = vault_fresh();
  th_arena *a = th_arena_new(0);
  th_cases *c = vault_open(&v, TH_CASES_WRITE);
  const th_case_in in = case_in("A", "{}");
  vault_put(a, c, &in, false);
  th_cases_close(c);
  char path[4200];
  sqlite3 *db;
  snprintf(path, sizeof path, "%s/cases.db", v.home);
  CHECK_INT(sqlite3_open(path, &db), SQLITE_OK);
  CHECK(sqlite3_exec(db, "UPDATE entry SET at = 0", NULL, NULL, NULL) != SQLITE_OK);
  CHECK(sqlite3_exec(db, "DELETE FROM entry", NULL, NULL, NULL) != SQLITE_OK);
  sqlite3_close(db);
  th_arena_del(a);
  vault_remove(&v);
}

TEST(limits) {
  const vault v = vault_fresh();
  th_arena *a = th_arena_new(0);
  th_cases *c = vault_open(&v, TH_CASES_WRITE);
  th_err err = { 0 };
  th_case_head h;
  bool same;
  th_case_in in = case_in("A", "{}");
  in.body = th_str_n(th_arena_alloc(a, TH_LIMIT_CASE_BYTES + 1, 1), TH_LIMIT_CASE_BYTES + 1);
  CHECK_CODE(th_cases_put(a, c, by_lin, &in, &h, &same, &err), TH_ELIMIT);
  CHECK(strstr(err.msg, "TH_LIMIT_CASE_BYTES") != NULL);
  in.body.n--;
  CHECK_OK(th_cases_put(a, c, by_lin, &in, &h, &same, NULL));
  in = case_in("A", "{}");
  in.summary.title = th_str_n(th_arena_alloc(a, TH_LIMIT_CASE_TEXT_BYTES + 1, 1), TH_LIMIT_CASE_TEXT_BYTES + 1);
  CHECK_CODE(th_cases_put(a, c, by_lin, &in, &h, &same, NULL), TH_ELIMIT);
  in = case_in("A", "{}");
  CHECK_CODE(th_cases_put(a, c, (th_cases_act){ TH_STR_NONE, 0 }, &in, &h, &same, NULL), TH_EINVAL);
  th_cases_close(c);
  th_arena_del(a);
  vault_remove(&v);
}

TEST_MAIN(RUN(versions_and_equal_content), RUN(new_cases_by_token), RUN(attachments),
          RUN(nothing_lies_open_and_deleted_is_gone), RUN(key_lies_outside_and_is_private),
          RUN(changed_and_moved_records_do_not_open), RUN(log_tells_what_was_cut_or_changed),
          RUN(noted_hash_shows_a_log_cut_short), RUN(log_refuses_to_be_changed), RUN(limits),
          RUN(key_path_from_the_environment))
