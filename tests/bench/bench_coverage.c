/* Coverage: a policy loaded, one case judged and explained, JSON lines a core, FHIR bundles a core, and columns a core under one reading
 * and under all. Lines and bundles stand beside the rate at which the machine copies as many bytes; lines of one path also beside
 * cql-execution in Node on the same rule as CQL, where THERIAC_CQL_NODE names a node_modules folder that holds it and the translator. */
#include "bench.h"
#include "theriac/coverage.h"

#define CASES 65536

static const th_date as_of = { 2025, 6, 15, TH_DATE_DAY, TH_ERA_CE };

typedef struct job {
  th_arena *arena;
  th_coverage cov;
  const th_rule_policy *policy;
  const th_rule_path *path;
  th_coverage_case kase;
  th_coverage_batch batch;
  th_buf answers;
  th_arena *arena2; /* a bundle at a time */
  th_str lines, bundle;
  th_rule_column *column;
  uint64_t *t, *f;
  uint32_t combos;
} job;

static void must(th_code code) {
  if (code != TH_OK) abort();
}

static void open_policies(void *ctx) {
  (void)ctx;
  th_arena *a = th_arena_new((size_t)1 << 21);
  static th_coverage cov;
  must(th_coverage_open(a, NULL, 0, &cov, NULL));
  th_arena_del(a);
}

static void explain_one(void *ctx) {
  job *j = ctx;
  th_coverage_result r;
  th_buf b;
  const th_arena_mark mark = th_arena_save(j->arena);
  must(th_coverage_check(j->arena, &j->kase, &r, NULL));
  th_buf_init(&b, j->arena, 16384);
  th_coverage_explain(&b, &r, TH_COVER_TEXT, true, true);
  th_arena_rewind(j->arena, mark);
}

static void batch_lines(void *ctx) {
  job *j = ctx;
  const th_coverage_bad *bad;
  size_t n_bad;
  j->answers.n = 0;
  must(th_coverage_batch_run(&j->batch, j->lines, &j->answers, &bad, &n_bad, NULL));
  if (n_bad) abort();
}

static void one_bundle(void *ctx) {
  job *j = ctx;
  th_coverage_case kase;
  th_coverage_result r = { 0 };
  th_buf b;
  th_jwrite w;
  must(th_coverage_case_fhir(j->arena2, &j->cov, j->bundle, "bundle", TH_S("nhi-8.2.13"), TH_S("ln-renewal"), as_of, &kase,
                             NULL));
  r = (th_coverage_result){ .kase = &kase, .policy = kase.policy, .path = kase.path };
  must(th_rule_check(j->arena2, kase.policy, kase.path, kase.values, as_of, &r.rule, NULL));
  th_buf_init(&b, j->arena2, 4096);
  th_jwrite_open(&w, &b, 0);
  th_coverage_json(&w, &r, true);
  th_arena_reset(j->arena2);
}

static void columns(void *ctx) {
  job *j = ctx;
  const th_arena_mark mark = th_arena_save(j->arena);
  must(th_rule_columns(j->arena, j->policy, j->path, j->column, CASES, as_of, 0, j->combos, j->t, j->f, NULL));
  th_arena_rewind(j->arena, mark);
}

static void draw_columns(job *j) {
  const th_rule_dict *d = j->policy->dict;
  th_rng rng = { 1, 1, 0 };
  j->column = TH_NEWN(j->arena, th_rule_column, d->n);
  for (uint32_t i = 0; i < j->path->n_facts; i++) {
    const int32_t fact = j->path->fact[i];
    double *lo = TH_NEWN(j->arena, double, CASES);
    uint64_t *present = TH_NEWN(j->arena, uint64_t, CASES / 64), *truth = TH_NEWN(j->arena, uint64_t, CASES / 64);
    if (!lo || !present || !truth) abort();
    for (size_t k = 0; k < CASES; k++)
      lo[k] = d->fact[fact].type == TH_RULE_DATE ? (double)th_rng_below(&rng, 20000) : (double)th_rng_below(&rng, 40);
    for (size_t w = 0; w < CASES / 64; w++) {
      present[w] = th_rng_u64(&rng) | th_rng_u64(&rng) | th_rng_u64(&rng);
      truth[w] = th_rng_u64(&rng);
    }
    j->column[fact] = (th_rule_column){ present, lo, NULL, truth };
  }
}

