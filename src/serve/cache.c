/* Pages kept as they were sent. One is good as long as nothing was committed since the request that made it began; when there are too
 * many bytes, all are dropped at once: they are made again in milliseconds. */
#include "serve/serve_priv.h"

#include <pthread.h>

typedef struct kept {
  uint64_t version;
  int status;
  const char *type; /* literals of handlers live as long as the program */
  th_str body;
} kept;

struct th_cache {
  pthread_rwlock_t lock;
  th_arena *a;
  th_map map; /* key → kept */
  size_t bytes;
};

struct th_cache *th_serve__cache_new(void) {
  struct th_cache *c = th_malloc(sizeof *c);
  if (!c) return NULL;
  memset(c, 0, sizeof *c);
  c->a = th_arena_new(0);
  if (!c->a) return th_free(c), NULL;
  th_map_init(&c->map, c->a);
  pthread_rwlock_init(&c->lock, NULL);
  return c;
}

void th_serve__cache_del(struct th_cache *c) {
  if (!c) return;
  pthread_rwlock_destroy(&c->lock);
  th_arena_del(c->a);
  th_free(c);
}

/* What the page hangs on besides the store: address, language, day. */
static th_str key_of(th_ctx *x) {
  char day[TH_DATE_TEXT];
  return th_str_fmt(x->a, "%d %d %s %.*s", (int)x->lang, x->json, th_date_iso(x->today, day), TH_STR_ARG(x->q->target));
}

bool th_serve_cached(th_ctx *x) {
  struct th_cache *c = x->app->cache;
  const th_str key = key_of(x);
  uint64_t at = 0;
  bool found = false;
  kept k = { 0 };
  pthread_rwlock_rdlock(&c->lock);
  if (key.p && th_map_get(&c->map, key, &at)) {
    k = *(const kept *)(uintptr_t)at;
    found = k.version == x->lane->version;
    /* The bytes may go as soon as the lock is left. */
    if (found) k.body = th_str_dup(x->a, k.body);
  }
  pthread_rwlock_unlock(&c->lock);
  if (!found || !k.body.p) return false;
  th_serve_bytes(x, k.status, k.type, k.body);
  return true;
}

th_done th_serve_keep(th_ctx *x) {
  struct th_cache *c = x->app->cache;
  const th_str key = key_of(x);
  if (!key.p || x->r->status != 200) return TH_DONE;
  pthread_rwlock_wrlock(&c->lock);
  if (c->bytes + x->r->body.n > TH_LIMIT_SERVE_CACHE) {
    th_arena_reset(c->a);
    th_map_init(&c->map, c->a);
    c->bytes = 0;
  }
  kept *k = TH_NEW(c->a, kept);
  const th_str own = th_str_dup(c->a, key), body = th_str_dup(c->a, x->r->body);
  if (k && own.p && body.p) {
    *k = (kept){ .version = x->lane->version, .status = x->r->status, .type = x->r->type.p, .body = body };
    if (th_map_put(&c->map, own, (uint64_t)(uintptr_t)k) == TH_OK) c->bytes += body.n + key.n;
  }
  pthread_rwlock_unlock(&c->lock);
  return TH_DONE;
}
