#include "theriac/io/tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>

#include "test.h"

static char base[64];
static th_arena *arena;

static const char *in(const char *name) {
  return th_str_fmt(arena, "%s/%s", base, name).p;
}

static void put(const char *name, const char *text) {
  FILE *f = fopen(in(name), "wb");
  CHECK(f && fputs(text, f) >= 0 && fclose(f) == 0);
}

static th_str read_of(const char *name) {
  th_str s = TH_STR_NONE;
  (void)th_file_load(arena, in(name), 0, &s, NULL);
  return s;
}

static bool there(const char *name) {
  return access(in(name), F_OK) == 0;
}

typedef struct want {
  const char *path, *text;
} want;

static th_code build(const char *dir, const want *v, size_t n, th_tree_counts *counts, th_err *err) {
  th_tree *t;
  TH_TRY(th_tree_open(in(dir), "test", &t, err));
  for (size_t i = 0; i < n; i++) {
    const th_code code = th_tree_put(t, th_str_of(v[i].path), th_str_of(v[i].text), err);
    if (code == TH_OK) continue;
    th_tree_give_up(t);
    return code;
  }
  return th_tree_close(t, counts, err);
}

TEST(a_second_run_writes_what_changed_and_removes_what_is_gone) {
  static const want first[] = { { "index.html", "one" }, { "en/a.html", "a" }, { "en/old/b.html", "b" } };
  static const want second[] = { { "index.html", "one" }, { "en/a.html", "A" }, { "zh-TW/c.html", "c" } };
  th_tree_counts c;
  struct stat before, after;
  th_err err = { 0 };
  CHECK_OK_ERR(build("s1", first, 3, &c, &err), &err);
  CHECK_INT(c.written, 3);
  CHECK_INT(c.bytes, 5);
  CHECK_OK_ERR(build("s1", first, 3, &c, &err), &err);
  CHECK(c.written == 0 && c.same == 3 && c.removed == 0);
  put("s1/en/mine.txt", "of somebody else");
  /* sha256sum(1) of "one", "a" and "b" */
  CHECK_STR(read_of("s1/SHA256SUMS"), "# test: the files of this folder that it made; no other is touched\n"
                                      "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb  en/a.html\n"
                                      "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d  en/old/b.html\n"
                                      "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed  index.html\n");
  CHECK(stat(in("s1/index.html"), &before) == 0);
  CHECK_OK_ERR(build("s1", second, 3, &c, &err), &err);
  CHECK(stat(in("s1/index.html"), &after) == 0 && before.st_ino == after.st_ino);
  CHECK(c.written == 2 && c.same == 1 && c.removed == 1 && c.left == 0);
  CHECK_STR(read_of("s1/en/a.html"), "A");
  CHECK(!there("s1/en/old") && !there("s1/.theriac-journal"));
  CHECK_STR(read_of("s1/en/mine.txt"), "of somebody else");
}

TEST(files_of_others_are_never_touched) {
  static const want a[] = { { "x/page.html", "ours" } }, none[] = { { "y.html", "y" } };
  th_tree_counts c;
  th_err err = { 0 };
  CHECK(mkdir(in("s2"), 0755) == 0 && mkdir(in("s2/x"), 0755) == 0);
  put("s2/x/page.html", "theirs");
  CHECK_CODE(build("s2", a, 1, &c, &err), TH_ECONFLICT);
  CHECK_STR(read_of("s2/x/page.html"), "theirs");
  CHECK(unlink(in("s2/x/page.html")) == 0);
  CHECK_OK(build("s2", a, 1, &c, NULL));
  put("s2/x/page.html", "changed by hand");
  CHECK_OK(build("s2", none, 1, &c, NULL)); /* no page of the set any more, and no longer what we wrote */
  CHECK(c.removed == 0 && c.left == 1);
  CHECK_STR(read_of("s2/x/page.html"), "changed by hand");
  CHECK(mkdir(in("s3"), 0755) == 0);
  put("s3/SHA256SUMS", "# sums of my holiday pictures\n");
  err = (th_err){ 0 };
  CHECK_CODE(build("s3", a, 1, &c, &err), TH_ECONFLICT);
  CHECK(!there("s3/x") && !there("s3/.theriac-journal"));
}

