/* SQLite's allocator on top of th_malloc. A header of 16 bytes keeps the size, which SQLite asks for and th_malloc does not tell. */
#include <pthread.h>
#include <stdint.h>
#include <string.h>

#include "store/store_priv.h"

enum { HEADER = 16 };

static void *mem_malloc(int n) {
  if (n <= 0) return NULL;
  char *p = th_malloc((size_t)n + HEADER);
  if (!p) return NULL;
  memcpy(p, &n, sizeof n);
  return p + HEADER;
}

static void mem_free(void *p) {
  if (p) th_free((char *)p - HEADER);
}

static int mem_size(void *p) {
  int n = 0;
  if (p) memcpy(&n, (char *)p - HEADER, sizeof n);
  return n;
}

static void *mem_realloc(void *p, int n) {
  char *q = th_realloc((char *)p - HEADER, (size_t)n + HEADER);
  if (!q) return NULL;
  memcpy(q, &n, sizeof n);
  return q + HEADER;
}

static int mem_roundup(int n) {
  return (n + 7) & ~7;
}

static int mem_init(void *ctx) {
  (void)ctx;
  return SQLITE_OK;
}

static void mem_shutdown(void *ctx) {
  (void)ctx;
}

static pthread_mutex_t once = PTHREAD_MUTEX_INITIALIZER;
static bool configured;

th_code th_store__sqlite_ready(th_err *err) {
  static sqlite3_mem_methods methods = {
    mem_malloc, mem_free, mem_realloc, mem_size, mem_roundup, mem_init, mem_shutdown, NULL
  };
  pthread_mutex_lock(&once);
  if (!configured) {
    /* A host program that has used SQLite before keeps its own allocator: SQLITE_MISUSE, and no harm. */
    sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    configured = true;
  }
  const int rc = sqlite3_initialize();
  pthread_mutex_unlock(&once);
  if (rc == SQLITE_NOMEM) return th_fail_nomem(err);
  if (rc != SQLITE_OK) return th_fail(err, TH_EBUG, "SQLite does not start: %s", sqlite3_errstr(rc));
  return TH_OK;
}
