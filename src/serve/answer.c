/* From a request to an answer: who may ask, which handler, in which language; and the ways a handler ends. */
#include "serve/serve_priv.h"

#include <stdarg.h>
#include <stdio.h>

static const th_route *const tables[] = {
  th_serve__asset_routes,     th_serve__case_routes,    th_serve__case_packet_routes, th_serve__case_renew_routes,
  th_serve__case_tool_routes, th_serve__compare_routes, th_serve__drug_routes,        th_serve__home_routes,
  th_serve__list_routes,      th_serve__manage_routes,  th_serve__predict_routes,     th_serve__record_routes,
  th_serve__remark_routes,    th_serve__study_routes,   th_serve__trial_routes,
};

/* Whether the path fits the pattern; what stood for its stars. */
static bool fits(th_ctx *x, const char *pattern, th_str raw) {
  th_str rest = th_str_of(pattern), want, got;
  size_t n = 0;
  if (!raw.n || raw.p[0] != '/') return false;
  rest = th_str_sub(rest, 1, rest.n);
  raw = th_str_sub(raw, 1, raw.n);
  for (;;) {
    const bool more_wanted = th_str_split(&rest, '/', &want), more_there = th_str_split(&raw, '/', &got);
    if (!more_wanted || !more_there) return more_wanted == more_there;
    if (!th_str_is(want, "*")) {
      if (!th_str_eq(want, got)) return false;
      continue;
    }
    if (!got.n || n >= sizeof x->seg / sizeof *x->seg) return false;
    x->seg[n] = th_serve__decode(x->a, got, false);
    if (!x->seg[n++].p) return false;
  }
}

static const th_route *find_route(th_ctx *x, th_str raw, bool *other_method) {
  const char *method = x->post ? "POST" : "GET";
  for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
    for (const th_route *r = tables[t]; r->method; r++) {
      if (!fits(x, r->pattern, raw)) continue;
      if (strcmp(r->method, method) == 0) return r;
      *other_method = true;
    }
  return NULL;
}

/* The better of the two in "zh-TW,zh;q=0.9,en;q=0.8"; the first named wins, which is how browsers send it. */
static bool accepted(th_str header, th_words *out) {
  th_str piece;
  while (th_str_split(&header, ',', &piece)) {
    const size_t semi = th_str_find(piece, TH_S(";"), 0);
    const th_str tag = th_str_trim(th_str_sub(piece, 0, semi == SIZE_MAX ? piece.n : semi));
    if (th_str_starts(tag, TH_S("zh"))) return *out = TH_WORDS_ZH_TW, true;
    if (th_str_starts(tag, TH_S("en"))) return *out = TH_WORDS_EN, true;
  }
  return false;
}

static th_str cookie(const th_ctx *x, const char *name) {
  th_str rest = th_serve_header(x, "cookie"), piece;
  while (th_str_split(&rest, ';', &piece)) {
    const size_t eq = th_str_find(piece, TH_S("="), 0);
    if (eq != SIZE_MAX && th_str_is(th_str_trim(th_str_sub(piece, 0, eq)), name))
      return th_str_trim(th_str_sub(piece, eq + 1, piece.n));
  }
  return TH_STR_NONE;
}

static void choose_language(th_ctx *x) {
  char z[16] = "";
  const th_str asked = th_serve_param(x, "lang"), kept = cookie(x, "lang"), of = asked.n ? asked : kept;
  x->lang = TH_WORDS_EN;
  if (of.n && of.n < sizeof z) {
    memcpy(z, of.p, of.n);
    if (th_words_find(z, &x->lang)) return;
  }
  accepted(th_serve_header(x, "accept-language"), &x->lang);
}

void th_serve_add_header(th_ctx *x, const char *name, th_str value) {
  TH_ASSERT(x->r->n_headers < sizeof x->r->header / sizeof *x->r->header);
  x->r->header[x->r->n_headers++] = (th_request_header){ th_str_of(name), value };
}

static void safety_headers(th_ctx *x) {
#define POLICY(style)                                                                                                          \
  "default-src 'none'; script-src 'self'; style-src " style "; img-src 'self' data:; connect-src 'self'; "                     \
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
  th_serve_add_header(x, "Content-Security-Policy", x->own_style ? TH_S(POLICY("'unsafe-inline'")) : TH_S(POLICY("'self'")));
#undef POLICY
  th_serve_add_header(x, "X-Content-Type-Options", TH_S("nosniff"));
  th_serve_add_header(x, "Referrer-Policy", TH_S("same-origin"));
  th_serve_add_header(x, "Cross-Origin-Resource-Policy", TH_S("same-origin"));
}

th_done th_serve_bytes(th_ctx *x, int status, const char *type, th_str body) {
  x->r->status = status;
  x->r->type = th_str_of(type);
  x->r->body = body;
  return TH_DONE;
}

