/* Cautions: the three forms, the sentences that forbid, deny or speak of a class, and the scale that stands upside down. */
#include "test.h"
#include "theriac/io.h"
#include "theriac/source/caution_table.h"

static th_caution_table read_ok(th_arena *a, const char *json) {
  th_caution_table t = { 0 };
  th_err err = { 0 };
  CHECK_OK_ERR(th_source_caution_read(a, th_str_of(json), &t, &err), &err);
  return t;
}

/* One disease caution of class `label` with this text, in a file whose scale is not inverted (two forbidding texts of class Major). */
static th_caution_row one(th_arena *a, const char *label, const char *text) {
  const th_str json =
      th_str_fmt(a,
                 "{\"interactions\": {\"X\": [{\"disease\": \"D\", \"severity\": \"%s\", \"description\": \"%s\"}], "
                 "\"Y\": [{\"disease\": \"E\", \"severity\": \"Major\", \"description\": \"It is contraindicated.\"},"
                 "{\"disease\": \"F\", \"severity\": \"Major\", \"description\": \"It is contraindicated.\"}]}}",
                 label, text);
  const th_caution_table t = read_ok(a, json.p);
  CHECK(!t.inverted);
  return t.rows.n == 3 ? t.rows.v[0] : (th_caution_row){ 0 };
}

TEST(sentences_that_forbid) {
  static const char *const text[] = {
    "The use of beta-blockers is contraindicated in patients with cardiogenic shock.",
    "Nitrate therapy is considered contraindicated in patients with acute circulatory failure.",
    "CONTRAINDICATED in D.",
    "Use with care. Severe liver disease is a contraindication.",
    "患有此病者禁用。",
    "此病為使用禁忌",
    "It is not a contraindication in mild disease. It is contraindicated in severe disease.",
  };
  th_arena *a = th_arena_new(0);
  for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
    const th_caution_row x = one(a, "Moderate", text[i]);
    if (x.severity == TH_SEVERITY_CONTRAINDICATED && (x.rules & TH_CAUTION_S1) && !x.class_statement) continue;
    test_failed_checks++;
    printf("# should forbid: %s\n", text[i]);
  }
  th_arena_del(a);
}

TEST(sentences_that_do_not) {
  static const struct {
    const char *text;
    bool of_class;
  } say[] = {
    { "Transient hypotension is also not a contraindication to further treatment.", false },
    { "It is not contraindicated, but caution is advised.", false },
    { "There is no contraindication to its use.", false },
    { "Certain agents are contraindicated in patients who have or have had PML.", true },
    { "The use of certain parenteral formulations of dexamethasone is contraindicated in neonates.", true },
    { "Some of these agents are contraindicated in pregnancy.", true },
    { "部分藥物於此病禁用。", true },
    { "此病並非禁忌。", false },
    { "Caution is recommended.", false },
  };
  th_arena *a = th_arena_new(0);
  for (size_t i = 0; i < sizeof say / sizeof *say; i++) {
    const th_caution_row x = one(a, "Moderate", say[i].text);
    if (x.severity == TH_SEVERITY_MODERATE && x.rules == 0 && x.class_statement == say[i].of_class) continue;
    test_failed_checks++;
    printf("# should not forbid: %s (severity %s)\n", say[i].text, th_severity_name(x.severity));
  }
  th_arena_del(a);
}

TEST(fatal_never_stays_minor) {
  th_arena *a = th_arena_new(0);
  th_caution_row x = one(a, "Minor", "Serious and sometimes fatal infections have been reported.");
  CHECK(x.severity == TH_SEVERITY_MODERATE && x.rules == TH_CAUTION_S2 && x.labelled == TH_SEVERITY_MINOR);
  CHECK_STR(x.sentence.text, "Serious and sometimes fatal infections have been reported.");
  CHECK_INT(one(a, "Minor", "可能致命").severity, TH_SEVERITY_MODERATE);
  CHECK_INT(one(a, "Minor", "Life-threatening reactions.").severity, TH_SEVERITY_MODERATE);
  CHECK_INT(one(a, "Major", "Fatal cases.").severity, TH_SEVERITY_MAJOR);
  CHECK_INT(one(a, "Minor", "Nonfatal and non-fatal events.").severity, TH_SEVERITY_MINOR);
  CHECK_INT(one(a, "Minor", "Nothing of note.").severity, TH_SEVERITY_MINOR);
  th_arena_del(a);
}

