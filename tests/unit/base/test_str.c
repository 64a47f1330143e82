/* Text views, numbers in text, buffers, errors and the log. */
#include "test.h"

#include <locale.h>

TEST(compares_by_bytes) {
  CHECK(th_str_cmp(TH_S("a"), TH_S("b")) < 0);
  CHECK(th_str_cmp(TH_S("ab"), TH_S("a")) > 0);
  CHECK(th_str_cmp(TH_S(""), TH_STR_NONE) == 0);
  CHECK(th_str_cmp(TH_S("\x7F"), TH_S("\x80")) < 0); /* unsigned */
  CHECK(th_str_eq_nocase(TH_S("BeLimumab"), TH_S("belimumAB")));
  CHECK(!th_str_eq_nocase(TH_S("É"), TH_S("é"))); /* ASCII only */
  CHECK(!th_str_eq_nocase(TH_S("@"), TH_S("`")));
}

TEST(finds_first_and_last) {
  const th_str s = TH_S("abababc");
  CHECK_INT(th_str_find(s, TH_S("abc"), 0), 4);
  CHECK_INT(th_str_find(s, TH_S("ab"), 1), 2);
  CHECK_INT(th_str_rfind(s, TH_S("ab")), 4);
  CHECK_INT(th_str_find(s, TH_S("c"), 0), 6);
  CHECK(th_str_find(s, TH_S("cd"), 0) == SIZE_MAX);
  CHECK(th_str_find(s, TH_S("a"), 8) == SIZE_MAX);
  CHECK_INT(th_str_find(s, TH_S(""), 7), 7);
  CHECK_INT(th_str_rfind(s, TH_S("")), 7);
  CHECK(th_str_find(TH_STR_NONE, TH_S("a"), 0) == SIZE_MAX);
  CHECK(th_str_has(s, TH_S("bab")) && !th_str_has(s, TH_S("bb")));
  CHECK(th_str_starts(s, TH_S("aba")) && !th_str_starts(s, TH_S("abababcd")));
  CHECK(th_str_ends(s, TH_S("abc")) && th_str_ends(s, TH_S("")) && !th_str_ends(TH_S("c"), s));
}

TEST(trims_blanks_of_three_kinds) {
  CHECK_STR(th_str_trim(TH_S(" \t\r\n a b \v\f")), "a b");
  CHECK_STR(th_str_trim(TH_S("\xC2\xA0　全身性紅斑性狼瘡　\xC2\xA0 ")), "全身性紅斑性狼瘡");
  CHECK_STR(th_str_trim(TH_S(" 　 ")), "");
  CHECK_STR(th_str_trim(TH_STR_NONE), "");
  CHECK_STR(th_str_trim(TH_S("\xA0"
                             "x")),
            "\xA0"
            "x"); /* half a rune is no blank */
}

TEST(splits_at_every_separator) {
  static const struct {
    const char *text, *joined;
  } cases[] = { { "a,,b", "a||b|" }, { "", "|" }, { ",", "||" }, { "a,", "a||" }, { "abc", "abc|" } };
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    char got[64] = "";
    th_str rest = th_str_of(cases[k].text), piece;
    while (th_str_split(&rest, ',', &piece)) snprintf(got + strlen(got), sizeof got - strlen(got), "%.*s|", TH_STR_ARG(piece));
    CHECK_STR(th_str_of(got), cases[k].joined);
  }
  th_str none = TH_STR_NONE, piece;
  CHECK(!th_str_split(&none, ',', &piece));
}

TEST(reads_lines_of_three_systems) {
  th_str rest = TH_S("one\ntwo\r\nthree\rfour\n\nsix"), line;
  static const char *const want[] = { "one", "two", "three", "four", "", "six" };
  for (size_t i = 0; i < 6; i++) {
    CHECK(th_str_line(&rest, &line));
    CHECK_STR(line, want[i]);
  }
  CHECK(!th_str_line(&rest, &line));
}