/* The size the specification names: 24 columns, a score of 13 items among them, one reading. */
static const char small[] = "policy: small\n"
                            "title: {zh: \"z\", en: \"e\"}\n"
                            "versions: [{from: 2020-01-01, to: open, applies: [p], state: held}]\n"
                            "scores:\n"
                            "  - id: s\n"
                            "    prefix: true\n"
                            "    items:\n";

static th_str small_policy(th_arena *a) {
  static const char *const items[] = { "visual_disturbance", "cva",         "vasculitis", "arthritis",
                                       "myositis",           "rash",        "pleurisy",   "pericarditis",
                                       "low_complement",     "dna_binding", "fever",      "leukopenia",
                                       "thrombocytopenia" };
  static const char *const leaves[] = { "upcr",
                                        "gfr",
                                        "creatinine",
                                        "c3",
                                        "c4",
                                        "weight",
                                        "height",
                                        "hcq_months",
                                        "aza_months",
                                        "steroid_months",
                                        "months_on_belimumab" };
  th_buf b;
  th_buf_init(&b, a, 4096);
  th_buf_addz(&b, small);
  for (size_t i = 0; i < 13; i++)
    th_buf_addf(&b, "      - {item: %s, weight: %d, group: g, zh: \"z\", en: \"e\", counts: {fact: %s, is: true}}\n", items[i],
                i < 3   ? 8
                : i < 8 ? 4
                        : 2,
                items[i]);
  th_buf_addz(&b, "paths:\n  p:\n    all:\n      - {score: {of: s, at: now, op: \">=\", value: 8}}\n");
  for (size_t i = 0; i < 11; i++) th_buf_addf(&b, "      - {fact: %s, op: \">=\", value: 6}\n", leaves[i]);
  return th_buf_str(&b);
}

static void json_lines(job *j) {
  th_buf b;
  th_buf_init(&b, j->arena, (size_t)1 << 20);
  for (int i = 0; i < 4096; i++)
    th_buf_addf(
        &b,
        "{\"case\":\"b%d\",\"program\":\"nhi-8.2.13\",\"path\":\"ln-renewal\",\"as_of\":\"2025-06-15\",\"facts\":{\"months_on_"
        "belimumab\":13,"
        "\"upcr\":{\"value\":%d,\"unit\":\"mg/g\",\"date\":\"2025-06-01\"},\"upcr_pre_belimumab\":2.1,\"protein_24h\":0.65,"
        "\"protein_24h_pre_belimumab\":2.4,\"gfr\":95,\"gfr_pre_belimumab\":93,\"dialysis_or_transplant\":false,\"creatinine\":"
        "1.0,"
        "\"creatinine_pre_belimumab\":1.1,\"gfr_min_12m\":91}}\n",
        i, 200 + i % 900);
  j->lines = th_buf_str(&b);
}

/* Cases of all paths, a thousand each, from the generator. */
static size_t all_paths(job *j) {
  th_arena *a = th_arena_new((size_t)1 << 20);
  th_buf b;
  size_t n = 0;
  th_buf_init(&b, j->arena, (size_t)1 << 20);
  for (uint32_t i = 0; i < j->cov.n; i++)
    for (uint32_t k = 0; k < j->cov.policy[i].n_paths; k++, n += 1000)
      must(th_coverage_synth(a, &j->cov.policy[i], &j->cov.policy[i].path[k], TH_SYNTH_BOUNDARY, 3, 1000, as_of, &b, NULL));
  th_arena_del(a);
  j->lines = th_buf_str(&b);
  return n;
}

static void resource(th_buf *b, const char *type, const char *id, const char *rest) {
  th_buf_addf(b, ",{\"resource\":{\"resourceType\":\"%s\",\"id\":\"%s\",%s}}", type, id, rest);
}

