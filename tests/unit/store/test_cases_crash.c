/* What was reported as kept is there after kill -9 and on a full disk, sealed cases are whole in any case, and a want of memory changes
 * nothing. */
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "unit/store/vault.h"

static vault place;

/* Child: keeps versions of one case and an attachment with each, now and then takes one away, and reports each round after it is done. */
static th_code keep_on_and_on(int report) {
  th_err err = { 0 };
  th_cases *c = NULL;
  th_arena *a = th_arena_new(0);
  th_case_in in = case_in("K", "");
  th_case_head h;
  bool same;
  in.token = TH_S("one");
  TH_TRY(th_cases_open(place.home, TH_CASES_WRITE, place.key, 5000, &c, &err));
  th_code code = th_cases_put(a, c, by_lin, &in, &h, &same, &err);
  in.id = code == TH_OK ? h.id : TH_STR_NONE;
  for (uint32_t i = code == TH_OK ? h.version : 0; code == TH_OK && i < 5000; i++) {
    char body[3000];
    th_case_attachment m = { .name = TH_S("x") }, out;
    th_arena *b = th_arena_new(0);
    snprintf(body, sizeof body, "%u %2900s", i, "");
    in.body = th_str_of(body);
    code = th_cases_put(b, c, by_lin, &in, &h, &same, &err);
    if (code == TH_OK) code = th_cases_attach(b, c, by_lin, in.id, &m, in.body, &out, &same, &err);
    if (code == TH_OK && i % 2) code = th_cases_attachment_delete(c, by_lin, out.id, &err);
    th_arena_del(b);
    if (code == TH_OK && write(report, &h.version, sizeof h.version) != sizeof h.version) break;
  }
  th_cases_close(c);
  th_arena_del(a);
  return code;
}

static uint32_t last_reported(int fd, uint32_t last) {
  uint32_t v;
  while (read(fd, &v, sizeof v) == sizeof v) last = v;
  return last;
}

/* Everything opens, the log fits, and version `last` is there. */
static void must_hold(uint32_t last) {
  th_arena *a = th_arena_new(0);
  th_cases *c = vault_open(&place, TH_CASES_READ);
  th_err err = { 0 };
  th_cases_state s;
  th_case_heads all;
  CHECK_OK_ERR(th_cases_check(a, c, &s, &err), &err);
  CHECK_INT(s.fault.n, 0);
  for (size_t i = 0; i < s.fault.n; i++) printf("# %.*s\n", TH_STR_ARG(s.fault.v[i]));
  CHECK_OK_ERR(th_cases_list(a, c, &all, &err), &err);
  CHECK(all.n <= 1);
  CHECK(last == 0 || (all.n == 1 && all.v[0].version >= last));
  th_cases_close(c);
  th_arena_del(a);
}

TEST(killed_at_any_moment) {
  place = vault_fresh();
  uint32_t last = 0;
  for (int round = 0; round < 12; round++) {
    int fd[2];
    CHECK_INT(pipe(fd), 0);
    const pid_t pid = fork();
    if (pid == 0) {
      close(fd[0]);
      _exit((int)keep_on_and_on(fd[1]));
    }
    close(fd[1]);
    nanosleep(&(struct timespec){ .tv_nsec = (long)(th_rng_at(8213, 0, (uint64_t)round) % 80000000) }, NULL);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    const uint32_t before = last;
    last = last_reported(fd[0], last);
    close(fd[0]);
    if (last > before) must_hold(last);
  }
  CHECK(last > 0);
  must_hold(last);
  vault_remove(&place);
}

TEST(full_disk) {
  signal(SIGXFSZ, SIG_IGN);
  for (rlim_t limit = 8192; limit <= 1024 * 1024; limit *= 2) {
    place = vault_fresh();
    int fd[2], status = 0;
    CHECK_INT(pipe(fd), 0);
    const pid_t pid = fork();
    if (pid == 0) {
      close(fd[0]);
      setrlimit(RLIMIT_FSIZE, &(struct rlimit){ limit, limit });
      _exit((int)keep_on_and_on(fd[1]));
    }
    close(fd[1]);
    const uint32_t last = last_reported(fd[0], 0);
    waitpid(pid, &status, 0);
    close(fd[0]);
    CHECK(WIFEXITED(status));
    CHECK_INT(WEXITSTATUS(status), TH_EIO);
    if (last > 0) must_hold(last);
    vault_remove(&place);
  }
}

