#include "theriac/elm.h"

#include "test.h"

/* A library of one define. Types of literals are written as the translator writes them. */
static const char *const head =
    "{\"library\":{\"identifier\":{\"id\":\"T\",\"version\":\"1\"},\"schemaIdentifier\":{\"id\":\"urn:hl7-org:elm\","
    "\"version\":\"r1\"},\"statements\":{\"def\":[{\"name\":\"X\",\"context\":\"Unfiltered\",\"accessLevel\":\"Public\","
    "\"expression\":";

static th_str evaluate(th_arena *a, const char *expression, th_code *code, th_err *err) {
  static const th_elm_options opt = { .now = { 2026, 1, 1, 0, 0, 0, TH_ELM_MILLI, 0, 480 } };
  th_elm_program *p = th_elm_new();
  th_elm_eval *e = NULL;
  th_elm_val v;
  th_buf b;
  th_jwrite w;
  th_buf_init(&b, a, 256);
  const th_str text = th_str_fmt(a, "%s%s}]}}}", head, expression);
  *code = p ? th_elm_add(p, text, "T.json", err) : TH_ENOMEM;
  if (*code == TH_OK) *code = th_elm_link(p, err);
  if (*code == TH_OK) *code = th_elm_begin(p, &opt, a, NULL, &e, err);
  if (*code == TH_OK) *code = th_elm_value(e, TH_S("X"), &v, err);
  if (*code == TH_OK) {
    th_jwrite_open(&w, &b, 0);
    th_elm_write(&w, e, v);
  }
  th_elm_finish(e);
  th_elm_del(p);
  return th_buf_str(&b);
}

#define I(n)       "{\"type\":\"Literal\",\"valueType\":\"{urn:hl7-org:elm-types:r1}Integer\",\"value\":\"" n "\"}"
#define D(n)       "{\"type\":\"Literal\",\"valueType\":\"{urn:hl7-org:elm-types:r1}Decimal\",\"value\":\"" n "\"}"
#define S(n)       "{\"type\":\"Literal\",\"valueType\":\"{urn:hl7-org:elm-types:r1}String\",\"value\":\"" n "\"}"
#define Q(n, u)    "{\"type\":\"Quantity\",\"value\":" n ",\"unit\":\"" u "\"}"
#define NIL        "{\"type\":\"Null\"}"
#define B(o, x, y) "{\"type\":\"" o "\",\"operand\":[" x "," y "]}"
#define U(o, x)    "{\"type\":\"" o "\",\"operand\":" x "}"

static void gives(const char *expression, const char *want) {
  th_arena *a = th_arena_new(0);
  th_code code;
  th_err err = { 0 };
  const th_str got = evaluate(a, expression, &code, &err);
  CHECK_OK_ERR(code, &err);
  CHECK_STR(got, want);
  th_arena_del(a);
}

static void fails(const char *expression, const char *part) {
  th_arena *a = th_arena_new(0);
  th_code code;
  th_err err = { 0 };
  evaluate(a, expression, &code, &err);
  CHECK(code != TH_OK);
  CHECK(th_str_has(th_str_of(err.msg), th_str_of(part)));
  if (!th_str_has(th_str_of(err.msg), th_str_of(part))) printf("# got: %s\n", err.msg);
  th_arena_del(a);
}

/* Expected values by hand arithmetic and from the examples of CQL 1.5, Appendix B. */
TEST(decimals_are_exact) {
  gives(B("Add", D("0.1"), D("0.2")), "0.3");
  gives(B("Subtract", D("3.14"), D("3.12")), "0.02");
  gives(B("Multiply", D("12345678901.5"), D("2.00000001")), "24691357926.45678902");
  gives(B("Divide", D("1.0"), D("3.0")), "0.33333333");
  gives(B("Divide", D("1.0"), D("0.0")), "null");
  gives(B("Modulo", D("3.5"), D("3")), "0.5");
  gives(B("Add", I("2147483647"), I("1")), "null");
  gives(U("Negate", I("2147483648")), "-2147483648");
  fails(I("2147483648"), "out of range");
}

TEST(three_values_follow_kleene) {
  gives(B("And", NIL, U("IsNull", I("1"))), "false");
  gives(B("Or", NIL, U("IsNull", NIL)), "true");
  gives(B("Equal", NIL, I("1")), "null");
  gives(B("Equivalent", NIL, NIL), "true");
}

