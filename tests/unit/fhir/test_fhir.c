#include "theriac/fhir.h"

#include "test.h"

static const char bundle[] =
    "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":["
    "{\"fullUrl\":\"urn:uuid:p\",\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p1\",\"birthDate\":\"1980-02\","
    "\"_birthDate\":{\"extension\":[{\"url\":\"http://example.org/time\",\"valueDateTime\":\"1980-02-03T10:00:00Z\"}]},"
    "\"name\":[{\"family\":\"Lin\",\"given\":[\"A\",\"B\"]}]}},"
    "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"o1\",\"status\":\"final\",\"subject\":{\"reference\":\"Patient/"
    "p1\"},"
    "\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"718-7\"},{\"system\":\"urn:local\",\"code\":\"HB\"}]},"
    "\"effectiveDateTime\":\"2025-03-04T08:00:00+08:00\",\"valueQuantity\":{\"value\":9.50,\"unit\":\"g/dL\"}}},"
    "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"o2\",\"status\":\"final\",\"subject\":{\"reference\":\"urn:uuid:"
    "p\"},"
    "\"code\":{\"text\":\"note\"},\"effectivePeriod\":{\"start\":\"2025-01\",\"end\":\"2025-02-01\"},\"valueString\":\"ok\","
    "\"odd\":{\"kept\":true}}},"
    "{\"resource\":{\"resourceType\":\"Organization\",\"id\":\"x\",\"contained\":[{\"resourceType\":\"Endpoint\",\"id\":\"e\"}]"
    "}}]}";

static th_fhir_patient *open_bundle(th_arena *a) {
  th_fhir_data *d;
  th_fhir_patient *p = NULL;
  th_err err = { 0 };
  CHECK_OK_ERR(th_fhir_open(a, th_str_of(bundle), "bundle.json", &d, &err), &err);
  CHECK_INT(th_fhir_patients(d), 1);
  CHECK_OK_ERR(th_fhir_patient_at(d, a, 0, &p, &err), &err);
  return p;
}

TEST(elements_know_their_types) {
  th_arena *a = th_arena_new(0);
  th_fhir_patient *p = open_bundle(a);
  th_fhir_elem e;
  uint32_t n;
  CHECK_STR(p->id, "p1");
  CHECK(th_fhir_child(p->patient->elem, "birthDate", &e));
  CHECK_STR(th_str_of(th_fhir_type_name(e.type)), "date");
  CHECK_STR(th_fhir_text(e), "1980-02");
  th_fhir_elem x;
  CHECK(th_fhir_extension(e, "http://example.org/time", &x));
  CHECK(th_fhir_child(x, "value", &x));
  CHECK_STR(th_str_of(th_fhir_type_name(x.type)), "dateTime");
  CHECK(th_fhir_at(p->patient->elem, "name.given.1", &e));
  CHECK_STR(th_fhir_text(e), "B");
  th_fhir_resource **obs = th_fhir_of_type(p, TH_S("Observation"), &n);
  CHECK_INT(n, 2);
  CHECK(th_fhir_child(obs[0]->elem, "value", &e));
  CHECK_STR(th_str_of(th_fhir_type_name(e.type)), "Quantity");
  CHECK(th_fhir_at(e, "value", &e));
  CHECK_STR(th_fhir_text(e), "9.50");
  CHECK_INT(th_fhir_type_kind(e.type), TH_FHIR_DECIMAL);
  CHECK(th_fhir_child(obs[1]->elem, "value", &e));
  CHECK_STR(th_str_of(th_fhir_type_name(e.type)), "string");
  CHECK(th_fhir_at(obs[1]->elem, "odd.kept", &e)); /* unknown elements are kept */
  CHECK(!th_fhir_child(obs[1]->elem, "bodySite", &e));
  th_arena_del(a);
}

TEST(types_derive) {
  const th_fhir_type quantity = th_fhir_type_find(TH_S("Quantity")), age = th_fhir_type_find(TH_S("Age"));
  CHECK(th_fhir_type_is(age, quantity));
  CHECK(!th_fhir_type_is(quantity, age));
  CHECK(th_fhir_type_is(th_fhir_type_find(TH_S("code")), th_fhir_type_find(TH_S("string"))));
  CHECK(th_fhir_type_is(th_fhir_type_find(TH_S("Patient")), th_fhir_type_find(TH_S("Resource"))));
  CHECK_INT(th_fhir_type_find(TH_S("NoSuchThing")), TH_FHIR_UNKNOWN);
}

TEST(indices_find_by_code_and_day) {
  th_arena *a = th_arena_new(0);
  th_fhir_patient *p = open_bundle(a);
  th_fhir_resource **r;
  uint32_t n;
  CHECK_OK(th_fhir_of_code(p, TH_S("Observation"), TH_S("urn:local"), TH_S("HB"), &r, &n));
  CHECK_INT(n, 1);
  CHECK_OK(th_fhir_of_code(p, TH_S("Observation"), TH_S(""), TH_S("718-7"), &r, &n));
  CHECK_INT(n, 1);
  CHECK_OK(th_fhir_of_code(p, TH_S("Observation"), TH_S("http://snomed.info/sct"), TH_S("718-7"), &r, &n));
  CHECK_INT(n, 0);
  /* 2025-01-20 lies in the period of the second, 2025-03-04 is the day of the first. */
  const int32_t day = th_days_from_civil(2025, 1, 20);
  CHECK_OK(th_fhir_of_date(p, TH_S("Observation"), (th_days){ day, day + 1 }, &r, &n));
  CHECK_INT(n, 1);
  CHECK_STR(r[0]->id, "o2");
  CHECK_OK(th_fhir_of_date(p, TH_S("Observation"), (th_days){ day, day + 60 }, &r, &n));
  CHECK_INT(n, 2);
  CHECK_STR(r[0]->id, "o2");
  th_arena_del(a);
}

TEST(references_resolve) {
  th_arena *a = th_arena_new(0);
  th_fhir_patient *p = open_bundle(a);
  uint32_t n;
  const th_fhir_resource *r = th_fhir_resolve(p, NULL, TH_S("http://server/fhir/Observation/o2/_history/1"));
  CHECK(r && th_str_is(r->id, "o2"));
  CHECK(!th_fhir_resolve(p, NULL, TH_S("Observation/o9")));
  th_fhir_resource **org = th_fhir_of_type(p, TH_S("Organization"), &n);
  r = th_fhir_resolve(p, org[0], TH_S("#e"));
  CHECK(r && th_str_is(r->type_name, "Endpoint"));
  th_arena_del(a);
}

TEST(bulk_export_is_grouped_by_patient) {
  static const char lines[] = "{\"resourceType\":\"Patient\",\"id\":\"a\"}\n"
                              "{\"resourceType\":\"Condition\",\"id\":\"c1\",\"subject\":{\"reference\":\"Patient/b\"}}\n"
                              "\n{\"resourceType\":\"Patient\",\"id\":\"b\"}\n"
                              "{\"resourceType\":\"Condition\",\"id\":\"c2\",\"subject\":{\"reference\":\"Patient/a\"}}\n"
                              "{\"resourceType\":\"Organization\",\"id\":\"o\"}\n";
  th_arena *a = th_arena_new(0);
  th_fhir_data *d;
  th_fhir_patient *p;
  th_err err = { 0 };
  uint32_t n;
  CHECK_OK_ERR(th_fhir_open(a, th_str_of(lines), "x.ndjson", &d, &err), &err);
  CHECK_INT(th_fhir_patients(d), 2);
  CHECK_OK_ERR(th_fhir_patient_at(d, a, 1, &p, &err), &err);
  CHECK_STR(p->id, "b");
  th_fhir_resource **c = th_fhir_of_type(p, TH_S("Condition"), &n);
  CHECK_INT(n, 1);
  CHECK_STR(c[0]->id, "c1");
  th_fhir_of_type(p, TH_S("Organization"), &n);
  CHECK_INT(n, 1);
  CHECK_CODE(th_fhir_patient_at(d, a, 2, &p, &err), TH_ENOENT);
  th_arena_del(a);
}

TEST(malformed_input_is_an_error_with_its_place) {
  th_arena *a = th_arena_new(0);
  th_fhir_data *d;
  th_err err = { 0 };
  CHECK_CODE(
      th_fhir_open(a, TH_S("{\"resourceType\":\"Bundle\",\n\"entry\":[{\"resource\":{\"id\":\"x\"}}]}"), "b.json", &d, &err),
      TH_EPARSE);
  CHECK_INT(err.line, 2);
  err = (th_err){ 0 };
  CHECK_CODE(th_fhir_open(a, TH_S("[1]"), "b.json", &d, &err), TH_EPARSE);
  err = (th_err){ 0 };
  CHECK_CODE(th_fhir_open(a, TH_S("{\"resourceType\":\"Patient\""), "b.json", &d, &err), TH_EPARSE);
  th_arena_del(a);
}

static th_code read_it(void) {
  th_arena *a = th_arena_new(0);
  th_fhir_data *d;
  th_fhir_patient *p;
  th_fhir_resource **r;
  uint32_t n;
  if (!a) return TH_ENOMEM;
  th_code code = th_fhir_open(a, th_str_of(bundle), "b", &d, NULL);
  if (code == TH_OK) code = th_fhir_patient_at(d, a, 0, &p, NULL);
  if (code == TH_OK) code = th_fhir_of_code(p, TH_S("Observation"), TH_S("urn:local"), TH_S("HB"), &r, &n);
  th_arena_del(a);
  return code;
}

TEST(want_of_memory_is_reported) {
  CHECK(test_each_alloc_fails(read_it) > 0);
}

/* Thirty thousand types, each of one resource: found by hash, not by looking through all of them for each. */
TEST(a_record_of_many_types_is_grouped_in_one_pass) {
  th_arena *a = th_arena_new(0);
  th_buf b;
  th_fhir_data *d;
  th_fhir_patient *p;
  th_err err = { 0 };
  uint32_t n;
  th_buf_init(&b, a, 1 << 21);
  for (int turn = 0; turn < 2; turn++)
    for (int i = 0; i < 30000; i++) th_buf_addf(&b, "{\"resourceType\":\"T%d\"}\n", i);
  CHECK_OK_ERR(th_fhir_open(a, th_buf_str(&b), "types", &d, &err), &err);
  CHECK_OK_ERR(th_fhir_patient_at(d, a, 0, &p, &err), &err);
  CHECK_INT(p->n_groups, 30000);
  CHECK(th_fhir_of_type(p, TH_S("T29999"), &n) != NULL);
  CHECK_INT(n, 2);
  th_arena_del(a);
}

/* What names no patient is read once for all of them, and stays in the order of the input. */
TEST(common_resources_are_shared) {
  th_arena *a = th_arena_new(0);
  th_buf b;
  th_fhir_data *d;
  th_fhir_patient *p, *q;
  th_err err = { 0 };
  uint32_t n;
  th_buf_init(&b, a, 1 << 12);
  for (int i = 0; i < 3; i++)
    th_buf_addf(&b, "{\"resourceType\":\"Organization\",\"id\":\"o%d\"}\n{\"resourceType\":\"Patient\",\"id\":\"p%d\"}\n", i,
                i);
  CHECK_OK_ERR(th_fhir_open(a, th_buf_str(&b), "shared", &d, &err), &err);
  CHECK_INT(th_fhir_patients(d), 3);
  CHECK_OK_ERR(th_fhir_patient_at(d, a, 0, &p, &err), &err);
  CHECK_OK_ERR(th_fhir_patient_at(d, a, 2, &q, &err), &err);
  th_fhir_resource **r = th_fhir_of_type(q, TH_S("Organization"), &n);
  CHECK_INT(n, 3);
  CHECK_STR(r[2]->id, "o2");
  CHECK_INT(q->patient->order, 3);
  CHECK(r[0]->id.p == th_fhir_of_type(p, TH_S("Organization"), &n)[0]->id.p); /* the same text, read once */
  th_arena_del(a);
}

/* A hundred thousand patients and as many records of nobody would be looked at 10^10 times and more. */
TEST(too_many_pairs_are_refused) {
  th_arena *a = th_arena_new(0);
  th_buf b;
  th_fhir_data *d;
  th_err err = { 0 };
  th_buf_init(&b, a, 1 << 23);
  for (int i = 0; i < 100001; i++)
    th_buf_addf(&b, "{\"resourceType\":\"Patient\",\"id\":\"%d\"}\n{\"resourceType\":\"Basic\"}\n", i);
  CHECK_CODE(th_fhir_open(a, th_buf_str(&b), "pairs", &d, &err), TH_ELIMIT);
  CHECK(th_str_has(th_str_of(err.msg), TH_S("TH_LIMIT_FHIR_SHARED")));
  th_arena_del(a);
}

TEST_MAIN(RUN(elements_know_their_types), RUN(types_derive), RUN(indices_find_by_code_and_day), RUN(references_resolve),
          RUN(bulk_export_is_grouped_by_patient), RUN(malformed_input_is_an_error_with_its_place),
          RUN(want_of_memory_is_reported), RUN(a_record_of_many_types_is_grouped_in_one_pass), RUN(common_resources_are_shared),
          RUN(too_many_pairs_are_refused))