TEST(knows_the_number_of_a_study) {
  CHECK(th_str_is_nct(TH_S("NCT01649765")) && th_str_is_nct(TH_S("nct01649765")));
  static const char *const bad[] = { "", "NCT", "NCT0164976", "NCT016497655", "NCT0164976X", "NTC01649765", "NCT 1649765" };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) CHECK(!th_str_is_nct(th_str_of(bad[i])));
}

TEST(reads_whole_numbers) {
  int64_t v = 0;
  CHECK(th_str_to_i64(TH_S("-9223372036854775808"), &v) && v == INT64_MIN);
  CHECK(th_str_to_i64(TH_S("9223372036854775807"), &v) && v == INT64_MAX);
  CHECK(th_str_to_i64(TH_S("+007"), &v) && v == 7);
  CHECK(th_str_to_i64(TH_S("-0"), &v) && v == 0);
  static const char *const bad[] = {
    "", "-", "+", "1 ", " 1", "1.0", "9223372036854775808", "-9223372036854775809", "0x10", "１", "--1", "99999999999999999999"
  };
  for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
    if (th_str_to_i64(th_str_of(bad[k]), &v)) CHECK_STR(TH_S("taken"), bad[k]);
}

TEST(reads_real_numbers_rounded_right) {
  double v = 0;
  CHECK(th_str_to_f64(TH_S("0.1"), &v) && v == 0x1.999999999999ap-4);
  CHECK(th_str_to_f64(TH_S("9007199254740993"), &v) && v == 9007199254740992.0); /* half way, to even */
  CHECK(th_str_to_f64(TH_S("2.2250738585072011e-308"), &v) && v == 0x0.fffffffffffffp-1022);
  CHECK(th_str_to_f64(TH_S("-1.5E+3"), &v) && v == -1500);
  CHECK(th_str_to_f64(TH_S(".5"), &v) && v == 0.5);
  CHECK(th_str_to_f64(TH_S("5."), &v) && v == 5);
  CHECK(th_str_to_f64(TH_S("1e-400"), &v) && v == 0);
  static const char *const bad[] = { "",      ".",   "-",  "1e", "1e+", "inf",      "nan",   "NaN", "0x1p3",
                                     "1e400", "1,5", "1 ", " 1", "1_0", "infinity", "1.2.3", "e5" };
  for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
    if (th_str_to_f64(th_str_of(bad[k]), &v)) CHECK_STR(TH_S("taken"), bad[k]);
  char many[1100];
  memset(many, '1', sizeof many);
  CHECK(!th_str_to_f64(th_str_n(many, sizeof many), &v));
}

/* Any sixteen characters of a number: the quick way and the C library's agree to the bit. */
TEST(short_numbers_as_the_library_reads_them) {
  th_rng rng = { 4, 0, 0 };
  for (int i = 0; i < 200000; i++) {
    char z[24];
    const size_t n = 1 + (size_t)th_rng_below(&rng, 17);
    for (size_t k = 0; k < n; k++) z[k] = "00123456789.-"[th_rng_below(&rng, k ? 12 : 13)];
    z[n] = 0;
    char *end;
    const double want = strtod(z, &end);
    const bool whole = *end == 0 && end > z;
    double v = 0;
    const bool taken = th_str_to_f64(th_str_of(z), &v);
    if (taken == whole && (!taken || memcmp(&v, &want, sizeof v) == 0)) continue;
    printf("# %s\n", z);
    CHECK(false);
    return;
  }
}

