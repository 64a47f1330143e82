/* The web app without its socket: kept and fresh dossier pages, a case judged, and the same page over HTTP with a connection kept open. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench.h"

#include "theriac/coverage.h"
#include "theriac/import.h"
#include "theriac/serve.h"

static char home[] = "/tmp/theriac-bench-serve-XXXXXX";
static th_serve *server;
static th_arena *arena;

static th_date day(void) {
  return th_civil_from_days(20240);
}

static void ask(const char *target) {
  static const th_request_header host = { { "Host", 4 }, { "127.0.0.1", 9 } };
  const th_request q = { .method = TH_S("GET"), .target = th_str_of(target), .header = &host, .n_headers = 1 };
  th_response r;
  th_serve_answer(server, arena, &q, &r);
  if (r.status != 200) {
    fprintf(stderr, "%s: status %d\n", target, r.status);
    exit(1);
  }
  th_arena_reset(arena);
}

static void kept(void *ctx) {
  (void)ctx;
  ask("/drug/belimumab");
}

static void fresh(void *ctx) {
  static int n;
  char target[64];
  (void)ctx;
  snprintf(target, sizeof target, "/drug/belimumab?n=%d", n++);
  ask(target);
}

static void first(void *ctx) {
  (void)ctx;
  ask("/");
}

static int wire = -1;

static void over_http(void *ctx) {
  static char buffer[1 << 20];
  static const char get[] = "GET /drug/belimumab HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  size_t got = 0, want = SIZE_MAX;
  (void)ctx;
  if (write(wire, get, sizeof get - 1) != (ssize_t)sizeof get - 1) exit(1);
  while (got < want) {
    const ssize_t n = read(wire, buffer + got, sizeof buffer - 1 - got);
    if (n <= 0) exit(1);
    got += (size_t)n;
    buffer[got] = 0;
    const char *end = want == SIZE_MAX ? strstr(buffer, "\r\n\r\n") : NULL, *length = strstr(buffer, "Content-Length: ");
    if (end && length) want = (size_t)(end + 4 - buffer) + (size_t)atol(length + 16);
  }
}

static bool import_demo(void) {
  static const char *const files[] = { "report-page.md", "abstract.txt", "rule-8.2.13.txt", "trial-page.txt" };
  th_store *s;
  const char *path[4];
  th_import_summary sum = { 0 };
  const th_import_options o = { .retrieved = day() };
  for (size_t i = 0; i < 4; i++) path[i] = th_str_fmt(arena, "%s/demo/%s", THERIAC_BUILD_ROOT "/..", files[i]).p;
  if (th_store_open(home, TH_STORE_WRITE, -1, &s, NULL) != TH_OK) return false;
  const bool done = th_import_paths(arena, s, path, 4, &o, &sum, NULL) == TH_OK && sum.n_refused == 0;
  th_store_close(s);
  return done;
}

static bool connect_to(void) {
  struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)th_serve_port(server)) };
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  wire = socket(AF_INET, SOCK_STREAM, 0);
  return wire >= 0 && connect(wire, (struct sockaddr *)&at, sizeof at) == 0;
}

int main(void) {
  arena = th_arena_new(0);
  const th_serve_options o = { .home = home, .listen = "127.0.0.1:0", .today = day };
  if (!mkdtemp(home) || !import_demo() || th_serve_open(&o, &server, NULL) != TH_OK || th_serve_start(server, NULL) != TH_OK ||
      !connect_to()) {
    fprintf(stderr, "the server could not be set up\n");
    return 1;
  }
  kept(NULL);
  const double cold = bench_seconds(fresh, NULL);
  bench_line("a dossier's page, made anew", 1, "pages", cold, "", 0, "", 0);
  bench_line("a dossier's page, kept", 1, "pages", bench_seconds(kept, NULL), "made anew", 1 / cold, "", 0);
  bench_line("the first page", 1, "pages", bench_seconds(first, NULL), "", 0, "", 0);
  bench_line("a kept page over one connection", 1, "pages", bench_seconds(over_http, NULL), "made anew", 1 / cold, "", 0);
  close(wire);
  th_serve_close(server);
  th_arena_del(arena);
  return 0;
}
