#include "test.h"
#include "theriac/io.h"

static th_arena *arena;
static th_buf out;
static th_jwrite w;

static void begin(int indent) {
  th_arena_reset(arena);
  th_buf_init(&out, arena, 0);
  th_jwrite_open(&w, &out, indent);
}

TEST(writes_one_line) {
  begin(0);
  th_jw_obj(&w);
  th_jw_key(&w, "a");
  th_jw_arr(&w);
  th_jw_i64(&w, INT64_MIN);
  th_jw_num(&w, TH_S("0.10"));
  th_jw_bool(&w, true);
  th_jw_null(&w);
  th_jw_obj(&w);
  th_jw_obj_end(&w);
  th_jw_arr_end(&w);
  th_jw_key(&w, "b");
  th_jw_z(&w, NULL);
  th_jw_obj_end(&w);
  CHECK_STR(th_buf_str(&out), "{\"a\":[-9223372036854775808,0.10,true,null,{}],\"b\":null}");
}

TEST(indents) {
  begin(2);
  th_jw_obj(&w);
  th_jw_key(&w, "a");
  th_jw_arr(&w);
  th_jw_i64(&w, 1);
  th_jw_i64(&w, 2);
  th_jw_arr_end(&w);
  th_jw_key(&w, "e");
  th_jw_arr(&w);
  th_jw_arr_end(&w);
  th_jw_obj_end(&w);
  CHECK_STR(th_buf_str(&out), "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"e\": []\n}");
}

static th_str as_string(th_str s) {
  begin(0);
  th_jw_str(&w, s);
  return th_buf_str(&out);
}

TEST(escapes_text) {
  CHECK_STR(as_string(TH_S("a\"b\\c/\b\f\n\r\t\x01\x1f\x7f")), "\"a\\\"b\\\\c/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"");
  CHECK_STR(as_string(th_str_n("\0", 1)), "\"\\u0000\"");
  CHECK_STR(as_string(TH_S("紅斑性狼瘡")), "\"紅斑性狼瘡\"");
  CHECK_STR(as_string(TH_S("x\xffy\xed\xa0\x80")), "\"x\xEF\xBF\xBDy\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
  CHECK_STR(as_string(TH_S("")), "\"\"");
  CHECK_STR(as_string(TH_STR_NONE), "null");
}

static th_str as_number(double v) {
  begin(0);
  th_jw_f64(&w, v);
  return th_buf_str(&out);
}

TEST(writes_the_shortest_number_that_reads_back) {
  CHECK_STR(as_number(0.1), "0.1");
  CHECK_STR(as_number(3.125), "3.125");
  CHECK_STR(as_number(0.1 + 0.2), "0.30000000000000004");
  CHECK_STR(as_number(1.0 / 3), "0.3333333333333333");
  CHECK_STR(as_number(-0.0), "-0");
  CHECK_STR(as_number(5e-324), "5e-324");
  CHECK_STR(as_number(1.7976931348623157e308), "1.7976931348623157e+308");
  CHECK_STR(as_number(9007199254740993.0), "9007199254740992");
  CHECK_STR(as_number(INFINITY), "\"inf\"");
  CHECK_STR(as_number(-INFINITY), "\"-inf\"");
  CHECK_STR(as_number(NAN), "null");
}

TEST(every_double_reads_back) {
  th_rng r = { .seed = 7 };
  for (int i = 0; i < 20000; i++) {
    const uint64_t bits = th_rng_u64(&r);
    double v, back = 0;
    memcpy(&v, &bits, sizeof v);
    if (!isfinite(v)) continue;
    const th_str s = as_number(v);
    CHECK(th_str_to_f64(s, &back) && back == v);
  }
}

TEST(writes_a_tree_as_it_was_read) {
  const char *doc = "{\"a\":[1,2.50,{\"b\":null}],\"c\":{\"d\":\"e\\n狼\"},\"f\":[],\"g\":{},\"h\":false}";
  th_json v;
  th_arena *a = th_arena_new(0);
  CHECK_OK(th_json_parse(a, th_str_of(doc), &v, NULL));
  begin(0);
  th_jw_json(&w, &v);
  CHECK_STR(th_buf_str(&out), doc);
  th_arena_del(a);
}

static int run(void) {
  static const th_test tests[] = {
    RUN(writes_one_line),
    RUN(indents),
    RUN(escapes_text),
    RUN(writes_the_shortest_number_that_reads_back),
    RUN(every_double_reads_back),
    RUN(writes_a_tree_as_it_was_read),
  };
  return test_main_(tests, sizeof tests / sizeof *tests);
}

int main(void) {
  arena = th_arena_new(0);
  const int rc = run();
  th_arena_del(arena);
  return rc;
}
