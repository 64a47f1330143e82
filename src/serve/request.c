/* What came in, taken apart: percent-encoding, forms, uploads. Whatever is malformed is refused, never guessed at. */
#include "serve/serve_priv.h"

static int hex_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

static bool is_utf8(th_str s) {
  return th_utf8_check(s) == SIZE_MAX;
}

th_str th_serve__decode(th_arena *a, th_str s, bool plus_is_blank) {
  char *p = th_arena_alloc(a, s.n + 1, 1);
  size_t n = 0;
  if (!p) return TH_STR_NONE;
  for (size_t i = 0; i < s.n; i++) {
    char c = s.p[i];
    if (c == '%') {
      const int hi = i + 2 < s.n ? hex_of(s.p[i + 1]) : -1, lo = i + 2 < s.n ? hex_of(s.p[i + 2]) : -1;
      if (hi < 0 || lo < 0) return TH_STR_NONE;
      c = (char)(hi << 4 | lo);
      i += 2;
    } else if (c == '+' && plus_is_blank)
      c = ' ';
    if (c == 0) return TH_STR_NONE;
    p[n++] = c;
  }
  const th_str out = th_str_n(p, n);
  return is_utf8(out) ? out : TH_STR_NONE;
}

typedef struct params {
  th_arena *a;
  TH_VEC(th_param) v;
} params;

static th_code add(params *p, th_param q, th_err *err) {
  if (p->v.n >= TH_LIMIT_REQUEST_FIELDS)
    return th_fail(err, TH_ELIMIT, "over TH_LIMIT_REQUEST_FIELDS (%d) fields in one request", TH_LIMIT_REQUEST_FIELDS);
  return TH_VEC_PUSH(p->a, &p->v, q) ? TH_OK : th_fail_nomem(err);
}

static th_code urlencoded(params *p, th_str text, th_err *err) {
  th_str piece;
  while (th_str_split(&text, '&', &piece)) {
    if (!piece.n) continue;
    const size_t eq = th_str_find(piece, TH_S("="), 0);
    const th_str name = th_serve__decode(p->a, th_str_sub(piece, 0, eq == SIZE_MAX ? piece.n : eq), true);
    const th_str value = eq == SIZE_MAX ? TH_S("") : th_serve__decode(p->a, th_str_sub(piece, eq + 1, piece.n), true);
    if (!name.p || !value.p) return th_fail(err, TH_EPARSE, "a field of the request is not percent-encoded UTF-8");
    TH_TRY(add(p, (th_param){ .name = name, .value = value }, err));
  }
  return TH_OK;
}

/* name="…" of a header of a part; browsers write a quote as %22, a backslash as itself. */
static th_str attribute(th_arena *a, th_str header, const char *name) {
  const th_str want = th_str_fmt(a, "; %s=\"", name);
  const size_t at = want.p ? th_str_find(header, want, 0) : SIZE_MAX;
  if (at == SIZE_MAX) return TH_STR_NONE;
  const size_t from = at + want.n, to = th_str_find(header, TH_S("\""), from);
  return to == SIZE_MAX ? TH_STR_NONE : th_str_sub(header, from, to);
}

static th_code part_headers(params *p, th_str head, th_param *out, th_err *err) {
  th_str line;
  bool found = false;
  while (th_str_line(&head, &line)) {
    const size_t colon = th_str_find(line, TH_S(":"), 0);
    if (colon == SIZE_MAX) continue;
    const th_str name = th_str_trim(th_str_sub(line, 0, colon)), value = th_str_trim(th_str_sub(line, colon + 1, line.n));
    if (th_str_eq_nocase(name, TH_S("content-disposition"))) {
      out->name = attribute(p->a, value, "name");
      out->file = attribute(p->a, value, "filename");
      found = out->name.p != NULL;
    } else if (th_str_eq_nocase(name, TH_S("content-type")))
      out->type = value;
  }
  if (!found || !is_utf8(out->name) || !is_utf8(out->file)) return th_fail(err, TH_EPARSE, "a part of the form has no name");
  return TH_OK;
}

/* RFC 7578: parts between lines of "--boundary", the last with "--" behind. */
static th_code multipart(params *p, th_str body, th_str boundary, th_err *err) {
  const th_str first = th_str_fmt(p->a, "--%.*s", TH_STR_ARG(boundary)),
               next = th_str_fmt(p->a, "\r\n--%.*s", TH_STR_ARG(boundary));
  if (!first.p || !next.p) return th_fail_nomem(err);
  if (!th_str_starts(body, first)) return th_fail(err, TH_EPARSE, "the form does not begin with its boundary");
  size_t at = first.n;
  for (;;) {
    const th_str rest = th_str_sub(body, at, body.n);
    if (th_str_starts(rest, TH_S("--"))) return TH_OK;
    if (!th_str_starts(rest, TH_S("\r\n"))) return th_fail(err, TH_EPARSE, "the form breaks off at a boundary");
    const size_t blank = th_str_find(body, TH_S("\r\n\r\n"), at),
                 end = blank == SIZE_MAX ? SIZE_MAX : th_str_find(body, next, blank + 2);
    if (end == SIZE_MAX) return th_fail(err, TH_EPARSE, "the form breaks off within a part");
    th_param q = { 0 };
    TH_TRY(part_headers(p, th_str_sub(body, at + 2, blank), &q, err));
    q.value = th_str_sub(body, blank + 4, end);
    if (!q.file.p && (!is_utf8(q.value) || memchr(q.value.p ? q.value.p : "", 0, q.value.n)))
      return th_fail(err, TH_EPARSE, "field \"%.*s\" is not UTF-8", TH_STR_ARG(th_str_sub(q.name, 0, 80)));
    TH_TRY(add(p, q, err));
    at = end + next.n;
  }
}

