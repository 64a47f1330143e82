/* One request, politely: never faster than the source allows, never more often than TH_LIMIT_FETCH_TRIES, as late as it asks for
 * (Retry-After, RFC 9110 10.2.3), else after 1, 2, 4 … s with jitter (a number that depends on request and try alone, so that runs
 * repeat). What is at hand and unchanged is not sent again (If-None-Match, If-Modified-Since). */
#include <stdio.h>

#include "import/fetch_priv.h"

enum { BACK_OFF_MS = 1000, BACK_OFF_MOST_MS = 60000, BAD_FORM_TRIES = 2 };

/* ── Waiting ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

/* "Sat, 21 Nov 2026 10:00:00 GMT" in seconds since 1970. */
static bool http_date(th_str s, int64_t *out) {
  th_date d;
  int64_t h, m, sec;
  const size_t comma = th_str_find(s, TH_S(", "), 0);
  if (comma == SIZE_MAX || s.n != comma + 26) return false;
  const th_str day = th_str_sub(s, comma + 2, comma + 13), clock = th_str_sub(s, comma + 14, comma + 22);
  if (clock.p[2] != ':' || clock.p[5] != ':' || !th_date_parse_english(day, &d) || d.prec != TH_DATE_DAY) return false;
  if (!th_str_to_i64(th_str_sub(clock, 0, 2), &h) || !th_str_to_i64(th_str_sub(clock, 3, 5), &m) ||
      !th_str_to_i64(th_str_sub(clock, 6, 8), &sec) || h < 0 || h > 23 || m < 0 || m > 59 || sec < 0 || sec > 60)
    return false;
  *out = (int64_t)th_date_first(d) * 86400 + h * 3600 + m * 60 + sec;
  return true;
}

int64_t th_fetch__retry_after(th_str retry_after, th_str date) {
  const int64_t most = INT64_MAX / 2000;
  int64_t until, now, s;
  if (retry_after.n == 0) return -1;
  if (th_str_to_i64(retry_after, &s)) return s < 0 ? -1 : (s > most ? most : s) * 1000;
  if (!http_date(retry_after, &until) || !http_date(date, &now)) return -1;
  return until > now ? (until - now) * 1000 : 0;
}

static th_code wait_for(th_fetch__run *r, int64_t ms) {
  if (ms <= 0) return TH_OK;
  return r->w->wait_ms(r->w->ctx, ms) ? TH_OK : th_fail(r->err, TH_ECANCEL, "interrupted");
}

static int64_t paced(const th_fetch__run *r, int64_t ms) {
  return (int64_t)((double)ms * r->q->pace);
}

/* How long before try number `n` + 1. */
static int64_t back_off(const th_fetch__run *r, const char *key, unsigned n) {
  int64_t ms = (int64_t)BACK_OFF_MS << (n < 8 ? n - 1 : 7);
  if (ms > BACK_OFF_MOST_MS) ms = BACK_OFF_MOST_MS;
  const double u = (double)(th_rng_at(th_hash(th_str_of(key)), 0, n) >> 11) * 0x1p-53;
  return paced(r, (int64_t)((double)ms * (0.5 + 0.5 * u)));
}

/* ── What an answer means ──────────────────────────────────────────────────────────────────────────────────────────── */

static bool is_ours(th_code code) {
  return code == TH_ENOMEM || code == TH_ECANCEL || code == TH_EBUG;
}

