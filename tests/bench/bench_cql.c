/* CQL beside cql-execution in Node on the same ELM and data, where THERIAC_CQL_NODE names a node_modules folder that holds it and the
 * standard translator:
 *  - a path of 8.2.13 exported as CQL, its facts once as parameters (prepared), once read from bundles of 50 resources;
 *  - 35 queries over all Observations of a bundle, in ELM written here, which needs no translator;
 * and loading, and memory over many patients. */
#include <math.h>

#include "bench.h"
#include "theriac/coverage.h"
#include "theriac/io.h"

enum { PATIENTS = 16, RESOURCES = 50, PARAMS_MAX = 200 };

typedef struct job {
  th_elm_program *prog;
  th_elm_options opt;
  th_arena *a;
  th_str bundle[PATIENTS];
  const th_elm_param *param[PATIENTS];
  size_t n_params[PATIENTS];
  size_t yes; /* values that were true */
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

/* ── Evaluating ────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void evaluate(job *j, th_str bundle, const th_elm_param *param, size_t n_params) {
  th_fhir_data *d;
  th_fhir_patient *p = NULL;
  th_elm_eval *e;
  th_arena_reset(j->a);
  if (bundle.n &&
      (th_fhir_open(j->a, bundle, "bundle", &d, NULL) != TH_OK || th_fhir_patient_at(d, j->a, 0, &p, NULL) != TH_OK))
    abort();
  j->opt.param = param;
  j->opt.n_params = n_params;
  if (th_elm_begin(j->prog, &j->opt, j->a, p, &e, NULL) != TH_OK) abort();
  for (size_t i = 0; i < th_elm_defines(j->prog); i++) {
    th_elm_val v;
    bool yes;
    th_err err = { 0 };
    if (th_elm_value_at(e, i, &v, &err) != TH_OK) {
      fprintf(stderr, "bench: %.*s: %s\n", TH_STR_ARG(th_elm_define_name(j->prog, i)), err.msg);
      exit(1);
    }
    j->yes += th_elm_as_bool(v, &yes) && yes;
  }
  th_elm_finish(e);
}

static void one_patient(void *ctx) {
  job *j = ctx;
  evaluate(j, j->bundle[0], NULL, 0);
}

static void all_patients(void *ctx) {
  job *j = ctx;
  for (int i = 0; i < PATIENTS; i++) evaluate(j, j->bundle[i], j->param[i], j->n_params[i]);
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

/* ── Node ──────────────────────────────────────────────────────────────────────────────────────────────────────────────── */

static void put(const char *dir, const char *name, th_str text) {
  char path[4200];
  snprintf(path, sizeof path, "%s/%s", dir, name);
  FILE *f = fopen(path, "w");
  if (!f || fwrite(text.p, 1, text.n, f) != text.n || fclose(f) != 0) abort();
}

static th_str get(th_arena *a, const char *dir, const char *name) {
  char path[4200];
  th_file f;
  snprintf(path, sizeof path, "%s/%s", dir, name);
  if (th_file_open(path, 0, &f, NULL) != TH_OK) return TH_STR_NONE;
  const th_str text = th_str_dup(a, f.bytes);
  th_file_close(&f);
  return text;
}

/* The same ELM and data in Node: patients a second (0: no Node), and how many values are true a round. */
static double node_rate(const char *dir, const char *what, size_t *yes) {
  const char *modules = getenv("THERIAC_CQL_NODE");
  char cmd[4200], line[128];
  double rate = 0;
  *yes = SIZE_MAX;
  if (!modules) return 0;
  snprintf(cmd, sizeof cmd, "NODE_PATH='%s' node '%s/tests/bench/cql-node.mjs' '%s' %s", modules, THERIAC_BUILD_ROOT "/..", dir,
           what);
  FILE *f = popen(cmd, "r");
  if (f && fgets(line, sizeof line, f)) {
    char *rest;
    rate = strtod(line, &rest);
    *yes = strtoul(rest, NULL, 10);
  }
  if (f) pclose(f);
  return rate;
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

/* ── A path of 8.2.13 ──────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct rule {
  th_str prepared, over_bundles; /* CQL */
  th_json *kase;                 /* PATIENTS synthetic cases, most facts of the path known */
} rule;

/* The exported text with each fact a define that reads the patient's resources instead of a parameter. */
static th_str facts_from_bundle(th_arena *a, th_str text) {
  th_buf head, body;
  th_str rest = text, line;
  th_buf_init(&head, a, 1 << 15);
  th_buf_init(&body, a, 1 << 16);
  th_str_line(&rest, &line);
  th_buf_addz(&head, "library Over_bundles version '1'\nusing FHIR version '4.0.1'\ncodesystem \"Facts\": 'urn:facts'\n");
  th_buf_addz(&body, "context Patient\n");
  while (th_str_line(&rest, &line)) {
    th_str name = line, type;
    if (!th_str_starts(line, TH_S("parameter \"")) || th_str_starts(line, TH_S("parameter \"reading"))) {
      th_buf_addf(&body, "%.*s\n", TH_STR_ARG(line));
      continue;
    }
    name = th_str_sub(line, 11, th_str_find(line, TH_S("\" "), 11));
    type = th_str_sub(line, 13 + name.n, line.n);
    if (th_str_is(name, "as_of")) {
      th_buf_addz(&body, "define \"as_of\": Today()\n");
    } else if (th_str_is(name, "birth_date")) {
      th_buf_addz(&body, "define \"birth_date\": Patient.birthDate.value\n");
    } else {
      th_buf_addf(&head, "code \"code %.*s\": '%.*s' from \"Facts\"\n", TH_STR_ARG(name), TH_STR_ARG(name));
      th_buf_addf(&body, "define \"%.*s\": %sLast([Observation: \"code %.*s\"] O return (O.value as FHIR.%s\n",
                  TH_STR_ARG(name), th_str_starts(type, TH_S("Date")) ? "date from " : "", TH_STR_ARG(name),
                  th_str_starts(type, TH_S("Boolean"))   ? "boolean).value)"
                  : th_str_starts(type, TH_S("Decimal")) ? "Quantity).value.value)"
                                                         : "dateTime).value)");
    }
  }
  /* Parameters stand before the context. */
  th_buf_addz(&head, "\n");
  th_str all = th_buf_str(&body);
  rest = all;
  while (th_str_line(&rest, &line)) {
    if (th_str_starts(line, TH_S("parameter"))) th_buf_addf(&head, "%.*s\n", TH_STR_ARG(line));
  }
  while (th_str_line(&all, &line)) {
    if (!th_str_starts(line, TH_S("parameter"))) th_buf_addf(&head, "%.*s\n", TH_STR_ARG(line));
  }
  return th_buf_str(&head);
}

static rule rule_of(th_arena *a) {
  static th_coverage cov;
  rule r = { .kase = TH_NEWN(a, th_json, PATIENTS) };
  th_buf b, cases;
  th_str rest, line;
  th_date day;
  th_buf_init(&b, a, 1 << 16);
  th_buf_init(&cases, a, 1 << 18);
  if (th_coverage_open(a, NULL, 0, &cov, NULL) != TH_OK || !th_date_parse_iso(TH_S("2026-06-01"), &day)) abort();
  const th_rule_policy *p = th_coverage_policy(&cov, TH_S("nhi-8.2.13"));
  const th_rule_path *path = th_rule_path_find(p, TH_S("sle-initial"));
  th_coverage_cql(&b, p, path);
  r.prepared = th_buf_str(&b);
  r.over_bundles = facts_from_bundle(a, r.prepared);
  if (th_coverage_synth(a, p, path, TH_SYNTH_BOUNDARY, 1, PATIENTS, day, &cases, NULL) != TH_OK) abort();
  rest = th_buf_str(&cases);
  for (int i = 0; i < PATIENTS && th_str_line(&rest, &line); i++) {
    if (th_json_parse(a, line, &r.kase[i], NULL) != TH_OK) abort();
  }
  return r;
}

/* A fact's value alone: a number may stand beside its unit. */
static const th_json *plain(const th_json *v) {
  const th_json *inner = th_json_get(v, "value");
  return inner ? inner : v;
}

static size_t params_of(th_arena *a, const th_json *kase, th_elm_param *out) {
  const th_json *facts = th_json_get(kase, "facts");
  size_t n = 0;
  out[n++] = (th_elm_param){ TH_S("as_of"), *th_json_get(kase, "as_of") };
  for (uint32_t i = 0; i < facts->n && n < PARAMS_MAX; i++)
    out[n++] = (th_elm_param){ th_str_dup(a, facts->u.member[i].key), *plain(&facts->u.member[i].value) };
  return n;
}

/* A Patient and the first facts of a case, one Observation each. */
static th_str bundle_of(th_arena *a, const th_json *kase) {
  const th_json *facts = th_json_get(kase, "facts");
  const th_str born = th_json_text(th_json_get(facts, "birth_date"));
  th_buf b;
  int n = 1;
  th_buf_init(&b, a, 1 << 15);
  th_buf_addf(&b,
              "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\","
              "\"id\":\"p\"%s%.*s%s}}",
              born.n ? ",\"birthDate\":\"" : "", TH_STR_ARG(born), born.n ? "\"" : "");
  for (uint32_t i = 0; i < facts->n && n < RESOURCES; i++) {
    const th_json *v = plain(&facts->u.member[i].value);
    th_buf_addf(&b,
                ",{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"o%d\",\"status\":\"final\",\"subject\":{"
                "\"reference\":\"Patient/p\"},\"code\":{\"coding\":[{\"system\":\"urn:facts\",\"code\":\"%.*s\"}]},"
                "\"effectiveDateTime\":\"2026-05-%02dT08:00:00+08:00\",",
                n++, TH_STR_ARG(facts->u.member[i].key), (int)(i % 28) + 1);
    if (v->kind == TH_JSON_BOOL)
      th_buf_addf(&b, "\"valueBoolean\":%s}}", v->boolean ? "true" : "false");
    else if (v->kind == TH_JSON_NUMBER)
      th_buf_addf(&b, "\"valueQuantity\":{\"value\":%.*s}}}", TH_STR_ARG(th_json_text(v)));
    else
      th_buf_addf(&b, "\"valueDateTime\":\"%.*s\"}}", TH_STR_ARG(th_json_text(v)));
  }
  th_buf_addz(&b, "]}");
  return th_buf_str(&b);
}

static bool translate(const char *dir, const rule *r) {
  const char *modules = getenv("THERIAC_CQL_NODE");
  char cmd[4200];
  if (!modules) return false;
  put(dir, "Prepared.cql", r->prepared);
  put(dir, "Over_bundles.cql", r->over_bundles);
  snprintf(cmd, sizeof cmd, "NODE_PATH='%s' node '%s/tests/oracle/cql-compile.mjs' '%s' '%s/elm' >&2", modules,
           THERIAC_BUILD_ROOT "/..", dir, dir);
  return system(cmd) == 0;
}

static void agree(const char *what, size_t ours, size_t theirs) {
  if (theirs == SIZE_MAX || ours == theirs) return;
  fprintf(stderr, "bench: %s: %zu values are true here, %zu in cql-execution\n", what, ours, theirs);
  exit(1);
}

static size_t lines_of(th_str s) {
  size_t n = 0;
  for (size_t i = 0; i < s.n; i++) n += s.p[i] == '\n';
  return n;
}

static void bench_rule(th_arena *a, const char *dir, job *j) {
  rule r = rule_of(a);
  th_buf data;
  char what[80];
  size_t yes;
  if (!translate(dir, &r)) {
    printf("8.2.13 as CQL: left out, THERIAC_CQL_NODE names no node_modules folder with the translator\n");
    return;
  }
  th_buf_init(&data, a, 1 << 20);
  th_buf_addc(&data, '[');
  for (int i = 0; i < PATIENTS; i++) {
    th_elm_param *p = TH_NEWN(a, th_elm_param, PARAMS_MAX);
    j->bundle[i] = bundle_of(a, &r.kase[i]);
    j->param[i] = p;
    j->n_params[i] = params_of(a, &r.kase[i], p);
    th_buf_addf(&data, "%s%.*s", i ? "," : "", TH_STR_ARG(j->bundle[i]));
  }
  th_buf_addc(&data, ']');
  put(dir, "bundles.json", th_buf_str(&data));
  th_jwrite w;
  data.n = 0;
  th_jwrite_open(&w, &data, 0);
  th_jw_arr(&w);
  for (int i = 0; i < PATIENTS; i++) {
    th_jw_obj(&w);
    for (size_t k = 0; k < j->n_params[i]; k++) {
      th_jw_key_str(&w, j->param[i][k].name);
      th_jw_json(&w, &j->param[i][k].value);
    }
    th_jw_obj_end(&w);
  }
  th_jw_arr_end(&w);
  put(dir, "params.json", th_buf_str(&data));

  th_str elm = get(a, dir, "elm/Over_bundles.json");
  const size_t lines = lines_of(r.over_bundles);
  double theirs = node_rate(dir, "fhir", &yes);
  job x = *j;
  x.prog = program_of(elm);
  memset(x.n_params, 0, sizeof x.n_params);
  x.yes = 0;
  all_patients(&x);
  agree("8.2.13 over bundles", x.yes, yes);
  snprintf(what, sizeof what, "8.2.13, %zu lines, %d resources", lines, RESOURCES);
  double s = bench_seconds(all_patients, &x);
  bench_line(what, PATIENTS, "patients", s, "cql-execution", theirs, "target", 5000);
  th_elm_del(x.prog);
  snprintf(what, sizeof what, "load of it, %zu kB of ELM", elm.n / 1000);
  s = bench_seconds(load_one, &elm);
  bench_line(what, 1, "libraries", s, "", 0, "target", 50);

  elm = get(a, dir, "elm/Prepared.json");
  theirs = node_rate(dir, "param", &yes);
  x = *j;
  x.prog = program_of(elm);
  memset(x.bundle, 0, sizeof x.bundle);
  x.yes = 0;
  all_patients(&x);
  agree("8.2.13 over prepared parameters", x.yes, yes);
  s = bench_seconds(all_patients, &x);
  bench_line("8.2.13 over prepared parameters", PATIENTS, "patients", s, "cql-execution", theirs, "", 0);
  th_elm_del(x.prog);
}

int main(void) {
  static job j = { .opt = { .now = { 2026, 6, 1, 0, 0, 0, TH_ELM_MILLI, 0, 480 } } };
  th_arena *a = th_arena_new(0);
  char dir[] = "/tmp/bench-cql-XXXXXX", cmd[64];
  size_t yes;
  if (!a || !mkdtemp(dir)) abort();
  j.a = th_arena_new(0);
  bench_rule(a, dir, &j);
  th_str queries = fhir_rule(a);
  j.bundle[0] = generated_bundle(a);
  put(dir, "queries.json", queries);
  put(dir, "bundle.json", j.bundle[0]);
  j.prog = program_of(queries);
  const double theirs = node_rate(dir, "queries", &yes);
  j.yes = 0;
  one_patient(&j);
  agree("35 queries", j.yes, yes);
  const double s = bench_seconds(one_patient, &j);
  bench_line("35 queries over all of 53 resources", 1, "patients", s, "cql-execution", theirs, "target", 5000);
  const size_t before = peak_kib();
  for (int i = 0; i < 20000; i++) one_patient(&j);
  printf("peak memory %zu KiB, after 20,000 further patients %zu KiB\n", before, peak_kib());
  th_elm_del(j.prog);
  th_arena_del(j.a);
  th_arena_del(a);
  snprintf(cmd, sizeof cmd, "rm -r %s", dir);
  return system(cmd) != 0;
}
