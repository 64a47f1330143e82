/* Searching generated registry studies: a mix of searches, the commonest words, facets. THERIAC_BENCH_TRIALS sets how many (20,000
 * by default; the specification speaks of 600,000). Only what the search rests on is written, the row and the index of each study;
 * THERIAC_BENCH_WHOLE stores whole records, as an import does. Words, conditions, drugs and places recur as words do: the k-th most common
 * one about 1/k as often as the first. Limits: p99 of the mix 20 ms, the commonest words and facets 150 ms. */
#include <sys/stat.h>

#include "bench.h"
#include "store/put_priv.h"
#include "store/ready_priv.h"
#include "theriac/io.h"

enum { VOCABULARY = 40000, CONDITIONS = 4000, DRUGS = 6000, SPONSORS = 3000, CITIES = 600, COUNTRIES = 80, BATCH = 2000 };

static char fresh[] = "/tmp/theriac-bench-trials-XXXXXX";
static const char *home = fresh; /* THERIAC_BENCH_HOME: a store filled before and kept (THERIAC_BENCH_KEEP) */
static th_arena *arena;
static th_store *store;
static uint64_t seed = 1;

static void die(const char *what, const th_err *err) {
  fprintf(stderr, "%s: %s\n", what, err->msg);
  exit(1);
}

static double unit(uint64_t a, uint64_t b, uint64_t c) {
  return (double)(th_rng_at(seed + a, b, c) >> 11) * 0x1p-53;
}

/* Rank 0 … n-1 with weight about 1 / (rank + 1). */
static uint32_t common(uint64_t a, uint64_t b, uint64_t c, uint32_t n) {
  double x = 1;
  const double u = unit(a, b, c);
  for (double p = n, r = u; r > 0; r = 0) x = __builtin_pow(p, r);
  const uint32_t k = (uint32_t)x - 1;
  return k < n ? k : n - 1;
}

/* An invented word for a number: syllables, so that words look and fold like words. */
static th_str word_of(th_arena *a, const char *prefix, uint32_t n) {
  static const char *const syllable[] = { "ba", "ce", "di", "fo", "gu", "ha", "le", "mi",
                                          "no", "pu", "ra", "se", "ti", "vo", "xu", "za" };
  th_buf b;
  th_buf_init(&b, a, 24);
  th_buf_addz(&b, prefix);
  do th_buf_addz(&b, syllable[n % 16]);
  while (n /= 16);
  return th_buf_str(&b);
}

static th_field field(th_str text) {
  return (th_field){ .text = text };
}

static void prose(th_arena *a, th_buf *b, uint64_t doc, uint64_t part, int words) {
  for (int i = 0; i < words; i++) {
    th_buf_add(b, word_of(a, "", common(doc, part, (uint64_t)i, VOCABULARY)));
    th_buf_addz(b, i % 14 == 13 ? ". " : " ");
  }
}

static th_str text(th_arena *a, uint64_t doc, uint64_t part, int words) {
  th_buf b;
  th_buf_init(&b, a, (size_t)words * 8);
  prose(a, &b, doc, part, words);
  return th_buf_str(&b);
}

static th_str condition_name(th_arena *a, uint32_t n) {
  return th_str_fmt(a, "%.*s %.*s disease", TH_STR_ARG(word_of(a, "con", n)), TH_STR_ARG(word_of(a, "", n % 97)));
}

static void push(th_arena *a, th_field_vec *v, th_str s) {
  if (!TH_VEC_PUSH(a, v, field(s))) abort();
}

static const char *pick(uint64_t doc, uint64_t part, const char *const *v, const double *share, int n) {
  double u = unit(doc, part, 7);
  for (int i = 0; i + 1 < n; i++) /* the last has what is left */
    if ((u -= share[i]) < 0) return v[i];
  return v[n - 1];
}
#define PICK(doc, part, shares, ...)                                                                                           \
  pick(doc, part, (const char *const[]){ __VA_ARGS__ }, (const double[])shares,                                                \
       (int)(sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *)))
#define SHARES(...)                                                                                                            \
  { __VA_ARGS__ }

static void places(th_arena *a, uint64_t doc, th_ctgov_study *s) {
  const uint32_t n = 1 + common(doc, 20, 0, 30);
  for (uint32_t i = 0; i < n; i++) {
    th_ctgov_place *p = TH_VEC_ADD(a, &s->places);
    const uint32_t city = common(doc, 21, i, CITIES);
    if (!p) abort();
    p->city = field(word_of(a, "City", city));
    p->country = field(word_of(a, "Land", city % COUNTRIES));
    p->latitude = -60 + (double)(th_rng_at(3, city, 1) % 12000) / 100;
    p->longitude = -180 + (double)(th_rng_at(3, city, 2) % 36000) / 100;
  }
}

