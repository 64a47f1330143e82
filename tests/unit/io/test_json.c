#include "test.h"
#include "theriac/io.h"

static th_arena *arena;

static th_code pull_all(th_str s, th_err *err) {
  th_arena *a = th_arena_new(0);
  if (!a) return TH_ENOMEM;
  th_jread r;
  th_jread_open(&r, a, s);
  th_code code;
  do code = th_jread_next(&r, err);
  while (code == TH_OK && r.tok != TH_J_END);
  th_arena_del(a);
  return code;
}

static th_code tree(th_str s, th_json *out, th_err *err) {
  th_arena_reset(arena);
  return th_json_parse(arena, s, out, err);
}

/* RFC 8259: what a parser must take. */
static const char *const good[] = {
  "null",
  "true",
  "false",
  "0",
  "-0",
  "1",
  "-1.5",
  "0.10",
  "1e5",
  "1E+5",
  "1e-5",
  "0e0",
  "-0.0e-0",
  "\"\"",
  "\"a\"",
  "[]",
  "{}",
  " [ ] ",
  "\t{\r\n}\n",
  "[1,2,3]",
  "{\"a\":1}",
  "{\"a\":{\"b\":[{},[]]}}",
  "[[[[]]]]",
  "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
  "\"\\u0041\\u00e9\\u4e2d\"",
  "\"\\ud83d\\ude00\"",
  "\"\\uD834\\uDD1E\"",
  "\"\\u0000\"",
  "\"\x7f\"",
  "\"狼瘡\"",
  "\"\xf4\x8f\xbf\xbf\"",
  "\xEF\xBB\xBF{}",
  "123456789012345678901234567890",
  "1.00000000000000000000000000000001",
  "1e400",
  "{\"\":0}",
  "{\"a\":1,\"A\":2}",
  "[null,true,false,-0.1e+9,\"x\",{},[]]",
  "\"\xe2\x80\xa8\"",
};

static const char *const bad[] = {
  "",
  " ",
  "nul",
  "nulll",
  "True",
  "NULL",
  "+1",
  "01",
  "-01",
  "00",
  "-",
  ".5",
  "1.",
  "1.e5",
  "1e",
  "1e+",
  "0x10",
  "1_000",
  "Infinity",
  "NaN",
  "-Infinity",
  "'a'",
  "\"",
  "\"a",
  "\"\\\"",
  "\"\\",
  "\"\\x41\"",
  "\"\\u12\"",
  "\"\\u12g4\"",
  "\"\\ud800\"",
  "\"\\udc00\"",
  "\"\\ud800\\u0041\"",
  "\"\\ud800\\ud800\"",
  "\"\\ud800x\"",
  "\"\t\"",
  "\"\n\"",
  "\"\x01\"",
  "\"\x1f\"",
  "\"\xff\"",
  "\"\xc0\xaf\"",
  "\"\xe0\x80\xaf\"",
  "\"\xed\xa0\x80\"",
  "\"\xf4\x90\x80\x80\"",
  "\"\xe4\xb8\"",
  "[",
  "]",
  "[1",
  "[1,",
  "[1,]",
  "[,1]",
  "[1 2]",
  "[1,,2]",
  "[1}",
  "{",
  "}",
  "{\"a\"",
  "{\"a\":",
  "{\"a\":1",
  "{\"a\":1,",
  "{\"a\":1,}",
  "{a:1}",
  "{1:1}",
  "{\"a\" 1}",
  "{\"a\"::1}",
  "{\"a\":1]",
  "{,}",
  "{\"a\":1 \"b\":2}",
  "1 2",
  "[] []",
  "{}x",
  "null,",
  "/*c*/1",
  "1//c",
  "\xEF\xBB",
  "\xEF\xBB\xBF",
  "\xEF\xBB\xBF\xEF\xBB\xBF{}",
  "[\"a\":1]",
  "{\"a\"}",
  "{null:1}",
  "[\x0b]",
  ("\xC2\xA0"
   "1"),
  "tru",
  "t",
};

