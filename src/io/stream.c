/* A file that is read, inflated and hashed by a thread of its own while the caller works on the piece before: it never lies in
 * memory whole. Buffers go round in a ring; a buffer belongs to the reader until it is full, then to the caller. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>
#include <zlib.h>

#include "io/io_priv.h"

enum { RING = 3, MAGIC = 3, STEP = 1 << 18 }; /* a step is read and hashed while it is in the cache */

typedef struct buffer {
  char *p;
  size_t n;
} buffer;

struct th_stream {
  int fd;
  bool is_stdin, is_gzip, ended; /* ended: the last byte of the file has been read */
  char shown[TH_LIMIT_PATH_BYTES];
  size_t piece_bytes, limit;
  uint64_t size, n_read, n_given; /* of the file; bytes of it read; bytes given on, inflated */
  th_sha256 sha;
  /* gzip: bytes as read wait in packed; between: behind a member, before another or the end */
  z_stream z;
  bool z_open, between, padded;
  char *packed;

  pthread_t thread;
  bool has_thread;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  buffer ring[RING];
  size_t filled, taken; /* buffers ever filled, ever given back; under lock */
  bool holding, closing, finished;
  uint64_t n_read_seen; /* n_read, for those who watch */
  th_code code;         /* why it finished */
  th_err err;
};

static bool is_closing(th_stream *s) {
  pthread_mutex_lock(&s->lock);
  const bool yes = s->closing;
  pthread_mutex_unlock(&s->lock);
  return yes;
}

/* Up to n bytes of the file; none at its end. Standard input may keep us waiting: then we look up now and then whether anybody
 * still wants it. */
static th_code read_some(th_stream *s, char *p, size_t n, size_t *got, th_err *err) {
  for (;;) {
    if (s->is_stdin) {
      struct pollfd in = { s->fd, POLLIN, 0 };
      const int ready = poll(&in, 1, 50);
      if (is_closing(s)) return TH_ECANCEL;
      if (ready == 0) continue;
    }
    const ssize_t r = read(s->fd, p, n);
    if (r < 0 && errno == EINTR) continue;
    if (r < 0) return th_io__fail_errno(err, s->shown, "reading");
    *got = (size_t)r;
    s->n_read += (size_t)r;
    s->ended = r == 0;
    return TH_OK;
  }
}

static th_code give(th_stream *s, buffer *b, size_t n, th_err *err) {
  s->n_given += n;
  if (s->n_given > s->limit) return th_io__too_large(s->limit, s->is_gzip ? "the inflated content" : s->shown, err);
  th_sha256_add(&s->sha, th_str_n(b->p + b->n, n));
  b->n += n;
  return TH_OK;
}

static size_t step_of(const th_stream *s, const buffer *b) {
  const size_t room = s->piece_bytes - b->n;
  return room < STEP ? room : STEP;
}

static th_code fill_plain(th_stream *s, buffer *b, th_err *err) {
  while (b->n < s->piece_bytes && !s->ended) {
    size_t got = 0;
    TH_TRY(read_some(s, b->p + b->n, step_of(s, b), &got, err));
    TH_TRY(give(s, b, got, err));
  }
  return TH_OK;
}

/* More packed bytes behind those that are left. */
static th_code refill(th_stream *s, th_err *err) {
  const size_t left = s->z.avail_in;
  size_t got = 0;
  if (left) memmove(s->packed, s->z.next_in, left);
  TH_TRY(read_some(s, s->packed + left, STEP - left, &got, err));
  s->z.next_in = (z_const Bytef *)s->packed;
  s->z.avail_in = (uInt)(left + got);
  return TH_OK;
}

/* Behind a member: zeros to the end, another member, or the end itself. */
static th_code go_between(th_stream *s, bool *at_end, th_err *err) {
  while (s->z.avail_in < MAGIC && !s->ended) TH_TRY(refill(s, err));
  *at_end = s->z.avail_in == 0;
  if (*at_end) return TH_OK;
  if (*s->z.next_in == 0) {
    s->padded = true;
    s->z.next_in++;
    s->z.avail_in--;
    return TH_OK;
  }
  if (s->padded || !th_gzip_is(th_str_n((const char *)s->z.next_in, s->z.avail_in)))
    return th_io__gzip_broken(err, (size_t)(s->n_read - s->z.avail_in), "bytes that are not gzip follow its end");
  inflateReset(&s->z);
  s->between = false;
  return TH_OK;
}