static void study(th_arena *a, uint64_t doc, th_ctgov_study *s) {
  *s = (th_ctgov_study){ .enrolment = (int64_t)common(doc, 1, 0, 100000),
                         .has_results = unit(doc, 2, 0) < 0.2 ? TH_TRUE : TH_FALSE };
  s->nct_id = field(th_str_fmt(a, "NCT%08llu", (unsigned long long)doc + 1));
  s->brief_title = field(text(a, doc, 3, 10));
  s->official_title = field(text(a, doc, 4, 18));
  s->status = field(th_str_of(PICK(doc, 5, SHARES(.55, .15, .1, .06, .05, .03), "COMPLETED", "RECRUITING", "UNKNOWN",
                                   "TERMINATED", "NOT_YET_RECRUITING", "WITHDRAWN", "ACTIVE_NOT_RECRUITING")));
  s->study_type = field(th_str_of(PICK(doc, 6, SHARES(.76, .235), "INTERVENTIONAL", "OBSERVATIONAL", "EXPANDED_ACCESS")));
  push(a, &s->phases,
       th_str_of(PICK(doc, 7, SHARES(.4, .2, .15, .12, .09), "NA", "PHASE2", "PHASE1", "PHASE3", "PHASE4", "EARLY_PHASE1")));
  s->allocation = field(th_str_of(PICK(doc, 8, SHARES(.65, .1), "RANDOMIZED", "NON_RANDOMIZED", "NA")));
  s->model = field(th_str_of(PICK(doc, 9, SHARES(.6, .25, .1), "PARALLEL", "SINGLE_GROUP", "CROSSOVER", "SEQUENTIAL")));
  s->purpose =
      field(th_str_of(PICK(doc, 10, SHARES(.65, .12, .08), "TREATMENT", "PREVENTION", "SUPPORTIVE_CARE", "DIAGNOSTIC")));
  s->masking = field(th_str_of(PICK(doc, 11, SHARES(.55, .15, .12, .1), "NONE", "DOUBLE", "QUADRUPLE", "SINGLE", "TRIPLE")));
  s->sponsor = field(th_str_fmt(a, "%.*s University Hospital", TH_STR_ARG(word_of(a, "Sp", common(doc, 12, 0, SPONSORS)))));
  s->sponsor_class = field(th_str_of(PICK(doc, 13, SHARES(.65, .28, .04), "OTHER", "INDUSTRY", "OTHER_GOV", "NIH")));
  s->sex = field(th_str_of(PICK(doc, 14, SHARES(.86, .1), "ALL", "FEMALE", "MALE")));
  push(a, &s->std_ages, TH_S("ADULT"));
  for (uint32_t i = 0, n = 1 + common(doc, 15, 0, 4); i < n; i++)
    push(a, &s->conditions, condition_name(a, common(doc, 16, i, CONDITIONS)));
  for (uint32_t i = 0, n = 1 + common(doc, 17, 0, 4); i < n; i++) {
    th_ctgov_intervention *x = TH_VEC_ADD(a, &s->interventions);
    if (!x) abort();
    x->type = field(TH_S("DRUG"));
    x->name = field(word_of(a, "drug", common(doc, 18, i, DRUGS)));
    x->description = field(text(a, doc, 19 + 100 * i, 12));
  }
  places(a, doc, s);
  s->brief_summary = field(text(a, doc, 22, 90));
  s->eligibility = field(text(a, doc, 23, 140));
  th_ctgov_outcome *o = TH_VEC_ADD(a, &s->outcomes);
  if (o) o->measure = field(text(a, doc, 24, 12));
  const int32_t start = 10957 + (int32_t)(th_rng_at(seed, doc, 25) % 9500); /* 2000 … 2025 */
  s->start.date = th_civil_from_days(start);
  s->primary_completion.date = th_civil_from_days(start + 200 + (int32_t)(th_rng_at(seed, doc, 26) % 1500));
  s->last_update.date = th_civil_from_days(start + 300 + (int32_t)(th_rng_at(seed, doc, 27) % 1500));
}

static th_code put_bare(const th_store_document *d, const th_ctgov_study *s, th_store_record *r, th_store_added *added,
                        th_err *err) {
  *r = (th_store_record){ .kind = TH_S("ctgov"), .key = s->nct_id.text, .title = s->brief_title.text, .doc = *d };
  TH_TRY(th_store_record_add(store, r, s->nct_id.text, added, err));
  th_store__put p = { arena, store, r, TH_OK, err };
  th_store__index index;
  TH_TRY(th_store__study_index(arena, s, true, &index, err));
  th_store__trial_put(&p, s, &index.trial);
  return p.code;
}

