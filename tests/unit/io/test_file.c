#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "test.h"
#include "theriac/io.h"

static char dir[64];
static char path_buf[4][256];

static const char *in_dir(const char *name) {
  static int turn;
  char *p = path_buf[turn++ % 4];
  snprintf(p, sizeof path_buf[0], "%s/%s", dir, name);
  return p;
}

static void put(const char *name, const char *bytes, size_t n) {
  const int fd = open(in_dir(name), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  CHECK(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
  close(fd);
}

static th_code open_code(const char *path, th_err *err) {
  th_file f;
  const th_code code = th_file_open(path, 0, &f, err);
  if (code == TH_OK) th_file_close(&f);
  return code;
}

TEST(reads_plain_empty_and_packed_files) {
  static const char hello[] =
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\xe7\x02\x00\x20\x30\x3a\x36\x06\x00\x00\x00";
  th_file f;
  put("plain", "a\0b", 3);
  CHECK_OK(th_file_open(in_dir("plain"), 0, &f, NULL));
  CHECK(th_str_eq(f.bytes, th_str_n("a\0b", 3)) && !f.was_gzip);
  th_file_close(&f);
  put("empty", "", 0);
  CHECK_OK(th_file_open(in_dir("empty"), 0, &f, NULL));
  CHECK_INT(f.bytes.n, 0);
  th_file_close(&f);
  put("packed.txt", hello, sizeof hello - 1);
  CHECK_OK(th_file_open(in_dir("packed.txt"), 0, &f, NULL));
  CHECK_STR(f.bytes, "hello\n");
  CHECK(f.was_gzip);
  th_file_close(&f);
  CHECK_OK(th_file_open("/proc/self/stat", 0, &f, NULL)); /* says its size is 0, and is not empty */
  CHECK(f.bytes.n > 10);
  th_file_close(&f);
  put("packed.txt", hello, sizeof hello - 3);
  th_err err = { 0 };
  CHECK_CODE(open_code(in_dir("packed.txt"), &err), TH_EPARSE);
  CHECK_STR(th_str_of(err.source), in_dir("packed.txt"));
}

TEST(refuses_what_is_not_a_regular_file) {
  th_err err = { 0 };
  CHECK_CODE(open_code(in_dir("nothing"), &err), TH_ENOENT);
  CHECK(strstr(err.msg, "nothing"));
  CHECK_STR(th_str_of(err.source), in_dir("nothing"));
  err = (th_err){ 0 };
  CHECK_CODE(open_code(dir, &err), TH_EUNSUP);
  CHECK(strstr(err.msg, "is a directory"));
  CHECK(mkfifo(in_dir("fifo"), 0600) == 0);
  err = (th_err){ 0 };
  alarm(5); /* a read that waits for a writer would hang here */
  CHECK_CODE(open_code(in_dir("fifo"), &err), TH_EUNSUP);
  alarm(0);
  CHECK(strstr(err.msg, "FIFO"));
  err = (th_err){ 0 };
  CHECK_CODE(open_code("/dev/zero", &err), TH_EUNSUP);
  CHECK(strstr(err.msg, "character device"));
  const int s = socket(AF_UNIX, SOCK_STREAM, 0);
  struct sockaddr_un at = { .sun_family = AF_UNIX };
  snprintf(at.sun_path, sizeof at.sun_path, "%s/sock", dir);
  CHECK(bind(s, (struct sockaddr *)&at, sizeof at) == 0);
  err = (th_err){ 0 };
  CHECK_CODE(open_code(in_dir("sock"), &err), TH_EUNSUP);
  CHECK(strstr(err.msg, "socket"));
  close(s);
  CHECK_CODE(open_code("", NULL), TH_EINVAL);
  CHECK_CODE(open_code(NULL, NULL), TH_EINVAL);
}

/* Runs body in a child that is nobody where we are root; gives its exit status. */
static int in_child(int (*body)(void)) {
  fflush(stdout);
  const pid_t pid = fork();
  if (pid == 0) _exit(body());
  int status = -1;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

static int open_without_permission(void) {
  if (geteuid() == 0 && setuid(65534) != 0) return 77;
  th_err err = { 0 };
  const th_code code = open_code(in_dir("secret"), &err);
  return code == TH_EAUTH && strstr(err.msg, "not permitted") ? 0 : 1;
}

TEST(says_when_it_may_not_read) {
  put("secret", "x", 1);
  CHECK(chmod(in_dir("secret"), 0) == 0 && chmod(dir, 0755) == 0);
  CHECK_INT(in_child(open_without_permission), 0);
}

TEST(bounds_the_size) {
  th_file f;
  th_err err = { 0 };
  put("ten", "0123456789", 10);
  CHECK_OK(th_file_open(in_dir("ten"), 10, &f, NULL));
  th_file_close(&f);
  CHECK_CODE(th_file_open(in_dir("ten"), 9, &f, &err), TH_ELIMIT);
  CHECK(strstr(err.msg, "9 bytes"));
  put("sparse", "", 0);
  CHECK(truncate(in_dir("sparse"), (off_t)1 << 40) == 0);
  err = (th_err){ 0 };
  CHECK_CODE(th_file_open(in_dir("sparse"), 0, &f, &err), TH_ELIMIT);
  CHECK(strstr(err.msg, "TH_LIMIT_FILE_BYTES"));
  CHECK(unlink(in_dir("sparse")) == 0);
}

TEST(replaces_a_file_at_once) {
  th_err err = { 0 };
  th_file f;
  CHECK_OK_ERR(th_file_write(in_dir("out"), TH_S("first"), &err), &err);
  CHECK(chmod(in_dir("out"), 0640) == 0);
  CHECK_OK_ERR(th_file_write(in_dir("out"), TH_S("second"), &err), &err);
  CHECK_OK(th_file_open(in_dir("out"), 0, &f, NULL));
  CHECK_STR(f.bytes, "second");
  th_file_close(&f);
  struct stat st;
  CHECK(stat(in_dir("out"), &st) == 0 && (st.st_mode & 0777) == 0640);
  CHECK(symlink("out", in_dir("link")) == 0);
  CHECK_OK(th_file_write(in_dir("link"), TH_S("third"), NULL));
  CHECK(lstat(in_dir("link"), &st) == 0 && S_ISLNK(st.st_mode));
  CHECK_OK(th_file_open(in_dir("out"), 0, &f, NULL));
  CHECK_STR(f.bytes, "third");
  th_file_close(&f);
  CHECK_CODE(th_file_write(dir, TH_S("x"), NULL), TH_EUNSUP);
  CHECK_CODE(th_file_write("/dev/null", TH_S("x"), NULL), TH_EUNSUP);
  CHECK_CODE(th_file_write(in_dir("no/such/dir"), TH_S("x"), NULL), TH_ENOENT);
}

static int write_past_the_limit(void) {
  signal(SIGXFSZ, SIG_IGN);
  const struct rlimit small = { 4096, 4096 };
  setrlimit(RLIMIT_FSIZE, &small);
  static char big[20000];
  th_err err = { 0 };
  const th_code code = th_file_write(in_dir("kept"), th_str_n(big, sizeof big), &err);
  return code == TH_EIO && strstr(err.msg, "no room") ? 0 : 1;
}

TEST(a_full_disk_leaves_the_old_file) {
  CHECK_OK(th_file_write(in_dir("kept"), TH_S("old"), NULL));
  CHECK_INT(in_child(write_past_the_limit), 0);
  th_file f;
  CHECK_OK(th_file_open(in_dir("kept"), 0, &f, NULL));
  CHECK_STR(f.bytes, "old");
  th_file_close(&f);
  th_arena *a = th_arena_new(0);
  th_dir_list list;
  CHECK_OK(th_dir_read(a, dir, &list, NULL));
  for (size_t i = 0; i < list.n; i++) CHECK(!th_str_ends(list.v[i].path, TH_S(".tmp")));
  th_arena_del(a);
}

static int write_without_permission(void) {
  if (geteuid() == 0 && setuid(65534) != 0) return 77;
  return th_file_write(in_dir("forbidden"), TH_S("x"), NULL) == TH_EAUTH && th_dir_make(in_dir("d"), NULL) == TH_EAUTH ? 0 : 1;
}

TEST(says_when_it_may_not_write) {
  CHECK(chmod(dir, 0555) == 0);
  CHECK_INT(in_child(write_without_permission), 0);
  CHECK(chmod(dir, 0755) == 0);
}

TEST(makes_and_lists_directories) {
  CHECK_OK(th_dir_make(in_dir("sub/a/b"), NULL));
  CHECK_OK(th_dir_make(in_dir("sub/a/b"), NULL));
  CHECK_OK(th_dir_make(in_dir("sub/a/"), NULL));
  put("sub/Z", "", 0);
  put("sub/\xe7\x8b\xbc", "", 0);
  put("sub/.hidden", "", 0);
  CHECK(symlink("nowhere", in_dir("sub/dangling")) == 0);
  CHECK_CODE(th_dir_make(in_dir("sub/Z"), NULL), TH_EIO);
  CHECK_CODE(th_dir_make(in_dir("sub/Z/x"), NULL), TH_EIO);
  th_arena *a = th_arena_new(0);
  th_dir_list list;
  CHECK_OK(th_dir_read(a, in_dir("sub"), &list, NULL));
  static const struct {
    const char *name;
    bool is_dir, is_regular;
  } want[] = {
    { "sub/.hidden", false, true },      { "sub/Z", false, true }, { "sub/a", true, false }, { "sub/dangling", false, false },
    { "sub/\xe7\x8b\xbc", false, true },
  };
  CHECK_INT(list.n, 5);
  for (size_t i = 0; i < list.n && i < 5; i++) {
    CHECK_STR(list.v[i].path, in_dir(want[i].name));
    CHECK_INT(list.v[i].path.p[list.v[i].path.n], 0);
    CHECK_INT(list.v[i].is_dir, want[i].is_dir);
    CHECK_INT(list.v[i].is_regular, want[i].is_regular);
    CHECK_INT(list.v[i].is_link, th_str_ends(list.v[i].path, TH_S("dangling")));
  }
  CHECK_CODE(th_dir_read(a, in_dir("absent"), &list, NULL), TH_ENOENT);
  CHECK_CODE(th_dir_read(a, in_dir("sub/Z"), &list, NULL), TH_EIO);
  th_arena_del(a);
}

static th_code read_and_list(void) {
  th_file f;
  TH_TRY(th_file_open(in_dir("plain"), 0, &f, NULL));
  th_file_close(&f);
  th_arena *a = th_arena_new(64);
  if (!a) return TH_ENOMEM;
  th_dir_list list;
  const th_code code = th_dir_read(a, in_dir("sub"), &list, NULL);
  th_arena_del(a);
  return code;
}

TEST(survives_want_of_memory) {
  CHECK(test_each_alloc_fails(read_and_list) > 2);
}

static int run(void) {
  static const th_test tests[] = {
    RUN(reads_plain_empty_and_packed_files),
    RUN(refuses_what_is_not_a_regular_file),
    RUN(says_when_it_may_not_read),
    RUN(bounds_the_size),
    RUN(replaces_a_file_at_once),
    RUN(a_full_disk_leaves_the_old_file),
    RUN(says_when_it_may_not_write),
    RUN(makes_and_lists_directories),
    RUN(survives_want_of_memory),
  };
  return test_main_(tests, sizeof tests / sizeof *tests);
}

int main(void) {
  snprintf(dir, sizeof dir, "/tmp/theriac-test-file.XXXXXX");
  if (!mkdtemp(dir)) return 1;
  const int rc = run();
  char cmd[128];
  snprintf(cmd, sizeof cmd, "rm -rf '%s'", dir);
  return system(cmd) == 0 ? rc : 1;
}
