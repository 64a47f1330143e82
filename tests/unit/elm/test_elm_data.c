/* Terminology as FHIR R4 composes it, and records of odd shape. */
#include "elm_json.h"
#include "test.h"
#include "theriac/elm.h"

static const char *const vocabulary =
    "\"codeSystems\":{\"def\":[{\"name\":\"Lab\",\"id\":\"urn:lab\"}]},\"valueSets\":{\"def\":["
    "{\"name\":\"Set\",\"id\":\"urn:set\"},{\"name\":\"Set1\",\"id\":\"urn:set\",\"version\":\"1\"},"
    "{\"name\":\"Set2\",\"id\":\"urn:set|2\"},{\"name\":\"Set3\",\"id\":\"urn:set\",\"version\":\"3\"}]},";

typedef struct outcome {
  th_code code;
  th_err err;
  th_str value;
  size_t warnings;
} outcome;

/* "X" over a record (NULL: none) with these sets and systems (JSON texts, NULL at the end). */
static outcome run(th_arena *a, th_str expression, const char *record, const char *const *terms, uint64_t steps) {
  th_elm_options opt = { .now = { 2026, 1, 1, 0, 0, 0, TH_ELM_MILLI, 0, 480 }, .steps_max = steps };
  th_elm_program *p = th_elm_new();
  th_elm_terms *t = th_elm_terms_new(a);
  th_fhir_data *d;
  th_fhir_patient *who = NULL;
  th_elm_eval *e = NULL;
  th_elm_val v;
  const th_str *warning;
  outcome r = { .code = TH_OK };
  for (; r.code == TH_OK && terms && *terms; terms++) r.code = th_elm_terms_add(t, th_str_of(*terms), "terms", &r.err);
  opt.terms = t;
  if (record && r.code == TH_OK) r.code = th_fhir_open(a, th_str_of(record), "record", &d, &r.err);
  if (record && r.code == TH_OK) r.code = th_fhir_patient_at(d, a, 0, &who, &r.err);
  const th_str h = th_str_of(head), def = TH_S("\"statements\":");
  const size_t at = th_str_find(h, def, 0);
  const th_str text = th_str_fmt(a, "%.*s%s%.*s" DEF("X", "%.*s") "]}}}", TH_STR_ARG(th_str_sub(h, 0, at)), vocabulary,
                                 TH_STR_ARG(th_str_sub(h, at, h.n)), TH_STR_ARG(expression));
  if (r.code == TH_OK) r.code = th_elm_add(p, text, "T.json", &r.err);
  if (r.code == TH_OK) r.code = th_elm_link(p, &r.err);
  if (r.code == TH_OK) r.code = th_elm_begin(p, &opt, a, who, &e, &r.err);
  if (r.code == TH_OK) r.code = th_elm_value(e, TH_S("X"), &v, &r.err);
  if (r.code == TH_OK) {
    th_buf b;
    th_jwrite w;
    th_buf_init(&b, a, 256);
    th_jwrite_open(&w, &b, 0);
    th_elm_write(&w, e, v);
    r.value = th_buf_str(&b);
    r.warnings = th_elm_warnings(e, &warning);
  }
  th_elm_finish(e);
  th_elm_del(p);
  return r;
}

#define IN_SET(code, set)                                                                                                      \
  "{\"type\":\"InValueSet\",\"code\":" code ",\"valueset\":{\"type\":\"ValueSetRef\",\"name\":\"" set "\"}}"
#define IN_LAB(code)                                                                                                           \
  "{\"type\":\"InCodeSystem\",\"code\":" code ",\"codesystem\":{\"type\":\"CodeSystemRef\",\"name\":\"Lab\"}}"

static void gives(const char *expression, const char *terms, const char *want) {
  th_arena *a = th_arena_new(0);
  const char *const list[] = { terms, NULL };
  const outcome r = run(a, th_str_of(expression), NULL, list, 0);
  CHECK_OK_ERR(r.code, &r.err);
  CHECK_STR(r.value, want);
  th_arena_del(a);
}

#define COMPOSE(x) "{\"resourceType\":\"ValueSet\",\"url\":\"urn:set\",\"compose\":{" x "}}"
#define HB         CODE_OF("hb", "urn:lab")
#define NA         CODE_OF("na", "urn:lab")

