/* HTTP by libmicrohttpd: bytes of a request into a th_request, a th_response onto the wire. Bodies are gathered here, not by its own form
 * parser. */
#include "serve/serve_priv.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct conn { /* one request on a connection */
  th_arena *a;
  th_str target; /* as it came, with its query */
  th_buf body;
  bool begun, too_large;
} conn;

typedef struct headers {
  th_arena *a;
  TH_VEC(th_request_header) v;
} headers;

static enum MHD_Result collect(void *cls, enum MHD_ValueKind kind, const char *name, const char *value) {
  (void)kind;
  headers *h = cls;
  return TH_VEC_PUSH(h->a, &h->v, (th_request_header){ th_str_of(name), th_str_of(value ? value : "") }) ? MHD_YES : MHD_NO;
}

static enum MHD_Result reply(struct MHD_Connection *c, const th_response *r) {
  /* The bytes live as long as the connection's arena, which goes after they were sent. */
  struct MHD_Response *m =
      MHD_create_response_from_buffer(r->body.n, (void *)(uintptr_t)(r->body.n ? r->body.p : ""), MHD_RESPMEM_PERSISTENT);
  if (!m) return MHD_NO;
  char type[128];
  snprintf(type, sizeof type, "%.*s", TH_STR_ARG(r->type));
  if (r->body.n) MHD_add_response_header(m, "Content-Type", type);
  for (size_t i = 0; i < r->n_headers; i++) {
    char value[2048];
    snprintf(value, sizeof value, "%.*s", TH_STR_ARG(r->header[i].value));
    MHD_add_response_header(m, r->header[i].name.p, value);
  }
  const enum MHD_Result done = MHD_queue_response(c, (unsigned)r->status, m);
  MHD_destroy_response(m);
  return done;
}

static enum MHD_Result plain(struct MHD_Connection *c, int status, const char *text) {
  const th_response r = { .status = status, .type = TH_S("text/plain; charset=utf-8"), .body = th_str_of(text) };
  return reply(c, &r);
}

static void gather(conn *k, const char *data, size_t n) {
  if (k->too_large || k->body.n + n > TH_LIMIT_REQUEST_BODY)
    k->too_large = true;
  else
    th_buf_add(&k->body, th_str_n(data, n));
}

/* The first to know of a request; the handler meets what is returned as its state. */
static void *on_uri(void *cls, const char *uri, struct MHD_Connection *c) {
  (void)cls;
  (void)c;
  th_arena *a = th_arena_new(1 << 16);
  conn *k = a ? TH_NEW(a, conn) : NULL;
  if (!k) return th_arena_del(a), NULL;
  k->a = a;
  k->target = th_str_dup(a, th_str_of(uri));
  th_buf_init(&k->body, a, 0);
  return k;
}

static void on_done(void *cls, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode why) {
  (void)cls;
  (void)c;
  (void)why;
  conn *k = *state;
  if (k) th_arena_del(k->a);
  *state = NULL;
}

static enum MHD_Result answer(void *cls, struct MHD_Connection *c, const char *url, const char *method, const char *version,
                              const char *data, size_t *n, void **state) {
  (void)version;
  (void)url; /* decoded already, and cut at the query */
  conn *k = *state;
  if (!k || !k->target.p) return MHD_NO;
  if (!k->begun) return k->begun = true, MHD_YES; /* headers alone: the body may follow */
  if (*n) {
    gather(k, data, *n);
    *n = 0;
    return MHD_YES;
  }
  if (k->too_large) return plain(c, 413, "the request is larger than TH_LIMIT_REQUEST_BODY (64 MiB)\n");
  if (k->body.failed) return plain(c, 503, "out of memory\n");
  headers h = { .a = k->a };
  th_response r;
  MHD_get_connection_values(c, MHD_HEADER_KIND, collect, &h);
  const th_request q = {
    .method = th_str_of(method), .target = k->target, .header = h.v.v, .n_headers = h.v.n, .body = th_buf_str(&k->body)
  };
  th_serve_answer(cls, k->a, &q, &r);
  return reply(c, &r);
}

