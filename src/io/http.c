/* HTTP by libcurl. Redirects are followed by hand, so that each hop is judged like the first address: curl's own list of protocols
 * would let a test's plain http lead to plain http elsewhere. Signals are off (curl's resolver timeout would use SIGALRM). */
#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>

#include "io/io_priv.h"

enum { CONNECT_MS = 15000, TOTAL_MS = 600000, IDLE_S = 30, SLOW_BYTES = 64, HEADER_BYTES = 4096 };

struct th_http {
  CURL *curl;
  th_http_options o;
  /* of the request under way */
  th_arena *a;
  th_buf body;
  th_http_answer *answer;
  bool too_large, no_memory;
  char why[CURL_ERROR_SIZE];
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static CURLcode global;

static void global_init(void) {
  global = curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* ── Addresses ─────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef enum reach { NOWHERE, LOOPBACK_PLAIN, SECURE, SECURE_LOOPBACK } reach;

static bool loopback_name(const char *host) {
  const th_str h = th_str_of(host);
  th_str rest = h, part;
  int n = 0;
  if (th_str_eq_nocase(h, TH_S("localhost")) || th_str_is(h, "[::1]")) return true;
  if (!th_str_starts(h, TH_S("127."))) return false;
  for (int64_t v; th_str_split(&rest, '.', &part); n++) /* 127.0.0.1, and no name that begins like it */
    if (part.n > 3 || !th_str_to_i64(part, &v) || v < 0 || v > 255) return false;
  return n == 4;
}

/* Where an address leads, NOWHERE when it is none that we go to. */
static reach reach_of(const char *url) {
  char *scheme = NULL, *host = NULL, *user = NULL;
  reach r = NOWHERE;
  CURLU *u = curl_url();
  if (u && strlen(url) <= TH_LIMIT_HTTP_URL && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
      curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK && curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
    const bool loopback = loopback_name(host), named = curl_url_get(u, CURLUPART_USER, &user, 0) == CURLUE_OK;
    if (!named && !strcmp(scheme, "https")) r = loopback ? SECURE_LOOPBACK : SECURE;
    if (!named && !strcmp(scheme, "http") && loopback) r = LOOPBACK_PLAIN;
  }
  curl_free(scheme);
  curl_free(host);
  curl_free(user);
  curl_url_cleanup(u);
  return r;
}

bool th_http_is_loopback(const char *url) {
  const reach r = reach_of(url);
  return r == LOOPBACK_PLAIN || r == SECURE_LOOPBACK;
}

void th_http_escape(th_buf *b, th_str s) {
  static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] && strchr(plain, s.p[i]))
      th_buf_addc(b, s.p[i]);
    else
      th_buf_addf(b, "%%%02X", (unsigned)(unsigned char)s.p[i]);
  }
}

/* ── curl's questions ──────────────────────────────────────────────────────────────────────────────────────────────── */

static size_t on_body(char *p, size_t size, size_t n, void *ctx) {
  th_http *h = ctx;
  n *= size;
  h->too_large = h->too_large || n > h->o.bytes_max - h->body.n;
  if (h->too_large) return 0;
  th_buf_add(&h->body, th_str_n(p, n));
  h->no_memory = h->body.failed;
  return h->no_memory ? 0 : n;
}

/* A header of the last answer: those of a redirect or of "100 Continue" before it are forgotten at the next status line. */
static size_t on_header(char *p, size_t size, size_t n, void *ctx) {
  th_http *h = ctx;
  th_http_answer *x = h->answer;
  const struct {
    const char *name;
    th_str *to;
  } kept[] = { { "content-type", &x->content_type },
               { "etag", &x->etag },
               { "last-modified", &x->last_modified },
               { "retry-after", &x->retry_after },
               { "date", &x->date } };
  n *= size;
  const th_str line = th_str_n(p, n);
  const size_t colon = th_str_find(line, TH_S(":"), 0);
  if (th_str_starts(line, TH_S("HTTP/"))) *x = (th_http_answer){ 0 };
  if (colon == SIZE_MAX || n > HEADER_BYTES) return n;
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
    if (!th_str_eq_nocase(th_str_sub(line, 0, colon), th_str_of(kept[i].name))) continue;
    *kept[i].to = th_str_dup(h->a, th_str_trim(th_str_sub(line, colon + 1, n)));
    h->no_memory |= !kept[i].to->p;
  }
  return h->no_memory ? 0 : n;
}