/* FHIR R4, ValueSet: codes are listed, a whole system, those of a filter or of another set; what is excluded is taken out. */
TEST(a_set_says_no_only_where_all_of_it_is_known) {
  static const char *const listed = COMPOSE("\"include\":[{\"system\":\"urn:lab\",\"concept\":[{\"code\":\"hb\"}]}]");
  gives(IN_SET(HB, "Set"), listed, "true");
  gives(IN_SET(NA, "Set"), listed, "false");
  gives(IN_SET(S("hb"), "Set"), listed, "true");
  gives(IN_SET(NIL, "Set"), listed, "false"); /* CQL 1.5, "In (Valueset)": of a null code false */
  gives(IN_SET(MAKE("Code", PART("code", S("hb"))), "Set"), listed, "null"); /* of which system? */
  gives(IN_SET(MAKE("Code", PART("code", S("na"))), "Set"), listed, "false");
  static const char *const whole = COMPOSE("\"include\":[{\"system\":\"urn:lab\"}],\"exclude\":[{\"system\":\"urn:lab\","
                                           "\"concept\":[{\"code\":\"na\"}]}]");
  gives(IN_SET(HB, "Set"), whole, "true");
  gives(IN_SET(NA, "Set"), whole, "false");
  gives(IN_SET(CODE_OF("hb", "urn:other"), "Set"), whole, "false");
  static const char *const filtered =
      COMPOSE("\"include\":[{\"system\":\"urn:lab\",\"concept\":[{\"code\":\"hb\"}]},{\"system\":\"urn:lab\",\"filter\":["
              "{\"property\":\"concept\",\"op\":\"is-a\",\"value\":\"x\"}]}]");
  gives(IN_SET(HB, "Set"), filtered, "true");
  gives(IN_SET(NA, "Set"), filtered, "null");
  static const char *const imported = COMPOSE("\"include\":[{\"valueSet\":[\"urn:other\"]}]");
  gives(IN_SET(HB, "Set"), imported, "null");
  static const char *const less = COMPOSE("\"include\":[{\"system\":\"urn:lab\",\"concept\":[{\"code\":\"hb\"}]}],"
                                          "\"exclude\":[{\"valueSet\":[\"urn:other\"]}]");
  gives(IN_SET(HB, "Set"), less, "null");
  gives(IN_SET(NA, "Set"), less, "false");
  gives(IN_SET(HB, "Set"), "{\"resourceType\":\"ValueSet\",\"url\":\"urn:set\"}", "null");
}

TEST(an_expansion_is_the_set_as_it_stood) {
  static const char *const all =
      "{\"resourceType\":\"ValueSet\",\"url\":\"urn:set\",\"compose\":{\"include\":[{\"system\":\"urn:lab\",\"filter\":[{}]}]},"
      "\"expansion\":{\"total\":2,\"contains\":[{\"system\":\"urn:lab\",\"code\":\"blood\",\"abstract\":true,\"contains\":["
      "{\"system\":\"urn:lab\",\"code\":\"hb\"}]}]}}";
  gives(IN_SET(HB, "Set"), all, "true");
  gives(IN_SET(NA, "Set"), all, "false");
  gives(IN_SET(CODE_OF("blood", "urn:lab"), "Set"), all, "false"); /* a heading, not to be used as a code */
  static const char *const page =
      "{\"resourceType\":\"ValueSet\",\"url\":\"urn:set\",\"expansion\":{\"total\":900,\"contains\":["
      "{\"system\":\"urn:lab\",\"code\":\"hb\"}]}}";
  gives(IN_SET(HB, "Set"), page, "true");
  gives(IN_SET(NA, "Set"), page, "null");
  gives(IN_SET(HB, "Set"), "{\"resourceType\":\"ValueSet\",\"url\":\"urn:set\",\"expansion\":{\"total\":0}}", "false");
}

TEST(a_code_system_without_content_is_its_address) {
#define LAB(content, concepts)                                                                                                 \
  "{\"resourceType\":\"CodeSystem\",\"url\":\"urn:lab\",\"content\":\"" content "\",\"concept\":[" concepts "]}"
  static const char *const hb = "{\"code\":\"hb\",\"concept\":[{\"code\":\"hb-a\"}]}";
  th_arena *a = th_arena_new(0);
  const char *const complete = th_str_z(a, th_str_fmt(a, LAB("complete", "%s"), hb));
  gives(IN_LAB(HB), complete, "true");
  gives(IN_LAB(CODE_OF("hb-a", "urn:lab")), complete, "true");
  gives(IN_LAB(NA), complete, "false");
  gives(IN_LAB(NIL), complete, "false"); /* CQL 1.5, "In (Codesystem)" */
  gives(IN_LAB(NA), th_str_z(a, th_str_fmt(a, LAB("fragment", "%s"), hb)), "true");
  gives(IN_LAB(NA), LAB("not-present", ""), "true");
  gives(IN_LAB(CODE_OF("na", "urn:other")), LAB("not-present", ""), "false");
  th_arena_del(a);
}

