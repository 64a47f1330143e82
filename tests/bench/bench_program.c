/* Whole runs of the program, from start to end as a user waits for them, against starting a program that does nothing. */
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
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

static const char program[] = THERIAC_BUILD_ROOT "/src/cli/theriac";
static char dir[] = "/tmp/theriac-bench-XXXXXX", home[64], pages[64];

/* 300 pages: the demo's report page for as many drugs. Gives how many were written. */
static int write_pages(void) {
  static char text[1 << 20], path[96];
  snprintf(path, sizeof path, "%s/demo/documents/report-page.md", dir);
  FILE *in = fopen(path, "rb");
  if (!in) return 0;
  text[fread(text, 1, sizeof text - 1, in)] = 0;
  fclose(in);
  mkdir(pages, 0700);
  int n = 0;
  for (; n < 300; n++) {
    snprintf(path, sizeof path, "%s/%03d.md", pages, n);
    FILE *out = fopen(path, "wb");
    if (!out) return n;
    for (const char *p = text, *hit; *p; p = hit + strlen("belimumab")) {
      hit = strstr(p, "belimumab");
      fprintf(out, "%.*s", hit ? (int)(hit - p) : (int)strlen(p), p);
      if (!hit) break;
      fprintf(out, "examplimab%03d", n);
    }
    fclose(out);
  }
  return n;
}

static void import_into_new_home(void *ctx) {
  static int k;
  char fresh[96];
  snprintf(fresh, sizeof fresh, "%s/home-%d", dir, k++);
  run((const char *[]){ program, "import", ctx, "--home", fresh, "--quiet", NULL });
}

static void line(double idle, const char *name, const char *const *argv) {
  bench_line(name, 1, "runs", bench_seconds(run, (void *)(uintptr_t)argv), "", 0, "starting `true`", 1 / idle);
}

int main(void) {
  if (!mkdtemp(dir)) return 4;
  char demo[64];
  snprintf(demo, sizeof demo, "%s/demo", dir);
  snprintf(home, sizeof home, "%s/demo/home", dir);
  snprintf(pages, sizeof pages, "%s/pages", dir);
  const double idle = bench_seconds(run, (const char *[]){ "true", NULL });
  line(idle, "theriac version", (const char *[]){ program, "version", NULL });
  line(idle, "theriac help --man", (const char *[]){ program, "help", "--man", NULL });
  line(idle, "theriac stat table 12 5 3 9", (const char *[]){ program, "stat", "table", "12", "5", "3", "9", NULL });
  run((const char *[]){ program, "demo", "--out", demo, NULL });
  line(idle, "theriac dossier belimumab --format json",
       (const char *[]){ program, "dossier", "belimumab", "--format", "json", "--home", home, NULL });
  line(idle, "theriac dossier belimumab --format html",
       (const char *[]){ program, "dossier", "belimumab", "--format", "html", "--home", home, NULL });
  const int n = write_pages();
  bench_line("theriac import of 300 report pages", n, "pages", bench_seconds(import_into_new_home, pages), "", 0, "", 0);
  run((const char *[]){ "rm", "-rf", dir, NULL });
  return n == 300 ? 0 : 4;
}
