/* The official suite, where its data lies beside the source: no test that passes may be lost. */
#include "theriac/elm.h"
#include "theriac/io.h"

#include "test.h"

typedef struct count {
  size_t pass, all;
} count;

static bool passes(th_elm_eval *e, const th_json *line) {
  const th_json *want = th_json_get(line, "expected_define"), *untranslated = th_json_get(line, "not_translated");
  const bool must_fail = !th_str_is(th_json_text(th_json_get(line, "invalid")), "false");
  th_elm_val got, expected;
  th_err err = { 0 };
  if (untranslated && untranslated->kind != TH_JSON_NULL) return must_fail;
  const th_code code = th_elm_value(e, th_json_text(th_json_get(line, "define")), &got, &err);
  if (must_fail) return code != TH_OK;
  if (code != TH_OK) return false;
  if (!want || !want->n) return true;
  return th_elm_value(e, th_json_text(th_json_item(want, 0)), &expected, NULL) == TH_OK && th_elm_same_result(e, got, expected);
}

static void run_file(const char *dir, th_str file, th_str index, count *c) {
  th_elm_program *p = th_elm_new();
  th_arena *a = th_arena_new(0);
  th_file f;
  th_err err = { 0 };
  th_elm_eval *e;
  char path[4300];
  static const th_elm_options opt = { .now = { 2026, 6, 1, 0, 0, 0, TH_ELM_MILLI, 0, 0 } };
  snprintf(path, sizeof path, "%s/data/cql/suite/elm/%.*s.json.gz", dir, TH_STR_ARG(file));
  CHECK_OK_ERR(th_file_open(path, 0, &f, &err), &err);
  CHECK_OK_ERR(th_elm_add(p, f.bytes, path, &err), &err);
  th_file_close(&f);
  CHECK_OK_ERR(th_elm_link(p, &err), &err);
  CHECK_OK_ERR(th_elm_begin(p, &opt, a, NULL, &e, &err), &err);
  th_str rest = index, line;
  while (th_str_line(&rest, &line)) {
    th_json j;
    if (!line.n || th_json_parse(a, line, &j, NULL) != TH_OK || !th_str_eq(th_json_text(th_json_get(&j, "file")), file))
      continue;
    c->all++;
    c->pass += passes(e, &j);
  }
  th_elm_finish(e);
  th_arena_del(a);
  th_elm_del(p);
}

TEST(the_official_suite_passes_at_97_percent) {
  static const char *const files[] = { "CqlAggregateFunctionsTest",
                                       "CqlAggregateTest",
                                       "CqlArithmeticFunctionsTest",
                                       "CqlComparisonOperatorsTest",
                                       "CqlConditionalOperatorsTest",
                                       "CqlDateTimeOperatorsTest",
                                       "CqlErrorsAndMessagingOperatorsTest",
                                       "CqlIntervalOperatorsTest",
                                       "CqlListOperatorsTest",
                                       "CqlLogicalOperatorsTest",
                                       "CqlNullologicalOperatorsTest",
                                       "CqlQueryTests",
                                       "CqlStringOperatorsTest",
                                       "CqlTypeOperatorsTest",
                                       "CqlTypesTest",
                                       "ValueLiteralsAndSelectors" };
  const char *dir = test_shared();
  char path[4300];
  th_file index;
  th_err err = { 0 };
  count c = { 0 };
  if (!dir) SKIP("the shared data are not here");
  snprintf(path, sizeof path, "%s/data/cql/suite/index.jsonl", dir);
  if (th_file_open(path, 0, &index, &err) != TH_OK) SKIP("the suite is not here");
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) run_file(dir, th_str_of(files[i]), index.bytes, &c);
  th_file_close(&index);
  printf("# %zu of %zu\n", c.pass, c.all);
  CHECK(c.all >= 1369);
  CHECK((double)c.pass >= 0.97 * (double)c.all);
}

TEST_MAIN(RUN(the_official_suite_passes_at_97_percent))
