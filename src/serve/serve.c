/* The server as a value: opened over a home, started, closed. */
#include "serve/serve_priv.h"

#include <sodium.h>
#include <stdio.h>

static th_code open_parts(th_serve *s, th_err *err) {
  if (sodium_init() < 0) return th_fail(err, TH_EIO, "the cryptographic library could not be started");
  s->cache = th_serve__cache_new();
  s->jobs = th_serve__jobs_new(s);
  s->overviews = th_serve__overviews_new(s);
  if (!s->cache || !s->jobs || !s->overviews) return th_fail_nomem(err);
  if (!s->o.read_only) { /* the store is made, or brought up to date, before pages are read from it */
    th_store *store;
    TH_TRY(th_store_open(s->o.home, TH_STORE_WRITE, -1, &store, err));
    th_store_close(store);
  }
  return th_serve__lanes_new(s, err);
}

th_code th_serve_open(const th_serve_options *o, th_serve **out, th_err *err) {
  *out = NULL;
  th_serve *s = th_malloc(sizeof *s);
  if (!s) return th_fail_nomem(err);
  *s = (th_serve){ .o = *o, .local = true };
  snprintf(s->listen_host, sizeof s->listen_host, "127.0.0.1");
  const th_code code = open_parts(s, err);
  if (code != TH_OK) {
    th_serve_close(s);
    return code;
  }
  *out = s;
  return TH_OK;
}

unsigned th_serve_port(const th_serve *s) {
  return s->port;
}

bool th_serve_is_local(const th_serve *s) {
  return s->local;
}

void th_serve_close(th_serve *s) {
  if (!s) return;
  th_serve__http_stop(s);
  th_serve__cases_forget(s);
  th_serve__jobs_del(s->jobs);
  th_serve__overviews_del(s->overviews);
  th_serve__lanes_del(s);
  th_serve__cache_del(s->cache);
  th_arena_del(s->policies_arena);
  th_free(s);
}
