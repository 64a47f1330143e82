/* Verdicts of all drugs for lists and comparisons: made once for a state of the store, in a thread of its own when there are many, so that
 * no page waits. Readers hold the one they began with. */
#include "serve/serve_priv.h"

#include "theriac/dossier/overview.h"

#include <pthread.h>
#include <stdatomic.h>

#define MADE_AT_ONCE 40 /* dossiers: some tens of milliseconds */

typedef struct made {
  th_arena *a;
  th_overview o;
  uint64_t version;
  th_date day;
  unsigned held; /* readers, and one for being the newest */
} made;

struct th_overviews {
  pthread_mutex_t lock;
  made *newest;
  bool working, joinable;
  atomic_bool stop;
  atomic_size_t done, total;
  pthread_t thread;
  th_serve *app;
  uint64_t version;
  th_date day;
};

struct th_overviews *th_serve__overviews_new(th_serve *s) {
  struct th_overviews *v = th_malloc(sizeof *v);
  if (!v) return NULL;
  memset(v, 0, sizeof *v);
  v->app = s;
  pthread_mutex_init(&v->lock, NULL);
  return v;
}

static void let_go(made *m) {
  if (!m || --m->held) return;
  th_arena_del(m->a);
}

void th_serve__overviews_del(struct th_overviews *v) {
  if (!v) return;
  atomic_store(&v->stop, true);
  if (v->joinable) pthread_join(v->thread, NULL);
  let_go(v->newest);
  pthread_mutex_destroy(&v->lock);
  th_free(v);
}

static th_code one(th_lane *lane, th_arena *scratch, made *m, th_str drug, th_err *err) {
  th_dossier *d;
  th_err e = { 0 };
  const th_dossier_options o = { .drug = drug, .as_of = m->day };
  const th_code code = th_dossier_build(scratch, lane->store, lane->names, &o, &d, &e);
  if (code == TH_ENOENT || code == TH_EINVAL) return TH_OK; /* nothing but its name is held */
  if (code != TH_OK) return *err = e, code;
  return th_overview_add(m->a, &m->o, d, err);
}

static th_code make(struct th_overviews *v, th_lane *lane, const th_str_vec *names, made *m, th_err *err) {
  th_arena *scratch = th_arena_new(0);
  if (!scratch) return th_fail_nomem(err);
  th_code code = TH_OK;
  for (size_t i = 0; i < names->n && code == TH_OK; i++) {
    code = atomic_load(&v->stop) ? TH_ECANCEL : one(lane, scratch, m, names->v[i], err);
    th_arena_reset(scratch);
    atomic_store(&v->done, i + 1);
  }
  th_arena_del(scratch);
  return code;
}

static made *made_new(uint64_t version, th_date day) {
  th_arena *a = th_arena_new(0);
  made *m = a ? TH_NEW(a, made) : NULL;
  if (!m) return th_arena_del(a), NULL;
  *m = (made){ .a = a, .version = version, .day = day, .held = 1 };
  return m;
}

static void publish(struct th_overviews *v, made *m) {
  pthread_mutex_lock(&v->lock);
  let_go(v->newest);
  v->newest = m;
  pthread_mutex_unlock(&v->lock);
}

static void *work(void *arg) {
  struct th_overviews *v = arg;
  th_err err = { 0 };
  th_lane *lane = th_serve__lane_take(v->app, &err);
  made *m = lane ? made_new(lane->version, v->day) : NULL;
  th_str_vec names;
  th_code code = m ? th_overview_subjects(m->a, lane->store, lane->names, &names, &err) : TH_ENOMEM;
  if (code == TH_OK) {
    atomic_store(&v->total, names.n);
    code = make(v, lane, &names, m, &err);
  }
  if (lane) th_serve__lane_give(v->app, lane);
  if (code == TH_OK)
    publish(v, m);
  else {
    let_go(m);
    if (code != TH_ECANCEL) th_log_err(&err);
  }
  pthread_mutex_lock(&v->lock);
  v->working = false;
  pthread_mutex_unlock(&v->lock);
  return NULL;
}

static void start(struct th_overviews *v, th_date day) { /* with the lock held */
  if (v->working) return;
  if (v->joinable) pthread_join(v->thread, NULL);
  v->day = day;
  atomic_store(&v->done, 0);
  atomic_store(&v->total, 0);
  v->working = v->joinable = pthread_create(&v->thread, NULL, work, v) == 0;
}

/* The newest when it is of this state of the store (or any, when `stale` will do), held for the reader. */
static made *take(struct th_overviews *v, th_ctx *x, bool stale) {
  pthread_mutex_lock(&v->lock);
  made *m = v->newest;
  const bool good = m && m->version == x->lane->version && th_date_cmp(m->day, x->today) == 0;
  if (m && (good || stale))
    m->held++;
  else
    m = NULL;
  pthread_mutex_unlock(&v->lock);
  return m;
}

static th_code make_here(struct th_overviews *v, th_ctx *x, made **out, th_err *err) {
  th_str_vec names;
  *out = NULL;
  TH_TRY(th_overview_subjects(x->a, x->lane->store, x->lane->names, &names, err));
  if (names.n > MADE_AT_ONCE) return TH_OK;
  made *m = made_new(x->lane->version, x->today);
  if (!m) return th_fail_nomem(err);
  const th_code code = make(v, x->lane, &names, m, err);
  if (code != TH_OK) return let_go(m), code;
  m->held++;
  publish(v, m);
  *out = m;
  return TH_OK;
}

th_code th_serve_overview(th_ctx *x, th_serve_glance *out, th_err *err) {
  struct th_overviews *v = x->app->overviews;
  *out = (th_serve_glance){ 0 };
  made *m = take(v, x, false);
  if (!m) TH_TRY(make_here(v, x, &m, err));
  if (!m) {
    pthread_mutex_lock(&v->lock);
    start(v, x->today);
    pthread_mutex_unlock(&v->lock);
    m = take(v, x, true);
    out->in_work = true;
    out->done = atomic_load(&v->done);
    out->total = atomic_load(&v->total);
  }
  out->held = m;
  out->overview = m ? &m->o : NULL;
  return TH_OK;
}

void th_serve_overview_done(th_ctx *x, th_serve_glance *g) {
  struct th_overviews *v = x->app->overviews;
  pthread_mutex_lock(&v->lock);
  let_go(g->held);
  pthread_mutex_unlock(&v->lock);
  *g = (th_serve_glance){ 0 };
}

/* What a page says while verdicts are made. */
void th_serve_in_work(th_ctx *x, const th_serve_glance *g) {
  if (!g->in_work) return;
  const th_str values[] = { th_str_fmt(x->a, "%zu", g->done), th_str_fmt(x->a, "%zu", g->total) };
  th_web_note_begin(&x->html, "info");
  th_html_el_sayf(&x->html, "p", NULL, g->overview ? "web.list.older" : "web.list.in-work", 2, values);
  th_html_close(&x->html);
}
