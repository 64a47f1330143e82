/* Threads for loops whose passes do not know each other. Results depend on the pass index only, never on the thread count. */
#ifndef THERIAC_BASE_POOL_H
#define THERIAC_BASE_POOL_H

#include <stddef.h>

#include "theriac/base/err.h"

typedef struct th_pool th_pool;
/* `task` is 0..n-1, `worker` 0..threads-1 (to pick scratch). The first non-OK code stops the handing-out of further tasks. */
typedef th_code (*th_pool_fn)(void *ctx, size_t task, unsigned worker);

/* threads = 0: one for each processor this process may use. The caller's thread works too. NULL when memory is short. */
TH_API th_pool *th_pool_new(unsigned threads);
TH_API void th_pool_del(th_pool *p);
TH_API unsigned th_pool_threads(const th_pool *p);
/* Runs fn for every task and waits. When several tasks fail, the code of the lowest failed task is returned, so that the answer
 * does not hang on timing among those that ran. Not re-entrant from inside fn. */
TH_API th_code th_pool_run(th_pool *p, size_t n, th_pool_fn fn, void *ctx);

#endif
