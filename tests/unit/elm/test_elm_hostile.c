/* What comes from outside and means no good, or is merely huge: an error or null as the standard says, within bounds of time and memory. */
#include "theriac/elm.h"

#include "elm_json.h"
#include "test.h"

typedef struct outcome {
  th_code code;
  th_err err;
  th_str value; /* JSON */
} outcome;

/* Evaluates "X" of a library with these definitions; steps 0: the usual bound. */
static outcome run(th_arena *a, th_str defs, uint64_t steps) {
  const th_elm_options opt = { .now = { 2026, 1, 1, 0, 0, 0, TH_ELM_MILLI, 0, 480 }, .steps_max = steps };
  th_elm_program *p = th_elm_new();
  outcome r = { .code = p ? TH_OK : TH_ENOMEM };
  th_elm_eval *e = NULL;
  th_elm_val v;
  th_buf b;
  th_jwrite w;
  th_buf_init(&b, a, 256);
  const th_str text = th_str_fmt(a, "%s%.*s]}}}", head, TH_STR_ARG(defs));
  if (r.code == TH_OK) r.code = th_elm_add(p, text, "T.json", &r.err);
  if (r.code == TH_OK) r.code = th_elm_link(p, &r.err);
  if (r.code == TH_OK) r.code = th_elm_begin(p, &opt, a, NULL, &e, &r.err);
  if (r.code == TH_OK) r.code = th_elm_value(e, TH_S("X"), &v, &r.err);
  if (r.code == TH_OK) {
    th_jwrite_open(&w, &b, 0);
    th_elm_write(&w, e, v);
  }
  th_elm_finish(e);
  th_elm_del(p);
  r.value = th_buf_str(&b);
  return r;
}

static void gives(const char *expression, const char *want) {
  th_arena *a = th_arena_new(0);
  const outcome r = run(a, th_str_fmt(a, DEF("X", "%s"), expression), 0);
  CHECK_OK_ERR(r.code, &r.err);
  CHECK_STR(r.value, want);
  th_arena_del(a);
}

static void fails(const char *defs, uint64_t steps, th_code code, const char *part) {
  th_arena *a = th_arena_new(0);
  const outcome r = run(a, th_str_of(defs), steps);
  CHECK_CODE(r.code, code);
  CHECK(th_str_has(th_str_of(r.err.msg), th_str_of(part)));
  if (!th_str_has(th_str_of(r.err.msg), th_str_of(part))) printf("# got: %s\n", r.err.msg);
  th_arena_del(a);
}

/* CQL 1.5, Appendix B, "Arithmetic Operators": division by zero and what cannot be represented give null. */
TEST(division_by_zero_is_null) {
  gives(B("Divide", D("1.0"), D("0.0")), "null");
  gives(B("TruncatedDivide", I("7"), I("0")), "null");
  gives(B("TruncatedDivide", L("7"), L("0")), "null");
  gives(B("Modulo", I("7"), I("0")), "null");
  gives(B("Modulo", D("7.5"), D("0.0")), "null");
  gives(B("Divide", Q("1", "g"), Q("0", "mL")), "null");
}

TEST(overflow_is_null) {
  gives(B("Add", I("2147483647"), I("1")), "null");
  gives(B("Subtract", U("Negate", I("2147483648")), I("1")), "null");
  gives(B("Multiply", L("4611686018427387904"), L("2")), "null");
  gives(B("TruncatedDivide", U("Negate", I("2147483648")), U("Negate", I("1"))), "null");
  gives(U("Negate", U("Negate", I("2147483648"))), "null");
  gives(U("Abs", U("Negate", I("2147483648"))), "null");
  gives(B("Multiply", D("9999999999999999999.0"), D("9999999999999999999.0")), "null");
  gives(B("Power", I("10"), I("40")), "null");
  gives("{\"type\":\"Sum\",\"source\":" LIST(I("2147483647") "," I("1")) "}", "null");
  gives("{\"type\":\"Product\",\"source\":" LIST(I("65536") "," I("65536")) "}", "null");
}