static int on_progress(void *ctx, curl_off_t dn, curl_off_t d, curl_off_t un, curl_off_t u) {
  const th_http *h = ctx;
  (void)dn, (void)d, (void)un, (void)u;
  return h->o.cancelled && h->o.cancelled(h->o.ctx);
}

/* ── The client ────────────────────────────────────────────────────────────────────────────────────────────────────── */

static bool set_up(th_http *h) {
  CURL *c = h->curl;
  const long idle = (long)h->o.idle_s;
  return curl_easy_setopt(c, CURLOPT_USERAGENT, h->o.user_agent) == CURLE_OK &&
         curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
         curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
         curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
         curl_easy_setopt(c, CURLOPT_NOPROXY, "localhost,127.0.0.1,::1") == CURLE_OK &&
         curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
         curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "gzip") == CURLE_OK &&
         curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)h->o.connect_ms) == CURLE_OK &&
         curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES) == CURLE_OK &&
         curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, idle) == CURLE_OK &&
         curl_easy_setopt(c, CURLOPT_ERRORBUFFER, h->why) == CURLE_OK &&
         curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
         curl_easy_setopt(c, CURLOPT_WRITEDATA, h) == CURLE_OK &&
         curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header) == CURLE_OK &&
         curl_easy_setopt(c, CURLOPT_HEADERDATA, h) == CURLE_OK && curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L) == CURLE_OK &&
         curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress) == CURLE_OK &&
         curl_easy_setopt(c, CURLOPT_XFERINFODATA, h) == CURLE_OK;
}

th_code th_http_open(const th_http_options *o, th_http **out, th_err *err) {
  *out = NULL;
  if (pthread_once(&once, global_init) != 0 || global != CURLE_OK)
    return th_fail(err, TH_EIO, "the network library could not be started");
  th_http *h = th_malloc(sizeof *h);
  if (!h) return th_fail_nomem(err);
  *h = (th_http){ .curl = curl_easy_init(), .o = *o };
  if (!h->o.connect_ms) h->o.connect_ms = CONNECT_MS;
  if (!h->o.total_ms) h->o.total_ms = TOTAL_MS;
  if (!h->o.idle_s) h->o.idle_s = IDLE_S;
  if (!h->o.bytes_max) h->o.bytes_max = TH_LIMIT_HTTP_BYTES;
  if (!h->o.user_agent) h->o.user_agent = "theriac/" THERIAC_VERSION;
  if (!h->curl || !set_up(h)) {
    th_http_close(h);
    return th_fail_nomem(err);
  }
  *out = h;
  return TH_OK;
}

void th_http_close(th_http *h) {
  if (!h) return;
  curl_easy_cleanup(h->curl);
  th_free(h);
}

static th_code told(const th_http *h, CURLcode rc, th_err *err) {
  const char *why = h->why[0] ? h->why : curl_easy_strerror(rc);
  if (h->too_large)
    return th_fail(err, TH_ELIMIT, "the answer is larger than %zu bytes (TH_LIMIT_HTTP_BYTES or the limit given)",
                   h->o.bytes_max);
  if (h->no_memory || rc == CURLE_OUT_OF_MEMORY) return th_fail_nomem(err);
  switch ((int)rc) {
  case CURLE_ABORTED_BY_CALLBACK: return th_fail(err, TH_ECANCEL, "interrupted");
  case CURLE_OPERATION_TIMEDOUT: return th_fail(err, TH_ETIMEOUT, "no whole answer in time: %s", why);
  case CURLE_PEER_FAILED_VERIFICATION:
  case CURLE_SSL_CACERT_BADFILE:
  case CURLE_SSL_ISSUER_ERROR: return th_fail(err, TH_EAUTH, "the server's certificate was not accepted: %s", why);
  case CURLE_COULDNT_RESOLVE_HOST: return th_fail(err, TH_EIO, "the host's address could not be found: %s", why);
  case CURLE_COULDNT_CONNECT: return th_fail(err, TH_EIO, "no connection: %s", why);
  case CURLE_PARTIAL_FILE:
  case CURLE_GOT_NOTHING:
  case CURLE_RECV_ERROR: return th_fail(err, TH_EIO, "the answer was cut off: %s", why);
  default: return th_fail(err, TH_EIO, "the request failed: %s", why);
  }
}

