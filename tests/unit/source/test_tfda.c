/* Data set 36 as JSON and as CSV: the same licences; states, dates of both eras, ingredients and what they equal. */
#include "test.h"
#include "theriac/io.h"
#include "theriac/source/tfda36.h"

static th_tfda_register read_ok(th_arena *a, const char *text) {
  th_tfda_register t = { 0 };
  th_err err = { 0 };
  CHECK_OK_ERR(th_source_tfda_read(a, th_str_of(text), &t, &err), &err);
  return t;
}

static th_date day(int y, int m, int d) {
  return (th_date){ (int16_t)y, (uint8_t)m, (uint8_t)d, TH_DATE_DAY, TH_ERA_CE };
}

TEST(json_and_csv_say_the_same) {
  th_arena *a = th_arena_new(0);
  const th_tfda_register t[2] = {
    read_ok(a, "[{\"許可證字號\": \"衛部藥輸字第000001號\", \"註銷狀態\": null, \"有效日期\": \"2027/11/06\", \"中文品名\": "
               "\"\\\"甲\\\"錠２％\","
               " \"主成分略述\": \"IMATINIB MESYLATE (EQ TO IMATINIB);;CAFFEINE ANHYDROUS\"}]"),
    read_ok(a, "\xef\xbb\xbf\"有效日期\",\"許可證字號\",\"註銷狀態\",\"中文品名\",\"主成分略述\"\r\n"
               "\"2027/11/06\",\"衛部藥輸字第000001號\",\"\",\"\"\"甲\"\"錠２％\",\"IMATINIB MESYLATE (EQ TO "
               "IMATINIB);;CAFFEINE ANHYDROUS\"\r\n"),
  };
  for (int i = 0; i < 2; i++) {
    CHECK_INT(t[i].rows.n, 1);
    if (t[i].rows.n != 1) continue;
    const th_tfda_licence l = t[i].rows.v[0];
    CHECK_STR(l.text[TH_TFDA_NUMBER], "衛部藥輸字第000001號");
    CHECK_STR(l.text[TH_TFDA_NAME_ZH], "\"甲\"錠２％");
    CHECK_STR(l.text[TH_TFDA_CANCELLED], "");
    CHECK_INT(l.ingredients.n, 2);
    if (l.ingredients.n == 2) {
      CHECK_STR(l.ingredients.v[0].name, "IMATINIB MESYLATE");
      CHECK_STR(l.ingredients.v[0].base, "IMATINIB");
      CHECK_STR(l.ingredients.v[1].name, "CAFFEINE ANHYDROUS");
      CHECK_STR(l.ingredients.v[1].base, "");
    }
    CHECK_INT(th_date_first(l.expires), th_days_from_civil(2027, 11, 6));
  }
  CHECK_INT(t[1].rows.v[0].line, 2);
  th_arena_del(a);
}

TEST(state_on_a_day) {
  th_arena *a = th_arena_new(0);
  const th_tfda_register t =
      read_ok(a, "[{\"許可證字號\": \"1\", \"有效日期\": \"2027/11/06\", \"主成分略述\": \"X\"},"
                 "{\"許可證字號\": \"2\", \"有效日期\": \"116/11/06\", \"主成分略述\": \"X\"},"
                 "{\"許可證字號\": \"3\", \"註銷狀態\": \"已註銷\", \"有效日期\": \"2030/01/01\", \"主成分略述\": \"X\"},"
                 "{\"許可證字號\": \"4\", \"有效日期\": \"\", \"主成分略述\": \"X\"},"
                 "{\"許可證字號\": \"5\", \"有效日期\": \"soon\", \"主成分略述\": \"X\"}]");
  CHECK_INT(t.rows.n, 5);
  CHECK_INT(th_tfda_state_on(&t.rows.v[0], day(2027, 11, 6)), TH_TFDA_VALID);
  CHECK_INT(th_tfda_state_on(&t.rows.v[0], day(2027, 11, 7)), TH_TFDA_EXPIRED);
  CHECK_INT(th_tfda_state_on(&t.rows.v[1], day(2027, 11, 6)), TH_TFDA_VALID); /* ROC 116 = 2027 */
  CHECK_INT(th_tfda_state_on(&t.rows.v[1], day(2027, 11, 7)), TH_TFDA_EXPIRED);
  CHECK_INT(th_tfda_state_on(&t.rows.v[2], day(2020, 1, 1)), TH_TFDA_IS_CANCELLED);
  CHECK_INT(th_tfda_state_on(&t.rows.v[3], day(2020, 1, 1)), TH_TFDA_UNKNOWN);
  CHECK_INT(th_tfda_state_on(&t.rows.v[4], day(2020, 1, 1)), TH_TFDA_UNKNOWN);
  CHECK(t.gaps.n == 1 && strcmp(t.gaps.v[0].what, "date") == 0);
  th_arena_del(a);
}