TEST(what_leaves_its_range_is_an_error) {
  fails(DEF("X", U("Exp", D("1000.0"))), 0, TH_EINVAL, "Exp"); /* the official suite: Exp/Exp1000 */
  fails(DEF("X", B("Add", LIT("Date", "9999-12-31"), Q("1", "day"))), 0, TH_EINVAL, "9999");
  fails(DEF("X", B("Subtract", LIT("Date", "0001-01-01"), Q("1", "year"))), 0, TH_EINVAL, "years 1");
  fails(DEF("X", B("Add", LIT("DateTime", "2014-01-01T00:00:00.000"), Q("9999999999999999999", "days"))), 0, TH_EINVAL, "9999");
}

TEST(recursion_ends_or_is_an_error) {
  th_arena *a = th_arena_new(0);
  const outcome r =
      run(a,
          TH_S(FUNCTION(
              "Fact", "{\"type\":\"If\",\"condition\":" B("LessOrEqual", ARG, I("1")) ",\"then\":" I("1") ",\"else\":" B(
                          "Multiply", ARG, CALL("Fact", B("Subtract", ARG, I("1")))) "}") "," DEF("X", CALL("Fact", I("10")))),
          0);
  CHECK_OK_ERR(r.code, &r.err);
  CHECK_STR(r.value, "3628800");
  th_arena_del(a);
  fails(FUNCTION("Loop", CALL("Loop", ARG)) "," DEF("X", CALL("Loop", I("1"))), 0, TH_ELIMIT, "nested deeper");
  fails(DEF("X", REF("Y")) "," DEF("Y", REF("X")), 0, TH_EINVAL, "needs itself");
  fails(FUNCTION("Two", B("Add", CALL("Two", ARG), CALL("Two", ARG))) "," DEF("X", CALL("Two", I("1"))), 0, TH_ELIMIT,
        "nested");
}

/* Three sources of 3000 rows: cut by the steps that the conditions take; distinct by the pairs compared. */
TEST(products_of_lists_are_bounded) {
  const char *const many = DEF("M", "{\"type\":\"Expand\",\"operand\":[" SPAN(I("1"), I("3000")) "," Q("1", "1") "]}");
  th_arena *a = th_arena_new(0);
  const char *const two = "\"source\":[" SOURCE("A", REF("M")) "," SOURCE("B", REF("M")) "," SOURCE("C", REF("M")) "]";
  fails(th_str_z(a, th_str_fmt(a, "%s," DEF("X", "{\"type\":\"Query\",%s,\"where\":" LIT("Boolean", "false") "}"), many, two)),
        1000000, TH_ELIMIT, "STEPS");
  /* Tuples have no hash here: distinct compares them pair by pair. */
  fails(th_str_z(
            a, th_str_fmt(
                   a,
                   "%s," DEF(
                       "X",
                       "{\"type\":\"Query\",\"source\":[" SOURCE(
                           "A", REF("M")) "],\"return\":{\"distinct\":true,"
                                          "\"expression\":{\"type\":\"Tuple\",\"element\":[{\"name\":\"a\",\"value\":{\"type\":"
                                          "\"AliasRef\",\"name\":\"A\"}}]}}}"),
                   many)),
        100000, TH_ELIMIT, "STEPS");
  fails(DEF("X", "{\"type\":\"Expand\",\"operand\":[" SPAN(I("1"), I("2147483646")) "," Q("1", "1") "]}"), 0, TH_ELIMIT,
        "100000 intervals");
  th_arena_del(a);
}

/* Sixty doublings: bounded by a named limit, not by the machine's memory. */
TEST(texts_do_not_grow_without_end) {
  th_arena *a = th_arena_new(0);
  th_buf b;
  th_buf_init(&b, a, 8192);
  th_buf_addz(&b, DEF("D0", S("xxxxxxxxxxxxxxxx")));
  for (int i = 1; i <= 60; i++)
    th_buf_addf(&b,
                ",{\"name\":\"D%d\",\"context\":\"Unfiltered\",\"expression\":{\"type\":\"Concatenate\",\"operand\":[{\"type\":"
                "\"ExpressionRef\",\"name\":\"D%d\"},{\"type\":\"ExpressionRef\",\"name\":\"D%d\"}]}}",
                i, i - 1, i - 1);
  th_buf_addz(&b, "," DEF("X", REF("D60")));
  const outcome r = run(a, th_buf_str(&b), 0);
  CHECK_CODE(r.code, TH_ELIMIT);
  CHECK(th_str_has(th_str_of(r.err.msg), TH_S("TH_LIMIT_DOCUMENT_BYTES")));
  th_arena_del(a);
}

