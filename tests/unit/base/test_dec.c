#include "test.h"

static th_dec dec(const char *z) {
  th_dec d = { 0 };
  if (!th_dec_parse(th_str_of(z), &d)) CHECK_STR(TH_S("refused"), z);
  return d;
}

static void is(th_dec d, const char *want) {
  char got[TH_DEC_TEXT];
  CHECK_STR(th_str_of(th_dec_fmt(d, got)), want);
}

TEST(text_is_kept_as_printed) {
  static const char *const cases[][2] = { { "0.10", "0.10" },
                                          { "-0.0", "0.0" },
                                          { "+5", "5" },
                                          { "007", "7" },
                                          { "1e3", "1000" },
                                          { "1.50E+1", "15.0" },
                                          { "1e-3", "0.001" },
                                          { "0", "0" },
                                          { "0e50", "0" },
                                          { "-12.345", "-12.345" },
                                          { "1e-300", "1e-300" },
                                          { "-25e-101", "-25e-101" },
                                          { "123456789012345678901234567890123456", "123456789012345678901234567890123456" },
                                          { "0.000000000000000000000000000000000000001",
                                            "0.000000000000000000000000000000000000001" } };
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    const th_dec d = dec(cases[k][0]);
    CHECK_STR(d.text, cases[k][0]);
    is(d, cases[k][1]);
    char text[TH_DEC_TEXT];
    CHECK_INT(th_dec_cmp(d, dec(th_dec_fmt(d, text))), 0);
  }
}

TEST(what_is_no_decimal_is_refused) {
  static const char *const bad[] = { "",
                                     ".5",
                                     "5.",
                                     "-",
                                     "+",
                                     "e5",
                                     "1e",
                                     "1e+",
                                     "1.2.3",
                                     "1,5",
                                     " 1",
                                     "1 ",
                                     "0x10",
                                     "inf",
                                     "nan",
                                     "--1",
                                     "1e99999999999",
                                     "1e36",
                                     "1e-100001",
                                     "1.5e-100000",
                                     "1234567890123456789012345678901234567",
                                     "0.1234567890123456789012345678901234567" };
  for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
    th_dec d;
    if (th_dec_parse(th_str_of(bad[k]), &d)) CHECK_STR(TH_S("taken"), bad[k]);
  }
  th_dec d;
  CHECK(!th_dec_parse(TH_STR_NONE, &d));
}

TEST(compares_by_value) {
  CHECK_INT(th_dec_cmp(dec("0.10"), dec("0.1")), 0);
  CHECK_INT(th_dec_cmp(dec("-0"), dec("0.00")), 0);
  CHECK_INT(th_dec_cmp(dec("0.1"), dec("0.11")), -1);
  CHECK_INT(th_dec_cmp(dec("-0.1"), dec("-0.11")), 1);
  CHECK_INT(th_dec_cmp(dec("-1"), dec("1e-300")), -1);
  CHECK_INT(th_dec_cmp(dec("1e35"), dec("1e-300")), 1);
  CHECK_INT(th_dec_cmp(dec("12345678901234567890123456789012345"), dec("12345678901234567890123456789012344.9")), 1);
  CHECK_INT(th_dec_cmp(dec("0"), dec("1e-300")), -1);
}