TEST(takes_what_the_standard_allows) {
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    th_err err = { 0 };
    th_json v;
    CHECK_OK_ERR(pull_all(th_str_of(good[i]), &err), &err);
    CHECK_OK_ERR(tree(th_str_of(good[i]), &v, &err), &err);
    if (err.code) printf("# the input was: %s\n", good[i]);
  }
}

TEST(refuses_all_else_and_says_where) {
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    th_err err = { 0 };
    th_json v;
    const int before = test_failed_checks;
    CHECK_CODE(pull_all(th_str_of(bad[i]), &err), TH_EPARSE);
    CHECK(err.line >= 1 && err.col >= 1 && err.msg[0]);
    CHECK_CODE(tree(th_str_of(bad[i]), &v, NULL), TH_EPARSE);
    if (test_failed_checks != before) printf("# the input was: %s\n", bad[i]);
  }
  CHECK_CODE(pull_all(th_str_n("\"a\0b\"", 5), NULL), TH_EPARSE);
  CHECK_CODE(pull_all(th_str_n("1\0", 2), NULL), TH_EPARSE);
}

TEST(unescapes) {
  th_json v;
  CHECK_OK(tree(TH_S("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u4e2D\\ud83d\\uDE00z\""), &v, NULL));
  CHECK_STR(th_json_text(&v), "a\"\\/\b\f\n\r\tA\xc3\xa9\xe4\xb8\xad\xf0\x9f\x98\x80z");
  CHECK_OK(tree(TH_S("\"x\\u0000y\""), &v, NULL));
  CHECK(th_str_eq(th_json_text(&v), th_str_n("x\0y", 3)));
}

/* Every position of a special byte in a string longer than two words, so that both scanning paths meet it. */
TEST(finds_special_bytes_at_every_offset) {
  char text[64];
  for (int at = 1; at <= 24; at++) {
    memset(text, 'a', sizeof text);
    text[0] = '"', text[25] = '"';
    text[at] = '\n';
    CHECK_CODE(pull_all(th_str_n(text, 26), NULL), TH_EPARSE);
    text[at] = '\x80';
    CHECK_CODE(pull_all(th_str_n(text, 26), NULL), TH_EPARSE);
    text[at] = '\x20';
    CHECK_OK(pull_all(th_str_n(text, 26), NULL));
    text[at] = '\x7f';
    CHECK_OK(pull_all(th_str_n(text, 26), NULL));
    text[at] = '"';
    CHECK_CODE(pull_all(th_str_n(text, 26), NULL), at == 25 ? TH_OK : TH_EPARSE);
    text[at] = '\\', text[at + 1] = at == 24 ? '"' : 'n';
    CHECK_CODE(pull_all(th_str_n(text, 26), NULL), at == 24 ? TH_EPARSE : TH_OK);
  }
}

TEST(keeps_numbers_as_written) {
  static const char *const n[] = { "0.10", "1E+5", "-0", "123456789012345678901234567890.10" };
  for (size_t i = 0; i < 4; i++) {
    th_json v;
    CHECK_OK(tree(th_str_of(n[i]), &v, NULL));
    CHECK_INT(v.kind, TH_JSON_NUMBER);
    CHECK_STR(th_json_text(&v), n[i]);
  }
}