TEST(quantities_meet_across_units) {
  gives(B("Equal", Q("1", "g/L"), Q("100", "mg/dL")), "true");
  gives(B("Less", Q("1", "m"), Q("10", "cm")), "false");
  gives(B("Equal", Q("3.5", "cm2"), Q("3.5", "cm")), "null");
  gives(B("Equal", Q("1", "year"), Q("1", "a")), "null");
  gives(B("Equivalent", Q("1", "year"), Q("1", "a")), "true");
  gives(B("Add", Q("1", "m"), Q("5", "cm")), "{\"value\":105.0,\"unit\":\"cm\"}");
}

TEST(hostile_patterns_end) {
  gives(B("Matches", S("HER2 (+)"), S("(?i)her2.*\\\\(\\\\+\\\\)")), "true");
  gives(B("Matches", S("abc"), S("b")), "false");
  fails(B("Matches", S("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"), S("(a|aa|aaa)+(a|aa)+(a|aaa)+$")),
        "steps");
  fails(B("Matches", S("a"), S("(")), "regular expression");
}

TEST(an_unknown_node_is_reported_and_fails_alone) {
  fails("{\"type\":\"Telepathy\",\"locator\":\"3:4-3:9\"}", "Telepathy");
  gives("{\"type\":\"If\",\"condition\":" U("IsNull", NIL) ",\"then\":" I("1") ",\"else\":{\"type\":\"Telepathy\"}}", "1");
}

TEST(bad_text_is_refused) {
  th_elm_program *p = th_elm_new();
  th_err err = { 0 };
  CHECK_CODE(th_elm_add(p, TH_S("{}"), "a", &err), TH_EPARSE);
  err = (th_err){ 0 };
  CHECK_CODE(th_elm_add(p,
                        TH_S("{\"library\":{\"identifier\":{\"id\":\"A\"},\"schemaIdentifier\":{\"id\":\"urn:hl7-org:elm\","
                             "\"version\":\"r9\"}}}"),
                        "a", &err),
             TH_EPARSE);
  err = (th_err){ 0 };
  CHECK_CODE(th_elm_add(p, TH_S("{\"library\":"), "a", &err), TH_EPARSE);
  th_elm_del(p);
}

TEST(circles_of_includes_are_refused) {
  th_elm_program *p = th_elm_new();
  th_err err = { 0 };
  char text[512];
  for (int i = 0; i < 2; i++) {
    snprintf(
        text, sizeof text,
        "{\"library\":{\"identifier\":{\"id\":\"%s\"},\"schemaIdentifier\":{\"id\":\"urn:hl7-org:elm\",\"version\":\"r1\"},"
        "\"includes\":{\"def\":[{\"localIdentifier\":\"O\",\"path\":\"%s\"}]}}}",
        i ? "B" : "A", i ? "A" : "B");
    CHECK_OK_ERR(th_elm_add(p, th_str_of(text), "x", &err), &err);
  }
  CHECK_CODE(th_elm_link(p, &err), TH_ECONFLICT);
  th_elm_del(p);
}

TEST(deep_nesting_is_an_error) {
  th_arena *a = th_arena_new(0);
  th_elm_program *p = th_elm_new();
  th_err err = { 0 };
  th_buf b;
  th_buf_init(&b, a, 1 << 20);
  th_buf_addz(&b, head);
  for (int i = 0; i < 100000; i++) th_buf_addz(&b, "{\"type\":\"Not\",\"operand\":");
  th_buf_addz(&b, NIL);
  for (int i = 0; i < 100000; i++) th_buf_addc(&b, '}');
  th_buf_addz(&b, "}]}}}");
  const th_code code = th_elm_add(p, th_buf_str(&b), "deep", &err);
  CHECK(code == TH_ELIMIT || code == TH_EPARSE);
  th_elm_del(p);
  th_arena_del(a);
}

static th_code run_it(void) {
  th_arena *a = th_arena_new(0);
  th_code code;
  if (!a) return TH_ENOMEM;
  th_err err = { 0 };
  evaluate(a, B("Add", Q("1", "m"), Q("5", "cm")), &code, &err);
  th_arena_del(a);
  return code;
}

TEST(want_of_memory_is_reported) {
  CHECK(test_each_alloc_fails(run_it) > 0);
}

TEST_MAIN(RUN(decimals_are_exact), RUN(three_values_follow_kleene), RUN(quantities_meet_across_units),
          RUN(hostile_patterns_end), RUN(an_unknown_node_is_reported_and_fails_alone), RUN(bad_text_is_refused),
          RUN(circles_of_includes_are_refused), RUN(deep_nesting_is_an_error), RUN(want_of_memory_is_reported))
