/* Files in pieces. gzip is written here by zlib; digests come from th_sha256_hex over the whole, which has its own test. */
#include <fcntl.h>
#include <sys/stat.h>
#include <zlib.h>

#include "test.h"
#include "theriac/io.h"

static char dir[] = "/tmp/theriac-stream-XXXXXX";
static char path[128];

static void put(const char *name, const char *bytes, size_t n) {
  snprintf(path, sizeof path, "%s/%s", dir, name);
  const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  CHECK(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
  close(fd);
}

static size_t pack(const char *s, size_t n, char *out, size_t cap) {
  z_stream z = { 0 };
  deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  z.next_in = (z_const Bytef *)(uintptr_t)s, z.avail_in = (uInt)n;
  z.next_out = (Bytef *)out, z.avail_out = (uInt)cap;
  deflate(&z, Z_FINISH);
  deflateEnd(&z);
  return z.total_out;
}

/* All pieces put together; every piece but the last has the size asked for. */
static th_code read_back(size_t piece_bytes, size_t limit, char *to, size_t cap, size_t *n, char sha[TH_SHA256_HEX],
                         th_err *err) {
  th_stream *s;
  *n = 0;
  TH_TRY(th_stream_open(path, piece_bytes, limit, &s, err));
  th_str piece;
  th_code code;
  bool last = false;
  while ((code = th_stream_next(s, &piece, err)) == TH_OK && piece.n) {
    CHECK(!last && piece.n <= piece_bytes && *n + piece.n <= cap);
    last = piece.n < piece_bytes;
    memcpy(to + *n, piece.p, piece.n);
    *n += piece.n;
  }
  if (code == TH_OK) th_stream_sha256(s, sha);
  th_stream_close(s);
  return code;
}

static char text[300000], packed[400000], back[700000];

static void fill(void) {
  for (size_t i = 0; i < sizeof text; i++) text[i] = (char)(th_rng_at(7, 1, i) % 11 + 'a');
}

static void comes_back(size_t piece_bytes, const char *want, size_t want_n) {
  size_t n;
  char sha[TH_SHA256_HEX], whole[TH_SHA256_HEX];
  th_err err = { 0 };
  CHECK_OK_ERR(read_back(piece_bytes, 0, back, sizeof back, &n, sha, &err), &err);
  CHECK_INT(n, want_n);
  CHECK(n == want_n && memcmp(back, want, n) == 0);
  CHECK_STR(th_str_of(sha), th_sha256_hex(th_str_n(want, want_n), whole));
}

TEST(plain_files_come_whole_whatever_the_piece) {
  fill();
  static const size_t lengths[] = { 0, 1, 2, 3, 4, 99, 100, 101, 300, 299999 };
  for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
    put("plain", text, lengths[k]);
    comes_back(100, text, lengths[k]);
    comes_back(1 << 20, text, lengths[k]);
  }
}

TEST(gzip_members_and_padding) {
  fill();
  size_t n = pack(text, 200000, packed, sizeof packed);
  put("packed", packed, n);
  for (size_t step = 7000; step < 500000; step *= 3) comes_back(step, text, 200000);
  n += pack(text + 200000, 100000, packed + n, sizeof packed - n);
  memset(packed + n, 0, 512);
  put("packed", packed, n);
  comes_back(9999, text, sizeof text);
  put("packed", packed, n + 512);
  comes_back(9999, text, sizeof text);
  packed[n + 511] = 'x';
  put("packed", packed, n + 512);
  char sha[TH_SHA256_HEX];
  th_err err = { 0 };
  size_t got;
  CHECK_CODE(read_back(9999, 0, back, sizeof back, &got, sha, &err), TH_EPARSE);
  CHECK(strstr(err.msg, "not gzip") != NULL);
  CHECK_STR(th_str_of(err.source), path);
}

TEST(every_truncation_of_gzip_is_told) {
  fill();
  const size_t n = pack(text, 50, packed, sizeof packed);
  for (size_t k = 3; k < n; k++) { /* under three bytes it is no gzip yet */
    char sha[TH_SHA256_HEX];
    size_t got;
    put("packed", packed, k);
    th_err err = { 0 };
    CHECK_CODE(read_back(16, 0, back, sizeof back, &got, sha, &err), TH_EPARSE);
    CHECK(strstr(err.msg, "too early") != NULL);
  }
}

TEST(limits_and_what_is_no_file) {
  fill();
  char sha[TH_SHA256_HEX];
  size_t n;
  th_err err = { 0 };
  put("plain", text, 1000);
  CHECK_CODE(read_back(100, 999, back, sizeof back, &n, sha, &err), TH_ELIMIT);
  CHECK_OK(read_back(100, 1000, back, sizeof back, &n, sha, NULL));
  put("packed", packed, pack(text, 1000, packed, sizeof packed));
  err = (th_err){ 0 };
  CHECK_CODE(read_back(100, 999, back, sizeof back, &n, sha, &err), TH_ELIMIT);
  memset(text, 0, sizeof text);
  char *zeros = calloc(1, 8 << 20), *small = malloc(1 << 20);
  put("packed", small, pack(zeros, 8 << 20, small, 1 << 20));
  free(zeros);
  free(small);
  err = (th_err){ 0 };
  CHECK_CODE(read_back(1 << 19, 1 << 19, back, sizeof back, &n, sha, &err), TH_ELIMIT);
  CHECK(strstr(err.msg, "inflated") != NULL);
  snprintf(path, sizeof path, "%s/none", dir);
  CHECK_CODE(read_back(100, 0, back, sizeof back, &n, sha, &err), TH_ENOENT);
  snprintf(path, sizeof path, "%s", dir);
  CHECK_CODE(read_back(100, 0, back, sizeof back, &n, sha, NULL), TH_EUNSUP);
}

TEST(closed_before_its_end) {
  fill();
  put("plain", text, sizeof text);
  th_str piece;
  for (int k = 0; k < 5; k++) {
    th_stream *s = NULL;
    CHECK_OK(th_stream_open(path, 64, 0, &s, NULL));
    for (int i = 0; i < k; i++) CHECK_OK(th_stream_next(s, &piece, NULL));
    uint64_t done, total;
    th_stream_progress(s, &done, &total);
    CHECK(done <= total && total == sizeof text);
    th_stream_close(s);
  }
  th_stream_close(NULL);
}

static th_code whole(void) {
  char sha[TH_SHA256_HEX];
  size_t n;
  return read_back(4096, 0, back, sizeof back, &n, sha, NULL);
}

TEST(every_allocation_can_fail) {
  fill();
  put("packed", packed, pack(text, sizeof text, packed, sizeof packed));
  CHECK(test_each_alloc_fails(whole) > 5);
}

int main(void) {
  static const th_test tests[] = { RUN(plain_files_come_whole_whatever_the_piece),
                                   RUN(gzip_members_and_padding),
                                   RUN(every_truncation_of_gzip_is_told),
                                   RUN(limits_and_what_is_no_file),
                                   RUN(closed_before_its_end),
                                   RUN(every_allocation_can_fail) };
  if (!mkdtemp(dir)) return 1;
  const int failed = test_main_(tests, sizeof tests / sizeof *tests);
  static const char *const names[] = { "plain", "packed" };
  for (int k = 0; k < 2; k++) {
    snprintf(path, sizeof path, "%s/%s", dir, names[k]);
    unlink(path);
  }
  rmdir(dir);
  return failed;
}
