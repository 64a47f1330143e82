/* Coverage: a policy loaded, one case judged and explained, JSON lines a core, and columns a core under one reading and under all. */
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
  th_str lines;
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
  th_arena *a = th_arena_new((size_t)1 << 22);
  th_buf out;
  const th_coverage_bad *bad;
  size_t n_bad;
  th_buf_init(&out, a, (size_t)1 << 22);
  must(th_coverage_batch_run(&j->batch, j->lines, &out, &bad, &n_bad, NULL));
  th_arena_del(a);
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

int main(void) {
  static job j;
  th_rule_policy p;
  j.arena = th_arena_new((size_t)1 << 24);
  must(th_coverage_open(j.arena, NULL, 0, &j.cov, NULL));
  bench_line("coverage: load the policies", 1, "load", bench_seconds(open_policies, NULL), "wanted", 200, "", 0);
  json_lines(&j);
  must(th_coverage_case_parse(j.arena, &j.cov, th_str_sub(j.lines, 0, th_str_find(j.lines, TH_S("\n"), 0)), &j.kase, NULL));
  bench_line("coverage: check and explain a case", 1, "case", bench_seconds(explain_one, &j), "wanted", 20000, "", 0);
  th_pool *pool = th_pool_new(1);
  must(th_coverage_batch_open(&j.cov, pool, false, &j.batch, NULL));
  bench_line("coverage batch: JSON lines, one core", 4096, "case", bench_seconds(batch_lines, &j), "wanted", 200000, "", 0);
  th_coverage_batch_close(&j.batch);
  th_pool_del(pool);
  j.t = TH_NEWN(j.arena, uint64_t, (size_t)64 * (CASES / 64));
  j.f = TH_NEWN(j.arena, uint64_t, (size_t)64 * (CASES / 64));
  must(th_rule_policy_load(j.arena, &j.cov.dict, small_policy(j.arena), "small", &p, NULL));
  j.policy = &p;
  j.path = &p.path[0];
  j.combos = 1;
  draw_columns(&j);
  bench_line("coverage columns: 24 columns, one reading, one core", CASES, "verdict", bench_seconds(columns, &j), "wanted", 1e7,
             "", 0);
  j.policy = th_coverage_policy(&j.cov, TH_S("nhi-8.2.13"));
  j.path = th_rule_path_find(j.policy, TH_S("sle-initial"));
  j.combos = 64;
  draw_columns(&j);
  bench_line("coverage columns: sle-initial, 64 readings, one core", CASES, "case", bench_seconds(columns, &j), "wanted", 1e6,
             "", 0);
  th_arena_del(j.arena);
  return 0;
}
