/* Main for a fuzz target outside the fuzzer: every file of the corpus, and every beginning of it, in a block of exactly its
 * size so that a sanitizer sees a read past the end. Files over 4 KiB are cut at 1,024 places. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void feed(const uint8_t *data, size_t n) {
  uint8_t *exact = malloc(n ? n : 1);
  if (!exact) abort();
  memcpy(exact, data, n);
  LLVMFuzzerTestOneInput(exact, n);
  free(exact);
}

static int replay(const char *path) {
  FILE *f = fopen(path, "rb");
  if (!f) return 1;
  static uint8_t data[8 << 20];
  const size_t n = fread(data, 1, sizeof data, f);
  fclose(f);
  const size_t cuts = n <= 4096 ? n : 1024;
  for (size_t i = 0; i < cuts; i++) feed(data, n * i / cuts);
  feed(data, n);
  return 0;
}

static int visible(const struct dirent *e) {
  return e->d_name[0] != '.';
}

int main(int argc, char **argv) {
  struct dirent **names = NULL;
  const int n = argc == 2 ? scandir(argv[1], &names, visible, alphasort) : -1;
  int failed = 0;
  if (n <= 0) {
    printf("1..1\nnot ok 1 - no corpus in %s\n", argc == 2 ? argv[1] : "(give the folder)");
    return 1;
  }
  printf("1..%d\n", n);
  for (int i = 0; i < n; i++) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", argv[1], names[i]->d_name);
    const int bad = replay(path);
    printf("%s %d - %s\n", bad ? "not ok" : "ok", i + 1, names[i]->d_name);
    fflush(stdout);
    failed |= bad;
    free(names[i]);
  }
  free(names);
  return failed;
}