/* Twenty resources: the patient, the diagnosis, fourteen laboratory values then and now, three drugs, a physician. */
static void small_bundle(job *j) {
  static const char *const codes[] = { "2890-2", "2889-4", "98979-8", "2160-0", "4485-9", "4498-2", "30341-2" };
  static const char *const units[] = { "mg/g", "g/d", "mL/min/{1.73_m2}", "mg/dL", "mg/dL", "mg/dL", "mm/h" };
  static const char *const drugs[] = { "Belimumab", "Mycophenolate mofetil", "Prednisolone" };
  char text[1024], id[16];
  th_buf b;
  th_buf_init(&b, j->arena, 16384);
  th_buf_addz(&b, "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\","
                  "\"id\":\"p\",\"gender\":\"female\",\"birthDate\":\"1990-03-01\"}}");
  resource(&b, "Condition", "c",
           "\"subject\":{\"reference\":\"Patient/p\"},\"code\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/"
           "icd-10-cm\",\"code\":\"M32.14\"}]}");
  resource(&b, "Practitioner", "d", "\"qualification\":[{\"code\":{\"text\":\"Rheumatology\"}}]");
  for (int i = 0; i < 14; i++) {
    snprintf(id, sizeof id, "o%d", i);
    snprintf(
        text, sizeof text,
        "\"status\":\"final\",\"subject\":{\"reference\":\"Patient/p\"},\"code\":{\"coding\":[{\"system\":\"http://loinc.org\","
        "\"code\":\"%s\"}]},\"effectiveDateTime\":\"%s\",\"valueQuantity\":{\"value\":%d.5,\"system\":\"http://"
        "unitsofmeasure.org\",\"code\":\"%s\"}",
        codes[i % 7], i < 7 ? "2024-02-01" : "2025-06-01", 20 + i, units[i % 7]);
    resource(&b, "Observation", id, text);
  }
  for (int i = 0; i < 3; i++) {
    snprintf(id, sizeof id, "m%d", i);
    snprintf(text, sizeof text,
             "\"status\":\"active\",\"subject\":{\"reference\":\"Patient/p\"},\"medicationCodeableConcept\":{\"text\":\"%s\"},"
             "\"effectivePeriod\":{\"start\":\"2024-03-01\",\"end\":\"2025-06-10\"},\"dosage\":[{\"timing\":{\"repeat\":{"
             "\"frequency\":2,\"period\":1,\"periodUnit\":\"d\"}},\"doseAndRate\":[{\"doseQuantity\":{\"value\":500,\"code\":"
             "\"mg\"}}]}]",
             drugs[i]);
    resource(&b, "MedicationStatement", id, text);
  }
  th_buf_addz(&b, "]}");
  j->bundle = th_buf_str(&b);
}

/* Cases a second of the same rule in cql-execution: under one reading, parameters prepared; 0 where it is not at hand. */
static double node_rate(const job *j, const char *modules) {
  static const char params[] =
      "{\"as_of\":\"2025-06-15\",\"months_on_belimumab\":13,\"upcr\":0.6,\"upcr_pre_belimumab\":2.1,\"protein_24h\":0.65,"
      "\"protein_24h_pre_belimumab\":2.4,\"gfr\":95,\"gfr_pre_belimumab\":93,\"dialysis_or_transplant\":false,\"creatinine\":1."
      "0,"
      "\"creatinine_pre_belimumab\":1.1,\"gfr_min_12m\":91}";
  char dir[] = "/tmp/bench-rule-XXXXXX", cmd[4200], line[128];
  double rate = 0;
  th_buf b;
  const th_rule_policy *p = th_coverage_policy(&j->cov, TH_S("nhi-8.2.13"));
  th_buf_init(&b, j->arena, 1 << 16);
  th_coverage_cql(&b, p, th_rule_path_find(p, TH_S("ln-renewal")));
  if (!mkdtemp(dir)) abort();
  snprintf(cmd, sizeof cmd, "mkdir '%s/src'", dir);
  if (system(cmd) != 0) abort();
  snprintf(cmd, sizeof cmd, "%s/src/Rule_nhi_8_2_13_ln_renewal.cql", dir);
  must(th_file_write(cmd, th_buf_str(&b), NULL));
  snprintf(cmd, sizeof cmd, "%s/params.json", dir);
  must(th_file_write(cmd, th_str_of(params), NULL));
  snprintf(cmd, sizeof cmd, "NODE_PATH='%s' node '%s/../tests/bench/rule-node.mjs' '%s' Rule_nhi_8_2_13_ln_renewal", modules,
           THERIAC_BUILD_ROOT, dir);
  FILE *f = popen(cmd, "r");
  if (f && fgets(line, sizeof line, f)) rate = atof(line);
  if (f) pclose(f);
  snprintf(cmd, sizeof cmd, "rm -r '%s'", dir);
  return system(cmd) == 0 ? rate : 0;
}

