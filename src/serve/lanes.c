/* Store handles for requests: one a request at a time, kept open. The version of what they see is one number for the whole server, which
 * grows whenever a handle finds that something was committed. */
#include "serve/serve_priv.h"

#include <pthread.h>
#include <stdatomic.h>

struct th_lanes {
  pthread_mutex_t lock;
  th_lane *free;
  _Atomic uint64_t version;
};

th_code th_serve__lanes_new(th_serve *s, th_err *err) {
  struct th_lanes *l = th_malloc(sizeof *l);
  if (!l) return th_fail_nomem(err);
  memset(l, 0, sizeof *l);
  pthread_mutex_init(&l->lock, NULL);
  l->version = 1;
  s->lanes = l;
  /* One handle now, so that a store that cannot be read is told at the start. */
  th_lane *lane = th_serve__lane_take(s, err);
  if (!lane) return err ? err->code : TH_EIO;
  th_serve__lane_give(s, lane);
  return TH_OK;
}

static void lane_del(th_lane *l) {
  if (!l) return;
  th_store_close(l->store);
  th_arena_del(l->arena);
  th_free(l);
}

void th_serve__lanes_del(th_serve *s) {
  if (!s->lanes) return;
  for (th_lane *l = s->lanes->free, *next; l; l = next) {
    next = l->next;
    lane_del(l);
  }
  pthread_mutex_destroy(&s->lanes->lock);
  th_free(s->lanes);
  s->lanes = NULL;
}

static th_code open_store(th_serve *s, th_lane *l, th_err *err) {
  th_err e = { 0 };
  const th_code code = th_store_open(s->o.home, TH_STORE_READ, -1, &l->store, &e);
  if (code == TH_ENOENT) return TH_OK;
  if (code != TH_OK && err) *err = e;
  if (code == TH_OK) l->store_version = 0;
  return code;
}

/* Names are those of the store as it now is. */
static th_code refresh(th_serve *s, th_lane *l, th_err *err) {
  uint64_t seen = l->store_version;
  if (!l->store) TH_TRY(open_store(s, l, err));
  if (l->store) TH_TRY(th_store_version(l->store, &seen, err));
  if (seen != l->store_version) {
    if (l->store_version) atomic_fetch_add(&s->lanes->version, 1);
    l->store_version = seen;
  }
  l->empty = true;
  if (l->store) TH_TRY(th_store_is_empty(l->store, &l->empty, err));
  l->version = atomic_load(&s->lanes->version);
  if (l->names && l->names_of == l->store_version) return TH_OK;
  th_arena_reset(l->arena);
  l->names = NULL;
  l->kindred = NULL;
  TH_TRY(th_store_names(l->arena, l->store, &l->names, err));
  l->names_of = l->store_version;
  return TH_OK;
}

th_lane *th_serve__lane_take(th_serve *s, th_err *err) {
  pthread_mutex_lock(&s->lanes->lock);
  th_lane *l = s->lanes->free;
  if (l) s->lanes->free = l->next;
  pthread_mutex_unlock(&s->lanes->lock);
  if (!l) {
    l = th_malloc(sizeof *l);
    if (l) memset(l, 0, sizeof *l);
    if (!l || !(l->arena = th_arena_new(0))) {
      lane_del(l);
      th_fail_nomem(err);
      return NULL;
    }
  }
  if (refresh(s, l, err) == TH_OK) return l;
  lane_del(l);
  return NULL;
}

th_code th_serve_kindred(th_ctx *x, const th_kindred **out, th_err *err) {
  th_lane *l = x->lane;
  th_kindred *k = l->kindred;
  if (!k && l->store) TH_TRY(th_kindred_of(l->arena, l->store, l->names, &k, err));
  *out = l->kindred = k;
  return TH_OK;
}

void th_serve__lane_give(th_serve *s, th_lane *l) {
  pthread_mutex_lock(&s->lanes->lock);
  l->next = s->lanes->free;
  s->lanes->free = l;
  pthread_mutex_unlock(&s->lanes->lock);
}