/* A version that the text names is the one that is asked. */
TEST(sets_are_found_by_version) {
#define OF_VERSION(v, code)                                                                                                    \
  "{\"resourceType\":\"ValueSet\",\"url\":\"urn:set\",\"version\":\"" v                                                        \
  "\",\"compose\":{\"include\":[{\"system\":\"urn:lab\","                                                                      \
  "\"concept\":[{\"code\":\"" code "\"}]}]}}"
  static const char *const terms[] = { OF_VERSION("1", "hb"), OF_VERSION("2", "na"), NULL };
  static const struct {
    const char *expression, *want;
  } c[] = { { IN_SET(HB, "Set1"), "true" },  { IN_SET(NA, "Set1"), "false" }, { IN_SET(NA, "Set2"), "true" },
            { IN_SET(HB, "Set2"), "false" }, { IN_SET(NA, "Set"), "true" },   { IN_SET(NA, "Set3"), "null" } };
  for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
    th_arena *a = th_arena_new(0);
    const outcome r = run(a, th_str_of(c[i].expression), NULL, terms, 0);
    CHECK_OK_ERR(r.code, &r.err);
    CHECK_STR(r.value, c[i].want);
    th_arena_del(a);
  }
}

/* The codes of a list of lists of codes, and no deeper than a record nests. */
TEST(codes_are_found_in_nested_lists) {
  static const char *const set = COMPOSE("\"include\":[{\"system\":\"urn:lab\",\"concept\":[{\"code\":\"hb\"}]}]");
  gives("{\"type\":\"AnyInValueSet\",\"codes\":" LIST(
            LIST(NA "," HB)) ",\"valueset\":{\"type\":\"ValueSetRef\",\"name\":\"Set\"}}",
        set, "true");
  th_arena *a = th_arena_new(0);
  const char *const terms[] = { set, NULL };
  const outcome r = run(
      a,
      TH_S(IN_SET("{\"type\":\"Query\",\"source\":[" SOURCE(
                      "A", PER(SPAN(I("1"), I("90000")), "1")) "],\"aggregate\":{"
                                                               "\"identifier\":\"R\",\"starting\":" HB ",\"expression\":" LIST(
                                                                   "{\"type\":\"QueryLetRef\",\"name\":\"R\"}") "}}",
                  "Set")),
      NULL, terms, 0);
  CHECK_CODE(r.code, TH_ELIMIT);
  th_arena_del(a);
}

#define RETRIEVE(t, more) "{\"type\":\"Retrieve\",\"dataType\":\"{http://hl7.org/fhir}" t "\"" more "}"

/* A range of dates that is null holds nothing for sure. */
TEST(a_retrieve_within_an_unknown_range_is_empty) {
  static const char *const record = "{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{\"resourceType\":\"Observation\","
                                    "\"id\":\"o\",\"effectiveDateTime\":\"2025-03-04\"}}]}";
  th_arena *a = th_arena_new(0);
  CHECK_STR(run(a,
                TH_S(RETRIEVE("Observation", ",\"dateProperty\":\"effective\",\"dateRange\":" SPAN(LIT("Date", "2025-01-01"),
                                                                                                   LIT("Date", "2025-12-31")))),
                record, NULL, 0)
                .value,
            "[{\"resourceType\":\"Observation\",\"id\":\"o\"}]");
  CHECK_STR(run(a, TH_S(RETRIEVE("Observation", ",\"dateProperty\":\"effective\",\"dateRange\":" NIL)), record, NULL, 0).value,
            "[]");
  th_arena_del(a);
}

/* Elements with thousands of members in another order: compared by steps that are counted. */
TEST(wide_elements_are_compared_within_the_bound) {
  th_arena *a = th_arena_new(0);
  th_buf b;
  th_buf_init(&b, a, 1 << 20);
  th_buf_addz(&b, "{\"resourceType\":\"Bundle\",\"entry\":[");
  for (int turn = 0; turn < 2; turn++) {
    th_buf_addf(&b, "%s{\"resource\":{\"resourceType\":\"Basic\",\"x\":{", turn ? "," : "");
    for (int i = 0; i < 3000; i++) th_buf_addf(&b, "%s\"m%d\":1", i ? "," : "", turn ? 2999 - i : i);
    th_buf_addz(&b, "}}}");
  }
  th_buf_addz(&b, "]}");
  const char *record = th_str_z(a, th_buf_str(&b));
  const char *const both =
      B("Equal", "{\"type\":\"Property\",\"path\":\"x\",\"source\":{\"type\":\"First\",\"source\":" RETRIEVE("Basic", "") "}}",
        "{\"type\":\"Property\",\"path\":\"x\",\"source\":{\"type\":\"Last\",\"source\":" RETRIEVE("Basic", "") "}}");
  CHECK_STR(run(a, th_str_of(both), record, NULL, 0).value, "true");
  CHECK_CODE(run(a, th_str_of(both), record, NULL, 1000000).code, TH_ELIMIT);
  CHECK_CODE(run(a, TH_S("{\"type\":\"Children\",\"source\":{\"type\":\"First\",\"source\":" RETRIEVE("Basic", "") "}}"),
                 record, NULL, 2)
                 .code,
             TH_ELIMIT);
  th_arena_del(a);
}

