/* What was reported as stored is there after kill -9, on a full disk and when memory runs out; the store is whole in any case. */
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "unit/store/home.h"

static char home[4096];

/* Child: stores record 0, 1, 2 … one commit each and reports each number after its commit. Gives the code that ended it. */
static th_code store_on_and_on(int report, int from) {
  th_arena *a = th_arena_new(0);
  th_store *s = NULL;
  th_err err = { 0 };
  TH_TRY(th_store_open(home, TH_STORE_WRITE, 5000, &s, &err));
  for (int i = from; i < from + 5000; i++) {
    th_store_added added;
    char key[32];
    snprintf(key, sizeof key, "%d", i);
    th_code code = th_store_begin(s, &err);
    if (code == TH_OK)
      code = home_put(a, s, key, "belimumab 狼瘡腎炎 and a text of some length, so that pages fill up", &added, &err);
    if (code == TH_OK) code = th_store_commit(s, &err);
    if (code != TH_OK) {
      th_store_close(s);
      th_arena_del(a);
      return code;
    }
    if (write(report, &i, sizeof i) != sizeof i) break;
    th_arena_reset(a);
  }
  th_store_close(s);
  th_arena_del(a);
  return TH_OK;
}

/* All of 0..last are there and the store has no fault that matters. */
static void must_hold(int last) {
  th_arena *a = th_arena_new(0);
  th_store *s = NULL;
  th_err err = { 0 };
  CHECK_OK_ERR(th_store_open(home, TH_STORE_READ, 5000, &s, &err), &err);
  for (int i = 0; s && i <= last; i++) {
    char key[32];
    bool found = false;
    th_store_record r;
    snprintf(key, sizeof key, "%d", i);
    CHECK_OK_ERR(th_store_record_find(a, s, TH_S("abstract"), th_str_of(key), &found, &r, &err), &err);
    CHECK(found);
  }
  th_store_fault_vec faults;
  if (s) CHECK_OK_ERR(th_store_check(a, s, false, &faults, NULL, &err), &err);
  for (size_t i = 0; s && i < faults.n; i++) {
    if (faults.v[i].harmless) continue;
    test_failed_checks++;
    printf("# %.*s\n", TH_STR_ARG(faults.v[i].what));
  }
  th_store_close(s);
  th_arena_del(a);
}

static int last_reported(int fd, int last) {
  int i;
  while (read(fd, &i, sizeof i) == sizeof i) last = i;
  return last;
}

TEST(killed_at_any_moment) {
  snprintf(home, sizeof home, "%s", home_fresh());
  int last = -1;
  for (int round = 0; round < 25; round++) {
    int fd[2];
    CHECK_INT(pipe(fd), 0);
    const pid_t pid = fork();
    if (pid == 0) {
      close(fd[0]);
      store_on_and_on(fd[1], last + 1);
      _exit(0);
    }
    close(fd[1]);
    nanosleep(&(struct timespec){ .tv_nsec = (long)(th_rng_at(20250421, 0, (uint64_t)round) % 60000000) }, NULL);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    const int before = last;
    last = last_reported(fd[0], last);
    close(fd[0]);
    /* One commit may have ended without its report. */
    if (access(home, F_OK) == 0 && last > before) must_hold(last);
  }
  CHECK(last > 0);
  must_hold(last);
  home_remove(home);
}

TEST(full_disk) {
  signal(SIGXFSZ, SIG_IGN);
  for (rlim_t limit = 8192; limit <= 1024 * 1024; limit = limit * 3 / 2) {
    snprintf(home, sizeof home, "%s", home_fresh());
    int fd[2];
    CHECK_INT(pipe(fd), 0);
    const pid_t pid = fork();
    if (pid == 0) {
      close(fd[0]);
      setrlimit(RLIMIT_FSIZE, &(struct rlimit){ limit, limit });
      _exit((int)store_on_and_on(fd[1], 0));
    }
    close(fd[1]);
    int status = 0;
    const int last = last_reported(fd[0], -1);
    waitpid(pid, &status, 0);
    close(fd[0]);
    CHECK(WIFEXITED(status));
    CHECK_INT(WEXITSTATUS(status), TH_EIO);
    if (last >= 0) must_hold(last);
    home_remove(home);
  }
}

/* The whole way once with each allocation failing: ours and SQLite's, which come through the same door. */
static th_code one_way(void) {
  th_arena *a = th_arena_new(0);
  if (!a) return TH_ENOMEM;
  th_store *s = NULL;
  th_store_added added;
  th_store_hit_vec hits;
  th_store_record r;
  bool found;
  th_code code = th_store_open(home, TH_STORE_WRITE, 0, &s, NULL);
  if (code == TH_OK) code = th_store_begin(s, NULL);
  if (code == TH_OK) code = home_put(a, s, "new", "belimumab 狼瘡", &added, NULL);
  if (code == TH_OK) code = th_store_search(a, s, TH_S("狼瘡 OR lupus"), TH_S(""), 0, 0, &hits, NULL, NULL);
  if (code == TH_OK) code = th_store_record_find(a, s, TH_S("abstract"), TH_S("new"), &found, &r, NULL);
  if (code == TH_OK) CHECK(found && hits.n >= 1);
  th_store_close(s);
  th_arena_del(a);
  return code;
}

TEST(memory_runs_out) {
  snprintf(home, sizeof home, "%s", home_fresh());
  CHECK_CODE(one_way(), TH_OK);
  const unsigned long tried = test_each_alloc_fails(one_way);
  CHECK(tried > 50);
  th_store *s = NULL;
  th_arena *a = th_arena_new(0);
  th_err err = { 0 };
  th_store_record_vec v;
  CHECK_OK_ERR(th_store_open(home, TH_STORE_READ, 0, &s, &err), &err);
  CHECK_OK_ERR(th_store_records(a, s, TH_S(""), &v, &err), &err);
  CHECK_INT(v.n, 0); /* none was committed */
  th_store_close(s);
  th_arena_del(a);
  home_remove(home);
}

TEST_MAIN(RUN(killed_at_any_moment), RUN(full_disk), RUN(memory_runs_out))
