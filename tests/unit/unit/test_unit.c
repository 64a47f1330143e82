#include "test.h"
#include "theriac/unit.h"

static th_unit unit(const char *code) {
  th_unit u;
  th_err err = { 0 };
  CHECK_OK_ERR(th_unit_parse(th_str_of(code), &u, &err), &err);
  return u;
}

static double convert(double v, const char *from, const char *to) {
  long double out = NAN;
  if (!th_unit_convert(v, unit(from), unit(to), &out)) return NAN;
  return (double)out;
}

/* Factors as UCUM 2.1 tables give them, or by arithmetic from its definitions; survey foot, pound and gallon by NIST Handbook 44. */
TEST(converts_by_the_standard) {
  static const struct {
    double v;
    const char *from, *to;
    double want;
  } k[] = {
    { 1, "g/L", "mg/dL", 100 },
    { 150, "mg/dL", "g/L", 1.5 },
    { 0.5, "g/g", "mg/g", 500 },
    { 1, "kg", "mg", 1e6 },
    { 1, "ug", "ng", 1000 },
    { 1, "m", "[in_i]", 100 / 2.54 },
    { 1, "[in_i]", "cm", 2.54 },
    { 1, "[ft_i]", "m", 0.3048 },
    { 1, "[mi_i]", "m", 1609.344 },
    { 1, "[lb_av]", "g", 453.59237 },
    { 1, "[oz_av]", "g", 28.349523125 },
    { 1, "[stone_av]", "[lb_av]", 14 },
    { 1, "[oz_tr]", "g", 31.1034768 },
    { 1, "[gal_us]", "L", 3.785411784 },
    { 1, "[foz_us]", "mL", 29.5735295625 },
    { 1, "[gal_br]", "L", 4.54609 },
    { 1, "[tsp_us]", "mL", 4.92892159375 },
    { 3937, "[ft_us]", "m", 1200 },
    { 1, "[bu_us]", "L", 35.23907016688 },
    { 1, "mm[Hg]", "Pa", 133.322 },
    { 120, "mm[Hg]", "kPa", 15.99864 },
    { 1, "cm[H2O]", "Pa", 98.0665 },
    { 1, "[in_i'Hg]", "kPa", 3.3863788 },
    { 1, "atm", "bar", 1.01325 },
    { 1, "kcal_th", "kJ", 4.184 },
    { 1, "[Cal]", "kJ", 4.184 },
    { 1, "wk", "d", 7 },
    { 1, "a", "mo", 12 },
    { 1, "mo", "d", 30.4375 },
    { 1, "a", "d", 365.25 },
    { 1, "d", "s", 86400 },
    { 1, "h", "min", 60 },
    { 5, "%", "1", 0.05 },
    { 1, "10*9/L", "10*3/uL", 1 },
    { 4.5, "10*3/uL", "10*9/L", 4.5 },
    { 1, "10^6/mL", "10*12/m3", 1 },
    { 1, "mmol/L", "umol/mL", 1 },
    { 1, "U", "nkat", 1000 / 60. },
    { 1, "Ci", "GBq", 37 },
    { 1, "R", "C/kg", 2.58e-4 },
    { 1, "REM", "Sv", 0.01 },
    { 1, "[iU]/mL", "k[iU]/L", 1 },
    { 1, "[IU]", "[iU]", 1 },
    { 1, "kg/m2", "g/cm2", 0.1 },
    { 60, "mL/min/{1.73_m2}", "L/h", 3.6 },
    { 1, "deg", "''", 3600 },
    { 1, "circ", "deg", 360 },
    { 180, "deg", "rad", M_PI },
    { 1, "mol", "10*23", 6.0221367 },
    { 1, "g%", "g/dL", 1 },
    { 1, "[drp]", "mL", 0.05 },
    { 1, "[Ch]", "mm", 1 / 3. },
    { 1, "[car_m]", "mg", 200 },
    { 1, "[psi]", "Pa", 6894.757293168361 },
    { 1, "[HP]", "W", 745.6998715822702 },
    { 1, "Mibit", "bit", 1048576 },
    { 1, "kN", "g.m/s2", 1e6 },
    { 1, "dag", "g", 10 },
    { 1, "cd", "mcd", 1000 },
    { 1, "Pa", "N/m2", 1 },
    { 1, "[MET]", "mL/min/kg", 3.5 },
    { 1, "[ly]", "m", 9460730472580800. },
    { 1, "[acr_us]", "m2", 4046.872609874252 },
    { 1, "[kn_i]", "m/h", 1852 },
  };
  for (size_t i = 0; i < sizeof k / sizeof *k; i++) {
    const int before = test_failed_checks;
    CHECK_REL(convert(k[i].v, k[i].from, k[i].to), k[i].want, 1e-15);
    CHECK_REL(convert(k[i].want, k[i].to, k[i].from), k[i].v, 1e-15);
    if (test_failed_checks != before) printf("# %s -> %s\n", k[i].from, k[i].to);
  }
}

