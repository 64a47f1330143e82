/* Batches: order and bytes do not hang on threads, a bad line is skipped with its number, CSV gives what JSON gives. */
#include "test.h"
#include "theriac/coverage.h"

static th_arena *arena;
static th_coverage cov;

static bool open_all(void) {
  th_err err = { 0 };
  arena = th_arena_new(0);
  CHECK_OK_ERR(th_coverage_open(arena, NULL, 0, &cov, &err), &err);
  return test_failed_checks == 0;
}

static th_str run(unsigned threads, bool csv, th_str input, size_t *n_bad, const th_coverage_bad **bad) {
  th_pool *pool = th_pool_new(threads);
  th_coverage_batch b;
  th_buf out;
  th_err err = { 0 };
  th_buf_init(&out, arena, 1024);
  CHECK_OK_ERR(th_coverage_batch_open(&cov, pool, csv, &b, &err), &err);
  CHECK_OK_ERR(th_coverage_batch_run(&b, input, &out, bad, n_bad, &err), &err);
  CHECK_INT(b.n_bad, *n_bad);
  th_coverage_bad *copy = TH_NEWN(arena, th_coverage_bad, *n_bad + 1); /* the batch's own goes with it */
  if (*n_bad) memcpy(copy, *bad, *n_bad * sizeof *copy);
  *bad = copy;
  th_coverage_batch_close(&b);
  th_pool_del(pool);
  return th_buf_str(&out);
}

TEST(threads_do_not_show) {
  if (!open_all()) return;
  th_buf in;
  th_buf_init(&in, arena, 1 << 16);
  for (int i = 0; i < 500; i++)
    th_buf_addf(&in,
                "{\"case\":\"c%d\",\"program\":\"nhi-8.2.13\",\"path\":\"ln-renewal\",\"as_of\":\"2025-06-15\",\"facts\":{"
                "\"gfr\":%d}}\n",
                i, i % 200);
  size_t n_bad;
  const th_coverage_bad *bad;
  const th_str one = run(1, false, th_buf_str(&in), &n_bad, &bad);
  CHECK_INT(n_bad, 0);
  const th_str four = run(4, false, th_buf_str(&in), &n_bad, &bad);
  CHECK(th_str_eq(one, four));
  CHECK(th_str_starts(one, TH_S("{\"case\":\"c0\"")));
  th_arena_del(arena);
}

TEST(bad_lines_are_skipped_and_named) {
  if (!open_all()) return;
  const th_str in =
      TH_S("{\"case\":\"a\",\"program\":\"nhi-8.2.13\",\"path\":\"sle-taper\",\"as_of\":\"2025-06-15\",\"facts\":{}}\n"
           "not json\n"
           "\n"
           "{\"case\":\"b\",\"program\":\"nhi-8.2.13\",\"path\":\"nmosd\",\"as_of\":\"2025-06-15\",\"facts\":{}}\n"
           "{\"case\":\"c\",\"program\":\"nhi-8.2.13\",\"path\":\"sle-taper\",\"as_of\":\"2025-06\",\"facts\":{}}\n"
           "{\"case\":\"d\",\"program\":\"nhi-8.2.13\",\"path\":\"sle-taper\",\"as_of\":\"2025-06-15\",\"facts\":{}}\n");
  size_t n_bad;
  const th_coverage_bad *bad;
  const th_str out = run(2, false, in, &n_bad, &bad);
  CHECK_INT(n_bad, 3);
  CHECK_INT(bad[0].line, 2);
  CHECK_INT(bad[1].line, 4);
  CHECK_INT(bad[1].err.code, TH_ENOENT);
  CHECK_INT(bad[2].line, 5);
  CHECK(th_str_has(out, TH_S("\"case\":\"d\"")) && th_str_starts(out, TH_S("{\"case\":\"a\"")));
  th_arena_del(arena);
}

TEST(csv_means_what_json_means) {
  if (!open_all()) return;
  size_t n_bad;
  const th_coverage_bad *bad;
  const th_str json =
      run(1, false,
          TH_S("{\"case\":\"a\",\"program\":\"nhi-8.2.13\",\"path\":\"ln-renewal\",\"as_of\":\"2025-06-15\",\"facts\":{"
               "\"upcr\":{\"value\":1200,\"unit\":\"mg/g\",\"date\":\"2025-06-01\"},\"gfr\":{\"lo\":60,\"hi\":80},"
               "\"dialysis_or_transplant\":false}}\n"),
          &n_bad, &bad);
  const th_str csv = run(1, true,
                         TH_S("case,program,path,as_of,upcr,upcr.unit,upcr.date,gfr,gfr.lo,gfr.hi,dialysis_or_transplant\r\n"
                              "a,nhi-8.2.13,ln-renewal,2025-06-15,1200,mg/g,2025-06-01,,60,80,false\r\n"),
                         &n_bad, &bad);
  CHECK_INT(n_bad, 0);
  CHECK(th_str_eq(json, csv));
  th_arena_del(arena);
}

TEST_MAIN(RUN(threads_do_not_show), RUN(bad_lines_are_skipped_and_named), RUN(csv_means_what_json_means))
