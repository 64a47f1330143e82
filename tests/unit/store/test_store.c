/* The home directory, documents, records and their versions, transactions, two writers, what doctor finds, backup and restore. */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "unit/store/home.h"

static th_store *open_or_die(const char *home, th_store_mode mode) {
  th_store *s = NULL;
  th_err err = { 0 };
  CHECK_OK_ERR(th_store_open(home, mode, 2000, &s, &err), &err);
  if (!s) exit(1);
  return s;
}

TEST(reader_does_not_make_a_store) {
  const char *home = home_fresh();
  th_store *s = NULL;
  th_err err = { 0 };
  CHECK_CODE(th_store_open(home, TH_STORE_READ, 0, &s, &err), TH_ENOENT);
  CHECK(s == NULL);
  CHECK(strstr(err.msg, "theriac import") != NULL);
  CHECK(access(home, F_OK) != 0);
}

TEST(document_is_kept_as_read) {
  const char *home = home_fresh();
  th_arena *a = th_arena_new(0);
  th_store *s = open_or_die(home, TH_STORE_WRITE);
  th_err err = { 0 };
  /* SHA-256 of "abc": FIPS 180-2, appendix B.1. */
  const char *abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  th_store_document d = {
    .name = TH_S("a b.txt"), .kind = TH_S("abstract"), .retrieved = home_day, .licence = TH_S("CC BY 4.0")
  };
  CHECK_OK_ERR(th_store_begin(s, &err), &err);
  CHECK_OK_ERR(th_store_document_add(a, s, TH_S("abc"), &d, &err), &err);
  CHECK_OK_ERR(th_store_note_add(s, d.id, &(th_store_note){ 7, 2, TH_S("title"), TH_S("there is none") }, &err), &err);
  CHECK_OK_ERR(th_store_commit(s, &err), &err);
  CHECK_STR(d.sha256, abc);
  th_str bytes;
  CHECK_OK_ERR(th_store_document_bytes(a, s, d.sha256, &bytes, &err), &err);
  CHECK_STR(bytes, "abc");
  th_store_close(s);

  s = open_or_die(home, TH_STORE_READ);
  bool found = false;
  th_store_document e;
  CHECK_OK_ERR(th_store_document_find(a, s, th_str_of(abc), &found, &e, &err), &err);
  CHECK(found);
  CHECK_STR(e.name, "a b.txt");
  CHECK_STR(e.licence, "CC BY 4.0");
  CHECK_INT(e.bytes, 3);
  CHECK(th_date_cmp(e.retrieved, home_day) == 0 && e.retrieved.prec == TH_DATE_DAY);
  th_store_note_vec notes;
  CHECK_OK_ERR(th_store_notes(a, s, e.id, &notes, &err), &err);
  CHECK_INT(notes.n, 1);
  CHECK(notes.n == 1 && notes.v[0].line == 7 && notes.v[0].col == 2 && th_str_is(notes.v[0].message, "there is none"));
  CHECK_OK_ERR(th_store_document_find(a, s, TH_S("0000"), &found, &e, &err), &err);
  CHECK(!found);
  th_store_close(s);
  th_arena_del(a);
  home_remove(home);
}