/* Table 24 of the standard gives the functions. */
TEST(converts_special_units) {
  CHECK_REL(convert(37, "Cel", "[degF]"), 98.6, 1e-15);
  CHECK_REL(convert(98.6, "[degF]", "Cel"), 37, 1e-14);
  CHECK_REL(convert(0, "Cel", "K"), 273.15, 1e-15);
  CHECK_REL(convert(-40, "[degF]", "Cel"), -40, 1e-14);
  CHECK_REL(convert(100, "Cel", "[degRe]"), 80, 1e-14);
  CHECK_REL(convert(491.67, "[degR]", "K"), 273.15, 1e-15);
  CHECK_REL(convert(1500, "mCel", "Cel"), 1.5, 1e-12);
  CHECK_REL(convert(7.4, "[pH]", "nmol/L"), 39.810717055349734, 1e-14);
  CHECK_REL(convert(20, "dB", "1"), 100, 1e-14);
  CHECK_REL(convert(20, "dB[mV]", "mV"), 10, 1e-14);
  CHECK_REL(convert(30, "dB[W]", "kW"), 1, 1e-14);
  CHECK_REL(convert(1, "Np", "B"), log10(M_E), 1e-14);
  CHECK_REL(convert(94, "dB[SPL]", "Pa"), 1.0023744672545445, 1e-13);
  CHECK_REL(convert(100, "%[slope]", "deg"), 45, 1e-14);
  CHECK_REL(convert(36.6, "Cel", "Cel"), 36.6, 0);
}

TEST(tells_what_can_be_compared) {
  static const struct {
    const char *a, *b;
    bool want;
  } k[] = {
    { "mg/dL", "g/L", true },
    { "mg/dL", "mmol/L", false },
    { "kg", "m", false },
    { "[iU]/L", "U/L", false },
    { "[iU]/L", "[iU]/mL", true },
    { "[iU]/L", "L/[iU]", false },
    { "[arb'U]/mL", "[iU]/mL", false },
    { "[iU]/[iU]", "1", true },
    { "[iU].[arb'U]", "[arb'U].[iU]", true },
    { "{count}", "1", true },
    { "", "1", true },
    { "{score}", "%", true },
    { "Cel", "K", true },
    { "Cel", "[degF]", true },
    { "Cel", "s", false },
    { "/[HPF]", "/{field}", true },
    { "Hz", "/s", true },
    { "N.m", "J", true },
    { "1.a", "a", true },
    { "mo", "d", true },
    { "rad", "1", false },
    { "mm/h", "m/s", true },
    { "g/d", "mg/wk", true },
    { "(mg/dL)", "mg/dL", true },
    { "m/(s.s)", "m/s2", true },
    { "m/s.s", "m", true },
  };
  for (size_t i = 0; i < sizeof k / sizeof *k; i++) {
    const int before = test_failed_checks;
    CHECK_INT(th_unit_commensurable(unit(k[i].a), unit(k[i].b)), k[i].want);
    CHECK_INT(th_unit_commensurable(unit(k[i].b), unit(k[i].a)), k[i].want);
    if (test_failed_checks != before) printf("# %s and %s\n", k[i].a, k[i].b);
  }
}

TEST(refuses_what_is_no_unit) {
  static const char *const bad[] = {
    "xyz",
    "mgg",

    "mG/DL",
    "kmin",
    "k%",
    "k[in_i]",
    "mg/",
    "/",
    "//m",
    "mg..dL",
    ".m",
    "m.",
    "(m",
    "m)",
    "()",
    "(m))",
    "m{",
    "m}",
    "m{a",
    "m{a{b}}",
    "{a}{b}",
    "{a b}",
    "{狼}",
    "m+",
    "m-",
    "m2-",
    "m--2",
    "0",
    "0m",
    "2m",
    "mg dL",
    " mg",
    "mg ",
    "μg",
    "[in_i",
    "in_i]",
    "[]",
    "10*+",
    "m128",
    "m999999999999",

    "1e3",
    "m^2",
    "(m)2",
    "[degf]",
    "Torr",
    "2*3",
    "1234567890123456789",
    "m100.m100",
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    th_unit u;
    th_err err = { 0 };
    const int before = test_failed_checks;
    CHECK_CODE(th_unit_parse(th_str_of(bad[i]), &u, &err), TH_EPARSE);
    CHECK(err.col >= 1 && strstr(err.msg, "UCUM"));
    if (test_failed_checks != before) printf("# %s\n", bad[i]);
  }
  static const char *const unsupported[] = { "Cel.m", "/Cel", "Cel2", "g.Cel", "[pH]/L", "(Cel).s", "2.Cel" };
  for (size_t i = 0; i < sizeof unsupported / sizeof *unsupported; i++) {
    th_unit u;
    CHECK_CODE(th_unit_parse(th_str_of(unsupported[i]), &u, NULL), TH_EUNSUP);
  }
  char deep[2001];
  memset(deep, '(', 1000), deep[1000] = 'm', memset(deep + 1001, ')', 999), deep[2000] = '\0';
  th_unit u;
  CHECK_CODE(th_unit_parse(th_str_of(deep), &u, NULL), TH_EPARSE);
  CHECK_CODE(th_unit_parse(th_str_n("m\0", 2), &u, NULL), TH_EPARSE);
}