static void fill(uint64_t n) {
  const bool whole = getenv("THERIAC_BENCH_WHOLE") != NULL;
  th_err err = { 0 };
  if (th_store_open(home, TH_STORE_WRITE, -1, &store, &err) != TH_OK) die("open", &err);
  const double t = bench_now();
  for (uint64_t at = 0; at < n; at += BATCH) {
    th_store_document d = { .name = th_str_fmt(arena, "generated-%llu", (unsigned long long)at),
                            .kind = TH_S("ctgov"),
                            .retrieved = { 2026, 1, 1, TH_DATE_DAY, TH_ERA_CE } };
    if (th_store_begin(store, &err) != TH_OK || th_store_document_add(arena, store, d.name, &d, &err) != TH_OK)
      die("begin", &err);
    for (uint64_t i = at; i < n && i < at + BATCH; i++) {
      const th_arena_mark mark = th_arena_save(arena);
      th_ctgov_study s;
      th_store_record r;
      th_store_added added;
      study(arena, i, &s);
      if ((whole ? th_store_ctgov_put(arena, store, &d, &s, &r, &added, &err) : put_bare(&d, &s, &r, &added, &err)) != TH_OK)
        die("put", &err);
      th_arena_rewind(arena, mark);
    }
    if (th_store_commit(store, &err) != TH_OK) die("commit", &err);
    if (at / BATCH % 20 == 0) fprintf(stderr, "%llu studies, %.0f s\n", (unsigned long long)at, bench_now() - t);
  }
  bench_line(whole ? "studies generated, stored and indexed" : "studies generated and indexed", (double)n, "studies",
             bench_now() - t, "", 0, "limit", 1000);
  th_store_close(store);
  struct stat file;
  const th_str path = th_str_fmt(arena, "%s/theriac.db", home);
  if (stat(path.p, &file) == 0)
    printf("note\tstore of %llu studies\t%.1f MiB\t%.0f bytes a study\n", (unsigned long long)n, (double)file.st_size / 1048576,
           (double)file.st_size / (double)n);
}

/* ── Searches ──────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct asked {
  th_trial_query q;
  th_str name[2], word[2];
  th_trial_words group[2];
  th_trial_filter filter[3];
} asked;

/* The mix: by hundredths. */
static void ask(th_arena *a, uint64_t i, asked *x) {
  *x = (asked){ 0 };
  const uint32_t kind = (uint32_t)(th_rng_at(9, i, 0) % 100);
  x->name[0] = condition_name(a, common(9, i, 1, CONDITIONS));
  x->name[1] = word_of(a, "drug", common(9, i, 2, DRUGS));
  for (int k = 0; k < 2; k++) {
    x->word[k] = word_of(a, "", common(9, i, 3 + (uint64_t)k, VOCABULARY));
    x->group[k] = (th_trial_words){ &x->word[k], 1, false };
  }
  x->q.limit = 20;
  if (kind < 80 && !(kind >= 40 && kind < 60)) x->q.condition = &x->name[0], x->q.n_conditions = 1;
  if (kind >= 25 && kind < 40) x->q.intervention = &x->name[1], x->q.n_interventions = 1;
  if (kind >= 40 && kind < 60) x->q.text = x->group, x->q.n_text = 2;
  if (kind >= 60 && kind < 75) {
    x->filter[0] = (th_trial_filter){ TH_FACET_PHASE, TH_S("PHASE3") };
    x->filter[1] = (th_trial_filter){ TH_FACET_STATUS, TH_S("RECRUITING") };
    x->q.filter = x->filter, x->q.n_filters = 2;
  } else if (kind >= 75 && kind < 85) {
    x->filter[0] = (th_trial_filter){ TH_FACET_COUNTRY, word_of(a, "Land", common(9, i, 6, COUNTRIES)) };
    x->filter[1] = (th_trial_filter){ TH_FACET_RESULTS, TH_S("yes") };
    x->q.filter = x->filter, x->q.n_filters = 2;
  } else if (kind >= 85 && kind < 90) {
    x->q.sponsor = word_of(a, "Sp", common(9, i, 7, SPONSORS));
  } else if (kind >= 90 && kind < 95) {
    const uint32_t city = common(9, i, 8, CITIES);
    x->q.latitude = -60 + (double)(th_rng_at(3, city, 1) % 12000) / 100;
    x->q.longitude = -180 + (double)(th_rng_at(3, city, 2) % 36000) / 100;
    x->q.radius_km = 100;
  } else if (kind >= 95) {
    x->q.start = (th_days){ 16436, 17897 }; /* 2015 … 2018 */
    x->q.sort = TH_TRIAL_SORT_UPDATE;
    x->q.intervention = &x->name[1], x->q.n_interventions = 1;
  }
}

