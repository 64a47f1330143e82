/* A home directory for a test, and documents to put into it. */
#ifndef THERIAC_TEST_STORE_HOME_H
#define THERIAC_TEST_STORE_HOME_H

#include "test.h"
#include "theriac/io.h"
#include "theriac/store.h"

static inline void home_remove(const char *dir) {
  th_arena *a = th_arena_new(0);
  th_dir_list list = { 0 };
  if (a && th_dir_read(a, dir, &list, NULL) == TH_OK)
    for (size_t i = 0; i < list.n; i++) list.v[i].is_dir ? home_remove(list.v[i].path.p) : (void)unlink(list.v[i].path.p);
  rmdir(dir);
  th_arena_del(a);
}

/* A fresh path under $TMPDIR that is not there yet. */
static inline const char *home_fresh(void) {
  static char path[4096];
  const char *tmp = getenv("TMPDIR");
  snprintf(path, sizeof path, "%s/theriac-test-XXXXXX", tmp && *tmp ? tmp : "/tmp");
  if (!mkdtemp(path)) {
    perror(path);
    exit(1);
  }
  rmdir(path);
  return path;
}

static const th_date home_day = { 2025, 4, 21, TH_DATE_DAY, TH_ERA_CE };

/* A document of its own and one record that says `body`, inside a transaction. */
static inline th_code home_put(th_arena *a, th_store *s, const char *key, const char *body, th_store_added *added,
                               th_err *err) {
  th_store_document d = { .name = TH_S("test.txt"), .kind = TH_S("abstract"), .retrieved = home_day, .licence = TH_S("CC0") };
  const th_str bytes = th_str_fmt(a, "%s: %s", key, body);
  bool found = false;
  char hex[TH_SHA256_HEX];
  if (!bytes.p) return th_fail_nomem(err);
  TH_TRY(th_store_document_find(a, s, th_str_of(th_sha256_hex(bytes, hex)), &found, &d, err));
  if (!found) TH_TRY(th_store_document_add(a, s, bytes, &d, err));
  th_store_record r = { .kind = TH_S("abstract"),
                        .key = th_str_of(key),
                        .title = th_str_of(key),
                        .body = th_str_fmt(a, "{\"text\": \"%s\"}", body),
                        .doc = d,
                        .to = bytes.n };
  if (!r.body.p) return th_fail_nomem(err);
  TH_TRY(th_store_record_add(s, &r, r.body, added, err));
  if (*added == TH_STORE_SAME) return TH_OK;
  return th_store_passage_add(
      s, &(th_store_passage){ r.id, { TH_S("text"), 0, bytes.n }, TH_S(""), th_str_of(key), th_str_of(body) }, err);
}

#endif
