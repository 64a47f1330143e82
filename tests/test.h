/* A test program is a list of TEST bodies and a main; output is TAP. Kept small on purpose.
 *
 *   TEST(arena_gives_zeroed_memory) { ... CHECK(x == 1); CHECK_STR(got, "expected"); }
 *   TEST_MAIN(RUN(arena_gives_zeroed_memory), ...)
 *
 * A failed check prints expected and got, marks the test, and goes on. SKIP("why") leaves the test. */
#ifndef THERIAC_TEST_H
#define THERIAC_TEST_H

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "theriac/base.h"

typedef struct th_test {
  const char *name;
  void (*run)(void);
} th_test;

static int test_failed_checks;
static const char *test_skip_reason;

#define TEST(name) static void name(void)
#define RUN(name)                                                                                                              \
  { #name, name }
#define SKIP(why)                                                                                                              \
  do {                                                                                                                         \
    test_skip_reason = (why);                                                                                                  \
    return;                                                                                                                    \
  } while (0)
#define CHECK(cond)               ((cond) ? (void)0 : test_fail_(__FILE__, __LINE__, #cond))
#define CHECK_INT(got, want)      test_int_(__FILE__, __LINE__, #got, (int64_t)(got), (int64_t)(want))
#define CHECK_STR(got, want)      test_str_(__FILE__, __LINE__, #got, (got), th_str_of(want))
#define CHECK_REL(got, want, tol) test_rel_(__FILE__, __LINE__, #got, (got), (want), (tol))
#define CHECK_OK(expr)            test_ok_(__FILE__, __LINE__, #expr, (expr), NULL)
#define CHECK_OK_ERR(expr, err)   test_ok_(__FILE__, __LINE__, #expr, (expr), (err))
#define CHECK_CODE(expr, want)    CHECK_INT((expr), (want))

static inline void test_fail_(const char *file, int line, const char *what) {
  test_failed_checks++;
  printf("# %s:%d: not so: %s\n", file, line, what);
}
static inline void test_int_(const char *file, int line, const char *what, int64_t got, int64_t want) {
  if (got == want) return;
  test_failed_checks++;
  printf("# %s:%d: %s: expected %" PRId64 ", got %" PRId64 "\n", file, line, what, want, got);
}
static inline void test_str_(const char *file, int line, const char *what, th_str got, th_str want) {
  if (th_str_eq(got, want)) return;
  test_failed_checks++;
  printf("# %s:%d: %s: expected \"%.*s\", got \"%.*s\"\n", file, line, what, TH_STR_ARG(want), TH_STR_ARG(got));
}
static inline void test_rel_(const char *file, int line, const char *what, double got, double want, double tol) {
  const double scale = fabs(want) > 0 ? fabs(want) : 1;
  if (got == want || (isnan(got) && isnan(want)) || fabs(got - want) <= tol * scale) return;
  test_failed_checks++;
  printf("# %s:%d: %s: expected %.17g, got %.17g (relative %.3g, allowed %.3g)\n", file, line, what, want, got,
         fabs(got - want) / scale, tol);
}
static inline void test_ok_(const char *file, int line, const char *what, th_code code, const th_err *err) {
  if (code == TH_OK) return;
  test_failed_checks++;
  printf("# %s:%d: %s: %s %s\n", file, line, what, th_code_describe(code).name, err ? err->msg : "");
}

/* Folder of the shared test data, or NULL: $THERIAC_SHARED, else ../shared seen from the source root (set by the build). */
static inline const char *test_shared(void) {
  static char path[4096];
  const char *env = getenv("THERIAC_SHARED");
#ifdef THERIAC_SOURCE_ROOT
  snprintf(path, sizeof path, "%s", env && *env ? env : THERIAC_SOURCE_ROOT "/../shared");
#else
  snprintf(path, sizeof path, "%s", env ? env : "");
#endif
  char probe[4200];
  snprintf(probe, sizeof probe, "%s/seeds", path);
  return access(probe, R_OK) == 0 ? path : NULL;
}

static inline int test_main_(const th_test *t, size_t n) {
  int failed = 0;
  printf("1..%zu\n", n);
  for (size_t i = 0; i < n; i++) {
    test_failed_checks = 0;
    test_skip_reason = NULL;
    t[i].run();
    if (test_skip_reason && !test_failed_checks)
      printf("ok %zu - %s # SKIP %s\n", i + 1, t[i].name, test_skip_reason);
    else
      printf("%s %zu - %s\n", test_failed_checks ? "not ok" : "ok", i + 1, t[i].name);
    failed += test_failed_checks != 0;
    fflush(stdout);
  }
  return failed != 0;
}

#define TEST_MAIN(...)                                                                                                         \
  int main(void) {                                                                                                             \
    static const th_test tests[] = { __VA_ARGS__ };                                                                            \
    return test_main_(tests, sizeof tests / sizeof *tests);                                                                    \
  }

/* Runs body with every allocation failing in turn until one run needs none: body must return TH_ENOMEM or TH_OK, and leak
 * nothing (run under ASan). Gives the number of allocations tried. */
static inline unsigned long test_each_alloc_fails(th_code (*body)(void)) {
  for (unsigned long k = 1; k < 100000; k++) {
    th_alloc_fail_after(k, 1);
    const th_code code = body();
    const unsigned long seen = th_alloc_fail_after(0, 0);
    if (code == TH_OK && seen < k) return k;
    if (code != TH_ENOMEM && code != TH_OK) {
      test_failed_checks++;
      printf("# allocation %lu made to fail: got %s\n", k, th_code_describe(code).name);
      return k;
    }
  }
  return 0;
}

#endif