TEST(says_where_it_stops) {
  th_unit u;
  th_err err = { 0 };
  CHECK_CODE(th_unit_parse(TH_S("mg/dll"), &u, &err), TH_EPARSE);
  CHECK_INT(err.col, 4);
  CHECK(strstr(err.msg, "at \"dll\""));
}

static const char *dec(const char *v, const char *from, const char *to, int scale) {
  static char text[TH_DEC_TEXT];
  th_dec d, out;
  CHECK(th_dec_parse(th_str_of(v), &d));
  if (!th_unit_convert_dec(d, unit(from), unit(to), scale, &out)) return "none";
  return th_dec_fmt(out, text);
}

TEST(converts_decimals_exactly) {
  CHECK_STR(th_str_of(dec("0.1", "g/L", "mg/dL", 8)), "10.00000000");
  CHECK_STR(th_str_of(dec("1", "[lb_av]", "kg", 8)), "0.45359237");
  CHECK_STR(th_str_of(dec("1", "m", "[in_i]", 8)), "39.37007874");
  CHECK_STR(th_str_of(dec("12345678901234567890.12345678", "kg", "g", 8)), "12345678901234567890123.45678000");
  CHECK_STR(th_str_of(dec("1", "a", "mo", 2)), "12.00");
  CHECK_STR(th_str_of(dec("7", "d", "wk", 0)), "1");
  CHECK_STR(th_str_of(dec("5", "mm[Hg]", "kPa", 3)), "0.667");
  CHECK_STR(th_str_of(dec("-2.5", "mg", "g", 3)), "-0.003");
  CHECK_STR(th_str_of(dec("180", "deg", "rad", 4)), "none");
  CHECK_STR(th_str_of(dec("37", "Cel", "K", 2)), "none");
  CHECK_STR(th_str_of(dec("1", "mg", "mL", 2)), "none");
}

TEST(multiplies) {
  th_unit out;
  CHECK(th_unit_multiply(unit("mg"), unit("dL"), -1, &out));
  CHECK(th_unit_commensurable(out, unit("g/L")));
  long double v = 0;
  CHECK(th_unit_convert(150, out, unit("g/L"), &v) && v == 1.5L);
  CHECK(th_unit_multiply(unit("m"), unit("m"), 1, &out) && th_unit_commensurable(out, unit("m2")));
  CHECK(!th_unit_multiply(unit("Cel"), unit("m"), 1, &out));
  CHECK(th_unit_multiply(unit("Cel"), unit("1"), 1, &out));
  CHECK(!th_unit_multiply(unit("m127"), unit("m"), 1, &out));
  CHECK(!th_unit_multiply(unit("[iU].[CFU]"), unit("[PFU]"), 1, &out));
}

TEST(every_truncation_is_read_or_refused) {
  static const char code[] = "mL/min/{1.73_m2}.(10*-3.[in_i'H2O]2/dag)";
  for (size_t n = 0; n < sizeof code; n++) {
    char *copy = malloc(n ? n : 1);
    memcpy(copy, code, n);
    th_unit u;
    const th_code rc = th_unit_parse(th_str_n(copy, n), &u, NULL);
    CHECK(rc == TH_OK || rc == TH_EPARSE);
    free(copy);
  }
}

TEST_MAIN(RUN(converts_by_the_standard), RUN(converts_special_units), RUN(tells_what_can_be_compared),
          RUN(refuses_what_is_no_unit), RUN(says_where_it_stops), RUN(converts_decimals_exactly), RUN(multiplies),
          RUN(every_truncation_is_read_or_refused))