/* Three of five forbidding texts are Minor: more than half, so Minor becomes Major; nothing is lowered. */
TEST(inverted_scale_is_mapped_back_and_never_lowers) {
  th_arena *a = th_arena_new(0);
  const char *row = "{\"disease\": \"D\", \"severity\": \"%s\", \"description\": \"%s\"}";
  th_buf b;
  th_buf_init(&b, a, 1024);
  const char *list[][2] = {
    { "Minor", "contraindicated" },    { "Minor", "contraindicated" }, { "Minor", "contraindicated" },
    { "Moderate", "contraindicated" }, { "Major", "contraindicated" }, { "Minor", "take care" },
    { "Moderate", "take care" },       { "Major", "take care" },       { "Minor", "Certain agents are contraindicated." }
  };
  th_buf_addz(&b, "{\"interactions\": {\"X\": [");
  for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
    if (i) th_buf_addc(&b, ',');
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    th_buf_addf(&b, row, list[i][0], list[i][1]);
#pragma GCC diagnostic pop
  }
  th_buf_addz(&b, "]}}");
  th_caution_table t;
  th_err err = { 0 };
  CHECK_OK_ERR(th_source_caution_read(a, th_buf_str(&b), &t, &err), &err);
  CHECK(t.inverted);
  CHECK_INT(t.n_forbidding, 5);
  CHECK_INT(t.n_forbidding_lowest, 3);
  CHECK_INT(t.rows.v[0].severity, TH_SEVERITY_CONTRAINDICATED);
  CHECK_INT(t.rows.v[5].severity, TH_SEVERITY_MAJOR);
  CHECK_INT(t.rows.v[5].rules, TH_CAUTION_S3);
  CHECK_INT(t.rows.v[6].severity, TH_SEVERITY_MODERATE);
  CHECK_INT(t.rows.v[7].severity, TH_SEVERITY_MAJOR);
  CHECK(t.rows.v[8].severity == TH_SEVERITY_MAJOR && t.rows.v[8].class_statement);
  bool said = false;
  for (size_t i = 0; i < t.gaps.n; i++) said |= strcmp(t.gaps.v[i].what, "scale") == 0;
  CHECK(said);
  th_arena_del(a);
}

TEST(half_is_not_more_than_half) {
  th_arena *a = th_arena_new(0);
  const th_caution_table t =
      read_ok(a, "{\"interactions\": [{\"drug\": \"A\", \"food\": \"tea\", \"severity\": \"Minor\", \"effect\": \"禁用\"},"
                 "{\"drug\": \"B\", \"food\": \"tea\", \"severity\": \"Major\", \"effect\": \"禁用\"}]}");
  CHECK(!t.inverted);
  th_arena_del(a);
}

TEST(raw_levels_are_read_as_they_are) {
  th_arena *a = th_arena_new(0);
  const th_caution_table t = read_ok(
      a,
      "{\"recordsTotal\": 4, \"data\": [\n"
      "{\"drugName\": \"A\", \"foodName\": \"tea\", \"level\": \"3\", \"newInteraction\": \"care\", \"newManagement\": \"m\", "
      "\"magnesium\": \"Absorption\"},\n"
      "{\"drugName\": \"B\", \"foodName\": \"tea\", \"level\": \"1\", \"newInteraction\": \"contraindicated\"},\n"
      "{\"drugName\": \"C\", \"foodName\": \"tea\", \"level\": \"1\", \"newInteraction\": \"care\"}]}");
  CHECK(!t.inverted);
  CHECK_INT(t.stated, 4);
  CHECK_INT(t.rows.n, 3);
  CHECK(t.rows.v[0].severity == TH_SEVERITY_MAJOR && t.rows.v[0].raw_level == 3 && t.rows.v[0].kind == TH_CAUTION_FOOD);
  CHECK_STR(t.rows.v[0].mechanism.text, "Absorption");
  CHECK_INT(t.rows.v[0].subject.line, 2);
  CHECK_INT(t.rows.v[1].severity, TH_SEVERITY_CONTRAINDICATED);
  CHECK_INT(t.rows.v[2].severity, TH_SEVERITY_MINOR);
  th_arena_del(a);
}

TEST(places_lead_back_to_the_document) {
  th_arena *a = th_arena_new(0);
  const char *json = "{\"interactions\": {\"X\": [{\"disease\": \"D\", \"disease_zh\": \"D\", \"severity\": \"Minor\",\n"
                     " \"description\": \"First.  It is contraindicated here.\"}]}}";
  const th_caution_table t = read_ok(a, json);
  const th_caution_row x = t.rows.v[0];
  CHECK_STR(th_str_n(json + x.text.from, x.text.to - x.text.from), "First.  It is contraindicated here.");
  CHECK_STR(th_str_n(json + x.sentence.from, x.sentence.to - x.sentence.from), "It is contraindicated here.");
  CHECK_INT(x.text.line, 2);
  CHECK(!th_field_has(x.subject_zh)); /* the English word once more is no Chinese name */
  th_arena_del(a);
}

