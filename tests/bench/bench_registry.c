/* Registry studies and papers at full size: read by all processors (nothing stored), then imported, stored and indexed. Records are
 * invented, one in five studies with posted results, as in the registry (about 12 kB without, 70 kB with); papers have the
 * structured abstract, authors, headings and references that PubMed sends. Limits of the specification, on 2 processors: reading
 * 5,000 studies and 20,000 papers a second, storing and indexing 1,000 and 5,000. With words as arguments, only the lines that
 * hold one of them. On a machine that does other work too the processor time under each line says more than the wall's. */
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench.h"
#include "bench_invent.h"
#include "theriac/import.h"
#include "theriac/io.h"
#include "theriac/source.h"

enum { STUDIES = 2000, PAPERS = 6000 };

static char base[] = "/tmp/theriac-bench-XXXXXX";
static th_arena *arena;

static void die(const char *what, const th_err *err) {
  fprintf(stderr, "%s: %s\n", what, err->msg);
  exit(1);
}

static double processor_now(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + 1e-6 * (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static bool wanted(const char *name, int argc, char **argv) {
  bool any = argc < 2;
  for (int i = 1; i < argc; i++) any |= strstr(name, argv[i]) != NULL;
  return any;
}

static bench_subject subject(uint64_t i) {
  return (bench_subject){ .number = i,
                          .drug = th_str_fmt(arena, "drug %u", (unsigned)bench_draw(i, 12, 6000)),
                          .condition = th_str_fmt(arena, "condition %u", (unsigned)bench_draw(i, 6, 4000)) };
}

/* ── Reading ───────────────────────────────────────────────────────────────────────────────────────────────────────── */

typedef struct reading {
  th_pool *pool;
  th_str doc;
  bool xml;
  th_source_cuts cuts;
  th_arena *work[TH_LIMIT_POOL_THREADS];
} reading;

static th_code read_one(void *ctx, size_t task, unsigned worker) {
  reading *r = ctx;
  th_ctgov_study s;
  th_pubmed_article x;
  th_err err = { 0 };
  const th_code code = r->xml ? th_source_pubmed_one(r->work[worker], r->doc, &r->cuts.v[task], &x, &err)
                              : th_source_ctgov_one(r->work[worker], r->doc, &r->cuts.v[task], &s, &err);
  th_arena_reset(r->work[worker]);
  if (code != TH_OK) die("record", &err);
  return code;
}

static void read_all(void *ctx) {
  reading *r = ctx;
  th_arena *a = th_arena_new(0);
  th_ctgov_doc frame;
  th_err err = { 0 };
  const th_code code =
      r->xml ? th_source_pubmed_cut(a, r->doc, &r->cuts, &err) : th_source_ctgov_cut(a, r->doc, &r->cuts, &frame, &err);
  if (code != TH_OK || th_pool_run(r->pool, r->cuts.n, read_one, r) != TH_OK) die("document", &err);
  th_arena_del(a);
}

static void bench_reading(const char *name, th_str doc, bool xml, double records, double limit) {
  reading *r = calloc(1, sizeof *r);
  if (!r || !(r->pool = th_pool_new(0))) abort();
  for (unsigned i = 0; i < th_pool_threads(r->pool); i++)
    if (!(r->work[i] = th_arena_new(1 << 20))) abort();
  r->doc = doc, r->xml = xml;
  bench_line(name, records, "records", bench_seconds(read_all, r), "", 0, "asked for", limit);
  const double used = processor_now();
  for (int i = 0; i < 5; i++) read_all(r);
  printf("# %.0f us of processor time a record, all threads together\n", (processor_now() - used) / 5 / records * 1e6);
  for (unsigned i = 0; i < th_pool_threads(r->pool); i++) th_arena_del(r->work[i]);
  th_pool_del(r->pool);
  free(r);
}

static void bench_import(const char *name, const char *file, th_str doc, double records, double limit) {
  th_err err = { 0 };
  th_import_summary sum;
  th_store *store;
  const th_str path = th_str_fmt(arena, "%s/%s", base, file), home = th_str_fmt(arena, "%s/home-%s", base, file);
  const th_import_options o = { .retrieved = { 2026, 1, 1, TH_DATE_DAY, TH_ERA_CE } };
  if (th_file_write(path.p, doc, &err) != TH_OK) die("file", &err);
  const double t = bench_now(), used = processor_now();
  if (th_store_open(home.p, TH_STORE_WRITE, -1, &store, &err) != TH_OK) die("open", &err);
  const char *p = path.p;
  if (th_import_paths(arena, store, &p, 1, &o, &sum, &err) != TH_OK || sum.n_new != (size_t)records) die("import", &err);
  th_store_close(store);
  bench_line(name, records, "records", bench_now() - t, "", 0, "asked for", limit);
  printf("# %.0f us of processor time a record, all threads together\n", (processor_now() - used) / records * 1e6);
  struct stat st;
  if (stat(th_str_fmt(arena, "%.*s/theriac.db", TH_STR_ARG(home)).p, &st) == 0)
    printf("# the store holds %.1f kB a record, read from %.1f kB\n", (double)st.st_size / records / 1e3,
           (double)doc.n / records / 1e3);
}

int main(int argc, char **argv) {
  static const struct {
    const char *name;
    bool import, xml;
    double limit;
  } line[] = { { "read registry studies, full records", false, false, 5000 },
               { "read PubMed records", false, true, 20000 },
               { "import registry studies, stored and indexed", true, false, 1000 },
               { "import PubMed records, stored and indexed", true, true, 5000 } };
  arena = th_arena_new(0);
  if (!arena || !mkdtemp(base)) return 1;
  th_buf b, x;
  th_buf_init(&b, arena, 1 << 20);
  th_buf_init(&x, arena, 1 << 20);
  for (uint64_t i = 0; i < STUDIES; i++) {
    const bench_subject about = subject(i);
    bench_study(&b, &about);
    th_buf_addc(&b, '\n');
  }
  th_buf_addz(&x, "<?xml version=\"1.0\" ?>\n<PubmedArticleSet>\n");
  for (uint64_t i = 0; i < PAPERS; i++) {
    const bench_subject about = subject(i);
    bench_paper(&x, &about);
  }
  th_buf_addz(&x, "</PubmedArticleSet>\n");
  if (b.failed || x.failed) return 1;
  for (size_t i = 0; i < sizeof line / sizeof *line; i++) {
    if (!wanted(line[i].name, argc, argv)) continue;
    const th_str doc = th_buf_str(line[i].xml ? &x : &b);
    const double n = line[i].xml ? PAPERS : STUDIES;
    if (line[i].import)
      bench_import(line[i].name, line[i].xml ? "papers.xml" : "studies.ndjson", doc, n, line[i].limit);
    else
      bench_reading(line[i].name, doc, line[i].xml, n, line[i].limit);
  }
  fflush(stdout);
  const char *const remove[] = { "rm", "-rf", base, NULL };
  execvp("rm", (char *const *)(uintptr_t)remove);
  return 1;
}