TEST(version_is_kept_beside_the_old_one) {
  const char *home = home_fresh();
  th_arena *a = th_arena_new(0);
  th_store *s = open_or_die(home, TH_STORE_WRITE);
  th_err err = { 0 };
  th_store_added added[4];
  CHECK_OK_ERR(th_store_begin(s, &err), &err);
  CHECK_OK_ERR(home_put(a, s, "k", "first", &added[0], &err), &err);
  CHECK_OK_ERR(home_put(a, s, "k", "second", &added[1], &err), &err);
  CHECK_OK_ERR(home_put(a, s, "k", "second", &added[2], &err), &err);
  CHECK_OK_ERR(home_put(a, s, "other", "first", &added[3], &err), &err);
  CHECK_OK_ERR(th_store_commit(s, &err), &err);
  CHECK_INT(added[0], TH_STORE_NEW);
  CHECK_INT(added[1], TH_STORE_NEW_VERSION);
  CHECK_INT(added[2], TH_STORE_SAME);
  CHECK_INT(added[3], TH_STORE_NEW);
  th_store_record_vec v;
  CHECK_OK_ERR(th_store_record_versions(a, s, TH_S("abstract"), TH_S("k"), &v, &err), &err);
  CHECK_INT(v.n, 2);
  CHECK(v.n == 2 && !v.v[0].current && v.v[1].current && v.v[1].version == 2);
  CHECK_STR(v.v[0].body, "{\"text\": \"first\"}");
  th_store_record r;
  bool found;
  CHECK_OK_ERR(th_store_record_find(a, s, TH_S("abstract"), TH_S("k"), &found, &r, &err), &err);
  CHECK(found && r.version == 2);
  CHECK_STR(r.doc.licence, "CC0");
  CHECK_OK_ERR(th_store_records(a, s, TH_S(""), &v, &err), &err);
  CHECK_INT(v.n, 2);
  CHECK(v.n == 2 && th_str_is(v.v[0].key, "k") && th_str_is(v.v[1].key, "other"));
  /* Only the current version is found by its text. */
  th_store_hit_vec hits;
  uint64_t total = 0;
  CHECK_OK_ERR(th_store_search(a, s, TH_S("first"), TH_S(""), 0, 0, &hits, &total, &err), &err);
  CHECK_INT(total, 1);
  CHECK(hits.n == 1 && th_str_is(hits.v[0].record.key, "other"));
  th_store_close(s);
  th_arena_del(a);
  home_remove(home);
}

/* A page of February read after that of August is kept, and does not become the present one. */
TEST(older_by_its_own_date_stays_old) {
  const char *home = home_fresh();
  th_arena *a = th_arena_new(0);
  th_store *s = open_or_die(home, TH_STORE_WRITE);
  th_err err = { 0 };
  static const struct {
    const char *body;
    int month; /* 0: no date */
    bool current;
  } page[] = {
    { "august", 8, true }, { "february", 2, false }, { "undated", 0, true }, { "january", 1, true }, { "september", 9, true }
  };
  th_store_document d = { .name = TH_S("x"), .kind = TH_S("report-page"), .retrieved = home_day };
  CHECK_OK_ERR(th_store_begin(s, &err), &err);
  CHECK_OK_ERR(th_store_document_add(a, s, TH_S("pages"), &d, &err), &err);
  for (size_t i = 0; i < sizeof page / sizeof *page; i++) {
    th_store_added added;
    th_store_record r = {
      .kind = TH_S("report-page"), .key = TH_S("k"), .title = TH_S("k"), .body = th_str_of(page[i].body), .doc = d
    };
    if (page[i].month) r.dated = (th_date){ 2026, (uint8_t)page[i].month, 0, TH_DATE_MONTH, TH_ERA_CE };
    CHECK_OK_ERR(th_store_record_add(s, &r, r.body, &added, &err), &err);
    CHECK_INT(r.current, page[i].current);
    th_store_record now;
    bool found;
    CHECK_OK_ERR(th_store_record_find(a, s, TH_S("report-page"), TH_S("k"), &found, &now, &err), &err);
    CHECK_STR(now.body, page[i].current ? page[i].body : "august");
    CHECK_INT(now.dated.month, i == 1 ? 8 : page[i].month);
  }
  th_store_record_vec v;
  CHECK_OK_ERR(th_store_record_versions(a, s, TH_S("report-page"), TH_S("k"), &v, &err), &err);
  CHECK_INT(v.n, 5);
  size_t current = 0;
  for (size_t i = 0; i < v.n; i++) current += v.v[i].current;
  CHECK_INT(current, 1);
  CHECK_OK_ERR(th_store_commit(s, &err), &err);
  th_store_close(s);
  th_arena_del(a);
  home_remove(home);
}

