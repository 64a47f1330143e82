/* CQL: a rule over a generated bundle, decisions over prepared parameters, loading, and memory over many patients; beside
 * cql-execution in Node on the same ELM and data, where THERIAC_CQL_NODE names a node_modules folder that holds it. */
#include "bench.h"
#include "theriac/elm.h"
#include "theriac/io.h"

typedef struct job {
  th_elm_program *prog;
  th_elm_options opt;
  th_str bundle;
  th_arena *a;
  size_t results;
} job;

static const char type_prefix[] = "{urn:hl7-org:elm-types:r1}";

static void literal(th_buf *b, const char *type, const char *value) {
  th_buf_addf(b, "{\"type\":\"Literal\",\"valueType\":\"%s%s\",\"value\":\"%s\"}", type_prefix, type, value);
}

static void head(th_buf *b) {
  th_buf_addz(b, "{\"library\":{\"identifier\":{\"id\":\"Bench\",\"version\":\"1\"},\"schemaIdentifier\":{\"id\":\"urn:hl7-org:"
                 "elm\",\"version\":\"r1\"},");
}

/* 35 defines: each asks for an Observation of a code above a bound, by a query over all Observations. */
static th_str fhir_rule(th_arena *a) {
  th_buf b;
  th_buf_init(&b, a, 1 << 16);
  head(&b);
  th_buf_addz(&b, "\"statements\":{\"def\":[");
  for (int i = 0; i < 35; i++) {
    char code[16], bound[16];
    snprintf(code, sizeof code, "c%d", i % 20);
    snprintf(bound, sizeof bound, "%d.5", i);
    th_buf_addf(&b,
                "%s{\"name\":\"D%d\",\"context\":\"Patient\",\"accessLevel\":\"Public\",\"expression\":{\"type\":\"Exists\","
                "\"operand\":{\"type\":\"Query\","
                "\"source\":[{\"alias\":\"O\",\"expression\":{\"type\":\"Retrieve\",\"dataType\":\"{http://hl7.org/"
                "fhir}Observation\"}}],\"where\":{\"type\":\"And\",\"operand\":[",
                i ? "," : "", i);
    th_buf_addz(&b,
                "{\"type\":\"Exists\",\"operand\":{\"type\":\"Query\",\"source\":[{\"alias\":\"C\",\"expression\":{\"type\":"
                "\"Property\",\"path\":\"code.coding\",\"scope\":\"O\"}}],"
                "\"where\":{\"type\":\"Equal\",\"operand\":[{\"type\":\"Property\",\"path\":\"code.value\",\"scope\":\"C\"},");
    literal(&b, "String", code);
    th_buf_addz(
        &b, "]}}},{\"type\":\"Greater\",\"operand\":[{\"type\":\"Property\",\"path\":\"value.value.value\",\"scope\":\"O\"},");
    literal(&b, "Decimal", bound);
    th_buf_addz(&b, "]}]}}}}");
  }
  th_buf_addz(&b, "]}}}");
  return th_buf_str(&b);
}

/* 38 decisions over 38 parameters. */
static th_str param_rule(th_arena *a) {
  th_buf b;
  th_buf_init(&b, a, 1 << 16);
  head(&b);
  th_buf_addz(&b, "\"parameters\":{\"def\":[");
  for (int i = 0; i < 38; i++)
    th_buf_addf(&b, "%s{\"name\":\"P%d\",\"accessLevel\":\"Public\",\"parameterType\":\"%sDecimal\"}", i ? "," : "", i,
                type_prefix);
  th_buf_addz(&b, "]},\"statements\":{\"def\":[");
  for (int i = 0; i < 38; i++) {
    th_buf_addf(&b,
                "%s{\"name\":\"D%d\",\"context\":\"Unfiltered\",\"accessLevel\":\"Public\",\"expression\":{\"type\":\"And\","
                "\"operand\":[{\"type\":\"Not\",\"operand\":"
                "{\"type\":\"IsNull\",\"operand\":{\"type\":\"ParameterRef\",\"name\":\"P%d\"}}},{\"type\":\"GreaterOrEqual\","
                "\"operand\":[{\"type\":\"ParameterRef\",\"name\":\"P%d\"},",
                i ? "," : "", i, i, i);
    literal(&b, "Decimal", "4.0");
    th_buf_addz(&b, "]}]}}");
  }
  th_buf_addz(&b, "]}}}");
  return th_buf_str(&b);
}

static th_str generated_bundle(th_arena *a) {
  th_buf b;
  th_buf_init(&b, a, 1 << 16);
  th_buf_addz(&b, "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\","
                  "\"id\":\"p\",\"birthDate\":\"1970-01-01\"}}");
  for (int i = 0; i < 52; i++)
    th_buf_addf(&b,
                ",{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"o%d\",\"status\":\"final\",\"subject\":{"
                "\"reference\":\"Patient/p\"},\"code\":{\"coding\":["
                "{\"system\":\"http://"
                "loinc.org\",\"code\":\"c%d\"}]},\"effectiveDateTime\":\"2025-%02d-10T08:00:00+08:00\",\"valueQuantity\":{"
                "\"value\":%d.25,\"unit\":\"mg\"}}}",
                i, i % 20, i % 12 + 1, i);
  th_buf_addz(&b, "]}");
  return th_buf_str(&b);
}