th_done th_serve_download(th_ctx *x, const char *type, th_str file_name, th_str body) {
  th_serve_bytes(x, 200, type, body);
  const th_str name = th_web_encode(x->a, file_name);
  th_serve_add_header(x, "Content-Disposition", th_str_fmt(x->a, "attachment; filename*=UTF-8''%.*s", TH_STR_ARG(name)));
  return TH_DONE;
}

th_done th_serve_redirect(th_ctx *x, th_str to) {
  const bool own = to.n && to.p[0] == '/' && !th_str_starts(to, TH_S("//")) && !th_str_starts(to, TH_S("/\\"));
  th_serve_bytes(x, 303, "text/plain; charset=utf-8", TH_STR_NONE);
  th_serve_add_header(x, "Location", own ? to : TH_S("/"));
  return TH_DONE;
}

void th_serve_page_begin(th_ctx *x, const th_web_frame *f) {
  th_web_frame frame = *f;
  if (!frame.path.n) frame.path = x->q->target;
  th_buf_init(&x->out, x->a, 32768);
  th_html_init(&x->html, x->a, &x->out, x->lang);
  th_web_begin(&x->html, &frame);
}

th_done th_serve_page_end(th_ctx *x, int status) {
  th_web_end(&x->html);
  if (x->out.failed) return th_serve_bytes(x, 503, "text/plain; charset=utf-8", TH_S("out of memory\n"));
  return th_serve_bytes(x, status, "text/html; charset=utf-8", th_buf_str(&x->out));
}

static th_done fail_json(th_ctx *x, const th_err *err, int status) {
  th_buf b;
  th_jwrite w;
  th_buf_init(&b, x->a, 512);
  th_jwrite_open(&w, &b, 0);
  th_jw_obj(&w);
  th_jw_key(&w, "error");
  th_jw_obj(&w);
  th_jw_key(&w, "code"), th_jw_z(&w, th_code_describe(err->code).name);
  th_jw_key(&w, "message"), th_jw_z(&w, err->msg);
  if (*err->source) th_jw_key(&w, "source"), th_jw_z(&w, err->source);
  if (err->line) th_jw_key(&w, "line"), th_jw_i64(&w, err->line);
  th_jw_obj_end(&w);
  th_jw_obj_end(&w);
  th_buf_addc(&b, '\n');
  return th_serve_bytes(x, status, "application/json", b.failed ? TH_S("{}") : th_buf_str(&b));
}

static const char *title_of(th_code code) {
  switch ((int)code) {
  case TH_ENOENT: return "web.error.not-found";
  case TH_EAUTH: return "web.error.no-permission";
  case TH_EINVAL:
  case TH_EPARSE: return "web.error.input";
  case TH_ELIMIT: return "web.error.too-large";
  case TH_ECONFLICT: return "web.error.conflict";
  default: return "web.error.failed";
  }
}

th_done th_serve_fail(th_ctx *x, const th_err *err) {
  return th_serve_fail_at(x, err, TH_S("/"), "web.home");
}

th_done th_serve_fail_at(th_ctx *x, const th_err *err, th_str href, const char *key) {
  const int status = th_code_describe(err->code).http_status;
  char text[600];
  if (x->json) return fail_json(x, err, status);
  const char *title = title_of(err->code);
  th_serve_page_begin(x, &(th_web_frame){ .title = th_words_get(x->lang, title), .noindex = true });
  th_err_text(err, text, sizeof text);
  th_web_note_begin(&x->html, status >= 500 ? "stop" : "warn");
  th_html_open(&x->html, "p");
  th_html_quote(&x->html, th_str_of(text));
  th_html_close(&x->html);
  th_html_close(&x->html);
  th_html_open(&x->html, "p");
  th_html_link_say(&x->html, href, key);
  th_html_close(&x->html);
  return th_serve_page_end(x, status);
}

th_done th_serve_fail_code(th_ctx *x, th_code code, const char *fmt, ...) {
  th_err err = { .code = code };
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(err.msg, sizeof err.msg, fmt, ap);
  va_end(ap);
  return th_serve_fail(x, &err);
}

bool th_serve_need_store(th_ctx *x) {
  if (!x->lane->empty) return true;
  if (x->json) {
    th_serve_fail_code(x, TH_ENOENT, "nothing is imported yet");
    return false;
  }
  th_serve_page_begin(x, &(th_web_frame){ .title = th_words_get(x->lang, "web.nothing.title") });
  th_web_empty(&x->html, "web.nothing.lede", "web.nothing.what");
  th_html_open(&x->html, "p");
  th_html_link_say(&x->html, TH_S("/manage"), "web.way.manage");
  th_html_close(&x->html);
  th_serve_page_end(x, 200);
  return false;
}

th_code th_serve_open_write(th_ctx *x, th_store **out, th_err *err) {
  if (x->app->o.read_only) return th_fail(err, TH_EAUTH, "this server was started to read only");
  return th_store_open(x->app->o.home, TH_STORE_WRITE, -1, out, err);
}

