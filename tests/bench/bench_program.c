/* Whole runs of the program, from start to end as a user waits for them, against starting a program that does nothing. */
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include "bench.h"

static void run(void *ctx) {
  char *const *argv = ctx; /* posix_spawn writes none of it */
  posix_spawn_file_actions_t quiet;
  posix_spawn_file_actions_init(&quiet);
  posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
  pid_t pid;
  int status = -1;
  if (posix_spawnp(&pid, argv[0], &quiet, NULL, argv, environ) != 0 || waitpid(pid, &status, 0) < 0 || !WIFEXITED(status) ||
      WEXITSTATUS(status) > 1) {
    fprintf(stderr, "%s %s: status %d\n", argv[0], argv[1], status);
    exit(1);
  }
  posix_spawn_file_actions_destroy(&quiet);
}

int main(void) {
  static const char program[] = THERIAC_BUILD_ROOT "/src/cli/theriac";
  static struct {
    const char *name, *argv[8];
  } line[] = {
    { "theriac version", { program, "version" } },
    { "theriac help --man", { program, "help", "--man" } },
    { "theriac stat table 12 5 3 9", { program, "stat", "table", "12", "5", "3", "9" } },
  };
  const char *nothing[] = { "true", NULL };
  const double idle = bench_seconds(run, nothing);
  for (size_t i = 0; i < sizeof line / sizeof *line; i++)
    bench_line(line[i].name, 1, "runs", bench_seconds(run, line[i].argv), "true", 0, "starting `true`", 1 / idle);
  return 0;
}