static void one_patient(void *ctx) {
  job *j = ctx;
  th_fhir_data *d;
  th_fhir_patient *p = NULL;
  th_elm_eval *e;
  th_arena_reset(j->a);
  if (j->bundle.n &&
      (th_fhir_open(j->a, j->bundle, "bundle", &d, NULL) != TH_OK || th_fhir_patient_at(d, j->a, 0, &p, NULL) != TH_OK))
    abort();
  if (th_elm_begin(j->prog, &j->opt, j->a, p, &e, NULL) != TH_OK) abort();
  for (size_t i = 0; i < th_elm_defines(j->prog); i++) {
    th_elm_val v;
    j->results += th_elm_value(e, th_elm_define_name(j->prog, i), &v, NULL) == TH_OK;
  }
  th_elm_finish(e);
}

static th_elm_program *program_of(th_str json) {
  th_elm_program *p = th_elm_new();
  th_err err = { 0 };
  if (!p || th_elm_add(p, json, "bench", &err) != TH_OK || th_elm_link(p, &err) != TH_OK) {
    fprintf(stderr, "bench: %s\n", err.msg);
    exit(1);
  }
  return p;
}

static void load_one(void *ctx) {
  th_elm_del(program_of(*(th_str *)ctx));
}

/* The same ELM and data in Node: calls a second, or 0. */
static double node_rate(const char *dir, const char *what) {
  const char *modules = getenv("THERIAC_CQL_NODE");
  char cmd[4200], line[128];
  double rate = 0;
  if (!modules) return 0;
  snprintf(cmd, sizeof cmd, "NODE_PATH='%s' node '%s/tests/bench/cql-node.mjs' '%s' %s", modules, THERIAC_BUILD_ROOT "/..", dir,
           what);
  FILE *f = popen(cmd, "r");
  if (f && fgets(line, sizeof line, f)) rate = atof(line);
  if (f) pclose(f);
  return rate;
}

static void put(const char *dir, const char *name, th_str text) {
  char path[4200];
  snprintf(path, sizeof path, "%s/%s", dir, name);
  FILE *f = fopen(path, "w");
  if (!f || fwrite(text.p, 1, text.n, f) != text.n || fclose(f) != 0) abort();
}

static size_t peak_kib(void) {
  char line[256];
  size_t kib = 0;
  FILE *f = fopen("/proc/self/status", "r");
  while (f && fgets(line, sizeof line, f)) {
    if (strncmp(line, "VmHWM:", 6) == 0) kib = strtoul(line + 6, NULL, 10);
  }
  if (f) fclose(f);
  return kib;
}

int main(void) {
  static const th_elm_time now = { 2026, 6, 1, 0, 0, 0, TH_ELM_MILLI, 0, 480 };
  th_arena *a = th_arena_new(0);
  char dir[] = "/tmp/bench-cql-XXXXXX";
  if (!a || !mkdtemp(dir)) abort();
  th_str rule = fhir_rule(a), params = param_rule(a), bundle = generated_bundle(a);
  put(dir, "rule.json", rule);
  put(dir, "params.json", params);
  put(dir, "bundle.json", bundle);
  job j = { .prog = program_of(rule), .opt = { .now = now }, .bundle = bundle, .a = th_arena_new(0) };
  const double node_fhir = node_rate(dir, "fhir"), node_param = node_rate(dir, "param");
  double s = bench_seconds(one_patient, &j);
  bench_line("35 defines, 53 resources, JSON read too", 1, "patients", s, "cql-execution", node_fhir, "target", 5000);
  const size_t before = peak_kib();
  for (int i = 0; i < 20000; i++) one_patient(&j);
  printf("peak memory %zu KiB, after 20,000 further patients %zu KiB\n", before, peak_kib());
  th_elm_del(j.prog);
  static th_elm_param value[38];
  for (int i = 0; i < 38; i++) {
    const th_str text = th_str_fmt(a, "%d.5", i);
    value[i].name = th_str_fmt(a, "P%d", i);
    if (th_json_parse(a, text, &value[i].value, NULL) != TH_OK) abort();
  }
  job k = { .prog = program_of(params), .opt = { .now = now, .param = value, .n_params = 38 }, .a = j.a };
  s = bench_seconds(one_patient, &k);
  bench_line("38 decisions over prepared parameters", 1, "patients", s, "cql-execution", node_param, "", 0);
  th_elm_del(k.prog);
  s = bench_seconds(load_one, &rule);
  bench_line("load of the rule", (double)rule.n, "B", s, "", 0, "", 0);
  th_arena_del(j.a);
  th_arena_del(a);
  return 0;
}
