/* The client against a server of our own on the loopback: a child process that answers each path in one way. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "test.h"
#include "theriac/io.h"

static int port;
static pid_t server;
static th_arena *a;
static bool cancel;

/* gzip of "hello" (RFC 1952), made by gzip -n. */
static const char packed[] =
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6\x10\x36\x05\x00\x00\x00";

static void say(int fd, const char *text, size_t n) {
  while (n > 0) {
    const ssize_t put = write(fd, text, n);
    if (put <= 0) return;
    text += put, n -= (size_t)put;
  }
}

static void sayz(int fd, const char *text) {
  say(fd, text, strlen(text));
}

static void answer(int fd, const char *ask) {
  char line[256];
  if (!strncmp(ask, "GET /plain ", 11)) {
    sayz(fd, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nETag: \"v1\"\r\nContent-Length: 2\r\n\r\n{}");
  } else if (!strncmp(ask, "GET /same ", 10)) {
    const bool same =
        strstr(ask, "If-None-Match: \"v1\"\r\n") && strstr(ask, "If-Modified-Since: Sat, 21 Nov 2026 00:00:00 GMT\r\n");
    sayz(fd, same ? "HTTP/1.1 304 Not Modified\r\n\r\n" : "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
  } else if (!strncmp(ask, "GET /gzip ", 10)) {
    sayz(fd, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 25\r\n\r\n");
    say(fd, packed, 25);
  } else if (!strncmp(ask, "GET /busy ", 10)) {
    sayz(fd, "HTTP/1.1 429 Too Many\r\nRetry-After: 7\r\nDate: Sat, 21 Nov 2026 00:00:00 GMT\r\nContent-Length: 0\r\n\r\n");
  } else if (!strncmp(ask, "GET /cut ", 9)) {
    sayz(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"stud");
  } else if (!strncmp(ask, "GET /slow ", 10)) {
    sayz(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
    sleep(20);
  } else if (!strncmp(ask, "GET /huge ", 10)) {
    sayz(fd, "HTTP/1.1 200 OK\r\n\r\n");
    static char block[65536];
    memset(block, 'x', sizeof block);
    for (int i = 0; i < 64; i++) say(fd, block, sizeof block);
  } else if (!strncmp(ask, "GET /to-", 8)) {
    const char *to = !strncmp(ask + 8, "file", 4)     ? "file:///etc/passwd"
                     : !strncmp(ask + 8, "plain", 5)  ? "/plain"
                     : !strncmp(ask + 8, "remote", 6) ? "http://192.0.2.1/"
                                                      : "/to-itself";
    snprintf(line, sizeof line, "HTTP/1.1 302 Found\r\nETag: \"old\"\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", to);
    sayz(fd, line);
  } else {
    sayz(fd, "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone");
  }
}

static void serve(int at) {
  for (;;) {
    const int fd = accept(at, NULL, NULL);
    char ask[4096];
    size_t n = 0;
    if (fd < 0) continue;
    if (fork() == 0) {
      close(at);
      while (n + 1 < sizeof ask) {
        const ssize_t got = read(fd, ask + n, sizeof ask - 1 - n);
        if (got <= 0) break;
        ask[n += (size_t)got] = '\0';
        if (strstr(ask, "\r\n\r\n")) break;
      }
      if (n > 0) answer(fd, ask);
      _exit(0);
    }
    close(fd);
  }
}

static void begin(void) {
  struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  socklen_t n = sizeof at;
  a = th_arena_new(0);
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  CHECK(fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0 && listen(fd, 8) == 0 &&
        getsockname(fd, (struct sockaddr *)&at, &n) == 0);
  port = ntohs(at.sin_port);
  server = fork();
  if (server == 0) {
    signal(SIGCHLD, SIG_IGN);
    serve(fd);
  }
  close(fd);
}

static void end(void) {
  kill(server, SIGKILL);
  waitpid(server, NULL, 0);
  th_arena_del(a);
}

static bool is_cancelled(void *ctx) {
  (void)ctx;
  return cancel;
}

static th_code get(const char *path, size_t bytes_max, th_http_answer *out, th_err *err) {
  th_http *h = NULL;
  const th_http_options o = { .idle_s = 1, .total_ms = 3000, .bytes_max = bytes_max, .cancelled = is_cancelled };
  const th_str url = th_str_fmt(a, "http://127.0.0.1:%d%s", port, path);
  *err = (th_err){ 0 };
  TH_TRY(th_http_open(&o, &h, err));
  const th_http_ask ask = { .url = url.p,
                            .if_none_match = TH_S("\"v1\""),
                            .if_modified_since = TH_S("Sat, 21 Nov 2026 00:00:00 GMT") };
  const th_code code = th_http_get(h, a, &ask, out, err);
  th_http_close(h);
  return code;
}

TEST(answers_as_they_are) {
  th_http_answer x;
  th_err err;
  begin();
  CHECK_OK_ERR(get("/plain", 0, &x, &err), &err);
  CHECK_INT(x.status, 200);
  CHECK_STR(x.body, "{}");
  CHECK_STR(x.content_type, "application/json");
  CHECK_STR(x.etag, "\"v1\"");
  CHECK_OK_ERR(get("/same", 0, &x, &err), &err);
  CHECK_INT(x.status, 304);
  CHECK_STR(x.body, "");
  CHECK_OK_ERR(get("/gzip", 0, &x, &err), &err);
  CHECK_STR(x.body, "hello");
  CHECK_OK_ERR(get("/busy", 0, &x, &err), &err);
  CHECK_INT(x.status, 429);
  CHECK_STR(x.retry_after, "7");
  CHECK_STR(x.date, "Sat, 21 Nov 2026 00:00:00 GMT");
  CHECK_OK_ERR(get("/nothing", 0, &x, &err), &err);
  CHECK_INT(x.status, 404);
  CHECK_STR(x.body, "none");
  end();
}

TEST(faults_are_told_apart) {
  th_http_answer x;
  th_err err;
  begin();
  CHECK_CODE(get("/cut", 0, &x, &err), TH_EIO);
  CHECK(strstr(err.msg, "cut off"));
  CHECK_CODE(get("/slow", 0, &x, &err), TH_ETIMEOUT);
  CHECK_CODE(get("/huge", 100000, &x, &err), TH_ELIMIT);
  CHECK_OK_ERR(get("/huge", 0, &x, &err), &err);
  CHECK_INT(x.body.n, 64 * 65536);
  cancel = true;
  CHECK_CODE(get("/slow", 0, &x, &err), TH_ECANCEL);
  cancel = false;
  kill(server, SIGKILL);
  waitpid(server, NULL, 0);
  CHECK_CODE(get("/plain", 0, &x, &err), TH_EIO); /* nobody listens there any more */
  th_arena_del(a);
}

TEST(redirects_are_judged) {
  th_http_answer x;
  th_err err;
  begin();
  CHECK_OK_ERR(get("/to-plain", 0, &x, &err), &err);
  CHECK_INT(x.status, 200);
  CHECK_STR(x.etag, "\"v1\""); /* the last answer's, not the redirect's */
  CHECK_CODE(get("/to-file", 0, &x, &err), TH_EUNSUP);
  CHECK_CODE(get("/to-remote", 0, &x, &err), TH_EUNSUP);
  CHECK_CODE(get("/to-itself", 0, &x, &err), TH_EUNSUP);
  CHECK(strstr(err.msg, "TH_LIMIT_HTTP_REDIRECTS"));
  end();
}

TEST(addresses_that_are_asked) {
  static const char *const bad[] = { "http://192.0.2.1/",       "file:///etc/passwd",        "ftp://127.0.0.1/",
                                     "https://user@192.0.2.1/", "http://127.0.0.1.example/", "",
                                     "gopher://127.0.0.1/" };
  th_http *h = NULL;
  th_err err = { 0 };
  const th_http_options o = { 0 };
  a = th_arena_new(0);
  CHECK_OK_ERR(th_http_open(&o, &h, &err), &err);
  for (size_t i = 0; h && i < sizeof bad / sizeof *bad; i++) {
    th_http_answer x;
    const th_http_ask ask = { .url = bad[i] };
    err = (th_err){ 0 };
    CHECK_CODE(th_http_get(h, a, &ask, &x, &err), TH_EINVAL);
    CHECK(!th_http_is_loopback(bad[i]));
  }
  th_http_close(h);
  CHECK(th_http_is_loopback("http://127.0.0.1:8080/x") && th_http_is_loopback("http://[::1]/") &&
        th_http_is_loopback("https://LOCALHOST/"));
  th_buf b;
  th_buf_init(&b, a, 0);
  th_http_escape(&b, TH_S("a b+\"c\"&d=\xE8\x97\xA5/~"));
  CHECK_STR(th_buf_str(&b), "a%20b%2B%22c%22%26d%3D%E8%97%A5%2F~");
  th_arena_del(a);
}

static th_code open_and_close(void) {
  th_http *h = NULL;
  const th_http_options o = { 0 };
  const th_code code = th_http_open(&o, &h, NULL);
  th_http_close(h);
  return code;
}

TEST(want_of_memory) {
  CHECK(test_each_alloc_fails(open_and_close) > 0);
}

TEST_MAIN(RUN(answers_as_they_are), RUN(faults_are_told_apart), RUN(redirects_are_judged), RUN(addresses_that_are_asked),
          RUN(want_of_memory))