static th_code inflate_some(th_stream *s, buffer *b, th_err *err) {
  if (s->z.avail_in == 0 && !s->ended) TH_TRY(refill(s, err));
  const size_t room = step_of(s, b);
  s->z.next_out = (Bytef *)b->p + b->n;
  s->z.avail_out = (uInt)room;
  const int rc = inflate(&s->z, Z_NO_FLUSH);
  TH_TRY(give(s, b, room - s->z.avail_out, err));
  const uint64_t used = s->n_read - s->z.avail_in;
  if (s->n_given > (size_t)1 << 20 && s->n_given / TH_LIMIT_GZIP_RATIO > used)
    return th_fail(err, TH_ELIMIT, "gzip data grows more than TH_LIMIT_GZIP_RATIO (%d) times: not read", TH_LIMIT_GZIP_RATIO);
  if (rc == Z_MEM_ERROR) return th_fail_nomem(err);
  if (rc == Z_NEED_DICT) return th_io__gzip_broken(err, (size_t)used, "it wants a preset dictionary");
  if (rc != Z_OK && rc != Z_BUF_ERROR && rc != Z_STREAM_END)
    return th_io__gzip_broken(err, (size_t)used, s->z.msg ? s->z.msg : "not a deflate stream");
  if (rc != Z_STREAM_END && s->z.avail_in == 0 && s->ended && s->z.avail_out)
    return th_io__gzip_broken(err, (size_t)used, "it ends too early");
  s->between = rc == Z_STREAM_END;
  return TH_OK;
}

static th_code fill_gzip(th_stream *s, buffer *b, th_err *err) {
  bool at_end = false;
  while (b->n < s->piece_bytes && !at_end) TH_TRY(s->between ? go_between(s, &at_end, err) : inflate_some(s, b, err));
  return TH_OK;
}

/* Whether it is gzip shows in the first bytes. */
static th_code begin(th_stream *s, th_err *err) {
  size_t n = 0;
  while (n < MAGIC && !s->ended) {
    size_t got = 0;
    TH_TRY(read_some(s, s->packed + n, MAGIC - n, &got, err));
    n += got;
  }
  if (!th_gzip_is(th_str_n(s->packed, n))) {
    memcpy(s->ring[0].p, s->packed, n);
    return give(s, &s->ring[0], n, err);
  }
  s->is_gzip = true;
  s->z = (z_stream){
    .zalloc = th_io__z_alloc, .zfree = th_io__z_free, .next_in = (z_const Bytef *)s->packed, .avail_in = (uInt)n
  };
  if (inflateInit2(&s->z, 15 + 16) != Z_OK) return th_fail_nomem(err);
  s->z_open = true;
  return TH_OK;
}

/* A buffer the caller is done with, or NULL when nobody wants more. */
static buffer *free_buffer(th_stream *s) {
  pthread_mutex_lock(&s->lock);
  while (s->filled - s->taken == RING && !s->closing) pthread_cond_wait(&s->changed, &s->lock);
  buffer *b = s->closing ? NULL : &s->ring[s->filled % RING];
  pthread_mutex_unlock(&s->lock);
  return b;
}

static void *read_on(void *arg) {
  th_stream *s = arg;
  th_code code = begin(s, &s->err);
  for (bool more = true; more;) {
    buffer *b = free_buffer(s);
    if (!b) break;
    if (code == TH_OK) code = s->is_gzip ? fill_gzip(s, b, &s->err) : fill_plain(s, b, &s->err);
    pthread_mutex_lock(&s->lock);
    if (code == TH_OK && b->n) s->filled++;
    more = code == TH_OK && b->n == s->piece_bytes;
    s->code = code;
    s->finished = !more;
    s->n_read_seen = s->n_read;
    pthread_cond_signal(&s->changed);
    pthread_mutex_unlock(&s->lock);
  }
  return NULL;
}