static void bench_lines(job *j, const char *name, double n, const char *reference, double reference_rate) {
  const double s = bench_seconds(batch_lines, j);
  bench_line(name, n, "case", s, reference, reference_rate, "copying the bytes",
             bench_memory_rate() * n / (double)(j->lines.n + j->answers.n));
}

static void bench_batch(job *j) {
  const char *modules = getenv("THERIAC_CQL_NODE");
  th_pool *pool = th_pool_new(1);
  must(th_coverage_batch_open(&j->cov, pool, false, &j->batch, NULL));
  th_buf_init(&j->answers, j->arena, (size_t)1 << 24);
  json_lines(j);
  bench_lines(j, "coverage batch: JSON lines, one core", 4096, "wanted", 200000);
  const double theirs = modules ? node_rate(j, modules) : 0;
  if (theirs > 0)
    bench_lines(j, "  the same, 64 readings, beside CQL of one reading", 4096, "cql-execution", theirs);
  else
    printf("the rule as CQL: left out, THERIAC_CQL_NODE names no node_modules folder with cql-execution and the translator\n");
  const double n = (double)all_paths(j);
  bench_lines(j, "coverage batch: JSON lines of all ten paths", n, "wanted", 200000);
  th_coverage_batch_close(&j->batch);
  th_pool_del(pool);
}

static void bench_columns(job *j) {
  th_rule_policy p;
  j->t = TH_NEWN(j->arena, uint64_t, (size_t)64 * (CASES / 64));
  j->f = TH_NEWN(j->arena, uint64_t, (size_t)64 * (CASES / 64));
  must(th_rule_policy_load(j->arena, &j->cov.dict, small_policy(j->arena), "small", &p, NULL));
  j->policy = &p;
  j->path = &p.path[0];
  j->combos = 1;
  draw_columns(j);
  bench_line("coverage columns: 24 columns, one reading, one core", CASES, "verdict", bench_seconds(columns, j), "wanted", 1e7,
             "copying the columns", bench_memory_rate() / (11 * 8 + 24.0 * 2 / 8));
  j->policy = th_coverage_policy(&j->cov, TH_S("nhi-8.2.13"));
  j->path = th_rule_path_find(j->policy, TH_S("sle-initial"));
  j->combos = 64;
  draw_columns(j);
  bench_line("coverage columns: sle-initial, 64 readings, one core", CASES, "case", bench_seconds(columns, j), "wanted", 1e6,
             "", 0);
}

int main(void) {
  static job j;
  j.arena = th_arena_new((size_t)1 << 24);
  j.arena2 = th_arena_new((size_t)1 << 20);
  must(th_coverage_open(j.arena, NULL, 0, &j.cov, NULL));
  bench_line("coverage: load the policies", 1, "load", bench_seconds(open_policies, NULL), "wanted", 200, "", 0);
  json_lines(&j);
  must(th_coverage_case_parse(j.arena, &j.cov, th_str_sub(j.lines, 0, th_str_find(j.lines, TH_S("\n"), 0)), &j.kase, NULL));
  bench_line("coverage: check and explain a case", 1, "case", bench_seconds(explain_one, &j), "wanted", 20000, "", 0);
  bench_batch(&j);
  small_bundle(&j);
  bench_line("coverage: FHIR bundle of 20 resources", 1, "bundle", bench_seconds(one_bundle, &j), "wanted", 10000,
             "copying the bytes", bench_memory_rate() / (double)j.bundle.n);
  bench_columns(&j);
  th_arena_del(j.arena2);
  th_arena_del(j.arena);
  return 0;
}