TEST(undo_and_rollback_take_back) {
  const char *home = home_fresh();
  th_arena *a = th_arena_new(0);
  th_store *s = open_or_die(home, TH_STORE_WRITE);
  th_err err = { 0 };
  th_store_added added;
  CHECK_CODE(home_put(a, s, "k", "outside", &added, &err), TH_EBUG);
  err = (th_err){ 0 };
  CHECK_OK_ERR(th_store_begin(s, &err), &err);
  CHECK_OK_ERR(home_put(a, s, "kept", "one", &added, &err), &err);
  CHECK_OK_ERR(th_store_mark(s, &err), &err);
  CHECK_OK_ERR(home_put(a, s, "undone", "two", &added, &err), &err);
  th_store_undo(s);
  CHECK_OK_ERR(th_store_commit(s, &err), &err);
  CHECK_OK_ERR(th_store_begin(s, &err), &err);
  CHECK_OK_ERR(home_put(a, s, "rolled back", "three", &added, &err), &err);
  th_store_close(s);
  s = open_or_die(home, TH_STORE_READ);
  th_store_record_vec v;
  CHECK_OK_ERR(th_store_records(a, s, TH_S(""), &v, &err), &err);
  CHECK_INT(v.n, 1);
  CHECK(v.n == 1 && th_str_is(v.v[0].key, "kept"));
  /* The bytes of what was rolled back or undone are gone too. */
  th_dir_list files = { 0 };
  const th_str sources = th_str_fmt(a, "%s/sources", home);
  CHECK_OK_ERR(th_dir_read(a, sources.p, &files, &err), &err);
  CHECK_INT(files.n, 1);
  th_store_close(s);
  th_arena_del(a);
  home_remove(home);
}

TEST(second_writer_waits_and_then_says_so) {
  const char *home = home_fresh();
  th_store *one = open_or_die(home, TH_STORE_WRITE), *two = NULL;
  th_err err = { 0 };
  CHECK_OK_ERR(th_store_open(home, TH_STORE_WRITE, 100, &two, &err), &err);
  CHECK_OK_ERR(th_store_begin(one, &err), &err);
  CHECK_CODE(th_store_begin(two, &err), TH_ECONFLICT);
  CHECK(strstr(err.msg, "another import is writing") != NULL);
  th_store_rollback(one);
  err = (th_err){ 0 };
  CHECK_OK_ERR(th_store_begin(two, &err), &err);
  CHECK_OK_ERR(th_store_commit(two, &err), &err);
  th_store_close(one);
  th_store_close(two);
  home_remove(home);
}

TEST(reader_sees_one_moment) {
  const char *home = home_fresh();
  th_arena *a = th_arena_new(0);
  th_store *w = open_or_die(home, TH_STORE_WRITE), *r = open_or_die(home, TH_STORE_READ);
  th_err err = { 0 };
  th_store_added added;
  th_store_record_vec v;
  CHECK_OK_ERR(th_store_begin(r, &err), &err);
  CHECK_OK_ERR(th_store_begin(w, &err), &err);
  CHECK_OK_ERR(home_put(a, w, "k", "text", &added, &err), &err);
  CHECK_OK_ERR(th_store_commit(w, &err), &err);
  CHECK_OK_ERR(th_store_records(a, r, TH_S(""), &v, &err), &err);
  CHECK_INT(v.n, 0);
  CHECK_OK_ERR(th_store_commit(r, &err), &err);
  CHECK_OK_ERR(th_store_records(a, r, TH_S(""), &v, &err), &err);
  CHECK_INT(v.n, 1);
  th_store_close(r);
  th_store_close(w);
  th_arena_del(a);
  home_remove(home);
}

TEST(file_of_another_program_is_refused) {
  const char *home = home_fresh();
  th_arena *a = th_arena_new(0);
  th_err err = { 0 };
  th_store *s = NULL;
  CHECK_OK_ERR(th_dir_make(home, &err), &err);
  const th_str path = th_str_fmt(a, "%s/theriac.db", home);
  CHECK_OK_ERR(th_file_write(path.p,
                             TH_S("this is no database at all, but a text of more than a hundred bytes, so that it "
                                  "cannot be taken for an empty one."),
                             &err),
               &err);
  CHECK_CODE(th_store_open(home, TH_STORE_WRITE, 0, &s, &err), TH_EPARSE);
  CHECK(strstr(err.msg, "not a database") != NULL);
  err = (th_err){ 0 };
  CHECK_CODE(th_store_open(home, TH_STORE_READ, 0, &s, &err), TH_EPARSE);
  th_arena_del(a);
  home_remove(home);
}