static bool passes(int status) {
  return status == 408 || status == 425 || status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

/* "HTTP 400" with what the server says, when that is a line of text. */
static void tell_status(th_err *err, const th_http_answer *x) {
  th_str say = th_str_trim(x->body), line = TH_STR_NONE;
  th_str_line(&say, &line);
  bool text = line.n > 0 && line.p[0] != '<';
  for (size_t i = 0; i < line.n; i++) text = text && (unsigned char)line.p[i] >= ' ' && (unsigned char)line.p[i] < 0x7F;
  line = th_str_sub(line, 0, 160);
  th_fail(err, x->status == 401 || x->status == 403 ? TH_EAUTH : TH_EIO, "the source answers HTTP %d%s%.*s", x->status,
          text ? ": " : "", TH_STR_ARG(text ? line : TH_STR_NONE));
}

typedef struct attempt {
  th_fetch__run *r;
  th_fetch__check check;
  void *into;
  th_fetch__entry *x;
  th_str validated; /* SHA-256 of what a 304 stands for */
  bool again;       /* worth another try */
  int64_t wait_ms;  /* as the source asks; -1: it does not */
  bool bad_form;
} attempt;

static th_code stamp_now(th_fetch__run *r, th_fetch__entry *x) {
  char stamp[21] = "";
  r->w->stamp(r->w->ctx, stamp);
  x->at = th_str_dup(r->work, th_str_of(stamp));
  return x->at.p ? TH_OK : th_fail_nomem(r->err);
}

static th_code keep_headers(th_fetch__run *r, const th_http_answer *got, th_fetch__entry *x) {
  char hex[TH_SHA256_HEX];
  x->status = got->status;
  x->body = got->body;
  x->content_type = got->content_type;
  x->etag = got->etag;
  x->last_modified = got->last_modified;
  x->sha256 = th_str_dup(r->work, th_str_of(th_sha256_hex(got->body, hex)));
  return x->sha256.p ? stamp_now(r, x) : th_fail_nomem(r->err);
}

/* Not changed since: the body is in the store, under what it was known by. */
static th_code take_unchanged(attempt *t, th_err *fault) {
  th_err own = { 0 };
  const th_code code = th_store_document_bytes(t->r->work, t->r->s, t->validated, &t->x->body, &own);
  if (is_ours(code)) return code;
  if (code != TH_OK) {
    t->again = t->r->no_validators = true; /* ask for it whole */
    th_fail(fault, TH_EIO, "the source says \"not changed\", but what it was is not at hand");
    return TH_OK;
  }
  t->x->status = 200;
  t->x->sha256 = t->validated;
  t->r->out->unchanged++;
  t->r->stale = true;
  return TH_OK;
}

/* The answer into x, or the reason why it is none into fault. Returns errors of ours. */
static th_code judge(attempt *t, const th_http_answer *got, th_err *fault) {
  t->again = passes(got->status);
  t->wait_ms = th_fetch__retry_after(got->retry_after, got->date);
  TH_TRY(keep_headers(t->r, got, t->x));
  if (got->status == 304 && t->validated.n) TH_TRY(take_unchanged(t, fault));
  if (fault->code != TH_OK) return TH_OK;
  const bool says_nothing_by_404 = t->x->status == 404 && t->r->q->source == TH_FETCH_LABELS;
  if (t->x->status != 200 && !says_nothing_by_404) {
    tell_status(fault, got);
    t->r->fault_status = got->status;
    return TH_OK;
  }
  const th_code code = t->check(t->r, t->x, t->into, fault);
  if (is_ours(code)) return code;
  t->again = t->bad_form = code != TH_OK; /* cut by a proxy, or a page of another service: may pass */
  return TH_OK;
}

static th_code validators(attempt *t, th_http_ask *ask, th_err *err) {
  th_fetch__entry seen;
  bool found = false, held = false;
  th_store_document doc;
  th_fetch__run *r = t->r;
  const th_str folder = th_str_fmt(r->work, "%s/fetch/seen", th_store_home(r->s));
  if (!folder.p) return th_fail_nomem(err);
  t->validated = TH_STR_NONE;
  if (r->no_validators) return TH_OK;
  TH_TRY(th_fetch__tape_read(r->work, folder, t->x->key, false, &found, &seen, err));
  if (found) TH_TRY(th_store_document_find(r->work, r->s, seen.sha256, &held, &doc, err));
  if (!held) return TH_OK;
  ask->if_none_match = seen.etag;
  ask->if_modified_since = seen.last_modified;
  t->validated = seen.sha256;
  return TH_OK;
}

/* ── The network ───────────────────────────────────────────────────────────────────────────────────────────────────── */

/* Who asks is said to the source, and is no part of the request as recorded. */
static const char *address(th_fetch__run *r, th_str request, bool shown) {
  th_buf b;
  th_buf_init(&b, r->work, request.n + 256);
  th_buf_addz(&b, r->base);
  th_buf_add(&b, request);
  const bool pubmed = r->q->source == TH_FETCH_PAPERS, label = r->q->source == TH_FETCH_LABELS;
  if (!shown && pubmed) th_buf_addz(&b, "&tool=theriac");
  if (!shown && pubmed && r->q->mail.n) {
    th_buf_addz(&b, "&email=");
    th_http_escape(&b, r->q->mail);
  }
  if (!shown && (pubmed || label) && r->q->api_key.n) {
    th_buf_addz(&b, "&api_key=");
    th_http_escape(&b, r->q->api_key);
  }
  th_buf_addc(&b, '\0');
  return b.failed ? NULL : b.p;
}

static int64_t interval(const th_fetch__run *r) {
  const bool faster = r->q->source == TH_FETCH_PAPERS && r->q->api_key.n; /* ten a second with a key, three without */
  return paced(r, faster ? 100 : r->about->interval_ms);
}

static th_code try_once(attempt *t, th_str request, th_err *fault) {
  th_fetch__run *r = t->r;
  r->fault_status = 0;
  th_http_ask ask = { .url = address(r, request, false) };
  th_http_answer got = { 0 };
  if (!ask.url) return th_fail_nomem(r->err);
  TH_TRY(wait_for(r, r->next_at - r->w->now_ms(r->w->ctx)));
  TH_TRY(validators(t, &ask, r->err));
  t->again = t->bad_form = false;
  t->wait_ms = -1;
  const th_code code = r->w->get(r->w->ctx, r->work, &ask, &got, fault);
  r->next_at = r->w->now_ms(r->w->ctx) + interval(r);
  r->out->requests++;
  if (code == TH_OK) return judge(t, &got, fault);
  if (is_ours(code)) {
    if (r->err && r->err->code == TH_OK) *r->err = *fault;
    return code;
  }
  t->again = code == TH_EIO || code == TH_ETIMEOUT;
  return TH_OK;
}

static th_code from_network(th_fetch__run *r, th_str request, unsigned tries, attempt *t) {
  for (unsigned n = 1;; n++) {
    th_err fault = { 0 };
    TH_TRY(try_once(t, request, &fault));
    r->fault = fault;
    if (fault.code == TH_OK) return TH_OK;
    if (!t->x->at.n) TH_TRY(stamp_now(r, t->x));
    if (!t->again || n >= tries || (t->bad_form && n >= BAD_FORM_TRIES)) return TH_OK;
    int64_t ms = back_off(r, t->x->key, n);
    if (t->wait_ms > (int64_t)TH_LIMIT_FETCH_WAIT_S * 1000) {
      r->fault = (th_err){ 0 };
      th_fail(&r->fault, TH_EIO, "the source asks to come back in %lld s: more than TH_LIMIT_FETCH_WAIT_S (%d)",
              (long long)(t->wait_ms / 1000), TH_LIMIT_FETCH_WAIT_S);
      return TH_OK;
    }
    if (paced(r, t->wait_ms) > ms) ms = paced(r, t->wait_ms);
    th_log(TH_LOG_WARN, "%s: %s; try %u of %u in %.1f s", r->about->text, fault.msg, n + 1, tries, (double)ms / 1000);
    r->out->tries_again++;
    TH_TRY(wait_for(r, ms));
  }
}

/* ── One answer ────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code keep(th_fetch__run *r, th_fetch__entry *x) {
  const bool failed = r->fault.code != TH_OK;
  if (failed) x->error = th_str_of(r->fault.msg);
  if (!failed) TH_TRY(th_fetch__tape_write(r->work, r->tape, r->about->name, x, true, r->err));
  if (r->q->record) TH_TRY(th_fetch__tape_write(r->work, th_str_of(r->q->record), r->about->name, x, true, r->err));
  return TH_OK;
}

/* An answer that was recorded: it is judged like one from the network. */
static th_code from_folder(th_fetch__run *r, th_str folder, attempt *t, bool *found) {
  char key[sizeof t->x->key];
  memcpy(key, t->x->key, sizeof key);
  TH_TRY(th_fetch__tape_read(r->work, folder, key, true, found, t->x, r->err));
  if (!*found) return TH_OK;
  r->fault = (th_err){ 0 };
  if (t->x->error.n) {
    th_fail(&r->fault, TH_EIO, "%.*s", TH_STR_ARG(t->x->error));
    return TH_OK;
  }
  const th_code code = t->check(r, t->x, t->into, &r->fault);
  if (is_ours(code)) return code;
  r->out->from_tape++;
  return TH_OK;
}

th_code th_fetch__ask(th_fetch__run *r, th_str request, unsigned tries, th_fetch__check check, void *into, th_fetch__entry *x,
                      bool *answered) {
  attempt t = { .r = r, .check = check, .into = into, .x = x };
  bool found = false;
  th_arena_reset(r->work);
  *answered = false;
  *x = (th_fetch__entry){ 0 };
  th_fetch__key(r->about->name, request, x->key);
  if (r->q->replay || r->from_tape) {
    TH_TRY(from_folder(r, r->q->replay ? th_str_of(r->q->replay) : r->tape, &t, &found));
    if (found && !r->q->replay) r->stale = true;
    if (found && !r->q->replay && r->fault.code != TH_OK) found = false; /* what lies there is of no use */
    if (found && r->q->record) TH_TRY(th_fetch__tape_write(r->work, th_str_of(r->q->record), r->about->name, x, true, r->err));
  }
  if (!found && r->q->replay)
    return th_fail(r->err, TH_ENOENT, "%s: no recorded answer to %.*s", r->q->replay, TH_STR_ARG(th_str_sub(request, 0, 160)));
  if (!found) {
    const char *shown = address(r, request, true);
    if (!shown) return th_fail_nomem(r->err);
    *x = (th_fetch__entry){ .request = request, .url = th_str_of(shown) };
    th_fetch__key(r->about->name, request, x->key);
    TH_TRY(from_network(r, request, tries, &t));
    TH_TRY(keep(r, x));
  }
  if (!r->out->begun.n) r->out->begun = th_str_dup(r->a, x->at);
  if (!r->out->begun.p) return th_fail_nomem(r->err);
  *answered = r->fault.code == TH_OK;
  return TH_OK;
}
