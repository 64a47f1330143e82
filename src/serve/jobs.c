/* Long work: one thread takes jobs in the order they came, so that two imports never wait for each other's lock; each can be looked at
 * and cancelled. What is done stays listed until the server ends. */
#include "serve/serve_priv.h"

#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>

struct th_job {
  struct th_job_info info;
  struct th_jobs *of;
  th_job_fn fn;
  void *arg;
  th_arena *arena;
  atomic_bool cancel;
};

struct th_jobs {
  pthread_mutex_t lock;
  pthread_cond_t more;
  pthread_t thread;
  bool started, closing;
  th_serve *app;
  th_job *job[TH_LIMIT_SERVE_JOBS]; /* in order of arrival; job[n % LIMIT] of the n-th */
  uint64_t n_queued, n_taken;
};

struct th_jobs *th_serve__jobs_new(th_serve *s) {
  struct th_jobs *j = th_malloc(sizeof *j);
  if (!j) return NULL;
  memset(j, 0, sizeof *j);
  j->app = s;
  pthread_mutex_init(&j->lock, NULL);
  pthread_cond_init(&j->more, NULL);
  return j;
}

static void job_del(th_job *j) {
  if (!j) return;
  th_arena_del(j->arena);
  th_free(j);
}

static void finish(th_job *j, th_code code, const th_err *err) {
  pthread_mutex_lock(&j->of->lock);
  j->info.err = *err;
  j->info.state = code == TH_OK ? TH_JOB_DONE : code == TH_ECANCEL ? TH_JOB_CANCELLED : TH_JOB_FAILED;
  th_arena_del(j->arena);
  j->arena = NULL;
  pthread_mutex_unlock(&j->of->lock);
}

static void *work(void *arg) {
  struct th_jobs *q = arg;
  for (;;) {
    pthread_mutex_lock(&q->lock);
    while (!q->closing && q->n_taken == q->n_queued) pthread_cond_wait(&q->more, &q->lock);
    if (q->n_taken == q->n_queued) return pthread_mutex_unlock(&q->lock), NULL;
    th_job *j = q->job[q->n_taken++ % TH_LIMIT_SERVE_JOBS];
    j->info.state = TH_JOB_RUNNING;
    pthread_mutex_unlock(&q->lock);
    th_err err = { 0 };
    const th_code code = atomic_load(&j->cancel) ? TH_ECANCEL : j->fn(j, j->arg, &err);
    finish(j, code, &err);
  }
}

void th_serve__jobs_del(struct th_jobs *q) {
  if (!q) return;
  pthread_mutex_lock(&q->lock);
  q->closing = true;
  for (size_t i = 0; i < TH_LIMIT_SERVE_JOBS; i++)
    if (q->job[i]) atomic_store(&q->job[i]->cancel, true);
  pthread_cond_signal(&q->more);
  pthread_mutex_unlock(&q->lock);
  if (q->started) pthread_join(q->thread, NULL);
  for (size_t i = 0; i < TH_LIMIT_SERVE_JOBS; i++) job_del(q->job[i]);
  pthread_cond_destroy(&q->more);
  pthread_mutex_destroy(&q->lock);
  th_free(q);
}

static th_code enqueue(struct th_jobs *q, th_job *j, th_err *err) {
  th_job **place = &q->job[q->n_queued % TH_LIMIT_SERVE_JOBS];
  if (*place && (*place)->info.state < TH_JOB_DONE)
    return th_fail(err, TH_ELIMIT, "TH_LIMIT_SERVE_JOBS (%d) pieces of work are waiting: try again when some are done",
                   TH_LIMIT_SERVE_JOBS);
  if (!q->started && pthread_create(&q->thread, NULL, work, q) != 0)
    return th_fail(err, TH_ENOMEM, "no thread could be started");
  q->started = true;
  job_del(*place);
  *place = j;
  q->n_queued++;
  pthread_cond_signal(&q->more);
  return TH_OK;
}

th_done th_serve_job(th_ctx *x, const char *kind, th_job_fn fn, th_arena *own, void *arg) {
  struct th_jobs *q = x->app->jobs;
  th_err err = { 0 };
  unsigned char random[8];
  th_job *j = th_malloc(sizeof *j);
  if (!j) {
    th_arena_del(own);
    return th_serve_fail_code(x, TH_ENOMEM, "out of memory");
  }
  memset(j, 0, sizeof *j);
  j->of = q, j->fn = fn, j->arg = arg, j->arena = own, j->info.kind = kind;
  randombytes_buf(random, sizeof random);
  sodium_bin2hex(j->info.id, sizeof j->info.id, random, sizeof random);
  const th_str page = th_str_fmt(x->a, "/job/%s", j->info.id);
  pthread_mutex_lock(&q->lock);
  const th_code code = enqueue(q, j, &err);
  pthread_mutex_unlock(&q->lock);
  if (code == TH_OK) return th_serve_redirect(x, page);
  job_del(j);
  return th_serve_fail(x, &err);
}

th_arena *th_job_arena(th_job *j) {
  return j->arena;
}

th_serve *th_job_app(th_job *j) {
  return j->of->app;
}

static void copy(char *to, size_t size, th_str from) {
  if (from.n >= size) from.n = size - 1;
  while (from.n && th_utf8_check(from) != SIZE_MAX) from.n--; /* a character that was cut goes whole */
  memcpy(to, from.n ? from.p : "", from.n);
  to[from.n] = 0;
}

bool th_job_step(th_job *j, uint64_t done, uint64_t total, th_str note) {
  pthread_mutex_lock(&j->of->lock);
  j->info.done = done;
  j->info.total = total;
  copy(j->info.note, sizeof j->info.note, note);
  pthread_mutex_unlock(&j->of->lock);
  return !atomic_load(&j->cancel);
}

void th_job_result(th_job *j, th_str path) {
  pthread_mutex_lock(&j->of->lock);
  copy(j->info.result, sizeof j->info.result, path);
  pthread_mutex_unlock(&j->of->lock);
}

static th_job *find(struct th_jobs *q, th_str id) {
  for (size_t i = 0; i < TH_LIMIT_SERVE_JOBS; i++)
    if (q->job[i] && th_str_is(id, q->job[i]->info.id)) return q->job[i];
  return NULL;
}

bool th_serve__job_info(struct th_jobs *q, th_str id, struct th_job_info *out) {
  pthread_mutex_lock(&q->lock);
  const th_job *j = find(q, id);
  if (j) *out = j->info;
  pthread_mutex_unlock(&q->lock);
  return j != NULL;
}

bool th_serve__job_cancel(struct th_jobs *q, th_str id) {
  pthread_mutex_lock(&q->lock);
  th_job *j = find(q, id);
  if (j) atomic_store(&j->cancel, true);
  pthread_mutex_unlock(&q->lock);
  return j != NULL;
}

size_t th_serve__job_list(struct th_jobs *q, struct th_job_info *out, size_t cap) {
  size_t n = 0;
  pthread_mutex_lock(&q->lock);
  for (uint64_t k = q->n_queued; k > 0 && n < cap && q->n_queued - k < TH_LIMIT_SERVE_JOBS; k--)
    if (q->job[(k - 1) % TH_LIMIT_SERVE_JOBS]) out[n++] = q->job[(k - 1) % TH_LIMIT_SERVE_JOBS]->info;
  pthread_mutex_unlock(&q->lock);
  return n;
}