TEST(looks_up_by_path) {
  th_json v;
  const char *doc =
      "{\"a\":{\"b\":[10,{\"c\":\"found\"}]},\"n\":-42,\"w\":2.0,\"e\":1e3,\"f\":2.5,\"t\":true,\"big\":1e30,\"s\":\"7\"}";
  CHECK_OK(tree(th_str_of(doc), &v, NULL));
  CHECK_STR(th_json_text(th_json_at(&v, "a.b.1.c")), "found");
  CHECK(th_json_at(&v, "a.b.2") == NULL);
  CHECK(th_json_at(&v, "a.x.y") == NULL);
  CHECK(th_json_at(&v, "n.x") == NULL);
  CHECK(th_json_get(NULL, "a") == NULL);
  CHECK_INT(v.n, 8);
  int64_t i = 0;
  double d = 0;
  CHECK(th_json_i64(th_json_get(&v, "n"), &i) && i == -42);
  CHECK(th_json_i64(th_json_get(&v, "w"), &i) && i == 2);
  CHECK(th_json_i64(th_json_get(&v, "e"), &i) && i == 1000);
  CHECK(!th_json_i64(th_json_get(&v, "f"), &i));
  CHECK(!th_json_i64(th_json_get(&v, "big"), &i));
  CHECK(!th_json_i64(th_json_get(&v, "s"), &i));
  CHECK(!th_json_i64(th_json_get(&v, "none"), &i));
  CHECK(th_json_f64(th_json_get(&v, "f"), &d) && d == 2.5);
  CHECK(!th_json_f64(th_json_get(&v, "s"), &d));
  CHECK(th_json_true(th_json_get(&v, "t")));
  CHECK(!th_json_true(th_json_get(&v, "n")));
  CHECK_INT(th_json_get(&v, "n")->offset, strstr(doc, "-42") - doc);
  CHECK_INT(th_json_at(&v, "a.b")->offset, strstr(doc, "[10") - doc);
  CHECK_INT(th_json_at(&v, "a.b.1.c")->offset, strstr(doc, "\"found\"") - doc);
  CHECK_INT(th_json_get(&v, "t")->offset, strstr(doc, "true") - doc);
}

TEST(refuses_a_repeated_member) {
  th_json v;
  th_err err = { 0 };
  CHECK_CODE(tree(TH_S("{\"a\":1,\n \"b\":2,\"a\":3}"), &v, &err), TH_EPARSE);
  CHECK_INT(err.line, 2);
  CHECK(strstr(err.msg, "\"a\""));
  char many[4000];
  int n = sprintf(many, "{");
  for (int i = 0; i < 200; i++) n += sprintf(many + n, "\"k%d\":%d,", i, i);
  sprintf(many + n, "\"k%d\":0}", 200);
  CHECK_OK(tree(th_str_of(many), &v, NULL));
  CHECK_INT(v.n, 201);
  sprintf(many + n, "\"k%d\":0}", 77);
  CHECK_CODE(tree(th_str_of(many), &v, NULL), TH_EPARSE);
  CHECK_OK(pull_all(th_str_of(many), NULL)); /* the stream leaves it to its reader */
}

static void check_depth(const char *open, const char *close, const char *core) {
  const size_t limit = TH_LIMIT_JSON_DEPTH, o = strlen(open), c = strlen(close);
  for (size_t depth = limit; depth <= limit + 1; depth++) {
    char *text = malloc(depth * (o + c) + 16), *p = text;
    for (size_t i = 0; i < depth; i++) p = stpcpy(p, open);
    p = stpcpy(p, core);
    for (size_t i = 0; i < depth; i++) p = stpcpy(p, close);
    th_err err = { 0 };
    th_json v;
    CHECK_CODE(pull_all(th_str_of(text), &err), depth > limit ? TH_ELIMIT : TH_OK);
    CHECK_CODE(tree(th_str_of(text), &v, NULL), depth > limit ? TH_ELIMIT : TH_OK);
    if (depth > limit) CHECK(strstr(err.msg, "TH_LIMIT_JSON_DEPTH (512)") != NULL);
    free(text);
  }
}

TEST(bounds_nesting) {
  check_depth("[", "]", "");
  check_depth("{\"a\":", "}", "1");
  const size_t million = 1000000;
  char *text = malloc(million);
  memset(text, '[', million);
  CHECK_CODE(pull_all(th_str_n(text, million), NULL), TH_ELIMIT);
  th_json v;
  CHECK_CODE(tree(th_str_n(text, million), &v, NULL), TH_ELIMIT);
  free(text);
}

TEST(tells_line_and_column) {
  th_err err = { 0 };
  CHECK_CODE(pull_all(TH_S("{\n \"狼瘡\": 1,\r\n \"b\" 2}"), &err), TH_EPARSE);
  CHECK_INT(err.line, 3);
  CHECK_INT(err.col, 6);
  err = (th_err){ 0 };
  CHECK_CODE(pull_all(TH_S("[\"狼瘡\", x]"), &err), TH_EPARSE);
  CHECK_INT(err.line, 1);
  CHECK_INT(err.col, 8);
  CHECK_INT(err.offset, 11);
}