static struct curl_slist *headers_of(th_arena *a, const th_http_ask *ask, bool *ok) {
  struct curl_slist *list = NULL, *more;
  const struct {
    const char *name;
    th_str value;
  } sent[] = { { "If-None-Match", ask->if_none_match }, { "If-Modified-Since", ask->if_modified_since } };
  *ok = true;
  for (size_t i = 0; i < sizeof sent / sizeof *sent; i++) {
    if (sent[i].value.n == 0 || memchr(sent[i].value.p, '\n', sent[i].value.n) ||
        memchr(sent[i].value.p, '\r', sent[i].value.n))
      continue;
    const th_str line = th_str_fmt(a, "%s: %.*s", sent[i].name, TH_STR_ARG(sent[i].value));
    more = line.p ? curl_slist_append(list, line.p) : NULL;
    *ok &= more != NULL;
    if (more) list = more;
  }
  return list;
}

/* One request. *next is where it sends us on, in the arena, or NULL. */
static th_code hop(th_http *h, const char *url, const th_http_ask *ask, const char **next, th_err *err) {
  bool ok;
  struct curl_slist *headers = headers_of(h->a, ask, &ok);
  h->body.n = 0;
  h->why[0] = '\0';
  *h->answer = (th_http_answer){ 0 };
  *next = NULL;
  ok = ok && curl_easy_setopt(h->curl, CURLOPT_URL, url) == CURLE_OK &&
       curl_easy_setopt(h->curl, CURLOPT_HTTPHEADER, headers) == CURLE_OK &&
       curl_easy_setopt(h->curl, CURLOPT_TIMEOUT_MS, (long)h->o.total_ms) == CURLE_OK;
  const CURLcode rc = ok ? curl_easy_perform(h->curl) : CURLE_OUT_OF_MEMORY;
  curl_slist_free_all(headers);
  if (rc != CURLE_OK) return told(h, rc, err);
  long status = 0;
  char *to = NULL;
  curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(h->curl, CURLINFO_REDIRECT_URL, &to);
  h->answer->status = (int)status;
  if (to && !(*next = th_str_z(h->a, th_str_of(to)))) return th_fail_nomem(err);
  return TH_OK;
}

th_code th_http_get(th_http *h, th_arena *a, const th_http_ask *ask, th_http_answer *out, th_err *err) {
  const char *url = ask->url, *next = NULL;
  const reach first = reach_of(url);
  th_code code = first == NOWHERE
                     ? th_fail(err, TH_EINVAL, "not an address to ask: https is expected (http for this machine alone)")
                     : TH_OK;
  h->a = a;
  h->answer = out;
  h->too_large = h->no_memory = false;
  th_buf_init(&h->body, a, 65536);
  for (int n = 0; code == TH_OK; n++) {
    if (n > TH_LIMIT_HTTP_REDIRECTS)
      code = th_fail(err, TH_EUNSUP, "more than TH_LIMIT_HTTP_REDIRECTS (%d) redirects", TH_LIMIT_HTTP_REDIRECTS);
    else
      code = hop(h, url, ask, &next, err);
    if (code != TH_OK || !next) break;
    const reach r = reach_of(next);
    if (r == NOWHERE || (first == SECURE && r != SECURE))
      code = th_fail(err, TH_EUNSUP, "the server redirects to %.120s: only https is followed, and never to this machine", next);
    url = next;
  }
  if (code == TH_OK) out->body = th_buf_str(&h->body);
  if (code == TH_OK && !out->body.p) out->body = TH_S("");
  th_err_source(err, ask->url);
  return code;
}