TEST(doctor_finds_what_is_wrong) {
  const char *home = home_fresh();
  th_arena *a = th_arena_new(0);
  th_store *s = open_or_die(home, TH_STORE_WRITE);
  th_err err = { 0 };
  th_store_added added;
  th_store_fault_vec faults;
  th_store_counts counts;
  CHECK_OK_ERR(th_store_begin(s, &err), &err);
  CHECK_OK_ERR(home_put(a, s, "k1", "belimumab 癌症", &added, &err), &err);
  CHECK_OK_ERR(home_put(a, s, "k2", "rituximab", &added, &err), &err);
  CHECK_OK_ERR(th_store_commit(s, &err), &err);
  CHECK_OK_ERR(th_store_check(a, s, false, &faults, &counts, &err), &err);
  CHECK_INT(faults.n, 0);
  CHECK_INT(counts.documents, 2);
  CHECK_INT(counts.records, 2);
  CHECK_INT(counts.passages, 2);

  th_store_document_vec docs;
  CHECK_OK_ERR(th_store_documents(a, s, &docs, &err), &err);
  th_str p = th_str_fmt(a, "%s/sources/%.*s", home, TH_STR_ARG(docs.v[0].sha256));
  CHECK_OK_ERR(th_file_write(p.p, TH_S("changed"), &err), &err);
  p = th_str_fmt(a, "%s/sources/%.*s", home, TH_STR_ARG(docs.v[1].sha256));
  CHECK_INT(unlink(p.p), 0);
  p = th_str_fmt(a, "%s/sources/left-over", home);
  CHECK_OK_ERR(th_file_write(p.p, TH_S("x"), &err), &err);
  CHECK_OK_ERR(th_store_check(a, s, true, &faults, NULL, &err), &err);
  CHECK_INT(faults.n, 3);
  if (faults.n == 3) {
    CHECK_INT(faults.v[0].kind, TH_STORE_FAULT_CHANGED);
    CHECK_INT(faults.v[1].kind, TH_STORE_FAULT_MISSING);
    CHECK_INT(faults.v[2].kind, TH_STORE_FAULT_ORPHAN);
    CHECK(faults.v[2].harmless && faults.v[2].mended && !faults.v[0].harmless);
  }
  CHECK(access(p.p, F_OK) != 0);
  th_str bytes;
  CHECK_CODE(th_store_document_bytes(a, s, docs.v[0].sha256, &bytes, &err), TH_EPARSE);
  th_store_close(s);
  th_arena_del(a);
  home_remove(home);
}

TEST(damaged_page_is_found) {
  const char *home = home_fresh();
  th_arena *a = th_arena_new(0);
  th_store *s = open_or_die(home, TH_STORE_WRITE);
  th_err err = { 0 };
  th_store_added added;
  CHECK_OK_ERR(th_store_begin(s, &err), &err);
  for (int i = 0; i < 200; i++) {
    const th_str key = th_str_fmt(a, "key %d", i);
    CHECK_OK_ERR(home_put(a, s, key.p, "some words that fill a page of the database", &added, &err), &err);
  }
  CHECK_OK_ERR(th_store_commit(s, &err), &err);
  th_store_close(s);
  const th_str path = th_str_fmt(a, "%s/theriac.db", home);
  const int fd = open(path.p, O_RDWR);
  char junk[64];
  memset(junk, 0xa5, sizeof junk);
  struct stat st;
  CHECK(fd >= 0 && fstat(fd, &st) == 0);
  for (off_t at = 8192 + 4096; at + 64 < st.st_size; at += 8192) CHECK(pwrite(fd, junk, sizeof junk, at) == sizeof junk);
  close(fd);
  th_store_fault_vec faults = { 0 };
  th_code code = th_store_open(home, TH_STORE_READ, 0, &s, &err);
  if (code == TH_OK) {
    code = th_store_check(a, s, false, &faults, NULL, &err);
    th_store_close(s);
  }
  CHECK(code == TH_EPARSE || (code == TH_OK && faults.n > 0 && faults.v[0].kind == TH_STORE_FAULT_DATABASE));
  th_arena_del(a);
  home_remove(home);
}

