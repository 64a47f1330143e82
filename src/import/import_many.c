/* Documents of many records, in blocks: a registry's download would not fit into memory read. While one block goes into the store by
 * one thread the next is read, encoded, packed and cut into words by the others. The order of the records is that of the document.
 * The first block is read before the store is touched; when a record of a later one cannot be read, what was stored is undone. */
#include "import/import_priv.h"

#define BLOCK 64 /* records */

typedef struct block {
  th_arena *arena[TH_LIMIT_POOL_THREADS];
  void *record[BLOCK];
  size_t from, n; /* cuts */
} block;

struct th_import__many_run {
  th_pool *pool;
  unsigned threads;
  th_packer *packer[TH_LIMIT_POOL_THREADS];
  block block[2];
  th_err error[BLOCK]; /* a record of the block that is read */
  /* the document at hand */
  const th_import__many *kind;
  th_str bytes;
  th_source_cuts cuts;
  void *frame;
  /* the run at hand */
  block *reading, *writing;
  th_code (*write)(void *ctx, const void *record);
  void *ctx;
};

void th_import__many_del(th_import__many_run *m) {
  if (!m) return;
  for (unsigned i = 0; i < m->threads; i++) {
    th_packer_del(m->packer[i]);
    for (int k = 0; k < 2; k++) th_arena_del(m->block[k].arena[i]);
  }
  th_pool_del(m->pool);
  th_free(m);
}

static th_import__many_run *many_new(void) {
  th_import__many_run *m = th_malloc(sizeof *m);
  if (!m) return NULL;
  memset(m, 0, sizeof *m);
  if (!(m->pool = th_pool_new(0))) return th_import__many_del(m), NULL;
  m->threads = th_pool_threads(m->pool);
  for (unsigned i = 0; i < m->threads; i++) {
    bool ok = (m->packer[i] = th_packer_new()) != NULL;
    for (int k = 0; k < 2; k++) ok &= (m->block[k].arena[i] = th_arena_new(1 << 20)) != NULL;
    if (!ok) return th_import__many_del(m), NULL;
  }
  return m;
}

/* ── Reading ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code read_one(void *ctx, size_t task, unsigned worker) {
  th_import__many_run *m = ctx;
  block *b = m->reading;
  m->error[task] = (th_err){ 0 };
  return m->kind->one(b->arena[worker], m->packer[worker], m->bytes, &m->cuts.v[b->from + task], &b->record[task],
                      &m->error[task]);
}

/* The error of the first record that has one: every task before it ran, so that it is the same at any number of threads. */
static th_code first_error(th_import__many_run *m, size_t n, th_code code, th_err *err) {
  for (size_t i = 0; code != TH_OK && i < n; i++)
    if (m->error[i].code != TH_OK) {
      if (err) *err = m->error[i];
      return m->error[i].code;
    }
  return code;
}

static void start_block(th_import__many_run *m, block *b, size_t from) {
  b->from = from;
  b->n = m->cuts.n - from < BLOCK ? m->cuts.n - from : BLOCK;
  for (unsigned i = 0; i < m->threads; i++) th_arena_reset(b->arena[i]);
}

th_code th_import__many_open(th_arena *a, th_import__many_run **run, const th_import__many *kind, th_str bytes, th_err *err) {
  if (!*run && !(*run = many_new())) return th_fail_nomem(err);
  th_import__many_run *m = *run;
  m->kind = kind;
  m->bytes = bytes;
  m->frame = NULL;
  TH_TRY(kind->cut(a, bytes, &m->cuts, &m->frame, err));
  start_block(m, m->reading = &m->block[0], 0);
  return first_error(m, m->reading->n, th_pool_run(m->pool, m->reading->n, read_one, m), err);
}

/* ── Storing ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

static th_code write_block(th_import__many_run *m, const block *b) {
  for (size_t i = 0; i < b->n; i++) TH_TRY(m->write(m->ctx, b->record[i]));
  return TH_OK;
}

/* Task 0 writes the block that is ready, the others read the next. The store's handle is used by one thread at a time. */
static th_code write_or_read(void *ctx, size_t task, unsigned worker) {
  th_import__many_run *m = ctx;
  return task == 0 ? write_block(m, m->writing) : read_one(m, task - 1, worker);
}

th_code th_import__many_put(th_import__many_run *m, th_code (*write)(void *ctx, const void *record), void *ctx, th_err *unread,
                            th_err *err) {
  m->write = write, m->ctx = ctx;
  m->writing = &m->block[0];
  for (size_t done = m->writing->n; done < m->cuts.n; done += m->reading->n) {
    m->reading = m->writing == &m->block[0] ? &m->block[1] : &m->block[0];
    start_block(m, m->reading, done);
    const th_code code = th_pool_run(m->pool, m->reading->n + 1, write_or_read, m);
    if (code != TH_OK) return err->code != TH_OK ? err->code : first_error(m, m->reading->n, code, unread);
    m->writing = m->reading;
  }
  return write_block(m, m->writing);
}

size_t th_import__many_count(const th_import__many_run *m) {
  return m->cuts.n;
}

const void *th_import__many_frame(const th_import__many_run *m) {
  return m->frame;
}