TEST(rounds_three_ways) {
  is(th_dec_round(dec("3.125"), 2, TH_ROUND_HALF_UP), "3.13");
  is(th_dec_round(dec("3.125"), 2, TH_ROUND_HALF_EVEN), "3.12");
  is(th_dec_round(dec("3.135"), 2, TH_ROUND_HALF_EVEN), "3.14");
  is(th_dec_round(dec("3.1250001"), 2, TH_ROUND_HALF_EVEN), "3.13");
  is(th_dec_round(dec("3.129"), 2, TH_ROUND_DOWN), "3.12");
  is(th_dec_round(dec("-3.125"), 2, TH_ROUND_HALF_UP), "-3.13");
  is(th_dec_round(dec("-3.125"), 2, TH_ROUND_HALF_EVEN), "-3.12");
  is(th_dec_round(dec("-3.129"), 2, TH_ROUND_DOWN), "-3.12");
  is(th_dec_round(dec("9.995"), 2, TH_ROUND_HALF_UP), "10.00");
  is(th_dec_round(dec("3.1"), 3, TH_ROUND_HALF_UP), "3.100");
  is(th_dec_round(dec("0.5"), 0, TH_ROUND_HALF_EVEN), "0");
  is(th_dec_round(dec("9e-300"), 2, TH_ROUND_HALF_UP), "0.00");
  is(th_dec_round(dec("999999999999999999999999999999999999"), 5, TH_ROUND_HALF_UP), "999999999999999999999999999999999999");
  is(th_dec_round(dec("0.999999999999999999999999999999999999"), 35, TH_ROUND_HALF_UP),
     "1.00000000000000000000000000000000000");
}

TEST(sums_products_and_quotients) {
  th_dec r;
  CHECK(th_dec_add(dec("0.1"), dec("0.20"), &r));
  is(r, "0.30");
  CHECK(th_dec_sub(dec("1"), dec("0.999"), &r));
  is(r, "0.001");
  CHECK(th_dec_mul(dec("-1.5"), dec("0.20"), &r));
  is(r, "-0.300");
  CHECK(th_dec_div(dec("1"), dec("3"), 5, TH_ROUND_HALF_UP, &r));
  is(r, "0.33333");
  CHECK(th_dec_div(dec("-2"), dec("3"), 0, TH_ROUND_HALF_UP, &r));
  is(r, "-1");
  CHECK(th_dec_div(dec("1"), dec("8"), 2, TH_ROUND_HALF_EVEN, &r));
  is(r, "0.12");
  CHECK(th_dec_div(dec("1e-40"), dec("3"), 2, TH_ROUND_HALF_UP, &r));
  is(r, "0.00");
  CHECK(th_dec_div(dec("5e-3"), dec("1"), 2, TH_ROUND_HALF_UP, &r));
  is(r, "0.01");
  CHECK(th_dec_div(dec("123456789012345678901234567890123456"), dec("0.1"), 0, TH_ROUND_DOWN, &r) == false);
  CHECK(th_dec_div(dec("1"), dec("7"), 35, TH_ROUND_HALF_UP, &r));
  is(r, "0.14285714285714285714285714285714286");
  CHECK(!th_dec_div(dec("1"), dec("0.00"), 2, TH_ROUND_HALF_UP, &r));
  CHECK(th_dec_add(dec("1e35"), dec("0.0000"), &r)); /* zeros behind the point give way */
  CHECK_INT(th_dec_cmp(r, dec("1e35")), 0);
  CHECK(!th_dec_add(dec("999999999999999999999999999999999999"), dec("1"), &r));
  CHECK(!th_dec_add(dec("1e35"), dec("0.01"), &r));
  CHECK(!th_dec_mul(dec("1e18"), dec("1e18"), &r));
  CHECK(th_dec_mul(dec("1e18"), dec("1e17"), &r));
  CHECK(th_dec_mul(dec("1.000000000000000000000"), dec("2.000000000000000000000"), &r));
  CHECK_INT(th_dec_cmp(r, dec("2")), 0);
}

TEST(doubles_are_the_nearest) {
  CHECK(th_dec_to_f64(dec("0.1")) == 0.1);
  CHECK(th_dec_to_f64(dec("9007199254740993")) == 9007199254740992.0);
  CHECK(th_dec_to_f64(dec("1e-300")) == 1e-300);
  CHECK(th_dec_to_f64(dec("-3.5")) == -3.5);
  CHECK(th_dec_to_f64(dec("1e-5000")) == 0);
  CHECK(th_dec_to_f64(th_dec_of(314, 2)) == 3.14);
}

TEST_MAIN(RUN(text_is_kept_as_printed), RUN(what_is_no_decimal_is_refused), RUN(compares_by_value), RUN(rounds_three_ways),
          RUN(sums_products_and_quotients), RUN(doubles_are_the_nearest))