TEST(other_json_is_refused) {
  static const char *const bad[] = { "",
                                     "[]",
                                     "{}",
                                     "{\"interactions\": 3}",
                                     "{\"interactions\": {}}",
                                     "{\"interactions\": {\"X\": [3]}}",
                                     "{\"interactions\": {\"X\": [{\"severity\": \"Minor\"}]}}",
                                     "{\"interactions\": [{\"food\": \"tea\"}]}",
                                     "{\"interactions\": {\"\": [{\"disease\": \"D\"}]}}",
                                     "{\"data\": {}}",
                                     "{\"interactions\": {\"X\": [" };
  th_arena *a = th_arena_new(0);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    th_caution_table t;
    th_err err = { 0 };
    CHECK_CODE(th_source_caution_read(a, th_str_of(bad[i]), &t, &err), TH_EPARSE);
    CHECK(err.line >= 1);
  }
  th_arena_del(a);
}

static bool read_shared(th_arena *a, const char *name, th_caution_table *t) {
  char path[4300];
  th_file f;
  th_err err = { 0 };
  snprintf(path, sizeof path, "%s/data/interactions/%s", test_shared(), name);
  CHECK_OK_ERR(th_file_open(path, 0, &f, &err), &err);
  const th_str bytes = th_str_dup(a, f.bytes);
  th_file_close(&f);
  const th_code code = th_source_caution_read(a, bytes, t, &err);
  CHECK_OK_ERR(code, &err);
  return code == TH_OK;
}

/* Counts and the two belimumab cases: interactions/README.md and the evidence specification, 2.3. */
TEST(the_published_files) {
  if (!test_shared()) SKIP("the shared data is not here");
  th_arena *a = th_arena_new(0);
  th_caution_table t;
  if (!read_shared(a, "ddinter2_ddsi_processed.json.gz", &t)) return;
  CHECK_INT(t.rows.n, 739);
  CHECK_INT(t.stated, 8359);
  CHECK_STR(t.licence.text, "CC BY-NC-SA 4.0");
  CHECK(t.inverted);
  size_t belimumab = 0;
  for (size_t i = 0; i < t.rows.n; i++) {
    const th_caution_row x = t.rows.v[i];
    CHECK(x.severity != TH_SEVERITY_MINOR); /* what was Minor is the gravest class of the source */
    if (!th_str_is(x.drug.text, "Belimumab")) continue;
    belimumab++;
    if (th_str_has(x.subject.text, TH_S("Leukoencephalopathy"))) CHECK(x.severity == TH_SEVERITY_MAJOR && x.class_statement);
    if (th_str_is(x.subject.text, "Infections")) CHECK(x.severity == TH_SEVERITY_MAJOR && !x.class_statement);
    if (th_str_is(x.subject.text, "Depressive Disorder")) CHECK(x.severity == TH_SEVERITY_MODERATE && x.rules == 0);
  }
  CHECK_INT(belimumab, 3);
  if (read_shared(a, "ddinter2_dfi_raw.json.gz", &t)) CHECK_INT(t.rows.n, 857);
  CHECK(!t.inverted);
  if (read_shared(a, "ddinter2_dfi_processed.json.gz", &t)) CHECK_INT(t.rows.n, 68);
  if (read_shared(a, "dfi_curated.json", &t)) CHECK(t.rows.n == 45 && !t.inverted);
  if (read_shared(a, "dhi_curated.json", &t)) CHECK(t.rows.n == 35 && t.rows.v[0].kind == TH_CAUTION_HERB);
  th_arena_del(a);
}

static th_code with_little_memory(void) {
  th_arena *a = th_arena_new(64);
  if (!a) return TH_ENOMEM;
  th_caution_table t;
  const th_code code = th_source_caution_read(
      a,
      TH_S("{\"metadata\": {\"total_records\": 9}, \"interactions\": {\"X\": [{\"disease\": \"D\", \"severity\": \"odd\", "
           "\"description\": \"It is contra\\u0069ndicated.\"}]}}"),
      &t, NULL);
  th_arena_del(a);
  return code;
}

TEST(memory_runs_out) {
  CHECK(test_each_alloc_fails(with_little_memory) > 1);
}

TEST_MAIN(RUN(sentences_that_forbid), RUN(sentences_that_do_not), RUN(fatal_never_stays_minor),
          RUN(inverted_scale_is_mapped_back_and_never_lowers), RUN(half_is_not_more_than_half),
          RUN(raw_levels_are_read_as_they_are), RUN(places_lead_back_to_the_document), RUN(other_json_is_refused),
          RUN(the_published_files), RUN(memory_runs_out))