TEST(nothing_is_written_outside) {
  static const char *const bad[] = { "../a", "/etc/a", "a//b", "a/../b", ".a", "a/.b", "a b", "a/", "", "SHA256SUMS", "a\\b" };
  th_tree *t;
  th_err err = { 0 };
  CHECK_OK_ERR(th_tree_open(in("s4"), "test", &t, &err), &err);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    CHECK_CODE(th_tree_put(t, th_str_of(bad[i]), TH_S("x"), NULL), TH_EINVAL);
  CHECK(mkdir(in("elsewhere"), 0755) == 0 && symlink(in("elsewhere"), in("s4/link")) == 0);
  CHECK_CODE(th_tree_put(t, TH_S("link/a.html"), TH_S("x"), NULL), TH_ECONFLICT);
  CHECK(!there("elsewhere/a.html"));
  put("elsewhere/target", "kept");
  CHECK(symlink(in("elsewhere/target"), in("s4/b.html")) == 0);
  CHECK_CODE(th_tree_put(t, TH_S("b.html"), TH_S("x"), NULL), TH_ECONFLICT);
  CHECK_STR(read_of("elsewhere/target"), "kept");
  CHECK_OK(th_tree_put(t, TH_S("c.html"), TH_S("x"), NULL));
  CHECK_CODE(th_tree_put(t, TH_S("c.html"), TH_S("y"), NULL), TH_ECONFLICT); /* twice in one set */
  CHECK_CODE(th_tree_open(in("s4"), "test", &t, NULL), TH_ECONFLICT);        /* a second run beside this one */
  th_tree_give_up(t);
}

TEST(a_run_that_was_cut_off_is_taken_up) {
  static const want a[] = { { "a.html", "a" }, { "b.html", "b" } }, b[] = { { "a.html", "a2" } };
  th_tree *t;
  th_tree_counts c;
  CHECK_OK(th_tree_open(in("s5"), "test", &t, NULL));
  CHECK_OK(th_tree_put(t, TH_S("a.html"), TH_S("half"), NULL));
  CHECK_OK(th_tree_put(t, TH_S("gone.html"), TH_S("gone"), NULL));
  th_tree_give_up(t);
  CHECK(there("s5/.theriac-journal"));
  CHECK_OK(build("s5", a, 2, &c, NULL));
  CHECK(c.written == 2 && c.removed == 1 && !there("s5/gone.html") && !there("s5/.theriac-journal"));
  CHECK_OK(th_tree_open(in("s5"), "test", &t, NULL));
  CHECK_OK(th_tree_put(t, TH_S("b.html"), TH_S("b, written anew"), NULL));
  th_tree_give_up(t);
  CHECK_OK(build("s5", b, 1, &c, NULL)); /* b.html is what the run that was cut off wrote: ours, and to go */
  CHECK(c.removed == 1 && c.left == 0 && !there("s5/b.html"));
}

static th_code put_one(void *ctx, size_t task, unsigned worker) {
  char path[32];
  (void)worker;
  snprintf(path, sizeof path, "d%zu/f%zu.txt", task % 7, task);
  return th_tree_put(ctx, th_str_of(path), th_str_of(path), NULL);
}

TEST(any_number_of_threads_gives_the_same_list) {
  th_str list[2];
  for (unsigned threads = 1; threads <= 4; threads += 3) {
    th_tree *t;
    th_tree_counts c;
    th_pool *pool = th_pool_new(threads);
    const char *dir = threads == 1 ? "s6" : "s7";
    CHECK_OK(th_tree_open(in(dir), "test", &t, NULL));
    CHECK_OK(th_pool_run(pool, 300, put_one, t));
    CHECK_OK(th_tree_close(t, &c, NULL));
    CHECK_INT(c.written, 300);
    list[threads > 1] = read_of(threads == 1 ? "s6/SHA256SUMS" : "s7/SHA256SUMS");
    th_pool_del(pool);
  }
  CHECK(th_str_eq(list[0], list[1]));
}

static void prepare(void) {
  arena = th_arena_new(0);
  snprintf(base, sizeof base, "/tmp/theriac-tree-XXXXXX");
  CHECK(arena && mkdtemp(base));
}

static void clean(void) {
  char command[128];
  snprintf(command, sizeof command, "rm -rf '%s'", base);
  CHECK(system(command) == 0);
  th_arena_del(arena);
}

TEST_MAIN(RUN(prepare), RUN(a_second_run_writes_what_changed_and_removes_what_is_gone), RUN(files_of_others_are_never_touched),
          RUN(nothing_is_written_outside), RUN(a_run_that_was_cut_off_is_taken_up),
          RUN(any_number_of_threads_gives_the_same_list), RUN(clean))
