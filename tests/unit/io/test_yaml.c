/* YAML 1.1 as libyaml reads it, cut down to a strict subset. Expected places counted by hand. */
#include "test.h"
#include "theriac/io.h"

static th_arena *arena;

static th_code parse(const char *text, th_yaml *out, th_err *err) {
  *err = (th_err){ 0 };
  return th_yaml_parse(arena, th_str_of(text), out, err);
}

TEST(tree_with_places) {
  th_yaml y;
  th_err err;
  arena = th_arena_new(0);
  CHECK_OK_ERR(parse("a: 1\nb: [x, \"2\", {c: true}]\n", &y, &err), &err);
  CHECK_INT(y.kind, TH_YAML_MAP);
  CHECK_INT(y.n, 2);
  double v = 0;
  CHECK(th_yaml_f64(th_yaml_get(&y, "a"), &v) && v == 1);
  const th_yaml *b = th_yaml_get(&y, "b");
  CHECK_INT(b->n, 3);
  CHECK_INT(b->line, 2);
  CHECK_INT(b->col, 4);
  CHECK(!th_yaml_f64(&b->u.item[1], &v)); /* quoted: a text */
  bool t = false;
  CHECK(th_yaml_bool(th_yaml_get(&b->u.item[2], "c"), &t) && t);
  CHECK_STR(th_yaml_text(&b->u.item[0]), "x");
  th_arena_del(arena);
}

TEST(refused_with_line_and_column) {
  static const struct {
    const char *text;
    unsigned line, col;
  } bad[] = {
    { "a: &x 1\n", 1, 4 },          /* anchor */
    { "a: 1\nb: *a\n", 2, 4 },      /* alias */
    { "a: !!int 1\n", 1, 4 },       /* tag */
    { "a: 1\nb: 2\na: 3\n", 3, 1 }, /* repeated key */
    { "? [1]\n: 2\n", 1, 3 },       /* a key that is no scalar */
    { "a: [1, 2\n", 2, 1 },         /* never closed */
  };
  arena = th_arena_new(0);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    th_yaml y;
    th_err err;
    CHECK_CODE(parse(bad[i].text, &y, &err), TH_EPARSE);
    CHECK_INT(err.line, bad[i].line);
    CHECK_INT(err.col, bad[i].col);
  }
  th_arena_del(arena);
}

TEST(depth_and_documents_are_limited) {
  th_yaml y;
  th_err err;
  char deep[2 * TH_LIMIT_YAML_DEPTH + 8];
  size_t n = 0;
  arena = th_arena_new(0);
  for (int i = 0; i < TH_LIMIT_YAML_DEPTH + 2; i++) deep[n++] = '[';
  deep[n] = 0;
  CHECK_CODE(parse(deep, &y, &err), TH_ELIMIT);
  CHECK_CODE(parse("a: 1\n---\nb: 2\n", &y, &err), TH_EPARSE);
  CHECK_CODE(parse("", &y, &err), TH_EPARSE);
  th_arena_del(arena);
}

static th_code body(void) {
  th_yaml y;
  th_arena *a = th_arena_new(0);
  if (!a) return TH_ENOMEM;
  const th_code code = th_yaml_parse(a, TH_S("a: [1, {b: c}]\nd: \"text\"\n"), &y, NULL);
  th_arena_del(a);
  return code;
}

TEST(every_failing_allocation_is_reported) {
  CHECK(test_each_alloc_fails(body) > 0);
}

TEST_MAIN(RUN(tree_with_places), RUN(refused_with_line_and_column), RUN(depth_and_documents_are_limited),
          RUN(every_failing_allocation_is_reported))
