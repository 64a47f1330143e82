/* Workers sleep until a loop is posted, then draw task numbers from one counter, as the caller does.
 *
 * Tasks are handed out in rising order, and a task handed out is always run to its end. So when any task has failed, every
 * lower one has run too, and the lowest failed task is the same at any thread count. */
#include "theriac/base/pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "theriac/base/arena.h"
#include "theriac/base/limits.h"

typedef struct worker {
  th_pool *pool;
  pthread_t thread;
  unsigned index;
} worker;

struct th_pool {
  pthread_mutex_t lock;
  pthread_cond_t posted, finished;
  uint64_t round;   /* rises by one with each loop posted */
  unsigned working; /* pool threads still in this loop */
  unsigned threads; /* the caller's included */
  bool closing;

  th_pool_fn fn;
  void *ctx;
  size_t n;
  atomic_size_t next;
  atomic_bool stop;
  size_t failed_task; /* under lock */
  th_code failed_code;

  worker workers[]; /* threads - 1 */
};

static void note_failure(th_pool *p, size_t task, th_code code) {
  pthread_mutex_lock(&p->lock);
  if (p->failed_code == TH_OK || task < p->failed_task) {
    p->failed_task = task;
    p->failed_code = code;
  }
  pthread_mutex_unlock(&p->lock);
  atomic_store(&p->stop, true);
}

static void draw_tasks(th_pool *p, unsigned index) {
  while (!atomic_load(&p->stop)) {
    const size_t task = atomic_fetch_add(&p->next, 1);
    if (task >= p->n) return;
    const th_code code = p->fn(p->ctx, task, index);
    if (code != TH_OK) note_failure(p, task, code);
  }
}

static void *work(void *arg) {
  const worker *w = arg;
  th_pool *p = w->pool;
  uint64_t seen = 0;
  pthread_mutex_lock(&p->lock);
  for (;;) {
    while (p->round == seen && !p->closing) pthread_cond_wait(&p->posted, &p->lock);
    if (p->closing) break;
    seen = p->round;
    pthread_mutex_unlock(&p->lock);
    draw_tasks(p, w->index);
    pthread_mutex_lock(&p->lock);
    if (--p->working == 0) pthread_cond_signal(&p->finished);
  }
  pthread_mutex_unlock(&p->lock);
  return NULL;
}

static unsigned processors(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  const int n = CPU_COUNT(&set);
  return n > 0 ? (unsigned)n : 1;
}

th_pool *th_pool_new(unsigned threads) {
  if (threads == 0) threads = processors();
  if (threads > TH_LIMIT_POOL_THREADS) threads = TH_LIMIT_POOL_THREADS;
  th_pool *p = th_malloc(sizeof *p + (threads - 1) * sizeof(worker));
  if (!p) return NULL;
  *p = (th_pool){ .threads = 1 };
  pthread_mutex_init(&p->lock, NULL);
  pthread_cond_init(&p->posted, NULL);
  pthread_cond_init(&p->finished, NULL);
  for (unsigned i = 0; i + 1 < threads; i++) {
    worker *w = &p->workers[i];
    *w = (worker){ .pool = p, .index = i + 1 };
    if (pthread_create(&w->thread, NULL, work, w) != 0) break; /* fewer threads give the same results */
    p->threads++;
  }
  return p;
}

void th_pool_del(th_pool *p) {
  if (!p) return;
  pthread_mutex_lock(&p->lock);
  p->closing = true;
  pthread_cond_broadcast(&p->posted);
  pthread_mutex_unlock(&p->lock);
  for (unsigned i = 0; i + 1 < p->threads; i++) pthread_join(p->workers[i].thread, NULL);
  pthread_cond_destroy(&p->finished);
  pthread_cond_destroy(&p->posted);
  pthread_mutex_destroy(&p->lock);
  th_free(p);
}

unsigned th_pool_threads(const th_pool *p) {
  return p->threads;
}

th_code th_pool_run(th_pool *p, size_t n, th_pool_fn fn, void *ctx) {
  pthread_mutex_lock(&p->lock);
  p->fn = fn;
  p->ctx = ctx;
  p->n = n;
  p->failed_code = TH_OK;
  atomic_store(&p->next, 0);
  atomic_store(&p->stop, false);
  p->working = p->threads - 1;
  p->round++;
  pthread_cond_broadcast(&p->posted);
  pthread_mutex_unlock(&p->lock);
  draw_tasks(p, 0);
  pthread_mutex_lock(&p->lock);
  while (p->working) pthread_cond_wait(&p->finished, &p->lock);
  const th_code code = p->failed_code;
  pthread_mutex_unlock(&p->lock);
  return code;
}