/* Two programs that begin at the same moment agree on one key, and neither loses a case. */
TEST(first_use_by_several_at_once) {
  enum { TOGETHER = 6 };
  place = vault_fresh();
  pid_t pid[TOGETHER];
  for (int i = 0; i < TOGETHER; i++) {
    pid[i] = fork();
    if (pid[i]) continue;
    th_cases *c = NULL;
    th_arena *a = th_arena_new(0);
    char body[16];
    th_case_head h;
    bool same;
    snprintf(body, sizeof body, "%d", i);
    th_case_in in = case_in("K", body);
    th_code code = th_cases_open(place.home, TH_CASES_WRITE, place.key, 20000, &c, NULL);
    if (code == TH_OK) code = th_cases_put(a, c, by_lin, &in, &h, &same, NULL);
    th_cases_close(c);
    th_arena_del(a);
    _exit((int)code);
  }
  for (int i = 0; i < TOGETHER; i++) {
    int status = 0;
    waitpid(pid[i], &status, 0);
    CHECK(WIFEXITED(status));
    CHECK_INT(WEXITSTATUS(status), TH_OK);
  }
  th_arena *a = th_arena_new(0);
  th_cases *c = vault_open(&place, TH_CASES_READ);
  th_cases_state s;
  CHECK_OK(th_cases_check(a, c, &s, NULL));
  CHECK(s.fault.n == 0 && s.cases == TOGETHER && s.entries == TOGETHER);
  th_cases_close(c);
  th_arena_del(a);
  vault_remove(&place);
}

static th_str subject, proof;

/* Keeping, once with each allocation failing: what was begun is taken back whole. */
static th_code keeping(void) {
  th_arena *a = th_arena_new(0);
  if (!a) return TH_ENOMEM;
  th_cases *c = NULL;
  th_case_head h;
  th_case_attachment m = { .name = TH_S("x") }, out;
  bool same;
  th_case_in in = case_in("K", "{\"b\":1}");
  in.id = subject;
  th_code code = th_cases_open(place.home, TH_CASES_WRITE, place.key, 0, &c, NULL);
  if (code == TH_OK) code = th_cases_put(a, c, by_lin, &in, &h, &same, NULL);
  if (code == TH_OK) code = th_cases_attach(a, c, by_lin, subject, &m, TH_S("bytes"), &out, &same, NULL);
  th_cases_close(c);
  th_arena_del(a);
  return code;
}

/* Reading and checking likewise. */
static th_code reading(void) {
  th_arena *a = th_arena_new(0);
  if (!a) return TH_ENOMEM;
  th_cases *c = NULL;
  th_case_head h;
  th_str body;
  th_cases_state state;
  th_case_attachment out;
  th_code code = th_cases_open(place.home, TH_CASES_READ, place.key, 0, &c, NULL);
  if (code == TH_OK) code = th_cases_get(a, c, subject, 0, &h, &body, NULL);
  if (code == TH_OK) CHECK_STR(body, "{\"b\":1}");
  if (code == TH_OK) code = th_cases_attachment_get(a, c, proof, &out, &body, NULL);
  if (code == TH_OK) CHECK_STR(body, "bytes");
  if (code == TH_OK) code = th_cases_check(a, c, &state, NULL);
  if (code == TH_OK) CHECK_INT(state.fault.n, 0);
  th_cases_close(c);
  th_arena_del(a);
  return code;
}

TEST(memory_runs_out) {
  place = vault_fresh();
  th_arena *a = th_arena_new(0);
  th_cases *c = vault_open(&place, TH_CASES_WRITE);
  const th_case_in in = case_in("K", "{\"a\":1}");
  subject = vault_put(a, c, &in, false).id;
  th_cases_close(c);
  CHECK(test_each_alloc_fails(keeping) > 50);
  c = vault_open(&place, TH_CASES_READ);
  th_case_attachments all;
  CHECK_OK(th_cases_attachments(a, c, subject, &all, NULL));
  CHECK_INT(all.n, 1);
  proof = all.n ? all.v[0].id : TH_STR_NONE;
  th_cases_close(c);
  CHECK(test_each_alloc_fails(reading) > 50);
  th_arena_del(a);
  vault_remove(&place);
}

TEST_MAIN(RUN(killed_at_any_moment), RUN(full_disk), RUN(first_use_by_several_at_once), RUN(memory_runs_out))
