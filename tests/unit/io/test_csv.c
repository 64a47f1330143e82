#include "test.h"
#include "theriac/io.h"

/* All rows as "cell^cell~", so that a case is one line; or the code. */
static th_code flat(th_arena *a, th_str in, char sep, th_str *out, th_err *err) {
  th_csv c;
  th_csv_open(&c, in, sep);
  th_buf b;
  th_buf_init(&b, a, 0);
  for (bool more;;) {
    th_csv_row row;
    TH_TRY(th_csv_next(&c, a, &row, &more, err));
    if (!more) break;
    for (size_t i = 0; i < row.n; i++) {
      if (i) th_buf_addc(&b, '^');
      th_buf_add(&b, row.cell[i]);
    }
    th_buf_addc(&b, '~');
  }
  *out = th_buf_str(&b);
  return b.failed ? TH_ENOMEM : TH_OK;
}

TEST(reads_the_cases_of_rfc4180) {
  static const struct {
    const char *in, *want;
  } k[] = {
    { "aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n", "aaa^bbb^ccc~zzz^yyy^xxx~" },
    { "aaa,bbb,ccc\r\nzzz,yyy,xxx", "aaa^bbb^ccc~zzz^yyy^xxx~" },
    { "\"aaa\",\"bbb\",\"ccc\"\r\nzzz,yyy,xxx", "aaa^bbb^ccc~zzz^yyy^xxx~" },
    { "\"aaa\",\"b\r\nbb\",\"ccc\"\r\nzzz,yyy,xxx", "aaa^b\r\nbb^ccc~zzz^yyy^xxx~" },
    { "\"aaa\",\"b\"\"bb\",\"ccc\"", "aaa^b\"bb^ccc~" },
    { "\"\"\"\"", "\"~" },
    { "\"\"", "~" },
    { "\"\",\"\"", "^~" },
    { ",", "^~" },
    { "a,", "a^~" },
    { "a\nb\rc\r\nd", "a~b~c~d~" },
    { "\n\r\n\ra\n\n\nb\n\n", "a~b~" },
    { "", "" },
    { "\xEF\xBB\xBF"
      "id,name\n1,狼瘡",
      "id^name~1^狼瘡~" },
    { " a , b ", " a ^ b ~" },
    { "\"a,b\"\"\",\"\"\"\"\"\"", "a,b\"^\"\"~" },
  };
  th_arena *a = th_arena_new(0);
  for (size_t i = 0; i < sizeof k / sizeof *k; i++) {
    th_str got = TH_STR_NONE;
    th_err err = { 0 };
    CHECK_OK_ERR(flat(a, th_str_of(k[i].in), ',', &got, &err), &err);
    CHECK_STR(got, k[i].want);
  }
  th_str got = TH_STR_NONE;
  CHECK_OK(flat(a, TH_S("a\tb,c\td"), '\t', &got, NULL));
  CHECK_STR(got, "a^b,c^d~");
  CHECK_OK(flat(a, TH_S("5\" tube\t{x=\"y\"}\n\"q\t\"\"\"\tz"), '\t', &got, NULL));
  CHECK_STR(got, "5\" tube^{x=\"y\"}~q\t\"^z~");
  th_arena_del(a);
}

TEST(refuses_stray_and_open_quotes_with_a_place) {
  static const struct {
    const char *in;
    uint32_t line, col;
  } k[] = {
    { "a,b\n狼\"x,y", 2, 2 },  { "a,\"b", 1, 3 }, { "a\n\"b\nc\nd", 2, 1 }, { "\"a\"b,c", 1, 4 },
    { "x,\"a\nb\" ,c", 2, 3 }, { "\"", 1, 1 },    { "a\"", 1, 2 },          { "\"a\"\"", 1, 1 },
  };
  th_arena *a = th_arena_new(0);
  for (size_t i = 0; i < sizeof k / sizeof *k; i++) {
    th_str got = TH_STR_NONE;
    th_err err = { 0 };
    CHECK_CODE(flat(a, th_str_of(k[i].in), ',', &got, &err), TH_EPARSE);
    CHECK_INT(err.line, k[i].line);
    CHECK_INT(err.col, k[i].col);
  }
  th_arena_del(a);
}

TEST(counts_lines_over_quoted_ends) {
  th_arena *a = th_arena_new(0);
  th_csv c;
  th_csv_open(&c, TH_S("h\n\n\"a\nb\r\nc\"\nlast"), ',');
  static const uint32_t want[] = { 1, 3, 6 };
  for (int i = 0; i < 3; i++) {
    th_csv_row row;
    bool more;
    CHECK_OK(th_csv_next(&c, a, &row, &more, NULL));
    CHECK(more);
    CHECK_INT(row.line, want[i]);
    CHECK_INT(c.line, want[i]);
  }
  th_arena_del(a);
}