TEST(place_of_a_row) {
  th_arena *a = th_arena_new(0);
  const char *json = "[\n{\"許可證字號\": \"1\", \"主成分略述\": \"X}\"},\n{\"許可證字號\": \"2\", \"主成分略述\": \"Y\", "
                     "\"異動日期\": null }]";
  const th_tfda_register t = read_ok(a, json);
  CHECK(t.rows.n == 2 && t.rows.v[0].line == 2 && t.rows.v[1].line == 3);
  CHECK_STR(th_str_n(json + t.rows.v[0].from, t.rows.v[0].to - t.rows.v[0].from),
            "{\"許可證字號\": \"1\", \"主成分略述\": \"X}\"}");
  CHECK_STR(th_str_n(json + t.rows.v[1].from, t.rows.v[1].to - t.rows.v[1].from),
            "{\"許可證字號\": \"2\", \"主成分略述\": \"Y\", \"異動日期\": null }");
  th_arena_del(a);
}

TEST(bad_registers_are_refused_with_their_line) {
  static const struct {
    const char *text;
    uint32_t line;
  } bad[] = { { "", 1 },
              { "[]", 1 },
              { "{}", 1 },
              { "[3]", 1 },
              { "[{\"許可證字號\": \"1\"},\n{\"中文品名\": \"x\"}]", 2 },
              { "中文品名,劑型\n甲,錠\n", 1 },
              { "許可證字號,劑型\n1,錠\n2\n", 3 },
              { "許可證字號,劑型\n1,錠\n,錠\n", 3 },
              { "許可證字號,劑型\n", 1 },
              { "[{\"許可證字號\": \"1\"", 1 } };
  th_arena *a = th_arena_new(0);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    th_tfda_register t;
    th_err err = { 0 };
    CHECK_CODE(th_source_tfda_read(a, th_str_of(bad[i].text), &t, &err), TH_EPARSE);
    CHECK_INT(err.line, bad[i].line);
  }
  th_arena_del(a);
}

/* The made-up traps, told in licences/README.md; both files hold the same rows. */
TEST(the_traps) {
  if (!test_shared()) SKIP("the shared data is not here");
  th_arena *a = th_arena_new(0);
  static const char *const ext[] = { "json", "csv" };
  for (int k = 0; k < 2; k++) {
    char path[4300];
    th_file f;
    th_err err = { 0 };
    th_tfda_register t;
    snprintf(path, sizeof path, "%s/data/licences/tfda36_traps.synthetic.%s", test_shared(), ext[k]);
    CHECK_OK_ERR(th_file_open(path, 0, &f, &err), &err);
    CHECK_OK_ERR(th_source_tfda_read(a, f.bytes, &t, &err), &err);
    CHECK_INT(t.rows.n, 6);
    if (t.rows.n == 6) {
      const th_date on = day(2026, 1, 1);
      CHECK_INT(th_tfda_state_on(&t.rows.v[0], on), TH_TFDA_IS_CANCELLED);
      CHECK_INT(th_tfda_state_on(&t.rows.v[1], on), TH_TFDA_VALID);
      CHECK_INT(th_tfda_state_on(&t.rows.v[4], on), TH_TFDA_EXPIRED);
      CHECK_STR(t.rows.v[2].ingredients.v[0].base, "IMATINIB");
      CHECK_INT(t.rows.v[3].ingredients.n, 3);
    }
    th_file_close(&f);
  }
  char path[4300];
  th_file f;
  th_err err = { 0 };
  th_tfda_register t;
  snprintf(path, sizeof path, "%s/data/licences/tfda36_layout.reconstructed.json", test_shared());
  CHECK_OK_ERR(th_file_open(path, 0, &f, &err), &err);
  CHECK_OK_ERR(th_source_tfda_read(a, f.bytes, &t, &err), &err);
  CHECK_INT(t.rows.n, 800);
  th_file_close(&f);
  th_arena_del(a);
}

static th_code with_little_memory(void) {
  th_arena *a = th_arena_new(64);
  if (!a) return TH_ENOMEM;
  th_tfda_register t;
  th_code code = th_source_tfda_read(
      a, TH_S("[{\"許可證字號\": \"\\u0031\", \"有效日期\": \"x\", \"odd\": 1, \"主成分略述\": \"A;;B\"}]"), &t, NULL);
  if (code == TH_OK) code = th_source_tfda_read(a, TH_S("許可證字號,主成分略述,odd\n1,A;B,\"x\"\"y\"\n"), &t, NULL);
  th_arena_del(a);
  return code;
}

TEST(memory_runs_out) {
  CHECK(test_each_alloc_fails(with_little_memory) > 1);
}

TEST_MAIN(RUN(json_and_csv_say_the_same), RUN(state_on_a_day), RUN(place_of_a_row),
          RUN(bad_registers_are_refused_with_their_line), RUN(the_traps), RUN(memory_runs_out))