TEST(hostile_patterns_are_errors_in_bounded_time) {
  static const char *const pattern[] = { "(a*)*b",
                                         "(a+)+$",
                                         "((a{1,900}){1,900}){1,900}",
                                         "(?R)",
                                         "(.*a){25}",
                                         "(?<n>a)\\\\k<m>",
                                         "(?=(a+))\\\\1{99}b",
                                         "[[:nope:]]",
                                         "a{99999}",
                                         "\\\\C" };
  for (size_t i = 0; i < sizeof pattern / sizeof *pattern; i++) {
    th_arena *a = th_arena_new(0);
    const outcome r =
        run(a,
            th_str_fmt(a,
                       DEF("X", "{\"type\":\"Matches\",\"operand\":[%s,{\"type\":\"Literal\",\"valueType\":\"" SYS
                                "String\",\"value\":\"%s\"}]}"),
                       S("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), pattern[i]),
            0);
    CHECK(r.code == TH_OK || r.code == TH_EINVAL || r.code == TH_ELIMIT);
    if (r.code == TH_OK) CHECK(th_str_is(r.value, "true") || th_str_is(r.value, "false"));
    th_arena_del(a);
  }
  /* A pattern that matches nothing at every place must still move on. */
  gives("{\"type\":\"ReplaceMatches\",\"operand\":[" S("ab") "," S("x*") "," S("-") "]}", "\"-a-b-\"");
}

TEST(a_library_that_includes_itself_is_refused) {
  th_elm_program *p = th_elm_new();
  th_err err = { 0 };
  CHECK_OK(th_elm_add(
      p,
      TH_S("{\"library\":{\"identifier\":{\"id\":\"A\"},\"schemaIdentifier\":{\"id\":\"urn:hl7-org:elm\",\"version\":\"r1\"},"
           "\"includes\":{\"def\":[{\"localIdentifier\":\"Me\",\"path\":\"A\"}]}}}"),
      "a", &err));
  CHECK_CODE(th_elm_link(p, &err), TH_ECONFLICT);
  th_elm_del(p);
}

/* CQL forbids two expressions of one name; the first stands, the other is told. */
TEST(a_second_define_of_a_name_is_left_out) {
  th_arena *a = th_arena_new(0);
  th_elm_program *p = th_elm_new();
  th_err err = { 0 };
  size_t n;
  const th_str text = th_str_fmt(a, "%s" DEF("X", I("1")) "," DEF("X", I("2")) "," DEF("", I("3")) "]}}}", head);
  CHECK_OK_ERR(th_elm_add(p, text, "T.json", &err), &err);
  CHECK_OK_ERR(th_elm_link(p, &err), &err);
  CHECK_INT(th_elm_defines(p), 1);
  const th_elm_issue *issue = th_elm_issues(p, &n);
  CHECK_INT(n, 2);
  CHECK_STR(th_str_of(issue[0].define), "X");
  th_elm_del(p);
  CHECK_STR(run(a, TH_S(DEF("X", I("1")) "," DEF("X", I("2"))), 0).value, "1");
  th_arena_del(a);
}

/* Values nest by an aggregate as deep as the list is long; they are comparable and writable to a depth, and an error beyond. */
TEST(values_nest_only_so_deep) {
  static const char *const wrap[] = { LIST("{\"type\":\"QueryLetRef\",\"name\":\"R\"}"),
                                      "{\"type\":\"Tuple\",\"element\":[" PART(
                                          "a", "{\"type\":\"QueryLetRef\",\"name\":\"R\"}") "]}" };
  for (size_t i = 0; i < 2; i++) {
    th_arena *a = th_arena_new(0);
    const th_str deep =
        th_str_fmt(a,
                   DEF("M", PER(SPAN(I("1"), I("100000")), "1")) "," DEF(
                       "Deep", "{\"type\":\"Query\",\"source\":[" SOURCE("A", REF("M")) "],\"aggregate\":{"
                                                                                        "\"identifier\":\"R\",\"starting\":" I(
                                                                                            "1") ",\"expression\":%s}}"),
                   wrap[i]);
    fails(th_str_z(a, th_str_fmt(a, "%.*s," DEF("X", REF("Deep")), TH_STR_ARG(deep))), 0, TH_ELIMIT, "VALUE_DEPTH");
    fails(th_str_z(a, th_str_fmt(a, "%.*s," DEF("X", B("Equal", REF("Deep"), REF("Deep"))), TH_STR_ARG(deep))), 0, TH_ELIMIT,
          "nested deeper");
    fails(th_str_z(a, th_str_fmt(a, "%.*s," DEF("X", B("Equivalent", REF("Deep"), REF("Deep"))), TH_STR_ARG(deep))), 0,
          TH_ELIMIT, "nested deeper");
    th_arena_del(a);
  }
}

/* Each define holds the one before twice: forty of them would write 2^40 parts. */
TEST(values_that_share_parts_are_counted_as_they_are_written) {
  th_arena *a = th_arena_new(0);
  th_buf b;
  th_buf_init(&b, a, 8192);
  th_buf_addz(&b, DEF("D0", LIST(I("1"))));
  for (int i = 1; i <= 40; i++)
    th_buf_addf(&b,
                ",{\"name\":\"D%d\",\"context\":\"Unfiltered\",\"expression\":{\"type\":\"List\",\"element\":[{\"type\":"
                "\"ExpressionRef\",\"name\":\"D%d\"},{\"type\":\"ExpressionRef\",\"name\":\"D%d\"}]}}",
                i, i - 1, i - 1);
  const th_str doubled = th_buf_str(&b);
  fails(th_str_z(a, th_str_fmt(a, "%.*s," DEF("X", REF("D40")), TH_STR_ARG(doubled))), 0, TH_ELIMIT, "VALUE_PARTS");
  fails(th_str_z(a, th_str_fmt(a, "%.*s," DEF("X", B("Equivalent", REF("D40"), REF("D40"))), TH_STR_ARG(doubled))), 1000000,
        TH_ELIMIT, "STEPS");
  th_arena_del(a);
}

/* What is too large to be shown is left out of an explanation, by name. */
TEST(an_explanation_shows_no_more_than_fits) {
  static const th_elm_options opt = { .now = { 2026, 1, 1, 0, 0, 0, TH_ELM_MILLI, 0, 480 } };
  th_arena *a = th_arena_new(0);
  th_elm_program *p = th_elm_new();
  th_elm_eval *e = NULL;
  th_err err = { 0 };
  th_buf b;
  th_jwrite w;
  th_json back;
  const th_str text = th_str_fmt(
      a, "%s" DEF("M", PER(SPAN(I("1"), I("3000")), "1")) "," DEF("X", LIST(LIST(REF("M")) "," REF("M"))) "]}}}", head);
  CHECK_OK_ERR(th_elm_add(p, text, "T.json", &err), &err);
  CHECK_OK_ERR(th_elm_link(p, &err), &err);
  CHECK_OK_ERR(th_elm_begin(p, &opt, a, NULL, &e, &err), &err);
  th_buf_init(&b, a, 4096);
  th_jwrite_open(&w, &b, 0);
  CHECK_OK_ERR(th_elm_explain(e, TH_S("X"), &w, &err), &err);
  CHECK_OK_ERR(th_json_parse(a, th_buf_str(&b), &back, &err), &err);
  CHECK(th_json_true(th_json_get(&back, "value_left_out")));
  CHECK(!th_json_get(&back, "value"));
  CHECK(b.n < 10000);
  th_elm_finish(e);
  th_elm_del(p);
  th_arena_del(a);
}

#define RATIO_OPEN MAKE("Ratio", PART("numerator", NIL) "," PART("denominator", Q("1", "mg")))

TEST(a_part_of_a_ratio_may_be_missing) {
  gives(RATIO_OPEN, "{\"numerator\":null,\"denominator\":{\"value\":1.0,\"unit\":\"mg\"}}");
  gives(U("ToString", RATIO_OPEN), "null");
  gives(U("ToQuantity", RATIO_OPEN), "null");
  gives(B("Equal", RATIO_OPEN, RATIO_OPEN), "null");
  gives(B("Equivalent", RATIO_OPEN, RATIO_OPEN), "true");
  fails(DEF("X", MAKE("Ratio", PART("numerator", S("1")))), 0, TH_EINVAL, "quantities");
  fails(DEF("X", MAKE("Date", PART("year", I("1")))), 0, TH_EINVAL, "no instance");
}

/* 10^28 seconds are 10^39 units of 10^-8 milliseconds, more than 128 bits hold; a time of day goes round. */
TEST(large_amounts_of_time_do_not_wrap) {
  fails(DEF("X", B("Add", LIT("DateTime", "2014-01-01T00:00:00.000"), Q("9999999999999999999999999999", "seconds"))), 0,
        TH_EINVAL, "9999");
  gives(B("Add", LIT("Time", "10:30:00.000"), Q("864000000000000000000000000", "seconds")), "\"T10:30:00.000\"");
  gives(B("Add", LIT("Time", "10:30"), Q("90", "minutes")), "\"T12:00\"");
  fails(DEF("X", PER(SPAN(LIT("Time", "10:00"), LIT("Time", "12:00")), "1")), 0, TH_EINVAL, "per");
}

#define TEXT_OF_AS "{\"type\":\"Combine\",\"source\":" RETURN_ALL("A", REF("M"), S("aaaaaaaaaaaaaaaaaaaa")) "}"
#define MANY       DEF("M", PER(SPAN(I("1"), I("5000")), "1"))

/* A search starts at each of 100,000 places, and the bound holds for all of them together. */
TEST(searches_for_hostile_patterns_are_bounded_as_a_whole) {
  static const char *const pattern[] = { "(a+)+[bd]", "(?:a?){20}[bd]", "(?=(a+))\\\\1[bd]", "(?:a*+[bc]?)*x|[bd]" };
  for (size_t i = 0; i < sizeof pattern / sizeof *pattern; i++) {
    th_arena *a = th_arena_new(0);
    const char *defs =
        th_str_z(a, th_str_fmt(a,
                               MANY "," DEF("X", "{\"type\":\"SplitOnMatches\",\"stringToSplit\":" TEXT_OF_AS
                                                 ",\"separatorPattern\":{\"type\":\"Literal\",\"valueType\":\"" SYS
                                                 "String\",\"value\":\"%s\"}}"),
                               pattern[i]));
    fails(defs, 0, TH_ELIMIT, "more steps");
    th_arena_del(a);
  }
  /* every character found and replaced: one pass */
  th_arena *a = th_arena_new(0);
  const outcome r = run(
      a,
      TH_S(MANY "," DEF("X", U("Length", "{\"type\":\"ReplaceMatches\",\"operand\":[" TEXT_OF_AS "," S("a") "," S("bc") "]}"))),
      0);
  CHECK_OK_ERR(r.code, &r.err);
  CHECK_STR(r.value, "200000");
  th_arena_del(a);
}

/* A place is looked for in a long text by a long pattern: what that may cost counts, whatever the text. */
TEST(long_texts_count_as_much_as_they_are_read) {
  th_arena *a = th_arena_new(0);
  const char *defs = MANY "," DEF("L", TEXT_OF_AS) "," DEF("L2", B("Concatenate", REF("L"), REF("L"))) "," DEF(
      "X", "{\"type\":\"LastPositionOf\",\"pattern\":" B("Concatenate", S("b"), REF("L")) ",\"string\":" REF("L2") "}");
  fails(defs, 100000, TH_ELIMIT, "STEPS");
  const outcome r = run(a, th_str_of(defs), 0);
  CHECK_OK_ERR(r.code, &r.err);
  CHECK_STR(r.value, "-1");
  fails(MANY "," DEF("L", TEXT_OF_AS) "," DEF(
            "X", "{\"type\":\"Count\",\"source\":" RETURN_ALL("A", REF("M"), U("Length", REF("L"))) "}"),
        1000000, TH_ELIMIT, "STEPS");
  th_arena_del(a);
}

/* More patterns than are kept compiled. */
TEST(patterns_made_on_the_way_are_not_all_kept) {
  th_arena *a = th_arena_new(0);
  const outcome r =
      run(a,
          TH_S(MANY "," DEF("X", "{\"type\":\"AllTrue\",\"source\":" RETURN_ALL(
                                     "A", REF("M"), B("Matches", U("ToString", ALIAS("A")), U("ToString", ALIAS("A")))) "}")),
          0);
  CHECK_OK_ERR(r.code, &r.err);
  CHECK_STR(r.value, "true");
  th_arena_del(a);
}

/* PCRE2's own dialect, the whole text, alternatives as they stand, flags at the head or inside. */
TEST(a_pattern_covers_the_whole_text) {
  gives(B("Matches", S("ab"), S("a|ab")), "true");
  gives(B("Matches", S("abc"), S("a|ab")), "false");
  gives(B("Matches", S("ABx"), S("(?i)ab(?-i)x")), "true");
  gives(B("Matches", S("ABX"), S("(?i)ab(?-i)x")), "false");
  gives(B("Matches", S("a"), S("(?x)a # a comment")), "true");
  fails(DEF("X", B("Matches", S("a"), S("a)|(b"))), 0, TH_EINVAL, "regular expression");
  gives(B("Matches", S("１"), S("\\\\d")), "false");             /* full-width 1 */
  gives(B("Matches", S("乳ER陽"), S(".\\\\bER\\\\b.")), "true"); /* a word ends where Han begins */
}

TEST(members_and_sources_have_each_another_name) {
  fails(DEF("X", "{\"type\":\"Tuple\",\"element\":[" PART("a", I("1")) "," PART("a", I("2")) "]}"), 0, TH_EUNSUP, "one name");
  fails(DEF("X", "{\"type\":\"Tuple\",\"element\":[{\"value\":" I("1") "}]}"), 0, TH_EUNSUP, "without a name");
  fails(DEF("X", "{\"type\":\"Query\",\"source\":[" SOURCE("A", LIST(I("1"))) "," SOURCE("A", LIST(I("2"))) "]}"), 0, TH_EUNSUP,
        "one name");
}

/* What comes in great numbers is laid out in one piece: with a copy for each, 60,000 would take 14 GB. */
TEST(wide_expressions_take_memory_in_proportion) {
  th_arena *a = th_arena_new(0);
  th_buf b;
  th_buf_init(&b, a, 1 << 23);
  th_buf_addz(&b, "{\"name\":\"T\",\"context\":\"Unfiltered\",\"expression\":{\"type\":\"Tuple\",\"element\":[");
  for (int i = 0; i < 60000; i++) th_buf_addf(&b, "%s{\"name\":\"m%d\",\"value\":" I("1") "}", i ? "," : "", i);
  th_buf_addz(&b, "]}},{\"name\":\"C\",\"context\":\"Unfiltered\",\"expression\":{\"type\":\"Case\",\"caseItem\":[");
  for (int i = 0; i < 60000; i++) th_buf_addf(&b, "%s{\"when\":" LIT("Boolean", "false") ",\"then\":" I("1") "}", i ? "," : "");
  th_buf_addz(&b, "],\"else\":" I("2") "}},");
  for (int i = 0; i < 20000; i++) th_buf_addf(&b, FUNCTION("F", I("1")) ",");
  th_buf_addz(&b, DEF("X", B("Add", REF("C"), "{\"type\":\"Property\",\"path\":\"m59999\",\"source\":" REF("T") "}")));
  const outcome r = run(a, th_buf_str(&b), 0);
  CHECK_OK_ERR(r.code, &r.err);
  CHECK_STR(r.value, "3");
  th_arena_del(a);
}

TEST(the_middle_and_the_most_frequent_of_many) {
  th_arena *a = th_arena_new(0);
  const outcome r =
      run(a,
          TH_S(MANY "," DEF("X", LIST("{\"type\":\"Median\",\"source\":" REF("M") "},{\"type\":\"Mode\",\"source\":" RETURN_ALL(
                                     "A", REF("M"), B("Modulo", ALIAS("A"), I("3"))) "}"))),
          0);
  CHECK_OK_ERR(r.code, &r.err);
  CHECK_STR(r.value, "[2500.5,1]"); /* 1667 ones and twos, 1666 noughts; the ones come first */
  th_arena_del(a);
}

/* Deep, but within what JSON may nest: the engine's own bound must hold, on the evaluation's stack too. */
TEST(nesting_up_to_the_limit_is_evaluated) {
  th_arena *a = th_arena_new(0);
  th_buf b;
  th_buf_init(&b, a, 1 << 16);
  th_buf_addz(&b, "{\"name\":\"X\",\"context\":\"Unfiltered\",\"expression\":");
  for (int i = 0; i < 400; i++) th_buf_addz(&b, "{\"type\":\"Not\",\"operand\":");
  th_buf_addz(&b, LIT("Boolean", "true"));
  for (int i = 0; i < 400; i++) th_buf_addc(&b, '}');
  th_buf_addc(&b, '}');
  const outcome r = run(a, th_buf_str(&b), 0);
  CHECK_OK_ERR(r.code, &r.err);
  CHECK_STR(r.value, "true");
  th_arena_del(a);
}

/* A hundred thousand resources of one patient: one pass, found by the index. */
TEST(a_large_bundle_is_read_in_one_pass) {
  th_arena *a = th_arena_new(0);
  th_buf b;
  th_fhir_data *d;
  th_fhir_patient *p;
  th_fhir_resource **r;
  uint32_t n;
  th_err err = { 0 };
  th_buf_init(&b, a, 1 << 23);
  th_buf_addz(&b, "{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p\"}}");
  for (int i = 0; i < 100000; i++)
    th_buf_addf(
        &b, ",{\"resource\":{\"resourceType\":\"Observation\",\"code\":{\"coding\":[{\"system\":\"s\",\"code\":\"c%d\"}]}}}",
        i % 1000);
  th_buf_addz(&b, "]}");
  CHECK_OK_ERR(th_fhir_open(a, th_buf_str(&b), "large", &d, &err), &err);
  CHECK_OK_ERR(th_fhir_patient_at(d, a, 0, &p, &err), &err);
  CHECK_OK(th_fhir_of_code(p, TH_S("Observation"), TH_S("s"), TH_S("c7"), &r, &n));
  CHECK_INT(n, 100);
  th_arena_del(a);
}

TEST_MAIN(RUN(division_by_zero_is_null), RUN(overflow_is_null), RUN(what_leaves_its_range_is_an_error),
          RUN(recursion_ends_or_is_an_error), RUN(products_of_lists_are_bounded), RUN(texts_do_not_grow_without_end),
          RUN(hostile_patterns_are_errors_in_bounded_time), RUN(a_library_that_includes_itself_is_refused),
          RUN(a_second_define_of_a_name_is_left_out), RUN(values_nest_only_so_deep),
          RUN(values_that_share_parts_are_counted_as_they_are_written), RUN(an_explanation_shows_no_more_than_fits),
          RUN(a_part_of_a_ratio_may_be_missing), RUN(large_amounts_of_time_do_not_wrap),
          RUN(searches_for_hostile_patterns_are_bounded_as_a_whole), RUN(long_texts_count_as_much_as_they_are_read),
          RUN(patterns_made_on_the_way_are_not_all_kept), RUN(a_pattern_covers_the_whole_text),
          RUN(members_and_sources_have_each_another_name), RUN(wide_expressions_take_memory_in_proportion),
          RUN(the_middle_and_the_most_frequent_of_many), RUN(nesting_up_to_the_limit_is_evaluated),
          RUN(a_large_bundle_is_read_in_one_pass))