TEST(bounds_rows) {
  th_arena *a = th_arena_new(0);
  th_err err = { 0 };
  th_str got;
  const size_t n = TH_LIMIT_LINE_BYTES + 2;
  char *big = malloc(n);
  memset(big, 'x', n);
  CHECK_CODE(flat(a, th_str_n(big, n), ',', &got, &err), TH_ELIMIT);
  CHECK(strstr(err.msg, "TH_LIMIT_LINE_BYTES"));
  big[0] = '"';
  CHECK_CODE(flat(a, th_str_n(big, n), ',', &got, NULL), TH_ELIMIT);
  memset(big, ',', TH_LIMIT_CSV_COLUMNS);
  err = (th_err){ 0 };
  CHECK_CODE(flat(a, th_str_n(big, TH_LIMIT_CSV_COLUMNS), ',', &got, &err), TH_ELIMIT);
  CHECK(strstr(err.msg, "TH_LIMIT_CSV_COLUMNS"));
  CHECK_OK(flat(a, th_str_n(big, TH_LIMIT_CSV_COLUMNS - 1), ',', &got, NULL));
  free(big);
  th_arena_del(a);
}

TEST(guesses_the_separator) {
  CHECK_INT(th_csv_sniff(TH_S("a,b,c\n1;2;3;4;5")), ',');
  CHECK_INT(th_csv_sniff(TH_S("a\tb\tc,d")), '\t');
  CHECK_INT(th_csv_sniff(TH_S("\"a,b,c,d\";e;f")), ';');
  CHECK_INT(th_csv_sniff(TH_S("a|b|c")), '|');
  CHECK_INT(th_csv_sniff(TH_S("")), ',');
}

TEST(finds_columns_and_numbers) {
  th_arena *a = th_arena_new(0);
  th_csv c;
  th_csv_open(&c, TH_S("id,n\nx,-12\ny,1.5\nz"), ',');
  th_csv_row h, row;
  bool more;
  CHECK_OK(th_csv_next(&c, a, &h, &more, NULL));
  CHECK_INT(th_csv_column(&h, "n"), 1);
  CHECK_INT(th_csv_column(&h, "N"), -1);
  int64_t v = 0;
  th_err err = { 0 };
  CHECK_OK(th_csv_next(&c, a, &row, &more, NULL));
  CHECK_OK(th_csv_i64(&row, 1, &v, NULL));
  CHECK_INT(v, -12);
  CHECK_OK(th_csv_next(&c, a, &row, &more, NULL));
  CHECK_CODE(th_csv_i64(&row, 1, &v, &err), TH_EPARSE);
  CHECK_INT(err.line, 3);
  CHECK(strstr(err.msg, "\"1.5\""));
  CHECK_OK(th_csv_next(&c, a, &row, &more, NULL));
  CHECK_CODE(th_csv_i64(&row, 1, &v, NULL), TH_EPARSE);
  CHECK_CODE(th_csv_i64(&row, -1, &v, NULL), TH_EPARSE);
  th_arena_del(a);
}

TEST(writes_cells_safe_for_spreadsheets) {
  static const struct {
    const char *in, *want;
  } k[] = {
    { "plain", "plain" },
    { "", "" },
    { "a,b", "\"a,b\"" },
    { "a\"b", "\"a\"\"b\"" },
    { "a\nb", "\"a\nb\"" },
    { "=1+1", "'=1+1" },
    { "=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\"" },
    { "+cmd", "'+cmd" },
    { "-x", "'-x" },
    { "@SUM", "'@SUM" },
    { "-1.5", "-1.5" },
    { "+3e5", "+3e5" },
    { "-", "'-" },
    { "\tx", "\"'\tx\"" },
    { "狼瘡", "狼瘡" },
  };
  th_arena *a = th_arena_new(0);
  for (size_t i = 0; i < sizeof k / sizeof *k; i++) {
    th_buf b;
    th_buf_init(&b, a, 0);
    th_csv_write_cell(&b, th_str_of(k[i].in));
    CHECK_STR(th_buf_str(&b), k[i].want);
  }
  th_arena_del(a);
}

static const char sample[] = "\xEF\xBB\xBFid,\"name\",note\r\n1,\"a \"\"b\"\"\r\nc\",x\r\n2,狼瘡,\r\n";

TEST(no_truncation_crashes) {
  th_arena *a = th_arena_new(0);
  for (size_t n = 0; n < sizeof sample; n++) {
    char *copy = malloc(n ? n : 1);
    memcpy(copy, sample, n);
    th_str got;
    const th_code code = flat(a, th_str_n(copy, n), ',', &got, NULL);
    CHECK(code == TH_OK || code == TH_EPARSE);
    free(copy);
  }
  th_arena_del(a);
}

static th_code read_sample(void) {
  th_arena *a = th_arena_new(64);
  if (!a) return TH_ENOMEM;
  th_str got;
  const th_code code = flat(a, th_str_of(sample), ',', &got, NULL);
  th_arena_del(a);
  return code;
}

TEST(survives_want_of_memory) {
  CHECK(test_each_alloc_fails(read_sample) > 1);
}

TEST_MAIN(RUN(reads_the_cases_of_rfc4180), RUN(refuses_stray_and_open_quotes_with_a_place), RUN(counts_lines_over_quoted_ends),
          RUN(bounds_rows), RUN(guesses_the_separator), RUN(finds_columns_and_numbers), RUN(writes_cells_safe_for_spreadsheets),
          RUN(no_truncation_crashes), RUN(survives_want_of_memory))