static const char sample[] =
    "{\"resourceType\":\"Patient\",\"id\":\"p\\u0031\",\"name\":[{\"text\":\"王\\n小明\"}],\"multi\":{\"a\":[1,2.50,-3e-2],"
    "\"b\":null,\"c\":true},\"d\":false,\"e\":\"\\ud83d\\ude00\"}";

TEST(every_truncation_is_an_error) {
  for (size_t n = 0; n < sizeof sample - 1; n++) {
    char *copy = malloc(n ? n : 1); /* of just this size, so that a sanitizer sees any byte too far */
    memcpy(copy, sample, n);
    th_json v;
    CHECK_CODE(pull_all(th_str_n(copy, n), NULL), TH_EPARSE);
    CHECK_CODE(tree(th_str_n(copy, n), &v, NULL), TH_EPARSE);
    free(copy);
  }
}

TEST(skips_a_value_whole) {
  th_jread r;
  th_jread_open(&r, arena, TH_S("{\"a\":{\"x\":[1,{\"y\":2}]},\"b\":[[],[]],\"c\":5,\"d\":\"end\"}"));
  CHECK_OK(th_jread_next(&r, NULL));
  for (int i = 0; i < 3; i++) {
    CHECK_OK(th_jread_next(&r, NULL));
    CHECK_INT(r.tok, TH_J_KEY);
    CHECK_OK(th_jread_skip(&r, NULL));
  }
  CHECK_OK(th_jread_next(&r, NULL));
  CHECK_STR(r.text, "d");
  CHECK_OK(th_jread_next(&r, NULL));
  CHECK_STR(r.text, "end");
  CHECK_OK(th_jread_next(&r, NULL));
  CHECK_INT(r.tok, TH_J_OBJ_END);
  CHECK_OK(th_jread_next(&r, NULL));
  CHECK_INT(r.tok, TH_J_END);
  CHECK_OK(th_jread_next(&r, NULL));
  CHECK_INT(r.tok, TH_J_END);
}

static th_code parse_sample(void) {
  th_arena *a = th_arena_new(64);
  if (!a) return TH_ENOMEM;
  th_json v;
  const th_code code =
      th_json_parse(a,
                    TH_S("{\"a\":[1,[2,\"\\u0041\"]],\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,"
                         "\"j\":1,\"k\":1,\"l\":1,\"m\":1,\"n\":1}"),
                    &v, NULL);
  th_arena_del(a);
  return code;
}

TEST(survives_want_of_memory) {
  CHECK(test_each_alloc_fails(parse_sample) > 2);
}

TEST(place_counts_lines_and_characters) {
  uint32_t line, col;
  const th_str s = TH_S("\xEF\xBB\xBF"
                        "a狼b\r\nc\rd\n");
  static const struct {
    uint64_t at;
    uint32_t line, col;
  } want[] = { { 0, 1, 1 }, { 3, 1, 1 }, { 4, 1, 2 }, { 7, 1, 3 }, { 10, 2, 1 }, { 12, 3, 1 }, { 14, 4, 1 }, { 999, 4, 1 } };
  for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
    th_text_place(s, want[i].at, &line, &col);
    CHECK_INT(line, want[i].line);
    CHECK_INT(col, want[i].col);
  }
}

static int run(void) {
  static const th_test tests[] = {
    RUN(takes_what_the_standard_allows),
    RUN(refuses_all_else_and_says_where),
    RUN(unescapes),
    RUN(finds_special_bytes_at_every_offset),
    RUN(keeps_numbers_as_written),
    RUN(looks_up_by_path),
    RUN(refuses_a_repeated_member),
    RUN(bounds_nesting),
    RUN(tells_line_and_column),
    RUN(every_truncation_is_an_error),
    RUN(skips_a_value_whole),
    RUN(survives_want_of_memory),
    RUN(place_counts_lines_and_characters),
  };
  return test_main_(tests, sizeof tests / sizeof *tests);
}

int main(void) {
  arena = th_arena_new(0);
  const int rc = run();
  th_arena_del(arena);
  return rc;
}