int64_t th_serve_now(const th_ctx *x) {
  return x->app->o.now ? x->app->o.now() : (int64_t)th_date_first(x->today) * 86400;
}

th_str th_serve_moment(const th_ctx *x, int64_t seconds) {
  char day[TH_DATE_TEXT];
  const int64_t local = seconds + x->app->o.utc_offset, in_day = ((local % 86400) + 86400) % 86400;
  const th_date d = th_civil_from_days((int32_t)((local - in_day) / 86400));
  return th_str_fmt(x->a, "%s %02d:%02d", th_date_iso(d, day), (int)(in_day / 3600), (int)(in_day / 60 % 60));
}

const th_serve_options *th_serve_options_of(const th_serve *s) {
  return &s->o;
}

/* Equal bytes need not be sent again. */
static void etag(th_ctx *x) {
  if (x->patient) { /* nothing of a patient stays on the disk of whoever looked */
    th_serve_add_header(x, "Cache-Control", TH_S("no-store"));
    return;
  }
  if (x->r->status != 200 || x->post) return;
  const th_str tag = th_str_fmt(x->a, "\"%016llx\"", (unsigned long long)th_hash(x->r->body));
  th_serve_add_header(x, "ETag", tag);
  th_serve_add_header(x, "Cache-Control", TH_S("no-cache, private"));
  if (tag.n && th_str_has(th_serve_header(x, "if-none-match"), tag)) x->r->status = 304, x->r->body = TH_STR_NONE;
}

static th_done run_route(th_ctx *x, const th_route *r) {
  x->patient = r->flags & TH_ROUTE_PATIENT;
  const bool patient = x->patient, changes = r->flags & TH_ROUTE_CHANGES;
  th_err err = { 0 };
  if (patient && !x->app->local)
    return th_serve_fail_code(x, TH_EAUTH,
                              "pages about patients are open on this machine alone; this server listens beyond it");
  if (changes && x->app->o.read_only) return th_serve_fail_code(x, TH_EAUTH, "this server was started to read only");
  if (x->post && !th_serve__origin_ok(x->q))
    return th_serve_fail_code(x, TH_EAUTH, "the request comes from a page of another site and is not carried out");
  x->lane = th_serve__lane_take(x->app, &err);
  if (!x->lane) return th_serve_fail(x, &err);
  r->run(x);
  th_serve__lane_give(x->app, x->lane);
  x->lane = NULL;
  return TH_DONE;
}

static th_done dispatch(th_ctx *x) {
  th_err err = { 0 };
  const size_t mark = th_str_find(x->q->target, TH_S("?"), 0);
  const th_str raw = th_str_sub(x->q->target, 0, mark == SIZE_MAX ? x->q->target.n : mark);
  const th_str query = mark == SIZE_MAX ? TH_STR_NONE : th_str_sub(x->q->target, mark + 1, x->q->target.n);
  x->path = th_serve__decode(x->a, raw, false);
  x->json = th_str_starts(th_serve_header(x, "accept"), TH_S("application/json")) || th_str_ends(raw, TH_S(".json"));
  accepted(th_serve_header(x, "accept-language"), &x->lang);
  if (!x->path.p || x->q->target.n > TH_LIMIT_REQUEST_TARGET)
    return th_serve_fail_code(x, TH_EPARSE, "the address is malformed or too long");
  if (!th_serve__host_ok(x->app, th_serve_header(x, "host")))
    return th_serve_bytes(x, 421, "text/plain; charset=utf-8",
                          TH_S("not asked for under a name of this server (theriac serve --host NAME)\n"));
  if (!x->post && !x->head && !th_str_is(x->q->method, "GET"))
    return th_serve_bytes(x, 405, "text/plain; charset=utf-8", TH_S("GET, HEAD and POST are known\n"));
  if (th_serve__params(x->a, x->q, query, &x->param, &x->n_params, &err) != TH_OK) return th_serve_fail(x, &err);
  choose_language(x);
  bool other = false;
  const th_route *r = find_route(x, raw, &other);
  if (r) return run_route(x, r);
  if (other) return th_serve_bytes(x, 405, "text/plain; charset=utf-8", TH_S("this address takes another method\n"));
  return th_serve_fail_code(x, TH_ENOENT, "there is no page %.*s", TH_STR_ARG(th_str_sub(x->path, 0, 120)));
}

void th_serve_answer(th_serve *s, th_arena *a, const th_request *q, th_response *out) {
  *out = (th_response){ 0 };
  th_ctx x = { .app = s,
               .a = a,
               .q = q,
               .r = out,
               .today = s->o.today(),
               .post = th_str_is(q->method, "POST"),
               .head = th_str_is(q->method, "HEAD") };
  dispatch(&x);
  safety_headers(&x);
  th_serve_add_header(&x, "Vary", TH_S("Accept-Language, Cookie, Accept"));
  if (out->status == 200 && !th_str_starts(out->type, TH_S("text/css"))) etag(&x);
}