static th_str header_of(const th_request *q, const char *name) {
  for (size_t i = 0; i < q->n_headers; i++)
    if (th_str_eq_nocase(q->header[i].name, th_str_of(name))) return q->header[i].value;
  return TH_STR_NONE;
}

static th_code body_params(params *p, const th_request *q, th_err *err) {
  const th_str type = header_of(q, "content-type");
  if (!q->body.n || th_str_starts(type, TH_S("application/json"))) return TH_OK;
  if (th_str_starts(type, TH_S("application/x-www-form-urlencoded"))) return urlencoded(p, q->body, err);
  if (!th_str_starts(type, TH_S("multipart/form-data")))
    return th_fail(err, TH_EUNSUP, "a body of type \"%.*s\" is not taken here", TH_STR_ARG(th_str_sub(type, 0, 80)));
  const size_t at = th_str_find(type, TH_S("boundary="), 0);
  th_str boundary = at == SIZE_MAX ? TH_STR_NONE : th_str_trim(th_str_sub(type, at + 9, type.n));
  if (boundary.n >= 2 && boundary.p[0] == '"' && boundary.p[boundary.n - 1] == '"')
    boundary = th_str_sub(boundary, 1, boundary.n - 1);
  if (!boundary.n || boundary.n > 70) return th_fail(err, TH_EPARSE, "the form does not say its boundary");
  return multipart(p, q->body, boundary, err);
}

th_code th_serve__params(th_arena *a, const th_request *q, th_str query, const th_param **out, size_t *n, th_err *err) {
  params p = { .a = a };
  TH_TRY(urlencoded(&p, query, err));
  TH_TRY(body_params(&p, q, err));
  *out = p.v.v;
  *n = p.v.n;
  return TH_OK;
}

th_str th_serve_header(const th_ctx *x, const char *name) {
  return header_of(x->q, name);
}

size_t th_serve_count(const th_ctx *x, const char *name) {
  size_t n = 0;
  for (size_t i = 0; i < x->n_params; i++) n += th_str_is(x->param[i].name, name);
  return n;
}

th_str th_serve_nth(const th_ctx *x, const char *name, size_t k) {
  for (size_t i = 0; i < x->n_params; i++)
    if (th_str_is(x->param[i].name, name) && k-- == 0) return x->param[i].value;
  return TH_STR_NONE;
}

th_str th_serve_param(const th_ctx *x, const char *name) {
  return th_serve_nth(x, name, 0);
}

bool th_serve_has(const th_ctx *x, const char *name) {
  return th_serve_count(x, name) > 0;
}

const th_param *th_serve_upload(const th_ctx *x, const char *name, size_t k) {
  for (size_t i = 0; i < x->n_params; i++) {
    const th_param *p = &x->param[i];
    if (p->file.p && p->value.n && th_str_is(p->name, name) && k-- == 0) return p;
  }
  return NULL;
}

/* A page elsewhere whose name is made to lead here (DNS rebinding) comes under its own host name: it is not answered. */
bool th_serve__host_ok(const th_serve *s, th_str host) {
  const th_str whole = host;
  const size_t colon = th_str_rfind(host, TH_S(":")), bracket = th_str_rfind(host, TH_S("]"));
  if (colon != SIZE_MAX && (bracket == SIZE_MAX || colon > bracket)) host = th_str_sub(host, 0, colon);
  static const char *const own[] = { "localhost", "127.0.0.1", "[::1]" };
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    if (th_str_eq_nocase(host, th_str_of(own[i]))) return true;
  for (size_t i = 0; i < s->o.n_hosts; i++)
    if (th_str_eq_nocase(host, th_str_of(s->o.hosts[i])) || th_str_eq_nocase(whole, th_str_of(s->o.hosts[i]))) return true;
  return th_str_is(host, s->listen_host);
}

/* Browsers send Origin with every POST; a program that sends neither is no page of somebody else's. */
bool th_serve__origin_ok(const th_request *q) {
  const th_str origin = header_of(q, "origin"), site = header_of(q, "sec-fetch-site"), host = header_of(q, "host");
  if (site.n && !th_str_is(site, "same-origin") && !th_str_is(site, "none")) return false;
  if (!origin.n) return true;
  const size_t at = th_str_find(origin, TH_S("://"), 0);
  return at != SIZE_MAX && th_str_eq_nocase(th_str_sub(origin, at + 3, origin.n), host);
}