/* The processor's time of this thread: what a search costs whatever else the machine does. */
static double processor(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double timed(const th_trial_query *q, uint64_t *total, double *cpu) {
  th_err err = { 0 };
  th_trial_found found;
  th_arena *a = th_arena_new((size_t)1 << 20);
  const double t = bench_now(), c = processor();
  if (th_store_trial_search(a, store, q, &found, &err) != TH_OK) die("search", &err);
  const double seconds = bench_now() - t;
  *cpu = processor() - c;
  *total = found.total;
  th_arena_del(a);
  return seconds;
}

enum { SEARCHES = 2000 };
static double took[SEARCHES], cost[SEARCHES];

static void mix(const char *name, bool facets, double limit) {
  uint64_t total, all = 0;
  for (int i = 0; i < SEARCHES; i++) {
    asked x;
    const th_arena_mark mark = th_arena_save(arena);
    ask(arena, (uint64_t)i, &x);
    x.q.facets = facets;
    took[i] = timed(&x.q, &total, &cost[i]);
    all += total;
    th_arena_rewind(arena, mark);
  }
  qsort(took, SEARCHES, sizeof *took, bench_by_value);
  qsort(cost, SEARCHES, sizeof *cost, bench_by_value);
  printf("note\t%s, processor: median %.2f ms, p90 %.2f, p99 %.2f\n", name, 1e3 * cost[SEARCHES / 2],
         1e3 * cost[SEARCHES * 9 / 10], 1e3 * cost[SEARCHES * 99 / 100]);
  printf("note\t%s: median %.2f ms, p90 %.2f, p99 %.2f, longest %.2f; %.0f studies met on average\n", name,
         1e3 * took[SEARCHES / 2], 1e3 * took[SEARCHES * 9 / 10], 1e3 * took[SEARCHES * 99 / 100], 1e3 * took[SEARCHES - 1],
         (double)all / SEARCHES);
  bench_line(name, 1, "searches", took[SEARCHES * 99 / 100], "", 0, "limit", limit);
}

static void worst(const char *name, asked *x, double limit) {
  double t[9], cpu = 0;
  uint64_t total = 0;
  for (int i = 0; i < 9; i++) t[i] = timed(&x->q, &total, &cpu);
  qsort(t, 9, sizeof *t, bench_by_value);
  printf("note\t%s: %.2f ms (processor %.2f), %llu studies met\n", name, 1e3 * t[4], 1e3 * cpu, (unsigned long long)total);
  bench_line(name, 1, "searches", t[4], "", 0, "limit", limit);
}

int main(void) {
  const char *wanted = getenv("THERIAC_BENCH_TRIALS");
  int64_t n = 20000;
  th_err err = { 0 };
  if (wanted && (!th_str_to_i64(th_str_of(wanted), &n) || n < 1)) return 2;
  const char *filled = getenv("THERIAC_BENCH_HOME");
  if (!(arena = th_arena_new((size_t)1 << 22)) || (!filled && !mkdtemp(fresh))) return 1;
  if (filled)
    home = filled;
  else
    fill((uint64_t)n);
  if (th_store_open(home, TH_STORE_READ, -1, &store, &err) != TH_OK) die("open", &err);
  mix("trial search, mix, p99", false, 50);
  mix("trial search with facets, mix, p99", true, 1 / 0.15);
  asked x = { .q = { .limit = 20, .facets = true } };
  worst("trial search, everything, with facets", &x, 1 / 0.15);
  x.word[0] = word_of(arena, "", 0), x.word[1] = word_of(arena, "", 1);
  for (int k = 0; k < 2; k++) x.group[k] = (th_trial_words){ &x.word[k], 1, false };
  x.q.text = x.group, x.q.n_text = 2;
  worst("trial search, the two commonest words, with facets", &x, 1 / 0.15);
  x.q.facets = false;
  worst("trial search, the two commonest words", &x, 1 / 0.15);
  th_store_close(store);
  if (!filled && !getenv("THERIAC_BENCH_KEEP")) {
    const th_str rm = th_str_fmt(arena, "rm -rf '%s'", home);
    if (system(rm.p) != 0) return 1;
  }
  th_arena_del(arena);
  return 0;
}
