/* Speed, for programs of tests/bench. Each line of a table says what was done, how fast, how that compares with a reference
 * measured in the same run, and what share it is of a limit set by the machine. Lines are read by tests/bench/run. */
#ifndef THERIAC_BENCH_H
#define THERIAC_BENCH_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static inline double bench_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static inline int bench_by_value(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Seconds one call takes: the median of nine rounds, each of as many calls as fill 20 ms. */
static inline double bench_seconds(void (*fn)(void *), void *ctx) {
  double round[9];
  unsigned long calls = 1;
  for (;; calls *= 2) {
    const double t = bench_now();
    for (unsigned long i = 0; i < calls; i++) fn(ctx);
    if (bench_now() - t > 0.02 || calls > 1ul << 30) break;
  }
  for (int r = 0; r < 9; r++) {
    const double t = bench_now();
    for (unsigned long i = 0; i < calls; i++) fn(ctx);
    round[r] = (bench_now() - t) / (double)calls;
  }
  qsort(round, 9, sizeof *round, bench_by_value);
  return round[4];
}

typedef struct bench_block {
  const unsigned char *from;
  unsigned char *to;
  size_t n;
} bench_block;

static inline void bench_copy_(void *ctx) {
  const bench_block *b = ctx;
  memcpy(b->to, b->from, b->n);
  __asm__ volatile("" ::"r"(b->to) : "memory");
}

/* Bytes a second that this machine moves at most: a copy of 64 MiB, well past the caches. Measured once. */
static inline double bench_memory_rate(void) {
  static double rate;
  if (rate > 0) return rate;
  const size_t n = (size_t)64 << 20;
  unsigned char *p = calloc(2, n);
  if (!p) abort();
  memset(p, 1, 2 * n);
  rate = (double)n / bench_seconds(bench_copy_, &(bench_block){ p, p + n, n });
  free(p);
  return rate;
}

/* amount: how much of `unit` one call does ("B" is shown as MB/s). Reference and limit are rates in the same unit a second;
 * 0 where there is none. */
static inline void bench_line(const char *name, double amount, const char *unit, double seconds, const char *reference,
                              double reference_rate, const char *limit, double limit_rate) {
  printf("bench\t%s\t%.9g\t%s\t%.9g\t%s\t%.9g\t%s\t%.9g\n", name, amount / seconds, unit, seconds, reference, reference_rate,
         limit, limit_rate);
  fflush(stdout);
}

#endif
