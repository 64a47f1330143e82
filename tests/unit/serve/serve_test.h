/* A server over a home of its own, asked without a socket. */
#ifndef THERIAC_TESTS_SERVE_TEST_H
#define THERIAC_TESTS_SERVE_TEST_H

#include "test.h"

#include "theriac/import.h"
#include "theriac/serve.h"
#include "theriac/store.h"

#include <ftw.h>

static char home[64];
static th_serve *server;
static th_arena *arena;

static th_date test_day(void) {
  th_date d;
  CHECK(th_date_parse_iso(TH_S("2025-06-01"), &d));
  return d;
}

static int remove_entry(const char *path, const struct stat *s, int kind, struct FTW *f) {
  (void)s, (void)kind, (void)f;
  return remove(path);
}

/* A home with these files of the source tree imported (NULL at the end). */
static void server_open_with(bool read_only, const char *const *files) {
  th_err err = { 0 };
  arena = th_arena_new(0);
  snprintf(home, sizeof home, "/tmp/theriac-serve-XXXXXX");
  CHECK(mkdtemp(home) != NULL);
  if (files && *files) {
    th_store *s;
    th_import_summary sum = { 0 };
    const th_import_options o = { .retrieved = test_day() };
    const char *path[32];
    size_t n = 0;
    for (; files[n]; n++) path[n] = th_str_fmt(arena, "%s/%s", THERIAC_SOURCE_ROOT, files[n]).p;
    CHECK_OK_ERR(th_store_open(home, TH_STORE_WRITE, -1, &s, &err), &err);
    CHECK_OK_ERR(th_import_paths(arena, s, path, n, &o, &sum, &err), &err);
    CHECK_INT(sum.n_refused, 0);
    th_store_close(s);
  }
  const th_serve_options o = { .home = home, .read_only = read_only, .today = test_day };
  CHECK_OK_ERR(th_serve_open(&o, &server, &err), &err);
}

static void server_close(void) {
  th_serve_close(server);
  nftw(home, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
  th_arena_del(arena);
}

typedef struct ask {
  const char *method, *target, *host, *language, *origin, *cookie, *accept, *type, *etag;
  th_str body;
} ask;

static th_response asked(ask q) {
  th_request_header h[8];
  size_t n = 0;
  h[n++] = (th_request_header){ TH_S("Host"), th_str_of(q.host ? q.host : "127.0.0.1:8420") };
  if (q.language) h[n++] = (th_request_header){ TH_S("Accept-Language"), th_str_of(q.language) };
  if (q.origin) h[n++] = (th_request_header){ TH_S("Origin"), th_str_of(q.origin) };
  if (q.cookie) h[n++] = (th_request_header){ TH_S("Cookie"), th_str_of(q.cookie) };
  if (q.accept) h[n++] = (th_request_header){ TH_S("Accept"), th_str_of(q.accept) };
  if (q.type) h[n++] = (th_request_header){ TH_S("Content-Type"), th_str_of(q.type) };
  if (q.etag) h[n++] = (th_request_header){ TH_S("If-None-Match"), th_str_of(q.etag) };
  const th_request r = {
    .method = th_str_of(q.method ? q.method : "GET"), .target = th_str_of(q.target), .header = h, .n_headers = n, .body = q.body
  };
  th_response out;
  th_serve_answer(server, arena, &r, &out);
  return out;
}

static inline th_str header_of(const th_response *r, const char *name) {
  for (size_t i = 0; i < r->n_headers; i++)
    if (th_str_is(r->header[i].name, name)) return r->header[i].value;
  return TH_STR_NONE;
}

static inline bool shows(const th_response *r, const char *text) {
  if (th_str_has(r->body, th_str_of(text))) return true;
  printf("# not on the page: %s\n", text);
  return false;
}

#endif