TEST(backup_is_a_home_and_comes_back) {
  char home[4096], copy[4096];
  snprintf(home, sizeof home, "%s", home_fresh());
  snprintf(copy, sizeof copy, "%s", home_fresh());
  th_arena *a = th_arena_new(0);
  th_store *s = open_or_die(home, TH_STORE_WRITE);
  th_err err = { 0 };
  th_store_added added;
  CHECK_OK_ERR(th_store_begin(s, &err), &err);
  CHECK_OK_ERR(home_put(a, s, "before", "one", &added, &err), &err);
  CHECK_OK_ERR(th_store_commit(s, &err), &err);
  th_store *reader = open_or_die(home, TH_STORE_READ);
  CHECK_OK_ERR(th_store_backup(reader, copy, &err), &err);
  CHECK_CODE(th_store_backup(reader, copy, &err), TH_ECONFLICT);
  err = (th_err){ 0 };
  th_store_close(reader);
  CHECK_OK_ERR(th_store_begin(s, &err), &err);
  CHECK_OK_ERR(home_put(a, s, "after", "two", &added, &err), &err);
  CHECK_OK_ERR(th_store_commit(s, &err), &err);

  CHECK_CODE(th_store_restore(copy, home, false, &err), TH_ECONFLICT);
  err = (th_err){ 0 };
  CHECK_CODE(th_store_restore(copy, home, true, &err), TH_ECONFLICT); /* it is open here */
  CHECK(strstr(err.msg, "open") != NULL);
  err = (th_err){ 0 };
  th_store_close(s);
  CHECK_OK_ERR(th_store_restore(copy, home, true, &err), &err);
  s = open_or_die(home, TH_STORE_READ);
  th_store_record_vec v;
  CHECK_OK_ERR(th_store_records(a, s, TH_S(""), &v, &err), &err);
  CHECK_INT(v.n, 1);
  CHECK(v.n == 1 && th_str_is(v.v[0].key, "before"));
  th_store_close(s);
  home_remove(home);
  CHECK_OK_ERR(th_store_restore(copy, home, false, &err), &err);

  /* A damaged backup is not put in place of anything. */
  const th_str path = th_str_fmt(a, "%s/sources", copy);
  th_dir_list list = { 0 };
  CHECK_OK_ERR(th_dir_read(a, path.p, &list, &err), &err);
  CHECK(list.n == 1 && truncate(list.v[0].path.p, 2) == 0);
  CHECK_CODE(th_store_restore(copy, home, true, &err), TH_EPARSE);
  th_arena_del(a);
  home_remove(home);
  home_remove(copy);
}

TEST(folder_that_cannot_be_written_is_read) {
  if (geteuid() == 0) SKIP("root may write everywhere");
  const char *home = home_fresh();
  th_arena *a = th_arena_new(0);
  th_store *s = open_or_die(home, TH_STORE_WRITE);
  th_err err = { 0 };
  th_store_added added;
  CHECK_OK_ERR(th_store_begin(s, &err), &err);
  CHECK_OK_ERR(home_put(a, s, "k", "text", &added, &err), &err);
  CHECK_OK_ERR(th_store_commit(s, &err), &err);
  th_store_close(s);
  CHECK_INT(chmod(home, 0555), 0);
  s = open_or_die(home, TH_STORE_READ);
  th_store_record_vec v;
  CHECK_OK_ERR(th_store_records(a, s, TH_S(""), &v, &err), &err);
  CHECK_INT(v.n, 1);
  th_store_close(s);
  CHECK_INT(chmod(home, 0755), 0);
  th_arena_del(a);
  home_remove(home);
}

TEST_MAIN(RUN(reader_does_not_make_a_store), RUN(document_is_kept_as_read), RUN(version_is_kept_beside_the_old_one),
          RUN(older_by_its_own_date_stays_old), RUN(undo_and_rollback_take_back), RUN(second_writer_waits_and_then_says_so),
          RUN(reader_sees_one_moment), RUN(file_of_another_program_is_refused), RUN(doctor_finds_what_is_wrong),
          RUN(damaged_page_is_found), RUN(backup_is_a_home_and_comes_back), RUN(folder_that_cannot_be_written_is_read))
