/* Work in a process of its own. A library that reads hostile files may run out of stack, memory or time; that then ends the child, and
 * here it is an error like any other. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/io_priv.h"

typedef struct reply { /* stands before the bytes */
  th_err err;
  th_code code;
  uint64_t n;
} reply;

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define WATCHED 1
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WATCHED 1
#endif

/* What the process has mapped already does not count. Sanitizers map more than any limit would allow. */
static void bound(void) {
#ifndef WATCHED
  unsigned long long pages = 0;
  FILE *f = fopen("/proc/self/statm", "re");
  if (f && fscanf(f, "%llu", &pages) == 1) {
    const rlim_t most = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + TH_LIMIT_PAPER_MEMORY;
    setrlimit(RLIMIT_AS, &(struct rlimit){ most, most });
  }
  if (f) fclose(f);
#endif
  setrlimit(RLIMIT_CPU, &(struct rlimit){ TH_LIMIT_PAPER_SECONDS, TH_LIMIT_PAPER_SECONDS });
  setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
}

static bool write_all(int fd, const void *p, size_t n) {
  const char *at = p;
  while (n > 0) {
    const ssize_t one = write(fd, at, n);
    if (one < 0 && errno == EINTR) continue;
    if (one <= 0) return false;
    at += one;
    n -= (size_t)one;
  }
  return true;
}

static _Noreturn void child(th_arena *a, th_io__work work, void *ctx, int fd) {
  static const int back[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGXCPU };
  th_str out = TH_STR_NONE;
  reply r = { .code = TH_OK };
  for (size_t i = 0; i < sizeof back / sizeof *back; i++) signal(back[i], SIG_DFL);
  bound();
  r.code = work(a, ctx, &out, &r.err);
  r.n = r.code == TH_OK ? out.n : 0;
  _exit(write_all(fd, &r, sizeof r) && write_all(fd, out.p, (size_t)r.n) ? 0 : 1);
}

/* Reads n bytes; false at the end of the pipe, after too long, or on a fault. Memory may pass the bound in kernel buffers only. */
static bool read_all(int fd, void *p, size_t n) {
  char *at = p;
  struct pollfd one = { .fd = fd, .events = POLLIN };
  while (n > 0) {
    const int ready = poll(&one, 1, 2 * TH_LIMIT_PAPER_SECONDS * 1000);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return false;
    const ssize_t got = read(fd, at, n);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    n -= (size_t)got;
  }
  return true;
}

static th_code receive(th_arena *a, int fd, const char *what, th_str *out, bool *whole, th_err *err) {
  reply r;
  *whole = false;
  if (!read_all(fd, &r, sizeof r)) return th_fail(err, TH_EPARSE, "%s cannot be read: it breaks the reader", what);
  if (r.code != TH_OK) {
    *whole = true;
    if (err) *err = r.err;
    return r.code;
  }
  char *p = r.n <= TH_LIMIT_PAPER_MEMORY ? th_arena_alloc(a, (size_t)r.n + 1, 16) : NULL;
  if (!p) return th_fail_nomem(err);
  *whole = read_all(fd, p, (size_t)r.n);
  *out = th_str_n(p, (size_t)r.n);
  return *whole ? TH_OK : th_fail(err, TH_EPARSE, "%s cannot be read: it breaks the reader", what);
}

th_code th_io__apart(th_arena *a, th_io__work work, void *ctx, const char *what, th_str *out, th_err *err) {
  int fd[2];
  bool whole;
  if (pipe(fd) != 0) return th_fail(err, TH_EIO, "a pipe could not be made: %s", strerror(errno));
  fflush(NULL); /* what waits in stdio must not be written twice */
  const pid_t pid = fork();
  if (pid < 0) {
    close(fd[0]);
    close(fd[1]);
    return th_fail(err, errno == ENOMEM ? TH_ENOMEM : TH_EIO, "a process could not be made: %s", strerror(errno));
  }
  if (pid == 0) {
    close(fd[0]);
    child(a, work, ctx, fd[1]);
  }
  close(fd[1]);
  const th_code code = receive(a, fd[0], what, out, &whole, err);
  close(fd[0]);
  if (!whole) kill(pid, SIGKILL);
  while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
  }
  return code;
}