/* A parameter P of this type with this value: what comes back, as JSON. */
static th_code given(th_arena *a, const char *type, const char *json, th_str *back, th_err *err) {
  th_elm_param param = { .name = TH_S("P") };
  const th_elm_options opt = { .now = { 2026, 1, 1, 0, 0, 0, TH_ELM_MILLI, 0, 480 }, .param = &param, .n_params = 1 };
  th_elm_program *p = th_elm_new();
  th_elm_eval *e = NULL;
  th_elm_val v;
  th_buf b;
  th_jwrite w;
  const th_str text = th_str_fmt(
      a,
      "{\"library\":{\"identifier\":{\"id\":\"T\"},\"schemaIdentifier\":{\"id\":\"urn:hl7-org:elm\",\"version\":\"r1\"},"
      "\"parameters\":{\"def\":[{\"name\":\"P\",\"parameterTypeSpecifier\":%s}]},\"statements\":{\"def\":[" DEF(
          "X", "{\"type\":\"ParameterRef\",\"name\":\"P\"}") "]}}}",
      type);
  th_code code = th_json_parse(a, th_str_of(json), &param.value, err);
  if (code == TH_OK) code = th_elm_add(p, text, "T.json", err);
  if (code == TH_OK) code = th_elm_link(p, err);
  if (code == TH_OK) code = th_elm_begin(p, &opt, a, NULL, &e, err);
  if (code == TH_OK) code = th_elm_value(e, TH_S("X"), &v, err);
  if (code == TH_OK) {
    th_buf_init(&b, a, 256);
    th_jwrite_open(&w, &b, 0);
    th_elm_write(&w, e, v);
    *back = th_buf_str(&b);
  }
  th_elm_finish(e);
  th_elm_del(p);
  return code;
}

#define NAMED(t) "{\"type\":\"NamedTypeSpecifier\",\"name\":\"" SYS t "\"}"

/* In the shapes that results have: what is written comes back. */
TEST(parameters_come_back_as_they_are_given) {
  static const char *const c[][2] = {
    { NAMED("Code"), "{\"code\":\"hb\",\"system\":\"urn:lab\",\"version\":\"2\",\"display\":\"Hb\"}" },
    { NAMED("Concept"), "{\"codes\":[{\"code\":\"hb\",\"system\":\"urn:lab\"}],\"display\":\"Hb\"}" },
    { NAMED("Ratio"), "{\"numerator\":{\"value\":1.0,\"unit\":\"mg\"},\"denominator\":{\"value\":2.5,\"unit\":\"mL\"}}" },
    { NAMED("Long"), "\"9007199254740993\"" },
    { NAMED("Time"), "\"T10:30\"" },
    { "{\"type\":\"ListTypeSpecifier\",\"elementType\":" NAMED("Decimal") "}", "[1.5,null]" },
    { "{\"type\":\"IntervalTypeSpecifier\",\"pointType\":" NAMED("Date") "}",
      "{\"low\":\"2025-01-01\",\"lowClosed\":true,\"high\":\"2025-12-31\",\"highClosed\":false}" },
  };
  for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
    th_arena *a = th_arena_new(0);
    th_err err = { 0 };
    th_str back = TH_STR_NONE;
    CHECK_OK_ERR(given(a, c[i][0], c[i][1], &back, &err), &err);
    CHECK_STR(back, c[i][1]);
    th_arena_del(a);
  }
}

TEST(parameters_of_the_wrong_shape_are_errors) {
  static const char *const c[][2] = {
    { NAMED("Concept"), "{\"display\":\"Hb\"}" },
    { NAMED("Concept"), "{\"codes\":[1]}" },
    { NAMED("Ratio"), "{\"numerator\":1,\"denominator\":{}}" },
    { NAMED("Date"), "\"2025-02-30\"" },
    { "{\"type\":\"IntervalTypeSpecifier\",\"pointType\":" NAMED("Integer") "}", "{\"low\":5,\"high\":3}" },
  };
  for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
    th_arena *a = th_arena_new(0);
    th_err err = { 0 };
    th_str back;
    CHECK_CODE(given(a, c[i][0], c[i][1], &back, &err), TH_EINVAL);
    th_arena_del(a);
  }
}

TEST_MAIN(RUN(a_set_says_no_only_where_all_of_it_is_known), RUN(an_expansion_is_the_set_as_it_stood),
          RUN(a_code_system_without_content_is_its_address), RUN(sets_are_found_by_version),
          RUN(codes_are_found_in_nested_lists), RUN(a_retrieve_within_an_unknown_range_is_empty),
          RUN(wide_elements_are_compared_within_the_bound), RUN(parameters_come_back_as_they_are_given),
          RUN(parameters_of_the_wrong_shape_are_errors))
