/* Readers of floor 1, against one plain pass over the same bytes and against the memory of the machine. */
#include <sodium.h>

#include "bench.h"
#include "theriac/io.h"

typedef struct input {
  th_str bytes;
  uint64_t seen; /* so that the work cannot be left out */
} input;

static void one_pass(void *ctx) {
  input *in = ctx;
  uint64_t lines = 0;
  for (size_t i = 0; i < in->bytes.n; i++) {
    lines += in->bytes.p[i] == '\n';
    __asm__ volatile("" : "+r"(lines)); /* byte by byte: no vectors */
  }
  in->seen += lines;
}

static void json_pull(void *ctx) {
  input *in = ctx;
  th_arena *a = th_arena_new(0);
  th_jread r;
  th_jread_open(&r, a, in->bytes);
  do {
    if (th_jread_next(&r, NULL) != TH_OK) abort();
    in->seen++;
  } while (r.tok != TH_J_END);
  th_arena_del(a);
}

static void json_tree(void *ctx) {
  input *in = ctx;
  th_arena *a = th_arena_new(0);
  th_json v;
  if (th_json_parse(a, in->bytes, &v, NULL) != TH_OK) abort();
  in->seen += v.n;
  th_arena_del(a);
}

static void csv(void *ctx) {
  input *in = ctx;
  th_arena *a = th_arena_new(0);
  th_csv c;
  th_csv_open(&c, in->bytes, ',');
  for (bool more = true; more;) {
    th_csv_row row;
    const th_arena_mark m = th_arena_save(a);
    if (th_csv_next(&c, a, &row, &more, NULL) != TH_OK) abort();
    in->seen += more ? row.n : 0;
    th_arena_rewind(a, m);
  }
  th_arena_del(a);
}

static void sha256(void *ctx) {
  input *in = ctx;
  char hex[TH_SHA256_HEX];
  in->seen += (uint64_t)th_sha256_hex(in->bytes, hex)[0];
}

static void sha256_of_library(void *ctx) {
  input *in = ctx;
  unsigned char digest[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(digest, (const unsigned char *)in->bytes.p, in->bytes.n);
  in->seen += digest[0];
}

static void crc32c(void *ctx) {
  input *in = ctx;
  in->seen += th_crc32c(0, in->bytes);
}

/* About 8 MB of records as registries write them: short keys, some Chinese, numbers. */
static th_str records(th_arena *a, bool as_json) {
  th_buf b;
  th_buf_init(&b, a, 8 << 20);
  if (as_json) th_buf_addc(&b, '[');
  for (int i = 0; b.n < 8 << 20; i++)
    if (as_json)
      th_buf_addf(&b,
                  "%s\n{\"id\": \"NCT%08d\", \"title\": \"單臂試驗 of a drug\", \"phase\": [2, 3], \"n\": %d, \"p\": 0.0%d}",
                  i ? "," : "", i, i % 997, i % 89);
    else
      th_buf_addf(&b, "NCT%08d,\"單臂試驗, of a drug\",2,%d,0.0%d\n", i, i % 997, i % 89);
  if (as_json) th_buf_addc(&b, ']');
  if (b.failed) abort();
  return th_buf_str(&b);
}

int main(void) {
  th_arena *a = th_arena_new(0);
  if (!a) return 4;
  input json = { records(a, true), 0 }, table = { records(a, false), 0 };
  const double n = (double)json.bytes.n, pass = n / bench_seconds(one_pass, &json), memory = bench_memory_rate();
  bench_line("JSON, pulled token by token", n, "B", bench_seconds(json_pull, &json), "one pass", pass, "memory", memory);
  bench_line("JSON, into a tree", n, "B", bench_seconds(json_tree, &json), "one pass", pass, "memory", memory);
  bench_line("CSV, row by row", (double)table.bytes.n, "B", bench_seconds(csv, &table), "one pass", pass, "memory", memory);
  const double library = n / bench_seconds(sha256_of_library, &json);
  bench_line("SHA-256", n, "B", bench_seconds(sha256, &json), "libsodium", library, "memory", memory);
  bench_line("CRC-32C", n, "B", bench_seconds(crc32c, &json), "", 0, "memory", memory);
  th_arena_del(a);
  return 0;
}