static th_code start(th_stream *s, const char *path, th_err *err) {
  size_t size = 0;
  int fd = -1;
  s->packed = th_malloc(STEP);
  if (!s->packed) return th_fail_nomem(err);
  for (int k = 0; k < RING; k++)
    if (!(s->ring[k].p = th_malloc(s->piece_bytes))) return th_fail_nomem(err);
  if (!s->is_stdin) TH_TRY(th_io__open_regular(path, s->limit, &fd, &size, err));
  s->fd = s->is_stdin ? STDIN_FILENO : fd;
  s->size = size;
  if (pthread_create(&s->thread, NULL, read_on, s) != 0) return th_fail(err, TH_ENOMEM, "no thread could be started");
  s->has_thread = true;
  return TH_OK;
}

th_code th_stream_open(const char *path, size_t piece_bytes, size_t limit_bytes, th_stream **out, th_err *err) {
  *out = NULL;
  if (!path || !*path) return th_fail(err, TH_EINVAL, "a file name is expected, and an empty one was given");
  th_stream *s = th_malloc(sizeof *s);
  if (!s) return th_fail_nomem(err);
  *s = (th_stream){ .fd = -1,
                    .is_stdin = strcmp(path, "-") == 0,
                    .piece_bytes = piece_bytes > MAGIC ? piece_bytes : MAGIC,
                    .limit = limit_bytes ? limit_bytes : TH_LIMIT_FILE_BYTES };
  pthread_mutex_init(&s->lock, NULL);
  pthread_cond_init(&s->changed, NULL);
  th_sha256_begin(&s->sha);
  snprintf(s->shown, sizeof s->shown, "%s", s->is_stdin ? "standard input" : path);
  const th_code code = start(s, path, err);
  if (code == TH_OK) {
    *out = s;
    return TH_OK;
  }
  th_err_source(err, s->shown);
  th_stream_close(s);
  return code;
}

th_code th_stream_next(th_stream *s, th_str *piece, th_err *err) {
  *piece = TH_STR_NONE;
  pthread_mutex_lock(&s->lock);
  if (s->holding) {
    s->ring[s->taken++ % RING].n = 0;
    pthread_cond_signal(&s->changed);
  }
  while (s->filled == s->taken && !s->finished) pthread_cond_wait(&s->changed, &s->lock);
  s->holding = s->filled != s->taken;
  const buffer *b = s->holding ? &s->ring[s->taken % RING] : NULL;
  const th_code code = b ? TH_OK : s->code;
  pthread_mutex_unlock(&s->lock);
  if (b) *piece = th_str_n(b->p, b->n);
  if (code == TH_OK) return TH_OK;
  if (err && !err->msg[0]) *err = s->err; /* the reader has come to its end: nobody else writes there */
  th_err_source(err, s->shown);
  return code;
}

void th_stream_progress(th_stream *s, uint64_t *done, uint64_t *total) {
  pthread_mutex_lock(&s->lock);
  *done = s->n_read_seen;
  pthread_mutex_unlock(&s->lock);
  *total = s->size;
}

char *th_stream_sha256(th_stream *s, char out[TH_SHA256_HEX]) {
  return th_sha256_end(&s->sha, out);
}

void th_stream_close(th_stream *s) {
  if (!s) return;
  pthread_mutex_lock(&s->lock);
  s->closing = true;
  pthread_cond_signal(&s->changed);
  pthread_mutex_unlock(&s->lock);
  if (s->has_thread) pthread_join(s->thread, NULL);
  if (s->z_open) inflateEnd(&s->z);
  if (!s->is_stdin && s->fd >= 0) close(s->fd);
  for (int k = 0; k < RING; k++) th_free(s->ring[k].p);
  th_free(s->packed);
  pthread_cond_destroy(&s->changed);
  pthread_mutex_destroy(&s->lock);
  th_free(s);
}
