/* The web app without its socket: kept and fresh dossier pages, a case judged, and both over HTTP with connections kept
 * open: for checks two at once, on the cores that the server has too. Limits: 5,000 checks a second, p99 20 ms. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
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

/* ── Over HTTP ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

enum { CLIENTS = 2, CHECKS = 2000 };

typedef struct client {
  int wire;
  th_str send;
  double *took; /* seconds of each of CHECKS requests; NULL: not timed one by one */
  char buffer[1 << 20];
} client;
static client of[CLIENTS];

static void over_http(void *ctx) {
  client *c = ctx;
  size_t got = 0, want = SIZE_MAX;
  if (write(c->wire, c->send.p, c->send.n) != (ssize_t)c->send.n) exit(1);
  while (got < want) {
    const ssize_t n = read(c->wire, c->buffer + got, sizeof c->buffer - 1 - got);
    if (n <= 0) exit(1);
    got += (size_t)n;
    c->buffer[got] = 0;
    const char *end = want == SIZE_MAX ? strstr(c->buffer, "\r\n\r\n") : NULL, *length = strstr(c->buffer, "Content-Length: ");
    if (end && length) want = (size_t)(end + 4 - c->buffer) + (size_t)atol(length + 16);
  }
}

static void *many(void *ctx) {
  client *c = ctx;
  for (int i = 0; i < CHECKS; i++) {
    const double t = bench_now();
    over_http(c);
    c->took[i] = bench_now() - t;
  }
  return NULL;
}

/* An adult asking for a renewal in lupus nephritis with all that the clause asks for; and one of whom hardly anything is known yet, for
 * whom the sets of what to collect are many. */
static const char whole[] =
    "{\"case\":\"x\",\"program\":\"nhi-8.2.13\",\"path\":\"ln-renewal\",\"as_of\":\"2025-06-15\",\"facts\":{"
    "\"birth_date\":\"1985-11-20\",\"months_on_belimumab\":12,\"upcr\":{\"value\":0.4,\"unit\":\"g/"
    "g\",\"date\":\"2025-06-01\"},"
    "\"upcr_pre_belimumab\":1.6,\"gfr\":{\"value\":88,\"date\":\"2025-06-01\"},\"gfr_pre_belimumab\":90,"
    "\"creatinine\":{\"value\":0.9,\"date\":\"2025-06-01\"},\"creatinine_pre_belimumab\":0.9,\"esrd\":false}}";
static const char barely[] =
    "{\"case\":\"x\",\"program\":\"nhi-8.2.13\",\"path\":\"sle-initial\",\"as_of\":\"2025-06-15\",\"facts\":{"
    "\"birth_date\":\"1985-11-20\",\"sex\":\"female\"}}";

static th_str post_of(const char *kase) {
  return th_str_fmt(arena,
                    "POST /coverage/check HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                    "Content-Length: %zu\r\n\r\n%s",
                    strlen(kase), kase);
}

static void checks(void) {
  static double took[CLIENTS * CHECKS];
  pthread_t thread[CLIENTS];
  of[0].send = post_of(barely);
  bench_line("a check with hardly anything known", 1, "checks", bench_seconds(over_http, &of[0]), "", 0, "", 0);
  for (int i = 0; i < CLIENTS; i++) of[i].send = post_of(whole), of[i].took = took + i * CHECKS;
  over_http(&of[0]);
  if (strncmp(of[0].buffer, "HTTP/1.1 200", 12) != 0 || !strstr(of[0].buffer, "\"outcome\":")) {
    fprintf(stderr, "/coverage/check: %.300s\n", of[0].buffer);
    exit(1);
  }
  bench_line("a coverage check over one connection", 1, "checks", bench_seconds(over_http, &of[0]), "", 0, "asked", 5000);
  const double t = bench_now();
  for (int i = 0; i < CLIENTS; i++)
    if (pthread_create(&thread[i], NULL, many, &of[i]) != 0) exit(1);
  for (int i = 0; i < CLIENTS; i++) pthread_join(thread[i], NULL);
  bench_line("coverage checks over two connections", CLIENTS * CHECKS, "checks", bench_now() - t, "", 0, "asked", 5000);
  qsort(took, CLIENTS * CHECKS, sizeof *took, bench_by_value);
  bench_line("coverage checks over two connections, p99", 1, "checks", took[CLIENTS * CHECKS * 99 / 100], "", 0, "limit",
             50); /* 20 ms */
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

static bool connect_to(client *c) {
  struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)th_serve_port(server)) };
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  c->wire = socket(AF_INET, SOCK_STREAM, 0);
  c->send = TH_S("GET /drug/belimumab HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  return c->wire >= 0 && connect(c->wire, (struct sockaddr *)&at, sizeof at) == 0;
}

int main(void) {
  arena = th_arena_new(0);
  const th_serve_options o = { .home = home, .listen = "127.0.0.1:0", .today = day };
  if (!mkdtemp(home) || !import_demo() || th_serve_open(&o, &server, NULL) != TH_OK || th_serve_start(server, NULL) != TH_OK ||
      !connect_to(&of[0]) || !connect_to(&of[1])) {
    fprintf(stderr, "the server could not be set up\n");
    return 1;
  }
  kept(NULL);
  const double cold = bench_seconds(fresh, NULL);
  bench_line("a dossier's page, made anew", 1, "pages", cold, "", 0, "", 0);
  bench_line("a dossier's page, kept", 1, "pages", bench_seconds(kept, NULL), "made anew", 1 / cold, "", 0);
  bench_line("the first page", 1, "pages", bench_seconds(first, NULL), "", 0, "", 0);
  bench_line("a kept page over one connection", 1, "pages", bench_seconds(over_http, &of[0]), "made anew", 1 / cold, "", 0);
  checks();
  for (int i = 0; i < CLIENTS; i++) close(of[i].wire);
  th_serve_close(server);
  th_arena_del(arena);
  return 0;
}
