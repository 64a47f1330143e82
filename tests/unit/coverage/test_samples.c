/* The specification's sample cases: outcome, readings, node values, scores, collect sets and warnings must be equal. */
#include "test.h"
#include "theriac/coverage.h"

static bool same_text(const char *got, const th_json *want, const char *key) {
  return th_str_is(th_json_text(th_json_get(want, key)), got);
}

static bool same_values(const th_json *got, const th_json *want) {
  if (got->kind != want->kind || got->n != want->n) return false;
  switch ((th_jkind)got->kind) {
  case TH_JSON_NULL: return true;
  case TH_JSON_BOOL: return got->boolean == want->boolean;
  case TH_JSON_NUMBER:
  case TH_JSON_STRING: return th_str_eq(got->u.text, want->u.text);
  case TH_JSON_ARRAY:
    for (uint32_t i = 0; i < got->n; i++)
      if (!same_values(&got->u.item[i], &want->u.item[i])) return false;
    return true;
  case TH_JSON_OBJECT:
    for (uint32_t i = 0; i < want->n; i++) {
      char key[64];
      snprintf(key, sizeof key, "%.*s", TH_STR_ARG(want->u.member[i].key));
      const th_json *g = got->n ? th_json_get(got, key) : NULL;
      if (!g || !same_values(g, &want->u.member[i].value)) return false;
    }
    return true;
  }
  return false;
}

static void compare(th_arena *a, const th_coverage *cov, th_str line, th_str expected) {
  th_coverage_case kase;
  th_coverage_result r;
  th_json want, got;
  th_err err = { 0 };
  th_buf b;
  th_jwrite w;
  CHECK_OK_ERR(th_coverage_case_parse(a, cov, line, &kase, &err), &err);
  CHECK_OK_ERR(th_coverage_check(a, &kase, &r, &err), &err);
  CHECK_OK_ERR(th_json_parse(a, expected, &want, &err), &err);
  CHECK(same_text(th_rule_outcome_name(r.rule.outcome), &want, "outcome"));
  th_buf_init(&b, a, 16384);
  th_jwrite_open(&w, &b, 0);
  th_coverage_json(&w, &r, false);
  CHECK(!b.failed);
  CHECK_OK_ERR(th_json_parse(a, th_buf_str(&b), &got, &err), &err);
  for (uint32_t i = 0; i < want.n; i++) {
    char key[64];
    snprintf(key, sizeof key, "%.*s", TH_STR_ARG(want.u.member[i].key));
    const th_json *g = th_json_get(&got, key);
    if (g && same_values(g, &want.u.member[i].value)) continue;
    printf("# case %.*s, member %s\n", TH_STR_ARG(kase.id), key);
    CHECK(false);
  }
}

TEST(thirty_cases_are_equal) {
  const char *shared = test_shared();
  if (!shared) SKIP("no shared data here");
  char path[2][4200];
  snprintf(path[0], sizeof path[0], "%s/data/coverage/sample_cases.jsonl", shared);
  snprintf(path[1], sizeof path[1], "%s/data/coverage/sample_expected.jsonl", shared);
  th_file f[2];
  th_err err = { 0 };
  th_arena *a = th_arena_new(0);
  th_coverage cov;
  CHECK_OK_ERR(th_coverage_open(a, NULL, 0, &cov, &err), &err);
  CHECK_OK_ERR(th_file_open(path[0], 0, &f[0], &err), &err);
  CHECK_OK_ERR(th_file_open(path[1], 0, &f[1], &err), &err);
  th_str rest[2] = { f[0].bytes, f[1].bytes }, line[2];
  int n = 0;
  while (th_str_line(&rest[0], &line[0]) && th_str_line(&rest[1], &line[1]) && line[0].n) {
    compare(a, &cov, line[0], line[1]);
    n++;
  }
  CHECK_INT(n, 30);
  th_file_close(&f[0]);
  th_file_close(&f[1]);
  th_arena_del(a);
}

TEST_MAIN(RUN(thirty_cases_are_equal))
