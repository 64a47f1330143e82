#include <zlib.h>

#include "test.h"
#include "theriac/io.h"

static size_t pack(const char *s, size_t n, char *out, size_t cap) {
  z_stream z = { 0 };
  deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  z.next_in = (z_const Bytef *)(uintptr_t)s, z.avail_in = (uInt)n;
  z.next_out = (Bytef *)out, z.avail_out = (uInt)cap;
  deflate(&z, Z_FINISH);
  deflateEnd(&z);
  return z.total_out;
}

/* "hello\n" as gzip 1.12 wrote it with -n. */
static const char hello[] =
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\xe7\x02\x00\x20\x30\x3a\x36\x06\x00\x00\x00";

TEST(inflates_all_members) {
  th_arena *a = th_arena_new(0);
  th_str out;
  th_err err = { 0 };
  CHECK_OK_ERR(th_gzip_inflate(a, th_str_n(hello, sizeof hello - 1), 0, &out, &err), &err);
  CHECK_STR(out, "hello\n");
  char two[2 * sizeof hello + 8] = { 0 };
  memcpy(two, hello, sizeof hello - 1);
  memcpy(two + sizeof hello - 1, hello, sizeof hello - 1);
  CHECK_OK(th_gzip_inflate(a, th_str_n(two, 2 * (sizeof hello - 1)), 0, &out, NULL));
  CHECK_STR(out, "hello\nhello\n");
  CHECK_OK(th_gzip_inflate(a, th_str_n(two, 2 * (sizeof hello - 1) + 6), 0, &out, NULL)); /* zero padding */
  CHECK_STR(out, "hello\nhello\n");
  two[2 * (sizeof hello - 1)] = 'x';
  CHECK_CODE(th_gzip_inflate(a, th_str_n(two, 2 * (sizeof hello - 1) + 1), 0, &out, NULL), TH_EPARSE);
  th_arena_del(a);
}

TEST(every_truncation_and_flipped_byte_is_told) {
  th_arena *a = th_arena_new(0);
  th_str out;
  for (size_t n = 0; n < sizeof hello - 1; n++) {
    char *copy = malloc(n ? n : 1);
    memcpy(copy, hello, n);
    CHECK_CODE(th_gzip_inflate(a, th_str_n(copy, n), 0, &out, NULL), TH_EPARSE);
    free(copy);
  }
  for (size_t i = 10; i < sizeof hello - 1; i++) { /* behind the header; the last bits of the data are padding and may change */
    char copy[sizeof hello];
    memcpy(copy, hello, sizeof copy);
    copy[i] ^= 0x20;
    const th_code code = th_gzip_inflate(a, th_str_n(copy, sizeof hello - 1), 0, &out, NULL);
    CHECK(code == TH_EPARSE || (i < sizeof hello - 9 && th_str_is(out, "hello\n")));
  }
  th_arena_del(a);
}

TEST(bombs_stop_at_the_limit) {
  const size_t n = 8 << 20;
  char *zeros = calloc(1, n), *packed = malloc(1 << 20);
  const size_t m = pack(zeros, n, packed, 1 << 20);
  th_arena *a = th_arena_new(0);
  th_str out;
  th_err err = { 0 };
  CHECK_CODE(th_gzip_inflate(a, th_str_n(packed, m), n - 1, &out, &err), TH_ELIMIT);
  CHECK(strstr(err.msg, "8388607"));
  CHECK(th_arena_used(a) <= 3 * n);
  CHECK_OK(th_gzip_inflate(a, th_str_n(packed, m), n, &out, NULL));
  CHECK_INT(out.n, n);
  CHECK(memcmp(out.p, zeros, n) == 0);
  th_arena_del(a);
  free(zeros);
  free(packed);
}

static th_code inflate_hello(void) {
  th_arena *a = th_arena_new(64);
  if (!a) return TH_ENOMEM;
  th_str out;
  const th_code code = th_gzip_inflate(a, th_str_n(hello, sizeof hello - 1), 0, &out, NULL);
  th_arena_del(a);
  return code;
}

TEST(survives_want_of_memory) {
  CHECK(test_each_alloc_fails(inflate_hello) > 2);
}

TEST_MAIN(RUN(inflates_all_members), RUN(every_truncation_and_flipped_byte_is_told), RUN(bombs_stop_at_the_limit),
          RUN(survives_want_of_memory))