/* "127.0.0.1:8420", "[::1]:8420", "8420". */
static th_code address_of(th_serve *s, struct sockaddr_storage *out, socklen_t *n, th_err *err) {
  th_str text = th_str_of(s->o.listen ? s->o.listen : "127.0.0.1:8420"), host = TH_S("127.0.0.1"), port = text;
  const size_t colon = th_str_rfind(text, TH_S(":"));
  if (colon != SIZE_MAX) host = th_str_sub(text, 0, colon), port = th_str_sub(text, colon + 1, text.n);
  if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']') host = th_str_sub(host, 1, host.n - 1);
  if (th_str_is(host, "localhost")) host = TH_S("127.0.0.1");
  int64_t number;
  char z[64];
  if (!th_str_to_i64(port, &number) || number < 0 || number > 65535 || !host.n || host.n >= sizeof z)
    return th_fail(err, TH_EINVAL, "\"%.*s\" is no address to listen on: give 127.0.0.1:8420 or [::1]:8420", TH_STR_ARG(text));
  memcpy(z, host.p, host.n);
  z[host.n] = 0;
  memset(out, 0, sizeof *out);
  struct sockaddr_in *v4 = (struct sockaddr_in *)out;
  struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;
  if (inet_pton(AF_INET, z, &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET, v4->sin_port = htons((uint16_t)number), *n = sizeof *v4;
    s->local = (ntohl(v4->sin_addr.s_addr) >> 24) == 127;
  } else if (inet_pton(AF_INET6, z, &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6, v6->sin6_port = htons((uint16_t)number), *n = sizeof *v6;
    s->local = IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
  } else
    return th_fail(err, TH_EINVAL, "\"%s\" is no numeric address to listen on", z);
  snprintf(s->listen_host, sizeof s->listen_host, out->ss_family == AF_INET6 ? "[%s]" : "%s", z);
  return TH_OK;
}

/* Bound by ourselves, so that a port that is taken is told by its reason. */
static th_code bind_to(const struct sockaddr_storage *at, socklen_t n, int *fd, th_serve *s, th_err *err) {
  const int on = 1;
  struct sockaddr_storage got = { 0 };
  socklen_t len = sizeof got;
  *fd = socket(at->ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (*fd < 0 || setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      bind(*fd, (const struct sockaddr *)at, n) != 0 || listen(*fd, 512) != 0 ||
      getsockname(*fd, (struct sockaddr *)&got, &len) != 0) {
    const th_code code =
        th_fail(err, TH_EIO, "cannot listen on %s: %s", s->o.listen ? s->o.listen : "127.0.0.1:8420", strerror(errno));
    if (*fd >= 0) close(*fd);
    return code;
  }
  s->port =
      ntohs(got.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&got)->sin6_port : ((struct sockaddr_in *)&got)->sin_port);
  return TH_OK;
}

th_code th_serve_start(th_serve *s, th_err *err) {
  struct sockaddr_storage at;
  socklen_t n = 0;
  int fd;
  TH_TRY(address_of(s, &at, &n, err));
  TH_TRY(bind_to(&at, n, &fd, s, err));
  const unsigned threads = s->o.threads ? s->o.threads : 2 * (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
  s->daemon = MHD_start_daemon(MHD_USE_AUTO_INTERNAL_THREAD, 0, NULL, NULL, answer, s, MHD_OPTION_LISTEN_SOCKET, fd,
                               MHD_OPTION_THREAD_POOL_SIZE, threads > 1 ? threads : 2, MHD_OPTION_URI_LOG_CALLBACK, on_uri,
                               NULL, MHD_OPTION_NOTIFY_COMPLETED, on_done, NULL, MHD_OPTION_CONNECTION_TIMEOUT, 60u,
                               MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)64 << 10, MHD_OPTION_END);
  if (s->daemon) return TH_OK;
  close(fd);
  return th_fail(err, TH_EIO, "the server could not be started: no threads or memory");
}

void th_serve__http_stop(th_serve *s) {
  if (s->daemon) MHD_stop_daemon(s->daemon);
  s->daemon = NULL;
}