TEST(numbers_do_not_hang_on_the_locale) {
  const char *now = NULL;
  static const char *const names[] = { "de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "nl_NL.UTF-8" };
  for (size_t k = 0; k < 4 && !now; k++) now = setlocale(LC_NUMERIC, names[k]);
  if (!now) SKIP("no locale with a decimal comma on this machine");
  double v = 0;
  CHECK(th_str_to_f64(TH_S("1.5"), &v) && v == 1.5);
  th_arena *a = th_arena_new(0);
  CHECK_STR(th_str_fmt(a, "%.2f", 2.25), "2.25");
  th_arena_del(a);
  setlocale(LC_NUMERIC, "C");
}

TEST(copies_end_in_nul) {
  th_arena *a = th_arena_new(0);
  const th_str s = th_str_dup(a, TH_S("abc"));
  CHECK(s.n == 3 && s.p[3] == 0);
  CHECK(th_str_dup(a, TH_STR_NONE).p != NULL);
  CHECK(strcmp(th_str_z(a, th_str_n("xyz", 2)), "xy") == 0);
  CHECK_STR(th_str_fmt(a, "%s-%d", "n", 5), "n-5");
  const th_str empty = th_str_fmt(a, "%s", "");
  CHECK(empty.p && empty.n == 0 && empty.p[0] == 0);
  th_arena_del(a);
}

TEST(buffer_grows_and_writes_runes) {
  th_arena *a = th_arena_new(0);
  th_buf b;
  th_buf_init(&b, a, 0);
  th_buf_addz(&b, "a");
  th_buf_add_rune(&b, 0xE9);
  th_buf_add_rune(&b, 0x75C5);
  th_buf_add_rune(&b, 0x1F48A);
  th_buf_add_rune(&b, 0xD800); /* no rune */
  CHECK_STR(th_buf_str(&b), "a\xC3\xA9病\xF0\x9F\x92\x8A\xEF\xBF\xBD");
  for (int i = 0; i < 1000; i++) th_buf_addf(&b, "%03d", i);
  CHECK(!b.failed && b.n == 13 + 3000 && b.p[b.n] == 0);
  CHECK_STR(th_str_sub(th_buf_str(&b), b.n - 6, b.n), "998999");
  th_arena_limit(a, th_arena_used(a));
  for (int i = 0; i < 10000; i++) th_buf_addc(&b, 'x');
  CHECK(b.failed);
  th_arena_del(a);
}

TEST(first_error_stays_and_context_goes_before_it) {
  th_err e = { 0 };
  char text[512];
  CHECK_CODE(th_fail_at(&e, TH_EPARSE, 3, 7, "expected %s", "a number"), TH_EPARSE);
  CHECK_CODE(th_fail(&e, TH_EIO, "later"), TH_EIO);
  CHECK_INT(e.code, TH_EPARSE);
  th_err_ctx(&e, "trial %d", 12);
  th_err_source(&e, "a.csv");
  th_err_source(&e, "b.csv");
  CHECK_INT(th_err_text(&e, text, sizeof text), 38);
  CHECK_STR(th_str_of(text), "a.csv:3:7: trial 12: expected a number");
  CHECK_INT(th_err_text(&e, text, 8), 38);
  CHECK_STR(th_str_of(text), "a.csv:3");
  CHECK_CODE(th_fail(NULL, TH_EIO, "nobody listens"), TH_EIO);
  th_err_ctx(NULL, "x");
  th_err_source(NULL, "x");
}

TEST(long_messages_are_cut_at_a_rune) {
  char many[1000] = "";
  for (int i = 0; i < 300; i++) strcat(many, "藥");
  th_err e = { 0 };
  th_fail(&e, TH_EPARSE, "%s", many);
  CHECK_INT(strlen(e.msg), 318); /* 106 runes of 3 bytes; 319 would be one byte of the next */
  th_err_ctx(&e, "a");
  CHECK_INT(strlen(e.msg), 3 + 105 * 3);
  th_err_source(&e, many);
  CHECK(strlen(e.source) < sizeof e.source && memcmp(e.source, "...藥", 6) == 0);
}

TEST(every_code_has_its_row) {
  for (int c = 0; c < TH_CODE_COUNT; c++) {
    const th_code_info i = th_code_describe((th_code)c);
    CHECK(i.name && strncmp(i.name, "TH_", 3) == 0 && i.fhir_issue && i.http_status >= 200);
    CHECK(i.exit_status == 0 || i.exit_status == 2 || i.exit_status == 3 || i.exit_status == 4 || i.exit_status == 70);
  }
  CHECK_STR(th_str_of(th_code_describe((th_code)999).name), "TH_EBUG");
  CHECK_INT(th_code_describe(TH_EINVAL).exit_status, 2);
  CHECK_INT(th_code_describe(TH_EPARSE).exit_status, 3);
  CHECK_INT(th_code_describe(TH_EIO).exit_status, 4);
}

TEST(log_writes_whole_lines_up_to_its_level) {
  char got[256] = "";
  FILE *f = tmpfile();
  CHECK(f != NULL);
  if (!f) return;
  th_log_setup(TH_LOG_WARN, f);
  th_log(TH_LOG_INFO, "not shown");
  th_log(TH_LOG_WARN, "two\nlines \x1b[31m");
  th_err e = { 0 };
  th_fail(&e, TH_EIO, "gone");
  th_log_err(&e);
  rewind(f);
  const size_t n = fread(got, 1, sizeof got, f);
  CHECK_STR(th_str_n(got, n), "warning: two lines  [31m\nerror: gone\n");
  fclose(f);
  th_log_setup(TH_LOG_WARN, NULL);
}

/* Formats of the commonest directives go a way of their own: the text is that of the C library, whole and cut. */
TEST(plain_formats_as_the_library_writes_them) {
  th_arena *a = th_arena_new(0);
  char want[64];
#define SAME(...)                                                                                                              \
  do {                                                                                                                         \
    snprintf(want, sizeof want, __VA_ARGS__);                                                                                  \
    CHECK_STR(th_str_fmt(a, __VA_ARGS__), want);                                                                               \
    th_buf b;                                                                                                                  \
    th_buf_init(&b, a, 4); /* smaller than the text: it grows */                                                               \
    th_buf_addc(&b, '>');                                                                                                      \
    th_buf_addf(&b, __VA_ARGS__);                                                                                              \
    CHECK_STR(th_str_sub(th_buf_str(&b), 1, b.n), want);                                                                       \
  } while (0)
  SAME("%s|%.*s|%c|%%", "one", 2, "two", 'x');
  SAME("%.*s%.*s", 0, "none", 9, "short");
  SAME("%d %d %d", 0, INT32_MIN, INT32_MAX);
  SAME("%u %u", 0u, UINT32_MAX);
  SAME("%zu %zu", (size_t)0, SIZE_MAX);
  SAME("%lld %lld", (long long)INT64_MIN, (long long)INT64_MAX);
  SAME("%s %5d", "another directive", 7);
  SAME("no directive at all");
#undef SAME
  th_err e = { 0 };
  th_fail(&e, TH_EIO, "%s", "a text");
  CHECK_STR(th_str_of(e.msg), "a text");
  th_arena_del(a);
}

TEST(progress_counts_without_a_terminal) {
  th_progress p;
  th_progress_begin(&p, "rows", 10);
  for (int i = 0; i < 10; i++) th_progress_step(&p, 1);
  CHECK_INT(p.done, 10);
  th_progress_end(&p);
  th_progress_step(&p, 1);
  CHECK_INT(p.done, 11);
}

TEST_MAIN(RUN(compares_by_bytes), RUN(finds_first_and_last), RUN(trims_blanks_of_three_kinds), RUN(splits_at_every_separator),
          RUN(reads_lines_of_three_systems), RUN(knows_the_number_of_a_study), RUN(reads_whole_numbers),
          RUN(reads_real_numbers_rounded_right), RUN(short_numbers_as_the_library_reads_them),
          RUN(numbers_do_not_hang_on_the_locale), RUN(copies_end_in_nul), RUN(buffer_grows_and_writes_runes),
          RUN(first_error_stays_and_context_goes_before_it), RUN(long_messages_are_cut_at_a_rune), RUN(every_code_has_its_row),
          RUN(log_writes_whole_lines_up_to_its_level), RUN(plain_formats_as_the_library_writes_them),
          RUN(progress_counts_without_a_terminal))
